//! What tasks are about: a customer, a company or a deal. In bodies `{"kind": "customer", "id": "…"}`, in
//! queries `customer:ID`.

pub mod model;
mod store;

pub use model::{Anchor, AnchorKind, Anchored};

use crate::activity::About;
use db::{Conn, Tx};
use platform::ids::DealId;
use platform::policy;
use platform::{Actor, Error, Result, Scope};
use std::collections::HashMap;

/// The record, with its name, its owner and whom its events are about.
///
/// # Errors
/// [`Error::Invalid`] at `path` when there is no such record.
pub fn require(c: &Conn<'_>, scope: &Scope, anchor: Anchor, path: &str) -> Result<Anchored> {
    let what = anchor.kind.as_str();
    let unknown = || Error::invalid(path, format!("unknown_{what}"), format!("there is no such {what}"));
    store::find(c, scope, &[anchor])?.remove(&anchor).ok_or_else(unknown)
}

/// The records behind these anchors; one that is gone is left out.
pub fn all(c: &Conn<'_>, scope: &Scope, anchors: &[Anchor]) -> Result<HashMap<Anchor, Anchored>> {
    Ok(store::find(c, scope, anchors)?)
}

/// Whether `actor` may write the record, and so what is anchored on it.
pub fn may_write(actor: &Actor, anchored: Option<&Anchored>) -> bool {
    anchored.is_none_or(|anchored| policy::may_write(actor, anchored.owner_id))
}

/// Moves the deal's time of last activity to this moment, when the events are about one.
pub fn touch(tx: &Tx<'_>, actor: &Actor, about: About) -> Result<()> {
    match about.deal_id {
        Some(DealId(id)) => Ok(store::touch_deal(tx, &actor.scope(), DealId(id), actor.now())?),
        None => Ok(()),
    }
}
