//! Organisations and actors for tests.

use db::{Conn, Db, Engine, params};
use platform::Actor;
use platform::actor::Role;
use platform::clock::{Clock, Timestamp};
use platform::ids::{OrgId, UserId};

/// A person in an organisation of their own, with a clock that stands still. Not in the database.
pub(crate) fn actor(role: Role) -> Actor {
    let clock = Clock::fixed(Timestamp(1_700_000_000_000_000));
    Actor::user(UserId(clock.new_id()), "Ada Example", OrgId(uuid::Uuid::now_v7()), role, clock)
}

/// Another person in the same organisation, with the same clock. Not in the database.
pub(crate) fn colleague(of: &Actor, role: Role) -> Actor {
    Actor::user(UserId(uuid::Uuid::now_v7()), "Bo Example", of.org_id, role, of.clock.clone())
}

/// A stored organisation with a stored owner.
pub(crate) async fn org(db: &Db) -> Actor {
    let owner = actor(Role::Owner);
    let org_id = owner.org_id;
    db.write(move |tx| {
        tx.execute((
            "INSERT INTO organisations (id, name, timezone, currency, created_at, updated_at, version)
             VALUES ($1, 'Test', 'Europe/Berlin', 'EUR', $2, $2, $3)",
            params![org_id, 0_i64, 1_i64],
        ))
    })
    .await
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
    store(db, &owner).await;
    owner
}

/// A stored member of the same organisation.
pub(crate) async fn member(db: &Db, of: &Actor, role: Role) -> Actor {
    let member = colleague(of, role);
    store(db, &member).await;
    member
}

async fn store(db: &Db, actor: &Actor) {
    let (org, role, name) = (actor.org_id, actor.role.as_str(), actor.name.clone());
    let id = actor.user_id.expect("a person");
    db.write(move |tx| {
        tx.execute((
            "INSERT INTO users (id, email, full_name, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $4, $5)",
            params![id, format!("{id}@test.example"), &name, 0_i64, 1_i64],
        ))?;
        tx.execute((
            "INSERT INTO memberships (org_id, user_id, role, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $4, $5)",
            params![org, id, role, 0_i64, 1_i64],
        ))
    })
    .await
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

/// Every column of the schema as `table.column`.
pub(crate) fn columns(c: &Conn<'_>) -> db::Result<Vec<String>> {
    let sql = match c.engine() {
        Engine::Sqlite => {
            "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
        }
        Engine::Postgres => {
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    c.query(sql, |row| row.get(0))
}
