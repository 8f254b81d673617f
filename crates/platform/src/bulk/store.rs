use super::model::{Item, Outcome, Report};
use crate::actor::{Actor, ActorKind, Scope};
use crate::clock::Timestamp;
use crate::ids::{OrgId, UserId};
use db::{Conn, Error, Result, Row, Sql, Tx, Value, params};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// From so many records on that were alike, one statement writes them all down.
const ALIKE_MIN: usize = 10;

/// A bulk job as stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub report: Report,
    pub asked_by_kind: ActorKind,
    pub asked_by_id: Option<Uuid>,
    pub asked_by_name: String,
    pub asked_by_user: Option<UserId>,
    pub asked_by_role: String,
    /// The last record that has its outcome.
    pub position: Option<Uuid>,
}

/// Writes down what the statement finds; answers how many records that are.
pub(super) fn freeze(tx: &Tx<'_>, scope: &Scope, job_id: Uuid, from: &Sql) -> Result<i64> {
    let mut sql = Sql::new("INSERT INTO bulk_items (org_id, job_id, record_id, was_archived) SELECT ");
    sql.bind(scope).push(", ").bind(job_id).push(", c.id, c.archived_at IS NOT NULL").append(from);
    Ok(tx.execute(sql.push(" ORDER BY c.id"))? as i64)
}

/// Writes down what another job has changed and no undo has taken back yet, with the way back.
pub(super) fn freeze_changed(tx: &Tx<'_>, scope: &Scope, job_id: Uuid, of: Uuid) -> Result<i64> {
    Ok(tx.execute((
        "INSERT INTO bulk_items (org_id, job_id, record_id, was_archived, before, version)
         SELECT i.org_id, $3, i.record_id, i.was_archived, i.before, i.version FROM bulk_items i
         WHERE i.org_id = $1 AND i.job_id = $2 AND i.outcome = 'changed' AND NOT EXISTS
           (SELECT 1 FROM bulk_jobs j JOIN bulk_items d ON d.org_id = j.org_id AND d.job_id = j.job_id
            WHERE j.org_id = $1 AND j.undo_of = $2 AND d.record_id = i.record_id AND d.outcome = 'changed')
         ORDER BY i.record_id",
        params![scope, of, job_id],
    ))? as i64)
}

pub(super) fn insert(
    tx: &Tx<'_>,
    actor: &Actor,
    job_id: Uuid,
    record: &str,
    action: &Json,
    matched: i64,
    undo_of: Option<Uuid>,
) -> Result<()> {
    tx.execute((
        "INSERT INTO bulk_jobs (org_id, job_id, record, action, undo_of, matched, changed, skipped, failed, reasons, errors,
           asked_by_kind, asked_by_id, asked_by_name, asked_by_user, asked_by_role, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            actor.scope(),
            job_id,
            record,
            action.clone(),
            undo_of,
            matched,
            Json::Object(serde_json::Map::new()),
            Json::Array(Vec::new()),
            actor.kind.as_str(),
            actor.id,
            &actor.name,
            actor.user_id,
            actor.role.as_str(),
            actor.now()
        ],
    ))?;
    Ok(())
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, job_id: Uuid) -> Result<Option<Stored>> {
    c.query_opt(
        (
            "SELECT record, action, undo_of, undone_by, matched, changed, skipped, failed, reasons, errors, finished_at,
               asked_by_kind, asked_by_id, asked_by_name, asked_by_user, asked_by_role, position
             FROM bulk_jobs WHERE org_id = $1 AND job_id = $2",
            params![scope, job_id],
        ),
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Stored> {
    let broken = |error: serde_json::Error| Error::Bug(format!("a bulk job: {error}"));
    let reasons: BTreeMap<String, i64> = serde_json::from_value(row.get(8)?).map_err(broken)?;
    Ok(Stored {
        report: Report {
            record: row.get(0)?,
            action: row.get(1)?,
            undo_of: row.get(2)?,
            undone_by: row.get(3)?,
            matched: row.get(4)?,
            changed: row.get(5)?,
            skipped: row.get(6)?,
            failed: row.get(7)?,
            reasons,
            errors: serde_json::from_value(row.get(9)?).map_err(broken)?,
            finished_at: row.get(10)?,
        },
        asked_by_kind: ActorKind::parse(&row.get::<String>(11)?).unwrap_or(ActorKind::System),
        asked_by_id: row.get(12)?,
        asked_by_name: row.get(13)?,
        asked_by_user: row.get(14)?,
        asked_by_role: row.get(15)?,
        position: row.get(16)?,
    })
}

pub(super) fn count_open(c: &Conn<'_>, scope: &Scope) -> Result<i64> {
    c.query_one(("SELECT count(*) FROM bulk_jobs WHERE org_id = $1 AND finished_at IS NULL", params![scope]), |row| {
        row.get(0)
    })
}

/// The unfinished jobs of the organisation that were asked for before this one, the oldest first.
pub(super) fn open_before(c: &Conn<'_>, scope: &Scope, job_id: Uuid) -> Result<Vec<Uuid>> {
    c.query(
        (
            "SELECT job_id FROM bulk_jobs WHERE org_id = $1 AND job_id < $2 AND finished_at IS NULL ORDER BY job_id",
            params![scope, job_id],
        ),
        |row| row.get(0),
    )
}

/// The next records of the job.
pub(super) fn next(
    c: &Conn<'_>,
    scope: &Scope,
    job_id: Uuid,
    after: Option<Uuid>,
    is_undo: bool,
    limit: i64,
) -> Result<Vec<Item>> {
    c.query(
        (
            "SELECT record_id, was_archived, before, version FROM bulk_items
             WHERE org_id = $1 AND job_id = $2 AND record_id > $3 ORDER BY record_id LIMIT $4",
            params![scope, job_id, after.unwrap_or_default(), limit],
        ),
        |row| {
            let changed: Option<(Json, i64)> = match (is_undo, row.get(2)?, row.get(3)?) {
                (true, Some(before), Some(version)) => Some((before, version)),
                _ => None,
            };
            Ok(Item { record_id: row.get(0)?, was_archived: row.get(1)?, changed })
        },
    )
}

/// Writes down what became of the records. In an undo the way back stays what it was.
pub(super) fn settle(
    tx: &Tx<'_>,
    scope: &Scope,
    job_id: Uuid,
    outcomes: &[(Uuid, Outcome)],
    is_undo: bool,
) -> Result<()> {
    let mut changed: BTreeMap<(String, i64), Vec<Uuid>> = BTreeMap::new();
    let mut others: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for (record_id, outcome) in outcomes {
        match outcome {
            Outcome::Changed { before, version } if !is_undo => {
                changed.entry((before.to_string(), *version)).or_default().push(*record_id);
            }
            Outcome::Changed { .. } => others.entry("changed").or_default().push(*record_id),
            Outcome::Skipped(_) => others.entry("skipped").or_default().push(*record_id),
            Outcome::Failed(..) => others.entry("failed").or_default().push(*record_id),
        }
    }
    // Most records of a chunk were alike before, and a statement for all of them is much quicker than one for each.
    let mut single: Vec<Vec<Value>> = Vec::new();
    for ((before, version), ids) in changed {
        let before: Json = serde_json::from_str(&before).map_err(|error| Error::Bug(error.to_string()))?;
        if ids.len() < ALIKE_MIN {
            single.extend(ids.iter().map(|id| params![scope, job_id, *id, before.clone(), version].to_vec()));
            continue;
        }
        let mut sql = Sql::new("UPDATE bulk_items SET outcome = 'changed', before = ");
        sql.bind(before).push(", version = ").bind(version).push(" WHERE org_id = ").bind(scope);
        tx.execute(sql.push(" AND job_id = ").bind(job_id).push(" AND record_id IN ").bind_list(ids))?;
    }
    tx.execute_many(
        "UPDATE bulk_items SET outcome = 'changed', before = $4, version = $5
         WHERE org_id = $1 AND job_id = $2 AND record_id = $3",
        &single,
    )?;
    for (outcome, ids) in others {
        let mut sql = Sql::new("UPDATE bulk_items SET outcome = ");
        sql.bind(outcome).push(" WHERE org_id = ").bind(scope).push(" AND job_id = ").bind(job_id);
        tx.execute(sql.push(" AND record_id IN ").bind_list(ids))?;
    }
    Ok(())
}

/// Writes how far the job is.
pub(super) fn advance(tx: &Tx<'_>, scope: &Scope, job_id: Uuid, report: &Report, position: Uuid) -> Result<()> {
    let json = |value: serde_json::Result<Json>| value.map_err(|error| Error::Bug(error.to_string()));
    tx.execute((
        "UPDATE bulk_jobs SET changed = $3, skipped = $4, failed = $5, reasons = $6, errors = $7, position = $8
         WHERE org_id = $1 AND job_id = $2",
        params![
            scope,
            job_id,
            report.changed,
            report.skipped,
            report.failed,
            json(serde_json::to_value(&report.reasons))?,
            json(serde_json::to_value(&report.errors))?,
            position
        ],
    ))?;
    Ok(())
}

pub(super) fn finish(tx: &Tx<'_>, scope: &Scope, job_id: Uuid, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE bulk_jobs SET finished_at = $3 WHERE org_id = $1 AND job_id = $2 AND finished_at IS NULL",
        params![scope, job_id, now],
    ))?;
    Ok(())
}

/// Notes the end of a job that has not done all it should. What an undo has left can be taken back by another one.
pub(super) fn break_off(tx: &Tx<'_>, scope: &Scope, job_id: Uuid, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE bulk_jobs SET undone_by = NULL WHERE org_id = $1 AND undone_by = $2 AND job_id =
           (SELECT undo_of FROM bulk_jobs WHERE org_id = $1 AND job_id = $2 AND finished_at IS NULL)",
        params![scope, job_id],
    ))?;
    finish(tx, scope, job_id, now)
}

/// False when it was undone before.
pub(super) fn set_undone_by(tx: &Tx<'_>, scope: &Scope, job_id: Uuid, by: Uuid) -> Result<bool> {
    Ok(tx.execute((
        "UPDATE bulk_jobs SET undone_by = $3 WHERE org_id = $1 AND job_id = $2 AND undone_by IS NULL",
        params![scope, job_id, by],
    ))? == 1)
}

/// Jobs of all organisations that have not ended by their own account.
pub(super) fn open(c: &Conn<'_>, limit: i64) -> Result<Vec<(OrgId, Uuid)>> {
    c.query(("SELECT org_id, job_id FROM bulk_jobs WHERE finished_at IS NULL LIMIT $1", params![limit]), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Jobs that ended before `before` and still have their records.
pub(super) fn full(c: &Conn<'_>, before: Timestamp, limit: i64) -> Result<Vec<(OrgId, Uuid)>> {
    c.query(
        (
            "SELECT org_id, job_id FROM bulk_jobs WHERE finished_at < $1 AND emptied_at IS NULL
             ORDER BY finished_at LIMIT $2",
            params![before, limit],
        ),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Deletes records of a job, so many at once; false when there are none left, which is noted.
pub(super) fn empty(tx: &Tx<'_>, org_id: OrgId, job_id: Uuid, limit: i64, now: Timestamp) -> Result<bool> {
    let deleted = tx.execute((
        "DELETE FROM bulk_items WHERE org_id = $1 AND job_id = $2 AND record_id IN
           (SELECT record_id FROM bulk_items WHERE org_id = $1 AND job_id = $2 LIMIT $3)",
        params![org_id, job_id, limit],
    ))?;
    if deleted == 0 {
        tx.execute((
            "UPDATE bulk_jobs SET emptied_at = $3 WHERE org_id = $1 AND job_id = $2",
            params![org_id, job_id, now],
        ))?;
    }
    Ok(deleted > 0)
}

/// Deletes jobs that ended before `before`, whose records are gone.
pub(super) fn delete_old(tx: &Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(("DELETE FROM bulk_jobs WHERE finished_at < $1 AND emptied_at IS NOT NULL", params![before]))
}
