use super::*;
use crate::activity::Timeline;
use crate::companies::{self, NewCompany};
use crate::customers::{self, NewCustomer};
use crate::deals::{self, NewDeal};
use crate::testing::{member, org, sound};
use db::testing::each_engine;
use db::{Db, Engine, full_scans};
use platform::actor::Role;
use platform::clock::Clock;
use platform::ids::CustomerId;
use platform::paging::ListQuery;
use serde_json::Value;
use std::time::Duration;

async fn add(db: &Db, actor: &Actor, body: Value) -> Result<Task> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewTask>(body).expect("a body"));
    db.write(move |tx| create(tx, &actor.at_one_moment(), &new)).await
}

async fn patch(db: &Db, actor: &Actor, id: TaskId, body: Value) -> Result<Task> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<TaskPatch>(body).expect("a patch"));
    db.write(move |tx| update(tx, &actor.at_one_moment(), id, &patch, IfMatch(None))).await
}

async fn take(db: &Db, actor: &Actor, id: TaskId) -> Result<Task> {
    let actor = actor.clone();
    db.write(move |tx| claim(tx, &actor.at_one_moment(), id, IfMatch(None))).await
}

async fn seen(db: &Db, actor: &Actor, view: View, anchor: Option<Anchor>) -> Vec<String> {
    let (actor, list) = (actor.clone(), ListQuery::default().read(&FIELDS, "dueAt,subject", Me::Allowed).unwrap());
    let page = db.read(move |c| page(c, &actor, &list, view, anchor)).await.unwrap();
    page.items.into_iter().map(|task| task.subject).collect()
}

async fn customer(db: &Db, actor: &Actor, claimed: bool) -> CustomerId {
    let new = serde_json::from_value::<NewCustomer>(json!({"fullName": "Eva"})).unwrap().parse().unwrap();
    let actor = actor.clone();
    db.write(move |tx| {
        let made = customers::create(tx, &actor, &new)?;
        if claimed {
            customers::claim(tx, &actor, made.id, IfMatch(None))?;
        }
        Ok::<_, Error>(made.id)
    })
    .await
    .unwrap()
}

async fn kinds(db: &Db, actor: &Actor, timeline: Timeline) -> Vec<String> {
    let actor = actor.clone();
    let page = db.read(move |c| activity::page(c, &actor, timeline, None, 50, None)).await.unwrap();
    page.items.into_iter().map(|item| item.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_its_way_and_every_step_is_on_the_timeline() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = customer(&db, &owner, false).await;
        let anchor = json!({"kind": "customer", "id": id});
        let made = add(&db, &owner, json!({"subject": " Call back ", "anchor": anchor})).await.unwrap();
        assert_eq!((made.subject.as_str(), made.assignee_id, made.status), ("Call back", None, TaskStatus::Pending));
        assert_eq!(made.anchor.as_ref().unwrap().name, "Eva");
        patch(&db, &owner, made.id, json!({"status": "in_progress"})).await.unwrap();
        let done = patch(&db, &owner, made.id, json!({"status": "done"})).await.unwrap();
        assert_eq!(done.completed_at, Some(owner.now()));
        let open = patch(&db, &owner, made.id, json!({"status": "pending"})).await.unwrap();
        assert_eq!((open.completed_at, open.version), (None, 4));
        patch(&db, &owner, made.id, json!({"status": "canceled", "assigneeId": owner.user_id})).await.unwrap();
        let expected = ["task.canceled", "task.assigned", "task.reopened", "task.completed", "task.created"];
        assert_eq!(kinds(&db, &owner, Timeline::Customer(id)).await[..5], expected);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_of_a_deal_is_on_the_timelines_of_its_customer_and_the_deal() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = customer(&db, &owner, false).await;
        let new = NewDeal { name: "D".into(), customer_id: Some(id), ..NewDeal::default() };
        let actor = owner.clone();
        let deal = db.write(move |tx| deals::create(tx, &actor, &new)).await.unwrap();
        let mut later = owner.clone();
        later.clock = Clock::fixed(owner.now().plus_seconds(60));
        add(&db, &later, json!({"subject": "Offer", "anchor": {"kind": "deal", "id": deal.id}})).await.unwrap();
        for timeline in [Timeline::Customer(id), Timeline::Deal(deal.id)] {
            assert_eq!(kinds(&db, &owner, timeline).await[0], "task.created");
        }
        let actor = later.clone();
        let touched = db.read(move |c| deals::get(c, &actor, deal.id)).await.unwrap();
        assert_eq!(touched.last_activity_at, later.now());
        let of_deal = Some(Anchor { kind: crate::anchors::AnchorKind::Deal, id: deal.id.0 });
        assert_eq!(seen(&db, &owner, View::All, of_deal).await, ["Offer"]);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_show_what_is_due_for_whom() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        // It is 23:13 where the organisation is.
        let due = |minutes: i64| owner.now().plus_seconds(minutes * 60);
        for (subject, assignee, at) in [
            ("late", Some(ann.user_id), Some(due(-60))),
            ("soon", Some(ann.user_id), Some(due(30))),
            ("far", Some(ann.user_id), Some(due(3_600))),
            ("anybody", None, Some(due(120))),
            ("never", None, None),
        ] {
            let assignee = assignee.flatten();
            add(&db, &owner, json!({"subject": subject, "assigneeId": assignee, "dueAt": at})).await.unwrap();
        }
        assert_eq!(seen(&db, &ann, View::My, None).await, ["late", "soon", "far"]);
        assert_eq!(seen(&db, &ann, View::Pool, None).await, ["anybody", "never"]);
        assert_eq!(seen(&db, &ann, View::Overdue, None).await, ["late"]);
        assert_eq!(seen(&db, &ann, View::Today, None).await, ["late", "soon"]);
        assert_eq!(seen(&db, &ann, View::All, None).await.len(), 5);
        let actor = ann.clone();
        let counted = db.read(move |c| counts(c, &actor)).await.unwrap();
        assert_eq!(counted, TaskCounts { my: 3, pool: 2, overdue: 1, today: 2 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_task_is_taken_by_one_of_many() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = customer(&db, &owner, false).await;
        let task = add(&db, &owner, json!({"subject": "T", "anchor": {"kind": "customer", "id": id}})).await.unwrap();
        let mut racers = Vec::new();
        for _ in 0..8 {
            let (db, actor) = (db.clone(), member(&db, &owner, Role::Member).await);
            racers.push(tokio::spawn(async move { (actor.user_id, take(&db, &actor, task.id).await) }));
        }
        let (mut winner, mut told) = (None, Vec::new());
        for racer in racers {
            match racer.await.unwrap() {
                (user, Ok(taken)) => {
                    assert_eq!((taken.assignee_id, winner), (user, None));
                    winner = user;
                }
                (_, Err(Error::Conflict(conflict))) => told.push(conflict.existing.unwrap().id),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(told, vec![winner.unwrap().to_string(); 7]);
        assert_eq!(kinds(&db, &owner, Timeline::Customer(id)).await[..2], ["task.assigned", "task.created"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_written_by_whoever_it_concerns() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let [ann, bob] = [member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await];
        let hers = customer(&db, &ann, true).await;
        let anchor = json!({"kind": "customer", "id": hers});
        let refused = add(&db, &bob, json!({"subject": "T", "anchor": anchor})).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let task =
            add(&db, &owner, json!({"subject": "T", "anchor": anchor, "assigneeId": bob.user_id})).await.unwrap();
        patch(&db, &bob, task.id, json!({"status": "in_progress"})).await.unwrap();
        patch(&db, &ann, task.id, json!({"subject": "Mine too"})).await.unwrap();
        let loose = add(&db, &ann, json!({"subject": "L", "assigneeId": ann.user_id})).await.unwrap();
        assert!(matches!(patch(&db, &bob, loose.id, json!({"subject": "x"})).await, Err(Error::Forbidden(_))));
        let gone = json!({"subject": "T", "anchor": {"kind": "deal", "id": uuid::Uuid::now_v7()}});
        match add(&db, &owner, gone).await {
            Err(Error::Invalid(faults)) => {
                assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), ("/anchor", "unknown_deal"));
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_comes_again_is_made_anew_when_it_is_done() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let body = json!({"subject": "Report", "recurrence": {"every": 1, "unit": "week"}});
        match add(&db, &owner, body.clone()).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].path, "/dueAt"),
            other => panic!("{other:?}"),
        }
        let mut body = body;
        body["dueAt"] = json!(owner.now());
        let made = add(&db, &owner, body).await.unwrap();
        let done = patch(&db, &owner, made.id, json!({"status": "done"})).await.unwrap();
        let (actor, next) = (owner.clone(), done.next_task_id.unwrap());
        let next = db.read(move |c| get(c, &actor, next)).await.unwrap();
        assert_eq!((next.status, next.due_at), (TaskStatus::Pending, Some(owner.now().plus_seconds(7 * 86_400))));
        let again = patch(&db, &owner, made.id, json!({"status": "done"})).await.unwrap();
        assert_eq!(again.next_task_id, None, "it was done before");
        assert_eq!(seen(&db, &owner, View::Pool, None).await, ["Report"]);
    })
    .await;
}

/// Does a task that comes again on the day when it is due; the next one.
async fn done(db: &Db, actor: &Actor, task: &Task) -> Task {
    actor.clock.set(task.due_at.unwrap());
    let done = patch(db, actor, task.id, json!({"status": "done"})).await.unwrap();
    let (actor, next) = (actor.clone(), done.next_task_id.expect("the next one"));
    db.read(move |c| get(c, &actor, next)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_keeps_its_day_and_hour_where_a_month_or_a_night_is_short() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let series = async |unit: &str, first: &str| {
            let recurrence = json!({"every": 1, "unit": unit});
            add(&db, &owner, json!({"subject": unit, "dueAt": first, "recurrence": recurrence})).await.unwrap()
        };
        // In Berlin clocks change on 2026-03-29, from 2 to 3 in the morning.
        for (unit, dues) in [
            ("year", &["2024-02-29T08:00:00Z", "2025-02-28T08:00:00Z", "2026-02-28T08:00:00Z"][..]),
            ("year", &["2027-02-28T08:00:00Z", "2028-02-28T08:00:00Z"]),
            (
                "month",
                &["2026-01-31T08:00:00Z", "2026-02-28T08:00:00Z", "2026-03-31T07:00:00Z", "2026-04-30T07:00:00Z"],
            ),
            ("day", &["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"]),
        ] {
            let mut task = series(unit, dues[0]).await;
            for due in dues {
                assert_eq!(task.due_at, at(due), "{unit}");
                task = done(&db, &owner, &task).await;
            }
            if dues[0].starts_with("2024") {
                let leap = done(&db, &owner, &task).await;
                assert_eq!(leap.due_at, at("2028-02-29T08:00:00Z"));
            }
        }
        // Whoever moves one of them begins anew from there.
        let task = series("month", "2026-01-31T08:00:00Z").await;
        let task = done(&db, &owner, &task).await;
        let moved = patch(&db, &owner, task.id, json!({"dueAt": "2026-02-27T09:00:00Z"})).await.unwrap();
        assert_eq!(done(&db, &owner, &moved).await.due_at, at("2026-03-27T09:00:00Z"));
        let task = series("month", "2026-01-31T08:00:00Z").await;
        let task = done(&db, &owner, &task).await;
        let weekly = json!({"recurrence": {"every": 1, "unit": "week"}});
        let weekly = patch(&db, &owner, task.id, weekly).await.unwrap();
        assert_eq!(done(&db, &owner, &weekly).await.due_at, at("2026-03-07T08:00:00Z"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_done_twice_comes_again_once() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let body = json!({"subject": "Report", "dueAt": owner.now(), "recurrence": {"every": 1, "unit": "day"}});
        let made = add(&db, &owner, body).await.unwrap();
        let next = done(&db, &owner, &made).await;
        patch(&db, &owner, made.id, json!({"status": "pending"})).await.unwrap();
        let again = patch(&db, &owner, made.id, json!({"status": "done"})).await.unwrap();
        assert_eq!((again.status, again.next_task_id), (TaskStatus::Done, None), "the next one is there");
        assert_eq!(seen(&db, &owner, View::Pool, None).await, ["Report"]);
        done(&db, &owner, &next).await;
        assert_eq!(seen(&db, &owner, View::All, None).await.len(), 3, "which goes on by itself");
    })
    .await;
}

async fn company(db: &Db, actor: &Actor, name: &str) -> uuid::Uuid {
    let new: NewCompany = serde_json::from_value(json!({"name": name})).unwrap();
    let actor = actor.clone();
    db.write(move |tx| companies::create(tx, &actor, &new)).await.unwrap().id.0
}

#[tokio::test(flavor = "multi_thread")]
async fn no_task_gets_to_a_company_that_is_merged_at_the_same_time() {
    each_engine(|db| async move {
        if db.engine() == Engine::Sqlite {
            return; // One writes after the other.
        }
        let owner = org(&db).await;
        for moves in [false, true] {
            let [keep, lose] = [company(&db, &owner, "Keep").await, company(&db, &owner, "Lose").await];
            let task = add(&db, &owner, json!({"subject": "T"})).await.unwrap();
            let anchor = json!({"kind": "company", "id": lose});
            let (begun, beginning) = tokio::sync::oneshot::channel();
            let (merged, merging) = std::sync::mpsc::channel::<()>();
            let (writer, actor, mut begun) = (db.clone(), owner.at_one_moment(), Some(begun));
            let writing = tokio::spawn(async move {
                let new: NewTask = serde_json::from_value(json!({"subject": "T", "anchor": anchor})).unwrap();
                let change: TaskPatch = serde_json::from_value(json!({"anchor": anchor})).unwrap();
                let work = move |tx: &Tx<'_>| {
                    get(tx, &actor, task.id)?;
                    if let Some(begun) = begun.take() {
                        // From here on this one does not see what others do.
                        let _ = begun.send(());
                        let _ = merging.recv_timeout(Duration::from_secs(10));
                    }
                    if moves {
                        return update(tx, &actor, task.id, &change, IfMatch(None));
                    }
                    create(tx, &actor, &new)
                };
                writer.write(work).await
            });
            beginning.await.unwrap();
            let asked = serde_json::from_value(json!({"primaryId": keep, "ids": [lose]})).unwrap();
            let actor = owner.clone();
            let merging = db.write(move |tx| companies::merging::merge(tx, &actor.at_one_moment(), &asked));
            merging.await.unwrap();
            merged.send(()).unwrap();
            match writing.await.unwrap() {
                Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, "record_merged"),
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_counted_along_an_index() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for (assignee, before) in [(owner.user_id, None), (None, None), (owner.user_id, Some(owner.now().micros()))] {
            let sql = store::waiting_sql(&owner.scope(), assignee, before);
            let plan = db.read(move |c| c.explain(&sql)).await.unwrap_or_else(|error: db::Error| panic!("{error}"));
            assert_eq!(full_scans(&plan, &["tasks"]), Vec::<&str>::new(), "{plan}");
        }
    })
    .await;
}

#[test]
fn the_catalogue_is_sound() {
    assert_eq!(FIELDS.faults(), Vec::<String>::new());
}
