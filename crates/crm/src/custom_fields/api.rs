use super::{CustomField, CustomFieldPatch, NewCustomField};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::http::{App, Body, Ctx, Id, IfMatch, Page, Problems, Versioned};
use platform::ids::CustomFieldId;
use platform::policy::{self, Action};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

/// All custom fields by record and order, archived ones too.
#[utoipa::path(get, path = "/custom-fields", tag = "custom fields", operation_id = "listCustomFields",
    responses((status = 200, body = Page<CustomField>), Problems))]
async fn list(ctx: Ctx) -> Result<Json<Page<CustomField>>> {
    let items = ctx.read(super::list).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Adds a field to a record.
#[utoipa::path(post, path = "/custom-fields", tag = "custom fields", operation_id = "createCustomField",
    request_body = NewCustomField, responses((status = 201, body = CustomField), Problems))]
async fn create(ctx: Ctx, body: Body<NewCustomField>) -> Result<Response> {
    policy::require(&ctx.actor, Action::EditCustomFields)?;
    ctx.create(body, super::create).await
}

/// A custom field.
#[utoipa::path(get, path = "/custom-fields/{id}", tag = "custom fields", operation_id = "getCustomField",
    params(("id" = CustomFieldId, Path)), responses((status = 200, body = CustomField), Problems))]
async fn get(ctx: Ctx, Id(id): Id<CustomFieldId>) -> Result<Versioned<CustomField>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Renames a field, changes its options or its place, demands a value or no longer does. Key and kind stay.
#[utoipa::path(patch, path = "/custom-fields/{id}", tag = "custom fields", operation_id = "updateCustomField",
    params(("id" = CustomFieldId, Path)), request_body = CustomFieldPatch,
    responses((status = 200, body = CustomField), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<CustomFieldId>,
    expected: IfMatch,
    body: Body<CustomFieldPatch>,
) -> Result<Versioned<CustomField>> {
    policy::require(&ctx.actor, Action::EditCustomFields)?;
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Hides a field with its values, which are kept.
#[utoipa::path(post, path = "/custom-fields/{id}/archive", tag = "custom fields", operation_id = "archiveCustomField",
    params(("id" = CustomFieldId, Path)), responses((status = 200, body = CustomField), Problems))]
async fn archive(ctx: Ctx, Id(id): Id<CustomFieldId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::archive(tx, actor, id, expected)).await
}

/// Brings an archived field back with its values.
#[utoipa::path(post, path = "/custom-fields/{id}/restore", tag = "custom fields", operation_id = "restoreCustomField",
    params(("id" = CustomFieldId, Path)), responses((status = 200, body = CustomField), Problems))]
async fn restore(ctx: Ctx, Id(id): Id<CustomFieldId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::restore(tx, actor, id, expected)).await
}
