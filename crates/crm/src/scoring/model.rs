//! Criteria, assessments and fits, and the bodies that write them.

use super::rules::FitEvidence;
use crate::deals::Deal;
use crate::fields::{self, gather};
use platform::actor::ActorRef;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::filter::{Bucket, Raw};
use platform::http::Record;
use platform::ids::{
    AssessmentId, CriterionId, CustomerId, DealId, NoteId, PipelineId, ProductId, ReviewId, SignalId, StageId, UserId,
};
use platform::patch::Patch;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Criteria of one product that are not archived.
pub(super) const CRITERIA_MAX: usize = 20;
const NAME_CHARS_MAX: usize = 120;
const TEXT_CHARS_MAX: usize = 5_000;
/// What a signal counts for unless it says until when.
pub(super) const SIGNAL_DAYS: i64 = 30;

/// How a criterion scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CriterionType {
    /// By rules over the fields of the customer and the company.
    Profile,
    /// By how often something happened, the recent counting more.
    Behavioral,
    /// By signals of interest that others have sent.
    Intent,
    /// By what a language model reads in what was said and written.
    Conversation,
}

impl CriterionType {
    pub const NAMES: [&str; 4] = ["profile", "behavioral", "intent", "conversation"];
    const ALL: [CriterionType; 4] =
        [CriterionType::Profile, CriterionType::Behavioral, CriterionType::Intent, CriterionType::Conversation];

    pub fn as_str(self) -> &'static str {
        CriterionType::NAMES[self as usize]
    }

    pub fn parse(text: &str) -> Option<CriterionType> {
        CriterionType::NAMES.iter().position(|name| *name == text).map(|index| CriterionType::ALL[index])
    }

    /// The type that a body names.
    fn of_body(text: &str) -> Result<CriterionType, FieldError> {
        CriterionType::parse(text)
            .ok_or_else(|| FieldError::new("/type", "unknown_type", format!("use {}", CriterionType::NAMES.join(", "))))
    }
}

/// Something that a customer's fit to a product is made of.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Criterion {
    pub id: CriterionId,
    pub product_id: ProductId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: CriterionType,
    /// From 0 to 1.
    pub weight: f64,
    /// The weight's part of those of all active criteria of the product, from 0 to 1; none for one that is not active.
    #[schema(required)]
    pub share: Option<f64>,
    /// As the type wants them: `ProfileParams`, `BehavioralParams`, `IntentParams` or `ConversationParams`.
    #[schema(value_type = super::rules::CriterionParams)]
    pub params: Value,
    /// Its place among the product's criteria, from 0.
    pub position: i64,
    /// One that is not does not count.
    pub active: bool,
    /// The version that last changed how it scores; assessments name theirs.
    pub rules_version: i64,
    /// The latest job that scores all customers by it: see `GET /jobs/{id}`.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    pub job_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    #[serde(skip)]
    pub archived_at: Option<Timestamp>,
}

impl Record for Criterion {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/criteria/{}", self.id))
    }
}

/// The criteria of a product in their order.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Criteria {
    pub items: Vec<Criterion>,
    /// What the weights of the active ones add up to. It need not be 1.
    pub weight_sum: f64,
}

/// The body of `POST /products/{id}/criteria`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCriterion {
    pub name: String,
    #[serde(rename = "type")]
    #[schema(value_type = CriterionType)]
    pub kind: String,
    /// From 0 to 1.
    pub weight: f64,
    #[schema(value_type = super::rules::CriterionParams)]
    pub params: Raw,
    /// The last unless said.
    pub position: Option<i64>,
    /// Unless said it is.
    pub active: Option<bool>,
}

/// The body of `PATCH /criteria/{id}`. The type stays: make another criterion for another one.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CriterionPatch {
    pub name: Option<String>,
    pub weight: Option<f64>,
    #[serde(default)]
    #[schema(value_type = Option<super::rules::CriterionParams>)]
    pub params: Patch<Raw>,
    pub position: Option<i64>,
    pub active: Option<bool>,
}

fn name(text: &str) -> Result<String, FieldError> {
    fields::text(text, "/name", NAME_CHARS_MAX)?
        .ok_or_else(|| FieldError::new("/name", "required", "give the criterion a name"))
}

fn weight(value: f64) -> Result<f64, FieldError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(FieldError::new("/weight", "out_of_range", "use a number from 0 to 1"))
}

/// What is plain in the body of a new criterion.
pub(super) struct Plain {
    pub name: String,
    pub kind: CriterionType,
    pub weight: f64,
}

impl NewCriterion {
    pub(super) fn check(&self) -> Result<Plain> {
        let mut faults = Vec::new();
        let kind = CriterionType::of_body(&self.kind).map_err(|fault| faults.push(fault)).ok();
        let name = gather(name(&self.name), &mut faults);
        let weight = gather(weight(self.weight), &mut faults);
        check_position(self.position, &mut faults);
        match kind.filter(|_| faults.is_empty()) {
            Some(kind) => Ok(Plain { name, kind, weight }),
            None => Err(Error::Invalid(faults)),
        }
    }
}

impl CriterionPatch {
    /// Changes name, weight and whether it counts.
    pub(super) fn apply(&self, criterion: &mut Criterion) -> Result<()> {
        let mut faults = Vec::new();
        if let Some(text) = &self.name {
            criterion.name = gather(name(text), &mut faults);
        }
        if let Some(value) = self.weight {
            criterion.weight = gather(weight(value), &mut faults);
        }
        if self.params == Patch::Null {
            faults.push(FieldError::new("/params", "required", "this cannot be empty"));
        }
        check_position(self.position, &mut faults);
        criterion.active = self.active.unwrap_or(criterion.active);
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

fn check_position(position: Option<i64>, faults: &mut Vec<FieldError>) {
    if position.is_some_and(|position| position < 0) {
        faults.push(FieldError::new("/position", "out_of_range", "use zero or more"));
    }
}

/// Where an assessment comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssessmentSource {
    /// Computed.
    Rule,
    /// Read by a language model.
    Llm,
    /// Somebody says so: it counts before all others while it has not expired.
    Manual,
    /// Somebody or something has moved the score that counted.
    Automation,
    /// A file said so.
    Import,
}

impl AssessmentSource {
    const NAMES: [(AssessmentSource, &'static str); 5] = [
        (AssessmentSource::Rule, "rule"),
        (AssessmentSource::Llm, "llm"),
        (AssessmentSource::Manual, "manual"),
        (AssessmentSource::Automation, "automation"),
        (AssessmentSource::Import, "import"),
    ];

    pub fn as_str(self) -> &'static str {
        AssessmentSource::NAMES.iter().find(|(source, _)| *source == self).map_or("", |(_, name)| *name)
    }

    pub fn parse(text: &str) -> Option<AssessmentSource> {
        AssessmentSource::NAMES.iter().find(|(_, name)| *name == text).map(|(source, _)| *source)
    }
}

/// What somebody or something made of a customer by a criterion. It never changes.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    pub id: AssessmentId,
    pub customer_id: CustomerId,
    pub criterion_id: CriterionId,
    /// The criterion's `rulesVersion` at the time.
    pub criterion_version: i64,
    /// From -1 to 1.
    pub score: f64,
    pub evidence: FitEvidence,
    pub source: AssessmentSource,
    pub actor: ActorRef,
    /// From when on it does not count any more.
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Record for Assessment {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// The body of `POST /criteria/{id}/assess`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assess {
    pub customer_id: CustomerId,
    /// From -1 to 1.
    pub score: f64,
    /// Why.
    pub reason: String,
    /// Until when it counts; without it until somebody says something else.
    pub expires_at: Option<Timestamp>,
}

/// The body of `POST /criteria/{id}/adjust`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Adjust {
    pub customer_id: CustomerId,
    /// Added to the score that counts, or to 0; what comes out is kept within -1 and 1.
    pub delta: f64,
    pub reason: Option<String>,
}

pub(super) fn score(value: f64, path: &str) -> Result<f64, FieldError> {
    if (-1.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(FieldError::new(path, "out_of_range", "use a number from -1 to 1"))
}

pub(super) fn text(text: &str, path: &str) -> Result<Option<String>, FieldError> {
    fields::markdown(text, path, TEXT_CHARS_MAX)
}

impl Assess {
    /// The reason.
    pub(super) fn check(&self, now: Timestamp) -> Result<String> {
        let mut faults = Vec::new();
        gather(score(self.score, "/score"), &mut faults);
        let reason = gather(text(&self.reason, "/reason"), &mut faults);
        if reason.is_none() && !faults.iter().any(|fault| fault.path == "/reason") {
            faults.push(FieldError::new("/reason", "required", "say why, for those who see the score"));
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            faults.push(FieldError::new("/expiresAt", "out_of_range", "use a time to come, or leave it out"));
        }
        match reason.filter(|_| faults.is_empty()) {
            Some(reason) => Ok(reason),
            None => Err(Error::Invalid(faults)),
        }
    }
}

/// A product to which a customer may fit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FitProduct {
    pub id: ProductId,
    pub name: String,
    /// From this fit on a lead is hot.
    pub hot_at: f64,
    /// From this fit on a lead is warm.
    pub warm_at: f64,
}

/// How well a customer fits a product.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fit {
    pub product_id: ProductId,
    pub product_name: String,
    /// From -1 to 1: the mean of the scores by their weights; none while no criterion has an assessment that counts.
    #[schema(required)]
    pub overall: Option<f64>,
    /// The share of the weights that has an assessment, from 0 to 1.
    pub coverage: f64,
    #[schema(required)]
    pub bucket: Option<Bucket>,
    /// The product's active criteria in their order.
    pub criteria: Vec<FitPart>,
    /// The latest reviews, newest first.
    pub reviews: Vec<Review>,
}

/// What a customer has by one criterion; nothing where there is no assessment.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FitPart {
    pub criterion_id: CriterionId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: CriterionType,
    pub weight: f64,
    #[schema(required)]
    pub score: Option<f64>,
    #[schema(required)]
    pub evidence: Option<FitEvidence>,
    #[schema(required)]
    pub source: Option<AssessmentSource>,
    /// Who or what assessed.
    #[schema(required)]
    pub actor: Option<ActorRef>,
    /// The criterion's `rulesVersion` that it was assessed by.
    #[schema(required)]
    pub version: Option<i64>,
    /// The criterion has been changed since: a new assessment is on its way.
    pub stale: bool,
    /// Of a conversation criterion: how the reading goes.
    #[schema(required)]
    pub reading: Option<Reading>,
    #[schema(required)]
    pub assessed_at: Option<Timestamp>,
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
}

/// How far the reading of a customer by a conversation criterion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadingState {
    /// No language model is set up: nothing is scored.
    NoModel,
    /// The model is asked, or will be.
    Scoring,
    Done,
    /// There is nothing to read, or what there is says nothing about it.
    Nothing,
    /// The model could not be asked, or its answer could not be used. What was scored before stands.
    Failed,
}

impl ReadingState {
    const NAMES: [(ReadingState, &'static str); 5] = [
        (ReadingState::NoModel, "no_model"),
        (ReadingState::Scoring, "scoring"),
        (ReadingState::Done, "done"),
        (ReadingState::Nothing, "nothing"),
        (ReadingState::Failed, "failed"),
    ];

    pub fn as_str(self) -> &'static str {
        ReadingState::NAMES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| *name)
    }

    pub fn parse(text: &str) -> Option<ReadingState> {
        ReadingState::NAMES.iter().find(|(_, name)| *name == text).map(|(state, _)| *state)
    }
}

/// The reading of a customer by a conversation criterion.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    pub state: ReadingState,
    /// Why: `nothing_to_read`, `says_nothing`; of the endpoint `unreachable`, `timed_out`, `too_many` and the others of
    /// `POST /ai/providers/test`; of the answer `not_json`, `wrong_shape`, `out_of_range`, `no_evidence`,
    /// `invented_quotes`. While it is `scoring`, of the attempt before.
    #[schema(required)]
    pub reason: Option<String>,
    /// What there is to say of it: for people.
    #[schema(required)]
    pub said: Option<String>,
    /// Attempts that failed in a row.
    pub attempts: i64,
    /// When the model is asked next.
    #[schema(required)]
    pub next_at: Option<Timestamp>,
    #[schema(required)]
    pub updated_at: Option<Timestamp>,
}

/// How far the readings by a conversation criterion are.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Readings {
    /// The model that is asked; none where none is set up, and then nobody is scored.
    #[schema(required)]
    pub model: Option<String>,
    /// Until when it is not asked, and why: `too_many`, `unreachable`, `tokens_used_up`…
    #[schema(required)]
    pub paused_until: Option<Timestamp>,
    #[schema(required)]
    pub paused_because: Option<String>,
    /// Customers that wait for the model.
    pub scoring: i64,
    pub done: i64,
    pub nothing: i64,
    pub failed: i64,
    /// Why those failed, the most frequent first.
    pub reasons: Vec<ReadingReason>,
}

/// Why readings failed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReadingReason {
    pub reason: String,
    pub count: i64,
}

/// All fits of a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Fits(pub Vec<Fit>);

impl Record for Fits {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// What somebody makes of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadDecision {
    /// Worth selling to.
    Qualify,
    /// Not yet.
    Nurture,
    Disqualify,
    /// Nobody can tell so far.
    MoreInfo,
}

impl LeadDecision {
    const NAMES: [(LeadDecision, &'static str); 4] = [
        (LeadDecision::Qualify, "qualify"),
        (LeadDecision::Nurture, "nurture"),
        (LeadDecision::Disqualify, "disqualify"),
        (LeadDecision::MoreInfo, "more_info"),
    ];

    pub fn as_str(self) -> &'static str {
        LeadDecision::NAMES.iter().find(|(decision, _)| *decision == self).map_or("", |(_, name)| *name)
    }

    pub fn parse(text: &str) -> Option<LeadDecision> {
        LeadDecision::NAMES.iter().find(|(_, name)| *name == text).map(|(decision, _)| *decision)
    }
}

/// What somebody said of a customer as a lead for a product.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    pub id: ReviewId,
    pub customer_id: CustomerId,
    pub product_id: ProductId,
    pub decision: LeadDecision,
    #[schema(required)]
    pub feedback: Option<String>,
    /// None where a program did.
    #[schema(required)]
    pub reviewer_id: Option<UserId>,
    pub reviewer_name: String,
    /// The deal that was made of it.
    #[schema(required)]
    pub deal_id: Option<DealId>,
    /// The note that the feedback became; it may be deleted by now.
    #[schema(required)]
    pub note_id: Option<NoteId>,
    pub created_at: Timestamp,
}

/// The body of `POST /leads/review`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReview {
    pub customer_id: CustomerId,
    pub product_id: ProductId,
    pub decision: LeadDecision,
    /// Markdown. It becomes a note of the customer, too.
    pub feedback: Option<String>,
    /// Makes a deal of the lead, for `qualify`: true, or more about it.
    pub create_deal: Option<CreateDeal>,
}

/// Whether a deal is to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CreateDeal {
    Plain(bool),
    With(LeadDeal),
}

/// A deal made of a lead.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeadDeal {
    /// The names of the customer and the product unless said.
    pub name: Option<String>,
    /// The default pipeline unless said.
    pub pipeline_id: Option<PipelineId>,
    /// The first stage unless said.
    pub stage_id: Option<StageId>,
    /// In minor units; the product's price unless said.
    pub amount: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
}

impl NewReview {
    /// What is to be known of the deal, if one is to be made.
    pub(super) fn deal(&self) -> Option<LeadDeal> {
        match &self.create_deal {
            None | Some(CreateDeal::Plain(false)) => None,
            Some(CreateDeal::Plain(true)) => Some(LeadDeal::default()),
            Some(CreateDeal::With(deal)) => Some(deal.clone()),
        }
    }

    /// The feedback.
    pub(super) fn check(&self) -> Result<Option<String>> {
        let mut faults = Vec::new();
        let feedback = gather(self.feedback.as_deref().map_or(Ok(None), |said| text(said, "/feedback")), &mut faults);
        if self.deal().is_some() && self.decision != LeadDecision::Qualify {
            let message = "a deal is made of a lead that qualifies; leave this out, or decide qualify";
            faults.push(FieldError::new("/createDeal", "not_allowed", message));
        }
        if faults.is_empty() { Ok(feedback) } else { Err(Error::Invalid(faults)) }
    }
}

/// A review with what came of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reviewed {
    pub review: Review,
    /// The customer's fit to the product now.
    pub fit: Fit,
    #[schema(required)]
    pub deal: Option<Deal>,
}

impl Record for Reviewed {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// The body of `POST /intent-signals`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSignal {
    pub customer_id: CustomerId,
    /// As criteria name it.
    pub name: String,
    /// From -1 to 1.
    pub strength: f64,
    /// Until when it counts; 30 days unless said.
    pub expires_at: Option<Timestamp>,
}

/// A sign of interest, or of none.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Signal {
    pub id: SignalId,
    pub customer_id: CustomerId,
    pub name: String,
    pub strength: f64,
    pub expires_at: Timestamp,
    pub actor: ActorRef,
    pub created_at: Timestamp,
}

impl Record for Signal {
    fn version(&self) -> Option<i64> {
        None
    }
}

impl NewSignal {
    /// The name and the end.
    pub(super) fn check(&self, now: Timestamp) -> Result<(String, Timestamp)> {
        let mut faults = Vec::new();
        gather(score(self.strength, "/strength"), &mut faults);
        let name = gather(fields::text(&self.name, "/name", NAME_CHARS_MAX), &mut faults);
        if name.is_none() && !faults.iter().any(|fault| fault.path == "/name") {
            faults.push(FieldError::new("/name", "required", "name the signal"));
        }
        let expires_at = self.expires_at.unwrap_or_else(|| now.plus_seconds(SIGNAL_DAYS * 86_400));
        if expires_at <= now {
            faults.push(FieldError::new("/expiresAt", "out_of_range", "use a time to come, or leave it out"));
        }
        match name.filter(|_| faults.is_empty()) {
            Some(name) => Ok((name, expires_at)),
            None => Err(Error::Invalid(faults)),
        }
    }
}

/// A customer seen as a lead.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lead {
    /// Its place in this list, from 1.
    pub rank: i64,
    pub customer: crate::customers::Customer,
    pub fit: Fit,
}

/// A page of leads, the best first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Leads {
    /// The product that they are ranked for; none where there is no product.
    #[schema(required)]
    pub product: Option<FitProduct>,
    pub items: Vec<Lead>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// The body of `POST /criteria/{id}/backtest`: what would be edited.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BacktestDraft {
    pub weight: Option<f64>,
    #[schema(value_type = Option<super::rules::CriterionParams>)]
    pub params: Option<Raw>,
}

impl BacktestDraft {
    /// What of it is plain.
    pub(super) fn patch(&self) -> CriterionPatch {
        CriterionPatch { weight: self.weight, ..CriterionPatch::default() }
    }
}

/// The body of `POST /criteria/{id}/try`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TryDraft {
    pub customer_id: CustomerId,
    pub weight: Option<f64>,
    #[schema(value_type = Option<super::rules::CriterionParams>)]
    pub params: Option<Raw>,
}

impl TryDraft {
    pub(super) fn draft(&self) -> BacktestDraft {
        BacktestDraft { weight: self.weight, params: self.params.clone() }
    }
}

/// The body of `POST /products/{id}/criteria/try`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TryNew {
    pub customer_id: CustomerId,
    pub name: String,
    #[serde(rename = "type")]
    #[schema(value_type = CriterionType)]
    pub kind: String,
    /// From 0 to 1.
    pub weight: f64,
    #[schema(value_type = super::rules::CriterionParams)]
    pub params: Raw,
}

impl TryNew {
    pub(super) fn draft(&self) -> NewCriterion {
        NewCriterion {
            name: self.name.clone(),
            kind: self.kind.clone(),
            weight: self.weight,
            params: self.params.clone(),
            position: None,
            active: None,
        }
    }
}

/// How scores or fits lie.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Distribution {
    /// How many are in each tenth of the way from -1 to 1.
    pub bins: Vec<i64>,
    /// Those without any.
    pub none: i64,
    #[schema(required)]
    pub mean: Option<f64>,
}

/// Customers who would be in another bucket; none for those without a fit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BucketMove {
    #[schema(required)]
    pub from: Option<String>,
    #[schema(required)]
    pub to: Option<String>,
    pub count: i64,
}

/// A customer whose fit would move.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mover {
    pub customer_id: CustomerId,
    pub customer_name: String,
    /// The fit as it is.
    #[schema(required)]
    pub before: Option<f64>,
    /// The fit as it would be.
    #[schema(required)]
    pub after: Option<f64>,
    /// The score of the criterion as it is.
    #[schema(required)]
    pub score_before: Option<f64>,
    #[schema(required)]
    pub score_after: Option<f64>,
    /// Why the new score would be.
    #[schema(required)]
    pub evidence: Option<FitEvidence>,
}

/// How well fits tell won deals from lost ones.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Separation {
    /// Deals of customers with a fit.
    pub won: i64,
    pub lost: i64,
    /// The mean fit of those who bought.
    #[schema(required)]
    pub mean_won: Option<f64>,
    #[schema(required)]
    pub mean_lost: Option<f64>,
    /// Of all pairs of a won and a lost deal the part in which the won one has the higher fit; equal ones count half. 1 tells
    /// all apart, 0.5 none. None without a pair.
    #[schema(required)]
    pub right: Option<f64>,
}

/// What a criterion would change if it went live. Nothing is written.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Backtest {
    /// Living customers.
    pub customers: i64,
    /// Those that were computed: all of up to 2,000, of more an even sample.
    pub looked: i64,
    /// Customers that are scored anew when it is saved.
    pub rescored: i64,
    /// Of those that were computed: whose fit would be another one.
    pub changed: i64,
    /// Scores by the criterion.
    pub score_before: Distribution,
    pub score_after: Distribution,
    /// Fits to the product.
    pub overall_before: Distribution,
    pub overall_after: Distribution,
    pub buckets: Vec<BucketMove>,
    /// Whose fit would move furthest, at most ten.
    pub movers: Vec<Mover>,
    /// With today's fits and today's data: see the calibration for scores as they were.
    pub separation_before: Separation,
    pub separation_after: Separation,
}

impl Record for Backtest {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// What one customer has.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TriedScore {
    /// By the criterion.
    #[schema(required)]
    pub score: Option<f64>,
    /// The fit to the product.
    #[schema(required)]
    pub overall: Option<f64>,
    #[schema(required)]
    pub bucket: Option<Bucket>,
    #[schema(required)]
    pub evidence: Option<FitEvidence>,
}

/// What a criterion would make of one customer. Nothing is written.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tried {
    pub customer_id: CustomerId,
    pub before: TriedScore,
    pub after: TriedScore,
    /// Of a conversation: why the model gave no score. As of a reading.
    #[schema(required)]
    pub reason: Option<String>,
    #[schema(required)]
    pub said: Option<String>,
}

/// A tenth of decided deals, by the fits of their customers just before.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Decile {
    /// From 1, the lowest fits, to 10.
    pub decile: i64,
    /// The lowest fit in it.
    pub from: f64,
    /// The highest fit in it.
    pub to: f64,
    pub won: i64,
    pub lost: i64,
    /// Won of both.
    pub win_rate: f64,
}

/// What scores were worth: fits as they were just before deals about the product were decided, with today's criteria and
/// weights.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// Deals that were won or lost, the latest 5,000.
    pub decided: i64,
    /// Those whose customers had no score then.
    pub unscored: i64,
    /// The lowest first. Equal fits are in one, so some may be missing.
    pub deciles: Vec<Decile>,
    pub separation: Separation,
}
