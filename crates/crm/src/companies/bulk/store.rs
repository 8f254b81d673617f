use super::super::store::{domain_values, read};
use super::{Company, CompanyRef};
use db::{Conn, Engine, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::CompanyId;
use platform::text::fold;
use std::collections::HashMap;

const DOMAIN_COLUMNS: [&str; 6] = ["org_id", "company_id", "position", "domain", "registrable", "live_domain"];

/// All but the domains; customers are not counted, for that is a scan of them.
pub(super) fn load(c: &Conn<'_>, scope: &Scope, ids: &[CompanyId]) -> Result<Vec<Company>> {
    let statement = |part: &[CompanyId]| {
        let mut sql = Sql::new(
            "SELECT c.id, c.name, c.legal_name, c.website, c.linkedin_url, c.industry, c.size_band, c.employee_count,
               c.annual_revenue, c.country, c.city, c.parent_id,
               (SELECT p.name FROM companies p WHERE p.org_id = c.org_id AND p.id = c.parent_id),
               c.owner_id, CAST(0 AS BIGINT), c.archived_at, c.merged_into_id, c.created_at, c.updated_at, c.version
             FROM companies c WHERE c.org_id = ",
        );
        sql.bind(scope).push(" AND c.id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(ids, statement, read)
}

fn read_ref(row: &Row<'_>, at: usize) -> Result<CompanyRef> {
    Ok(CompanyRef { id: row.get(at)?, name: row.get(at + 1)? })
}

pub(super) fn by_names(c: &Conn<'_>, scope: &Scope, keys: &[&str]) -> Result<HashMap<String, CompanyRef>> {
    let statement = |part: &[&str]| {
        let mut sql = Sql::new("SELECT name_key, id, name FROM companies WHERE org_id = ");
        sql.bind(scope).push(" AND archived_at IS NULL AND merged_into_id IS NULL AND name_key IN ");
        sql.bind_list(part.iter().copied()).push(" ORDER BY id DESC");
        sql
    };
    // Later rows replace earlier ones, so the oldest stays.
    Ok(c.query_parts(keys, statement, |row| Ok((row.get(0)?, read_ref(row, 1)?)))?.into_iter().collect())
}

pub(super) fn by_domains(c: &Conn<'_>, scope: &Scope, domains: &[&str]) -> Result<HashMap<String, CompanyRef>> {
    let statement = |part: &[&str]| {
        let mut sql = Sql::new(
            "SELECT d.live_domain, c.id, c.name FROM company_domains d
             JOIN companies c ON c.org_id = d.org_id AND c.id = d.company_id WHERE d.org_id = ",
        );
        sql.bind(scope).push(" AND d.live_domain IN ").bind_list(part.iter().copied());
        sql
    };
    Ok(c.query_parts(domains, statement, |row| Ok((row.get(0)?, read_ref(row, 1)?)))?.into_iter().collect())
}

/// Registrable domain, domain and company of each living company with one of them.
pub(super) fn by_registrable(
    c: &Conn<'_>,
    scope: &Scope,
    registrable: &[&str],
) -> Result<Vec<(String, String, CompanyRef)>> {
    let statement = |part: &[&str]| {
        let mut sql = Sql::new(
            "SELECT d.registrable, d.domain, c.id, c.name FROM company_domains d
             JOIN companies c ON c.org_id = d.org_id AND c.id = d.company_id WHERE d.org_id = ",
        );
        sql.bind(scope).push(" AND d.live_domain IS NOT NULL AND d.registrable IN ");
        sql.bind_list(part.iter().copied());
        sql
    };
    c.query_parts(registrable, statement, |row| Ok((row.get(0)?, row.get(1)?, read_ref(row, 2)?)))
}

pub(super) fn replace_domains(tx: &Tx<'_>, scope: &Scope, companies: &[&Company]) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("DELETE FROM company_domains WHERE org_id = ");
    sql.bind(scope).push(" AND company_id IN ").bind_list(companies.iter().map(|company| company.id));
    tx.execute(&sql)?;
    let rows: Vec<Vec<Value>> = companies.iter().flat_map(|company| domain_values(scope, company)).collect();
    tx.bulk("company_domains", &DOMAIN_COLUMNS, &rows)?;
    Ok(())
}

/// Writes what an import may change, where the version still is the one that was read; answers how many rows.
pub(super) fn update(tx: &Tx<'_>, scope: &Scope, pairs: &[(&Company, &Company)]) -> Result<u64> {
    let sets: Vec<Vec<Value>> = pairs
        .iter()
        .map(|(before, after)| {
            params![
                scope,
                after.id,
                before.version,
                &after.name,
                fold(&after.name),
                after.legal_name.clone(),
                after.legal_name.as_deref().map(fold),
                after.website.clone(),
                after.linkedin_url.clone(),
                after.industry.clone(),
                after.industry.as_deref().map(fold),
                after.size_band.map(super::super::SizeBand::as_str),
                after.employee_count,
                after.annual_revenue,
                after.country.clone(),
                after.city.clone(),
                after.city.as_deref().map(fold),
                after.parent_id,
                after.owner_id,
                after.updated_at,
                after.version
            ]
            .to_vec()
        })
        .collect();
    tx.execute_many(
        "UPDATE companies SET name = $4, name_key = $5, legal_name = $6, legal_name_key = $7, website = $8,
           linkedin_url = $9, industry = $10, industry_key = $11, size_band = $12, employee_count = $13,
           annual_revenue = $14, country = $15, city = $16, city_key = $17, parent_id = $18, owner_id = $19,
           updated_at = $20, version = $21
         WHERE org_id = $1 AND id = $2 AND version = $3",
        &sets,
    )
}

/// Writes lines of the substring index anew; PostgreSQL indexes the name itself.
pub(super) fn reindex(tx: &Tx<'_>, scope: &Scope, companies: &[&Company]) -> Result<()> {
    if companies.is_empty() || tx.engine() == Engine::Postgres {
        return Ok(());
    }
    let mut sql = Sql::new("SELECT id, seq FROM companies WHERE org_id = ");
    sql.bind(scope).push(" AND id IN ").bind_list(companies.iter().map(|company| company.id));
    let seqs: HashMap<CompanyId, i64> = tx.query(&sql, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect();
    let sets: Vec<Vec<Value>> = companies
        .iter()
        .filter_map(|company| Some(params![*seqs.get(&company.id)?, fold(&company.name)].to_vec()))
        .collect();
    tx.execute_many("INSERT OR REPLACE INTO company_search (rowid, text) VALUES ($1, $2)", &sets)?;
    Ok(())
}

pub(super) fn archive(tx: &Tx<'_>, scope: &Scope, ids: &[CompanyId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE companies SET archived_at = ");
    sql.bind(now).push(", updated_at = ").bind(now).push(", version = version + 1 WHERE org_id = ").bind(scope);
    sql.push(" AND archived_at IS NULL AND id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    let mut sql = Sql::new("UPDATE company_domains SET live_domain = NULL WHERE org_id = ");
    sql.bind(scope).push(" AND company_id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

pub(super) fn restore(tx: &Tx<'_>, scope: &Scope, ids: &[CompanyId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE companies SET archived_at = NULL, updated_at = ");
    sql.bind(now).push(", version = version + 1 WHERE org_id = ").bind(scope);
    tx.execute(sql.push(" AND id IN ").bind_list(ids.iter().copied()))?;
    let mut sql = Sql::new("UPDATE company_domains SET live_domain = domain WHERE org_id = ");
    sql.bind(scope).push(" AND company_id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

pub(super) fn parents(c: &Conn<'_>, scope: &Scope, ids: &[CompanyId]) -> Result<HashMap<CompanyId, CompanyId>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    parents_of(c, scope, ids, "")
}

pub(super) fn held_parents(tx: &Tx<'_>, scope: &Scope, ids: &[CompanyId]) -> Result<HashMap<CompanyId, CompanyId>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    parents_of(tx, scope, ids, if tx.engine() == Engine::Postgres { " FOR SHARE" } else { "" })
}

/// One without a parent is looked at as well, so that it can be held.
fn parents_of(
    c: &Conn<'_>,
    scope: &Scope,
    ids: &[CompanyId],
    hold: &'static str,
) -> Result<HashMap<CompanyId, CompanyId>> {
    let mut sql = Sql::new("SELECT id, parent_id FROM companies WHERE org_id = ");
    sql.bind(scope).push(" AND id IN ").bind_list(ids.iter().copied()).push(hold);
    let found: Vec<(CompanyId, Option<CompanyId>)> = c.query(&sql, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().filter_map(|(id, parent)| Some((id, parent?))).collect())
}
