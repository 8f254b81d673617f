//! From a row of cells to what it says about a person, a company, a product or a deal. No database: what a row needs to know of the
//! organisation (members, time zone, currency) is handed in once.
//!
//! A row is taken whole or not at all: the first cell that is no value of its field makes the row fail, with the
//! column, the value and the reason.

mod selling;
#[cfg(test)]
mod tests;

pub use selling::{Sale, Ware};

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::tz::TimeZone;
use platform::Actor;
use platform::ids::{CompanyId, CustomerId, ProductId, UserId};
use platform::organisations::Member;
use platform::policy;
use platform::text::fold;
use serde_json::Value;

use super::field::{Field, RecordKind};
use super::mapping;
use super::model::ColumnMapping;
use super::profile::Profile;
use super::values::{self, Bad, dates, numbers, places};
use crate::companies::SizeBand;
use crate::contacts::model as address;
use crate::contacts::{CONTACTS_MAX, Channel, ContactLabel, ParsedContact};
use crate::custom_fields::model::{OPTIONS_MAX, has};
use crate::custom_fields::{CustomField, Kind, Values};
use crate::pipelines::Pipeline;
use crate::products::ProductRef;
use crate::tags::TagName;

/// Distinct values of one column whose country is remembered, and misspellings that are looked into.
const COUNTRIES_KEPT: usize = 10_000;
const NEAR_MAX: usize = 2_000;
/// Misspellings that are reported.
const OFFERS_MAX: usize = 50;
/// Longest value that is repeated in a report.
const SHOWN_CHARS: usize = 120;
/// 1900-01-01: nobody has older customers.
const CREATED_MIN_US: i64 = -2_208_988_800_000_000;

/// Why a row cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub column: Option<String>,
    /// The cell, shortened.
    pub value: Option<String>,
    /// For the person: what is wrong and what to do.
    pub reason: String,
}

impl Fault {
    /// A fault of the row as a whole.
    pub fn of_row(reason: impl Into<String>) -> Fault {
        Fault { column: None, value: None, reason: reason.into() }
    }
}

/// An option that was put aside, or a member who has left: nobody is given it, and who has it keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// Of the custom field.
    key: String,
    id: Value,
    fault: Fault,
}

impl Retired {
    /// The key of the custom field.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Why a record with these values of custom fields cannot take what its row says.
    pub fn fault(retired: &[Retired], current: &Values) -> Option<Fault> {
        let is_new = |one: &&Retired| !current.get(&one.key).is_some_and(|value| has(value, &one.id));
        retired.iter().find(is_new).map(|one| one.fault.clone())
    }
}

/// What a row says about a person. Absent is not given: an empty cell clears nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The customer that is meant, if there is one of this id.
    pub id: Option<CustomerId>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub full_name: Option<String>,
    pub job_title: Option<String>,
    pub language: Option<String>,
    pub timezone: Option<String>,
    pub country: Option<String>,
    pub contacts: Vec<ParsedContact>,
    pub company_name: Option<String>,
    pub company_domain: Option<String>,
    pub tags: Vec<TagName>,
    pub owner: Option<UserId>,
    /// Why nobody can be given to that owner; one whom they have already stays.
    pub owner_fault: Option<Fault>,
    /// Microseconds UTC.
    pub created_at: Option<i64>,
    /// Of custom fields.
    pub custom: Values,
    pub retired: Vec<Retired>,
}

/// What a row says about a company.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Firm {
    /// The company that is meant, if there is one of this id.
    pub id: Option<CompanyId>,
    pub name: Option<String>,
    pub legal_name: Option<String>,
    pub domains: Vec<String>,
    pub website: Option<String>,
    pub linkedin_url: Option<String>,
    pub industry: Option<String>,
    pub size_band: Option<SizeBand>,
    pub employee_count: Option<i64>,
    /// Minor units.
    pub annual_revenue: Option<i64>,
    pub country: Option<String>,
    pub city: Option<String>,
    pub parent_name: Option<String>,
    pub owner: Option<UserId>,
    /// Why nothing can be given to that owner; what they have already stays.
    pub owner_fault: Option<Fault>,
    /// Microseconds UTC.
    pub created_at: Option<i64>,
    /// Of custom fields.
    pub custom: Values,
    pub retired: Vec<Retired>,
}

impl Person {
    /// Why nobody can be made of this.
    pub fn nameless(&self) -> Option<Fault> {
        let is_nobody = self.first_name.is_none()
            && self.last_name.is_none()
            && self.full_name.is_none()
            && self.contacts.is_empty();
        is_nobody.then(|| Fault::of_row("the row has neither a name nor an address"))
    }
}

impl Firm {
    /// Why no company can be made of this.
    pub fn nameless(&self) -> Option<Fault> {
        let is_nothing = self.name.is_none() && self.domains.is_empty();
        is_nothing.then(|| Fault::of_row("the row has neither a company name nor a domain"))
    }
}

/// A misspelt value and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub column: String,
    pub value: String,
    /// The value that was understood, as the API writes it.
    pub meaning: String,
    /// The same in words.
    pub name: String,
    pub rows: u64,
}

/// What a row needs to know of the organisation.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub members: Vec<Member>,
    pub zone: TimeZone,
    pub currency: String,
    /// The living custom fields of the record.
    pub fields: Vec<CustomField>,
    /// For deals: the living pipelines and products.
    pub pipelines: Vec<Pipeline>,
    pub products: Vec<ProductRef>,
}

/// Reads the rows of one import.
#[derive(Debug, Clone)]
pub struct Interpreter {
    actor: Actor,
    members: Vec<Known>,
    zone: TimeZone,
    currency: String,
    /// For phone numbers without a country code where the row names no country.
    region: Option<&'static str>,
    columns: Vec<Column>,
    custom: Vec<Column<CustomField>>,
    pipelines: Vec<Pipeline>,
    products: Vec<ProductRef>,
    /// By their folded names.
    products_named: HashMap<String, ProductId>,
    countries: HashMap<String, Result<&'static str, Bad>>,
    /// Which product a name nearly is, by its place.
    products_near: HashMap<String, Option<usize>>,
    near_left: usize,
    offers: Vec<Offer>,
}

/// A member with the forms that cells are compared with.
#[derive(Debug, Clone)]
struct Known {
    email: String,
    name: String,
    id: UserId,
    disabled: bool,
    /// Whether the importing person may make them an owner.
    may_own: bool,
}

/// A column that is imported.
#[derive(Debug, Clone)]
struct Column<F = Field> {
    index: usize,
    name: String,
    field: F,
    label: Option<ContactLabel>,
    /// What the person wants certain values to mean, by their folded form.
    meanings: HashMap<String, String>,
    notation: numbers::Notation,
    order: dates::Order,
}

impl Interpreter {
    /// `mapping` names columns of `profile` and fields of `record`; others are passed over.
    pub fn new(
        record: RecordKind,
        profile: &Profile,
        mapping: &[ColumnMapping],
        actor: Actor,
        around: Surroundings,
    ) -> Interpreter {
        let zone_name = around.zone.iana_name().unwrap_or("UTC").to_owned();
        let mut columns: Vec<Column> = mapping
            .iter()
            .filter_map(|mapped| {
                let field = Field::parse(record, mapped.field.as_deref()?)?;
                let index = profile.columns.iter().position(|column| column.name == mapped.column)?;
                let found = &profile.columns[index];
                Some(Column {
                    index,
                    name: mapped.column.clone(),
                    field,
                    label: mapping::label_of(&mapped.column),
                    meanings: mapped.values.iter().map(|(from, to)| (fold(from.trim()), to.clone())).collect(),
                    notation: found.numbers.notation(),
                    order: found.dates.order(&zone_name),
                })
            })
            .collect();
        let custom: Vec<Column<CustomField>> = mapping
            .iter()
            .filter_map(|mapped| {
                let name = mapped.field.as_deref()?;
                let field = around.fields.iter().find(|field| field.name() == name)?.clone();
                let index = profile.columns.iter().position(|column| column.name == mapped.column)?;
                let found = &profile.columns[index];
                Some(Column {
                    index,
                    name: mapped.column.clone(),
                    field,
                    label: None,
                    meanings: mapped.values.iter().map(|(from, to)| (fold(from.trim()), to.clone())).collect(),
                    notation: found.numbers.notation(),
                    order: found.dates.order(&zone_name),
                })
            })
            .collect();
        // The country of a row is known before its phone numbers are read, its currency before amounts, its pipeline before
        // a stage, and the address of an owner before a name that several may have.
        let is_first = |field: Field| matches!(field, Field::Country | Field::Currency | Field::PipelineName);
        columns.sort_by_key(|column| (!is_first(column.field), column.field == Field::OwnerName, column.index));
        let members = around.members.iter().map(|member| Known {
            email: fold(&member.email),
            name: fold(&member.name),
            id: member.id,
            disabled: member.disabled,
            may_own: policy::may_write(&actor, Some(member.id)),
        });
        Interpreter {
            members: members.collect(),
            actor,
            region: places::country_of_zone(&zone_name),
            zone: around.zone,
            currency: around.currency,
            columns,
            custom,
            pipelines: around.pipelines,
            products_named: around.products.iter().map(|product| (fold(&product.name), product.id)).collect(),
            products: around.products,
            countries: HashMap::new(),
            products_near: HashMap::new(),
            near_left: NEAR_MAX,
            offers: Vec::new(),
        }
    }

    /// Misspellings that were understood, the most frequent first.
    pub fn offers(&self) -> Vec<Offer> {
        let mut offers = self.offers.clone();
        offers.sort_by_key(|offer| std::cmp::Reverse(offer.rows));
        offers
    }

    /// How the columns of dates are read that could be read in two ways, for the person to check.
    pub fn assumptions(&self) -> Vec<(String, &'static str)> {
        self.columns
            .iter()
            .filter(|column| matches!(column.field, Field::CreatedAt | Field::ClosedAt | Field::ExpectedCloseDate))
            .filter_map(|column| match column.order {
                dates::Order::Assumed(dates::DayMonth::MonthFirst) => {
                    Some((column.name.clone(), "dates like 03/04/2024 are read as month/day/year"))
                }
                _ => None,
            })
            .collect()
    }

    /// What a row says about a person.
    ///
    /// # Errors
    /// The first cell that is no value of its field, or a row that names nobody.
    pub fn person(&mut self, cells: &[String]) -> Result<Person, Fault> {
        let mut person = Person::default();
        let columns = std::mem::take(&mut self.columns);
        let outcome = columns.iter().try_for_each(|column| {
            let content = column.content(cells);
            if content.is_empty() {
                return Ok(());
            }
            self.person_cell(&mut person, column, &content).map_err(|bad| column.fault(&content, &bad))
        });
        self.columns = columns;
        outcome?;
        (person.custom, person.retired) = self.custom(cells)?;
        choose_primaries(&mut person.contacts);
        match person.nameless() {
            Some(fault) if person.id.is_none() => Err(fault),
            _ => Ok(person),
        }
    }

    fn person_cell(&mut self, person: &mut Person, column: &Column, content: &str) -> Result<(), Bad> {
        match column.field {
            Field::FirstName => person.first_name = Some(values::line(content)?),
            Field::LastName => person.last_name = Some(values::line(content)?),
            Field::FullName => person.full_name = Some(values::line(content)?),
            Field::JobTitle => person.job_title = Some(values::line(content)?),
            Field::Language => person.language = Some(places::language(content)?),
            Field::Timezone => person.timezone = Some(places::timezone(content)?),
            Field::Country => person.country = Some(self.country(column, content)?.to_owned()),
            Field::CompanyName => person.company_name = Some(values::line(content)?),
            Field::CompanyDomain => {
                // Exports fill this from the address, so a free-mail domain here is common and means nothing.
                person.company_domain = match crate::companies::domain::host_of(content) {
                    Some(host) if crate::companies::domain::is_free_mail(&host) => None,
                    _ => values::domains(content)?.into_iter().next(),
                };
            }
            Field::Tags => {
                for name in values::list(content, crate::customers::model::TAGS_MAX)? {
                    let tag = TagName::parse(&name, "").map_err(|error| bad_tag(&name, &error))?;
                    if !person.tags.iter().any(|known| known.key() == tag.key()) {
                        person.tags.push(tag);
                    }
                }
                if person.tags.len() > crate::customers::model::TAGS_MAX {
                    return Err(bad("has too many tags"));
                }
            }
            Field::OwnerName | Field::OwnerEmail => {
                self.owner(column, content, &mut person.owner, &mut person.owner_fault)?;
            }
            Field::CreatedAt => person.created_at = Some(self.created_at(column, content)?),
            Field::Id => person.id = Some(CustomerId(record_id(content)?)),
            field => {
                if let Some(channel) = field.channel() {
                    self.contacts(person, column, channel, content)?;
                }
            }
        }
        Ok(())
    }

    fn contacts(&self, person: &mut Person, column: &Column, channel: Channel, content: &str) -> Result<(), Bad> {
        let region = person.country.as_deref().or(self.region);
        for found in values::addresses(channel, content, region)? {
            let is_known =
                person.contacts.iter().any(|known| known.channel == channel && known.canonical == found.canonical);
            if is_known {
                continue;
            }
            if person.contacts.len() == CONTACTS_MAX {
                return Err(bad("is one address too many; a customer has at most 50"));
            }
            person.contacts.push(ParsedContact {
                channel,
                match_key: address::match_key(channel, &found.canonical),
                value: found.value,
                canonical: found.canonical,
                label: column.label.unwrap_or(ContactLabel::Work),
                is_primary: false,
            });
        }
        Ok(())
    }

    /// What a row says about a company.
    ///
    /// # Errors
    /// The first cell that is no value of its field, or a row that names no company.
    pub fn firm(&mut self, cells: &[String]) -> Result<Firm, Fault> {
        let mut firm = Firm::default();
        let columns = std::mem::take(&mut self.columns);
        let outcome = columns.iter().try_for_each(|column| {
            let content = column.content(cells);
            if content.is_empty() {
                return Ok(());
            }
            self.firm_cell(&mut firm, column, &content).map_err(|bad| column.fault(&content, &bad))
        });
        self.columns = columns;
        outcome?;
        (firm.custom, firm.retired) = self.custom(cells)?;
        if let Some(fault) = firm.nameless().filter(|_| firm.id.is_none()) {
            return Err(fault);
        }
        if let (Some(name), Some(parent)) = (&firm.name, &firm.parent_name)
            && fold(name) == fold(parent)
        {
            return Err(Fault::of_row("the company is named as its own parent"));
        }
        Ok(firm)
    }

    fn firm_cell(&mut self, firm: &mut Firm, column: &Column, content: &str) -> Result<(), Bad> {
        match column.field {
            Field::Name => firm.name = Some(values::line(content)?),
            Field::LegalName => firm.legal_name = Some(values::line(content)?),
            Field::Domains => {
                for domain in values::domains(content)? {
                    if !firm.domains.contains(&domain) {
                        firm.domains.push(domain);
                    }
                }
                if firm.domains.len() > values::LIST_MAX {
                    return Err(bad("has too many domains"));
                }
            }
            Field::Website => firm.website = Some(values::web_address(content)?),
            Field::LinkedinUrl => firm.linkedin_url = Some(values::linkedin_page(content)?),
            Field::Industry => firm.industry = Some(values::line(content)?),
            Field::SizeBand => firm.size_band = Some(numbers::size_band(content)?),
            Field::EmployeeCount => firm.employee_count = Some(numbers::head_count(content, column.notation)?),
            Field::AnnualRevenue => {
                let minor = numbers::amount_minor(content, column.notation, &self.currency)?;
                firm.annual_revenue = Some(minor);
            }
            Field::Country => firm.country = Some(self.country(column, content)?.to_owned()),
            Field::City => firm.city = Some(values::line(content)?),
            Field::ParentName => firm.parent_name = Some(values::line(content)?),
            Field::OwnerName | Field::OwnerEmail => {
                self.owner(column, content, &mut firm.owner, &mut firm.owner_fault)?;
            }
            Field::CreatedAt => firm.created_at = Some(self.created_at(column, content)?),
            Field::Id => firm.id = Some(CompanyId(record_id(content)?)),
            _ => {}
        }
        Ok(())
    }

    /// What a row says of custom fields.
    fn custom(&self, cells: &[String]) -> Result<(Values, Vec<Retired>), Fault> {
        let (mut values, mut retired) = (Values::new(), Vec::new());
        for column in &self.custom {
            let content = column.content(cells);
            if content.is_empty() {
                continue;
            }
            let value = self.custom_value(column, &content).map_err(|bad| column.fault(&content, &bad))?;
            let Some(value) = value else { continue };
            let key = &column.field.key;
            retired.extend(self.retired(&column.field, &value).map(|(id, bad)| Retired {
                key: key.clone(),
                id,
                fault: column.fault(&content, &bad),
            }));
            values.insert(key.clone(), value);
        }
        Ok((values, retired))
    }

    /// The parts of a value that no record is given any more.
    fn retired<'a>(&'a self, field: &'a CustomField, value: &'a Value) -> impl Iterator<Item = (Value, Bad)> + 'a {
        let options = field.options.iter().filter(|option| option.archived).map(|option| {
            let message = format!("names {}, an archived option; choose another one", option.label);
            (Value::from(option.id.to_string()), Bad { reason: Cow::Owned(message) })
        });
        let members = self.members.iter().filter(|member| member.disabled && field.kind == Kind::User);
        let members =
            members.map(|member| (Value::from(member.id.to_string()), bad("is a disabled member; choose another one")));
        options.chain(members).filter(move |(id, _)| has(value, id))
    }

    fn custom_value(&self, column: &Column<CustomField>, content: &str) -> Result<Option<Value>, Bad> {
        let field = &column.field;
        let option = |label: &str| {
            field.option_named(label).map(|option| Value::from(option.id.to_string())).ok_or_else(|| {
                let options = field.options.iter().filter(|option| !option.archived).take(10);
                let options: Vec<&str> = options.map(|option| option.label.as_str()).collect();
                let message = format!("is no option of {}, such as {}", field.label, options.join(", "));
                Bad { reason: Cow::Owned(message) }
            })
        };
        let value = match field.kind {
            Kind::Text | Kind::Url | Kind::Email => Value::from(content),
            Kind::Number => Value::from(numbers::number(content, column.notation)?),
            Kind::Date => Value::from(dates::day(content, column.order)?.to_string()),
            Kind::Boolean => match fold(content).as_str() {
                "true" | "yes" | "y" | "1" | "x" | "ja" | "oui" | "si" | "sim" | "да" => Value::Bool(true),
                "false" | "no" | "n" | "0" | "nein" | "non" | "nao" | "нет" => Value::Bool(false),
                _ => return Err(bad("is neither yes nor no")),
            },
            Kind::Select => option(content)?,
            Kind::MultiSelect => {
                let labels = values::list(content, OPTIONS_MAX)?;
                Value::Array(labels.iter().map(|label| option(label)).collect::<Result<_, _>>()?)
            }
            Kind::User => Value::from(self.member(content)?.to_string()),
        };
        // An export has options that were put aside, too; who may have them is asked when the record is known.
        field
            .parse(&value, Some(&value), "")
            .map_err(|fault| Bad { reason: Cow::Owned(format!("is no value of {}: {}", field.label, fault.message)) })
    }

    /// A member by address or name.
    fn member(&self, content: &str) -> Result<UserId, Bad> {
        let key = fold(content);
        let by_address = self.members.iter().find(|member| member.email == key);
        let mut named = self.members.iter().filter(|member| member.name == key);
        match (by_address, named.next(), named.next()) {
            (Some(member), ..) | (None, Some(member), None) => Ok(member.id),
            (None, Some(_), Some(_)) => {
                Err(bad("is the name of several members; use a column with their email addresses"))
            }
            _ => Err(bad("is no member of this organisation")),
        }
    }

    /// A country, looked up once per distinct value; a near miss is accepted and reported.
    fn country(&mut self, column: &Column, content: &str) -> Result<&'static str, Bad> {
        if let Some(code) = places::known_country(content) {
            return Ok(code);
        }
        let known = match self.countries.get(content) {
            Some(known) => known.clone(),
            None => {
                if self.near_left == 0 {
                    return Err(bad("is not a country; write its name or a two-letter code like DE"));
                }
                self.near_left -= 1;
                let found = places::country(content).map(places::Country::code);
                if self.countries.len() < COUNTRIES_KEPT {
                    self.countries.insert(content.to_owned(), found.clone());
                }
                found
            }
        };
        if let Ok(code) = known {
            self.offer(column, content, code, places::country_name(code).unwrap_or(code));
        }
        known
    }

    /// Reports a value that was taken for another one.
    fn offer(&mut self, column: &Column, content: &str, meaning: &str, name: &str) {
        let place = self.offers.iter().position(|offer| offer.column == column.name && offer.value == content);
        match place {
            Some(place) => self.offers[place].rows += 1,
            None if self.offers.len() < OFFERS_MAX => self.offers.push(Offer {
                column: column.name.clone(),
                value: content.to_owned(),
                meaning: meaning.to_owned(),
                name: name.to_owned(),
                rows: 1,
            }),
            None => {}
        }
    }

    /// A member by address or name. A column of addresses and one of names must agree.
    fn owner(
        &self,
        column: &Column,
        content: &str,
        owner: &mut Option<UserId>,
        owner_fault: &mut Option<Fault>,
    ) -> Result<(), Bad> {
        let is_address = column.field == Field::OwnerEmail || content.contains('@');
        let key = fold(content);
        let is_meant = |member: &&Known| if is_address { member.email == key } else { member.name == key };
        let mut found = self.members.iter().filter(is_meant);
        if owner.is_some_and(|known| found.clone().any(|member| member.id == known)) {
            return Ok(());
        }
        let member = found
            .next()
            .ok_or_else(|| bad("is no member of this organisation; invite them or choose another owner"))?;
        if found.next().is_some() {
            return Err(bad("is the name of several members; use a column with their email addresses"));
        }
        if member.disabled {
            *owner_fault = Some(column.fault(content, &bad("is a disabled member; choose another owner")));
        }
        if !member.may_own {
            return Err(bad("is somebody else; only admins and owners may give records to others"));
        }
        if owner.is_some_and(|known| known != member.id) {
            return Err(bad("is another owner than the row's other column says"));
        }
        *owner = Some(member.id);
        Ok(())
    }

    fn created_at(&self, column: &Column, content: &str) -> Result<i64, Bad> {
        let us = dates::instant_us(content, column.order, &self.zone)?;
        if us > self.actor.now().micros() {
            return Err(bad("is in the future"));
        }
        if us < CREATED_MIN_US {
            return Err(bad("is before 1900"));
        }
        Ok(us)
    }
}

impl<F> Column<F> {
    /// What the cell says, after the person's own list of meanings.
    fn content<'a>(&'a self, cells: &'a [String]) -> Cow<'a, str> {
        let content = cells.get(self.index).map_or("", |cell| values::content(cell));
        if self.meanings.is_empty() {
            return Cow::Borrowed(content);
        }
        match self.meanings.get(&fold(content)) {
            Some(meaning) => Cow::Borrowed(meaning.trim()),
            None => Cow::Borrowed(content),
        }
    }

    fn fault(&self, content: &str, bad: &Bad) -> Fault {
        Fault {
            column: Some(self.name.clone()),
            value: Some(shown(content)),
            reason: format!("“{}” {}", shown(content), bad.reason),
        }
    }
}

fn record_id(content: &str) -> Result<uuid::Uuid, Bad> {
    uuid::Uuid::try_parse(content).map_err(|_| bad("is no id of an export; leave the column out"))
}

fn bad(reason: &'static str) -> Bad {
    Bad { reason: Cow::Borrowed(reason) }
}

fn bad_tag(name: &str, error: &platform::Error) -> Bad {
    let why = match error {
        platform::Error::Invalid(faults) => faults.first().map(|fault| fault.message.clone()),
        _ => None,
    };
    Bad { reason: Cow::Owned(format!("holds the tag “{}”: {}", shown(name), why.unwrap_or_default())) }
}

/// A value as a report repeats it.
fn shown(content: &str) -> String {
    if content.chars().count() <= SHOWN_CHARS {
        return content.to_owned();
    }
    let mut short: String = content.chars().take(SHOWN_CHARS).collect();
    short.push('…');
    short
}

/// The first address of each channel is the primary one.
pub(super) fn choose_primaries(contacts: &mut [ParsedContact]) {
    for channel in Channel::ALL {
        if let Some(first) = contacts.iter_mut().find(|contact| contact.channel == channel) {
            first.is_primary = true;
        }
    }
}
