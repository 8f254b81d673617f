//! Background jobs as people see them: how far one is, how it ended, and stopping or undoing one.

pub mod api;

use crate::actor::Actor;
use crate::bulk::model::{BulkError, BulkReason};
use crate::bulk::{self, BulkAccepted, Report};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::Record;
use crate::policy::{self, Action};
use db::{Conn, Tx};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A job of the organisation. What comes after `finishedAt` is about bulk actions and empty for other jobs.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub kind: String,
    /// `queued`, `running`, `completed`, `failed` or `canceled`; it has ended when `finishedAt` is set.
    pub state: String,
    /// Units done, such as rows.
    pub done: i64,
    /// Units in all, once that is known.
    #[schema(required)]
    pub total: Option<i64>,
    #[schema(required, value_type = Option<Object>)]
    pub result: Option<serde_json::Value>,
    /// Why the latest attempt failed.
    #[schema(required)]
    pub error: Option<String>,
    pub created_at: Timestamp,
    #[schema(required)]
    pub started_at: Option<Timestamp>,
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    /// What the records are: `customer` or `company`.
    #[schema(required)]
    pub record: Option<String>,
    /// What is done to them, with its `kind`.
    #[schema(required, value_type = Option<Object>)]
    pub action: Option<serde_json::Value>,
    /// Records in the selection. Those without an outcome yet are `matched` less `changed`, `skipped` and `failed`.
    #[schema(required)]
    pub matched: Option<i64>,
    #[schema(required)]
    pub changed: Option<i64>,
    #[schema(required)]
    pub skipped: Option<i64>,
    #[schema(required)]
    pub failed: Option<i64>,
    /// Why records were skipped or failed, with how many of each.
    pub reasons: Vec<BulkReason>,
    /// The first hundred records that failed.
    pub errors: Vec<BulkError>,
    /// Until when the job can be undone, once it has ended with something to undo.
    #[schema(required)]
    pub undoable_until: Option<Timestamp>,
    /// The job whose changes this one takes back.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    pub undo_of: Option<Uuid>,
    /// The job that takes back what this one changed.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    pub undone_by: Option<Uuid>,
}

impl Record for Job {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// A job. Bulk actions are between who asked for them and the admins.
pub fn get(c: &Conn<'_>, actor: &Actor, id: Uuid) -> Result<Job> {
    let job = jobs::get(c, Some(actor.org_id.0), id)?.ok_or(Error::NotFound("job"))?;
    let report = bulk::report(c, actor, id)?;
    let finished_at = job.finished_at.map(Timestamp);
    let count = |of: fn(&Report) -> i64| report.as_ref().map(of);
    Ok(Job {
        id,
        kind: job.kind,
        state: job.state.as_str().to_string(),
        done: count(Report::done).unwrap_or(job.progress.done),
        total: count(|report| report.matched).or(job.progress.total),
        result: job.result,
        error: job.error,
        created_at: Timestamp(job.created_at),
        started_at: job.started_at.map(Timestamp),
        finished_at,
        matched: count(|report| report.matched),
        changed: count(|report| report.changed),
        skipped: count(|report| report.skipped),
        failed: count(|report| report.failed),
        reasons: report.iter().flat_map(Report::reasons).collect(),
        undoable_until: report.as_ref().and_then(|report| report.undoable_until(finished_at)),
        undo_of: report.as_ref().and_then(|report| report.undo_of),
        undone_by: report.as_ref().and_then(|report| report.undone_by),
        errors: report.as_ref().map(|report| report.errors.clone()).unwrap_or_default(),
        record: report.as_ref().map(|report| report.record.clone()),
        action: report.map(|report| report.action),
    })
}

/// Kinds of jobs beside bulk actions that may be stopped half-way by an admin: what they have done stands, and what is
/// left follows with the next change.
const STOPPABLE: [&str; 1] = ["scoring.rescore"];

/// Asks a bulk action to stop after the records it is at; what it has done stands and can be undone. The scoring of
/// everybody by a criterion is stopped by admins in the same way.
///
/// # Errors
/// [`Error::Conflict`] when it has ended, and for jobs of other kinds.
pub fn cancel(tx: &Tx<'_>, actor: &Actor, id: Uuid) -> Result<Job> {
    let job = get(tx, actor, id)?;
    if STOPPABLE.contains(&job.kind.as_str()) {
        policy::require(actor, Action::EditCriteria)?;
        return match jobs::request_cancel(tx, Some(actor.org_id.0), id, actor.now().micros())? {
            jobs::Cancel::Requested | jobs::Cancel::Canceled => get(tx, actor, id),
            jobs::Cancel::Finished | jobs::Cancel::NotFound => {
                Err(Error::conflict("job_finished", "this job has ended already"))
            }
        };
    }
    if job.record.is_none() {
        return Err(Error::conflict("not_cancelable", "only bulk actions are stopped here; stop an import itself"));
    }
    match jobs::request_cancel(tx, Some(actor.org_id.0), id, actor.now().micros())? {
        jobs::Cancel::Requested => {}
        // It had not begun, so nobody else notes its end.
        jobs::Cancel::Canceled => bulk::break_off(tx, actor, id)?,
        jobs::Cancel::Finished | jobs::Cancel::NotFound => {
            return Err(Error::conflict("job_finished", "this job has ended; undo it to take back what it changed"));
        }
    }
    get(tx, actor, id)
}

/// Starts taking back what a bulk action has changed.
///
/// # Errors
/// [`Error::Conflict`] when there is nothing to take back, or it is too late.
pub fn undo(tx: &Tx<'_>, actor: &Actor, id: Uuid) -> Result<BulkAccepted> {
    let job = get(tx, actor, id)?;
    bulk::undo(tx, actor, id, job.finished_at)
}
