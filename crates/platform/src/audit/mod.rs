//! The log of administrative acts: who did what to the organisation, its members, keys and sessions.
//!
//! It is append-only. Each row has the next position in its organisation's chain and a SHA-256 over its
//! fields and the hash of the row before it, so that a changed, dropped or reordered row is found by
//! [`verify`]; the chain's end is kept apart, so that rows cut off its end are missed too. Whoever can
//! rewrite the whole database can rewrite the chain: compare the head that `entente check` prints with one
//! kept elsewhere.

mod api;
mod model;
mod store;
#[cfg(test)]
mod tests;

pub use api::routes;
pub use model::{AuditEntry, Fault, Verdict};

use crate::actor::{Actor, Scope};
use crate::error::Result;
use crate::http::Page;
use crate::ids::AuditId;
use crate::paging::List;
use crate::policy::{self, Action};
use db::{Conn, Tx};
use model::{Link, hash};
use serde_json::Value;

/// Writes down that `actor` did `action` (`api_key.created`), in the transaction that does it. `detail`
/// is an object of texts, integers and lists; never a secret.
pub fn record(tx: &Tx<'_>, actor: &Actor, action: &'static str, detail: Value) -> Result<()> {
    let scope = actor.scope();
    // Taking the next position also takes the turn: another writer of this chain waits here.
    let (position, previous_hash) = store::advance(tx, &scope)?;
    let entry = AuditEntry {
        id: AuditId(actor.new_id()),
        action: action.to_string(),
        detail,
        actor: actor.to_ref(),
        ip_address: actor.ip_address.clone(),
        occurred_at: actor.now(),
    };
    let hash = hash(scope.org_id(), position, &entry, &previous_hash);
    store::insert(tx, &scope, &entry, &Link { position, previous_hash, hash: hash.clone() })?;
    Ok(store::set_head(tx, &scope, position, &hash)?)
}

/// Walks the whole chain of an organisation and says where it first breaks, if anywhere.
pub fn verify(c: &Conn<'_>, scope: &Scope) -> Result<Verdict> {
    let mut walk = model::Walk::new(scope.org_id());
    store::for_each(c, scope, |position, row| walk.step(position, row))?;
    Ok(walk.finish(store::head(c, scope)?))
}

/// A page of the log, newest first.
pub fn list(c: &Conn<'_>, actor: &Actor, limit: Option<&str>, cursor: Option<&str>) -> Result<Page<AuditEntry>> {
    policy::require(actor, Action::ReadAudit)?;
    let list = List::plain(&model::FIELDS, "-position", limit, cursor, "audit")?;
    Ok(store::page(c, &actor.scope(), &list)?)
}
