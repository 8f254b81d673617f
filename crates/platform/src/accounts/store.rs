use crate::actor::Role;
use crate::clock::Timestamp;
use crate::ids::{OrgId, SessionId, UserId};
use db::{Conn, Error, Result, Tx, params};

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

pub(super) fn session(c: &Conn<'_>, token_hash: &[u8]) -> Result<Option<SessionRow>> {
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
                role: role(&row.get::<String>(4)?)?,
                disabled: row.get::<Option<i64>>(5)?.is_some(),
                last_seen_at: row.get(6)?,
                expires_at: row.get(7)?,
            })
        },
    )
}

pub(super) fn role(text: &str) -> Result<Role> {
    Role::parse(text).ok_or_else(|| Error::Bug(format!("unknown role {text:?}")))
}

pub(super) fn note_seen(tx: &Tx<'_>, id: SessionId, now: Timestamp) -> Result<()> {
    tx.execute(("UPDATE sessions SET last_seen_at = $2 WHERE id = $1", params![id, now]))?;
    Ok(())
}
