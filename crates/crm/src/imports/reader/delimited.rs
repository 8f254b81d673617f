//! Delimited text: records, the separator, and what to do when the quotes do not add up.
//!
//! The grammar is RFC 4180 as people bend it: any line end, blank lines, spaces around quotes, literal quotes inside an
//! unquoted cell. The `csv` crate reads the same; it is not used for reading because it cannot say that a quote was
//! never closed (the rest of the file becomes one cell) and skips blank lines uncounted, so that the row number shown
//! to a person would not be the one their spreadsheet shows.
//!
//! **Broken quotes** cost one row, never the file. A quoted cell must be followed by a separator or line end; when it
//! is not, or does not end within [`QUOTED_BYTES_MAX`], the row is broken and reading goes on at the line after the
//! offending quote. A quote that is closed by accident many lines later shows as a row of the wrong width whose inner
//! lines have the right one: broken as well, and its inner lines are read again as rows.
//!
//! Going back is bounded: a run of quotes that ends one attempt ends it for every attempt that starts before it, so
//! each byte is looked at a small constant number of times.

use std::io;

use super::encoding::Text;
use super::table::{Record, Table};
use super::{Choice, FileKind, Head, Limits, ReadError, Row, Summary, kind};

/// How much text is looked at to find the separator.
const SNIFF_BYTES: usize = 256 << 10;
const SNIFF_RECORDS: usize = 200;
/// A quoted cell that does not end within this many bytes has lost its closing quote.
const QUOTED_BYTES_MAX: usize = 1 << 20;
/// 200 cells of the largest size fit.
const RECORD_BYTES_MAX: usize = 8 << 20;
/// Separators in the order of preference when nothing tells them apart.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads a delimited text. See [`super::read`].
pub(super) fn read<E: From<ReadError>>(
    text: Text,
    choice: &Choice,
    limits: &Limits,
    on_head: impl FnMut(&Head) -> Result<(), E>,
    on_row: impl FnMut(Row) -> Result<(), E>,
) -> Result<Summary, E> {
    let encoding = text.encoding;
    let mut source = Source::new(text);
    source.fill_to(SNIFF_BYTES).map_err(ReadError::from)?;
    kind::check_text(&source.buffer)?;
    let announced = source.take_announcement();
    let delimiter = match (choice.delimiter, announced) {
        (Some(chosen), _) => {
            u8::try_from(chosen).ok().filter(|byte| DELIMITERS.contains(byte)).ok_or(ReadError::BadDelimiter)?
        }
        (None, Some(announced)) => announced,
        (None, None) => sniff(source.rest(), source.ended),
    };
    let head = Head {
        kind: FileKind::Text,
        encoding: Some(encoding),
        delimiter: Some(char::from(delimiter)),
        sheet: None,
        sheets: Vec::new(),
        has_header: true,
        columns: Vec::new(),
        notes: Vec::new(),
    };
    let mut table = Table::new(limits, choice.header, head, on_head, on_row);
    let mut record = Record::default();
    while source.next(delimiter, table.columns(), limits.columns_max, &mut record).map_err(ReadError::from)? {
        table.push(&mut record)?;
    }
    Ok(table.finish()?)
}

/// The text still to be parsed: a window that slides over the file.
struct Source {
    text: Text,
    buffer: String,
    /// Start of what is not yet consumed.
    at: usize,
    ended: bool,
    /// Number of the next record.
    number: u64,
}

impl Source {
    fn new(text: Text) -> Source {
        Source { text, buffer: String::new(), at: 0, ended: false, number: 1 }
    }

    fn rest(&self) -> &str {
        &self.buffer[self.at..]
    }

    /// Reads until at least `bytes` are waiting or the file has ended.
    fn fill_to(&mut self, bytes: usize) -> io::Result<()> {
        while !self.ended && self.buffer.len() - self.at < bytes {
            self.more()?;
        }
        Ok(())
    }

    fn more(&mut self) -> io::Result<()> {
        // Sliding only when half is used up keeps the copying linear.
        if self.at > self.buffer.len() / 2 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        self.ended = !self.text.fill(&mut self.buffer)?;
        Ok(())
    }

    /// Consumes Excel's own first line `sep=;`.
    fn take_announcement(&mut self) -> Option<u8> {
        let line_end = self.rest().find(['\r', '\n'])?;
        let line = self.rest()[..line_end].trim_matches('"');
        let delimiter = line
            .get(..4)
            .filter(|key| key.eq_ignore_ascii_case("sep="))
            .and_then(|_| line.as_bytes().get(4).copied())
            .filter(|byte| line.len() == 5 && DELIMITERS.contains(byte))?;
        self.at = skip_line_end(self.buffer.as_bytes(), self.at + line_end);
        self.number += 1;
        Some(delimiter)
    }

    /// The next record, blank ones included; false at the end. `columns` is the width of the table, 0 when unknown.
    fn next(&mut self, delimiter: u8, columns: usize, cells_max: usize, record: &mut Record) -> io::Result<bool> {
        loop {
            let outcome = parse(&self.buffer, self.at, self.ended, delimiter, cells_max, record);
            match outcome {
                Outcome::End => return Ok(false),
                Outcome::More if self.buffer.len() - self.at > RECORD_BYTES_MAX => {
                    self.take_overlong(record)?;
                    return Ok(true);
                }
                Outcome::More => self.fill_to((self.buffer.len() - self.at) * 2 + 1)?,
                Outcome::Record { end, first_open } => {
                    let suspect =
                        first_open.filter(|_| swallowed_rows(&self.buffer[self.at..end], record, columns, delimiter));
                    match suspect {
                        Some(open) => self.take_broken(open, columns, delimiter, record)?,
                        None => {
                            record.number = self.number;
                            self.number += 1;
                            self.at = end;
                        }
                    }
                    return Ok(true);
                }
                Outcome::Broken { open } => {
                    self.take_broken(open, columns, delimiter, record)?;
                    return Ok(true);
                }
            }
        }
    }

    /// Consumes up to the end of the line on which the quote at `open` stands; the record becomes a broken one.
    fn take_broken(&mut self, open: usize, columns: usize, delimiter: u8, record: &mut Record) -> io::Result<()> {
        let mut open = open;
        let end = loop {
            match find_line_end(&self.buffer, open) {
                // A line end at the very end may have its second half in the next piece.
                Some(end) if end + 1 < self.buffer.len() || self.ended => break end,
                _ if self.ended || self.buffer.len() - open > RECORD_BYTES_MAX => break self.buffer.len(),
                _ => {}
            }
            // Reading may slide the window: keep the place relative to it.
            let offset = open - self.at;
            self.more()?;
            open = self.at + offset;
        };
        let line = &self.buffer[self.at..end];
        let column = line[..open - self.at].bytes().filter(|byte| *byte == delimiter).count() + 1;
        record.cells.clear();
        record.cells.extend(line.split(char::from(delimiter)).take(columns.max(1)).map(str::to_owned));
        record.dropped = 0;
        record.broken = Some(format!(
            "the quote that opens cell {column} is not closed properly; write \"\" for a quote inside a quoted cell"
        ));
        record.number = self.number;
        self.number += 1;
        self.at = skip_line_end(self.buffer.as_bytes(), end);
        Ok(())
    }

    /// Consumes a line that is longer than any record may be.
    fn take_overlong(&mut self, record: &mut Record) -> io::Result<()> {
        let start: String = self.rest().chars().take(1_000).collect();
        loop {
            match find_line_end(&self.buffer, self.at) {
                // A line end at the very end may have its second half in the next piece.
                Some(end) if end + 1 < self.buffer.len() || self.ended => {
                    self.at = skip_line_end(self.buffer.as_bytes(), end);
                    break;
                }
                _ if self.ended => {
                    self.at = self.buffer.len();
                    break;
                }
                Some(end) => self.at = end,
                None => self.at = self.buffer.len(),
            }
            self.more()?;
        }
        record.cells.clear();
        record.cells.push(start);
        record.dropped = 0;
        record.broken = Some(format!("the row is longer than {} MiB", RECORD_BYTES_MAX >> 20));
        record.number = self.number;
        self.number += 1;
        Ok(())
    }
}

/// What an attempt at one record found.
enum Outcome {
    /// Nothing is left.
    End,
    /// The record may go on in the next piece.
    More,
    /// A record up to `end`, after its line end. `first_open` is the first quote whose cell spans lines.
    Record { end: usize, first_open: Option<usize> },
    /// The quote at `open` does not end a cell.
    Broken { open: usize },
}

/// Parses the record that starts at byte `start`. `ended` says that nothing follows the text.
fn parse(text: &str, start: usize, ended: bool, delimiter: u8, cells_max: usize, record: &mut Record) -> Outcome {
    let bytes = text.as_bytes();
    record.cells.clear();
    record.dropped = 0;
    record.broken = None;
    if start == bytes.len() {
        return if ended { Outcome::End } else { Outcome::More };
    }
    let mut at = start;
    let mut first_open = None;
    loop {
        let (end, open) = match quoted_cell(text, at, ended, delimiter, record, cells_max) {
            Cell::Quoted { end, open, is_long } => (end, is_long.then_some(open)),
            Cell::Plain => {
                let end = bytes[at..]
                    .iter()
                    .position(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r'))
                    .map_or(bytes.len(), |length| at + length);
                push_cell(record, cells_max, &text[at..end]);
                (end, None)
            }
            Cell::More => return Outcome::More,
            Cell::Broken { open } => return Outcome::Broken { open },
        };
        first_open = first_open.or(open);
        match bytes.get(end) {
            Some(byte) if *byte == delimiter => at = end + 1,
            // The second half of a line end may be in the next piece.
            Some(b'\r') if end + 1 == bytes.len() && !ended => return Outcome::More,
            None if !ended => return Outcome::More,
            _ => {
                return Outcome::Record { end: skip_line_end(bytes, end), first_open };
            }
        }
    }
}

enum Cell {
    /// Not quoted.
    Plain,
    /// Quoted by the quote at `open`; `end` is its separator or line end. `is_long` when it spans lines.
    Quoted {
        end: usize,
        open: usize,
        is_long: bool,
    },
    More,
    Broken {
        open: usize,
    },
}

/// Reads the cell at `at` if it is quoted, and adds it to the record.
fn quoted_cell(text: &str, at: usize, ended: bool, delimiter: u8, record: &mut Record, cells_max: usize) -> Cell {
    let bytes = text.as_bytes();
    let open = skip_spaces(bytes, at);
    match bytes.get(open) {
        Some(b'"') => {}
        None if !ended => return Cell::More,
        _ => return Cell::Plain,
    }
    let mut content = String::new();
    let mut from = open + 1;
    let close = loop {
        let Some(length) = bytes[from..].iter().position(|byte| *byte == b'"') else {
            if !ended && bytes.len() - open <= QUOTED_BYTES_MAX {
                return Cell::More;
            }
            // ` "so` at the end of the file is a word after a space rather than an open quote.
            return if open > at && find_line_end(text, open).is_none() && ended {
                Cell::Plain
            } else {
                Cell::Broken { open }
            };
        };
        let quote = from + length;
        if quote - open > QUOTED_BYTES_MAX {
            return Cell::Broken { open };
        }
        content.push_str(&text[from..quote]);
        match bytes.get(quote + 1) {
            Some(b'"') => {
                content.push('"');
                from = quote + 2;
            }
            None if !ended => return Cell::More,
            _ => break quote,
        }
    };
    let end = skip_spaces(bytes, close + 1);
    let is_long = text[open..close].contains(['\n', '\r']);
    match bytes.get(end) {
        None if !ended => Cell::More,
        Some(byte) if *byte != delimiter && !matches!(byte, b'\n' | b'\r') => {
            // `Anna, "Ann" Meyer`: a space before the quote may also mean that the cell was never quoted.
            if open > at && !is_long { Cell::Plain } else { Cell::Broken { open } }
        }
        _ => {
            push_cell(record, cells_max, &content);
            Cell::Quoted { end, open, is_long }
        }
    }
}

fn push_cell(record: &mut Record, cells_max: usize, cell: &str) {
    if record.cells.len() <= cells_max {
        record.cells.push(cell.to_owned());
    } else if !cell.trim().is_empty() {
        record.dropped += 1;
    }
}

/// Whether a record that spans lines has the wrong width although most of its further lines have the right one: then
/// a quote was left open and closed by accident in a later row.
fn swallowed_rows(raw: &str, record: &Record, columns: usize, delimiter: u8) -> bool {
    if columns < 2 || record.cells.len() + record.dropped == columns {
        return false;
    }
    let further: Vec<&str> = raw.lines().skip(1).collect();
    let fitting =
        further.iter().filter(|line| line.bytes().filter(|byte| *byte == delimiter).count() + 1 == columns).count();
    fitting > 0 && fitting * 2 >= further.len()
}

/// The separator that divides the first rows most evenly, into most cells.
fn sniff(text: &str, ended: bool) -> u8 {
    let mut best = (0.0, DELIMITERS[0]);
    for delimiter in DELIMITERS {
        let score = evenness(text, ended, delimiter);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// How well a separator fits, 0 when it does not divide the header.
fn evenness(text: &str, ended: bool, delimiter: u8) -> f64 {
    let mut record = Record::default();
    let (mut at, mut width, mut even, mut seen) = (0, 0, 0_u32, 0_u32);
    while (seen as usize) < SNIFF_RECORDS {
        let is_blank = |record: &Record| record.cells.iter().all(|cell| cell.trim().is_empty());
        let next = match parse(text, at, ended, delimiter, usize::MAX, &mut record) {
            Outcome::End | Outcome::More => break,
            Outcome::Record { end, .. } => end,
            Outcome::Broken { open } => {
                record.cells.clear();
                record.cells.push("broken".to_owned());
                match find_line_end(text, open) {
                    Some(end) => skip_line_end(text.as_bytes(), end),
                    None => break,
                }
            }
        };
        at = next;
        if is_blank(&record) {
            continue;
        }
        seen += 1;
        if seen == 1 {
            width = record.cells.len();
        }
        even += u32::from(record.cells.len() == width);
    }
    if width < 2 || seen == 0 {
        return 0.0;
    }
    let share = f64::from(even) / f64::from(seen);
    // Width only decides between separators that are about equally even.
    (share * 10.0).round() * 1_000.0 + width.min(500) as f64
}

fn skip_spaces(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte != b' ').map_or(bytes.len(), |length| from + length)
}

fn find_line_end(text: &str, from: usize) -> Option<usize> {
    text.as_bytes()[from..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map(|length| from + length)
}

/// The place after the line end at `at`, if there is one.
fn skip_line_end(bytes: &[u8], at: usize) -> usize {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => at + 2,
        (Some(b'\r' | b'\n'), _) => at + 1,
        _ => at,
    }
}
