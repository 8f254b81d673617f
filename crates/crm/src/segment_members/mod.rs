//! The rows that say who is in a segment: put there by hand in a static one, told to be in a dynamic one.

mod store;

pub use store::MemberRow;

use crate::activity::{Event, SegmentCause};
use crate::segment_rules;
use db::{Conn, Tx};
use platform::clock::Timestamp;
use platform::ids::{CustomerId, SegmentId};
use platform::{Actor, Error, Result, Scope};
use std::collections::BTreeSet;

/// A segment whose members are put there by hand.
#[derive(Clone, Debug)]
pub struct StaticSegment {
    pub id: SegmentId,
    pub name: String,
}

impl StaticSegment {
    /// What the log says of somebody who was put into it, or taken out.
    pub fn moved(&self, joined: bool) -> Event {
        let (segment_id, name, cause) = (self.id, self.name.clone(), SegmentCause::of_kind("by_hand"));
        if joined {
            Event::SegmentJoined { segment_id, name, cause }
        } else {
            Event::SegmentLeft { segment_id, name, cause }
        }
    }
}

/// # Errors
/// [`Error::Conflict`] `dynamic_segment` or `archived` for a segment of another kind.
pub fn require_static(c: &Conn<'_>, scope: &Scope, id: SegmentId) -> Result<StaticSegment> {
    let segment = segment_rules::definition(c, scope, id)?.ok_or(Error::NotFound("segment"))?;
    if segment.rule.is_some() {
        let message = format!("the rule of {} decides who is in it; change the rule instead", segment.name);
        return Err(Error::conflict("dynamic_segment", message));
    }
    if segment.archived {
        return Err(Error::conflict("archived", format!("{} is archived; restore it first", segment.name)));
    }
    Ok(StaticSegment { id, name: segment.name })
}

/// What the rows of a segment say of these customers; of all when there is no list.
pub fn rows(c: &Conn<'_>, scope: &Scope, id: SegmentId, customers: Option<&[CustomerId]>) -> Result<Vec<MemberRow>> {
    Ok(store::rows(c, scope, id, customers)?)
}

/// Those of the customers whom somebody has put into the segment.
pub fn listed(c: &Conn<'_>, scope: &Scope, id: SegmentId, customers: &[CustomerId]) -> Result<BTreeSet<CustomerId>> {
    let rows = store::rows(c, scope, id, Some(customers))?;
    Ok(rows.into_iter().filter(|row| row.listed).map(|row| row.customer_id).collect())
}

/// Puts customers into a static segment; the caller logs it ([`StaticSegment::moved`]) and counts the write.
pub fn put_in(tx: &Tx<'_>, actor: &Actor, id: SegmentId, customers: &[CustomerId]) -> Result<()> {
    join(tx, &actor.scope(), id, customers, true, actor.now())
}

/// Takes customers out of a static segment; as [`put_in`].
pub fn take_out(tx: &Tx<'_>, actor: &Actor, id: SegmentId, customers: &[CustomerId]) -> Result<()> {
    leave(tx, &actor.scope(), id, customers, true, actor.now())
}

/// Notes that customers have joined; `listed`: by hand.
pub fn join(
    tx: &Tx<'_>,
    scope: &Scope,
    id: SegmentId,
    customers: &[CustomerId],
    listed: bool,
    now: Timestamp,
) -> Result<()> {
    Ok(store::join(tx, scope, id, customers, listed, now)?)
}

/// Notes that customers have left; `unlist`: somebody has taken them out.
pub fn leave(
    tx: &Tx<'_>,
    scope: &Scope,
    id: SegmentId,
    customers: &[CustomerId],
    unlist: bool,
    now: Timestamp,
) -> Result<()> {
    Ok(store::leave(tx, scope, id, customers, unlist, now)?)
}
