//! What comes of folding one company into another: values and domains.

use super::super::Company;
use super::super::model::SizeBand;
use crate::custom_fields::{self, PREFIX};
use crate::merging::{Cell, Cells, LOSERS_MAX};
use platform::error::{Existing, FieldError};
use platform::http::Record;
use platform::ids::CompanyId;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// The body of `POST /companies/merge` and of its preview.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeCompanies {
    /// Which one stays.
    pub primary_id: CompanyId,
    /// Which are folded into that one, at most 100.
    #[schema(min_items = 1, max_items = 100)]
    pub ids: Vec<CompanyId>,
    /// Whose value stands, by the name of the field. A field that is not named keeps the value of the one that stays; if
    /// there is none, it gets the first that one of the others has.
    #[serde(default)]
    pub fields: BTreeMap<String, CompanyId>,
}

/// What a merge would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompanyMergePreview {
    /// How many of each would go over: `customers`, `children`, `domains`, `activities`…
    pub counts: BTreeMap<String, i64>,
    /// Whose value stands, for every field that can be chosen.
    pub fields: BTreeMap<String, CompanyId>,
    /// The one that stays, as it would be.
    pub result: Company,
}

/// What came back from a merge.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnmergedCompany {
    #[serde(flatten)]
    pub company: Company,
    /// Domains that did not come back, because another company has taken them meanwhile.
    pub not_restored: Vec<LostDomain>,
}

impl Record for UnmergedCompany {
    fn version(&self) -> Option<i64> {
        Some(self.company.version)
    }
}

/// A domain that another company has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LostDomain {
    pub domain: String,
    /// Which one has it.
    pub existing: Existing,
}

/// The fields whose value can be chosen.
pub const FIELDS: [&str; 12] = [
    "name",
    "legalName",
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

pub(super) const PARENT: &str = "parentId";

impl MergeCompanies {
    /// # Errors
    /// [`Error::Invalid`] naming every fault.
    pub fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        if self.ids.is_empty() {
            faults.push(FieldError::new("/ids", "required", "name at least one company to be merged"));
        }
        if self.ids.len() > LOSERS_MAX {
            faults.push(FieldError::new("/ids", "too_many", format!("merge at most {LOSERS_MAX} companies at once")));
        }
        let mut seen = BTreeSet::from([self.primary_id]);
        for (index, id) in self.ids.iter().enumerate() {
            if !seen.insert(*id) {
                faults.push(FieldError::new(format!("/ids/{index}"), "repeated", "name each company once"));
            }
        }
        for (name, winner) in &self.fields {
            let path = platform::pointer::field("/fields", name);
            if !FIELDS.contains(&name.as_str()) && !name.starts_with(PREFIX) {
                let message = format!("use one of {}, or custom.<key>", FIELDS.join(", "));
                faults.push(FieldError::new(path, "unknown_field", message));
            } else if !seen.contains(winner) {
                faults.push(FieldError::new(path, "not_merged", "name the company that stays or one of ids"));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

const DOMAIN: &str = "domain.";

/// The name under which a domain that a merge brought is remembered.
pub(super) fn domain_name(domain: &str) -> String {
    format!("{DOMAIN}{domain}")
}

/// A value by its name, as merges remember it.
pub(super) fn value(company: &Company, name: &str) -> Option<Value> {
    Some(match name {
        "name" => json!(company.name),
        "legalName" => json!(company.legal_name),
        "website" => json!(company.website),
        "linkedinUrl" => json!(company.linkedin_url),
        "industry" => json!(company.industry),
        "sizeBand" => json!(company.size_band.map(SizeBand::as_str)),
        "employeeCount" => json!(company.employee_count),
        "annualRevenue" => json!(company.annual_revenue),
        "country" => json!(company.country),
        "city" => json!(company.city),
        PARENT => json!(company.parent_id),
        "ownerId" => json!(company.owner_id),
        name if name.starts_with(PREFIX) => company.custom.get(&name[PREFIX.len()..]).cloned().unwrap_or_default(),
        _ => json!(company.domains.iter().any(|domain| name.strip_prefix(DOMAIN) == Some(domain))),
    })
}

/// Writes a value as [`value`] gives it.
pub(super) fn set(company: &mut Company, name: &str, value: &Value) {
    let text = || value.as_str().map(str::to_string);
    match name {
        "name" => company.name = text().unwrap_or_default(),
        "legalName" => company.legal_name = text(),
        "website" => company.website = text(),
        "linkedinUrl" => company.linkedin_url = text(),
        "industry" => company.industry = text(),
        "sizeBand" => company.size_band = value.as_str().and_then(SizeBand::parse),
        "employeeCount" => company.employee_count = value.as_i64(),
        "annualRevenue" => company.annual_revenue = value.as_i64(),
        "country" => company.country = text(),
        "city" => company.city = text(),
        PARENT => company.parent_id = value.as_str().and_then(|id| id.parse().ok()),
        "ownerId" => company.owner_id = value.as_str().and_then(|id| id.parse().ok()),
        name if name.starts_with(PREFIX) => custom_fields::set(&mut company.custom, name, value),
        _ => {
            let Some(domain) = name.strip_prefix(DOMAIN) else { return };
            company.domains.retain(|own| own != domain);
            if value == &json!(true) {
                company.domains.push(domain.to_string());
            }
        }
    }
}

/// Writes a value over, and remembers what stood there.
pub(super) fn write(company: &mut Company, cells: &mut Cells, name: &str, after: Value) {
    let before = value(company, name).unwrap_or_default();
    if before != after {
        set(company, name, &after);
        cells.insert(name.to_string(), Cell { before, after });
    }
}

/// Folds `loser` into `survivor`. The parent has rules of its own; domains that somebody else has (`taken`) stay.
pub(super) fn fold(
    survivor: &mut Company,
    loser: &Company,
    fields: &BTreeMap<String, CompanyId>,
    taken: &BTreeSet<String>,
) -> Cells {
    let mut cells = Cells::new();
    let custom = custom_fields::names([&survivor.custom, &loser.custom].into_iter());
    let own = FIELDS.into_iter().filter(|name| *name != PARENT);
    for name in own.chain(custom.iter().map(String::as_str)) {
        let (Some(before), Some(after)) = (value(survivor, name), value(loser, name)) else { continue };
        let is_chosen = match fields.get(name) {
            Some(winner) => *winner == loser.id,
            None => before.is_null() && !after.is_null(),
        };
        if is_chosen {
            write(survivor, &mut cells, name, after);
        }
    }
    for domain in loser.domains.iter().filter(|domain| !taken.contains(*domain)) {
        write(survivor, &mut cells, &domain_name(domain), json!(true));
    }
    cells
}
