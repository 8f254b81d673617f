//! Bulk actions on customers, on both engines: what is frozen, what becomes of each, and the way back.

use super::actions::{self, CustomerBulk};
use super::{Fresh, insert};
use crate::activity::{self, Event, Timeline};
use crate::customers::{self, Customer, CustomerPatch, NewCustomer, Source};
use crate::segments::{self, NewSegment};
use crate::testing::{bulk_runner, counts, job, member, org, reasons, run_bulk, sound, undo_bulk};
use db::testing::each_engine;
use db::{Db, full_scans, params};
use platform::actor::Role;
use platform::background::Job;
use platform::bulk::{Chunk, Outcome};
use platform::http::IfMatch;
use platform::ids::{CustomerId, SegmentId, TagId, UserId};
use platform::{Actor, Error, Result};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

async fn add(db: &Db, actor: &Actor, body: Value) -> Customer {
    let new = serde_json::from_value::<NewCustomer>(body).expect("a body").parse().expect("a valid customer");
    let actor = actor.clone();
    db.write(move |tx| customers::create(tx, &actor, &new)).await.expect("a customer")
}

/// So many customers with the tag `crowd`.
async fn crowd(db: &Db, actor: &Actor, count: usize) -> Vec<CustomerId> {
    let pattern = add(db, actor, json!({"fullName": "Crowd 0", "tags": ["crowd"]})).await;
    let (by, first) = (actor.clone(), pattern.id);
    let more: Result<Vec<CustomerId>> = db
        .write(move |tx| {
            let (tag, _): (TagId, String) = crate::tags::find(tx, &by, "crowd")?.expect("the tag");
            let fresh: Vec<Fresh> = (1..count)
                .map(|n| Fresh {
                    customer: Customer {
                        id: CustomerId(by.new_id()),
                        full_name: format!("Crowd {n}"),
                        source: Source::Import,
                        ..pattern.clone()
                    },
                    tags: vec![tag],
                    company_by_domain: false,
                    events: vec![Event::CustomerCreated { source: "import".into() }],
                })
                .collect();
            insert(tx, &by, &fresh)?;
            Ok(fresh.iter().map(|one| one.customer.id).collect())
        })
        .await;
    let mut ids = vec![first];
    ids.extend(more.expect("a crowd"));
    ids
}

async fn ask(db: &Db, actor: &Actor, select: Value, action: Value) -> Result<Uuid> {
    let body: CustomerBulk = serde_json::from_value(json!({"select": select, "action": action})).expect("a body");
    let asked = body.parse(&customers::FIELDS)?;
    let actor = actor.clone();
    let accepted = db.write(move |tx| actions::ask(tx, &actor.at_one_moment(), &asked)).await?;
    Ok(accepted.job_id)
}

/// Asks, does the work, and answers how it ended.
async fn bulk(db: &Db, actor: &Actor, select: Value, action: Value) -> Job {
    let id = ask(db, actor, select, action).await.expect("a job");
    run_bulk(db, actor).await;
    let done = job(db, actor, id).await.expect("the job");
    assert!(done.finished_at.is_some(), "{done:?}");
    done
}

async fn undo(db: &Db, actor: &Actor, id: Uuid) -> Job {
    let undo_id = undo_bulk(db, actor, id).await.expect("an undo");
    run_bulk(db, actor).await;
    sound(db).await;
    job(db, actor, undo_id).await.expect("the undo")
}

async fn read(db: &Db, actor: &Actor, id: CustomerId) -> Customer {
    let actor = actor.clone();
    db.read(move |c| customers::get(c, &actor, id)).await.expect("the customer")
}

async fn kinds(db: &Db, actor: &Actor, id: CustomerId) -> Vec<String> {
    let actor = actor.clone();
    let page = db.read(move |c| activity::page(c, &actor, Timeline::Customer(id), None, 200, None)).await;
    page.expect("a timeline").items.into_iter().map(|event| event.kind).collect()
}

async fn archive(db: &Db, actor: &Actor, id: CustomerId) {
    let actor = actor.clone();
    db.write(move |tx| customers::archive(tx, &actor, id, IfMatch(None))).await.expect("archived");
}

async fn count(db: &Db, actor: &Actor, sql: &'static str) -> i64 {
    let scope = actor.scope();
    let found: db::Result<i64> = db.read(move |c| c.query_one((sql, params![scope]), |row| row.get(0))).await;
    found.expect("a count")
}

fn tagged(tag: &str) -> Value {
    json!({"filter": {"field": "tags", "op": "has_any", "value": [tag]}})
}

fn everybody() -> Value {
    json!({"filter": {"and": []}})
}

fn advance(actor: &Actor, seconds: i64) {
    actor.clock.set(actor.now().plus_seconds(seconds));
}

fn me(actor: &Actor) -> Option<UserId> {
    actor.user_id
}

/// What an undo must bring back; the version and the times of last activity and of the archiving go on.
fn essence(customer: &Customer) -> Value {
    let mut value = serde_json::to_value(customer).expect("JSON");
    for field in ["updatedAt", "lastActivityAt", "version"] {
        value[field] = Value::Null;
    }
    value["archivedAt"] = customer.archived_at.is_some().into();
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn every_action_does_what_the_single_one_does_and_goes_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let other = member(&db, &owner, Role::Member).await;
        let email = |n: i64| json!([{"channel": "email", "value": format!("p{n}@x.example")}]);
        let free = add(&db, &owner, json!({"fullName": "Free", "contacts": email(1), "tags": ["old"]})).await.id;
        let mine =
            add(&db, &owner, json!({"fullName": "Mine", "contacts": email(2), "claimedById": owner.user_id})).await.id;
        let theirs = add(&db, &owner, json!({"fullName": "Theirs", "claimedById": other.user_id})).await.id;
        let hidden = add(&db, &owner, json!({"fullName": "Hidden", "contacts": email(3)})).await.id;
        archive(&db, &owner, hidden).await;
        let all = [free, mine, theirs, hidden];
        let select = json!({"ids": all});
        let cases = [
            (json!({"kind": "claim"}), [2, 1, 1], vec![(free, "owner.claimed"), (hidden, "owner.claimed")]),
            (json!({"kind": "release"}), [2, 2, 0], vec![(mine, "owner.released"), (theirs, "owner.released")]),
            (
                json!({"kind": "reassign", "userId": other.user_id}),
                [3, 1, 0],
                vec![(free, "owner.reassigned"), (mine, "owner.reassigned")],
            ),
            (json!({"kind": "add_tags", "tags": ["Old", "new"]}), [4, 0, 0], vec![(free, "tag.added")]),
            (json!({"kind": "remove_tags", "tags": ["old", "unheard of"]}), [1, 3, 0], vec![(free, "tag.removed")]),
            (json!({"kind": "archive"}), [3, 1, 0], vec![(free, "customer.archived")]),
            (json!({"kind": "restore"}), [1, 3, 0], vec![(hidden, "customer.restored")]),
        ];
        for (action, [changed, unchanged, claimed], logged) in cases {
            advance(&owner, 60);
            let mut before = Vec::new();
            for id in all {
                before.push(read(&db, &owner, id).await);
            }
            let done = bulk(&db, &owner, select.clone(), action.clone()).await;
            sound(&db).await;
            assert_eq!(counts(&done), [4, changed, unchanged + claimed, 0], "{action}: {done:?}");
            let expected: Vec<String> = [("already_claimed", claimed), ("unchanged", unchanged)]
                .iter()
                .filter(|(_, count)| *count > 0)
                .map(|(code, count)| format!("{code} {count}"))
                .collect();
            assert_eq!(reasons(&done), expected.join(", "), "{action}");
            assert_eq!((done.state.as_str(), done.done, done.total), ("completed", 4, Some(4)));
            for (id, kind) in logged {
                assert_eq!(kinds(&db, &owner, id).await[0], kind, "{action}");
            }
            let mut seen = 0;
            for before in &before {
                let now = read(&db, &owner, before.id).await;
                let is_changed = essence(before) != essence(&now);
                seen += i64::from(is_changed);
                assert_eq!(now.version, before.version + i64::from(is_changed), "{action}");
                assert_eq!(now.updated_at == owner.now(), is_changed, "{action}");
                assert_eq!(now.last_activity_at == owner.now(), is_changed, "{action}");
            }
            assert_eq!(seen, changed, "{action}");

            advance(&owner, 60);
            let back = undo(&db, &owner, done.id).await;
            assert_eq!(counts(&back), [changed, changed, 0, 0], "{action}: {back:?}");
            assert_eq!((back.undo_of, back.undoable_until), (Some(done.id), None));
            for before in &before {
                let now = read(&db, &owner, before.id).await;
                assert_eq!(essence(&now), essence(before), "{action} undone");
            }
            let undone = job(&db, &owner, done.id).await.unwrap();
            assert_eq!((undone.undone_by, undone.undoable_until), (Some(back.id), None));
        }
    })
    .await;
}

async fn segment(db: &Db, actor: &Actor, body: Value) -> SegmentId {
    let new: NewSegment = serde_json::from_value(body).expect("a body");
    let actor = actor.clone();
    db.write(move |tx| segments::create(tx, &actor, &new)).await.expect("a segment").id
}

async fn members(db: &Db, actor: &Actor, id: SegmentId) -> Vec<CustomerId> {
    let scope = actor.scope();
    let sql =
        "SELECT customer_id FROM segment_members WHERE org_id = $1 AND segment_id = $2 AND listed ORDER BY customer_id";
    db.read(move |c| c.query((sql, params![scope, id]), |row| row.get(0))).await.expect("members")
}

#[tokio::test(flavor = "multi_thread")]
async fn static_segments_are_filled_and_emptied() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ids = crowd(&db, &owner, 3).await;
        let list = segment(&db, &owner, json!({"name": "Fair", "kind": "static"})).await;
        advance(&owner, 60);
        let put =
            bulk(&db, &owner, json!({"ids": ids[..2]}), json!({"kind": "add_to_segment", "segmentId": list})).await;
        assert_eq!(counts(&put), [2, 2, 0, 0]);
        assert_eq!(members(&db, &owner, list).await, ids[..2]);
        assert_eq!(kinds(&db, &owner, ids[0]).await[0], "segment.joined");
        let all = bulk(&db, &owner, tagged("crowd"), json!({"kind": "add_to_segment", "segmentId": list})).await;
        assert_eq!((counts(&all), reasons(&all)), ([3, 1, 2, 0], "unchanged 2".into()));
        // Only what this one did goes back.
        assert_eq!(counts(&undo(&db, &owner, all.id).await), [1, 1, 0, 0]);
        assert_eq!(members(&db, &owner, list).await, ids[..2]);
        assert_eq!(kinds(&db, &owner, ids[2]).await[0], "segment.left");
        let out = bulk(&db, &owner, tagged("crowd"), json!({"kind": "remove_from_segment", "segmentId": list})).await;
        assert_eq!(counts(&out), [3, 2, 1, 0]);
        assert!(members(&db, &owner, list).await.is_empty());
        assert_eq!(counts(&undo(&db, &owner, out.id).await), [2, 2, 0, 0]);
        assert_eq!(members(&db, &owner, list).await, ids[..2]);
        sound(&db).await;

        let rule = json!({"field": "tags", "op": "has_any", "value": ["crowd"]});
        let ruled = segment(&db, &owner, json!({"name": "Ruled", "kind": "dynamic", "rule": rule})).await;
        let to = |id: Uuid| json!({"kind": "add_to_segment", "segmentId": id});
        let refused = ask(&db, &owner, everybody(), to(ruled.0)).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict(conflict) if conflict.code == "dynamic_segment"));
        let unknown = ask(&db, &owner, everybody(), to(Uuid::nil())).await.unwrap_err();
        assert!(matches!(&unknown, Error::Invalid(faults) if faults[0].path == "/action/segmentId"), "{unknown:?}");
        // One that is archived before its turn is told.
        let id = ask(&db, &owner, everybody(), to(list.0)).await.unwrap();
        let by = owner.clone();
        db.write(move |tx| segments::archive(tx, &by, list, IfMatch(None))).await.unwrap();
        run_bulk(&db, &owner).await;
        let failed = job(&db, &owner, id).await.unwrap();
        assert_eq!(failed.state, "failed");
        assert!(failed.error.is_some_and(|why| why.contains("Fair is archived")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_folded_into_one_and_taken_apart_again() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut ids = Vec::new();
        for n in 0..3 {
            let contacts = json!([{"channel": "email", "value": format!("p{n}@x.example")}]);
            ids.push(add(&db, &owner, json!({"fullName": format!("P {n}"), "contacts": contacts})).await.id);
        }
        let into = |id: CustomerId| json!({"kind": "merge", "primaryId": id});
        advance(&owner, 60);
        let done = bulk(&db, &owner, json!({"ids": ids}), into(ids[1])).await;
        assert_eq!((counts(&done), reasons(&done)), ([3, 2, 1, 0], "unchanged 1".into()));
        sound(&db).await;
        assert_eq!(read(&db, &owner, ids[1]).await.contacts.len(), 3);
        assert_eq!(read(&db, &owner, ids[0]).await.merged_into_id, Some(ids[1]));
        let back = undo(&db, &owner, done.id).await;
        assert_eq!(counts(&back), [2, 2, 0, 0], "{back:?}");
        for id in &ids {
            let now = read(&db, &owner, *id).await;
            assert_eq!((now.contacts.len(), now.merged_into_id, now.archived_at), (1, None, None));
        }

        let one = member(&db, &owner, Role::Member).await;
        let refused = ask(&db, &one, everybody(), into(ids[1])).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let unknown = ask(&db, &owner, everybody(), into(CustomerId(Uuid::nil()))).await.unwrap_err();
        assert!(matches!(&unknown, Error::Invalid(faults) if faults[0].path == "/action/primaryId"), "{unknown:?}");
        let many_ids = crowd(&db, &owner, 101).await;
        let many = ask(&db, &owner, tagged("crowd"), into(ids[1])).await.unwrap_err();
        assert!(matches!(&many, Error::Invalid(faults) if faults[0].code == "too_many"), "{many:?}");
        assert_eq!(
            count(&db, &owner, "SELECT count(*) FROM customers WHERE org_id = $1 AND merged_into_id IS NOT NULL").await,
            0
        );
        // Who stays is not one of those that are folded.
        let crowded = count(&db, &owner, "SELECT count(*) FROM bulk_jobs WHERE org_id = $1").await;
        ask(&db, &owner, tagged("crowd"), into(many_ids[7])).await.expect("a hundred, and who stays");
        assert_eq!(count(&db, &owner, "SELECT count(*) FROM bulk_jobs WHERE org_id = $1").await, crowded + 1);
        archive(&db, &owner, ids[1]).await;
        let archived = ask(&db, &owner, everybody(), into(ids[1])).await.unwrap_err();
        assert!(matches!(archived, Error::Conflict(conflict) if conflict.code == "archived"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_says_who_was_merged_elsewhere_meanwhile() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut ids = Vec::new();
        for name in ["Ada", "Bo", "Cy", "Di"] {
            ids.push(add(&db, &owner, json!({"fullName": name})).await.id);
        }
        let into = |id: CustomerId| json!({"kind": "merge", "primaryId": id});
        let merge = |survivor: CustomerId, loser: CustomerId| {
            let (by, fields) = (owner.clone(), std::collections::BTreeMap::new());
            let asked = customers::merging::MergeCustomers { primary_id: survivor, ids: vec![loser], fields };
            let db = db.clone();
            async move { db.write(move |tx| customers::merging::merge(tx, &by, &asked)).await.expect("merged") }
        };
        // One of the selection is merged into somebody else, one into the primary already.
        let id = ask(&db, &owner, json!({"ids": &ids[..3]}), into(ids[0])).await.unwrap();
        merge(ids[3], ids[1]).await;
        merge(ids[0], ids[2]).await;
        run_bulk(&db, &owner).await;
        let done = job(&db, &owner, id).await.unwrap();
        assert_eq!((counts(&done), reasons(&done)), ([3, 0, 2, 1], "merged 1, unchanged 2".into()));
        assert!(done.errors[0].message.contains("merged into Di"), "{done:?}");
        // The primary itself is merged meanwhile, and before.
        advance(&owner, 1);
        let id = ask(&db, &owner, json!({"ids": [ids[3]]}), into(ids[0])).await.unwrap();
        merge(ids[3], ids[0]).await;
        run_bulk(&db, &owner).await;
        let failed = job(&db, &owner, id).await.unwrap();
        let why = failed.error.clone().unwrap_or_default();
        assert!(failed.state == "failed" && why.contains("was merged into Di meanwhile"), "{failed:?}");
        let refused = ask(&db, &owner, json!({"ids": [ids[3]]}), into(ids[0])).await.unwrap_err();
        let Error::Conflict(conflict) = refused else { panic!("{refused:?}") };
        assert_eq!((conflict.code, conflict.path.as_deref()), ("merged", Some("/action/primaryId")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_selection_is_what_matched_when_it_was_asked_for() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ids = crowd(&db, &owner, 5).await;
        let mut select = tagged("crowd");
        select["except"] = json!([ids[4]]);
        let id = ask(&db, &owner, select, json!({"kind": "add_tags", "tags": ["hit"]})).await.unwrap();
        let waiting = job(&db, &owner, id).await.unwrap();
        assert_eq!((waiting.state.as_str(), counts(&waiting)), ("queued", [4, 0, 0, 0]));
        // One leaves the filter, one comes, one is archived.
        let late = add(&db, &owner, json!({"fullName": "Late", "tags": ["crowd"]})).await.id;
        let (by, left) = (owner.clone(), ids[0]);
        db.write(move |tx| customers::remove_tag(tx, &by, left, "crowd", IfMatch(None))).await.unwrap();
        archive(&db, &owner, ids[1]).await;
        run_bulk(&db, &owner).await;
        let done = job(&db, &owner, id).await.unwrap();
        assert_eq!((counts(&done), reasons(&done)), ([4, 3, 1, 0], "archived 1".into()));
        let mut hit = Vec::new();
        for id in ids.iter().chain([&late]) {
            hit.push(read(&db, &owner, *id).await.tags.contains(&"hit".to_string()));
        }
        assert_eq!(hit, [true, false, true, true, false, false]);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_search_selects_as_the_list_does() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        add(&db, &owner, json!({"fullName": "Anna Meyer"})).await;
        add(&db, &owner, json!({"fullName": "Anna Gone", "tags": ["t"]})).await;
        add(&db, &owner, json!({"fullName": "Bob"})).await;
        let done = bulk(&db, &owner, json!({"q": "anna"}), json!({"kind": "archive"})).await;
        assert_eq!(counts(&done), [2, 2, 0, 0]);
        let done = bulk(&db, &owner, everybody(), json!({"kind": "archive"})).await;
        assert_eq!(counts(&done), [1, 1, 0, 0], "archived ones are not part of everybody");
        let archived = json!({"filter": {"field": "archived", "op": "is", "value": true}});
        let done = bulk(&db, &owner, archived, json!({"kind": "restore"})).await;
        assert_eq!(counts(&done), [3, 3, 0, 0]);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_change_their_own_and_unclaimed_ones_by_the_rights_of_that_moment() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let one = member(&db, &owner, Role::Member).await;
        let two = member(&db, &owner, Role::Member).await;
        let mine = add(&db, &owner, json!({"fullName": "Mine", "claimedById": one.user_id})).await.id;
        add(&db, &owner, json!({"fullName": "Theirs", "claimedById": two.user_id})).await;
        let free = add(&db, &owner, json!({"fullName": "Free"})).await.id;
        for action in [json!({"kind": "add_tags", "tags": ["x"]}), json!({"kind": "archive"})] {
            let done = bulk(&db, &one, everybody(), action).await;
            assert_eq!((counts(&done), reasons(&done)), ([3, 2, 1, 0], "forbidden 1".into()));
            assert_eq!(counts(&undo(&db, &one, done.id).await), [2, 2, 0, 0]);
        }
        for action in [json!({"kind": "release"}), json!({"kind": "reassign", "userId": one.user_id})] {
            let refused = ask(&db, &one, everybody(), action).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        }

        // What changes hands between the asking and the work counts as it is then.
        let id = ask(&db, &one, everybody(), json!({"kind": "add_tags", "tags": ["y"]})).await.unwrap();
        let (by, to) = (owner.clone(), two.user_id.unwrap());
        db.write(move |tx| customers::reassign(tx, &by, free, to, IfMatch(None))).await.unwrap();
        run_bulk(&db, &one).await;
        let done = job(&db, &one, id).await.unwrap();
        assert_eq!((counts(&done), reasons(&done)), ([3, 1, 2, 0], "forbidden 2".into()));
        assert_eq!(read(&db, &owner, mine).await.tags, ["y"]);

        // So does the role: who is no admin any more releases nobody, who has left does nothing.
        let admin = member(&db, &owner, Role::Admin).await;
        let id = ask(&db, &admin, everybody(), json!({"kind": "release"})).await.unwrap();
        set_role(&db, &admin, "member").await;
        run_bulk(&db, &owner).await;
        assert_eq!(reasons(&job(&db, &owner, id).await.unwrap()), "forbidden 3");
        let id = ask(&db, &admin, everybody(), json!({"kind": "claim"})).await.unwrap();
        let left = admin.user_id;
        let gone: db::Result<u64> = db
            .write(move |tx| tx.execute(("UPDATE memberships SET disabled_at = 1 WHERE user_id = $1", params![left])))
            .await;
        gone.unwrap();
        run_bulk(&db, &owner).await;
        let failed = job(&db, &owner, id).await.unwrap();
        assert_eq!((failed.state.as_str(), counts(&failed)), ("failed", [3, 0, 0, 0]));
        assert!(failed.error.is_some_and(|why| why.contains("no longer a member")));

        // A job is between who asked and the admins.
        assert_eq!(job(&db, &two, id).await.unwrap_err(), Error::NotFound("job"));
        assert_eq!(undo_bulk(&db, &two, done.id).await.unwrap_err(), Error::NotFound("job"));
        sound(&db).await;
    })
    .await;
}

async fn set_role(db: &Db, of: &Actor, role: &'static str) {
    let id = of.user_id;
    let set: db::Result<u64> = db
        .write(move |tx| tx.execute(("UPDATE memberships SET role = $2 WHERE user_id = $1", params![id, role])))
        .await;
    set.expect("a role");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_come_back_is_told_with_the_reason() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let email = |value: &str| json!([{"channel": "email", "value": value}]);
        let first = add(&db, &owner, json!({"fullName": "First", "contacts": email("a@x.example")})).await.id;
        archive(&db, &owner, first).await;
        let second = add(&db, &owner, json!({"fullName": "Second", "contacts": email("a@x.example")})).await.id;
        archive(&db, &owner, second).await;
        let third = add(&db, &owner, json!({"fullName": "Third", "contacts": email("b@x.example")})).await.id;
        archive(&db, &owner, third).await;
        add(&db, &owner, json!({"fullName": "Fourth", "contacts": email("b@x.example")})).await;
        let select = json!({"ids": [first, second, third, Uuid::nil()]});
        let done = bulk(&db, &owner, select, json!({"kind": "restore"})).await;
        assert_eq!((counts(&done), reasons(&done)), ([3, 1, 0, 2], "contact_taken 2".into()));
        let told: Vec<(CustomerId, &str)> =
            done.errors.iter().map(|error| (CustomerId(error.record_id), error.message.as_str())).collect();
        assert_eq!(told[0].0, second);
        assert!(told[0].1.starts_with("a@x.example belongs to another customer of this selection now"), "{told:?}");
        assert!(told[1].0 == third && told[1].1.starts_with("b@x.example belongs to Fourth now"), "{told:?}");
        sound(&db).await;

        let many: Vec<String> = (0..99).map(|n| format!("t{n}")).collect();
        add(&db, &owner, json!({"fullName": "Full", "tags": many})).await;
        let done = bulk(&db, &owner, tagged("t0"), json!({"kind": "add_tags", "tags": ["t1", "one", "two"]})).await;
        assert_eq!((counts(&done), reasons(&done)), ([1, 0, 0, 1], "too_many 1".into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_leaves_alone_what_was_changed_since() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let gone = member(&db, &owner, Role::Member).await;
        let ids = crowd(&db, &owner, 4).await;
        let (by, id, to) = (owner.clone(), ids[3], gone.user_id.unwrap());
        db.write(move |tx| customers::reassign(tx, &by, id, to, IfMatch(None))).await.unwrap();
        let done = bulk(&db, &owner, tagged("crowd"), json!({"kind": "reassign", "userId": owner.user_id})).await;
        assert_eq!(counts(&done), [4, 4, 0, 0]);
        let (by, id) = (owner.clone(), ids[0]);
        let patch: CustomerPatch = serde_json::from_value(json!({"jobTitle": "CEO"})).unwrap();
        db.write(move |tx| customers::update(tx, &by, id, &patch, IfMatch(None))).await.unwrap();
        archive(&db, &owner, ids[1]).await;
        let left = gone.user_id;
        let disabled: db::Result<u64> = db
            .write(move |tx| tx.execute(("UPDATE memberships SET disabled_at = 1 WHERE user_id = $1", params![left])))
            .await;
        disabled.unwrap();
        let back = undo(&db, &owner, done.id).await;
        assert_eq!((counts(&back), reasons(&back)), ([4, 1, 3, 0], "changed_since 2, owner_left 1".into()));
        let mut owners = Vec::new();
        for id in &ids {
            owners.push(read(&db, &owner, *id).await.claimed_by_id);
        }
        assert_eq!(owners, [me(&owner), me(&owner), None, me(&owner)]);
        for id in [done.id, back.id] {
            let again = undo_bulk(&db, &owner, id).await.unwrap_err();
            assert!(matches!(&again, Error::Conflict(conflict) if conflict.code == "not_undoable"), "{again:?}");
        }

        // Tags that are no more do not come back.
        let done = bulk(&db, &owner, tagged("crowd"), json!({"kind": "remove_tags", "tags": ["crowd"]})).await;
        assert_eq!(counts(&done), [3, 3, 0, 0]);
        let by = owner.clone();
        db.write(move |tx| {
            let (tag, _) = crate::tags::find(tx, &by, "crowd")?.expect("the tag");
            crate::tags::delete(tx, &by, tag, IfMatch(None))
        })
        .await
        .unwrap();
        let back = undo(&db, &owner, done.id).await;
        assert_eq!((counts(&back), reasons(&back)), ([3, 0, 0, 3], "unknown_tag 3".into()));

        // A day later it is too late.
        let done = bulk(&db, &owner, json!({"ids": ids}), json!({"kind": "release"})).await;
        assert_eq!(done.undoable_until, Some(done.finished_at.unwrap().plus_seconds(86_400)));
        advance(&owner, 86_401);
        let late = undo_bulk(&db, &owner, done.id).await.unwrap_err();
        assert!(matches!(&late, Error::Conflict(conflict) if conflict.detail.contains("24 hours")), "{late:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_job_goes_on_without_a_record_lost_or_changed_twice() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        crowd(&db, &owner, 3_500).await;
        let id = ask(&db, &owner, tagged("crowd"), json!({"kind": "add_tags", "tags": ["hit"]})).await.unwrap();
        let mut kills = 0;
        for round in 1..=3 {
            let handle = bulk_runner(&db, &owner).start();
            for _ in 0..2_000 {
                let seen = job(&db, &owner, id).await.unwrap();
                if seen.done >= round * 1_000 || seen.finished_at.is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            drop(handle);
            kills += i32::from(job(&db, &owner, id).await.unwrap().finished_at.is_none());
            // The lease of the dead runs out.
            advance(&owner, 120);
        }
        assert!(kills >= 1, "the job was never interrupted");
        let done = finished(&db, &owner, id).await;
        assert_eq!((done.state.as_str(), counts(&done)), ("completed", [3_500, 3_500, 0, 0]));
        let events = "SELECT count(*) FROM activities WHERE org_id = $1 AND type = 'tag.added' AND detail LIKE '%hit%'";
        let events = match db.engine() {
            db::Engine::Sqlite => events,
            db::Engine::Postgres => {
                "SELECT count(*) FROM activities WHERE org_id = $1 AND type = 'tag.added' AND detail->>'name' = 'hit'"
            }
        };
        assert_eq!(count(&db, &owner, events).await, 3_500);
        assert_eq!(count(&db, &owner, "SELECT count(*) FROM customers WHERE org_id = $1 AND version = 2").await, 3_500);
        sound(&db).await;
        assert_eq!(counts(&undo(&db, &owner, id).await), [3_500, 3_500, 0, 0]);
        assert_eq!(count(&db, &owner, "SELECT count(*) FROM customer_tags WHERE org_id = $1").await, 3_500);

        // What nobody can undo any more is not kept.
        assert_eq!(count(&db, &owner, "SELECT count(*) FROM bulk_items WHERE org_id = $1").await, 7_000);
        let runner = bulk_runner(&db, &owner);
        runner.run_until_idle().await.unwrap();
        advance(&owner, 26 * 3_600);
        runner.run_until_idle().await.unwrap();
        assert_eq!(count(&db, &owner, "SELECT count(*) FROM bulk_items WHERE org_id = $1").await, 0);
        assert_eq!(counts(&job(&db, &owner, id).await.unwrap()), [3_500, 3_500, 0, 0]);
    })
    .await;
}

/// Does the work that a dead runner left. What it had sent to the database before it died may still be written, and
/// keeps its lease alive until that runs out.
async fn finished(db: &Db, actor: &Actor, id: Uuid) -> Job {
    for _ in 0..100 {
        advance(actor, 120);
        run_bulk(db, actor).await;
        let seen = job(db, actor, id).await.expect("the job");
        if seen.finished_at.is_some() {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody takes the job over");
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_exact_while_others_write() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let rival = member(&db, &owner, Role::Member).await;
        let ids = crowd(&db, &owner, 2_400).await;
        let id = ask(&db, &owner, tagged("crowd"), json!({"kind": "claim"})).await.unwrap();
        let work = tokio::spawn({
            let (db, owner) = (db.clone(), owner.clone());
            async move { run_bulk(&db, &owner).await }
        });
        // Somebody claims and archives others of them at the same time.
        let (mut claimed, mut archived) = (0, 0);
        for (n, id) in ids.iter().rev().step_by(7).enumerate() {
            let (by, id) = (rival.clone(), *id);
            if n % 2 == 0 {
                let outcome = db.write(move |tx| customers::claim(tx, &by, id, IfMatch(None))).await;
                claimed += i64::from(outcome.is_ok());
            } else {
                let by = owner.clone();
                db.write(move |tx| customers::archive(tx, &by, id, IfMatch(None))).await.unwrap();
                archived += 1;
            }
        }
        work.await.unwrap();
        let done = job(&db, &owner, id).await.unwrap();
        let [matched, changed, skipped, failed] = counts(&done);
        assert_eq!((done.state.as_str(), matched, failed), ("completed", 2_400, 0));
        assert_eq!(changed + skipped, matched);
        let by_me = "SELECT count(*) FROM activities WHERE org_id = $1 AND type = 'owner.claimed' AND actor_name = 'Ada Example'";
        assert_eq!(count(&db, &owner, by_me).await, changed);
        let owned = count(&db, &owner, "SELECT count(*) FROM customers WHERE org_id = $1 AND claimed_by_id IS NOT NULL");
        assert_eq!(owned.await, changed + claimed);
        let reason = |code: &str| done.reasons.iter().find(|one| one.code == code).map_or(0, |one| one.count);
        assert_eq!(reason("already_claimed"), claimed, "who was quicker keeps them");
        assert!(reason("archived") <= archived);
        assert_eq!(reason("archived") + reason("already_claimed"), skipped);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_can_be_stopped_and_what_it_did_goes_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        crowd(&db, &owner, 3_000).await;
        let cancel = |id: Uuid| {
            let (db, by) = (db.clone(), owner.clone());
            async move { db.write(move |tx| platform::background::cancel(tx, &by, id)).await }
        };
        // Before it began.
        let id = ask(&db, &owner, tagged("crowd"), json!({"kind": "archive"})).await.unwrap();
        let canceled = cancel(id).await.unwrap();
        assert_eq!((canceled.state.as_str(), counts(&canceled)), ("canceled", [3_000, 0, 0, 0]));
        run_bulk(&db, &owner).await;
        assert_eq!(counts(&job(&db, &owner, id).await.unwrap()), [3_000, 0, 0, 0]);
        let again = cancel(id).await.unwrap_err();
        assert!(matches!(&again, Error::Conflict(conflict) if conflict.code == "job_finished"), "{again:?}");
        assert!(undo_bulk(&db, &owner, id).await.is_err(), "there is nothing to undo");

        // In the middle.
        let id = ask(&db, &owner, tagged("crowd"), json!({"kind": "archive"})).await.unwrap();
        let handle = bulk_runner(&db, &owner).start();
        for _ in 0..2_000 {
            if job(&db, &owner, id).await.unwrap().done > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let running = undo_bulk(&db, &owner, id).await;
        let asked = cancel(id).await;
        for _ in 0..2_000 {
            if job(&db, &owner, id).await.unwrap().finished_at.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        handle.shutdown(Duration::from_secs(5)).await;
        let stopped = job(&db, &owner, id).await.unwrap();
        let [_, changed, ..] = counts(&stopped);
        if asked.is_ok() && stopped.state == "canceled" {
            assert!(matches!(running, Err(Error::Conflict(_))), "{running:?}");
            assert!((1_000..3_000).contains(&changed), "{stopped:?}");
        }
        let archived = "SELECT count(*) FROM customers WHERE org_id = $1 AND archived_at IS NOT NULL";
        assert_eq!(count(&db, &owner, archived).await, changed);
        sound(&db).await;
        assert_eq!(counts(&undo(&db, &owner, id).await), [changed, changed, 0, 0]);
        assert_eq!(count(&db, &owner, archived).await, 0);
    })
    .await;
}

/// Archives, and somebody wishes to stop it while it does so.
fn archive_and_stop(tx: &db::Tx<'_>, actor: &Actor, chunk: &Chunk) -> Result<Vec<(Uuid, Outcome)>> {
    let outcomes = actions::act(tx, actor, chunk)?;
    tx.execute(
        "INSERT INTO job_cancels (job_id, requested_at) SELECT id, 1 FROM jobs WHERE kind = 'bulk.run' AND finished_at IS NULL",
    )?;
    Ok(outcomes)
}

/// One that does chunks in another way.
fn bulk_runner_of(db: &Db, owner: &Actor, act: platform::bulk::Act) -> jobs::Runner {
    let mut registry = jobs::Registry::new();
    platform::bulk::jobs::register(&mut registry, &owner.clock, &[(actions::RECORD, act)]);
    let of = owner.clock.clone();
    let clock = jobs::Clock::new(move || of.now().micros());
    jobs::Runner::new(db.clone(), registry, clock, jobs::Options::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_to_stop_that_comes_after_the_last_one_is_too_late() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        crowd(&db, &owner, 5).await;
        let id = ask(&db, &owner, tagged("crowd"), json!({"kind": "archive"})).await.unwrap();
        bulk_runner_of(&db, &owner, archive_and_stop).run_until_idle().await.unwrap();
        let done = job(&db, &owner, id).await.unwrap();
        assert_eq!((done.state.as_str(), counts(&done)), ("completed", [5, 5, 0, 0]));
    })
    .await;
}

/// Takes back a chunk, then somebody wishes to stop it.
fn undo_and_stop(tx: &db::Tx<'_>, actor: &Actor, chunk: &Chunk) -> Result<Vec<(Uuid, Outcome)>> {
    if chunk.is_undo { archive_and_stop(tx, actor, chunk) } else { actions::act(tx, actor, chunk) }
}

fn fail_to_undo(_: &db::Tx<'_>, _: &Actor, _: &Chunk) -> Result<Vec<(Uuid, Outcome)>> {
    Err(Error::conflict("gone", "it cannot be taken back at this moment"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_undo_has_left_can_be_taken_back_again() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        crowd(&db, &owner, 1_100).await;
        let done = bulk(&db, &owner, tagged("crowd"), json!({"kind": "archive"})).await;
        let id = done.id;
        let archived = "SELECT count(*) FROM customers WHERE org_id = $1 AND archived_at IS NOT NULL";

        // Stopped before it began.
        let first = undo_bulk(&db, &owner, id).await.unwrap();
        assert!(undo_bulk(&db, &owner, id).await.is_err(), "one at a time");
        let by = owner.clone();
        db.write(move |tx| platform::background::cancel(tx, &by, first)).await.unwrap();
        let seen = job(&db, &owner, id).await.unwrap();
        assert_eq!((seen.undone_by, seen.undoable_until), (None, done.undoable_until));

        // It fails, and it is stopped in the middle.
        for (act, state, left) in [
            (fail_to_undo as platform::bulk::Act, "failed", 1_100),
            (undo_and_stop as platform::bulk::Act, "canceled", 100),
        ] {
            let undo_id = undo_bulk(&db, &owner, id).await.unwrap();
            bulk_runner_of(&db, &owner, act).run_until_idle().await.unwrap();
            assert_eq!(job(&db, &owner, undo_id).await.unwrap().state, state);
            let seen = job(&db, &owner, id).await.unwrap();
            assert_eq!((seen.undone_by, seen.undoable_until), (None, done.undoable_until));
            assert_eq!(count(&db, &owner, archived).await, left);
        }

        let rest = undo(&db, &owner, id).await;
        assert_eq!((rest.state.as_str(), counts(&rest)), ("completed", [100, 100, 0, 0]));
        assert_eq!(count(&db, &owner, archived).await, 0);
        assert_eq!(job(&db, &owner, id).await.unwrap().undone_by, Some(rest.id));
        assert!(undo_bulk(&db, &owner, id).await.is_err(), "all is taken back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_an_organisation_run_one_after_the_other() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        crowd(&db, &owner, 2).await;
        let first = ask(&db, &owner, everybody(), json!({"kind": "archive"})).await.unwrap();
        advance(&owner, 1);
        let second = ask(&db, &owner, everybody(), json!({"kind": "add_tags", "tags": ["x"]})).await.unwrap();
        // The first waits for another attempt, say.
        let later: db::Result<u64> = db
            .write(move |tx| tx.execute(("UPDATE jobs SET run_at = run_at + 60000000 WHERE id = $1", params![first])))
            .await;
        later.unwrap();
        run_bulk(&db, &owner).await;
        assert_eq!(job(&db, &owner, second).await.unwrap().done, 0, "the second waits for the first");
        advance(&owner, 60);
        run_bulk(&db, &owner).await;
        advance(&owner, 1);
        run_bulk(&db, &owner).await;
        assert_eq!(counts(&job(&db, &owner, first).await.unwrap()), [2, 2, 0, 0]);
        let done = job(&db, &owner, second).await.unwrap();
        assert_eq!((counts(&done), reasons(&done)), ([2, 0, 2, 0], "archived 2".into()));

        // One that was given up without a word holds nobody up.
        let lost = ask(&db, &owner, everybody(), json!({"kind": "archive"})).await.unwrap();
        let given_up: db::Result<u64> = db
            .write(move |tx| {
                tx.execute(("UPDATE jobs SET state = 'failed', finished_at = 1 WHERE id = $1", params![lost]))
            })
            .await;
        given_up.unwrap();
        advance(&owner, 1);
        let done = bulk(&db, &owner, json!({"q": "crowd"}), json!({"kind": "archive"})).await;
        assert_eq!(done.state, "completed");

        // And the queue has a bound.
        for _ in 0..20 {
            ask(&db, &owner, everybody(), json!({"kind": "archive"})).await.unwrap();
        }
        let full = ask(&db, &owner, everybody(), json!({"kind": "archive"})).await.unwrap_err();
        assert!(matches!(&full, Error::Conflict(conflict) if conflict.code == "too_many_jobs"), "{full:?}");
        let stranger = org(&db).await;
        ask(&db, &stranger, everybody(), json!({"kind": "archive"})).await.expect("room of one's own");
        assert_eq!(job(&db, &stranger, first).await.unwrap_err(), Error::NotFound("job"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_or_member_that_goes_ends_the_job_with_the_reason() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let other = member(&db, &owner, Role::Member).await;
        crowd(&db, &owner, 2).await;
        let tagging =
            ask(&db, &owner, everybody(), json!({"kind": "add_tags", "tags": ["short-lived"]})).await.unwrap();
        let giving = ask(&db, &owner, everybody(), json!({"kind": "reassign", "userId": other.user_id})).await.unwrap();
        let by = owner.clone();
        db.write(move |tx| {
            let (tag, _) = crate::tags::find(tx, &by, "short-lived")?.expect("the tag");
            tx.execute(("UPDATE memberships SET disabled_at = 1 WHERE user_id = $1", params![other.user_id]))?;
            crate::tags::delete(tx, &by, tag, IfMatch(None))
        })
        .await
        .unwrap();
        run_bulk(&db, &owner).await;
        advance(&owner, 1);
        run_bulk(&db, &owner).await;
        for (id, why) in [(tagging, "the tag short-lived was deleted"), (giving, "this member is disabled")] {
            let failed = job(&db, &owner, id).await.unwrap();
            assert_eq!((failed.state.as_str(), counts(&failed)), ("failed", [2, 0, 0, 0]));
            assert!(failed.error.as_ref().is_some_and(|error| error.starts_with(why)), "{failed:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_its_place() {
    let db = db::testing::sqlite().await;
    let (db, archive) = (db.db.clone(), json!({"kind": "archive"}));
    let owner = org(&db).await;
    let many: Vec<Uuid> = (0..5_001).map(|_| Uuid::now_v7()).collect();
    let cases = [
        (json!({}), archive.clone(), "/select", "required"),
        (json!({"q": "  "}), archive.clone(), "/select", "required"),
        (json!({"except": []}), archive.clone(), "/select", "required"),
        (json!({"ids": [], "q": "x"}), archive.clone(), "/select", "ambiguous"),
        (json!({"ids": many}), archive.clone(), "/select/ids", "too_many"),
        (
            json!({"filter": {"and": [{"field": "shoe", "op": "eq", "value": 1}]}}),
            archive,
            "/and/0/field",
            "unknown_field",
        ),
        (everybody(), json!({"kind": "add_tags", "tags": []}), "/action/tags", "invalid"),
        (everybody(), json!({"kind": "add_tags", "tags": ["a", "bot:x"]}), "/action/tags/1", "reserved"),
        (everybody(), json!({"kind": "remove_tags", "tags": ["bot:disabled"]}), "/action/tags/0", "reserved"),
        (everybody(), json!({"kind": "reassign", "userId": Uuid::nil()}), "/action/userId", "unknown_member"),
    ];
    for (select, action, path, code) in cases {
        let refused = ask(&db, &owner, select.clone(), action).await.unwrap_err();
        let (Error::Malformed(faults) | Error::Invalid(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), (path, code), "{select}");
    }
    let program = Actor { user_id: None, ..owner.clone() };
    let refused = ask(&db, &program, everybody(), json!({"kind": "claim"})).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn freezing_and_working_walk_indexes() {
    let fresh = db::testing::sqlite().await;
    let db = fresh.db.clone();
    let owner = org(&db).await;
    crowd(&db, &owner, 2).await;
    for (select, index) in [
        (tagged("crowd"), "customers_key"),
        (json!({"ids": [Uuid::nil()]}), "customers_key"),
        (json!({"q": "crowd"}), "VIRTUAL TABLE INDEX"),
    ] {
        let body: CustomerBulk =
            serde_json::from_value(json!({"select": select, "action": {"kind": "archive"}})).unwrap();
        let (selection, by) = (body.select.read(&customers::FIELDS).unwrap(), owner.clone());
        let plan = db
            .read(move |c| {
                let mut sql = db::Sql::new("SELECT c.id");
                sql.append(&customers::selected(c, &by, &selection)?);
                Ok::<_, Error>(c.explain(&sql)?)
            })
            .await
            .unwrap();
        assert!(plan.contains(index), "{select} does not walk {index}:\n{plan}");
        let scans = full_scans(&plan, &["c", "customers", "customer_tags"]);
        assert!(scans.is_empty(), "{select} scans:\n{plan}");
    }
}
