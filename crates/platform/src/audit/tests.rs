use super::{Fault, record, verify};
use crate::Actor;
use crate::error::Error;
use crate::testing::org_with;
use db::{Db, Sql};
use serde_json::json;

async fn note(db: &Db, actor: &Actor, number: i64) {
    let actor = actor.clone();
    db.write(move |tx| record(tx, &actor, "test.noted", json!({"number": number, "text": "ž\"", "list": [1, null]})))
        .await
        .unwrap();
}

async fn fault(db: &Db, actor: &Actor) -> Option<Fault> {
    let scope = actor.scope();
    db.read(move |c| verify(c, &scope)).await.unwrap().fault
}

/// A change behind the product's back.
async fn tamper(db: &Db, statement: &'static str) {
    let changed = db.write(move |tx| tx.execute(&Sql::new(statement))).await.unwrap();
    assert_ne!(changed, 0, "{statement}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_holds_however_many_write_it() {
    db::testing::each_engine(|db| async move {
        let actor = org_with(&db, "Engines").await;
        let other = org_with(&db, "Looms").await;
        let mut tasks = Vec::new();
        for number in 0..20 {
            let (db, actor) = (db.clone(), if number % 2 == 0 { actor.clone() } else { other.clone() });
            tasks.push(tokio::spawn(async move { note(&db, &actor, number).await }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        for actor in [&actor, &other] {
            let scope = actor.scope();
            let verdict = db.read(move |c| verify(c, &scope)).await.unwrap();
            assert_eq!((verdict.rows, verdict.fault), (11, None));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tampering_is_found_at_its_first_row() {
    let cases: [(&'static str, i64, &str); 8] = [
        ("UPDATE audit_log SET action = 'test.other' WHERE position = 3", 3, "the row was changed"),
        ("UPDATE audit_log SET actor_name = 'Nobody' WHERE position = 4", 4, "the row was changed"),
        ("UPDATE audit_log SET detail = '{\"number\": 1}' WHERE position = 2", 2, "the row was changed"),
        ("UPDATE audit_log SET occurred_at = occurred_at + 1 WHERE position = 5", 5, "the row was changed"),
        ("UPDATE audit_log SET actor_kind = 'ghost' WHERE position = 3", 3, "the row cannot be read"),
        ("DELETE FROM audit_log WHERE position = 2", 2, "the row is missing"),
        ("DELETE FROM audit_log WHERE position >= 5", 5, "the log does not end where it should"),
        (
            "UPDATE audit_log SET previous_hash = (SELECT a.hash FROM audit_log a WHERE a.position = 1) WHERE position = 4",
            4,
            "the row does not follow the one before it",
        ),
    ];
    db::testing::each_engine(|db| async move {
        let actor = org_with(&db, "Engines").await;
        for number in 0..5 {
            note(&db, &actor, number).await;
        }
        assert_eq!(fault(&db, &actor).await, None);
        for (statement, position, why) in cases {
            // Undone by failing on purpose, so that each case begins with a sound chain.
            let scope = actor.scope();
            let outcome: Result<(), Error> = db
                .write(move |tx| {
                    // Where the column is binary JSON the text must be told to be it.
                    let statement = match tx.engine() {
                        db::Engine::Postgres if statement.contains("detail = '{") => {
                            "UPDATE audit_log SET detail = '{\"number\": 1}'::jsonb WHERE position = 2"
                        }
                        _ => statement,
                    };
                    assert_ne!(tx.execute(&Sql::new(statement))?, 0, "{statement}");
                    let found = verify(tx, &scope)?.fault;
                    assert_eq!(found.map(|fault| (fault.position, fault.why)), Some((position, why)), "{statement}");
                    Err(Error::NotFound("nothing"))
                })
                .await;
            assert_eq!(outcome, Err(Error::NotFound("nothing")), "{statement}");
        }
        assert_eq!(fault(&db, &actor).await, None);
        tamper(&db, "UPDATE audit_heads SET position = position + 1").await;
        assert_eq!(fault(&db, &actor).await.map(|fault| fault.position), Some(7));
    })
    .await;
}
