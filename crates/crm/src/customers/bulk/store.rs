use super::super::store::{read, select};
use super::Customer;
use db::{Conn, Engine, Error, Result, Sql, Tx, Value, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::{CompanyId, CustomerId, TagId, UserId};
use platform::text::fold;
use std::collections::{HashMap, HashSet};

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

/// `last_activity_at = …` and what else belongs to a write at this moment.
fn push_write(sql: &mut Sql, now: Timestamp) {
    sql.push("last_activity_at = CASE WHEN last_activity_at < ").bind(now).push(" THEN ").bind(now);
    sql.push(" ELSE last_activity_at END, updated_at = ").bind(now).push(", version = version + 1");
}

fn push_which(sql: &mut Sql, scope: &Scope, ids: &[CustomerId]) {
    sql.push(" WHERE org_id = ").bind(scope).push(" AND id IN ").bind_list(ids.iter().copied());
}

pub(super) fn archive(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET archived_at = ");
    push_write(sql.bind(now).push(", "), now);
    push_which(&mut sql, scope, ids);
    tx.execute(sql.push(" AND archived_at IS NULL"))?;
    Ok(())
}

pub(super) fn restore(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET archived_at = NULL, ");
    push_write(&mut sql, now);
    push_which(&mut sql, scope, ids);
    tx.execute(&sql)?;
    Ok(())
}

/// One more write of each, whose change is in another table.
pub(super) fn bump(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET ");
    push_write(&mut sql, now);
    push_which(&mut sql, scope, ids);
    tx.execute(&sql)?;
    Ok(())
}

/// Gives all of them to one owner, or to nobody.
pub(super) fn set_owner(
    tx: &Tx<'_>,
    scope: &Scope,
    ids: &[CustomerId],
    owner: Option<(UserId, Timestamp)>,
    now: Timestamp,
) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET claimed_by_id = ");
    sql.bind(owner.map(|(id, _)| id)).push(", claimed_at = ").bind(owner.map(|(_, at)| at));
    push_write(sql.push(", "), now);
    push_which(&mut sql, scope, ids);
    tx.execute(&sql)?;
    Ok(())
}

/// Puts a tag on customers who do not have it; after [`bump`], whose time it takes over.
pub(super) fn add_tag(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], tag: TagId, now: Timestamp) -> Result<()> {
    let mut sql = Sql::new(
        "INSERT INTO customer_tags (org_id, customer_id, tag_id, company_id, last_activity_at, created_at)
         SELECT c.org_id, c.id, ",
    );
    sql.bind(tag).push(", c.company_id, c.last_activity_at, ").bind(now).push(" FROM customers c WHERE c.org_id = ");
    sql.bind(scope).push(" AND c.id IN ").bind_list(ids.iter().copied());
    match tx.execute(&sql) {
        // Somebody has just deleted the tag: run again and see.
        Err(Error::ForeignKey) => Err(tx.conflict()),
        outcome => outcome.map(|_| ()),
    }
}

/// Gives each of them to an owner of their own, claimed at that time, or to nobody.
pub(super) fn set_owners(
    tx: &Tx<'_>,
    scope: &Scope,
    owners: &[(CustomerId, Option<(UserId, Timestamp)>)],
    now: Timestamp,
) -> Result<()> {
    let sets: Vec<Vec<Value>> = owners
        .iter()
        .map(|(id, owner)| params![scope, *id, owner.map(|(user, _)| user), owner.map(|(_, at)| at), now].to_vec())
        .collect();
    tx.execute_many(
        "UPDATE customers SET claimed_by_id = $3, claimed_at = $4,
           last_activity_at = CASE WHEN last_activity_at < $5 THEN $5 ELSE last_activity_at END, updated_at = $5,
           version = version + 1
         WHERE org_id = $1 AND id = $2",
        &sets,
    )?;
    Ok(())
}

pub(super) fn remove_tag(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], tag: TagId) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM customer_tags WHERE org_id = ");
    sql.bind(scope).push(" AND tag_id = ").bind(tag).push(" AND customer_id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

/// Whether a selection has more than so many besides `except`. `from` is what comes after the columns.
pub(super) fn has_more(c: &Conn<'_>, from: &Sql, except: CustomerId, max: usize) -> Result<bool> {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT c.id");
    sql.append(from).push(" AND c.id <> ").bind(except).push(" LIMIT ").bind(max as i64 + 1).push(") AS found");
    Ok(c.query_one(&sql, |row| row.get::<i64>(0))? > max as i64)
}

/// What a bulk action must know of a customer.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub id: CustomerId,
    pub company_id: Option<CompanyId>,
    pub claimed_by_id: Option<UserId>,
    pub claimed_at: Option<Timestamp>,
    pub archived_at: Option<Timestamp>,
    pub merged_into_id: Option<CustomerId>,
    pub version: i64,
}

pub(super) fn standing(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Standing>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new(
            "SELECT id, company_id, claimed_by_id, claimed_at, archived_at, merged_into_id, version
             FROM customers WHERE org_id = ",
        );
        sql.bind(scope).push(" AND id IN ").bind_list(part.iter().copied());
        sql
    };
    let found = c.query_parts(ids, statement, |row| {
        Ok(Standing {
            id: row.get(0)?,
            company_id: row.get(1)?,
            claimed_by_id: row.get(2)?,
            claimed_at: row.get(3)?,
            archived_at: row.get(4)?,
            merged_into_id: row.get(5)?,
            version: row.get(6)?,
        })
    })?;
    Ok(found.into_iter().map(|one| (one.id, one)).collect())
}

/// Ids of the tags of each.
pub(super) fn tag_ids(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> Result<HashMap<CustomerId, HashSet<TagId>>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT customer_id, tag_id FROM customer_tags WHERE org_id = ");
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql
    };
    let mut tags: HashMap<CustomerId, HashSet<TagId>> = HashMap::new();
    for (id, tag) in c.query_parts(ids, statement, |row| Ok((row.get(0)?, row.get(1)?)))? {
        tags.entry(id).or_default().insert(tag);
    }
    Ok(tags)
}
