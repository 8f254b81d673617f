//! Products, pipelines and deals over HTTP: the way of a sale, what is refused and what it leaves behind, and reports
//! that add up.

use crate::imports::{self, plan_of};
use crate::kit::{Client, TestApp, each_engine};
use platform::actor::Role;
use serde_json::{Value, json};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn deal(client: &Client, body: Value) -> Value {
    client.post("/deals", body).await.created()
}

/// The ids of the default pipeline's stages: open, negotiating, won, lost.
async fn stages(app: &TestApp) -> [String; 4] {
    let board = app.owner.get("/deals/board").await.ok();
    [0, 1, 2, 3].map(|index: usize| board["stages"][index]["stageId"].as_str().expect("a stage").to_string())
}

fn query(filter: &Value) -> String {
    filter.to_string().replace('"', "%22").replace(' ', "%20").replace('{', "%7B").replace('}', "%7D")
}

fn names(cards: &Value) -> Vec<&str> {
    cards.as_array().expect("cards").iter().map(|card| card["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_priced_sold_and_put_away() {
    each_engine(|app| async move {
        let body = json!({"name": "GTX Pro", "price": 482_100, "currency": "USD"});
        let answer = app.member.post("/products", body).await;
        let made = answer.created();
        let path = format!("/products/{}", id(&made));
        assert_eq!(answer.header("location"), format!("/api/v1{path}"));
        assert_eq!((&made["status"], &made["ownerId"]), (&json!("active"), &json!(app.member.id())));
        assert_eq!((&made["hotAt"], &made["warmAt"], &made["dealCount"]), (&json!(0.6), &json!(0.2), &json!(0)));
        let before = app.digest().await;
        app.owner.post("/products", json!({"name": "gtx PRO"})).await.refused(409, "name_taken");
        app.owner.post("/products", json!({"name": " "})).await.refused_at(422, "/name", "required");
        app.owner.post("/products", json!({"name": "X", "price": -1})).await.refused_at(422, "/price", "out_of_range");
        let odd = json!({"name": "X", "price": 1, "currency": "EURO"});
        app.owner.post("/products", odd).await.refused_at(422, "/currency", "invalid_currency");
        let odd = json!({"name": "X", "hotAt": 0.1, "warmAt": 0.5});
        app.owner.post("/products", odd).await.refused_at(422, "/warmAt", "out_of_range");
        app.colleague.patch(&path, json!({"price": 1})).await.refused(403, "forbidden");
        app.stranger.get(&path).await.refused(404, "not_found");
        app.anonymous.get("/products").await.refused(401, "unauthenticated");
        assert_eq!(app.digest().await, before);

        let lines = json!([{"productId": made["id"], "quantity": 2}]);
        let sold = deal(&app.member, json!({"name": "D", "currency": "USD", "lines": lines})).await;
        assert_eq!((&sold["amount"], &sold["lines"][0]["unitPrice"]), (&json!(964_200), &json!(482_100)));
        assert_eq!(app.member.get(&path).await.ok()["dealCount"], 1);
        app.member.act(&format!("{path}/archive")).await.ok();
        let of_archived = json!({"name": "E", "lines": [{"productId": made["id"]}]});
        app.member.post("/deals", of_archived).await.refused_at(422, "/lines/0/productId", "product_archived");
        assert_eq!(app.member.get("/products").await.ok()["items"], json!([]));
        app.member.post("/products", json!({"name": "GTX Pro"})).await.created();
        app.member.act(&format!("{path}/restore")).await.refused(409, "name_taken");
        assert_eq!(app.member.post("/products/count", json!({})).await.ok()["count"], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_has_stages_of_its_own_and_keeps_those_with_deals() {
    each_engine(|app| async move {
        let listed = app.member.get("/pipelines").await.ok();
        let default = &listed["items"][0];
        let meanings: Vec<&str> =
            default["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
        assert_eq!((meanings, &default["isDefault"]), (vec!["open", "negotiating", "won", "lost"], &json!(true)));
        let body = json!({"name": "Renewals", "stages": [
            {"name": "Due", "stage": "open", "probability": 0.7, "rotDays": 14},
            {"name": "Talks", "stage": "negotiating"},
            {"name": "Renewed", "stage": "won"}, {"name": "Gone", "stage": "lost"}]});
        app.member.post("/pipelines", body.clone()).await.refused(403, "forbidden");
        let made = app.admin.post("/pipelines", body.clone()).await.created();
        let path = format!("/pipelines/{}", id(&made));
        app.admin.post("/pipelines", body).await.refused(409, "name_taken");
        let half = json!({"name": "Half", "stages": [{"name": "A", "stage": "open"}]});
        app.admin.post("/pipelines", half).await.refused_at(422, "/stages", "incomplete");
        app.stranger.get(&path).await.refused(404, "not_found");

        let in_it = deal(&app.member, json!({"name": "D", "pipelineId": made["id"]})).await;
        assert_eq!((&in_it["stageId"], &in_it["probability"]), (&made["stages"][0]["id"], &json!(0.7)));
        let without: Vec<Value> = made["stages"].as_array().unwrap()[1..].to_vec();
        app.admin.patch(&path, json!({"stages": without})).await.refused(409, "stage_in_use");
        app.admin.act(&format!("{path}/archive")).await.refused(409, "stage_in_use");
        let default_path = format!("/pipelines/{}", id(default));
        app.admin.act(&format!("{default_path}/archive")).await.refused(409, "default_pipeline");
        let renamed = json!({"stages": [{"name": "Only", "stage": "open"}, {"name": "W", "stage": "won"},
            {"name": "L", "stage": "lost"}]});
        app.admin.patch(&default_path, renamed).await.refused_at(422, "/stages", "default_pipeline");

        // A stage of another pipeline than the one that is named.
        let [open, ..] = stages(&app).await;
        let crossed = json!({"name": "X", "pipelineId": made["id"], "stageId": open});
        app.member.post("/deals", crossed).await.refused_at(422, "/stageId", "other_pipeline");
        let gone = json!({"name": "X", "stageId": made["id"]});
        app.member.post("/deals", gone).await.refused_at(422, "/stageId", "unknown_stage");
        let moved = app.member.post(&format!("/deals/{}/move", id(&in_it)), json!({"stageId": open})).await.ok();
        assert_eq!(moved["pipelineId"], default["id"]);
        let archived = app.admin.act(&format!("{path}/archive")).await.ok();
        assert!(archived["archivedAt"].is_string());
        let late = json!({"stageId": made["stages"][0]["id"]});
        app.member.post(&format!("/deals/{}/move", id(&in_it)), late).await.refused_at(
            422,
            "/stageId",
            "pipeline_archived",
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_goes_its_way_and_each_step_is_told() {
    each_engine(|app| async move {
        let company = app.owner.post("/companies", json!({"name": "Acme"})).await.created();
        let customer =
            app.owner.post("/customers", json!({"fullName": "Eva", "companyId": company["id"]})).await.created();
        let [open, negotiating, won, lost] = stages(&app).await;
        let body = json!({"name": "Big one", "customerId": customer["id"], "amount": 125_000, "currency": "EUR",
            "expectedCloseDate": "2026-03-31"});
        let made = deal(&app.member, body).await;
        assert_eq!((&made["companyId"], &made["ownerId"]), (&company["id"], &json!(app.member.id())));
        assert_eq!((&made["stage"], &made["source"]), (&json!("open"), &json!("manual")));
        let path = format!("/deals/{}", id(&made));
        let put = format!("{path}/move");

        let before = app.digest().await;
        for (body, at, code) in [
            (json!({"name": " "}), "/name", "required"),
            (json!({"amount": -1}), "/amount", "out_of_range"),
            (json!({"currency": "XXXX"}), "/currency", "invalid_currency"),
            (json!({"currency": null}), "/currency", "required"),
            (json!({"probability": 1.5}), "/probability", "out_of_range"),
            (json!({"lostReason": "Price"}), "/lostReason", "not_lost"),
            (json!({"customerId": company["id"]}), "/customerId", "unknown_customer"),
            (json!({"companyId": customer["id"]}), "/companyId", "unknown_company"),
            (
                json!({"ownerId": app.member.id(), "lines": [{"productId": company["id"]}]}),
                "/lines/0/productId",
                "unknown_product",
            ),
            (json!({"stageId": lost}), "/lostReason", "required"),
        ] {
            app.member.patch(&path, body).await.refused_at(422, at, code);
        }
        app.member.post(&put, json!({"stageId": lost})).await.refused_at(422, "/lostReason", "required");
        app.member.post(&put, json!({"stageId": lost, "lostReason": "  "})).await.refused_at(
            422,
            "/lostReason",
            "required",
        );
        app.member.post(&put, json!({"stageId": open, "before": customer["id"]})).await.refused_at(
            422,
            "/before",
            "unknown_deal",
        );
        app.colleague.post(&put, json!({"stageId": won})).await.refused(403, "forbidden");
        app.colleague.patch(&path, json!({"name": "Mine"})).await.refused(403, "forbidden");
        app.member.patch(&path, json!({"ownerId": app.colleague.id()})).await.refused(403, "forbidden");
        app.stranger.get(&path).await.refused(404, "not_found");
        app.stranger.post(&put, json!({"stageId": won})).await.refused(404, "not_found");
        app.anonymous.get(&path).await.refused(401, "unauthenticated");
        assert_eq!(app.digest().await, before, "a refusal writes nothing");

        app.advance(3_600);
        let moved = app.member.post(&put, json!({"stageId": negotiating})).await.ok();
        assert_eq!(
            (&moved["stage"], &moved["probability"], &moved["version"]),
            (&json!("negotiating"), &json!(0.5), &json!(2))
        );
        let late = app.member.request(axum::http::Method::POST, &put).header("if-match", "\"1\"");
        late.json(&json!({"stageId": won})).send().await.refused(412, "stale_version");
        app.advance(3_600);
        let moved = app.member.post(&put, json!({"stageId": lost, "lostReason": "Too late"})).await.ok();
        assert_eq!((&moved["lostReason"], moved["closedAt"].is_string()), (&json!("Too late"), true));
        app.advance(3_600);
        let moved = app.member.post(&put, json!({"stageId": open})).await.ok();
        assert_eq!((&moved["lostReason"], &moved["closedAt"]), (&Value::Null, &Value::Null));
        app.advance(3_600);
        app.member.patch(&path, json!({"stageId": won, "amount": 130_000})).await.ok();
        let visits = app.colleague.get(&format!("{path}/stages")).await.ok();
        let told: Vec<(&str, i64)> = visits
            .as_array()
            .unwrap()
            .iter()
            .map(|visit| (visit["stage"].as_str().unwrap(), visit["seconds"].as_i64().unwrap()))
            .collect();
        assert_eq!(told, [("open", 3_600), ("negotiating", 3_600), ("lost", 3_600), ("open", 3_600), ("won", 0)]);
        for of in [path.clone(), format!("/customers/{}", id(&customer)), format!("/companies/{}", id(&company))] {
            let events = app.member.get(&format!("{of}/activity?group=deal")).await.ok();
            let kinds: Vec<&str> =
                events["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
            let sorted = |mut kinds: Vec<&'static str>| {
                kinds.sort_unstable();
                kinds
            };
            let mut found = kinds.clone();
            found.sort_unstable();
            let all =
                vec!["deal.won", "deal.updated", "deal.reopened", "deal.lost", "deal.stage_changed", "deal.created"];
            assert_eq!(found, sorted(all), "{of}");
        }
        let of_company = app.member.get(&format!("/companies/{}/deals", id(&company))).await.ok();
        assert_eq!(of_company["items"][0]["name"], "Big one");

        // Another customer's deal now: the former one hears of it.
        let other = app.owner.post("/customers", json!({"fullName": "Ove"})).await.created();
        app.advance(60);
        let moved = app.member.patch(&path, json!({"customerId": other["id"]})).await.ok();
        assert_eq!((&moved["customer"]["name"], &moved["companyId"]), (&json!("Ove"), &Value::Null));
        for of in [&customer, &other] {
            let events = app.member.get(&format!("/customers/{}/activity?group=deal", id(of))).await.ok();
            assert_eq!(events["items"][0]["type"], "deal.updated", "{}", of["fullName"]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_is_put_in_order_by_hand_and_adds_up_by_currency() {
    each_engine(|app| async move {
        let [open, _, won, _] = stages(&app).await;
        let mut made = Vec::new();
        for (name, amount, currency) in
            [("a", Some(100), "EUR"), ("b", Some(200), "EUR"), ("c", Some(400), "JPY"), ("d", None, "EUR")]
        {
            app.advance(1);
            made.push(deal(&app.owner, json!({"name": name, "amount": amount, "currency": currency})).await);
        }
        let [a, b, c, d] = [0, 1, 2, 3].map(|index: usize| id(&made[index]));
        let board = app.colleague.get("/deals/board").await.ok();
        let column = &board["stages"][0];
        assert_eq!((column["count"].as_i64(), names(&column["cards"])), (Some(4), vec!["d", "c", "b", "a"]));
        assert_eq!(column["totals"], json!([{"currency": "EUR", "amount": 300}, {"currency": "JPY", "amount": 400}]));
        let place = |deal: &str, body: Value| {
            let (client, path) = (app.owner.clone(), format!("/deals/{deal}/move"));
            async move { client.post(&path, body).await.ok() }
        };
        let order = || async {
            let board = app.owner.get("/deals/board").await.ok();
            names(&board["stages"][0]["cards"]).join("")
        };
        place(&a, json!({"stageId": open, "before": c})).await;
        assert_eq!(order().await, "dacb");
        place(&d, json!({"stageId": open, "after": c})).await;
        assert_eq!(order().await, "acdb");
        place(&b, json!({"stageId": open, "after": a, "before": c})).await;
        assert_eq!(order().await, "abcd");
        place(&c, json!({"stageId": won, "after": a})).await;
        assert_eq!(order().await, "abd");
        let filter = json!({"field": "amount", "op": "gte", "value": 200});
        let board = app.owner.get(&format!("/deals/board?filter={}", query(&filter))).await.ok();
        assert_eq!((&board["stages"][0]["count"], names(&board["stages"][0]["cards"])), (&json!(1), vec!["b"]));
        assert_eq!(board["stages"][2]["totals"], json!([{"currency": "JPY", "amount": 400}]));
        let board = app.owner.get("/deals/board?q=B").await.ok();
        assert_eq!(board["stages"][0]["count"], 1);
        // A page of a stage after another one, the sums being those of all.
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = app.owner.get(&format!("/deals/board?stageId={open}&limit=1{cursor}")).await.ok();
            assert_eq!(page["stages"][0]["count"], 3);
            seen.extend(names(&page["stages"][0]["cards"]).into_iter().map(str::to_string));
            match page["stages"][0]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ["a", "b", "d"]);
        app.owner.act(&format!("/deals/{a}/archive")).await.ok();
        let board = app.owner.get("/deals/board").await.ok();
        assert_eq!(board["stages"][0]["totals"], json!([{"currency": "EUR", "amount": 200}]));
        assert_eq!(app.stranger.get("/deals/board").await.ok()["stages"][0]["count"], 0);
        app.owner.get("/deals/board?limit=0").await.refused(400, "malformed");
        app.owner.get("/deals/board?cursor=x").await.refused(400, "malformed");
        app.owner.get(&format!("/deals/board?pipelineId={a}")).await.refused(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moves_at_one_time_lose_nothing() {
    each_engine(|app| async move {
        let [open, negotiating, won, _] = stages(&app).await;
        let mut all = Vec::new();
        for index in 0..6 {
            all.push(
                id(&deal(&app.owner, json!({"name": format!("n{index}"), "amount": 10, "currency": "EUR"})).await),
            );
        }
        // The same card to two places at once by people who have seen the same version: the second is told.
        let mut racers = Vec::new();
        for stage in [&negotiating, &won] {
            let (client, path, body) =
                (app.admin.clone(), format!("/deals/{}/move", all[0]), json!({"stageId": stage}));
            racers.push(tokio::spawn(async move {
                let request = client.request(axum::http::Method::POST, &path).header("if-match", "\"1\"");
                request.json(&body).send().await.status.as_u16()
            }));
        }
        let mut statuses = Vec::new();
        for racer in racers {
            statuses.push(racer.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        // Many cards to many places, to and fro.
        let mut movers = Vec::new();
        for (index, deal) in all.iter().enumerate() {
            let (client, path) = (app.admin.clone(), format!("/deals/{deal}/move"));
            let (open, won, next) = (open.clone(), won.clone(), all[(index + 1) % all.len()].clone());
            movers.push(tokio::spawn(async move {
                for turn in 0..4 {
                    let stage = if turn % 2 == 0 { &won } else { &open };
                    client.post(&path, json!({"stageId": stage, "after": next})).await.ok();
                }
            }));
        }
        for mover in movers {
            mover.await.unwrap();
        }
        let board = app.owner.get("/deals/board").await.ok();
        let column = &board["stages"][0];
        assert_eq!((&column["count"], column["cards"].as_array().unwrap().len()), (&json!(6), 6));
        assert_eq!(column["totals"], json!([{"currency": "EUR", "amount": 60}]));
        let broken = app.db().read(crm::checks::broken_rules).await.unwrap();
        assert_eq!(broken, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_rots_unless_something_is_planned() {
    each_engine(|app| async move {
        let [open, ..] = stages(&app).await;
        let pipeline = app.owner.get("/pipelines").await.ok()["items"][0].clone();
        let mut body = pipeline["stages"].clone();
        body[0]["rotDays"] = json!(7);
        app.admin.patch(&format!("/pipelines/{}", id(&pipeline)), json!({"stages": body})).await.ok();
        let path = format!("/deals/{}", id(&deal(&app.owner, json!({"name": "D", "stageId": open})).await));
        let rotting = || async { app.owner.get(&path).await.ok()["rotting"].clone() };
        app.advance(6 * 86_400);
        assert_eq!(rotting().await, false);
        app.advance(2 * 86_400);
        assert_eq!(rotting().await, true);
        assert_eq!(app.owner.get("/deals/board").await.ok()["stages"][0]["cards"][0]["rotting"], true);
        let anchor = json!({"kind": "deal", "id": path.trim_start_matches("/deals/")});
        let task = app.owner.post("/tasks", json!({"subject": "Call", "anchor": anchor})).await.created();
        app.advance(10 * 86_400);
        assert_eq!(rotting().await, false, "a task is planned");
        app.owner.patch(&format!("/tasks/{}", id(&task)), json!({"status": "done"})).await.ok();
        assert_eq!(rotting().await, false, "something has just happened");
        app.advance(8 * 86_400);
        assert_eq!(rotting().await, true);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_add_up() {
    each_engine(|app| async move {
        let [_, _, won, lost] = stages(&app).await;
        let pro =
            app.owner.post("/products", json!({"name": "Pro", "price": 1_000, "currency": "EUR"})).await.created();
        let of = |name: &str, more: Value| {
            let mut body = json!({"name": name, "currency": "EUR"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let lines = json!([{"productId": pro["id"], "quantity": 3}]);
        let first = deal(&app.owner, of("w1", json!({"lines": lines, "source": "web"}))).await;
        let second = deal(&app.member, of("w2", json!({"amount": 500, "source": "fair"}))).await;
        let third = deal(&app.member, of("l", json!({"amount": 70, "source": "fair"}))).await;
        deal(&app.member, of("o1", json!({"amount": 1_000, "probability": 0.25, "expectedCloseDate": "2026-02-10"})))
            .await;
        deal(&app.owner, of("o2", json!({"amount": 100, "stage": "negotiating", "expectedCloseDate": "2026-02-28"})))
            .await;
        deal(&app.owner, json!({"name": "o3", "amount": 9, "currency": "USD"})).await;
        app.advance(2 * 86_400);
        app.owner.post(&format!("/deals/{}/move", id(&first)), json!({"stageId": won})).await.ok();
        app.advance(2 * 86_400);
        app.member.post(&format!("/deals/{}/move", id(&second)), json!({"stageId": won})).await.ok();
        app.member
            .post(&format!("/deals/{}/move", id(&third)), json!({"stageId": lost, "lostReason": "Price"}))
            .await
            .ok();
        let stats = app.colleague.get("/deals/stats").await.ok();
        assert_eq!((&stats["won"], &stats["lost"], &stats["open"]), (&json!(2), &json!(1), &json!(3)));
        assert_eq!(stats["wonAmount"], json!([{"currency": "EUR", "amount": 3_500}]));
        assert_eq!(
            stats["openAmount"],
            json!([{"currency": "EUR", "amount": 1_100}, {"currency": "USD", "amount": 9}])
        );
        assert_eq!((stats["winRate"].as_f64().unwrap() * 3.0, &stats["meanDaysToWin"]), (2.0, &json!(3.0)));
        assert_eq!(stats["stages"], json!({"open": 2, "negotiating": 1, "won": 2, "lost": 1}));
        let groups = |by: &'static str| {
            let client = app.owner.clone();
            async move {
                let stats = client.get(&format!("/deals/stats?groupBy={by}")).await.ok();
                let groups = stats["groups"].as_array().unwrap().iter();
                groups
                    .map(|group| json!([group["name"], group["won"], group["lost"], group["winRate"]]))
                    .collect::<Vec<_>>()
            }
        };
        assert_eq!(groups("owner").await, [json!(["Olga Owner", 1, 0, 1.0]), json!(["Mia Member", 1, 1, 0.5])]);
        let by_source = groups("source").await;
        assert_eq!(by_source[..2], [json!(["web", 1, 0, 1.0]), json!(["fair", 1, 1, 0.5])]);
        assert_eq!(groups("product").await[0], json!(["Pro", 1, 0, 1.0]));
        assert_eq!(groups("lost_reason").await, [json!(["Price", 0, 1, 0.0])]);
        assert_eq!(groups("month").await, [json!(["2026-01", 2, 1, 2.0 / 3.0])]);
        let filter = json!({"field": "source", "op": "eq", "value": "fair"});
        let part = app.owner.get(&format!("/deals/stats?filter={}", query(&filter))).await.ok();
        assert_eq!((&part["won"], &part["lost"], &part["open"]), (&json!(1), &json!(1), &json!(0)));
        let forecast = app.owner.get("/deals/forecast").await.ok();
        let month = &forecast["months"][0];
        assert_eq!((&month["month"], &month["count"]), (&json!("2026-02"), &json!(2)));
        assert_eq!(month["totals"], json!([{"currency": "EUR", "amount": 1_100, "weighted": 300}]));
        let owners: Vec<&Value> = month["owners"].as_array().unwrap().iter().map(|owner| &owner["ownerId"]).collect();
        assert_eq!(owners, [&json!(app.member.id()), &json!(app.owner.id())]);
        assert_eq!((&forecast["months"][1]["month"], &forecast["months"][1]["count"]), (&Value::Null, &json!(1)));
        assert_eq!(app.stranger.get("/deals/stats").await.ok()["won"], 0);
        app.owner.get("/deals/stats?groupBy=moon").await.refused(400, "malformed");
        app.owner.get("/deals/forecast?filter=%7B").await.refused(400, "malformed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_found_by_their_deals() {
    each_engine(|app| async move {
        let mut people = Vec::new();
        for name in ["Ada", "Bob", "Cyd"] {
            people.push(id(&app.owner.post("/customers", json!({"fullName": name})).await.created()));
        }
        deal(&app.owner, json!({"name": "x", "customerId": people[0], "amount": 5_000, "currency": "EUR"})).await;
        deal(&app.owner, json!({"name": "y", "customerId": people[1], "amount": 10, "currency": "EUR"})).await;
        let big = json!({"field": "amount", "op": "gt", "value": 1_000});
        let found = |filter: Value| {
            let client = app.member.clone();
            async move {
                let page = client.post("/customers/query", json!({"filter": filter, "sort": "fullName"})).await.ok();
                let names = page["items"].as_array().unwrap().iter();
                names.map(|one| one["fullName"].as_str().unwrap().to_string()).collect::<Vec<_>>()
            }
        };
        assert_eq!(found(json!({"deals": "any", "where": big})).await, ["Ada"]);
        assert_eq!(found(json!({"deals": "none", "where": big})).await, ["Bob", "Cyd"]);
        let wrong =
            json!({"filter": {"and": [{"deals": "any", "where": {"field": "amuont", "op": "gt", "value": 1}}]}});
        app.member.post("/customers/query", wrong).await.refused_at(400, "/and/0/where/field", "unknown_field");
        // A segment of that rule notices a deal that comes.
        let rule = json!({"name": "Buyers", "kind": "dynamic", "rule": {"deals": "any", "where": big}});
        app.owner.post("/segments", rule).await.created();
        app.run_jobs().await;
        app.advance(60);
        deal(&app.owner, json!({"name": "z", "customerId": people[2], "amount": 9_999, "currency": "EUR"})).await;
        app.run_jobs().await;
        let events = app.owner.get(&format!("/customers/{}/activity?group=segment", people[2])).await.ok();
        assert_eq!(
            (&events["items"][0]["type"], &events["items"][0]["detail"]["cause"]["activityType"]),
            (&json!("segment.joined"), &json!("deal.created"))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_make_deals_that_belong_to_nobody() {
    each_engine(|app| async move {
        let key = app.api_key(Role::Member).await;
        let made = deal(&key, json!({"name": "D"})).await;
        assert_eq!((&made["ownerId"], &made["source"]), (&Value::Null, &json!("api")));
        let taken = app.member.patch(&format!("/deals/{}", id(&made)), json!({"ownerId": app.member.id()})).await.ok();
        assert_eq!(taken["ownerId"], json!(app.member.id()));
        key.patch(&format!("/deals/{}", id(&made)), json!({"name": "E"})).await.refused(403, "forbidden");
    })
    .await;
}

/// Plans and runs a file, known records getting its values; the import at its end.
async fn import(app: &TestApp, record: &str, text: &str) -> Value {
    let uploaded = imports::upload(&app.owner, record, text).await;
    let path = format!("/imports/{}", id(&uploaded));
    app.owner.post(&format!("{path}/plan"), plan_of(&uploaded, "update")).await.accepted();
    app.run_jobs().await;
    let planned = app.owner.get(&path).await.ok();
    app.owner.act(&format!("{path}/run")).await.accepted();
    app.run_jobs().await;
    let done = app.owner.get(&path).await.ok();
    for count in ["created", "updated", "unchanged", "skipped", "failed"] {
        assert_eq!(planned[count], done[count], "{count}: {:#}", done["problems"]);
    }
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_come_from_a_file_and_go_back_into_one() {
    each_engine(|app| async move {
        let sold = import(&app, "product", "Product,Price,Currency\nHull,1000,EUR\nSail Pro,250.50,EUR\n").await;
        assert_eq!(sold["created"], 2);
        let text = "Deal,Account,Stage,Value,Product,Rep,Opened,Close date\n\
            One,Acme,Won,1200.00,SailPro,Nobody Here,2025-01-01,2025-02-01\n\
            Two,Acme,Prospecting,,Hull,Mia Member,2025-03-01,\n\
            Three,,Lost,0,,,2025-01-01,2025-01-31\n";
        let done = import(&app, "deal", text).await;
        assert_eq!((&done["created"], &done["failed"]), (&json!(3), &json!(0)), "{:#}", done["problems"]);
        let offered = done["offers"].as_array().unwrap();
        assert!(offered.iter().any(|offer| offer["value"] == "SailPro" && offer["meaning"] == "Sail Pro"), "{offered:?}");
        assert!(offered.iter().any(|offer| offer["value"] == "Prospecting" && offer["meaning"] == "open"), "{offered:?}");
        let list = app.owner.get("/deals?sort=name").await.ok();
        let [one, three, two] = [0, 1, 2].map(|index: usize| &list["items"][index]);
        assert_eq!((&one["ownerName"], &one["source"]), (&json!("Nobody Here"), &json!("import")));
        assert_eq!((&two["ownerId"], &two["amount"]), (&json!(app.member.id()), &Value::Null));
        assert_eq!((&three["companyId"], &three["lostReason"]), (&Value::Null, &Value::Null));
        // Why it was lost is not known; that stays so until somebody says it.
        let path = format!("/deals/{}", id(three));
        app.owner.patch(&path, json!({"name": "Third"})).await.ok();
        app.owner.patch(&path, json!({"lostReason": "Price"})).await.ok();
        app.owner.patch(&path, json!({"lostReason": null})).await.refused_at(422, "/lostReason", "required");

        let file = app.owner.get("/deals/export.csv").await.text();
        let again = import(&app, "deal", file.trim_start_matches('\u{feff}')).await;
        assert_eq!((&again["unchanged"], &again["rows"]), (&json!(3), &json!(3)), "{again:#}\n{file}");
        let some = json!({"select": {"ids": [one["id"]]}, "format": "csv", "columns": ["name", "stage", "amount", "products"]});
        let some = app.member.post("/deals/export", some).await.text();
        assert_eq!(some, "\u{feff}name,stage,amount,products\r\nOne,Won,1200.00,Sail Pro\r\n");
        assert_eq!(app.member.get("/deals/export.xlsx").await.status, 200);
        app.member.get("/deals/export.csv?columns=nothing").await.refused(400, "malformed");

        // What somebody worked on since stays; the rest goes, with the company that was made beside it.
        app.advance(60);
        let path = format!("/imports/{}", id(&done));
        app.owner.act(&format!("{path}/undo")).await.accepted();
        app.run_jobs().await;
        let undone = app.owner.get(&path).await.ok();
        assert_eq!(undone["undone"], json!({"archived": 3, "restored": 0, "kept": 1}));
        assert_eq!(app.owner.get("/deals").await.ok()["items"][0]["name"], "Third");
        assert_eq!(app.owner.get("/companies").await.ok()["items"], json!([]));
        imports::send(&app.owner, &[("record", None, b"task"), ("file", Some("x.csv"), b"a\nb\n")], &[])
            .await
            .refused(400, "malformed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_are_found_kept_in_views_and_changed_together() {
    each_engine(|app| async move {
        let [_, _, won, lost] = stages(&app).await;
        let field = json!({"record": "deal", "label": "Seats", "kind": "number"});
        app.owner.post("/custom-fields", field).await.created();
        let made = deal(&app.owner, json!({"name": "Škoda fleet", "custom": {"seats": 12}})).await;
        deal(&app.member, json!({"name": "Other"})).await;
        assert_eq!(made["custom"]["seats"].as_f64(), Some(12.0));
        let found = app.member.get("/search?q=skoda").await.ok();
        assert_eq!((&found["items"][0]["kind"], &found["items"][0]["id"]), (&json!("deal"), &made["id"]));
        let filter = json!({"field": "custom.seats", "op": "gt", "value": 10});
        let view = json!({"name": "Large", "record": "deal", "visibility": "org", "filter": filter, "layout": "board",
            "columns": [{"field": "name"}, {"field": "custom.seats"}, {"field": "rotting"}], "sort": "-amount", "groupBy": "stage"});
        let view = app.member.post("/views", view).await.created();
        assert_eq!((&view["problems"], &view["layout"]), (&json!([]), &json!("board")));
        let listed = app.member.get(&format!("/deals?filter={}", query(&view["filter"]))).await.ok();
        assert_eq!(names(&listed["items"]), ["Škoda fleet"]);
        let column = json!({"name": "X", "record": "deal", "visibility": "org", "columns": [{"field": "jobTitle"}]});
        app.member.post("/views", column).await.refused_at(422, "/columns/0/field", "unknown_column");
        let start = app.member.get("/bootstrap").await.ok();
        assert_eq!(start["pipelines"][0]["stages"].as_array().unwrap().len(), 4);
        assert_eq!(start["products"], json!([]));
        assert!(start["fields"].as_array().unwrap().iter().any(|field| field["record"] == "deal" && field["field"] == "stageId"));

        let all = |action: Value| json!({"select": {"filter": {"and": []}}, "action": action});
        let unsaid = all(json!({"kind": "move", "stageId": lost}));
        app.member.post("/deals/bulk", unsaid).await.refused_at(422, "/action/lostReason", "required");
        let nowhere = all(json!({"kind": "move", "stageId": made["id"]}));
        app.member.post("/deals/bulk", nowhere).await.refused_at(422, "/action/stageId", "unknown_stage");
        let job = app.member.post("/deals/bulk", all(json!({"kind": "move", "stageId": won}))).await.accepted();
        app.run_jobs().await;
        let path = format!("/jobs/{}", job["jobId"].as_str().unwrap());
        let done = app.member.get(&path).await.ok();
        assert_eq!((&done["record"], &done["changed"], &done["skipped"]), (&json!("deal"), &json!(1), &json!(1)));
        let board = app.member.get("/deals/board").await.ok();
        assert_eq!((&board["stages"][2]["count"], &board["stages"][0]["count"]), (&json!(1), &json!(1)));
        app.member.act(&format!("{path}/undo")).await.accepted();
        app.run_jobs().await;
        assert_eq!(app.member.get("/deals/board").await.ok()["stages"][2]["count"], 0);
    })
    .await;
}
