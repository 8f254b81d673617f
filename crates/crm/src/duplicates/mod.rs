//! Records that may be one: pairs of customers and pairs of companies with what speaks for them, in one queue that people
//! decide.
//!
//! [`Candidates`] follows the log and notes whose name, company, addresses or domains may have changed; a job looks for
//! their duplicates along indexes, at a cost that does not grow with the number of records. What people have decided
//! is kept: a pair that is different is not asked again. A record where looking fails is tried a few times more, and then
//! left alone until it is changed; the others never wait for it.
//!
//! What makes two of a kind one is said in [`customers`] and [`companies`]; the queue is the same for both.

pub mod api;
mod companies;
mod customers;
pub mod jobs;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::{
    Decide, Decision, DuplicatePair, Evidence, EvidenceKind, PairCounts, PairState, PairedCompany, PairedCustomer,
};

use crate::merging::Record;
use crate::news::{Follower, News, Writing};
use db::{Conn, Tx};
use model::Stored;
use platform::clock::Clock;
use platform::http::{IfMatch, Page};
use platform::ids::{DuplicateId, OrgId};
use platform::{Actor, Error, Result, Scope, policy};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How long a pair is put off.
const LATER_DAYS: i64 = 7;
/// Pairs of one record that are kept open: the likeliest.
const PAIRS_MAX: usize = 50;

/// Notes that the duplicates of these records are to be looked for again: of those whose events are another one's,
/// after a merge. The event of the merge brings the job ([`Candidates`]): one job for all would be a row that all merges
/// of a moment write.
pub(crate) fn mark(tx: &Tx<'_>, actor: &Actor, record: Record, ids: &[Uuid]) -> Result<()> {
    Ok(store::mark(tx, &actor.scope(), record, ids, actor.now())?)
}

/// Notes that all companies are to be looked at: they were put in without a log.
pub fn mark_all_companies(tx: &Tx<'_>, actor: &Actor) -> Result<()> {
    store::mark_all_companies(tx, &actor.scope(), actor.now())?;
    Ok(jobs::enqueue(tx, actor.now())?)
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

/// Of what kind of record an event may change which one is taken for another.
fn concerned(kind: &str) -> Option<Record> {
    match kind {
        "customer.created" | "customer.updated" | "customer.imported" | "customer.archived" | "customer.restored"
        | "customer.merged" | "customer.unmerged" | "contact.added" | "contact.changed" | "contact.removed" => {
            Some(Record::Customer)
        }
        "company.created" | "company.updated" | "company.imported" | "company.archived" | "company.restored"
        | "company.merged" | "company.unmerged" => Some(Record::Company),
        _ => None,
    }
}

impl Follower for Candidates {
    fn name(&self) -> &'static str {
        "duplicates"
    }

    fn look(&self, _: &Conn<'_>, org_id: OrgId, news: &[News]) -> Result<Option<Writing>> {
        let of = |record: Record| -> Vec<Uuid> {
            let concerned = news.iter().filter(|one| concerned(&one.kind) == Some(record));
            let ids: BTreeSet<Uuid> = concerned
                .filter_map(|one| match record {
                    Record::Customer => one.customer_id.map(|id| id.0),
                    Record::Company => one.company_id.map(|id| id.0),
                })
                .collect();
            ids.into_iter().collect()
        };
        let marks: Vec<(Record, Vec<Uuid>)> = Record::ALL.map(|record| (record, of(record))).into();
        if marks.iter().all(|(_, ids)| ids.is_empty()) {
            return Ok(None);
        }
        let system = Actor::system(org_id, self.clock.clone());
        Ok(Some(Box::new(move |tx| {
            let actor = system.at_one_moment();
            for (record, ids) in &marks {
                mark(tx, &actor, *record, ids)?;
            }
            Ok(jobs::enqueue(tx, actor.now())?)
        })))
    }
}

/// Whether there is nothing to write about a record: no pair is known and none is found.
fn is_like_none(c: &Conn<'_>, scope: &Scope, record: Record, id: Uuid) -> Result<bool> {
    Ok(store::of(c, scope, record, id)?.is_empty() && find(c, scope, record, id, &[])?.is_empty())
}

/// Looks for the duplicates of one record.
fn refresh(tx: &Tx<'_>, system: &Actor, record: Record, id: Uuid) -> Result<()> {
    let scope = system.scope();
    let known = store::of(tx, &scope, record, id)?;
    let mut undecided: Vec<&Stored> = known.iter().filter(|pair| pair.is_undecided()).collect();
    let with: Vec<Uuid> = undecided.iter().map(|pair| pair.other(id)).collect();
    let mut found = find(tx, &scope, record, id, &with)?;
    found.retain(|pair| {
        !known.iter().any(|other| (other.first, other.second) == (pair.first, pair.second) && !other.is_undecided())
    });
    found.truncate(PAIRS_MAX);
    for mut pair in found {
        match undecided.iter().position(|other| (other.first, other.second) == (pair.first, pair.second)) {
            Some(at) => {
                let before = undecided.remove(at);
                (pair.id, pair.state) = (before.id, before.state);
                if pair != *before {
                    store::update(tx, &scope, record, &pair, system.now())?;
                }
            }
            None => {
                pair.id = DuplicateId(system.new_id());
                store::insert(tx, &scope, record, &pair, system.now())?;
            }
        }
    }
    for gone in undecided {
        store::delete(tx, &scope, record, gone.id)?;
    }
    Ok(())
}

/// What a living record may be too, the likeliest first; those of `with` are looked at in any case.
fn find(c: &Conn<'_>, scope: &Scope, record: Record, id: Uuid, with: &[Uuid]) -> Result<Vec<Stored>> {
    let mut pairs = match record {
        Record::Customer => customers::find(c, scope, id, with)?,
        Record::Company => companies::find(c, scope, id, with)?,
    };
    pairs.sort_by_key(|pair| (std::cmp::Reverse(pair.score), pair.first, pair.second));
    Ok(pairs)
}

/// # Errors
/// [`Error::NotFound`] when there is no such record.
fn require(c: &Conn<'_>, scope: &Scope, record: Record, of: Option<Uuid>) -> Result<()> {
    match of {
        Some(id) if !store::exists(c, scope, record, id)? => Err(Error::NotFound(record.as_str())),
        _ => Ok(()),
    }
}

/// One page of the pairs in a state, the likeliest first; with `of`, of those that this record is one of.
///
/// # Errors
/// [`Error::Malformed`] for a cursor that this list did not give, [`Error::NotFound`] for an unknown record.
pub fn page(
    c: &Conn<'_>,
    actor: &Actor,
    (record, of): (Record, Option<Uuid>),
    state: PairState,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<DuplicatePair>> {
    let scope = actor.scope();
    require(c, &scope, record, of)?;
    let after = cursor.map(parse_cursor).transpose()?;
    let mut items = store::page(c, &scope, record, state, of, limit + 1, after)?;
    let next_cursor = (items.len() > limit).then(|| {
        items.truncate(limit);
        items.last().map(|last| format!("{:.0}.{}", last.score * 1_000.0, last.id))
    });
    Ok(Page { items, next_cursor: next_cursor.flatten() })
}

/// How many pairs there are in each state; with `of`, of those that this record is one of.
///
/// # Errors
/// [`Error::NotFound`] for an unknown record.
pub fn counts(c: &Conn<'_>, actor: &Actor, (record, of): (Record, Option<Uuid>)) -> Result<PairCounts> {
    let scope = actor.scope();
    require(c, &scope, record, of)?;
    let count = |state| store::count(c, &scope, record, state, of);
    Ok(PairCounts {
        open: count(PairState::Open)?,
        same: count(PairState::Same)?,
        later: count(PairState::Later)?,
        different: count(PairState::Different)?,
        merged: count(PairState::Merged)?,
    })
}

fn parse_cursor(text: &str) -> Result<(i64, DuplicateId)> {
    text.split_once('.')
        .and_then(|(score, id)| Some((score.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| Error::malformed("cursor", "invalid_cursor", "use nextCursor of the page before, unchanged"))
}

/// Writes down what a person says about a pair. Who decides may write both records.
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
    let (record, both) = (pair.record, pair.both());
    for (_, owner) in both {
        policy::require_write(actor, owner)?;
    }
    expected.check(&pair)?;
    if pair.state == PairState::Merged {
        return Err(Error::conflict("merged", "these two have been merged; undo the merge to decide again"));
    }
    let (state, until) = match decision {
        Decision::Same => (PairState::Same, None),
        Decision::Different => (PairState::Different, None),
        Decision::Later => (PairState::Later, Some(actor.now().plus_seconds(LATER_DAYS * 24 * 60 * 60))),
        Decision::Open => {
            // Nobody has looked whether it still is a pair since it was decided.
            mark(tx, actor, record, &both.map(|(id, _)| id))?;
            jobs::enqueue(tx, actor.now())?;
            store::reopen(tx, &scope, record, id, actor.now())?;
            return store::get(tx, &scope, id)?.ok_or(Error::NotFound("duplicate"));
        }
    };
    store::decide(tx, actor, record, id, state, until)?;
    store::get(tx, &scope, id)?.ok_or(Error::NotFound("duplicate"))
}

/// After `loser` was merged into `survivor`: their pair is settled, and what was not the loser is not the survivor.
pub(crate) fn merged(tx: &Tx<'_>, actor: &Actor, record: Record, survivor: Uuid, loser: Uuid) -> Result<()> {
    let scope = actor.scope();
    let of_survivor = store::of(tx, &scope, record, survivor)?;
    for pair in store::of(tx, &scope, record, loser)? {
        let other = pair.other(loser);
        if other == survivor {
            store::decide(tx, actor, record, pair.id, PairState::Merged, None)?;
        } else if pair.state == PairState::Different {
            match of_survivor.iter().find(|own| own.other(survivor) == other) {
                Some(own) if own.is_undecided() => {
                    store::decide(tx, actor, record, own.id, PairState::Different, None)?;
                }
                Some(_) => {}
                None => {
                    let (first, second) = if survivor < other { (survivor, other) } else { (other, survivor) };
                    let id = DuplicateId(actor.new_id());
                    store::insert(tx, &scope, record, &Stored { id, first, second, ..pair }, actor.now())?;
                    store::decide(tx, actor, record, id, PairState::Different, None)?;
                }
            }
        }
    }
    Ok(())
}

/// After a merge was undone: the two of them may be decided again.
pub(crate) fn unmerged(tx: &Tx<'_>, actor: &Actor, record: Record, loser: Uuid) -> Result<()> {
    let scope = actor.scope();
    for pair in store::of(tx, &scope, record, loser)?.into_iter().filter(|pair| pair.state == PairState::Merged) {
        store::update(tx, &scope, record, &Stored { state: PairState::Open, ..pair }, actor.now())?;
    }
    Ok(())
}
