use db::{Conn, Engine, Error, Result, Row, Sql, Tx, Value, params};
use platform::clock::Timestamp;
use platform::http::Page;
use platform::ids::{CompanyId, CustomerId, ImportId, ProductId, SegmentId, TagId, UserId};
use platform::paging::List;
use platform::{Actor, Scope};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

use super::decide::{Before, Decided, Verdict};
use super::field::RecordKind;
use super::model::{
    Always, Import, ImportColumn, ImportMapped, ImportOffer, ImportProblem, ImportSummary, ImportUndone, OnDuplicate,
    Starter, State,
};
use super::profile::Profile;
use super::reader::{Head, ImportNote};

/// State of an upload whose rows are not all here yet, or that was dropped: nobody sees it.
const STAGING: &str = "staging";
/// Cells that are read at once.
const CHUNK_BYTES: i64 = 2 << 20;

/// Which of the three works on a file a result belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Plan,
    Run,
    Undo,
}

impl Phase {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Phase::Plan => "plan",
            Phase::Run => "run",
            Phase::Undo => "undo",
        }
    }
}

/// Whose rights some work has: a member's of now, or those that an API key had.
#[derive(Debug, Clone)]
pub(super) struct Rights {
    pub user_id: Option<UserId>,
    pub role: String,
}

/// An import with what only its own work needs to know.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub import: Import,
    pub profile: Profile,
    pub header_key: String,
    pub job_id: Option<Uuid>,
    pub pass: i64,
    /// The last row that the current work has dealt with.
    pub position: i64,
    pub started_by: Rights,
    /// Of whoever asked for the undo, which need not be whoever started it.
    pub undo_by: Option<Rights>,
    /// Its rows were deleted for their age.
    pub is_emptied: bool,
}

/// A row of the file.
#[derive(Debug, Clone)]
pub(super) struct Staged {
    pub position: i64,
    pub number: i64,
    pub cells: String,
    pub broken: Option<String>,
}

fn json<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> Result<T> {
    serde_json::from_value(row.get(index)?).map_err(|error| Error::Bug(format!("import column {index}: {error}")))
}

fn to_json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::Bug(error.to_string()))
}

fn parsed<T>(what: &str, text: String, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
    parse(&text).ok_or_else(|| Error::Bug(format!("unknown {what} {text:?}")))
}

pub(super) fn insert(tx: &Tx<'_>, actor: &Actor, id: ImportId, record: RecordKind, file_name: &str) -> Result<()> {
    let now = actor.now();
    let empty = serde_json::json!([]);
    tx.execute((
        "INSERT INTO imports (org_id, id, record, state, file_name, file_bytes, kind, sheets, has_header, row_count,
           header_key, profile, notes, mapping, offers, on_duplicate, overwrite_owner, pass, position, processed, created,
           updated, unchanged, skipped, failed, undone_archived, undone_restored, undone_kept, created_by_kind,
           created_by_id, created_by_name, created_by_user, created_by_role, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, 0, '', $6, $7, 0, '', $6, $6, $6, $6, 'skip', $8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, $9,
           $10, $11, $12, $13, $14, $14, 1)",
        params![
            actor.scope(),
            id,
            record.as_str(),
            STAGING,
            file_name,
            empty,
            true,
            false,
            actor.kind.as_str(),
            actor.id,
            &actor.name,
            actor.user_id,
            actor.role.as_str(),
            now
        ],
    ))?;
    Ok(())
}

pub(super) fn insert_rows(tx: &Tx<'_>, scope: &Scope, id: ImportId, rows: &[Staged]) -> Result<()> {
    let rows: Vec<Vec<Value>> = rows
        .iter()
        .map(|row| params![scope, id, row.position, row.number, &row.cells, row.broken.clone()].to_vec())
        .collect();
    tx.bulk("import_rows", &["org_id", "import_id", "position", "number", "cells", "broken"], &rows)?;
    Ok(())
}

/// What is known once the file has been read.
pub(super) struct Uploaded<'a> {
    pub file_bytes: i64,
    pub rows: i64,
    pub head: &'a Head,
    pub header_key: &'a str,
    pub profile: &'a Profile,
    pub mapping: &'a [ImportMapped],
    pub notes: &'a [ImportNote],
}

pub(super) fn finish_upload(
    tx: &Tx<'_>,
    scope: &Scope,
    id: ImportId,
    found: &Uploaded<'_>,
    now: Timestamp,
) -> Result<()> {
    tx.execute((
        "UPDATE imports SET state = 'uploaded', file_bytes = $3, kind = $4, encoding = $5, delimiter = $6, sheet = $7,
           sheets = $8, has_header = $9, row_count = $10, header_key = $11, profile = $12, notes = $13, mapping = $14,
           updated_at = $15
         WHERE org_id = $1 AND id = $2 AND state = $16",
        params![
            scope,
            id,
            found.file_bytes,
            found.head.kind.as_str(),
            found.head.encoding.map(str::to_owned),
            found.head.delimiter.map(String::from),
            found.head.sheet.clone(),
            to_json(&found.head.sheets)?,
            found.head.has_header,
            found.rows,
            found.header_key,
            to_json(found.profile)?,
            to_json(&found.notes)?,
            to_json(&found.mapping)?,
            now,
            STAGING
        ],
    ))?;
    Ok(())
}

const COLUMNS: &str =
    "id, record, state, file_name, row_count, processed, created, updated, unchanged, skipped, failed,
    undone_archived, undone_restored, undone_kept, error, created_by_id, created_by_name, created_at, started_at,
    finished_at, version";

fn read_summary(row: &Row<'_>) -> Result<ImportSummary> {
    Ok(ImportSummary {
        id: row.get(0)?,
        record: parsed("record", row.get(1)?, RecordKind::parse)?,
        state: parsed("import state", row.get(2)?, State::parse)?,
        file_name: row.get(3)?,
        rows: row.get(4)?,
        processed: row.get(5)?,
        created: row.get(6)?,
        updated: row.get(7)?,
        unchanged: row.get(8)?,
        skipped: row.get(9)?,
        failed: row.get(10)?,
        undone: ImportUndone { archived: row.get(11)?, restored: row.get(12)?, kept: row.get(13)? },
        error: row.get(14)?,
        created_by: Starter { id: row.get(15)?, name: row.get(16)? },
        created_at: row.get(17)?,
        started_at: row.get(18)?,
        finished_at: row.get(19)?,
        version: row.get(20)?,
    })
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: ImportId) -> Result<Option<Stored>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(
        ", kind, encoding, delimiter, sheet, sheets, has_header, profile, mapping, notes, offers, on_duplicate,
           overwrite_owner, updated_at, header_key, job_id, pass, position, created_by_user,
           created_by_role, emptied_at IS NOT NULL, undo_by_user, undo_by_role, always
         FROM imports WHERE org_id = ",
    );
    sql.bind(scope).push(" AND id = ").bind(id).push(" AND state <> ").bind(STAGING);
    c.query_opt(&sql, |row| {
        let summary = read_summary(row)?;
        let profile: Profile = json(row, 27)?;
        let columns = profile.columns.iter().map(|column| ImportColumn {
            name: column.name.clone(),
            samples: column.samples.clone(),
            filled: column.filled,
        });
        Ok(Stored {
            import: Import {
                id: summary.id,
                record: summary.record,
                state: summary.state,
                file_name: summary.file_name,
                kind: row.get(21)?,
                encoding: row.get(22)?,
                delimiter: row.get(23)?,
                sheet: row.get(24)?,
                sheets: json(row, 25)?,
                has_header: row.get(26)?,
                columns: columns.collect(),
                sample: profile.sample.clone(),
                mapping: json(row, 28)?,
                notes: json(row, 29)?,
                offers: json(row, 30)?,
                on_duplicate: parsed("duplicate policy", row.get(31)?, OnDuplicate::parse)?,
                overwrite_owner: row.get(32)?,
                always: match row.get::<Option<serde_json::Value>>(43)? {
                    Some(_) => json(row, 43)?,
                    None => Always::default(),
                },
                rows: summary.rows,
                processed: summary.processed,
                created: summary.created,
                updated: summary.updated,
                unchanged: summary.unchanged,
                skipped: summary.skipped,
                failed: summary.failed,
                undone: summary.undone,
                problems: Vec::new(),
                error: summary.error,
                created_by: summary.created_by,
                created_at: summary.created_at,
                started_at: summary.started_at,
                finished_at: summary.finished_at,
                updated_at: row.get(33)?,
                version: summary.version,
            },
            profile,
            header_key: row.get(34)?,
            job_id: row.get(35)?,
            pass: row.get(36)?,
            position: row.get(37)?,
            started_by: Rights { user_id: row.get(38)?, role: row.get(39)? },
            is_emptied: row.get(40)?,
            undo_by: match row.get::<Option<String>>(42)? {
                Some(role) => Some(Rights { user_id: row.get(41)?, role }),
                None => None,
            },
        })
    })
}

/// With `own`, only what that principal started.
pub(super) fn page(c: &Conn<'_>, scope: &Scope, own: Option<Uuid>, list: &List) -> Result<Page<ImportSummary>> {
    list.page(
        c,
        |leg| {
            let mut sql = Sql::new("SELECT ");
            sql.push(COLUMNS).append(&leg.columns()).push(" FROM imports i WHERE i.org_id = ").bind(scope);
            sql.push(" AND state <> ").bind(STAGING);
            if let Some(own) = own {
                sql.push(" AND created_by_id = ").bind(own);
            }
            sql.append(&leg.rest());
            sql
        },
        read_summary,
    )
}

/// The first rows that fail, with where the file has them.
pub(super) fn problems(
    c: &Conn<'_>,
    scope: &Scope,
    id: ImportId,
    phase: Phase,
    limit: i64,
) -> Result<Vec<ImportProblem>> {
    c.query(&problems_sql(scope, id, phase, limit), |row| {
        Ok(ImportProblem {
            row: row.get(0)?,
            column: row.get(1)?,
            value: row.get(2)?,
            reason: row.get::<Option<String>>(3)?.unwrap_or_default(),
        })
    })
}

fn problems_sql(scope: &Scope, id: ImportId, phase: Phase, limit: i64) -> Sql {
    let mut sql = Sql::new(
        "SELECT w.number, r.column_name, r.value, r.reason FROM import_results r
         JOIN import_rows w ON w.org_id = r.org_id AND w.import_id = r.import_id AND w.position = r.position
         WHERE r.org_id = ",
    );
    sql.bind(scope).push(" AND r.import_id = ").bind(id).push(" AND r.phase = ").bind(phase.as_str());
    sql.push(" AND r.result = 'failed' ORDER BY r.position LIMIT ").bind(limit);
    sql
}

/// Moves an import on if it still is where it was; says whether it was.
pub(super) fn move_state(
    tx: &Tx<'_>,
    scope: &Scope,
    id: ImportId,
    from: State,
    to: State,
    now: Timestamp,
) -> Result<bool> {
    let moved = tx.execute((
        "UPDATE imports SET state = $4, updated_at = $5, version = version + 1 WHERE org_id = $1 AND id = $2 AND state = $3",
        params![scope, id, from.as_str(), to.as_str(), now],
    ))?;
    Ok(moved == 1)
}

/// Takes an import that never ran out of sight, if it still is where it was; says whether it was. Its rows go with the
/// uploads that were never finished.
pub(super) fn hide(tx: &Tx<'_>, scope: &Scope, id: ImportId, from: State, now: Timestamp) -> Result<bool> {
    let hidden = tx.execute((
        "UPDATE imports SET state = $4, updated_at = $5, version = version + 1
         WHERE org_id = $1 AND id = $2 AND state = $3 AND started_at IS NULL",
        params![scope, id, from.as_str(), STAGING, now],
    ))?;
    Ok(hidden == 1)
}

/// Begins a plan: the decisions are kept, counters start anew.
pub(super) fn begin_plan(
    tx: &Tx<'_>,
    scope: &Scope,
    id: ImportId,
    mapping: &[ImportMapped],
    on_duplicate: OnDuplicate,
    overwrite_owner: bool,
    always: &Always,
) -> Result<()> {
    let always = if always.is_empty() { None } else { Some(to_json(always)?) };
    tx.execute((
        "UPDATE imports SET mapping = $3, on_duplicate = $4, overwrite_owner = $5, offers = $6, always = $7
         WHERE org_id = $1 AND id = $2",
        params![scope, id, to_json(&mapping)?, on_duplicate.as_str(), overwrite_owner, serde_json::json!([]), always],
    ))?;
    tx.execute((
        "DELETE FROM import_results WHERE org_id = $1 AND import_id = $2 AND phase = 'plan'",
        params![scope, id],
    ))?;
    Ok(())
}

/// Sets counters and place back for a new piece of work and notes its job.
pub(super) fn restart(tx: &Tx<'_>, scope: &Scope, id: ImportId, job_id: Uuid) -> Result<()> {
    tx.execute((
        "UPDATE imports SET job_id = $3, pass = 0, position = 0, processed = 0, created = 0, updated = 0, unchanged = 0,
           skipped = 0, failed = 0, error = NULL
         WHERE org_id = $1 AND id = $2",
        params![scope, id, job_id],
    ))?;
    Ok(())
}

/// Begins an undo, or goes on with one that failed: what it has dealt with has a result already.
pub(super) fn begin_undo(tx: &Tx<'_>, actor: &Actor, id: ImportId, job_id: Uuid) -> Result<()> {
    tx.execute((
        "UPDATE imports SET job_id = $3, undo_by_user = $4, undo_by_role = $5, pass = 0, position = 0, processed = 0,
           error = NULL
         WHERE org_id = $1 AND id = $2",
        params![actor.scope(), id, job_id, actor.user_id, actor.role.as_str()],
    ))?;
    Ok(())
}

pub(super) fn set_started(tx: &Tx<'_>, scope: &Scope, id: ImportId, now: Timestamp) -> Result<()> {
    tx.execute(("UPDATE imports SET started_at = $3 WHERE org_id = $1 AND id = $2", params![scope, id, now]))?;
    Ok(())
}

/// How far the work is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub pass: i64,
    pub position: i64,
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
    pub failed: i64,
    pub archived: i64,
    pub restored: i64,
    pub kept: i64,
}

impl Step {
    /// The results of a chunk of rows.
    pub(super) fn of(position: i64, decided: &[Decided]) -> Step {
        let count = |verdict: Verdict| decided.iter().filter(|row| row.verdict == verdict).count() as i64;
        Step {
            position,
            rows: decided.len() as i64,
            created: count(Verdict::Created),
            updated: count(Verdict::Updated),
            unchanged: count(Verdict::Unchanged),
            skipped: count(Verdict::Skipped),
            failed: count(Verdict::Failed),
            ..Step::default()
        }
    }
}

/// Adds a step to an import that is at `from`; says whether it was there.
pub(super) fn advance(
    tx: &Tx<'_>,
    scope: &Scope,
    id: ImportId,
    from: (State, i64, i64),
    step: &Step,
    now: Timestamp,
) -> Result<bool> {
    let (state, pass, position) = from;
    let moved = tx.execute((
        "UPDATE imports SET pass = $6, position = $7, processed = processed + $8, created = created + $9,
           updated = updated + $10, unchanged = unchanged + $11, skipped = skipped + $12, failed = failed + $13,
           updated_at = $14, version = version + 1
         WHERE org_id = $1 AND id = $2 AND state = $3 AND pass = $4 AND position = $5",
        params![
            scope,
            id,
            state.as_str(),
            pass,
            position,
            step.pass,
            step.position,
            step.rows,
            step.created,
            step.updated,
            step.unchanged,
            step.skipped,
            step.failed,
            now
        ],
    ))?;
    Ok(moved == 1)
}

/// Adds what an undo did.
pub(super) fn count_undone(tx: &Tx<'_>, scope: &Scope, id: ImportId, step: &Step, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE imports SET processed = processed + $3, undone_archived = undone_archived + $4,
           undone_restored = undone_restored + $5, undone_kept = undone_kept + $6, updated_at = $7, version = version + 1
         WHERE org_id = $1 AND id = $2",
        params![scope, id, step.rows, step.archived, step.restored, step.kept, now],
    ))?;
    Ok(())
}

pub(super) fn set_offers(
    tx: &Tx<'_>,
    scope: &Scope,
    id: ImportId,
    offers: &[ImportOffer],
    notes: &[ImportNote],
) -> Result<()> {
    tx.execute((
        "UPDATE imports SET offers = $3, notes = $4 WHERE org_id = $1 AND id = $2",
        params![scope, id, to_json(&offers)?, to_json(&notes)?],
    ))?;
    Ok(())
}

/// Ends a piece of work.
pub(super) fn finish(
    tx: &Tx<'_>,
    scope: &Scope,
    id: ImportId,
    state: State,
    error: Option<&str>,
    finished_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let mut sql = Sql::new("UPDATE imports SET state = ");
    sql.bind(state.as_str()).push(", error = ").bind(error.map(str::to_owned)).push(", updated_at = ").bind(now);
    if finished_at.is_some() {
        sql.push(", finished_at = ").bind(finished_at);
    }
    sql.push(", version = version + 1 WHERE org_id = ").bind(scope).push(" AND id = ").bind(id);
    tx.execute(&sql)?;
    Ok(())
}

fn read_staged(row: &Row<'_>) -> Result<Staged> {
    Ok(Staged { position: row.get(0)?, number: row.get(1)?, cells: row.get(2)?, broken: row.get(3)? })
}

/// The last of the next rows that fit into a chunk by their size, told by a statement for position and bytes. Rows are
/// of any length, and all that comes of a chunk is in memory at once. A row that is too long alone is a chunk.
fn last_fitting(c: &Conn<'_>, sizes: &Sql) -> Result<Option<i64>> {
    let (mut last, mut left) = (None, CHUNK_BYTES);
    c.for_each(sizes, |row| {
        left = left.saturating_sub(row.get::<i64>(1)?);
        if left >= 0 || last.is_none() {
            last = Some(row.get(0)?);
        }
        Ok(())
    })?;
    Ok(last)
}

fn sizes_after(scope: &Scope, id: ImportId, after: i64, limit: i64) -> Sql {
    let mut sql = Sql::new("SELECT position, CAST(octet_length(cells) AS BIGINT) FROM import_rows WHERE org_id = ");
    sql.bind(scope).push(" AND import_id = ").bind(id).push(" AND position > ").bind(after);
    sql.push(" ORDER BY position LIMIT ").bind(limit);
    sql
}

/// The next rows of the file, fewer than `limit` when they are long.
pub(super) fn rows_after(c: &Conn<'_>, scope: &Scope, id: ImportId, after: i64, limit: i64) -> Result<Vec<Staged>> {
    let Some(last) = last_fitting(c, &sizes_after(scope, id, after, limit))? else { return Ok(Vec::new()) };
    c.query(
        (
            "SELECT position, number, cells, broken FROM import_rows
             WHERE org_id = $1 AND import_id = $2 AND position > $3 AND position <= $4 ORDER BY position",
            params![scope, id, after, last],
        ),
        read_staged,
    )
}

/// Rows of the file by their places.
pub(super) fn rows_at(c: &Conn<'_>, scope: &Scope, id: ImportId, positions: &[i64]) -> Result<Vec<Staged>> {
    let mut found = Vec::new();
    for part in positions.chunks(1_000) {
        let mut sql = Sql::new("SELECT position, number, cells, broken FROM import_rows WHERE org_id = ");
        sql.bind(scope).push(" AND import_id = ").bind(id).push(" AND position IN ").bind_list(part.iter().copied());
        found.extend(c.query(&sql, read_staged)?);
    }
    Ok(found)
}

pub(super) fn insert_results(
    tx: &Tx<'_>,
    scope: &Scope,
    id: ImportId,
    phase: Phase,
    decided: &[Decided],
) -> Result<()> {
    let rows = decided
        .iter()
        .map(|row| {
            // What a plan would change is never gone back to.
            let before = match row.before.as_ref().filter(|_| phase == Phase::Run) {
                Some(before) => Some(serde_json::to_string(before).map_err(|error| Error::Bug(error.to_string()))?),
                None => None,
            };
            Ok(params![
                scope,
                id,
                phase.as_str(),
                row.position,
                row.verdict.as_str(),
                row.record_id,
                row.reason.clone(),
                row.column.clone(),
                row.value.clone(),
                before
            ]
            .to_vec())
        })
        .collect::<Result<Vec<Vec<Value>>>>()?;
    let columns =
        ["org_id", "import_id", "phase", "position", "result", "record_id", "reason", "column_name", "value", "before"];
    tx.bulk("import_results", &columns, &rows)?;
    Ok(())
}

/// Forgets results of the plan up to a row that the run has dealt with.
pub(super) fn forget_plan(tx: &Tx<'_>, scope: &Scope, id: ImportId, from: i64, to: i64) -> Result<()> {
    tx.execute((
        "DELETE FROM import_results
         WHERE org_id = $1 AND import_id = $2 AND phase = 'plan' AND position > $3 AND position <= $4",
        params![scope, id, from, to],
    ))?;
    Ok(())
}

/// A row that the run took, for what comes after it.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub position: i64,
    pub record_id: Uuid,
    pub before: Before,
    pub cells: String,
}

fn read_taken(row: &Row<'_>) -> Result<Taken> {
    Ok(Taken { position: row.get(0)?, record_id: row.get(1)?, before: before(row.get(2)?)?, cells: row.get(3)? })
}

fn before(text: Option<String>) -> Result<Before> {
    match text {
        Some(text) => serde_json::from_str(&text).map_err(|error| Error::Bug(error.to_string())),
        None => Ok(Before::default()),
    }
}

/// Rows that made or changed a record, after a place; fewer than `limit` when they are long.
pub(super) fn taken_after(c: &Conn<'_>, scope: &Scope, id: ImportId, after: i64, limit: i64) -> Result<Vec<Taken>> {
    let taken = |columns: &'static str| {
        let mut sql = Sql::new(columns);
        sql.push(
            " FROM import_results r
             JOIN import_rows w ON w.org_id = r.org_id AND w.import_id = r.import_id AND w.position = r.position
             WHERE r.org_id = ",
        );
        sql.bind(scope).push(" AND r.import_id = ").bind(id).push(" AND r.phase = 'run' AND r.position > ").bind(after);
        sql.push(" AND r.result IN ('created', 'updated')");
        sql
    };
    let mut sizes = taken("SELECT r.position, CAST(octet_length(w.cells) AS BIGINT)");
    sizes.push(" ORDER BY r.position LIMIT ").bind(limit);
    let Some(last) = last_fitting(c, &sizes)? else { return Ok(Vec::new()) };
    let mut rows = taken("SELECT r.position, r.record_id, r.before, w.cells");
    rows.push(" AND r.position <= ").bind(last).push(" ORDER BY r.position");
    c.query(&rows, read_taken)
}

/// A row that is to be undone.
#[derive(Debug, Clone)]
pub(super) struct Undoable {
    pub position: i64,
    pub record_id: Uuid,
    pub before: Before,
    /// No earlier row of the file made or changed the record.
    pub is_first: bool,
    /// The import made the record, by this row or an earlier one.
    pub is_made: bool,
}

/// Rows that made or changed a record and are not undone yet, the last ones first.
pub(super) fn undo_next(c: &Conn<'_>, scope: &Scope, id: ImportId, limit: i64) -> Result<Vec<Undoable>> {
    c.query(&undo_sql(c.engine(), scope, id, limit), |row| {
        let (position, first): (i64, i64) = (row.get(0)?, row.get(3)?);
        Ok(Undoable {
            position,
            record_id: row.get(1)?,
            before: before(row.get(2)?)?,
            is_first: position == first,
            is_made: row.get::<String>(4)? == Verdict::Created.as_str(),
        })
    })
}

/// Where the import made the record itself, the first row about it is the one that did.
fn undo_sql(engine: Engine, scope: &Scope, id: ImportId, limit: i64) -> Sql {
    let first = |sql: &mut Sql, what: &'static str| {
        sql.push(what).push(" FROM import_results f");
        // Without statistics it takes the primary key to be as good, and goes through all rows for each row.
        if engine == Engine::Sqlite {
            sql.push(" INDEXED BY import_results_record");
        }
        sql.push(
            " WHERE f.org_id = r.org_id AND f.import_id = r.import_id AND f.record_id = r.record_id
               AND f.phase = 'run' AND f.result IN ('created', 'updated') ORDER BY f.position LIMIT 1)",
        );
    };
    let mut sql = Sql::new("SELECT r.position, r.record_id, r.before");
    first(&mut sql, ", (SELECT f.position");
    first(&mut sql, ", (SELECT f.result");
    sql.push(" FROM import_results r WHERE r.org_id = ").bind(scope).push(" AND r.import_id = ").bind(id);
    sql.push(
        " AND r.phase = 'run' AND r.result IN ('created', 'updated')
           AND r.position < coalesce((SELECT min(u.position) FROM import_results u WHERE u.org_id = ",
    );
    sql.bind(scope).push(" AND u.import_id = ").bind(id);
    sql.push(" AND u.phase = 'undo'), 9223372036854775807) ORDER BY r.position DESC LIMIT ").bind(limit);
    sql
}

/// How many rows of an import changed each of these products.
pub(super) fn changes_by(
    c: &Conn<'_>,
    scope: &Scope,
    id: ImportId,
    products: &[ProductId],
) -> Result<HashMap<ProductId, i64>> {
    let statement = |part: &[ProductId]| {
        let mut sql = Sql::new(
            "SELECT record_id, CAST(sum(CASE WHEN result = 'updated' THEN 1 ELSE 0 END) AS BIGINT) FROM import_results",
        );
        if c.engine() == Engine::Sqlite {
            sql.push(" INDEXED BY import_results_record");
        }
        sql.push(" WHERE org_id = ").bind(scope).push(" AND import_id = ").bind(id);
        sql.push(" AND phase = 'run' AND result IN ('created', 'updated') AND record_id IN ");
        sql.bind_list(part.iter().copied()).push(" GROUP BY record_id");
        sql
    };
    Ok(c.query_parts(products, statement, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Those of these products that living deals or criteria are about.
pub(super) fn used_products(c: &Conn<'_>, scope: &Scope, products: &[ProductId]) -> Result<HashSet<ProductId>> {
    let statement = |part: &[ProductId]| {
        let mut sql = Sql::new("SELECT p.id FROM products p WHERE p.org_id = ");
        sql.bind(scope).push(" AND p.id IN ").bind_list(part.iter().copied());
        sql.push(
            " AND (EXISTS (SELECT 1 FROM deal_products l JOIN deals d ON d.org_id = l.org_id AND d.id = l.deal_id
                WHERE l.org_id = p.org_id AND l.product_id = p.id AND d.archived_at IS NULL)
               OR EXISTS (SELECT 1 FROM fit_criteria k
                WHERE k.org_id = p.org_id AND k.product_id = p.id AND k.archived_at IS NULL))",
        );
        sql
    };
    Ok(c.query_parts(products, statement, |row| row.get(0))?.into_iter().collect())
}

/// What an undo did with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Undone {
    pub position: i64,
    /// `archived`, `restored` or `kept`.
    pub result: &'static str,
    pub record_id: Uuid,
    pub reason: String,
}

pub(super) fn insert_undone(tx: &Tx<'_>, scope: &Scope, id: ImportId, rows: &[Undone]) -> Result<()> {
    let rows: Vec<Vec<Value>> = rows
        .iter()
        .map(|row| {
            params![scope, id, Phase::Undo.as_str(), row.position, row.result, row.record_id, &row.reason].to_vec()
        })
        .collect();
    let columns = ["org_id", "import_id", "phase", "position", "result", "record_id", "reason"];
    tx.bulk("import_results", &columns, &rows)?;
    Ok(())
}

/// Adds what the second pass changed to the images that rows keep.
pub(super) fn set_before(tx: &Tx<'_>, scope: &Scope, id: ImportId, rows: &[(i64, String)]) -> Result<()> {
    let sets: Vec<Vec<Value>> =
        rows.iter().map(|(position, before)| params![scope, id, *position, before].to_vec()).collect();
    tx.execute_many(
        "UPDATE import_results SET before = $4 WHERE org_id = $1 AND import_id = $2 AND phase = 'run' AND position = $3",
        &sets,
    )?;
    Ok(())
}

pub(super) fn set_reason(tx: &Tx<'_>, scope: &Scope, id: ImportId, positions: &[i64], reason: &str) -> Result<()> {
    let sets: Vec<Vec<Value>> =
        positions.iter().map(|position| params![scope, id, *position, reason].to_vec()).collect();
    tx.execute_many(
        "UPDATE import_results SET reason = $4 WHERE org_id = $1 AND import_id = $2 AND phase = 'run' AND position = $3",
        &sets,
    )?;
    Ok(())
}

pub(super) fn insert_companies(tx: &Tx<'_>, scope: &Scope, id: ImportId, made: &[CompanyId]) -> Result<()> {
    let rows: Vec<Vec<Value>> = made.iter().map(|company| params![scope, id, *company].to_vec()).collect();
    tx.bulk("import_companies", &["org_id", "import_id", "company_id"], &rows)?;
    Ok(())
}

pub(super) fn insert_tags(tx: &Tx<'_>, scope: &Scope, id: ImportId, made: &[TagId]) -> Result<()> {
    let rows: Vec<Vec<Value>> = made.iter().map(|tag| params![scope, id, *tag].to_vec()).collect();
    tx.bulk("import_tags", &["org_id", "import_id", "tag_id"], &rows)?;
    Ok(())
}

pub(super) fn insert_segments(tx: &Tx<'_>, scope: &Scope, id: ImportId, made: &[SegmentId]) -> Result<()> {
    let rows: Vec<Vec<Value>> = made.iter().map(|segment| params![scope, id, *segment].to_vec()).collect();
    tx.bulk("import_segments", &["org_id", "import_id", "segment_id"], &rows)?;
    Ok(())
}

/// The tags that an import made.
pub(super) fn made_tags(c: &Conn<'_>, scope: &Scope, id: ImportId) -> Result<Vec<TagId>> {
    c.query(
        ("SELECT tag_id FROM import_tags WHERE org_id = $1 AND import_id = $2 ORDER BY tag_id", params![scope, id]),
        |row| row.get(0),
    )
}

/// Whether nobody has changed a tag that an import made, and nobody carries it but archived customers whom it made, too.
/// It looks at all who carry it: not for the writer.
pub(super) fn is_unused(c: &Conn<'_>, scope: &Scope, id: ImportId, tag: TagId) -> Result<bool> {
    Ok(c.query_opt(&unused_tag_sql(c.engine(), scope, id, tag), |_| Ok(()))?.is_some())
}

/// Completes `… FROM import_results o` with: that the import made the customer `c`.
fn made_by(sql: &mut Sql, engine: Engine, scope: &Scope, id: ImportId) {
    if engine == Engine::Sqlite {
        sql.push(" INDEXED BY import_results_record");
    }
    sql.push(" WHERE o.record_id = c.id AND o.phase = 'run' AND o.result IN ('created', 'updated')");
    sql.push(" AND o.result <> 'updated' AND o.org_id = ").bind(scope).push(" AND o.import_id = ").bind(id);
}

fn unused_tag_sql(engine: Engine, scope: &Scope, id: ImportId, tag: TagId) -> Sql {
    let mut sql = Sql::new(
        "SELECT m.tag_id FROM import_tags m CROSS JOIN tags t
         WHERE t.org_id = m.org_id AND t.id = m.tag_id AND t.version = 1
           AND NOT EXISTS (SELECT 1 FROM customer_tags x CROSS JOIN customers c
             WHERE x.org_id = m.org_id AND x.tag_id = m.tag_id AND c.org_id = x.org_id AND c.id = x.customer_id
               AND (c.archived_at IS NULL OR NOT EXISTS (SELECT 1 FROM import_results o",
    );
    made_by(&mut sql, engine, scope, id);
    sql.push("))) AND m.org_id = ").bind(scope).push(" AND m.import_id = ").bind(id).push(" AND m.tag_id = ").bind(tag);
    sql
}

/// The segments that an import made.
pub(super) fn made_segments(c: &Conn<'_>, scope: &Scope, id: ImportId) -> Result<Vec<SegmentId>> {
    c.query(
        (
            "SELECT segment_id FROM import_segments WHERE org_id = $1 AND import_id = $2 ORDER BY segment_id",
            params![scope, id],
        ),
        |row| row.get(0),
    )
}

/// Whether nobody has changed a segment that an import made, and nobody is in it but archived customers whom it made,
/// too. It looks at all who are in it: not for the writer.
pub(super) fn is_empty_segment(c: &Conn<'_>, scope: &Scope, id: ImportId, segment: SegmentId) -> Result<bool> {
    Ok(c.query_opt(&empty_segment_sql(c.engine(), scope, id, segment), |_| Ok(()))?.is_some())
}

fn empty_segment_sql(engine: Engine, scope: &Scope, id: ImportId, segment: SegmentId) -> Sql {
    let mut sql = Sql::new(
        "SELECT m.segment_id FROM import_segments m CROSS JOIN segments s
         WHERE s.org_id = m.org_id AND s.id = m.segment_id AND s.version = 1 AND s.archived_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM segment_members x CROSS JOIN customers c
             WHERE x.org_id = m.org_id AND x.segment_id = m.segment_id AND x.listed AND c.org_id = x.org_id
               AND c.id = x.customer_id AND (c.archived_at IS NULL OR NOT EXISTS (SELECT 1 FROM import_results o",
    );
    made_by(&mut sql, engine, scope, id);
    sql.push("))) AND m.org_id = ").bind(scope).push(" AND m.import_id = ").bind(id);
    sql.push(" AND m.segment_id = ").bind(segment);
    sql
}

/// Some who carry a tag that the import made: archived customers whom it made, too.
pub(super) fn made_carriers(
    c: &Conn<'_>,
    scope: &Scope,
    id: ImportId,
    tag: TagId,
    limit: i64,
) -> Result<Vec<CustomerId>> {
    c.query(&made_carriers_sql(c.engine(), scope, id, tag, limit), |row| row.get(0))
}

fn made_carriers_sql(engine: Engine, scope: &Scope, id: ImportId, tag: TagId, limit: i64) -> Sql {
    let mut sql = Sql::new(
        "SELECT x.customer_id FROM customer_tags x CROSS JOIN customers c
         WHERE c.org_id = x.org_id AND c.id = x.customer_id AND c.archived_at IS NOT NULL
           AND EXISTS (SELECT 1 FROM import_results o",
    );
    made_by(&mut sql, engine, scope, id);
    sql.push(") AND x.org_id = ").bind(scope).push(" AND x.tag_id = ").bind(tag).push(" LIMIT ").bind(limit);
    sql
}

/// Companies made beside the rows, after one of them.
pub(super) fn companies_after(
    c: &Conn<'_>,
    scope: &Scope,
    id: ImportId,
    skip: i64,
    limit: i64,
) -> Result<Vec<CompanyId>> {
    c.query(
        (
            "SELECT company_id FROM import_companies WHERE org_id = $1 AND import_id = $2
             ORDER BY company_id LIMIT $4 OFFSET $3",
            params![scope, id, skip, limit],
        ),
        |row| row.get(0),
    )
}

/// A row of the file with what became of it.
pub(super) struct Exported {
    pub position: i64,
    pub number: i64,
    pub cells: String,
    pub result: Option<String>,
    pub record_id: Option<Uuid>,
    pub reason: Option<String>,
    pub undone: Option<String>,
}

/// The next rows with what became of them, of one result if asked; fewer than `limit` when they are long.
pub(super) fn export_after(
    c: &Conn<'_>,
    scope: &Scope,
    id: ImportId,
    phase: Phase,
    only: Option<Verdict>,
    after: i64,
    limit: i64,
) -> Result<Vec<Exported>> {
    let sizes = match only {
        Some(result) => result_sizes_after(scope, id, phase, result, after, limit),
        None => sizes_after(scope, id, after, limit),
    };
    let Some(last) = last_fitting(c, &sizes)? else { return Ok(Vec::new()) };
    c.query(&export_sql(scope, id, phase, only, after, last), |row| {
        Ok(Exported {
            position: row.get(0)?,
            number: row.get(1)?,
            cells: row.get(2)?,
            result: row.get(3)?,
            record_id: row.get(4)?,
            reason: row.get(5)?,
            undone: row.get(6)?,
        })
    })
}

/// The sizes of the next rows with a result.
fn result_sizes_after(scope: &Scope, id: ImportId, phase: Phase, result: Verdict, after: i64, limit: i64) -> Sql {
    let mut sql = Sql::new(
        "SELECT r.position, CAST(octet_length(w.cells) AS BIGINT) FROM import_results r
         JOIN import_rows w ON w.org_id = r.org_id AND w.import_id = r.import_id AND w.position = r.position
         WHERE r.org_id = ",
    );
    sql.bind(scope).push(" AND r.import_id = ").bind(id).push(" AND r.phase = ").bind(phase.as_str());
    // In words, for the index of failed rows.
    sql.push(" AND r.result = '").push(result.as_str()).push("' AND r.position > ").bind(after);
    sql.push(" ORDER BY r.position LIMIT ").bind(limit);
    sql
}

fn export_sql(scope: &Scope, id: ImportId, phase: Phase, only: Option<Verdict>, after: i64, last: i64) -> Sql {
    let mut sql = Sql::new(
        "SELECT w.position, w.number, w.cells, r.result, r.record_id, r.reason, u.reason FROM import_rows w
         LEFT JOIN import_results r ON r.org_id = w.org_id AND r.import_id = w.import_id AND r.position = w.position
           AND r.phase = ",
    );
    sql.bind(phase.as_str()).push(
        " LEFT JOIN import_results u
           ON u.org_id = w.org_id AND u.import_id = w.import_id AND u.phase = 'undo' AND u.position = w.position
         WHERE w.org_id = ",
    );
    sql.bind(scope).push(" AND w.import_id = ").bind(id).push(" AND w.position > ").bind(after);
    sql.push(" AND w.position <= ").bind(last);
    if let Some(result) = only {
        sql.push(" AND r.result = '").push(result.as_str()).push("'");
    }
    sql.push(" ORDER BY w.position");
    sql
}

pub(super) fn remember_mapping(
    tx: &Tx<'_>,
    scope: &Scope,
    record: RecordKind,
    header_key: &str,
    mapping: &[ImportMapped],
    now: Timestamp,
) -> Result<()> {
    tx.execute((
        "INSERT INTO import_mappings (org_id, record, header_key, mapping, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, record, header_key) DO UPDATE SET mapping = excluded.mapping, updated_at = excluded.updated_at",
        params![scope, record.as_str(), header_key, to_json(&mapping)?, now],
    ))?;
    Ok(())
}

pub(super) fn recall_mapping(
    c: &Conn<'_>,
    scope: &Scope,
    record: RecordKind,
    header_key: &str,
) -> Result<Option<Vec<ImportMapped>>> {
    c.query_opt(
        (
            "SELECT mapping FROM import_mappings WHERE org_id = $1 AND record = $2 AND header_key = $3",
            params![scope, record.as_str(), header_key],
        ),
        |row| json(row, 0),
    )
}

/// An import that is at work, with its job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Busy {
    pub org_id: Uuid,
    pub id: ImportId,
    pub job_id: Uuid,
}

/// Imports of all organisations that are at work, the oldest work first.
pub(super) fn busy(c: &Conn<'_>, limit: i64) -> Result<Vec<Busy>> {
    c.query(
        (
            "SELECT org_id, id, job_id FROM imports
             WHERE state IN ('planning', 'running', 'undoing') AND job_id IS NOT NULL ORDER BY updated_at LIMIT $1",
            params![limit],
        ),
        |row| Ok(Busy { org_id: row.get(0)?, id: row.get(1)?, job_id: row.get(2)? }),
    )
}

/// Fails an import whose job has ended; says whether it still was at work, for that job.
pub(super) fn abandon(tx: &Tx<'_>, busy: &Busy, why: &str, now: Timestamp) -> Result<bool> {
    let ended = tx.execute((
        "UPDATE imports SET state = 'failed', error = $4, finished_at = coalesce(finished_at, $5), updated_at = $5,
           version = version + 1
         WHERE org_id = $1 AND id = $2 AND job_id = $3 AND state IN ('planning', 'running', 'undoing')",
        params![busy.org_id, busy.id, busy.job_id, why, now],
    ))?;
    Ok(ended == 1)
}

/// Imports of all organisations whose rows nobody needs any more: uploads that were never finished, or any that is not
/// at work and whose last run ended before `before`. The housekeeping of the product itself is the one caller.
pub(super) fn old(c: &Conn<'_>, before: Timestamp, only_staging: bool, limit: i64) -> Result<Vec<(Uuid, ImportId)>> {
    let mut sql = Sql::new("SELECT i.org_id, i.id FROM imports i WHERE i.created_at < ");
    sql.bind(before);
    if only_staging {
        sql.push(" AND i.state = ").bind(STAGING);
    } else {
        sql.push(" AND (i.finished_at IS NULL OR i.finished_at < ").bind(before).push(")");
        sql.push(
            " AND i.state NOT IN ('planning', 'running', 'undoing') AND (i.emptied_at IS NULL
               OR EXISTS (SELECT 1 FROM import_rows w WHERE w.org_id = i.org_id AND w.import_id = i.id))",
        );
    }
    sql.push(" ORDER BY i.created_at LIMIT ").bind(limit);
    c.query(&sql, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Deletes up to `limit` rows of an import with their results; says whether any were left to delete.
pub(super) fn delete_rows(tx: &Tx<'_>, org_id: Uuid, id: ImportId, limit: i64) -> Result<bool> {
    let last: Option<i64> = tx.query_one(
        (
            "SELECT max(position) FROM (SELECT position FROM import_rows WHERE org_id = $1 AND import_id = $2
               ORDER BY position LIMIT $3) AS part",
            params![org_id, id, limit],
        ),
        |row| row.get(0),
    )?;
    let Some(last) = last else { return Ok(false) };
    for phase in [Phase::Plan, Phase::Run, Phase::Undo] {
        tx.execute((
            "DELETE FROM import_results WHERE org_id = $1 AND import_id = $2 AND phase = $3 AND position <= $4",
            params![org_id, id, phase.as_str(), last],
        ))?;
    }
    tx.execute((
        "DELETE FROM import_rows WHERE org_id = $1 AND import_id = $2 AND position <= $3",
        params![org_id, id, last],
    ))?;
    Ok(true)
}

/// Removes an upload that was never finished.
pub(super) fn delete_staging(tx: &Tx<'_>, org_id: Uuid, id: ImportId) -> Result<()> {
    tx.execute(("DELETE FROM imports WHERE org_id = $1 AND id = $2 AND state = $3", params![org_id, id, STAGING]))?;
    Ok(())
}

/// Marks an import whose rows are about to go, so that no work begins on them: what it did stays told, its rows and its
/// way back are no more. Says whether it is not at work.
pub(super) fn mark_emptied(tx: &Tx<'_>, org_id: Uuid, id: ImportId, now: Timestamp) -> Result<bool> {
    let marked = tx.execute((
        "UPDATE imports SET emptied_at = coalesce(emptied_at, $3)
         WHERE org_id = $1 AND id = $2 AND state NOT IN ('planning', 'running', 'undoing')",
        params![org_id, id, now],
    ))?;
    if marked == 1 {
        tx.execute(("DELETE FROM import_companies WHERE org_id = $1 AND import_id = $2", params![org_id, id]))?;
        tx.execute(("DELETE FROM import_tags WHERE org_id = $1 AND import_id = $2", params![org_id, id]))?;
        tx.execute(("DELETE FROM import_segments WHERE org_id = $1 AND import_id = $2", params![org_id, id]))?;
    }
    Ok(marked == 1)
}

/// The statements that go through a file, for the test of their plans.
#[cfg(test)]
pub(super) fn statements(engine: Engine, scope: &Scope, id: ImportId) -> [Sql; 9] {
    [
        sizes_after(scope, id, 10, 1_000),
        result_sizes_after(scope, id, Phase::Run, Verdict::Failed, 10, 1_000),
        problems_sql(scope, id, Phase::Run, 100),
        export_sql(scope, id, Phase::Run, None, 10, 20),
        export_sql(scope, id, Phase::Run, Some(Verdict::Failed), 10, 20),
        undo_sql(engine, scope, id, 500),
        unused_tag_sql(engine, scope, id, TagId(Uuid::nil())),
        made_carriers_sql(engine, scope, id, TagId(Uuid::nil()), 500),
        empty_segment_sql(engine, scope, id, SegmentId(Uuid::nil())),
    ]
}
