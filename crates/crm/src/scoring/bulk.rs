//! Scoring many customers by hand: one of the bulk actions on customers, done here because it needs scores.

use super::engine::{Sheet, Which, rescore, system};
use super::readings;
use crate::customers::{self, Customer};
use db::Tx;
use platform::bulk::{Batch, Chunk, Outcome, Skip};
use platform::ids::CustomerId;
use platform::{Actor, Result, policy};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Does a chunk of any bulk action on customers: a [`platform::bulk::Act`].
pub fn act(tx: &Tx<'_>, actor: &Actor, chunk: &Chunk) -> Result<Vec<(Uuid, Outcome)>> {
    if chunk.action["kind"] != "rescore" {
        return customers::bulk::actions::act(tx, actor, chunk);
    }
    let ids: Vec<CustomerId> = chunk.items.iter().map(|item| CustomerId(item.record_id)).collect();
    let found = customers::bulk::load(tx, &actor.scope(), &ids)?;
    let mut found: HashMap<Uuid, Customer> = found.into_iter().map(|customer| (customer.id.0, customer)).collect();
    let mut batch = Batch::new(&chunk.items, |id| found.remove(&id));
    batch.skip(Skip::Archived, |one| one.at.archived_at.is_some());
    batch.skip(Skip::Forbidden, |one| !policy::may_write(actor, one.at.claimed_by_id));
    let ids: Vec<CustomerId> = batch.left.iter().map(|one| one.at.id).collect();
    let sheet = Sheet::held(tx, &actor.scope())?;
    let changed = rescore(tx, &system(actor), &sheet, &Which::All, &ids)?;
    readings::ask(tx, actor, &sheet.conversations(&Which::All), &ids, false)?;
    let changed: BTreeSet<CustomerId> = changed.into_iter().collect();
    batch.skip(Skip::Unchanged, |one| !changed.contains(&one.at.id));
    // No record is written, so its version stays.
    Ok(batch.changed(|one| (serde_json::json!({}), one.at.version)))
}
