use super::{Definition, SEGMENTS_MAX};
use db::{Conn, Engine, Result, Row, Sql, Tx, params};
use platform::Scope;
use uuid::Uuid;

fn read(row: &Row<'_>) -> Result<Definition> {
    Ok(Definition { id: row.get(0)?, name: row.get(1)?, archived: row.get(2)?, rule: row.get(3)? })
}

/// In no order; unknown ids are left out.
pub(super) fn by_ids(c: &Conn<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Definition>> {
    let statement = |part: &[Uuid]| {
        let mut sql = Sql::new("SELECT id, name, archived_at IS NOT NULL, rule FROM segments WHERE org_id = ");
        sql.bind(scope).push(" AND id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(ids, statement, read)
}

pub(super) fn all(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Definition>> {
    c.query(
        (
            "SELECT id, name, archived_at IS NOT NULL, rule FROM segments WHERE org_id = $1 LIMIT $2",
            params![scope, SEGMENTS_MAX],
        ),
        read,
    )
}

pub(super) fn hold(tx: &Tx<'_>, scope: &Scope, ids: &[Uuid]) -> Result<()> {
    if tx.engine() == Engine::Postgres && !ids.is_empty() {
        let mut sql = Sql::new("SELECT id FROM segments WHERE org_id = ");
        sql.bind(scope).push(" AND id IN ").bind_list(ids.iter().copied()).push(" FOR SHARE");
        tx.for_each(&sql, |_| Ok(()))?;
    }
    Ok(())
}
