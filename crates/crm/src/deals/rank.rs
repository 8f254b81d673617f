//! Where a card stands among those of its stage: texts of the digits `0`–`9` and `a`–`z`, compared byte by byte.
//!
//! Between two different ranks there is always another one (fractional indexing: a rank is the digits of a fraction, and
//! the last one is never `0`), so a card moves by writing its own row alone. New cards come on top by the time, without
//! a look at the others; so do cards that are moved to the top or the bottom, whose ranks would grow otherwise.

use platform::clock::Timestamp;
use platform::ids::DealId;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

fn digit(byte: u8) -> usize {
    DIGITS.iter().position(|digit| *digit == byte).unwrap_or_default()
}

/// Before everything that came on top until now: `h`, how long time goes on yet, and what tells those of one moment apart.
pub fn top(now: Timestamp, id: DealId) -> String {
    format!("h{:016x}{:08x}1", i64::MAX - now.micros(), tail(id))
}

/// After everything that was put to the bottom until now.
pub fn bottom(now: Timestamp, id: DealId) -> String {
    format!("r{:016x}{:08x}1", now.micros(), tail(id))
}

/// The last 32 bits, which are random (RFC 9562, section 5.7).
fn tail(id: DealId) -> u128 {
    id.0.as_u128() & 0xffff_ffff
}

/// A rank for `id` after `low` and before `high`; without one of them, before or after everything. Two cards that are put
/// to the same place at one time get two.
///
/// `None` when there is none, because `low` is not before `high`.
pub fn between(low: Option<&str>, high: Option<&str>, id: DealId) -> Option<String> {
    // The middle differs from both of them already, so that what follows it tells nothing but the cards apart.
    Some(format!("{}{:08x}1", middle(low, high)?, tail(id)))
}

fn middle(low: Option<&str>, high: Option<&str>) -> Option<String> {
    let low = low.unwrap_or_default().as_bytes();
    if high.is_some_and(|high| low >= high.as_bytes()) {
        return None;
    }
    let mut rank = Vec::new();
    // While the digits are the same, or leave no room, they are taken over.
    let mut high = high.map(str::as_bytes);
    for position in 0.. {
        let from = low.get(position).map_or(0, |byte| digit(*byte));
        let to = match high {
            Some(high) => high.get(position).map_or(0, |byte| digit(*byte)),
            None => DIGITS.len(),
        };
        if to > from + 1 {
            rank.push(DIGITS[(from + to) / 2]);
            break;
        }
        rank.push(DIGITS[from]);
        if to > from {
            // Smaller than `high` already: what follows has only to be after `low`.
            high = None;
        }
    }
    String::from_utf8(rank).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn new_cards_come_on_top_and_those_at_the_bottom_after_them() {
        let [early, late] = [Timestamp(1_700_000_000_000_000), Timestamp(1_700_000_000_000_001)];
        let id = DealId(uuid::Uuid::now_v7());
        let other = DealId(uuid::Uuid::now_v7());
        assert!(top(late, id) < top(early, other) && top(early, id) < bottom(early, id));
        assert!(bottom(early, id) < bottom(late, other) && top(early, id) != top(early, other));
    }

    #[test]
    fn there_is_nothing_between_what_does_not_follow() {
        let id = DealId(uuid::Uuid::now_v7());
        assert_eq!(between(Some("b"), Some("a"), id), None);
        assert_eq!(between(Some("a"), Some("a"), id), None);
    }

    proptest! {
        /// Cards put anywhere, one after another, stand where they were put.
        #[test]
        fn a_card_stands_where_it_was_put(places in prop::collection::vec(0_usize..1_000, 1..200)) {
            let mut ranks: Vec<String> = Vec::new();
            for place in places {
                let place = place % (ranks.len() + 1);
                let low = place.checked_sub(1).map(|index| ranks[index].as_str());
                let id = DealId(uuid::Uuid::now_v7());
                let rank = between(low, ranks.get(place).map(String::as_str), id).unwrap();
                prop_assert!(!rank.ends_with('0'));
                ranks.insert(place, rank);
            }
            prop_assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
        }
    }

    #[test]
    fn ranks_at_one_place_grow_slowly() {
        let id = DealId(uuid::Uuid::now_v7());
        let (low, mut high) = (top(Timestamp(2), id), top(Timestamp(1), id));
        for _ in 0..100 {
            high = between(Some(&low), Some(&high), DealId(uuid::Uuid::now_v7())).unwrap();
        }
        assert!(high.len() < 60, "{high}");
    }
}
