//! Imports whose work ended without a word, that are old, or that nobody wants.

use super::super::{delete, store};
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_survives_more_deaths_than_a_job_has_attempts() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let import = world.upload(RecordKind::Customer, &crowd(9_500)).await;
        world.plan(&import, OnDuplicate::Skip).await;
        world.act(&world.actor, import.id, run).await.expect("a run");
        let mut kills = 0;
        for round in 1..=8_i64 {
            // Torn down with all its tasks, so that nothing of it is left to hand the job back.
            let runner = world.runner();
            let process = tokio::spawn(async move { runner.run_until_idle().await });
            for _ in 0..2_000 {
                let seen = world.get(import.id).await.expect("the import");
                if seen.processed >= round * 1_000 || seen.state != State::Running {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            process.abort();
            let _ = process.await;
            kills += i64::from(world.get(import.id).await.expect("the import").state == State::Running);
            world.jobs_now.fetch_add(120_000_000, Ordering::SeqCst);
        }
        assert!(kills >= 6, "only {kills} deaths");
        let done = world.take_over(import.id).await;
        assert_eq!((done.state, counts(&done)), (State::Completed, [9_500, 9_500, 0, 0, 0, 0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_whose_job_is_no_more_is_ended() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let import = world.upload(RecordKind::Customer, "Name\nAnna\n").await;
        let planned = world.plan(&import, OnDuplicate::Skip).await;
        assert_eq!(planned.state, State::Planned);
        // As a job ends that killed its process at every attempt.
        let give_up = async || {
            world
                .db
                .write(|tx| tx.execute("UPDATE jobs SET state = 'failed', finished_at = 1 WHERE kind LIKE 'imports.%' AND finished_at IS NULL"))
                .await
                .expect("a job that failed");
            world.work().await;
            world.jobs_now.fetch_add(3_700_000_000, Ordering::SeqCst);
            world.work().await;
            world.get(import.id).await.expect("the import")
        };
        world.act(&world.actor, import.id, run).await.expect("a run");
        let ended = give_up().await;
        assert_eq!(ended.state, State::Failed);
        assert!(ended.error.is_some_and(|why| why.contains("stopped")), "it says why");
        world.act(&world.actor, import.id, undo).await.expect("an undo");
        assert_eq!(give_up().await.state, State::Failed);
        assert_eq!(world.undo(import.id).await.state, State::Undone);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_stay_while_an_import_is_busy_or_its_end_is_not_long_ago() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let waiting = world.upload(RecordKind::Customer, "Name\nAnna\n").await;
        let late = world.upload(RecordKind::Customer, "Name\nBob\n").await;
        world.plan(&late, OnDuplicate::Skip).await;
        let days = |days: i64| {
            let now = Timestamp(1_700_000_000_000_000 + days * 86_400_000_000);
            world.actor.clock.set(now);
            world.jobs_now.store(now.0, Ordering::SeqCst);
        };
        days(80);
        assert_eq!(world.run(late.id).await.state, State::Completed);
        let (by, id, body) = (world.actor.clone(), waiting.id, guessed(&waiting, OnDuplicate::Skip));
        world.db.write(move |tx| plan(tx, &by, id, &body)).await.expect("a plan that waits for its job");
        days(100);
        let (now, kept) = (world.actor.now(), -jobs::KEPT_DAYS * 86_400);
        let old = world.db.read(move |c| store::old(c, now.plus_seconds(kept), false, 10)).await;
        assert_eq!(old, Ok(Vec::new()));
        // Nor when the work began after the look.
        let (org_id, id) = (world.actor.org_id.0, waiting.id);
        assert_eq!(world.db.write(move |tx| store::mark_emptied(tx, org_id, id, now)).await, Ok(false));
        assert_eq!(world.count("SELECT count(*) FROM import_rows WHERE org_id = $1").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_never_ran_can_be_dropped() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let drop = async |actor: &Actor, id: ImportId| {
            let by = actor.clone();
            world.db.write(move |tx| delete(tx, &by, id)).await
        };
        let import = world.upload(RecordKind::Customer, "Name\nAnna\n").await;
        let member = member(&world.db, &world.actor, Role::Member).await;
        assert!(matches!(drop(&member, import.id).await, Err(Error::NotFound(_))), "somebody else's import");
        drop(&world.actor, import.id).await.expect("an upload is dropped");
        assert!(matches!(world.get(import.id).await, Err(Error::NotFound(_))));
        assert!(matches!(drop(&world.actor, import.id).await, Err(Error::NotFound(_))));
        let by = world.actor.clone();
        let listed = world.db.read(move |c| page(c, &by, None, None)).await.expect("a list");
        assert!(listed.items.is_empty());

        let planned = world.upload(RecordKind::Customer, "Name\nBo\n").await;
        let (by, id, body) = (world.actor.clone(), planned.id, guessed(&planned, OnDuplicate::Skip));
        world.db.write(move |tx| plan(tx, &by, id, &body)).await.expect("a plan begins");
        assert!(matches!(drop(&world.actor, id).await, Err(Error::Conflict(_))), "it is being planned");
        world.work().await;
        world.run(id).await;
        assert!(matches!(drop(&world.actor, id).await, Err(Error::Conflict(_))), "it has run");
        assert_eq!(world.get(id).await.expect("the import").state, State::Completed);

        // The rows of the dropped one go with the uploads that were never finished.
        assert_eq!(world.count("SELECT count(DISTINCT import_id) FROM import_rows WHERE org_id = $1").await, 2);
        world.actor.clock.set(world.actor.now().plus_seconds(2 * 86_400));
        world.jobs_now.fetch_add(2 * 86_400_000_000, Ordering::SeqCst);
        world.work().await;
        world.jobs_now.fetch_add(3_700_000_000, Ordering::SeqCst);
        world.work().await;
        assert_eq!(world.count("SELECT count(DISTINCT import_id) FROM import_rows WHERE org_id = $1").await, 1);
        assert_eq!(world.count("SELECT count(*) FROM imports WHERE org_id = $1").await, 1);
    })
    .await;
}
