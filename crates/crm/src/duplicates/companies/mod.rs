//! Which companies may be one: those registered under one domain, with one page on LinkedIn, or of one name.
//!
//! What a company is found by is kept beside it as keys, written when its duplicates are looked for: so every look is a
//! few steps into an index. Names with a slip of the pen are among those that stand next to it in their order.

mod model;
mod store;
#[cfg(test)]
mod tests;

use super::model::Stored;
use db::{Conn, Tx};
use model::{KeyKind, compare, is_near, keys};
use platform::{Result, Scope};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is to be written of the keys of one company.
#[derive(Debug, Default)]
pub(super) struct Rekeyed {
    id: Uuid,
    gone: Vec<(String, String)>,
    come: Vec<(&'static str, String)>,
}

/// Where the keys are no longer those of the company; an archived one has none.
pub(super) fn changed_keys(c: &Conn<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Rekeyed>> {
    let living = store::candidates(c, scope, ids)?;
    let mut stored = store::keys(c, scope, ids)?;
    let mut changed = Vec::new();
    for id in ids {
        let mut before = stored.remove(id).unwrap_or_default();
        let company = living.iter().find(|company| company.id == *id);
        let now = company.map(keys).unwrap_or_default();
        let come = now
            .into_keys()
            .map(|(kind, key)| (kind.as_str(), key))
            .filter(|(kind, key)| !before.remove(&((*kind).to_string(), key.clone())))
            .collect();
        let change = Rekeyed { id: *id, gone: before.into_iter().collect(), come };
        if !change.gone.is_empty() || !change.come.is_empty() {
            changed.push(change);
        }
    }
    Ok(changed)
}

pub(super) fn write_keys(tx: &Tx<'_>, scope: &Scope, changed: &[Rekeyed]) -> Result<()> {
    Ok(store::write_keys(tx, scope, changed)?)
}

/// What a living company may be too; those of `with` are looked at in any case.
pub(super) fn find(c: &Conn<'_>, scope: &Scope, id: Uuid, with: &[Uuid]) -> Result<Vec<Stored>> {
    let Some(company) = store::candidates(c, scope, &[id])?.pop() else { return Ok(Vec::new()) };
    let own = keys(&company);
    let mut ids: BTreeSet<Uuid> = with.iter().copied().collect();
    ids.extend(store::holders(c, scope, id, &own)?);
    for (_, name) in own.keys().filter(|(kind, _)| *kind == KeyKind::Name) {
        let next = store::neighbours(c, scope, name)?;
        ids.extend(next.into_iter().filter(|(_, other)| is_near(name, other)).map(|(other, _)| other));
    }
    ids.remove(&id);
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let others = store::candidates(c, scope, &ids)?;
    Ok(others
        .iter()
        .filter_map(|other| {
            let (first, second) = if company.id < other.id { (&company, other) } else { (other, &company) };
            Some(Stored::found(first.id, second.id, compare(first, second)?))
        })
        .collect())
}
