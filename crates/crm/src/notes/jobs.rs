//! The work on notes: removing what nobody can bring back any more.

use super::{KEPT_DAYS, store};
use crate::attachments::{self, files::Contents};
use crate::notifications;
use ::jobs::{JobContext, JobError, Outcome, Registry};
use db::Db;
use platform::Result;
use platform::clock::{Clock, Timestamp};
use std::time::Duration;

const CLEAN: &str = "notes.clean";
const CLEAN_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long notifications are kept.
const NOTIFICATIONS_DAYS: i64 = 180;
/// What one transaction takes.
const AT_ONCE: i64 = 100;
const DAY_S: i64 = 86_400;

/// Registers the handler and its beat. `contents` is where files are.
pub fn register(registry: &mut Registry, clock: &Clock, contents: Contents) {
    let of = clock.clone();
    registry.handle(CLEAN, move |job| clean(job, of.clone(), contents.clone()));
    registry.every(CLEAN, CLEAN_EVERY, CLEAN);
}

async fn clean(job: JobContext, clock: Clock, contents: Contents) -> std::result::Result<Outcome, JobError> {
    let failed = |error: platform::Error| JobError::retry("notes could not be cleaned up").caused_by(&error);
    let now = clock.now();
    let notes = purge(job.db(), now).await.map_err(failed)?;
    let told = forget(job.db(), now).await.map_err(failed)?;
    let [loose, unused, stale] = attachments::clean(job.db(), &contents, now).await.map_err(failed)?;
    if notes + loose + unused + stale > 0 || told > 0 {
        tracing::info!(notes, told, loose, contents = unused, stale, "removed what is over");
    }
    Ok(Outcome::Done)
}

/// Removes notes that were deleted long ago; how many.
pub(super) async fn purge(db: &Db, now: Timestamp) -> Result<usize> {
    let before = now.plus_seconds(-KEPT_DAYS * DAY_S);
    let mut purged = 0;
    loop {
        let gone: Result<usize> = db
            .write(move |tx| {
                let old = store::deleted(tx, before, AT_ONCE)?;
                for (org_id, id) in &old {
                    attachments::release(tx, *org_id, *id, now)?;
                    store::purge(tx, *org_id, *id, before)?;
                }
                Ok(old.len())
            })
            .await;
        match gone? {
            0 => return Ok(purged),
            gone => purged += gone,
        }
    }
}

async fn forget(db: &Db, now: Timestamp) -> Result<u64> {
    let before = now.plus_seconds(-NOTIFICATIONS_DAYS * DAY_S);
    let mut forgotten = 0;
    loop {
        match db.write(move |tx| notifications::forget_old(tx, before, AT_ONCE)).await? {
            0 => return Ok(forgotten),
            gone => forgotten += gone,
        }
    }
}
