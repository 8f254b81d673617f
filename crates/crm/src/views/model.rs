//! A saved view and the bodies that write one.

use crate::custom_fields::{self, CustomField};
use crate::{companies, customers, deals, fields};
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::filter::{Catalogue, Me, Raw, Schema, Tree};
use platform::http::Record;
use platform::ids::{UserId, ViewId};
use platform::paging::check_sort;
use platform::patch::Patch;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 100;
const COLUMNS_MAX: usize = 100;
const COLUMN_CHARS_MAX: usize = 80;
/// In pixels.
const WIDTHS: std::ops::RangeInclusive<i64> = 20..=2_000;

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            pub const NAMES: [&str; [$($text),*].len()] = [$($text),*];

            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}

choices! {
    /// What a view lists.
    ViewRecord { Customer "customer", Company "company", Deal "deal", }
}

choices! {
    /// Who sees it.
    Visibility {
        /// Its author alone, whatever the role of others.
        Private "private",
        /// Everybody in the organisation.
        Org "org",
    }
}

choices! {
    /// How it is shown.
    Layout { Table "table", Board "board", }
}

impl ViewRecord {
    pub(super) fn with_custom_fields(self) -> custom_fields::Record {
        match self {
            ViewRecord::Customer => custom_fields::Record::Customer,
            ViewRecord::Company => custom_fields::Record::Company,
            ViewRecord::Deal => custom_fields::Record::Deal,
        }
    }

    /// Whether lists of the record have the column. `own`: the custom fields that are not archived.
    pub(super) fn has_column(self, name: &str, own: &[CustomField]) -> bool {
        let is_known = match self {
            ViewRecord::Customer => customers::export::columns().any(|column| column == name),
            // Columns of the list alone.
            ViewRecord::Company => {
                companies::export::columns().chain(["owner", "customerCount"]).any(|column| column == name)
            }
            ViewRecord::Deal => {
                deals::export::columns().chain(["owner", "company", "customer"]).any(|column| column == name)
            }
        };
        is_known || self.catalogue().field(name).is_some() || own.iter().any(|field| field.name() == name)
    }

    pub fn catalogue(self) -> &'static Catalogue {
        match self {
            ViewRecord::Customer => &customers::FIELDS,
            ViewRecord::Company => &companies::FIELDS,
            ViewRecord::Deal => &deals::FIELDS,
        }
    }
}

/// A column of a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewColumn {
    /// A field of the record, a column of its exports or `custom.<key>`. What is not there any more is left out of answers.
    #[schema(example = "jobTitle", max_length = 80)]
    pub field: String,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 20, maximum = 2000)]
    pub width: Option<i64>,
}

/// A list as somebody has arranged it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    pub id: ViewId,
    pub record: ViewRecord,
    pub name: String,
    pub visibility: Visibility,
    /// Who made it; none for a program.
    #[schema(required)]
    pub author_id: Option<UserId>,
    /// From left to right.
    pub columns: Vec<ViewColumn>,
    /// A filter tree over the record.
    #[schema(required, value_type = Option<Object>)]
    pub filter: Option<Value>,
    /// As in lists: `-lastActivityAt,fullName`.
    #[schema(required)]
    pub sort: Option<String>,
    /// A field of the record.
    #[schema(required)]
    pub group_by: Option<String>,
    pub layout: Layout,
    /// What the filter names that is not there any more, with JSON pointers into the filter.
    pub problems: Vec<FieldError>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for SavedView {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/views/{}", self.id))
    }
}

/// The body of `POST /views`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewView {
    pub record: ViewRecord,
    pub name: String,
    pub visibility: Visibility,
    #[serde(default)]
    #[schema(max_items = 100)]
    pub columns: Vec<ViewColumn>,
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Raw>,
    pub sort: Option<String>,
    pub group_by: Option<String>,
    /// `table` unless said.
    pub layout: Option<Layout>,
}

/// The body of `PATCH /views/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    pub visibility: Option<Visibility>,
    #[schema(max_items = 100)]
    pub columns: Option<Vec<ViewColumn>>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub filter: Patch<Raw>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub sort: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub group_by: Patch<String>,
    pub layout: Option<Layout>,
}

/// How somebody keeps the views of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ViewChoice {
    pub record: ViewRecord,
    /// The view that the list opens with; none for the list as it comes.
    #[schema(required)]
    pub default_view_id: Option<ViewId>,
    /// Views in the order in which they are offered; others follow by name.
    pub order: Vec<ViewId>,
}

/// The body of `PUT /me/views/{record}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewViewChoice {
    pub default_view_id: Option<ViewId>,
    /// Each once; at most 700.
    #[serde(default)]
    #[schema(max_items = 700)]
    pub order: Vec<ViewId>,
}

/// What names a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SegmentUse {
    /// `segment` or `view`.
    pub record: &'static str,
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub name: String,
}

/// # Errors
/// [`Error::Invalid`] for an empty, overlong or unprintable name.
pub(super) fn valid_name(text: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = fields::text(&text, "/name", NAME_CHARS_MAX).map_err(|fault| Error::Invalid(vec![fault]))?;
    name.ok_or_else(|| Error::invalid("/name", "required", "write a name for the view"))
}

/// # Errors
/// [`Error::Invalid`] with the place of the first fault.
pub(super) fn valid_columns(columns: &[ViewColumn], is_known: impl Fn(&str) -> bool) -> Result<()> {
    if columns.len() > COLUMNS_MAX {
        return Err(Error::invalid("/columns", "too_many", format!("a view has at most {COLUMNS_MAX} columns")));
    }
    for (index, column) in columns.iter().enumerate() {
        let name = &column.field;
        let sound = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.len() <= COLUMN_CHARS_MAX
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if !sound {
            let message = format!("a column's name has at most {COLUMN_CHARS_MAX} letters, digits, dots, - and _");
            return Err(Error::invalid(format!("/columns/{index}/field"), "invalid", message));
        }
        if !is_known(name) {
            let message = format!("there is no column {name}; name a field of the record, or custom.<key>");
            return Err(Error::invalid(format!("/columns/{index}/field"), "unknown_column", message));
        }
        if columns[..index].iter().any(|other| other.field == *name) {
            let message = format!("{name} is there twice; name it once");
            return Err(Error::invalid(format!("/columns/{index}/field"), "invalid_value", message));
        }
        if column.width.is_some_and(|width| !WIDTHS.contains(&width)) {
            let message = format!("a width is from {} to {} pixels", WIDTHS.start(), WIDTHS.end());
            return Err(Error::invalid(format!("/columns/{index}/width"), "invalid_value", message));
        }
    }
    Ok(())
}

impl SavedView {
    /// Whether its filter or order names what begins so.
    pub(super) fn names(&self, prefix: &str) -> bool {
        let filter = self.filter.as_ref().is_some_and(|filter| filter.to_string().contains(prefix));
        filter || [&self.sort, &self.group_by].into_iter().flatten().any(|text| text.contains(prefix))
    }

    /// The filter, read again.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place of each fault in the filter.
    pub(super) fn tree(&self, schema: &Schema) -> Result<Option<Tree>> {
        let me = if self.visibility == Visibility::Org { Me::Refused } else { Me::Allowed };
        self.filter.as_ref().map(|filter| Tree::parse(filter, schema.clone(), me)).transpose()
    }

    /// Checks what depends on the record and the visibility, and brings the filter into its normal form.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place of each fault in the body.
    pub(super) fn check(&mut self, schema: &Schema) -> Result<()> {
        let tree = self.tree(schema).map_err(|error| match error {
            Error::Malformed(faults) => Error::Malformed(
                faults
                    .into_iter()
                    .map(|fault| FieldError { path: format!("/filter{}", fault.path), ..fault })
                    .collect(),
            ),
            other => other,
        })?;
        self.filter = tree.map(serde_json::to_value).transpose().map_err(|error| Error::Bug(error.to_string()))?;
        if let Some(sort) = &self.sort {
            check_sort(sort, schema, "/")?;
        }
        if let Some(field) = &self.group_by
            && schema.field(field).is_none()
        {
            let names: Vec<_> = schema.fields().map(|field| field.name).collect();
            let message = format!("a {} is grouped by one of {}", self.record.as_str(), names.join(", "));
            return Err(Error::malformed("/groupBy", "unknown_field", message));
        }
        Ok(())
    }
}
