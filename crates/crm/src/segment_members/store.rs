use db::{Conn, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::{CustomerId, SegmentId};

/// What the rows of a segment say about a customer.
#[derive(Clone, Copy, Debug)]
pub struct MemberRow {
    pub customer_id: CustomerId,
    /// Put there by hand.
    pub listed: bool,
    /// The last that was told is that they joined.
    pub told: bool,
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

/// Writes that these customers are in the segment since now; `listed` when somebody has put them there.
pub(super) fn join(
    tx: &Tx<'_>,
    scope: &Scope,
    segment: SegmentId,
    customers: &[CustomerId],
    listed: bool,
    now: Timestamp,
) -> Result<()> {
    let sets: Vec<Vec<Value>> =
        customers.iter().map(|customer| params![scope, *customer, segment, listed, now].to_vec()).collect();
    tx.execute_many(
        "INSERT INTO segment_members (org_id, customer_id, segment_id, listed, joined_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, customer_id, segment_id)
         DO UPDATE SET listed = excluded.listed, joined_at = excluded.joined_at, left_at = NULL",
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
