//! What every request passes before its handler and every answer after it: an id, a log line, a time-out,
//! refusals that belong to no handler, and headers.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use platform::Error;
use platform::http::{App, REQUEST_TIMEOUT, RateState, client_address, problem_answer, scope_request};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::Instrument as _;

/// Requests in the program at once; more are refused at the door, so that those inside get done.
const REQUESTS_MAX: usize = 1_024;
/// Of these, for one address: whoever sends slowly does not keep the others out.
const REQUESTS_OF_ADDRESS_MAX: usize = 128;
/// The longest id that is taken over from a request.
const REQUEST_ID_MAX: usize = 64;
/// An upload may take longer than other requests: the body has to come over the line first.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);
const UPLOADS: [&str; 2] = ["/api/v1/imports", "/api/v1/attachments"];

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const BUILD: HeaderName = HeaderName::from_static("x-entente-build");

/// Nothing but our own files, and no page may frame ours. Pictures from elsewhere stay out too: whoever serves
/// them would learn who looks at whom. Styles that scripts set are not affected.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// On every answer.
const SECURITY: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
];

/// The door.
#[derive(Clone)]
pub struct Front {
    /// The host that people come to, where it was told; requests for others are refused.
    host: Option<String>,
    places: Arc<Semaphore>,
    /// How many of the requests under way come from an address.
    addresses: Arc<Mutex<HashMap<String, usize>>>,
}

/// A request under way; on drop its place is free.
struct Place<'a> {
    front: &'a Front,
    address: Option<String>,
    _permit: SemaphorePermit<'a>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(address) = self.address.take() else { return };
        let mut addresses = self.front.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut requests) = addresses.entry(address) {
            *requests.get_mut() -= 1;
            if *requests.get() == 0 {
                requests.remove();
            }
        }
    }
}

impl Front {
    /// `public_url`: where people reach the product, if the operator has said so.
    pub fn new(public_url: Option<&str>) -> Front {
        let host = public_url.and_then(|url| url.split_once("://")).map(|(_, host)| host.to_lowercase());
        Front { host, places: Arc::new(Semaphore::new(REQUESTS_MAX)), addresses: Arc::default() }
    }

    /// A place for a request from `address`, if there is one left.
    fn place(&self, address: Option<String>) -> Option<Place<'_>> {
        let permit = self.places.try_acquire().ok()?;
        if let Some(address) = &address {
            let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
            let requests = addresses.entry(address.clone()).or_insert(0);
            if *requests >= REQUESTS_OF_ADDRESS_MAX {
                return None;
            }
            *requests += 1;
        }
        Some(Place { front: self, address, _permit: permit })
    }

    fn knows(&self, headers: &HeaderMap, uri: &Uri) -> bool {
        let Some(own) = &self.host else { return true };
        // Probes of an orchestrator come by address.
        if is_probe(uri) {
            return true;
        }
        let asked = uri.authority().map(|authority| authority.as_str());
        let asked = asked.or_else(|| headers.get(header::HOST).and_then(|host| host.to_str().ok())).unwrap_or_default();
        let asked = asked.to_lowercase();
        let name = asked
            .rsplit_once(':')
            .filter(|(_, port)| port.parse::<u16>().is_ok())
            .map_or(asked.as_str(), |(name, _)| name);
        asked == *own || matches!(name, "localhost" | "127.0.0.1" | "[::1]")
    }
}

/// Carries a request through. See the module's story.
pub async fn pass(State((app, front)): State<(App, Front)>, request: Request, next: Next) -> Response {
    let id = request_id(&app, request.headers());
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let span = tracing::info_span!("request", id, %method, path = uri.path());
    let started = Instant::now();
    let https = app.over_https();
    let build = HeaderValue::from_str(&app.settings.build_id);
    let work = async {
        let response = inside(&app, &front, request, next).await;
        note_end(&response, started);
        response
    };
    let (mut response, rate) = scope_request(id.clone(), work.instrument(span)).await;
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if uri.path().starts_with("/api/") {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Ok(value) = build {
        headers.insert(BUILD, value);
    }
    if let Some(rate) = rate {
        rate_headers(headers, rate);
    }
    response
}

/// The caller's own id if it is a plain one, so that it can be found in both logs; else a new one.
fn request_id(app: &App, headers: &HeaderMap) -> String {
    let told = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| {
        (1..=REQUEST_ID_MAX).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    });
    told.map_or_else(|| app.clock.new_id().to_string(), str::to_string)
}

fn is_probe(uri: &Uri) -> bool {
    matches!(uri.path(), "/healthz" | "/readyz")
}

async fn inside(app: &App, front: &Front, request: Request, next: Next) -> Response {
    if !front.knows(request.headers(), request.uri()) {
        let detail = "this server does not serve that host; use the address that its operator has set";
        return problem_answer(StatusCode::MISDIRECTED_REQUEST, "unknown_host", detail);
    }
    let (parts, body) = request.into_parts();
    let place = front.place(client_address(&parts, app));
    // A program that has much to do is not a dead one: whoever asks that is answered in any case.
    if place.is_none() && !is_probe(&parts.uri) {
        return Error::Unavailable("too many requests at once".into()).into_response();
    }
    let request = Request::from_parts(parts, body);
    let upload = request.method() == Method::POST && UPLOADS.contains(&request.uri().path());
    let limit = if upload { UPLOAD_TIMEOUT } else { REQUEST_TIMEOUT };
    // A panic is a bug of one request; it must not take the connection with it, nor go unanswered.
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(limit, handled).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => Error::Bug(format!("a handler panicked: {}", panic_text(&*panic))).into_response(),
        Err(_) => Error::Unavailable(format!("the request took longer than {} s", limit.as_secs())).into_response(),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn note_end(response: &Response<Body>, started: Instant) {
    let status = response.status().as_u16();
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(status, took_ms, "answered");
    } else {
        tracing::debug!(status, took_ms, "answered");
    }
}

/// The allowance, as draft-ietf-httpapi-ratelimit-headers-10 writes it.
fn rate_headers(headers: &mut HeaderMap, rate: RateState) {
    let policy = format!("\"default\";q={};w=60", rate.limit);
    let state = format!("\"default\";r={};t={}", rate.remaining, rate.reset_s);
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(front: &Front, host: &str, path: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        front.knows(&headers, &Uri::try_from(path).unwrap())
    }

    #[test]
    fn only_the_told_host_and_this_machine_are_served() {
        let front = Front::new(Some("https://crm.example.com"));
        for host in ["crm.example.com", "CRM.example.com", "localhost:8080", "127.0.0.1", "[::1]:8080", "localhost"] {
            assert!(knows(&front, host, "/"), "{host}");
        }
        for host in
            ["evil.example", "crm.example.com.evil.example", "crm.example.com:8443", "", "localhost.evil.example"]
        {
            assert!(!knows(&front, host, "/"), "{host}");
        }
        assert!(knows(&front, "10.0.0.7:8080", "/healthz"), "probes come by address");
        assert!(knows(&Front::new(None), "anything.example", "/"));
    }

    #[test]
    fn one_address_leaves_places_to_the_others() {
        let front = Front::new(None);
        let taken: Vec<_> = (0..REQUESTS_OF_ADDRESS_MAX).map(|_| front.place(Some("10.0.0.1".into()))).collect();
        assert!(taken.iter().all(Option::is_some));
        assert!(front.place(Some("10.0.0.1".into())).is_none());
        assert!(front.place(Some("10.0.0.2".into())).is_some());
        drop(taken);
        assert!(front.place(Some("10.0.0.1".into())).is_some());
        assert!(front.addresses.lock().unwrap().is_empty(), "an address without requests is forgotten");
    }
}
