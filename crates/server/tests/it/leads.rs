//! Leads over HTTP: the ranking, its filters, and reviews.

use crate::kit::{Client, TestApp, each_engine};
use serde_json::{Value, json};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

/// A product with customers `A` (hot), `B` (warm) and `C` (cold), the second the first member's.
async fn ranked(app: &TestApp) -> (String, Vec<String>) {
    let engine = id(&app.owner.post("/products", json!({"name": "Engine", "price": 900})).await.created());
    let rule =
        |title: &str, score: f64| json!({"when": {"field": "jobTitle", "op": "eq", "value": title}, "score": score});
    let params = json!({"otherwise": -1, "rules": [rule("CEO", 0.9), rule("Clerk", 0.3)]});
    let body = json!({"name": "Title", "type": "profile", "weight": 1, "params": params});
    app.owner.post(&format!("/products/{engine}/criteria"), body).await.created();
    let mut ids = Vec::new();
    for (name, title, owner) in
        [("Ann A", "CEO", None), ("Ben B", "Clerk", Some(app.member.id())), ("Cid C", "Boy", None)]
    {
        let body = json!({"fullName": name, "jobTitle": title, "claimedById": owner});
        ids.push(id(&app.owner.post("/customers", body).await.created()));
    }
    app.run_jobs().await;
    (engine, ids)
}

async fn names(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/leads?{query}")).await.ok();
    let name = |lead: &Value| format!("{} {}", lead["rank"], lead["customer"]["fullName"].as_str().unwrap());
    page["items"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_ranked_for_a_product() {
    each_engine(|app| async move {
        assert_eq!(app.member.get("/leads").await.ok(), json!({"product": null, "items": [], "nextCursor": null}));
        let (engine, ids) = ranked(&app).await;
        let page = app.member.get("/leads").await.ok();
        assert_eq!((&page["product"]["id"], &page["product"]["hotAt"]), (&json!(engine), &json!(0.6)));
        let first = &page["items"][0];
        assert_eq!(
            (&first["rank"], &first["customer"]["id"], &first["fit"]["bucket"]),
            (&json!(1), &json!(ids[0]), &json!("hot"))
        );
        // The same fit as with the customer.
        assert_eq!(app.member.get(&format!("/customers/{}/fit", ids[0])).await.ok()[0], first["fit"]);
        assert_eq!(names(&app.member, "").await, ["1 Ann A", "2 Ben B", "3 Cid C"]);
        assert_eq!(names(&app.member, "bucket=warm,cold").await, ["1 Ben B", "2 Cid C"]);
        assert_eq!(names(&app.member, "ownerId=me").await, ["1 Ben B"]);
        assert_eq!(names(&app.member, &format!("ownerId={}", app.member.id())).await, ["1 Ben B"]);
        assert_eq!(names(&app.member, "ownerId=none&bucket=cold").await, ["1 Cid C"]);
        assert_eq!(names(&app.member, "q=ann").await, ["1 Ann A"]);
        let key = app.api_key(platform::actor::Role::Member).await;
        assert_eq!(names(&key, "ownerId=me").await, [""; 0]);
        let page = app.member.get("/leads?limit=2").await.ok();
        let cursor = page["nextCursor"].as_str().unwrap();
        assert_eq!(names(&app.member, &format!("limit=2&cursor={cursor}")).await, ["3 Cid C"]);
        for bad in ["bucket=tepid", "ownerId=x", "limit=0", "cursor=x", "page=1", "productId=x"] {
            app.member.get(&format!("/leads?{bad}")).await.refused(400, "malformed");
        }
        let unknown = format!("/leads?productId={}", uuid::Uuid::now_v7());
        app.member.get(&unknown).await.refused_at(422, "productId", "unknown_product");
        app.stranger.get(&format!("/leads?productId={engine}")).await.refused_at(422, "productId", "unknown_product");
        app.anonymous.get("/leads").await.refused(401, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_says_what_somebody_makes_of_a_lead() {
    each_engine(|app| async move {
        let (engine, ids) = ranked(&app).await;
        let of = |decision: &str| json!({"customerId": ids[1], "productId": engine, "decision": decision});
        let with = |decision: &str, key: &str, value: Value| {
            let mut body = of(decision);
            body[key] = value;
            body
        };
        let before = app.digest().await;
        app.colleague.post("/leads/review", of("qualify")).await.refused(403, "forbidden");
        app.stranger.post("/leads/review", of("qualify")).await.refused_at(422, "/customerId", "unknown_customer");
        app.member.post("/leads/review", of("maybe")).await.refused(400, "malformed");
        let early = with("nurture", "createDeal", json!(true));
        app.member.post("/leads/review", early).await.refused_at(422, "/createDeal", "not_allowed");
        let unknown = with("qualify", "productId", json!(uuid::Uuid::now_v7()));
        app.member.post("/leads/review", unknown).await.refused_at(422, "/productId", "unknown_product");
        let odd = with("qualify", "createDeal", json!({"amount": -1}));
        app.member.post("/leads/review", odd).await.refused_at(422, "/createDeal/amount", "out_of_range");
        assert_eq!(app.digest().await, before);

        let said =
            app.member.post("/leads/review", with("more_info", "feedback", json!("Who decides?"))).await.created();
        assert_eq!((&said["review"]["reviewerName"], &said["deal"]), (&json!("Mia Member"), &Value::Null));
        app.advance(1);
        let said = app.member.post("/leads/review", with("qualify", "createDeal", json!(true))).await.created();
        let deal = &said["deal"];
        assert_eq!(
            (&deal["name"], &deal["amount"], &deal["ownerId"]),
            (&json!("Ben B – Engine"), &json!(900), &json!(app.member.id()))
        );
        assert_eq!(said["review"]["dealId"], deal["id"]);
        let fit = app.owner.get(&format!("/customers/{}/fit", ids[1])).await.ok()[0].clone();
        let decisions: Vec<&Value> = fit["reviews"].as_array().unwrap().iter().map(|one| &one["decision"]).collect();
        assert_eq!(decisions, ["qualify", "more_info"]);
        let events = app.owner.get(&format!("/customers/{}/activity?group=profile", ids[1])).await.ok();
        let reviewed: Vec<&Value> =
            events["items"].as_array().unwrap().iter().filter(|event| event["type"] == "fit.reviewed").collect();
        assert_eq!((reviewed.len(), &reviewed[1]["detail"]["feedback"]), (2, &json!("Who decides?")));
    })
    .await;
}
