//! `cargo xtask bench`: the real release binary over HTTP on both engines, and the same work as hand-tuned SQL on the same
//! database beside it. Ratios count; absolute times are for reading.
//!
//! Every answer is checked, and every question of a read is first compared with what raw SQL answers: a quick wrong
//! answer is no measurement. The data set is `cargo xtask data` of the same size, kept under `target/bench`.

mod data;
mod footprint;
mod http;
mod imports;
mod machine;
mod raw;
mod raw_import;
mod reads;
mod report;
mod segments;
mod selling;
mod server;
mod stats;
mod targets;
mod writes;

use std::path::PathBuf;

use ::server::demo::Random;
use anyhow::{Context, Result, ensure};
use db::Engine;
use uuid::Uuid;

use http::Client;
use raw::{Param, Raw};
use report::Row;
use server::Server;
use targets::Targets;

/// Rows on a page that is measured.
const PAGE_ROWS: usize = 50;

#[derive(clap::Args)]
pub struct Arguments {
    /// How many customers the data set has; several sizes are measured one after the other
    #[arg(long, value_delimiter = ',', default_values_t = [10_000])]
    customers: Vec<u64>,
    #[arg(long, value_enum, default_value_t = Engines::Both)]
    engine: Engines,
    /// Measure only works whose name contains this: page, search, ranked search, timeline, segment, board, create, append, bulk, import,
    /// deal import, leads, start, idle
    #[arg(long, default_value = "")]
    only: String,
    /// Also write the figures as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Put the table into README.md
    #[arg(long)]
    readme: bool,
    /// Measure this binary instead of building one
    #[arg(long)]
    binary: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engines {
    Sqlite,
    Postgres,
    Both,
}

/// What every work needs: one engine, its database, the running server.
pub struct Bench {
    pub binary: PathBuf,
    pub folder: tempfile::TempDir,
    pub database: String,
    pub raw: Raw,
    pub org: Uuid,
    pub key: String,
    pub targets: Targets,
    size: u64,
    server: Option<Server>,
}

impl Bench {
    pub fn client(&self) -> Result<Client> {
        let server = self.server.as_ref().context("the server is stopped")?;
        Client::connect(server.address, &self.key)
    }

    /// Makes clients on other threads.
    pub fn clients(&self) -> Result<impl Fn() -> Result<Client> + Sync + use<>> {
        let address = self.server.as_ref().context("the server is stopped")?.address;
        let key = self.key.clone();
        Ok(move || Client::connect(address, &key))
    }

    pub fn open_raw(&self) -> Result<Raw> {
        Raw::open(&self.database)
    }

    /// Makes raw connections on other threads.
    pub fn raws(&self) -> impl Fn() -> Result<Raw> + Sync + use<> {
        let database = self.database.clone();
        move || Raw::open(&database)
    }

    pub fn process(&self) -> u32 {
        self.server.as_ref().map_or(0, Server::process)
    }

    pub fn row(&self, work: &str) -> Row {
        let engine = match self.raw.engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        Row { engine: engine.into(), size: size_words(self.size), ..Row::new(work) }
    }

    /// `count` ids out of those that `text` selects for the organisation, evenly drawn with repetition.
    pub fn sample(&mut self, text: &str, count: usize, random: &mut Random) -> Result<Vec<Uuid>> {
        let rows = self.raw.rows(text, &[Param::Id(self.org)])?;
        ensure!(!rows.is_empty(), "nothing to sample: {text}");
        (0..count).map(|_| rows[random.below(rows.len() as u64) as usize][0].id()).collect()
    }
}

fn size_words(customers: u64) -> String {
    match customers {
        1_000_000.. if customers.is_multiple_of(1_000_000) => format!("{}M customers", customers / 1_000_000),
        1_000.. if customers.is_multiple_of(1_000) => format!("{}k customers", customers / 1_000),
        _ => format!("{customers} customers"),
    }
}

/// The works in order: first those that only read.
type Work = (&'static str, fn(&mut Bench) -> Result<Vec<Row>>);
const WORKS: [Work; 15] = [
    ("start", footprint::start),
    ("idle", footprint::idle),
    ("page", reads::page),
    ("search", reads::search),
    ("ranked search", reads::ranked_search),
    ("timeline", reads::timeline),
    ("segment", segments::segment),
    ("board", selling::board),
    ("create", writes::create),
    ("append", writes::append),
    ("create with segment", writes::create_beside_segment),
    ("bulk", segments::bulk),
    ("import", imports::import),
    ("deal import", selling::deal_import),
    ("leads", selling::leads),
];

pub fn run(arguments: &Arguments) -> Result<()> {
    if cfg!(debug_assertions) {
        // A slow client, and slow raw SQL beside it, would flatter the product.
        return server::as_release();
    }
    let binary = match &arguments.binary {
        Some(path) => std::path::absolute(path)?,
        None => server::release_binary()?,
    };
    let mut rows = vec![footprint::binary(&binary)?];
    for &customers in &arguments.customers {
        if arguments.engine != Engines::Postgres {
            let folder = tempfile::tempdir_in(data::folder()?)?;
            let database = data::sqlite(customers, folder.path())?;
            measure(arguments, customers, binary.clone(), folder, database, &mut rows)?;
        }
        if arguments.engine != Engines::Sqlite {
            let folder = tempfile::tempdir_in(data::folder()?)?;
            let cluster = server::Cluster::start()?;
            let database = data::postgres(customers, &cluster)?;
            measure(arguments, customers, binary.clone(), folder, database, &mut rows)?;
        }
    }

    let words = machine_words();
    let table = report::table(&rows);
    println!("\n{words}\n\n{table}");
    for row in rows.iter().filter(|row| !row.note.is_empty()) {
        println!("{} ({}, {}): {}", row.work, row.engine, row.size, row.note);
    }
    for row in rows.iter().filter(|row| row.met == Some(false)) {
        println!("missed: {} ({}, {}): {}", row.work, row.engine, row.size, row.target);
    }
    if let Some(path) = &arguments.json {
        std::fs::write(path, serde_json::to_string_pretty(&rows)? + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    if arguments.readme {
        let path = server::root().join("README.md");
        let readme = std::fs::read_to_string(&path).context("README.md")?;
        let text = format!("{words}\n\n{table}");
        let readme = report::into_readme(&readme, &text).context("README.md has no lines for the bench table")?;
        std::fs::write(&path, readme)?;
    }
    Ok(())
}

fn machine_words() -> String {
    let load = machine::load().map_or_else(String::new, |load| format!(" Load average at the end {load:.1}."));
    format!("Measured with `cargo xtask bench` on {}.{load}", machine::words())
}

fn measure(
    arguments: &Arguments,
    customers: u64,
    binary: PathBuf,
    folder: tempfile::TempDir,
    database: String,
    rows: &mut Vec<Row>,
) -> Result<()> {
    let (org, key) = data::sign_in(&binary, &database)?;
    let raw = Raw::open(&database)?;
    let targets = Targets { customers };
    let mut bench = Bench { binary, folder, database, raw, org, key, targets, size: customers, server: None };
    for (name, work) in WORKS {
        if !name.contains(arguments.only.as_str()) {
            continue;
        }
        // Starts and idle memory are of servers of their own.
        if bench.server.is_none() && !matches!(name, "start" | "idle") {
            bench.server = Some(Server::start(&bench.binary, &bench.database, bench.folder.path())?.0);
        }
        eprintln!("measuring: {name}");
        rows.extend(work(&mut bench).with_context(|| format!("measuring {name}"))?);
    }
    Ok(())
}
