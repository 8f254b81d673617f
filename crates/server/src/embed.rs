//! The web app, carried inside the program: files of `web/dist` with their compressed siblings.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use platform::http::problem_answer;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Web;

/// Files here have a hash in their name and never change.
const HASHED: &str = "assets/";
const PAGE: &str = "index.html";
/// Siblings that the web build writes, in the order of preference.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Entente</title></head><body>\
    <h1>The web app is not in this program</h1><p>Build it first: <code>npm ci</code> and <code>npm run build</code> in the \
    folder <code>web</code>, then build the program again. <code>make run</code> does both. The API works without it: see \
    <a href=\"/api/docs\">/api/docs</a>.</p></body></html>";

/// Tells builds apart: the version, and a digest of the page that names all hashed files.
pub(crate) fn build_id() -> String {
    let digest = Web::get(PAGE).map(|file| hex::encode(&file.metadata.sha256_hash()[..6]));
    format!("{}-{}", env!("CARGO_PKG_VERSION"), digest.as_deref().unwrap_or("api"))
}

/// Answers a request for a page or a file of the web app.
pub(crate) fn serve(method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let mut refusal =
            problem_answer(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "pages and files can only be read");
        refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refusal;
    }
    let name = path.trim_start_matches('/');
    // Folders that begin with a dot hold notes of the build.
    let own = !name.is_empty() && !name.split('/').any(|part| part.starts_with('.'));
    if own && let Some(file) = Web::get(name) {
        return answer(name, &file, headers);
    }
    if name.starts_with(HASHED) {
        // An old page asks for a file of an older build: its script must fail, not become a page.
        return problem_answer(
            StatusCode::NOT_FOUND,
            "not_found",
            "this file belongs to another build; reload the page",
        );
    }
    match Web::get(PAGE) {
        Some(page) => answer(PAGE, &page, headers),
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
    }
}

fn answer(name: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = ENCODINGS
        .iter()
        .filter(|(coding, _)| accepts(accepted, coding))
        .find_map(|(coding, ending)| Web::get(&format!("{name}.{ending}")).map(|file| (*coding, file.data)));
    let (coding, data) = match packed {
        Some((coding, data)) => (Some(coding), data),
        None => (None, file.data.clone()),
    };
    let digest = hex::encode(&file.metadata.sha256_hash()[..12]);
    let tag = format!("\"{digest}-{}\"", coding.unwrap_or("plain"));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(match data {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        })
    };
    let out = response.headers_mut();
    if !fresh {
        let kind = mime_guess::from_path(name).first_or_octet_stream();
        let charset = if kind.type_() == "text" { "; charset=utf-8" } else { "" };
        insert(out, header::CONTENT_TYPE, &format!("{kind}{charset}"));
        if let Some(coding) = coding {
            insert(out, header::CONTENT_ENCODING, coding);
        }
    }
    insert(out, header::ETAG, &tag);
    insert(out, header::VARY, "Accept-Encoding");
    let keep = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    insert(out, header::CACHE_CONTROL, keep);
    response
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Whether an `Accept-Encoding` takes `coding`.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|part| {
        let (name, quality) = part.split_once(';').unwrap_or((part, ""));
        let refused = quality.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()) == Some(0.0);
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_unless_refused() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("", "gzip"));
        assert!(!accepts("brotli", "br"));
    }

    #[test]
    fn files_are_only_read_and_lost_scripts_are_not_pages() {
        let none = HeaderMap::new();
        assert_eq!(serve(&Method::POST, "/", &none).status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(serve(&Method::GET, "/assets/gone-1234.js", &none).status(), StatusCode::NOT_FOUND);
        let page = serve(&Method::GET, "/crm/customers", &none);
        let notes = serve(&Method::GET, "/.vite/manifest.json", &none);
        for response in [page, notes] {
            assert!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        }
    }
}
