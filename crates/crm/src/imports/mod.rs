//! Imports: customers, companies, products and deals from a file.
//!
//! A file is uploaded and its rows are kept as they came; columns are guessed ([`mapping`]). A plan tries the whole
//! file with a mapping and writes no record. A run imports it, chunk by chunk, as a job that survives the process; each
//! row gets a result. An undo goes all the way back. What a row may set is the list in [`field`] and nothing else:
//! consent, system tags and the organisation have no field, so no file reaches them.
//!
//! Members see and steer their own imports, admins all; an import acts with the rights of whoever started it, and goes
//! back with the rights of whoever asked for that.

pub mod api;
mod decide;
pub mod field;
mod firms;
mod form;
mod houses;
mod interpret;
pub mod jobs;
pub mod mapping;
mod memory;
pub mod model;
mod people;
mod profile;
pub mod reader;
mod rows_csv;
mod sales;
mod store;
#[cfg(test)]
mod tests;
mod undo;
pub mod upload;
pub mod values;
mod wares;

pub use form::take_file;
pub use model::{Import, ImportSummary, PlanBody, State};
pub use rows_csv::answer as rows_csv;

use crate::pipelines;
use db::{Conn, Tx};
use platform::http::Page;
use platform::ids::ImportId;
use platform::paging::List;
use platform::policy::{self, Action};
use platform::{Actor, Error, Result};

use field::RecordKind;
use model::ImportMapped;
use store::{Phase, Stored};

/// Failing rows that an answer shows; `rows.csv` has all.
const PROBLEMS_SHOWN: i64 = 100;

/// The import, if `actor` may see it.
fn visible(c: &Conn<'_>, actor: &Actor, id: ImportId) -> Result<Stored> {
    store::get(c, &actor.scope(), id)?
        .filter(|stored| actor.is_admin() || stored.import.created_by.id == actor.id)
        .ok_or(Error::NotFound("import"))
}

/// An import with its first problems.
pub fn get(c: &Conn<'_>, actor: &Actor, id: ImportId) -> Result<Import> {
    let stored = visible(c, actor, id)?;
    let problems = store::problems(c, &actor.scope(), id, phase_of(&stored), PROBLEMS_SHOWN)?;
    Ok(Import { problems, ..stored.import })
}

/// Which results tell most about an import now.
fn phase_of(stored: &Stored) -> Phase {
    if stored.import.started_at.is_some() { Phase::Run } else { Phase::Plan }
}

/// One page of imports, newest first.
///
/// # Errors
/// [`Error::Malformed`] for a faulty limit, and for a cursor that this list did not give.
pub fn page(c: &Conn<'_>, actor: &Actor, limit: Option<&str>, cursor: Option<&str>) -> Result<Page<ImportSummary>> {
    let list = List::plain(&model::FIELDS, "-createdAt", limit, cursor, "imports")?;
    let own = if actor.is_admin() { None } else { Some(actor.id.unwrap_or_default()) };
    Ok(store::page(c, &actor.scope(), own, &list)?)
}

/// Decides on a mapping and starts trying the whole file with it.
///
/// # Errors
/// [`Error::Invalid`] for a mapping that does not fit the file, [`Error::Conflict`] once the import has run.
pub fn plan(tx: &Tx<'_>, actor: &Actor, id: ImportId, body: &PlanBody) -> Result<Import> {
    policy::require(actor, Action::CreateRecords)?;
    let stored = visible(tx, actor, id)?;
    if body.overwrite_owner {
        policy::require(actor, Action::OverwriteOwners)?;
    }
    let is_open = matches!(stored.import.state, State::Uploaded | State::Planned | State::Canceled | State::Failed);
    if !is_open || stored.import.started_at.is_some() || stored.is_emptied {
        return Err(refused(&stored, "planned"));
    }
    let scope = actor.scope();
    let fields = stored.import.record.living_fields(tx, &scope)?;
    body.check(stored.import.record, &stored.profile, &fields)?;
    let mapping: Vec<ImportMapped> = stored
        .profile
        .columns
        .iter()
        .map(|column| {
            let decided = body.mapping.iter().find(|mapped| mapped.column == column.name);
            decided.map_or_else(|| ImportMapped::left_out(&column.name), ImportMapped::decided)
        })
        .collect();
    match stored.import.record {
        // Its rows name stages.
        RecordKind::Deal => {
            pipelines::ensure_default(tx, actor)?;
        }
        RecordKind::Product if stored.import.rows > wares::ROWS_MAX => {
            let message = format!("a file of products has at most {} rows", wares::ROWS_MAX);
            return Err(Error::invalid("/mapping", "too_many", message));
        }
        _ => {}
    }
    store::begin_plan(tx, &scope, id, &mapping, body.on_duplicate, body.overwrite_owner)?;
    start(tx, actor, &stored, jobs::PLAN, State::Planning)?;
    get(tx, actor, id)
}

/// Starts importing what was planned, and remembers the mapping for files with the same columns.
///
/// # Errors
/// [`Error::Conflict`] unless the import is planned.
pub fn run(tx: &Tx<'_>, actor: &Actor, id: ImportId) -> Result<Import> {
    policy::require(actor, Action::CreateRecords)?;
    let stored = visible(tx, actor, id)?;
    if stored.import.state != State::Planned || stored.is_emptied {
        return Err(refused(&stored, "run"));
    }
    let (scope, import) = (actor.scope(), &stored.import);
    let fields = import.record.living_fields(tx, &scope)?;
    if let Some(gone) = import.mapping.iter().find(|mapped| mapped.names_none_of(&fields)) {
        let detail = format!("the custom field of the column {} is archived; plan again without it", gone.column);
        return Err(Error::conflict("archived_field", detail));
    }
    store::remember_mapping(tx, &scope, import.record, &stored.header_key, &import.mapping, actor.now())?;
    start(tx, actor, &stored, jobs::RUN, State::Running)?;
    store::set_started(tx, &scope, id, actor.now())?;
    get(tx, actor, id)
}

/// Stops a plan or a run after the rows it is at; what a run has done stands and can be undone.
///
/// # Errors
/// [`Error::Conflict`] when there is nothing to stop.
pub fn cancel(tx: &Tx<'_>, actor: &Actor, id: ImportId) -> Result<Import> {
    let stored = visible(tx, actor, id)?;
    let (state, Some(job_id)) = (stored.import.state, stored.job_id) else { return Err(refused(&stored, "stopped")) };
    if !matches!(state, State::Planning | State::Running) {
        return Err(refused(&stored, "stopped"));
    }
    let now = actor.now();
    match ::jobs::request_cancel(tx, Some(actor.org_id.0), job_id, now.micros())? {
        // The job sees the request between two chunks and settles the rest.
        ::jobs::Cancel::Requested => {}
        ::jobs::Cancel::Canceled | ::jobs::Cancel::Finished | ::jobs::Cancel::NotFound => {
            store::finish(tx, &actor.scope(), id, State::Canceled, None, Some(now), now)?;
        }
    }
    get(tx, actor, id)
}

/// Drops an import that has written nothing.
///
/// # Errors
/// [`Error::Conflict`] while it is planned, and once it has run.
pub fn delete(tx: &Tx<'_>, actor: &Actor, id: ImportId) -> Result<()> {
    policy::require(actor, Action::CreateRecords)?;
    let stored = visible(tx, actor, id)?;
    if stored.import.started_at.is_some() {
        let detail = "an import that has run stays in the history; undo it to take back what it wrote";
        return Err(Error::conflict("import_state", detail));
    }
    if stored.import.state.is_busy() {
        return Err(refused(&stored, "deleted"));
    }
    let hidden = store::hide(tx, &actor.scope(), id, stored.import.state, actor.now())?;
    // Somebody was quicker: run again and see what they did.
    if hidden { Ok(()) } else { Err(tx.conflict().into()) }
}

/// Starts going back: archives what the import made and restores what it changed, unless somebody worked on it since.
///
/// # Errors
/// [`Error::Conflict`] when the import has not run, is at work, or is too old.
pub fn undo(tx: &Tx<'_>, actor: &Actor, id: ImportId) -> Result<Import> {
    policy::require(actor, Action::CreateRecords)?;
    let stored = visible(tx, actor, id)?;
    let has_ended = matches!(stored.import.state, State::Completed | State::Canceled | State::Failed);
    if !has_ended || stored.import.started_at.is_none() {
        return Err(refused(&stored, "undone"));
    }
    if stored.is_emptied {
        return Err(Error::conflict(
            "import_too_old",
            format!("an import can be undone for {} days; after that its rows are deleted", jobs::KEPT_DAYS),
        ));
    }
    let job_id = jobs::enqueue(tx, actor, jobs::UNDO, id)?;
    store::begin_undo(tx, actor, id, job_id)?;
    move_on(tx, actor, &stored, State::Undoing)?;
    get(tx, actor, id)
}

/// Enqueues a job that begins at the first row.
fn start(tx: &Tx<'_>, actor: &Actor, stored: &Stored, kind: &'static str, to: State) -> Result<()> {
    let job_id = jobs::enqueue(tx, actor, kind, stored.import.id)?;
    store::restart(tx, &actor.scope(), stored.import.id, job_id)?;
    move_on(tx, actor, stored, to)
}

fn move_on(tx: &Tx<'_>, actor: &Actor, stored: &Stored, to: State) -> Result<()> {
    let moved = store::move_state(tx, &actor.scope(), stored.import.id, stored.import.state, to, actor.now())?;
    // Somebody was quicker: run again and see what they did.
    if moved { Ok(()) } else { Err(tx.conflict().into()) }
}

fn refused(stored: &Stored, what: &str) -> Error {
    let state = stored.import.state.as_str();
    let hint = match stored.import.state {
        State::Planning | State::Running | State::Undoing => "wait until it has ended, or cancel it",
        State::Uploaded => "plan it first",
        State::Planned => "run it first",
        State::Completed | State::Undone => "upload the file again to import it once more",
        State::Failed | State::Canceled if stored.import.started_at.is_some() => {
            "it has run in part: undo it, or upload the file again for the rest"
        }
        State::Failed | State::Canceled => "plan it again",
    };
    Error::conflict("import_state", format!("an import that is {state} cannot be {what}; {hint}"))
}
