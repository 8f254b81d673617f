//! The form of an upload: its parts in any order, the file to disk as it comes.

use std::path::{Path, PathBuf};

use axum::extract::Multipart;
use axum::extract::multipart::{Field as Part, MultipartError, MultipartRejection};
use axum::http::StatusCode;
use platform::http::{Ctx, Digest};
use platform::ids::ImportId;
use platform::policy::{self, Action};
use platform::{Error, Result};
use tokio::io::AsyncReadExt as _;

use super::field::RecordKind;
use super::model::Import;
use super::reader::Choice;
use super::upload::{self, Found, Receiving};

/// Longest text part.
const TEXT_BYTES_MAX: usize = 1_000;
/// What is read of a file of this machine at once.
const PIECE_BYTES: usize = 64 * 1024;

/// What came as the body of an upload.
pub(super) type Sent = Result<Multipart, MultipartRejection>;

/// An upload as it arrived.
pub(super) struct Asked {
    pub record: RecordKind,
    file_name: String,
    file: upload::Received,
    choice: Choice,
}

impl Asked {
    /// SHA-256 of everything that was sent, for the idempotency key.
    pub(super) fn digest(&self) -> Digest {
        use sha2::Digest as _;
        let words = format!("{}\0{}\0{:?}", self.record.as_str(), self.file_name, self.choice);
        self.file.digest.clone().chain_update(words).finalize().into()
    }
}

/// Reads the parts of the form.
///
/// # Errors
/// [`Error::Malformed`] naming the part that is missing, unknown or broken.
pub(super) async fn receive(ctx: &Ctx, sent: Sent) -> Result<Asked> {
    receive_into(upload::folder(&ctx.app.settings.data_dir), sent).await
}

async fn receive_into(folder: PathBuf, sent: Sent) -> Result<Asked> {
    let mut form =
        sent.map_err(|_| Error::UnsupportedMedia("send the file as a form: Content-Type: multipart/form-data".into()))?;
    let (mut record, mut file, mut choice) = (None, None, Choice::default());
    let mut met: Vec<String> = Vec::new();
    while let Some(mut part) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if met.contains(&name) {
            let message = "this part came twice; send each part once, and each file in an upload of its own";
            return Err(Error::malformed(format!("/{name}"), "duplicate_field", message));
        }
        if name == "file" {
            let file_name = upload::shown_name(part.file_name());
            let mut receiving = Receiving::begin(folder.clone()).await?;
            while let Some(piece) = part.chunk().await.map_err(|error| broken(&error))? {
                receiving.take(&piece).await?;
            }
            file = Some((file_name, receiving.end().await?));
            met.push(name);
            continue;
        }
        let text = read_text(&name, part).await?;
        let given = Some(text.trim_matches(' ').to_owned()).filter(|text| !text.is_empty());
        match name.as_str() {
            "record" => record = Some(parse_record(&text)?),
            "encoding" => choice.encoding = given,
            "delimiter" => choice.delimiter = given.map(|text| parse_delimiter(&text)).transpose()?,
            "sheet" => choice.sheet = given,
            "header" => choice.header = given.map(|text| parse_header(&text)).transpose()?,
            _ => {
                let message = "send record, file, and if needed encoding, delimiter, sheet, header";
                return Err(Error::malformed(format!("/{name}"), "unknown_field", message));
            }
        }
        met.push(name);
    }
    let record =
        record.ok_or_else(|| Error::malformed("/record", "required", "say customer, company, product or deal"))?;
    let (file_name, file) = file.ok_or_else(|| Error::malformed("/file", "required", "send a file"))?;
    Ok(Asked { record, file_name, file, choice })
}

/// Reads the file into rows of a new import that nobody sees yet.
pub(super) async fn stage(ctx: &Ctx, asked: Asked) -> Result<(ImportId, Found)> {
    let id = ImportId(ctx.actor.new_id());
    let (db, actor) = (ctx.app.db.clone(), ctx.actor.clone());
    let found = upload::stage(db, actor, id, asked.record, asked.file_name, asked.file, asked.choice).await?;
    Ok((id, found))
}

/// Takes a file of this machine in, as if it had been uploaded.
///
/// # Errors
/// As an upload; [`Error::Unavailable`] when the file cannot be read.
pub async fn take_file(ctx: &Ctx, record: RecordKind, path: &Path) -> Result<Import> {
    policy::require(&ctx.actor, Action::CreateRecords)?;
    let unreadable = |error: std::io::Error| Error::Unavailable(format!("{} cannot be read: {error}", path.display()));
    let mut file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut receiving = Receiving::begin(upload::folder(&ctx.app.settings.data_dir)).await?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let length = file.read(&mut piece).await.map_err(unreadable)?;
        if length == 0 {
            break;
        }
        receiving.take(&piece[..length]).await?;
    }
    let file_name = upload::shown_name(path.file_name().and_then(|name| name.to_str()));
    let asked = Asked { record, file_name, file: receiving.end().await?, choice: Choice::default() };
    let (id, found) = stage(ctx, asked).await?;
    ctx.write(move |tx, actor| upload::publish(tx, actor, id, record, &found)).await
}

async fn read_text(name: &str, mut part: Part<'_>) -> Result<String> {
    let mut text = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|error| broken(&error))? {
        text.extend_from_slice(&piece);
        if text.len() > TEXT_BYTES_MAX {
            return Err(Error::malformed(format!("/{name}"), "too_long", "this part of the form is too long"));
        }
    }
    String::from_utf8(text)
        .map_err(|_| Error::malformed(format!("/{name}"), "invalid", "this part of the form is not UTF-8"))
}

fn parse_record(text: &str) -> Result<RecordKind> {
    RecordKind::parse(text.trim())
        .ok_or_else(|| Error::malformed("/record", "invalid_value", "say customer, company, product or deal"))
}

fn parse_delimiter(text: &str) -> Result<char> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => Ok(one),
        _ if matches!(text, "\\t" | "tab") => Ok('\t'),
        _ => Err(Error::malformed("/delimiter", "invalid_value", "use one of , ; | or a tab")),
    }
}

fn parse_header(text: &str) -> Result<bool> {
    text.parse().map_err(|_| Error::malformed("/header", "invalid_value", "say true or false"))
}

fn broken(error: &MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge("the upload is too large".into()),
        _ => Error::malformed("", "invalid_form", "the upload broke off or is no multipart form; send it again"),
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::{FromRequest, Request};

    use super::*;

    async fn sent(parts: &[(&str, &str)]) -> Result<Asked> {
        let mut body = String::new();
        for (name, content) in parts {
            let file_name = if *name == "file" { "; filename=\"x.csv\"" } else { "" };
            body.push_str(&format!(
                "--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n{content}\r\n"
            ));
        }
        body.push_str("--cut--\r\n");
        let mut request = Request::new(body.into());
        let kind = "multipart/form-data; boundary=cut".parse().expect("a header");
        request.headers_mut().insert("content-type", kind);
        let folder = tempfile::tempdir().expect("a folder");
        receive_into(folder.path().into(), Multipart::from_request(request, &()).await).await
    }

    #[tokio::test]
    async fn each_part_comes_once() {
        let (record, file) = (("record", "customer"), ("file", "name\nAnna\n"));
        assert!(sent(&[file, record]).await.is_ok());
        for (parts, path) in [
            (&[record, file, ("file", "name\nBob\n")][..], "/file"),
            (&[record, ("record", "company"), file], "/record"),
            (&[record, file, ("header", "true"), ("header", "")], "/header"),
        ] {
            match sent(parts).await.err() {
                Some(Error::Malformed(faults)) => {
                    assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), (path, "duplicate_field"));
                }
                other => panic!("{path}: {other:?}"),
            }
        }
    }
}
