use crate::kit::each_engine;
use axum::http::Method;
use platform::actor::Role;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_works_until_it_is_revoked() {
    each_engine(|app| async move {
        let created = app.admin.post("/api-keys", json!({"name": "Sync", "role": "member"})).await.created();
        let key = created["key"].as_str().unwrap().to_string();
        assert_eq!((key.len(), &key[..4]), (47, "ent_"));
        assert_eq!(created["createdBy"]["name"], "Adam Admin");
        let program = app.with_key(&key);
        program.get("/customers").await.ok();
        program.get("/me").await.refused(403, "forbidden");
        program.get("/api-keys").await.refused(403, "forbidden");
        let listed = app.owner.get("/api-keys").await;
        assert!(!listed.text().contains(&key), "a key is shown once");
        assert_eq!(listed.ok()["items"][0]["prefix"], key[..10]);
        assert!(listed.ok()["items"][0]["lastUsedAt"].is_string());
        let path = format!("/api-keys/{}", created["id"].as_str().unwrap());
        app.stranger.delete(&path).await.refused(404, "not_found");
        app.member.delete(&path).await.refused(403, "forbidden");
        app.admin.delete(&path).await.no_content();
        program.get("/customers").await.refused(401, "unauthenticated");
        app.admin.delete(&path).await.refused(404, "not_found");
        let stored = app.digest().await;
        assert!(!stored.contains(&key), "only a hash is stored");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_end_by_themselves() {
    each_engine(|app| async move {
        let body = json!({"name": "Short", "role": "admin", "expiresAt": "2026-01-05T10:00:00+01:00"});
        let created = app.owner.post("/api-keys", body).await;
        created.refused_at(422, "/expiresAt", "in_the_past");
        let end = app.clock.now().plus_seconds(60).to_string();
        let created =
            app.owner.post("/api-keys", json!({"name": "Short", "role": "admin", "expiresAt": end})).await.created();
        let program = app.with_key(created["key"].as_str().unwrap());
        program.get("/audit").await.ok();
        app.advance(60);
        program.get("/audit").await.refused(401, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faulty_keys_are_refused_with_their_place() {
    each_engine(|app| async move {
        for (body, status, path, code) in [
            (json!({"role": "member"}), 400, "/name", "required"),
            (json!({"name": "x", "role": "king"}), 400, "/role", "wrong_type"),
            (json!({"name": "x", "role": "member", "scopes": []}), 400, "/scopes", "unknown_field"),
            (json!({"name": "x", "role": "member", "expiresAt": "soon"}), 400, "/expiresAt", "wrong_type"),
            (json!({"name": " ", "role": "member"}), 422, "/name", "required"),
            (json!({"name": "x".repeat(101), "role": "member"}), 422, "/name", "invalid"),
        ] {
            app.admin.post("/api-keys", body).await.refused_at(status, path, code);
        }
        app.admin.post("/api-keys", json!({"name": "x", "role": "owner"})).await.refused(403, "forbidden");
        app.member.post("/api-keys", json!({"name": "", "role": "member"})).await.refused(403, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_makes_no_second_key_and_cannot_show_the_first() {
    each_engine(|app| async move {
        let body = json!({"name": "Sync", "role": "member"});
        let send = || app.owner.request(Method::POST, "/api-keys").header("idempotency-key", "once").json(&body).send();
        let created = send().await.created();
        let problem = send().await.refused(409, "already_created");
        assert_eq!(problem["existing"]["id"], created["id"]);
        assert_eq!(app.owner.get("/api-keys").await.ok()["items"].as_array().map(Vec::len), Some(1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_comes_in_its_header_alone() {
    each_engine(|app| async move {
        let program = app.api_key(Role::Owner).await;
        let key = program.credentials().replace("Bearer ", "");
        let as_header =
            |name: &str, value: String| app.anonymous.request(Method::GET, "/org").header(name, &value).send();
        as_header("authorization", format!("bearer {key}")).await.ok();
        as_header("authorization", format!("Basic {key}")).await.refused(401, "unauthenticated");
        as_header("authorization", key.clone()).await.refused(401, "unauthenticated");
        as_header("x-api-key", key.clone()).await.refused(401, "unauthenticated");
        as_header("cookie", format!("session={key}")).await.refused(401, "unauthenticated");
        app.anonymous.get(&format!("/org?api_key={key}")).await.refused(401, "unauthenticated");
        // A bad key is not made good by a good cookie beside it.
        let both = app.owner.request(Method::GET, "/org").header("authorization", "Bearer ent_wrong").send();
        both.await.refused(401, "unauthenticated");
    })
    .await;
}
