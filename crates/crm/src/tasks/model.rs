//! A task and the bodies that write one.

use crate::anchors::{Anchor, AnchorRef};
use crate::fields::{self, apply, gather};
use jiff::Span;
use jiff::tz::TimeZone;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::http::Record;
use platform::ids::{TaskId, UserId};
use platform::patch::Patch;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const SUBJECT_CHARS_MAX: usize = 300;
const DESCRIPTION_CHARS_MAX: usize = 20_000;
const EVERY_MAX: i32 = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    Pending,
    InProgress,
    Done,
    Canceled,
}

impl TaskStatus {
    pub const NAMES: [&str; 4] = ["pending", "in_progress", "done", "canceled"];
    const ALL: [TaskStatus; 4] = [TaskStatus::Pending, TaskStatus::InProgress, TaskStatus::Done, TaskStatus::Canceled];

    pub fn as_str(self) -> &'static str {
        TaskStatus::NAMES[self as usize]
    }

    pub fn parse(text: &str) -> Option<TaskStatus> {
        TaskStatus::NAMES.iter().position(|name| *name == text).map(|index| TaskStatus::ALL[index])
    }

    /// There is nothing left to do.
    pub fn is_closed(self) -> bool {
        matches!(self, TaskStatus::Done | TaskStatus::Canceled)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// How often a task comes again: when it is done, the next one is made, so much later than this one was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recurrence {
    /// From 1 to 1,000.
    pub every: i32,
    pub unit: Unit,
}

impl Recurrence {
    fn check(self) -> Result<Option<Recurrence>, FieldError> {
        if (1..=EVERY_MAX).contains(&self.every) {
            return Ok(Some(self));
        }
        let message = format!("use a whole number from 1 to {EVERY_MAX}");
        Err(FieldError::new("/recurrence/every", "out_of_range", message))
    }

    /// The first time after `due` and `now` in steps from `from`, at the same hour of the zone's clock. Months keep the day, or
    /// take their last one; the next one that has the day takes it again.
    pub fn next(self, from: Timestamp, due: Timestamp, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let start = jiff::Timestamp::from_microsecond(from.micros()).ok()?.to_zoned(zone.clone());
        let mut steps = 1_i64;
        loop {
            let count = i64::from(self.every).checked_mul(steps)?;
            let span = match self.unit {
                Unit::Day => Span::new().try_days(count),
                Unit::Week => Span::new().try_weeks(count),
                Unit::Month => Span::new().try_months(count),
                Unit::Year => Span::new().try_years(count),
            };
            let next = Timestamp(start.checked_add(span.ok()?).ok()?.timestamp().as_microsecond());
            if next > now && next > due {
                return Some(next);
            }
            // A long series, or a task that was long overdue: no more steps than days in the years since.
            steps = steps.checked_add(1).filter(|steps| *steps < 100_000)?;
        }
    }
}

/// What a task that comes again knows of the others; not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// The time from which steps are counted, where that is not when this one is due: so a day that a short month lacks, and
    /// an hour that a night lacks, come back.
    pub from: Option<Timestamp>,
    /// The one that was made when this one was done.
    pub next: Option<TaskId>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    pub id: TaskId,
    pub subject: String,
    /// Markdown.
    #[schema(required)]
    pub description: Option<String>,
    #[schema(required)]
    pub anchor: Option<AnchorRef>,
    /// Who is to do it; nobody yet for one of the pool.
    #[schema(required)]
    pub assignee_id: Option<UserId>,
    #[schema(required)]
    pub created_by_id: Option<UserId>,
    #[schema(required)]
    pub due_at: Option<Timestamp>,
    pub status: TaskStatus,
    #[schema(required)]
    pub completed_at: Option<Timestamp>,
    /// `user`, `bot`, `automation` or `inbox`.
    pub origin: String,
    #[schema(required)]
    pub recurrence: Option<Recurrence>,
    /// In the answer to a change that completed it: the next one of a task that comes again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_task_id: Option<TaskId>,
    #[serde(skip)]
    pub series: Series,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Task {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/tasks/{}", self.id))
    }
}

impl Task {
    pub fn anchor(&self) -> Option<Anchor> {
        self.anchor.as_ref().map(|anchor| Anchor { kind: anchor.kind, id: anchor.id })
    }
}

/// The body of `POST /tasks`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTask {
    pub subject: String,
    /// Markdown.
    pub description: Option<String>,
    pub anchor: Option<Anchor>,
    /// Nobody unless said: it goes to the pool.
    pub assignee_id: Option<UserId>,
    pub due_at: Option<Timestamp>,
    /// `pending` unless said.
    pub status: Option<TaskStatus>,
    pub recurrence: Option<Recurrence>,
}

/// The body of `PATCH /tasks/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub subject: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Anchor>)]
    pub anchor: Patch<Anchor>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub assignee_id: Patch<UserId>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub due_at: Patch<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<TaskStatus>)]
    pub status: Patch<TaskStatus>,
    #[serde(default)]
    #[schema(value_type = Option<Recurrence>)]
    pub recurrence: Patch<Recurrence>,
}

fn subject(text: &str) -> Result<String, FieldError> {
    fields::text(text, "/subject", SUBJECT_CHARS_MAX)?
        .ok_or_else(|| FieldError::new("/subject", "required", "say what is to be done"))
}

fn description(text: &str) -> Result<Option<String>, FieldError> {
    fields::markdown(text, "/description", DESCRIPTION_CHARS_MAX)
}

/// What comes again has a day to count from.
fn finish(task: &Task, mut faults: Vec<FieldError>) -> Result<()> {
    if task.recurrence.is_some() && task.due_at.is_none() {
        let message = "a task that comes again needs the time when it is first due";
        faults.push(FieldError::new("/dueAt", "required", message));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

impl NewTask {
    /// The task, without what depends on other records.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all faults.
    pub(super) fn parse(&self, id: TaskId, by: Option<UserId>, origin: &str, now: Timestamp) -> Result<Task> {
        let mut faults = Vec::new();
        let status = self.status.unwrap_or(TaskStatus::Pending);
        let task = Task {
            id,
            subject: gather(subject(&self.subject), &mut faults),
            description: gather(self.description.as_deref().map_or(Ok(None), description), &mut faults),
            anchor: None,
            assignee_id: self.assignee_id,
            created_by_id: by,
            due_at: self.due_at,
            status,
            completed_at: status.is_closed().then_some(now),
            origin: origin.into(),
            recurrence: gather(self.recurrence.map_or(Ok(None), Recurrence::check), &mut faults),
            next_task_id: None,
            series: Series::default(),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        finish(&task, faults)?;
        Ok(task)
    }
}

impl TaskPatch {
    /// Applies all but the anchor.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all faults; then `task` is not to be used.
    pub(super) fn apply(&self, task: &mut Task, now: Timestamp) -> Result<()> {
        let mut faults = Vec::new();
        let rhythm = (task.due_at, task.recurrence);
        if let Some(text) = self.subject.as_change() {
            task.subject = gather(subject(text.map_or("", String::as_str)), &mut faults);
        }
        apply(&mut task.description, &self.description, &mut faults, |text| description(text));
        apply(&mut task.assignee_id, &self.assignee_id, &mut faults, |id| Ok(Some(*id)));
        apply(&mut task.due_at, &self.due_at, &mut faults, |at| Ok(Some(*at)));
        apply(&mut task.recurrence, &self.recurrence, &mut faults, |recurrence| recurrence.check());
        if (task.due_at, task.recurrence) != rhythm {
            task.series.from = None;
        }
        match self.status.as_change() {
            None => {}
            Some(None) => faults.push(FieldError::new("/status", "required", "this cannot be empty")),
            Some(Some(status)) if status.is_closed() != task.status.is_closed() || *status != task.status => {
                task.status = *status;
                task.completed_at = status.is_closed().then_some(now);
            }
            Some(Some(_)) => {}
        }
        finish(task, faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_time_keeps_the_hour_and_the_day_as_far_as_there_is_one() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let next = |every, unit, due: &str, now: &str| {
            Recurrence { every, unit }.next(at(due), at(due), at(now), &zone).unwrap()
        };
        // Clocks change on 2026-03-29.
        let cases = [
            (1, Unit::Day, "2026-03-28T08:00:00Z", "2026-03-28T09:00:00Z", "2026-03-29T07:00:00Z"),
            (2, Unit::Week, "2026-01-05T08:00:00Z", "2026-02-10T00:00:00Z", "2026-02-16T08:00:00Z"),
            (1, Unit::Month, "2026-01-31T08:00:00Z", "2026-02-01T00:00:00Z", "2026-02-28T08:00:00Z"),
            (1, Unit::Month, "2026-01-31T08:00:00Z", "2026-03-01T00:00:00Z", "2026-03-31T07:00:00Z"),
            (1, Unit::Year, "2024-02-29T08:00:00Z", "2024-03-01T00:00:00Z", "2025-02-28T08:00:00Z"),
        ];
        for (every, unit, due, now, expected) in cases {
            assert_eq!(next(every, unit, due, now), at(expected), "{every} {unit:?} from {due}");
        }
    }
}
