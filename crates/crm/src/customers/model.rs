//! A customer and the bodies that write one.

use crate::companies::CompanyRef;
use crate::contacts::{Contact, NewContact, ParsedContact};
use crate::custom_fields::Values;
use crate::fields::{self, apply, gather};
use crate::tags::TagName;
use platform::clock::Timestamp;
use platform::error::{Existing, FieldError};
use platform::http::Record;
use platform::ids::{CompanyId, CustomerId, UserId};
use platform::patch::Patch;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const NAME_CHARS_MAX: usize = 200;
const URL_CHARS_MAX: usize = 2_000;
/// More tags than this say nothing about anybody.
pub const TAGS_MAX: usize = 100;

/// How a customer came into the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Manual,
    Import,
    Api,
    Inbox,
    Form,
}

impl Source {
    pub const NAMES: [&str; 5] = ["manual", "import", "api", "inbox", "form"];

    pub fn as_str(self) -> &'static str {
        Source::NAMES[self as usize]
    }

    pub fn parse(text: &str) -> Option<Source> {
        match text {
            "manual" => Some(Source::Manual),
            "import" => Some(Source::Import),
            "api" => Some(Source::Api),
            "inbox" => Some(Source::Inbox),
            "form" => Some(Source::Form),
            _ => None,
        }
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    pub id: CustomerId,
    #[schema(required)]
    pub first_name: Option<String>,
    #[schema(required)]
    pub last_name: Option<String>,
    /// What screens show: given, or composed of the other two.
    pub full_name: String,
    #[schema(required)]
    pub job_title: Option<String>,
    #[schema(required)]
    pub avatar_url: Option<String>,
    /// BCP 47.
    #[schema(required)]
    pub language: Option<String>,
    /// IANA name.
    #[schema(required)]
    pub timezone: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(required)]
    pub country: Option<String>,
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    #[schema(required)]
    pub company: Option<CompanyRef>,
    /// The owner; nobody when in the pool.
    #[schema(required)]
    pub claimed_by_id: Option<UserId>,
    #[schema(required)]
    pub claimed_at: Option<Timestamp>,
    pub source: Source,
    pub do_not_contact: bool,
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    #[schema(required)]
    pub merged_into_id: Option<CustomerId>,
    pub last_activity_at: Timestamp,
    #[schema(required)]
    pub last_inbound_at: Option<Timestamp>,
    #[schema(required)]
    pub last_outbound_at: Option<Timestamp>,
    /// Primary first, then the newest.
    pub contacts: Vec<Contact>,
    /// Names, sorted.
    pub tags: Vec<String>,
    /// Values of custom fields by their keys; a field without a value is left out.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    /// Archived customers with one of the addresses, in the answer to a POST: one may want to restore
    /// instead of having two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub archived_duplicates: Vec<Existing>,
}

impl Record for Customer {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/customers/{}", self.id))
    }
}

/// The fields whose changes are logged.
pub const LOGGED_FIELDS: [&str; 9] =
    ["firstName", "lastName", "fullName", "jobTitle", "avatarUrl", "language", "timezone", "country", "companyId"];

/// The body of `POST /customers`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCustomer {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub full_name: Option<String>,
    pub job_title: Option<String>,
    pub avatar_url: Option<String>,
    pub language: Option<String>,
    pub timezone: Option<String>,
    pub country: Option<String>,
    /// Left out, the company is found by the domain of the e-mail address.
    pub company_id: Option<CompanyId>,
    pub claimed_by_id: Option<UserId>,
    pub do_not_contact: Option<bool>,
    #[serde(default)]
    pub contacts: Vec<NewContact>,
    /// Unknown ones are created.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Values of custom fields by their keys.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
}

/// The body of `PATCH /customers/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub first_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub last_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub full_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub job_title: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub avatar_url: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub language: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub timezone: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub country: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<CompanyId>)]
    pub company_id: Patch<CompanyId>,
    /// Stops all outreach. Only a person can lift it.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub do_not_contact: Patch<bool>,
    /// Values of custom fields by their keys: `null` clears one, those that are not named stay.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
}

/// The body of `POST /customers/{id}/reassign`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reassign {
    pub user_id: UserId,
}

/// A body of `POST /customers` in which everything that can be checked without the database has been.
#[derive(Clone, Debug)]
pub struct ParsedCustomer {
    pub profile: Profile,
    pub company_id: Option<CompanyId>,
    pub claimed_by_id: Option<UserId>,
    pub do_not_contact: bool,
    pub contacts: Vec<ParsedContact>,
    pub tags: Vec<TagName>,
    pub custom: Values,
}

/// The fields that describe a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub full_name: String,
    pub job_title: Option<String>,
    pub avatar_url: Option<String>,
    pub language: Option<String>,
    pub timezone: Option<String>,
    pub country: Option<String>,
}

/// First and last name as one, in that order.
pub fn compose_name(first: Option<&str>, last: Option<&str>) -> String {
    [first, last].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

impl NewCustomer {
    /// Checks all that can be checked without the database.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every fault.
    pub fn parse(&self) -> Result<ParsedCustomer> {
        let mut faults = Vec::new();
        let mut text = |value: &Option<String>, path: &str| {
            value.as_deref().and_then(|value| gather(fields::text(value, path, NAME_CHARS_MAX), &mut faults))
        };
        let mut profile = Profile {
            first_name: text(&self.first_name, "/firstName"),
            last_name: text(&self.last_name, "/lastName"),
            full_name: text(&self.full_name, "/fullName").unwrap_or_default(),
            job_title: text(&self.job_title, "/jobTitle"),
            ..Profile::default()
        };
        if let Some(url) = &self.avatar_url {
            profile.avatar_url = gather(avatar_url(url), &mut faults);
        }
        if let Some(tag) = &self.language {
            profile.language = gather(fields::language(tag, "/language"), &mut faults);
        }
        if let Some(name) = &self.timezone {
            profile.timezone = gather(fields::timezone(name, "/timezone"), &mut faults);
        }
        if let Some(code) = &self.country {
            profile.country = gather(fields::country(code, "/country"), &mut faults);
        }
        if profile.full_name.is_empty() {
            profile.full_name = compose_name(profile.first_name.as_deref(), profile.last_name.as_deref());
        }
        let contacts = match ParsedContact::parse_all(&self.contacts, profile.country.as_deref()) {
            Ok(contacts) => contacts,
            Err(Error::Invalid(mut found)) => {
                faults.append(&mut found);
                Vec::new()
            }
            Err(other) => return Err(other),
        };
        if profile.full_name.is_empty() && faults.is_empty() {
            match contacts.first() {
                // Who is known by an address alone is called by it.
                Some(contact) => profile.full_name.clone_from(&contact.value),
                None => faults.push(FieldError::new("/fullName", "required", "give a name or a contact")),
            }
        }
        let tags = parse_tags(&self.tags, &mut faults);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        Ok(ParsedCustomer {
            profile,
            company_id: self.company_id,
            claimed_by_id: self.claimed_by_id,
            do_not_contact: self.do_not_contact.unwrap_or(false),
            contacts,
            tags,
            custom: self.custom.clone(),
        })
    }
}

fn parse_tags(names: &[String], faults: &mut Vec<FieldError>) -> Vec<TagName> {
    let mut tags: Vec<TagName> = Vec::with_capacity(names.len());
    if names.len() > TAGS_MAX {
        faults.push(FieldError::new("/tags", "too_many", format!("give at most {TAGS_MAX} tags")));
    }
    for (index, name) in names.iter().enumerate() {
        match TagName::parse(name, &format!("/tags/{index}")) {
            Ok(tag) if tags.iter().any(|other| other.key() == tag.key()) => {}
            Ok(tag) => tags.push(tag),
            Err(Error::Invalid(mut found)) => faults.append(&mut found),
            Err(_) => {}
        }
    }
    tags
}

fn avatar_url(url: &str) -> Result<Option<String>, FieldError> {
    if url.len() > URL_CHARS_MAX {
        return Err(FieldError::new("/avatarUrl", "too_long", format!("use at most {URL_CHARS_MAX} characters")));
    }
    fields::web_address(url, "/avatarUrl")
}

impl CustomerPatch {
    /// Writes what the patch says into `customer`, but for the company, whose name has to be looked up.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every fault.
    pub fn apply(&self, customer: &mut Customer) -> Result<()> {
        let mut faults = Vec::new();
        let was_composed =
            customer.full_name == compose_name(customer.first_name.as_deref(), customer.last_name.as_deref());
        let text = |path: &'static str| move |text: &String| fields::text(text, path, NAME_CHARS_MAX);
        apply(&mut customer.first_name, &self.first_name, &mut faults, text("/firstName"));
        apply(&mut customer.last_name, &self.last_name, &mut faults, text("/lastName"));
        apply(&mut customer.job_title, &self.job_title, &mut faults, text("/jobTitle"));
        let avatar = &mut customer.avatar_url;
        apply(avatar, &self.avatar_url, &mut faults, |url| avatar_url(url));
        let language = &mut customer.language;
        apply(language, &self.language, &mut faults, |tag| fields::language(tag, "/language"));
        let timezone = &mut customer.timezone;
        apply(timezone, &self.timezone, &mut faults, |name| fields::timezone(name, "/timezone"));
        let country = &mut customer.country;
        apply(country, &self.country, &mut faults, |code| fields::country(code, "/country"));
        let composed = compose_name(customer.first_name.as_deref(), customer.last_name.as_deref());
        let given = match &self.full_name {
            Patch::Set(name) => gather(fields::text(name, "/fullName", NAME_CHARS_MAX), &mut faults),
            // Cleared, the name is composed again; untouched, it follows its parts if it did before.
            Patch::Null => None,
            Patch::Absent if was_composed => None,
            Patch::Absent => Some(customer.full_name.clone()),
        };
        match given.or_else(|| (!composed.is_empty()).then_some(composed)) {
            Some(name) => customer.full_name = name,
            None if faults.is_empty() => {
                faults.push(FieldError::new("/fullName", "required", "a customer keeps a name; send another one"));
            }
            None => {}
        }
        match self.do_not_contact.as_change() {
            Some(Some(value)) => customer.do_not_contact = *value,
            Some(None) => faults.push(FieldError::new("/doNotContact", "required", "send true or false")),
            None => {}
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(new: &NewCustomer) -> Vec<String> {
        match new.parse() {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.path).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_name_is_given_composed_or_borrowed_from_an_address() {
        let name = |new: NewCustomer| new.parse().unwrap().profile.full_name;
        let parts = NewCustomer {
            first_name: Some(" Ada ".into()),
            last_name: Some("Lovelace".into()),
            ..NewCustomer::default()
        };
        assert_eq!(name(parts.clone()), "Ada Lovelace");
        assert_eq!(name(NewCustomer { full_name: Some("Countess".into()), ..parts }), "Countess");
        let address: NewContact = serde_json::from_str(r#"{"channel":"email","value":"ada@one.example"}"#).unwrap();
        assert_eq!(name(NewCustomer { contacts: vec![address], ..NewCustomer::default() }), "ada@one.example");
        assert_eq!(paths(&NewCustomer::default()), ["/fullName"]);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let bad: NewCustomer = serde_json::from_str(
            r#"{"country":"XX","language":"klingon","tags":["ok","bot:disabled"],
                "contacts":[{"channel":"email","value":"nope"},{"channel":"phone","value":"1"}]}"#,
        )
        .unwrap();
        assert_eq!(paths(&bad), ["/language", "/country", "/contacts/0/value", "/contacts/1/value", "/tags/1"]);
    }
}
