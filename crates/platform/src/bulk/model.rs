//! What is asked for, and what becomes of each record.

use crate::error::{Error, Result};
use crate::filter::Schema;
use crate::filter::{Me, Tree};
use crate::http::Record;
use db::Sql;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Records that can be named one by one, and left out; more are chosen by a filter.
pub const IDS_MAX: usize = 5_000;

/// Which records: `ids`, or all that match `filter` and `q`, but for `except`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Select {
    /// At most 5,000.
    #[schema(value_type = Option<Vec<String>>)]
    pub ids: Option<Vec<Uuid>>,
    /// A filter tree; `{"and": []}` is everybody.
    #[serde(default, deserialize_with = "crate::filter::filter_of_body")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Value>,
    /// Text to search for.
    #[schema(max_length = 200)]
    pub q: Option<String>,
    /// Of those that match, the ones to leave alone; at most 5,000.
    #[schema(value_type = Option<Vec<String>>)]
    pub except: Option<Vec<Uuid>>,
}

/// A [`Select`] that makes sense.
#[derive(Clone, Debug)]
pub enum Selection {
    Ids(Vec<Uuid>),
    Matching { tree: Box<Tree>, q: Option<String>, except: Vec<Uuid> },
}

impl Select {
    /// Whether the filter names a field that begins so.
    pub fn names(&self, prefix: &str) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.to_string().contains(prefix))
    }

    /// # Errors
    /// [`Error::Malformed`] with the path of each fault; those in the filter are pointers into the tree.
    pub fn read(&self, schema: impl Into<Schema>) -> Result<Selection> {
        for (list, path) in [(&self.ids, "/select/ids"), (&self.except, "/select/except")] {
            if list.as_ref().is_some_and(|list| list.len() > IDS_MAX) {
                let message = format!("name at most {IDS_MAX} records, or choose them by a filter");
                return Err(Error::malformed(path, "too_many", message));
            }
        }
        let q = crate::paging::search_text(self.q.as_deref(), "/select/")?;
        let by_filter = self.filter.is_some() || q.is_some();
        match &self.ids {
            Some(ids) if !by_filter && self.except.is_none() => Ok(Selection::Ids(ids.clone())),
            Some(_) => Err(Error::malformed("/select", "ambiguous", "give ids, or a filter with exceptions, not both")),
            // Nothing at all might be a mistake, and then one that reaches everybody.
            None if !by_filter => Err(Error::malformed("/select", "required", "say which records: by ids or a filter")),
            None => {
                let tree = match &self.filter {
                    None => Tree::all(schema),
                    Some(json) => Tree::parse(json, schema, Me::Allowed)?,
                };
                Ok(Selection::Matching { tree: Box::new(tree), q, except: self.except.clone().unwrap_or_default() })
            }
        }
    }
}

impl Selection {
    /// ` AND …`: the part of the selection that names records, on the record's `id` column.
    pub fn named(&self, id: &'static str) -> Sql {
        let mut sql = Sql::default();
        match self {
            Selection::Ids(ids) => sql.push(" AND ").push(id).push(" IN ").bind_list(ids.iter().copied()),
            Selection::Matching { except, .. } if except.is_empty() => &mut sql,
            Selection::Matching { except, .. } => {
                sql.push(" AND ").push(id).push(" NOT IN ").bind_list(except.iter().copied())
            }
        };
        sql
    }
}

/// The answer to a bulk action: the job that does it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkAccepted {
    /// See `GET /jobs/{id}`.
    #[schema(value_type = String, format = "uuid")]
    pub job_id: Uuid,
}

impl Record for BulkAccepted {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// A record of a chunk.
#[derive(Clone, Debug)]
pub struct Item {
    pub record_id: Uuid,
    /// When the selection was frozen.
    pub was_archived: bool,
    /// In an undo: what the change has replaced, and the version that it gave the record.
    pub changed: Option<(Value, i64)>,
}

/// The records that an [`Act`](super::Act) is given at once.
#[derive(Clone, Debug)]
pub struct Chunk {
    pub action: Value,
    /// Take the action back instead.
    pub is_undo: bool,
    pub items: Vec<Item>,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// With what was there before, for the way back, and the version that the record has now.
    Changed { before: Value, version: i64 },
    /// Left as it is.
    Skipped(Skip),
    /// A rule forbids it: the code of the rule, and what to do.
    Failed(&'static str, String),
}

/// Why a record was left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skip {
    /// It belongs to somebody else.
    Forbidden,
    /// There was nothing to change.
    Unchanged,
    /// It was archived after the selection was frozen.
    Archived,
    /// A claim of what belongs to somebody already.
    AlreadyClaimed,
    /// In an undo: somebody has changed it since.
    ChangedSince,
    /// In an undo: whom it would go back to is no longer a member.
    OwnerLeft,
    /// It is not there any more.
    Gone,
}

impl Skip {
    pub fn code(self) -> &'static str {
        match self {
            Skip::Forbidden => "forbidden",
            Skip::Unchanged => "unchanged",
            Skip::Archived => "archived",
            Skip::AlreadyClaimed => "already_claimed",
            Skip::ChangedSince => "changed_since",
            Skip::OwnerLeft => "owner_left",
            Skip::Gone => "gone",
        }
    }
}

/// A record that could not be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkError {
    #[schema(value_type = String, format = "uuid")]
    pub record_id: Uuid,
    pub code: String,
    /// For people: what to do.
    pub message: String,
}

/// How many records of a job ended in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BulkReason {
    /// Skipped: `forbidden` `unchanged` `archived` (meanwhile) `already_claimed` `changed_since` `owner_left` `gone`.
    /// Failed: the code of the rule, such as `contact_taken`.
    pub code: String,
    pub count: i64,
}

/// What a bulk job has done so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub record: String,
    pub action: Value,
    pub undo_of: Option<Uuid>,
    pub undone_by: Option<Uuid>,
    pub matched: i64,
    pub changed: i64,
    pub skipped: i64,
    pub failed: i64,
    /// Skipped and failed records by code.
    pub reasons: BTreeMap<String, i64>,
    /// The first records that failed.
    pub errors: Vec<BulkError>,
    /// When the work ended, by its own account.
    pub finished_at: Option<crate::clock::Timestamp>,
}

impl Report {
    /// Records that have their outcome.
    pub fn done(&self) -> i64 {
        self.changed + self.skipped + self.failed
    }

    /// Skipped and failed records by code, as answers show them.
    pub fn reasons(&self) -> impl Iterator<Item = BulkReason> {
        self.reasons.iter().map(|(code, count)| BulkReason { code: code.clone(), count: *count })
    }

    /// Adds the outcomes of a chunk.
    pub(super) fn add(&mut self, outcomes: &[(Uuid, Outcome)], errors_max: usize) {
        for (record_id, outcome) in outcomes {
            let code = match outcome {
                Outcome::Changed { .. } => {
                    self.changed += 1;
                    continue;
                }
                Outcome::Skipped(skip) => {
                    self.skipped += 1;
                    skip.code()
                }
                Outcome::Failed(code, message) => {
                    self.failed += 1;
                    if self.errors.len() < errors_max {
                        let (code, message) = ((*code).to_owned(), message.clone());
                        self.errors.push(BulkError { record_id: *record_id, code, message });
                    }
                    *code
                }
            };
            *self.reasons.entry(code.to_owned()).or_default() += 1;
        }
    }
}
