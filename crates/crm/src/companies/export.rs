//! Companies as CSV and XLSX.

use super::api::DEFAULT_SORT;
use super::{Company, FIELDS, bulk, ids};
use crate::custom_fields::{self, CustomField, PREFIX, Record};
use crate::export::{Cell, Export, ExportQuery, Kind};
use axum::response::Response;
use db::Conn;
use platform::filter::Me;
use platform::http::Ctx;
use platform::ids::CompanyId;
use platform::organisations::{self, Member};
use platform::{Actor, Result};
use std::collections::HashMap;

/// The columns that a file has unless others are asked for, as the API and the importer name them.
const USUAL: [&str; 16] = [
    "id",
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
    "parent.name",
    "owner.name",
    "owner.email",
    "createdAt",
];

/// What else the catalogue of fields has.
const FURTHER: [&str; 4] = ["updatedAt", "archived", "parentId", "ownerId"];

/// Answers the whole list as a file.
///
/// # Errors
/// [`platform::Error::Malformed`] for an unknown column or a faulty filter.
pub(crate) async fn answer(ctx: Ctx, asked: &ExportQuery, kind: Kind) -> Result<Response> {
    let fields = match asked.concerns_custom_fields() {
        true => ctx.read(|c, actor| custom_fields::living(c, &actor.scope(), Record::Company)).await?,
        false => Vec::new(),
    };
    let columns = asked.columns(&USUAL, &FURTHER, &fields)?;
    let named = asked.list().names(PREFIX);
    let schema = custom_fields::schema_for(&ctx, Record::Company, &FIELDS, named).await?;
    let list = asked.list().read(schema, DEFAULT_SORT, Me::Allowed)?;
    let ids = ctx.read(move |c, actor| ids(c, actor, &list)).await?;
    Export { kind, name: "companies", columns, ids, rows }.answer(ctx)
}

fn rows(c: &Conn<'_>, actor: &Actor, part: &[CompanyId], columns: &[String]) -> Result<Vec<Vec<Cell>>> {
    let scope = actor.scope();
    let members = organisations::members(c, &scope)?;
    let currency = organisations::currency(c, &scope)?;
    let fields = custom_fields::living(c, &scope, Record::Company)?;
    let found = bulk::load(c, &scope, part)?;
    let found: HashMap<CompanyId, Company> = found.into_iter().map(|company| (company.id, company)).collect();
    let row =
        |company: &Company| columns.iter().map(|column| cell(company, column, &members, &currency, &fields)).collect();
    Ok(part.iter().filter_map(|id| found.get(id)).map(row).collect())
}

fn cell(company: &Company, column: &str, members: &[Member], currency: &str, fields: &[CustomField]) -> Cell {
    let owner = || members.iter().find(|member| Some(member.id) == company.owner_id);
    match column {
        "id" => Cell::text(company.id.to_string()),
        "name" => Cell::text(&company.name),
        "legalName" => Cell::maybe(company.legal_name.as_ref()),
        "domains" => Cell::text(company.domains.join(", ")),
        "website" => Cell::maybe(company.website.as_ref()),
        "linkedinUrl" => Cell::maybe(company.linkedin_url.as_ref()),
        "industry" => Cell::maybe(company.industry.as_ref()),
        "sizeBand" => Cell::maybe(company.size_band.map(super::SizeBand::as_str)),
        "employeeCount" => Cell::whole(company.employee_count),
        "annualRevenue" => Cell::amount(company.annual_revenue, currency),
        "country" => Cell::maybe(company.country.as_ref()),
        "city" => Cell::maybe(company.city.as_ref()),
        "parent.name" => Cell::maybe(company.parent.as_ref().map(|parent| &parent.name)),
        "parentId" => Cell::maybe(company.parent_id),
        "owner.name" => Cell::maybe(owner().map(|owner| &owner.name)),
        "owner.email" => Cell::maybe(owner().map(|owner| &owner.email)),
        "ownerId" => Cell::maybe(company.owner_id),
        "archived" => Cell::text(company.archived_at.is_some().to_string()),
        "createdAt" => Cell::text(company.created_at.to_string()),
        "updatedAt" => Cell::text(company.updated_at.to_string()),
        name => match fields.iter().find(|field| field.name() == name) {
            Some(field) => Cell::custom(field, company.custom.get(&field.key), members),
            None => Cell::text(""),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_catalogue_is_a_column() {
        for field in FIELDS.describe() {
            assert!(USUAL.iter().chain(&FURTHER).any(|column| *column == field.field), "{}", field.field);
        }
    }
}
