//! What the merging of any record needs: the rows that go over to the survivor, and the memory that takes each
//! loser out again, in any order, whatever has happened since.
//!
//! A record says in one list how each [`Reference`] to it follows. Rows go over and are remembered by whose they were;
//! a row that the survivor has already stays with the loser, which is hidden. Values of the survivor that a merge writes
//! over are [`Cells`]. Survivors may be folded into others: then a loser's rows are found along the [`chain`].

pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::{Cell, Cells, How, Merge, Record, Reference, take_back};

use db::{Conn, Tx};
use platform::{Result, Scope};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Records that one merge folds into another one.
pub const LOSERS_MAX: usize = 100;

/// Lets the loser's rows go over to the survivor, and remembers them; how many of each kind.
pub(crate) fn move_rows(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    references: &[Reference],
    loser: Uuid,
    survivor: Uuid,
) -> Result<BTreeMap<&'static str, i64>> {
    let mut moved = BTreeMap::new();
    for reference in references.iter().filter(|reference| reference.how.follows()) {
        let told = match reference.how {
            How::MovesAll { .. } => Some(store::count(tx, scope, reference, &[loser], survivor)?),
            _ => None,
        };
        let rows = store::move_rows(tx, scope, record, reference, loser, survivor)?;
        if let Some(name) = reference.how.name() {
            moved.insert(name, told.unwrap_or_else(|| i64::try_from(rows).unwrap_or(i64::MAX)));
        }
    }
    Ok(moved)
}

/// How many rows of each kind would go over.
pub(crate) fn counts(
    c: &Conn<'_>,
    scope: &Scope,
    references: &[Reference],
    losers: &[Uuid],
    survivor: Uuid,
) -> Result<BTreeMap<&'static str, i64>> {
    let mut counts = BTreeMap::new();
    for reference in references {
        if let Some(name) = reference.how.name() {
            counts.insert(name, store::count(c, scope, reference, losers, survivor)?);
        }
    }
    Ok(counts)
}

/// Gives the rows back that were the loser's, as far as they are still there; what another loser had of the same goes
/// over to the survivor in their place. `siblings`: for each of `chain`, the others that were folded into it.
pub(crate) fn give_back(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    references: &[Reference],
    loser: Uuid,
    chain: &[Uuid],
    siblings: &[Vec<Uuid>],
) -> Result<()> {
    for reference in references.iter().filter(|reference| reference.how.follows()) {
        store::give_back(tx, scope, record, reference, loser, chain)?;
    }
    for passed_on in chain.iter().take(chain.len().saturating_sub(1)) {
        store::disown(tx, scope, record, loser, *passed_on)?;
    }
    for (survivor, siblings) in chain.iter().zip(siblings) {
        for sibling in siblings {
            for reference in references.iter().filter(|reference| matches!(reference.how, How::Joins { .. })) {
                store::take_place(tx, scope, record, reference, loser, *sibling, *survivor)?;
            }
        }
    }
    Ok(())
}

/// Remembers a merge; the last of its survivor.
pub(crate) fn remember(tx: &Tx<'_>, scope: &Scope, record: Record, merge: &Merge, now: i64) -> Result<()> {
    Ok(store::insert(tx, scope, record, merge, now)?)
}

/// Writes down what has changed about a merge.
pub(crate) fn update(tx: &Tx<'_>, scope: &Scope, record: Record, merge: &Merge) -> Result<()> {
    Ok(store::update(tx, scope, record, merge)?)
}

/// Forgets a merge that has been taken back.
pub(crate) fn forget(tx: &Tx<'_>, scope: &Scope, record: Record, loser: Uuid) -> Result<()> {
    Ok(store::delete(tx, scope, record, loser)?)
}

/// By which merge a record was folded into another one.
pub(crate) fn of(c: &Conn<'_>, scope: &Scope, record: Record, loser: Uuid) -> Result<Option<Merge>> {
    Ok(store::of(c, scope, record, loser)?)
}

/// The merges into a record, in their order.
pub(crate) fn into(c: &Conn<'_>, scope: &Scope, record: Record, survivor: Uuid) -> Result<Vec<Merge>> {
    Ok(store::into(c, scope, record, &[survivor])?)
}

/// Into whom the loser of `merge` was folded, into whom that one was, and so on; the last has not been.
pub(crate) fn chain(c: &Conn<'_>, scope: &Scope, record: Record, merge: &Merge) -> Result<Vec<Uuid>> {
    let mut chain = vec![merge.survivor];
    // Nobody is in it twice: a record is folded into one that is not.
    while let Some(next) = chain.last().map(|last| store::of(c, scope, record, *last)).transpose()?.flatten() {
        chain.push(next.survivor);
    }
    Ok(chain)
}

/// Everybody who was folded into `survivor`, directly or with another one.
pub(crate) fn below(c: &Conn<'_>, scope: &Scope, record: Record, survivor: Uuid) -> Result<Vec<Uuid>> {
    let mut below = Vec::new();
    let mut level = vec![survivor];
    while !level.is_empty() {
        level = store::into(c, scope, record, &level)?.into_iter().map(|merge| merge.loser).collect();
        below.extend(&level);
    }
    Ok(below)
}
