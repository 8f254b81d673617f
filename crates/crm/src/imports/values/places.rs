//! Countries, languages and time zones by code or by name in many languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;

use super::{Bad, Parsed};

/// A country that a cell names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Country {
    /// The cell is a code or a known name.
    Exact(&'static str),
    /// The cell is misspelt, and only one country is near: its code and English name.
    Near { code: &'static str, name: &'static str },
}

impl Country {
    /// ISO 3166-1 alpha-2.
    pub fn code(self) -> &'static str {
        match self {
            Country::Exact(code) | Country::Near { code, .. } => code,
        }
    }
}

/// Shorter names are a letter away from too many others (Iran, Irak, Mali, Bali).
const NEAR_CHARS_MIN: usize = 5;
/// From this length on a name may be two letters off.
const NEAR_TWO_CHARS_MIN: usize = 9;
/// Nobody misspells a longer text into a country.
const NEAR_CHARS_MAX: usize = 40;

struct Places {
    /// Folded name without anything but letters and digits → code.
    countries: HashMap<String, &'static str>,
    /// Code → English name.
    country_names: HashMap<&'static str, &'static str>,
    /// Folded names as letters, for nearness.
    spelled: Vec<(Vec<char>, &'static str)>,
    languages: HashMap<String, &'static str>,
    zones: HashMap<&'static str, &'static str>,
}

// Constant data in the form it is asked in; a quarter of a megabyte once an import needs it.
static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let lines = |text: &'static str| text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut places = Places {
        countries: HashMap::new(),
        country_names: HashMap::new(),
        spelled: Vec::new(),
        languages: HashMap::new(),
        zones: HashMap::new(),
    };
    // Codes first: `AS` is American Samoa, though Indonesians also write it for the United States.
    for line in lines(include_str!("countries.tsv")) {
        let mut parts = line.split('\t');
        let code = parts.next().unwrap_or_default();
        places.countries.insert(code.to_lowercase(), code);
        places.countries.insert(parts.next().unwrap_or_default().to_lowercase(), code);
        places.country_names.insert(code, parts.next().unwrap_or_default());
    }
    for line in lines(include_str!("countries.tsv")) {
        let mut parts = line.split('\t');
        let code = parts.next().unwrap_or_default();
        for name in parts.skip(1) {
            let key = key_of(name);
            let is_code_like = key.chars().count() <= 2 && key.is_ascii() && key != "uk";
            if key.is_empty() || is_code_like || places.countries.contains_key(&key) {
                continue;
            }
            places.spelled.push((key.chars().collect(), code));
            places.countries.insert(key, code);
        }
    }
    for line in lines(include_str!("languages.tsv")) {
        let code = line.split('\t').next().unwrap_or_default();
        for name in line.split('\t') {
            places.languages.entry(key_of(name)).or_insert(code);
        }
    }
    for line in lines(include_str!("zones.tsv")) {
        if let Some((zone, country)) = line.split_once('\t') {
            places.zones.insert(zone, country);
        }
    }
    places
});

/// What names are compared by: folded, letters and digits only, without a leading article.
fn key_of(name: &str) -> String {
    let folded = platform::text::fold(name);
    let bare = folded.strip_prefix("the ").unwrap_or(&folded);
    bare.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The country of a code (alpha-2, alpha-3) or of a name in about thirty languages, if the cell names exactly one.
pub fn known_country(text: &str) -> Option<&'static str> {
    PLACES.countries.get(&key_of(text)).copied()
}

/// English name of a country code.
pub fn country_name(code: &str) -> Option<&'static str> {
    PLACES.country_names.get(code).copied()
}

/// A country by code or name; a misspelt name is accepted when only one country is near it, so that the caller can
/// show what was understood. Nearness is a search over thousands of names: ask once per distinct value.
pub fn country(text: &str) -> Parsed<Country> {
    let key = key_of(text);
    if let Some(code) = PLACES.countries.get(&key) {
        return Ok(Country::Exact(code));
    }
    let letters: Vec<char> = key.chars().collect();
    let budget = match letters.len() {
        ..NEAR_CHARS_MIN | NEAR_CHARS_MAX.. => return Err(unknown_country(&[])),
        ..NEAR_TWO_CHARS_MIN => 1,
        _ => 2,
    };
    let mut near: Vec<(usize, &'static str)> = PLACES
        .spelled
        .iter()
        .filter(|(name, _)| name.len().abs_diff(letters.len()) <= budget && name.len() >= NEAR_CHARS_MIN)
        .filter_map(|(name, code)| distance_within(&letters, name, budget).map(|distance| (distance, *code)))
        .collect();
    near.sort_unstable();
    let best = near.first().map(|(distance, _)| *distance);
    near.retain(|(distance, _)| Some(*distance) == best);
    near.dedup_by_key(|(_, code)| *code);
    match near[..] {
        [(_, code)] => Ok(Country::Near { code, name: country_name(code).unwrap_or(code) }),
        _ => Err(unknown_country(&near)),
    }
}

fn unknown_country(near: &[(usize, &'static str)]) -> Bad {
    let names: Vec<&str> = near.iter().filter_map(|(_, code)| country_name(code)).take(3).collect();
    if names.is_empty() {
        Bad::new("is not a country; write its name or a two-letter code like DE")
    } else {
        Bad::new(format!("is not a country; did you mean {}?", names.join(" or ")))
    }
}

/// Edits between two words (insert, delete, replace, swap of neighbours), if at most `budget`.
pub(super) fn distance_within(left: &[char], right: &[char], budget: usize) -> Option<usize> {
    let mut two_back: Vec<usize> = vec![0; right.len() + 1];
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, l) in left.iter().enumerate() {
        let mut current = vec![row + 1; right.len() + 1];
        for (column, r) in right.iter().enumerate() {
            let mut cost =
                (previous[column] + usize::from(l != r)).min(previous[column + 1] + 1).min(current[column] + 1);
            let is_swap = row > 0 && column > 0 && *l == right[column - 1] && left[row - 1] == *r;
            if is_swap {
                cost = cost.min(two_back[column - 1] + 1);
            }
            current[column + 1] = cost;
        }
        if current.iter().all(|cost| *cost > budget) {
            return None;
        }
        two_back = std::mem::replace(&mut previous, current);
    }
    previous.last().copied().filter(|distance| *distance <= budget)
}

/// A BCP 47 language tag from a tag in any case (`de_at`) or a language name in about thirty languages.
pub fn language(text: &str) -> Parsed<String> {
    if let Some(code) = PLACES.languages.get(&key_of(text)) {
        return Ok((*code).to_owned());
    }
    let is_bad = || Bad::new("is not a language; write its name or a code like de or pt-BR");
    let mut subtags = text.trim().split(['-', '_']);
    let primary = subtags.next().unwrap_or_default().to_ascii_lowercase();
    let mut tag = PLACES.languages.get(&primary).map(|code| (*code).to_owned()).ok_or_else(is_bad)?;
    for (index, subtag) in subtags.enumerate() {
        let is_word = (2..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_word || index >= 3 {
            return Err(is_bad());
        }
        tag.push('-');
        match subtag.len() {
            2 if index < 2 => tag.push_str(&subtag.to_ascii_uppercase()),
            4 if index == 0 => {
                tag.push_str(&subtag[..1].to_ascii_uppercase());
                tag.push_str(&subtag[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&subtag.to_ascii_lowercase()),
        }
    }
    Ok(tag)
}

/// Whether a cell is a language tag or name: stricter than [`language`], for guessing.
pub fn is_known_language(text: &str) -> bool {
    PLACES.languages.contains_key(&key_of(text))
}

/// An IANA time zone name, in any case.
pub fn timezone(text: &str) -> Parsed<String> {
    let is_bad = || Bad::new("is not a time zone; write it like Europe/Berlin");
    let name = text.trim().replace(' ', "_");
    if !name.contains('/') && !matches!(name.to_ascii_uppercase().as_str(), "UTC" | "GMT") {
        return Err(is_bad());
    }
    let zone = TimeZone::get(&name).map_err(|_| is_bad())?;
    zone.iana_name().map(str::to_owned).ok_or_else(is_bad)
}

/// The country a time zone lies in: the best guess for numbers without a country code.
pub fn country_of_zone(zone: &str) -> Option<&'static str> {
    PLACES.zones.get(zone).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn countries_by_code_and_name() {
        for (text, code) in [
            ("DE", "DE"),
            ("de", "DE"),
            ("DEU", "DE"),
            ("Germany", "DE"),
            ("Deutschland", "DE"),
            ("Allemagne", "DE"),
            ("Niemcy", "DE"),
            ("Германия", "DE"),
            ("德国", "DE"),
            ("ドイツ", "DE"),
            ("Đức", "DE"),
            ("United States", "US"),
            ("the United States of America", "US"),
            ("U.S.A.", "US"),
            ("USA", "US"),
            ("UK", "GB"),
            ("England", "GB"),
            ("Korea", "KR"),
            ("South Korea", "KR"),
            ("Viet Nam", "VN"),
            ("Việt Nam", "VN"),
            ("Côte d’Ivoire", "CI"),
            ("Türkiye", "TR"),
            ("Czech Republic", "CZ"),
            ("Österreich", "AT"),
            ("Holland", "NL"),
            ("Niger", "NE"),
            ("Austria", "AT"),
            ("AS", "AS"),
        ] {
            assert_eq!(country(text), Ok(Country::Exact(code)), "{text}");
        }
    }

    #[test]
    fn misspelt_countries_are_understood_when_only_one_is_near() {
        for (text, code) in [
            ("Philipines", "PH"),
            ("Phillippines", "PH"),
            ("Germnay", "DE"),
            ("Swizerland", "CH"),
            ("Untied States", "US"),
            ("Argentinia", "AR"),
            ("Deutchland", "DE"),
            ("Columbbia", "CO"),
        ] {
            assert!(
                matches!(country(text), Ok(Country::Near { code: found, .. }) if found == code),
                "{text}: {:?}",
                country(text)
            );
        }
        for text in ["", "??", "Atlantis", "Nigera", "Slovania", "Irna", "EU", "X", "123", "North America", "Berlin"] {
            assert!(country(text).is_err(), "{text}: {:?}", country(text));
        }
        let offer = country("Nigera").expect_err("two are near").reason;
        assert!(offer.contains("Niger or Nigeria"), "{offer}");
    }

    #[test]
    fn languages_and_zones() {
        for (text, tag) in [
            ("de", "de"),
            ("DE-at", "de-AT"),
            ("pt_br", "pt-BR"),
            ("zh-hans-CN", "zh-Hans-CN"),
            ("German", "de"),
            ("Deutsch", "de"),
            ("français", "fr"),
            ("中文", "zh"),
            ("tiếng Việt", "vi"),
            ("ger", "de"),
        ] {
            assert_eq!(language(text).as_deref(), Ok(tag), "{text}");
        }
        for text in ["", "xx", "Klingon", "de-a", "english please"] {
            assert!(language(text).is_err(), "{text}");
        }
        assert_eq!(timezone("europe/berlin").as_deref(), Ok("Europe/Berlin"));
        assert_eq!(timezone("America/New York").as_deref(), Ok("America/New_York"));
        for text in ["CET+1", "Berlin", "", "../etc/passwd", "UTC+7"] {
            assert!(timezone(text).is_err(), "{text}");
        }
        assert_eq!(country_of_zone("Asia/Ho_Chi_Minh"), Some("VN"));
        assert_eq!(country_of_zone("UTC"), None);
    }

    #[test]
    fn every_country_is_found_by_all_its_names() {
        assert!(PLACES.country_names.len() >= 249);
        for (name, code) in &PLACES.spelled {
            let name: String = name.iter().collect();
            assert_eq!(country(&name).map(Country::code), Ok(*code));
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,30}") {
            let _ = (country(&text), language(&text), timezone(&text));
        }

        #[test]
        fn distance_is_symmetric(left in "[abc]{0,6}", right in "[abc]{0,6}") {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            let (left, right) = (letters(&left), letters(&right));
            prop_assert_eq!(distance_within(&left, &right, 6), distance_within(&right, &left, 6));
            prop_assert_eq!(distance_within(&left, &left, 0), Some(0));
        }
    }
}
