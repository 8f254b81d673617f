use super::{NewSession, Session};
use crate::actor::{Role, Scope};
use crate::clock::Timestamp;
use crate::ids::{OrgId, SessionId, UserId};
use db::{Conn, Result, Tx, params};

pub(super) struct SessionRow {
    pub id: SessionId,
    pub org_id: OrgId,
    pub user_id: UserId,
    pub full_name: String,
    pub role: Role,
    pub disabled: bool,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
}

pub(super) fn by_token(c: &Conn<'_>, token_hash: &[u8]) -> Result<Option<SessionRow>> {
    c.query_opt(
        (
            "SELECT s.id, s.org_id, s.user_id, u.full_name, m.role, m.disabled_at, s.last_seen_at, s.expires_at
             FROM sessions s
             JOIN memberships m ON m.org_id = s.org_id AND m.user_id = s.user_id
             JOIN users u ON u.id = s.user_id
             WHERE s.token_hash = $1",
            params![token_hash.to_vec()],
        ),
        |row| {
            Ok(SessionRow {
                id: row.get(0)?,
                org_id: row.get(1)?,
                user_id: row.get(2)?,
                full_name: row.get(3)?,
                role: Role::of_row(&row.get::<String>(4)?)?,
                disabled: row.get::<Option<i64>>(5)?.is_some(),
                last_seen_at: row.get(6)?,
                expires_at: row.get(7)?,
            })
        },
    )
}

pub(super) fn note_seen(tx: &Tx<'_>, id: SessionId, now: Timestamp) -> Result<()> {
    tx.execute(("UPDATE sessions SET last_seen_at = $2 WHERE id = $1", params![id, now]))?;
    Ok(())
}

pub(super) fn insert(
    tx: &Tx<'_>,
    id: SessionId,
    new: &NewSession,
    token_hash: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute((
        "INSERT INTO sessions (id, org_id, user_id, token_hash, user_agent, ip_address, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        params![
            id,
            new.org_id,
            new.user_id,
            token_hash.to_vec(),
            new.user_agent.clone(),
            new.ip_address.clone(),
            now,
            expires_at
        ],
    ))?;
    Ok(())
}

pub(super) fn keep_newest(tx: &Tx<'_>, org_id: OrgId, user_id: UserId, kept: i64) -> Result<()> {
    tx.execute((
        "DELETE FROM sessions WHERE id IN (
           SELECT id FROM sessions WHERE org_id = $1 AND user_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET $3)",
        params![org_id, user_id, kept],
    ))?;
    Ok(())
}

pub(super) fn living(
    c: &Conn<'_>,
    scope: &Scope,
    user_id: UserId,
    current: Option<SessionId>,
    now: Timestamp,
    seen_after: Timestamp,
) -> Result<Vec<Session>> {
    c.query(
        (
            "SELECT id, created_at, last_seen_at, user_agent, ip_address FROM sessions
             WHERE org_id = $1 AND user_id = $2 AND expires_at > $3 AND last_seen_at > $4
             ORDER BY created_at DESC, id DESC",
            params![scope, user_id, now, seen_after],
        ),
        |row| {
            let id: SessionId = row.get(0)?;
            Ok(Session {
                id,
                created_at: row.get(1)?,
                last_seen_at: row.get(2)?,
                user_agent: row.get(3)?,
                ip_address: row.get(4)?,
                current: current == Some(id),
            })
        },
    )
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, user_id: UserId, id: SessionId) -> Result<u64> {
    tx.execute(("DELETE FROM sessions WHERE org_id = $1 AND user_id = $2 AND id = $3", params![scope, user_id, id]))
}

pub(super) fn delete_others(tx: &Tx<'_>, scope: &Scope, user_id: UserId, keep: Option<SessionId>) -> Result<u64> {
    tx.execute((
        "DELETE FROM sessions WHERE org_id = $1 AND user_id = $2 AND ($3 IS NULL OR id <> $3)",
        params![scope, user_id, keep],
    ))
}

pub(super) fn delete_everywhere(tx: &Tx<'_>, user_id: UserId, keep: Option<SessionId>) -> Result<u64> {
    tx.execute((
        "DELETE FROM sessions
         WHERE org_id IN (SELECT org_id FROM memberships WHERE user_id = $1) AND user_id = $1 AND ($2 IS NULL OR id <> $2)",
        params![user_id, keep],
    ))
}

/// Removes sessions that expired before `now` or were last seen before `seen_after`.
pub(super) fn forget(tx: &Tx<'_>, now: Timestamp, seen_after: Timestamp) -> Result<u64> {
    tx.execute(("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2", params![now, seen_after]))
}
