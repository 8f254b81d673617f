//! Tasks over HTTP: the pool and who takes from it, what they are about, views and what comes again.

use crate::kit::{Client, each_engine};
use serde_json::{Value, json};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn task(client: &Client, body: Value) -> Value {
    client.post("/tasks", body).await.created()
}

async fn subjects(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/tasks?sort=subject&{query}")).await.ok();
    page["items"].as_array().unwrap().iter().map(|task| task["subject"].as_str().unwrap().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_takes_a_task_of_the_pool() {
    each_engine(|app| async move {
        let customer = app.owner.post("/customers", json!({"fullName": "Eva"})).await.created();
        let anchor = json!({"kind": "customer", "id": customer["id"]});
        let made = task(&app.owner, json!({"subject": "Call", "anchor": anchor})).await;
        assert_eq!(
            (&made["assigneeId"], &made["status"], &made["origin"]),
            (&Value::Null, &json!("pending"), &json!("user"))
        );
        assert_eq!(made["anchor"], json!({"kind": "customer", "id": customer["id"], "name": "Eva"}));
        let path = format!("/tasks/{}/claim", id(&made));
        let mut racers = Vec::new();
        for client in [&app.owner, &app.admin, &app.member, &app.colleague] {
            let (client, path) = (client.clone(), path.clone());
            racers.push(tokio::spawn(async move { (client.id(), client.act(&path).await) }));
        }
        let (mut winner, mut told) = (None, Vec::new());
        for racer in racers {
            let (who, answer) = racer.await.unwrap();
            if answer.status == 200 {
                assert_eq!((answer.json()["assigneeId"].as_str(), &winner), (Some(who.as_str()), &None));
                winner = Some(who);
            } else {
                let body = answer.refused(409, "already_claimed");
                told.push(body["existing"]["id"].as_str().unwrap().to_string());
            }
        }
        let winner = winner.expect("one who has it");
        assert_eq!(told, vec![winner.clone(); 3]);
        let events = app.member.get(&format!("/customers/{}/activity?group=task", id(&customer))).await.ok();
        let kinds: Vec<&str> =
            events["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds.len(), 2, "{kinds:?}");
        app.stranger.act(&path).await.refused(404, "not_found");
        app.anonymous.act(&path).await.refused(401, "unauthenticated");
        let key = app.api_key(platform::actor::Role::Member).await;
        key.act(&path).await.refused(403, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_about_something_that_is_there() {
    each_engine(|app| async move {
        let hers = json!({"fullName": "Eva", "claimedById": app.member.id()});
        let hers = app.owner.post("/customers", hers).await.created();
        let theirs = app.stranger.post("/customers", json!({"fullName": "Far"})).await.created();
        let company = app.owner.post("/companies", json!({"name": "Acme"})).await.created();
        let deal = app.owner.post("/deals", json!({"name": "D", "customerId": hers["id"]})).await.created();
        let before = app.digest().await;
        let on = |kind: &str, of: &Value| json!({"subject": "T", "anchor": {"kind": kind, "id": of["id"]}});
        app.owner.post("/tasks", on("customer", &theirs)).await.refused_at(422, "/anchor", "unknown_customer");
        app.owner.post("/tasks", on("deal", &company)).await.refused_at(422, "/anchor", "unknown_deal");
        app.owner.post("/tasks", on("company", &deal)).await.refused_at(422, "/anchor", "unknown_company");
        app.owner.post("/tasks", on("planet", &deal)).await.refused(400, "malformed");
        app.colleague.post("/tasks", on("customer", &hers)).await.refused(403, "forbidden");
        app.owner.post("/tasks", json!({"subject": " "})).await.refused_at(422, "/subject", "required");
        let stranger = json!({"subject": "T", "assigneeId": app.stranger.id()});
        app.owner.post("/tasks", stranger).await.refused_at(422, "/assigneeId", "unknown_member");
        let weekly = json!({"subject": "T", "recurrence": {"every": 1, "unit": "week"}});
        app.owner.post("/tasks", weekly).await.refused_at(422, "/dueAt", "required");
        app.owner.get("/tasks?anchor=customer").await.refused(400, "malformed");
        app.owner.get("/tasks?view=mine").await.refused(400, "malformed");
        assert_eq!(app.digest().await, before);

        let made = task(&app.owner, on("deal", &deal)).await;
        task(&app.owner, on("company", &company)).await;
        task(&app.owner, json!({"subject": "Loose", "assigneeId": app.owner.id()})).await;
        for (anchor, of) in [("deal", &deal), ("company", &company)] {
            assert_eq!(subjects(&app.colleague, &format!("anchor={anchor}:{}", id(of))).await, ["T"]);
        }
        for of in [format!("/deals/{}", id(&deal)), format!("/customers/{}", id(&hers))] {
            let events = app.member.get(&format!("{of}/activity?group=task")).await.ok();
            assert_eq!(events["items"][0]["type"], "task.created", "{of}");
        }
        let path = format!("/tasks/{}", id(&made));
        app.stranger.get(&path).await.refused(404, "not_found");
        app.owner.patch(&path, json!({"status": "someday"})).await.refused(400, "malformed");
        let moved = app.owner.patch(&path, json!({"anchor": null})).await.ok();
        assert_eq!(moved["anchor"], Value::Null);
        assert_eq!(app.stranger.get("/tasks").await.ok()["items"], json!([]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_and_their_numbers_agree() {
    each_engine(|app| async move {
        let at = |seconds: i64| app.clock.now().plus_seconds(seconds).to_string();
        let me = app.member.id();
        for (subject, assignee, due) in [
            ("a-late", Some(&me), Some(at(-3_600))),
            ("b-now", Some(&me), Some(at(60))),
            ("c-far", Some(&me), Some(at(20 * 86_400))),
            ("d-open", Some(&me), None),
            ("e-pool", None, None),
        ] {
            task(&app.owner, json!({"subject": subject, "assigneeId": assignee, "dueAt": due})).await;
        }
        let done = task(&app.owner, json!({"subject": "f-done", "assigneeId": me})).await;
        app.member.patch(&format!("/tasks/{}", id(&done)), json!({"status": "done"})).await.ok();
        assert_eq!(subjects(&app.member, "view=my").await, ["a-late", "b-now", "c-far", "d-open"]);
        assert_eq!(subjects(&app.member, "view=pool").await, ["e-pool"]);
        assert_eq!(subjects(&app.member, "view=overdue").await, ["a-late"]);
        assert_eq!(subjects(&app.member, "view=today").await, ["a-late", "b-now"]);
        assert_eq!(subjects(&app.member, "view=all").await.len(), 6);
        assert_eq!(subjects(&app.member, "q=FAR").await, ["c-far"]);
        let counts = app.member.get("/tasks/counts").await.ok();
        assert_eq!(counts, json!({"my": 4, "pool": 1, "overdue": 1, "today": 2}));
        assert_eq!(app.member.post("/tasks/count", json!({})).await.ok()["count"], 6);
        let first = app.member.get("/tasks?view=my&limit=1&sort=subject").await.ok();
        let cursor = first["nextCursor"].as_str().unwrap();
        assert_eq!(subjects(&app.member, &format!("view=my&cursor={cursor}")).await[0], "b-now");
        app.member.get(&format!("/tasks?view=pool&sort=subject&cursor={cursor}")).await.refused(400, "malformed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_done_comes_again_and_can_be_opened_again() {
    each_engine(|app| async move {
        let due = app.clock.now();
        let body = json!({"subject": "Report", "dueAt": due, "recurrence": {"every": 2, "unit": "day"}, "assigneeId": app.member.id()});
        let made = task(&app.member, body).await;
        let path = format!("/tasks/{}", id(&made));
        app.colleague.patch(&path, json!({"status": "done"})).await.refused(403, "forbidden");
        let done = app.member.patch(&path, json!({"status": "done"})).await.ok();
        assert_eq!(done["completedAt"], json!(app.clock.now()));
        let next = app.member.get(&format!("/tasks/{}", done["nextTaskId"].as_str().unwrap())).await.ok();
        assert_eq!((&next["dueAt"], &next["status"]), (&json!(due.plus_seconds(2 * 86_400)), &json!("pending")));
        assert_eq!(next["assigneeId"], json!(app.member.id()));
        let opened = app.member.patch(&path, json!({"status": "in_progress"})).await.ok();
        assert_eq!((&opened["completedAt"], opened.get("nextTaskId")), (&Value::Null, None));
        assert_eq!(subjects(&app.member, "view=my").await, ["Report", "Report"]);
        let endless = json!({"recurrence": {"every": 0, "unit": "day"}});
        app.member.patch(&path, endless).await.refused_at(422, "/recurrence/every", "out_of_range");
    })
    .await;
}
