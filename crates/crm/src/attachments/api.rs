use super::Attachment;
use super::files::{Folder, Receiving};
use super::model::disposition;
use super::{files::Received, keep, store_file};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Multipart};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use platform::http::{App, Ctx, Id, NoContent, Problems, Versioned};
use platform::ids::AttachmentId;
use platform::policy::{self, Action};
use platform::{Error, Result};
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Files that one process takes in at once.
const UPLOADS_AT_ONCE: usize = 16;
/// What is read of a file at once.
const PIECE_BYTES: usize = 64 * 1024;
/// A browser that opens the file by its address runs nothing of it and asks for nothing else.
const POLICY: &str = "default-src 'none'; sandbox";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(get, remove))
        .routes(routes!(content))
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
struct AttachmentUpload {
    /// One file with its name; up to 25 MiB.
    #[schema(format = Binary, value_type = String)]
    file: String,
}

/// Takes a file in. It is the caller's alone until a note names it in `attachmentIds`, and goes after a day without one.
#[utoipa::path(post, path = "/attachments", tag = "notes", operation_id = "createAttachment",
    request_body(content = AttachmentUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = Attachment), Problems))]
async fn create(
    ctx: Ctx,
    Extension(uploads): Extension<Uploads>,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response> {
    policy::require(&ctx.actor, Action::CreateRecords)?;
    let _place = uploads.0.try_acquire().map_err(|_| Error::TooMany { retry_after_s: 5 })?;
    let folder = Folder::below(&ctx.app.settings.data_dir);
    let mut received = receive(&folder, sent).await?;
    store_file(&ctx.app.db, &ctx.actor, &folder, &mut received).await?;
    let digest = received.request_digest();
    ctx.once(StatusCode::CREATED, digest, move |tx, actor| keep(tx, actor, &received)).await
}

/// Reads the form, which is one file.
async fn receive(folder: &Folder, sent: Result<Multipart, MultipartRejection>) -> Result<Received> {
    let mut form =
        sent.map_err(|_| Error::UnsupportedMedia("send the file as a form: Content-Type: multipart/form-data".into()))?;
    let mut file = None;
    while let Some(mut part) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "file" {
            return Err(Error::malformed(format!("/{name}"), "unknown_field", "send one part, file"));
        }
        if file.is_some() {
            let message = "send one file; each has an upload of its own";
            return Err(Error::malformed("/file", "duplicate_field", message));
        }
        let file_name = part.file_name().map(str::to_owned);
        let mut receiving = Receiving::begin(folder).await?;
        while let Some(piece) = part.chunk().await.map_err(|error| broken(&error))? {
            receiving.take(&piece).await?;
        }
        file = Some(receiving.end(file_name.as_deref()).await?);
    }
    file.ok_or_else(|| Error::malformed("/file", "required", "send a file"))
}

fn broken(error: &MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge("the upload is too large".into()),
        _ => Error::malformed("", "invalid_form", "the upload broke off or is no multipart form; send it again"),
    }
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
    let (attachment, sha256) = ctx.read(move |c, actor| super::find(c, actor, id)).await?;
    let folder = Folder::below(&ctx.app.settings.data_dir);
    let file = folder.open(ctx.actor.org_id, &sha256).await?;
    Ok(answer(&attachment, file))
}

fn answer(attachment: &Attachment, file: tokio::fs::File) -> Response {
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        Ok::<_, std::io::Error>((length > 0).then(|| (Bytes::from(piece), file)))
    });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    let text = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_TYPE, text(&attachment.media_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(attachment.bytes));
    headers.insert(header::CONTENT_DISPOSITION, text(&disposition(&attachment.file_name)));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
