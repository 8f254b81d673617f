//! What somebody is to see: that a note names them. There is one notification for each reason, however often the record is
//! written.
//!
//! A notification holds no text of what it is about; that is read with it. So what a person may not see any more, or is
//! deleted, is neither listed nor counted, and comes back with the record. See `docs/decisions/0020`.

pub mod api;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::{Notification, NotificationKind, ReadUntil, Unread};

use crate::anchors;
use db::{Conn, Tx};
use platform::clock::Timestamp;
use platform::http::Page;
use platform::ids::{NoteId, NotificationId, UserId};
use platform::paging::{LIMIT_DEFAULT, LIMIT_MAX};
use platform::{Actor, Error, Result};

/// Unread ones are counted up to here: nobody reads a larger number.
pub const COUNT_MAX: i64 = 100;

fn person(actor: &Actor) -> Result<UserId> {
    actor.user_id.ok_or_else(|| Error::forbidden("only a person has notifications"))
}

/// Tells `user_id` of a note.
pub fn of_note(tx: &Tx<'_>, actor: &Actor, user_id: UserId, kind: NotificationKind, note_id: NoteId) -> Result<()> {
    let id = NotificationId(actor.new_id());
    Ok(store::insert(tx, &actor.scope(), user_id, id, kind, note_id, &actor.to_ref(), actor.now())?)
}

/// A page of the caller's own, the newest first.
///
/// # Errors
/// [`Error::Malformed`] for a limit out of range or a cursor that this list did not give.
pub fn page(
    c: &Conn<'_>,
    actor: &Actor,
    only_unread: bool,
    limit: Option<&str>,
    cursor: Option<&str>,
) -> Result<Page<Notification>> {
    let me = person(actor)?;
    let limit = match limit.map(str::parse) {
        None => LIMIT_DEFAULT as usize,
        Some(Ok(limit)) if (1..=LIMIT_MAX as usize).contains(&limit) => limit,
        Some(_) => {
            return Err(Error::malformed("limit", "invalid_value", format!("limit is a number from 1 to {LIMIT_MAX}")));
        }
    };
    let unknown = |_| Error::malformed("cursor", "invalid_cursor", "use nextCursor of the page before, unchanged");
    let after: Option<NotificationId> = cursor.map(str::parse).transpose().map_err(unknown)?;
    let mut items = store::page(c, &actor.scope(), me, only_unread, limit + 1, after)?;
    let more = items.len() > limit;
    items.truncate(limit);
    named(c, actor, &mut items)?;
    let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Page { items, next_cursor })
}

fn named(c: &Conn<'_>, actor: &Actor, items: &mut [Notification]) -> Result<()> {
    anchors::name(
        c,
        &actor.scope(),
        items.iter_mut().filter_map(|item| item.note.as_mut().map(|note| &mut note.anchor)),
    )
}

/// How many of the caller's own are unread.
pub fn unread(c: &Conn<'_>, actor: &Actor) -> Result<Unread> {
    let found = store::unread(c, &actor.scope(), person(actor)?, COUNT_MAX + 1)?;
    Ok(Unread { count: found.min(COUNT_MAX), exact: found <= COUNT_MAX })
}

/// Marks one as read. One that is read already stays as it is.
pub fn read(tx: &Tx<'_>, actor: &Actor, id: NotificationId) -> Result<Notification> {
    let (me, scope) = (person(actor)?, actor.scope());
    store::mark(tx, &scope, me, id, actor.now())?;
    let found = store::get(tx, &scope, me, id)?.ok_or(Error::NotFound("notification"))?;
    let mut items = [found];
    named(tx, actor, &mut items)?;
    let [found] = items;
    Ok(found)
}

/// Marks all as read that are not newer than `asked.until`; how many are left.
pub fn read_until(tx: &Tx<'_>, actor: &Actor, asked: &ReadUntil) -> Result<Unread> {
    let me = person(actor)?;
    store::mark_until(tx, &actor.scope(), me, asked.until, actor.now())?;
    unread(tx, actor)
}

/// Removes some that are older than `before`; how many.
pub(crate) fn forget_old(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    Ok(store::delete_old(tx, before, limit)?)
}
