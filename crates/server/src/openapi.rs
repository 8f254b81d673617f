//! The OpenAPI document: what the handlers say, completed with what holds for all of them.

use crate::router::api;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use platform::error::{Existing, FieldError};
use platform::http::Problem;
use std::sync::OnceLock;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Info, OpenApi as Document, PathItem, RefOr};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
// Schemas that only parameters and refusals mention are not found from the routes.
#[openapi(components(schemas(Problem, FieldError, Existing, crm::activity::Group)))]
struct Common;

const DESCRIPTION: &str = "The one interface of the product: the web app, the command line and other programs use it. \
    Refusals are RFC 9457 problem documents. Lists are read page by page with `cursor`. A POST with an \
    `Idempotency-Key` may be repeated for 30 days. Records carry `version` and answer an `ETag`; a write with \
    `If-Match` is refused when the record has changed since.";

/// The document of all routes.
pub fn openapi() -> Document {
    let mut document = OpenApiRouter::with_openapi(Common::openapi()).nest("/api/v1", api()).into_openapi();
    document.info = Info::new("Entente", env!("CARGO_PKG_VERSION"));
    document.info.description = Some(DESCRIPTION.into());
    let components = document.components.get_or_insert_default();
    let cookie = ApiKey::Cookie(ApiKeyValue::new("session"));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("ent_…").build();
    components.add_security_scheme("apiKey", SecurityScheme::Http(bearer));
    let none: [&str; 0] = [];
    document.security = Some(vec![SecurityRequirement::new("session", none), SecurityRequirement::new("apiKey", none)]);
    for item in document.paths.paths.values_mut() {
        add_headers(item);
    }
    document
}

/// The headers that all POSTs, and all PATCHes, take.
fn add_headers(item: &mut PathItem) {
    let header = |name: &str, text: &str| {
        let schema = ObjectBuilder::new().schema_type(Type::String).build();
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .description(Some(text))
            .schema(Some(schema))
            .build()
    };
    let add = |operation: Option<&mut Operation>, parameter: Parameter| {
        if let Some(operation) = operation {
            operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
        }
    };
    let key = "The same key gives the same answer for 30 days: a UUID, for example.";
    add(item.post.as_mut(), header("Idempotency-Key", key));
    add(item.patch.as_mut(), header("If-Match", "The `ETag` that the change was based on."));
}

/// `GET /api/openapi.json`
pub(crate) async fn serve() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], text.as_str()).into_response()
}
