use super::{ApiKey, CreatedApiKey, NewApiKey};
use crate::error::Result;
use crate::http::{App, Body, Created, Ctx, Form, Id, NoContent, Page, Problems};
use crate::ids::ApiKeyId;
use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ApiKeysQuery {
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The organisation's keys, the newest first, without their secrets. For admins and owners.
#[utoipa::path(get, path = "/api-keys", tag = "organisation", operation_id = "listApiKeys", params(ApiKeysQuery),
    responses((status = 200, body = Page<ApiKey>), Problems))]
async fn list(ctx: Ctx, Form(query): Form<ApiKeysQuery>) -> Result<Json<Page<ApiKey>>> {
    let page = ctx.read(move |c, actor| super::list(c, actor, query.limit.as_deref(), query.cursor.as_deref()));
    page.await.map(Json)
}

/// Makes a key. Its secret is in this answer alone; a repeat under the same `Idempotency-Key` is a 409 that
/// names the key.
#[utoipa::path(post, path = "/api-keys", tag = "organisation", operation_id = "createApiKey", request_body = NewApiKey,
    responses((status = 201, body = CreatedApiKey), Problems))]
async fn create(ctx: Ctx, body: Body<NewApiKey>) -> Result<Created<CreatedApiKey>> {
    let key = ctx.idempotency_key().map(str::to_string);
    ctx.write(move |tx, actor| super::create_once(tx, actor, &body.value, key.as_deref(), &body.digest))
        .await
        .map(Created)
}

/// Revokes a key at once.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "organisation", operation_id = "deleteApiKey",
    params(("id" = ApiKeyId, Path)), responses((status = 204), Problems))]
async fn revoke(ctx: Ctx, Id(id): Id<ApiKeyId>) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::revoke(tx, actor, id)).await
}
