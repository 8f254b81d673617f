//! Organisations, people who sign in, their memberships and sessions.
//!
//! Signing up makes an organisation and its owner. A session is a random token in a cookie, of which
//! only the SHA-256 is stored; each request looks up the membership behind it, so a role change, a
//! disabled member or a revoked session takes effect at once. Passwords are hashed and verified between
//! two transactions, never inside one. Guessing is slowed down per account and per place (`throttle`).

mod api;
mod model;
mod password;
mod sessions;
mod store;
#[cfg(test)]
mod tests;
mod throttle;

pub use api::routes;
pub use model::{
    Me, MeChange, Member, MemberChange, NewMember, OrgBrief, OrgChange, Organisation, PasswordChange, SignUp,
    normal_email,
};
pub use password::{LENGTH_MAX, LENGTH_MIN, Password, PasswordHasher};
pub(crate) use sessions::note_seen;
pub use sessions::{
    CurrentSession, NewSession, SESSION_DAYS_MAX, SESSION_IDLE_DAYS_MAX, Session, SessionToken, authenticate,
    cookie_name, open as open_session,
};
pub(crate) use throttle::place_of;

use crate::actor::{Actor, Role, Scope};
use crate::audit;
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, FieldError, Result, on_unique};
use crate::http::{App, Ctx, Guest, IfMatch, Page};
use crate::ids::{OrgId, UserId};
use crate::paging::List;
use crate::policy::{self, Action};
use db::{Conn, Db, Tx};
use serde_json::json;
use store::Login;
use throttle::Attempt;

/// People of one organisation; the reference data of every page holds them all.
pub const MEMBERS_MAX: i64 = 2_000;
/// What a new organisation starts with.
const TIMEZONE_DEFAULT: &str = "UTC";
const CURRENCY_DEFAULT: &str = "USD";

/// One answer for an unknown address and a wrong password.
const WRONG_LOGIN: Error = Error::Unauthenticated("the e-mail address or the password is not right");

/// Makes an organisation and the person who owns it; answers that person at work in it.
///
/// # Errors
/// [`Error::Conflict`] when the address has an account.
pub fn create_organisation(
    tx: &Tx<'_>,
    clock: &Clock,
    name: &str,
    owner: &NewMember,
    address: Option<&str>,
) -> Result<Actor> {
    let now = clock.now();
    let org = Organisation {
        id: OrgId(clock.new_id()),
        name: name.to_string(),
        timezone: TIMEZONE_DEFAULT.into(),
        currency: CURRENCY_DEFAULT.into(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    store::insert_organisation(tx, &org)?;
    let user_id = UserId(clock.new_id());
    let mut actor = Actor::user(user_id, owner.full_name.as_str(), org.id, Role::Owner, clock.clone());
    actor.ip_address = address.map(str::to_string);
    insert_person(tx, &actor.scope(), user_id, owner, Role::Owner, now)?;
    audit::record(tx, &actor, "org.created", json!({"name": name, "ownerId": user_id, "email": owner.email}))?;
    Ok(actor)
}

/// Adds a person to the actor's organisation: a new one, or one who has been removed and is in none, with this password.
///
/// # Errors
/// [`Error::Forbidden`] for a role above the actor's own; [`Error::Conflict`] when the address has an account.
pub fn add_member(tx: &Tx<'_>, actor: &Actor, new: &NewMember) -> Result<UserId> {
    policy::require(actor, Action::ManageMembers)?;
    policy::require_role(actor, new.role)?;
    if store::count_members(tx, &actor.scope())? >= MEMBERS_MAX {
        return Err(Error::invalid("", "too_many", format!("an organisation has at most {MEMBERS_MAX} members")));
    }
    let user_id = match returning(tx, new, actor.now())? {
        Some(user_id) => {
            store::insert_membership(tx, &actor.scope(), user_id, new.role, actor.now())?;
            user_id
        }
        None => {
            let user_id = UserId(actor.new_id());
            insert_person(tx, &actor.scope(), user_id, new, new.role, actor.now())?;
            user_id
        }
    };
    let detail = json!({"userId": user_id, "email": new.email, "name": new.full_name, "role": new.role});
    audit::record(tx, actor, "member.added", detail)?;
    Ok(user_id)
}

/// Who had the address before and is in no organisation any more; they get the name and the password of now.
fn returning(tx: &Tx<'_>, new: &NewMember, now: Timestamp) -> Result<Option<UserId>> {
    let Some(login) = store::login(tx, &new.email)? else { return Ok(None) };
    store::hold_user(tx, login.user_id)?;
    if !store::memberships(tx, login.user_id)?.is_empty() {
        return Ok(None);
    }
    store::set_name(tx, login.user_id, &new.full_name, now)?;
    if let Some(hash) = &new.password_hash
        && !store::set_password(tx, login.user_id, login.password_hash, hash, now)?
    {
        return Err(tx.conflict().into());
    }
    Ok(Some(login.user_id))
}

fn insert_person(tx: &Tx<'_>, scope: &Scope, id: UserId, new: &NewMember, role: Role, now: Timestamp) -> Result<()> {
    let inserted = store::insert_user(tx, id, &new.email, &new.full_name, new.password_hash.clone(), now);
    on_unique(inserted, "users_email", || {
        let mut error = Error::conflict("email_taken", "there is an account with this address; sign in instead");
        if let Error::Conflict(conflict) = &mut error {
            conflict.path = Some("/email".into());
        }
        error
    })?;
    Ok(store::insert_membership(tx, scope, id, role, now)?)
}

/// Changes a member's role, or shuts them out or lets them in again.
///
/// # Errors
/// [`Error::Forbidden`] where the member or the new role is above the actor; [`Error::Conflict`] when nobody
/// would own the organisation any more.
pub fn change_member(
    tx: &Tx<'_>,
    actor: &Actor,
    id: UserId,
    expected: IfMatch,
    change: MemberChange,
) -> Result<Member> {
    policy::require(actor, Action::ManageMembers)?;
    let before = store::member(tx, &actor.scope(), id)?.ok_or(Error::NotFound("member"))?;
    let mut after = Member {
        role: change.role.unwrap_or(before.role),
        disabled: change.disabled.unwrap_or(before.disabled),
        ..before.clone()
    };
    policy::require_role(actor, before.role.max(after.role))?;
    expected.check(&before)?;
    if after == before {
        return Ok(before);
    }
    if after.disabled && actor.user_id == Some(id) {
        return Err(Error::invalid("/disabled", "own_account", "you cannot shut yourself out; ask another admin"));
    }
    after.version += 1;
    // The right was judged on what was read: a change by another admin in between has to be judged again.
    if !store::update_membership(tx, &actor.scope(), &after, actor.now())? {
        return Err(tx.conflict().into());
    }
    let mut changes = Vec::new();
    if after.role != before.role {
        changes.push(json!({"field": "role", "old": before.role, "new": after.role}));
    }
    if after.disabled != before.disabled {
        changes.push(json!({"field": "disabled", "old": before.disabled, "new": after.disabled}));
    }
    let mut detail = json!({"userId": id, "changes": changes});
    if after.disabled && !before.disabled {
        // Who is let in again signs in again: a stolen session must not come back with them. A login under way
        // holds the person too.
        store::hold_user(tx, id)?;
        detail["sessionsEnded"] = sessions::end_here(tx, actor, id)?.into();
    }
    // Writing the log takes the organisation's turn, so that of two owners who leave at once the second is
    // seen here.
    audit::record(tx, actor, "member.changed", detail)?;
    if store::count_owners(tx, &actor.scope())? == 0 {
        return Err(Error::conflict("last_owner", "an organisation keeps at least one owner; make another one first"));
    }
    Ok(after)
}

/// Takes a person out of the organisation and ends their sessions. What they own stays theirs by name, until an admin
/// gives it to somebody else.
///
/// # Errors
/// [`Error::Forbidden`] for somebody of a higher role; [`Error::Conflict`] for the last owner.
pub fn remove_member(tx: &Tx<'_>, actor: &Actor, id: UserId, expected: IfMatch) -> Result<()> {
    policy::require(actor, Action::ManageMembers)?;
    let member = store::member(tx, &actor.scope(), id)?.ok_or(Error::NotFound("member"))?;
    policy::require_role(actor, member.role)?;
    expected.check(&member)?;
    if actor.user_id == Some(id) {
        return Err(Error::conflict("own_account", "you cannot remove yourself; ask another admin"));
    }
    // A login under way holds the person too.
    store::hold_user(tx, id)?;
    if !store::delete_membership(tx, &actor.scope(), &member)? {
        return Err(tx.conflict().into());
    }
    let sessions = sessions::end_here(tx, actor, id)?;
    let detail = json!({"userId": id, "name": member.full_name, "email": member.email, "role": member.role,
        "sessionsEnded": sessions});
    // As with changes: of two owners who remove each other the second is seen here.
    audit::record(tx, actor, "member.removed", detail)?;
    if store::count_owners(tx, &actor.scope())? == 0 {
        return Err(Error::conflict("last_owner", "an organisation keeps at least one owner; make another one first"));
    }
    Ok(())
}

/// Makes an organisation with its first person, and signs them in.
///
/// # Errors
/// [`Error::Conflict`] when the address has an account; [`Error::TooMany`] for a place that tries many.
pub async fn sign_up(guest: &Guest, new: SignUp) -> Result<(Me, SessionToken)> {
    let Guest { app, address, user_agent } = guest.clone();
    let now = app.clock.now();
    let attempt = std::sync::Arc::new(Attempt::new(&new.email, address.as_deref()));
    let checked = attempt.clone();
    app.db.read(move |c| throttle::check(c, &checked, now)).await?;
    let hash = app.passwords.hash(new.password).await?;
    let owner = NewMember { full_name: new.full_name, email: new.email, role: Role::Owner, password_hash: Some(hash) };
    let (clock, tried) = (app.clock.clone(), attempt.clone());
    let outcome = app.db.write(move |tx| {
        let actor = create_organisation(tx, &clock, &new.org_name, &owner, address.as_deref())?;
        throttle::succeeded(tx, &tried, now)?;
        begin_session(tx, &actor, user_agent.clone())
    });
    let outcome = outcome.await;
    if matches!(outcome, Err(Error::Conflict(_))) {
        // Asking which addresses have an account is slowed down like guessing.
        app.db.write(move |tx| throttle::failed(tx, &attempt, now)).await?;
    }
    outcome
}

fn begin_session(tx: &Tx<'_>, actor: &Actor, user_agent: Option<String>) -> Result<(Me, SessionToken)> {
    let user_id = person(actor)?;
    let ip_address = actor.ip_address.clone();
    let new = NewSession { org_id: actor.org_id, user_id, user_agent, ip_address };
    Ok((me(tx, actor)?, sessions::open(tx, &actor.clock, &new)?))
}

/// Signs a person in.
///
/// # Errors
/// [`Error::Unauthenticated`], the same for an unknown address and a wrong password; [`Error::TooMany`] after
/// several failures; [`Error::Forbidden`] for a disabled member who knows the password.
pub async fn log_in(guest: &Guest, email: &str, password: Password) -> Result<(Me, SessionToken)> {
    let Guest { app, address, user_agent } = guest.clone();
    // What is no address is treated like an unknown one, but not looked up: it may hold what no text of the
    // database can.
    let known_form = normal_email(email);
    let name = known_form.clone().unwrap_or_else(|| email.trim().to_lowercase());
    let attempt = std::sync::Arc::new(Attempt::new(&name, address.as_deref()));
    let _turn = app.passwords.turn(attempt.account_key()).await?;
    let (now, checked) = (app.clock.now(), attempt.clone());
    let login = app.db.read(move |c| -> Result<_> {
        throttle::check(c, &checked, now)?;
        match &known_form {
            Some(email) => Ok(store::login(c, email)?),
            None => Ok(None),
        }
    });
    let login = login.await?;
    let hash = login.as_ref().and_then(|login| login.password_hash.clone());
    let right = app.passwords.verify(password, hash).await?;
    let Some(login) = login.as_ref().filter(|_| right) else {
        tracing::info!(address = address.as_deref().unwrap_or_default(), "a login failed");
        note_failure(&app, attempt, login.map(|login| login.user_id), address).await?;
        return Err(WRONG_LOGIN);
    };
    let (login, clock) = (login.clone(), app.clock.clone());
    let work = move |tx: &Tx<'_>| {
        let actor = verified(tx, &clock, &login, address.as_deref())?;
        throttle::succeeded(tx, &attempt, now)?;
        begin_session(tx, &actor, user_agent.clone())
    };
    app.db.write(work).await
}

/// The person at work whose password was found right. Since then it may have been reset, which must end this
/// login like all others; both hold the person, so that one of them sees the other.
fn verified(tx: &Tx<'_>, clock: &Clock, login: &Login, address: Option<&str>) -> Result<Actor> {
    store::hold_user(tx, login.user_id)?;
    if store::login(tx, &login.email)?.and_then(|login| login.password_hash) != login.password_hash {
        return Err(WRONG_LOGIN);
    }
    let membership = store::memberships(tx, login.user_id)?.into_iter().find(|(_, _, disabled)| !disabled);
    let Some((org_id, role, _)) = membership else {
        return Err(Error::forbidden("you have no access to an organisation; ask an admin of yours"));
    };
    let mut actor = Actor::user(login.user_id, login.full_name.as_str(), org_id, role, clock.clone());
    actor.ip_address = address.map(str::to_string);
    Ok(actor)
}

/// Counts a failed attempt; the first that slows an existing account down is audited.
async fn note_failure(
    app: &App,
    attempt: std::sync::Arc<Attempt>,
    user_id: Option<UserId>,
    address: Option<String>,
) -> Result<()> {
    let clock = app.clock.clone();
    let work = move |tx: &Tx<'_>| {
        let slowed = throttle::failed(tx, &attempt, clock.now())?;
        let (Some(slowed), Some(user_id)) = (slowed, user_id) else { return Ok(()) };
        for (org_id, _, _) in store::memberships(tx, user_id)? {
            let mut actor = Actor::system(org_id, clock.clone());
            actor.ip_address.clone_from(&address);
            audit::record(tx, &actor, "login.throttled", json!({"userId": user_id, "failures": slowed.failures}))?;
        }
        Ok::<(), Error>(())
    };
    app.db.write(work).await
}

/// The person behind the actor.
///
/// # Errors
/// [`Error::Forbidden`] for an API key.
pub fn person(actor: &Actor) -> Result<UserId> {
    actor.user_id.ok_or_else(|| Error::forbidden("an API key is nobody's account; sign in for this"))
}

/// The actor's own account.
pub fn me(c: &Conn<'_>, actor: &Actor) -> Result<Me> {
    store::me(c, &actor.scope(), person(actor)?)?.ok_or(Error::NotFound("account"))
}

/// Changes the caller's own account. A new password ends all other sessions.
///
/// # Errors
/// [`Error::Invalid`] when a rule is broken or the current password is wrong.
pub async fn change_me(ctx: &Ctx, expected: IfMatch, change: MeChange) -> Result<Me> {
    person(&ctx.actor)?;
    let hashes = match change.password {
        Some(password) => Some(changed_password(ctx, password).await?),
        None => None,
    };
    let session = ctx.session;
    let full_name = change.full_name;
    let work = move |tx: &Tx<'_>, actor: &Actor| {
        let before = me(tx, actor)?;
        expected.check(&before)?;
        if let Some(name) = full_name.as_ref().filter(|name| **name != before.full_name) {
            store::set_name(tx, before.id, name, actor.now())?;
        }
        if let Some((old, new)) = &hashes {
            if !store::set_password(tx, before.id, old.clone(), new, actor.now())? {
                return Err(Error::conflict("password_changed", "the password was changed meanwhile; sign in again"));
            }
            let ended = sessions::end_everywhere(tx, before.id, session)?;
            let detail = json!({"userId": before.id, "sessionsEnded": ended});
            audit::record(tx, actor, "password.changed", detail)?;
        }
        me(tx, actor)
    };
    ctx.write(work).await
}

/// The hash of the password that the caller has, and of the one they want instead.
async fn changed_password(ctx: &Ctx, change: PasswordChange) -> Result<(Option<String>, String)> {
    let app = &ctx.app;
    let (account, login) = ctx
        .read(|c, actor| {
            let account = me(c, actor)?;
            let login = store::login(c, &account.email)?;
            Ok((account, login))
        })
        .await?;
    let about = [account.full_name.as_str(), &account.email, &account.org.name];
    let new = model::chosen_password("/password/new", &change.new, &about);
    let new = new.map_err(|error: FieldError| Error::Invalid(vec![error]))?;
    let attempt = std::sync::Arc::new(Attempt::new(&account.email, ctx.actor.ip_address.as_deref()));
    let _turn = app.passwords.turn(attempt.account_key()).await?;
    let (now, checked) = (ctx.actor.now(), attempt.clone());
    app.db.read(move |c| throttle::check(c, &checked, now)).await?;
    let old = login.and_then(|login| login.password_hash);
    if !app.passwords.verify(change.current, old.clone()).await? {
        note_failure(app, attempt, Some(account.id), ctx.actor.ip_address.clone()).await?;
        return Err(Error::invalid("/password/current", "wrong_password", "this is not your current password"));
    }
    Ok((old, app.passwords.hash(new).await?))
}

/// Sets a person's password on behalf of the operator and signs them out everywhere.
///
/// # Errors
/// [`Error::NotFound`] for an unknown address.
pub fn reset_password(tx: &Tx<'_>, clock: &Clock, email: &str, hash: &str) -> Result<()> {
    let login = store::login(tx, email)?.ok_or(Error::NotFound("account"))?;
    if !store::set_password(tx, login.user_id, login.password_hash, hash, clock.now())? {
        return Err(tx.conflict().into());
    }
    let ended = sessions::end_everywhere(tx, login.user_id, None)?;
    for (org_id, _, _) in store::memberships(tx, login.user_id)? {
        let detail = json!({"userId": login.user_id, "sessionsEnded": ended});
        audit::record(tx, &operator(org_id, clock), "password.reset", detail)?;
    }
    Ok(())
}

/// Whoever runs the program's commands, at work in an organisation.
pub fn operator(org_id: OrgId, clock: &Clock) -> Actor {
    let mut actor = Actor::system(org_id, clock.clone());
    actor.name = "Command line".into();
    actor
}

/// A member of the organisation at work in it, by their address.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is no member; [`Error::Forbidden`] for one who is shut out.
pub fn member_at_work(c: &Conn<'_>, org_id: OrgId, email: &str, clock: &Clock) -> Result<Actor> {
    let scope = operator(org_id, clock).scope();
    let email = normal_email(email).ok_or(Error::NotFound("member"))?;
    let member = store::member_of_address(c, &scope, &email)?.ok_or(Error::NotFound("member"))?;
    if member.disabled {
        return Err(Error::forbidden(format!("{} is shut out of the organisation", member.email)));
    }
    Ok(Actor::user(member.id, member.full_name.as_str(), org_id, member.role, clock.clone()))
}

/// The actor's organisation.
pub fn organisation(c: &Conn<'_>, actor: &Actor) -> Result<Organisation> {
    store::organisation(c, &actor.scope())?.ok_or(Error::NotFound("organisation"))
}

pub fn change_organisation(tx: &Tx<'_>, actor: &Actor, expected: IfMatch, change: &OrgChange) -> Result<Organisation> {
    policy::require(actor, Action::EditOrganisation)?;
    let before = organisation(tx, actor)?;
    expected.check(&before)?;
    let mut after = before.clone();
    let mut changes = Vec::new();
    for (field, value, new) in [
        ("name", &mut after.name, &change.name),
        ("timezone", &mut after.timezone, &change.timezone),
        ("currency", &mut after.currency, &change.currency),
    ] {
        if let Some(new) = new.as_ref().filter(|new| *new != value) {
            changes.push(json!({"field": field, "old": value, "new": new}));
            value.clone_from(new);
        }
    }
    if changes.is_empty() {
        return Ok(before);
    }
    after.updated_at = actor.now();
    after.version += 1;
    if !store::update_organisation(tx, &actor.scope(), &after)? {
        return Err(tx.conflict().into());
    }
    audit::record(tx, actor, "org.changed", json!({"changes": changes}))?;
    Ok(after)
}

/// A page of the people in the organisation, by name.
pub fn members(c: &Conn<'_>, actor: &Actor, limit: Option<&str>, cursor: Option<&str>) -> Result<Page<Member>> {
    let list = List::plain(&model::MEMBER_FIELDS, "fullName", limit, cursor, "members")?;
    Ok(store::members(c, &actor.scope(), &list)?)
}

/// All people in the organisation, by name; there are at most [`MEMBERS_MAX`].
pub fn all_members(c: &Conn<'_>, actor: &Actor) -> Result<Vec<Member>> {
    Ok(store::all_members(c, &actor.scope())?)
}

/// The one organisation of that name, for the operator's commands.
///
/// # Errors
/// [`Error::Conflict`] when several have the name.
pub fn organisation_named(c: &Conn<'_>, name: &str) -> Result<Option<OrgId>> {
    match store::organisations_named(c, name)?.as_slice() {
        [] => Ok(None),
        [id] => Ok(Some(*id)),
        _ => Err(Error::conflict("ambiguous_name", "several organisations have this name")),
    }
}

/// All organisations with their names, for the operator's checks.
pub fn organisations(c: &Conn<'_>) -> Result<Vec<(OrgId, String)>> {
    Ok(store::organisations(c)?)
}

/// Removes sessions that are over and failures that are forgiven; says how many rows went.
pub async fn forget_old(db: &Db, now: Timestamp) -> Result<u64> {
    db.write(move |tx| Ok(sessions::forget_old(tx, now)? + throttle::forget_old(tx, now)?)).await
}
