//! A pipeline, its stages, and the bodies that write them.

use crate::fields;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::http::Record;
use platform::ids::{PipelineId, StageId};
use platform::text::fold;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the default pipeline is called.
pub(super) const DEFAULT_NAME: &str = "Sales";
const NAME_CHARS_MAX: usize = 100;
const STAGES_MAX: usize = 30;
/// With the archived ones.
const PIPELINES_MAX: usize = 50;
const ROT_DAYS_MAX: i64 = 3_650;

/// What any stage means, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DealStage {
    Open,
    Negotiating,
    Won,
    Lost,
}

impl DealStage {
    pub const NAMES: [&str; 4] = ["open", "negotiating", "won", "lost"];
    pub const ALL: [DealStage; 4] = [DealStage::Open, DealStage::Negotiating, DealStage::Won, DealStage::Lost];

    /// As stored and transported.
    pub fn as_str(self) -> &'static str {
        DealStage::NAMES[self as usize]
    }

    pub fn parse(text: &str) -> Option<DealStage> {
        DealStage::NAMES.iter().position(|name| *name == text).map(|index| DealStage::ALL[index])
    }

    /// Nothing more is expected of the deal.
    pub fn is_closed(self) -> bool {
        matches!(self, DealStage::Won | DealStage::Lost)
    }

    /// The probability of a deal that is closed.
    pub fn certain(self) -> Option<f64> {
        self.is_closed().then(|| self.usual_probability())
    }

    /// What the stage of the default pipeline is called.
    pub(super) fn title(self) -> &'static str {
        ["Open", "Negotiating", "Won", "Lost"][self as usize]
    }

    /// How likely a deal is won, unless the stage says otherwise. Won and lost are certain.
    pub(super) fn usual_probability(self) -> f64 {
        [0.2, 0.5, 1.0, 0.0][self as usize]
    }
}

/// The stages that deals go through.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pipeline {
    pub id: PipelineId,
    pub name: String,
    /// Deals go here unless they say otherwise; its stages are exactly open, negotiating, won and lost.
    pub is_default: bool,
    pub position: i64,
    /// In their order.
    pub stages: Vec<Stage>,
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Pipeline {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/pipelines/{}", self.id))
    }
}

impl Pipeline {
    /// Where a deal of this meaning goes, unless it says otherwise.
    pub fn first(&self, stage: DealStage) -> Option<&Stage> {
        self.stages.iter().find(|one| one.stage == stage)
    }
}

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    pub id: StageId,
    pub name: String,
    pub stage: DealStage,
    /// How likely a deal of this stage is won, from 0 to 1: what a deal that enters it gets.
    pub probability: f64,
    /// After so many days without activity or open task a deal of this stage is rotting; never without it.
    #[schema(required)]
    pub rot_days: Option<i64>,
}

/// A stage in a body: with the id of one that is there, or without for a new one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewStage {
    pub id: Option<StageId>,
    pub name: String,
    pub stage: DealStage,
    /// From 0 to 1; what is usual for `stage` unless said.
    pub probability: Option<f64>,
    pub rot_days: Option<i64>,
}

/// The body of `POST /pipelines`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPipeline {
    pub name: String,
    /// In their order: at least one open or negotiating, one won and one lost.
    pub stages: Vec<NewStage>,
}

/// The body of `PATCH /pipelines/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PipelinePatch {
    pub name: Option<String>,
    /// All stages, in their order: one that is left out goes.
    pub stages: Option<Vec<NewStage>>,
}

pub(super) fn valid_name(text: &str) -> Result<String> {
    match fields::text(text, "/name", NAME_CHARS_MAX) {
        Ok(Some(name)) => Ok(name),
        Ok(None) => Err(Error::invalid("/name", "required", "give the pipeline a name")),
        Err(fault) => Err(Error::Invalid(vec![fault])),
    }
}

pub(super) fn refuse_many(pipelines: &[Pipeline]) -> Result<()> {
    if pipelines.len() < PIPELINES_MAX {
        return Ok(());
    }
    let message = format!("there are {PIPELINES_MAX} pipelines with the archived ones; restore one of those instead");
    Err(Error::conflict("too_many_pipelines", message))
}

/// The stages of a body; `known` are those that the pipeline has.
///
/// # Errors
/// [`Error::Invalid`] with all faults.
pub(super) fn valid_stages(
    given: &[NewStage],
    known: &[Stage],
    mut new_id: impl FnMut() -> StageId,
) -> Result<Vec<Stage>> {
    let mut faults = Vec::new();
    let mut stages: Vec<Stage> = Vec::with_capacity(given.len());
    for (index, new) in given.iter().enumerate() {
        let path = |field: &str| format!("/stages/{index}/{field}");
        let name = match fields::text(&new.name, &path("name"), NAME_CHARS_MAX) {
            Ok(Some(name)) => name,
            Ok(None) => {
                faults.push(FieldError::new(path("name"), "required", "give the stage a name"));
                String::new()
            }
            Err(fault) => {
                faults.push(fault);
                String::new()
            }
        };
        if !name.is_empty() && stages.iter().any(|other| fold(&other.name) == fold(&name)) {
            faults.push(FieldError::new(path("name"), "name_taken", "another stage has this name"));
        }
        if new.id.is_some_and(|id| stages.iter().any(|other| other.id == id)) {
            faults.push(FieldError::new(path("id"), "duplicate", "this stage is in the list already"));
        } else if new.id.is_some_and(|id| !known.iter().any(|stage| stage.id == id)) {
            faults.push(FieldError::new(path("id"), "unknown_stage", "the pipeline has no such stage"));
        }
        let probability = new.probability.unwrap_or(new.stage.usual_probability());
        if !(0.0..=1.0).contains(&probability) {
            faults.push(FieldError::new(path("probability"), "out_of_range", "use a share from 0 to 1, such as 0.25"));
        } else if new.stage.is_closed() && probability != new.stage.usual_probability() {
            let message = "a won deal has the probability 1, a lost one 0; leave it out";
            faults.push(FieldError::new(path("probability"), "out_of_range", message));
        }
        if new.rot_days.is_some_and(|days| !(1..=ROT_DAYS_MAX).contains(&days)) {
            let message = format!("use a number of days from 1 to {ROT_DAYS_MAX}");
            faults.push(FieldError::new(path("rotDays"), "out_of_range", message));
        } else if new.rot_days.is_some() && new.stage.is_closed() {
            faults.push(FieldError::new(path("rotDays"), "closed_stage", "deals that are won or lost do not rot"));
        }
        stages.push(Stage {
            id: new.id.unwrap_or_else(&mut new_id),
            name,
            stage: new.stage,
            probability,
            rot_days: new.rot_days,
        });
    }
    if stages.len() > STAGES_MAX {
        faults.push(FieldError::new("/stages", "too_many", format!("give at most {STAGES_MAX} stages")));
    }
    let has = |wanted: &[DealStage]| stages.iter().any(|stage| wanted.contains(&stage.stage));
    if !has(&[DealStage::Open, DealStage::Negotiating]) || !has(&[DealStage::Won]) || !has(&[DealStage::Lost]) {
        let message = "give at least one open or negotiating stage, one won and one lost";
        faults.push(FieldError::new("/stages", "incomplete", message));
    }
    if faults.is_empty() { Ok(stages) } else { Err(Error::Invalid(faults)) }
}

/// The default pipeline keeps its four stages in their order; their probability and days may change.
pub(super) fn keep_default_stages(before: &[Stage], after: &[Stage]) -> Result<()> {
    let what = |stages: &[Stage]| stages.iter().map(|one| (one.id, one.name.clone(), one.stage)).collect::<Vec<_>>();
    if what(before) == what(after) {
        return Ok(());
    }
    let message = "the default pipeline has exactly the stages open, negotiating, won and lost; make another pipeline \
        for stages of your own";
    Err(Error::invalid("/stages", "default_pipeline", message))
}
