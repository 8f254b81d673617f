use super::model::{Segment, SegmentKind, SegmentRef};
use crate::segment_rules::Definition;
use db::{Conn, Engine, Error, Result, Row, Sql, Tx, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::filter::{Activity, Context, Tree};
use platform::http::Page;
use platform::ids::{CompanyId, CustomerId, OrgId, SegmentId};
use platform::paging::{self, Count, List};
use platform::text::fold;
use platform::text_index;
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: &str = "c.id, c.name, c.description, c.kind, c.rule, c.created_by_id, c.archived_at, c.created_at,
    c.updated_at, c.version, c.computed_at";

fn kind_of(text: &str) -> Result<SegmentKind> {
    SegmentKind::parse(text).ok_or_else(|| Error::Bug(format!("unknown kind of segment {text:?}")))
}

fn read(row: &Row<'_>) -> Result<Segment> {
    Ok(Segment {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        kind: kind_of(&row.get::<String>(3)?)?,
        rule: row.get(4)?,
        problems: Vec::new(),
        created_by_id: row.get(5)?,
        archived_at: row.get(6)?,
        created_at: row.get(7)?,
        updated_at: row.get(8)?,
        version: row.get(9)?,
        computed_at: row.get(10)?,
    })
}

fn select() -> Sql {
    Sql::new("SELECT ").push(COLUMNS).clone()
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: SegmentId) -> Result<Option<Segment>> {
    let mut sql = select();
    sql.push(" FROM segments c WHERE c.org_id = ").bind(scope).push(" AND c.id = ").bind(id);
    c.query_opt(&sql, read)
}

/// The living segments of these folded names.
pub(super) fn by_keys(c: &Conn<'_>, scope: &Scope, keys: &[String]) -> Result<BTreeMap<String, Segment>> {
    let statement = |part: &[String]| {
        let mut sql = select();
        sql.push(", c.live_key FROM segments c WHERE c.org_id = ").bind(scope);
        sql.push(" AND c.live_key IN ").bind_list(part);
        sql
    };
    Ok(c.query_parts(keys, statement, |row| Ok((row.get(11)?, read(row)?)))?.into_iter().collect())
}

/// The dynamic ones, archived too, by name.
pub(super) fn with_rules(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Segment>> {
    let mut sql = select();
    sql.push(" FROM segments c WHERE c.org_id = ").bind(scope).push(" AND c.kind = ");
    c.query(sql.bind(SegmentKind::Dynamic.as_str()).push(" ORDER BY c.name_key, c.id"), read)
}

/// All that are not archived, by name.
pub(super) fn living(c: &Conn<'_>, scope: &Scope) -> Result<Vec<SegmentRef>> {
    c.query(
        (
            "SELECT id, name, kind FROM segments WHERE org_id = $1 AND archived_at IS NULL ORDER BY name_key, id",
            params![scope],
        ),
        |row| Ok(SegmentRef { id: row.get(0)?, name: row.get(1)?, kind: kind_of(&row.get::<String>(2)?)? }),
    )
}

fn filtered(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Sql> {
    let mut sql = Sql::new(" FROM segments c WHERE c.org_id = ");
    sql.bind(scope).push(" AND ").append(&tree.planned(c, context, &[])?);
    for word in q.map(fold).unwrap_or_default().split_whitespace() {
        sql.push(" AND c.name_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
    }
    Ok(sql)
}

pub(super) fn page(c: &Conn<'_>, scope: &Scope, list: &List, context: &Context) -> Result<Page<Segment>> {
    let from = filtered(c, scope, &list.tree, list.q.as_deref(), context)?;
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

pub(super) fn count(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&filtered(c, scope, tree, q, context)?);
    paging::count(c, &sql, false)
}

pub(super) fn total(c: &Conn<'_>, scope: &Scope) -> Result<i64> {
    c.query_one(("SELECT count(*) FROM segments WHERE org_id = $1", params![scope]), |row| row.get(0))
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, segment: &Segment) -> Result<()> {
    let key = fold(&segment.name);
    tx.execute((
        "INSERT INTO segments (org_id, id, name, name_key, live_key, description, kind, rule, created_by_id, archived_at,
           created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            scope,
            segment.id,
            &segment.name,
            &key,
            segment.archived_at.is_none().then_some(key.clone()),
            segment.description.clone(),
            segment.kind.as_str(),
            segment.rule.clone(),
            segment.created_by_id,
            segment.archived_at,
            segment.created_at,
            segment.updated_at,
            segment.version
        ],
    ))?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, segment: &Segment) -> Result<()> {
    let key = fold(&segment.name);
    tx.execute((
        "UPDATE segments SET name = $3, name_key = $4, live_key = $5, description = $6, rule = $7, archived_at = $8,
           updated_at = $9, version = $10
         WHERE org_id = $1 AND id = $2",
        params![
            scope,
            segment.id,
            &segment.name,
            &key,
            segment.archived_at.is_none().then_some(key.clone()),
            segment.description.clone(),
            segment.rule.clone(),
            segment.archived_at,
            segment.updated_at,
            segment.version
        ],
    ))?;
    Ok(())
}

/// Notes that everybody has been compared with these segments at this moment. No write of anybody, so no new version.
pub(super) fn computed(tx: &Tx<'_>, scope: &Scope, ids: &[SegmentId], at: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE segments SET computed_at = ");
    sql.bind(at).push(" WHERE org_id = ").bind(scope).push(" AND id IN ").bind_list(ids.iter().copied());
    sql.push(" AND rule IS NOT NULL");
    tx.execute(sql.push(" AND (computed_at IS NULL OR computed_at < ").bind(at).push(")"))?;
    Ok(())
}

// ---- Who is in one -------------------------------------------------------------------------------

/// Those of these customers whom the rule selects. Reads about each of them alone, however many others there are.
pub(super) fn selected(
    c: &Conn<'_>,
    context: &Context,
    rule: &Tree,
    customers: &[CustomerId],
) -> Result<Vec<CustomerId>> {
    c.query_parts(customers, |part| selected_sql(context, rule, part), |row| row.get(0))
}

pub(super) fn selected_sql(context: &Context, rule: &Tree, customers: &[CustomerId]) -> Sql {
    let mut sql = Sql::new("SELECT c.id FROM customers c WHERE c.org_id = ");
    sql.bind(context.org).push(" AND c.id IN ").bind_list(customers.iter().copied());
    sql.push(" AND ").append(&rule.sql_of_few(context));
    sql
}

/// Rules that are asked about one customer in one statement, unless their values come to [`VALUES_AT_ONCE`] before.
const RULES_AT_ONCE: usize = 100;
const VALUES_AT_ONCE: usize = 5_000;

/// Those of these segments whose rule selects the customer.
pub(super) fn selecting(
    c: &Conn<'_>,
    context: &Context,
    rules: &[(SegmentId, &Tree)],
    customer: CustomerId,
) -> Result<BTreeSet<SegmentId>> {
    let mut found = BTreeSet::new();
    for sql in selecting_sql(context, rules, customer) {
        let places: Vec<i64> = c.query(&sql, |row| row.get(0))?;
        let segment = |place| usize::try_from(place).ok().and_then(|place| rules.get(place));
        found.extend(places.into_iter().filter_map(segment).map(|(id, _)| *id));
    }
    Ok(found)
}

pub(super) fn selecting_sql(context: &Context, rules: &[(SegmentId, &Tree)], customer: CustomerId) -> Vec<Sql> {
    let mut statements: Vec<(usize, Sql)> = Vec::new();
    for (place, (_, rule)) in (0_i64..).zip(rules) {
        let mut one = Sql::new("SELECT CAST(");
        one.bind(place).push(" AS BIGINT) FROM customers c WHERE c.org_id = ").bind(context.org);
        one.push(" AND c.id = ").bind(customer).push(" AND ").append(&rule.sql_of_few(context));
        match statements.last_mut() {
            Some((count, sql))
                if *count < RULES_AT_ONCE && sql.values().len() + one.values().len() <= VALUES_AT_ONCE =>
            {
                sql.push(" UNION ALL ").append(&one);
                *count += 1;
            }
            _ => statements.push((1, one)),
        }
    }
    statements.into_iter().map(|(_, sql)| sql).collect()
}

/// Everybody whom the rule selects.
pub(super) fn selected_of_all(c: &Conn<'_>, context: &Context, rule: &Tree) -> Result<Vec<CustomerId>> {
    let mut sql = Sql::new("SELECT c.id FROM customers c WHERE c.org_id = ");
    sql.bind(context.org).push(" AND ").append(&rule.planned_count(c, context)?);
    c.query(&sql, |row| row.get(0))
}

/// Keeps these customers as they are until the commit. Whoever compares them and whoever changes them meanwhile would
/// otherwise each see what the other one has not written yet, and what is told then would stay wrong.
pub(super) fn hold(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<()> {
    if tx.engine() == Engine::Postgres && !customers.is_empty() {
        let mut sql = Sql::new("SELECT id FROM customers WHERE org_id = ");
        sql.bind(scope).push(" AND id IN ").bind_list(customers.iter().copied());
        tx.for_each(sql.push(" ORDER BY id FOR SHARE"), |_| Ok(()))?;
    }
    Ok(())
}

/// What the rows of a customer say of a segment in which they are listed or have been told to be at any time.
#[derive(Clone, Copy, Debug)]
pub(super) struct SegmentRow {
    pub segment_id: SegmentId,
    pub listed: bool,
    /// Since when; empty when the last that was told is that they left.
    pub since: Option<Timestamp>,
}

pub(super) fn of_customer(c: &Conn<'_>, scope: &Scope, customer: CustomerId) -> Result<Vec<SegmentRow>> {
    c.query(&of_customer_sql(scope, customer), |row| {
        let left: Option<Timestamp> = row.get(3)?;
        let joined: Timestamp = row.get(2)?;
        let since = left.is_none().then_some(joined);
        Ok(SegmentRow { segment_id: row.get(0)?, listed: row.get(1)?, since })
    })
}

pub(super) fn of_customer_sql(scope: &Scope, customer: CustomerId) -> Sql {
    let mut sql =
        Sql::new("SELECT x.segment_id, x.listed, x.joined_at, x.left_at FROM segment_members x WHERE x.org_id = ");
    sql.bind(scope).push(" AND x.customer_id = ").bind(customer);
    sql
}

/// Counts one more write of these customers.
pub(super) fn bump_customers(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET updated_at = ");
    sql.bind(now).push(", version = version + 1 WHERE org_id = ").bind(scope);
    tx.execute(sql.push(" AND id IN ").bind_list(customers.iter().copied()))?;
    Ok(())
}

/// The companies of these customers.
pub(super) fn companies(
    c: &Conn<'_>,
    scope: &Scope,
    customers: &[CustomerId],
) -> Result<BTreeMap<CustomerId, Option<CompanyId>>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT id, company_id FROM customers WHERE org_id = ");
        sql.bind(scope).push(" AND id IN ").bind_list(part.iter().copied());
        sql
    };
    Ok(c.query_parts(customers, statement, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Customers of a company by id, after one of them.
pub(super) fn of_company(
    c: &Conn<'_>,
    scope: &Scope,
    company: CompanyId,
    after: Option<CustomerId>,
    most: i64,
) -> Result<Vec<CustomerId>> {
    let mut sql = Sql::new("SELECT id FROM customers WHERE org_id = ");
    sql.bind(scope).push(" AND company_id = ").bind(company);
    if let Some(after) = after {
        sql.push(" AND id > ").bind(after);
    }
    c.query(sql.push(" ORDER BY id LIMIT ").bind(most), |row| row.get(0))
}

/// How many events of an `activity` condition a customer has.
pub(super) fn events(c: &Conn<'_>, context: &Context, customer: CustomerId, activity: &Activity) -> Result<u64> {
    let instant = |moment: platform::filter::Moment| moment.resolve(context.now, &context.zone);
    let mut sql = Sql::new("SELECT count(*) FROM activities WHERE org_id = ");
    sql.bind(context.org).push(" AND customer_id = ").bind(customer);
    sql.push(" AND type IN ").bind_list(activity.types.iter().map(String::as_str));
    if let Some(since) = activity.since {
        sql.push(" AND occurred_at >= ").bind(instant(since));
    }
    if let Some(until) = activity.until {
        sql.push(" AND occurred_at < ").bind(instant(until));
    }
    Ok(c.query_one(&sql, |row| row.get::<i64>(0))?.unsigned_abs())
}

/// How many of a customer's deals the tree of a `deals` condition selects.
pub(super) fn deals(c: &Conn<'_>, context: &Context, customer: CustomerId, tree: &Tree) -> Result<u64> {
    let mut sql = Sql::new("SELECT count(*) FROM deals d WHERE d.org_id = ");
    sql.bind(context.org).push(" AND d.customer_id = ").bind(customer);
    sql.push(" AND ").append(&tree.sql_of_few(context));
    Ok(c.query_one(&sql, |row| row.get::<i64>(0))?.unsigned_abs())
}

/// The living dynamic segments of all organisations, for the clock.
pub(super) fn dynamic_of_all(c: &Conn<'_>) -> Result<Vec<(OrgId, Definition)>> {
    c.query(
        "SELECT org_id, id, name, rule FROM segments WHERE rule IS NOT NULL AND archived_at IS NULL ORDER BY org_id, id",
        |row| {
            Ok((
                row.get(0)?,
                Definition { id: row.get(1)?, name: row.get(2)?, archived: false, rule: row.get(3)? },
            ))
        },
    )
}
