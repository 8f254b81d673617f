use super::*;
use crate::customers::NewCustomer;
use crate::deals::NewDeal;
use crate::tasks::NewTask;
use crate::testing::{member, org};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use platform::clock::Clock;
use platform::ids::DealId;

async fn ask(db: &Db, actor: &Actor, query: Value) -> Result<Report> {
    let (actor, query) = (actor.clone(), serde_json::from_value::<ReportQuery>(query).expect("a query"));
    db.read(move |c| run(c, &actor, &query)).await
}

/// How many records the list has that a figure opens.
async fn listed(db: &Db, actor: &Actor, source: ReportSource, opens: &Value) -> i64 {
    let (actor, opens) = (actor.clone(), opens.clone());
    let count = db.read(move |c| {
        let schema = schema(c, &actor.scope(), source, |text| opens.to_string().contains(text))?;
        let tree = Tree::parse(&opens, schema, Me::Allowed)?;
        match source {
            ReportSource::Customer => customers::count(c, &actor, &tree, None, true),
            ReportSource::Company => companies::count(c, &actor, &tree, None, true),
            ReportSource::Deal => deals::count(c, &actor, &tree, None, true),
            ReportSource::Task => tasks::count(c, &actor, &tree, None, true),
        }
    });
    count.await.expect("a count").count
}

/// Asks, and holds every figure of the answer against the list that it opens.
async fn sound(db: &Db, actor: &Actor, query: Value) -> Report {
    let source = serde_json::from_value::<ReportQuery>(query.clone()).expect("a query").source;
    let report = ask(db, actor, query.clone()).await.expect("an answer");
    for total in [Some(&report.total), report.previous_total.as_ref()].into_iter().flatten() {
        assert_eq!(listed(db, actor, source, &total.opens).await, total.figure.count, "{query}: {}", total.opens);
    }
    for group in &report.groups {
        assert_eq!(listed(db, actor, source, &group.opens).await, group.figure.count, "{query}: {}", group.opens);
    }
    report
}

fn counts(report: &Report) -> Vec<(String, i64)> {
    let name = |group: &ReportGroup| group.label.clone().or_else(|| group.key.clone()).unwrap_or_else(|| "-".into());
    report.groups.iter().map(|group| (name(group), group.figure.count)).collect()
}

fn amounts(figure: &ReportFigure) -> Vec<(&str, i64)> {
    figure.amounts.iter().map(|one| (one.currency.as_str(), one.amount)).collect()
}

/// The same person at another time.
fn at(actor: &Actor, time: &str) -> Actor {
    let mut moved = actor.clone();
    moved.clock = Clock::fixed(time.parse().expect("a time"));
    moved
}

async fn customer(db: &Db, actor: &Actor, body: Value) {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewCustomer>(body).unwrap().parse().unwrap());
    db.write(move |tx| customers::create(tx, &actor.at_one_moment(), &new)).await.unwrap();
}

async fn deal(db: &Db, actor: &Actor, body: Value) -> DealId {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewDeal>(body).unwrap());
    db.write(move |tx| deals::create(tx, &actor.at_one_moment(), &new)).await.unwrap().id
}

async fn task(db: &Db, actor: &Actor, body: Value) {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewTask>(body).unwrap());
    db.write(move |tx| tasks::create(tx, &actor.at_one_moment(), &new)).await.unwrap();
}

fn faults(error: Error) -> Vec<(String, String)> {
    match error {
        Error::Malformed(faults) => faults.into_iter().map(|fault| (fault.path, fault.code)).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_those_of_the_organisation() {
    each_engine(|db| async move {
        // Berlin: summer time ends on 25 October 2026, and begins on 29 March.
        let owner = org(&db).await;
        for (time, name) in [
            ("2026-09-30T21:59:59.999999Z", "September"),
            ("2026-09-30T22:00:00Z", "October's first"),
            ("2026-10-24T22:00:00Z", "the long day begins"),
            ("2026-10-25T22:59:59.999999Z", "the long day ends"),
            ("2026-10-31T22:59:59.999999Z", "October's last"),
            ("2026-10-31T23:00:00Z", "November"),
        ] {
            customer(&db, &at(&owner, time), json!({"fullName": name})).await;
        }
        let now = at(&owner, "2026-11-10T12:00:00Z");
        let month = sound(&db, &now, json!({"source": "customer", "range": "last_month", "compare": true})).await;
        assert_eq!((month.total.figure.count, month.previous_total.as_ref().unwrap().figure.count), (4, 1));
        assert_eq!(month.previous.unwrap().from.to_string(), "2026-09-01");
        let query = json!({"source": "customer", "range": "2026-09-28..2026-11-02", "by": "day"});
        let days = sound(&db, &now, query).await;
        let busy: Vec<(String, i64)> = counts(&days).into_iter().filter(|(_, count)| *count > 0).collect();
        let expected = [("2026-09-30", 1), ("2026-10-01", 1), ("2026-10-25", 2), ("2026-10-31", 1), ("2026-11-01", 1)];
        assert_eq!(busy, expected.map(|(day, count)| (day.to_string(), count)));
        assert_eq!((days.groups.len(), days.total.figure.count, days.grain), (36, 6, Some("day")));
        let query = json!({"source": "customer", "range": "last_12_months", "by": "time"});
        let months = sound(&db, &now, query).await;
        assert_eq!((months.grain, months.groups.len()), (Some("month"), 12));
        assert_eq!(months.groups.iter().map(|group| group.figure.count).sum::<i64>(), 6);
        assert_eq!(months.groups[10].key.as_deref(), Some("2026-10-01"));
        assert_eq!(months.groups[10].figure.count, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_group_counts_what_its_list_has() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mia = member(&db, &owner, Role::Member).await;
        let me = owner.user_id;
        for body in [
            json!({"fullName": "A", "country": "DE", "tags": ["Hot", "vip"], "claimedById": me}),
            json!({"fullName": "B", "country": "DE", "tags": ["hot"], "claimedById": mia.user_id}),
            json!({"fullName": "C", "country": "VN"}),
            json!({"fullName": "D"}),
        ] {
            customer(&db, &owner, body).await;
        }
        let by = async |by: &str| counts(&sound(&db, &owner, json!({"source": "customer", "by": by})).await);
        let pairs = |list: &[(&str, i64)]| list.iter().map(|(key, n)| (key.to_string(), *n)).collect::<Vec<_>>();
        assert_eq!(by("country").await, pairs(&[("DE", 2), ("-", 1), ("VN", 1)]));
        assert_eq!(by("tags").await, pairs(&[("-", 2), ("Hot", 2), ("vip", 1)]));
        assert_eq!(by("source").await, pairs(&[("manual", 4)]));
        let owners = by("claimedById").await;
        assert_eq!(owners[0], ("-".to_string(), 2));
        assert!(owners.contains(&("Ada Example".into(), 1)) && owners.contains(&("Bo Example".into(), 1)));
        let few = sound(&db, &owner, json!({"source": "customer", "by": "country", "limit": 1})).await;
        assert_eq!((few.more, few.others.map(|others| others.count)), (2, Some(2)));
        let few = sound(&db, &owner, json!({"source": "customer", "by": "tags", "limit": 1})).await;
        assert_eq!((few.more, few.others), (2, None), "whoever has two tags is in two groups");
        for (owner_is, expected) in [(json!("me"), 1), (json!("none"), 2), (json!(mia.user_id), 1)] {
            let query = json!({"source": "customer", "owner": owner_is, "by": "source"});
            assert_eq!(sound(&db, &owner, query).await.total.figure.count, expected);
        }
        let filtered = json!({"source": "customer", "by": "country",
            "filter": {"or": [{"field": "country", "op": "eq", "value": "VN"}, {"field": "tags", "op": "has_any", "value": ["vip"]}]}});
        assert_eq!(counts(&sound(&db, &owner, filtered).await), pairs(&[("DE", 1), ("VN", 1)]));
        let stranger = org(&db).await;
        assert_eq!(sound(&db, &stranger, json!({"source": "customer"})).await.total.figure.count, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_are_summed_up_by_currency_stage_and_month() {
    each_engine(|db| async move {
        let owner = at(&org(&db).await, "2026-11-10T12:00:00Z");
        let actor = owner.clone();
        let pipeline = db.write(move |tx| pipelines::ensure_default(tx, &actor)).await.unwrap();
        let [open, negotiating, won, lost] = [0, 1, 2, 3].map(|index: usize| pipeline.stages[index].id);
        let product = |name: &str| {
            let new = serde_json::from_value(json!({"name": name, "price": 100, "currency": "EUR"})).unwrap();
            let (db, actor) = (db.clone(), owner.clone());
            async move { db.write(move |tx| products::create(tx, &actor.at_one_moment(), &new)).await.unwrap().id }
        };
        let (pen, ink) = (product("Pen").await, product("Ink").await);
        let lines = json!([{"productId": pen, "quantity": 1, "unitPrice": 100}, {"productId": pen, "quantity": 2, "unitPrice": 90},
            {"productId": ink, "quantity": 1, "unitPrice": 5}]);
        for body in [
            json!({"name": "A", "amount": 1_000, "stageId": open, "expectedCloseDate": "2026-11-30"}),
            json!({"name": "B", "amount": 500, "currency": "USD", "stageId": open, "expectedCloseDate": "2026-12-01"}),
            json!({"name": "C", "stageId": negotiating}),
            json!({"name": "D", "amount": 700, "stageId": won}),
            json!({"name": "E", "amount": 300, "stageId": lost, "lostReason": "Price", "lines": lines}),
            json!({"name": "F", "amount": 20, "stageId": lost, "lostReason": "price "}),
        ] {
            deal(&db, &owner, body).await;
        }
        deal(&db, &at(&owner, "2026-10-09T12:00:00Z"), json!({"name": "G", "amount": 40, "stageId": won})).await;
        let stages = sound(&db, &owner, json!({"source": "deal", "by": "stageId", "measure": "amount"})).await;
        let told: Vec<_> = stages.groups.iter().map(|one| (one.figure.count, amounts(&one.figure))).collect();
        assert_eq!(
            told,
            [(2, vec![("EUR", 1_000), ("USD", 500)]), (1, vec![]), (2, vec![("EUR", 740)]), (2, vec![("EUR", 320)])]
        );
        assert_eq!(stages.groups[1].label.as_deref(), Some(pipeline.stages[1].name.as_str()));
        assert_eq!(amounts(&stages.total.figure), [("EUR", 2_060), ("USD", 500)]);
        // What the board says of its stages.
        let (actor, of) = (owner.clone(), pipeline.clone());
        let everything = Tree::all(&deals::FIELDS);
        let board = db.read(move |c| deals::board(c, &actor, &of, &everything, None, 1)).await.unwrap();
        for (stage, group) in board.stages.iter().zip(&stages.groups) {
            assert_eq!((stage.count, &stage.totals), (group.figure.count, &group.figure.amounts));
        }
        let wins = json!({"source": "deal", "measure": "amount", "on": "closedAt", "range": "this_month", "compare": true,
            "filter": {"field": "stage", "op": "eq", "value": "won"}});
        let wins = sound(&db, &owner, wins).await;
        assert_eq!(amounts(&wins.total.figure), [("EUR", 700)]);
        assert_eq!(amounts(&wins.previous_total.unwrap().figure), [("EUR", 40)]);
        let ahead = json!({"source": "deal", "on": "expectedCloseDate", "range": "2026-11-30..2026-12-01", "by": "day"});
        let ahead = sound(&db, &owner, ahead).await;
        assert_eq!(counts(&ahead), [("2026-11-30".to_string(), 1), ("2026-12-01".to_string(), 1)]);
        let products = sound(&db, &owner, json!({"source": "deal", "by": "products"})).await;
        assert!(counts(&products).contains(&("Pen".into(), 1)), "several lines are one deal: {products:?}");
        let reasons = json!({"source": "deal", "by": "lostReason", "filter": {"field": "stage", "op": "eq", "value": "lost"}});
        assert_eq!(counts(&sound(&db, &owner, reasons).await)[0].1, 2);
        let unknown = json!({"source": "deal", "pipelineId": uuid::Uuid::now_v7()});
        assert_eq!(faults(ask(&db, &owner, unknown).await.unwrap_err())[0], ("/pipelineId".into(), "unknown_pipeline".into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_and_companies_are_counted_too() {
    each_engine(|db| async move {
        let owner = at(&org(&db).await, "2026-11-10T12:00:00Z");
        for (due, mine) in
            [("2026-11-09T09:00:00Z", true), ("2026-11-10T22:59:00Z", true), ("2026-11-10T23:00:00Z", false)]
        {
            let assignee = mine.then_some(owner.user_id).flatten();
            task(&db, &owner, json!({"subject": "T", "dueAt": due, "assigneeId": assignee})).await;
        }
        let today =
            sound(&db, &owner, json!({"source": "task", "range": "today", "compare": true, "by": "status"})).await;
        assert_eq!((today.total.figure.count, today.previous_total.unwrap().figure.count), (1, 1));
        let whose = sound(&db, &owner, json!({"source": "task", "by": "assigneeId"})).await;
        assert_eq!(counts(&whose), [("Ada Example".to_string(), 2), ("-".to_string(), 1)]);
        for body in
            [json!({"name": "A", "industry": "Steel"}), json!({"name": "B", "industry": "STEEL"}), json!({"name": "C"})]
        {
            let (actor, new) = (owner.clone(), serde_json::from_value(body).unwrap());
            db.write(move |tx| companies::create(tx, &actor.at_one_moment(), &new)).await.unwrap();
        }
        let trades = sound(&db, &owner, json!({"source": "company", "by": "industry"})).await;
        assert_eq!(trades.groups.iter().map(|one| one.figure.count).collect::<Vec<_>>(), [2, 1]);
        assert!(trades.groups[0].label.as_deref().is_some_and(|label| label.eq_ignore_ascii_case("steel")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_told_with_their_place() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for (query, path, code) in [
            (json!({"source": "customer", "by": "fullName"}), "/by", "unknown_field"),
            (json!({"source": "customer", "by": "nope"}), "/by", "unknown_field"),
            (json!({"source": "customer", "by": "day"}), "/range", "required"),
            (json!({"source": "customer", "by": "day", "range": "last_365_days"}), "/by", "too_many"),
            (json!({"source": "customer", "range": "last_8_days"}), "/range", "invalid_value"),
            (json!({"source": "customer", "on": "country"}), "/on", "unknown_field"),
            (json!({"source": "customer", "measure": "amount"}), "/measure", "not_allowed"),
            (json!({"source": "customer", "owner": "you"}), "/owner", "invalid_value"),
            (json!({"source": "customer", "compare": true}), "/compare", "not_allowed"),
            (json!({"source": "customer", "limit": 51}), "/limit", "invalid_value"),
            (json!({"source": "task", "pipelineId": uuid::Uuid::now_v7()}), "/pipelineId", "not_allowed"),
            (
                json!({"source": "deal", "filter": {"and": [{"field": "nope", "op": "eq", "value": 1}]}}),
                "/filter/and/0/field",
                "unknown_field",
            ),
        ] {
            let found = faults(ask(&db, &owner, query.clone()).await.expect_err("a refusal"));
            assert_eq!(found, [(path.to_string(), code.to_string())], "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_read_an_index_of_the_organisation() {
    each_engine(|db| async move {
        let owner = at(&org(&db).await, "2026-11-10T12:00:00Z");
        customer(&db, &owner, json!({"fullName": "A"})).await;
        deal(&db, &owner, json!({"name": "D", "amount": 1})).await;
        db.analyze().await.unwrap();
        for query in [
            json!({"source": "customer", "range": "last_30_days", "by": "source"}),
            json!({"source": "customer", "range": "last_30_days", "by": "tags"}),
            json!({"source": "customer", "range": "last_30_days", "by": "day"}),
            json!({"source": "deal", "by": "stageId", "measure": "amount"}),
            json!({"source": "deal", "range": "last_12_months", "on": "closedAt", "by": "month", "measure": "amount"}),
            json!({"source": "task", "range": "today"}),
        ] {
            let (actor, asked) = (owner.clone(), serde_json::from_value::<ReportQuery>(query.clone()).unwrap());
            for plan in db.read(move |c| plans(c, &actor, &asked)).await.unwrap() {
                // A small table may well be read whole by PostgreSQL; SQLite always says which index it takes.
                let scans = full_scans(&plan, &["c"]);
                assert!(db.engine() == db::Engine::Postgres || scans.is_empty(), "{query}: {plan}");
            }
        }
    })
    .await;
}
