use super::Job;
use crate::error::Result;
use crate::http::{App, Ctx, Id, Problems};
use axum::Json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// How far a job is, or how it ended.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", operation_id = "getJob", params(("id" = Uuid, Path)),
    responses((status = 200, body = Job), Problems))]
async fn get(ctx: Ctx, Id(id): Id<Uuid>) -> Result<Json<Job>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Json)
}
