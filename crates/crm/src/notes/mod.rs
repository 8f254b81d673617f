//! Notes: what people write down about a customer, a company or a deal. Never sent to anybody outside.
//!
//! The text is kept byte for byte, and what stood before each edit is a revision. Whom it names by `@` is told once. A note
//! is its author's to write; admins may write all that they see. A private one is seen by its author alone: no list, search,
//! count, timeline or filter shows others that it is there, so its events are on the author's own timelines only, and no
//! time of last activity moves. What it said meanwhile stays its author's also when it is shown later.
//!
//! A deleted note can be brought back for [`KEPT_DAYS`] days; then it is gone with its revisions and files.

pub mod api;
pub mod fields;
pub mod jobs;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use fields::FIELDS;
pub use model::{NewNote, Note, NotePatch, NoteRevision, NoteVisibility};
pub use store::Found;

use crate::activity::{self, About, Event};
use crate::anchors::{self, Anchor, AnchorRef, Anchored};
use crate::attachments;
use crate::notifications::{self, NotificationKind};
use db::{Conn, Tx};
use model::{Nameable, mentioned};
use platform::actor::ActorKind;
use platform::filter::{Me, Tree};
use platform::http::{IfMatch, Page};
use platform::ids::{AttachmentId, NoteId, UserId};
use platform::paging::{Count, LIMIT_DEFAULT, LIMIT_MAX, List};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, organisations};
use serde_json::json;
use std::collections::BTreeSet;

/// How long a deleted note can be brought back.
pub const KEPT_DAYS: i64 = 30;

pub fn get(c: &Conn<'_>, actor: &Actor, id: NoteId) -> Result<Note> {
    Ok(find(c, actor, id)?.note)
}

fn find(c: &Conn<'_>, actor: &Actor, id: NoteId) -> Result<store::Stored> {
    any(c, actor, id)?.filter(|found| !found.is_deleted).ok_or(Error::NotFound("note"))
}

/// A note that the actor may see, deleted or not.
fn any(c: &Conn<'_>, actor: &Actor, id: NoteId) -> Result<Option<store::Stored>> {
    let Some(mut found) = store::get(c, actor, id)? else { return Ok(None) };
    store::complete(c, &actor.scope(), std::slice::from_mut(&mut found.note))?;
    Ok(Some(found))
}

/// A page of those that the actor may see.
pub fn page(c: &Conn<'_>, actor: &Actor, list: &List, anchor: Option<Anchor>) -> Result<Page<Note>> {
    let context = organisations::filter_context(c, actor)?;
    let mut list = list.clone();
    if let Some(anchor) = anchor {
        let field = format!("{}Id", anchor.kind.as_str());
        let about = json!({"field": field, "op": "eq", "value": anchor.id});
        list.tree = list.tree.and(&Tree::parse(&about, &FIELDS, Me::Refused)?);
    }
    let mut page = store::page(c, actor, &list, &context)?;
    store::complete(c, &actor.scope(), &mut page.items)?;
    Ok(page)
}

/// How many there are of those that the actor may see; exact up to `limit`.
pub fn count(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>, exact: bool) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::count(c, actor, tree, q, &context, exact)?)
}

/// The newest notes that hold all these folded words, one of which the substring index must know.
pub fn search(c: &Conn<'_>, actor: &Actor, words: &[String], limit: usize) -> Result<Vec<Found>> {
    let mut found = store::search(c, actor, words, limit)?;
    anchors::name(c, &actor.scope(), found.iter_mut().map(|one| &mut one.anchor))?;
    Ok(found)
}

/// The texts that edits have replaced, the latest first: those that the actor may see.
///
/// # Errors
/// [`Error::Malformed`] for a limit out of range or a cursor that this list did not give.
pub fn revisions(
    c: &Conn<'_>,
    actor: &Actor,
    id: NoteId,
    limit: Option<&str>,
    cursor: Option<&str>,
) -> Result<Page<NoteRevision>> {
    find(c, actor, id)?;
    let limit = match limit.map(str::parse) {
        None => LIMIT_DEFAULT as usize,
        Some(Ok(limit)) if (1..=LIMIT_MAX as usize).contains(&limit) => limit,
        Some(_) => {
            return Err(Error::malformed("limit", "invalid_value", format!("limit is a number from 1 to {LIMIT_MAX}")));
        }
    };
    let unknown = |_| Error::malformed("cursor", "invalid_cursor", "use nextCursor of the page before, unchanged");
    let before: Option<i64> = cursor.map(str::parse).transpose().map_err(unknown)?;
    let mut items = store::revisions(c, actor, id, limit + 1, before)?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|last| last.version.to_string());
    Ok(Page { items, next_cursor })
}

/// A private note is of a person.
fn require_person(actor: &Actor, visibility: NoteVisibility) -> Result<()> {
    if visibility == NoteVisibility::Private && (actor.kind != ActorKind::User || actor.user_id.is_none()) {
        return Err(Error::forbidden("only a person has private notes"));
    }
    Ok(())
}

/// Logs what happened to a note: on the timelines of what it is about, or on its author's own.
fn record(tx: &Tx<'_>, actor: &Actor, note: &Note, about: About, events: &[Event]) -> Result<()> {
    match (note.visibility, note.author_id) {
        (NoteVisibility::Private, Some(author)) => activity::record_private(tx, actor, author, about, events),
        (NoteVisibility::Private, None) => Ok(()),
        (NoteVisibility::Org, _) if events.is_empty() => Ok(()),
        (NoteVisibility::Org, _) => {
            anchors::touch(tx, actor, about)?;
            activity::record_all(tx, actor, &events.iter().map(|event| (about, event.clone())).collect::<Vec<_>>())
        }
    }
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewNote) -> Result<Note> {
    policy::require(actor, Action::CreateRecords)?;
    let scope = actor.scope();
    let anchored = anchors::require(tx, &scope, new.anchor, "/anchor")?;
    if !anchors::may_write(actor, Some(&anchored)) {
        return Err(Error::forbidden("what this note is about belongs to someone else; ask its owner or an admin"));
    }
    let visibility = new.visibility.unwrap_or(NoteVisibility::Org);
    require_person(actor, visibility)?;
    model::body(&new.body).map_err(|fault| Error::Invalid(vec![fault]))?;
    anchors::hold(tx, &scope, new.anchor)?;
    let id = NoteId(actor.new_id());
    let mut note = Note {
        id,
        body: new.body.clone(),
        anchor: AnchorRef { kind: new.anchor.kind, id: new.anchor.id, name: anchored.name.clone() },
        author_id: actor.user_id.filter(|_| actor.kind == ActorKind::User),
        author: actor.to_ref(),
        visibility,
        pinned: false,
        mentions: Vec::new(),
        attachments: Vec::new(),
        edited_at: None,
        edited_by: None,
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
    };
    store::insert(tx, &scope, &note)?;
    note.mentions = mention(tx, actor, &note)?;
    note.attachments = attachments::attach(tx, actor, id, &new.attachment_ids)?;
    record(tx, actor, &note, anchored.about, &[Event::NoteAdded { note_id: id }])?;
    Ok(note)
}

/// Writes down whom the text names, and tells those who have not been told. Nobody is told of their own note, nor of a
/// private one.
fn mention(tx: &Tx<'_>, actor: &Actor, note: &Note) -> Result<Vec<UserId>> {
    let scope = actor.scope();
    let named = if note.body.contains(['@', '＠', '﹫']) {
        let living = organisations::members(tx, &scope)?.into_iter().filter(|member| !member.disabled);
        let members: Vec<Nameable> = living.map(|member| Nameable::new(member.id, &member.name)).collect();
        mentioned(&note.body, &members)
    } else {
        BTreeSet::new()
    };
    let told = store::mentions(tx, &scope, note.id)?;
    if named.is_empty() && told.is_empty() {
        return Ok(Vec::new());
    }
    for (user_id, notified) in told.iter().filter(|(user_id, _)| !named.contains(user_id)) {
        store::put_mention(tx, &scope, note.id, *user_id, false, *notified)?;
    }
    for user_id in &named {
        let was_told = told.get(user_id).copied().unwrap_or(false);
        let tell = !was_told && note.visibility == NoteVisibility::Org && actor.user_id != Some(*user_id);
        store::put_mention(tx, &scope, note.id, *user_id, true, was_told || tell)?;
        if tell {
            notifications::of_note(tx, actor, *user_id, NotificationKind::NoteMentioned, note.id)?;
        }
    }
    Ok(named.into_iter().collect())
}

/// # Errors
/// [`Error::Forbidden`] unless the actor is the note's author or an admin, who both see it.
fn require_write(actor: &Actor, note: &Note) -> Result<()> {
    let own = note.author.id.is_some() && note.author.id == actor.id && note.author.kind == actor.kind;
    if own || actor.is_admin() {
        return Ok(());
    }
    Err(Error::forbidden("this note is someone else's; ask them or an admin"))
}

fn anchored(c: &Conn<'_>, actor: &Actor, note: &Note) -> Result<Option<Anchored>> {
    let anchor = note.anchor.anchor();
    Ok(anchors::all(c, &actor.scope(), &[anchor])?.remove(&anchor))
}

fn about(c: &Conn<'_>, actor: &Actor, note: &Note) -> Result<About> {
    Ok(anchored(c, actor, note)?.map_or_else(About::default, |anchored| anchored.about))
}

pub fn update(tx: &Tx<'_>, actor: &Actor, id: NoteId, patch: &NotePatch, expected: IfMatch) -> Result<Note> {
    let store::Stored { note: before, was_org, .. } = find(tx, actor, id)?;
    require_write(actor, &before)?;
    expected.check(&before)?;
    patch.check().map_err(|fault| Error::Invalid(vec![fault]))?;
    let mut after = before.clone();
    let visibility = patch.visibility.as_change().flatten().copied();
    if let Some(visibility) = visibility.filter(|visibility| *visibility != before.visibility) {
        if before.author_id.is_none() || before.author_id != actor.user_id {
            return Err(Error::forbidden("only its author says who sees a note"));
        }
        after.visibility = visibility;
    }
    let mut events = Vec::new();
    // Others have been told of one that they saw before.
    let is_published = !was_org && after.visibility == NoteVisibility::Org;
    if is_published {
        events.push(Event::NoteAdded { note_id: id });
    }
    let body = patch.body.as_change().flatten();
    if let Some(body) = body.filter(|body| **body != before.body) {
        after.body.clone_from(body);
        (after.edited_at, after.edited_by) = (Some(actor.now()), Some(actor.to_ref()));
        events.push(Event::NoteEdited { note_id: id });
    }
    let had: Vec<AttachmentId> = before.attachments.iter().map(|one| one.id).collect();
    if let Some(ids) = patch.files().filter(|ids| *ids != had) {
        after.attachments = attachments::attach(tx, actor, id, ids)?;
    }
    if after == before {
        return Ok(before);
    }
    // The note's own row first: of two edits at one time the second runs again on what the first has left.
    write(tx, actor, &before, &mut after)?;
    if after.body != before.body {
        store::insert_revision(tx, &actor.scope(), &before, actor.now())?;
    }
    if (&after.body, after.visibility) != (&before.body, before.visibility) {
        after.mentions = mention(tx, actor, &after)?;
    }
    let about = about(tx, actor, &after)?;
    if let Some(author) = after.author_id.filter(|_| is_published) {
        // It is on everybody's timelines from now on.
        activity::forget_private(tx, &actor.scope(), author, about, &Event::NoteAdded { note_id: id })?;
    }
    record(tx, actor, &after, about, &events)?;
    Ok(after)
}

fn write(tx: &Tx<'_>, actor: &Actor, before: &Note, after: &mut Note) -> Result<()> {
    after.updated_at = actor.now();
    after.version = before.version + 1;
    if !store::update(tx, &actor.scope(), after, before.body != after.body)? {
        return Err(tx.conflict().into());
    }
    Ok(())
}

/// Puts a note first among those of its record, or no longer. Whoever may write it or the record may do so.
pub fn pin(tx: &Tx<'_>, actor: &Actor, id: NoteId, pinned: bool, expected: IfMatch) -> Result<Note> {
    let before = find(tx, actor, id)?.note;
    if !anchors::may_write(actor, anchored(tx, actor, &before)?.as_ref()) {
        require_write(actor, &before)?;
    }
    expected.check(&before)?;
    let mut after = Note { pinned, ..before.clone() };
    if after != before {
        write(tx, actor, &before, &mut after)?;
    }
    Ok(after)
}

/// Deletes a note; [`restore`] brings it back.
pub fn delete(tx: &Tx<'_>, actor: &Actor, id: NoteId, expected: IfMatch) -> Result<()> {
    let note = find(tx, actor, id)?.note;
    require_write(actor, &note)?;
    expected.check(&note)?;
    hide(tx, actor, &note, true, Event::NoteDeleted { note_id: id }).map(drop)
}

/// Brings a deleted note back. One that is not deleted stays as it is.
pub fn restore(tx: &Tx<'_>, actor: &Actor, id: NoteId, expected: IfMatch) -> Result<Note> {
    let found = any(tx, actor, id)?.ok_or(Error::NotFound("note"))?;
    require_write(actor, &found.note)?;
    expected.check(&found.note)?;
    if !found.is_deleted {
        return Ok(found.note);
    }
    hide(tx, actor, &found.note, false, Event::NoteRestored { note_id: id })
}

fn hide(tx: &Tx<'_>, actor: &Actor, note: &Note, hidden: bool, event: Event) -> Result<Note> {
    let after = Note { version: note.version + 1, updated_at: actor.now(), ..note.clone() };
    if !store::hide(tx, &actor.scope(), &after, hidden.then(|| actor.now()))? {
        return Err(tx.conflict().into());
    }
    record(tx, actor, &after, about(tx, actor, &after)?, &[event])?;
    Ok(after)
}
