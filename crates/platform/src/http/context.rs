//! The authenticated context of a request, and how handlers reach the database through it.

use super::App;
use super::NoContent;
use super::body::{Body, Digest, parse_query};
use super::respond::{Created, Record, Versioned, etag};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::{accounts, api_keys, idempotency};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use db::{Conn, Tx};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::net::{IpAddr, SocketAddr};
use uuid::Uuid;

/// What is kept of a browser's name, in characters.
const USER_AGENT_MAX: usize = 300;

/// Who asks, and where the data is. Extracting it authenticates: by the session cookie or by
/// `Authorization: Bearer ent_…`.
#[derive(Clone)]
pub struct Ctx {
    pub app: App,
    pub actor: Actor,
    /// The session that the cookie named; none for an API key.
    pub session: Option<crate::ids::SessionId>,
    idempotency_key: Option<String>,
    target: String,
}

/// A path or query parameter set, refused with its name when it does not parse.
pub struct Form<T>(pub T);

/// A caller who need not be signed in: a browser's write must still come from our own pages, and each
/// address has an allowance.
#[derive(Clone)]
pub struct Guest {
    pub app: App,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

/// Somebody signed in, or nobody.
pub struct Maybe(pub Option<Ctx>);

impl FromRequestParts<App> for Ctx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Ctx> {
        let ip_address = client_address(parts, app);
        let now = app.clock.now();
        let (mut actor, session) = match credentials(&parts.headers, app)? {
            Credentials::ApiKey(key) => {
                let clock = app.clock.clone();
                let (actor, used_at) = app.db.read_one(move |c| api_keys::authenticate(c, &key, &clock)).await?;
                api_keys::note_use(app, &actor, used_at).await;
                (actor, None)
            }
            Credentials::Session(token) => {
                refuse_cross_site(parts, app)?;
                let clock = app.clock.clone();
                let (actor, session) = app.db.read_one(move |c| accounts::authenticate(c, &token, &clock)).await?;
                accounts::note_seen(app, &session, now).await;
                (actor, Some(session.id))
            }
        };
        let principal = session.map(|id| id.0).or(actor.id).unwrap_or_default();
        app.limiter.check(principal, session.is_some())?;
        actor.ip_address = ip_address;
        let idempotency_key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => Some(idempotency::valid_key(value.to_str().unwrap_or_default())?.to_string()),
        };
        let target = format!("{} {}", parts.method, parts.uri.path());
        Ok(Ctx { app: app.clone(), actor, session, idempotency_key, target })
    }
}

impl FromRequestParts<App> for Maybe {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Maybe> {
        match Ctx::from_request_parts(parts, app).await {
            Ok(ctx) => Ok(Maybe(Some(ctx))),
            Err(Error::Unauthenticated(_)) => Ok(Maybe(None)),
            Err(error) => Err(error),
        }
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Form<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Form<T>> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            return Err(Error::malformed("", "invalid_character", "leave out the character U+0000"));
        }
        parse_query(query).map(Form)
    }
}

impl FromRequestParts<App> for Guest {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Guest> {
        refuse_cross_site(parts, app)?;
        let address = client_address(parts, app);
        let place = accounts::place_of(address.as_deref());
        let principal = Uuid::from_slice(&Sha256::digest(place)[..16]);
        app.limiter.check(principal.unwrap_or_default(), false)?;
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = user_agent.map(|text| text.chars().take(USER_AGENT_MAX).collect());
        Ok(Guest { app: app.clone(), address, user_agent })
    }
}

impl Ctx {
    /// For a command of the program, which asks as `actor` without a request.
    pub fn of_command(app: App, actor: Actor) -> Ctx {
        Ctx { app, actor, session: None, idempotency_key: None, target: String::new() }
    }

    /// The request's `Idempotency-Key`.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Runs `work` on a reader.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&Conn<'_>, &Actor) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let actor = self.actor.clone();
        self.app.db.read(move |c| work(c, &actor)).await
    }

    /// Runs `work` in one transaction, all of it at one moment.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let actor = self.actor.clone();
        self.app.db.write(move |tx| work(tx, &actor.at_one_moment())).await
    }

    /// A POST that makes a record: 201, once per idempotency key.
    pub async fn create<B, R, F>(self, body: Body<B>, work: F) -> Result<Response>
    where
        B: Send + 'static,
        R: Record + Send + 'static,
        F: Fn(&Tx<'_>, &Actor, &B) -> Result<R> + Send + 'static,
    {
        self.once(StatusCode::CREATED, body.digest, move |tx, actor| work(tx, actor, &body.value)).await
    }

    /// A POST that does something to a record and answers it: 200, once per idempotency key.
    pub async fn act<B, R, F>(self, body: Body<B>, work: F) -> Result<Response>
    where
        B: Send + 'static,
        R: Record + Send + 'static,
        F: Fn(&Tx<'_>, &Actor, &B) -> Result<R> + Send + 'static,
    {
        self.once(StatusCode::OK, body.digest, move |tx, actor| work(tx, actor, &body.value)).await
    }

    /// The same without a body.
    pub async fn act_empty<R, F>(self, work: F) -> Result<Response>
    where
        R: Record + Send + 'static,
        F: Fn(&Tx<'_>, &Actor) -> Result<R> + Send + 'static,
    {
        let digest: Digest = Sha256::digest(&self.target).into();
        self.once(StatusCode::OK, digest, work).await
    }

    /// A POST that starts background work: 202, once per idempotency key.
    pub async fn start<B, R, F>(self, body: Body<B>, work: F) -> Result<Response>
    where
        B: Send + 'static,
        R: Record + Send + 'static,
        F: Fn(&Tx<'_>, &Actor, &B) -> Result<R> + Send + 'static,
    {
        self.once(StatusCode::ACCEPTED, body.digest, move |tx, actor| work(tx, actor, &body.value)).await
    }

    /// The same without a body.
    pub async fn start_empty<R, F>(self, work: F) -> Result<Response>
    where
        R: Record + Send + 'static,
        F: Fn(&Tx<'_>, &Actor) -> Result<R> + Send + 'static,
    {
        let digest: Digest = Sha256::digest(&self.target).into();
        self.once(StatusCode::ACCEPTED, digest, work).await
    }

    /// Runs `work` and keeps its answer under the request's idempotency key, in one transaction: what
    /// was done and the memory of it are there together or not at all. A second request with the key
    /// waits for the first and gets the same answer.
    pub async fn once<R, F>(self, status: StatusCode, digest: Digest, work: F) -> Result<Response>
    where
        R: Record + Send + 'static,
        F: Fn(&Tx<'_>, &Actor) -> Result<R> + Send + 'static,
    {
        let Ctx { app, actor, idempotency_key, .. } = self;
        let Some(key) = idempotency_key else {
            let record = app.db.write(move |tx| work(tx, &actor.at_one_moment())).await?;
            return Ok(if status == StatusCode::CREATED {
                Created(record).into_response()
            } else {
                (status, Versioned(record)).into_response()
            });
        };
        let answer = app
            .db
            .write(move |tx| {
                let actor = actor.at_one_moment();
                idempotency::once(tx, &actor, &key, &digest, || {
                    let record = work(tx, &actor)?;
                    Ok(idempotency::Answer {
                        status: status.as_u16(),
                        body: serde_json::to_string(&record).map_err(|e| Error::Bug(e.to_string()))?,
                        etag: record.version().map(etag),
                        location: (status == StatusCode::CREATED).then(|| record.location()).flatten(),
                    })
                })
            })
            .await?;
        Ok(answer.into_response())
    }

    /// A DELETE: 204.
    pub async fn remove<F>(self, work: F) -> Result<NoContent>
    where
        F: Fn(&Tx<'_>, &Actor) -> Result<()> + Send + 'static,
    {
        self.write(work).await?;
        Ok(NoContent)
    }
}

enum Credentials {
    ApiKey(String),
    Session(String),
}

fn credentials(headers: &HeaderMap, app: &App) -> Result<Credentials> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        return match text.split_once(' ') {
            Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => {
                Ok(Credentials::ApiKey(key.trim().to_string()))
            }
            _ => Err(Error::Unauthenticated("send the API key as Authorization: Bearer ent_…")),
        };
    }
    let name = accounts::cookie_name(app.over_https());
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, token)| Credentials::Session(token.to_string()))
        .ok_or(Error::Unauthenticated("sign in, or send an API key as Authorization: Bearer ent_…"))
}

/// A browser's write must come from our own pages: the cookie goes along with any request to this
/// host, its `Origin` tells where the request was made.
pub(crate) fn refuse_cross_site(parts: &Parts, app: &App) -> Result<()> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if header("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Err(Error::forbidden("this write was made by a page of another site"));
    }
    let Some(origin) = header("origin") else {
        return Ok(());
    };
    let host = header("host").unwrap_or_default();
    let own = origin.split_once("://").is_some_and(|(_, place)| !host.is_empty() && place == host);
    if own || origin == app.settings.public_url {
        return Ok(());
    }
    Err(Error::forbidden("this write was made by a page of another site"))
}

/// The caller's address: the peer, or what a trusted proxy says of it (the right-most untrusted hop).
pub fn client_address(parts: &Parts, app: &App) -> Option<String> {
    // A socket that takes both families shows IPv4 peers as mapped addresses.
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical())?;
    let trusted = &app.settings.trusted_proxies;
    if !trusted.contains(&peer) {
        return Some(peer.to_string());
    }
    let headers: Vec<_> = parts.headers.get_all("x-forwarded-for").iter().collect();
    let hops = headers.into_iter().rev().flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
    // Left of a hop that cannot be read stands what anybody may have written.
    let hop = hops.map_while(hop_address).find(|hop| !trusted.contains(hop));
    Some(hop.unwrap_or(peer).to_string())
}

/// Some proxies write the port too.
fn hop_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|place| place.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}
