use crate::actor::Role;
use crate::clock::Timestamp;
use crate::ids::{ApiKeyId, OrgId};
use db::{Conn, Error, Result, Tx, params};
use uuid::Uuid;

pub(super) struct KeyRow {
    pub org_id: OrgId,
    pub id: ApiKeyId,
    pub name: String,
    pub role: Role,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}

pub(super) fn by_hash(c: &Conn<'_>, token_hash: &[u8]) -> Result<Option<KeyRow>> {
    c.query_opt(
        (
            "SELECT org_id, id, name, role, expires_at, last_used_at FROM api_keys WHERE token_hash = $1",
            params![token_hash.to_vec()],
        ),
        |row| {
            let role: String = row.get(3)?;
            Ok(KeyRow {
                org_id: row.get(0)?,
                id: row.get(1)?,
                name: row.get(2)?,
                role: Role::parse(&role).ok_or_else(|| Error::Bug(format!("unknown role {role:?}")))?,
                expires_at: row.get(4)?,
                last_used_at: row.get(5)?,
            })
        },
    )
}

pub(super) fn note_use(tx: &Tx<'_>, org_id: OrgId, id: Uuid, now: Timestamp) -> Result<()> {
    tx.execute(("UPDATE api_keys SET last_used_at = $3 WHERE org_id = $1 AND id = $2", params![org_id, id, now]))?;
    Ok(())
}
