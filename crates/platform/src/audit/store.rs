use super::model::{AuditEntry, GENESIS, Link};
use crate::actor::{ActorKind, ActorRef, Scope};
use crate::http::Page;
use crate::ids::AuditId;
use crate::paging::List;
use db::{Conn, Error, Result, Row, Sql, Tx, params};

/// Moves the chain's end on by one and answers the new position with the last row's hash.
pub(super) fn advance(tx: &Tx<'_>, scope: &Scope) -> Result<(i64, Vec<u8>)> {
    // An update that changes nothing holds the row until the commit.
    let held = tx.execute(("UPDATE audit_heads SET position = position WHERE org_id = $1", params![scope]))?;
    if held == 0 {
        let made = tx.execute((
            "INSERT INTO audit_heads (org_id, position, hash) VALUES ($1, 0, $2)",
            params![scope, GENESIS.to_vec()],
        ));
        match made {
            Err(Error::Unique(_)) => return Err(tx.conflict()),
            other => other?,
        };
    }
    let (position, hash) = head(tx, scope)?.ok_or(Error::NotFound)?;
    Ok((position + 1, hash))
}

pub(super) fn head(c: &Conn<'_>, scope: &Scope) -> Result<Option<(i64, Vec<u8>)>> {
    c.query_opt(("SELECT position, hash FROM audit_heads WHERE org_id = $1", params![scope]), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

pub(super) fn set_head(tx: &Tx<'_>, scope: &Scope, position: i64, hash: &[u8]) -> Result<()> {
    tx.execute((
        "UPDATE audit_heads SET position = $2, hash = $3 WHERE org_id = $1",
        params![scope, position, hash.to_vec()],
    ))?;
    Ok(())
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, entry: &AuditEntry, link: &Link) -> Result<()> {
    tx.execute((
        "INSERT INTO audit_log (org_id, id, action, detail, actor_kind, actor_id, actor_name, ip_address, occurred_at,
           position, previous_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            scope,
            entry.id,
            &entry.action,
            entry.detail.clone(),
            entry.actor.kind.as_str(),
            entry.actor.id,
            &entry.actor.name,
            entry.ip_address.clone(),
            entry.occurred_at,
            link.position,
            link.previous_hash.clone(),
            link.hash.clone()
        ],
    ))?;
    Ok(())
}

fn entry(row: &Row<'_>) -> Result<(AuditEntry, Link)> {
    let kind: String = row.get(3)?;
    let actor = ActorRef {
        kind: ActorKind::parse(&kind).ok_or_else(|| Error::Bug(format!("unknown actor kind {kind:?}")))?,
        id: row.get(4)?,
        name: row.get(5)?,
    };
    let entry = AuditEntry {
        id: AuditId(row.get(0)?),
        action: row.get(1)?,
        detail: row.get(2)?,
        actor,
        ip_address: row.get(6)?,
        occurred_at: row.get(7)?,
    };
    Ok((entry, Link { position: row.get(8)?, previous_hash: row.get(9)?, hash: row.get(10)? }))
}

/// Visits the chain from its first row: position, and the row where it can be read.
pub(super) fn for_each(
    c: &Conn<'_>,
    scope: &Scope,
    mut each: impl FnMut(i64, Option<(AuditEntry, Link)>),
) -> Result<u64> {
    c.for_each(
        (
            "SELECT id, action, detail, actor_kind, actor_id, actor_name, ip_address, occurred_at, position, previous_hash,
               hash
             FROM audit_log WHERE org_id = $1 ORDER BY position",
            params![scope],
        ),
        |row| {
            each(row.get(8)?, entry(row).ok());
            Ok(())
        },
    )
}

pub(super) fn page(c: &Conn<'_>, scope: &Scope, list: &List) -> Result<Page<AuditEntry>> {
    list.page(
        c,
        |leg| {
            let mut sql = Sql::new(
                "SELECT id, action, detail, actor_kind, actor_id, actor_name, ip_address, occurred_at, position,
                   previous_hash, hash",
            );
            sql.append(&leg.columns()).push(" FROM audit_log a WHERE a.org_id = ").bind(scope).append(&leg.rest());
            sql
        },
        |row| entry(row).map(|(entry, _)| entry),
    )
}
