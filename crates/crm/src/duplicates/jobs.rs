//! The work on duplicates: looking at whom has been noted, and asking again what was put off.

use super::store::{self, Mark};
use ::jobs::{JobContext, JobError, Limits, Outcome, Registry};
use db::{Db, Tx};
use platform::Actor;
use platform::clock::{Clock, Timestamp};
use std::time::{Duration, Instant};

pub(super) const CHECK: &str = "duplicates.check";
const WAKE: &str = "duplicates.wake";

/// Customers of one transaction: other writers hardly wait.
const CHUNK: i64 = 50;
/// A customer where looking has failed so often is set aside.
const FAILURES_MAX: i64 = 5;
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
    let failed = |error: platform::Error| JobError::retry("duplicates could not be looked for").caused_by(&error);
    let lease = job.lease();
    look_again(job.db(), &clock, move |tx| lease.hold(tx)).await.map_err(failed)?;
    loop {
        if job.is_stopping() {
            return Ok(Outcome::Again(job.now()));
        }
        let lease = job.lease();
        let begun = Instant::now();
        if look(job.db(), &clock, move |tx| lease.hold(tx)).await.map_err(failed)? == 0 {
            return Ok(Outcome::Done);
        }
        // As much rest as work: nobody waits for duplicates, but somebody may for a page.
        tokio::time::sleep(begun.elapsed()).await;
    }
}

/// Looks at some of those who have been noted; how many. `hold` keeps the work ours.
pub(super) async fn look(
    db: &Db,
    clock: &Clock,
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Clone + Send + 'static,
) -> platform::Result<usize> {
    let marks = db.read(|c| Ok::<_, platform::Error>(store::marks(c, CHUNK)?)).await?;
    if marks.is_empty() {
        return Ok(0);
    }
    match look_at(db, clock, marks.clone(), hold.clone()).await {
        Ok(()) => {}
        // That is nobody's fault here: the job comes again.
        Err(error @ platform::Error::Unavailable(_)) => return Err(error),
        // One of them may be why: the others are not to wait for that one.
        Err(_) => one_by_one(db, clock, &marks, hold).await?,
    }
    Ok(marks.len())
}

/// Looks once more at those where it has failed.
pub(super) async fn look_again(
    db: &Db,
    clock: &Clock,
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Clone + Send + 'static,
) -> platform::Result<()> {
    let marks = db.read(|c| Ok::<_, platform::Error>(store::failed(c, FAILURES_MAX, CHUNK)?)).await?;
    one_by_one(db, clock, &marks, hold).await
}

async fn one_by_one(
    db: &Db,
    clock: &Clock,
    marks: &[Mark],
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Clone + Send + 'static,
) -> platform::Result<()> {
    for mark in marks.iter().copied() {
        let error = match look_at(db, clock, vec![mark], hold.clone()).await {
            Ok(()) => continue,
            Err(error @ platform::Error::Unavailable(_)) => return Err(error),
            Err(error) => error,
        };
        let hold = hold.clone();
        let failures = db
            .write(move |tx| {
                hold(tx)?;
                Ok::<_, platform::Error>(store::fail(tx, mark)?)
            })
            .await?;
        let (org_id, customer_id, _) = mark;
        if failures < FAILURES_MAX {
            tracing::warn!(%org_id, %customer_id, %error, failures, "duplicates could not be looked for; they will be again");
        } else {
            tracing::error!(%org_id, %customer_id, %error, "no duplicates are looked for until this customer is changed");
        }
    }
    Ok(())
}

/// Looks at these. Most people are like nobody, which is found out beside other writers; only for the others is
/// anything looked up and written in the same transaction.
async fn look_at(
    db: &Db,
    clock: &Clock,
    marks: Vec<Mark>,
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Send + 'static,
) -> platform::Result<()> {
    let (of, asked) = (clock.clone(), marks.clone());
    let alike = db
        .read(move |c| {
            let mut alike = Vec::new();
            for (org_id, customer, _) in &asked {
                if !super::is_like_nobody(c, &Actor::system(*org_id, of.clone()).scope(), *customer)? {
                    alike.push((*org_id, *customer));
                }
            }
            Ok::<_, platform::Error>(alike)
        })
        .await?;
    let clock = clock.clone();
    db.write(move |tx| {
        hold(tx)?;
        store::unmark(tx, &marks)?;
        for (org_id, customer) in &alike {
            super::refresh(tx, &Actor::system(*org_id, clock.clone()).at_one_moment(), *customer)?;
        }
        Ok::<_, platform::Error>(())
    })
    .await
}

async fn wake(job: JobContext) -> Result<Outcome, JobError> {
    let now = Timestamp(job.now());
    job.db().write(move |tx| store::wake(tx, now)).await?;
    Ok(Outcome::Done)
}
