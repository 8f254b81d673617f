use super::{Feed, Follower, News, Writing, lag};
use crate::activity::{self, About, Event};
use crate::testing::actor;
use db::testing::each_engine;
use db::{Conn, Db};
use platform::actor::Role;
use platform::ids::{CustomerId, OrgId, TagId};
use platform::{Actor, Error, Result};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Notes what it gets once its transaction is kept, or fails.
#[derive(Clone, Default)]
struct Notes {
    seen: Arc<Mutex<Vec<(OrgId, News)>>>,
    /// For which organisation it fails.
    fails: Arc<Mutex<Option<OrgId>>>,
    /// It fails while it looks, not while it writes.
    looking: bool,
    tries: Arc<AtomicU32>,
}

impl Notes {
    fn kinds(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(_, news)| news.kind.clone()).collect()
    }
}

impl Follower for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn look(&self, _: &Conn<'_>, org_id: OrgId, news: &[News]) -> Result<Option<Writing>> {
        let (notes, news) = (self.clone(), news.to_vec());
        let attempt = move |looking: bool| {
            if notes.looking == looking {
                notes.tries.fetch_add(1, Ordering::SeqCst);
                if *notes.fails.lock().unwrap() == Some(org_id) {
                    return Err(Error::Bug("on purpose".into()));
                }
            }
            Ok(())
        };
        attempt(true)?;
        let seen = Arc::clone(&self.seen);
        Ok(Some(Box::new(move |tx| {
            attempt(false)?;
            let (seen, news) = (Arc::clone(&seen), news.clone());
            tx.after_commit(move || seen.lock().unwrap().extend(news.into_iter().map(|one| (org_id, one))));
            Ok(())
        })))
    }
}

fn feed(db: &Db, actor: &Actor, notes: &Notes) -> Feed {
    Feed::new(db.clone(), actor.clock.clone(), vec![Box::new(notes.clone())])
}

fn event(actor: &Actor, name: &str) -> Event {
    Event::TagAdded { tag_id: TagId(actor.new_id()), name: name.into() }
}

async fn log(db: &Db, actor: &Actor, about: About, names: &'static [&'static str]) {
    let actor = actor.clone();
    db.write(move |tx| {
        let events: Vec<(About, Event)> = names.iter().map(|name| (about, event(&actor, name))).collect();
        activity::record_many(tx, &actor, &events)
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn news_come_once_in_order_to_whoever_was_there() {
    each_engine(|db| async move {
        let ada = actor(Role::Owner);
        // One clock, so that ids tell the order.
        let bob = Actor { clock: ada.clock.clone(), ..actor(Role::Owner) };
        let notes = Notes::default();
        let feed = feed(&db, &ada, &notes);
        // What was before a follower is none.
        log(&db, &ada, About::default(), &["before"]).await;
        Feed::new(db.clone(), ada.clock.clone(), Vec::new()).deliver_all().await.unwrap();
        feed.deliver_all().await.unwrap();
        assert_eq!(notes.kinds(), Vec::<String>::new());
        let about = About { customer_id: Some(CustomerId(ada.new_id())), company_id: None, deal_id: None };
        log(&db, &ada, about, &["one", "two"]).await;
        log(&db, &bob, About::default(), &["three"]).await;
        feed.deliver_all().await.unwrap();
        feed.deliver_all().await.unwrap();
        let seen = notes.seen.lock().unwrap().clone();
        assert_eq!(seen.iter().map(|(org, _)| *org).collect::<Vec<_>>(), [ada.org_id, ada.org_id, bob.org_id]);
        assert!(seen[0].1.id < seen[1].1.id && seen[0].1.customer_id == about.customer_id);
        assert_eq!(seen[0].1.kind, "tag.added");
        assert_eq!(db.read(lag).await.unwrap(), [("notes".to_string(), 0)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_fails_goes_on_for_others_and_gets_the_same_news_again() {
    for looking in [false, true] {
        fails_and_goes_on(looking).await;
    }
}

async fn fails_and_goes_on(looking: bool) {
    each_engine(|db| async move {
        let ada = actor(Role::Owner);
        let bob = Actor { clock: ada.clock.clone(), ..actor(Role::Owner) };
        let notes = Notes { looking, ..Notes::default() };
        let feed = feed(&db, &ada, &notes);
        let wait = |seconds| ada.clock.set(ada.now().plus_seconds(seconds));
        log(&db, &ada, About::default(), &["begin"]).await;
        feed.deliver_all().await.unwrap();
        notes.seen.lock().unwrap().clear();
        *notes.fails.lock().unwrap() = Some(ada.org_id);
        for _ in 0..2 {
            log(&db, &ada, About::default(), &["one", "two"]).await;
            log(&db, &bob, About::default(), &["other"]).await;
            feed.deliver_all().await.unwrap();
        }
        let orgs = || notes.seen.lock().unwrap().iter().map(|(org, _)| *org).collect::<Vec<_>>();
        assert_eq!(orgs(), [bob.org_id, bob.org_id], "others are told at once");
        assert_eq!(db.read(lag).await.unwrap(), [("notes".to_string(), 6)]);
        // It is tried again ever more rarely, and nobody is kept waiting by that.
        let tries = notes.tries.load(Ordering::SeqCst);
        feed.deliver_all().await.unwrap();
        assert_eq!(notes.tries.load(Ordering::SeqCst), tries);
        for seconds in [1, 2, 4] {
            wait(seconds);
            feed.deliver_all().await.unwrap();
        }
        assert_eq!(notes.tries.load(Ordering::SeqCst), tries + 3);
        wait(7);
        assert_eq!(feed.deliver().await.unwrap(), super::Round::Idle);
        // Then it gets all of them, each once and in order, and the news after them.
        *notes.fails.lock().unwrap() = None;
        wait(1);
        feed.deliver_all().await.unwrap();
        log(&db, &ada, About::default(), &["three"]).await;
        feed.deliver_all().await.unwrap();
        let ids: Vec<_> = notes.seen.lock().unwrap().iter().skip(2).map(|(org, news)| (*org, news.id)).collect();
        assert!(ids.len() == 5 && ids.is_sorted() && ids.iter().all(|(org, _)| *org == ada.org_id), "{ids:?}");
        assert_eq!(db.read(lag).await.unwrap(), [("notes".to_string(), 0)]);
        let left: db::Result<i64> =
            db.read(|c| c.query_one("SELECT count(*) FROM news_set_aside", |row| row.get(0))).await;
        assert_eq!(left.unwrap(), 0);
    })
    .await;
}

/// A transaction that begins first, with smaller ids, and commits last is not skipped. On SQLite writers take turns,
/// so there it only shows that many writers lose nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_commit_with_smaller_ids_is_not_skipped() {
    each_engine(|db| async move {
        let ada = actor(Role::Owner);
        let notes = Notes::default();
        let feed = feed(&db, &ada, &notes);
        log(&db, &ada, About::default(), &["begin"]).await;
        feed.deliver_all().await.unwrap();
        let begun = notes.kinds().len();
        let (written, commit) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (writer, slow) = (db.clone(), ada.clone());
        let (tells, waits) = (Arc::clone(&written), Arc::clone(&commit));
        let is_postgres = db.engine() == db::Engine::Postgres;
        let late = tokio::spawn(async move {
            writer
                .write(move |tx| {
                    activity::record_many(tx, &slow, &[(About::default(), event(&slow, "late"))])?;
                    tells.store(true, Ordering::SeqCst);
                    while is_postgres && !waits.load(Ordering::SeqCst) {
                        std::thread::sleep(std::time::Duration::from_millis(5));
                    }
                    Ok::<_, Error>(())
                })
                .await
        });
        while !written.load(Ordering::SeqCst) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        log(&db, &ada, About::default(), &["early", "early too"]).await;
        feed.deliver_all().await.unwrap();
        if is_postgres {
            assert_eq!(notes.kinds().len(), begun + 2, "what is not committed is not told");
        }
        commit.store(true, Ordering::SeqCst);
        late.await.unwrap().unwrap();
        feed.deliver_all().await.unwrap();
        let seen = notes.seen.lock().unwrap().clone();
        assert_eq!(seen.len(), begun + 3);
        if is_postgres {
            assert!(seen[begun + 2].1.id < seen[begun].1.id, "the late one has the smallest id");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_feeds_tell_nothing_twice() {
    each_engine(|db| async move {
        let ada = actor(Role::Owner);
        let notes = Notes::default();
        let feeds = [feed(&db, &ada, &notes), feed(&db, &ada, &notes)];
        log(&db, &ada, About::default(), &["begin"]).await;
        feeds[0].deliver_all().await.unwrap();
        let begun = notes.kinds().len();
        let mut work = Vec::new();
        for feed in feeds.clone() {
            let (db, ada) = (db.clone(), ada.clone());
            work.push(tokio::spawn(async move {
                for _ in 0..20 {
                    log(&db, &ada, About::default(), &["a", "b", "c"]).await;
                    feed.deliver().await.unwrap();
                }
            }));
        }
        for one in work {
            one.await.unwrap();
        }
        feeds[0].deliver_all().await.unwrap();
        let mut ids: Vec<_> = notes.seen.lock().unwrap().iter().map(|(_, news)| news.id).collect();
        assert_eq!(ids.len(), begun + 120);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), begun + 120, "each once");
    })
    .await;
}
