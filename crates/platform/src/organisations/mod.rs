//! What other concepts ask of an organisation: its time zone and its members.

mod store;

use crate::actor::{Actor, Role, Scope};
use crate::error::{Error, Result};
use crate::filter::Context;
use crate::ids::UserId;
use db::Conn;
use jiff::tz::TimeZone;

/// What one who has left is called where a name is needed.
pub const FORMER_MEMBER: &str = "a former member";

/// A member, as other records show one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub disabled: bool,
}

/// The organisation's time zone, in which days begin and end.
pub fn zone(c: &Conn<'_>, scope: &Scope) -> Result<TimeZone> {
    let name = store::timezone(c, scope)?;
    Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
}

/// The currency (ISO 4217) that the organisation's own amounts are in.
pub fn currency(c: &Conn<'_>, scope: &Scope) -> Result<String> {
    Ok(store::currency(c, scope)?.unwrap_or_else(|| "USD".to_string()))
}

/// What a filter needs to know, as `actor` sees it.
pub fn filter_context(c: &Conn<'_>, actor: &Actor) -> Result<Context> {
    Ok(Context::of(actor, zone(c, &actor.scope())?))
}

/// All members, by name.
pub fn members(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Member>> {
    Ok(store::members(c, scope)?)
}

pub fn member(c: &Conn<'_>, scope: &Scope, id: UserId) -> Result<Option<Member>> {
    Ok(store::member(c, scope, id)?)
}

/// The member who is to own or be given something.
///
/// # Errors
/// [`Error::Invalid`] at `path` when there is no such member, or a disabled one.
pub fn require_member(c: &Conn<'_>, scope: &Scope, id: UserId, path: &str) -> Result<Member> {
    match member(c, scope, id)? {
        Some(member) if !member.disabled => Ok(member),
        Some(_) => Err(Error::invalid(path, "member_disabled", "this member is disabled; choose another one")),
        None => Err(Error::invalid(path, "unknown_member", "there is no such member; choose one of the organisation")),
    }
}
