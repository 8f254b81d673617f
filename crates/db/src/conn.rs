//! What closures work with: [`Conn`] reads, [`Tx`] also writes.

use crate::postgres::Session;
use crate::signals::Signals;
use crate::sql::sqlite_placeholders;
use crate::{Engine, Error, Query, Result, Row, Sql, Value};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Statements slower than this are logged with their text and row count.
const SLOW: Duration = Duration::from_millis(250);
/// Bytes of its text that are logged; statements are ASCII.
const SLOW_TEXT_MAX: usize = 600;

/// More parameters than this make a text that hardly comes again: not kept prepared.
const CACHED_PARAMETERS_MAX: usize = 64;

/// Keys that one statement is given: SQLite takes 32,766 parameters, PostgreSQL 65,535.
pub const KEYS_MAX: usize = 5_000;

/// A connection inside a read closure.
pub struct Conn<'a> {
    kind: Kind<'a>,
    /// A statement hit a conflict: the whole write is to run again.
    conflict: Cell<bool>,
    /// A statement failed: nothing of the transaction may be kept, whatever the closure makes of it.
    failed: Cell<bool>,
    /// Questions that may be asked.
    questions: Cell<u32>,
}

#[derive(Clone, Copy)]
pub(crate) enum Kind<'a> {
    Sqlite { conn: &'a rusqlite::Connection, unique: &'a HashMap<String, String> },
    Postgres(&'a Session),
}

impl<'a> Conn<'a> {
    pub(crate) fn new(kind: Kind<'a>) -> Conn<'a> {
        Conn { kind, conflict: Cell::new(false), failed: Cell::new(false), questions: Cell::new(u32::MAX) }
    }

    pub(crate) fn had_conflict(&self) -> bool {
        self.conflict.get()
    }

    pub fn engine(&self) -> Engine {
        match self.kind {
            Kind::Sqlite { .. } => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
        }
    }

    /// Makes this a reader for one question, which needs no transaction to be of one moment.
    pub(crate) fn ask_alone(&self) {
        self.questions.set(1);
        if let Kind::Postgres(session) = self.kind {
            session.ask_alone();
        }
    }

    fn count_question(&self) -> Result<()> {
        match self.questions.get() {
            0 => Err(Error::Bug("a read of one question asked another".into())),
            u32::MAX => Ok(()),
            left => {
                self.questions.set(left - 1);
                Ok(())
            }
        }
    }

    fn note(&self, error: Error) -> Error {
        self.failed.set(true);
        match (error, self.kind) {
            (Error::Retry, _) => {
                self.conflict.set(true);
                Error::Retry
            }
            // SQLite names the columns; callers know the index.
            (Error::Unique(columns), Kind::Sqlite { unique, .. }) => {
                Error::Unique(unique.get(&columns).cloned().unwrap_or(columns))
            }
            (error, _) => error,
        }
    }

    fn run<'q, T>(
        &self,
        query: impl Into<Query<'q>>,
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
        finish: impl FnOnce(u64) -> T,
    ) -> Result<T> {
        self.count_question()?;
        let query = query.into();
        let start = Instant::now();
        let rows = match self.kind {
            Kind::Sqlite { conn, .. } => (|| {
                let text = sqlite_placeholders(query.text);
                let mut rows_seen = 0;
                let mut visit = |statement: &mut rusqlite::Statement<'_>| -> Result<()> {
                    let mut rows = statement.query(rusqlite::params_from_iter(query.values.iter()))?;
                    while let Some(row) = rows.next()? {
                        rows_seen += 1;
                        each(&Row::Sqlite(row))?;
                    }
                    Ok(())
                };
                if query.values.len() <= CACHED_PARAMETERS_MAX {
                    visit(&mut *conn.prepare_cached(&text)?)?;
                } else {
                    visit(&mut conn.prepare(&text)?)?;
                }
                Ok(rows_seen)
            })(),
            Kind::Postgres(session) => session.query(&query, |row| each(&Row::Postgres(row))),
        }
        .map_err(|error| self.note(error))?;
        log_slow(start, query.text, rows);
        Ok(finish(rows))
    }

    /// All rows, each turned into a `T`.
    pub fn query<'q, T>(
        &self,
        query: impl Into<Query<'q>>,
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        self.run(
            query,
            |row| {
                items.push(map(row)?);
                Ok(())
            },
            |_| (),
        )?;
        Ok(items)
    }

    /// The first row, if there is one.
    pub fn query_opt<'q, T>(
        &self,
        query: impl Into<Query<'q>>,
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.run(
            query,
            |row| {
                if found.is_none() {
                    found = Some(map(row)?);
                }
                Ok(())
            },
            |_| (),
        )?;
        Ok(found)
    }

    /// The first row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn query_one<'q, T>(&self, query: impl Into<Query<'q>>, map: impl FnMut(&Row<'_>) -> Result<T>) -> Result<T> {
        self.query_opt(query, map)?.ok_or(Error::NotFound)
    }

    /// Asks questions that do not need each other's answers, on PostgreSQL in one round trip; `each` hears which of them
    /// a row answers. For answers that fit into memory.
    pub fn query_together<'q, const N: usize>(
        &self,
        queries: [Query<'q>; N],
        mut each: impl FnMut(usize, &Row<'_>) -> Result<()>,
    ) -> Result<()> {
        match self.kind {
            Kind::Sqlite { .. } => {
                for (which, query) in queries.into_iter().enumerate() {
                    self.for_each(query, |row| each(which, row))?;
                }
            }
            Kind::Postgres(session) => {
                queries.iter().try_for_each(|_| self.count_question())?;
                let start = Instant::now();
                let rows = session
                    .query_together(&queries, |which, row| each(which, &Row::Postgres(row)))
                    .map_err(|error| self.note(error))?;
                log_slow(start, queries.first().map_or("", |query| query.text), rows);
            }
        }
        Ok(())
    }

    /// All rows of the statements that `statement` makes for a list of keys, a part of it at a time; none for no keys.
    pub fn query_parts<K, T>(
        &self,
        keys: &[K],
        statement: impl Fn(&[K]) -> Sql,
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        for part in keys.chunks(KEYS_MAX) {
            self.for_each(&statement(part), |row| {
                items.push(map(row)?);
                Ok(())
            })?;
        }
        Ok(items)
    }

    /// Visits rows one by one without keeping them: for answers of any size.
    pub fn for_each<'q>(&self, query: impl Into<Query<'q>>, each: impl FnMut(&Row<'_>) -> Result<()>) -> Result<u64> {
        self.run(query, each, |rows| rows)
    }
}

pub(crate) fn log_slow(start: Instant, text: &str, rows: u64) {
    let took = start.elapsed();
    if took > SLOW {
        // A list of thousands of placeholders tells nothing.
        let text = text.get(..SLOW_TEXT_MAX).unwrap_or(text);
        tracing::warn!(target: "db::slow", took_ms = took.as_millis() as u64, rows, sql = text, "slow statement");
    }
}

/// A transaction inside a write closure.
pub struct Tx<'a> {
    conn: Conn<'a>,
    after: RefCell<Vec<Box<dyn FnOnce() + Send>>>,
    signals: Signals,
}

impl<'a> std::ops::Deref for Tx<'a> {
    type Target = Conn<'a>;

    fn deref(&self) -> &Conn<'a> {
        &self.conn
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(kind: Kind<'a>, signals: &Signals) -> Tx<'a> {
        Tx { conn: Conn::new(kind), after: RefCell::default(), signals: signals.clone() }
    }

    pub(crate) fn into_after(self) -> Vec<Box<dyn FnOnce() + Send>> {
        self.after.into_inner()
    }

    /// Turns a success after a failed statement into an error: PostgreSQL has given the transaction up and would
    /// answer its COMMIT with a silent ROLLBACK, and on SQLite the same closure must not do half of its work.
    pub(crate) fn confirm<T, E: From<Error>>(&self, outcome: Result<T, E>) -> Result<T, E> {
        match outcome {
            Ok(_) if self.conn.failed.get() => {
                Err(Error::Bug("a write went on after a statement had failed".into()).into())
            }
            outcome => outcome,
        }
    }

    /// Asks for the whole write to run again, when an operation sees that a concurrent one has won.
    pub fn conflict(&self) -> Error {
        self.conn.note(Error::Retry)
    }

    /// Runs `effect` once the transaction is durable; dropped when it is rolled back. It must be
    /// quick and may not fail: it wakes runners and event streams.
    pub fn after_commit(&self, effect: impl FnOnce() + Send + 'static) {
        self.after.borrow_mut().push(Box::new(effect));
    }

    /// Tells those who [`listen`](crate::Db::listen) to `topic` in this process, once the transaction is durable.
    pub fn signal(&self, topic: &'static str) {
        let signals = self.signals.clone();
        self.after_commit(move || signals.send(topic));
    }

    /// Runs a statement; answers how many rows it changed.
    pub fn execute<'q>(&self, query: impl Into<Query<'q>>) -> Result<u64> {
        let query = query.into();
        let start = Instant::now();
        let changed = match self.conn.kind {
            Kind::Sqlite { conn, .. } => (|| {
                let text = sqlite_placeholders(query.text);
                let params = rusqlite::params_from_iter(query.values.iter());
                Ok(if query.values.len() <= CACHED_PARAMETERS_MAX {
                    conn.prepare_cached(&text)?.execute(params)? as u64
                } else {
                    conn.prepare(&text)?.execute(params)? as u64
                })
            })(),
            Kind::Postgres(session) => session.execute(&query),
        }
        .map_err(|error| self.note(error))?;
        log_slow(start, query.text, changed);
        Ok(changed)
    }

    /// Runs a statement whose outcome the operation has no use for. On PostgreSQL it goes along with the next statement
    /// or the commit, so that many cost one round trip; that is where its failure shows.
    pub fn later(&self, text: &'static str, values: impl Into<Vec<Value>>) -> Result<()> {
        self.send_later(text, values.into(), None)
    }

    /// The same for a row that nobody had when it was looked up: where the unique index `guard` refuses it, another
    /// write has been quicker, and this one runs again.
    pub fn later_guarded(&self, text: &'static str, values: impl Into<Vec<Value>>, guard: &'static str) -> Result<()> {
        self.send_later(text, values.into(), Some(guard))
    }

    fn send_later(&self, text: &'static str, values: Vec<Value>, guard: Option<&'static str>) -> Result<()> {
        match self.conn.kind {
            Kind::Sqlite { .. } => match self.execute((text, values.as_slice())) {
                Err(Error::Unique(index)) if Some(index.as_str()) == guard => Err(self.conflict()),
                outcome => outcome.map(|_| ()),
            },
            Kind::Postgres(session) => session.later(text, values, guard).map_err(|error| self.note(error)),
        }
    }

    /// Runs one fixed statement for each set of parameters; answers how many rows changed in all.
    pub fn execute_many(&self, text: &'static str, sets: &[Vec<Value>]) -> Result<u64> {
        match self.conn.kind {
            Kind::Sqlite { conn, .. } => (|| {
                let mut statement = conn.prepare_cached(&sqlite_placeholders(text))?;
                let mut changed = 0;
                for set in sets {
                    changed += statement.execute(rusqlite::params_from_iter(set))? as u64;
                }
                Ok(changed)
            })(),
            Kind::Postgres(session) => session.execute_many(text, sets),
        }
        .map_err(|error| self.note(error))
    }

    /// Inserts many rows by each engine's quickest way: a prepared loop or binary COPY.
    /// All rows have the value kinds of the first.
    pub fn bulk(&self, table: &'static str, columns: &[&'static str], rows: &[Vec<Value>]) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        match self.conn.kind {
            Kind::Sqlite { conn, .. } => (|| {
                let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
                let text = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "));
                let mut statement = conn.prepare_cached(&text)?;
                for row in rows {
                    statement.execute(rusqlite::params_from_iter(row))?;
                }
                Ok(rows.len() as u64)
            })(),
            Kind::Postgres(session) => session.copy(table, columns, rows),
        }
        .map_err(|error| self.note(error))
    }

    /// The integer row key of the last insert; SQLite only, where the text index needs it.
    pub fn last_row_key(&self) -> Option<i64> {
        match self.conn.kind {
            Kind::Sqlite { conn, .. } => Some(conn.last_insert_rowid()),
            Kind::Postgres(_) => None,
        }
    }
}
