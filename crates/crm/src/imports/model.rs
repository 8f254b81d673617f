//! An import and the bodies that steer one.

use std::collections::{BTreeMap, HashSet};

use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::filter::catalogue::{Catalogue, column, time};
use platform::http::Record;
use platform::ids::ImportId;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::field::{Field, RecordKind};
use super::mapping::Guess;
use super::profile::Profile;
use super::reader::ImportNote;
use crate::custom_fields::{CustomField, PREFIX};

/// Distinct values of one column that may be given a meaning.
const VALUES_MAX: usize = 1_000;

/// What the list of imports is ordered by.
pub(super) static FIELDS: Catalogue = Catalogue {
    record: "import",
    id: "i.id",
    activities: None,
    deals: None,
    fields: &[time("createdAt", "import.createdAt", column("i.created_at")).sortable().required()],
};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportState)]
pub enum State {
    /// Its rows are here; it waits for a mapping.
    Uploaded,
    /// The whole file is tried without writing anything.
    Planning,
    /// What a run would do is known.
    Planned,
    Running,
    Completed,
    /// It stopped; the error says why. What it did so far stands.
    Failed,
    /// Somebody stopped it. What it did so far stands.
    Canceled,
    Undoing,
    Undone,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Uploaded => "uploaded",
            State::Planning => "planning",
            State::Planned => "planned",
            State::Running => "running",
            State::Completed => "completed",
            State::Failed => "failed",
            State::Canceled => "canceled",
            State::Undoing => "undoing",
            State::Undone => "undone",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        [
            State::Uploaded,
            State::Planning,
            State::Planned,
            State::Running,
            State::Completed,
            State::Failed,
            State::Canceled,
            State::Undoing,
            State::Undone,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }

    /// A job is at work.
    pub fn is_busy(self) -> bool {
        matches!(self, State::Planning | State::Running | State::Undoing)
    }
}

/// What is done with rows whose record is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnDuplicate {
    /// It is left alone.
    #[default]
    Skip,
    /// It gets the row's values; an empty cell clears nothing.
    Update,
    /// It gets values only where it has none, and new addresses, domains and tags beside those it has. A name that is
    /// nothing but an address or a domain counts as none. Owners stay, whatever `overwriteOwner` says.
    FillEmpty,
    /// The row makes a record of its own. What only one living record may have (a customer's email, LinkedIn and Telegram
    /// addresses, a company's domains, a product's name) stays with the record that has it, and the row's reason says so;
    /// a row of which nothing is left to make a record is skipped.
    Create,
}

impl OnDuplicate {
    pub fn as_str(self) -> &'static str {
        match self {
            OnDuplicate::Skip => "skip",
            OnDuplicate::Update => "update",
            OnDuplicate::FillEmpty => "fill_empty",
            OnDuplicate::Create => "create",
        }
    }

    pub fn parse(text: &str) -> Option<OnDuplicate> {
        [OnDuplicate::Skip, OnDuplicate::Update, OnDuplicate::FillEmpty, OnDuplicate::Create]
            .into_iter()
            .find(|policy| policy.as_str() == text)
    }
}

/// What a column is to be taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColumnMapping {
    /// Name of the column, as the upload answered it.
    pub column: String,
    /// API name of a field; null leaves the column out.
    pub field: Option<String>,
    /// What certain values of the column mean: `{"Philipines": "PH"}`. An empty meaning leaves the cell out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// The body of `POST /imports/{id}/plan`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportPlan)]
pub struct PlanBody {
    /// Columns that are not named are left out.
    pub mapping: Vec<ColumnMapping>,
    #[serde(default)]
    pub on_duplicate: OnDuplicate,
    /// Put owners of the file over owners that are there, where known records are updated; needs an admin.
    #[serde(default)]
    pub overwrite_owner: bool,
}

impl PlanBody {
    /// Checks the mapping against the columns of the file.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every fault.
    pub(super) fn check(&self, record: RecordKind, profile: &Profile, custom: &[CustomField]) -> Result<()> {
        let mut faults = Vec::new();
        let (mut columns, mut fields) = (HashSet::new(), HashSet::new());
        let mut own = HashSet::new();
        for (index, mapped) in self.mapping.iter().enumerate() {
            let path = |part: &str| format!("/mapping/{index}/{part}");
            if !profile.columns.iter().any(|column| column.name == mapped.column) {
                faults.push(FieldError::new(path("column"), "unknown_column", "the file has no column of this name"));
            } else if !columns.insert(mapped.column.as_str()) {
                faults.push(FieldError::new(path("column"), "repeated", "this column is mapped already"));
            }
            if mapped.values.len() > VALUES_MAX {
                let message = format!("give at most {VALUES_MAX} values of a column a meaning");
                faults.push(FieldError::new(path("values"), "too_many", message));
            }
            let Some(name) = mapped.field.as_deref() else { continue };
            let is_own = custom.iter().any(|field| field.name() == name);
            if is_own && !own.insert(name) {
                let message = format!("{name} is filled by another column already; leave one of them out");
                faults.push(FieldError::new(path("field"), "repeated", message));
            }
            match Field::parse(record, name) {
                None if is_own => {}
                None => faults.push(FieldError::new(path("field"), "unknown_field", unknown_field(record, name))),
                Some(field) if !field.is_repeatable() && !fields.insert(field) => {
                    let message = format!("{name} is filled by another column already; leave one of them out");
                    faults.push(FieldError::new(path("field"), "repeated", message));
                }
                Some(_) => {}
            }
        }
        if faults.is_empty() && self.mapping.iter().all(|mapped| mapped.field.is_none()) {
            faults.push(FieldError::new("/mapping", "required", "map at least one column to a field"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

fn unknown_field(record: RecordKind, name: &str) -> String {
    if let Some(key) = name.strip_prefix("custom.") {
        return format!("there is no custom field {key}; add it to the {} first", record.as_str());
    }
    let known: Vec<&str> = record.fields().iter().map(|field| field.as_str()).collect();
    format!("use one of {}, or null to leave the column out", known.join(", "))
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportColumn {
    /// Unique in the file.
    pub name: String,
    /// First different values.
    pub samples: Vec<String>,
    /// Cells with content.
    pub filled: u64,
}

/// What a column is taken for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportMapped {
    pub column: String,
    /// API name of a field; null when the column is left out.
    #[schema(required)]
    pub field: Option<String>,
    /// 0 to 1; 1 where a person decided.
    pub confidence: f64,
    /// What certain values of the column mean.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

impl ImportMapped {
    pub(super) fn guessed(guess: Guess) -> ImportMapped {
        ImportMapped { column: guess.column, field: guess.field, confidence: guess.confidence, values: BTreeMap::new() }
    }

    pub(super) fn decided(mapped: &ColumnMapping) -> ImportMapped {
        ImportMapped {
            column: mapped.column.clone(),
            confidence: if mapped.field.is_some() { 1.0 } else { 0.0 },
            field: mapped.field.clone(),
            values: mapped.values.clone(),
        }
    }

    /// Whether it means a custom field that is none of these.
    pub(super) fn names_none_of(&self, fields: &[CustomField]) -> bool {
        let own = self.field.as_ref().filter(|name| name.starts_with(PREFIX));
        own.is_some_and(|name| !fields.iter().any(|field| field.name() == *name))
    }

    pub(super) fn left_out(column: &str) -> ImportMapped {
        ImportMapped { column: column.to_owned(), field: None, confidence: 0.0, values: BTreeMap::new() }
    }

    pub(super) fn to_mapping(&self) -> ColumnMapping {
        ColumnMapping { column: self.column.clone(), field: self.field.clone(), values: self.values.clone() }
    }
}

/// A misspelt value and what it is taken for; say something else in the mapping's `values`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportOffer {
    pub column: String,
    pub value: String,
    /// The value that is written.
    #[schema(example = "PH")]
    pub meaning: String,
    /// The same in words.
    #[schema(example = "Philippines")]
    pub name: String,
    /// How many rows have it.
    pub rows: u64,
}

/// Why a row cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportProblem {
    /// As a spreadsheet counts: the header is row 1.
    pub row: i64,
    #[schema(required)]
    pub column: Option<String>,
    #[schema(required)]
    pub value: Option<String>,
    pub reason: String,
}

/// What became of rows, by their results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportUndone {
    /// Records that the import made and the undo archived.
    pub archived: i64,
    /// Records that got their former values back.
    pub restored: i64,
    /// Records that were changed since and stay as they are, wholly or in part; `rows.csv` says why.
    pub kept: i64,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ImportStarter)]
pub struct Starter {
    #[schema(required)]
    pub id: Option<uuid::Uuid>,
    pub name: String,
}

/// Customers or companies from a file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    pub id: ImportId,
    pub record: RecordKind,
    pub state: State,
    pub file_name: String,
    /// `csv` or `xlsx`, by content.
    pub kind: String,
    #[schema(required)]
    pub encoding: Option<String>,
    #[schema(required)]
    pub delimiter: Option<String>,
    #[schema(required)]
    pub sheet: Option<String>,
    /// All sheets of a workbook.
    pub sheets: Vec<String>,
    pub has_header: bool,
    pub columns: Vec<ImportColumn>,
    /// First rows of the file, one cell per column, shortened.
    pub sample: Vec<Vec<String>>,
    /// Guessed after the upload, decided after a plan.
    pub mapping: Vec<ImportMapped>,
    /// What was assumed while reading the file.
    pub notes: Vec<ImportNote>,
    /// Values that were understood although misspelt.
    pub offers: Vec<ImportOffer>,
    pub on_duplicate: OnDuplicate,
    pub overwrite_owner: bool,
    /// Rows with content.
    pub rows: i64,
    /// Rows that the plan, the run or the undo has dealt with.
    pub processed: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
    pub failed: i64,
    pub undone: ImportUndone,
    /// The first rows that fail.
    pub problems: Vec<ImportProblem>,
    /// Why the import stopped.
    #[schema(required)]
    pub error: Option<String>,
    pub created_by: Starter,
    pub created_at: Timestamp,
    /// When the run began.
    #[schema(required)]
    pub started_at: Option<Timestamp>,
    /// When the run ended.
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Import {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/imports/{}", self.id))
    }
}

/// An import in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportSummary {
    pub id: ImportId,
    pub record: RecordKind,
    pub state: State,
    pub file_name: String,
    pub rows: i64,
    pub processed: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
    pub failed: i64,
    pub undone: ImportUndone,
    #[schema(required)]
    pub error: Option<String>,
    pub created_by: Starter,
    pub created_at: Timestamp,
    #[schema(required)]
    pub started_at: Option<Timestamp>,
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(mapping: &[(&str, Option<&str>)]) -> PlanBody {
        PlanBody {
            mapping: mapping
                .iter()
                .map(|(column, field)| ColumnMapping {
                    column: (*column).to_owned(),
                    field: field.map(str::to_owned),
                    values: BTreeMap::new(),
                })
                .collect(),
            on_duplicate: OnDuplicate::Skip,
            overwrite_owner: false,
        }
    }

    #[test]
    fn a_mapping_names_columns_and_fields_that_are_there() {
        let profile = Profile::new(&["A".to_owned(), "B".to_owned(), "C".to_owned()]);
        let faults = |mapping: &[(&str, Option<&str>)]| match plan(mapping).check(RecordKind::Customer, &profile, &[]) {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| (fault.path, fault.code)).collect(),
            Err(other) => panic!("{other}"),
        };
        let fault = |path: &str, code: &str| (path.to_owned(), code.to_owned());
        assert!(faults(&[("A", Some("fullName")), ("B", Some("email")), ("C", Some("email"))]).is_empty());
        assert!(faults(&[("A", Some("email")), ("B", None)]).is_empty());
        assert_eq!(
            faults(&[
                ("X", Some("email")),
                ("A", Some("name")),
                ("A", None),
                ("B", Some("orgId")),
                ("C", Some("custom.x"))
            ]),
            [
                fault("/mapping/0/column", "unknown_column"),
                fault("/mapping/1/field", "unknown_field"),
                fault("/mapping/2/column", "repeated"),
                fault("/mapping/3/field", "unknown_field"),
                fault("/mapping/4/field", "unknown_field"),
            ]
        );
        assert_eq!(
            faults(&[("A", Some("fullName")), ("B", Some("fullName"))]),
            [fault("/mapping/1/field", "repeated")]
        );
        assert_eq!(faults(&[("A", None)]), [fault("/mapping", "required")]);
        assert_eq!(faults(&[]), [fault("/mapping", "required")]);
    }

    #[test]
    fn states_read_back() {
        for text in
            ["uploaded", "planning", "planned", "running", "completed", "failed", "canceled", "undoing", "undone"]
        {
            assert_eq!(State::parse(text).map(State::as_str), Some(text));
        }
        assert_eq!(State::parse("staging"), None);
        for text in ["skip", "update", "fill_empty", "create"] {
            assert_eq!(OnDuplicate::parse(text).map(OnDuplicate::as_str), Some(text));
        }
        assert_eq!(OnDuplicate::parse("merge"), None);
    }
}
