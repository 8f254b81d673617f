use super::*;
use crate::companies::{self, NewCompany};
use crate::customers::{self, NewCustomer};
use crate::testing::org;
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::clock::{Clock, Timestamp};
use platform::http::IfMatch;
use platform::ids::CustomerId;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Adds a customer, later than those before.
async fn add(db: &Db, actor: &Actor, minute: i64, body: Value) -> CustomerId {
    let new = serde_json::from_value::<NewCustomer>(body).expect("a body").parse().expect("a valid customer");
    let clock = Clock::fixed(Timestamp(1_700_000_000_000_000 + minute * 60_000_000));
    let actor = Actor { clock, ..actor.clone() };
    db.write(move |tx| customers::create(tx, &actor, &new)).await.expect("a customer").id
}

async fn add_company(db: &Db, actor: &Actor, body: Value) {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewCompany>(body).expect("a body"));
    db.write(move |tx| companies::create(tx, &actor, &new)).await.expect("a company");
}

async fn search(db: &Db, actor: &Actor, typed: &str) -> Vec<SearchHit> {
    let (actor, asked) = (actor.clone(), typed.to_string());
    db.read(move |c| find(c, &actor, &asked, 10)).await.unwrap_or_else(|error| panic!("{typed:?}: {error:?}"))
}

/// `rank title`, in the order of the answer.
async fn told(db: &Db, actor: &Actor, typed: &str) -> Vec<String> {
    let word = |rank: SearchRank| serde_json::to_value(rank).expect("a rank").as_str().unwrap_or_default().to_string();
    search(db, actor, typed).await.into_iter().map(|hit| format!("{} {}", word(hit.rank), hit.title)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn better_reasons_come_first_and_then_the_more_active() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mail = |address: &str| json!([{"channel": "email", "value": address}]);
        add(&db, &owner, 9, json!({"fullName": "Ranmari Sol"})).await;
        add(&db, &owner, 8, json!({"fullName": "Zed Four", "contacts": mail("mari.four@x.example")})).await;
        add(&db, &owner, 1, json!({"fullName": "Zed Five", "contacts": mail("mari@x.example")})).await;
        add(&db, &owner, 6, json!({"fullName": "Ana Maria Ruiz"})).await;
        add(&db, &owner, 2, json!({"fullName": "Marit Old"})).await;
        add(&db, &owner, 3, json!({"fullName": "Mario New"})).await;
        add(&db, &owner, 0, json!({"fullName": "Mari"})).await;
        add_company(&db, &owner, json!({"name": "Maritime AG", "domains": ["sea.example"]})).await;
        add_company(&db, &owner, json!({"name": "Boats", "domains": ["marina.example"]})).await;
        assert_eq!(
            told(&db, &owner, "MÂRI").await,
            [
                "whole_name Mari",
                "name_begins Mario New",
                "name_begins Marit Old",
                "name_begins Maritime AG",
                "word_begins Ana Maria Ruiz",
                "address_begins Zed Four",
                "address_begins Zed Five",
                "address_begins Boats",
                "part Ranmari Sol",
            ]
        );
        assert_eq!(told(&db, &owner, "mari@x.example").await, ["whole_address Zed Five"]);
        assert_eq!(told(&db, &owner, "ruiz, ana").await, ["word_begins Ana Maria Ruiz"]);
        assert_eq!(told(&db, &owner, "ma").await.len(), 8, "all but what holds it in the middle");
        assert_eq!(told(&db, &owner, "z").await, ["name_begins Zed Four", "name_begins Zed Five"]);
        assert_eq!(told(&db, &owner, "  ").await, [""; 0]);
        let actor = owner.clone();
        let two = db.read(move |c| find(c, &actor, "mari", 2)).await.unwrap();
        let titles: Vec<&str> = two.iter().map(|hit| hit.title.as_str()).collect();
        assert_eq!(titles, ["Mari", "Mario New", "Maritime AG", "Boats"], "two of each kind");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_what_matched() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        add_company(&db, &owner, json!({"name": "Größe & Söhne", "domains": ["groesse.example"], "city": "Köln"}))
            .await;
        let body = json!({"fullName": "Zoë Ünal", "jobTitle": "Buyer", "country": "DE", "contacts": [
            {"channel": "email", "value": "Zoe@Groesse.example"}, {"channel": "phone", "value": "030 901820"},
            {"channel": "linkedin", "value": "https://linkedin.com/in/zoe-u"}]});
        add(&db, &owner, 0, body).await;
        for (typed, field, value) in [
            ("unal zoe", SearchField::Name, "Zoë Ünal"),
            ("901820", SearchField::Phone, "+4930901820"),
            ("+49 (0)30 / 90-18-20", SearchField::Phone, "+4930901820"),
            ("0049 30 9018", SearchField::Phone, "+4930901820"),
            ("030 90 18 20", SearchField::Phone, "+4930901820"),
            ("1820", SearchField::Phone, "+4930901820"),
            ("oe@groe", SearchField::Email, "zoe@groesse.example"),
            ("https://www.linkedin.com/in/Zoe-U/", SearchField::Linkedin, "in/zoe-u"),
            ("zoe groesse.ex", SearchField::Email, "zoe@groesse.example"),
        ] {
            let hits = search(&db, &owner, typed).await;
            let customer = hits.iter().find(|hit| hit.kind == SearchKind::Customer).expect(typed);
            assert_eq!(customer.matched, SearchMatch { field, value: value.into() }, "{typed}");
            assert_eq!(
                (customer.title.as_str(), customer.subtitle.as_deref()),
                ("Zoë Ünal", Some("Buyer · Größe & Söhne"))
            );
            assert_ne!(customer.rank, SearchRank::Near);
        }
        for typed in ["https://www.groesse.example/about", "groesse"] {
            let hits = search(&db, &owner, typed).await;
            let company = hits.iter().find(|hit| hit.kind == SearchKind::Company).expect(typed);
            assert_eq!(company.matched, SearchMatch { field: SearchField::Domain, value: "groesse.example".into() });
            assert_eq!(company.subtitle.as_deref(), Some("groesse.example · Köln"));
        }
        assert_eq!(told(&db, &owner, "sohne").await, ["word_begins Größe & Söhne"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_name_is_guessed_only_when_hardly_anything_is_found() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for (minute, name) in ["Anna Schmidt", "Bo Meyer", "Cy Lovelace", "Di Schmidtke"].into_iter().enumerate() {
            add(&db, &owner, minute as i64, json!({"fullName": name})).await;
        }
        add_company(&db, &owner, json!({"name": "Siemens"})).await;
        for (typed, guess) in [
            ("shcmidt", vec!["near Anna Schmidt", "near Di Schmidtke"]),
            ("meyre", vec!["near Bo Meyer"]),
            ("mezer", vec!["near Bo Meyer"]),
            ("lovelase", vec!["near Cy Lovelace"]),
            ("lovleac", vec!["near Cy Lovelace"]),
            ("anan schmidt", vec!["near Anna Schmidt"]),
            ("siemsen", vec!["near Siemens"]),
            ("xyzzy", vec![]),
        ] {
            assert_eq!(told(&db, &owner, typed).await, guess, "{typed}");
        }
        assert_eq!(told(&db, &owner, "meyer").await, ["word_begins Bo Meyer"]);
        for minute in 10..13 {
            add(&db, &owner, minute, json!({"fullName": format!("Meyre {minute}")})).await;
        }
        let found = told(&db, &owner, "meyre").await;
        assert!(found.iter().all(|line| line.starts_with("name_begins")), "{found:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn archived_records_and_those_of_others_are_never_found() {
    each_engine(|db| async move {
        let (owner, stranger) = (org(&db).await, org(&db).await);
        let body = json!({"fullName": "Only Ours", "contacts": [{"channel": "email", "value": "only@ours.example"},
            {"channel": "phone", "value": "+49 30 901820"}]});
        let id = add(&db, &owner, 0, body).await;
        add_company(&db, &owner, json!({"name": "Ours AG", "domains": ["ours.example"]})).await;
        for typed in ["o", "on", "only ours", "ours", "only@ours.example", "901820", "ours.ex", "onyl ours", "our sag"]
        {
            assert_eq!(search(&db, &stranger, typed).await, [], "{typed}");
        }
        assert_eq!(search(&db, &owner, "ours").await.len(), 2);
        let actor = owner.clone();
        db.write(move |tx| customers::archive(tx, &actor, id, IfMatch(None))).await.unwrap();
        for typed in ["o", "only ours", "only@ours.example", "901820", "onyl ours"] {
            let hits = search(&db, &owner, typed).await;
            assert!(hits.iter().all(|hit| hit.kind == SearchKind::Company), "{typed}: {hits:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_makes_a_search_fail() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        add(&db, &owner, 0, json!({"fullName": "O\"Neill 100%_\\ 👩‍👩‍👧 שלום"})).await;
        add_company(&db, &owner, json!({"name": "NEAR AND OR NOT*"})).await;
        for typed in ["O\"Neill", "100%_", "%_\\", "👩‍👩‍👧", "שלום", "and or", "not*"] {
            assert_eq!(search(&db, &owner, typed).await.len(), 1, "{typed}");
        }
        for typed in
            ["%%%", "___", "\"\"\"", "a\" OR \"b", "text:abc", "^abc", "abc*", "NEAR(a b, 2)", "\\", "'; --", "$1 ?1"]
        {
            search(&db, &owner, typed).await;
        }
        for typed in ["a\0b".repeat(50), "\u{202e}abc\u{2066}".into(), "\u{10ffff}".repeat(300), "ﷺ".repeat(200)] {
            search(&db, &owner, &typed).await;
        }
        for long in ["a", "ab ", "\"", "%", "9", "é", "word ", "@", "-", "\u{301}"] {
            search(&db, &owner, &long.repeat(10_000)).await;
        }
        let mut runner = TestRunner::deterministic();
        let any = prop_oneof![
            any::<String>(),
            "[\"'*^(){}:%_\\\\+-]{1,12}",
            "[ -~]{1,30}",
            "\\PC{1,6}",
            "[0-9 +()/.-]{1,20}"
        ];
        for _ in 0..400 {
            let typed = any.new_tree(&mut runner).expect("a text").current();
            search(&db, &owner, &typed).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_many_match_the_most_active_are_among_the_answers() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let first = add(&db, &owner, 0, json!({"fullName": "Zoe Same"})).await;
        let actor = owner.clone();
        db.write(move |tx| {
            for nth in 0..store::CANDIDATES + 50 {
                let new = serde_json::from_value::<NewCustomer>(json!({"fullName": format!("Zoe Same {nth:04}")}));
                customers::create(tx, &actor, &new.expect("a body").parse()?)?;
            }
            tx.execute((
                "UPDATE customers SET last_activity_at = last_activity_at + 1000000 WHERE org_id = $1 AND id = $2",
                db::params![actor.scope(), first],
            ))?;
            Ok::<_, platform::Error>(())
        })
        .await
        .unwrap();
        for typed in ["same", "zo same", "ame", "zoe", "zo"] {
            let hits = search(&db, &owner, typed).await;
            assert_eq!((hits.len(), hits[0].title.as_str()), (10, "Zoe Same"), "{typed}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_walks_an_index() {
    let fresh = db::testing::sqlite().await;
    let db = fresh.db.clone();
    let owner = org(&db).await;
    add(&db, &owner, 0, json!({"fullName": "X Y"})).await;
    let plans = db
        .read(move |c| {
            let scope = owner.scope();
            let mut plans = Vec::new();
            for source in &SOURCES {
                for typed in ["a", "an", "anna", "anna m", "+49 30 901820", "https://x.example"] {
                    let question = Question::of(typed).expect("a question");
                    for step in Step::ALL {
                        if let Some(sql) = store::step_sql(c.engine(), &scope, source, step, &question) {
                            plans.push((format!("{:?} {step:?} {typed}", source.kind), c.explain(&sql)?));
                        }
                        let sql = store::recent_sql(&scope, source, step, &question);
                        plans.push((format!("{:?} recent {typed}", source.kind), c.explain(&sql)?));
                    }
                    let sql = store::near_sql(c.engine(), &scope, source, &question);
                    plans.push((format!("{:?} near {typed}", source.kind), c.explain(&sql)?));
                }
                let sql = store::any_recent_sql(&scope, source);
                plans.push((format!("{:?} any recent", source.kind), c.explain(&sql)?));
            }
            Ok::<_, db::Error>(plans)
        })
        .await
        .unwrap();
    for (what, plan) in plans {
        let scans = full_scans(&plan, &["c", "d", "s", "customers", "companies"]);
        assert!(scans.is_empty() && plan.contains("INDEX"), "{what} scans:\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{what} sorts:\n{plan}");
    }
}
