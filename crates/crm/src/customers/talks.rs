//! Calls and meetings that took place elsewhere, written down by hand.

use super::{Customer, about, get_to_write, store};
use crate::activity::{self, Activity, Event};
use crate::fields::{self, gather};
use db::Tx;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::ids::CustomerId;
use platform::{Actor, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

const SUBJECT_CHARS_MAX: usize = 200;
const NOTES_CHARS_MAX: usize = 5_000;
/// A week: what takes longer is no one meeting.
const MINUTES_MAX: i64 = 7 * 24 * 60;
/// How far the caller's clock may be ahead of this one, in seconds.
const SKEW_SECONDS: i64 = 5 * 60;

/// The body of `POST /customers/{id}/activities`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTalk {
    #[serde(rename = "type")]
    pub kind: TalkKind,
    /// When it took place; not in the future.
    pub occurred_at: Timestamp,
    pub detail: TalkDetail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub enum TalkKind {
    #[serde(rename = "call.logged")]
    Call,
    #[serde(rename = "meeting.logged")]
    Meeting,
}

/// What was talked about.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TalkDetail {
    /// One line of at most 200 characters.
    pub subject: String,
    /// At most 5,000 characters.
    pub notes: Option<String>,
    /// Whole minutes, 0 to 10,080.
    pub duration_minutes: Option<i64>,
    /// Who sought the other: the customer, `inbound`, or the team, `outbound`.
    pub direction: Option<Direction>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Inbound,
    Outbound,
}

impl NewTalk {
    /// The event, if everything about it is sound at the moment `now`.
    fn event(&self, now: Timestamp) -> Result<Event> {
        let mut faults = Vec::new();
        if self.occurred_at > now.plus_seconds(SKEW_SECONDS) {
            let message = "this is in the future; log it when it has taken place";
            faults.push(FieldError::new("/occurredAt", "in_future", message));
        }
        if self.occurred_at < Timestamp(0) {
            faults.push(FieldError::new("/occurredAt", "out_of_range", "give a time after 1970; check the year"));
        }
        let TalkDetail { subject, notes, duration_minutes, direction } = &self.detail;
        let before = faults.len();
        let subject = gather(fields::text(subject, "/detail/subject", SUBJECT_CHARS_MAX), &mut faults);
        if subject.is_none() && faults.len() == before {
            faults.push(FieldError::new("/detail/subject", "required", "say in a few words what it was about"));
        }
        let notes = notes
            .as_deref()
            .and_then(|notes| gather(fields::lines(notes, "/detail/notes", NOTES_CHARS_MAX), &mut faults));
        if duration_minutes.is_some_and(|minutes| !(0..=MINUTES_MAX).contains(&minutes)) {
            let message = format!("give whole minutes from 0 to {MINUTES_MAX}");
            faults.push(FieldError::new("/detail/durationMinutes", "out_of_range", message));
        }
        let (Some(subject), true) = (subject, faults.is_empty()) else { return Err(Error::Invalid(faults)) };
        let duration_minutes = *duration_minutes;
        let direction = direction.map(|direction| match direction {
            Direction::Inbound => "inbound".to_string(),
            Direction::Outbound => "outbound".to_string(),
        });
        Ok(match self.kind {
            TalkKind::Call => Event::CallLogged { subject, notes, duration_minutes, direction },
            TalkKind::Meeting => Event::MeetingLogged { subject, notes, duration_minutes, direction },
        })
    }
}

/// Logs a call or a meeting at the time it took place; the customer's times move forward, never back.
pub fn log_talk(tx: &Tx<'_>, actor: &Actor, id: CustomerId, new: &NewTalk) -> Result<Activity> {
    let mut customer = get_to_write(tx, actor, id)?;
    let event = new.event(actor.now())?;
    // A clock that is a little ahead does not put events after the present.
    let at = new.occurred_at.min(actor.now());
    move_times(&mut customer, new.detail.direction, at);
    customer.updated_at = actor.now();
    customer.version += 1;
    store::update(tx, &actor.scope(), &customer)?;
    activity::record_at(tx, actor, about(&customer), &event, at)
}

fn move_times(customer: &mut Customer, direction: Option<Direction>, at: Timestamp) {
    customer.last_activity_at = customer.last_activity_at.max(at);
    let contact = match direction {
        Some(Direction::Inbound) => &mut customer.last_inbound_at,
        Some(Direction::Outbound) => &mut customer.last_outbound_at,
        None => return,
    };
    *contact = (*contact).max(Some(at));
}
