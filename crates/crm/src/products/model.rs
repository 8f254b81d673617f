//! A product and the bodies that write one.

use crate::fields::{self, apply, gather};
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::http::Record;
use platform::ids::{ProductId, UserId};
use platform::money::valid_currency;
use platform::patch::Patch;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const NAME_CHARS_MAX: usize = 200;
/// Minor units, as much as a deal may come to.
const PRICE_MAX: i64 = 10_000_000_000_000;
pub(crate) const DESCRIPTION_CHARS_MAX: usize = 10_000;
/// From which fit on a lead is hot or warm, unless the product says otherwise.
pub const HOT_AT: f64 = 0.6;
pub const WARM_AT: f64 = 0.2;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// Not sold yet.
    Draft,
    Active,
    Archived,
}

impl ProductStatus {
    pub const NAMES: [&str; 3] = ["draft", "active", "archived"];
    const ALL: [ProductStatus; 3] = [ProductStatus::Draft, ProductStatus::Active, ProductStatus::Archived];

    pub fn as_str(self) -> &'static str {
        ProductStatus::NAMES[self as usize]
    }

    pub fn parse(text: &str) -> Option<ProductStatus> {
        ProductStatus::NAMES.iter().position(|name| *name == text).map(|index| ProductStatus::ALL[index])
    }
}

/// What is sold.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    pub id: ProductId,
    /// Unique among products that are not archived.
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    pub status: ProductStatus,
    #[schema(required)]
    pub owner_id: Option<UserId>,
    /// In minor units of `currency`.
    #[schema(required)]
    pub price: Option<i64>,
    /// ISO 4217.
    #[schema(required)]
    pub currency: Option<String>,
    /// From this fit on a lead is hot; in [-1, 1].
    pub hot_at: f64,
    /// From this fit on a lead is warm.
    pub warm_at: f64,
    /// Deals with a line of it.
    pub deal_count: i64,
    /// Since when its status is `archived`.
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

/// A product where others refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductRef {
    pub id: ProductId,
    pub name: String,
    /// In minor units of `currency`.
    #[schema(required)]
    pub price: Option<i64>,
    #[schema(required)]
    pub currency: Option<String>,
}

impl Record for Product {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/products/{}", self.id))
    }
}

/// The body of `POST /products`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewProduct {
    pub name: String,
    pub description: Option<String>,
    /// `active` unless said.
    pub status: Option<ProductStatus>,
    pub owner_id: Option<UserId>,
    /// In minor units.
    pub price: Option<i64>,
    /// ISO 4217; the organisation's unless said.
    pub currency: Option<String>,
    pub hot_at: Option<f64>,
    pub warm_at: Option<f64>,
}

/// The body of `PATCH /products/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<ProductStatus>)]
    pub status: Patch<ProductStatus>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub owner_id: Patch<UserId>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub price: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub currency: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub hot_at: Patch<f64>,
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub warm_at: Patch<f64>,
}

fn required(path: &'static str) -> FieldError {
    FieldError::new(path, "required", "this cannot be empty")
}

fn name(text: &str) -> Result<String, FieldError> {
    fields::text(text, "/name", NAME_CHARS_MAX)?
        .ok_or_else(|| FieldError::new("/name", "required", "give the product a name"))
}

fn description(text: &str) -> Result<Option<String>, FieldError> {
    fields::markdown(text, "/description", DESCRIPTION_CHARS_MAX)
}

fn price(minor: i64) -> Result<Option<i64>, FieldError> {
    if (0..=PRICE_MAX).contains(&minor) {
        return Ok(Some(minor));
    }
    Err(FieldError::new("/price", "out_of_range", format!("use minor units from 0 to {PRICE_MAX}")))
}

fn threshold(path: &'static str, value: f64) -> Result<f64, FieldError> {
    if (-1.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(FieldError::new(path, "out_of_range", "use a number from -1 to 1"))
    }
}

impl NewProduct {
    /// The product, with every value in its stored form.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all faults.
    pub fn parse(&self, id: ProductId, now: Timestamp) -> Result<Product> {
        let mut faults = Vec::new();
        let product = Product {
            id,
            name: gather(name(&self.name), &mut faults),
            description: gather(self.description.as_deref().map_or(Ok(None), description), &mut faults),
            status: self.status.unwrap_or(ProductStatus::Active),
            owner_id: self.owner_id,
            price: gather(self.price.map_or(Ok(None), price), &mut faults),
            currency: gather(
                self.currency.as_deref().map(|code| valid_currency("/currency", code)).transpose(),
                &mut faults,
            ),
            hot_at: gather(threshold("/hotAt", self.hot_at.unwrap_or(HOT_AT)), &mut faults),
            warm_at: gather(threshold("/warmAt", self.warm_at.unwrap_or(WARM_AT)), &mut faults),
            deal_count: 0,
            archived_at: (self.status == Some(ProductStatus::Archived)).then_some(now),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        finish(&product, faults)?;
        Ok(product)
    }
}

impl ProductPatch {
    /// # Errors
    /// [`Error::Invalid`] with all faults; then `product` is not to be used.
    pub fn apply(&self, product: &mut Product) -> Result<()> {
        let mut faults = Vec::new();
        match self.name.as_change() {
            None => {}
            Some(text) => product.name = gather(name(text.map_or("", String::as_str)), &mut faults),
        }
        apply(&mut product.description, &self.description, &mut faults, |text| description(text));
        match self.status.as_change() {
            None => {}
            Some(None) => faults.push(required("/status")),
            Some(Some(status)) => product.status = *status,
        }
        apply(&mut product.owner_id, &self.owner_id, &mut faults, |id| Ok(Some(*id)));
        apply(&mut product.price, &self.price, &mut faults, |minor| price(*minor));
        apply(&mut product.currency, &self.currency, &mut faults, |code| valid_currency("/currency", code).map(Some));
        for (target, change, path) in
            [(&mut product.hot_at, &self.hot_at, "/hotAt"), (&mut product.warm_at, &self.warm_at, "/warmAt")]
        {
            match change.as_change() {
                None => {}
                Some(None) => faults.push(required(path)),
                Some(Some(value)) => *target = gather(threshold(path, *value), &mut faults),
            }
        }
        finish(product, faults)
    }
}

fn finish(product: &Product, mut faults: Vec<FieldError>) -> Result<()> {
    if faults.is_empty() && product.warm_at > product.hot_at {
        faults.push(FieldError::new("/warmAt", "out_of_range", "warm begins below hot; use at most hotAt"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}
