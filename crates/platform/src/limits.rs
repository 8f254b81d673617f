//! How many requests a principal may make per minute. In memory: it guards one node's capacity; limits
//! that guard secrets are in the database.

use crate::error::{Error, Result};
use crate::http::{RateState, RequestScope};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter as Governor};
use std::num::NonZeroU32;
use uuid::Uuid;

type Keyed = Governor<Uuid, DashMapStateStore<Uuid>, DefaultClock, StateInformationMiddleware>;

/// Requests per minute for an API key and for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    pub per_api_key: NonZeroU32,
    pub per_session: NonZeroU32,
}

impl Default for RateLimits {
    fn default() -> RateLimits {
        RateLimits {
            per_api_key: NonZeroU32::new(600).unwrap_or(NonZeroU32::MIN),
            per_session: NonZeroU32::new(3_000).unwrap_or(NonZeroU32::MIN),
        }
    }
}

/// Counts requests by principal.
pub struct RateLimiter {
    limiters: Option<(RateLimits, Keyed, Keyed)>,
    clock: DefaultClock,
}

impl RateLimiter {
    /// `None` lifts the limit.
    pub fn new(limits: Option<RateLimits>) -> RateLimiter {
        let keyed = |per_minute| Governor::keyed(Quota::per_minute(per_minute)).with_middleware();
        RateLimiter {
            limiters: limits.map(|limits| (limits, keyed(limits.per_api_key), keyed(limits.per_session))),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one request of `principal` and notes what is left for the answer's headers.
    ///
    /// # Errors
    /// [`Error::TooMany`] when the allowance is used up.
    pub(crate) fn check(&self, principal: Uuid, is_session: bool) -> Result<()> {
        let Some((limits, keys, sessions)) = &self.limiters else {
            return Ok(());
        };
        let (limiter, limit) =
            if is_session { (sessions, limits.per_session.get()) } else { (keys, limits.per_api_key.get()) };
        match limiter.check_key(&principal) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = u64::from(limit.saturating_sub(remaining));
                RequestScope::note_rate(RateState {
                    limit,
                    remaining,
                    reset_s: (used * 60).div_ceil(u64::from(limit)),
                });
                Ok(())
            }
            Err(wait) => {
                let retry_after_s = wait.wait_time_from(self.clock.now()).as_secs().saturating_add(1);
                RequestScope::note_rate(RateState { limit, remaining: 0, reset_s: retry_after_s });
                Err(Error::TooMany { retry_after_s })
            }
        }
    }

    /// Forgets principals that have not asked for a while.
    pub fn forget_idle(&self) {
        if let Some((_, keys, sessions)) = &self.limiters {
            keys.retain_recent();
            sessions.retain_recent();
        }
    }
}
