//! The folder of contents: `attachments/ORGANISATION/AB/SHA256` below the data folder, and `attachments/incoming` for what
//! is still on its way.

use super::model::{BYTES_MAX, shown_name};
use platform::clock::Timestamp;
use platform::ids::OrgId;
use platform::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

const FILE_PREFIX: &str = "upload-";
/// Files older than this were left by a crash.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// As much of a file as tells what it is.
const HEAD_BYTES: usize = 4_096;

/// Where contents are.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn below(data_dir: &Path) -> Folder {
        Folder(data_dir.join("attachments"))
    }

    fn incoming(&self) -> PathBuf {
        self.0.join("incoming")
    }

    fn shelf(&self, org_id: Uuid, sha256: &str) -> PathBuf {
        self.0.join(org_id.to_string()).join(sha256.get(..2).unwrap_or("00"))
    }

    fn place(&self, org_id: Uuid, sha256: &str) -> PathBuf {
        self.shelf(org_id, sha256).join(sha256)
    }

    /// The content, to be read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it is not there.
    pub(super) async fn open(&self, org_id: OrgId, sha256: &str) -> Result<tokio::fs::File> {
        let place = self.place(org_id.0, sha256);
        tokio::fs::File::open(&place).await.map_err(|error| {
            tracing::error!(file = %place.display(), %error, "an attachment cannot be read");
            Error::Unavailable("the file cannot be read at the moment".into())
        })
    }

    /// Removes a content; one that is not there is gone already.
    pub(super) fn remove(&self, org_id: Uuid, sha256: &str) -> Result<()> {
        match std::fs::remove_file(self.place(org_id, sha256)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(disk(&error)),
            _ => Ok(()),
        }
    }

    /// What is wrong with a content, if anything is.
    pub(super) fn fault(&self, org_id: Uuid, sha256: &str, bytes: i64) -> Option<String> {
        let place = self.place(org_id, sha256);
        match std::fs::metadata(&place) {
            Ok(found) if i64::try_from(found.len()) == Ok(bytes) => None,
            Ok(found) => Some(format!("{} has {} bytes instead of {bytes}", place.display(), found.len())),
            Err(error) => Some(format!("{}: {error}", place.display())),
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
    pub(super) async fn begin(folder: &Folder) -> Result<Receiving> {
        let incoming = folder.incoming();
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

    /// Gives the file its place among the contents, and brings that to the disk.
    pub(super) async fn settle(&mut self, folder: &Folder, org_id: OrgId) -> Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let sha256 = self.sha256();
        let (shelf, place) = (folder.shelf(org_id.0, &sha256), folder.place(org_id.0, &sha256));
        blocking(move || {
            std::fs::create_dir_all(&shelf)?;
            file.persist(&place).map_err(|error| error.error)?;
            std::fs::File::open(&shelf)?.sync_all()
        })
        .await
    }
}
