//! All SQL of jobs and schedules. Every change of a held job names its lease, so that a late one finds nothing.

use crate::clock::new_id;
use crate::model::{Cancel, JobId, JobView, Progress, State};
use db::{Conn, Engine, Error, Result, Row, Sql, Tx, params};
use serde_json::Value;
use uuid::Uuid;

/// The signal that a job was enqueued.
pub(crate) const ENQUEUED: &str = "jobs.enqueued";

/// How often an enqueue looks again when the job that held its key ended in between.
const DEDUPE_ROUNDS_MAX: u32 = 8;

pub(crate) struct Insert {
    pub org_id: Option<Uuid>,
    pub kind: &'static str,
    pub payload: Value,
    pub run_at: i64,
    pub dedupe_key: Option<String>,
    pub attempts_max: u32,
}

/// Inserts a job; answers its id, or that of the unfinished job with the same key.
pub(crate) fn insert(tx: &Tx<'_>, job: &Insert, now: i64) -> Result<JobId> {
    for _ in 0..DEDUPE_ROUNDS_MAX {
        let id = new_id(now);
        let inserted = tx.execute((
            "INSERT INTO jobs (id, org_id, kind, payload, state, run_at, attempts, attempts_max, dedupe_key, \
               progress_done, created_at) \
             VALUES ($1, $2, $3, $4, 'queued', $5, 0, $6, $7, 0, $8) \
             ON CONFLICT (dedupe_key) WHERE finished_at IS NULL DO NOTHING",
            params![
                id,
                job.org_id,
                job.kind,
                job.payload.clone(),
                job.run_at,
                job.attempts_max.max(1),
                job.dedupe_key.clone(),
                now
            ],
        ))?;
        if inserted == 1 {
            return Ok(id);
        }
        let holder = tx.query_opt(
            ("SELECT id FROM jobs WHERE dedupe_key = $1 AND finished_at IS NULL", params![job.dedupe_key.clone()]),
            |row| row.get(0),
        )?;
        if let Some(id) = holder {
            return Ok(id);
        }
    }
    Err(Error::Retry)
}

pub(crate) fn get(c: &Conn<'_>, org_id: Option<Uuid>, id: JobId) -> Result<Option<JobView>> {
    c.query_opt(
        (
            "SELECT id, org_id, kind, state, progress_done, progress_total, result, error, created_at, started_at, \
               finished_at FROM jobs WHERE id = $1 AND org_id IS NOT DISTINCT FROM $2",
            params![id, org_id],
        ),
        |row| {
            Ok(JobView {
                id: row.get(0)?,
                org_id: row.get(1)?,
                kind: row.get(2)?,
                state: State::parse(&row.get::<String>(3)?)?,
                progress: Progress { done: row.get(4)?, total: row.get(5)? },
                result: row.get(6)?,
                error: row.get(7)?,
                created_at: row.get(8)?,
                started_at: row.get(9)?,
                finished_at: row.get(10)?,
            })
        },
    )
}

pub(crate) fn request_cancel(tx: &Tx<'_>, org_id: Option<Uuid>, id: JobId, now: i64) -> Result<Cancel> {
    let Some(view) = get(tx, org_id, id)? else { return Ok(Cancel::NotFound) };
    match view.state {
        State::Queued => {
            // On PostgreSQL a runner that takes the job meanwhile makes this a conflict, and it is looked at again.
            tx.execute((
                "UPDATE jobs SET state = 'canceled', finished_at = $2 WHERE id = $1 AND state = 'queued'",
                params![id, now],
            ))?;
            Ok(Cancel::Canceled)
        }
        // A row of its own: a job that writes without a pause changes its own row all the time, and on PostgreSQL a
        // request to change the same row would hardly ever get through.
        State::Running => {
            tx.execute((
                "INSERT INTO job_cancels (job_id, requested_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                params![id, now],
            ))?;
            Ok(Cancel::Requested)
        }
        _ => Ok(Cancel::Finished),
    }
}

/// A job that this process holds.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub id: JobId,
    pub org_id: Option<Uuid>,
    pub kind: String,
    pub payload: Value,
    /// This attempt, counted from 1.
    pub attempt: i64,
    pub attempts_max: i64,
    pub lease_id: Uuid,
    /// The request to cancel was there before this attempt began.
    pub cancel_seen: bool,
}

/// What a look for due jobs brought.
#[derive(Debug, Default)]
pub(crate) struct Claim {
    pub held: Vec<Held>,
    /// Jobs whose last attempt never came back, now kept as failed.
    pub given_up: usize,
}

impl Claim {
    /// The look changed something, so another one may find more.
    pub fn found(&self) -> bool {
        !self.held.is_empty() || self.given_up > 0
    }
}

/// A job that could be taken.
struct Candidate {
    id: JobId,
    kind: String,
    attempts: i64,
    attempts_max: i64,
    /// The lease that ran out; `None` for a queued job.
    lease: Option<(Uuid, i64)>,
}

fn candidates(
    c: &Conn<'_>,
    now: i64,
    kinds: &[(&'static str, usize)],
    limit: usize,
    lock: bool,
) -> Result<Vec<Candidate>> {
    let names = || kinds.iter().map(|(kind, _)| *kind);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let candidate = |row: &Row<'_>| {
        let lease: Option<Uuid> = row.get(4)?;
        let until: Option<i64> = row.get(5)?;
        Ok(Candidate {
            id: row.get(0)?,
            kind: row.get(1)?,
            attempts: row.get(2)?,
            attempts_max: row.get(3)?,
            lease: lease.zip(until),
        })
    };
    let mut expired = Sql::new(
        "SELECT id, kind, attempts, attempts_max, lease_id, lease_until FROM jobs \
         WHERE state = 'running' AND lease_until <= ",
    );
    expired.bind(now).push(" AND kind IN ").bind_list(names()).push(" ORDER BY lease_until LIMIT ").bind(limit);
    let mut due = Sql::new(
        "SELECT id, kind, attempts, attempts_max, lease_id, lease_until FROM jobs WHERE state = 'queued' AND run_at <= ",
    );
    due.bind(now).push(" AND kind IN ").bind_list(names()).push(" ORDER BY run_at, id LIMIT ").bind(limit);
    if lock {
        expired.push(" FOR UPDATE SKIP LOCKED");
        due.push(" FOR UPDATE SKIP LOCKED");
    }
    let mut found = c.query(&expired, candidate)?;
    found.extend(c.query(&due, candidate)?);
    Ok(found)
}

/// Is there anything to take? A cheap look before a transaction is opened.
pub(crate) fn anything_due(c: &Conn<'_>, now: i64, kinds: &[(&'static str, usize)]) -> Result<bool> {
    Ok(!candidates(c, now, kinds, 1, false)?.is_empty())
}

/// Takes up to `limit` jobs of `kinds` (each with how many of it may be taken), oldest first; expired leases
/// come before new work. A job whose last attempt never came back is kept as failed instead.
///
/// What makes a job ours is the compare-and-set of its row. With `skip_locked` runners also step around
/// rows that another one is taking (PostgreSQL only), which merely saves them from losing.
pub(crate) fn claim(
    tx: &Tx<'_>,
    now: i64,
    lease_until: i64,
    kinds: &[(&'static str, usize)],
    limit: usize,
    skip_locked: bool,
) -> Result<Claim> {
    let mut room: Vec<(&str, usize)> = kinds.to_vec();
    let mut claim = Claim::default();
    for candidate in candidates(tx, now, kinds, limit, skip_locked && tx.engine() == Engine::Postgres)? {
        let Some((_, left)) = room.iter_mut().find(|(kind, left)| *kind == candidate.kind && *left > 0) else {
            continue;
        };
        if claim.held.len() == limit {
            break;
        }
        if candidate.lease.is_some() && candidate.attempts >= candidate.attempts_max {
            claim.given_up += usize::from(give_up(tx, &candidate, now)?);
            continue;
        }
        if let Some(job) = take(tx, &candidate, now, lease_until)? {
            *left -= 1;
            claim.held.push(job);
        }
    }
    Ok(claim)
}

fn take(tx: &Tx<'_>, candidate: &Candidate, now: i64, lease_until: i64) -> Result<Option<Held>> {
    let lease_id = new_id(now);
    let mut sql = Sql::new("UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_id = ");
    sql.bind(lease_id).push(", lease_until = ").bind(lease_until);
    sql.push(", started_at = coalesce(started_at, ").bind(now).push(") WHERE id = ").bind(candidate.id);
    match candidate.lease {
        None => sql.push(" AND state = 'queued' AND run_at <= ").bind(now),
        Some((lease, until)) => {
            sql.push(" AND state = 'running' AND lease_id = ").bind(lease).push(" AND lease_until = ").bind(until)
        }
    };
    sql.push(" RETURNING org_id, payload, attempts, attempts_max, ");
    sql.push("EXISTS (SELECT 1 FROM job_cancels x WHERE x.job_id = jobs.id)");
    tx.query_opt(&sql, |row| {
        Ok(Held {
            id: candidate.id,
            org_id: row.get(0)?,
            kind: candidate.kind.clone(),
            payload: row.get(1)?,
            attempt: row.get(2)?,
            attempts_max: row.get(3)?,
            lease_id,
            cancel_seen: row.get(4)?,
        })
    })
}

fn give_up(tx: &Tx<'_>, candidate: &Candidate, now: i64) -> Result<bool> {
    let Some((lease, until)) = candidate.lease else { return Ok(false) };
    let ours = tx.execute((
        "UPDATE jobs SET state = CASE WHEN EXISTS (SELECT 1 FROM job_cancels x WHERE x.job_id = jobs.id) \
           THEN 'canceled' ELSE 'failed' END, \
           error = 'stopped without finishing at every attempt', lease_id = NULL, lease_until = NULL, finished_at = $4 \
         WHERE id = $1 AND state = 'running' AND lease_id = $2 AND lease_until = $3",
        params![candidate.id, lease, until, now],
    ))? == 1;
    if ours {
        tracing::error!(job.id = %candidate.id, job.kind = candidate.kind, "job stopped its process at every attempt");
    }
    Ok(ours)
}

/// Keeps the lease until `until`; false when it belongs to somebody else by now.
pub(crate) fn extend(tx: &Tx<'_>, id: JobId, lease_id: Uuid, until: i64) -> Result<bool> {
    Ok(tx.execute((
        "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND lease_id = $2 AND state = 'running'",
        params![id, lease_id, until],
    ))? == 1)
}

/// Writes the progress and keeps the lease; false when it belongs to somebody else by now. With `kept` this is work
/// that is not done again, so the attempts before it do not count.
pub(crate) fn progress(
    tx: &Tx<'_>,
    id: JobId,
    lease_id: Uuid,
    progress: Progress,
    kept: bool,
    until: i64,
) -> Result<bool> {
    Ok(tx.execute((
        "UPDATE jobs SET lease_until = $3, progress_done = $4, progress_total = $5, \
           attempts = CASE WHEN $6 THEN 1 ELSE attempts END \
         WHERE id = $1 AND lease_id = $2 AND state = 'running'",
        params![id, lease_id, until, progress.done, progress.total, kept],
    ))? == 1)
}

/// Has the holder of the lease been asked to stop? `None` when the lease belongs to somebody else by now.
pub(crate) fn cancel_requested(c: &Conn<'_>, id: JobId, lease_id: Uuid) -> Result<Option<bool>> {
    c.query_opt(
        (
            "SELECT EXISTS (SELECT 1 FROM job_cancels x WHERE x.job_id = jobs.id) FROM jobs \
             WHERE id = $1 AND lease_id = $2 AND state = 'running'",
            params![id, lease_id],
        ),
        |row| row.get(0),
    )
}

/// How a held job is let go.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    Completed(Option<Value>),
    Failed(String),
    Canceled,
    /// Another attempt after an error.
    Retry {
        run_at: i64,
        error: String,
    },
    /// The next step after a good one.
    Again {
        run_at: i64,
    },
    /// Given back unfinished through no fault of the job: the attempt does not count.
    HandBack {
        run_at: i64,
    },
}

/// Lets a held job go; false when the lease belongs to somebody else by now, and nothing was written.
pub(crate) fn finish(tx: &Tx<'_>, job: &Held, ending: &Ending, now: i64) -> Result<bool> {
    let mut sql = Sql::new("UPDATE jobs SET lease_id = NULL, lease_until = NULL, ");
    match ending {
        Ending::Completed(result) => {
            sql.push("state = 'completed', error = NULL, result = ").bind(result.clone());
        }
        Ending::Failed(error) => {
            sql.push("state = 'failed', error = ").bind(error);
        }
        Ending::Canceled => {
            sql.push("state = 'canceled'");
        }
        Ending::Retry { run_at, error } => {
            sql.push("state = 'queued', run_at = ").bind(*run_at).push(", error = ").bind(error);
        }
        Ending::Again { run_at } => {
            sql.push("state = 'queued', attempts = 0, error = NULL, run_at = ").bind(*run_at);
        }
        Ending::HandBack { run_at } => {
            sql.push("state = 'queued', attempts = attempts - 1, run_at = ").bind(*run_at);
        }
    }
    if matches!(ending, Ending::Completed(_) | Ending::Failed(_) | Ending::Canceled) {
        sql.push(", finished_at = ").bind(now);
    }
    sql.push(" WHERE id = ").bind(job.id).push(" AND state = 'running' AND lease_id = ").bind(job.lease_id);
    let ours = tx.execute(&sql)? == 1;
    if ours && !matches!(ending, Ending::Completed(_) | Ending::Failed(_) | Ending::Canceled) {
        tx.signal(ENQUEUED);
    }
    Ok(ours)
}

/// Voids all leases: for an engine where no other process can hold one.
pub(crate) fn void_leases(tx: &Tx<'_>) -> Result<u64> {
    tx.execute("UPDATE jobs SET lease_until = 0 WHERE state = 'running'")
}

/// Deletes up to `limit` jobs that ended before `before`, and requests to cancel from then: no job runs that long.
pub(crate) fn delete_finished(tx: &Tx<'_>, before: i64, limit: i64) -> Result<u64> {
    tx.execute(("DELETE FROM job_cancels WHERE requested_at < $1", params![before]))?;
    tx.execute((
        "DELETE FROM jobs WHERE id IN \
           (SELECT id FROM jobs WHERE finished_at IS NOT NULL AND finished_at < $1 ORDER BY finished_at LIMIT $2)",
        params![before, limit],
    ))
}

/// When the schedule is due next.
pub(crate) fn schedule_due(c: &Conn<'_>, name: &str) -> Result<Option<i64>> {
    c.query_opt(("SELECT next_run_at FROM job_schedules WHERE name = $1", params![name]), |row| row.get(0))
}

/// Notes a schedule that was not known; one of several nodes does.
pub(crate) fn schedule_insert(tx: &Tx<'_>, name: &str, next: i64) -> Result<()> {
    tx.execute((
        "INSERT INTO job_schedules (name, next_run_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        params![name, next],
    ))?;
    Ok(())
}

/// Moves a schedule from `due` to `next`; true for the one node that did.
pub(crate) fn schedule_move(tx: &Tx<'_>, name: &str, due: i64, next: i64) -> Result<bool> {
    Ok(tx.execute((
        "UPDATE job_schedules SET next_run_at = $3 WHERE name = $1 AND next_run_at = $2",
        params![name, due, next],
    ))? == 1)
}
