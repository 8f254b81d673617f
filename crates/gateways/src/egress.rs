//! The one HTTP client for addresses that people give: an address is resolved once, every result is checked, the connection
//! goes to what was checked, and redirects are not followed.

use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Addresses of one name that are looked at.
const ADDRESSES_MAX: usize = 16;
/// The longest wait that an answer may ask for.
const WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Sends requests outwards. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    private: bool,
    patience: Option<Duration>,
    tls: Arc<rustls::ClientConfig>,
}

impl std::fmt::Debug for Egress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Egress").field("private", &self.private).finish_non_exhaustive()
    }
}

/// How long an answer may take, in all, and how large it may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    pub bytes: usize,
}

/// What was answered, whatever its status. A redirect is an answer as any other.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// How long to wait before the next request, where the answer says so in seconds.
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("this is no address of the kind https://host/path")]
    BadAddress,
    #[error("the name of the host is not known")]
    UnknownHost,
    #[error("addresses of private networks are not allowed here")]
    Private,
    #[error("this kind of address is never called")]
    Reserved,
    #[error("nothing can be reached there")]
    Unreachable,
    #[error("there was no whole answer in time")]
    TimedOut,
    #[error("the answer is too large")]
    TooLarge,
    #[error("the answer broke off")]
    Broken,
}

/// What an address is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Public,
    /// One's own machine or network: for those who allow it.
    Private,
    /// Of a link, of a group, of nobody, or another one in disguise.
    Reserved,
}

fn place(ip: IpAddr) -> Place {
    match ip.to_canonical() {
        IpAddr::V4(ip) => place_v4(ip),
        IpAddr::V6(ip) => place_v6(ip),
    }
}

fn place_v4(ip: Ipv4Addr) -> Place {
    let [first, second, third, _] = ip.octets();
    let reserved = first == 0
        || first >= 224
        || ip.is_link_local()
        || (first, second, third) == (192, 0, 0)
        || (first == 198 && (second & 0xfe) == 18)
        || ip.is_documentation();
    if reserved {
        Place::Reserved
    } else if ip.is_loopback() || ip.is_private() || (first == 100 && (second & 0xc0) == 64) {
        Place::Private
    } else {
        Place::Public
    }
}

fn place_v6(ip: Ipv6Addr) -> Place {
    let segments = ip.segments();
    if ip.is_loopback() || (segments[0] & 0xfe00) == 0xfc00 {
        return Place::Private;
    }
    // Global unicast, without what carries an IPv4 address inside (6to4, Teredo) and what documents show.
    let is_global = (segments[0] & 0xe000) == 0x2000;
    let is_carrier = segments[0] == 0x2002 || (segments[0] == 0x2001 && segments[1] < 0x0200);
    let is_example =
        (segments[0] == 0x2001 && segments[1] == 0x0db8) || (segments[0] == 0x3fff && segments[1] < 0x1000);
    if is_global && !is_carrier && !is_example { Place::Public } else { Place::Reserved }
}

/// What is trusted of who answers.
pub(crate) fn tls() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows them") // tidy: allow(panics) because ring and these versions are built in together
        .with_root_certificates(roots)
        .with_no_client_auth()
}

impl Egress {
    /// With `private`, addresses of this machine and of private networks may be called too.
    pub fn new(private: bool) -> Egress {
        Egress { private, patience: None, tls: Arc::new(tls()) }
    }

    /// Waits for no answer longer than this, whatever a caller would.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Egress {
        Egress { patience: Some(patience), ..self }
    }

    /// Reads an address, and checks what can be seen of it without asking anybody.
    ///
    /// # Errors
    /// [`Fault::BadAddress`], [`Fault::Private`] and [`Fault::Reserved`].
    pub fn check(&self, address: &str) -> Result<Url, Fault> {
        let url = Url::parse(address).map_err(|_| Fault::BadAddress)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let named = url.host_str().is_some_and(|host| !host.is_empty());
        if !matches!(url.scheme(), "http" | "https") || !plain || !named {
            return Err(Fault::BadAddress);
        }
        if let Some(ip) = literal(&url) {
            self.allow(ip)?;
        }
        Ok(url)
    }

    fn allow(&self, ip: IpAddr) -> Result<(), Fault> {
        match place(ip) {
            Place::Public => Ok(()),
            Place::Private if self.private => Ok(()),
            Place::Private => Err(Fault::Private),
            Place::Reserved => Err(Fault::Reserved),
        }
    }

    /// The addresses of the host, all of them allowed.
    async fn resolve(&self, url: &Url) -> Result<Vec<SocketAddr>, Fault> {
        let port = url.port_or_known_default().ok_or(Fault::BadAddress)?;
        if let Some(ip) = literal(url) {
            self.allow(ip)?;
            return Ok(vec![SocketAddr::new(ip, port)]);
        }
        let host = url.host_str().ok_or(Fault::BadAddress)?;
        let found = tokio::net::lookup_host((host, port)).await.map_err(|_| Fault::UnknownHost)?;
        let found: Vec<SocketAddr> = found.take(ADDRESSES_MAX).collect();
        if found.is_empty() {
            return Err(Fault::UnknownHost);
        }
        found.iter().try_for_each(|address| self.allow(address.ip()))?;
        Ok(found)
    }

    /// Posts JSON, with a key as `Authorization: Bearer`.
    ///
    /// # Errors
    /// Any [`Fault`], within `limits.time`.
    pub async fn post_json(
        &self,
        address: &str,
        key: Option<&str>,
        body: Vec<u8>,
        limits: Limits,
    ) -> Result<Answer, Fault> {
        let url = self.check(address)?;
        let asked = self.send(url, key, body, limits);
        let time = self.patience.map_or(limits.time, |patience| patience.min(limits.time));
        tokio::time::timeout(time, asked).await.map_err(|_| Fault::TimedOut)?
    }

    async fn send(&self, url: Url, key: Option<&str>, body: Vec<u8>, limits: Limits) -> Result<Answer, Fault> {
        let addresses = self.resolve(&url).await?;
        let host = url.host_str().unwrap_or_default().to_string();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured((*self.tls).clone())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .connect_timeout(CONNECT_MAX)
            .resolve_to_addrs(&host, &addresses)
            .build()
            .map_err(|_| Fault::Unreachable)?;
        let mut request = client.post(url).header(CONTENT_TYPE, "application/json").body(body);
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        let mut answer = request.send().await.map_err(|error| match error.is_connect() {
            true => Fault::Unreachable,
            false if error.is_timeout() => Fault::TimedOut,
            false => Fault::Broken,
        })?;
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let status = answer.status().as_u16();
        let mut read = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| Fault::Broken)? {
            if read.len() + part.len() > limits.bytes {
                return Err(Fault::TooLarge);
            }
            read.extend_from_slice(&part);
        }
        Ok(Answer { status, retry_after: retry_after.map(|wait| wait.min(WAIT_MAX)), body: read })
    }
}

/// The host, where it is an address and no name.
fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { time: Duration::from_secs(2), bytes: 1_000 };

    #[test]
    fn addresses_are_told_apart_however_they_are_written() {
        let closed = Egress::new(false);
        for (address, expected) in [
            ("https://api.example.com/v1", Ok(())),
            ("http://8.8.8.8/v1", Ok(())),
            ("http://[2606:4700::1111]/", Ok(())),
            ("http://127.0.0.1:11434/v1", Err(Fault::Private)),
            ("http://2130706433/", Err(Fault::Private)),
            ("http://0x7f.1/", Err(Fault::Private)),
            ("http://0177.0.0.1/", Err(Fault::Private)),
            ("http://127.1./", Err(Fault::Private)),
            ("http://[::1]/", Err(Fault::Private)),
            ("http://[::ffff:10.0.0.1]/", Err(Fault::Private)),
            ("http://10.1.2.3/", Err(Fault::Private)),
            ("http://100.64.0.1/", Err(Fault::Private)),
            ("http://[fd00::1]/", Err(Fault::Private)),
            ("http://169.254.169.254/", Err(Fault::Reserved)),
            ("http://[fe80::1]/", Err(Fault::Reserved)),
            ("http://[64:ff9b::7f00:1]/", Err(Fault::Reserved)),
            ("http://[2002:7f00:1::]/", Err(Fault::Reserved)),
            ("http://[2001::1]/", Err(Fault::Reserved)),
            ("http://[::127.0.0.1]/", Err(Fault::Reserved)),
            ("http://0.0.0.0/", Err(Fault::Reserved)),
            ("http://224.0.0.1/", Err(Fault::Reserved)),
            ("http://255.255.255.255/", Err(Fault::Reserved)),
            ("http://user:pass@example.com/", Err(Fault::BadAddress)),
            ("ftp://example.com/", Err(Fault::BadAddress)),
            ("file:///etc/passwd", Err(Fault::BadAddress)),
            ("example.com", Err(Fault::BadAddress)),
        ] {
            assert_eq!(closed.check(address).map(drop), expected, "{address}");
        }
        let open = Egress::new(true);
        assert!(open.check("http://127.0.0.1:11434/v1").is_ok());
        assert_eq!(open.check("http://169.254.169.254/").map(drop), Err(Fault::Reserved));
    }

    #[tokio::test]
    async fn names_of_private_addresses_are_refused_before_anybody_is_called() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Egress::new(false).post_json(&format!("http://localhost:{port}/"), None, Vec::new(), LIMITS).await;
        assert_eq!(asked.map(|answer| answer.status), Err(Fault::Private));
        let called = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(called.is_err(), "somebody has called");
    }
}
