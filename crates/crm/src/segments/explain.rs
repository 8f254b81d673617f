//! Why a customer is in a segment or is not: each condition, what the customer has there, and whether it holds.

use super::model::{ExplainedCondition, Explanation};
use super::{get, schema, store, within};
use crate::companies::{self, Company};
use crate::contacts::Channel;
use crate::custom_fields::{self, PREFIX, Values};
use crate::customers::{self, Customer};
use crate::fits;
use crate::segment_rules::{self, Library};
use db::Conn;
use platform::clock::Timestamp;
use platform::filter::{self, Fact, FieldRef, Finding, Moment, Node, Record, Tree};
use platform::ids::{CustomerId, SegmentId};
use platform::{Actor, Result, organisations};
use std::borrow::Cow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The types, the beginning and the end of what was counted.
type Window = (Vec<String>, Option<Timestamp>, Option<Timestamp>);

/// A customer with all that a rule can ask for.
struct Known {
    customer: Customer,
    company: Option<Company>,
    /// Also of archived fields, which rules may still name.
    custom: Values,
    /// Their fits by product.
    fits: BTreeMap<Uuid, f64>,
    /// The segments that the rule names, as far as they are in them.
    segments: Vec<Uuid>,
    segments_ever: Vec<Uuid>,
    events: BTreeMap<Window, u64>,
    /// How many of their deals the trees that ask for deals select, by those trees as JSON.
    deals: BTreeMap<String, u64>,
}

fn written(tree: &Tree) -> String {
    serde_json::to_string(tree).unwrap_or_default()
}

fn text(value: Option<&String>) -> Fact<'_> {
    value.map_or(Fact::Missing, |text| Fact::Text(Cow::Borrowed(text)))
}

fn time(value: Option<Timestamp>) -> Fact<'static> {
    value.map_or(Fact::Missing, Fact::Time)
}

fn id(value: Option<Uuid>) -> Fact<'static> {
    value.map_or(Fact::Missing, Fact::Id)
}

impl Known {
    fn addresses(&self, channel: Channel) -> Fact<'_> {
        let of = self.customer.contacts.iter().filter(|contact| contact.channel == channel);
        Fact::Texts(of.map(|contact| Cow::Borrowed(contact.canonical.as_str())).collect())
    }
}

impl Record for Known {
    fn value(&self, field: &FieldRef) -> Fact<'_> {
        let (of, company) = (&self.customer, self.company.as_ref());
        if let (Some(_), Some(key)) = (field.own, field.name.strip_prefix(PREFIX)) {
            return custom_fields::fact(field.kind, self.custom.get(key));
        }
        if let Some(own) = field.own.filter(|_| field.fit.is_some()) {
            return self.fits.get(&own.id).map_or(Fact::Missing, |fit| Fact::Float(*fit));
        }
        match field.name.as_ref() {
            "fullName" => text(Some(&of.full_name)),
            "firstName" => text(of.first_name.as_ref()),
            "lastName" => text(of.last_name.as_ref()),
            "jobTitle" => text(of.job_title.as_ref()),
            "language" => text(of.language.as_ref()),
            "timezone" => text(of.timezone.as_ref()),
            "country" => text(of.country.as_ref()),
            "source" => Fact::Text(Cow::Borrowed(of.source.as_str())),
            "doNotContact" => Fact::Flag(of.do_not_contact),
            "archived" => Fact::Flag(of.archived_at.is_some()),
            "createdAt" => Fact::Time(of.created_at),
            "updatedAt" => Fact::Time(of.updated_at),
            "lastActivityAt" => Fact::Time(of.last_activity_at),
            "lastInboundAt" => time(of.last_inbound_at),
            "lastOutboundAt" => time(of.last_outbound_at),
            "companyId" => id(of.company_id.map(|id| id.0)),
            "claimedById" => id(of.claimed_by_id.map(|id| id.0)),
            "tags" => Fact::Texts(of.tags.iter().map(|name| Cow::Borrowed(name.as_str())).collect()),
            "segments" => Fact::Groups { now: self.segments.clone(), ever: self.segments_ever.clone() },
            "email" => self.addresses(Channel::Email),
            "phone" => self.addresses(Channel::Phone),
            "linkedin" => self.addresses(Channel::Linkedin),
            "telegram" => self.addresses(Channel::Telegram),
            "company.name" => text(company.map(|company| &company.name)),
            "company.industry" => text(company.and_then(|company| company.industry.as_ref())),
            "company.country" => text(company.and_then(|company| company.country.as_ref())),
            "company.sizeBand" => company
                .and_then(|company| company.size_band)
                .map_or(Fact::Missing, |band| Fact::Text(Cow::Borrowed(band.as_str()))),
            "company.employeeCount" => {
                company.and_then(|company| company.employee_count).map_or(Fact::Missing, Fact::Int)
            }
            "company.domains" => Fact::Texts(
                company.iter().flat_map(|company| &company.domains).map(|host| Cow::Borrowed(host.as_str())).collect(),
            ),
            _ => Fact::Missing,
        }
    }

    fn events(&self, types: &[String], since: Option<Timestamp>, until: Option<Timestamp>) -> u64 {
        self.events.get(&(types.to_vec(), since, until)).copied().unwrap_or(0)
    }

    fn deals(&self, tree: &Tree, _: &filter::Context) -> u64 {
        self.deals.get(&written(tree)).copied().unwrap_or(0)
    }
}

/// # Errors
/// `NotFound` for the segment or the customer.
pub fn explain(c: &Conn<'_>, actor: &Actor, segment: SegmentId, customer: CustomerId) -> Result<Explanation> {
    let segment = get(c, actor, segment)?;
    let customer = customers::get(c, actor, customer)?;
    let rule = match &segment.rule {
        Some(rule) => segment_rules::parse(rule, schema(c, &actor.scope(), rule)?)?,
        None => within(segment.id)?,
    };
    let context = organisations::filter_context(c, actor)?;
    let known = known(c, actor, &context, customer, &rule)?;
    let conditions: Vec<ExplainedCondition> = filter::explain(&rule, &known, &context).into_iter().map(told).collect();
    let listed = conditions.iter().all(|condition| condition.holds);
    let holds = if segment.rule.is_some() { filter::evaluate(&rule, &known, &context) } else { listed };
    Ok(Explanation { member: holds && segment.archived_at.is_none(), conditions })
}

fn told(finding: Finding) -> ExplainedCondition {
    let Finding { path, condition, value, holds } = finding;
    ExplainedCondition { path, condition, value, holds }
}

fn known(c: &Conn<'_>, actor: &Actor, context: &filter::Context, customer: Customer, rule: &Tree) -> Result<Known> {
    let scope = actor.scope();
    let rows = store::of_customer(c, &scope, customer.id)?;
    let library = Library::of(c, &scope, rule)?;
    let mut segments = Vec::new();
    for (_, named) in rule.groups() {
        let Some(definition) = library.get(named).filter(|definition| !definition.archived) else { continue };
        let inside = match library.expanded_rule(definition)? {
            Some(tree) => !store::selected(c, context, &tree, &[customer.id])?.is_empty(),
            None => rows.iter().any(|row| row.segment_id.0 == named && row.listed),
        };
        if inside && !segments.contains(&named) {
            segments.push(named);
        }
    }
    let mut segments_ever: Vec<Uuid> = rows.iter().map(|row| row.segment_id.0).collect();
    segments_ever.extend(segments.iter().copied());
    let (mut asked, mut of_deals) = (Vec::new(), Vec::new());
    rule.each_condition(|_, node| match node {
        Node::Activity(activity) => asked.push(activity.clone()),
        Node::Deals(deals) => of_deals.push(deals.tree.clone()),
        _ => {}
    });
    let instant = |moment: Moment| moment.resolve(context.now, &context.zone);
    let mut events = BTreeMap::new();
    for activity in asked {
        let count = store::events(c, context, customer.id, &activity)?;
        events.insert((activity.types, activity.since.map(instant), activity.until.map(instant)), count);
    }
    let mut deals = BTreeMap::new();
    for tree in of_deals {
        deals.insert(written(&tree), store::deals(c, context, customer.id, &tree)?);
    }
    let company = customer.company_id.map(|id| companies::get(c, actor, id)).transpose()?;
    let custom = custom_fields::all_values(c, &scope, custom_fields::Record::Customer, customer.id.0)?;
    let fits = fits::of_customer(c, &scope, customer.id)?;
    Ok(Known { customer, company, custom, fits, segments, segments_ever, events, deals })
}
