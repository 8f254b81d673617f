//! Puts the application together.

use crate::config::Config;
use crate::embed;
use anyhow::{Context as _, Result, bail};
use db::{Db, Options};
use gateways::Egress;
use platform::accounts::PasswordHasher;
use platform::clock::Clock;
use platform::http::{App, Settings};
use platform::limits::{RateLimiter, RateLimits};
use platform::seal::Seal;
use std::sync::Arc;
use std::time::Duration;

/// Passwords hashed at once: more would only wait for cores.
const HASHES_AT_ONCE_MAX: usize = 4;

/// The longest read of a command that walks over the whole database.
const WHOLE_READ_MAX: Duration = Duration::from_secs(3_600);

/// The state that handlers share.
pub fn app(db: Db, settings: Settings, limits: Option<RateLimits>, clock: Clock) -> App {
    App {
        db,
        clock,
        limiter: Arc::new(RateLimiter::new(limits)),
        passwords: Arc::new(PasswordHasher::new(settings.password_hashes_at_once)),
        settings: Arc::new(settings),
    }
}

/// What handlers need to know of the configuration.
pub fn settings(config: &Config) -> Settings {
    Settings {
        public_url: config.public_url.clone(),
        data_dir: config.data_dir.clone(),
        bucket: config.bucket.clone(),
        build_id: embed::build_id(),
        trusted_proxies: config.trusted_proxy.clone(),
        password_hashes_at_once: std::thread::available_parallelism()
            .map_or(1, std::num::NonZero::get)
            .min(HASHES_AT_ONCE_MAX),
        seal: Seal::with_key_in(&config.master_key_file),
        egress: Egress::new(config.allow_private_networks),
    }
}

/// Opens the database and brings its schema up to date. On SQLite the caller holds the file's lock.
///
/// # Errors
/// A database that cannot be reached or used, with what to do.
pub async fn open_database(config: &Config) -> Result<Db> {
    let options = Options { create_folder: config.database_is_default, ..Options::default() };
    Ok(Db::open(&config.database, &options).await?)
}

/// Opens a database that must be there already, beside a server that may be running: its schema stays as it is, and
/// a mistyped path is an error, not a new file.
///
/// # Errors
/// As [`open_database`], for a SQLite file that is missing, and for a schema of another version.
pub async fn open_existing_database(config: &Config) -> Result<Db> {
    refuse_missing_file(config)?;
    Ok(Db::open_current(&config.database, &Options::default()).await?)
}

/// As [`open_existing_database`], for work that walks over everything there is.
///
/// # Errors
/// As [`open_existing_database`].
pub async fn open_whole_database(config: &Config) -> Result<Db> {
    refuse_missing_file(config)?;
    let options = Options { read_timeout: WHOLE_READ_MAX, ..Options::default() };
    Ok(Db::open_current(&config.database, &options).await?)
}

/// As [`open_existing_database`], whatever version the schema has.
///
/// # Errors
/// As [`open_database`], and for a SQLite file that is missing.
pub async fn connect_existing_database(config: &Config) -> Result<Db> {
    refuse_missing_file(config)?;
    Ok(Db::connect(&config.database, &Options::default()).await?)
}

fn refuse_missing_file(config: &Config) -> Result<()> {
    match db::sqlite_file(&config.database).filter(|file| !file.exists()) {
        Some(file) => {
            bail!("there is no database {}; name it with --database, or make it with `entente migrate`", file.display())
        }
        None => Ok(()),
    }
}

/// Makes the folder for files beside the database.
///
/// # Errors
/// When it cannot be made.
pub fn make_data_dir(config: &Config) -> Result<()> {
    let folder = &config.data_dir;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))
}
