//! Reading: the customers page, search, the timeline.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use db::Engine;
use serde_json::{Value, json};
use server::demo::Random;
use uuid::Uuid;

use super::http::{Client, encode};
use super::raw::{Cell, Param, Raw};
use super::report::{Row, Target};
use super::stats::Timings;
use super::{Bench, PAGE_ROWS};

/// Requests per work, and the time after which no further block begins.
const REQUESTS: usize = 600;
const TIME_MAX: Duration = Duration::from_secs(12);
/// Requests of one side in a row before the other's turn, so that a noisy moment hits both.
const BLOCK: usize = 20;

/// Times `ours` and `raw` in turns; each is called with the number of the question.
fn in_turns(
    mut ours: impl FnMut(usize, &mut Timings) -> Result<()>,
    mut raw: impl FnMut(usize, &mut Timings) -> Result<()>,
) -> Result<(Timings, Timings)> {
    let (mut our_timings, mut raw_timings) = (Timings::default(), Timings::default());
    let start = Instant::now();
    let mut at = 0;
    while at < REQUESTS && (at == 0 || start.elapsed() < TIME_MAX) {
        for question in at..at + BLOCK {
            ours(question, &mut our_timings)?;
        }
        for question in at..at + BLOCK {
            raw(question, &mut raw_timings)?;
        }
        at += BLOCK;
    }
    Ok((our_timings, raw_timings))
}

/// Ids of the items of a page, in order.
fn item_ids(page: &Value) -> Result<Vec<Uuid>> {
    let items = page["items"].as_array().context("the page has no items")?;
    items.iter().map(|item| Ok(item["id"].as_str().context("an item has no id")?.parse()?)).collect()
}

fn number_of_items(body: &[u8]) -> Result<usize> {
    let page: Value = serde_json::from_slice(body)?;
    Ok(page["items"].as_array().context("the page has no items")?.len())
}

/// One question of the customers page.
struct PageQuestion {
    path: String,
    tag: Uuid,
    /// Folded part of the company's name.
    part: String,
    rows: usize,
}

/// Tags from the most to the least common, and parts of company names that many, few and no companies have.
fn page_questions(bench: &mut Bench) -> Result<Vec<PageQuestion>> {
    let tags = bench.raw.rows(
        "SELECT t.id, t.name, (SELECT count(*) FROM customer_tags x WHERE x.org_id = t.org_id AND x.tag_id = t.id) AS n
         FROM tags t WHERE t.org_id = $1 ORDER BY 3 DESC, 1",
        &[Param::Id(bench.org)],
    )?;
    ensure!(!tags.is_empty(), "the data set has no tags");
    let parts = ["nova", "terra", "quanta", "outfitters", "robo", "helio", "folio", "kalei", "bridge tools", "zzzq"];
    let mut questions = Vec::new();
    for rank in [0, 2, 7, 19, 59, 149] {
        let tag = &tags[rank.min(tags.len() - 1)];
        for part in parts {
            let filter = json!({"and": [
                {"field": "tags", "op": "has_any", "value": [tag[1].text()]},
                {"field": "company.name", "op": "contains", "value": part},
            ]});
            questions.push(PageQuestion {
                path: format!(
                    "/api/v1/customers?sort=-lastActivityAt&limit={PAGE_ROWS}&filter={}",
                    encode(&filter.to_string())
                ),
                tag: tag[0].id()?,
                part: part.to_string(),
                rows: 0,
            });
        }
    }
    Ok(questions)
}

const SQLITE_PAGE: &str =
    "WITH m AS MATERIALIZED (SELECT co.id FROM company_search s CROSS JOIN companies co ON co.seq = s.rowid
       WHERE s.text MATCH $3 AND co.org_id = $1)
     SELECT c.id, c.first_name, c.last_name, c.full_name, c.job_title, c.language, c.timezone, c.country, c.company_id,
       co.name, c.claimed_by_id, c.claimed_at, c.source, c.do_not_contact, c.last_activity_at, c.last_inbound_at,
       c.last_outbound_at, c.created_at, c.updated_at, c.version
     FROM customer_tags t CROSS JOIN customers c ON c.org_id = t.org_id AND c.id = t.customer_id
       CROSS JOIN companies co ON co.org_id = c.org_id AND co.id = c.company_id
     WHERE t.org_id = $1 AND t.tag_id = $2 AND t.company_id IN (SELECT id FROM m) AND c.archived_at IS NULL
     ORDER BY t.last_activity_at DESC, t.customer_id DESC LIMIT 50";
const POSTGRES_PAGE: &str =
    "WITH m AS MATERIALIZED (SELECT array_agg(id) a FROM companies WHERE org_id = $1 AND name_key LIKE $3)
     SELECT c.id, c.first_name, c.last_name, c.full_name, c.job_title, c.language, c.timezone, c.country, c.company_id,
       co.name, c.claimed_by_id, c.claimed_at, c.source, c.do_not_contact, c.last_activity_at, c.last_inbound_at,
       c.last_outbound_at, c.created_at, c.updated_at, c.version
     FROM customer_tags t JOIN customers c ON c.org_id = t.org_id AND c.id = t.customer_id
       JOIN companies co ON co.org_id = c.org_id AND co.id = c.company_id
     WHERE t.org_id = $1 AND t.tag_id = $2 AND t.company_id = ANY((SELECT a FROM m)::uuid[]) AND c.archived_at IS NULL
     ORDER BY t.last_activity_at DESC, t.customer_id DESC LIMIT 50";

/// What a page shows beside the rows themselves: addresses and tags of the customers on it.
fn raw_side_rows(raw: &mut Raw, org: Uuid, ids: &[Uuid]) -> Result<()> {
    let (contacts, tags) = match raw.engine() {
        Engine::Sqlite => (
            "SELECT customer_id, id, channel, value, canonical, label, is_primary, status, created_at, version FROM contacts
             WHERE org_id = $1 AND customer_id IN (SELECT unhex(value) FROM json_each($2))",
            "SELECT x.customer_id, t.name FROM customer_tags x JOIN tags t ON t.org_id = x.org_id AND t.id = x.tag_id
             WHERE x.org_id = $1 AND x.customer_id IN (SELECT unhex(value) FROM json_each($2))",
        ),
        Engine::Postgres => (
            "SELECT customer_id, id, channel, value, canonical, label, is_primary, status, created_at, version FROM contacts
             WHERE org_id = $1 AND customer_id = ANY($2)",
            "SELECT x.customer_id, t.name FROM customer_tags x JOIN tags t ON t.org_id = x.org_id AND t.id = x.tag_id
             WHERE x.org_id = $1 AND x.customer_id = ANY($2)",
        ),
    };
    let params = [Param::Id(org), Param::Ids(ids.to_vec())];
    raw.rows(contacts, &params)?;
    raw.rows(tags, &params)?;
    Ok(())
}

/// The whole page as raw SQL; answers the ids on it.
fn raw_page(raw: &mut Raw, org: Uuid, question: &PageQuestion) -> Result<Vec<Uuid>> {
    let (text, part) = match raw.engine() {
        Engine::Sqlite => (SQLITE_PAGE, format!("\"{}\"", question.part)),
        Engine::Postgres => (POSTGRES_PAGE, format!("%{}%", question.part)),
    };
    let rows = raw.rows(text, &[Param::Id(org), Param::Id(question.tag), Param::Text(part)])?;
    let ids = rows.iter().map(|row| row[0].id()).collect::<Result<Vec<_>>>()?;
    raw_side_rows(raw, org, &ids)?;
    Ok(ids)
}

/// The customers page: a tag and a part of the company's name, newest activity first; and the same far down.
pub fn page(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut questions = page_questions(bench)?;
    let mut client = bench.client()?;
    // Every distinct question is asked once of both and must have one answer. This also warms both caches.
    let mut matches = 0;
    for question in &mut questions {
        let ours = item_ids(&client.get(&question.path)?.json(200)?)?;
        let raw = raw_page(&mut bench.raw, bench.org, question)?;
        ensure!(ours == raw, "the page {} differs from raw SQL: {ours:?} / {raw:?}", question.path);
        question.rows = ours.len();
        matches += usize::from(!ours.is_empty());
    }
    ensure!(matches > 0, "no question of the customers page has an answer");
    let ask = |client: &mut Client, question: &PageQuestion, timings: &mut Timings| -> Result<()> {
        let answer = timings.time(|| client.get(&question.path))?;
        ensure!(answer.status == 200 && number_of_items(&answer.body)? == question.rows, "a wrong page");
        Ok(())
    };
    // An odd stride mixes common and rare in every block.
    let nth = |question: usize| question * 7 % 60;
    let (ours, raw) = in_turns(
        |number, timings| ask(&mut client, &questions[nth(number)], timings),
        |number, timings| timings.time(|| raw_page(&mut bench.raw, bench.org, &questions[nth(number)])).map(drop),
    )?;
    let targets = bench.targets.page(bench.raw.engine());
    let mut rows = vec![
        bench.row("customers page: tag and part of the company's name").timed(&ours, Some(&raw)).against(&targets),
    ];
    rows.extend(depth(bench, &mut client)?);
    Ok(rows)
}

/// The first page of all customers against the thousandth (or the last there is), reached by its cursor.
fn depth(bench: &mut Bench, client: &mut Client) -> Result<Vec<Row>> {
    let first = format!("/api/v1/customers?sort=-lastActivityAt&limit={PAGE_ROWS}");
    let mut path = first.clone();
    let (mut number, mut seen) = (1, HashSet::new());
    let deep = loop {
        let page = client.get(&path)?.json(200)?;
        let ids = item_ids(&page)?;
        ensure!(ids.iter().all(|id| seen.insert(*id)), "page {number} repeats customers of an earlier one");
        let full = ids.len() == PAGE_ROWS;
        if number == 1_000 && full {
            break path;
        }
        match page["nextCursor"].as_str() {
            Some(cursor) if full => {
                let next = format!("{first}&cursor={}", encode(cursor));
                // The last full page is the deepest one that can be compared.
                if client.get(&next).and_then(|answer| number_of_items(&answer.body))? < PAGE_ROWS {
                    break path;
                }
                path = next;
                number += 1;
            }
            _ => break path,
        }
    };
    let time = |client: &mut Client, path: &str, timings: &mut Timings| -> Result<()> {
        let answer = timings.time(|| client.get(path))?;
        ensure!(answer.status == 200 && number_of_items(&answer.body)? == PAGE_ROWS, "a wrong page at {path}");
        Ok(())
    };
    let (near, far) = {
        let mut second = bench.client()?;
        in_turns(|_, timings| time(client, &first, timings), |_, timings| time(&mut second, &deep, timings))?
    };
    let factor = far.p50().zip(near.p50()).map_or(0.0, |(far, near)| far / near);
    Ok(vec![
        bench.row("customers page: all, page 1").timed(&near, None),
        bench
            .row(&format!("customers page: all, page {number}"))
            .timed(&far, None)
            .noted(format!("{factor:.2}x the time of page 1"))
            .against(&[Target::P50((near.p50().unwrap_or(0.0) * 120.0).round() / 100.0)]),
    ])
}

/// One question of the search box.
struct SearchQuestion {
    path: String,
    part: String,
    rows: usize,
}

/// Parts of names, addresses and phone numbers of customers that exist, `length` characters long.
fn search_questions(bench: &mut Bench, length: std::ops::RangeInclusive<i64>) -> Result<Vec<SearchQuestion>> {
    let random = &mut Random::new(3, 0, *length.start() as u64);
    let people = bench.sample("SELECT id FROM customers WHERE org_id = $1 AND archived_at IS NULL", 300, random)?;
    let mut questions = Vec::new();
    for (nth, id) in people.into_iter().enumerate() {
        let text = match nth % 3 {
            0 => "SELECT name_key FROM customers WHERE org_id = $1 AND id = $2",
            1 => "SELECT canonical FROM contacts WHERE org_id = $1 AND customer_id = $2 AND channel = 'email' LIMIT 1",
            _ => "SELECT canonical FROM contacts WHERE org_id = $1 AND customer_id = $2 AND channel = 'phone' LIMIT 1",
        };
        let rows = bench.raw.rows(text, &[Param::Id(bench.org), Param::Id(id)])?;
        let Some(whole) = rows.first().and_then(|row| row.first()).map(Cell::text) else { continue };
        // A part of one word: spaces part the words of a search.
        let words: Vec<&str> = whole.split(['@', ' ']).map(|word| word.trim_start_matches('+')).collect();
        let word: Vec<char> = words[if nth % 3 == 0 { nth % words.len() } else { 0 }].chars().collect();
        let size = random.between(*length.start(), *length.end()) as usize;
        if word.len() < size {
            continue;
        }
        let from = random.below((word.len() - size + 1) as u64) as usize;
        let part: String = word[from..from + size].iter().collect();
        // Zeros that begin a number are a way of dialling it, not a part of what is searched.
        let part = if nth % 3 == 2 { part.trim_start_matches('0').to_string() } else { part };
        if part.chars().count() < *length.start() as usize {
            continue;
        }
        questions.push(SearchQuestion {
            path: format!("/api/v1/customers?limit=20&q={}", encode(&part)),
            part,
            rows: 0,
        });
    }
    ensure!(questions.len() >= 20, "the data set gives no words to search for");
    Ok(questions)
}

fn raw_search(raw: &mut Raw, org: Uuid, part: &str) -> Result<Vec<Uuid>> {
    let (text, part) = match raw.engine() {
        Engine::Sqlite => (
            "SELECT c.id, c.full_name, c.job_title, c.company_id, c.last_activity_at FROM customer_search s
               CROSS JOIN customers c ON c.seq = s.rowid
             WHERE s.text MATCH $2 AND c.org_id = $1 AND c.archived_at IS NULL
             ORDER BY c.last_activity_at DESC, c.id DESC LIMIT 20",
            format!("\"{part}\""),
        ),
        Engine::Postgres => (
            "SELECT c.id, c.full_name, c.job_title, c.company_id, c.last_activity_at FROM customer_search s
               JOIN customers c ON c.org_id = s.org_id AND c.id = s.customer_id
             WHERE s.org_id = $1 AND s.text LIKE $2 AND c.archived_at IS NULL
             ORDER BY c.last_activity_at DESC, c.id DESC LIMIT 20",
            format!("%{}%", part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")),
        ),
    };
    let rows = raw.rows(text, &[Param::Id(org), Param::Text(part)])?;
    let ids = rows.iter().map(|row| row[0].id()).collect::<Result<Vec<_>>>()?;
    raw_side_rows(raw, org, &ids)?;
    Ok(ids)
}

/// The search box: a part of a name, an address or a phone number, 20 answers, newest activity first.
pub fn search(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut questions = search_questions(bench, 3..=7)?;
    let mut client = bench.client()?;
    for question in &mut questions {
        let ours = item_ids(&client.get(&question.path)?.json(200)?)?;
        let raw = raw_search(&mut bench.raw, bench.org, &question.part)?;
        ensure!(ours == raw, "searching {:?} differs from raw SQL: {ours:?} / {raw:?}", question.part);
        ensure!(!ours.is_empty(), "{:?} was taken from a customer and finds none", question.part);
        question.rows = ours.len();
    }
    let nth = |number: usize| number % questions.len();
    let (ours, raw) = in_turns(
        |number, timings| {
            let question = &questions[nth(number)];
            let answer = timings.time(|| client.get(&question.path))?;
            ensure!(answer.status == 200 && number_of_items(&answer.body)? == question.rows, "a wrong search");
            Ok(())
        },
        |number, timings| {
            timings.time(|| raw_search(&mut bench.raw, bench.org, &questions[nth(number)].part)).map(drop)
        },
    )?;
    Ok(vec![
        bench
            .row("search: part of a name, address or phone, 20 newest")
            .timed(&ours, Some(&raw))
            .against(&bench.targets.search()),
    ])
}

/// The same question with the better reasons first: all that match are read, ranked and sorted.
fn raw_ranked(raw: &mut Raw, org: Uuid, part: &str) -> Result<Vec<Uuid>> {
    const RANKED: &str = " ORDER BY CASE WHEN c.name_key = $2 THEN 0 WHEN substr(c.name_key, 1, length($2)) = $2 THEN 1
           WHEN c.name_key LIKE $3 ESCAPE '\\' THEN 2 ELSE 3 END, c.last_activity_at DESC, c.id DESC LIMIT 20";
    const COLUMNS: &str = "SELECT c.id, c.full_name, c.job_title,
             (SELECT p.name FROM companies p WHERE p.org_id = c.org_id AND p.id = c.company_id) FROM customer_search s ";
    let literal = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let (from, asked) = match raw.engine() {
        Engine::Sqlite => {
            ("CROSS JOIN customers c ON c.seq = s.rowid WHERE s.text MATCH $4 AND c.org_id = $1", format!("\"{part}\""))
        }
        Engine::Postgres => (
            "JOIN customers c ON c.org_id = s.org_id AND c.id = s.customer_id WHERE s.org_id = $1 AND s.text LIKE $4",
            format!("%{literal}%"),
        ),
    };
    let text = format!("{COLUMNS}{from} AND c.archived_at IS NULL{RANKED}");
    let params = [Param::Id(org), Param::Text(part.into()), Param::Text(format!("% {literal}%")), Param::Text(asked)];
    let rows = raw.rows(&text, &params)?;
    let ids = rows.iter().map(|row| row[0].id()).collect::<Result<Vec<_>>>()?;
    let contacts = match raw.engine() {
        Engine::Sqlite => {
            "SELECT customer_id, channel, canonical FROM contacts
             WHERE org_id = $1 AND customer_id IN (SELECT unhex(value) FROM json_each($2))"
        }
        Engine::Postgres => {
            "SELECT customer_id, channel, canonical FROM contacts WHERE org_id = $1 AND customer_id = ANY($2)"
        }
    };
    raw.rows(contacts, &[Param::Id(org), Param::Ids(ids.clone())])?;
    Ok(ids)
}

/// The customers among the answers of a search over all records that hold what was typed, guesses left out.
fn customers_found(answer: &Value) -> Result<HashSet<Uuid>> {
    let items = answer["items"].as_array().context("the answer has no items")?;
    let held = items.iter().filter(|item| item["kind"] == "customer" && item["rank"] != "near");
    held.map(|item| Ok(item["id"].as_str().context("an item has no id")?.parse()?)).collect()
}

/// The palette: customers and companies, the best reason first, beside customers alone as raw SQL.
pub fn ranked_search(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut questions = search_questions(bench, 3..=7)?;
    let mut client = bench.client()?;
    for question in &mut questions {
        question.path = format!("/api/v1/search?limit=20&q={}", encode(&question.part));
        let answer = client.get(&question.path)?.json(200)?;
        let ours = customers_found(&answer)?;
        let raw = raw_ranked(&mut bench.raw, bench.org, &question.part)?;
        // Where more match than are shown, the two may show others of one rank.
        let same = if raw.len() < 20 { ours == raw.into_iter().collect() } else { ours.len() == 20 };
        ensure!(same && !ours.is_empty(), "ranked search for {:?} differs from raw SQL", question.part);
        question.rows = answer["items"].as_array().map_or(0, Vec::len);
    }
    let nth = |number: usize| number % questions.len();
    let (ours, raw) = in_turns(
        |number, timings| {
            let question = &questions[nth(number)];
            let answer = timings.time(|| client.get(&question.path))?;
            ensure!(answer.status == 200 && number_of_items(&answer.body)? == question.rows, "a wrong search");
            Ok(())
        },
        |number, timings| {
            timings.time(|| raw_ranked(&mut bench.raw, bench.org, &questions[nth(number)].part)).map(drop)
        },
    )?;
    Ok(vec![
        bench
            .row("ranked search: customers and companies, 20 of each")
            .timed(&ours, Some(&raw))
            .against(&bench.targets.ranked_search()),
    ])
}

/// The 50 newest events of a customer; busy customers are asked for more often.
pub fn timeline(bench: &mut Bench) -> Result<Vec<Row>> {
    let random = &mut Random::new(5, 0, 0);
    let people = bench.sample(
        "SELECT customer_id FROM activities WHERE org_id = $1 AND customer_id IS NOT NULL",
        200,
        random,
    )?;
    let text = "SELECT id, customer_id, company_id, type, detail, actor_kind, actor_id, actor_name, occurred_at FROM activities
                WHERE org_id = $1 AND customer_id = $2 ORDER BY occurred_at DESC, id DESC LIMIT 50";
    let path = |id: Uuid| format!("/api/v1/customers/{id}/activity?limit={PAGE_ROWS}");
    let mut client = bench.client()?;
    let mut sizes = Vec::new();
    for id in &people {
        let ours = item_ids(&client.get(&path(*id))?.json(200)?)?;
        let rows = bench.raw.rows(text, &[Param::Id(bench.org), Param::Id(*id)])?;
        let raw = rows.iter().map(|row| row[0].id()).collect::<Result<Vec<_>>>()?;
        ensure!(ours == raw && !ours.is_empty(), "the timeline of {id} differs from raw SQL");
        sizes.push(ours.len());
    }
    let org = bench.org;
    let (ours, raw) = in_turns(
        |number, timings| {
            let nth = number % people.len();
            let answer = timings.time(|| client.get(&path(people[nth])))?;
            ensure!(answer.status == 200 && number_of_items(&answer.body)? == sizes[nth], "a wrong timeline");
            Ok(())
        },
        |number, timings| {
            let params = [Param::Id(org), Param::Id(people[number % people.len()])];
            timings.time(|| bench.raw.rows(text, &params)).map(drop)
        },
    )?;
    Ok(vec![bench.row("timeline: latest 50").timed(&ours, Some(&raw)).against(&bench.targets.timeline())])
}
