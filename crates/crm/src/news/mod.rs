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

mod store;
#[cfg(test)]
mod tests;

use db::{Conn, Db, Tx};
use platform::Result;
use platform::actor::ActorKind;
use platform::ids::{ActivityId, CompanyId, CustomerId, OrgId};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Wakes the feed of this process.
const ARRIVED: &str = "news";

/// Rows that get a position in one transaction, and that a follower gets at once.
const BATCH: i64 = 500;

/// News of so short a time are told together: each round costs writers something, whatever it tells.
const GATHER: Duration = Duration::from_millis(100);
/// How often the feed looks for what other processes have written.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The longest wait after a failure.
const RETRY_MAX: Duration = Duration::from_secs(60);

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
    /// Whatever goes wrong, here or in the writing; it gets the same news again later.
    fn look(&self, c: &Conn<'_>, org_id: OrgId, news: &[News]) -> Result<Option<Writing>>;
}

/// Notes rows that were just written to the log.
pub(crate) fn arrived(tx: &Tx<'_>, rows: &[(OrgId, ActivityId)]) -> db::Result<()> {
    store::arrived(tx, rows)?;
    tx.signal(ARRIVED);
    Ok(())
}

/// How many news each follower has still to read, by its name: what an operator watches.
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
    followers: Arc<[Box<dyn Follower>]>,
}

impl Feed {
    pub fn new(db: Db, followers: Vec<Box<dyn Follower>>) -> Feed {
        Feed { db, followers: followers.into() }
    }

    /// One round: gives positions, and each follower a batch.
    ///
    /// # Errors
    /// That of the first follower who failed, after all had their turn; it gets the same news in the next round.
    pub async fn deliver(&self) -> Result<Round> {
        let names: Vec<&'static str> = self.followers.iter().map(|follower| follower.name()).collect();
        let asked = names.clone();
        if self.db.read(move |c| store::is_idle(c, &asked)).await? {
            return Ok(Round::Idle);
        }
        let joining = names.clone();
        let placed = self
            .db
            .write(move |tx| {
                store::forget_read(tx, &joining)?;
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
                    tracing::error!(follower = name, %error, "a follower of the log failed; it gets the same news again");
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

    /// The next batch for one follower; how many positions it reaches over.
    async fn give(&self, index: usize) -> Result<i64> {
        let followers = Arc::clone(&self.followers);
        let looked = self
            .db
            .read(move |c| {
                let Some(follower) = followers.get(index) else { return Ok(None) };
                let Some(batch) = store::next(c, follower.name(), BATCH)? else { return Ok(None) };
                let mut writings = Vec::new();
                for of_one in batch.news.chunk_by(|one, other| one.org_id == other.org_id) {
                    if let Some(first) = of_one.first() {
                        writings.extend(follower.look(c, first.org_id, of_one)?);
                    }
                }
                Ok::<_, platform::Error>(Some((follower.name(), batch.from, batch.to, batch.count, writings)))
            })
            .await?;
        let Some((name, from, to, count, writings)) = looked else { return Ok(0) };
        self.db
            .write(move |tx| {
                // Another feed may have told them meanwhile.
                if store::position(tx, name)? == Some(from) {
                    for writing in &writings {
                        writing(tx)?;
                    }
                    store::advance(tx, name, to)?;
                }
                Ok(count)
            })
            .await
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
