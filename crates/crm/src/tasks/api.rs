use super::{FIELDS, NewTask, Task, TaskCounts, TaskPatch, View};
use crate::anchors::Anchor;
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::filter::Me;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, Page, Problems, Versioned};
use platform::ids::TaskId;
use platform::paging::{Count, CountBody, ListBody, ListQuery};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const DEFAULT_SORT: &str = "dueAt,createdAt";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(counts))
        .routes(routes!(get, update))
        .routes(routes!(claim))
}

/// The parameters of `GET /tasks`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TaskQuery {
    /// Which tasks; all of them unless said.
    #[param(inline)]
    view: Option<View>,
    /// Only those about this record: `customer:ID`, `company:ID` or `deal:ID`.
    anchor: Option<String>,
    /// A filter tree as JSON.
    filter: Option<String>,
    /// Fields to sort by, `-` for descending; when they are due unless said.
    sort: Option<String>,
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Text to search for.
    #[param(max_length = 200)]
    q: Option<String>,
}

/// Tasks, filtered and sorted.
#[utoipa::path(get, path = "/tasks", tag = "tasks", operation_id = "listTasks", params(TaskQuery),
    responses((status = 200, body = Page<Task>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<TaskQuery>) -> Result<Json<Page<Task>>> {
    let (view, anchor) = (asked.view.unwrap_or(View::All), asked.anchor.as_deref().map(Anchor::parse).transpose()?);
    let within = format!("{view:?} {anchor:?}");
    let TaskQuery { filter, sort, limit, cursor, q, .. } = asked;
    let list = ListQuery { filter, sort, limit, cursor, q }.read_within(&FIELDS, DEFAULT_SORT, Me::Allowed, &within)?;
    ctx.read(move |c, actor| super::page(c, actor, &list, view, anchor)).await.map(Json)
}

/// Tasks, filtered and sorted, for filters too long for an address.
#[utoipa::path(post, path = "/tasks/query", tag = "tasks", operation_id = "queryTasks",
    request_body = ListBody, responses((status = 200, body = Page<Task>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<Task>>> {
    let list = body.value.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list, View::All, None)).await.map(Json)
}

/// How many tasks match.
#[utoipa::path(post, path = "/tasks/count", tag = "tasks", operation_id = "countTasks",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let (tree, q) = body.value.read(&FIELDS, Me::Allowed)?;
    ctx.read(move |c, actor| super::count(c, actor, &tree, q.as_deref(), body.value.exact)).await.map(Json)
}

/// How many tasks wait for the caller, and in the pool. For people.
#[utoipa::path(get, path = "/tasks/counts", tag = "tasks", operation_id = "countWaitingTasks",
    responses((status = 200, body = TaskCounts), Problems))]
async fn counts(ctx: Ctx) -> Result<Json<TaskCounts>> {
    ctx.read(super::counts).await.map(Json)
}

/// Makes a task, for the pool unless somebody is to do it.
#[utoipa::path(post, path = "/tasks", tag = "tasks", operation_id = "createTask", request_body = NewTask,
    responses((status = 201, body = Task), Problems))]
async fn create(ctx: Ctx, body: Body<NewTask>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// A task.
#[utoipa::path(get, path = "/tasks/{id}", tag = "tasks", operation_id = "getTask",
    params(("id" = TaskId, Path)), responses((status = 200, body = Task), Problems))]
async fn get(ctx: Ctx, Id(id): Id<TaskId>) -> Result<Versioned<Task>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the given fields; `null` clears one. Completing a task that comes again makes the next one.
#[utoipa::path(patch, path = "/tasks/{id}", tag = "tasks", operation_id = "updateTask",
    params(("id" = TaskId, Path)), request_body = TaskPatch, responses((status = 200, body = Task), Problems))]
async fn update(ctx: Ctx, Id(id): Id<TaskId>, expected: IfMatch, body: Body<TaskPatch>) -> Result<Versioned<Task>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Takes a task from the pool.
#[utoipa::path(post, path = "/tasks/{id}/claim", tag = "tasks", operation_id = "claimTask",
    params(("id" = TaskId, Path)), responses((status = 200, body = Task), Problems))]
async fn claim(ctx: Ctx, Id(id): Id<TaskId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::claim(tx, actor, id, expected)).await
}
