use super::model::{DuplicatePair, Evidence, PairState, PairedCompany, PairedCustomer, Stored};
use crate::merging::Record;
use db::{Conn, Engine, Error, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::actor::{Actor, ActorKind, ActorRef};
use platform::clock::Timestamp;
use platform::ids::{DuplicateId, OrgId};
use platform::paging::{self, Count};
use uuid::Uuid;

/// Where the pairs of one kind of record stand, and which of them are to be looked at.
struct Place {
    pairs: &'static str,
    queue: &'static str,
    first: &'static str,
    second: &'static str,
    by_first: &'static str,
    by_second: &'static str,
    checks: &'static str,
    id: &'static str,
    mark: &'static str,
    unmark: &'static str,
    insert: &'static str,
    /// The columns of a page, and what they are read of besides the pairs `d`.
    columns: &'static str,
    joins: &'static str,
}

const CUSTOMERS: Place = Place {
    pairs: "duplicate_pairs",
    queue: "duplicate_pairs_queue",
    first: "first_customer_id",
    second: "second_customer_id",
    by_first: "duplicate_pairs_pair",
    by_second: "duplicate_pairs_second",
    checks: "duplicate_checks",
    id: "customer_id",
    mark: "INSERT INTO duplicate_checks (org_id, customer_id, marked_at) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, customer_id) DO UPDATE SET marked_at = excluded.marked_at, failures = 0",
    unmark: "DELETE FROM duplicate_checks WHERE org_id = $1 AND customer_id = $2 AND marked_at = $3",
    insert: "INSERT INTO duplicate_pairs (org_id, id, first_customer_id, second_customer_id, score, evidence, state,
           created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1)",
    columns: "SELECT d.id, d.score, d.evidence, d.state, d.later_until, d.decided_at, d.decided_by_id,
    d.decided_by_kind, d.decided_by_name, d.created_at, d.updated_at, d.version,
    a.id, a.full_name, a.job_title, a.avatar_url, a.company_id,
    (SELECT p.name FROM companies p WHERE p.org_id = a.org_id AND p.id = a.company_id), a.claimed_by_id,
    b.id, b.full_name, b.job_title, b.avatar_url, b.company_id,
    (SELECT p.name FROM companies p WHERE p.org_id = b.org_id AND p.id = b.company_id), b.claimed_by_id
  FROM ",
    joins: " JOIN customers a ON a.org_id = d.org_id AND a.id = d.first_customer_id
  JOIN customers b ON b.org_id = d.org_id AND b.id = d.second_customer_id",
};

const COMPANIES: Place = Place {
    pairs: "company_duplicate_pairs",
    queue: "company_duplicate_pairs_queue",
    first: "first_company_id",
    second: "second_company_id",
    by_first: "company_duplicate_pairs_pair",
    by_second: "company_duplicate_pairs_second",
    checks: "company_duplicate_checks",
    id: "company_id",
    mark: "INSERT INTO company_duplicate_checks (org_id, company_id, marked_at) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, company_id) DO UPDATE SET marked_at = excluded.marked_at, failures = 0",
    unmark: "DELETE FROM company_duplicate_checks WHERE org_id = $1 AND company_id = $2 AND marked_at = $3",
    insert:
        "INSERT INTO company_duplicate_pairs (org_id, id, first_company_id, second_company_id, score, evidence, state,
           created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1)",
    columns: "SELECT d.id, d.score, d.evidence, d.state, d.later_until, d.decided_at, d.decided_by_id,
    d.decided_by_kind, d.decided_by_name, d.created_at, d.updated_at, d.version,
    a.id, a.name, (SELECT o.domain FROM company_domains o WHERE o.org_id = a.org_id AND o.company_id = a.id
      ORDER BY o.position LIMIT 1), a.country, a.city,
    (SELECT count(*) FROM customers k WHERE k.org_id = a.org_id AND k.company_id = a.id AND k.archived_at IS NULL),
    a.owner_id,
    b.id, b.name, (SELECT o.domain FROM company_domains o WHERE o.org_id = b.org_id AND o.company_id = b.id
      ORDER BY o.position LIMIT 1), b.country, b.city,
    (SELECT count(*) FROM customers k WHERE k.org_id = b.org_id AND k.company_id = b.id AND k.archived_at IS NULL),
    b.owner_id
  FROM ",
    joins: " JOIN companies a ON a.org_id = d.org_id AND a.id = d.first_company_id
  JOIN companies b ON b.org_id = d.org_id AND b.id = d.second_company_id",
};

fn place(record: Record) -> &'static Place {
    match record {
        Record::Customer => &CUSTOMERS,
        Record::Company => &COMPANIES,
    }
}

/// Notes that the records are to be looked at; whoever takes a note at the same moment runs again.
pub(super) fn mark(tx: &Tx<'_>, scope: &Scope, record: Record, ids: &[Uuid], now: Timestamp) -> Result<()> {
    let sets: Vec<Vec<Value>> = ids.iter().map(|id| params![scope, *id, now].to_vec()).collect();
    tx.execute_many(place(record).mark, &sets)?;
    Ok(())
}

/// Notes that all living companies are to be looked at.
pub(super) fn mark_all_companies(tx: &Tx<'_>, scope: &Scope, now: Timestamp) -> Result<()> {
    tx.execute((
        "INSERT INTO company_duplicate_checks (org_id, company_id, marked_at)
         SELECT org_id, id, CAST($2 AS BIGINT) FROM companies WHERE org_id = $1 AND archived_at IS NULL
         ON CONFLICT DO NOTHING",
        params![scope, now],
    ))?;
    Ok(())
}

/// What is to be looked at, and since when.
pub(super) type Mark = (OrgId, Uuid, Timestamp);

fn marks_sql(record: Record) -> Sql {
    let place = place(record);
    let mut sql = Sql::new("SELECT org_id, ");
    sql.push(place.id).push(", marked_at FROM ").push(place.checks).push(" WHERE ");
    sql
}

/// Some notes; not those where looking has failed.
pub(super) fn marks(c: &Conn<'_>, record: Record, most: i64) -> Result<Vec<Mark>> {
    let mut sql = marks_sql(record);
    sql.push("failures = 0 ORDER BY org_id, ").push(place(record).id).push(" LIMIT ").bind(most);
    c.query(&sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Some of those where it has failed, but not too often.
pub(super) fn failed(c: &Conn<'_>, record: Record, failures_max: i64, most: i64) -> Result<Vec<Mark>> {
    let mut sql = marks_sql(record);
    sql.push("failures > 0 AND failures < ").bind(failures_max).push(" ORDER BY failures LIMIT ").bind(most);
    c.query(&sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Notes that it has failed; how often by now.
pub(super) fn fail(tx: &Tx<'_>, record: Record, (org_id, id, at): Mark) -> Result<i64> {
    let place = place(record);
    let mut sql = Sql::new("UPDATE ");
    sql.push(place.checks).push(" SET failures = failures + 1 WHERE org_id = ").bind(org_id).push(" AND ");
    sql.push(place.id).push(" = ").bind(id).push(" AND marked_at = ").bind(at).push(" RETURNING failures");
    Ok(tx.query_opt(&sql, |row| row.get(0))?.unwrap_or(0))
}

/// Removes notes; one that was written anew since stays.
pub(super) fn unmark(tx: &Tx<'_>, record: Record, marks: &[Mark]) -> Result<()> {
    let sets: Vec<Vec<Value>> = marks.iter().map(|(org, id, at)| params![*org, *id, *at].to_vec()).collect();
    tx.execute_many(place(record).unmark, &sets)?;
    Ok(())
}

fn evidence(value: serde_json::Value) -> Result<Vec<Evidence>> {
    serde_json::from_value(value).map_err(|error| Error::Bug(format!("evidence: {error}")))
}

fn evidence_json(evidence: &[Evidence]) -> Result<serde_json::Value> {
    serde_json::to_value(evidence).map_err(|error| Error::Bug(error.to_string()))
}

fn state(text: &str) -> Result<PairState> {
    PairState::parse(text).ok_or_else(|| Error::Bug(format!("unknown state {text:?}")))
}

/// All pairs as `d`, or those that a record is one of.
fn source(engine: Engine, place: &Place, scope: &Scope, of: Option<Uuid>) -> Sql {
    let mut sql = Sql::default();
    match of {
        None => sql.push(place.pairs),
        Some(id) => {
            for (column, index) in [(place.first, place.by_first), (place.second, place.by_second)] {
                sql.push(if sql.is_empty() { "(" } else { " UNION ALL " }).push("SELECT * FROM ").push(place.pairs);
                if engine == Engine::Sqlite {
                    // Without statistics it would rather read all pairs in a state.
                    sql.push(" INDEXED BY ").push(index);
                }
                sql.push(" WHERE org_id = ").bind(scope).push(" AND ").push(column).push(" = ").bind(id);
            }
            sql.push(")")
        }
    };
    sql.push(" d");
    sql
}

pub(super) fn of_sql(engine: Engine, scope: &Scope, record: Record, id: Uuid) -> Sql {
    let place = place(record);
    let mut sql = Sql::new("SELECT d.id, d.");
    sql.push(place.first).push(", d.").push(place.second).push(", d.score, d.evidence, d.state FROM ");
    sql.append(&source(engine, place, scope, Some(id)));
    sql
}

pub(super) fn of(c: &Conn<'_>, scope: &Scope, record: Record, id: Uuid) -> Result<Vec<Stored>> {
    c.query(&of_sql(c.engine(), scope, record, id), |row| {
        Ok(Stored {
            id: row.get(0)?,
            first: row.get(1)?,
            second: row.get(2)?,
            score: row.get(3)?,
            evidence: evidence(row.get(4)?)?,
            state: state(&row.get::<String>(5)?)?,
        })
    })
}

/// # Errors
/// Runs the transaction again when somebody else has found the pair meanwhile.
pub(super) fn insert(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    pair: &Stored,
    now: Timestamp,
) -> platform::Result<()> {
    let (score, evidence) = (pair.score, evidence_json(&pair.evidence)?);
    let values = params![scope, pair.id, pair.first, pair.second, score, evidence, pair.state.as_str(), now];
    let place = place(record);
    let inserted = tx.execute((place.insert, values)).map(drop);
    platform::error::on_unique(inserted, place.by_first, || tx.conflict().into())
}

/// `UPDATE … SET `
fn change(record: Record) -> Sql {
    let mut sql = Sql::new("UPDATE ");
    sql.push(place(record).pairs).push(" SET version = version + 1, ");
    sql
}

fn this_one<'s>(sql: &'s mut Sql, scope: &Scope, id: DuplicateId) -> &'s Sql {
    sql.push(" WHERE org_id = ").bind(scope).push(" AND id = ").bind(id)
}

/// Writes score, evidence and state.
pub(super) fn update(tx: &Tx<'_>, scope: &Scope, record: Record, pair: &Stored, now: Timestamp) -> Result<()> {
    let mut sql = change(record);
    sql.push("score = ").bind(pair.score).push(", evidence = ").bind(evidence_json(&pair.evidence)?);
    sql.push(", state = ").bind(pair.state.as_str()).push(", updated_at = ").bind(now);
    tx.execute(this_one(&mut sql, scope, pair.id))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, record: Record, id: DuplicateId) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM ");
    sql.push(place(record).pairs);
    tx.execute(this_one(&mut sql, scope, id))?;
    Ok(())
}

pub(super) fn decide(
    tx: &Tx<'_>,
    actor: &Actor,
    record: Record,
    id: DuplicateId,
    state: PairState,
    later_until: Option<Timestamp>,
) -> Result<()> {
    let mut sql = change(record);
    sql.push("state = ").bind(state.as_str()).push(", later_until = ").bind(later_until);
    sql.push(", decided_at = ").bind(actor.now()).push(", decided_by_kind = ").bind(actor.kind.as_str());
    sql.push(", decided_by_id = ").bind(actor.id).push(", decided_by_name = ").bind(actor.name.clone());
    sql.push(", updated_at = ").bind(actor.now());
    tx.execute(this_one(&mut sql, &actor.scope(), id))?;
    Ok(())
}

/// Opens a pair again as though nobody had decided.
pub(super) fn reopen(tx: &Tx<'_>, scope: &Scope, record: Record, id: DuplicateId, now: Timestamp) -> Result<()> {
    let mut sql = change(record);
    sql.push(
        "state = 'open', later_until = NULL, decided_at = NULL, decided_by_kind = NULL, decided_by_id = NULL,
         decided_by_name = NULL, updated_at = ",
    );
    tx.execute(this_one(sql.bind(now), scope, id))?;
    Ok(())
}

/// Opens the pairs again that were put off until now.
pub(super) fn wake(tx: &Tx<'_>, record: Record, now: Timestamp) -> Result<u64> {
    let mut sql = change(record);
    sql.push("state = 'open', later_until = NULL, updated_at = ").bind(now);
    tx.execute(sql.push(" WHERE state = 'later' AND later_until <= ").bind(now))
}

fn customer(row: &Row<'_>, at: usize) -> Result<PairedCustomer> {
    Ok(PairedCustomer {
        id: row.get(at)?,
        full_name: row.get(at + 1)?,
        job_title: row.get(at + 2)?,
        avatar_url: row.get(at + 3)?,
        company_id: row.get(at + 4)?,
        company_name: row.get(at + 5)?,
        claimed_by_id: row.get(at + 6)?,
    })
}

fn company(row: &Row<'_>, at: usize) -> Result<PairedCompany> {
    Ok(PairedCompany {
        id: row.get(at)?,
        name: row.get(at + 1)?,
        domain: row.get(at + 2)?,
        country: row.get(at + 3)?,
        city: row.get(at + 4)?,
        customer_count: row.get(at + 5)?,
        owner_id: row.get(at + 6)?,
    })
}

fn read(record: Record, row: &Row<'_>) -> Result<DuplicatePair> {
    let score: i64 = row.get(1)?;
    let decided_by_id: Option<Uuid> = row.get(6)?;
    let kind: Option<String> = row.get(7)?;
    let kind = kind.as_deref().and_then(ActorKind::parse).unwrap_or(ActorKind::System);
    let name: Option<String> = row.get(8)?;
    let (mut customers, mut companies) = (Vec::new(), Vec::new());
    match record {
        Record::Customer => customers = vec![customer(row, 12)?, customer(row, 19)?],
        Record::Company => companies = vec![company(row, 12)?, company(row, 19)?],
    }
    Ok(DuplicatePair {
        id: row.get(0)?,
        record,
        score: score as f64 / 1_000.0,
        evidence: evidence(row.get(2)?)?,
        state: state(&row.get::<String>(3)?)?,
        later_until: row.get(4)?,
        decided_at: row.get(5)?,
        decided_by: name.map(|name| ActorRef { kind, id: decided_by_id, name }),
        customers,
        companies,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
        version: row.get(11)?,
    })
}

/// `SELECT … WHERE …`: a page of all pairs, or of those that a record is one of.
fn selecting(engine: Engine, record: Record, scope: &Scope, of: Option<Uuid>) -> Sql {
    let place = place(record);
    let mut sql = Sql::new(place.columns);
    sql.append(&source(engine, place, scope, of)).push(place.joins).push(" WHERE d.org_id = ").bind(scope);
    sql
}

/// The pair, of whatever records.
pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: DuplicateId) -> Result<Option<DuplicatePair>> {
    for record in Record::ALL {
        let mut sql = selecting(c.engine(), record, scope, None);
        sql.push(" AND d.id = ").bind(id);
        let found = c.query_opt(&sql, |row| read(record, row))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Whether pairs in a state rest while one of the two is merged into a third: what was said about them counts again when
/// it is taken out. What nobody has decided is found anew then.
fn rests(state: PairState) -> bool {
    matches!(state, PairState::Same | PairState::Different)
}

/// ` AND …`: pairs in a state.
fn in_state(sql: &mut Sql, state: PairState) {
    sql.push(" AND d.state = ").bind(state.as_str());
    if rests(state) {
        sql.push(" AND a.merged_into_id IS NULL AND b.merged_into_id IS NULL");
    }
}

/// The likeliest first.
pub(super) fn page_sql(
    engine: Engine,
    scope: &Scope,
    record: Record,
    state: PairState,
    of: Option<Uuid>,
    limit: usize,
    after: Option<(i64, DuplicateId)>,
) -> Sql {
    let mut sql = selecting(engine, record, scope, of);
    in_state(&mut sql, state);
    if let Some((score, id)) = after {
        sql.push(" AND (d.score, d.id) < (").bind(score).push(", ").bind(id).push(")");
    }
    sql.push(" ORDER BY d.score DESC, d.id DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql
}

pub(super) fn page(
    c: &Conn<'_>,
    scope: &Scope,
    record: Record,
    state: PairState,
    of: Option<Uuid>,
    limit: usize,
    after: Option<(i64, DuplicateId)>,
) -> Result<Vec<DuplicatePair>> {
    c.query(&page_sql(c.engine(), scope, record, state, of, limit, after), |row| read(record, row))
}

pub(super) fn count_sql(engine: Engine, scope: &Scope, record: Record, state: PairState, of: Option<Uuid>) -> Sql {
    let place = place(record);
    let mut sql = Sql::new("SELECT 1 FROM ");
    sql.append(&source(engine, place, scope, of));
    if engine == Engine::Sqlite && of.is_none() {
        // Without statistics it would rather read all pairs.
        sql.push(" INDEXED BY ").push(place.queue);
    }
    if rests(state) {
        sql.push(place.joins);
    }
    in_state(sql.push(" WHERE d.org_id = ").bind(scope), state);
    sql
}

pub(super) fn count(c: &Conn<'_>, scope: &Scope, record: Record, state: PairState, of: Option<Uuid>) -> Result<Count> {
    paging::count(c, &count_sql(c.engine(), scope, record, state, of), false)
}

pub(super) fn exists(c: &Conn<'_>, scope: &Scope, record: Record, id: Uuid) -> Result<bool> {
    let mut sql = Sql::new(match record {
        Record::Customer => "SELECT TRUE FROM customers WHERE org_id = ",
        Record::Company => "SELECT TRUE FROM companies WHERE org_id = ",
    });
    let found: Option<bool> = c.query_opt(sql.bind(scope).push(" AND id = ").bind(id) as &Sql, |row| row.get(0))?;
    Ok(found.is_some())
}
