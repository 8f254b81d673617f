use super::super::store::{read, select};
use super::Customer;
use db::{Conn, Engine, Result, Sql, Tx, Value, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::{CustomerId, TagId};
use platform::text::fold;
use std::collections::HashMap;

/// All but contacts and tags.
pub(super) fn load(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<Customer>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = select();
        sql.push(" FROM customers c WHERE c.org_id = ").bind(scope);
        sql.push(" AND c.id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(ids, statement, read)
}

pub(super) fn by_phone(c: &Conn<'_>, scope: &Scope, canonical: &[&str]) -> Result<Vec<(String, CustomerId, String)>> {
    let statement = |part: &[&str]| {
        let mut sql = Sql::new(
            "SELECT k.canonical, k.customer_id, c.full_name FROM contacts k
             CROSS JOIN customers c WHERE c.org_id = k.org_id AND c.id = k.customer_id AND k.org_id = ",
        );
        sql.bind(scope).push(" AND k.channel = 'phone' AND k.match_key IN ").bind_list(part.iter().copied());
        sql.push(" AND c.archived_at IS NULL AND c.merged_into_id IS NULL");
        sql
    };
    let mut found: Vec<(String, CustomerId, String)> =
        c.query_parts(canonical, statement, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    found.sort_by_key(|(_, id, _)| *id);
    Ok(found)
}

pub(super) fn tags(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<(CustomerId, TagId, String)>> {
    let mut sql = Sql::new(
        "SELECT x.customer_id, t.id, t.name FROM customer_tags x CROSS JOIN tags t
         WHERE t.org_id = x.org_id AND t.id = x.tag_id AND x.org_id = ",
    );
    sql.bind(scope).push(" AND x.customer_id IN ").bind_list(ids.iter().copied());
    c.query(&sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Writes what an import may change, where the version still is the one that was read; answers how many rows. Where the
/// company changed, the last says whether an address told so.
pub(super) fn update(tx: &Tx<'_>, scope: &Scope, changed: &[(&Customer, &Customer, Option<bool>)]) -> Result<u64> {
    let sets: Vec<Vec<Value>> = changed
        .iter()
        .map(|(before, after, by_domain)| {
            params![
                scope,
                after.id,
                before.version,
                after.first_name.clone(),
                after.first_name.as_deref().map(fold),
                after.last_name.clone(),
                after.last_name.as_deref().map(fold),
                &after.full_name,
                fold(&after.full_name),
                after.job_title.clone(),
                after.job_title.as_deref().map(fold),
                after.language.clone(),
                after.timezone.clone(),
                after.country.clone(),
                after.company_id,
                after.claimed_by_id,
                after.claimed_at,
                after.last_activity_at,
                after.updated_at,
                after.version,
                *by_domain
            ]
            .to_vec()
        })
        .collect();
    tx.execute_many(
        "UPDATE customers SET first_name = $4, first_name_key = $5, last_name = $6, last_name_key = $7, full_name = $8,
           name_key = $9, job_title = $10, job_title_key = $11, language = $12, timezone = $13, country = $14,
           company_id = $15, claimed_by_id = $16, claimed_at = $17, last_activity_at = $18, updated_at = $19,
           version = $20, company_by_domain = COALESCE($21, company_by_domain)
         WHERE org_id = $1 AND id = $2 AND version = $3",
        &sets,
    )
}

/// Brings the copies up to date that order the tags' pages.
pub(super) fn copy_to_tags(tx: &Tx<'_>, scope: &Scope, customers: &[&Customer]) -> Result<()> {
    let copies: Vec<Vec<Value>> = customers
        .iter()
        .map(|customer| params![scope, customer.id, customer.company_id, customer.last_activity_at].to_vec())
        .collect();
    tx.execute_many(
        "UPDATE customer_tags SET company_id = $3, last_activity_at = $4 WHERE org_id = $1 AND customer_id = $2",
        &copies,
    )?;
    Ok(())
}

/// Stops outreach to the customers, beside the change that gives them their version.
pub(super) fn refuse_contact(tx: &Tx<'_>, scope: &Scope, customers: &[&Customer]) -> Result<()> {
    let sets: Vec<Vec<Value>> = customers.iter().map(|customer| params![scope, customer.id].to_vec()).collect();
    tx.execute_many("UPDATE customers SET do_not_contact = TRUE WHERE org_id = $1 AND id = $2", &sets)?;
    Ok(())
}

/// Tags of customers that somebody else may be tagging at this moment.
pub(super) fn add_tags(tx: &Tx<'_>, scope: &Scope, tags: &[(&Customer, TagId)], now: Timestamp) -> Result<()> {
    let rows: Vec<Vec<Value>> = tags
        .iter()
        .map(|(customer, tag)| {
            params![scope, customer.id, *tag, customer.company_id, customer.last_activity_at, now].to_vec()
        })
        .collect();
    tx.execute_many(
        "INSERT INTO customer_tags (org_id, customer_id, tag_id, company_id, last_activity_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        &rows,
    )?;
    Ok(())
}

pub(super) fn remove_tags(tx: &Tx<'_>, scope: &Scope, tags: &[(CustomerId, TagId)]) -> Result<()> {
    let sets: Vec<Vec<Value>> = tags.iter().map(|(customer, tag)| params![scope, *customer, *tag].to_vec()).collect();
    tx.execute_many("DELETE FROM customer_tags WHERE org_id = $1 AND customer_id = $2 AND tag_id = $3", &sets)?;
    Ok(())
}

/// Moves the times that order the tags' pages.
pub(super) fn touch_tags(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE customer_tags SET last_activity_at = ");
    sql.bind(now).push(" WHERE org_id = ").bind(scope).push(" AND last_activity_at < ").bind(now);
    sql.push(" AND customer_id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

/// Writes lines of the substring index anew.
pub(super) fn reindex(tx: &Tx<'_>, scope: &Scope, texts: &[(CustomerId, String)]) -> Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    match tx.engine() {
        Engine::Sqlite => {
            let mut sql = Sql::new("SELECT id, seq FROM customers WHERE org_id = ");
            sql.bind(scope).push(" AND id IN ").bind_list(texts.iter().map(|(id, _)| *id));
            let seqs: HashMap<CustomerId, i64> =
                tx.query(&sql, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect();
            let mut sets: Vec<(i64, &String)> =
                texts.iter().filter_map(|(id, text)| Some((*seqs.get(id)?, text))).collect();
            sets.sort_unstable();
            let sets: Vec<Vec<Value>> = sets.into_iter().map(|(seq, text)| params![seq, text].to_vec()).collect();
            tx.execute_many("INSERT OR REPLACE INTO customer_search (rowid, text) VALUES ($1, $2)", &sets)?;
        }
        Engine::Postgres => {
            let sets: Vec<Vec<Value>> = texts.iter().map(|(id, text)| params![scope, *id, text].to_vec()).collect();
            tx.execute_many("UPDATE customer_search SET text = $3 WHERE org_id = $1 AND customer_id = $2", &sets)?;
        }
    }
    Ok(())
}

pub(super) fn archive(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET archived_at = ");
    sql.bind(now).push(", updated_at = ").bind(now).push(", last_activity_at = ").bind(now);
    sql.push(", version = version + 1 WHERE org_id = ").bind(scope).push(" AND archived_at IS NULL AND id IN ");
    sql.bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}
