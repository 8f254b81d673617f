//! Bulk actions on companies, on both engines.

use super::actions::{self, CompanyBulk};
use crate::companies::{self, Company, NewCompany};
use crate::testing::{counts, job, member, org, reasons, run_bulk, sound, undo_bulk};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use platform::background::Job;
use platform::http::IfMatch;
use platform::ids::CompanyId;
use platform::{Actor, Error, Result};
use serde_json::{Value, json};
use uuid::Uuid;

async fn add(db: &Db, actor: &Actor, body: Value) -> CompanyId {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewCompany>(body).expect("a body"));
    db.write(move |tx| companies::create(tx, &actor, &new)).await.expect("a company").id
}

async fn ask(db: &Db, actor: &Actor, select: Value, action: Value) -> Result<Uuid> {
    let body: CompanyBulk = serde_json::from_value(json!({"select": select, "action": action})).expect("a body");
    let asked = body.parse(&companies::FIELDS)?;
    let actor = actor.clone();
    let accepted = db.write(move |tx| actions::ask(tx, &actor.at_one_moment(), &asked)).await?;
    Ok(accepted.job_id)
}

async fn bulk(db: &Db, actor: &Actor, select: Value, action: Value) -> Job {
    let id = ask(db, actor, select, action).await.expect("a job");
    run_bulk(db, actor).await;
    job(db, actor, id).await.expect("the job")
}

async fn undo(db: &Db, actor: &Actor, id: Uuid) -> Job {
    let undo_id = undo_bulk(db, actor, id).await.expect("an undo");
    run_bulk(db, actor).await;
    sound(db).await;
    job(db, actor, undo_id).await.expect("the undo")
}

async fn read(db: &Db, actor: &Actor, id: CompanyId) -> Company {
    let actor = actor.clone();
    db.read(move |c| companies::get(c, &actor, id)).await.expect("the company")
}

async fn archive(db: &Db, actor: &Actor, id: CompanyId) {
    let actor = actor.clone();
    db.write(move |tx| companies::archive(tx, &actor, id, IfMatch(None))).await.expect("archived");
}

fn everybody() -> Value {
    json!({"filter": {"and": []}})
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_are_archived_restored_and_given_away() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let one = member(&db, &owner, Role::Member).await;
        let acme = add(&db, &owner, json!({"name": "Acme", "domains": ["acme.example"]})).await;
        let beta = add(&db, &owner, json!({"name": "Beta", "domains": ["beta.example"], "ownerId": one.user_id})).await;
        let gone = add(&db, &owner, json!({"name": "Gone", "domains": ["gone.example"]})).await;
        archive(&db, &owner, gone).await;
        let all = json!({"ids": [acme, beta, gone]});

        let done = bulk(&db, &owner, all.clone(), json!({"kind": "archive"})).await;
        assert_eq!((counts(&done), reasons(&done)), ([3, 2, 1, 0], "unchanged 1".into()));
        sound(&db).await;
        // The domain goes to somebody else meanwhile.
        add(&db, &owner, json!({"name": "Acme too", "domains": ["acme.example"]})).await;
        let back = undo(&db, &owner, done.id).await;
        assert_eq!((counts(&back), reasons(&back)), ([2, 1, 0, 1], "domain_taken 1".into()));
        assert!(back.errors[0].message.starts_with("acme.example belongs to Acme too now"), "{:?}", back.errors);

        let done = bulk(&db, &owner, all.clone(), json!({"kind": "restore"})).await;
        assert_eq!((counts(&done), reasons(&done)), ([3, 1, 1, 1], "domain_taken 1, unchanged 1".into()));
        assert_eq!(counts(&undo(&db, &owner, done.id).await), [1, 1, 0, 0]);

        let done = bulk(&db, &owner, all, json!({"kind": "reassign", "userId": owner.user_id})).await;
        assert_eq!(counts(&done), [3, 3, 0, 0]);
        let by = owner.clone();
        let events = db
            .read(move |c| crate::activity::page(c, &by, crate::activity::Timeline::Company(beta), None, 1, None))
            .await
            .unwrap();
        assert_eq!(events.items[0].kind, "company.updated");
        assert_eq!(events.items[0].detail["changes"][0]["field"], "ownerId");
        assert_eq!(counts(&undo(&db, &owner, done.id).await), [3, 3, 0, 0]);
        assert_eq!(read(&db, &owner, beta).await.owner_id, one.user_id);
        assert_eq!(read(&db, &owner, acme).await.owner_id, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_take_unowned_companies_and_give_none_away() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let one = member(&db, &owner, Role::Member).await;
        add(&db, &owner, json!({"name": "Free"})).await;
        add(&db, &owner, json!({"name": "Theirs", "ownerId": owner.user_id})).await;
        let late = add(&db, &owner, json!({"name": "Late"})).await;
        let given = ask(&db, &one, everybody(), json!({"kind": "reassign", "userId": owner.user_id})).await;
        assert!(matches!(given, Err(Error::Forbidden(_))), "{given:?}");
        let id = ask(&db, &one, everybody(), json!({"kind": "reassign", "userId": one.user_id})).await.unwrap();
        archive(&db, &owner, late).await;
        run_bulk(&db, &owner).await;
        let done = job(&db, &one, id).await.unwrap();
        assert_eq!((counts(&done), reasons(&done)), ([3, 1, 2, 0], "archived 1, forbidden 1".into()));
        let done = bulk(&db, &one, json!({"q": "free"}), json!({"kind": "archive"})).await;
        assert_eq!(counts(&done), [1, 1, 0, 0]);
        let refused = ask(&db, &owner, json!({}), json!({"kind": "archive"})).await;
        assert!(matches!(refused, Err(Error::Malformed(_))), "{refused:?}");
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn freezing_walks_indexes() {
    let fresh = db::testing::sqlite().await;
    let db = fresh.db.clone();
    let owner = org(&db).await;
    add(&db, &owner, json!({"name": "Acme"})).await;
    for select in
        [json!({"ids": [Uuid::nil()]}), json!({"filter": {"field": "name", "op": "starts_with", "value": "a"}})]
    {
        let body: CompanyBulk =
            serde_json::from_value(json!({"select": select, "action": {"kind": "archive"}})).unwrap();
        let (selection, by) = (body.select.read(&companies::FIELDS).unwrap(), owner.clone());
        let plan = db
            .read(move |c| {
                let mut sql = db::Sql::new("SELECT c.id");
                sql.append(&companies::selected(c, &by, &selection)?);
                Ok::<_, Error>(c.explain(&sql)?)
            })
            .await
            .unwrap();
        assert!(full_scans(&plan, &["c", "companies"]).is_empty(), "{select} scans:\n{plan}");
    }
}
