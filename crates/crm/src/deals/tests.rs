mod edges;

use super::*;
use crate::customers::{self, NewCustomer};
use crate::pipelines::NewPipeline;
use crate::products::NewProduct;
use crate::testing::{member, org, sound};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use platform::clock::Clock;
use platform::paging::ListQuery;
use serde_json::{Value, json};

async fn add(db: &Db, actor: &Actor, body: Value) -> Result<Deal> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewDeal>(body).expect("a body"));
    db.write(move |tx| create(tx, &actor.at_one_moment(), &new)).await
}

async fn patch(db: &Db, actor: &Actor, id: DealId, body: Value) -> Result<Deal> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<DealPatch>(body).expect("a patch"));
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(None))).await
}

async fn put(db: &Db, actor: &Actor, id: DealId, body: Value) -> Result<Deal> {
    let (actor, asked) = (actor.clone(), serde_json::from_value::<MoveDeal>(body).expect("a move"));
    db.write(move |tx| move_to(tx, &actor, id, &asked, IfMatch(None))).await
}

/// The same person so many seconds later.
fn after(actor: &Actor, seconds: i64) -> Actor {
    let mut later = actor.clone();
    later.clock = Clock::fixed(actor.now().plus_seconds(seconds));
    later
}

async fn default_of(db: &Db, actor: &Actor) -> Pipeline {
    let actor = actor.clone();
    db.write(move |tx| pipelines::ensure_default(tx, &actor)).await.unwrap()
}

async fn board_of(db: &Db, actor: &Actor, filter: Value) -> Board {
    let pipeline = default_of(db, actor).await;
    let (actor, tree) = (actor.clone(), Tree::parse(&filter, &FIELDS, Me::Allowed).unwrap());
    db.read(move |c| board(c, &actor, &pipeline, &tree, None, 30)).await.unwrap()
}

fn all() -> Value {
    json!({"and": []})
}

/// The names of the cards of each stage, and how many there are.
fn cards(board: &Board) -> Vec<(i64, String)> {
    let names = |stage: &BoardStage| stage.cards.iter().map(|deal| deal.name.as_str()).collect::<Vec<_>>().join(" ");
    board.stages.iter().map(|stage| (stage.count, names(stage))).collect()
}

fn counted(expected: [(i64, &str); 4]) -> Vec<(i64, String)> {
    expected.into_iter().map(|(count, names)| (count, names.to_string())).collect()
}

fn faults(error: Error) -> Vec<(String, String)> {
    match error {
        Error::Invalid(faults) => faults.into_iter().map(|fault| (fault.path, fault.code)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn refused(outcome: Result<Deal>, path: &str, code: &str) {
    assert_eq!(faults(outcome.unwrap_err()), [(path.to_string(), code.to_string())]);
}

async fn events(db: &Db, actor: &Actor, timeline: Timeline) -> Vec<(String, Value)> {
    let actor = actor.clone();
    let page = db.read(move |c| activity::page(c, &actor, timeline, None, 50, None)).await.unwrap();
    page.items.into_iter().map(|item| (item.kind, item.detail)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_takes_what_is_not_said_from_its_customer_creator_and_organisation() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let body = json!({"fullName": "Eva", "contacts": [{"channel": "email", "value": "eva@acme.example"}]});
        let new = serde_json::from_value::<NewCustomer>(body).unwrap().parse().unwrap();
        let company = serde_json::from_value(json!({"name": "Acme", "domains": ["acme.example"]})).unwrap();
        let actor = owner.clone();
        let company = db.write(move |tx| companies::create(tx, &actor, &company)).await.unwrap();
        let actor = owner.clone();
        let customer = db.write(move |tx| customers::create(tx, &actor, &new)).await.unwrap();
        let made =
            add(&db, &owner, json!({"name": " Big ", "customerId": customer.id, "amount": 5_000})).await.unwrap();
        assert_eq!((made.company_id, made.owner_id), (Some(company.id), owner.user_id));
        assert_eq!((made.currency.as_deref(), made.stage, made.probability), (Some("EUR"), DealStage::Open, 0.2));
        assert_eq!(
            (made.customer.as_ref().unwrap().name.as_str(), made.company.as_ref().unwrap().name.as_str()),
            ("Eva", "Acme")
        );
        for timeline in [Timeline::Deal(made.id), Timeline::Company(company.id), Timeline::Customer(customer.id)] {
            let found = events(&db, &owner, timeline).await;
            assert_eq!(found[0].0, "deal.created");
            assert_eq!(found[0].1["amount"], 5_000);
        }
        let gone = json!({"name": "X", "customerId": uuid::Uuid::now_v7()});
        refused(add(&db, &owner, gone).await, "/customerId", "unknown_customer").await;
        let freed = patch(&db, &owner, made.id, json!({"companyId": null})).await.unwrap();
        assert_eq!((freed.company_id, freed.customer_id), (None, Some(customer.id)));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_stage_is_in_the_history_and_on_the_timeline() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stages = default_of(&db, &owner).await.stages;
        let [open, negotiating, won, lost] = [0, 1, 2, 3].map(|index: usize| stages[index].id);
        let deal = add(&db, &owner, json!({"name": "D", "amount": 100})).await.unwrap();
        let later = |seconds: i64| after(&owner, seconds);
        let moved = put(&db, &later(60), deal.id, json!({"stageId": negotiating})).await.unwrap();
        assert_eq!((moved.stage, moved.probability, moved.version), (DealStage::Negotiating, 0.5, 2));
        refused(put(&db, &later(120), deal.id, json!({"stageId": lost})).await, "/lostReason", "required").await;
        let moved = put(&db, &later(120), deal.id, json!({"stageId": lost, "lostReason": " Price "})).await.unwrap();
        assert_eq!((moved.lost_reason.as_deref(), moved.closed_at), (Some("Price"), Some(later(120).now())));
        refused(patch(&db, &owner, deal.id, json!({"lostReason": null})).await, "/lostReason", "required").await;
        let moved = put(&db, &later(180), deal.id, json!({"stageId": open})).await.unwrap();
        assert_eq!((moved.lost_reason, moved.closed_at, moved.probability), (None, None, 0.2));
        refused(patch(&db, &owner, deal.id, json!({"lostReason": "x"})).await, "/lostReason", "not_lost").await;
        let moved = patch(&db, &later(240), deal.id, json!({"stageId": won})).await.unwrap();
        assert_eq!((moved.probability, moved.closed_at), (1.0, Some(later(240).now())));
        let (actor, id) = (later(300), deal.id);
        let visits = db.read(move |c| super::stages(c, &actor, id)).await.unwrap();
        let seen: Vec<(DealStage, i64)> = visits.iter().map(|visit| (visit.stage, visit.seconds)).collect();
        use DealStage::*;
        assert_eq!(seen, [(Open, 60), (Negotiating, 60), (Lost, 60), (Open, 60), (Won, 60)]);
        assert_eq!(visits.iter().filter(|visit| visit.left_at.is_none()).count(), 1);
        let kinds: Vec<String> =
            events(&db, &owner, Timeline::Deal(id)).await.into_iter().map(|event| event.0).collect();
        let expected = ["deal.won", "deal.reopened", "deal.lost", "deal.stage_changed", "deal.created"];
        assert_eq!(kinds, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_shows_all_that_there_is_in_the_order_that_people_gave() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stages = default_of(&db, &owner).await.stages;
        let mut deals = Vec::new();
        for (name, amount, currency) in [("a", 1, "EUR"), ("b", 2, "EUR"), ("c", 4, "USD"), ("d", 8, "EUR")] {
            let later = after(&owner, deals.len() as i64);
            deals.push(add(&db, &later, json!({"name": name, "amount": amount, "currency": currency})).await.unwrap());
        }
        let [a, b, c, d] = [0, 1, 2, 3].map(|index: usize| deals[index].id);
        let (open, won) = (stages[0].id, stages[2].id);
        assert_eq!(cards(&board_of(&db, &owner, all()).await), counted([(4, "d c b a"), (0, ""), (0, ""), (0, "")]));
        put(&db, &owner, d, json!({"stageId": open, "after": b})).await.unwrap();
        assert_eq!(cards(&board_of(&db, &owner, all()).await)[0].1, "c b d a");
        put(&db, &owner, a, json!({"stageId": open, "before": b})).await.unwrap();
        assert_eq!(cards(&board_of(&db, &owner, all()).await)[0].1, "c a b d");
        put(&db, &owner, c, json!({"stageId": open, "after": d})).await.unwrap();
        assert_eq!(cards(&board_of(&db, &owner, all()).await)[0].1, "a b d c");
        put(&db, &owner, d, json!({"stageId": open})).await.unwrap();
        assert_eq!(cards(&board_of(&db, &owner, all()).await)[0].1, "d a b c");
        // Beside a card that has left its stage meanwhile it comes to the top.
        put(&db, &owner, b, json!({"stageId": won})).await.unwrap();
        put(&db, &owner, c, json!({"stageId": open, "after": b})).await.unwrap();
        let board = board_of(&db, &owner, all()).await;
        assert_eq!(cards(&board), counted([(3, "c d a"), (0, ""), (1, "b"), (0, "")]));
        let totals: Vec<(&str, i64)> =
            board.stages[0].totals.iter().map(|total| (total.currency.as_str(), total.amount)).collect();
        assert_eq!(totals, [("EUR", 9), ("USD", 4)]);
        // Counted anew by a filter that leaves nothing out, it is the same.
        let counted_anew = board_of(&db, &owner, json!({"field": "name", "op": "not_empty"})).await;
        assert_eq!(serde_json::to_value(&counted_anew).unwrap(), serde_json::to_value(&board).unwrap());
        let few = board_of(&db, &owner, json!({"field": "amount", "op": "gt", "value": 3})).await;
        assert_eq!(cards(&few), counted([(2, "c d"), (0, ""), (0, ""), (0, "")]));
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, d, IfMatch(None))).await.unwrap();
        patch(&db, &owner, c, json!({"amount": null})).await.unwrap();
        let board = board_of(&db, &owner, all()).await;
        assert_eq!(cards(&board)[0], (2, "c a".to_string()));
        assert_eq!(board.stages[0].totals, [board::Amount { currency: "EUR".into(), amount: 1 }]);
        let actor = owner.clone();
        db.write(move |tx| restore(tx, &actor, d, IfMatch(None))).await.unwrap();
        assert_eq!(cards(&board_of(&db, &owner, all()).await)[0].0, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_cards_of_a_stage_follow_the_first() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let pipeline = default_of(&db, &owner).await;
        for index in 0..7 {
            add(&db, &after(&owner, index), json!({"name": format!("n{index}")})).await.unwrap();
        }
        let mut names = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let (actor, pipeline, asked) = (owner.clone(), pipeline.clone(), cursor.clone());
            let board = db
                .read(move |c| {
                    let tree = Tree::all(&FIELDS);
                    next_cards(c, &actor, &pipeline, pipeline.stages[0].id, &tree, None, asked.as_deref(), 3)
                })
                .await
                .unwrap();
            assert_eq!((board.stages.len(), board.stages[0].count), (1, 7));
            names.extend(board.stages[0].cards.iter().map(|deal| deal.name.clone()));
            cursor = board.stages[0].next_cursor.clone();
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(names, ["n6", "n5", "n4", "n3", "n2", "n1", "n0"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_make_the_amount_unless_it_is_given() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let product = |name: &'static str, price: i64, currency: &'static str| {
            let (db, actor) = (db.clone(), owner.clone());
            async move {
                let new = NewProduct {
                    name: name.into(),
                    price: Some(price),
                    currency: Some(currency.into()),
                    ..NewProduct::default()
                };
                db.write(move |tx| products::create(tx, &actor, &new)).await.unwrap().id
            }
        };
        let (engine, wheel) = (product("Engine", 500, "EUR").await, product("Wheel", 7, "USD").await);
        let lines = json!([{"productId": engine, "quantity": 2}, {"productId": wheel, "unitPrice": 10}]);
        let deal = add(&db, &owner, json!({"name": "D", "lines": lines})).await.unwrap();
        assert_eq!((deal.amount, deal.lines[0].unit_price), (Some(1_010), Some(500)));
        let foreign = add(&db, &owner, json!({"name": "D", "lines": [{"productId": wheel}]})).await.unwrap();
        assert_eq!((foreign.amount, foreign.lines[0].unit_price), (None, None));
        let changed =
            patch(&db, &owner, deal.id, json!({"lines": [{"productId": engine, "unitPrice": 3}]})).await.unwrap();
        assert_eq!((changed.amount, changed.lines.len()), (Some(3), 1));
        let given = patch(&db, &owner, deal.id, json!({"amount": 99})).await.unwrap();
        assert_eq!((given.amount, given.lines.len()), (Some(99), 1));
        let actor = owner.clone();
        let counted = db.read(move |c| products::get(c, &actor, engine)).await.unwrap();
        assert_eq!(counted.deal_count, 1);
        let faulty =
            json!({"name": "D", "lines": [{"productId": engine, "quantity": 0}, {"productId": uuid::Uuid::now_v7()}]});
        refused(add(&db, &owner, faulty).await, "/lines/0/quantity", "out_of_range").await;
        let unknown = json!({"name": "D", "lines": [{"productId": uuid::Uuid::now_v7()}]});
        refused(add(&db, &owner, unknown).await, "/lines/0/productId", "unknown_product").await;
        let bare = patch(&db, &owner, deal.id, json!({"currency": null})).await;
        refused(bare, "/currency", "required").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_write_their_own_deals_and_those_of_nobody() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let [ann, bob] = [member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await];
        let deal = add(&db, &ann, json!({"name": "D"})).await.unwrap();
        assert!(matches!(patch(&db, &bob, deal.id, json!({"name": "E"})).await, Err(Error::Forbidden(_))));
        let given = json!({"ownerId": bob.user_id});
        assert!(matches!(patch(&db, &ann, deal.id, given).await, Err(Error::Forbidden(_))));
        patch(&db, &ann, deal.id, json!({"ownerId": null})).await.unwrap();
        let taken = patch(&db, &bob, deal.id, json!({"ownerId": bob.user_id})).await.unwrap();
        assert_eq!(taken.owner_id, bob.user_id);
        let stage = default_of(&db, &owner).await.stages[1].id;
        assert!(matches!(put(&db, &ann, deal.id, json!({"stageId": stage})).await, Err(Error::Forbidden(_))));
        let (actor, asked) = (bob.clone(), serde_json::from_value::<MoveDeal>(json!({"stageId": stage})).unwrap());
        match db.write(move |tx| move_to(tx, &actor, deal.id, &asked, IfMatch(Some(1)))).await {
            Err(Error::Stale(current)) => assert_eq!(current["version"], 3),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_belongs_to_its_pipeline() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stages = default_of(&db, &owner).await.stages;
        let body = json!({"name": "Partners", "stages": [{"name": "In", "stage": "negotiating"}, {"name": "Yes", "stage": "won"},
            {"name": "No", "stage": "lost"}]});
        let (actor, new) = (owner.clone(), serde_json::from_value::<NewPipeline>(body).unwrap());
        let other = db.write(move |tx| pipelines::create(tx, &actor, &new)).await.unwrap();
        let wrong = json!({"name": "D", "pipelineId": other.id, "stageId": stages[0].id});
        refused(add(&db, &owner, wrong).await, "/stageId", "other_pipeline").await;
        let open = json!({"name": "D", "pipelineId": other.id, "stage": "open"});
        refused(add(&db, &owner, open).await, "/stage", "unknown_stage").await;
        let deal = add(&db, &owner, json!({"name": "D", "pipelineId": other.id})).await.unwrap();
        assert_eq!((deal.stage, deal.stage_id), (DealStage::Negotiating, other.stages[0].id));
        let moved = put(&db, &owner, deal.id, json!({"stageId": stages[0].id})).await.unwrap();
        assert_ne!(moved.pipeline_id, other.id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_add_up_what_the_deals_say() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let day = 86_400;
        for (actor, name, body) in [
            (
                &owner,
                "a",
                json!({"amount": 100, "stage": "open", "probability": 0.25, "expectedCloseDate": "2026-03-31"}),
            ),
            (&ann, "b", json!({"amount": 50, "stage": "negotiating", "expectedCloseDate": "2026-03-01"})),
            (&ann, "c", json!({"stage": "open"})),
            (&owner, "e", json!({"amount": 7, "stage": "lost", "lostReason": "Price", "source": "web"})),
        ] {
            let mut body = body;
            body["name"] = json!(name);
            add(&db, actor, body).await.unwrap();
        }
        let stages = default_of(&db, &owner).await.stages;
        for (name, amount, days) in [("x", 1_000, 2), ("y", 3_000, 4)] {
            let deal = add(&db, &ann, json!({"name": name, "amount": amount})).await.unwrap();
            let later = after(&ann, days * day);
            put(&db, &later, deal.id, json!({"stageId": stages[2].id})).await.unwrap();
        }
        let report = |by: Option<GroupBy>| {
            let (db, actor) = (db.clone(), owner.clone());
            async move { db.read(move |c| stats(c, &actor, &Tree::all(&FIELDS), None, by)).await.unwrap() }
        };
        let whole = report(None).await;
        assert_eq!((whole.figures.won, whole.figures.lost, whole.figures.open), (2, 1, 3));
        assert_eq!(whole.figures.won_amount, [board::Amount { currency: "EUR".into(), amount: 4_000 }]);
        assert_eq!((whole.figures.win_rate, whole.figures.mean_days_to_win), (Some(2.0 / 3.0), Some(3.0)));
        assert_eq!((whole.stages["open"], whole.stages["negotiating"]), (2, 1));
        let names = |stats: &Stats| -> Vec<(Option<String>, i64, i64, i64)> {
            let row = |group: &reports::StatsGroup| {
                (group.name.clone(), group.figures.won, group.figures.lost, group.figures.open)
            };
            stats.groups.iter().map(row).collect()
        };
        let [bo, ada] = ["Bo Example", "Ada Example"].map(|name| Some(name.to_string()));
        assert_eq!(names(&report(Some(GroupBy::Owner)).await), [(bo, 2, 0, 2), (ada, 0, 1, 1)]);
        let sources = [(Some("manual".to_string()), 2, 0, 3), (Some("web".to_string()), 0, 1, 0)];
        assert_eq!(names(&report(Some(GroupBy::Source)).await), sources);
        assert_eq!(names(&report(Some(GroupBy::LostReason)).await), [(Some("Price".to_string()), 0, 1, 0)]);
        assert_eq!(names(&report(Some(GroupBy::Month)).await), [(Some("2023-11".to_string()), 2, 1, 0)]);
        assert_eq!(names(&report(Some(GroupBy::Product)).await), [(None, 2, 1, 3)]);
        let actor = owner.clone();
        let forecast = db.read(move |c| forecast(c, &actor, &Tree::all(&FIELDS), None)).await.unwrap();
        let months: Vec<Option<&str>> = forecast.months.iter().map(|month| month.month.as_deref()).collect();
        assert_eq!(months, [Some("2026-03"), None]);
        let total = &forecast.months[0].totals[0];
        assert_eq!((total.amount, total.weighted, forecast.months[0].count), (150, 50, 2));
        assert_eq!((forecast.months[1].count, forecast.months[1].totals.len()), (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_is_found_by_its_name_and_rots_when_nothing_happens() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, json!({"name": "Škoda fleet"})).await.unwrap();
        add(&db, &owner, json!({"name": "Other"})).await.unwrap();
        let list = ListQuery { q: Some("skod".into()), ..ListQuery::default() };
        let list = list.read(&FIELDS, "-createdAt", Me::Allowed).unwrap();
        let actor = owner.clone();
        let found = db.read(move |c| page(c, &actor, &list)).await.unwrap();
        assert_eq!(found.items.iter().map(|deal| deal.id).collect::<Vec<_>>(), [made.id]);
        let pipeline = default_of(&db, &owner).await;
        let mut stages = serde_json::to_value(&pipeline.stages).unwrap();
        stages[0]["rotDays"] = json!(7);
        let (actor, body) = (owner.clone(), serde_json::from_value(json!({"stages": stages})).unwrap());
        db.write(move |tx| pipelines::update(tx, &actor, pipeline.id, &body, IfMatch(None))).await.unwrap();
        for (days, rotting) in [(6, false), (8, true)] {
            let later = after(&owner, days * 86_400);
            assert_eq!(db.read(move |c| get(c, &later, made.id)).await.unwrap().rotting, rotting, "{days}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_takes_the_deals_along_and_gives_them_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut people = Vec::new();
        for name in ["Eva", "Ewa"] {
            let new = serde_json::from_value::<NewCustomer>(json!({"fullName": name})).unwrap().parse().unwrap();
            let actor = owner.clone();
            people.push(db.write(move |tx| customers::create(tx, &actor, &new)).await.unwrap().id);
        }
        let deal = add(&db, &owner, json!({"name": "D", "customerId": people[1]})).await.unwrap();
        let holder = || {
            let (db, actor) = (db.clone(), owner.clone());
            async move { db.read(move |c| get(c, &actor, deal.id)).await.unwrap().customer_id.unwrap() }
        };
        let (actor, asked) =
            (owner.clone(), serde_json::from_value(json!({"primaryId": people[0], "ids": [people[1]]})).unwrap());
        db.write(move |tx| customers::merging::merge(tx, &actor, &asked)).await.unwrap();
        assert_eq!(holder().await, people[0]);
        let (actor, loser) = (owner.clone(), people[1]);
        db.write(move |tx| customers::merging::unmerge(tx, &actor, loser, IfMatch(None))).await.unwrap();
        assert_eq!(holder().await, people[1]);
    })
    .await;
}

/// Two people take the same card at once: it ends in one place, and the totals know of one.
#[tokio::test(flavor = "multi_thread")]
async fn racing_moves_leave_one_card() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stages = default_of(&db, &owner).await.stages;
        let deal = add(&db, &owner, json!({"name": "D", "amount": 10})).await.unwrap();
        let mut racers = Vec::new();
        for index in 0..8_usize {
            let (db, actor, stage) = (db.clone(), owner.clone(), stages[1 + index % 2].id);
            let asked = serde_json::from_value::<MoveDeal>(json!({"stageId": stage})).unwrap();
            racers.push(tokio::spawn(async move {
                db.write(move |tx| move_to(tx, &actor, deal.id, &asked, IfMatch(Some(1)))).await
            }));
        }
        let mut moved = 0;
        for racer in racers {
            match racer.await.unwrap() {
                Ok(_) => moved += 1,
                Err(Error::Stale(current)) => assert_eq!(current["version"], 2),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(moved, 1);
        let board = board_of(&db, &owner, all()).await;
        assert_eq!(board.stages.iter().map(|stage| stage.count).sum::<i64>(), 1);
        assert_eq!(board.stages.iter().map(|stage| stage.cards.len()).sum::<usize>(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_and_lists_walk_indexes() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stages: Vec<StageId> = default_of(&db, &owner).await.stages.iter().map(|stage| stage.id).collect();
        let actor = owner.clone();
        let plans = db
            .read(move |c| {
                let context = organisations::filter_context(c, &actor)?;
                let sql = store::cards_sql(c, &actor.scope(), &stages, &Tree::all(&FIELDS), None, &context, None, 31)?;
                Ok::<_, Error>(c.explain(&sql)?)
            })
            .await
            .unwrap();
        assert_eq!(full_scans(&plans, &["deals", "c"]), Vec::<&str>::new(), "{plans}");
        assert!(plans.contains("deals_board"), "{plans}");
    })
    .await;
}

#[test]
fn the_catalogue_is_sound() {
    assert_eq!(FIELDS.faults(), Vec::<String>::new());
}
