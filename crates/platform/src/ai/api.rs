use super::model::AiUsages;
use super::{AiProvider, AiProviderPatch, AiProviders, Models, NewAiProvider, TestAiProvider, TestedAiProvider};
use crate::error::Result;
use crate::http::{App, Body, Ctx, Id, IfMatch, NoContent, Problems, Versioned};
use crate::ids::AiProviderId;
use axum::Json;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
        .routes(routes!(test))
        .routes(routes!(usage))
}

/// The endpoints with language models, the oldest first, without their keys. For admins and owners.
#[utoipa::path(get, path = "/ai/providers", tag = "organisation", operation_id = "listAiProviders",
    responses((status = 200, body = AiProviders), Problems))]
async fn list(ctx: Ctx) -> Result<Json<AiProviders>> {
    ctx.read(super::list).await.map(Json)
}

/// Adds an endpoint. Its key is sealed, and never shown again.
#[utoipa::path(post, path = "/ai/providers", tag = "organisation", operation_id = "createAiProvider",
    request_body = NewAiProvider, responses((status = 201, body = AiProvider), Problems))]
async fn create(ctx: Ctx, body: Body<NewAiProvider>) -> Result<Response> {
    let app = ctx.app.clone();
    ctx.create(body, move |tx, actor, new| super::create(tx, actor, &app, new)).await
}

/// Changes the given parts. Another host or port takes the key away unless a new one comes along.
#[utoipa::path(patch, path = "/ai/providers/{id}", tag = "organisation", operation_id = "updateAiProvider",
    params(("id" = AiProviderId, Path)), request_body = AiProviderPatch,
    responses((status = 200, body = AiProvider), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<AiProviderId>,
    expected: IfMatch,
    body: Body<AiProviderPatch>,
) -> Result<Versioned<AiProvider>> {
    let app = ctx.app.clone();
    ctx.write(move |tx, actor| super::update(tx, actor, &app, id, &body.value, expected)).await.map(Versioned)
}

/// Takes an endpoint away with its key.
#[utoipa::path(delete, path = "/ai/providers/{id}", tag = "organisation", operation_id = "deleteAiProvider",
    params(("id" = AiProviderId, Path)), responses((status = 204), Problems))]
async fn delete(ctx: Ctx, Id(id): Id<AiProviderId>) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::delete(tx, actor, id)).await
}

/// Asks a small thing of an endpoint, saved or not, and says how that went. Nothing is saved.
#[utoipa::path(post, path = "/ai/providers/test", tag = "organisation", operation_id = "testAiProvider",
    request_body = TestAiProvider, responses((status = 200, body = TestedAiProvider), Problems))]
async fn test(ctx: Ctx, body: Body<TestAiProvider>) -> Result<Json<TestedAiProvider>> {
    Models::of(&ctx.app).test(&ctx.actor, body.value).await.map(Json)
}

/// What was used on the last thirty days with any use, the newest first. For admins and owners.
#[utoipa::path(get, path = "/ai/usage", tag = "organisation", operation_id = "getAiUsage",
    responses((status = 200, body = AiUsages), Problems))]
async fn usage(ctx: Ctx) -> Result<Json<AiUsages>> {
    ctx.read(super::usage).await.map(Json)
}
