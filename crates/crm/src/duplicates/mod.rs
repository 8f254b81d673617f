//! Customers that may be one person: pairs with what speaks for them, in one queue that people decide.
//!
//! [`Candidates`] follows the log and notes whose name, company or addresses may have changed; a job looks for their
//! duplicates along indexes, at a cost that does not grow with the number of customers. What people have decided
//! is kept: a pair that is different is not asked again. A customer where looking fails is tried a few times more, and then
//! left alone until it is changed; the others never wait for it.

pub mod api;
pub mod jobs;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::{Decide, Decision, DuplicatePair, Evidence, EvidenceKind, PairCounts, PairState, PairedCustomer};

use crate::news::{Follower, News, Writing};
use db::{Conn, Tx};
use model::{compare, similarity};
use platform::clock::Clock;
use platform::http::{IfMatch, Page};
use platform::ids::{CustomerId, DuplicateId, OrgId};
use platform::{Actor, Error, Result, Scope, policy};
use std::collections::BTreeSet;
use store::Stored;

/// How long a pair is put off.
const LATER_DAYS: i64 = 7;
/// Pairs of one customer that are kept open: the likeliest.
const PAIRS_MAX: usize = 50;
/// Names at least this similar make colleagues candidates.
const SIMILAR_MIN: f64 = 0.9;

/// Notes that the duplicates of these customers are to be looked for again: of those whose events are another one's,
/// after a merge. The event of the merge brings the job ([`Candidates`]): one job for all would be a row that all merges
/// of a moment write.
pub(crate) fn mark(tx: &Tx<'_>, actor: &Actor, customers: &[CustomerId]) -> Result<()> {
    Ok(store::mark(tx, &actor.scope(), customers, actor.now())?)
}

/// Notes whose duplicates have to be looked for again.
pub struct Candidates {
    clock: Clock,
}

impl Candidates {
    pub fn new(clock: Clock) -> Candidates {
        Candidates { clock }
    }
}

/// Whether an event may change who a customer is taken for.
fn concerns(kind: &str) -> bool {
    matches!(
        kind,
        "customer.created"
            | "customer.updated"
            | "customer.imported"
            | "customer.archived"
            | "customer.restored"
            | "customer.merged"
            | "customer.unmerged"
            | "contact.added"
            | "contact.changed"
            | "contact.removed"
    )
}

impl Follower for Candidates {
    fn name(&self) -> &'static str {
        "duplicates"
    }

    fn look(&self, _: &Conn<'_>, org_id: OrgId, news: &[News]) -> Result<Option<Writing>> {
        let concerned = news.iter().filter(|one| concerns(&one.kind)).filter_map(|one| one.customer_id);
        let customers: Vec<CustomerId> = concerned.collect::<BTreeSet<_>>().into_iter().collect();
        if customers.is_empty() {
            return Ok(None);
        }
        let system = Actor::system(org_id, self.clock.clone());
        Ok(Some(Box::new(move |tx| {
            let actor = system.at_one_moment();
            mark(tx, &actor, &customers)?;
            Ok(jobs::enqueue(tx, actor.now())?)
        })))
    }
}

/// Whether there is nothing to write about a customer: no pair is known and none is found.
fn is_like_nobody(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<bool> {
    Ok(store::of(c, scope, id)?.is_empty() && find(c, scope, id, &[])?.is_empty())
}

/// Looks for the duplicates of one customer.
fn refresh(tx: &Tx<'_>, system: &Actor, id: CustomerId) -> Result<()> {
    let scope = system.scope();
    let known = store::of(tx, &scope, id)?;
    let mut undecided: Vec<&Stored> =
        known.iter().filter(|pair| matches!(pair.state, PairState::Open | PairState::Later)).collect();
    let mut found = find(tx, &scope, id, &undecided)?;
    found.retain(|pair| {
        !known.iter().any(|other| {
            (other.first, other.second) == (pair.first, pair.second)
                && !matches!(other.state, PairState::Open | PairState::Later)
        })
    });
    found.truncate(PAIRS_MAX);
    for mut pair in found {
        match undecided.iter().position(|other| (other.first, other.second) == (pair.first, pair.second)) {
            Some(at) => {
                let before = undecided.remove(at);
                (pair.id, pair.state) = (before.id, before.state);
                if pair != *before {
                    store::update(tx, &scope, &pair, system.now())?;
                }
            }
            None => {
                pair.id = DuplicateId(system.new_id());
                let inserted = store::insert(tx, &scope, &pair, system.now());
                platform::error::on_unique(inserted, "duplicate_pairs_pair", || tx.conflict().into())?;
            }
        }
    }
    for gone in undecided {
        store::delete(tx, &scope, gone.id)?;
    }
    Ok(())
}

/// Whom a living customer may be, the likeliest first; those of `undecided` are looked at again in any case.
fn find(c: &Conn<'_>, scope: &Scope, id: CustomerId, undecided: &[&Stored]) -> Result<Vec<Stored>> {
    let Some(person) = store::candidates(c, scope, &[id])?.pop() else { return Ok(Vec::new()) };
    let mut ids: BTreeSet<CustomerId> = undecided.iter().map(|pair| pair.other(id)).collect();
    ids.extend(store::holders(c, scope, &person)?);
    if let Some(company) = person.company_id {
        let similar = store::colleagues(c, scope, company)?
            .into_iter()
            .filter(|(other, name)| *other != id && similarity(&person.name_key, name) >= SIMILAR_MIN);
        ids.extend(similar.take(PAIRS_MAX).map(|(other, _)| other));
    }
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    let mut pairs: Vec<Stored> = store::candidates(c, scope, &ids)?
        .iter()
        .filter_map(|other| {
            let (first, second) = if person.id < other.id { (&person, other) } else { (other, &person) };
            let (score, evidence) = compare(first, second)?;
            Some(Stored {
                id: DuplicateId(uuid::Uuid::nil()),
                first: first.id,
                second: second.id,
                score,
                evidence,
                state: PairState::Open,
            })
        })
        .collect();
    pairs.sort_by_key(|pair| (std::cmp::Reverse(pair.score), pair.first, pair.second));
    Ok(pairs)
}

/// One page of the pairs in a state, the likeliest first; with `customer`, of those that this one is one of.
///
/// # Errors
/// [`Error::Malformed`] for a cursor that this list did not give, [`Error::NotFound`] for an unknown customer.
pub fn page(
    c: &Conn<'_>,
    actor: &Actor,
    state: PairState,
    customer: Option<CustomerId>,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<DuplicatePair>> {
    let scope = actor.scope();
    if let Some(id) = customer
        && !store::is_customer(c, &scope, id)?
    {
        return Err(Error::NotFound("customer"));
    }
    let after = cursor.map(parse_cursor).transpose()?;
    let mut items = store::page(c, &scope, state, customer, limit + 1, after)?;
    let next_cursor = (items.len() > limit).then(|| {
        items.truncate(limit);
        items.last().map(|last| format!("{:.0}.{}", last.score * 1_000.0, last.id))
    });
    Ok(Page { items, next_cursor: next_cursor.flatten() })
}

/// How many pairs there are in each state; with `customer`, of those that this one is one of.
///
/// # Errors
/// [`Error::NotFound`] for an unknown customer.
pub fn counts(c: &Conn<'_>, actor: &Actor, customer: Option<CustomerId>) -> Result<PairCounts> {
    let scope = actor.scope();
    if let Some(id) = customer
        && !store::is_customer(c, &scope, id)?
    {
        return Err(Error::NotFound("customer"));
    }
    let of = |state| store::count(c, &scope, state, customer);
    Ok(PairCounts {
        open: of(PairState::Open)?,
        same: of(PairState::Same)?,
        later: of(PairState::Later)?,
        different: of(PairState::Different)?,
        merged: of(PairState::Merged)?,
    })
}

fn parse_cursor(text: &str) -> Result<(i64, DuplicateId)> {
    text.split_once('.')
        .and_then(|(score, id)| Some((score.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| Error::malformed("cursor", "invalid_cursor", "use nextCursor of the page before, unchanged"))
}

/// Writes down what a person says about a pair. Who decides may write both customers.
///
/// # Errors
/// [`Error::Conflict`] `merged` when they have been merged.
pub fn decide(
    tx: &Tx<'_>,
    actor: &Actor,
    id: DuplicateId,
    decision: Decision,
    expected: IfMatch,
) -> Result<DuplicatePair> {
    let scope = actor.scope();
    let pair = store::get(tx, &scope, id)?.ok_or(Error::NotFound("duplicate"))?;
    for customer in &pair.customers {
        policy::require_write(actor, customer.claimed_by_id)?;
    }
    expected.check(&pair)?;
    if pair.state == PairState::Merged {
        return Err(Error::conflict("merged", "these customers have been merged; undo the merge to decide again"));
    }
    let (state, until) = match decision {
        Decision::Same => (PairState::Same, None),
        Decision::Different => (PairState::Different, None),
        Decision::Later => (PairState::Later, Some(actor.now().plus_seconds(LATER_DAYS * 24 * 60 * 60))),
        Decision::Open => {
            // Nobody has looked whether it still is a pair since it was decided.
            mark(tx, actor, &pair.customers.iter().map(|customer| customer.id).collect::<Vec<_>>())?;
            jobs::enqueue(tx, actor.now())?;
            store::reopen(tx, &scope, id, actor.now())?;
            return store::get(tx, &scope, id)?.ok_or(Error::NotFound("duplicate"));
        }
    };
    store::decide(tx, actor, id, state, until)?;
    store::get(tx, &scope, id)?.ok_or(Error::NotFound("duplicate"))
}

/// After `loser` was merged into `survivor`: their pair is settled, and who was not the loser is not the survivor.
pub(crate) fn merged(tx: &Tx<'_>, actor: &Actor, survivor: CustomerId, loser: CustomerId) -> Result<()> {
    let scope = actor.scope();
    let of_survivor = store::of(tx, &scope, survivor)?;
    for pair in store::of(tx, &scope, loser)? {
        let other = pair.other(loser);
        if other == survivor {
            store::decide(tx, actor, pair.id, PairState::Merged, None)?;
        } else if pair.state == PairState::Different {
            match of_survivor.iter().find(|own| own.other(survivor) == other) {
                Some(own) if matches!(own.state, PairState::Open | PairState::Later) => {
                    store::decide(tx, actor, own.id, PairState::Different, None)?;
                }
                Some(_) => {}
                None => {
                    let (first, second) = if survivor < other { (survivor, other) } else { (other, survivor) };
                    let id = DuplicateId(actor.new_id());
                    let copy = Stored { id, first, second, ..pair };
                    let inserted = store::insert(tx, &scope, &copy, actor.now());
                    platform::error::on_unique(inserted, "duplicate_pairs_pair", || tx.conflict().into())?;
                    store::decide(tx, actor, id, PairState::Different, None)?;
                }
            }
        }
    }
    Ok(())
}

/// After a merge was undone: the two of them may be decided again.
pub(crate) fn unmerged(tx: &Tx<'_>, actor: &Actor, loser: CustomerId) -> Result<()> {
    let scope = actor.scope();
    for pair in store::of(tx, &scope, loser)?.into_iter().filter(|pair| pair.state == PairState::Merged) {
        store::update(tx, &scope, &Stored { state: PairState::Open, ..pair }, actor.now())?;
    }
    Ok(())
}
