use super::model::{PreviewBody, SegmentNames};
use super::{
    CustomerSegment, Explanation, FIELDS, MembersChange, MembersChanged, NewSegment, Preview, Segment, SegmentJob,
    SegmentPatch,
};
use crate::customers::{self, Customer};
use axum::Json;
use axum::http::StatusCode;
use axum::response::Response;
use platform::Result;
use platform::filter::Me;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, Page, Problems, Versioned};
use platform::ids::{CustomerId, SegmentId};
use platform::paging::{Count, CountBody, ListBody, ListQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const DEFAULT_SORT: &str = "name";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(preview))
        .routes(routes!(by_name))
        .routes(routes!(get, update))
        .routes(routes!(archive))
        .routes(routes!(restore))
        .routes(routes!(members, change_members))
        .routes(routes!(recompute))
        .routes(routes!(explain))
        .routes(routes!(of_customer))
}

/// Segments, filtered and sorted.
#[utoipa::path(get, path = "/segments", tag = "segments", operation_id = "listSegments", params(ListQuery),
    responses((status = 200, body = Page<Segment>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<ListQuery>) -> Result<Json<Page<Segment>>> {
    let list = asked.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// Segments, filtered and sorted, for filters too long for an address.
#[utoipa::path(post, path = "/segments/query", tag = "segments", operation_id = "querySegments",
    request_body = ListBody, responses((status = 200, body = Page<Segment>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<Segment>>> {
    let list = body.value.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// How many segments match.
#[utoipa::path(post, path = "/segments/count", tag = "segments", operation_id = "countSegments",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let (tree, q) = body.value.read(&FIELDS, Me::Allowed)?;
    ctx.read(move |c, actor| super::count(c, actor, &tree, q.as_deref())).await.map(Json)
}

/// Makes a segment: a static one, or a dynamic one with its rule.
#[utoipa::path(post, path = "/segments", tag = "segments", operation_id = "createSegment",
    request_body = NewSegment, responses((status = 201, body = Segment), Problems))]
async fn create(ctx: Ctx, body: Body<NewSegment>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// What a rule, or a part of one, would do before it is saved: how many it selects, how many join and leave the segment
/// by it, and if asked for some of those people.
#[utoipa::path(post, path = "/segments/preview", tag = "segments", operation_id = "previewSegment",
    request_body = PreviewBody, responses((status = 200, body = Preview), Problems))]
async fn preview(ctx: Ctx, body: Body<PreviewBody>) -> Result<Json<Preview>> {
    let asked = body.value;
    ctx.read(move |c, actor| super::preview(c, actor, &asked.rule, asked.segment_id, asked.sample)).await.map(Json)
}

/// The segments of these names, in their order; missing ones are made as static segments.
#[utoipa::path(put, path = "/segments/by-name", tag = "segments", operation_id = "upsertSegmentsByName",
    request_body = SegmentNames, responses((status = 200, body = Page<Segment>), Problems))]
async fn by_name(ctx: Ctx, body: Body<SegmentNames>) -> Result<Json<Page<Segment>>> {
    let items = ctx.write(move |tx, actor| super::by_names(tx, actor, &body.value.names)).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// A segment.
#[utoipa::path(get, path = "/segments/{id}", tag = "segments", operation_id = "getSegment",
    params(("id" = SegmentId, Path)), responses((status = 200, body = Segment), Problems))]
async fn get(ctx: Ctx, Id(id): Id<SegmentId>) -> Result<Versioned<Segment>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the name, the description or the rule. A new rule decides at once; a job tells who joined and left by it.
#[utoipa::path(patch, path = "/segments/{id}", tag = "segments", operation_id = "updateSegment",
    params(("id" = SegmentId, Path)), request_body = SegmentPatch,
    responses((status = 200, body = Segment), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<SegmentId>,
    expected: IfMatch,
    body: Body<SegmentPatch>,
) -> Result<Versioned<Segment>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Puts a segment aside: nobody is in it until it is restored.
#[utoipa::path(post, path = "/segments/{id}/archive", tag = "segments", operation_id = "archiveSegment",
    params(("id" = SegmentId, Path)), responses((status = 200, body = Segment), Problems))]
async fn archive(ctx: Ctx, Id(id): Id<SegmentId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::archive(tx, actor, id, expected)).await
}

/// Brings an archived segment back.
#[utoipa::path(post, path = "/segments/{id}/restore", tag = "segments", operation_id = "restoreSegment",
    params(("id" = SegmentId, Path)), responses((status = 200, body = Segment), Problems))]
async fn restore(ctx: Ctx, Id(id): Id<SegmentId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::restore(tx, actor, id, expected)).await
}

/// The customers who are in a segment, filtered and sorted like all customers.
#[utoipa::path(get, path = "/segments/{id}/members", tag = "segments", operation_id = "listSegmentMembers",
    params(("id" = SegmentId, Path), ListQuery), responses((status = 200, body = Page<Customer>), Problems))]
async fn members(ctx: Ctx, Id(id): Id<SegmentId>, Form(asked): Form<ListQuery>) -> Result<Json<Page<Customer>>> {
    let schema = customers::schema_for(&ctx, |text| asked.names(text)).await?;
    let list = asked.read_within(schema, "-lastActivityAt", Me::Allowed, &id.to_string())?;
    ctx.read(move |c, actor| super::members(c, actor, id, &list)).await.map(Json)
}

/// Puts customers into a static segment and takes others out, all or none.
#[utoipa::path(post, path = "/segments/{id}/members", tag = "segments", operation_id = "changeSegmentMembers",
    params(("id" = SegmentId, Path)), request_body = MembersChange,
    responses((status = 200, body = MembersChanged), Problems))]
async fn change_members(ctx: Ctx, Id(id): Id<SegmentId>, body: Body<MembersChange>) -> Result<Response> {
    ctx.act(body, move |tx, actor, change| super::change_members(tx, actor, id, change)).await
}

/// Looks anew who is in a dynamic segment, as a job.
#[utoipa::path(post, path = "/segments/{id}/recompute", tag = "segments", operation_id = "recomputeSegment",
    params(("id" = SegmentId, Path)), responses((status = 202, body = SegmentJob), Problems))]
async fn recompute(ctx: Ctx, Id(id): Id<SegmentId>) -> Result<Response> {
    let mut answer = ctx.act_empty(move |tx, actor| super::recompute(tx, actor, id)).await?;
    *answer.status_mut() = StatusCode::ACCEPTED;
    Ok(answer)
}

/// Why a customer is in a segment, or is not.
#[utoipa::path(get, path = "/segments/{id}/explain/{customerId}", tag = "segments", operation_id = "explainSegment",
    params(("id" = SegmentId, Path), ("customerId" = CustomerId, Path)),
    responses((status = 200, body = Explanation), Problems))]
async fn explain(ctx: Ctx, Id((id, customer)): Id<(SegmentId, CustomerId)>) -> Result<Json<Explanation>> {
    ctx.read(move |c, actor| super::explain(c, actor, id, customer)).await.map(Json)
}

/// The segments that a customer is in, by name, with since when.
#[utoipa::path(get, path = "/customers/{id}/segments", tag = "segments", operation_id = "listCustomerSegments",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Page<CustomerSegment>), Problems))]
async fn of_customer(ctx: Ctx, Id(id): Id<CustomerId>) -> Result<Json<Page<CustomerSegment>>> {
    let items = ctx.read(move |c, actor| super::of_customer(c, actor, id)).await?;
    Ok(Json(Page { items, next_cursor: None }))
}
