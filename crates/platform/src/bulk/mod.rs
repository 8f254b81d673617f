//! Bulk actions: one act on many records, as a job over a selection that is frozen when it is asked for.
//!
//! The records that match are written down in the transaction that asks, so what comes or goes later is not part of it.
//! The job takes them chunk by chunk: each record is looked at as it is then, rights and all, and gets one outcome,
//! committed together with the change, its log and the place to go on from. So a server that dies leaves nothing done
//! twice, and the counts are exact. An organisation's bulk jobs run one after the other.
//!
//! What a change replaced is kept for [`UNDO_HOURS`]: an undo is a job of the same kind over what this one changed,
//! and leaves alone whatever somebody has changed since. What an undo that was canceled or failed has not reached can be
//! taken back by another one.
//!
//! This folder knows no record. A concept that offers bulk actions gives the statement that finds the records to
//! [`ask`], and an [`Act`] that does a chunk to [`jobs::register`].

mod batch;
pub mod jobs;
pub mod model;
mod store;

pub use batch::{Batch, One};
pub use model::{BulkAccepted, Chunk, Item, Outcome, Report, Select, Selection, Skip};

use crate::actor::Actor;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use db::{Conn, Sql, Tx};
use serde_json::Value;
use uuid::Uuid;

/// Does a chunk in the given transaction, and says what became of each record. The actor is whoever asked for it, with
/// the role of this moment, and its clock stands still. A record without an outcome is taken for gone.
///
/// # Errors
/// What ends the whole job: a member or tag that the action names is no more, or the database cannot be used.
pub type Act = fn(&Tx<'_>, &Actor, &Chunk) -> Result<Vec<(Uuid, Outcome)>>;

/// How long a bulk job can be undone after its end.
pub const UNDO_HOURS: i64 = 24;

/// Bulk jobs of an organisation that run or wait.
const OPEN_MAX: i64 = 20;

/// Freezes a selection and enqueues the work on it. `from` is what comes after the columns of a statement over the
/// records, named `c`; `action` is what the record's [`Act`] will be given. The caller has asked the policy whether
/// the actor may do such a thing at all; each record is asked for when its turn comes.
///
/// # Errors
/// [`Error::Conflict`] when too many jobs wait already.
pub fn ask(tx: &Tx<'_>, actor: &Actor, record: &'static str, action: &Value, from: &Sql) -> Result<BulkAccepted> {
    let job_id = enqueue(tx, actor)?;
    let matched = store::freeze(tx, &actor.scope(), job_id, from)?;
    store::insert(tx, actor, job_id, record, action, matched, None)?;
    Ok(BulkAccepted { job_id })
}

fn enqueue(tx: &Tx<'_>, actor: &Actor) -> Result<Uuid> {
    if store::count_open(tx, &actor.scope())? >= OPEN_MAX {
        let detail = format!("{OPEN_MAX} bulk jobs wait already; try again when some have ended");
        return Err(Error::conflict("too_many_jobs", detail));
    }
    Ok(jobs::enqueue(tx, actor)?)
}

/// The bulk side of a job; none when it is of another kind. [`Error::NotFound`] when it is not `actor`'s to know about:
/// that is who asked, and admins.
pub fn report(c: &Conn<'_>, actor: &Actor, job_id: Uuid) -> Result<Option<Report>> {
    match store::get(c, &actor.scope(), job_id)? {
        Some(stored) if !actor.is_admin() && stored.asked_by_id != actor.id => Err(Error::NotFound("job")),
        stored => Ok(stored.map(|stored| stored.report)),
    }
}

/// Notes that a job which was canceled before it began has ended.
pub fn break_off(tx: &Tx<'_>, actor: &Actor, job_id: Uuid) -> Result<()> {
    Ok(store::break_off(tx, &actor.scope(), job_id, actor.now())?)
}

/// Starts taking back what a job has changed, as a job of its own. `ended_at` is when the job ended, if it has.
///
/// # Errors
/// [`Error::Conflict`] while the job runs, when it is too old, has changed nothing, is an undo or was undone.
pub fn undo(tx: &Tx<'_>, actor: &Actor, job_id: Uuid, ended_at: Option<Timestamp>) -> Result<BulkAccepted> {
    let report = report(tx, actor, job_id)?.ok_or_else(|| refused("only bulk actions can be undone"))?;
    if report.undo_of.is_some() {
        return Err(refused("this job is an undo itself; ask for the action again instead"));
    }
    if report.undone_by.is_some() {
        return Err(refused("this job was undone already"));
    }
    let Some(ended_at) = ended_at else {
        return Err(refused("this job has not ended; cancel it or wait for its end"));
    };
    if report.is_final() {
        return Err(refused("what this job did cannot be taken back"));
    }
    if report.changed == 0 {
        return Err(refused("this job has changed nothing"));
    }
    if actor.now() > undoable_until(ended_at) {
        return Err(refused(format!("a job can be undone for {UNDO_HOURS} hours after its end")));
    }
    let scope = actor.scope();
    let undo_id = enqueue(tx, actor)?;
    if !store::set_undone_by(tx, &scope, job_id, undo_id)? {
        // Somebody was quicker: run again and see.
        return Err(tx.conflict().into());
    }
    let matched = store::freeze_changed(tx, &scope, undo_id, job_id)?;
    store::insert(tx, actor, undo_id, &report.record, &report.action, matched, Some(job_id))?;
    Ok(BulkAccepted { job_id: undo_id })
}

fn refused(why: impl Into<String>) -> Error {
    Error::conflict("not_undoable", why)
}

fn undoable_until(ended_at: Timestamp) -> Timestamp {
    ended_at.plus_seconds(UNDO_HOURS * 3_600)
}

impl Report {
    /// Until when the job can be undone; nothing when it cannot be. `ended_at` is when the job ended.
    pub fn undoable_until(&self, ended_at: Option<Timestamp>) -> Option<Timestamp> {
        let is_undoable = self.changed > 0 && self.undo_of.is_none() && self.undone_by.is_none() && !self.is_final();
        ended_at.filter(|_| is_undoable).map(undoable_until)
    }

    /// Whether the action says of itself that nothing leads back from it.
    fn is_final(&self) -> bool {
        self.action["undoable"] == false
    }
}
