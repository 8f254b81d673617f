//! Scoring: what computed and given assessments make of customers, compared with what is kept, and written where it differs.
//!
//! [`Sheet::changes`] only reads, so that it can look beside the writers; [`rescore`] does the same inside a transaction,
//! for customers that stay as they are until the commit, and writes. Doing it again writes nothing again.

use super::model::{Assessment, AssessmentSource, Criterion};
use super::rules::{BehavioralParams, Computed, FitEvidence, Living, Rule, Rules};
use super::store::{self, ByHand, Counting, Standing};
use crate::activity::{self, About, Event};
use crate::custom_fields::PREFIX;
use crate::fits::{self, Kept};
use crate::{customers, products};
use db::{Conn, Tx};
use platform::actor::ActorKind;
use platform::clock::Timestamp;
use platform::filter::{Context, Thresholds};
use platform::ids::{AssessmentId, CompanyId, CriterionId, CustomerId, ProductId};
use platform::{Actor, Result, Scope, organisations};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A criterion ready to score.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub criterion: Criterion,
    /// None where this version cannot read them: what was computed stays.
    pub rules: Option<Rules>,
}

/// All criteria of an organisation that count.
#[derive(Debug)]
pub(super) struct Sheet {
    pub ready: Vec<Ready>,
    thresholds: BTreeMap<ProductId, Thresholds>,
}

/// Which criteria are computed anew. What counts is decided for all.
#[derive(Clone, Debug)]
pub(super) enum Which {
    All,
    Only(BTreeSet<CriterionId>),
}

impl Which {
    pub fn none() -> Which {
        Which::Only(BTreeSet::new())
    }

    fn has(&self, id: CriterionId) -> bool {
        match self {
            Which::All => true,
            Which::Only(some) => some.contains(&id),
        }
    }
}

impl Sheet {
    pub fn read(c: &Conn<'_>, scope: &Scope) -> Result<Sheet> {
        Sheet::load(c, scope, false)
    }

    /// The criteria as they stay until the commit: whoever edits one waits, or makes this transaction run again.
    pub fn held(tx: &Tx<'_>, scope: &Scope) -> Result<Sheet> {
        Sheet::load(tx, scope, true)
    }

    fn load(c: &Conn<'_>, scope: &Scope, held: bool) -> Result<Sheet> {
        let criteria = store::active(c, scope, held)?;
        if criteria.is_empty() {
            return Ok(Sheet { ready: Vec::new(), thresholds: BTreeMap::new() });
        }
        let names_custom = criteria.iter().any(|criterion| criterion.params.to_string().contains(PREFIX));
        let schema = customers::schema(c, scope, names_custom, false)?;
        let ready = criteria.into_iter().map(|criterion| {
            let rules = Rules::parse(criterion.kind, &criterion.params, &schema)
                .inspect_err(|error| tracing::warn!(criterion = %criterion.id, %error, "a criterion cannot be used"))
                .ok();
            Ready { criterion, rules }
        });
        Ok(Sheet { ready: ready.collect(), thresholds: fits::thresholds(c, scope)? })
    }

    pub fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// With another criterion, or one as it would be.
    pub fn with(&self, draft: Ready) -> Sheet {
        let mut ready: Vec<Ready> =
            self.ready.iter().filter(|one| one.criterion.id != draft.criterion.id).cloned().collect();
        ready.push(draft);
        Sheet { ready, thresholds: self.thresholds.clone() }
    }

    /// What one criterion comes to.
    pub fn compute_one(
        &self,
        c: &Conn<'_>,
        scope: &Scope,
        context: &Context,
        id: CriterionId,
        customers: &[CustomerId],
    ) -> Result<HashMap<CustomerId, Computed>> {
        let which = Which::Only(BTreeSet::from([id]));
        Ok(self.compute(c, scope, context, &which, customers)?.remove(&id).unwrap_or_default())
    }

    /// Those of `which` that a language model reads for.
    pub fn conversations(&self, which: &Which) -> Vec<CriterionId> {
        let reads =
            |ready: &&Ready| matches!(ready.rules, Some(Rules::Conversation(_))) && which.has(ready.criterion.id);
        self.ready.iter().filter(reads).map(|ready| ready.criterion.id).collect()
    }

    /// Whether the fields of companies matter.
    pub fn asks_companies(&self) -> bool {
        self.ready.iter().filter_map(|ready| ready.rules.as_ref()).any(Rules::asks_companies)
    }

    /// What is to be written about these customers. Archived ones stay as they are.
    pub fn changes(
        &self,
        c: &Conn<'_>,
        actor: &Actor,
        which: &Which,
        customers: &[CustomerId],
        held: bool,
    ) -> Result<Changes> {
        let scope = actor.scope();
        let context = organisations::filter_context(c, actor)?;
        let living: BTreeMap<CustomerId, Option<CompanyId>> =
            store::living(c, &scope, customers, held)?.into_iter().collect();
        let ids: Vec<CustomerId> = living.keys().copied().collect();
        let mut changes = Changes::default();
        if ids.is_empty() {
            return Ok(changes);
        }
        let computed = self.compute(c, &scope, &context, which, &ids)?;
        let stored = store::standings(c, &scope, &ids)?;
        let stored: HashMap<(CustomerId, CriterionId), _> =
            stored.into_iter().map(|(one, last)| ((one.customer_id, one.criterion_id), (one, last))).collect();
        // Whose history has to be asked for more than what is kept of it.
        let unsure = |id: &&CustomerId| {
            let known =
                |ready: &Ready| stored.get(&(**id, ready.criterion.id)).is_some_and(|(standing, _)| !standing.by_hand);
            !self.ready.iter().all(known)
        };
        let unsure: Vec<CustomerId> = ids.iter().filter(unsure).copied().collect();
        let mut by_hand: HashMap<(CustomerId, CriterionId), Vec<ByHand>> = HashMap::new();
        for row in store::by_hand(c, &scope, &unsure)? {
            by_hand.entry((row.customer_id, row.criterion_id)).or_default().push(row);
        }
        let mut scores: HashMap<(CustomerId, CriterionId), f64> = HashMap::new();
        for ready in &self.ready {
            let criterion = &ready.criterion;
            for id in &ids {
                let key = (*id, criterion.id);
                let (standing, last) = stored.get(&key).map_or((None, None), |(one, last)| (Some(one), last.as_ref()));
                let mut rule = last.map(|last| last.counting);
                let mut due = standing.and_then(|standing| standing.due_at);
                if let Some(found) = computed.get(&criterion.id) {
                    let found = found.get(id);
                    // What is not written anew has faded since, and is looked at when it was to be.
                    let coming = due.filter(|at| *at > actor.now());
                    due = found.and_then(|found| found.look_at);
                    rule = found.map(|found| {
                        let is_news = last.is_none_or(|last| {
                            last.version != criterion.rules_version
                                || last.counting.expires_at != found.expires_at
                                || found.differs_from(last.counting.score, &last.evidence)
                        });
                        match rule.filter(|_| !is_news) {
                            Some(rule) => {
                                due = coming.or(due);
                                rule
                            }
                            None => changes.assess(actor, *id, criterion, found),
                        }
                    });
                }
                let given = by_hand.get(&key).map(Vec::as_slice).unwrap_or_default();
                let counts = decide(rule, given, actor.now());
                if let Some(counts) = counts {
                    scores.insert(key, counts.score);
                }
                let due_at = [due, counts.and_then(|counts| counts.expires_at)].into_iter().flatten().min();
                let now = Standing {
                    customer_id: *id,
                    criterion_id: criterion.id,
                    counts,
                    rule: rule.map(|rule| rule.id),
                    by_hand: !given.is_empty(),
                    due_at,
                };
                let is_known = standing == Some(&now);
                let is_nothing = standing.is_none() && counts.is_none() && rule.is_none() && given.is_empty();
                if !is_known && !is_nothing {
                    changes.standings.push(now);
                }
            }
        }
        self.fits(c, &scope, &living, &scores, &mut changes)?;
        Ok(changes)
    }

    /// What each wanted criterion comes to for each customer for whom it comes to anything.
    fn compute(
        &self,
        c: &Conn<'_>,
        scope: &Scope,
        context: &Context,
        which: &Which,
        customers: &[CustomerId],
    ) -> Result<HashMap<CriterionId, HashMap<CustomerId, Computed>>> {
        let mut all = HashMap::new();
        for ready in self.ready.iter().filter(|ready| which.has(ready.criterion.id)) {
            let Some(rules) = &ready.rules else { continue };
            let found = match rules {
                Rules::Profile { rules, otherwise } => profile(c, context, rules, *otherwise, customers)?,
                Rules::Behavioral(params) => behaviour(c, scope, context, params, customers)?,
                Rules::Intent(params) => {
                    let mut living: HashMap<CustomerId, Vec<Living>> = HashMap::new();
                    for (id, one) in store::signals(c, scope, customers, context.now)? {
                        living.entry(id).or_default().push(one);
                    }
                    living.iter().filter_map(|(id, living)| Some((*id, params.compute(living)?))).collect()
                }
                // A model says it, when it has read: `readings`.
                Rules::Conversation(_) => continue,
            };
            all.insert(ready.criterion.id, found);
        }
        Ok(all)
    }

    /// The fits that come of the scores.
    fn fits(
        &self,
        c: &Conn<'_>,
        scope: &Scope,
        living: &BTreeMap<CustomerId, Option<CompanyId>>,
        scores: &HashMap<(CustomerId, CriterionId), f64>,
        changes: &mut Changes,
    ) -> Result<()> {
        let ids: Vec<CustomerId> = living.keys().copied().collect();
        let kept: BTreeMap<(CustomerId, ProductId), Kept> =
            fits::of(c, scope, &ids)?.into_iter().map(|fit| ((fit.customer_id, fit.product_id), fit)).collect();
        let mut asked: BTreeSet<ProductId> = self.ready.iter().map(|ready| ready.criterion.product_id).collect();
        // Of a product that is archived the last fits stay; one without criteria has none.
        let idle: BTreeSet<ProductId> =
            kept.keys().map(|(_, product)| *product).filter(|product| !asked.contains(product)).collect();
        if !idle.is_empty() {
            let idle_ids: Vec<Uuid> = idle.iter().map(|id| id.0).collect();
            let archived = fits::archived(c, scope, &idle_ids)?;
            asked.extend(idle.into_iter().filter(|product| !archived.contains_key(&product.0)));
        }
        let mut scored = Vec::new();
        for (id, company_id) in living {
            for product in &asked {
                let before = kept.get(&(*id, *product));
                let after = self.fit(*id, *product, scores);
                match (before, after) {
                    (None, None) => continue,
                    (Some(before), Some(after)) if *before == after => continue,
                    (Some(_), None) => changes.gone.push((*id, *product)),
                    (_, Some(after)) => changes.fits.push(after),
                }
                let (before, overall) = (before.map(|fit| fit.overall), after.map(|fit| fit.overall));
                if before != overall {
                    scored.push((
                        About { customer_id: Some(*id), company_id: *company_id, deal_id: None },
                        *product,
                        before,
                        overall,
                    ));
                }
            }
        }
        if scored.is_empty() {
            return Ok(());
        }
        let names = products::names(c, scope, &asked.into_iter().collect::<Vec<_>>())?;
        for (about, product_id, before, overall) in scored {
            let bucket = overall.and_then(|fit| Some(self.thresholds.get(&product_id)?.bucket(fit).name().to_string()));
            let name = names.get(&product_id).cloned().unwrap_or_default();
            changes.events.push((about, Event::ProfileScored { product_id, name, overall, before, bucket }));
        }
        Ok(())
    }

    /// The mean of the scores that count, by their weights; none where none counts.
    pub fn fit(
        &self,
        customer_id: CustomerId,
        product_id: ProductId,
        scores: &HashMap<(CustomerId, CriterionId), f64>,
    ) -> Option<Kept> {
        let (mut all, mut assessed, mut sum) = (0.0, 0.0, 0.0);
        for ready in self.ready.iter().filter(|ready| ready.criterion.product_id == product_id) {
            let weight = ready.criterion.weight;
            all += weight;
            if let Some(score) = scores.get(&(customer_id, ready.criterion.id)) {
                assessed += weight;
                sum += weight * score;
            }
        }
        if assessed <= 0.0 {
            return None;
        }
        let overall = (sum / assessed).clamp(-1.0, 1.0);
        Some(Kept { customer_id, product_id, overall, coverage: assessed / all })
    }
}

/// The first rule that holds gives the score: each is asked of those for whom none before it did.
fn profile(
    c: &Conn<'_>,
    context: &Context,
    rules: &[Rule],
    otherwise: f64,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Computed>> {
    let mut found = HashMap::with_capacity(customers.len());
    let mut left = customers.to_vec();
    let computed = |score: f64, evidence: FitEvidence| Computed { score, evidence, expires_at: None, look_at: None };
    for (index, rule) in (0_i64..).zip(rules) {
        if left.is_empty() {
            break;
        }
        let evidence = FitEvidence { rule: Some(index), label: rule.label.clone(), ..FitEvidence::default() };
        for id in store::selected(c, context, &rule.when, &left)? {
            found.insert(id, computed(rule.score, evidence.clone()));
        }
        left.retain(|id| !found.contains_key(id));
    }
    found.extend(left.into_iter().map(|id| (id, computed(otherwise, FitEvidence::default()))));
    Ok(found)
}

fn behaviour(
    c: &Conn<'_>,
    scope: &Scope,
    context: &Context,
    params: &BehavioralParams,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Computed>> {
    let types: Vec<&str> = params.types().collect();
    let (since, now) = (params.since(context.now), context.now);
    let mut events: HashMap<CustomerId, BTreeMap<String, Vec<Timestamp>>> = HashMap::new();
    for (id, kind, at) in store::events(c, scope, customers, types.iter().copied(), since, now)? {
        events.entry(id).or_default().entry(kind).or_default().push(at);
    }
    let nothing = BTreeMap::new();
    let of_one = |id: &CustomerId| (*id, params.compute(events.get(id).unwrap_or(&nothing), now));
    Ok(customers.iter().map(of_one).collect())
}

/// Which assessment counts: the newest manual one that has not expired, else the newest of all that have not.
pub(super) fn decide(rule: Option<Counting>, given: &[ByHand], now: Timestamp) -> Option<Counting> {
    let lives = |counting: &Counting| counting.expires_at.is_none_or(|at| at > now);
    let manual = given.iter().filter(|one| one.is_manual).map(|one| one.counting);
    let others = given.iter().filter(|one| !one.is_manual).map(|one| one.counting);
    let newest = |found: &mut dyn Iterator<Item = Counting>| found.filter(lives).max_by_key(|one| one.id);
    newest(&mut manual.into_iter()).or_else(|| newest(&mut others.chain(rule)))
}

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Changes {
    assessments: Vec<Assessment>,
    standings: Vec<Standing>,
    fits: Vec<Kept>,
    gone: Vec<(CustomerId, ProductId)>,
    events: Vec<(About, Event)>,
}

impl Changes {
    fn assess(&mut self, actor: &Actor, customer_id: CustomerId, criterion: &Criterion, found: &Computed) -> Counting {
        let id = AssessmentId(actor.new_id());
        self.assessments.push(Assessment {
            id,
            customer_id,
            criterion_id: criterion.id,
            criterion_version: criterion.rules_version,
            score: found.score,
            evidence: found.evidence.clone(),
            source: AssessmentSource::Rule,
            actor: actor.to_ref(),
            expires_at: found.expires_at,
            created_at: actor.now(),
        });
        Counting { id, score: found.score, expires_at: found.expires_at }
    }

    /// About whom anything is to be written.
    pub fn customers(&self) -> Vec<CustomerId> {
        let standings = self.standings.iter().map(|one| one.customer_id);
        let fits = self.fits.iter().map(|one| one.customer_id).chain(self.gone.iter().map(|(customer, _)| *customer));
        standings.chain(fits).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn write(&self, tx: &Tx<'_>, actor: &Actor) -> Result<()> {
        let scope = actor.scope();
        store::insert_assessments(tx, &scope, &self.assessments)?;
        store::put_standings(tx, &scope, &self.standings)?;
        fits::keep(tx, &scope, &self.fits, &self.gone, actor.now())?;
        // What follows from rules is nobody's activity.
        match actor.kind {
            ActorKind::System => activity::record_many(tx, actor, &self.events),
            _ => activity::record_all(tx, actor, &self.events),
        }
    }
}

/// Scores these customers anew; of whom anything changed.
pub(super) fn rescore(
    tx: &Tx<'_>,
    actor: &Actor,
    sheet: &Sheet,
    which: &Which,
    customers: &[CustomerId],
) -> Result<Vec<CustomerId>> {
    let changes = sheet.changes(tx, actor, which, customers, true)?;
    let changed = changes.customers();
    if !changed.is_empty() {
        changes.write(tx, actor)?;
    }
    Ok(changed)
}

/// The product itself at this actor's moment: what is computed is nobody's doing.
pub(super) fn system(actor: &Actor) -> Actor {
    Actor::system(actor.org_id, actor.clock.clone())
}
