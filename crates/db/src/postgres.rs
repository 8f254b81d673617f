//! PostgreSQL, and what speaks its protocol.

use crate::conn::{Conn, Kind, Tx, log_slow};
use crate::signals::Signals;
use crate::{Error, OpenError, Options, Query, Result, Value, redact};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::future::{MaybeDone, join, maybe_done, try_join_all};
use futures_util::{FutureExt, TryStreamExt, pin_mut};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio_postgres::NoTls;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::types::{ToSql, Type};

/// How often a write runs before it fails with its conflict.
const ATTEMPTS_MAX: u32 = 20;
/// How often a write runs beside all others. Then it stands in line with whoever else lost as often, and has only the
/// newly arrived to compete with: however many begin at one row at once, all get their turn.
const ATTEMPTS_TOGETHER: u32 = 4;
/// How long a write stands in that line before an attempt; whose turn it is may be at a long one, such as an import.
const LINE_MAX: Duration = Duration::from_secs(1);
/// The longest pause between two attempts.
const PAUSE_MAX_MS: u64 = 64;
/// How long a call waits for a free connection.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Begins a read: one snapshot, no writing.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Begins a write. An operation reads a record, decides, and writes it back: in one snapshot, a row that somebody else
/// has changed since is a conflict, and the work runs again, instead of being overwritten.
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
/// Statements in flight together in `execute_many`.
const PIPELINE_MAX: usize = 256;
/// Statements that wait for the next trip; one more sends them.
const LATE_MAX: usize = 64;

#[derive(Clone)]
pub(crate) struct Postgres {
    pool: Pool,
    /// Held by the one whose turn it is of those who lost [`ATTEMPTS_TOGETHER`] times.
    line: Arc<Mutex<()>>,
}

/// A connection used from a blocking thread.
pub(crate) struct Session {
    client: Object,
    handle: Handle,
    /// Opens the transaction; goes along with the first statement, so that it costs no round trip.
    begin: Cell<Option<&'static str>>,
    /// A transaction is open.
    open: Cell<bool>,
    /// What goes along with the next statement or the commit.
    late: RefCell<Vec<Late>>,
}

/// A statement whose outcome nobody waits for; see [`Tx::later`].
struct Late {
    text: &'static str,
    values: Vec<Value>,
    guard: Option<&'static str>,
}

/// One snapshot for all statements of a read: a page and its contacts agree.
struct Snapshot(Session);

impl Drop for Snapshot {
    fn drop(&mut self) {
        if self.0.open.get() {
            // Polled once it is on its way, before whatever the next user of the connection says. Nobody needs its
            // answer: there is nothing to lose, and a broken connection shows at the next statement.
            let _ = self.0.client.batch_execute("COMMIT").now_or_never();
        }
    }
}

impl Postgres {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Postgres, OpenError> {
        let unreachable = |why: String| OpenError::Unreachable { place: redact(url), why };
        let mut config: tokio_postgres::Config = url.parse().map_err(|e: tokio_postgres::Error| {
            OpenError::Url(format!("{:?} is not a usable PostgreSQL URL: {e}", redact(url)))
        })?;
        config.connect_timeout(Duration::from_secs(5));
        config.application_name("entente");
        // Generic plans of `LIKE $1 … LIMIT` are sequential scans; a fresh plan costs far less.
        config.options(format!(
            "-c statement_timeout={} -c plan_cache_mode=force_custom_plan -c jit=off",
            options.read_timeout.as_millis()
        ));
        let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = if wants_tls(&config) {
            // Left at its default, the driver goes on in the clear when the server answers that it has no TLS.
            config.ssl_mode(SslMode::Require);
            let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let tls = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|e| unreachable(e.to_string()))?
                .with_root_certificates(roots)
                .with_no_client_auth();
            Manager::from_config(config, tokio_postgres_rustls::MakeRustlsConnect::new(tls), manager_config)
        } else {
            Manager::from_config(config, NoTls, manager_config)
        };
        let pool = Pool::builder(manager)
            .max_size(options.connections.max(8))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT_MAX))
            .create_timeout(Some(Duration::from_secs(6)))
            .build()
            .map_err(|e| unreachable(e.to_string()))?;
        let postgres = Postgres { pool, line: Arc::default() };
        postgres
            .read(|c| c.query_one("SELECT 1::bigint", |row| row.get::<i64>(0)))
            .await
            .map_err(|e: Error| unreachable(e.to_string()))?;
        Ok(postgres)
    }

    async fn session(&self) -> Result<Session> {
        let client = self.pool.get().await.map_err(|e| match e {
            deadpool_postgres::PoolError::Backend(cause) => {
                Error::Unavailable(cause.as_db_error().map_or_else(|| cause.to_string(), |e| e.message().to_string()))
            }
            other => Error::Unavailable(other.to_string()),
        })?;
        Ok(Session {
            client,
            handle: Handle::current(),
            begin: Cell::new(None),
            open: Cell::new(false),
            late: RefCell::default(),
        })
    }

    pub(crate) async fn read<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        F: FnMut(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let snapshot = Snapshot(self.session().await?);
        snapshot.0.begin.set(Some(BEGIN_READ));
        tokio::task::spawn_blocking(move || work(&Conn::new(Kind::Postgres(&snapshot.0))))
            .await
            .unwrap_or_else(|_| Err(Error::Bug("a read panicked".into()).into()))
    }

    pub(crate) async fn write<T, E, F>(&self, mut work: F, signals: &Signals) -> Result<T, E>
    where
        F: FnMut(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let mut attempt = 1;
        let mut turn = None;
        loop {
            let session = self.session().await?;
            let signals = signals.clone();
            let (returned, outcome) = tokio::task::spawn_blocking(move || {
                let outcome = session.transaction(&mut work, &signals);
                (work, outcome)
            })
            .await
            .map_err(|_| Error::Bug("a write panicked".into()))?;
            work = returned;
            match outcome {
                Outcome::Done(value) => return Ok(value),
                Outcome::Failed(error) => return Err(error),
                Outcome::Conflict(error) if attempt == ATTEMPTS_MAX => return Err(error),
                Outcome::Conflict(_) => {
                    // The first repeat comes almost at once, to be back before a writer who commits in a row, such as
                    // an import, takes the row again.
                    let longest = (1_u64 << attempt.min(16)).min(PAUSE_MAX_MS);
                    tokio::time::sleep(Duration::from_millis(rand::random_range(0..longest))).await;
                    if attempt >= ATTEMPTS_TOGETHER && turn.is_none() {
                        turn = tokio::time::timeout(LINE_MAX, self.line.lock()).await.ok();
                    }
                    attempt += 1;
                }
            }
        }
    }

    pub(crate) async fn analyze(&self) -> Result<()> {
        let session = self.session().await?;
        session.client.batch_execute("SET statement_timeout = 0; ANALYZE; RESET statement_timeout").await?;
        Ok(())
    }

    /// A connection that does not go back to the pool.
    pub(crate) async fn detached(&self) -> Result<impl std::ops::Deref<Target = tokio_postgres::Client>> {
        Ok(Object::take(self.session().await?.client))
    }
}

/// TLS with verification, unless the URL says `sslmode=disable` or the server is this machine.
fn wants_tls(config: &tokio_postgres::Config) -> bool {
    let local = |host: &Host| match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        Host::Unix(_) => true,
    };
    // An address stands beside a name or alone; where it stands, it is what is connected to.
    let all_local = config.get_hosts().iter().all(local) && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
    match config.get_ssl_mode() {
        SslMode::Disable => false,
        SslMode::Require => true,
        _ => !all_local,
    }
}

enum Outcome<T, E> {
    Done(T),
    Failed(E),
    Conflict(E),
}

impl Session {
    fn transaction<T, E: From<Error>>(
        &self,
        work: &mut dyn FnMut(&Tx<'_>) -> Result<T, E>,
        signals: &Signals,
    ) -> Outcome<T, E> {
        self.begin.set(Some(BEGIN_WRITE));
        let tx = Tx::new(Kind::Postgres(self), signals);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&tx)))
            .unwrap_or_else(|_| Err(Error::Bug("a write panicked".into()).into()));
        let conflict = tx.had_conflict();
        match tx.confirm(outcome) {
            Ok(value) => match self.commit() {
                Ok(()) => {
                    for effect in tx.into_after() {
                        effect();
                    }
                    Outcome::Done(value)
                }
                Err(error) => {
                    self.roll_back();
                    match error {
                        Error::Retry => Outcome::Conflict(Error::Retry.into()),
                        error => Outcome::Failed(error.into()),
                    }
                }
            },
            Err(error) => {
                self.roll_back();
                if conflict { Outcome::Conflict(error) } else { Outcome::Failed(error) }
            }
        }
    }

    /// Commits, in one trip with what is late: when one of those fails, PostgreSQL has given the transaction up and
    /// rolls back at COMMIT.
    fn commit(&self) -> Result<()> {
        if !self.open.get() && self.late.borrow().is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        let commit = async {
            self.open.set(false);
            self.client.batch_execute("COMMIT").await
        };
        self.handle.block_on(self.trip(false, commit))?;
        log_slow(start, "COMMIT and what went with it", 0);
        Ok(())
    }

    fn roll_back(&self) {
        if self.open.get() {
            // A connection that cannot even roll back is dropped by the pool.
            let _ = self.handle.block_on(self.client.batch_execute("ROLLBACK"));
        }
    }

    /// Forgoes the transaction, which a single question does not need.
    pub(crate) fn ask_alone(&self) {
        self.begin.set(None);
    }

    /// One round trip: BEGIN if it is due, what is late, and `last`, sent in this order before the first answer is there.
    /// `reads` says that `last` writes nothing.
    async fn trip<T>(&self, reads: bool, last: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T> {
        let late = self.late.take();
        let begin = self.begin.take();
        self.open.set(self.open.get() || begin.is_some());
        if let Some(begin) = begin {
            let begin = self.client.batch_execute(begin);
            if reads && late.is_empty() {
                let (begun, last) = join(begin, last).await;
                begun?;
                return Ok(last?);
            }
            // Were it refused, a write that is sent with it would be a transaction of its own: it goes ahead.
            begin.await?;
        }
        let mut statements = Vec::with_capacity(late.len());
        for Late { text, values, .. } in &late {
            statements.push(self.prepared(text, values).await?);
        }
        let mut sent: Vec<_> = statements
            .iter()
            .zip(&late)
            .map(|(statement, late)| Box::pin(maybe_done(self.client.execute_raw(statement, &late.values))))
            .collect();
        // Polled once, each is on its way, unless it could not be written down: then nothing may follow it.
        let unsent = poll_fn(|cx| {
            let _ = poll_in_order(&mut sent, cx);
            Poll::Ready(sent.iter().any(|sent| matches!(**sent, MaybeDone::Done(Err(_)))))
        });
        let unsent = unsent.await;
        let answers = poll_fn(|cx| poll_in_order(&mut sent, cx));
        let last = if unsent {
            answers.await;
            None
        } else {
            Some(join(answers, last).await.1)
        };
        for (sent, late) in sent.iter_mut().zip(&late) {
            if let Some(Err(error)) = sent.as_mut().take_output() {
                return Err(match (Error::from(error), late.guard) {
                    (Error::Unique(index), Some(guard)) if index == guard => Error::Retry,
                    (error, _) => error,
                });
            }
        }
        Ok(last.ok_or_else(|| Error::Bug("a statement was not sent".into()))??)
    }

    async fn prepared(&self, text: &str, values: &[Value]) -> Result<tokio_postgres::Statement, tokio_postgres::Error> {
        let types: Vec<Type> = values.iter().map(Value::pg_type).collect();
        self.client.prepare_typed_cached(text, &types).await
    }

    /// Sends a question; its rows are fetched from what this answers.
    async fn ask(&self, query: &Query<'_>) -> Result<tokio_postgres::RowStream, tokio_postgres::Error> {
        if query.fixed {
            let statement = self.prepared(query.text, &query.values).await?;
            self.client.query_raw(&statement, query.values.iter()).await
        } else {
            let values = query.values.iter().map(|v| (v as &(dyn ToSql + Sync), v.pg_type()));
            self.client.query_typed_raw(query.text, values).await
        }
    }

    pub(crate) fn query(
        &self,
        query: &Query<'_>,
        mut each: impl FnMut(&tokio_postgres::Row) -> Result<()>,
    ) -> Result<u64> {
        self.handle.block_on(async {
            let mut seen = 0;
            let rows = self.trip(reads(query), self.ask(query)).await?;
            pin_mut!(rows);
            while let Some(row) = rows.try_next().await? {
                seen += 1;
                each(&row)?;
            }
            Ok(seen)
        })
    }

    /// Several questions in one trip; `each` hears which one a row answers. All rows are kept until the last is there.
    pub(crate) fn query_together(
        &self,
        queries: &[Query<'_>],
        mut each: impl FnMut(usize, &tokio_postgres::Row) -> Result<()>,
    ) -> Result<u64> {
        self.handle.block_on(async {
            let mut asked: Vec<_> = queries
                .iter()
                .map(|query| Box::pin(maybe_done(async { self.ask(query).await?.try_collect::<Vec<_>>().await })))
                .collect();
            let answers = poll_fn(|cx| poll_in_order(&mut asked, cx).map(Ok));
            self.trip(queries.iter().all(reads), answers).await?;
            let mut seen = 0;
            for (which, answer) in asked.iter_mut().enumerate() {
                for row in answer.as_mut().take_output().transpose()?.unwrap_or_default() {
                    seen += 1;
                    each(which, &row)?;
                }
            }
            Ok(seen)
        })
    }

    pub(crate) fn execute(&self, query: &Query<'_>) -> Result<u64> {
        self.handle.block_on(self.trip(false, async {
            if query.fixed {
                let statement = self.prepared(query.text, &query.values).await?;
                self.client.execute_raw(&statement, query.values.iter()).await
            } else {
                let values: Vec<(&(dyn ToSql + Sync), Type)> =
                    query.values.iter().map(|v| (v as &(dyn ToSql + Sync), v.pg_type())).collect();
                self.client.execute_typed(query.text, &values).await
            }
        }))
    }

    /// Keeps a statement for the next trip.
    pub(crate) fn later(&self, text: &'static str, values: Vec<Value>, guard: Option<&'static str>) -> Result<()> {
        if self.late.borrow().len() >= LATE_MAX {
            self.handle.block_on(self.trip(false, async { Ok(()) }))?;
        }
        self.late.borrow_mut().push(Late { text, values, guard });
        Ok(())
    }

    pub(crate) fn execute_many(&self, text: &str, sets: &[Vec<Value>]) -> Result<u64> {
        let Some(first) = sets.first() else { return Ok(0) };
        self.handle.block_on(async {
            let statement = self.trip(false, self.prepared(text, first)).await?;
            let mut changed = 0;
            for part in sets.chunks(PIPELINE_MAX) {
                // Polled together, the statements travel in one pipeline.
                let counts = try_join_all(part.iter().map(|set| self.client.execute_raw(&statement, set))).await?;
                changed += counts.into_iter().sum::<u64>();
            }
            Ok(changed)
        })
    }

    pub(crate) fn copy(&self, table: &str, columns: &[&str], rows: &[Vec<Value>]) -> Result<u64> {
        let text = format!("COPY {table} ({}) FROM STDIN BINARY", columns.join(", "));
        let types: Vec<Type> = rows[0].iter().map(Value::pg_type).collect();
        self.handle.block_on(async {
            let sink = self.trip(false, self.client.copy_in(&text)).await?;
            let writer = BinaryCopyInWriter::new(sink, &types);
            pin_mut!(writer);
            for row in rows {
                writer.as_mut().write_raw(row.iter()).await?;
            }
            Ok(writer.finish().await?)
        })
    }
}

/// Whether a statement only reads, as far as its first word tells.
fn reads(query: &Query<'_>) -> bool {
    query.text.trim_start().starts_with("SELECT")
}

/// Polls all in order, so that what each sends at its first poll is sent in order; ready when all are.
fn poll_in_order<F: Future>(futures: &mut [Pin<Box<MaybeDone<F>>>], cx: &mut Context<'_>) -> Poll<()> {
    let mut all = Poll::Ready(());
    for future in futures {
        if future.as_mut().poll(cx).is_pending() {
            all = Poll::Pending;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        for (url, expected) in [
            ("postgres://crm@localhost/crm", false),
            ("postgres://crm@127.0.0.1/crm", false),
            ("postgres://crm@/crm?host=/run/postgresql", false),
            ("postgres:///crm?hostaddr=127.0.0.1", false),
            ("postgres://crm@db.example/crm", true),
            ("postgres://crm@db.example/crm?sslmode=prefer", true),
            ("postgres://crm@db.example/crm?sslmode=disable", false),
            ("postgres://crm@localhost/crm?sslmode=require", true),
            ("postgres:///crm?hostaddr=203.0.113.9", true),
            ("postgres://localhost/crm?hostaddr=203.0.113.9", true),
            ("postgres://localhost,db.example/crm", true),
        ] {
            assert_eq!(wants_tls(&url.parse().unwrap()), expected, "{url}");
        }
    }
}
