//! The work on scores: everybody by a criterion that was changed, the customers of a company, and whom the clock changes.

use super::engine::{Sheet, Which, rescore};
use super::model::Criterion;
use super::readings::{self, Prepared};
use super::store::{self, ToRead};
use crate::fits::{self, OfferedAgain};
use crate::news::News;
use ::jobs::{JobContext, JobError, Limits, NewJob, Outcome, Registry};
use db::{Db, Tx};
use platform::ai::{self, ChatModel, Models};
use platform::clock::{Clock, Timestamp};
use platform::ids::{CompanyId, CriterionId, CustomerId, OrgId};
use platform::{Actor, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Admins may stop it: `platform::background` knows its name.
const RESCORE: &str = "scoring.rescore";
const COMPANY: &str = "scoring.company";
const CLOCK: &str = "scoring.clock";
const SWEEP: &str = "scoring.sweep";
const READ: &str = "scoring.read";
const READ_BEAT: &str = "scoring.read_beat";

/// Customers of one transaction.
const CHUNK: i64 = 500;
/// How often what is due by the clock is looked for.
const CLOCK_EVERY: Duration = Duration::from_secs(60);
/// How often everybody is asked about rules that name relative times.
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);
/// Organisations for which one process asks models together, and questions that are put together for one.
const READ_ORGANISATIONS: usize = 2;
const READ_AT_ONCE: i64 = 4;
/// The longest one attempt goes on: then others have their turn.
const READ_MAX: Duration = Duration::from_secs(10 * 60);
/// While a model is paused, how often that is looked at, in seconds.
const READ_AGAIN_S: i64 = 60;

/// The criterion for which everybody is looked at. Without `computed` only what counts is decided anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Everybody {
    criterion_id: CriterionId,
    computed: bool,
}

/// A company whose customers are looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OfCompany {
    company_id: CompanyId,
}

/// Scores everybody by a criterion that is about to be written, as a job; its id.
pub(super) fn everybody(tx: &Tx<'_>, actor: &Actor, criterion: &Criterion, computed: bool) -> Result<Uuid> {
    // One that is under way may have read the criterion of before.
    let key = format!("{}/{}", criterion.id, criterion.version);
    let payload = Everybody { criterion_id: criterion.id, computed };
    let job = NewJob::new(RESCORE, payload).for_org(actor.org_id.0).dedupe(key);
    Ok(::jobs::enqueue(tx, job, actor.now().micros())?)
}

/// Looks at the customers of a company, as a job.
pub(super) fn company_later(tx: &Tx<'_>, actor: &Actor, company_id: CompanyId, news: &News) -> Result<()> {
    let job = NewJob::new(COMPANY, OfCompany { company_id }).for_org(actor.org_id.0).dedupe(news.id.to_string());
    ::jobs::enqueue(tx, job, actor.now().micros())?;
    Ok(())
}

/// Registers the handlers and their beat.
pub fn register(registry: &mut Registry, clock: &Clock, models: &Models) {
    let limits = Limits { at_once: 1, time: Duration::from_secs(60 * 60) };
    let of = clock.clone();
    registry.handle_within(RESCORE, limits, move |job| rescore_everybody(job, of.clone()));
    let of = clock.clone();
    registry.handle_within(COMPANY, limits, move |job| rescore_company(job, of.clone()));
    let of = clock.clone();
    registry.handle_within(fits::OFFERED_AGAIN, limits, move |job| rescore_product(job, of.clone()));
    let of = clock.clone();
    registry.handle_within(CLOCK, limits, move |job| rescore_due(job, of.clone()));
    let of = clock.clone();
    registry.handle_within(SWEEP, limits, move |job| sweep(job, of.clone()));
    let limits = Limits { at_once: READ_ORGANISATIONS, time: Duration::from_secs(60 * 60) };
    let (of, models) = (clock.clone(), models.clone());
    registry.handle_within(READ, limits, move |job| read_everything(job, of.clone(), models.clone()));
    let of = clock.clone();
    registry.handle(READ_BEAT, move |job| look_for_readings(job, of.clone()));
    registry.every(READ_BEAT, CLOCK_EVERY, READ_BEAT);
    registry.every(CLOCK, CLOCK_EVERY, CLOCK);
    registry.every(SWEEP, SWEEP_EVERY, SWEEP);
}

fn system(job: &JobContext, clock: Clock) -> Result<Actor, JobError> {
    let org_id = job.org_id().ok_or_else(|| JobError::permanent("a criterion belongs to an organisation"))?;
    Ok(Actor::system(OrgId(org_id), clock))
}

fn failure(error: Error) -> JobError {
    match error {
        Error::Unavailable(_) => JobError::retry("the database could not be used").caused_by(error),
        error => JobError::retry("an internal error; the log has more").caused_by(error),
    }
}

async fn rescore_everybody(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    let Everybody { criterion_id, computed } = job.payload()?;
    let actor = system(&job, clock)?;
    let which = if computed { Which::Only(BTreeSet::from([criterion_id])) } else { Which::none() };
    let scope = actor.scope();
    let total = job.db().read(move |c| store::count(c, &scope)).await?;
    walk(&job, &actor, which, Some(total), |c, actor, after| store::after(c, &actor.scope(), after, CHUNK)).await
}

async fn rescore_company(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    let OfCompany { company_id } = job.payload()?;
    let actor = system(&job, clock)?;
    walk(&job, &actor, Which::All, None, move |c, actor, after| {
        store::of_company(c, &actor.scope(), company_id, after, CHUNK)
    })
    .await
}

async fn rescore_product(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    let OfferedAgain { product_id } = job.payload()?;
    let actor = system(&job, clock)?;
    let scope = actor.scope();
    let criteria = job.db().read(move |c| store::criteria(c, &scope, product_id)).await?;
    let which = Which::Only(criteria.iter().map(|criterion| criterion.id).collect());
    walk(&job, &actor, which, None, |c, actor, after| store::after(c, &actor.scope(), after, CHUNK)).await
}

/// Everybody by criteria whose rules change by the clock.
async fn sweep(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    for org_id in job.db().read(store::scoring).await? {
        let actor = Actor::system(org_id, clock.clone());
        let scope = actor.scope();
        let sheet = job.db().read(move |c| Sheet::read(c, &scope)).await.map_err(failure)?;
        let relative = sheet.ready.iter().filter(|ready| ready.rules.as_ref().is_some_and(|rules| rules.is_relative()));
        let relative: BTreeSet<CriterionId> = relative.map(|ready| ready.criterion.id).collect();
        if relative.is_empty() {
            continue;
        }
        let which = Which::Only(relative);
        let next = |c: &db::Conn<'_>, actor: &Actor, after| store::after(c, &actor.scope(), after, CHUNK);
        match walk(&job, &actor, which, None, next).await? {
            Outcome::Result(_) => {}
            ended => return Ok(ended),
        }
    }
    Ok(Outcome::Done)
}

/// Scores customers a chunk at a time, as `next` names them: looks beside the writers, and writes about those who differ.
async fn walk(
    job: &JobContext,
    actor: &Actor,
    which: Which,
    total: Option<i64>,
    next: impl Fn(&db::Conn<'_>, &Actor, Option<CustomerId>) -> db::Result<Vec<CustomerId>> + Clone + Send + 'static,
) -> Result<Outcome, JobError> {
    let mut after: Option<CustomerId> = None;
    let (mut done, mut changed) = (0_i64, 0_usize);
    loop {
        if job.is_stopping() {
            // What is written already is found equal.
            return Ok(Outcome::Again(job.now()));
        }
        if job.is_cancelled().await? {
            return Ok(Outcome::Canceled);
        }
        let begun = Instant::now();
        let (reader, next, of) = (actor.clone(), next.clone(), which.clone());
        let (customers, conversations, differing) = job
            .db()
            .read(move |c| {
                let actor = reader.at_one_moment();
                let customers = next(c, &actor, after)?;
                let sheet = Sheet::read(c, &actor.scope())?;
                let differing = sheet.changes(c, &actor, &of, &customers, false)?.customers();
                // Whoever is looked at for all criteria has not said anything new by that.
                let conversations = if matches!(of, Which::All) { Vec::new() } else { sheet.conversations(&of) };
                Ok::<_, Error>((customers, conversations, differing))
            })
            .await
            .map_err(failure)?;
        let Some(last) = customers.last().copied() else {
            return Ok(Outcome::Result(serde_json::json!({"looked": done, "changed": changed})));
        };
        after = Some(last);
        done += i64::try_from(customers.len()).unwrap_or(i64::MAX);
        changed += differing.len();
        let (writer, of, lease) = (actor.clone(), which.clone(), job.lease());
        let write = move |tx: &Tx<'_>| {
            let actor = writer.at_one_moment();
            if !differing.is_empty() {
                rescore(tx, &actor, &Sheet::held(tx, &actor.scope())?, &of, &differing)?;
            }
            readings::ask(tx, &actor, &conversations, &customers, false)?;
            // Whoever takes this over begins anew, and finds what is written equal.
            match total {
                Some(_) => lease.progress(tx, done, total)?,
                None => lease.hold(tx)?,
            }
            Ok::<_, Error>(())
        };
        job.db().write(write).await.map_err(failure)?;
        // People's pages come between.
        tokio::time::sleep(begun.elapsed() / 4).await;
    }
}

/// Has what is to be read be read, from `at` on.
pub(super) fn read_later(tx: &Tx<'_>, actor: &Actor, at: Timestamp) -> Result<()> {
    let job = NewJob::new(READ, ()).for_org(actor.org_id.0).dedupe("all").at(at.micros());
    ::jobs::enqueue(tx, job, actor.now().micros())?;
    Ok(())
}

/// Once a minute, for what nobody has a job for: it was asked for while the job before was ending.
async fn look_for_readings(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    let now = clock.now();
    for org_id in job.db().read(move |c| store::reading(c, now)).await? {
        let actor = Actor::system(org_id, clock.clone());
        job.db().write(move |tx| read_later(tx, &actor, actor.now())).await.map_err(failure)?;
    }
    Ok(Outcome::Done)
}

/// Asks the model about those who are to be read, a few at a time, until nobody waits.
async fn read_everything(job: JobContext, clock: Clock, models: Models) -> Result<Outcome, JobError> {
    let actor = system(&job, clock)?;
    let scope = actor.scope();
    let begun = Instant::now();
    loop {
        let now = actor.now();
        let soon = now.plus_seconds(READ_AGAIN_S);
        if job.is_stopping() || begun.elapsed() > READ_MAX {
            return Ok(Outcome::Again(job.now()));
        }
        let found = job.db().read(move |c| {
            let model = ai::chat_model(c, &scope, now)?;
            Ok::<_, Error>((model, store::to_read(c, &scope, now, READ_AT_ONCE)?, store::to_read(c, &scope, soon, 1)?))
        });
        let (model, due, next) = found.await.map_err(failure)?;
        let Some(model) = model else { return Ok(Outcome::Done) };
        if let Some((until, _)) = &model.paused {
            // Looked at again and again: the settings may be mended meanwhile.
            return Ok(Outcome::Again(until.min(&soon).micros()));
        }
        if due.is_empty() {
            return Ok(next.first().map_or(Outcome::Done, |next| Outcome::Again(next.ask_at.micros())));
        }
        let mut asking = JoinSet::new();
        for asked in due {
            asking.spawn(read_one(job.db().clone(), actor.clone(), models.clone(), model.clone(), asked));
        }
        while let Some(read) = asking.join_next().await {
            let read = read.map_err(|error| JobError::retry("a reading stopped").caused_by(error))?;
            read.map_err(failure)?;
        }
        let lease = job.lease();
        job.db().write(move |tx| lease.hold(tx)).await?;
    }
}

async fn read_one(db: Db, actor: Actor, models: Models, model: ChatModel, asked: ToRead) -> Result<()> {
    let (reader, of) = (actor.clone(), asked.clone());
    let prepared = db.read(move |c| readings::prepare(c, &reader, &model, &of)).await?;
    let Prepared::Task(task) = prepared else {
        return db.write(move |tx| readings::settle(tx, &actor.at_one_moment(), &asked, &prepared)).await;
    };
    let outcome = readings::put(&models, &task).await?;
    db.write(move |tx| readings::conclude(tx, &actor.at_one_moment(), &task, &outcome)).await
}

/// Scores whom the clock alone changes: what has expired, and what has faded.
async fn rescore_due(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    for org_id in job.db().read(store::scoring).await? {
        let actor = Actor::system(org_id, clock.clone());
        loop {
            if job.is_stopping() {
                return Ok(Outcome::Again(job.now()));
            }
            let now = actor.now();
            let due = job.db().read(move |c| store::due(c, org_id, now, CHUNK)).await?;
            if due.is_empty() {
                break;
            }
            let (writer, lease) = (actor.clone(), job.lease());
            let write = move |tx: &Tx<'_>| {
                let actor = writer.at_one_moment();
                rescore(tx, &actor, &Sheet::held(tx, &actor.scope())?, &Which::All, &due)?;
                store::nothing_due(tx, &actor.scope(), &due, now)?;
                lease.hold(tx)?;
                Ok::<_, Error>(())
            };
            job.db().write(write).await.map_err(failure)?;
        }
    }
    Ok(Outcome::Done)
}
