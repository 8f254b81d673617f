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

/// The runner of bulk actions, with the clock of `actor`.
pub(crate) fn bulk_runner(db: &Db, actor: &Actor) -> jobs::Runner {
    let mut registry = jobs::Registry::new();
    platform::bulk::jobs::register(&mut registry, &actor.clock, &crate::BULK_ACTS);
    let clock = actor.clock.clone();
    let clock = jobs::Clock::new(move || clock.now().micros());
    jobs::Runner::new(db.clone(), registry, clock, jobs::Options::default()).expect("a sound registry")
}

/// Does the bulk actions that are due.
pub(crate) async fn run_bulk(db: &Db, actor: &Actor) {
    bulk_runner(db, actor).run_until_idle().await.expect("the jobs are done");
}

/// A job as `actor` sees it.
pub(crate) async fn job(db: &Db, actor: &Actor, id: uuid::Uuid) -> platform::Result<platform::background::Job> {
    let actor = actor.clone();
    db.read(move |c| platform::background::get(c, &actor, id)).await
}

/// Matched, changed, skipped and failed records.
pub(crate) fn counts(job: &platform::background::Job) -> [i64; 4] {
    [job.matched, job.changed, job.skipped, job.failed].map(|count| count.expect("a bulk job"))
}

/// Why records were skipped or failed: `archived 2, forbidden 1`.
pub(crate) fn reasons(job: &platform::background::Job) -> String {
    let each: Vec<String> = job.reasons.iter().map(|reason| format!("{} {}", reason.code, reason.count)).collect();
    each.join(", ")
}

/// Starts to take a bulk action back; the job that does.
pub(crate) async fn undo_bulk(db: &Db, actor: &Actor, id: uuid::Uuid) -> platform::Result<uuid::Uuid> {
    let actor = actor.clone();
    db.write(move |tx| platform::background::undo(tx, &actor.at_one_moment(), id)).await.map(|accepted| accepted.job_id)
}

/// No rule between rows is broken.
pub(crate) async fn sound(db: &Db) {
    // Without statistics the rules are asked by poor plans.
    db.analyze().await.expect("statistics");
    assert_eq!(db.read(crate::checks::broken_rules).await.expect("the rules can be asked"), []);
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
