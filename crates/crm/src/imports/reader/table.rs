//! From numbered records to a table: column names, blank rows, and rows that do not fit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Head, Limits, ReadError, Row, Summary};

/// Something that was changed or assumed while reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportNote)]
pub struct ImportNote {
    /// `column_renamed` `column_named` `no_header`
    pub code: String,
    /// In words for the person.
    pub message: String,
    /// Name of the column it is about.
    pub column: Option<String>,
}

/// A record as a format reader found it. Kept and refilled, so that a million rows cost no million allocations of it.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// As a spreadsheet counts, from 1.
    pub(super) number: u64,
    pub(super) cells: Vec<String>,
    /// Cells beyond the limit that were not kept, though they had content.
    pub(super) dropped: usize,
    /// Why the reader could not make sense of it.
    pub(super) broken: Option<String>,
}

/// Collects records and hands on the head and the rows.
pub(super) struct Table<H, R> {
    limits: Limits,
    header: Option<bool>,
    head: Head,
    head_is_told: bool,
    on_head: H,
    on_row: R,
    summary: Summary,
}

impl<H, R> Table<H, R> {
    /// `head` without columns and notes; `header` is the person's choice.
    pub(super) fn new(limits: &Limits, header: Option<bool>, head: Head, on_head: H, on_row: R) -> Table<H, R> {
        Table { limits: *limits, header, head, head_is_told: false, on_head, on_row, summary: Summary::default() }
    }

    /// Columns of the table; 0 before the first record.
    pub(super) fn columns(&self) -> usize {
        self.head.columns.len()
    }

    /// Takes one record; leaves it to be refilled.
    pub(super) fn push<E>(&mut self, record: &mut Record) -> Result<(), E>
    where
        E: From<ReadError>,
        H: FnMut(&Head) -> Result<(), E>,
        R: FnMut(Row) -> Result<(), E>,
    {
        let is_blank =
            record.broken.is_none() && record.dropped == 0 && record.cells.iter().all(|cell| cell.trim().is_empty());
        if is_blank {
            return Ok(());
        }
        if self.head.columns.is_empty() {
            let is_header = self.name_columns(record)?;
            if is_header {
                return Ok(());
            }
        }
        if self.summary.rows == self.limits.rows_max {
            return Err(E::from(ReadError::TooManyRows { max: self.limits.rows_max }));
        }
        if !self.head_is_told {
            self.head_is_told = true;
            (self.on_head)(&self.head)?;
        }
        let broken = record.broken.take().or_else(|| self.misfit(record));
        let mut cells = std::mem::take(&mut record.cells);
        if broken.is_none() {
            cells.resize(self.head.columns.len(), String::new());
        } else {
            cells.truncate(self.limits.columns_max);
            for cell in &mut cells {
                make_keepable(cell, self.limits.cell_bytes_max);
            }
        }
        self.summary.rows += 1;
        self.summary.broken += u64::from(broken.is_some());
        (self.on_row)(Row { number: record.number, cells, broken })
    }

    /// Ends the table.
    pub(super) fn finish(self) -> Result<Summary, ReadError> {
        if self.head.columns.is_empty() {
            Err(ReadError::Empty)
        } else if self.summary.rows == 0 {
            Err(ReadError::HeaderOnly)
        } else {
            Ok(self.summary)
        }
    }

    /// Makes column names from the first record; true when it is used up by that.
    fn name_columns(&mut self, record: &Record) -> Result<bool, ReadError> {
        if let Some(why) = &record.broken {
            return Err(ReadError::BrokenHeader { why: why.clone() });
        }
        // Spreadsheets like to write a tail of empty cells.
        let is_crowded = record.cells.len() > self.limits.columns_max;
        let columns = match record.cells.iter().rposition(|cell| !cell.trim().is_empty()) {
            Some(last) if is_crowded => last + 1,
            _ => record.cells.len(),
        } + record.dropped;
        if columns > self.limits.columns_max {
            return Err(ReadError::TooManyColumns { found: columns, max: self.limits.columns_max });
        }
        let is_header = self.header.unwrap_or_else(|| !looks_like_data(&record.cells));
        self.head.has_header = is_header;
        if is_header {
            let (names, notes) = unique_names(&record.cells[..columns], self.limits.cell_bytes_max);
            self.head.columns = names;
            self.head.notes.extend(notes);
        } else {
            self.head.columns = (1..=columns).map(|index| format!("Column {index}")).collect();
            self.head.notes.push(ImportNote {
                code: "no_header".to_owned(),
                message: "the first row looks like data, so the columns are numbered".to_owned(),
                column: None,
            });
        }
        Ok(is_header)
    }

    /// Why a record that was read well still cannot be a row of this table.
    fn misfit(&self, record: &Record) -> Option<String> {
        let columns = &self.head.columns;
        let name = |index: usize| columns.get(index).map_or("?", String::as_str);
        let extra =
            record.cells.iter().skip(columns.len()).filter(|cell| !cell.trim().is_empty()).count() + record.dropped;
        if extra > 0 {
            return Some(format!(
                "the row has {} cells but the header has {}; is a separator inside a cell that is not quoted?",
                record.cells.len() + record.dropped,
                columns.len()
            ));
        }
        for (index, cell) in record.cells.iter().enumerate() {
            if cell.len() > self.limits.cell_bytes_max {
                return Some(format!(
                    "the cell in column “{}” is longer than {} characters",
                    name(index),
                    self.limits.cell_bytes_max
                ));
            }
            if cell.contains('\0') {
                return Some(format!(
                    "the cell in column “{}” contains a zero byte; save the file again as text",
                    name(index)
                ));
            }
            if cell.contains('\u{fffd}') {
                return Some(format!(
                    "the cell in column “{}” has characters that cannot be read in this encoding",
                    name(index)
                ));
            }
        }
        None
    }
}

/// Names for columns: trimmed, on one line, never empty, never twice (compared without case).
fn unique_names(cells: &[String], bytes_max: usize) -> (Vec<String>, Vec<ImportNote>) {
    let mut names: Vec<String> = Vec::with_capacity(cells.len());
    let mut taken = std::collections::HashSet::new();
    let mut notes = Vec::new();
    // Given names come first, so that a made-up one never takes the name of a later column.
    let given: Vec<String> = cells
        .iter()
        .map(|cell| {
            let mut name = cell.split_whitespace().collect::<Vec<_>>().join(" ");
            make_keepable(&mut name, bytes_max.min(200));
            name
        })
        .collect();
    let all_given: std::collections::HashSet<String> = given.iter().map(|name| name.to_lowercase()).collect();
    for (index, name) in given.into_iter().enumerate() {
        let base = if name.is_empty() { format!("Column {}", index + 1) } else { name.clone() };
        let mut unique = base.clone();
        let mut count = 1;
        while taken.contains(&unique.to_lowercase()) || (unique != name && all_given.contains(&unique.to_lowercase())) {
            count += 1;
            unique = format!("{base} ({count})");
        }
        taken.insert(unique.to_lowercase());
        if name.is_empty() {
            notes.push(ImportNote {
                code: "column_named".to_owned(),
                message: format!("column {} has no name; it is called “{unique}” here", index + 1),
                column: Some(unique.clone()),
            });
        } else if unique != name {
            notes.push(ImportNote {
                code: "column_renamed".to_owned(),
                message: format!(
                    "the name “{name}” is used more than once; column {} is called “{unique}” here",
                    index + 1
                ),
                column: Some(unique.clone()),
            });
        }
        names.push(unique);
    }
    (names, notes)
}

/// A header does not hold addresses. Numbers prove nothing: years make good column names.
fn looks_like_data(cells: &[String]) -> bool {
    cells.iter().any(|cell| {
        let cell = cell.trim();
        let is_url = cell.starts_with("http://") || cell.starts_with("https://");
        let is_number = cell.starts_with('+') && cell.bytes().filter(u8::is_ascii_digit).count() >= 7;
        is_url || is_number || crate::contacts::model::canonical_email(cell).is_ok()
    })
}

/// What a database can hold, for showing a broken row: no zero bytes, not longer than a cell.
fn make_keepable(cell: &mut String, bytes_max: usize) {
    if cell.contains('\0') {
        *cell = cell.replace('\0', "\u{fffd}");
    }
    if cell.len() > bytes_max {
        let end = (0..=bytes_max).rev().find(|end| cell.is_char_boundary(*end)).unwrap_or(0);
        cell.truncate(end);
    }
}
