//! A note, the bodies that write one, and whom its text names.

use crate::anchors::{Anchor, AnchorRef};
use crate::attachments::Attachment;
use platform::actor::ActorRef;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::http::Record;
use platform::ids::{AttachmentId, NoteId, UserId};
use platform::patch::Patch;
use platform::text::{fold, is_seen};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Bytes of a text in UTF-8.
pub const BODY_BYTES_MAX: usize = 100_000;
/// Members that one note names; a longer list is a mistake, or mischief.
const MENTIONS_MAX: usize = 50;
/// Signs that are looked at in one text.
const SIGNS_MAX: usize = 1_000;

/// Who sees a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteVisibility {
    /// Every member.
    Org,
    /// Its author, and nobody else.
    Private,
}

impl NoteVisibility {
    pub const NAMES: [&str; 2] = ["org", "private"];

    pub fn as_str(self) -> &'static str {
        NoteVisibility::NAMES[self as usize]
    }

    pub fn parse(text: &str) -> Option<NoteVisibility> {
        match text {
            "org" => Some(NoteVisibility::Org),
            "private" => Some(NoteVisibility::Private),
            _ => None,
        }
    }
}

/// What somebody wrote down about a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub id: NoteId,
    /// Markdown (CommonMark with tables and task lists), byte for byte as it was written. It may hold HTML: whoever shows it
    /// cleans it.
    pub body: String,
    pub anchor: AnchorRef,
    /// The person who made it; empty for an API key.
    #[schema(required)]
    pub author_id: Option<UserId>,
    pub author: ActorRef,
    pub visibility: NoteVisibility,
    pub pinned: bool,
    /// Members whom the text names, by id.
    pub mentions: Vec<UserId>,
    pub attachments: Vec<Attachment>,
    /// When the text was last changed, and by whom; empty for one that stands as it was made.
    #[schema(required)]
    pub edited_at: Option<Timestamp>,
    #[schema(required)]
    pub edited_by: Option<ActorRef>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for Note {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/notes/{}", self.id))
    }
}

/// A text that an edit has replaced. One that stood while the note was private is shown to its author alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteRevision {
    /// The note's version when the text was replaced.
    pub version: i64,
    pub body: String,
    /// Who had written it.
    pub author: ActorRef,
    pub written_at: Timestamp,
    pub replaced_at: Timestamp,
}

/// The body of `POST /notes`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewNote {
    /// Markdown, at most 100,000 bytes. `@` and the whole name of a member names that one, or the first name where only one
    /// has it; not inside code.
    pub body: String,
    pub anchor: Anchor,
    /// `org` unless said.
    pub visibility: Option<NoteVisibility>,
    /// Uploads of the caller's own, in the order in which the note has them; at most 20.
    #[serde(default)]
    pub attachment_ids: Vec<AttachmentId>,
}

/// The body of `PATCH /notes/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotePatch {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub body: Patch<String>,
    /// For the author alone.
    #[serde(default)]
    #[schema(value_type = Option<NoteVisibility>)]
    pub visibility: Patch<NoteVisibility>,
    /// All that the note has from now on, in their order.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub attachment_ids: Patch<Vec<AttachmentId>>,
}

impl NotePatch {
    /// # Errors
    /// What cannot be cleared.
    pub fn check(&self) -> Result<(), FieldError> {
        if self.body == Patch::Null {
            return Err(FieldError::new("/body", "required", "write something, or delete the note"));
        }
        if self.visibility == Patch::Null {
            return Err(FieldError::new("/visibility", "required", "say org or private"));
        }
        match &self.body {
            Patch::Set(text) => body(text),
            _ => Ok(()),
        }
    }

    /// The files that the note is to have, if they are to change.
    pub fn files(&self) -> Option<&[AttachmentId]> {
        self.attachment_ids.as_change().map(|ids| ids.map_or(&[][..], Vec::as_slice))
    }
}

/// A text that can be kept: as it came.
pub fn body(text: &str) -> Result<(), FieldError> {
    if text.len() > BODY_BYTES_MAX {
        let message = format!("use at most {BODY_BYTES_MAX} bytes; this text has {}", text.len());
        return Err(FieldError::new("/body", "too_long", message));
    }
    if !is_seen(text) {
        return Err(FieldError::new("/body", "required", "write something"));
    }
    Ok(())
}

/// A member as a text may name one.
#[derive(Clone, Debug)]
pub struct Nameable {
    pub id: UserId,
    /// Folded.
    name: String,
}

impl Nameable {
    pub fn new(id: UserId, name: &str) -> Nameable {
        Nameable { id, name: fold(name.trim()) }
    }

    fn first(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or_default()
    }
}

/// Whom `text` names: after an `@` that begins a word stands a whole name, the longest that fits, or a first name that only
/// one has. Who has the same name is named too. Code does not name anybody.
pub fn mentioned(text: &str, members: &[Nameable]) -> BTreeSet<UserId> {
    let mut found = BTreeSet::new();
    if !text.contains(['@', '＠', '﹫']) {
        return found;
    }
    let mut signs = 0;
    for prose in without_code(&fold(text)) {
        for (at, _) in prose.match_indices('@') {
            signs += 1;
            if signs > SIGNS_MAX {
                return found;
            }
            if prose[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+' | '/')) {
                continue;
            }
            let rest = &prose[at + 1..];
            let named = |name: &str| !name.is_empty() && ends_there(rest, name);
            let longest =
                members.iter().map(|one| one.name.as_str()).filter(|name| named(name)).max_by_key(|name| name.len());
            let whole: Vec<UserId> =
                members.iter().filter(|one| Some(one.name.as_str()) == longest).map(|one| one.id).collect();
            let mut firsts = members.iter().filter(|one| named(one.first()));
            match (whole.is_empty(), firsts.next(), firsts.next()) {
                (false, ..) => found.extend(whole),
                (true, Some(only), None) => {
                    found.insert(only.id);
                }
                _ => {}
            }
            if found.len() >= MENTIONS_MAX {
                return found;
            }
        }
    }
    found
}

/// Whether `text` begins with this name, and its last word ends there. White space between the words is all the same.
fn ends_there(text: &str, name: &str) -> bool {
    let mut rest = text;
    for (index, word) in name.split_whitespace().enumerate() {
        if index > 0 {
            let trimmed = rest.trim_start_matches([' ', '\t', '\u{a0}']);
            if trimmed.len() == rest.len() {
                return false;
            }
            rest = trimmed;
        }
        match rest.strip_prefix(word) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    !rest.starts_with(char::is_alphanumeric)
}

/// The parts of a markdown text that are not between two equal runs of backticks, be it in a line or around lines.
fn without_code(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let Some(at) = rest.find('`') else {
            parts.push(rest);
            return parts;
        };
        let run = run_of_backticks(&rest[at..]);
        let inside = &rest[at + run..];
        match end_of_code(inside, run) {
            Some(end) => {
                parts.push(&rest[..at]);
                rest = &inside[end..];
            }
            // Nothing ends it, so it begins nothing.
            None => {
                parts.push(&rest[..at + run]);
                rest = inside;
            }
        }
    }
}

fn run_of_backticks(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Where code ends that begins with so many backticks.
fn end_of_code(text: &str, run: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(next) = text[at..].find('`') {
        at += next;
        let found = run_of_backticks(&text[at..]);
        at += found;
        if found == run {
            return Some(at);
        }
    }
    None
}

/// As much as is shown of where a text was found.
const SNIPPET_CHARS: usize = 160;
/// How far apart places are that are looked at in a long line.
const STEP_CHARS: usize = 80;

/// The part of a text that holds `word`, which is folded, in one line; its beginning when none does.
pub fn snippet(text: &str, word: &str) -> String {
    for line in text.lines().filter(|line| fold(line).contains(word)) {
        let chars: Vec<char> = line.trim().chars().collect();
        for start in (0..chars.len()).step_by(STEP_CHARS) {
            let part: String = chars[start..].iter().take(SNIPPET_CHARS).collect();
            if fold(&part).contains(word) {
                return part.trim().to_string();
            }
        }
    }
    crate::notifications::model::excerpt(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn members() -> Vec<Nameable> {
        [(1, "Anna Meyer"), (2, "Anna Meyer-Lüdenscheidt"), (3, "Bob O’Neil"), (4, "José da Silva"), (5, "Bob Ray")]
            .map(|(id, name)| Nameable::new(UserId(Uuid::from_u128(id)), name))
            .to_vec()
    }

    fn named(text: &str) -> Vec<u128> {
        mentioned(text, &members()).into_iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn names_after_a_sign_are_mentions() {
        for (text, expected) in [
            ("ask @Anna Meyer.", &[1_u128][..]),
            ("ask @anna  meyer, please", &[1]),
            ("(@Anna Meyer-Lüdenscheidt)", &[2]),
            ("@Anna Meyers", &[]),
            ("@Anna", &[]),
            ("@JOSE can", &[4]),
            ("@josé da silva and @bob o’neil", &[3, 4]),
            ("@Bob", &[]),
            ("mail jose@jose.example or me@@jose", &[]),
            ("`@José` and\n```\n@José\n```\n", &[]),
            ("a lone ` before @José", &[4]),
            ("``a ` @José`` @Bob Ray", &[5]),
            ("＠José", &[4]),
            ("@ José", &[]),
            ("", &[]),
        ] {
            assert_eq!(named(text), expected, "{text:?}");
        }
    }

    #[test]
    fn who_has_the_same_name_is_named_too() {
        let twins = [7, 8].map(|id| Nameable::new(UserId(Uuid::from_u128(id)), "Ada Example"));
        assert_eq!(mentioned("@ada example", &twins).len(), 2);
        assert_eq!(mentioned("@ada", &twins).len(), 0);
    }

    #[test]
    fn a_body_is_seen_and_bounded() {
        let code = |text: &str| body(text).err().map(|fault| fault.code);
        assert_eq!(code("x"), None);
        assert_eq!(code(" \r\n\u{200b}").as_deref(), Some("required"));
        assert_eq!(code(&"ö".repeat(BODY_BYTES_MAX / 2)), None);
        assert_eq!(code(&"ö".repeat(BODY_BYTES_MAX / 2 + 1)).as_deref(), Some("too_long"));
    }

    #[test]
    fn a_snippet_shows_where_the_word_is() {
        let text = format!("# Title\n\n{} Needle here\nlast", "straw ".repeat(100));
        let found = snippet(&text, "needle");
        assert!(found.contains("Needle") && found.chars().count() <= SNIPPET_CHARS, "{found}");
        assert_eq!(snippet("# Title\n\nText", "missing"), "# Title Text");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_search_for_names(text in "[@`a-c jJoséş\\n.＠]{0,60}", any in any::<String>()) {
            mentioned(&text, &members());
            mentioned(&any, &members());
            mentioned(&format!("@{any}"), &[Nameable::new(UserId(Uuid::nil()), &any)]);
            snippet(&any, "a");
        }
    }
}
