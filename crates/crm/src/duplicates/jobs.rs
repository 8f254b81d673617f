//! The work on duplicates: looking at whom has been noted, and asking again what was put off.

use super::store;
use ::jobs::{JobContext, JobError, Limits, Outcome, Registry};
use db::{Db, Tx};
use platform::Actor;
use platform::clock::{Clock, Timestamp};
use std::time::{Duration, Instant};

pub(super) const CHECK: &str = "duplicates.check";
const WAKE: &str = "duplicates.wake";

/// Customers of one transaction: other writers hardly wait.
const CHUNK: i64 = 50;
/// Changes of one moment are looked at together.
const DELAY_S: i64 = 1;
/// How often notes are looked for that no job came for, because one was just ending.
const CHECK_EVERY: Duration = Duration::from_secs(60);
const WAKE_EVERY: Duration = Duration::from_secs(10 * 60);

/// Enqueues the look at whom has been noted, once.
pub(super) fn enqueue(tx: &db::Tx<'_>, now: Timestamp) -> db::Result<()> {
    let job = ::jobs::NewJob::new(CHECK, ()).dedupe(CHECK).at(now.plus_seconds(DELAY_S).micros());
    ::jobs::enqueue(tx, job, now.micros()).map(drop)
}

/// Registers the handlers.
pub fn register(registry: &mut Registry, clock: &Clock) {
    let limits = Limits { at_once: 1, ..Limits::default() };
    let of = clock.clone();
    registry.handle_within(CHECK, limits, move |job| check(job, of.clone()));
    registry.every(CHECK, CHECK_EVERY, CHECK);
    registry.handle_within(WAKE, limits, wake);
    registry.every(WAKE, WAKE_EVERY, WAKE);
}

/// Looks at everybody who has been noted.
async fn check(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    loop {
        if job.is_stopping() {
            return Ok(Outcome::Again(job.now()));
        }
        let lease = job.lease();
        let begun = Instant::now();
        let looked_at = look(job.db(), &clock, move |tx| lease.hold(tx))
            .await
            .map_err(|error| JobError::retry("duplicates could not be looked for").caused_by(error))?;
        if looked_at == 0 {
            return Ok(Outcome::Done);
        }
        // As much rest as work: nobody waits for duplicates, but somebody may for a page.
        tokio::time::sleep(begun.elapsed()).await;
    }
}

/// Looks at some of those who have been noted; how many. Most people are like nobody, which is found out beside other
/// writers; only for the others is anything looked up and written in the same transaction. `hold` keeps the work ours.
pub(super) async fn look(
    db: &Db,
    clock: &Clock,
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Send + 'static,
) -> platform::Result<usize> {
    let of = clock.clone();
    let (marks, alike) = db
        .read(move |c| {
            let marks = store::marks(c, CHUNK)?;
            let mut alike = Vec::new();
            for (org_id, customer, _) in &marks {
                if !super::is_like_nobody(c, &Actor::system(*org_id, of.clone()).scope(), *customer)? {
                    alike.push((*org_id, *customer));
                }
            }
            Ok::<_, platform::Error>((marks, alike))
        })
        .await?;
    let count = marks.len();
    if count > 0 {
        let clock = clock.clone();
        db.write(move |tx| {
            hold(tx)?;
            store::unmark(tx, &marks)?;
            for (org_id, customer) in &alike {
                super::refresh(tx, &Actor::system(*org_id, clock.clone()).at_one_moment(), *customer)?;
            }
            Ok::<_, platform::Error>(())
        })
        .await?;
    }
    Ok(count)
}

async fn wake(job: JobContext) -> Result<Outcome, JobError> {
    let now = Timestamp(job.now());
    job.db().write(move |tx| store::wake(tx, now)).await?;
    Ok(Outcome::Done)
}
