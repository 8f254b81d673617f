use super::SearchHit;
use axum::Json;
use platform::http::{App, Ctx, Form, Page, Problems};
use platform::{Error, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const LIMIT_DEFAULT: usize = 10;
const LIMIT_MAX: usize = 50;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search))
}

/// What to search for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// A name, a part of one, an address, a phone number in any notation, or words of a note. Of a longer text the first 200 characters
    /// count; a blank one finds nothing.
    #[serde(default)]
    q: String,
    /// Answers of each kind, 10 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50)]
    limit: Option<String>,
}

/// The customers, companies, deals and notes that a text means, the best answer first.
#[utoipa::path(get, path = "/search", tag = "search", operation_id = "search", params(SearchQuery),
    responses((status = 200, body = Page<SearchHit>), Problems))]
async fn search(ctx: Ctx, Form(asked): Form<SearchQuery>) -> Result<Json<Page<SearchHit>>> {
    let limit = match asked.limit.as_deref().map(str::parse) {
        None => LIMIT_DEFAULT,
        Some(Ok(limit)) if (1..=LIMIT_MAX).contains(&limit) => limit,
        Some(_) => {
            let message = format!("limit is a number from 1 to {LIMIT_MAX}");
            return Err(Error::malformed("limit", "invalid_value", message));
        }
    };
    let items = ctx.read(move |c, actor| super::find(c, actor, &asked.q, limit)).await?;
    Ok(Json(Page { items, next_cursor: None }))
}
