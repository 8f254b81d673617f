//! Leads: customers ranked by their fit to a product.

use super::model::{FitProduct, Lead, Leads};
use super::reading::{Sheets, invalid_cursor, limit};
use super::store::{self, Asked};
use crate::customers::{self, Customer};
use crate::products::{self, Product, ProductStatus};
use db::{Conn, Sql};
use platform::bulk::Selection;
use platform::filter::{Bucket, Me, Thresholds, Tree};
use platform::ids::{CustomerId, ProductId, UserId};
use platform::{Actor, Error, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use utoipa::IntoParams;

/// Up to so many customers of an owner are looked up and sorted; with more the ranking is walked along.
const SORTED_MAX: i64 = 4_000;

/// The parameters of `GET /leads`.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeadQuery {
    /// The first active product with criteria, by name, unless said.
    pub product_id: Option<ProductId>,
    /// Text to search for.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// Only leads in these buckets, divided by commas: `hot,warm`.
    pub bucket: Option<String>,
    /// Only those of this owner: an id, `me`, or `none` for those of nobody.
    pub owner_id: Option<String>,
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

impl LeadQuery {
    /// The buckets, each once; none for all.
    fn buckets(&self) -> Result<BTreeSet<Bucket>> {
        let text = self.bucket.as_deref().unwrap_or_default();
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let bucket = |name: &str| {
            Bucket::parse(name).ok_or_else(|| {
                let message = format!("use {}, divided by commas", Bucket::ALL.map(Bucket::name).join(", "));
                Error::malformed("bucket", "invalid_value", message)
            })
        };
        names.map(bucket).collect()
    }

    /// The condition on the owner.
    fn owner(&self, actor: &Actor) -> Result<Option<Value>> {
        let is = |id: UserId| json!({"field": "claimedById", "op": "eq", "value": id});
        Ok(match self.owner_id.as_deref() {
            None | Some("") => None,
            Some("none") => Some(json!({"field": "claimedById", "op": "empty"})),
            // A program has no leads of its own.
            Some("me") => Some(actor.user_id.map_or_else(|| json!({"or": []}), is)),
            Some(id) => Some(is(id
                .parse()
                .map_err(|_| Error::malformed("ownerId", "invalid_value", "use the id of a member, me or none"))?)),
        })
    }
}

/// Where a page ends: the fit and the customer of its last lead, and their place.
struct Cursor {
    overall: f64,
    customer: CustomerId,
    rank: i64,
}

impl Cursor {
    fn parse(text: &str) -> Result<Cursor> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or_else(invalid_cursor);
        let bits = u64::from_str_radix(next()?, 16).map_err(|_| invalid_cursor())?;
        let rank: i64 = next()?.parse().map_err(|_| invalid_cursor())?;
        let customer = next()?.parse().map_err(|_| invalid_cursor())?;
        let overall = f64::from_bits(bits);
        if !(-1.0..=1.0).contains(&overall) || rank < 0 {
            return Err(invalid_cursor());
        }
        Ok(Cursor { overall, customer, rank })
    }

    fn write(&self) -> String {
        format!("{:x}.{}.{}", self.overall.to_bits(), self.rank, self.customer)
    }
}

/// The product that leads are ranked for.
fn product(c: &Conn<'_>, actor: &Actor, asked: Option<ProductId>) -> Result<Option<Product>> {
    let scope = actor.scope();
    if let Some(id) = asked {
        return match products::get(c, actor, id) {
            Err(Error::NotFound(_)) => Err(Error::invalid("productId", "unknown_product", "there is no such product")),
            found => found.map(Some),
        };
    }
    let scoring: BTreeSet<ProductId> =
        store::active(c, &scope, false)?.into_iter().map(|criterion| criterion.product_id).collect();
    let living = products::living(c, &scope)?;
    let (with, without): (Vec<_>, Vec<_>) = living.into_iter().partition(|one| scoring.contains(&one.id));
    for one in with.into_iter().chain(without) {
        let product = products::get(c, actor, one.id)?;
        if product.status == ProductStatus::Active {
            return Ok(Some(product));
        }
    }
    Ok(None)
}

/// A page of leads, the best first.
pub fn leads(c: &Conn<'_>, actor: &Actor, asked: &LeadQuery) -> Result<Leads> {
    let limit = limit(asked.limit.as_deref())?;
    let Some(product) = product(c, actor, asked.product_id)? else {
        asked.buckets()?;
        return Ok(Leads { product: None, items: Vec::new(), next_cursor: None });
    };
    let product = FitProduct { id: product.id, name: product.name, hot_at: product.hot_at, warm_at: product.warm_at };
    let after = asked.cursor.as_deref().map(Cursor::parse).transpose()?;
    let sql = statement(c, actor, &product, asked, after.as_ref(), limit)?;
    let mut found = store::leads(c, &sql)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let before = after.map_or(0, |cursor| cursor.rank);
    let place = |index: usize| before + 1 + i64::try_from(index).unwrap_or(i64::MAX);
    let next_cursor = found.last().filter(|_| more).map(|(customer, overall)| {
        Cursor { overall: *overall, customer: *customer, rank: place(found.len() - 1) }.write()
    });
    let scope = actor.scope();
    let ids: Vec<CustomerId> = found.iter().map(|(id, _)| *id).collect();
    let records = customers::bulk::load(c, &scope, &ids)?;
    let mut records: HashMap<CustomerId, Customer> = records.into_iter().map(|one| (one.id, one)).collect();
    let mut fits = Sheets::read(c, &scope, Some(product.id))?.of(c, actor, &ids)?;
    let lead = |(index, id): (usize, &CustomerId)| {
        let fit = fits.remove(id)?.into_iter().next()?;
        Some(Lead { rank: place(index), customer: records.remove(id)?, fit })
    };
    let items = ids.iter().enumerate().filter_map(lead).collect();
    Ok(Leads { product: Some(product), items, next_cursor })
}

/// How the leads of a page are found.
fn statement(
    c: &Conn<'_>,
    actor: &Actor,
    product: &FitProduct,
    asked: &LeadQuery,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Sql> {
    let scope = actor.scope();
    let thresholds = Thresholds { hot_at: product.hot_at, warm_at: product.warm_at };
    let buckets = asked.buckets()?;
    let ranges = match buckets.len() {
        0 | 3 => Vec::new(),
        _ => buckets.into_iter().map(|bucket| thresholds.range(bucket)).collect(),
    };
    let wanted = Asked {
        product: product.id,
        ranges: joined(ranges),
        after: after.map(|cursor| (cursor.overall, cursor.customer)),
        most: i64::try_from(limit + 1).unwrap_or(i64::MAX),
    };
    let owner = asked.owner(actor)?;
    let q = asked.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if q.is_some_and(|text| text.chars().count() > platform::paging::SEARCH_MAX || text.contains('\0')) {
        let message = format!("a text to search for has at most {} characters", platform::paging::SEARCH_MAX);
        return Err(Error::malformed("q", "too_long", message));
    }
    let tree = Tree::parse(&owner.clone().unwrap_or_else(|| json!({"and": []})), &customers::FIELDS, Me::Refused)?;
    if q.is_some() || owner.is_some() {
        let q = q.map(str::to_string);
        let is_search = q.is_some();
        let selection = Selection::Matching { tree: Box::new(tree.clone()), q, except: Vec::new() };
        let selected = customers::selected(c, actor, &selection)?;
        // The planner cannot be trusted with this: it guesses how many they are.
        if is_search || !store::has_more(c, &selected, SORTED_MAX)? {
            return Ok(store::from_customers(&scope, &wanted, &selected));
        }
    }
    let context = platform::organisations::filter_context(c, actor)?;
    Ok(store::along_ranking(&scope, &wanted, &tree.sql(&context)))
}

/// Neighbouring ranges as one: an index is walked along one range.
fn joined(mut ranges: Vec<(Option<f64>, Option<f64>)>) -> Vec<(Option<f64>, Option<f64>)> {
    // Buckets come in their order, from the highest down.
    let mut joined: Vec<(Option<f64>, Option<f64>)> = Vec::new();
    for (from, below) in ranges.drain(..) {
        match joined.last_mut() {
            Some(last) if last.0.is_some() && last.0 == below => last.0 = from,
            _ => joined.push((from, below)),
        }
    }
    joined
}

/// How the database reads a page.
#[cfg(test)]
pub(super) fn plan(c: &Conn<'_>, actor: &Actor, asked: &LeadQuery) -> Result<String> {
    let product = product(c, actor, asked.product_id)?.ok_or(Error::NotFound("product"))?;
    let product = FitProduct { id: product.id, name: product.name, hot_at: product.hot_at, warm_at: product.warm_at };
    let after = asked.cursor.as_deref().map(Cursor::parse).transpose()?;
    Ok(c.explain(&statement(c, actor, &product, asked, after.as_ref(), 50)?)?)
}
