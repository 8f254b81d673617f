use super::model::{ApiKey, KeyMaker};
use crate::actor::{Role, Scope};
use crate::clock::Timestamp;
use crate::http::Page;
use crate::ids::{ApiKeyId, OrgId};
use crate::paging::List;
use db::{Conn, Result, Row, Sql, Tx, params};
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
            Ok(KeyRow {
                org_id: row.get(0)?,
                id: row.get(1)?,
                name: row.get(2)?,
                role: Role::of_row(&row.get::<String>(3)?)?,
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

fn record(row: &Row<'_>) -> Result<ApiKey> {
    Ok(ApiKey {
        id: row.get(0)?,
        name: row.get(1)?,
        role: Role::of_row(&row.get::<String>(2)?)?,
        prefix: row.get(3)?,
        created_at: row.get(4)?,
        expires_at: row.get(5)?,
        last_used_at: row.get(6)?,
        created_by: KeyMaker { id: row.get(7)?, name: row.get(8)? },
    })
}

pub(super) fn page(c: &Conn<'_>, scope: &Scope, list: &List) -> Result<Page<ApiKey>> {
    list.page(
        c,
        |leg| {
            let mut sql = Sql::new(
                "SELECT k.id, k.name, k.role, k.prefix, k.created_at, k.expires_at, k.last_used_at, k.created_by_id,
                   k.created_by_name",
            );
            sql.append(&leg.columns()).push(" FROM api_keys k WHERE k.org_id = ").bind(scope).append(&leg.rest());
            sql
        },
        record,
    )
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: ApiKeyId) -> Result<Option<ApiKey>> {
    c.query_opt(
        (
            "SELECT id, name, role, prefix, created_at, expires_at, last_used_at, created_by_id, created_by_name
             FROM api_keys WHERE org_id = $1 AND id = $2",
            params![scope, id],
        ),
        record,
    )
}

pub(super) fn count(c: &Conn<'_>, scope: &Scope) -> Result<i64> {
    c.query_one(("SELECT count(*) FROM api_keys WHERE org_id = $1", params![scope]), |row| row.get(0))
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, key: &ApiKey, token_hash: &[u8]) -> Result<()> {
    tx.execute((
        "INSERT INTO api_keys (org_id, id, name, role, prefix, token_hash, created_by_id, created_by_name, created_at,
           expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            scope,
            key.id,
            &key.name,
            key.role.as_str(),
            &key.prefix,
            token_hash.to_vec(),
            key.created_by.id,
            &key.created_by.name,
            key.created_at,
            key.expires_at
        ],
    ))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, id: ApiKeyId) -> Result<u64> {
    tx.execute(("DELETE FROM api_keys WHERE org_id = $1 AND id = $2", params![scope, id]))
}
