use crate::kit::{PASSWORD, Setup, TestApp, each_engine, each_engine_with};
use platform::actor::Role;
use serde_json::json;

const OTHER_PASSWORD: &str = "purple anvils sing at dawn";

fn sign_up(email: &str) -> serde_json::Value {
    json!({"fullName": " Ada Lovelace ", "email": email, "orgName": "Analytical Engines", "password": PASSWORD})
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_makes_an_organisation_and_signs_in() {
    each_engine(|app| async move {
        let answer = app.anonymous.post("/auth/signup", sign_up(" Ada@Example.COM")).await;
        let me = answer.created();
        assert_eq!(me["fullName"], "Ada Lovelace");
        assert_eq!(me["email"], "ada@example.com");
        assert_eq!(me["role"], "owner");
        assert_eq!(me["org"]["name"], "Analytical Engines");
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("session="), "{cookie}");
        assert!(cookie.ends_with("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"), "{cookie}");
        let problem = app.anonymous.post("/auth/signup", sign_up("ada@example.com")).await.refused(409, "email_taken");
        assert_eq!(problem["errors"][0]["path"], "/email");
        let ada = app.log_in("ADA@example.com").await;
        assert_eq!(ada.get("/me").await.ok()["id"], me["id"]);
        let bootstrap = ada.get("/bootstrap").await.ok();
        assert_eq!(bootstrap["members"].as_array().map(Vec::len), Some(1), "a workspace of one's own");
        assert_eq!(bootstrap["tags"], json!([]));
        assert_eq!(bootstrap["version"], "test-build");
        assert!(bootstrap["fields"].as_array().is_some_and(|fields| fields.len() > 20), "{bootstrap:#}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_rule_of_a_sign_up_is_named() {
    each_engine(|app| async move {
        let body = json!({"fullName": "", "email": "ada", "orgName": "x".repeat(201), "password": "short"});
        let problem = app.anonymous.post("/auth/signup", body).await.refused(422, "invalid");
        let paths: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().map(|e| e["path"].as_str().unwrap()).collect();
        assert_eq!(paths, ["/fullName", "/orgName", "/email", "/password"]);
        let guessable = json!({"fullName": "Ada", "email": "ada@example.com", "orgName": "Engines",
            "password": "engines-engines-engines"});
        app.anonymous.post("/auth/signup", guessable).await.refused_at(422, "/password", "too_guessable");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let setup = Setup { public_url: Some("https://crm.example"), ..Setup::default() };
    each_engine_with(setup, |app| async move {
        let answer = app.anonymous.post("/auth/signup", sign_up("ada@example.com")).await;
        answer.created();
        let cookie = answer.header("set-cookie");
        assert!(
            cookie.starts_with("__Host-session=") && cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"),
            "{cookie}"
        );
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
        assert_eq!(app.log_in("ada@example.com").await.get("/me").await.ok()["email"], "ada@example.com");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_and_a_wrong_password_get_one_answer() {
    each_engine(|app| async move {
        let mut answers = Vec::new();
        for (email, password) in [
            ("mia@engines.example", "this is not her password"),
            ("nobody@engines.example", PASSWORD),
            ("no address at all", PASSWORD),
            ("@", PASSWORD),
            ("mia@engines.example", ""),
        ] {
            let answer = app.anonymous.post("/auth/login", json!({"email": email, "password": password})).await;
            let mut problem = answer.refused(401, "unauthenticated");
            problem["requestId"] = json!("");
            assert_eq!(answer.header("set-cookie"), "");
            answers.push(problem);
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        let long = json!({"email": "mia@engines.example", "password": "x".repeat(2_000)});
        app.anonymous.post("/auth/login", long).await.refused(401, "unauthenticated");
    })
    .await;
}

/// Tries a wrong password and answers the status.
async fn guess(app: &TestApp, email: &str, from: &str) -> u16 {
    let body = json!({"email": email, "password": "a wrong guess of enough length"});
    app.anonymous.from(from).post("/auth/login", body).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_but_nobody_is_locked_out() {
    each_engine(|app| async move {
        let mia = "mia@engines.example";
        app.log_in(mia).await;
        let mut checked = 0;
        // An hour of one guess every four seconds from one place.
        for _ in 0..900 {
            match guess(&app, mia, "203.0.113.9").await {
                401 => checked += 1,
                429 => {}
                other => panic!("{other}"),
            }
            app.advance(4);
        }
        assert!((6..=30).contains(&checked), "{checked} guesses were checked");
        let body = json!({"email": mia, "password": PASSWORD});
        let answer = app.anonymous.from("203.0.113.9").post("/auth/login", body.clone()).await;
        answer.refused(429, "too_many_requests");
        let wait: i64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=300).contains(&wait), "{wait}");
        app.anonymous.post("/auth/login", body.clone()).await.ok();
        app.advance(wait);
        app.anonymous.from("203.0.113.9").post("/auth/login", body).await.ok();
        let audit = app.owner.get("/audit").await.ok();
        let slowed =
            audit["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "login.throttled").unwrap();
        assert_eq!(slowed["ipAddress"], "203.0.113.9");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_is_slowed_down_like_one() {
    each_engine(|app| async move {
        let mut answers = Vec::new();
        for _ in 0..8 {
            answers.push(guess(&app, "mia mia@engines.example", "203.0.113.9").await);
        }
        assert_eq!((answers.first(), answers.last()), (Some(&401), Some(&429)), "{answers:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_from_many_places_is_slowed_down_too() {
    each_engine(|app| async move {
        let mia = "mia@engines.example";
        app.log_in(mia).await;
        let mut checked = 0;
        for place in 0..200 {
            checked += i32::from(guess(&app, mia, &format!("198.51.100.{place}")).await == 401);
            app.advance(18);
        }
        assert!((9..=30).contains(&checked), "{checked} guesses were checked");
        app.log_in(mia).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_sent_together_are_counted_one_by_one() {
    each_engine(|app| async move {
        let app = std::sync::Arc::new(app);
        let mut tasks = Vec::new();
        for _ in 0..40 {
            let app = app.clone();
            tasks.push(tokio::spawn(async move { guess(&app, "max@engines.example", "203.0.113.9").await }));
        }
        let mut checked = 0;
        for task in tasks {
            checked += i32::from(task.await.unwrap() == 401);
        }
        assert!(checked <= 6, "{checked} guesses were checked");
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let app = app.clone();
            tasks.push(tokio::spawn(async move { app.log_in("mia@engines.example").await }));
        }
        for task in tasks {
            task.await.expect("right passwords do not hinder each other");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_taken_addresses_is_slowed_down() {
    each_engine(|app| async move {
        let mut answers = Vec::new();
        for _ in 0..25 {
            answers.push(app.anonymous.post("/auth/signup", sign_up("mia@engines.example")).await.status.as_u16());
        }
        assert_eq!(answers.first(), Some(&409));
        assert_eq!(answers.last(), Some(&429));
        app.anonymous.from("198.51.100.7").post("/auth/signup", sign_up("ada@example.com")).await.created();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session() {
    each_engine(|app| async move {
        let mia = app.log_in("mia@engines.example").await;
        mia.get("/me").await.ok();
        let answer = mia.act("/auth/logout").await;
        answer.no_content();
        assert_eq!(answer.header("set-cookie"), "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        mia.get("/me").await.refused(401, "unauthenticated");
        mia.act("/auth/logout").await.no_content();
        app.anonymous.act("/auth/logout").await.no_content();
        app.member.get("/me").await.ok();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_login_has_a_token_of_its_own() {
    each_engine(|app| async move {
        let (one, other) = (app.log_in("mia@engines.example").await, app.log_in("mia@engines.example").await);
        assert_ne!(one.credentials(), other.credentials());
        // A token planted before the login is not what the login makes valid.
        let planted = "session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let body = json!({"email": "mia@engines.example", "password": PASSWORD});
        let login =
            app.anonymous.request(axum::http::Method::POST, "/auth/login").header("cookie", planted).json(&body);
        assert_ne!(format!("session={}", login.send().await.session_token()), planted);
        let me = app.anonymous.request(axum::http::Method::GET, "/me").header("cookie", planted).send().await;
        me.refused(401, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_when_idle_and_in_any_case() {
    each_engine(|app| async move {
        let day = 86_400;
        app.advance(13 * day);
        app.member.get("/me").await.ok();
        app.advance(13 * day);
        app.member.get("/me").await.ok();
        app.colleague.get("/me").await.refused(401, "unauthenticated");
        for _ in 0..6 {
            app.advance(10 * day);
            app.member.get("/me").await.ok();
        }
        app.advance(4 * day);
        app.member.get("/me").await.refused(401, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_see_and_end_their_own_sessions_alone() {
    each_engine(|app| async move {
        let phone = app.log_in("mia@engines.example").await;
        let sessions = phone.get("/me/sessions").await.ok();
        let items = sessions["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!((items[0]["current"].as_bool(), items[1]["current"].as_bool()), (Some(true), Some(false)));
        assert_eq!(items[0]["ipAddress"], "192.0.2.1");
        let (own, older) = (items[0]["id"].as_str().unwrap(), items[1]["id"].as_str().unwrap());
        for other in [&app.colleague, &app.stranger, &app.admin] {
            other.delete(&format!("/me/sessions/{own}")).await.refused(404, "not_found");
        }
        phone.delete(&format!("/me/sessions/{older}")).await.no_content();
        app.member.get("/me").await.refused(401, "unauthenticated");
        let laptop = app.log_in("mia@engines.example").await;
        laptop.delete("/me/sessions").await.no_content();
        phone.get("/me").await.refused(401, "unauthenticated");
        assert_eq!(laptop.get("/me/sessions").await.ok()["items"].as_array().map(Vec::len), Some(1));
        phone.delete(&format!("/me/sessions/{own}")).await.refused(401, "unauthenticated");
        app.colleague.delete("/me/sessions/no-id").await.refused(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_changes_and_a_stale_change_is_refused() {
    each_engine(|app| async move {
        let changed = app.member.patch("/me", json!({"fullName": "Mia M. Member"})).await;
        assert_eq!(changed.ok()["version"], 2);
        assert_eq!(changed.header("etag"), "\"2\"");
        let stale = app.member.request(axum::http::Method::PATCH, "/me").header("if-match", "\"1\"");
        let problem = stale.json(&json!({"fullName": "Other"})).send().await.refused(412, "stale_version");
        assert_eq!(problem["current"]["fullName"], "Mia M. Member");
        app.member.patch("/me", json!({"fullName": null})).await.refused_at(422, "/fullName", "required");
        app.member.patch("/me", json!({"fullName": "a\nb"})).await.refused_at(422, "/fullName", "invalid");
        assert_eq!(app.member.patch("/me", json!({})).await.ok()["version"], 2, "nothing changed");
        for field in ["role", "email", "id", "orgId", "passwordHash", "version"] {
            let path = format!("/{field}");
            app.member.patch("/me", json!({ field: "owner" })).await.refused_at(400, &path, "unknown_field");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    each_engine(|app| async move {
        let change = |current: &str, new: &str| json!({"password": {"current": current, "new": new}});
        let laptop = app.log_in("mia@engines.example").await;
        let wrong = laptop.patch("/me", change("not my password at all", OTHER_PASSWORD)).await;
        wrong.refused_at(422, "/password/current", "wrong_password");
        let weak = laptop.patch("/me", change(PASSWORD, "mia engines mia engines")).await;
        weak.refused_at(422, "/password/new", "too_guessable");
        laptop.patch("/me", json!({"password": {"new": OTHER_PASSWORD}})).await.refused_at(
            400,
            "/password/current",
            "required",
        );
        laptop.patch("/me", change(PASSWORD, OTHER_PASSWORD)).await.ok();
        laptop.get("/me").await.ok();
        app.member.get("/me").await.refused(401, "unauthenticated");
        let old = json!({"email": "mia@engines.example", "password": PASSWORD});
        app.anonymous.post("/auth/login", old).await.refused(401, "unauthenticated");
        let new = json!({"email": "mia@engines.example", "password": OTHER_PASSWORD});
        app.anonymous.post("/auth/login", new).await.ok();
        let audit = app.owner.get("/audit").await.ok();
        assert_eq!(audit["items"][0]["action"], "password.changed");
        assert_eq!(audit["items"][0]["detail"]["sessionsEnded"], 1);
        assert!(!audit.to_string().contains(OTHER_PASSWORD));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_the_current_password_is_slowed_down() {
    each_engine(|app| async move {
        let body = json!({"password": {"current": "a wrong guess of enough length", "new": OTHER_PASSWORD}});
        let mut answers = Vec::new();
        for _ in 0..8 {
            answers.push(app.member.patch("/me", body.clone()).await.status.as_u16());
        }
        assert_eq!((answers.first(), answers.last()), (Some(&422), Some(&429)), "{answers:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organisation_is_edited_by_admins() {
    each_engine(|app| async move {
        assert_eq!(app.member.get("/org").await.ok()["timezone"], "UTC");
        app.member.patch("/org", json!({"name": "Mine"})).await.refused(403, "forbidden");
        app.member.patch("/org", json!({"timezone": "Nowhere"})).await.refused(403, "forbidden");
        let org = app
            .admin
            .patch("/org", json!({"name": "Engines & Co", "timezone": "Europe/Prague", "currency": "CZK"}))
            .await;
        assert_eq!((&org.ok()["name"], &org.ok()["version"]), (&json!("Engines & Co"), &json!(2)));
        app.admin.patch("/org", json!({"timezone": "Nowhere"})).await.refused_at(422, "/timezone", "invalid_timezone");
        app.admin.patch("/org", json!({"currency": "XXXX"})).await.refused_at(422, "/currency", "invalid_currency");
        let key = app.api_key(Role::Admin).await;
        let stale = key.request(axum::http::Method::PATCH, "/org").header("if-match", "\"1\"");
        stale.json(&json!({"name": "Other"})).send().await.refused(412, "stale_version");
        assert_eq!(app.stranger.get("/org").await.ok()["name"], "Looms");
        assert_eq!(app.member.get("/me").await.ok()["org"]["currency"], "CZK");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_page_by_page() {
    each_engine(|app| async move {
        let names = |page: &serde_json::Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|m| m["fullName"].as_str().unwrap().to_string()).collect()
        };
        let all = app.member.get("/members").await.ok();
        assert_eq!(names(&all), ["Adam Admin", "Max Member", "Mia Member", "Olga Owner"]);
        assert_eq!(all["nextCursor"], json!(null));
        let first = app.member.get("/members?limit=3").await.ok();
        let cursor = first["nextCursor"].as_str().unwrap();
        let second = app.member.get(&format!("/members?limit=3&cursor={cursor}")).await.ok();
        assert_eq!((names(&first).len(), names(&second)), (3, vec!["Olga Owner".to_string()]));
        app.member.get("/members?limit=0").await.refused_at(400, "limit", "invalid_value");
        app.member.get("/members?cursor=x").await.refused_at(400, "cursor", "invalid_cursor");
        app.member.get("/members?nonsense=1").await.refused_at(400, "nonsense", "unknown_field");
        app.member.get("/members?limit=1&limit=2").await.refused_at(400, "limit", "duplicate_field");
        app.member.get("/companies/match").await.refused_at(400, "domain", "required");
        assert_eq!(names(&app.stranger.get("/members").await.ok()), ["Stan Stranger"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_shut_out_is_gone_at_once() {
    each_engine(|app| async move {
        let path = format!("/members/{}", app.member.id());
        app.member.patch(&path, json!({"role": "owner"})).await.refused(403, "forbidden");
        assert_eq!(app.admin.patch(&path, json!({"disabled": true})).await.ok()["disabled"], true);
        app.member.get("/me").await.refused(401, "unauthenticated");
        let body = json!({"email": "mia@engines.example", "password": PASSWORD});
        app.anonymous.post("/auth/login", body).await.refused(403, "forbidden");
        app.admin.patch(&path, json!({"disabled": false, "role": "admin"})).await.ok();
        assert_eq!(app.log_in("mia@engines.example").await.get("/me").await.ok()["role"], "admin");
        app.member.get("/me").await.refused(401, "unauthenticated");
        let owner = format!("/members/{}", app.owner.id());
        app.admin.patch(&owner, json!({"disabled": true})).await.refused(403, "forbidden");
        app.owner.patch(&owner, json!({"role": "member"})).await.refused(409, "last_owner");
        app.stranger.patch(&path, json!({"disabled": true})).await.refused(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_removed_is_gone_and_what_they_own_stays() {
    each_engine(|app| async move {
        let customer = app.member.post("/customers", json!({"fullName": "Ada"})).await.created();
        let customer = format!("/customers/{}", customer["id"].as_str().unwrap());
        app.member.act(&format!("{customer}/claim")).await.ok();
        let of = |id: String| format!("/members/{id}");
        let path = of(app.member.id());
        let before = app.digest().await;
        app.colleague.delete(&path).await.refused(403, "forbidden");
        app.anonymous.delete(&path).await.refused(401, "unauthenticated");
        app.stranger.delete(&path).await.refused(404, "not_found");
        app.admin.delete(&of(app.owner.id())).await.refused(403, "forbidden");
        app.admin.delete(&of(app.admin.id())).await.refused(409, "own_account");
        app.owner.delete(&of(app.owner.id())).await.refused(409, "own_account");
        let stale = app.admin.request(axum::http::Method::DELETE, &path).header("if-match", "\"7\"").send().await;
        stale.refused(412, "stale_version");
        assert_eq!(app.digest().await, before);
        // A key of an owner may remove a person, but not the last owner.
        let key = app.api_key(platform::actor::Role::Owner).await;
        key.delete(&of(app.owner.id())).await.refused(409, "last_owner");

        app.admin.delete(&path).await.no_content();
        app.member.get("/me").await.refused(401, "unauthenticated");
        let body = json!({"email": "mia@engines.example", "password": PASSWORD});
        app.anonymous.post("/auth/login", body).await.refused(403, "forbidden");
        app.admin.delete(&path).await.refused(404, "not_found");
        let entry = app.owner.get("/audit?limit=1").await.ok()["items"][0].clone();
        assert_eq!(
            (&entry["action"], &entry["detail"]["email"]),
            (&json!("member.removed"), &json!("mia@engines.example"))
        );
        // The customer is still theirs; who asks for it hears so, and an admin gives it away.
        let taken = app.colleague.act(&format!("{customer}/claim")).await.refused(409, "already_claimed");
        assert_eq!(taken["existing"]["name"], "a former member");
        let to = json!({"userId": app.colleague.id()});
        app.admin.post(&format!("{customer}/reassign"), to).await.ok();
        // Who was removed can be added again, and is the same person.
        let operator = platform::accounts::operator(app.org_id, &app.clock);
        let back = platform::accounts::NewMember {
            full_name: "Mia".into(),
            email: "mia@engines.example".into(),
            role: platform::actor::Role::Member,
            password_hash: None,
        };
        let id = app.db().write(move |tx| platform::accounts::add_member(tx, &operator, &back)).await.unwrap();
        assert_eq!(id.to_string(), app.member.id());
        let body = json!({"email": "mia@engines.example", "password": PASSWORD});
        app.anonymous.post("/auth/login", body).await.ok();
        assert_eq!(app.db().read(crm::checks::broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_change_of_a_member_is_refused() {
    each_engine(|app| async move {
        let path = format!("/members/{}", app.member.id());
        let change = |version: &str, body: serde_json::Value| {
            app.admin.request(axum::http::Method::PATCH, &path).header("if-match", version).json(&body).send()
        };
        let changed = change("\"1\"", json!({"role": "admin"})).await;
        assert_eq!((changed.ok()["version"].as_i64(), changed.header("etag")), (Some(2), "\"2\""));
        let problem = change("\"1\"", json!({"role": "member"})).await.refused(412, "stale_version");
        assert_eq!(problem["current"]["role"], "admin");
        for field in ["role", "disabled"] {
            let body = json!({ field: null });
            app.admin.patch(&path, body).await.refused_at(422, &format!("/{field}"), "required");
        }
        assert_eq!(app.admin.patch(&path, json!({})).await.ok()["version"], 2, "nothing changed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_right_is_lost_at_once() {
    each_engine(|app| async move {
        app.admin.get("/audit").await.ok();
        app.owner.patch(&format!("/members/{}", app.admin.id()), json!({"role": "member"})).await.ok();
        app.admin.get("/audit").await.refused(403, "forbidden");
    })
    .await;
}
