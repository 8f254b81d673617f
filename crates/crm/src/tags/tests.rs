use super::store::first_statement;
use super::{FIELDS, NewTag, TagPatch, create, delete, list, update};
use crate::checks::broken_rules;
use crate::customers::{self, NewCustomer};
use crate::testing::{actor, org};
use db::testing::each_engine;
use platform::Error;
use platform::actor::Role;
use platform::clock::Timestamp;
use platform::filter::Me;
use platform::http::IfMatch;
use platform::paging::ListQuery;
use platform::patch::Patch;

fn named(name: &str) -> NewTag {
    NewTag { name: name.into(), color: None, description: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_without_case_and_accents() {
    each_engine(|db| async move {
        let ada = actor(Role::Admin);
        let actor = ada.clone();
        let tag = db.write(move |tx| create(tx, &actor, &named("Café"))).await.unwrap();
        let actor = ada.clone();
        match db.write(move |tx| create(tx, &actor, &named("CAFE"))).await {
            Err(Error::Conflict(conflict)) => {
                assert_eq!(conflict.code, "tag_exists");
                assert_eq!(conflict.existing.unwrap().id, tag.id.to_string());
            }
            other => panic!("{other:?}"),
        }
        let other = crate::testing::actor(Role::Admin);
        db.write(move |tx| create(tx, &other, &named("cafe"))).await.expect("another organisation has its own tags");
        let seen = db.read(move |c| list(c, &ada)).await.unwrap();
        assert_eq!(seen, [tag]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn renaming_counts_versions_and_minds_them() {
    each_engine(|db| async move {
        let ada = actor(Role::Member);
        let actor = ada.clone();
        let tag = db.write(move |tx| create(tx, &actor, &named("a"))).await.unwrap();
        let rename = |name: &'static str, expected: Option<i64>| {
            let (actor, id) = (ada.clone(), tag.id);
            db.write(move |tx| {
                let patch = TagPatch { name: Patch::Set(name.into()), ..TagPatch::default() };
                update(tx, &actor, id, &patch, IfMatch(expected))
            })
        };
        assert_eq!(rename("b", Some(1)).await.unwrap().version, 2);
        assert!(matches!(rename("c", Some(1)).await, Err(Error::Stale(_))));
        assert_eq!(rename("b", None).await.unwrap().version, 2, "nothing changed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_may_not_delete() {
    each_engine(|db| async move {
        let ada = actor(Role::Admin);
        let member = crate::testing::colleague(&ada, Role::Member);
        let actor = ada.clone();
        let tag = db.write(move |tx| create(tx, &actor, &named("a"))).await.unwrap();
        assert!(matches!(
            db.write(move |tx| delete(tx, &member, tag.id, IfMatch(None))).await,
            Err(Error::Forbidden(_))
        ));
        let actor = ada.clone();
        db.write(move |tx| delete(tx, &actor, tag.id, IfMatch(None))).await.unwrap();
        assert_eq!(db.read(move |c| list(c, &ada)).await, Ok(Vec::new()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_changes_those_who_carried_the_tag() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (actor, new) = (owner.clone(), NewCustomer { tags: vec!["a".into(), "b".into()], ..someone() });
        let made = db.write(move |tx| customers::create(tx, &actor, &new.parse()?)).await.unwrap();
        let actor = owner.clone();
        let tags = db.read(move |c| list(c, &actor)).await.unwrap();
        owner.clock.set(Timestamp(1_700_000_100_000_000));
        let (actor, id) = (owner.clone(), tags[0].id);
        db.write(move |tx| delete(tx, &actor, id, IfMatch(None))).await.unwrap();
        let actor = owner.clone();
        let now = db.read(move |c| customers::get(c, &actor, made.id)).await.unwrap();
        assert_eq!((now.tags, now.version, now.updated_at), (vec!["b".to_string()], 2, owner.now()));
        assert_eq!(now.last_activity_at, owner.now());
        assert_eq!(db.read(broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_deleted_and_put_on_at_once_is_there_or_not() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let actor = owner.clone();
        let made = db.write(move |tx| customers::create(tx, &actor, &someone().parse()?)).await.unwrap();
        for n in 0..40 {
            let actor = owner.clone();
            let tag = db.write(move |tx| create(tx, &actor, &named(&format!("t{n}")))).await.unwrap();
            let (writer, actor, name) = (db.clone(), owner.clone(), tag.name.clone());
            let added = tokio::spawn(async move {
                writer.write(move |tx| customers::add_tag(tx, &actor, made.id, &name, IfMatch(None))).await
            });
            let (writer, actor) = (db.clone(), owner.clone());
            let deleted =
                tokio::spawn(async move { writer.write(move |tx| delete(tx, &actor, tag.id, IfMatch(None))).await });
            added.await.unwrap().unwrap();
            deleted.await.unwrap().unwrap();
        }
        assert_eq!(db.read(broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_tags_walk_the_index_of_names() {
    let fresh = db::testing::sqlite().await;
    let ada = actor(Role::Member);
    let list = ListQuery::default().read(&FIELDS, "name", Me::Allowed).unwrap();
    let plan = fresh.db.read(move |c| Ok::<_, Error>(c.explain(&first_statement(c, &ada.scope(), &list))?));
    let plan = plan.await.unwrap();
    assert!(plan.contains("tags_name") && !plan.contains("TEMP B-TREE"), "{plan}");
}

fn someone() -> NewCustomer {
    NewCustomer { full_name: Some("X".into()), ..NewCustomer::default() }
}

/// A tag whose maker takes it back goes step by step, and only from those who are named.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_tag_goes_when_nobody_carries_it() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let person = |name: &'static str| {
            let body = serde_json::json!({"fullName": name, "tags": ["made"]});
            let new = serde_json::from_value::<NewCustomer>(body).unwrap().parse().unwrap();
            let actor = owner.clone();
            db.write(move |tx| customers::create(tx, &actor, &new))
        };
        let (ada, bo) = (person("Ada").await.unwrap().id, person("Bo").await.unwrap().id);
        let actor = owner.clone();
        let tag = db.read(move |c| list(c, &actor)).await.unwrap().remove(0);
        let step = |of: Vec<platform::ids::CustomerId>| {
            let actor = owner.clone();
            db.write(move |tx| super::withdraw(tx, &actor, tag.id, &of))
        };
        let carried = || {
            let (db, actor) = (db.clone(), owner.clone());
            async move { db.read(move |c| list(c, &actor)).await.unwrap().first().map(|tag| tag.customer_count) }
        };
        assert_eq!(step(vec![ada]).await, Ok(true));
        assert_eq!(carried().await, Some(1));
        // Somebody carries it still: it stays in the library.
        assert_eq!(step(Vec::new()).await, Ok(false));
        assert_eq!(carried().await, Some(1));
        assert_eq!(step(vec![ada, bo]).await, Ok(true));
        assert_eq!(step(Vec::new()).await, Ok(false));
        assert_eq!(carried().await, None);
        assert_eq!(step(vec![ada]).await, Ok(false), "it is gone");
        let broken = db.read(broken_rules).await.expect("the rules can be asked");
        assert!(broken.is_empty(), "{broken:?}");
    })
    .await;
}
