//! What tasks are about: a customer, a company or a deal. In bodies `{"kind": "customer", "id": "…"}`, in
//! queries `customer:ID`.

pub mod model;
mod store;

pub use model::{Anchor, AnchorKind, AnchorRef, Anchored};

use crate::activity::About;
use db::{Conn, Tx};
use platform::ids::DealId;
use platform::policy;
use platform::{Actor, Error, Result, Scope};
use std::collections::HashMap;

/// The record, with its name, its owner and whom its events are about.
///
/// # Errors
/// [`Error::Invalid`] at `path` when there is no such record, or it was merged into another one.
pub fn require(c: &Conn<'_>, scope: &Scope, anchor: Anchor, path: &str) -> Result<Anchored> {
    let what = anchor.kind.as_str();
    let unknown = || Error::invalid(path, format!("unknown_{what}"), format!("there is no such {what}"));
    let found = store::find(c, scope, &[anchor])?.remove(&anchor).ok_or_else(unknown)?;
    if found.is_merged {
        let message = format!("this {what} was merged into another one; choose that one");
        return Err(Error::invalid(path, "record_merged", message));
    }
    Ok(found)
}

/// Keeps the record as it is until the commit: of two who write about it and merge it at one time, the second runs again.
pub fn hold(tx: &Tx<'_>, scope: &Scope, anchor: Anchor) -> Result<()> {
    Ok(store::hold(tx, scope, anchor)?)
}

/// Fills in the names of records; of one that is gone it stays empty.
pub fn name<'a>(c: &Conn<'_>, scope: &Scope, references: impl Iterator<Item = &'a mut AnchorRef>) -> Result<()> {
    let mut references: Vec<&mut AnchorRef> = references.collect();
    let anchors: Vec<Anchor> = references.iter().map(|reference| reference.anchor()).collect();
    let found = store::find(c, scope, &anchors)?;
    for reference in &mut references {
        if let Some(anchored) = found.get(&reference.anchor()) {
            reference.name.clone_from(&anchored.name);
        }
    }
    Ok(())
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
