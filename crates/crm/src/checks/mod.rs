//! Rules that hold between rows whatever happened: asked by `entente check` and after every fault in the
//! tests. Each rule is a query for the rows that break it.

mod store;
#[cfg(test)]
mod tests;

use db::Conn;
use platform::Result;
use serde::Serialize;

/// A rule that rows break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    pub rule: &'static str,
    pub rows: i64,
}

/// The rules that are broken, with how many rows break each; none in a sound database.
pub fn broken_rules(c: &Conn<'_>) -> Result<Vec<Broken>> {
    let mut broken = Vec::new();
    for (rule, rows) in store::violations(c)? {
        if rows > 0 {
            broken.push(Broken { rule, rows });
        }
    }
    Ok(broken)
}

/// All rules, in words.
pub fn rules() -> impl Iterator<Item = &'static str> {
    store::rules()
}
