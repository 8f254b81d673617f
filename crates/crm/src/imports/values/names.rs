//! Names that nearly are one of a few known ones.

use super::places::distance_within;
use platform::text::fold;

/// A shorter name with a letter changed could be another one.
const ONE_CHARS_MIN: usize = 5;
const TWO_CHARS_MIN: usize = 10;

/// The place of the one name that a text nearly is: but for spaces, marks and case, or by a letter or two mistyped. What
/// has other digits is another thing.
pub fn near<'n>(text: &str, known: impl Iterator<Item = &'n str>) -> Option<usize> {
    let asked = bare(text);
    let budget = match asked.len() {
        ..ONE_CHARS_MIN => 0,
        ONE_CHARS_MIN..TWO_CHARS_MIN => 1,
        _ => 2,
    };
    let mut best: Option<(usize, usize)> = None;
    let mut is_shared = false;
    for (place, name) in known.enumerate() {
        let name = bare(name);
        if digits(&name) != digits(&asked) || name.is_empty() {
            continue;
        }
        let Some(distance) = distance_within(&asked, &name, budget) else { continue };
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, _)) if distance == least => is_shared = true,
            _ => (best, is_shared) = (Some((distance, place)), false),
        }
    }
    best.filter(|_| !is_shared).map(|(_, place)| place)
}

fn bare(text: &str) -> Vec<char> {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn digits(name: &[char]) -> Vec<char> {
    name.iter().copied().filter(|c| c.is_numeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_near_or_none() {
        let known = ["Sail Pro", "Sail Plus Pro", "Sail Basic", "Mast 500", "Mast 600"];
        let found = |text: &str| near(text, known.iter().copied()).map(|place| known[place]);
        assert_eq!(found("SailPro"), Some("Sail Pro"));
        assert_eq!(found("sail-pro"), Some("Sail Pro"));
        assert_eq!(found("Sail Bassic"), Some("Sail Basic"));
        assert_eq!(found("Mast500"), Some("Mast 500"));
        assert_eq!(found("Mast 550"), None, "another number is another thing");
        assert_eq!(found("Mast"), None);
        assert_eq!(found("Hull"), None);
        assert_eq!(near("Saik", ["Sail", "Said"].into_iter()), None, "short names are told apart by a letter");
        assert_eq!(near("Abcdefg", ["Abcdefh", "Abcdefi"].into_iter()), None, "two are as near");
    }
}
