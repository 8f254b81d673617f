//! The filter language: one typed JSON tree for tables, saved views, segments, bulk actions and exports.
//!
//! A concept declares a [`Catalogue`] of its fields. [`Tree::parse`] checks a tree against it and
//! refuses it with the path to each fault. A tree is then used in two ways that must agree, and are
//! tested to: [`Tree::sql`] and [`Tree::planned`] turn it into a condition of bound parameters, valid
//! on both engines; [`evaluate()`] decides in memory about one record, and is the law.
//!
//! Logic is two-valued. A comparison with a missing value is false; `ne`, `not_contains`, `not_in`,
//! `has_none`, `never_any`, `empty` and `not` are exact negations, so they hold for records without a value.

pub mod catalogue;
mod compile;
mod evaluate;
mod groups;
mod json;
mod model;
mod plan;
mod time;

#[cfg(test)]
mod law;
#[cfg(test)]
mod tests;

pub use catalogue::{Bucket, Catalogue, Field, FieldInfo, FieldRef, Schema, Thresholds};
pub use compile::Renames;
pub use evaluate::{Fact, Finding, Record, evaluate, explain};
pub use groups::Group;
pub use json::Raw;
pub(crate) use json::filter as filter_of_body;
pub use model::{
    Activity, Compare, Condition, DealsNode, Key, Me, Node, Number, Often, Op, Part, Test, TimeTest, Tree,
};
pub use time::{Moment, Span, date_of, day_of};

use crate::actor::Actor;
use crate::clock::Timestamp;
use crate::ids::{OrgId, UserId};
use jiff::tz::TimeZone;

/// What a tree needs to know when it is used.
#[derive(Clone, Debug)]
pub struct Context {
    pub org: OrgId,
    pub now: Timestamp,
    /// The organisation's time zone, in which days, months and years are counted.
    pub zone: TimeZone,
    /// Whom `"me"` means; without a caller it matches nobody.
    pub me: Option<UserId>,
}

impl Context {
    /// As `actor` sees it, in the organisation's time zone.
    pub fn of(actor: &Actor, zone: TimeZone) -> Context {
        Context { org: actor.org_id, now: actor.now(), zone, me: actor.user_id }
    }
}
