//! Adding, changing and removing a customer's contacts, with the customer's rights.

use super::{Customer, about, bump, company_of, get_to_write, store};
use crate::activity::{self, Event, changes};
use crate::contacts::{self, Contact, ContactPatch, ContactStatus, NewContact, ParsedContact};
use db::Tx;
use platform::error::FieldError;
use platform::http::IfMatch;
use platform::ids::{ContactId, CustomerId};
use platform::{Actor, Error, Result};

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
    let mut customer = get_to_write(tx, actor, id)?;
    refuse_archived(&customer)?;
    if customer.contacts.len() >= contacts::CONTACTS_MAX {
        return Err(Error::invalid(
            "",
            "too_many",
            format!("a customer has at most {} contacts", contacts::CONTACTS_MAX),
        ));
    }
    let mut parsed =
        ParsedContact::parse(new, customer.country.as_deref(), "").map_err(|fault| Error::Invalid(vec![fault]))?;
    refuse_own(&customer, &parsed, None)?;
    let holders = contacts::holders(tx, &actor.scope(), std::slice::from_ref(&parsed))?;
    contacts::refuse_taken(&holders, std::slice::from_ref(&parsed), Some(id), |_| "/value".into())?;
    parsed.is_primary |= !customer.contacts.iter().any(|other| other.channel == parsed.channel);
    let added = contacts::insert(tx, actor, id, std::slice::from_ref(&parsed))?;
    let contact = added.into_iter().next().ok_or_else(|| Error::Bug("no contact was added".into()))?;
    if contact.is_primary {
        contacts::make_sole_primary(tx, actor, &contact)?;
    }
    if customer.company_id.is_none()
        && let Some(company) = company_of(tx, actor, std::slice::from_ref(&parsed))?
    {
        let before = customer.clone();
        customer.company_id = Some(company.id);
        customer.company = Some(company);
        bump(&mut customer, actor);
        store::update(tx, &actor.scope(), &customer)?;
        store::company_was_found(tx, &actor.scope(), &customer)?;
        let changes = changes(&before, &customer, &["companyId"]);
        activity::record(tx, actor, about(&customer), &[Event::CustomerUpdated { changes }])?;
    }
    customer.contacts.push(contact.clone());
    store::reindex(tx, &actor.scope(), &customer)?;
    let event = Event::ContactAdded {
        contact_id: contact.id,
        channel: contact.channel.as_str().into(),
        value: contact.value.clone(),
    };
    activity::record(tx, actor, about(&customer), &[event])?;
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
    let before = contacts::get(tx, actor, id)?;
    let customer = get_to_write(tx, actor, before.customer_id)?;
    expected.check(&before)?;
    let after = apply(&before, &customer, patch)?;
    if after == before {
        return Ok(before);
    }
    refuse_archived(&customer)?;
    if after.canonical != before.canonical {
        let parsed = as_parsed(&after);
        refuse_own(&customer, &parsed, Some(id))?;
        let holders = contacts::holders(tx, &actor.scope(), std::slice::from_ref(&parsed))?;
        contacts::refuse_taken(&holders, std::slice::from_ref(&parsed), Some(customer.id), |_| "/value".into())?;
    }
    let after = Contact { updated_at: actor.now(), version: before.version + 1, ..after };
    contacts::update(tx, actor, &after)?;
    if after.is_primary && !before.is_primary {
        contacts::make_sole_primary(tx, actor, &after)?;
    }
    if after.canonical != before.canonical {
        let mut customer = customer.clone();
        customer.contacts.retain(|contact| contact.id != id);
        customer.contacts.push(after.clone());
        store::reindex(tx, &actor.scope(), &customer)?;
    }
    let event = Event::ContactChanged {
        contact_id: id,
        channel: after.channel.as_str().into(),
        changes: changes(&before, &after, &["value", "label", "isPrimary", "status", "verifiedAt"]),
    };
    activity::record(tx, actor, about(&customer), &[event])?;
    Ok(after)
}

fn apply(before: &Contact, customer: &Customer, patch: &ContactPatch) -> Result<Contact> {
    let mut after = before.clone();
    let refuse = |path: &str, message: &str| Err(Error::Invalid(vec![FieldError::new(path, "required", message)]));
    match patch.value.as_change() {
        Some(Some(value)) => {
            let new = NewContact { channel: before.channel, value: value.clone(), label: None, is_primary: None };
            let parsed = ParsedContact::parse(&new, customer.country.as_deref(), "")
                .map_err(|fault| Error::Invalid(vec![fault]))?;
            if parsed.canonical != before.canonical {
                // Nothing is known yet about another address.
                after.verified_at = None;
                if after.status != ContactStatus::OptedOut {
                    after.status = ContactStatus::Active;
                }
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
        Some(Some(status)) if before.status == ContactStatus::OptedOut && *status != ContactStatus::OptedOut => {
            return Err(Error::invalid("/status", "consent_lowered", "an opt-out cannot be lifted here"));
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
pub fn remove_contact(tx: &Tx<'_>, actor: &Actor, id: ContactId) -> Result<()> {
    let contact = contacts::get(tx, actor, id)?;
    let mut customer = get_to_write(tx, actor, contact.customer_id)?;
    if contact.status == ContactStatus::OptedOut {
        return Err(Error::conflict(
            "opted_out",
            "this address has opted out; it stays, so that nobody writes to it again",
        ));
    }
    contacts::delete(tx, actor, &contact)?;
    customer.contacts.retain(|other| other.id != id);
    if contact.is_primary
        && let Some(heir) = customer.contacts.iter().find(|other| other.channel == contact.channel)
    {
        let heir = Contact { is_primary: true, updated_at: actor.now(), version: heir.version + 1, ..heir.clone() };
        if customer.archived_at.is_none() {
            contacts::update(tx, actor, &heir)?;
        }
    }
    store::reindex(tx, &actor.scope(), &customer)?;
    let event =
        Event::ContactRemoved { contact_id: id, channel: contact.channel.as_str().into(), value: contact.value };
    activity::record(tx, actor, about(&customer), &[event])
}

fn refuse_archived(customer: &Customer) -> Result<()> {
    if customer.archived_at.is_some() {
        return Err(Error::conflict("archived", "this customer is archived; restore it first"));
    }
    Ok(())
}

fn refuse_own(customer: &Customer, parsed: &ParsedContact, except: Option<ContactId>) -> Result<()> {
    let again = customer.contacts.iter().any(|other| {
        other.channel == parsed.channel && other.canonical == parsed.canonical && Some(other.id) != except
    });
    if again {
        return Err(Error::conflict(
            "contact_repeated",
            format!("{} is a contact of this customer already", parsed.canonical),
        ));
    }
    Ok(())
}
