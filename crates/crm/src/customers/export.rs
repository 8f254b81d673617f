//! Customers as CSV, streamed part by part.

use super::api::DEFAULT_SORT;
use super::{Customer, FIELDS, bulk, ids};
use crate::contacts::Channel;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use platform::filter::Me;
use platform::http::Ctx;
use platform::ids::CustomerId;
use platform::paging::ListQuery;
use platform::{Error, Result, organisations};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;

/// Customers that are read at once.
const PART: usize = 200;

/// The columns that can be asked for, as the API and the importer name them.
const COLUMNS: [&str; 23] = [
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

/// The parameters of an export.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// A filter tree as JSON.
    filter: Option<String>,
    /// Fields to sort by, `-` for descending.
    sort: Option<String>,
    /// Text to search for.
    q: Option<String>,
    /// Columns in order, with commas between; all unless said.
    columns: Option<String>,
}

/// Answers the whole list, a part at a time, so that its size does not matter. Who is in it, and in which order, is
/// read at the beginning: customers whom somebody changes meanwhile would else be missed or come twice.
///
/// # Errors
/// [`Error::Malformed`] for an unknown column or a faulty filter.
pub(super) async fn csv(ctx: Ctx, asked: &ExportQuery) -> Result<Response> {
    let columns = columns(asked.columns.as_deref())?;
    let query = ListQuery {
        filter: asked.filter.clone(),
        sort: asked.sort.clone(),
        q: asked.q.clone(),
        limit: None,
        cursor: None,
    };
    let list = query.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    let ids = ctx.read(move |c, actor| ids(c, actor, &list)).await?;
    // The mark lets spreadsheets know that the text is UTF-8.
    let mut start = "\u{feff}".as_bytes().to_vec();
    start.extend(line(&columns.iter().map(|column| (*column).to_string()).collect::<Vec<_>>())?);
    let parts: Vec<Vec<CustomerId>> = ids.chunks(PART).map(<[CustomerId]>::to_vec).collect();
    let rows = stream::iter(parts).then(move |part| {
        let (ctx, columns) = (ctx.clone(), columns.clone());
        async move { rows(&ctx, part, columns).await }
    });
    let body = stream::iter([Ok(start)])
        .chain(rows)
        // An error cuts the connection, so that half a file is not taken for a whole one.
        .map(|part| part.map(Bytes::from).map_err(|error| std::io::Error::other(error.to_string())));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"customers.csv\""),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

fn columns(asked: Option<&str>) -> Result<Vec<&'static str>> {
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
        return Ok(COLUMNS.to_vec());
    };
    asked
        .split(',')
        .map(|name| {
            COLUMNS.into_iter().find(|column| *column == name.trim()).ok_or_else(|| {
                Error::malformed("columns", "unknown_column", format!("{name} is none of {}", COLUMNS.join(", ")))
            })
        })
        .collect()
}

/// The lines of these customers, in their order.
async fn rows(ctx: &Ctx, part: Vec<CustomerId>, columns: Vec<&'static str>) -> Result<Vec<u8>> {
    ctx.read(move |c, actor| {
        let owners: HashMap<_, _> =
            organisations::members(c, &actor.scope())?.into_iter().map(|member| (member.id, member)).collect();
        let found = bulk::load(c, &actor.scope(), &part)?;
        let found: HashMap<CustomerId, Customer> = found.into_iter().map(|customer| (customer.id, customer)).collect();
        let mut out = Vec::new();
        for customer in part.iter().filter_map(|id| found.get(id)) {
            let owner = customer.claimed_by_id.and_then(|id| owners.get(&id));
            let cells: Vec<String> = columns
                .iter()
                .map(|column| match *column {
                    "owner.name" => owner.map(|owner| owner.name.clone()).unwrap_or_default(),
                    "owner.email" => owner.map(|owner| owner.email.clone()).unwrap_or_default(),
                    column => cell(customer, column),
                })
                .collect();
            out.extend(line(&cells)?);
        }
        Ok(out)
    })
    .await
}

fn cell(customer: &Customer, column: &str) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let time = |value: Option<platform::clock::Timestamp>| value.map(|time| time.to_string()).unwrap_or_default();
    let primary = |channel: Channel| {
        let contact = customer.contacts.iter().find(|contact| contact.channel == channel);
        contact.map(|contact| contact.value.clone()).unwrap_or_default()
    };
    match column {
        "id" => customer.id.to_string(),
        "fullName" => customer.full_name.clone(),
        "firstName" => text(&customer.first_name),
        "lastName" => text(&customer.last_name),
        "jobTitle" => text(&customer.job_title),
        "email" => primary(Channel::Email),
        "phone" => primary(Channel::Phone),
        "linkedin" => primary(Channel::Linkedin),
        "telegram" => primary(Channel::Telegram),
        "company.name" => customer.company.as_ref().map(|company| company.name.clone()).unwrap_or_default(),
        "tags" => customer.tags.join(", "),
        "language" => text(&customer.language),
        "timezone" => text(&customer.timezone),
        "country" => text(&customer.country),
        "source" => customer.source.as_str().to_string(),
        "doNotContact" => customer.do_not_contact.to_string(),
        "createdAt" => customer.created_at.to_string(),
        "updatedAt" => customer.updated_at.to_string(),
        "lastActivityAt" => customer.last_activity_at.to_string(),
        "lastInboundAt" => time(customer.last_inbound_at),
        "lastOutboundAt" => time(customer.last_outbound_at),
        _ => String::new(),
    }
}

fn line(cells: &[String]) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer
        .write_record(cells.iter().map(|cell| crate::fields::formula_safe(cell).into_owned()))
        .map_err(|error| Error::Bug(error.to_string()))?;
    writer.into_inner().map_err(|error| Error::Bug(error.to_string()))
}
