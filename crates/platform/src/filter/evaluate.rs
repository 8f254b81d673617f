//! The law: what a tree means, decided in memory about one record. It is written to be read, and
//! shares nothing with the compiler but the tree.

use super::Context;
use super::catalogue::{Field, FieldRef, Kind};
use super::model::{
    Activity, Compare, Condition, Key, Node, Number, Often, Part, TWO_63, Test, TimeTest, Tree, normal_key,
};
use super::time::{Moment, date_of, first_instant};
use crate::clock::Timestamp;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::cmp::Ordering;
use uuid::Uuid;

/// A record that a tree can be asked about.
pub trait Record {
    /// The value of a field of the catalogue.
    fn value(&self, field: &FieldRef) -> Fact<'_>;

    /// How many events of these types happened to it: none before `since`, and none at `until` or later.
    fn events(&self, types: &[String], since: Option<Timestamp>, until: Option<Timestamp>) -> u64;

    /// How many of its deals the tree of a `deals` node selects.
    fn deals(&self, tree: &Tree, context: &Context) -> u64;
}

/// The value of a field, in the form that people see.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact<'a> {
    Missing,
    Flag(bool),
    Int(i64),
    Float(f64),
    Time(Timestamp),
    /// Days since 1970-01-01.
    Day(i64),
    Id(Uuid),
    /// Text or a code.
    Text(Cow<'a, str>),
    /// The texts of all child rows, or a set of names.
    Texts(Vec<Cow<'a, str>>),
    Ids(Vec<Uuid>),
    /// The groups it is in, and those it has been in at any time.
    Groups {
        now: Vec<Uuid>,
        ever: Vec<Uuid>,
    },
}

/// Whether the record belongs to what the tree selects.
pub fn evaluate(tree: &Tree, record: &dyn Record, context: &Context) -> bool {
    let hidden = !tree.names_archived
        && tree.schema.field("archived").is_some_and(|field| record.value(&field) == Fact::Flag(true));
    !hidden && holds(&tree.root, record, context)
}

/// Whether one node holds, with no regard to `archived`.
pub(super) fn holds(node: &Node, record: &dyn Record, context: &Context) -> bool {
    match node {
        Node::And(nodes) => nodes.iter().all(|node| holds(node, record, context)),
        Node::Or(nodes) => nodes.iter().any(|node| holds(node, record, context)),
        Node::Not(node) => !holds(node, record, context),
        Node::Field(condition) => {
            let fact = record.value(&condition.field);
            passes(condition, &fact, context) != condition.op.is_negative()
        }
        Node::Activity(activity) => {
            let count = happened(activity, record, context);
            match activity.often {
                Often::AtLeast => count >= u64::from(activity.count),
                Often::AtMost => count <= u64::from(activity.count),
                Often::Exactly => count == u64::from(activity.count),
            }
        }
        Node::Deals(node) => (record.deals(&node.tree, context) > 0) != node.none,
    }
}

/// What a condition found in one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The JSON pointer to the condition.
    pub path: String,
    /// The condition as JSON.
    pub condition: Json,
    /// What the record has there: the field's value, or how many events or deals.
    pub value: Json,
    /// Whether the condition holds, before any `not` around it.
    pub holds: bool,
}

/// What each condition of the tree finds in the record, in the order written.
pub fn explain(tree: &Tree, record: &dyn Record, context: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    tree.each_condition(|path, node| {
        let value = match node {
            Node::Field(condition) => record.value(&condition.field).to_json(),
            Node::Activity(activity) => happened(activity, record, context).into(),
            Node::Deals(node) => record.deals(&node.tree, context).into(),
            Node::And(_) | Node::Or(_) | Node::Not(_) => Json::Null,
        };
        findings.push(Finding {
            path: path.to_string(),
            condition: serde_json::to_value(node).unwrap_or_default(),
            value,
            holds: holds(node, record, context),
        });
    });
    findings
}

impl Fact<'_> {
    /// As the API writes such a value.
    fn to_json(&self) -> Json {
        match self {
            Fact::Missing => Json::Null,
            Fact::Flag(flag) => (*flag).into(),
            Fact::Int(whole) => (*whole).into(),
            Fact::Float(float) => (*float).into(),
            Fact::Time(at) => at.to_string().into(),
            Fact::Day(day) => date_of(*day).map_or(Json::Null, |date| date.to_string().into()),
            Fact::Id(id) => id.to_string().into(),
            Fact::Text(text) => text.as_ref().into(),
            Fact::Texts(texts) => texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().into(),
            Fact::Ids(ids) | Fact::Groups { now: ids, .. } => {
                ids.iter().map(ToString::to_string).collect::<Vec<String>>().into()
            }
        }
    }
}

/// How often it happened.
fn happened(activity: &Activity, record: &dyn Record, context: &Context) -> u64 {
    let instant = |moment: Moment| moment.resolve(context.now, &context.zone);
    record.events(&activity.types, activity.since.map(instant), activity.until.map(instant))
}

fn passes(condition: &Condition, fact: &Fact<'_>, context: &Context) -> bool {
    let field: &Field = &condition.field;
    match (&condition.test, fact) {
        (Test::Present, Fact::Missing) => false,
        (Test::Present, Fact::Text(text)) => !normal(field, text).is_empty(),
        (Test::Present, Fact::Texts(names)) if field.kind == Kind::Names => !names.is_empty(),
        (Test::Present, Fact::Texts(texts)) => texts.iter().any(|text| !normal(field, text).is_empty()),
        (Test::Present, Fact::Ids(ids) | Fact::Groups { now: ids, .. }) => !ids.is_empty(),
        (Test::Present, _) => true,
        (Test::Flag(wanted), Fact::Flag(flag)) => flag == wanted,
        (Test::TextIn(_) | Test::TextPart(..), Fact::Text(text)) => text_passes(field, &condition.test, text),
        (Test::TextIn(_) | Test::TextPart(..), Fact::Texts(texts)) => {
            texts.iter().any(|text| text_passes(field, &condition.test, text))
        }
        (Test::Number(compare, number), fact) => order(fact, *number).is_some_and(|order| compare.accepts(order)),
        (Test::NumberBetween(low, high), fact) => {
            order(fact, *low).is_some_and(Ordering::is_ge) && order(fact, *high).is_some_and(Ordering::is_le)
        }
        (Test::Time(test), Fact::Time(at)) => time_passes(*test, *at, context),
        (Test::Time(test), Fact::Day(day)) => {
            date_of(*day).is_some_and(|date| time_passes(*test, first_instant(date, &context.zone), context))
        }
        (Test::KeyIn(keys), Fact::Id(id)) => keys.iter().any(|key| key_id(key, context) == Some(*id)),
        (Test::KeyIn(keys), Fact::Text(code)) => {
            !code.is_empty() && keys.iter().any(|key| matches!(key, Key::Text(text) if text == code))
        }
        (Test::HasAny(keys), set) => keys.iter().any(|key| contains(field, set, key, context)),
        (Test::EverAny(keys), Fact::Groups { ever, .. }) => {
            keys.iter().any(|key| key_id(key, context).is_some_and(|id| ever.contains(&id)))
        }
        (Test::Buckets(buckets), Fact::Float(fit)) => {
            condition.field.fit.is_some_and(|thresholds| buckets.contains(&thresholds.bucket(*fit)))
        }
        (Test::HasAll(keys), set) => keys.iter().all(|key| contains(field, set, key, context)),
        _ => false,
    }
}

/// The form in which the field's texts are compared; codes are compared as they are.
fn normal(field: &Field, text: &str) -> String {
    match field.kind {
        Kind::Text | Kind::Names => (field.normal)(text),
        _ => text.to_string(),
    }
}

fn text_passes(field: &Field, test: &Test, text: &str) -> bool {
    let text = normal(field, text);
    if text.is_empty() {
        return false;
    }
    match test {
        Test::TextIn(list) => list.iter().any(|wanted| normal(field, wanted) == text),
        Test::TextPart(Part::Inside, part) => text.contains(&normal(field, part)),
        Test::TextPart(Part::Start, part) => text.starts_with(&normal(field, part)),
        Test::TextPart(Part::End, part) => text.ends_with(&normal(field, part)),
        _ => false,
    }
}

fn time_passes(test: TimeTest, at: Timestamp, context: &Context) -> bool {
    let (now, zone) = (context.now, &context.zone);
    match test {
        TimeTest::Before(moment) => at < moment.resolve(now, zone),
        TimeTest::After(moment) => at > moment.resolve(now, zone),
        TimeTest::Between(from, to) => (from.resolve(now, zone)..=to.resolve(now, zone)).contains(&at),
        TimeTest::Last(span) => (span.before(now, zone)..=now).contains(&at),
        TimeTest::Next(span) => (now..=span.after(now, zone)).contains(&at),
        TimeTest::OlderThan(span) => at < span.before(now, zone),
    }
}

fn key_id(key: &Key, context: &Context) -> Option<Uuid> {
    match key {
        Key::Me => context.me.map(|user| user.0),
        Key::Id(id) => Some(*id),
        Key::Text(_) => None,
    }
}

fn contains(field: &Field, set: &Fact<'_>, key: &Key, context: &Context) -> bool {
    match set {
        Fact::Ids(ids) | Fact::Groups { now: ids, .. } => key_id(key, context).is_some_and(|id| ids.contains(&id)),
        Fact::Texts(names) => {
            let wanted = normal_key(field, key);
            names.iter().any(|name| normal(field, name) == wanted)
        }
        _ => false,
    }
}

impl Compare {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Compare::Eq => order.is_eq(),
            Compare::Gt => order.is_gt(),
            Compare::Gte => order.is_ge(),
            Compare::Lt => order.is_lt(),
            Compare::Lte => order.is_le(),
        }
    }
}

/// How a stored number stands to an asked one. Whole numbers are compared exactly; in a field of
/// doubles the asked number is the double nearest to it.
fn order(fact: &Fact<'_>, number: Number) -> Option<Ordering> {
    match (fact, number) {
        (Fact::Int(value), Number::Int(number)) => Some(value.cmp(&number)),
        (Fact::Int(value), Number::Float(number)) => Some(if number >= TWO_63 {
            Ordering::Less
        } else if number < -TWO_63 {
            Ordering::Greater
        } else {
            #[allow(clippy::cast_possible_truncation)]
            let floor = number.floor() as i64;
            let above_floor = if number.fract() == 0.0 { Ordering::Equal } else { Ordering::Less };
            value.cmp(&floor).then(above_floor)
        }),
        #[allow(clippy::cast_precision_loss)]
        (Fact::Float(value), Number::Int(number)) => value.partial_cmp(&(number as f64)),
        (Fact::Float(value), Number::Float(number)) => value.partial_cmp(&number),
        _ => None,
    }
}
