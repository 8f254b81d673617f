//! Deals and products from files, where somebody worked on their surroundings before, during or since.

use super::super::decide::{Asked, Verdict};
use super::super::interpret::Sale;
use super::super::{people::Origin, sales};
use super::*;
use crate::deals::{self, Deal, DealPatch, FIELDS};
use crate::pipelines::{self, DealStage, Pipeline};
use crate::products::{self, NewProduct, Product};
use crate::scoring;
use platform::filter::Me;
use platform::ids::{DealId, ProductId};
use platform::paging::ListQuery;
use serde_json::{Value, json};
use std::collections::HashMap;

impl World {
    /// The living deals by their names.
    async fn deals_named(&self) -> HashMap<String, Deal> {
        let list = ListQuery { limit: Some("200".into()), ..ListQuery::default() };
        let (actor, list) = (self.actor.clone(), list.read(&FIELDS, "name", Me::Allowed).expect("a list"));
        let page = self.db.read(move |c| deals::page(c, &actor, &list)).await.expect("deals");
        page.items.into_iter().map(|deal| (deal.name.clone(), deal)).collect()
    }

    async fn change_deal(&self, id: DealId, body: Value) {
        let (by, patch) = (self.actor.at_one_moment(), serde_json::from_value::<DealPatch>(body).expect("a patch"));
        self.db.write(move |tx| deals::update(tx, &by, id, &patch, IfMatch(None))).await.expect("a changed deal");
    }

    async fn pipeline_named(&self, name: &str) -> Pipeline {
        let body = json!({"name": name, "stages": [{"name": "Due", "stage": "open"},
            {"name": "Talk", "stage": "negotiating"}, {"name": "Kept", "stage": "won"}, {"name": "Gone", "stage": "lost"}]});
        let (by, new) = (self.actor.clone(), serde_json::from_value(body).expect("a body"));
        self.db.write(move |tx| pipelines::create(tx, &by, &new)).await.expect("a pipeline")
    }

    async fn without_first_stage(&self, pipeline: &Pipeline) {
        let (by, id, stages) = (self.actor.clone(), pipeline.id, pipeline.stages[1..].to_vec());
        let patch = serde_json::from_value(json!({"stages": stages})).expect("a patch");
        self.db.write(move |tx| pipelines::update(tx, &by, id, &patch, IfMatch(None))).await.expect("fewer stages");
    }

    async fn archive_pipeline(&self, pipeline: &Pipeline) {
        let (by, id) = (self.actor.clone(), pipeline.id);
        self.db.write(move |tx| pipelines::archive(tx, &by, id, IfMatch(None))).await.expect("an archived pipeline");
    }

    async fn merge_companies(&self, keep: CompanyId, lose: CompanyId) {
        let (by, asked) = (self.actor.at_one_moment(), json!({"primaryId": keep, "ids": [lose]}));
        let asked = serde_json::from_value(asked).expect("a body");
        self.db.write(move |tx| companies::merging::merge(tx, &by, &asked)).await.expect("one company");
    }

    async fn sold(&self, body: Value) -> Product {
        let (by, new) = (self.actor.clone(), serde_json::from_value::<NewProduct>(body).expect("a body"));
        self.db.write(move |tx| products::create(tx, &by, &new)).await.expect("a product")
    }

    async fn products_named(&self) -> HashMap<String, ProductId> {
        let scope = self.actor.scope();
        let living = self.db.read(move |c| products::all_living(c, &scope)).await.expect("products");
        living.into_iter().map(|product| (product.name, product.id)).collect()
    }
}

fn results(import: &Import) -> [i64; 3] {
    [import.undone.archived, import.undone.restored, import.undone.kept]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_names_the_company_of_a_deal_leaves_it_there() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.create(&world.actor, ada()).await;
        world.import(RecordKind::Deal, "Deal name,Company\nBig,Acme\nBare,\n", OnDuplicate::Skip).await;
        let deals = world.deals_named().await;
        let text = format!(
            "id,Deal name,Company,customer.email\n,Big,ACME,ada@example.com\n{},Bare,,ada@example.com\n",
            deals["Bare"].id
        );
        let done = world.import(RecordKind::Deal, &text, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [2, 0, 2, 0, 0, 0], "{:?}", done.problems);
        let deals = world.deals_named().await;
        assert_eq!(deals["Big"].customer.as_ref().map(|customer| customer.name.as_str()), Some("Ada Lovelace"));
        assert_eq!(deals["Big"].company.as_ref().map(|company| company.name.as_str()), Some("Acme"));
        assert_eq!(deals["Bare"].company_id, None, "she has none");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_into_no_stage_that_has_gone_meanwhile() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let (one, other) = (world.pipeline_named("Renewals").await, world.pipeline_named("Other").await);
        world.import(RecordKind::Deal, "Deal name\nknown\n", OnDuplicate::Skip).await;
        world.without_first_stage(&one).await;
        world.archive_pipeline(&other).await;
        let sale = |name: &str, pipeline: &Pipeline, stage: usize| Sale {
            name: Some(name.into()),
            stage: Some((pipeline.id, pipeline.stages[stage].clone())),
            ..Sale::default()
        };
        let said = [
            sale("a", &one, 0),
            sale("b", &other, 0),
            sale("known", &one, 0),
            sale("known", &other, 0),
            sale("c", &one, 1),
        ];
        let rows: Vec<Asked<Sale>> =
            (1..).zip(said).map(|(position, sale)| Asked { position, number: position, said: Ok(sale) }).collect();
        let origin =
            Origin { import_id: ImportId(uuid::Uuid::nil()), file_name: "f".into(), names: Default::default() };
        let by = world.actor.clone();
        let chunk = world.db.read(move |c| sales::decide(c, &by, UPDATE, &origin, &rows, None)).await.expect("a chunk");
        let verdicts: Vec<Verdict> = chunk.decided.iter().map(|decided| decided.verdict).collect();
        use Verdict::{Created, Failed};
        assert_eq!(verdicts, [Failed, Failed, Failed, Failed, Created], "{:?}", chunk.decided);
        let reason = chunk.decided[0].reason.clone().unwrap_or_default();
        assert!(reason.contains("Due"), "{reason}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_puts_no_deal_back_where_nothing_is_any_more() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let bo = member(&world.db, &world.actor, Role::Member).await;
        let (one, other) = (world.pipeline_named("Renewals").await, world.pipeline_named("Other").await);
        let first = "Deal name,pipeline.name,Stage,Company\na,Renewals,Due,\nb,Other,Due,\nc,,,Acme\nd,,,\ne,,,\n";
        world.import(RecordKind::Deal, first, OnDuplicate::Skip).await;
        let deals = world.deals_named().await;
        world.change_deal(deals["d"].id, json!({"ownerId": bo.user_id})).await;
        let person = world.create(&world.actor, ada()).await;
        world.change_deal(deals["e"].id, json!({"customerId": person.id})).await;
        let [ada, eva] = ["ada@other.example", "eva@other.example"].map(email).map(|contact| {
            let full_name = Some(contact.value.clone());
            NewCustomer { full_name, contacts: vec![contact], ..NewCustomer::default() }
        });
        let (keep, eva) = (world.create(&world.actor, ada).await, world.create(&world.actor, eva).await);
        let id = |name: &str| deals[name].id;
        let second = format!(
            "id,pipeline.name,Stage,Company,Owner email,customer.email\n{},Renewals,Kept,,,\n{},Renewals,Kept,,,\n\
             {},,,Beta,,\n{},,,,{},\n{},,,,,{}\n",
            id("a"),
            id("b"),
            id("c"),
            id("d"),
            address(&world.actor),
            id("e"),
            "eva@other.example",
        );
        let import = world.upload(RecordKind::Deal, &second).await;
        let body = PlanBody { overwrite_owner: true, ..guessed(&import, OnDuplicate::Update) };
        world.plan_as(&world.actor, import.id, body).await.expect("a plan");
        let done = world.run(import.id).await;
        assert_eq!(counts(&done), [5, 0, 5, 0, 0, 0], "{:?}", done.problems);

        world.without_first_stage(&one).await;
        world.archive_pipeline(&other).await;
        let companies = world.companies().await;
        let gamma = world.import(RecordKind::Company, "Company\nGamma\n", OnDuplicate::Skip).await;
        assert_eq!(gamma.created, 1);
        world.merge_companies(world.companies().await["Gamma"].id, companies["Acme"].id).await;
        let user = bo.user_id;
        world
            .db
            .write(move |tx| tx.execute(("UPDATE memberships SET disabled_at = 1 WHERE user_id = $1", params![user])))
            .await
            .expect("a disabled member");
        let (by, asked) = (world.actor.at_one_moment(), json!({"primaryId": keep.id, "ids": [person.id]}));
        let asked = serde_json::from_value(asked).expect("a body");
        world.db.write(move |tx| customers::merging::merge(tx, &by, &asked)).await.expect("one customer");

        let undone = world.undo(done.id).await;
        assert_eq!(results(&undone)[1..], [0, 5], "{:?}", world.results(done.id).await);
        let deals = world.deals_named().await;
        for name in ["a", "b"] {
            assert_eq!((deals[name].stage, deals[name].probability), (DealStage::Won, 1.0));
            assert!(deals[name].closed_at.is_some());
        }
        assert_eq!(deals["c"].company.as_ref().map(|company| company.name.as_str()), Some("Beta"));
        assert_eq!(deals["d"].owner_id, world.actor.user_id);
        assert_eq!(deals["e"].customer_id, Some(eva.id));
        let (_, reason) = &world.results(done.id).await[&4];
        assert!(reason.contains("companyId"), "{reason}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_amount_is_in_the_currency_of_the_record() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.import(RecordKind::Deal, "Deal name,Company\nBig,Acme\n", OnDuplicate::Skip).await;
        let id = world.deals_named().await["Big"].id;
        world.change_deal(id, json!({"currency": "JPY", "amount": 100_000})).await;
        let done =
            world.import(RecordKind::Deal, "Deal name,Company,Amount\nBig,Acme,200000\n", OnDuplicate::Update).await;
        assert_eq!(counts(&done), [1, 0, 1, 0, 0, 0], "{:?}", done.problems);
        let big = &world.deals_named().await["Big"];
        assert_eq!((big.amount, big.currency.as_deref()), (Some(200_000), Some("JPY")));
        let done =
            world.import(RecordKind::Deal, "Deal name,Company,Amount\nBig,Acme,1.50\n", OnDuplicate::Update).await;
        assert_eq!(counts(&done), [1, 0, 0, 0, 0, 1], "{:?}", done.problems);
        let said = "Deal name,Company,Amount,Currency\nBig,Acme,1.50,EUR\n";
        world.import(RecordKind::Deal, said, OnDuplicate::Update).await;
        let big = &world.deals_named().await["Big"];
        assert_eq!((big.amount, big.currency.as_deref()), (Some(150), Some("EUR")));

        let hull = world.sold(json!({"name": "Hull", "price": 500, "currency": "JPY"})).await;
        let wares = "Product name,Price\nHull,700\n";
        let done = world.import(RecordKind::Product, wares, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [1, 0, 1, 0, 0, 0], "{:?}", done.problems);
        let by = world.actor.clone();
        let hull = world.db.read(move |c| products::get(c, &by, hull.id)).await.expect("the product");
        assert_eq!((hull.price, hull.currency.as_deref()), (Some(700), Some("JPY")));
        let done = world.import(RecordKind::Product, "Product name,Price\nHull,7.5\n", OnDuplicate::Update).await;
        assert_eq!(counts(&done), [1, 0, 0, 0, 0, 1], "{:?}", done.problems);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_deal_is_closed_before_it_began() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let first = "Deal name,Company,Stage,closedAt\nOld,Acme,Open,\nDay,Acme,Open,\nDone,Acme,Won,\n";
        world.import(RecordKind::Deal, first, OnDuplicate::Skip).await;
        // It is the evening of the 14th.
        let second =
            "Deal name,Company,Stage,closedAt\nOld,Acme,Won,2023-11-13\nDay,Acme,Won,2023-11-14\nDone,Acme,,2023-11-13\n";
        let done = world.import(RecordKind::Deal, second, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [3, 0, 1, 0, 0, 2], "{:?}", done.problems);
        let deals = world.deals_named().await;
        assert_eq!((deals["Old"].stage, deals["Day"].stage), (DealStage::Open, DealStage::Won));
        assert!(deals.values().all(|deal| deal.closed_at.is_none_or(|closed_at| closed_at >= deal.created_at)));
        let again = world.import(RecordKind::Deal, second, OnDuplicate::Update).await;
        assert_eq!(counts(&again), [3, 0, 0, 1, 0, 2], "{:?}", again.problems);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_is_no_whole_number_is_left_open() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.sold(json!({"name": "Hull"})).await;
        let text = "Deal name,Amount,Product,Quantity\nodd,1.00,Hull,3\neven,0.99,Hull,3\n";
        let done = world.import(RecordKind::Deal, text, OnDuplicate::Skip).await;
        assert_eq!(counts(&done), [2, 2, 0, 0, 0, 0], "{:?}", done.problems);
        let deals = world.deals_named().await;
        let priced = |name: &str| (deals[name].amount, deals[name].lines[0].quantity, deals[name].lines[0].unit_price);
        assert_eq!((priced("odd"), priced("even")), ((Some(100), 3, None), (Some(99), 3, Some(33))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_keeps_products_that_somebody_uses_and_no_others() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        // Twice in one file, in different chunks.
        let mut text = "Product name,Price\ntwice,1\nthrice,1\n".to_owned();
        (0..1_000).for_each(|index| text += &format!("p{index},1\n"));
        text += "twice,2\nthrice,2\nthrice,3\n";
        let done = world.import(RecordKind::Product, &text, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [1_005, 1_002, 3, 0, 0, 0], "{:?}", done.problems);
        let ids = world.products_named().await;
        for (name, product) in [("living", "p1"), ("archived", "p2")] {
            let new = json!({"name": name, "lines": [{"productId": ids[product]}]});
            let (by, new) = (world.actor.at_one_moment(), serde_json::from_value(new).expect("a body"));
            world.db.write(move |tx| deals::create(tx, &by, &new)).await.expect("a deal");
        }
        let (by, id) = (world.actor.clone(), world.deals_named().await["archived"].id);
        world.db.write(move |tx| deals::archive(tx, &by, id, IfMatch(None))).await.expect("an archived deal");
        let body = json!({"name": "Interest", "type": "intent", "weight": 0.25,
            "params": {"signals": [{"name": "Pricing", "weight": 1}]}});
        let (by, id, new) = (world.actor.clone(), ids["p3"], serde_json::from_value(body).expect("a body"));
        world.db.write(move |tx| scoring::create(tx, &by, id, &new)).await.expect("a criterion");
        let (by, id, patch) = (world.actor.clone(), ids["p4"], json!({"description": "Ours"}));
        let patch = serde_json::from_value(patch).expect("a patch");
        world.db.write(move |tx| products::update(tx, &by, id, &patch, IfMatch(None))).await.expect("a product");
        let undone = world.undo(done.id).await;
        assert_eq!(results(&undone), [999, 0, 3]);
        let mut left: Vec<String> = world.products_named().await.into_keys().collect();
        left.sort();
        assert_eq!(left, ["p1", "p3", "p4"]);
    })
    .await;
}
