//! Companies as CSV and XLSX.

use super::api::DEFAULT_SORT;
use super::{Company, FIELDS, bulk, ids, store};
use crate::custom_fields::{self, CustomField, PREFIX, Record};
use crate::export::{Cell, Export, ExportBody, ExportFormat, ExportQuery, OptionTexts, in_body, option_texts};
use axum::response::Response;
use db::Conn;
use platform::bulk::{Select, Selection};
use platform::filter::Me;
use platform::http::Ctx;
use platform::ids::CompanyId;
use platform::organisations::{self, Member};
use platform::{Actor, Result};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

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

/// All of them.
pub(crate) fn columns() -> impl Iterator<Item = &'static str> {
    USUAL.into_iter().chain(FURTHER)
}

/// Answers the whole list as a file.
///
/// # Errors
/// [`platform::Error::Malformed`] for an unknown column or a faulty filter.
pub(crate) async fn answer(ctx: Ctx, asked: &ExportQuery, kind: ExportFormat) -> Result<Response> {
    file(ctx, asked, None, kind).await
}

/// Answers the chosen records as a file, also archived ones that are named.
///
/// # Errors
/// As [`answer`], and for a choice that makes no sense.
pub(super) async fn answer_chosen(ctx: Ctx, asked: &ExportBody) -> Result<Response> {
    file(ctx, &asked.query()?, Some(&asked.select), asked.format).await.map_err(in_body)
}

async fn file(ctx: Ctx, asked: &ExportQuery, select: Option<&Select>, kind: ExportFormat) -> Result<Response> {
    let fields = match asked.concerns_custom_fields() {
        true => ctx.read(|c, actor| custom_fields::living(c, &actor.scope(), Record::Company)).await?,
        false => Vec::new(),
    };
    let columns = asked.columns(&USUAL, &FURTHER, &fields)?;
    let named = asked.list().names(PREFIX);
    let schema = custom_fields::schema_for(&ctx, Record::Company, &FIELDS, named).await?;
    let list = asked.list().read(schema.clone(), DEFAULT_SORT, Me::Allowed)?;
    let selection = select.map(|select| select.read(schema)).transpose()?;
    let ids = ctx.read(move |c, actor| match &selection {
        None => ids(c, actor, &list),
        Some(Selection::Ids(chosen)) => Ok(store::chosen(c, &actor.scope(), &list, chosen)?),
        Some(Selection::Matching { except, .. }) => {
            let except: HashSet<Uuid> = except.iter().copied().collect();
            Ok(ids(c, actor, &list)?.into_iter().filter(|id| !except.contains(&id.0)).collect())
        }
    });
    Export { kind, name: "companies", columns, ids: ids.await?, rows }.answer(ctx)
}

/// What a row needs beside the company.
struct Around {
    members: Vec<Member>,
    currency: String,
    fields: Vec<CustomField>,
    options: OptionTexts,
}

fn rows(c: &Conn<'_>, actor: &Actor, part: &[CompanyId], columns: &[String]) -> Result<Vec<Vec<Cell>>> {
    let scope = actor.scope();
    let fields = custom_fields::living(c, &scope, Record::Company)?;
    let around = Around {
        members: organisations::members(c, &scope)?,
        currency: organisations::currency(c, &scope)?,
        options: option_texts(&fields),
        fields,
    };
    let found = bulk::load(c, &scope, part)?;
    let found: HashMap<CompanyId, Company> = found.into_iter().map(|company| (company.id, company)).collect();
    let row = |company: &Company| columns.iter().map(|column| cell(company, column, &around)).collect();
    Ok(part.iter().filter_map(|id| found.get(id)).map(row).collect())
}

fn cell(company: &Company, column: &str, around: &Around) -> Cell {
    let owner = || around.members.iter().find(|member| Some(member.id) == company.owner_id);
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
        "annualRevenue" => Cell::amount(company.annual_revenue, &around.currency),
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
        name => match around.fields.iter().find(|field| field.name() == name) {
            Some(field) => Cell::custom(field, company.custom.get(&field.key), &around.options, &around.members),
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
