//! JSON in which every key of an object stands once. `serde_json::Value` keeps the last of several and says nothing,
//! so that a filter would select something else than one of its readers sees in it.

use crate::{error, pointer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

const DUPLICATE: &str = "duplicate field `";

/// Reads a filter given as text.
///
/// # Errors
/// [`error::Error::Malformed`] with the JSON pointer of a key that stands twice, or an empty one.
pub(super) fn parse(text: &str) -> error::Result<Value> {
    let broken = |error: &serde_json::Error| {
        error::Error::malformed("", "invalid_json", format!("the filter is not valid JSON: {error}"))
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let Raw(json) = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let message = error.inner().to_string();
        // serde_json ends its text with the position.
        let key = message.strip_prefix(DUPLICATE).and_then(|rest| rest.rsplit_once("` at line ")).map(|(key, _)| key);
        let Some(key) = key else { return broken(error.inner()) };
        let path = format!("{}/{}", pointer::of(error.path()), pointer::escaped(key));
        error::Error::malformed(path, "duplicate_field", format!("{DUPLICATE}{key}`"))
    })?;
    deserializer.end().map_err(|error| broken(&error))?;
    Ok(json)
}

/// Reads the filter of a body.
///
/// # Errors
/// `duplicate field`, as serde says it of a body's own fields.
pub(crate) fn filter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    let Raw(json) = Raw::deserialize(deserializer)?;
    Ok((!json.is_null()).then_some(json))
}

/// A filter as a body holds it, not checked yet: a value without repeated keys.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(transparent)]
pub struct Raw(pub Value);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(Reader).map(Raw)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Raw(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!("{DUPLICATE}{key}`")));
            }
            let Raw(value) = entries.next_value()?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}
