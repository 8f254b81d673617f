//! Takes due jobs, runs their handlers, writes down how they ended.

use crate::clock::Clock;
use crate::context::JobContext;
use crate::model::{JobError, Outcome, bounded_json, micros};
use crate::registry::{Limits, Registry};
use crate::store::{self, Claim, Ending, Held};
use crate::{Handler, schedule};
use db::{Db, Engine};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tracing::Instrument;

/// Steps that [`Runner::run_until_idle`] takes before it calls the work endless.
const IDLE_STEPS_MAX: u32 = 100_000;
/// How often an ending is written again when the database cannot be used, before the lease is left to run out.
const FINISH_TRIES: u32 = 5;
/// How long a stopped handler may take to let go of its thread.
const ABORT_WAIT: Duration = Duration::from_secs(1);

/// How a runner works.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Jobs that run together.
    pub at_once: usize,
    /// How long a job stays ours without a sign of life; extended at every third of it.
    pub lease: Duration,
    /// How often to look for work that nobody woke us for: other nodes' jobs, retries, schedules.
    pub poll: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options { at_once: 4, lease: Duration::from_secs(30), poll: Duration::from_secs(1) }
    }
}

/// Why a runner cannot be made: a mistake in the program.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("two handlers for jobs of kind {0}")]
    Doubled(&'static str),
    #[error("schedule {name} enqueues {kind}, which has no handler")]
    NoHandler { name: &'static str, kind: &'static str },
    #[error("two schedules named {0}")]
    DoubledSchedule(&'static str),
}

/// Does jobs, either in the background ([`Runner::start`]) or until none is due ([`Runner::run_until_idle`]).
/// Cheap to clone; clones are separate runners as far as jobs are concerned.
#[derive(Clone)]
pub struct Runner {
    db: Db,
    registry: Arc<Registry>,
    clock: Clock,
    options: Options,
}

impl Runner {
    /// # Errors
    /// A registry that contradicts itself.
    pub fn new(db: Db, registry: Registry, clock: Clock, options: Options) -> Result<Runner, SetupError> {
        if let Some(kind) = registry.doubled.first() {
            return Err(SetupError::Doubled(kind));
        }
        for (at, schedule) in registry.schedules.iter().enumerate() {
            if !registry.entries.contains_key(schedule.kind) {
                return Err(SetupError::NoHandler { name: schedule.name, kind: schedule.kind });
            }
            if registry.schedules[..at].iter().any(|other| other.name == schedule.name) {
                return Err(SetupError::DoubledSchedule(schedule.name));
            }
        }
        Ok(Runner { db, registry: Arc::new(registry), clock, options })
    }

    /// Works in the background until [`RunnerHandle::shutdown`], or until the handle is dropped.
    pub fn start(self) -> RunnerHandle {
        let (stop, stopping) = watch::channel(false);
        let (halt, halting) = watch::channel(false);
        // Listening begins here: what is enqueued after `start` returns is heard.
        let enqueued = self.db.listen(store::ENQUEUED);
        let task = tokio::spawn(self.work(enqueued, stopping, halting));
        RunnerHandle { stop, halt, task }
    }

    /// Does everything that is due by the clock, schedules too, and what that makes due; then returns how many
    /// attempts it made. For tests and one-off commands: with a clock that stands still, an attempt that is
    /// to be repeated later stays queued.
    ///
    /// # Errors
    /// When the database cannot be used, or the work has no end.
    pub async fn run_until_idle(&self) -> db::Result<u32> {
        let (_stop, stopping) = watch::channel(false);
        let (_halt, halting) = watch::channel(false);
        let mut attempts = 0;
        let mut running = Running::default();
        loop {
            schedule::tick(&self.db, &self.registry.schedules, self.clock.now()).await?;
            let claim = self.take(&running).await?;
            attempts += u32::try_from(claim.held.len()).unwrap_or(u32::MAX);
            if attempts > IDLE_STEPS_MAX {
                return Err(db::Error::Bug(format!("jobs are still due after {IDLE_STEPS_MAX} attempts")));
            }
            let found = claim.found();
            for job in claim.held {
                running.spawn(self, job, &stopping, &halting);
            }
            if !found && !running.next().await {
                return Ok(attempts);
            }
        }
    }

    async fn work(
        self,
        mut enqueued: db::Listener,
        mut stopping: watch::Receiver<bool>,
        halting: watch::Receiver<bool>,
    ) {
        if self.db.engine() == Engine::Sqlite {
            // Nobody else works on this file: what is leased belonged to a process that has ended.
            if let Err(error) = self.db.write(store::void_leases).await {
                tracing::warn!(%error, "leases of the previous run stay until they run out");
            }
        }
        let mut running = Running::default();
        while !*stopping.borrow() {
            let mut found = false;
            match self.tick_and_take(&running).await {
                Ok(claim) => {
                    found = claim.found();
                    for job in claim.held {
                        running.spawn(&self, job, &stopping, &halting);
                    }
                }
                Err(error) => tracing::warn!(%error, "cannot look for jobs"),
            }
            // There may be more; with all hands full the next look finds nothing.
            if found {
                continue;
            }
            tokio::select! {
                () = enqueued.heard() => {}
                _ = running.next(), if !running.tasks.is_empty() => {}
                () = tokio::time::sleep(self.options.poll) => {}
                _ = stopping.changed() => break,
            }
        }
        while running.next().await {}
    }

    async fn tick_and_take(&self, running: &Running) -> db::Result<Claim> {
        schedule::tick(&self.db, &self.registry.schedules, self.clock.now()).await?;
        self.take(running).await
    }

    /// Takes as many due jobs as there are hands free.
    async fn take(&self, running: &Running) -> db::Result<Claim> {
        let free = self.options.at_once.saturating_sub(running.tasks.len());
        let kinds: Vec<(&'static str, usize)> = self
            .registry
            .kinds()
            .map(|(kind, at_once)| (kind, at_once.saturating_sub(running.of_kind(kind))))
            .filter(|(_, room)| *room > 0)
            .collect();
        if free == 0 || kinds.is_empty() {
            return Ok(Claim::default());
        }
        let now = self.clock.now();
        let kinds: Arc<[(&'static str, usize)]> = kinds.into();
        let looked = Arc::clone(&kinds);
        if !self.db.read(move |c| store::anything_due(c, now, &looked)).await? {
            return Ok(Claim::default());
        }
        let until = now.saturating_add(micros(self.options.lease));
        self.db.write(move |tx| store::claim(tx, now, until, &kinds, free, true)).await
    }

    /// One attempt from start to written end.
    async fn attempt(self, job: Held, stopping: watch::Receiver<bool>, mut halting: watch::Receiver<bool>) {
        let Some(entry) = self.registry.entries.get(job.kind.as_str()) else { return };
        let (handler, limits) = (Arc::clone(&entry.handler), entry.limits);
        let job = Arc::new(job);
        let context =
            JobContext::new(self.db.clone(), Arc::clone(&job), self.clock.clone(), self.options.lease, stopping);
        let mut task = Task(tokio::spawn(run(handler, context).in_current_span()));
        let time_up = tokio::time::sleep(limits.time);
        tokio::pin!(time_up);
        let mut beat = tokio::time::interval(self.options.lease / 3);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.tick().await;
        let ending = loop {
            tokio::select! {
                ended = &mut task.0 => break self.ending(&job, ended),
                () = &mut time_up => {
                    task.stop().await;
                    break self.failed(&job, &out_of_time(limits));
                }
                // Also when the handle was dropped.
                _ = halting.changed() => {
                    task.stop().await;
                    break Ending::HandBack { run_at: self.clock.now() };
                }
                _ = beat.tick() => match self.extend(&job).await {
                    Ok(true) => {}
                    Ok(false) => {
                        tracing::warn!("job was taken over by another runner");
                        return task.stop().await;
                    }
                    Err(error) => tracing::warn!(%error, "cannot extend the job's lease"),
                },
            }
        };
        self.finish(&job, ending).await;
    }

    async fn extend(&self, job: &Held) -> db::Result<bool> {
        let (id, lease_id) = (job.id, job.lease_id);
        let until = self.clock.now().saturating_add(micros(self.options.lease));
        self.db.write(move |tx| store::extend(tx, id, lease_id, until)).await
    }

    fn ending(&self, job: &Held, ended: Result<Result<Outcome, JobError>, JoinError>) -> Ending {
        let outcome = match ended {
            Ok(outcome) => outcome,
            Err(error) => Err(JobError::retry("an internal error; the log has more").caused_by(panic_text(error))),
        };
        match outcome {
            Ok(Outcome::Done) => Ending::Completed(None),
            Ok(Outcome::Result(result)) => match bounded_json(&result) {
                Ok(result) => Ending::Completed(Some(result)),
                Err(why) => self.failed(job, &JobError::permanent("the job's result is too large").caused_by(why)),
            },
            Ok(Outcome::Canceled) => Ending::Canceled,
            // The handler had a whole step to see the request.
            Ok(Outcome::Again(_)) if job.cancel_seen => Ending::Canceled,
            Ok(Outcome::Again(run_at)) => Ending::Again { run_at },
            Err(error) => self.failed(job, &error),
        }
    }

    fn failed(&self, job: &Held, error: &JobError) -> Ending {
        let cause = error.cause().unwrap_or_default();
        if error.is_permanent() || job.attempt >= job.attempts_max {
            tracing::error!(attempt = job.attempt, error = %error, cause, "job failed");
            if job.cancel_seen { Ending::Canceled } else { Ending::Failed(error.message().to_string()) }
        } else {
            let wait = error.wait_us(job.id, job.attempt);
            tracing::warn!(attempt = job.attempt, error = %error, cause, wait_ms = wait / 1_000, "job will be tried again");
            Ending::Retry { run_at: self.clock.now().saturating_add(wait), error: error.message().to_string() }
        }
    }

    async fn finish(&self, job: &Arc<Held>, ending: Ending) {
        let now = self.clock.now();
        for round in 1..=FINISH_TRIES {
            let (job, ending) = (Arc::clone(job), ending.clone());
            match self.db.write(move |tx| store::finish(tx, &job, &ending, now)).await {
                Ok(true) => return,
                Ok(false) => return tracing::warn!("job was taken over by another runner; its ending is void"),
                Err(error) => tracing::warn!(%error, round, "cannot write the job's ending"),
            }
            tokio::time::sleep(Duration::from_millis(100) * round).await;
        }
        tracing::error!("the job's ending is lost; it runs again when its lease has run out");
    }
}

fn out_of_time(limits: Limits) -> JobError {
    JobError::retry(format!("took longer than {} s", limits.time.as_secs()))
}

/// The handler's future is made inside the task, so that a panic on the way there is caught as well.
async fn run(handler: Arc<dyn Handler>, context: JobContext) -> Result<Outcome, JobError> {
    handler.run(context).await
}

fn panic_text(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(payload) => {
            let text = payload.downcast_ref::<&str>().copied();
            let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
            format!("panicked: {}", text.unwrap_or("without a message"))
        }
        Err(error) => error.to_string(),
    }
}

/// A spawned handler that ends with whoever waits for it.
struct Task(JoinHandle<Result<Outcome, JobError>>);

impl Task {
    async fn stop(&mut self) {
        self.0.abort();
        // Normally at once; a handler that blocks its thread cannot be waited for.
        let _ = tokio::time::timeout(ABORT_WAIT, &mut self.0).await;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Attempts under way, each with its kind.
#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
    kinds: HashMap<tokio::task::Id, &'static str>,
}

impl Running {
    fn spawn(&mut self, runner: &Runner, job: Held, stopping: &watch::Receiver<bool>, halting: &watch::Receiver<bool>) {
        // The registry's own name of the kind outlives the task.
        let Some((&kind, _)) = runner.registry.entries.get_key_value(job.kind.as_str()) else { return };
        let span = tracing::info_span!("job", job.id = %job.id, job.kind = kind);
        let attempt = runner.clone().attempt(job, stopping.clone(), halting.clone());
        let task = self.tasks.spawn(attempt.instrument(span));
        self.kinds.insert(task.id(), kind);
    }

    /// Waits for an attempt to end; false when there is none.
    async fn next(&mut self) -> bool {
        let Some(ended) = self.tasks.join_next_with_id().await else { return false };
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                tracing::error!(%error, "the runner itself failed at a job; it runs again when its lease has run out");
                error.id()
            }
        };
        self.kinds.remove(&id);
        true
    }

    fn of_kind(&self, kind: &str) -> usize {
        self.kinds.values().filter(|other| **other == kind).count()
    }
}

/// A runner at work in the background.
pub struct RunnerHandle {
    stop: watch::Sender<bool>,
    halt: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunnerHandle {
    /// Takes no more jobs and waits up to `limit` for those under way; what is left is stopped and handed
    /// back, to be gone on with by another node or after the next start.
    pub async fn shutdown(mut self, limit: Duration) {
        self.stop.send_replace(true);
        if tokio::time::timeout(limit, &mut self.task).await.is_ok() {
            return;
        }
        self.halt.send_replace(true);
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "the job runner failed");
        }
    }
}
