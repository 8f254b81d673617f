//! Schema changes: one file a change, serving both engines.
//!
//! In the files `{uuid}` `{int}` `{bool}` `{float}` `{text}` `{bytes}` `{json}` stand for each engine's column type, and
//! a line ending in `--@sqlite` or `--@postgres` is for that engine alone. Each file is one
//! transaction; migrations run under a lock, and a SQLite file is copied first.

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::{Engine, Error, Inner, OpenError, Options};
use std::time::{SystemTime, UNIX_EPOCH};

/// Name and text of each migration, in order; the version is the position from 1.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_accounts", include_str!("../../../migrations/0001_accounts.sql")),
    ("0002_records", include_str!("../../../migrations/0002_records.sql")),
    ("0003_imports", include_str!("../../../migrations/0003_imports.sql")),
    ("0004_job_cancels", include_str!("../../../migrations/0004_job_cancels.sql")),
    ("0005_segments", include_str!("../../../migrations/0005_segments.sql")),
    ("0006_bulk", include_str!("../../../migrations/0006_bulk.sql")),
    ("0007_merge", include_str!("../../../migrations/0007_merge.sql")),
    ("0008_saved_views", include_str!("../../../migrations/0008_saved_views.sql")),
    ("0009_custom_fields", include_str!("../../../migrations/0009_custom_fields.sql")),
    ("0010_mends", include_str!("../../../migrations/0010_mends.sql")),
    ("0011_segments_computed", include_str!("../../../migrations/0011_segments_computed.sql")),
    ("0012_view_choices", include_str!("../../../migrations/0012_view_choices.sql")),
    ("0013_company_duplicates", include_str!("../../../migrations/0013_company_duplicates.sql")),
    ("0014_import_segments", include_str!("../../../migrations/0014_import_segments.sql")),
    ("0015_deals", include_str!("../../../migrations/0015_deals.sql")),
    ("0016_tasks", include_str!("../../../migrations/0016_tasks.sql")),
    ("0017_notes", include_str!("../../../migrations/0017_notes.sql")),
    ("0018_scoring", include_str!("../../../migrations/0018_scoring.sql")),
    ("0019_dashboards", include_str!("../../../migrations/0019_dashboards.sql")),
    ("0020_models", include_str!("../../../migrations/0020_models.sql")),
    ("0021_contents", include_str!("../../../migrations/0021_contents.sql")),
    ("0022_mends", include_str!("../../../migrations/0022_mends.sql")),
];

/// The schema version that this program needs.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// The statements of a migration as `engine` wants them.
fn statements(text: &str, engine: Engine) -> Vec<String> {
    let (own, other) = match engine {
        Engine::Sqlite => ("--@sqlite", "--@postgres"),
        Engine::Postgres => ("--@postgres", "--@sqlite"),
    };
    let mut script = String::new();
    for line in text.lines() {
        let line = line.trim_end();
        if line.ends_with(other) || line.trim_start().starts_with("-- ") {
            continue;
        }
        script.push_str(line.strip_suffix(own).unwrap_or(line).trim_end());
        script.push('\n');
    }
    let types: [(&str, &str, &str); 7] = [
        ("{uuid}", "BLOB", "UUID"),
        ("{int}", "INTEGER", "BIGINT"),
        ("{bool}", "INTEGER", "BOOLEAN"),
        ("{float}", "REAL", "DOUBLE PRECISION"),
        ("{text}", "TEXT", "TEXT COLLATE \"C\""),
        ("{bytes}", "BLOB", "BYTEA"),
        ("{json}", "TEXT", "JSONB"),
    ];
    for (token, sqlite, postgres) in types {
        script = script.replace(token, if engine == Engine::Sqlite { sqlite } else { postgres });
    }
    script.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_string).collect()
}

fn failed(name: &str, why: &Error) -> OpenError {
    OpenError::Migration { name: name.to_string(), why: why.to_string() }
}

fn now_s() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64)
}

fn refuse_newer(found: i64) -> Result<(), OpenError> {
    if found > SCHEMA_VERSION {
        return Err(OpenError::Newer { found, known: SCHEMA_VERSION });
    }
    Ok(())
}

async fn sqlite_version(sqlite: &Sqlite) -> Result<i64, Error> {
    sqlite
        .blocking(|conn| {
            let known = conn.table_exists(None, "schema_migrations")?;
            Ok(if known {
                conn.query_row("SELECT coalesce(max(version), 0) FROM schema_migrations", [], |row| row.get(0))?
            } else {
                0
            })
        })
        .await
}

async fn postgres_version(postgres: &Postgres) -> Result<i64, Error> {
    postgres
        .read(|c| {
            let known = "SELECT to_regclass('schema_migrations') IS NOT NULL";
            Ok(if c.query_one(known, |row| row.get::<bool>(0))? {
                c.query_one("SELECT coalesce(max(version), 0) FROM schema_migrations", |row| row.get(0))?
            } else {
                0
            })
        })
        .await
}

/// # Errors
/// [`OpenError::Older`] and [`OpenError::Newer`] unless the schema is the one that this program needs.
pub(crate) async fn require_current(inner: &Inner, place: &str) -> Result<(), OpenError> {
    let found = match inner {
        Inner::Sqlite(sqlite) => sqlite_version(sqlite).await,
        Inner::Postgres(postgres) => postgres_version(postgres).await,
    };
    let found = found.map_err(|e| OpenError::Unreachable { place: place.to_string(), why: e.to_string() })?;
    refuse_newer(found)?;
    if found < SCHEMA_VERSION {
        return Err(OpenError::Older { found, known: SCHEMA_VERSION });
    }
    Ok(())
}

pub(crate) async fn sqlite(sqlite: &Sqlite, options: &Options) -> Result<(), OpenError> {
    let place = sqlite.path().display().to_string();
    let unreachable = |why: Error| OpenError::Unreachable { place: place.clone(), why: why.to_string() };
    let found = sqlite_version(sqlite).await.map_err(unreachable)?;
    refuse_newer(found)?;
    if found == SCHEMA_VERSION {
        return Ok(());
    }
    if found > 0 && options.backup_before_migration {
        let copy = sqlite.path().with_extension(format!("before-v{SCHEMA_VERSION}-{}.db", now_s()));
        tracing::info!(copy = %copy.display(), "copying the database before its schema changes");
        sqlite.snapshot(copy).await.map_err(unreachable)?;
    }
    sqlite
        .blocking(move |conn| {
            conn.execute_batch(
                "CREATE TABLE IF NOT EXISTS schema_migrations \
                 (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
            )?;
            for (version, (name, text)) in (1_i64..).zip(MIGRATIONS) {
                // The lock of the transaction is the lock among starting programs; the version is read inside it.
                conn.execute_batch("BEGIN IMMEDIATE")?;
                let result = (|| {
                    let done: bool = conn.query_row(
                        "SELECT EXISTS (SELECT 1 FROM schema_migrations WHERE version = ?1)",
                        [version],
                        |row| row.get(0),
                    )?;
                    if done {
                        return Ok(());
                    }
                    for statement in statements(text, Engine::Sqlite) {
                        conn.execute_batch(&statement)?;
                    }
                    conn.execute("INSERT INTO schema_migrations VALUES (?1, ?2, ?3)", (version, name, now_s()))?;
                    Ok::<(), rusqlite::Error>(())
                })();
                match result {
                    Ok(()) => conn.execute_batch("COMMIT")?,
                    Err(error) => {
                        if !conn.is_autocommit() {
                            conn.execute_batch("ROLLBACK")?;
                        }
                        return Err(Error::Bug(format!("{name}: {error}")));
                    }
                }
            }
            Ok(())
        })
        .await
        .map_err(|e| failed("of the schema", &e))
}

pub(crate) async fn postgres(postgres: &Postgres) -> Result<(), OpenError> {
    let of_schema = |e: Error| failed("of the schema", &e);
    // A connection of its own, closed at the end: its settings and whatever a failure leaves open go with it. A
    // statement may take as long as it needs; how long it waits for others to let go is bounded.
    let client = postgres.detached().await.map_err(of_schema)?;
    let batch = async |text: &str| client.batch_execute(text).await.map_err(Error::from);
    batch("SET statement_timeout = 0; SET lock_timeout = '10min'").await.map_err(of_schema)?;
    batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations \
           (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);
         CREATE TABLE IF NOT EXISTS schema_lock (id BIGINT PRIMARY KEY, held_until BIGINT NOT NULL);
         INSERT INTO schema_lock VALUES (1, 0) ON CONFLICT DO NOTHING",
    )
    .await
    // Two nodes that start at once may collide on the catalogue; the other one has made the tables.
    .or_else(|e| match e {
        Error::Unique(_) => Ok(()),
        e => Err(of_schema(e)),
    })?;
    let version = async || -> Result<i64, Error> {
        let row = client.query_one("SELECT coalesce(max(version), 0) FROM schema_migrations", &[]).await?;
        Ok(row.try_get(0)?)
    };
    refuse_newer(version().await.map_err(of_schema)?)?;
    for (number, (name, text)) in (1_i64..).zip(MIGRATIONS) {
        let step = async || -> Result<(), Error> {
            if version().await? >= number {
                return Ok(());
            }
            // The lock of the row is the lock among starting nodes: it ends with the transaction, and with the node
            // that holds it. The version is read again inside it.
            batch("BEGIN; UPDATE schema_lock SET held_until = 0 WHERE id = 1").await?;
            if version().await? >= number {
                return batch("ROLLBACK").await;
            }
            for statement in statements(text, Engine::Postgres) {
                batch(&statement).await?;
            }
            let now = now_s();
            batch(&format!("INSERT INTO schema_migrations VALUES ({number}, '{name}', {now}); COMMIT")).await
        };
        step().await.map_err(|e| failed(name, &e))?;
    }
    Ok(())
}

/// A number that changes with the migrations (FNV-1a, 64 bits).
#[cfg(feature = "testing")]
pub(crate) fn digest() -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in MIGRATIONS.iter().flat_map(|(name, text)| name.bytes().chain(text.bytes())) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}
