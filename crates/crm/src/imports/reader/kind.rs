//! What a file is, by its first bytes: people rename files, and mail programs name them.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::{FileKind, Limits, ReadError, workbook};

/// Enough to tell formats apart and to see how much of a text is control characters.
const PROBE_BYTES: usize = 64 << 10;
/// Where the directory of an OLE container is looked for.
const OLE_PROBE_BYTES: u64 = 4 << 20;

/// Formats that are no tables, by their first bytes.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\0", "a compressed file (xz)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"ID3\x03", "an audio file"),
    (b"OggS\0", "an audio file"),
    (b"\xff\xfe\0\0", "text in UTF-32, which hardly any program writes"),
];

const OLE_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Beginnings of text formats that are no delimited tables; compared lower-cased after white space.
const TEXT_MAGIC: &[(&str, &str)] = &[
    ("<", "a web page or XML file"),
    ("begin:vcard", "a vCard file"),
    ("begin:vcalendar", "a calendar file"),
    ("[{", "a JSON file"),
    ("{\"", "a JSON file"),
    ("{'", "a JSON file"),
];

/// Tells text from workbook and refuses everything else by name. Leaves the file at its start.
pub(super) fn detect(file: &mut File, limits: &Limits) -> Result<FileKind, ReadError> {
    let mut probe = Vec::with_capacity(PROBE_BYTES);
    file.by_ref().take(PROBE_BYTES as u64).read_to_end(&mut probe)?;
    file.rewind()?;
    if probe.is_empty() {
        return Err(ReadError::Empty);
    }
    if probe.starts_with(b"PK\x03\x04") || probe.starts_with(b"PK\x05\x06") {
        workbook::guard_directory(file, limits)?;
        file.rewind()?;
        return detect_zip(file);
    }
    if probe.starts_with(OLE_MAGIC) {
        return Err(detect_ole(file)?);
    }
    let known = MAGIC.iter().find(|(magic, _)| probe.starts_with(magic));
    if let Some((_, what)) = known {
        return Err(ReadError::NotATable { what });
    }
    if probe.starts_with(b"RIFF") && probe.get(8..12) == Some(b"WEBP") {
        return Err(ReadError::NotATable { what: "a WebP image" });
    }
    if probe.get(4..8) == Some(b"ftyp") {
        return Err(ReadError::NotATable { what: "a video or photo" });
    }
    Ok(FileKind::Text)
}

/// Refuses decoded text that is another text format, or no text at all.
pub(super) fn check_text(start: &str) -> Result<(), ReadError> {
    let trimmed = start.trim_start();
    let head: String = trimmed.chars().take(64).collect();
    let squeezed: String = head.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    // A cell may begin with `<` ("<none>,…"): markup has a name or a declaration behind it and a `>` before a comma.
    let is_markup = squeezed.starts_with('<')
        && squeezed[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?'))
        && trimmed.find('>').is_some_and(|end| trimmed[end + 1..].trim_start().starts_with('<'));
    let known = TEXT_MAGIC.iter().find(|(magic, _)| squeezed.starts_with(magic) && (*magic != "<" || is_markup));
    if let Some((_, what)) = known {
        return Err(ReadError::NotATable { what });
    }
    let characters = start.chars().count();
    let strange = start
        .chars()
        .filter(|c| (c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{c}' | '\u{85}')) || *c == '\u{fffd}')
        .count();
    // A few stray bytes are the problem of their rows; one in ten is no text.
    if strange * 10 > characters {
        return Err(ReadError::NotATable { what: "a binary file" });
    }
    Ok(())
}

fn detect_zip(file: &mut File) -> Result<FileKind, ReadError> {
    let broken = || ReadError::BrokenWorkbook { why: "its archive is damaged".to_owned() };
    let archive = zip::ZipArchive::new(&mut *file).map_err(|_| broken())?;
    let names: Vec<String> =
        archive.file_names().filter_map(Result::ok).map(|name| name.replace('\\', "/").to_ascii_lowercase()).collect();
    drop(archive);
    file.seek(SeekFrom::Start(0))?;
    let has = |wanted: &str| names.iter().any(|name| name.starts_with(wanted));
    if has("xl/workbook.xml") {
        Ok(FileKind::Workbook)
    } else if has("xl/workbook.bin") {
        Err(ReadError::OtherSpreadsheet { what: "a binary Excel workbook (.xlsb)" })
    } else if has("content.xml") && has("mimetype") {
        Err(ReadError::OtherSpreadsheet { what: "an OpenDocument file" })
    } else if has("index/document.iwa") || has("index.zip") {
        Err(ReadError::OtherSpreadsheet { what: "an Apple Numbers or Pages file" })
    } else if has("word/") {
        Err(ReadError::NotATable { what: "a Word document" })
    } else if has("ppt/") {
        Err(ReadError::NotATable { what: "a PowerPoint presentation" })
    } else {
        // Some writers place the workbook elsewhere and only say so in the relations; calamine follows those.
        let is_package = has("[content_types].xml") && names.iter().any(|name| name.ends_with("workbook.xml"));
        if is_package { Ok(FileKind::Workbook) } else { Err(ReadError::NotATable { what: "a ZIP archive" }) }
    }
}

/// Old Excel files and password-protected new ones share a container. Its directory names the streams in UTF-16.
fn detect_ole(file: &mut File) -> Result<ReadError, ReadError> {
    let mut start = Vec::new();
    file.by_ref().take(OLE_PROBE_BYTES).read_to_end(&mut start)?;
    file.rewind()?;
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        start.windows(wide.len()).any(|window| window == wide)
    };
    Ok(if holds("EncryptedPackage") {
        ReadError::Protected
    } else if holds("WordDocument") {
        ReadError::NotATable { what: "a Word document" }
    } else {
        ReadError::OtherSpreadsheet { what: "an old Excel file (.xls)" }
    })
}
