//! Calls and meetings over HTTP: put on the timeline where they belong.

use crate::kit::{TestApp, each_engine};
use axum::http::Method;
use platform::actor::Role;
use serde_json::{Value, json};

/// The moment `seconds` before the test's present.
fn ago(app: &TestApp, seconds: i64) -> String {
    app.clock.now().plus_seconds(-seconds).to_string()
}

async fn someone(app: &TestApp) -> (String, Value) {
    let made = app.owner.post("/customers", json!({"fullName": "Ida Lund", "tags": ["vip"]})).await.created();
    let id = made["id"].as_str().unwrap().to_string();
    (format!("/customers/{id}"), made)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_stands_at_its_time_and_moves_the_customers_times_forward_only() {
    each_engine(|app| async move {
        let (path, made) = someone(&app).await;
        app.advance(10 * 86_400);
        let week = ago(&app, 7 * 86_400);
        let call = json!({"type": "call.logged", "occurredAt": week, "detail": {"subject": "  The offer ",
            "notes": "First line\r\nsecond", "durationMinutes": 25, "direction": "inbound"}});
        let logged = app.member.post(&format!("{path}/activities"), call).await.created();
        assert_eq!((logged["type"].as_str(), logged["occurredAt"].as_str()), (Some("call.logged"), Some(week.as_str())));
        assert_eq!(
            logged["detail"],
            json!({"subject": "The offer", "notes": "First line\nsecond", "durationMinutes": 25, "direction": "inbound"})
        );
        assert_eq!((logged["customerId"].clone(), logged["actor"]["kind"].clone()), (made["id"].clone(), json!("user")));
        let now = app.owner.get(&path).await.ok();
        assert_eq!((&now["lastActivityAt"], &now["lastInboundAt"]), (&json!(week), &json!(week)));
        assert_eq!((&now["lastOutboundAt"], &now["version"]), (&Value::Null, &json!(2)));

        // Older than what is known: on the timeline in its place, but no time moves back.
        let old = ago(&app, 9 * 86_400);
        let meeting = json!({"type": "meeting.logged", "occurredAt": old,
            "detail": {"subject": "Fair", "direction": "inbound"}});
        app.owner.post(&format!("{path}/activities"), meeting).await.created();
        let outbound = json!({"type": "call.logged", "occurredAt": old, "detail": {"subject": "Hi", "direction": "outbound"}});
        app.owner.post(&format!("{path}/activities"), outbound).await.created();
        let then = app.owner.get(&path).await.ok();
        assert_eq!((&then["lastActivityAt"], &then["lastInboundAt"]), (&json!(week), &json!(week)));
        assert_eq!(then["lastOutboundAt"], json!(old));
        let events = app.owner.get(&format!("{path}/activity")).await.ok();
        let subjects: Vec<&str> =
            events["items"].as_array().unwrap().iter().map(|event| event["detail"]["subject"].as_str().unwrap_or("-")).collect();
        assert_eq!(subjects, ["The offer", "Hi", "Fair", "-", "-"]);
        let calls = app.owner.get(&format!("{path}/activity?group=call")).await.ok();
        assert_eq!(calls["items"].as_array().unwrap().len(), 3);
        assert_eq!(calls["items"][0], logged);

        // Found by what follows: filters over the log and the page of the tag in its order.
        let filter = json!({"filter": {"and": [{"field": "tags", "op": "has_any", "value": ["vip"]},
            {"activity": ["call.logged"], "op": "exactly", "count": 2, "since": "-30d"}]}, "exact": true});
        assert_eq!(app.owner.post("/customers/count", filter).await.ok()["count"], 1);
        assert_eq!(app.db().read(crm::checks::broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_in_a_call_are_named_and_nothing_is_written() {
    each_engine(|app| async move {
        let (path, _) = someone(&app).await;
        let to = format!("{path}/activities");
        let (now, soon) = (ago(&app, 0), ago(&app, -301));
        let before = app.digest().await;
        let call = |at: &str, detail: Value| json!({"type": "call.logged", "occurredAt": at, "detail": detail});
        for (body, at, code) in [
            (call(&soon, json!({"subject": "x"})), "/occurredAt", "in_future"),
            (call("1066-10-14T12:00:00Z", json!({"subject": "x"})), "/occurredAt", "out_of_range"),
            (call(&now, json!({"subject": " \u{200b} "})), "/detail/subject", "required"),
            (call(&now, json!({"subject": "x".repeat(201)})), "/detail/subject", "too_long"),
            (call(&now, json!({"subject": "x\ny"})), "/detail/subject", "invalid"),
            (call(&now, json!({"subject": "x", "notes": "x".repeat(5_001)})), "/detail/notes", "too_long"),
            (call(&now, json!({"subject": "x", "notes": "\u{7}"})), "/detail/notes", "invalid"),
            (call(&now, json!({"subject": "x", "durationMinutes": -1})), "/detail/durationMinutes", "out_of_range"),
            (call(&now, json!({"subject": "x", "durationMinutes": 10_081})), "/detail/durationMinutes", "out_of_range"),
        ] {
            app.owner.post(&to, body).await.refused_at(422, at, code);
        }
        let many = call(&soon, json!({"subject": "", "durationMinutes": -1}));
        let all = app.owner.post(&to, many).await.refused(422, "invalid");
        assert_eq!(all["errors"].as_array().unwrap().len(), 3, "{all:#}");
        for (body, at) in [
            (call("yesterday", json!({"subject": "x"})), "/occurredAt"),
            (call(&now, json!({"subject": "x", "direction": "up"})), "/detail/direction"),
            (call(&now, json!({"subject": "x", "durationMinutes": 1.5})), "/detail/durationMinutes"),
            (call(&now, json!({"subject": "x", "with": "Bo"})), "/detail/with"),
            (json!({"type": "email.sent", "occurredAt": now, "detail": {"subject": "x"}}), "/type"),
            (json!({"type": "call.logged", "occurredAt": now}), "/detail"),
        ] {
            let problem = app.owner.post(&to, body).await.refused(400, "malformed");
            assert_eq!(problem["errors"][0]["path"], at, "{problem:#}");
        }
        assert_eq!(app.digest().await, before);
        // A clock a little ahead is no fault, and makes no event of the future.
        let ahead = app.owner.post(&to, call(&ago(&app, -299), json!({"subject": "x"}))).await.created();
        assert_eq!(ahead["occurredAt"], now);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_logged_by_those_who_may_write_the_customer() {
    each_engine(|app| async move {
        let (path, made) = someone(&app).await;
        let to = format!("{path}/activities");
        let call = json!({"type": "call.logged", "occurredAt": ago(&app, 0), "detail": {"subject": "x"}});
        app.owner.act(&format!("{path}/claim")).await.ok();
        let before = app.digest().await;
        app.member.post(&to, call.clone()).await.refused(403, "forbidden");
        // Rights come before faults.
        let faulty = json!({"type": "call.logged", "occurredAt": ago(&app, 0), "detail": {"subject": ""}});
        app.member.post(&to, faulty).await.refused(403, "forbidden");
        app.stranger.post(&to, call.clone()).await.refused(404, "not_found");
        app.owner
            .post(&format!("/customers/{}/activities", uuid::Uuid::nil()), call.clone())
            .await
            .refused(404, "not_found");
        assert_eq!(app.digest().await, before);
        app.api_key(Role::Admin).await.post(&to, call.clone()).await.created();
        app.admin.post(&to, call.clone()).await.created();
        let key = "one-call";
        let once = || app.owner.request(Method::POST, &to).header("idempotency-key", key).json(&call).send();
        let first = once().await.created();
        assert_eq!(once().await.created(), first);
        let calls = app.owner.get(&format!("{path}/activity?group=call")).await.ok();
        assert_eq!(calls["items"].as_array().unwrap().len(), 3);

        // The survivor has the timeline of who was merged into it.
        let other = app.owner.post("/customers", json!({"fullName": "Ida L."})).await.created();
        app.owner.post("/customers/merge", json!({"primaryId": other["id"], "ids": [made["id"]]})).await.ok();
        app.owner.post(&to, call).await.refused(409, "merged");
    })
    .await;
}
