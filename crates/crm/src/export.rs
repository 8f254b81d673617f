//! Lists as files for spreadsheets: CSV and XLSX, of any length with the same memory.
//!
//! Who is in a file, and in which order, is read at the beginning: records that somebody changes meanwhile would else be
//! missed or come twice. The rows follow part by part. No cell is ever a formula, and an import takes every cell for
//! what it was.

use crate::custom_fields::{CustomField, Kind as FieldKind, PREFIX};
use crate::fields::{formula_safe, from_formula_safe};
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use db::Conn;
use futures_util::{Stream, StreamExt as _, stream};
use platform::bulk::Select;
use platform::http::Ctx;
use platform::organisations::Member;
use platform::paging::ListQuery;
use platform::{Actor, Error, Result};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::PathBuf;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Records that are read at once.
const PART: usize = 200;
/// Parts that wait to be written into a workbook.
const PARTS_AHEAD: usize = 2;
/// Rows of a sheet, as Excel has them, less the names of the columns.
const SHEET_ROWS_MAX: usize = (1 << 20) - 1;
/// What is read of a finished workbook at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Whole numbers up to here are exact in a spreadsheet.
const DIGITS_MAX: usize = 15;
/// The folder of unfinished workbooks, below that of the data.
const FOLDER: &str = "exports";

/// The parameters of an export.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// A filter tree as JSON.
    pub filter: Option<String>,
    /// Fields to sort by, `-` for descending.
    pub sort: Option<String>,
    /// Text to search for.
    pub q: Option<String>,
    /// Columns in order, with commas between; the usual ones unless said.
    pub columns: Option<String>,
}

/// The body of an export of chosen records: those of a bulk action, for what is too long for an address.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExportBody {
    pub select: Select,
    pub format: ExportFormat,
    /// Fields to sort by, `-` for descending.
    pub sort: Option<String>,
    /// Columns in order; the usual ones unless said.
    #[serde(default)]
    pub columns: Vec<String>,
}

impl ExportBody {
    /// The same without the choice: the columns, and the list that the chosen records are of.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a column that would be two.
    pub(crate) fn query(&self) -> Result<ExportQuery> {
        if let Some(at) = self.columns.iter().position(|column| column.contains(',')) {
            let message = "name each column by itself";
            return Err(Error::malformed(format!("/columns/{at}"), "unknown_column", message));
        }
        Ok(ExportQuery {
            filter: self.select.filter.as_ref().map(Value::to_string),
            sort: self.sort.clone(),
            q: self.select.q.clone(),
            columns: Some(self.columns.join(",")),
        })
    }
}

/// Where the faults of an [`ExportQuery`] stand in the body that it was made of.
pub(crate) fn in_body(error: Error) -> Error {
    let Error::Malformed(mut faults) = error else { return error };
    for fault in &mut faults {
        match fault.path.as_str() {
            "sort" | "columns" => fault.path.insert(0, '/'),
            "q" => fault.path = "/select/q".into(),
            _ => {}
        }
    }
    Error::Malformed(faults)
}

impl ExportQuery {
    /// The list that is asked for.
    pub(crate) fn list(&self) -> ListQuery {
        ListQuery { filter: self.filter.clone(), sort: self.sort.clone(), q: self.q.clone(), limit: None, cursor: None }
    }

    /// Whether filter, sort or columns name a custom field, or no columns are named: then all of those come along.
    pub(crate) fn concerns_custom_fields(&self) -> bool {
        self.columns.as_deref().is_none_or(|columns| columns.is_empty() || columns.contains(PREFIX))
            || self.list().names(PREFIX)
    }

    /// The columns that are asked for, of those there are; `usual` and the custom fields when none are named.
    ///
    /// # Errors
    /// [`Error::Malformed`] for an unknown column.
    pub(crate) fn columns(
        &self,
        usual: &[&'static str],
        further: &[&'static str],
        custom: &[CustomField],
    ) -> Result<Vec<String>> {
        let own: Vec<String> = custom.iter().map(CustomField::name).collect();
        let Some(asked) = self.columns.as_deref().filter(|asked| !asked.is_empty()) else {
            return Ok(usual.iter().map(|name| (*name).to_owned()).chain(own).collect());
        };
        let known = || usual.iter().chain(further).copied().chain(own.iter().map(String::as_str));
        asked
            .split(',')
            .map(|name| {
                known().find(|column| *column == name.trim()).map(str::to_owned).ok_or_else(|| {
                    let name: String = name.chars().take(40).collect();
                    let all: Vec<&str> = known().collect();
                    Error::malformed("columns", "unknown_column", format!("{name} is none of {}", all.join(", ")))
                })
            })
            .collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    Csv,
    Xlsx,
}

/// What names each option of custom fields in a file.
pub(crate) type OptionTexts = HashMap<Uuid, String>;

pub(crate) fn option_texts(fields: &[CustomField]) -> OptionTexts {
    fields.iter().flat_map(CustomField::option_texts).collect()
}

/// A cell of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    /// Digits, perhaps with a decimal point.
    Number(String),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    pub(crate) fn maybe<T: ToString>(value: Option<T>) -> Cell {
        Cell::Text(value.map(|value| value.to_string()).unwrap_or_default())
    }

    pub(crate) fn whole(number: Option<i64>) -> Cell {
        number.map_or_else(|| Cell::text(""), |number| Cell::Number(number.to_string()))
    }

    /// Minor units as an amount of the currency: `125000` in EUR is `1250.00`.
    pub(crate) fn amount(minor: Option<i64>, currency: &str) -> Cell {
        let Some(minor) = minor else { return Cell::text("") };
        let digits = crate::fields::minor_digits(currency);
        if digits == 0 {
            return Cell::Number(minor.to_string());
        }
        let unit = 10_i64.pow(digits);
        let sign = if minor < 0 { "-" } else { "" };
        let (whole, rest) = (minor.abs() / unit, minor.abs() % unit);
        Cell::Number(format!("{sign}{whole}.{rest:0width$}", width = digits as usize))
    }

    /// A value of a custom field, as an import reads it: options by their names, members by their addresses.
    pub(crate) fn custom(
        field: &CustomField,
        value: Option<&Value>,
        options: &OptionTexts,
        members: &[Member],
    ) -> Cell {
        let option = |value: &Value| {
            let id = value.as_str().and_then(|id| Uuid::try_parse(id).ok());
            id.and_then(|id| options.get(&id)).cloned().unwrap_or_default()
        };
        let Some(value) = value else { return Cell::text("") };
        match field.kind {
            // As JSON has it, so that very small ones stay short.
            FieldKind::Number => Cell::Number(value.to_string()),
            FieldKind::Boolean => Cell::text(value.to_string()),
            FieldKind::Select => Cell::text(option(value)),
            FieldKind::MultiSelect => {
                let labels = value.as_array().into_iter().flatten().map(option);
                Cell::text(
                    labels.map(|label| crate::fields::list_entry(&label).into_owned()).collect::<Vec<_>>().join(", "),
                )
            }
            FieldKind::User => {
                let of = |member: &&Member| Some(member.id.to_string().as_str()) == value.as_str();
                Cell::maybe(members.iter().find(of).map(|member| &member.email))
            }
            FieldKind::Text | FieldKind::Date | FieldKind::Url | FieldKind::Email => {
                Cell::text(value.as_str().unwrap_or_default())
            }
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Cell::Text(text) | Cell::Number(text) => text,
        }
    }
}

/// A file to be answered.
pub(crate) struct Export<I> {
    pub kind: ExportFormat,
    /// Without its ending.
    pub name: &'static str,
    pub columns: Vec<String>,
    /// The records, in order.
    pub ids: Vec<I>,
    /// The cells of some of them, in their order; those that are gone are left out.
    pub rows: Rows<I>,
}

/// Reads the rows of a part.
pub(crate) type Rows<I> = fn(&Conn<'_>, &Actor, &[I], &[String]) -> Result<Vec<Vec<Cell>>>;

impl<I: Copy + Send + Sync + 'static> Export<I> {
    /// Answers the file; what goes wrong later cuts the connection, so that half a file is not taken for a whole one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there are more rows than a sheet has.
    pub(crate) fn answer(self, ctx: Ctx) -> Result<Response> {
        let (media, ending) = match self.kind {
            ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
            ExportFormat::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        };
        if self.kind == ExportFormat::Xlsx && self.ids.len() > SHEET_ROWS_MAX {
            let message = format!("a sheet has {SHEET_ROWS_MAX} rows; narrow the list, or take the CSV");
            return Err(Error::invalid("", "too_many", message));
        }
        let disposition = format!("attachment; filename=\"{}.{ending}\"", self.name);
        let headers = [(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
        let body = match self.kind {
            ExportFormat::Csv => Body::from_stream(told(self.csv(ctx))),
            ExportFormat::Xlsx => Body::from_stream(told(self.xlsx(ctx))),
        };
        Ok((headers, body).into_response())
    }

    /// The rows, part by part.
    fn parts(self, ctx: Ctx) -> impl Stream<Item = Result<Vec<Vec<Cell>>>> + Send {
        let Export { columns, ids, rows, .. } = self;
        let parts: Vec<Vec<I>> = ids.chunks(PART).map(<[I]>::to_vec).collect();
        stream::iter(parts).then(move |part| {
            let (ctx, columns) = (ctx.clone(), columns.clone());
            async move { ctx.read(move |c, actor| rows(c, actor, &part, &columns)).await }
        })
    }

    fn csv(self, ctx: Ctx) -> impl Stream<Item = Result<Bytes>> + Send {
        // The mark lets spreadsheets know that the text is UTF-8.
        let head = line(&head(&self.columns)).map(|line| ["\u{feff}".as_bytes(), &line].concat());
        let lines = self.parts(ctx).map(|part| {
            let mut lines = Vec::new();
            for row in part? {
                lines.extend(line(&row)?);
            }
            Ok(lines)
        });
        stream::iter([head]).chain(lines).map(|part| part.map(Bytes::from))
    }

    /// A workbook is whole only at its end, so it is written to a file first.
    fn xlsx(self, ctx: Ctx) -> impl Stream<Item = Result<Bytes>> + Send {
        let folder = ctx.app.settings.data_dir.join(FOLDER);
        let written = async move {
            let (give, take) = mpsc::channel(PARTS_AHEAD);
            let head = head(&self.columns);
            let writer = tokio::task::spawn_blocking(move || workbook(&folder, &head, take));
            let mut parts = std::pin::pin!(self.parts(ctx));
            while let Some(part) = parts.next().await {
                // A writer that is gone tells why below.
                if give.send(part?).await.is_err() {
                    break;
                }
            }
            drop(give);
            writer.await.map_err(|error| Error::Bug(error.to_string()))?
        };
        stream::once(written).flat_map(|file| match file {
            Ok(file) => pieces(file).left_stream(),
            Err(error) => stream::iter([Err(error)]).right_stream(),
        })
    }
}

/// The connection is cut at an error, and the log has it.
fn told(parts: impl Stream<Item = Result<Bytes>> + Send) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send {
    parts.map(|part| {
        part.map_err(|error| {
            tracing::warn!(%error, "an export broke off");
            std::io::Error::other(error.to_string())
        })
    })
}

fn head(columns: &[String]) -> Vec<Cell> {
    columns.iter().map(Cell::text).collect()
}

fn line(cells: &[Cell]) -> Result<Vec<u8>> {
    let bug = |error: String| Error::Bug(error);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let cells = cells.iter().map(|cell| match cell {
        Cell::Text(text) => formula_safe(text),
        Cell::Number(digits) => Cow::Borrowed(digits.as_str()),
    });
    writer.write_record(cells.map(|cell| cell.into_owned())).map_err(|error| bug(error.to_string()))?;
    writer.into_inner().map_err(|error| bug(error.to_string()))
}

/// Writes the rows into a workbook as they come, row by row to the disk.
fn workbook(folder: &PathBuf, head: &[Cell], mut parts: mpsc::Receiver<Vec<Vec<Cell>>>) -> Result<File> {
    let failed = |error: XlsxError| Error::Unavailable(format!("the workbook cannot be written: {error}"));
    let unwritable = |error: std::io::Error| Error::Unavailable(format!("the workbook cannot be written: {error}"));
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    let mut book = Workbook::new();
    book.set_tempdir(folder).map_err(failed)?;
    let sheet = book.add_worksheet_with_constant_memory();
    let sheet = sheet.map_err(failed)?;
    let (bold, guarded) = (Format::new().set_bold(), Format::new().set_quote_prefix());
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (column, cell) in (0_u16..).zip(head) {
        sheet.write_string_with_format(0, column, cell.as_str(), &bold).map_err(failed)?;
    }
    let mut number = 0_u32;
    while let Some(rows) = parts.blocking_recv() {
        for row in rows {
            number += 1;
            for (column, cell) in (0_u16..).zip(&row).filter(|(_, cell)| !cell.as_str().is_empty()) {
                let written = match cell {
                    Cell::Number(digits) if digits.len() <= DIGITS_MAX => {
                        let value: f64 = digits.parse().map_err(|_| Error::Bug(format!("{digits} is no number")))?;
                        sheet.write_number(number, column, value)
                    }
                    // A text is no formula, and stays none when somebody edits the cell.
                    cell if formula_safe(cell.as_str()) != cell.as_str() => {
                        let text = guarded_text(cell.as_str());
                        sheet.write_string_with_format(number, column, text, &guarded)
                    }
                    cell => sheet.write_string(number, column, cell.as_str()),
                };
                written.map_err(failed)?;
            }
        }
    }
    let mut file = tempfile::tempfile_in(folder).map_err(unwritable)?;
    book.save_to_writer(&mut file).map_err(failed)?;
    file.rewind().map_err(unwritable)?;
    Ok(file)
}

/// An import takes an apostrophe before what looks like a formula for a guard; a real one gets another before it.
fn guarded_text(text: &str) -> Cow<'_, str> {
    if from_formula_safe(text) == text { Cow::Borrowed(text) } else { Cow::Owned(format!("'{text}")) }
}

/// The content of a file, piece by piece.
fn pieces(file: File) -> impl Stream<Item = Result<Bytes>> + Send {
    stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE_BYTES];
            let length = file.read(&mut piece)?;
            piece.truncate(length);
            Ok::<_, std::io::Error>((piece, file))
        });
        let read = read.await.map_err(|error| Error::Bug(error.to_string()))?;
        let (piece, file) = read.map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_major_units() {
        let written = |minor, currency| match Cell::amount(Some(minor), currency) {
            Cell::Number(digits) => digits,
            Cell::Text(text) => panic!("{text}"),
        };
        assert_eq!(written(125_000, "EUR"), "1250.00");
        assert_eq!(written(5, "EUR"), "0.05");
        assert_eq!(written(-5, "KWD"), "-0.005");
        assert_eq!(written(1_250, "JPY"), "1250");
        assert_eq!(Cell::amount(None, "EUR"), Cell::text(""));
    }

    #[test]
    fn columns_are_chosen_by_name() {
        let query = |columns: &str| ExportQuery { columns: Some(columns.into()), ..ExportQuery::default() };
        assert_eq!(query("").columns(&["a", "b"], &["c"], &[]).unwrap(), ["a", "b"]);
        assert_eq!(query("c, a").columns(&["a", "b"], &["c"], &[]).unwrap(), ["c", "a"]);
        assert!(query("a,d").columns(&["a", "b"], &["c"], &[]).is_err());
    }
}
