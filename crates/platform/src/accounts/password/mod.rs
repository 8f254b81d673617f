//! Passwords: the rules for choosing one ([`Password`]), and hashing with Argon2id (RFC 9106) with a
//! bound on how many hashes run at once.

mod rules;

pub use rules::{LENGTH_MAX, LENGTH_MIN, Password};

use crate::error::{Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, Semaphore};

/// Longest wait for a turn before the caller is told to come back.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Attempts on one account wait for each other, in as many queues as this.
const QUEUES: usize = 64;

/// Hashes and verifies passwords on blocking threads, a few at a time.
pub struct PasswordHasher {
    places: Semaphore,
    queues: [Mutex<()>; QUEUES],
    params: Params,
}

impl PasswordHasher {
    /// `at_once`: how many hashes may run together; each takes `memory_kib` and a core.
    /// OWASP's first recommendation is 19 MiB, 2 passes, 1 lane.
    pub fn new(at_once: usize) -> PasswordHasher {
        PasswordHasher {
            places: Semaphore::new(at_once.max(1)),
            queues: std::array::from_fn(|_| Mutex::new(())),
            params: Params::default(),
        }
    }

    /// Waits for the turn of an attempt on the account `key`: attempts sent together are counted one by
    /// one.
    pub(super) async fn turn(&self, key: &[u8; 32]) -> Result<MutexGuard<'_, ()>> {
        let queue = &self.queues[usize::from(key[0]) % QUEUES];
        tokio::time::timeout(WAIT_MAX, queue.lock())
            .await
            .map_err(|_| Error::TooMany { retry_after_s: WAIT_MAX.as_secs() })
    }

    /// The PHC string of `password` with a fresh salt.
    pub async fn hash(&self, password: Password) -> Result<String> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        self.run(move || {
            argon2
                .hash_password(password.bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| Error::Bug(format!("password hashing: {error}")))
        })
        .await
    }

    /// Whether `password` is the one behind `hash`. Without a hash the same work is done in vain, so
    /// that an unknown account takes as long as a wrong password.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        self.run(move || match hash {
            Some(hash) => {
                let parsed =
                    PasswordHash::new(&hash).map_err(|error| Error::Bug(format!("stored password: {error}")))?;
                Ok(argon2.verify_password(password.bytes(), &parsed).is_ok())
            }
            None => {
                let _ = argon2.hash_password(password.bytes());
                Ok(false)
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _place = tokio::time::timeout(WAIT_MAX, self.places.acquire())
            .await
            .map_err(|_| Error::TooMany { retry_after_s: WAIT_MAX.as_secs() })?
            .map_err(|_| Error::Unavailable("shutting down".into()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Bug(error.to_string()))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_verifies_its_password_alone() {
        let hasher = PasswordHasher::new(1);
        let hash = hasher.hash(Password::given("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(hasher.verify(Password::given("correct horse battery"), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(Password::given("correct horse batterx"), Some(hash)).await.unwrap());
        assert!(!hasher.verify(Password::given("anything"), None).await.unwrap());
    }
}
