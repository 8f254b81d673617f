use crate::kit::each_engine;
use platform::audit;
use serde_json::{Value, json};

fn actions(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn administrative_acts_are_written_down() {
    each_engine(|app| async move {
        let key = app.admin.post("/api-keys", json!({"name": "Sync", "role": "member"})).await.created();
        app.admin.delete(&format!("/api-keys/{}", key["id"].as_str().unwrap())).await.no_content();
        app.owner.patch("/org", json!({"currency": "EUR"})).await.ok();
        app.owner.patch(&format!("/members/{}", app.member.id()), json!({"disabled": true})).await.ok();
        let session = app.log_in("max@engines.example").await;
        session.delete("/me/sessions").await.no_content();
        let page = app.owner.get("/audit").await.ok();
        assert_eq!(
            actions(&page),
            [
                "sessions.revoked",
                "member.changed",
                "org.changed",
                "api_key.revoked",
                "api_key.created",
                "member.added",
                "member.added",
                "member.added",
                "org.created",
            ]
        );
        let created = &page["items"][4];
        assert_eq!(created["actor"], json!({"kind": "user", "id": app.admin.id(), "name": "Adam Admin"}));
        assert_eq!(created["detail"]["name"], "Sync");
        assert_eq!(created["ipAddress"], "192.0.2.1");
        assert_eq!(page["items"][2]["detail"]["changes"], json!([{"field": "currency", "old": "USD", "new": "EUR"}]));
        let scope = app.system().scope();
        let verdict = app.db().read(move |c| audit::verify(c, &scope)).await.unwrap();
        assert_eq!((verdict.rows, verdict.fault), (9, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_page_by_page_by_admins() {
    each_engine(|app| async move {
        for number in 0..5 {
            app.owner.patch("/org", json!({"name": format!("Engines {number}")})).await.ok();
        }
        let first = app.admin.get("/audit?limit=4").await.ok();
        let cursor = first["nextCursor"].as_str().unwrap();
        let second = app.admin.get(&format!("/audit?limit=4&cursor={cursor}")).await.ok();
        assert_eq!(actions(&first), ["org.changed"; 4]);
        assert_eq!(actions(&second), ["org.changed", "member.added", "member.added", "member.added"]);
        app.admin.get("/audit?limit=201").await.refused_at(400, "limit", "invalid_value");
        app.member.get("/audit").await.refused(403, "forbidden");
        assert_eq!(actions(&app.stranger.get("/audit").await.ok()), ["org.created"]);
    })
    .await;
}
