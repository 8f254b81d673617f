//! Two writers at one customer at the same time: whichever comes second sees what the first has done.

use super::*;
use crate::checks::broken_rules;
use crate::contacts::NewContact;
use crate::testing::org;
use db::Db;
use db::testing::each_engine;
use serde_json::{Value, json};

/// Enough for each pair of writers to meet several times.
const ROUNDS: usize = 40;

async fn add(db: &Db, actor: &Actor, body: Value) -> Result<Customer> {
    let new = serde_json::from_value::<NewCustomer>(body).expect("a body").parse().expect("a valid customer");
    let actor = actor.clone();
    db.write(move |tx| create(tx, &actor, &new)).await
}

/// Starts a write that runs by itself.
fn start<T: Send + 'static>(
    db: &Db,
    actor: &Actor,
    work: impl Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
) -> tokio::task::JoinHandle<Result<T>> {
    let (db, actor) = (db.clone(), actor.clone());
    tokio::spawn(async move { db.write(move |tx| work(tx, &actor)).await })
}

fn patching(
    id: CustomerId,
    body: Value,
    expected: IfMatch,
) -> impl Fn(&Tx<'_>, &Actor) -> Result<Customer> + Send + 'static {
    let patch: CustomerPatch = serde_json::from_value(body).expect("a patch");
    move |tx, actor| update(tx, actor, id, &patch, expected)
}

async fn read(db: &Db, actor: &Actor, id: CustomerId) -> Customer {
    let actor = actor.clone();
    db.read(move |c| get(c, &actor, id)).await.unwrap()
}

async fn sound(db: &Db) {
    assert_eq!(db.read(broken_rules).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_of_one_version_one_is_made() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for _ in 0..ROUNDS {
            let id = add(&db, &owner, json!({"fullName": "X"})).await.unwrap().id;
            let one = start(&db, &owner, patching(id, json!({"jobTitle": "one"}), IfMatch(Some(1))));
            let two = start(&db, &owner, patching(id, json!({"jobTitle": "two"}), IfMatch(Some(1))));
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            let title = match (&one, &two) {
                (Ok(_), Err(Error::Stale(_))) => "one",
                (Err(Error::Stale(_)), Ok(_)) => "two",
                other => panic!("{other:?}"),
            };
            let now = read(&db, &owner, id).await;
            assert_eq!((now.job_title.as_deref(), now.version), (Some(title), 2));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_not_to_be_contacted_outlives_another_write() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for _ in 0..ROUNDS {
            let id = add(&db, &owner, json!({"fullName": "X"})).await.unwrap().id;
            let tagged = start(&db, &owner, move |tx, actor| add_tag(tx, actor, id, "t", IfMatch(None)));
            let refused = start(&db, &owner, patching(id, json!({"doNotContact": true}), IfMatch(None)));
            tagged.await.unwrap().unwrap();
            refused.await.unwrap().unwrap();
            let now = read(&db, &owner, id).await;
            assert_eq!((now.do_not_contact, now.tags.len(), now.version), (true, 1, 3));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_customer_stays_archived_beside_other_writes() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for n in 0..ROUNDS {
            let id = add(&db, &owner, json!({"fullName": "X"})).await.unwrap().id;
            let address = json!({"channel": "email", "value": format!("x{n}@x.example")});
            let new: NewContact = serde_json::from_value(address.clone()).unwrap();
            let archived = start(&db, &owner, move |tx, actor| archive(tx, actor, id, IfMatch(None)));
            let tagged = start(&db, &owner, move |tx, actor| add_tag(tx, actor, id, "t", IfMatch(None)));
            let added = start(&db, &owner, move |tx, actor| add_contact(tx, actor, id, &new));
            archived.await.unwrap().unwrap();
            tagged.await.unwrap().unwrap();
            match added.await.unwrap() {
                Ok(_) => {}
                Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "archived"),
                Err(other) => panic!("{other}"),
            }
            assert!(read(&db, &owner, id).await.archived_at.is_some());
            sound(&db).await;
            // The address is free.
            add(&db, &owner, json!({"fullName": "Y", "contacts": [address]})).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_of_one_customer_all_get_their_turn() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = add(&db, &owner, json!({"fullName": "X"})).await.unwrap().id;
        let tasks: Vec<_> = (0..16)
            .map(|n| start(&db, &owner, move |tx, actor| add_tag(tx, actor, id, &format!("t{n}"), IfMatch(None))))
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let now = read(&db, &owner, id).await;
        assert_eq!((now.tags.len(), now.version), (16, 17));
        sound(&db).await;
    })
    .await;
}
