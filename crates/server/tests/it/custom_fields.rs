//! Custom fields over HTTP: who edits them, and that lists, bulk actions, views, files and imports know them.

use crate::imports::{Part, id, plan_of, send, upload};
use crate::kit::{TestApp, each_engine};
use serde_json::{Value, json};

async fn field(app: &TestApp, body: Value) -> Value {
    app.owner.post("/custom-fields", body).await.created()
}

/// A field of every kind on customers; by their keys.
async fn every_kind(app: &TestApp) -> Value {
    let mut made = json!({});
    for kind in ["text", "number", "date", "boolean", "select", "multi_select", "url", "email", "user"] {
        let mut body = json!({"record": "customer", "label": format!("The {kind}"), "key": kind, "kind": kind});
        if kind.contains("select") {
            body["options"] = json!([{"label": "Gold; \"24k\""}, {"label": "=Silver"}]);
        }
        made[kind] = field(app, body).await;
    }
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_edit_them_and_everybody_sees_them() {
    each_engine(|app| async move {
        let tier = json!({"record": "customer", "label": "Tier", "kind": "select", "options": [{"label": "Gold"}]});
        app.member.post("/custom-fields", tier.clone()).await.refused(403, "forbidden");
        let made = app.admin.post("/custom-fields", tier.clone()).await.created();
        assert_eq!((&made["key"], &made["info"]["field"]), (&json!("tier"), &json!("custom.tier")));
        let taken = app.admin.post("/custom-fields", tier).await.refused(409, "custom_field_exists");
        assert_eq!((&taken["existing"]["id"], &taken["errors"][0]["path"]), (&made["id"], &json!("/label")));
        let task = json!({"record": "task", "label": "Size", "kind": "number"});
        assert_eq!(app.admin.post("/custom-fields", task).await.status, 400);
        let path = format!("/custom-fields/{}", id(&made));
        app.member.patch(&path, json!({"label": "Level"})).await.refused(403, "forbidden");
        // Key and kind are no part of a change.
        assert_eq!(app.owner.patch(&path, json!({"kind": "text"})).await.status, 400);
        let changed = app.owner.patch(&path, json!({"label": "Level"})).await.ok();
        assert_eq!((&changed["label"], &changed["info"]["label"]), (&json!("Level"), &json!("Level")));
        app.owner.act(&format!("{path}/archive")).await.ok();
        let seen = app.member.get("/bootstrap").await.ok();
        assert!(seen["customFields"][0]["archivedAt"].is_string());
        app.owner.act(&format!("{path}/restore")).await.ok();
        assert_eq!(app.member.get("/custom-fields").await.ok()["items"][0]["archivedAt"], Value::Null);
        assert_eq!(app.stranger.get(&path).await.status, 404);
        let audit = app.owner.get("/audit").await.ok();
        assert_eq!(audit["items"][0]["action"], "custom_field.restored");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_lists_views_and_bulk_actions_know_them() {
    each_engine(|app| async move {
        let fields = every_kind(&app).await;
        let bad = json!({"fullName": "X", "custom": {"number": "one"}});
        app.owner.post("/customers", bad).await.refused_at(422, "/custom/number", "invalid_value");
        for (name, number) in [("Ada", json!(7)), ("Bo", json!(-1.25)), ("Cy", Value::Null)] {
            app.owner.post("/customers", json!({"fullName": name, "custom": {"number": number}})).await.created();
        }
        let list = app.member.get("/customers?sort=-custom.number,fullName&limit=2").await.ok();
        assert_eq!(list["items"][0]["custom"], json!({"number": 7}));
        let cursor = list["nextCursor"].as_str().unwrap();
        let next = format!("/customers?sort=-custom.number,fullName&limit=2&cursor={cursor}");
        assert_eq!(app.member.get(&next).await.ok()["items"][0]["fullName"], "Cy");
        let filter = json!({"field": "custom.number", "op": "lt", "value": 0});
        let found = app.member.post("/customers/query", json!({"filter": filter})).await.ok();
        assert_eq!(found["items"][0]["fullName"], "Bo");
        let count = app.member.post("/customers/count", json!({"filter": filter})).await.ok();
        assert_eq!(count["count"], 1);
        app.member.get("/customers?sort=custom.user").await.refused_at(400, "sort", "unknown_field");
        let last = fields["select"]["options"].as_array().unwrap().last().unwrap()["id"].clone();
        let ada = id(&list["items"][0]).to_owned();
        app.owner.patch(&format!("/customers/{ada}"), json!({"custom": {"select": last}})).await.ok();
        let list = app.member.get("/customers?sort=-custom.select,-fullName&limit=2").await.ok();
        assert_eq!((&list["items"][0]["fullName"], &list["items"][1]["fullName"]), (&json!("Ada"), &json!("Cy")));
        let cursor = list["nextCursor"].as_str().unwrap();
        let next = format!("/customers?sort=-custom.select,-fullName&limit=2&cursor={cursor}");
        assert_eq!(app.member.get(&next).await.ok()["items"][0]["fullName"], "Bo");
        let unknown = json!({"filter": {"field": "custom.nope", "op": "empty"}});
        app.member.post("/customers/query", unknown).await.refused_at(400, "/field", "unknown_field");

        let view = json!({"record": "customer", "name": "Low", "visibility": "org", "filter": filter,
            "sort": "custom.number", "columns": [{"field": "custom.number"}]});
        let view = app.owner.post("/views", view).await.created();
        assert_eq!(view["problems"], json!([]));
        let bulk = json!({"select": {"filter": filter}, "action": {"kind": "add_tags", "tags": ["low"]}});
        app.owner.post("/customers/bulk", bulk).await.accepted();
        app.run_jobs().await;
        let tagged = app.owner.get("/customers?sort=custom.number&limit=1").await.ok();
        assert_eq!((&tagged["items"][0]["tags"], &tagged["items"][0]["version"]), (&json!(["low"]), &json!(2)));

        let acme = field(&app, json!({"record": "company", "label": "Since", "kind": "date"})).await;
        app.owner.post("/companies", json!({"name": "Acme", "custom": {"since": "2020-02-29"}})).await.created();
        let filter = json!({"field": "custom.since", "op": "before", "value": "2021-01-01"});
        let found = app.member.post("/companies/query", json!({"filter": filter})).await.ok();
        assert_eq!((found["items"][0]["custom"]["since"].as_str(), &acme["position"]), (Some("2020-02-29"), &json!(0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_have_them_and_an_import_takes_them_back() {
    each_engine(|app| async move {
        let fields = every_kind(&app).await;
        let option = |kind: &str, place: usize| fields[kind]["options"][place]["id"].clone();
        let custom = json!({"text": "=a  b", "number": -1.25, "date": "1969-12-31", "boolean": false,
            "select": option("select", 0), "multi_select": [option("multi_select", 0), option("multi_select", 1)],
            "url": "https://a.example/=x", "email": "a@b.example", "user": app.member.id()});
        let ada = json!({"fullName": "Ada", "custom": custom});
        let ada = app.owner.post("/customers", ada).await.created();
        for kind in ["csv", "xlsx"] {
            let file = app.owner.get(&format!("/customers/export.{kind}")).await;
            let name = format!("customers.{kind}");
            let parts: [Part<'_>; 2] = [("record", None, b"customer"), ("file", Some(&name), &file.body)];
            let uploaded = send(&app.owner, &parts, &[]).await.created();
            let mapped = uploaded["mapping"].as_array().unwrap().iter();
            let own = mapped.filter(|one| one["field"].as_str().is_some_and(|name| name.starts_with("custom.")));
            assert_eq!(own.count(), 9, "{:#}", uploaded["mapping"]);
            let path = format!("/imports/{}", id(&uploaded));
            app.owner.post(&format!("{path}/plan"), plan_of(&uploaded, "update")).await.accepted();
            app.run_jobs().await;
            let planned = app.owner.get(&path).await.ok();
            assert_eq!((&planned["unchanged"], &planned["problems"]), (&json!(1), &json!([])), "{kind}: {planned:#}");
        }

        let text = "Name,E-Mail,The number,The select,THE DATE\n\
            Bo,bo@x.example,3.5,=silver,2026-01-31\n\
            Cy,cy@x.example,many,,\n\
            Di,di@x.example,,bronze,\n";
        let uploaded = upload(&app.owner, "customer", text).await;
        let path = format!("/imports/{}", id(&uploaded));
        app.owner.post(&format!("{path}/plan"), plan_of(&uploaded, "update")).await.accepted();
        app.run_jobs().await;
        app.owner.act(&format!("{path}/run")).await.accepted();
        app.run_jobs().await;
        let done = app.owner.get(&path).await.ok();
        assert_eq!((&done["created"], &done["failed"]), (&json!(1), &json!(2)), "{:#}", done["problems"]);
        assert_eq!(done["problems"][0]["column"], "The number");
        assert!(done["problems"][1]["reason"].as_str().unwrap().contains("is no option of The select"));
        let filter = json!({"field": "custom.number", "op": "eq", "value": 3.5});
        let found = app.owner.post("/customers/query", json!({"filter": filter})).await.ok();
        let bo = json!({"number": 3.5, "select": option("select", 1), "date": "2026-01-31"});
        assert_eq!(found["items"][0]["custom"], bo);

        // An update changes what it names, and goes back.
        let text = format!("id,The number\n{},8\n", id(&ada));
        let uploaded = upload(&app.owner, "customer", &text).await;
        let path = format!("/imports/{}", id(&uploaded));
        app.owner.post(&format!("{path}/plan"), plan_of(&uploaded, "update")).await.accepted();
        app.run_jobs().await;
        app.owner.act(&format!("{path}/run")).await.accepted();
        app.run_jobs().await;
        let changed = app.owner.get(&format!("/customers/{}", id(&ada))).await.ok();
        assert_eq!((&changed["custom"]["number"], &changed["custom"]["text"]), (&json!(8), &json!("=a  b")));
        app.owner.act(&format!("{path}/undo")).await.accepted();
        app.run_jobs().await;
        assert_eq!(app.owner.get(&format!("/customers/{}", id(&ada))).await.ok()["custom"], ada["custom"]);
        let unknown = json!({"mapping": [{"column": "The number", "field": "custom.nope"}], "onDuplicate": "skip"});
        let uploaded = upload(&app.owner, "customer", "The number\n1\n").await;
        let path = format!("/imports/{}/plan", id(&uploaded));
        app.owner.post(&path, unknown).await.refused_at(422, "/mapping/0/field", "unknown_field");
    })
    .await;
}
