//! What any business application has: identifiers, errors, actors and their rights, the filter
//! language, paging, accounts, API keys, audit and the HTTP conventions.

pub mod accounts;
pub mod actor;
pub mod ai;
pub mod api_keys;
pub mod audit;
pub mod background;
pub mod bulk;
pub mod clock;
pub mod error;
pub mod facets;
pub mod filter;
pub mod http;
pub mod idempotency;
pub mod ids;
pub mod limits;
pub mod money;
pub mod organisations;
pub mod paging;
pub mod patch;
pub mod pointer;
pub mod policy;
pub mod seal;
mod secret;
#[cfg(test)]
mod testing;
pub mod text;
pub mod text_index;

pub use actor::{Actor, Scope};
pub use error::{Error, Result};

use http::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this crate, below `/api/v1`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(accounts::routes())
        .merge(api_keys::routes())
        .merge(ai::routes())
        .merge(audit::routes())
        .merge(background::api::routes())
}
