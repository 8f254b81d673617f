use super::{Answer, once};
use crate::actor::{Actor, Role};
use crate::clock::Clock;
use crate::error::Error;
use crate::ids::{OrgId, UserId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

fn actor() -> Actor {
    let clock = Clock::system();
    Actor::user(UserId(clock.new_id()), "Ada", OrgId(clock.new_id()), Role::Member, clock)
}

fn answer(body: u32) -> Answer {
    Answer { status: 201, body: body.to_string(), etag: Some("\"1\"".into()), location: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_gives_the_same_answer_and_does_the_work_once() {
    db::testing::each_engine(|db| async move {
        let actor = actor();
        let done = Arc::new(AtomicU32::new(0));
        let mut tasks = Vec::new();
        for _ in 0..16 {
            let (db, actor, done) = (db.clone(), actor.clone(), Arc::clone(&done));
            tasks.push(tokio::spawn(async move {
                db.write(move |tx| {
                    once(tx, &actor, "key-1", &[7; 32], || Ok(answer(done.fetch_add(1, Ordering::SeqCst))))
                })
                .await
            }));
        }
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap().unwrap());
        }
        // A loser of the race may have begun its work before it was undone, but one answer was kept.
        assert!(answers.iter().all(|other| *other == answers[0]), "{answers:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_another_request_is_refused_and_a_failure_is_not_kept() {
    db::testing::each_engine(|db| async move {
        let actor = actor();
        let send = |key: &'static str, digest: [u8; 32], fail: bool| {
            let actor = actor.clone();
            db.write(move |tx| {
                once(tx, &actor, key, &digest, || if fail { Err(Error::NotFound("customer")) } else { Ok(answer(1)) })
            })
        };
        assert_eq!(send("a", [1; 32], true).await, Err(Error::NotFound("customer")));
        assert_eq!(send("a", [2; 32], false).await, Ok(answer(1)));
        assert!(matches!(send("a", [3; 32], false).await, Err(Error::Invalid(_))));
    })
    .await;
}
