//! Users belong to no single organisation, and signing in comes before there is an actor: the functions
//! without a [`Scope`] are those of sign-up, login and the operator's commands.

use super::model::{Me, Member, OrgBrief, Organisation};
use crate::actor::{Role, Scope};
use crate::clock::Timestamp;
use crate::http::Page;
use crate::ids::{OrgId, UserId};
use crate::paging::List;
use db::{Conn, Result, Row, Sql, Tx, params};

pub(super) fn insert_organisation(tx: &Tx<'_>, org: &Organisation) -> Result<()> {
    tx.execute((
        "INSERT INTO organisations (id, name, timezone, currency, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![org.id, &org.name, &org.timezone, &org.currency, org.created_at, org.updated_at, org.version],
    ))?;
    Ok(())
}

pub(super) fn insert_user(
    tx: &Tx<'_>,
    id: UserId,
    email: &str,
    full_name: &str,
    password_hash: Option<String>,
    now: Timestamp,
) -> Result<()> {
    let changed_at = password_hash.is_some().then_some(now);
    tx.execute((
        "INSERT INTO users (id, email, full_name, password_hash, password_changed_at, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $6, 1)",
        params![id, email, full_name, password_hash, changed_at, now],
    ))?;
    Ok(())
}

pub(super) fn insert_membership(tx: &Tx<'_>, scope: &Scope, user_id: UserId, role: Role, now: Timestamp) -> Result<()> {
    tx.execute((
        "INSERT INTO memberships (org_id, user_id, role, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $4, 1)",
        params![scope, user_id, role.as_str(), now],
    ))?;
    Ok(())
}

/// Who signs in with an address.
#[derive(Clone)]
pub(super) struct Login {
    pub user_id: UserId,
    pub email: String,
    pub full_name: String,
    pub password_hash: Option<String>,
}

pub(super) fn login(c: &Conn<'_>, email: &str) -> Result<Option<Login>> {
    c.query_opt(("SELECT id, full_name, password_hash FROM users WHERE email = $1", params![email]), |row| {
        Ok(Login { user_id: row.get(0)?, email: email.to_string(), full_name: row.get(1)?, password_hash: row.get(2)? })
    })
}

/// Makes other writes that hold this user wait until the commit, or run again.
pub(super) fn hold_user(tx: &Tx<'_>, user_id: UserId) -> Result<()> {
    tx.execute(("UPDATE users SET version = version WHERE id = $1", params![user_id]))?;
    Ok(())
}

/// A person's organisations, the oldest membership first: id, role, whether disabled.
pub(super) fn memberships(c: &Conn<'_>, user_id: UserId) -> Result<Vec<(OrgId, Role, bool)>> {
    c.query(
        (
            "SELECT org_id, role, disabled_at FROM memberships WHERE user_id = $1 ORDER BY created_at, org_id",
            params![user_id],
        ),
        |row| Ok((row.get(0)?, Role::of_row(&row.get::<String>(1)?)?, row.get::<Option<i64>>(2)?.is_some())),
    )
}

/// Organisations of that very name, for the operator's commands.
pub(super) fn organisations_named(c: &Conn<'_>, name: &str) -> Result<Vec<OrgId>> {
    c.query(("SELECT id FROM organisations WHERE name = $1 ORDER BY created_at LIMIT 2", params![name]), |row| {
        row.get(0)
    })
}

/// All organisations, for the operator's checks.
pub(super) fn organisations(c: &Conn<'_>) -> Result<Vec<(OrgId, String)>> {
    c.query("SELECT id, name FROM organisations ORDER BY created_at, id", |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(super) fn me(c: &Conn<'_>, scope: &Scope, user_id: UserId) -> Result<Option<Me>> {
    c.query_opt(
        (
            "SELECT u.id, u.full_name, u.email, m.role, o.id, o.name, o.timezone, o.currency, u.created_at, u.updated_at,
               u.version
             FROM memberships m
             JOIN users u ON u.id = m.user_id
             JOIN organisations o ON o.id = m.org_id
             WHERE m.org_id = $1 AND m.user_id = $2",
            params![scope, user_id],
        ),
        |row| {
            Ok(Me {
                id: row.get(0)?,
                full_name: row.get(1)?,
                email: row.get(2)?,
                role: Role::of_row(&row.get::<String>(3)?)?,
                org: OrgBrief { id: row.get(4)?, name: row.get(5)?, timezone: row.get(6)?, currency: row.get(7)? },
                created_at: row.get(8)?,
                updated_at: row.get(9)?,
                version: row.get(10)?,
            })
        },
    )
}

pub(super) fn set_name(tx: &Tx<'_>, user_id: UserId, full_name: &str, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE users SET full_name = $2, updated_at = $3, version = version + 1 WHERE id = $1",
        params![user_id, full_name, now],
    ))?;
    Ok(())
}

/// Sets a password if the old one is still `before`; says whether it was.
pub(super) fn set_password(
    tx: &Tx<'_>,
    user_id: UserId,
    before: Option<String>,
    hash: &str,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx.execute((
        "UPDATE users SET password_hash = $2, password_changed_at = $3, updated_at = $3, version = version + 1
         WHERE id = $1 AND ($4 IS NULL AND password_hash IS NULL OR password_hash = $4)",
        params![user_id, hash, now, before],
    ))?;
    Ok(changed == 1)
}

fn organisation_row(row: &Row<'_>) -> Result<Organisation> {
    Ok(Organisation {
        id: row.get(0)?,
        name: row.get(1)?,
        timezone: row.get(2)?,
        currency: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
        version: row.get(6)?,
    })
}

pub(super) fn organisation(c: &Conn<'_>, scope: &Scope) -> Result<Option<Organisation>> {
    c.query_opt(
        (
            "SELECT id, name, timezone, currency, created_at, updated_at, version FROM organisations WHERE id = $1",
            params![scope],
        ),
        organisation_row,
    )
}

/// Writes an organisation that is one version on; says whether it still was at the version before.
pub(super) fn update_organisation(tx: &Tx<'_>, scope: &Scope, org: &Organisation) -> Result<bool> {
    let changed = tx.execute((
        "UPDATE organisations SET name = $2, timezone = $3, currency = $4, updated_at = $5, version = $6
         WHERE id = $1 AND version = $6 - 1",
        params![scope, &org.name, &org.timezone, &org.currency, org.updated_at, org.version],
    ))?;
    Ok(changed == 1)
}

pub(super) fn count_members(c: &Conn<'_>, scope: &Scope) -> Result<i64> {
    c.query_one(("SELECT count(*) FROM memberships WHERE org_id = $1", params![scope]), |row| row.get(0))
}

pub(super) fn count_owners(c: &Conn<'_>, scope: &Scope) -> Result<i64> {
    c.query_one(
        (
            "SELECT count(*) FROM memberships WHERE org_id = $1 AND role = 'owner' AND disabled_at IS NULL",
            params![scope],
        ),
        |row| row.get(0),
    )
}

const MEMBER: &str = "SELECT m.user_id, u.full_name, u.email, m.role, m.disabled_at, m.version";
const OF_MEMBERS: &str = " FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.org_id = ";

pub(super) fn member(c: &Conn<'_>, scope: &Scope, user_id: UserId) -> Result<Option<Member>> {
    let mut sql = Sql::new(MEMBER);
    c.query_opt(sql.push(OF_MEMBERS).bind(scope).push(" AND m.user_id = ").bind(user_id), member_row)
}

pub(super) fn member_of_address(c: &Conn<'_>, scope: &Scope, email: &str) -> Result<Option<Member>> {
    let mut sql = Sql::new(MEMBER);
    c.query_opt(sql.push(OF_MEMBERS).bind(scope).push(" AND u.email = ").bind(email), member_row)
}

/// Writes a member who is one version on; says whether they still were at the version before.
pub(super) fn update_membership(tx: &Tx<'_>, scope: &Scope, member: &Member, now: Timestamp) -> Result<bool> {
    let changed = tx.execute((
        "UPDATE memberships SET role = $3, disabled_at = $4, updated_at = $5, version = $6
         WHERE org_id = $1 AND user_id = $2 AND version = $6 - 1",
        params![scope, member.id, member.role.as_str(), member.disabled.then_some(now), now, member.version],
    ))?;
    Ok(changed == 1)
}

/// Says whether the member still was at the version that was read.
pub(super) fn delete_membership(tx: &Tx<'_>, scope: &Scope, member: &Member) -> Result<bool> {
    let gone = tx.execute((
        "DELETE FROM memberships WHERE org_id = $1 AND user_id = $2 AND version = $3",
        params![scope, member.id, member.version],
    ))?;
    Ok(gone == 1)
}

pub(super) fn members(c: &Conn<'_>, scope: &Scope, list: &List) -> Result<Page<Member>> {
    list.page(
        c,
        |leg| {
            let mut sql = Sql::new(MEMBER);
            sql.append(&leg.columns()).push(OF_MEMBERS).bind(scope).append(&leg.rest());
            sql
        },
        member_row,
    )
}

pub(super) fn all_members(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Member>> {
    let mut sql = Sql::new(MEMBER);
    c.query(sql.push(OF_MEMBERS).bind(scope).push(" ORDER BY u.full_name, m.user_id"), member_row)
}

fn member_row(row: &Row<'_>) -> Result<Member> {
    Ok(Member {
        id: row.get(0)?,
        full_name: row.get(1)?,
        email: row.get(2)?,
        role: Role::of_row(&row.get::<String>(3)?)?,
        disabled: row.get::<Option<i64>>(4)?.is_some(),
        version: row.get(5)?,
    })
}
