//! Customers: the people whom everything is about.
//!
//! Whoever may see the organisation sees them all; members write their own and unclaimed ones, admins
//! all. They are never deleted: archived, they are hidden and their addresses are free. Every change is logged
//! in the transaction that makes it.

pub mod api;
pub mod bulk;
mod contact_ops;
pub(crate) mod export;
pub mod fields;
pub mod merging;
pub mod model;
mod ownership;
#[cfg(test)]
mod races;
mod store;
mod tagging;
mod talks;
#[cfg(test)]
mod tests;

pub use contact_ops::{add_contact, remove_contact, update_contact};
pub(crate) use export::answer as export;
pub use fields::FIELDS;
pub use model::{Customer, CustomerPatch, NewCustomer, ParsedCustomer, Reassign, Source};
pub use ownership::{claim, reassign, release, unclaim};
pub use tagging::{add_tag, remove_tag};
pub use talks::{NewTalk, log_talk};

use crate::activity::{self, About, Activity, ActivityQuery, Event, Timeline, changes};
use crate::companies::{self, CompanyRef};
use crate::contacts::{self, Channel, Contact, Holder, ParsedContact};
use crate::custom_fields::{self, Record, Values};
use crate::{fits, segment_rules, tags};
use db::{Conn, Sql, Tx};
use platform::actor::ActorKind;
use platform::bulk::Selection;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::facets::{self, Facets};
use platform::filter::{Schema, Tree};
use platform::http::{Ctx, IfMatch, Page};
use platform::ids::{CompanyId, CustomerId, TagId};
use platform::paging::{Count, List};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, organisations};

/// What an event about `customer` is about.
pub(crate) fn about(customer: &Customer) -> About {
    About { customer_id: Some(customer.id), company_id: customer.company_id, deal_id: None }
}

/// What a request may filter and sort by: with the fields of the organisation and the fits to its products where one of
/// them is named.
pub(crate) async fn schema_for(ctx: &Ctx, names: impl Fn(&str) -> bool) -> Result<Schema> {
    let (custom, fit) = (names(custom_fields::PREFIX), fits::are_named(names));
    if !custom && !fit {
        return Ok((&FIELDS).into());
    }
    ctx.read(move |c, actor| schema(c, &actor.scope(), custom, fit)).await
}

/// The fields of customers, with those of the organisation and the fits to its products as far as they are wanted.
pub(crate) fn schema(c: &Conn<'_>, scope: &Scope, custom: bool, fit: bool) -> Result<Schema> {
    let mut schema = Schema::from(&FIELDS);
    if custom {
        schema = schema.extended(custom_fields::field_refs(c, scope, Record::Customer)?);
    }
    if fit {
        schema = schema.with_fits(fits::fields(c, scope)?);
    }
    Ok(schema)
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: CustomerId) -> Result<Customer> {
    store::get(c, &actor.scope(), id)?.ok_or(Error::NotFound("customer"))
}

/// A page of what happened to a customer, newest first; for one who was merged, to whoever stayed.
pub fn timeline(
    c: &Conn<'_>,
    actor: &Actor,
    id: CustomerId,
    asked: &ActivityQuery,
    limit: usize,
) -> Result<Page<Activity>> {
    let standing = store::standing(c, &actor.scope(), id)?.ok_or(Error::NotFound("customer"))?;
    activity::page(c, actor, Timeline::Customer(standing), asked.group, limit, asked.cursor.as_deref())
}

/// The customer, if `actor` may write it and it has not been merged into another one.
pub(crate) fn get_to_write(c: &Conn<'_>, actor: &Actor, id: CustomerId) -> Result<Customer> {
    let customer = get(c, actor, id)?;
    policy::require_write(actor, customer.claimed_by_id)?;
    refuse_merged(c, actor, &customer)?;
    Ok(customer)
}

fn refuse_merged(c: &Conn<'_>, actor: &Actor, customer: &Customer) -> Result<()> {
    match customer.merged_into_id {
        Some(survivor) => Err(merging::merged(c, &actor.scope(), survivor, None)?),
        None => Ok(()),
    }
}

pub fn page(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Page<Customer>> {
    let context = organisations::filter_context(c, actor)?;
    store::page(c, actor, &with_segments(c, actor, list)?, &context)
}

/// The list with the rules of its segments written out.
fn with_segments(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<List> {
    let mut list = list.clone();
    list.tree = segment_rules::expand(c, &actor.scope(), &list.tree)?;
    Ok(list)
}

/// How the database reads the first page of a list.
#[cfg(test)]
pub(crate) fn plan(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<String> {
    let context = organisations::filter_context(c, actor)?;
    let sql = store::first_statement(c, actor, &with_segments(c, actor, list)?, &context);
    Ok(c.explain(&sql)?)
}

/// Who is in a list at this moment, in its order.
pub fn ids(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Vec<CustomerId>> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::ids(c, actor, &with_segments(c, actor, list)?, &context)?)
}

/// The customers of a selection: what comes after the columns of a statement over `customers c`.
pub(crate) fn selected(c: &Conn<'_>, actor: &Actor, selection: &Selection) -> Result<Sql> {
    let mut sql = match selection {
        Selection::Ids(_) => store::all(&actor.scope()),
        Selection::Matching { tree, q, .. } => {
            let context = organisations::filter_context(c, actor)?;
            let tree = segment_rules::expand(c, &actor.scope(), tree)?;
            store::matching(c, &actor.scope(), &tree, q.as_deref(), &context)?
        }
    };
    sql.append(&selection.named("c.id"));
    Ok(sql)
}

/// How many match; exact up to 10,000 unless `exact` asks for more.
pub fn count(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>, exact: bool) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    let tree = segment_rules::expand(c, &actor.scope(), tree)?;
    Ok(store::count(c, actor, &tree, q, &context, exact)?)
}

/// How many of those that match have each value of the fields asked for.
pub fn facets(c: &Conn<'_>, actor: &Actor, asked: &facets::Asked) -> Result<Facets> {
    let context = organisations::filter_context(c, actor)?;
    let scope = actor.scope();
    asked.count(c, scope.org_id(), store::LATEST, |tree| {
        let tree = segment_rules::expand(c, &scope, tree)?;
        Ok(store::matching(c, &scope, &tree, asked.q.as_deref(), &context)?)
    })
}

/// How the database counts the values of the first field.
#[cfg(test)]
pub(crate) fn facet_plan(c: &Conn<'_>, actor: &Actor, asked: &facets::Asked) -> Result<String> {
    let context = organisations::filter_context(c, actor)?;
    let scope = actor.scope();
    let sql = asked.first_statement(scope.org_id(), store::LATEST, |tree| {
        Ok(store::matching(c, &scope, tree, asked.q.as_deref(), &context)?)
    })?;
    Ok(c.explain(&sql.unwrap_or_default())?)
}

/// Makes a customer with contacts and tags.
///
/// # Errors
/// [`Error::Conflict`] naming the living customer that has one of the addresses.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &ParsedCustomer) -> Result<Customer> {
    policy::require(actor, Action::CreateRecords)?;
    let scope = actor.scope();
    let (holders, company_found) = holders_and_company(tx, &scope, &new.contacts)?;
    contacts::refuse_taken(&holders, &new.contacts, None, |index| format!("/contacts/{index}/value"))?;
    let owner = match new.claimed_by_id {
        None => None,
        Some(user_id) => {
            let member = organisations::require_member(tx, &scope, user_id, "/claimedById")?;
            policy::require_write(actor, Some(user_id))?;
            Some(member)
        }
    };
    let (company, by_domain) = match new.company_id {
        Some(id) => (Some(companies::require_living(tx, &scope, id, "/companyId")?), false),
        None => (company_found, true),
    };
    let custom = custom_fields::first_values(tx, actor, Record::Customer, &new.custom)?;
    let now = actor.now();
    let profile = new.profile.clone();
    let mut customer = Customer {
        id: CustomerId(actor.new_id()),
        first_name: profile.first_name,
        last_name: profile.last_name,
        full_name: profile.full_name,
        job_title: profile.job_title,
        avatar_url: profile.avatar_url,
        language: profile.language,
        timezone: profile.timezone,
        country: profile.country,
        company_id: company.as_ref().map(|company| company.id),
        company,
        claimed_by_id: owner.as_ref().map(|member| member.id),
        claimed_at: owner.as_ref().map(|_| now),
        source: match actor.kind {
            ActorKind::ApiKey => Source::Api,
            ActorKind::Import => Source::Import,
            _ => Source::Manual,
        },
        do_not_contact: new.do_not_contact || contacts::inherited_refusal(&holders),
        archived_at: None,
        merged_into_id: None,
        last_activity_at: now,
        last_inbound_at: None,
        last_outbound_at: None,
        contacts: Vec::new(),
        tags: Vec::new(),
        custom,
        created_at: now,
        updated_at: now,
        version: 1,
        archived_duplicates: Vec::new(),
    };
    let search = store::search_text(&customer.full_name, new.contacts.iter().map(|contact| &contact.canonical));
    store::insert(tx, &scope, &customer, by_domain, &search)?;
    write_custom(tx, &scope, &[(&customer, None)])?;
    customer.contacts = contacts::insert(tx, actor, customer.id, &new.contacts, &holders)?;
    let tags = tags::resolve(tx, actor, &new.tags)?;
    let mut events = vec![Event::CustomerCreated { source: customer.source.as_str().into() }];
    for (tag_id, name) in tags {
        store::add_tag(tx, &scope, &customer, tag_id, now)?;
        customer.tags.push(name.clone());
        events.push(Event::TagAdded { tag_id, name });
    }
    customer.tags.sort();
    if let Some(member) = owner {
        events.push(Event::OwnerClaimed { user_id: member.id, name: member.name });
    }
    activity::record_first(tx, actor, about(&customer), &events)?;
    customer.archived_duplicates = holders.iter().filter(|holder| holder.archived).map(|h| h.existing()).collect();
    customer.archived_duplicates.dedup();
    Ok(customer)
}

/// A customer as somebody else has left them: the record with its contacts, and its tags with the time they were put on.
#[derive(Clone, Debug)]
pub struct PastCustomer {
    pub customer: Customer,
    /// The link to the company was made by the address's domain, not by a person.
    pub company_by_domain: bool,
    pub tags: Vec<(TagId, Timestamp)>,
}

/// Puts finished customers in as they are, without a log. The caller has made sure that nobody has their addresses.
pub fn insert_past(tx: &Tx<'_>, scope: &Scope, customers: &[PastCustomer]) -> Result<()> {
    store::insert_past(tx, scope, customers)?;
    write_custom(tx, scope, &customers.iter().map(|past| (&past.customer, None)).collect::<Vec<_>>())?;
    let addresses: Vec<Contact> = customers.iter().flat_map(|past| past.customer.contacts.iter().cloned()).collect();
    contacts::insert_many(tx, scope, &addresses)?;
    for past in customers.iter().filter(|past| past.customer.archived_at.is_some()) {
        contacts::retire(tx, scope, past.customer.id)?;
    }
    Ok(())
}

/// Writes what has changed of the custom fields: what a customer has now, and what was before.
fn write_custom(tx: &Tx<'_>, scope: &Scope, of: &[(&Customer, Option<&Customer>)]) -> Result<()> {
    let nothing = Values::new();
    let changed: Vec<_> = of
        .iter()
        .map(|(now, before)| (now.id.0, before.map_or(&nothing, |before| &before.custom), &now.custom))
        .collect();
    custom_fields::write_values(tx, scope, Record::Customer, &changed)
}

/// Who has the addresses, and the company of the first e-mail address that belongs to one; asked together.
fn holders_and_company(
    c: &Conn<'_>,
    scope: &Scope,
    contacts: &[ParsedContact],
) -> Result<(Vec<Holder>, Option<CompanyRef>)> {
    let emails = contacts.iter().filter(|contact| contact.channel == Channel::Email);
    let mut questions = emails.filter_map(|contact| companies::of_email(scope, &contact.canonical));
    let Some(first) = questions.next() else {
        return Ok((contacts::holders(c, scope, contacts)?, None));
    };
    let mut company = None;
    let holders = contacts::holders_and(c, scope, contacts, first, |row| {
        company = Some(companies::read_ref(row)?);
        Ok(())
    })?;
    for question in questions {
        if company.is_none() {
            company = c.query_opt(question, companies::read_ref)?;
        }
    }
    Ok((holders, company))
}

/// Changes the given fields.
///
/// # Errors
/// [`Error::Stale`] when the customer has another version than expected.
pub fn update(
    tx: &Tx<'_>,
    actor: &Actor,
    id: CustomerId,
    patch: &CustomerPatch,
    expected: IfMatch,
) -> Result<Customer> {
    let before = get_to_write(tx, actor, id)?;
    expected.check(&before)?;
    let mut after = before.clone();
    patch.apply(&mut after)?;
    match patch.company_id.as_change() {
        None => {}
        Some(None) => (after.company_id, after.company) = (None, None),
        Some(Some(company_id)) => {
            after.company = Some(companies::require_living(tx, &actor.scope(), *company_id, "/companyId")?);
            after.company_id = Some(*company_id);
        }
    }
    after.custom = custom_fields::changed_values(tx, actor, Record::Customer, &before.custom, &patch.custom)?;
    if before.do_not_contact && !after.do_not_contact && actor.kind != ActorKind::User {
        return Err(Error::Invalid(vec![FieldError::new(
            "/doNotContact",
            "consent_lowered",
            "only a signed-in person may lift this; ask one to do it",
        )]));
    }
    if after == before {
        return Ok(before);
    }
    after.updated_at = actor.now();
    after.last_activity_at = actor.now().max(before.last_activity_at);
    after.version += 1;
    write(tx, actor, &before, &after)?;
    Ok(after)
}

/// Writes a changed customer and logs the changes.
fn write(tx: &Tx<'_>, actor: &Actor, before: &Customer, after: &Customer) -> Result<()> {
    let scope = actor.scope();
    store::update(tx, &scope, after)?;
    write_custom(tx, &scope, &[(after, Some(before))])?;
    if before.full_name != after.full_name {
        store::reindex(tx, &scope, after)?;
    }
    if before.company_id != after.company_id {
        store::company_was_set(tx, &scope, after)?;
    }
    let mut events = Vec::new();
    let mut changes = changes(before, after, &model::LOGGED_FIELDS);
    changes.extend(custom_fields::changes(&before.custom, &after.custom));
    if !changes.is_empty() {
        events.push(Event::CustomerUpdated { changes });
    }
    if before.do_not_contact != after.do_not_contact {
        events.push(Event::ConsentChanged { do_not_contact: after.do_not_contact });
    }
    activity::record(tx, actor, about(after), &events)
}

/// Hides a customer; the addresses become free.
pub fn archive(tx: &Tx<'_>, actor: &Actor, id: CustomerId, expected: IfMatch) -> Result<Customer> {
    let mut customer = get_to_write(tx, actor, id)?;
    expected.check(&customer)?;
    if customer.archived_at.is_some() {
        return Ok(customer);
    }
    customer.archived_at = Some(actor.now());
    bump(&mut customer, actor);
    store::update(tx, &actor.scope(), &customer)?;
    contacts::retire(tx, &actor.scope(), id)?;
    activity::record(tx, actor, about(&customer), &[Event::CustomerArchived {}])?;
    Ok(customer)
}

/// Brings an archived customer back.
///
/// # Errors
/// [`Error::Conflict`] naming the living customer that has taken one of the addresses since.
pub fn restore(tx: &Tx<'_>, actor: &Actor, id: CustomerId, expected: IfMatch) -> Result<Customer> {
    let mut customer = get_to_write(tx, actor, id)?;
    expected.check(&customer)?;
    if customer.archived_at.is_none() {
        return Ok(customer);
    }
    let own: Vec<ParsedContact> = customer.contacts.iter().map(contact_ops::as_parsed).collect();
    let holders = contacts::holders(tx, &actor.scope(), &own)?;
    contacts::refuse_taken(&holders, &own, Some(id), |index| format!("/contacts/{index}/value"))?;
    customer.archived_at = None;
    bump(&mut customer, actor);
    store::update(tx, &actor.scope(), &customer)?;
    contacts::revive(tx, &actor.scope(), id)?;
    activity::record(tx, actor, about(&customer), &[Event::CustomerRestored {}])?;
    Ok(customer)
}

/// One more write of the customer, at this moment.
fn bump(customer: &mut Customer, actor: &Actor) {
    customer.updated_at = actor.now();
    customer.last_activity_at = actor.now().max(customer.last_activity_at);
    customer.version += 1;
}

/// The customers of a company, most recently active first.
pub fn of_company(c: &Conn<'_>, actor: &Actor, company: CompanyId, list: &List) -> Result<Page<Customer>> {
    companies::get(c, actor, company)?;
    let context = organisations::filter_context(c, actor)?;
    store::page_of_company(c, actor, company, &with_segments(c, actor, list)?, &context)
}
