//! Bulk actions over HTTP: who may ask for what, what a job shows to whom, and the way back.

use crate::kit::{Answer, Client, TestApp, each_engine};
use axum::http::Method;
use serde_json::{Value, json};

async fn customer(client: &Client, body: Value) -> Value {
    client.post("/customers", body).await.created()
}

fn everybody() -> Value {
    json!({"filter": {"and": []}})
}

fn body(action: Value) -> Value {
    json!({"select": everybody(), "action": action})
}

fn path(accepted: &Value) -> String {
    format!("/jobs/{}", accepted["jobId"].as_str().expect("a job"))
}

async fn bulk(app: &TestApp, client: &Client, action: Value) -> Value {
    let accepted = client.post("/customers/bulk", body(action)).await.accepted();
    app.run_jobs().await;
    client.get(&path(&accepted)).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_action_is_a_job_with_exact_counts_and_a_way_back() {
    each_engine(|app| async move {
        let mine = customer(&app.member, json!({"fullName": "Mine", "claimedById": app.member.id()})).await;
        customer(&app.owner, json!({"fullName": "Theirs", "claimedById": app.colleague.id()})).await;
        customer(&app.owner, json!({"fullName": "Free"})).await;
        let asked = app.member.post("/customers/bulk", body(json!({"kind": "add_tags", "tags": ["hot"]}))).await;
        let job = path(&asked.accepted());
        let waiting = app.member.get(&job).await.ok();
        assert_eq!(
            (&waiting["state"], &waiting["matched"], &waiting["total"]),
            (&json!("queued"), &json!(3), &json!(3))
        );
        assert_eq!(waiting["undoableUntil"], Value::Null);
        app.member.act(&format!("{job}/undo")).await.refused(409, "not_undoable");
        app.run_jobs().await;
        let done = app.member.get(&job).await.ok();
        assert_eq!(
            (&done["state"], &done["changed"], &done["skipped"], &done["failed"]),
            (&json!("completed"), &json!(2), &json!(1), &json!(0))
        );
        assert_eq!(done["reasons"], json!([{"code": "forbidden", "count": 1}]));
        assert_eq!((&done["record"], &done["action"]["kind"]), (&json!("customer"), &json!("add_tags")));
        assert!(done["undoableUntil"].is_string());

        // Between whoever asked and the admins.
        app.colleague.get(&job).await.refused(404, "not_found");
        app.colleague.act(&format!("{job}/undo")).await.refused(404, "not_found");
        app.colleague.act(&format!("{job}/cancel")).await.refused(404, "not_found");
        app.stranger.get(&job).await.refused(404, "not_found");
        app.anonymous.act(&format!("{job}/undo")).await.refused(401, "unauthenticated");
        app.admin.get(&job).await.ok();
        app.member.act(&format!("{job}/cancel")).await.refused(409, "job_finished");

        let id = mine["id"].as_str().unwrap();
        let timeline = app.member.get(&format!("/customers/{id}/activity")).await.ok();
        let event = &timeline["items"][0];
        assert_eq!((&event["type"], &event["actor"]["name"]), (&json!("tag.added"), &json!("Mia Member")));

        let undo = app.member.act(&format!("{job}/undo")).await.accepted();
        app.run_jobs().await;
        let undone = app.member.get(&path(&undo)).await.ok();
        assert_eq!((&undone["changed"], &undone["undoOf"]), (&json!(2), &done["id"]));
        assert_eq!(app.member.get(&job).await.ok()["undoneBy"], undone["id"]);
        app.member.act(&format!("{job}/undo")).await.refused(409, "not_undoable");
        assert_eq!(app.member.get(&format!("/customers/{id}")).await.ok()["tags"], json!([]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_decide_and_refusals_change_nothing() {
    each_engine(|app| async move {
        customer(&app.owner, json!({"fullName": "X", "claimedById": app.colleague.id()})).await;
        app.owner.post("/companies", json!({"name": "Acme"})).await.created();
        let before = app.digest().await;
        let give = json!({"kind": "reassign", "userId": app.member.id()});
        for action in [json!({"kind": "release"}), give.clone()] {
            app.member.post("/customers/bulk", body(action.clone())).await.refused(403, "forbidden");
            app.anonymous.post("/customers/bulk", body(action)).await.refused(401, "unauthenticated");
        }
        app.colleague.post("/companies/bulk", body(give.clone())).await.refused(403, "forbidden");
        let wrong = [
            (json!({"select": {}, "action": {"kind": "archive"}}), 400, "/select", "required"),
            (body(json!({"kind": "explode"})), 400, "/action/kind", "wrong_type"),
            (body(json!({"kind": "archive", "why": "not"})), 400, "/action/why", "unknown_field"),
            (
                json!({"select": {"filter": {"field": "x", "op": "eq", "value": 1}}, "action": {"kind": "archive"}}),
                400,
                "/field",
                "unknown_field",
            ),
            (body(json!({"kind": "add_tags", "tags": ["bot:disabled"]})), 422, "/action/tags/0", "reserved"),
            (body(json!({"kind": "reassign", "userId": app.stranger.id()})), 422, "/action/userId", "unknown_member"),
        ];
        for (wrong, status, path, code) in wrong {
            app.admin.post("/customers/bulk", wrong).await.refused_at(status, path, code);
        }
        assert_eq!(app.digest().await, before);

        let done = bulk(&app, &app.admin, give).await;
        assert_eq!(done["changed"], 1);
        let done = bulk(&app, &app.admin, json!({"kind": "release"})).await;
        assert_eq!(done["changed"], 1);
        // A program owns nobody, but may tag.
        let key = app.api_key(platform::actor::Role::Member).await;
        key.post("/customers/bulk", body(json!({"kind": "claim"}))).await.refused(403, "forbidden");
        let done = bulk(&app, &key, json!({"kind": "add_tags", "tags": ["by-key"]})).await;
        assert_eq!((&done["changed"], &done["state"]), (&json!(1), &json!("completed")));
        // Other organisations are out of reach, by filter and by id.
        let done = bulk(&app, &app.stranger, json!({"kind": "archive"})).await;
        assert_eq!(done["matched"], 0);
        let id = app.owner.get("/customers").await.ok()["items"][0]["id"].clone();
        let ids = json!({"select": {"ids": [id]}, "action": {"kind": "archive"}});
        let accepted = app.stranger.post("/customers/bulk", ids).await.accepted();
        app.run_jobs().await;
        assert_eq!(app.stranger.get(&path(&accepted)).await.ok()["matched"], 0);
    })
    .await;
}

async fn once(client: &Client, body: &Value) -> Answer {
    client.request(Method::POST, "/customers/bulk").header("idempotency-key", "once").json(body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_asks_once() {
    each_engine(|app| async move {
        customer(&app.owner, json!({"fullName": "X"})).await;
        let asked = body(json!({"kind": "archive"}));
        let first = once(&app.owner, &asked).await.accepted();
        let second = once(&app.owner, &asked).await.accepted();
        assert_eq!(first, second);
        let other = body(json!({"kind": "restore"}));
        assert_eq!(once(&app.owner, &other).await.status, 422);
        app.run_jobs().await;
        assert_eq!(app.owner.get(&path(&first)).await.ok()["changed"], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_too() {
    each_engine(|app| async move {
        app.owner.post("/companies", json!({"name": "Acme"})).await.created();
        let accepted = app.member.post("/companies/bulk", body(json!({"kind": "archive"}))).await.accepted();
        let canceled = app.member.act(&format!("{}/cancel", path(&accepted))).await.accepted();
        assert_eq!((&canceled["state"], &canceled["changed"]), (&json!("canceled"), &json!(0)));
        let accepted = app.member.post("/companies/bulk", body(json!({"kind": "archive"}))).await.accepted();
        app.run_jobs().await;
        let done = app.member.get(&path(&accepted)).await.ok();
        assert_eq!((&done["record"], &done["changed"]), (&json!("company"), &json!(1)));
        assert_eq!(app.member.get("/companies").await.ok()["items"], json!([]));
    })
    .await;
}
