//! Contacts: the channel addresses of a customer. A customer is a person, a contact is not.
//!
//! Here are the rules of the address itself; who may change whose is decided by `customers`, which calls these
//! operations. A canonical value is unique among living customers, except for phones, which people share.

pub mod model;
mod store;

pub use model::{Channel, ContactLabel, ContactStatus};

use db::{Conn, Query, Row, Sql, Tx};
use platform::clock::Timestamp;
use platform::error::{Existing, FieldError, on_unique};
use platform::http::Record;
use platform::ids::{ContactId, CustomerId};
use platform::patch::Patch;
use platform::{Actor, Error, Result, Scope};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// More than this is no person.
pub const CONTACTS_MAX: usize = 50;

/// An address of a customer on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    pub id: ContactId,
    pub customer_id: CustomerId,
    pub channel: Channel,
    /// As it was typed.
    pub value: String,
    /// What matching uses.
    pub canonical: String,
    pub label: ContactLabel,
    /// The one that senders choose first; one per channel.
    pub is_primary: bool,
    pub status: ContactStatus,
    #[schema(required)]
    pub verified_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Contact {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

/// A contact in the body of a write.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewContact {
    pub channel: Channel,
    pub value: String,
    pub label: Option<ContactLabel>,
    pub is_primary: Option<bool>,
}

/// The body of `PATCH /contacts/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub value: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<ContactLabel>)]
    pub label: Patch<ContactLabel>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub is_primary: Patch<bool>,
    /// `opted_out` can be set here, never lifted.
    #[serde(default)]
    #[schema(value_type = Option<ContactStatus>)]
    pub status: Patch<ContactStatus>,
    /// A time, or null for not verified.
    #[serde(default)]
    #[schema(value_type = Option<Timestamp>)]
    pub verified_at: Patch<Timestamp>,
}

/// A contact whose value is known to be an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedContact {
    pub channel: Channel,
    pub value: String,
    pub canonical: String,
    pub match_key: String,
    pub label: ContactLabel,
    pub is_primary: bool,
}

impl ParsedContact {
    /// `region` is the customer's country, for phone numbers without one.
    ///
    /// # Errors
    /// Why the value is no address of its channel, at `path`.
    pub fn parse(new: &NewContact, region: Option<&str>, path: &str) -> Result<ParsedContact, FieldError> {
        let canonical = model::canonical(new.channel, &new.value, region)
            .map_err(|bad| FieldError::new(format!("{path}/value"), bad.code(), format!("{:?} {bad}", new.value)))?;
        Ok(ParsedContact {
            channel: new.channel,
            value: new.value.trim().to_string(),
            match_key: model::match_key(new.channel, &canonical),
            canonical,
            label: new.label.unwrap_or(ContactLabel::Work),
            is_primary: new.is_primary.unwrap_or(false),
        })
    }

    /// All of `new`, with one primary per channel: the one that asks for it, else the first.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every value that is no address, and values that come twice.
    pub fn parse_all(new: &[NewContact], region: Option<&str>) -> Result<Vec<ParsedContact>> {
        if new.len() > CONTACTS_MAX {
            return Err(Error::invalid("/contacts", "too_many", format!("give at most {CONTACTS_MAX} contacts")));
        }
        let mut parsed: Vec<ParsedContact> = Vec::with_capacity(new.len());
        let mut faults = Vec::new();
        for (index, new) in new.iter().enumerate() {
            let path = format!("/contacts/{index}");
            match ParsedContact::parse(new, region, &path) {
                Ok(contact) => {
                    let twice = parsed
                        .iter()
                        .any(|other| other.channel == contact.channel && other.canonical == contact.canonical);
                    if twice {
                        faults.push(FieldError::new(path, "repeated", "this address is given twice"));
                    }
                    parsed.push(contact);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        for channel in Channel::ALL {
            let chosen = parsed
                .iter()
                .position(|contact| contact.channel == channel && contact.is_primary)
                .or_else(|| parsed.iter().position(|contact| contact.channel == channel));
            for (index, contact) in parsed.iter_mut().enumerate().filter(|(_, contact)| contact.channel == channel) {
                contact.is_primary = Some(index) == chosen;
            }
        }
        Ok(parsed)
    }
}

/// A customer that has one of the asked addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub customer_id: CustomerId,
    pub name: String,
    pub archived: bool,
    pub channel: Channel,
    pub canonical: String,
    pub status: ContactStatus,
    pub do_not_contact: bool,
}

impl Holder {
    pub fn existing(&self) -> Existing {
        Existing {
            record: "customer".into(),
            id: self.customer_id.to_string(),
            name: self.name.clone(),
            archived: self.archived,
        }
    }
}

/// Who has one of these addresses, living first. Phones are left out: sharing them is no clash.
pub fn holders(c: &Conn<'_>, scope: &Scope, contacts: &[ParsedContact]) -> Result<Vec<Holder>> {
    let statement = |part: &[&ParsedContact]| store::holders(c.engine(), scope, part);
    let mut found = c.query_parts(&exclusive(contacts), statement, store::read_holder)?;
    sort_holders(&mut found);
    Ok(found)
}

/// The same, asked together with the question `other`, whose rows go to `read`.
pub fn holders_and(
    c: &Conn<'_>,
    scope: &Scope,
    contacts: &[ParsedContact],
    other: Query<'_>,
    mut read: impl FnMut(&Row<'_>) -> db::Result<()>,
) -> Result<Vec<Holder>> {
    let statement = store::holders(c.engine(), scope, &exclusive(contacts));
    let mut found = Vec::new();
    c.query_together([(&statement).into(), other], |which, row| match which {
        0 => store::read_holder(row).map(|holder| found.push(holder)),
        _ => read(row),
    })?;
    sort_holders(&mut found);
    Ok(found)
}

fn exclusive(contacts: &[ParsedContact]) -> Vec<&ParsedContact> {
    contacts.iter().filter(|contact| contact.channel.is_unique()).collect()
}

fn sort_holders(holders: &mut [Holder]) {
    holders.sort_by_key(|holder| (holder.archived, holder.customer_id));
}

/// # Errors
/// [`Error::Conflict`] naming the living customer, other than `except`, that has one of the addresses.
pub fn refuse_taken(
    holders: &[Holder],
    contacts: &[ParsedContact],
    except: Option<CustomerId>,
    path: impl Fn(usize) -> String,
) -> Result<()> {
    let Some(holder) = holders.iter().find(|holder| !holder.archived && Some(holder.customer_id) != except) else {
        return Ok(());
    };
    let index = contacts
        .iter()
        .position(|contact| contact.channel == holder.channel && contact.canonical == holder.canonical)
        .unwrap_or(0);
    Err(Error::conflict_with(
        "contact_taken",
        Some(path(index)),
        format!("{} already belongs to {}; open that customer instead", holder.canonical, holder.name),
        holder.existing(),
    ))
}

/// The strictest status that an archived customer has left the address with: who takes the address over is not
/// written to either.
pub fn inherited_status(holders: &[Holder], channel: Channel, canonical: &str) -> ContactStatus {
    holders
        .iter()
        .filter(|holder| holder.archived && holder.channel == channel && holder.canonical == canonical)
        .map(|holder| holder.status)
        .max_by_key(|status| status.strictness())
        .unwrap_or(ContactStatus::Active)
}

/// Whether an archived customer with one of the addresses did not want to be contacted.
pub fn inherited_refusal(holders: &[Holder]) -> bool {
    holders.iter().any(|holder| holder.archived && holder.do_not_contact)
}

/// Adds contacts to a living customer; `holders` are those of the addresses.
pub fn insert(
    tx: &Tx<'_>,
    actor: &Actor,
    customer_id: CustomerId,
    contacts: &[ParsedContact],
    holders: &[Holder],
) -> Result<Vec<Contact>> {
    let now = actor.now();
    let rows: Vec<Contact> = contacts
        .iter()
        .map(|contact| Contact {
            id: ContactId(actor.new_id()),
            customer_id,
            channel: contact.channel,
            value: contact.value.clone(),
            canonical: contact.canonical.clone(),
            label: contact.label,
            is_primary: contact.is_primary,
            status: inherited_status(holders, contact.channel, &contact.canonical),
            verified_at: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .collect();
    for row in &rows {
        // The holder was looked up before: whoever took the address since then is found by running again.
        store::insert(tx, &actor.scope(), row)?;
    }
    Ok(rows)
}

/// Adds contacts of many customers at once. The caller has made sure that nobody has the addresses.
pub fn insert_many(tx: &Tx<'_>, scope: &Scope, contacts: &[Contact]) -> Result<()> {
    on_unique(store::insert_many(tx, scope, contacts), "contacts_live", || tx.conflict().into())
}

/// Writes a changed contact of a living customer.
pub fn update(tx: &Tx<'_>, actor: &Actor, contact: &Contact) -> Result<()> {
    on_unique(store::update(tx, &actor.scope(), contact), "contacts_live", || tx.conflict().into())
}

/// Makes `contact` the only primary one of its channel.
pub fn make_sole_primary(tx: &Tx<'_>, actor: &Actor, contact: &Contact) -> Result<()> {
    Ok(store::demote_others(tx, &actor.scope(), contact, actor.now())?)
}

pub fn delete(tx: &Tx<'_>, actor: &Actor, contact: &Contact) -> Result<()> {
    Ok(store::delete(tx, &actor.scope(), contact)?)
}

/// Removes contacts of many customers at once.
pub fn delete_many(tx: &Tx<'_>, scope: &Scope, contacts: &[&Contact]) -> Result<()> {
    Ok(store::delete_many(tx, scope, contacts)?)
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: ContactId) -> Result<Contact> {
    store::get(c, &actor.scope(), id)?.ok_or(Error::NotFound("contact"))
}

/// The contacts of these customers, to be asked together with what else is shown of them; [`read`] reads a row.
pub fn of_customers(scope: &Scope, customers: &[CustomerId]) -> Sql {
    store::of_customers(scope, customers)
}

/// The contacts of these customers, by customer, in the order in which they are shown.
pub fn by_customer(c: &Conn<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Vec<Contact>>> {
    let mut by_customer: HashMap<CustomerId, Vec<Contact>> = HashMap::new();
    for contact in c.query_parts(customers, |part| of_customers(scope, part), read)? {
        by_customer.entry(contact.customer_id).or_default().push(contact);
    }
    by_customer.values_mut().for_each(|contacts| sort(contacts));
    Ok(by_customer)
}

pub fn read(row: &Row<'_>) -> db::Result<Contact> {
    store::read(row)
}

/// In the order in which they are shown.
pub fn sort(contacts: &mut [Contact]) {
    contacts.sort_by_key(order);
}

/// The order of a customer's contacts: primary first, then the newest.
pub fn order(contact: &Contact) -> (Channel, bool, std::cmp::Reverse<ContactId>) {
    (contact.channel, !contact.is_primary, std::cmp::Reverse(contact.id))
}

/// Writes a contact that may have gone over to its customer from another one (`from`). The address excludes others while
/// the customer is living.
pub fn put(tx: &Tx<'_>, scope: &Scope, contact: &Contact, from: CustomerId, is_living: bool) -> Result<()> {
    on_unique(store::put(tx, scope, contact, from, is_living), "contacts_live", || tx.conflict().into())
}

/// Gives up the addresses of an archived customer: only the living exclude each other.
pub fn retire(tx: &Tx<'_>, scope: &Scope, customer_id: CustomerId) -> Result<()> {
    Ok(store::retire(tx, scope, customer_id)?)
}

/// The same for many customers at once.
pub fn retire_many(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<()> {
    Ok(store::retire_many(tx, scope, customers)?)
}

/// Takes the addresses up again. The caller has made sure that nobody has them.
pub fn revive(tx: &Tx<'_>, scope: &Scope, customer_id: CustomerId) -> Result<()> {
    on_unique(store::revive(tx, scope, customer_id), "contacts_live", || tx.conflict().into())
}

/// The same for many customers at once.
pub fn revive_many(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<()> {
    on_unique(store::revive_many(tx, scope, customers), "contacts_live", || tx.conflict().into())
}
