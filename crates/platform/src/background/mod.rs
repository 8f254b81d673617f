//! Background jobs as people see them: how far one is, how it ended.

pub mod api;

use crate::actor::Actor;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use db::Conn;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A job of the organisation.
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
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: Uuid) -> Result<Job> {
    let job = jobs::get(c, Some(actor.org_id.0), id)?.ok_or(Error::NotFound("job"))?;
    Ok(Job {
        id,
        kind: job.kind,
        state: job.state.as_str().to_string(),
        done: job.progress.done,
        total: job.progress.total,
        result: job.result,
        error: job.error,
        created_at: Timestamp(job.created_at),
        started_at: job.started_at.map(Timestamp),
        finished_at: job.finished_at.map(Timestamp),
    })
}
