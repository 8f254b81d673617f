use super::super::store::{read, select};
use super::model::Person;
use crate::custom_fields;
use db::{Conn, Result, Sql, Tx, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::{CustomerId, SegmentId};

/// Gives the customers one more version: whoever else is writing one of them meanwhile runs again, or makes us.
pub(super) fn hold(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET version = version + 1, updated_at = ");
    sql.bind(now).push(" WHERE org_id = ").bind(scope).push(" AND id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

/// The customers with their contacts and tags, in no order.
pub(super) fn people(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> platform::Result<Vec<Person>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = select();
        sql.push(", c.company_by_domain FROM customers c WHERE c.org_id = ").bind(scope);
        sql.push(" AND c.id IN ").bind_list(part.iter().copied());
        sql
    };
    let found: Vec<(_, bool)> = c.query_parts(ids, statement, |row| Ok((read(row)?, row.get(23)?)))?;
    let (mut customers, by_domain): (Vec<_>, Vec<bool>) = found.into_iter().unzip();
    super::super::store::add_children(c, scope, &mut customers)?;
    let values = customers.iter_mut().map(|customer| (customer.id.0, &mut customer.custom));
    custom_fields::with_archived(c, scope, custom_fields::Record::Customer, values)?;
    let person = |(customer, company_by_domain)| Person { customer, company_by_domain };
    Ok(customers.into_iter().zip(by_domain).map(person).collect())
}

/// What the ordinary update of a customer leaves alone, and the copies that order the tags' pages.
pub(super) fn update_rest(tx: &Tx<'_>, scope: &Scope, person: &Person) -> Result<()> {
    let customer = &person.customer;
    tx.execute((
        "UPDATE customers SET company_by_domain = $3, claimed_by_id = $4, claimed_at = $5, last_inbound_at = $6,
           last_outbound_at = $7, merged_into_id = $8
         WHERE org_id = $1 AND id = $2",
        params![
            scope,
            customer.id,
            person.company_by_domain,
            customer.claimed_by_id,
            customer.claimed_at,
            customer.last_inbound_at,
            customer.last_outbound_at,
            customer.merged_into_id
        ],
    ))?;
    tx.execute((
        "UPDATE customer_tags SET company_id = $3, last_activity_at = $4 WHERE org_id = $1 AND customer_id = $2",
        params![scope, customer.id, customer.company_id, customer.last_activity_at],
    ))?;
    Ok(())
}

/// Puts the survivor back into the static segments that they have left and the loser is in; which those are.
pub(super) fn join_as(tx: &Tx<'_>, scope: &Scope, loser: CustomerId, survivor: CustomerId) -> Result<Vec<SegmentId>> {
    let found: Vec<SegmentId> = tx.query(
        (
            "SELECT l.segment_id FROM segment_members l
             JOIN segment_members s ON s.org_id = l.org_id AND s.customer_id = $3 AND s.segment_id = l.segment_id
             WHERE l.org_id = $1 AND l.customer_id = $2 AND l.listed AND NOT s.listed ORDER BY l.segment_id",
            params![scope, loser, survivor],
        ),
        |row| row.get(0),
    )?;
    list(tx, scope, &[survivor], &found, true)?;
    Ok(found)
}

/// Says that the customers are in these static segments, or are not; what is told of it follows.
pub(super) fn list(
    tx: &Tx<'_>,
    scope: &Scope,
    customers: &[CustomerId],
    segments: &[SegmentId],
    listed: bool,
) -> Result<()> {
    if segments.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("UPDATE segment_members SET listed = ");
    sql.bind(listed).push(" WHERE org_id = ").bind(scope).push(" AND customer_id IN ");
    sql.bind_list(customers.iter().copied()).push(" AND segment_id IN ").bind_list(segments.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

/// Leads the old links of `ids` to `survivor`.
pub(super) fn lead_to(tx: &Tx<'_>, scope: &Scope, ids: &[CustomerId], survivor: CustomerId) -> Result<()> {
    let mut sql = Sql::new("UPDATE customers SET merged_into_id = ");
    sql.bind(survivor).push(" WHERE org_id = ").bind(scope).push(" AND id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}
