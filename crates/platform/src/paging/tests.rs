use super::*;
use crate::filter::catalogue::*;
use db::testing::each_engine;
use db::{Db, Engine, Tx, params};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestError, TestRunner};
use std::cmp::Ordering;

static ITEMS: Catalogue = Catalogue {
    record: "item",
    id: "i.id",
    activities: None,
    deals: None,
    fields: &[
        text("name", "", column("i.name")).sortable().required(),
        time("at", "", column("i.at")).sortable().required(),
        text("title", "", column("i.title")).sortable(),
        integer("age", "", column("i.age")).sortable(),
        decimal("score", "", column("i.score")).sortable(),
        boolean("vip", "", column("i.vip")).sortable(),
        user("ownerId", "", column("i.owner_id")).sortable(),
        code("country", "", column("i.country")),
    ],
};

const ORG: Uuid = Uuid::from_u128(1);

fn create_table(tx: &Tx) -> db::Result<()> {
    if tx.engine() == Engine::Sqlite {
        tx.execute(
            "CREATE TABLE items (org_id BLOB NOT NULL, id BLOB NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, title TEXT, \
             age INTEGER, score REAL, vip INTEGER, owner_id BLOB, PRIMARY KEY (org_id, id)) STRICT, WITHOUT ROWID",
        )?;
    } else {
        tx.execute(
            "CREATE TABLE items (org_id UUID NOT NULL, id UUID NOT NULL, name TEXT COLLATE \"C\" NOT NULL, at BIGINT NOT NULL, \
             title TEXT COLLATE \"C\", age BIGINT, score DOUBLE PRECISION, vip BOOLEAN, owner_id UUID, PRIMARY KEY (org_id, id))",
        )?;
    }
    tx.execute("CREATE INDEX items_name ON items (org_id, name, id)")?;
    tx.execute("CREATE INDEX items_age ON items (org_id, age, id)")?;
    tx.execute("CREATE INDEX items_at_name ON items (org_id, at, name, id)")?;
    Ok(())
}

#[derive(Clone, Debug)]
struct Item {
    id: Uuid,
    name: String,
    at: i64,
    title: Option<String>,
    age: Option<i64>,
    score: Option<f64>,
    vip: Option<bool>,
    owner: Option<Uuid>,
}

fn insert(tx: &Tx, item: &Item) -> db::Result<u64> {
    tx.execute((
        "INSERT INTO items VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            ORG,
            item.id,
            item.name.clone(),
            item.at,
            item.title.clone(),
            item.age,
            item.score,
            item.vip,
            item.owner
        ],
    ))
}

/// Few values, so that ties and gaps are many.
fn item() -> impl Strategy<Value = Item> {
    let words = || select(vec!["", "a", "B", "é", "aa", "😀", "\u{e000}"]).prop_map(str::to_string);
    use prop::option::of;
    (
        any::<u128>(),
        words(),
        select(vec![i64::MIN, -1, 0, 7, i64::MAX]),
        of(words()),
        of(select(vec![i64::MIN, 0, 1, i64::MAX])),
        of(select(vec![f64::MIN, -0.1, 0.1, 0.1 + f64::EPSILON, 1e300])),
        of(any::<bool>()),
        of((0_u128..3).prop_map(Uuid::from_u128)),
    )
        .prop_map(|(id, name, at, title, age, score, vip, owner)| Item {
            id: Uuid::from_u128(id),
            name,
            at,
            title,
            age,
            score,
            vip,
            owner,
        })
}

fn sort() -> impl Strategy<Value = String> {
    let names: Vec<&str> = ITEMS.fields.iter().filter(|field| field.sort.is_some()).map(|field| field.name).collect();
    (subsequence(names, 1..=3).prop_shuffle(), any::<[bool; 3]>()).prop_map(|(names, down)| {
        let keys: Vec<String> =
            names.iter().zip(down).map(|(name, down)| format!("{}{name}", if down { "-" } else { "" })).collect();
        keys.join(",")
    })
}

/// Nulls last in both directions.
fn by<T: PartialOrd>(a: &Option<T>, b: &Option<T>, down: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => {
            let order = a.partial_cmp(b).expect("comparable");
            if down { order.reverse() } else { order }
        }
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

fn order(a: &Item, b: &Item, list: &List) -> Ordering {
    let keys = list.sorted_by().map(|(name, down)| match name {
        "name" => by(&Some(&a.name), &Some(&b.name), down),
        "at" => by(&Some(a.at), &Some(b.at), down),
        "title" => by(&a.title, &b.title, down),
        "age" => by(&a.age, &b.age, down),
        "score" => by(&a.score, &b.score, down),
        "vip" => by(&a.vip, &b.vip, down),
        "ownerId" => by(&a.owner, &b.owner, down),
        other => panic!("{other}"),
    });
    let last = list.sorted_by().last().is_some_and(|(_, down)| down);
    keys.fold(Ordering::Equal, Ordering::then).then(by(&Some(a.id), &Some(b.id), last))
}

fn list(sort: &str, limit: u32, cursor: Option<String>) -> Result<List> {
    let query = ListQuery { sort: Some(sort.into()), limit: Some(limit.to_string()), cursor, ..ListQuery::default() };
    query.read(&ITEMS, "name", Me::Allowed)
}

fn select_items(leg: &Leg<'_>) -> Sql {
    let mut sql = Sql::new("SELECT i.id");
    sql.append(&leg.columns()).push(" FROM items i WHERE i.org_id = ").bind(ORG).append(&leg.rest());
    sql
}

fn walk(c: &Conn, items: &[Item], sort: &str, limit: u32) -> Result<(), String> {
    let told = |error: crate::Error| error.to_string();
    let mut expected = items.to_vec();
    let first = list(sort, limit, None).map_err(told)?;
    expected.sort_by(|a, b| order(a, b, &first));
    let expected: Vec<Uuid> = expected.iter().map(|item| item.id).collect();
    let mut seen: Vec<Uuid> = Vec::new();
    let mut cursor = None;
    loop {
        let list = list(sort, limit, cursor).map_err(told)?;
        let page = list.page(c, select_items, |row| row.get::<Uuid>(0)).map_err(|error| error.to_string())?;
        let full = page.items.len() == limit as usize;
        seen.extend(page.items);
        match page.next_cursor {
            Some(next) if full && seen.len() < expected.len() => cursor = Some(next),
            None if seen.len() == expected.len() => break,
            next => {
                return Err(format!("{} of {} rows, then the cursor {next:?}", seen.len(), expected.len()));
            }
        }
    }
    if seen == expected { Ok(()) } else { Err(format!("{seen:#?}\nis not\n{expected:#?}")) }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_put_together_are_the_whole_list_in_order() {
    each_engine(|db: Db| async move {
        db.write(create_table).await.expect("a table");
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        for _ in 0..25 {
            let items = prop::collection::vec(item(), 0..30).new_tree(&mut runner).expect("items").current();
            let rows = items.clone();
            db.write(move |tx| {
                tx.execute("DELETE FROM items")?;
                rows.iter().try_for_each(|item| insert(tx, item).map(|_| ()))
            })
            .await
            .expect("rows");
            let rng = runner.new_rng();
            let outcome = db
                .read(move |c| {
                    let config = Config { cases: 20, failure_persistence: None, ..Config::default() };
                    let mut runner = TestRunner::new_with_rng(config, rng.clone());
                    Ok::<_, db::Error>(runner.run(&(sort(), 1_u32..12), |(sort, limit)| {
                        walk(c, &items, &sort, limit).map_err(TestCaseError::fail)
                    }))
                })
                .await
                .expect("a connection");
            match outcome {
                Ok(()) => {}
                Err(TestError::Fail(why, input)) => panic!("{input:?}\n{why}"),
                Err(error) => panic!("{error}"),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_leg_is_a_range_of_an_index() {
    each_engine(|db: Db| async move {
        db.write(|tx| {
            create_table(tx)?;
            let rows = (0..4_000_i64).map(|n| {
                let age = (n % 2 == 0).then_some(n);
                vec![Value::from(ORG), Uuid::from_u128(n as u128).into(), n.to_string().into(), n.into(), age.into()]
            });
            tx.bulk("items", &["org_id", "id", "name", "at", "age"], &rows.collect::<Vec<_>>())?;
            tx.execute("ANALYZE")
        })
        .await
        .expect("rows");
        db.read(|c| {
            for sort in ["name", "-name", "age", "-age", "at,name", "-at,-name"] {
                let mut cursor = None;
                // The first page, one far inside, and one among the missing.
                for (pages, at_once) in [(1, 1), (15, 200), (1, 1)] {
                    for _ in 0..pages {
                        let list = list(sort, at_once, cursor.take()).expect("a list");
                        for part in list.parts() {
                            let leg = Leg { list: &list, part, limit: 51 };
                            let plan = c.explain(&select_items(&leg))?;
                            let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
                            assert!(plan.contains("items_") && !sorts, "{sort} {part:?}\n{plan}");
                        }
                        cursor = list.page(c, select_items, |row| row.get::<Uuid>(0))?.next_cursor;
                    }
                }
            }
            Ok::<_, db::Error>(())
        })
        .await
        .expect("plans");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_exact_up_to_a_bound() {
    each_engine(|db: Db| async move {
        db.write(|tx| {
            create_table(tx)?;
            let row =
                |n: i64| vec![Value::from(ORG), Uuid::from_u128(n as u128).into(), n.to_string().into(), n.into()];
            let rows: Vec<Vec<Value>> = (0..=COUNT_MAX).map(row).collect();
            tx.bulk("items", &["org_id", "id", "name", "at"], &rows)
        })
        .await
        .expect("rows");
        let counts = db
            .read(|c| {
                let all = Sql::new("SELECT 1 FROM items i");
                let mut most = all.clone();
                most.push(" WHERE i.at < ").bind(COUNT_MAX);
                Ok::<_, db::Error>([count(c, &most, false)?, count(c, &all, false)?, count(c, &all, true)?])
            })
            .await
            .expect("counts");
        assert_eq!(
            counts,
            [
                Count { count: COUNT_MAX, exact: true },
                Count { count: COUNT_MAX, exact: false },
                Count { count: COUNT_MAX + 1, exact: true }
            ]
        );
    })
    .await;
}

// ---- What comes in -------------------------------------------------------------------------------

fn fault<T: std::fmt::Debug>(outcome: Result<T>) -> (String, String) {
    match outcome {
        Err(Error::Malformed(faults)) => (faults[0].path.clone(), faults[0].code.clone()),
        other => panic!("no fault: {other:?}"),
    }
}

fn at(path: &str, code: &str) -> (String, String) {
    (path.to_string(), code.to_string())
}

/// A cursor of `sort` that points at an item.
fn cursor(sort: &str) -> String {
    let list = list(sort, 1, None).expect("a list");
    let values = list.sort.iter().map(|key| match key.field.kind {
        Kind::Text => Value::Text(Some("é".into())),
        Kind::Decimal => Value::Float(Some(0.1)),
        _ => Value::Int(None),
    });
    Position { values: values.collect(), id: Uuid::from_u128(7) }.encode(&list.query)
}

#[test]
fn a_cursor_reads_back_what_it_was_made_of() {
    let list = list("-score,name,age", 1, Some(cursor("-score,name,age"))).expect("a list");
    let after = list.after.expect("a position");
    assert_eq!(after.values, [Value::Float(Some(0.1)), Value::Text(Some("é".into())), Value::Int(None)]);
    assert_eq!(after.id, Uuid::from_u128(7));
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    let foreign = at("cursor", "foreign_cursor");
    let mine = cursor("name");
    assert_eq!(fault(list("-name", 1, Some(mine.clone()))), foreign);
    assert_eq!(fault(list("name,age", 1, Some(mine.clone()))), foreign);
    // Another page size is the same list.
    assert!(list("name", 100, Some(mine.clone())).is_ok());
    assert!(list(" name", 1, Some(mine.clone())).is_ok());
    let query = ListQuery { sort: Some("name".into()), cursor: Some(mine.clone()), ..ListQuery::default() };
    let read = |query: &ListQuery| query.read(&ITEMS, "at", Me::Allowed);
    assert!(read(&query).is_ok());
    let filtered = ListQuery { filter: Some(r#"{"field":"age","op":"gt","value":1}"#.into()), ..query.clone() };
    assert_eq!(fault(read(&filtered)), foreign);
    let everything = ListQuery { filter: Some(r#"{"and":[]}"#.into()), ..query.clone() };
    assert!(read(&everything).is_ok());
    assert_eq!(fault(read(&ListQuery { q: Some("x".into()), ..query.clone() })), foreign);
    assert_eq!(fault(query.read_within(&ITEMS, "at", Me::Allowed, "company 7")), foreign);
    let body = ListBody { sort: Some("-name".into()), cursor: Some(mine), ..ListBody::default() };
    assert_eq!(fault(body.read(&ITEMS, "at", Me::Allowed)), at("/cursor", "foreign_cursor"));
}

#[test]
fn a_damaged_cursor_is_refused() {
    let invalid = at("cursor", "invalid_cursor");
    let good = cursor("name");
    let bytes = URL_SAFE_NO_PAD.decode(&good).expect("base64");
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut bytes = bytes.clone();
            bytes[index] ^= 1 << bit;
            let text = URL_SAFE_NO_PAD.encode(bytes);
            assert_eq!(fault(list("name", 1, Some(text))), invalid, "byte {index} bit {bit}");
        }
    }
    for length in 1..good.len() {
        assert_eq!(fault(list("name", 1, Some(good[..length].to_string()))), invalid, "{length} characters");
    }
    for text in ["x", "null", "AAAA", "é", "====", "%00"] {
        assert_eq!(fault(list("name", 1, Some(text.into()))), invalid, "{text}");
    }
    assert_eq!(fault(list("name", 1, Some("A".repeat(CURSOR_MAX + 1)))), invalid);
    assert!(good.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'));
}

#[test]
fn a_forged_cursor_is_still_of_the_right_types() {
    let forge = |sort: &str, payload: Json| {
        let query = list(sort, 1, None).expect("a list").query;
        let payload = payload.to_string().into_bytes();
        let bytes = [vec![VERSION], query.to_vec(), check(&query, &payload).to_vec(), payload].concat();
        list(sort, 1, Some(URL_SAFE_NO_PAD.encode(bytes)))
    };
    let id = Uuid::nil().to_string();
    let invalid = at("cursor", "invalid_cursor");
    assert!(forge("name", serde_json::json!(["a", id])).is_ok());
    assert!(forge("age", serde_json::json!([null, id])).is_ok());
    for (sort, payload) in [
        ("name", serde_json::json!([null, id])),
        ("name", serde_json::json!([1, id])),
        ("name", serde_json::json!(["a\0", id])),
        ("name", serde_json::json!(["a", "x"])),
        ("name", serde_json::json!(["a"])),
        ("name", serde_json::json!([])),
        ("name", serde_json::json!({"a": 1})),
        ("name", serde_json::json!(["a", "b", id])),
        ("age", serde_json::json!([1.5, id])),
        ("score", serde_json::json!([f64::NAN.to_bits(), id])),
        ("vip", serde_json::json!([1, id])),
        ("ownerId", serde_json::json!(["me", id])),
    ] {
        assert_eq!(fault(forge(sort, payload.clone())), invalid, "{sort} {payload}");
    }
}

#[test]
fn sorts_and_limits_are_checked() {
    let read = |query: ListQuery| query.read(&ITEMS, "-at", Me::Allowed);
    let sorted = |sort: &str| read(ListQuery { sort: Some(sort.into()), ..ListQuery::default() });
    assert_eq!(fault(sorted("nope")), at("sort", "unknown_field"));
    assert_eq!(fault(sorted("country")), at("sort", "unknown_field"));
    assert_eq!(fault(sorted("name,,age")), at("sort", "unknown_field"));
    assert_eq!(fault(sorted("--name")), at("sort", "unknown_field"));
    assert_eq!(fault(sorted("name,-name")), at("sort", "invalid_value"));
    assert_eq!(fault(sorted("name,at,title,age,score")), at("sort", "too_many"));
    let list = sorted("").expect("the default");
    let keys: Vec<_> = list.sorted_by().collect();
    assert_eq!(keys, [("at", true)]);
    let list = sorted("-age, name").expect("a sort");
    let keys: Vec<_> = list.sorted_by().collect();
    assert_eq!(keys, [("age", true), ("name", false)]);

    let limited = |limit: &str| read(ListQuery { limit: Some(limit.into()), ..ListQuery::default() });
    for limit in ["0", "201", "-1", "x", "1.5", "99999999999999999999"] {
        assert_eq!(fault(limited(limit)), at("limit", "invalid_value"), "{limit}");
    }
    assert_eq!(limited("200").expect("a limit").limit, 200);
    assert_eq!(limited("").expect("the default").limit, 50);
    let body = |limit| ListBody { limit: Some(limit), ..ListBody::default() }.read(&ITEMS, "name", Me::Allowed);
    assert_eq!(fault(body(i64::MAX)), at("/limit", "invalid_value"));
    assert_eq!(body(1).expect("a limit").limit, 1);

    let search = |q: &str| read(ListQuery { q: Some(q.into()), ..ListQuery::default() });
    assert_eq!(search("  Anna ").expect("a search").q.as_deref(), Some("Anna"));
    assert_eq!(search("   ").expect("no search").q, None);
    assert_eq!(fault(search(&"é".repeat(SEARCH_MAX + 1))), at("q", "too_long"));
    assert_eq!(fault(search("a\0b")), at("q", "invalid_value"));
    let filter = ListQuery { filter: Some(r#"{"and":[{"field":"x"}]}"#.into()), ..ListQuery::default() };
    assert_eq!(fault(read(filter)), at("/and/0/field", "unknown_field"));
}

#[test]
fn a_filter_in_a_body_has_each_key_once() {
    let twice = br#"{"q":"x","filter":{"and":[{"field":"age","op":"gt","op":"lt","value":1}]}}"#;
    let told = "duplicate field `op`";
    assert!(serde_json::from_slice::<ListBody>(twice).expect_err("a fault").to_string().contains(told));
    assert!(serde_json::from_slice::<CountBody>(twice).expect_err("a fault").to_string().contains(told));
    for none in [&br#"{"filter":null}"#[..], b"{}"] {
        assert_eq!(serde_json::from_slice::<ListBody>(none).expect("a body").filter, None);
        assert_eq!(serde_json::from_slice::<CountBody>(none).expect("a body").filter, None);
    }
}

#[test]
fn what_a_list_names_is_found_however_it_is_written() {
    let list = |filter: &str| ListQuery { filter: Some(filter.into()), ..ListQuery::default() };
    assert!(list(r#"{"field": "custom.x", "op": "empty"}"#).names("custom."));
    assert!(list(r#"{"field": "\u0063ustom\u002ex", "op": "empty"}"#).names("custom."));
    assert!(!list(r#"{"field": "name", "op": "empty"}"#).names("custom."));
    assert!(!list("{").names("custom."));
    assert!(ListQuery { sort: Some("-custom.x".into()), ..ListQuery::default() }.names("custom."));
}
