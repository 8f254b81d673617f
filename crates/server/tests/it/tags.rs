//! Tags over HTTP: listed like other records, renamed and merged with all that names them.

use crate::kit::{TestApp, each_engine};
use platform::actor::Role;
use serde_json::{Value, json};

async fn tag(app: &TestApp, name: &str) -> Value {
    app.owner.post("/tags", json!({"name": name})).await.created()
}

async fn person(app: &TestApp, name: &str, tags: &[&str]) -> String {
    let made = app.owner.post("/customers", json!({"fullName": name, "tags": tags})).await.created();
    made["id"].as_str().unwrap().to_string()
}

fn names(page: &Value, key: &str) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_string()).collect()
}

fn naming(tags: &[&str]) -> Value {
    json!({"field": "tags", "op": "has_any", "value": tags})
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_listed_filtered_sorted_and_counted_page_by_page() {
    each_engine(|app| async move {
        for name in ["event:hanoi", "Été", "vip", "event:berlin"] {
            app.advance(1);
            tag(&app, name).await;
        }
        assert_eq!(names(&app.member.get("/tags").await.ok(), "name"), ["Été", "event:berlin", "event:hanoi", "vip"]);
        let first = app.member.get("/tags?limit=3&sort=-createdAt").await.ok();
        assert_eq!(names(&first, "name"), ["event:berlin", "vip", "Été"]);
        let next = first["nextCursor"].as_str().unwrap();
        let rest = app.member.get(&format!("/tags?limit=3&sort=-createdAt&cursor={next}")).await.ok();
        assert_eq!((names(&rest, "name"), &rest["nextCursor"]), (vec!["event:hanoi".to_string()], &Value::Null));
        assert_eq!(names(&app.member.get("/tags?q=ETE").await.ok(), "name"), ["Été"]);
        let events = json!({"field": "name", "op": "starts_with", "value": "EVENT:"});
        let found = app.member.post("/tags/query", json!({"filter": events, "sort": "-name"})).await.ok();
        assert_eq!(names(&found, "name"), ["event:hanoi", "event:berlin"]);
        let counted = app.member.post("/tags/count", json!({"filter": events})).await.ok();
        assert_eq!(counted, json!({"count": 2, "exact": true}));
        assert_eq!(app.stranger.post("/tags/count", json!({})).await.ok()["count"], 0);
        app.member.get("/tags?sort=customerCount").await.refused(400, "malformed");
        app.member.get("/tags?limit=0").await.refused(400, "malformed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_a_tag_follows_when_it_is_renamed() {
    each_engine(|app| async move {
        let vip = tag(&app, "vip").await;
        person(&app, "Ada", &["vip"]).await;
        let segment = json!({"name": "Important", "kind": "dynamic", "rule": naming(&["VIP", "board"])});
        let segment = app.member.post("/segments", segment).await.created();
        let view = json!({"name": "Mine", "record": "customer", "visibility": "private", "filter": naming(&["vip"])});
        let view = app.colleague.post("/views", view).await.created();
        app.member.patch(&format!("/tags/{}", vip["id"].as_str().unwrap()), json!({"name": "gold"})).await.ok();
        let segment = app.owner.get(&format!("/segments/{}", segment["id"].as_str().unwrap())).await.ok();
        assert_eq!((&segment["rule"], &segment["version"]), (&naming(&["gold", "board"]), &json!(2)));
        let view = app.colleague.get(&format!("/views/{}", view["id"].as_str().unwrap())).await.ok();
        assert_eq!((&view["filter"], &view["problems"]), (&naming(&["gold"]), &json!([])));
        let members = app.owner.get(&format!("/segments/{}/members", segment["id"].as_str().unwrap())).await.ok();
        assert_eq!(names(&members, "fullName"), ["Ada"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_tags_become_one_on_each_customer_once_and_in_what_names_them() {
    each_engine(|app| async move {
        let (gold, vip, key) = (tag(&app, "gold").await, tag(&app, "vip").await, tag(&app, "Key").await);
        let only_old = person(&app, "Old", &["vip"]).await;
        let both = person(&app, "Both", &["gold", "vip", "Key"]).await;
        let archived = person(&app, "Gone", &["Key"]).await;
        app.owner.act(&format!("/customers/{archived}/archive")).await.ok();
        let untouched = person(&app, "New", &["gold"]).await;
        let rule = json!({"and": [naming(&["VIP"]), {"not": naming(&["x", "key", "gold"])}]});
        let segment = json!({"name": "Ex", "kind": "dynamic", "rule": naming(&["vip"])});
        let segment = app.member.post("/segments", segment).await.created();
        let view = json!({"name": "V", "record": "customer", "visibility": "private", "filter": rule});
        let view = app.colleague.post("/views", view).await.created();
        app.run_jobs().await;

        app.advance(60);
        let asked = json!({"primaryId": gold["id"], "ids": [vip["id"], key["id"]]});
        let preview = app.admin.post("/tags/merge/preview", asked.clone()).await.ok();
        assert_eq!(preview, json!({"customers": 2, "already": 1, "segments": ["Ex"], "views": 1}));
        let merged = app.admin.post("/tags/merge", asked).await.ok();
        assert_eq!((&merged["id"], &merged["customerCount"], &merged["version"]), (&gold["id"], &json!(3), &json!(2)));
        assert_eq!(names(&app.owner.get("/tags").await.ok(), "name"), ["gold"]);

        let events = |id: String| {
            let app = &app;
            async move {
                let page = app.owner.get(&format!("/customers/{id}/activity?group=tag")).await.ok();
                let of = |event: &Value| format!("{} {}", event["type"], event["detail"]["name"]).replace('"', "");
                page["items"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
            }
        };
        let customer = app.owner.get(&format!("/customers/{only_old}")).await.ok();
        assert_eq!((&customer["tags"], &customer["version"]), (&json!(["gold"]), &json!(2)));
        assert_eq!(customer["lastActivityAt"], json!(app.clock.now()));
        assert_eq!(events(only_old).await, ["tag.added gold", "tag.removed vip", "tag.added vip"]);
        assert_eq!(app.owner.get(&format!("/customers/{both}")).await.ok()["tags"], json!(["gold"]));
        assert_eq!(events(both).await[..2], ["tag.removed Key", "tag.removed vip"]);
        assert_eq!(app.owner.get(&format!("/customers/{archived}")).await.ok()["tags"], json!(["gold"]));
        assert_eq!(app.owner.get(&format!("/customers/{untouched}")).await.ok()["version"], 1);

        let view = app.colleague.get(&format!("/views/{}", view["id"].as_str().unwrap())).await.ok();
        assert_eq!(view["filter"], json!({"and": [naming(&["gold"]), {"not": naming(&["x", "gold"])}]}));
        let segment = format!("/segments/{}", segment["id"].as_str().unwrap());
        assert_eq!(app.owner.get(&segment).await.ok()["rule"], naming(&["gold"]));
        app.run_jobs().await;
        // Who carried the one that stays has joined by the merge, once; nobody has left.
        let members = app.owner.get(&format!("{segment}/members?sort=fullName")).await.ok();
        assert_eq!(names(&members, "fullName"), ["Both", "New", "Old"]);
        let page = app.owner.get(&format!("/customers/{untouched}/activity?group=segment")).await.ok();
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page:#}");
        assert_eq!(page["items"][0]["type"], "segment.joined");
        assert_eq!(app.db().read(crm::checks::broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_of_tags_that_cannot_be_is_refused_and_changes_nothing() {
    each_engine(|app| async move {
        let (gold, vip) = (tag(&app, "gold").await, tag(&app, "vip").await);
        let foreign = app.stranger.post("/tags", json!({"name": "theirs"})).await.created();
        let (org_id, id, now) = (app.org_id, app.clock.new_id(), app.clock.now());
        let system: db::Result<u64> = app
            .db()
            .write(move |tx| {
                tx.execute((
                    "INSERT INTO tags (org_id, id, name, name_key, color, is_system, created_at, updated_at, version)
                     VALUES ($1, $2, 'bot:disabled', 'bot:disabled', 'gray', $3, $4, $4, $5)",
                    db::params![org_id, id, true, now, 1_i64],
                ))
            })
            .await;
        system.unwrap();
        person(&app, "Ada", &["vip"]).await;
        let key = app.api_key(Role::Member).await;
        let before = app.digest().await;
        let (gold, vip) = (&gold["id"], &vip["id"]);
        let many: Vec<Value> = (0..21).map(|_| json!(app.clock.new_id())).collect();
        for path in ["/tags/merge", "/tags/merge/preview"] {
            for (body, at, code) in [
                (json!({"primaryId": gold, "ids": []}), "/ids", "required"),
                (json!({"primaryId": gold, "ids": many}), "/ids", "too_many"),
                (json!({"primaryId": gold, "ids": [gold]}), "/ids/0", "repeated"),
                (json!({"primaryId": gold, "ids": [vip, vip]}), "/ids/1", "repeated"),
                (json!({"primaryId": gold, "ids": [vip, foreign["id"]]}), "/ids/1", "unknown_tag"),
                (json!({"primaryId": foreign["id"], "ids": [vip]}), "/primaryId", "unknown_tag"),
            ] {
                app.admin.post(path, body).await.refused_at(422, at, code);
            }
            for body in [json!({"primaryId": gold, "ids": [id]}), json!({"primaryId": id, "ids": [gold]})] {
                app.owner.post(path, body).await.refused(409, "system_tag");
            }
            app.owner.post(path, json!({"primaryId": gold, "ids": [vip], "name": "x"})).await.refused(400, "malformed");
            let asked = json!({"primaryId": gold, "ids": [vip]});
            app.member.post(path, asked.clone()).await.refused(403, "forbidden");
            app.stranger.post(path, asked).await.refused_at(422, "/primaryId", "unknown_tag");
        }
        assert_eq!(app.digest().await, before);
        let asked = json!({"primaryId": gold, "ids": [vip]});
        key.post("/tags/merge", asked).await.refused(403, "forbidden");
    })
    .await;
}
