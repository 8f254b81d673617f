use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use platform::http::{App, Body, Ctx, Form, Id, NoContent, Page, Problems, Versioned};
use platform::ids::ImportId;
use platform::policy::{self, Action};
use platform::{Actor, Error, Result};
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::decide::Verdict;
use super::field::RecordKind;
use super::form::Sent;
use super::model::{Import, ImportSummary, PlanBody, State};
use super::{form, upload};

/// Files that one process takes in at once: each costs a thread, and bandwidth to the database.
const UPLOADS_AT_ONCE: usize = 4;
/// How often, and how far apart, a plan is looked at before the answer says that it is under way. Small files are done
/// by then.
const PLAN_LOOKS: usize = 30;
const PLAN_LOOK: Duration = Duration::from_millis(50);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(template))
        .routes(routes!(get, remove))
        .routes(routes!(plan))
        .routes(routes!(run))
        .routes(routes!(cancel))
        .routes(routes!(undo))
        .routes(routes!(rows))
        // The handler counts what arrives, and stops at its own limit.
        .layer(DefaultBodyLimit::disable())
        .layer(Extension(Uploads(Arc::new(Semaphore::new(UPLOADS_AT_ONCE)))))
}

/// Places for uploads.
#[derive(Clone)]
struct Uploads(Arc<Semaphore>);

/// The form of an upload.
#[derive(ToSchema)]
#[allow(dead_code)]
struct ImportUpload {
    /// What the rows are about.
    record: RecordKind,
    /// CSV in any usual encoding, or XLSX; up to 100 MiB, 1,000,000 rows and 200 columns.
    #[schema(format = Binary, value_type = String)]
    file: String,
    /// Encoding of a text file, such as `windows-1252`; found by itself unless given.
    encoding: Option<String>,
    /// Separator of a text file: `,` `;` `|` or a tab; found by itself unless given.
    delimiter: Option<String>,
    /// Sheet of a workbook; the first with content unless given.
    sheet: Option<String>,
    /// Whether the first row names the columns; found by itself unless given.
    header: Option<bool>,
}

/// The parameters of the list of imports.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportsQuery {
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What a template is for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TemplateQuery {
    record: RecordKind,
}

/// Which rows are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// Only rows with this result; all unless said.
    #[param(inline)]
    result: Option<Verdict>,
}

/// Imports, newest first: members see their own, admins all.
#[utoipa::path(get, path = "/imports", tag = "imports", operation_id = "listImports", params(ImportsQuery),
    responses((status = 200, body = Page<ImportSummary>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<ImportsQuery>) -> Result<Json<Page<ImportSummary>>> {
    let (limit, cursor) = (asked.limit, asked.cursor);
    ctx.read(move |c, actor| super::page(c, actor, limit.as_deref(), cursor.as_deref())).await.map(Json)
}

/// Takes a file in: reads all of it, guesses which column is which field, writes no record.
#[utoipa::path(post, path = "/imports", tag = "imports", operation_id = "createImport",
    request_body(content = ImportUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = Import), Problems))]
async fn create(ctx: Ctx, Extension(uploads): Extension<Uploads>, sent: Sent) -> Result<Response> {
    policy::require(&ctx.actor, Action::CreateRecords)?;
    let _place = uploads.0.try_acquire().map_err(|_| Error::TooMany { retry_after_s: 5 })?;
    let asked = form::receive(&ctx, sent).await?;
    let (digest, record) = (asked.digest(), asked.record);
    let (id, found) = form::stage(&ctx, asked).await?;
    let publish = move |tx: &db::Tx<'_>, actor: &Actor| upload::publish(tx, actor, id, record, &found);
    ctx.once(StatusCode::CREATED, digest, publish).await
}

/// A file with the columns that an import knows and one row as an example.
#[utoipa::path(get, path = "/imports/template.csv", tag = "imports", operation_id = "importTemplate",
    params(TemplateQuery), responses((status = 200, content_type = "text/csv", body = String), Problems))]
async fn template(_: Ctx, Form(asked): Form<TemplateQuery>) -> Result<Response> {
    super::rows_csv::template(asked.record)
}

/// An import with its counters and first problems.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", operation_id = "getImport",
    params(("id" = ImportId, Path)), responses((status = 200, body = Import), Problems))]
async fn get(ctx: Ctx, Id(id): Id<ImportId>) -> Result<Versioned<Import>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Drops an import that has written nothing; one that has run can be undone.
#[utoipa::path(delete, path = "/imports/{id}", tag = "imports", operation_id = "deleteImport",
    params(("id" = ImportId, Path)), responses((status = 204), Problems))]
async fn remove(ctx: Ctx, Id(id): Id<ImportId>) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::delete(tx, actor, id)).await
}

/// Tries the whole file with a mapping and writes no record: 200 with the outcome, or 202 when it takes longer.
#[utoipa::path(post, path = "/imports/{id}/plan", tag = "imports", operation_id = "planImport",
    params(("id" = ImportId, Path)), request_body = PlanBody,
    responses((status = 200, body = Import), (status = 202, body = Import), Problems))]
async fn plan(ctx: Ctx, Id(id): Id<ImportId>, body: Body<PlanBody>) -> Result<Response> {
    let later = ctx.clone();
    let answer = accepted(ctx.act(body, move |tx, actor, body| super::plan(tx, actor, id, body)).await)?;
    for _ in 0..PLAN_LOOKS {
        let import = later.read(move |c, actor| super::get(c, actor, id)).await?;
        if import.state != State::Planning {
            return Ok(Versioned(import).into_response());
        }
        tokio::time::sleep(PLAN_LOOK).await;
    }
    Ok(answer)
}

/// Imports what was planned, as a job; ask for the import to see how far it is.
#[utoipa::path(post, path = "/imports/{id}/run", tag = "imports", operation_id = "runImport",
    params(("id" = ImportId, Path)), responses((status = 202, body = Import), Problems))]
async fn run(ctx: Ctx, Id(id): Id<ImportId>) -> Result<Response> {
    accepted(ctx.act_empty(move |tx, actor| super::run(tx, actor, id)).await)
}

/// Stops a plan or a run; what a run has done so far stands and can be undone.
#[utoipa::path(post, path = "/imports/{id}/cancel", tag = "imports", operation_id = "cancelImport",
    params(("id" = ImportId, Path)), responses((status = 202, body = Import), Problems))]
async fn cancel(ctx: Ctx, Id(id): Id<ImportId>) -> Result<Response> {
    accepted(ctx.act_empty(move |tx, actor| super::cancel(tx, actor, id)).await)
}

/// Archives what the import made and restores what it changed, but for what somebody worked on since.
#[utoipa::path(post, path = "/imports/{id}/undo", tag = "imports", operation_id = "undoImport",
    params(("id" = ImportId, Path)), responses((status = 202, body = Import), Problems))]
async fn undo(ctx: Ctx, Id(id): Id<ImportId>) -> Result<Response> {
    accepted(ctx.act_empty(move |tx, actor| super::undo(tx, actor, id)).await)
}

/// Every row with what became of it, or the rows with one result, as CSV; no cell is a formula.
#[utoipa::path(get, path = "/imports/{id}/rows.csv", tag = "imports", operation_id = "importRows",
    params(("id" = ImportId, Path), RowsQuery),
    responses((status = 200, content_type = "text/csv", body = String), Problems))]
async fn rows(ctx: Ctx, Id(id): Id<ImportId>, Form(asked): Form<RowsQuery>) -> Result<Response> {
    super::rows_csv::answer(ctx, id, asked.result).await
}

fn accepted(answer: Result<Response>) -> Result<Response> {
    answer.map(|mut answer| {
        *answer.status_mut() = StatusCode::ACCEPTED;
        answer
    })
}
