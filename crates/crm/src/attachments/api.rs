use super::files::Contents;
use super::form::{self, Sent};
use super::{Attachment, keep, store_file};
use axum::Extension;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::Response;
use platform::actor::ActorKind;
use platform::http::{App, Ctx, Id, NoContent, Problems, Versioned};
use platform::ids::{AttachmentId, OrgId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Files that one process takes in at once, and of these from one caller.
const UPLOADS_AT_ONCE: usize = 16;
const OWN_AT_ONCE: usize = 4;
/// How long an upload may send nothing.
const SILENT_MAX: Duration = Duration::from_secs(30);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(get, remove))
        .routes(routes!(content))
        // The handler counts what arrives, and stops at its own limit.
        .layer(DefaultBodyLimit::disable())
        .layer(Extension(Uploads::default()))
}

/// A caller: the organisation and the person or key.
type Caller = (OrgId, ActorKind, Option<Uuid>);

/// Places for uploads; how many are taken by whom.
#[derive(Clone, Default)]
struct Uploads(Arc<Mutex<HashMap<Caller, usize>>>);

impl Uploads {
    fn enter(&self, actor: &Actor) -> Result<Place> {
        let caller = (actor.org_id, actor.kind, actor.id);
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&caller).copied().unwrap_or(0);
        if own >= OWN_AT_ONCE || taken.values().sum::<usize>() >= UPLOADS_AT_ONCE {
            return Err(Error::TooMany { retry_after_s: 5 });
        }
        taken.insert(caller, own + 1);
        Ok(Place { uploads: self.clone(), caller })
    }
}

/// A place that is taken; free again when dropped.
struct Place {
    uploads: Uploads,
    caller: Caller,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get(&self.caller).copied() {
            Some(own) if own > 1 => taken.insert(self.caller, own - 1),
            _ => taken.remove(&self.caller),
        };
    }
}

/// The form of an upload.
#[derive(ToSchema)]
#[allow(dead_code)]
struct AttachmentUpload {
    /// One file with its name; up to 25 MiB.
    #[schema(format = Binary, value_type = String)]
    file: String,
}

/// Takes a file in. It is the caller's alone until a note names it in `attachmentIds`, and goes after a day without one.
#[utoipa::path(post, path = "/attachments", tag = "notes", operation_id = "createAttachment",
    request_body(content = AttachmentUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = Attachment), Problems))]
async fn create(ctx: Ctx, Extension(uploads): Extension<Uploads>, sent: Sent) -> Result<Response> {
    policy::require(&ctx.actor, Action::CreateRecords)?;
    let _place = uploads.enter(&ctx.actor)?;
    let contents = Contents::of(&ctx.app.settings);
    let mut received = form::receive(&contents, sent, SILENT_MAX).await?;
    store_file(&ctx.app.db, &ctx.actor, &contents, &mut received).await?;
    let digest = received.request_digest();
    ctx.once(StatusCode::CREATED, digest, move |tx, actor| keep(tx, actor, &received)).await
}

/// What an uploaded file is called and holds.
#[utoipa::path(get, path = "/attachments/{id}", tag = "notes", operation_id = "getAttachment",
    params(("id" = AttachmentId, Path)), responses((status = 200, body = Attachment), Problems))]
async fn get(ctx: Ctx, Id(id): Id<AttachmentId>) -> Result<Versioned<Attachment>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Removes an upload of the caller's own that no note has.
#[utoipa::path(delete, path = "/attachments/{id}", tag = "notes", operation_id = "deleteAttachment",
    params(("id" = AttachmentId, Path)), responses((status = 204), Problems))]
async fn remove(ctx: Ctx, Id(id): Id<AttachmentId>) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::delete(tx, actor, id)).await
}

/// The file itself, to be saved; pages may show pictures.
#[utoipa::path(get, path = "/attachments/{id}/content", tag = "notes", operation_id = "getAttachmentContent",
    params(("id" = AttachmentId, Path)),
    responses((status = 200, content(
        ([u8] = "application/octet-stream"), ([u8] = "application/pdf"), ([u8] = "application/zip"),
        ([u8] = "image/gif"), ([u8] = "image/jpeg"), ([u8] = "image/png"), ([u8] = "image/webp"),
        (String = "text/plain"),
        ([u8] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ([u8] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ([u8] = "application/vnd.openxmlformats-officedocument.presentationml.presentation"))), Problems))]
async fn content(ctx: Ctx, Id(id): Id<AttachmentId>) -> Result<Response> {
    let (attachment, kept) = ctx.read(move |c, actor| super::find(c, actor, id)).await?;
    let pieces = Contents::of(&ctx.app.settings).open(ctx.actor.org_id, &kept.place).await?;
    Ok(form::answer(&attachment, pieces))
}
