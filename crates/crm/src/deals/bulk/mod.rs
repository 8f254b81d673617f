//! Many deals in one transaction, for imports and bulk actions: the same rows, totals, history and log as the operations
//! on one deal leave behind.
//!
//! The caller has decided: rights, stages and values are checked.

pub mod actions;
#[cfg(test)]
mod tests;

use super::{Deal, about, former, rank, store};
use crate::activity::{self, About, Event};
use crate::companies;
use crate::custom_fields::{self, Record, Values};
use crate::pipelines::DealStage;
use db::{Conn, Tx};
use platform::actor::ActorRef;
use platform::clock::Timestamp;
use platform::ids::{DealId, PipelineId, StageId};
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

/// A stage that a deal came into before the product was there.
#[derive(Clone, Debug)]
pub struct PastVisit {
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub stage: DealStage,
    pub entered_at: Timestamp,
    pub actor: ActorRef,
}

/// A deal of before the product was there, with the stages that it has been in: the last one is its own.
#[derive(Clone, Debug)]
pub struct PastDeal {
    pub deal: Deal,
    pub visits: Vec<PastVisit>,
}

/// Makes the deals, with lines, totals, history and log.
pub fn insert(tx: &Tx<'_>, actor: &Actor, fresh: &[Fresh]) -> Result<()> {
    let past = |deal: &Deal| {
        let visit = PastVisit {
            pipeline_id: deal.pipeline_id,
            stage_id: deal.stage_id,
            stage: deal.stage,
            entered_at: deal.stage_entered_at,
            actor: actor.to_ref(),
        };
        PastDeal { deal: deal.clone(), visits: vec![visit] }
    };
    companies::hold(tx, &actor.scope(), fresh.iter().filter_map(|one| one.deal.company_id))?;
    insert_past(tx, &actor.scope(), &fresh.iter().map(|one| past(&one.deal)).collect::<Vec<_>>())?;
    activity::record_all(tx, actor, &logged(fresh.iter().map(|one| (&one.deal, &one.events))))
}

/// Puts deals in without a log, for whoever writes that by themselves.
pub fn insert_past(tx: &Tx<'_>, scope: &Scope, deals: &[PastDeal]) -> Result<()> {
    if deals.is_empty() {
        return Ok(());
    }
    store::insert_many(tx, scope, deals)?;
    let nothing = Values::new();
    let custom: Vec<_> = deals.iter().map(|past| (past.deal.id.0, &nothing, &past.deal.custom)).collect();
    custom_fields::write_values(tx, scope, Record::Deal, &custom)
}

/// Writes the changes, with lines, totals, history and log.
pub fn update(tx: &Tx<'_>, actor: &Actor, changed: &[Changed]) -> Result<()> {
    let scope = actor.scope();
    let other = changed.iter().filter(|one| one.after.company_id != one.before.company_id);
    companies::hold(tx, &scope, other.filter_map(|one| one.after.company_id))?;
    for one in changed {
        store::update(tx, &scope, &one.before, &one.after)?;
        if one.before.stage_id != one.after.stage_id {
            store::enter(tx, &scope, &one.after, &actor.to_ref())?;
        }
    }
    let custom: Vec<_> = changed.iter().map(|one| (one.after.id.0, &one.before.custom, &one.after.custom)).collect();
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
