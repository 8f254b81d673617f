//! Products: what an organisation sells. Deals have lines of them, and customers a fit for each.

pub mod api;
pub mod fields;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use fields::FIELDS;
pub use model::{NewProduct, Product, ProductPatch, ProductRef, ProductStatus};

use crate::fits;
use db::{Conn, Tx};
use platform::error::{Existing, on_unique};
use platform::filter::Tree;
use platform::http::{IfMatch, Page};
use platform::ids::ProductId;
use platform::paging::{Count, List};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, organisations};
use std::collections::HashMap;

/// Products that are offered as choices; more are found by the list.
const LIVING_MAX: i64 = 1_000;

pub fn get(c: &Conn<'_>, actor: &Actor, id: ProductId) -> Result<Product> {
    store::get(c, &actor.scope(), id)?.ok_or(Error::NotFound("product"))
}

pub fn page(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Page<Product>> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::page(c, &actor.scope(), list, &context)?)
}

/// How many there are; exact up to `limit`.
pub fn count(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>, exact: bool) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::count(c, &actor.scope(), tree, q, &context, exact)?)
}

/// Those that are not archived, by name; as many as a list of choices holds.
pub fn living(c: &Conn<'_>, scope: &Scope) -> Result<Vec<ProductRef>> {
    Ok(store::living(c, scope, LIVING_MAX)?)
}

/// All that are not archived, by name.
pub(crate) fn all_living(c: &Conn<'_>, scope: &Scope) -> Result<Vec<ProductRef>> {
    Ok(store::living(c, scope, i64::MAX)?)
}

/// What these products are called, archived ones too.
pub fn names(c: &Conn<'_>, scope: &Scope, ids: &[ProductId]) -> Result<HashMap<ProductId, String>> {
    Ok(store::names(c, scope, ids)?)
}

/// These products as a line of a deal needs them, and whether they are archived; missing ones are left out.
pub(crate) fn offered(
    c: &Conn<'_>,
    scope: &Scope,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, (ProductRef, bool)>> {
    Ok(store::offered(c, scope, ids)?)
}

/// The living products of these folded names.
pub(crate) fn by_names(c: &Conn<'_>, scope: &Scope, keys: &[&str]) -> Result<Vec<Product>> {
    Ok(store::by_names(c, scope, keys)?)
}

/// The products with these ids; missing ones are left out.
pub(crate) fn load(c: &Conn<'_>, scope: &Scope, ids: &[ProductId]) -> Result<Vec<Product>> {
    Ok(store::load(c, scope, ids)?)
}

/// Writes a product as it is, for whoever has decided about rights, names and values.
///
/// # Errors
/// Runs the transaction again when somebody took the name meanwhile.
pub(crate) fn put(tx: &Tx<'_>, actor: &Actor, is_stored: bool, product: &Product) -> Result<()> {
    let write = if is_stored { store::update } else { store::insert };
    on_unique(write(tx, &actor.scope(), product), "products_live", || tx.conflict().into())
}

/// Puts products of before the product was there in.
pub fn insert_past(tx: &Tx<'_>, scope: &Scope, products: &[Product]) -> Result<()> {
    for product in products {
        store::insert(tx, scope, product)?;
    }
    Ok(())
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewProduct) -> Result<Product> {
    policy::require(actor, Action::CreateRecords)?;
    let mut product = new.parse(ProductId(actor.new_id()), actor.now())?;
    product.owner_id = product.owner_id.or(actor.user_id);
    settle(tx, actor, None, &mut product)?;
    on_unique(store::insert(tx, &actor.scope(), &product), "products_live", || tx.conflict().into())?;
    Ok(product)
}

pub fn update(tx: &Tx<'_>, actor: &Actor, id: ProductId, patch: &ProductPatch, expected: IfMatch) -> Result<Product> {
    let before = get_to_write(tx, actor, id, expected)?;
    let mut after = before.clone();
    patch.apply(&mut after)?;
    if after == before {
        return Ok(before);
    }
    settle(tx, actor, Some(&before), &mut after)?;
    let after = write(tx, actor, after)?;
    if (after.hot_at, after.warm_at) != (before.hot_at, before.warm_at) {
        fits::buckets_changed(tx, actor, id, after.version)?;
    }
    if before.status == ProductStatus::Archived && after.status != ProductStatus::Archived {
        fits::offered_again(tx, actor, id, after.version)?;
    }
    Ok(after)
}

pub fn archive(tx: &Tx<'_>, actor: &Actor, id: ProductId, expected: IfMatch) -> Result<Product> {
    let product = get_to_write(tx, actor, id, expected)?;
    match product.status {
        ProductStatus::Archived => Ok(product),
        _ => write(tx, actor, Product { status: ProductStatus::Archived, ..product }),
    }
}

/// Offers an archived product again.
pub fn restore(tx: &Tx<'_>, actor: &Actor, id: ProductId, expected: IfMatch) -> Result<Product> {
    let product = get_to_write(tx, actor, id, expected)?;
    if product.status != ProductStatus::Archived {
        return Ok(product);
    }
    let restored = Product { status: ProductStatus::Active, ..product };
    refuse_taken_name(tx, &actor.scope(), &restored)?;
    let restored = write(tx, actor, restored)?;
    fits::offered_again(tx, actor, id, restored.version)?;
    Ok(restored)
}

fn get_to_write(c: &Conn<'_>, actor: &Actor, id: ProductId, expected: IfMatch) -> Result<Product> {
    let product = get(c, actor, id)?;
    policy::require_write(actor, product.owner_id)?;
    expected.check(&product)?;
    Ok(product)
}

fn write(tx: &Tx<'_>, actor: &Actor, product: Product) -> Result<Product> {
    let archived_at = match product.status {
        ProductStatus::Archived => product.archived_at.or(Some(actor.now())),
        _ => None,
    };
    let product = Product { archived_at, updated_at: actor.now(), version: product.version + 1, ..product };
    on_unique(store::update(tx, &actor.scope(), &product), "products_live", || tx.conflict().into())?;
    Ok(product)
}

/// Fills the currency and checks what the product names: a new owner, and a name that is free.
fn settle(tx: &Tx<'_>, actor: &Actor, before: Option<&Product>, product: &mut Product) -> Result<()> {
    let scope = actor.scope();
    if let Some(owner) = product.owner_id.filter(|owner| before.and_then(|before| before.owner_id) != Some(*owner)) {
        organisations::require_member(tx, &scope, owner, "/ownerId")?;
        policy::require_write(actor, Some(owner))?;
    }
    if product.price.is_some() && product.currency.is_none() {
        product.currency = Some(organisations::currency(tx, &scope)?);
    }
    if before.is_some_and(|before| before.name == product.name && before.status == product.status) {
        return Ok(());
    }
    refuse_taken_name(tx, &scope, product)
}

fn refuse_taken_name(c: &Conn<'_>, scope: &Scope, product: &Product) -> Result<()> {
    if product.status == ProductStatus::Archived {
        return Ok(());
    }
    match store::named(c, scope, &product.name)? {
        Some(id) if id != product.id => Err(Error::conflict_with(
            "name_taken",
            Some("/name".into()),
            format!("there is a product {} already; open that one, or choose another name", product.name),
            Existing { record: "product".into(), id: id.to_string(), name: product.name.clone(), archived: false },
        )),
        _ => Ok(()),
    }
}

/// The product that something is about to name.
///
/// # Errors
/// [`Error::Invalid`] at `path` when there is no such product.
pub fn require(c: &Conn<'_>, scope: &Scope, id: ProductId, path: &str) -> Result<Product> {
    store::get(c, scope, id)?.ok_or_else(|| Error::invalid(path, "unknown_product", "there is no such product"))
}
