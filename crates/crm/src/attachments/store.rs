use super::model::Attachment;
use db::{Conn, Result, Row, Sql, Tx, params};
use platform::clock::Timestamp;
use platform::ids::{AttachmentId, NoteId};
use platform::{Actor, Scope};
use uuid::Uuid;

const SELECT: &str = "SELECT a.id, a.note_id, a.file_name, a.media_type, a.bytes, a.created_at FROM attachments a";

fn read(row: &Row<'_>) -> Result<Attachment> {
    Ok(Attachment {
        id: row.get(0)?,
        note_id: row.get(1)?,
        file_name: row.get(2)?,
        media_type: row.get(3)?,
        bytes: row.get(4)?,
        created_at: row.get(5)?,
    })
}

/// Where the content of an attachment is.
pub(super) struct Kept {
    pub sha256: String,
    pub place: String,
}

/// The attachment with its content, if the actor may see it: the uploader's own while no note has it, else by the note.
pub(super) fn get(c: &Conn<'_>, actor: &Actor, id: AttachmentId) -> Result<Option<(Attachment, Kept)>> {
    let mut sql = Sql::new(
        "SELECT a.id, a.note_id, a.file_name, a.media_type, a.bytes, a.created_at, a.sha256, f.place FROM attachments a
         JOIN attachment_files f ON f.org_id = a.org_id AND f.sha256 = a.sha256",
    );
    sql.push(" LEFT JOIN notes n ON n.org_id = a.org_id AND n.id = a.note_id WHERE a.org_id = ").bind(actor.scope());
    sql.push(" AND a.id = ").bind(id).push(" AND ((a.note_id IS NULL AND a.uploader_kind = ").bind(actor.kind.as_str());
    sql.push(" AND a.uploader_id = ").bind(actor.id).push(") OR (n.deleted_at IS NULL AND ");
    sql.append(&platform::policy::seen(actor, "n.visibility", "n.author_id")).push("))");
    c.query_opt(&sql, |row| Ok((read(row)?, Kept { sha256: row.get(6)?, place: row.get(7)? })))
}

pub(super) fn of_notes(c: &Conn<'_>, scope: &Scope, notes: &[NoteId]) -> Result<Vec<Attachment>> {
    let statement = |part: &[NoteId]| {
        let mut sql = Sql::new(SELECT);
        sql.push(" WHERE a.org_id = ").bind(scope).push(" AND a.note_id IN ").bind_list(part.iter().copied());
        sql.push(" ORDER BY a.note_id, a.position, a.id");
        sql
    };
    c.query_parts(notes, statement, read)
}

/// How many uploads of the actor no note has.
pub(super) fn loose(c: &Conn<'_>, actor: &Actor) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM attachments WHERE note_id IS NULL AND org_id = ");
    sql.bind(actor.scope()).push(" AND uploader_id = ").bind(actor.id);
    c.query_one(&sql, |row| row.get(0))
}

/// Notes that a content is about to be there; answers its place, which is `place` where it is new. While no attachment has
/// it, the time until it goes begins anew.
pub(super) fn expect_file(
    tx: &Tx<'_>,
    scope: &Scope,
    sha256: &str,
    place: &str,
    bytes: i64,
    now: Timestamp,
) -> Result<String> {
    tx.query_one(
        (
            "INSERT INTO attachment_files (org_id, sha256, place, bytes, unused_since) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org_id, sha256) DO UPDATE SET unused_since =
               CASE WHEN attachment_files.unused_since IS NULL THEN NULL ELSE excluded.unused_since END
             RETURNING place",
            params![scope, sha256, place, bytes, now],
        ),
        |row| row.get(0),
    )
}

/// Notes that an attachment has a content; says whether it is there.
pub(super) fn use_file(tx: &Tx<'_>, scope: &Scope, sha256: &str) -> Result<bool> {
    let found = tx.execute((
        "UPDATE attachment_files SET unused_since = NULL WHERE org_id = $1 AND sha256 = $2",
        params![scope, sha256],
    ))?;
    Ok(found == 1)
}

/// Notes of contents that an attachment less has them, if it was the last one. Their rows are written in any case: of two
/// that take the last two away at one time, the second runs again and sees that it does.
fn leave_files(tx: &Tx<'_>, files: &[(Uuid, String)], now: Timestamp) -> Result<()> {
    let sets: Vec<_> = files.iter().map(|(org_id, sha256)| params![*org_id, sha256, now].to_vec()).collect();
    tx.execute_many(
        "UPDATE attachment_files SET unused_since = CASE WHEN EXISTS
           (SELECT 1 FROM attachments a WHERE a.org_id = $1 AND a.sha256 = $2) THEN unused_since ELSE $3 END
         WHERE org_id = $1 AND sha256 = $2",
        &sets,
    )?;
    Ok(())
}

pub(super) fn insert(tx: &Tx<'_>, actor: &Actor, attachment: &Attachment, sha256: &str) -> Result<()> {
    tx.execute((
        "INSERT INTO attachments (org_id, id, sha256, file_name, media_type, bytes, uploader_kind, uploader_id, position,
           created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        params![
            actor.scope(),
            attachment.id,
            sha256,
            &attachment.file_name,
            &attachment.media_type,
            attachment.bytes,
            actor.kind.as_str(),
            actor.id,
            0_i64,
            attachment.created_at
        ],
    ))?;
    Ok(())
}

/// Gives an attachment to a note, or takes it away.
pub(super) fn place(
    tx: &Tx<'_>,
    scope: &Scope,
    id: AttachmentId,
    note_id: Option<NoteId>,
    position: i64,
    now: Timestamp,
) -> Result<()> {
    tx.execute((
        "UPDATE attachments SET note_id = $3, position = $4, updated_at = $5 WHERE org_id = $1 AND id = $2",
        params![scope, id, note_id, position, now],
    ))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, id: AttachmentId, sha256: String, now: Timestamp) -> Result<()> {
    tx.execute(("DELETE FROM attachments WHERE org_id = $1 AND id = $2", params![scope, id]))?;
    leave_files(tx, &[(scope.org_id().0, sha256)], now)
}

pub(super) fn release(tx: &Tx<'_>, org_id: Uuid, note_id: NoteId, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE attachments SET note_id = NULL, updated_at = $3 WHERE org_id = $1 AND note_id = $2",
        params![org_id, note_id, now],
    ))?;
    Ok(())
}

/// Removes some attachments that have had no note since `before`; how many.
pub(super) fn delete_loose(tx: &Tx<'_>, before: Timestamp, limit: i64, now: Timestamp) -> Result<usize> {
    let mut sql = Sql::new("SELECT org_id, id, sha256 FROM attachments WHERE note_id IS NULL AND updated_at < ");
    sql.bind(before).push(" ORDER BY updated_at LIMIT ").bind(limit);
    let loose: Vec<(Uuid, Uuid, String)> = tx.query(&sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let sets: Vec<_> = loose.iter().map(|(org_id, id, _)| params![*org_id, *id].to_vec()).collect();
    tx.execute_many("DELETE FROM attachments WHERE org_id = $1 AND id = $2 AND note_id IS NULL", &sets)?;
    let files: Vec<(Uuid, String)> = loose.into_iter().map(|(org_id, _, sha256)| (org_id, sha256)).collect();
    leave_files(tx, &files, now)?;
    Ok(files.len())
}

/// Forgets some contents that no attachment has had since `before`, and notes their removal; how many.
pub(super) fn forget_files(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let mut sql = Sql::new("SELECT org_id, sha256, place FROM attachment_files WHERE unused_since < ");
    sql.bind(before).push(" ORDER BY unused_since LIMIT ").bind(limit);
    let unused: Vec<(Uuid, String, String)> = tx.query(&sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let files: Vec<_> = unused.iter().map(|(org_id, sha256, _)| params![*org_id, sha256].to_vec()).collect();
    tx.execute_many("DELETE FROM attachment_files WHERE org_id = $1 AND sha256 = $2", &files)?;
    let places: Vec<_> = unused.iter().map(|(org_id, _, place)| params![*org_id, place].to_vec()).collect();
    tx.execute_many("INSERT INTO attachment_removals (org_id, place) VALUES ($1, $2)", &places)?;
    Ok(unused.len())
}

/// Some contents to be removed, those after `last`.
pub(super) fn removals(c: &Conn<'_>, last: Option<&(Uuid, String)>, limit: i64) -> Result<Vec<(Uuid, String)>> {
    let mut sql = Sql::new("SELECT org_id, place FROM attachment_removals");
    if let Some((org_id, place)) = last {
        sql.push(" WHERE (org_id, place) > (").bind(*org_id).push(", ").bind(place.as_str()).push(")");
    }
    sql.push(" ORDER BY org_id, place LIMIT ").bind(limit);
    c.query(&sql, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Notes that contents are gone.
pub(super) fn removed(tx: &Tx<'_>, places: &[(Uuid, String)]) -> Result<()> {
    let sets: Vec<_> = places.iter().map(|(org_id, place)| params![*org_id, place].to_vec()).collect();
    tx.execute_many("DELETE FROM attachment_removals WHERE org_id = $1 AND place = $2", &sets)?;
    Ok(())
}

/// A content that an attachment has.
pub(super) struct Wanted {
    pub org_id: Uuid,
    pub place: String,
    pub bytes: i64,
}

pub(super) fn wanted(c: &Conn<'_>) -> Result<Vec<Wanted>> {
    c.query("SELECT org_id, place, bytes FROM attachment_files WHERE unused_since IS NULL", |row| {
        Ok(Wanted { org_id: row.get(0)?, place: row.get(1)?, bytes: row.get(2)? })
    })
}
