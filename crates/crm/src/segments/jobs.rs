//! The work on segments: telling who joined and left when a segment changes, when a company does, and by the clock.

use super::membership::{self, Present, candidates, differing, present, settle, settle_differing};
use super::model::Segment;
use super::{catalogue, store};
use crate::activity::SegmentCause;
use crate::fits::{self, BucketsChanged};
use crate::news::News;
use crate::segment_rules::Library;
use ::jobs::{JobContext, JobError, Limits, NewJob, Outcome, Registry};
use db::{Db, Tx};
use platform::clock::{Clock, Timestamp};
use platform::ids::{ActivityId, CompanyId, CustomerId, OrgId, SegmentId};
use platform::{Actor, Error, Result, organisations};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

const SETTLE: &str = "segments.settle";
const COMPANY: &str = "segments.company";
const CLOCK: &str = "segments.clock";
const SWEEP: &str = "segments.sweep";

/// Customers of one transaction.
const CHUNK: usize = 500;
/// How often rules that look at the clock are looked at.
const CLOCK_EVERY: Duration = Duration::from_secs(60);
/// How often all others are, for what no event tells: a renamed tag, another time zone of the organisation.
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);

/// A segment to be compared, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Settle {
    segment_id: SegmentId,
    cause: String,
}

/// A company whose customers are to be compared, and the event that was the cause.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OfCompany {
    company_id: CompanyId,
    activity_id: ActivityId,
    activity_type: String,
}

/// Tells who is in a segment now, as a job; its id.
pub(super) fn settle_later(tx: &Tx<'_>, actor: &Actor, segment: &Segment, cause: &str) -> Result<Uuid> {
    let payload = Settle { segment_id: segment.id, cause: cause.into() };
    // One that is under way may have read the rule of before.
    let key = format!("{}/{}/{cause}", segment.id, segment.version);
    let job = NewJob::new(SETTLE, payload).for_org(actor.org_id.0).dedupe(key);
    Ok(::jobs::enqueue(tx, job, actor.now().micros())?)
}

/// Looks at the customers of a company, as a job.
pub(super) fn company_later(tx: &Tx<'_>, actor: &Actor, company_id: CompanyId, news: &News) -> Result<()> {
    let payload = OfCompany { company_id, activity_id: news.id, activity_type: news.kind.clone() };
    let job = NewJob::new(COMPANY, payload).for_org(actor.org_id.0).dedupe(news.id.to_string());
    ::jobs::enqueue(tx, job, actor.now().micros())?;
    Ok(())
}

/// Registers the handlers and their beat.
pub fn register(registry: &mut Registry, clock: &Clock) {
    let limits = Limits { at_once: 1, time: Duration::from_secs(60 * 60) };
    let of = clock.clone();
    registry.handle_within(SETTLE, limits, move |job| settle_one(job, of.clone()));
    let of = clock.clone();
    registry.handle_within(COMPANY, limits, move |job| settle_company(job, of.clone()));
    let of = clock.clone();
    registry.handle_within(fits::BUCKETS_CHANGED, limits, move |job| settle_buckets(job, of.clone()));
    let of = clock.clone();
    registry.handle_within(CLOCK, limits, move |job| settle_all(job, of.clone(), true));
    let of = clock.clone();
    registry.handle_within(SWEEP, limits, move |job| settle_all(job, of.clone(), false));
    registry.every(CLOCK, CLOCK_EVERY, CLOCK);
    registry.every(SWEEP, SWEEP_EVERY, SWEEP);
}

fn system(job: &JobContext, clock: Clock) -> Result<Actor, JobError> {
    let org_id = job.org_id().ok_or_else(|| JobError::permanent("a segment belongs to an organisation"))?;
    Ok(Actor::system(OrgId(org_id), clock))
}

fn failure(error: Error) -> JobError {
    match error {
        Error::Unavailable(_) => JobError::retry("the database could not be used").caused_by(error),
        error => JobError::retry("an internal error; the log has more").caused_by(error),
    }
}

/// The segment and all whose rules name it, at any depth: they change with it.
fn with_dependants(library: &Library, id: SegmentId) -> Vec<SegmentId> {
    let mut found = vec![id];
    let mut at = 0;
    while let Some(next) = found.get(at).copied() {
        for definition in library.iter().filter(|definition| !definition.archived) {
            let names = |rule: platform::filter::Tree| rule.groups().iter().any(|(_, named)| *named == next.0);
            if !found.contains(&definition.id) && library.rule(definition).is_some_and(names) {
                found.push(definition.id);
            }
        }
        at += 1;
    }
    found
}

async fn settle_one(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    let Settle { segment_id, cause } = job.payload()?;
    let actor = system(&job, clock)?;
    let scope = actor.scope();
    let whole = move |c: &db::Conn<'_>| Library::whole(c, &scope, catalogue());
    let ids = job.db().read(move |c| Ok::<_, Error>(with_dependants(&whole(c)?, segment_id))).await.map_err(failure)?;
    let cause = SegmentCause::of_kind(&cause);
    let (mut joined, mut left, mut done) = (0, 0, 0);
    let (begun, done_ids) = (actor.now(), ids.clone());
    for id in ids {
        let Some(changed) = settle_segment(job.db(), &actor, id, &cause, Some((&job, &mut done))).await? else {
            return Ok(Outcome::Again(job.now()));
        };
        joined += changed.0;
        left += changed.1;
    }
    computed(job.db(), &actor, done_ids, begun).await?;
    Ok(Outcome::Result(serde_json::json!({"joined": joined, "left": left})))
}

/// Compares the segments whose rules ask for the fit to a product, because its buckets have changed.
async fn settle_buckets(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    let BucketsChanged { product_id } = job.payload()?;
    let actor = system(&job, clock)?;
    let reader = actor.clone();
    let asking = move |c: &db::Conn<'_>| {
        let all = membership::dynamic(c, &reader.scope())?;
        Ok::<_, Error>(all.into_iter().filter(|one| one.asks_fit(product_id.0)).map(|one| one.id).collect::<Vec<_>>())
    };
    let cause = SegmentCause::of_kind("product");
    for id in job.db().read(asking).await.map_err(failure)? {
        if settle_segment(job.db(), &actor, id, &cause, Some((&job, &mut 0))).await?.is_none() {
            return Ok(Outcome::Again(job.now()));
        }
    }
    Ok(Outcome::Done)
}

/// Compares one segment with what was told, as it is from chunk to chunk; how many joined and left, or none when the
/// program is about to end. With a job its progress is shown.
async fn settle_segment(
    db: &Db,
    actor: &Actor,
    id: SegmentId,
    cause: &SegmentCause,
    mut job: Option<(&JobContext, &mut i64)>,
) -> Result<Option<(usize, usize)>, JobError> {
    let reader = actor.clone();
    let differing = db
        .read(move |c| {
            let Some(present) = present(c, &reader.scope(), id)? else { return Ok(Vec::new()) };
            let context = organisations::filter_context(c, &reader)?;
            candidates(c, &reader.scope(), &context, &present, None)
        })
        .await
        .map_err(failure)?;
    let total = i64::try_from(differing.len()).unwrap_or(i64::MAX);
    let before = job.as_ref().map_or(0, |(_, done)| **done);
    let (mut joined, mut left) = (0, 0);
    for chunk in differing.chunks(CHUNK) {
        if job.as_ref().is_some_and(|(job, _)| job.is_stopping()) {
            return Ok(None);
        }
        let lease = job.as_mut().map(|(job, done)| {
            **done += i64::try_from(chunk.len()).unwrap_or(i64::MAX);
            (job.lease(), **done)
        });
        let (writer, chunk, cause) = (actor.clone(), chunk.to_vec(), cause.clone());
        let changed = db
            .write(move |tx| {
                let actor = writer.at_one_moment();
                let Some(present) = membership::held(tx, &actor.scope(), id)? else { return Ok((0, 0)) };
                let context = organisations::filter_context(tx, &actor)?;
                let changed = settle(tx, &actor, &context, &present, &chunk, |_| cause.clone())?;
                if let Some((lease, done)) = &lease {
                    lease.progress(tx, *done, Some(before + total))?;
                }
                Ok::<_, Error>(changed)
            })
            .await
            .map_err(failure)?;
        joined += changed.0;
        left += changed.1;
    }
    Ok(Some((joined, left)))
}

/// Notes when these segments were compared with everybody.
async fn computed(db: &Db, actor: &Actor, ids: Vec<SegmentId>, at: Timestamp) -> Result<(), JobError> {
    let scope = actor.scope();
    db.write(move |tx| Ok::<_, Error>(store::computed(tx, &scope, &ids, at)?)).await.map_err(failure)
}

async fn settle_company(job: JobContext, clock: Clock) -> Result<Outcome, JobError> {
    let asked: OfCompany = job.payload()?;
    let actor = system(&job, clock)?;
    let mut after: Option<CustomerId> = None;
    loop {
        let (reader, of) = (actor.clone(), asked.clone());
        let (last, differing) = job
            .db()
            .read(move |c| {
                let actor = reader.at_one_moment();
                let most = i64::try_from(CHUNK).unwrap_or(i64::MAX);
                let customers = store::of_company(c, &actor.scope(), of.company_id, after, most)?;
                let mut segments = membership::dynamic(c, &actor.scope())?;
                segments.retain(Present::asks_companies);
                let differing = differing(c, &actor, &segments, &customers, |_| SegmentCause {
                    kind: "company".into(),
                    activity_id: Some(of.activity_id),
                    activity_type: Some(of.activity_type.clone()),
                })?;
                Ok::<_, Error>((customers.last().copied(), differing))
            })
            .await
            .map_err(failure)?;
        if !differing.is_empty() {
            let writer = actor.clone();
            let tell = move |tx: &Tx<'_>| settle_differing(tx, &writer.at_one_moment(), &differing);
            job.db().write(tell).await.map_err(failure)?;
        }
        if last.is_none() {
            return Ok(Outcome::Done);
        }
        after = last;
        if job.is_stopping() {
            return Ok(Outcome::Again(job.now()));
        }
    }
}

/// The living dynamic segments that look at the clock, or those that do not.
async fn settle_all(job: JobContext, clock: Clock, relative: bool) -> Result<Outcome, JobError> {
    let all = job.db().read(|c| Ok::<_, Error>(store::dynamic_of_all(c)?)).await.map_err(failure)?;
    let mut by_org: BTreeMap<OrgId, Vec<SegmentId>> = BTreeMap::new();
    for (org_id, definition) in all {
        by_org.entry(org_id).or_default().push(definition.id);
    }
    let cause = SegmentCause::of_kind(if relative { "clock" } else { "recomputed" });
    for (org_id, ids) in by_org {
        let actor = Actor::system(org_id, clock.clone());
        let begun = actor.now();
        let mut done = Vec::new();
        for id in ids {
            let reader = actor.clone();
            let due = move |c: &db::Conn<'_>| {
                Ok::<_, Error>(
                    present(c, &reader.scope(), id)?.is_some_and(|present| present.is_relative() == relative),
                )
            };
            if !job.db().read(due).await.map_err(failure)? {
                continue;
            }
            if job.is_stopping() {
                return Ok(Outcome::Again(job.now()));
            }
            settle_segment(job.db(), &actor, id, &cause, None).await?;
            done.push(id);
        }
        if !done.is_empty() {
            computed(job.db(), &actor, done, begun).await?;
        }
    }
    Ok(Outcome::Done)
}
