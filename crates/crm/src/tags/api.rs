use super::{FIELDS, NewTag, Tag};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::filter::Me;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, NoContent, Page, Problems, Versioned};
use platform::ids::TagId;
use platform::paging::{Count, CountBody, ListBody, ListQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const DEFAULT_SORT: &str = "name";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(get, remove))
}

/// Tags, filtered and sorted, by name unless said.
#[utoipa::path(get, path = "/tags", tag = "tags", operation_id = "listTags", params(ListQuery),
    responses((status = 200, body = Page<Tag>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<ListQuery>) -> Result<Json<Page<Tag>>> {
    let list = asked.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// Tags, filtered and sorted, for filters too long for an address.
#[utoipa::path(post, path = "/tags/query", tag = "tags", operation_id = "queryTags",
    request_body = ListBody, responses((status = 200, body = Page<Tag>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<Tag>>> {
    let list = body.value.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// How many tags match.
#[utoipa::path(post, path = "/tags/count", tag = "tags", operation_id = "countTags",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let (tree, q) = body.value.read(&FIELDS, Me::Allowed)?;
    ctx.read(move |c, actor| super::count_of(c, actor, &tree, q.as_deref())).await.map(Json)
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

/// Deletes a tag and takes it off all customers.
#[utoipa::path(delete, path = "/tags/{id}", tag = "tags", operation_id = "deleteTag", params(("id" = TagId, Path)),
    responses((status = 204), Problems))]
async fn remove(ctx: Ctx, Id(id): Id<TagId>, expected: IfMatch) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::delete(tx, actor, id, expected)).await
}
