//! Durable background work: a job is a row, so it commits with what asked for it and outlives the process.
//!
//! - [`enqueue`] writes the row inside the caller's transaction; its commit wakes the runner.
//! - The [`Registry`] says which [`Handler`] does which kind of job, and what comes again on a schedule.
//! - The [`Runner`] takes due jobs by compare-and-set, holds each by a lease that it keeps extending, and
//!   writes down how it ended. A lease that runs out is taken over by whoever looks next, so work goes on
//!   when a node dies; whoever comes back late finds its lease void and its completion refused.
//!
//! A job therefore runs **at least once**. Handlers make a repeat harmless: they write with
//! [`Lease::progress`] in the same transaction, which fails once the job belongs to somebody else.
//!
//! Attempts are counted when a job is taken, not when it fails: a job that kills the process is tried
//! `attempts_max` times and then kept as failed. What a handler keeps with [`Lease::progress`] counts them anew.
//!
//! Nodes compare leases with their own clocks; clocks that differ by more than a lease make jobs run twice.

mod clock;
mod context;
mod model;
mod registry;
mod runner;
mod schedule;
mod store;
#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use context::{JobContext, Lease};
pub use model::{Cancel, JobError, JobId, JobView, NewJob, Outcome, PAYLOAD_BYTES_MAX, Progress, State};
pub use registry::{Handler, Limits, Registry};
pub use runner::{Options, Runner, RunnerHandle, SetupError};

use db::{Conn, Tx};
use serde::Serialize;
use uuid::Uuid;

/// Writes a job down as part of the caller's transaction and wakes this process's runner after the commit.
/// `now` is in microseconds UTC, like `run_at`.
///
/// With a `dedupe_key` there is at most one unfinished job of that organisation, kind and key: when one is
/// queued or running already, nothing is written and its id is the answer.
///
/// # Errors
/// [`db::Error::Bug`] for a payload that is no JSON or larger than [`PAYLOAD_BYTES_MAX`].
pub fn enqueue<P: Serialize>(tx: &Tx<'_>, job: NewJob<P>, now: i64) -> db::Result<JobId> {
    let payload = model::bounded_json(&job.payload).map_err(|e| db::Error::Bug(format!("job {}: {e}", job.kind)))?;
    let id = store::insert(
        tx,
        &store::Insert {
            org_id: job.org_id,
            kind: job.kind,
            payload,
            run_at: job.run_at.unwrap_or(now),
            dedupe_key: job.dedupe_key.map(|key| model::dedupe_key(job.org_id, job.kind, &key)),
            attempts_max: job.attempts_max,
        },
        now,
    )?;
    tx.signal(store::ENQUEUED);
    Ok(id)
}

/// The job `id` of an organisation (or, with `None`, of the system) as people see it.
pub fn get(c: &Conn<'_>, org_id: Option<Uuid>, id: JobId) -> db::Result<Option<JobView>> {
    store::get(c, org_id, id)
}

/// Asks a job to end. A queued one is canceled at once, so the caller settles in this transaction what the
/// job would have settled; a running one is told through [`JobContext::is_cancelled`] and decides itself.
pub fn request_cancel(tx: &Tx<'_>, org_id: Option<Uuid>, id: JobId, now: i64) -> db::Result<Cancel> {
    store::request_cancel(tx, org_id, id, now)
}
