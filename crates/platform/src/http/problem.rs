//! Errors as RFC 9457 `application/problem+json`.

use super::request::RequestScope;
use crate::error::{Error, Existing, FieldError};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A stable URI reference for this kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// Stable, for programs.
    pub code: String,
    /// Quote it when asking for help: the log has more under it.
    pub request_id: String,
    pub errors: Vec<FieldError>,
    /// The record in the way, on a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing: Option<Existing>,
    /// The record as it is now, on a stale version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<serde_json::Value>,
}

impl Problem {
    pub fn from_error(error: &Error, request_id: String) -> Problem {
        let status = error.status();
        let title = StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Error");
        let (mut errors, mut existing, mut current) = (Vec::new(), None, None);
        let detail = match error {
            Error::Malformed(fields) | Error::Invalid(fields) => {
                errors.clone_from(fields);
                fields.first().map_or_else(
                    || "the request is not valid".to_string(),
                    |first| {
                        if first.path.is_empty() {
                            first.message.clone()
                        } else {
                            format!("{}: {}", first.path, first.message)
                        }
                    },
                )
            }
            Error::Unauthenticated(why) => (*why).to_string(),
            Error::Forbidden(why) | Error::TooLarge(why) | Error::UnsupportedMedia(why) => why.clone(),
            Error::NotFound(kind) => format!("there is no such {kind}, or you may not know of it"),
            Error::Conflict(conflict) => {
                existing.clone_from(&conflict.existing);
                if let Some(path) = &conflict.path {
                    errors.push(FieldError::new(path.clone(), conflict.code, conflict.detail.clone()));
                }
                conflict.detail.clone()
            }
            Error::Stale(record) => {
                current = Some((**record).clone());
                "the record has changed since you read it; compare with `current` and send the write again with its version"
                    .to_string()
            }
            Error::TooMany { retry_after_s } => format!("too many requests; try again in {retry_after_s} seconds"),
            Error::Unavailable(_) => "the service cannot do this right now; try again in a moment".to_string(),
            Error::Bug(_) => "something went wrong on our side; quote the request id when asking for help".to_string(),
        };
        Problem {
            kind: format!("/problems/{}", error.code().replace('_', "-")),
            title: title.to_string(),
            status,
            detail,
            code: error.code().to_string(),
            request_id,
            errors,
            existing,
            current,
        }
    }
}

/// The answer for `error`; internal causes are logged here, once, under the request id.
pub fn problem_response(error: &Error) -> Response {
    let request_id = RequestScope::id();
    match error {
        Error::Bug(why) => tracing::error!(request_id, why, "internal error"),
        Error::Unavailable(why) => tracing::warn!(request_id, why, "unavailable"),
        _ => {}
    }
    let mut response = Problem::from_error(error, request_id).into_response();
    let retry_after = match error {
        Error::TooMany { retry_after_s } => Some(*retry_after_s),
        Error::Unavailable(_) => Some(2),
        _ => None,
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// An answer that no [`Error`] stands for, such as 405 and 421: the router's own refusals.
pub fn problem_answer(status: StatusCode, code: &str, detail: &str) -> Response {
    Problem {
        kind: format!("/problems/{}", code.replace('_', "-")),
        title: status.canonical_reason().unwrap_or("Error").to_string(),
        status: status.as_u16(),
        detail: detail.to_string(),
        code: code.to_string(),
        request_id: RequestScope::id(),
        errors: Vec::new(),
        existing: None,
        current: None,
    }
    .into_response()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        problem_response(&self)
    }
}
