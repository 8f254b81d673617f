//! The work on imports: plan, run, undo, and keeping house.
//!
//! Each goes through the file in chunks of [`CHUNK_ROWS`]. What a chunk does, the results of its rows, the counters and
//! the place to go on from commit together, and only while the job's lease holds: a server that dies resumes where the
//! last commit left off, with no row lost and none taken twice.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::jobs::{JobContext, JobError, Limits, Outcome, Registry};
use db::{Conn, Db};
use platform::actor::{ActorKind, Role};
use platform::clock::{Clock, Timestamp};
use platform::ids::{CompanyId, CustomerId, ImportId, OrgId};
use platform::{Actor, Error, Result, Scope, organisations};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::decide::{Asked, Decided, Rules};
use super::field::{Field, RecordKind};
use super::interpret::{Fault, Firm, Interpreter, Person, Sale, Surroundings, Ware};
use super::memory::Memory;
use super::model::{ImportMapped, ImportOffer, State};
use super::people::Origin;
use super::reader::ImportNote;
use super::store::{self, Phase, Staged, Step, Stored};
use super::{firms, people, sales, undo, wares};
use crate::companies::Company;
use crate::deals::Deal;
use crate::pipelines::{self, Pipeline};
use crate::{products, segments, tags};

/// Rows of one transaction. A chunk changes pages of the database all over the indexes: nine a row when it has 1,500 rows,
/// six when it has 2,500, which no longer fit the writer's cache (64 MiB) and cost the memory that a plan may have. Other
/// writers hardly wait for it. In tests fewer, so that a small file has several chunks.
const CHUNK_ROWS: i64 = if cfg!(test) { 1_000 } else { 2_000 };
/// Rows of old imports that are deleted at once.
const DELETE_ROWS: i64 = 20_000;
/// An undo reads whole records, so it takes fewer at once.
const UNDO_ROWS: i64 = 500;
/// From this many new rows on, the planner's statistics are refreshed afterwards.
const ANALYZE_ROWS: i64 = 10_000;
/// An upload that was not finished within a day never will be.
const STAGING_DAYS: i64 = 1;
/// How long the rows of an import, and with them its results and its way back, are kept after its run.
pub const KEPT_DAYS: i64 = 90;
const ATTEMPTS: u32 = 5;
/// How often the housekeeping comes.
const CLEAN_EVERY: Duration = Duration::from_secs(10 * 60);
/// Busy imports that it looks at in one go; one node works on one at a time, the rest waits.
const BUSY_LOOKED_AT: i64 = 1_000;

pub(super) const PLAN: &str = "imports.plan";
pub(super) const RUN: &str = "imports.run";
pub(super) const UNDO: &str = "imports.undo";
const CLEAN: &str = "imports.clean";

/// What the jobs of an import are given.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Payload {
    pub import_id: ImportId,
}

/// Enqueues a piece of work; its id.
pub(super) fn enqueue(tx: &db::Tx<'_>, actor: &Actor, kind: &'static str, import_id: ImportId) -> db::Result<Uuid> {
    let job = ::jobs::NewJob::new(kind, Payload { import_id }).for_org(actor.org_id.0).attempts(ATTEMPTS);
    ::jobs::enqueue(tx, job, actor.now().micros())
}

/// Registers the handlers. `uploads` is the folder that uploads pass through.
pub fn register(registry: &mut Registry, clock: &Clock, uploads: PathBuf) {
    // One import at a time leaves the writer to people.
    let limits = Limits { at_once: 1, time: Duration::from_secs(6 * 60 * 60) };
    let of = clock.clone();
    registry.handle_within(PLAN, limits, move |job| work(job, of.clone(), Phase::Plan));
    let of = clock.clone();
    registry.handle_within(RUN, limits, move |job| work(job, of.clone(), Phase::Run));
    let of = clock.clone();
    registry.handle_within(UNDO, limits, move |job| work(job, of.clone(), Phase::Undo));
    let of = clock.clone();
    registry.handle(CLEAN, move |job| clean(job, of.clone(), uploads.clone()));
    registry.every(CLEAN, CLEAN_EVERY, CLEAN);
}

/// One attempt; an error that ends the job also ends the import, so that nobody waits for it.
async fn work(job: JobContext, clock: Clock, phase: Phase) -> Result<Outcome, JobError> {
    let payload: Payload = job.payload()?;
    let org_id = OrgId(job.org_id().ok_or_else(|| JobError::permanent("an import belongs to an organisation"))?);
    let system = Actor::system(org_id, clock.clone());
    let Some(begun) = Work::begin(&job, &system, payload.import_id, phase, clock).await? else {
        return Ok(Outcome::Done);
    };
    let outcome = match phase {
        Phase::Plan => begun.plan().await,
        Phase::Run => begun.run().await,
        Phase::Undo => begun.undo().await,
    };
    match outcome {
        Ok(End::Done) => Ok(Outcome::Done),
        Ok(End::Later) => Ok(Outcome::Again(job.now())),
        Ok(End::Canceled) => Ok(Outcome::Canceled),
        Err(error) => {
            let failure = failure(&error);
            if failure.is_permanent() || job.is_last_attempt() {
                let (id, message) = (payload.import_id, failure.message().to_owned());
                settle(job.db(), system, id, State::Failed, Some(message)).await?;
            }
            Err(failure)
        }
    }
}

fn living_pipelines(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Pipeline>> {
    let mut all = pipelines::all(c, scope)?;
    all.retain(|pipeline| pipeline.archived_at.is_none());
    Ok(all)
}

/// How an attempt ended.
enum End {
    Done,
    /// The program is stopping.
    Later,
    Canceled,
}

/// What the job says about an error: rules that were broken are told and final, the rest is worth another attempt.
fn failure(error: &Error) -> JobError {
    match error {
        Error::Conflict(conflict) => JobError::permanent(conflict.detail.clone()),
        Error::Forbidden(why) => JobError::permanent(why.clone()),
        Error::Unavailable(_) => JobError::retry("the database could not be used").caused_by(error),
        _ => JobError::retry("an internal error; the log has more").caused_by(error),
    }
}

async fn settle(db: &Db, actor: Actor, id: ImportId, state: State, error: Option<String>) -> Result<(), JobError> {
    let outcome: Result<()> = db
        .write(move |tx| {
            let now = actor.now();
            Ok(store::finish(tx, &actor.scope(), id, state, error.as_deref(), Some(now), now)?)
        })
        .await;
    outcome.map_err(|error| failure(&error))
}

/// A piece of work under way.
struct Work<'a> {
    job: &'a JobContext,
    actor: Actor,
    stored: Stored,
    rules: Rules,
    origin: Arc<Origin>,
    interpreter: Interpreter,
}

impl Work<'_> {
    /// Loads what the work needs; nothing when the import is not where the job left it.
    async fn begin<'a>(
        job: &'a JobContext,
        system: &Actor,
        id: ImportId,
        phase: Phase,
        clock: Clock,
    ) -> Result<Option<Work<'a>>, JobError> {
        let expected = match phase {
            Phase::Plan => State::Planning,
            Phase::Run => State::Running,
            Phase::Undo => State::Undoing,
        };
        let scope = system.scope();
        let loaded: Result<_> = job
            .db()
            .read(move |c| {
                let Some(stored) = store::get(c, &scope, id)? else { return Ok(None) };
                let around = Surroundings {
                    members: organisations::members(c, &scope)?,
                    zone: organisations::zone(c, &scope)?,
                    currency: organisations::currency(c, &scope)?,
                    fields: stored.import.record.living_fields(c, &scope)?,
                    pipelines: match stored.import.record {
                        RecordKind::Deal => living_pipelines(c, &scope)?,
                        _ => Vec::new(),
                    },
                    products: match stored.import.record {
                        RecordKind::Deal => products::all_living(c, &scope)?,
                        _ => Vec::new(),
                    },
                };
                Ok(Some((stored, around)))
            })
            .await;
        let Some((stored, around)) = loaded.map_err(|error| failure(&error))? else { return Ok(None) };
        if stored.import.state != expected {
            return Ok(None);
        }
        let actor = match importing_actor(&stored, phase, &around, system, clock) {
            Ok(actor) => actor,
            Err(why) => {
                settle(job.db(), system.clone(), id, State::Failed, Some(why.to_owned())).await?;
                return Err(JobError::permanent(why));
            }
        };
        let mapping: Vec<_> = stored.import.mapping.iter().map(ImportMapped::to_mapping).collect();
        let names = around.members.iter().map(|member| (member.id, member.name.clone())).collect();
        let origin = Origin { import_id: id, file_name: stored.import.file_name.clone(), names };
        let rules = Rules { on_duplicate: stored.import.on_duplicate, overwrite_owner: stored.import.overwrite_owner };
        let interpreter = Interpreter::new(
            stored.import.record,
            &stored.profile,
            &mapping,
            &stored.import.always,
            actor.clone(),
            around,
        );
        Ok(Some(Work { job, actor, stored, rules, origin: Arc::new(origin), interpreter }))
    }

    fn id(&self) -> ImportId {
        self.stored.import.id
    }

    /// Whether to go on with the next chunk.
    async fn pause(&self) -> Result<Option<End>> {
        if self.job.is_stopping() {
            return Ok(Some(End::Later));
        }
        match self.job.is_cancelled().await {
            Ok(true) => Ok(Some(End::Canceled)),
            Ok(false) => Ok(None),
            Err(error) => Err(Error::Unavailable(error.to_string())),
        }
    }

    async fn cancel(&self) -> Result<End> {
        settle(self.job.db(), self.actor.clone(), self.id(), State::Canceled, None)
            .await
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(End::Canceled)
    }

    async fn rows_after(&self, position: i64) -> Result<Vec<Staged>> {
        let (scope, id) = (self.actor.scope(), self.id());
        self.job.db().read(move |c| Ok(store::rows_after(c, &scope, id, position, CHUNK_ROWS)?)).await
    }

    // Plan

    /// Tries the whole file without writing a record.
    async fn plan(mut self) -> Result<End> {
        // What a plan remembers dies with its process, so an interrupted one starts again.
        let (scope, id, job_id) = (self.actor.scope(), self.id(), self.job.id());
        let import = self.stored.import.clone();
        let restarted: Result<()> = self
            .job
            .db()
            .write(move |tx| {
                let (mapping, owners) = (&import.mapping, import.overwrite_owner);
                store::begin_plan(tx, &scope, id, mapping, import.on_duplicate, owners, &import.always)?;
                Ok(store::restart(tx, &scope, id, job_id)?)
            })
            .await;
        restarted?;
        (self.stored.pass, self.stored.position) = (0, 0);
        let circles = Arc::new(self.circles().await?);
        let (people, firms) = (Arc::new(Mutex::new(Memory::default())), Arc::new(Mutex::new(Memory::default())));
        let (wares, sales) = (Arc::new(Mutex::new(wares::Known::default())), Arc::new(Mutex::new(Memory::default())));
        let mut next = self.read_ahead(self.interpreter.clone(), 0).await?;
        loop {
            match self.pause().await? {
                Some(End::Canceled) => return self.cancel().await,
                Some(end) => return Ok(end),
                None => {}
            }
            let Ahead { rows, last, interpreter } = next;
            let Some(last) = last else {
                self.interpreter = interpreter;
                break;
            };
            let chunk = async {
                let decided = match rows {
                    Rows::People(asked) => self.plan_people(asked, &people).await?,
                    Rows::Firms(asked) => self.plan_firms(asked, &firms, &circles).await?,
                    Rows::Wares(asked) => self.plan_wares(asked, &wares).await?,
                    Rows::Sales(asked) => self.plan_sales(asked, &sales).await?,
                };
                self.keep(Phase::Plan, last, decided).await
            };
            let (kept, ahead) = tokio::join!(chunk, self.read_ahead(interpreter, last));
            kept?;
            self.stored.position = last;
            next = ahead?;
        }
        self.finish_plan().await
    }

    async fn plan_people(
        &self,
        asked: Vec<Asked<Person>>,
        memory: &Arc<Mutex<Memory<people::Image>>>,
    ) -> Result<Vec<Decided>> {
        let (actor, rules, id, origin) = (self.actor.clone(), self.rules, self.id(), Arc::clone(&self.origin));
        let (known, interpreter) = (Arc::clone(memory), self.interpreter.clone());
        self.job
            .db()
            .read(move |c| {
                let mut memory = lock(&known);
                let stored: Vec<CustomerId> = people::stored_ids(c, &actor, &asked)?;
                let needed = people::needed(rules, &asked, &stored, &memory);
                let earlier = store::rows_at(c, &actor.scope(), id, &needed)?;
                let earlier = read_again(interpreter.clone(), earlier, Interpreter::person)?;
                let chunk = people::decide(c, &actor, rules, &origin, &asked, Some((&memory, &earlier)))?;
                chunk.remember(&mut memory);
                Ok(chunk.decided)
            })
            .await
    }

    async fn plan_firms(
        &self,
        asked: Vec<Asked<Firm>>,
        memory: &Arc<Mutex<Memory<Company>>>,
        circles: &Arc<HashSet<u64>>,
    ) -> Result<Vec<Decided>> {
        let (actor, rules, id, origin) = (self.actor.clone(), self.rules, self.id(), Arc::clone(&self.origin));
        let (known, interpreter, circles) = (Arc::clone(memory), self.interpreter.clone(), Arc::clone(circles));
        self.job
            .db()
            .read(move |c| {
                let mut memory = lock(&known);
                let firms: Vec<&Firm> = asked.iter().filter_map(|row| row.said.as_ref().ok()).collect();
                let stored = firms::find(c, &actor, &firms)?;
                let needed = firms::needed(&asked, &stored, &memory);
                let earlier = store::rows_at(c, &actor.scope(), id, &needed)?;
                let earlier = read_again(interpreter.clone(), earlier, Interpreter::firm)?;
                let chunk = firms::decide(c, &actor, rules, &origin, &circles, &asked, Some((&memory, &earlier)))?;
                chunk.remember(&mut memory);
                Ok(chunk.decided)
            })
            .await
    }

    async fn plan_wares(&self, asked: Vec<Asked<Ware>>, known: &Arc<Mutex<wares::Known>>) -> Result<Vec<Decided>> {
        let (actor, rules, known) = (self.actor.clone(), self.rules, Arc::clone(known));
        self.job
            .db()
            .read(move |c| {
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                let chunk = wares::decide(c, &actor, rules, &asked, Some(&known))?;
                chunk.remember(&mut known);
                Ok(chunk.decided)
            })
            .await
    }

    async fn plan_sales(&self, asked: Vec<Asked<Sale>>, memory: &Arc<Mutex<Memory<Deal>>>) -> Result<Vec<Decided>> {
        let (actor, rules, id, origin) = (self.actor.clone(), self.rules, self.id(), Arc::clone(&self.origin));
        let (known, interpreter) = (Arc::clone(memory), self.interpreter.clone());
        self.job
            .db()
            .read(move |c| {
                let mut memory = lock(&known);
                let said: Vec<&Sale> = asked.iter().filter_map(|row| row.said.as_ref().ok()).collect();
                let stored = sales::find(c, &actor, &said)?;
                let needed = sales::needed(&asked, &stored, &memory);
                let earlier = store::rows_at(c, &actor.scope(), id, &needed)?;
                let earlier = read_again(interpreter.clone(), earlier, Interpreter::sale)?;
                let chunk = sales::decide(c, &actor, rules, &origin, &asked, Some((&memory, &earlier)))?;
                chunk.remember(&mut memory);
                Ok(chunk.decided)
            })
            .await
    }

    async fn finish_plan(self) -> Result<End> {
        let offers: Vec<ImportOffer> = self
            .interpreter
            .offers()
            .into_iter()
            .map(|offer| ImportOffer {
                column: offer.column,
                value: offer.value,
                meaning: offer.meaning,
                name: offer.name,
                rows: offer.rows,
            })
            .collect();
        let mut notes: Vec<ImportNote> =
            self.stored.import.notes.iter().filter(|note| note.code != "assumed").cloned().collect();
        notes.extend(self.interpreter.assumptions().into_iter().map(|(column, message)| ImportNote {
            code: "assumed".to_owned(),
            message: message.to_owned(),
            column: Some(column),
        }));
        let (actor, id) = (self.actor.clone(), self.id());
        let lease = self.job.lease();
        self.job
            .db()
            .write(move |tx| {
                lease.hold(tx)?;
                store::set_offers(tx, &actor.scope(), id, &offers, &notes)?;
                store::finish(tx, &actor.scope(), id, State::Planned, None, None, actor.now())?;
                Ok(End::Done)
            })
            .await
    }

    /// Writes the results of a chunk that itself wrote nothing.
    async fn keep(&self, phase: Phase, last: i64, decided: Vec<Decided>) -> Result<()> {
        let (scope, id, lease) = (self.actor.scope(), self.id(), self.job.lease());
        let (from, total) = ((State::Planning, self.stored.pass, self.stored.position), self.stored.import.rows);
        let actor = self.actor.clone();
        self.job
            .db()
            .write(move |tx| {
                // The next attempt begins at the first row.
                lease.show(tx, last, Some(total))?;
                store::insert_results(tx, &scope, id, phase, &decided)?;
                let step = Step { pass: from.1, ..Step::of(last, &decided) };
                require(store::advance(tx, &scope, id, from, &step, actor.now())?)
            })
            .await
    }

    // Run

    /// Imports the file from where it stands: rows first, then the parents of companies.
    async fn run(mut self) -> Result<End> {
        let circles = Arc::new(self.circles().await?);
        if self.stored.pass == 0 {
            let mut next = self.read_ahead(self.interpreter.clone(), self.stored.position).await?;
            loop {
                let Ahead { rows, last, interpreter } = next;
                let Some(last) = last else { break };
                match self.pause().await? {
                    Some(End::Canceled) => return self.cancel().await,
                    Some(end) => return Ok(end),
                    None => {}
                }
                let chunk = async {
                    match rows {
                        Rows::People(asked) => self.run_people(asked, last).await,
                        Rows::Firms(asked) => self.run_firms(asked, last, &circles).await,
                        Rows::Wares(asked) => self.run_wares(asked, last).await,
                        Rows::Sales(asked) => self.run_sales(asked, last).await,
                    }
                };
                let (written, ahead) = tokio::join!(chunk, self.read_ahead(interpreter, last));
                written?;
                self.stored.position = last;
                next = ahead?;
            }
            self.next_pass().await?;
        }
        if self.stored.import.record == RecordKind::Company && self.maps(Field::ParentName) {
            while let Some(last) = self.link_next().await? {
                self.stored.position = last;
                if self.job.is_stopping() {
                    return Ok(End::Later);
                }
            }
        }
        if self.stored.import.rows >= ANALYZE_ROWS {
            self.job.db().analyze().await?;
        }
        let (actor, id, lease) = (self.actor.clone(), self.id(), self.job.lease());
        self.job
            .db()
            .write(move |tx| {
                lease.hold(tx)?;
                let now = actor.now();
                store::finish(tx, &actor.scope(), id, State::Completed, None, Some(now), now)?;
                Ok(End::Done)
            })
            .await
    }

    async fn run_people(&self, asked: Vec<Asked<Person>>, last: i64) -> Result<()> {
        let (actor, rules, origin) = (self.actor.at_one_moment(), self.rules, Arc::clone(&self.origin));
        let id = self.id();
        self.write_chunk(last, move |tx| {
            let mut chunk = people::decide(tx, &actor, rules, &origin, &asked, None)?;
            let made = chunk.write(tx, &actor)?;
            store::insert_tags(tx, &actor.scope(), id, &made.tags)?;
            store::insert_segments(tx, &actor.scope(), id, &made.segments)?;
            Ok((chunk.decided, made.companies))
        })
        .await
    }

    async fn run_firms(&self, asked: Vec<Asked<Firm>>, last: i64, circles: &Arc<HashSet<u64>>) -> Result<()> {
        let (actor, rules, origin) = (self.actor.at_one_moment(), self.rules, Arc::clone(&self.origin));
        let circles = Arc::clone(circles);
        self.write_chunk(last, move |tx| {
            let chunk = firms::decide(tx, &actor, rules, &origin, &circles, &asked, None)?;
            chunk.write(tx, &actor)?;
            Ok((chunk.decided, Vec::new()))
        })
        .await
    }

    async fn run_wares(&self, asked: Vec<Asked<Ware>>, last: i64) -> Result<()> {
        let (actor, rules) = (self.actor.at_one_moment(), self.rules);
        self.write_chunk(last, move |tx| {
            let chunk = wares::decide(tx, &actor, rules, &asked, None)?;
            chunk.write(tx, &actor)?;
            Ok((chunk.decided, Vec::new()))
        })
        .await
    }

    async fn run_sales(&self, asked: Vec<Asked<Sale>>, last: i64) -> Result<()> {
        let (actor, rules, origin) = (self.actor.at_one_moment(), self.rules, Arc::clone(&self.origin));
        self.write_chunk(last, move |tx| {
            let chunk = sales::decide(tx, &actor, rules, &origin, &asked, None)?;
            let made = chunk.write(tx, &actor)?;
            Ok((chunk.decided, made))
        })
        .await
    }

    /// One transaction: the records of a chunk, the results of its rows, and where to go on.
    async fn write_chunk<F>(&self, last: i64, write: F) -> Result<()>
    where
        F: Fn(&db::Tx<'_>) -> Result<(Vec<Decided>, Vec<CompanyId>)> + Send + 'static,
    {
        let (actor, id, lease) = (self.actor.clone(), self.id(), self.job.lease());
        let from = (State::Running, self.stored.pass, self.stored.position);
        let total = self.stored.import.rows;
        self.job
            .db()
            .write(move |tx| {
                let scope = actor.scope();
                lease.progress(tx, last, Some(total))?;
                let (decided, made) = write(tx)?;
                store::insert_results(tx, &scope, id, Phase::Run, &decided)?;
                store::insert_companies(tx, &scope, id, &made)?;
                store::forget_plan(tx, &scope, id, from.2, last)?;
                let step = Step { pass: from.1, ..Step::of(last, &decided) };
                require(store::advance(tx, &scope, id, from, &step, actor.now())?)
            })
            .await
    }

    /// All rows are in; what is left begins at the first one again.
    async fn next_pass(&mut self) -> Result<()> {
        let (actor, id, lease) = (self.actor.clone(), self.id(), self.job.lease());
        let from = (State::Running, self.stored.pass, self.stored.position);
        let moved: Result<()> = self
            .job
            .db()
            .write(move |tx| {
                lease.hold(tx)?;
                let step = Step { pass: 1, ..Step::default() };
                require(store::advance(tx, &actor.scope(), id, from, &step, actor.now())?)
            })
            .await;
        moved?;
        (self.stored.pass, self.stored.position) = (1, 0);
        Ok(())
    }

    /// Links the companies of the next rows to their parents; the last of the rows, none at the end.
    async fn link_next(&mut self) -> Result<Option<i64>> {
        let (scope, id, position) = (self.actor.scope(), self.id(), self.stored.position);
        let taken = self
            .job
            .db()
            .read(move |c| Ok::<_, Error>(store::taken_after(c, &scope, id, position, CHUNK_ROWS)?))
            .await?;
        let Some(last) = taken.last().map(|row| row.position) else { return Ok(None) };
        let mut links = Vec::new();
        let mut images = HashMap::new();
        for row in taken {
            // A row that changed a company and left its parent alone asks for no other one.
            let asks = row.before.is_empty() || row.before.changes.iter().any(|change| change.field == "parentId");
            let cells: Vec<String> = parse_cells(&row.cells)?;
            if let (true, Ok(Firm { parent_name: Some(parent_name), .. })) = (asks, self.interpreter.firm(&cells)) {
                links.push(firms::Link { position: row.position, company_id: CompanyId(row.record_id), parent_name });
                images.insert(row.position, row.before);
            }
        }
        let (actor, rules, lease) = (self.actor.at_one_moment(), self.rules, self.job.lease());
        let from = (State::Running, self.stored.pass, self.stored.position);
        let written: Result<()> = self
            .job
            .db()
            .write(move |tx| {
                let scope = actor.scope();
                lease.hold(tx)?;
                let linked = firms::link(tx, &actor, rules, &links)?;
                let text = |id: Option<CompanyId>| id.map_or(Value::Null, |id| id.to_string().into());
                let mut images = images.clone();
                // Of a parent that was not set nothing is left to go back to.
                for before in images.values_mut() {
                    before.changes.retain(|change| change.field != "parentId");
                }
                for (position, old, new) in &linked.set {
                    images.entry(*position).or_default().note("parentId", text(*old), text(Some(*new)));
                }
                let kept = images
                    .iter()
                    .map(|(position, before)| Ok((*position, serde_json::to_string(before)?)))
                    .collect::<Result<Vec<_>, serde_json::Error>>()
                    .map_err(|error| Error::Bug(error.to_string()))?;
                store::set_before(tx, &scope, id, &kept)?;
                store::set_reason(
                    tx,
                    &scope,
                    id,
                    &linked.refused,
                    "the parent was left out: it stands below the company itself, or too deep",
                )?;
                store::insert_companies(tx, &scope, id, &linked.made)?;
                let step = Step { pass: from.1, position: last, ..Step::default() };
                require(store::advance(tx, &scope, id, from, &step, actor.now())?)
            })
            .await;
        written?;
        Ok(Some(last))
    }

    fn maps(&self, field: Field) -> bool {
        self.stored.import.mapping.iter().any(|mapped| mapped.field.as_deref() == Some(field.as_str()))
    }

    /// Companies that the file itself makes their own ancestors.
    async fn circles(&self) -> Result<HashSet<u64>> {
        let is_asked = self.stored.import.record == RecordKind::Company && self.maps(Field::ParentName);
        if !is_asked {
            return Ok(HashSet::new());
        }
        let mut pairs = HashMap::new();
        let mut position = 0;
        loop {
            let staged = self.rows_after(position).await?;
            let Some(last) = staged.last().map(|row| row.position) else { break };
            position = last;
            let interpreter = self.interpreter.clone();
            let asked = in_background(move || read_again(interpreter, staged, Interpreter::firm)).await?;
            pairs.extend(asked.values().filter_map(firms::pair));
        }
        in_background(move || Ok(firms::circles(&pairs))).await
    }

    // Undo

    /// Goes back through the rows, last ones first, then through the companies, tags and segments made beside them.
    async fn undo(self) -> Result<End> {
        loop {
            if self.job.is_stopping() {
                return Ok(End::Later);
            }
            let (actor, id, lease) = (self.actor.at_one_moment(), self.id(), self.job.lease());
            let (record, total) = (self.stored.import.record, self.stored.import.rows);
            let origin = Arc::clone(&self.origin);
            let more: Result<bool> = self
                .job
                .db()
                .write(move |tx| {
                    let scope = actor.scope();
                    lease.hold(tx)?;
                    let rows = store::undo_next(tx, &scope, id, UNDO_ROWS)?;
                    let Some(last) = rows.last() else { return Ok(false) };
                    lease.progress(tx, total - last.position, Some(total))?;
                    let undone = match record {
                        RecordKind::Customer => undo::people(tx, &actor, &rows, &origin.names)?,
                        RecordKind::Company => undo::firms(tx, &actor, &rows, &origin.names)?,
                        RecordKind::Product => undo::wares(tx, &actor, id, &rows, &origin.names)?,
                        RecordKind::Deal => undo::sales(tx, &actor, &rows, &origin.names)?,
                    };
                    store::insert_undone(tx, &scope, id, &undone)?;
                    let (archived, restored, kept) = undo::counted(&rows, &undone);
                    let rows = undone.len() as i64;
                    store::count_undone(
                        tx,
                        &scope,
                        id,
                        &Step { rows, archived, restored, kept, ..Step::default() },
                        actor.now(),
                    )?;
                    Ok(true)
                })
                .await;
            if !more? {
                break;
            }
        }
        let mut skip = 0;
        loop {
            if self.job.is_stopping() {
                return Ok(End::Later);
            }
            let (actor, id, lease) = (self.actor.at_one_moment(), self.id(), self.job.lease());
            let done: Result<i64> = self
                .job
                .db()
                .write(move |tx| {
                    lease.hold(tx)?;
                    let ids = store::companies_after(tx, &actor.scope(), id, skip, UNDO_ROWS)?;
                    // What is archived already is not counted, so a repeat counts nothing twice.
                    let (archived, _) = undo::beside(tx, &actor, &ids)?;
                    store::count_undone(tx, &actor.scope(), id, &Step { archived, ..Step::default() }, actor.now())?;
                    Ok(ids.len() as i64)
                })
                .await;
            match done? {
                0 => break,
                count => skip += count,
            }
        }
        let (scope, id) = (self.actor.scope(), self.id());
        let tags = self.job.db().read(move |c| Ok::<_, Error>(store::made_tags(c, &scope, id)?)).await?;
        for tag in tags {
            // Each by itself, right before it is taken off: who carries it is looked at one by one.
            let scope = self.actor.scope();
            let unused = move |c: &db::Conn<'_>| Ok::<_, Error>(store::is_unused(c, &scope, id, tag)?);
            if !self.job.db().read(unused).await? {
                continue;
            }
            loop {
                if self.job.is_stopping() {
                    return Ok(End::Later);
                }
                let (actor, lease) = (self.actor.at_one_moment(), self.job.lease());
                let more: Result<bool> = self
                    .job
                    .db()
                    .write(move |tx| {
                        lease.hold(tx)?;
                        let carriers = store::made_carriers(tx, &actor.scope(), id, tag, UNDO_ROWS)?;
                        tags::withdraw(tx, &actor, tag, &carriers)
                    })
                    .await;
                if !more? {
                    break;
                }
            }
        }
        if !self.undo_segments().await? {
            return Ok(End::Later);
        }
        let (actor, id, lease) = (self.actor.clone(), self.id(), self.job.lease());
        self.job
            .db()
            .write(move |tx| {
                lease.hold(tx)?;
                store::finish(tx, &actor.scope(), id, State::Undone, None, None, actor.now())?;
                Ok(End::Done)
            })
            .await
    }

    /// Puts the segments aside that were made beside the rows, and that nobody else has come to use; says whether it came to
    /// the end.
    async fn undo_segments(&self) -> Result<bool> {
        let (scope, id) = (self.actor.scope(), self.id());
        let made = self.job.db().read(move |c| Ok::<_, Error>(store::made_segments(c, &scope, id)?)).await?;
        for segment in made {
            if self.job.is_stopping() {
                return Ok(false);
            }
            let scope = self.actor.scope();
            let empty = move |c: &db::Conn<'_>| Ok::<_, Error>(store::is_empty_segment(c, &scope, id, segment)?);
            if !self.job.db().read(empty).await? {
                continue;
            }
            let (actor, lease) = (self.actor.at_one_moment(), self.job.lease());
            let done: Result<()> = self
                .job
                .db()
                .write(move |tx| {
                    lease.hold(tx)?;
                    segments::withdraw(tx, &actor, segment)
                })
                .await;
            done?;
        }
        Ok(true)
    }

    // Rows

    /// The rows after `position` as what they say; broken ones as faults. It needs nothing that a chunk writes, so it
    /// goes on beside the work on the chunk before.
    async fn read_ahead(&self, mut interpreter: Interpreter, position: i64) -> Result<Ahead> {
        let record = self.stored.import.record;
        let staged = self.rows_after(position).await?;
        let last = staged.last().map(|row| row.position);
        in_background(move || {
            let rows = match record {
                RecordKind::Customer => Rows::People(interpret(&mut interpreter, staged, Interpreter::person)?),
                RecordKind::Company => Rows::Firms(interpret(&mut interpreter, staged, Interpreter::firm)?),
                RecordKind::Product => Rows::Wares(interpret(&mut interpreter, staged, Interpreter::ware)?),
                RecordKind::Deal => Rows::Sales(interpret(&mut interpreter, staged, Interpreter::sale)?),
            };
            Ok(Ahead { rows, last, interpreter })
        })
        .await
    }
}

/// A chunk of rows, read.
struct Ahead {
    rows: Rows,
    /// Position of the last of them; none when the file has no more.
    last: Option<i64>,
    /// What it has learned so far, to go on with.
    interpreter: Interpreter,
}

enum Rows {
    People(Vec<Asked<Person>>),
    Firms(Vec<Asked<Firm>>),
    Wares(Vec<Asked<Ware>>),
    Sales(Vec<Asked<Sale>>),
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Error::Bug(error.to_string())))
}

type Read<S> = fn(&mut Interpreter, &[String]) -> Result<S, Fault>;

fn interpret<S>(interpreter: &mut Interpreter, staged: Vec<Staged>, read: Read<S>) -> Result<Vec<Asked<S>>> {
    let row = |row: Staged| {
        let said = match row.broken {
            Some(why) => Err(Fault::of_row(why)),
            None => read(interpreter, &parse_cells(&row.cells)?),
        };
        Ok(Asked { position: row.position, number: row.number, said })
    };
    staged.into_iter().map(row).collect()
}

/// What rows say that were read before, by position, as far as they say anything. What the interpreter counts of them a
/// second time goes with it.
fn read_again<S>(mut interpreter: Interpreter, staged: Vec<Staged>, read: Read<S>) -> Result<HashMap<i64, S>> {
    let asked = interpret(&mut interpreter, staged, read)?;
    Ok(asked.into_iter().filter_map(|row| Some((row.position, row.said.ok()?))).collect())
}

/// The import itself acts, with the rights that whoever asked for the work has now.
fn importing_actor(
    stored: &Stored,
    phase: Phase,
    around: &Surroundings,
    system: &Actor,
    clock: Clock,
) -> Result<Actor, &'static str> {
    let rights = match (phase, &stored.undo_by) {
        (Phase::Undo, Some(undo_by)) => undo_by,
        _ => &stored.started_by,
    };
    let role = match rights.user_id {
        None => Role::parse(&rights.role).unwrap_or(Role::Member),
        Some(id) => match around.members.iter().find(|member| member.id == id) {
            Some(member) if !member.disabled => member.role,
            _ if phase == Phase::Undo => return Err("whoever asked for the undo is no longer a member"),
            _ => return Err("whoever started the import is no longer a member"),
        },
    };
    Ok(Actor {
        kind: ActorKind::Import,
        id: Some(stored.import.id.0),
        name: stored.import.file_name.clone(),
        org_id: system.org_id,
        role,
        user_id: rights.user_id,
        ip_address: None,
        clock,
    })
}

fn lock<R>(memory: &Mutex<Memory<R>>) -> std::sync::MutexGuard<'_, Memory<R>> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn parse_cells(text: &str) -> Result<Vec<String>> {
    serde_json::from_str(text).map_err(|error| Error::Bug(format!("cells of an import: {error}")))
}

/// The import is where this job left it; anything else means that two jobs work on it.
fn require(is_here: bool) -> Result<()> {
    if is_here { Ok(()) } else { Err(Error::Unavailable("the import was moved on by another job".into())) }
}

/// A job that stopped its process at every attempt, or ran out of time, ended without a word to its import, and the
/// import would be busy for good.
async fn end_abandoned(job: &JobContext, now: Timestamp) -> Result<(), JobError> {
    let busy = job.db().read(|c| store::busy(c, BUSY_LOOKED_AT)).await?;
    for one in busy {
        let ended = job.db().write(move |tx| {
            let view = ::jobs::get(tx, Some(one.org_id), one.job_id)?;
            if view.as_ref().is_some_and(|view| view.finished_at.is_none()) {
                return Ok(false);
            }
            let why = view.and_then(|view| view.error).unwrap_or_else(|| "its job is no more".to_owned());
            store::abandon(tx, &one, &format!("the work stopped before its end: {why}"), now)
        });
        if ended.await? {
            tracing::warn!(import.id = %one.id, "an import was left by its job; it is failed now");
        }
    }
    Ok(())
}

/// Ends what nobody works on any more, and deletes what nobody will need: uploads that were never finished, rows of old
/// imports, and files left by a crash.
async fn clean(job: JobContext, clock: Clock, uploads: PathBuf) -> Result<Outcome, JobError> {
    end_abandoned(&job, clock.now()).await?;
    for (days, only_staging) in [(STAGING_DAYS, true), (KEPT_DAYS, false)] {
        let before = clock.now().plus_seconds(-days * 86_400);
        let old = job.db().read(move |c| store::old(c, before, only_staging, 100)).await?;
        for (org_id, id) in old {
            let now = clock.now();
            // Somebody may have begun an undo since the look.
            if !only_staging && !job.db().write(move |tx| store::mark_emptied(tx, org_id, id, now)).await? {
                continue;
            }
            while job.db().write(move |tx| store::delete_rows(tx, org_id, id, DELETE_ROWS)).await? {
                if job.is_stopping() {
                    return Ok(Outcome::Again(job.now()));
                }
            }
            if only_staging {
                job.db().write(move |tx| store::delete_staging(tx, org_id, id)).await?;
            }
        }
    }
    let now = clock.now();
    let removed = tokio::task::spawn_blocking(move || super::upload::remove_stale(&uploads, now)).await;
    match removed {
        Ok(0) | Err(_) => {}
        Ok(count) => tracing::info!(count, "removed files of unfinished uploads"),
    }
    Ok(Outcome::Done)
}
