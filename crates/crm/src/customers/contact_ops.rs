//! Adding, changing and removing a customer's contacts, with the customer's rights.

use super::{Customer, about, bump, get_to_write, store};
use crate::activity::{self, Event, changes};
use crate::companies;
use crate::contacts::{self, Channel, Contact, ContactPatch, ContactStatus, Holder, NewContact, ParsedContact};
use db::Tx;
use platform::actor::ActorKind;
use platform::error::FieldError;
use platform::http::IfMatch;
use platform::ids::{ContactId, CustomerId};
use platform::{Actor, Error, Result};
use std::collections::BTreeSet;

/// A stored contact as the rules for addresses see it.
pub(super) fn as_parsed(contact: &Contact) -> ParsedContact {
    ParsedContact {
        channel: contact.channel,
        value: contact.value.clone(),
        match_key: contacts::model::match_key(contact.channel, &contact.canonical),
        canonical: contact.canonical.clone(),
        label: contact.label,
        is_primary: contact.is_primary,
    }
}

/// Adds an address to a customer. The first of its channel becomes the primary one. A customer without
/// a company is linked to the one that the address belongs to.
pub fn add_contact(tx: &Tx<'_>, actor: &Actor, id: CustomerId, new: &NewContact) -> Result<Contact> {
    let before = get_to_write(tx, actor, id)?;
    refuse_archived(&before)?;
    if before.contacts.len() >= contacts::CONTACTS_MAX {
        return Err(Error::invalid(
            "",
            "too_many",
            format!("a customer has at most {} contacts", contacts::CONTACTS_MAX),
        ));
    }
    let mut parsed =
        ParsedContact::parse(new, before.country.as_deref(), "").map_err(|fault| Error::Invalid(vec![fault]))?;
    let holders = refuse_taken(tx, actor, &before, &parsed, None)?;
    parsed.is_primary |= !before.contacts.iter().any(|other| other.channel == parsed.channel);
    let added = contacts::insert(tx, actor, id, std::slice::from_ref(&parsed), &holders)?;
    let contact = added.into_iter().next().ok_or_else(|| Error::Bug("no contact was added".into()))?;
    if contact.is_primary {
        contacts::make_sole_primary(tx, actor, &contact)?;
    }
    let mut after = before.clone();
    after.contacts.push(contact.clone());
    learn(tx, actor, &mut after, &parsed, &holders)?;
    let event = Event::ContactAdded {
        contact_id: contact.id,
        channel: contact.channel.as_str().into(),
        value: contact.value.clone(),
    };
    write(tx, actor, &before, after, event)?;
    Ok(contact)
}

/// Changes an address, its label, its rank or its status.
pub fn update_contact(
    tx: &Tx<'_>,
    actor: &Actor,
    id: ContactId,
    patch: &ContactPatch,
    expected: IfMatch,
) -> Result<Contact> {
    let contact = contacts::get(tx, actor, id)?;
    let before = get_to_write(tx, actor, contact.customer_id)?;
    expected.check(&contact)?;
    let changed = apply(&contact, &before, actor, patch)?;
    if changed == contact {
        return Ok(contact);
    }
    refuse_archived(&before)?;
    let mut changed = Contact { updated_at: actor.now(), version: contact.version + 1, ..changed };
    let mut after = before.clone();
    if changed.canonical != contact.canonical {
        let parsed = as_parsed(&changed);
        let holders = refuse_taken(tx, actor, &before, &parsed, Some(id))?;
        let inherited = contacts::inherited_status(&holders, changed.channel, &changed.canonical);
        if inherited.strictness() > changed.status.strictness() {
            changed.status = inherited;
        }
        learn(tx, actor, &mut after, &parsed, &holders)?;
    }
    contacts::update(tx, actor, &changed)?;
    if changed.is_primary && !contact.is_primary {
        contacts::make_sole_primary(tx, actor, &changed)?;
    }
    after.contacts.retain(|other| other.id != id);
    after.contacts.push(changed.clone());
    let event = Event::ContactChanged {
        contact_id: id,
        channel: changed.channel.as_str().into(),
        changes: changes(&contact, &changed, &["value", "label", "isPrimary", "status", "verifiedAt"]),
    };
    write(tx, actor, &before, after, event)?;
    Ok(changed)
}

/// Whether `actor` has to leave the suppression of this address as it is: an opt-out is not taken back here, and a
/// program does not know better than a bounce.
fn is_kept(contact: &Contact, actor: &Actor) -> bool {
    match contact.status {
        ContactStatus::OptedOut => true,
        ContactStatus::Bounced => actor.kind != ActorKind::User,
        ContactStatus::Active | ContactStatus::Unreachable => false,
    }
}

fn consent_lowered(path: &str, contact: &Contact) -> Error {
    let message = match contact.status {
        ContactStatus::OptedOut => "this address has opted out, and stays so; add another one beside it",
        _ => "only a signed-in person may do this with an address that bounced; ask one, or add another one beside it",
    };
    Error::invalid(path, "consent_lowered", message)
}

fn apply(before: &Contact, customer: &Customer, actor: &Actor, patch: &ContactPatch) -> Result<Contact> {
    let mut after = before.clone();
    let refuse = |path: &str, message: &str| Err(Error::Invalid(vec![FieldError::new(path, "required", message)]));
    match patch.value.as_change() {
        Some(Some(value)) => {
            let new = NewContact { channel: before.channel, value: value.clone(), label: None, is_primary: None };
            let parsed = ParsedContact::parse(&new, customer.country.as_deref(), "")
                .map_err(|fault| Error::Invalid(vec![fault]))?;
            if parsed.canonical != before.canonical {
                // The address that is kept away from would be free again.
                if is_kept(before, actor) {
                    return Err(consent_lowered("/value", before));
                }
                // Nothing is known yet about another address.
                after.verified_at = None;
                after.status = ContactStatus::Active;
            }
            after.value = parsed.value;
            after.canonical = parsed.canonical;
        }
        Some(None) => return refuse("/value", "a contact keeps a value; remove the contact instead"),
        None => {}
    }
    match patch.label.as_change() {
        Some(Some(label)) => after.label = *label,
        Some(None) => return refuse("/label", "send work, personal or other"),
        None => {}
    }
    match patch.is_primary.as_change() {
        Some(Some(true)) => after.is_primary = true,
        Some(Some(false)) if before.is_primary => {
            return refuse("/isPrimary", "make another contact of the channel primary instead");
        }
        Some(None) => return refuse("/isPrimary", "send true"),
        Some(Some(false)) | None => {}
    }
    match patch.status.as_change() {
        Some(Some(status)) if is_kept(before, actor) && status.strictness() < before.status.strictness() => {
            return Err(consent_lowered("/status", before));
        }
        Some(Some(status)) => after.status = *status,
        Some(None) => return refuse("/status", "send active, bounced, unreachable or opted_out"),
        None => {}
    }
    if let Some(verified_at) = patch.verified_at.as_change() {
        after.verified_at = verified_at.copied();
    }
    Ok(after)
}

/// Removes an address. If it was the primary one, the newest other of its channel takes its place.
pub fn remove_contact(tx: &Tx<'_>, actor: &Actor, id: ContactId, expected: IfMatch) -> Result<()> {
    let contact = contacts::get(tx, actor, id)?;
    let before = get_to_write(tx, actor, contact.customer_id)?;
    expected.check(&contact)?;
    refuse_archived(&before)?;
    if is_kept(&contact, actor) {
        let (code, detail) = match contact.status {
            ContactStatus::OptedOut => {
                ("opted_out", "this address has opted out; it stays, so that nobody writes to it again")
            }
            _ => ("bounced", "this address bounced; only a signed-in person may remove it"),
        };
        return Err(Error::conflict(code, detail));
    }
    contacts::delete(tx, actor, &contact)?;
    let mut after = before.clone();
    after.contacts.retain(|other| other.id != id);
    if contact.is_primary
        && let Some(heir) = after.contacts.iter_mut().find(|other| other.channel == contact.channel)
    {
        *heir = Contact { is_primary: true, updated_at: actor.now(), version: heir.version + 1, ..heir.clone() };
        contacts::update(tx, actor, heir)?;
    }
    let event =
        Event::ContactRemoved { contact_id: id, channel: contact.channel.as_str().into(), value: contact.value };
    write(tx, actor, &before, after, event)
}

/// What a new address tells about its customer: the company it belongs to, unless a person has decided about that, and
/// the wish of an archived customer who had it before.
fn learn(
    tx: &Tx<'_>,
    actor: &Actor,
    customer: &mut Customer,
    address: &ParsedContact,
    holders: &[Holder],
) -> Result<()> {
    customer.do_not_contact |= contacts::inherited_refusal(holders);
    if customer.company_id.is_none()
        && address.channel == Channel::Email
        && let Some(question) = companies::of_email(&actor.scope(), &address.canonical)
        && let Some(company) = tx.query_opt(question, companies::read_ref)?
        && store::may_be_linked(tx, &actor.scope(), customer.id)?
    {
        customer.company_id = Some(company.id);
        customer.company = Some(company);
    }
    Ok(())
}

/// Writes the customer whose contacts have changed, for contacts are part of it, and logs what happened.
fn write(tx: &Tx<'_>, actor: &Actor, before: &Customer, mut after: Customer, event: Event) -> Result<()> {
    let scope = actor.scope();
    bump(&mut after, actor);
    store::update(tx, &scope, &after)?;
    let mut events = Vec::new();
    if after.company_id != before.company_id {
        store::company_was_found(tx, &scope, &after)?;
        events.push(Event::CustomerUpdated { changes: changes(before, &after, &["companyId"]) });
    }
    if after.do_not_contact != before.do_not_contact {
        events.push(Event::ConsentChanged { do_not_contact: after.do_not_contact });
    }
    let addresses = |customer: &Customer| -> BTreeSet<String> {
        customer.contacts.iter().map(|contact| contact.canonical.clone()).collect()
    };
    if addresses(before) != addresses(&after) {
        store::reindex(tx, &scope, &after)?;
    }
    events.push(event);
    activity::record(tx, actor, about(&after), &events)
}

fn refuse_archived(customer: &Customer) -> Result<()> {
    if customer.archived_at.is_some() {
        return Err(Error::conflict("archived", "this customer is archived; restore it first"));
    }
    Ok(())
}

/// Who had the address before.
///
/// # Errors
/// [`Error::Conflict`] when the customer itself has it already, or another living one.
fn refuse_taken(
    tx: &Tx<'_>,
    actor: &Actor,
    customer: &Customer,
    parsed: &ParsedContact,
    except: Option<ContactId>,
) -> Result<Vec<Holder>> {
    let again = customer.contacts.iter().any(|other| {
        other.channel == parsed.channel && other.canonical == parsed.canonical && Some(other.id) != except
    });
    if again {
        return Err(Error::conflict(
            "contact_repeated",
            format!("{} is a contact of this customer already", parsed.canonical),
        ));
    }
    let holders = contacts::holders(tx, &actor.scope(), std::slice::from_ref(parsed))?;
    contacts::refuse_taken(&holders, std::slice::from_ref(parsed), Some(customer.id), |_| "/value".into())?;
    Ok(holders)
}
