use super::{Notification, ReadUntil, Unread};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::http::{App, Body, Ctx, Form, Id, Page, Problems};
use platform::ids::NotificationId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(count)).routes(routes!(read_until)).routes(routes!(read))
}

/// The parameters of `GET /notifications`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NotificationQuery {
    /// Only those that are not read.
    unread: Option<bool>,
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The caller's own notifications, the newest first. For people.
#[utoipa::path(get, path = "/notifications", tag = "notifications", operation_id = "listNotifications",
    params(NotificationQuery), responses((status = 200, body = Page<Notification>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<NotificationQuery>) -> Result<Json<Page<Notification>>> {
    let NotificationQuery { unread, limit, cursor } = asked;
    let only_unread = unread.unwrap_or(false);
    ctx.read(move |c, actor| super::page(c, actor, only_unread, limit.as_deref(), cursor.as_deref())).await.map(Json)
}

/// How many of the caller's notifications are unread; exact up to 100. For people.
#[utoipa::path(get, path = "/notifications/count", tag = "notifications", operation_id = "countNotifications",
    responses((status = 200, body = Unread), Problems))]
async fn count(ctx: Ctx) -> Result<Json<Unread>> {
    ctx.read(super::unread).await.map(Json)
}

/// Marks a notification as read.
#[utoipa::path(post, path = "/notifications/{id}/read", tag = "notifications", operation_id = "readNotification",
    params(("id" = NotificationId, Path)), responses((status = 200, body = Notification), Problems))]
async fn read(ctx: Ctx, Id(id): Id<NotificationId>) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::read(tx, actor, id)).await
}

/// Marks all as read up to the newest one that has been seen; answers how many are unread then.
#[utoipa::path(post, path = "/notifications/read", tag = "notifications", operation_id = "readNotifications",
    request_body = ReadUntil, responses((status = 200, body = Unread), Problems))]
async fn read_until(ctx: Ctx, body: Body<ReadUntil>) -> Result<Response> {
    ctx.act(body, super::read_until).await
}
