//! The work on bulk actions, and keeping house.

use super::Act;
use super::model::{Chunk, Outcome, Skip};
use super::store::{self, Stored};
use crate::actor::{Actor, Role};
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::ids::OrgId;
use crate::organisations;
use ::jobs::{JobContext, JobError, Lease, Limits, NewJob, Registry};
use db::Tx;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Records of one transaction: long enough to be quick, short enough that other writers hardly wait.
const CHUNK: i64 = 1_000;
/// Failed records that are told one by one.
const ERRORS_MAX: usize = 100;
const ATTEMPTS: u32 = 5;
/// How soon a job looks again whether the one before it has ended.
const LOOK_AGAIN_US: i64 = 500_000;
const CLEAN_EVERY: Duration = Duration::from_secs(10 * 60);
/// An undo that was asked for at the last moment has its own copy by then.
const ITEMS_HOURS: i64 = super::UNDO_HOURS + 1;
/// As long as finished jobs are kept, or a little longer.
const REPORT_DAYS: i64 = 31;

const RUN: &str = "bulk.run";
const CLEAN: &str = "bulk.clean";

pub(super) fn enqueue(tx: &Tx<'_>, actor: &Actor) -> db::Result<Uuid> {
    let job = NewJob::new(RUN, serde_json::json!({})).for_org(actor.org_id.0).attempts(ATTEMPTS);
    ::jobs::enqueue(tx, job, actor.now().micros())
}

/// Registers the handlers. `acts`: what does the actions on each record.
pub fn register(registry: &mut Registry, clock: &Clock, acts: &[(&'static str, Act)]) {
    let acts: Arc<BTreeMap<&'static str, Act>> = Arc::new(acts.iter().copied().collect());
    // One at a time leaves the writer to people.
    let limits = Limits { at_once: 1, time: Duration::from_secs(6 * 60 * 60) };
    let of = clock.clone();
    registry.handle_within(RUN, limits, move |job| run(job, of.clone(), Arc::clone(&acts)));
    let of = clock.clone();
    registry.handle(CLEAN, move |job| clean(job, of.clone()));
    registry.every(CLEAN, CLEAN_EVERY, CLEAN);
}

/// What a transaction of the work brought.
enum Step {
    More,
    /// Another one of the organisation comes first.
    Wait,
    /// It was canceled while there was still something to do.
    Canceled,
    Done,
}

async fn run(
    job: JobContext,
    clock: Clock,
    acts: Arc<BTreeMap<&'static str, Act>>,
) -> Result<::jobs::Outcome, JobError> {
    let org_id = OrgId(job.org_id().ok_or_else(|| JobError::permanent("a bulk job belongs to an organisation"))?);
    let system = Actor::system(org_id, clock);
    loop {
        if job.is_stopping() {
            return Ok(::jobs::Outcome::Again(job.now()));
        }
        let stop = job.is_cancelled().await?;
        let (job_id, lease, by, acts) = (job.id(), job.lease(), system.at_one_moment(), Arc::clone(&acts));
        let step: Result<Step> = job.db().write(move |tx| step(tx, &by, job_id, &lease, &acts, stop)).await;
        match step {
            Ok(Step::More) => {}
            Ok(Step::Wait) => return Ok(::jobs::Outcome::Again(job.now() + LOOK_AGAIN_US)),
            Ok(Step::Canceled) => return Ok(::jobs::Outcome::Canceled),
            Ok(Step::Done) => return Ok(::jobs::Outcome::Done),
            Err(error) => {
                let failure = failure(&error);
                if failure.is_permanent() || job.is_last_attempt() {
                    break_off(&job, &system).await?;
                }
                return Err(failure);
            }
        }
    }
}

/// One transaction: a chunk of records with their outcomes, and where to go on. With `stop` none, unless all are done.
fn step(
    tx: &Tx<'_>,
    system: &Actor,
    job_id: Uuid,
    lease: &Lease,
    acts: &BTreeMap<&'static str, Act>,
    stop: bool,
) -> Result<Step> {
    lease.hold(tx)?;
    let scope = system.scope();
    let Some(stored) = store::get(tx, &scope, job_id)?.filter(|stored| stored.report.finished_at.is_none()) else {
        return Ok(Step::Done);
    };
    if !stop && stored.position.is_none() && must_wait(tx, system, job_id)? {
        return Ok(Step::Wait);
    }
    let is_undo = stored.report.undo_of.is_some();
    let items = store::next(tx, &scope, job_id, stored.position, is_undo, CHUNK)?;
    let Some(last) = items.last().map(|item| item.record_id) else {
        store::finish(tx, &scope, job_id, system.now())?;
        return Ok(Step::Done);
    };
    if stop {
        store::break_off(tx, &scope, job_id, system.now())?;
        return Ok(Step::Canceled);
    }
    let actor = asking_actor(tx, system, &stored)?;
    let record = stored.report.record.as_str();
    let act = acts.get(record).ok_or_else(|| Error::Bug(format!("no bulk actions on {record}")))?;
    let chunk = Chunk { action: stored.report.action.clone(), is_undo, items };
    let mut outcomes = act(tx, &actor, &chunk)?;
    let known: HashSet<Uuid> = outcomes.iter().map(|(id, _)| *id).collect();
    let gone = chunk.items.iter().map(|item| item.record_id).filter(|id| !known.contains(id));
    outcomes.extend(gone.map(|id| (id, Outcome::Skipped(Skip::Gone))));
    store::settle(tx, &scope, job_id, &outcomes, is_undo)?;
    let mut report = stored.report;
    report.add(&outcomes, ERRORS_MAX);
    store::advance(tx, &scope, job_id, &report, last)?;
    lease.progress(tx, report.done(), Some(report.matched))?;
    Ok(Step::More)
}

/// Whether a job of the organisation that was asked for earlier has not ended. One that was given up without a word
/// holds nobody up.
fn must_wait(tx: &Tx<'_>, system: &Actor, job_id: Uuid) -> Result<bool> {
    for earlier in store::open_before(tx, &system.scope(), job_id)? {
        let view = ::jobs::get(tx, Some(system.org_id.0), earlier)?;
        if view.is_some_and(|view| view.finished_at.is_none()) {
            return Ok(true);
        }
        store::break_off(tx, &system.scope(), earlier, system.now())?;
    }
    Ok(false)
}

/// Whoever asked, with the role of this moment.
fn asking_actor(tx: &Tx<'_>, system: &Actor, stored: &Stored) -> Result<Actor> {
    let role = match stored.asked_by_user {
        // A program's key: it had this role when it asked.
        None => Role::parse(&stored.asked_by_role).unwrap_or(Role::Member),
        Some(id) => match organisations::member(tx, &system.scope(), id)? {
            Some(member) if !member.disabled => member.role,
            _ => return Err(Error::forbidden("whoever asked for this is no longer a member")),
        },
    };
    Ok(Actor {
        kind: stored.asked_by_kind,
        id: stored.asked_by_id,
        name: stored.asked_by_name.clone(),
        org_id: system.org_id,
        role,
        user_id: stored.asked_by_user,
        ip_address: None,
        clock: system.clock.clone(),
    })
}

async fn break_off(job: &JobContext, system: &Actor) -> Result<(), JobError> {
    let (scope, job_id, now) = (system.scope(), job.id(), system.now());
    Ok(job.db().write(move |tx| store::break_off(tx, &scope, job_id, now)).await?)
}

/// What the job says about an error: rules that were broken are told and final, the rest is worth another attempt.
fn failure(error: &Error) -> JobError {
    match error {
        Error::Conflict(conflict) => JobError::permanent(conflict.detail.clone()),
        Error::Forbidden(why) => JobError::permanent(why.clone()),
        Error::Invalid(faults) => {
            JobError::permanent(faults.first().map_or_else(String::new, |fault| fault.message.clone()))
        }
        Error::Unavailable(_) => JobError::retry("the database could not be used").caused_by(error),
        _ => JobError::retry("an internal error; the log has more").caused_by(error),
    }
}

/// Ends what nobody works on any more, and deletes what nobody can undo any more.
async fn clean(job: JobContext, clock: Clock) -> Result<::jobs::Outcome, JobError> {
    let now = clock.now();
    for (org_id, job_id) in job.db().read(|c| store::open(c, 1_000)).await? {
        let scope = Actor::system(org_id, clock.clone()).scope();
        let ended: db::Result<()> = job
            .db()
            .write(move |tx| match ::jobs::get(tx, Some(org_id.0), job_id)? {
                Some(view) if view.finished_at.is_none() => Ok(()),
                view => {
                    let ended_at = view.and_then(|view| view.finished_at).map_or(now, Timestamp);
                    store::break_off(tx, &scope, job_id, ended_at)
                }
            })
            .await;
        ended?;
    }
    let before = now.plus_seconds(-ITEMS_HOURS * 3_600);
    for (org_id, job_id) in job.db().read(move |c| store::full(c, before, 100)).await? {
        while job.db().write(move |tx| store::empty(tx, org_id, job_id, CHUNK * 10, now)).await? {
            if job.is_stopping() {
                return Ok(::jobs::Outcome::Again(job.now()));
            }
        }
    }
    let before = now.plus_seconds(-REPORT_DAYS * 86_400);
    job.db().write(move |tx| store::delete_old(tx, before)).await?;
    Ok(::jobs::Outcome::Done)
}
