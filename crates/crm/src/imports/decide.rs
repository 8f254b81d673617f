//! What is common to deciding about people and companies.

use platform::ids::{SegmentId, TagId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::interpret::Fault;
use super::model::OnDuplicate;
use super::values;
use crate::activity::Change;
use crate::deals::model::AMOUNT_MAX;
use crate::fields::minor_digits;
use crate::tags::TagName;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportResult)]
pub enum Verdict {
    /// A new record.
    Created,
    /// A known record got values of the row.
    Updated,
    /// A known record has all values of the row already.
    Unchanged,
    /// The record is known, and known ones are to be left alone.
    Skipped,
    /// The row could not be taken; nothing of it was.
    Failed,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Created => "created",
            Verdict::Updated => "updated",
            Verdict::Unchanged => "unchanged",
            Verdict::Skipped => "skipped",
            Verdict::Failed => "failed",
        }
    }
}

/// How known records are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    pub on_duplicate: OnDuplicate,
    /// An update also changes the owner, where there is one.
    pub overwrite_owner: bool,
}

impl Rules {
    /// Rows change known records, which are therefore needed whole.
    pub(super) fn changes_known(self) -> bool {
        matches!(self.on_duplicate, OnDuplicate::Update | OnDuplicate::FillEmpty)
    }

    /// A row makes a record whether it is known or not.
    pub(super) fn always_creates(self) -> bool {
        self.on_duplicate == OnDuplicate::Create
    }
}

/// A row on its way in.
#[derive(Debug, Clone)]
pub(super) struct Asked<S> {
    pub position: i64,
    /// As a spreadsheet counts.
    pub number: i64,
    pub said: Result<S, Fault>,
}

/// The outcome of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Decided {
    pub position: i64,
    pub verdict: Verdict,
    pub record_id: Option<Uuid>,
    pub reason: Option<String>,
    pub column: Option<String>,
    pub value: Option<String>,
    pub before: Option<Before>,
}

impl Decided {
    pub(super) fn new(position: i64, verdict: Verdict, record_id: Option<Uuid>, reason: Option<String>) -> Decided {
        Decided { position, verdict, record_id, reason, column: None, value: None, before: None }
    }

    pub(super) fn failed(position: i64, fault: Fault) -> Decided {
        Decided {
            position,
            verdict: Verdict::Failed,
            record_id: None,
            reason: Some(fault.reason),
            column: fault.column,
            value: fault.value,
            before: None,
        }
    }
}

/// What an update found and wrote, kept for the way back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Before {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts_added: Vec<Uuid>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags_added: Vec<TagId>,
    /// The same until they are in the library.
    #[serde(skip)]
    pub tag_names: Vec<TagName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segments_joined: Vec<SegmentId>,
    /// The same, folded, until they are there.
    #[serde(skip)]
    pub segment_keys: Vec<String>,
}

impl Before {
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
            && self.contacts_added.is_empty()
            && self.tags_added.is_empty()
            && self.tag_names.is_empty()
            && self.segments_joined.is_empty()
            && self.segment_keys.is_empty()
    }

    /// Notes a field that has no entry in the log of changes.
    pub(super) fn note(&mut self, field: &str, old: Value, new: Value) {
        self.changes.push(Change { field: field.to_owned(), old, new });
    }
}

/// Leaves a given value out where there is one already.
pub(super) fn only_missing<T, U>(given: &mut Option<T>, current: &Option<U>) {
    if current.is_some() {
        *given = None;
    }
}

/// Takes a given value over a different one.
pub(super) fn take<T: Clone + PartialEq>(current: &mut Option<T>, given: &Option<T>) {
    if given.is_some() && *current != *given {
        current.clone_from(given);
    }
}

/// The same for a text. What differs in white space alone is not another one: cells are read without it.
pub(super) fn take_text(current: &mut Option<String>, given: &Option<String>) {
    if let Some(given) = given
        && !current.as_deref().is_some_and(|current| reads_as(current, given))
    {
        *current = Some(given.clone());
    }
}

/// Takes an amount with its currency. Where the row says no currency, it means the one that the record has.
///
/// # Errors
/// When that one is not divided as finely as the amount.
pub(super) fn take_amount(
    current: (&mut Option<i64>, &mut Option<String>),
    given: (Option<i64>, &Option<String>),
    currency_said: bool,
) -> Result<(), Fault> {
    let ((amount, currency), (given, read_as)) = (current, given);
    let own = currency.clone().filter(|_| !currency_said);
    let (Some(own), Some(minor), Some(read_as)) = (own, given, read_as) else {
        take(amount, &given);
        take(currency, read_as);
        return Ok(());
    };
    let (from, to) = (minor_digits(read_as), minor_digits(&own));
    let exact = match from > to {
        true => Some(minor / 10_i64.pow(from - to)).filter(|scaled| scaled * 10_i64.pow(from - to) == minor),
        false => minor.checked_mul(10_i64.pow(to - from)).filter(|scaled| *scaled <= AMOUNT_MAX),
    };
    let refused =
        || Fault::of_row(format!("the amount is no amount in {own}, which the record has; name its currency"));
    take(amount, &Some(exact.ok_or_else(refused)?));
    Ok(())
}

/// Whether a cell with the stored text is read as the given one.
pub(super) fn reads_as(stored: &str, given: &str) -> bool {
    values::line(values::content(stored)).is_ok_and(|line| line == given)
}
