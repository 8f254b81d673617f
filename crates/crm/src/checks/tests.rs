use super::{Broken, broken_rules};
use crate::companies::{self, NewCompany};
use crate::customers::{NewCustomer, create};
use crate::deals::{self, NewDeal};
use crate::notes;
use crate::tasks::{self, NewTask};
use crate::testing::org;
use db::Db;
use db::testing::each_engine;
use serde_json::json;

async fn broken(db: &Db) -> Vec<Broken> {
    db.read(broken_rules).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Each statement damages one thing; the rule that must notice it.
const PLANTS: [(&str, &str); 20] = [
    ("DELETE FROM activities WHERE type = 'customer.created'", "every customer has an event that made it"),
    ("UPDATE activities SET occurred_at = occurred_at + 1", "no customer was active after its time of last activity"),
    ("UPDATE contacts SET live_canonical = NULL", "addresses exclude others exactly while their customer lives"),
    ("UPDATE contacts SET is_primary = FALSE", "a living customer has one primary contact per channel"),
    ("UPDATE customer_tags SET last_activity_at = 0", "what orders a tag's page is as on the customer"),
    (
        "UPDATE customers SET merged_into_id = id",
        "a customer names another one exactly while it is merged into it, and that one is not",
    ),
    (
        "UPDATE companies SET merged_into_id = id",
        "a company names another one exactly while it is merged into it, and that one is not",
    ),
    ("UPDATE customers SET claimed_at = NULL", "a customer is claimed exactly when there is a time of it"),
    ("DELETE FROM activities WHERE type = 'deal.created'", "every deal has an event that made it"),
    ("UPDATE deal_totals SET amount = amount + 1", "the totals of a stage are those of its deals"),
    ("UPDATE deal_stage_changes SET left_at = entered_at", "the history of a deal ends in its stage"),
    (
        "UPDATE deals SET closed_at = created_at",
        "a deal means what its stage does, and has a time of closing exactly when it is won or lost",
    ),
    ("UPDATE tasks SET completed_at = created_at", "a task is closed exactly when there is a time of it"),
    ("UPDATE notes SET customer_id = NULL", "a note is about one record, which exists"),
    ("UPDATE notes SET visibility = 'private', author_kind = 'api_key'", "a private note has a person as its author"),
    ("UPDATE attachment_files SET unused_since = 1", "content that an attachment has is kept"),
    ("DELETE FROM attachments", "content that no attachment has tells since when"),
    ("DELETE FROM memberships", "an owner is a member"),
    ("UPDATE memberships SET role = 'member'", "every organisation has an owner"),
    ("DELETE FROM customer_search", "every customer is in the substring index"),
];

/// A file of the note.
async fn plant_attachment(db: &Db) {
    db.write(|tx| {
        tx.execute("INSERT INTO attachment_files (org_id, sha256, bytes) SELECT org_id, 'ab', 1 FROM notes")?;
        tx.execute(
            "INSERT INTO attachments (org_id, id, sha256, file_name, media_type, bytes, uploader_kind, uploader_id, note_id,
               position, created_at, updated_at)
             SELECT org_id, id, 'ab', 'f', 'text/plain', 1, author_kind, author_id, id, 0, created_at, updated_at FROM notes",
        )
    })
    .await
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_noticed() {
    for (damage, rule) in PLANTS {
        each_engine(|db| async move {
            let owner = org(&db).await;
            let company: NewCompany = serde_json::from_value(json!({"name": "Y"})).unwrap();
            let actor = owner.clone();
            db.write(move |tx| companies::create(tx, &actor, &company)).await.unwrap();
            let new = serde_json::from_value::<NewCustomer>(json!({"fullName": "X", "tags": ["t"],
                "claimedById": owner.user_id, "contacts": [{"channel": "email", "value": "a@x.example"}]}))
            .unwrap()
            .parse()
            .unwrap();
            let deal = NewDeal { name: "D".into(), amount: Some(5), ..NewDeal::default() };
            let task = NewTask { subject: "T".into(), ..NewTask::default() };
            let actor = owner.clone();
            let made = db.write(move |tx| {
                deals::create(tx, &actor, &deal)?;
                tasks::create(tx, &actor, &task)?;
                create(tx, &actor, &new)
            });
            let made = made.await.unwrap();
            let note =
                serde_json::from_value(json!({"body": "N", "anchor": {"kind": "customer", "id": made.id}})).unwrap();
            db.write(move |tx| notes::create(tx, &owner, &note)).await.unwrap();
            plant_attachment(&db).await;
            assert_eq!(broken(&db).await, Vec::new(), "a sound database");
            db.write(move |tx| tx.execute(damage)).await.unwrap_or_else(|error: db::Error| panic!("{damage}: {error}"));
            let found = broken(&db).await;
            assert!(found.iter().any(|broken| broken.rule == rule), "{damage}: {found:?}");
        })
        .await;
    }
}
