//! A dashboard, its widgets, and the bodies that write them.

use crate::activity::Activity;
use crate::anchors::AnchorRef;
use crate::fields;
use crate::reports::ReportQuery;
use crate::views::Visibility;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::http::Record;
use platform::ids::{DashboardId, OrgId, UserId};
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

const NAME_CHARS_MAX: usize = 100;
const WIDGET_ID_CHARS_MAX: usize = 40;
pub const WIDGETS_MAX: usize = 24;
/// Of the grid's twelve columns.
const WIDTHS: std::ops::RangeInclusive<i64> = 2..=12;
const HEIGHTS: std::ops::RangeInclusive<i64> = 1..=4;

/// How a widget shows what it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WidgetKind {
    /// One number, with what has changed since the period before.
    Counts,
    /// Points over time.
    Series,
    /// The parts of a whole, by a field.
    Breakdown,
    /// Who or what has most, by a field.
    Leaderboard,
    /// Deals from stage to stage of a pipeline.
    Funnel,
    /// The stages of a pipeline with their first cards.
    Board,
    /// What has happened last. It asks no report.
    Feed,
}

/// A part of a dashboard. Widgets fill the grid's rows in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Widget {
    /// Its own among the widgets of the dashboard: letters, digits, `-` and `_`.
    #[schema(min_length = 1, max_length = 40)]
    pub id: String,
    pub kind: WidgetKind,
    /// What it is called; what it shows says it unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub title: Option<String>,
    /// Of twelve columns.
    #[schema(minimum = 2, maximum = 12)]
    pub width: i64,
    /// In rows of the grid.
    #[schema(minimum = 1, maximum = 4)]
    pub height: i64,
    /// What it shows; a feed has none. `by` is left out of a number, a time unit of a series, a field of a breakdown or
    /// leaderboard, and `stageId` of a funnel or board.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<ReportQuery>,
}

/// Numbers of the organisation, as somebody has arranged them.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    pub id: DashboardId,
    pub name: String,
    pub visibility: Visibility,
    /// Who has made it; nobody has made the standard one.
    #[schema(required)]
    pub author_id: Option<UserId>,
    pub widgets: Vec<Widget>,
    /// The one that every organisation has. It is as the program makes it until an admin changes it, and again after it
    /// was deleted.
    pub is_standard: bool,
    /// The one that the caller's home opens with.
    pub is_default: bool,
    /// None for the standard one as the program makes it.
    #[schema(required)]
    pub updated_at: Option<Timestamp>,
    /// 0 for the standard one as the program makes it.
    pub version: i64,
}

impl Record for Dashboard {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/dashboards/{}", self.id))
    }
}

/// The body of `POST /dashboards`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDashboard {
    #[schema(max_length = 100)]
    pub name: String,
    pub visibility: Visibility,
    #[serde(default)]
    #[schema(max_items = 24)]
    pub widgets: Vec<Widget>,
}

/// The body of `PATCH /dashboards/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DashboardPatch {
    #[schema(max_length = 100)]
    pub name: Option<String>,
    pub visibility: Option<Visibility>,
    /// All of them, in their new order.
    #[schema(max_items = 24)]
    pub widgets: Option<Vec<Widget>>,
}

/// The body of `PUT /me/dashboard`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DashboardChoice {
    /// The dashboard that one's home opens with; the standard one where it is null.
    pub dashboard_id: Option<DashboardId>,
}

/// Something that has happened, with the record that it is about.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FeedItem {
    #[serde(flatten)]
    pub activity: Activity,
    /// The customer, else the deal, else the company.
    #[schema(required)]
    pub about: Option<AnchorRef>,
    /// So many more of the same kind by the same actor came right before this one and are not shown.
    pub more: i64,
}

/// # Errors
/// [`Error::Invalid`] for an empty, overlong or unprintable name.
pub(super) fn valid_name(text: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = fields::text(&text, "/name", NAME_CHARS_MAX).map_err(|fault| Error::Invalid(vec![fault]))?;
    name.ok_or_else(|| Error::invalid("/name", "required", "write a name for the dashboard"))
}

/// Checks what does not depend on the reports.
///
/// # Errors
/// [`Error::Invalid`] with the place of each fault.
pub(super) fn check_widgets(widgets: &mut [Widget]) -> Result<()> {
    let mut faults = Vec::new();
    if widgets.len() > WIDGETS_MAX {
        return Err(Error::invalid("/widgets", "too_many", format!("a dashboard has at most {WIDGETS_MAX} widgets")));
    }
    for index in 0..widgets.len() {
        let (before, rest) = widgets.split_at_mut(index);
        let Some(widget) = rest.first_mut() else { break };
        let mut fault = |field: &str, code: &str, message: String| {
            faults.push(FieldError::new(format!("/widgets/{index}/{field}"), code, message));
        };
        let sound = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if widget.id.is_empty() || widget.id.len() > WIDGET_ID_CHARS_MAX || !widget.id.chars().all(sound) {
            fault("id", "invalid", format!("an id has 1 to {WIDGET_ID_CHARS_MAX} letters, digits, - and _"));
        } else if before.iter().any(|other| other.id == widget.id) {
            fault("id", "invalid_value", "another widget has this id; give each its own".into());
        }
        if !WIDTHS.contains(&widget.width) {
            fault("width", "invalid_value", format!("a width is from {} to {} columns", WIDTHS.start(), WIDTHS.end()));
        }
        if !HEIGHTS.contains(&widget.height) {
            fault("height", "invalid_value", format!("a height is from {} to {} rows", HEIGHTS.start(), HEIGHTS.end()));
        }
        if let Some((field, code, message)) = widget.misfit() {
            fault(field, code, message.into());
        }
        if let Some(title) = widget.title.take() {
            match fields::text(&title, &format!("/widgets/{index}/title"), NAME_CHARS_MAX) {
                Ok(title) => widget.title = title,
                Err(found) => faults.push(found),
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

impl Widget {
    /// What does not go with its kind.
    fn misfit(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let Some(query) = &self.query else {
            let asks = self.kind != WidgetKind::Feed;
            return asks.then_some(("query", "required", "say what the widget shows"));
        };
        let by = query.by.as_deref();
        let is_time = by.is_some_and(|by| matches!(by, "time" | "day" | "week" | "month" | "quarter" | "year"));
        match self.kind {
            WidgetKind::Feed => {
                Some(("query", "not_allowed", "a feed shows what has happened last; it asks no report"))
            }
            WidgetKind::Counts if by.is_some() => {
                Some(("query/by", "not_allowed", "one number is not parted; leave by out, or choose another kind"))
            }
            WidgetKind::Series if !is_time => {
                Some(("query/by", "invalid_value", "a series is by time, day, week, month, quarter or year"))
            }
            WidgetKind::Breakdown | WidgetKind::Leaderboard if is_time || by.is_none() => {
                Some(("query/by", "invalid_value", "say the field whose values are compared"))
            }
            WidgetKind::Funnel | WidgetKind::Board if by != Some("stageId") => {
                Some(("query/by", "invalid_value", "the stages of deals are by stageId"))
            }
            _ => None,
        }
    }
}

impl Dashboard {
    /// What an organisation has without anybody having made it.
    pub(super) fn standard(org: OrgId) -> Result<Dashboard> {
        let open = json!({"field": "stage", "op": "in", "value": ["open", "negotiating"]});
        let won = json!({"field": "stage", "op": "eq", "value": "won"});
        let due = json!({"and": [{"field": "status", "op": "in", "value": ["pending", "in_progress"]},
            {"field": "dueAt", "op": "before", "value": "+7d"}]});
        let widgets = json!([
            {"id": "new_customers", "kind": "counts", "width": 3, "height": 1,
             "query": {"source": "customer", "range": "last_30_days", "compare": true}},
            {"id": "open_value", "kind": "counts", "width": 3, "height": 1,
             "query": {"source": "deal", "measure": "amount", "filter": open}},
            {"id": "won_month", "kind": "counts", "width": 3, "height": 1,
             "query": {"source": "deal", "measure": "amount", "filter": won, "on": "closedAt", "range": "this_month",
                       "compare": true}},
            {"id": "tasks_due", "kind": "counts", "width": 3, "height": 1,
             "query": {"source": "task", "filter": due, "owner": "me"}},
            {"id": "deal_funnel", "kind": "funnel", "width": 5, "height": 2,
             "query": {"source": "deal", "by": "stageId", "measure": "amount", "range": "last_90_days"}},
            {"id": "won_by_month", "kind": "series", "width": 7, "height": 2,
             "query": {"source": "deal", "measure": "amount", "filter": won, "on": "closedAt", "range": "last_12_months",
                       "by": "month", "compare": true}},
            {"id": "won_by_owner", "kind": "leaderboard", "width": 4, "height": 2,
             "query": {"source": "deal", "measure": "amount", "filter": won, "on": "closedAt", "range": "this_quarter",
                       "by": "ownerId", "limit": 5}},
            {"id": "customers_by_source", "kind": "breakdown", "width": 4, "height": 2,
             "query": {"source": "customer", "by": "source", "range": "last_90_days"}},
            {"id": "latest_activity", "kind": "feed", "width": 4, "height": 2},
        ]);
        Ok(Dashboard {
            id: DashboardId(org.0),
            name: "Overview".into(),
            visibility: Visibility::Org,
            author_id: None,
            widgets: serde_json::from_value(widgets).map_err(|error| Error::Bug(error.to_string()))?,
            is_standard: true,
            is_default: false,
            updated_at: None,
            version: 0,
        })
    }
}
