//! How well customers fit products, as it is kept: what filters, sorts and merges of customers need to know of it. What
//! makes it so is `scoring`.

mod store;

use db::{Conn, Tx};
use platform::clock::Timestamp;
use platform::filter::catalogue::{Children, FIT_PREFIX, Field, Kind};
use platform::filter::{FieldRef, Thresholds};
use platform::ids::{CustomerId, ProductId};
use platform::{Actor, Result, Scope};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

const FITS: Children = Children { key: "c.id", table: "fits", owner: "customer_id", only: None };
static FIT: Field = Field::template(Kind::Decimal, FITS.any("overall")).sorted_by("");

/// The job that follows when a product's fits are in other buckets than before. Segments do it: their rules may ask for
/// buckets.
pub(crate) const BUCKETS_CHANGED: &str = "fits.buckets";

/// A product whose buckets have changed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct BucketsChanged {
    pub product_id: ProductId,
}

/// The job that follows when a product is offered again, whose fits stayed as they were meanwhile. Scoring does it.
pub(crate) const OFFERED_AGAIN: &str = "fits.offered";

/// A product that is offered again.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct OfferedAgain {
    pub product_id: ProductId,
}

/// Whether filters or sorts name a fit, where `names` tells whether they name something.
pub(crate) fn are_named(names: impl Fn(&str) -> bool) -> bool {
    names("\"fit\"") || names(FIT_PREFIX)
}

/// The fit to each product, archived ones too: a filter that names one can still be read.
pub(crate) fn fields(c: &Conn<'_>, scope: &Scope) -> Result<Vec<FieldRef>> {
    let products = store::thresholds(c, scope)?.into_iter();
    Ok(products.map(|(id, thresholds)| FieldRef::fit(id.0, thresholds, &FIT)).collect())
}

/// The archived ones of these products, with their names.
pub(crate) fn archived(c: &Conn<'_>, scope: &Scope, ids: &[Uuid]) -> Result<BTreeMap<Uuid, String>> {
    Ok(store::archived(c, scope, ids)?.into_iter().collect())
}

/// A customer's fits by product.
pub(crate) fn of_customer(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<BTreeMap<Uuid, f64>> {
    Ok(store::of_customer(c, scope, id)?.into_iter().collect())
}

/// Has segments look again, after a product's thresholds changed.
pub(crate) fn buckets_changed(tx: &Tx<'_>, actor: &Actor, product_id: ProductId, version: i64) -> Result<()> {
    let job = jobs::NewJob::new(BUCKETS_CHANGED, BucketsChanged { product_id }).for_org(actor.org_id.0);
    jobs::enqueue(tx, job.dedupe(format!("{product_id}/{version}")), actor.now().micros())?;
    Ok(())
}

/// Has everybody scored by the criteria of a product that is no longer archived.
pub(crate) fn offered_again(tx: &Tx<'_>, actor: &Actor, product_id: ProductId, version: i64) -> Result<()> {
    let job = jobs::NewJob::new(OFFERED_AGAIN, OfferedAgain { product_id }).for_org(actor.org_id.0);
    jobs::enqueue(tx, job.dedupe(format!("{product_id}/{version}")), actor.now().micros())?;
    Ok(())
}

/// After a merge moved the loser's assessments over: the loser fits nothing any more, and what people said of it counts
/// when the survivor is scored again, as their merge is news of the survivor.
pub(crate) fn merged(tx: &Tx<'_>, scope: &Scope, survivor: CustomerId, loser: CustomerId) -> Result<()> {
    store::forget(tx, scope, &[loser])?;
    Ok(store::ask_history(tx, scope, survivor)?)
}

/// What is kept of this customer's history is no longer all that has to be known of it.
pub(crate) fn ask_history(tx: &Tx<'_>, scope: &Scope, customer: CustomerId) -> Result<()> {
    Ok(store::ask_history(tx, scope, customer)?)
}

/// After a merge was undone: what counted for any of them may be somebody else's again. They are all scored anew.
pub(crate) fn unmerged(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<()> {
    Ok(store::forget(tx, scope, customers)?)
}

/// A fit as it is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kept {
    pub customer_id: CustomerId,
    pub product_id: ProductId,
    pub overall: f64,
    /// The share of the weights that has an assessment.
    pub coverage: f64,
}

/// The fits of these customers.
pub(crate) fn of(c: &Conn<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<Vec<Kept>> {
    Ok(store::of(c, scope, customers)?)
}

/// Keeps these fits, and forgets those of the customers and products in `gone`.
pub(crate) fn keep(
    tx: &Tx<'_>,
    scope: &Scope,
    fits: &[Kept],
    gone: &[(CustomerId, ProductId)],
    now: Timestamp,
) -> Result<()> {
    store::keep(tx, scope, fits, now)?;
    Ok(store::take_away(tx, scope, gone)?)
}

/// How a product's fits are put into buckets.
pub(crate) fn thresholds(c: &Conn<'_>, scope: &Scope) -> Result<BTreeMap<ProductId, Thresholds>> {
    Ok(store::thresholds(c, scope)?.into_iter().collect())
}
