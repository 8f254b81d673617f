//! Cells become typed values, or a reason why not.
//!
//! The same cell may mean different things in different files (`03/04/2024`, `1.234`). Such a question is decided once
//! per column, from evidence over the whole file ([`dates::DateStats`], [`numbers::NumberStats`]), never per cell.

pub mod dates;
pub mod names;
pub mod numbers;
pub mod places;

use std::borrow::Cow;

use platform::text::{is_seen, turns_direction};

use crate::contacts::model::{self as contacts, BadContact, Channel};

/// Longest name, title or city, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// Values of one cell that holds a list (tags, domains, addresses).
pub const LIST_MAX: usize = 50;

/// Why a cell cannot be a value of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// For the person: what is wrong and what to write, without the name of the column.
    pub reason: Cow<'static, str>,
}

impl Bad {
    fn new(reason: impl Into<Cow<'static, str>>) -> Bad {
        Bad { reason: reason.into() }
    }
}

impl From<BadContact> for Bad {
    fn from(bad: BadContact) -> Bad {
        Bad::new(bad.to_string())
    }
}

/// A value, or why not.
pub type Parsed<T> = Result<T, Bad>;

/// The content of a cell: without surrounding white space and without the apostrophe that exports put before what a
/// spreadsheet would take for a formula. Empty means that the cell says nothing: so do `-` and `n/a`.
pub fn content(cell: &str) -> &str {
    let trim = |text| str::trim_matches(text, |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
    let content = trim(crate::fields::from_formula_safe(trim(cell)));
    let is_placeholder = PLACEHOLDERS.iter().any(|word| content.eq_ignore_ascii_case(word));
    if is_placeholder || !is_seen(content) { "" } else { content }
}

/// What people and programs write where there is nothing.
const PLACEHOLDERS: [&str; 7] = ["-", "--", "–", "—", "n/a", "#n/a", "n.a."];

/// One line of text: white space collapsed, no control characters, nothing that turns the direction of writing.
pub fn line(text: &str) -> Parsed<String> {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    if turns_direction(&out) {
        return Err(Bad::new(format!("cannot be shown safely: {}", crate::fields::TURNED)));
    }
    let chars = out.chars().count();
    if chars > TEXT_CHARS_MAX {
        return Err(Bad::new(format!("has {chars} characters; at most {TEXT_CHARS_MAX} fit")));
    }
    Ok(out)
}

/// One address of a channel as typed and as matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub value: String,
    pub canonical: String,
}

/// The addresses in a cell: usually one, several when divided by `;`, `,`, `|` or line ends. Email addresses may come
/// as `mailto:` links or with a name around them.
pub fn addresses(channel: Channel, cell: &str, region: Option<&str>) -> Parsed<Vec<Address>> {
    let mut found: Vec<Address> = Vec::new();
    for piece in cell.split([';', ',', '|', '\n', '\r']).map(str::trim).filter(|piece| !piece.is_empty()) {
        if found.len() == LIST_MAX {
            return Err(Bad::new(format!("holds more than {LIST_MAX} addresses")));
        }
        let value = if channel == Channel::Email { bare_email(piece) } else { piece };
        let canonical = contacts::canonical(channel, value, region)?;
        if !found.iter().any(|address| address.canonical == canonical) {
            found.push(Address { value: value.to_owned(), canonical });
        }
    }
    Ok(found)
}

/// `Anna Meyer <anna@example.com>` and `mailto:anna@example.com?subject=x` hold one address each.
fn bare_email(piece: &str) -> &str {
    if let (Some(open), true) = (piece.rfind('<'), piece.ends_with('>')) {
        return piece[open + 1..piece.len() - 1].trim();
    }
    match piece.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => piece[7..].split('?').next().unwrap_or_default(),
        _ => piece,
    }
}

/// Entries of a list in a cell (see [`crate::fields::list_entries`]); no empty ones, none twice (without case).
pub fn list(cell: &str, entries_max: usize) -> Parsed<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for piece in crate::fields::list_entries(cell) {
        let piece = line(&piece)?;
        if !is_seen(&piece) {
            continue;
        }
        if found.iter().any(|known| known.to_lowercase() == piece.to_lowercase()) {
            continue;
        }
        if found.len() == entries_max {
            return Err(Bad::new(format!("holds more than {entries_max} entries")));
        }
        found.push(piece);
    }
    Ok(found)
}

/// Domains of a company in a cell, as registered (`www.` and paths dropped). Free-mail providers and public suffixes
/// belong to nobody.
pub fn domains(cell: &str) -> Parsed<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    let pieces = cell.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'));
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        let domain = crate::companies::domain::host_of(piece)
            .ok_or_else(|| Bad::new("is not a domain; write it like example.com"))?;
        if crate::companies::domain::is_free_mail(&domain) {
            return Err(Bad::new(format!("{domain} gives mailboxes to anybody; it cannot be the domain of a company")));
        }
        // Nobody is found by a suffix, so a second row about the same company would make it once more.
        if crate::companies::domain::registrable_domain(&domain).is_none() {
            return Err(Bad::new(format!("{domain} is shared by many; write the domain that the company registered")));
        }
        if found.len() == LIST_MAX {
            return Err(Bad::new(format!("holds more than {LIST_MAX} domains")));
        }
        if !found.contains(&domain) {
            found.push(domain);
        }
    }
    Ok(found)
}

/// A web address with its scheme; `https` when none is given.
pub fn web_address(text: &str) -> Parsed<String> {
    match crate::fields::web_address(text, "") {
        Ok(Some(address)) => Ok(address),
        _ => Err(Bad::new("is not a web address; write it like https://example.com")),
    }
}

/// The LinkedIn page of a company.
pub fn linkedin_page(text: &str) -> Parsed<String> {
    let address = web_address(text)?;
    let host = crate::companies::domain::host_of(&address).unwrap_or_default();
    if host == "linkedin.com" || host.ends_with(".linkedin.com") {
        Ok(address)
    } else {
        Err(Bad::new("is not a LinkedIn page; write it like https://www.linkedin.com/company/name"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn content_is_what_was_meant() {
        assert_eq!(content("  Anna\u{a0}"), "Anna");
        assert_eq!(content("'+49 30 1"), "+49 30 1");
        assert_eq!(content("' =1+1"), "=1+1");
        assert_eq!(content("'s-Hertogenbosch"), "'s-Hertogenbosch");
        for empty in ["\u{feff} ", " - ", "N/A", "#N/A", "", "\u{2800}", "\u{3164}\u{ad}", " \u{e0041} "] {
            assert_eq!(content(empty), "", "{empty:?}");
        }
    }

    #[test]
    fn addresses_in_one_cell() {
        let values = |cell: &str| {
            addresses(Channel::Email, cell, None)
                .map(|found| found.into_iter().map(|address| address.canonical).collect::<Vec<_>>())
        };
        assert_eq!(values("A@x.com; b@y.org,a@X.com"), Ok(vec!["a@x.com".to_owned(), "b@y.org".to_owned()]));
        assert_eq!(values("Anna Meyer <anna@x.com>"), Ok(vec!["anna@x.com".to_owned()]));
        assert_eq!(values("mailto:anna@x.com?subject=hi"), Ok(vec!["anna@x.com".to_owned()]));
        assert!(values("a@x.com, nonsense").is_err());
        assert_eq!(values(" ; "), Ok(vec![]));
        let phones = addresses(Channel::Phone, "030 901820; +1 202 555 0143", Some("DE")).expect("two numbers");
        assert_eq!(phones[0].canonical, "+4930901820");
        assert_eq!(phones[1].value, "+1 202 555 0143");
    }

    #[test]
    fn lists_domains_and_pages() {
        assert_eq!(list("vip, Hot lead;VIP|x", 50), Ok(vec!["vip".to_owned(), "Hot lead".to_owned(), "x".to_owned()]));
        assert_eq!(domains("https://www.acme.com/x; acme.de"), Ok(vec!["acme.com".to_owned(), "acme.de".to_owned()]));
        assert!(domains("gmail.com").expect_err("free mail").reason.contains("anybody"));
        assert!(domains("Acme Inc").is_err());
        for suffix in ["co.uk", "myshopify.com", "www.co.uk"] {
            assert!(domains(suffix).expect_err(suffix).reason.contains("shared by many"), "{suffix}");
        }
        assert_eq!(domains("acme.myshopify.com"), Ok(vec!["acme.myshopify.com".to_owned()]));
        assert_eq!(web_address("Acme.com/x").as_deref(), Ok("https://Acme.com/x"));
        for bad in ["javascript://alert(1)", "ftp://acme.com", "acme", "http://a b.com", "https://acme.com@evil"] {
            assert!(web_address(bad).is_err(), "{bad}");
        }
        assert!(linkedin_page("linkedin.com/company/acme").is_ok());
        assert!(linkedin_page("acme.com/company").is_err());
        assert!(web_address("http://a\"onclick=x.example").is_err());
        assert_eq!(line(" a\t b\n c ").as_deref(), Ok("a b c"));
        assert_eq!(list("vip, \u{200b};\u{2800}", 50), Ok(vec!["vip".to_owned()]));
        assert!(line("Anna\u{202e}gpj").expect_err("turned").reason.contains("direction"));
        assert_eq!(line("می\u{200c}خواهم").as_deref(), Ok("می\u{200c}خواهم"));
        assert!(line(&"x".repeat(201)).is_err());
    }

    proptest! {
        /// What an export guards, an import takes back.
        #[test]
        fn guarding_is_undone_by_reading(cell in "[ '=+@\t-]{0,3}[a-z=+ ]{0,6}") {
            let cell = cell.trim();
            if !PLACEHOLDERS.contains(&cell) {
                let safe = crate::fields::formula_safe(cell);
                prop_assert_eq!(content(&safe), cell);
            }
        }
    }
}
