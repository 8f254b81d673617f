//! Following the log: whatever happens to a customer may change its scores. What it costs depends on the number of
//! criteria, not of customers.

use super::engine::{Sheet, Which, rescore};
use super::{jobs, readings};
use crate::news::{Follower, News, Writing};
use db::Conn;
use platform::clock::Clock;
use platform::ids::{CompanyId, CustomerId, OrgId};
use platform::{Actor, Result};
use std::collections::BTreeSet;

/// Scores whom something happened to.
pub struct Scorer {
    clock: Clock,
}

impl Scorer {
    pub fn new(clock: Clock) -> Scorer {
        Scorer { clock }
    }
}

/// What follows from scores, and what criteria cannot ask for.
fn follows(news: &News) -> bool {
    matches!(news.kind.as_str(), "profile.scored" | "segment.joined" | "segment.left")
}

impl Follower for Scorer {
    fn name(&self) -> &'static str {
        "scoring"
    }

    fn look(&self, c: &Conn<'_>, org_id: OrgId, news: &[News]) -> Result<Option<Writing>> {
        let mut customers: BTreeSet<CustomerId> = BTreeSet::new();
        let mut companies: Vec<(CompanyId, News)> = Vec::new();
        let mut spoken: BTreeSet<CustomerId> = BTreeSet::new();
        for one in news.iter().filter(|one| !follows(one)) {
            if readings::is_read(&one.kind) {
                spoken.extend(one.customer_id);
            }
            match (one.customer_id, one.company_id) {
                (Some(customer), _) => drop(customers.insert(customer)),
                (None, Some(company)) => companies.push((company, one.clone())),
                (None, None) => {}
            }
        }
        if customers.is_empty() && companies.is_empty() {
            return Ok(None);
        }
        let system = Actor::system(org_id, self.clock.clone());
        let sheet = Sheet::read(c, &system.scope())?;
        if sheet.is_empty() {
            return Ok(None);
        }
        if !sheet.asks_companies() {
            companies.clear();
        }
        let customers: Vec<CustomerId> = customers.into_iter().collect();
        let differing = sheet.changes(c, &system.at_one_moment(), &Which::All, &customers, false)?.customers();
        let conversations = sheet.conversations(&Which::All);
        let spoken: Vec<CustomerId> = if conversations.is_empty() { Vec::new() } else { spoken.into_iter().collect() };
        if differing.is_empty() && companies.is_empty() && spoken.is_empty() {
            return Ok(None);
        }
        Ok(Some(Box::new(move |tx| {
            let actor = system.at_one_moment();
            for (company, one) in &companies {
                jobs::company_later(tx, &actor, *company, one)?;
            }
            readings::ask(tx, &actor, &conversations, &spoken, true)?;
            if !differing.is_empty() {
                rescore(tx, &actor, &Sheet::held(tx, &actor.scope())?, &Which::All, &differing)?;
            }
            Ok(())
        })))
    }
}
