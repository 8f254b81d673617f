use super::*;
use crate::deals::{self, NewDeal};
use crate::testing::{member, org, sound};
use db::Db;
use db::testing::each_engine;
use platform::actor::Role;
use serde_json::{Value, json};

async fn add(db: &Db, actor: &Actor, body: Value) -> Result<Pipeline> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewPipeline>(body).expect("a body"));
    db.write(move |tx| create(tx, &actor, &new)).await
}

async fn patch(db: &Db, actor: &Actor, id: PipelineId, body: Value) -> Result<Pipeline> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<PipelinePatch>(body).expect("a patch"));
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(None))).await
}

async fn default_of(db: &Db, actor: &Actor) -> Pipeline {
    let actor = actor.clone();
    db.write(move |tx| ensure_default(tx, &actor)).await.unwrap()
}

fn body(name: &str) -> Value {
    json!({"name": name, "stages": [{"name": "Call", "stage": "open", "rotDays": 7}, {"name": "Offer", "stage": "negotiating",
        "probability": 0.7}, {"name": "Signed", "stage": "won"}, {"name": "Gone", "stage": "lost"}]})
}

fn codes(error: Error) -> Vec<(String, String)> {
    match error {
        Error::Invalid(faults) => faults.into_iter().map(|fault| (fault.path, fault.code)).collect(),
        other => panic!("{other:?}"),
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, code)| (path.to_string(), code.to_string())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_pipeline_is_made_once_and_keeps_its_stages() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = default_of(&db, &owner).await;
        assert_eq!(default_of(&db, &owner).await, made);
        let stages: Vec<&str> = made.stages.iter().map(|stage| stage.stage.as_str()).collect();
        assert_eq!((stages.as_slice(), made.is_default), (&DealStage::NAMES[..], true));
        let mut stages = serde_json::to_value(&made.stages).unwrap();
        stages[0]["rotDays"] = json!(14);
        stages[1]["probability"] = json!(0.6);
        let changed = patch(&db, &owner, made.id, json!({"stages": stages})).await.unwrap();
        assert_eq!((changed.stages[0].rot_days, changed.stages[1].probability), (Some(14), 0.6));
        stages[0]["name"] = json!("Other");
        let error = patch(&db, &owner, made.id, json!({"stages": stages})).await.unwrap_err();
        assert_eq!(codes(error), pairs(&[("/stages", "default_pipeline")]));
        let actor = owner.clone();
        match db.write(move |tx| archive(tx, &actor, made.id, IfMatch(None))).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "default_pipeline"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stages_of_a_body_are_checked_one_by_one() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let faulty = json!({"name": "X", "stages": [{"name": " ", "stage": "open"}, {"name": "A", "stage": "won", "probability": 0.5},
            {"name": "a", "stage": "open", "probability": 1.5, "rotDays": 0},
            {"id": "0190a000-0000-7000-8000-000000000000", "name": "B", "stage": "open"}]});
        let error = add(&db, &owner, faulty).await.unwrap_err();
        let expected = [
            ("/stages/0/name", "required"),
            ("/stages/1/probability", "out_of_range"),
            ("/stages/2/name", "name_taken"),
            ("/stages/2/probability", "out_of_range"),
            ("/stages/2/rotDays", "out_of_range"),
            ("/stages/3/id", "unknown_stage"),
            ("/stages", "incomplete"),
        ];
        assert_eq!(codes(error), pairs(&expected));
        let colleague = member(&db, &owner, Role::Member).await;
        assert!(matches!(add(&db, &colleague, body("Mine")).await, Err(Error::Forbidden(_))));
        add(&db, &owner, body("Partners")).await.unwrap();
        match add(&db, &owner, body("PARTNERS")).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "name_taken"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_with_deals_neither_goes_nor_means_something_else() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, body("Partners")).await.unwrap();
        let (actor, id) = (owner.clone(), made.id);
        let new = NewDeal { name: "D".into(), pipeline_id: Some(id), ..NewDeal::default() };
        let deal = db.write(move |tx| deals::create(tx, &actor, &new)).await.unwrap();
        let stages = serde_json::to_value(&made.stages).unwrap();
        let without = |index: usize| {
            let mut rest = stages.as_array().unwrap().clone();
            rest.remove(index);
            json!({"stages": rest})
        };
        let mut other = stages.clone();
        other[0]["stage"] = json!("negotiating");
        for body in [without(0), json!({"stages": other})] {
            match patch(&db, &owner, id, body).await {
                Err(Error::Conflict(conflict)) => {
                    assert_eq!(conflict.code, "stage_in_use");
                    assert!(conflict.detail.contains("1 deals are in the stage Call"), "{}", conflict.detail);
                }
                other => panic!("{other:?}"),
            }
        }
        let changed = patch(&db, &owner, id, without(1)).await.unwrap();
        assert_eq!(changed.stages.len(), 3);
        let actor = owner.clone();
        let moved = serde_json::from_value(json!({"stageId": made.stages[1].id})).unwrap();
        let gone = db.write(move |tx| deals::move_to(tx, &actor, deal.id, &moved, IfMatch(None))).await.unwrap_err();
        assert_eq!(codes(gone), pairs(&[("/stageId", "unknown_stage")]));
        let actor = owner.clone();
        match db.write(move |tx| archive(tx, &actor, id, IfMatch(None))).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "stage_in_use"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_of_archived_deals_means_what_it_meant() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, body("Partners")).await.unwrap();
        let (actor, id) = (owner.clone(), made.id);
        let new = NewDeal { name: "D".into(), pipeline_id: Some(id), ..NewDeal::default() };
        let deal = db.write(move |tx| deals::create(tx, &actor, &new)).await.unwrap();
        let actor = owner.clone();
        db.write(move |tx| deals::archive(tx, &actor, deal.id, IfMatch(None))).await.unwrap();
        let mut stages = serde_json::to_value(&made.stages).unwrap();
        stages[0]["name"] = json!("Ring");
        stages[1]["stage"] = json!("open");
        patch(&db, &owner, id, json!({"stages": stages})).await.unwrap();
        stages[0]["stage"] = json!("won");
        stages[0].as_object_mut().unwrap().remove("probability");
        stages[0].as_object_mut().unwrap().remove("rotDays");
        match patch(&db, &owner, id, json!({"stages": stages})).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "stage_in_use"),
            other => panic!("{other:?}"),
        }
        // It may go: then the deal does not come back into it.
        let mut rest = stages.as_array().unwrap().clone();
        rest.remove(0);
        patch(&db, &owner, id, json!({"stages": rest})).await.unwrap();
        let actor = owner.clone();
        match db.write(move |tx| deals::restore(tx, &actor, deal.id, IfMatch(None))).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "stage_gone"),
            other => panic!("{other:?}"),
        }
        sound(&db).await;
    })
    .await;
}
