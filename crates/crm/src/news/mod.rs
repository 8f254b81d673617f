//! How news travels upward: whoever reacts to what happened follows the activity log, and nobody calls upward.
//!
//! Writing the log also notes, in the same transaction, that the row has arrived ([`arrived`]). Positions among the news
//! are given afterwards, by one writer at a time and to what is committed ([`Feed::deliver`]). So a transaction that
//! commits late, with smaller ids than those before it, gets a later position and no cursor skips it; cursors need no
//! clock, no transaction numbers and no waiting for writers under way. See `docs/decisions/0012`.
//!
//! A [`Follower`] gets the news in batches, in order. It looks at them beside all writers, and only what it then has to
//! write is done in the transaction that moves its cursor: that is in the database once. See `docs/decisions/0017`.
//! Effects outside go through jobs, as anywhere.
//!
//! Where a follower fails, the organisation whose news it was is set aside for it: it reads on for the others, and tries
//! that one's news again by themselves, in their order, ever more rarely.

mod store;
#[cfg(test)]
mod tests;

use db::{Conn, Db, Tx};
use platform::actor::ActorKind;
use platform::clock::{Clock, Timestamp};
use platform::ids::{ActivityId, CompanyId, CustomerId, OrgId};
use platform::{Error, Result};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Wakes the feed of this process.
const ARRIVED: &str = "news";

/// Rows that get a position in one transaction, and that a follower gets at once.
const BATCH: i64 = 500;

/// News of so short a time are told together: each round costs writers something, whatever it tells.
const GATHER: Duration = Duration::from_millis(100);
/// How often the feed looks for what other processes have written.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The longest wait after a failure of the database.
const RETRY_MAX: Duration = Duration::from_secs(60);
/// How long an organisation is set aside for a follower that failed: so long at first, then twice as long each time.
const ASIDE_S: i64 = 1;
const ASIDE_MAX_S: i64 = 10 * 60;
/// So far back what was read is forgotten a round or more later.
const FORGOTTEN_LATE: i64 = 8 * BATCH;
/// Organisations that a follower tries again in one round.
const AGAIN_MAX: i64 = 10;

/// A row of the log as followers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub org_id: OrgId,
    pub id: ActivityId,
    pub customer_id: Option<CustomerId>,
    pub company_id: Option<CompanyId>,
    /// Its type: `tag.added`.
    pub kind: String,
    pub actor: ActorKind,
}

/// What a follower writes about the news that it looked at. It may run again when its transaction is not kept, so it does
/// nothing but write in that transaction.
pub type Writing = Box<dyn Fn(&Tx<'_>) -> Result<()> + Send>;

/// Reacts to what happened.
pub trait Follower: Send + Sync + 'static {
    /// What the database knows its cursor by; fixed for ever.
    fn name(&self) -> &'static str;

    /// Looks at news of one organisation, in order, and answers what is to be written about them: none when there is
    /// nothing. Other writers do not wait for a look, so what it reads may be over when the writing runs, which has to
    /// find out again what it depends on. What changes after a look has news of its own, which come later.
    ///
    /// # Errors
    /// Whatever goes wrong, here or in the writing; it gets the same news again later, those of other organisations
    /// meanwhile.
    fn look(&self, c: &Conn<'_>, org_id: OrgId, news: &[News]) -> Result<Option<Writing>>;
}

/// Notes rows that were just written to the log.
pub(crate) fn arrived(tx: &Tx<'_>, rows: &[(OrgId, ActivityId)]) -> db::Result<()> {
    store::arrived(tx, rows)?;
    tx.signal(ARRIVED);
    Ok(())
}

/// How many news each follower has still to read, by its name: what an operator watches. Where an organisation is set
/// aside for it, all since then count.
pub fn lag(c: &Conn<'_>) -> Result<Vec<(String, i64)>> {
    Ok(store::lag(c)?)
}

/// What a round came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// There was nothing to do.
    Idle,
    /// All that was there has been told; followers may have made news of their own.
    Told,
    /// There is more than a round takes.
    More,
}

/// Brings the news to the followers. Any number of processes may do so: positions and cursors are rows that one
/// transaction at a time moves.
#[derive(Clone)]
pub struct Feed {
    db: Db,
    clock: Clock,
    followers: Arc<[Box<dyn Follower>]>,
}

impl Feed {
    pub fn new(db: Db, clock: Clock, followers: Vec<Box<dyn Follower>>) -> Feed {
        Feed { db, clock, followers: followers.into() }
    }

    /// One round: gives positions, and each follower a batch.
    ///
    /// # Errors
    /// When the database fails, after all had their turn. A follower that fails is logged, and gets the news again later.
    pub async fn deliver(&self) -> Result<Round> {
        let names: Vec<&'static str> = self.followers.iter().map(|follower| follower.name()).collect();
        let (asked, now) = (names.clone(), self.clock.now());
        if self.db.read(move |c| store::is_idle(c, &asked, now)).await? {
            return Ok(Round::Idle);
        }
        let joining = names.clone();
        let placed = self
            .db
            .write(move |tx| {
                store::forget_read(tx, &joining, FORGOTTEN_LATE)?;
                Ok::<_, platform::Error>(store::place(tx, &joining, BATCH)?)
            })
            .await?;
        let mut most = placed;
        let mut failure = None;
        for index in 0..self.followers.len() {
            match self.give(index).await {
                Ok(given) => most = most.max(given),
                Err(error) => {
                    let name = names.get(index).copied().unwrap_or_default();
                    tracing::error!(follower = name, %error, "news could not be given to a follower of the log");
                    failure.get_or_insert(error);
                }
            }
        }
        match failure {
            Some(error) => Err(error),
            None if most < BATCH => Ok(Round::Told),
            None => Ok(Round::More),
        }
    }

    /// Rounds until there is nothing left to do.
    ///
    /// # Errors
    /// As [`Feed::deliver`].
    pub async fn deliver_all(&self) -> Result<()> {
        while self.deliver().await? != Round::Idle {}
        Ok(())
    }

    /// The next batch for one follower, and what was set aside for it and is due; how many positions the longest of them
    /// reaches over.
    async fn give(&self, index: usize) -> Result<i64> {
        let Some(name) = self.followers.get(index).map(|follower| follower.name()) else { return Ok(0) };
        let given = loop {
            match self.give_batch(index, name).await {
                Ok(count) => break count,
                Err((None, error)) => return Err(error),
                Err((Some(org_id), error)) => self.put_aside(name, org_id, &error).await?,
            }
        };
        let now = self.clock.now();
        let mut most = given;
        for org_id in self.db.read(move |c| store::due(c, name, now, AGAIN_MAX)).await? {
            match self.give_aside(index, name, org_id).await {
                Ok(count) => most = most.max(count),
                Err((None, error)) => return Err(error),
                Err((Some(org_id), error)) => self.put_aside(name, org_id, &error).await?,
            }
        }
        Ok(most)
    }

    /// The next batch: looked at beside the writers, and written where nobody has told it meanwhile.
    async fn give_batch(&self, index: usize, name: &'static str) -> Result<i64, (Option<OrgId>, Error)> {
        let at = At::default();
        let (looking, followers) = (at.clone(), Arc::clone(&self.followers));
        let looked = self.db.read(move |c| {
            looking.set(None);
            let Some(from) = store::position(c, name)? else { return Ok(None) };
            let Some(batch) = store::next(c, from, BATCH)? else { return Ok(None) };
            let aside = store::set_aside(c, name)?;
            let news: Vec<News> = batch.news.into_iter().filter(|one| !aside.contains(&one.org_id)).collect();
            let mut writings = Vec::new();
            for of_one in news.chunk_by(|one, other| one.org_id == other.org_id) {
                if let (Some(follower), Some(first)) = (followers.get(index), of_one.first()) {
                    let writing = looking.during(first.org_id, || follower.look(c, first.org_id, of_one))?;
                    writings.extend(writing.map(|writing| (first.org_id, writing)));
                }
            }
            Ok::<_, Error>(Some((from, aside, batch.to, batch.count, writings)))
        });
        let Some((from, aside, to, count, writings)) = looked.await.map_err(|error| (at.get(), error))? else {
            return Ok(0);
        };
        self.told(move |tx, at| {
            // Another feed may have told them meanwhile, or set somebody aside, or has that one no longer.
            if store::position(tx, name)? == Some(from) && store::set_aside(tx, name)? == aside {
                for (org_id, writing) in &writings {
                    at.during(*org_id, || writing(tx))?;
                }
                store::advance(tx, name, to)?;
            }
            Ok(count)
        })
        .await
    }

    /// The next batch of an organisation that is set aside, as [`Feed::give_batch`].
    async fn give_aside(&self, index: usize, name: &'static str, org_id: OrgId) -> Result<i64, (Option<OrgId>, Error)> {
        let at = At::default();
        let (looking, followers) = (at.clone(), Arc::clone(&self.followers));
        let looked = self.db.read(move |c| {
            looking.set(None);
            let Some((read, cursor, batch)) = store::next_aside(c, name, org_id, BATCH)? else { return Ok(None) };
            let writing = match followers.get(index).filter(|_| !batch.news.is_empty()) {
                Some(follower) => looking.during(org_id, || follower.look(c, org_id, &batch.news))?,
                None => None,
            };
            let to = if batch.count == BATCH { batch.to } else { cursor };
            Ok::<_, Error>(Some((read, to, batch.count, writing)))
        });
        let Some((read, to, count, writing)) = looked.await.map_err(|error| (at.get(), error))? else { return Ok(0) };
        self.told(move |tx, at| {
            // Another feed may have told them meanwhile.
            if store::aside(tx, name, org_id)? == Some(read) {
                if let Some(writing) = &writing {
                    at.during(org_id, || writing(tx))?;
                }
                store::advance_aside(tx, name, org_id, to)?;
            }
            Ok(count)
        })
        .await
    }

    /// Runs `work` in a transaction. When it fails while somebody's news are told, that organisation comes with the error.
    async fn told<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&Tx<'_>, &At) -> Result<T> + Send + 'static,
    ) -> Result<T, (Option<OrgId>, Error)> {
        let at = At::default();
        let telling = at.clone();
        let outcome = self.db.write(move |tx| {
            telling.set(None);
            work(tx, &telling)
        });
        outcome.await.map_err(|error| (at.get(), error))
    }

    /// Lets a follower go on without an organisation whose news it has failed on.
    async fn put_aside(&self, name: &'static str, org_id: OrgId, error: &Error) -> Result<()> {
        let now = self.clock.now();
        let wait = |failures: i64| (ASIDE_S << failures.clamp(1, 20).saturating_sub(1)).min(ASIDE_MAX_S);
        let retry_at = move |failures| -> Timestamp { now.plus_seconds(wait(failures)) };
        let failures = self.db.write(move |tx| store::put_aside(tx, name, org_id, retry_at)).await?;
        tracing::error!(
            follower = name, %org_id, %error, failures, wait_s = wait(failures),
            "a follower of the log failed; it goes on with other organisations, and tries this one again"
        );
        Ok(())
    }

    /// Delivers as news come, until `stop` is ready; a batch under way is finished first.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut listener = self.db.listen(ARRIVED);
        let mut wait = LOOK_EVERY;
        tokio::pin!(stop);
        loop {
            match self.deliver().await {
                Ok(Round::More) => wait = Duration::ZERO,
                Ok(Round::Told | Round::Idle) => wait = LOOK_EVERY,
                Err(_) => wait = (wait * 2).clamp(LOOK_EVERY, RETRY_MAX),
            }
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = tokio::time::sleep(wait) => {}
                () = listener.heard(), if wait == LOOK_EVERY => tokio::time::sleep(GATHER).await,
            }
        }
    }
}

/// Whose news are being told.
#[derive(Clone, Default)]
struct At(Arc<Mutex<Option<OrgId>>>);

impl At {
    fn set(&self, org_id: Option<OrgId>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = org_id;
    }

    /// Remembers the organisation where `work` fails.
    fn during<T>(&self, org_id: OrgId, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.set(Some(org_id));
        let done = work()?;
        self.set(None);
        Ok(done)
    }

    fn get(&self) -> Option<OrgId> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
