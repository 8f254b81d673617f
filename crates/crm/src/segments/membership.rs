//! Telling who joined and left: what was told is compared with what is so, for some customers at a time, and each
//! difference becomes an event. Doing it again tells nothing again.

use super::{catalogue, jobs, store};
use crate::activity::{self, About, Event, SegmentCause};
use crate::news::{Follower, News, Writing};
use crate::segment_members;
use crate::segment_rules::{self, Definition, Library};
use db::{Conn, Tx};
use platform::actor::ActorKind;
use platform::clock::Clock;
use platform::filter::{Context, Node, Tree};
use platform::ids::{CustomerId, OrgId, SegmentId};
use platform::{Actor, Error, Result, Scope, organisations};
use std::collections::{BTreeMap, BTreeSet};

/// A segment as it is when membership is compared.
#[derive(Debug)]
pub(super) struct Present {
    pub id: SegmentId,
    pub name: String,
    pub decides: Decides,
}

/// What decides who is in it.
#[derive(Debug)]
pub(super) enum Decides {
    /// It is archived: nobody is.
    Nobody,
    /// The rows of those who were put there.
    Rows,
    /// A rule, with all segments written out.
    Rule(Tree),
}

impl Present {
    /// A segment of the library; none when its rule cannot be read or has grown too large.
    pub fn of(library: &Library, definition: &Definition) -> Result<Option<Present>> {
        let decides = match library.expanded_rule(definition) {
            _ if definition.archived => Decides::Nobody,
            Ok(Some(rule)) => Decides::Rule(rule),
            Ok(None) if definition.rule.is_none() => Decides::Rows,
            Ok(None) | Err(Error::Invalid(_) | Error::Malformed(_)) => {
                tracing::warn!(segment = %definition.id, "the rule of a segment cannot be used; it is left as it is");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        Ok(Some(Present { id: definition.id, name: definition.name.clone(), decides }))
    }

    /// Whether the fields of companies matter to it.
    pub fn asks_companies(&self) -> bool {
        let Decides::Rule(rule) = &self.decides else { return false };
        let mut asks = false;
        rule.each_condition(|_, node| {
            asks |= matches!(node, Node::Field(condition) if condition.field.name.starts_with("company."));
        });
        asks
    }

    /// Whether the fit to this product matters to it.
    pub fn asks_fit(&self, product: uuid::Uuid) -> bool {
        let Decides::Rule(rule) = &self.decides else { return false };
        let mut asks = false;
        rule.each_condition(|_, node| {
            asks |= matches!(node, Node::Field(condition)
                if condition.field.fit.is_some() && condition.field.own.is_some_and(|own| own.id == product));
        });
        asks
    }

    /// Whether it is a living dynamic one.
    pub fn has_rule(&self) -> bool {
        matches!(self.decides, Decides::Rule(_))
    }

    /// Whether the clock alone changes who is in it.
    pub fn is_relative(&self) -> bool {
        matches!(&self.decides, Decides::Rule(rule) if rule.is_relative())
    }
}

/// The living dynamic segments.
pub(super) fn dynamic(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Present>> {
    let library = Library::whole(c, scope, catalogue())?;
    let living = library.iter().filter(|definition| definition.rule.is_some() && !definition.archived);
    let mut found = Vec::new();
    for definition in living {
        found.extend(Present::of(&library, definition)?);
    }
    Ok(found)
}

/// A segment as it is now; none when it is gone or its rule cannot be used.
pub(super) fn present(c: &Conn<'_>, scope: &Scope, id: SegmentId) -> Result<Option<Present>> {
    let Some(field) = catalogue().field("segments") else { return Ok(None) };
    let library = Library::of(c, scope, &Tree::members(field, id.0, catalogue()))?;
    library.get(id.0).map_or(Ok(None), |definition| Present::of(&library, definition))
}

/// A segment as it stays until the commit: of two who compare with a rule and edit it at one time, the second runs again.
pub(super) fn held(tx: &Tx<'_>, scope: &Scope, id: SegmentId) -> Result<Option<Present>> {
    let Some(field) = catalogue().field("segments") else { return Ok(None) };
    let library = Library::of(tx, scope, &Tree::members(field, id.0, catalogue()))?;
    segment_rules::hold(tx, scope, &library)?;
    library.get(id.0).map_or(Ok(None), |definition| Present::of(&library, definition))
}

/// Who was told to be in a segment, and who is.
struct Compared {
    told: BTreeSet<CustomerId>,
    so: BTreeSet<CustomerId>,
}

impl Compared {
    /// Of these customers; of all when there is no list.
    fn of(
        c: &Conn<'_>,
        scope: &Scope,
        context: &Context,
        segment: &Present,
        customers: Option<&[CustomerId]>,
    ) -> Result<Compared> {
        let rows = segment_members::rows(c, scope, segment.id, customers)?;
        let told = rows.iter().filter(|row| row.told).map(|row| row.customer_id).collect();
        let so = match (&segment.decides, customers) {
            (Decides::Nobody, _) => BTreeSet::new(),
            (Decides::Rows, _) => rows.iter().filter(|row| row.listed).map(|row| row.customer_id).collect(),
            (Decides::Rule(rule), Some(some)) => store::selected(c, context, rule, some)?.into_iter().collect(),
            (Decides::Rule(rule), None) => store::selected_of_all(c, context, rule)?.into_iter().collect(),
        };
        Ok(Compared { told, so })
    }
}

/// Brings what was told about these customers in line with what is so; how many joined and left.
pub(super) fn settle(
    tx: &Tx<'_>,
    actor: &Actor,
    context: &Context,
    segment: &Present,
    customers: &[CustomerId],
    cause: impl Fn(CustomerId) -> SegmentCause,
) -> Result<(usize, usize)> {
    let scope = actor.scope();
    store::hold(tx, &scope, customers)?;
    let Compared { told, so } = Compared::of(tx, &scope, context, segment, Some(customers))?;
    let joined: Vec<CustomerId> = so.difference(&told).copied().collect();
    let left: Vec<CustomerId> = told.difference(&so).copied().collect();
    if joined.is_empty() && left.is_empty() {
        return Ok((0, 0));
    }
    let listed = matches!(segment.decides, Decides::Rows);
    segment_members::join(tx, &scope, segment.id, &joined, listed, actor.now())?;
    segment_members::leave(tx, &scope, segment.id, &left, false, actor.now())?;
    let changed: Vec<CustomerId> = joined.iter().chain(&left).copied().collect();
    let companies = store::companies(tx, &scope, &changed)?;
    let mut events = Vec::with_capacity(changed.len());
    for id in changed {
        let about = About { customer_id: Some(id), company_id: companies.get(&id).copied().flatten(), deal_id: None };
        let (segment_id, name, cause) = (segment.id, segment.name.clone(), cause(id));
        let event = if so.contains(&id) {
            Event::SegmentJoined { segment_id, name, cause }
        } else {
            Event::SegmentLeft { segment_id, name, cause }
        };
        events.push((about, event));
    }
    // The customers' time of last activity stays: what follows from a rule is nobody's activity, and a rule about that
    // time would change its own outcome.
    activity::record_many(tx, actor, &events)?;
    Ok((joined.len(), left.len()))
}

/// Those of these customers, or of all when there is no list, whose membership was told otherwise than it is.
pub(super) fn candidates(
    c: &Conn<'_>,
    scope: &Scope,
    context: &Context,
    segment: &Present,
    customers: Option<&[CustomerId]>,
) -> Result<Vec<CustomerId>> {
    let Compared { told, so } = Compared::of(c, scope, context, segment, customers)?;
    Ok(so.symmetric_difference(&told).copied().collect())
}

/// Follows the log: whatever happens to a customer may bring them into a dynamic segment or out of it. What it costs
/// depends on the number of segments, not of customers.
pub struct Membership {
    clock: Clock,
}

impl Membership {
    pub fn new(clock: Clock) -> Membership {
        Membership { clock }
    }
}

/// What follows from a rule, and so is no cause of anything here.
fn follows(news: &News) -> bool {
    news.actor == ActorKind::System && matches!(news.kind.as_str(), "segment.joined" | "segment.left")
}

impl Follower for Membership {
    fn name(&self) -> &'static str {
        "segments"
    }

    fn look(&self, c: &Conn<'_>, org_id: OrgId, news: &[News]) -> Result<Option<Writing>> {
        let system = Actor::system(org_id, self.clock.clone());
        // The last event of each: what was in between is over.
        let mut causes: BTreeMap<CustomerId, &News> = BTreeMap::new();
        let mut companies = Vec::new();
        for one in news.iter().filter(|one| !follows(one)) {
            match (one.customer_id, one.company_id) {
                (Some(customer), _) => drop(causes.insert(customer, one)),
                (None, Some(company)) => companies.push((company, one.clone())),
                (None, None) => {}
            }
        }
        if causes.is_empty() && companies.is_empty() {
            return Ok(None);
        }
        let segments = dynamic(c, &system.scope())?;
        if !segments.iter().any(Present::asks_companies) {
            companies.clear();
        }
        let customers: Vec<CustomerId> = causes.keys().copied().collect();
        let cause = |id| causes.get(&id).map_or_else(|| SegmentCause::of_kind("event"), |one| of_event(one));
        let differing = differing(c, &system.at_one_moment(), &segments, &customers, cause)?;
        if differing.is_empty() && companies.is_empty() {
            return Ok(None);
        }
        Ok(Some(Box::new(move |tx| {
            let actor = system.at_one_moment();
            for (company, one) in &companies {
                jobs::company_later(tx, &actor, *company, one)?;
            }
            settle_differing(tx, &actor, &differing)
        })))
    }
}

fn of_event(news: &News) -> SegmentCause {
    SegmentCause { kind: "event".into(), activity_id: Some(news.id), activity_type: Some(news.kind.clone()) }
}

/// The segments of which something else was told than is so, with those customers and why.
pub(super) type Differing = Vec<(SegmentId, BTreeMap<CustomerId, SegmentCause>)>;

/// Compares these customers with what was told about them, beside all writers.
pub(super) fn differing(
    c: &Conn<'_>,
    actor: &Actor,
    segments: &[Present],
    customers: &[CustomerId],
    cause: impl Fn(CustomerId) -> SegmentCause,
) -> Result<Differing> {
    let context = organisations::filter_context(c, actor)?;
    let mut differing = Vec::new();
    for segment in segments {
        let found = candidates(c, &actor.scope(), &context, segment, Some(customers))?;
        if !found.is_empty() {
            differing.push((segment.id, found.into_iter().map(|id| (id, cause(id))).collect()));
        }
    }
    Ok(differing)
}

/// Tells what was seen to differ, as far as it still does.
pub(super) fn settle_differing(tx: &Tx<'_>, actor: &Actor, differing: &Differing) -> Result<()> {
    if differing.is_empty() {
        return Ok(());
    }
    let context = organisations::filter_context(tx, actor)?;
    for (id, causes) in differing {
        // Of one that has been archived since, a job tells.
        let Some(segment) = held(tx, &actor.scope(), *id)?.filter(Present::has_rule) else { continue };
        let customers: Vec<CustomerId> = causes.keys().copied().collect();
        let cause = |id| causes.get(&id).cloned().unwrap_or_else(|| SegmentCause::of_kind("event"));
        settle(tx, actor, &context, &segment, &customers, cause)?;
    }
    Ok(())
}
