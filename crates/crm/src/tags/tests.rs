use super::{NewTag, TagPatch, create, delete, list, update};
use crate::testing::actor;
use db::testing::each_engine;
use platform::Error;
use platform::actor::Role;
use platform::http::IfMatch;
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
#[tokio::test(flavor = "multi_thread")]
