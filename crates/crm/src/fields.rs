//! Checks that several records share: text of bounded length, and the codes of the world's lists.

use std::net::Ipv4Addr;

use platform::error::FieldError;
use platform::patch::Patch;
use platform::text::{is_seen, turns_direction};

/// Why a text is refused that would show what stands beside it in another order.
pub const TURNED: &str = "leave out the invisible characters that change the direction of writing (U+202A to U+202E, \
    U+2066 to U+2069)";

/// Trims `text`; text of which nothing is seen is no value.
///
/// # Errors
/// A [`FieldError`] at `path` when it is longer than `chars_max`, holds control characters or turns the direction of
/// writing.
pub fn text(text: &str, path: &str, chars_max: usize) -> Result<Option<String>, FieldError> {
    let text = text.trim();
    if text.chars().count() > chars_max {
        return Err(FieldError::new(path, "too_long", format!("use at most {chars_max} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(FieldError::new(path, "invalid", "leave out line breaks and control characters"));
    }
    if turns_direction(text) {
        return Err(FieldError::new(path, "invalid", TURNED));
    }
    Ok(is_seen(text).then(|| text.to_string()))
}

/// Trims `text` of several lines, whose breaks become plain ones; text of which nothing is seen is no value.
///
/// # Errors
/// As [`text`], but that lines and tabs are allowed.
pub fn lines(text: &str, path: &str, chars_max: usize) -> Result<Option<String>, FieldError> {
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().count() > chars_max {
        return Err(FieldError::new(path, "too_long", format!("use at most {chars_max} characters")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(FieldError::new(path, "invalid", "leave out control characters"));
    }
    if turns_direction(&text) {
        return Err(FieldError::new(path, "invalid", TURNED));
    }
    Ok(is_seen(&text).then_some(text))
}

/// Markdown, where lines end as they like; text of which nothing is seen is no value.
///
/// # Errors
/// A [`FieldError`] at `path` when it is longer than `chars_max` or holds other control characters.
pub fn markdown(text: &str, path: &str, chars_max: usize) -> Result<Option<String>, FieldError> {
    if text.chars().count() > chars_max {
        return Err(FieldError::new(path, "too_long", format!("use at most {chars_max} characters")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(FieldError::new(path, "invalid", "leave out control characters"));
    }
    Ok(is_seen(text).then(|| text.to_string()))
}

/// A DNS name in lower-case ASCII (IDNA) with at least two labels, or nothing. No trailing dot, no IP address.
pub fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = idna::uts46::Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            idna::AsciiDenyList::STD3,
            idna::uts46::Hyphens::CheckFirstLast,
            idna::uts46::DnsLength::Verify,
        )
        .ok()?
        .to_ascii_lowercase();
    let (_, top) = ascii.rsplit_once('.')?;
    let top_is_sound = top.len() >= 2 && !top.bytes().all(|byte| byte.is_ascii_digit());
    top_is_sound.then_some(ascii)
}

/// ISO 3166-1 alpha-2, upper-cased.
pub fn country(code: &str, path: &str) -> Result<Option<String>, FieldError> {
    let code = code.trim().to_ascii_uppercase();
    if code.is_empty() {
        return Ok(None);
    }
    if code.len() == 2 && COUNTRIES.binary_search(&code.as_str()).is_ok() {
        return Ok(Some(code));
    }
    Err(FieldError::new(path, "unknown_country", "use the two-letter code of a country (ISO 3166-1), such as DE"))
}

/// RFC 5646, section 4.4.1: room for any tag that makes sense.
const LANGUAGE_BYTES_MAX: usize = 35;

/// BCP 47: a language of two or three letters with an optional script and region, in its usual case.
pub fn language(tag: &str, path: &str) -> Result<Option<String>, FieldError> {
    let tag = tag.trim();
    if tag.is_empty() {
        return Ok(None);
    }
    let refused = || FieldError::new(path, "unknown_language", "use a language tag (BCP 47), such as de or pt-BR");
    if tag.len() > LANGUAGE_BYTES_MAX {
        return Err(refused());
    }
    let mut parts = tag.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    if !(2..=3).contains(&first.len()) || !first.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Err(refused());
    }
    let mut out = first.to_ascii_lowercase();
    for part in parts {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        out.push('-');
        match part.len() {
            2 if letters => out.push_str(&part.to_ascii_uppercase()),
            3 if digits => out.push_str(part),
            4 if letters => {
                out.push_str(&part[..1].to_ascii_uppercase());
                out.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => return Err(refused()),
        }
    }
    Ok(Some(out))
}

/// An IANA time zone.
pub fn timezone(name: &str, path: &str) -> Result<Option<String>, FieldError> {
    let name = name.trim();
    if name.is_empty() {
        return Ok(None);
    }
    match jiff::tz::TimeZone::get(name) {
        Ok(zone) => Ok(Some(zone.iana_name().unwrap_or(name).to_string())),
        Err(_) => Err(FieldError::new(path, "unknown_timezone", "use an IANA time zone, such as Europe/Berlin")),
    }
}

/// A web address with `http` or `https`; one without a scheme gets `https`. Its host is one that DNS could know, or an
/// IPv4 address: pages and mails are made of these texts, and browsers guess at what is none.
pub fn web_address(address: &str, path: &str) -> Result<Option<String>, FieldError> {
    let address = address.trim();
    if address.is_empty() {
        return Ok(None);
    }
    let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
    let scheme = scheme.to_ascii_lowercase();
    let whole = format!("{scheme}://{rest}");
    let is_sound = matches!(scheme.as_str(), "http" | "https")
        && whole.len() <= 2_000
        && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
        && rest.split(['/', '?', '#']).next().is_some_and(is_authority);
    if is_sound {
        return Ok(Some(whole));
    }
    Err(FieldError::new(path, "invalid_url", "use a web address, such as https://example.com"))
}

/// A host with or without a port: no name of a user, which only hides where an address leads.
fn is_authority(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let is_host = ascii_domain(host.strip_suffix('.').unwrap_or(host)).is_some() || host.parse::<Ipv4Addr>().is_ok();
    is_host && port.is_none_or(is_port)
}

/// Applies one field of a PATCH body; faults are gathered, so that all of them are told at once.
pub fn apply<T, P>(
    target: &mut Option<T>,
    patch: &Patch<P>,
    faults: &mut Vec<FieldError>,
    parse: impl FnOnce(&P) -> Result<Option<T>, FieldError>,
) {
    match patch.as_change() {
        None => {}
        Some(None) => *target = None,
        Some(Some(value)) => match parse(value) {
            Ok(value) => *target = value,
            Err(fault) => faults.push(fault),
        },
    }
}

/// Takes the value of a parse, or notes its fault.
pub fn gather<T: Default>(outcome: Result<T, FieldError>, faults: &mut Vec<FieldError>) -> T {
    outcome.unwrap_or_else(|fault| {
        faults.push(fault);
        T::default()
    })
}

/// Digits after the decimal mark of a currency.
pub fn minor_digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// An entry of a list in a cell: in quotes where a mark in it would part it. [`list_entries`] reads it back.
pub fn list_entry(entry: &str) -> std::borrow::Cow<'_, str> {
    if entry.contains(LIST_MARKS) || entry.contains('"') {
        std::borrow::Cow::Owned(format!("\"{}\"", entry.replace('"', "\"\"")))
    } else {
        std::borrow::Cow::Borrowed(entry)
    }
}

/// The entries of a list in a cell, divided by `,`, `;`, `|` or line ends; one in quotes is taken whole.
pub fn list_entries(cell: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut rest = cell.trim_start();
    while !rest.is_empty() {
        let (entry, after) = quoted(rest).unwrap_or_else(|| {
            let end = rest.find(LIST_MARKS).unwrap_or(rest.len());
            (rest[..end].trim().to_owned(), &rest[end..])
        });
        if !entry.is_empty() {
            entries.push(entry);
        }
        rest = after.strip_prefix(LIST_MARKS).unwrap_or(after).trim_start();
    }
    entries
}

const LIST_MARKS: [char; 5] = [',', ';', '|', '\n', '\r'];

/// The entry in quotes that `text` begins with, and what comes after it; none when the quotes are part of a text.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut entry = String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        entry.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                entry.push('"');
                rest = after;
            }
            None => {
                let after = after.trim_start_matches(' ');
                return (after.is_empty() || after.starts_with(LIST_MARKS)).then_some((entry, after));
            }
        }
    }
}

/// A cell that no spreadsheet runs: one that would begin a formula gets an apostrophe before it, which
/// import takes off again. White space before the sign does not hide it, nor do full-width forms.
pub fn formula_safe(cell: &str) -> std::borrow::Cow<'_, str> {
    let sign = cell.trim_start().chars().next();
    let risky = sign.is_some_and(|c| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(c))
        || cell.starts_with(['\t', '\r', '\n', '\0'])
        || sign == Some('\'');
    if risky { std::borrow::Cow::Owned(format!("'{cell}")) } else { std::borrow::Cow::Borrowed(cell) }
}

/// The cell behind [`formula_safe`].
pub fn from_formula_safe(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if formula_safe(rest) != rest => rest,
        _ => cell,
    }
}

/// ISO 3166-1 alpha-2 (officially assigned, with XK for Kosovo), sorted.
#[rustfmt::skip]
pub const COUNTRIES: [&str; 250] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ",
    "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ",
    "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR",
    "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY",
    "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY",
    "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ",
    "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM",
    "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ",
    "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ",
    "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "XK", "YE", "YT", "ZA", "ZM", "ZW",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_list_is_sorted_and_whole() {
        assert!(COUNTRIES.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(country(" de ", "/country"), Ok(Some("DE".into())));
        assert_eq!(country("UK", "/country").unwrap_err().code, "unknown_country");
        assert_eq!(country("", "/country"), Ok(None));
    }

    #[test]
    fn codes_get_their_usual_case() {
        assert_eq!(language("PT-br", "/l"), Ok(Some("pt-BR".into())));
        assert_eq!(language("zh-hant-tw", "/l"), Ok(Some("zh-Hant-TW".into())));
        assert!(language("german", "/l").is_err());
        assert!(language(&format!("en{}", "-us".repeat(20)), "/l").is_err());
        assert_eq!(timezone("europe/berlin", "/t"), Ok(Some("Europe/Berlin".into())));
        assert!(timezone("Mars/Base", "/t").is_err());
    }

    #[test]
    fn no_cell_is_a_formula_and_none_is_changed_by_the_round_trip() {
        for cell in ["=1+1", " =1", "+49 30", "-3", "@x", "\tx", "＝1", "'=1", "''", "plain", "", "a=b", "it's"] {
            let safe = formula_safe(cell);
            let first = safe.trim_start().chars().next();
            assert!(!first.is_some_and(|c| "=+-@＝".contains(c)), "{cell:?}");
            assert_eq!(from_formula_safe(&safe), cell);
        }
    }

    #[test]
    fn entries_of_a_list_come_back() {
        for names in [
            vec!["a"],
            vec!["a;b", "c|d", "e f"],
            vec!["Köln, Bonn", "b"],
            vec!["\"", "\"a\"", "a\"b;\"\"c"],
            vec!["=x", "'y"],
        ] {
            let cell = names.iter().map(|name| list_entry(name)).collect::<Vec<_>>().join(", ");
            assert_eq!(list_entries(&cell), names, "{cell}");
        }
        assert_eq!(list_entries(" a ,, b;c|d\ne "), ["a", "b", "c", "d", "e"]);
        assert_eq!(list_entries("\"half, whole"), ["\"half", "whole"]);
        assert_eq!(list_entries("27\" screen; \"x\" y"), ["27\" screen", "\"x\" y"]);
    }

    #[test]
    fn web_addresses_are_checked() {
        assert_eq!(web_address("acme.example/x", "/w"), Ok(Some("https://acme.example/x".into())));
        assert_eq!(web_address("HTTP://Acme.example:8080?q", "/w"), Ok(Some("http://Acme.example:8080?q".into())));
        for good in
            ["https://münchen.example/ä", "http://192.0.2.7/x", "https://a.example/it's", "https://acme.example./"]
        {
            assert_eq!(web_address(good, "/w"), Ok(Some(good.into())));
        }
        for bad in [
            "javascript:alert(1)",
            "https://nodots",
            "ftp://a.example",
            "a b.example",
            "http://a\"onclick=x.example",
            "http://a<b>.example",
            "http://a'b.example",
            "http://a.example/\"onclick=x",
            "https://acme.example@evil.example",
            "https://acme.example\\@evil.example",
            "https://a.example:port",
            "https://a.example:99999",
            "https://-a.example",
            "https://a..example",
            "https://.example",
            "https://a\u{202e}b.example",
        ] {
            assert_eq!(web_address(bad, "/w").map_err(|fault| fault.code), Err("invalid_url".into()), "{bad}");
        }
    }

    #[test]
    fn text_that_nobody_sees_is_no_text() {
        for nothing in ["\u{200b}", "\u{2800} \u{3164}", "\u{ad}\u{2060}\u{e0041}", "\u{feff}"] {
            assert_eq!(text(nothing, "/name", 200), Ok(None), "{nothing:?}");
        }
        for name in ["👩\u{200d}👩\u{200d}👧", "می\u{200c}خواهم", "A\u{ad}B", "שלום\u{200f}"] {
            assert_eq!(text(name, "/name", 200), Ok(Some(name.into())));
        }
        for c in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            let fault = text(&format!("Anna{c}gpj"), "/name", 200).unwrap_err();
            assert!(fault.code == "invalid" && fault.message.contains("direction"), "{fault:?}");
        }
    }
}
