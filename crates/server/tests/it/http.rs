//! What holds for every request, whoever makes it.

use crate::access::Fixture;
use crate::kit::{PASSWORD, Setup, each_engine, each_engine_with};
use axum::http::Method;
use platform::limits::RateLimits;
use serde_json::json;
use std::num::NonZeroU32;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[tokio::test(flavor = "multi_thread")]
async fn malformed_bodies_are_refused_with_their_place() {
    each_engine(|app| async move {
        let send = |body: &str| {
            app.member.request(Method::POST, "/tags").header("content-type", "application/json").bytes(body).send()
        };
        for (body, path, code) in [
            ("", "", "invalid_json"),
            ("{", "", "invalid_json"),
            ("null", "", "wrong_type"),
            ("[]", "", "wrong_type"),
            ("\"text\"", "", "wrong_type"),
            ("{\"name\": 1}", "/name", "wrong_type"),
            ("{\"name\": null}", "/name", "wrong_type"),
            ("{\"name\": {\"x\": 1}}", "/name", "wrong_type"),
            ("{\"name\": \"a\", \"nmae\": 1}", "/nmae", "unknown_field"),
            ("{\"name\": \"a\"} {}", "", "invalid_json"),
            ("{\"name\": \"a\", \"name\": \"b\"}", "/name", "duplicate_field"),
            ("{\"name\": \"\\ud800\"}", "/name", "invalid_json"),
        ] {
            send(body).await.refused_at(400, path, code);
        }
        let deep = format!("{{\"name\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        send(&deep).await.refused(400, "malformed");
        let not_utf8 = app.member.request(Method::POST, "/tags").header("content-type", "application/json");
        not_utf8.bytes(b"{\"name\": \"\xff\"}".to_vec()).send().await.refused(400, "malformed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_has_a_size_and_a_type() {
    each_engine(|app| async move {
        let large = json!({"name": "x".repeat(1024 * 1024)}).to_string();
        let post = |kind: &str, body: String| {
            app.member.request(Method::POST, "/tags").header("content-type", kind).bytes(body).send()
        };
        post("application/json", large).await.refused(413, "too_large");
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"]
        {
            post(kind, "{\"name\": \"a\"}".into()).await.refused(415, "unsupported_media_type");
        }
        app.member.request(Method::POST, "/tags").bytes("{}").send().await.refused(415, "unsupported_media_type");
        post("application/json; charset=utf-8", "{\"name\": \"a\"}".into()).await.created();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_of_other_sites_are_refused() {
    each_engine(|app| async move {
        let before = app.digest().await;
        let send = |headers: &[(&str, &str)]| {
            let request = app.member.request(Method::POST, "/tags").json(&json!({"name": "planted"}));
            headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
        };
        for headers in [
            [("origin", "https://evil.example")].as_slice(),
            &[("origin", "null")],
            &[("origin", "http://localhost:8080.evil.example")],
            &[("origin", "http://localhost:9090")],
            &[("origin", "")],
            &[("sec-fetch-site", "cross-site")],
            &[("origin", "http://localhost:8080"), ("sec-fetch-site", "cross-site")],
        ] {
            send(headers).await.refused(403, "forbidden");
        }
        let login = json!({"email": "mia@engines.example", "password": PASSWORD});
        for path in ["/auth/login", "/auth/signup"] {
            let request = app.anonymous.request(Method::POST, path).header("origin", "https://evil.example");
            request.json(&login).send().await.refused(403, "forbidden");
        }
        assert_eq!(app.digest().await, before, "a refusal changes nothing");
        send(&[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")]).await.created();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_changes_nothing() {
    each_engine(|app| async move {
        let fixture = Fixture::new(&app, "").await;
        let import = crate::imports::id(&crate::imports::upload(&app.owner, "customer", "Name\nAda\n").await);
        let file = crate::imports::id(&crate::notes::upload(&app.owner, "a.txt", b"Ada").await.created());
        let before = app.digest().await;
        for operation in crate::kit::operations().iter().filter(|operation| operation.method == "GET") {
            let of = |begin: &str, id: &str| {
                Some(format!("{begin}{id}{}", operation.path.strip_prefix(begin)?.strip_prefix("{id}")?))
            };
            let path = of("/imports/", &import)
                .or_else(|| of("/attachments/", &file))
                .unwrap_or_else(|| fixture.path(&operation.path));
            for _ in 0..2 {
                let answer = app.owner.get(&path).await;
                // No model reads for the criterion that there is.
                let expected = if operation.path == "/criteria/{id}/readings" { 409 } else { 200 };
                assert_eq!(answer.status.as_u16(), expected, "{}: {}", answer.what, answer.text());
            }
        }
        assert_eq!(app.digest().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_post_is_answered_alike_and_done_once() {
    each_engine(|app| async move {
        let post = |client: &crate::kit::Client, key: &str, name: &str| {
            client.request(Method::POST, "/tags").header("idempotency-key", key).json(&json!({"name": name})).send()
        };
        let first = post(&app.member, "k-1", "hot").await;
        let again = post(&app.member, "k-1", "hot").await;
        assert_eq!((first.created(), first.header("etag")), (again.created(), again.header("etag")));
        let other = post(&app.member, "k-1", "cold").await;
        assert_eq!(other.refused(422, "invalid")["errors"][0]["code"], "key_reused");
        post(&app.colleague, "k-1", "cold").await.created();
        post(&app.stranger, "k-1", "hot").await.created();
        app.member.get("/tags").await.ok()["items"].as_array().map(|tags| assert_eq!(tags.len(), 2)).unwrap();
        for key in ["", "with space", &"x".repeat(256), "ž"] {
            let answer = post(&app.member, key, "new").await;
            answer.refused_at(400, "Idempotency-Key", "invalid");
        }
        // A refusal is not kept: the corrected request may use the key.
        post(&app.member, "k-2", "").await.refused(422, "invalid");
        post(&app.member, "k-2", "warm").await.created();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_sent_together_are_done_once() {
    each_engine(|app| async move {
        let mut tasks = Vec::new();
        for _ in 0..12 {
            let owner = app.owner.clone();
            tasks.push(tokio::spawn(async move {
                let request = owner.request(Method::POST, "/customers").header("idempotency-key", "one");
                request.json(&json!({"fullName": "Grace Hopper"})).send().await.created()["id"].clone()
            }));
        }
        let mut ids = Vec::new();
        for task in tasks {
            ids.push(task.await.unwrap());
        }
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(app.owner.post("/customers/count", json!({})).await.ok()["count"], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_allowance_is_told_and_ends() {
    let five = NonZeroU32::new(5).unwrap();
    let setup = Setup { limits: Some(RateLimits { per_api_key: five, per_session: five }), ..Setup::default() };
    each_engine_with(setup, |app| async move {
        let first = app.member.get("/org").await;
        first.ok();
        assert_eq!(first.header("ratelimit-policy"), "\"default\";q=5;w=60");
        assert!(first.header("ratelimit").starts_with("\"default\";r=4;t="), "{}", first.header("ratelimit"));
        for _ in 0..4 {
            app.member.get("/org").await.ok();
        }
        let refused = app.member.get("/org").await;
        refused.refused(429, "too_many_requests");
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=13).contains(&wait), "{wait}");
        assert!(refused.header("ratelimit").starts_with("\"default\";r=0;t="), "{}", refused.header("ratelimit"));
        app.colleague.get("/org").await.ok();
        for _ in 0..5 {
            app.anonymous.act("/auth/logout").await.no_content();
        }
        app.anonymous.act("/auth/logout").await.refused(429, "too_many_requests");
        app.anonymous.from("198.51.100.1").act("/auth/logout").await.no_content();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_and_methods_are_problems() {
    each_engine(|app| async move {
        for path in ["/nope", "/customers/", "/", "//api/nope", "//api", "//api/v2/customers"] {
            app.owner.get(path).await.refused(404, "not_found");
        }
        let answer = app.owner.delete("/org").await;
        answer.refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET,HEAD,PATCH");
        for method in [Method::OPTIONS, Method::TRACE, Method::PUT] {
            app.owner.request(method, "/me").send().await.refused(405, "method_not_allowed");
        }
        app.owner.request(Method::POST, "//crm/customers").send().await.refused(405, "method_not_allowed");
        app.owner.get("/customers/not-an-id").await.refused(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_told_host_is_served() {
    let setup = Setup { public_url: Some("https://crm.example"), ..Setup::default() };
    each_engine_with(setup, |app| async move {
        let ask = |host: &'static str, path: &'static str| {
            let mut request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
            request.headers_mut().insert("host", axum::http::HeaderValue::from_static(host));
            let router = app.router.clone();
            async move { tower::ServiceExt::oneshot(router, request).await.unwrap().status().as_u16() }
        };
        assert_eq!(ask("evil.example", "/api/v1/org").await, 421);
        assert_eq!(ask("evil.example", "/").await, 421);
        assert_eq!(ask("evil.example", "/healthz").await, 200);
        for host in ["crm.example", "localhost:8080", "127.0.0.1:1234"] {
            assert_eq!(ask(host, "/api/v1/org").await, 401, "{host}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forwarded_addresses_are_believed_from_proxies_alone() {
    let proxy = "10.0.0.1".parse().unwrap();
    let setup = Setup { trusted_proxies: vec![proxy, "10.0.0.2".parse().unwrap()], ..Setup::default() };
    each_engine_with(setup, |app| async move {
        let cases = [
            ("192.0.2.50", "203.0.113.7", "192.0.2.50"),
            ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("10.0.0.1", "1.2.3.4, 203.0.113.7", "203.0.113.7"),
            ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
            ("10.0.0.1", "<script>, unknown", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
            ("::ffff:10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
            ("::ffff:192.0.2.50", "203.0.113.7", "192.0.2.50"),
            // Some proxies write the port too.
            ("10.0.0.1", "1.2.3.4, 203.0.113.7:51234", "203.0.113.7"),
            ("10.0.0.1", "[2001:db8::7]:51234, 10.0.0.2:80", "2001:db8::7"),
            // What stands to the left of a hop that nobody understands was written by nobody we trust.
            ("10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"),
            ("10.0.0.1", "1.2.3.4, unknown, 10.0.0.2", "10.0.0.1"),
        ];
        for (peer, forwarded, seen) in cases {
            let body = json!({"email": "mia@engines.example", "password": PASSWORD});
            let login = app.anonymous.from(peer);
            let login = login.request(Method::POST, "/auth/login").header("x-forwarded-for", forwarded).json(&body);
            login.send().await.ok();
            let sessions = app.member.get("/me/sessions").await.ok();
            // The clock stands still, so the order among new sessions is that of their ids.
            assert_eq!(sessions["items"][0]["ipAddress"], seen, "{peer} {forwarded}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_carry_an_id_and_the_build() {
    each_engine(|app| async move {
        let told = app.owner.request(Method::GET, "/org").header("x-request-id", "trace-1.a_b").send().await;
        assert_eq!(told.header("x-request-id"), "trace-1.a_b");
        assert_eq!(told.header("x-entente-build"), "test-build");
        for strange in ["", "with space", "<script>", &"x".repeat(65)] {
            let answer = app.owner.request(Method::GET, "/org").header("x-request-id", strange).send().await;
            assert_eq!(answer.header("x-request-id").len(), 36, "{strange}");
        }
        app.anonymous.get("//healthz").await.ok();
        app.anonymous.get("//readyz").await.ok();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_answers_are_compressed_where_that_is_taken() {
    each_engine(|app| async move {
        let ask = |coding: &str| {
            app.owner.request(Method::GET, "//api/openapi.json").header("accept-encoding", coding).send()
        };
        assert_eq!(ask("gzip").await.header("content-encoding"), "gzip");
        assert_eq!(ask("br, gzip").await.header("content-encoding"), "br");
        let plain = ask("identity").await;
        assert_eq!(plain.header("content-encoding"), "");
        assert_eq!(plain.ok()["openapi"], "3.1.0");
        let small = app.owner.request(Method::GET, "/org").header("accept-encoding", "gzip").send().await;
        assert_eq!(small.header("content-encoding"), "", "not worth it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_lists_every_operation_and_loads_nothing_from_elsewhere() {
    each_engine(|app| async move {
        let page = app.anonymous.get("//api/docs").await;
        assert_eq!(page.status.as_u16(), 200);
        for operation in crate::kit::operations() {
            assert!(page.text().contains(&format!("<code>/api/v1{}</code>", operation.path)), "{operation:?}");
        }
        assert!(
            !page.text().contains("<script") && !page.text().contains("http://") && !page.text().contains("https://")
        );
        assert_eq!(app.anonymous.get("//api/docs.css").await.header("content-type"), "text/css");
    })
    .await;
}

/// Sends bytes as they are and reads until the server hangs up.
async fn raw(address: std::net::SocketAddr, bytes: &[u8]) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    // The server may hang up before all was sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let reading = tokio::time::timeout(std::time::Duration::from_secs(20), stream.read_to_end(&mut answer));
    let _ = reading.await.expect("the server hangs up");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_bytes_do_not_harm_the_server() {
    each_engine(|app| async move {
        let address = app.listen().await;
        for bytes in [
            b"GET / HTTP/9.9\r\n\r\n".as_slice(),
            b"\x00\x01\x02\r\n\r\n",
            b"POST /api/v1/tags HTTP/1.1\r\nhost: localhost\r\ncontent-length: nine\r\n\r\n",
            b"POST /api/v1/tags HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n12345",
            b"GET /api/v1/org HTTP/1.1\r\nhost: localhost\r\nx: \r\n y\x00\r\n\r\n",
        ] {
            let answer = raw(address, bytes).await;
            assert!(
                answer.is_empty() || answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 505"),
                "{answer}"
            );
        }
        let long = format!("GET /api/v1/org HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(1_000_000));
        let answer = raw(address, long.as_bytes()).await;
        // The server may hang up before the whole header was sent; then its answer can be lost on the way.
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
        let answer = raw(address, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    })
    .await;
}
