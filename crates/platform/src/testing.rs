//! Organisations and people for the tests of this crate.

use crate::accounts::{self, NewMember};
use crate::actor::{Actor, Role};
use crate::clock::{Clock, Timestamp};
use db::Db;

fn somebody(email: String, role: Role) -> NewMember {
    NewMember { full_name: "Ada Example".into(), email, role, password_hash: None }
}

/// An organisation with an owner, and a clock that stands still.
pub(crate) async fn org_with(db: &Db, name: &'static str) -> Actor {
    let clock = Clock::fixed(Timestamp(1_700_000_000_000_000));
    let owner = somebody(format!("owner-{}@{}.example", clock.new_id(), name.to_lowercase()), Role::Owner);
    db.write(move |tx| accounts::create_organisation(tx, &clock, name, &owner, None)).await.unwrap()
}

/// Another person of the same organisation.
pub(crate) async fn person_of(db: &Db, owner: &Actor, role: Role) -> Actor {
    let (by, new) = (owner.clone(), somebody(format!("{}@example.com", owner.new_id()), role));
    let id = db.write(move |tx| accounts::add_member(tx, &by, &new)).await.unwrap();
    Actor::user(id, "Bo Example", owner.org_id, role, owner.clock.clone())
}
