//! Merging over HTTP: what a browser and a program get to see.

use crate::kit::{TestApp, each_engine};
use axum::http::Method;
use platform::actor::Role;
use serde_json::{Value, json};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn customer(app: &TestApp, name: &str, address: &str) -> Value {
    let body = json!({"fullName": name, "contacts": [{"channel": "email", "value": address}]});
    app.owner.post("/customers", body).await.created()
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_merge_and_come_back() {
    each_engine(|app| async move {
        let keep = customer(&app, "Keep", "keep@x.example").await;
        let lose = customer(&app, "Lose", "lose@x.example").await;
        let body = json!({"primaryId": keep["id"], "ids": [lose["id"]], "fields": {"fullName": lose["id"]}});
        let before = app.digest().await;
        let told = app.admin.post("/customers/merge/preview", body.clone()).await.ok();
        assert_eq!(
            told["counts"],
            json!({"activities": 1, "contacts": 1, "deals": 0, "notes": 0, "tags": 0, "tasks": 0})
        );
        assert_eq!((&told["fields"]["fullName"], &told["fields"]["country"]), (&lose["id"], &keep["id"]));
        assert_eq!(told["result"]["fullName"], "Lose");
        for client in [&app.member, &app.colleague] {
            client.post("/customers/merge", body.clone()).await.refused(403, "forbidden");
            client.post("/customers/merge/preview", body.clone()).await.refused(403, "forbidden");
            // Rights come before the rest of the body.
            client
                .post("/customers/merge", json!({"primaryId": keep["id"], "ids": []}))
                .await
                .refused(403, "forbidden");
        }
        app.stranger.post("/customers/merge", body.clone()).await.refused_at(422, "/primaryId", "unknown_customer");
        let empty = json!({"primaryId": keep["id"], "ids": []});
        app.admin.post("/customers/merge", empty).await.refused_at(422, "/ids", "required");
        let wrong = json!({"primaryId": keep["id"], "ids": [lose["id"]], "fields": {"x": "y"}});
        app.admin.post("/customers/merge", wrong).await.refused_at(400, "/fields/x", "wrong_type");
        assert!(app.digest().await == before, "something changed");

        // A program with an admin's key, twice with one key for the request.
        let program = app.api_key(Role::Admin).await;
        let request =
            || program.request(Method::POST, "/customers/merge").header("idempotency-key", "once").json(&body);
        let answer = request().send().await;
        let merged = answer.ok();
        assert_eq!((&merged["id"], &merged["fullName"], &merged["version"]), (&keep["id"], &json!("Lose"), &json!(2)));
        assert_eq!(answer.header("etag"), "\"2\"");
        assert_eq!(request().send().await.ok(), merged);
        app.admin.post("/customers/merge", body.clone()).await.refused(409, "merged");

        // Old links lead on.
        let old = format!("/customers/{}", id(&lose));
        let gone = app.member.get(&old).await.ok();
        assert_eq!(gone["mergedIntoId"], keep["id"]);
        let log = app.member.get(&format!("{old}/activity")).await.ok();
        assert_eq!(log["items"][0]["type"], "customer.merged");
        assert_eq!(log["items"][0]["customerId"], keep["id"]);
        let refused = app.owner.patch(&old, json!({"jobTitle": "x"})).await.refused(409, "merged");
        assert_eq!(refused["existing"]["id"], keep["id"]);
        let listed = app.owner.get("/customers?q=lose").await.ok();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert_eq!(listed["items"][0]["id"], keep["id"]);

        app.member.act(&format!("{old}/unmerge")).await.refused(403, "forbidden");
        app.stranger.act(&format!("{old}/unmerge")).await.refused(404, "not_found");
        let stale = app.admin.request(Method::POST, &format!("{old}/unmerge")).header("if-match", "\"1\"");
        stale.send().await.refused(412, "stale_version");
        let back = app.admin.act(&format!("{old}/unmerge")).await.ok();
        assert_eq!((&back["mergedIntoId"], &back["archivedAt"]), (&Value::Null, &Value::Null));
        assert_eq!((&back["contacts"][0]["id"], &back["notRestored"]), (&lose["contacts"][0]["id"], &json!([])));
        assert_eq!(app.owner.get(&format!("/customers/{}", id(&keep))).await.ok()["fullName"], "Keep");
        app.admin.act(&format!("{old}/unmerge")).await.refused(409, "not_merged");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_merge_and_come_back() {
    each_engine(|app| async move {
        let make = async |body: Value| app.owner.post("/companies", body).await.created();
        let keep = make(json!({"name": "Keep", "domains": ["keep.example"]})).await;
        let lose = make(json!({"name": "Lose", "domains": ["lose.example"], "city": "Bonn"})).await;
        let ada = customer(&app, "Ada", "ada@lose.example").await;
        assert_eq!(ada["companyId"], lose["id"]);
        let body = json!({"primaryId": keep["id"], "ids": [lose["id"]]});
        for client in [&app.member, &app.colleague] {
            client.post("/companies/merge", body.clone()).await.refused(403, "forbidden");
            client.post("/companies/merge/preview", body.clone()).await.refused(403, "forbidden");
        }
        app.stranger.post("/companies/merge", body.clone()).await.refused_at(422, "/primaryId", "unknown_company");
        let told = app.admin.post("/companies/merge/preview", body.clone()).await.ok();
        assert_eq!(
            told["counts"],
            json!({"activities": 2, "children": 0, "customers": 1, "deals": 0, "domains": 1, "notes": 0, "tasks": 0})
        );
        assert_eq!((&told["fields"]["city"], &told["result"]["city"]), (&lose["id"], &json!("Bonn")));

        let merged = app.admin.post("/companies/merge", body.clone()).await.ok();
        assert_eq!(merged["domains"], json!(["keep.example", "lose.example"]));
        app.admin.post("/companies/merge", body).await.refused(409, "merged");
        let old = format!("/companies/{}", id(&lose));
        assert_eq!(app.member.get(&old).await.ok()["mergedIntoId"], keep["id"]);
        assert_eq!(app.member.get(&format!("{old}/activity")).await.ok()["items"][0]["type"], "company.merged");
        assert_eq!(app.owner.get("/companies/match?domain=lose.example").await.ok()["company"]["id"], keep["id"]);
        let refused = app.owner.patch(&old, json!({"city": "x"})).await.refused(409, "merged");
        assert_eq!(refused["existing"]["id"], keep["id"]);

        app.member.act(&format!("{old}/unmerge")).await.refused(403, "forbidden");
        let back = app.admin.act(&format!("{old}/unmerge")).await.ok();
        assert_eq!((&back["domains"], &back["mergedIntoId"]), (&json!(["lose.example"]), &Value::Null));
        let ada = app.owner.get(&format!("/customers/{}", id(&ada))).await.ok();
        assert_eq!(ada["companyId"], lose["id"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_are_found_decided_and_merged() {
    each_engine(|app| async move {
        let add = async |name: &str| {
            let body = json!({"fullName": name, "contacts": [{"channel": "phone", "value": "+4930901820"}]});
            app.member.post("/customers", body).await.created()
        };
        let (ada, bo) = (add("Ada Lovelace").await, add("Ada Lovelace").await);
        let claim = format!("/customers/{}/claim", id(&ada));
        app.member.act(&claim).await.ok();
        assert_eq!(app.owner.get("/duplicates").await.ok()["items"], json!([]));
        // The news come, and a moment later their job.
        app.run_jobs().await;
        app.advance(2);
        app.run_jobs().await;
        let found = app.colleague.get("/duplicates").await.ok();
        let pair = &found["items"][0];
        assert_eq!(
            (&pair["score"], &pair["state"], &found["nextCursor"]),
            (&json!(0.92), &json!("open"), &Value::Null)
        );
        assert_eq!((&pair["customers"][0]["id"], &pair["customers"][1]["id"]), (&ada["id"], &bo["id"]));
        let kinds: Vec<_> = pair["evidence"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
        assert_eq!(kinds, ["phone", "name"]);
        let of_bo = format!("/customers/{}/duplicates", id(&bo));
        assert_eq!(app.member.get(&of_bo).await.ok(), found);
        let by_customer = format!("/duplicates?customerId={}&state=open&limit=1", id(&bo));
        assert_eq!(app.member.get(&by_customer).await.ok(), found);
        assert_eq!(app.stranger.get("/duplicates").await.ok()["items"], json!([]));
        app.stranger.get(&of_bo).await.refused(404, "not_found");
        app.owner.get("/duplicates?limit=0").await.refused_at(400, "limit", "invalid_value");
        app.owner.get("/duplicates?state=closed").await.refused(400, "malformed");
        app.owner.get("/duplicates?cursor=x").await.refused_at(400, "cursor", "invalid_cursor");

        let decide = format!("/duplicates/{}/decide", id(pair));
        let say = |decision: &str| json!({"decision": decision});
        app.colleague.post(&decide, say("same")).await.refused(403, "forbidden");
        app.stranger.post(&decide, say("same")).await.refused(404, "not_found");
        app.member.post(&decide, say("perhaps")).await.refused(400, "malformed");
        let stale = app.member.request(Method::POST, &decide).header("if-match", "\"7\"").json(&say("same"));
        stale.send().await.refused(412, "stale_version");
        let later = app.member.post(&decide, say("later")).await.ok();
        assert_eq!((&later["state"], &later["decidedBy"]["name"]), (&json!("later"), &json!("Mia Member")));
        assert_eq!(app.owner.get("/duplicates").await.ok()["items"], json!([]));
        // A slip is taken back.
        let open = app.member.post(&decide, say("open")).await.ok();
        assert_eq!(
            (&open["state"], &open["laterUntil"], &open["decidedBy"]),
            (&json!("open"), &Value::Null, &Value::Null)
        );
        assert_eq!(app.owner.get("/duplicates").await.ok()["items"][0]["id"], pair["id"]);
        app.member.post(&decide, say("later")).await.ok();
        // The schedule is first seen, then comes round after the week.
        app.run_jobs().await;
        app.advance(8 * 24 * 60 * 60);
        app.run_jobs().await;
        app.run_jobs().await;
        let admin = &app.admin;
        assert_eq!(admin.get("/duplicates").await.ok()["items"][0]["id"], pair["id"]);
        let merge = json!({"primaryId": ada["id"], "ids": [bo["id"]]});
        admin.post("/customers/merge", merge).await.ok();
        assert_eq!(admin.get("/duplicates").await.ok()["items"], json!([]));
        assert_eq!(admin.get("/duplicates?state=merged").await.ok()["items"][0]["id"], pair["id"]);
        admin.post(&decide, say("different")).await.refused(409, "merged");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_of_companies_are_found_decided_and_merged() {
    each_engine(|app| async move {
        let add = async |body: Value| app.member.post("/companies", body).await.created();
        let acme = add(json!({"name": "Acme GmbH", "domains": ["acme.com"], "ownerId": app.member.id()})).await;
        let inc = add(json!({"name": "ACME, Inc.", "website": "https://www.acme.com"})).await;
        // The news come, and a moment later their job.
        app.run_jobs().await;
        app.advance(2);
        app.run_jobs().await;
        let found = app.colleague.get("/duplicates?record=company").await.ok();
        let pair = &found["items"][0];
        let about = [&pair["record"], &pair["score"], &pair["state"], &pair["customers"]];
        assert_eq!(about, [&json!("company"), &json!(0.97), &json!("open"), &json!([])]);
        assert_eq!(pair["companies"][0]["id"], acme["id"]);
        assert_eq!(pair["companies"][0]["domain"], json!("acme.com"));
        assert_eq!(pair["companies"][1]["id"], inc["id"]);
        let evidence = json!([
            {"kind": "domain", "first": "acme.com", "second": "https://www.acme.com", "score": 0.85},
            {"kind": "name", "first": "Acme GmbH", "second": "ACME, Inc.", "score": 0.8},
        ]);
        assert_eq!(pair["evidence"], evidence);
        let of_inc = format!("/companies/{}/duplicates", id(&inc));
        assert_eq!(app.member.get(&of_inc).await.ok(), found);
        assert_eq!(app.member.get(&format!("/duplicates?companyId={}&limit=1", id(&inc))).await.ok(), found);
        let counts = app.member.get(&format!("/duplicates/counts?companyId={}", id(&inc))).await.ok();
        assert_eq!(counts["open"], json!({"count": 1, "exact": true}));
        // Customers have a queue of their own.
        assert_eq!(app.member.get("/duplicates").await.ok()["items"], json!([]));
        assert_eq!(app.member.get("/duplicates/counts").await.ok()["open"]["count"], json!(0));
        app.stranger.get(&of_inc).await.refused(404, "not_found");
        assert_eq!(app.stranger.get("/duplicates?record=company").await.ok()["items"], json!([]));
        app.owner.get("/duplicates?record=deal").await.refused(400, "malformed");
        let id_of = id(&inc);
        let mixed = format!("/duplicates?record=customer&companyId={id_of}");
        app.owner.get(&mixed).await.refused_at(400, "companyId", "invalid_value");
        let mixed = format!("/duplicates/counts?record=company&customerId={id_of}");
        app.owner.get(&mixed).await.refused_at(400, "customerId", "invalid_value");

        let decide = format!("/duplicates/{}/decide", id(pair));
        let say = |decision: &str| json!({"decision": decision});
        app.colleague.post(&decide, say("same")).await.refused(403, "forbidden");
        app.stranger.post(&decide, say("same")).await.refused(404, "not_found");
        let different = app.member.post(&decide, say("different")).await.ok();
        assert_eq!((&different["state"], &different["decidedBy"]["name"]), (&json!("different"), &json!("Mia Member")));
        assert_eq!(app.owner.get(&of_inc).await.ok()["items"], json!([]));
        assert_eq!(app.member.post(&decide, say("same")).await.ok()["state"], "same");
        let merge = json!({"primaryId": acme["id"], "ids": [inc["id"]]});
        app.admin.post("/companies/merge", merge).await.ok();
        let merged = app.admin.get("/duplicates?record=company&state=merged").await.ok();
        assert_eq!(merged["items"][0]["id"], pair["id"]);
        app.admin.post(&decide, say("different")).await.refused(409, "merged");
        app.admin.act(&format!("/companies/{}/unmerge", id(&inc))).await.ok();
        assert_eq!(app.admin.get(&of_inc).await.ok()["items"][0]["id"], pair["id"]);
    })
    .await;
}
