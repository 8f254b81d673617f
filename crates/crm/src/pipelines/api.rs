use super::{NewPipeline, Pipeline, PipelinePatch};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::http::{App, Body, Ctx, Id, IfMatch, Page, Problems, Versioned};
use platform::ids::PipelineId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

/// All pipelines with their stages, in their order, archived ones too.
#[utoipa::path(get, path = "/pipelines", tag = "deals", operation_id = "listPipelines",
    responses((status = 200, body = Page<Pipeline>), Problems))]
async fn list(ctx: Ctx) -> Result<Json<Page<Pipeline>>> {
    let mut items = ctx.read(|c, actor| super::all(c, &actor.scope())).await?;
    if items.is_empty() {
        items = vec![ctx.write(super::ensure_default).await?];
    }
    Ok(Json(Page { items, next_cursor: None }))
}

/// Makes a pipeline.
#[utoipa::path(post, path = "/pipelines", tag = "deals", operation_id = "createPipeline", request_body = NewPipeline,
    responses((status = 201, body = Pipeline), Problems))]
async fn create(ctx: Ctx, body: Body<NewPipeline>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// A pipeline.
#[utoipa::path(get, path = "/pipelines/{id}", tag = "deals", operation_id = "getPipeline",
    params(("id" = PipelineId, Path)), responses((status = 200, body = Pipeline), Problems))]
async fn get(ctx: Ctx, Id(id): Id<PipelineId>) -> Result<Versioned<Pipeline>> {
    ctx.read(move |c, actor| super::get(c, &actor.scope(), id)).await.map(Versioned)
}

/// Changes the name or the stages; a stage with deals neither goes nor changes its meaning.
#[utoipa::path(patch, path = "/pipelines/{id}", tag = "deals", operation_id = "updatePipeline",
    params(("id" = PipelineId, Path)), request_body = PipelinePatch,
    responses((status = 200, body = Pipeline), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<PipelineId>,
    expected: IfMatch,
    body: Body<PipelinePatch>,
) -> Result<Versioned<Pipeline>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Hides a pipeline that has no deals.
#[utoipa::path(post, path = "/pipelines/{id}/archive", tag = "deals", operation_id = "archivePipeline",
    params(("id" = PipelineId, Path)), responses((status = 200, body = Pipeline), Problems))]
async fn archive(ctx: Ctx, Id(id): Id<PipelineId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::archive(tx, actor, id, expected)).await
}

/// Brings an archived pipeline back.
#[utoipa::path(post, path = "/pipelines/{id}/restore", tag = "deals", operation_id = "restorePipeline",
    params(("id" = PipelineId, Path)), responses((status = 200, body = Pipeline), Problems))]
async fn restore(ctx: Ctx, Id(id): Id<PipelineId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::restore(tx, actor, id, expected)).await
}
