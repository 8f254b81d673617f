//! What happened to a customer over the years. The record is what its events leave behind: every change of owner, tag,
//! job title or archive mark is told by an event, at a time when it could happen.

use super::generate::{Customer, DAY, Generator, Tagging, stream};
use super::random::Random;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Index of [`Generator::users`].
    User(usize),
    Import,
    ApiKey,
}

/// One line of a timeline, in microseconds UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: i64,
    pub who: Who,
    pub what: What,
}

/// Indices refer to the customer's contacts, the generator's tags and its users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Created,
    Retitled { old: String, new: String },
    ContactAdded { contact: usize },
    TagAdded { tag: usize },
    TagRemoved { tag: usize },
    Claimed { user: usize },
    Released { user: usize },
    Reassigned { from: usize, to: usize },
    Called { subject: &'static str, inbound: bool, minutes: i64 },
    Met { subject: &'static str, minutes: i64 },
    Archived,
    Restored,
}

/// Shares of 100 customers by how often they were talked to: `(share, fewest, most)`.
const TALKS: &[(u64, i64, i64)] = &[(40, 0, 1), (30, 2, 5), (20, 6, 12), (8, 13, 30), (2, 31, 160)];

const CALLS: &[&str] = &[
    "First call",
    "Asked about prices",
    "Follow-up on the offer",
    "Budget for next year",
    "Question about the invoice",
    "Wants a second demo",
    "Renewal",
    "Decision moved to next quarter",
    "Introduced a colleague",
    "Delivery dates",
    "Feedback after the trial",
    "Security questionnaire",
    "Left a message",
    "Checked in",
    "Terms of the contract",
    "Interested in training",
];

const MEETINGS: &[&str] = &[
    "Product demo",
    "Kick-off",
    "Quarterly review",
    "Workshop on requirements",
    "Lunch at the fair",
    "Visit on site",
    "Contract talks",
    "Training for the team",
    "Roadmap talk",
    "Handover",
];

/// Writes the history of a new customer: sets owner, tags, title, archive mark, times and version, and the events.
pub(super) fn write(
    generator: &Generator,
    index: u64,
    customer: &mut Customer,
    tags: &[usize],
    former_title: Option<String>,
) {
    let mut random = generator.random(stream::HISTORY, index);
    let users = generator.users().len() as u64;
    let mut story = Story { customer, present: generator.present(), random: &mut random };
    let user = story.random.below(users) as usize;
    let creator = match story.customer.source {
        "import" => Who::Import,
        "api" => Who::ApiKey,
        _ => Who::User(user),
    };
    story.creation(creator);
    story.ownership(user, users);
    story.title(Who::User(user), former_title);
    story.tagging(creator, Who::User(user), tags);
    story.talks(Who::User(user));
    story.archive(Who::User(user));
    story.finish();
}

struct Story<'a> {
    customer: &'a mut Customer,
    present: i64,
    random: &'a mut Random,
}

impl What {
    /// Whether it writes the record of the customer; contacts are records of their own, talks leave it as it is.
    pub fn is_change(&self) -> bool {
        !matches!(self, What::Created | What::ContactAdded { .. } | What::Called { .. } | What::Met { .. })
    }
}

impl Story<'_> {
    fn push(&mut self, at: i64, who: Who, what: What) {
        self.customer.events.push(Event { at, who, what });
    }

    /// Some time after `after`, at most now; mostly in the near future of it, since things happen early on.
    fn later(&mut self, after: i64) -> i64 {
        let room = (self.present - after - 1_000_000).max(1);
        let room = if self.random.chance(50) { room.min(120 * DAY) } else { room };
        after + 1_000_000 + self.random.below(room as u64) as i64
    }

    fn creation(&mut self, creator: Who) {
        let created_at = self.customer.created_at;
        self.push(created_at, creator, What::Created);
        for contact in 0..self.customer.contacts.len() {
            // The first address came with the customer, others often were learnt later.
            if contact > 0 && self.random.chance(20) {
                let at = self.later(created_at);
                self.customer.contacts[contact].created_at = at;
            }
        }
        // Whichever of a channel came first is the primary one.
        let later: Vec<(i64, usize)> = (0..self.customer.contacts.len())
            .map(|contact| (self.customer.contacts[contact].created_at, contact))
            .filter(|(at, _)| *at > created_at)
            .collect();
        for (at, contact) in later {
            self.push(at, creator_of_later(creator), What::ContactAdded { contact });
        }
        for contact in 0..self.customer.contacts.len() {
            let this = &self.customer.contacts[contact];
            let first = self
                .customer
                .contacts
                .iter()
                .enumerate()
                .filter(|(_, other)| other.channel == this.channel)
                .min_by_key(|(nth, other)| (other.created_at, *nth))
                .is_some_and(|(nth, _)| nth == contact);
            self.customer.contacts[contact].primary = first;
        }
    }

    fn ownership(&mut self, user: usize, users: u64) {
        if !self.random.chance(66) {
            return;
        }
        let created_at = self.customer.created_at;
        let mut at = self.later(created_at);
        self.push(at, Who::User(user), What::Claimed { user });
        let mut owner = Some(user);
        match self.random.below(100) {
            0..6 => {
                at = self.later(at);
                self.push(at, Who::User(user), What::Released { user });
                owner = None;
            }
            6..14 if users > 1 => {
                let to = (user + 1 + self.random.below(users - 1) as usize) % users as usize;
                at = self.later(at);
                // Only the owner of the workspace and its administrator may do this.
                let boss = Who::User(self.random.below(2) as usize);
                self.push(at, boss, What::Reassigned { from: user, to });
                owner = Some(to);
            }
            _ => {}
        }
        self.customer.owner = owner;
        self.customer.claimed_at = owner.map(|_| at);
    }

    fn title(&mut self, who: Who, former: Option<String>) {
        let (Some(old), Some(new)) = (former, self.customer.job_title.clone()) else {
            return;
        };
        if self.random.chance(12) && old != new {
            let at = self.later(self.customer.created_at);
            self.push(at, who, What::Retitled { old, new });
        }
    }

    fn tagging(&mut self, creator: Who, user: Who, tags: &[usize]) {
        let created_at = self.customer.created_at;
        for &tag in tags {
            let (at, who) = if self.random.chance(55) { (created_at, creator) } else { (self.later(created_at), user) };
            self.push(at, who, What::TagAdded { tag });
            // One of ten is taken off again.
            if self.random.chance(10) && at > created_at {
                let off = self.later(at);
                self.push(off, user, What::TagRemoved { tag });
            } else {
                self.customer.tags.push(Tagging { tag, at });
            }
        }
    }

    fn talks(&mut self, who: Who) {
        let mut share = self.random.below(100);
        for &(of, fewest, most) in TALKS {
            if share >= of {
                share -= of;
                continue;
            }
            for _ in 0..self.random.between(fewest, most) {
                let at = self.later(self.customer.created_at);
                let what = if self.random.chance(72) {
                    What::Called {
                        subject: self.random.word(CALLS),
                        inbound: self.random.chance(35),
                        minutes: self.random.between(1, 45),
                    }
                } else {
                    What::Met { subject: self.random.word(MEETINGS), minutes: 15 * self.random.between(1, 8) }
                };
                self.push(at, who, what);
            }
            return;
        }
    }

    /// A few were archived once nothing happened any more; some of those came back.
    fn archive(&mut self, who: Who) {
        if !self.random.chance(4) {
            return;
        }
        let last = self.customer.events.iter().map(|event| event.at).max().unwrap_or(0);
        let at = last + self.random.between(1, 60) * DAY;
        if at + DAY >= self.present {
            return;
        }
        self.push(at, who, What::Archived);
        self.customer.archived_at = Some(at);
        if self.random.chance(25) {
            let back = self.later(at);
            self.push(back, who, What::Restored);
            self.customer.archived_at = None;
        }
    }

    fn finish(self) {
        let customer = self.customer;
        // Stable: what was told first at one moment stays first.
        customer.events.sort_by_key(|event| event.at);
        let changes = customer.events.iter().filter(|event| event.at > customer.created_at && event.what.is_change());
        (customer.updated_at, customer.version) =
            changes.fold((customer.created_at, 1), |(_, version), change| (change.at, version + 1));
    }
}

/// An address learnt later was typed by somebody, whoever made the record.
fn creator_of_later(creator: Who) -> Who {
    match creator {
        Who::User(user) => Who::User(user),
        Who::Import | Who::ApiKey => Who::User(0),
    }
}
