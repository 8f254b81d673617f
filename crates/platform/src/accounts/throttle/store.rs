use crate::clock::Timestamp;
use db::{Conn, Result, Tx, params};

pub(super) fn is_familiar(c: &Conn<'_>, subject: &[u8]) -> Result<bool> {
    let found = c
        .query_opt(("SELECT last_login_at FROM login_places WHERE subject = $1", params![subject.to_vec()]), |_| {
            Ok(())
        })?;
    Ok(found.is_some())
}

pub(super) fn set_familiar(tx: &Tx<'_>, subject: &[u8], now: Timestamp) -> Result<()> {
    tx.execute((
        "INSERT INTO login_places (subject, last_login_at) VALUES ($1, $2)
         ON CONFLICT (subject) DO UPDATE SET last_login_at = excluded.last_login_at",
        params![subject.to_vec(), now],
    ))?;
    Ok(())
}

pub(super) fn blocked_until(c: &Conn<'_>, subject: &[u8]) -> Result<Option<Timestamp>> {
    c.query_opt(("SELECT blocked_until FROM login_throttles WHERE subject = $1", params![subject.to_vec()]), |row| {
        row.get(0)
    })
}

/// One failure more, or the first one when the last was before `forgiven`; says how many there are. The row
/// stays locked until the commit.
pub(super) fn count(tx: &Tx<'_>, subject: &[u8], now: Timestamp, forgiven: Timestamp) -> Result<i64> {
    tx.execute((
        "INSERT INTO login_throttles (subject, failures, blocked_until, updated_at) VALUES ($1, 1, 0, $2)
         ON CONFLICT (subject) DO UPDATE SET
           failures = CASE WHEN login_throttles.updated_at < $3 THEN 1 ELSE login_throttles.failures + 1 END,
           updated_at = excluded.updated_at",
        params![subject.to_vec(), now, forgiven],
    ))?;
    tx.query_one(("SELECT failures FROM login_throttles WHERE subject = $1", params![subject.to_vec()]), |row| {
        row.get(0)
    })
}

pub(super) fn block(tx: &Tx<'_>, subject: &[u8], until: Timestamp) -> Result<()> {
    tx.execute(("UPDATE login_throttles SET blocked_until = $2 WHERE subject = $1", params![subject.to_vec(), until]))?;
    Ok(())
}

pub(super) fn forgive(tx: &Tx<'_>, subject: &[u8]) -> Result<()> {
    tx.execute(("DELETE FROM login_throttles WHERE subject = $1", params![subject.to_vec()]))?;
    Ok(())
}

/// Forgets failures and places from before the two times.
pub(super) fn forget(tx: &Tx<'_>, failures: Timestamp, places: Timestamp) -> Result<u64> {
    let gone = tx.execute(("DELETE FROM login_throttles WHERE updated_at < $1", params![failures]))?;
    Ok(gone + tx.execute(("DELETE FROM login_places WHERE last_login_at < $1", params![places]))?)
}
