//! The data set: made once per size, schema and generator, then copied for each run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use server::demo::{Generator, fingerprint};
use uuid::Uuid;

use super::raw::Raw;
use super::server::{Cluster, root};

/// Every bench has the same people.
const SEED: u64 = 7;

/// Where data sets and runs live.
pub fn folder() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Changes with the schema and with what the generator makes.
fn version() -> Result<u64> {
    let mut all = String::new();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root().join("migrations"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    for file in files {
        all.push_str(&std::fs::read_to_string(file)?);
    }
    let sample = Generator::new(200, SEED);
    all.push_str(&format!("{:?}{:?}", sample.tags(), sample.companies()));
    sample.customers().for_each(|customer| all.push_str(&format!("{customer:?}")));
    Ok(fingerprint(&all))
}

/// A fresh SQLite copy of the data set in `run`; answers its URL.
pub fn sqlite(customers: u64, run: &Path) -> Result<String> {
    let name = format!("data-{customers}-{SEED}-{:016x}.db", version()?);
    let kept = folder()?.join(&name);
    if !kept.exists() {
        eprintln!("making {name}");
        // Made under another name, so that a broken-off run leaves no half data set.
        let making = run.join("making.db");
        let url = format!("sqlite:{}", making.display());
        crate::data::fill(&url, customers, SEED)?;
        // The file is whole once the write-ahead log is folded in.
        let folded = Raw::open(&url)?.rows("PRAGMA wal_checkpoint(TRUNCATE)", &[])?;
        ensure!(folded.first().is_some_and(|row| row[0].int() == 0), "the new data set is still being written");
        std::fs::rename(&making, &kept)?;
    }
    let copy = run.join("entente.db");
    std::fs::copy(&kept, &copy)?;
    Ok(format!("sqlite:{}", copy.display()))
}

/// A fresh PostgreSQL database with the data set; answers its URL.
pub fn postgres(customers: u64, cluster: &Cluster) -> Result<String> {
    let mut server = Raw::open(&cluster.url)?;
    server.batch("CREATE DATABASE entente")?;
    let url = cluster.database("entente");
    eprintln!("filling PostgreSQL");
    crate::data::fill(&url, customers, SEED)?;
    // What autovacuum would do in the middle of the measurement.
    Raw::open(&url)?.batch("VACUUM ANALYZE")?;
    server.batch("CHECKPOINT")?;
    Ok(url)
}

/// The organisation of the data set and a key of its owner.
pub fn sign_in(binary: &Path, database: &str) -> Result<(Uuid, String)> {
    let mut raw = Raw::open(database)?;
    let rows = raw.rows("SELECT id, name FROM organisations", &[])?;
    let row = rows.first().context("the data set has no organisation")?;
    let output = Command::new(binary)
        .args(["admin", "create-api-key", "--database", database, "--org", row[1].text(), "--role", "owner"])
        .output()?;
    ensure!(output.status.success(), "no API key: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let key = text.split_whitespace().find(|word| word.starts_with("ent_")).context("no API key was printed")?;
    Ok((row[0].id()?, key.to_string()))
}
