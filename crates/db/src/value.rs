//! Bound values. Nulls carry their type, because PostgreSQL needs it for unnamed statements.

use crate::Row;
use postgres_types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

/// A parameter of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(Option<bool>),
    Int(Option<i64>),
    Float(Option<f64>),
    Text(Option<String>),
    Uuid(Option<Uuid>),
    Bytes(Option<Vec<u8>>),
    Json(Option<serde_json::Value>),
}

/// The parameters of a fixed statement: `params![org, id]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] };
}

macro_rules! from {
    ($($ty:ty => $variant:ident, $convert:expr;)*) => {$(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Value {
                Value::$variant(Some($convert(value)))
            }
        }
        impl From<Option<$ty>> for Value {
            fn from(value: Option<$ty>) -> Value {
                Value::$variant(value.map($convert))
            }
        }
    )*};
}

from! {
    bool => Bool, |v| v;
    i64 => Int, |v| v;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    f64 => Float, |v| v;
    String => Text, |v| v;
    &str => Text, |v: &str| v.to_string();
    &String => Text, |v: &String| v.clone();
    Uuid => Uuid, |v| v;
    Vec<u8> => Bytes, |v| v;
    serde_json::Value => Json, |v| v;
}

impl Value {
    pub(crate) fn pg_type(&self) -> Type {
        match self {
            Value::Bool(_) => Type::BOOL,
            Value::Int(_) => Type::INT8,
            Value::Float(_) => Type::FLOAT8,
            Value::Text(_) => Type::TEXT,
            Value::Uuid(_) => Type::UUID,
            Value::Bytes(_) => Type::BYTEA,
            Value::Json(_) => Type::JSONB,
        }
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
        let null = ToSqlOutput::Borrowed(ValueRef::Null);
        Ok(match self {
            Value::Bool(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*v))),
            Value::Int(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Integer(*v)),
            Value::Float(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Real(*v)),
            Value::Text(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Value::Uuid(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Blob(v.as_bytes())),
            Value::Bytes(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Value::Json(Some(v)) => ToSqlOutput::Owned(Owned::Text(v.to_string())),
            _ => null,
        })
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Bool(v) => v.to_sql(ty, out),
            Value::Int(v) => v.to_sql(ty, out),
            Value::Float(v) => v.to_sql(ty, out),
            Value::Text(v) => v.to_sql(ty, out),
            Value::Uuid(v) => v.to_sql(ty, out),
            Value::Bytes(v) => v.to_sql(ty, out),
            Value::Json(v) => v.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A newtype that is stored as its inner value: ids, times. Both the value and its `Option` can then be
/// bound and read.
pub trait Newtype: Sized {
    fn to_value(value: Option<Self>) -> Value;

    /// The column at `index`, or `None` when it is null.
    ///
    /// # Errors
    /// [`Error::Bug`](crate::Error::Bug) when the column is missing or of another type.
    fn from_row(row: &Row<'_>, index: usize) -> crate::Result<Option<Self>>;
}

impl<T: Newtype> From<T> for Value {
    fn from(value: T) -> Value {
        T::to_value(Some(value))
    }
}

impl<T: Newtype> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        T::to_value(value)
    }
}
