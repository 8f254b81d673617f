//! Who owns a customer: claim, unclaim, release, reassign.

use super::{Customer, about, bump, refuse_merged, store};
use crate::activity::{self, Event};
use db::{Conn, Tx};
use platform::error::Existing;
use platform::http::IfMatch;
use platform::ids::{CustomerId, UserId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, organisations};

/// A customer who may get another owner.
fn get(c: &Conn<'_>, actor: &Actor, id: CustomerId) -> Result<Customer> {
    let customer = super::get(c, actor, id)?;
    refuse_merged(c, actor, &customer)?;
    Ok(customer)
}

pub(super) fn person(actor: &Actor) -> Result<UserId> {
    actor.user_id.ok_or_else(|| Error::forbidden("only a person can own a customer; reassign it to a member instead"))
}

fn member_name(c: &Conn<'_>, scope: &Scope, id: UserId) -> Result<String> {
    Ok(organisations::member(c, scope, id)?.map_or_else(|| organisations::FORMER_MEMBER.into(), |member| member.name))
}

/// Takes an unowned customer. Claiming one's own succeeds and logs nothing.
///
/// # Errors
/// [`Error::Conflict`] `already_claimed`, naming the owner.
pub fn claim(tx: &Tx<'_>, actor: &Actor, id: CustomerId, expected: IfMatch) -> Result<Customer> {
    let user_id = person(actor)?;
    let mut customer = get(tx, actor, id)?;
    expected.check(&customer)?;
    match customer.claimed_by_id {
        Some(owner) if owner == user_id => return Ok(customer),
        Some(owner) => return Err(already_claimed(tx, actor, owner)?),
        None => {}
    }
    customer.claimed_by_id = Some(user_id);
    customer.claimed_at = Some(actor.now());
    bump(&mut customer, actor);
    if !store::set_owner(tx, &actor.scope(), &customer, None)? {
        // Somebody was quicker: run again and see who.
        return Err(tx.conflict().into());
    }
    let event = Event::OwnerClaimed { user_id, name: actor.name.clone() };
    activity::record(tx, actor, about(&customer), &[event])?;
    Ok(customer)
}

fn already_claimed(c: &Conn<'_>, actor: &Actor, owner: UserId) -> Result<Error> {
    let name = member_name(c, &actor.scope(), owner)?;
    Ok(Error::conflict_with(
        "already_claimed",
        None,
        format!("this customer belongs to {name} already"),
        Existing { record: "user".into(), id: owner.to_string(), name, archived: false },
    ))
}

/// Gives up one's own customer.
pub fn unclaim(tx: &Tx<'_>, actor: &Actor, id: CustomerId, expected: IfMatch) -> Result<Customer> {
    let user_id = person(actor)?;
    let customer = get(tx, actor, id)?;
    expected.check(&customer)?;
    match customer.claimed_by_id {
        None => Ok(customer),
        Some(owner) if owner == user_id => set_free(tx, actor, customer, owner),
        Some(_) => Err(Error::forbidden("this customer belongs to someone else; an admin can release it")),
    }
}

/// Takes a customer away from whoever owns it.
pub fn release(tx: &Tx<'_>, actor: &Actor, id: CustomerId, expected: IfMatch) -> Result<Customer> {
    policy::require(actor, Action::ReleaseAndReassign)?;
    let customer = get(tx, actor, id)?;
    expected.check(&customer)?;
    match customer.claimed_by_id {
        None => Ok(customer),
        Some(owner) => set_free(tx, actor, customer, owner),
    }
}

fn set_free(tx: &Tx<'_>, actor: &Actor, mut customer: Customer, owner: UserId) -> Result<Customer> {
    customer.claimed_by_id = None;
    customer.claimed_at = None;
    bump(&mut customer, actor);
    if !store::set_owner(tx, &actor.scope(), &customer, Some(owner))? {
        return Err(tx.conflict().into());
    }
    let event = Event::OwnerReleased { user_id: owner, name: member_name(tx, &actor.scope(), owner)? };
    activity::record(tx, actor, about(&customer), &[event])?;
    Ok(customer)
}

/// Gives a customer to a member.
pub fn reassign(tx: &Tx<'_>, actor: &Actor, id: CustomerId, to: UserId, expected: IfMatch) -> Result<Customer> {
    policy::require(actor, Action::ReleaseAndReassign)?;
    let scope = actor.scope();
    let mut customer = get(tx, actor, id)?;
    expected.check(&customer)?;
    let member = organisations::require_member(tx, &scope, to, "/userId")?;
    let from = customer.claimed_by_id;
    if from == Some(to) {
        return Ok(customer);
    }
    let from_name = from.map(|owner| member_name(tx, &scope, owner)).transpose()?;
    customer.claimed_by_id = Some(to);
    customer.claimed_at = Some(actor.now());
    bump(&mut customer, actor);
    if !store::set_owner(tx, &scope, &customer, from)? {
        return Err(tx.conflict().into());
    }
    let event = Event::OwnerReassigned { from_user_id: from, from_name, to_user_id: to, to_name: member.name };
    activity::record(tx, actor, about(&customer), &[event])?;
    Ok(customer)
}
