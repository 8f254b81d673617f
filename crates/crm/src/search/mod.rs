//! One box over all records: what was typed, as a name, a part of one, an address or a phone number in any notation.
//!
//! Answers are ordered by why they were found ([`SearchRank`]: whole name, name begins, word begins, whole address, address
//! begins, part, nearly), and among equals by last activity. They are found in that order too: each step asks an index for
//! at most [`store::CANDIDATES`] records, and when the better reasons give enough, the others are not asked. Where more
//! match than a step looks at, the [`store::RECENT`] most recently active ones are looked at besides, so that those whom the
//! team works with are among them. No step reads a whole table, whatever is typed.
//! On SQLite the substring index is one for all organisations of a file, so the last step walks what matches with any of
//! them, and leaves out the others' (`docs/decisions/0016`).
//!
//! Case and accents do not count. One or two characters answer by the beginnings of words alone. Only when hardly anything
//! is found are names looked for that a mistyped letter would explain.
//!
//! Notes are found by whole words or parts of their texts, the newest first, after those whose names answer.
//!
//! Archived and merged records are left out: lists find them with a filter.

pub mod api;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::{Question, SearchField, SearchHit, SearchKind, SearchMatch, SearchRank};

use crate::notes;
use db::Conn;
use platform::{Actor, Result};
use std::cmp::Reverse;
use std::collections::HashMap;
use store::{Address, Candidate, SOURCES, Source, Step};
use uuid::Uuid;

/// With fewer answers than this it is asked what may have been meant.
const FEW: usize = 3;
/// Guesses of each kind.
const GUESSES: usize = 5;

/// A record and why it is an answer.
struct Ranked {
    source: &'static Source,
    id: Uuid,
    rank: SearchRank,
    /// How far a guess is from what was typed.
    distance: usize,
    active_at: i64,
}

impl Ranked {
    fn place(&self) -> impl Ord + use<> {
        (self.rank, self.distance, Reverse(self.active_at), self.id)
    }
}

/// The best answers, at most `limit` of each kind.
pub fn find(c: &Conn<'_>, actor: &Actor, typed: &str, limit: usize) -> Result<Vec<SearchHit>> {
    let Some(question) = Question::of(typed) else { return Ok(Vec::new()) };
    let mut found: Vec<Ranked> = Vec::new();
    for source in &SOURCES {
        found.extend(answers(c, actor, source, &question, limit)?);
    }
    if found.len() < FEW && question.may_be_mistyped() {
        for source in &SOURCES {
            let known: Vec<Uuid> = found.iter().map(|one| one.id).collect();
            let guesses = guesses(c, actor, source, &question, known.is_empty())?;
            let room = limit.saturating_sub(found.iter().filter(|one| one.source.kind == source.kind).count());
            found.extend(guesses.into_iter().filter(|one| !known.contains(&one.id)).take(room.min(GUESSES)));
        }
    }
    found.sort_by_cached_key(Ranked::place);
    let mut hits = described(c, actor, &question, found)?;
    hits.extend(notes::search(c, actor, &question.words, limit)?.into_iter().map(of_note));
    // Among parts, names before texts; what was found stays in its order.
    hits.sort_by_key(|hit| hit.rank);
    Ok(hits)
}

fn of_note(found: notes::Found) -> SearchHit {
    SearchHit {
        kind: SearchKind::Note,
        id: found.id.0,
        title: found.title,
        subtitle: Some(found.anchor.name.clone()).filter(|name| !name.is_empty()),
        rank: SearchRank::Part,
        matched: SearchMatch { field: SearchField::Body, value: found.snippet },
        anchor: Some(found.anchor),
    }
}

/// The best of one kind that hold what was typed.
fn answers(
    c: &Conn<'_>,
    actor: &Actor,
    source: &'static Source,
    question: &Question,
    limit: usize,
) -> Result<Vec<Ranked>> {
    let scope = actor.scope();
    let mut found: HashMap<Uuid, Ranked> = HashMap::new();
    for step in Step::ALL {
        let Some(sql) = store::step_sql(c.engine(), &scope, source, step, question) else { continue };
        let mut candidates = store::candidates(c, &sql)?;
        let many = candidates.len() > store::CANDIDATES;
        candidates.retain(|one| !found.contains_key(&one.id));
        // The index was asked for the beginning of a long word: the rest is compared here.
        let is_cut = matches!(step, Step::Word | Step::Part) && question.is_cut();
        let unsure = |one: &Candidate| is_cut && question.rank_of_name(&one.name).is_none();
        let asked = candidates.iter().filter(|one| step == Step::Address || unsure(one));
        let ids: Vec<Uuid> = asked.map(|one| one.id).collect();
        let addresses = store::addresses(c, &scope, source, &ids)?;
        for one in candidates {
            let own = addresses.get(&one.id).map_or(&[][..], Vec::as_slice);
            if unsure(&one) && !question.is_held(&one.name, own) {
                continue;
            }
            let by_address = own.iter().filter_map(|address| rank_of(question, address));
            let rank = by_address.chain(question.rank_of_name(&one.name)).min().unwrap_or(SearchRank::Part);
            found.insert(one.id, Ranked { source, id: one.id, rank, distance: 0, active_at: one.active_at });
        }
        if many && step != Step::Address {
            for one in store::candidates(c, &store::recent_sql(&scope, source, step, question))? {
                if let Some(rank) = question.rank_of_name(&one.name) {
                    found.insert(one.id, Ranked { source, id: one.id, rank, distance: 0, active_at: one.active_at });
                }
            }
        }
        let is_whole = |one: &Ranked| one.rank == SearchRank::WholeAddress;
        if found.len() >= limit || (question.is_address() && found.values().any(is_whole)) {
            break;
        }
    }
    let mut found: Vec<Ranked> = found.into_values().collect();
    found.sort_by_cached_key(Ranked::place);
    found.truncate(limit);
    Ok(found)
}

fn rank_of(question: &Question, address: &Address) -> Option<SearchRank> {
    match address {
        (Some(channel), value) => question.rank_of_address(*channel, value),
        (None, domain) => question.rank_of_domain(domain),
    }
}

/// Those of one kind whose names may have been meant, the nearest first. With `widely` also those most recently active are
/// compared: mistakes in the middle of short words leave nothing that an index could find.
fn guesses(
    c: &Conn<'_>,
    actor: &Actor,
    source: &'static Source,
    question: &Question,
    widely: bool,
) -> Result<Vec<Ranked>> {
    let scope = actor.scope();
    let near = |candidates: Vec<Candidate>| -> Vec<Ranked> {
        let ranked = |one: Candidate| {
            let distance = question.distance(&one.name)?;
            Some(Ranked { source, id: one.id, rank: SearchRank::Near, distance, active_at: one.active_at })
        };
        candidates.into_iter().filter_map(ranked).collect()
    };
    let mut found = near(store::candidates(c, &store::near_sql(c.engine(), &scope, source, question))?);
    if found.is_empty() && widely {
        found = near(store::candidates(c, &store::any_recent_sql(&scope, source))?);
    }
    found.sort_by_cached_key(Ranked::place);
    Ok(found)
}

/// The answers as they are shown, in their order.
fn described(c: &Conn<'_>, actor: &Actor, question: &Question, found: Vec<Ranked>) -> Result<Vec<SearchHit>> {
    let scope = actor.scope();
    let (mut titles, mut addresses) = (HashMap::new(), HashMap::new());
    for source in &SOURCES {
        let ids: Vec<Uuid> = found.iter().filter(|one| one.source.kind == source.kind).map(|one| one.id).collect();
        titles.extend(store::titles(c, &scope, source, &ids)?);
        addresses.extend(store::addresses(c, &scope, source, &ids)?);
    }
    let hit = |one: Ranked| {
        let (title, beside) = titles.remove(&one.id)?;
        let addresses = addresses.remove(&one.id).unwrap_or_default();
        let first = addresses.first().map(|(_, value)| value.clone());
        let beside = beside.into_iter().flatten();
        let beside: Vec<String> = match one.source.kind {
            SearchKind::Customer | SearchKind::Deal | SearchKind::Note => beside.collect(),
            SearchKind::Company => first.clone().into_iter().chain(beside).collect(),
        };
        let subtitle = Some(beside.join(" · ")).filter(|text| !text.is_empty()).or(first);
        let matched = matched(question, one.rank, &title, addresses);
        Some(SearchHit { kind: one.source.kind, id: one.id, title, subtitle, rank: one.rank, matched, anchor: None })
    };
    Ok(found.into_iter().filter_map(hit).collect())
}

/// Which value says that the record is an answer.
fn matched(question: &Question, rank: SearchRank, name: &str, addresses: Vec<Address>) -> SearchMatch {
    let by_name = SearchMatch { field: SearchField::Name, value: name.to_string() };
    let name_answers = question.rank_of_name(&platform::text::fold(name)).is_some_and(|of_name| of_name <= rank);
    if rank == SearchRank::Near || name_answers {
        return by_name;
    }
    let best =
        addresses.into_iter().filter_map(|one| Some((rank_of(question, &one)?, one))).min_by_key(|(rank, _)| *rank);
    best.map_or(by_name, |(_, (channel, value))| SearchMatch { field: SearchField::of(channel), value })
}
