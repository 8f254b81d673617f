//! Reading, limits, time, and what a tree tells about itself. The agreement of SQL and evaluator is in
//! `law.rs`.

use super::catalogue::*;
use super::model::{CONDITIONS_MAX, DEPTH_MAX, LIST_MAX, TEXT_MAX, VALUES_MAX};
use super::*;
use crate::error::{Error, FieldError};
use serde_json::{Value as Json, json};
use uuid::Uuid;

const FIRM: Related = Related { key: "c.firm_id", table: "firms" };
const TAGS: Members = Members {
    key: "c.id",
    table: "people_tags",
    owner: "person_id",
    value: "tag_id",
    named: Some(Named { table: "tags", name: "name_key", shown: "name" }),
    current: None,
};

const CLUBS: Members = Members {
    key: "c.id",
    table: "people_clubs",
    owner: "person_id",
    value: "club_id",
    named: None,
    current: Some("inside"),
};
static EVENTS: Activities =
    Activities { key: "c.id", table: "events", owner: "person_id", types: &["call.logged", "email.sent"] };

static PEOPLE: Catalogue = Catalogue {
    record: "person",
    id: "c.id",
    activities: Some(&EVENTS),
    deals: None,
    fields: &[
        text("name", "person.name", column("c.name_key")).sortable().required(),
        integer("age", "person.age", column("c.age")).sortable(),
        time("seenAt", "person.seenAt", column("c.seen_at")).sortable(),
        boolean("vip", "person.vip", column("c.vip")),
        code("country", "person.country", column("c.country")),
        choice("plan", "person.plan", column("c.plan"), &["free", "paid"]),
        id("firmId", "person.firm", column("c.firm_id")),
        user("ownerId", "person.owner", column("c.owner_id")),
        names("tags", "person.tags", TAGS),
        groups("clubs", "person.clubs", CLUBS),
        text("firm.name", "firm.name", FIRM.column("name_key")),
        boolean("archived", "person.archived", present("c.archived_at")),
    ],
};

fn parse(json: Json) -> Result<Tree, Vec<FieldError>> {
    told(Tree::parse(&json, &PEOPLE, Me::Allowed))
}

fn told(outcome: crate::Result<Tree>) -> Result<Tree, Vec<FieldError>> {
    outcome.map_err(|error| match error {
        Error::Malformed(faults) => faults,
        other => panic!("{other}"),
    })
}

/// The one fault of a tree that has exactly one.
fn fault(json: Json) -> (String, String) {
    let faults = parse(json).expect_err("a fault");
    assert_eq!(faults.len(), 1, "{faults:?}");
    (faults[0].path.clone(), faults[0].code.clone())
}

fn at(path: &str, code: &str) -> (String, String) {
    (path.to_string(), code.to_string())
}

fn is(field: &str, op: &str, value: impl Into<Json>) -> Json {
    json!({"field": field, "op": op, "value": value.into()})
}

#[test]
fn a_tree_reads_back_as_it_was_written() {
    let json = json!({"and": [
        {"field": "tags", "op": "has_any", "value": ["hot-lead", "VIP"]},
        {"or": [
            {"field": "seenAt", "op": "older_than", "value": "30d"},
            {"field": "seenAt", "op": "between", "value": ["-2mo", "2026-01-31T09:00:00.000000Z"]},
            {"field": "seenAt", "op": "after", "value": "today"},
        ]},
        {"not": {"field": "ownerId", "op": "eq", "value": "me"}},
        {"field": "age", "op": "between", "value": [18, 65.5]},
        {"field": "firm.name", "op": "in", "value": ["Acme", "Ⓐcme"]},
        {"field": "archived", "op": "is", "value": false},
        {"field": "name", "op": "empty"},
        {"field": "clubs", "op": "never_any", "value": ["00000000-0000-0000-0000-000000000007"]},
        {"activity": ["call.logged", "email.sent"], "op": "at_most", "count": 3, "since": "-30d", "until": "2026-01-31"},
        {"not": {"activity": ["call.logged"], "op": "exactly", "count": 0}},
    ]});
    let tree = parse(json.clone()).expect("a valid tree");
    assert_eq!(serde_json::to_value(&tree).expect("JSON"), json);
}

#[test]
fn faults_name_the_exact_place() {
    let good = is("age", "gt", 1);
    assert_eq!(fault(json!({"and": [good, {"not": is("nmae", "eq", "x")}]})), at("/and/1/not/field", "unknown_field"));
    assert_eq!(fault(json!({"and": [good, {"not": is("name", "gt", "x")}]})), at("/and/1/not/op", "unknown_operator"));
    assert_eq!(fault(is("name", "like", "x")), at("/op", "unknown_operator"));
    assert_eq!(fault(json!({"field": "name", "op": 3, "value": "x"})), at("/op", "invalid_value"));
    assert_eq!(fault(json!({"field": "name", "value": "x"})), at("/op", "required"));
    assert_eq!(fault(json!({"field": "name", "op": "eq"})), at("/value", "required"));
    assert_eq!(fault(json!({"field": 7, "op": "eq", "value": 1})), at("/field", "invalid_value"));
    assert_eq!(fault(is("name", "eq", 5)), at("/value", "invalid_value"));
    assert_eq!(fault(is("name", "eq", Json::Null)), at("/value", "invalid_value"));
    assert_eq!(fault(is("name", "in", "x")), at("/value", "invalid_value"));
    assert_eq!(fault(is("name", "in", json!(["a", 1]))), at("/value/1", "invalid_value"));
    assert_eq!(fault(is("name", "empty", "x")), at("/value", "invalid_value"));
    assert_eq!(fault(is("name", "eq", "a\0b")), at("/value", "invalid_value"));
    assert_eq!(fault(is("age", "eq", "5")), at("/value", "invalid_value"));
    assert_eq!(fault(is("age", "between", json!([1]))), at("/value", "invalid_value"));
    assert_eq!(fault(is("age", "between", json!([1, "2"]))), at("/value/1", "invalid_value"));
    assert_eq!(fault(is("vip", "is", "true")), at("/value", "invalid_value"));
    assert_eq!(fault(is("vip", "eq", true)), at("/op", "unknown_operator"));
    assert_eq!(fault(is("plan", "eq", "gold")), at("/value", "invalid_value"));
    assert_eq!(fault(is("firmId", "eq", "me")), at("/value", "invalid_value"));
    assert_eq!(fault(is("tags", "has_all", json!(["a", false]))), at("/value/1", "invalid_value"));
    assert_eq!(fault(json!({"and": {"field": "name"}})), at("/and", "invalid_node"));
    assert_eq!(fault(json!({"or": [[]]})), at("/or/0", "invalid_node"));
    assert_eq!(fault(json!("name")), at("", "invalid_node"));
    assert_eq!(fault(json!({})), at("", "unknown_node"));
    assert_eq!(fault(json!({"and": [{"fit": "x"}]})), at("/and/0", "unknown_node"));
    assert_eq!(fault(is("clubs", "ever_any", json!(["me"]))), at("/value/0", "invalid_value"));
    assert_eq!(fault(is("tags", "ever_any", json!(["a"]))), at("/op", "unknown_operator"));
    assert_eq!(fault(json!({"and": [{"and": [], "or": []}]})), at("/and/0/or", "unknown_key"));
    let extra = json!({"field": "age", "op": "gt", "value": 1, "a/b~c": 2});
    assert_eq!(fault(json!({"not": extra})), at("/not/a~1b~0c", "unknown_key"));
    let text = told(Tree::parse_str("{\"and\": [", &PEOPLE, Me::Allowed)).expect_err("broken JSON");
    assert_eq!((text[0].path.as_str(), text[0].code.as_str()), ("", "invalid_json"));
    let deep = "[".repeat(100_000);
    assert_eq!(told(Tree::parse_str(&deep, &PEOPLE, Me::Allowed)).expect_err("deep JSON")[0].code, "invalid_json");
}

#[test]
fn faults_of_activity_name_the_exact_place() {
    let good = json!({"activity": ["call.logged"], "op": "at_least", "count": 1});
    let with = |key: &str, value: Json| {
        let mut node = good.clone();
        node[key] = value;
        fault(json!({ "not": node }))
    };
    assert_eq!(with("activity", json!([])), at("/not/activity", "invalid_value"));
    assert_eq!(with("activity", json!("call.logged")), at("/not/activity", "invalid_value"));
    assert_eq!(with("activity", json!(["call.logged", "call.made"])), at("/not/activity/1", "unknown_type"));
    assert_eq!(with("activity", json!([7])), at("/not/activity/0", "unknown_type"));
    assert_eq!(with("op", json!("gt")), at("/not/op", "unknown_operator"));
    for count in [json!(-1), json!(1.5), json!("1"), json!(1_000_001)] {
        assert_eq!(with("count", count), at("/not/count", "invalid_value"));
    }
    assert_eq!(with("since", json!("30d")), at("/not/since", "invalid_value"));
    assert_eq!(with("until", json!(7)), at("/not/until", "invalid_value"));
    assert_eq!(with("value", json!(1)), at("/not/value", "unknown_key"));
    assert_eq!(
        parse(json!({"activity": ["call.logged"]}))
            .expect_err("faults")
            .into_iter()
            .map(|f| f.path)
            .collect::<Vec<_>>(),
        ["/op", "/count"]
    );
}

#[test]
fn a_catalogue_without_a_log_knows_no_activity() {
    static BARE: Catalogue = Catalogue { record: "tag", id: "c.id", activities: None, deals: None, fields: &[] };
    let json = json!({"activity": ["call.logged"], "op": "at_least", "count": 1});
    let faults = told(Tree::parse(&json, &BARE, Me::Allowed)).expect_err("a fault");
    assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), ("", "unknown_node"));
}

#[test]
fn a_tree_knows_whether_the_clock_changes_it() {
    for (node, relative) in [
        (is("seenAt", "last", "1d"), true),
        (is("seenAt", "before", "today"), true),
        (is("seenAt", "between", json!(["2026-01-01", "+1d"])), true),
        (is("seenAt", "after", "2026-01-01"), false),
        (is("name", "eq", "today"), false),
        (json!({"activity": ["call.logged"], "op": "exactly", "count": 1, "until": "-1d"}), true),
        (json!({"activity": ["call.logged"], "op": "exactly", "count": 1, "until": "2026-01-01"}), false),
    ] {
        let tree = json!({"or": [{"not": node}, is("age", "gt", 1)]});
        assert_eq!(parse(tree).expect("a tree").is_relative(), relative, "{node}");
    }
}

#[test]
fn groups_with_a_rule_are_written_out() {
    let id = |n: u128| Uuid::from_u128(n).to_string();
    let rule = parse(is("age", "gt", 17)).expect("a rule");
    let group = |asked: Uuid| match asked.as_u128() {
        1 => Group::Listed,
        2 => Group::Rule(rule.clone()),
        _ => Group::Nobody,
    };
    let all = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let adults = json!({"and": [is("archived", "is", false), is("age", "gt", 17)]});
    let any = |ids: &[u128]| is("clubs", "has_any", ids.iter().map(|n| id(*n)).collect::<Vec<_>>());
    let nobody = json!({"or": []});
    for (op, ids, written) in [
        ("has_any", vec![1], any(&[1])),
        ("has_any", vec![2], adults.clone()),
        ("has_any", vec![1, 2, 3], json!({"or": [adults, nobody, any(&[1])]})),
        ("has_none", vec![2], json!({ "not": adults })),
        ("has_all", vec![1, 2], json!({"and": [adults, is("clubs", "has_all", json!([id(1)]))]})),
        ("has_any", vec![], json!({"or": []})),
        ("has_all", vec![], json!({"and": []})),
        ("ever_any", vec![2, 3], json!({"or": [adults, nobody, is("clubs", "ever_any", json!([id(2), id(3)]))]})),
    ] {
        let condition = is("clubs", op, ids.iter().map(|n| id(*n)).collect::<Vec<_>>());
        let tree = parse(condition.clone()).expect("a tree").expanded(&all, &group);
        assert_eq!(serde_json::to_value(&tree).expect("JSON"), written, "{condition}");
    }
    let empty = parse(json!({"field": "clubs", "op": "empty"})).expect("a tree");
    assert!(empty.asks_every_group());
    assert_eq!(
        serde_json::to_value(empty.expanded(&all, &group)).expect("JSON"),
        json!({"not": {"or": [adults, any(&[1])]}})
    );
    let named =
        parse(json!({"and": [is("clubs", "never_any", json!([id(3)])), {"not": any(&[1, 2])}]})).expect("a tree");
    let paths: Vec<String> = named.groups().into_iter().map(|(path, id)| format!("{path} {}", id.as_u128())).collect();
    assert_eq!(paths, ["/and/0/value/0 3", "/and/1/not/value/0 1", "/and/1/not/value/1 2"]);
}

#[test]
fn a_key_stands_once() {
    for (text, path) in [
        (r#"{"field":"name","field":"plan","op":"eq","value":"a"}"#, "/field"),
        (r#"{"field":"name","op":"eq","op":"contains","value":"a"}"#, "/op"),
        (r#"{"not":{"and":[{"and":[]},{"field":"age","op":"gt","value":1,"value":2}]}}"#, "/not/and/1/value"),
        (r#"{"and":[],"and":[{"field":"age","op":"gt","value":1}]}"#, "/and"),
        (r#"{"or":[{"a/b":1,"a\u002fb":1}]}"#, "/or/0/a~1b"),
    ] {
        let fault = told(Tree::parse_str(text, &PEOPLE, Me::Allowed)).expect_err(text).remove(0);
        assert_eq!((fault.path.as_str(), fault.code.as_str()), (path, "duplicate_field"), "{text}");
    }
}

#[test]
fn faults_say_what_is_allowed() {
    let message = |json| parse(json).expect_err("a fault").remove(0).message;
    assert_eq!(
        message(is("plan", "gt", "paid")),
        "gt does not fit; plan (enum) takes eq, ne, in, not_in, empty, not_empty"
    );
    assert_eq!(message(is("plan", "in", json!(["gold"]))), "in wants a list, each value one of free, paid");
    assert!(message(is("seenAt", "before", "yesterday")).contains("\"-30d\""));
    assert!(message(is("nope", "eq", 1)).starts_with("unknown field \"nope\"; a person has name, age, seenAt"));
}

#[test]
fn all_faults_are_told_up_to_a_bound() {
    let faults =
        parse(json!({"and": [is("x", "eq", 1), is("name", "eq", 1), is("age", "eq", "z")]})).expect_err("faults");
    let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["/and/0/field", "/and/1/value", "/and/2/value"]);
    let many: Vec<Json> = (0..200).map(|_| is("x", "eq", 1)).collect();
    assert_eq!(parse(json!({ "and": many })).expect_err("faults").len(), 20);
}

#[test]
fn me_is_refused_in_rules_for_everybody() {
    let rule = json!({"or": [is("ownerId", "in", json!(["0190f0a0-0000-7000-8000-000000000001", "me"]))]});
    assert!(parse(rule.clone()).is_ok());
    let faults = told(Tree::parse(&rule, &PEOPLE, Me::Refused)).expect_err("a fault");
    assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), ("/or/0/value/1", "not_allowed"));
}

#[test]
fn depth_and_size_are_bounded() {
    let nested = |levels: usize| (1..levels).fold(is("age", "gt", 1), |inner, _| json!({ "not": inner }));
    assert!(parse(nested(DEPTH_MAX)).is_ok());
    assert_eq!(fault(nested(DEPTH_MAX + 1)), at(&"/not".repeat(DEPTH_MAX), "too_deep"));

    let wide = |count: usize| json!({"and": vec![is("age", "gt", 1); count]});
    assert!(parse(wide(CONDITIONS_MAX)).is_ok());
    assert_eq!(fault(wide(CONDITIONS_MAX + 1)), at(&format!("/and/{CONDITIONS_MAX}"), "too_many"));
    assert_eq!(fault(json!({"and": vec![json!({"or": []}); 1_000]})), at("/and/999", "too_many"));

    assert!(parse(is("name", "eq", "é".repeat(TEXT_MAX))).is_ok());
    assert_eq!(fault(is("name", "eq", "é".repeat(TEXT_MAX + 1))), at("/value", "too_long"));
    assert!(parse(is("tags", "has_any", vec!["x"; LIST_MAX])).is_ok());
    assert_eq!(fault(is("tags", "has_any", vec!["x"; LIST_MAX + 1])), at("/value", "too_many"));
    let lists = |count: usize| json!({"or": vec![is("tags", "has_any", vec!["x"; LIST_MAX]); count]});
    assert!(parse(lists(VALUES_MAX / LIST_MAX)).is_ok());
    assert!(parse(lists(VALUES_MAX / LIST_MAX + 1)).is_err());
}

#[test]
fn a_fingerprint_is_of_the_meaning() {
    let print = |json| parse(json).expect("a tree").fingerprint();
    let spaced = Tree::parse_str(r#" { "op":"gt","value":1e0 , "field":"age"}"#, &PEOPLE, Me::Allowed).expect("a tree");
    assert_eq!(spaced.fingerprint(), print(is("age", "gt", 1)));
    assert_ne!(print(is("age", "gt", 1)), print(is("age", "gt", 2)));
    assert_ne!(print(json!({"and": []})), print(json!({"or": []})));
}

#[test]
fn required_members_can_be_taken_out() {
    let tree = parse(json!({"and": [
        is("tags", "has_any", json!(["VIP", "vip"])),
        {"and": [is("tags", "has_all", json!(["a", "B"])), is("age", "gt", 1)]},
        is("tags", "has_any", json!(["x", "y"])),
        {"or": [is("tags", "has_any", json!(["z"]))]},
        {"not": is("tags", "has_any", json!(["n"]))},
        is("tags", "has_none", json!(["m"])),
    ]}))
    .expect("a tree");
    assert_eq!(tree.required_members("tags"), ["vip", "a", "b"]);
    let rest = tree.without_member("tags", "vip").without_member("tags", "b");
    assert_eq!(rest.required_members("tags"), ["a"]);
    assert_eq!(
        serde_json::to_value(&rest).expect("JSON"),
        json!({"and": [
            {"and": []},
            {"and": [is("tags", "has_all", json!(["a"])), is("age", "gt", 1)]},
            is("tags", "has_any", json!(["x", "y"])),
            {"or": [is("tags", "has_any", json!(["z"]))]},
            {"not": is("tags", "has_any", json!(["n"]))},
            is("tags", "has_none", json!(["m"])),
        ]})
    );
    assert_eq!(parse(is("tags", "has_any", json!(["t"]))).expect("a tree").required_members("tags"), ["t"]);
}

#[test]
fn the_catalogue_documents_itself() {
    let fields: Vec<Json> = PEOPLE.describe().map(|field| serde_json::to_value(field).expect("JSON")).take(6).collect();
    assert_eq!(
        fields[5],
        json!({"record": "person", "field": "plan", "type": "enum", "label": "person.plan",
            "operators": ["eq", "ne", "in", "not_in", "empty", "not_empty"], "sortable": false, "enum": ["free", "paid"]})
    );
    assert_eq!(fields[1]["sortable"], json!(true));
    assert!(PEOPLE.faults().is_empty());
}

#[test]
fn a_catalogue_that_cannot_work_is_found_out() {
    static WRONG: Catalogue = Catalogue {
        record: "person",
        id: "c.id",
        activities: None,
        deals: None,
        fields: &[
            text("name", "person.name", column("c.name")),
            text("name", "person.name", column("c.name")),
            time("archived", "person.archived", present("c.archived_at")),
            integer("firm.size", "firm.size", FIRM.column("size")).required(),
            boolean("archived", "person.archived", column("x.archived")),
        ],
    };
    let faults = WRONG.faults();
    for part in ["name twice", "archived cannot", "firm.size", "alias x"] {
        assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:?}");
    }
}

/// What each operator says of a record with values, and of one without.
#[test]
fn the_evaluator_by_example() {
    struct Someone(bool);
    impl Record for Someone {
        fn value(&self, field: &FieldRef) -> Fact<'_> {
            let text = |text: &'static str| Fact::Text(text.into());
            match (field.name.as_ref(), self.0) {
                ("vip" | "archived", false) => Fact::Flag(false),
                ("tags", false) => Fact::Texts(Vec::new()),
                (_, false) => Fact::Missing,
                ("name", true) => text("Zoë 100%"),
                ("age", true) => Fact::Int(18),
                ("seenAt", true) => Fact::Time(Timestamp(NOW - 3_600_000_000)),
                ("vip", true) => Fact::Flag(true),
                ("country", true) => text("VN"),
                ("plan", true) => text("paid"),
                ("firmId", true) => Fact::Id(Uuid::from_u128(7)),
                ("ownerId", true) => Fact::Id(Uuid::from_u128(8)),
                ("tags", true) => Fact::Texts(vec!["VIP".into(), "Größe".into()]),
                ("firm.name", true) => text("ACME"),
                ("archived", true) => Fact::Flag(false),
                ("clubs", true) => {
                    Fact::Groups { now: vec![Uuid::from_u128(7)], ever: vec![Uuid::from_u128(7), Uuid::from_u128(8)] }
                }
                (other, _) => panic!("no value for {other}"),
            }
        }

        fn events(&self, types: &[String], since: Option<Timestamp>, until: Option<Timestamp>) -> u64 {
            let at = Timestamp(NOW - 3_600_000_000);
            let counts = self.0 && types == ["call.logged"];
            u64::from(counts && since.is_none_or(|since| at >= since) && until.is_none_or(|until| at < until))
        }

        fn deals(&self, _: &Tree, _: &Context) -> u64 {
            0
        }
    }
    const NOW: i64 = 1_774_864_800_000_000; // 2026-03-30T10:00:00Z
    let context = Context {
        org: OrgId(Uuid::nil()),
        now: Timestamp(NOW),
        zone: jiff::tz::TimeZone::UTC,
        me: Some(UserId(Uuid::from_u128(8))),
    };
    let seven = Uuid::from_u128(7).to_string();
    let eight = Uuid::from_u128(8).to_string();
    let none = || Json::Null;
    // Field, operator, value; whether it holds with values, and without.
    let examples: Vec<(&str, &str, Json, bool, bool)> = vec![
        ("name", "eq", json!("ZOE 100%"), true, false),
        ("name", "eq", json!("Zoe"), false, false),
        ("name", "ne", json!("ZOE 100%"), false, true),
        ("name", "ne", json!("Zoe"), true, true),
        ("name", "contains", json!("OE"), true, false),
        ("name", "contains", json!("o_"), false, false),
        ("name", "contains", json!(""), true, false),
        ("name", "eq", json!(""), false, false),
        ("name", "not_contains", json!("OE"), false, true),
        ("name", "not_contains", json!("x"), true, true),
        ("name", "starts_with", json!("zo"), true, false),
        ("name", "starts_with", json!("oe"), false, false),
        ("name", "ends_with", json!("0%"), true, false),
        ("name", "ends_with", json!("0"), false, false),
        ("name", "in", json!(["x", "zoë 100%"]), true, false),
        ("name", "in", json!([]), false, false),
        ("name", "not_in", json!(["x"]), true, true),
        ("name", "not_in", json!([]), true, true),
        ("name", "empty", none(), false, true),
        ("name", "not_empty", none(), true, false),
        ("age", "eq", json!(18.0), true, false),
        ("age", "ne", json!(18), false, true),
        ("age", "gt", json!(18), false, false),
        ("age", "gt", json!(17.5), true, false),
        ("age", "gte", json!(18), true, false),
        ("age", "lt", json!(18), false, false),
        ("age", "lt", json!(18.5), true, false),
        ("age", "lt", json!(1e300), true, false),
        ("age", "gt", json!(-1e300), true, false),
        ("age", "lte", json!(18), true, false),
        ("age", "between", json!([18, 18]), true, false),
        ("age", "between", json!([19, 17]), false, false),
        ("age", "empty", none(), false, true),
        ("seenAt", "before", json!("2026-03-30T09:00:00Z"), false, false),
        ("seenAt", "before", json!("2026-03-30T09:00:00.000001Z"), true, false),
        ("seenAt", "after", json!("2026-03-30T09:00:00Z"), false, false),
        ("seenAt", "after", json!("today"), true, false),
        ("seenAt", "between", json!(["-1h", "-1h"]), true, false),
        ("seenAt", "last", json!("1h"), true, false),
        ("seenAt", "last", json!("0h"), false, false),
        ("seenAt", "next", json!("1h"), false, false),
        ("seenAt", "older_than", json!("1h"), false, false),
        ("seenAt", "older_than", json!("0h"), true, false),
        ("seenAt", "not_empty", none(), true, false),
        ("clubs", "has_any", json!([seven]), true, false),
        ("clubs", "has_any", json!([eight]), false, false),
        ("clubs", "has_none", json!([eight]), true, true),
        ("clubs", "has_all", json!([seven, eight]), false, false),
        ("clubs", "ever_any", json!([eight]), true, false),
        ("clubs", "never_any", json!([eight]), false, true),
        ("clubs", "never_any", json!([]), true, true),
        ("clubs", "not_empty", none(), true, false),
        ("vip", "is", json!(true), true, false),
        ("vip", "is", json!(false), false, true),
        ("country", "eq", json!("VN"), true, false),
        ("country", "eq", json!("vn"), false, false),
        ("country", "not_in", json!(["SG"]), true, true),
        ("plan", "in", json!(["free", "paid"]), true, false),
        ("plan", "ne", json!("paid"), false, true),
        ("firmId", "eq", json!(seven), true, false),
        ("firmId", "in", json!([eight]), false, false),
        ("firmId", "empty", none(), false, true),
        ("ownerId", "eq", json!("me"), true, false),
        ("ownerId", "not_in", json!(["me"]), false, true),
        ("tags", "has_any", json!(["vip", "x"]), true, false),
        ("tags", "has_any", json!([]), false, false),
        ("tags", "has_all", json!(["vip", "GRÖSSE"]), false, false),
        ("tags", "has_all", json!(["vip", "GRÖßE"]), true, false),
        ("tags", "has_all", json!([]), true, true),
        ("tags", "has_none", json!(["grosse"]), true, true),
        ("tags", "has_none", json!(["vip"]), false, true),
        ("tags", "empty", none(), false, true),
        ("tags", "not_empty", none(), true, false),
        ("firm.name", "starts_with", json!("acme"), true, false),
        ("firm.name", "not_contains", json!("x"), true, true),
    ];
    for (field, op, value, with, without) in examples {
        let json = json!({"field": field, "op": op, "value": value});
        let negated = json!({ "not": json });
        let tree = parse(json.clone()).expect("a tree");
        assert_eq!(evaluate(&tree, &Someone(true), &context), with, "{json} with values");
        assert_eq!(evaluate(&tree, &Someone(false), &context), without, "{json} without values");
        let tree = parse(negated).expect("a tree");
        assert_eq!(evaluate(&tree, &Someone(true), &context), !with, "not {json} with values");
        assert_eq!(evaluate(&tree, &Someone(false), &context), !without, "not {json} without values");
    }
    let holds = |json: Json| evaluate(&parse(json).expect("a tree"), &Someone(true), &context);
    let (yes, no) = (is("age", "gt", 1), is("age", "gt", 99));
    assert!(holds(json!({"and": []})) && !holds(json!({"or": []})));
    assert!(holds(json!({"and": [yes, yes]})) && !holds(json!({"and": [yes, no]})));
    assert!(holds(json!({"or": [no, yes]})) && !holds(json!({"or": [no, no]})));
    // The present moment is the end of the past and the start of the future.
    let then = Context { now: Timestamp(NOW - 3_600_000_000), ..context.clone() };
    for op in ["last", "next"] {
        assert!(evaluate(&parse(is("seenAt", op, "1h")).expect("a tree"), &Someone(true), &then), "{op}");
    }
    let earlier = Context { now: Timestamp(NOW - 2 * 3_600_000_000), ..context.clone() };
    assert!(evaluate(&parse(is("seenAt", "next", "1h")).expect("a tree"), &Someone(true), &earlier));
    let calls = |op: &str, count: u32, since: &str, until: &str| {
        holds(json!({"activity": ["call.logged"], "op": op, "count": count, "since": since, "until": until}))
    };
    assert!(
        calls("at_least", 1, "-1h", "+1h") && calls("exactly", 1, "-1h", "+1h") && calls("at_most", 1, "-1h", "+1h")
    );
    assert!(
        !calls("at_least", 2, "-1h", "+1h") && !calls("exactly", 0, "-1h", "+1h") && !calls("at_most", 0, "-1h", "+1h")
    );
    // The beginning is included, the end is not.
    assert!(calls("exactly", 0, "-2h", "-1h") && calls("at_least", 0, "-2h", "-1h"));
    let findings = explain(
        &parse(json!({"not": {"or": [yes, {"activity": ["call.logged"], "op": "at_least", "count": 2}]}}))
            .expect("a tree"),
        &Someone(true),
        &context,
    );
    let told: Vec<_> = findings.iter().map(|one| (one.path.as_str(), one.value.clone(), one.holds)).collect();
    assert_eq!(told, [("/not/or/0", json!(18), true), ("/not/or/1", json!(1), false)]);
    let nobody = Context { me: None, ..context.clone() };
    let mine = parse(is("ownerId", "eq", "me")).expect("a tree");
    assert!(!evaluate(&mine, &Someone(true), &nobody));
}

#[test]
fn archived_records_are_left_out_unless_named() {
    struct Archived;
    impl Record for Archived {
        fn value(&self, field: &FieldRef) -> Fact<'_> {
            if field.name == "archived" { Fact::Flag(true) } else { Fact::Missing }
        }

        fn events(&self, _: &[String], _: Option<Timestamp>, _: Option<Timestamp>) -> u64 {
            0
        }

        fn deals(&self, _: &Tree, _: &Context) -> u64 {
            0
        }
    }
    let context = Context { org: OrgId(Uuid::nil()), now: Timestamp(0), zone: jiff::tz::TimeZone::UTC, me: None };
    let holds = |json: Json| evaluate(&parse(json).expect("a tree"), &Archived, &context);
    assert!(!holds(json!({"and": []})));
    assert!(!holds(json!({"not": {"or": []}})));
    assert!(holds(is("archived", "is", true)));
    assert!(!holds(is("archived", "is", false)));
    // Naming it anywhere is naming it.
    assert!(holds(json!({"or": [{"and": []}, is("archived", "is", false)]})));
}

mod when {
    use super::super::time::{Moment, Span};
    use crate::clock::Timestamp;
    use jiff::tz::TimeZone;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn resolved(moment: &str, now: &str, zone: &str) -> String {
        let zone = TimeZone::get(zone).expect("a time zone");
        let at = Moment::parse(moment).expect("a moment").resolve(at(now), &zone);
        at.to_string().replace(".000000Z", "Z")
    }

    #[test]
    fn offsets_count_hours_days_and_weeks_exactly() {
        let now = "2026-03-30T10:00:00Z";
        assert_eq!(resolved("-12h", now, "Europe/Prague"), "2026-03-29T22:00:00Z");
        // The clocks changed on the 29th: a day is 24 hours, not the same time of day.
        assert_eq!(resolved("-2d", now, "Europe/Prague"), "2026-03-28T10:00:00Z");
        assert_eq!(resolved("+2w", now, "Europe/Prague"), "2026-04-13T10:00:00Z");
        assert_eq!(resolved("-0d", now, "UTC"), now);
    }

    #[test]
    fn months_and_years_follow_the_calendar_of_the_zone() {
        assert_eq!(resolved("-1mo", "2026-03-31T10:00:00Z", "UTC"), "2026-02-28T10:00:00Z");
        assert_eq!(resolved("-1mo", "2028-03-31T10:00:00Z", "UTC"), "2028-02-29T10:00:00Z");
        assert_eq!(resolved("+1y", "2028-02-29T10:00:00Z", "UTC"), "2029-02-28T10:00:00Z");
        assert_eq!(resolved("-13mo", "2026-01-31T00:00:00Z", "UTC"), "2024-12-31T00:00:00Z");
        // In Auckland it is already the 31st, in UTC still the 30th.
        assert_eq!(resolved("-1mo", "2026-03-30T20:00:00Z", "Pacific/Auckland"), "2026-02-27T20:00:00Z");
        // The same time of day on the other side of a change of clocks.
        assert_eq!(resolved("-1mo", "2026-04-15T10:00:00Z", "Europe/Prague"), "2026-03-15T11:00:00Z");
        // 02:30 does not exist on the day the clocks go forward.
        assert_eq!(resolved("-1mo", "2026-04-29T00:30:00Z", "Europe/Prague"), "2026-03-29T01:30:00Z");
    }

    #[test]
    fn days_start_in_the_zone() {
        let now = "2026-06-15T22:30:00Z";
        assert_eq!(resolved("today", now, "UTC"), "2026-06-15T00:00:00Z");
        assert_eq!(resolved("today", now, "Asia/Ho_Chi_Minh"), "2026-06-15T17:00:00Z");
        assert_eq!(resolved("today", now, "America/New_York"), "2026-06-15T04:00:00Z");
        assert_eq!(resolved("2026-01-31", now, "Asia/Ho_Chi_Minh"), "2026-01-30T17:00:00Z");
        // Clocks that go forward at midnight: the day starts at one.
        assert_eq!(resolved("2018-11-04", now, "America/Sao_Paulo"), "2018-11-04T03:00:00Z");
        // Clocks that go back to midnight: the first of the two.
        assert_eq!(resolved("2025-11-02", now, "America/Havana"), "2025-11-02T04:00:00Z");
        // A day that the calendar of the place does not have.
        assert_eq!(resolved("2011-12-30", now, "Pacific/Apia"), "2011-12-30T10:00:00Z");
    }

    #[test]
    fn times_are_rfc_3339() {
        for (text, at) in [
            ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"),
            ("2026-01-31t09:00:00z", "2026-01-31T09:00:00Z"),
            ("2026-01-31T09:00:00.1234567+07:00", "2026-01-31T02:00:00.123456Z"),
            ("1969-12-31T23:59:59.9999995Z", "1969-12-31T23:59:59.999999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(resolved(text, "2026-01-01T00:00:00Z", "UTC"), at, "{text}");
        }
        for text in [
            "",
            "now",
            "Today",
            "2026-01-31T09:00:00",
            "2026-01-31 09:00:00Z",
            "2026-01-31T09:00Z",
            "2026-13-01",
            "2026-02-30",
            "2026-1-1",
            "20260131",
            "2026-01-31T25:00:00Z",
            "2026-01-31T09:00:00+07",
            "2026-01-31T09:00:00.Z",
            "2026-01-31T09:00:00Z[UTC]",
            "30d",
            "-d",
            "-30",
            "-30D",
            "-30 d",
            "--30d",
            "-1.5d",
            "-1000000h",
            "-36526d",
            "+1201mo",
            "+101y",
            "+-1d",
            "−30d",
            "-3000000000000000000d",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn spans_are_written_as_they_are_read() {
        for text in ["30d", "0h", "876600h", "36525d", "5218w", "1200mo", "100y"] {
            assert_eq!(Span::parse(text).expect("a span").to_string(), text);
        }
        for text in ["", "d", "-30d", "+30d", "30", "30m", "1e3d", " 30d", "0000001d"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
        let zone = TimeZone::get("Europe/Prague").expect("a time zone");
        let century = Span::parse("100y").expect("a span");
        // Far clocks stay in range instead of failing.
        assert!(century.after(Timestamp(i64::MAX), &zone).0 > 0 && century.before(Timestamp(i64::MIN), &zone).0 < 0);
    }

    #[test]
    fn moments_are_written_as_they_are_read() {
        for text in ["today", "-30d", "+2w", "2026-01-31", "2026-01-31T09:00:00.000001Z"] {
            assert_eq!(Moment::parse(text).expect("a moment").to_string(), text);
        }
    }
}

#[test]
fn a_deals_node_is_read_and_its_faults_have_their_path() {
    static DEALS: Catalogue = Catalogue {
        record: "deal",
        id: "d.id",
        activities: None,
        deals: None,
        fields: &[text("name", "", column("d.name_key")), boolean("archived", "", present("d.archived_at"))],
    };
    static OF: Deals = Deals { key: "c.id", table: "deals", owner: "customer_id", catalogue: &DEALS };
    static PEOPLE: Catalogue =
        Catalogue { record: "person", id: "c.id", activities: None, deals: Some(&OF), fields: &[] };
    assert_eq!(PEOPLE.faults(), Vec::<String>::new());
    let read = |json: Json| Tree::parse(&json, &PEOPLE, Me::Allowed);
    for good in [
        json!({"deals": "any", "where": {"and": []}}),
        json!({"not": {"deals": "none", "where": {"field": "name", "op": "eq", "value": "x"}}}),
    ] {
        assert_eq!(serde_json::to_value(read(good.clone()).unwrap()).unwrap(), good);
    }
    assert_eq!(read(json!({"deals": "any"})).unwrap().conditions(), 1);
    for (bad, path, code) in [
        (json!({"deals": "some"}), "/deals", "invalid_value"),
        (json!({"deals": "any", "where": {"field": "name", "op": "gt", "value": 1}}), "/where/op", "unknown_operator"),
        (
            json!({"and": [{"deals": "any", "where": {"field": "city", "op": "empty"}}]}),
            "/and/0/where/field",
            "unknown_field",
        ),
        (json!({"deals": "any", "where": {"deals": "any"}}), "/where", "unknown_node"),
        (json!({"deals": "any", "when": {}}), "/when", "unknown_key"),
    ] {
        let Err(crate::Error::Malformed(faults)) = read(bad.clone()) else { panic!("{bad}") };
        assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), (path, code), "{bad}");
    }
}

#[test]
fn a_fit_node_is_read_and_its_faults_have_their_path() {
    const FITS: Children = Children { key: "c.id", table: "fits", owner: "person_id", only: None };
    static FIT: Field = Field::template(Kind::Decimal, FITS.any("overall")).sorted_by("");
    let id = Uuid::from_u128(7);
    let thresholds = Thresholds { hot_at: 0.6, warm_at: 0.2 };
    let schema = Schema::from(&PEOPLE).with_fits(vec![FieldRef::fit(id, thresholds, &FIT)]);
    let read = |json: Json| Tree::parse(&json, schema.clone(), Me::Refused);
    for good in [
        json!({"fit": id, "op": "gt", "value": 0.5}),
        json!({"fit": id, "op": "between", "value": [-1, 0.25]}),
        json!({"not": {"fit": id, "op": "empty"}}),
        json!({"and": [{"fit": id, "bucket": ["hot", "cold"]}, {"fit": id, "bucket": []}]}),
    ] {
        assert_eq!(serde_json::to_value(read(good.clone()).unwrap()).unwrap(), good);
    }
    for (bad, path, code) in [
        (json!({"fit": "x", "op": "gt", "value": 0.5}), "/fit", "invalid_value"),
        (json!({"and": [{"fit": Uuid::nil(), "op": "gt", "value": 0.5}]}), "/and/0/fit", "unknown_product"),
        (json!({"fit": id, "op": "contains", "value": "x"}), "/op", "unknown_operator"),
        (json!({"fit": id, "op": "gt", "value": "x"}), "/value", "invalid_value"),
        (json!({"fit": id}), "/op", "required"),
        (json!({"fit": id, "bucket": ["hot", "tepid"]}), "/bucket/1", "invalid_value"),
        (json!({"fit": id, "bucket": "hot"}), "/bucket", "invalid_value"),
        (json!({"fit": id, "bucket": ["hot"], "value": 1}), "/value", "unknown_key"),
        (json!({"field": format!("fit.{id}"), "op": "gt", "value": 1}), "/field", "unknown_field"),
    ] {
        let faults = told(read(bad.clone())).unwrap_err();
        assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), (path, code), "{bad}");
    }
    // Records without fits know no such node.
    let faults = parse(json!({"fit": id, "op": "empty"})).unwrap_err();
    assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), ("", "unknown_node"));
}
