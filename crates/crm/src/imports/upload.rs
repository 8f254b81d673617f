//! Receiving a file: streamed to disk, read once, its rows kept in the database.
//!
//! From then on the file is not needed: any node can go on with the import. The file itself is deleted at once.

use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use db::Db;
use platform::clock::Timestamp;
use platform::ids::ImportId;
use platform::text::fold;
use platform::{Actor, Error, Result};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use super::field::RecordKind;
use super::mapping;
use super::model::{Import, ImportMapped};
use super::profile::Profile;
use super::reader::{self, Choice, Head, Limits, ReadError};
use super::store::{self, Staged, Uploaded};

/// Rows and bytes of one transaction while a file is taken in.
const CHUNK_ROWS: usize = 2_000;
const CHUNK_BYTES: usize = 4 << 20;
/// Rows of a refused file that are deleted at once.
const DISCARD_ROWS: i64 = 10_000;
const FILE_PREFIX: &str = "upload-";
/// Files older than this were left by a crash.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
const FILE_NAME_CHARS_MAX: usize = 200;

/// The folder that uploads pass through.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("uploads")
}

/// A received file, deleted when dropped.
pub(super) struct Received {
    file: NamedTempFile,
    pub bytes: u64,
    pub digest: Sha256,
}

/// A file on its way in.
pub(super) struct Receiving {
    file: NamedTempFile,
    out: tokio::fs::File,
    bytes: u64,
    digest: Sha256,
}

impl Receiving {
    pub(super) async fn begin(folder: PathBuf) -> Result<Receiving> {
        let made = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder)?;
            let file = tempfile::Builder::new().prefix(FILE_PREFIX).tempfile_in(&folder)?;
            let out = file.reopen()?;
            Ok::<_, std::io::Error>((file, out))
        });
        let (file, out) = made.await.map_err(|error| Error::Bug(error.to_string()))?.map_err(|error| disk(&error))?;
        Ok(Receiving { file, out: tokio::fs::File::from_std(out), bytes: 0, digest: Sha256::new() })
    }

    pub(super) async fn take(&mut self, piece: &[u8]) -> Result<()> {
        self.bytes += piece.len() as u64;
        let max = Limits::default().file_bytes_max;
        if self.bytes > max {
            return Err(Error::TooLarge(format!(
                "the file is larger than {} MiB; split it into several files",
                max >> 20
            )));
        }
        self.digest.update(piece);
        self.out.write_all(piece).await.map_err(|error| disk(&error))
    }

    pub(super) async fn end(mut self) -> Result<Received> {
        self.out.flush().await.map_err(|error| disk(&error))?;
        Ok(Received { file: self.file, bytes: self.bytes, digest: self.digest })
    }
}

fn disk(error: &std::io::Error) -> Error {
    Error::Unavailable(format!("the upload could not be written to disk: {error}"))
}

/// The name that a client gave the file, as it is shown: without a path, bounded.
pub(super) fn shown_name(given: Option<&str>) -> String {
    let name = given.unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = name.chars().filter(|c| !c.is_control()).take(FILE_NAME_CHARS_MAX).collect();
    let clean = clean.trim().to_owned();
    if clean.is_empty() { "file".to_owned() } else { clean }
}

/// What a file turned out to hold.
pub(super) struct Found {
    head: Head,
    rows: u64,
    bytes: u64,
    profile: Profile,
}

/// Reads the file into rows of a new import that nobody sees yet.
///
/// # Errors
/// [`Error::Invalid`] at `/file` when the file cannot be read as a table.
pub(super) async fn stage(
    db: Db,
    actor: Actor,
    id: ImportId,
    record: RecordKind,
    file_name: String,
    received: Received,
    choice: Choice,
) -> Result<Found> {
    let runtime = tokio::runtime::Handle::current();
    let (discarding, org_id) = (db.clone(), actor.org_id.0);
    let begun: Result<()> = {
        let (actor, name) = (actor.clone(), file_name);
        db.write(move |tx| Ok(store::insert(tx, &actor, id, record, &name)?)).await
    };
    begun?;
    let staged = tokio::task::spawn_blocking(move || {
        let mut staging = Staging { db, actor, id, runtime, position: 0, bytes: 0, waiting: Vec::new() };
        let (mut head, mut profile) = (None, Profile::default());
        let profile_cell = std::cell::RefCell::new(&mut profile);
        let summary = reader::read::<StageError>(
            received.file.path(),
            &choice,
            &Limits::default(),
            |found| {
                **profile_cell.borrow_mut() = Profile::new(&found.columns);
                head = Some(found.clone());
                Ok(())
            },
            |row| {
                profile_cell.borrow_mut().observe(&row);
                staging.take(&row)
            },
        )?;
        staging.flush()?;
        let head = head.ok_or(StageError::Read(ReadError::Empty))?;
        Ok::<_, StageError>(Found { head, rows: summary.rows, bytes: received.bytes, profile })
    });
    let staged = staged.await.unwrap_or_else(|error| Err(StageError::Platform(Error::Bug(error.to_string()))));
    if staged.is_err() {
        discard(&discarding, org_id, id).await;
    }
    match staged {
        Ok(found) => Ok(found),
        Err(StageError::Platform(error)) => Err(error),
        Err(StageError::Read(ReadError::Io(error))) => Err(disk(&error)),
        Err(StageError::Read(error @ ReadError::TooLarge { .. })) => Err(Error::TooLarge(error.to_string())),
        Err(StageError::Read(error)) => {
            let path = match error {
                ReadError::UnknownEncoding(_) => "/encoding",
                ReadError::BadDelimiter => "/delimiter",
                ReadError::UnknownSheet { .. } => "/sheet",
                _ => "/file",
            };
            Err(Error::invalid(path, error.code(), error.to_string()))
        }
    }
}

/// Removes what is left of a file that was refused. What cannot be removed now is found by the housekeeping.
async fn discard(db: &Db, org_id: uuid::Uuid, id: ImportId) {
    loop {
        match db.write(move |tx| store::delete_rows(tx, org_id, id, DISCARD_ROWS)).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return tracing::warn!(%error, "rows of a refused upload stay for now"),
        }
    }
    if let Err(error) = db.write(move |tx| store::delete_staging(tx, org_id, id)).await {
        tracing::warn!(%error, "a refused upload stays for now");
    }
}

enum StageError {
    Read(ReadError),
    Platform(Error),
}

impl From<ReadError> for StageError {
    fn from(error: ReadError) -> StageError {
        StageError::Read(error)
    }
}

/// Writes rows in chunks.
struct Staging {
    db: Db,
    actor: Actor,
    id: ImportId,
    runtime: tokio::runtime::Handle,
    position: i64,
    bytes: usize,
    waiting: Vec<Staged>,
}

impl Staging {
    fn take(&mut self, row: &reader::Row) -> Result<(), StageError> {
        self.position += 1;
        let cells =
            serde_json::to_string(&row.cells).map_err(|error| StageError::Platform(Error::Bug(error.to_string())))?;
        self.bytes += cells.len();
        self.waiting.push(Staged {
            position: self.position,
            number: i64::try_from(row.number).unwrap_or(i64::MAX),
            cells,
            broken: row.broken.clone(),
        });
        if self.waiting.len() >= CHUNK_ROWS || self.bytes >= CHUNK_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), StageError> {
        let rows = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let (scope, id) = (self.actor.scope(), self.id);
        let written: Result<()> =
            self.runtime.block_on(self.db.write(move |tx| Ok(store::insert_rows(tx, &scope, id, &rows)?)));
        written.map_err(StageError::Platform)
    }
}

/// Shows the import to its people, with a mapping: the one used last for these columns, else a guess.
pub(super) fn publish(
    tx: &db::Tx<'_>,
    actor: &Actor,
    id: ImportId,
    record: RecordKind,
    found: &Found,
) -> Result<Import> {
    let scope = actor.scope();
    let header_key = header_key(&found.head.columns);
    let fields = record.living_fields(tx, &scope)?;
    let guessed: Vec<ImportMapped> =
        mapping::guess_with(record, &found.profile, &fields).into_iter().map(ImportMapped::guessed).collect();
    let mapping = match store::recall_mapping(tx, &scope, record, &header_key)? {
        Some(remembered) => in_file_order(&found.head.columns, remembered)
            .into_iter()
            .map(|mapped| if mapped.names_none_of(&fields) { ImportMapped::left_out(&mapped.column) } else { mapped })
            .collect(),
        None => guessed,
    };
    let uploaded = Uploaded {
        file_bytes: i64::try_from(found.bytes).unwrap_or(i64::MAX),
        rows: i64::try_from(found.rows).unwrap_or(i64::MAX),
        head: &found.head,
        header_key: &header_key,
        profile: &found.profile,
        mapping: &mapping,
        notes: &found.head.notes,
    };
    store::finish_upload(tx, &scope, id, &uploaded, actor.now())?;
    super::get(tx, actor, id)
}

/// What makes two files have the same columns: their names, in any order and case.
fn header_key(columns: &[String]) -> String {
    let mut names: Vec<String> = columns.iter().map(|name| fold(name)).collect();
    names.sort_unstable();
    let mut digest = Sha256::new();
    for name in names {
        digest.update((name.len() as u64).to_le_bytes());
        digest.update(name);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A remembered mapping for the columns of this file, whose names may differ in case and order.
fn in_file_order(columns: &[String], remembered: Vec<ImportMapped>) -> Vec<ImportMapped> {
    columns
        .iter()
        .map(|name| {
            let known = remembered.iter().find(|mapped| fold(&mapped.column) == fold(name));
            ImportMapped {
                column: name.clone(),
                field: known.and_then(|mapped| mapped.field.clone()),
                confidence: known.map_or(0.0, |mapped| mapped.confidence),
                values: known.map(|mapped| mapped.values.clone()).unwrap_or_default(),
            }
        })
        .collect()
}

/// Deletes files that a crash left; says how many.
pub(super) fn remove_stale(folder: &Path, now: Timestamp) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let limit = Duration::from_micros(now.micros().max(0).unsigned_abs()).saturating_sub(STALE);
    let is_stale = |entry: &std::fs::DirEntry| {
        let is_ours = entry.file_name().to_string_lossy().starts_with(FILE_PREFIX);
        let written = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        is_ours && written.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).is_some_and(|time| time < limit)
    };
    entries.flatten().filter(is_stale).filter(|entry| std::fs::remove_file(entry.path()).is_ok()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_without_paths() {
        assert_eq!(shown_name(Some("C:\\data\\people.csv")), "people.csv");
        assert_eq!(shown_name(Some("../../etc/passwd")), "passwd");
        assert_eq!(shown_name(Some("a\nb.csv")), "ab.csv");
        assert_eq!(shown_name(Some("  ")), "file");
        assert_eq!(shown_name(None), "file");
        assert_eq!(shown_name(Some(&"x".repeat(500))).len(), 200);
    }

    #[test]
    fn the_same_columns_have_the_same_key() {
        let key = |names: &[&str]| header_key(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(key(&["Name", "E-Mail"]), key(&["e-mail", "NAME"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["a"]), key(&["a", "a"]));
    }

    #[test]
    fn only_old_uploads_are_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["upload-old", "upload-new", "other"] {
            std::fs::write(folder.path().join(name), "x").expect("a file");
        }
        let day = Duration::from_secs(86_400);
        let now = Timestamp(1_700_000_000_000_000);
        let at = |name: &str, age: Duration| {
            let file = std::fs::File::options().write(true).open(folder.path().join(name)).expect("the file");
            file.set_modified(UNIX_EPOCH + Duration::from_micros(now.0.unsigned_abs()) - age).expect("a time");
        };
        at("upload-old", day * 2);
        at("upload-new", day / 2);
        at("other", day * 2);
        assert_eq!(remove_stale(folder.path(), now), 1);
        assert!(folder.path().join("upload-new").exists() && folder.path().join("other").exists());
        assert_eq!(remove_stale(&folder.path().join("missing"), now), 0);
    }
}
