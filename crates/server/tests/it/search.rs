//! The search over HTTP: what only shows there.

use crate::kit::each_engine;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_typed_gets_an_answer() {
    each_engine(|app| async move {
        let contacts = json!([{"channel": "phone", "value": "+49 30 901820"}]);
        let made = json!({"fullName": "Zoë Ünal", "jobTitle": "Buyer", "contacts": contacts});
        let id = app.owner.post("/customers", made).await.created()["id"].clone();
        let found = app.member.get("/search?q=%28030%29+9018-20").await.ok();
        assert_eq!(
            found,
            json!({"nextCursor": null, "items": [{"kind": "customer", "id": id, "title": "Zoë Ünal", "subtitle": "Buyer",
                "rank": "part", "match": {"field": "phone", "value": "+4930901820"}}]})
        );
        assert_eq!(app.member.get("/search?q=unla").await.ok()["items"][0]["rank"], "near");
        let nothing = json!({"items": [], "nextCursor": null});
        for query in ["", "?q=", "?q=++", "?q=%FF%FE", "?q=%22%25_%5C*%28"] {
            assert_eq!(app.member.get(&format!("/search{query}")).await.ok(), nothing, "{query}");
        }
        app.member.get(&format!("/search?q={}", "zo".repeat(5_000))).await.ok();
        for query in ["?q=a&limit=0", "?q=a&limit=51", "?q=a&limit=x", "?q=a&kind=tag", "?q=%00"] {
            app.member.get(&format!("/search{query}")).await.refused(400, "malformed");
        }
        assert_eq!(app.stranger.get("/search?q=unal").await.ok(), nothing);
        app.anonymous.get("/search?q=unal").await.refused(401, "unauthenticated");
    })
    .await;
}
