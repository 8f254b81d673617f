use super::{MergeTags, merge, update};
use crate::checks::broken_rules;
use crate::customers::{self, NewCustomer};
use crate::segment_rules::with_tags_renamed;
use crate::tags::{self, NewTag, Tag, TagPatch};
use crate::testing::org;
use db::Db;
use db::testing::each_engine;
use platform::Actor;
use platform::http::IfMatch;
use platform::patch::Patch;
use serde_json::json;
use std::collections::BTreeSet;

async fn tag(db: &Db, actor: &Actor, name: &'static str) -> Tag {
    let actor = actor.clone();
    let new = NewTag { name: name.into(), color: None, description: None };
    db.write(move |tx| tags::create(tx, &actor, &new)).await.unwrap()
}

#[test]
fn filters_name_the_tag_by_its_new_name_once() {
    let old = BTreeSet::from(["vip".to_string(), "key".to_string()]);
    let renamed = |filter| with_tags_renamed(&filter, &old, "Gold");
    let tags = |names| json!({"field": "tags", "op": "has_any", "value": names});
    assert_eq!(renamed(tags(json!(["VIP", "x", "gold", "Key"]))), Some(tags(json!(["Gold", "x"]))));
    assert_eq!(
        renamed(
            json!({"and": [{"not": tags(json!(["a", "víp"]))}, {"or": [tags(json!(["key"])), tags(json!(["b"]))]}]})
        ),
        Some(
            json!({"and": [{"not": tags(json!(["a", "Gold"]))}, {"or": [tags(json!(["Gold"])), tags(json!(["b"]))]}]})
        )
    );
    // What only looks like the tag stays.
    for other in [
        tags(json!(["vips"])),
        json!({"field": "segments", "op": "has_any", "value": ["vip"]}),
        json!({"field": "fullName", "op": "eq", "value": "vip"}),
        json!({"field": "tags", "op": "empty"}),
    ] {
        assert_eq!(renamed(other), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_that_are_merged_renamed_and_put_on_at_once_stay_sound() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (actor, new) = (owner.clone(), NewCustomer { full_name: Some("X".into()), ..NewCustomer::default() });
        let made = db.write(move |tx| customers::create(tx, &actor, &new.parse()?)).await.unwrap();
        let stays = tag(&db, &owner, "stays").await;
        for n in 0..20 {
            let goes = tag(&db, &owner, "goes").await;
            let put_on = |name: &'static str| {
                let (db, actor) = (db.clone(), owner.clone());
                tokio::spawn(async move {
                    db.write(move |tx| customers::add_tag(tx, &actor, made.id, name, IfMatch(None))).await
                })
            };
            let (one, two) = (put_on("goes"), put_on("stays"));
            let (writer, actor) = (db.clone(), owner.clone());
            let name = if n % 2 == 0 { "Stays" } else { "stays!" };
            let renamed = tokio::spawn(async move {
                let patch = TagPatch { name: Patch::Set(name.into()), ..TagPatch::default() };
                writer.write(move |tx| update(tx, &actor, stays.id, &patch, IfMatch(None))).await
            });
            let (writer, actor) = (db.clone(), owner.clone());
            let asked = MergeTags { primary_id: stays.id, ids: vec![goes.id] };
            let merged = tokio::spawn(async move { writer.write(move |tx| merge(tx, &actor, &asked)).await });
            one.await.unwrap().unwrap();
            two.await.unwrap().unwrap();
            renamed.await.unwrap().ok();
            merged.await.unwrap().unwrap();
            assert_eq!(db.read(broken_rules).await.unwrap(), []);
            let actor = owner.clone();
            let carried = db.read(move |c| customers::get(c, &actor, made.id)).await.unwrap().tags;
            let kept = |name: &String| name.to_lowercase().starts_with("stays");
            assert!(carried.iter().any(kept), "what somebody put on is there: {carried:?}");
            // One that was put on after the merge is a new tag: away with it, and with a second "stays".
            let actor = owner.clone();
            for left in db.read(move |c| tags::list(c, &actor)).await.unwrap() {
                if left.id != stays.id {
                    let actor = owner.clone();
                    db.write(move |tx| tags::delete(tx, &actor, left.id, IfMatch(None))).await.unwrap();
                }
            }
        }
    })
    .await;
}
