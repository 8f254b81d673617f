//! POST requests that may be sent again: the same `Idempotency-Key` gives the same answer for 30 days.
//!
//! The answer is stored in the transaction that did the work, so there is no moment in which one is
//! durable without the other. Refusals are not stored: a corrected request may use the key again.

mod store;
#[cfg(test)]
mod tests;

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::http::Digest;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use db::Tx;

/// How long an answer is kept.
pub const KEPT_DAYS: i64 = 30;
/// The longest key, in bytes.
const KEY_MAX: usize = 255;

/// A stored answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub etag: Option<String>,
    pub location: Option<String>,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = (status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in [(header::ETAG, self.etag), (header::LOCATION, self.location)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// # Errors
/// [`Error::Malformed`] for a key that is empty, too long or not printable ASCII.
pub fn valid_key(key: &str) -> Result<&str> {
    if key.is_empty() || key.len() > KEY_MAX || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::malformed(
            "Idempotency-Key",
            "invalid",
            "use 1 to 255 printable ASCII characters without spaces, for example a UUID",
        ));
    }
    Ok(key)
}

/// Does `work` unless `actor` has used `key` before: then its answer comes again.
///
/// # Errors
/// [`Error::Invalid`] when the key was used with another request; else what `work` fails with.
pub fn once(
    tx: &Tx<'_>,
    actor: &Actor,
    key: &str,
    digest: &Digest,
    work: impl FnOnce() -> Result<Answer>,
) -> Result<Answer> {
    let (scope, principal) = (actor.scope(), actor.id.unwrap_or_default());
    if let Some((known, answer)) = store::find(tx, &scope, principal, key)? {
        if known != digest {
            return Err(Error::invalid(
                "Idempotency-Key",
                "key_reused",
                "this key was used with another request; use a new key for a new request",
            ));
        }
        return Ok(answer);
    }
    // On PostgreSQL the row comes first: a second request with the key waits here for the first.
    store::reserve(tx, &scope, principal, key, digest, actor.now())?;
    let answer = work()?;
    store::fill(tx, &scope, principal, key, &answer)?;
    Ok(answer)
}

/// Forgets answers older than [`KEPT_DAYS`]; says how many.
pub fn forget_old(tx: &Tx<'_>, now: crate::clock::Timestamp) -> Result<u64> {
    Ok(store::forget(tx, now.plus_seconds(-KEPT_DAYS * 86_400))?)
}
