use super::News;
use db::{Conn, Result, Sql, Tx, Value, params};
use platform::actor::ActorKind;
use platform::clock::Timestamp;
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

/// Whether nothing has arrived, every follower has begun and read all, and nothing that was set aside is due.
pub(super) fn is_idle(c: &Conn<'_>, followers: &[&'static str], now: Timestamp) -> Result<bool> {
    if c.query_opt("SELECT activity_id FROM news_arrivals LIMIT 1", |row| row.get::<Uuid>(0))?.is_some() {
        return Ok(false);
    }
    let mut sql = Sql::new("SELECT org_id FROM news_set_aside WHERE retry_at <= ");
    sql.bind(now).push(" AND name IN ").bind_list(followers.iter().copied());
    if c.query_opt(sql.push(" LIMIT 1"), |row| row.get::<Uuid>(0))?.is_some() {
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
    /// The position that they reach to.
    pub to: i64,
    /// With those that are gone.
    pub count: i64,
}

/// The news after a position; none when there are none.
pub(super) fn next(c: &Conn<'_>, from: i64, most: i64) -> Result<Option<Batch>> {
    let mut sql = log_rows();
    sql.push(" WHERE n.position > ").bind(from).push(" ORDER BY n.position LIMIT ").bind(most);
    batch(c, &sql)
}

fn log_rows() -> Sql {
    Sql::new(
        "SELECT n.position, n.org_id, n.activity_id, a.customer_id, a.company_id, a.type, a.actor_kind FROM news n
         LEFT JOIN activities a ON a.org_id = n.org_id AND a.id = n.activity_id",
    )
}

fn batch(c: &Conn<'_>, sql: &Sql) -> Result<Option<Batch>> {
    let mut news = Vec::new();
    let mut last = None;
    let mut count = 0;
    c.for_each(sql, |row| {
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
    })?;
    Ok(last.map(|to| Batch { news, to, count }))
}

/// The organisations that are set aside for a follower.
pub(super) fn set_aside(c: &Conn<'_>, name: &str) -> Result<Vec<OrgId>> {
    c.query(("SELECT org_id FROM news_set_aside WHERE name = $1 ORDER BY org_id", params![name]), |row| row.get(0))
}

/// Those of them that are to be tried again.
pub(super) fn due(c: &Conn<'_>, name: &str, now: Timestamp, most: i64) -> Result<Vec<OrgId>> {
    c.query(
        (
            "SELECT org_id FROM news_set_aside WHERE name = $1 AND retry_at <= $2 ORDER BY retry_at, org_id LIMIT $3",
            params![name, now, most],
        ),
        |row| row.get(0),
    )
}

/// What an organisation that is set aside still has to be told: the position that it was told to, the follower's cursor,
/// and the news between them.
pub(super) fn next_aside(c: &Conn<'_>, name: &str, org_id: OrgId, most: i64) -> Result<Option<(i64, i64, Batch)>> {
    let (Some(read), Some(cursor)) = (aside(c, name, org_id)?, position(c, name)?) else { return Ok(None) };
    let mut sql = log_rows();
    sql.push(" WHERE n.org_id = ").bind(org_id).push(" AND n.position > ").bind(read);
    sql.push(" AND n.position <= ").bind(cursor).push(" ORDER BY n.position LIMIT ").bind(most);
    let batch = batch(c, &sql)?.unwrap_or(Batch { news: Vec::new(), to: cursor, count: 0 });
    Ok(Some((read, cursor, batch)))
}

/// The position that an organisation was told to before it was set aside, or since.
pub(super) fn aside(c: &Conn<'_>, name: &str, org_id: OrgId) -> Result<Option<i64>> {
    c.query_opt(("SELECT position FROM news_set_aside WHERE name = $1 AND org_id = $2", params![name, org_id]), |row| {
        row.get(0)
    })
}

/// Notes to where an organisation that is set aside was told; at the follower's cursor it is set aside no longer.
pub(super) fn advance_aside(tx: &Tx<'_>, name: &str, org_id: OrgId, to: i64) -> Result<()> {
    if position(tx, name)? == Some(to) {
        tx.execute(("DELETE FROM news_set_aside WHERE name = $1 AND org_id = $2", params![name, org_id]))?;
        // Whoever moves the cursor at this moment has passed over this organisation's news, so one runs again.
        return advance(tx, name, to);
    }
    tx.execute(("UPDATE news_set_aside SET position = $3 WHERE name = $1 AND org_id = $2", params![name, org_id, to]))?;
    Ok(())
}

/// Sets an organisation aside at the follower's cursor, or for longer; how often it has failed.
pub(super) fn put_aside(tx: &Tx<'_>, name: &str, org_id: OrgId, retry_at: impl Fn(i64) -> Timestamp) -> Result<i64> {
    let Some(cursor) = position(tx, name)? else { return Ok(0) };
    let failures: Option<i64> = tx.query_opt(
        ("SELECT failures FROM news_set_aside WHERE name = $1 AND org_id = $2", params![name, org_id]),
        |row| row.get(0),
    )?;
    let failures = failures.unwrap_or(0) + 1;
    tx.execute((
        "INSERT INTO news_set_aside (name, org_id, position, failures, retry_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (name, org_id) DO UPDATE SET failures = excluded.failures, retry_at = excluded.retry_at",
        params![name, org_id, cursor, failures, retry_at(failures)],
    ))?;
    advance(tx, name, cursor)?;
    Ok(failures)
}

pub(super) fn advance(tx: &Tx<'_>, name: &str, position: i64) -> Result<()> {
    tx.execute(("UPDATE news_cursors SET position = $2 WHERE name = $1", params![name, position]))?;
    Ok(())
}

/// Removes what all of these followers have read. While an organisation is set aside its news stay: then only the latest
/// of what was read is looked at, `latest` positions, so that what stays costs nothing until all of it can go.
pub(super) fn forget_read(tx: &Tx<'_>, followers: &[&'static str], latest: i64) -> Result<()> {
    let mut read = Sql::new("(SELECT min(position) FROM news_cursors WHERE name IN ");
    // Without followers nobody waits for anything.
    read.bind_list(followers.iter().copied().chain([HEAD])).push(")");
    let mut sql = Sql::new("SELECT 1 FROM news_set_aside WHERE name IN ");
    let anybody = tx.query_opt(&*sql.bind_list(followers.iter().copied()).push(" LIMIT 1"), |_| Ok(()))?;
    let mut sql = Sql::new("DELETE FROM news WHERE position <= ");
    sql.append(&read);
    if anybody.is_some() {
        sql.push(" AND position > ").append(&read).push(" - ").bind(latest);
        sql.push(" AND NOT EXISTS (SELECT 1 FROM news_set_aside s WHERE s.org_id = news.org_id");
        sql.push(" AND s.position < news.position AND s.name IN ").bind_list(followers.iter().copied()).push(")");
    }
    tx.execute(&sql)?;
    Ok(())
}

pub(super) fn lag(c: &Conn<'_>) -> Result<Vec<(String, i64)>> {
    c.query(
        (
            "SELECT f.name, h.position - min(COALESCE(s.position, f.position))
             FROM news_cursors f CROSS JOIN news_cursors h LEFT JOIN news_set_aside s ON s.name = f.name
             WHERE h.name = $1 AND f.name <> $1 GROUP BY f.name, h.position ORDER BY f.name",
            params![HEAD],
        ),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
