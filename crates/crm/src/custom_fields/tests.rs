use super::model::{day, key_of};
use super::*;
use crate::activity::{self, Timeline};
use crate::companies::{self, Company, NewCompany};
use crate::customers::merging::{MergeCustomers, merge, unmerge};
use crate::customers::{self, Customer, CustomerPatch, FIELDS, NewCustomer};
use crate::segments::{self, NewSegment};
use crate::testing::{member, org, sound};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use platform::filter::{Me, Tree};
use platform::ids::CustomerId;
use platform::paging::ListQuery;
use std::collections::BTreeMap;

async fn write<T: Send + 'static>(
    db: &Db,
    actor: &Actor,
    work: impl Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
) -> Result<T> {
    let actor = actor.clone();
    db.write(move |tx| work(tx, &actor)).await
}

async fn try_field(db: &Db, actor: &Actor, body: Value) -> Result<CustomField> {
    let new: NewCustomField = serde_json::from_value(body).expect("a body");
    write(db, actor, move |tx, actor| create(tx, actor, &new)).await
}

async fn field(db: &Db, actor: &Actor, body: Value) -> CustomField {
    try_field(db, actor, body).await.expect("a field")
}

async fn edit(db: &Db, actor: &Actor, id: CustomFieldId, body: Value) -> Result<CustomField> {
    let patch: CustomFieldPatch = serde_json::from_value(body).expect("a patch");
    write(db, actor, move |tx, actor| update(tx, actor, id, &patch, IfMatch(None))).await
}

async fn try_add(db: &Db, actor: &Actor, body: Value) -> Result<Customer> {
    let new = serde_json::from_value::<NewCustomer>(body).expect("a body").parse()?;
    write(db, actor, move |tx, actor| customers::create(tx, actor, &new)).await
}

async fn add(db: &Db, actor: &Actor, body: Value) -> Customer {
    try_add(db, actor, body).await.expect("a customer")
}

async fn patch(db: &Db, actor: &Actor, id: CustomerId, body: Value) -> Result<Customer> {
    let patch: CustomerPatch = serde_json::from_value(body).expect("a patch");
    write(db, actor, move |tx, actor| customers::update(tx, actor, id, &patch, IfMatch(None))).await
}

async fn read_customer(db: &Db, actor: &Actor, id: CustomerId) -> Customer {
    let actor = actor.clone();
    db.read(move |c| customers::get(c, &actor, id)).await.expect("a customer")
}

fn faults<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<(String, String)> {
    match outcome {
        Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| (fault.path, fault.code)).collect(),
        other => panic!("{other:?}"),
    }
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::Conflict(conflict)) => conflict.code.to_string(),
        other => panic!("{other:?}"),
    }
}

fn values(of: Value) -> Values {
    serde_json::from_value(of).expect("values")
}

/// All pages of a list.
async fn names(db: &Db, actor: &Actor, filter: Option<Value>, sort: &str, limit: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let query = ListQuery {
            filter: filter.as_ref().map(Value::to_string),
            sort: Some(sort.into()),
            limit: Some(limit.into()),
            cursor,
            q: None,
        };
        let actor = actor.clone();
        let page = db
            .read(move |c| {
                let schema = schema(c, &actor.scope(), Record::Customer, &FIELDS)?;
                customers::page(c, &actor, &query.read(schema, "-lastActivityAt", Me::Allowed)?)
            })
            .await
            .expect("a page");
        found.extend(page.items.into_iter().map(|customer| customer.full_name));
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return found,
        }
    }
}

#[test]
fn keys_are_made_of_labels() {
    for (label, key) in
        [("Contract end", "contract_end"), ("  Été 2026! ", "ete_2026"), ("2nd tier", "nd_tier"), ("日本", "field")]
    {
        assert_eq!(key_of(label), key);
        assert!(super::model::valid_key(&key_of(label)).is_ok());
    }
    assert!(key_of(&"x ".repeat(60)).len() <= 40);
    assert_eq!(day(&json!("1970-01-02")), Some(1));
    assert_eq!(day(&json!("1969-12-31")), Some(-1));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_made_changed_ordered_and_put_aside_without_losing_anything() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let tier = json!({"record": "customer", "label": "Tier", "kind": "select",
            "options": [{"label": "Gold"}, {"label": "Silver"}]});
        let tier = field(&db, &owner, tier).await;
        assert_eq!((tier.key.as_str(), tier.position, tier.info.field.as_ref()), ("tier", 0, "custom.tier"));
        let score = field(&db, &owner, json!({"record": "customer", "label": "Score", "kind": "number"})).await;
        field(&db, &owner, json!({"record": "company", "label": "Tier", "kind": "text"})).await;
        for (body, told) in [
            (json!({"record": "customer", "label": "tiér", "kind": "text"}), "custom_field_exists"),
            (json!({"record": "customer", "label": "X", "key": "tier", "kind": "text"}), "custom_field_exists"),
        ] {
            assert_eq!(code(try_field(&db, &owner, body).await), told);
        }
        for (body, path) in [
            (json!({"record": "customer", "label": " ", "kind": "text"}), "/label"),
            (json!({"record": "customer", "label": "A", "key": "A b", "kind": "text"}), "/key"),
            (json!({"record": "customer", "label": "A", "kind": "select"}), "/options"),
            (json!({"record": "customer", "label": "A", "kind": "text", "options": [{"label": "x"}]}), "/options"),
            (
                json!({"record": "customer", "label": "A", "kind": "select", "options": [{"label": "x"}, {"label": "X"}]}),
                "/options/1/label",
            ),
        ] {
            assert_eq!(faults(try_field(&db, &owner, body).await)[0].0, path);
        }
        let lower = member(&db, &owner, Role::Member).await;
        let refused = try_field(&db, &lower, json!({"record": "customer", "label": "B", "kind": "text"})).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");

        let gold = tier.options[0].id;
        let ada = add(&db, &owner, json!({"fullName": "Ada", "custom": {"tier": gold, "score": 7}})).await;
        let renamed = json!({"options": [{"label": "New"}, {"id": gold, "label": "Platinum"}], "label": "Level"});
        let renamed = edit(&db, &owner, tier.id, renamed).await.unwrap();
        let options: Vec<(&str, bool)> =
            renamed.options.iter().map(|option| (option.label.as_str(), option.archived)).collect();
        assert_eq!(options, [("New", false), ("Platinum", false), ("Silver", true)], "what is left out is put aside");
        assert_eq!(read_customer(&db, &owner, ada.id).await.custom, ada.custom, "the value is the option, not its name");
        assert_eq!(edit(&db, &owner, score.id, json!({"position": 0})).await.unwrap().position, 0);
        let all = {
            let owner = owner.clone();
            db.read(move |c| of_record(c, &owner.scope(), Record::Customer)).await.unwrap()
        };
        assert_eq!(all.iter().map(|field| field.key.as_str()).collect::<Vec<_>>(), ["score", "tier"]);

        let id = tier.id;
        write(&db, &owner, move |tx, actor| archive(tx, actor, id, IfMatch(None))).await.unwrap();
        assert_eq!(read_customer(&db, &owner, ada.id).await.custom, values(json!({"score": 7})));
        let refused = patch(&db, &owner, ada.id, json!({"custom": {"tier": gold}})).await;
        assert_eq!(faults(refused), [("/custom/tier".into(), "archived_field".into())]);
        // A filter that names it goes on, and says so where it is kept.
        let tree = json!({"field": "custom.tier", "op": "eq", "value": gold});
        assert_eq!(names(&db, &owner, Some(tree), "fullName", "5").await, ["Ada"]);
        write(&db, &owner, move |tx, actor| restore(tx, actor, id, IfMatch(None))).await.unwrap();
        assert_eq!(read_customer(&db, &owner, ada.id).await.custom, ada.custom);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_typed_merged_by_key_logged_and_required_of_people() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let kinds = ["text", "number", "date", "boolean", "url", "email", "user"];
        for kind in kinds {
            field(&db, &owner, json!({"record": "customer", "label": kind, "kind": kind})).await;
        }
        let options = json!([{"label": "a"}, {"label": "b"}]);
        let select = json!({"record": "customer", "label": "select", "kind": "select", "options": options});
        let select = field(&db, &owner, select).await;
        let multi = json!({"record": "customer", "label": "multi", "kind": "multi_select", "options": options});
        let multi = field(&db, &owner, multi).await;
        let (a, b) = (multi.options[0].id, multi.options[1].id);
        let user = owner.user_id;
        let given = json!({"text": "  Ünal ", "number": 12.5, "date": "2026-01-31", "boolean": false,
            "url": "example.com/x", "email": "Ada@Example.COM", "user": user, "select": select.options[1].id,
            "multi": [b, a, b]});
        let made = add(&db, &owner, json!({"fullName": "Ada", "custom": given})).await;
        let stored = json!({"text": "Ünal", "number": 12.5, "date": "2026-01-31", "boolean": false,
            "url": "https://example.com/x", "email": "ada@example.com", "user": user,
            "select": select.options[1].id, "multi": [a, b]});
        assert_eq!(made.custom, values(stored.clone()));
        assert_eq!(read_customer(&db, &owner, made.id).await.custom, values(stored));

        for (key, bad) in [
            ("text", json!(1)),
            ("text", json!("x".repeat(501))),
            ("text", json!("ﷺ".repeat(300))),
            ("number", json!("1")),
            ("number", json!(1e16)),
            ("date", json!("2026-02-30")),
            ("date", json!("31.1.2026")),
            ("boolean", json!("true")),
            ("url", json!("javascript:alert(1)")),
            ("email", json!("nobody")),
            ("user", json!(uuid::Uuid::nil())),
            ("select", json!(a)),
            ("select", json!([a])),
            ("multi", json!(a)),
        ] {
            let refused = faults(patch(&db, &owner, made.id, json!({"custom": {key: bad}})).await);
            assert_eq!(refused[0].0, format!("/custom/{key}"), "{key} {bad}");
        }
        let refused = patch(&db, &owner, made.id, json!({"custom": {"nope": 1, "multi": [a, "x"]}})).await;
        let refused: Vec<String> = faults(refused).into_iter().map(|fault| fault.0).collect();
        assert_eq!(refused, ["/custom/multi/1", "/custom/nope"]);

        let change = json!({"custom": {"number": 13, "text": null, "multi": []}});
        let changed = patch(&db, &owner, made.id, change).await.unwrap();
        assert_eq!((changed.version, changed.custom.len()), (2, 7));
        assert_eq!(changed.custom["number"], json!(13));
        let same = json!({"custom": {"number": 13.0, "text": ""}});
        assert_eq!(patch(&db, &owner, made.id, same).await.unwrap().version, 2);
        let (reader, id) = (owner.clone(), made.id);
        let events = db.read(move |c| activity::page(c, &reader, Timeline::Customer(id), None, 5, None)).await.unwrap();
        let logged = &events.items[0];
        assert_eq!(logged.kind, "customer.updated");
        let told: Vec<&str> =
            logged.detail["changes"].as_array().unwrap().iter().filter_map(|one| one["field"].as_str()).collect();
        assert_eq!(told, ["custom.multi", "custom.number", "custom.text"]);
        assert_eq!(logged.detail["changes"][1]["old"], json!(12.5));

        edit(&db, &owner, select.id, json!({"required": true})).await.unwrap();
        let refused = try_add(&db, &owner, json!({"fullName": "B"})).await;
        assert_eq!(faults(refused), [("/custom/select".into(), "required".into())]);
        let refused = patch(&db, &owner, made.id, json!({"custom": {"select": null}})).await;
        assert_eq!(faults(refused), [("/custom/select".into(), "required".into())]);
        edit(&db, &owner, multi.id, json!({"required": true})).await.unwrap();
        patch(&db, &owner, made.id, json!({"jobTitle": "Countess"})).await.expect("an older record stays writable");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_sorted_and_paged_by_them() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for kind in ["text", "number", "date", "boolean"] {
            field(&db, &owner, json!({"record": "customer", "label": kind, "kind": kind})).await;
        }
        let tags = json!({"record": "customer", "label": "set", "kind": "multi_select",
            "options": [{"label": "a"}, {"label": "b"}]});
        let set = field(&db, &owner, tags).await;
        let (a, b) = (set.options[0].id, set.options[1].id);
        for (name, custom) in [
            ("A", json!({"text": "émile", "number": 3, "date": "2026-03-01", "boolean": true, "set": [a]})),
            ("B", json!({"text": "Zola", "number": -1.5, "date": "2026-03-02", "set": [a, b]})),
            ("C", json!({"number": 3, "boolean": false})),
            ("D", json!({})),
            ("E", json!({"text": "Abel", "date": "2025-01-01", "set": [b]})),
        ] {
            add(&db, &owner, json!({"fullName": name, "custom": custom})).await;
        }
        for limit in ["1", "2", "50"] {
            for (sort, wanted) in [
                ("custom.text,fullName", "EABCD"),
                ("-custom.text,fullName", "BAECD"),
                ("custom.number,fullName", "BACDE"),
                ("-custom.number,-fullName", "CABED"),
                ("custom.date,fullName", "EABCD"),
                ("custom.boolean,fullName", "CABDE"),
                ("fullName,custom.text", "ABCDE"),
                ("-custom.number,custom.text", "ACBED"),
            ] {
                let found = names(&db, &owner, None, sort, limit).await.concat();
                assert_eq!(found, wanted, "{sort} by {limit}");
            }
        }
        for (field, op, value, wanted) in [
            ("text", "contains", json!("MIL"), "A"),
            ("text", "ne", json!("zola"), "ACDE"),
            ("text", "empty", Value::Null, "CD"),
            ("number", "gte", json!(0), "AC"),
            ("number", "between", json!([-2, 0]), "B"),
            // Days of Berlin.
            ("date", "before", json!("2026-03-02"), "AE"),
            ("date", "after", json!("2026-02-28T22:59:59Z"), "AB"),
            ("date", "between", json!(["2026-03-01", "2026-03-02"]), "AB"),
            ("boolean", "is", json!(false), "C"),
            ("set", "has_any", json!([b]), "BE"),
            ("set", "has_all", json!([a, b]), "B"),
            ("set", "has_none", json!([a]), "CDE"),
        ] {
            let mut tree = json!({"field": format!("custom.{field}"), "op": op});
            if !value.is_null() {
                tree["value"] = value;
            }
            assert_eq!(names(&db, &owner, Some(tree.clone()), "fullName", "50").await.concat(), wanted, "{tree}");
        }
        let unknown = json!({"field": "custom.nope", "op": "empty"});
        let reader = owner.clone();
        let refused = db
            .read(move |c| {
                let schema = schema(c, &reader.scope(), Record::Customer, &FIELDS)?;
                Tree::parse(&unknown, schema, Me::Allowed)
            })
            .await;
        assert!(matches!(refused, Err(Error::Malformed(faults)) if faults[0].path == "/field"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_select_is_sorted_by_the_order_of_its_options() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        // Few options are read one after the other, many are sorted.
        for (label, count) in [("few", 4), ("many", 40)] {
            let options: Vec<Value> = (0..count).map(|n| json!({"label": format!("{n}")})).collect();
            let body = json!({"record": "customer", "label": label, "kind": "select", "options": options});
            field(&db, &owner, body).await;
        }
        field(&db, &owner, json!({"record": "customer", "label": "n", "kind": "number"})).await;
        let reader = owner.clone();
        let fields = db.read(move |c| living(c, &reader.scope(), Record::Customer)).await.unwrap();
        let (few, many) = (fields[0].clone(), fields[1].clone());
        for (name, option, n) in
            [("A", Some(2), 1), ("B", Some(0), 2), ("C", None, 3), ("D", Some(2), 4), ("E", Some(1), 5), ("F", None, 6)]
        {
            let custom = match option {
                Some(option) => {
                    json!({"few": few.options[option].id, "many": many.options[option + 30].id, "n": n})
                }
                None => json!({"n": n}),
            };
            add(&db, &owner, json!({"fullName": name, "custom": custom})).await;
        }
        let sorts = |few: [&'static str; 6]| {
            ["few", "many"].into_iter().flat_map(move |key| {
                let sorts = ["{},fullName", "-{},fullName", "{},-fullName", "-{},-custom.n", "custom.n,{}", "{}"];
                sorts
                    .into_iter()
                    .zip(few)
                    .map(move |(sort, wanted)| (sort.replace("{}", &format!("custom.{key}")), wanted))
            })
        };
        let all = |sorts: Vec<(String, &'static str)>| {
            let (db, owner) = (db.clone(), owner.clone());
            async move {
                for limit in ["1", "2", "50"] {
                    for (sort, wanted) in &sorts {
                        let found = names(&db, &owner, None, sort, limit).await.concat();
                        assert_eq!(found, *wanted, "{sort} by {limit}");
                    }
                }
            }
        };
        all(sorts(["BEADCF", "ADEBCF", "BEDAFC", "DAEBFC", "ABCDEF", "BEADCF"]).collect()).await;
        let even = json!({"field": "custom.n", "op": "gte", "value": 4});
        assert_eq!(names(&db, &owner, Some(even), "custom.few", "2").await.concat(), "EDF");
        // Reordered, renamed and put aside, it is their order all the same.
        for (field, at) in [(&few, 0), (&many, 30)] {
            let mut options: Vec<Value> = field.options.iter().map(|o| json!({"id": o.id, "label": o.label})).collect();
            options[at + 2]["archived"] = json!(true);
            options.swap(at, at + 2);
            edit(&db, &owner, field.id, json!({"options": options})).await.unwrap();
        }
        all(sorts(["ADEBCF", "BEADCF", "DAEBFC", "BEDAFC", "ABCDEF", "ADEBCF"]).collect()).await;
        for kind in ["user", "multi_select"] {
            let options = if kind == "user" { json!([]) } else { json!([{"label": "x"}]) };
            let body = json!({"record": "customer", "label": kind, "kind": kind, "options": options});
            let info = field(&db, &owner, body).await.info;
            assert!(!info.sortable, "{kind}");
        }
        assert!(few.info.sortable);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sorted_page_and_a_narrow_filter_walk_indexes() {
    let fresh = db::testing::sqlite().await;
    let db = fresh.db.clone();
    let owner = org(&db).await;
    field(&db, &owner, json!({"record": "customer", "label": "Score", "kind": "number"})).await;
    let tier = json!({"record": "customer", "label": "Tier", "kind": "select", "options": [{"label": "Gold"}]});
    let tier = field(&db, &owner, tier).await;
    add(&db, &owner, json!({"fullName": "A", "custom": {"score": 1, "tier": tier.options[0].id}})).await;
    for (filter, sort) in [
        (None, Some("-custom.score")),
        (None, Some("custom.tier")),
        (None, Some("-custom.tier")),
        (None, Some("custom.score,fullName")),
        (Some(json!({"field": "custom.score", "op": "eq", "value": 1})), None),
    ] {
        let query = ListQuery {
            filter: filter.map(|tree| tree.to_string()),
            sort: sort.map(str::to_owned),
            ..ListQuery::default()
        };
        let reader = owner.clone();
        let plan = db
            .read(move |c| {
                let schema = schema(c, &reader.scope(), Record::Customer, &FIELDS)?;
                let list = query.read(schema, "-lastActivityAt", Me::Allowed)?;
                customers::plan(c, &reader, &list)
            })
            .await
            .unwrap();
        let is_filter = sort.is_none();
        let is_tier = sort.is_some_and(|sort| sort.ends_with("tier"));
        let index = if is_tier { "customer_custom_ref" } else { "customer_custom_number" };
        assert!(is_filter || plan.contains(index), "{plan}");
        assert!(full_scans(&plan, &["c", "w", "v", "x"]).is_empty(), "{plan}");
        let is_single = sort.is_some_and(|sort| !sort.contains(','));
        assert!(!is_single || !plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn merges_take_them_over_and_give_them_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for label in ["one", "two", "three"] {
            field(&db, &owner, json!({"record": "customer", "label": label, "kind": "number"})).await;
        }
        let ada = add(&db, &owner, json!({"fullName": "Ada", "custom": {"one": 1}})).await;
        let bo = add(&db, &owner, json!({"fullName": "Bo", "custom": {"one": 2, "two": 2, "three": 2}})).await;
        let asked = |name: &str| MergeCustomers {
            primary_id: ada.id,
            ids: vec![bo.id],
            fields: BTreeMap::from([(name.to_owned(), bo.id)]),
        };
        let wrong = asked("custom.nope");
        let refused = write(&db, &owner, move |tx, actor| merge(tx, actor, &wrong)).await;
        assert_eq!(faults(refused), [("/fields/custom.nope".into(), "unknown_field".into())]);
        let right = asked("custom.one");
        let merged = write(&db, &owner, move |tx, actor| merge(tx, actor, &right)).await.unwrap();
        assert_eq!(merged.custom, values(json!({"one": 2, "two": 2, "three": 2})));
        patch(&db, &owner, ada.id, json!({"custom": {"three": 9}})).await.unwrap();
        let id = bo.id;
        let back = write(&db, &owner, move |tx, actor| unmerge(tx, actor, id, IfMatch(None))).await.unwrap();
        assert_eq!(back.customer.custom, bo.custom, "the loser has its own again");
        let left = read_customer(&db, &owner, ada.id).await.custom;
        assert_eq!(left, values(json!({"one": 1, "three": 9})), "what somebody wrote since stays");
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_is_taken_back_whole_while_the_field_is_archived() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let one = field(&db, &owner, json!({"record": "customer", "label": "one", "kind": "number"})).await.id;
        let two = field(&db, &owner, json!({"record": "customer", "label": "two", "kind": "number"})).await.id;
        let ada = add(&db, &owner, json!({"fullName": "Ada", "custom": {"one": 1}})).await;
        let bo = add(&db, &owner, json!({"fullName": "Bo", "custom": {"one": 2, "two": 2}})).await;
        let asked = MergeCustomers {
            primary_id: ada.id,
            ids: vec![bo.id],
            fields: BTreeMap::from([("custom.one".to_owned(), bo.id)]),
        };
        write(&db, &owner, move |tx, actor| merge(tx, actor, &asked)).await.unwrap();
        for id in [one, two] {
            write(&db, &owner, move |tx, actor| archive(tx, actor, id, IfMatch(None))).await.unwrap();
        }
        let id = bo.id;
        write(&db, &owner, move |tx, actor| unmerge(tx, actor, id, IfMatch(None))).await.unwrap();
        for id in [one, two] {
            write(&db, &owner, move |tx, actor| restore(tx, actor, id, IfMatch(None))).await.unwrap();
        }
        assert_eq!(read_customer(&db, &owner, ada.id).await.custom, values(json!({"one": 1})));
        assert_eq!(read_customer(&db, &owner, bo.id).await.custom, bo.custom);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_are_made_of_them_and_explain_them() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let score = field(&db, &owner, json!({"record": "customer", "label": "Score", "kind": "number"})).await;
        let ada = add(&db, &owner, json!({"fullName": "Ada", "custom": {"score": 7}})).await;
        add(&db, &owner, json!({"fullName": "Bo", "custom": {"score": 3}})).await;
        let rule = json!({"field": "custom.score", "op": "gt", "value": 5});
        let new: NewSegment = serde_json::from_value(json!({"name": "High", "kind": "dynamic", "rule": rule})).unwrap();
        let segment = write(&db, &owner, move |tx, actor| segments::create(tx, actor, &new)).await.unwrap();
        let inside = json!({"field": "segments", "op": "has_any", "value": [segment.id]});
        assert_eq!(names(&db, &owner, Some(inside), "fullName", "5").await, ["Ada"]);
        let (reader, of, who) = (owner.clone(), segment.id, ada.id);
        let told = db.read(move |c| segments::explain(c, &reader, of, who)).await.unwrap();
        assert!(told.member);
        assert_eq!(told.conditions[0].value, json!(7.0));
        let id = score.id;
        write(&db, &owner, move |tx, actor| archive(tx, actor, id, IfMatch(None))).await.unwrap();
        let (reader, of) = (owner.clone(), segment.id);
        let (shown, told) = db
            .read(move |c| Ok::<_, Error>((segments::get(c, &reader, of)?, segments::explain(c, &reader, of, who)?)))
            .await
            .unwrap();
        assert_eq!((shown.problems[0].path.as_str(), shown.problems[0].code.as_str()), ("/field", "archived_field"));
        assert!(told.member, "it is as it was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_have_them_too() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        field(&db, &owner, json!({"record": "company", "label": "Since", "kind": "date", "required": true})).await;
        let new = |custom: Value| -> NewCompany {
            serde_json::from_value(json!({"name": "Acme", "custom": custom})).expect("a body")
        };
        let bad = new(json!({}));
        let refused = write(&db, &owner, move |tx, actor| companies::create(tx, actor, &bad)).await;
        assert_eq!(faults(refused), [("/custom/since".into(), "required".into())]);
        let good = new(json!({"since": "2020-02-29"}));
        let made: Company = write(&db, &owner, move |tx, actor| companies::create(tx, actor, &good)).await.unwrap();
        assert_eq!(made.custom, values(json!({"since": "2020-02-29"})));
        let id = made.id;
        let change = serde_json::from_value(json!({"custom": {"since": "2021-01-01"}})).unwrap();
        write(&db, &owner, move |tx, actor| companies::update(tx, actor, id, &change, IfMatch(None))).await.unwrap();
        let query = ListQuery { sort: Some("-custom.since".into()), ..ListQuery::default() };
        let reader = owner.clone();
        let page = db
            .read(move |c| {
                let schema = schema(c, &reader.scope(), Record::Company, &companies::FIELDS)?;
                companies::page(c, &reader, &query.read(schema, "name", Me::Allowed)?)
            })
            .await
            .unwrap();
        assert_eq!(page.items[0].custom["since"], json!("2021-01-01"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_keeps_its_archived_option_however_the_id_is_written() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for (key, kind) in [("one", "select"), ("many", "multi_select")] {
            let body =
                json!({"record": "customer", "label": key, "kind": kind, "options": [{"label": "A"}, {"label": "B"}]});
            let made = field(&db, &owner, body).await;
            let id = made.options[0].id.to_string();
            let value = |id: String| if kind == "select" { json!(id) } else { json!([id]) };
            let ada = add(&db, &owner, json!({"fullName": "Ada", "custom": {key: value(id.clone())}})).await;
            let left = json!({"options": [{"id": made.options[1].id, "label": "B"}]});
            edit(&db, &owner, made.id, left).await.expect("an archived option");
            let upper = json!({"custom": {key: value(id.to_uppercase())}, "jobTitle": "CTO"});
            let kept = patch(&db, &owner, ada.id, upper.clone()).await.expect("what it has");
            assert_eq!(kept.custom[key], value(id));
            let other = add(&db, &owner, json!({"fullName": "Bo"})).await;
            assert_eq!(faults(patch(&db, &owner, other.id, upper).await)[0].1, "archived_option");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_made_fits_however_many_there_are() {
    let fresh = db::testing::sqlite().await;
    let owner = org(&fresh.db).await;
    let label = "l".repeat(80);
    let made = field(&fresh.db, &owner, json!({"record": "customer", "label": label, "kind": "text"})).await;
    let mut fields = vec![made];
    while fields.len() < model::FIELDS_EVER_MAX {
        let key = free_key(&fields, &key_of(&label));
        assert_eq!(model::valid_key(&key), Ok(key.clone()));
        fields.push(CustomField { key, ..fields[0].clone() });
    }
}
