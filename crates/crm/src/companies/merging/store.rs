use crate::activity::{self, About, Change, Event};
use db::{Conn, Result, Sql, Tx, params};
use platform::clock::Timestamp;
use platform::ids::{CompanyId, CustomerId};
use platform::{Actor, Scope};
use uuid::Uuid;

/// Customers that are logged at a time.
const LOG_CHUNK: usize = 2_000;

/// Gives the companies one more version: whoever else is writing one of them meanwhile runs again, or makes us.
pub(super) fn hold(tx: &Tx<'_>, scope: &Scope, ids: &[CompanyId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE companies SET version = version + 1, updated_at = ");
    sql.bind(now).push(" WHERE org_id = ").bind(scope).push(" AND id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

/// Leads the old links of `ids` to `survivor`.
pub(super) fn lead_to(tx: &Tx<'_>, scope: &Scope, ids: &[CompanyId], survivor: CompanyId) -> Result<()> {
    let mut sql = Sql::new("UPDATE companies SET merged_into_id = ");
    sql.bind(survivor).push(" WHERE org_id = ").bind(scope).push(" AND id IN ").bind_list(ids.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

/// A new version of the companies right below `parent`; which those are.
pub(super) fn touch_children(tx: &Tx<'_>, scope: &Scope, parent: CompanyId, now: Timestamp) -> Result<Vec<Uuid>> {
    let children = tx.query(
        ("SELECT id FROM companies WHERE org_id = $1 AND parent_id = $2 ORDER BY id", params![scope, parent]),
        |row| row.get(0),
    )?;
    tx.execute((
        "UPDATE companies SET version = version + 1, updated_at = $3 WHERE org_id = $1 AND parent_id = $2",
        params![scope, parent, now],
    ))?;
    Ok(children)
}

pub(super) fn parent(c: &Conn<'_>, scope: &Scope, id: CompanyId) -> Result<Option<CompanyId>> {
    let found = c
        .query_opt(("SELECT parent_id FROM companies WHERE org_id = $1 AND id = $2", params![scope, id]), |row| {
            row.get(0)
        })?;
    Ok(found.flatten())
}

/// The customers of a company, and whether each has been merged into another one.
pub(super) fn customers(c: &Conn<'_>, scope: &Scope, company: CompanyId) -> Result<Vec<(CustomerId, bool)>> {
    c.query(
        (
            "SELECT id, merged_into_id IS NOT NULL FROM customers WHERE org_id = $1 AND company_id = $2",
            params![scope, company],
        ),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// After the customers of a company came over from another one: their versions, the copies that order the tags' pages,
/// and the log, but for those who have none of their own since they were merged.
pub(super) fn customers_came(
    tx: &Tx<'_>,
    actor: &Actor,
    from: CompanyId,
    to: CompanyId,
    customers: &[(CustomerId, bool)],
) -> platform::Result<()> {
    let scope = actor.scope();
    let change = Change { field: "companyId".into(), old: from.to_string().into(), new: to.to_string().into() };
    for part in customers.chunks(LOG_CHUNK) {
        let mut sql = Sql::new("UPDATE customers SET version = version + 1, updated_at = ");
        sql.bind(actor.now()).push(" WHERE org_id = ").bind(scope).push(" AND id IN ");
        tx.execute(sql.bind_list(part.iter().map(|(id, _)| *id)))?;
        let mut sql = Sql::new("UPDATE customer_tags SET company_id = ");
        sql.bind(to).push(" WHERE org_id = ").bind(scope).push(" AND customer_id IN ");
        tx.execute(sql.bind_list(part.iter().map(|(id, _)| *id)))?;
        let event = |(id, is_merged): &(CustomerId, bool)| {
            let about = About { customer_id: Some(*id), company_id: Some(to), deal_id: None };
            (!is_merged).then(|| (about, Event::CustomerUpdated { changes: vec![change.clone()] }))
        };
        activity::record_all(tx, actor, &part.iter().filter_map(event).collect::<Vec<_>>())?;
    }
    Ok(())
}
