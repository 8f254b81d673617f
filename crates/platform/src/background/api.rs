use super::Job;
use crate::bulk::BulkAccepted;
use crate::error::Result;
use crate::http::{App, Ctx, Id, Problems};
use axum::Json;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(cancel)).routes(routes!(undo))
}

/// How far a job is, or how it ended.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", operation_id = "getJob", params(("id" = Uuid, Path)),
    responses((status = 200, body = Job), Problems))]
async fn get(ctx: Ctx, Id(id): Id<Uuid>) -> Result<Json<Job>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Json)
}

/// Stops a bulk action after the records it is at; what it has done stands and can be undone.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", operation_id = "cancelJob", params(("id" = Uuid, Path)),
    responses((status = 202, body = Job), Problems))]
async fn cancel(ctx: Ctx, Id(id): Id<Uuid>) -> Result<Response> {
    ctx.start_empty(move |tx, actor| super::cancel(tx, actor, id)).await
}

/// Takes back what a bulk action has changed, by a job of its own, but for what somebody has changed since.
#[utoipa::path(post, path = "/jobs/{id}/undo", tag = "jobs", operation_id = "undoJob", params(("id" = Uuid, Path)),
    responses((status = 202, body = BulkAccepted), Problems))]
async fn undo(ctx: Ctx, Id(id): Id<Uuid>) -> Result<Response> {
    ctx.start_empty(move |tx, actor| super::undo(tx, actor, id)).await
}
