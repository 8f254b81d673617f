use crate::testing::each_engine;
use crate::{Db, Error, OpenError, Options, SCHEMA_VERSION, Sql, Value, full_scans, params};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// Inserts a user; `email` is unique.
async fn add_user(db: &Db, email: &'static str) -> Result<Uuid, Error> {
    db.write(move |tx| {
        let id = Uuid::now_v7();
        tx.execute((
            "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $4, $5)",
            params![id, email, "Ada Example", 1_i64, 1_i64],
        ))?;
        Ok(id)
    })
    .await
}

async fn count_users(db: &Db) -> i64 {
    db.read(|c| c.query_one("SELECT count(*) FROM users", |row| row.get(0)))
        .await
        .unwrap_or_else(|e: Error| panic!("{e}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn values_survive_the_round_trip() {
    each_engine(|db| async move {
        let id = add_user(&db, "a@one.example").await.unwrap();
        let back = db
            .read(move |c| {
                c.query_one(("SELECT id, email, password_hash, version FROM users WHERE id = $1", params![id]), |row| {
                    Ok((row.get::<Uuid>(0)?, row.get::<String>(1)?, row.get::<Option<String>>(2)?, row.get::<i64>(3)?))
                })
            })
            .await
            .unwrap_or_else(|e: Error| panic!("{e}"));
        assert_eq!(back, (id, "a@one.example".to_string(), None, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_write_leaves_nothing() {
    each_engine(|db| async move {
        let outcome: Result<(), Error> = db
            .write(|tx| {
                tx.execute((
                    "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $2, 0, 0, 1)",
                    params![Uuid::now_v7(), "b@one.example"],
                ))?;
                Err(Error::Bug("on purpose".into()))
            })
            .await;
        assert_eq!(outcome, Err(Error::Bug("on purpose".into())));
        assert_eq!(count_users(&db).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_an_error_and_leaves_nothing() {
    each_engine(|db| async move {
        let outcome: Result<(), Error> = db
            .write(|tx| {
                tx.execute((
                    "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $2, 0, 0, 1)",
                    params![Uuid::now_v7(), "b@one.example"],
                ))?;
                panic!("on purpose")
            })
            .await;
        assert!(matches!(outcome, Err(Error::Bug(_))), "{outcome:?}");
        assert_eq!(count_users(&db).await, 0);
        add_user(&db, "after@one.example").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clash_names_its_index_and_spares_its_neighbours() {
    each_engine(|db| async move {
        add_user(&db, "same@one.example").await.unwrap();
        let (clash, other) = tokio::join!(add_user(&db, "same@one.example"), add_user(&db, "other@one.example"));
        assert_eq!(clash, Err(Error::Unique("users_email".into())));
        other.unwrap();
        assert_eq!(count_users(&db).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_it_is_written_is_still_so() {
    each_engine(|db| async move {
        let id = add_user(&db, "a@one.example").await.unwrap();
        let add_one = |db: Db| async move {
            db.write(move |tx| {
                let read = ("SELECT version FROM users WHERE id = $1", params![id]);
                let version: i64 = tx.query_one(read, |row| row.get(0))?;
                tx.execute(("UPDATE users SET version = $2 WHERE id = $1", params![id, version + 1]))
            })
            .await
        };
        let tasks: Vec<_> = (0..16).map(|_| tokio::spawn(add_one(db.clone()))).collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), Ok::<u64, Error>(1));
        }
        let read = move |c: &crate::Conn<'_>| {
            c.query_one(("SELECT version FROM users WHERE id = $1", params![id]), |row| row.get(0))
        };
        assert_eq!(db.read(read).await, Ok::<i64, Error>(17));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_row_is_a_broken_reference() {
    each_engine(|db| async move {
        let outcome: Result<u64, Error> = db
            .write(|tx| {
                tx.execute((
                    "INSERT INTO memberships (org_id, user_id, role, created_at, updated_at, version) VALUES ($1, $2, 'owner', 0, 0, 1)",
                    params![Uuid::now_v7(), Uuid::now_v7()],
                ))
            })
            .await;
        assert_eq!(outcome, Err(Error::ForeignKey));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_commit_runs_after_commits_only() {
    each_engine(|db| async move {
        let woken = Arc::new(AtomicU32::new(0));
        for fail in [false, true] {
            let woken = Arc::clone(&woken);
            let _: Result<(), Error> = db
                .write(move |tx| {
                    let woken = Arc::clone(&woken);
                    tx.after_commit(move || {
                        woken.fetch_add(1, Ordering::SeqCst);
                    });
                    if fail { Err(Error::NotFound) } else { Ok(()) }
                })
                .await;
        }
        assert_eq!(woken.load(Ordering::SeqCst), 1);
    })
    .await;
}

/// Those that wait share a commit on SQLite, and one that fails late takes none of the others with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_after_a_change_leaves_those_beside_it() {
    each_engine(|db| async move {
        let told = Arc::new(AtomicU32::new(0));
        let writer = db.clone();
        // Whoever comes meanwhile waits, and so all share what follows.
        let (begun, beginning) = tokio::sync::oneshot::channel();
        let (done, doing) = std::sync::mpsc::channel::<()>();
        let mut begun = Some(begun);
        let first = tokio::spawn(async move {
            let wait = move |_: &crate::Tx<'_>| {
                begun.take().map(|begun| begun.send(()));
                let _ = doing.recv_timeout(Duration::from_secs(10));
                Ok::<_, Error>(())
            };
            writer.write(wait).await
        });
        beginning.await.unwrap();
        let mut writes = Vec::new();
        for number in 0..40_i64 {
            let (writer, told) = (db.clone(), Arc::clone(&told));
            writes.push(tokio::spawn(async move {
                let work = move |tx: &crate::Tx<'_>| {
                    let told = Arc::clone(&told);
                    tx.after_commit(move || {
                        told.fetch_add(1, Ordering::SeqCst);
                    });
                    let email = format!("user{number:02}@one.example");
                    tx.execute((
                        "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $2, 0, 0, 1)",
                        params![Uuid::now_v7(), email],
                    ))?;
                    if number % 5 == 4 { Err(Error::NotFound) } else { Ok(number) }
                };
                (number, writer.write(work).await)
            }));
        }
        done.send(()).unwrap();
        first.await.unwrap().unwrap();
        for write in writes {
            let (number, outcome) = write.await.unwrap();
            assert_eq!(outcome, if number % 5 == 4 { Err(Error::NotFound) } else { Ok(number) });
        }
        assert_eq!(told.load(Ordering::SeqCst), 32);
        let emails = "SELECT CAST(substr(email, 5, 2) AS BIGINT) FROM users ORDER BY email";
        let there = db.read(move |c| c.query(emails, |row| row.get::<i64>(0))).await.unwrap();
        assert_eq!(there, (0..40).filter(|number| number % 5 != 4).collect::<Vec<i64>>());
    })
    .await;
}

/// A refusal that names what a member before it has written names what is there in the end.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_of_what_was_committed() {
    each_engine(|db| async move {
        if db.engine() == crate::Engine::Postgres {
            // Writes do not share transactions there.
            return;
        }
        let insert = |tx: &crate::Tx<'_>, email: &str| {
            let id = Uuid::now_v7();
            let sql = "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $2, 0, 0, 1)";
            tx.execute((sql, params![id, email]))?;
            Ok::<_, Error>(id)
        };
        let (wait, waiting) = std::sync::mpsc::channel::<()>();
        let block = db.write(move |_| {
            let _ = waiting.recv_timeout(Duration::from_millis(15));
            Ok::<_, Error>(())
        });
        let makes = db.write(move |tx| insert(tx, "a@one.example"));
        let refuses = db.write(|tx| {
            let id: Option<Uuid> = tx.query_opt("SELECT id FROM users", |row| row.get(0))?;
            Err::<(), _>(Error::Bug(format!("{id:?} was there before")))
        });
        let fails = db.write(move |tx| {
            insert(tx, "b@one.example")?;
            Err::<(), _>(Error::NotFound)
        });
        let last = db.write(move |tx| insert(tx, "c@one.example"));
        // Asked for in this order, while the first holds the writer.
        let (_, made, refused, failed, last) = tokio::join!(block, makes, refuses, fails, last);
        drop(wait);
        assert_eq!(refused, Err(Error::Bug(format!("{:?} was there before", Some(made.clone().unwrap())))));
        assert_eq!(failed, Err(Error::NotFound));
        assert!(last.is_ok());
        assert_eq!(count_users(&db).await, 2);
        let there = db.read(|c| c.query_one("SELECT id FROM users WHERE email = 'a@one.example'", |row| row.get::<Uuid>(0)));
        assert_eq!(there.await, made);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_are_heard_after_commits_only() {
    each_engine(|db| async move {
        let mut listener = db.listen("news");
        let _: Result<(), Error> = db
            .write(|tx| {
                tx.signal("news");
                Err(Error::NotFound)
            })
            .await;
        let silent = tokio::time::timeout(Duration::ZERO, listener.heard()).await;
        assert!(silent.is_err(), "a write that was rolled back was heard");
        for topic in ["other", "news"] {
            let _: Result<(), Error> = db
                .write(move |tx| {
                    tx.signal(topic);
                    Ok(())
                })
                .await;
        }
        tokio::time::timeout(Duration::ZERO, listener.heard()).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_increments_lose_none() {
    each_engine(|db| async move {
        let id = add_user(&db, "count@one.example").await.unwrap();
        let mut tasks = Vec::new();
        for _ in 0..128 {
            let db = db.clone();
            tasks.push(tokio::spawn(async move {
                db.write(move |tx| {
                    let read = ("SELECT version FROM users WHERE id = $1", params![id]);
                    let version: i64 = tx.query_one(read, |row| row.get(0))?;
                    // Decides for a while on what it has read, as long as the others need to read the same.
                    std::thread::sleep(Duration::from_millis(20));
                    tx.execute(("UPDATE users SET version = $1 WHERE id = $2", params![version + 1, id]))
                })
                .await
            }));
        }
        for task in tasks {
            assert_eq!(task.await.unwrap(), Ok::<u64, Error>(1));
        }
        let version = db
            .read(move |c| {
                c.query_one(("SELECT version FROM users WHERE id = $1", params![id]), |row| row.get::<i64>(0))
            })
            .await;
        assert_eq!(version, Ok::<i64, Error>(129));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_and_batches_write_every_row() {
    each_engine(|db| async move {
        let changed: Result<(u64, u64), Error> = db
            .write(|tx| {
                let rows: Vec<Vec<Value>> = (0..700_i64)
                    .map(|n| {
                        params![
                            Uuid::now_v7(),
                            format!("{n}@bulk.example"),
                            "Bulk",
                            Option::<String>::None,
                            n,
                            n,
                            1_i64
                        ]
                        .to_vec()
                    })
                    .collect();
                let columns = ["id", "email", "full_name", "password_hash", "created_at", "updated_at", "version"];
                let inserted = tx.bulk("users", &columns, &rows)?;
                let sets: Vec<Vec<Value>> =
                    (0..700_i64).map(|n| params![n, format!("{n}@bulk.example")].to_vec()).collect();
                let updated = tx.execute_many("UPDATE users SET version = $1 WHERE email = $2", &sets)?;
                Ok((inserted, updated))
            })
            .await;
        assert_eq!(changed, Ok((700, 700)));
        let sum =
            db.read(|c| c.query_one("SELECT CAST(sum(version) AS BIGINT) FROM users", |row| row.get::<i64>(0))).await;
        assert_eq!(sum, Ok::<i64, Error>(700 * 699 / 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn built_statements_bind_and_renumber() {
    each_engine(|db| async move {
        add_user(&db, "x@one.example").await.unwrap();
        let found = db
            .read(|c| {
                let mut inner = Sql::new("email IN ");
                inner.bind_list(["x@one.example", "y@one.example"]);
                let mut sql = Sql::new("SELECT email FROM users WHERE version = ");
                sql.bind(1_i64).push(" AND ").append(&inner).push(" LIMIT ").bind(10_i64);
                c.query(&sql, |row| row.get::<String>(0))
            })
            .await;
        assert_eq!(found, Ok::<_, Error>(vec!["x@one.example".to_string()]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_show_scans() {
    each_engine(|db| async move {
        let (scan, seek) = db
            .read(|c| {
                Ok::<_, Error>((
                    c.explain("SELECT * FROM users WHERE full_name = 'x'")?,
                    c.explain("SELECT * FROM users WHERE email = 'x'")?,
                ))
            })
            .await
            .unwrap();
        assert_eq!(full_scans(&scan, &["users"]).len(), 1, "{scan}");
        if db.engine() == crate::Engine::Sqlite {
            assert!(full_scans(&seek, &["users"]).is_empty(), "{seek}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_addresses_are_refused_and_create_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/folder/x.db");
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "this is a text file, long enough not to be taken for an empty database").unwrap();
    for url in [
        "entente.db".to_string(),
        "sqlite:".to_string(),
        "mysql://root@localhost/x".to_string(),
        format!("sqlite:{}", missing.display()),
        format!("sqlite:{}", text.display()),
        "postgres://nobody:secret@127.0.0.1:1/none".to_string(),
    ] {
        let error = Db::open(&url, &Options::default()).await.err().unwrap_or_else(|| panic!("{url} was opened"));
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert!(!missing.exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused() {
    let fresh = crate::testing::sqlite().await;
    let url = fresh.url.clone();
    fresh
        .db
        .write(|tx| tx.execute(("INSERT INTO schema_migrations VALUES ($1, 'later', 0)", params![SCHEMA_VERSION + 1])))
        .await
        .unwrap_or_else(|e: Error| panic!("{e}"));
    match Db::open(&url, &Options::default()).await {
        Err(OpenError::Newer { found, known }) => assert_eq!((found, known), (SCHEMA_VERSION + 1, SCHEMA_VERSION)),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a newer schema was opened"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_a_sound_copy() {
    let fresh = crate::testing::sqlite().await;
    add_user(&fresh.db, "copy@one.example").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    fresh.db.snapshot(copy.clone()).await.unwrap();
    let copied = Db::open(&format!("sqlite:{}", copy.display()), &Options::default()).await.unwrap();
    assert_eq!(copied.integrity_problems().await, Ok(Vec::new()));
    assert_eq!(count_users(&copied).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_cannot_be_stripped() {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut stream, _) = server.accept().await.unwrap();
        let mut asked = [0; 8];
        stream.read_exact(&mut asked).await.unwrap();
        // "I speak no TLS."
        stream.write_all(b"N").await.unwrap();
        let mut more = vec![0; 1024];
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut more)).await.unwrap();
        read.unwrap_or(0)
    });
    let url = format!("postgres://crm:secret@db.example:{port}/crm?hostaddr=127.0.0.1");
    let error = Db::connect(&url, &Options::default()).await.err().unwrap().to_string();
    assert!(error.contains("TLS"), "{error}");
    assert_eq!(heard.await.unwrap(), 0, "something was said in the clear");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swallowed_error_is_no_acknowledged_write() {
    each_engine(|db| async move {
        add_user(&db, "same@one.example").await.unwrap();
        let outcome: Result<(), Error> = db
            .write(|tx| {
                let insert = |email: &'static str| {
                    tx.execute((
                        "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $2, 0, 0, 1)",
                        params![Uuid::now_v7(), email],
                    ))
                };
                insert("other@one.example")?;
                let _ = insert("same@one.example");
                Ok(())
            })
            .await;
        assert!(matches!(outcome, Err(Error::Bug(_))), "{outcome:?}");
        assert_eq!(count_users(&db).await, 1);
    })
    .await;
}

const ADD_USER: &str =
    "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $2, 0, 0, 1)";

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_later_is_seen_by_the_next_question_and_kept() {
    each_engine(|db| async move {
        let seen: i64 = db
            .write(|tx| {
                tx.later(ADD_USER, params![Uuid::now_v7(), "a@one.example"])?;
                let seen = tx.query_one("SELECT count(*) FROM users", |row| row.get(0))?;
                // More than wait at once; each needs the one before.
                let id = Uuid::now_v7();
                tx.later(ADD_USER, params![id, "b@one.example"])?;
                for version in 1..200_i64 {
                    tx.later("UPDATE users SET version = $2 + 1 WHERE id = $1 AND version = $2", params![id, version])?;
                }
                Ok::<_, Error>(seen)
            })
            .await
            .unwrap();
        assert_eq!((seen, count_users(&db).await), (1, 2));
        let latest = |c: &crate::Conn<'_>| c.query_one("SELECT max(version) FROM users", |row| row.get::<i64>(0));
        assert_eq!(db.read(latest).await, Ok::<i64, Error>(200));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_later_is_named_and_leaves_nothing() {
    each_engine(|db| async move {
        add_user(&db, "same@one.example").await.unwrap();
        for ask in [false, true] {
            let outcome: Result<(), Error> = db
                .write(move |tx| {
                    tx.later(ADD_USER, params![Uuid::now_v7(), "other@one.example"])?;
                    tx.later_guarded(ADD_USER, params![Uuid::now_v7(), "same@one.example"], "another_index")?;
                    tx.later(ADD_USER, params![Uuid::now_v7(), "third@one.example"])?;
                    if ask {
                        tx.query_one("SELECT count(*) FROM users", |row| row.get::<i64>(0))?;
                    }
                    Ok(())
                })
                .await;
            assert_eq!(outcome, Err(Error::Unique("users_email".into())));
            assert_eq!(count_users(&db).await, 1);
        }
        // A statement that PostgreSQL cannot even prepare keeps the others from being committed.
        let outcome: Result<(), Error> = db
            .write(|tx| {
                tx.later(ADD_USER, params![Uuid::now_v7(), "other@one.example"])?;
                tx.later("UPDATE users SET no_such_column = $1", params![1_i64])
            })
            .await;
        assert!(matches!(outcome, Err(Error::Bug(_))), "{outcome:?}");
        assert_eq!(count_users(&db).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_guard_refuses_the_write_runs_again() {
    each_engine(|db| async move {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write(|tx| {
                        let known = ("SELECT id FROM users WHERE email = $1", params!["same@one.example"]);
                        if let Some(id) = tx.query_opt(known, |row| row.get::<Uuid>(0))? {
                            return Ok::<_, Error>(id);
                        }
                        let id = Uuid::now_v7();
                        tx.later_guarded(ADD_USER, params![id, "same@one.example"], "users_email")?;
                        Ok(id)
                    })
                    .await
                })
            })
            .collect();
        let mut ids = std::collections::BTreeSet::new();
        for task in tasks {
            ids.insert(task.await.unwrap().unwrap());
        }
        assert_eq!((ids.len(), count_users(&db).await), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_asked_together_are_of_one_moment_and_see_what_went_before() {
    each_engine(|db| async move {
        let rows = db
            .write(|tx| {
                for email in ["a@one.example", "b@one.example", "c@one.example"] {
                    tx.later(ADD_USER, params![Uuid::now_v7(), email])?;
                }
                let mut built = Sql::new("SELECT email FROM users WHERE email <> ");
                built.bind("b@one.example").push(" ORDER BY email");
                let mut rows = Vec::new();
                tx.query_together(
                    [
                        (&built).into(),
                        "SELECT email FROM users WHERE FALSE".into(),
                        ("SELECT email FROM users WHERE email = $1", params!["b@one.example"]).into(),
                    ],
                    |which, row| {
                        rows.push((which, row.get::<String>(0)?));
                        Ok(())
                    },
                )?;
                Ok::<_, Error>(rows)
            })
            .await
            .unwrap();
        let rows: Vec<(usize, &str)> = rows.iter().map(|(which, email)| (*which, email.as_str())).collect();
        assert_eq!(rows, [(0, "a@one.example"), (0, "c@one.example"), (2, "b@one.example")]);
        let failed: Result<(), Error> = db
            .read(|c| c.query_together(["SELECT 1".into(), "SELECT no_such_column FROM users".into()], |_, _| Ok(())))
            .await;
        assert!(matches!(failed, Err(Error::Bug(_))), "{failed:?}");
        assert_eq!(count_users(&db).await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_of_one_question_asks_no_other() {
    each_engine(|db| async move {
        let count = |c: &crate::Conn<'_>| c.query_one("SELECT count(*) FROM users", |row| row.get::<i64>(0));
        assert_eq!(db.read_one(count).await, Ok::<i64, Error>(0));
        let twice: Result<i64, Error> = db.read_one(move |c| Ok(count(c)? + count(c)?)).await;
        assert!(matches!(twice, Err(Error::Bug(_))), "{twice:?}");
        add_user(&db, "after@one.example").await.unwrap();
        assert_eq!(count_users(&db).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_says_nothing_is_done() {
    each_engine(|db| async move {
        let done = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&done);
        let outcome: Result<(), Error> = db
            .write(move |tx| {
                let counted = Arc::clone(&counted);
                tx.after_commit(move || {
                    counted.fetch_add(1, Ordering::SeqCst);
                });
                Ok(())
            })
            .await;
        assert_eq!((outcome, done.load(Ordering::SeqCst)), (Ok(()), 1));
        let refused: Result<(), Error> = db.write(|_| Err(Error::Bug("on purpose".into()))).await;
        assert_eq!(refused, Err(Error::Bug("on purpose".into())));
        add_user(&db, "after@one.example").await.unwrap();
    })
    .await;
}

#[test]
fn passwords_are_masked_wherever_they_stand() {
    for (url, shown) in [
        ("postgres://crm:hunter2@db.example/crm", "postgres://crm:***@db.example/crm"),
        ("postgres://crm:hun@ter2@db.example/crm", "postgres://crm:***@db.example/crm"),
        ("postgres://db/crm?user=crm&password=hunter2", "postgres://db/crm?user=crm&password=***"),
        ("postgres://db/crm?Password=hunter2&user=crm", "postgres://db/crm?Password=***&user=crm"),
        ("postgres://db:5432/crm?user=crm&password=hunter2@x", "postgres://db:5432/crm?user=crm&password=***"),
        ("postgres://a:hunter2@db/crm?password=hunter2", "postgres://a:***@db/crm?password=***"),
        ("host=db user=crm password=hunter2", "host=db user=crm password=***"),
        ("postgres://crm@db/crm?sslmode=require", "postgres://crm@db/crm?sslmode=require"),
        ("sqlite:data/entente.db", "sqlite:data/entente.db"),
    ] {
        assert_eq!(crate::redact(url), shown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_sees_one_moment() {
    each_engine(|db| async move {
        let (asked, asking) = tokio::sync::oneshot::channel();
        let (done, doing) = std::sync::mpsc::channel();
        let reader = db.clone();
        let mut asked = Some(asked);
        let counts = tokio::spawn(async move {
            let work = move |c: &crate::Conn<'_>| {
                let count = || c.query_one("SELECT count(*) FROM users", |row| row.get::<i64>(0));
                let before = count()?;
                asked.take().unwrap().send(()).unwrap();
                doing.recv_timeout(Duration::from_secs(10)).unwrap();
                Ok::<_, Error>((before, count()?))
            };
            reader.read(work).await
        });
        asking.await.unwrap();
        add_user(&db, "meanwhile@one.example").await.unwrap();
        done.send(()).unwrap();
        assert_eq!(counts.await.unwrap(), Ok((0, 0)));
        assert_eq!(count_users(&db).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_read_leaves_no_transaction_behind() {
    each_engine(|db| async move {
        for _ in 0..40 {
            let failed: Result<i64, Error> =
                db.read(|c| c.query_one("SELECT no_such_column FROM users", |row| row.get(0))).await;
            assert!(matches!(failed, Err(Error::Bug(_))), "{failed:?}");
            let panicked: Result<(), Error> = db
                .read(|c| {
                    c.query_one("SELECT count(*) FROM users", |row| row.get::<i64>(0))?;
                    panic!("on purpose")
                })
                .await;
            assert!(panicked.is_err());
        }
        add_user(&db, "after@one.example").await.unwrap();
        for _ in 0..40 {
            assert_eq!(count_users(&db).await, 1, "an old snapshot was read");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_closure_cannot_write() {
    each_engine(|db| async move {
        let outcome = db.read(|c| c.query("DELETE FROM users", |_| Ok(()))).await;
        assert!(outcome.is_err_and(|error: Error| error != Error::NotFound));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_has_a_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let options = Options { write_timeout: Duration::from_millis(300), ..Options::default() };
    let db = Db::open(&url, &options).await.unwrap();
    let endless: Result<i64, Error> = db
        .write(|tx| {
            tx.query_one(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n",
                |row| row.get(0),
            )
        })
        .await;
    assert!(matches!(endless, Err(Error::Unavailable(_))), "{endless:?}");
    tokio::time::sleep(Duration::from_millis(400)).await;
    add_user(&db, "after@one.example").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_out_of_time_holds_nobody_else_up() {
    // A change that runs out of time takes the whole transaction with it, a question after a change does not.
    const CHANGE: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
        UPDATE users SET full_name = (SELECT count(*) FROM n)";
    const QUESTION: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
        SELECT count(*) FROM n";
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let options = Options { write_timeout: Duration::from_millis(300), ..Options::default() };
    let db = Db::open(&url, &options).await.unwrap();
    for (round, late) in [(0, CHANGE), (1, QUESTION)] {
        // While the first one works, the others gather for one commit.
        let effects = Arc::new(AtomicU32::new(0));
        let mut waiting = Vec::new();
        for n in 0..4 {
            let (db, counted) = (db.clone(), Arc::clone(&effects));
            waiting.push(tokio::spawn(async move {
                let outcome: Result<(), Error> = db
                    .write(move |tx| {
                        let counted = Arc::clone(&counted);
                        tx.after_commit(move || {
                            counted.fetch_add(1, Ordering::SeqCst);
                        });
                        tx.execute((
                            "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $2, 1, 1, 1)",
                            params![Uuid::now_v7(), format!("{round}-{n}@one.example")],
                        ))?;
                        match n {
                            0 => std::thread::sleep(Duration::from_millis(100)),
                            3 => tx.query(late, |_| Ok(())).map(drop)?,
                            _ => {}
                        }
                        Ok(())
                    })
                    .await;
                outcome
            }));
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        let mut outcomes = Vec::new();
        for one in waiting {
            outcomes.push(one.await.unwrap());
        }
        assert!(matches!(outcomes.pop(), Some(Err(Error::Unavailable(_)))), "it ran out of time");
        assert_eq!(outcomes, [Ok(()), Ok(()), Ok(())]);
        assert_eq!((count_users(&db).await, effects.load(Ordering::SeqCst)), (3 * (round + 1), 3));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_migration_is_waited_for_and_a_failed_one_holds_nobody_up() {
    if !crate::testing::engines().contains(&crate::Engine::Postgres) {
        return;
    }
    let url = crate::testing::postgres_empty_url().await;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("CREATE TABLE users (x BIGINT)").await.unwrap();
    let options = Options { read_timeout: Duration::from_millis(500), ..Options::default() };
    assert!(matches!(Db::open(&url, &options).await.err(), Some(OpenError::Migration { .. })));
    client.batch_execute("DROP TABLE users").await.unwrap();
    // Another node is at it, for longer than any statement of a request may take.
    client.batch_execute("BEGIN; UPDATE schema_lock SET held_until = held_until").await.unwrap();
    let waiting = tokio::spawn({
        let (url, options) = (url.clone(), options.clone());
        async move { Db::open(&url, &options).await }
    });
    tokio::time::sleep(Duration::from_millis(1500)).await;
    client.batch_execute("COMMIT").await.unwrap();
    let db = tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("nobody waits").unwrap().unwrap();
    assert_eq!(count_users(&db).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_file_is_refused_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for mode in ["delete", "wal"] {
        let path = folder.path().join(format!("{mode}.db"));
        let foreign = rusqlite::Connection::open(&path).unwrap();
        foreign.execute_batch(&format!("PRAGMA journal_mode = {mode}; CREATE TABLE songs (title TEXT)")).unwrap();
        drop(foreign);
        let before = std::fs::read(&path).unwrap();
        let error = Db::connect(&format!("sqlite:{}", path.display()), &Options::default()).await.err().unwrap();
        assert!(error.to_string().contains("another program"), "{error}");
        assert!(std::fs::read(&path).unwrap() == before, "{mode}: the file was changed");
    }
    let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["delete.db", "wal.db"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_schema_is_left_alone_where_only_the_current_one_will_do() {
    let fresh = crate::testing::sqlite().await;
    let url = fresh.url.clone();
    Db::open_current(&url, &Options::default()).await.unwrap();
    fresh
        .db
        .write(|tx| tx.execute(("DELETE FROM schema_migrations WHERE version = $1", params![SCHEMA_VERSION])))
        .await
        .unwrap_or_else(|e: Error| panic!("{e}"));
    let refused = Db::open_current(&url, &Options::default()).await.err().unwrap();
    assert!(matches!(refused, OpenError::Older { found, .. } if found == SCHEMA_VERSION - 1), "{refused}");
    assert!(refused.to_string().contains("entente migrate"), "{refused}");
}
