//! Where contents are: `attachments/ORGANISATION/AB/PLACE` below the data folder, or `ORGANISATION/AB/PLACE` in a bucket.
//! `attachments/incoming` is for what is still on its way, in either case.

use super::model::{BYTES_MAX, shown_name};
use axum::body::Bytes;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use gateways::object_store::{Bucket, Fault};
use platform::clock::Timestamp;
use platform::http::Settings;
use platform::ids::OrgId;
use platform::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

const FILE_PREFIX: &str = "upload-";
/// Files older than this were left by a crash.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// As much of a file as tells what it is.
const HEAD_BYTES: usize = 4_096;

/// What is read of a file at once.
const PIECE_BYTES: usize = 64 * 1024;

/// A content, piece by piece.
pub(super) type Pieces = BoxStream<'static, io::Result<Bytes>>;

/// Where contents are.
#[derive(Clone, Debug)]
pub struct Contents {
    folder: PathBuf,
    pub(super) bucket: Option<Bucket>,
}

impl Contents {
    pub fn of(settings: &Settings) -> Contents {
        Contents { bucket: settings.bucket.clone(), ..Contents::below(&settings.data_dir) }
    }

    /// In a folder.
    pub fn below(data_dir: &Path) -> Contents {
        Contents { folder: data_dir.join("attachments"), bucket: None }
    }

    fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    /// A content's name within the folder or the bucket.
    fn key(org_id: Uuid, place: &str) -> String {
        format!("{org_id}/{}/{place}", place.get(..2).unwrap_or("00"))
    }

    fn path(&self, org_id: Uuid, place: &str) -> PathBuf {
        self.folder.join(Contents::key(org_id, place))
    }

    /// The content, to be read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it is not there.
    pub(super) async fn open(&self, org_id: OrgId, place: &str) -> Result<Pieces> {
        let unreadable = |error: &dyn std::fmt::Display| {
            tracing::error!(org = %org_id.0, place, %error, "an attachment cannot be read");
            Error::Unavailable("the file cannot be read at the moment".into())
        };
        if let Some(bucket) = &self.bucket {
            let pieces = bucket.get(&Contents::key(org_id.0, place)).await.map_err(|fault| unreadable(&fault))?;
            return Ok(pieces.map_err(io::Error::other).boxed());
        }
        let file = tokio::fs::File::open(self.path(org_id.0, place)).await.map_err(|error| unreadable(&error))?;
        let pieces = stream::try_unfold(file, |mut file| async move {
            let mut piece = vec![0; PIECE_BYTES];
            let length = file.read(&mut piece).await?;
            piece.truncate(length);
            Ok((length > 0).then(|| (Bytes::from(piece), file)))
        });
        Ok(pieces.boxed())
    }

    /// Removes a content; one that is not there is gone already.
    pub(super) async fn remove(&self, org_id: Uuid, place: &str) -> Result<()> {
        if let Some(bucket) = &self.bucket {
            return bucket.remove(&Contents::key(org_id, place)).await.map_err(|fault| away(&fault));
        }
        match tokio::fs::remove_file(self.path(org_id, place)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(disk(&error)),
            _ => Ok(()),
        }
    }

    /// Whether there is a bucket that does not answer at all.
    pub(super) async fn is_away(&self) -> bool {
        match &self.bucket {
            Some(bucket) => bucket.probe().await.is_err(),
            None => false,
        }
    }

    /// What is wrong with a content, if anything is.
    pub(super) async fn fault(&self, org_id: Uuid, place: &str, bytes: i64) -> Option<String> {
        let key = Contents::key(org_id, place);
        let found = match &self.bucket {
            Some(bucket) => bucket.size(&key).await.map_err(|fault| fault.to_string()),
            None => tokio::fs::metadata(self.path(org_id, place))
                .await
                .map(|found| found.len())
                .map_err(|error| error.to_string()),
        };
        match found {
            Ok(found) if i64::try_from(found) == Ok(bytes) => None,
            Ok(found) => Some(format!("{key} has {found} bytes instead of {bytes}")),
            Err(why) => Some(format!("{key}: {why}")),
        }
    }

    /// Deletes files that a crash left on their way; says how many.
    pub(super) async fn remove_stale(&self, now: Timestamp) -> usize {
        let incoming = self.incoming();
        let limit = Duration::from_micros(now.micros().max(0).unsigned_abs()).saturating_sub(STALE);
        let work = tokio::task::spawn_blocking(move || {
            let Ok(entries) = std::fs::read_dir(&incoming) else { return 0 };
            let is_stale = |entry: &std::fs::DirEntry| {
                let is_ours = entry.file_name().to_string_lossy().starts_with(FILE_PREFIX);
                let written = entry.metadata().and_then(|metadata| metadata.modified()).ok();
                is_ours
                    && written.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).is_some_and(|time| time < limit)
            };
            let stale = entries.flatten().filter(is_stale);
            stale.filter(|entry| std::fs::remove_file(entry.path()).is_ok()).count()
        });
        work.await.unwrap_or(0)
    }
}

fn away(fault: &Fault) -> Error {
    tracing::error!(%fault, "the bucket of attachments does not work");
    Error::Unavailable("files cannot be stored at the moment; try again in a while".into())
}

fn disk(error: &io::Error) -> Error {
    Error::Unavailable(format!("the upload could not be written to disk: {error}"))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|error| Error::Bug(error.to_string()))?;
    done.map_err(|error| disk(&error))
}

/// A file on its way in.
pub(super) struct Receiving {
    file: NamedTempFile,
    out: tokio::fs::File,
    bytes: u64,
    digest: Sha256,
    head: Vec<u8>,
}

impl Receiving {
    pub(super) async fn begin(contents: &Contents) -> Result<Receiving> {
        let incoming = contents.incoming();
        let (file, out) = blocking(move || {
            std::fs::create_dir_all(&incoming)?;
            let file = tempfile::Builder::new().prefix(FILE_PREFIX).tempfile_in(&incoming)?;
            let out = file.reopen()?;
            Ok((file, out))
        })
        .await?;
        let out = tokio::fs::File::from_std(out);
        Ok(Receiving { file, out, bytes: 0, digest: Sha256::new(), head: Vec::new() })
    }

    pub(super) async fn take(&mut self, piece: &[u8]) -> Result<()> {
        self.bytes += piece.len() as u64;
        if self.bytes > BYTES_MAX {
            return Err(Error::TooLarge(format!("the file is larger than {} MiB", BYTES_MAX >> 20)));
        }
        self.digest.update(piece);
        let room = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&piece[..piece.len().min(room)]);
        self.out.write_all(piece).await.map_err(|error| disk(&error))
    }

    /// The file, whole and on the disk.
    pub(super) async fn end(mut self, file_name: Option<&str>) -> Result<Received> {
        self.out.flush().await.map_err(|error| disk(&error))?;
        self.out.sync_all().await.map_err(|error| disk(&error))?;
        if self.bytes == 0 {
            return Err(Error::malformed("/file", "empty", "the file is empty; choose another one"));
        }
        Ok(Received {
            file: Some(self.file),
            bytes: i64::try_from(self.bytes).unwrap_or(i64::MAX),
            digest: self.digest,
            head: self.head,
            file_name: shown_name(file_name),
        })
    }
}

/// A file that came in; deleted when dropped, unless it has been settled.
pub(crate) struct Received {
    file: Option<NamedTempFile>,
    pub bytes: i64,
    digest: Sha256,
    /// How it begins.
    pub head: Vec<u8>,
    pub file_name: String,
}

impl Received {
    /// As 64 hexadecimal digits.
    pub fn sha256(&self) -> String {
        self.digest.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// SHA-256 of everything that was sent, for the idempotency key.
    pub fn request_digest(&self) -> platform::http::Digest {
        self.digest.clone().chain_update(b"\0").chain_update(&self.file_name).finalize().into()
    }

    /// Gives the file its place among the contents, and brings that to the disk or into the bucket.
    pub(super) async fn settle(&mut self, contents: &Contents, org_id: OrgId, place: &str) -> Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        if let Some(bucket) = &contents.bucket {
            let digest = BASE64_STANDARD.encode(self.digest.clone().finalize());
            let key = Contents::key(org_id.0, place);
            let stored = bucket.put(&key, file.path(), self.bytes.unsigned_abs(), &digest);
            return stored.await.map_err(|fault| away(&fault));
        }
        let path = contents.path(org_id.0, place);
        blocking(move || {
            let shelf = path.parent().unwrap_or(&path).to_path_buf();
            std::fs::create_dir_all(&shelf)?;
            file.persist(&path).map_err(|error| error.error)?;
            std::fs::File::open(&shelf)?.sync_all()
        })
        .await
    }
}
