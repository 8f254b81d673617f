use crate::clock::new_id;
use crate::model::backoff_us;
use crate::store::{self, Ending, Held};
use crate::{
    Cancel, Clock, JobContext, JobError, JobId, JobView, Limits, NewJob, Options, Outcome, Progress, Registry, Runner,
    SetupError, State, enqueue, get, request_cancel,
};
use db::testing::each_engine;
use db::{Db, Engine, Error, full_scans, params};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Barrier, Notify, mpsc};

const START: i64 = 1_790_000_000_000_000;
const SECOND: i64 = 1_000_000;

/// A clock that only the test moves.
#[derive(Clone)]
struct Hands(Arc<AtomicI64>);

impl Hands {
    fn new() -> Hands {
        Hands(Arc::new(AtomicI64::new(START)))
    }

    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn set(&self, now: i64) {
        self.0.store(now, Ordering::SeqCst);
    }

    fn forward(&self, by: i64) {
        self.set(self.now() + by);
    }

    fn clock(&self) -> Clock {
        let hands = self.clone();
        Clock::new(move || hands.now())
    }

    fn runner(&self, db: &Db, registry: Registry) -> Runner {
        Runner::new(db.clone(), registry, self.clock(), Options::default()).unwrap()
    }

    async fn enqueue<P: Serialize + Clone + Send + 'static>(&self, db: &Db, job: NewJob<P>) -> JobId {
        let now = self.now();
        db.write(move |tx| enqueue(tx, job.clone(), now)).await.unwrap()
    }
}

async fn view(db: &Db, id: JobId) -> JobView {
    db.read(move |c| get(c, None, id)).await.unwrap().unwrap()
}

async fn run_at(db: &Db, id: JobId) -> i64 {
    let query = move |c: &db::Conn<'_>| {
        c.query_one(("SELECT run_at FROM jobs WHERE id = $1", params![id]), |row| row.get::<i64>(0))
    };
    db.read(query).await.unwrap()
}

async fn attempts(db: &Db, id: JobId) -> i64 {
    let query = move |c: &db::Conn<'_>| {
        c.query_one(("SELECT attempts FROM jobs WHERE id = $1", params![id]), |row| row.get::<i64>(0))
    };
    db.read(query).await.unwrap()
}

async fn count(db: &Db) -> i64 {
    db.read(|c| c.query_one("SELECT count(*) FROM jobs", |row| row.get::<i64>(0))).await.unwrap()
}

/// Takes one job of kind `a` as a runner would, without running it.
async fn take(db: &Db, now: i64) -> Option<Held> {
    let until = now + 30 * SECOND;
    let claim = db.write(move |tx| store::claim(tx, now, until, &[("a", 9)], 1, true)).await.unwrap();
    claim.held.into_iter().next()
}

/// A handler that counts and answers `outcome`.
fn counting(
    runs: &Arc<AtomicU32>,
    outcome: impl Fn() -> Result<Outcome, JobError> + Send + Sync + 'static,
) -> impl crate::Handler {
    let runs = Arc::clone(runs);
    move |_: JobContext| {
        runs.fetch_add(1, Ordering::SeqCst);
        let outcome = outcome();
        async move { outcome }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_commits_with_what_asked_for_it() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let now = hands.now();
        let runs = Arc::new(AtomicU32::new(0));
        let mut registry = Registry::new();
        registry.handle("a", counting(&runs, || Ok(Outcome::Result(json!({"rows": 3})))));
        let runner = hands.runner(&db, registry);

        let rolled_back: Result<JobId, Error> = db
            .write(move |tx| {
                enqueue(tx, NewJob::new("a", ()), now)?;
                Err(Error::NotFound)
            })
            .await;
        assert_eq!(rolled_back, Err(Error::NotFound));
        assert_eq!((runner.run_until_idle().await, count(&db).await), (Ok(0), 0));

        let id = hands.enqueue(&db, NewJob::new("a", json!({"importId": "x"}))).await;
        assert_eq!(view(&db, id).await.state, State::Queued);
        hands.forward(SECOND);
        assert_eq!(runner.run_until_idle().await, Ok(1));
        let expected = JobView {
            id,
            org_id: None,
            kind: "a".into(),
            state: State::Completed,
            progress: Progress::default(),
            result: Some(json!({"rows": 3})),
            error: None,
            created_at: now,
            started_at: Some(now + SECOND),
            finished_at: Some(now + SECOND),
        };
        assert_eq!(view(&db, id).await, expected);
        assert_eq!((runner.run_until_idle().await, runs.load(Ordering::SeqCst)), (Ok(0), 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_run_in_the_order_of_their_times_and_not_before() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let now = hands.now();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        let mut registry = Registry::new();
        registry.handle_within("a", Limits { at_once: 1, ..Limits::default() }, move |job: JobContext| {
            noted.lock().unwrap().push(job.payload::<i64>().unwrap());
            async { Ok(Outcome::Done) }
        });
        let runner = hands.runner(&db, registry);
        for second in [5, 3, 9, 1] {
            hands.enqueue(&db, NewJob::new("a", second).at(now + second * SECOND)).await;
        }
        assert_eq!(runner.run_until_idle().await, Ok(0));
        hands.forward(5 * SECOND);
        assert_eq!(runner.run_until_idle().await, Ok(3));
        hands.forward(4 * SECOND);
        assert_eq!(runner.run_until_idle().await, Ok(1));
        assert_eq!(*seen.lock().unwrap(), [1, 3, 5, 9]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_runners_run_each_job_once() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let now = hands.now();
        let ids: Vec<JobId> =
            db.write(move |tx| (0..200).map(|_| enqueue(tx, NewJob::new("a", ()), now)).collect()).await.unwrap();
        let runs: Arc<Mutex<HashMap<JobId, u32>>> = Arc::default();
        let start = Arc::new(Barrier::new(8));
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let runs = Arc::clone(&runs);
            let mut registry = Registry::new();
            registry.handle("a", move |job: JobContext| {
                *runs.lock().unwrap().entry(job.id()).or_default() += 1;
                async { Ok(Outcome::Done) }
            });
            let (runner, start) = (hands.runner(&db, registry), Arc::clone(&start));
            tasks.push(tokio::spawn(async move {
                start.wait().await;
                runner.run_until_idle().await.unwrap()
            }));
        }
        let mut total = 0;
        for task in tasks {
            total += task.await.unwrap();
        }
        assert_eq!(total, 200);
        assert!(ids.iter().all(|id| runs.lock().unwrap().get(id) == Some(&1)));
    })
    .await;
}

/// Without the engine's help: the compare-and-set alone decides.
#[tokio::test(flavor = "multi_thread")]
async fn racing_claims_take_each_job_once_without_locks() {
    each_engine(|db| async move {
        let now = START;
        db.write(move |tx| (0..40).try_for_each(|_| enqueue(tx, NewJob::new("a", ()), now).map(drop))).await.unwrap();
        // Half of them are taken over from a runner that died.
        let late = now + 60 * SECOND;
        db.write(move |tx| store::claim(tx, now, now + SECOND, &[("a", 20)], 20, false)).await.unwrap();
        for _ in 0..10 {
            let start = Arc::new(Barrier::new(6));
            let mut tasks = Vec::new();
            for _ in 0..6 {
                let (db, start) = (db.clone(), Arc::clone(&start));
                tasks.push(tokio::spawn(async move {
                    start.wait().await;
                    db.write(move |tx| store::claim(tx, late, late + SECOND, &[("a", 4)], 4, false)).await.unwrap().held
                }));
            }
            for task in tasks {
                task.await.unwrap();
            }
        }
        let twice = db
            .read(|c| c.query_one("SELECT count(*) FROM jobs WHERE attempts > 2", |row| row.get::<i64>(0)))
            .await
            .unwrap();
        let once = db
            .read(|c| c.query_one("SELECT count(*) FROM jobs WHERE attempts = 1", |row| row.get::<i64>(0)))
            .await
            .unwrap();
        assert_eq!((once, twice), (20, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_attempt_waits_longer_each_time_then_the_job_fails() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let runs = Arc::new(AtomicU32::new(0));
        let mut registry = Registry::new();
        registry.handle("a", counting(&runs, || Err(JobError::retry("the shop is closed").caused_by("secret detail"))));
        let runner = hands.runner(&db, registry);
        let id = hands.enqueue(&db, NewJob::new("a", ()).attempts(4)).await;
        for attempt in 1..=3 {
            assert_eq!(runner.run_until_idle().await, Ok(1));
            let waiting = view(&db, id).await;
            assert_eq!((waiting.state, waiting.error.as_deref()), (State::Queued, Some("the shop is closed")));
            let due = run_at(&db, id).await;
            assert_eq!(due, hands.now() + backoff_us(id, attempt));
            hands.set(due - 1);
            assert_eq!(runner.run_until_idle().await, Ok(0));
            hands.set(due);
        }
        assert_eq!(runner.run_until_idle().await, Ok(1));
        let failed = view(&db, id).await;
        assert_eq!((failed.state, failed.error.as_deref()), (State::Failed, Some("the shop is closed")));
        assert_eq!(failed.finished_at, Some(hands.now()));
        hands.forward(1_000_000 * SECOND);
        assert_eq!((runner.run_until_idle().await, runs.load(Ordering::SeqCst)), (Ok(0), 4));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_may_name_its_wait_or_be_permanent() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let mut registry = Registry::new();
        registry.handle("later", |_: JobContext| async {
            Err::<Outcome, _>(JobError::retry("busy").after(Duration::from_secs(77)))
        });
        registry.handle("never", |_: JobContext| async { Err::<Outcome, _>(JobError::permanent("no such file")) });
        registry.handle("shape", |job: JobContext| async move {
            job.payload::<Vec<i64>>()?;
            Ok(Outcome::Done)
        });
        registry.handle("large", |_: JobContext| async { Ok(Outcome::Result(json!("x".repeat(70_000)))) });
        let runner = hands.runner(&db, registry);
        let later = hands.enqueue(&db, NewJob::new("later", ())).await;
        let mut permanent = Vec::new();
        for kind in ["never", "shape", "large"] {
            permanent.push(hands.enqueue(&db, NewJob::new(kind, "text")).await);
        }
        assert_eq!(runner.run_until_idle().await, Ok(4));
        assert_eq!(run_at(&db, later).await, hands.now() + 77 * SECOND);
        for id in permanent {
            assert_eq!(view(&db, id).await.state, State::Failed);
        }
        let now = hands.now();
        let large = db.write(move |tx| enqueue(tx, NewJob::new("later", "x".repeat(70_000)), now)).await;
        assert!(matches!(large, Err(Error::Bug(_))), "{large:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_failed_attempt_and_spares_the_others() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let runs = Arc::new(AtomicU32::new(0));
        let mut registry = Registry::new();
        registry.handle("a", |job: JobContext| async move {
            assert!(job.attempt() > 1, "secret detail");
            Ok(Outcome::Done)
        });
        // Before there is a future at all.
        registry.handle("early", |_: JobContext| -> std::future::Ready<Result<Outcome, JobError>> { panic!("early") });
        registry.handle("b", counting(&runs, || Ok(Outcome::Done)));
        let runner = hands.runner(&db, registry);
        let id = hands.enqueue(&db, NewJob::new("a", ())).await;
        let early = hands.enqueue(&db, NewJob::new("early", ()).attempts(1)).await;
        hands.enqueue(&db, NewJob::new("b", ())).await;
        assert_eq!(runner.run_until_idle().await, Ok(3));
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        let waiting = view(&db, id).await;
        assert_eq!(waiting.state, State::Queued);
        assert!(!waiting.error.unwrap().contains("secret"));
        assert_eq!(view(&db, early).await.state, State::Failed);
        hands.set(run_at(&db, id).await);
        assert_eq!(runner.run_until_idle().await, Ok(1));
        let done = view(&db, id).await;
        assert_eq!((done.state, done.error), (State::Completed, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_lease_is_taken_over_and_the_late_ending_is_void() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let id = hands.enqueue(&db, NewJob::new("a", ())).await;
        let first = take(&db, hands.now()).await.unwrap();
        assert!(take(&db, hands.now() + 30 * SECOND - 1).await.is_none(), "the lease was still good");

        hands.forward(30 * SECOND);
        let second = take(&db, hands.now()).await.unwrap();
        assert_eq!((second.id, second.attempt), (id, 2));

        let now = hands.now();
        for ending in [
            Ending::Completed(None),
            Ending::Failed("late".into()),
            Ending::Again { run_at: now },
            Ending::HandBack { run_at: now },
        ] {
            let late = first.clone();
            assert_eq!(db.write(move |tx| store::finish(tx, &late, &ending, now)).await, Ok::<_, Error>(false));
        }
        let late = first.clone();
        let kept = db.write(move |tx| store::extend(tx, late.id, late.lease_id, now + SECOND)).await;
        assert_eq!(kept, Ok::<_, Error>(false));
        assert_eq!(view(&db, id).await.state, State::Running);

        let good = second.clone();
        let ended = db.write(move |tx| store::finish(tx, &good, &Ending::Completed(None), now)).await;
        assert_eq!(ended, Ok::<_, Error>(true));
        assert_eq!(view(&db, id).await.state, State::Completed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_late_handler_writes_under_its_lease_is_not_kept() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let taken_over = Arc::new(Notify::new());
        let (stale, began) = mpsc::channel(1);
        let go = Arc::clone(&taken_over);
        let clock = hands.clone();
        let mut registry = Registry::new();
        registry.handle("a", move |job: JobContext| {
            let (go, stale, clock) = (Arc::clone(&go), stale.clone(), clock.clone());
            async move {
                stale.send(()).await.unwrap();
                go.notified().await;
                let (lease, now) = (job.lease(), clock.now());
                // A write of its own beside the lease: the marker job.
                let outcome: Result<(), Error> = job
                    .db()
                    .write(move |tx| {
                        enqueue(tx, NewJob::new("marker", ()), now)?;
                        lease.hold(tx)
                    })
                    .await;
                assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
                assert!(job.progress(1, None).await.is_err());
                assert!(job.is_cancelled().await.is_err());
                Ok(Outcome::Done)
            }
        });
        let mut began = began;
        let id = hands.enqueue(&db, NewJob::new("a", ())).await;
        let runner = hands.runner(&db, registry);
        let first = tokio::spawn(async move { runner.run_until_idle().await });
        began.recv().await.unwrap();
        hands.forward(31 * SECOND);
        let second = take(&db, hands.now()).await.unwrap();
        taken_over.notify_one();
        assert_eq!(first.await.unwrap(), Ok(1));
        assert_eq!((count(&db).await, view(&db, id).await.state), (1, State::Running));
        assert_eq!(second.attempt, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_process_is_given_up() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let poison = hands.enqueue(&db, NewJob::new("a", ()).attempts(3)).await;
        for attempt in 1..=3 {
            assert_eq!(take(&db, hands.now()).await.unwrap().attempt, attempt);
            hands.forward(30 * SECOND);
        }
        let runs = Arc::new(AtomicU32::new(0));
        let mut registry = Registry::new();
        registry.handle("a", counting(&runs, || Ok(Outcome::Done)));
        let healthy = hands.enqueue(&db, NewJob::new("a", ())).await;
        assert_eq!(hands.runner(&db, registry).run_until_idle().await, Ok(1));
        let failed = view(&db, poison).await;
        assert_eq!((failed.state, failed.finished_at), (State::Failed, Some(hands.now())));
        assert!(failed.error.unwrap().contains("every attempt"));
        assert_eq!((view(&db, healthy).await.state, runs.load(Ordering::SeqCst)), (State::Completed, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_gets_on_is_not_given_up() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let id = hands.enqueue(&db, NewJob::new("a", ()).attempts(2)).await;
        // Each time it keeps a step of its work, then its process dies.
        for _ in 0..5 {
            let held = take(&db, hands.now()).await.expect("another attempt");
            let (now, lease) = (hands.now(), held.lease_id);
            let kept = db.write(move |tx| {
                store::progress(tx, id, lease, Progress { done: 1, total: None }, true, now + 30 * SECOND)
            });
            assert_eq!(kept.await, Ok(true));
            hands.forward(31 * SECOND);
        }
        // From then on it shows something and gets nowhere.
        let held = take(&db, hands.now()).await.expect("the last attempt");
        let (now, lease) = (hands.now(), held.lease_id);
        let shown = db.write(move |tx| {
            store::progress(tx, id, lease, Progress { done: 1, total: None }, false, now + 30 * SECOND)
        });
        assert_eq!(shown.await, Ok(true));
        hands.forward(31 * SECOND);
        assert!(take(&db, hands.now()).await.is_none());
        assert_eq!(view(&db, id).await.state, State::Failed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_ends_a_waiting_job_and_tells_a_running_one() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let now = hands.now();
        let org = new_id(now);
        let runs = Arc::new(AtomicU32::new(0));
        let mut registry = Registry::new();
        registry.handle("a", counting(&runs, || Ok(Outcome::Done)));
        // Cancels itself, as a person would meanwhile.
        registry.handle("b", move |job: JobContext| async move {
            assert!(!job.is_cancelled().await?);
            let id = job.id();
            let asked = job.db().write(move |tx| request_cancel(tx, Some(org), id, now)).await?;
            assert_eq!(asked, Cancel::Requested);
            assert!(job.is_cancelled().await?);
            Ok(Outcome::Canceled)
        });
        let runner = hands.runner(&db, registry);

        let waiting = hands.enqueue(&db, NewJob::new("a", ())).await;
        let cancel = |org_id, id| db.write(move |tx| request_cancel(tx, org_id, id, now));
        assert_eq!(cancel(Some(org), waiting).await, Ok(Cancel::NotFound), "another organisation's job");
        assert_eq!(cancel(None, new_id(now)).await, Ok(Cancel::NotFound));
        assert_eq!(cancel(None, waiting).await, Ok(Cancel::Canceled));
        assert_eq!(cancel(None, waiting).await, Ok(Cancel::Finished));
        assert_eq!(view(&db, waiting).await.finished_at, Some(now));
        assert_eq!((runner.run_until_idle().await, runs.load(Ordering::SeqCst)), (Ok(0), 0));

        let running = hands.enqueue(&db, NewJob::new("b", ()).for_org(org)).await;
        assert_eq!(runner.run_until_idle().await, Ok(1));
        let ended = db.read(move |c| get(c, Some(org), running)).await.unwrap().unwrap();
        assert_eq!((ended.state, ended.finished_at), (State::Canceled, Some(now)));
        let hidden = db.read(move |c| get(c, Some(new_id(now)), running)).await.unwrap();
        assert_eq!(hidden, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_gets_one_more_step_to_notice() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let now = hands.now();
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let mut registry = Registry::new();
        // Never looks whether it was cancelled.
        registry.handle("a", move |job: JobContext| {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                let id = job.id();
                if run == 2 {
                    job.db().write(move |tx| request_cancel(tx, None, id, now)).await?;
                }
                Ok(Outcome::Again(now))
            }
        });
        let id = hands.enqueue(&db, NewJob::new("a", ()).attempts(1)).await;
        assert_eq!(hands.runner(&db, registry).run_until_idle().await, Ok(4));
        assert_eq!(view(&db, id).await.state, State::Canceled);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_seen_while_the_job_runs() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let mut registry = Registry::new();
        registry.handle("a", |job: JobContext| async move {
            job.progress(0, None).await?;
            assert_eq!(view(job.db(), job.id()).await.progress, Progress { done: 0, total: None });
            let lease = job.lease();
            job.db().write(move |tx| lease.progress(tx, 500, Some(2_000))).await?;
            assert_eq!(view(job.db(), job.id()).await.progress, Progress { done: 500, total: Some(2_000) });
            let lease = job.lease();
            job.db().write(move |tx| lease.hold(tx)).await?;
            Ok(Outcome::Done)
        });
        let id = hands.enqueue(&db, NewJob::new("a", ()).attempts(1)).await;
        assert_eq!(hands.runner(&db, registry).run_until_idle().await, Ok(1));
        let done = view(&db, id).await;
        assert_eq!((done.state, done.progress), (State::Completed, Progress { done: 500, total: Some(2_000) }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unfinished_job_per_key() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let now = hands.now();
        let org = new_id(now);
        let start = Arc::new(Barrier::new(6));
        let mut tasks = Vec::new();
        for _ in 0..6 {
            let (db, hands, start) = (db.clone(), hands.clone(), Arc::clone(&start));
            tasks.push(tokio::spawn(async move {
                start.wait().await;
                hands.enqueue(&db, NewJob::new("a", ()).for_org(org).dedupe("rescore")).await
            }));
        }
        let mut ids = Vec::new();
        for task in tasks {
            ids.push(task.await.unwrap());
        }
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(count(&db).await, 1);

        // While it runs the key is taken; another organisation, kind or key is not.
        let held = take(&db, now).await.unwrap();
        assert_eq!(hands.enqueue(&db, NewJob::new("a", ()).for_org(org).dedupe("rescore")).await, ids[0]);
        for other in [
            NewJob::new("a", ()).for_org(new_id(now)).dedupe("rescore"),
            NewJob::new("b", ()).for_org(org).dedupe("rescore"),
            NewJob::new("a", ()).for_org(org).dedupe("other"),
        ] {
            assert_ne!(hands.enqueue(&db, other).await, ids[0]);
        }
        assert_eq!(count(&db).await, 4);

        db.write(move |tx| store::finish(tx, &held, &Ending::Failed("x".into()), now)).await.unwrap();
        assert_ne!(hands.enqueue(&db, NewJob::new("a", ()).for_org(org).dedupe("rescore")).await, ids[0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_enqueues_one_job_per_period_whoever_looks() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let runs = Arc::new(AtomicU32::new(0));
        let nodes: Vec<Runner> = (0..5)
            .map(|_| {
                let mut registry = Registry::new();
                registry.handle("a", counting(&runs, || Ok(Outcome::Done)));
                registry.every("sweep", Duration::from_secs(60), "a");
                hands.runner(&db, registry)
            })
            .collect();
        let all = || async {
            let start = Arc::new(Barrier::new(nodes.len()));
            let tasks: Vec<_> = nodes
                .iter()
                .map(|node| {
                    let (node, start) = (node.clone(), Arc::clone(&start));
                    tokio::spawn(async move {
                        start.wait().await;
                        node.run_until_idle().await.unwrap();
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            runs.swap(0, Ordering::SeqCst)
        };
        assert_eq!(all().await, 0, "the first run comes after one period");
        for period in 1..=10 {
            hands.set(START + period * 60 * SECOND - 1);
            assert_eq!(all().await, 0, "before period {period}");
            hands.set(START + period * 60 * SECOND);
            assert_eq!(all().await, 1, "period {period}");
        }
        // A year asleep is one late run, and the beat stays.
        hands.set(START + 365 * 86_400 * SECOND + 7 * SECOND);
        assert_eq!(all().await, 1);
        assert_eq!(all().await, 0);
        hands.set(START + 365 * 86_400 * SECOND + 60 * SECOND);
        assert_eq!(all().await, 1);
        // The clock had run ahead and is set right: the schedule does not sleep for a year.
        hands.set(START);
        assert_eq!(all().await, 0);
        hands.set(START + 60 * SECOND);
        assert_eq!(all().await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_jobs_are_deleted_in_time() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let day = 86_400 * SECOND;
        let mut registry = Registry::new();
        registry.handle("a", |_: JobContext| async { Ok(Outcome::Done) });
        registry.keep_finished(Duration::from_secs(14 * 86_400));
        let runner = hands.runner(&db, registry);
        let old = hands.enqueue(&db, NewJob::new("a", ())).await;
        let unfinished = hands.enqueue(&db, NewJob::new("unknown", ())).await;
        runner.run_until_idle().await.unwrap();
        hands.forward(14 * day);
        let young = hands.enqueue(&db, NewJob::new("a", ())).await;
        runner.run_until_idle().await.unwrap();
        assert_eq!(view(&db, old).await.state, State::Completed, "not a microsecond early");
        hands.forward(3_600 * SECOND);
        runner.run_until_idle().await.unwrap();
        let gone = db.read(move |c| get(c, None, old)).await.unwrap();
        assert_eq!(gone, None);
        assert_eq!(view(&db, young).await.state, State::Completed);
        assert_eq!(view(&db, unfinished).await.state, State::Queued, "a kind of a newer program is left alone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_of_a_kind_together_than_allowed() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let (now_running, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let other_ran = Arc::new(Notify::new());
        let (running, seen, wait) = (Arc::clone(&now_running), Arc::clone(&most), Arc::clone(&other_ran));
        let mut registry = Registry::new();
        registry.handle_within("a", Limits { at_once: 1, ..Limits::default() }, move |job: JobContext| {
            let (running, seen, wait) = (Arc::clone(&running), Arc::clone(&seen), Arc::clone(&wait));
            async move {
                seen.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                if job.payload::<i64>()? == 0 {
                    // Ends only once a job of another kind, enqueued last, had its turn.
                    wait.notified().await;
                }
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(Outcome::Done)
            }
        });
        let done = Arc::clone(&other_ran);
        registry.handle("b", move |_: JobContext| {
            done.notify_one();
            async { Ok(Outcome::Done) }
        });
        let runner = hands.runner(&db, registry);
        for n in 0..8_i64 {
            hands.enqueue(&db, NewJob::new("a", n).at(START - 100 + n)).await;
        }
        hands.enqueue(&db, NewJob::new("b", ()).at(START)).await;
        assert_eq!(runner.run_until_idle().await, Ok(9));
        assert_eq!(most.load(Ordering::SeqCst), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_takes_too_long_is_stopped() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let mut registry = Registry::new();
        let limits = Limits { time: Duration::from_millis(20), ..Limits::default() };
        registry.handle_within("a", limits, |_: JobContext| std::future::pending());
        let id = hands.enqueue(&db, NewJob::new("a", ()).attempts(1)).await;
        assert_eq!(hands.runner(&db, registry).run_until_idle().await, Ok(1));
        let failed = view(&db, id).await;
        assert_eq!(failed.state, State::Failed);
        assert!(failed.error.unwrap().contains("took longer"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_background_runner_wakes_when_a_job_is_enqueued() {
    each_engine(|db| async move {
        let (done, mut ended) = mpsc::channel(9);
        let mut registry = Registry::new();
        registry.handle("a", move |job: JobContext| {
            let done = done.clone();
            async move {
                done.send(job.id()).await.unwrap();
                if job.attempt() == 1 && job.payload::<bool>()? {
                    // The next attempt is due at once: the runner goes on without being woken.
                    return Err(JobError::retry("again").after(Duration::ZERO));
                }
                Ok(Outcome::Done)
            }
        });
        let hands = Hands::new();
        // Polling alone would take a day.
        let options = Options { poll: Duration::from_secs(86_400), ..Options::default() };
        let handle = Runner::new(db.clone(), registry, hands.clock(), options).unwrap().start();
        for retry in [false, true] {
            let id = hands.enqueue(&db, NewJob::new("a", retry)).await;
            for _ in 0..1 + u32::from(retry) {
                let ran = tokio::time::timeout(Duration::from_secs(20), ended.recv()).await;
                assert_eq!(ran.expect("the runner was not woken"), Some(id));
            }
        }
        handle.shutdown(Duration::from_secs(20)).await;
        let open = db
            .read(|c| c.query_one("SELECT count(*) FROM jobs WHERE finished_at IS NULL", |row| row.get::<i64>(0)))
            .await;
        assert_eq!(open, Ok::<_, Error>(0), "shutdown waits for endings to be written");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_finishes_what_it_can_and_hands_the_rest_back() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let (started, mut begun) = mpsc::channel(9);
        let mut registry = Registry::new();
        registry.handle("a", move |job: JobContext| {
            let started = started.clone();
            async move {
                let patient = job.payload::<bool>()?;
                started.send(()).await.unwrap();
                if patient {
                    std::future::pending::<()>().await;
                }
                while !job.is_stopping() {
                    tokio::task::yield_now().await;
                }
                Ok(Outcome::Done)
            }
        });
        let polite = hands.enqueue(&db, NewJob::new("a", false)).await;
        let stubborn = hands.enqueue(&db, NewJob::new("a", true)).await;
        let handle = hands.runner(&db, registry).start();
        begun.recv().await.unwrap();
        begun.recv().await.unwrap();
        handle.shutdown(Duration::from_millis(500)).await;
        assert_eq!(view(&db, polite).await.state, State::Completed);
        assert_eq!(view(&db, stubborn).await.state, State::Queued);
        assert_eq!(attempts(&db, stubborn).await, 0, "being interrupted is no failed attempt");
        let next = take(&db, hands.now()).await.unwrap();
        assert_eq!((next.id, next.attempt), (stubborn, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_attempt_keeps_its_lease() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let (started, mut begun) = mpsc::channel(1);
        let mut registry = Registry::new();
        let go = Arc::new(Notify::new());
        let wait = Arc::clone(&go);
        registry.handle("a", move |_: JobContext| {
            let (started, wait) = (started.clone(), Arc::clone(&wait));
            async move {
                started.send(()).await.unwrap();
                wait.notified().await;
                Ok(Outcome::Done)
            }
        });
        let id = hands.enqueue(&db, NewJob::new("a", ())).await;
        let options = Options { lease: Duration::from_millis(300), ..Options::default() };
        let handle = Runner::new(db.clone(), registry, hands.clock(), options).unwrap().start();
        begun.recv().await.unwrap();
        let until = |db: Db| async move {
            let query = move |c: &db::Conn<'_>| {
                c.query_one(("SELECT lease_until FROM jobs WHERE id = $1", params![id]), |row| row.get::<i64>(0))
            };
            db.read(query).await.unwrap()
        };
        hands.forward(SECOND / 10);
        // The sign of life comes by real time; its value by the test's clock.
        let seen = tokio::time::timeout(Duration::from_secs(20), async {
            while until(db.clone()).await != START + SECOND / 10 + 3 * SECOND / 10 {
                tokio::task::yield_now().await;
            }
        });
        seen.await.expect("the lease was not extended");
        go.notify_one();
        handle.shutdown(Duration::from_secs(20)).await;
        assert_eq!(view(&db, id).await.state, State::Completed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_program_goes_on_at_once_on_sqlite() {
    let fresh = db::testing::sqlite().await;
    let hands = Hands::new();
    let id = hands.enqueue(&fresh.db, NewJob::new("a", ())).await;
    take(&fresh.db, hands.now()).await.unwrap();
    let (done, mut ended) = mpsc::channel(1);
    let mut registry = Registry::new();
    registry.handle("a", move |job: JobContext| {
        let done = done.clone();
        async move {
            done.send(job.attempt()).await.unwrap();
            Ok(Outcome::Done)
        }
    });
    let handle = hands.runner(&fresh.db, registry).start();
    let attempt = tokio::time::timeout(Duration::from_secs(20), ended.recv()).await.unwrap();
    assert_eq!(attempt, Some(2), "the killed attempt counts");
    handle.shutdown(Duration::from_secs(20)).await;
    assert_eq!(view(&fresh.db, id).await.state, State::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_for_work_reads_no_finished_jobs() {
    let fresh = db::testing::sqlite().await;
    assert_eq!(fresh.db.engine(), Engine::Sqlite);
    let plans = fresh
        .db
        .read(|c| {
            Ok::<_, Error>([
                c.explain("SELECT id FROM jobs WHERE state = 'queued' AND run_at <= 5 AND kind IN ('a', 'b') ORDER BY run_at, id LIMIT 4")?,
                c.explain("SELECT id FROM jobs WHERE state = 'running' AND lease_until <= 5 AND kind IN ('a') ORDER BY lease_until LIMIT 4")?,
                c.explain("SELECT id FROM jobs WHERE finished_at IS NOT NULL AND finished_at < 5 ORDER BY finished_at LIMIT 4")?,
                c.explain("SELECT id FROM jobs WHERE dedupe_key = 'a' AND finished_at IS NULL")?,
            ])
        })
        .await
        .unwrap();
    for plan in plans {
        assert!(full_scans(&plan, &["jobs"]).is_empty() && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_contradicts_itself_is_refused() {
    let fresh = db::testing::sqlite().await;
    let refused = |fill: fn(&mut Registry)| {
        let mut registry = Registry::new();
        fill(&mut registry);
        Runner::new(fresh.db.clone(), registry, Hands::new().clock(), Options::default()).err()
    };
    async fn done(_: JobContext) -> Result<Outcome, JobError> {
        Ok(Outcome::Done)
    }
    const DAY: Duration = Duration::from_secs(86_400);
    let sound = refused(|r| {
        r.handle("a", done).every("x", DAY, "a").handle("b", done);
    });
    assert!(sound.is_none());
    let doubled = refused(|r| {
        r.handle("a", done).handle("a", done);
    });
    assert!(matches!(doubled, Some(SetupError::Doubled("a"))), "{doubled:?}");
    let missing = refused(|r| {
        r.every("x", DAY, "a");
    });
    assert!(matches!(missing, Some(SetupError::NoHandler { name: "x", kind: "a" })), "{missing:?}");
    let twice = refused(|r| {
        r.handle("a", done).every("x", DAY, "a").every("x", DAY, "a");
    });
    assert!(matches!(twice, Some(SetupError::DoubledSchedule("x"))), "{twice:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_cancel_gets_through_to_a_job_that_writes_without_a_pause() {
    each_engine(|db| async move {
        let hands = Hands::new();
        let id = hands.enqueue(&db, NewJob::new("a", ())).await;
        let (now, writer) = (hands.now(), db.clone());
        let lease_id = take(&db, now).await.unwrap().lease_id;
        // As an import does: each chunk holds the job's row from its beginning to its commit.
        let job = tokio::spawn(async move {
            for chunk in 0..500 {
                let asked = writer.read(move |c| store::cancel_requested(c, id, lease_id)).await.unwrap();
                if asked == Some(true) {
                    return chunk;
                }
                let work = move |tx: &db::Tx<'_>| {
                    store::extend(tx, id, lease_id, now + SECOND)?;
                    for _ in 0..100 {
                        tx.query_one("SELECT count(*) FROM jobs", |row| row.get::<i64>(0))?;
                    }
                    Ok::<_, Error>(())
                };
                writer.write(work).await.unwrap();
            }
            panic!("nobody was heard")
        });
        for _ in 0..3 {
            let asked = db.write(move |tx| store::request_cancel(tx, None, id, now)).await;
            assert!(matches!(asked, Ok(Cancel::Requested)), "{asked:?}");
        }
        job.await.unwrap();
    })
    .await;
}
