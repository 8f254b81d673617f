//! A dynamic segment of five conditions, what one change costs it, and a bulk action.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use db::Engine;
use serde_json::{Value, json};
use server::demo::Random;

use super::http::Client;
use super::raw::{Param, Raw};
use super::report::{Row, Target};
use super::stats::Timings;
use super::{Bench, PAGE_ROWS};

/// Questions of each kind; the time after which no more are asked.
const QUESTIONS: usize = 200;
const TIME_MAX: Duration = Duration::from_secs(12);
/// 1 January 2026 in microseconds, as in the rule below.
const SINCE: i64 = 1_767_225_600_000_000;
const COUNTRIES: [&str; 4] = ["US", "DE", "GB", "FR"];
const EMPLOYEES: i64 = 50;
/// One of so many customers is in the static segment that the rule leaves out.
const EXCLUDED_ONE_IN: usize = 20;
/// Members that one request puts into a segment.
const AT_ONCE: usize = 1_000;
/// Customers whose change is followed.
const CHANGES: usize = 20;
/// Records of the bulk action, at most.
const BULK: usize = 50_000;
/// No job of a bench takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// The rule: a tag, countries, the size of the company, a talk since the beginning of the year, and not in a segment.
fn rule(tag: &str, excluded: &str) -> Value {
    json!({"and": [
        {"field": "tags", "op": "has_any", "value": [tag]},
        {"field": "country", "op": "in", "value": COUNTRIES},
        {"field": "company.employeeCount", "op": "gte", "value": EMPLOYEES},
        {"activity": ["call.logged", "meeting.logged"], "op": "at_least", "count": 1, "since": "2026-01-01T00:00:00Z"},
        {"not": {"field": "segments", "op": "has_any", "value": [excluded]}},
    ]})
}

/// The same by hand, from the tag on; `$6` is the limit of the page.
fn raw_text(what: &str, order: &str) -> String {
    format!(
        "SELECT {what} FROM customer_tags t JOIN customers c ON c.org_id = t.org_id AND c.id = t.customer_id
           JOIN companies co ON co.org_id = c.org_id AND co.id = c.company_id
         WHERE t.org_id = $1 AND t.tag_id = $2 AND c.archived_at IS NULL AND c.country IN ('US', 'DE', 'GB', 'FR')
           AND co.employee_count >= $3
           AND EXISTS (SELECT 1 FROM activities a WHERE a.org_id = c.org_id AND a.customer_id = c.id
             AND a.type IN ('call.logged', 'meeting.logged') AND a.occurred_at >= $4)
           AND NOT EXISTS (SELECT 1 FROM segment_members s WHERE s.org_id = c.org_id AND s.customer_id = c.id
             AND s.segment_id = $5 AND s.listed) {order}"
    )
}

/// Times questions of both sides in turns.
pub fn in_turns(
    mut ours: impl FnMut() -> Result<()>,
    mut raw: impl FnMut() -> Result<()>,
) -> Result<(Timings, Timings)> {
    let (mut our_timings, mut raw_timings) = (Timings::default(), Timings::default());
    let start = Instant::now();
    while our_timings.len() < QUESTIONS && (our_timings.len() == 0 || start.elapsed() < TIME_MAX) {
        our_timings.time(&mut ours)?;
        raw_timings.time(&mut raw)?;
    }
    Ok((our_timings, raw_timings))
}

/// The segment of five conditions, and the one that its rule leaves out.
pub struct Made {
    id: String,
    excluded: String,
    rule: Value,
    tag: uuid::Uuid,
    tag_name: String,
}

/// Makes the segment, on the most common tag.
pub fn make(bench: &mut Bench, client: &mut Client) -> Result<Made> {
    let tags = bench.raw.rows(
        "SELECT t.id, t.name, (SELECT count(*) FROM customer_tags x WHERE x.org_id = t.org_id AND x.tag_id = t.id) AS n
         FROM tags t WHERE t.org_id = $1 ORDER BY 3 DESC, 1 LIMIT 1",
        &[Param::Id(bench.org)],
    )?;
    let common = tags.first().context("the data set has no tags")?;
    let (tag, tag_name) = (common[0].id()?, common[1].text().to_string());
    let excluded = client.post("/api/v1/segments", &json!({"name": "Bench: left out", "kind": "static"}))?.json(201)?;
    let excluded = excluded["id"].as_str().context("no id")?.to_string();
    let everybody = bench.raw.rows(
        "SELECT id FROM customers WHERE org_id = $1 AND archived_at IS NULL ORDER BY id",
        &[Param::Id(bench.org)],
    )?;
    let some: Vec<String> =
        everybody.iter().step_by(EXCLUDED_ONE_IN).map(|row| Ok(row[0].id()?.to_string())).collect::<Result<_>>()?;
    for part in some.chunks(AT_ONCE) {
        client.post(&format!("/api/v1/segments/{excluded}/members"), &json!({"add": part}))?.json(200)?;
    }
    let rule = rule(&tag_name, &excluded);
    let body = json!({"name": "Bench: five conditions", "kind": "dynamic", "rule": rule});
    let segment = client.post("/api/v1/segments", &body)?.json(201)?;
    let id = segment["id"].as_str().context("no id")?.to_string();
    Ok(Made { id, excluded, rule, tag, tag_name })
}

/// Waits until all who are in the segment have been told to be.
pub fn told(bench: &mut Bench, client: &mut Client, made: &Made) -> Result<()> {
    let all = json!({"filter": {"field": "segments", "op": "has_any", "value": [made.id]}, "exact": true});
    let expected = client.post("/api/v1/customers/count", &all)?.json(200)?["count"].as_i64().context("no count")?;
    wait(|| Ok(number_told(bench, &made.id)? == expected))
}

fn number_told(bench: &mut Bench, id: &str) -> Result<i64> {
    bench.raw.number(
        "SELECT count(*) FROM segment_members WHERE org_id = $1 AND segment_id = $2 AND left_at IS NULL",
        &[Param::Id(bench.org), Param::Id(id.parse()?)],
    )
}

/// Puts both segments aside and waits until that has been told, so that other works have the server to themselves.
pub fn put_away(bench: &mut Bench, client: &mut Client, made: &Made) -> Result<()> {
    for id in [&made.id, &made.excluded] {
        let answer = client.post(&format!("/api/v1/segments/{id}/archive"), &json!({}))?;
        ensure!((200..300).contains(&answer.status), "the segment was not archived: {}", answer.status);
        wait(|| Ok(number_told(bench, id)? == 0))?;
    }
    Ok(())
}

/// A dynamic segment: its count, its first page, the count while a rule is being built, and one change.
pub fn segment(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut client = bench.client()?;
    let made = make(bench, &mut client)?;
    // What follows from making it is not what reading it costs.
    told(bench, &mut client, &made)?;
    let Made { id, excluded, rule, tag, tag_name } = &made;
    let tag = *tag;

    let asked = json!({"filter": {"field": "segments", "op": "has_any", "value": [id]}, "exact": true});
    let params = |limit: Option<i64>| {
        let left_out = excluded.parse().context("an id")?;
        let first =
            [Param::Id(bench.org), Param::Id(tag), Param::Int(EMPLOYEES), Param::Int(SINCE), Param::Id(left_out)];
        Ok::<_, anyhow::Error>(first.into_iter().chain(limit.map(Param::Int)).collect::<Vec<_>>())
    };
    let (count_text, count_params) = (raw_text("count(*)", ""), params(None)?);
    let count = |client: &mut Client, path: &str, body: &Value| -> Result<i64> {
        client.post(path, body)?.json(200)?["count"].as_i64().context("no count")
    };
    let expected = bench.raw.number(&count_text, &count_params)?;
    let ours = count(&mut client, "/api/v1/customers/count", &asked)?;
    ensure!(ours == expected && expected > 0, "the segment has {ours} members, by raw SQL {expected}");
    let (counts, raw_counts) = in_turns(
        || {
            let found = count(&mut client, "/api/v1/customers/count", &asked)?;
            ensure!(found == expected, "a wrong count");
            Ok(())
        },
        || bench.raw.number(&count_text, &count_params).map(drop),
    )?;

    let page = format!("/api/v1/segments/{id}/members?sort=-lastActivityAt&limit={PAGE_ROWS}");
    let (page_text, page_params) = (
        raw_text(
            "c.id, c.full_name, c.country, co.name, c.last_activity_at",
            "ORDER BY t.last_activity_at DESC, t.customer_id DESC LIMIT $6",
        ),
        params(Some(PAGE_ROWS as i64))?,
    );
    let raw_ids = |raw: &mut Raw| -> Result<Vec<String>> {
        raw.rows(&page_text, &page_params)?.iter().map(|row| Ok(row[0].id()?.to_string())).collect()
    };
    let expected_ids = raw_ids(&mut bench.raw)?;
    let our_ids = |client: &mut Client| -> Result<Vec<String>> {
        let answer = client.get(&page)?.json(200)?;
        let items = answer["items"].as_array().context("no items")?;
        Ok(items.iter().map(|item| item["id"].as_str().unwrap_or_default().to_string()).collect())
    };
    ensure!(our_ids(&mut client)? == expected_ids, "the first page of the segment differs from raw SQL");
    let (pages, raw_pages) = in_turns(
        || {
            ensure!(our_ids(&mut client)? == expected_ids, "a wrong page");
            Ok(())
        },
        || raw_ids(&mut bench.raw).map(drop),
    )?;

    // Each time another rule, as while somebody is building one.
    let mut previews = Timings::default();
    for size in 0..30 {
        let mut other = rule.clone();
        other["and"][2]["value"] = json!(EMPLOYEES + size);
        let answer = previews.time(|| client.post("/api/v1/segments/preview", &json!({"rule": other})))?;
        ensure!(answer.json(200)?["count"].is_i64(), "no count");
    }
    let changes = changes(bench, &mut client, id, tag_name)?;
    put_away(bench, &mut client, &made)?;
    let (count_targets, page_targets) = bench.targets.segment();
    let members = format!("{expected} members");
    Ok(vec![
        bench
            .row("segment of five conditions: count")
            .timed(&counts, Some(&raw_counts))
            .noted(members)
            .against(&count_targets),
        bench.row("segment of five conditions: first page").timed(&pages, Some(&raw_pages)).against(&page_targets),
        bench
            .row("segment of five conditions: preview of another rule")
            .timed(&previews, None)
            .against(&[Target::P99(500.0)]),
        bench
            .row("segment of five conditions: one customer changed until it is told")
            .timed(&changes, None)
            .against(&[Target::P99(1_000.0)]),
    ])
}

/// Takes members' tag away and waits until the log tells that they left.
fn changes(bench: &mut Bench, client: &mut Client, segment: &str, tag: &str) -> Result<Timings> {
    let id = Param::Id(segment.parse()?);
    let path = format!("/api/v1/segments/{segment}/members?limit={CHANGES}");
    let members = client.get(&path)?.json(200)?;
    let members = members["items"].as_array().context("no items")?.clone();
    let mut timings = Timings::default();
    for member in members {
        let customer = member["id"].as_str().context("no id")?;
        let start = Instant::now();
        let answer = client.send(
            "DELETE",
            &format!("/api/v1/customers/{customer}/tags/{}", super::http::encode(tag)),
            "",
            b"",
        )?;
        ensure!((200..300).contains(&answer.status), "the tag was not taken off: {}", answer.status);
        let left = "SELECT count(*) FROM segment_members WHERE org_id = $1 AND segment_id = $2 AND customer_id = $3
           AND left_at IS NOT NULL";
        let of = [Param::Id(bench.org), id.clone(), Param::Id(customer.parse()?)];
        wait(|| Ok(bench.raw.number(left, &of)? == 1))?;
        timings.push(start.elapsed());
    }
    Ok(timings)
}

/// Looks every few milliseconds whether it is so.
pub fn wait(mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while !is_so()? {
        ensure!(start.elapsed() < PATIENCE, "nothing happened for {} s", PATIENCE.as_secs());
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// A tag for up to 50,000 customers, from the request to the end of the job, and the same rows written by hand.
pub fn bulk(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut client = bench.client()?;
    let all = bench
        .raw
        .number("SELECT count(*) FROM customers WHERE org_id = $1 AND archived_at IS NULL", &[Param::Id(bench.org)])?;
    let random = &mut Random::new(23, 0, 0);
    // All but some, as a person selects them.
    let surplus = usize::try_from(all)?.saturating_sub(BULK);
    let select = if surplus == 0 {
        json!({"filter": {"and": []}})
    } else {
        // Halves by id are not a filter; those whose last activity is before the median are.
        let middle = bench.raw.rows(
            "SELECT last_activity_at FROM customers WHERE org_id = $1 AND archived_at IS NULL ORDER BY last_activity_at DESC LIMIT 1 OFFSET $2",
            &[Param::Id(bench.org), Param::Int(BULK as i64 - 1)],
        )?;
        let micros = middle.first().context("too few customers")?[0].int();
        let except = bench.sample("SELECT id FROM customers WHERE org_id = $1 AND archived_at IS NULL", 2, random)?;
        json!({"filter": {"field": "lastActivityAt", "op": "after", "value": instant(micros)?}, "except": except})
    };
    let body = json!({"select": select, "action": {"kind": "add_tags", "tags": ["bench:bulk"]}});
    let start = Instant::now();
    let accepted = client.post("/api/v1/customers/bulk", &body)?.json(202)?;
    let job = format!("/api/v1/jobs/{}", accepted["jobId"].as_str().context("no job")?);
    let mut ended = Value::Null;
    wait(|| {
        ended = client.get(&job)?.json(200)?;
        Ok(!ended["finishedAt"].is_null())
    })?;
    let took = start.elapsed();
    let changed = ended["changed"].as_i64().context("no count")?;
    ensure!(ended["state"] == "completed" && changed > 0, "the job ended otherwise: {ended}");
    let tagged = bench.raw.number(
        "SELECT count(*) FROM customer_tags x JOIN tags t ON t.org_id = x.org_id AND t.id = x.tag_id
         WHERE x.org_id = $1 AND t.name_key = 'bench:bulk'",
        &[Param::Id(bench.org)],
    )?;
    ensure!(tagged == changed, "{tagged} customers have the tag, {changed} were reported");
    let mut timings = Timings::default();
    timings.push(took);
    let rate = changed as f64 / took.as_secs_f64();
    let raw = raw_tags(bench)?;
    Ok(vec![
        bench
            .row("bulk action: a tag for 50,000 customers")
            .rated(&timings, rate, raw)
            .noted(format!("{changed} changed"))
            .against(&[Target::Milliseconds(10_000.0)]),
    ])
}

fn instant(micros: i64) -> Result<String> {
    Ok(jiff::Timestamp::from_microsecond(micros)?.to_string())
}

/// The same rows by hand, in one transaction: the tag, the customer's times, the log. Answers customers per second.
fn raw_tags(bench: &mut Bench) -> Result<f64> {
    let org = Param::Id(bench.org);
    let tag = Param::Id(uuid::Uuid::now_v7());
    let start = Instant::now();
    bench.raw.batch("BEGIN")?;
    bench.raw.rows(
        "INSERT INTO tags (org_id, id, name, name_key, color, is_system, created_at, updated_at, version)
         SELECT org_id, $2, 'bench:raw', 'bench:raw', color, is_system, 1, 1, 1 FROM tags WHERE org_id = $1 LIMIT 1",
        &[org.clone(), tag.clone()],
    )?;
    let those = "FROM customer_tags x JOIN tags t ON t.org_id = x.org_id AND t.id = x.tag_id
         WHERE x.org_id = $1 AND t.name_key = 'bench:bulk'";
    let count = bench.raw.number(&format!("SELECT count(*) {those}"), std::slice::from_ref(&org))?;
    for text in [
        format!(
            "INSERT INTO customer_tags (org_id, customer_id, tag_id, company_id, last_activity_at, created_at)
             SELECT x.org_id, x.customer_id, $2, x.company_id, x.last_activity_at, x.created_at {those}"
        ),
        format!(
            "UPDATE customers SET updated_at = updated_at + 1, last_activity_at = last_activity_at + 1, version = version + 1
             WHERE org_id = $1 AND id IN (SELECT x.customer_id {those})"
        ),
        format!(
            "UPDATE customer_tags SET last_activity_at = last_activity_at + 1
             WHERE org_id = $1 AND customer_id IN (SELECT x.customer_id {those})"
        ),
        format!(
            "INSERT INTO activities (org_id, id, customer_id, type, detail, actor_kind, actor_name, occurred_at)
             SELECT x.org_id, {}, x.customer_id, 'tag.added', {}, 'api_key', 'bench', x.last_activity_at {those}",
            if bench.raw.engine() == Engine::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" },
            if bench.raw.engine() == Engine::Sqlite { "'{}'" } else { "'{}'::jsonb" },
        ),
    ] {
        let params = [org.clone(), tag.clone()];
        bench.raw.rows(&text, &params[..if text.contains("$2") { 2 } else { 1 }])?;
    }
    bench.raw.batch("COMMIT")?;
    Ok(count as f64 / start.elapsed().as_secs_f64())
}
