//! The work on duplicates: looking at what has been noted, and asking again what was put off.

use super::companies;
use super::store::{self, Mark};
use crate::merging::Record;
use ::jobs::{JobContext, JobError, Limits, Outcome, Registry};
use db::{Db, Tx};
use platform::Actor;
use platform::clock::{Clock, Timestamp};
use platform::ids::OrgId;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

pub(super) const CHECK: &str = "duplicates.check";
const WAKE: &str = "duplicates.wake";

/// Records of one transaction: other writers hardly wait.
const CHUNK: i64 = 50;
/// A record where looking has failed so often is set aside.
const FAILURES_MAX: i64 = 5;
/// Changes of one moment are looked at together.
const DELAY_S: i64 = 1;
/// How often notes are looked for that no job came for, because one was just ending.
const CHECK_EVERY: Duration = Duration::from_secs(60);
const WAKE_EVERY: Duration = Duration::from_secs(10 * 60);

/// Enqueues the look at what has been noted, once.
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

/// Looks at all that have been noted.
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

/// Looks at some of those that have been noted; how many. `hold` keeps the work ours.
pub(super) async fn look(
    db: &Db,
    clock: &Clock,
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Clone + Send + 'static,
) -> platform::Result<usize> {
    let mut seen = 0;
    for record in Record::ALL {
        let marks = db.read(move |c| Ok::<_, platform::Error>(store::marks(c, record, CHUNK)?)).await?;
        if marks.is_empty() {
            continue;
        }
        match look_at(db, clock, record, marks.clone(), hold.clone()).await {
            Ok(()) => {}
            // That is nobody's fault here: the job comes again.
            Err(error @ platform::Error::Unavailable(_)) => return Err(error),
            // One of them may be why: the others are not to wait for that one.
            Err(_) => one_by_one(db, clock, record, &marks, hold.clone()).await?,
        }
        seen += marks.len();
    }
    Ok(seen)
}

/// Looks once more at those where it has failed.
pub(super) async fn look_again(
    db: &Db,
    clock: &Clock,
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Clone + Send + 'static,
) -> platform::Result<()> {
    for record in Record::ALL {
        let failed = move |c: &db::Conn<'_>| Ok::<_, platform::Error>(store::failed(c, record, FAILURES_MAX, CHUNK)?);
        let marks = db.read(failed).await?;
        one_by_one(db, clock, record, &marks, hold.clone()).await?;
    }
    Ok(())
}

async fn one_by_one(
    db: &Db,
    clock: &Clock,
    record: Record,
    marks: &[Mark],
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Clone + Send + 'static,
) -> platform::Result<()> {
    for mark in marks.iter().copied() {
        let error = match look_at(db, clock, record, vec![mark], hold.clone()).await {
            Ok(()) => continue,
            Err(error @ platform::Error::Unavailable(_)) => return Err(error),
            Err(error) => error,
        };
        let hold = hold.clone();
        let failures = db
            .write(move |tx| {
                hold(tx)?;
                Ok::<_, platform::Error>(store::fail(tx, record, mark)?)
            })
            .await?;
        let (org_id, id, _) = mark;
        let record = record.as_str();
        if failures < FAILURES_MAX {
            tracing::warn!(%org_id, record, %id, %error, failures, "duplicates could not be looked for; they will be again");
        } else {
            tracing::error!(%org_id, record, %id, %error, "no duplicates are looked for until this record is changed");
        }
    }
    Ok(())
}

/// Looks at these. Most are like none, which is found out beside other writers; only for the others is anything looked up
/// and written in the same transaction.
async fn look_at(
    db: &Db,
    clock: &Clock,
    record: Record,
    marks: Vec<Mark>,
    hold: impl Fn(&Tx<'_>) -> db::Result<()> + Clone + Send + 'static,
) -> platform::Result<()> {
    let scope_of = |clock: &Clock, org_id| Actor::system(org_id, clock.clone()).scope();
    if record == Record::Company {
        let (of, asked) = (clock.clone(), marks.clone());
        let mut by_org: BTreeMap<OrgId, Vec<Uuid>> = BTreeMap::new();
        for (org_id, id, _) in asked {
            by_org.entry(org_id).or_default().push(id);
        }
        let changed = db
            .read(move |c| {
                let changes = by_org.iter().map(|(org_id, ids)| {
                    let scope = scope_of(&of, *org_id);
                    Ok((scope, companies::changed_keys(c, &scope, ids)?))
                });
                changes.collect::<platform::Result<Vec<_>>>()
            })
            .await?;
        // All of them before any is looked for: two that are new find each other.
        if changed.iter().any(|(_, changes)| !changes.is_empty()) {
            let hold = hold.clone();
            db.write(move |tx| {
                hold(tx)?;
                changed.iter().try_for_each(|(scope, changes)| companies::write_keys(tx, scope, changes))
            })
            .await?;
        }
    }
    let (of, asked) = (clock.clone(), marks.clone());
    let alike = db
        .read(move |c| {
            let mut alike = Vec::new();
            for (org_id, id, _) in &asked {
                if !super::is_like_none(c, &scope_of(&of, *org_id), record, *id)? {
                    alike.push((*org_id, *id));
                }
            }
            Ok::<_, platform::Error>(alike)
        })
        .await?;
    let clock = clock.clone();
    db.write(move |tx| {
        hold(tx)?;
        store::unmark(tx, record, &marks)?;
        for (org_id, id) in &alike {
            super::refresh(tx, &Actor::system(*org_id, clock.clone()).at_one_moment(), record, *id)?;
        }
        Ok::<_, platform::Error>(())
    })
    .await
}

async fn wake(job: JobContext) -> Result<Outcome, JobError> {
    let now = Timestamp(job.now());
    job.db()
        .write(move |tx| Record::ALL.into_iter().try_for_each(|record| store::wake(tx, record, now).map(drop)))
        .await?;
    Ok(Outcome::Done)
}
