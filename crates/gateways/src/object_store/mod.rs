//! A bucket of an S3-compatible service: put, get, size and remove of whole objects. Requests carry their signature in the
//! address (AWS Signature Version 4, query parameters). What is asked again is safe to do twice.
//!
//! The address of the service comes from the operator, so it may be one of the own network; redirects are not followed.

#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;

use crate::egress;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use rusty_s3::actions::S3Action as _;
use rusty_s3::{Credentials, UrlStyle};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a signature holds.
const SIGNED_FOR: Duration = Duration::from_secs(300);
const CONNECT_MAX: Duration = Duration::from_secs(5);
const LIMITS: Limits = Limits { silent: Duration::from_secs(30), request: Duration::from_secs(240) };
/// How often something is tried, and the wait before the second time; it doubles.
const TRIES: u32 = 3;
const WAIT: Duration = Duration::from_millis(200);
/// As much of a refusal as is looked at.
const REFUSAL_BYTES_MAX: usize = 4_096;

/// Where a bucket is, and who asks.
#[derive(Clone)]
pub struct Settings {
    /// Address of the service, such as `https://s3.eu-central-1.amazonaws.com`; the bucket's name follows as a path.
    pub endpoint: String,
    pub region: String,
    pub bucket: String,
    /// What the names of all objects begin with; may be empty.
    pub prefix: String,
    pub access_key_id: String,
    pub secret_access_key: String,
}

/// Why something did not work.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the bucket cannot be used: {0}")]
    Settings(String),
    #[error("there is no such object in the bucket")]
    Missing,
    #[error("the bucket answered {status}{code}")]
    Refused {
        status: u16,
        /// The service's own word for it with a space before, such as ` (AccessDenied)`.
        code: String,
    },
    #[error("the bucket cannot be reached: {0}")]
    Unreachable(String),
    #[error("the file cannot be read: {0}")]
    File(#[from] std::io::Error),
}

impl Fault {
    /// Whether asking again may help.
    fn may_pass(&self) -> bool {
        match self {
            Fault::Unreachable(_) => true,
            Fault::Refused { status, .. } => *status >= 500 || matches!(status, 408 | 429),
            Fault::Settings(_) | Fault::Missing | Fault::File(_) => false,
        }
    }
}

/// How long the service may take.
#[derive(Clone, Copy)]
struct Limits {
    /// Without sending anything.
    silent: Duration,
    /// For one request, with the object that is sent. One that is read is read as quickly as its reader takes it.
    request: Duration,
}

/// A bucket; cheap to clone.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    prefix: String,
    client: reqwest::Client,
    limits: Limits,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bucket({}{})", self.0.bucket.base_url(), self.0.prefix)
    }
}

impl Bucket {
    /// # Errors
    /// [`Fault::Settings`] for an address that is none.
    pub fn new(settings: &Settings) -> Result<Bucket, Fault> {
        Bucket::within(settings, LIMITS)
    }

    fn within(settings: &Settings, limits: Limits) -> Result<Bucket, Fault> {
        let wrong = |error: &dyn std::fmt::Display| Fault::Settings(error.to_string());
        let endpoint = settings.endpoint.parse().map_err(|error| wrong(&error))?;
        let (name, region) = (settings.bucket.clone(), settings.region.clone());
        let bucket = rusty_s3::Bucket::new(endpoint, UrlStyle::Path, name, region).map_err(|error| wrong(&error))?;
        let credentials = Credentials::new(settings.access_key_id.clone(), settings.secret_access_key.clone());
        let client = client(limits).map_err(|error| wrong(&error))?;
        Ok(Bucket(Arc::new(Inner { bucket, credentials, prefix: settings.prefix.clone(), client, limits })))
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.0.prefix)
    }

    /// Whether the bucket is there and may be asked.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn probe(&self) -> Result<(), Fault> {
        let Inner { bucket, credentials, client, limits, .. } = &*self.0;
        again(|| async {
            let request = client.head(bucket.head_bucket(Some(credentials)).sign(SIGNED_FOR));
            answered(request.timeout(limits.request)).await
        })
        .await?;
        Ok(())
    }

    /// Puts a file of `bytes` bytes; the service compares it with its SHA-256, in base64. An object of that name is
    /// replaced.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn put(&self, key: &str, file: &Path, bytes: u64, sha256: &str) -> Result<(), Fault> {
        let Inner { bucket, credentials, client, limits, .. } = &*self.0;
        let name = self.name(key);
        again(|| async {
            let mut action = bucket.put_object(Some(credentials), &name);
            action.headers_mut().insert("x-amz-checksum-sha256", sha256);
            let body = reqwest::Body::from(tokio::fs::File::open(file).await?);
            let request = client.put(action.sign(SIGNED_FOR)).header("x-amz-checksum-sha256", sha256);
            answered(request.timeout(limits.request).header(header::CONTENT_LENGTH, bytes).body(body)).await
        })
        .await?;
        Ok(())
    }

    /// The content of an object, piece by piece.
    ///
    /// # Errors
    /// [`Fault`]; and in the stream when the connection breaks.
    pub async fn get(&self, key: &str) -> Result<impl Stream<Item = Result<Bytes, Fault>> + use<>, Fault> {
        let Inner { bucket, credentials, client, .. } = &*self.0;
        let name = self.name(key);
        let answer = again(|| async {
            answered(client.get(bucket.get_object(Some(credentials), &name).sign(SIGNED_FOR))).await
        })
        .await?;
        Ok(answer.bytes_stream().map(|piece| piece.map_err(unreachable)))
    }

    /// How many bytes an object has.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn size(&self, key: &str) -> Result<u64, Fault> {
        let Inner { bucket, credentials, client, limits, .. } = &*self.0;
        let name = self.name(key);
        let answer = again(|| async {
            let request = client.head(bucket.head_object(Some(credentials), &name).sign(SIGNED_FOR));
            answered(request.timeout(limits.request)).await
        })
        .await?;
        let length = answer.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        length
            .and_then(|text| text.parse().ok())
            .ok_or(Fault::Refused { status: 200, code: " without a length".into() })
    }

    /// Removes an object; one that is not there is gone already.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn remove(&self, key: &str) -> Result<(), Fault> {
        let Inner { bucket, credentials, client, limits, .. } = &*self.0;
        let name = self.name(key);
        let gone = again(|| async {
            let request = client.delete(bucket.delete_object(Some(credentials), &name).sign(SIGNED_FOR));
            answered(request.timeout(limits.request)).await
        })
        .await;
        match gone {
            Ok(_) | Err(Fault::Missing) => Ok(()),
            Err(fault) => Err(fault),
        }
    }
}

fn client(limits: Limits) -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(egress::tls())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_MAX)
        .read_timeout(limits.silent);
    builder.build()
}

/// Sends a request; an answer that is no success is a fault.
async fn answered(request: RequestBuilder) -> Result<Response, Fault> {
    let answer = request.send().await.map_err(unreachable)?;
    match answer.status() {
        status if status.is_success() => Ok(answer),
        StatusCode::NOT_FOUND => Err(Fault::Missing),
        status => Err(Fault::Refused { status: status.as_u16(), code: code(answer).await }),
    }
}

/// What the XML of a refusal calls it: `<Code>AccessDenied</Code>`.
async fn code(answer: Response) -> String {
    let mut pieces = answer.bytes_stream();
    let mut text = Vec::new();
    while let Some(Ok(piece)) = pieces.next().await {
        text.extend_from_slice(&piece[..piece.len().min(REFUSAL_BYTES_MAX - text.len())]);
        if text.len() == REFUSAL_BYTES_MAX {
            break;
        }
    }
    let text = String::from_utf8_lossy(&text);
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or_else(String::new, |(code, _)| format!(" ({code})"))
}

/// Without the address, which holds the signature.
fn unreachable(error: reqwest::Error) -> Fault {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    Fault::Unreachable(text)
}

/// Does something again when that may help.
async fn again<T, F: Future<Output = Result<T, Fault>>>(mut work: impl FnMut() -> F) -> Result<T, Fault> {
    let mut wait = WAIT;
    for _ in 1..TRIES {
        match work().await {
            Err(fault) if fault.may_pass() => tracing::warn!(%fault, "asking the bucket again"),
            done => return done,
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
    }
    work().await
}
