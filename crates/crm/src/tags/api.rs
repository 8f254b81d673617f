use super::{NewTag, Tag, TagPatch};
use axum::response::Response;
use platform::Result;
use platform::http::{App, Body, Ctx, Id, IfMatch, NoContent, Page, Problems, Versioned};
use platform::ids::TagId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, remove))
}

/// All tags, by name.
#[utoipa::path(get, path = "/tags", tag = "tags", operation_id = "listTags",
    responses((status = 200, body = Page<Tag>), Problems))]
async fn list(ctx: Ctx) -> Result<axum::Json<Page<Tag>>> {
    let items = ctx.read(super::list).await?;
    Ok(axum::Json(Page { items, next_cursor: None }))
}

/// Makes a tag.
#[utoipa::path(post, path = "/tags", tag = "tags", operation_id = "createTag", request_body = NewTag,
    responses((status = 201, body = Tag), Problems))]
async fn create(ctx: Ctx, body: Body<NewTag>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// A tag.
#[utoipa::path(get, path = "/tags/{id}", tag = "tags", operation_id = "getTag", params(("id" = TagId, Path)),
    responses((status = 200, body = Tag), Problems))]
async fn get(ctx: Ctx, Id(id): Id<TagId>) -> Result<Versioned<Tag>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Renames, recolours or describes a tag.
#[utoipa::path(patch, path = "/tags/{id}", tag = "tags", operation_id = "updateTag", params(("id" = TagId, Path)),
    request_body = TagPatch, responses((status = 200, body = Tag), Problems))]
async fn update(ctx: Ctx, Id(id): Id<TagId>, expected: IfMatch, body: Body<TagPatch>) -> Result<Versioned<Tag>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Deletes a tag and takes it off all customers.
#[utoipa::path(delete, path = "/tags/{id}", tag = "tags", operation_id = "deleteTag", params(("id" = TagId, Path)),
    responses((status = 204), Problems))]
async fn remove(ctx: Ctx, Id(id): Id<TagId>, expected: IfMatch) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::delete(tx, actor, id, expected)).await
}
