use super::{Product, ProductRef, ProductStatus};
use db::{Conn, Error, Result, Row, Sql, Tx, Value, params};
use platform::filter::{Context, Tree};
use platform::http::Page;
use platform::ids::ProductId;
use platform::paging::{self, Count, List};
use platform::text::fold;
use platform::{Scope, text_index};
use std::collections::HashMap;

const SELECT: &str =
    "SELECT c.id, c.name, c.description, c.status, c.owner_id, c.price, c.currency, c.hot_at, c.warm_at,
    (SELECT count(DISTINCT l.deal_id) FROM deal_products l WHERE l.org_id = c.org_id AND l.product_id = c.id),
    c.archived_at, c.created_at, c.updated_at, c.version";

fn read(row: &Row<'_>) -> Result<Product> {
    let status: String = row.get(3)?;
    Ok(Product {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        status: ProductStatus::parse(&status).ok_or_else(|| Error::Bug(format!("a product cannot be {status:?}")))?,
        owner_id: row.get(4)?,
        price: row.get(5)?,
        currency: row.get(6)?,
        hot_at: row.get(7)?,
        warm_at: row.get(8)?,
        deal_count: row.get(9)?,
        archived_at: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        version: row.get(13)?,
    })
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: ProductId) -> Result<Option<Product>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" FROM products c WHERE c.org_id = ").bind(scope).push(" AND c.id = ").bind(id);
    c.query_opt(&sql, read)
}

pub(super) fn load(c: &Conn<'_>, scope: &Scope, ids: &[ProductId]) -> Result<Vec<Product>> {
    let statement = |part: &[ProductId]| {
        let mut sql = Sql::new(SELECT);
        sql.push(" FROM products c WHERE c.org_id = ").bind(scope);
        sql.push(" AND c.id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(ids, statement, read)
}

pub(super) fn by_names(c: &Conn<'_>, scope: &Scope, keys: &[&str]) -> Result<Vec<Product>> {
    let statement = |part: &[&str]| {
        let mut sql = Sql::new(SELECT);
        sql.push(" FROM products c WHERE c.org_id = ").bind(scope);
        sql.push(" AND c.live_key IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(keys, statement, read)
}

pub(super) fn living(c: &Conn<'_>, scope: &Scope, limit: i64) -> Result<Vec<ProductRef>> {
    c.query(
        (
            "SELECT id, name, price, currency FROM products WHERE org_id = $1 AND live_key IS NOT NULL
             ORDER BY live_key LIMIT $2",
            params![scope, limit],
        ),
        |row| Ok(ProductRef { id: row.get(0)?, name: row.get(1)?, price: row.get(2)?, currency: row.get(3)? }),
    )
}

pub(super) fn names(c: &Conn<'_>, scope: &Scope, ids: &[ProductId]) -> Result<HashMap<ProductId, String>> {
    let statement = |part: &[ProductId]| {
        let mut sql = Sql::new("SELECT id, name FROM products WHERE org_id = ");
        sql.bind(scope).push(" AND id IN ").bind_list(part.iter().copied());
        sql
    };
    Ok(c.query_parts(ids, statement, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

pub(super) fn offered(
    c: &Conn<'_>,
    scope: &Scope,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, (ProductRef, bool)>> {
    let read = |row: &Row<'_>| {
        let product = ProductRef { id: row.get(0)?, name: row.get(1)?, price: row.get(2)?, currency: row.get(3)? };
        Ok((product.id, (product, row.get(4)?)))
    };
    Ok(c.query_parts(ids, |part| offered_sql(scope, part), read)?.into_iter().collect())
}

/// Without the number of their deals, which takes as long as they are many.
pub(super) fn offered_sql(scope: &Scope, ids: &[ProductId]) -> Sql {
    let mut sql = Sql::new("SELECT c.id, c.name, c.price, c.currency, c.archived_at IS NOT NULL FROM products c");
    sql.push(" WHERE c.org_id = ").bind(scope).push(" AND c.id IN ").bind_list(ids.iter().copied());
    sql
}

/// The living product of this name.
pub(super) fn named(c: &Conn<'_>, scope: &Scope, name: &str) -> Result<Option<ProductId>> {
    c.query_opt(("SELECT id FROM products WHERE org_id = $1 AND live_key = $2", params![scope, fold(name)]), |row| {
        row.get(0)
    })
}

fn filtered(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Sql> {
    let mut sql = Sql::new(" FROM products c WHERE c.org_id = ");
    sql.bind(scope).push(" AND ").append(&tree.planned(c, context, &[])?);
    for word in q.map(fold).unwrap_or_default().split_whitespace() {
        sql.push(" AND c.name_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
    }
    Ok(sql)
}

pub(super) fn page(c: &Conn<'_>, scope: &Scope, list: &List, context: &Context) -> Result<Page<Product>> {
    let from = filtered(c, scope, &list.tree, list.q.as_deref(), context)?;
    list.page(
        c,
        |leg| {
            let mut sql = Sql::new(SELECT);
            sql.append(&leg.columns()).append(&from).append(&leg.rest());
            sql
        },
        read,
    )
}

pub(super) fn count(
    c: &Conn<'_>,
    scope: &Scope,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    exact: bool,
) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&filtered(c, scope, tree, q, context)?);
    paging::count(c, &sql, exact)
}

fn values(scope: &Scope, product: &Product) -> Vec<Value> {
    let key = fold(&product.name);
    params![
        scope,
        product.id,
        &product.name,
        &key,
        product.archived_at.is_none().then(|| key.clone()),
        product.description.clone(),
        product.status.as_str(),
        product.owner_id,
        product.price,
        product.currency.clone(),
        product.hot_at,
        product.warm_at,
        product.archived_at,
        product.created_at,
        product.updated_at,
        product.version
    ]
    .to_vec()
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, product: &Product) -> Result<()> {
    tx.execute((
        "INSERT INTO products (org_id, id, name, name_key, live_key, description, status, owner_id, price, currency,
           hot_at, warm_at, archived_at, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        values(scope, product).as_slice(),
    ))?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, product: &Product) -> Result<()> {
    tx.execute((
        "UPDATE products SET name = $3, name_key = $4, live_key = $5, description = $6, status = $7, owner_id = $8,
           price = $9, currency = $10, hot_at = $11, warm_at = $12, archived_at = $13, created_at = $14,
           updated_at = $15, version = $16
         WHERE org_id = $1 AND id = $2",
        values(scope, product).as_slice(),
    ))?;
    Ok(())
}
