//! The static segments that rows about people name: found, or made beside the rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use db::{Conn, Tx};
use platform::ids::{CustomerId, SegmentId};
use platform::{Actor, Result, Scope};

use super::interpret::{Fault, Person, SegmentName};
use super::memory::Memory;
use crate::segment_members::{self, StaticSegment};
use crate::segments::model::NAMES_AT_ONCE_MAX;
use crate::segments::{self, SegmentKind, SegmentRef};

/// Segments by their folded names, as far as a chunk of rows asks for them. One that was put aside does not hold its
/// name: as everywhere, the name makes a new one.
#[derive(Debug, Default)]
pub(super) struct Segments {
    known: BTreeMap<String, SegmentRef>,
    /// What earlier rows of a plan would have made.
    earlier: BTreeSet<String>,
    /// What these rows make, by folded name.
    fresh: BTreeMap<String, String>,
    /// How many more there may be.
    room: usize,
}

impl Segments {
    /// Looks all segments up that these people are put into.
    pub(super) fn find<'a, R: Clone>(
        c: &Conn<'_>,
        scope: &Scope,
        people: impl Iterator<Item = &'a Person>,
        memory: Option<&Memory<R>>,
    ) -> Result<Segments> {
        let keys: BTreeSet<String> =
            people.flat_map(|person| &person.segments).map(|segment| segment.key.clone()).collect();
        if keys.is_empty() {
            return Ok(Segments::default());
        }
        let keys: Vec<String> = keys.into_iter().collect();
        let known = segments::known(c, scope, &keys)?;
        let earlier = memory.map(|memory| memory.segments().clone()).unwrap_or_default();
        let left = segments::room(c, scope)? - i64::try_from(earlier.len()).unwrap_or(i64::MAX);
        Ok(Segments { known, earlier, fresh: BTreeMap::new(), room: usize::try_from(left).unwrap_or(0) })
    }

    /// Which of them these customers are in, by folded name.
    pub(super) fn listed(
        &self,
        c: &Conn<'_>,
        scope: &Scope,
        customers: &[CustomerId],
    ) -> Result<HashMap<CustomerId, BTreeSet<String>>> {
        let mut listed: HashMap<CustomerId, BTreeSet<String>> = HashMap::new();
        let keys: HashMap<SegmentId, &String> = self.known.iter().map(|(key, segment)| (segment.id, key)).collect();
        if keys.is_empty() {
            return Ok(listed);
        }
        for found in segment_members::lists_of(c, scope, customers)? {
            if let Some(key) = keys.get(&found.segment.id) {
                listed.entry(found.customer_id).or_default().insert((*key).clone());
            }
        }
        Ok(listed)
    }

    /// Why nobody can be put into all of these.
    pub(super) fn fault<'a>(&self, names: impl Iterator<Item = &'a SegmentName>) -> Option<Fault> {
        let mut room = self.room.saturating_sub(self.fresh.len());
        for segment in names {
            match self.known.get(&segment.key) {
                Some(known) if known.kind == SegmentKind::Dynamic => {
                    return Some(segment.fault(format!(
                        "the rule of the segment {} decides who is in it; name a static segment, or leave it out",
                        known.name
                    )));
                }
                Some(_) => {}
                None if self.is_made(&segment.key) => {}
                None if room == 0 => {
                    let reason = "there are as many segments as there may be, with the archived ones; name one of them";
                    return Some(segment.fault(reason.to_owned()));
                }
                None => room -= 1,
            }
        }
        None
    }

    /// Notes which segments somebody is put into; those that nobody knows are made.
    pub(super) fn take(&mut self, names: &[SegmentName]) {
        for segment in names {
            if !self.known.contains_key(&segment.key) && !self.is_made(&segment.key) {
                self.fresh.insert(segment.key.clone(), segment.name.clone());
            }
        }
    }

    fn is_made(&self, key: &str) -> bool {
        self.earlier.contains(key) || self.fresh.contains_key(key)
    }

    /// Teaches a plan what would be made.
    pub(super) fn remember<R: Clone>(&self, memory: &mut Memory<R>) {
        memory.learn_segments(self.fresh.keys());
    }

    /// Writes what was made; answers all by their folded names, and the ids of those that are new.
    pub(super) fn write(&self, tx: &Tx<'_>, actor: &Actor) -> Result<(HashMap<String, StaticSegment>, Vec<SegmentId>)> {
        let of = |segment: &SegmentRef| StaticSegment { id: segment.id, name: segment.name.clone() };
        let mut all: HashMap<String, StaticSegment> =
            self.known.iter().map(|(key, segment)| (key.clone(), of(segment))).collect();
        let mut made = Vec::new();
        let fresh: Vec<(&String, &String)> = self.fresh.iter().collect();
        for part in fresh.chunks(NAMES_AT_ONCE_MAX) {
            let names: Vec<String> = part.iter().map(|(_, name)| (*name).clone()).collect();
            for ((key, _), segment) in part.iter().zip(segments::by_names(tx, actor, &names)?) {
                made.push(segment.id);
                all.insert((*key).clone(), StaticSegment { id: segment.id, name: segment.name });
            }
        }
        Ok((all, made))
    }
}
