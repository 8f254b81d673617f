//! How criteria score: their parameters, and what is computed from what is known of a customer. No I/O.

use super::model::{self, CriterionType};
use crate::activity::model::TYPES;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::filter::{Me, Node, Schema, Tree};
use platform::text::fold;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

const RULES_MAX: usize = 50;
const WEIGHTS_MAX: usize = 50;
const LABEL_CHARS_MAX: usize = 200;
const PROMPT_CHARS_MAX: usize = 4_000;
const DAYS_MAX: f64 = 3_650.0;
const NUMBER_MAX: f64 = 1_000.0;
/// A computed score that moves by less is the same score.
pub(super) const STEP: f64 = 0.01;
const DAY_US: f64 = 86_400_000_000.0;
/// A score that fades is looked at again not sooner.
const LOOK_US: i64 = 3_600_000_000;

/// What a criterion of each type scores by.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CriterionParams {
    Profile(ProfileParams),
    Behavioral(BehavioralParams),
    Intent(IntentParams),
    Conversation(ConversationParams),
}

/// The first rule whose condition holds gives the score.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileParams {
    pub rules: Vec<ProfileRule>,
    /// The score where no rule holds; from -1 to 1.
    pub otherwise: f64,
}

/// A condition, and the score that it gives.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileRule {
    /// A filter tree over the fields of customers and their companies.
    #[schema(value_type = Object)]
    pub when: Value,
    /// From -1 to 1.
    pub score: f64,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// `tanh(Σ weight · 0.5^(age / halfLifeDays) / scale)` over the events of the last `windowDays`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BehavioralParams {
    /// How far back events count.
    pub window_days: f64,
    /// After so long an event counts half.
    pub half_life_days: f64,
    /// So many points make a score of 0.76.
    pub scale: f64,
    pub weights: Vec<TypeWeight>,
}

/// What an event of a type counts when it has just happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TypeWeight {
    /// A type of activity: `email.replied`.
    #[serde(rename = "type")]
    pub kind: String,
    pub weight: f64,
}

/// `Σ weight · strength` over the living signals, within -1 and 1; of several of one name the latest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntentParams {
    pub signals: Vec<SignalWeight>,
}

/// What a signal counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignalWeight {
    pub name: String,
    pub weight: f64,
}

/// A language model reads what was said and written, and says how well that fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConversationParams {
    /// What to judge by: what speaks for a score of 1, and what for -1. At most 4,000 characters.
    #[schema(max_length = 4000)]
    pub prompt: String,
}

/// Why a score is what it is: what the type of the criterion, or the person, has to say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FitEvidence {
    /// Of a profile: the place, from 0, of the rule that held in that version of the criterion. None did where it is
    /// missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<i64>,
    /// The label of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Of behaviour: what happened how often, and what it counted then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<TypeEvidence>>,
    /// Of intent: the signals that counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signals: Option<Vec<SignalEvidence>>,
    /// Of a conversation: what the model gave as its reasons. Each stands, word by word, in what it read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Vec<QuoteEvidence>>,
    /// Quotes of the model that stand nowhere, and were left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invented: Option<i64>,
    /// How sure the model says it is, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The model that read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What a person said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of an adjustment: the score that was adjusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<f64>,
}

/// Events of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TypeEvidence {
    #[serde(rename = "type")]
    pub kind: String,
    pub count: i64,
    /// What they counted when this was assessed.
    pub points: f64,
}

/// A signal that counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignalEvidence {
    pub name: String,
    pub strength: f64,
    pub weight: f64,
    pub expires_at: Timestamp,
}

/// Words that stand in something that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuoteEvidence {
    pub text: String,
    /// What it stands in: `note`, `call`, `meeting` or `review`.
    pub kind: String,
    #[schema(value_type = String, format = "uuid")]
    pub id: uuid::Uuid,
    pub at: Timestamp,
}

impl FitEvidence {
    /// Whether it says the same: points fade from moment to moment, and tell nothing new by that.
    fn says_the_same(&self, other: &FitEvidence) -> bool {
        let faded = |evidence: &FitEvidence| {
            let mut evidence = evidence.clone();
            evidence.types.iter_mut().flatten().for_each(|one| one.points = 0.0);
            evidence
        };
        faded(self) == faded(other)
    }
}

/// What was computed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Computed {
    pub score: f64,
    pub evidence: FitEvidence,
    pub expires_at: Option<Timestamp>,
    /// When the clock alone makes another score of it.
    pub look_at: Option<Timestamp>,
}

impl Computed {
    /// Whether it is news beside what was computed last.
    pub fn differs_from(&self, score: f64, evidence: &FitEvidence) -> bool {
        (self.score - score).abs() >= STEP || !self.evidence.says_the_same(evidence)
    }
}

/// A criterion's parameters, ready to be used.
#[derive(Clone, Debug)]
pub(super) enum Rules {
    Profile { rules: Vec<Rule>, otherwise: f64 },
    Behavioral(BehavioralParams),
    Intent(IntentParams),
    Conversation(ConversationParams),
}

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub when: Tree,
    pub score: f64,
    pub label: Option<String>,
}

fn parsed<T: serde::de::DeserializeOwned>(params: &Value) -> Result<T> {
    T::deserialize(params).map_err(|error| Error::malformed("/params", "wrong_type", error.to_string()))
}

fn finite(value: f64, most: f64, path: String) -> Result<(), FieldError> {
    if value.is_finite() && value.abs() <= most {
        return Ok(());
    }
    Err(FieldError::new(path, "out_of_range", format!("use a number from -{most} to {most}")))
}

fn positive(value: f64, most: f64, path: &str) -> Result<(), FieldError> {
    if value > 0.0 && value <= most {
        return Ok(());
    }
    Err(FieldError::new(path, "out_of_range", format!("use a number above 0 and at most {most}")))
}

fn some<T>(list: &[T], most: usize, path: &str, what: &str) -> Result<(), FieldError> {
    if list.is_empty() {
        return Err(FieldError::new(path, "required", format!("give at least one {what}")));
    }
    if list.len() > most {
        return Err(FieldError::new(path, "too_many", format!("give at most {most}")));
    }
    Ok(())
}

fn all(faults: Vec<FieldError>) -> Result<()> {
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

impl Rules {
    /// Reads parameters of a body or of the database.
    ///
    /// # Errors
    /// [`Error::Malformed`] and [`Error::Invalid`] with the places of all faults below `/params`.
    pub fn parse(kind: CriterionType, params: &Value, schema: &Schema) -> Result<Rules> {
        match kind {
            CriterionType::Profile => profile(&parsed(params)?, schema),
            CriterionType::Behavioral => behavioral(parsed(params)?),
            CriterionType::Intent => intent(parsed(params)?),
            CriterionType::Conversation => conversation(&parsed(params)?),
        }
    }

    /// As they are stored.
    pub fn to_json(&self) -> Result<Value> {
        let params = match self {
            Rules::Profile { rules, otherwise } => {
                let rule =
                    |rule: &Rule| ProfileRule { when: json!(rule.when), score: rule.score, label: rule.label.clone() };
                CriterionParams::Profile(ProfileParams {
                    rules: rules.iter().map(rule).collect(),
                    otherwise: *otherwise,
                })
            }
            Rules::Behavioral(params) => CriterionParams::Behavioral(params.clone()),
            Rules::Intent(params) => CriterionParams::Intent(params.clone()),
            Rules::Conversation(params) => CriterionParams::Conversation(params.clone()),
        };
        serde_json::to_value(params).map_err(|error| Error::Bug(error.to_string()))
    }

    /// Whether the clock alone changes what rules select.
    pub fn is_relative(&self) -> bool {
        matches!(self, Rules::Profile { rules, .. } if rules.iter().any(|rule| rule.when.is_relative()))
    }

    /// Whether the fields of companies matter.
    pub fn asks_companies(&self) -> bool {
        let Rules::Profile { rules, .. } = self else { return false };
        let mut asks = false;
        for rule in rules {
            rule.when.each_condition(|_, node| {
                asks |= matches!(node, Node::Field(condition) if condition.field.name.starts_with("company."));
            });
        }
        asks
    }
}

fn profile(params: &ProfileParams, schema: &Schema) -> Result<Rules> {
    let mut faults = Vec::new();
    faults.extend(some(&params.rules, RULES_MAX, "/params/rules", "rule").err());
    faults.extend(model::score(params.otherwise, "/params/otherwise").err());
    let mut rules = Vec::with_capacity(params.rules.len());
    let mut malformed = Vec::new();
    for (index, rule) in params.rules.iter().take(RULES_MAX).enumerate() {
        let at = format!("/params/rules/{index}");
        faults.extend(model::score(rule.score, &format!("{at}/score")).err());
        let label = rule
            .label
            .as_deref()
            .map_or(Ok(None), |label| crate::fields::text(label, &format!("{at}/label"), LABEL_CHARS_MAX));
        let label = crate::fields::gather(label, &mut faults);
        match Tree::parse(&rule.when, schema.clone(), Me::Refused) {
            Ok(when) => {
                refuse_circles(&when, &format!("{at}/when"), &mut malformed);
                rules.push(Rule { when, score: rule.score, label });
            }
            Err(Error::Malformed(found)) => malformed.extend(
                found.into_iter().map(|fault| FieldError { path: format!("{at}/when{}", fault.path), ..fault }),
            ),
            Err(error) => return Err(error),
        }
    }
    if !malformed.is_empty() {
        return Err(Error::Malformed(malformed));
    }
    all(faults)?;
    Ok(Rules::Profile { rules, otherwise: params.otherwise })
}

/// A profile says who somebody is. What follows from scores would go round in circles.
fn refuse_circles(when: &Tree, at: &str, faults: &mut Vec<FieldError>) {
    when.each_condition(|path, node| {
        let (key, message) = match node {
            Node::Field(condition) if condition.field.fit.is_some() => {
                ("fit", "a profile cannot ask for a fit, which is made of profiles; ask for the same fields instead")
            }
            Node::Field(condition) if condition.field.name == "segments" => (
                "field",
                "a profile cannot ask for segments, whose rules may ask for fits; ask for the fields of the segment's rule",
            ),
            Node::Deals(_) => ("deals", "a profile cannot ask for deals; count deal.created in a behavioral criterion"),
            Node::Activity(_) => ("activity", "a profile cannot count what happened; use a behavioral criterion"),
            _ => return,
        };
        faults.push(FieldError::new(format!("{at}{path}/{key}"), "not_allowed", message));
    });
}

fn behavioral(params: BehavioralParams) -> Result<Rules> {
    let mut faults = Vec::new();
    faults.extend(positive(params.window_days, DAYS_MAX, "/params/windowDays").err());
    faults.extend(positive(params.half_life_days, DAYS_MAX, "/params/halfLifeDays").err());
    faults.extend(positive(params.scale, 1_000_000.0, "/params/scale").err());
    faults.extend(some(&params.weights, WEIGHTS_MAX, "/params/weights", "type").err());
    for (index, weight) in params.weights.iter().enumerate() {
        let at = format!("/params/weights/{index}");
        faults.extend(finite(weight.weight, NUMBER_MAX, format!("{at}/weight")).err());
        let path = format!("{at}/type");
        if matches!(weight.kind.as_str(), "profile.scored" | "segment.joined" | "segment.left") {
            let message = "this follows from scores and rules, and cannot count for them";
            faults.push(FieldError::new(path, "not_allowed", message));
        } else if !TYPES.contains(&weight.kind.as_str()) {
            faults.push(FieldError::new(path, "unknown_type", format!("use one of {}", TYPES.join(", "))));
        } else if params.weights[..index].iter().any(|other| other.kind == weight.kind) {
            faults.push(FieldError::new(path, "repeated", "name each type once"));
        }
    }
    all(faults)?;
    Ok(Rules::Behavioral(params))
}

fn intent(params: IntentParams) -> Result<Rules> {
    let mut faults = Vec::new();
    faults.extend(some(&params.signals, WEIGHTS_MAX, "/params/signals", "signal").err());
    for (index, signal) in params.signals.iter().enumerate() {
        let at = format!("/params/signals/{index}");
        faults.extend(finite(signal.weight, NUMBER_MAX, format!("{at}/weight")).err());
        let key = fold(&signal.name);
        if key.is_empty() || signal.name.chars().count() > LABEL_CHARS_MAX {
            faults.push(FieldError::new(format!("{at}/name"), "required", "name the signal in a few words"));
        } else if params.signals[..index].iter().any(|other| fold(&other.name) == key) {
            faults.push(FieldError::new(format!("{at}/name"), "repeated", "name each signal once"));
        }
    }
    all(faults)?;
    Ok(Rules::Intent(params))
}

fn conversation(params: &ConversationParams) -> Result<Rules> {
    let prompt = crate::fields::markdown(&params.prompt, "/params/prompt", PROMPT_CHARS_MAX);
    let prompt = prompt.and_then(|prompt| {
        let message = "say what to judge by: what speaks for a score of 1, and what for -1";
        prompt.ok_or_else(|| FieldError::new("/params/prompt", "required", message))
    });
    let prompt = prompt.map_err(|fault| Error::Invalid(vec![fault]))?;
    Ok(Rules::Conversation(ConversationParams { prompt }))
}

impl BehavioralParams {
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.weights.iter().map(|weight| weight.kind.as_str())
    }

    /// From when on events count.
    pub fn since(&self, now: Timestamp) -> Timestamp {
        #[allow(clippy::cast_possible_truncation)]
        Timestamp(now.micros().saturating_sub((self.window_days * DAY_US) as i64))
    }

    /// What events, since the beginning of the window, come to.
    pub fn compute(&self, events: &BTreeMap<String, Vec<Timestamp>>, now: Timestamp) -> Computed {
        let mut types = Vec::new();
        let (mut points, mut first) = (0.0, None);
        for weight in &self.weights {
            let Some(times) = events.get(&weight.kind) else { continue };
            let mut of_type = 0.0;
            for at in times {
                #[allow(clippy::cast_precision_loss)]
                let age = now.micros().saturating_sub(at.micros()).max(0) as f64 / DAY_US;
                of_type += weight.weight * 0.5_f64.powf(age / self.half_life_days);
                first = Some(first.map_or(*at, |first: Timestamp| first.min(*at)));
            }
            points += of_type;
            let count = i64::try_from(times.len()).unwrap_or(i64::MAX);
            types.push(TypeEvidence { kind: weight.kind.clone(), count, points: of_type });
        }
        let score = (points / self.scale).tanh();
        let leaves = first.map(|first| {
            #[allow(clippy::cast_possible_truncation)]
            let window = (self.window_days * DAY_US) as i64;
            first.micros().saturating_add(window).saturating_add(1)
        });
        let look_at = [self.fades(points, score, now), leaves].into_iter().flatten().min();
        let look_at = look_at.map(|at| Timestamp(at.max(now.micros().saturating_add(LOOK_US))));
        let evidence = FitEvidence { types: Some(types), ..FitEvidence::default() };
        Computed { score, evidence, expires_at: None, look_at }
    }

    /// When so many points have faded by a step: all fade alike, so their sum does.
    fn fades(&self, points: f64, score: f64, now: Timestamp) -> Option<i64> {
        let target = score.abs() - STEP;
        if target <= 0.0 {
            return None;
        }
        // A score next to 1 may stand for any number of points.
        let left = self.scale * target.min(0.999_999).atanh();
        let days = self.half_life_days * (points.abs() / left).log2();
        #[allow(clippy::cast_possible_truncation)]
        (days.is_finite() && days > 0.0).then(|| now.micros().saturating_add((days * DAY_US) as i64))
    }
}

/// A signal of a customer that has not expired.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Living {
    /// Folded.
    pub key: String,
    pub strength: f64,
    pub expires_at: Timestamp,
}

impl IntentParams {
    /// What living signals, the oldest first, come to; nothing where none counts.
    pub fn compute(&self, living: &[Living]) -> Option<Computed> {
        let mut signals = Vec::new();
        let mut sum = 0.0;
        for weight in &self.signals {
            let key = fold(&weight.name);
            let Some(latest) = living.iter().rfind(|one| one.key == key) else { continue };
            sum += weight.weight * latest.strength;
            let (name, strength) = (weight.name.clone(), latest.strength);
            signals.push(SignalEvidence { name, strength, weight: weight.weight, expires_at: latest.expires_at });
        }
        let expires_at = signals.iter().map(|signal| signal.expires_at).min()?;
        let evidence = FitEvidence { signals: Some(signals), ..FitEvidence::default() };
        Some(Computed { score: sum.clamp(-1.0, 1.0), evidence, expires_at: Some(expires_at), look_at: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_774_864_800_000_000);

    fn behaviour() -> BehavioralParams {
        let weights = vec![TypeWeight { kind: "email.replied".into(), weight: 2.0 }];
        BehavioralParams { window_days: 90.0, half_life_days: 30.0, scale: 2.0, weights }
    }

    fn replies(days: &[i64]) -> BTreeMap<String, Vec<Timestamp>> {
        BTreeMap::from([("email.replied".into(), days.iter().map(|days| NOW.plus_seconds(-days * 86_400)).collect())])
    }

    #[test]
    fn what_happened_fades_by_its_half_life() {
        let fresh = behaviour().compute(&replies(&[0]), NOW);
        assert!((fresh.score - 1.0_f64.tanh()).abs() < 1e-9);
        let aged = behaviour().compute(&replies(&[30, 30]), NOW);
        assert!((aged.score - fresh.score).abs() < 1e-9, "two half ones are a whole one");
        assert_eq!(behaviour().compute(&BTreeMap::new(), NOW).score, 0.0);
        assert_eq!(fresh.evidence.types.as_ref().unwrap()[0].count, 1);
    }

    #[test]
    fn the_next_look_is_when_the_score_has_moved_by_a_step() {
        for days in [&[0][..], &[1, 5, 20], &[80]] {
            let now = behaviour().compute(&replies(days), NOW);
            let at = now.look_at.expect("it fades");
            let ages: Vec<i64> = days.to_vec();
            let oldest = NOW.plus_seconds(-ages.iter().max().unwrap() * 86_400);
            let leaves = oldest.plus_seconds(90 * 86_400);
            let then = behaviour().compute(&replies(days), at);
            let moved = (now.score - then.score).abs();
            assert!((moved - STEP).abs() < 1e-6 || at.micros() > leaves.micros(), "{days:?} {moved}");
        }
        // Next to 1 it stays for long.
        let certain = behaviour().compute(&replies(&[0; 40]), NOW);
        assert!(certain.look_at.unwrap() > NOW.plus_seconds(30 * 86_400));
    }

    #[test]
    fn the_latest_signal_of_a_name_counts() {
        let signals = vec![
            SignalWeight { name: "Pricing page".into(), weight: 0.5 },
            SignalWeight { name: "Churn".into(), weight: -1.0 },
        ];
        let params = IntentParams { signals };
        let living =
            |key: &str, strength, seconds| Living { key: key.into(), strength, expires_at: NOW.plus_seconds(seconds) };
        assert_eq!(params.compute(&[living("other", 1.0, 5)]), None);
        let found = params.compute(&[living("pricing page", 0.1, 9), living("pricing page", 1.0, 7)]).unwrap();
        assert_eq!((found.score, found.expires_at), (0.5, Some(NOW.plus_seconds(7))));
        let found = params.compute(&[living("churn", 1.0, 3), living("pricing page", -1.0, 7)]).unwrap();
        assert_eq!((found.score, found.expires_at), (-1.0, Some(NOW.plus_seconds(3))));
    }

    #[test]
    fn faults_are_told_with_their_places() {
        let schema = Schema::from(&crate::customers::FIELDS);
        let faults = |kind, params: Value| match Rules::parse(kind, &params, &schema) {
            Err(Error::Invalid(faults) | Error::Malformed(faults)) => {
                faults.into_iter().map(|fault| format!("{} {}", fault.path, fault.code)).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        let when = json!({"field": "country", "op": "eq", "value": "DE"});
        let of = |when: Value, score: f64| json!({"rules": [{"when": when, "score": score}], "otherwise": 0});
        let profile = CriterionType::Profile;
        assert_eq!(faults(profile, of(when.clone(), 1.5)), ["/params/rules/0/score out_of_range"]);
        assert_eq!(
            faults(profile, json!({"rules": [], "otherwise": 2})),
            ["/params/rules required", "/params/otherwise out_of_range"]
        );
        let nope = json!({"and": [when.clone(), {"field": "nope", "op": "eq", "value": 1}]});
        assert_eq!(faults(profile, of(nope, 1.0)), ["/params/rules/0/when/and/1/field unknown_field"]);
        for (when, path) in [
            (json!({"field": "segments", "op": "empty"}), "/params/rules/0/when/field not_allowed"),
            (json!({"not": {"deals": "any"}}), "/params/rules/0/when/not/deals not_allowed"),
            (
                json!({"activity": ["call.logged"], "op": "at_least", "count": 1}),
                "/params/rules/0/when/activity not_allowed",
            ),
        ] {
            assert_eq!(faults(profile, of(when, 1.0)), [path]);
        }
        let behaviour = json!({"windowDays": 0, "halfLifeDays": 1, "scale": 1, "weights": [
            {"type": "profile.scored", "weight": 1}, {"type": "nope", "weight": 1}]});
        assert_eq!(
            faults(CriterionType::Behavioral, behaviour),
            [
                "/params/windowDays out_of_range",
                "/params/weights/0/type not_allowed",
                "/params/weights/1/type unknown_type"
            ]
        );
        let twice = json!({"signals": [{"name": "A", "weight": 1}, {"name": "a", "weight": 1}]});
        assert_eq!(faults(CriterionType::Intent, twice), ["/params/signals/1/name repeated"]);
        assert_eq!(faults(CriterionType::Intent, json!({"signal": 1})), ["/params wrong_type"]);
        let prompt = |text: &str| faults(CriterionType::Conversation, json!({"prompt": text}));
        assert_eq!(prompt("  "), ["/params/prompt required"]);
        assert_eq!(prompt(&"x".repeat(4_001)), ["/params/prompt too_long"]);
        assert_eq!(faults(CriterionType::Conversation, json!({"prompt": "x", "model": "y"})), ["/params wrong_type"]);
    }
}
