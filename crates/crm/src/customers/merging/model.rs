//! What comes of folding one person into another: values, consent and addresses.

use super::super::Customer;
use super::super::model::compose_name;
use crate::companies::CompanyRef;
use crate::contacts::{Channel, Contact, ContactStatus};
use crate::custom_fields::{self, PREFIX};
use crate::merging::{Cell, Cells};
use platform::clock::Timestamp;
use platform::error::{Existing, FieldError};
use platform::http::Record;
use platform::ids::{CompanyId, ContactId, CustomerId, SegmentId, UserId};
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// The body of `POST /customers/merge` and of its preview.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeCustomers {
    /// Who stays.
    pub primary_id: CustomerId,
    /// Who are folded into that one, at most 100.
    #[schema(min_items = 1, max_items = 100)]
    pub ids: Vec<CustomerId>,
    /// Whose value stands, by the name of the field. A field that is not named keeps the value of the one who stays; if
    /// there is none, it gets the first that one of the others has.
    #[serde(default)]
    pub fields: BTreeMap<String, CustomerId>,
}

/// What a merge would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergePreview {
    /// How many of each would go over: `contacts`, `tags`, `activities`…
    pub counts: BTreeMap<String, i64>,
    /// Whose value stands, for every field that can be chosen.
    pub fields: BTreeMap<String, CustomerId>,
    /// The one who stays, as it would be.
    pub result: Customer,
}

/// Who came back from a merge.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unmerged {
    #[serde(flatten)]
    pub customer: Customer,
    /// Addresses that did not come back, because another customer has taken them meanwhile.
    pub not_restored: Vec<NotRestored>,
}

impl Record for Unmerged {
    fn version(&self) -> Option<i64> {
        Some(self.customer.version)
    }
}

/// An address that somebody else has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotRestored {
    pub channel: Channel,
    pub value: String,
    /// Who has it.
    pub existing: Existing,
}

/// The fields whose value can be chosen.
pub const FIELDS: [&str; 10] = [
    "firstName",
    "lastName",
    "fullName",
    "jobTitle",
    "avatarUrl",
    "language",
    "timezone",
    "country",
    "companyId",
    "claimedById",
];

pub(super) const DO_NOT_CONTACT: &str = "doNotContact";
pub(super) const LAST_INBOUND: &str = "lastInboundAt";
pub(super) const LAST_OUTBOUND: &str = "lastOutboundAt";
/// Values that only ever rise: the strictest wish, the latest time.
pub(super) const RISING: [&str; 3] = [DO_NOT_CONTACT, LAST_INBOUND, LAST_OUTBOUND];

impl MergeCustomers {
    /// # Errors
    /// [`Error::Invalid`] naming every fault.
    pub fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        if self.ids.is_empty() {
            faults.push(FieldError::new("/ids", "required", "name at least one customer to be merged"));
        }
        if self.ids.len() > crate::merging::LOSERS_MAX {
            let message = format!("merge at most {} customers at once", crate::merging::LOSERS_MAX);
            faults.push(FieldError::new("/ids", "too_many", message));
        }
        let mut seen = BTreeSet::from([self.primary_id]);
        for (index, id) in self.ids.iter().enumerate() {
            if !seen.insert(*id) {
                faults.push(FieldError::new(format!("/ids/{index}"), "repeated", "name each customer once"));
            }
        }
        for (name, winner) in &self.fields {
            let path = platform::pointer::field("/fields", name);
            if !FIELDS.contains(&name.as_str()) && !name.starts_with(PREFIX) {
                let message = format!("use one of {}, or custom.<key>", FIELDS.join(", "));
                faults.push(FieldError::new(path, "unknown_field", message));
            } else if !seen.contains(winner) {
                faults.push(FieldError::new(path, "not_merged", "name the customer who stays or one of ids"));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

/// A customer, and whether its company may follow its addresses.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Person {
    pub customer: Customer,
    pub company_by_domain: bool,
}

/// What an un-merge needs to know of the loser beside its own rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    pub archived_at: Option<i64>,
    /// The addresses that went over.
    pub contacts: Vec<ContactImage>,
    /// Segments that the survivor had left and came back to with the loser.
    #[serde(default)]
    pub segments: Vec<SegmentId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContactImage {
    pub id: ContactId,
    pub canonical: String,
    pub is_primary: bool,
}

impl ContactImage {
    pub(super) fn of(contact: &Contact) -> ContactImage {
        ContactImage { id: contact.id, canonical: contact.canonical.clone(), is_primary: contact.is_primary }
    }
}

#[derive(Deserialize)]
struct OwnerValue {
    id: UserId,
    at: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CompanyValue {
    id: Option<CompanyId>,
    by_domain: bool,
}

impl Person {
    /// A value by its name, as merges remember it: an owner with the time, a company with who has linked it.
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        let customer = &self.customer;
        Some(match name {
            "firstName" => json!(customer.first_name),
            "lastName" => json!(customer.last_name),
            "fullName" => json!(customer.full_name),
            "jobTitle" => json!(customer.job_title),
            "avatarUrl" => json!(customer.avatar_url),
            "language" => json!(customer.language),
            "timezone" => json!(customer.timezone),
            "country" => json!(customer.country),
            "companyId" => json!({"id": customer.company_id, "byDomain": self.company_by_domain}),
            "claimedById" => match customer.claimed_by_id.zip(customer.claimed_at) {
                Some((id, at)) => json!({"id": id, "at": at.micros()}),
                None => Value::Null,
            },
            DO_NOT_CONTACT => json!(customer.do_not_contact),
            LAST_INBOUND => json!(customer.last_inbound_at.map(Timestamp::micros)),
            LAST_OUTBOUND => json!(customer.last_outbound_at.map(Timestamp::micros)),
            name => customer.custom.get(name.strip_prefix(PREFIX)?).cloned().unwrap_or_default(),
        })
    }

    /// Writes a value as [`Person::value`] gives it. The name of a company has to be looked up.
    pub(super) fn set(&mut self, name: &str, value: &Value) {
        let customer = &mut self.customer;
        let text = || value.as_str().map(str::to_string);
        let time = || value.as_i64().map(Timestamp);
        match name {
            "firstName" => customer.first_name = text(),
            "lastName" => customer.last_name = text(),
            "fullName" => customer.full_name = text().unwrap_or_default(),
            "jobTitle" => customer.job_title = text(),
            "avatarUrl" => customer.avatar_url = text(),
            "language" => customer.language = text(),
            "timezone" => customer.timezone = text(),
            "country" => customer.country = text(),
            "companyId" => {
                if let Ok(company) = CompanyValue::deserialize(value) {
                    customer.company_id = company.id;
                    self.company_by_domain = company.by_domain;
                }
            }
            "claimedById" => {
                let owner = OwnerValue::deserialize(value).ok();
                customer.claimed_by_id = owner.as_ref().map(|owner| owner.id);
                customer.claimed_at = owner.map(|owner| Timestamp(owner.at));
            }
            DO_NOT_CONTACT => customer.do_not_contact = value.as_bool().unwrap_or(true),
            LAST_INBOUND => customer.last_inbound_at = time(),
            LAST_OUTBOUND => customer.last_outbound_at = time(),
            name => custom_fields::set(&mut customer.custom, name, value),
        }
    }

    fn company(&self) -> Option<&CompanyRef> {
        self.customer.company.as_ref().filter(|company| Some(company.id) == self.customer.company_id)
    }
}

/// As the API shows the value.
pub(super) fn shown(name: &str, value: &Value) -> Value {
    match name {
        "companyId" | "claimedById" => value.get("id").cloned().unwrap_or_default(),
        _ => value.clone(),
    }
}

pub(super) fn is_blank(name: &str, value: &Value) -> bool {
    shown(name, value).is_null()
}

/// Whether `other` is stricter, or later, than `value`.
pub(super) fn rises(value: &Value, other: &Value) -> bool {
    match (value, other) {
        (Value::Bool(value), Value::Bool(other)) => !*value && *other,
        (Value::Null, other) => !other.is_null(),
        (value, other) => value.as_i64() < other.as_i64(),
    }
}

/// The name under which the status of a contact is remembered.
pub(super) fn status_name(id: ContactId) -> String {
    format!("contact.{id}.status")
}

pub(super) fn status_contact(name: &str) -> Option<ContactId> {
    name.strip_prefix("contact.")?.strip_suffix(".status")?.parse().ok()
}

pub(super) fn is_same(one: &Contact, other: &Contact) -> bool {
    one.channel == other.channel && one.canonical == other.canonical
}

/// What one loser does to the survivor.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fold {
    pub cells: Cells,
    /// The loser's addresses that go over, as they were.
    pub moving: Vec<Contact>,
    /// The survivor's addresses whose status the loser makes stricter.
    pub raised: Vec<ContactId>,
}

/// Folds `loser` into `survivor`. An address that the survivor has too stays with the loser, as does one that somebody
/// else has (`taken`); the stricter of two statuses stands.
pub(super) fn fold(
    survivor: &mut Person,
    loser: &Person,
    fields: &BTreeMap<String, CustomerId>,
    taken: &BTreeSet<ContactId>,
) -> Fold {
    let mut fold = Fold::default();
    let composed = |person: &Customer| compose_name(person.first_name.as_deref(), person.last_name.as_deref());
    let was_composed = survivor.customer.full_name == composed(&survivor.customer);
    let custom = custom_fields::names([&survivor.customer.custom, &loser.customer.custom].into_iter());
    for name in FIELDS.into_iter().chain(custom.iter().map(String::as_str)) {
        let (Some(before), Some(after)) = (survivor.value(name), loser.value(name)) else { continue };
        let is_chosen = match fields.get(name) {
            Some(winner) => *winner == loser.customer.id,
            None => is_blank(name, &before) && !is_blank(name, &after),
        };
        if is_chosen {
            fold.write(survivor, name, before, after);
            if name == "companyId" {
                survivor.customer.company = loser.company().cloned();
            }
        }
    }
    // A name that follows its parts goes on doing so.
    if was_composed && !fields.contains_key("fullName") {
        let name = composed(&survivor.customer);
        let before = json!(survivor.customer.full_name);
        fold.write(survivor, "fullName", before, json!(name));
    }
    for name in RISING {
        if let (Some(before), Some(after)) = (survivor.value(name), loser.value(name))
            && rises(&before, &after)
        {
            fold.write(survivor, name, before, after);
        }
    }
    let customer = &mut survivor.customer;
    customer.last_activity_at = customer.last_activity_at.max(loser.customer.last_activity_at);
    for contact in &loser.customer.contacts {
        if let Some(own) = customer.contacts.iter_mut().find(|own| is_same(own, contact)) {
            if contact.status.strictness() > own.status.strictness() {
                let cell = Cell { before: json!(own.status), after: json!(contact.status) };
                fold.cells.insert(status_name(own.id), cell);
                fold.raised.push(own.id);
                own.status = contact.status;
            }
        } else if !taken.contains(&contact.id) {
            fold.moving.push(contact.clone());
            let is_first = !customer.contacts.iter().any(|own| own.channel == contact.channel && own.is_primary);
            customer.contacts.push(Contact {
                customer_id: customer.id,
                is_primary: contact.is_primary && is_first,
                ..contact.clone()
            });
        }
    }
    ensure_primary(&mut customer.contacts);
    fold
}

impl Fold {
    fn write(&mut self, survivor: &mut Person, name: &str, before: Value, after: Value) {
        if before != after {
            survivor.set(name, &after);
            self.cells.insert(name.to_string(), Cell { before, after });
        }
    }
}

/// Gives each channel that has none a primary contact, the newest; says whose rank changed.
pub(super) fn ensure_primary(contacts: &mut [Contact]) -> Vec<ContactId> {
    let mut changed = Vec::new();
    for channel in Channel::ALL {
        if contacts.iter().any(|contact| contact.channel == channel && contact.is_primary) {
            continue;
        }
        if let Some(heir) =
            contacts.iter_mut().filter(|contact| contact.channel == channel).max_by_key(|contact| contact.id)
        {
            heir.is_primary = true;
            changed.push(heir.id);
        }
    }
    changed
}

/// The status named by a remembered value.
pub(super) fn status(value: &Value) -> Option<ContactStatus> {
    value.as_str().and_then(ContactStatus::parse)
}
