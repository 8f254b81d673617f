//! Reading columns by position, whatever the engine.

use crate::value::Newtype;
use crate::{Error, Result};
use rusqlite::types::ValueRef;
use uuid::Uuid;

/// One row of an answer.
pub enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The column at `index` (from 0). A null needs an `Option`.
    ///
    /// # Errors
    /// [`Error::Bug`] when the column is missing or of another type.
    pub fn get<T: FromColumn>(&self, index: usize) -> Result<T> {
        T::from_column(self, index)
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        match self {
            Row::Sqlite(row) => row.as_ref().column_count(),
            Row::Postgres(row) => row.len(),
        }
    }
}

/// A type that a column can be read as.
pub trait FromColumn: Sized {
    /// # Errors
    /// [`Error::Bug`] when the column is missing or of another type.
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self>;
}

fn mismatch(index: usize, wanted: &str) -> Error {
    Error::Bug(format!("column {index} is not {wanted}"))
}

macro_rules! column {
    ($ty:ty, $pg:ty, $name:literal, $sqlite:expr, $convert:expr) => {
        impl FromColumn for $ty {
            fn from_column(row: &Row<'_>, index: usize) -> Result<$ty> {
                Option::<$ty>::from_column(row, index)?.ok_or_else(|| mismatch(index, concat!($name, " but null")))
            }
        }

        impl FromColumn for Option<$ty> {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Option<$ty>> {
                match row {
                    Row::Sqlite(row) => match row.get_ref(index)? {
                        ValueRef::Null => Ok(None),
                        value => {
                            let read: fn(ValueRef<'_>) -> Option<$ty> = $sqlite;
                            read(value).map(Some).ok_or_else(|| mismatch(index, $name))
                        }
                    },
                    Row::Postgres(row) => {
                        let value: Option<$pg> = row.try_get(index).map_err(|e| Error::Bug(e.to_string()))?;
                        Ok(value.map($convert))
                    }
                }
            }
        }
    };
}

fn text(value: ValueRef<'_>) -> Option<&str> {
    match value {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

column!(
    i64,
    i64,
    "an integer",
    |v| match v {
        ValueRef::Integer(v) => Some(v),
        _ => None,
    },
    |v| v
);
column!(
    bool,
    bool,
    "a boolean",
    |v| match v {
        ValueRef::Integer(v) => Some(v != 0),
        _ => None,
    },
    |v| v
);
column!(
    f64,
    f64,
    "a number",
    |v| match v {
        ValueRef::Real(v) => Some(v),
        #[allow(clippy::cast_precision_loss)]
        ValueRef::Integer(v) => Some(v as f64),
        _ => None,
    },
    |v| v
);
column!(String, String, "text", |v| text(v).map(str::to_string), |v| v);
column!(
    Vec<u8>,
    Vec<u8>,
    "bytes",
    |v| match v {
        ValueRef::Blob(v) => Some(v.to_vec()),
        _ => None,
    },
    |v| v
);
column!(
    Uuid,
    Uuid,
    "a uuid",
    |v| match v {
        ValueRef::Blob(v) => Uuid::from_slice(v).ok(),
        _ => None,
    },
    |v| v
);
column!(
    serde_json::Value,
    serde_json::Value,
    "JSON",
    |v| text(v).and_then(|text| serde_json::from_str(text).ok()),
    |v| v
);

impl<T: Newtype> FromColumn for T {
    fn from_column(row: &Row<'_>, index: usize) -> Result<T> {
        T::from_row(row, index)?.ok_or_else(|| mismatch(index, "a value but null"))
    }
}

impl<T: Newtype> FromColumn for Option<T> {
    fn from_column(row: &Row<'_>, index: usize) -> Result<Option<T>> {
        T::from_row(row, index)
    }
}
