//! Embedded SQLite: one writer thread with group commit, a pool of read-only connections.

use crate::conn::{Conn, Kind, Tx};
use crate::signals::Signals;
use crate::{Error, OpenError, Options, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, oneshot};

/// Writes that may wait for the writer; more are refused.
const WRITES_WAITING_MAX: usize = 1024;
/// Writes that share one commit.
const GROUP_MAX: usize = 128;
/// A group stops growing after this long, so that a slow member does not hold back the others.
const GROUP_TIME_MAX: Duration = Duration::from_millis(20);
/// How long a call waits for a free connection.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Prepared statements kept per connection.
const STATEMENTS_KEPT: usize = 256;

#[derive(Clone)]
pub(crate) struct Sqlite {
    shared: Arc<Shared>,
    writer: mpsc::Sender<Box<dyn Work>>,
}

struct Shared {
    path: PathBuf,
    options: Options,
    readers: Mutex<Vec<Guarded>>,
    reader_places: Semaphore,
    writer_places: Arc<Semaphore>,
    unique: OnceLock<HashMap<String, String>>,
}

/// A connection with a deadline that its progress handler watches.
struct Guarded {
    conn: Connection,
    deadline: Arc<AtomicU64>,
}

impl Guarded {
    fn new(mut conn: Connection) -> rusqlite::Result<Guarded> {
        let deadline = Arc::new(AtomicU64::new(u64::MAX));
        let watched = Arc::clone(&deadline);
        conn.progress_handler(10_000, Some(move || now_ms() > watched.load(Ordering::Relaxed)))?;
        Ok(Guarded { conn, deadline })
    }

    fn end_within(&self, time: Duration) {
        self.deadline.store(now_ms() + time.as_millis() as u64, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        now_ms() > self.deadline.load(Ordering::Relaxed)
    }

    fn may_take_long(&self) {
        self.deadline.store(u64::MAX, Ordering::Relaxed);
    }
}

/// One write on its way through the writer thread.
trait Work: Send {
    /// Runs the closure; says whether its changes are to be kept.
    /// Does so again when the transaction was undone because of another.
    fn run(&mut self, kind: Kind<'_>) -> bool;
    /// Answers the caller after the commit, or its failure.
    fn finish(self: Box<Self>, committed: Result<()>);
}

struct Write<T, E, F> {
    work: F,
    outcome: Option<Result<T, E>>,
    after: Vec<Box<dyn FnOnce() + Send>>,
    signals: Signals,
    reply: oneshot::Sender<Result<T, E>>,
    _place: tokio::sync::OwnedSemaphorePermit,
}

impl<T, E, F> Work for Write<T, E, F>
where
    F: FnMut(&Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, kind: Kind<'_>) -> bool {
        let tx = Tx::new(kind, &self.signals);
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(&tx)))
            .unwrap_or_else(|_| Err(Error::Bug("a write panicked".into()).into()));
        let outcome = tx.confirm(outcome);
        let keep = outcome.is_ok();
        self.after = tx.into_after();
        self.outcome = Some(outcome);
        keep
    }

    fn finish(self: Box<Self>, committed: Result<()>) {
        let outcome = match (self.outcome, committed) {
            (Some(Ok(value)), Ok(())) => {
                for effect in self.after {
                    effect();
                }
                Ok(value)
            }
            (Some(Err(error)), Ok(())) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(Error::Bug("a write was answered before it ran".into()).into()),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.reply.send(outcome);
    }
}

impl Sqlite {
    pub(crate) async fn open(path: PathBuf, options: Options) -> Result<Sqlite, OpenError> {
        let place = path.display().to_string();
        let unreachable = |why: String| OpenError::Unreachable { place: place.clone(), why };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            if !options.create_folder {
                return Err(unreachable(format!(
                    "the folder {} does not exist; create it or correct the path",
                    folder.display()
                )));
            }
            std::fs::create_dir_all(folder).map_err(|e| unreachable(e.to_string()))?;
        }
        let file = path.clone();
        let full = options.synchronous_full;
        let writer = tokio::task::spawn_blocking(move || {
            refuse_foreign(&file)?;
            Ok::<_, Error>(Guarded::new(open_writer(&file, full)?)?)
        })
        .await
        .map_err(|e| unreachable(e.to_string()))?
        .map_err(|e| unreachable(e.to_string()))?;
        let (sender, receiver) = mpsc::channel();
        let shared = Arc::new(Shared {
            path,
            readers: Mutex::new(Vec::new()),
            reader_places: Semaphore::new(options.connections),
            writer_places: Arc::new(Semaphore::new(WRITES_WAITING_MAX)),
            unique: OnceLock::new(),
            options,
        });
        let for_thread = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_loop(&writer, &receiver, &for_thread))
            .map_err(|e| unreachable(e.to_string()))?;
        Ok(Sqlite { shared, writer: sender })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.shared.path
    }

    pub(crate) async fn read<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        F: FnMut(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let place = tokio::time::timeout(WAIT_MAX, shared.reader_places.acquire())
            .await
            .map_err(|_| Error::Unavailable("all readers are busy".into()))?
            .map_err(|_| Error::Unavailable("the database is closed".into()))?;
        place.forget();
        let task = Arc::clone(&self.shared);
        let answer = tokio::task::spawn_blocking(move || {
            // The place is given back with the connection, also when the closure panics.
            let lease = Lease { shared: task, reader: None };
            lease.run(&mut work)
        })
        .await;
        answer.unwrap_or_else(|_| Err(Error::Bug("a read panicked".into()).into()))
    }

    pub(crate) async fn write<T, E, F>(&self, work: F, signals: &Signals) -> Result<T, E>
    where
        F: FnMut(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let places = Arc::clone(&self.shared.writer_places);
        let place = tokio::time::timeout(WAIT_MAX, places.acquire_owned())
            .await
            .map_err(|_| Error::Unavailable("too many writes are waiting".into()))?
            .map_err(|_| Error::Unavailable("the database is closed".into()))?;
        let (reply, answer) = oneshot::channel();
        let write = Write { work, outcome: None, after: Vec::new(), signals: signals.clone(), reply, _place: place };
        self.writer.send(Box::new(write)).map_err(|_| Error::Unavailable("the writer has stopped".into()))?;
        answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the writer has stopped".into()).into()))
    }

    /// The planner needs to know that a column has few or many values, not how many exactly: a sample of each index
    /// says so in milliseconds, where a whole pass would keep every writer out for as long as it takes.
    pub(crate) async fn analyze(&self) -> Result<()> {
        self.blocking(|conn| Ok(conn.execute_batch("PRAGMA analysis_limit = 1000; ANALYZE")?)).await
    }

    pub(crate) async fn snapshot(&self, target: PathBuf) -> Result<()> {
        self.blocking(move |conn| {
            conn.execute("VACUUM INTO ?1", [target.display().to_string()])?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn integrity_problems(&self) -> Result<Vec<String>> {
        self.blocking(|conn| {
            let mut statement = conn.prepare("PRAGMA integrity_check")?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            let mut problems = Vec::new();
            for line in lines {
                let line = line?;
                if line != "ok" {
                    problems.push(line);
                }
            }
            Ok(problems)
        })
        .await
    }

    /// Work that no transaction may surround, on a connection of its own.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = self.shared.path.clone();
        let full = self.shared.options.synchronous_full;
        tokio::task::spawn_blocking(move || {
            let conn = open_writer(&path, full)?;
            conn.execute_batch("PRAGMA cache_size = -8192")?;
            work(&conn)
        })
        .await
        .map_err(|e| Error::Bug(e.to_string()))?
    }
}

/// A place among the readers; on drop the connection goes back to the pool and the place is free.
struct Lease {
    shared: Arc<Shared>,
    reader: Option<Guarded>,
}

impl Lease {
    fn run<T, E: From<Error>>(mut self, work: &mut dyn FnMut(&Conn<'_>) -> Result<T, E>) -> Result<T, E> {
        let kept = self.shared.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match kept {
            Some(reader) => reader,
            None => open_reader(&self.shared.path).map_err(Error::from)?,
        };
        let reader = self.reader.insert(reader);
        reader.end_within(self.shared.options.read_timeout);
        let unique = HashMap::new();
        // One snapshot for all statements of the closure: a page and its contacts agree.
        reader.conn.execute_batch("BEGIN").map_err(Error::from)?;
        let outcome = work(&Conn::new(Kind::Sqlite { conn: &reader.conn, unique: &unique }));
        reader.conn.execute_batch("COMMIT").map_err(Error::from)?;
        outcome
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            let usable = reader.conn.is_autocommit() || reader.conn.execute_batch("ROLLBACK").is_ok();
            if usable {
                self.shared.readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
            }
        }
        self.shared.reader_places.add_permits(1);
    }
}

fn now_ms() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_millis() as u64
}

/// Looks at the file before anything is done to it: opening it for writing already sets its journal mode. A missing
/// or empty one will become ours.
///
/// # Errors
/// [`Error::Unavailable`] for what is no database, or the database of another program.
pub(crate) fn refuse_foreign(path: &Path) -> Result<()> {
    if std::fs::metadata(path).map_or(0, |found| found.len()) == 0 {
        return Ok(());
    }
    // A reader of a file in WAL mode would make its two companions and could not remove them again. Where they are
    // there already, somebody is at work, and what they hold counts.
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            other => uri.push_str(&format!("%{other:02x}")),
        }
    }
    if !Path::new(&wal).exists() {
        uri.push_str("?immutable=1");
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(uri, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    let (tables, ours): (i64, i64) = conn.query_row(
        "SELECT count(*), count(*) FILTER (WHERE name = 'schema_migrations') FROM sqlite_master",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if tables > 0 && ours == 0 {
        return Err(Error::Unavailable("the file is a database of another program".into()));
    }
    Ok(())
}

fn open_reader(path: &Path) -> rusqlite::Result<Guarded> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    settings(&conn)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4096;")?;
    Guarded::new(conn)
}

fn open_writer(path: &Path, full: bool) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    settings(&conn)?;
    // A transaction whose changed pages do not fit the cache writes some of them several times: at 32 MiB a chunk of an
    // import wrote twice as much. A page that many commits change is copied into the file once per checkpoint, so a log
    // of 256 MiB is far cheaper for an import than one of 64. It keeps its size, because writing over a log costs a small
    // commit a third less than making it longer.
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 65536; \
         PRAGMA journal_size_limit = 268435456;",
    )?;
    conn.execute_batch(if full { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" })?;
    Ok(conn)
}

/// See [`crate::fold`].
pub(crate) fn fold(file: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(Error::Unavailable("another program uses the database".into())) }
}

fn settings(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Otherwise statements are planned anew whenever other values are bound to them.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; \
         PRAGMA temp_store = MEMORY;",
    )
}

/// Takes writes as they come; those that wait while one commits share the next commit.
fn write_loop(writer: &Guarded, queue: &mpsc::Receiver<Box<dyn Work>>, shared: &Shared) {
    while let Ok(first) = queue.recv() {
        write_group(writer, first, queue, shared);
    }
}

fn write_group(writer: &Guarded, first: Box<dyn Work>, queue: &mpsc::Receiver<Box<dyn Work>>, shared: &Shared) {
    let conn = &writer.conn;
    let start = Instant::now();
    if let Err(error) = conn.execute_batch("BEGIN IMMEDIATE") {
        let error = match Error::from(error) {
            Error::Retry => Error::Unavailable("another program is writing to the database".into()),
            other => other,
        };
        return first.finish(Err(error));
    }
    // Migrations do not come this way, so the indexes are all there at the first write.
    let unique = shared.unique.get_or_init(|| unique_indexes(conn).unwrap_or_default());
    let kind = Kind::Sqlite { conn, unique };
    // Nobody is answered before the commit: also a refusal may be about rows of a member before it.
    let mut done: Vec<Box<dyn Work>> = Vec::new();
    // Those that ran out of time.
    let mut late: Vec<Box<dyn Work>> = Vec::new();
    let mut next = VecDeque::from([first]);
    let (mut changed, mut careful) = (false, false);
    while let Some(mut work) = next.pop_front() {
        let before = conn.total_changes();
        let begun = !careful || conn.execute_batch("SAVEPOINT one").is_ok();
        writer.end_within(shared.options.write_timeout);
        let keep = begun && work.run(kind);
        let is_late = begun && !keep && writer.is_over();
        // What is done must become durable, and what failed must be undone, however long that takes.
        writer.may_take_long();
        // On a full disk, an I/O error or a change that ran out of time the engine has rolled everything back
        // by itself.
        let mut lost = conn.is_autocommit() || !begun;
        let undo = !keep && conn.total_changes() != before;
        let mut again = false;
        if lost && is_late {
            lost = conn.execute_batch("BEGIN IMMEDIATE").is_err();
            again = !lost;
        } else if !lost && careful {
            lost = conn.execute_batch(if undo { "ROLLBACK TO one; RELEASE one" } else { "RELEASE one" }).is_err();
        } else if !lost && undo {
            lost = conn.execute_batch("ROLLBACK; BEGIN IMMEDIATE").is_err();
            // Failing after a change is rare, so it may cost something: all run again, each with a savepoint. One for
            // every member from the start would cost all of them, because the text index writes what it holds at each.
            again = !lost && changed;
            careful |= again;
        }
        if again {
            // One that ran out of time has had its turn.
            if is_late {
                late.push(work);
            } else {
                next.push_front(work);
            }
            done.drain(..).rev().for_each(|work| next.push_front(work));
            changed = false;
            continue;
        }
        changed |= keep;
        // One that ran out of time has had its turn, whoever makes the others run again.
        if is_late {
            late.push(work)
        } else {
            done.push(work)
        }
        if lost {
            if !conn.is_autocommit() {
                let _ = conn.execute_batch("ROLLBACK");
            }
            let error = || Error::Unavailable("the transaction was lost: the disk is full or failing".into());
            return done.into_iter().chain(late).chain(next).for_each(|work| work.finish(Err(error())));
        }
        if !careful && done.len() < GROUP_MAX && start.elapsed() < GROUP_TIME_MAX {
            next.extend(queue.try_recv().ok());
        }
    }
    let committed = conn.execute_batch("COMMIT").map_err(Error::from);
    if committed.is_err() && !conn.is_autocommit() {
        let _ = conn.execute_batch("ROLLBACK");
    }
    for work in done.into_iter().chain(late) {
        work.finish(committed.clone());
    }
}

/// `"table.a, table.b"` → index name, for each unique index.
fn unique_indexes(conn: &Connection) -> rusqlite::Result<HashMap<String, String>> {
    let mut statement = conn.prepare(
        "SELECT m.name, i.name, i.origin, c.name FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
         WHERE m.type = 'table' AND i.\"unique\" = 1 ORDER BY m.name, i.name, c.seqno",
    )?;
    let mut columns: HashMap<(String, String), Vec<String>> = HashMap::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, index, origin): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let name = if origin == "pk" { format!("{table}_pkey") } else { index };
        let column: Option<String> = row.get(3)?;
        columns.entry((table.clone(), name)).or_default().push(format!("{table}.{}", column.unwrap_or_default()));
    }
    Ok(columns.into_iter().map(|((_, index), columns)| (columns.join(", "), index)).collect())
}
