//! Import of a CSV file with duplicate check, as a person does it: upload, plan, run.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use server::demo::{Generator, Random};

use super::http::Client;
use super::machine::PeakMemory;
use super::raw::Param;
use super::report::Row;
use super::{Bench, raw_import};

/// Rows of the file, whatever the size of the base.
pub const ROWS: u64 = 100_000;
/// How often progress is asked for.
const POLL: Duration = Duration::from_millis(20);
/// A job that takes longer has failed.
const JOB_MAX: Duration = Duration::from_secs(900);

/// The columns of the file, by the names that the API gives its fields.
const COLUMNS: [&str; 7] = ["fullName", "jobTitle", "company.name", "country", "email", "phone", "tags"];

/// What the file holds, for checking the outcome.
#[derive(Clone, Copy, Debug)]
pub struct Contents {
    pub rows: u64,
    /// Rows whose address a customer of the base has.
    pub known: u64,
    /// Rows that repeat an address of an earlier row of the file.
    pub repeated: u64,
}

/// Writes the file: a fifth of the addresses are known in the base, one in twenty repeats an earlier row, a third is
/// written in capitals. `seed` makes the people, so that each run of the product or of raw SQL meets new ones.
pub fn write_file(bench: &mut Bench, seed: u64, rows: u64) -> Result<(PathBuf, Contents)> {
    let mut random = Random::new(seed, 0, 1);
    let known_rows = bench.raw.rows(
        "SELECT canonical FROM contacts WHERE org_id = $1 AND channel = 'email' AND live_canonical IS NOT NULL
         ORDER BY match_key LIMIT 50000",
        &[Param::Id(bench.org)],
    )?;
    let known: Vec<&str> = known_rows.iter().map(|row| row[0].text()).collect();
    ensure!(!known.is_empty(), "the base has no addresses");
    let companies = bench.raw.rows(
        "SELECT name FROM companies WHERE org_id = $1 AND archived_at IS NULL ORDER BY name_key LIMIT 20000",
        &[Param::Id(bench.org)],
    )?;
    let tags = bench.raw.rows("SELECT name FROM tags WHERE org_id = $1 ORDER BY name_key", &[Param::Id(bench.org)])?;

    let path = bench.folder.path().join(format!("import-{seed}.csv"));
    let mut file = csv::Writer::from_path(&path)?;
    file.write_record(COLUMNS)?;
    let people = Generator::new(rows, seed);
    let mut contents = Contents { rows, known: 0, repeated: 0 };
    let mut fresh: Vec<String> = Vec::new();
    let mut used = std::collections::HashSet::new();
    for (number, person) in people.customers().enumerate() {
        let draw = random.below(100);
        let mut email = if draw < 20 {
            let email = random.pick(&known).to_string();
            if used.insert(email.clone()) {
                contents.known += 1;
            } else {
                contents.repeated += 1;
            }
            email
        } else if draw < 25 && !fresh.is_empty() {
            contents.repeated += 1;
            random.pick(&fresh).clone()
        } else {
            let email = format!("import{seed}.{number}@post.example");
            fresh.push(email.clone());
            email
        };
        if random.chance(30) {
            email = email.to_uppercase();
        }
        let phone = person.contacts.iter().find(|contact| contact.channel == "phone");
        file.write_record([
            person.full_name.as_str(),
            person.job_title.as_deref().unwrap_or(""),
            random.pick(&companies)[0].text(),
            person.country,
            &email,
            phone.map_or("", |phone| phone.value.as_str()),
            random.pick(&tags)[0].text(),
        ])?;
    }
    file.flush()?;
    Ok((path, contents))
}

/// Uploads, plans and runs the file; the same rows as raw SQL beside it.
pub fn import(bench: &mut Bench) -> Result<Vec<Row>> {
    let (path, contents) = write_file(bench, 101, ROWS)?;
    let before = customers(bench)?;
    let mut client = bench.client()?;
    let watch = PeakMemory::of(bench.process());
    let start = Instant::now();
    let uploaded = upload(&mut client, "customer", &path)?;
    let upload_took = start.elapsed();
    let id = uploaded["id"].as_str().context("no import id")?.to_string();
    let mapping: Vec<Value> = COLUMNS.iter().map(|column| json!({"column": column, "field": column})).collect();
    let plan = json!({"mapping": mapping, "onDuplicate": "update", "overwriteOwner": false});
    accepted(client.post(&format!("/api/v1/imports/{id}/plan"), &plan)?)?;
    wait(&mut client, &id, "planned")?;
    let plan_took = start.elapsed() - upload_took;
    accepted(client.post(&format!("/api/v1/imports/{id}/run"), &json!({}))?)?;
    let done = wait(&mut client, &id, "completed")?;
    let took = start.elapsed();
    let peak = watch.finish();

    let number = |name: &str| done[name].as_u64().unwrap_or(0);
    let sum: u64 = ["created", "updated", "unchanged", "skipped", "failed"].map(number).iter().sum();
    let new = contents.rows - contents.known - contents.repeated;
    ensure!(sum == contents.rows, "{} rows have a result, not {}: {done}", sum, contents.rows);
    ensure!(number("created") == new && number("failed") == 0, "{} created, expected {new}: {done}", number("created"));
    ensure!(customers(bench)? - before == new as i64, "the customers in the database are not those of the file");

    let (path, contents) = write_file(bench, 102, ROWS)?;
    let raw = raw_import::run(bench, &path)?;
    let new = contents.rows - contents.known - contents.repeated;
    ensure!(raw.created == new, "raw SQL created {}, expected {new}", raw.created);
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    let engine = bench.raw.engine();
    let mut row = bench.row("import 100k CSV rows with duplicate check: upload, plan, run");
    row.p50_ms = Some(took.as_secs_f64() * 1e3);
    row.per_second = Some(contents.rows as f64 / took.as_secs_f64());
    row.ratio_to_raw = Some(took.as_secs_f64() / raw.took.as_secs_f64());
    Ok(vec![
        row.memory_kib(peak)
            .noted(format!(
                "upload {}, plan {}, run {}; raw {}; memory is the peak of the server",
                seconds(upload_took),
                seconds(plan_took),
                seconds(took - upload_took - plan_took),
                seconds(raw.took)
            ))
            .against(&bench.targets.import(engine)),
    ])
}

fn customers(bench: &mut Bench) -> Result<i64> {
    bench.raw.number("SELECT count(*) FROM customers WHERE org_id = $1", &[Param::Id(bench.org)])
}

/// Brings a file in with the columns that are guessed; answers the import at its end.
pub fn bring_in(client: &mut Client, record: &str, path: &Path) -> Result<Value> {
    let uploaded = upload(client, record, path)?;
    let id = uploaded["id"].as_str().context("no import id")?.to_string();
    let mapped = uploaded["mapping"].as_array().context("no mapping")?;
    let mapping: Vec<Value> =
        mapped.iter().map(|one| json!({"column": one["column"], "field": one["field"]})).collect();
    accepted(client.post(&format!("/api/v1/imports/{id}/plan"), &json!({"mapping": mapping}))?)?;
    wait(client, &id, "planned")?;
    accepted(client.post(&format!("/api/v1/imports/{id}/run"), &json!({}))?)?;
    wait(client, &id, "completed")
}

fn upload(client: &mut Client, record: &str, path: &Path) -> Result<Value> {
    let boundary = "entente-bench-boundary";
    let mut body = Vec::new();
    write!(body, "--{boundary}\r\nContent-Disposition: form-data; name=\"record\"\r\n\r\n{record}\r\n")?;
    write!(
        body,
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{record}.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n"
    )?;
    body.extend(std::fs::read(path)?);
    write!(body, "\r\n--{boundary}--\r\n")?;
    client.send("POST", "/api/v1/imports", &format!("multipart/form-data; boundary={boundary}"), &body)?.json(201)
}

fn accepted(answer: super::http::Answer) -> Result<()> {
    ensure!(
        matches!(answer.status, 200 | 202),
        "expected 200 or 202, got {}: {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    Ok(())
}

/// Asks until the import is in `state`.
fn wait(client: &mut Client, id: &str, state: &str) -> Result<Value> {
    let start = Instant::now();
    loop {
        let import = client.get(&format!("/api/v1/imports/{id}"))?.json(200)?;
        match import["state"].as_str() {
            Some(now) if now == state => return Ok(import),
            Some("failed" | "canceled") => bail!("the import ended: {import}"),
            _ if start.elapsed() > JOB_MAX => bail!("the import does not end: {import}"),
            _ => std::thread::sleep(POLL),
        }
    }
}
