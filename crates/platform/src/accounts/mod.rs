//! Organisations, people who sign in, their memberships and sessions.
//!
//! Signing up makes an organisation and its owner. A session is a random token in a cookie, of which
//! only the SHA-256 is stored; each request looks up the membership behind it, so a role change, a
//! disabled member or a revoked session takes effect at once.

mod password;
mod store;

pub use password::PasswordHasher;

use crate::actor::Actor;
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::http::App;
use crate::ids::SessionId;
use db::Conn;
use sha2::{Digest, Sha256};

/// A session ends this long after it began…
pub const SESSION_DAYS_MAX: i64 = 90;
/// …and after this long without a request.
pub const SESSION_IDLE_DAYS_MAX: i64 = 14;
/// A session's last use is written at most this often.
const SEEN_EVERY_S: i64 = 300;

/// The session cookie's name: with HTTPS the prefix makes browsers insist on `Secure` and no `Domain`
/// (RFC 6265bis, section 4.1.3.2).
pub fn cookie_name(over_https: bool) -> &'static str {
    if over_https { "__Host-session" } else { "session" }
}

/// SHA-256 of a token: what is stored of it.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// The session behind a request.
#[derive(Clone, Debug)]
pub struct CurrentSession {
    pub id: SessionId,
    last_seen_at: Timestamp,
}

/// The actor behind a session cookie.
///
/// # Errors
/// [`Error::Unauthenticated`] when the session is unknown or over, or its member disabled.
pub fn authenticate(c: &Conn<'_>, token: &str, clock: &Clock) -> Result<(Actor, CurrentSession)> {
    let found = store::session(c, &token_hash(token))?;
    let now = clock.now();
    let Some(found) = found.filter(|found| {
        !found.disabled
            && now < found.expires_at
            && now < found.last_seen_at.plus_seconds(SESSION_IDLE_DAYS_MAX * 86_400)
    }) else {
        return Err(Error::Unauthenticated("your session is over; sign in again"));
    };
    let actor = Actor::user(found.user_id, found.full_name, found.org_id, found.role, clock.clone());
    Ok((actor, CurrentSession { id: found.id, last_seen_at: found.last_seen_at }))
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
