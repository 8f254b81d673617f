use super::{About, Activity, Event, Group, PastEvent, Timeline};
use crate::news;
use db::{Conn, Result, Row, Sql, Tx, Value, params};
use platform::actor::{ActorKind, ActorRef};
use platform::clock::Timestamp;
use platform::ids::{ActivityId, CompanyId, CustomerId, DealId, UserId};
use platform::{Actor, Scope};

const COLUMNS: [&str; 11] = [
    "org_id",
    "id",
    "customer_id",
    "company_id",
    "deal_id",
    "type",
    "detail",
    "actor_kind",
    "actor_id",
    "actor_name",
    "occurred_at",
];

fn row(
    actor: &Actor,
    id: ActivityId,
    about: About,
    kind: &str,
    detail: serde_json::Value,
    now: Timestamp,
) -> [Value; 11] {
    row_of(&actor.scope(), &actor.to_ref(), id, about, kind, detail, now)
}

fn row_of(
    scope: &Scope,
    actor: &ActorRef,
    id: ActivityId,
    about: About,
    kind: &str,
    detail: serde_json::Value,
    at: Timestamp,
) -> [Value; 11] {
    params![
        scope,
        id,
        about.customer_id,
        about.company_id,
        about.deal_id,
        kind,
        detail,
        actor.kind.as_str(),
        actor.id,
        &actor.name,
        at
    ]
}

pub(super) fn insert(
    tx: &Tx<'_>,
    actor: &Actor,
    id: ActivityId,
    about: About,
    kind: &str,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<()> {
    tx.later(
        "INSERT INTO activities (org_id, id, customer_id, company_id, deal_id, type, detail, actor_kind, actor_id, actor_name, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row(actor, id, about, kind, detail, now),
    )?;
    news::arrived(tx, &[(actor.org_id, id)])
}

pub(super) fn insert_many(
    tx: &Tx<'_>,
    actor: &Actor,
    events: &[(About, Event)],
    now: Timestamp,
) -> platform::Result<()> {
    let mut rows = Vec::with_capacity(events.len());
    let mut arrived = Vec::with_capacity(events.len());
    for (about, event) in events {
        let (kind, detail) = event.to_row().map_err(|error| platform::Error::Bug(error.to_string()))?;
        let id = ActivityId(actor.new_id());
        rows.push(row(actor, id, *about, &kind, detail, now).to_vec());
        arrived.push((actor.org_id, id));
    }
    tx.bulk("activities", &COLUMNS, &rows)?;
    news::arrived(tx, &arrived)?;
    Ok(())
}

pub(super) fn insert_past(tx: &Tx<'_>, scope: &Scope, events: &[PastEvent]) -> platform::Result<()> {
    let mut rows = Vec::with_capacity(events.len());
    for past in events {
        let (kind, detail) = past.event.to_row().map_err(|error| platform::Error::Bug(error.to_string()))?;
        rows.push(row_of(scope, &past.actor, past.id, past.about, &kind, detail, past.occurred_at).to_vec());
    }
    tx.bulk("activities", &COLUMNS, &rows)?;
    Ok(())
}

/// Moves the times of last activity that order each tag's page.
pub(super) fn touch_tags(tx: &Tx<'_>, scope: &Scope, customer_id: CustomerId, now: Timestamp) -> Result<()> {
    tx.later(
        "UPDATE customer_tags SET last_activity_at = $3 WHERE org_id = $1 AND customer_id = $2 AND last_activity_at < $3",
        params![scope, customer_id, now],
    )
}

/// Moves the times of last activity of many customers, their own and those that order each tag's page.
pub(super) fn touch_customers(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET last_activity_at = ");
    sql.bind(now).push(" WHERE org_id = ").bind(scope).push(" AND last_activity_at < ").bind(now);
    tx.execute(sql.push(" AND id IN ").bind_list(customers.iter().copied()))?;
    let mut sql = Sql::new("UPDATE customer_tags SET last_activity_at = ");
    sql.bind(now).push(" WHERE org_id = ").bind(scope).push(" AND last_activity_at < ").bind(now);
    tx.execute(sql.push(" AND customer_id IN ").bind_list(customers.iter().copied()))?;
    Ok(())
}

/// Nobody did what follows by itself from what others did.
const NOT_FOLLOWED: &str =
    " AND NOT (actor_kind = 'system' AND type IN ('segment.joined', 'segment.left', 'profile.scored'))";

pub(super) fn customers_of_others(c: &Conn<'_>, actor: &Actor, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let mut sql = Sql::new("SELECT DISTINCT customer_id FROM activities WHERE org_id = ");
    sql.bind(actor.scope()).push(" AND customer_id IN ").bind_list(ids.iter().copied()).push(" AND NOT (actor_kind = ");
    sql.bind(actor.kind.as_str()).push(" AND actor_id = ").bind(actor.id).push(")").push(NOT_FOLLOWED);
    c.query(&sql, |row| row.get(0))
}

pub(super) fn companies_of_others(c: &Conn<'_>, actor: &Actor, ids: &[CompanyId]) -> Result<Vec<CompanyId>> {
    let mut sql = Sql::new("SELECT DISTINCT company_id FROM activities WHERE org_id = ");
    sql.bind(actor.scope()).push(" AND company_id IN ").bind_list(ids.iter().copied());
    sql.push(" AND NOT (actor_kind = ").bind(actor.kind.as_str()).push(" AND actor_id = ").bind(actor.id).push(")");
    sql.push(NOT_FOLLOWED);
    c.query(&sql, |row| row.get(0))
}

pub(super) fn deals_of_others(c: &Conn<'_>, actor: &Actor, ids: &[DealId]) -> Result<Vec<DealId>> {
    let mut sql = Sql::new("SELECT DISTINCT deal_id FROM activities WHERE org_id = ");
    sql.bind(actor.scope()).push(" AND deal_id IN ").bind_list(ids.iter().copied());
    sql.push(" AND NOT (actor_kind = ").bind(actor.kind.as_str()).push(" AND actor_id = ").bind(actor.id).push(")");
    c.query(&sql, |row| row.get(0))
}

pub(super) fn page(
    c: &Conn<'_>,
    scope: &Scope,
    timeline: Timeline,
    group: Option<Group>,
    limit: usize,
    after: Option<(Timestamp, ActivityId)>,
) -> Result<Vec<Activity>> {
    c.query(&page_sql(scope, timeline, group, limit, after), read)
}

pub(super) fn page_sql(
    scope: &Scope,
    timeline: Timeline,
    group: Option<Group>,
    limit: usize,
    after: Option<(Timestamp, ActivityId)>,
) -> Sql {
    let mut sql = Sql::new(SELECT);
    sql.push("activities WHERE org_id = ").bind(scope).append(&rest(timeline, group, limit, after));
    sql
}

const SELECT: &str =
    "SELECT id, customer_id, company_id, deal_id, type, detail, actor_kind, actor_id, actor_name, occurred_at
    FROM ";

/// The conditions and the order of a timeline.
fn rest(timeline: Timeline, group: Option<Group>, limit: usize, after: Option<(Timestamp, ActivityId)>) -> Sql {
    let mut sql = Sql::default();
    match timeline {
        Timeline::Customer(id) => sql.push(" AND customer_id = ").bind(id),
        Timeline::Company(id) => sql.push(" AND company_id = ").bind(id),
        Timeline::Deal(id) => sql.push(" AND deal_id = ").bind(id),
    };
    if let Some(group) = group {
        for (index, prefix) in group.prefixes().iter().enumerate() {
            sql.push(if index == 0 { " AND (type LIKE " } else { " OR type LIKE " }).bind(format!("{prefix}%"));
        }
        sql.push(")");
    }
    if let Some((time, id)) = after {
        sql.push(" AND (occurred_at, id) < (").bind(time).push(", ").bind(id).push(")");
    }
    sql.push(" ORDER BY occurred_at DESC, id DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql
}

/// Rows of the log that are looked at for the latest events.
const LATEST_ROWS: i64 = 2_000;

pub(super) fn latest(c: &Conn<'_>, scope: &Scope, by: Option<UserId>, limit: usize) -> Result<Vec<Activity>> {
    c.query(&latest_sql(scope, by, limit), read)
}

pub(super) fn latest_sql(scope: &Scope, by: Option<UserId>, limit: usize) -> Sql {
    let mut sql = Sql::new(SELECT);
    // Ids ascend with the time of logging.
    sql.push("(SELECT * FROM activities WHERE org_id = ")
        .bind(scope)
        .push(" ORDER BY id DESC LIMIT ")
        .bind(LATEST_ROWS);
    sql.push(") l WHERE id IS NOT NULL").push(NOT_FOLLOWED);
    if let Some(user) = by {
        sql.push(" AND actor_kind = 'user' AND actor_id = ").bind(user);
    }
    sql.push(" ORDER BY id DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql
}

pub(super) fn insert_private(
    tx: &Tx<'_>,
    actor: &Actor,
    user_id: UserId,
    about: About,
    kind: &str,
    detail: serde_json::Value,
) -> Result<()> {
    let row = row(actor, ActivityId(actor.new_id()), about, kind, detail, actor.now());
    let values: Vec<Value> = [Value::from(user_id)].into_iter().chain(row).collect();
    tx.later(
        "INSERT INTO private_activities (user_id, org_id, id, customer_id, company_id, deal_id, type, detail, actor_kind,
           actor_id, actor_name, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values,
    )
}

/// Removes what `user_id` alone sees of this on the timelines of what it is about.
pub(super) fn forget_private(
    tx: &Tx<'_>,
    scope: &Scope,
    user_id: UserId,
    about: About,
    kind: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM private_activities WHERE org_id = ");
    sql.bind(scope).push(" AND user_id = ").bind(user_id).push(" AND type = ").bind(kind);
    sql.push(" AND detail = ").bind(detail.clone());
    // Along the index of one timeline.
    match (about.deal_id, about.customer_id, about.company_id) {
        (Some(id), ..) => sql.push(" AND deal_id = ").bind(id),
        (None, Some(id), _) => sql.push(" AND customer_id = ").bind(id),
        (None, None, Some(id)) => sql.push(" AND company_id = ").bind(id),
        (None, None, None) => return Ok(()),
    };
    tx.execute(&sql)?;
    Ok(())
}

/// What of a timeline `user_id` alone sees.
pub(super) fn private_page(
    c: &Conn<'_>,
    scope: &Scope,
    user_id: UserId,
    timeline: Timeline,
    group: Option<Group>,
    limit: usize,
    after: Option<(Timestamp, ActivityId)>,
) -> Result<Vec<Activity>> {
    c.query(&private_page_sql(scope, user_id, timeline, group, limit, after), read)
}

pub(super) fn private_page_sql(
    scope: &Scope,
    user_id: UserId,
    timeline: Timeline,
    group: Option<Group>,
    limit: usize,
    after: Option<(Timestamp, ActivityId)>,
) -> Sql {
    let mut sql = Sql::new(SELECT);
    sql.push("private_activities WHERE org_id = ").bind(scope).push(" AND user_id = ").bind(user_id);
    sql.append(&rest(timeline, group, limit, after));
    sql
}

fn read(row: &Row<'_>) -> Result<Activity> {
    Ok(Activity {
        id: row.get(0)?,
        customer_id: row.get(1)?,
        company_id: row.get(2)?,
        deal_id: row.get(3)?,
        kind: row.get(4)?,
        detail: row.get(5)?,
        actor: ActorRef {
            kind: ActorKind::parse(&row.get::<String>(6)?).unwrap_or(ActorKind::System),
            id: row.get(7)?,
            name: row.get(8)?,
        },
        occurred_at: row.get(9)?,
    })
}
