//! A notification.

use crate::anchors::AnchorRef;
use platform::actor::ActorRef;
use platform::clock::Timestamp;
use platform::http::Record;
use platform::ids::{NoteId, NotificationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a note's beginning.
const EXCERPT_CHARS: usize = 200;

/// Why somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum NotificationKind {
    /// A note names them.
    #[serde(rename = "note.mentioned")]
    NoteMentioned,
}

impl NotificationKind {
    pub fn as_str(self) -> &'static str {
        match self {
            NotificationKind::NoteMentioned => "note.mentioned",
        }
    }

    pub fn parse(text: &str) -> Option<NotificationKind> {
        (text == NotificationKind::NoteMentioned.as_str()).then_some(NotificationKind::NoteMentioned)
    }
}

/// The note that a notification is about, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotePreview {
    pub id: NoteId,
    pub anchor: AnchorRef,
    /// The beginning of its text in one line: up to 200 characters of markdown.
    pub excerpt: String,
}

/// What somebody is to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    pub id: NotificationId,
    pub kind: NotificationKind,
    /// Who did what it tells of.
    pub actor: ActorRef,
    #[schema(required)]
    pub note: Option<NotePreview>,
    #[schema(required)]
    pub read_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Record for Notification {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// How many notifications are unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unread {
    pub count: i64,
    /// False when there are more than 100.
    pub exact: bool,
}

impl Record for Unread {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// The body of `POST /notifications/read`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadUntil {
    /// The newest one that has been seen: what comes in meanwhile stays unread.
    pub until: NotificationId,
}

/// The beginning of a text in one line.
pub(crate) fn excerpt(text: &str) -> String {
    let mut line = String::new();
    let mut left = EXCERPT_CHARS;
    for word in text.split_whitespace() {
        if left == 0 {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
            left -= 1;
        }
        for c in word.chars().take(left) {
            line.push(c);
            left -= 1;
        }
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("# Call\r\n\r\n- with  *Eva*\n"), "# Call - with *Eva*");
        assert_eq!(excerpt(" \n "), "");
        let long = excerpt(&"wörter ".repeat(100));
        assert!(long.chars().count() <= EXCERPT_CHARS && long.starts_with("wörter wörter"), "{long}");
        assert_eq!(excerpt(&"x".repeat(1_000)).len(), EXCERPT_CHARS);
    }
}
