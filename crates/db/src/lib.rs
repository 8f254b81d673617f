//! Both database engines behind one face: embedded SQLite and PostgreSQL.
//!
//! Work is done in synchronous closures that run on bounded blocking threads:
//! [`Db::read`] hands out a [`Conn`], [`Db::write`] a [`Tx`] that is one transaction. No await can
//! happen inside a transaction, a caller that goes away cannot cancel half a write, and a retry on
//! conflict is one loop in one place. A write sees one snapshot, and of two that change the same row the
//! second runs again. A write closure may therefore run more than once: it must
//! have no effect outside its transaction ([`Tx::after_commit`] is for those).
//!
//! PostgreSQL is a round trip away, so an operation counts its trips: [`Conn::query_together`] asks several questions in
//! one, [`Tx::later`] sends what is only written along with the next statement or the commit, and
//! [`Db::read_one`] does without a transaction. On SQLite they are plain statements.
//!
//! Portable SQL, checked by running every test on both engines:
//!
//! 1. ids, times and randomness come from the program, never from SQL functions;
//! 2. times are `i64` microseconds UTC, money `i64` minor units, booleans real booleans;
//! 3. parameters are `$1, $2, …`; `sum()` is wrapped in `CAST(… AS BIGINT)`;
//! 4. unique constraints are made by `CREATE UNIQUE INDEX name`, so that both engines report the name;
//! 5. no triggers, no stored procedures, no required LISTEN/NOTIFY.

mod conn;
mod error;
mod explain;
mod migrate;
mod postgres;
mod row;
mod signals;
mod sql;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod value;

pub use conn::{Conn, KEYS_MAX, Tx};
pub use error::{Error, OpenError, Result};
pub use explain::full_scans;
pub use migrate::SCHEMA_VERSION;
pub use row::{FromColumn, Row};
pub use signals::Listener;
pub use sql::{Query, Sql};
pub use value::{Newtype, Value};

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Which engine a database runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Create the file's folder when it is missing. Only the default path gets this: a mistyped folder fails
    /// rather than being made. A file that is missing from a folder that is there becomes a new database.
    pub create_folder: bool,
    /// Reader connections on SQLite, pool size on PostgreSQL.
    pub connections: usize,
    /// The longest a single read may take.
    pub read_timeout: Duration,
    /// The longest a single write may hold SQLite's writer: generous, because an import writes a thousand rows
    /// at once. Migrations are not counted. PostgreSQL bounds each statement by `read_timeout` instead.
    pub write_timeout: Duration,
    /// Keep a copy of a SQLite file beside it before its schema changes.
    pub backup_before_migration: bool,
    /// `synchronous=FULL` loses nothing on power failure; the weaker setting exists so that the
    /// power-cut campaign can show that it would notice.
    pub synchronous_full: bool,
}

impl Default for Options {
    fn default() -> Options {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Options {
            create_folder: false,
            connections: (cores + 2).clamp(4, 32),
            read_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(120),
            backup_before_migration: true,
            synchronous_full: true,
        }
    }
}

/// A database, cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Inner,
    signals: signals::Signals,
}

#[derive(Clone)]
enum Inner {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Where a database URL points.
enum Target {
    Sqlite(PathBuf),
    Postgres,
}

/// The file of a SQLite URL, if `url` is one that names a file.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// Whether there are writes beside a SQLite file that are not in it yet.
pub fn has_log(file: &Path) -> bool {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|found| found.len() > 0)
}

/// Brings the writes beside a SQLite file into it, which nobody else has open.
///
/// # Errors
/// When the file cannot be written; nothing is lost then.
pub fn fold(file: &Path) -> Result<()> {
    sqlite::fold(file)
}

fn parse_url(url: &str) -> Result<Target, OpenError> {
    if let Some(path) = sqlite_file(url) {
        return Ok(Target::Sqlite(path));
    }
    if url.starts_with("sqlite:") {
        return Err(OpenError::Url(format!(
            "{url:?} names no file; use sqlite:PATH, for example sqlite:data/entente.db"
        )));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Target::Postgres);
    }
    Err(OpenError::Url(format!(
        "{:?} is not a database URL; use sqlite:PATH or postgres://USER@HOST/NAME",
        redact(url)
    )))
}

/// The URL without its password, for messages and logs.
pub fn redact(url: &str) -> String {
    let url = without_parameter(url);
    let Some((scheme, rest)) = url.split_once("://") else {
        return url;
    };
    let login = rest.rsplit_once('@').and_then(|(login, host)| Some((login.split_once(':')?.0, host)));
    match login {
        Some((user, host)) => format!("{scheme}://{user}:***@{host}"),
        None => url,
    }
}

/// Hides what follows `password=` up to the next parameter; characters that a URL would write in another way
/// are part of it.
fn without_parameter(url: &str) -> String {
    const NAME: &str = "password=";
    let Some(at) = url.to_ascii_lowercase().find(NAME) else {
        return url.to_string();
    };
    let (kept, rest) = url.split_at(at + NAME.len());
    let after = rest.find('&').map_or("", |end| &rest[end..]);
    format!("{kept}***{}", without_parameter(after))
}

impl Db {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`) and brings its schema up to date.
    ///
    /// # Errors
    /// A URL of another form, a folder or server that is not there, a file that is no database, and a
    /// schema newer than this program are refused; nothing is created in their place.
    pub async fn open(url: &str, options: &Options) -> Result<Db, OpenError> {
        let db = Db::connect(url, options).await?;
        db.migrate(options).await?;
        Ok(db)
    }

    /// Opens the database as it is, for work beside a running server: its schema is not changed.
    ///
    /// # Errors
    /// As [`Db::open`], and [`OpenError::Older`] when the schema has to be brought up to date first.
    pub async fn open_current(url: &str, options: &Options) -> Result<Db, OpenError> {
        let db = Db::connect(url, options).await?;
        migrate::require_current(&db.inner, &redact(url)).await?;
        Ok(db)
    }

    /// Refuses what [`Db::open`] would refuse of a SQLite URL, without changing anything.
    ///
    /// # Errors
    /// A URL of another form, a file that is no database or that of another program.
    pub fn examine(url: &str) -> Result<(), OpenError> {
        match parse_url(url)? {
            Target::Sqlite(path) => sqlite::refuse_foreign(&path)
                .map_err(|e| OpenError::Unreachable { place: path.display().to_string(), why: e.to_string() }),
            Target::Postgres => Ok(()),
        }
    }

    /// Opens the database without touching its schema.
    pub async fn connect(url: &str, options: &Options) -> Result<Db, OpenError> {
        let inner = match parse_url(url)? {
            Target::Sqlite(path) => Inner::Sqlite(sqlite::Sqlite::open(path, options.clone()).await?),
            Target::Postgres => Inner::Postgres(postgres::Postgres::open(url, options).await?),
        };
        Ok(Db { inner, signals: signals::Signals::default() })
    }

    async fn migrate(&self, options: &Options) -> Result<(), OpenError> {
        match &self.inner {
            Inner::Sqlite(sqlite) => migrate::sqlite(sqlite, options).await,
            Inner::Postgres(postgres) => migrate::postgres(postgres).await,
        }
    }

    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs `work` on a reader, once: all that it reads is of one moment.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.read(work).await,
            Inner::Postgres(postgres) => postgres.read(work).await,
        }
    }

    /// Runs `work`, which asks one question, on a reader. On PostgreSQL it needs no transaction.
    ///
    /// # Errors
    /// [`Error::Bug`] when it asks another: the two might be of different moments.
    pub async fn read_one<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        F: FnMut(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.read(move |c| {
            c.ask_alone();
            work(c)
        })
        .await
    }

    /// Runs `work` in one transaction and commits it; nothing is kept when it fails. On a conflict
    /// it runs again, a bounded number of times.
    ///
    /// All of `work` sees one snapshot, and a row that somebody else has changed since is a conflict. What
    /// is decided by rows that are only read is not guarded so: lock them, or change one row in common.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.write(work, &self.signals).await,
            Inner::Postgres(postgres) => postgres.write(work, &self.signals).await,
        }
    }

    /// Hears the [`Tx::signal`]s of `topic` from now on.
    pub fn listen(&self, topic: &'static str) -> Listener {
        self.signals.listen(topic)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        self.read_one(|c| c.query_one("SELECT CAST(1 AS BIGINT)", |row| row.get::<i64>(0))).await.map(|_| ())
    }

    /// Refreshes the planner's statistics; needed after a bulk load.
    pub async fn analyze(&self) -> Result<()> {
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.analyze().await,
            Inner::Postgres(postgres) => postgres.analyze().await,
        }
    }

    /// Copies a consistent snapshot of a SQLite database to `target`, while it is in use.
    pub async fn snapshot(&self, target: PathBuf) -> Result<()> {
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.snapshot(target).await,
            Inner::Postgres(_) => Err(Error::Bug("snapshots are for SQLite; use pg_dump on PostgreSQL".into())),
        }
    }

    /// Verifies the file's structure; an empty list means sound. Always empty on PostgreSQL.
    pub async fn integrity_problems(&self) -> Result<Vec<String>> {
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.integrity_problems().await,
            Inner::Postgres(_) => Ok(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests;
