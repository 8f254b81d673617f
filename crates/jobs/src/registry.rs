//! Which handler does which kind of job, and what comes again on a schedule.

use crate::context::JobContext;
use crate::model::{JobError, Outcome};
use crate::schedule::{self, Schedule};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// What an attempt answers, in its time.
pub type Attempt = Pin<Box<dyn Future<Output = Result<Outcome, JobError>> + Send>>;

/// Does one kind of job. Any `Fn(JobContext) -> impl Future` is one.
pub trait Handler: Send + Sync + 'static {
    /// One attempt. It may be the second one of a job whose first stopped anywhere, so a repeat must be harmless.
    fn run(&self, job: JobContext) -> Attempt;
}

impl<F, Fut> Handler for F
where
    F: Fn(JobContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Outcome, JobError>> + Send + 'static,
{
    fn run(&self, job: JobContext) -> Attempt {
        Box::pin(self(job))
    }
}

/// Bounds on one kind of job.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Jobs of this kind that one process runs together.
    pub at_once: usize,
    /// The longest an attempt may take; then it is stopped and counts as failed.
    pub time: Duration,
}

impl Default for Limits {
    /// As many as the runner runs, an hour each.
    fn default() -> Limits {
        Limits { at_once: usize::MAX, time: Duration::from_secs(60 * 60) }
    }
}

pub(crate) struct Entry {
    pub handler: Arc<dyn Handler>,
    pub limits: Limits,
}

/// All handlers and schedules of a program; filled once, when it starts.
#[derive(Default)]
pub struct Registry {
    pub(crate) entries: BTreeMap<&'static str, Entry>,
    pub(crate) schedules: Vec<Schedule>,
    /// Kinds registered twice; the runner refuses to start with them.
    pub(crate) doubled: Vec<&'static str>,
}

impl Registry {
    pub fn new() -> Registry {
        Registry::default()
    }

    /// `handler` does the jobs of `kind`, within the default [`Limits`].
    pub fn handle(&mut self, kind: &'static str, handler: impl Handler) -> &mut Registry {
        self.handle_within(kind, Limits::default(), handler)
    }

    /// `handler` does the jobs of `kind`.
    pub fn handle_within(&mut self, kind: &'static str, limits: Limits, handler: impl Handler) -> &mut Registry {
        if self.entries.insert(kind, Entry { handler: Arc::new(handler), limits }).is_some() {
            self.doubled.push(kind);
        }
        self
    }

    /// Enqueues a job of `kind` once in each `period`, first one period after the schedule is first seen. A
    /// period in which no process ran is made up for by one late job. `name` is what the database knows the
    /// schedule by; a job that is still unfinished when the next is due stands for it.
    pub fn every(&mut self, name: &'static str, period: Duration, kind: &'static str) -> &mut Registry {
        self.schedules.push(Schedule { name, period, kind });
        self
    }

    /// Deletes jobs once they have been finished for `keep`.
    pub fn keep_finished(&mut self, keep: Duration) -> &mut Registry {
        self.handle(schedule::RETENTION, move |job| schedule::delete_finished(job, keep));
        self.every(schedule::RETENTION, Duration::from_secs(60 * 60), schedule::RETENTION)
    }

    /// Kinds this program can do, each with the most of it that one process runs together.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.entries.iter().map(|(kind, entry)| (*kind, entry.limits.at_once))
    }
}
