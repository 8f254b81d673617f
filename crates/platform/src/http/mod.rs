//! What every handler is made of: the application state, the authenticated context, bodies, answers
//! and problem documents.

mod body;
mod context;
mod path;
mod problem;
mod problems;
mod request;
mod respond;

pub use body::{Body, Digest, JSON_LIMIT_BYTES};
pub use context::{Ctx, Form, Guest, Maybe, client_address};
pub use path::Id;
pub use problem::{Problem, problem_answer, problem_response};
pub use problems::{Problems, problem_schema};
pub use request::{RateState, RequestScope, scope_request};
pub use respond::{Created, IfMatch, NoContent, Page, Record, Versioned, etag};

use crate::clock::Clock;
use crate::limits::RateLimiter;
use db::Db;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What the program was told at start and handlers need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the product: scheme, host and port, no path. Links and the Origin check use it.
    pub public_url: String,
    /// Files that are not in the database: uploads under way, and attachments where there is no bucket for them.
    pub data_dir: PathBuf,
    /// Where attachments are, if not in the folder.
    pub bucket: Option<gateways::object_store::Bucket>,
    /// Changes with each build, so that an open page can offer a reload.
    pub build_id: String,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// How many passwords are hashed at once: each takes 19 MiB and a core.
    pub password_hashes_at_once: usize,
    /// Closes secrets that have to be read again, such as keys of others.
    pub seal: crate::seal::Seal,
    /// Calls addresses that people give.
    pub egress: gateways::Egress,
}

/// Shared by all handlers, cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub settings: Arc<Settings>,
    pub limiter: Arc<RateLimiter>,
    pub passwords: Arc<crate::accounts::PasswordHasher>,
}

impl App {
    /// Cookies are marked `Secure`, and named so that browsers insist on it, when people come over HTTPS.
    pub fn over_https(&self) -> bool {
        self.settings.public_url.starts_with("https://")
    }
}

/// The longest a request may take.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
