//! Actors for tests.

use platform::Actor;
use platform::actor::Role;
use platform::clock::{Clock, Timestamp};
use platform::ids::{OrgId, UserId};

/// A person in an organisation of their own, with a clock that stands still.
pub(crate) fn actor(role: Role) -> Actor {
    let clock = Clock::fixed(Timestamp(1_700_000_000_000_000));
    Actor::user(UserId(clock.new_id()), "Ada Example", OrgId(uuid::Uuid::now_v7()), role, clock)
}

/// Another person in the same organisation, with the same clock.
pub(crate) fn colleague(of: &Actor, role: Role) -> Actor {
    Actor::user(UserId(uuid::Uuid::now_v7()), "Bo Example", of.org_id, role, of.clock.clone())
}
