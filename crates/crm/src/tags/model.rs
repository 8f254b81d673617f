//! Tag names and colours.

use platform::clock::Timestamp;
use platform::http::Record;
use platform::ids::TagId;
use platform::patch::Patch;
use platform::text::{fold, is_seen, seen, turns_direction};
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Tags whose name begins so belong to the product: they steer the bot.
pub const SYSTEM_PREFIX: &str = "bot:";
/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 60;
const DESCRIPTION_CHARS_MAX: usize = 500;

/// The colours a tag may have; each has contrast in both themes.
pub const COLORS: [&str; 10] = ["gray", "red", "orange", "amber", "green", "teal", "blue", "indigo", "purple", "pink"];

/// A tag's name: trimmed, inner white space made single.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagName(String);

impl TagName {
    /// # Errors
    /// [`Error::Invalid`] at `path` for an empty, overlong or reserved name.
    pub fn parse(text: &str, path: &str) -> Result<TagName> {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !is_seen(&name) {
            return Err(Error::invalid(path, "required", "write a name for the tag"));
        }
        if name.chars().count() > NAME_CHARS_MAX {
            return Err(Error::invalid(path, "too_long", format!("use at most {NAME_CHARS_MAX} characters")));
        }
        if name.chars().any(|c| c.is_control() || c == ',') {
            return Err(Error::invalid(path, "invalid", "leave out commas and control characters"));
        }
        if turns_direction(&name) {
            return Err(Error::invalid(path, "invalid", crate::fields::TURNED));
        }
        let name = TagName(name);
        // As it is read: what nobody sees does not make it another name.
        if fold(&seen(&name.0)).trim_start().starts_with(SYSTEM_PREFIX) {
            return Err(Error::invalid(
                path,
                "reserved",
                "names beginning with bot: are reserved for the product; choose another name",
            ));
        }
        Ok(name)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two names the same: case and accents do not count.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

/// The colour of a tag that nobody gave one: always the same for a name.
pub fn default_color(key: &str) -> &'static str {
    let sum = key.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    COLORS[sum % COLORS.len()]
}

/// # Errors
/// [`Error::Invalid`] for a colour that is not in [`COLORS`].
pub(crate) fn valid_color(color: &str) -> Result<&str> {
    if COLORS.contains(&color) {
        return Ok(color);
    }
    Err(Error::invalid("/color", "unknown_color", format!("use one of {}", COLORS.join(", "))))
}

pub(crate) fn valid_description(text: &str) -> Result<&str> {
    if text.chars().count() > DESCRIPTION_CHARS_MAX {
        return Err(Error::invalid(
            "/description",
            "too_long",
            format!("use at most {DESCRIPTION_CHARS_MAX} characters"),
        ));
    }
    Ok(text)
}

/// A label on customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    pub id: TagId,
    #[schema(example = "industry:b2b-saas")]
    pub name: String,
    pub color: String,
    #[schema(required)]
    pub description: Option<String>,
    /// Made and kept by the product; cannot be renamed or deleted.
    pub is_system: bool,
    /// Customers that carry it and are not archived.
    pub customer_count: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Tag {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/tags/{}", self.id))
    }
}

/// The body of `POST /tags`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTag {
    pub name: String,
    pub color: Option<String>,
    pub description: Option<String>,
}

/// The body of `PATCH /tags/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TagPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub color: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_compared_without_case_and_accents() {
        let name = TagName::parse("  Été   2026 ", "/name").unwrap();
        assert_eq!(name.as_str(), "Été 2026");
        assert_eq!(name.key(), TagName::parse("ETE 2026", "/name").unwrap().key());
    }

    #[test]
    fn reserved_empty_and_long_names_are_refused() {
        for (name, code) in
            [("bot:disabled", "reserved"), (" BÖT:x", "reserved"), ("  ", "required"), ("a,b", "invalid")]
        {
            match TagName::parse(name, "/name") {
                Err(Error::Invalid(errors)) => assert_eq!(errors[0].code, code, "{name}"),
                other => panic!("{name}: {other:?}"),
            }
        }
        assert!(TagName::parse(&"x".repeat(61), "/name").is_err());
    }

    #[test]
    fn names_that_only_look_otherwise_are_refused() {
        for (name, code) in [
            ("b\u{200b}ot:x", "reserved"),
            ("\u{2060}bot\u{ad}:x", "reserved"),
            ("\u{200b} bot:x", "reserved"),
            ("\u{2800}b\u{e0041}ot\u{fe0f}:x", "reserved"),
            ("ｂｏ\u{34f}ｔ：x", "reserved"),
            ("\u{200b}", "required"),
            ("\u{3164} \u{2800}", "required"),
            ("vip\u{202e}x", "invalid"),
            ("\u{2066}vip\u{2069}", "invalid"),
        ] {
            match TagName::parse(name, "/name") {
                Err(Error::Invalid(errors)) => assert_eq!(errors[0].code, code, "{name:?}"),
                other => panic!("{name:?}: {other:?}"),
            }
        }
        for name in ["👩\u{200d}👧", "می\u{200c}خواهم", "robot:x"] {
            assert_eq!(TagName::parse(name, "/name").unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_default_color_is_known_and_stable() {
        assert!(COLORS.contains(&default_color("vip")));
        assert_eq!(default_color("vip"), default_color("vip"));
    }
}
