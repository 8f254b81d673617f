use super::model::{Dashboard, Widget};
use crate::views::Visibility;
use db::{Conn, Error, Result, Row, Sql, Tx, params};
use platform::clock::Timestamp;
use platform::ids::{DashboardId, UserId};
use platform::text::fold;
use platform::{Actor, Scope};
use serde_json::Value;

const SELECT: &str = "SELECT id, name, visibility, author_id, widgets, updated_at, version, org_id FROM dashboards
    WHERE org_id = ";

fn read(row: &Row<'_>) -> Result<Dashboard> {
    let visibility: String = row.get(2)?;
    let widgets: Value = row.get(4)?;
    let (id, org): (DashboardId, DashboardId) = (row.get(0)?, row.get(7)?);
    Ok(Dashboard {
        id,
        name: row.get(1)?,
        visibility: Visibility::parse(&visibility)
            .ok_or_else(|| Error::Bug(format!("a dashboard cannot be {visibility:?}")))?,
        author_id: row.get(3)?,
        widgets: serde_json::from_value(widgets)
            .map_err(|error| Error::Bug(format!("the widgets of a dashboard: {error}")))?,
        is_standard: id == org,
        is_default: false,
        updated_at: row.get(5)?,
        version: row.get(6)?,
    })
}

/// Those that `actor` may see: everybody's, and their own.
fn visible(actor: &Actor) -> Sql {
    let mut sql = Sql::new(SELECT);
    sql.bind(actor.scope()).push(" AND (visibility = ").bind(Visibility::Org.as_str());
    if let Some(me) = actor.user_id {
        sql.push(" OR author_id = ").bind(me);
    }
    sql.push(")");
    sql
}

pub(super) fn get(c: &Conn<'_>, actor: &Actor, id: DashboardId) -> Result<Option<Dashboard>> {
    c.query_opt(visible(actor).push(" AND id = ").bind(id), read)
}

pub(super) fn all(c: &Conn<'_>, actor: &Actor) -> Result<Vec<Dashboard>> {
    c.query(&all_sql(actor), read)
}

pub(super) fn all_sql(actor: &Actor) -> Sql {
    let mut sql = visible(actor);
    sql.push(" ORDER BY name_key, id");
    sql
}

/// All of the organisation, whoever may see them.
pub(super) fn everybodys(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Dashboard>> {
    c.query(Sql::new(SELECT).bind(scope), read)
}

/// How many there are for everybody, or of one author's own.
pub(super) fn total(c: &Conn<'_>, scope: &Scope, private_of: Option<UserId>) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM dashboards WHERE org_id = ");
    sql.bind(scope).push(" AND visibility = ");
    match private_of {
        None => sql.bind(Visibility::Org.as_str()),
        Some(author) => sql.bind(Visibility::Private.as_str()).push(" AND author_id = ").bind(author),
    };
    c.query_one(&sql, |row| row.get(0))
}

fn widgets(dashboard: &Dashboard) -> Result<Value> {
    let widgets: &[Widget] = &dashboard.widgets;
    serde_json::to_value(widgets).map_err(|error| Error::Bug(error.to_string()))
}

/// Whether it was there to be written: somebody else may have stored the same one.
pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, dashboard: &Dashboard, now: Timestamp) -> Result<bool> {
    let written = tx.execute((
        "INSERT INTO dashboards (org_id, id, name, name_key, visibility, author_id, widgets, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) ON CONFLICT (org_id, id) DO NOTHING",
        params![
            scope,
            dashboard.id,
            &dashboard.name,
            fold(&dashboard.name),
            dashboard.visibility.as_str(),
            dashboard.author_id,
            widgets(dashboard)?,
            now,
            dashboard.version
        ],
    ))?;
    Ok(written > 0)
}

/// Whether it was as it was read.
pub(super) fn update(tx: &Tx<'_>, scope: &Scope, dashboard: &Dashboard, now: Timestamp) -> Result<bool> {
    let written = tx.execute((
        "UPDATE dashboards SET name = $3, name_key = $4, visibility = $5, widgets = $6, updated_at = $7, version = $8
         WHERE org_id = $1 AND id = $2 AND version = $8 - 1",
        params![
            scope,
            dashboard.id,
            &dashboard.name,
            fold(&dashboard.name),
            dashboard.visibility.as_str(),
            widgets(dashboard)?,
            now,
            dashboard.version
        ],
    ))?;
    Ok(written > 0)
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, id: DashboardId) -> Result<()> {
    tx.execute(("DELETE FROM dashboards WHERE org_id = $1 AND id = $2", params![scope, id]))?;
    Ok(())
}

pub(super) fn choice(c: &Conn<'_>, scope: &Scope, user: UserId) -> Result<Option<DashboardId>> {
    c.query_opt(
        ("SELECT dashboard_id FROM dashboard_choices WHERE org_id = $1 AND user_id = $2", params![scope, user]),
        |row| row.get(0),
    )
}

pub(super) fn choose(tx: &Tx<'_>, scope: &Scope, user: UserId, id: DashboardId, now: Timestamp) -> Result<()> {
    tx.execute((
        "INSERT INTO dashboard_choices (org_id, user_id, dashboard_id, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, user_id) DO UPDATE SET dashboard_id = excluded.dashboard_id, updated_at = excluded.updated_at",
        params![scope, user, id, now],
    ))?;
    Ok(())
}
