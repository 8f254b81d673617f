//! A segment and the bodies that write one.

use crate::fields;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::filter::Raw;
use platform::http::Record;
use platform::ids::{CustomerId, SegmentId, UserId};
use platform::patch::Patch;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 100;
const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Customers that one request adds or removes.
pub const MEMBERS_AT_ONCE_MAX: usize = 1_000;
/// People whom a preview shows.
pub(super) const SAMPLE: usize = 10;
/// Names of one upsert.
pub const NAMES_AT_ONCE_MAX: usize = 200;

/// What decides who is in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// People and automations put customers in and take them out.
    Static,
    /// A rule.
    Dynamic,
}

impl SegmentKind {
    pub const NAMES: [&str; 2] = ["static", "dynamic"];

    pub fn as_str(self) -> &'static str {
        SegmentKind::NAMES[self as usize]
    }

    pub fn parse(text: &str) -> Option<SegmentKind> {
        [SegmentKind::Static, SegmentKind::Dynamic].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A named part of the customers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    pub id: SegmentId,
    /// Unique among living segments, without regard to case and accents.
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    pub kind: SegmentKind,
    /// The filter tree over customers that decides; of dynamic segments alone.
    #[schema(required, value_type = Option<Object>)]
    pub rule: Option<Value>,
    /// What the rule names that is not there any more, with JSON pointers into the rule.
    pub problems: Vec<FieldError>,
    /// Who made it; they may change it, as may admins.
    #[schema(required)]
    pub created_by_id: Option<UserId>,
    /// Nobody is in an archived segment.
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    /// When everybody was last compared with the rule, so that whatever no event tells was noticed: the clock, a renamed
    /// tag. Of dynamic segments alone; who is in one is exact at any time.
    #[schema(required)]
    pub computed_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Segment {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/segments/{}", self.id))
    }
}

/// A segment where others refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SegmentRef {
    pub id: SegmentId,
    pub name: String,
    pub kind: SegmentKind,
}

/// A segment that a customer is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerSegment {
    pub id: SegmentId,
    pub name: String,
    pub kind: SegmentKind,
    /// When they joined; null for the moment until that has been told.
    #[schema(required)]
    pub since: Option<Timestamp>,
}

/// The body of `POST /segments`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSegment {
    pub name: String,
    pub description: Option<String>,
    pub kind: SegmentKind,
    /// A filter tree over customers; demanded of a dynamic segment, refused of a static one.
    #[schema(value_type = Option<Object>)]
    pub rule: Option<Raw>,
}

/// The body of `PATCH /segments/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SegmentPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub rule: Patch<Raw>,
}

/// The body of `POST /segments/{id}/members`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MembersChange {
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub add: Vec<CustomerId>,
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub remove: Vec<CustomerId>,
}

/// How many customers joined and left; those who were in or out already do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MembersChanged {
    pub added: i64,
    pub removed: i64,
}

impl Record for MembersChanged {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// A job that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SegmentJob {
    /// `GET /jobs/{id}` says how far it is.
    #[schema(value_type = String, format = "uuid")]
    pub job_id: Uuid,
}

impl Record for SegmentJob {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// The body of `POST /segments/preview`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreviewBody {
    /// A filter tree over customers.
    #[schema(value_type = Object)]
    pub rule: Raw,
    /// The segment that would get the rule.
    pub segment_id: Option<SegmentId>,
    /// Whether some of the people are asked for, too.
    #[serde(default)]
    pub sample: bool,
}

/// What a rule would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Preview {
    /// Customers that it selects.
    pub count: i64,
    /// Those who are not in the segment now.
    pub joins: i64,
    /// Those in the segment whom it does not select.
    pub leaves: i64,
    /// Up to ten of those whom it selects, the most recently active first; only if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<Vec<SamplePerson>>,
}

/// Somebody whom a rule selects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SamplePerson {
    pub id: CustomerId,
    pub full_name: String,
    #[schema(required)]
    pub job_title: Option<String>,
    #[schema(required)]
    pub company_name: Option<String>,
}

/// Why a customer is in a segment, or is not.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
    pub member: bool,
    pub conditions: Vec<ExplainedCondition>,
}

/// What one condition finds.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ExplainedCondition {
    /// JSON pointer into the rule.
    pub path: String,
    #[schema(value_type = Object)]
    pub condition: Value,
    /// The customer's value of the field, or how many events there were.
    pub value: Value,
    /// Before any `not` around it.
    pub holds: bool,
}

/// The body of `PUT /segments/by-name`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SegmentNames {
    #[schema(max_items = 200)]
    pub names: Vec<String>,
}

/// A name: trimmed, inner white space made single.
///
/// # Errors
/// [`Error::Invalid`] at `path` for an empty, overlong or unprintable name.
pub(super) fn valid_name(text: &str, path: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = fields::text(&text, path, NAME_CHARS_MAX).map_err(|fault| Error::Invalid(vec![fault]))?;
    name.ok_or_else(|| Error::invalid(path, "required", "write a name for the segment"))
}

pub(super) fn valid_description(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION_CHARS_MAX {
        let message = format!("use at most {DESCRIPTION_CHARS_MAX} characters");
        return Err(Error::invalid("/description", "too_long", message));
    }
    if platform::text::turns_direction(text) {
        return Err(Error::invalid("/description", "invalid", fields::TURNED));
    }
    Ok((!text.is_empty()).then(|| text.to_string()))
}
