use super::Rekeyed;
use super::model::{Candidate, KeyKind, Keys};
use db::{Conn, Result, Sql, Tx, Value, params};
use platform::Scope;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Holders of the same keys of a kind that are looked at: more share something else than a company.
const HOLDERS_MAX: i64 = 200;
/// Names that are looked at before and after one in their order.
const NEIGHBOURS: i64 = 10;

/// The living ones of these companies, with their domains.
pub(super) fn candidates(c: &Conn<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Candidate>> {
    let statement = |part: &[Uuid]| {
        let mut sql = Sql::new(
            "SELECT id, parent_id, name, legal_name, country, website, linkedin_url FROM companies WHERE org_id = ",
        );
        sql.bind(scope).push(" AND archived_at IS NULL AND id IN ").bind_list(part.iter().copied());
        sql
    };
    let mut found = c.query_parts(ids, statement, |row| {
        Ok(Candidate {
            id: row.get(0)?,
            parent_id: row.get(1)?,
            name: row.get(2)?,
            legal_name: row.get(3)?,
            country: row.get(4)?,
            domains: Vec::new(),
            website: row.get(5)?,
            linkedin_url: row.get(6)?,
        })
    })?;
    let statement = |part: &[Uuid]| {
        let mut sql = Sql::new("SELECT company_id, domain FROM company_domains WHERE org_id = ");
        sql.bind(scope).push(" AND company_id IN ").bind_list(part.iter().copied());
        sql.push(" ORDER BY company_id, position");
        sql
    };
    let mut domains: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (id, domain) in c.query_parts(ids, statement, |row| Ok((row.get(0)?, row.get(1)?)))? {
        domains.entry(id).or_default().push(domain);
    }
    for company in &mut found {
        company.domains = domains.remove(&company.id).unwrap_or_default();
    }
    Ok(found)
}

/// The keys as they are stored, by company.
pub(super) fn keys(c: &Conn<'_>, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, BTreeSet<(String, String)>>> {
    let statement = |part: &[Uuid]| {
        let mut sql = Sql::new("SELECT company_id, kind, key FROM company_match_keys WHERE org_id = ");
        sql.bind(scope).push(" AND company_id IN ").bind_list(part.iter().copied());
        sql
    };
    let mut keys: HashMap<Uuid, BTreeSet<(String, String)>> = HashMap::new();
    for (id, kind, key) in c.query_parts(ids, statement, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))? {
        keys.entry(id).or_default().insert((kind, key));
    }
    Ok(keys)
}

pub(super) fn write_keys(tx: &Tx<'_>, scope: &Scope, changed: &[Rekeyed]) -> Result<()> {
    let (mut gone, mut come): (Vec<Vec<Value>>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
    for company in changed {
        gone.extend(company.gone.iter().map(|(kind, key)| params![scope, company.id, kind, key].to_vec()));
        come.extend(company.come.iter().map(|(kind, key)| params![scope, company.id, *kind, key].to_vec()));
    }
    tx.execute_many(
        "DELETE FROM company_match_keys WHERE org_id = $1 AND company_id = $2 AND kind = $3 AND key = $4",
        &gone,
    )?;
    tx.execute_many(
        "INSERT INTO company_match_keys (org_id, company_id, kind, key) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        &come,
    )?;
    Ok(())
}

pub(super) fn holders_sql(scope: &Scope, id: Uuid, keys: &Keys<'_>) -> Sql {
    let mut sql = Sql::default();
    for kind in KeyKind::ALL {
        let own: Vec<&String> = keys.keys().filter(|(of, _)| *of == kind).map(|(_, key)| key).collect();
        if own.is_empty() {
            continue;
        }
        // Bounded by kind: what many share of one leaves room for the others.
        sql.push(if sql.is_empty() { "" } else { " UNION " });
        sql.push("SELECT company_id FROM (SELECT k.company_id FROM company_match_keys k WHERE k.org_id = ");
        sql.bind(scope).push(" AND k.kind = ").bind(kind.as_str()).push(" AND k.key IN ").bind_list(own);
        sql.push(" AND k.company_id <> ").bind(id).push(" LIMIT ").bind(HOLDERS_MAX).push(") AS of_kind");
    }
    sql
}

/// Which companies have one of the keys.
pub(super) fn holders(c: &Conn<'_>, scope: &Scope, id: Uuid, keys: &Keys<'_>) -> Result<Vec<Uuid>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    c.query(&holders_sql(scope, id, keys), |row| row.get(0))
}

/// The names next after one in their order, or next before it.
pub(super) fn neighbours_sql(scope: &Scope, name: &str, after: bool) -> Sql {
    let mut sql = Sql::new("SELECT k.company_id, k.key FROM company_match_keys k WHERE k.org_id = ");
    sql.bind(scope).push(" AND k.kind = ").bind(KeyKind::Name.as_str());
    sql.push(if after { " AND k.key > " } else { " AND k.key < " }).bind(name.to_string());
    sql.push(if after { " ORDER BY k.key" } else { " ORDER BY k.key DESC" }).push(" LIMIT ").bind(NEIGHBOURS);
    sql
}

/// The companies whose names stand next to one in their order, with these.
pub(super) fn neighbours(c: &Conn<'_>, scope: &Scope, name: &str) -> Result<Vec<(Uuid, String)>> {
    let mut found: Vec<(Uuid, String)> = Vec::new();
    for after in [false, true] {
        found.extend(c.query(&neighbours_sql(scope, name, after), |row| Ok((row.get(0)?, row.get(1)?)))?);
    }
    Ok(found)
}
