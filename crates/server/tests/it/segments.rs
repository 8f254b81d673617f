//! Segments and saved views over HTTP: what only shows there.

use crate::kit::{TestApp, each_engine};
use platform::actor::Role;
use serde_json::{Value, json};

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_string()
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["fullName"].as_str().unwrap()).collect()
}

async fn customer(app: &TestApp, body: Value) -> String {
    id(&app.owner.post("/customers", body).await.created())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_from_rule_to_events() {
    each_engine(|app| async move {
        for (name, country) in [("Ada", "DE"), ("Bob", "DE"), ("Cyd", "FR")] {
            customer(&app, json!({"fullName": name, "country": country})).await;
        }
        app.run_jobs().await;
        let rule = json!({"field": "country", "op": "eq", "value": "DE"});
        let preview = app.member.post("/segments/preview", json!({"rule": rule})).await.ok();
        assert_eq!(preview, json!({"count": 2, "joins": 2, "leaves": 0}));
        let made = json!({"name": "Germans", "kind": "dynamic", "rule": rule});
        let made = app.member.post("/segments", made).await;
        let segment = id(&made.created());
        assert_eq!(made.header("location"), format!("/api/v1/segments/{segment}"));
        let first = app.colleague.get(&format!("/segments/{segment}/members?sort=fullName&limit=1")).await.ok();
        assert_eq!(names(&first), ["Ada"]);
        let cursor = first["nextCursor"].as_str().unwrap();
        let second = format!("/segments/{segment}/members?sort=fullName&limit=1&cursor={cursor}");
        assert_eq!(names(&app.colleague.get(&second).await.ok()), ["Bob"]);
        app.colleague.get(&format!("/customers?sort=fullName&limit=1&cursor={cursor}")).await.refused(400, "malformed");
        let filter = r#"{"field":"fullName","op":"contains","value":"bo"}"#.replace('"', "%22");
        let some = app.colleague.get(&format!("/segments/{segment}/members?filter={filter}")).await.ok();
        assert_eq!(names(&some), ["Bob"]);
        app.run_jobs().await;
        let job = app.member.act(&format!("/segments/{segment}/recompute")).await.accepted();
        app.run_jobs().await;
        let job = app.member.get(&format!("/jobs/{}", job["jobId"].as_str().unwrap())).await.ok();
        assert_eq!(
            (job["state"].as_str(), job["done"].as_i64()),
            (Some("completed"), job["total"].as_i64().or(Some(0)))
        );
        let ada = id(&app.owner.get("/customers?q=Ada").await.ok()["items"][0]);
        let timeline = app.member.get(&format!("/customers/{ada}/activity?group=segment")).await.ok();
        assert_eq!(timeline["items"].as_array().unwrap().len(), 1, "{timeline:#}");
        assert_eq!(timeline["items"][0]["detail"]["cause"]["kind"], "created");
        let told = app.member.get(&format!("/segments/{segment}/explain/{ada}")).await.ok();
        assert_eq!(told["member"], true);
        assert_eq!(told["conditions"][0], json!({"path": "", "condition": rule, "value": "DE", "holds": true}));
        // The change of one customer, and its event.
        app.advance(60);
        app.owner.patch(&format!("/customers/{ada}"), json!({"country": "FR"})).await.ok();
        assert_eq!(names(&app.member.get(&format!("/segments/{segment}/members")).await.ok()), ["Bob"]);
        app.run_jobs().await;
        let timeline = app.member.get(&format!("/customers/{ada}/activity?group=segment")).await.ok();
        assert_eq!(timeline["items"][0]["type"], "segment.left");
        assert_eq!(timeline["items"][0]["detail"]["cause"]["activityType"], "customer.updated");
        assert_eq!(app.run_jobs().await, 0, "nothing follows from that");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_the_place_and_change_nothing() {
    each_engine(|app| async move {
        let one = customer(&app, json!({"fullName": "Ada"})).await;
        let hand = id(&app.member.post("/segments", json!({"name": "Hand", "kind": "static"})).await.created());
        let rule = json!({"and": [{"field": "segments", "op": "has_any", "value": [hand]}]});
        let rule = json!({"name": "Rule", "kind": "dynamic", "rule": rule});
        let rule = id(&app.member.post("/segments", rule).await.created());
        let before = app.digest().await;
        let post = |body: Value| app.member.post("/segments", body);
        let dynamic = |rule: Value| json!({"name": "X", "kind": "dynamic", "rule": rule});
        post(dynamic(json!({"and": [{"not": {"field": "nmae", "op": "eq", "value": "x"}}]}))).await.refused_at(
            400,
            "/rule/and/0/not/field",
            "unknown_field",
        );
        post(dynamic(json!({"activity": ["call.logged", "nope"], "op": "at_least", "count": 1}))).await.refused_at(
            400,
            "/rule/activity/1",
            "unknown_type",
        );
        post(dynamic(json!({"field": "claimedById", "op": "eq", "value": "me"}))).await.refused_at(
            400,
            "/rule/value",
            "not_allowed",
        );
        let twice =
            app.member.request(axum::http::Method::POST, "/segments").header("content-type", "application/json");
        let twice = twice.bytes(r#"{"name":"X","kind":"dynamic","rule":{"and":[],"and":[]}}"#).send().await;
        twice.refused(400, "malformed");
        post(json!({"name": "hand", "kind": "static"})).await.refused(409, "segment_exists");
        post(json!({"name": "X", "kind": "dynamic"})).await.refused_at(422, "/rule", "required");
        let itself = json!({"rule": {"or": [{"field": "segments", "op": "has_none", "value": [rule]}]}});
        app.member.patch(&format!("/segments/{rule}"), itself).await.refused_at(422, "/rule/or/0/value/0", "circular");
        app.member
            .post(&format!("/segments/{rule}/members"), json!({"add": [one]}))
            .await
            .refused(409, "dynamic_segment");
        app.member.act(&format!("/segments/{hand}/recompute")).await.refused(409, "static_segment");
        app.colleague.patch(&format!("/segments/{hand}"), json!({"name": "Y"})).await.refused(403, "forbidden");
        assert_eq!(app.digest().await, before);
        // A customer of somebody else's.
        app.member.act(&format!("/customers/{one}/claim")).await.ok();
        let before = app.digest().await;
        app.colleague.post(&format!("/segments/{hand}/members"), json!({"add": [one]})).await.refused(403, "forbidden");
        assert_eq!(app.digest().await, before);
        let changed = app.member.post(&format!("/segments/{hand}/members"), json!({"add": [one]})).await.ok();
        assert_eq!(changed, json!({"added": 1, "removed": 0}));
        let own = app.colleague.get(&format!("/customers/{one}/segments")).await.ok();
        let listed = own["items"].as_array().unwrap().iter().find(|of| of["id"] == json!(hand)).unwrap();
        assert_eq!((&listed["name"], &listed["kind"]), (&json!("Hand"), &json!("static")));
        assert!(listed["since"].is_string(), "{own}");
        let part = json!({"rule": {"field": "segments", "op": "has_any", "value": [hand]}, "sample": true});
        let shown = app.colleague.post("/segments/preview", part).await.ok();
        assert_eq!((&shown["count"], &shown["sample"][0]["id"]), (&json!(1), &json!(one)));
        let uses = app.colleague.get(&format!("/segments/{hand}/used-by")).await.ok();
        assert_eq!(uses["items"], json!([{"record": "segment", "id": rule, "name": "Rule"}]));
        let by_name =
            app.api_key(Role::Member).await.put_json("/segments/by-name", json!({"names": ["HAND", "New"]})).await.ok();
        assert_eq!(by_name["items"][0]["id"], json!(hand));
        assert_eq!(by_name["items"][1]["kind"], "static");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_request_brings_segments_and_views() {
    each_engine(|app| async move {
        let segment = app.owner.post("/segments", json!({"name": "Hand", "kind": "static"})).await.created();
        let gone = id(&app.owner.post("/segments", json!({"name": "Gone", "kind": "static"})).await.created());
        app.owner.act(&format!("/segments/{gone}/archive")).await.ok();
        let view = |name: &str, visibility: &str| json!({"record": "customer", "name": name, "visibility": visibility,
            "columns": [{"field": "fullName", "width": 200}], "filter": {"field": "segments", "op": "has_any", "value": [gone]}});
        app.member.post("/views", view("Mine", "private")).await.created();
        app.owner.post("/views", view("Ours", "org")).await.created();
        let seen = app.member.get("/bootstrap").await.ok();
        assert_eq!(seen["segments"], json!([{"id": segment["id"], "name": "Hand", "kind": "static"}]));
        let names: Vec<&str> = seen["views"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Mine", "Ours"]);
        assert_eq!(seen["views"][0]["problems"][0]["code"], "archived_segment");
        assert!(seen["activityTypes"].as_array().unwrap().contains(&json!("call.logged")));
        let fields = seen["fields"].as_array().unwrap();
        let segments = fields.iter().find(|field| field["field"] == "segments").unwrap();
        assert!(segments["operators"].as_array().unwrap().contains(&json!("ever_any")), "{segments:#}");
        let others = app.colleague.get("/bootstrap").await.ok();
        assert_eq!(others["views"].as_array().unwrap().len(), 1);
    })
    .await;
}
