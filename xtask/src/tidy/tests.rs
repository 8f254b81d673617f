//! Each rule against a repository that keeps it, and against the same with a defect planted.

use super::{Problem, Repo};
use std::collections::BTreeMap;

/// A small repository that keeps every rule.
fn sound() -> BTreeMap<String, String> {
    let files = [
        (
            "crates/crm/src/lib.rs",
            "//! Records.\npub mod activity;\npub mod tags;\npub mod customers;\n#[cfg(test)]\nmod testing;\n",
        ),
        ("crates/crm/src/activity/mod.rs", "//! What happened.\nmod store;\npub fn log() {}\n"),
        (
            "crates/crm/src/activity/store.rs",
            "pub fn insert(tx: &Tx) { tx.execute(\"INSERT INTO activity VALUES ($1)\"); }\n",
        ),
        (
            "crates/crm/src/tags/mod.rs",
            "//! Labels.\nmod model;\nmod store;\nuse crate::activity;\nuse super::activity as log;\n",
        ),
        ("crates/crm/src/tags/model.rs", "//! Rules.\npub struct Tag { pub name: String }\n"),
        (
            "crates/crm/src/tags/api.rs",
            "use super::Tag;\nasync fn list(ctx: Ctx) -> Result<Tag> {\n    ctx.read(super::list).await\n}\n",
        ),
        (
            "crates/crm/src/tags/tests.rs",
            "fn f() { customers().unwrap(); crate::customers::x(); let s = \"SELECT a FROM b\"; }\n",
        ),
        (
            "crates/crm/src/customers/mod.rs",
            "//! People.\nuse crate::{activity, tags::{self, Tag}};\n/// Say `x.unwrap()` or SELECT a FROM b in words as you like.\nfn f() { let x = None.unwrap_or(1); }\n#[cfg(test)]\nmod tests { fn g() { h().unwrap(); panic!(); } }\nfn after() {}\n",
        ),
        ("crates/platform/src/clock.rs", "fn now() { SystemTime::now(); }\n"),
        ("crates/gateways/src/lib.rs", "use tokio::net::TcpStream;\n"),
        ("crates/server/src/lib.rs", "use tokio::net::TcpListener;\n"),
        (
            "crates/db/src/migrate.rs",
            "const M: &[(&str, &str)] = &[(\"0001_a\", include_str!(\"../../../migrations/0001_a.sql\")), (\"0002_b\", include_str!(\"../../../migrations/0002_b.sql\"))];\n",
        ),
        ("migrations/0001_a.sql", "CREATE TABLE a (b {int});\n"),
        ("migrations/0002_b.sql", "CREATE TABLE b (b {int});\n"),
        ("web/src/main.ts", "export const a = 1;\n"),
    ];
    files.into_iter().map(|(path, text)| (path.to_string(), text.to_string())).collect()
}

/// What the rules say when `path` has `text` added to its end (or becomes a file).
fn planted(path: &str, text: &str) -> Vec<Problem> {
    let mut files = sound();
    files.entry(path.to_string()).or_default().push_str(text);
    Repo::new(files).unwrap().problems()
}

/// The rules that speak up, each once.
fn rules(problems: &[Problem]) -> Vec<&'static str> {
    let mut rules: Vec<&'static str> = problems.iter().map(|problem| problem.rule).collect();
    rules.dedup();
    rules
}

fn assert_caught(rule: &str, path: &str, text: &str) {
    let problems = planted(path, text);
    assert_eq!(rules(&problems), [rule], "{path}: {text}: {problems:?}");
    assert!(problems.iter().all(|problem| problem.path == path), "{problems:?}");
}

#[test]
fn a_sound_repository_has_no_problems() {
    assert_eq!(Repo::new(sound()).unwrap().problems(), []);
}

#[test]
fn sql_outside_a_store_is_caught() {
    for text in [
        "fn f(c: &Conn) { c.query(\"SELECT id FROM tags\"); }",
        "fn f(s: &mut Sql) { s.push(\" WHERE org_id = \"); }",
        "const A: &str = r#\"UPDATE tags\nSET name = $1\"#;",
        "fn f() { run(\"DELETE FROM tags\"); }",
        "fn f() { format!(\"x {}\", \" ORDER BY name\"); }",
    ] {
        assert_caught("sql", "crates/crm/src/tags/mod.rs", text);
        assert_eq!(planted("crates/crm/src/activity/store.rs", text), []);
        assert_eq!(planted("crates/db/src/conn.rs", text), []);
    }
    assert_eq!(planted("crates/crm/src/tags/mod.rs", "fn f() { bail(\"select an update from where you are\"); }"), []);
}

#[test]
fn a_folder_that_looks_down_is_caught() {
    for text in [
        "use crate::customers;",
        "use crate::customers::Customer;",
        "use crate::{activity, customers::{self}};",
        "use super::customers::create;",
        "fn f() { crate::customers::create(); }",
        "fn f() { info!(\"{}\", crate::customers::NAME); }",
    ] {
        assert_caught("folder-order", "crates/crm/src/tags/mod.rs", text);
    }
    assert_caught("folder-order", "crates/crm/src/tags/inner/words.rs", "use super::super::super::customers;");
    assert_eq!(planted("crates/crm/src/tags/inner/words.rs", "use super::customers; use super::super::customers;"), []);
    assert_eq!(planted("crates/crm/src/customers/mod.rs", "use crate::tags;"), []);
}

#[test]
fn a_room_used_for_something_else_is_caught() {
    for (path, text) in [
        ("crates/crm/src/deals/mod.rs", "pub mod store;"),
        ("crates/crm/src/tags/mod.rs", "pub(crate) mod store;"),
        ("crates/crm/src/tags/api.rs", "use super::store;"),
        ("crates/crm/src/tags/model.rs", "fn f(tx: &db::Tx<'_>) {}"),
        ("crates/crm/src/tags/model.rs", "async fn f() { tokio::time::sleep(x).await }"),
        ("crates/crm/src/deals/store.rs", "fn insert() {}"),
        (
            "crates/crm/src/tags/api.rs",
            "async fn long(ctx: Ctx) {\n a;\n b;\n c;\n d;\n e;\n f;\n g;\n h;\n i;\n j;\n k;\n}\n",
        ),
    ] {
        assert_caught("rooms", path, text);
    }
}

#[test]
fn time_and_randomness_from_elsewhere_are_caught() {
    for text in [
        "fn f() { std::time::SystemTime::now(); }",
        "fn f() { Uuid::now_v7(); }",
        "fn f() { uuid::Uuid::new_v4(); }",
        "fn f() { rand::random::<u8>(); }",
        "use rand::Rng;",
        "fn f() { jiff::Timestamp::now(); }",
    ] {
        assert_caught("clock", "crates/crm/src/tags/mod.rs", text);
        assert_eq!(planted("crates/platform/src/clock.rs", text), []);
    }
    assert_eq!(planted("crates/crm/src/tags/mod.rs", "fn f(clock: &Clock) { clock.now(); Instant::now(); }"), []);
}

#[test]
fn a_panic_in_the_product_is_caught() {
    for text in [
        "fn f() { g().unwrap(); }",
        "fn f() { g()\n.expect(\"always\"); }",
        "fn f() { panic!(\"no\"); }",
        "fn f() { unreachable!(); }",
        "fn f() { info!(\"{}\", g().unwrap()); }",
        "fn f() { assert_eq!(a, b); }",
    ] {
        assert_caught("panics", "crates/crm/src/customers/mod.rs", text);
        let in_test = format!("#[tokio::test(flavor = \"multi_thread\")] async {text}");
        assert_eq!(planted("crates/crm/src/customers/mod.rs", &in_test), []);
    }
    assert_eq!(planted("crates/db/src/testing.rs", "fn f() { g().unwrap(); }"), []);
    assert_eq!(rules(&planted("crates/db/src/lib.rs", "#[cfg(not(test))] fn f() { g().unwrap(); }")), ["panics"]);
}

#[test]
fn a_module_declared_for_tests_is_a_test() {
    let mut files = sound();
    files.insert(
        "crates/platform/src/filter/mod.rs".into(),
        "//! Filters.\n#[cfg(test)]\nmod law;\nmod rules;\n".into(),
    );
    files.insert("crates/platform/src/filter/law.rs".into(), "fn f() { g().unwrap(); }".into());
    files.insert("crates/platform/src/filter/law/deep.rs".into(), "fn f() { g().unwrap(); }".into());
    assert_eq!(Repo::new(files.clone()).unwrap().problems(), []);
    files.insert("crates/platform/src/filter/rules.rs".into(), "fn f() { g().unwrap(); }".into());
    assert_eq!(rules(&Repo::new(files).unwrap().problems()), ["panics"]);
}

#[test]
fn sockets_in_the_wrong_place_are_caught() {
    assert_caught("sockets", "crates/crm/src/customers/mod.rs", "use std::net::TcpStream;");
    assert_caught(
        "sockets",
        "crates/platform/src/http/mod.rs",
        "//! Web.\nfn f() { tokio::net::TcpListener::bind(a); }",
    );
    assert_caught("sockets", "crates/server/src/lib.rs", "fn f() { reqwest::get(a); }");
}

#[test]
fn what_is_left_for_later_is_caught() {
    assert_caught("unfinished", "crates/crm/src/customers/mod.rs", "fn f() { todo!() }");
    assert_caught("unfinished", "crates/crm/src/customers/mod.rs", "fn f() { dbg!(1); }");
    assert_caught("unfinished", "web/src/main.ts", concat!("// TO", "DO: later\n"));
}

#[test]
fn a_long_file_is_caught() {
    assert_eq!(planted("web/src/main.ts", &"a;\n".repeat(1_499)), []);
    assert_caught("lengths", "web/src/main.ts", &"a;\n".repeat(1_500));
    assert_eq!(planted("web/src/api/schema.d.ts", &"a;\n".repeat(1_501)), []);
}

#[test]
fn a_migration_out_of_place_is_caught() {
    assert_caught("migrations", "migrations/0003_c.sql", "CREATE TABLE c (b {int});");
    let list = |entries: &str| {
        let mut files = sound();
        files.insert("crates/db/src/migrate.rs".into(), format!("const M: &[(&str, &str)] = &[{entries}];"));
        rules(&Repo::new(files).unwrap().problems())
    };
    let entry = |name: &str, file: &str| format!("(\"{name}\", include_str!(\"../../../migrations/{file}.sql\")),");
    let (first, second) = (entry("0001_a", "0001_a"), entry("0002_b", "0002_b"));
    assert!(list(&format!("{first}{second}")).is_empty());
    assert_eq!(list(&format!("{second}{first}")), ["migrations"]);
    assert_eq!(list(&first), ["migrations"]);
    assert_eq!(list(&format!("{first}{second}{}", entry("0003_c", "0003_c"))), ["migrations"]);
    assert_eq!(list(&format!("{first}{}", entry("0002_b", "0001_a"))), ["migrations"]);
}

#[test]
fn an_exception_gives_its_reason() {
    let line = "fn f() { panic!() }";
    let above = format!("// tidy: allow(panics) because the table is fixed\n{line}");
    assert_eq!(planted("crates/crm/src/customers/mod.rs", &above), []);
    assert_eq!(planted("crates/crm/src/customers/mod.rs", &format!("{line} // tidy: allow(panics) because fixed")), []);
    for other in ["// tidy: allow(panics)", "// tidy: allow(clock) because it is fixed"] {
        assert_caught("panics", "crates/crm/src/customers/mod.rs", &format!("{other}\n{line}"));
    }
}
