//! Answers: records with their version, pages, and nothing.

use crate::error::{Error, Result};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A record that answers carry.
pub trait Record: Serialize {
    /// Counts writes; shown as the `ETag`. `None` for what is never written again.
    fn version(&self) -> Option<i64>;

    /// Where the record can be read, for the `Location` of a 201.
    fn location(&self) -> Option<String> {
        None
    }
}

/// The `ETag` of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

fn with_etag(mut response: Response, version: Option<i64>) -> Response {
    if let Some(value) = version.and_then(|version| HeaderValue::from_str(&etag(version)).ok()) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// 200 with the record and its `ETag`.
pub struct Versioned<T>(pub T);

impl<T: Record> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let version = self.0.version();
        with_etag(axum::Json(self.0).into_response(), version)
    }
}

/// 201 with the record, its `ETag` and `Location`.
pub struct Created<T>(pub T);

impl<T: Record> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let (version, location) = (self.0.version(), self.0.location());
        let mut response = with_etag((StatusCode::CREATED, axum::Json(self.0)).into_response(), version);
        if let Some(value) = location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            response.headers_mut().insert(header::LOCATION, value);
        }
        response
    }
}

/// 204.
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// One page of a list; `next_cursor` asks for the next one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub items: Vec<T>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// The version that a write expects, from `If-Match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// # Errors
    /// [`Error::Stale`] with the record as it is now.
    pub fn check<T: Record>(self, current: &T) -> Result<()> {
        match (self.0, current.version()) {
            (Some(expected), Some(version)) if expected != version => {
                Err(Error::Stale(Box::new(serde_json::to_value(current).unwrap_or_default())))
            }
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<IfMatch> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(IfMatch(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(IfMatch(None));
        }
        let version = text.strip_prefix("W/").unwrap_or(text).trim_matches('"').parse().map_err(|_| {
            Error::malformed("If-Match", "invalid", "send the record's ETag as it was answered, such as \"3\"")
        })?;
        Ok(IfMatch(Some(version)))
    }
}
