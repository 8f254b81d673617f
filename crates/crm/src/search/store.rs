use super::model::{Question, SearchKind};
use crate::contacts::Channel;
use db::{Conn, Engine, Error, Result, Row, Sql};
use platform::{Scope, text_index};
use std::collections::HashMap;
use uuid::Uuid;

/// Records of one kind that one step looks at. What begins a name, a word or an address has a step of its own, so that a
/// common part of a word does not keep it out.
pub(super) const CANDIDATES: usize = 600;
/// Records, the most recently active first, that are looked at beside them where there were more.
pub(super) const RECENT: usize = 1_000;
/// Rows of the substring index that PostgreSQL joins at most: archived ones are still in it.
const INDEX_ROWS: usize = 4 * CANDIDATES;

/// Where records of one kind are found. A further kind is one more of these.
pub(super) struct Source {
    pub kind: SearchKind,
    /// The id, folded name and time of last activity of a record `c`.
    columns: &'static str,
    table: &'static str,
    /// The table, to be walked by name.
    by_name_sqlite: &'static str,
    /// The substring index `s` of SQLite with its records.
    indexed_sqlite: &'static str,
    /// The ids of the texts that PostgreSQL indexes, of one organisation…
    indexed_postgres: &'static str,
    /// …and which column holds the text.
    text_postgres: &'static str,
    /// An order in which an index can be walked from the newest.
    recent: &'static str,
    /// The id and name of a record `c`, and what stands beside the name: job title and company, city and nothing, or company
    /// and customer.
    titles: &'static str,
    /// The owners, channels and values of addresses `a`, with the condition on their owners and their order, primary ones
    /// first; nothing where such records have none.
    addresses: Option<[&'static str; 3]>,
}

pub(super) const SOURCES: [Source; 3] = [
    Source {
        kind: SearchKind::Customer,
        columns: "SELECT c.id, c.name_key, c.last_activity_at",
        table: "customers c",
        by_name_sqlite: "customers c INDEXED BY customers_name",
        indexed_sqlite: "customer_search s CROSS JOIN customers c ON c.seq = s.rowid WHERE customer_search MATCH ",
        indexed_postgres: "SELECT s.customer_id AS id FROM customer_search s WHERE s.org_id = ",
        text_postgres: "s.text LIKE ",
        recent: " ORDER BY c.last_activity_at DESC, c.id DESC LIMIT ",
        titles: "SELECT c.id, c.full_name, c.job_title,
               (SELECT p.name FROM companies p WHERE p.org_id = c.org_id AND p.id = c.company_id)
             FROM customers c WHERE c.org_id = ",
        addresses: Some([
            "SELECT a.customer_id, a.channel, a.canonical FROM contacts a WHERE a.org_id = ",
            " AND a.customer_id IN ",
            " ORDER BY a.is_primary DESC, a.channel, a.id",
        ]),
    },
    Source {
        kind: SearchKind::Company,
        columns: "SELECT c.id, c.name_key, c.updated_at",
        table: "companies c",
        by_name_sqlite: "companies c INDEXED BY companies_name",
        indexed_sqlite: "company_search s CROSS JOIN companies c ON c.seq = s.rowid WHERE company_search MATCH ",
        indexed_postgres: "SELECT s.id FROM companies s WHERE s.org_id = ",
        text_postgres: "s.name_key LIKE ",
        recent: " ORDER BY c.created_at DESC, c.id DESC LIMIT ",
        titles: "SELECT c.id, c.name, c.city, NULL FROM companies c WHERE c.org_id = ",
        addresses: Some([
            "SELECT a.company_id, NULL, a.domain FROM company_domains a WHERE a.org_id = ",
            " AND a.company_id IN ",
            " ORDER BY a.position",
        ]),
    },
    Source {
        kind: SearchKind::Deal,
        columns: "SELECT c.id, c.name_key, c.last_activity_at",
        table: "deals c",
        by_name_sqlite: "deals c INDEXED BY deals_name",
        indexed_sqlite: "deal_search s CROSS JOIN deals c ON c.seq = s.rowid WHERE deal_search MATCH ",
        indexed_postgres: "SELECT s.id FROM deals s WHERE s.org_id = ",
        text_postgres: "s.name_key LIKE ",
        recent: " ORDER BY c.created_at DESC, c.id DESC LIMIT ",
        titles: "SELECT c.id, c.name,
               (SELECT p.name FROM companies p WHERE p.org_id = c.org_id AND p.id = c.company_id),
               (SELECT k.full_name FROM customers k WHERE k.org_id = c.org_id AND k.id = c.customer_id)
             FROM deals c WHERE c.org_id = ",
        addresses: None,
    },
];

/// A record that may be an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub id: Uuid,
    pub name: String,
    pub active_at: i64,
}

fn read(row: &Row<'_>) -> Result<Candidate> {
    Ok(Candidate { id: row.get(0)?, name: row.get(1)?, active_at: row.get(2)? })
}

fn most(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// One way to candidates, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Name,
    Word,
    Address,
    Part,
}

impl Step {
    pub(super) const ALL: [Step; 4] = [Step::Name, Step::Word, Step::Address, Step::Part];
}

/// The statement of a step; nothing when the question gives it nothing to look for.
pub(super) fn step_sql(engine: Engine, scope: &Scope, source: &Source, step: Step, question: &Question) -> Option<Sql> {
    let texts = match (step, source.kind) {
        (Step::Name, _) => return Some(named_sql(engine, scope, source, &question.text)),
        (Step::Word, _) => vec![vec![question.word_begins()?]],
        (Step::Address, SearchKind::Customer) => return address_sql(engine, scope, question),
        (Step::Address, SearchKind::Company) => return Some(domain_sql(scope, &question.host()?)),
        (Step::Address, SearchKind::Deal | SearchKind::Note) => return None,
        (Step::Part, _) => question.parts(),
    };
    if texts.is_empty() {
        return None;
    }
    let mut rest = Sql::default();
    if step == Step::Part {
        for word in question.short_words() {
            let literal = text_index::literal(word);
            rest.push(" AND (c.name_key LIKE ").bind(format!("{literal}%")).push(" ESCAPE '\\'");
            rest.push(" OR c.name_key LIKE ").bind(format!("% {literal}%")).push(" ESCAPE '\\')");
        }
    }
    Some(indexed_sql(engine, scope, source, &texts, &rest))
}

/// Names that begin with the text.
fn named_sql(engine: Engine, scope: &Scope, source: &Source, text: &str) -> Sql {
    let mut sql = Sql::new(source.columns);
    sql.push(" FROM ").push(match engine {
        Engine::Sqlite => source.by_name_sqlite,
        Engine::Postgres => source.table,
    });
    sql.push(" WHERE c.org_id = ").bind(scope).push(" AND ").append(&begins("c.name_key", text));
    sql.push(" AND c.archived_at IS NULL");
    sql.push(" ORDER BY c.name_key, c.id LIMIT ").bind(most(CANDIDATES + 1));
    sql
}

/// The range of texts that begin so.
fn begins(column: &'static str, text: &str) -> Sql {
    let mut sql = Sql::new(column);
    sql.push(" >= ").bind(text).push(" AND ").push(column).push(" < ").bind(format!("{text}\u{10ffff}"));
    sql
}

/// Records whose indexed text holds one of each group of texts.
fn indexed_sql(engine: Engine, scope: &Scope, source: &Source, groups: &[Vec<String>], rest: &Sql) -> Sql {
    match engine {
        Engine::Sqlite => {
            let group = |texts: &Vec<String>| {
                let phrases: Vec<String> = texts.iter().map(|text| text_index::phrase(text)).collect();
                format!("({})", phrases.join(" OR "))
            };
            let expression: Vec<String> = groups.iter().map(group).collect();
            let mut sql = Sql::new(source.columns);
            sql.push(" FROM ").push(source.indexed_sqlite).bind(expression.join(" AND "));
            sql.push(" AND c.org_id = ").bind(scope).push(" AND c.archived_at IS NULL").append(rest);
            // The index is walked backwards as cheaply as forwards, and new records are looked for more often.
            sql.push(" ORDER BY s.rowid DESC LIMIT ").bind(most(CANDIDATES + 1));
            sql
        }
        Engine::Postgres => {
            // Its planner guesses how many texts match. Not told of a limit, it walks the index whatever it guesses.
            let mut sql = Sql::new("WITH m AS MATERIALIZED (");
            sql.push(source.indexed_postgres).bind(scope);
            for texts in groups {
                sql.push(" AND (");
                for (nth, text) in texts.iter().enumerate() {
                    sql.push(if nth > 0 { " OR " } else { "" }).push(source.text_postgres);
                    sql.bind(text_index::like(text)).push(" ESCAPE '\\'");
                }
                sql.push(")");
            }
            sql.push(") ").push(source.columns).push(" FROM (SELECT id FROM m LIMIT ").bind(most(INDEX_ROWS));
            sql.push(") f JOIN ").push(source.table).push(" ON c.org_id = ").bind(scope).push(" AND c.id = f.id");
            sql.push(" WHERE c.archived_at IS NULL").append(rest).push(" LIMIT ").bind(most(CANDIDATES + 1));
            sql
        }
    }
}

/// Customers with an address that begins so.
fn address_sql(engine: Engine, scope: &Scope, question: &Question) -> Option<Sql> {
    let mut sql = Sql::default();
    for (channel, text) in question.address_begins() {
        // Phones may belong to several, so their values are not among the live ones.
        let (column, index) = match channel {
            Channel::Phone => ("k.match_key", "contacts k INDEXED BY contacts_match CROSS JOIN customers c"),
            _ => ("k.live_canonical", "contacts k INDEXED BY contacts_live CROSS JOIN customers c"),
        };
        sql.push(if sql.is_empty() { "" } else { " UNION ALL " });
        sql.push("SELECT c.id, c.name_key, c.last_activity_at FROM ");
        sql.push(if engine == Engine::Sqlite { index } else { "contacts k CROSS JOIN customers c" });
        sql.push(" WHERE c.org_id = k.org_id AND c.id = k.customer_id AND c.archived_at IS NULL AND k.org_id = ");
        sql.bind(scope).push(" AND k.channel = ").bind(channel.as_str()).push(" AND ").append(&begins(column, &text));
    }
    (!sql.is_empty()).then(|| sql.push(" LIMIT ").bind(most(CANDIDATES + 1)).clone())
}

/// Companies with a domain that begins so.
fn domain_sql(scope: &Scope, host: &str) -> Sql {
    let mut sql = Sql::new(
        "SELECT c.id, c.name_key, c.updated_at FROM company_domains d
         CROSS JOIN companies c WHERE c.org_id = d.org_id AND c.id = d.company_id AND d.org_id = ",
    );
    sql.bind(scope).push(" AND ").append(&begins("d.live_domain", host));
    sql.push(" ORDER BY d.live_domain LIMIT ").bind(most(CANDIDATES + 1));
    sql
}

/// The most recently active records, if their names answer.
pub(super) fn recent_sql(scope: &Scope, source: &Source, step: Step, question: &Question) -> Sql {
    let mut sql = Sql::new("SELECT r.id, r.name_key, r.active_at FROM (");
    sql.push(source.columns).push(" AS active_at").append(&recent(scope, source)).push(") r WHERE ");
    if step == Step::Name {
        return sql.append(&begins("r.name_key", &question.text)).clone();
    }
    for (nth, word) in question.words.iter().enumerate() {
        sql.push(if nth > 0 { " AND " } else { "" });
        sql.push("r.name_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
    }
    sql
}

fn recent(scope: &Scope, source: &Source) -> Sql {
    let mut sql = Sql::new(" FROM ");
    sql.push(source.table).push(" WHERE c.org_id = ").bind(scope).push(" AND c.archived_at IS NULL");
    sql.push(source.recent).bind(most(RECENT));
    sql
}

pub(super) fn near_sql(engine: Engine, scope: &Scope, source: &Source, question: &Question) -> Sql {
    indexed_sql(engine, scope, source, &question.near_parts(), &Sql::default())
}

/// The most recently active records, whatever their names.
pub(super) fn any_recent_sql(scope: &Scope, source: &Source) -> Sql {
    Sql::new(source.columns).append(&recent(scope, source)).clone()
}

pub(super) fn candidates(c: &Conn<'_>, sql: &Sql) -> Result<Vec<Candidate>> {
    c.query(sql, read)
}

/// An address of a record and its channel; without one it is a domain.
pub(super) type Address = (Option<Channel>, String);

/// The addresses of the records, primary ones first.
pub(super) fn addresses(
    c: &Conn<'_>,
    scope: &Scope,
    source: &Source,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Address>>> {
    let Some([select, owner, order]) = source.addresses else { return Ok(HashMap::new()) };
    let statement = |part: &[Uuid]| {
        let mut sql = Sql::new(select);
        sql.bind(scope).push(owner).bind_list(part.iter().copied()).push(order);
        sql
    };
    let rows = c.query_parts(ids, statement, |row| {
        let channel: Option<String> = row.get(1)?;
        let known = |text: String| Channel::parse(&text).ok_or_else(|| Error::Bug(format!("unknown channel {text:?}")));
        Ok((row.get::<Uuid>(0)?, (channel.map(known).transpose()?, row.get(2)?)))
    })?;
    let mut of: HashMap<Uuid, Vec<Address>> = HashMap::new();
    for (id, address) in rows {
        of.entry(id).or_default().push(address);
    }
    Ok(of)
}

/// The name of a record and what stands beside it.
pub(super) type Title = (String, [Option<String>; 2]);

pub(super) fn titles(c: &Conn<'_>, scope: &Scope, source: &Source, ids: &[Uuid]) -> Result<HashMap<Uuid, Title>> {
    let statement = |part: &[Uuid]| {
        let mut sql = Sql::new(source.titles);
        sql.bind(scope).push(" AND c.id IN ").bind_list(part.iter().copied());
        sql
    };
    let rows = c.query_parts(ids, statement, |row| Ok((row.get(0)?, (row.get(1)?, [row.get(2)?, row.get(3)?]))))?;
    Ok(rows.into_iter().collect())
}
