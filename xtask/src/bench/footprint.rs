//! How quickly the program starts, and what it takes of the machine.

use std::time::Duration;

use anyhow::{Context, Result};

use super::report::Row;
use super::server::Server;
use super::stats::Timings;
use super::{Bench, machine};

/// Starts per figure.
const STARTS: usize = 5;
/// What is still freed or compacted after the first requests is gone by then.
const IDLE: Duration = Duration::from_secs(15);
/// Bytes the release binary may have.
const BINARY_MAX: u64 = 40_000_000;

/// Time from the start of the process to its first 200. The data is there, the files are in the system's cache.
pub fn start(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut timings = Timings::default();
    for _ in 0..STARTS {
        let (server, took) = Server::start(&bench.binary, &bench.database, bench.folder.path())?;
        timings.push(took);
        drop(server);
    }
    let mut row = bench.row("start to the first 200").timed(&timings, None);
    row.per_second = None;
    Ok(vec![row.against(&bench.targets.start())])
}

/// Memory of a freshly started server after one page and fifteen idle seconds; the PostgreSQL server is not in it.
pub fn idle(bench: &mut Bench) -> Result<Vec<Row>> {
    let (server, _) = Server::start(&bench.binary, &bench.database, bench.folder.path())?;
    let mut client = super::http::Client::connect(server.address, &bench.key)?;
    client.get("/api/v1/customers?sort=-lastActivityAt&limit=50")?.json(200)?;
    drop(client);
    std::thread::sleep(IDLE);
    let memory = machine::memory(server.process()).context("the server is gone")?;
    Ok(vec![
        bench
            .row("idle memory (PSS), 15 s after one page")
            .memory_kib(memory.proportional)
            .noted(format!("RSS {} MiB", memory.resident / 1_024))
            .against(&bench.targets.idle()),
    ])
}

/// Size of the release binary.
pub fn binary(path: &std::path::Path) -> Result<Row> {
    let bytes = std::fs::metadata(path)?.len();
    let mut row = Row::new("release binary");
    row.engine = "both".into();
    row.size = format!("{:.1} MB", bytes as f64 / 1e6);
    row.target = format!("≤ {} MB", BINARY_MAX / 1_000_000);
    row.met = Some(bytes <= BINARY_MAX);
    Ok(row)
}
