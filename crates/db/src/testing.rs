//! Fresh migrated databases of either engine, one per test.
//!
//! PostgreSQL comes from `ENTENTE_TEST_POSTGRES`, the URL of a throwaway server's superuser database
//! (`scripts/with-postgres COMMAND` starts one). `ENTENTE_TEST_ENGINES=sqlite` leaves it out, for quick
//! work at the desk; without either the test fails rather than silently testing half.

use crate::{Db, Engine, Options, Query};
use std::borrow::Cow;
use std::future::Future;

/// A database that goes away with this value.
pub struct TestDb {
    pub db: Db,
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

/// Runs `test` on a fresh database of each engine.
pub async fn each_engine<F, Fut>(test: F)
where
    F: Fn(Db) -> Fut,
    Fut: Future<Output = ()>,
{
    for engine in engines() {
        let fresh = match engine {
            Engine::Sqlite => sqlite().await,
            Engine::Postgres => postgres().await,
        };
        test(fresh.db.clone()).await;
    }
}

/// The engines that `ENTENTE_TEST_ENGINES` names, or both.
pub fn engines() -> Vec<Engine> {
    named_engines(&std::env::var("ENTENTE_TEST_ENGINES").unwrap_or_else(|_| "sqlite,postgres".into()))
}

/// Panics at an unknown name and at none: a typing error would make every test pass by running nothing.
fn named_engines(names: &str) -> Vec<Engine> {
    let engine = |name: &str| match name.trim() {
        "sqlite" => Engine::Sqlite,
        "postgres" => Engine::Postgres,
        other => panic!("ENTENTE_TEST_ENGINES names {other:?}; write sqlite, postgres or sqlite,postgres"),
    };
    names.split(',').map(engine).collect()
}

/// A fresh SQLite database in a folder of its own.
pub async fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let db = Db::open(&url, &Options::default()).await.expect("a fresh SQLite database");
    TestDb { db, url, _folder: Some(folder) }
}

/// A fresh PostgreSQL database, cloned from a migrated template.
pub async fn postgres() -> TestDb {
    let url = postgres_url().await;
    let db = Db::connect(&url, &Options { connections: 8, ..Options::default() })
        .await
        .expect("a fresh PostgreSQL database");
    TestDb { db, url, _folder: None }
}

/// The test server, connected to its superuser database, and its URL without a database.
async fn server() -> (tokio_postgres::Client, String) {
    let server = std::env::var("ENTENTE_TEST_POSTGRES").expect(
        "ENTENTE_TEST_POSTGRES is not set: run the tests through `make test` or `scripts/with-postgres`, \
         or set ENTENTE_TEST_ENGINES=sqlite to leave PostgreSQL out",
    );
    let (client, connection) =
        tokio_postgres::connect(&server, tokio_postgres::NoTls).await.expect("the test server answers");
    tokio::spawn(connection);
    let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base).to_string();
    (client, base)
}

/// Makes a database of a new name and answers that.
async fn create_database(client: &tokio_postgres::Client, how: &str) -> String {
    let name = format!("test_{:032x}", rand::random::<u128>());
    client.batch_execute(&format!("CREATE DATABASE {name} {how}")).await.expect("a new database");
    name
}

/// The URL of a PostgreSQL database without a schema.
pub async fn postgres_empty_url() -> String {
    let (client, base) = server().await;
    format!("{base}/{}", create_database(&client, "").await)
}

/// The URL of a fresh migrated PostgreSQL database.
pub async fn postgres_url() -> String {
    let (client, base) = server().await;
    // The template's name changes with the schema, so a server that stays up serves many builds.
    let digest = crate::migrate::digest();
    let template = format!("template_{digest:016x}");
    client.batch_execute("SELECT pg_advisory_lock(4711)").await.expect("the template lock");
    let known = client
        .query("SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate", &[&template])
        .await
        .expect("the list of databases");
    if known.is_empty() {
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {template}")).await.expect("no stale template");
        client.batch_execute(&format!("CREATE DATABASE {template}")).await.expect("a template");
        let url = format!("{base}/{template}");
        drop(Db::open(&url, &Options::default()).await.expect("a migrated template"));
        // The pool's connections close in the background; a template may have none.
        client
            .batch_execute(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'; \
                 ALTER DATABASE {template} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true"
            ))
            .await
            .expect("a finished template");
    }
    client.batch_execute("SELECT pg_advisory_unlock(4711)").await.expect("the template lock");
    format!("{base}/{}", create_database(&client, &format!("TEMPLATE {template}")).await)
}

/// A digest of every row of every table, to show that something changed nothing.
pub async fn digest(db: &Db) -> String {
    db.read(|c| {
        let dynamic = |text: &str| -> crate::Result<Vec<String>> {
            c.query(Query { text, values: Cow::Borrowed(&[]), fixed: false }, |row| row.get::<String>(0))
        };
        let tables = match c.engine() {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                 AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
            }
            Engine::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        };
        let mut digest = String::new();
        for table in dynamic(tables)? {
            let rows = match c.engine() {
                Engine::Sqlite => {
                    let columns =
                        dynamic(&format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')"))?;
                    format!("SELECT {} AS line FROM \"{table}\" ORDER BY line", columns.join(" || ',' || "))
                }
                Engine::Postgres => format!("SELECT t::text AS line FROM \"{table}\" t ORDER BY line"),
            };
            digest.push_str(&format!("{table}\n{}\n", dynamic(&rows)?.join("\n")));
        }
        Ok::<String, crate::Error>(digest)
    })
    .await
    .expect("a digest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_known_by_name() {
        assert_eq!(named_engines("sqlite, postgres"), [Engine::Sqlite, Engine::Postgres]);
        for wrong in ["pg", "", "sqlite,postgresql"] {
            assert!(std::panic::catch_unwind(|| named_engines(wrong)).is_err(), "{wrong:?}");
        }
    }
}
