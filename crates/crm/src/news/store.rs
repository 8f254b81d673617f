use super::News;
use db::{Conn, Result, Sql, Tx, Value, params};
use platform::actor::ActorKind;
use platform::ids::{ActivityId, OrgId};
use uuid::Uuid;

/// The row of `news_cursors` with the last position given.
const HEAD: &str = "";

pub(super) fn arrived(tx: &Tx<'_>, rows: &[(OrgId, ActivityId)]) -> Result<()> {
    if let [(org_id, id)] = rows {
        return tx.later("INSERT INTO news_arrivals (activity_id, org_id) VALUES ($1, $2)", params![*id, *org_id]);
    }
    let rows: Vec<Vec<Value>> = rows.iter().map(|(org_id, id)| params![*id, *org_id].to_vec()).collect();
    tx.bulk("news_arrivals", &["activity_id", "org_id"], &rows)?;
    Ok(())
}

/// Whether nothing has arrived, and every follower has begun and read all.
pub(super) fn is_idle(c: &Conn<'_>, followers: &[&'static str]) -> Result<bool> {
    if c.query_opt("SELECT activity_id FROM news_arrivals LIMIT 1", |row| row.get::<Uuid>(0))?.is_some() {
        return Ok(false);
    }
    let mut sql =
        Sql::new("SELECT count(*) FROM news_cursors f JOIN news_cursors h ON h.position = f.position WHERE h.name = ");
    sql.bind(HEAD).push(" AND f.name IN ").bind_list(followers.iter().copied());
    let at_the_end: i64 = c.query_one(&sql, |row| row.get(0))?;
    Ok(usize::try_from(at_the_end).is_ok_and(|count| count == followers.len()))
}

/// Lets new followers begin here, and gives positions to what has arrived, at most so many; how many.
///
/// Everybody who gives positions changes the one row of the head, so they take turns.
pub(super) fn place(tx: &Tx<'_>, followers: &[&'static str], most: i64) -> Result<i64> {
    let head: i64 = position(tx, HEAD)?.unwrap_or(0);
    for name in followers {
        // What was before a follower is not news to it.
        tx.execute((
            "INSERT INTO news_cursors (name, position) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            params![*name, head],
        ))?;
    }
    let arrived: Vec<(Uuid, Uuid)> = tx.query(
        ("SELECT activity_id, org_id FROM news_arrivals ORDER BY activity_id, org_id LIMIT $1", params![most]),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((last_id, last_org)) = arrived.last() else { return Ok(0) };
    let count = i64::try_from(arrived.len()).unwrap_or(i64::MAX);
    advance(tx, HEAD, head + count)?;
    let rows: Vec<Vec<Value>> =
        (head + 1..).zip(&arrived).map(|(position, (id, org))| params![position, *org, *id].to_vec()).collect();
    tx.bulk("news", &["position", "org_id", "activity_id"], &rows)?;
    // The same rows as above: a write sees one snapshot.
    tx.execute(("DELETE FROM news_arrivals WHERE (activity_id, org_id) <= ($1, $2)", params![*last_id, *last_org]))?;
    Ok(count)
}

pub(super) fn position(c: &Conn<'_>, name: &str) -> Result<Option<i64>> {
    c.query_opt(("SELECT position FROM news_cursors WHERE name = $1", params![name]), |row| row.get(0))
}

/// What a follower reads at once.
pub(super) struct Batch {
    /// Rows of the log that are gone by now are left out.
    pub news: Vec<News>,
    /// Where the cursor is.
    pub from: i64,
    /// Where it will be.
    pub to: i64,
    /// With those that are gone.
    pub count: i64,
}

/// The news after a follower's cursor; none when there are none.
pub(super) fn next(c: &Conn<'_>, name: &str, most: i64) -> Result<Option<Batch>> {
    let Some(from) = position(c, name)? else { return Ok(None) };
    let mut news = Vec::new();
    let mut last = None;
    let mut count = 0;
    c.for_each(
        (
            "SELECT n.position, n.org_id, n.activity_id, a.customer_id, a.company_id, a.type, a.actor_kind FROM news n
             LEFT JOIN activities a ON a.org_id = n.org_id AND a.id = n.activity_id
             WHERE n.position > $1 ORDER BY n.position LIMIT $2",
            params![from, most],
        ),
        |row| {
            last = Some(row.get(0)?);
            count += 1;
            if let Some(kind) = row.get::<Option<String>>(5)? {
                let actor: Option<String> = row.get(6)?;
                news.push(News {
                    org_id: row.get(1)?,
                    id: row.get(2)?,
                    customer_id: row.get(3)?,
                    company_id: row.get(4)?,
                    kind,
                    actor: actor.as_deref().and_then(ActorKind::parse).unwrap_or(ActorKind::System),
                });
            }
            Ok(())
        },
    )?;
    Ok(last.map(|to| Batch { news, from, to, count }))
}

pub(super) fn advance(tx: &Tx<'_>, name: &str, position: i64) -> Result<()> {
    tx.execute(("UPDATE news_cursors SET position = $2 WHERE name = $1", params![name, position]))?;
    Ok(())
}

/// Removes what all of these followers have read.
pub(super) fn forget_read(tx: &Tx<'_>, followers: &[&'static str]) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM news WHERE position <= (SELECT min(position) FROM news_cursors WHERE name IN ");
    // Without followers nobody waits for anything.
    tx.execute(sql.bind_list(followers.iter().copied().chain([HEAD])).push(")"))?;
    Ok(())
}

pub(super) fn lag(c: &Conn<'_>) -> Result<Vec<(String, i64)>> {
    c.query(
        (
            "SELECT f.name, h.position - f.position FROM news_cursors f CROSS JOIN news_cursors h
             WHERE h.name = $1 AND f.name <> $1 ORDER BY f.name",
            params![HEAD],
        ),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
