//! Deals and leads: the board and its moves, the ranking, scoring behind the pages, and a file of deals.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use db::Engine;
use serde_json::{Value, json};
use server::demo::Random;
use uuid::Uuid;

use super::http::Client;
use super::raw::{Cell, Param, Raw};
use super::report::{Row, Target};
use super::segments::{in_turns, wait};
use super::server::root;
use super::stats::Timings;
use super::{Bench, PAGE_ROWS, imports};

const MOVES: usize = 300;
/// Products that everybody is scored for.
const PRODUCTS: i64 = 3;
/// Customers whose change is followed.
const CHANGES: usize = 20;
/// Pages read before everybody is scored again, to compare those read meanwhile with.
const PAGES: usize = 200;

/// The first cards of every stage and what each stage comes to, and moves of cards to other stages.
pub fn board(bench: &mut Bench) -> Result<Vec<Row>> {
    let org = Param::Id(bench.org);
    let stages: Vec<(Uuid, String)> = bench
        .raw
        .rows(
            "SELECT s.id, s.stage FROM pipeline_stages s JOIN pipelines p ON p.org_id = s.org_id AND p.id = s.pipeline_id
             WHERE s.org_id = $1 AND p.default_of IS NOT NULL AND s.removed_at IS NULL ORDER BY s.position",
            std::slice::from_ref(&org),
        )?
        .iter()
        .map(|row| Ok((row[0].id()?, row[1].text().to_string())))
        .collect::<Result<_>>()?;
    let deals = bench
        .raw
        .number("SELECT count(*) FROM deals WHERE org_id = $1 AND archived_at IS NULL", std::slice::from_ref(&org))?;
    let mut client = bench.client()?;
    let path = format!("/api/v1/deals/board?limit={PAGE_ROWS}");
    let expected = raw_board(&mut bench.raw, bench.org, &stages)?;
    ensure!(our_board(&client.get(&path)?.json(200)?)? == expected, "the board differs from raw SQL");
    let cards: usize = expected.iter().map(|(_, _, cards)| cards.len()).sum();
    let (boards, raw_boards) = in_turns(
        || {
            ensure!(our_board(&client.get(&path)?.json(200)?)? == expected, "a wrong board");
            Ok(())
        },
        || raw_board(&mut bench.raw, bench.org, &stages).map(drop),
    )?;

    // Between the stages of open deals: leaving and coming, each time to the top.
    let open: Vec<Uuid> = stages
        .iter()
        .filter(|(_, stage)| matches!(stage.as_str(), "open" | "negotiating"))
        .map(|(id, _)| *id)
        .collect();
    ensure!(open.len() > 1, "there are no two stages of open deals");
    let random = &mut Random::new(31, 0, 0);
    let moved = bench.sample("SELECT id FROM deals WHERE org_id = $1 AND archived_at IS NULL", MOVES, random)?;
    let mut moves = Timings::default();
    for (number, deal) in moved.iter().enumerate() {
        let body = json!({"stageId": open[number % open.len()]});
        let answer = moves.time(|| client.post(&format!("/api/v1/deals/{deal}/move"), &body))?.json(200)?;
        ensure!(answer["stageId"] == body["stageId"], "the deal is in another stage");
    }
    Ok(vec![
        bench
            .row("board: 50 cards of each stage with totals")
            .timed(&boards, Some(&raw_boards))
            .noted(format!("{deals} deals, {cards} cards"))
            .against(&[Target::P50(2.0), Target::P99(8.0)]),
        bench.row("board: move a card").timed(&moves, None).against(&[Target::P99(20.0)]),
    ])
}

/// Deals, amounts added over all currencies, and cards of each stage.
type Column = (i64, i64, Vec<Uuid>);

fn our_board(board: &Value) -> Result<Vec<Column>> {
    let stages = board["stages"].as_array().context("no stages")?;
    stages
        .iter()
        .map(|stage| {
            let amounts = stage["totals"].as_array().context("no totals")?.iter();
            let cards = stage["cards"].as_array().context("no cards")?.iter();
            Ok((
                stage["count"].as_i64().context("no count")?,
                amounts.filter_map(|total| total["amount"].as_i64()).sum(),
                cards.map(|card| Ok(card["id"].as_str().context("no id")?.parse()?)).collect::<Result<_>>()?,
            ))
        })
        .collect()
}

/// The same by hand from the kept totals, with what a card shows.
fn raw_board(raw: &mut Raw, org: Uuid, stages: &[(Uuid, String)]) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    for (stage, _) in stages {
        let params = [Param::Id(org), Param::Id(*stage)];
        let totals = raw.rows(
            "SELECT CASE WHEN currency = '' THEN CAST(sum(deals) AS BIGINT) END, CAST(sum(amount) AS BIGINT)
             FROM deal_totals WHERE org_id = $1 AND stage_id = $2 GROUP BY currency",
            &params,
        )?;
        let of = |column: usize| totals.iter().map(|row| row[column].int()).sum::<i64>();
        let cards = raw.rows(
            "SELECT d.id, d.name, d.amount, d.currency, d.probability, d.expected_close_date, d.stage_entered_at,
               d.last_activity_at, d.version,
               (SELECT full_name FROM customers x WHERE x.org_id = d.org_id AND x.id = d.customer_id),
               (SELECT name FROM companies x WHERE x.org_id = d.org_id AND x.id = d.company_id)
             FROM deals d WHERE d.org_id = $1 AND d.stage_id = $2 AND d.archived_at IS NULL ORDER BY d.rank, d.id LIMIT 50",
            &params,
        )?;
        let lines = match raw.engine() {
            Engine::Sqlite => {
                "SELECT deal_id, product_id, quantity, unit_price FROM deal_products
                 WHERE org_id = $1 AND deal_id IN (SELECT unhex(value) FROM json_each($2))"
            }
            Engine::Postgres => {
                "SELECT deal_id, product_id, quantity, unit_price FROM deal_products
                 WHERE org_id = $1 AND deal_id = ANY($2)"
            }
        };
        let ids = cards.iter().map(|row| row[0].id()).collect::<Result<Vec<_>>>()?;
        raw.rows(lines, &[Param::Id(org), Param::Ids(ids.clone())])?;
        columns.push((of(0), of(1), ids));
    }
    Ok(columns)
}

/// A product with a criterion that looks at the country alone; answers both ids once everybody is scored.
fn scored(bench: &mut Bench, client: &mut Client, product: Uuid) -> Result<(String, Duration)> {
    let body = json!({"name": "Bench: place", "type": "profile", "weight": 1, "params": params(0.8)});
    let start = Instant::now();
    let made = client.post(&format!("/api/v1/products/{product}/criteria"), &body)?.json(201)?;
    job(client, &made)?;
    let took = start.elapsed();
    let living = bench
        .raw
        .number("SELECT count(*) FROM customers WHERE org_id = $1 AND archived_at IS NULL", &[Param::Id(bench.org)])?;
    let fits = bench.raw.number(
        "SELECT count(*) FROM fits f JOIN customers c ON c.org_id = f.org_id AND c.id = f.customer_id
         WHERE f.org_id = $1 AND f.product_id = $2 AND c.archived_at IS NULL",
        &[Param::Id(bench.org), Param::Id(product)],
    )?;
    ensure!(fits == living, "{fits} of {living} customers are scored");
    Ok((made["id"].as_str().context("no id")?.to_string(), took))
}

fn params(best: f64) -> Value {
    json!({"otherwise": -0.5, "rules": [
        {"when": {"field": "country", "op": "in", "value": ["DE", "FR"]}, "score": best, "label": "Near"},
        {"when": {"field": "company.employeeCount", "op": "gte", "value": 200}, "score": 0.4, "label": "Large"},
        {"when": {"field": "jobTitle", "op": "contains", "value": "manager"}, "score": 0.2, "label": "Manager"},
    ]})
}

/// Waits for the job that a criterion names.
fn job(client: &mut Client, criterion: &Value) -> Result<()> {
    let path = format!("/api/v1/jobs/{}", criterion["jobId"].as_str().context("no job")?);
    let mut ended = Value::Null;
    wait(|| {
        ended = client.get(&path)?.json(200)?;
        Ok(!ended["finishedAt"].is_null())
    })?;
    ensure!(ended["state"] == "completed", "the job ended otherwise: {ended}");
    Ok(())
}

/// The ranking, one criterion edited while pages are read, and one customer changed.
pub fn leads(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut client = bench.client()?;
    let org = Param::Id(bench.org);
    let products: Vec<Uuid> = bench
        .raw
        .rows(
            "SELECT id FROM products WHERE org_id = $1 AND archived_at IS NULL ORDER BY name_key LIMIT $2",
            &[org.clone(), Param::Int(PRODUCTS)],
        )?
        .iter()
        .map(|row| row[0].id())
        .collect::<Result<_>>()?;
    let product = *products.first().context("the data set has no products")?;
    let mut criterion = String::new();
    for one in products.iter().rev() {
        criterion = scored(bench, &mut client, *one)?.0;
    }

    let path = format!("/api/v1/leads?productId={product}&limit={PAGE_ROWS}");
    let text = "SELECT f.customer_id, f.overall, f.coverage, c.full_name, c.job_title, c.country,
           (SELECT name FROM companies p WHERE p.org_id = c.org_id AND p.id = c.company_id)
         FROM fits f JOIN customers c ON c.org_id = f.org_id AND c.id = f.customer_id
         WHERE f.org_id = $1 AND f.product_id = $2 AND c.archived_at IS NULL
         ORDER BY f.overall DESC, f.customer_id DESC LIMIT 50";
    let of = [org.clone(), Param::Id(product)];
    let assessments = match bench.raw.engine() {
        Engine::Sqlite => {
            "SELECT s.customer_id, s.criterion_id, a.score, a.evidence FROM fit_scores s JOIN fit_assessments a
               ON a.org_id = s.org_id AND a.customer_id = s.customer_id AND a.criterion_id = s.criterion_id
               AND a.id = s.assessment_id
             WHERE s.org_id = $1 AND s.customer_id IN (SELECT unhex(value) FROM json_each($2))"
        }
        Engine::Postgres => {
            "SELECT s.customer_id, s.criterion_id, a.score, a.evidence FROM fit_scores s JOIN fit_assessments a
               ON a.org_id = s.org_id AND a.customer_id = s.customer_id AND a.criterion_id = s.criterion_id
               AND a.id = s.assessment_id
             WHERE s.org_id = $1 AND s.customer_id = ANY($2)"
        }
    };
    let raw_page = |raw: &mut Raw| -> Result<Vec<Uuid>> {
        let ids = raw.rows(text, &of)?.iter().map(|row| row[0].id()).collect::<Result<Vec<_>>>()?;
        raw.rows(assessments, &[of[0].clone(), Param::Ids(ids.clone())])?;
        Ok(ids)
    };
    let expected = raw_page(&mut bench.raw)?;
    let our_page = |client: &mut Client| -> Result<Vec<Uuid>> {
        let page = client.get(&path)?.json(200)?;
        let items = page["items"].as_array().context("no items")?.iter();
        items.map(|lead| Ok(lead["customer"]["id"].as_str().context("no id")?.parse()?)).collect()
    };
    ensure!(our_page(&mut client)? == expected, "the leads differ from raw SQL");
    let (pages, raw_pages) = in_turns(
        || {
            ensure!(our_page(&mut client)? == expected, "a wrong page");
            Ok(())
        },
        || raw_page(&mut bench.raw).map(drop),
    )?;

    let (rescored, quiet, busy) = rescore(bench, &mut client, &criterion)?;
    let changes = changes(bench, &mut client, product)?;
    let mut once = Timings::default();
    once.push(rescored);
    let figures = |timings: &Timings| {
        format!("p50 {:.1} / p99 {:.1} ms", timings.p50().unwrap_or_default(), timings.p99().unwrap_or_default())
    };
    // Twice what the same page took when nothing else happened.
    let slowest = (quiet.p50().context("no page")? * 200.0).ceil() / 100.0;
    let meanwhile = bench.row("customers page while everybody is scored again").timed(&busy, None);
    let everybody = bench.row("leads: everybody scored again by one profile criterion").timed(&once, None);
    Ok(vec![
        bench
            .row("leads: first page of one of 3 products")
            .timed(&pages, Some(&raw_pages))
            .against(&[Target::P99(25.0)]),
        Row { p99_ms: None, per_second: None, ..everybody }.against(&[Target::Milliseconds(20_000.0)]),
        meanwhile.noted(format!("beside {} before", figures(&quiet))).against(&[Target::P50(slowest)]),
        bench
            .row("leads: one customer changed until it is scored")
            .timed(&changes, None)
            .against(&[Target::P99(1_000.0)]),
    ])
}

/// Edits the criterion and reads pages until the job has ended: how long that took, pages before, pages meanwhile.
fn rescore(bench: &mut Bench, client: &mut Client, criterion: &str) -> Result<(Duration, Timings, Timings)> {
    let page = |client: &mut Client| -> Result<()> {
        let answer = client.get(&format!("/api/v1/customers?limit={PAGE_ROWS}"))?;
        ensure!(answer.status == 200, "no page: {}", answer.status);
        Ok(())
    };
    let (mut quiet, mut busy) = (Timings::default(), Timings::default());
    for _ in 0..PAGES {
        quiet.time(|| page(client))?;
    }
    let before = count_assessments(bench)?;
    let start = Instant::now();
    let body = json!({"params": params(0.9)}).to_string();
    let path = format!("/api/v1/criteria/{criterion}");
    let edited = client.send("PATCH", &path, "application/json", body.as_bytes())?.json(200)?;
    let watched = format!("/api/v1/jobs/{}", edited["jobId"].as_str().context("no job")?);
    let mut ended = Value::Null;
    wait(|| {
        busy.time(|| page(client))?;
        ended = client.get(&watched)?.json(200)?;
        Ok(!ended["finishedAt"].is_null())
    })?;
    let took = start.elapsed();
    ensure!(ended["state"] == "completed", "the job ended otherwise: {ended}");
    ensure!(count_assessments(bench)? > before, "nobody was scored again");
    Ok((took, quiet, busy))
}

fn count_assessments(bench: &mut Bench) -> Result<i64> {
    bench.raw.number("SELECT count(*) FROM fit_assessments WHERE org_id = $1", &[Param::Id(bench.org)])
}

/// Moves customers to another country and waits until their fits say so.
fn changes(bench: &mut Bench, client: &mut Client, product: Uuid) -> Result<Timings> {
    let people = bench.raw.rows(
        "SELECT c.id FROM customers c WHERE c.org_id = $1 AND c.archived_at IS NULL AND c.country = 'US' ORDER BY c.id LIMIT $2",
        &[Param::Id(bench.org), Param::Int(CHANGES as i64)],
    )?;
    let mut timings = Timings::default();
    for row in &people {
        let id = row[0].id()?;
        let start = Instant::now();
        let path = format!("/api/v1/customers/{id}");
        client.send("PATCH", &path, "application/json", br#"{"country": "DE"}"#)?.json(200)?;
        let of = [Param::Id(bench.org), Param::Id(id), Param::Id(product)];
        let scored =
            "SELECT count(*) FROM fits WHERE org_id = $1 AND customer_id = $2 AND product_id = $3 AND overall > 0.75";
        wait(|| Ok(bench.raw.number(scored, &of)? == 1))?;
        timings.push(start.elapsed());
    }
    ensure!(timings.len() == CHANGES, "too few customers to change");
    Ok(timings)
}

/// The published file of 8,800 deals with its companies and products, as a person brings it in.
pub fn deal_import(bench: &mut Bench) -> Result<Vec<Row>> {
    let file = |name: &str| -> PathBuf { root().join("crates/crm/testdata").join(name) };
    let mut client = bench.client()?;
    imports::bring_in(&mut client, "company", &file("accounts.csv"))?;
    imports::bring_in(&mut client, "product", &file("products.csv"))?;
    let start = Instant::now();
    let done = imports::bring_in(&mut client, "deal", &file("sales_pipeline.csv"))?;
    let took = start.elapsed();
    ensure!(done["created"] == 8_800, "not all deals came in: {done}");
    let deals = bench.raw.rows(
        "SELECT stage, count(*) FROM deals WHERE org_id = $1 AND archived_at IS NULL AND source = 'import' GROUP BY stage",
        &[Param::Id(bench.org)],
    )?;
    ensure!(deals.iter().any(|row| row[0] == Cell::Text("won".into()) && row[1].int() >= 4_238), "deals are missing");
    let mut row = bench.row("import 8,800 deals with their stages, companies and products");
    row.p50_ms = Some(took.as_secs_f64() * 1e3);
    row.per_second = Some(8_800.0 / took.as_secs_f64());
    Ok(vec![row.against(&[Target::Milliseconds(5_000.0)])])
}
