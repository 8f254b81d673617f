//! What is sold, the deals with some customers and their way through the stages, and what is to be done about them.
//! Everything happened while the customer was known, and not after the customer's last event.

use super::generate::{Customer, DAY, Generator, id, stream};
use super::random::Random;
use uuid::Uuid;

/// What the workspace sells: name, and price in minor units of its currency.
const PRODUCTS: &[(&str, i64)] = &[
    ("Starter Kit", 49_000),
    ("Annual Supply", 1_280_000),
    ("Maintenance Plan", 240_000),
    ("Premium Support", 360_000),
    ("Training Day", 145_000),
    ("Spare Parts Package", 89_000),
    ("Consulting Week", 720_000),
    ("Fleet Licence", 2_450_000),
];
/// Of 100 customers this many have a deal, and this many a task.
const DEALS: u64 = 50;
const TASKS: u64 = 12;
const LOST: &[&str] = &["Price", "No budget", "Went with a competitor", "No decision", "Wrong time", "Missing feature"];
const SOURCES: &[&str] = &["manual", "website", "referral", "trade fair", "import"];
const SUBJECTS: &[&str] = &[
    "Call back",
    "Send the offer",
    "Ask for the budget",
    "Prepare the demo",
    "Check the contract",
    "Send samples",
    "Plan the visit",
    "Follow up",
];

/// Something that is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: Uuid,
    pub name: &'static str,
    /// Minor units of the organisation's currency.
    pub price: i64,
    pub created_at: i64,
}

/// A deal with a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deal {
    pub id: Uuid,
    pub name: String,
    /// Index of [`Generator::users`].
    pub owner: usize,
    /// Index of [`Generator::products`].
    pub product: usize,
    pub quantity: i64,
    pub amount: i64,
    pub source: &'static str,
    /// Stages of the default pipeline by their places, with the times of coming into them; the last one is where it is.
    pub visits: Vec<(usize, i64)>,
    pub lost_reason: Option<&'static str>,
    /// Microseconds UTC; of one that is open.
    pub expected: Option<i64>,
}

impl Deal {
    /// Place of its stage in the default pipeline: open, negotiating, won, lost.
    pub fn stage(&self) -> usize {
        self.visits.last().map_or(0, |(stage, _)| *stage)
    }

    pub fn created_at(&self) -> i64 {
        self.visits.first().map_or(0, |(_, at)| *at)
    }

    pub fn changed_at(&self) -> i64 {
        self.visits.last().map_or(0, |(_, at)| *at)
    }
}

/// Something to do about a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub id: Uuid,
    pub subject: &'static str,
    /// Index of [`Generator::users`]; nobody for one of the pool.
    pub assignee: Option<usize>,
    pub creator: usize,
    pub created_at: i64,
    pub due_at: i64,
    pub done_at: Option<i64>,
}

impl Generator {
    pub fn products(&self) -> Vec<Product> {
        let at = self.start();
        let product = |(index, (name, price)): (usize, &(&'static str, i64))| {
            let random = &mut self.random(stream::PRODUCT, index as u64);
            Product { id: id(at, random), name, price: *price, created_at: at }
        };
        PRODUCTS.iter().enumerate().map(product).collect()
    }

    /// The deal with the customer of this number, if there is one.
    pub fn deal(&self, index: u64, customer: &Customer) -> Option<Deal> {
        let random = &mut self.random(stream::DEAL, index);
        if customer.archived_at.is_some() || !random.chance(DEALS) {
            return None;
        }
        let (from, until) = (customer.created_at, customer.last_activity_at());
        let began = random.between(from, until);
        let way: &[usize] = match random.below(100) {
            0..18 => &[0],
            18..40 => &[0, 1],
            40..50 => &[0, 2],
            50..75 => &[0, 1, 2],
            75..82 => &[0, 3],
            _ => &[0, 1, 3],
        };
        let mut visits = vec![(way[0], began)];
        let mut at = began;
        for stage in &way[1..] {
            // A moment for each, at most some two months.
            at = random.between(at, until.min(at + 60 * DAY));
            visits.push((*stage, at));
        }
        let product = random.below(PRODUCTS.len() as u64) as usize;
        let quantity = if random.chance(70) { 1 } else { random.between(2, 12) };
        let whom = customer.company.map_or(customer.full_name.as_str(), |at| self.companies()[at].name.as_str());
        let is_open = way.last().is_some_and(|stage| *stage < 2);
        Some(Deal {
            id: id(began, random),
            name: format!("{} – {whom}", PRODUCTS[product].0),
            owner: customer.owner.unwrap_or_else(|| self.somebody(random)),
            product,
            quantity,
            amount: quantity * PRODUCTS[product].1,
            source: random.word(SOURCES),
            lost_reason: (way.last() == Some(&3)).then(|| random.word(LOST)),
            expected: is_open.then(|| self.present() + random.between(-20, 150) * DAY),
            visits,
        })
    }

    /// The task about the customer of this number, if there is one.
    pub fn task(&self, index: u64, customer: &Customer) -> Option<Task> {
        let random = &mut self.random(stream::TASK, index);
        if customer.archived_at.is_some() || !random.chance(TASKS) {
            return None;
        }
        let created_at = random.between(customer.created_at, customer.last_activity_at());
        let is_done = random.chance(45);
        Some(Task {
            id: id(created_at, random),
            subject: random.word(SUBJECTS),
            assignee: if random.chance(25) {
                None
            } else {
                Some(customer.owner.unwrap_or_else(|| self.somebody(random)))
            },
            creator: self.somebody(random),
            created_at,
            due_at: if is_done { created_at + DAY } else { self.present() + random.between(-6, 20) * DAY },
            done_at: is_done.then(|| random.between(created_at, customer.last_activity_at())),
        })
    }

    fn somebody(&self, random: &mut Random) -> usize {
        random.below(self.users().len() as u64) as usize
    }
}
