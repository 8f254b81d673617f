//! A deal and the bodies that write one.

use crate::custom_fields::Values;
use crate::fields::{self, apply, gather};
use crate::pipelines::DealStage;
use platform::actor::ActorRef;
use platform::clock::{Day, Timestamp};
use platform::error::FieldError;
use platform::http::Record;
use platform::ids::{CompanyId, CustomerId, DealId, PipelineId, ProductId, StageId, UserId};
use platform::money::valid_currency;
use platform::patch::Patch;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const NAME_CHARS_MAX: usize = 200;
pub(crate) const REASON_CHARS_MAX: usize = 500;
pub(crate) const SOURCE_CHARS_MAX: usize = 60;
/// Minor units: sums of as many deals as there can be stay whole.
pub const AMOUNT_MAX: i64 = 10_000_000_000_000;
const LINES_MAX: usize = 100;
pub(crate) const QUANTITY_MAX: i64 = 1_000_000;

/// A record's id and name, where a deal shows it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NamedRef {
    #[schema(value_type = String, format = "uuid")]
    pub id: uuid::Uuid,
    pub name: String,
}

/// So much of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DealProduct {
    pub product_id: ProductId,
    /// One unless said.
    #[serde(default = "one")]
    pub quantity: i64,
    /// In minor units of the deal's currency; the product's price unless said.
    #[serde(default)]
    pub unit_price: Option<i64>,
}

fn one() -> i64 {
    1
}

/// A sale that may come about.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deal {
    pub id: DealId,
    pub name: String,
    #[schema(required)]
    pub customer_id: Option<CustomerId>,
    #[schema(required)]
    pub customer: Option<NamedRef>,
    /// The customer's, unless said.
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    #[schema(required)]
    pub company: Option<NamedRef>,
    #[schema(required)]
    pub owner_id: Option<UserId>,
    /// The owner as a file named them, when no member has the name.
    #[schema(required)]
    pub owner_name: Option<String>,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub stage: DealStage,
    pub stage_entered_at: Timestamp,
    /// In minor units of `currency`.
    #[schema(required)]
    pub amount: Option<i64>,
    /// ISO 4217.
    #[schema(required)]
    pub currency: Option<String>,
    /// How likely it is won, from 0 to 1: that of its stage, unless a person has said otherwise since.
    pub probability: f64,
    #[schema(required)]
    pub expected_close_date: Option<Day>,
    /// When it was won or lost.
    #[schema(required)]
    pub closed_at: Option<Timestamp>,
    #[schema(required)]
    pub lost_reason: Option<String>,
    pub source: String,
    pub lines: Vec<DealProduct>,
    /// Nothing has happened for the days that its stage allows.
    pub rotting: bool,
    pub last_activity_at: Timestamp,
    /// Values of custom fields by their keys; a field without a value is left out.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    /// Its place among the cards of its stage.
    #[serde(skip)]
    pub rank: String,
}

impl Record for Deal {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/deals/{}", self.id))
    }
}

/// The fields whose changes are logged; those of the stage are events of their own.
pub const LOGGED_FIELDS: [&str; 11] = [
    "name",
    "customerId",
    "companyId",
    "ownerId",
    "amount",
    "currency",
    "probability",
    "expectedCloseDate",
    "lostReason",
    "source",
    "lines",
];

/// The body of `POST /deals`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeal {
    pub name: String,
    pub customer_id: Option<CustomerId>,
    /// The customer's unless said.
    pub company_id: Option<CompanyId>,
    /// The caller unless said.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub owner_id: Patch<UserId>,
    /// The default pipeline unless said.
    pub pipeline_id: Option<PipelineId>,
    /// The first stage of the pipeline unless said.
    pub stage_id: Option<StageId>,
    /// In place of `stageId`: the first stage of this meaning.
    pub stage: Option<DealStage>,
    /// In minor units; the sum of the lines unless said.
    pub amount: Option<i64>,
    /// ISO 4217; the organisation's unless said.
    pub currency: Option<String>,
    /// From 0 to 1; the stage's unless said. What is won has 1, what is lost 0.
    pub probability: Option<f64>,
    pub expected_close_date: Option<Day>,
    /// Needed where the stage is lost.
    pub lost_reason: Option<String>,
    pub source: Option<String>,
    pub lines: Option<Vec<DealProduct>>,
    /// Values of custom fields by their keys.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
}

/// The body of `PATCH /deals/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DealPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    /// With another customer the deal goes to that one's company, unless `companyId` is given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub customer_id: Patch<CustomerId>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub company_id: Patch<CompanyId>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub owner_id: Patch<UserId>,
    /// Moves the deal to the top of another stage.
    pub stage_id: Option<StageId>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub amount: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub currency: Patch<String>,
    /// From 0 to 1. What is won keeps 1, what is lost 0.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub probability: Patch<f64>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub expected_close_date: Patch<Day>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub lost_reason: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub source: Patch<String>,
    /// All lines, in their order. Without `amount` the amount becomes their sum, if all their prices are known.
    #[serde(default)]
    #[schema(value_type = Option<Vec<DealProduct>>)]
    pub lines: Patch<Vec<DealProduct>>,
    /// Values of custom fields by their keys; `null` clears one.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
}

/// The body of `POST /deals/{id}/move`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveDeal {
    pub stage_id: StageId,
    /// The deal that it is to stand before. Without neighbours it comes to the top.
    pub before: Option<DealId>,
    /// The deal that it is to stand after.
    pub after: Option<DealId>,
    /// Needed where the stage is lost.
    pub lost_reason: Option<String>,
}

/// A time that a deal has spent in a stage.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StageVisit {
    pub stage_id: StageId,
    /// What the stage is called now.
    pub name: String,
    pub stage: DealStage,
    pub entered_at: Timestamp,
    #[schema(required)]
    pub left_at: Option<Timestamp>,
    /// How long it was there, or has been until now.
    pub seconds: i64,
    /// Who brought it there.
    pub actor: ActorRef,
}

pub(super) fn name(text: &str) -> Result<String, FieldError> {
    fields::text(text, "/name", NAME_CHARS_MAX)?
        .ok_or_else(|| FieldError::new("/name", "required", "give the deal a name"))
}

fn amount(minor: i64) -> Result<Option<i64>, FieldError> {
    if (0..=AMOUNT_MAX).contains(&minor) {
        return Ok(Some(minor));
    }
    let message = format!("use minor units from 0 to {AMOUNT_MAX}");
    Err(FieldError::new("/amount", "out_of_range", message))
}

fn probability(share: f64) -> Result<f64, FieldError> {
    if (0.0..=1.0).contains(&share) {
        return Ok(share);
    }
    Err(FieldError::new("/probability", "out_of_range", "use a share from 0 to 1, such as 0.25"))
}

pub(super) fn lost_reason(text: &str) -> Result<Option<String>, FieldError> {
    fields::text(text, "/lostReason", REASON_CHARS_MAX)
}

/// The reason for a stage that deals are about to be brought to.
///
/// # Errors
/// [`Error::Invalid`] at `path` for a lost stage without one, and for a reason where nothing is lost.
pub(super) fn required_reason(stage: DealStage, text: Option<&str>, path: &str) -> Result<Option<String>> {
    let reason = text.map_or(Ok(None), lost_reason).map_err(|fault| Error::invalid(path, fault.code, fault.message))?;
    match (stage, &reason) {
        (DealStage::Lost, None) => {
            Err(Error::invalid(path, "required", "say why the deals were lost: it is what you learn from it"))
        }
        (DealStage::Lost, Some(_)) | (_, None) => Ok(reason),
        (_, Some(_)) => Err(Error::invalid(path, "not_lost", "only a lost deal has a reason; leave it out")),
    }
}

pub(super) fn source(text: &str) -> Result<Option<String>, FieldError> {
    fields::text(text, "/source", SOURCE_CHARS_MAX)
}

fn lines(given: &[DealProduct], faults: &mut Vec<FieldError>) {
    if given.len() > LINES_MAX {
        faults.push(FieldError::new("/lines", "too_many", format!("give at most {LINES_MAX} lines")));
    }
    for (index, line) in given.iter().enumerate() {
        if !(1..=QUANTITY_MAX).contains(&line.quantity) {
            let message = format!("use a whole number from 1 to {QUANTITY_MAX}");
            faults.push(FieldError::new(format!("/lines/{index}/quantity"), "out_of_range", message));
        }
        if line.unit_price.is_some_and(|price| !(0..=AMOUNT_MAX).contains(&price)) {
            let message = format!("use minor units from 0 to {AMOUNT_MAX}");
            faults.push(FieldError::new(format!("/lines/{index}/unitPrice"), "out_of_range", message));
        }
    }
}

/// What the lines come to; nothing where a price is not known.
///
/// # Errors
/// [`Error::Invalid`] when those with a price are more than a deal can be.
pub(super) fn sum(lines: &[DealProduct]) -> Result<Option<i64>> {
    let priced = lines.iter().filter_map(|line| Some(line.quantity.saturating_mul(line.unit_price?)));
    let sum = priced.fold(0, i64::saturating_add);
    if sum > AMOUNT_MAX {
        let message = format!("together the lines come to more than {AMOUNT_MAX} minor units");
        return Err(Error::invalid("/lines", "out_of_range", message));
    }
    let is_known = !lines.is_empty() && lines.iter().all(|line| line.unit_price.is_some());
    Ok(is_known.then_some(sum))
}

/// What of a body does not depend on other records.
#[derive(Debug, Default)]
pub(super) struct Plain {
    pub name: String,
    pub amount: Option<i64>,
    pub currency: Option<String>,
    pub lost_reason: Option<String>,
    pub source: Option<String>,
}

impl NewDeal {
    /// # Errors
    /// [`Error::Invalid`] with all faults.
    pub(super) fn check(&self) -> Result<Plain> {
        let mut faults = Vec::new();
        let plain = Plain {
            name: gather(name(&self.name), &mut faults),
            amount: gather(self.amount.map_or(Ok(None), amount), &mut faults),
            currency: gather(
                self.currency.as_deref().map(|code| valid_currency("/currency", code)).transpose(),
                &mut faults,
            ),
            lost_reason: gather(self.lost_reason.as_deref().map_or(Ok(None), lost_reason), &mut faults),
            source: gather(self.source.as_deref().map_or(Ok(None), source), &mut faults),
        };
        gather(self.probability.map_or(Ok(0.0), probability), &mut faults);
        lines(self.lines.as_deref().unwrap_or_default(), &mut faults);
        if self.stage_id.is_some() && self.stage.is_some() {
            faults.push(FieldError::new("/stage", "ambiguous", "give stageId or stage, not both"));
        }
        if faults.is_empty() { Ok(plain) } else { Err(Error::Invalid(faults)) }
    }
}

impl DealPatch {
    /// Applies what does not depend on other records.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all faults; then `deal` is not to be used.
    pub(super) fn apply(&self, deal: &mut Deal) -> Result<()> {
        let mut faults = Vec::new();
        if let Some(text) = self.name.as_change() {
            deal.name = gather(name(text.map_or("", String::as_str)), &mut faults);
        }
        apply(&mut deal.customer_id, &self.customer_id, &mut faults, |id| Ok(Some(*id)));
        apply(&mut deal.company_id, &self.company_id, &mut faults, |id| Ok(Some(*id)));
        apply(&mut deal.owner_id, &self.owner_id, &mut faults, |id| Ok(Some(*id)));
        if !matches!(self.owner_id, Patch::Absent) {
            deal.owner_name = None;
        }
        apply(&mut deal.amount, &self.amount, &mut faults, |minor| amount(*minor));
        apply(&mut deal.currency, &self.currency, &mut faults, |code| valid_currency("/currency", code).map(Some));
        match self.probability.as_change() {
            None => {}
            Some(None) => faults.push(FieldError::new("/probability", "required", "this cannot be empty")),
            Some(Some(share)) => deal.probability = gather(probability(*share), &mut faults),
        }
        apply(&mut deal.expected_close_date, &self.expected_close_date, &mut faults, |day| Ok(Some(*day)));
        apply(&mut deal.lost_reason, &self.lost_reason, &mut faults, |text| lost_reason(text));
        match self.source.as_change() {
            None => {}
            Some(text) => match gather(text.map_or(Ok(None), |text| source(text)), &mut faults) {
                Some(source) => deal.source = source,
                None => faults.push(FieldError::new("/source", "required", "this cannot be empty")),
            },
        }
        if let Some(given) = self.lines.as_change() {
            let given = given.map_or(&[][..], Vec::as_slice);
            lines(given, &mut faults);
            deal.lines = given.to_vec();
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}
