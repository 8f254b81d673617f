//! Customers as CSV and XLSX.

use super::api::DEFAULT_SORT;
use super::{Customer, bulk, ids, store};
use crate::companies::{self, Company};
use crate::contacts::{Channel, Contact};
use crate::custom_fields::{self, CustomField, Record};
use crate::export::{Cell, Export, ExportBody, ExportFormat, ExportQuery, OptionTexts, in_body, option_texts};
use crate::tags::TagName;
use axum::response::Response;
use db::Conn;
use platform::bulk::{Select, Selection};
use platform::filter::Me;
use platform::http::Ctx;
use platform::ids::{CompanyId, CustomerId};
use platform::organisations::{self, Member};
use platform::{Actor, Result};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The columns that a file has unless others are asked for, as the API and the importer name them.
const USUAL: [&str; 23] = [
    "id",
    "fullName",
    "firstName",
    "lastName",
    "jobTitle",
    "email",
    "phone",
    "linkedin",
    "telegram",
    "company.name",
    "owner.name",
    "owner.email",
    "tags",
    "language",
    "timezone",
    "country",
    "source",
    "doNotContact",
    "createdAt",
    "updatedAt",
    "lastActivityAt",
    "lastInboundAt",
    "lastOutboundAt",
];

/// What else the catalogue of fields has.
const FURTHER: [&str; 8] = [
    "archived",
    "companyId",
    "claimedById",
    "company.industry",
    "company.country",
    "company.sizeBand",
    "company.employeeCount",
    "company.domains",
];

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
        true => ctx.read(|c, actor| custom_fields::living(c, &actor.scope(), Record::Customer)).await?,
        false => Vec::new(),
    };
    let columns = asked.columns(&USUAL, &FURTHER, &fields)?;
    let schema =
        super::schema_for(&ctx, |text| asked.list().names(text) || select.is_some_and(|select| select.names(text)))
            .await?;
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
    Export { kind, name: "customers", columns, ids: ids.await?, rows }.answer(ctx)
}

/// What a row needs beside the customer.
struct Around {
    members: Vec<Member>,
    fields: Vec<CustomField>,
    options: OptionTexts,
    /// Only when a column is about them.
    companies: HashMap<CompanyId, Company>,
}

fn rows(c: &Conn<'_>, actor: &Actor, part: &[CustomerId], columns: &[String]) -> Result<Vec<Vec<Cell>>> {
    let scope = actor.scope();
    let found = bulk::load(c, &scope, part)?;
    let mut companies: Vec<CompanyId> = Vec::new();
    if columns.iter().any(|column| column.starts_with("company.") && *column != "company.name") {
        companies.extend(found.iter().filter_map(|customer| customer.company_id));
    }
    let companies = companies::bulk::load(c, &scope, &companies)?;
    let fields = custom_fields::living(c, &scope, Record::Customer)?;
    let around = Around {
        members: organisations::members(c, &scope)?,
        options: option_texts(&fields),
        fields,
        companies: companies.into_iter().map(|company| (company.id, company)).collect(),
    };
    let found: HashMap<CustomerId, Customer> = found.into_iter().map(|customer| (customer.id, customer)).collect();
    let row = |customer: &Customer| columns.iter().map(|column| cell(customer, column, &around)).collect();
    Ok(part.iter().filter_map(|id| found.get(id)).map(row).collect())
}

fn cell(customer: &Customer, column: &str, around: &Around) -> Cell {
    let owner = || around.members.iter().find(|member| Some(member.id) == customer.claimed_by_id);
    let company = || customer.company_id.and_then(|id| around.companies.get(&id));
    let of_company = |of: fn(&Company) -> Option<String>| Cell::maybe(company().and_then(of));
    let primary = |channel: Channel| {
        // The first of its channel, by the order of contacts.
        Cell::maybe(customer.contacts.iter().find(|contact| contact.channel == channel).map(address))
    };
    match column {
        "id" => Cell::text(customer.id.to_string()),
        "fullName" => Cell::text(&customer.full_name),
        "firstName" => Cell::maybe(customer.first_name.as_ref()),
        "lastName" => Cell::maybe(customer.last_name.as_ref()),
        "jobTitle" => Cell::maybe(customer.job_title.as_ref()),
        "email" => primary(Channel::Email),
        "phone" => primary(Channel::Phone),
        "linkedin" => primary(Channel::Linkedin),
        "telegram" => primary(Channel::Telegram),
        "company.name" => Cell::maybe(customer.company.as_ref().map(|company| &company.name)),
        "company.industry" => of_company(|company| company.industry.clone()),
        "company.country" => of_company(|company| company.country.clone()),
        "company.sizeBand" => of_company(|company| company.size_band.map(|band| band.as_str().to_owned())),
        "company.employeeCount" => Cell::whole(company().and_then(|company| company.employee_count)),
        "company.domains" => of_company(|company| Some(company.domains.join(", "))),
        "companyId" => Cell::maybe(customer.company_id),
        "owner.name" => Cell::maybe(owner().map(|owner| &owner.name)),
        "owner.email" => Cell::maybe(owner().map(|owner| &owner.email)),
        "claimedById" => Cell::maybe(customer.claimed_by_id),
        "tags" => Cell::text(tags(&customer.tags)),
        "language" => Cell::maybe(customer.language.as_ref()),
        "timezone" => Cell::maybe(customer.timezone.as_ref()),
        "country" => Cell::maybe(customer.country.as_ref()),
        "source" => Cell::text(customer.source.as_str()),
        "doNotContact" => Cell::text(customer.do_not_contact.to_string()),
        "archived" => Cell::text(customer.archived_at.is_some().to_string()),
        "createdAt" => Cell::text(customer.created_at.to_string()),
        "updatedAt" => Cell::text(customer.updated_at.to_string()),
        "lastActivityAt" => Cell::text(customer.last_activity_at.to_string()),
        "lastInboundAt" => Cell::maybe(customer.last_inbound_at),
        "lastOutboundAt" => Cell::maybe(customer.last_outbound_at),
        name => match around.fields.iter().find(|field| field.name() == name) {
            Some(field) => Cell::custom(field, customer.custom.get(&field.key), &around.options, &around.members),
            None => Cell::text(""),
        },
    }
}

/// An address as it was typed; a phone number without its country is another one elsewhere.
fn address(contact: &Contact) -> String {
    let is_local = contact.channel == Channel::Phone && !contact.value.trim_start().starts_with('+');
    if is_local { contact.canonical.clone() } else { contact.value.clone() }
}

/// Tags as a list that an import reads back; those of the product itself are not for files.
fn tags(names: &[String]) -> String {
    let own = names.iter().filter(|name| TagName::parse(name, "").is_ok());
    own.map(|name| crate::fields::list_entry(name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_catalogue_is_a_column() {
        // Who is in a segment is asked by a filter; it is no value of a customer.
        for field in crate::customers::FIELDS.describe().filter(|field| field.field != "segments") {
            assert!(USUAL.iter().chain(&FURTHER).any(|column| *column == field.field), "{}", field.field);
        }
    }
}
