//! What a column can be.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contacts::model::Channel;
use crate::custom_fields::{self, CustomField};
use db::Conn;
use platform::{Result, Scope};

/// The records that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportRecord)]
pub enum RecordKind {
    Customer,
    Company,
    Product,
    Deal,
}

impl RecordKind {
    /// The stored and transported word.
    pub fn as_str(self) -> &'static str {
        match self {
            RecordKind::Customer => "customer",
            RecordKind::Company => "company",
            RecordKind::Product => "product",
            RecordKind::Deal => "deal",
        }
    }

    /// Reads the word; plurals, as in routes, are understood too.
    pub fn parse(text: &str) -> Option<RecordKind> {
        match text {
            "customer" | "customers" => Some(RecordKind::Customer),
            "company" | "companies" => Some(RecordKind::Company),
            "product" | "products" => Some(RecordKind::Product),
            "deal" | "deals" => Some(RecordKind::Deal),
            _ => None,
        }
    }

    /// The custom fields that a file can fill.
    pub(super) fn living_fields(self, c: &Conn<'_>, scope: &Scope) -> Result<Vec<CustomField>> {
        let record = match self {
            RecordKind::Customer => custom_fields::Record::Customer,
            RecordKind::Company => custom_fields::Record::Company,
            RecordKind::Deal => custom_fields::Record::Deal,
            RecordKind::Product => return Ok(Vec::new()),
        };
        custom_fields::living(c, scope, record)
    }

    /// Every field a column of this record may be mapped to, in the order of the template.
    pub fn fields(self) -> &'static [Field] {
        match self {
            RecordKind::Customer => &CUSTOMER_FIELDS,
            RecordKind::Company => &COMPANY_FIELDS,
            RecordKind::Product => &PRODUCT_FIELDS,
            RecordKind::Deal => &DEAL_FIELDS,
        }
    }
}

/// A field of a record that a file can fill. This list is all there is: organisation ids, consent and system tags have
/// no field, so no file can reach them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    // People
    FullName,
    FirstName,
    LastName,
    JobTitle,
    Email,
    Phone,
    Linkedin,
    Telegram,
    Language,
    Timezone,
    CompanyName,
    CompanyDomain,
    Tags,
    // Companies
    Name,
    LegalName,
    Domains,
    Website,
    LinkedinUrl,
    Industry,
    SizeBand,
    EmployeeCount,
    AnnualRevenue,
    City,
    ParentName,
    // Products
    Description,
    Price,
    // Deals
    CustomerEmail,
    PipelineName,
    Stage,
    Amount,
    Probability,
    ProductName,
    Quantity,
    ExpectedCloseDate,
    ClosedAt,
    LostReason,
    Source,
    // Several
    Currency,
    Country,
    OwnerName,
    OwnerEmail,
    CreatedAt,
    /// Which record the row means, as an export has it; nothing is set by it.
    Id,
}

const CUSTOMER_FIELDS: [Field; 18] = [
    Field::FullName,
    Field::FirstName,
    Field::LastName,
    Field::JobTitle,
    Field::Email,
    Field::Phone,
    Field::Linkedin,
    Field::Telegram,
    Field::CompanyName,
    Field::CompanyDomain,
    Field::Country,
    Field::Language,
    Field::Timezone,
    Field::Tags,
    Field::OwnerName,
    Field::OwnerEmail,
    Field::CreatedAt,
    Field::Id,
];

const COMPANY_FIELDS: [Field; 16] = [
    Field::Name,
    Field::LegalName,
    Field::Domains,
    Field::Website,
    Field::LinkedinUrl,
    Field::Industry,
    Field::SizeBand,
    Field::EmployeeCount,
    Field::AnnualRevenue,
    Field::Country,
    Field::City,
    Field::ParentName,
    Field::OwnerName,
    Field::OwnerEmail,
    Field::CreatedAt,
    Field::Id,
];

const PRODUCT_FIELDS: [Field; 6] =
    [Field::Name, Field::Description, Field::Price, Field::Currency, Field::OwnerName, Field::OwnerEmail];

const DEAL_FIELDS: [Field; 19] = [
    Field::Name,
    Field::CompanyName,
    Field::CompanyDomain,
    Field::CustomerEmail,
    Field::PipelineName,
    Field::Stage,
    Field::Amount,
    Field::Currency,
    Field::Probability,
    Field::ProductName,
    Field::Quantity,
    Field::ExpectedCloseDate,
    Field::ClosedAt,
    Field::LostReason,
    Field::Source,
    Field::OwnerName,
    Field::OwnerEmail,
    Field::CreatedAt,
    Field::Id,
];

impl Field {
    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::FullName => "fullName",
            Field::FirstName => "firstName",
            Field::LastName => "lastName",
            Field::JobTitle => "jobTitle",
            Field::Email => "email",
            Field::Phone => "phone",
            Field::Linkedin => "linkedin",
            Field::Telegram => "telegram",
            Field::Language => "language",
            Field::Timezone => "timezone",
            Field::CompanyName => "company.name",
            Field::CompanyDomain => "company.domain",
            Field::Tags => "tags",
            Field::Name => "name",
            Field::LegalName => "legalName",
            Field::Domains => "domains",
            Field::Website => "website",
            Field::LinkedinUrl => "linkedinUrl",
            Field::Industry => "industry",
            Field::SizeBand => "sizeBand",
            Field::EmployeeCount => "employeeCount",
            Field::AnnualRevenue => "annualRevenue",
            Field::City => "city",
            Field::ParentName => "parent.name",
            Field::Description => "description",
            Field::Price => "price",
            Field::CustomerEmail => "customer.email",
            Field::PipelineName => "pipeline.name",
            Field::Stage => "stage",
            Field::Amount => "amount",
            Field::Probability => "probability",
            Field::ProductName => "product.name",
            Field::Quantity => "quantity",
            Field::ExpectedCloseDate => "expectedCloseDate",
            Field::ClosedAt => "closedAt",
            Field::LostReason => "lostReason",
            Field::Source => "source",
            Field::Currency => "currency",
            Field::Country => "country",
            Field::OwnerName => "owner.name",
            Field::OwnerEmail => "owner.email",
            Field::CreatedAt => "createdAt",
            Field::Id => "id",
        }
    }

    /// A value as a file may have it.
    pub fn example(self) -> &'static str {
        match self {
            Field::FullName => "Anna Meyer",
            Field::FirstName => "Anna",
            Field::LastName => "Meyer",
            Field::JobTitle => "Head of Sales",
            Field::Email => "anna.meyer@example.com",
            Field::Phone => "+49 30 901820",
            Field::Linkedin => "https://www.linkedin.com/in/anna-meyer",
            Field::Telegram => "@anna_meyer",
            Field::Language => "de",
            Field::Timezone => "Europe/Berlin",
            Field::CompanyName | Field::Name => "Example GmbH",
            Field::CompanyDomain | Field::Domains => "example.com",
            Field::Tags => "vip; trade-fair",
            Field::LegalName => "Example Handelsgesellschaft mbH",
            Field::Website => "https://www.example.com",
            Field::LinkedinUrl => "https://www.linkedin.com/company/example",
            Field::Industry => "Software",
            Field::SizeBand => "51-200",
            Field::EmployeeCount => "120",
            Field::AnnualRevenue => "12500000.00",
            Field::City => "Berlin",
            Field::Country => "Germany",
            // Whether these exist depends on the organisation, so the example leaves them empty.
            Field::ParentName
            | Field::OwnerName
            | Field::OwnerEmail
            | Field::Id
            | Field::CustomerEmail
            | Field::PipelineName
            | Field::ProductName => "",
            Field::Description => "Yearly licence",
            Field::Price | Field::Amount => "1250.00",
            Field::Currency => "EUR",
            Field::Stage => "Negotiating",
            Field::Probability => "50%",
            Field::Quantity => "1",
            Field::ExpectedCloseDate => "2030-06-30",
            // An open deal has neither.
            Field::ClosedAt | Field::LostReason => "",
            Field::Source => "fair",
            Field::CreatedAt => "2024-03-05",
        }
    }

    /// The field of a record by its API name.
    pub fn parse(record: RecordKind, name: &str) -> Option<Field> {
        record.fields().iter().copied().find(|field| field.as_str() == name)
    }

    /// The channel of a contact field.
    pub fn channel(self) -> Option<Channel> {
        match self {
            Field::Email => Some(Channel::Email),
            Field::Phone => Some(Channel::Phone),
            Field::Linkedin => Some(Channel::Linkedin),
            Field::Telegram => Some(Channel::Telegram),
            _ => None,
        }
    }

    /// Whether several columns may fill it: a person has several addresses, a company several domains, and tags add up.
    pub fn is_repeatable(self) -> bool {
        self.channel().is_some() || matches!(self, Field::Tags | Field::Domains)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for record in [RecordKind::Customer, RecordKind::Company, RecordKind::Product, RecordKind::Deal] {
            assert_eq!(RecordKind::parse(record.as_str()), Some(record));
            for field in record.fields() {
                assert_eq!(Field::parse(record, field.as_str()), Some(*field));
            }
            let mut names: Vec<&str> = record.fields().iter().map(|field| field.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), record.fields().len());
        }
        // Nothing that a file must not set has a name.
        for name in ["orgId", "doNotContact", "claimedById", "ownerId", "status", "source", "archivedAt", "version"] {
            assert_eq!(Field::parse(RecordKind::Customer, name), None);
            assert_eq!(Field::parse(RecordKind::Company, name), None);
        }
    }
}
