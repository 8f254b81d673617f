//! Work that comes again: one job per period, however many nodes look.

use crate::context::JobContext;
use crate::model::{JobError, NewJob, Outcome, micros, next_beat};
use crate::{enqueue, store};
use db::Db;
use std::sync::Arc;
use std::time::Duration;

/// The kind and the schedule of the job that deletes old jobs.
pub(crate) const RETENTION: &str = "jobs.retention";

/// Rows that one transaction of the retention job deletes.
const DELETE_MAX: i64 = 1_000;

/// A row of `job_schedules` as the program knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    pub name: &'static str,
    pub period: Duration,
    pub kind: &'static str,
}

impl Schedule {
    fn period_us(&self) -> i64 {
        micros(self.period).max(1)
    }

    /// Is there anything to write at `now`, given the time it is due next?
    fn needs_write(&self, due: Option<i64>, now: i64) -> bool {
        // More than a period ahead: the period was shortened, or the clock had run ahead and came back.
        due.is_none_or(|due| due <= now || due > now.saturating_add(self.period_us()))
    }
}

/// Enqueues a job for each schedule that is due at `now`.
pub(crate) async fn tick(db: &Db, schedules: &[Schedule], now: i64) -> db::Result<()> {
    if schedules.is_empty() {
        return Ok(());
    }
    let all: Arc<[Schedule]> = schedules.into();
    let pending: Vec<Schedule> = db
        .read(move |c| {
            let mut pending = Vec::new();
            for schedule in all.iter() {
                if schedule.needs_write(store::schedule_due(c, schedule.name)?, now) {
                    pending.push(*schedule);
                }
            }
            Ok::<_, db::Error>(pending)
        })
        .await?;
    for schedule in pending {
        db.write(move |tx| {
            let period = schedule.period_us();
            match store::schedule_due(tx, schedule.name)? {
                None => store::schedule_insert(tx, schedule.name, now.saturating_add(period)),
                Some(due) if due <= now => {
                    // The one who moves the beat owns it.
                    if store::schedule_move(tx, schedule.name, due, next_beat(due, period, now))? {
                        enqueue(tx, NewJob::new(schedule.kind, ()).dedupe(schedule.name), now)?;
                    }
                    Ok(())
                }
                Some(due) if schedule.needs_write(Some(due), now) => {
                    store::schedule_move(tx, schedule.name, due, now.saturating_add(period)).map(drop)
                }
                Some(_) => Ok(()),
            }
        })
        .await?;
    }
    Ok(())
}

/// The handler of [`RETENTION`].
pub(crate) async fn delete_finished(job: JobContext, keep: Duration) -> Result<Outcome, JobError> {
    let before = job.now().saturating_sub(micros(keep));
    loop {
        let deleted = job.db().write(move |tx| store::delete_finished(tx, before, DELETE_MAX)).await?;
        if deleted < DELETE_MAX.unsigned_abs() || job.is_stopping() {
            return Ok(Outcome::Done);
        }
    }
}
