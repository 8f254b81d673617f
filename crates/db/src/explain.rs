//! Query plans, for tests that refuse a scan of a big table.

use crate::{Conn, Engine, Query, Result};

impl Conn<'_> {
    /// The plan of a statement, one step a line.
    pub fn explain<'q>(&self, query: impl Into<Query<'q>>) -> Result<String> {
        let query = query.into();
        let (text, column) = match self.engine() {
            Engine::Sqlite => (format!("EXPLAIN QUERY PLAN {}", query.text), 3),
            Engine::Postgres => (format!("EXPLAIN {}", query.text), 0),
        };
        let query = Query { text: &text, values: query.values, fixed: false };
        Ok(self.query(query, |row| row.get::<String>(column))?.join("\n"))
    }
}

/// The steps of a plan that read all of one of `tables`.
pub fn full_scans<'p>(plan: &'p str, tables: &[&str]) -> Vec<&'p str> {
    plan.lines()
        .filter(|step| {
            tables.iter().any(|table| {
                let sqlite = step
                    .trim_start()
                    .strip_prefix("SCAN ")
                    .is_some_and(|rest| rest.split(' ').next() == Some(table) && !rest.contains("INDEX"));
                let postgres =
                    step.split("Seq Scan on ").nth(1).is_some_and(|rest| rest.split(' ').next() == Some(table));
                sqlite || postgres
            })
        })
        .collect()
}
