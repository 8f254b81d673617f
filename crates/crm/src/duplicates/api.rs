use super::{Decide, DuplicatePair, PairCounts, PairState};
use crate::merging::Record;
use axum::Json;
use axum::response::Response;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, Page, Problems};
use platform::ids::{CompanyId, CustomerId, DuplicateId};
use platform::paging::{LIMIT_DEFAULT, LIMIT_MAX};
use platform::{Error, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(counts))
        .routes(routes!(of_customer))
        .routes(routes!(of_company))
        .routes(routes!(decide))
}

/// Which pairs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PairsQuery {
    /// Pairs of what: of customers unless said, or unless `companyId` is.
    #[param(inline)]
    record: Option<Record>,
    /// What has become of them, `open` unless said.
    // Inline: schemas that only a query names are not collected into the document.
    #[param(inline)]
    state: Option<PairState>,
    /// Only those that this customer is one of.
    customer_id: Option<CustomerId>,
    /// Only those that this company is one of.
    company_id: Option<CompanyId>,
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Which pairs of one record.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RecordPairsQuery {
    /// What has become of them, `open` unless said.
    #[param(inline)]
    state: Option<PairState>,
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

fn limit(asked: Option<&str>) -> Result<usize> {
    match asked.map(str::parse) {
        None => Ok(LIMIT_DEFAULT as usize),
        Some(Ok(limit)) if (1..=LIMIT_MAX as usize).contains(&limit) => Ok(limit),
        Some(_) => Err(Error::malformed("limit", "invalid_value", format!("limit is a number from 1 to {LIMIT_MAX}"))),
    }
}

/// What is asked about: the record, and the one that the pairs are of.
fn subject(
    record: Option<Record>,
    customer: Option<CustomerId>,
    company: Option<CompanyId>,
) -> Result<(Record, Option<Uuid>)> {
    match (record, customer, company) {
        (Some(Record::Customer) | None, customer, None) => Ok((Record::Customer, customer.map(|id| id.0))),
        (Some(Record::Company) | None, None, company) => Ok((Record::Company, company.map(|id| id.0))),
        (Some(Record::Company), Some(_), _) => {
            Err(Error::malformed("customerId", "invalid_value", "pairs of companies are asked for by companyId"))
        }
        _ => Err(Error::malformed("companyId", "invalid_value", "pairs of customers are asked for by customerId")),
    }
}

/// Pairs of customers that may be one person, or of companies that may be one, the likeliest first.
#[utoipa::path(get, path = "/duplicates", tag = "customers", operation_id = "listDuplicates", params(PairsQuery),
    responses((status = 200, body = Page<DuplicatePair>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<PairsQuery>) -> Result<Json<Page<DuplicatePair>>> {
    let limit = limit(asked.limit.as_deref())?;
    let state = asked.state.unwrap_or(PairState::Open);
    let subject = subject(asked.record, asked.customer_id, asked.company_id)?;
    ctx.read(move |c, actor| super::page(c, actor, subject, state, limit, asked.cursor.as_deref())).await.map(Json)
}

/// Which pairs to count.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CountsQuery {
    /// Pairs of what: of customers unless said, or unless `companyId` is.
    #[param(inline)]
    record: Option<Record>,
    /// Only those that this customer is one of.
    customer_id: Option<CustomerId>,
    /// Only those that this company is one of.
    company_id: Option<CompanyId>,
}

/// How many pairs there are in each state; exact up to 10,000.
#[utoipa::path(get, path = "/duplicates/counts", tag = "customers", operation_id = "countDuplicates", params(CountsQuery),
    responses((status = 200, body = PairCounts), Problems))]
async fn counts(ctx: Ctx, Form(asked): Form<CountsQuery>) -> Result<Json<PairCounts>> {
    let subject = subject(asked.record, asked.customer_id, asked.company_id)?;
    ctx.read(move |c, actor| super::counts(c, actor, subject)).await.map(Json)
}

/// Whom a customer may be too, the likeliest first.
#[utoipa::path(get, path = "/customers/{id}/duplicates", tag = "customers", operation_id = "listCustomerDuplicates",
    params(("id" = CustomerId, Path), RecordPairsQuery), responses((status = 200, body = Page<DuplicatePair>), Problems))]
async fn of_customer(
    ctx: Ctx,
    Id(id): Id<CustomerId>,
    Form(asked): Form<RecordPairsQuery>,
) -> Result<Json<Page<DuplicatePair>>> {
    of_record(ctx, (Record::Customer, Some(id.0)), asked).await
}

/// What a company may be too, the likeliest first.
#[utoipa::path(get, path = "/companies/{id}/duplicates", tag = "companies", operation_id = "listCompanyDuplicates",
    params(("id" = CompanyId, Path), RecordPairsQuery), responses((status = 200, body = Page<DuplicatePair>), Problems))]
async fn of_company(
    ctx: Ctx,
    Id(id): Id<CompanyId>,
    Form(asked): Form<RecordPairsQuery>,
) -> Result<Json<Page<DuplicatePair>>> {
    of_record(ctx, (Record::Company, Some(id.0)), asked).await
}

async fn of_record(
    ctx: Ctx,
    subject: (Record, Option<Uuid>),
    asked: RecordPairsQuery,
) -> Result<Json<Page<DuplicatePair>>> {
    let limit = limit(asked.limit.as_deref())?;
    let state = asked.state.unwrap_or(PairState::Open);
    ctx.read(move |c, actor| super::page(c, actor, subject, state, limit, asked.cursor.as_deref())).await.map(Json)
}

/// Says whether a pair is one; the answer is remembered.
#[utoipa::path(post, path = "/duplicates/{id}/decide", tag = "customers", operation_id = "decideDuplicate",
    params(("id" = DuplicateId, Path)), request_body = Decide,
    responses((status = 200, body = DuplicatePair), Problems))]
async fn decide(ctx: Ctx, Id(id): Id<DuplicateId>, expected: IfMatch, body: Body<Decide>) -> Result<Response> {
    ctx.act(body, move |tx, actor, body| super::decide(tx, actor, id, body.decision, expected)).await
}
