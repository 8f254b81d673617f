//! A file as it comes in, and as it goes out.

use super::Attachment;
use super::files::{Contents, Pieces, Received, Receiving};
use super::model::disposition;
use axum::body::Body;
use axum::extract::Multipart;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform::{Error, Result};
use std::time::Duration;
use tokio::time::timeout;

/// A browser that opens the file by its address runs nothing of it and asks for nothing else.
const POLICY: &str = "default-src 'none'; sandbox";

/// What came as the body of an upload.
pub(super) type Sent = Result<Multipart, MultipartRejection>;

/// What comes next of an upload, unless it is silent for longer than `silent_max`.
async fn next<T>(silent_max: Duration, coming: impl Future<Output = Result<T, MultipartError>>) -> Result<T> {
    match timeout(silent_max, coming).await {
        Ok(come) => come.map_err(|error| broken(&error)),
        Err(_) => Err(Error::malformed("", "too_slow", "nothing came for a while; send the file again")),
    }
}

/// Reads the form, which is one file.
pub(super) async fn receive(contents: &Contents, sent: Sent, silent_max: Duration) -> Result<Received> {
    let mut form =
        sent.map_err(|_| Error::UnsupportedMedia("send the file as a form: Content-Type: multipart/form-data".into()))?;
    let mut file = None;
    while let Some(mut part) = next(silent_max, form.next_field()).await? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "file" {
            return Err(Error::malformed(format!("/{name}"), "unknown_field", "send one part, file"));
        }
        if file.is_some() {
            let message = "send one file; each has an upload of its own";
            return Err(Error::malformed("/file", "duplicate_field", message));
        }
        let file_name = part.file_name().map(str::to_owned);
        let mut receiving = Receiving::begin(contents).await?;
        while let Some(piece) = next(silent_max, part.chunk()).await? {
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

/// The file, to be saved.
pub(super) fn answer(attachment: &Attachment, pieces: Pieces) -> Response {
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
