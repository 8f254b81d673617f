//! What a plan remembers of earlier rows.
//!
//! A run finds what earlier rows made in the database. A plan writes nothing, so it remembers: which keys (addresses,
//! domains, names) lead to which record, and which rows made or changed that record. Keys are kept as 64-bit hashes and
//! records as row positions, some 60 bytes a row, so that a plan over a million rows stays small; the record itself is
//! made again from its rows when a later row meets it. Only of a record that many rows are about the image is kept, lest
//! each chunk read all those rows again.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use uuid::Uuid;

/// Rows of one record that are read again; of a record with more, the record itself is kept.
const ROWS_MAX: usize = 8;

/// A record that earlier rows made or would change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a, R> {
    /// Of the stored record, or made up for the plan.
    pub id: Uuid,
    pub is_stored: bool,
    /// Positions of the rows, in order.
    pub rows: &'a [i64],
    /// What they make of the record, where they are many; then there are no rows.
    pub image: Option<&'a R>,
}

#[derive(Debug)]
struct Group {
    id: Uuid,
    is_stored: bool,
    first: i64,
}

/// Further rows of one of the few records that several rows are about.
#[derive(Debug)]
enum More<R> {
    /// All rows.
    Rows(Vec<i64>),
    /// What they made of the record.
    Image(R),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Memory<R> {
    keys: HashMap<u64, u32>,
    groups: Vec<Group>,
    more: HashMap<u32, More<R>>,
    stored: HashMap<Uuid, u32>,
    /// Companies that rows would make beside themselves.
    companies: HashMap<u64, Uuid>,
    /// Folded names of segments that rows would make, no more than there may be.
    segments: BTreeSet<String>,
}

impl<R> Default for Memory<R> {
    fn default() -> Memory<R> {
        Memory {
            keys: HashMap::new(),
            groups: Vec::new(),
            more: HashMap::new(),
            stored: HashMap::new(),
            companies: HashMap::new(),
            segments: BTreeSet::new(),
        }
    }
}

/// A key as it is remembered.
pub(super) fn key(kind: &str, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, text).hash(&mut hasher);
    hasher.finish()
}

impl<R: Clone> Memory<R> {
    /// The record that a key leads to.
    pub(super) fn find(&self, key: u64) -> Option<Known<'_, R>> {
        self.keys.get(&key).map(|group| self.known(*group))
    }

    /// The records that keys and stored records lead to, each once, those that were met first before others.
    pub(super) fn find_all(
        &self,
        keys: impl Iterator<Item = u64>,
        stored: impl Iterator<Item = Uuid>,
    ) -> Vec<Known<'_, R>> {
        let by_key = keys.filter_map(|key| self.keys.get(&key));
        let mut groups: Vec<u32> = by_key.chain(stored.filter_map(|id| self.stored.get(&id))).copied().collect();
        groups.sort_unstable();
        groups.dedup();
        groups.into_iter().map(|group| self.known(group)).collect()
    }

    fn known(&self, group: u32) -> Known<'_, R> {
        let found = &self.groups[group as usize];
        let (rows, image) = match self.more.get(&group) {
            None => (std::slice::from_ref(&found.first), None),
            Some(More::Rows(rows)) => (&rows[..], None),
            Some(More::Image(image)) => (&[][..], Some(image)),
        };
        Known { id: found.id, is_stored: found.is_stored, rows, image }
    }

    /// Remembers that rows made or changed a record to what `now` is, and all keys that lead to it now.
    pub(super) fn learn(
        &mut self,
        id: Uuid,
        is_stored: bool,
        rows: &[i64],
        keys: impl Iterator<Item = u64>,
        now: impl Fn() -> R,
    ) {
        let Some(first) = rows.first().copied() else { return };
        let mut keys = keys.peekable();
        let known = if is_stored {
            self.stored.get(&id).copied()
        } else {
            keys.peek()
                .and_then(|key| self.keys.get(key))
                .copied()
                .filter(|group| self.groups[*group as usize].id == id)
        };
        let (group, first, rows) = match known {
            Some(group) => (group, self.groups[group as usize].first, rows),
            None => {
                let group = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
                self.groups.push(Group { id, is_stored, first });
                if is_stored {
                    self.stored.insert(id, group);
                }
                (group, first, &rows[1..])
            }
        };
        if !rows.is_empty() {
            let more = self.more.entry(group).or_insert_with(|| More::Rows(vec![first]));
            match more {
                More::Rows(all) if all.len() + rows.len() <= ROWS_MAX => all.extend(rows),
                _ => *more = More::Image(now()),
            }
        }
        for key in keys {
            self.keys.entry(key).or_insert(group);
        }
    }

    /// The company that an earlier row would make.
    pub(super) fn company(&self, key: u64) -> Option<Uuid> {
        self.companies.get(&key).copied()
    }

    pub(super) fn learn_company(&mut self, key: u64, id: Uuid) {
        self.companies.entry(key).or_insert(id);
    }

    /// The segments that earlier rows would make.
    pub(super) fn segments(&self) -> &BTreeSet<String> {
        &self.segments
    }

    pub(super) fn learn_segments<'a>(&mut self, keys: impl Iterator<Item = &'a String>) {
        self.segments.extend(keys.cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_by_any_of_their_keys_with_all_their_rows() {
        let mut memory = Memory::default();
        let (fresh, stored) = (Uuid::from_u128(1), Uuid::from_u128(2));
        memory.learn(fresh, false, &[1], [10, 11].into_iter(), || "fresh");
        memory.learn(stored, true, &[2], [20].into_iter(), || "stored");
        memory.learn(fresh, false, &[3], [10, 12].into_iter(), || "fresh");
        memory.learn(stored, true, &[4, 5], [21].into_iter(), || "stored");
        assert_eq!(memory.find(12).map(|known| (known.id, known.rows)), Some((fresh, &[1, 3][..])));
        assert_eq!(memory.find(20).map(|known| known.rows), Some(&[2, 4, 5][..]));
        assert_eq!(memory.find(21).map(|known| known.is_stored), Some(true));
        assert!(memory.find(99).is_none());
        let all = memory.find_all([21, 10, 99, 12].into_iter(), [stored, fresh].into_iter());
        assert_eq!(all.iter().map(|known| known.id).collect::<Vec<_>>(), [fresh, stored]);
        memory.learn_company(key("name", "acme"), fresh);
        assert_eq!(memory.company(key("name", "acme")), Some(fresh));
        assert_eq!(memory.company(key("host", "acme")), None);
    }

    #[test]
    fn of_many_rows_the_record_is_kept() {
        let mut memory = Memory::default();
        let id = Uuid::from_u128(1);
        for (row, text) in (1..).zip(["a", "b", "c"]) {
            memory.learn(id, false, &[row * 10, row * 10 + 1, row * 10 + 2], [7].into_iter(), || text);
        }
        let known = memory.find(7).expect("the record");
        assert_eq!((known.rows, known.image), (&[][..], Some(&"c")));
        memory.learn(id, false, &[40], [7, 8].into_iter(), || "d");
        assert_eq!(memory.find(8).and_then(|known| known.image), Some(&"d"));
    }
}
