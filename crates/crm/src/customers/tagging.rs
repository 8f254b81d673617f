//! Putting tags on a customer and taking them off.

use super::{Customer, about, bump, get_to_write, model, store};
use crate::activity::{self, Event};
use crate::tags::{self, TagName};
use db::Tx;
use platform::http::IfMatch;
use platform::ids::CustomerId;
use platform::{Actor, Error, Result};

/// Puts a tag on a customer; an unknown name becomes a new tag.
pub fn add_tag(tx: &Tx<'_>, actor: &Actor, id: CustomerId, name: &str, expected: IfMatch) -> Result<Customer> {
    let mut customer = get_to_write(tx, actor, id)?;
    expected.check(&customer)?;
    let name = TagName::parse(name, "")?;
    let resolved = tags::resolve(tx, actor, std::slice::from_ref(&name))?;
    let (tag_id, name) = resolved.into_iter().next().ok_or_else(|| Error::Bug("no tag was resolved".into()))?;
    if customer.tags.contains(&name) {
        return Ok(customer);
    }
    if customer.tags.len() >= model::TAGS_MAX {
        return Err(Error::conflict("too_many", format!("a customer has at most {} tags", model::TAGS_MAX)));
    }
    store::add_tag(tx, &actor.scope(), &customer, tag_id, actor.now())?;
    customer.tags.push(name.clone());
    customer.tags.sort();
    bump(&mut customer, actor);
    store::update(tx, &actor.scope(), &customer)?;
    activity::record(tx, actor, about(&customer), &[Event::TagAdded { tag_id, name }])?;
    Ok(customer)
}

/// Takes a tag off a customer; one that is not there is no error.
pub fn remove_tag(tx: &Tx<'_>, actor: &Actor, id: CustomerId, name: &str, expected: IfMatch) -> Result<Customer> {
    let mut customer = get_to_write(tx, actor, id)?;
    expected.check(&customer)?;
    // The product's own tags have their own operations.
    let name = TagName::parse(name, "")?;
    let Some((tag_id, name)) = tags::find(tx, actor, name.as_str())? else { return Ok(customer) };
    if !customer.tags.contains(&name) {
        return Ok(customer);
    }
    store::remove_tag(tx, &actor.scope(), id, tag_id)?;
    customer.tags.retain(|other| *other != name);
    bump(&mut customer, actor);
    store::update(tx, &actor.scope(), &customer)?;
    activity::record(tx, actor, about(&customer), &[Event::TagRemoved { tag_id, name }])?;
    Ok(customer)
}
