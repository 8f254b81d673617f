//! Notes over HTTP: texts as they came, who sees and writes what, mentions and notifications, files, deleting and its undo.

use crate::kit::{Answer, Client, TestApp, each_engine};
use axum::http::Method;
use platform::actor::Role;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn customer(app: &TestApp, body: Value) -> Value {
    app.owner.post("/customers", body).await.created()
}

fn on(record: &Value, body: &str) -> Value {
    json!({"body": body, "anchor": {"kind": "customer", "id": record["id"]}})
}

fn private(record: &Value, body: &str) -> Value {
    json!({"body": body, "anchor": {"kind": "customer", "id": record["id"]}, "visibility": "private"})
}

async fn bodies(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/notes?{query}")).await.ok();
    page["items"].as_array().unwrap().iter().map(|note| note["body"].as_str().unwrap().to_string()).collect()
}

pub async fn upload(client: &Client, name: &str, content: &[u8]) -> Answer {
    let mut body =
        format!("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
    body.extend(content);
    body.extend(b"\r\n--cut--\r\n");
    let request = client.request(Method::POST, "/attachments");
    request.header("content-type", "multipart/form-data; boundary=cut").bytes(body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_comes_back_as_it_was_sent() {
    each_engine(|app| async move {
        let eva = customer(&app, json!({"fullName": "Eva"})).await;
        let odd = "\u{feff}# A \r\n\r\n|a|\t|b|\n\\\\u0000 \\u0041 \u{200f}\u{202e}x\u{b}\u{85}\u{fffd}😀 <img src=x onerror=alert(1)>  \n";
        let answer = app.member.post("/notes", on(&eva, odd)).await;
        let made = answer.created();
        assert_eq!(answer.header("etag"), "\"1\"");
        assert_eq!(answer.header("location"), format!("/api/v1/notes/{}", id(&made)));
        assert_eq!(made["anchor"], json!({"kind": "customer", "id": eva["id"], "name": "Eva"}));
        assert_eq!((&made["authorId"], &made["pinned"]), (&json!(app.member.id()), &json!(false)));
        assert_eq!(app.colleague.get(&format!("/notes/{}", id(&made))).await.ok()["body"], odd);

        let before = app.digest().await;
        let post = |body: Value| app.member.post("/notes", body);
        post(on(&eva, "a\0b")).await.refused_at(400, "/body", "invalid_character");
        post(on(&eva, " \r\n\u{200b}")).await.refused_at(422, "/body", "required");
        post(on(&eva, &"ü".repeat(50_001))).await.refused_at(422, "/body", "too_long");
        post(json!({"anchor": on(&eva, "")["anchor"]})).await.refused_at(400, "/body", "required");
        post(json!({"body": "x"})).await.refused_at(400, "/anchor", "required");
        let mut extra = on(&eva, "x");
        extra["html"] = json!("<b>x</b>");
        post(extra).await.refused_at(400, "/html", "unknown_field");
        let theirs = app.stranger.post("/customers", json!({"fullName": "Far"})).await.created();
        let after_theirs = app.digest().await;
        post(on(&theirs, "x")).await.refused_at(422, "/anchor", "unknown_customer");
        let anchor = json!({"kind": "customer", "id": eva["id"]}).to_string();
        for broken in [r"\ud800", r"\udc00 x", r"a \ud83d b"] {
            let text = format!("{{\"body\": \"{broken}\", \"anchor\": {anchor}}}");
            let request = app.member.request(Method::POST, "/notes").header("content-type", "application/json");
            request.bytes(text).send().await.refused(400, "malformed");
        }
        assert_ne!(before, after_theirs);
        assert_eq!(app.digest().await, after_theirs);
        // As much as there may be, each character written the long way.
        let long = format!("{{\"body\": \"{}\", \"anchor\": {anchor}}}", r"\u0061".repeat(100_000));
        let request = app.member.request(Method::POST, "/notes").header("content-type", "application/json");
        assert_eq!(request.bytes(long).send().await.created()["body"].as_str().unwrap().len(), 100_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_listed_searched_pinned_and_written_by_their_authors() {
    each_engine(|app| async move {
        let eva = customer(&app, json!({"fullName": "Eva", "claimedById": app.member.id()})).await;
        app.colleague.post("/notes", on(&eva, "x")).await.refused(403, "forbidden");
        let first = app.owner.post("/notes", on(&eva, "First **thing**")).await.created();
        app.advance(60);
        let second = app.member.post("/notes", on(&eva, "Second thing, größer")).await.created();
        let company = app.owner.post("/companies", json!({"name": "Acme"})).await.created();
        let deal = app.member.post("/deals", json!({"name": "D"})).await.created();
        for (kind, of) in [("company", &company), ("deal", &deal)] {
            app.advance(60);
            let body = json!({"body": format!("about a {kind}"), "anchor": {"kind": kind, "id": of["id"]}});
            app.member.post("/notes", body).await.created();
            assert_eq!(bodies(&app.owner, &format!("anchor={kind}:{}", id(of))).await, [format!("about a {kind}")]);
        }
        let of_eva = format!("anchor=customer:{}", id(&eva));
        assert_eq!(bodies(&app.colleague, &of_eva).await, ["Second thing, größer", "First **thing**"]);
        let path = format!("/notes/{}", id(&first));
        app.colleague.act(&format!("{path}/pin")).await.refused(403, "forbidden");
        assert_eq!(app.member.act(&format!("{path}/pin")).await.ok()["pinned"], true);
        assert_eq!(bodies(&app.colleague, &of_eva).await[0], "First **thing**");
        assert_eq!(app.owner.act(&format!("{path}/unpin")).await.ok()["version"], 3);
        assert_eq!(bodies(&app.stranger, "").await, [""; 0]);
        assert_eq!(bodies(&app.colleague, "").await.len(), 4);
        assert_eq!(bodies(&app.colleague, "q=GROSS").await, [""; 0]);
        assert_eq!(bodies(&app.colleague, "q=gro%C3%9F+second").await, ["Second thing, größer"]);
        let mine = json!({"field": "authorId", "op": "eq", "value": "me"});
        let listed = app.member.post("/notes/query", json!({"filter": mine, "sort": "createdAt"})).await.ok();
        assert_eq!(listed["items"].as_array().unwrap().len(), 3);
        assert_eq!(app.member.post("/notes/count", json!({"filter": mine})).await.ok()["count"], 3);
        let page = app.member.get(&format!("/notes?limit=1&{of_eva}")).await.ok();
        let cursor = page["nextCursor"].as_str().unwrap();
        assert_eq!(bodies(&app.member, &format!("limit=1&{of_eva}&cursor={cursor}")).await, ["First **thing**"]);
        app.member.get(&format!("/notes?limit=1&cursor={cursor}")).await.refused(400, "malformed");
        app.member.get("/notes?anchor=planet:1").await.refused_at(400, "anchor", "invalid_value");

        // Members edit their own; who comes late is told.
        app.member.patch(&path, json!({"body": "x"})).await.refused(403, "forbidden");
        app.member.delete(&path).await.refused(403, "forbidden");
        let path = format!("/notes/{}", id(&second));
        let edited =
            app.member.request(Method::PATCH, &path).header("if-match", "\"1\"").json(&json!({"body": "Edited"}));
        let edited = edited.send().await.ok();
        assert_eq!((&edited["version"], &edited["editedBy"]["name"]), (&json!(2), &json!("Mia Member")));
        let stale = app.admin.request(Method::PATCH, &path).header("if-match", "\"1\"").json(&json!({"body": "Late"}));
        stale.send().await.refused(412, "stale_version");
        app.member.patch(&path, json!({"body": null})).await.refused_at(422, "/body", "required");
        app.member.patch(&path, json!({"visibility": null})).await.refused_at(422, "/visibility", "required");
        app.member.patch(&path, json!({"visibility": "all"})).await.refused(400, "malformed");
        app.admin.patch(&path, json!({"visibility": "private"})).await.refused(403, "forbidden");
        app.admin.patch(&path, json!({"body": "By the admin"})).await.ok();
        let kept = app.colleague.get(&format!("{path}/revisions")).await.ok();
        let kept: Vec<_> =
            kept["items"].as_array().unwrap().iter().map(|one| (&one["body"], &one["author"]["name"])).collect();
        let mia = json!("Mia Member");
        assert_eq!(kept, [(&json!("Edited"), &mia), (&json!("Second thing, größer"), &mia)]);
        app.stranger.get(&format!("{path}/revisions")).await.refused(404, "not_found");
        let hit = &app.colleague.get("/search?q=by+the+adm").await.ok()["items"][0];
        assert_eq!(
            (&hit["kind"], &hit["anchor"]["name"], &hit["match"]["field"]),
            (&json!("note"), &json!("Eva"), &json!("body"))
        );
        for of in [
            format!("/customers/{}", id(&eva)),
            format!("/companies/{}", id(&company)),
            format!("/deals/{}", id(&deal)),
        ] {
            let events = app.colleague.get(&format!("{of}/activity?group=note")).await.ok();
            let events = events["items"].as_array().unwrap();
            assert_eq!(events.last().unwrap()["type"], "note.added", "{of}");
            assert!(events[0]["detail"]["noteId"].is_string());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_note_is_for_its_author_alone() {
    each_engine(|app| async move {
        let eva = customer(&app, json!({"fullName": "Eva"})).await;
        let log = format!("/customers/{}/activity", id(&eva));
        let watched = async |client: &Client| {
            let mut seen = Vec::new();
            for path in [
                "/notes".to_string(),
                format!("/notes?anchor=customer:{}", id(&eva)),
                "/notes?q=secret".into(),
                "/notes?filter=%7B%22field%22%3A%22body%22%2C%22op%22%3A%22contains%22%2C%22value%22%3A%22secret%22%7D"
                    .into(),
                "/search?q=secret".into(),
                log.clone(),
                format!("/customers/{}", id(&eva)),
                "/customers".into(),
                "/customers/export.csv".into(),
                "/notifications".into(),
            ] {
                seen.push(client.get(&path).await.text());
            }
            seen.push(client.post("/notes/count", json!({"exact": true})).await.text());
            let did = json!({"filter": {"activity": ["note.added"], "op": "at_least", "count": 1}});
            seen.push(client.post("/customers/count", did).await.text());
            seen
        };
        app.advance(60);
        let before = watched(&app.owner).await;
        let made = app.member.post("/notes", private(&eva, "secret for @Olga Owner")).await.created();
        assert_eq!(made["mentions"], json!([app.owner.id()]));
        let path = format!("/notes/{}", id(&made));
        app.member.patch(&path, json!({"body": "secret, edited, for @Olga Owner"})).await.ok();
        app.member.act(&format!("{path}/pin")).await.ok();
        assert_eq!(watched(&app.owner).await, before, "nothing that others see has changed");
        for answer in [
            app.owner.get(&path).await,
            app.owner.get(&format!("{path}/revisions")).await,
            app.owner.patch(&path, json!({"body": "x"})).await,
            app.owner.delete(&path).await,
            app.owner.act(&format!("{path}/pin")).await,
            app.owner.act(&format!("{path}/restore")).await,
            app.api_key(Role::Owner).await.get(&path).await,
        ] {
            answer.refused(404, "not_found");
        }
        let audit = app.owner.get("/audit?limit=200").await;
        audit.ok();
        assert!(!audit.text().contains(&id(&made)) && !audit.text().contains("secret"), "{}", audit.text());
        app.api_key(Role::Owner).await.post("/notes", private(&eva, "x")).await.refused(403, "forbidden");
        assert_eq!(bodies(&app.member, "q=secret").await.len(), 1);
        assert_eq!(app.member.get("/search?q=secret").await.ok()["items"][0]["kind"], "note");
        assert_eq!(app.member.get(&log).await.ok()["items"][0]["type"], "note.edited");
        // Shown to all, it does not tell what it said before.
        app.member.patch(&path, json!({"body": "for all", "visibility": "org"})).await.ok();
        let former = app.owner.get(&format!("{path}/revisions")).await;
        assert_eq!(former.ok(), json!({"items": [], "nextCursor": null}));
        assert_eq!(app.member.get(&format!("{path}/revisions")).await.ok()["items"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_note_names_reads_it_once() {
    each_engine(|app| async move {
        let eva = customer(&app, json!({"fullName": "Eva"})).await;
        let request = app.owner.request(Method::POST, "/notes").header("idempotency-key", "once");
        let made = request.json(&on(&eva, "Ask @Mia Member, @max and @Stan Stranger")).send().await.created();
        let again = app.owner.request(Method::POST, "/notes").header("idempotency-key", "once");
        let again = again.json(&on(&eva, "Ask @Mia Member, @max and @Stan Stranger")).send().await.created();
        assert_eq!(made, again);
        assert_eq!(made["mentions"].as_array().unwrap().len(), 2, "nobody of another organisation");
        let path = format!("/notes/{}", id(&made));
        app.owner.patch(&path, json!({"body": "Ask @Mia Member again"})).await.ok();
        let told = app.member.get("/notifications?unread=true").await.ok();
        assert_eq!(told["items"].as_array().unwrap().len(), 1);
        let one = &told["items"][0];
        assert_eq!((&one["kind"], &one["actor"]["name"]), (&json!("note.mentioned"), &json!("Olga Owner")));
        assert_eq!(
            (&one["note"]["excerpt"], &one["note"]["anchor"]["name"]),
            (&json!("Ask @Mia Member again"), &json!("Eva"))
        );
        assert_eq!(app.member.get("/notifications/count").await.ok(), json!({"count": 1, "exact": true}));
        app.colleague.act(&format!("/notifications/{}/read", id(one))).await.refused(404, "not_found");
        assert!(app.member.act(&format!("/notifications/{}/read", id(one))).await.ok()["readAt"].is_string());
        assert_eq!(app.member.get("/notifications?unread=true").await.ok()["items"], json!([]));
        assert_eq!(app.member.get("/notifications").await.ok()["items"].as_array().unwrap().len(), 1);
        let theirs = app.colleague.get("/notifications").await.ok();
        let until = json!({"until": theirs["items"][0]["id"]});
        assert_eq!(app.colleague.post("/notifications/read", until).await.ok()["count"], 0);
        assert_eq!(app.stranger.get("/notifications").await.ok()["items"], json!([]));
        app.member.get("/notifications?limit=0").await.refused_at(400, "limit", "invalid_value");
        app.member.get("/notifications?cursor=x").await.refused_at(400, "cursor", "invalid_cursor");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_has_an_undo() {
    each_engine(|app| async move {
        let eva = customer(&app, json!({"fullName": "Eva"})).await;
        let made = app.member.post("/notes", on(&eva, "Gone")).await.created();
        let path = format!("/notes/{}", id(&made));
        let stale = app.member.request(Method::DELETE, &path).header("if-match", "\"7\"").send().await;
        stale.refused(412, "stale_version");
        app.member.delete(&path).await.no_content();
        app.member.get(&path).await.refused(404, "not_found");
        app.member.patch(&path, json!({"body": "x"})).await.refused(404, "not_found");
        app.member.delete(&path).await.refused(404, "not_found");
        assert_eq!(bodies(&app.member, "q=gone").await, [""; 0]);
        assert_eq!(app.member.get("/search?q=gone").await.ok()["items"], json!([]));
        app.colleague.act(&format!("{path}/restore")).await.refused(403, "forbidden");
        app.stranger.act(&format!("{path}/restore")).await.refused(404, "not_found");
        assert_eq!(app.member.act(&format!("{path}/restore")).await.ok()["body"], "Gone");
        assert_eq!(bodies(&app.member, "q=gone").await, ["Gone"]);
        app.member.delete(&path).await.no_content();
        app.run_jobs().await;
        app.advance(31 * 86_400);
        app.run_jobs().await;
        // The session is over by then.
        app.log_in("mia@engines.example").await.act(&format!("{path}/restore")).await.refused(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_served_so_that_nothing_in_them_runs() {
    each_engine(|app| async move {
        let eva = customer(&app, json!({"fullName": "Eva"})).await;
        let evil = b"<html><script>alert(document.cookie)</script></html>";
        let page = upload(&app.member, "offer \u{202e}gpj.html", evil).await.created();
        assert_eq!(
            (&page["fileName"], &page["mediaType"]),
            (&json!("offer gpj.html"), &json!("text/plain; charset=utf-8"))
        );
        let picture = upload(&app.member, "a.png", b"\x89PNG\r\n\x1a\n\0\0").await.created();
        let path = format!("/attachments/{}", id(&page));
        app.owner.get(&path).await.refused(404, "not_found");
        app.owner.get(&format!("{path}/content")).await.refused(404, "not_found");
        let mut body = on(&eva, "See the files");
        body["attachmentIds"] = json!([picture["id"], page["id"]]);
        app.owner.post("/notes", body.clone()).await.refused_at(422, "/attachmentIds/0", "unknown_attachment");
        let made = app.member.post("/notes", body).await.created();
        assert_eq!(made["attachments"][1]["fileName"], "offer gpj.html");
        assert_eq!(app.owner.get(&path).await.ok()["noteId"], made["id"]);
        let answer = app.owner.get(&format!("{path}/content")).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &evil[..]));
        for (name, value) in [
            ("content-type", "text/plain; charset=utf-8"),
            ("content-length", "52"),
            ("content-disposition", "attachment; filename=\"offer gpj.html\"; filename*=UTF-8''offer%20gpj%2Ehtml"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
        let answer = app.owner.get(&format!("/attachments/{}/content", id(&picture))).await;
        assert_eq!(answer.header("content-type"), "image/png");
        app.stranger.get(&format!("{path}/content")).await.refused(404, "not_found");
        app.anonymous.get(&format!("{path}/content")).await.refused(401, "unauthenticated");
        app.member.delete(&path).await.refused(409, "attached");

        let before = app.digest().await;
        let empty = upload(&app.member, "e", b"").await;
        empty.refused_at(400, "/file", "empty");
        app.anonymous.act("/attachments").await.refused(401, "unauthenticated");
        app.member.post("/attachments", json!({})).await.refused(415, "unsupported_media_type");
        let big = vec![b'x'; (25 << 20) + 1];
        upload(&app.member, "big", &big).await.refused(413, "too_large");
        assert_eq!(app.digest().await, before);
        let loose = upload(&app.member, "loose", b"loose").await.created();
        app.colleague.delete(&format!("/attachments/{}", id(&loose))).await.refused(404, "not_found");
        app.member.delete(&format!("/attachments/{}", id(&loose))).await.no_content();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_one_leaves_open_do_not_keep_others_out() {
    each_engine(|app| async move {
        let address = app.listen().await;
        let key = app.api_key(Role::Member).await;
        let half = format!(
            "POST /api/v1/attachments HTTP/1.1\r\nhost: localhost:8080\r\nauthorization: {}\r\n\
             content-type: multipart/form-data; boundary=cut\r\ncontent-length: 1000\r\n\r\n\
             --cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf",
            key.credentials()
        );
        let mut open = Vec::new();
        while upload(&key, "own", b"own").await.status != 429 {
            assert!(open.len() < 40, "one who has many open gets no more");
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.write_all(half.as_bytes()).await.unwrap();
            open.push(stream);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        upload(&app.colleague, "other", b"other").await.created();
        drop(open);
        let mut waited = 0;
        while upload(&key, "own", b"again").await.status != 201 {
            waited += 1;
            assert!(waited < 100, "the places come back");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}
