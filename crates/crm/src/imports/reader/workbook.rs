//! XLSX through calamine's streaming reader, after a look at what the archive really unpacks to.
//!
//! An archive says how large its parts are, and a hostile one lies. [`inspect`] therefore unpacks every part once, in
//! a stream, and counts: bytes, growth, the longest XML token, the text of one cell. Only then calamine opens it, and a
//! panic inside it is an unreadable workbook, not a dead request.

use std::cell::Cell as StdCell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use quick_xml::events::{BytesStart, Event};

use super::table::{Record, Table};
use super::{Choice, FileKind, Head, Limits, ReadError, Row, Summary};

/// Longest XML token. A cell holds at most 32,767 characters, six bytes each when escaped.
const TOKEN_BYTES_MAX: u64 = 1 << 20;
/// Most XML between two cells or shared texts; a cell's text may be cut into many tokens.
const CELL_BYTES_MAX: u64 = 4 << 20;
/// Longest part that is no XML: a picture without a single `<` in its first bytes.
const OTHER_BYTES_MAX: u64 = 32 << 20;
/// Parts below this size may grow as they like.
const RATIO_FREE_BYTES: u64 = 8 << 20;
/// What the list of parts may take in all: names, extra fields, comments.
const DIRECTORY_BYTES_MAX: u64 = 4 << 20;
/// What one shared text costs beside its letters.
const SHARED_STRING_OVERHEAD: u64 = 48;
/// Rows of a sheet, as Excel has them.
const SHEET_ROWS_MAX: u32 = 1 << 20;

/// Reads one sheet of a workbook. See [`super::read`].
pub(super) fn read<E: From<ReadError>>(
    mut file: File,
    choice: &Choice,
    limits: &Limits,
    on_head: impl FnMut(&Head) -> Result<(), E>,
    on_row: impl FnMut(Row) -> Result<(), E>,
) -> Result<Summary, E> {
    inspect(&mut file, limits)?;
    file.rewind().map_err(ReadError::from)?;
    let mut book: Xlsx<_> = guarded(|| Xlsx::new(BufReader::new(file)))?;

    let sheets: Vec<_> =
        book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).cloned().collect();
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).take(200).collect();
    let chosen = match &choice.sheet {
        Some(wanted) if names.contains(wanted) => wanted.clone(),
        Some(wanted) => {
            return Err(E::from(ReadError::UnknownSheet {
                name: wanted.chars().take(60).collect(),
                sheets: names.iter().take(10).cloned().collect::<Vec<_>>().join(", "),
            }));
        }
        None => first_with_content(&mut book, &sheets)?.ok_or(ReadError::NoSheet)?,
    };
    let head = Head {
        kind: FileKind::Workbook,
        encoding: None,
        delimiter: None,
        sheet: Some(chosen.clone()),
        sheets: names,
        has_header: true,
        columns: Vec::new(),
        notes: Vec::new(),
    };
    let mut table = Table::new(limits, choice.header, head, on_head, on_row);
    let mut record = Record::default();
    let mut cells = guarded(|| book.worksheet_cells_reader(&chosen))?;
    while let Some(cell) = guarded(|| cells.next_cell())? {
        let (row, column) = cell.get_position();
        let number = u64::from(row.min(SHEET_ROWS_MAX)) + 1;
        if number != record.number {
            table.push(&mut record)?;
            record.number = number;
            record.cells.clear();
            record.dropped = 0;
        }
        let text = to_text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if column > limits.columns_max {
            record.dropped += 1;
            continue;
        }
        if record.cells.len() <= column {
            record.cells.resize(column + 1, String::new());
        }
        // One of them would be lost.
        if !record.cells[column].is_empty() {
            let why = format!("row {number} has two cells in one place");
            return Err(E::from(ReadError::BrokenWorkbook { why }));
        }
        record.cells[column] = text;
    }
    table.push(&mut record)?;
    Ok(table.finish()?)
}

/// The first sheet with a filled cell, visible ones first.
fn first_with_content(
    book: &mut Xlsx<BufReader<File>>,
    sheets: &[calamine::Sheet],
) -> Result<Option<String>, ReadError> {
    let is_visible = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
    let visible = sheets.iter().filter(is_visible);
    let hidden = sheets.iter().filter(|sheet| !is_visible(sheet));
    for sheet in visible.chain(hidden) {
        let mut cells = guarded(|| book.worksheet_cells_reader(&sheet.name))?;
        while let Some(cell) = guarded(|| cells.next_cell())? {
            if !to_text(cell.get_value()).trim().is_empty() {
                return Ok(Some(sheet.name.clone()));
            }
        }
    }
    Ok(None)
}

/// A cell as one would type it: no `.0` behind whole numbers, dates in ISO form. An error value (`#N/A`) is no value.
fn to_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(is_true) => is_true.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::DateTime(time) => time_text(time),
    }
}

/// Excel keeps 15 significant digits; more would show the error of binary fractions (0.30000000000000004).
fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    // Digits of phone numbers and the like are written out; zeros before them would only get longer.
    if rounded != 0.0 && rounded.abs() < 1e-7 { format!("{rounded:e}") } else { format!("{rounded}") }
}

fn time_text(time: &ExcelDateTime) -> String {
    let serial = time.as_f64();
    if time.is_duration() || (0.0..1.0).contains(&serial) {
        let seconds = (serial * 86_400.0).round().clamp(0.0, 1e12) as u64;
        return format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    if (hour, minute, second, milli) == (0, 0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// Runs a step of calamine: its errors, and panics on hostile input, are an unreadable workbook.
fn guarded<T>(step: impl FnOnce() -> Result<T, calamine::XlsxError>) -> Result<T, ReadError> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(calamine::XlsxError::Password)) => Err(ReadError::Protected),
        Ok(Err(error)) => Err(ReadError::BrokenWorkbook { why: error.to_string().chars().take(120).collect() }),
        Err(_) => Err(ReadError::BrokenWorkbook { why: "its parts contradict each other".to_owned() }),
    }
}

/// Looks for the records of the archive's list of parts anywhere in the file, before a reader reserves memory by them.
pub(super) fn guard_directory(file: &mut File, limits: &Limits) -> Result<(), ReadError> {
    const CHUNK: usize = 1 << 20;
    const BEFORE: usize = 20;
    const AFTER: usize = 46;
    file.seek(SeekFrom::Start(0))?;
    let mut buffer = Vec::with_capacity(CHUNK + BEFORE + AFTER);
    let (mut from, mut entries, mut directory_bytes) = (0, 0, 0);
    let (mut is_zip64, mut zip64_entries_max) = (false, 0);
    loop {
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut buffer)?;
        let until = if read < CHUNK { buffer.len() } else { buffer.len().saturating_sub(AFTER) };
        for at in from..until {
            if buffer[at] != b'P' || buffer.get(at + 1) != Some(&b'K') {
                continue;
            }
            let record = &buffer[at..];
            match record.get(2..4) {
                Some(b"\x01\x02") => {
                    entries += 1;
                    directory_bytes += (28..=32).step_by(2).map(|field| little_endian(record, field, 2)).sum::<u64>();
                }
                // A classic end record with a 64-bit locator right before it.
                Some(b"\x05\x06") => is_zip64 |= at >= BEFORE && buffer[at - BEFORE..].starts_with(b"PK\x06\x07"),
                Some(b"\x06\x06") => zip64_entries_max = zip64_entries_max.max(little_endian(record, 32, 8)),
                _ => {}
            }
        }
        let too_many = entries > limits.entries_max as u64 || directory_bytes > DIRECTORY_BYTES_MAX;
        if too_many || (is_zip64 && zip64_entries_max > limits.entries_max as u64) {
            return Err(ReadError::Bomb);
        }
        if read < CHUNK {
            return Ok(());
        }
        let keep = until.saturating_sub(BEFORE);
        from = until - keep;
        buffer.drain(..keep);
    }
}

fn little_endian(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes.get(at..at + length).unwrap_or_default().iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// Unpacks every part in a stream and refuses an archive that grows, or holds more in one piece, than a table needs.
fn inspect(file: &mut File, limits: &Limits) -> Result<(), ReadError> {
    let damaged = |_| ReadError::BrokenWorkbook { why: "its archive is damaged".to_owned() };
    file.rewind()?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > limits.entries_max {
        return Err(ReadError::Bomb);
    }
    let mut left = limits.unpacked_bytes_max;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(damaged)?;
        let packed = entry.compressed_size();
        let is_shared_strings = entry.name().map_err(damaged)?.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let most = left.min(packed.saturating_mul(limits.unpacked_ratio_max).max(RATIO_FREE_BYTES));
        let counter = Rc::new(Counter::default());
        let texts_max = limits.shared_strings_bytes_max / SHARED_STRING_OVERHEAD;
        let found = inspect_part(entry, most, texts_max, &counter)?;
        let held = found.texts * SHARED_STRING_OVERHEAD + counter.total.get();
        if is_shared_strings && held > limits.shared_strings_bytes_max {
            return Err(ReadError::Bomb);
        }
        left -= counter.total.get();
    }
    Ok(())
}

struct Found {
    /// Shared texts in this part.
    texts: u64,
}

/// Reads one part as calamine would, as far as it is XML, and then to its end.
fn inspect_part(entry: impl Read, bytes_max: u64, texts_max: u64, counter: &Rc<Counter>) -> Result<Found, ReadError> {
    let counted = Counted { inner: entry, counter: Rc::clone(counter), bytes_max };
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(counted));
    let config = xml.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut texts = 0;
    // Where the current cell or shared text began, while inside a list of them.
    let mut cell_from = None;
    let mut rows = Rows::default();
    loop {
        buffer.clear();
        counter.token.set(0);
        let event = xml.read_event_into(&mut buffer);
        if counter.is_over.get() {
            return Err(ReadError::Bomb);
        }
        match event {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "si" => {
                    texts += 1;
                    cell_from = Some(counter.total.get());
                }
                "c" => {
                    cell_from = Some(counter.total.get());
                    rows.cell(&tag)?;
                }
                "row" => {
                    cell_from = Some(counter.total.get());
                    rows.begin(&tag);
                }
                "sheetData" => rows = Rows::default(),
                // Room is reserved by this number before a single text is read.
                "sst" if promised_texts(&tag) > texts_max => return Err(ReadError::Bomb),
                _ => {}
            },
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "row" => rows.end(),
            Ok(Event::End(tag)) if matches!(tag.local_name().as_ref(), "sheetData" | "sst") => {
                cell_from = None;
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            // Not XML, or broken XML: calamine stops here too, if it ever comes here.
            Err(_) => break,
        }
        if cell_from.is_some_and(|from| counter.total.get() - from > CELL_BYTES_MAX) {
            return Err(ReadError::Bomb);
        }
    }
    let mut rest = xml.into_inner();
    counter.token.set(0);
    counter.token_max.set(u64::MAX);
    match io::copy(&mut rest, &mut io::sink()) {
        _ if counter.is_over.get() => Err(ReadError::Bomb),
        Ok(_) => Ok(Found { texts }),
        Err(_) => Err(ReadError::BrokenWorkbook { why: "its archive is damaged".to_owned() }),
    }
}

/// Which rows of a sheet have been met. Two of one number come out of calamine as one, so a row would get no result.
#[derive(Default)]
struct Rows {
    /// By number; grows with what is there.
    met: Vec<bool>,
    /// Number of the row under way, from 1; none outside rows.
    number: Option<u32>,
    last: u32,
    has_cells: bool,
}

impl Rows {
    /// A row without a number follows the one before it, as for calamine.
    fn begin(&mut self, tag: &BytesStart<'_>) {
        let given = tag.try_get_attribute("r").ok().flatten();
        let given = given.and_then(|attribute| attribute.value.trim().parse().ok());
        self.number = Some(given.unwrap_or_else(|| self.last.saturating_add(1)));
        self.has_cells = false;
    }

    /// Only a row with cells can be lost.
    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<(), ReadError> {
        let Some(number) = self.number else { return Ok(()) };
        let broken = |why: String| Err(ReadError::BrokenWorkbook { why });
        if let Some(place) = tag.try_get_attribute("r").ok().flatten() {
            let digits = place.value.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '$');
            if digits.trim_start_matches('0').parse().is_ok_and(|named: u32| named != number) {
                return broken(format!("row {number} holds a cell of row {digits}"));
            }
        }
        if std::mem::replace(&mut self.has_cells, true) || number > SHEET_ROWS_MAX {
            return Ok(());
        }
        let at = number as usize;
        if self.met.len() <= at {
            self.met.resize(at + 1, false);
        }
        if std::mem::replace(&mut self.met[at], true) {
            return broken(format!("row {number} stands in it twice"));
        }
        Ok(())
    }

    fn end(&mut self) {
        self.last = self.number.take().unwrap_or(self.last);
    }
}

/// The number of shared texts that the tag announces, however its attributes are written.
fn promised_texts(tag: &str) -> u64 {
    let promise = tag.rsplit_once("uniqueCount").map_or("", |(_, rest)| rest);
    let digits: String = promise.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    match digits.trim_start_matches('0') {
        "" => 0,
        digits => digits.parse().unwrap_or(u64::MAX),
    }
}

/// What has been unpacked of one part.
#[derive(Default)]
struct Counter {
    total: StdCell<u64>,
    /// Since the last XML event.
    token: StdCell<u64>,
    token_max: StdCell<u64>,
    is_over: StdCell<bool>,
}

/// Counts what passes and stops at a limit.
struct Counted<R> {
    inner: R,
    counter: Rc<Counter>,
    bytes_max: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let counter = &self.counter;
        if counter.total.get() == 0 {
            let is_xml = buffer[..count].iter().take(64).any(|byte| *byte == b'<');
            counter.token_max.set(if is_xml { TOKEN_BYTES_MAX } else { OTHER_BYTES_MAX });
        }
        counter.total.set(counter.total.get() + count as u64);
        counter.token.set(counter.token.get() + count as u64);
        if counter.total.get() > self.bytes_max || counter.token.get() > counter.token_max.get() {
            counter.is_over.set(true);
            return Err(io::Error::other("unpacks to more than it may"));
        }
        Ok(count)
    }
}
