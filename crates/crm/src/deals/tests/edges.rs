//! What deals do at the edges: lines without a price, places that were taken, a company that goes.

use super::*;
use crate::testing::run_bulk;
use platform::ids::ProductId;

async fn product(db: &Db, actor: &Actor, name: &str, price: Option<i64>) -> ProductId {
    let new = NewProduct { name: name.into(), price, ..NewProduct::default() };
    let actor = actor.clone();
    db.write(move |tx| products::create(tx, &actor, &new)).await.unwrap().id
}

async fn figures(db: &Db, actor: &Actor, by: GroupBy) -> Stats {
    let actor = actor.clone();
    db.read(move |c| stats(c, &actor, &Tree::all(&FIELDS), None, Some(by))).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_without_a_price_leaves_the_amount_as_it_is() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let [free, engine] = [product(&db, &owner, "Free", None).await, product(&db, &owner, "E", Some(7)).await];
        let deal = add(&db, &owner, json!({"name": "D", "amount": 500})).await.unwrap();
        let lines = json!([{"productId": free}, {"productId": engine}]);
        let changed = patch(&db, &owner, deal.id, json!({"lines": lines})).await.unwrap();
        assert_eq!((changed.amount, changed.lines.len()), (Some(500), 2));
        let changed = patch(&db, &owner, deal.id, json!({"lines": [{"productId": engine}]})).await.unwrap();
        assert_eq!(changed.amount, Some(7));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_bounded_behind_one_without_a_price_too() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let [free, engine] = [product(&db, &owner, "Free", None).await, product(&db, &owner, "E", Some(7)).await];
        let lines = json!([{"productId": free},
            {"productId": engine, "quantity": model::QUANTITY_MAX, "unitPrice": model::AMOUNT_MAX}]);
        refused(add(&db, &owner, json!({"name": "D", "lines": lines})).await, "/lines", "out_of_range").await;
        // Such lines may be there from before.
        for name in ["A", "B"] {
            add(&db, &owner, json!({"name": name, "lines": [{"productId": engine}]})).await.unwrap();
        }
        let values = db::params![owner.scope(), model::QUANTITY_MAX, model::AMOUNT_MAX].to_vec();
        let sql = "UPDATE deal_products SET quantity = $2, unit_price = $3 WHERE org_id = $1";
        db.write(move |tx| tx.execute((sql, values.as_slice())))
            .await
            .unwrap_or_else(|error: db::Error| panic!("{error}"));
        let of_engine = figures(&db, &owner, GroupBy::Product).await.groups.remove(0);
        assert_eq!((of_engine.name.as_deref(), of_engine.figures.open), (Some("E"), 2));
        assert_eq!(of_engine.figures.open_amount[0].amount, 2 * model::AMOUNT_MAX);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_counts_once_for_a_product_of_several_lines() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let [free, engine] = [product(&db, &owner, "Free", None).await, product(&db, &owner, "E", Some(7)).await];
        let won = default_of(&db, &owner).await.stages[2].id;
        let lines = json!([{"productId": engine, "quantity": 2}, {"productId": engine}, {"productId": free},
            {"productId": free, "unitPrice": 5}]);
        let deal = add(&db, &owner, json!({"name": "D", "lines": lines})).await.unwrap();
        put(&db, &after(&owner, 2 * 86_400), deal.id, json!({"stageId": won})).await.unwrap();
        let groups = figures(&db, &owner, GroupBy::Product).await.groups;
        let rows: Vec<_> = groups
            .iter()
            .map(|group| {
                let amounts: Vec<i64> = group.figures.won_amount.iter().map(|amount| amount.amount).collect();
                (group.name.as_deref(), group.figures.won, amounts, group.figures.mean_days_to_win)
            })
            .collect();
        assert_eq!(rows, [(Some("E"), 1, vec![21], Some(2.0)), (Some("Free"), 1, vec![5], Some(2.0))]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_counts_what_it_shows() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let gone = add(&db, &owner, json!({"name": "gone", "amount": 5})).await.unwrap().id;
        add(&db, &owner, json!({"name": "there", "amount": 7})).await.unwrap();
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, gone, IfMatch(None))).await.unwrap();
        for (archived, expected) in [(true, (0, "")), (false, (1, "there"))] {
            let filter = json!({"field": "archived", "op": "is", "value": archived});
            let none = (0, "");
            assert_eq!(cards(&board_of(&db, &owner, filter).await), counted([expected, none, none, none]));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probability_that_is_said_counts_unless_the_deal_is_closed() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stages = default_of(&db, &owner).await.stages;
        let deal = add(&db, &owner, json!({"name": "D"})).await.unwrap();
        let said = json!({"stageId": stages[1].id, "probability": deal.probability});
        assert_eq!(patch(&db, &owner, deal.id, said).await.unwrap().probability, deal.probability);
        let won = json!({"name": "W", "stage": "won", "probability": 0.3});
        let won = add(&db, &owner, won).await.unwrap();
        assert_eq!(won.probability, 1.0);
        assert_eq!(patch(&db, &owner, won.id, json!({"probability": 0.3})).await.unwrap().probability, 1.0);
        let lost = json!({"stageId": stages[3].id, "lostReason": "Price", "probability": 0.9});
        assert_eq!(patch(&db, &owner, deal.id, lost).await.unwrap().probability, 0.0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_that_were_put_to_one_place_stand_at_two() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stage = default_of(&db, &owner).await.stages[0].id;
        let mut ids = Vec::new();
        for name in ["low", "high", "one", "two"] {
            ids.push(add(&db, &owner, json!({"name": name})).await.unwrap().id);
        }
        let [low, high, one, two] = ids[..] else { panic!() };
        put(&db, &owner, low, json!({"stageId": stage})).await.unwrap();
        put(&db, &owner, high, json!({"stageId": stage, "after": low})).await.unwrap();
        put(&db, &owner, one, json!({"stageId": stage, "after": low})).await.unwrap();
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, one, IfMatch(None))).await.unwrap();
        let two = put(&db, &owner, two, json!({"stageId": stage, "after": low})).await.unwrap();
        let actor = owner.clone();
        let one = db.write(move |tx| restore(tx, &actor, one, IfMatch(None))).await.unwrap();
        assert_ne!(one.rank, two.rank);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_that_are_moved_together_keep_their_order() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let pipeline = default_of(&db, &owner).await;
        for index in 0..12 {
            add(&db, &after(&owner, index), json!({"name": format!("n{index:02}")})).await.unwrap();
        }
        let before = cards(&board_of(&db, &owner, all()).await)[0].1.clone();
        let body = json!({"select": {"filter": all()}, "action": {"kind": "move", "stageId": pipeline.stages[1].id}});
        let asked = serde_json::from_value::<bulk::actions::DealBulk>(body).unwrap().parse(&FIELDS).unwrap();
        let actor = owner.clone();
        db.write(move |tx| bulk::actions::ask(tx, &actor.at_one_moment(), &asked)).await.unwrap();
        run_bulk(&db, &owner).await;
        assert_eq!(cards(&board_of(&db, &owner, all()).await)[1], (12, before));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_and_groups_have_an_end() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stages = default_of(&db, &owner).await.stages;
        let deal = add(&db, &owner, json!({"name": "D", "source": "first"})).await.unwrap();
        for index in 0..store::VISITS_MAX {
            let stage = stages[usize::from(index % 2 == 0)].id;
            put(&db, &after(&owner, index), deal.id, json!({"stageId": stage})).await.unwrap();
        }
        let (actor, id) = (owner.clone(), deal.id);
        let visits = db.read(move |c| super::super::stages(c, &actor, id)).await.unwrap();
        assert_eq!(visits.len() as i64, store::VISITS_MAX);
        assert_eq!(visits.iter().filter(|visit| visit.left_at.is_none()).count(), 1);
        assert!(visits.is_sorted_by_key(|visit| visit.entered_at), "{visits:?}");
        for index in 0..reports::GROUPS_MAX {
            add(&db, &owner, json!({"name": "D", "source": format!("s{index}")})).await.unwrap();
        }
        assert_eq!(figures(&db, &owner, GroupBy::Source).await.groups.len(), reports::GROUPS_MAX);
    })
    .await;
}

type Work = Box<dyn Fn(&Tx<'_>, &Actor) -> Result<()> + Send>;

/// While a company is folded into another one, no deal comes to the one that goes.
#[tokio::test(flavor = "multi_thread")]
async fn no_deal_stays_at_a_company_that_is_being_merged() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let deal = add(&db, &owner, json!({"name": "moves"})).await.unwrap().id;
        let file = add(&db, &owner, json!({"name": "in a file"})).await.unwrap().id;
        for _ in 0..20 {
            let mut companies = Vec::new();
            for name in ["Keep", "Lose"] {
                let (actor, new) = (owner.clone(), serde_json::from_value(json!({"name": name})).unwrap());
                companies.push(db.write(move |tx| companies::create(tx, &actor, &new)).await.unwrap().id);
            }
            let [keep, lose] = companies[..] else { panic!() };
            let start = |work: Work| {
                let (db, actor) = (db.clone(), owner.clone());
                tokio::spawn(async move { db.write(move |tx| work(tx, &actor.at_one_moment())).await })
            };
            let new = serde_json::from_value::<NewDeal>(json!({"name": "new", "companyId": lose})).unwrap();
            let change = serde_json::from_value::<DealPatch>(json!({"companyId": lose})).unwrap();
            let asked = serde_json::from_value(json!({"primaryId": keep, "ids": [lose]})).unwrap();
            let works = [
                start(Box::new(move |tx, actor| create(tx, actor, &new).map(drop))),
                start(Box::new(move |tx, actor| update(tx, actor, deal, &change, IfMatch(None)).map(drop))),
                start(Box::new(move |tx, actor| {
                    companies::require_living(tx, &actor.scope(), lose, "/companyId")?;
                    let before = bulk::load(tx, actor, &[file])?.remove(0);
                    let version = before.version + 1;
                    let after = Deal { company_id: Some(lose), version, ..before.clone() };
                    bulk::update(tx, actor, &[bulk::Changed { before, after, events: Vec::new() }])
                })),
                start(Box::new(move |tx, actor| companies::merging::merge(tx, actor, &asked).map(drop))),
            ];
            for work in works {
                match work.await.unwrap() {
                    Ok(()) => {}
                    Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, "company_archived"),
                    Err(other) => panic!("{other:?}"),
                }
            }
            let (sql, scope) = ("SELECT count(*) FROM deals WHERE org_id = $1 AND company_id = $2", owner.scope());
            let left: i64 = db
                .read(move |c| c.query_one((sql, db::params![scope, lose]), |row| row.get(0)))
                .await
                .unwrap_or_else(|error: db::Error| panic!("{error}"));
            assert_eq!(left, 0);
        }
    })
    .await;
}
