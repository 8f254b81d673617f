//! Contact channels and their canonical values: pure rules, no I/O.
//!
//! `value` is what somebody typed; `canonical` is what matching and uniqueness use. Two spellings of one address
//! must give one canonical value, and a canonical value is its own canonical value.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use phonenumber::country;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::fields::ascii_domain;

/// Longest contact value that is looked at, in bytes. The longest honest one is a percent-encoded profile address.
pub const VALUE_BYTES_MAX: usize = 1_000;
/// RFC 5321: longest address that fits a mail envelope, in bytes.
const EMAIL_BYTES_MAX: usize = 254;
/// RFC 5321: longest local part, in bytes.
const EMAIL_LOCAL_BYTES_MAX: usize = 64;
/// LinkedIn allows 100 characters in a public profile address.
const LINKEDIN_SLUG_CHARS_MAX: usize = 100;
/// E.164 numbers have at most 15 digits; fewer than 6 after the country code reach no person from abroad.
const PHONE_NATIONAL_DIGITS_MIN: usize = 6;
const PHONE_DIGITS_MAX: usize = 15;
/// Fewer digits are searched for as text.
const DIALLED_DIGITS_MIN: usize = 3;
/// Telegram ids fit 52 bits (a promise of its Bot API).
const TELEGRAM_ID_MAX: u64 = (1 << 52) - 1;
/// First path words of `t.me` that lead to groups, stickers and settings, never to a person.
const TELEGRAM_LINK_WORDS: [&str; 10] =
    ["addemoji", "addlist", "addstickers", "addtheme", "boost", "invoice", "joinchat", "proxy", "setlanguage", "share"];

/// The kind of address a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Linkedin,
    Phone,
    Telegram,
}

impl Channel {
    /// Every channel, in the order screens show them.
    pub const ALL: [Channel; 4] = [Channel::Email, Channel::Phone, Channel::Linkedin, Channel::Telegram];

    /// The stored and transported word.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Linkedin => "linkedin",
            Channel::Phone => "phone",
            Channel::Telegram => "telegram",
        }
    }

    /// The inverse of [`Channel::as_str`].
    pub fn parse(text: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.as_str() == text)
    }

    /// Whether one canonical value may belong to one living customer only. People share phones.
    pub fn is_unique(self) -> bool {
        self != Channel::Phone
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an address is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactLabel {
    Work,
    Personal,
    Other,
}

impl ContactLabel {
    /// The stored and transported word.
    pub fn as_str(self) -> &'static str {
        match self {
            ContactLabel::Work => "work",
            ContactLabel::Personal => "personal",
            ContactLabel::Other => "other",
        }
    }

    /// The inverse of [`ContactLabel::as_str`].
    pub fn parse(text: &str) -> Option<ContactLabel> {
        [ContactLabel::Work, ContactLabel::Personal, ContactLabel::Other]
            .into_iter()
            .find(|label| label.as_str() == text)
    }
}

/// Whether an address may be written to. Only `active` ones are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactStatus {
    Active,
    Bounced,
    Unreachable,
    OptedOut,
}

impl ContactStatus {
    /// The stored and transported word.
    pub fn as_str(self) -> &'static str {
        match self {
            ContactStatus::Active => "active",
            ContactStatus::Bounced => "bounced",
            ContactStatus::Unreachable => "unreachable",
            ContactStatus::OptedOut => "opted_out",
        }
    }

    /// How much it keeps senders away; the strictest of two stands (domain, §13).
    pub fn strictness(self) -> u8 {
        match self {
            ContactStatus::Active => 0,
            ContactStatus::Unreachable => 1,
            ContactStatus::Bounced => 2,
            ContactStatus::OptedOut => 3,
        }
    }

    /// The inverse of [`ContactStatus::as_str`].
    pub fn parse(text: &str) -> Option<ContactStatus> {
        [ContactStatus::Active, ContactStatus::Bounced, ContactStatus::Unreachable, ContactStatus::OptedOut]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// Why a value is no address of its channel. The texts are public: they say what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadContact {
    #[error("is empty; write an address or leave the contact out")]
    Empty,
    #[error("is longer than any address; write only the address")]
    TooLong,
    #[error("is not an email address; write it like name@example.com")]
    Email,
    #[error("is not a LinkedIn profile; write its address like https://www.linkedin.com/in/name")]
    Linkedin,
    #[error("is not a phone number; write it like +49 30 901820")]
    Phone,
    #[error("is a phone number without a country; write it with the country code, like +49 30 901820")]
    PhoneWithoutCountry,
    #[error("is not a Telegram user; write @username or the numeric id")]
    Telegram,
}

impl BadContact {
    /// Stable machine code for the `errors[].code` of an answer.
    pub fn code(self) -> &'static str {
        match self {
            BadContact::Empty => "required",
            BadContact::TooLong => "too_long",
            BadContact::Email => "invalid_email",
            BadContact::Linkedin => "invalid_linkedin",
            BadContact::Phone => "invalid_phone",
            BadContact::PhoneWithoutCountry => "phone_needs_country",
            BadContact::Telegram => "invalid_telegram",
        }
    }
}

/// The canonical form of a value of any channel. `region` (ISO 3166-1 alpha-2) is the country that a phone number
/// without a country code belongs to; the other channels ignore it.
pub fn canonical(channel: Channel, value: &str, region: Option<&str>) -> Result<String, BadContact> {
    match channel {
        Channel::Email => canonical_email(value),
        Channel::Linkedin => canonical_linkedin(value),
        Channel::Phone => canonical_phone(value, region),
        Channel::Telegram => canonical_telegram(value),
    }
}

/// Trimmed, domain lower-cased and IDNA-encoded, local part lower-cased. `+tag` and dots are kept.
/// Addresses of a bare host (`root@localhost`) or of an IP address are refused: no customer is reached there.
pub fn canonical_email(value: &str) -> Result<String, BadContact> {
    let value = checked(value)?;
    let (local, domain) = value.rsplit_once('@').ok_or(BadContact::Email)?;
    // Lower-casing can undo normalisation (İ) and the reverse: done twice, the result is stable.
    let local = fold_case(&fold_case(local));
    // Quoted local parts are legal, unused, and a classic way to smuggle a second address past a parser.
    let has_quoting = local.contains(['"', '@', '(', ')', ',', ':', ';', '<', '>', '[', '\\', ']']);
    if has_quoting || !email_address::EmailAddress::is_valid_local_part(&local) {
        return Err(BadContact::Email);
    }
    let domain = ascii_domain(domain).ok_or(BadContact::Email)?;
    if local.len() > EMAIL_LOCAL_BYTES_MAX || local.len() + 1 + domain.len() > EMAIL_BYTES_MAX {
        return Err(BadContact::Email);
    }
    Ok(format!("{local}@{domain}"))
}

/// `in/<slug>` from any form of a profile address: scheme, `www`, country subdomain, language suffix, query and
/// trailing slash are dropped; the slug is percent-decoded and lower-cased.
pub fn canonical_linkedin(value: &str) -> Result<String, BadContact> {
    let value = checked(value)?;
    let without_scheme = strip_prefix_ignore_case(value, "https://")
        .or_else(|| strip_prefix_ignore_case(value, "http://"))
        .unwrap_or(value);
    let path_end = without_scheme.find(['?', '#']).unwrap_or(without_scheme.len());
    let mut segments = without_scheme[..path_end].split('/').filter(|segment| !segment.is_empty()).peekable();

    if segments.peek().is_some_and(|host| is_linkedin_host(host)) {
        segments.next();
    } else if without_scheme.len() != value.len() {
        return Err(BadContact::Linkedin);
    }
    // The light mobile site puts its own name before the path.
    if segments.peek().is_some_and(|segment| segment.eq_ignore_ascii_case("mwlite")) {
        segments.next();
    }
    if !segments.next().is_some_and(|segment| segment.eq_ignore_ascii_case("in")) {
        return Err(BadContact::Linkedin);
    }
    let raw_slug = segments.next().ok_or(BadContact::Linkedin)?;
    let decoded = percent_decode_str(raw_slug).decode_utf8().map_err(|_| BadContact::Linkedin)?;
    let slug = fold_case(&fold_case(&decoded));
    let slug_is_sound = !slug.is_empty()
        && slug.chars().count() <= LINKEDIN_SLUG_CHARS_MAX
        && slug.chars().any(char::is_alphanumeric)
        && !slug.contains(|c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '/' | '\\' | '?' | '#' | '%' | '@' | ',' | ';' | '<' | '>')
        });
    if slug_is_sound { Ok(format!("in/{slug}")) } else { Err(BadContact::Linkedin) }
}

/// E.164 (`+4930901820`). A number without `+` or `00` is read as one of `region` (ISO 3166-1 alpha-2).
/// Extensions are dropped. Numbers are judged by shape and length, not against the ranges that happen to be assigned
/// today: a new range must not become a refusal.
///
/// The first call loads the numbering plans of the world, which takes a moment; later calls take microseconds.
pub fn canonical_phone(value: &str, region: Option<&str>) -> Result<String, BadContact> {
    let value = checked(value)?;
    let value = strip_prefix_ignore_case(value, "tel:").unwrap_or(value);
    let (number, extension) = split_extension(value);
    let compact = compact_number(number).ok_or(BadContact::Phone)?;
    if extension.len() > 8 || !extension.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadContact::Phone);
    }

    let region_id = region.and_then(|region| region.to_ascii_uppercase().parse::<country::Id>().ok());
    // No country's own numbers begin with two zeros, so this is always the international prefix.
    let international: Cow<'_, str> = match compact.strip_prefix("00") {
        Some(rest) => Cow::Owned(format!("+{rest}")),
        None => Cow::Borrowed(compact.as_str()),
    };
    if !international.starts_with('+') && region_id.is_none() {
        return Err(if compact.len() >= PHONE_NATIONAL_DIGITS_MIN {
            BadContact::PhoneWithoutCountry
        } else {
            BadContact::Phone
        });
    }

    // The parser strips the trunk prefix of the region it is given even from another country's number.
    let region_id = region_id.filter(|_| !international.starts_with('+'));
    let parsed = phonenumber::parse(region_id, international.as_ref()).map_err(|_| BadContact::Phone)?;
    let code = parsed.country().code().to_string();
    let national = parsed.national().to_string();
    if national.len() < PHONE_NATIONAL_DIGITS_MIN || code.len() + national.len() > PHONE_DIGITS_MAX {
        return Err(BadContact::Phone);
    }
    Ok(format!("+{code}{national}"))
}

/// The digits of a phone number in any notation, without the plus or zeros that begin it: what is left is part of the
/// E.164 form. Nothing for a text that is no number, and for one of less than three digits.
pub fn dialled_digits(text: &str) -> Option<String> {
    let text = text.trim();
    let compact = compact_number(strip_prefix_ignore_case(text, "tel:").unwrap_or(text))?;
    let digits = compact.trim_start_matches(['+', '0']);
    (digits.len() >= DIALLED_DIGITS_MIN).then(|| digits.to_string())
}

/// The numeric id of a person, or `@username` lower-cased, from `@name`, a bare name or a `t.me` address.
pub fn canonical_telegram(value: &str) -> Result<String, BadContact> {
    let value = checked(value)?;
    let without_scheme = strip_prefix_ignore_case(value, "https://")
        .or_else(|| strip_prefix_ignore_case(value, "http://"))
        .unwrap_or(value);
    let from_link = ["t.me/", "www.t.me/", "telegram.me/", "www.telegram.me/", "telegram.dog/"]
        .into_iter()
        .find_map(|host| strip_prefix_ignore_case(without_scheme, host))
        .or_else(|| strip_prefix_ignore_case(value, "tg://resolve?domain="))
        .map(|rest| rest.split(['?', '/', '#', '&']).next().unwrap_or_default());

    let name = match (from_link, value.strip_prefix('@')) {
        (Some(name), _) => name.strip_prefix('@').unwrap_or(name),
        (None, Some(name)) => name,
        (None, None) if value.bytes().all(|byte| byte.is_ascii_digit()) => {
            let id: u64 = value.parse().map_err(|_| BadContact::Telegram)?;
            return match id {
                1..=TELEGRAM_ID_MAX => Ok(id.to_string()),
                _ => Err(BadContact::Telegram),
            };
        }
        // Without a marker only names of the ordinary minimum length: shorter words are rather a remark than a name.
        (None, None) if value.len() >= 5 => value,
        (None, None) => return Err(BadContact::Telegram),
    };
    if is_telegram_name(name) && !TELEGRAM_LINK_WORDS.contains(&name.to_ascii_lowercase().as_str()) {
        Ok(format!("@{}", name.to_ascii_lowercase()))
    } else {
        Err(BadContact::Telegram)
    }
}

/// What duplicate search compares: as `canonical`, but for email without `+tag`, without the dots that Gmail ignores,
/// and with Gmail's second domain folded. Two people may share it: it proposes, it never decides.
pub fn match_key(channel: Channel, canonical: &str) -> String {
    let Some((local, domain)) = canonical.rsplit_once('@').filter(|_| channel == Channel::Email) else {
        return canonical.to_owned();
    };
    let base = match local.split_once('+') {
        Some((base, _)) if !base.is_empty() => base,
        _ => local,
    };
    if !matches!(domain, "gmail.com" | "googlemail.com") {
        return format!("{base}@{domain}");
    }
    let undotted = base.replace('.', "");
    let base = if undotted.is_empty() { base } else { undotted.as_str() };
    format!("{base}@gmail.com")
}

/// The domain of a canonical email address.
pub fn email_domain(canonical: &str) -> &str {
    canonical.rsplit_once('@').map_or(canonical, |(_, domain)| domain)
}

/// Trimmed, within bounds, and free of characters that no address holds.
fn checked(value: &str) -> Result<&str, BadContact> {
    if value.len() > VALUE_BYTES_MAX {
        return Err(BadContact::TooLong);
    }
    let trimmed = value.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
    });
    if trimmed.is_empty() { Err(BadContact::Empty) } else { Ok(trimmed) }
}

fn fold_case(text: &str) -> String {
    text.to_lowercase().nfc().collect()
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// What tells the page of an organisation on LinkedIn apart: the slug of `linkedin.com/company/<slug>` in lower case, from
/// any form of its address. Nothing for what is no such page.
pub fn linkedin_page(address: &str) -> Option<String> {
    let address = address.trim();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path_end = rest.find(['?', '#']).unwrap_or(rest.len());
    let mut segments = rest[..path_end].split('/').filter(|segment| !segment.is_empty());
    let is_linkedin = segments.next().is_some_and(is_linkedin_host);
    let is_page = segments.next().is_some_and(|kind| {
        ["company", "school", "showcase", "organization"].iter().any(|known| kind.eq_ignore_ascii_case(known))
    });
    if !is_linkedin || !is_page {
        return None;
    }
    let slug = fold_case(&percent_decode_str(segments.next()?).decode_utf8().ok()?);
    slug.chars().any(char::is_alphanumeric).then_some(slug)
}

/// `linkedin.com` itself or one of its subdomains (`www`, `de`, `m`).
fn is_linkedin_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "linkedin.com" || host.ends_with(".linkedin.com")
}

fn is_telegram_name(name: &str) -> bool {
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (4..=32).contains(&name.len())
        && is_word
        && name.as_bytes()[0].is_ascii_alphabetic()
        && !name.ends_with('_')
        && !name.contains("__")
}

/// The digits of a number with a leading `+` if it has one; nothing when it holds what no written number does. The
/// parser behind would also take letters (1-800-FLOWERS), dates and much else.
fn compact_number(number: &str) -> Option<String> {
    let mut compact = String::with_capacity(number.len());
    // `+49 (0)30 …`: the bracketed trunk zero is for callers inside the country only.
    for c in number.replace("(0)", "").chars() {
        match c {
            '0'..='9' => compact.push(c),
            '+' if compact.is_empty() => compact.push(c),
            ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' | '\u{2010}'..='\u{2015}' => {}
            _ => return None,
        }
    }
    // A national number may still carry its trunk prefix and the caller's international prefix.
    (compact.len() <= PHONE_DIGITS_MAX + 4).then_some(compact)
}

/// Splits `030 1234 ext. 12` into the number and the digits of its extension.
fn split_extension(value: &str) -> (&str, &str) {
    // ASCII lower-casing keeps byte positions, so an index found there is one of `value`.
    let lower = value.to_ascii_lowercase();
    for marker in [";ext=", "extension", "ext.", "ext", "#", "x"] {
        if let Some(at) = lower.find(marker) {
            return (
                value[..at].trim_end_matches([' ', ',', ';']),
                value[at + marker.len()..].trim_matches([' ', ':', '.']),
            );
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn email_folds_case_and_domain_and_keeps_the_tag() {
        let cases = [
            ("  Anna.Meyer@Example.COM ", "anna.meyer@example.com"),
            ("a+News@gmail.com", "a+news@gmail.com"),
            ("jörg@müller.de", "jörg@xn--mller-kva.de"),
            ("info@例え.jp", "info@xn--r8jz45g.jp"),
            ("x@xn--mller-kva.de", "x@xn--mller-kva.de"),
            ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
            ("\u{feff}a@b.io\u{200b}", "a@b.io"),
        ];
        for (value, expected) in cases {
            assert_eq!(canonical_email(value).as_deref(), Ok(expected), "{value}");
        }
        // Composed and decomposed spellings are one address.
        assert_eq!(canonical_email("Jo\u{308}rg@x.de"), canonical_email("jörg@x.de"));
    }

    #[test]
    fn email_refuses_what_is_none() {
        for value in [
            "anna",
            "anna@",
            "@example.com",
            "anna@localhost",
            "a b@example.com",
            "a@b@example.com",
            "anna@exa mple.com",
            "anna@-example.com",
            "anna@example..com",
            "anna@192.168.0.1",
            "anna@[192.168.0.1]",
            "\"a b\"@example.com",
            "Anna <anna@example.com>",
            "a@example.com, b@example.com",
            "a..b@example.com",
            "a@example.com.",
            "a\u{0}b@example.com",
            "a@example.c",
        ] {
            assert_eq!(canonical_email(value), Err(BadContact::Email), "{value:?}");
        }
        assert_eq!(canonical_email("   "), Err(BadContact::Empty));
        assert_eq!(canonical_email(&format!("{}@example.com", "a".repeat(65))), Err(BadContact::Email));
        assert_eq!(canonical_email(&"a".repeat(5_000)), Err(BadContact::TooLong));
    }

    #[test]
    fn linkedin_reads_every_form_of_a_profile() {
        for value in [
            "https://www.linkedin.com/in/Anna-Meyer/",
            "http://linkedin.com/in/anna-meyer",
            "linkedin.com/in/anna-meyer",
            "www.linkedin.com/in/anna-meyer?trk=x",
            "https://de.linkedin.com/in/anna-meyer/en",
            "HTTPS://M.LinkedIn.com/IN/anna-meyer#about",
            "https://www.linkedin.com/mwlite/in/anna-meyer",
            "https://www.linkedin.com//in/anna-meyer",
            "in/anna-meyer",
            "/in/anna-meyer",
        ] {
            assert_eq!(canonical_linkedin(value).as_deref(), Ok("in/anna-meyer"), "{value}");
        }
        assert_eq!(
            canonical_linkedin("https://linkedin.com/in/j%C3%B6rg-M%C3%BCller").as_deref(),
            Ok("in/jörg-müller")
        );
        for value in [
            "https://www.linkedin.com/company/acme",
            "https://www.linkedin.com/in/",
            "https://www.linkedin.com/sales/lead/ACwAAB",
            "https://linkedin.com.evil.example/in/anna",
            "https://evil.example/in/anna",
            "https://notlinkedin.com/in/anna",
            "anna meyer",
            "n/a",
            "in/%20",
            "in/%FF",
            "in/a%2Fb",
        ] {
            assert_eq!(canonical_linkedin(value), Err(BadContact::Linkedin), "{value}");
        }
    }

    #[test]
    fn phone_becomes_e164() {
        let cases = [
            ("+49 30 901820", None, "+4930901820"),
            ("+49 (0)30 901820", None, "+4930901820"),
            ("0049 30 901820", None, "+4930901820"),
            ("0049 30 901820", Some("DE"), "+4930901820"),
            ("030/90 18 20", Some("DE"), "+4930901820"),
            ("(202) 555-0143", Some("US"), "+12025550143"),
            ("+1 202-555-0143 ext. 12", None, "+12025550143"),
            ("1-202-555-0143", Some("US"), "+12025550143"),
            ("tel:+442079460958", None, "+442079460958"),
            ("020 7946 0958", Some("GB"), "+442079460958"),
            ("06 12345678", Some("NL"), "+31612345678"),
            ("06 6982 1234", Some("IT"), "+390669821234"),
            ("8 (495) 123-45-67", Some("RU"), "+74951234567"),
            ("091 234 56 78", Some("VN"), "+84912345678"),
            // The country of the customer does not change a number that names its own.
            ("+39 06 6982 1234", Some("DE"), "+390669821234"),
            ("+1 202 555 0143", Some("GB"), "+12025550143"),
        ];
        for (value, region, expected) in cases {
            assert_eq!(canonical_phone(value, region).as_deref(), Ok(expected), "{value} in {region:?}");
        }
    }

    #[test]
    fn phone_refuses_what_is_none() {
        assert_eq!(canonical_phone("030 901820", None), Err(BadContact::PhoneWithoutCountry));
        for value in [
            "call me",
            "12",
            "+",
            "+49",
            "+49 12",
            "+999 123456789",
            "+1 2025550143 2025550143",
            "2024-01-05 10:00",
            "1;2",
            "++49 30 901820",
            "30+49901820",
        ] {
            assert_eq!(canonical_phone(value, None), Err(BadContact::Phone), "{value}");
        }
    }

    #[test]
    fn numbers_are_searched_by_their_digits() {
        for (text, digits) in [
            ("+49 (0) 30-901820", Some("4930901820")),
            ("030 901820", Some("30901820")),
            ("tel:0049\u{a0}30\u{2011}90", Some("493090")),
            ("0012", None),
            ("ada 123", None),
            ("12 + 34", None),
        ] {
            assert_eq!(dialled_digits(text).as_deref(), digits, "{text}");
        }
    }

    #[test]
    fn telegram_reads_ids_names_and_links() {
        let cases = [
            ("@Anna_M", "@anna_m"),
            ("anna_m", "@anna_m"),
            ("https://t.me/Anna_M", "@anna_m"),
            ("t.me/anna_m?start=1", "@anna_m"),
            ("telegram.me/anna_m/", "@anna_m"),
            ("tg://resolve?domain=anna_m", "@anna_m"),
            (" 123456789 ", "123456789"),
            ("@abcd", "@abcd"),
        ];
        for (value, expected) in cases {
            assert_eq!(canonical_telegram(value).as_deref(), Ok(expected), "{value}");
        }
        for value in [
            "-100123",
            "0",
            "@a",
            "@1abc",
            "@a__bcd",
            "@abcde_",
            "none",
            "+49301234567",
            "t.me/+abcdef",
            "t.me/joinchat/AAAA",
            "anna meyer",
            "99999999999999999999",
        ] {
            assert_eq!(canonical_telegram(value), Err(BadContact::Telegram), "{value}");
        }
    }

    #[test]
    fn match_key_ignores_tags_and_gmail_dots() {
        let key = |value: &str| match_key(Channel::Email, &canonical_email(value).expect("a valid address"));
        assert_eq!(key("A.nna+crm@googlemail.com"), "anna@gmail.com");
        assert_eq!(key("a.nna+crm@example.com"), "a.nna@example.com");
        assert_eq!(key("+x@example.com"), "+x@example.com");
        assert_eq!(match_key(Channel::Phone, "+4930"), "+4930");
    }

    proptest! {
        #[test]
        fn canonical_values_are_their_own(value in "\\PC{0,40}") {
            for channel in Channel::ALL {
                if let Ok(once) = canonical(channel, &value, Some("DE")) {
                    prop_assert_eq!(canonical(channel, &once, None), Ok(once.clone()), "{}", channel);
                }
            }
        }

        #[test]
        fn addresses_survive_case_and_space(
            local in "[a-zA-Z0-9äöüß]{1,12}(\\.[a-z0-9]{1,5})?(\\+[a-z]{1,4})?",
            domain in "[a-z0-9]{1,10}(-[a-z0-9]{1,5})?\\.(com|de|co\\.uk|museum)",
        ) {
            let plain = canonical_email(&format!("{local}@{domain}"));
            prop_assert!(plain.is_ok());
            let shouted = canonical_email(&format!(" {local}@{} ", domain.to_uppercase()));
            prop_assert_eq!(&plain, &shouted);
            let plain = plain.unwrap_or_default();
            let key = match_key(Channel::Email, &plain);
            prop_assert_eq!(match_key(Channel::Email, &key), key.clone());
        }

        #[test]
        fn profiles_survive_their_wrapping(slug in "[a-z0-9][a-z0-9-]{2,30}", country in "[a-z]{2}", query in "[a-z]{0,5}") {
            let expected = Ok(format!("in/{slug}"));
            for form in [
                format!("https://www.linkedin.com/in/{slug}/?{query}"),
                format!("http://{country}.linkedin.com/in/{}", slug.to_uppercase()),
                format!("linkedin.com/in/{slug}#{query}"),
            ] {
                prop_assert_eq!(canonical_linkedin(&form), expected.clone());
            }
        }

        #[test]
        fn e164_is_found_through_punctuation(number in "[1-9][0-9]{6,9}", mark in "[ ./-]") {
            // German numbers: any national number of 7 to 10 digits that does not begin with the trunk zero.
            let spaced = format!("+49{mark}{}{mark}{}", &number[..3], &number[3..]);
            prop_assert_eq!(canonical_phone(&spaced, None), Ok(format!("+49{number}")));
        }

        #[test]
        fn no_input_breaks_a_rule(value in any::<String>(), region in proptest::option::of("[A-Za-z]{0,3}")) {
            for channel in Channel::ALL {
                let _ = canonical(channel, &value, region.as_deref());
            }
        }
    }
}
