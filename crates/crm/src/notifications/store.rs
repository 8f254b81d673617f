use super::model::{NotePreview, Notification, NotificationKind, excerpt};
use crate::anchors::{Anchor, AnchorRef};
use db::{Conn, Error, Result, Row, Sql, Tx, params};
use platform::Scope;
use platform::actor::{ActorKind, ActorRef};
use platform::clock::Timestamp;
use platform::ids::{NoteId, NotificationId, UserId};

#[allow(clippy::too_many_arguments)]
pub(super) fn insert(
    tx: &Tx<'_>,
    scope: &Scope,
    user_id: UserId,
    id: NotificationId,
    kind: NotificationKind,
    note_id: NoteId,
    actor: &ActorRef,
    now: Timestamp,
) -> Result<()> {
    tx.later(
        "INSERT INTO notifications (org_id, user_id, id, kind, note_id, actor_kind, actor_id, actor_name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![scope, user_id, id, kind.as_str(), note_id, actor.kind.as_str(), actor.id, &actor.name, now],
    )
}

/// Those of `user_id` whose note they may see, with more of its beginning than an excerpt has: white space falls away.
fn select(scope: &Scope, user_id: UserId) -> Sql {
    let mut sql = Sql::new(
        "SELECT f.id, f.kind, f.actor_kind, f.actor_id, f.actor_name, f.read_at, f.created_at, n.id, n.customer_id,
           n.company_id, n.deal_id, substr(n.body, 1, 400)",
    );
    sql.append(&from(scope, user_id));
    sql
}

fn from(scope: &Scope, user_id: UserId) -> Sql {
    let mut sql =
        Sql::new(" FROM notifications f JOIN notes n ON n.org_id = f.org_id AND n.id = f.note_id WHERE f.org_id = ");
    sql.bind(scope).push(" AND f.user_id = ").bind(user_id);
    sql.push(" AND n.deleted_at IS NULL AND (n.visibility = 'org' OR n.author_id = ").bind(user_id).push(")");
    sql
}

fn read(row: &Row<'_>) -> Result<Notification> {
    let kind: String = row.get(1)?;
    let anchor = Anchor::of(row.get(8)?, row.get(9)?, row.get(10)?);
    let note_id: NoteId = row.get(7)?;
    let body: String = row.get(11)?;
    Ok(Notification {
        id: row.get(0)?,
        kind: NotificationKind::parse(&kind).ok_or_else(|| Error::Bug(format!("no notification is {kind:?}")))?,
        actor: ActorRef {
            kind: ActorKind::parse(&row.get::<String>(2)?).unwrap_or(ActorKind::System),
            id: row.get(3)?,
            name: row.get(4)?,
        },
        note: anchor.map(|anchor| NotePreview {
            id: note_id,
            anchor: AnchorRef::unnamed(anchor),
            excerpt: excerpt(&body),
        }),
        read_at: row.get(5)?,
        created_at: row.get(6)?,
    })
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, user_id: UserId, id: NotificationId) -> Result<Option<Notification>> {
    let mut sql = select(scope, user_id);
    sql.push(" AND f.id = ").bind(id);
    c.query_opt(&sql, read)
}

pub(super) fn page(
    c: &Conn<'_>,
    scope: &Scope,
    user_id: UserId,
    only_unread: bool,
    limit: usize,
    after: Option<NotificationId>,
) -> Result<Vec<Notification>> {
    c.query(&page_sql(scope, user_id, only_unread, limit, after), read)
}

pub(super) fn page_sql(
    scope: &Scope,
    user_id: UserId,
    only_unread: bool,
    limit: usize,
    after: Option<NotificationId>,
) -> Sql {
    let mut sql = select(scope, user_id);
    if only_unread {
        sql.push(" AND f.read_at IS NULL");
    }
    if let Some(after) = after {
        sql.push(" AND f.id < ").bind(after);
    }
    sql.push(" ORDER BY f.id DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql
}

pub(super) fn unread(c: &Conn<'_>, scope: &Scope, user_id: UserId, limit: i64) -> Result<i64> {
    c.query_one(&unread_sql(scope, user_id, limit), |row| row.get(0))
}

pub(super) fn unread_sql(scope: &Scope, user_id: UserId, limit: i64) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1");
    sql.append(&from(scope, user_id)).push(" AND f.read_at IS NULL LIMIT ").bind(limit).push(") AS few");
    sql
}

pub(super) fn mark(tx: &Tx<'_>, scope: &Scope, user_id: UserId, id: NotificationId, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE notifications SET read_at = $4 WHERE org_id = $1 AND user_id = $2 AND id = $3 AND read_at IS NULL",
        params![scope, user_id, id, now],
    ))?;
    Ok(())
}

pub(super) fn mark_until(
    tx: &Tx<'_>,
    scope: &Scope,
    user_id: UserId,
    until: NotificationId,
    now: Timestamp,
) -> Result<()> {
    tx.execute((
        "UPDATE notifications SET read_at = $4 WHERE org_id = $1 AND user_id = $2 AND id <= $3 AND read_at IS NULL",
        params![scope, user_id, until, now],
    ))?;
    Ok(())
}

pub(super) fn delete_old(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    let mut sql = Sql::new("SELECT org_id, user_id, id FROM notifications WHERE created_at < ");
    sql.bind(before).push(" ORDER BY created_at LIMIT ").bind(limit);
    let old = tx.query(&sql, |row| {
        let key: [uuid::Uuid; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        Ok(params![key[0], key[1], key[2]].to_vec())
    })?;
    tx.execute_many("DELETE FROM notifications WHERE org_id = $1 AND user_id = $2 AND id = $3", &old)
}
