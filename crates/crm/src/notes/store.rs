use super::model::{Note, NoteRevision, NoteVisibility, snippet};
use crate::anchors::{self, Anchor, AnchorRef};
use crate::attachments;
use db::{Conn, Engine, Error, Result, Row, Sql, Tx, Value, params};
use platform::actor::{ActorKind, ActorRef};
use platform::clock::Timestamp;
use platform::filter::{Context, Tree};
use platform::http::Page;
use platform::ids::{NoteId, OrgId, UserId};
use platform::paging::{self, Count, List};
use platform::text::fold;
use platform::{Actor, Scope, policy, text_index};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

const SELECT: &str = "SELECT c.id, c.body, c.customer_id, c.company_id, c.deal_id, c.author_kind, c.author_id, c.author_name,
    c.editor_kind, c.editor_id, c.editor_name, c.edited_at, c.pinned, c.visibility, c.created_at, c.updated_at, c.version,
    c.deleted_at IS NOT NULL, c.was_org";

/// A note as it is in its table: what is in others is still to be [completed](complete).
pub(super) struct Stored {
    pub note: Note,
    pub is_deleted: bool,
    /// Others see it or have seen it.
    pub was_org: bool,
}

/// An actor in three columns from `at` on, where there is one.
fn actor_at(row: &Row<'_>, at: usize) -> Result<Option<ActorRef>> {
    let kind: Option<String> = row.get(at)?;
    let Some(kind) = kind else { return Ok(None) };
    let kind = ActorKind::parse(&kind).unwrap_or(ActorKind::System);
    Ok(Some(ActorRef { kind, id: row.get(at + 1)?, name: row.get(at + 2)? }))
}

fn read(row: &Row<'_>) -> Result<Stored> {
    let lost = |what: &str| Error::Bug(format!("a note without {what}"));
    let anchor = Anchor::of(row.get(2)?, row.get(3)?, row.get(4)?).ok_or_else(|| lost("what it is about"))?;
    let author = actor_at(row, 5)?.ok_or_else(|| lost("an author"))?;
    let visibility: String = row.get(13)?;
    let note = Note {
        id: row.get(0)?,
        body: row.get(1)?,
        anchor: AnchorRef::unnamed(anchor),
        author_id: author.id.filter(|_| author.kind == ActorKind::User).map(UserId),
        author,
        visibility: NoteVisibility::parse(&visibility).ok_or_else(|| lost("a known visibility"))?,
        pinned: row.get(12)?,
        mentions: Vec::new(),
        attachments: Vec::new(),
        edited_at: row.get(11)?,
        edited_by: actor_at(row, 8)?,
        created_at: row.get(14)?,
        updated_at: row.get(15)?,
        version: row.get(16)?,
    };
    Ok(Stored { note, is_deleted: row.get(17)?, was_org: row.get(18)? })
}

/// A note that the actor may see, deleted or not.
pub(super) fn get(c: &Conn<'_>, actor: &Actor, id: NoteId) -> Result<Option<Stored>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" FROM notes c WHERE c.org_id = ").bind(actor.scope()).push(" AND c.id = ").bind(id);
    sql.push(" AND ").append(&policy::seen(actor, "c.visibility", "c.author_id"));
    c.query_opt(&sql, read)
}

/// Fills in names of records, mentions and files.
pub(super) fn complete(c: &Conn<'_>, scope: &Scope, notes: &mut [Note]) -> platform::Result<()> {
    let ids: Vec<NoteId> = notes.iter().map(|note| note.id).collect();
    anchors::name(c, scope, notes.iter_mut().map(|note| &mut note.anchor))?;
    let mut files = attachments::of_notes(c, scope, &ids)?;
    let statement = |part: &[NoteId]| {
        let mut sql = Sql::new("SELECT note_id, user_id FROM note_mentions WHERE org_id = ");
        sql.bind(scope).push(" AND note_id IN ").bind_list(part.iter().copied()).push(" AND is_current");
        sql.push(" ORDER BY note_id, user_id");
        sql
    };
    let mut named: HashMap<NoteId, Vec<UserId>> = HashMap::new();
    for (note_id, user_id) in c.query_parts(&ids, statement, |row| Ok((row.get::<NoteId>(0)?, row.get(1)?)))? {
        named.entry(note_id).or_default().push(user_id);
    }
    for note in notes {
        note.attachments = files.remove(&note.id).unwrap_or_default();
        note.mentions = named.remove(&note.id).unwrap_or_default();
    }
    Ok(())
}

// ---- Lists ---------------------------------------------------------------------------------------

/// ` AND …` for texts that hold all of these words, which are folded.
fn holding(engine: Engine, words: &[String]) -> Sql {
    let mut sql = Sql::default();
    for word in words {
        if engine == Engine::Sqlite && word.chars().count() >= text_index::CHARS_MIN {
            sql.push(" AND c.seq IN (SELECT rowid FROM note_search WHERE note_search MATCH ");
            sql.bind(text_index::phrase(word)).push(")");
        } else {
            sql.push(" AND c.text LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
        }
    }
    sql
}

fn words(q: Option<&str>) -> Vec<String> {
    q.map(fold).unwrap_or_default().split_whitespace().map(str::to_string).collect()
}

/// What the actor sees and has not been deleted.
fn seen(actor: &Actor) -> Sql {
    let mut sql = Sql::new(" FROM notes c WHERE c.org_id = ");
    sql.bind(actor.scope()).push(" AND c.deleted_at IS NULL AND ");
    sql.append(&policy::seen(actor, "c.visibility", "c.author_id"));
    sql
}

pub(super) fn page(c: &Conn<'_>, actor: &Actor, list: &List, context: &Context) -> Result<Page<Note>> {
    let page = list.page(c, page_sql(c, actor, list, context)?, read)?;
    let items = page.items.into_iter().map(|stored| stored.note).collect();
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// Makes the statement of a leg.
pub(super) fn page_sql(
    c: &Conn<'_>,
    actor: &Actor,
    list: &List,
    context: &Context,
) -> Result<impl Fn(&paging::Leg<'_>) -> Sql + use<>> {
    let mut from = seen(actor);
    from.push(" AND ").append(&list.tree.planned(c, context, &[])?);
    from.append(&holding(c.engine(), &words(list.q.as_deref())));
    Ok(move |leg: &paging::Leg<'_>| {
        let mut sql = Sql::new(SELECT);
        sql.append(&leg.columns()).append(&from).append(&leg.rest());
        sql
    })
}

pub(super) fn count(
    c: &Conn<'_>,
    actor: &Actor,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    exact: bool,
) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&seen(actor)).push(" AND ").append(&tree.planned_count(c, context)?);
    sql.append(&holding(c.engine(), &words(q)));
    paging::count(c, &sql, exact)
}

/// For conditions on the text: see [`platform::filter::catalogue::Search`].
pub(super) fn text_search(c: &Conn<'_>, org: OrgId, text: &str, limit: usize) -> Result<Option<Vec<Uuid>>> {
    if text.chars().count() < text_index::CHARS_MIN {
        return Ok(None);
    }
    let mut sql = Sql::default();
    match c.engine() {
        Engine::Sqlite => {
            sql.push("SELECT c.id FROM note_search s CROSS JOIN notes c ON c.seq = s.rowid WHERE note_search MATCH ");
            sql.bind(text_index::phrase(text)).push(" AND c.org_id = ").bind(org);
        }
        Engine::Postgres => {
            sql.push("SELECT c.id FROM notes c WHERE c.org_id = ").bind(org);
            sql.push(" AND c.text LIKE ").bind(text_index::like(text)).push(" ESCAPE '\\'");
        }
    }
    text_index::ids_up_to(c, sql, limit)
}

/// A note that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub id: NoteId,
    pub anchor: AnchorRef,
    /// How it begins.
    pub title: String,
    /// Where it holds the first word.
    pub snippet: String,
    pub updated_at: Timestamp,
}

pub(super) fn search(c: &Conn<'_>, actor: &Actor, words: &[String], limit: usize) -> Result<Vec<Found>> {
    let Some(sql) = search_sql(c.engine(), actor, words, limit) else { return Ok(Vec::new()) };
    let first = words.first().map(String::as_str).unwrap_or_default();
    c.query(&sql, |row| {
        let body: String = row.get(1)?;
        let anchor = Anchor::of(row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(Found {
            id: row.get(0)?,
            anchor: AnchorRef::unnamed(anchor.ok_or_else(|| Error::Bug("a note about nothing".into()))?),
            title: crate::notifications::model::excerpt(&body),
            snippet: snippet(&body, first),
            updated_at: row.get(5)?,
        })
    })
}

/// Nothing when all words are too short for the index.
pub(super) fn search_sql(engine: Engine, actor: &Actor, words: &[String], limit: usize) -> Option<Sql> {
    let indexed: Vec<&String> = words.iter().filter(|word| word.chars().count() >= text_index::CHARS_MIN).collect();
    if indexed.is_empty() {
        return None;
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let columns = "SELECT c.id, c.body, c.customer_id, c.company_id, c.deal_id, c.updated_at FROM ";
    let mut sql = Sql::default();
    let mut rest = Sql::new(" AND c.deleted_at IS NULL AND ");
    rest.append(&policy::seen(actor, "c.visibility", "c.author_id"));
    match engine {
        Engine::Sqlite => {
            let phrases: Vec<String> = indexed.iter().map(|word| text_index::phrase(word)).collect();
            sql.push(columns).push("note_search s CROSS JOIN notes c ON c.seq = s.rowid WHERE note_search MATCH ");
            sql.bind(phrases.join(" AND ")).push(" AND c.org_id = ").bind(actor.scope());
            for word in words.iter().filter(|word| word.chars().count() < text_index::CHARS_MIN) {
                sql.push(" AND c.text LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
            }
            sql.append(&rest).push(" ORDER BY s.rowid DESC LIMIT ").bind(limit);
        }
        Engine::Postgres => {
            // Not told of a limit, its planner walks the index whatever it guesses.
            sql.push("WITH m AS MATERIALIZED (SELECT c.id FROM notes c WHERE c.org_id = ").bind(actor.scope());
            sql.append(&holding(engine, words)).append(&rest).push(") ").push(columns);
            sql.push("(SELECT f.id FROM m f) f JOIN notes c ON c.org_id = ").bind(actor.scope());
            sql.push(" AND c.id = f.id ORDER BY c.created_at DESC, c.id DESC LIMIT ").bind(limit);
        }
    }
    Some(sql)
}

/// The former texts that the actor may see: to others than its author what a note said while it was private never was.
pub(super) fn revisions(
    c: &Conn<'_>,
    actor: &Actor,
    id: NoteId,
    limit: usize,
    before: Option<i64>,
) -> Result<Vec<NoteRevision>> {
    let mut sql = Sql::new(
        "SELECT r.version, r.body, r.author_kind, r.author_id, r.author_name, r.written_at, r.replaced_at
         FROM note_revisions r JOIN notes n ON n.org_id = r.org_id AND n.id = r.note_id WHERE r.org_id = ",
    );
    sql.bind(actor.scope()).push(" AND r.note_id = ").bind(id);
    sql.push(" AND ").append(&policy::seen(actor, "r.visibility", "n.author_id"));
    if let Some(before) = before {
        sql.push(" AND r.version < ").bind(before);
    }
    sql.push(" ORDER BY r.version DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    c.query(&sql, |row| {
        Ok(NoteRevision {
            version: row.get(0)?,
            body: row.get(1)?,
            author: actor_at(row, 2)?.ok_or_else(|| Error::Bug("a revision without an author".into()))?,
            written_at: row.get(5)?,
            replaced_at: row.get(6)?,
        })
    })
}

// ---- Writing -------------------------------------------------------------------------------------

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, note: &Note) -> Result<()> {
    let anchor = note.anchor.anchor();
    let text = fold(&note.body);
    tx.execute((
        "INSERT INTO notes (org_id, id, body, text, customer_id, company_id, deal_id, author_kind, author_id, author_name,
           pinned, visibility, created_at, updated_at, version, was_org)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            scope,
            note.id,
            &note.body,
            &text,
            anchor.customer_id(),
            anchor.company_id(),
            anchor.deal_id(),
            note.author.kind.as_str(),
            note.author.id,
            &note.author.name,
            note.pinned,
            note.visibility.as_str(),
            note.created_at,
            note.updated_at,
            note.version,
            note.visibility == NoteVisibility::Org
        ],
    ))?;
    if let Some(seq) = tx.last_row_key() {
        tx.execute(("INSERT INTO note_search (rowid, text) VALUES ($1, $2)", params![seq, text]))?;
    }
    Ok(())
}

/// Writes a note that still is as it was read; says whether it was.
pub(super) fn update(tx: &Tx<'_>, scope: &Scope, note: &Note, new_text: bool) -> Result<bool> {
    let text = fold(&note.body);
    let editor = note.edited_by.as_ref();
    let values: Vec<Value> = params![
        scope,
        note.id,
        &note.body,
        &text,
        editor.map(|editor| editor.kind.as_str().to_string()),
        editor.and_then(|editor| editor.id),
        editor.map(|editor| editor.name.clone()),
        note.edited_at,
        note.pinned,
        note.visibility.as_str(),
        note.updated_at,
        note.version
    ]
    .to_vec();
    let changed = tx.execute((
        "UPDATE notes SET body = $3, text = $4, editor_kind = $5, editor_id = $6, editor_name = $7, edited_at = $8,
           pinned = $9, visibility = $10, was_org = was_org OR $10 = 'org', updated_at = $11, version = $12
         WHERE org_id = $1 AND id = $2 AND version = $12 - 1",
        values.as_slice(),
    ))?;
    if changed == 1 && new_text && tx.engine() == Engine::Sqlite {
        let seq = seq(tx, scope.org_id().0, note.id)?;
        tx.execute(("INSERT OR REPLACE INTO note_search (rowid, text) VALUES ($1, $2)", params![seq, text]))?;
    }
    Ok(changed == 1)
}

fn seq(tx: &Tx<'_>, org_id: Uuid, id: NoteId) -> Result<i64> {
    tx.query_one(("SELECT seq FROM notes WHERE org_id = $1 AND id = $2", params![org_id, id]), |row| row.get(0))
}

pub(super) fn hide(tx: &Tx<'_>, scope: &Scope, note: &Note, deleted_at: Option<Timestamp>) -> Result<bool> {
    let changed = tx.execute((
        "UPDATE notes SET deleted_at = $3, updated_at = $4, version = $5 WHERE org_id = $1 AND id = $2 AND version = $5 - 1",
        params![scope, note.id, deleted_at, note.updated_at, note.version],
    ))?;
    Ok(changed == 1)
}

/// Keeps the text that is about to be replaced.
pub(super) fn insert_revision(tx: &Tx<'_>, scope: &Scope, note: &Note, now: Timestamp) -> Result<()> {
    let author = note.edited_by.as_ref().unwrap_or(&note.author);
    tx.execute((
        "INSERT INTO note_revisions (org_id, note_id, version, body, author_kind, author_id, author_name, written_at,
           replaced_at, visibility)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            scope,
            note.id,
            note.version,
            &note.body,
            author.kind.as_str(),
            author.id,
            &author.name,
            note.edited_at.unwrap_or(note.created_at),
            now,
            note.visibility.as_str()
        ],
    ))?;
    Ok(())
}

/// Whom the note names or has named, and whether they were told.
pub(super) fn mentions(c: &Conn<'_>, scope: &Scope, id: NoteId) -> Result<BTreeMap<UserId, bool>> {
    let rows = c.query(
        ("SELECT user_id, notified FROM note_mentions WHERE org_id = $1 AND note_id = $2", params![scope, id]),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

pub(super) fn put_mention(
    tx: &Tx<'_>,
    scope: &Scope,
    id: NoteId,
    user_id: UserId,
    is_current: bool,
    notified: bool,
) -> Result<()> {
    tx.later(
        "INSERT INTO note_mentions (org_id, note_id, user_id, is_current, notified) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, note_id, user_id) DO UPDATE SET is_current = excluded.is_current, notified = excluded.notified",
        params![scope, id, user_id, is_current, notified],
    )
}

/// Notes that were deleted before `before`.
pub(super) fn deleted(c: &Conn<'_>, before: Timestamp, limit: i64) -> Result<Vec<(Uuid, NoteId)>> {
    let mut sql = Sql::new("SELECT org_id, id FROM notes WHERE deleted_at < ");
    sql.bind(before).push(" ORDER BY deleted_at LIMIT ").bind(limit);
    c.query(&sql, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Removes a note with all that is its own; says whether it was still deleted.
pub(super) fn purge(tx: &Tx<'_>, org_id: Uuid, id: NoteId, before: Timestamp) -> Result<bool> {
    if tx.engine() == Engine::Sqlite {
        let seq = seq(tx, org_id, id)?;
        tx.execute(("DELETE FROM note_search WHERE rowid = $1", params![seq]))?;
    }
    for text in [
        "DELETE FROM note_revisions WHERE org_id = $1 AND note_id = $2",
        "DELETE FROM note_mentions WHERE org_id = $1 AND note_id = $2",
        "DELETE FROM notifications WHERE org_id = $1 AND note_id = $2",
    ] {
        tx.execute((text, params![org_id, id]))?;
    }
    let deleted = tx.execute((
        "DELETE FROM notes WHERE org_id = $1 AND id = $2 AND deleted_at < $3",
        params![org_id, id, before],
    ))?;
    Ok(deleted == 1)
}
