//! Random tokens for sessions and API keys. Only their SHA-256 is ever stored: they have 256 bits, so a
//! slow hash would add nothing.

use crate::clock::Clock;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits as 43 URL-safe characters.
pub(crate) fn random_token(clock: &Clock) -> String {
    URL_SAFE_NO_PAD.encode(clock.new_secret())
}

/// What is stored of a token.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

#[cfg(test)]
mod tests {
    #[test]
    fn tokens_are_43_characters_and_differ() {
        let clock = crate::clock::Clock::fixed(crate::clock::Timestamp(0));
        let (one, other) = (super::random_token(&clock), super::random_token(&clock));
        assert_eq!(one.len(), 43);
        assert!(one.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{one}");
        assert_ne!(one, other);
        assert_ne!(super::token_hash(&one), super::token_hash(&other));
    }
}
