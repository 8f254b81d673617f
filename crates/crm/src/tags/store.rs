use super::{Tag, TagName};
use crate::activity::{self, About, Event};
use db::{Conn, Error, Result, Row, Sql, Tx, params};
use platform::clock::Timestamp;
use platform::filter::{Context, Tree};
use platform::http::Page;
use platform::ids::{CustomerId, TagId};
use platform::paging::{self, Count, Leg, List};
use platform::text::fold;
use platform::{Actor, Scope, text_index};
use std::collections::BTreeMap;

/// Customers that lose a tag which goes are logged this many at a time.
const CHUNK: i64 = 2_000;

const COLUMNS: &str = "t.id, t.name, t.color, t.description, t.is_system,
    (SELECT count(*) FROM customer_tags x JOIN customers c ON c.org_id = x.org_id AND c.id = x.customer_id
      WHERE x.org_id = t.org_id AND x.tag_id = t.id AND c.archived_at IS NULL),
    t.created_at, t.updated_at, t.version";

fn select() -> Sql {
    Sql::new("SELECT ").push(COLUMNS).clone()
}

fn of_org(scope: &Scope) -> Sql {
    Sql::new(" FROM tags t WHERE t.org_id = ").bind(scope).clone()
}

fn read(row: &Row<'_>) -> Result<Tag> {
    Ok(Tag {
        id: row.get(0)?,
        name: row.get(1)?,
        color: row.get(2)?,
        description: row.get(3)?,
        is_system: row.get(4)?,
        customer_count: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
        version: row.get(8)?,
    })
}

pub(super) fn list(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Tag>> {
    c.query(select().append(&of_org(scope)).push(" ORDER BY t.name_key"), read)
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: TagId) -> Result<Option<Tag>> {
    c.query_opt(select().append(&of_org(scope)).push(" AND t.id = ").bind(id), read)
}

fn filtered(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Sql> {
    let mut sql = of_org(scope);
    sql.push(" AND ").append(&tree.planned(c, context, &[])?);
    for word in q.map(fold).unwrap_or_default().split_whitespace() {
        sql.push(" AND t.name_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
    }
    Ok(sql)
}

pub(super) fn page(c: &Conn<'_>, scope: &Scope, list: &List, context: &Context) -> Result<Page<Tag>> {
    let from = filtered(c, scope, &list.tree, list.q.as_deref(), context)?;
    list.page(c, |leg| page_sql(leg, &from), read)
}

fn page_sql(leg: &Leg<'_>, from: &Sql) -> Sql {
    let mut sql = select();
    sql.append(&leg.columns()).append(from).append(&leg.rest());
    sql
}

/// The statement of a first page without a filter.
#[cfg(test)]
pub(super) fn first_statement(c: &Conn<'_>, scope: &Scope, list: &List) -> Sql {
    let statement = std::cell::RefCell::new(None);
    let page = |leg: &Leg<'_>| {
        let sql = page_sql(leg, &of_org(scope));
        statement.borrow_mut().get_or_insert_with(|| sql.clone());
        sql
    };
    list.page(c, page, read).expect("a page");
    statement.into_inner().expect("a statement")
}

pub(super) fn count_of(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&filtered(c, scope, tree, q, context)?);
    paging::count(c, &sql, false)
}

pub(super) fn carriers(c: &Conn<'_>, scope: &Scope, tags: &[TagId], other: TagId) -> Result<(i64, i64)> {
    let mut sql = Sql::new("SELECT count(*), count(o.customer_id) FROM customers c LEFT JOIN customer_tags o");
    sql.push(" ON o.org_id = c.org_id AND o.customer_id = c.id AND o.tag_id = ").bind(other);
    sql.push(" WHERE c.org_id = ").bind(scope).push(" AND c.archived_at IS NULL AND c.id IN (");
    sql.push("SELECT x.customer_id FROM customer_tags x WHERE x.org_id = ").bind(scope);
    sql.push(" AND x.tag_id IN ").bind_list(tags.iter().copied()).push(")");
    c.query_one(&sql, |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(super) fn count(c: &Conn<'_>, scope: &Scope) -> Result<i64> {
    c.query_one(("SELECT count(*) FROM tags WHERE org_id = $1", params![scope]), |row| row.get(0))
}

pub(super) fn by_keys(c: &Conn<'_>, scope: &Scope, keys: &[String]) -> Result<BTreeMap<String, (TagId, String)>> {
    let statement = |part: &[String]| {
        let mut sql = Sql::new("SELECT name_key, id, name FROM tags WHERE org_id = ");
        sql.bind(scope).push(" AND name_key IN ").bind_list(part);
        sql
    };
    Ok(c.query_parts(keys, statement, |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?.into_iter().collect())
}

pub(super) fn names(c: &Conn<'_>, scope: &Scope, ids: &[TagId]) -> Result<BTreeMap<TagId, String>> {
    let statement = |part: &[TagId]| {
        let mut sql = Sql::new("SELECT id, name FROM tags WHERE org_id = ");
        sql.bind(scope).push(" AND id IN ").bind_list(part.iter().copied());
        sql
    };
    Ok(c.query_parts(ids, statement, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

pub(super) fn insert(
    tx: &Tx<'_>,
    scope: &Scope,
    id: TagId,
    name: &TagName,
    color: &str,
    description: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    tx.execute((
        "INSERT INTO tags (org_id, id, name, name_key, color, description, is_system, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
        params![scope, id, name.as_str(), name.key(), color, description, false, now, 1_i64],
    ))?;
    Ok(())
}

pub(super) fn insert_past(tx: &Tx<'_>, scope: &Scope, tags: &[Tag]) -> Result<()> {
    let columns = [
        "org_id",
        "id",
        "name",
        "name_key",
        "color",
        "description",
        "is_system",
        "created_at",
        "updated_at",
        "version",
    ];
    let row = |tag: &Tag| {
        params![
            scope,
            tag.id,
            &tag.name,
            fold(&tag.name),
            &tag.color,
            tag.description.clone(),
            tag.is_system,
            tag.created_at,
            tag.updated_at,
            tag.version
        ]
        .to_vec()
    };
    tx.bulk("tags", &columns, &tags.iter().map(row).collect::<Vec<_>>())?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, tag: &Tag, key: &str) -> Result<()> {
    tx.execute((
        "UPDATE tags SET name = $3, name_key = $4, color = $5, description = $6, updated_at = $7, version = $8
         WHERE org_id = $1 AND id = $2",
        params![scope, tag.id, &tag.name, key, &tag.color, tag.description.clone(), tag.updated_at, tag.version],
    ))?;
    Ok(())
}

/// Takes the tag off its customers, each with its log row and its new version, puts `into` on those who lack it, if
/// there is such a one, and removes the tag.
pub(super) fn delete(tx: &Tx<'_>, actor: &Actor, tag: &Tag, into: Option<&Tag>) -> platform::Result<()> {
    while take_off(tx, actor, tag, into, None)? {}
    match tx.execute(("DELETE FROM tags WHERE org_id = $1 AND id = $2", params![actor.scope(), tag.id])) {
        // Somebody has just put it on: run again and see on whom.
        Err(Error::ForeignKey) => Err(tx.conflict().into()),
        outcome => Ok(outcome.map(|_| ())?),
    }
}

/// Whether anybody carries a tag, archived or not.
pub(super) fn is_carried(c: &Conn<'_>, scope: &Scope, id: TagId) -> Result<bool> {
    let found: Option<bool> = c.query_opt(
        ("SELECT TRUE FROM customer_tags WHERE org_id = $1 AND tag_id = $2 LIMIT 1", params![scope, id]),
        |row| row.get(0),
    )?;
    Ok(found.is_some())
}

/// Takes a tag off some who carry it, of `among` or of all, and puts `into` on them; false when nobody carries it.
pub(super) fn take_off(
    tx: &Tx<'_>,
    actor: &Actor,
    tag: &Tag,
    into: Option<&Tag>,
    among: Option<&[CustomerId]>,
) -> platform::Result<bool> {
    let scope = actor.scope();
    let mut sql = Sql::new(
        "SELECT x.customer_id, c.company_id, EXISTS (SELECT 1 FROM customer_tags o
           WHERE o.org_id = x.org_id AND o.customer_id = x.customer_id AND o.tag_id = ",
    );
    sql.bind(into.map(|into| into.id)).push(
        ") FROM customer_tags x JOIN customers c ON c.org_id = x.org_id AND c.id = x.customer_id WHERE x.org_id = ",
    );
    sql.bind(scope).push(" AND x.tag_id = ").bind(tag.id);
    if let Some(among) = among {
        sql.push(" AND x.customer_id IN ").bind_list(among.iter().copied());
    }
    let read =
        |row: &Row<'_>| Ok((About { customer_id: row.get(0)?, company_id: row.get(1)?, deal_id: None }, row.get(2)?));
    let carriers: Vec<(About, bool)> = tx.query(sql.push(" LIMIT ").bind(CHUNK) as &Sql, read)?;
    if carriers.is_empty() {
        return Ok(false);
    }
    let customers = || carriers.iter().filter_map(|(about, _)| about.customer_id);
    if let Some(into) = into {
        let mut sql = Sql::new(
            "INSERT INTO customer_tags (org_id, customer_id, tag_id, company_id, last_activity_at, created_at)
             SELECT x.org_id, x.customer_id, ",
        );
        sql.bind(into.id).push(", x.company_id, x.last_activity_at, ").bind(actor.now());
        sql.push(" FROM customer_tags x WHERE x.org_id = ").bind(scope).push(" AND x.tag_id = ").bind(tag.id);
        let lacking = carriers.iter().filter(|(_, has)| !has).filter_map(|(about, _)| about.customer_id);
        sql.push(" AND x.customer_id IN ").bind_list(lacking);
        // Somebody may put the tag on at this moment: PostgreSQL then has the transaction run again.
        tx.execute(sql.push(" ON CONFLICT DO NOTHING"))?;
    }
    let mut sql = Sql::new("DELETE FROM customer_tags WHERE org_id = ");
    sql.bind(scope).push(" AND tag_id = ").bind(tag.id).push(" AND customer_id IN ").bind_list(customers());
    tx.execute(&sql)?;
    let mut sql = Sql::new("UPDATE customers SET updated_at = ");
    sql.bind(actor.now()).push(", version = version + 1 WHERE org_id = ").bind(scope);
    tx.execute(sql.push(" AND id IN ").bind_list(customers()))?;
    let mut events: Vec<(About, Event)> = Vec::with_capacity(2 * carriers.len());
    for (about, has) in carriers {
        events.push((about, Event::TagRemoved { tag_id: tag.id, name: tag.name.clone() }));
        if let Some(into) = into.filter(|_| !has) {
            events.push((about, Event::TagAdded { tag_id: into.id, name: into.name.clone() }));
        }
    }
    activity::record_all(tx, actor, &events)?;
    Ok(true)
}
