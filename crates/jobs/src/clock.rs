//! Time and ids: handed in and made here alone, so that tests own them.

use std::sync::Arc;
use uuid::{NoContext, Timestamp, Uuid};

/// Tells the time in microseconds since the Unix epoch, UTC.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    pub fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// Microseconds since the Unix epoch, UTC.
    pub fn now(&self) -> i64 {
        (self.0)()
    }
}

/// A new id of that time (microseconds).
pub(crate) fn new_id(now: i64) -> Uuid {
    let now = now.max(0).unsigned_abs();
    let nanos = u32::try_from(now % 1_000_000).unwrap_or(0) * 1_000;
    Uuid::new_v7(Timestamp::from_unix(NoContext, now / 1_000_000, nanos))
}
