//! Many customers in one transaction, for imports and bulk actions: the same rows, logs and indexes as the operations on one customer
//! leave behind, by a fixed number of statements however many customers there are.
//!
//! The actor's clock stands still for the length of the transaction, so that rows and log agree about the time.
//!
//! The caller has decided: rights, duplicates and values are checked. What is checked here is that nobody changed a
//! customer since it was read; then the whole transaction runs again.

pub mod actions;
mod store;
#[cfg(test)]
mod tests;

use super::{Customer, PastCustomer, about, store::search_text};
use crate::activity::{self, About, Event};
use crate::contacts::{self, Channel, Contact, ContactStatus, ParsedContact};
use db::{Conn, Tx};
use platform::ids::{CustomerId, TagId};
use platform::{Actor, Result, Scope};
use std::collections::{HashMap, HashSet};

/// A customer to be made.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// With its contacts; `tags` are for reading alone.
    pub customer: Customer,
    pub tags: Vec<TagId>,
    /// The company was found by an address.
    pub company_by_domain: bool,
    pub events: Vec<Event>,
}

/// A customer to be changed. Archiving has its own operation, and consent is only ever taken over with an address.
#[derive(Clone, Debug)]
pub struct Changed {
    pub before: Customer,
    /// With the contacts that it has afterwards, and the version that it gets.
    pub after: Customer,
    /// When the company changed: whether an address told so.
    pub company_by_domain: Option<bool>,
    pub contacts_added: Vec<Contact>,
    pub contacts_removed: Vec<Contact>,
    pub tags_added: Vec<TagId>,
    pub tags_removed: Vec<TagId>,
    pub events: Vec<Event>,
}

/// The customers with these ids, in no order; missing ones are left out.
pub fn load(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<Customer>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = store::load(c, scope, ids)?;
    super::store::add_children(c, scope, &mut found)?;
    Ok(found)
}

/// Living customers that can be reached under one of these phone numbers: number, customer, name, the oldest first.
pub fn by_phone(c: &Conn<'_>, scope: &Scope, canonical: &[&str]) -> Result<Vec<(String, CustomerId, String)>> {
    Ok(store::by_phone(c, scope, canonical)?)
}

/// The tags of these customers.
pub fn tags(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<(CustomerId, TagId, String)>> {
    Ok(store::tags(c, scope, ids)?)
}

/// What archived customers have left their addresses with: the strictest status, and whether one of them did not want
/// to be contacted.
type Inherited = HashMap<(Channel, String), (ContactStatus, bool)>;

fn inherited<'a>(c: &Conn<'_>, scope: &Scope, contacts: impl Iterator<Item = &'a Contact>) -> Result<Inherited> {
    let asked: Vec<ParsedContact> = contacts.map(as_parsed).collect();
    let mut inherited = Inherited::new();
    for holder in contacts::holders(c, scope, &asked)?.into_iter().filter(|holder| holder.archived) {
        let (status, refused) =
            inherited.entry((holder.channel, holder.canonical)).or_insert((ContactStatus::Active, false));
        if holder.status.strictness() > status.strictness() {
            *status = holder.status;
        }
        *refused |= holder.do_not_contact;
    }
    Ok(inherited)
}

/// Gives the contact the status that goes with its address; says whether it was left by somebody who did not want to be
/// contacted.
fn inherit(contact: &mut Contact, inherited: &Inherited) -> bool {
    let Some((status, refused)) = inherited.get(&(contact.channel, contact.canonical.clone())) else { return false };
    if status.strictness() > contact.status.strictness() {
        contact.status = *status;
    }
    *refused
}

/// Makes the customers, with contacts, tags and log. Consent that archived customers have left with an address is kept.
///
/// # Errors
/// Runs the transaction again when somebody took one of the addresses meanwhile.
pub fn insert(tx: &Tx<'_>, actor: &Actor, fresh: &[Fresh]) -> Result<()> {
    let now = actor.now();
    let inherited = inherited(tx, &actor.scope(), fresh.iter().flat_map(|one| &one.customer.contacts))?;
    let records: Vec<PastCustomer> = fresh
        .iter()
        .map(|one| {
            let mut customer = one.customer.clone();
            for contact in &mut customer.contacts {
                customer.do_not_contact |= inherit(contact, &inherited);
            }
            PastCustomer {
                customer,
                company_by_domain: one.company_by_domain,
                tags: one.tags.iter().map(|tag| (*tag, now)).collect(),
            }
        })
        .collect();
    super::insert_past(tx, &actor.scope(), &records)?;
    activity::record_many(tx, actor, &logged(fresh.iter().map(|one| (&one.customer, &one.events))))
}

/// Writes the changes, with contacts, tags and log.
///
/// # Errors
/// Runs the transaction again when somebody changed one of the customers, or took an address, meanwhile.
pub fn update(tx: &Tx<'_>, actor: &Actor, changed: &[Changed]) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let scope = actor.scope();
    let sets: Vec<(&Customer, &Customer, Option<bool>)> =
        changed.iter().map(|one| (&one.before, &one.after, one.company_by_domain)).collect();
    if store::update(tx, &scope, &sets)? != changed.len() as u64 {
        return Err(tx.conflict().into());
    }
    let removed: Vec<&Contact> = changed.iter().flat_map(|one| &one.contacts_removed).collect();
    contacts::delete_many(tx, &scope, &removed)?;
    let mut added: Vec<Contact> = changed.iter().flat_map(|one| one.contacts_added.iter().cloned()).collect();
    let inherited = inherited(tx, &scope, added.iter())?;
    let refusing: HashSet<CustomerId> =
        added.iter_mut().filter_map(|contact| inherit(contact, &inherited).then_some(contact.customer_id)).collect();
    contacts::insert_many(tx, &scope, &added)?;
    let untagged: Vec<(CustomerId, TagId)> =
        changed.iter().flat_map(|one| one.tags_removed.iter().map(|tag| (one.after.id, *tag))).collect();
    store::remove_tags(tx, &scope, &untagged)?;
    let tagged: Vec<(&Customer, TagId)> =
        changed.iter().flat_map(|one| one.tags_added.iter().map(|tag| (&one.after, *tag))).collect();
    store::add_tags(tx, &scope, &tagged, actor.now())?;
    let after: Vec<&Customer> = changed.iter().map(|one| &one.after).collect();
    store::copy_to_tags(tx, &scope, &after)?;
    let renamed: Vec<(CustomerId, String)> = changed
        .iter()
        .map(|one| (one, searched(&one.after)))
        .filter(|(one, text)| searched(&one.before) != *text)
        .map(|(one, text)| (one.after.id, text))
        .collect();
    store::reindex(tx, &scope, &renamed)?;
    super::write_custom(tx, &scope, &changed.iter().map(|one| (&one.after, Some(&one.before))).collect::<Vec<_>>())?;
    let mut events = logged(changed.iter().map(|one| (&one.after, &one.events)));
    let refusing: Vec<&Customer> = changed
        .iter()
        .map(|one| &one.after)
        .filter(|after| !after.do_not_contact && refusing.contains(&after.id))
        .collect();
    store::refuse_contact(tx, &scope, &refusing)?;
    events.extend(refusing.iter().map(|after| (about(after), Event::ConsentChanged { do_not_contact: true })));
    activity::record_many(tx, actor, &events)
}

/// Hides the customers and frees their addresses; all of them are living.
pub fn archive(tx: &Tx<'_>, actor: &Actor, customers: &[Customer]) -> Result<()> {
    if customers.is_empty() {
        return Ok(());
    }
    let scope = actor.scope();
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    store::archive(tx, &scope, &ids, actor.now())?;
    store::touch_tags(tx, &scope, &ids, actor.now())?;
    contacts::retire_many(tx, &scope, &ids)?;
    let event = [Event::CustomerArchived {}].to_vec();
    activity::record_many(tx, actor, &logged(customers.iter().map(|customer| (customer, &event))))
}

/// Customers that somebody else than `actor` has done anything to.
pub fn touched_by_others(c: &Conn<'_>, actor: &Actor, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
    activity::customers_of_others(c, actor, ids)
}

/// An address as the duplicate rules see it.
pub fn as_parsed(contact: &Contact) -> ParsedContact {
    super::contact_ops::as_parsed(contact)
}

fn searched(customer: &Customer) -> String {
    search_text(&customer.full_name, customer.contacts.iter().map(|contact| &contact.canonical))
}

fn logged<'a>(of: impl Iterator<Item = (&'a Customer, &'a Vec<Event>)>) -> Vec<(About, Event)> {
    of.flat_map(|(customer, events)| events.iter().map(|event| (about(customer), event.clone()))).collect()
}
