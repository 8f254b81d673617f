//! What a job is, and the pure rules: when it is tried again, when a schedule comes round.

use serde::Serialize;
use serde_json::Value;
use std::fmt::Display;
use std::time::Duration;
use uuid::Uuid;

/// Names a job; the same wherever it runs.
pub type JobId = Uuid;

/// Payloads and results are references to rows, not data: more than this is a mistake.
pub const PAYLOAD_BYTES_MAX: usize = 64 * 1024;

/// Attempts of a job that does not say how many it wants: with [`backoff_us`], about an hour and a half.
const ATTEMPTS_DEFAULT: u32 = 10;

/// The wait after the first failed attempt; it doubles with each further one.
const BACKOFF_FIRST: Duration = Duration::from_secs(5);
/// The longest wait between two attempts.
const BACKOFF_MAX: Duration = Duration::from_secs(60 * 60);

/// A job to be enqueued.
#[derive(Clone, Debug)]
pub struct NewJob<P> {
    /// The organisation it works for; `None` for the system's own chores.
    pub org_id: Option<Uuid>,
    /// Which handler does it, `concept.verb`.
    pub kind: &'static str,
    /// What the handler gets: ids rather than data.
    pub payload: P,
    /// The earliest time to run, microseconds UTC; `None` means at once.
    pub run_at: Option<i64>,
    /// At most one unfinished job of this organisation, kind and key.
    pub dedupe_key: Option<String>,
    /// Attempts in all before it is kept as failed; at least 1.
    pub attempts_max: u32,
}

impl<P: Serialize> NewJob<P> {
    /// A system job to run at once, tried ten times.
    pub fn new(kind: &'static str, payload: P) -> NewJob<P> {
        NewJob { org_id: None, kind, payload, run_at: None, dedupe_key: None, attempts_max: ATTEMPTS_DEFAULT }
    }

    #[must_use]
    pub fn for_org(self, org_id: Uuid) -> NewJob<P> {
        NewJob { org_id: Some(org_id), ..self }
    }

    #[must_use]
    pub fn at(self, run_at: i64) -> NewJob<P> {
        NewJob { run_at: Some(run_at), ..self }
    }

    #[must_use]
    pub fn dedupe(self, key: impl Into<String>) -> NewJob<P> {
        NewJob { dedupe_key: Some(key.into()), ..self }
    }

    #[must_use]
    pub fn attempts(self, attempts_max: u32) -> NewJob<P> {
        NewJob { attempts_max, ..self }
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for its time, for the first attempt or the next.
    Queued,
    Running,
    Completed,
    /// Gave up; the error says why.
    Failed,
    Canceled,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Running => "running",
            State::Completed => "completed",
            State::Failed => "failed",
            State::Canceled => "canceled",
        }
    }

    pub(crate) fn parse(text: &str) -> db::Result<State> {
        [State::Queued, State::Running, State::Completed, State::Failed, State::Canceled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| db::Error::Bug(format!("unknown job state {text:?}")))
    }
}

/// How far a job is, in units of its own (rows, messages).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub done: i64,
    /// `None` while it is not known.
    pub total: Option<i64>,
}

/// A job as people see it. Times are microseconds UTC.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    pub id: JobId,
    pub org_id: Option<Uuid>,
    pub kind: String,
    pub state: State,
    pub progress: Progress,
    /// What the handler answered, once completed.
    pub result: Option<Value>,
    /// Why the latest attempt failed; fit to be shown.
    pub error: Option<String>,
    pub created_at: i64,
    /// The start of the first attempt.
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
}

/// What became of the wish to cancel a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancel {
    /// It had not started, or waited for another attempt: it is canceled, its handler will not run.
    Canceled,
    /// It is running and will see the request.
    Requested,
    /// It had ended before.
    Finished,
    NotFound,
}

/// How an attempt ended well.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Finished, with nothing to say.
    Done,
    /// Finished; the result is kept with the job.
    Result(Value),
    /// One step is done; run again at this time (microseconds UTC), with attempts counted anew.
    Again(i64),
    /// The handler saw that it was cancelled and has put everything in order.
    Canceled,
}

/// Why an attempt failed. The message is shown to people; the cause goes to the log alone.
#[derive(Clone, Debug)]
pub struct JobError {
    message: String,
    cause: Option<String>,
    permanent: bool,
    after: Option<Duration>,
}

impl JobError {
    /// Worth another attempt.
    pub fn retry(message: impl Into<String>) -> JobError {
        JobError { message: message.into(), cause: None, permanent: false, after: None }
    }

    /// No attempt can succeed: the job fails at once.
    pub fn permanent(message: impl Into<String>) -> JobError {
        JobError { permanent: true, ..JobError::retry(message) }
    }

    /// What really happened, for the log.
    #[must_use]
    pub fn caused_by(self, cause: impl Display) -> JobError {
        JobError { cause: Some(cause.to_string()), ..self }
    }

    /// Wait this long before the next attempt, instead of the usual back-off.
    #[must_use]
    pub fn after(self, wait: Duration) -> JobError {
        JobError { after: Some(wait), ..self }
    }

    pub fn is_permanent(&self) -> bool {
        self.permanent
    }

    /// Fit to be shown to people.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// Microseconds to wait after this attempt (counted from 1) of the job.
    pub(crate) fn wait_us(&self, id: JobId, attempt: i64) -> i64 {
        self.after.map_or_else(|| backoff_us(id, attempt), micros)
    }
}

impl Display for JobError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JobError {}

impl From<db::Error> for JobError {
    fn from(error: db::Error) -> JobError {
        let message = match error {
            db::Error::Unavailable(_) | db::Error::Retry => "the database could not be used",
            _ => "an internal error; the log has more",
        };
        JobError::retry(message).caused_by(error)
    }
}

/// Microseconds of a duration.
pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The wait after a failed attempt (counted from 1): 5 s doubling up to an hour, then up to a fifth more or
/// less, so that jobs that failed together do not come back together. The spread comes from the random bits
/// of the id, so it is the same wherever it is worked out.
pub(crate) fn backoff_us(id: JobId, attempt: i64) -> i64 {
    let doublings = u32::try_from((attempt - 1).clamp(0, 30)).unwrap_or(0);
    let wait = micros(BACKOFF_FIRST).saturating_mul(1_i64 << doublings).min(micros(BACKOFF_MAX));
    let mixed = (id.as_u128() as u64).wrapping_add(attempt.unsigned_abs()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let spread = i64::try_from(mixed >> 54).unwrap_or(0); // 0..=1023
    wait - wait / 5 + wait / 5 * 2 * spread / 1023
}

/// The next time of a schedule that was due at `due`: on the same beat, after `now`. Beats that were missed
/// are left out: one late run stands for them all.
pub(crate) fn next_beat(due: i64, period: i64, now: i64) -> i64 {
    if now < due {
        return due;
    }
    due + ((now - due) / period + 1) * period
}

/// The stored form of a key: unique among an organisation's jobs of one kind.
pub(crate) fn dedupe_key(org_id: Option<Uuid>, kind: &str, key: &str) -> String {
    match org_id {
        Some(org_id) => format!("{org_id}/{kind}/{key}"),
        None => format!("-/{kind}/{key}"),
    }
}

/// JSON of at most [`PAYLOAD_BYTES_MAX`].
pub(crate) fn bounded_json(value: &impl Serialize) -> Result<Value, String> {
    let value = serde_json::to_value(value).map_err(|e| format!("not JSON: {e}"))?;
    let bytes = value.to_string().len();
    if bytes > PAYLOAD_BYTES_MAX {
        return Err(format!("{bytes} bytes of JSON, at most {PAYLOAD_BYTES_MAX} are kept"));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn the_wait_doubles_to_an_hour_and_is_spread() {
        let mut first = Vec::new();
        for n in 0..200_u128 {
            let id = Uuid::from_u128(n.wrapping_mul(0x1234_5678_9abc_def1_2345_6789));
            first.push(backoff_us(id, 1));
            for attempt in 1..=40 {
                let middle = (5 * SECOND).saturating_mul(1 << (attempt - 1).min(20)).min(3_600 * SECOND);
                let wait = backoff_us(id, attempt);
                assert!((middle - middle / 5..=middle + middle / 5).contains(&wait), "attempt {attempt}: {wait}");
            }
        }
        first.sort_unstable();
        first.dedup();
        assert!(first.len() > 100, "only {} different waits", first.len());
    }

    #[test]
    fn a_missed_beat_is_left_out() {
        assert_eq!(next_beat(100, 10, 99), 100);
        assert_eq!(next_beat(100, 10, 100), 110);
        assert_eq!(next_beat(100, 10, 109), 110);
        assert_eq!(next_beat(100, 10, 110), 120);
        assert_eq!(next_beat(100, 10, 12_345), 12_350);
    }

    #[test]
    fn keys_of_organisations_and_kinds_are_apart() {
        let org = Uuid::from_u128(7);
        let keys = [dedupe_key(None, "a", "x"), dedupe_key(Some(org), "a", "x"), dedupe_key(Some(org), "b", "x")];
        assert!(keys[0] != keys[1] && keys[1] != keys[2]);
    }

    #[test]
    fn payloads_are_bounded() {
        assert!(bounded_json(&"x".repeat(PAYLOAD_BYTES_MAX - 2)).is_ok());
        assert!(bounded_json(&"x".repeat(PAYLOAD_BYTES_MAX - 1)).is_err());
    }
}
