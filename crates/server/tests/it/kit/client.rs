//! A caller: who it is, and how it sends requests.

use super::answer::Answer;
use super::contract;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, header};
use http_body_util::BodyExt as _;
use platform::ids::UserId;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tower::ServiceExt as _;

/// Sends requests as somebody.
#[derive(Clone)]
pub struct Client {
    router: axum::Router,
    credentials: Option<(header::HeaderName, String)>,
    address: IpAddr,
    user_id: Option<UserId>,
}

impl Client {
    pub(super) fn anonymous(router: &axum::Router) -> Client {
        let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        Client { router: router.clone(), credentials: None, address, user_id: None }
    }

    pub(super) fn signed_in(router: &axum::Router, token: &str, user_id: UserId, over_https: bool) -> Client {
        let cookie = format!("{}={token}", platform::accounts::cookie_name(over_https));
        Client { credentials: Some((header::COOKIE, cookie)), user_id: Some(user_id), ..Client::anonymous(router) }
    }

    pub(super) fn with_key(router: &axum::Router, key: &str) -> Client {
        Client { credentials: Some((header::AUTHORIZATION, format!("Bearer {key}"))), ..Client::anonymous(router) }
    }

    /// The same caller somewhere else.
    pub fn from(&self, address: &str) -> Client {
        Client { address: address.parse().expect("an address"), ..self.clone() }
    }

    /// The person behind the client, for bodies that name one.
    pub fn id(&self) -> String {
        self.user_id.expect("a person").to_string()
    }

    /// The cookie or key as a header's value.
    pub fn credentials(&self) -> String {
        self.credentials.clone().expect("credentials").1
    }

    /// A request to be completed and sent.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let path = path.strip_prefix("//").map_or_else(|| format!("/api/v1{path}"), |rest| format!("/{rest}"));
        let mut builder =
            axum::http::Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
        if let Some((name, value)) = &self.credentials {
            builder = builder.header(name, value);
        }
        Request { client: self.clone(), builder, body: Vec::new() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path).json(&body).send().await
    }

    /// A POST without a body.
    pub async fn act(&self, path: &str) -> Answer {
        self.request(Method::POST, path).send().await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PATCH, path).json(&body).send().await
    }

    /// A PUT with a body.
    pub async fn put_json(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PUT, path).json(&body).send().await
    }

    pub async fn put(&self, path: &str) -> Answer {
        self.request(Method::PUT, path).send().await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, path).send().await
    }
}

/// A request on its way.
pub struct Request {
    client: Client,
    builder: axum::http::request::Builder,
    body: Vec<u8>,
}

impl Request {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").bytes(body.to_string())
    }

    /// The body as it is, without a content type.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it, and holds the answer against the OpenAPI document.
    pub async fn send(self) -> Answer {
        let mut request = self.builder.body(Body::from(self.body.clone())).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.client.address, 40_000)));
        let (method, path) = (request.method().clone(), request.uri().path().to_string());
        let response = self.client.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        let answer = Answer { what: format!("{method} {path}"), status: parts.status, headers: parts.headers, body };
        contract::check(&method, &path, &self.body, &answer);
        answer
    }
}
