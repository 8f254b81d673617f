//! Telling who joined and left: what was told is compared with what is so, for some customers at a time, and each
//! difference becomes an event. Doing it again tells nothing again.

use super::{catalogue, jobs, store};
use crate::activity::{self, About, Event, SegmentCause};
use crate::news::{Follower, News};
use crate::segment_rules::{Definition, Library};
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
    let rows = store::rows(tx, &scope, segment.id, Some(customers))?;
    let told: BTreeSet<CustomerId> = rows.iter().filter(|row| row.told).map(|row| row.customer_id).collect();
    let so: BTreeSet<CustomerId> = match &segment.decides {
        Decides::Nobody => BTreeSet::new(),
        Decides::Rows => rows.iter().filter(|row| row.listed).map(|row| row.customer_id).collect(),
        Decides::Rule(rule) => store::selected(tx, context, rule, customers)?.into_iter().collect(),
    };
    let joined: Vec<CustomerId> = so.difference(&told).copied().collect();
    let left: Vec<CustomerId> = told.difference(&so).copied().collect();
    if joined.is_empty() && left.is_empty() {
        return Ok((0, 0));
    }
    let listed = matches!(segment.decides, Decides::Rows);
    store::join(tx, &scope, segment.id, &joined, listed, actor.now())?;
    store::leave(tx, &scope, segment.id, &left, false, actor.now())?;
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

/// Those whose membership was told otherwise than it is.
pub(super) fn candidates(c: &Conn<'_>, scope: &Scope, context: &Context, segment: &Present) -> Result<Vec<CustomerId>> {
    let rows = store::rows(c, scope, segment.id, None)?;
    let told: BTreeSet<CustomerId> = rows.iter().filter(|row| row.told).map(|row| row.customer_id).collect();
    let so: BTreeSet<CustomerId> = match &segment.decides {
        Decides::Nobody => BTreeSet::new(),
        Decides::Rows => rows.iter().filter(|row| row.listed).map(|row| row.customer_id).collect(),
        Decides::Rule(rule) => store::selected_of_all(c, context, rule)?.into_iter().collect(),
    };
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

    fn handle(&self, tx: &Tx<'_>, org_id: OrgId, news: &[News]) -> Result<()> {
        let actor = Actor::system(org_id, self.clock.clone()).at_one_moment();
        // The last event of each: what was in between is over.
        let mut causes: BTreeMap<CustomerId, &News> = BTreeMap::new();
        let mut companies = Vec::new();
        for one in news.iter().filter(|one| !follows(one)) {
            match (one.customer_id, one.company_id) {
                (Some(customer), _) => drop(causes.insert(customer, one)),
                (None, Some(company)) => companies.push((company, one)),
                (None, None) => {}
            }
        }
        if causes.is_empty() && companies.is_empty() {
            return Ok(());
        }
        let segments = dynamic(tx, &actor.scope())?;
        if segments.is_empty() {
            return Ok(());
        }
        if segments.iter().any(Present::asks_companies) {
            for (company, one) in companies {
                jobs::company_later(tx, &actor, company, one)?;
            }
        }
        let context = organisations::filter_context(tx, &actor)?;
        let customers: Vec<CustomerId> = causes.keys().copied().collect();
        for segment in &segments {
            settle(tx, &actor, &context, segment, &customers, |id| SegmentCause {
                kind: "event".into(),
                activity_id: causes.get(&id).map(|one| one.id),
                activity_type: causes.get(&id).map(|one| one.kind.clone()),
            })?;
        }
        Ok(())
    }
}
