use super::Answer;
use crate::actor::Scope;
use crate::clock::Timestamp;
use db::{Conn, Error, Result, Tx, params};
use uuid::Uuid;

pub(super) fn find(c: &Conn<'_>, scope: &Scope, principal: Uuid, key: &str) -> Result<Option<(Vec<u8>, Answer)>> {
    c.query_opt(
        (
            "SELECT request_hash, status, body, etag, location FROM idempotency_keys
             WHERE org_id = $1 AND principal_id = $2 AND key = $3",
            params![scope, principal, key],
        ),
        |row| {
            let answer = Answer {
                status: u16::try_from(row.get::<i64>(1)?).unwrap_or(500),
                body: row.get(2)?,
                etag: row.get(3)?,
                location: row.get(4)?,
            };
            Ok((row.get(0)?, answer))
        },
    )
}

pub(super) fn reserve(
    tx: &Tx<'_>,
    scope: &Scope,
    principal: Uuid,
    key: &str,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<()> {
    let outcome = tx.execute((
        "INSERT INTO idempotency_keys (org_id, principal_id, key, request_hash, status, body, created_at)
         VALUES ($1, $2, $3, $4, 0, '', $5)",
        params![scope, principal, key, digest.to_vec(), now],
    ));
    match outcome {
        // Another request with the key has just committed: run again and find its answer.
        Err(Error::Unique(_)) => Err(tx.conflict()),
        other => other.map(|_| ()),
    }
}

pub(super) fn fill(tx: &Tx<'_>, scope: &Scope, principal: Uuid, key: &str, answer: &Answer) -> Result<()> {
    tx.later(
        "UPDATE idempotency_keys SET status = $4, body = $5, etag = $6, location = $7
         WHERE org_id = $1 AND principal_id = $2 AND key = $3",
        params![
            scope,
            principal,
            key,
            i64::from(answer.status),
            &answer.body,
            answer.etag.clone(),
            answer.location.clone()
        ],
    )
}

/// Forgets answers from before `limit`; says how many.
pub(super) fn forget(tx: &Tx<'_>, limit: Timestamp) -> Result<u64> {
    tx.execute(("DELETE FROM idempotency_keys WHERE created_at < $1", params![limit]))
}
