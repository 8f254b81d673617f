//! Scoring: how well customers fit products, by criteria of each product.
//!
//! A criterion assesses customers: by rules over their fields, by what happened to them, or by signals of interest. People
//! may say otherwise. Assessments are history; which of them counts, and the fit that comes of those, is kept, so that
//! lists are ranked without computing. Whatever changes a customer scores that one anew ([`Scorer`]), the clock does where
//! time alone changes something, and a changed criterion scores everybody by a job. See `docs/decisions/0021`.

pub mod api;
pub mod backtest;
pub mod bulk;
mod calibration;
mod conversation;
mod engine;
mod follower;
pub mod jobs;
mod leads;
pub mod model;
mod reading;
mod readings;
mod reviews;
mod rules;
mod store;
#[cfg(test)]
mod tests;

pub use calibration::calibration;
pub use follower::Scorer;
pub use leads::{LeadQuery, leads};
pub use model::{
    Adjust, Assess, Assessment, Criteria, Criterion, CriterionPatch, Fit, Fits, Leads, NewCriterion, NewReview,
    NewSignal, Readings, Review, Reviewed, Signal,
};
pub use reading::{HistoryQuery, fits, history};
pub use readings::readings;
pub use reviews::review;

use crate::activity::{self, Event};
use crate::customers::{self, Customer};
use crate::{fits as kept, products, segment_rules};
use db::{Conn, Tx};
use engine::{Sheet, Which, rescore, system};
use model::{AssessmentSource, CRITERIA_MAX};
use platform::filter::Schema;
use platform::http::IfMatch;
use platform::ids::{AssessmentId, CriterionId, CustomerId, ProductId, SignalId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, audit};
use rules::{FitEvidence, Rules};
use serde_json::{Value, json};
use std::collections::BTreeSet;

// ---- Criteria ------------------------------------------------------------------------------------

/// A criterion that is not archived.
pub fn criterion(c: &Conn<'_>, actor: &Actor, id: CriterionId) -> Result<Criterion> {
    let criterion = store::criterion(c, &actor.scope(), id)?.ok_or(Error::NotFound("criterion"))?;
    let all = store::criteria(c, &actor.scope(), criterion.product_id)?;
    Ok(with_shares(all).items.into_iter().find(|one| one.id == id).unwrap_or(criterion))
}

/// The criteria of a product in their order.
pub fn criteria(c: &Conn<'_>, actor: &Actor, product: ProductId) -> Result<Criteria> {
    products::get(c, actor, product)?;
    Ok(with_shares(store::criteria(c, &actor.scope(), product)?))
}

fn with_shares(mut items: Vec<Criterion>) -> Criteria {
    let weight_sum = items.iter().filter(|one| one.active).fold(0.0, |sum, one| sum + one.weight);
    for one in &mut items {
        one.share = (one.active && weight_sum > 0.0).then(|| one.weight / weight_sum);
    }
    Criteria { items, weight_sum }
}

/// The fields that these parameters may name.
fn schema(c: &Conn<'_>, scope: &Scope, params: &Value) -> Result<Schema> {
    let text = params.to_string();
    customers::schema(
        c,
        scope,
        text.contains(crate::custom_fields::PREFIX),
        kept::are_named(|name| text.contains(name)),
    )
}

/// Adds a criterion to a product; all customers are scored by it in the background.
pub fn create(tx: &Tx<'_>, actor: &Actor, product: ProductId, new: &NewCriterion) -> Result<Criterion> {
    policy::require(actor, Action::EditCriteria)?;
    let scope = actor.scope();
    let product = products::get(tx, actor, product)?;
    if product.archived_at.is_some() {
        return Err(Error::conflict("archived", "this product is archived; restore it first"));
    }
    let plain = new.check()?;
    let rules = Rules::parse(plain.kind, &new.params.0, &schema(tx, &scope, &new.params.0)?)?;
    let others = store::criteria(tx, &scope, product.id)?;
    if others.len() >= CRITERIA_MAX {
        let message = format!("a product has at most {CRITERIA_MAX} criteria; delete one that nobody needs");
        return Err(Error::conflict("too_many_criteria", message));
    }
    let mut criterion = Criterion {
        id: CriterionId(actor.new_id()),
        product_id: product.id,
        name: plain.name,
        kind: plain.kind,
        weight: plain.weight,
        share: None,
        params: rules.to_json()?,
        position: 0,
        active: new.active.unwrap_or(true),
        rules_version: 1,
        job_id: None,
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
        archived_at: None,
    };
    let place = new.position.and_then(|position| usize::try_from(position).ok()).unwrap_or(others.len());
    reorder(tx, actor, others, &mut criterion, place)?;
    if criterion.active {
        criterion.job_id = Some(jobs::everybody(tx, actor, &criterion, true)?);
    }
    store::insert(tx, &scope, &criterion)?;
    told(tx, actor, "criterion.created", &criterion)?;
    self::criterion(tx, actor, criterion.id)
}

/// Numbers the criteria of the product anew, with `criterion` at `place`.
fn reorder(
    tx: &Tx<'_>,
    actor: &Actor,
    mut others: Vec<Criterion>,
    criterion: &mut Criterion,
    place: usize,
) -> Result<()> {
    others.retain(|other| other.id != criterion.id);
    let place = place.min(others.len());
    for (index, other) in others.iter_mut().enumerate() {
        let position = i64::try_from(index + usize::from(index >= place)).unwrap_or(i64::MAX);
        if other.position != position {
            other.position = position;
            other.updated_at = actor.now();
            other.version += 1;
            store::update(tx, &actor.scope(), other)?;
        }
    }
    criterion.position = i64::try_from(place).unwrap_or(i64::MAX);
    Ok(())
}

fn told(tx: &Tx<'_>, actor: &Actor, action: &'static str, criterion: &Criterion) -> Result<()> {
    let detail = json!({"id": criterion.id, "productId": criterion.product_id, "name": criterion.name});
    audit::record(tx, actor, action, detail)
}

fn get_to_edit(tx: &Tx<'_>, actor: &Actor, id: CriterionId, expected: IfMatch) -> Result<Criterion> {
    policy::require(actor, Action::EditCriteria)?;
    let criterion = criterion(tx, actor, id)?;
    expected.check(&criterion)?;
    Ok(criterion)
}

/// Changes the given parts; where they make other scores, all customers are scored anew in the background.
pub fn update(
    tx: &Tx<'_>,
    actor: &Actor,
    id: CriterionId,
    patch: &CriterionPatch,
    expected: IfMatch,
) -> Result<Criterion> {
    let before = get_to_edit(tx, actor, id, expected)?;
    let scope = actor.scope();
    let mut after = before.clone();
    patch.apply(&mut after)?;
    if let Some(Some(params)) = patch.params.as_change() {
        after.params = Rules::parse(after.kind, &params.0, &schema(tx, &scope, &params.0)?)?.to_json()?;
    }
    if let Some(place) = patch.position.and_then(|position| usize::try_from(position).ok()) {
        reorder(tx, actor, store::criteria(tx, &scope, after.product_id)?, &mut after, place)?;
    }
    if after == before {
        return Ok(before);
    }
    after.updated_at = actor.now();
    after.version = before.version + 1;
    let other_rules = after.params != before.params;
    if other_rules {
        after.rules_version = after.version;
    }
    let counts = |one: &Criterion| (one.active, one.active.then_some(one.weight.to_bits()));
    if counts(&after) != counts(&before) || (other_rules && after.active) {
        let computed = after.active && (other_rules || !before.active);
        after.job_id = Some(jobs::everybody(tx, actor, &after, computed)?);
    }
    store::update(tx, &scope, &after)?;
    told(tx, actor, "criterion.updated", &after)?;
    criterion(tx, actor, id)
}

/// Takes a criterion away: it counts no longer. Its assessments stay as history.
pub fn archive(tx: &Tx<'_>, actor: &Actor, id: CriterionId, expected: IfMatch) -> Result<()> {
    let mut criterion = get_to_edit(tx, actor, id, expected)?;
    criterion.archived_at = Some(actor.now());
    criterion.updated_at = actor.now();
    criterion.version += 1;
    if criterion.active {
        criterion.job_id = Some(jobs::everybody(tx, actor, &criterion, false)?);
    }
    store::update(tx, &actor.scope(), &criterion)?;
    told(tx, actor, "criterion.deleted", &criterion)
}

/// The rules of criteria with the tags of the folded names `old` called `new`. With `is_merge` others carry it now, so all
/// are scored anew.
pub(crate) fn rename_tags(tx: &Tx<'_>, actor: &Actor, old: &BTreeSet<String>, new: &str, is_merge: bool) -> Result<()> {
    for mut criterion in store::profiles(tx, &actor.scope())? {
        let Some(params) = segment_rules::with_tags_renamed(&criterion.params, old, new) else { continue };
        criterion.params = params;
        criterion.updated_at = actor.now();
        criterion.version += 1;
        if is_merge && criterion.active {
            criterion.job_id = Some(jobs::everybody(tx, actor, &criterion, true)?);
        }
        store::update(tx, &actor.scope(), &criterion)?;
    }
    Ok(())
}

// ---- Assessments ---------------------------------------------------------------------------------

/// A living customer that a body names, if `actor` may write it.
fn customer_to_write(tx: &Tx<'_>, actor: &Actor, id: CustomerId) -> Result<Customer> {
    let customer = match customers::get_to_write(tx, actor, id) {
        Err(Error::NotFound(_)) => {
            return Err(Error::invalid("/customerId", "unknown_customer", "there is no such customer"));
        }
        found => found?,
    };
    refuse_archived(&customer)?;
    Ok(customer)
}

fn refuse_archived(customer: &Customer) -> Result<()> {
    match customer.archived_at {
        Some(_) => Err(Error::conflict("archived", "this customer is archived; restore it first")),
        None => Ok(()),
    }
}

/// Says by hand how well a customer does by a criterion.
pub fn assess(tx: &Tx<'_>, actor: &Actor, id: CriterionId, asked: &Assess) -> Result<Assessment> {
    let criterion = criterion(tx, actor, id)?;
    let customer = customer_to_write(tx, actor, asked.customer_id)?;
    let reason = asked.check(actor.now())?;
    let evidence = FitEvidence { reason: Some(reason), ..FitEvidence::default() };
    let given = Given { score: asked.score, evidence, source: AssessmentSource::Manual, expires_at: asked.expires_at };
    give(tx, actor, &criterion, &customer, given)
}

/// Moves the score that counts. What is computed later counts again as soon as it comes to something else, unless the
/// score that was moved is one that a person gave.
pub fn adjust(tx: &Tx<'_>, actor: &Actor, id: CriterionId, asked: &Adjust) -> Result<Assessment> {
    let criterion = criterion(tx, actor, id)?;
    let customer = customer_to_write(tx, actor, asked.customer_id)?;
    let reason = asked.reason.as_deref().map_or(Ok(None), |said| model::text(said, "/reason"));
    let reason = reason.map_err(|fault| Error::Invalid(vec![fault]))?;
    let counting = store::counting(tx, &actor.scope(), &[customer.id])?;
    let lives = |one: &Assessment| one.expires_at.is_none_or(|at| at > actor.now());
    let latest = counting.into_iter().find(|one| one.criterion_id == id && lives(one));
    let from = latest.as_ref().map_or(0.0, |latest| latest.score);
    let evidence = FitEvidence { reason, from: Some(from), delta: Some(asked.delta), ..FitEvidence::default() };
    let manual = latest.filter(|latest| latest.source == AssessmentSource::Manual);
    let given = Given {
        score: (from + asked.delta).clamp(-1.0, 1.0),
        evidence,
        source: if manual.is_some() { AssessmentSource::Manual } else { AssessmentSource::Automation },
        expires_at: manual.and_then(|manual| manual.expires_at),
    };
    give(tx, actor, &criterion, &customer, given)
}

/// What somebody says.
struct Given {
    score: f64,
    evidence: FitEvidence,
    source: AssessmentSource,
    expires_at: Option<platform::clock::Timestamp>,
}

fn give(tx: &Tx<'_>, actor: &Actor, criterion: &Criterion, customer: &Customer, given: Given) -> Result<Assessment> {
    let scope = actor.scope();
    store::take(tx, &scope, customer.id)?;
    let assessment = Assessment {
        id: AssessmentId(actor.new_id()),
        customer_id: customer.id,
        criterion_id: criterion.id,
        criterion_version: criterion.rules_version,
        score: given.score,
        evidence: given.evidence,
        source: given.source,
        actor: actor.to_ref(),
        expires_at: given.expires_at,
        created_at: actor.now(),
    };
    store::insert_assessments(tx, &scope, std::slice::from_ref(&assessment))?;
    kept::ask_history(tx, &scope, customer.id)?;
    rescore(tx, actor, &Sheet::held(tx, &scope)?, &Which::none(), &[customer.id])?;
    Ok(assessment)
}

/// Scores a customer anew for all products.
pub fn rescore_customer(tx: &Tx<'_>, actor: &Actor, id: CustomerId) -> Result<Fits> {
    let customer = customers::get_to_write(tx, actor, id)?;
    refuse_archived(&customer)?;
    let sheet = Sheet::held(tx, &actor.scope())?;
    rescore(tx, &system(actor), &sheet, &Which::All, &[id])?;
    readings::ask(tx, actor, &sheet.conversations(&Which::All), &[id], false)?;
    Ok(Fits(fits(tx, actor, id)?))
}

/// Takes a sign of interest down, and scores the customer by it.
pub fn signal(tx: &Tx<'_>, actor: &Actor, new: &NewSignal) -> Result<Signal> {
    let customer = customer_to_write(tx, actor, new.customer_id)?;
    let (name, expires_at) = new.check(actor.now())?;
    let scope = actor.scope();
    store::take(tx, &scope, customer.id)?;
    let signal = Signal {
        id: SignalId(actor.new_id()),
        customer_id: customer.id,
        name: name.clone(),
        strength: new.strength,
        expires_at,
        actor: actor.to_ref(),
        created_at: actor.now(),
    };
    store::insert_signal(tx, &scope, &signal)?;
    let event = Event::IntentSignaled { signal_id: signal.id, name, strength: signal.strength, expires_at };
    activity::record_all(tx, actor, &[(customers::about(&customer), event)])?;
    rescore(tx, &system(actor), &Sheet::held(tx, &scope)?, &Which::All, &[customer.id])?;
    Ok(signal)
}
