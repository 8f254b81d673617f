//! Files that go with notes: uploaded first, then named by the note that has them.
//!
//! Content is stored once for each organisation and SHA-256, in a folder below the data folder or in a bucket. What it is
//! gets found by looking at it, not by what the sender says, and it is served so that a browser neither runs nor guesses
//! anything. An upload is its uploader's alone until a note has it; then whoever sees the note sees the file.
//!
//! A file is written under a name of its own, brought to the disk and put in its place, and its row is there before it gets
//! there: a crash leaves rows and whole files that nothing refers to, and [`clean`] removes them a day later. It notes a
//! removal together with the row that goes, and removes the content after that. No place is used twice: the same content,
//! when it comes again, gets another one, which a removal that comes late does not touch.

pub mod api;
pub mod files;
mod form;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::Attachment;

use db::{Conn, Db, Tx};
use files::{Contents, Received};
use futures_util::stream::{self, StreamExt as _};
use platform::clock::Timestamp;
use platform::ids::{AttachmentId, NoteId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope};
use std::collections::HashMap;

/// Files of one note.
pub const OF_NOTE_MAX: usize = 20;
/// Files that one uploader may have which no note has.
const LOOSE_MAX: i64 = 200;
/// How long a file may be without a note, and content without a file.
const LOOSE_KEPT_S: i64 = 24 * 60 * 60;
/// What one transaction of the clean-up takes.
const CLEANED_AT_ONCE: i64 = 100;
/// Contents that are looked at together.
const LOOKED_AT_ONCE: usize = 16;

/// A file that came in: its row first, then its place among the others. The attachment is still to be [kept](keep).
pub(crate) async fn store_file(db: &Db, actor: &Actor, contents: &Contents, received: &mut Received) -> Result<()> {
    policy::require(actor, Action::CreateRecords)?;
    let (scope, sha256, bytes, now) = (actor.scope(), received.sha256(), received.bytes, actor.now());
    let new = format!("{sha256}-{}", actor.new_id().simple());
    let user = actor.clone();
    let place: Result<String> = db
        .write(move |tx| {
            if store::loose(tx, &user)? >= LOOSE_MAX {
                let message = "you have many uploads that no note has; add them to notes, or wait a day";
                return Err(Error::conflict("too_many_uploads", message));
            }
            Ok(store::expect_file(tx, &scope, &sha256, &new, bytes, now)?)
        })
        .await;
    received.settle(contents, actor.org_id, &place?).await
}

/// Makes the attachment of a stored file.
pub(crate) fn keep(tx: &Tx<'_>, actor: &Actor, received: &Received) -> Result<Attachment> {
    let (scope, now) = (actor.scope(), actor.now());
    let sha256 = received.sha256();
    if !store::use_file(tx, &scope, &sha256)? {
        return Err(Error::Bug("a content was removed while it was being kept".into()));
    }
    let attachment = Attachment {
        id: AttachmentId(actor.new_id()),
        note_id: None,
        file_name: received.file_name.clone(),
        media_type: model::media_type(&received.head, &received.file_name).into(),
        bytes: received.bytes,
        created_at: now,
    };
    store::insert(tx, actor, &attachment, &sha256)?;
    Ok(attachment)
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: AttachmentId) -> Result<Attachment> {
    Ok(find(c, actor, id)?.0)
}

/// The attachment and its content, where the actor may see it.
fn find(c: &Conn<'_>, actor: &Actor, id: AttachmentId) -> Result<(Attachment, store::Kept)> {
    store::get(c, actor, id)?.ok_or(Error::NotFound("attachment"))
}

/// Removes an upload of the actor's own that no note has.
pub fn delete(tx: &Tx<'_>, actor: &Actor, id: AttachmentId) -> Result<()> {
    let (found, kept) = find(tx, actor, id)?;
    if found.note_id.is_some() {
        return Err(Error::conflict("attached", "a note has this file; take it out of the note instead"));
    }
    Ok(store::delete(tx, &actor.scope(), id, kept.sha256, actor.now())?)
}

/// Gives a note these files and no others, in this order. New ones are the actor's own that no note has.
///
/// # Errors
/// [`Error::Invalid`] at `/attachmentIds` and the place in it.
pub(crate) fn attach(tx: &Tx<'_>, actor: &Actor, note_id: NoteId, ids: &[AttachmentId]) -> Result<Vec<Attachment>> {
    if ids.len() > OF_NOTE_MAX {
        let message = format!("a note has at most {OF_NOTE_MAX} files");
        return Err(Error::invalid("/attachmentIds", "too_many", message));
    }
    let before = of_notes(tx, &actor.scope(), &[note_id])?.remove(&note_id).unwrap_or_default();
    let mut after: Vec<Attachment> = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        let path = format!("/attachmentIds/{index}");
        if after.iter().any(|one| one.id == *id) {
            return Err(Error::invalid(path, "duplicate", "name each file once"));
        }
        let own = before.iter().find(|one| one.id == *id).cloned();
        let found = match own {
            Some(own) => own,
            None => match store::get(tx, actor, *id)? {
                Some((found, _)) if found.note_id.is_none() => found,
                Some(_) => return Err(Error::invalid(path, "attached", "another note has this file; upload it again")),
                None => return Err(Error::invalid(path, "unknown_attachment", "there is no such upload of yours")),
            },
        };
        after.push(Attachment { note_id: Some(note_id), ..found });
    }
    let (scope, now) = (actor.scope(), actor.now());
    for gone in before.iter().filter(|one| !ids.contains(&one.id)) {
        store::place(tx, &scope, gone.id, None, 0, now)?;
    }
    for (position, one) in (0_i64..).zip(&after) {
        store::place(tx, &scope, one.id, Some(note_id), position, now)?;
    }
    Ok(after)
}

/// The files of notes, each in their order.
pub(crate) fn of_notes(c: &Conn<'_>, scope: &Scope, notes: &[NoteId]) -> Result<HashMap<NoteId, Vec<Attachment>>> {
    let mut found: HashMap<NoteId, Vec<Attachment>> = HashMap::new();
    for one in store::of_notes(c, scope, notes)? {
        if let Some(note_id) = one.note_id {
            found.entry(note_id).or_default().push(one);
        }
    }
    Ok(found)
}

/// Takes all files from a note that goes for good.
pub(crate) fn release(tx: &Tx<'_>, org_id: uuid::Uuid, note_id: NoteId, now: Timestamp) -> Result<()> {
    Ok(store::release(tx, org_id, note_id, now)?)
}

/// Removes uploads that no note has, content that no file has, and what broken uploads left; how many of each.
pub(crate) async fn clean(db: &Db, contents: &Contents, now: Timestamp) -> Result<[usize; 3]> {
    let before = now.plus_seconds(-LOOSE_KEPT_S);
    let mut removed = [0, 0, 0];
    loop {
        let gone: Result<usize> = db.write(move |tx| Ok(store::delete_loose(tx, before, CLEANED_AT_ONCE, now)?)).await;
        match gone? {
            0 => break,
            gone => removed[0] += gone,
        }
    }
    loop {
        let gone: Result<usize> = db.write(move |tx| Ok(store::forget_files(tx, before, CLEANED_AT_ONCE)?)).await;
        if gone? == 0 {
            break;
        }
    }
    let removal = remove(db, contents, &mut removed[1]).await;
    removed[2] = contents.remove_stale(now).await;
    removal.map(|()| removed)
}

/// Removes the contents that nothing refers to, counting them. One that cannot be removed keeps no other: it is tried again the
/// next time.
///
/// # Errors
/// The first that there was, when all has been done that could be.
async fn remove(db: &Db, contents: &Contents, removed: &mut usize) -> Result<()> {
    let mut outcome = Ok(());
    let mut last = None;
    loop {
        let after = last.take();
        let places = db.read(move |c| Ok::<_, Error>(store::removals(c, after.as_ref(), CLEANED_AT_ONCE)?)).await?;
        last = places.last().cloned();
        if last.is_none() {
            return outcome;
        }
        let (mut gone, mut is_away) = (Vec::new(), false);
        for (org_id, place) in places {
            match contents.remove(org_id, &place).await {
                Ok(()) => gone.push((org_id, place)),
                Err(error) => {
                    tracing::warn!(org = %org_id, place, %error, "a content could not be removed");
                    outcome = outcome.and(Err(error));
                    is_away = contents.is_away().await;
                }
            }
            if is_away {
                break;
            }
        }
        *removed += gone.len();
        let noted: Result<()> = db.write(move |tx| Ok(store::removed(tx, &gone)?)).await;
        noted?;
        if is_away {
            return outcome;
        }
    }
}

/// Contents that the database knows of and the folder or bucket lacks or holds in another size, each in words; those of
/// attachments alone.
///
/// # Errors
/// When the database fails.
pub async fn missing(db: &Db, contents: &Contents) -> Result<Vec<String>> {
    let wanted: Vec<store::Wanted> = db.read(|c| Ok::<_, Error>(store::wanted(c)?)).await?;
    let looked = stream::iter(wanted.iter().map(|one| contents.fault(one.org_id, &one.place, one.bytes)));
    Ok(looked.buffered(LOOKED_AT_ONCE).filter_map(std::future::ready).collect().await)
}
