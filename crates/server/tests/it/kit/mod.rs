//! The test kit: a fresh application per test and engine, with two organisations and a client for each kind
//! of caller.
//!
//! ```ignore
//! #[tokio::test(flavor = "multi_thread")]
//! async fn members_see_tags() {
//!     each_engine(|app| async move {
//!         app.owner.post("/tags", json!({"name": "hot"})).await.created();
//!         let tags = app.member.get("/tags").await.ok();
//!         assert_eq!(tags["items"][0]["name"], "hot");
//!         app.anonymous.get("/tags").await.refused(401, "unauthenticated");
//!     })
//!     .await;
//! }
//! ```
//!
//! Paths are below `/api/v1` unless they begin with `//` (`//healthz`). The clock stands still until
//! [`TestApp::advance`] moves it.

#![allow(dead_code, unused_imports)] // A kit offers more than each test uses.

mod answer;
mod client;
mod contract;

pub use answer::Answer;
pub use client::{Client, Request};
pub use contract::{Operation, operations};

use db::Db;
use platform::Actor;
use platform::accounts::{self, NewMember, NewSession};
use platform::actor::Role;
use platform::api_keys::{self, NewApiKey};
use platform::clock::{Clock, Timestamp};
use platform::http::{App, Settings};
use platform::ids::{OrgId, UserId};
use platform::limits::RateLimits;
use server::Front;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

/// Everybody's password…
pub const PASSWORD: &str = "correct horse battery staple";
/// …and its hash, made once: hashing is slow on purpose.
const PASSWORD_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$ks9unAu76zT7tZPMWue8UA$9aQcZgP9fIgZOoju5s9iokM/QQi3SokHj43+mTFxrxc";
/// When tests begin.
const START: Timestamp = Timestamp(1_767_605_400_000_000);

/// How long tests wait for others' answers.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

/// What a test may want otherwise.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Lifted, unless given.
    pub limits: Option<RateLimits>,
    /// `http://localhost:8080` untold, unless given.
    pub public_url: Option<&'static str>,
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Whether addresses that admins give may be of this machine.
    pub private_networks: bool,
}

/// A running application: organisation `Engines` with a client per role, and `Looms`, which is nobody's
/// business there.
pub struct TestApp {
    pub app: App,
    pub router: axum::Router,
    pub clock: Clock,
    pub org_id: OrgId,
    pub owner: Client,
    pub admin: Client,
    pub member: Client,
    /// Another member of the same organisation.
    pub colleague: Client,
    /// The owner of the other organisation.
    pub stranger: Client,
    pub anonymous: Client,
    _data: Arc<tempfile::TempDir>,
}

/// Runs `test` on each engine.
pub async fn each_engine<F, Fut>(test: F)
where
    F: Fn(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    each_engine_with(Setup::default(), test).await;
}

/// Runs `test` on each engine with an application set up in another way.
pub async fn each_engine_with<F, Fut>(setup: Setup, test: F)
where
    F: Fn(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    let (setup, test) = (&setup, &test);
    db::testing::each_engine(|db| async move { test(TestApp::new(db, setup).await).await }).await;
}

impl TestApp {
    async fn new(db: Db, setup: &Setup) -> TestApp {
        let data = tempfile::tempdir().expect("a temporary folder");
        let settings = Settings {
            public_url: setup.public_url.unwrap_or("http://localhost:8080").into(),
            data_dir: data.path().into(),
            bucket: None,
            build_id: "test-build".into(),
            trusted_proxies: setup.trusted_proxies.clone(),
            password_hashes_at_once: 2,
            seal: platform::seal::Seal::with_key_in(&data.path().join("master.key")),
            egress: gateways::Egress::new(setup.private_networks).with_patience(PATIENCE),
        };
        let clock = Clock::fixed(START);
        let app = server::wiring::app(db, settings, setup.limits, clock.clone());
        let router = server::router(app.clone(), Front::new(setup.public_url));
        let over_https = app.over_https();
        let people = app.db.write(move |tx| people(tx, &clock)).await.expect("two organisations");
        let client = |index: usize| Client::signed_in(&router, &people.tokens[index], people.users[index], over_https);
        TestApp {
            clock: app.clock.clone(),
            org_id: people.org_id,
            owner: client(0),
            admin: client(1),
            member: client(2),
            colleague: client(3),
            stranger: client(4),
            anonymous: Client::anonymous(&router),
            app,
            router,
            _data: Arc::new(data),
        }
    }

    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// The product itself, at work in `Engines`.
    pub fn system(&self) -> Actor {
        Actor::system(self.org_id, self.clock.clone())
    }

    /// A program with a key of `role` in `Engines`.
    pub async fn api_key(&self, role: Role) -> Client {
        let actor = self.system();
        let new = NewApiKey { name: format!("{} key", role.as_str()), role, expires_at: None };
        let created = self.app.db.write(move |tx| api_keys::create(tx, &actor, &new)).await.expect("a key");
        self.with_key(&created.key)
    }

    /// A program with this key.
    pub fn with_key(&self, key: &str) -> Client {
        Client::with_key(&self.router, key)
    }

    /// A browser that has just signed in with [`PASSWORD`].
    pub async fn log_in(&self, email: &str) -> Client {
        let body = serde_json::json!({"email": email, "password": PASSWORD});
        let answer = self.anonymous.post("/auth/login", body).await;
        let me = answer.ok();
        let user = me["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        Client::signed_in(&self.router, &answer.session_token(), user, self.app.over_https())
    }

    /// Serves on a free port, for what a router alone does not show; the address.
    pub async fn listen(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (asked, stopping) = tokio::sync::watch::channel(false);
        let router = self.router.clone();
        tokio::spawn(async move {
            server::listen::accept(listener, router, stopping).await;
            drop(asked);
        });
        address
    }

    /// Does the background work that is due, and what follows from it; says how many attempts were made.
    pub async fn run_jobs(&self) -> u32 {
        let feed = server::background::feed(&self.app);
        let mut attempts = 0;
        loop {
            feed.deliver_all().await.expect("followers that do not fail");
            let runner = server::background::runner(&self.app).expect("a runner");
            let more = runner.run_until_idle().await.expect("a database that answers");
            attempts += more;
            // What jobs did is news too.
            if more == 0 {
                return attempts;
            }
        }
    }

    /// A digest of everything stored, to show that a refusal changed nothing.
    pub async fn digest(&self) -> String {
        db::testing::digest(&self.app.db).await
    }
}

struct People {
    org_id: OrgId,
    users: Vec<UserId>,
    tokens: Vec<String>,
}

fn people(tx: &db::Tx<'_>, clock: &Clock) -> platform::Result<People> {
    let person = |name: &str, email: &str, role| NewMember {
        full_name: name.into(),
        email: email.into(),
        role,
        password_hash: Some(PASSWORD_HASH.into()),
    };
    let owner = person("Olga Owner", "olga@engines.example", Role::Owner);
    let owner = accounts::create_organisation(tx, clock, "Engines", &owner, None)?;
    let stranger = person("Stan Stranger", "stan@looms.example", Role::Owner);
    let stranger = accounts::create_organisation(tx, clock, "Looms", &stranger, None)?;
    let mut users = vec![accounts::person(&owner)?];
    for (name, email, role) in [
        ("Adam Admin", "adam@engines.example", Role::Admin),
        ("Mia Member", "mia@engines.example", Role::Member),
        ("Max Member", "max@engines.example", Role::Member),
    ] {
        users.push(accounts::add_member(tx, &owner, &person(name, email, role))?);
    }
    users.push(accounts::person(&stranger)?);
    let mut tokens = Vec::new();
    for (index, user) in users.iter().enumerate() {
        let org_id = if index == 4 { stranger.org_id } else { owner.org_id };
        let new = NewSession { org_id, user_id: *user, user_agent: None, ip_address: None };
        tokens.push(accounts::open_session(tx, clock, &new)?.as_str().to_string());
    }
    Ok(People { org_id: owner.org_id, users, tokens })
}
