//! Keys for programs: `ent_` and 256 random bits, bound to one organisation and a role. Only the hash
//! is stored; the key itself is shown once.

mod api;
mod model;
mod store;
#[cfg(test)]
mod tests;

pub use api::routes;
pub use model::{ApiKey, CreatedApiKey, KeyMaker, NewApiKey};

use crate::actor::{Actor, ActorKind};
use crate::audit;
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Existing, Result};
use crate::http::{App, Digest, Page};
use crate::idempotency;
use crate::ids::ApiKeyId;
use crate::paging::List;
use crate::policy::{self, Action};
use crate::secret::{random_token, token_hash};
use db::{Conn, Tx};
use serde_json::json;

/// What every key begins with, so that people and scanners recognise one.
const KEY_PREFIX: &str = "ent_";
/// Characters of a key that stay readable in lists.
const SHOWN: usize = KEY_PREFIX.len() + 6;
/// Keys of one organisation.
const KEYS_MAX: i64 = 500;
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

/// A page of the organisation's keys, the newest first.
pub fn list(c: &Conn<'_>, actor: &Actor, limit: Option<&str>, cursor: Option<&str>) -> Result<Page<ApiKey>> {
    policy::require(actor, Action::ManageApiKeys)?;
    let list = List::plain(&model::FIELDS, "-createdAt", limit, cursor, "api-keys")?;
    Ok(store::page(c, &actor.scope(), &list)?)
}

/// Makes a key; its secret is in the answer and nowhere else.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewApiKey) -> Result<CreatedApiKey> {
    policy::require(actor, Action::ManageApiKeys)?;
    policy::require_role(actor, new.role)?;
    let name = new.check(actor.now())?;
    if store::count(tx, &actor.scope())? >= KEYS_MAX {
        return Err(Error::invalid("", "too_many", format!("there are {KEYS_MAX} keys; delete one that is not used")));
    }
    let key = format!("{KEY_PREFIX}{}", random_token(&actor.clock));
    let record = ApiKey {
        id: ApiKeyId(actor.new_id()),
        name,
        role: new.role,
        prefix: key[..SHOWN].to_string(),
        created_at: actor.now(),
        expires_at: new.expires_at,
        last_used_at: None,
        created_by: KeyMaker { id: actor.user_id, name: actor.name.clone() },
    };
    store::insert(tx, &actor.scope(), &record, &token_hash(&key))?;
    let detail = json!({"keyId": record.id, "name": record.name, "role": record.role, "prefix": record.prefix,
        "expiresAt": record.expires_at});
    audit::record(tx, actor, "api_key.created", detail)?;
    Ok(CreatedApiKey { record, key })
}

/// As [`create`], once per idempotency key. A repeat cannot show the secret again, since it was not kept:
/// it is told which key the first request made.
///
/// # Errors
/// [`Error::Conflict`] on a repeat.
pub fn create_once(
    tx: &Tx<'_>,
    actor: &Actor,
    new: &NewApiKey,
    key: Option<&str>,
    digest: &Digest,
) -> Result<CreatedApiKey> {
    policy::require(actor, Action::ManageApiKeys)?;
    let Some(key) = key else { return create(tx, actor, new) };
    let mut made = None;
    let answer = idempotency::once(tx, actor, key, digest, || {
        let created = create(tx, actor, new)?;
        let body = json!({"id": created.record.id, "name": created.record.name}).to_string();
        made = Some(created);
        Ok(idempotency::Answer { status: 201, body, etag: None, location: None })
    })?;
    made.ok_or_else(|| {
        let first: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let text = |name: &str| first[name].as_str().unwrap_or_default().to_string();
        let existing = Existing { record: "api_key".into(), id: text("id"), name: text("name"), archived: false };
        let detail = "the first request with this Idempotency-Key made the key, whose secret is shown only once; \
                      if you did not see it, delete that key and make another";
        Error::conflict_with("already_created", None, detail, existing)
    })
}

/// Revokes a key at once and for good.
pub fn revoke(tx: &Tx<'_>, actor: &Actor, id: ApiKeyId) -> Result<()> {
    policy::require(actor, Action::ManageApiKeys)?;
    let record = store::get(tx, &actor.scope(), id)?.ok_or(Error::NotFound("API key"))?;
    if store::delete(tx, &actor.scope(), id)? == 0 {
        return Err(Error::NotFound("API key"));
    }
    let detail = json!({"keyId": id, "name": record.name, "role": record.role, "prefix": record.prefix});
    audit::record(tx, actor, "api_key.revoked", detail)
}
