//! `entente serve`: one instance per SQLite file, from the first 200 to a bounded shutdown.

use crate::config::Config;
use crate::front::Front;
use crate::{background, listen, router, wiring};
use anyhow::{Context as _, Result, bail};
use db::Db;
use platform::clock::Clock;
use platform::http::App;
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long requests under way may take to finish once the program is asked to stop.
const SHUTDOWN_MAX: Duration = Duration::from_secs(10);
/// How often what is over is removed.
const HOUSEKEEPING: Duration = Duration::from_secs(600);

/// Runs the product until it is asked to stop.
pub async fn serve(config: &Config) -> Result<()> {
    let fresh = db::sqlite_file(&config.database).is_some_and(|file| !file.exists());
    let _lock = lock(config)?;
    let db = wiring::open_database(config).await?;
    if fresh {
        tracing::info!(database = %db::redact(&config.database), "made a new database");
    }
    wiring::make_data_dir(config)?;
    let demo = match config.demo {
        true => Some(crate::demo::prepare(&db, Clock::system().now()).await?),
        false => None,
    };
    // Before anything can be answered: who gets an answer may ask the program to stop at once.
    let stop = StopSignal::listen()?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}; is something else running there?", config.listen))?;
    let address = listener.local_addr()?;
    let mut settings = wiring::settings(config);
    if !config.public_url_is_told {
        // Told a port of 0, the system has chosen one.
        settings.public_url = format!("http://localhost:{}", address.port());
    }
    let place = settings.public_url.clone();
    let app = wiring::app(db, settings, config.rate_limit.0, Clock::system());
    let front = Front::new(config.public_url_is_told.then_some(config.public_url.as_str()));
    say(&format!("Entente listens on {address}; open {place}"));
    if let Some(how_to_sign_in) = demo {
        say(&how_to_sign_in.to_string());
    }
    if let Some(bucket) = config.bucket.clone() {
        tokio::spawn(async move {
            if let Err(fault) = bucket.probe().await {
                tracing::error!(?bucket, %fault, "attachments cannot be stored or read; look at the settings s3_*");
            }
        });
    }
    let housekeeping = tokio::spawn(keep_house(app.clone()));
    let runner = background::runner(&app)?.start();
    let (asked, stopping) = tokio::sync::watch::channel(false);
    let mut ending = stopping.clone();
    let feed = tokio::spawn(background::feed(&app).run(async move {
        let _ = ending.wait_for(|asked| *asked).await;
    }));
    let mut server = tokio::spawn(listen::accept(listener, router(app, front), stopping));
    let signal = stop.received().await;
    tracing::info!(signal, "stopping: finishing the requests under way");
    let _ = asked.send(true);
    if tokio::time::timeout(SHUTDOWN_MAX, &mut server).await.is_err() {
        tracing::warn!("some requests did not finish in time");
        server.abort();
    }
    housekeeping.abort();
    let _ = tokio::time::timeout(SHUTDOWN_MAX, feed).await;
    runner.shutdown(SHUTDOWN_MAX).await;
    tracing::info!("stopped");
    Ok(())
}

/// Writes a line for whoever started the program; nobody may be reading.
fn say(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Brings the schema up to date and says where it stands.
pub async fn migrate(config: &Config) -> Result<()> {
    let _lock = lock(config)?;
    wiring::open_database(config).await?;
    println!("the schema is at version {}", db::SCHEMA_VERSION);
    Ok(())
}

/// Holds the SQLite file for this process: a second server on it would not see the first one's writes in
/// its caches. The kernel lets go when the process ends, however it ends.
pub(crate) fn lock(config: &Config) -> Result<Option<File>> {
    let Some(file) = db::sqlite_file(&config.database) else { return Ok(None) };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => ".".into(),
    };
    if config.database_is_default {
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    if !folder.is_dir() {
        bail!("the folder {} of the database does not exist; create it or correct the path", folder.display());
    }
    // What is no database of ours gets no lock beside it either.
    Db::examine(&config.database)?;
    let mut path = file.into_os_string();
    path.push(".lock");
    let path = std::path::PathBuf::from(path);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => bail!(
            "another entente is running on {}; stop it first, or name another database with --database",
            config.database
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// Folds what a SQLite database has written beside its file into it, so that whoever copies the file has all of it. Where
/// another program uses the database, nothing happens.
pub(crate) fn fold(config: &Config) {
    let Some(file) = db::sqlite_file(&config.database).filter(|file| db::has_log(file)) else { return };
    let Ok(_lock) = lock(config) else { return };
    if let Err(error) = db::fold(&file) {
        tracing::warn!(%error, "the database is sound, but copy the files beside it along with it");
    }
}

/// The signals that ask the program to stop, caught from `listen` on.
struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    fn listen() -> std::io::Result<StopSignal> {
        Ok(StopSignal { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the first and says its name.
    async fn received(mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Removes what is over, now and then. Any number of nodes may do it.
async fn keep_house(app: App) {
    let mut ticks = tokio::time::interval(HOUSEKEEPING);
    loop {
        ticks.tick().await;
        app.limiter.forget_idle();
        let now = app.clock.now();
        let forgotten = async {
            let rows = platform::accounts::forget_old(&app.db, now).await?;
            Ok::<u64, platform::Error>(rows + app.db.write(move |tx| platform::idempotency::forget_old(tx, now)).await?)
        };
        match forgotten.await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "removed what was over"),
            Err(error) => tracing::warn!(%error, "could not remove what is over"),
        }
    }
}
