//! Keys for programs: `ent_` and 256 random bits, bound to one organisation and a role. Only the hash
//! is stored; the key itself is shown once.

mod store;

use crate::accounts::token_hash;
use crate::actor::{Actor, ActorKind};
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::http::App;
use db::Conn;

/// A key's last use is written at most this often.
const USED_EVERY_S: i64 = 300;

/// The actor behind an API key, and when the key was last used.
///
/// # Errors
/// [`Error::Unauthenticated`] when the key is unknown, revoked or expired.
pub fn authenticate(c: &Conn<'_>, key: &str, clock: &Clock) -> Result<(Actor, Option<Timestamp>)> {
    let found = store::by_hash(c, &token_hash(key))?;
    let Some(found) = found.filter(|found| found.expires_at.is_none_or(|end| clock.now() < end)) else {
        return Err(Error::Unauthenticated("this API key is not known here, revoked or expired"));
    };
    let actor = Actor {
        kind: ActorKind::ApiKey,
        id: Some(found.id.0),
        name: found.name,
        org_id: found.org_id,
        role: found.role,
        user_id: None,
        ip_address: None,
        clock: clock.clone(),
    };
    Ok((actor, found.last_used_at))
}

/// Notes that a key was used, now and then.
pub(crate) async fn note_use(app: &App, actor: &Actor, last_used_at: Option<Timestamp>) {
    let (org_id, id, now) = (actor.org_id, actor.id.unwrap_or_default(), actor.now());
    if last_used_at.is_some_and(|last| now < last.plus_seconds(USED_EVERY_S)) {
        return;
    }
    // A missed note only makes the list of keys a little older.
    if let Err(error) = app.db.write(move |tx| store::note_use(tx, org_id, id, now)).await {
        tracing::debug!(%error, "the key's last use was not noted");
    }
}
