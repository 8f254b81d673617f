use super::Kept;
use db::{Conn, Result, Sql, Tx, Value, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::filter::Thresholds;
use platform::ids::{CustomerId, ProductId};
use uuid::Uuid;

pub(super) fn thresholds(c: &Conn<'_>, scope: &Scope) -> Result<Vec<(ProductId, Thresholds)>> {
    c.query(("SELECT id, hot_at, warm_at FROM products WHERE org_id = $1 ORDER BY id", params![scope]), |row| {
        Ok((row.get(0)?, Thresholds { hot_at: row.get(1)?, warm_at: row.get(2)? }))
    })
}

pub(super) fn archived(c: &Conn<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let statement = |part: &[Uuid]| {
        let mut sql = Sql::new("SELECT id, name FROM products WHERE org_id = ");
        sql.bind(scope).push(" AND archived_at IS NOT NULL AND id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(ids, statement, |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(super) fn of_customer(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<Vec<(Uuid, f64)>> {
    c.query(
        ("SELECT product_id, overall FROM fits WHERE org_id = $1 AND customer_id = $2", params![scope, id]),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(super) fn of(c: &Conn<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<Vec<Kept>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT customer_id, product_id, overall, coverage FROM fits WHERE org_id = ");
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(customers, statement, |row| {
        Ok(Kept { customer_id: row.get(0)?, product_id: row.get(1)?, overall: row.get(2)?, coverage: row.get(3)? })
    })
}

pub(super) fn keep(tx: &Tx<'_>, scope: &Scope, fits: &[Kept], now: Timestamp) -> Result<()> {
    let rows: Vec<Vec<Value>> = fits
        .iter()
        .map(|fit| params![scope, fit.customer_id, fit.product_id, fit.overall, fit.coverage, now].to_vec())
        .collect();
    tx.execute_many(
        "INSERT INTO fits (org_id, customer_id, product_id, overall, coverage, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (org_id, customer_id, product_id) DO UPDATE
         SET overall = excluded.overall, coverage = excluded.coverage, updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}

pub(super) fn take_away(tx: &Tx<'_>, scope: &Scope, gone: &[(CustomerId, ProductId)]) -> Result<()> {
    let rows: Vec<Vec<Value>> =
        gone.iter().map(|(customer, product)| params![scope, *customer, *product].to_vec()).collect();
    tx.execute_many("DELETE FROM fits WHERE org_id = $1 AND customer_id = $2 AND product_id = $3", &rows)?;
    Ok(())
}

/// What is kept of these customers is kept no longer; their history is.
pub(super) fn forget(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<()> {
    for start in [
        "DELETE FROM fits WHERE org_id = ",
        "DELETE FROM fit_scores WHERE org_id = ",
        "DELETE FROM fit_readings WHERE org_id = ",
    ] {
        let mut sql = Sql::new(start);
        tx.execute(sql.bind(scope).push(" AND customer_id IN ").bind_list(customers.iter().copied()))?;
    }
    Ok(())
}

/// The history of this customer has come to hold more than computed rows.
pub(super) fn ask_history(tx: &Tx<'_>, scope: &Scope, customer: CustomerId) -> Result<()> {
    tx.execute((
        "UPDATE fit_scores SET by_hand = $3 WHERE org_id = $1 AND customer_id = $2",
        params![scope, customer, true],
    ))?;
    Ok(())
}
