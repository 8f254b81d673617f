use super::*;
use crate::testing::{member, org};
use db::testing::each_engine;
use db::{Db, Engine, full_scans, params};
use platform::actor::Role;

/// Notes of `author`, each of which tells `reader`.
async fn tell(db: &Db, author: &Actor, reader: &Actor, count: i64) {
    let (author, user_id) = (author.clone(), reader.user_id.expect("a person"));
    let made: Result<()> = db
        .write(move |tx| {
            for _ in 0..count {
                let id = NoteId(author.new_id());
                tx.execute((
                    "INSERT INTO notes (org_id, id, body, text, customer_id, author_kind, author_id, author_name, pinned,
                       visibility, created_at, updated_at, version)
                     VALUES ($1, $2, $3, $3, $2, 'user', $4, 'Ada', FALSE, 'org', $5, $5, 1)",
                    params![author.scope(), id, "text", author.user_id, author.now()],
                ))?;
                of_note(tx, &author, user_id, NotificationKind::NoteMentioned, id)?;
            }
            Ok(())
        })
        .await;
    made.unwrap();
}

async fn list(
    db: &Db,
    reader: &Actor,
    only_unread: bool,
    limit: &'static str,
    cursor: Option<String>,
) -> Page<Notification> {
    let actor = reader.clone();
    db.read(move |c| page(c, &actor, only_unread, Some(limit), cursor.as_deref())).await.unwrap()
}

async fn number(db: &Db, reader: &Actor) -> (i64, bool) {
    let actor = reader.clone();
    let found = db.read(move |c| unread(c, &actor)).await.unwrap();
    (found.count, found.exact)
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_are_read_one_by_one_or_up_to_one() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let [ann, bob] = [member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await];
        tell(&db, &owner, &ann, 5).await;
        tell(&db, &owner, &bob, 1).await;
        let first = list(&db, &ann, false, "2", None).await;
        let rest = list(&db, &ann, false, "10", first.next_cursor.clone()).await;
        assert_eq!((first.items.len(), rest.items.len(), rest.next_cursor), (2, 3, None));
        assert!(first.items[1].id > rest.items[0].id, "the newest first");
        assert_eq!(number(&db, &ann).await, (5, true));
        let (actor, newest) = (ann.clone(), first.items[0].id);
        let marked = db.write(move |tx| read(tx, &actor, newest)).await.unwrap();
        assert_eq!(marked.read_at, Some(ann.now()));
        let actor = bob.clone();
        let foreign = db.write(move |tx| read(tx, &actor, newest)).await;
        assert_eq!(foreign.map(drop), Err(Error::NotFound("notification")));
        let (actor, until) = (ann.clone(), ReadUntil { until: rest.items[0].id });
        let left = db.write(move |tx| read_until(tx, &actor, &until)).await.unwrap();
        assert_eq!((left.count, left.exact), (1, true));
        assert_eq!(list(&db, &ann, true, "10", None).await.items[0].id, first.items[1].id);
        assert_eq!(number(&db, &bob).await, (1, true));
        tell(&db, &owner, &ann, 150).await;
        assert_eq!(number(&db, &ann).await, (100, false));
        let mut key = Actor::system(owner.org_id, owner.clock.clone());
        key.kind = platform::actor::ActorKind::ApiKey;
        let refused = db.read(move |c| page(c, &key, false, None, None)).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_and_the_number_walk_an_index() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let bo = member(&db, &owner, Role::Member).await;
        tell(&db, &owner, &bo, 300).await;
        db.analyze().await.unwrap();
        let (scope, me) = (owner.scope(), bo.user_id.unwrap());
        let plan = db
            .read(move |c| {
                let page = store::page_sql(&scope, me, true, 51, None);
                Ok::<_, Error>(c.explain(&page)? + &c.explain(&store::unread_sql(&scope, me, 101))?)
            })
            .await
            .unwrap();
        assert_eq!(full_scans(&plan, &["f"]), Vec::<&str>::new(), "{plan}");
        if db.engine() == Engine::Sqlite {
            assert!(plan.contains("notifications_unread") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_ones_are_forgotten() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let bo = member(&db, &owner, Role::Member).await;
        tell(&db, &owner, &bo, 3).await;
        let now = owner.now();
        let forget = |at: Timestamp| db.write(move |tx| forget_old(tx, at, 2));
        assert_eq!(forget(now).await.unwrap(), 0);
        let later = now.plus_seconds(1);
        assert_eq!(
            [forget(later).await.unwrap(), forget(later).await.unwrap(), forget(later).await.unwrap()],
            [2, 1, 0]
        );
        assert_eq!(number(&db, &bo).await, (0, true));
    })
    .await;
}
