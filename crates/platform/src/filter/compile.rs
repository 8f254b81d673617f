//! From a tree to SQL: one condition of bound parameters, the same text for both engines.
//!
//! SQL knows a third truth value, the language does not. Negations are therefore carried down to the
//! conditions, where each is written so that it is true exactly where its test is not true. What is
//! left above them is AND and OR alone, for which unknown counts as false.
//!
//! Sub-queries come in two forms. Where a condition must hold and is likely to select few rows (a
//! company's name, an address in full), its keys are looked up first: `key IN (SELECT ...)`.
//! Everywhere else the row is asked: `EXISTS (SELECT ...)`, which stays quick inside OR and NOT on
//! both engines.

use super::Context;
use super::catalogue::{Bucket, Children, Field, FieldRef, Kind, Members, Own, Search, Source};
use super::model::{
    Activity, Compare, Condition, DealsNode, Key, Node, Number, Often, Part, TWO_63, Test, TimeTest, Tree, normal_key,
};
use super::time::{Moment, first_day_from};
use crate::clock::Timestamp;
use crate::ids::OrgId;
use db::{Sql, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Other names for columns of a catalogue, for a list query that reads them elsewhere, such as from
/// the index of a join table: `&[("c.last_activity_at", "t.last_activity_at")]`.
pub type Renames<'a> = &'a [(&'static str, &'static str)];

/// Ids of named things, by the table and the normalised name.
pub(super) type Ids = BTreeMap<(&'static str, String), Uuid>;

impl Tree {
    /// The condition, in parentheses, with no alias but those of the catalogue. It says nothing about
    /// the organisation of the record itself: the list query does.
    ///
    /// [`Tree::planned`] makes a quicker one of the same meaning, where there is a connection to ask.
    pub fn sql(&self, context: &Context) -> Sql {
        self.sql_renamed(context, &[])
    }

    /// As [`Tree::sql`], with some columns read elsewhere.
    pub fn sql_renamed(&self, context: &Context, renames: Renames<'_>) -> Sql {
        Compiler::new(context, renames).run(self)
    }

    /// As [`Tree::sql`], for a statement that names the ids of the few records it is about: each of them is asked, and
    /// nothing is looked up that grows with the number of records.
    pub fn sql_of_few(&self, context: &Context) -> Sql {
        let mut compiler = Compiler::new(context, &[]);
        compiler.of_few = true;
        compiler.run(self)
    }
}

/// How to meet a condition that must hold and asks another table or a text index.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Way {
    /// As is best when nothing is known.
    Unknown,
    /// Look the keys up first: `key IN (SELECT ...)`.
    Keys,
    /// Ask each row: `EXISTS (SELECT ...)`.
    Rows,
    /// The keys are known.
    Known(Vec<Uuid>),
}

/// How to find the keys that meet such a condition.
pub(super) enum Keys {
    Select {
        /// `SELECT x.key FROM ...`
        sql: Sql,
        /// They are ids of the records themselves, so each selects one.
        own: bool,
        /// Reads rows that do not match: not worth counting far.
        scans: bool,
        /// The list query reads the key from an index it walks: checking it costs next to nothing.
        carried: bool,
    },
    /// By the field's text index.
    Search {
        search: Search,
        text: String,
        carried: bool,
        /// The next are the keys of the same condition without the index.
        then_select: bool,
    },
    /// Those of a condition that its text index has met.
    Spared,
}

/// So many sub-queries of conditions that must hold are left to the planner to join as it sees fit;
/// further ones are fenced off, because PostgreSQL's planning time explodes with their number.
const JOINS_MAX: usize = 6;

/// `has_all` of up to so many values is as many conditions, each met in its own best way.
const SPLIT_MAX: usize = 4;

/// The names among `names` that exist, with their ids.
pub(super) fn select_names(
    table: &'static str,
    column: &'static str,
    org: OrgId,
    names: impl IntoIterator<Item = String>,
) -> Sql {
    let mut sql = Sql::new("SELECT y.");
    sql.push(column).push(", y.id FROM ").push(table).push(" y WHERE y.org_id = ").bind(org);
    sql.push(" AND y.").push(column).push(" IN ").bind_list(names);
    sql
}

/// At most so many rows of a statement.
pub(super) fn limited(select: &Sql, rows: usize) -> Sql {
    let mut sql = select.clone();
    sql.push(" LIMIT ").bind(i64::try_from(rows).unwrap_or(i64::MAX));
    sql
}

/// How many rows a statement has.
pub(super) fn count_of(select: &Sql) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM (");
    sql.append(select).push(") counted");
    sql
}

/// Rows of another table that a key of the record leads to.
#[derive(Clone, Copy)]
struct Other {
    key: &'static str,
    table: &'static str,
    column: &'static str,
    only: Option<(&'static str, &'static str)>,
    /// The field that the rows are of, where those of several are in one table.
    own: Option<Own>,
}

/// What a condition may do for the statement besides being true or false.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// Nothing: the row may be selected without it.
    Nested,
    /// It must hold; something else finds the rows.
    Checked,
    /// It must hold, and may find the rows.
    Deciding,
}

/// What is asked of those rows.
enum Asked<'a> {
    Column(&'static str, &'a Field, Ask),
    Members(Members, Ask),
    Events(Events<'a>),
}

/// So many events of these types in this time.
#[derive(Clone, Copy)]
struct Events<'a> {
    types: &'a [String],
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    at_least: i64,
}

impl Asked<'_> {
    /// Likely to be met by few, or found by an index.
    fn is_narrow(&self) -> bool {
        match self {
            Asked::Column(_, field, Ask::Like(_)) => !matches!(field.source, Source::Any(..)),
            Asked::Column(_, _, ask) | Asked::Members(_, ask) => !matches!(ask, Ask::Present),
            Asked::Events(_) => false,
        }
    }
}

fn count(values: &[Value]) -> i64 {
    i64::try_from(values.len()).unwrap_or(i64::MAX)
}

/// A test with everything resolved: what the stored value must satisfy.
#[derive(Clone)]
enum Ask {
    Never,
    /// Whether there is a value or not.
    Always,
    Present,
    In(Vec<Value>),
    Like(String),
    /// All of these.
    Compare(Vec<(&'static str, Value)>),
    /// All of one of these.
    Either(Vec<Vec<(&'static str, Value)>>),
    /// All of these values, of a set.
    All(Vec<Value>),
    /// Any of these groups, now or once.
    Ever(Vec<Value>),
}

pub(super) struct Compiler<'a> {
    context: &'a Context,
    pub renames: Renames<'a>,
    /// Ids of names that were looked up; without, the statement looks them up.
    pub ids: Option<&'a Ids>,
    /// What to do with each such condition, in order; without, what is best when nothing is known.
    pub ways: Option<&'a [Way]>,
    /// The keys of each such condition, in order.
    pub keys: Vec<Keys>,
    /// No condition may find the records: see [`Tree::sql_of_few`].
    of_few: bool,
    id: &'static str,
    joins: usize,
    sql: Sql,
}

impl<'a> Compiler<'a> {
    pub fn new(context: &'a Context, renames: Renames<'a>) -> Compiler<'a> {
        Compiler {
            context,
            renames,
            ids: None,
            ways: None,
            keys: Vec::new(),
            of_few: false,
            id: "",
            joins: 0,
            sql: Sql::new("("),
        }
    }

    pub fn run(&mut self, tree: &Tree) -> Sql {
        self.id = tree.catalogue().id;
        self.node(&tree.root, false, true);
        let hidden = if tree.names_archived { None } else { tree.catalogue().field("archived") };
        if let Some(Field { source: Source::Present(column), .. }) = hidden {
            self.sql.push(" AND ");
            self.column(column);
            self.sql.push(" IS NULL");
        }
        self.sql.push(")");
        std::mem::take(&mut self.sql)
    }

    /// `required`: nothing is selected unless this node holds.
    fn node(&mut self, node: &Node, negated: bool, required: bool) {
        match node {
            Node::And(nodes) => self.group(nodes, negated, !negated, required),
            Node::Or(nodes) => self.group(nodes, negated, negated, required),
            Node::Not(node) => self.node(node, !negated, required),
            Node::Field(condition) => self.condition(condition, negated, required),
            Node::Activity(activity) => self.activity(activity, negated, required),
            Node::Deals(deals) => self.deals(deals, negated),
        }
    }

    /// Each row is asked for its deals, of which it has few.
    fn deals(&mut self, node: &DealsNode, negated: bool) {
        let of = node.of;
        self.sql.push(if node.none == negated { "EXISTS (SELECT 1 FROM " } else { "NOT EXISTS (SELECT 1 FROM " });
        self.sql.push(of.table).push(" d WHERE d.org_id = ").bind(self.context.org);
        self.sql.push(" AND d.").push(of.owner).push(" = ");
        self.column(of.key);
        let mut inner = Compiler::new(self.context, &[]);
        inner.ids = self.ids;
        inner.of_few = true;
        let inner = inner.run(&node.tree);
        self.sql.push(" AND ").append(&inner).push(")");
    }

    /// Each operator is made of "at least".
    fn activity(&mut self, activity: &Activity, negated: bool, required: bool) {
        let count = i64::from(activity.count);
        match activity.often {
            Often::AtLeast => self.at_least(activity, count, negated, required),
            Often::AtMost => self.at_least(activity, count + 1, !negated, required),
            Often::Exactly => {
                self.sql.push("(");
                self.at_least(activity, count, negated, required && !negated);
                self.sql.push(if negated { " OR " } else { " AND " });
                self.at_least(activity, count + 1, !negated, required && !negated);
                self.sql.push(")");
            }
        }
    }

    fn at_least(&mut self, activity: &Activity, at_least: i64, negated: bool, required: bool) {
        if at_least == 0 {
            self.sql.push(if negated { "FALSE" } else { "TRUE" });
            return;
        }
        let log = activity.log;
        let other = Other { key: log.key, table: log.table, column: log.owner, only: None, own: None };
        let instant = |moment: Moment| moment.resolve(self.context.now, &self.context.zone);
        let events = Events {
            types: &activity.types,
            since: activity.since.map(instant),
            until: activity.until.map(instant),
            at_least,
        };
        let role = match (required, negated || at_least > 1) {
            (false, _) => Role::Nested,
            (true, false) if !self.of_few => Role::Deciding,
            (true, _) => Role::Checked,
        };
        self.elsewhere(other, Asked::Events(events), negated, role);
    }

    fn group(&mut self, nodes: &[Node], negated: bool, all: bool, required: bool) {
        match nodes {
            [] => {
                self.sql.push(if all { "TRUE" } else { "FALSE" });
            }
            [node] => self.node(node, negated, required),
            nodes => {
                for (index, node) in nodes.iter().enumerate() {
                    self.sql.push(match (index, all) {
                        (0, _) => "(",
                        (_, true) => " AND ",
                        (_, false) => " OR ",
                    });
                    self.node(node, negated, required && all);
                }
                self.sql.push(")");
            }
        }
    }

    fn condition(&mut self, condition: &Condition, negated: bool, required: bool) {
        let field = &condition.field;
        let negated = negated != condition.op.is_negative();
        if let (Source::Present(column), Test::Flag(wanted)) = (field.source, &condition.test) {
            self.column(column);
            self.sql.push(if *wanted == negated { " IS NULL" } else { " IS NOT NULL" });
            return;
        }
        let ask = self.ask(condition);
        let role = match (required, negated) {
            (false, _) => Role::Nested,
            (true, true) => Role::Checked,
            (true, false) if self.of_few => Role::Checked,
            (true, false) => Role::Deciding,
        };
        if role == Role::Deciding
            && let Some((search, text)) = searched_text(condition)
        {
            self.search(search, condition, text, ask);
            return;
        }
        self.condition_on(field, ask, negated, role);
    }

    /// Narrowed by the field's text index, if that is known to help.
    fn search(&mut self, search: Search, condition: &Condition, text: String, ask: Ask) {
        let field = &condition.field;
        let way = self.ways.and_then(|ways| ways.get(self.keys.len())).cloned();
        let (key, then_select) = match field.source {
            Source::Related(related, _) => (related.key, true),
            Source::Any(..) => (self.id, true),
            _ => (self.id, false),
        };
        self.keys.push(Keys::Search { search, text, carried: self.is_carried(key), then_select });
        let Some(Way::Known(ids)) = way else {
            self.condition_on(field, ask, false, Role::Deciding);
            return;
        };
        if then_select {
            self.keys.push(Keys::Spared);
        }
        self.sql.push("(");
        self.known(key, ids);
        self.sql.push(" AND ");
        self.condition_on(field, ask, false, Role::Checked);
        self.sql.push(")");
    }

    /// Whether the list query reads a key elsewhere, from an index it walks.
    fn is_carried(&self, key: &'static str) -> bool {
        key != self.id && self.renames.iter().any(|(from, _)| *from == key)
    }

    fn known(&mut self, key: &'static str, ids: Vec<Uuid>) {
        if ids.is_empty() {
            self.sql.push("FALSE");
        } else {
            self.column(key);
            self.sql.push(" IN ").bind_list(ids);
        }
    }

    fn condition_on(&mut self, field: &FieldRef, ask: Ask, negated: bool, role: Role) {
        let own = field.own;
        match (field.source, ask) {
            (_, Ask::Never) => {
                self.sql.push(if negated { "TRUE" } else { "FALSE" });
            }
            (_, Ask::Always) => {
                self.sql.push(if negated { "FALSE" } else { "TRUE" });
            }
            (Source::Column(column), Ask::Present) => {
                let textual = field.kind.is_textual();
                self.sql.push(if textual && negated { "(" } else { "" });
                self.column(column);
                self.sql.push(match (textual, negated) {
                    (true, false) => " <> ''",
                    (false, false) => " IS NOT NULL",
                    (_, true) => " IS NULL",
                });
                if textual && negated {
                    self.sql.push(" OR ");
                    self.column(column);
                    self.sql.push(" = '')");
                }
            }
            (Source::Column(column), ask) => {
                self.sql.push(if negated { "((" } else { "(" });
                self.holds("", column, field, ask);
                self.sql.push(if negated { ") IS NOT TRUE)" } else { ")" });
            }
            // A field of this source is a boolean, which is asked above.
            (Source::Present(_), _) => {
                self.sql.push(if negated { "TRUE" } else { "FALSE" });
            }
            (Source::Related(related, column), ask) => {
                let other = Other { key: related.key, table: related.table, column: "id", only: None, own: None };
                self.elsewhere(other, Asked::Column(column, field, ask), negated, role);
            }
            (Source::Any(children, column), ask) => {
                let Children { key, table, owner, only } = children;
                self.elsewhere(
                    Other { key, table, column: owner, only, own },
                    Asked::Column(column, field, ask),
                    negated,
                    role,
                );
            }
            (Source::Members(_), Ask::All(values)) if role == Role::Deciding && values.len() <= SPLIT_MAX => {
                for (index, value) in values.into_iter().enumerate() {
                    self.sql.push(if index == 0 { "(" } else { " AND " });
                    self.condition_on(field, Ask::In(vec![value]), false, role);
                }
                self.sql.push(")");
            }
            (Source::Members(members), Ask::Ever(values)) => {
                let other = Other { key: members.key, table: members.table, column: members.owner, only: None, own };
                let members = Members { current: None, ..members };
                self.elsewhere(other, Asked::Members(members, Ask::In(values)), negated, role);
            }
            (Source::Members(members), ask) => {
                let other = Other { key: members.key, table: members.table, column: members.owner, only: None, own };
                self.elsewhere(other, Asked::Members(members, ask), negated, role);
            }
        }
    }

    fn ask(&self, condition: &Condition) -> Ask {
        let ask = ask(condition, self.context);
        let (Some(ids), Source::Members(Members { named: Some(named), .. })) = (self.ids, condition.field.source)
        else {
            return ask;
        };
        let known = |values: Vec<Value>| -> Vec<Value> {
            let names = values.into_iter().filter_map(|value| match value {
                Value::Text(name) => name,
                _ => None,
            });
            names.filter_map(|name| ids.get(&(named.table, name))).map(|id| Value::from(*id)).collect()
        };
        match ask {
            Ask::In(names) => any_of(known(names).into_iter()),
            Ask::All(names) => {
                let wanted = names.len();
                let ids = known(names);
                if ids.len() == wanted { Ask::All(ids) } else { Ask::Never }
            }
            ask => ask,
        }
    }

    fn column(&mut self, name: &'static str) {
        let name = self.renames.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to);
        self.sql.push(name);
    }

    /// A condition that asks another table.
    fn elsewhere(&mut self, other: Other, asked: Asked<'_>, negated: bool, role: Role) {
        let way = if role == Role::Deciding {
            let outer = std::mem::take(&mut self.sql);
            self.select_keys(other, &asked);
            let sql = std::mem::replace(&mut self.sql, outer);
            let way = self.ways.and_then(|ways| ways.get(self.keys.len())).cloned();
            let scans = match &asked {
                Asked::Column(_, _, ask) => matches!(ask, Ask::Like(_)),
                Asked::Events(events) => events.since.is_some() || events.until.is_some(),
                Asked::Members(..) => false,
            };
            let (own, carried) = (other.key == self.id, self.is_carried(other.key));
            self.keys.push(Keys::Select { sql, own, scans, carried });
            way.unwrap_or(Way::Unknown)
        } else {
            Way::Rows
        };
        if role != Role::Nested && !matches!(way, Way::Known(_)) {
            self.joins += 1;
            if self.joins > JOINS_MAX || self.of_few {
                self.sql.push("((");
                self.ask_row(other, &asked, negated);
                self.sql.push(") IS TRUE)");
                return;
            }
        }
        match way {
            Way::Unknown if asked.is_narrow() => self.among_keys(other, &asked),
            Way::Unknown => self.ask_row(other, &asked, negated),
            Way::Known(ids) => self.known(other.key, ids),
            Way::Keys => self.among_keys(other, &asked),
            Way::Rows => self.ask_row(other, &asked, negated),
        }
    }

    fn among_keys(&mut self, other: Other, asked: &Asked<'_>) {
        self.column(other.key);
        self.sql.push(" IN (");
        self.select_keys(other, asked);
        self.sql.push(")");
    }

    fn select_keys(&mut self, other: Other, asked: &Asked<'_>) {
        self.sql.push("SELECT x.").push(other.column);
        self.from(other);
        if matches!(asked, Asked::Events(_)) {
            // Events need not be about such a record.
            self.sql.push(" AND x.").push(other.column).push(" IS NOT NULL");
        }
        self.asked(asked);
        if let Asked::Members(members, Ask::All(values)) = asked {
            self.sql.push(" GROUP BY x.").push(other.column);
            self.sql.push(" HAVING count(DISTINCT x.").push(members.value).push(") = ").bind(count(values));
        }
    }

    fn ask_row(&mut self, other: Other, asked: &Asked<'_>, negated: bool) {
        if let Asked::Events(events) = asked
            && events.at_least > 1
        {
            // No more are counted than are asked for.
            self.sql.push("(SELECT count(*) FROM (SELECT 1 AS one");
            self.from(other);
            self.sql.push(" AND x.").push(other.column).push(" = ");
            self.column(other.key);
            self.asked(asked);
            self.sql.push(" LIMIT ").bind(events.at_least).push(") counted)");
            self.sql.push(if negated { " < " } else { " = " }).bind(events.at_least);
            return;
        }
        if let Asked::Members(members, Ask::All(_)) = asked {
            self.sql.push("(SELECT count(DISTINCT x.").push(members.value).push(")");
        } else {
            self.sql.push(if negated { "NOT EXISTS (SELECT 1" } else { "EXISTS (SELECT 1" });
        }
        self.from(other);
        self.sql.push(" AND x.").push(other.column).push(" = ");
        self.column(other.key);
        self.asked(asked);
        self.sql.push(")");
        if let Asked::Members(_, Ask::All(values)) = asked {
            self.sql.push(if negated { " <> " } else { " = " }).bind(count(values));
        }
    }

    /// ` FROM table x WHERE x.org_id = $n`, and what else tells the rows that count.
    fn from(&mut self, other: Other) {
        self.sql.push(" FROM ").push(other.table).push(" x WHERE x.org_id = ").bind(self.context.org);
        if let Some((column, value)) = other.only {
            self.sql.push(" AND x.").push(column).push(" = ").bind(value);
        }
        if let Some(own) = other.own {
            self.sql.push(" AND x.").push(own.column).push(" = ").bind(own.id);
        }
    }

    /// ` AND ...` about a row of the other table.
    fn asked(&mut self, asked: &Asked<'_>) {
        match asked {
            Asked::Column(column, field, ask) => {
                self.sql.push(" AND ");
                self.holds("x.", column, field, ask.clone());
            }
            Asked::Events(events) => {
                self.sql.push(" AND x.type IN ").bind_list(events.types.iter().map(String::as_str));
                if let Some(since) = events.since {
                    self.sql.push(" AND x.occurred_at >= ").bind(since);
                }
                if let Some(until) = events.until {
                    self.sql.push(" AND x.occurred_at < ").bind(until);
                }
            }
            Asked::Members(members, Ask::In(values) | Ask::All(values)) => {
                self.current(members);
                self.sql.push(" AND x.").push(members.value).push(" IN ");
                match members.named {
                    // Names, unless they have been looked up.
                    Some(named) if self.ids.is_none() => {
                        self.sql.push("(SELECT y.id FROM ").push(named.table).push(" y WHERE y.org_id = ");
                        self.sql.bind(self.context.org).push(" AND y.").push(named.name).push(" IN ");
                        self.sql.bind_list(values.iter().cloned()).push(")");
                    }
                    _ => {
                        self.sql.bind_list(values.iter().cloned());
                    }
                }
            }
            // Any row will do.
            Asked::Members(members, _) => self.current(members),
        }
    }

    fn current(&mut self, members: &Members) {
        if let Some(column) = members.current {
            self.sql.push(" AND x.").push(column);
        }
    }

    /// The test on a column, not in parentheses; unknown where the column is null.
    fn holds(&mut self, alias: &'static str, column: &'static str, field: &Field, ask: Ask) {
        match ask {
            Ask::Never | Ask::Always | Ask::All(_) | Ask::Ever(_) => {
                self.sql.push("FALSE");
            }
            Ask::Present => {
                self.sql.push(alias);
                self.column(column);
                self.sql.push(if field.kind.is_textual() { " <> ''" } else { " IS NOT NULL" });
            }
            Ask::In(mut values) => {
                self.sql.push(alias);
                self.column(column);
                match values.pop() {
                    Some(value) if values.is_empty() => {
                        self.sql.push(" = ").bind(value);
                    }
                    last => {
                        self.sql.push(" IN ").bind_list(values.into_iter().chain(last));
                    }
                }
            }
            Ask::Like(pattern) => {
                self.sql.push(alias);
                self.column(column);
                self.sql.push(" LIKE ").bind(pattern).push(" ESCAPE '\\'");
            }
            Ask::Compare(bounds) => self.bounds(alias, column, bounds),
            Ask::Either(ranges) => {
                for (index, bounds) in ranges.into_iter().enumerate() {
                    self.sql.push(if index == 0 { "((" } else { ") OR (" });
                    self.bounds(alias, column, bounds);
                }
                self.sql.push("))");
            }
        }
    }

    fn bounds(&mut self, alias: &'static str, column: &'static str, bounds: Vec<(&'static str, Value)>) {
        for (index, (operator, value)) in bounds.into_iter().enumerate() {
            self.sql.push(if index == 0 { "" } else { " AND " }).push(alias);
            self.column(column);
            self.sql.push(operator).bind(value);
        }
    }
}

fn ask(condition: &Condition, context: &Context) -> Ask {
    let field_ref = &condition.field;
    let field: &Field = field_ref;
    match &condition.test {
        Test::Present => Ask::Present,
        Test::Flag(flag) => Ask::In(vec![(*flag).into()]),
        Test::TextIn(texts) => {
            // A set, because two spellings may fold to one text. The empty text counts as missing.
            let texts: BTreeSet<String> = texts.iter().map(|text| (field.normal)(text)).collect();
            any_of(texts.into_iter().filter(|text| !text.is_empty()).map(Value::from))
        }
        Test::TextPart(part, text) => part_of(*part, &(field.normal)(text)),
        Test::Number(compare, number) => match field.kind {
            Kind::Integer => whole(*compare, *number),
            _ => Ask::Compare(vec![(compare.sql(), float(*number))]),
        },
        Test::NumberBetween(low, high) => match field.kind {
            Kind::Integer => both(whole(Compare::Gte, *low), whole(Compare::Lte, *high)),
            _ => Ask::Compare(vec![(" >= ", float(*low)), (" <= ", float(*high))]),
        },
        Test::Time(test) if field.kind == Kind::Date => days(*test, context),
        Test::Time(test) => {
            let (now, zone) = (context.now, &context.zone);
            Ask::Compare(match test {
                TimeTest::Before(moment) => vec![(" < ", moment.resolve(now, zone).into())],
                TimeTest::After(moment) => vec![(" > ", moment.resolve(now, zone).into())],
                TimeTest::Between(from, to) => {
                    vec![(" >= ", from.resolve(now, zone).into()), (" <= ", to.resolve(now, zone).into())]
                }
                TimeTest::Last(span) => vec![(" >= ", span.before(now, zone).into()), (" <= ", now.into())],
                TimeTest::Next(span) => vec![(" >= ", now.into()), (" <= ", span.after(now, zone).into())],
                TimeTest::OlderThan(span) => vec![(" < ", span.before(now, zone).into())],
            })
        }
        Test::KeyIn(list) | Test::HasAny(list) => any_of(keys(field, list, context).into_iter()),
        Test::Buckets(buckets) => in_buckets(field_ref, buckets),
        Test::EverAny(list) => {
            let values = keys(field, list, context);
            if values.is_empty() { Ask::Never } else { Ask::Ever(values) }
        }
        Test::HasAll(list) => {
            let values = keys(field, list, context);
            match values.len() {
                0 => Ask::Always,
                1 => Ask::In(values),
                _ => Ask::All(values),
            }
        }
    }
}

/// Buckets as ranges; all of them together have every fit.
fn in_buckets(field: &FieldRef, buckets: &[Bucket]) -> Ask {
    let Some(thresholds) = field.fit else { return Ask::Never };
    let of_one = |bucket: &Bucket| {
        let (from, below) = thresholds.range(*bucket);
        let from = from.map(|from| (" >= ", Value::from(from)));
        from.into_iter().chain(below.map(|below| (" < ", Value::from(below)))).collect()
    };
    let mut ranges: Vec<Vec<(&'static str, Value)>> = buckets.iter().map(of_one).collect();
    match ranges.len() {
        0 => Ask::Never,
        1 => Ask::Compare(ranges.remove(0)),
        _ => Ask::Either(ranges),
    }
}

/// A test of the first instant of a day, as one of the day itself.
fn days(test: TimeTest, context: &Context) -> Ask {
    let (now, zone) = (context.now, &context.zone);
    let from = |at: Timestamp| (" >= ", first_day_from(at, false, zone).into());
    let later = |at: Timestamp| (" >= ", first_day_from(at, true, zone).into());
    let earlier = |at: Timestamp| (" < ", first_day_from(at, false, zone).into());
    let until = |at: Timestamp| (" < ", first_day_from(at, true, zone).into());
    Ask::Compare(match test {
        TimeTest::Before(moment) => vec![earlier(moment.resolve(now, zone))],
        TimeTest::After(moment) => vec![later(moment.resolve(now, zone))],
        TimeTest::Between(start, end) => vec![from(start.resolve(now, zone)), until(end.resolve(now, zone))],
        TimeTest::Last(span) => vec![from(span.before(now, zone)), until(now)],
        TimeTest::Next(span) => vec![from(now), until(span.after(now, zone))],
        TimeTest::OlderThan(span) => vec![earlier(span.before(now, zone))],
    })
}

/// What to look for in the text index of the condition's field, if it has one.
fn searched_text(condition: &Condition) -> Option<(Search, String)> {
    let field: &Field = &condition.field;
    let search = field.search?;
    let text = match &condition.test {
        Test::TextPart(_, text) => text,
        Test::TextIn(texts) => match texts.as_slice() {
            [text] => text,
            _ => return None,
        },
        _ => return None,
    };
    let text = (field.normal)(text);
    (!text.is_empty()).then_some((search, text))
}

fn any_of(values: impl Iterator<Item = Value>) -> Ask {
    let values: Vec<Value> = values.collect();
    if values.is_empty() { Ask::Never } else { Ask::In(values) }
}

/// The keys as stored, each once.
fn keys(field: &Field, keys: &[Key], context: &Context) -> Vec<Value> {
    if matches!(field.kind, Kind::Id | Kind::User | Kind::Ids | Kind::Groups) {
        let ids: BTreeSet<Uuid> = keys
            .iter()
            .filter_map(|key| match key {
                Key::Me => context.me.map(|user| user.0),
                Key::Id(id) => Some(*id),
                Key::Text(_) => None,
            })
            .collect();
        return ids.into_iter().map(Value::from).collect();
    }
    let codes: BTreeSet<String> = keys
        .iter()
        .filter_map(|key| match (key, field.kind) {
            (key, Kind::Names) => Some(normal_key(field, key)),
            (Key::Text(code), _) => Some(code.clone()).filter(|code| !code.is_empty()),
            _ => None,
        })
        .collect();
    codes.into_iter().map(Value::from).collect()
}

/// `part` is in normal form.
fn part_of(part: Part, text: &str) -> Ask {
    if text.is_empty() {
        return Ask::Present;
    }
    if part == Part::Start {
        // A range, because both engines find it in an index; text is stored in byte order.
        let mut bounds = vec![(" >= ", text.into())];
        bounds.extend(after_prefix(text).map(|end| (" < ", end.into())));
        return Ask::Compare(bounds);
    }
    let mut pattern = String::with_capacity(text.len() + 8);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    if part == Part::Inside {
        pattern.push('%');
    }
    Ask::Like(pattern)
}

/// The least text above all that start with `prefix`.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut text = prefix.to_string();
    while let Some(last) = text.pop() {
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

impl Compare {
    const fn sql(self) -> &'static str {
        match self {
            Compare::Eq => " = ",
            Compare::Gt => " > ",
            Compare::Gte => " >= ",
            Compare::Lt => " < ",
            Compare::Lte => " <= ",
        }
    }
}

fn float(number: Number) -> Value {
    #[allow(clippy::cast_precision_loss)]
    match number {
        Number::Int(whole) => Value::from(whole as f64),
        Number::Float(float) => Value::from(float),
    }
}

/// A comparison of a 64-bit column, without leaving 64-bit numbers: engines differ in how they compare
/// those with doubles.
fn whole(compare: Compare, number: Number) -> Ask {
    let number = match number {
        Number::Int(whole) => return Ask::Compare(vec![(compare.sql(), whole.into())]),
        Number::Float(float) => float,
    };
    let above = number >= TWO_63;
    let below = number < -TWO_63;
    #[allow(clippy::cast_possible_truncation)]
    match compare {
        Compare::Eq if above || below || number.fract() != 0.0 => Ask::Never,
        Compare::Eq => Ask::Compare(vec![(" = ", (number as i64).into())]),
        Compare::Gt | Compare::Gte if above => Ask::Never,
        Compare::Gt | Compare::Gte if below => Ask::Present,
        Compare::Gt => Ask::Compare(vec![(" > ", (number.floor() as i64).into())]),
        Compare::Gte => Ask::Compare(vec![(" >= ", (number.ceil() as i64).into())]),
        Compare::Lt | Compare::Lte if above => Ask::Present,
        Compare::Lt | Compare::Lte if below => Ask::Never,
        Compare::Lt => Ask::Compare(vec![(" < ", (number.ceil() as i64).into())]),
        Compare::Lte => Ask::Compare(vec![(" <= ", (number.floor() as i64).into())]),
    }
}

fn both(low: Ask, high: Ask) -> Ask {
    match (low, high) {
        (Ask::Never, _) | (_, Ask::Never) => Ask::Never,
        (Ask::Compare(mut low), Ask::Compare(high)) => {
            low.extend(high);
            Ask::Compare(low)
        }
        (Ask::Present, other) | (other, _) => other,
    }
}
