//! The bodies of merges of tags.

use platform::error::FieldError;
use platform::ids::TagId;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Tags that go in one merge.
const LOSERS_MAX: usize = 20;

/// The body of `POST /tags/merge` and of its preview.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeTags {
    /// The tag that stays, with its name, colour and description.
    pub primary_id: TagId,
    /// Those that go, 1 to 20.
    pub ids: Vec<TagId>,
}

impl MergeTags {
    /// # Errors
    /// [`Error::Invalid`] naming every fault.
    pub fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        if self.ids.is_empty() {
            faults.push(FieldError::new("/ids", "required", "name at least one tag to be merged"));
        }
        if self.ids.len() > LOSERS_MAX {
            faults.push(FieldError::new("/ids", "too_many", format!("merge at most {LOSERS_MAX} tags at once")));
        }
        let mut seen = BTreeSet::from([self.primary_id]);
        for (index, id) in self.ids.iter().enumerate() {
            if !seen.insert(*id) {
                faults.push(FieldError::new(format!("/ids/{index}"), "repeated", "name each tag once"));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

/// What a merge of tags would do.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TagMergePreview {
    /// Customers, but for archived ones, who carry a tag that goes.
    pub customers: i64,
    /// How many of them carry the one that stays already.
    pub already: i64,
    /// Segments whose rules name a tag that goes, and will name the one that stays.
    pub segments: Vec<String>,
    /// How many views will, with those that only their authors see.
    pub views: i64,
}
