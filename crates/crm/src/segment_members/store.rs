use db::{Conn, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::{CustomerId, SegmentId};

use super::StaticSegment;

/// What the rows of a segment say about a customer.
#[derive(Clone, Copy, Debug)]
pub struct MemberRow {
    pub customer_id: CustomerId,
    /// Put there by hand.
    pub listed: bool,
    /// The last that was told is that they joined.
    pub told: bool,
}

/// A static segment that somebody has put a customer into.
#[derive(Clone, Debug)]
pub struct Listed {
    pub customer_id: CustomerId,
    pub segment: StaticSegment,
    /// The last that was told is that they joined.
    pub told: bool,
}

pub(super) fn lists_of(c: &Conn<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<Vec<Listed>> {
    c.query_parts(
        customers,
        |part| lists_of_sql(scope, part),
        |row| {
            Ok(Listed {
                customer_id: row.get(0)?,
                segment: StaticSegment { id: row.get(1)?, name: row.get(2)? },
                told: row.get(3)?,
            })
        },
    )
}

pub(crate) fn lists_of_sql(scope: &Scope, customers: &[CustomerId]) -> Sql {
    let mut sql = Sql::new(
        "SELECT x.customer_id, x.segment_id, s.name, x.left_at IS NULL FROM segment_members x
         JOIN segments s ON s.org_id = x.org_id AND s.id = x.segment_id WHERE x.org_id = ",
    );
    sql.bind(scope).push(" AND x.listed AND x.customer_id IN ").bind_list(customers.iter().copied());
    sql
}

/// Of these customers; of all when there is no list.
pub(super) fn rows(
    c: &Conn<'_>,
    scope: &Scope,
    segment: SegmentId,
    customers: Option<&[CustomerId]>,
) -> Result<Vec<MemberRow>> {
    let mut start =
        Sql::new("SELECT x.customer_id, x.listed, x.left_at IS NULL FROM segment_members x WHERE x.org_id = ");
    start.bind(scope).push(" AND x.segment_id = ").bind(segment);
    let read = |row: &Row<'_>| Ok(MemberRow { customer_id: row.get(0)?, listed: row.get(1)?, told: row.get(2)? });
    match customers {
        None => c.query(&start, read),
        Some(customers) => {
            let statement = |part: &[CustomerId]| {
                let mut sql = start.clone();
                sql.push(" AND x.customer_id IN ").bind_list(part.iter().copied());
                sql
            };
            c.query_parts(customers, statement, read)
        }
    }
}

/// Writes that these customers are in these segments since now; `listed` when somebody has put them there.
pub(super) fn join(
    tx: &Tx<'_>,
    scope: &Scope,
    pairs: &[(CustomerId, SegmentId)],
    listed: bool,
    now: Timestamp,
) -> Result<()> {
    let sets: Vec<Vec<Value>> =
        pairs.iter().map(|(customer, segment)| params![scope, *customer, *segment, listed, now].to_vec()).collect();
    tx.execute_many(
        "INSERT INTO segment_members (org_id, customer_id, segment_id, listed, joined_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, customer_id, segment_id)
         DO UPDATE SET listed = excluded.listed, joined_at = excluded.joined_at, left_at = NULL",
        &sets,
    )?;
    Ok(())
}

/// Writes that somebody has taken these customers out of these segments now.
pub(super) fn unlist(tx: &Tx<'_>, scope: &Scope, pairs: &[(CustomerId, SegmentId)], now: Timestamp) -> Result<()> {
    let sets: Vec<Vec<Value>> =
        pairs.iter().map(|(customer, segment)| params![scope, *customer, *segment, false, now].to_vec()).collect();
    tx.execute_many(
        "UPDATE segment_members SET listed = $4, left_at = coalesce(left_at, $5)
         WHERE org_id = $1 AND customer_id = $2 AND segment_id = $3",
        &sets,
    )?;
    Ok(())
}

/// Writes that these customers left the segment now. Whoever was put there stays listed unless `unlist`.
pub(super) fn leave(
    tx: &Tx<'_>,
    scope: &Scope,
    segment: SegmentId,
    customers: &[CustomerId],
    unlist: bool,
    now: Timestamp,
) -> Result<()> {
    let mut sql = Sql::new("UPDATE segment_members SET left_at = ");
    sql.bind(now);
    if unlist {
        sql.push(", listed = ").bind(false);
    }
    sql.push(" WHERE org_id = ").bind(scope).push(" AND segment_id = ").bind(segment);
    tx.execute(sql.push(" AND customer_id IN ").bind_list(customers.iter().copied()))?;
    Ok(())
}
