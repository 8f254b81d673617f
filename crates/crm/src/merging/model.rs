//! How references follow a merge, and how values that merges have written over come back.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MergeRecord)]
pub enum Record {
    Customer,
    Company,
}

impl Record {
    pub const ALL: [Record; 2] = [Record::Customer, Record::Company];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Record::Customer => "customer",
            Record::Company => "company",
        }
    }
}

/// A column that names a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    pub table: &'static str,
    pub column: &'static str,
    pub how: How,
}

/// How the rows of a column follow a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Every row goes over. `key`: the id of a row; `name`: what people call them, where they are told how many.
    Moves { key: &'static str, name: Option<&'static str> },
    /// Every row goes over, and of those that are private to somebody nothing is told: `shown` is the condition on a row
    /// `r` to be counted.
    MovesAll { key: &'static str, name: &'static str, shown: &'static str },
    /// A row goes over unless the survivor has one with the same `key`; then it stays with the loser.
    Joins { key: &'static str, name: Option<&'static str> },
    /// It follows by rules of its own, in the code of the record.
    Own,
    /// It stays, for this reason.
    Stays(&'static str),
}

impl How {
    pub(crate) fn follows(self) -> bool {
        matches!(self, How::Moves { .. } | How::MovesAll { .. } | How::Joins { .. })
    }

    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            How::Moves { name, .. } | How::Joins { name, .. } => name,
            How::MovesAll { name, .. } => Some(name),
            How::Own | How::Stays(_) => None,
        }
    }
}

/// A value that a merge wrote over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub before: Value,
    pub after: Value,
}

/// The values that a merge wrote over, by their names.
pub type Cells = BTreeMap<String, Cell>;

/// One record in another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    pub loser: Uuid,
    pub survivor: Uuid,
    /// Among the merges into the same survivor.
    pub position: i64,
    pub cells: Cells,
    /// What the loser had that no other row tells.
    pub image: Value,
}

/// What the survivor gets back when a merge is taken out of the others into it (`siblings`, in their order): the value
/// from before, unless a later merge or a person has written over it. Where a later merge has, that one now gives back
/// what this one would have.
pub fn take_back(
    merge: &Merge,
    siblings: &mut [Merge],
    mut current: impl FnMut(&str) -> Option<Value>,
) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for (name, cell) in &merge.cells {
        let later = siblings
            .iter_mut()
            .filter(|sibling| sibling.position > merge.position)
            .find_map(|sibling| sibling.cells.get_mut(name));
        match later {
            Some(later) if later.before == cell.after => later.before = cell.before.clone(),
            Some(_) => {}
            None if current(name).as_ref() == Some(&cell.after) => {
                values.insert(name.clone(), cell.before.clone());
            }
            None => {}
        }
    }
    values
}
