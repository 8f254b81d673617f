use super::{Company, CompanyRef, SizeBand, UnlinkedCustomer};
use crate::activity::{self, About, Change, Event};
use crate::custom_fields::{self, Record};
use db::{Conn, Engine, Query, Result, Row, Sql, Tx, Value, params};
use platform::filter::{Context, Tree};
use platform::http::Page;
use platform::ids::{CompanyId, CustomerId, OrgId};
use platform::paging::{self, Count, List};
use platform::text::fold;
use platform::{Actor, Scope, policy, text_index};
use std::collections::HashMap;
use uuid::Uuid;

const COLUMNS: &str = "c.id, c.name, c.legal_name, c.website, c.linkedin_url, c.industry, c.size_band,
    c.employee_count, c.annual_revenue, c.country, c.city, c.parent_id,
    (SELECT p.name FROM companies p WHERE p.org_id = c.org_id AND p.id = c.parent_id),
    c.owner_id,
    (SELECT count(*) FROM customers k WHERE k.org_id = c.org_id AND k.company_id = c.id AND k.archived_at IS NULL),
    c.archived_at, c.merged_into_id, c.created_at, c.updated_at, c.version";

/// The order in which those of a list that is too long to be counted are looked at.
pub(super) const LATEST: &str = "c.created_at DESC, c.id DESC";

/// All but the domains.
pub(super) fn read(row: &Row<'_>) -> Result<Company> {
    let size_band: Option<String> = row.get(6)?;
    let parent_id: Option<CompanyId> = row.get(11)?;
    let parent_name: Option<String> = row.get(12)?;
    Ok(Company {
        id: row.get(0)?,
        name: row.get(1)?,
        legal_name: row.get(2)?,
        domains: Vec::new(),
        website: row.get(3)?,
        linkedin_url: row.get(4)?,
        industry: row.get(5)?,
        size_band: size_band.as_deref().and_then(SizeBand::parse),
        employee_count: row.get(7)?,
        annual_revenue: row.get(8)?,
        country: row.get(9)?,
        city: row.get(10)?,
        parent_id,
        parent: parent_id.zip(parent_name).map(|(id, name)| CompanyRef { id, name }),
        owner_id: row.get(13)?,
        customer_count: row.get(14)?,
        custom: custom_fields::Values::new(),
        archived_at: row.get(15)?,
        merged_into_id: row.get(16)?,
        created_at: row.get(17)?,
        updated_at: row.get(18)?,
        version: row.get(19)?,
        more_to_link: false,
    })
}

/// Domains and custom fields.
pub(super) fn add_domains(c: &Conn<'_>, scope: &Scope, companies: &mut [Company]) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let ids: Vec<CompanyId> = companies.iter().map(|company| company.id).collect();
    let statement = |part: &[CompanyId]| {
        let mut sql = Sql::new("SELECT company_id, domain FROM company_domains WHERE org_id = ");
        sql.bind(scope).push(" AND company_id IN ").bind_list(part.iter().copied());
        sql.push(" ORDER BY company_id, position");
        sql
    };
    let mut domains: HashMap<CompanyId, Vec<String>> = HashMap::new();
    for (id, domain) in c.query_parts(&ids, statement, |row| Ok((row.get(0)?, row.get(1)?)))? {
        domains.entry(id).or_default().push(domain);
    }
    let statement = |part: &[Uuid]| custom_fields::of(scope, Record::Company, part);
    let mut custom = custom_fields::Found::default();
    c.query_parts(&ids.iter().map(|id| id.0).collect::<Vec<_>>(), statement, |row| custom.add(row))?;
    for company in companies {
        company.domains = domains.remove(&company.id).unwrap_or_default();
        company.custom = custom.take(company.id.0);
    }
    Ok(())
}

fn select() -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS);
    sql
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: CompanyId) -> Result<Option<Company>> {
    let mut sql = select();
    sql.push(" FROM companies c WHERE c.org_id = ").bind(scope).push(" AND c.id = ").bind(id);
    let mut found: Vec<Company> = c.query(&sql, read)?;
    add_domains(c, scope, &mut found)?;
    Ok(found.pop())
}

/// ` AND …` for a text search, or nothing.
fn search(engine: Engine, q: Option<&str>) -> Sql {
    let mut sql = Sql::default();
    for word in q.map(fold).unwrap_or_default().split_whitespace() {
        if engine == Engine::Sqlite && word.chars().count() >= text_index::CHARS_MIN {
            sql.push(" AND c.seq IN (SELECT rowid FROM company_search WHERE company_search MATCH ");
            sql.bind(text_index::phrase(word)).push(")");
        } else {
            sql.push(" AND c.name_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
        }
    }
    sql
}

/// The companies whose name contains `text`, for filters: see [`platform::filter::catalogue::Search`].
pub(crate) fn named_like(c: &Conn<'_>, org: OrgId, text: &str, limit: usize) -> Result<Option<Vec<Uuid>>> {
    if text.chars().count() < text_index::CHARS_MIN {
        return Ok(None);
    }
    let mut sql = Sql::default();
    match c.engine() {
        Engine::Sqlite => {
            sql.push("SELECT p.id FROM company_search s CROSS JOIN companies p ON p.seq = s.rowid WHERE company_search MATCH ");
            sql.bind(text_index::phrase(text)).push(" AND p.org_id = ").bind(org);
        }
        Engine::Postgres => {
            sql.push("SELECT p.id FROM companies p WHERE p.org_id = ").bind(org);
            sql.push(" AND p.name_key LIKE ").bind(text_index::like(text)).push(" ESCAPE '\\'");
        }
    }
    text_index::ids_up_to(c, sql, limit)
}

pub(super) fn page(c: &Conn<'_>, scope: &Scope, list: &List, context: &Context) -> Result<Page<Company>> {
    let filter = list.tree.planned(c, context, &[])?;
    let search = search(c.engine(), list.q.as_deref());
    let mut page = list.clone().walking().page(
        c,
        |leg| {
            let mut sql = select();
            sql.append(&leg.columns()).append(&leg.from("companies", scope.org_id()));
            sql.push(" AND ").append(&filter).append(&search).append(&leg.rest());
            sql
        },
        read,
    )?;
    add_domains(c, scope, &mut page.items)?;
    Ok(page)
}

/// Which are in the whole list, in its order.
pub(super) fn ids(c: &Conn<'_>, scope: &Scope, list: &List, context: &Context) -> Result<Vec<CompanyId>> {
    let filter = list.tree.planned(c, context, &[])?;
    let search = search(c.engine(), list.q.as_deref());
    list.whole(
        c,
        |leg| {
            let mut sql = Sql::new("SELECT c.id");
            sql.append(&leg.columns()).append(&all(scope)).push(" AND ").append(&filter).append(&search);
            sql.append(&leg.rest());
            sql
        },
        |row| row.get(0),
    )
}

/// Those of these ids that there are, in the order of the list.
pub(super) fn chosen(c: &Conn<'_>, scope: &Scope, list: &List, ids: &[Uuid]) -> Result<Vec<CompanyId>> {
    list.whole(
        c,
        |leg| {
            let mut sql = Sql::new("SELECT c.id");
            sql.append(&leg.columns()).append(&all(scope));
            sql.push(" AND c.id IN ").bind_list(ids.iter().copied()).append(&leg.rest());
            sql
        },
        |row| row.get(0),
    )
}

/// All that match, in no order: what comes after the columns of a statement.
pub(super) fn matching(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Sql> {
    let mut sql = all(scope);
    sql.push(" AND ").append(&tree.planned_count(c, context)?).append(&search(c.engine(), q));
    Ok(sql)
}

/// All of the organisation, archived ones too: what comes after the columns of a statement.
pub(super) fn all(scope: &Scope) -> Sql {
    let mut sql = Sql::new(" FROM companies c WHERE c.org_id = ");
    sql.bind(scope);
    sql
}

pub(super) fn count(
    c: &Conn<'_>,
    scope: &Scope,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    exact: bool,
) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&matching(c, scope, tree, q, context)?);
    paging::count(c, &sql, exact)
}

/// In the order of [`values`].
const INSERT_COLUMNS: [&str; 23] = [
    "org_id",
    "id",
    "name",
    "name_key",
    "legal_name",
    "legal_name_key",
    "website",
    "linkedin_url",
    "industry",
    "industry_key",
    "size_band",
    "employee_count",
    "annual_revenue",
    "country",
    "city",
    "city_key",
    "parent_id",
    "owner_id",
    "archived_at",
    "merged_into_id",
    "created_at",
    "updated_at",
    "version",
];

fn values(scope: &Scope, company: &Company) -> Vec<Value> {
    params![
        scope,
        company.id,
        &company.name,
        fold(&company.name),
        company.legal_name.clone(),
        company.legal_name.as_deref().map(fold),
        company.website.clone(),
        company.linkedin_url.clone(),
        company.industry.clone(),
        company.industry.as_deref().map(fold),
        company.size_band.map(SizeBand::as_str),
        company.employee_count,
        company.annual_revenue,
        company.country.clone(),
        company.city.clone(),
        company.city.as_deref().map(fold),
        company.parent_id,
        company.owner_id,
        company.archived_at,
        company.merged_into_id,
        company.created_at,
        company.updated_at,
        company.version
    ]
    .to_vec()
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, company: &Company) -> Result<()> {
    let values = values(scope, company);
    tx.execute((
        "INSERT INTO companies (org_id, id, name, name_key, legal_name, legal_name_key, website, linkedin_url, industry,
           industry_key, size_band, employee_count, annual_revenue, country, city, city_key, parent_id, owner_id,
           archived_at, merged_into_id, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
        values.as_slice(),
    ))?;
    if let Some(seq) = tx.last_row_key() {
        tx.execute(("INSERT INTO company_search (rowid, text) VALUES ($1, $2)", params![seq, fold(&company.name)]))?;
    }
    insert_domains(tx, scope, company)
}

fn insert_domains(tx: &Tx<'_>, scope: &Scope, company: &Company) -> Result<()> {
    for values in domain_values(scope, company) {
        tx.execute((
            "INSERT INTO company_domains (org_id, company_id, position, domain, registrable, live_domain)
             VALUES ($1, $2, $3, $4, $5, $6)",
            values.as_slice(),
        ))?;
    }
    Ok(())
}

pub(super) fn domain_values(scope: &Scope, company: &Company) -> impl Iterator<Item = Vec<Value>> {
    (0_i64..).zip(&company.domains).map(move |(position, domain)| {
        let registrable = super::domain::registrable_domain(domain).unwrap_or_else(|| domain.clone());
        let live = company.archived_at.is_none().then(|| domain.clone());
        params![scope, company.id, position, domain, registrable, live].to_vec()
    })
}

pub(super) fn insert_past(tx: &Tx<'_>, scope: &Scope, companies: &[Company]) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let rows: Vec<Vec<Value>> = companies.iter().map(|company| values(scope, company)).collect();
    tx.bulk("companies", &INSERT_COLUMNS, &rows)?;
    // Row keys are given in sequence, so the first of them follows from the last.
    if let Some(last) = tx.last_row_key() {
        let first = last + 1 - companies.len() as i64;
        let texts: Vec<Vec<Value>> =
            (first..).zip(companies).map(|(row_key, company)| params![row_key, fold(&company.name)].to_vec()).collect();
        tx.bulk("company_search", &["rowid", "text"], &texts)?;
    }
    let domains: Vec<Vec<Value>> = companies.iter().flat_map(|company| domain_values(scope, company)).collect();
    tx.bulk(
        "company_domains",
        &["org_id", "company_id", "position", "domain", "registrable", "live_domain"],
        &domains,
    )?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, company: &Company, domains_too: bool) -> Result<()> {
    let values = values(scope, company);
    tx.execute((
        "UPDATE companies SET name = $3, name_key = $4, legal_name = $5, legal_name_key = $6, website = $7,
           linkedin_url = $8, industry = $9, industry_key = $10, size_band = $11, employee_count = $12,
           annual_revenue = $13, country = $14, city = $15, city_key = $16, parent_id = $17, owner_id = $18,
           archived_at = $19, merged_into_id = $20, created_at = $21, updated_at = $22, version = $23
         WHERE org_id = $1 AND id = $2",
        values.as_slice(),
    ))?;
    if tx.engine() == Engine::Sqlite {
        let seq: i64 = tx.query_one(
            ("SELECT seq FROM companies WHERE org_id = $1 AND id = $2", params![scope, company.id]),
            |row| row.get(0),
        )?;
        tx.execute((
            "INSERT OR REPLACE INTO company_search (rowid, text) VALUES ($1, $2)",
            params![seq, fold(&company.name)],
        ))?;
    }
    if domains_too {
        tx.execute(("DELETE FROM company_domains WHERE org_id = $1 AND company_id = $2", params![scope, company.id]))?;
        insert_domains(tx, scope, company)?;
    }
    Ok(())
}

pub(super) fn name(c: &Conn<'_>, scope: &Scope, id: CompanyId) -> Result<Option<(String, bool)>> {
    c.query_opt(
        ("SELECT name, archived_at IS NOT NULL FROM companies WHERE org_id = $1 AND id = $2", params![scope, id]),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(super) fn hold(tx: &Tx<'_>, scope: &Scope, id: CompanyId) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        // There is one writer at a time.
        return Ok(());
    }
    tx.later("UPDATE companies SET updated_at = updated_at WHERE org_id = $1 AND id = $2", params![scope, id])
}

pub(super) fn standing(c: &Conn<'_>, scope: &Scope, id: CompanyId) -> Result<Option<CompanyId>> {
    c.query_opt(
        ("SELECT coalesce(merged_into_id, id) FROM companies WHERE org_id = $1 AND id = $2", params![scope, id]),
        |row| row.get(0),
    )
}

/// The parent of a company, which stays what it is until the commit: two writers who each read the chain that the
/// other one changes would make a circle.
pub(super) fn held_parent(tx: &Tx<'_>, scope: &Scope, id: CompanyId) -> Result<Option<CompanyId>> {
    let mut sql = Sql::new("SELECT parent_id FROM companies WHERE org_id = ");
    sql.bind(scope).push(" AND id = ").bind(id);
    if tx.engine() == Engine::Postgres {
        sql.push(" FOR SHARE");
    }
    tx.query_one(&sql, |row| row.get(0))
}

/// How many levels of companies are below this one, counted up to `limit`.
pub(super) fn levels_below(c: &Conn<'_>, scope: &Scope, id: CompanyId, limit: usize) -> Result<usize> {
    let mut sql = Sql::new("WITH RECURSIVE below (id, level) AS (SELECT ");
    match c.engine() {
        Engine::Sqlite => sql.bind(id).push(", 0"),
        Engine::Postgres => sql.push("CAST(").bind(id).push(" AS UUID), CAST(0 AS BIGINT)"),
    };
    // Not UNION ALL: a level is walked once, however many companies it has in common with another.
    sql.push(" UNION SELECT c.id, b.level + 1 FROM below b JOIN companies c ON c.parent_id = b.id AND c.org_id = ");
    sql.bind(scope).push(" WHERE b.level < ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql.push(") SELECT max(level) FROM below");
    let levels: i64 = c.query_one(&sql, |row| row.get(0))?;
    Ok(usize::try_from(levels).unwrap_or(usize::MAX))
}

/// The living company with exactly this domain.
pub(super) fn holder(c: &Conn<'_>, scope: &Scope, domain: &str) -> Result<Option<(CompanyId, String)>> {
    c.query_opt(
        (
            "SELECT c.id, c.name FROM company_domains d JOIN companies c ON c.org_id = d.org_id AND c.id = d.company_id
             WHERE d.org_id = $1 AND d.live_domain = $2",
            params![scope, domain],
        ),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The living company that has the host itself, else the oldest with a domain under the same registration: its id and name.
pub(super) fn of_domain(scope: &Scope, host: &str, registrable: &str) -> Query<'static> {
    let text = "SELECT d.company_id, (SELECT c.name FROM companies c WHERE c.org_id = d.org_id AND c.id = d.company_id)
         FROM company_domains d
         WHERE d.org_id = $1 AND d.registrable = $2 AND d.live_domain IS NOT NULL
         ORDER BY CASE WHEN d.domain = $3 THEN 0 WHEN d.domain = $2 THEN 1 ELSE 2 END, d.company_id LIMIT 1";
    (text, params![scope, registrable, host]).into()
}

pub(super) fn read_ref(row: &Row<'_>) -> Result<CompanyRef> {
    Ok(CompanyRef { id: row.get(0)?, name: row.get(1)? })
}

/// Living customers without a company whose e-mail address ends in `@host` or `.host`; with `writer`, those whom they
/// may write.
pub(super) fn unlinked_customers(
    c: &Conn<'_>,
    scope: &Scope,
    host: &str,
    writer: Option<&Actor>,
    limit: i64,
) -> Result<Vec<UnlinkedCustomer>> {
    let mut sql = Sql::new("SELECT k.id, k.full_name, min(a.canonical) FROM ");
    sql.push(match c.engine() {
        Engine::Sqlite => "customer_search s JOIN customers k ON k.seq = s.rowid",
        Engine::Postgres => "customer_search s JOIN customers k ON k.org_id = s.org_id AND k.id = s.customer_id",
    });
    sql.push(" JOIN contacts a ON a.org_id = k.org_id AND a.customer_id = k.id AND a.channel = 'email' WHERE ");
    match c.engine() {
        Engine::Sqlite => sql.push("customer_search MATCH ").bind(text_index::phrase(host)),
        Engine::Postgres => sql.push("s.text LIKE ").bind(text_index::like(host)).push(" ESCAPE '\\'"),
    };
    sql.push(" AND k.org_id = ").bind(scope).push(" AND k.company_id IS NULL AND k.archived_at IS NULL");
    if let Some(writer) = writer {
        sql.push(" AND ").append(&policy::writable(writer, "k.claimed_by_id"));
    }
    sql.push(" AND (a.canonical LIKE ").bind(format!("%@{}", text_index::literal(host))).push(" ESCAPE '\\'");
    sql.push(" OR a.canonical LIKE ").bind(format!("%.{}", text_index::literal(host)));
    sql.push(" ESCAPE '\\') GROUP BY k.id, k.full_name ORDER BY k.id LIMIT ").bind(limit);
    c.query(&sql, |row| Ok(UnlinkedCustomer { id: row.get(0)?, full_name: row.get(1)?, email: row.get(2)? }))
}

/// Links customers without a company, each with its log row.
pub(super) fn link_customers(
    tx: &Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    customers: &[CustomerId],
) -> platform::Result<()> {
    if customers.is_empty() {
        return Ok(());
    }
    let scope = actor.scope();
    let mut sql = Sql::new("UPDATE customers SET company_id = ");
    sql.bind(company).push(", company_by_domain = TRUE, updated_at = ").bind(actor.now());
    sql.push(", version = version + 1 WHERE org_id = ").bind(scope).push(" AND id IN ");
    tx.execute(sql.bind_list(customers.iter().copied()))?;
    let mut sql = Sql::new("UPDATE customer_tags SET company_id = ");
    sql.bind(company).push(" WHERE org_id = ").bind(scope).push(" AND customer_id IN ");
    tx.execute(sql.bind_list(customers.iter().copied()))?;
    let change = Change { field: "companyId".into(), old: serde_json::Value::Null, new: company.to_string().into() };
    let events: Vec<(About, Event)> = customers
        .iter()
        .map(|id| {
            let about = About { customer_id: Some(*id), company_id: Some(company), deal_id: None };
            (about, Event::CustomerUpdated { changes: vec![change.clone()] })
        })
        .collect();
    activity::record_all(tx, actor, &events)
}
