//! JSON bodies: bounded, of the right type, with no unknown field, and every fault named by its path.

use crate::error::{Error, FieldError, Result};
use crate::pointer::{self, escaped};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Larger bodies are refused; uploads have their own rule.
pub const JSON_LIMIT_BYTES: usize = 1024 * 1024;

/// SHA-256 of what was asked: the same idempotency key may come again only with the same request.
pub type Digest = [u8; 32];

/// A JSON body.
pub struct Body<T> {
    pub value: T,
    pub(crate) digest: Digest,
}

impl<T> Body<T> {
    /// Checks what came and goes on with the outcome.
    pub fn try_map<U>(self, check: impl FnOnce(&T) -> Result<U>) -> Result<Body<U>> {
        Ok(Body { value: check(&self.value)?, digest: self.digest })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Body<T>> {
        let is_json =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json);
        if !is_json {
            return Err(Error::UnsupportedMedia("send the body as Content-Type: application/json, in UTF-8".into()));
        }
        let target = format!("{} {}", request.method(), request.uri().path());
        let bytes = axum::body::to_bytes(request.into_body(), JSON_LIMIT_BYTES).await.map_err(|_| {
            Error::TooLarge(format!("the body is larger than {} KiB; send less at once", JSON_LIMIT_BYTES / 1024))
        })?;
        let digest = Sha256::new().chain_update(target).chain_update(&bytes).finalize().into();
        Ok(Body { value: parse(&bytes)?, digest })
    }
}

/// JSON is UTF-8 (RFC 8259, section 8.1), whatever else the media type may say; its name has no case.
fn is_json(content_type: &str) -> bool {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let charset = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    kind.trim().eq_ignore_ascii_case("application/json")
        && charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
}

/// Reads a JSON document: an object, since fields have names and not places.
///
/// # Errors
/// [`Error::Malformed`] with the JSON pointer of the fault.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Error::malformed("", "wrong_type", "send a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let text = error.inner().to_string();
        // serde_json ends its text with the position, which people do not need beside a path.
        let message = text.split(" at line ").next().unwrap_or(&text);
        let otherwise = if error.inner().is_data() { "wrong_type" } else { "invalid_json" };
        Error::Malformed(vec![fault(pointer::of(error.path()), message, otherwise)])
    })?;
    deserializer
        .end()
        .map_err(|_| Error::malformed("", "invalid_json", "there is text after the end of the JSON document"))?;
    refuse_nul(bytes)?;
    Ok(value)
}

/// PostgreSQL keeps no text with U+0000, so none comes in: that is told here, once, for every field.
fn refuse_nul(bytes: &[u8]) -> Result<()> {
    // In JSON the character is only ever written so; the same bytes may also mean a backslash before `u0000`.
    if !bytes.windows(6).any(|part| part == br"\u0000") {
        return Ok(());
    }
    match serde_json::from_slice(bytes).ok().and_then(|document| nul_in(&document, "")) {
        Some(path) => Err(Error::malformed(path, "invalid_character", "leave out the character U+0000")),
        None => Ok(()),
    }
}

/// The pointer to the first text or name of a field that has the character.
fn nul_in(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_string()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| nul_in(item, &format!("{path}/{index}")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            if name.contains('\0') {
                Some(path.to_string())
            } else {
                nul_in(value, &format!("{path}/{}", escaped(name)))
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Reads the parameters of a query.
///
/// # Errors
/// [`Error::Malformed`] with the name of the parameter.
pub(crate) fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T> {
    let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let mut fault = fault(pointer::of(error.path()), &error.inner().to_string(), "invalid_value");
        fault.path = fault.path.trim_start_matches('/').to_string();
        Error::Malformed(vec![fault])
    })
}

/// What serde says, with a code and the whole path.
fn fault(mut path: String, message: &str, otherwise: &str) -> FieldError {
    let starts = |text: &str| message.starts_with(text);
    let code = match () {
        () if starts("unknown field") => "unknown_field",
        () if starts("missing field") => "required",
        () if starts("duplicate field") => "duplicate_field",
        () => return FieldError::new(path, otherwise, message),
    };
    // Serde may name the field in the path, in its text or in both.
    if let Some(field) = message.split('`').nth(1)
        && (code != "unknown_field" || !path.ends_with(&format!("/{field}")))
    {
        path = format!("{path}/{field}");
    }
    FieldError::new(path, code, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::Patch;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code)]
        #[serde(default)]
        items: Vec<Inner>,
        #[serde(default)]
        title: Patch<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code)]
        count: i64,
    }

    fn fault(text: &str) -> (String, String) {
        match parse::<Outer>(text.as_bytes()) {
            Err(Error::Malformed(errors)) => (errors[0].path.clone(), errors[0].code.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_is_utf_8_by_whatever_case_it_is_called() {
        for told in ["application/json", "Application/JSON ; charset=UTF-8", "application/json;charset=\"utf-8\""] {
            assert!(is_json(told), "{told}");
        }
        for told in ["application/json; charset=utf-16", "text/json", "", "application/jsonp"] {
            assert!(!is_json(told), "{told}");
        }
    }

    #[test]
    fn fields_have_names_not_places() {
        assert_eq!(fault(r#" [[], "title"]"#), (String::new(), "wrong_type".into()));
    }

    #[test]
    fn faults_are_named_by_their_path() {
        assert_eq!(fault(r#"{"items":[{"count":1},{"count":"x"}]}"#), ("/items/1/count".into(), "wrong_type".into()));
        assert_eq!(fault(r#"{"items":[{"count":1,"extra":2}]}"#), ("/items/0/extra".into(), "unknown_field".into()));
        assert_eq!(fault(r#"{"nope":1}"#), ("/nope".into(), "unknown_field".into()));
        assert_eq!(fault(r#"{"items":[{}]}"#), ("/items/0/count".into(), "required".into()));
        assert_eq!(fault(r#"{"title":"a","title":"b"}"#), ("/title".into(), "duplicate_field".into()));
        assert_eq!(fault("{").1, "invalid_json");
        assert_eq!(fault("{} {}").1, "invalid_json");
    }

    #[test]
    fn no_text_holds_the_character_that_postgresql_cannot_keep() {
        assert_eq!(fault(r#"{"title":"a\u0000b"}"#), ("/title".into(), "invalid_character".into()));
        let parsed = parse::<Outer>(br#"{"title":"a\\u0000b"}"#).unwrap();
        assert_eq!(parsed.title, Patch::Set(r"a\u0000b".into()), "a backslash and digits");
    }

    #[test]
    fn absent_and_null_differ() {
        let parsed = |text: &str| parse::<Outer>(text.as_bytes()).map(|outer| outer.title).unwrap();
        assert_eq!(parsed("{}"), Patch::Absent);
        assert_eq!(parsed(r#"{"title":null}"#), Patch::Null);
        assert_eq!(parsed(r#"{"title":"x"}"#), Patch::Set("x".into()));
    }
}
