//! Finding a part of a text by its trigrams: an FTS5 table on SQLite, an index for `LIKE` on PostgreSQL.

use db::{Conn, Result, Sql};
use uuid::Uuid;

/// A shorter text has no trigram, so the index knows nothing of it.
pub const CHARS_MIN: usize = 3;

/// The text as FTS5 reads it (sqlite.org/fts5.html, section 3.1): in quotes, with quotes doubled,
/// nothing in it means anything.
pub fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A pattern for texts that contain this one, to be used with `ESCAPE '\'`.
pub fn like(text: &str) -> String {
    format!("%{}%", literal(text))
}

/// The text as a part of a `LIKE` pattern, to be used with `ESCAPE '\'`.
pub fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The ids that `select` finds, unless there are more than `limit`: what a
/// [`Search`](crate::filter::catalogue::Search) answers.
///
/// # Errors
/// What the database fails with.
pub fn ids_up_to(c: &Conn<'_>, mut select: Sql, limit: usize) -> Result<Option<Vec<Uuid>>> {
    select.push(" LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
    let ids: Vec<Uuid> = c.query(&select, |row| row.get(0))?;
    Ok((ids.len() <= limit).then_some(ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_engines_are_only_signs() {
        assert_eq!(phrase(r#"a "b" OR c*"#), r#""a ""b"" OR c*""#);
        assert_eq!(like(r"50%_\"), r"%50\%\_\\%");
    }
}
