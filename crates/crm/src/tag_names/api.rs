use super::{MergeTags, TagMergePreview};
use crate::tags::{Tag, TagPatch};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::http::{App, Body, Ctx, Id, IfMatch, Problems, Versioned};
use platform::ids::TagId;
use platform::policy::{self, Action};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(update)).routes(routes!(merge)).routes(routes!(preview))
}

/// Renames, recolours or describes a tag. The rules of segments and the filters of views that name it follow.
#[utoipa::path(patch, path = "/tags/{id}", tag = "tags", operation_id = "updateTag", params(("id" = TagId, Path)),
    request_body = TagPatch, responses((status = 200, body = Tag), Problems))]
async fn update(ctx: Ctx, Id(id): Id<TagId>, expected: IfMatch, body: Body<TagPatch>) -> Result<Versioned<Tag>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Folds tags into one that stays: whoever carries one of them carries that one, and rules of segments and filters of
/// views that name one of them name that one. It cannot be undone.
#[utoipa::path(post, path = "/tags/merge", tag = "tags", operation_id = "mergeTags", request_body = MergeTags,
    responses((status = 200, body = Tag), Problems))]
async fn merge(ctx: Ctx, body: Body<MergeTags>) -> Result<Response> {
    policy::require(&ctx.actor, Action::MergeRecords)?;
    ctx.act(body, super::merge).await
}

/// What a merge of tags would do: how many customers it touches, and what names the tags that go.
#[utoipa::path(post, path = "/tags/merge/preview", tag = "tags", operation_id = "previewTagMerge",
    request_body = MergeTags, responses((status = 200, body = TagMergePreview), Problems))]
async fn preview(ctx: Ctx, body: Body<MergeTags>) -> Result<Json<TagMergePreview>> {
    ctx.read(move |c, actor| super::preview(c, actor, &body.value)).await.map(Json)
}
