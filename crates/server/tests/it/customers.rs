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
async fn an_export_holds_everybody_who_was_there_when_it_began() {
    each_engine(|app| async move {
        let mut first = String::new();
        for n in 0..450 {
            app.advance(1);
            let made = add(&app, json!({"fullName": format!("Person {n:03}")})).await;
            if n == 0 {
                first = made["id"].as_str().unwrap().to_string();
            }
        }
        let mut request = axum::http::Request::builder()
            .uri("/api/v1/customers/export.csv?columns=fullName")
            .header("host", "localhost:8080")
            .header("cookie", app.owner.credentials())
            .body(axum::body::Body::empty())
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 40_000))));
        let mut body = app.router.clone().oneshot(request).await.unwrap().into_body();
        let (mut text, mut frames) = (Vec::new(), 0);
        while let Some(frame) = body.frame().await {
            text.extend(frame.unwrap().into_data().unwrap());
            frames += 1;
            if frames == 2 {
                // Its turn would be last; now it is the most recently active.
                app.advance(1);
                app.owner.patch(&format!("/customers/{first}"), json!({"jobTitle": "Here"})).await.ok();
            }
        }
        let text = String::from_utf8(text).unwrap();
        let mut names: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(names[0], "Person 449");
        names.sort_unstable();
        let all: Vec<String> = (0..450).map(|n| format!("Person {n:03}")).collect();
        assert_eq!(names, all);
    })
    .await;
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

#[tokio::test(flavor = "multi_thread")]
async fn no_text_holds_u0000() {
    each_engine(|app| async move {
        let made = add(&app, json!({"fullName": "X"})).await;
        let id = made["id"].as_str().unwrap();
        let tag = app.owner.post("/tags", json!({"name": "t", "description": "a\0b"})).await;
        tag.refused_at(400, "/description", "invalid_character");
        let contact = json!({"channel": "telegram", "value": "@some\0body"});
        let contact = app.owner.post(&format!("/customers/{id}/contacts"), contact).await;
        contact.refused_at(400, "/value", "invalid_character");
        let filter = json!({"field": "tags", "op": "has_any", "value": ["a\0b"]});
        app.owner.post("/customers/query", json!({"filter": filter})).await.refused(400, "malformed");
        app.owner.get("/companies/match?domain=a%00b.example").await.refused(400, "malformed");
        app.owner.delete(&format!("/customers/{id}/tags/a%00b")).await.refused(422, "invalid");
    })
    .await;
}
