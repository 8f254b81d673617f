use super::AuditEntry;
use crate::error::Result;
use crate::http::{App, Ctx, Form, Page, Problems};
use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The log of administrative acts, newest first. For admins and owners.
#[utoipa::path(get, path = "/audit", tag = "organisation", operation_id = "listAudit", params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>), Problems))]
async fn list(ctx: Ctx, Form(query): Form<AuditQuery>) -> Result<Json<Page<AuditEntry>>> {
    let page = ctx.read(move |c, actor| super::list(c, actor, query.limit.as_deref(), query.cursor.as_deref()));
    page.await.map(Json)
}
