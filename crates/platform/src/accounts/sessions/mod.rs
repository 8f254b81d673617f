//! Signed-in browsers: opened by sign-up and login, listed and ended by their owner.

mod store;

use crate::actor::Actor;
use crate::audit;
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::http::App;
use crate::ids::{OrgId, SessionId, UserId};
use crate::secret::{random_token, token_hash};
use db::{Conn, Tx};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// A session ends this long after it began…
pub const SESSION_DAYS_MAX: i64 = 90;
/// …and after this long without a request.
pub const SESSION_IDLE_DAYS_MAX: i64 = 14;
/// More browsers than this are nobody's: the one signed in longest ago is signed out.
const SESSIONS_MAX: i64 = 50;
/// A session's last use is written at most this often.
const SEEN_EVERY_S: i64 = 300;

/// The session cookie's name: with HTTPS the prefix makes browsers insist on `Secure` and no `Domain`
/// (RFC 6265bis, section 4.1.3.2).
pub fn cookie_name(over_https: bool) -> &'static str {
    if over_https { "__Host-session" } else { "session" }
}

/// What the cookie holds. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl SessionToken {
    /// The `Set-Cookie` value that signs a browser in.
    pub fn cookie(&self, over_https: bool) -> String {
        cookie(&self.0, SESSION_DAYS_MAX * 86_400, over_https)
    }

    /// The `Set-Cookie` value that signs it out.
    pub fn removal(over_https: bool) -> String {
        cookie("", 0, over_https)
    }

    /// The text itself, for clients that keep cookies by hand.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn cookie(value: &str, max_age_s: i64, over_https: bool) -> String {
    let secure = if over_https { "; Secure" } else { "" };
    format!("{}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}", cookie_name(over_https))
}

/// The session behind a request.
#[derive(Clone, Debug)]
pub struct CurrentSession {
    pub id: SessionId,
    last_seen_at: Timestamp,
}

/// A signed-in browser, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    #[schema(required)]
    pub user_agent: Option<String>,
    #[schema(required)]
    pub ip_address: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Who signs in, and from where.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub org_id: OrgId,
    pub user_id: UserId,
    pub user_agent: Option<String>,
    pub ip_address: Option<String>,
}

/// The actor behind a session cookie.
///
/// # Errors
/// [`Error::Unauthenticated`] when the session is unknown or over, or its member disabled.
pub fn authenticate(c: &Conn<'_>, token: &str, clock: &Clock) -> Result<(Actor, CurrentSession)> {
    let found = store::by_token(c, &token_hash(token))?;
    let now = clock.now();
    let Some(found) =
        found.filter(|found| !found.disabled && now < found.expires_at && found.last_seen_at > idle_limit(now))
    else {
        return Err(Error::Unauthenticated("your session is over; sign in again"));
    };
    let actor = Actor::user(found.user_id, found.full_name, found.org_id, found.role, clock.clone());
    Ok((actor, CurrentSession { id: found.id, last_seen_at: found.last_seen_at }))
}

fn idle_limit(now: Timestamp) -> Timestamp {
    now.plus_seconds(-SESSION_IDLE_DAYS_MAX * 86_400)
}

/// Notes that a session was used, now and then.
pub(crate) async fn note_seen(app: &App, session: &CurrentSession, now: Timestamp) {
    if now < session.last_seen_at.plus_seconds(SEEN_EVERY_S) {
        return;
    }
    let id = session.id;
    // A missed note only makes the list of sessions a little older.
    if let Err(error) = app.db.write(move |tx| store::note_seen(tx, id, now)).await {
        tracing::debug!(%error, "the session's last use was not noted");
    }
}

/// Signs a browser in: a new token each time.
pub fn open(tx: &Tx<'_>, clock: &Clock, new: &NewSession) -> Result<SessionToken> {
    let token = SessionToken(random_token(clock));
    let (id, now) = (SessionId(clock.new_id()), clock.now());
    store::insert(tx, id, new, &token_hash(&token.0), now, now.plus_seconds(SESSION_DAYS_MAX * 86_400))?;
    store::keep_newest(tx, new.org_id, new.user_id, SESSIONS_MAX)?;
    Ok(token)
}

/// The living sessions of a person in this organisation, newest first.
pub(super) fn list(c: &Conn<'_>, actor: &Actor, user_id: UserId, current: Option<SessionId>) -> Result<Vec<Session>> {
    let now = actor.now();
    Ok(store::living(c, &actor.scope(), user_id, current, now, idle_limit(now))?)
}

/// Ends one of a person's sessions.
pub(super) fn end(tx: &Tx<'_>, actor: &Actor, user_id: UserId, id: SessionId) -> Result<()> {
    if store::delete(tx, &actor.scope(), user_id, id)? == 0 {
        return Err(Error::NotFound("session"));
    }
    audit::record(tx, actor, "session.revoked", json!({"sessionId": id, "userId": user_id}))
}

/// Ends a session by its own wish; it may be over already.
pub(super) fn log_out(tx: &Tx<'_>, actor: &Actor, user_id: UserId, id: SessionId) -> Result<()> {
    store::delete(tx, &actor.scope(), user_id, id)?;
    Ok(())
}

/// Ends all sessions of a person in this organisation but `keep`; says how many.
pub(super) fn end_others(tx: &Tx<'_>, actor: &Actor, user_id: UserId, keep: Option<SessionId>) -> Result<u64> {
    let ended = store::delete_others(tx, &actor.scope(), user_id, keep)?;
    if ended > 0 {
        let detail = json!({"userId": user_id, "count": ended});
        audit::record(tx, actor, "sessions.revoked", detail)?;
    }
    Ok(ended)
}

/// Ends all sessions of a person in this organisation, as shutting them out must; says how many.
pub(super) fn end_here(tx: &Tx<'_>, actor: &Actor, user_id: UserId) -> Result<u64> {
    Ok(store::delete_others(tx, &actor.scope(), user_id, None)?)
}

/// Ends a person's sessions in all organisations but `keep`, as a new password must; says how many.
pub(super) fn end_everywhere(tx: &Tx<'_>, user_id: UserId, keep: Option<SessionId>) -> Result<u64> {
    Ok(store::delete_everywhere(tx, user_id, keep)?)
}

/// Removes sessions that are over; says how many.
pub(super) fn forget_old(tx: &Tx<'_>, now: Timestamp) -> Result<u64> {
    Ok(store::forget(tx, now, idle_limit(now))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
        let token = SessionToken("abc".into());
        assert_eq!(token.cookie(false), "session=abc; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax");
        assert_eq!(token.cookie(true), "__Host-session=abc; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(SessionToken::removal(false), "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        assert_eq!(format!("{token:?}"), "SessionToken(…)");
    }
}
