//! The activity log: everything that happens to a customer or a company, as immutable events on one
//! timeline. The row that logs a change is written in the transaction that makes it.

pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::{Activity, Change, Event, Group, SegmentCause, StageMove, changes};

use db::{Conn, Tx};
use platform::actor::ActorRef;
use platform::clock::Timestamp;
use platform::http::Page;
use platform::ids::{ActivityId, CompanyId, CustomerId, DealId, UserId};
use platform::paging::{LIMIT_DEFAULT, LIMIT_MAX};
use platform::{Actor, Error, Result, Scope};

/// Whom an event is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub customer_id: Option<CustomerId>,
    /// The customer's company at the time, or the company itself.
    pub company_id: Option<CompanyId>,
    pub deal_id: Option<DealId>,
}

/// Logs `events`, in order, at this moment, and moves the time of last activity of the customer's tags forward. The
/// customer's own is written by whoever changes the customer.
pub fn record(tx: &Tx<'_>, actor: &Actor, about: About, events: &[Event]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    log(tx, actor, about, events)?;
    if let Some(customer_id) = about.customer_id {
        store::touch_tags(tx, &actor.scope(), customer_id, actor.now())?;
    }
    Ok(())
}

/// Logs what happened at `at`, not later than this moment, and moves the time of last activity of the customer's tags
/// forward. The customer's own is written by whoever changes the customer.
pub fn record_at(tx: &Tx<'_>, actor: &Actor, about: About, event: &Event, at: Timestamp) -> Result<Activity> {
    let (kind, detail) = event.to_row().map_err(|error| Error::Bug(error.to_string()))?;
    let id = ActivityId(actor.new_id());
    store::insert(tx, actor, id, about, &kind, detail.clone(), at)?;
    if let Some(customer_id) = about.customer_id {
        store::touch_tags(tx, &actor.scope(), customer_id, at)?;
    }
    let About { customer_id, company_id, deal_id } = about;
    Ok(Activity { id, customer_id, company_id, deal_id, kind, detail, actor: actor.to_ref(), occurred_at: at })
}

/// Logs `events` about a record that was made in this transaction with the present as its time of last activity.
pub fn record_first(tx: &Tx<'_>, actor: &Actor, about: About, events: &[Event]) -> Result<()> {
    log(tx, actor, about, events)
}

fn log(tx: &Tx<'_>, actor: &Actor, about: About, events: &[Event]) -> Result<()> {
    let now = actor.now();
    for event in events {
        let (kind, detail) = event.to_row().map_err(|error| Error::Bug(error.to_string()))?;
        store::insert(tx, actor, ActivityId(actor.new_id()), about, &kind, detail, now)?;
    }
    Ok(())
}

/// Logs events of many customers in bulk, and moves their times of last activity forward.
pub fn record_all(tx: &Tx<'_>, actor: &Actor, events: &[(About, Event)]) -> Result<()> {
    record_many(tx, actor, events)?;
    let customers: Vec<CustomerId> = events.iter().filter_map(|(about, _)| about.customer_id).collect();
    Ok(store::touch_customers(tx, &actor.scope(), &customers, actor.now())?)
}

/// Logs events in bulk, for those who keep the customers' times of last activity themselves.
pub fn record_many(tx: &Tx<'_>, actor: &Actor, events: &[(About, Event)]) -> Result<()> {
    store::insert_many(tx, actor, events, actor.now())
}

/// Logs what one person alone sees, on their timelines. Nothing else tells of it: no time of last activity moves, and
/// neither filters nor those who follow the log know of it.
pub fn record_private(tx: &Tx<'_>, actor: &Actor, user_id: UserId, about: About, events: &[Event]) -> Result<()> {
    for event in events {
        let (kind, detail) = event.to_row().map_err(|error| Error::Bug(error.to_string()))?;
        store::insert_private(tx, actor, user_id, about, &kind, detail)?;
    }
    Ok(())
}

/// Takes an event from the timelines of `user_id`, because it is about to be on everybody's.
pub fn forget_private(tx: &Tx<'_>, scope: &Scope, user_id: UserId, about: About, event: &Event) -> Result<()> {
    let (kind, detail) = event.to_row().map_err(|error| Error::Bug(error.to_string()))?;
    Ok(store::forget_private(tx, scope, user_id, about, &kind, &detail)?)
}

/// What happened before the product was there, with who did it and when.
#[derive(Clone, Debug, PartialEq)]
pub struct PastEvent {
    pub id: ActivityId,
    pub about: About,
    pub event: Event,
    pub actor: ActorRef,
    pub occurred_at: Timestamp,
}

/// Puts past events into the log; ascending ids are quickest. The caller keeps the customers' times of last activity.
pub fn insert_past(tx: &Tx<'_>, scope: &Scope, events: &[PastEvent]) -> Result<()> {
    store::insert_past(tx, scope, events)
}

/// Of these customers, the ones whose timeline has an event by somebody else than `actor`.
pub fn customers_of_others(c: &Conn<'_>, actor: &Actor, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
    Ok(store::customers_of_others(c, actor, ids)?)
}

/// Of these companies, the ones whose timeline, with that of their customers, has an event by somebody else than `actor`.
pub fn companies_of_others(c: &Conn<'_>, actor: &Actor, ids: &[CompanyId]) -> Result<Vec<CompanyId>> {
    Ok(store::companies_of_others(c, actor, ids)?)
}

/// Of these deals, the ones whose timeline has an event by somebody else than `actor`.
pub fn deals_of_others(c: &Conn<'_>, actor: &Actor, ids: &[DealId]) -> Result<Vec<DealId>> {
    Ok(store::deals_of_others(c, actor, ids)?)
}

/// Whose timeline is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeline {
    Customer(CustomerId),
    Company(CompanyId),
    Deal(DealId),
}

/// One page of a timeline, newest first.
///
/// # Errors
/// [`Error::Malformed`] for a cursor that this timeline did not give.
pub fn page(
    c: &Conn<'_>,
    actor: &Actor,
    timeline: Timeline,
    group: Option<Group>,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Activity>> {
    let after = cursor.map(parse_cursor).transpose()?;
    let mut items = store::page(c, &actor.scope(), timeline, group, limit + 1, after)?;
    if let Some(user_id) = actor.user_id {
        items.extend(store::private_page(c, &actor.scope(), user_id, timeline, group, limit + 1, after)?);
        items.sort_by_key(|item| std::cmp::Reverse((item.occurred_at, item.id)));
    }
    let next_cursor = (items.len() > limit).then(|| {
        items.truncate(limit);
        items.last().map(|last| format!("{}.{}", last.occurred_at.micros(), last.id))
    });
    Ok(Page { items, next_cursor: next_cursor.flatten() })
}

/// The latest events of the organisation, those logged last first, without what follows by itself from what others did.
/// Work is bounded: no more than so many rows of the log are looked at, so that there may be fewer than `limit`.
pub fn latest(c: &Conn<'_>, scope: &Scope, by: Option<UserId>, limit: usize) -> Result<Vec<Activity>> {
    Ok(store::latest(c, scope, by, limit)?)
}

fn parse_cursor(text: &str) -> Result<(Timestamp, ActivityId)> {
    text.split_once('.')
        .and_then(|(time, id)| Some((Timestamp(time.parse().ok()?), id.parse().ok()?)))
        .ok_or_else(|| Error::malformed("cursor", "invalid_cursor", "use nextCursor of the page before, unchanged"))
}

/// The parameters of a timeline.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActivityQuery {
    /// Only events of this group.
    // Inline: schemas that only a query names are not collected into the document.
    #[param(inline)]
    pub group: Option<Group>,
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

impl ActivityQuery {
    /// # Errors
    /// [`Error::Malformed`] for a limit out of range.
    pub fn limit(&self) -> Result<usize> {
        match self.limit.as_deref().map(str::parse) {
            None => Ok(LIMIT_DEFAULT as usize),
            Some(Ok(limit)) if (1..=LIMIT_MAX as usize).contains(&limit) => Ok(limit),
            Some(_) => {
                Err(Error::malformed("limit", "invalid_value", format!("limit is a number from 1 to {LIMIT_MAX}")))
            }
        }
    }
}
