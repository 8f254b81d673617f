//! Customers over HTTP: what only shows there.

use crate::kit::{TestApp, each_engine};
use axum::extract::ConnectInfo;
use axum::http::Method;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tower::ServiceExt as _;

async fn add(app: &TestApp, body: Value) -> Value {
    app.owner.post("/customers", body).await.created()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_minds_the_version_that_it_is_given() {
    each_engine(|app| async move {
        let made = add(
            &app,
            json!({"fullName": "X", "tags": ["t"],
            "contacts": [{"channel": "email", "value": "a@x.example"}]}),
        )
        .await;
        let id = made["id"].as_str().unwrap();
        let contact = made["contacts"][0]["id"].as_str().unwrap();
        let tag = app.owner.get("/tags").await.ok()["items"][0]["id"].as_str().unwrap().to_string();
        let send = |method: Method, path: String, body: Option<Value>| {
            let request = app.owner.request(method, &path).header("if-match", "\"7\"");
            match body {
                Some(body) => request.json(&body).send(),
                None => request.send(),
            }
        };
        let before = app.digest().await;
        for (method, path, body) in [
            (Method::DELETE, format!("/tags/{tag}"), None),
            (Method::DELETE, format!("/contacts/{contact}"), None),
            (Method::PUT, format!("/customers/{id}/tags/new"), None),
            (Method::DELETE, format!("/customers/{id}/tags/t"), None),
            (Method::POST, format!("/customers/{id}/claim"), None),
            (Method::POST, format!("/customers/{id}/unclaim"), None),
            (Method::POST, format!("/customers/{id}/release"), None),
            (Method::POST, format!("/customers/{id}/reassign"), Some(json!({"userId": app.member.id()}))),
        ] {
            let answer = send(method, path, body).await.refused(412, "stale_version");
            assert_eq!(answer["current"]["version"], 1, "{answer:#}");
        }
        assert_eq!(app.digest().await, before);
        let claim = app.owner.request(Method::POST, &format!("/customers/{id}/claim")).header("if-match", "\"1\"");
        assert_eq!(claim.send().await.ok()["version"], 2);
    })
    .await;
}
