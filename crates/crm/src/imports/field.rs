//! What a column can be.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contacts::model::Channel;
use crate::custom_fields;

/// The records that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportRecord)]
pub enum RecordKind {
    Customer,
    Company,
}

impl RecordKind {
    /// The stored and transported word.
    pub fn as_str(self) -> &'static str {
        match self {
            RecordKind::Customer => "customer",
            RecordKind::Company => "company",
        }
    }

    /// Reads the word; plurals, as in routes, are understood too.
    pub fn parse(text: &str) -> Option<RecordKind> {
        match text {
            "customer" | "customers" => Some(RecordKind::Customer),
            "company" | "companies" => Some(RecordKind::Company),
            _ => None,
        }
    }

    pub(super) fn with_custom_fields(self) -> custom_fields::Record {
        match self {
            RecordKind::Customer => custom_fields::Record::Customer,
            RecordKind::Company => custom_fields::Record::Company,
        }
    }

    /// Every field a column of this record may be mapped to, in the order of the template.
    pub fn fields(self) -> &'static [Field] {
        match self {
            RecordKind::Customer => &CUSTOMER_FIELDS,
            RecordKind::Company => &COMPANY_FIELDS,
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
    /// Static segments that the customer is put into.
    Segment,
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
    // Both
    Country,
    OwnerName,
    OwnerEmail,
    CreatedAt,
    /// Which record the row means, as an export has it; nothing is set by it.
    Id,
}

const CUSTOMER_FIELDS: [Field; 19] = [
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
    Field::Segment,
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
            Field::Segment => "segment",
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
            Field::Segment => "Newsletter",
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
            Field::ParentName | Field::OwnerName | Field::OwnerEmail | Field::Id => "",
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

    /// Whether several columns may fill it: a person has several addresses, a company several domains, and tags and segments add up.
    pub fn is_repeatable(self) -> bool {
        self.channel().is_some() || matches!(self, Field::Tags | Field::Segment | Field::Domains)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for record in [RecordKind::Customer, RecordKind::Company] {
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
