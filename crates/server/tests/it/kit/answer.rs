//! An answer, and what tests say about it.

use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use serde_json::Value;

/// What came back.
pub struct Answer {
    /// The request in words.
    pub what: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON, whatever the status.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {}", self.what, self.text()))
    }

    #[track_caller]
    fn expect(&self, status: u16) -> &Answer {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.what, self.text());
        self
    }

    /// 200 with a JSON body.
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.expect(200).json()
    }

    /// 201 with a JSON body.
    #[track_caller]
    pub fn created(&self) -> Value {
        self.expect(201).json()
    }

    /// 202 with a JSON body.
    #[track_caller]
    pub fn accepted(&self) -> Value {
        self.expect(202).json()
    }

    /// 204 without a body.
    #[track_caller]
    pub fn no_content(&self) {
        self.expect(204);
        assert!(self.body.is_empty(), "{}: a 204 with a body", self.what);
    }

    /// A problem document of this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.what);
        let problem = self.json();
        assert_eq!(problem["code"], code, "{}: {problem:#}", self.what);
        assert_eq!(problem["status"], status, "{}: {problem:#}", self.what);
        assert_eq!(problem["requestId"], self.header("x-request-id"), "{}: {problem:#}", self.what);
        for field in ["type", "title", "detail"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{}: {problem:#}", self.what);
        }
        problem
    }

    /// A problem whose first error is at `path` with `code`.
    #[track_caller]
    pub fn refused_at(&self, status: u16, path: &str, code: &str) -> Value {
        let problem = self.refused(status, if status == 400 { "malformed" } else { "invalid" });
        let first = &problem["errors"][0];
        assert_eq!(
            (first["path"].as_str(), first["code"].as_str()),
            (Some(path), Some(code)),
            "{}: {problem:#}",
            self.what
        );
        assert!(first["message"].as_str().is_some_and(|text| !text.is_empty()), "{}: {problem:#}", self.what);
        problem
    }

    /// The token of the session cookie that was set.
    #[track_caller]
    pub fn session_token(&self) -> String {
        let cookie = self.header("set-cookie");
        let token = cookie.split_once('=').and_then(|(_, rest)| rest.split(';').next()).unwrap_or_default();
        assert!(!token.is_empty(), "{}: no session in {cookie:?}", self.what);
        token.to_string()
    }
}
