//! `rows.csv`: a result for every row, with the row as it came; or the rows of one result, such as those to be mended.

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use platform::http::Ctx;
use platform::ids::ImportId;
use platform::{Error, Result};

use super::decide::Verdict;
use super::field::{Field, RecordKind};
use super::jobs::parse_cells;
use super::store::{self, Phase};
use super::{phase_of, visible};
use crate::fields::formula_safe;

/// Rows that are read at once.
const PAGE_ROWS: i64 = 2_000;

/// Where the answer goes on.
struct Place {
    phase: Phase,
    only: Option<Verdict>,
    after: i64,
    columns: usize,
}

/// Streams the rows of an import, those with one result if asked; no cell is a formula.
pub async fn answer(ctx: Ctx, id: ImportId, only: Option<Verdict>) -> Result<Response> {
    let stored = ctx.read(move |c, actor| visible(c, actor, id)).await?;
    if stored.is_emptied {
        return Err(Error::conflict("import_too_old", "the rows of this import were deleted for their age"));
    }
    let names = stored.import.columns.iter().map(|column| column.name.clone());
    let head: Vec<String> =
        ["row", "result", "recordId", "reason"].into_iter().map(str::to_owned).chain(names).collect();
    // The mark lets spreadsheets know that the text is UTF-8.
    let first = ["\u{feff}".as_bytes(), &line(&head)?].concat();
    let place = Place { phase: phase_of(&stored), only, after: 0, columns: stored.import.columns.len() };
    let body = stream::unfold((Some(first), Some(place)), move |(first, place)| {
        let ctx = ctx.clone();
        async move {
            if let Some(first) = first {
                return Some((Ok(Bytes::from(first)), (None, place)));
            }
            match next(&ctx, id, place?).await {
                Ok((lines, _)) if lines.is_empty() => None,
                Ok((lines, place)) => Some((Ok(Bytes::from(lines)), (None, Some(place)))),
                // The connection is cut, so that half a file is not taken for a whole one.
                Err(error) => Some((Err(std::io::Error::other(error.to_string())), (None, None))),
            }
        }
    });
    let kind = only.map(|result| format!("-{}", result.as_str())).unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"import-{id}{kind}.csv\"")),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

async fn next(ctx: &Ctx, id: ImportId, place: Place) -> Result<(Vec<u8>, Place)> {
    ctx.read(move |c, actor| {
        let rows = store::export_after(c, &actor.scope(), id, place.phase, place.only, place.after, PAGE_ROWS)?;
        let mut lines = Vec::new();
        let mut after = place.after;
        for row in rows {
            after = row.position;
            let mut cells = vec![
                row.number.to_string(),
                row.result.unwrap_or_default(),
                row.record_id.map(|id| id.to_string()).unwrap_or_default(),
                row.undone.or(row.reason).unwrap_or_default(),
            ];
            let original = parse_cells(&row.cells)?;
            let missing = place.columns.saturating_sub(original.len());
            cells.extend(original);
            cells.extend(std::iter::repeat_n(String::new(), missing));
            lines.extend(line(&cells)?);
        }
        Ok((lines, Place { after, ..place }))
    })
    .await
}

/// An empty file with the columns that an import knows, and one row that shows their forms.
pub(super) fn template(record: RecordKind) -> Result<Response> {
    // Nobody makes up an id: exports have one, to be imported again.
    let fields = || record.fields().iter().filter(|field| **field != Field::Id);
    let names: Vec<String> = fields().map(|field| field.as_str().to_owned()).collect();
    let example: Vec<String> = fields().map(|field| field.example().to_owned()).collect();
    let text = ["\u{feff}".as_bytes(), &line(&names)?, &line(&example)?].concat();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}-template.csv\"", record.as_str())),
    ];
    Ok((headers, text).into_response())
}

fn line(cells: &[String]) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    let bug = |error: String| Error::Bug(error);
    writer
        .write_record(cells.iter().map(|cell| formula_safe(cell).into_owned()))
        .map_err(|error| bug(error.to_string()))?;
    writer.into_inner().map_err(|error| bug(error.to_string()))
}
