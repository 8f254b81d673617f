//! All routes, and what answers where there is none.

use crate::front::{Front, pass};
use crate::{bootstrap, docs, embed, openapi};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use platform::http::{App, JSON_LIMIT_BYTES, problem_answer};
use serde_json::json;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate as _, SizeAbove};
use utoipa_axum::router::OpenApiRouter;

/// Smaller answers gain nothing.
const COMPRESSED_MIN_BYTES: u64 = 1_024;

/// The routes below `/api/v1`.
pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(platform::routes()).merge(crm::routes()).merge(bootstrap::routes())
}

/// The whole service.
pub fn router(app: App, front: Front) -> Router {
    let (api, _) = OpenApiRouter::new().nest("/api/v1", api()).split_for_parts();
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
        SizeAbove::new(COMPRESSED_MIN_BYTES).and(|_: StatusCode, _, headers: &HeaderMap, _: &_| is_json(headers)),
    );
    Router::new()
        .merge(api)
        .route("/api/openapi.json", get(openapi::serve))
        .route("/api/docs", get(docs::page))
        .route("/api/docs.css", get(docs::style))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .fallback(elsewhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::extract::DefaultBodyLimit::max(JSON_LIMIT_BYTES))
        .layer(compression)
        .layer(from_fn_with_state((app.clone(), front), pass))
        .with_state(app)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

/// The process runs.
async fn alive() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// The database answers too.
async fn ready(State(app): State<App>) -> Response {
    match app.db.ping().await {
        Ok(()) => Json(json!({"status": "ready"})).into_response(),
        Err(error) => platform::Error::from(error).into_response(),
    }
}

/// Where no route is: a problem below `/api`, the web app everywhere else.
async fn elsewhere(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        let detail = "there is no such address; /api/docs lists all";
        return problem_answer(StatusCode::NOT_FOUND, "not_found", detail);
    }
    embed::serve(request.method(), path, request.headers())
}

async fn wrong_method() -> Response {
    let detail = "this address does not take that method; the Allow header lists those it takes";
    problem_answer(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}
