//! The one error of the product: each variant has a fixed status, a stable code and a public text.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with one part of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, such as `/contacts/0/value`; or the name of a query parameter.
    pub path: String,
    /// Stable, for programs: `required`, `too_long`, `unknown_field`…
    pub code: String,
    /// For people: what to do.
    pub message: String,
}

impl FieldError {
    pub fn new(path: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> FieldError {
        FieldError { path: path.into(), code: code.into(), message: message.into() }
    }
}

/// The record that stands in the way of a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Existing {
    /// `customer`, `company`, `tag`…
    pub record: String,
    pub id: String,
    pub name: String,
    /// An archived holder can be restored instead.
    pub archived: bool,
}

/// A write that clashes with what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub code: &'static str,
    pub detail: String,
    /// Where in the body the clash is, if in one place.
    pub path: Option<String>,
    pub existing: Option<Existing>,
}

/// Why an operation was refused or failed. `Display` is for logs.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// 400: the request cannot be understood.
    #[error("malformed request: {0:?}")]
    Malformed(Vec<FieldError>),
    /// 401.
    #[error("not signed in: {0}")]
    Unauthenticated(&'static str),
    /// 403, with the reason.
    #[error("forbidden: {0}")]
    Forbidden(String),
    /// 404: not there, or not to be known about. Holds the kind of record.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// 409.
    #[error("conflict: {}", .0.detail)]
    Conflict(Box<Conflict>),
    /// 412: the record has changed since; holds it as it is now.
    #[error("stale version")]
    Stale(Box<Value>),
    /// 413.
    #[error("too large: {0}")]
    TooLarge(String),
    /// 415.
    #[error("unsupported media type: {0}")]
    UnsupportedMedia(String),
    /// 422: understood, but a rule is broken.
    #[error("invalid: {0:?}")]
    Invalid(Vec<FieldError>),
    /// 429.
    #[error("too many requests")]
    TooMany { retry_after_s: u64 },
    /// 503: may work later.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// 500: our mistake; the text goes to the log alone.
    #[error("bug: {0}")]
    Bug(String),
}

impl Error {
    /// One broken rule.
    pub fn invalid(path: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Invalid(vec![FieldError::new(path, code, message)])
    }

    /// One part that cannot be understood.
    pub fn malformed(path: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Malformed(vec![FieldError::new(path, code, message)])
    }

    pub fn forbidden(why: impl Into<String>) -> Error {
        Error::Forbidden(why.into())
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Error {
        Error::Conflict(Box::new(Conflict { code, detail: detail.into(), path: None, existing: None }))
    }

    pub fn conflict_with(
        code: &'static str,
        path: Option<String>,
        detail: impl Into<String>,
        existing: Existing,
    ) -> Error {
        Error::Conflict(Box::new(Conflict { code, detail: detail.into(), path, existing: Some(existing) }))
    }

    pub fn status(&self) -> u16 {
        match self {
            Error::Malformed(_) => 400,
            Error::Unauthenticated(_) => 401,
            Error::Forbidden(_) => 403,
            Error::NotFound(_) => 404,
            Error::Conflict(_) => 409,
            Error::Stale(_) => 412,
            Error::TooLarge(_) => 413,
            Error::UnsupportedMedia(_) => 415,
            Error::Invalid(_) => 422,
            Error::TooMany { .. } => 429,
            Error::Bug(_) => 500,
            Error::Unavailable(_) => 503,
        }
    }

    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Malformed(_) => "malformed",
            Error::Unauthenticated(_) => "unauthenticated",
            Error::Forbidden(_) => "forbidden",
            Error::NotFound(_) => "not_found",
            Error::Conflict(conflict) => conflict.code,
            Error::Stale(_) => "stale_version",
            Error::TooLarge(_) => "too_large",
            Error::UnsupportedMedia(_) => "unsupported_media_type",
            Error::Invalid(_) => "invalid",
            Error::TooMany { .. } => "too_many_requests",
            Error::Bug(_) => "internal",
            Error::Unavailable(_) => "unavailable",
        }
    }
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Error {
        match error {
            db::Error::NotFound => Error::NotFound("record"),
            db::Error::Retry => Error::Unavailable("too many conflicting writes; try again".into()),
            db::Error::Unavailable(why) => Error::Unavailable(why),
            // Each unique index and reference has an operation that explains its clash; one that ends here was forgotten.
            other => Error::Bug(other.to_string()),
        }
    }
}

/// Turns a clash on the unique index `index` into what the caller should be told.
pub fn on_unique<T>(outcome: db::Result<T>, index: &str, explain: impl FnOnce() -> Error) -> Result<T> {
    match outcome {
        Err(db::Error::Unique(name)) if name == index => Err(explain()),
        other => Ok(other?),
    }
}
