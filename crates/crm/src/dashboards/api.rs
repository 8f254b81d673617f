use super::{Dashboard, DashboardChoice, DashboardPatch, FeedItem, NewDashboard};
use axum::Json;
use axum::response::Response;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, NoContent, Page, Problems, Versioned};
use platform::ids::{DashboardId, UserId};
use platform::{Error, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const FEED_DEFAULT: usize = 20;
const FEED_MAX: usize = 50;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, remove))
        .routes(routes!(choose))
        .routes(routes!(feed))
}

/// Dashboards for everybody and one's own: the standard one, then by name.
#[utoipa::path(get, path = "/dashboards", tag = "dashboards", operation_id = "listDashboards",
    responses((status = 200, body = Page<Dashboard>), Problems))]
async fn list(ctx: Ctx) -> Result<Json<Page<Dashboard>>> {
    let items = ctx.read(super::all).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Makes a dashboard, for oneself or for everybody.
#[utoipa::path(post, path = "/dashboards", tag = "dashboards", operation_id = "createDashboard",
    request_body = NewDashboard, responses((status = 201, body = Dashboard), Problems))]
async fn create(ctx: Ctx, body: Body<NewDashboard>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// A dashboard. The id of the organisation is that of its standard one.
#[utoipa::path(get, path = "/dashboards/{id}", tag = "dashboards", operation_id = "getDashboard",
    params(("id" = DashboardId, Path)), responses((status = 200, body = Dashboard), Problems))]
async fn get(ctx: Ctx, Id(id): Id<DashboardId>) -> Result<Versioned<Dashboard>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the given fields; `widgets` replaces all of them.
#[utoipa::path(patch, path = "/dashboards/{id}", tag = "dashboards", operation_id = "updateDashboard",
    params(("id" = DashboardId, Path)), request_body = DashboardPatch,
    responses((status = 200, body = Dashboard), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<DashboardId>,
    expected: IfMatch,
    body: Body<DashboardPatch>,
) -> Result<Versioned<Dashboard>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Deletes a dashboard; the standard one is then as the program makes it.
#[utoipa::path(delete, path = "/dashboards/{id}", tag = "dashboards", operation_id = "deleteDashboard",
    params(("id" = DashboardId, Path)), responses((status = 204), Problems))]
async fn remove(ctx: Ctx, Id(id): Id<DashboardId>, expected: IfMatch) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::delete(tx, actor, id, expected)).await
}

/// Chooses the dashboard that one's home opens with.
#[utoipa::path(put, path = "/me/dashboard", tag = "dashboards", operation_id = "chooseDashboard",
    request_body = DashboardChoice, responses((status = 200, body = Dashboard), Problems))]
async fn choose(ctx: Ctx, body: Body<DashboardChoice>) -> Result<Versioned<Dashboard>> {
    ctx.write(move |tx, actor| super::choose(tx, actor, &body.value)).await.map(Versioned)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FeedQuery {
    /// Only what this member did.
    by: Option<UserId>,
    /// Items, 20 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50)]
    limit: Option<String>,
}

/// What has happened last in the organisation, those logged last first. Long runs of one kind by one actor are one item.
#[utoipa::path(get, path = "/activity", tag = "dashboards", operation_id = "listLatestActivity", params(FeedQuery),
    responses((status = 200, body = Page<FeedItem>), Problems))]
async fn feed(ctx: Ctx, Form(asked): Form<FeedQuery>) -> Result<Json<Page<FeedItem>>> {
    let limit = match asked.limit.as_deref().map(str::parse) {
        None => FEED_DEFAULT,
        Some(Ok(limit)) if (1..=FEED_MAX).contains(&limit) => limit,
        Some(_) => {
            return Err(Error::malformed("limit", "invalid_value", format!("limit is a number from 1 to {FEED_MAX}")));
        }
    };
    let items = ctx.read(move |c, actor| super::feed(c, actor, asked.by, limit)).await?;
    Ok(Json(Page { items, next_cursor: None }))
}
