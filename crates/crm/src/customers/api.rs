use super::bulk::actions::{self, CustomerBulk};
use super::merging::{self, MergeCustomers, MergePreview, Unmerged};
use super::{Customer, CustomerPatch, NewCustomer, NewTalk, Reassign};
use crate::activity::{Activity, ActivityQuery};
use crate::contacts::{Contact, ContactPatch, NewContact};
use crate::export::{ExportBody, ExportFormat, ExportQuery};
use axum::Json;
use axum::response::Response;
use platform::Result;
use platform::bulk::BulkAccepted;
use platform::facets::{Facets, FacetsBody};
use platform::filter::Me;
use platform::http::{App, Body, Ctx, Form, Id, IfMatch, NoContent, Page, Problems, Versioned};
use platform::ids::{CompanyId, ContactId, CustomerId};
use platform::paging::{Count, CountBody, ListBody, ListQuery};
use platform::policy::{self, Action};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) const DEFAULT_SORT: &str = "-lastActivityAt";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(query))
        .routes(routes!(count))
        .routes(routes!(facets))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(export_chosen))
        .routes(routes!(bulk))
        .routes(routes!(get, update))
        .routes(routes!(archive))
        .routes(routes!(restore))
        .routes(routes!(claim))
        .routes(routes!(unclaim))
        .routes(routes!(release))
        .routes(routes!(reassign))
        .routes(routes!(merge))
        .routes(routes!(preview_merge))
        .routes(routes!(unmerge))
        .routes(routes!(timeline))
        .routes(routes!(log_talk))
        .routes(routes!(contacts, add_contact))
        .routes(routes!(update_contact, remove_contact))
        .routes(routes!(add_tag, remove_tag))
        .routes(routes!(of_company))
}

/// Customers, filtered and sorted.
#[utoipa::path(get, path = "/customers", tag = "customers", operation_id = "listCustomers", params(ListQuery),
    responses((status = 200, body = Page<Customer>), Problems))]
async fn list(ctx: Ctx, Form(asked): Form<ListQuery>) -> Result<Json<Page<Customer>>> {
    let schema = super::schema_for(&ctx, |text| asked.names(text)).await?;
    let list = asked.read(schema, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// Customers, filtered and sorted, for filters too long for an address.
#[utoipa::path(post, path = "/customers/query", tag = "customers", operation_id = "queryCustomers",
    request_body = ListBody, responses((status = 200, body = Page<Customer>), Problems))]
async fn query(ctx: Ctx, body: Body<ListBody>) -> Result<Json<Page<Customer>>> {
    let schema = super::schema_for(&ctx, |text| body.value.names(text)).await?;
    let list = body.value.read(schema, DEFAULT_SORT, Me::Allowed)?;
    ctx.read(move |c, actor| super::page(c, actor, &list)).await.map(Json)
}

/// How many customers match.
#[utoipa::path(post, path = "/customers/count", tag = "customers", operation_id = "countCustomers",
    request_body = CountBody, responses((status = 200, body = Count), Problems))]
async fn count(ctx: Ctx, body: Body<CountBody>) -> Result<Json<Count>> {
    let schema = super::schema_for(&ctx, |text| body.value.names(text)).await?;
    let (tree, q) = body.value.read(schema, Me::Allowed)?;
    ctx.read(move |c, actor| super::count(c, actor, &tree, q.as_deref(), body.value.exact)).await.map(Json)
}

/// How many of those that match have each value of some fields. A field's own conditions are left out for its counts,
/// unless `keepOwn` asks for them.
#[utoipa::path(post, path = "/customers/facets", tag = "customers", operation_id = "countCustomerValues",
    request_body = FacetsBody, responses((status = 200, body = Facets), Problems))]
async fn facets(ctx: Ctx, body: Body<FacetsBody>) -> Result<Json<Facets>> {
    let schema = super::schema_for(&ctx, |text| body.value.names(text)).await?;
    let asked = body.value.read(schema, Me::Allowed)?;
    ctx.read(move |c, actor| super::facets(c, actor, &asked)).await.map(Json)
}

/// The customers of a list as CSV, all of them; no cell is a formula.
#[utoipa::path(get, path = "/customers/export.csv", tag = "customers", operation_id = "exportCustomers",
    params(ExportQuery), responses((status = 200, content_type = "text/csv", body = String), Problems))]
async fn export(ctx: Ctx, Form(asked): Form<ExportQuery>) -> Result<Response> {
    super::export::answer(ctx, &asked, ExportFormat::Csv).await
}

/// The customers of a list as a workbook, all of them; no cell is a formula.
#[utoipa::path(get, path = "/customers/export.xlsx", tag = "customers", operation_id = "exportCustomersWorkbook",
    params(ExportQuery), responses((status = 200, body = [u8],
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Problems))]
async fn export_workbook(ctx: Ctx, Form(asked): Form<ExportQuery>) -> Result<Response> {
    super::export::answer(ctx, &asked, ExportFormat::Xlsx).await
}

/// Chosen customers as a file: those that are named, or all that match but for some. No cell is a formula.
#[utoipa::path(post, path = "/customers/export", tag = "customers", operation_id = "exportChosenCustomers",
    request_body = ExportBody, responses((status = 200, content((String = "text/csv"),
        ([u8] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), Problems))]
async fn export_chosen(ctx: Ctx, body: Body<ExportBody>) -> Result<Response> {
    super::export::answer_chosen(ctx, &body.value).await
}

/// Makes a customer with contacts and tags. The company is found by the domain of the e-mail address
/// unless it is given.
#[utoipa::path(post, path = "/customers", tag = "customers", operation_id = "createCustomer",
    request_body = NewCustomer, responses((status = 201, body = Customer), Problems))]
async fn create(ctx: Ctx, body: Body<NewCustomer>) -> Result<Response> {
    policy::require(&ctx.actor, Action::CreateRecords)?;
    let body = body.try_map(|new| new.parse())?;
    ctx.create(body, super::create).await
}

/// Does one thing to many customers, as a job: those that match now are frozen, and each is looked at when its turn
/// comes. `GET /jobs/{id}` says how far it is.
#[utoipa::path(post, path = "/customers/bulk", tag = "customers", operation_id = "bulkCustomers",
    request_body = CustomerBulk, responses((status = 202, body = BulkAccepted), Problems))]
async fn bulk(ctx: Ctx, body: Body<CustomerBulk>) -> Result<Response> {
    policy::require(&ctx.actor, body.value.action.needs())?;
    let schema = super::schema_for(&ctx, |text| body.value.select.names(text)).await?;
    let body = body.try_map(|asked| asked.parse(schema.clone()))?;
    ctx.start(body, actions::ask).await
}

/// A customer with their contacts and tags.
#[utoipa::path(get, path = "/customers/{id}", tag = "customers", operation_id = "getCustomer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Customer), Problems))]
async fn get(ctx: Ctx, Id(id): Id<CustomerId>) -> Result<Versioned<Customer>> {
    ctx.read(move |c, actor| super::get(c, actor, id)).await.map(Versioned)
}

/// Changes the given fields; `null` clears one.
#[utoipa::path(patch, path = "/customers/{id}", tag = "customers", operation_id = "updateCustomer",
    params(("id" = CustomerId, Path)), request_body = CustomerPatch,
    responses((status = 200, body = Customer), Problems))]
async fn update(
    ctx: Ctx,
    Id(id): Id<CustomerId>,
    expected: IfMatch,
    body: Body<CustomerPatch>,
) -> Result<Versioned<Customer>> {
    ctx.write(move |tx, actor| super::update(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Hides a customer from lists; the addresses become free.
#[utoipa::path(post, path = "/customers/{id}/archive", tag = "customers", operation_id = "archiveCustomer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Customer), Problems))]
async fn archive(ctx: Ctx, Id(id): Id<CustomerId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::archive(tx, actor, id, expected)).await
}

/// Brings an archived customer back.
#[utoipa::path(post, path = "/customers/{id}/restore", tag = "customers", operation_id = "restoreCustomer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Customer), Problems))]
async fn restore(ctx: Ctx, Id(id): Id<CustomerId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::restore(tx, actor, id, expected)).await
}

/// Becomes the owner of an unclaimed customer.
#[utoipa::path(post, path = "/customers/{id}/claim", tag = "customers", operation_id = "claimCustomer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Customer), Problems))]
async fn claim(ctx: Ctx, Id(id): Id<CustomerId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::claim(tx, actor, id, expected)).await
}

/// Gives up one's own customer.
#[utoipa::path(post, path = "/customers/{id}/unclaim", tag = "customers", operation_id = "unclaimCustomer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Customer), Problems))]
async fn unclaim(ctx: Ctx, Id(id): Id<CustomerId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::unclaim(tx, actor, id, expected)).await
}

/// Takes a customer away from whoever owns it.
#[utoipa::path(post, path = "/customers/{id}/release", tag = "customers", operation_id = "releaseCustomer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Customer), Problems))]
async fn release(ctx: Ctx, Id(id): Id<CustomerId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| super::release(tx, actor, id, expected)).await
}

/// Gives a customer to a member.
#[utoipa::path(post, path = "/customers/{id}/reassign", tag = "customers", operation_id = "reassignCustomer",
    params(("id" = CustomerId, Path)), request_body = Reassign, responses((status = 200, body = Customer), Problems))]
async fn reassign(ctx: Ctx, Id(id): Id<CustomerId>, expected: IfMatch, body: Body<Reassign>) -> Result<Response> {
    policy::require(&ctx.actor, Action::ReleaseAndReassign)?;
    ctx.act(body, move |tx, actor, body| super::reassign(tx, actor, id, body.user_id, expected)).await
}

/// Folds customers into one, who gets all that is theirs; they are archived and name that one in `mergedIntoId`.
#[utoipa::path(post, path = "/customers/merge", tag = "customers", operation_id = "mergeCustomers",
    request_body = MergeCustomers, responses((status = 200, body = Customer), Problems))]
async fn merge(ctx: Ctx, body: Body<MergeCustomers>) -> Result<Response> {
    policy::require(&ctx.actor, Action::MergeRecords)?;
    ctx.act(body, merging::merge).await
}

/// What a merge would do: how much goes over, whose values stand, and the customer that would come of it.
#[utoipa::path(post, path = "/customers/merge/preview", tag = "customers", operation_id = "previewCustomerMerge",
    request_body = MergeCustomers, responses((status = 200, body = MergePreview), Problems))]
async fn preview_merge(ctx: Ctx, body: Body<MergeCustomers>) -> Result<Json<MergePreview>> {
    ctx.read(move |c, actor| merging::preview(c, actor, &body.value)).await.map(Json)
}

/// Takes a customer that was merged out again: it has back what was its own, as far as that is still there.
#[utoipa::path(post, path = "/customers/{id}/unmerge", tag = "customers", operation_id = "unmergeCustomer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Unmerged), Problems))]
async fn unmerge(ctx: Ctx, Id(id): Id<CustomerId>, expected: IfMatch) -> Result<Response> {
    ctx.act_empty(move |tx, actor| merging::unmerge(tx, actor, id, expected)).await
}

/// What happened to a customer, newest first.
#[utoipa::path(get, path = "/customers/{id}/activity", tag = "customers", operation_id = "listCustomerActivity",
    params(("id" = CustomerId, Path), ActivityQuery), responses((status = 200, body = Page<Activity>), Problems))]
async fn timeline(ctx: Ctx, Id(id): Id<CustomerId>, Form(asked): Form<ActivityQuery>) -> Result<Json<Page<Activity>>> {
    let limit = asked.limit()?;
    ctx.read(move |c, actor| super::timeline(c, actor, id, &asked, limit)).await.map(Json)
}

/// Puts a call or a meeting that took place on the timeline, where it belongs by its time. The customer's times of last
/// activity and, with a direction, of last contact from or to them move forward, never back.
#[utoipa::path(post, path = "/customers/{id}/activities", tag = "customers", operation_id = "logTalk",
    params(("id" = CustomerId, Path)), request_body = NewTalk, responses((status = 201, body = Activity), Problems))]
async fn log_talk(ctx: Ctx, Id(id): Id<CustomerId>, body: Body<NewTalk>) -> Result<Response> {
    ctx.create(body, move |tx, actor, new| super::log_talk(tx, actor, id, new)).await
}

/// A customer's contacts.
#[utoipa::path(get, path = "/customers/{id}/contacts", tag = "customers", operation_id = "listContacts",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Page<Contact>), Problems))]
async fn contacts(ctx: Ctx, Id(id): Id<CustomerId>) -> Result<Json<Page<Contact>>> {
    let customer = ctx.read(move |c, actor| super::get(c, actor, id)).await?;
    Ok(Json(Page { items: customer.contacts, next_cursor: None }))
}

/// Adds an address to a customer.
#[utoipa::path(post, path = "/customers/{id}/contacts", tag = "customers", operation_id = "createContact",
    params(("id" = CustomerId, Path)), request_body = NewContact, responses((status = 201, body = Contact), Problems))]
async fn add_contact(ctx: Ctx, Id(id): Id<CustomerId>, body: Body<NewContact>) -> Result<Response> {
    ctx.create(body, move |tx, actor, new| super::add_contact(tx, actor, id, new)).await
}

/// Changes an address, its label, rank or status.
#[utoipa::path(patch, path = "/contacts/{id}", tag = "customers", operation_id = "updateContact",
    params(("id" = ContactId, Path)), request_body = ContactPatch,
    responses((status = 200, body = Contact), Problems))]
async fn update_contact(
    ctx: Ctx,
    Id(id): Id<ContactId>,
    expected: IfMatch,
    body: Body<ContactPatch>,
) -> Result<Versioned<Contact>> {
    ctx.write(move |tx, actor| super::update_contact(tx, actor, id, &body.value, expected)).await.map(Versioned)
}

/// Removes a contact from its customer.
#[utoipa::path(delete, path = "/contacts/{id}", tag = "customers", operation_id = "deleteContact",
    params(("id" = ContactId, Path)), responses((status = 204), Problems))]
async fn remove_contact(ctx: Ctx, Id(id): Id<ContactId>, expected: IfMatch) -> Result<NoContent> {
    ctx.remove(move |tx, actor| super::remove_contact(tx, actor, id, expected)).await
}

/// Puts a tag on a customer; an unknown name becomes a new tag.
#[utoipa::path(put, path = "/customers/{id}/tags/{name}", tag = "customers", operation_id = "addTag",
    params(("id" = CustomerId, Path), ("name" = String, Path)), responses((status = 200, body = Customer), Problems))]
async fn add_tag(ctx: Ctx, Id((id, name)): Id<(CustomerId, String)>, expected: IfMatch) -> Result<Versioned<Customer>> {
    ctx.write(move |tx, actor| super::add_tag(tx, actor, id, &name, expected)).await.map(Versioned)
}

/// Takes a tag off a customer.
#[utoipa::path(delete, path = "/customers/{id}/tags/{name}", tag = "customers", operation_id = "removeTag",
    params(("id" = CustomerId, Path), ("name" = String, Path)), responses((status = 200, body = Customer), Problems))]
async fn remove_tag(
    ctx: Ctx,
    Id((id, name)): Id<(CustomerId, String)>,
    expected: IfMatch,
) -> Result<Versioned<Customer>> {
    ctx.write(move |tx, actor| super::remove_tag(tx, actor, id, &name, expected)).await.map(Versioned)
}

/// The customers of a company, most recently active first.
#[utoipa::path(get, path = "/companies/{id}/customers", tag = "companies", operation_id = "listCompanyCustomers",
    params(("id" = CompanyId, Path), ListQuery), responses((status = 200, body = Page<Customer>), Problems))]
async fn of_company(ctx: Ctx, Id(id): Id<CompanyId>, Form(asked): Form<ListQuery>) -> Result<Json<Page<Customer>>> {
    let schema = super::schema_for(&ctx, |text| asked.names(text)).await?;
    let list = asked.read_within(schema, DEFAULT_SORT, Me::Allowed, &id.to_string())?;
    ctx.read(move |c, actor| super::of_company(c, actor, id, &list)).await.map(Json)
}
