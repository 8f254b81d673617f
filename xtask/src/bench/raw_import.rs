//! The import as hand-tuned SQL: one transaction, prepared statements on SQLite, COPY on PostgreSQL; the same tables, the
//! text index and one log row per record, but no rules, no plan, no result per row and nothing to resume or undo.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use db::Engine;
use uuid::Uuid;

use super::Bench;
use super::raw::{Param, Raw};

/// 2 June 2026 in microseconds.
const NOW: i64 = 1_780_387_200_000_000;

pub struct Outcome {
    pub took: Duration,
    pub created: u64,
}

/// One line of the file with its address in canonical form.
struct Line {
    name: String,
    title: String,
    company: Option<Uuid>,
    country: String,
    email: String,
    phone: String,
    tag: Option<Uuid>,
}

pub fn run(bench: &Bench, path: &Path) -> Result<Outcome> {
    let mut raw = bench.open_raw()?;
    let start = Instant::now();
    let lines = read(&mut raw, bench.org, path)?;
    let created = match raw.engine() {
        Engine::Sqlite => sqlite(&mut raw, bench.org, &lines)?,
        Engine::Postgres => postgres(&mut raw, bench.org, &lines)?,
    };
    Ok(Outcome { took: start.elapsed(), created })
}

fn ids_by_name(raw: &mut Raw, text: &str, org: Uuid) -> Result<HashMap<String, Uuid>> {
    raw.rows(text, &[Param::Id(org)])?.iter().map(|row| Ok((row[0].text().to_string(), row[1].id()?))).collect()
}

fn read(raw: &mut Raw, org: Uuid, path: &Path) -> Result<Vec<Line>> {
    let companies = ids_by_name(raw, "SELECT name, id FROM companies WHERE org_id = $1", org)?;
    let tags = ids_by_name(raw, "SELECT name, id FROM tags WHERE org_id = $1", org)?;
    let mut lines = Vec::new();
    for record in csv::Reader::from_path(path)?.into_records() {
        let record = record?;
        let field = |column: usize| record.get(column).unwrap_or_default();
        lines.push(Line {
            name: field(0).to_string(),
            title: field(1).to_string(),
            company: companies.get(field(2)).copied(),
            country: field(3).to_string(),
            email: field(4).to_lowercase(),
            phone: field(5).replace(' ', ""),
            tag: tags.get(field(6)).copied(),
        });
    }
    Ok(lines)
}

fn search_text(line: &Line) -> String {
    format!("{}\n{}\n{}", line.name.to_lowercase(), line.email, line.phone)
}

fn sqlite(raw: &mut Raw, org: Uuid, lines: &[Line]) -> Result<u64> {
    let id = Param::Id;
    let text = |text: &str| Param::Text(text.to_string());
    let optional = |value: Option<Uuid>| value.map_or(Param::Null, Param::Id);
    let org = id(org);
    let mut created = 0;
    raw.batch("BEGIN IMMEDIATE")?;
    let mut row_key = raw.number("SELECT coalesce(max(seq), 0) FROM customers", &[])?;
    for line in lines {
        let holder = raw.rows(
            "SELECT customer_id FROM contacts WHERE org_id = $1 AND channel = 'email' AND live_canonical = $2",
            &[org.clone(), text(&line.email)],
        )?;
        let customer = match holder.first() {
            Some(row) => {
                let customer = row[0].id()?;
                raw.rows(
                    "UPDATE customers SET job_title = $3, updated_at = $4, last_activity_at = $4, version = version + 1
                     WHERE org_id = $1 AND id = $2",
                    &[org.clone(), id(customer), text(&line.title), Param::Int(NOW)],
                )?;
                customer
            }
            None => {
                let customer = Uuid::now_v7();
                created += 1;
                row_key += 1;
                raw.rows(
                    "INSERT INTO customers (seq, org_id, id, full_name, name_key, job_title, country, company_id, company_by_domain,
                       source, do_not_contact, last_activity_at, created_at, updated_at, version)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 'import', 0, $9, $9, $9, 1)",
                    &[
                        Param::Int(row_key),
                        org.clone(),
                        id(customer),
                        text(&line.name),
                        text(&line.name.to_lowercase()),
                        text(&line.title),
                        text(&line.country),
                        optional(line.company),
                        Param::Int(NOW),
                    ],
                )?;
                let contact = "INSERT INTO contacts (org_id, customer_id, id, channel, value, canonical, match_key, live_canonical,
                       label, is_primary, status, created_at, updated_at, version)
                     VALUES ($1, $2, $3, $4, $5, $5, $5, $6, 'work', 1, 'active', $7, $7, 1)";
                for (channel, value) in [("email", &line.email), ("phone", &line.phone)] {
                    if value.is_empty() {
                        continue;
                    }
                    let live = if channel == "email" { text(value) } else { Param::Null };
                    let params = [
                        org.clone(),
                        id(customer),
                        id(Uuid::now_v7()),
                        text(channel),
                        text(value),
                        live,
                        Param::Int(NOW),
                    ];
                    raw.rows(contact, &params)?;
                }
                if let Some(tag) = line.tag {
                    raw.rows(
                        "INSERT INTO customer_tags (org_id, customer_id, tag_id, company_id, last_activity_at, created_at)
                         VALUES ($1, $2, $3, $4, $5, $5)",
                        &[org.clone(), id(customer), id(tag), optional(line.company), Param::Int(NOW)],
                    )?;
                }
                raw.rows(
                    "INSERT INTO customer_search (rowid, text) VALUES ($1, $2)",
                    &[Param::Int(row_key), text(&search_text(line))],
                )?;
                customer
            }
        };
        raw.rows(
            "INSERT INTO activities (org_id, id, customer_id, type, detail, actor_kind, actor_name, occurred_at)
             VALUES ($1, $2, $3, 'customer.imported', '{}', 'import', 'bench', $4)",
            &[org.clone(), id(Uuid::now_v7()), id(customer), Param::Int(NOW)],
        )?;
    }
    raw.batch("COMMIT")?;
    Ok(created)
}

/// Rows for COPY in text form; values must have no tabs, line ends or backslashes, which those of the file have not.
#[derive(Default)]
struct Copy(String);

impl Copy {
    fn row(&mut self, values: &[&str]) {
        for (nth, value) in values.iter().enumerate() {
            if nth > 0 {
                self.0.push('\t');
            }
            self.0.push_str(if value.is_empty() { "\\N" } else { value });
        }
        self.0.push('\n');
    }
}

fn postgres(raw: &mut Raw, org: Uuid, lines: &[Line]) -> Result<u64> {
    let now = NOW.to_string();
    let org_text = org.to_string();
    raw.batch(
        "BEGIN; CREATE TEMP TABLE staged (email text, title text) ON COMMIT DROP;
         SET LOCAL synchronous_commit = on",
    )?;
    let mut staged = Copy::default();
    lines.iter().for_each(|line| staged.row(&[&line.email, &line.title]));
    raw.copy("COPY staged FROM STDIN", &staged.0)?;
    raw.batch("ANALYZE staged")?;
    let held = raw.rows(
        "SELECT DISTINCT k.live_canonical, k.customer_id FROM staged s
         JOIN contacts k ON k.org_id = $1 AND k.channel = 'email' AND k.live_canonical = s.email",
        &[Param::Id(org)],
    )?;
    let held: HashMap<&str, Uuid> = held.iter().map(|row| Ok((row[0].text(), row[1].id()?))).collect::<Result<_>>()?;
    raw.rows(
        "UPDATE customers c SET job_title = s.title, updated_at = $2, last_activity_at = $2, version = version + 1
         FROM (SELECT DISTINCT ON (k.customer_id) k.customer_id, s.title FROM staged s
               JOIN contacts k ON k.org_id = $1 AND k.channel = 'email' AND k.live_canonical = s.email) s
         WHERE c.org_id = $1 AND c.id = s.customer_id",
        &[Param::Id(org), Param::Int(NOW)],
    )?;

    let (mut customers, mut contacts, mut tags, mut log, mut search) =
        (Copy::default(), Copy::default(), Copy::default(), Copy::default(), Copy::default());
    let mut new: HashSet<&str> = HashSet::new();
    let mut created = 0;
    for line in lines {
        let known = held.get(line.email.as_str()).copied();
        let first = known.is_none() && new.insert(&line.email);
        if !first && known.is_none() {
            continue;
        }
        let customer = known.unwrap_or_else(Uuid::now_v7).to_string();
        if first {
            created += 1;
            let company = line.company.map(|id| id.to_string()).unwrap_or_default();
            let name_key = line.name.to_lowercase();
            customers.row(&[
                &org_text,
                &customer,
                &line.name,
                &name_key,
                &line.title,
                &line.country,
                &company,
                "f",
                "import",
                "f",
                &now,
                &now,
                &now,
                "1",
            ]);
            for (channel, value) in [("email", &line.email), ("phone", &line.phone)] {
                if value.is_empty() {
                    continue;
                }
                let live = if channel == "email" { value.as_str() } else { "" };
                let contact = Uuid::now_v7().to_string();
                contacts.row(&[
                    &org_text, &customer, &contact, channel, value, value, value, live, "work", "t", "active", &now,
                    &now, "1",
                ]);
            }
            if let Some(tag) = line.tag {
                tags.row(&[&org_text, &customer, &tag.to_string(), &company, &now, &now]);
            }
            search.row(&[&org_text, &customer, &search_text(line).replace('\n', "\\n")]);
        }
        let activity = Uuid::now_v7().to_string();
        log.row(&[&org_text, &activity, &customer, "customer.imported", "{}", "import", "bench", &now]);
    }
    raw.copy(
        "COPY customers (org_id, id, full_name, name_key, job_title, country, company_id, company_by_domain, source,
           do_not_contact, last_activity_at, created_at, updated_at, version) FROM STDIN",
        &customers.0,
    )?;
    raw.copy(
        "COPY contacts (org_id, customer_id, id, channel, value, canonical, match_key, live_canonical, label, is_primary, status,
           created_at, updated_at, version) FROM STDIN",
        &contacts.0,
    )?;
    raw.copy(
        "COPY customer_tags (org_id, customer_id, tag_id, company_id, last_activity_at, created_at) FROM STDIN",
        &tags.0,
    )?;
    raw.copy(
        "COPY activities (org_id, id, customer_id, type, detail, actor_kind, actor_name, occurred_at) FROM STDIN",
        &log.0,
    )?;
    raw.copy("COPY customer_search (org_id, customer_id, text) FROM STDIN", &search.0)?;
    raw.batch("COMMIT").context("the raw import does not commit")?;
    Ok(created)
}
