//! What is asked of a report, checked, and what it answers.

use super::range::{Days, Grain, Range};
use crate::deals::Amount;
use platform::clock::Day;
use platform::error::FieldError;
use platform::facets;
use platform::filter::catalogue::Kind;
use platform::filter::{FieldRef, Me, Raw, Schema, Tree, day_of};
use platform::ids::{PipelineId, UserId};
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Points of one series.
pub const POINTS_MAX: usize = 120;
/// Groups that one answer shows.
pub const GROUPS_MAX: i64 = 50;
const GROUPS_DEFAULT: i64 = 10;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportSource {
    Customer,
    Company,
    Deal,
    Task,
}

/// What is shown of the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many there are.
    #[default]
    Count,
    /// What they come to, by currency. Deals alone have amounts.
    Amount,
}

/// What a report is about. Days begin in the organisation's time zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportQuery {
    pub source: ReportSource,
    /// A filter tree over the records.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Raw>,
    /// `count` unless said.
    #[serde(default)]
    pub measure: Measure,
    /// What the records are parted by: a field of fixed or few values, such as `source`, `stageId` or `tags`; or `day`,
    /// `week`, `month`, `quarter` or `year` of the time field; or `time`, for the one of these that suits the range.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80)]
    pub by: Option<String>,
    /// The time field that `range` and a series are about: `createdAt` unless said, `dueAt` of tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80)]
    pub on: Option<String>,
    /// A period: `today`, `last_7_days`, `last_30_days`, `last_90_days`, `last_365_days`, `next_7_days`, `next_30_days`,
    /// `next_90_days`, `this_week`, `this_month`, `this_quarter`, `this_year`, `last_week`, `last_month`,
    /// `last_quarter`, `last_year`, `last_12_months`, or two days as `2026-01-01..2026-03-31`. All time unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "last_30_days")]
    pub range: Option<String>,
    /// Whose records: `me`, `none` for those of nobody, or a user's id. Everybody's unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "me")]
    pub owner: Option<String>,
    /// Deals of this pipeline. Stages are those of the default one unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline_id: Option<PipelineId>,
    /// Says what it was in the period before.
    #[serde(default)]
    pub compare: bool,
    /// Groups at most, 10 unless said. Stages and series are always whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 50)]
    pub limit: Option<i64>,
}

/// How many records there are, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportFigure {
    pub count: i64,
    /// By currency, the organisation's own first. Empty unless amounts are asked for.
    pub amounts: Vec<Amount>,
}

/// Days of a period, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportPeriod {
    pub from: Day,
    pub to: Day,
}

/// A figure with the filter of the list that has exactly these records.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReportTotal {
    #[serde(flatten)]
    pub figure: ReportFigure,
    /// A filter tree: the list of these records.
    #[schema(value_type = Object)]
    pub opens: Value,
}

/// One group, or one point of a series.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReportGroup {
    /// The value as filters write it, or the first day of the point; none for records without a value.
    #[schema(required)]
    pub key: Option<String>,
    /// What people call it, where the key is an id.
    #[schema(required)]
    pub label: Option<String>,
    #[serde(flatten)]
    pub figure: ReportFigure,
    #[schema(value_type = Object)]
    pub opens: Value,
}

/// What a report answers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Report {
    /// The days that it is about; none for all time.
    #[schema(required)]
    pub period: Option<ReportPeriod>,
    /// Those before, where they are compared with.
    #[schema(required)]
    pub previous: Option<ReportPeriod>,
    pub total: ReportTotal,
    #[serde(rename = "previousTotal")]
    #[schema(required)]
    pub previous_total: Option<ReportTotal>,
    /// `day`, `week`, `month`, `quarter` or `year` of a series.
    #[schema(required)]
    pub grain: Option<&'static str>,
    /// The largest first; stages in the order of their pipeline, points of a series in theirs.
    pub groups: Vec<ReportGroup>,
    /// What the groups that are left out come to together; none when all are there, or when a record can be in several.
    #[schema(required)]
    pub others: Option<ReportFigure>,
    /// Groups that are left out.
    pub more: i64,
}

impl ReportSource {
    pub(super) fn name(self) -> &'static str {
        match self {
            ReportSource::Customer => "customer",
            ReportSource::Company => "company",
            ReportSource::Deal => "deal",
            ReportSource::Task => "task",
        }
    }

    /// The field that says whose a record is.
    fn owner(self) -> &'static str {
        match self {
            ReportSource::Customer => "claimedById",
            ReportSource::Company | ReportSource::Deal => "ownerId",
            ReportSource::Task => "assigneeId",
        }
    }

    fn time(self) -> &'static str {
        if self == ReportSource::Task { "dueAt" } else { "createdAt" }
    }
}

/// What the records are parted by.
#[derive(Clone, Debug)]
pub(super) enum By {
    Nothing,
    Time(Option<Grain>),
    Field(FieldRef),
}

/// A query that has been checked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub source: ReportSource,
    pub schema: Schema,
    pub measure: Measure,
    pub by: By,
    pub on: FieldRef,
    pub range: Option<Range>,
    pub pipeline_id: Option<PipelineId>,
    pub compare: bool,
    pub limit: usize,
    me: Me,
    /// What holds whatever the period: the filter, the owner and the pipeline.
    conditions: Vec<Value>,
}

/// Fields besides those of fixed values that records can be parted by.
fn is_dimension(field: &FieldRef) -> bool {
    facets::is_enumerable(field)
        || matches!(field.name.as_ref(), "stageId" | "pipelineId" | "products" | "lostReason" | "industry")
}

impl ReportQuery {
    /// Whether it names what begins so.
    pub(super) fn names(&self, prefix: &str) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.0.to_string().contains(prefix))
            || [&self.by, &self.on].into_iter().flatten().any(|name| name.starts_with(prefix))
    }

    /// Checks all of it. `at` is the pointer to the query in its body.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place of each fault.
    pub(super) fn read(&self, schema: Schema, me: Me, at: &str) -> Result<Asked> {
        let mut faults = Vec::new();
        let mut conditions = self.filter_conditions(&schema, me, at, &mut faults);
        let mut fault = |field: &str, code: &str, message: String| {
            faults.push(FieldError::new(format!("{at}/{field}"), code, message));
        };
        let on = self.on.as_deref().unwrap_or(self.source.time());
        let on = schema.field(on).filter(|field| matches!(field.kind, Kind::Time | Kind::Date) && field.own.is_none());
        if on.is_none() {
            let times =
                schema.fields().filter(|field| matches!(field.kind, Kind::Time | Kind::Date) && field.own.is_none());
            let names: Vec<_> = times.map(|field| field.name).collect();
            fault("on", "unknown_field", format!("a {} has the times {}", self.source.name(), names.join(", ")));
        }
        let range = self.range.as_deref().map(|text| (text, Range::parse(text)));
        if let Some((_, None)) = range {
            fault("range", "invalid_value", format!("a range is one of {}", Range::allowed()));
        }
        let range = range.and_then(|(_, range)| range);
        let by = match self.by.as_deref() {
            None => Some(By::Nothing),
            Some("time") => Some(By::Time(None)),
            Some(name) => match Grain::parse(name) {
                Some(grain) => Some(By::Time(Some(grain))),
                None => schema.field(name).filter(is_dimension).map(By::Field),
            },
        };
        match &by {
            None => {
                let names: Vec<_> = schema.fields().filter(is_dimension).map(|field| field.name).collect();
                let message = format!(
                    "a {} is parted by one of {}, or by time, day, week, month, quarter, year",
                    self.source.name(),
                    names.join(", ")
                );
                fault("by", "unknown_field", message);
            }
            Some(By::Time(_)) if self.range.is_none() => {
                fault("range", "required", "a series needs a range: say which days it shows".into());
            }
            _ => {}
        }
        if self.measure == Measure::Amount && self.source != ReportSource::Deal {
            fault("measure", "not_allowed", format!("a {} has no amount; count them", self.source.name()));
        }
        if self.pipeline_id.is_some() && self.source != ReportSource::Deal {
            fault("pipelineId", "not_allowed", format!("a {} is in no pipeline", self.source.name()));
        }
        if self.compare && self.range.is_none() {
            fault("compare", "not_allowed", "all time has no period before it: say a range".into());
        }
        let limit = self.limit.unwrap_or(GROUPS_DEFAULT);
        if !(1..=GROUPS_MAX).contains(&limit) {
            fault("limit", "invalid_value", format!("limit is a number from 1 to {GROUPS_MAX}"));
        }
        match self.owner.as_deref() {
            None => {}
            Some("none") => conditions.push(json!({"field": self.source.owner(), "op": "empty"})),
            Some(owner) if owner == "me" || owner.parse::<UserId>().is_ok() => {
                conditions.push(json!({"field": self.source.owner(), "op": "eq", "value": owner}));
            }
            Some(_) => fault("owner", "invalid_value", "an owner is me, none, or the id of a user".into()),
        }
        match (on, by) {
            (Some(on), Some(by)) if faults.is_empty() => Ok(Asked {
                source: self.source,
                schema,
                measure: self.measure,
                by,
                on,
                range,
                pipeline_id: self.pipeline_id,
                compare: self.compare,
                limit: usize::try_from(limit).unwrap_or_default(),
                // The owner may be "me" whoever has stored the report: it is about whoever looks at it.
                me: Me::Allowed,
                conditions,
            }),
            _ => Err(Error::Malformed(faults)),
        }
    }

    /// The filter, as conditions that hold together.
    fn filter_conditions(&self, schema: &Schema, me: Me, at: &str, faults: &mut Vec<FieldError>) -> Vec<Value> {
        let Some(Raw(filter)) = &self.filter else { return Vec::new() };
        match Tree::parse(filter, schema.clone(), me) {
            Ok(tree) if tree.is_all() => Vec::new(),
            Ok(_) => match filter.get("and").and_then(Value::as_array) {
                Some(nodes) => nodes.clone(),
                None => vec![filter.clone()],
            },
            Err(Error::Malformed(found)) => {
                let placed = |fault: FieldError| FieldError { path: format!("{at}/filter{}", fault.path), ..fault };
                faults.extend(found.into_iter().map(placed));
                Vec::new()
            }
            Err(error) => {
                faults.push(FieldError::new(format!("{at}/filter"), "invalid", error.to_string()));
                Vec::new()
            }
        }
    }
}

impl Asked {
    /// The list of the records for which `more` holds too: as JSON, and ready to be used.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the filter leaves no room for what the report adds.
    pub fn tree(&self, more: &[Value]) -> Result<(Value, Tree)> {
        let json = json!({"and": self.conditions.iter().chain(more).collect::<Vec<_>>()});
        let tree = Tree::parse(&json, self.schema.clone(), self.me).map_err(|_| {
            let message = "the filter is as large as filters can be; leave out a condition or a level of nesting";
            Error::malformed("/filter", "too_large", message)
        })?;
        Ok((json, tree))
    }

    /// The condition that a record has this value of the field.
    pub fn has(field: &FieldRef, key: Option<&str>) -> Value {
        let name = field.name.as_ref();
        match key {
            None => json!({"field": name, "op": "empty"}),
            Some(key) if field.kind.is_set() => json!({"field": name, "op": "has_any", "value": [key]}),
            Some(key) => json!({"field": name, "op": "eq", "value": key}),
        }
    }
}

impl From<Days> for ReportPeriod {
    fn from(days: Days) -> ReportPeriod {
        ReportPeriod { from: Day(day_of(days.from)), to: Day(day_of(days.to)) }
    }
}
