use super::model::{Cells, How, Merge, Record, Reference};
use db::{Conn, Engine, Error, Result, Row, Sql, Tx, params};
use platform::Scope;
use uuid::Uuid;

/// What tells a row apart.
fn key(reference: &Reference) -> Result<&'static str> {
    match reference.how {
        How::Moves { key, .. } | How::MovesAll { key, .. } | How::Joins { key, .. } => Ok(key),
        How::Own | How::Stays(_) => Err(Error::Bug(format!("rows of {} do not follow", reference.table))),
    }
}

/// ` AND EXISTS (…)`: the row of `rows` is one of those remembered of a loser.
fn remembered(
    c: &Conn<'_>,
    sql: &mut Sql,
    scope: &Scope,
    record: Record,
    reference: &Reference,
    rows: &'static str,
    loser: Uuid,
) -> Result<()> {
    sql.push(" AND EXISTS (SELECT 1 FROM merged_rows m WHERE m.org_id = ").bind(scope);
    sql.push(" AND m.record = ").bind(record.as_str()).push(" AND m.loser_id = ").bind(loser);
    sql.push(" AND m.place = ")
        .bind(reference.table)
        .push(" AND m.row_id = ")
        .push(rows)
        .push(".")
        .push(key(reference)?);
    // A look into the index for each row: as a join, of which there are no statistics yet, it takes seconds.
    sql.push(if c.engine() == Engine::Postgres { " OFFSET 0)" } else { ")" });
    Ok(())
}

/// ` AND NOT EXISTS (…)`: the survivor has no row with the key of `r`.
fn not_there(sql: &mut Sql, reference: &Reference, key: &'static str, survivor: Uuid) {
    sql.push(" AND NOT EXISTS (SELECT 1 FROM ").push(reference.table).push(" s WHERE s.org_id = r.org_id AND s.");
    sql.push(reference.column).push(" = ").bind(survivor).push(" AND s.").push(key).push(" = r.").push(key).push(")");
}

/// Remembers the rows that are about to go over.
fn note(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    reference: &Reference,
    loser: Uuid,
    survivor: Uuid,
    in_place_of: Option<Uuid>,
) -> Result<u64> {
    let key = key(reference)?;
    let mut sql = Sql::new("INSERT INTO merged_rows (org_id, record, loser_id, place, row_id) SELECT r.org_id, ");
    sql.bind(record.as_str()).push(", ").bind(loser).push(", ").bind(reference.table).push(", r.").push(key);
    sql.push(" FROM ").push(reference.table).push(" r WHERE r.org_id = ").bind(scope);
    sql.push(" AND r.").push(reference.column).push(" = ").bind(loser);
    if matches!(reference.how, How::Joins { .. }) {
        not_there(&mut sql, reference, key, survivor);
    }
    if let Some(other) = in_place_of {
        remembered(tx, &mut sql, scope, record, reference, "r", other)?;
    }
    sql.push(" ON CONFLICT DO NOTHING");
    tx.execute(&sql)
}

fn hand_over(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    reference: &Reference,
    loser: Uuid,
    survivor: Uuid,
) -> Result<()> {
    let mut sql = Sql::new("UPDATE ");
    sql.push(reference.table).push(" SET ").push(reference.column).push(" = ").bind(survivor);
    sql.push(" WHERE org_id = ").bind(scope).push(" AND ").push(reference.column).push(" = ").bind(loser);
    if matches!(reference.how, How::Joins { .. }) {
        remembered(tx, &mut sql, scope, record, reference, reference.table, loser)?;
    }
    tx.execute(&sql)?;
    Ok(())
}

pub(super) fn move_rows(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    reference: &Reference,
    loser: Uuid,
    survivor: Uuid,
) -> Result<u64> {
    let noted = note(tx, scope, record, reference, loser, survivor, None)?;
    if noted > 0 {
        hand_over(tx, scope, record, reference, loser, survivor)?;
    }
    Ok(noted)
}

/// Rows of `sibling` that stayed with it because of rows which `loser` has just taken away.
pub(super) fn take_place(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    reference: &Reference,
    loser: Uuid,
    sibling: Uuid,
    survivor: Uuid,
) -> Result<()> {
    if note(tx, scope, record, reference, sibling, survivor, Some(loser))? > 0 {
        hand_over(tx, scope, record, reference, sibling, survivor)?;
    }
    Ok(())
}

pub(super) fn give_back(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    reference: &Reference,
    loser: Uuid,
    chain: &[Uuid],
) -> Result<()> {
    let key = key(reference)?;
    for (index, holder) in chain.iter().enumerate() {
        let mut sql = Sql::new("UPDATE ");
        sql.push(reference.table).push(" SET ").push(reference.column).push(" = ").bind(loser);
        sql.push(" WHERE org_id = ").bind(scope).push(" AND ").push(reference.column).push(" = ").bind(*holder);
        remembered(tx, &mut sql, scope, record, reference, reference.table, loser)?;
        if matches!(reference.how, How::Joins { .. }) {
            // Further up it is this row only if each on the way has passed it on; else the holder has one of its own.
            for passed_on in &chain[..index] {
                remembered(tx, &mut sql, scope, record, reference, reference.table, *passed_on)?;
            }
            sql.push(" AND ").push(key).push(" NOT IN (SELECT ").push(key).push(" FROM ").push(reference.table);
            sql.push(" WHERE org_id = ").bind(scope).push(" AND ").push(reference.column).push(" = ").bind(loser);
            sql.push(")");
        }
        tx.execute(&sql)?;
    }
    Ok(())
}

/// What `loser` takes back is no longer what `passed_on` brought to its survivor.
pub(super) fn disown(tx: &Tx<'_>, scope: &Scope, record: Record, loser: Uuid, passed_on: Uuid) -> Result<()> {
    tx.execute((
        "DELETE FROM merged_rows WHERE org_id = $1 AND record = $2 AND loser_id = $4 AND EXISTS
           (SELECT 1 FROM merged_rows o WHERE o.org_id = merged_rows.org_id AND o.record = merged_rows.record
              AND o.loser_id = $3 AND o.place = merged_rows.place AND o.row_id = merged_rows.row_id)",
        params![scope, record.as_str(), loser, passed_on],
    ))?;
    Ok(())
}

/// How many rows of the losers would go over.
pub(super) fn count(
    c: &Conn<'_>,
    scope: &Scope,
    reference: &Reference,
    losers: &[Uuid],
    survivor: Uuid,
) -> Result<i64> {
    c.query_one(&count_sql(scope, reference, losers, survivor)?, |row| row.get(0))
}

pub(super) fn count_sql(scope: &Scope, reference: &Reference, losers: &[Uuid], survivor: Uuid) -> Result<Sql> {
    let key = key(reference)?;
    let mut sql = Sql::new("SELECT count(DISTINCT r.");
    sql.push(key).push(") FROM ").push(reference.table).push(" r WHERE r.org_id = ").bind(scope);
    sql.push(" AND r.").push(reference.column).push(" IN ").bind_list(losers.iter().copied());
    if let How::MovesAll { shown, .. } = reference.how {
        sql.push(" AND ").push(shown);
    }
    if matches!(reference.how, How::Joins { .. }) {
        not_there(&mut sql, reference, key, survivor);
    }
    Ok(sql)
}

const SELECT: &str = "SELECT loser_id, survivor_id, position, cells, image FROM merges WHERE org_id = ";

fn read(row: &Row<'_>) -> Result<Merge> {
    let cells: serde_json::Value = row.get(3)?;
    let cells: Cells = serde_json::from_value(cells).map_err(|error| Error::Bug(format!("cells: {error}")))?;
    Ok(Merge { loser: row.get(0)?, survivor: row.get(1)?, position: row.get(2)?, cells, image: row.get(4)? })
}

fn cells(merge: &Merge) -> Result<serde_json::Value> {
    serde_json::to_value(&merge.cells).map_err(|error| Error::Bug(error.to_string()))
}

pub(super) fn of(c: &Conn<'_>, scope: &Scope, record: Record, loser: Uuid) -> Result<Option<Merge>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope).push(" AND record = ").bind(record.as_str()).push(" AND loser_id = ").bind(loser);
    c.query_opt(&sql, read)
}

pub(super) fn into(c: &Conn<'_>, scope: &Scope, record: Record, survivors: &[Uuid]) -> Result<Vec<Merge>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope).push(" AND record = ").bind(record.as_str());
    sql.push(" AND survivor_id IN ").bind_list(survivors.iter().copied()).push(" ORDER BY survivor_id, position");
    c.query(&sql, read)
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, record: Record, merge: &Merge, now: i64) -> Result<()> {
    tx.execute((
        "INSERT INTO merges (org_id, record, loser_id, survivor_id, position, cells, image, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            scope,
            record.as_str(),
            merge.loser,
            merge.survivor,
            merge.position,
            cells(merge)?,
            merge.image.clone(),
            now
        ],
    ))?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, record: Record, merge: &Merge) -> Result<()> {
    tx.execute((
        "UPDATE merges SET cells = $4, image = $5 WHERE org_id = $1 AND record = $2 AND loser_id = $3",
        params![scope, record.as_str(), merge.loser, cells(merge)?, merge.image.clone()],
    ))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, record: Record, loser: Uuid) -> Result<()> {
    tx.execute((
        "DELETE FROM merged_rows WHERE org_id = $1 AND record = $2 AND loser_id = $3",
        params![scope, record.as_str(), loser],
    ))?;
    tx.execute((
        "DELETE FROM merges WHERE org_id = $1 AND record = $2 AND loser_id = $3",
        params![scope, record.as_str(), loser],
    ))?;
    Ok(())
}
