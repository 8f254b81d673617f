//! Criteria before they go live, against one customer and all; and what scores were worth.

use crate::kit::{Client, TestApp, each_engine};
use serde_json::{Value, json};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn product(app: &TestApp) -> String {
    id(&app.owner.post("/products", json!({"name": "Engine"})).await.created())
}

async fn customer(client: &Client, name: &str, country: &str) -> String {
    id(&client.post("/customers", json!({"fullName": name, "country": country})).await.created())
}

fn place(country: &str, score: f64) -> Value {
    json!({"otherwise": -0.5, "rules": [
        {"when": {"field": "country", "op": "eq", "value": country}, "score": score, "label": country}]})
}

fn profile(name: &str, params: Value) -> Value {
    json!({"name": name, "type": "profile", "weight": 0.5, "params": params})
}

async fn fit(app: &TestApp, customer: &str) -> Value {
    app.member.get(&format!("/customers/{customer}/fit")).await.ok()[0].clone()
}

async fn decide(app: &TestApp, product: &str, customer: &str, stage: &str) {
    let pipelines = app.owner.get("/pipelines").await.ok();
    let stages = pipelines["items"][0]["stages"].as_array().unwrap().clone();
    let to = stages.iter().find(|one| one["stage"] == stage).expect("a stage");
    let new = json!({"name": "D", "customerId": customer, "currency": "USD", "lines": [{"productId": product, "quantity": 1}]});
    let deal = id(&app.owner.post("/deals", new).await.created());
    let mut patch = json!({"stageId": to["id"]});
    if stage == "lost" {
        patch["lostReason"] = json!("price");
    }
    app.owner.patch(&format!("/deals/{deal}"), patch).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_foretold_is_what_comes() {
    each_engine(|app| async move {
        let engine = product(&app).await;
        let people = [("Eva", "DE"), ("Bob", "FR"), ("Ida", "DE"), ("Zoe", "PL")];
        let mut ids = Vec::new();
        for (name, country) in people {
            ids.push(customer(&app.owner, name, country).await);
        }
        let path = format!("/products/{engine}/criteria");
        let one = app.owner.post(&path, profile("Place", place("DE", 0.9))).await.created();
        app.owner.post(&path, profile("Other", place("FR", 0.3))).await.created();
        app.run_jobs().await;
        let said = json!({"customerId": ids[2], "score": 0.1, "reason": "I know her"});
        app.owner.post(&format!("/criteria/{}/assess", id(&one)), said).await.created();
        decide(&app, &engine, &ids[0], "won").await;
        decide(&app, &engine, &ids[1], "lost").await;
        app.run_jobs().await;

        let before = app.digest().await;
        let test = format!("/criteria/{}/backtest", id(&one));
        let draft = json!({"params": place("FR", 0.7), "weight": 1});
        let told = app.admin.post(&test, draft.clone()).await.ok();
        assert_eq!((&told["customers"], &told["looked"], &told["rescored"]), (&json!(4), &json!(4), &json!(4)));
        let separation = |side: &str| told[side]["right"].clone();
        assert_eq!((separation("separationBefore"), separation("separationAfter")), (json!(1.0), json!(0.0)));
        let sum =
            |side: &str| told[side]["bins"].as_array().unwrap().iter().map(|bin| bin.as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("scoreBefore"), sum("overallAfter")), (4, 4));
        // Who is to be tried alone comes to the same.
        let mut alone = draft.clone();
        alone["customerId"] = json!(ids[1]);
        let tried = app.admin.post(&format!("/criteria/{}/try", id(&one)), alone).await.ok();
        assert_eq!((&tried["before"]["score"], &tried["after"]["score"]), (&json!(-0.5), &json!(0.7)));
        assert_eq!((&tried["after"]["evidence"]["label"], &tried["reason"]), (&json!("FR"), &Value::Null));
        // What a person said counts before it.
        let mut held = draft.clone();
        held["customerId"] = json!(ids[2]);
        let held = app.admin.post(&format!("/criteria/{}/try", id(&one)), held).await.ok();
        assert_eq!(held["after"]["score"], json!(0.1));
        assert_eq!(app.digest().await, before, "nothing is written");

        app.owner.patch(&format!("/criteria/{}", id(&one)), draft).await.ok();
        app.run_jobs().await;
        let movers = told["movers"].as_array().unwrap();
        assert_eq!(told["changed"], json!(movers.len()));
        assert!(movers.len() >= 3, "{told:#}");
        for mover in movers {
            let now = fit(&app, mover["customerId"].as_str().unwrap()).await;
            assert_eq!(now["overall"], mover["after"], "{mover:#}");
            assert_eq!(now["criteria"][0]["score"], mover["scoreAfter"], "{mover:#}");
        }
        assert_eq!(fit(&app, &ids[1]).await["overall"], tried["after"]["overall"]);
        assert_eq!(fit(&app, &ids[1]).await["bucket"], tried["after"]["bucket"]);

        // A new one is foretold the same way, and one that changes nothing scores nobody anew.
        let new = profile("Third", place("PL", -1.0));
        let told = app.owner.post(&format!("{path}/backtest"), new.clone()).await.ok();
        assert_eq!((&told["scoreBefore"]["none"], &told["scoreAfter"]["none"]), (&json!(4), &json!(0)));
        app.owner.post(&path, new).await.created();
        app.run_jobs().await;
        for mover in told["movers"].as_array().unwrap() {
            let now = fit(&app, mover["customerId"].as_str().unwrap()).await;
            assert_eq!(now["overall"], mover["after"], "{mover:#}");
        }
        let same = app.owner.post(&test, json!({})).await.ok();
        assert_eq!((&same["rescored"], &same["changed"], &same["movers"]), (&json!(0), &json!(0), &json!([])));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behaviour_is_foretold_exactly_and_faults_are_refused() {
    each_engine(|app| async move {
        let engine = product(&app).await;
        let eva = customer(&app.owner, "Eva", "DE").await;
        let call = json!({"type": "call.logged", "occurredAt": "2026-01-04T09:00:00Z", "detail": {"subject": "Hello"}});
        app.owner.post(&format!("/customers/{eva}/activities"), call).await.created();
        let path = format!("/products/{engine}/criteria");
        let calls = json!({"name": "Calls", "type": "behavioral", "weight": 1, "params": {"windowDays": 30, "halfLifeDays": 10,
            "scale": 2, "weights": [{"type": "call.logged", "weight": 2}]}});
        let mut with = calls.clone();
        with["customerId"] = json!(eva);
        let tried = app.owner.post(&format!("{path}/try"), with.clone()).await.ok();
        assert_eq!((&tried["before"]["overall"], &tried["before"]["score"]), (&Value::Null, &Value::Null));
        app.owner.post(&path, calls.clone()).await.created();
        app.run_jobs().await;
        let now = fit(&app, &eva).await;
        let (now, told) = (now["overall"].as_f64().unwrap(), tried["after"]["score"].as_f64().unwrap());
        assert!(now > 0.5 && (now - told).abs() < 1e-6, "{now} {told}");

        let before = app.digest().await;
        app.member.post(&format!("{path}/backtest"), calls.clone()).await.refused(403, "forbidden");
        app.member.post(&format!("{path}/try"), with.clone()).await.refused(403, "forbidden");
        app.stranger.post(&format!("{path}/backtest"), calls.clone()).await.refused(404, "not_found");
        app.stranger.get(&format!("/products/{engine}/calibration")).await.refused(404, "not_found");
        let mut wrong = calls.clone();
        wrong["params"]["scale"] = json!(0);
        app.owner.post(&format!("{path}/backtest"), wrong).await.refused_at(422, "/params/scale", "out_of_range");
        with["customerId"] = json!(uuid::Uuid::now_v7());
        app.owner.post(&format!("{path}/try"), with.clone()).await.refused_at(422, "/customerId", "unknown_customer");
        let asks = json!({"name": "Talk", "type": "conversation", "weight": 1, "params": {"prompt": "Do they want it?"}});
        app.owner.post(&format!("{path}/backtest"), asks.clone()).await.refused(409, "needs_model");
        let mut alone = asks;
        alone["customerId"] = json!(eva);
        let tried = app.owner.post(&format!("{path}/try"), alone).await.ok();
        assert_eq!((&tried["reason"], &tried["after"]["score"]), (&json!("no_model"), &Value::Null));
        assert_eq!(app.digest().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calibration_takes_scores_as_they_were_when_it_was_decided() {
    each_engine(|app| async move {
        let engine = product(&app).await;
        let path = format!("/products/{engine}/criteria");
        let empty = app.member.get(&format!("/products/{engine}/calibration")).await.ok();
        assert_eq!((&empty["decided"], &empty["deciles"], &empty["separation"]["right"]), (&json!(0), &json!([]), &Value::Null));
        let eva = customer(&app.owner, "Eva", "DE").await;
        // Decided before anybody scored.
        decide(&app, &engine, &eva, "lost").await;
        let one = app.owner.post(&path, profile("Place", place("DE", 0.9))).await.created();
        app.advance(60);
        app.run_jobs().await;
        let bob = customer(&app.owner, "Bob", "FR").await;
        app.run_jobs().await;
        app.advance(60);
        decide(&app, &engine, &eva, "won").await;
        decide(&app, &engine, &bob, "lost").await;
        app.run_jobs().await;
        app.advance(60);
        // Today everybody scores the other way round; what was then stays.
        app.owner.patch(&format!("/criteria/{}", id(&one)), json!({"params": place("FR", 0.9)})).await.ok();
        let said = json!({"customerId": eva, "score": -1, "reason": "Never again"});
        app.owner.post(&format!("/criteria/{}/assess", id(&one)), said).await.created();
        app.run_jobs().await;
        let found = app.member.get(&format!("/products/{engine}/calibration")).await.ok();
        assert_eq!((&found["decided"], &found["unscored"]), (&json!(3), &json!(1)));
        let decile = |number: i64, fit: f64, won: i64, lost: i64| {
            json!({"decile": number, "from": fit, "to": fit, "won": won, "lost": lost, "winRate": f64::from(won as i32)})
        };
        assert_eq!(found["deciles"], json!([decile(1, -0.5, 0, 1), decile(6, 0.9, 1, 0)]));
        let separation = &found["separation"];
        assert_eq!((&separation["right"], &separation["meanWon"], &separation["meanLost"]), (&json!(1.0), &json!(0.9), &json!(-0.5)));
    })
    .await;
}
