use super::model::{Address, Candidate, DuplicatePair, Evidence, PairState, PairedCustomer};
use crate::contacts::Channel;
use db::{Conn, Error, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::actor::{Actor, ActorKind, ActorRef};
use platform::clock::Timestamp;
use platform::ids::{CompanyId, CustomerId, DuplicateId, OrgId};
use platform::paging::{self, Count};
use std::collections::HashMap;

/// Holders of the same addresses that are looked at: more share a switchboard, not a person.
const HOLDERS_MAX: i64 = 200;
/// Colleagues that are looked at, the most recently active first.
const COLLEAGUES_MAX: i64 = 1_000;

/// Notes that the customers are to be looked at; whoever takes a note at the same moment runs again.
pub(super) fn mark(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId], now: Timestamp) -> Result<()> {
    let sets: Vec<Vec<Value>> = customers.iter().map(|id| params![scope, *id, now].to_vec()).collect();
    tx.execute_many(
        "INSERT INTO duplicate_checks (org_id, customer_id, marked_at) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, customer_id) DO UPDATE SET marked_at = excluded.marked_at, failures = 0",
        &sets,
    )?;
    Ok(())
}

/// Who is to be looked at, and since when.
pub(super) type Mark = (OrgId, CustomerId, Timestamp);

/// Some notes; not those where looking has failed.
pub(super) fn marks(c: &Conn<'_>, most: i64) -> Result<Vec<Mark>> {
    c.query(
        (
            "SELECT org_id, customer_id, marked_at FROM duplicate_checks WHERE failures = 0
             ORDER BY org_id, customer_id LIMIT $1",
            params![most],
        ),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Some of those where it has failed, but not too often.
pub(super) fn failed(c: &Conn<'_>, failures_max: i64, most: i64) -> Result<Vec<Mark>> {
    c.query(
        (
            "SELECT org_id, customer_id, marked_at FROM duplicate_checks WHERE failures > 0 AND failures < $1
             ORDER BY failures LIMIT $2",
            params![failures_max, most],
        ),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Notes that it has failed; how often by now.
pub(super) fn fail(tx: &Tx<'_>, (org_id, id, at): Mark) -> Result<i64> {
    let failures = tx.query_opt(
        (
            "UPDATE duplicate_checks SET failures = failures + 1
             WHERE org_id = $1 AND customer_id = $2 AND marked_at = $3 RETURNING failures",
            params![org_id, id, at],
        ),
        |row| row.get(0),
    )?;
    Ok(failures.unwrap_or(0))
}

/// Removes notes; one that was written anew since stays.
pub(super) fn unmark(tx: &Tx<'_>, marks: &[Mark]) -> Result<()> {
    let sets: Vec<Vec<Value>> = marks.iter().map(|(org, id, at)| params![*org, *id, *at].to_vec()).collect();
    tx.execute_many("DELETE FROM duplicate_checks WHERE org_id = $1 AND customer_id = $2 AND marked_at = $3", &sets)?;
    Ok(())
}

/// The living ones of these customers, with their addresses.
pub(super) fn candidates(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<Candidate>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT id, full_name, name_key, company_id FROM customers WHERE org_id = ");
        sql.bind(scope).push(" AND archived_at IS NULL AND id IN ").bind_list(part.iter().copied());
        sql
    };
    let mut found = c.query_parts(ids, statement, |row| {
        Ok(Candidate {
            id: row.get(0)?,
            full_name: row.get(1)?,
            name_key: row.get(2)?,
            company_id: row.get(3)?,
            addresses: Vec::new(),
        })
    })?;
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT customer_id, channel, canonical, match_key FROM contacts WHERE org_id = ");
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql
    };
    let addresses = c.query_parts(ids, statement, |row| {
        let channel: String = row.get(1)?;
        let channel = Channel::parse(&channel).ok_or_else(|| Error::Bug(format!("unknown channel {channel:?}")))?;
        Ok((row.get::<CustomerId>(0)?, Address { channel, value: row.get(2)?, match_key: row.get(3)? }))
    })?;
    let mut of: HashMap<CustomerId, Vec<Address>> = HashMap::new();
    for (id, address) in addresses {
        of.entry(id).or_default().push(address);
    }
    for candidate in &mut found {
        candidate.addresses = of.remove(&candidate.id).unwrap_or_default();
        candidate.addresses.sort_by(|one, other| (one.channel, &one.value).cmp(&(other.channel, &other.value)));
    }
    Ok(found)
}

pub(super) fn holders_sql(scope: &Scope, person: &Candidate) -> Sql {
    let mut sql = Sql::default();
    for channel in Channel::ALL {
        let keys: Vec<&String> = person
            .addresses
            .iter()
            .filter(|address| address.channel == channel)
            .map(|address| &address.match_key)
            .collect();
        if keys.is_empty() {
            continue;
        }
        // Not OR: then the planner would rather read all addresses of the organisation.
        sql.push(if sql.is_empty() { "" } else { " UNION " });
        sql.push("SELECT k.customer_id FROM contacts k WHERE k.org_id = ").bind(scope);
        sql.push(" AND k.channel = ").bind(channel.as_str()).push(" AND k.match_key IN ").bind_list(keys);
        sql.push(" AND k.customer_id <> ").bind(person.id);
    }
    sql.push(" LIMIT ").bind(HOLDERS_MAX);
    sql
}

/// Who has an address that reaches where one of the person's does.
pub(super) fn holders(c: &Conn<'_>, scope: &Scope, person: &Candidate) -> Result<Vec<CustomerId>> {
    if person.addresses.is_empty() {
        return Ok(Vec::new());
    }
    c.query(&holders_sql(scope, person), |row| row.get(0))
}

pub(super) fn colleagues_sql(scope: &Scope, company: CompanyId) -> Sql {
    let mut sql = Sql::new("SELECT id, name_key FROM customers WHERE org_id = ");
    sql.bind(scope).push(" AND company_id = ").bind(company).push(" AND archived_at IS NULL");
    sql.push(" ORDER BY last_activity_at DESC, id DESC LIMIT ").bind(COLLEAGUES_MAX);
    sql
}

/// The living customers of a company with their folded names.
pub(super) fn colleagues(c: &Conn<'_>, scope: &Scope, company: CompanyId) -> Result<Vec<(CustomerId, String)>> {
    c.query(&colleagues_sql(scope, company), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// A pair as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub id: DuplicateId,
    pub first: CustomerId,
    pub second: CustomerId,
    pub score: i64,
    pub evidence: Vec<Evidence>,
    pub state: PairState,
}

impl Stored {
    pub(super) fn other(&self, id: CustomerId) -> CustomerId {
        if self.first == id { self.second } else { self.first }
    }
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

/// ` AND (…)`: pairs that a customer is one of.
fn of_customer(sql: &mut Sql, alias: &'static str, id: CustomerId) {
    sql.push(" AND (").push(alias).push("first_customer_id = ").bind(id);
    sql.push(" OR ").push(alias).push("second_customer_id = ").bind(id).push(")");
}

pub(super) fn of(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<Vec<Stored>> {
    let mut sql = Sql::new(
        "SELECT id, first_customer_id, second_customer_id, score, evidence, state FROM duplicate_pairs WHERE org_id = ",
    );
    of_customer(sql.bind(scope), "", id);
    c.query(&sql, |row| {
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

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, pair: &Stored, now: Timestamp) -> Result<()> {
    tx.execute((
        "INSERT INTO duplicate_pairs (org_id, id, first_customer_id, second_customer_id, score, evidence, state,
           created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
        params![
            scope,
            pair.id,
            pair.first,
            pair.second,
            pair.score,
            evidence_json(&pair.evidence)?,
            pair.state.as_str(),
            now,
            1_i64
        ],
    ))?;
    Ok(())
}

/// Writes score, evidence and state.
pub(super) fn update(tx: &Tx<'_>, scope: &Scope, pair: &Stored, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE duplicate_pairs SET score = $3, evidence = $4, state = $5, updated_at = $6, version = version + 1
         WHERE org_id = $1 AND id = $2",
        params![scope, pair.id, pair.score, evidence_json(&pair.evidence)?, pair.state.as_str(), now],
    ))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, id: DuplicateId) -> Result<()> {
    tx.execute(("DELETE FROM duplicate_pairs WHERE org_id = $1 AND id = $2", params![scope, id]))?;
    Ok(())
}

pub(super) fn decide(
    tx: &Tx<'_>,
    actor: &Actor,
    id: DuplicateId,
    state: PairState,
    later_until: Option<Timestamp>,
) -> Result<()> {
    tx.execute((
        "UPDATE duplicate_pairs SET state = $3, later_until = $4, decided_at = $5, decided_by_kind = $6,
           decided_by_id = $7, decided_by_name = $8, updated_at = $5, version = version + 1
         WHERE org_id = $1 AND id = $2",
        params![
            actor.scope(),
            id,
            state.as_str(),
            later_until,
            actor.now(),
            actor.kind.as_str(),
            actor.id,
            &actor.name
        ],
    ))?;
    Ok(())
}

/// Opens a pair again as though nobody had decided.
pub(super) fn reopen(tx: &Tx<'_>, scope: &Scope, id: DuplicateId, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE duplicate_pairs SET state = 'open', later_until = NULL, decided_at = NULL, decided_by_kind = NULL,
           decided_by_id = NULL, decided_by_name = NULL, updated_at = $3, version = version + 1
         WHERE org_id = $1 AND id = $2",
        params![scope, id, now],
    ))?;
    Ok(())
}

/// Opens the pairs again that were put off until now.
pub(super) fn wake(tx: &Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute((
        "UPDATE duplicate_pairs SET state = 'open', later_until = NULL, updated_at = $1, version = version + 1
         WHERE state = 'later' AND later_until <= $1",
        params![now],
    ))
}

const SELECT: &str = "SELECT d.id, d.score, d.evidence, d.state, d.later_until, d.decided_at, d.decided_by_id,
    d.decided_by_kind, d.decided_by_name, d.created_at, d.updated_at, d.version,
    a.id, a.full_name, a.job_title, a.avatar_url, a.company_id,
    (SELECT p.name FROM companies p WHERE p.org_id = a.org_id AND p.id = a.company_id), a.claimed_by_id,
    b.id, b.full_name, b.job_title, b.avatar_url, b.company_id,
    (SELECT p.name FROM companies p WHERE p.org_id = b.org_id AND p.id = b.company_id), b.claimed_by_id
  FROM duplicate_pairs d
  JOIN customers a ON a.org_id = d.org_id AND a.id = d.first_customer_id
  JOIN customers b ON b.org_id = d.org_id AND b.id = d.second_customer_id
  WHERE d.org_id = ";

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

fn read(row: &Row<'_>) -> Result<DuplicatePair> {
    let score: i64 = row.get(1)?;
    let decided_by_id: Option<uuid::Uuid> = row.get(6)?;
    let kind: Option<String> = row.get(7)?;
    let kind = kind.as_deref().and_then(ActorKind::parse).unwrap_or(ActorKind::System);
    let name: Option<String> = row.get(8)?;
    Ok(DuplicatePair {
        id: row.get(0)?,
        score: score as f64 / 1_000.0,
        evidence: evidence(row.get(2)?)?,
        state: state(&row.get::<String>(3)?)?,
        later_until: row.get(4)?,
        decided_at: row.get(5)?,
        decided_by: name.map(|name| ActorRef { kind, id: decided_by_id, name }),
        customers: vec![customer(row, 12)?, customer(row, 19)?],
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
        version: row.get(11)?,
    })
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: DuplicateId) -> Result<Option<DuplicatePair>> {
    c.query_opt(Sql::new(SELECT).bind(scope).push(" AND d.id = ").bind(id), read)
}

/// The likeliest first.
pub(super) fn page_sql(
    scope: &Scope,
    state: PairState,
    customer: Option<CustomerId>,
    limit: usize,
    after: Option<(i64, DuplicateId)>,
) -> Sql {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope).push(" AND d.state = ").bind(state.as_str());
    if let Some(id) = customer {
        of_customer(&mut sql, "d.", id);
    }
    if let Some((score, id)) = after {
        sql.push(" AND (d.score, d.id) < (").bind(score).push(", ").bind(id).push(")");
    }
    sql.push(" ORDER BY d.score DESC, d.id DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql
}

pub(super) fn page(
    c: &Conn<'_>,
    scope: &Scope,
    state: PairState,
    customer: Option<CustomerId>,
    limit: usize,
    after: Option<(i64, DuplicateId)>,
) -> Result<Vec<DuplicatePair>> {
    c.query(&page_sql(scope, state, customer, limit, after), read)
}

pub(super) fn count(c: &Conn<'_>, scope: &Scope, state: PairState, customer: Option<CustomerId>) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1 FROM duplicate_pairs d WHERE d.org_id = ");
    sql.bind(scope).push(" AND d.state = ").bind(state.as_str());
    if let Some(id) = customer {
        of_customer(&mut sql, "d.", id);
    }
    paging::count(c, &sql, false)
}

pub(super) fn is_customer(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<bool> {
    let found: Option<bool> = c
        .query_opt(("SELECT TRUE FROM customers WHERE org_id = $1 AND id = $2", params![scope, id]), |row| {
            row.get(0)
        })?;
    Ok(found.is_some())
}
