//! What belongs to the request under way: its id, for logs and problems, and its rate limit state.

use std::cell::RefCell;
use std::future::Future;

/// How much of the caller's allowance is left, for the `RateLimit` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateState {
    pub limit: u32,
    pub remaining: u32,
    pub reset_s: u64,
}

/// The request under way on this task.
#[derive(Debug)]
pub struct RequestScope {
    id: String,
    rate: RefCell<Option<RateState>>,
}

tokio::task_local! {
    static CURRENT: RequestScope;
}

/// Runs `work` as the request `id`; answers also what it noted about the rate limit.
pub async fn scope_request<T>(id: String, work: impl Future<Output = T>) -> (T, Option<RateState>) {
    let scope = RequestScope { id, rate: RefCell::new(None) };
    CURRENT
        .scope(scope, async {
            let outcome = work.await;
            (outcome, CURRENT.with(|scope| *scope.rate.borrow()))
        })
        .await
}

impl RequestScope {
    /// The id of the request under way, or an empty text outside one.
    pub fn id() -> String {
        CURRENT.try_with(|scope| scope.id.clone()).unwrap_or_default()
    }

    pub(crate) fn note_rate(state: RateState) {
        let _ = CURRENT.try_with(|scope| scope.rate.replace(Some(state)));
    }
}
