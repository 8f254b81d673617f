//! Deals: sales that may come about, each in a stage of a pipeline.
//!
//! Every change of stage writes a row of the deal's history and an event in the same transaction, so that time in stage,
//! velocity and conversion are derived, never kept. A closed deal has the time of its closing, a lost one its reason. What
//! the stages of a board hold is kept in totals with every write.

pub mod api;
mod board;
pub mod bulk;
pub(crate) mod export;
pub mod fields;
pub mod model;
mod rank;
mod reports;
mod store;
#[cfg(test)]
mod tests;

pub use board::{Amount, Board, BoardStage, board, next_cards};
pub use fields::FIELDS;
pub use model::{Deal, DealPatch, DealProduct, MoveDeal, NewDeal, StageVisit};
pub use reports::{Figures, Forecast, GroupBy, Stats, forecast, stats};

use crate::activity::{self, About, Activity, ActivityQuery, Change, Event, StageMove, Timeline, changes};
use crate::companies;
use crate::custom_fields::{self, Record};
use crate::pipelines::{self, DealStage, Pipeline, Stage};
use crate::products;
use db::{Conn, Sql, Tx};
use platform::actor::ActorKind;
use platform::bulk::Selection;
use platform::filter::{Me, Tree};
use platform::http::{IfMatch, Page};
use platform::ids::{CompanyId, CustomerId, DealId, ProductId, StageId};
use platform::paging::{Count, List};
use platform::patch::Patch;
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, organisations};
use serde_json::json;

pub fn get(c: &Conn<'_>, actor: &Actor, id: DealId) -> Result<Deal> {
    store::get(c, &actor.scope(), id, actor.now())?.ok_or(Error::NotFound("deal"))
}

fn get_to_write(c: &Conn<'_>, actor: &Actor, id: DealId, expected: IfMatch) -> Result<Deal> {
    let deal = get(c, actor, id)?;
    policy::require_write(actor, deal.owner_id)?;
    expected.check(&deal)?;
    Ok(deal)
}

pub fn page(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Page<Deal>> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::page(c, &actor.scope(), list, &context)?)
}

/// The ids of all that a list has, in its order.
fn ids(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Vec<DealId>> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::ids(c, &actor.scope(), list, &context)?)
}

/// The deals of a selection: what comes after the columns of a statement over `deals c`.
pub(crate) fn selected(c: &Conn<'_>, actor: &Actor, selection: &Selection) -> Result<Sql> {
    let mut sql = match selection {
        Selection::Ids(_) => store::all(&actor.scope()),
        Selection::Matching { tree, q, .. } => {
            let context = organisations::filter_context(c, actor)?;
            store::matching(c, &actor.scope(), tree, q.as_deref(), &context)?
        }
    };
    sql.append(&selection.named("c.id"));
    Ok(sql)
}

/// How many there are; exact up to `limit`.
pub fn count(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>, exact: bool) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::count(c, &actor.scope(), tree, q, &context, exact)?)
}

/// The stages that a deal has been in, in their order; of very many the last ones.
pub fn stages(c: &Conn<'_>, actor: &Actor, id: DealId) -> Result<Vec<StageVisit>> {
    require_deal(c, &actor.scope(), id)?;
    Ok(store::stages(c, &actor.scope(), id, actor.now())?)
}

/// A page of what happened to a deal, newest first.
pub fn timeline(
    c: &Conn<'_>,
    actor: &Actor,
    id: DealId,
    asked: &ActivityQuery,
    limit: usize,
) -> Result<Page<Activity>> {
    require_deal(c, &actor.scope(), id)?;
    activity::page(c, actor, Timeline::Deal(id), asked.group, limit, asked.cursor.as_deref())
}

fn require_deal(c: &Conn<'_>, scope: &Scope, id: DealId) -> Result<()> {
    if store::exists(c, scope, id)? { Ok(()) } else { Err(Error::NotFound("deal")) }
}

fn about(deal: &Deal) -> About {
    About { customer_id: deal.customer_id, company_id: deal.company_id, deal_id: Some(deal.id) }
}

fn record(tx: &Tx<'_>, actor: &Actor, deal: &Deal, events: Vec<Event>) -> Result<()> {
    let about = about(deal);
    activity::record_all(tx, actor, &events.into_iter().map(|event| (about, event)).collect::<Vec<_>>())
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewDeal) -> Result<Deal> {
    policy::require(actor, Action::CreateRecords)?;
    let plain = new.check()?;
    let scope = actor.scope();
    let (pipeline, stage) = stage_of_new(tx, actor, new)?;
    let owner_id = match new.owner_id.as_change() {
        None => actor.user_id,
        Some(owner) => owner.copied(),
    };
    if let Some(owner) = owner_id {
        organisations::require_member(tx, &scope, owner, "/ownerId")?;
        policy::require_write(actor, Some(owner))?;
    }
    let currency = match plain.currency {
        Some(currency) => currency,
        None => organisations::currency(tx, &scope)?,
    };
    let now = actor.now();
    let id = DealId(actor.new_id());
    let mut deal = Deal {
        id,
        name: plain.name,
        customer_id: new.customer_id,
        customer: None,
        company_id: new.company_id,
        company: None,
        owner_id,
        owner_name: None,
        pipeline_id: pipeline.id,
        stage_id: stage.id,
        stage: stage.stage,
        stage_entered_at: now,
        amount: plain.amount,
        currency: Some(currency),
        probability: new.probability.unwrap_or(stage.probability),
        expected_close_date: new.expected_close_date,
        closed_at: None,
        lost_reason: None,
        source: plain.source.unwrap_or_else(|| source(actor).into()),
        lines: new.lines.clone().unwrap_or_default(),
        rotting: false,
        last_activity_at: now,
        custom: custom_fields::first_values(tx, actor, Record::Deal, &new.custom)?,
        archived_at: None,
        created_at: now,
        updated_at: now,
        version: 1,
        rank: rank::top(now, id),
    };
    settle_people(tx, &scope, None, &mut deal, new.company_id.is_some())?;
    settle_lines(tx, &scope, &[], &mut deal)?;
    let sum = model::sum(&deal.lines)?;
    deal.amount = deal.amount.or(sum);
    settle_closing(actor, None, &mut deal, plain.lost_reason)?;
    let mut events = vec![Event::DealCreated {
        name: deal.name.clone(),
        stage_id: stage.id,
        stage: stage.name.clone(),
        amount: deal.amount,
        currency: deal.currency.clone(),
        source: deal.source.clone(),
    }];
    if deal.stage.is_closed() {
        events.push(stage_event(&deal, &stage, &deal, &stage));
    }
    companies::hold(tx, &scope, deal.company_id)?;
    store::insert(tx, &scope, &deal)?;
    custom_fields::write_values(tx, &scope, Record::Deal, &[(id.0, &custom_fields::Values::new(), &deal.custom)])?;
    store::enter(tx, &scope, &deal, &actor.to_ref())?;
    record(tx, actor, &deal, events)?;
    get(tx, actor, id)
}

fn source(actor: &Actor) -> &'static str {
    match actor.kind {
        ActorKind::Import => "import",
        ActorKind::ApiKey => "api",
        _ => "manual",
    }
}

/// Where a new deal goes.
fn stage_of_new(tx: &Tx<'_>, actor: &Actor, new: &NewDeal) -> Result<(Pipeline, Stage)> {
    let scope = actor.scope();
    if let Some(id) = new.stage_id {
        let (pipeline, stage) = pipelines::require_stage(tx, &scope, id, "/stageId")?;
        if new.pipeline_id.is_some_and(|asked| asked != pipeline.id) {
            let message =
                format!("this is a stage of the pipeline {}; choose one of the pipeline given", pipeline.name);
            return Err(Error::invalid("/stageId", "other_pipeline", message));
        }
        return Ok((pipeline, stage));
    }
    let pipeline = match new.pipeline_id {
        None => pipelines::ensure_default(tx, actor)?,
        Some(id) => pipelines::require_living(tx, &scope, id, "/pipelineId")?,
    };
    let stage = match new.stage {
        None => pipeline.stages.first(),
        Some(stage) => pipeline.first(stage),
    };
    let stage = stage.cloned().ok_or_else(|| {
        Error::invalid("/stage", "unknown_stage", format!("the pipeline {} has no such stage", pipeline.name))
    })?;
    Ok((pipeline, stage))
}

/// The customer and the company are there and living where they are new; the company is the customer's unless it was
/// given.
fn settle_people(
    c: &Conn<'_>,
    scope: &Scope,
    before: Option<&Deal>,
    deal: &mut Deal,
    company_given: bool,
) -> Result<()> {
    let is_new_customer =
        deal.customer_id.is_some() && before.and_then(|before| before.customer_id) != deal.customer_id;
    if let Some(id) = deal.customer_id.filter(|_| is_new_customer) {
        let customer = require_customer(c, scope, id)?;
        if !company_given {
            deal.company_id = customer.company_id;
        }
    }
    let is_new_company = before.and_then(|before| before.company_id) != deal.company_id;
    if let Some(id) = deal.company_id.filter(|_| is_new_company && company_given) {
        companies::require_living(c, scope, id, "/companyId")?;
    }
    Ok(())
}

fn require_customer(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<store::CustomerState> {
    match store::customer(c, scope, id)? {
        Some(customer) if !customer.is_archived => Ok(customer),
        Some(_) => {
            Err(Error::invalid("/customerId", "customer_archived", "this customer is archived; restore it first"))
        }
        None => Err(Error::invalid("/customerId", "unknown_customer", "there is no such customer")),
    }
}

/// The products of new lines are there and sold; a line without a price gets its product's where that is in the deal's
/// currency.
fn settle_lines(c: &Conn<'_>, scope: &Scope, before: &[DealProduct], deal: &mut Deal) -> Result<()> {
    let mut asked: Vec<ProductId> =
        deal.lines.iter().filter(|line| !before.contains(line)).map(|line| line.product_id).collect();
    asked.sort_unstable();
    asked.dedup();
    let found = products::offered(c, scope, &asked)?;
    for (index, line) in deal.lines.iter_mut().enumerate() {
        if before.contains(line) {
            continue;
        }
        let path = format!("/lines/{index}/productId");
        let unknown = || Error::invalid(&*path, "unknown_product", "there is no such product");
        let (product, is_archived) = found.get(&line.product_id).ok_or_else(unknown)?;
        let was_there = before.iter().any(|old| old.product_id == line.product_id);
        if *is_archived && !was_there {
            let message = format!("{} is archived; restore it first", product.name);
            return Err(Error::invalid(path, "product_archived", message));
        }
        if line.unit_price.is_none() && product.currency == deal.currency {
            line.unit_price = product.price;
        }
    }
    Ok(())
}

/// What closing and reopening does to a deal whose stage is set: the time, the reason, what is certain; an amount has its
/// currency.
fn settle_closing(actor: &Actor, before: Option<&Deal>, deal: &mut Deal, lost_reason: Option<String>) -> Result<()> {
    if before.is_none_or(|before| before.stage_id != deal.stage_id) {
        deal.closed_at = deal.stage.is_closed().then(|| actor.now());
    }
    deal.probability = deal.stage.certain().unwrap_or(deal.probability);
    match deal.stage {
        DealStage::Lost => {
            deal.lost_reason = lost_reason.or(deal.lost_reason.take());
            // A file need not say why: such a deal stays as it is until somebody does.
            let is_known = |before: &Deal| before.stage == DealStage::Lost && before.lost_reason.is_none();
            if deal.lost_reason.is_none() && !before.is_some_and(is_known) {
                let message = "say why the deal was lost: it is what you learn from it";
                return Err(Error::invalid("/lostReason", "required", message));
            }
        }
        _ if lost_reason.is_some() => {
            let message = "only a lost deal has a reason; move it to a lost stage, or leave it out";
            return Err(Error::invalid("/lostReason", "not_lost", message));
        }
        _ => deal.lost_reason = None,
    }
    if deal.amount.is_some() && deal.currency.is_none() {
        return Err(Error::invalid("/currency", "required", "an amount needs its currency, such as EUR"));
    }
    Ok(())
}

pub fn update(tx: &Tx<'_>, actor: &Actor, id: DealId, patch: &DealPatch, expected: IfMatch) -> Result<Deal> {
    let before = get_to_write(tx, actor, id, expected)?;
    let scope = actor.scope();
    let mut after = before.clone();
    patch.apply(&mut after)?;
    after.custom = custom_fields::changed_values(tx, actor, Record::Deal, &before.custom, &patch.custom)?;
    if let Some(owner) = after.owner_id.filter(|owner| before.owner_id != Some(*owner)) {
        // A member may take an unowned deal, not give it away.
        policy::require_write(actor, Some(owner))?;
        organisations::require_member(tx, &scope, owner, "/ownerId")?;
    }
    settle_people(tx, &scope, Some(&before), &mut after, !matches!(patch.company_id, Patch::Absent))?;
    settle_lines(tx, &scope, &before.lines, &mut after)?;
    if after.lines != before.lines {
        let sum = model::sum(&after.lines)?;
        if matches!(patch.amount, Patch::Absent) {
            after.amount = sum.or(after.amount);
        }
    }
    let said = patch.probability.as_change().map(|_| after.probability);
    let stages = match patch.stage_id.filter(|stage| *stage != before.stage_id) {
        Some(stage) => Some(change_stage(tx, actor, &before, &mut after, stage)?),
        None => None,
    };
    after.probability = said.unwrap_or(after.probability);
    let reason = match patch.lost_reason.as_change() {
        Some(None) => {
            after.lost_reason = None;
            None
        }
        Some(Some(_)) => after.lost_reason.take(),
        None => None,
    };
    settle_closing(actor, Some(&before), &mut after, reason)?;
    write(tx, actor, &before, after, stages)
}

/// Brings a deal into another stage, or to another place in its own.
///
/// # Errors
/// [`Error::Invalid`] for a stage that is not there, a lost deal without a reason, a neighbour that is not there.
pub fn move_to(tx: &Tx<'_>, actor: &Actor, id: DealId, asked: &MoveDeal, expected: IfMatch) -> Result<Deal> {
    let before = get_to_write(tx, actor, id, expected)?;
    if before.archived_at.is_some() {
        return Err(Error::conflict("archived", "this deal is archived; restore it first"));
    }
    let reason = match asked.lost_reason.as_deref().map(model::lost_reason) {
        Some(Err(fault)) => return Err(Error::Invalid(vec![fault])),
        Some(Ok(reason)) => reason,
        None => None,
    };
    let mut after = before.clone();
    let stages = match asked.stage_id != before.stage_id {
        true => Some(change_stage(tx, actor, &before, &mut after, asked.stage_id)?),
        false => None,
    };
    settle_closing(actor, Some(&before), &mut after, reason)?;
    after.rank = rank_beside(tx, actor, &after, asked)?;
    write(tx, actor, &before, after, stages)
}

/// Sets the stage and what follows from it, on top of the others; the stages from and to which it goes.
fn change_stage(
    c: &Conn<'_>,
    actor: &Actor,
    before: &Deal,
    after: &mut Deal,
    stage_id: StageId,
) -> Result<(Stage, Stage)> {
    let scope = actor.scope();
    let (pipeline, to) = pipelines::require_stage(c, &scope, stage_id, "/stageId")?;
    let from = pipelines::stage(c, &scope, before.stage_id)?;
    after.pipeline_id = pipeline.id;
    after.stage_id = to.id;
    after.stage = to.stage;
    after.stage_entered_at = actor.now();
    after.rank = rank::top(actor.now(), before.id);
    after.probability = to.probability;
    Ok((from, to))
}

/// The rank of a deal beside those that it was put between, as far as they are still in its stage.
fn rank_beside(tx: &Tx<'_>, actor: &Actor, deal: &Deal, asked: &MoveDeal) -> Result<String> {
    let scope = actor.scope();
    let place = |id: Option<DealId>, path: &str| -> Result<Option<String>> {
        let Some(id) = id.filter(|id| *id != deal.id) else { return Ok(None) };
        let unknown = || Error::invalid(path, "unknown_deal", "there is no such deal");
        let (stage, rank) = store::place(tx, &scope, id)?.ok_or_else(unknown)?;
        Ok((stage == deal.stage_id).then_some(rank))
    };
    let after = place(asked.after, "/after")?;
    let before = place(asked.before, "/before")?;
    let next = |from: Option<&str>, upwards: bool| {
        store::next_rank(tx, &scope, deal.stage_id, deal.id, from, upwards).map_err(Error::from)
    };
    let (low, high) = match (after, before) {
        (Some(low), _) => {
            let high = next(Some(&low), false)?;
            (Some(low), high)
        }
        (None, Some(high)) => (next(Some(&high), true)?, Some(high)),
        (None, None) => (None, next(None, false)?),
    };
    let now = actor.now();
    let at_end = match (&low, &high) {
        (None, _) => Some(rank::top(now, deal.id)).filter(|top| high.as_ref().is_none_or(|high| top < high)),
        (Some(low), None) => Some(rank::bottom(now, deal.id)).filter(|bottom| bottom > low),
        _ => None,
    };
    let rank = at_end.or_else(|| rank::between(low.as_deref(), high.as_deref(), deal.id));
    rank.ok_or_else(|| Error::Bug(format!("no rank between {low:?} and {high:?}")))
}

/// What other changes are called.
pub(crate) fn updated(after: &Deal, changes: Vec<Change>) -> Event {
    Event::DealUpdated { name: after.name.clone(), currency: after.currency.clone(), changes }
}

/// What a change of stage is called.
pub(crate) fn stage_event(before: &Deal, from: &Stage, after: &Deal, to: &Stage) -> Event {
    let moved = StageMove {
        name: after.name.clone(),
        from_stage_id: from.id,
        from_stage: from.name.clone(),
        to_stage_id: to.id,
        to_stage: to.name.clone(),
        amount: after.amount,
        currency: after.currency.clone(),
    };
    match after.stage {
        DealStage::Won => Event::DealWon(moved),
        DealStage::Lost => Event::DealLost { moved, reason: after.lost_reason.clone().unwrap_or_default() },
        _ if before.stage.is_closed() => Event::DealReopened(moved),
        _ => Event::DealStageChanged(moved),
    }
}

fn write(tx: &Tx<'_>, actor: &Actor, before: &Deal, mut after: Deal, stages: Option<(Stage, Stage)>) -> Result<Deal> {
    if after == *before {
        return Ok(after);
    }
    let scope = actor.scope();
    after.updated_at = actor.now();
    after.version += 1;
    let mut found = changes(before, &after, &model::LOGGED_FIELDS);
    if stages.is_some() {
        // These follow from the stage, which has an event of its own.
        found.retain(|change| change.field != "lostReason" && change.field != "probability");
    }
    found.extend(custom_fields::changes(&before.custom, &after.custom));
    let mut events = Vec::new();
    if !found.is_empty() {
        events.push(updated(&after, found));
    }
    if let Some((from, to)) = &stages {
        events.push(stage_event(before, from, &after, to));
    }
    if !events.is_empty() {
        after.last_activity_at = actor.now();
    }
    companies::hold(tx, &scope, after.company_id.filter(|_| after.company_id != before.company_id))?;
    store::update(tx, &scope, before, &after)?;
    custom_fields::write_values(tx, &scope, Record::Deal, &[(after.id.0, &before.custom, &after.custom)])?;
    if stages.is_some() {
        store::enter(tx, &scope, &after, &actor.to_ref())?;
    }
    if let Some(former) = former(before, &after) {
        activity::record_all(tx, actor, &events.iter().map(|event| (former, event.clone())).collect::<Vec<_>>())?;
    }
    record(tx, actor, &after, events)?;
    get(tx, actor, after.id)
}

/// The customer and the company that a deal leaves, who hear of it, too; its own timeline has it once.
fn former(before: &Deal, after: &Deal) -> Option<About> {
    let former = About {
        customer_id: before.customer_id.filter(|_| after.customer_id != before.customer_id),
        company_id: before.company_id.filter(|_| after.company_id != before.company_id),
        deal_id: None,
    };
    (former != About::default()).then_some(former)
}

pub fn archive(tx: &Tx<'_>, actor: &Actor, id: DealId, expected: IfMatch) -> Result<Deal> {
    let before = get_to_write(tx, actor, id, expected)?;
    if before.archived_at.is_some() {
        return Ok(before);
    }
    let after = Deal { archived_at: Some(actor.now()), ..before.clone() };
    let event = Event::DealArchived { name: after.name.clone() };
    put_away(tx, actor, &before, after, event)
}

const STAGE_GONE: &str = "the stage of this deal is no more, or its pipeline is archived; give the deal another stage, or \
     restore the pipeline";

/// Brings an archived deal back into its stage.
///
/// # Errors
/// [`Error::Conflict`] `stage_gone` when that was taken out of its pipeline, or the pipeline is archived.
pub fn restore(tx: &Tx<'_>, actor: &Actor, id: DealId, expected: IfMatch) -> Result<Deal> {
    let before = get_to_write(tx, actor, id, expected)?;
    if before.archived_at.is_none() {
        return Ok(before);
    }
    let scope = actor.scope();
    if pipelines::require_stage(tx, &scope, before.stage_id, "/stageId").is_err() {
        return Err(Error::conflict("stage_gone", STAGE_GONE));
    }
    let after = Deal { archived_at: None, ..before.clone() };
    let event = Event::DealRestored { name: after.name.clone() };
    put_away(tx, actor, &before, after, event)
}

fn put_away(tx: &Tx<'_>, actor: &Actor, before: &Deal, after: Deal, event: Event) -> Result<Deal> {
    let now = actor.now();
    let after = Deal { updated_at: now, last_activity_at: now, version: after.version + 1, ..after };
    store::update(tx, &actor.scope(), before, &after)?;
    record(tx, actor, &after, vec![event])?;
    get(tx, actor, after.id)
}

/// The deals of a company.
pub fn page_of_company(c: &Conn<'_>, actor: &Actor, company: CompanyId, list: &List) -> Result<Page<Deal>> {
    companies::get(c, actor, company)?;
    let of_company = json!({"field": "companyId", "op": "eq", "value": company});
    let mut list = list.clone();
    list.tree = list.tree.and(&Tree::parse(&of_company, &FIELDS, Me::Refused)?);
    page(c, actor, &list)
}
