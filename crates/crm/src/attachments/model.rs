//! An attachment, and what its content is.

use platform::clock::Timestamp;
use platform::http::Record;
use platform::ids::{AttachmentId, NoteId};
use serde::Serialize;
use utoipa::ToSchema;

/// Bytes of one file.
pub const BYTES_MAX: u64 = 25 << 20;
const FILE_NAME_CHARS_MAX: usize = 200;

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    pub id: AttachmentId,
    /// The note that has it; none yet for what has just been uploaded.
    #[schema(required)]
    pub note_id: Option<NoteId>,
    pub file_name: String,
    /// By its content: never `text/html` or an image that can run scripts.
    #[schema(example = "application/pdf")]
    pub media_type: String,
    pub bytes: i64,
    pub created_at: Timestamp,
}

impl Record for Attachment {
    fn version(&self) -> Option<i64> {
        None
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/attachments/{}", self.id))
    }
}

/// The name that a client gave the file, as it is shown: without a path, bounded, in one direction of writing.
pub fn shown_name(given: Option<&str>) -> String {
    let name = given.unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_kept = |c: &char| !c.is_control() && !platform::text::turns_direction(c.encode_utf8(&mut [0; 4]));
    let name: String = name.chars().filter(is_kept).take(FILE_NAME_CHARS_MAX).collect();
    let name = name.trim();
    if platform::text::is_seen(name) { name.to_owned() } else { "file".to_owned() }
}

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const TEXT: &str = "text/plain; charset=utf-8";
const UNKNOWN: &str = "application/octet-stream";

/// What a file is by how it begins. Whatever a browser could run, such as HTML or SVG, is text.
pub fn media_type(head: &[u8], file_name: &str) -> &'static str {
    let begins = |mark: &[u8]| head.starts_with(mark);
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match () {
        () if begins(b"\x89PNG\r\n\x1a\n") => "image/png",
        () if begins(b"\xff\xd8\xff") => "image/jpeg",
        () if begins(b"GIF87a") || begins(b"GIF89a") => "image/gif",
        () if begins(b"RIFF") && head.get(8..12) == Some(b"WEBP") => "image/webp",
        () if begins(b"%PDF-") => "application/pdf",
        () if begins(b"PK\x03\x04") => match ending.as_deref() {
            Some("docx") => DOCX,
            Some("xlsx") => XLSX,
            Some("pptx") => PPTX,
            _ => "application/zip",
        },
        () if is_text(head) => TEXT,
        () => UNKNOWN,
    }
}

/// UTF-8 without control characters, but for one that the end cuts through.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

/// `Content-Disposition` (RFC 6266): to be saved, not shown, under its name as far as a header can hold it.
pub fn disposition(file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' })
        .collect();
    let whole = percent_encoding::utf8_percent_encode(file_name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_holds() {
        for (head, name, kind) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "a.html", "image/png"),
            (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
            (b"RIFF\x10\0\0\0WAVEfmt ", "a.wav", UNKNOWN),
            (b"%PDF-1.7", "a.pdf", "application/pdf"),
            (b"PK\x03\x04", "a.DOCX", DOCX),
            (b"PK\x03\x04", "a.html", "application/zip"),
            (b"<!doctype html><script>alert(1)</script>", "a.png", TEXT),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\">", "a.svg", TEXT),
            ("größ".as_bytes(), "a.txt", TEXT),
            (&"größ".as_bytes()[..3], "cut", TEXT),
            (b"\xff\xfea\0", "utf16.txt", UNKNOWN),
            (b"MZ\x90\0", "a.exe", UNKNOWN),
            (b"", "empty", UNKNOWN),
        ] {
            assert_eq!(media_type(head, name), kind, "{name}");
        }
    }

    #[test]
    fn names_are_shown_and_sent_without_tricks() {
        assert_eq!(shown_name(Some("C:\\tmp\\offer.pdf")), "offer.pdf");
        assert_eq!(shown_name(Some("../../etc/passwd")), "passwd");
        assert_eq!(shown_name(Some("\u{202e}gpj.exe\r\n")), "gpj.exe");
        assert_eq!(shown_name(Some("\u{200b}")), "file");
        assert_eq!(shown_name(Some(&"x".repeat(500))).len(), FILE_NAME_CHARS_MAX);
        let sent = disposition("Angebot \"Größe\"; x=1\\%.pdf");
        let plain =
            "attachment; filename=\"Angebot _Gr__e_; x=1__.pdf\"; filename*=UTF-8''Angebot%20%22Gr%C3%B6%C3%9Fe%22";
        assert!(sent.starts_with(plain) && sent.is_ascii(), "{sent}");
    }
}
