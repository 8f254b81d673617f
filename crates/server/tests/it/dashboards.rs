//! Dashboards and reports over HTTP: whose they are, versions, and that a number is what its list counts.

use crate::kit::{Client, each_engine};
use axum::http::Method;
use serde_json::{Value, json};

async fn report(client: &Client, query: Value) -> Value {
    client.post("/reports/query", query).await.ok()
}

async fn count(client: &Client, path: &str, filter: &Value) -> Value {
    client.post(path, json!({"filter": filter, "exact": true})).await.ok()["count"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_the_standard_dashboard_is_that_of_its_list() {
    each_engine(|app| async move {
        for (name, country) in [("Eva", "DE"), ("Bo", "SE"), ("Linh", "VN")] {
            app.owner.post("/customers", json!({"fullName": name, "country": country})).await.created();
        }
        let pipelines = app.owner.get("/pipelines").await.ok();
        let stages = pipelines["items"][0]["stages"].as_array().cloned().unwrap_or_default();
        for (index, stage) in stages.iter().enumerate() {
            let mut body = json!({"name": format!("D{index}"), "amount": 1_000, "stageId": stage["id"]});
            if stage["stage"] == "lost" {
                body["lostReason"] = json!("Price");
            }
            app.owner.post("/deals", body).await.created();
        }
        app.owner.post("/tasks", json!({"subject": "T", "dueAt": "2020-01-01T00:00:00Z"})).await.created();
        let dashboards = app.member.get("/dashboards").await.ok();
        let standard = &dashboards["items"][0];
        assert_eq!(
            (&standard["isStandard"], &standard["isDefault"], &standard["version"]),
            (&json!(true), &json!(true), &json!(0))
        );
        let mut asked = 0;
        for widget in standard["widgets"].as_array().unwrap() {
            let Some(query) = widget.get("query") else { continue };
            asked += 1;
            let path = match query["source"].as_str().unwrap() {
                "customer" => "/customers/count",
                "deal" => "/deals/count",
                _ => "/tasks/count",
            };
            // As the owner: the widget of tasks is about whoever looks at it.
            let answer = report(&app.owner, query.clone()).await;
            assert_eq!(count(&app.owner, path, &answer["total"]["opens"]).await, answer["total"]["count"], "{widget}");
            for group in answer["groups"].as_array().unwrap() {
                assert_eq!(count(&app.owner, path, &group["opens"]).await, group["count"], "{widget}");
            }
        }
        assert_eq!(asked, 8);
        let feed = app.member.get("/activity?limit=5").await.ok();
        assert_eq!(feed["items"].as_array().unwrap().len(), 5);
        assert!(feed["items"].as_array().unwrap().iter().any(|item| item["about"]["kind"] == "deal"));
        app.member.get("/activity?limit=51").await.refused(400, "malformed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_has_a_version_and_an_author() {
    each_engine(|app| async move {
        let widget = json!({"id": "a", "kind": "counts", "width": 3, "height": 1, "query": {"source": "deal"}});
        let body = json!({"name": "Mine", "visibility": "private", "widgets": [widget]});
        let made = app.member.post("/dashboards", body).await.created();
        let path = format!("/dashboards/{}", made["id"].as_str().unwrap());
        let answer = app.member.get(&path).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        for other in [&app.owner, &app.colleague, &app.stranger] {
            other.get(&path).await.refused(404, "not_found");
        }
        let patch = |version: &str, body: Value| {
            app.member.request(Method::PATCH, &path).header("if-match", version).json(&body).send()
        };
        patch("\"1\"", json!({"name": "Ours", "visibility": "org"})).await.ok();
        patch("\"1\"", json!({"name": "Late"})).await.refused(412, "stale_version");
        let before = app.digest().await;
        app.colleague.patch(&path, json!({"name": "Theirs"})).await.refused(403, "forbidden");
        let wrong = json!({"widgets": [{"id": "a", "kind": "series", "width": 6, "height": 2, "query": {"source": "deal", "by": "month"}}]});
        app.member.patch(&path, wrong).await.refused_at(400, "/widgets/0/query/range", "required");
        app.member.patch(&path, json!({"widgets": [{"id": "a"}]})).await.refused(400, "malformed");
        assert_eq!(app.digest().await, before);
        app.colleague.put_json("/me/dashboard", json!({"dashboardId": made["id"]})).await.ok();
        let seen = app.colleague.get("/dashboards").await.ok();
        let default: Vec<&Value> =
            seen["items"].as_array().unwrap().iter().filter(|one| one["isDefault"] == true).map(|one| &one["name"]).collect();
        assert_eq!(default, [&json!("Ours")]);
        app.member.delete(&path).await.no_content();
        let seen = app.colleague.get("/dashboards").await.ok();
        assert_eq!(seen["items"][0]["isDefault"], true);
    })
    .await;
}
