use super::{Report, ReportQuery};
use axum::Json;
use platform::Result;
use platform::http::{App, Body, Ctx, Problems};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(query))
}

/// Counts records, or sums up what deals come to: all together, by a field or over time, with the period before. Every
/// figure comes with `opens`, the filter of the list that has exactly the records it counts.
#[utoipa::path(post, path = "/reports/query", tag = "dashboards", operation_id = "queryReport",
    request_body = ReportQuery, responses((status = 200, body = Report), Problems))]
async fn query(ctx: Ctx, body: Body<ReportQuery>) -> Result<Json<Report>> {
    ctx.read(move |c, actor| super::run(c, actor, &body.value)).await.map(Json)
}
