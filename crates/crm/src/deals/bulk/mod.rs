//! Many deals in one transaction, for imports and bulk actions: the same rows, totals, history and log as the operations
//! on one deal leave behind.
//!
//! The caller has decided: rights, stages and values are checked.

pub mod actions;
#[cfg(test)]
mod tests;

use super::{Deal, about, former, rank, store};
use crate::activity::{self, About, Event};
use crate::custom_fields::{self, Record, Values};
use db::{Conn, Tx};
use platform::clock::Timestamp;
use platform::ids::DealId;
use platform::{Actor, Result, Scope};

/// A deal to be made.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub deal: Deal,
    pub events: Vec<Event>,
}

/// A deal to be changed, also archived or brought back.
#[derive(Clone, Debug)]
pub struct Changed {
    pub before: Deal,
    /// With the version that it gets.
    pub after: Deal,
    pub events: Vec<Event>,
}

/// The deals with these ids, in no order; missing ones are left out.
pub fn load(c: &Conn<'_>, actor: &Actor, ids: &[DealId]) -> Result<Vec<Deal>> {
    Ok(store::load(c, &actor.scope(), ids, actor.now())?)
}

/// The living deals of these folded names.
pub fn named(c: &Conn<'_>, scope: &Scope, keys: &[&str]) -> Result<Vec<DealId>> {
    Ok(store::named(c, scope, keys)?)
}

/// Where a new deal stands on its board: those that began later are above it.
pub fn rank(began: Timestamp, id: DealId) -> String {
    rank::top(began, id)
}

/// Makes the deals, with lines, totals, history and log.
pub fn insert(tx: &Tx<'_>, actor: &Actor, fresh: &[Fresh]) -> Result<()> {
    let deals: Vec<&Deal> = fresh.iter().map(|one| &one.deal).collect();
    insert_past(tx, actor, &deals)?;
    activity::record_all(tx, actor, &logged(fresh.iter().map(|one| (&one.deal, &one.events))))
}

/// The same without a log, for whoever writes that by themselves.
pub fn insert_past(tx: &Tx<'_>, actor: &Actor, deals: &[&Deal]) -> Result<()> {
    if deals.is_empty() {
        return Ok(());
    }
    let scope = actor.scope();
    store::insert_many(tx, &scope, deals, &actor.to_ref())?;
    let nothing = Values::new();
    let custom: Vec<_> = deals.iter().map(|deal| (deal.id.0, &nothing, &deal.custom)).collect();
    Ok(custom_fields::write_values(tx, &scope, Record::Deal, &custom)?)
}

/// Writes the changes, with lines, totals, history and log.
pub fn update(tx: &Tx<'_>, actor: &Actor, changed: &[Changed]) -> Result<()> {
    let scope = actor.scope();
    for one in changed {
        store::update(tx, &scope, &one.before, &one.after)?;
        if one.before.stage_id != one.after.stage_id {
            store::enter(tx, &scope, &one.after, &actor.to_ref())?;
        }
    }
    let custom: Vec<_> =
        changed.iter().map(|one| (one.after.id.0, &one.before.custom, &one.after.custom)).collect();
    custom_fields::write_values(tx, &scope, Record::Deal, &custom)?;
    let mut events = logged(changed.iter().map(|one| (&one.after, &one.events)));
    for one in changed {
        if let Some(former) = former(&one.before, &one.after) {
            events.extend(one.events.iter().map(|event| (former, event.clone())));
        }
    }
    activity::record_all(tx, actor, &events)
}

/// Deals that somebody else than `actor` has done anything to.
pub fn touched_by_others(c: &Conn<'_>, actor: &Actor, ids: &[DealId]) -> Result<Vec<DealId>> {
    activity::deals_of_others(c, actor, ids)
}

fn logged<'a>(of: impl Iterator<Item = (&'a Deal, &'a Vec<Event>)>) -> Vec<(About, Event)> {
    of.flat_map(|(deal, events)| events.iter().map(move |event| (about(deal), event.clone()))).collect()
}
