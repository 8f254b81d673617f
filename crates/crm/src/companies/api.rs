use super::bulk::actions::{self, CompanyBulk};
use super::merging::{self, CompanyMergePreview, MergeCompanies, UnmergedCompany};
use super::{Company, CompanyPatch, DomainMatch, FIELDS, NewCompany};
use crate::activity::{Activity, ActivityQuery};
use crate::custom_fields::{self, PREFIX, Record};
use crate::export::{ExportBody, ExportFormat, ExportQuery};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::bulk::BulkAccepted;
use platform::facets::{Facets, FacetsBody};
use platform::filter::Me;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, Page, Problems, Versioned};
use platform::ids::CompanyId;
use platform::paging::{Count, CountBody, ListBody, ListQuery};
use platform::policy::{self, Action};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) const DEFAULT_SORT: &str = "name";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(facets))
        .routes(routes!(bulk))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(export_chosen))
        .routes(routes!(match_domain))
        .routes(routes!(get, update))
        .routes(routes!(archive))
        .routes(routes!(restore))
        .routes(routes!(merge))
        .routes(routes!(preview_merge))
        .routes(routes!(unmerge))
        .routes(routes!(timeline))
}

/// Companies, filtered and sorted.
#[utoipa::path(get, path = "/companies", tag = "companies", operation_id = "listCompanies", params(ListQuery),
    responses((status = 200, body = Page<Company>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<ListQuery>) -> Result<Json<Page<Company>>> {
    let schema = custom_fields::schema_for(&ctx, Record::Company, &FIELDS, asked.names(PREFIX)).await?;
    let list = asked.read(schema, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// Companies, filtered and sorted, for filters too long for an address.
#[utoipa::path(post, path = "/companies/query", tag = "companies", operation_id = "queryCompanies",
    request_body = ListBody, responses((status = 200, body = Page<Company>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<Company>>> {
    let schema = custom_fields::schema_for(&ctx, Record::Company, &FIELDS, body.value.names(PREFIX)).await?;
    let list = body.value.read(schema, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// How many companies match.
#[utoipa::path(post, path = "/companies/count", tag = "companies", operation_id = "countCompanies",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let schema = custom_fields::schema_for(&ctx, Record::Company, &FIELDS, body.value.names(PREFIX)).await?;
    let (tree, q) = body.value.read(schema, Me::Allowed)?;
    ctx.read(move |c, actor| super::count(c, actor, &tree, q.as_deref(), body.value.exact)).await.map(Json)
}

/// How many of those that match have each value of some fields. A field's own conditions are left out for its counts,
/// unless `keepOwn` asks for them.
#[utoipa::path(post, path = "/companies/facets", tag = "companies", operation_id = "countCompanyValues",
    request_body = FacetsBody, responses((status = 200, body = Facets), Problems))]
async fn facets(ctx: Ctx, body: Body<FacetsBody>) -> Result<Json<Facets>> {
    let schema = custom_fields::schema_for(&ctx, Record::Company, &FIELDS, body.value.names(PREFIX)).await?;
    let asked = body.value.read(schema, Me::Allowed)?;
    ctx.read(move |c, actor| super::facets(c, actor, &asked)).await.map(Json)
}

/// Makes a company.
#[utoipa::path(post, path = "/companies", tag = "companies", operation_id = "createCompany", request_body = NewCompany,
    responses((status = 201, body = Company), Problems))]
async fn create(ctx: Ctx, body: Body<NewCompany>) -> Result<Response> {
    ctx.create(body, super::create).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DomainQuery {
    /// A domain, web address or e-mail address.
    domain: String,
}

/// The company that has a domain, and customers that could be linked to it.
#[utoipa::path(get, path = "/companies/match", tag = "companies", operation_id = "matchCompany", params(DomainQuery),
    responses((status = 200, body = DomainMatch), Problems))]
async fn match_domain(ctx: Ctx, Form(asked): Form<DomainQuery>) -> Result<Json<DomainMatch>> {
    ctx.read(move |c, actor| super::match_domain(c, actor, &asked.domain)).await.map(Json)
}

/// The companies of a list as CSV, all of them; no cell is a formula.
#[utoipa::path(get, path = "/companies/export.csv", tag = "companies", operation_id = "exportCompanies",
    params(ExportQuery), responses((status = 200, content_type = "text/csv", body = String), Problems))]
async fn export(ctx: Ctx, Form(asked): Form<ExportQuery>) -> Result<Response> {
    super::export::answer(ctx, &asked, ExportFormat::Csv).await
}

/// The companies of a list as a workbook, all of them; no cell is a formula.
#[utoipa::path(get, path = "/companies/export.xlsx", tag = "companies", operation_id = "exportCompaniesWorkbook",
    params(ExportQuery), responses((status = 200, body = [u8],
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Problems))]
async fn export_workbook(ctx: Ctx, Form(asked): Form<ExportQuery>) -> Result<Response> {
    super::export::answer(ctx, &asked, ExportFormat::Xlsx).await
}

/// Chosen companies as a file: those that are named, or all that match but for some. No cell is a formula.
#[utoipa::path(post, path = "/companies/export", tag = "companies", operation_id = "exportChosenCompanies",
    request_body = ExportBody, responses((status = 200, content((String = "text/csv"),
        ([u8] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), Problems))]
async fn export_chosen(ctx: Ctx, body: Body<ExportBody>) -> Result<Response> {
    super::export::answer_chosen(ctx, &body.value).await
}

/// Does one thing to many companies, as a job: those that match now are frozen, and each is looked at when its turn
/// comes. `GET /jobs/{id}` says how far it is.
#[utoipa::path(post, path = "/companies/bulk", tag = "companies", operation_id = "bulkCompanies",
    request_body = CompanyBulk, responses((status = 202, body = BulkAccepted), Problems))]
async fn bulk(ctx: Ctx, body: Body<CompanyBulk>) -> Result<Response> {
    let named = body.value.select.names(PREFIX);
    let schema = custom_fields::schema_for(&ctx, Record::Company, &FIELDS, named).await?;
    let body = body.try_map(|asked| asked.parse(schema.clone()))?;
    ctx.start(body, actions::ask).await
}

/// A company.
#[utoipa::path(get, path = "/companies/{id}", tag = "companies", operation_id = "getCompany",
    params(("id" = CompanyId, Path)), responses((status = 200, body = Company), Problems))]
async fn get(ctx: Ctx, Id(id): Id<CompanyId>) -> Result<Versioned<Company>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the given fields; `null` clears one.
#[utoipa::path(patch, path = "/companies/{id}", tag = "companies", operation_id = "updateCompany",
    params(("id" = CompanyId, Path)), request_body = CompanyPatch, responses((status = 200, body = Company), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<CompanyId>,
    expected: IfMatch,
    body: Body<CompanyPatch>,
) -> Result<Versioned<Company>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Hides a company from lists; its domains become free.
#[utoipa::path(post, path = "/companies/{id}/archive", tag = "companies", operation_id = "archiveCompany",
    params(("id" = CompanyId, Path)), responses((status = 200, body = Company), Problems))]
async fn archive(ctx: Ctx, Id(id): Id<CompanyId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::archive(tx, actor, id, expected)).await
}

/// Brings an archived company back.
#[utoipa::path(post, path = "/companies/{id}/restore", tag = "companies", operation_id = "restoreCompany",
    params(("id" = CompanyId, Path)), responses((status = 200, body = Company), Problems))]
async fn restore(ctx: Ctx, Id(id): Id<CompanyId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::restore(tx, actor, id, expected)).await
}

/// Folds companies into one, which gets all that is theirs; they are archived and name that one in `mergedIntoId`.
#[utoipa::path(post, path = "/companies/merge", tag = "companies", operation_id = "mergeCompanies",
    request_body = MergeCompanies, responses((status = 200, body = Company), Problems))]
async fn merge(ctx: Ctx, body: Body<MergeCompanies>) -> Result<Response> {
    policy::require(&ctx.actor, Action::MergeRecords)?;
    ctx.act(body, merging::merge).await
}

/// What a merge would do: how much goes over, whose values stand, and the company that would come of it.
#[utoipa::path(post, path = "/companies/merge/preview", tag = "companies", operation_id = "previewCompanyMerge",
    request_body = MergeCompanies, responses((status = 200, body = CompanyMergePreview), Problems))]
async fn preview_merge(ctx: Ctx, body: Body<MergeCompanies>) -> Result<Json<CompanyMergePreview>> {
    ctx.read(move |c, actor| merging::preview(c, actor, &body.value)).await.map(Json)
}

/// Takes a company that was merged out again: it has back what was its own, as far as that is still there.
#[utoipa::path(post, path = "/companies/{id}/unmerge", tag = "companies", operation_id = "unmergeCompany",
    params(("id" = CompanyId, Path)), responses((status = 200, body = UnmergedCompany), Problems))]
async fn unmerge(ctx: Ctx, Id(id): Id<CompanyId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| merging::unmerge(tx, actor, id, expected)).await
}

/// What happened to a company and its customers, newest first.
#[utoipa::path(get, path = "/companies/{id}/activity", tag = "companies", operation_id = "listCompanyActivity",
    params(("id" = CompanyId, Path), ActivityQuery), responses((status = 200, body = Page<Activity>), Problems))]
async fn timeline(ctx: Ctx, Id(id): Id<CompanyId>, Form(asked): Form<ActivityQuery>) -> Result<Json<Page<Activity>>> {
    let limit = asked.limit()?;
    ctx.read(move |c, actor| super::timeline(c, actor, id, &asked, limit)).await.map(Json)
}
