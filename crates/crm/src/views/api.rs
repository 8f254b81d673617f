use super::{FIELDS, NewView, NewViewChoice, SavedView, SegmentUse, ViewChoice, ViewPatch, ViewRecord};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::filter::Me;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, NoContent, Page, Problems, Versioned};
use platform::ids::{SegmentId, ViewId};
use platform::paging::{Count, CountBody, ListBody, ListQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const DEFAULT_SORT: &str = "name";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(get, update, remove))
        .routes(routes!(uses_of_segment))
        .routes(routes!(choices))
        .routes(routes!(choose))
}

/// Views for everybody and one's own, filtered and sorted.
#[utoipa::path(get, path = "/views", tag = "views", operation_id = "listViews", params(ListQuery),
    responses((status = 200, body = Page<SavedView>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<ListQuery>) -> Result<Json<Page<SavedView>>> {
    let list = asked.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// Views for everybody and one's own, for filters too long for an address.
#[utoipa::path(post, path = "/views/query", tag = "views", operation_id = "queryViews",
    request_body = ListBody, responses((status = 200, body = Page<SavedView>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<SavedView>>> {
    let list = body.value.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// How many views match.
#[utoipa::path(post, path = "/views/count", tag = "views", operation_id = "countViews",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let (tree, q) = body.value.read(&FIELDS, Me::Allowed)?;
    ctx.read(move |c, actor| super::count(c, actor, &tree, q.as_deref())).await.map(Json)
}

/// Saves a view, for oneself or for everybody.
#[utoipa::path(post, path = "/views", tag = "views", operation_id = "createView", request_body = NewView,
    responses((status = 201, body = SavedView), Problems))]
async fn create(ctx: Ctx, body: Body<NewView>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// A view.
#[utoipa::path(get, path = "/views/{id}", tag = "views", operation_id = "getView", params(("id" = ViewId, Path)),
    responses((status = 200, body = SavedView), Problems))]
async fn get(ctx: Ctx, Id(id): Id<ViewId>) -> Result<Versioned<SavedView>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the given fields; `null` clears one.
#[utoipa::path(patch, path = "/views/{id}", tag = "views", operation_id = "updateView",
    params(("id" = ViewId, Path)), request_body = ViewPatch,
    responses((status = 200, body = SavedView), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<ViewId>,
    expected: IfMatch,
    body: Body<ViewPatch>,
) -> Result<Versioned<SavedView>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Deletes a view.
#[utoipa::path(delete, path = "/views/{id}", tag = "views", operation_id = "deleteView",
    params(("id" = ViewId, Path)), responses((status = 204), Problems))]
async fn remove(ctx: Ctx, Id(id): Id<ViewId>, expected: IfMatch) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::delete(tx, actor, id, expected)).await
}

/// The segments and views whose rules and filters name a segment.
#[utoipa::path(get, path = "/segments/{id}/used-by", tag = "segments", operation_id = "listSegmentUses",
    params(("id" = SegmentId, Path)), responses((status = 200, body = Page<SegmentUse>), Problems))]
async fn uses_of_segment(ctx: Ctx, Id(id): Id<SegmentId>) -> Result<Json<Page<SegmentUse>>> {
    let items = ctx.read(move |c, actor| super::uses_of_segment(c, actor, id)).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// The order of one's own views, and the one that each list opens with.
#[utoipa::path(get, path = "/me/views", tag = "views", operation_id = "listViewChoices",
    responses((status = 200, body = Page<ViewChoice>), Problems))]
async fn choices(ctx: Ctx) -> Result<Json<Page<ViewChoice>>> {
    let items = ctx.read(super::choices).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Keeps the order of the views of a record and the one that its list opens with, for oneself.
#[utoipa::path(put, path = "/me/views/{record}", tag = "views", operation_id = "chooseViews",
    params(("record" = ViewRecord, Path)), request_body = NewViewChoice,
    responses((status = 200, body = ViewChoice), Problems))]
async fn choose(ctx: Ctx, Id(record): Id<ViewRecord>, body: Body<NewViewChoice>) -> Result<Json<ViewChoice>> {
    ctx.write(move |tx, actor| super::choose(tx, actor, record, &body.value)).await.map(Json)
}
