//! Reading a table from a file that somebody else made.
//!
//! A file goes through four steps, each in its own module, none of which holds more than one row in memory:
//!
//! 1. [`kind`]: what the file *is*, by its content. Its name is never asked.
//! 2. [`encoding`] and [`delimited`], or [`workbook`]: bytes become numbered records of cells.
//! 3. [`table`]: the first record becomes unique column names, the others become [`Row`]s; blank ones vanish.
//! 4. The caller gets the [`Head`] once and then every row, sound or broken.
//!
//! A file is refused as a whole only when it holds no table or breaks a limit. Everything else is the problem of one
//! row, which is handed on with its reason, so that an import can answer for every row.

mod delimited;
mod encoding;
mod kind;
mod table;
#[cfg(test)]
mod tests;
mod workbook;

use std::fs::File;
use std::io;
use std::path::Path;

pub use table::ImportNote;

/// What a file may be at most. The defaults are the product's promise; tests lower them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Size of the file as uploaded.
    pub file_bytes_max: u64,
    /// Rows with content, without the header.
    pub rows_max: u64,
    /// Columns with a name or content.
    pub columns_max: usize,
    /// One cell, in bytes of UTF-8. Excel's own limit is 32,767 characters.
    pub cell_bytes_max: usize,
    /// What a workbook may unpack to, over all its parts.
    pub unpacked_bytes_max: u64,
    /// What its table of shared texts may unpack to: the one part that is held in memory.
    pub shared_strings_bytes_max: u64,
    /// How many times larger than its packed form a part may grow, once it is larger than a few MiB. Real sheets stay
    /// under 50, bombs reach 1,000.
    pub unpacked_ratio_max: u64,
    /// Parts of a workbook.
    pub entries_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes_max: 100 << 20,
            rows_max: 1_000_000,
            columns_max: 200,
            cell_bytes_max: 32 << 10,
            unpacked_bytes_max: 2 << 30,
            shared_strings_bytes_max: 96 << 20,
            unpacked_ratio_max: 200,
            entries_max: 2_000,
        }
    }
}

/// What the person decided instead of leaving it to detection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// A label of the WHATWG encoding standard, like `windows-1252`.
    pub encoding: Option<String>,
    /// Cell separator of a text file: one ASCII character.
    pub delimiter: Option<char>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Whether the first row names the columns.
    pub header: Option<bool>,
}

/// The two kinds of file that hold a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Delimited text in any encoding.
    Text,
    /// Excel workbook, 2007 and later.
    Workbook,
}

impl FileKind {
    /// The stored and transported word.
    pub fn as_str(self) -> &'static str {
        match self {
            FileKind::Text => "csv",
            FileKind::Workbook => "xlsx",
        }
    }
}

/// What is known before the first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub kind: FileKind,
    /// Encoding of a text file, by its WHATWG name.
    pub encoding: Option<&'static str>,
    /// Cell separator of a text file.
    pub delimiter: Option<char>,
    /// The sheet that is read.
    pub sheet: Option<String>,
    /// All sheets of the workbook.
    pub sheets: Vec<String>,
    /// Whether the first row named the columns.
    pub has_header: bool,
    /// Column names: not empty, unique.
    pub columns: Vec<String>,
    /// What was changed or assumed, to be shown to the person.
    pub notes: Vec<ImportNote>,
}

/// One row with content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet counts: the header is row 1, blank rows count.
    pub number: u64,
    /// One cell per column, untrimmed. In a broken row whatever could be told apart, at most the column limit.
    pub cells: Vec<String>,
    /// Why the row cannot be imported, in words for the person.
    pub broken: Option<String>,
}

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows handed over, broken ones included.
    pub rows: u64,
    /// Broken rows among them.
    pub broken: u64,
}

/// Why a whole file is refused. The texts are public: they say what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the file is empty; choose one with a header row and at least one row of data")]
    Empty,
    #[error("the file has a header row but no data; choose one with at least one row below the header")]
    HeaderOnly,
    #[error("the file is larger than {max_mib} MiB; split it into several files")]
    TooLarge { max_mib: u64 },
    #[error("the file has more than {max} rows; split it into several files")]
    TooManyRows { max: u64 },
    #[error("the table has {found} columns; at most {max} can be read: remove the columns that are not needed")]
    TooManyColumns { found: usize, max: usize },
    #[error("this is {what}, not a table; choose a CSV or XLSX file")]
    NotATable { what: &'static str },
    #[error("this is {what}; open it and save it as XLSX or CSV")]
    OtherSpreadsheet { what: &'static str },
    #[error("the workbook is protected by a password; save a copy without one")]
    Protected,
    #[error("the workbook cannot be read ({why}); open it and save it again as XLSX or CSV")]
    BrokenWorkbook { why: String },
    #[error("the workbook unpacks to far more than a table of this size needs; save it as CSV")]
    Bomb,
    #[error("the workbook has no sheet with content; fill one or choose another file")]
    NoSheet,
    #[error("the workbook has no sheet named {name:?}; it has: {sheets}")]
    UnknownSheet { name: String, sheets: String },
    #[error("{0:?} is no known text encoding; use a name like utf-8 or windows-1252")]
    UnknownEncoding(String),
    #[error("the separator must be one of , ; | or a tab")]
    BadDelimiter,
    #[error("the header row is broken: {why}")]
    BrokenHeader { why: String },
    #[error("the file could not be read")]
    Io(#[from] io::Error),
}

impl ReadError {
    /// Stable machine code of the refusal.
    pub fn code(&self) -> &'static str {
        match self {
            ReadError::Empty => "file_empty",
            ReadError::HeaderOnly => "file_without_rows",
            ReadError::TooLarge { .. } => "file_too_large",
            ReadError::TooManyRows { .. } => "too_many_rows",
            ReadError::TooManyColumns { .. } => "too_many_columns",
            ReadError::NotATable { .. } => "not_a_table",
            ReadError::OtherSpreadsheet { .. } => "other_spreadsheet",
            ReadError::Protected => "workbook_protected",
            ReadError::BrokenWorkbook { .. } => "workbook_broken",
            ReadError::Bomb => "workbook_bomb",
            ReadError::NoSheet => "workbook_empty",
            ReadError::UnknownSheet { .. } => "unknown_sheet",
            ReadError::UnknownEncoding(_) => "unknown_encoding",
            ReadError::BadDelimiter => "bad_delimiter",
            ReadError::BrokenHeader { .. } => "header_broken",
            ReadError::Io(_) => "io",
        }
    }
}

/// Reads the table in the file at `path`: `head` is called once, then `row` for every row in file order. Stops at the
/// first error, also at one that a callback returns. Blocking: run it off the async threads.
///
/// `head` is called only when there is at least one row.
pub fn read<E: From<ReadError>>(
    path: &Path,
    choice: &Choice,
    limits: &Limits,
    head: impl FnMut(&Head) -> Result<(), E>,
    row: impl FnMut(Row) -> Result<(), E>,
) -> Result<Summary, E> {
    let mut file = File::open(path).map_err(ReadError::from)?;
    let size = file.metadata().map_err(ReadError::from)?.len();
    if size > limits.file_bytes_max {
        return Err(E::from(ReadError::TooLarge { max_mib: limits.file_bytes_max >> 20 }));
    }
    match kind::detect(&mut file, limits)? {
        FileKind::Text => {
            let text = encoding::open(file, choice.encoding.as_deref())?;
            delimited::read(text, choice, limits, head, row)
        }
        FileKind::Workbook => workbook::read(file, choice, limits, head, row),
    }
}
