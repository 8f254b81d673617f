//! Which customers may be one person: those with an address that reaches where another one's does, and colleagues of
//! nearly the same name.

mod model;
mod store;
#[cfg(test)]
mod tests;

use super::PAIRS_MAX;
use super::model::Stored;
use db::Conn;
use model::{SIMILAR_MIN, compare, similarity};
use platform::ids::CustomerId;
use platform::{Result, Scope};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Whom a living customer may be; those of `with` are looked at in any case.
pub(super) fn find(c: &Conn<'_>, scope: &Scope, id: Uuid, with: &[Uuid]) -> Result<Vec<Stored>> {
    let Some(person) = store::candidates(c, scope, &[CustomerId(id)])?.pop() else { return Ok(Vec::new()) };
    let mut ids: BTreeSet<CustomerId> = with.iter().map(|id| CustomerId(*id)).collect();
    ids.extend(store::holders(c, scope, &person)?);
    if let Some(company) = person.company_id {
        let similar = store::colleagues(c, scope, company)?
            .into_iter()
            .filter(|(other, name)| *other != person.id && similarity(&person.name_key, name) >= SIMILAR_MIN);
        ids.extend(similar.take(PAIRS_MAX).map(|(other, _)| other));
    }
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    let others = store::candidates(c, scope, &ids)?;
    Ok(others
        .iter()
        .filter_map(|other| {
            let (first, second) = if person.id < other.id { (&person, other) } else { (other, &person) };
            Some(Stored::found(first.id.0, second.id.0, compare(first, second)?))
        })
        .collect())
}
