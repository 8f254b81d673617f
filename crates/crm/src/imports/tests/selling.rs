//! Products and deals from files.

use super::*;
use crate::deals::{self, Deal, FIELDS, GroupBy, Stats};
use crate::pipelines::{self, DealStage};
use crate::products::{self, NewProduct};
use platform::filter::{Me, Tree};
use platform::ids::DealId;
use platform::paging::ListQuery;
use serde_json::{Value, json};

const PRODUCTS: &str = include_str!("../../../testdata/products.csv");
const PIPELINE: &str = include_str!("../../../testdata/sales_pipeline.csv");

impl World {
    async fn stats(&self, by: Option<GroupBy>) -> Stats {
        let actor = self.actor.clone();
        self.db.read(move |c| deals::stats(c, &actor, &Tree::all(&FIELDS), None, by)).await.expect("figures")
    }

    async fn deals(&self, filter: Value) -> Vec<Deal> {
        let list = ListQuery { limit: Some("200".into()), filter: Some(filter.to_string()), ..ListQuery::default() };
        let (actor, list) = (self.actor.clone(), list.read(&FIELDS, "name", Me::Allowed).expect("a list"));
        self.db.read(move |c| deals::page(c, &actor, &list)).await.expect("deals").items
    }

    async fn all_deals(&self) -> Vec<Deal> {
        self.deals(json!({"and": []})).await
    }

    async fn product(&self, name: &str, price: i64) {
        let body = json!({"name": name, "price": price, "currency": "EUR"});
        let (by, new) = (self.actor.clone(), serde_json::from_value::<NewProduct>(body).expect("a body"));
        self.db.write(move |tx| products::create(tx, &by, &new)).await.expect("a product");
    }

    async fn change(&self, id: DealId, body: Value) {
        let (by, patch) = (self.actor.at_one_moment(), serde_json::from_value(body).expect("a patch"));
        self.db.write(move |tx| deals::update(tx, &by, id, &patch, IfMatch(None))).await.expect("a changed deal");
    }
}

/// Fields that columns are taken for.
fn taken(import: &Import) -> Vec<&str> {
    import.mapping.iter().map(|mapped| mapped.field.as_deref().unwrap_or("")).collect()
}

fn offers(import: &Import) -> Vec<(&str, &str)> {
    import.offers.iter().map(|offer| (offer.value.as_str(), offer.name.as_str())).collect()
}

/// The name, deals won and what they came to, of each group.
fn won(stats: &Stats) -> Vec<(&str, i64)> {
    let sum = |figures: &deals::Figures| figures.won_amount.iter().map(|amount| amount.amount).sum();
    stats.groups.iter().map(|group| (group.name.as_deref().unwrap_or_default(), sum(&group.figures))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_pipeline_comes_in_whole_and_its_figures_are_ours() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.import(RecordKind::Company, ACCOUNTS, OnDuplicate::Skip).await;
        let sold = world.upload(RecordKind::Product, PRODUCTS).await;
        assert_eq!(taken(&sold), ["name", "", "price"]);
        let sold = world.import(RecordKind::Product, PRODUCTS, OnDuplicate::Skip).await;
        assert_eq!(counts(&sold), [7, 7, 0, 0, 0, 0]);

        let import = world.upload(RecordKind::Deal, PIPELINE).await;
        let fields =
            ["name", "owner.name", "product.name", "company.name", "stage", "createdAt", "closedAt", "amount"];
        assert_eq!(taken(&import), fields);
        let planned = world.plan(&import, OnDuplicate::Skip).await;
        assert_eq!(counts(&planned), [8_800, 8_800, 0, 0, 0, 0], "{:?}", planned.problems);
        let mut offered = offers(&planned);
        offered.sort_unstable();
        assert_eq!(offered, [("Engaging", "Negotiating"), ("GTXPro", "GTX Pro"), ("Prospecting", "Open")]);
        assert_eq!(world.stats(None).await.figures.won, 0, "a plan writes no record");
        let done = world.run(import.id).await;
        assert_eq!((done.state, counts(&done)), (State::Completed, counts(&planned)), "{:?}", done.error);
        world.check().await;

        let stats = world.stats(None).await;
        assert_eq!(stats.stages.values().sum::<i64>(), 8_800);
        let stages = ["won", "lost", "negotiating", "open"].map(|stage| stats.stages[stage]);
        assert_eq!(stages, [4_238, 2_473, 1_589, 500]);
        assert_eq!(won_in_all(&stats), 1_000_553_400);
        assert_eq!(format!("{:.2}", stats.figures.win_rate.unwrap() * 100.0), "63.15");
        assert_eq!(format!("{:.2}", stats.figures.mean_days_to_win.unwrap()), "51.78");
        let by_owner = world.stats(Some(GroupBy::Owner)).await;
        assert_eq!(by_owner.groups.len(), 30, "agents with deals, kept as the file names them");
        assert_eq!(
            won(&by_owner)[..3],
            [("Darcel Schlecht", 115_321_400), ("Vicki Laflamme", 47_839_600), ("Kary Hendrixson", 45_429_800)]
        );
        assert_eq!(
            won(&world.stats(Some(GroupBy::Product)).await),
            [
                ("GTX Pro", 351_057_800),
                ("GTX Plus Pro", 262_965_100),
                ("MG Advanced", 221_638_700),
                ("GTX Plus Basic", 70_527_500),
                ("GTX Basic", 49_926_300),
                ("GTK 500", 40_061_200),
                ("MG Special", 4_376_800),
            ]
        );
        let companies = world.companies().await;
        assert_eq!(companies.len(), 85, "none was made beside those that are there");
        assert_eq!(companies.values().filter(|company| company.parent_id.is_some()).count(), 15);
        assert_eq!(world.count("SELECT count(*) FROM deals WHERE org_id = $1 AND company_id IS NULL").await, 1_425);
        let first = world.deals(json!({"field": "name", "op": "eq", "value": "1C1I7A6R"})).await.remove(0);
        assert_eq!(first.company.as_ref().map(|company| company.name.as_str()), Some("Cancity"));
        assert_eq!((first.amount, first.stage, first.owner_id), (Some(105_400), DealStage::Won, None));
        assert_eq!(first.created_at.to_string(), "2016-10-19T22:00:00.000000Z", "midnight in the organisation's zone");

        // Some of it once more: all are known.
        let part: String = PIPELINE.lines().take(1_200).fold(String::new(), |text, line| text + line + "\n");
        let again = world.import(RecordKind::Deal, &part, OnDuplicate::Skip).await;
        assert_eq!(counts(&again), [1_199, 0, 0, 0, 1_199, 0]);
        let again = world.import(RecordKind::Deal, &part, OnDuplicate::Update).await;
        assert_eq!(counts(&again), [1_199, 0, 0, 1_199, 0, 0]);

        let undone = world.undo(import.id).await;
        assert_eq!((undone.state, undone.undone.archived, undone.undone.kept), (State::Undone, 8_800, 0));
        let stats = world.stats(None).await;
        assert_eq!((stats.stages.values().sum::<i64>(), won_in_all(&stats)), (0, 0));
        assert_eq!(world.count("SELECT count(*) FROM deals WHERE org_id = $1 AND archived_at IS NULL").await, 0);
        assert_eq!(
            world.count("SELECT CAST(sum(abs(deals) + abs(amount)) AS BIGINT) FROM (SELECT sum(deals) AS deals, sum(amount) AS amount FROM deal_totals WHERE org_id = $1 GROUP BY stage_id, currency) AS t").await,
            0
        );
        let undone = world.undo(sold.id).await;
        assert_eq!((undone.undone.archived, undone.undone.kept), (7, 0));
        assert_eq!(world.count("SELECT count(*) FROM products WHERE org_id = $1 AND live_key IS NOT NULL").await, 0);
    })
    .await;
}

fn won_in_all(stats: &Stats) -> i64 {
    stats.figures.won_amount.iter().map(|amount| amount.amount).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_shape_comes_in_too() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.product("Hull", 100).await;
        let mia = member(&world.db, &world.actor, Role::Member).await;
        world.create(&world.actor, ada()).await;
        let text = "Verkaufschance;Firma;Phase;Wert;Währung;Wahrscheinlichkeit;Abschlussdatum;Kontakt E-Mail;Produkt;Menge;Betreuer;Quelle;Verlustgrund\n\
             Flotte;Neu GmbH;Verhandlung;1.250,50;USD;40%;31.12.2030;;Hull;2;Bo Example;Messe;\n\
             Boot;Neu GmbH;verloren;99,00;;;01.02.2023;;;;Erika Muster;;Preis\n\
             Ada kauft;;Offen;;;;;ada@example.com;;;;;\n\
             ;Neu GmbH;Offen;;;;;;;;;;\n\
             Wer;;Irgendwas;;;;;;;;;;\n\
             Was;;;;;;;;Rumpf;;;;\n\
             Wann;;gewonnen;5;;;01.02.2099;;;;;;\n\
             Wen;;;;;;;niemand@example.com;;;;;\n\
             Wieviel;;;-5;;;;;;;;;\n\
             Geld;;;5;DM;;;;;;;;\n";
        let import = world.upload(RecordKind::Deal, text).await;
        assert_eq!(
            taken(&import),
            ["name", "company.name", "stage", "amount", "currency", "probability", "closedAt", "customer.email",
                "product.name", "quantity", "owner.name", "source", "lostReason"]
        );
        let planned = world.plan(&import, OnDuplicate::Skip).await;
        let done = world.run(import.id).await;
        assert_eq!(counts(&done), counts(&planned));
        assert_eq!(counts(&done), [10, 3, 0, 0, 0, 7], "{:?}", done.problems);
        let failed: Vec<(i64, Option<&str>)> =
            done.problems.iter().map(|problem| (problem.row, problem.value.as_deref())).collect();
        assert_eq!(failed, [
            (5, None),
            (6, Some("Irgendwas")),
            (7, Some("Rumpf")),
            (8, None),
            (9, None),
            (10, Some("-5")),
            (11, Some("DM"))
        ]);
        let deals = world.all_deals().await;
        let [ada, boat, fleet] = &deals[..] else { panic!("{deals:#?}") };
        assert_eq!((fleet.amount, fleet.currency.as_deref(), fleet.probability), (Some(125_050), Some("USD"), 0.4));
        assert_eq!((fleet.stage, fleet.owner_id, fleet.source.as_str()), (DealStage::Negotiating, mia.user_id, "Messe"));
        assert_eq!(fleet.expected_close_date.map(|day| day.to_string()).as_deref(), Some("2030-12-31"));
        assert_eq!((fleet.lines[0].quantity, fleet.lines[0].unit_price), (2, Some(62_525)));
        assert_eq!((boat.lost_reason.as_deref(), boat.owner_name.as_deref()), (Some("Preis"), Some("Erika Muster")));
        assert_eq!((boat.currency.as_deref(), boat.company_id), (Some("EUR"), fleet.company_id));
        assert_eq!(ada.customer.as_ref().map(|customer| customer.name.as_str()), Some("Ada Lovelace"));
        world.check().await;
        let undone = world.undo(import.id).await;
        assert_eq!(undone.undone.archived, 4, "three deals and the company that was made beside them");
        assert!(world.all_deals().await.is_empty() && world.companies().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn known_deals_are_changed_and_changed_back_unless_somebody_worked_on_them() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let first = "Deal name,Company,Stage,Amount\nBig,Acme,Open,100\nSmall,Acme,Open,5\nBig,Other,Open,7\n";
        world.import(RecordKind::Deal, first, OnDuplicate::Skip).await;
        let before = world.all_deals().await;
        // A name twice in one file: the second changes what the first made or found.
        let second = "Deal name,Company,Stage,Amount,Lost reason\nBig,ACME,Won,200,\nSmall,Acme,Lost,5,Price\n\
            New,Acme,Open,1,\nNew,Acme,Won,2,\n";
        let done = world.import(RecordKind::Deal, second, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [4, 1, 3, 0, 0, 0], "{:?}", done.problems);
        let after = world.all_deals().await;
        let stages: Vec<DealStage> = after.iter().map(|deal| deal.stage).collect();
        use DealStage::{Lost, Open, Won};
        assert_eq!(stages.iter().filter(|stage| **stage == Won).count(), 2);
        assert!(stages.contains(&Lost) && stages.contains(&Open));
        let small = after.iter().find(|deal| deal.name == "Small").expect("the deal");
        world.change(small.id, json!({"amount": 9})).await;
        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.archived, undone.undone.restored, undone.undone.kept), (1, 2, 0));
        let kept = |deals: &[Deal]| -> Vec<(String, DealStage, Option<i64>, Option<String>)> {
            let row = |deal: &Deal| (deal.name.clone(), deal.stage, deal.amount, deal.lost_reason.clone());
            deals.iter().map(row).collect()
        };
        let mut expected = kept(&before);
        for row in expected.iter_mut().filter(|row| row.0 == "Small") {
            row.2 = Some(9);
        }
        let mut found = kept(&world.all_deals().await);
        expected.sort_by_key(|row| (row.0.clone(), row.2));
        found.sort_by_key(|row| (row.0.clone(), row.2));
        assert_eq!(found, expected);
        let (by, id) = (world.actor.clone(), small.id);
        let visits = world.db.read(move |c| deals::stages(c, &by, id)).await.expect("the history");
        assert_eq!(visits.iter().map(|visit| visit.stage).collect::<Vec<_>>(), [Open, Lost, Open]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_is_found_in_the_pipeline_that_the_row_names() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let body = json!({"name": "Renewals", "stages": [{"name": "Due", "stage": "open"},
            {"name": "Kept", "stage": "won"}, {"name": "Gone", "stage": "lost"}]});
        let (by, new) = (world.actor.clone(), serde_json::from_value(body).expect("a body"));
        let made = world.db.write(move |tx| pipelines::create(tx, &by, &new)).await.expect("a pipeline");
        let text = "name,pipeline.name,stage\na,renewals,kept\nb,Renewals,\nc,Renewals,Open\nd,Nowhere,Due\ne,,Due\n";
        let done = world.import(RecordKind::Deal, text, OnDuplicate::Skip).await;
        assert_eq!(counts(&done), [5, 3, 0, 0, 0, 2], "{:?}", done.problems);
        let deals = world.all_deals().await;
        let places: Vec<_> = deals.iter().map(|deal| (deal.pipeline_id, deal.stage_id)).collect();
        let at = |index: usize| (made.id, made.stages[index].id);
        assert_eq!(places, [at(1), at(0), at(0)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_of_deals_and_products_are_filled_or_further_deals_are_made() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let wares = "Product name,Price,Description\nHull,,\n";
        assert_eq!(counts(&world.import(RecordKind::Product, wares, OnDuplicate::Skip).await), [1, 1, 0, 0, 0, 0]);
        let wares = "Product name,Price,Description\nhull,100,Wood\n";
        let done = world.import(RecordKind::Product, wares, OnDuplicate::FillEmpty).await;
        assert_eq!(counts(&done), [1, 0, 1, 0, 0, 0], "{:?}", done.problems);
        let wares = "Product name,Price,Description\nHULL,200,Steel\n";
        let done = world.import(RecordKind::Product, wares, OnDuplicate::FillEmpty).await;
        assert_eq!(counts(&done), [1, 0, 0, 1, 0, 0], "{:?}", done.problems);
        let done = world.import(RecordKind::Product, wares, OnDuplicate::Create).await;
        assert_eq!(counts(&done), [1, 0, 0, 0, 1, 0], "a name belongs to one product");

        let first = "Deal name,Company,Stage,Amount,Currency\nBig,Acme,Open,,\nSmall,Acme,Won,5,USD\n";
        world.import(RecordKind::Deal, first, OnDuplicate::Skip).await;
        let second = "Deal name,Company,Stage,Amount,Currency,Product,Source\n\
            Big,Acme,Lost,100,USD,Hull,Fair\nSmall,Acme,Lost,7,EUR,Hull,Fair\n";
        let done = world.import(RecordKind::Deal, second, OnDuplicate::FillEmpty).await;
        assert_eq!(counts(&done), [2, 0, 2, 0, 0, 0], "{:?}", done.problems);
        let deals = world.deals(json!({"and": []})).await;
        let [big, small] = &deals[..] else { panic!("{deals:#?}") };
        assert_eq!((big.stage, big.amount, big.currency.as_deref()), (DealStage::Open, Some(10_000), Some("USD")));
        assert_eq!((small.stage, small.amount, small.currency.as_deref()), (DealStage::Won, Some(500), Some("USD")));
        assert_eq!((big.lines.len(), small.lines.len(), big.source.as_str()), (1, 1, "import"));
        let again = world.import(RecordKind::Deal, second, OnDuplicate::FillEmpty).await;
        assert_eq!(counts(&again), [2, 0, 0, 2, 0, 0]);
        let twice = format!("{second}Big,Acme,Open,1,USD,,\n");
        let done = world.import(RecordKind::Deal, &twice, OnDuplicate::Create).await;
        assert_eq!(counts(&done), [3, 3, 0, 0, 0, 0], "{:?}", done.problems);
        assert_eq!((world.all_deals().await.len(), world.companies().await.len()), (5, 1));
        world.check().await;
    })
    .await;
}
