use super::board::{self, Board};
use super::bulk::actions::{self, DealBulk};
use super::{Deal, DealPatch, FIELDS, Forecast, GroupBy, MoveDeal, NewDeal, StageVisit, Stats};
use crate::activity::{Activity, ActivityQuery};
use crate::custom_fields::{self, PREFIX, Record};
use crate::export::{ExportBody, ExportFormat, ExportQuery};
use crate::pipelines::{self, Pipeline};
use axum::Json;
use axum::response::Response;
use platform::bulk::BulkAccepted;
use platform::filter::{Me, Schema, Tree};
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, Page, Problems, Versioned};
use platform::ids::{CompanyId, DealId, PipelineId, StageId};
use platform::paging::{Count, CountBody, LIMIT_MAX, ListBody, ListQuery};
use platform::{Error, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) const DEFAULT_SORT: &str = "-createdAt";
/// Cards of a stage at once.
const CARDS_DEFAULT: usize = 30;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(bulk))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(export_chosen))
        .routes(routes!(show_board))
        .routes(routes!(forecast))
        .routes(routes!(stats))
        .routes(routes!(get, update))
        .routes(routes!(move_to))
        .routes(routes!(archive))
        .routes(routes!(restore))
        .routes(routes!(stages))
        .routes(routes!(timeline))
        .routes(routes!(of_company))
}

async fn schema(ctx: &Ctx, is_named: bool) -> Result<Schema> {
    custom_fields::schema_for(ctx, Record::Deal, &FIELDS, is_named).await
}

/// Deals, filtered and sorted.
#[utoipa::path(get, path = "/deals", tag = "deals", operation_id = "listDeals", params(ListQuery),
    responses((status = 200, body = Page<Deal>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<ListQuery>) -> Result<Json<Page<Deal>>> {
    let list = asked.read(schema(&ctx, asked.names(PREFIX)).await?, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// Deals, filtered and sorted, for filters too long for an address.
#[utoipa::path(post, path = "/deals/query", tag = "deals", operation_id = "queryDeals",
    request_body = ListBody, responses((status = 200, body = Page<Deal>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<Deal>>> {
    let list = body.value.read(schema(&ctx, body.value.names(PREFIX)).await?, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// How many deals match.
#[utoipa::path(post, path = "/deals/count", tag = "deals", operation_id = "countDeals",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let (tree, q) = body.value.read(schema(&ctx, body.value.names(PREFIX)).await?, Me::Allowed)?;
    ctx.read(move |c, actor| super::count(c, actor, &tree, q.as_deref(), body.value.exact)).await.map(Json)
}

/// Makes a deal, the caller's own unless said.
#[utoipa::path(post, path = "/deals", tag = "deals", operation_id = "createDeal", request_body = NewDeal,
    responses((status = 201, body = Deal), Problems))]
async fn create(ctx: Ctx, body: Body<NewDeal>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// Does one thing to many deals, as a job: those that match now are frozen, and each is looked at when its turn comes.
/// `GET /jobs/{id}` says how far it is.
#[utoipa::path(post, path = "/deals/bulk", tag = "deals", operation_id = "bulkDeals",
    request_body = DealBulk, responses((status = 202, body = BulkAccepted), Problems))]
async fn bulk(ctx: Ctx, body: Body<DealBulk>) -> Result<Response> {
    let schema = schema(&ctx, body.value.select.names(PREFIX)).await?;
    let body = body.try_map(|asked| asked.parse(schema.clone()))?;
    ctx.start(body, actions::ask).await
}

/// The deals of a list as CSV, all of them; no cell is a formula.
#[utoipa::path(get, path = "/deals/export.csv", tag = "deals", operation_id = "exportDeals",
    params(ExportQuery), responses((status = 200, content_type = "text/csv", body = String), Problems))]
async fn export(ctx: Ctx, Form(asked): Form<ExportQuery>) -> Result<Response> {
    super::export::answer(ctx, &asked, ExportFormat::Csv).await
}

/// The deals of a list as a workbook, all of them; no cell is a formula.
#[utoipa::path(get, path = "/deals/export.xlsx", tag = "deals", operation_id = "exportDealsWorkbook",
    params(ExportQuery), responses((status = 200, body = [u8],
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Problems))]
async fn export_workbook(ctx: Ctx, Form(asked): Form<ExportQuery>) -> Result<Response> {
    super::export::answer(ctx, &asked, ExportFormat::Xlsx).await
}

/// Chosen deals as a file: those that are named, or all that match but for some. No cell is a formula.
#[utoipa::path(post, path = "/deals/export", tag = "deals", operation_id = "exportChosenDeals",
    request_body = ExportBody, responses((status = 200, content((String = "text/csv"),
        ([u8] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), Problems))]
async fn export_chosen(ctx: Ctx, body: Body<ExportBody>) -> Result<Response> {
    super::export::answer_chosen(ctx, &body.value).await
}

/// The filter of a report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BoardQuery {
    /// The default pipeline unless said.
    pipeline_id: Option<PipelineId>,
    /// A filter tree as JSON.
    filter: Option<String>,
    /// Text to search for.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only this stage.
    stage_id: Option<StageId>,
    /// `nextCursor` of the stage, for its next cards.
    cursor: Option<String>,
    /// Cards of each stage, 30 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

impl BoardQuery {
    /// Cards of each stage.
    fn limit(&self) -> Result<usize> {
        if self.cursor.is_some() && self.stage_id.is_none() {
            return Err(Error::malformed("stageId", "required", "say which stage's next cards are asked for"));
        }
        match self.limit.as_deref().map(str::parse) {
            None => Ok(CARDS_DEFAULT),
            Some(Ok(limit)) if (1..=LIMIT_MAX as usize).contains(&limit) => Ok(limit),
            Some(_) => {
                let message = format!("limit is a number from 1 to {LIMIT_MAX}");
                Err(Error::malformed("limit", "invalid_value", message))
            }
        }
    }
}

/// The tree and the text of a report's parameters.
async fn filter(ctx: &Ctx, filter: Option<String>, q: Option<String>) -> Result<(Tree, Option<String>)> {
    let asked = ListQuery { filter, q, ..ListQuery::default() };
    let list = asked.read(schema(ctx, asked.names(PREFIX)).await?, DEFAULT_SORT, Me::Allowed)?;
    Ok((list.tree, list.q))
}

async fn pipeline(ctx: &Ctx, id: Option<PipelineId>) -> Result<Pipeline> {
    match ctx.read(move |c, actor| board::asked_pipeline(c, actor, id)).await? {
        Some(pipeline) => Ok(pipeline),
        None => ctx.write(pipelines::ensure_default).await,
    }
}

/// A pipeline's stages, each with the number and the sums of its deals and the first cards.
#[utoipa::path(get, path = "/deals/board", tag = "deals", operation_id = "getBoard", params(BoardQuery),
    responses((status = 200, body = Board), Problems))]
async fn show_board(ctx: Ctx, Form(asked): Form<BoardQuery>) -> Result<Json<Board>> {
    let limit = asked.limit()?;
    let BoardQuery { pipeline_id, stage_id, cursor, filter: tree, q, .. } = asked;
    let (tree, q) = filter(&ctx, tree, q).await?;
    let pipeline = pipeline(&ctx, pipeline_id).await?;
    let part = board::Part { stage_id, cursor, limit };
    ctx.read(move |c, actor| board::shown(c, actor, &pipeline, &tree, q.as_deref(), &part)).await.map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StatsQuery {
    /// A filter tree as JSON.
    filter: Option<String>,
    /// Text to search for.
    #[param(max_length = 200)]
    q: Option<String>,
    /// What the figures are parted by.
    #[param(inline)]
    group_by: Option<GroupBy>,
}

/// What was won and lost, and how long winning took.
#[utoipa::path(get, path = "/deals/stats", tag = "deals", operation_id = "getDealStats", params(StatsQuery),
    responses((status = 200, body = Stats), Problems))]
async fn stats(ctx: Ctx, Form(asked): Form<StatsQuery>) -> Result<Json<Stats>> {
    let by = asked.group_by;
    let (tree, q) = filter(&ctx, asked.filter, asked.q).await?;
    ctx.read(move |c, actor| super::stats(c, actor, &tree, q.as_deref(), by)).await.map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ForecastQuery {
    /// A filter tree as JSON.
    filter: Option<String>,
    /// Text to search for.
    #[param(max_length = 200)]
    q: Option<String>,
}

/// What the deals that are not closed are expected to bring, by month and owner, as it is and by probability.
#[utoipa::path(get, path = "/deals/forecast", tag = "deals", operation_id = "getForecast", params(ForecastQuery),
    responses((status = 200, body = Forecast), Problems))]
async fn forecast(ctx: Ctx, Form(asked): Form<ForecastQuery>) -> Result<Json<Forecast>> {
    let (tree, q) = filter(&ctx, asked.filter, asked.q).await?;
    ctx.read(move |c, actor| super::forecast(c, actor, &tree, q.as_deref())).await.map(Json)
}

/// A deal.
#[utoipa::path(get, path = "/deals/{id}", tag = "deals", operation_id = "getDeal",
    params(("id" = DealId, Path)), responses((status = 200, body = Deal), Problems))]
async fn get(ctx: Ctx, Id(id): Id<DealId>) -> Result<Versioned<Deal>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the given fields; `null` clears one.
#[utoipa::path(patch, path = "/deals/{id}", tag = "deals", operation_id = "updateDeal",
    params(("id" = DealId, Path)), request_body = DealPatch, responses((status = 200, body = Deal), Problems))]
async fn update(ctx: Ctx, Id(id): Id<DealId>, expected: IfMatch, body: Body<DealPatch>) -> Result<Versioned<Deal>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Brings a deal into a stage, between two others or to the top.
#[utoipa::path(post, path = "/deals/{id}/move", tag = "deals", operation_id = "moveDeal",
    params(("id" = DealId, Path)), request_body = MoveDeal, responses((status = 200, body = Deal), Problems))]
async fn move_to(ctx: Ctx, Id(id): Id<DealId>, expected: IfMatch, body: Body<MoveDeal>) -> Result<Response> {
    ctx.act(body, move |tx, actor, asked| super::move_to(tx, actor, id, asked, expected)).await
}

/// Hides a deal from lists, boards and reports.
#[utoipa::path(post, path = "/deals/{id}/archive", tag = "deals", operation_id = "archiveDeal",
    params(("id" = DealId, Path)), responses((status = 200, body = Deal), Problems))]
async fn archive(ctx: Ctx, Id(id): Id<DealId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::archive(tx, actor, id, expected)).await
}

/// Brings an archived deal back.
#[utoipa::path(post, path = "/deals/{id}/restore", tag = "deals", operation_id = "restoreDeal",
    params(("id" = DealId, Path)), responses((status = 200, body = Deal), Problems))]
async fn restore(ctx: Ctx, Id(id): Id<DealId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::restore(tx, actor, id, expected)).await
}

/// The stages that a deal has been in, in their order; of more than 1,000 the last ones.
#[utoipa::path(get, path = "/deals/{id}/stages", tag = "deals", operation_id = "listDealStages",
    params(("id" = DealId, Path)), responses((status = 200, body = Vec<StageVisit>), Problems))]
async fn stages(ctx: Ctx, Id(id): Id<DealId>) -> Result<Json<Vec<StageVisit>>> {
    ctx.read(move |c, actor| super::stages(c, actor, id)).await.map(Json)
}

/// What happened to a deal, newest first.
#[utoipa::path(get, path = "/deals/{id}/activity", tag = "deals", operation_id = "listDealActivity",
    params(("id" = DealId, Path), ActivityQuery), responses((status = 200, body = Page<Activity>), Problems))]
async fn timeline(ctx: Ctx, Id(id): Id<DealId>, Form(asked): Form<ActivityQuery>) -> Result<Json<Page<Activity>>> {
    let limit = asked.limit()?;
    ctx.read(move |c, actor| super::timeline(c, actor, id, &asked, limit)).await.map(Json)
}

/// The deals of a company, filtered and sorted.
#[utoipa::path(get, path = "/companies/{id}/deals", tag = "companies", operation_id = "listCompanyDeals",
    params(("id" = CompanyId, Path), ListQuery), responses((status = 200, body = Page<Deal>), Problems))]
async fn of_company(ctx: Ctx, Id(id): Id<CompanyId>, Form(asked): Form<ListQuery>) -> Result<Json<Page<Deal>>> {
    let schema = schema(&ctx, asked.names(PREFIX)).await?;
    let list = asked.read_within(schema, DEFAULT_SORT, Me::Allowed, &id.to_string())?;
    ctx.read(move |c, actor| super::page_of_company(c, actor, id, &list)).await.map(Json)
}
