use super::{FIELDS, NewNote, Note, NotePatch, NoteRevision};
use crate::anchors::Anchor;
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::filter::Me;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, NoContent, Page, Problems, Versioned};
use platform::ids::NoteId;
use platform::paging::{Count, CountBody, ListBody, ListQuery};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const DEFAULT_SORT: &str = "-createdAt";
/// Of one record.
const DEFAULT_SORT_OF_RECORD: &str = "-pinned,-createdAt";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(get, update, remove))
        .routes(routes!(restore))
        .routes(routes!(pin))
        .routes(routes!(unpin))
        .routes(routes!(revisions))
}

/// The parameters of `GET /notes`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NoteQuery {
    /// Only those about this record: `customer:ID`, `company:ID` or `deal:ID`. Pinned ones come first then, unless sorted.
    anchor: Option<String>,
    /// A filter tree as JSON.
    filter: Option<String>,
    /// Fields to sort by, `-` for descending; the newest first unless said.
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

/// Notes that the caller may see, filtered and sorted: those of a record, or of all.
#[utoipa::path(get, path = "/notes", tag = "notes", operation_id = "listNotes", params(NoteQuery),
    responses((status = 200, body = Page<Note>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<NoteQuery>) -> Result<Json<Page<Note>>> {
    let anchor = asked.anchor.as_deref().map(Anchor::parse).transpose()?;
    let NoteQuery { filter, sort, limit, cursor, q, .. } = asked;
    let default = if anchor.is_some() { DEFAULT_SORT_OF_RECORD } else { DEFAULT_SORT };
    let within = format!("{anchor:?}");
    let list = ListQuery { filter, sort, limit, cursor, q }.read_within(&FIELDS, default, Me::Allowed, &within)?;
    ctx.read(move |c, actor| super::page(c, actor, &list, anchor)).await.map(Json)
}

/// Notes that the caller may see, for filters too long for an address.
#[utoipa::path(post, path = "/notes/query", tag = "notes", operation_id = "queryNotes",
    request_body = ListBody, responses((status = 200, body = Page<Note>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<Note>>> {
    let list = body.value.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list, None)).await.map(Json)
}

/// How many notes match of those that the caller may see.
#[utoipa::path(post, path = "/notes/count", tag = "notes", operation_id = "countNotes",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let (tree, q) = body.value.read(&FIELDS, Me::Allowed)?;
    ctx.read(move |c, actor| super::count(c, actor, &tree, q.as_deref(), body.value.exact)).await.map(Json)
}

/// Writes a note about a record. Members whom it names by `@` get a notification.
#[utoipa::path(post, path = "/notes", tag = "notes", operation_id = "createNote", request_body = NewNote,
    responses((status = 201, body = Note), Problems))]
async fn create(ctx: Ctx, body: Body<NewNote>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// A note.
#[utoipa::path(get, path = "/notes/{id}", tag = "notes", operation_id = "getNote",
    params(("id" = NoteId, Path)), responses((status = 200, body = Note), Problems))]
async fn get(ctx: Ctx, Id(id): Id<NoteId>) -> Result<Versioned<Note>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the given fields; the text from before is kept as a revision. For its author and admins.
#[utoipa::path(patch, path = "/notes/{id}", tag = "notes", operation_id = "updateNote",
    params(("id" = NoteId, Path)), request_body = NotePatch, responses((status = 200, body = Note), Problems))]
async fn update(ctx: Ctx, Id(id): Id<NoteId>, expected: IfMatch, body: Body<NotePatch>) -> Result<Versioned<Note>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Deletes a note. It can be brought back for 30 days. For its author and admins.
#[utoipa::path(delete, path = "/notes/{id}", tag = "notes", operation_id = "deleteNote",
    params(("id" = NoteId, Path)), responses((status = 204), Problems))]
async fn remove(ctx: Ctx, Id(id): Id<NoteId>, expected: IfMatch) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::delete(tx, actor, id, expected)).await
}

/// Brings a deleted note back.
#[utoipa::path(post, path = "/notes/{id}/restore", tag = "notes", operation_id = "restoreNote",
    params(("id" = NoteId, Path)), responses((status = 200, body = Note), Problems))]
async fn restore(ctx: Ctx, Id(id): Id<NoteId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::restore(tx, actor, id, expected)).await
}

/// Puts a note first among those of its record. For whoever may write the record or the note.
#[utoipa::path(post, path = "/notes/{id}/pin", tag = "notes", operation_id = "pinNote",
    params(("id" = NoteId, Path)), responses((status = 200, body = Note), Problems))]
async fn pin(ctx: Ctx, Id(id): Id<NoteId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::pin(tx, actor, id, true, expected)).await
}

/// Puts a pinned note back among the others.
#[utoipa::path(post, path = "/notes/{id}/unpin", tag = "notes", operation_id = "unpinNote",
    params(("id" = NoteId, Path)), responses((status = 200, body = Note), Problems))]
async fn unpin(ctx: Ctx, Id(id): Id<NoteId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::pin(tx, actor, id, false, expected)).await
}

/// The parameters of a note's revisions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RevisionsQuery {
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The texts that edits of a note have replaced, the latest first, with who had written them.
#[utoipa::path(get, path = "/notes/{id}/revisions", tag = "notes", operation_id = "listNoteRevisions",
    params(("id" = NoteId, Path), RevisionsQuery), responses((status = 200, body = Page<NoteRevision>), Problems))]
async fn revisions(
    ctx: Ctx,
    Id(id): Id<NoteId>,
    Form(asked): Form<RevisionsQuery>,
) -> Result<Json<Page<NoteRevision>>> {
    let (limit, cursor) = (asked.limit, asked.cursor);
    ctx.read(move |c, actor| super::revisions(c, actor, id, limit.as_deref(), cursor.as_deref())).await.map(Json)
}
