//! Writing: new customers, and edits that each append one activity.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use db::Engine;
use serde_json::{Value, json};
use server::demo::Random;
use uuid::Uuid;

use super::Bench;
use super::http::Client;
use super::raw::{Param, Raw};
use super::report::Row;
use super::segments;
use super::stats::Timings;

/// How long each writing work runs, per side.
const RUN: Duration = Duration::from_secs(5);
/// Clients that write at the same time; also how many raw writes share a commit on SQLite.
const CLIENTS: usize = 16;
/// 1 June 2026 in microseconds: the time on raw rows.
const NOW: i64 = 1_780_300_800_000_000;

/// Timings of all clients, and how many pieces of work were done per second in all.
struct Together {
    timings: Timings,
    per_second: f64,
}

/// Runs `clients` threads for [`RUN`]; `start` makes what each needs, `work` does one piece.
fn together<S, T>(clients: usize, start: S, work: impl Fn(&mut T) -> Result<()> + Sync) -> Result<Together>
where
    S: Fn() -> Result<T> + Sync,
{
    let begin = Instant::now();
    let outcome: Result<Vec<(Timings, f64)>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|_| {
                scope.spawn(|| -> Result<(Timings, f64)> {
                    let mut state = start()?;
                    let mut timings = Timings::default();
                    while begin.elapsed() < RUN {
                        timings.time(|| work(&mut state))?;
                    }
                    Ok((timings, begin.elapsed().as_secs_f64()))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a client panicked"))?).collect()
    });
    let mut timings = Timings::default();
    let mut longest: f64 = 0.0;
    for (of_one, took) in outcome? {
        timings.extend(of_one);
        longest = longest.max(took);
    }
    let per_second = timings.len() as f64 / longest;
    Ok(Together { timings, per_second })
}

/// Numbers that make every name and address new.
static NEXT: AtomicU64 = AtomicU64::new(0);

fn new_customer(number: u64) -> Value {
    json!({
        "fullName": format!("Bench Person {number}"),
        "jobTitle": "Buyer",
        "country": "DE",
        "contacts": [
            {"channel": "email", "value": format!("Person{number}@Bench.example"), "label": "work"},
            {"channel": "phone", "value": phone(number)},
        ],
    })
}

/// Everybody has their own number.
fn phone(number: u64) -> String {
    format!("+4930{}", 20_000_000 + number)
}

fn create_one(client: &mut Client) -> Result<Uuid> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let customer = client.post("/api/v1/customers", &new_customer(number))?.json(201)?;
    ensure!(customer["contacts"].as_array().is_some_and(|contacts| contacts.len() == 2), "a contact is missing");
    customer["id"].as_str().context("no id")?.parse().context("no id")
}

/// Creates a customer with two contacts: validation, duplicates, activity, commit.
pub fn create(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut client = bench.client()?;
    // How many rows of the log one creation writes, so that the raw side writes as many.
    let id = create_one(&mut client)?;
    let logged = bench.raw.number(
        "SELECT count(*) FROM activities WHERE org_id = $1 AND customer_id = $2",
        &[Param::Id(bench.org), Param::Id(id)],
    )?;
    let (clients, raws, org) = (bench.clients()?, bench.raws(), bench.org);
    let one = together(1, &clients, |client| create_one(client).map(drop))?;
    let many = together(CLIENTS, &clients, |client| create_one(client).map(drop))?;

    let (raw_one, raw_many) = match bench.raw.engine() {
        Engine::Sqlite => {
            let one = together(1, &raws, |raw| sqlite_create(raw, org, logged, 1))?;
            // One writer is all there is: what sixteen clients share at best is a commit.
            let many = together(1, &raws, |raw| sqlite_create(raw, org, logged, CLIENTS))?;
            let per_second = many.per_second * CLIENTS as f64;
            (one, Together { timings: many.timings, per_second })
        }
        Engine::Postgres => {
            let work = |raw: &mut Raw| postgres_create(raw, org, logged);
            (together(1, &raws, work)?, together(CLIENTS, &raws, work)?)
        }
    };
    let engine = bench.raw.engine();
    Ok(vec![
        bench
            .row("create a customer with two contacts: 1 client")
            .timed(&one.timings, Some(&raw_one.timings))
            .against(&bench.targets.create_one()),
        bench
            .row("create a customer with two contacts: 16 clients")
            .rated(&many.timings, many.per_second, raw_many.per_second)
            .against(&bench.targets.create_many(engine)),
    ])
}

/// The same beside a dynamic segment that whoever is new has to be compared with.
pub fn create_beside_segment(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut client = bench.client()?;
    let made = segments::make(bench, &mut client)?;
    segments::told(bench, &mut client, &made)?;
    let clients = bench.clients()?;
    let many = together(CLIENTS, &clients, |client| create_one(client).map(drop))?;
    segments::put_away(bench, &mut client, &made)?;
    let Together { timings, per_second } = many;
    Ok(vec![
        bench
            .row("create a customer with two contacts: 16 clients, with a dynamic segment")
            .at_rate(&timings, per_second)
            .against(&bench.targets.create_many(bench.raw.engine())),
    ])
}

struct RawCustomer {
    id: Uuid,
    email: Uuid,
    phone: Uuid,
    number: u64,
}

fn raw_customer() -> RawCustomer {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    RawCustomer { id: Uuid::now_v7(), email: Uuid::now_v7(), phone: Uuid::now_v7(), number }
}

fn sqlite_create(raw: &mut Raw, org: Uuid, logged: i64, per_commit: usize) -> Result<()> {
    raw.batch("BEGIN IMMEDIATE")?;
    for _ in 0..per_commit {
        let new = raw_customer();
        let text = |text: String| Param::Text(text);
        raw.rows(
            "INSERT INTO customers (org_id, id, full_name, name_key, job_title, country, company_by_domain, source, do_not_contact,
               last_activity_at, created_at, updated_at, version)
             VALUES ($1, $2, $3, $4, 'Buyer', 'DE', 0, 'api', 0, $5, $5, $5, 1)",
            &[
                Param::Id(org),
                Param::Id(new.id),
                text(format!("Raw Person {}", new.number)),
                text(format!("raw person {}", new.number)),
                Param::Int(NOW),
            ],
        )?;
        let contact = "INSERT INTO contacts (org_id, customer_id, id, channel, value, canonical, match_key, live_canonical, label,
               is_primary, status, created_at, updated_at, version)
             VALUES ($1, $2, $3, $4, $5, $5, $5, $6, 'work', 1, 'active', $7, $7, 1)";
        let (email, phone) = (raw_email(new.number), phone(new.number));
        for (id, channel, value, live) in
            [(new.email, "email", &email, Some(email.clone())), (new.phone, "phone", &phone, None)]
        {
            raw.rows(
                contact,
                &[
                    Param::Id(org),
                    Param::Id(new.id),
                    Param::Id(id),
                    text(channel.into()),
                    text(value.clone()),
                    live.map_or(Param::Null, Param::Text),
                    Param::Int(NOW),
                ],
            )?;
        }
        for _ in 0..logged {
            raw.rows(
                "INSERT INTO activities (org_id, id, customer_id, type, detail, actor_kind, actor_id, actor_name, occurred_at)
                 VALUES ($1, $2, $3, 'customer.created', '{\"source\":\"api\"}', 'api_key', NULL, 'bench', $4)",
                &[Param::Id(org), Param::Id(Uuid::now_v7()), Param::Id(new.id), Param::Int(NOW)],
            )?;
        }
        raw.rows(
            "INSERT INTO customer_search (rowid, text) VALUES ((SELECT seq FROM customers WHERE org_id = $1 AND id = $2), $3)",
            &[Param::Id(org), Param::Id(new.id), text(format!("raw person {}\n{email}\n{phone}", new.number))],
        )?;
    }
    raw.batch("COMMIT")
}

fn raw_email(number: u64) -> String {
    format!("raw{number}@bench.example")
}

/// One statement, one round trip, one commit.
fn postgres_create(raw: &mut Raw, org: Uuid, logged: i64) -> Result<()> {
    let new = raw_customer();
    raw.rows(
        "WITH customer AS (
           INSERT INTO customers (org_id, id, full_name, name_key, job_title, country, company_by_domain, source, do_not_contact,
             last_activity_at, created_at, updated_at, version)
           VALUES ($1, $2, $3, lower($3), 'Buyer', 'DE', false, 'api', false, $8, $8, $8, 1)),
         contact AS (
           INSERT INTO contacts (org_id, customer_id, id, channel, value, canonical, match_key, live_canonical, label, is_primary,
             status, created_at, updated_at, version)
           VALUES ($1, $2, $4, 'email', $6, $6, $6, $6, 'work', true, 'active', $8, $8, 1),
                  ($1, $2, $5, 'phone', $7, $7, $7, NULL, 'work', true, 'active', $8, $8, 1)),
         log AS (
           INSERT INTO activities (org_id, id, customer_id, type, detail, actor_kind, actor_name, occurred_at)
           SELECT $1, CASE i WHEN 1 THEN $2 ELSE gen_random_uuid() END, $2, 'customer.created', '{\"source\":\"api\"}'::jsonb,
             'api_key', 'bench', $8 FROM generate_series(1::bigint, $9::bigint) i)
         INSERT INTO customer_search (org_id, customer_id, text) VALUES ($1, $2, lower($3) || chr(10) || $6 || chr(10) || $7)",
        &[
            Param::Id(org),
            Param::Id(new.id),
            Param::Text(format!("Raw Person {}", new.number)),
            Param::Id(new.email),
            Param::Id(new.phone),
            Param::Text(raw_email(new.number)),
            Param::Text(phone(new.number)),
            Param::Int(NOW),
            Param::Int(logged),
        ],
    )?;
    Ok(())
}

/// Edits of a job title: each changes one customer and appends one activity.
pub fn append(bench: &mut Bench) -> Result<Vec<Row>> {
    let random = &mut Random::new(11, 0, 0);
    let people = bench.sample("SELECT id FROM customers WHERE org_id = $1 AND archived_at IS NULL", 2_000, random)?;
    let next = AtomicU64::new(0);
    let pick = || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        (people[number as usize % people.len()], number)
    };
    let before = count_activities(bench)?;
    let (clients, raws, org) = (bench.clients()?, bench.raws(), bench.org);
    let ours = together(CLIENTS, &clients, |client| {
        let (id, number) = pick();
        let body = json!({"jobTitle": format!("Buyer {number}")}).to_string();
        let path = format!("/api/v1/customers/{id}");
        let customer = client.send("PATCH", &path, "application/json", body.as_bytes())?.json(200)?;
        ensure!(customer["jobTitle"].as_str().is_some_and(|title| title.starts_with("Buyer ")), "not edited");
        Ok(())
    })?;
    let logged = count_activities(bench)? - before;
    ensure!(logged == ours.timings.len() as i64, "{} edits left {logged} activities", ours.timings.len());

    let raw = match bench.raw.engine() {
        Engine::Sqlite => {
            let many = together(1, &raws, |raw| {
                raw.batch("BEGIN IMMEDIATE")?;
                for _ in 0..CLIENTS {
                    let (id, number) = pick();
                    raw_edit(raw, org, id, number)?;
                }
                raw.batch("COMMIT")
            })?;
            many.per_second * CLIENTS as f64
        }
        Engine::Postgres => {
            let work = |raw: &mut Raw| {
                let (id, number) = pick();
                raw.batch("BEGIN")?;
                raw_edit(raw, org, id, number)?;
                raw.batch("COMMIT")
            };
            together(CLIENTS, &raws, work)?.per_second
        }
    };
    Ok(vec![
        bench
            .row("append activity: one edit of a customer (PATCH), 16 clients")
            .rated(&ours.timings, ours.per_second, raw)
            .against(&bench.targets.append()),
    ])
}

fn count_activities(bench: &mut Bench) -> Result<i64> {
    bench.raw.number("SELECT count(*) FROM activities WHERE org_id = $1", &[Param::Id(bench.org)])
}

fn raw_edit(raw: &mut Raw, org: Uuid, id: Uuid, number: u64) -> Result<()> {
    let now = Param::Int(NOW + number as i64);
    raw.rows(
        "UPDATE customers SET job_title = $3, updated_at = $4, last_activity_at = $4, version = version + 1
         WHERE org_id = $1 AND id = $2",
        &[Param::Id(org), Param::Id(id), Param::Text(format!("Raw {number}")), now.clone()],
    )?;
    raw.rows(
        "UPDATE customer_tags SET last_activity_at = $3 WHERE org_id = $1 AND customer_id = $2",
        &[Param::Id(org), Param::Id(id), now.clone()],
    )?;
    let detail = match raw.engine() {
        Engine::Sqlite => "$4",
        Engine::Postgres => "$4::text::jsonb",
    };
    raw.rows(
        &format!(
            "INSERT INTO activities (org_id, id, customer_id, type, detail, actor_kind, actor_name, occurred_at)
             VALUES ($1, $2, $3, 'customer.updated', {detail}, 'api_key', 'bench', $5)"
        ),
        &[
            Param::Id(org),
            Param::Id(Uuid::now_v7()),
            Param::Id(id),
            Param::Text(format!(
                "{{\"changes\":[{{\"field\":\"jobTitle\",\"old\":\"Buyer\",\"new\":\"Raw {number}\"}}]}}"
            )),
            now,
        ],
    )?;
    Ok(())
}
