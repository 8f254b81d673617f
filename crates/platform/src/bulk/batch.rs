//! A chunk while an action decides about it.

use super::model::{Item, Outcome, Skip};
use crate::error::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

/// A record whose outcome is open, as it is at this moment.
pub struct One<'a, T> {
    pub at: T,
    pub item: &'a Item,
}

/// The records of a chunk: those that are left, and the outcomes of the others.
pub struct Batch<'a, T> {
    pub left: Vec<One<'a, T>>,
    outcomes: Vec<(Uuid, Outcome)>,
}

impl<T> One<'_, T> {
    /// In an undo: the record has another version than the action has given it.
    pub fn is_changed_since(&self, version: i64) -> bool {
        self.item.changed.as_ref().is_none_or(|(_, given)| *given != version)
    }

    /// In an undo: what the action has kept for its way back.
    ///
    /// # Errors
    /// [`Error::Bug`] when it is of another shape.
    pub fn before<B: DeserializeOwned>(&self) -> Result<B> {
        let before = self.item.changed.as_ref().map(|(before, _)| before.clone()).unwrap_or_default();
        serde_json::from_value(before).map_err(|error| Error::Bug(format!("what a bulk action kept: {error}")))
    }
}

impl<'a, T> Batch<'a, T> {
    /// Records that `find` does not know are left out, and so taken for gone.
    pub fn new(items: &'a [Item], mut find: impl FnMut(Uuid) -> Option<T>) -> Batch<'a, T> {
        let left = items.iter().filter_map(|item| Some(One { at: find(item.record_id)?, item })).collect();
        Batch { left, outcomes: Vec::with_capacity(items.len()) }
    }

    /// Leaves alone those of which this is so.
    pub fn skip(&mut self, why: Skip, is_so: impl Fn(&One<'a, T>) -> bool) {
        self.settle(|one| is_so(one).then_some(Outcome::Skipped(why)));
    }

    /// Takes out those that the function has an outcome for.
    pub fn settle(&mut self, mut outcome: impl FnMut(&One<'a, T>) -> Option<Outcome>) {
        let outcomes = &mut self.outcomes;
        self.left.retain(|one| match outcome(one) {
            Some(outcome) => {
                outcomes.push((one.item.record_id, outcome));
                false
            }
            None => true,
        });
    }

    /// All outcomes, once those that are left are changed: `kept` says what was there before and the version that the
    /// record has now.
    pub fn changed(mut self, kept: impl Fn(&One<'a, T>) -> (Value, i64)) -> Vec<(Uuid, Outcome)> {
        self.settle(|one| {
            let (before, version) = kept(one);
            Some(Outcome::Changed { before, version })
        });
        self.outcomes
    }
}
