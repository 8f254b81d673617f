//! A company and the bodies that write one.

use crate::custom_fields::Values;
use crate::fields::{self, apply, gather};
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::http::Record;
use platform::ids::{CompanyId, UserId};
use platform::patch::Patch;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::{host_of, registrable_domain};

pub const NAME_CHARS_MAX: usize = 200;
const DOMAINS_MAX: usize = 50;

/// How many people work there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub enum SizeBand {
    #[serde(rename = "1-10")]
    To10,
    #[serde(rename = "11-50")]
    To50,
    #[serde(rename = "51-200")]
    To200,
    #[serde(rename = "201-500")]
    To500,
    #[serde(rename = "501-1000")]
    To1000,
    #[serde(rename = "1001-5000")]
    To5000,
    #[serde(rename = "5001+")]
    Over5000,
}

impl SizeBand {
    /// As stored and transported, smallest first.
    pub const NAMES: [&str; 7] = ["1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001+"];
    const ALL: [SizeBand; 7] = [
        SizeBand::To10,
        SizeBand::To50,
        SizeBand::To200,
        SizeBand::To500,
        SizeBand::To1000,
        SizeBand::To5000,
        SizeBand::Over5000,
    ];

    pub fn as_str(self) -> &'static str {
        SizeBand::NAMES[self as usize]
    }

    pub fn parse(text: &str) -> Option<SizeBand> {
        SizeBand::NAMES.iter().position(|name| *name == text).map(|index| SizeBand::ALL[index])
    }

    /// The band that `employees` people fall into.
    pub fn of(employees: i64) -> SizeBand {
        let tops = [10, 50, 200, 500, 1_000, 5_000];
        SizeBand::ALL[tops.iter().position(|top| employees <= *top).unwrap_or(6)]
    }
}

/// A record's id and name, where another record shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CompanyRef {
    pub id: CompanyId,
    pub name: String,
}

/// A legal entity that customers belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    pub id: CompanyId,
    pub name: String,
    #[schema(required)]
    pub legal_name: Option<String>,
    /// Lower-case, without `www.`; the first is the main one. Unique among living companies.
    pub domains: Vec<String>,
    #[schema(required)]
    pub website: Option<String>,
    #[schema(required)]
    pub linkedin_url: Option<String>,
    #[schema(required)]
    pub industry: Option<String>,
    #[schema(required)]
    pub size_band: Option<SizeBand>,
    #[schema(required)]
    pub employee_count: Option<i64>,
    /// In minor units of the organisation's currency.
    #[schema(required)]
    pub annual_revenue: Option<i64>,
    #[schema(required)]
    pub country: Option<String>,
    #[schema(required)]
    pub city: Option<String>,
    #[schema(required)]
    pub parent_id: Option<CompanyId>,
    #[schema(required)]
    pub parent: Option<CompanyRef>,
    #[schema(required)]
    pub owner_id: Option<UserId>,
    /// Customers that are not archived.
    pub customer_count: i64,
    /// Values of custom fields by their keys; a field without a value is left out.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    #[schema(required)]
    pub merged_into_id: Option<CompanyId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    /// In the answer to a POST with `linkCustomers`: other customers have the domains and no company, too many for one
    /// request or not the caller's to write.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more_to_link: bool,
}

impl Record for Company {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/companies/{}", self.id))
    }
}

impl Company {
    /// A new company of that name.
    pub fn named(id: CompanyId, name: String, now: Timestamp) -> Company {
        Company {
            id,
            name,
            legal_name: None,
            domains: Vec::new(),
            website: None,
            linkedin_url: None,
            industry: None,
            size_band: None,
            employee_count: None,
            annual_revenue: None,
            country: None,
            city: None,
            parent_id: None,
            parent: None,
            owner_id: None,
            customer_count: 0,
            custom: Values::new(),
            archived_at: None,
            merged_into_id: None,
            created_at: now,
            updated_at: now,
            version: 1,
            more_to_link: false,
        }
    }
}

/// The fields whose changes are logged.
pub const LOGGED_FIELDS: [&str; 13] = [
    "name",
    "legalName",
    "domains",
    "website",
    "linkedinUrl",
    "industry",
    "sizeBand",
    "employeeCount",
    "annualRevenue",
    "country",
    "city",
    "parentId",
    "ownerId",
];

/// The body of `POST /companies`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCompany {
    pub name: String,
    pub legal_name: Option<String>,
    pub domains: Option<Vec<String>>,
    pub website: Option<String>,
    pub linkedin_url: Option<String>,
    pub industry: Option<String>,
    pub size_band: Option<SizeBand>,
    pub employee_count: Option<i64>,
    pub annual_revenue: Option<i64>,
    pub country: Option<String>,
    pub city: Option<String>,
    pub parent_id: Option<CompanyId>,
    pub owner_id: Option<UserId>,
    /// Also link customers without a company whose address has one of the domains, if they are the caller's to write.
    pub link_customers: Option<bool>,
    /// Values of custom fields by their keys.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
}

/// The body of `PATCH /companies/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanyPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub legal_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub domains: Patch<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub website: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub linkedin_url: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub industry: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<SizeBand>)]
    pub size_band: Patch<SizeBand>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub employee_count: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub annual_revenue: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub country: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub city: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<CompanyId>)]
    pub parent_id: Patch<CompanyId>,
    #[serde(default)]
    #[schema(value_type = Option<UserId>)]
    pub owner_id: Patch<UserId>,
    /// Values of custom fields by their keys: `null` clears one, those that are not named stay.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub custom: Values,
}

impl NewCompany {
    /// The company that the body describes.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every fault.
    pub fn parse(&self, id: CompanyId, now: Timestamp) -> Result<Company> {
        let set = |value: &Option<String>| value.clone().map_or(Patch::Absent, Patch::Set);
        let patch = CompanyPatch {
            name: Patch::Set(self.name.clone()),
            legal_name: set(&self.legal_name),
            domains: self.domains.clone().map_or(Patch::Absent, Patch::Set),
            website: set(&self.website),
            linkedin_url: set(&self.linkedin_url),
            industry: set(&self.industry),
            size_band: self.size_band.map_or(Patch::Absent, Patch::Set),
            employee_count: self.employee_count.map_or(Patch::Absent, Patch::Set),
            annual_revenue: self.annual_revenue.map_or(Patch::Absent, Patch::Set),
            country: set(&self.country),
            city: set(&self.city),
            parent_id: self.parent_id.map_or(Patch::Absent, Patch::Set),
            owner_id: self.owner_id.map_or(Patch::Absent, Patch::Set),
            custom: Values::new(),
        };
        let mut company = Company::named(id, String::new(), now);
        patch.apply(&mut company)?;
        Ok(company)
    }
}

impl CompanyPatch {
    /// Writes what the patch says into `company`.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every fault.
    pub fn apply(&self, company: &mut Company) -> Result<()> {
        let mut faults = Vec::new();
        match self.name.as_change() {
            None => {}
            Some(name) => {
                let name = name.map_or("", String::as_str);
                match gather(fields::text(name, "/name", NAME_CHARS_MAX), &mut faults) {
                    Some(name) => company.name = name,
                    None if faults.is_empty() => {
                        faults.push(FieldError::new("/name", "required", "write the company's name"));
                    }
                    None => {}
                }
            }
        }
        let text = |path: &'static str| move |text: &String| fields::text(text, path, NAME_CHARS_MAX);
        apply(&mut company.legal_name, &self.legal_name, &mut faults, text("/legalName"));
        apply(&mut company.industry, &self.industry, &mut faults, text("/industry"));
        apply(&mut company.city, &self.city, &mut faults, text("/city"));
        let website = &mut company.website;
        apply(website, &self.website, &mut faults, |text| fields::web_address(text, "/website"));
        let linkedin = &mut company.linkedin_url;
        apply(linkedin, &self.linkedin_url, &mut faults, |text| fields::web_address(text, "/linkedinUrl"));
        apply(&mut company.country, &self.country, &mut faults, |code| fields::country(code, "/country"));
        let size_band = &mut company.size_band;
        apply(size_band, &self.size_band, &mut faults, |band| Ok(Some(*band)));
        let whole = |path: &'static str| {
            move |number: &i64| match *number {
                number if number >= 0 => Ok(Some(number)),
                _ => Err(FieldError::new(path, "out_of_range", "use zero or more")),
            }
        };
        apply(&mut company.employee_count, &self.employee_count, &mut faults, whole("/employeeCount"));
        apply(&mut company.annual_revenue, &self.annual_revenue, &mut faults, whole("/annualRevenue"));
        apply(&mut company.parent_id, &self.parent_id, &mut faults, |id| Ok(Some(*id)));
        apply(&mut company.owner_id, &self.owner_id, &mut faults, |id| Ok(Some(*id)));
        match self.domains.as_change() {
            None => {}
            Some(None) => company.domains.clear(),
            Some(Some(domains)) => match parse_domains(domains) {
                Ok(domains) => company.domains = domains,
                Err(mut found) => faults.append(&mut found),
            },
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

/// Tidied and without repetition, in the order given.
fn parse_domains(domains: &[String]) -> Result<Vec<String>, Vec<FieldError>> {
    let mut parsed: Vec<String> = Vec::new();
    let mut faults = Vec::new();
    if domains.len() > DOMAINS_MAX {
        faults.push(FieldError::new("/domains", "too_many", format!("give at most {DOMAINS_MAX} domains")));
    }
    for (index, domain) in domains.iter().enumerate() {
        match host_of(domain).filter(|host| registrable_domain(host).is_some()) {
            Some(host) if !parsed.contains(&host) => parsed.push(host),
            Some(_) => {}
            None => faults.push(FieldError::new(
                format!("/domains/{index}"),
                "invalid_domain",
                "use an internet domain, such as example.com",
            )),
        }
    }
    if faults.is_empty() { Ok(parsed) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_cover_every_size() {
        for (employees, band) in [(0, "1-10"), (10, "1-10"), (11, "11-50"), (5_000, "1001-5000"), (5_001, "5001+")] {
            assert_eq!(SizeBand::of(employees).as_str(), band);
            assert_eq!(SizeBand::parse(band), Some(SizeBand::of(employees)));
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let new = NewCompany {
            name: " ".into(),
            country: Some("XX".into()),
            domains: Some(vec!["ok.example".into(), "not a domain".into()]),
            employee_count: Some(-1),
            ..NewCompany::default()
        };
        match new.parse(CompanyId(uuid::Uuid::nil()), Timestamp(0)) {
            Err(Error::Invalid(faults)) => {
                let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
                assert_eq!(paths, ["/name", "/country", "/employeeCount", "/domains/1"]);
            }
            other => panic!("{other:?}"),
        }
    }
}
