use super::model::{Layout, SavedView, ViewChoice, ViewColumn, ViewRecord, Visibility};
use db::{Conn, Error, Result, Row, Sql, Tx, params};
use platform::clock::Timestamp;
use platform::filter::{Context, Tree};
use platform::http::Page;
use platform::ids::{UserId, ViewId};
use platform::paging::{self, Count, List};
use platform::text::fold;
use platform::{Actor, Scope, text_index};
use serde_json::Value;

const COLUMNS: &str =
    "c.id, c.record, c.name, c.visibility, c.author_id, c.columns, c.filter, c.sort, c.group_by, c.layout,
    c.created_at, c.updated_at, c.version";

fn known<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::Bug(format!("a view cannot be {text:?}")))
}

fn read(row: &Row<'_>) -> Result<SavedView> {
    let columns: Value = row.get(5)?;
    let columns: Vec<ViewColumn> =
        serde_json::from_value(columns).map_err(|error| Error::Bug(format!("the columns of a view: {error}")))?;
    Ok(SavedView {
        id: row.get(0)?,
        record: known(&row.get::<String>(1)?, ViewRecord::parse)?,
        name: row.get(2)?,
        visibility: known(&row.get::<String>(3)?, Visibility::parse)?,
        author_id: row.get(4)?,
        columns,
        filter: row.get(6)?,
        sort: row.get(7)?,
        group_by: row.get(8)?,
        layout: known(&row.get::<String>(9)?, Layout::parse)?,
        problems: Vec::new(),
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
        version: row.get(12)?,
    })
}

fn select() -> Sql {
    Sql::new("SELECT ").push(COLUMNS).clone()
}

/// ` FROM … WHERE …` those that `actor` may see: everybody's, and their own.
fn visible(actor: &Actor) -> Sql {
    let mut sql = Sql::new(" FROM saved_views c WHERE c.org_id = ");
    sql.bind(actor.scope()).push(" AND (c.visibility = ").bind(Visibility::Org.as_str());
    if let Some(me) = actor.user_id {
        sql.push(" OR c.author_id = ").bind(me);
    }
    sql.push(")");
    sql
}

pub(super) fn get(c: &Conn<'_>, actor: &Actor, id: ViewId) -> Result<Option<SavedView>> {
    let mut sql = select();
    sql.append(&visible(actor)).push(" AND c.id = ").bind(id);
    c.query_opt(&sql, read)
}

pub(super) fn all(c: &Conn<'_>, actor: &Actor) -> Result<Vec<SavedView>> {
    let mut sql = select();
    c.query(sql.append(&visible(actor)).push(" ORDER BY c.name_key, c.id"), read)
}

fn filtered(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Sql> {
    let mut sql = visible(actor);
    sql.push(" AND ").append(&tree.planned(c, context, &[])?);
    for word in q.map(fold).unwrap_or_default().split_whitespace() {
        sql.push(" AND c.name_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
    }
    Ok(sql)
}

pub(super) fn page(c: &Conn<'_>, actor: &Actor, list: &List, context: &Context) -> Result<Page<SavedView>> {
    let from = filtered(c, actor, &list.tree, list.q.as_deref(), context)?;
    list.page(
        c,
        |leg| {
            let mut sql = select();
            sql.append(&leg.columns()).append(&from).append(&leg.rest());
            sql
        },
        read,
    )
}

pub(super) fn count(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&filtered(c, actor, tree, q, context)?);
    paging::count(c, &sql, false)
}

/// How many there are for everybody, or of one author's own.
pub(super) fn total(c: &Conn<'_>, scope: &Scope, private_of: Option<UserId>) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM saved_views WHERE org_id = ");
    sql.bind(scope).push(" AND visibility = ");
    match private_of {
        None => sql.bind(Visibility::Org.as_str()),
        Some(author) => sql.bind(Visibility::Private.as_str()).push(" AND author_id = ").bind(author),
    };
    c.query_one(&sql, |row| row.get(0))
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, view: &SavedView) -> Result<()> {
    tx.execute((
        "INSERT INTO saved_views (org_id, id, record, name, name_key, visibility, author_id, columns, filter, sort, group_by,
           layout, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            scope,
            view.id,
            view.record.as_str(),
            &view.name,
            fold(&view.name),
            view.visibility.as_str(),
            view.author_id,
            columns(view)?,
            view.filter.clone(),
            view.sort.clone(),
            view.group_by.clone(),
            view.layout.as_str(),
            view.created_at,
            view.updated_at,
            view.version
        ],
    ))?;
    Ok(())
}

fn columns(view: &SavedView) -> Result<Value> {
    serde_json::to_value(&view.columns).map_err(|error| Error::Bug(error.to_string()))
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, view: &SavedView) -> Result<()> {
    tx.execute((
        "UPDATE saved_views SET name = $3, name_key = $4, visibility = $5, columns = $6, filter = $7, sort = $8,
           group_by = $9, layout = $10, updated_at = $11, version = $12
         WHERE org_id = $1 AND id = $2",
        params![
            scope,
            view.id,
            &view.name,
            fold(&view.name),
            view.visibility.as_str(),
            columns(view)?,
            view.filter.clone(),
            view.sort.clone(),
            view.group_by.clone(),
            view.layout.as_str(),
            view.updated_at,
            view.version
        ],
    ))?;
    Ok(())
}

/// The filters of all views, whoever may see them.
pub(super) fn filters(c: &Conn<'_>, scope: &Scope) -> Result<Vec<(ViewId, Value)>> {
    c.query(("SELECT id, filter FROM saved_views WHERE org_id = $1 AND filter IS NOT NULL", params![scope]), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

pub(super) fn set_filter(tx: &Tx<'_>, scope: &Scope, id: ViewId, filter: Value, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE saved_views SET filter = $3, updated_at = $4, version = version + 1 WHERE org_id = $1 AND id = $2",
        params![scope, id, filter, now],
    ))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, id: ViewId) -> Result<()> {
    tx.execute(("DELETE FROM saved_views WHERE org_id = $1 AND id = $2", params![scope, id]))?;
    Ok(())
}

pub(super) fn choices(c: &Conn<'_>, scope: &Scope, user_id: UserId) -> Result<Vec<ViewChoice>> {
    c.query(
        (
            "SELECT record, default_view_id, positions FROM view_choices WHERE org_id = $1 AND user_id = $2
             ORDER BY record",
            params![scope, user_id],
        ),
        |row| {
            let order: Value = row.get(2)?;
            Ok(ViewChoice {
                record: known(&row.get::<String>(0)?, ViewRecord::parse)?,
                default_view_id: row.get(1)?,
                order: serde_json::from_value(order)
                    .map_err(|error| Error::Bug(format!("the order of views: {error}")))?,
            })
        },
    )
}

pub(super) fn choose(tx: &Tx<'_>, scope: &Scope, user_id: UserId, choice: &ViewChoice, now: Timestamp) -> Result<()> {
    let order = serde_json::to_value(&choice.order).map_err(|error| Error::Bug(error.to_string()))?;
    tx.execute((
        "INSERT INTO view_choices (org_id, user_id, record, default_view_id, positions, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (org_id, user_id, record) DO UPDATE SET default_view_id = excluded.default_view_id,
           positions = excluded.positions, updated_at = excluded.updated_at",
        params![scope, user_id, choice.record.as_str(), choice.default_view_id, order, now],
    ))?;
    Ok(())
}
