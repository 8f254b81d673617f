use super::{Tag, TagName};
use crate::activity::{self, About, Event};
use db::{Conn, Error, Result, Row, Sql, Tx, params};
use platform::clock::Timestamp;
use platform::ids::TagId;
use platform::text::fold;
use platform::{Actor, Scope};
use std::collections::BTreeMap;

/// Customers that lose a deleted tag are logged this many at a time.
const DELETE_CHUNK: i64 = 2_000;

const SELECT: &str = "SELECT t.id, t.name, t.color, t.description, t.is_system,
    (SELECT count(*) FROM customer_tags x JOIN customers c ON c.org_id = x.org_id AND c.id = x.customer_id
      WHERE x.org_id = t.org_id AND x.tag_id = t.id AND c.archived_at IS NULL),
    t.created_at, t.updated_at, t.version
  FROM tags t WHERE t.org_id = ";

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
    c.query(Sql::new(SELECT).bind(scope).push(" ORDER BY t.name_key"), read)
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: TagId) -> Result<Option<Tag>> {
    c.query_opt(Sql::new(SELECT).bind(scope).push(" AND t.id = ").bind(id), read)
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

/// Takes the tag off its customers, each with its log row and its new version, then removes it.
pub(super) fn delete(tx: &Tx<'_>, actor: &Actor, tag: &Tag) -> platform::Result<()> {
    let scope = actor.scope();
    loop {
        let carriers: Vec<About> = tx.query(
            (
                "SELECT x.customer_id, c.company_id FROM customer_tags x
                 JOIN customers c ON c.org_id = x.org_id AND c.id = x.customer_id
                 WHERE x.org_id = $1 AND x.tag_id = $2 LIMIT $3",
                params![scope, tag.id, DELETE_CHUNK],
            ),
            |row| Ok(About { customer_id: row.get(0)?, company_id: row.get(1)?, deal_id: None }),
        )?;
        if carriers.is_empty() {
            break;
        }
        let customers = || carriers.iter().filter_map(|about| about.customer_id);
        let mut sql = Sql::new("DELETE FROM customer_tags WHERE org_id = ");
        sql.bind(scope).push(" AND tag_id = ").bind(tag.id).push(" AND customer_id IN ").bind_list(customers());
        tx.execute(&sql)?;
        let mut sql = Sql::new("UPDATE customers SET updated_at = ");
        sql.bind(actor.now()).push(", version = version + 1 WHERE org_id = ").bind(scope);
        tx.execute(sql.push(" AND id IN ").bind_list(customers()))?;
        let events: Vec<(About, Event)> = carriers
            .into_iter()
            .map(|about| (about, Event::TagRemoved { tag_id: tag.id, name: tag.name.clone() }))
            .collect();
        activity::record_all(tx, actor, &events)?;
    }
    match tx.execute(("DELETE FROM tags WHERE org_id = $1 AND id = $2", params![scope, tag.id])) {
        // Somebody has just put it on: run again and see on whom.
        Err(Error::ForeignKey) => Err(tx.conflict().into()),
        outcome => Ok(outcome.map(|_| ())?),
    }
}
