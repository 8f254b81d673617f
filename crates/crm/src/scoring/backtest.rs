//! What a criterion would make of customers before it goes live: everything is computed as if, and nothing is written.

use super::conversation::Verdict;
use super::engine::{Ready, Sheet, decide};
use super::model::{
    Backtest, BacktestDraft, BucketMove, Criterion, CriterionType, Distribution, Mover, NewCriterion, Separation,
    Tried, TriedScore, TryDraft, TryNew,
};
use super::readings::{self, Outcome};
use super::rules::{Computed, FitEvidence, Rules};
use super::store::{self, Counting};
use super::{criterion, schema};
use crate::{customers, products};
use db::Conn;
use platform::ai::{self, ChatModel, Models};
use platform::filter::{Context, Thresholds};
use platform::http::Ctx;
use platform::ids::{AssessmentId, CriterionId, CustomerId, ProductId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, organisations};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Customers that are computed; of more an even sample is.
const LOOKED_MAX: i64 = 2_000;
/// Customers of one statement.
const CHUNK: usize = 500;
const MOVERS_MAX: usize = 10;
/// A fit that moves by less does not move.
const STEP: f64 = 0.005;
/// Parts of a distribution.
const BINS: usize = 10;

/// A criterion as it would be, and as it is.
struct Draft {
    after: Criterion,
    rules: Rules,
    before: Option<Criterion>,
    /// Whether it would be computed otherwise than it is; else only weights change.
    computed: bool,
}

fn edited(c: &Conn<'_>, actor: &Actor, id: CriterionId, asked: &BacktestDraft) -> Result<Draft> {
    policy::require(actor, Action::EditCriteria)?;
    let before = criterion(c, actor, id)?;
    let mut after = before.clone();
    asked.patch().apply(&mut after)?;
    let params = asked.params.as_ref().map_or(&before.params, |params| &params.0);
    let rules = Rules::parse(after.kind, params, &schema(c, &actor.scope(), params)?)?;
    after.params = rules.to_json()?;
    after.active = true;
    let computed = after.params != before.params || !before.active;
    Ok(Draft { after, rules, before: Some(before), computed })
}

fn fresh(c: &Conn<'_>, actor: &Actor, product: ProductId, new: &NewCriterion) -> Result<Draft> {
    policy::require(actor, Action::EditCriteria)?;
    let product = products::get(c, actor, product)?;
    let plain = new.check()?;
    let rules = Rules::parse(plain.kind, &new.params.0, &schema(c, &actor.scope(), &new.params.0)?)?;
    let after = Criterion {
        id: CriterionId(actor.new_id()),
        product_id: product.id,
        name: plain.name,
        kind: plain.kind,
        weight: plain.weight,
        share: None,
        params: rules.to_json()?,
        position: 0,
        active: true,
        rules_version: 1,
        job_id: None,
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
        archived_at: None,
    };
    Ok(Draft { after, rules, before: None, computed: true })
}

/// What an edit of a criterion would change.
pub fn of_edited(c: &Conn<'_>, actor: &Actor, id: CriterionId, asked: &BacktestDraft) -> Result<Backtest> {
    compare(c, actor, &edited(c, actor, id, asked)?)
}

/// What a new criterion would change.
pub fn of_new(c: &Conn<'_>, actor: &Actor, product: ProductId, new: &NewCriterion) -> Result<Backtest> {
    compare(c, actor, &fresh(c, actor, product, new)?)
}

/// The sheets of before and after.
struct Sheets {
    before: Sheet,
    after: Sheet,
    thresholds: Thresholds,
    context: Context,
}

fn sheets(c: &Conn<'_>, actor: &Actor, draft: &Draft) -> Result<Sheets> {
    let before = Sheet::read(c, &actor.scope())?;
    let after = before.with(Ready { criterion: draft.after.clone(), rules: Some(draft.rules.clone()) });
    let product = products::get(c, actor, draft.after.product_id)?;
    let thresholds = Thresholds { hot_at: product.hot_at, warm_at: product.warm_at };
    Ok(Sheets { before, after, thresholds, context: organisations::filter_context(c, actor)? })
}

/// A customer before and after.
struct Looked {
    id: CustomerId,
    score: [Option<f64>; 2],
    overall: [Option<f64>; 2],
    evidence: Option<FitEvidence>,
}

fn look(
    c: &Conn<'_>,
    actor: &Actor,
    draft: &Draft,
    sheets: &Sheets,
    ids: &[CustomerId],
    read: Option<&Computed>,
) -> Result<Vec<Looked>> {
    let (scope, now, id) = (actor.scope(), actor.now(), draft.after.id);
    let mut scores: HashMap<(CustomerId, CriterionId), f64> = HashMap::new();
    for (standing, _) in store::standings(c, &scope, ids)? {
        if let Some(counts) = standing.counts.filter(|counts| counts.expires_at.is_none_or(|at| at > now)) {
            scores.insert((standing.customer_id, standing.criterion_id), counts.score);
        }
    }
    let computed = match (draft.computed, read) {
        (true, None) => sheets.after.compute_one(c, &scope, &sheets.context, id, ids)?,
        _ => HashMap::new(),
    };
    let mut by_hand: HashMap<CustomerId, Vec<_>> = HashMap::new();
    for one in store::by_hand(c, &scope, ids)?.into_iter().filter(|one| one.criterion_id == id) {
        by_hand.entry(one.customer_id).or_default().push(one);
    }
    let mut after = scores.clone();
    let mut looked = Vec::with_capacity(ids.len());
    for customer in ids {
        let key = (*customer, id);
        let found = read.or_else(|| computed.get(customer));
        if draft.computed {
            // What is computed now is newer than all there is, and a person's word still counts before it.
            let newest = AssessmentId(Uuid::max());
            let rule = found.map(|one| Counting { id: newest, score: one.score, expires_at: one.expires_at });
            let given = by_hand.get(customer).map(Vec::as_slice).unwrap_or_default();
            match decide(rule, given, now) {
                Some(counts) => drop(after.insert(key, counts.score)),
                None => drop(after.remove(&key)),
            }
        }
        let product = draft.after.product_id;
        let overall = |sheet: &Sheet, scores| sheet.fit(*customer, product, scores).map(|fit| fit.overall);
        looked.push(Looked {
            id: *customer,
            score: [scores.get(&key).copied(), after.get(&key).copied()],
            overall: [overall(&sheets.before, &scores), overall(&sheets.after, &after)],
            evidence: found.map(|one| one.evidence.clone()),
        });
    }
    Ok(looked)
}

fn compare(c: &Conn<'_>, actor: &Actor, draft: &Draft) -> Result<Backtest> {
    if draft.computed && draft.after.kind == CriterionType::Conversation {
        let detail = "a model would have to read everybody for this; try it with single customers";
        return Err(Error::conflict("needs_model", detail));
    }
    let scope = actor.scope();
    let sheets = sheets(c, actor, draft)?;
    let customers = store::count(c, &scope)?;
    let stride = (customers + LOOKED_MAX - 1) / LOOKED_MAX;
    let ids = store::every_nth(c, &scope, stride.max(1))?;
    let mut all = Vec::with_capacity(ids.len());
    for part in ids.chunks(CHUNK) {
        all.extend(look(c, actor, draft, &sheets, part, None)?);
    }
    let mut moves: BTreeMap<(Option<&str>, Option<&str>), i64> = BTreeMap::new();
    let bucket = |overall: Option<f64>| overall.map(|overall| sheets.thresholds.bucket(overall));
    for one in &all {
        let name = |overall: Option<f64>| bucket(overall).map(|bucket| bucket.name());
        let (from, to) = (name(one.overall[0]), name(one.overall[1]));
        if from != to {
            *moves.entry((from, to)).or_default() += 1;
        }
    }
    let by = |one: &Looked| match one.overall {
        [Some(before), Some(after)] => (after - before).abs(),
        [None, None] => 0.0,
        // Nobody could say before, or after.
        _ => 2.0,
    };
    let changed = i64::try_from(all.iter().filter(|one| by(one) >= STEP).count()).unwrap_or(i64::MAX);
    let distribution = |side: usize, of: fn(&Looked) -> [Option<f64>; 2]| spread(all.iter().map(|one| of(one)[side]));
    let score = [distribution(0, |one| one.score), distribution(1, |one| one.score)];
    let overall = [distribution(0, |one| one.overall), distribution(1, |one| one.overall)];
    let decided = decided(c, actor, draft, &sheets)?;
    let looked = i64::try_from(all.len()).unwrap_or(i64::MAX);
    all.sort_by(|one, other| by(other).total_cmp(&by(one)).then(one.id.cmp(&other.id)));
    all.retain(|one| by(one) >= STEP);
    all.truncate(MOVERS_MAX);
    let names: HashMap<CustomerId, String> =
        customers::bulk::load(c, &scope, &all.iter().map(|one| one.id).collect::<Vec<_>>())?
            .into_iter()
            .map(|one| (one.id, one.full_name))
            .collect();
    let [score_before, score_after] = score;
    let [overall_before, overall_after] = overall;
    let rescored = if draft.computed || by_weight(draft) { customers } else { 0 };
    Ok(Backtest {
        customers,
        looked,
        rescored,
        changed,
        score_before,
        score_after,
        overall_before,
        overall_after,
        buckets: moves
            .into_iter()
            .map(|((from, to), count)| BucketMove { from: from.map(Into::into), to: to.map(Into::into), count })
            .collect(),
        movers: all
            .into_iter()
            .map(|one| Mover {
                customer_id: one.id,
                customer_name: names.get(&one.id).cloned().unwrap_or_default(),
                before: one.overall[0],
                after: one.overall[1],
                score_before: one.score[0],
                score_after: one.score[1],
                evidence: one.evidence,
            })
            .collect(),
        separation_before: separation(&decided, 0),
        separation_after: separation(&decided, 1),
    })
}

fn by_weight(draft: &Draft) -> bool {
    draft.before.as_ref().is_none_or(|before| before.weight.to_bits() != draft.after.weight.to_bits())
}

/// How values lie between -1 and 1.
fn spread(values: impl Iterator<Item = Option<f64>>) -> Distribution {
    let (mut bins, mut none, mut count, mut sum) = (vec![0_i64; BINS], 0, 0_i64, 0.0);
    for value in values {
        let Some(value) = value else {
            none += 1;
            continue;
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let bin = (((value + 1.0) / 2.0 * BINS as f64).floor() as usize).min(BINS - 1);
        bins[bin] += 1;
        count += 1;
        sum += value;
    }
    #[allow(clippy::cast_precision_loss)]
    let mean = (count > 0).then(|| sum / count as f64);
    Distribution { bins, none, mean }
}

/// Whether deals about the product were won, with the customers' overall fits as they are and as they would be.
fn decided(c: &Conn<'_>, actor: &Actor, draft: &Draft, sheets: &Sheets) -> Result<Vec<(bool, [Option<f64>; 2])>> {
    let deals = store::decided(c, &actor.scope(), draft.after.product_id, LOOKED_MAX)?;
    let ids: Vec<CustomerId> = deals.iter().map(|one| one.customer_id).collect::<BTreeSet<_>>().into_iter().collect();
    let mut fits: HashMap<CustomerId, [Option<f64>; 2]> = HashMap::new();
    for part in ids.chunks(CHUNK) {
        fits.extend(look(c, actor, draft, sheets, part, None)?.into_iter().map(|one| (one.id, one.overall)));
    }
    Ok(deals.into_iter().filter_map(|deal| Some((deal.won, *fits.get(&deal.customer_id)?))).collect())
}

fn separation(decided: &[(bool, [Option<f64>; 2])], side: usize) -> Separation {
    let known: Vec<(f64, bool)> = decided.iter().filter_map(|(won, overall)| Some((overall[side]?, *won))).collect();
    super::calibration::separation(&known)
}

// ---- One customer --------------------------------------------------------------------------------

/// What a criterion as it would be makes of one customer. Of a conversation the model is asked, about this one alone.
async fn try_one(
    ctx: &Ctx,
    customer: CustomerId,
    draft: impl Fn(&Conn<'_>, &Actor) -> Result<Draft> + Clone + Send + 'static,
) -> Result<Tried> {
    let ready = draft.clone();
    let prepared = ctx
        .read(move |c, actor| {
            let draft = ready(c, actor)?;
            let known = customers::get(c, actor, customer).map_err(|error| match error {
                Error::NotFound(_) => Error::invalid("/customerId", "unknown_customer", "there is no such customer"),
                other => other,
            })?;
            if known.archived_at.is_some() {
                return Err(Error::conflict("archived", "this customer is archived; restore it first"));
            }
            match &draft.rules {
                Rules::Conversation(params) if draft.computed => {
                    let model = ai::chat_model(c, &actor.scope(), actor.now())?;
                    let items = readings::read_of(c, &actor.scope(), &draft.after, customer)?;
                    Ok(Some((model, params.clone(), items)))
                }
                _ => Ok(None),
            }
        })
        .await?;
    let read = match prepared {
        None => Ok(None),
        Some((model, params, items)) => asked(&Models::of(&ctx.app), model, &params, &items).await?,
    };
    let (read, refused) = match read {
        Ok(read) => (read, None),
        Err(refused) => (None, Some(refused)),
    };
    ctx.read(move |c, actor| {
        let draft = draft(c, actor)?;
        let sheets = sheets(c, actor, &draft)?;
        let one = look(c, actor, &draft, &sheets, &[customer], read.as_ref())?.remove(0);
        let counting = store::counting(c, &actor.scope(), &[customer])?;
        let counting = counting.into_iter().find(|one| one.criterion_id == draft.after.id);
        let score = |side: usize, evidence: Option<FitEvidence>| TriedScore {
            score: one.score[side],
            overall: one.overall[side],
            bucket: one.overall[side].map(|overall| sheets.thresholds.bucket(overall)),
            evidence,
        };
        let before = counting.map(|one| one.evidence);
        let after = if draft.computed { one.evidence.clone() } else { before.clone() };
        let (reason, said) = refused.clone().unzip();
        Ok(Tried { customer_id: customer, before: score(0, before), after: score(1, after), reason, said })
    })
    .await
}

type Refused = (String, String);

/// What the model says, or why it says nothing.
async fn asked(
    models: &Models,
    model: Option<ChatModel>,
    params: &super::rules::ConversationParams,
    items: &[super::conversation::Item],
) -> Result<Result<Option<Computed>, Refused>> {
    let refused = |reason: &str, said: &str| Ok(Err((reason.to_string(), said.to_string())));
    let Some(model) = model else { return refused("no_model", "no language model is set up") };
    if items.is_empty() {
        return refused("nothing_to_read", "nothing was said or written that everybody may read");
    }
    if let Some((_, reason)) = &model.paused {
        return refused(reason, "the model is not asked for a while");
    }
    Ok(match readings::put_now(models, &model, params, items).await? {
        Outcome::Verdict(Verdict::Score { score, evidence }) => {
            Ok(Some(Computed { score, evidence: *evidence, expires_at: None, look_at: None }))
        }
        Outcome::Verdict(Verdict::Nothing) => Err(("says_nothing".into(), "the texts say nothing about it".into())),
        Outcome::Refused(refusal) => Err((refusal.reason.into(), refusal.said)),
        Outcome::Failed(failure) => Err((failure.reason.as_str().into(), failure.said.unwrap_or_default())),
    })
}

/// What an edited criterion makes of a customer.
pub async fn try_edited(ctx: &Ctx, id: CriterionId, asked: TryDraft) -> Result<Tried> {
    let (customer, draft) = (asked.customer_id, asked.draft());
    try_one(ctx, customer, move |c, actor| edited(c, actor, id, &draft)).await
}

/// What a new criterion makes of a customer.
pub async fn try_new(ctx: &Ctx, product: ProductId, asked: TryNew) -> Result<Tried> {
    let (customer, draft) = (asked.customer_id, asked.draft());
    try_one(ctx, customer, move |c, actor| fresh(c, actor, product, &draft)).await
}
