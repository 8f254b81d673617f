//! What can go wrong with a statement, and with opening a database.

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed statement or transaction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `query_one` found nothing.
    #[error("no such row")]
    NotFound,
    /// A unique index refused the row; holds the index's name.
    #[error("already taken ({0})")]
    Unique(String),
    /// A reference to a row that is not there, or the removal of one that is still referred to.
    #[error("broken reference")]
    ForeignKey,
    /// A conflict with a concurrent transaction; the write runs again.
    #[error("conflict with a concurrent write")]
    Retry,
    /// The database cannot serve right now: full disk, lost connection, time-out.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A faulty statement or a value of the wrong type: our mistake.
    #[error("database misuse: {0}")]
    Bug(String),
}

/// Why a database could not be opened. The texts tell the operator what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0}")]
    Url(String),
    #[error("cannot open the database {place}: {why}")]
    Unreachable { place: String, why: String },
    #[error(
        "the database has schema version {found}, this program knows up to {known}; start a newer version of entente"
    )]
    Newer { found: i64, known: i64 },
    #[error("the database has schema version {found}, this program needs {known}; run `entente migrate`")]
    Older { found: i64, known: i64 },
    #[error("migration {name} failed: {why}")]
    Migration { name: String, why: String },
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        use rusqlite::ErrorCode;
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Error::NotFound,
            rusqlite::Error::SqliteFailure(failure, message) => {
                let text = message.clone().unwrap_or_else(|| failure.to_string());
                match (failure.code, failure.extended_code) {
                    (ErrorCode::ConstraintViolation, rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Error::ForeignKey,
                    (
                        ErrorCode::ConstraintViolation,
                        rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                    ) => Error::Unique(text.strip_prefix("UNIQUE constraint failed: ").unwrap_or(&text).to_string()),
                    (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Error::Retry,
                    (
                        ErrorCode::DiskFull
                        | ErrorCode::SystemIoFailure
                        | ErrorCode::CannotOpen
                        | ErrorCode::OutOfMemory
                        | ErrorCode::ReadOnly
                        | ErrorCode::OperationInterrupted
                        | ErrorCode::DatabaseCorrupt
                        | ErrorCode::NotADatabase,
                        _,
                    ) => Error::Unavailable(text),
                    _ => Error::Bug(text),
                }
            }
            _ => Error::Bug(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Error {
        let Some(failure) = error.as_db_error() else {
            return if error.is_closed() || std::error::Error::source(&error).is_some_and(|s| s.is::<std::io::Error>()) {
                Error::Unavailable(error.to_string())
            } else {
                Error::Bug(error_chain(&error))
            };
        };
        // Classes of https://www.postgresql.org/docs/15/errcodes-appendix.html
        match failure.code().code() {
            "23505" => Error::Unique(failure.constraint().unwrap_or_default().to_string()),
            "23503" => Error::ForeignKey,
            "40001" | "40P01" => Error::Retry,
            code if code.starts_with("08")
                || code.starts_with("53")
                || code.starts_with("57")
                || code.starts_with("58") =>
            {
                Error::Unavailable(failure.message().to_string())
            }
            code => Error::Bug(format!("{code} {}", failure.message())),
        }
    }
}

fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
