//! What a plan remembers of earlier rows.
//!
//! A run finds what earlier rows made in the database. A plan writes nothing, so it remembers: which keys (addresses,
//! domains, names) lead to which record, and which rows made or changed that record. Keys are kept as 64-bit hashes and
//! records as row positions, some 60 bytes a row, so that a plan over a million rows stays small; the record itself is
//! made again from its rows when a later row meets it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use uuid::Uuid;

/// A record that earlier rows made or would change.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Of the stored record, or made up for the plan.
    pub id: Uuid,
    pub is_stored: bool,
    /// Positions of the rows, in order.
    pub rows: Vec<i64>,
}

#[derive(Debug)]
struct Group {
    id: Uuid,
    is_stored: bool,
    first: i64,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Memory {
    keys: HashMap<u64, u32>,
    groups: Vec<Group>,
    /// Further rows of the few records that several rows are about.
    more: HashMap<u32, Vec<i64>>,
    stored: HashMap<Uuid, u32>,
    /// Companies that rows would make beside themselves.
    companies: HashMap<u64, Uuid>,
}

/// A key as it is remembered.
pub(super) fn key(kind: &str, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, text).hash(&mut hasher);
    hasher.finish()
}

impl Memory {
    /// The record that a key leads to.
    pub(super) fn find(&self, key: u64) -> Option<Known> {
        self.keys.get(&key).map(|group| self.known(*group))
    }

    /// What rows would change of a stored record.
    pub(super) fn find_stored(&self, id: Uuid) -> Option<Known> {
        self.stored.get(&id).map(|group| self.known(*group))
    }

    fn known(&self, group: u32) -> Known {
        let found = &self.groups[group as usize];
        let mut rows = vec![found.first];
        rows.extend(self.more.get(&group).into_iter().flatten());
        Known { id: found.id, is_stored: found.is_stored, rows }
    }

    /// Remembers that the row at `position` made or changed a record, and all keys that lead to the record now.
    pub(super) fn learn(&mut self, id: Uuid, is_stored: bool, position: i64, keys: impl Iterator<Item = u64>) {
        let mut keys = keys.peekable();
        let known = if is_stored {
            self.stored.get(&id).copied()
        } else {
            keys.peek()
                .and_then(|key| self.keys.get(key))
                .copied()
                .filter(|group| self.groups[*group as usize].id == id)
        };
        let group = match known {
            Some(group) => {
                self.more.entry(group).or_default().push(position);
                group
            }
            None => {
                let group = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
                self.groups.push(Group { id, is_stored, first: position });
                if is_stored {
                    self.stored.insert(id, group);
                }
                group
            }
        };
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_by_any_of_their_keys_with_all_their_rows() {
        let mut memory = Memory::default();
        let (fresh, stored) = (Uuid::from_u128(1), Uuid::from_u128(2));
        memory.learn(fresh, false, 1, [10, 11].into_iter());
        memory.learn(stored, true, 2, [20].into_iter());
        memory.learn(fresh, false, 3, [10, 12].into_iter());
        memory.learn(stored, true, 4, [21].into_iter());
        assert_eq!(memory.find(12).map(|known| (known.id, known.rows)), Some((fresh, vec![1, 3])));
        assert_eq!(memory.find(20).map(|known| known.rows), Some(vec![2, 4]));
        assert_eq!(memory.find(21).map(|known| known.is_stored), Some(true));
        assert_eq!(memory.find_stored(stored).map(|known| known.rows), Some(vec![2, 4]));
        assert!(memory.find(99).is_none() && memory.find_stored(fresh).is_none());
        memory.learn_company(key("name", "acme"), fresh);
        assert_eq!(memory.company(key("name", "acme")), Some(fresh));
        assert_eq!(memory.company(key("host", "acme")), None);
    }
}
