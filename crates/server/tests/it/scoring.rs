//! Scoring over HTTP: criteria and who edits them, what people say, signals, fits in filters, bulk and jobs.

use crate::kit::{Client, TestApp, each_engine};
use axum::http::Method;
use serde_json::{Value, json};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

fn germans() -> Value {
    json!({"name": "Place", "type": "profile", "weight": 1, "params": {"otherwise": -0.5, "rules": [
        {"when": {"field": "country", "op": "eq", "value": "DE"}, "score": 0.8, "label": "Germany"}]}})
}

async fn product(client: &Client, name: &str) -> String {
    id(&client.post("/products", json!({"name": name})).await.created())
}

async fn criterion(app: &TestApp, product: &str, body: Value) -> Value {
    app.owner.post(&format!("/products/{product}/criteria"), body).await.created()
}

async fn customer(client: &Client, body: Value) -> String {
    id(&client.post("/customers", body).await.created())
}

async fn fit(client: &Client, customer: &str) -> Value {
    client.get(&format!("/customers/{customer}/fit")).await.ok()[0].clone()
}

async fn names(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/customers?sort=fullName&{query}")).await.ok();
    page["items"].as_array().unwrap().iter().map(|one| one["fullName"].as_str().unwrap().to_string()).collect()
}

fn filter(tree: &Value) -> String {
    let text = tree.to_string();
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("filter={encoded}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_criterion_scores_everybody_by_a_job_that_shows_its_progress() {
    each_engine(|app| async move {
        let engine = product(&app.member, "Engine").await;
        let eva = customer(&app.owner, json!({"fullName": "Eva", "country": "DE"})).await;
        assert_eq!(app.member.get(&format!("/customers/{eva}/fit")).await.ok(), json!([]));
        let made = criterion(&app, &engine, germans()).await;
        assert_eq!((&made["share"], &made["version"], &made["position"]), (&json!(1.0), &json!(1), &json!(0)));
        assert_eq!(fit(&app.member, &eva).await["overall"], Value::Null);
        let job = format!("/jobs/{}", made["jobId"].as_str().unwrap());
        assert_eq!(app.member.get(&job).await.ok()["state"], "queued");
        app.run_jobs().await;
        let done = app.member.get(&job).await.ok();
        assert_eq!((&done["state"], &done["done"], &done["total"]), (&json!("completed"), &json!(1), &json!(1)));
        let found = fit(&app.member, &eva).await;
        assert_eq!(
            (&found["overall"], &found["bucket"], &found["coverage"]),
            (&json!(0.8), &json!("hot"), &json!(1.0))
        );
        let part = &found["criteria"][0];
        assert_eq!(part["evidence"], json!({"rule": 0, "label": "Germany"}));
        assert_eq!((&part["source"], &part["actor"]["kind"]), (&json!("rule"), &json!("system")));
        let events = app.member.get(&format!("/customers/{eva}/activity?group=profile")).await.ok();
        assert_eq!(events["items"][0]["type"], "profile.scored");
        assert_eq!(events["items"][0]["detail"]["bucket"], "hot");

        // Whoever changes is scored by the news of it.
        app.advance(1);
        app.owner.patch(&format!("/customers/{eva}"), json!({"country": "FR"})).await.ok();
        app.run_jobs().await;
        assert_eq!(fit(&app.member, &eva).await["overall"], json!(-0.5));
        let history = format!("/customers/{eva}/fit/history");
        let page = app.member.get(&format!("{history}?limit=1&productId={engine}")).await.ok();
        assert_eq!(page["items"][0]["score"], json!(-0.5));
        let cursor = page["nextCursor"].as_str().unwrap();
        let page = app.member.get(&format!("{history}?cursor={cursor}&criterionId={}", id(&made))).await.ok();
        assert_eq!((&page["items"][0]["score"], &page["nextCursor"]), (&json!(0.8), &Value::Null));
        app.member.get(&format!("{history}?cursor=x")).await.refused(400, "malformed");
        app.member.get(&format!("{history}?limit=0")).await.refused(400, "malformed");
        app.stranger.get(&history).await.refused(404, "not_found");

        // An edit with the version of before is refused with the criterion as it is.
        let path = format!("/criteria/{}", id(&made));
        let edited = app.admin.patch(&path, json!({"weight": 0.5, "name": "Where"})).await.ok();
        assert_eq!(
            (&edited["version"], &edited["rulesVersion"], &edited["share"]),
            (&json!(2), &json!(1), &json!(1.0))
        );
        let stale = app.admin.request(Method::PATCH, &path).header("if-match", "\"1\"").json(&json!({"weight": 1}));
        stale.send().await.refused(412, "stale_version");
        // The scoring of everybody can be stopped, by admins.
        let other = app
            .admin
            .patch(&path, json!({"params": {"rules": germans()["params"]["rules"], "otherwise": 0}}))
            .await
            .ok();
        let job = format!("/jobs/{}", other["jobId"].as_str().unwrap());
        app.member.act(&format!("{job}/cancel")).await.refused(403, "forbidden");
        assert_eq!(app.admin.act(&format!("{job}/cancel")).await.accepted()["state"], "canceled");
        app.admin.act(&format!("{job}/cancel")).await.refused(409, "job_finished");
        app.admin.delete(&path).await.no_content();
        app.admin.get(&path).await.refused(404, "not_found");
        app.run_jobs().await;
        assert_eq!(app.member.get(&format!("/customers/{eva}/fit")).await.ok(), json!([]));
        let listed = app.member.get(&format!("/products/{engine}/criteria")).await.ok();
        assert_eq!(listed, json!({"items": [], "weightSum": 0.0}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn criteria_that_make_no_sense_are_refused_where_they_make_none() {
    each_engine(|app| async move {
        let engine = product(&app.owner, "Engine").await;
        let path = format!("/products/{engine}/criteria");
        let before = app.digest().await;
        let with = |key: &str, value: Value| {
            let mut body = germans();
            body[key] = value;
            body
        };
        let rule = |when: Value| json!({"rules": [{"when": when, "score": 1}], "otherwise": 0});
        for (body, status, at, code) in [
            (with("weight", json!(1.5)), 422, "/weight", "out_of_range"),
            (with("name", json!(" ")), 422, "/name", "required"),
            (with("type", json!("feeling")), 422, "/type", "unknown_type"),
            (with("type", json!("mood")), 422, "/type", "unknown_type"),
            (with("position", json!(-1)), 422, "/position", "out_of_range"),
            (with("params", json!({"rules": []})), 400, "/params", "wrong_type"),
            (with("params", json!({"rules": [], "otherwise": 0})), 422, "/params/rules", "required"),
            (
                with("params", rule(json!({"fit": engine, "op": "empty"}))),
                400,
                "/params/rules/0/when/fit",
                "not_allowed",
            ),
            (
                with("params", rule(json!({"field": "x", "op": "empty"}))),
                400,
                "/params/rules/0/when/field",
                "unknown_field",
            ),
            (
                with("params", rule(json!({"field": "claimedById", "op": "eq", "value": "me"}))),
                400,
                "/params/rules/0/when/value",
                "not_allowed",
            ),
        ] {
            app.owner.post(&path, body).await.refused_at(status, at, code);
        }
        let asks = |prompt: &str| {
            let mut body = with("type", json!("conversation"));
            body["params"] = json!({"prompt": prompt});
            body
        };
        app.owner.post(&path, asks(" ")).await.refused_at(422, "/params/prompt", "required");
        app.owner.post(&path, asks(&"x".repeat(4_001))).await.refused_at(422, "/params/prompt", "too_long");
        app.owner.post(&path, with("shape", json!(1))).await.refused(400, "malformed");
        app.member.post(&path, germans()).await.refused(403, "forbidden");
        app.stranger.post(&path, germans()).await.refused(404, "not_found");
        assert_eq!(app.digest().await, before);
        for n in 0..20 {
            criterion(&app, &engine, with("name", json!(format!("C{n}")))).await;
        }
        app.owner.post(&path, germans()).await.refused(409, "too_many_criteria");
        let first = app.owner.get(&path).await.ok()["items"][0].clone();
        let moved = app.owner.patch(&format!("/criteria/{}", id(&first)), json!({"position": 2})).await.ok();
        assert_eq!(moved["position"], 2);
        let order = app.owner.get(&path).await.ok();
        let order: Vec<&str> =
            order["items"].as_array().unwrap()[..3].iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(order, ["C1", "C2", "C0"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_say_otherwise_within_their_rights() {
    each_engine(|app| async move {
        let engine = product(&app.owner, "Engine").await;
        let made = criterion(&app, &engine, germans()).await;
        let hers = json!({"fullName": "Eva", "country": "DE", "claimedById": app.member.id()});
        let eva = customer(&app.owner, hers).await;
        app.run_jobs().await;
        let path = format!("/criteria/{}/assess", id(&made));
        let says = |score: f64| json!({"customerId": eva, "score": score, "reason": "Spoke with her"});
        let before = app.digest().await;
        app.colleague.post(&path, says(0.1)).await.refused(403, "forbidden");
        app.stranger.post(&path, says(0.1)).await.refused(404, "not_found");
        app.member.post(&path, says(1.2)).await.refused_at(422, "/score", "out_of_range");
        app.member.post(&path, says(-1.2)).await.refused_at(422, "/score", "out_of_range");
        let unknown = json!({"customerId": uuid::Uuid::now_v7(), "score": 0, "reason": "x"});
        app.member.post(&path, unknown).await.refused_at(422, "/customerId", "unknown_customer");
        let adjust = format!("/criteria/{}/adjust", id(&made));
        app.colleague.post(&adjust, json!({"customerId": eva, "delta": 1})).await.refused(403, "forbidden");
        app.colleague.act(&format!("/customers/{eva}/rescore")).await.refused(403, "forbidden");
        let signal = json!({"customerId": eva, "name": "Pricing", "strength": 0.5});
        app.colleague.post("/intent-signals", signal.clone()).await.refused(403, "forbidden");
        let strong = json!({"customerId": eva, "name": "Pricing", "strength": 2});
        app.member.post("/intent-signals", strong).await.refused_at(422, "/strength", "out_of_range");
        assert_eq!(app.digest().await, before);

        app.advance(1);
        let said = app.member.post(&path, says(0.1)).await.created();
        assert_eq!((&said["source"], &said["evidence"]["reason"]), (&json!("manual"), &json!("Spoke with her")));
        assert_eq!(fit(&app.owner, &eva).await["overall"], json!(0.1));
        let moved = app.member.post(&adjust, json!({"customerId": eva, "delta": -7})).await.created();
        assert_eq!(moved["score"], json!(-1.0));
        let made = app.member.post("/intent-signals", signal).await.created();
        assert_eq!(made["name"], "Pricing");
        let events = app.member.get(&format!("/customers/{eva}/activity?group=profile&limit=1")).await.ok();
        assert_eq!(events["items"][0]["type"], "intent.signaled");
        let fits = app.member.act(&format!("/customers/{eva}/rescore")).await.ok();
        assert_eq!(fits[0]["overall"], json!(-1.0));
        app.owner.act(&format!("/customers/{eva}/archive")).await.ok();
        app.owner.act(&format!("/customers/{eva}/rescore")).await.refused(409, "archived");
        app.owner.post(&path, says(0.1)).await.refused(409, "archived");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fits_are_asked_for_wherever_customers_are_filtered() {
    each_engine(|app| async move {
        let engine = product(&app.owner, "Engine").await;
        criterion(&app, &engine, germans()).await;
        customer(&app.owner, json!({"fullName": "Eva", "country": "DE"})).await;
        customer(&app.owner, json!({"fullName": "Bob"})).await;
        app.run_jobs().await;
        let hot = json!({"fit": engine, "bucket": ["hot"]});
        let above = json!({"and": [{"fit": engine, "op": "gt", "value": 0.5}]});
        assert_eq!(names(&app.member, &filter(&hot)).await, ["Eva"]);
        assert_eq!(names(&app.member, &filter(&above)).await, ["Eva"]);
        let ranked = app.member.get(&format!("/customers?sort=-fit.{engine}&limit=1")).await.ok();
        assert_eq!(ranked["items"][0]["fullName"], "Eva");
        let cursor = ranked["nextCursor"].as_str().unwrap();
        let next = app.member.get(&format!("/customers?sort=-fit.{engine}&limit=1&cursor={cursor}")).await.ok();
        assert_eq!(next["items"][0]["fullName"], "Bob");
        let body = json!({"filter": hot, "sort": format!("fit.{engine}")});
        assert_eq!(app.member.post("/customers/query", body).await.ok()["items"][0]["fullName"], "Eva");
        assert_eq!(app.member.post("/customers/count", json!({"filter": hot})).await.ok()["count"], 1);
        let facets = app.member.post("/customers/facets", json!({"filter": hot, "fields": ["country"]})).await.ok();
        assert_eq!(facets["facets"][0]["values"], json!([{"value": "DE", "count": 1}]));
        let file = app.member.get(&format!("/customers/export.csv?{}", filter(&hot))).await.text();
        assert!(file.contains("Eva") && !file.contains("Bob"), "{file}");
        let view = json!({"name": "Hot", "record": "customer", "visibility": "org", "filter": hot, "sort": format!("-fit.{engine}")});
        let view = app.member.post("/views", view).await.created();
        assert_eq!((&view["filter"], &view["problems"]), (&hot, &json!([])));
        let segment = json!({"name": "Hot", "kind": "dynamic", "rule": hot});
        let segment = app.member.post("/segments", segment).await.created();
        let members = app.member.get(&format!("/segments/{}/members", id(&segment))).await.ok();
        assert_eq!(members["items"][0]["fullName"], "Eva");
        let preview = app.member.post("/segments/preview", json!({"rule": above})).await.ok();
        assert_eq!(preview["count"], 1);

        let unknown = json!({"and": [{"fit": uuid::Uuid::now_v7(), "op": "empty"}]});
        app.member.get(&format!("/customers?{}", filter(&unknown))).await.refused_at(400, "/and/0/fit", "unknown_product");
        let theirs = product(&app.stranger, "Loom").await;
        let theirs = json!({"fit": theirs, "op": "empty"});
        app.member.get(&format!("/customers?{}", filter(&theirs))).await.refused_at(400, "/fit", "unknown_product");
        let both = json!({"fit": engine, "bucket": ["hot"], "op": "empty"});
        app.member.get(&format!("/customers?{}", filter(&both))).await.refused_at(400, "/op", "unknown_key");
        app.member.get(&format!("/companies?{}", filter(&hot))).await.refused(400, "malformed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_scored_by_hand_as_a_bulk_action_without_a_way_back() {
    each_engine(|app| async move {
        let engine = product(&app.owner, "Engine").await;
        let heat = json!({"name": "Heat", "type": "behavioral", "weight": 1, "params": {"windowDays": 30,
            "halfLifeDays": 5, "scale": 1, "weights": [{"type": "customer.created", "weight": 1}]}});
        criterion(&app, &engine, heat).await;
        customer(&app.owner, json!({"fullName": "Eva"})).await;
        customer(&app.owner, json!({"fullName": "Hers", "claimedById": app.colleague.id()})).await;
        app.run_jobs().await;
        let ask = json!({"select": {"filter": {"and": []}}, "action": {"kind": "rescore"}});
        app.advance(3_000);
        let job = app.member.post("/customers/bulk", ask.clone()).await.accepted();
        app.run_jobs().await;
        let job = format!("/jobs/{}", job["jobId"].as_str().unwrap());
        let done = app.member.get(&job).await.ok();
        assert_eq!((&done["matched"], &done["changed"], &done["skipped"]), (&json!(2), &json!(0), &json!(2)), "{done}");
        // Five days later half of it is left, whether the clock or a person asks first.
        app.advance(5 * 86_400);
        let job = app.member.post("/customers/bulk", ask).await.accepted();
        let job = format!("/jobs/{}", job["jobId"].as_str().unwrap());
        app.run_jobs().await;
        let done = app.member.get(&job).await.ok();
        assert_eq!((&done["state"], &done["undoableUntil"]), (&json!("completed"), &Value::Null), "{done}");
        app.member.act(&format!("{job}/undo")).await.refused(409, "not_undoable");
    })
    .await;
}
