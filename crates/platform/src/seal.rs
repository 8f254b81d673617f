//! Secrets that have to be read again, such as the key of somebody else's service. They are closed with XChaCha20-Poly1305
//! under a key that lies in a file outside the database, and bound to their place: put anywhere else they do not open.

use crate::clock::Clock;
use crate::error::{Error, Result};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const KEY_BYTES: usize = 32;
/// What tells keys apart, before the nonce.
const NAME_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;

/// Where a secret is stored.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub org: Uuid,
    pub table: &'static str,
    pub row: Uuid,
    pub column: &'static str,
}

impl Place {
    fn bytes(&self) -> Vec<u8> {
        format!("{}/{}/{}/{}", self.org, self.table, self.row, self.column).into_bytes()
    }
}

/// Closes and opens secrets.
#[derive(Clone, Debug)]
pub struct Seal {
    file: PathBuf,
}

impl Seal {
    /// With the key in `file`, which is made when the first secret is closed.
    pub fn with_key_in(file: &Path) -> Seal {
        Seal { file: file.to_path_buf() }
    }

    /// Closes a secret for its place.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the key can neither be read nor made.
    pub fn close(&self, clock: &Clock, place: &Place, secret: &str) -> Result<Vec<u8>> {
        let key = match self.key() {
            Ok(key) => key,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.make(clock).and_then(|()| self.key()).map_err(|error| self.unusable(&error))?
            }
            Err(error) => return Err(self.unusable(&error)),
        };
        let mut nonce = XNonce::default();
        nonce.copy_from_slice(&clock.new_secret()[..NONCE_BYTES]);
        let payload = Payload { msg: secret.as_bytes(), aad: &place.bytes() };
        let closed = XChaCha20Poly1305::new(&key.into())
            .encrypt(&nonce, payload)
            .map_err(|_| Error::Bug("a secret could not be closed".into()))?;
        Ok([&name(&key), nonce.as_slice(), &closed].concat())
    }

    /// Opens what [`close`](Seal::close) made.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the key is not there, or is another one.
    pub fn open(&self, place: &Place, closed: &[u8]) -> Result<String> {
        let key = self.key().map_err(|error| self.unusable(&error))?;
        let other = || Error::Unavailable(format!("a secret was not closed with the key in {}", self.file.display()));
        let (named, rest) = closed.split_at_checked(NAME_BYTES).ok_or_else(other)?;
        let (nonce, text) = rest.split_at_checked(NONCE_BYTES).ok_or_else(other)?;
        if named != name(&key) {
            return Err(other());
        }
        let nonce = XNonce::try_from(nonce).map_err(|_| other())?;
        let payload = Payload { msg: text, aad: &place.bytes() };
        let open = XChaCha20Poly1305::new(&key.into()).decrypt(&nonce, payload).map_err(|_| other())?;
        String::from_utf8(open).map_err(|_| other())
    }

    fn key(&self) -> std::io::Result<[u8; KEY_BYTES]> {
        let text = std::fs::read_to_string(&self.file)?;
        let mut key = [0; KEY_BYTES];
        hex::decode_to_slice(text.trim(), &mut key)
            .map_err(|_| std::io::Error::other("it is not 64 hexadecimal digits"))?;
        Ok(key)
    }

    /// Makes the key whole or not at all; one that another process made in the meantime stays.
    fn make(&self, clock: &Clock) -> std::io::Result<()> {
        let draft = self.file.with_extension(format!("{}.new", clock.new_id()));
        let mut options = std::fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&draft).and_then(|mut file| {
            writeln!(file, "{}", hex::encode(clock.new_secret()))?;
            file.sync_all()
        });
        let linked = written.and_then(|()| match std::fs::hard_link(&draft, &self.file) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
        let _ = std::fs::remove_file(&draft);
        linked
    }

    fn unusable(&self, error: &std::io::Error) -> Error {
        Error::Unavailable(format!("the key for secrets in {} cannot be used: {error}", self.file.display()))
    }
}

fn name(key: &[u8; KEY_BYTES]) -> [u8; NAME_BYTES] {
    let digest = Sha256::digest(key);
    [digest[0], digest[1], digest[2], digest[3]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own below the build's.
    fn folder() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("entente-seal-{}", Clock::system().new_id()));
        std::fs::create_dir(&folder).unwrap();
        folder
    }

    #[test]
    fn a_secret_opens_in_its_place_alone() {
        let (clock, folder) = (Clock::system(), folder());
        let seal = Seal::with_key_in(&folder.join("master.key"));
        let place = Place { org: clock.new_id(), table: "ai_providers", row: clock.new_id(), column: "api_key" };
        assert!(matches!(seal.open(&place, b"x"), Err(Error::Unavailable(_))), "there is no key yet");
        let closed = seal.close(&clock, &place, "hunter2").unwrap();
        assert!(!closed.windows(7).any(|part| part == b"hunter2"));
        assert_eq!(seal.open(&place, &closed).unwrap(), "hunter2");
        assert_ne!(seal.close(&clock, &place, "hunter2").unwrap(), closed);
        for other in [
            Place { org: clock.new_id(), ..place },
            Place { row: clock.new_id(), ..place },
            Place { table: "webhooks", ..place },
            Place { column: "secret", ..place },
        ] {
            assert!(matches!(seal.open(&other, &closed), Err(Error::Unavailable(_))), "{other:?}");
        }
        let stranger = Seal::with_key_in(&folder.join("other.key"));
        stranger.close(&clock, &place, "x").unwrap();
        assert!(matches!(stranger.open(&place, &closed), Err(Error::Unavailable(_))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.join("master.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "no drafts are left");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
