use super::actions::{DealAction, DealBulk, ask};
use super::*;
use crate::deals::{self, FIELDS, NewDeal};
use crate::pipelines::{self, DealStage};
use crate::testing::{counts, job, member, org, run_bulk, sound, undo_bulk};
use db::Db;
use db::testing::each_engine;
use platform::actor::Role;
use serde_json::{Value, json};
use uuid::Uuid;

async fn add(db: &Db, actor: &Actor, body: Value) -> DealId {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewDeal>(body).expect("a body"));
    db.write(move |tx| deals::create(tx, &actor, &new)).await.expect("a deal").id
}

async fn start(db: &Db, actor: &Actor, action: Value) -> Result<Uuid> {
    let body = json!({"select": {"filter": {"and": []}}, "action": action});
    let asked = serde_json::from_value::<DealBulk>(body).expect("a body").parse(&FIELDS)?;
    let actor = actor.clone();
    Ok(db.write(move |tx| ask(tx, &actor.at_one_moment(), &asked)).await?.job_id)
}

/// The job and its counts.
async fn bulk(db: &Db, actor: &Actor, action: Value) -> (Uuid, [i64; 4]) {
    let id = start(db, actor, action).await.expect("a job");
    run_bulk(db, actor).await;
    (id, counts(&job(db, actor, id).await.expect("the job")))
}

async fn back(db: &Db, actor: &Actor, id: Uuid) -> [i64; 4] {
    let undo = undo_bulk(db, actor, id).await.expect("an undo");
    run_bulk(db, actor).await;
    counts(&job(db, actor, undo).await.expect("the undo"))
}

async fn get(db: &Db, actor: &Actor, id: DealId) -> Deal {
    let actor = actor.clone();
    let mut deal = db.read(move |c| deals::get(c, &actor, id)).await.expect("the deal");
    // What every write moves on.
    deal.version = 0;
    deal
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_are_moved_together_and_go_back_where_they_were() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let by = owner.clone();
        let stages = db.write(move |tx| pipelines::ensure_default(tx, &by)).await.unwrap().stages;
        let [won, lost] = [2, 3].map(|index: usize| stages[index].id);
        let open = add(&db, &owner, json!({"name": "open", "amount": 5})).await;
        let gone = add(&db, &owner, json!({"name": "gone", "stage": "lost", "lostReason": "Price", "amount": 7})).await;
        let there = add(&db, &owner, json!({"name": "won", "stage": "won"})).await;
        let before = (get(&db, &owner, open).await, get(&db, &owner, gone).await);
        let refused = start(&db, &owner, json!({"kind": "move", "stageId": lost})).await;
        assert!(matches!(refused, Err(platform::Error::Invalid(faults)) if faults[0].path == "/action/lostReason"));
        let (job, counted) = bulk(&db, &owner, json!({"kind": "move", "stageId": won})).await;
        assert_eq!(counted, [3, 2, 1, 0]);
        for id in [open, gone, there] {
            assert_eq!(get(&db, &owner, id).await.stage, DealStage::Won);
        }
        sound(&db).await;
        assert_eq!(back(&db, &owner, job).await, [2, 2, 0, 0]);
        assert_eq!((get(&db, &owner, open).await, get(&db, &owner, gone).await), before);
        let by = owner.clone();
        let visits = db.read(move |c| deals::stages(c, &by, gone)).await.unwrap();
        assert_eq!(
            visits.iter().map(|visit| visit.stage).collect::<Vec<_>>()[..],
            [DealStage::Lost, DealStage::Won, DealStage::Lost]
        );
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_are_given_and_put_away_together() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let bob = member(&db, &owner, Role::Member).await;
        let hers = add(&db, &ann, json!({"name": "hers"})).await;
        let free = add(&db, &owner, json!({"name": "free", "ownerId": null, "amount": 3})).await;
        let (_, counted) = bulk(&db, &bob, json!({"kind": "reassign", "userId": bob.user_id})).await;
        assert_eq!(counted, [2, 1, 1, 0], "a member takes what is nobody's");
        let give = json!({"kind": "reassign", "userId": ann.user_id});
        assert!(matches!(start(&db, &bob, give.clone()).await, Err(platform::Error::Forbidden(_))));
        let (job, counted) = bulk(&db, &owner, give).await;
        assert_eq!(counted, [2, 1, 1, 0]);
        assert_eq!(get(&db, &owner, free).await.owner_id, ann.user_id);
        assert_eq!(back(&db, &owner, job).await, [1, 1, 0, 0]);
        assert_eq!(get(&db, &owner, free).await.owner_id, bob.user_id);
        let (job, counted) = bulk(&db, &bob, json!({"kind": "archive"})).await;
        assert_eq!(counted, [2, 1, 1, 0]);
        assert!(get(&db, &owner, free).await.archived_at.is_some());
        sound(&db).await;
        assert_eq!(back(&db, &bob, job).await, [1, 1, 0, 0]);
        assert!(get(&db, &owner, free).await.archived_at.is_none());
        assert!(get(&db, &owner, hers).await.archived_at.is_none());
        sound(&db).await;
    })
    .await;
}

#[test]
fn an_action_reads_as_the_api_writes_it() {
    let action =
        serde_json::from_value::<DealAction>(json!({"kind": "move", "stageId": Uuid::nil(), "lostReason": "x"}));
    assert!(matches!(action, Ok(DealAction::Move { lost_reason: Some(_), .. })));
    assert!(serde_json::from_value::<DealAction>(json!({"kind": "archive", "why": 1})).is_err());
}
