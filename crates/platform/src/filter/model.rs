//! The tree: its parts, how it is read from JSON, and how it is written back.
//!
//! A [`Tree`] has been checked against a catalogue, so its conditions fit their fields; relative
//! times and `"me"` stay as written until the tree is used, because stored rules outlive the moment.

use super::catalogue::{Activities, Bucket, Catalogue, Deals, Field, FieldRef, Kind, Schema};
use super::time::{Moment, Span};
use crate::error::{Error, FieldError, Result};
use crate::pointer::escaped;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use uuid::Uuid;

/// Levels of groups, counting the condition itself.
pub const DEPTH_MAX: usize = 8;
pub const CONDITIONS_MAX: usize = 250;
/// Nodes of all kinds, so that empty groups are bounded too.
const NODES_MAX: usize = 1_000;
/// Characters of one text.
pub const TEXT_MAX: usize = 1_000;
/// Values of one list.
pub const LIST_MAX: usize = 1_000;
/// Values of a whole tree: engines bound the parameters of a statement.
pub const VALUES_MAX: usize = 10_000;
/// Bytes of a tree as text.
pub const INPUT_MAX: usize = 1 << 20;
/// The highest number of events that can be asked for.
const EVENTS_MAX: u32 = 1_000_000;
/// Faults told at once.
const FAULTS_MAX: usize = 20;

/// A checked filter of one record type.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) schema: Schema,
    pub(super) root: Node,
    /// The tree names `archived`, so it decides itself about archived records.
    pub(super) names_archived: bool,
}

/// A new kind of node is a variant here, a line in [`Reader::node`], and an arm in `compile`,
/// `evaluate`, and `Node`'s `Serialize`.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Field(Condition),
    Activity(Activity),
    Deals(DealsNode),
}

/// `{"deals": "any" | "none", "where"}`: whether there is such a deal.
#[derive(Clone, Debug)]
pub struct DealsNode {
    pub of: &'static Deals,
    /// There is none.
    pub none: bool,
    pub tree: Box<Tree>,
}

impl PartialEq for DealsNode {
    fn eq(&self, other: &DealsNode) -> bool {
        self.none == other.none && self.tree.root == other.tree.root
    }
}

/// `{"activity", "op", "count", "since", "until"}`: how often something of these types happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    pub log: &'static Activities,
    pub types: Vec<String>,
    pub often: Often,
    pub count: u32,
    /// Included.
    pub since: Option<Moment>,
    /// Not included.
    pub until: Option<Moment>,
}

/// The operators of an [`Activity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    AtLeast,
    AtMost,
    Exactly,
}

impl Often {
    pub const ALL: [Often; 3] = [Often::AtLeast, Often::AtMost, Often::Exactly];

    pub const fn name(self) -> &'static str {
        match self {
            Often::AtLeast => "at_least",
            Often::AtMost => "at_most",
            Often::Exactly => "exactly",
        }
    }
}

/// `{"field", "op", "value"}`
#[derive(Clone, Debug)]
pub struct Condition {
    pub field: FieldRef,
    pub op: Op,
    pub test: Test,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Condition) -> bool {
        self.field.name == other.field.name && self.op == other.op && self.test == other.test
    }
}

/// What a condition asks of a value, before a negative operator turns the answer round. Each test is
/// false for a missing value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Present,
    Flag(bool),
    /// Equal to one of these texts.
    TextIn(Vec<String>),
    TextPart(Part, String),
    Number(Compare, Number),
    /// Both ends included.
    NumberBetween(Number, Number),
    Time(TimeTest),
    /// One of these ids or codes.
    KeyIn(Vec<Key>),
    HasAny(Vec<Key>),
    HasAll(Vec<Key>),
    /// In one of these groups, now or once.
    EverAny(Vec<Key>),
    /// A fit in one of these buckets.
    Buckets(Vec<Bucket>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Inside,
    Start,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Eq,
    Gt,
    Gte,
    Lt,
    Lte,
}

/// Whole numbers are always `Int` when 64 bits hold them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i64),
    Float(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeTest {
    Before(Moment),
    After(Moment),
    Between(Moment, Moment),
    /// From so long ago until now, both included.
    Last(Span),
    /// From now until so far ahead, both included.
    Next(Span),
    OlderThan(Span),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The caller.
    Me,
    Id(Uuid),
    Text(String),
}

macro_rules! operators {
    ($($variant:ident $name:literal,)*) => {
        /// An operator as the API writes it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Op { $($variant,)* }

        impl Op {
            pub const ALL: &[Op] = &[$(Op::$variant,)*];

            pub const fn name(self) -> &'static str {
                match self { $(Op::$variant => $name,)* }
            }

            pub fn parse(name: &str) -> Option<Op> {
                match name {
                    $($name => Some(Op::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

operators! {
    Eq "eq",
    Ne "ne",
    Contains "contains",
    NotContains "not_contains",
    StartsWith "starts_with",
    EndsWith "ends_with",
    In "in",
    NotIn "not_in",
    Gt "gt",
    Gte "gte",
    Lt "lt",
    Lte "lte",
    Between "between",
    Before "before",
    After "after",
    Last "last",
    Next "next",
    OlderThan "older_than",
    HasAny "has_any",
    HasAll "has_all",
    HasNone "has_none",
    EverAny "ever_any",
    NeverAny "never_any",
    Is "is",
    Empty "empty",
    NotEmpty "not_empty",
}

impl Op {
    /// Whether it is the exact negation of its test.
    pub const fn is_negative(self) -> bool {
        matches!(self, Op::Ne | Op::NotContains | Op::NotIn | Op::HasNone | Op::NeverAny | Op::Empty)
    }
}

impl Serialize for Op {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Whether `"me"` may stand for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Me {
    Allowed,
    /// In rules that are stored for everybody.
    Refused,
}

impl Tree {
    /// Every record that is not archived.
    pub fn all(schema: impl Into<Schema>) -> Tree {
        Tree { schema: schema.into(), root: Node::And(Vec::new()), names_archived: false }
    }

    /// Reads and checks a tree.
    ///
    /// # Errors
    /// [`Error::Malformed`] with all faults found, at most twenty. Their paths are JSON pointers into
    /// the tree (`/and/1/not/op`), their messages say what is allowed.
    pub fn parse(json: &Json, schema: impl Into<Schema>, me: Me) -> Result<Tree> {
        let schema = schema.into();
        let mut reader = Reader {
            schema: schema.clone(),
            me,
            faults: Vec::new(),
            nodes: 0,
            conditions: 0,
            values: 0,
            names_archived: false,
        };
        let root = reader.node(json, &Path::Root, 1);
        match root {
            Some(root) if reader.faults.is_empty() => Ok(Tree { schema, root, names_archived: reader.names_archived }),
            _ => Err(Error::Malformed(reader.faults)),
        }
    }

    /// Reads and checks a tree given as text, the form of the `filter` query parameter.
    ///
    /// # Errors
    /// As [`Tree::parse`]; text that is not JSON is a fault with an empty path.
    pub fn parse_str(text: &str, schema: impl Into<Schema>, me: Me) -> Result<Tree> {
        if text.len() > INPUT_MAX {
            return Err(Error::malformed("", "too_long", format!("a filter has at most {INPUT_MAX} bytes")));
        }
        Tree::parse(&super::json::parse(text)?, schema, me)
    }

    /// Whether it is [`Tree::all`]: it asks for nothing.
    pub fn is_all(&self) -> bool {
        self.root == Node::And(Vec::new()) && !self.names_archived
    }

    pub fn catalogue(&self) -> &'static Catalogue {
        self.schema.catalogue()
    }

    /// The fields that it was checked against.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// A digest that differs for trees that differ, and is the same for one tree however it was spelled.
    pub fn fingerprint(&self) -> [u8; 32] {
        let text = serde_json::to_vec(self).unwrap_or_default();
        Sha256::new().chain_update(self.catalogue().record).chain_update([0]).chain_update(text).finalize().into()
    }

    /// Each condition with the JSON pointer to it, in the order written.
    pub fn each_condition(&self, mut visit: impl FnMut(&str, &Node)) {
        each_condition(&self.root, &mut String::new(), &mut visit);
    }

    /// How many conditions it has.
    pub fn conditions(&self) -> usize {
        let mut count = 0;
        self.each_condition(|_, _| count += 1);
        count
    }

    /// Whether what it selects changes by the clock alone.
    pub fn is_relative(&self) -> bool {
        let mut relative = false;
        self.each_condition(|_, node| {
            relative |= match node {
                Node::Field(Condition { test: Test::Time(test), .. }) => match test {
                    TimeTest::Before(moment) | TimeTest::After(moment) => moment.is_relative(),
                    TimeTest::Between(from, to) => from.is_relative() || to.is_relative(),
                    TimeTest::Last(_) | TimeTest::Next(_) | TimeTest::OlderThan(_) => true,
                },
                Node::Activity(Activity { since, until, .. }) => {
                    [since, until].into_iter().flatten().any(|moment| moment.is_relative())
                }
                Node::Deals(deals) => deals.tree.is_relative(),
                _ => false,
            }
        });
        relative
    }

    /// The values, in normal form, of a set field that every match must have: from `has_any` with one
    /// value and `has_all` among the conditions that must all hold. For list queries that walk an index
    /// of one value.
    pub fn required_members(&self, field: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_required(&self.root, &mut |condition| {
            if condition.field.name == field {
                found.extend(required_keys(condition));
            }
        });
        found.dedup();
        found
    }

    /// The tree without the demand for one value of [`Tree::required_members`], which the caller's
    /// query meets in its own way.
    pub fn without_member(&self, field: &str, member: &str) -> Tree {
        Tree { root: without_member(&self.root, field, member), ..self.clone() }
    }

    /// The tree without the demands that are about one field alone: those that stand by themselves, or in the
    /// outermost `and`.
    pub fn without_field(&self, field: &str) -> Tree {
        let stays = |node: &&Node| !is_about(node, field);
        let root = match &self.root {
            Node::And(nodes) => Node::And(nodes.iter().filter(stays).cloned().collect()),
            node if stays(&node) => node.clone(),
            _ => Node::And(Vec::new()),
        };
        Tree { root, ..self.clone() }
    }
}

fn each_condition(node: &Node, path: &mut String, visit: &mut impl FnMut(&str, &Node)) {
    let end = path.len();
    match node {
        Node::And(nodes) | Node::Or(nodes) => {
            let key = if matches!(node, Node::And(_)) { "and" } else { "or" };
            for (index, node) in nodes.iter().enumerate() {
                let _ = write!(path, "/{key}/{index}");
                each_condition(node, path, visit);
                path.truncate(end);
            }
        }
        Node::Not(node) => {
            path.push_str("/not");
            each_condition(node, path, visit);
            path.truncate(end);
        }
        Node::Field(_) | Node::Activity(_) | Node::Deals(_) => visit(path, node),
    }
}

/// Whether nothing but this field decides.
fn is_about(node: &Node, field: &str) -> bool {
    match node {
        Node::And(nodes) | Node::Or(nodes) => !nodes.is_empty() && nodes.iter().all(|node| is_about(node, field)),
        Node::Not(node) => is_about(node, field),
        Node::Field(condition) => condition.field.name == field,
        Node::Activity(_) | Node::Deals(_) => false,
    }
}

fn each_required(node: &Node, visit: &mut impl FnMut(&Condition)) {
    match node {
        Node::And(nodes) => nodes.iter().for_each(|node| each_required(node, visit)),
        Node::Field(condition) => visit(condition),
        Node::Or(_) | Node::Not(_) | Node::Activity(_) | Node::Deals(_) => {}
    }
}

/// A key as it is compared and stored.
pub(super) fn normal_key(field: &Field, key: &Key) -> String {
    match key {
        Key::Me => "me".into(),
        Key::Id(id) => id.to_string(),
        Key::Text(text) => (field.normal)(text),
    }
}

fn required_keys(condition: &Condition) -> BTreeSet<String> {
    let normal = |keys: &[Key]| keys.iter().map(|key| normal_key(&condition.field, key)).collect();
    match &condition.test {
        Test::HasAll(keys) => normal(keys),
        Test::HasAny(keys) if !condition.op.is_negative() => {
            let keys: BTreeSet<String> = normal(keys);
            if keys.len() == 1 { keys } else { BTreeSet::new() }
        }
        _ => BTreeSet::new(),
    }
}

fn without_member(node: &Node, field: &str, member: &str) -> Node {
    match node {
        Node::And(nodes) => Node::And(nodes.iter().map(|node| without_member(node, field, member)).collect()),
        Node::Field(condition) if condition.field.name == field && required_keys(condition).contains(member) => {
            match &condition.test {
                Test::HasAll(keys) => {
                    let rest = keys.iter().filter(|key| normal_key(&condition.field, key) != member).cloned().collect();
                    Node::Field(Condition { test: Test::HasAll(rest), ..condition.clone() })
                }
                // An empty "and" holds for everything.
                _ => Node::And(Vec::new()),
            }
        }
        other => other.clone(),
    }
}

/// A JSON pointer that is written only when there is a fault to tell.
enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn write(&self, out: &mut String) {
        match self {
            Path::Root => {}
            Path::Key(parent, key) => {
                parent.write(out);
                out.push('/');
                out.push_str(&escaped(key));
            }
            Path::Index(parent, index) => {
                parent.write(out);
                let _ = write!(out, "/{index}");
            }
        }
    }
}

struct Reader {
    schema: Schema,
    me: Me,
    faults: Vec<FieldError>,
    nodes: usize,
    conditions: usize,
    values: usize,
    names_archived: bool,
}

const NODE_FORMS: &str = r#"a node is {"and": [...]}, {"or": [...]}, {"not": {...}}, {"field": ..., "op": ..., "value": ...}, {"activity": [types], "op": ..., "count": ..., "since": ..., "until": ...} or, of a customer, {"deals": "any" | "none", "where": {...}}, {"fit": product id, "op": ..., "value": ...} or {"fit": product id, "bucket": [...]}"#;

impl Reader {
    fn fault(&mut self, path: &Path<'_>, code: &'static str, message: impl Into<String>) {
        if self.faults.len() < FAULTS_MAX {
            let mut text = String::new();
            path.write(&mut text);
            self.faults.push(FieldError::new(text, code, message));
        }
    }

    /// Counts `more` towards a limit; past it one fault is told and reading stops going deeper.
    fn within(&mut self, path: &Path<'_>, count: usize, most: usize, what: &str) -> bool {
        if count > most {
            if !self.faults.iter().any(|fault| fault.code == "too_many") {
                self.fault(path, "too_many", format!("a filter has at most {most} {what}"));
            }
            return false;
        }
        true
    }

    fn node(&mut self, json: &Json, path: &Path<'_>, depth: usize) -> Option<Node> {
        self.nodes += 1;
        if !self.within(path, self.nodes, NODES_MAX, "nodes") {
            return None;
        }
        if depth > DEPTH_MAX {
            self.fault(path, "too_deep", format!("a filter is at most {DEPTH_MAX} levels deep, the condition counted"));
            return None;
        }
        let Some(object) = json.as_object() else {
            self.fault(path, "invalid_node", format!("expected an object: {NODE_FORMS}"));
            return None;
        };
        // Here each kind of node is known by its key.
        const KEYS: [&str; 7] = ["and", "or", "not", "field", "activity", "deals", "fit"];
        let known = |key: &&str| {
            let catalogue = self.schema.catalogue();
            object.contains_key(*key)
                && (*key != "activity" || catalogue.activities.is_some())
                && (*key != "deals" || catalogue.deals.is_some())
                && (*key != "fit" || self.schema.has_fits())
        };
        let Some(kind) = KEYS.into_iter().find(known) else {
            if object.is_empty() {
                self.fault(path, "unknown_node", NODE_FORMS);
            } else {
                let keys: Vec<String> = object.keys().take(5).map(|key| quoted(key)).collect();
                self.fault(path, "unknown_node", format!("unknown node with {}: {NODE_FORMS}", keys.join(", ")));
            }
            return None;
        };
        let allowed: &[&str] = match kind {
            "field" => &["field", "op", "value"],
            "activity" => &["activity", "op", "count", "since", "until"],
            "deals" => &["deals", "where"],
            "fit" => &["fit", "op", "value", "bucket"],
            _ => std::slice::from_ref(&kind),
        };
        for key in object.keys().filter(|key| !allowed.contains(&key.as_str())) {
            self.fault(
                &Path::Key(path, key),
                "unknown_key",
                format!("{} does not belong here: {NODE_FORMS}", quoted(key)),
            );
        }
        let inside = Path::Key(path, kind);
        let json = &object[kind];
        match kind {
            "and" => self.nodes(json, &inside, depth).map(Node::And),
            "or" => self.nodes(json, &inside, depth).map(Node::Or),
            "not" => self.node(json, &inside, depth + 1).map(|node| Node::Not(Box::new(node))),
            "activity" => self.activity(object, path).map(Node::Activity),
            "deals" => self.deals(object, path, depth).map(Node::Deals),
            "fit" => self.fit(object, path).map(Node::Field),
            _ => self.condition(object, path).map(Node::Field),
        }
    }

    fn nodes(&mut self, json: &Json, path: &Path<'_>, depth: usize) -> Option<Vec<Node>> {
        let Some(list) = json.as_array() else {
            self.fault(path, "invalid_node", "expected a list of nodes");
            return None;
        };
        let mut nodes = Vec::with_capacity(list.len().min(NODES_MAX));
        for (index, json) in list.iter().enumerate() {
            if self.nodes > NODES_MAX || self.faults.len() >= FAULTS_MAX {
                return None;
            }
            nodes.extend(self.node(json, &Path::Index(path, index), depth + 1));
        }
        (nodes.len() == list.len()).then_some(nodes)
    }

    /// The deals that a `deals` node asks about; all of them without `where`.
    fn deals(&mut self, object: &serde_json::Map<String, Json>, path: &Path<'_>, depth: usize) -> Option<DealsNode> {
        self.room(path)?;
        let of = self.schema.catalogue().deals?;
        let none = match object["deals"].as_str() {
            Some("any") => Some(false),
            Some("none") => Some(true),
            _ => {
                self.fault(&Path::Key(path, "deals"), "invalid_value", "deals takes any or none");
                None
            }
        };
        // What is asked of the deals is a tree of its own, with its own say about archived ones.
        let outer = (self.schema.clone(), self.names_archived);
        (self.schema, self.names_archived) = (of.catalogue.into(), false);
        let root = match object.get("where") {
            None | Some(Json::Null) => Some(Node::And(Vec::new())),
            Some(json) => self.node(json, &Path::Key(path, "where"), depth + 1),
        };
        let schema = std::mem::replace(&mut self.schema, outer.0);
        let names_archived = std::mem::replace(&mut self.names_archived, outer.1);
        Some(DealsNode { of, none: none?, tree: Box::new(Tree { schema, root: root?, names_archived }) })
    }

    /// The fit to a product: in a range, or in a bucket.
    fn fit(&mut self, object: &serde_json::Map<String, Json>, path: &Path<'_>) -> Option<Condition> {
        self.room(path)?;
        let at_fit = Path::Key(path, "fit");
        let Some(id) = object["fit"].as_str().and_then(|id| Uuid::try_parse(id).ok()) else {
            self.fault(&at_fit, "invalid_value", "fit wants the id of a product");
            return None;
        };
        let Some(field) = self.schema.fit(id) else {
            self.fault(&at_fit, "unknown_product", "there is no such product; name the id of one");
            return None;
        };
        let Some(buckets) = object.get("bucket") else { return self.comparison(field, object, path) };
        if let Some(key) = ["op", "value"].into_iter().find(|key| object.contains_key(*key)) {
            self.fault(&Path::Key(path, key), "unknown_key", "ask for a bucket or for a value, not for both");
            return None;
        }
        let at_bucket = Path::Key(path, "bucket");
        let list = buckets.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut asked: Vec<Bucket> = Vec::new();
        for (index, bucket) in list.iter().enumerate() {
            match bucket.as_str().and_then(Bucket::parse) {
                Some(bucket) if asked.contains(&bucket) => {}
                Some(bucket) => asked.push(bucket),
                None => {
                    let message = format!("use {}", Bucket::ALL.map(Bucket::name).join(", "));
                    self.fault(&Path::Index(&at_bucket, index), "invalid_value", message);
                    return None;
                }
            }
        }
        if !buckets.is_array() {
            let message = format!("bucket wants a list of {}", Bucket::ALL.map(Bucket::name).join(", "));
            self.fault(&at_bucket, "invalid_value", message);
            return None;
        }
        Some(Condition { field, op: Op::In, test: Test::Buckets(asked) })
    }

    /// One more condition, if there is room for it.
    fn room(&mut self, path: &Path<'_>) -> Option<()> {
        self.conditions += 1;
        self.within(path, self.conditions, CONDITIONS_MAX, "conditions").then_some(())
    }

    fn activity(&mut self, object: &serde_json::Map<String, Json>, path: &Path<'_>) -> Option<Activity> {
        self.room(path)?;
        let log = self.schema.catalogue().activities?;
        let faults = self.faults.len();
        let at = |key: &'static str| Path::Key(path, key);
        let types = self.types(&object["activity"], log, &at("activity"));
        let often = object.get("op").and_then(Json::as_str);
        let often = often.and_then(|name| Often::ALL.into_iter().find(|often| often.name() == name));
        if often.is_none() {
            let names = Often::ALL.map(Often::name).join(", ");
            let code = if object.contains_key("op") { "unknown_operator" } else { "required" };
            self.fault(&at("op"), code, format!("activity takes {names}"));
        }
        let count = object.get("count").and_then(Json::as_u64).and_then(|count| u32::try_from(count).ok());
        let count = count.filter(|count| *count <= EVENTS_MAX);
        if count.is_none() {
            let code = if object.contains_key("count") { "invalid_value" } else { "required" };
            self.fault(&at("count"), code, format!("count wants a whole number from 0 to {EVENTS_MAX}"));
        }
        let since = self.limit(object.get("since"), &at("since"));
        let until = self.limit(object.get("until"), &at("until"));
        if self.faults.len() > faults {
            return None;
        }
        Some(Activity { log, types: types?, often: often?, count: count?, since, until })
    }

    /// The types of an `activity` node: some, and known ones.
    fn types(&mut self, json: &Json, log: &Activities, path: &Path<'_>) -> Option<Vec<String>> {
        let Some(list) = json.as_array().filter(|list| !list.is_empty() && list.len() <= log.types.len()) else {
            let message = format!("expected a list of 1 to {} types of events, each once", log.types.len());
            self.fault(path, "invalid_value", message);
            return None;
        };
        self.values += list.len();
        if !self.within(path, self.values, VALUES_MAX, "values") {
            return None;
        }
        let mut types = Vec::with_capacity(list.len());
        for (index, json) in list.iter().enumerate() {
            match json.as_str() {
                Some(name) if log.types.contains(&name) => types.push(name.to_string()),
                name => {
                    let name = name.map_or("this".to_string(), quoted);
                    let message = format!("{name} is no type of event; there are {}", log.types.join(", "));
                    self.fault(&Path::Index(path, index), "unknown_type", message);
                }
            }
        }
        Some(types)
    }

    /// An end of the time that an `activity` node looks at.
    fn limit(&mut self, json: Option<&Json>, path: &Path<'_>) -> Option<Moment> {
        let json = json.filter(|json| !json.is_null())?;
        self.values += 1;
        if !self.within(path, self.values, VALUES_MAX, "values") {
            return None;
        }
        let moment = json.as_str().and_then(Moment::parse);
        if moment.is_none() {
            self.fault(path, "invalid_value", format!("expected {}", Moment::ALLOWED));
        }
        moment
    }

    fn condition(&mut self, object: &serde_json::Map<String, Json>, path: &Path<'_>) -> Option<Condition> {
        self.room(path)?;
        let at_field = Path::Key(path, "field");
        let Some(name) = object["field"].as_str() else {
            self.fault(&at_field, "invalid_value", "expected the name of a field");
            return None;
        };
        // A fit has a node of its own.
        let Some(field) = self.schema.field(name).filter(|field| field.fit.is_none()) else {
            let named = self.schema.fields().filter(|field| field.fit.is_none());
            let names: Vec<_> = named.map(|field| field.name).collect();
            let message = format!(
                "unknown field {}; a {} has {}",
                quoted(name),
                self.schema.catalogue().record,
                names.join(", ")
            );
            self.fault(&at_field, "unknown_field", message);
            return None;
        };
        self.comparison(field, object, path)
    }

    /// The operator and the value of a condition on a field.
    fn comparison(
        &mut self,
        field: FieldRef,
        object: &serde_json::Map<String, Json>,
        path: &Path<'_>,
    ) -> Option<Condition> {
        self.names_archived |= field.name == "archived";
        let at_op = Path::Key(path, "op");
        let usable = || {
            let names: Vec<&str> = field.kind.operators().iter().map(|op| op.name()).collect();
            format!("{} ({}) takes {}", field.name, field.kind.name(), names.join(", "))
        };
        let op = match object.get("op") {
            None => {
                self.fault(&at_op, "required", format!("an operator is missing; {}", usable()));
                return None;
            }
            Some(Json::String(name)) => match Op::parse(name) {
                Some(op) if field.kind.operators().contains(&op) => op,
                Some(op) => {
                    self.fault(&at_op, "unknown_operator", format!("{} does not fit; {}", op.name(), usable()));
                    return None;
                }
                None => {
                    self.fault(&at_op, "unknown_operator", format!("unknown operator {}; {}", quoted(name), usable()));
                    return None;
                }
            },
            Some(_) => {
                self.fault(&at_op, "invalid_value", format!("expected the name of an operator; {}", usable()));
                return None;
            }
        };
        let at_value = Path::Key(path, "value");
        let value = object.get("value");
        if matches!(op, Op::Empty | Op::NotEmpty) {
            if !matches!(value, None | Some(Json::Null)) {
                self.fault(&at_value, "invalid_value", format!("{} takes no value; leave it out", op.name()));
                return None;
            }
            return Some(Condition { field, op, test: Test::Present });
        }
        let Some(value) = value else {
            self.fault(&at_value, "required", format!("a value is missing; {}", wanted(&field, op)));
            return None;
        };
        let test = self.test(&field, op, value, &at_value)?;
        Some(Condition { field, op, test })
    }

    fn test(&mut self, field: &Field, op: Op, value: &Json, path: &Path<'_>) -> Option<Test> {
        let one = |reader: &mut Reader| {
            reader.values += 1;
            reader.within(path, reader.values, VALUES_MAX, "values")
        };
        match (field.kind, op) {
            (Kind::Boolean, _) => match value {
                Json::Bool(flag) => one(self).then_some(Test::Flag(*flag)),
                _ => self.misfit(field, op, path),
            },
            (Kind::Text, Op::Contains | Op::NotContains) => {
                Some(Test::TextPart(Part::Inside, self.text(field, op, value, path)?))
            }
            (Kind::Text, Op::StartsWith) => Some(Test::TextPart(Part::Start, self.text(field, op, value, path)?)),
            (Kind::Text, Op::EndsWith) => Some(Test::TextPart(Part::End, self.text(field, op, value, path)?)),
            (Kind::Text, Op::In | Op::NotIn) => self.list(field, op, value, path, Reader::text).map(Test::TextIn),
            (Kind::Text, _) => Some(Test::TextIn(vec![self.text(field, op, value, path)?])),
            (Kind::Integer | Kind::Decimal, Op::Between) => {
                let (low, high) = self.pair(field, op, value, path, Reader::number)?;
                Some(Test::NumberBetween(low, high))
            }
            (Kind::Integer | Kind::Decimal, _) => {
                let compare = match op {
                    Op::Gt => Compare::Gt,
                    Op::Gte => Compare::Gte,
                    Op::Lt => Compare::Lt,
                    Op::Lte => Compare::Lte,
                    _ => Compare::Eq,
                };
                Some(Test::Number(compare, self.number(field, op, value, path)?))
            }
            (Kind::Time | Kind::Date, Op::Last | Op::Next | Op::OlderThan) => {
                let Some(span) = value.as_str().and_then(Span::parse) else {
                    return self.misfit(field, op, path);
                };
                one(self).then_some(Test::Time(match op {
                    Op::Last => TimeTest::Last(span),
                    Op::Next => TimeTest::Next(span),
                    _ => TimeTest::OlderThan(span),
                }))
            }
            (Kind::Time | Kind::Date, Op::Between) => {
                let (from, to) = self.pair(field, op, value, path, Reader::moment)?;
                Some(Test::Time(TimeTest::Between(from, to)))
            }
            (Kind::Time | Kind::Date, _) => {
                let moment = self.moment(field, op, value, path)?;
                Some(Test::Time(if op == Op::Before { TimeTest::Before(moment) } else { TimeTest::After(moment) }))
            }
            (Kind::Names | Kind::Ids | Kind::Groups, _) => {
                let keys = self.list(field, op, value, path, Reader::key)?;
                Some(match op {
                    Op::HasAll => Test::HasAll(keys),
                    Op::EverAny | Op::NeverAny => Test::EverAny(keys),
                    _ => Test::HasAny(keys),
                })
            }
            (_, Op::In | Op::NotIn) => self.list(field, op, value, path, Reader::key).map(Test::KeyIn),
            (Kind::Id | Kind::User | Kind::Code | Kind::Choice(_), _) => {
                Some(Test::KeyIn(vec![self.key(field, op, value, path)?]))
            }
        }
    }

    fn misfit<T>(&mut self, field: &Field, op: Op, path: &Path<'_>) -> Option<T> {
        self.fault(path, "invalid_value", wanted(field, op));
        None
    }

    fn list<T>(
        &mut self,
        field: &Field,
        op: Op,
        value: &Json,
        path: &Path<'_>,
        item: fn(&mut Reader, &Field, Op, &Json, &Path<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(list) = value.as_array() else { return self.misfit(field, op, path) };
        if list.len() > LIST_MAX {
            self.fault(path, "too_many", format!("a list has at most {LIST_MAX} values"));
            return None;
        }
        let mut items = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            items.extend(item(self, field, op, value, &Path::Index(path, index)));
        }
        (items.len() == list.len()).then_some(items)
    }

    fn pair<T>(
        &mut self,
        field: &Field,
        op: Op,
        value: &Json,
        path: &Path<'_>,
        item: fn(&mut Reader, &Field, Op, &Json, &Path<'_>) -> Option<T>,
    ) -> Option<(T, T)> {
        let Some([low, high]) = value.as_array().map(Vec::as_slice) else {
            return self.misfit(field, op, path);
        };
        let low = item(self, field, op, low, &Path::Index(path, 0));
        let high = item(self, field, op, high, &Path::Index(path, 1));
        low.zip(high)
    }

    fn text(&mut self, field: &Field, op: Op, value: &Json, path: &Path<'_>) -> Option<String> {
        self.values += 1;
        if !self.within(path, self.values, VALUES_MAX, "values") {
            return None;
        }
        let Some(text) = value.as_str() else { return self.misfit(field, op, path) };
        if text.chars().take(TEXT_MAX + 1).count() > TEXT_MAX {
            self.fault(path, "too_long", format!("a text has at most {TEXT_MAX} characters"));
            return None;
        }
        // PostgreSQL cannot store it, so nothing could match.
        if text.contains('\0') {
            self.fault(path, "invalid_value", "a text cannot hold the character U+0000");
            return None;
        }
        Some(text.to_string())
    }

    fn number(&mut self, field: &Field, op: Op, value: &Json, path: &Path<'_>) -> Option<Number> {
        self.values += 1;
        if !self.within(path, self.values, VALUES_MAX, "values") {
            return None;
        }
        match value {
            Json::Number(number) => Number::from_json(number),
            _ => None,
        }
        .or_else(|| self.misfit(field, op, path))
    }

    fn moment(&mut self, field: &Field, op: Op, value: &Json, path: &Path<'_>) -> Option<Moment> {
        self.values += 1;
        if !self.within(path, self.values, VALUES_MAX, "values") {
            return None;
        }
        value.as_str().and_then(Moment::parse).or_else(|| self.misfit(field, op, path))
    }

    fn key(&mut self, field: &Field, op: Op, value: &Json, path: &Path<'_>) -> Option<Key> {
        let text = self.text(field, op, value, path)?;
        match field.kind {
            Kind::User if text == "me" => {
                if self.me == Me::Refused {
                    self.fault(
                        path,
                        "not_allowed",
                        "\"me\" has no meaning in a rule that is stored for everybody; name the user's id",
                    );
                    return None;
                }
                Some(Key::Me)
            }
            Kind::Id | Kind::User | Kind::Ids | Kind::Groups => {
                Uuid::try_parse(&text).ok().map(Key::Id).or_else(|| self.misfit(field, op, path))
            }
            Kind::Choice(values) if !values.contains(&text.as_str()) => self.misfit(field, op, path),
            _ => Some(Key::Text(text)),
        }
    }
}

impl Number {
    fn from_json(number: &serde_json::Number) -> Option<Number> {
        if let Some(whole) = number.as_i64() {
            return Some(Number::Int(whole));
        }
        let float = number.as_f64().filter(|float| float.is_finite())?;
        // The casts are exact: the float is whole and inside the range.
        #[allow(clippy::cast_possible_truncation)]
        Some(if float.fract() == 0.0 && (-TWO_63..TWO_63).contains(&float) {
            Number::Int(float as i64)
        } else {
            Number::Float(float)
        })
    }
}

/// 2^63, the first double above every i64.
pub(super) const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// A piece of the caller's text for a message: bounded, printable.
fn quoted(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("{short:?}…") } else { format!("{short:?}") }
}

/// What an operator wants as its value.
fn wanted(field: &Field, op: Op) -> String {
    let name = op.name();
    let key = match field.kind {
        Kind::Id | Kind::Ids | Kind::Groups => "an id".to_string(),
        Kind::User => "a user's id or \"me\"".to_string(),
        Kind::Choice(values) => format!("one of {}", values.join(", ")),
        _ => "a text".to_string(),
    };
    match (field.kind, op) {
        (Kind::Boolean, _) => format!("{name} wants true or false"),
        (Kind::Integer | Kind::Decimal, Op::Between) => format!("{name} wants [lowest, highest], two numbers"),
        (Kind::Integer | Kind::Decimal, _) => format!("{name} wants a number"),
        (Kind::Time | Kind::Date, Op::Last | Op::Next | Op::OlderThan) => {
            format!("{name} wants a span like \"30d\" (units h, d, w, mo, y; at most 100 years)")
        }
        (Kind::Time | Kind::Date, Op::Between) => format!("{name} wants [from, to], each {}", Moment::ALLOWED),
        (Kind::Time | Kind::Date, _) => format!("{name} wants {}", Moment::ALLOWED),
        (_, Op::In | Op::NotIn | Op::HasAny | Op::HasAll | Op::HasNone | Op::EverAny | Op::NeverAny) => {
            format!("{name} wants a list, each value {key}")
        }
        _ => format!("{name} wants {key}"),
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.root.serialize(serializer)
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Node::And(nodes) => map.serialize_entry("and", nodes)?,
            Node::Or(nodes) => map.serialize_entry("or", nodes)?,
            Node::Not(node) => map.serialize_entry("not", node)?,
            Node::Field(Condition { field, test: Test::Buckets(buckets), .. }) => {
                map.serialize_entry("fit", &field.own.map(|own| own.id))?;
                map.serialize_entry("bucket", buckets)?;
            }
            Node::Field(condition) => {
                match condition.field.own.filter(|_| condition.field.fit.is_some()) {
                    Some(own) => map.serialize_entry("fit", &own.id)?,
                    None => map.serialize_entry("field", &condition.field.name)?,
                }
                map.serialize_entry("op", condition.op.name())?;
                if let Some(value) = condition.value() {
                    map.serialize_entry("value", &value)?;
                }
            }
            Node::Deals(deals) => {
                map.serialize_entry("deals", if deals.none { "none" } else { "any" })?;
                map.serialize_entry("where", &deals.tree)?;
            }
            Node::Activity(activity) => {
                map.serialize_entry("activity", &activity.types)?;
                map.serialize_entry("op", activity.often.name())?;
                map.serialize_entry("count", &activity.count)?;
                for (key, moment) in [("since", activity.since), ("until", activity.until)] {
                    if let Some(moment) = moment {
                        map.serialize_entry(key, &moment.to_string())?;
                    }
                }
            }
        }
        map.end()
    }
}

impl Condition {
    /// The value as JSON; none for `empty` and `not_empty`.
    pub fn value(&self) -> Option<Json> {
        let keys = |keys: &[Key]| keys.iter().map(Key::to_json).collect();
        let single = matches!(self.op, Op::Eq | Op::Ne);
        Some(match &self.test {
            Test::Present => return None,
            Test::Flag(flag) => Json::Bool(*flag),
            Test::TextIn(texts) => match texts.as_slice() {
                [text] if single => text.as_str().into(),
                texts => texts.into(),
            },
            Test::TextPart(_, text) => text.as_str().into(),
            Test::Number(_, number) => number.to_json(),
            Test::NumberBetween(low, high) => Json::Array(vec![low.to_json(), high.to_json()]),
            Test::Time(test) => match test {
                TimeTest::Before(moment) | TimeTest::After(moment) => moment.to_string().into(),
                TimeTest::Between(from, to) => Json::Array(vec![from.to_string().into(), to.to_string().into()]),
                TimeTest::Last(span) | TimeTest::Next(span) | TimeTest::OlderThan(span) => span.to_string().into(),
            },
            Test::KeyIn(list) => match list.as_slice() {
                [key] if single => key.to_json(),
                list => Json::Array(keys(list)),
            },
            Test::HasAny(list) | Test::HasAll(list) | Test::EverAny(list) => Json::Array(keys(list)),
            Test::Buckets(buckets) => buckets.iter().map(|bucket| Json::from(bucket.name())).collect(),
        })
    }
}

impl Key {
    fn to_json(&self) -> Json {
        match self {
            Key::Me => "me".into(),
            Key::Id(id) => id.to_string().into(),
            Key::Text(text) => text.as_str().into(),
        }
    }
}

impl Number {
    fn to_json(self) -> Json {
        match self {
            Number::Int(whole) => whole.into(),
            Number::Float(float) => float.into(),
        }
    }
}
