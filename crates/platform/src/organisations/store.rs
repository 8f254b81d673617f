use super::Member;
use crate::actor::{Role, Scope};
use crate::ids::UserId;
use db::{Conn, Result, Row, Sql, params};

pub(super) fn timezone(c: &Conn<'_>, scope: &Scope) -> Result<Option<String>> {
    c.query_opt(("SELECT timezone FROM organisations WHERE id = $1", params![scope]), |row| row.get(0))
}

pub(super) fn currency(c: &Conn<'_>, scope: &Scope) -> Result<Option<String>> {
    c.query_opt(("SELECT currency FROM organisations WHERE id = $1", params![scope]), |row| row.get(0))
}

const SELECT: &str = "SELECT u.id, u.full_name, u.email, m.role, m.disabled_at FROM memberships m
    JOIN users u ON u.id = m.user_id WHERE m.org_id = ";

fn read(row: &Row<'_>) -> Result<Member> {
    Ok(Member {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        role: Role::of_row(&row.get::<String>(3)?)?,
        disabled: row.get::<Option<i64>>(4)?.is_some(),
    })
}

pub(super) fn members(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Member>> {
    c.query(Sql::new(SELECT).bind(scope).push(" ORDER BY u.full_name, u.id"), read)
}

pub(super) fn member(c: &Conn<'_>, scope: &Scope, id: UserId) -> Result<Option<Member>> {
    c.query_opt(Sql::new(SELECT).bind(scope).push(" AND m.user_id = ").bind(id), read)
}
