use super::{FIELDS, NewProduct, Product, ProductPatch};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::filter::Me;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, Page, Problems, Versioned};
use platform::ids::ProductId;
use platform::paging::{Count, CountBody, ListBody, ListQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const DEFAULT_SORT: &str = "name";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(get, update))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

/// Products, filtered and sorted.
#[utoipa::path(get, path = "/products", tag = "products", operation_id = "listProducts", params(ListQuery),
    responses((status = 200, body = Page<Product>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<ListQuery>) -> Result<Json<Page<Product>>> {
    let list = asked.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// Products, filtered and sorted, for filters too long for an address.
#[utoipa::path(post, path = "/products/query", tag = "products", operation_id = "queryProducts",
    request_body = ListBody, responses((status = 200, body = Page<Product>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<Product>>> {
    let list = body.value.read(&FIELDS, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// How many products match.
#[utoipa::path(post, path = "/products/count", tag = "products", operation_id = "countProducts",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let (tree, q) = body.value.read(&FIELDS, Me::Allowed)?;
    ctx.read(move |c, actor| super::count(c, actor, &tree, q.as_deref(), body.value.exact)).await.map(Json)
}

/// Makes a product, the caller's own unless said.
#[utoipa::path(post, path = "/products", tag = "products", operation_id = "createProduct", request_body = NewProduct,
    responses((status = 201, body = Product), Problems))]
async fn create(ctx: Ctx, body: Body<NewProduct>) -> Result<Response> {
    ctx.create(body, super::create).await
}

/// A product.
#[utoipa::path(get, path = "/products/{id}", tag = "products", operation_id = "getProduct",
    params(("id" = ProductId, Path)), responses((status = 200, body = Product), Problems))]
async fn get(ctx: Ctx, Id(id): Id<ProductId>) -> Result<Versioned<Product>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the given fields; `null` clears one.
#[utoipa::path(patch, path = "/products/{id}", tag = "products", operation_id = "updateProduct",
    params(("id" = ProductId, Path)), request_body = ProductPatch, responses((status = 200, body = Product), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<ProductId>,
    expected: IfMatch,
    body: Body<ProductPatch>,
) -> Result<Versioned<Product>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Takes a product out of the catalogue; deals keep their lines of it.
#[utoipa::path(post, path = "/products/{id}/archive", tag = "products", operation_id = "archiveProduct",
    params(("id" = ProductId, Path)), responses((status = 200, body = Product), Problems))]
async fn archive(ctx: Ctx, Id(id): Id<ProductId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::archive(tx, actor, id, expected)).await
}

/// Offers an archived product again.
#[utoipa::path(post, path = "/products/{id}/restore", tag = "products", operation_id = "restoreProduct",
    params(("id" = ProductId, Path)), responses((status = 200, body = Product), Problems))]
async fn restore(ctx: Ctx, Id(id): Id<ProductId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::restore(tx, actor, id, expected)).await
}
