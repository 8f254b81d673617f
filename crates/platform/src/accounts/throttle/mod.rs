//! Slows guessing of passwords down without giving anyone a way to lock others out.
//!
//! Failures are counted in the database for three subjects: the account from this place, the place, and
//! the account from anywhere. After a few free ones each further failure makes the subject wait longer.
//! Where somebody has signed in from before, only the first counts: what is tried elsewhere, or by others
//! beside them, does not reach them (NIST SP 800-63B-4, section 3.2.2). Unknown accounts are counted like
//! known ones, so that nothing tells them apart.

mod store;

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use db::{Conn, Tx};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// A subject is forgiven after this long without a failure.
const FORGIVEN_AFTER_S: i64 = 3_600;
/// A place is forgotten after this long without a login.
const PLACE_KEPT_DAYS: i64 = 180;

/// What failures are counted for. The limits keep an hour of guessing at one account to 30 tries.
struct Subject {
    key: [u8; 32],
    /// Failures that cost nothing.
    free: i64,
    /// The longest wait.
    wait_max_s: i64,
}

/// An attempt to sign in to an account from a place.
pub(super) struct Attempt {
    /// The account from this place, the place, the account from anywhere: always visited in this order, so
    /// that two transactions never wait for each other.
    subjects: [Subject; 3],
    /// Marks a place as the account's own.
    familiar: [u8; 32],
}

/// The number of failures an attempt has come to, where that is worth noting.
pub(super) struct Slowed {
    pub failures: i64,
}

fn key(parts: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Who shares an address: an IPv6 network of 64 bits is one customer of a provider.
pub(crate) fn place_of(address: Option<&str>) -> String {
    match address.and_then(|text| text.parse::<IpAddr>().ok()).map(|address| address.to_canonical()) {
        Some(IpAddr::V6(v6)) => v6.segments()[..4].iter().map(|part| format!("{part:04x}")).collect(),
        Some(v4) => v4.to_string(),
        None => String::new(),
    }
}

impl Attempt {
    /// `email` as it is stored, `address` as the request came from.
    pub(super) fn new(email: &str, address: Option<&str>) -> Attempt {
        let place = place_of(address);
        let subject = |key, free, wait_max_s| Subject { key, free, wait_max_s };
        Attempt {
            subjects: [
                subject(key(&["account here", email, &place]), 5, 300),
                subject(key(&["place", &place]), 20, 60),
                subject(key(&["account", email]), 8, 300),
            ],
            familiar: key(&["familiar", email, &place]),
        }
    }

    /// Names the account, for taking turns.
    pub(super) fn account_key(&self) -> &[u8; 32] {
        &self.subjects[2].key
    }

    fn counted(&self, familiar: bool) -> &[Subject] {
        if familiar { &self.subjects[..1] } else { &self.subjects }
    }
}

/// Seconds to wait after `failures`: 1, 2, 4… once the free ones are used up.
fn wait_s(failures: i64, free: i64, max: i64) -> i64 {
    match u32::try_from(failures - free) {
        Ok(over) if over > 0 => 1_i64.checked_shl(over - 1).filter(|wait| *wait > 0).map_or(max, |wait| wait.min(max)),
        _ => 0,
    }
}

/// # Errors
/// [`Error::TooMany`] while the attempt has to wait.
pub(super) fn check(c: &Conn<'_>, attempt: &Attempt, now: Timestamp) -> Result<()> {
    let familiar = store::is_familiar(c, &attempt.familiar)?;
    let mut until = now;
    for subject in attempt.counted(familiar) {
        until = until.max(store::blocked_until(c, &subject.key)?.unwrap_or(now));
    }
    if until > now {
        return Err(Error::TooMany { retry_after_s: (until.0 - now.0).div_euclid(1_000_000).unsigned_abs() + 1 });
    }
    Ok(())
}

/// Counts a failed attempt. Answers when the account has just used up its free failures.
pub(super) fn failed(tx: &Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<Option<Slowed>> {
    let familiar = store::is_familiar(tx, &attempt.familiar)?;
    let mut slowed = None;
    for (index, subject) in attempt.counted(familiar).iter().enumerate() {
        let failures = store::count(tx, &subject.key, now, now.plus_seconds(-FORGIVEN_AFTER_S))?;
        let wait = wait_s(failures, subject.free, subject.wait_max_s);
        store::block(tx, &subject.key, now.plus_seconds(wait))?;
        // The place alone says nothing about this account.
        if index != 1 && failures == subject.free + 1 {
            slowed = Some(Slowed { failures });
        }
    }
    Ok(slowed)
}

/// Forgives this account in this place, and remembers the place as the account's own.
pub(super) fn succeeded(tx: &Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<()> {
    store::forgive(tx, &attempt.subjects[0].key)?;
    Ok(store::set_familiar(tx, &attempt.familiar, now)?)
}

/// Forgets what no longer matters; says how many rows went.
pub(super) fn forget_old(tx: &Tx<'_>, now: Timestamp) -> Result<u64> {
    Ok(store::forget(tx, now.plus_seconds(-FORGIVEN_AFTER_S), now.plus_seconds(-PLACE_KEPT_DAYS * 86_400))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_bounded() {
        let waits: Vec<i64> = (4..=16).map(|failures| wait_s(failures, 5, 300)).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(wait_s(i64::from(u32::MAX), 5, 300), 300);
        assert_eq!(wait_s(69, 5, 300), 300);
    }

    #[test]
    fn an_hour_of_guessing_at_one_account_is_at_most_thirty_tries() {
        for (free, max) in [(5, 300), (8, 300)] {
            let (mut now, mut tries) = (0, 0);
            while now < 3_600 {
                tries += 1;
                now += wait_s(tries, free, max);
            }
            assert!(tries <= 30, "{tries} with {free} free");
        }
    }

    #[test]
    fn a_network_of_64_bits_is_one_place() {
        assert_eq!(place_of(Some("2001:db8:1:2::5")), place_of(Some("2001:db8:1:2:ffff::9")));
        assert_ne!(place_of(Some("2001:db8:1:2::5")), place_of(Some("2001:db8:1:3::5")));
        assert_eq!(place_of(Some("::ffff:192.0.2.1")), place_of(Some("192.0.2.1")));
        assert_eq!(place_of(Some("no address")), place_of(None));
    }
}
