//! What a handler gets to know and may do.

use crate::clock::Clock;
use crate::model::{JobError, JobId, Progress, micros};
use crate::store::{self, Held};
use db::{Db, Tx};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// One attempt of a job, in the hands of its handler. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    db: Db,
    lease: Lease,
    job: Arc<Held>,
    stopping: watch::Receiver<bool>,
}

impl JobContext {
    pub(crate) fn new(
        db: Db,
        job: Arc<Held>,
        clock: Clock,
        lease_time: Duration,
        stopping: watch::Receiver<bool>,
    ) -> JobContext {
        let lease = Lease { job_id: job.id, lease_id: job.lease_id, clock, time: lease_time };
        JobContext { db, lease, job, stopping }
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn id(&self) -> JobId {
        self.job.id
    }

    pub fn org_id(&self) -> Option<Uuid> {
        self.job.org_id
    }

    /// This attempt, counted from 1.
    pub fn attempt(&self) -> i64 {
        self.job.attempt
    }

    /// No further attempt follows this one, should it fail.
    pub fn is_last_attempt(&self) -> bool {
        self.job.attempt >= self.job.attempts_max
    }

    /// What [`enqueue`](crate::enqueue) was given.
    ///
    /// # Errors
    /// A permanent error when it is of another shape.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        T::deserialize(&self.job.payload)
            .map_err(|e| JobError::permanent("the job's description cannot be read").caused_by(e))
    }

    pub fn clock(&self) -> &Clock {
        &self.lease.clock
    }

    /// Microseconds since the Unix epoch, UTC.
    pub fn now(&self) -> i64 {
        self.lease.clock.now()
    }

    /// The proof that the job is in these hands, for use inside the handler's own transactions.
    pub fn lease(&self) -> Lease {
        self.lease.clone()
    }

    /// Shows how far the job is, in a transaction of its own. Handlers that write in steps show it inside
    /// each step's transaction instead, by [`Lease::progress`] or [`Lease::show`].
    ///
    /// # Errors
    /// When the job belongs to somebody else by now, or the database cannot be used: end the attempt.
    pub async fn progress(&self, done: i64, total: Option<i64>) -> Result<(), JobError> {
        let lease = self.lease();
        Ok(self.db.write(move |tx| lease.show(tx, done, total)).await?)
    }

    /// Has somebody asked this job to end? Asked between steps; then the handler puts things in order and
    /// answers [`Outcome::Canceled`](crate::Outcome::Canceled).
    ///
    /// # Errors
    /// When the job belongs to somebody else by now, or the database cannot be used: end the attempt.
    pub async fn is_cancelled(&self) -> Result<bool, JobError> {
        let (id, lease_id) = (self.job.id, self.job.lease_id);
        let requested = self.db.read(move |c| store::cancel_requested(c, id, lease_id)).await?;
        requested.ok_or_else(|| lost().into())
    }

    /// The program is about to end: finish soon, or answer [`Outcome::Again`](crate::Outcome::Again) with the
    /// present time to go on elsewhere. An attempt that does neither is stopped and does not count.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

/// The proof that a job is in one's hands, for as long as nobody has taken it over.
#[derive(Clone)]
pub struct Lease {
    job_id: JobId,
    lease_id: Uuid,
    clock: Clock,
    time: Duration,
}

impl Lease {
    /// Shows the progress as part of this transaction and keeps the lease. Because it fails when the job has
    /// been taken over, nothing that a late handler writes in the same transaction is kept.
    ///
    /// What is written so is not done again by the next attempt. Attempts are therefore counted anew: a job is
    /// given up when it gets nowhere, not because its process ended often while it got on.
    ///
    /// # Errors
    /// [`db::Error::Unavailable`] when the job belongs to somebody else by now.
    pub fn progress(&self, tx: &Tx<'_>, done: i64, total: Option<i64>) -> db::Result<()> {
        self.report(tx, Progress { done, total }, true)
    }

    /// The same for work that every attempt begins anew: attempts go on being counted.
    ///
    /// # Errors
    /// [`db::Error::Unavailable`] when the job belongs to somebody else by now.
    pub fn show(&self, tx: &Tx<'_>, done: i64, total: Option<i64>) -> db::Result<()> {
        self.report(tx, Progress { done, total }, false)
    }

    fn report(&self, tx: &Tx<'_>, progress: Progress, kept: bool) -> db::Result<()> {
        let held = store::progress(tx, self.job_id, self.lease_id, progress, kept, self.until())?;
        held.then_some(()).ok_or_else(lost)
    }

    /// Keeps the lease as part of this transaction, with the progress left as it is.
    ///
    /// # Errors
    /// [`db::Error::Unavailable`] when the job belongs to somebody else by now.
    pub fn hold(&self, tx: &Tx<'_>) -> db::Result<()> {
        let held = store::extend(tx, self.job_id, self.lease_id, self.until())?;
        held.then_some(()).ok_or_else(lost)
    }

    fn until(&self) -> i64 {
        self.clock.now().saturating_add(micros(self.time))
    }
}

fn lost() -> db::Error {
    db::Error::Unavailable("the job was taken over by another runner".into())
}
