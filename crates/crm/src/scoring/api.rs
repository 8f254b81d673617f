use super::model::{
    Adjust, Assess, Assessment, Backtest, BacktestDraft, Calibration, Criteria, Criterion, CriterionPatch, Fits, Leads,
    NewCriterion, NewReview, NewSignal, Readings, Reviewed, Signal, Tried, TryDraft, TryNew,
};
use super::{HistoryQuery, LeadQuery, backtest};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, NoContent, Page, Problems, Versioned};
use platform::ids::{CriterionId, CustomerId, ProductId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(assess))
        .routes(routes!(adjust))
        .routes(routes!(readings))
        .routes(routes!(backtest))
        .routes(routes!(backtest_new))
        .routes(routes!(try_edited))
        .routes(routes!(try_new))
        .routes(routes!(calibration))
        .routes(routes!(fit))
        .routes(routes!(history))
        .routes(routes!(rescore))
        .routes(routes!(signal))
        .routes(routes!(leads))
        .routes(routes!(review))
}

/// The criteria of a product in their order.
#[utoipa::path(get, path = "/products/{id}/criteria", tag = "scoring", operation_id = "listCriteria",
    params(("id" = ProductId, Path)), responses((status = 200, body = Criteria), Problems))]
async fn list(ctx: Ctx, Id(id): Id<ProductId>) -> Result<Json<Criteria>> {
    ctx.read(move |c, actor| super::criteria(c, actor, id)).await.map(Json)
}

/// Adds a criterion to a product. All customers are scored by it in the background: `jobId`. For admins.
#[utoipa::path(post, path = "/products/{id}/criteria", tag = "scoring", operation_id = "createCriterion",
    params(("id" = ProductId, Path)), request_body = NewCriterion,
    responses((status = 201, body = Criterion), Problems))]
async fn create(ctx: Ctx, Id(id): Id<ProductId>, body: Body<NewCriterion>) -> Result<Response> {
    ctx.create(body, move |tx, actor, new| super::create(tx, actor, id, new)).await
}

/// A criterion.
#[utoipa::path(get, path = "/criteria/{id}", tag = "scoring", operation_id = "getCriterion",
    params(("id" = CriterionId, Path)), responses((status = 200, body = Criterion), Problems))]
async fn get(ctx: Ctx, Id(id): Id<CriterionId>) -> Result<Versioned<Criterion>> {
    ctx.read(move |c, actor| super::criterion(c, actor, id)).await.map(Versioned)
}

/// Changes the given parts. Where they make other scores, all customers are scored anew in the background. For admins.
#[utoipa::path(patch, path = "/criteria/{id}", tag = "scoring", operation_id = "updateCriterion",
    params(("id" = CriterionId, Path)), request_body = CriterionPatch,
    responses((status = 200, body = Criterion), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<CriterionId>,
    expected: IfMatch,
    body: Body<CriterionPatch>,
) -> Result<Versioned<Criterion>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Takes a criterion away; its assessments stay as history. For admins.
#[utoipa::path(delete, path = "/criteria/{id}", tag = "scoring", operation_id = "deleteCriterion",
    params(("id" = CriterionId, Path)), responses((status = 204), Problems))]
async fn delete(ctx: Ctx, Id(id): Id<CriterionId>, expected: IfMatch) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::archive(tx, actor, id, expected)).await
}

/// Says by hand how well a customer does by a criterion: that counts before all that is computed, until it expires.
#[utoipa::path(post, path = "/criteria/{id}/assess", tag = "scoring", operation_id = "assessCustomer",
    params(("id" = CriterionId, Path)), request_body = Assess,
    responses((status = 201, body = Assessment), Problems))]
async fn assess(ctx: Ctx, Id(id): Id<CriterionId>, body: Body<Assess>) -> Result<Response> {
    ctx.create(body, move |tx, actor, asked| super::assess(tx, actor, id, asked)).await
}

/// Adds to the score that counts, within -1 and 1. What is computed counts again once it comes to something else.
#[utoipa::path(post, path = "/criteria/{id}/adjust", tag = "scoring", operation_id = "adjustScore",
    params(("id" = CriterionId, Path)), request_body = Adjust,
    responses((status = 201, body = Assessment), Problems))]
async fn adjust(ctx: Ctx, Id(id): Id<CriterionId>, body: Body<Adjust>) -> Result<Response> {
    ctx.create(body, move |tx, actor, asked| super::adjust(tx, actor, id, asked)).await
}

/// How far the reading of customers by a conversation criterion is, and what stands in its way.
#[utoipa::path(get, path = "/criteria/{id}/readings", tag = "scoring", operation_id = "getReadings",
    params(("id" = CriterionId, Path)), responses((status = 200, body = Readings), Problems))]
async fn readings(ctx: Ctx, Id(id): Id<CriterionId>) -> Result<Json<Readings>> {
    ctx.read(move |c, actor| super::readings(c, actor, id)).await.map(Json)
}

/// What an edit of a criterion would change, for all customers or a sample of them. Nothing is written. What a model reads is
/// tried with single customers. For admins.
#[utoipa::path(post, path = "/criteria/{id}/backtest", tag = "scoring", operation_id = "backtestCriterion",
    params(("id" = CriterionId, Path)), request_body = BacktestDraft,
    responses((status = 200, body = Backtest), Problems))]
async fn backtest(ctx: Ctx, Id(id): Id<CriterionId>, body: Body<BacktestDraft>) -> Result<Json<Backtest>> {
    ctx.read(move |c, actor| backtest::of_edited(c, actor, id, &body.value)).await.map(Json)
}

/// What a new criterion would change. Nothing is written. For admins.
#[utoipa::path(post, path = "/products/{id}/criteria/backtest", tag = "scoring", operation_id = "backtestNewCriterion",
    params(("id" = ProductId, Path)), request_body = NewCriterion,
    responses((status = 200, body = Backtest), Problems))]
async fn backtest_new(ctx: Ctx, Id(id): Id<ProductId>, body: Body<NewCriterion>) -> Result<Json<Backtest>> {
    ctx.read(move |c, actor| backtest::of_new(c, actor, id, &body.value)).await.map(Json)
}

/// What an edit of a criterion would make of one customer. A model is asked about this one alone. For admins.
#[utoipa::path(post, path = "/criteria/{id}/try", tag = "scoring", operation_id = "tryCriterion",
    params(("id" = CriterionId, Path)), request_body = TryDraft, responses((status = 200, body = Tried), Problems))]
async fn try_edited(ctx: Ctx, Id(id): Id<CriterionId>, body: Body<TryDraft>) -> Result<Json<Tried>> {
    backtest::try_edited(&ctx, id, body.value).await.map(Json)
}

/// What a new criterion would make of one customer. A model is asked about this one alone. For admins.
#[utoipa::path(post, path = "/products/{id}/criteria/try", tag = "scoring", operation_id = "tryNewCriterion",
    params(("id" = ProductId, Path)), request_body = TryNew, responses((status = 200, body = Tried), Problems))]
async fn try_new(ctx: Ctx, Id(id): Id<ProductId>, body: Body<TryNew>) -> Result<Json<Tried>> {
    backtest::try_new(&ctx, id, body.value).await.map(Json)
}

/// What the scores of a product were worth: fits just before deals were decided, against how these ended.
#[utoipa::path(get, path = "/products/{id}/calibration", tag = "scoring", operation_id = "getCalibration",
    params(("id" = ProductId, Path)), responses((status = 200, body = Calibration), Problems))]
async fn calibration(ctx: Ctx, Id(id): Id<ProductId>) -> Result<Json<Calibration>> {
    ctx.read(move |c, actor| super::calibration(c, actor, id)).await.map(Json)
}

/// How well a customer fits each product that has criteria, and why.
#[utoipa::path(get, path = "/customers/{id}/fit", tag = "scoring", operation_id = "getCustomerFit",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Fits), Problems))]
async fn fit(ctx: Ctx, Id(id): Id<CustomerId>) -> Result<Json<Fits>> {
    ctx.read(move |c, actor| super::fits(c, actor, id)).await.map(|fits| Json(Fits(fits)))
}

/// All assessments of a customer, the newest first.
#[utoipa::path(get, path = "/customers/{id}/fit/history", tag = "scoring", operation_id = "listAssessments",
    params(("id" = CustomerId, Path), HistoryQuery), responses((status = 200, body = Page<Assessment>), Problems))]
async fn history(ctx: Ctx, Id(id): Id<CustomerId>, Form(asked): Form<HistoryQuery>) -> Result<Json<Page<Assessment>>> {
    ctx.read(move |c, actor| super::history(c, actor, id, &asked)).await.map(Json)
}

/// Scores a customer anew by all criteria, and answers the fits.
#[utoipa::path(post, path = "/customers/{id}/rescore", tag = "scoring", operation_id = "rescoreCustomer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Fits), Problems))]
async fn rescore(ctx: Ctx, Id(id): Id<CustomerId>) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::rescore_customer(tx, actor, id)).await
}

/// Takes a sign of interest down, for intent criteria that name it.
#[utoipa::path(post, path = "/intent-signals", tag = "scoring", operation_id = "createIntentSignal",
    request_body = NewSignal, responses((status = 201, body = Signal), Problems))]
async fn signal(ctx: Ctx, body: Body<NewSignal>) -> Result<Response> {
    ctx.create(body, super::signal).await
}

/// Customers ranked by their fit to a product, with what it is made of.
#[utoipa::path(get, path = "/leads", tag = "leads", operation_id = "listLeads", params(LeadQuery),
    responses((status = 200, body = Leads), Problems))]
async fn leads(ctx: Ctx, Form(asked): Form<LeadQuery>) -> Result<Json<Leads>> {
    ctx.read(move |c, actor| super::leads(c, actor, &asked)).await.map(Json)
}

/// Takes down what somebody says of a lead, scores the customer anew, and makes a deal of one that qualifies if asked to.
#[utoipa::path(post, path = "/leads/review", tag = "leads", operation_id = "reviewLead", request_body = NewReview,
    responses((status = 201, body = Reviewed), Problems))]
async fn review(ctx: Ctx, body: Body<NewReview>) -> Result<Response> {
    ctx.create(body, super::review).await
}
