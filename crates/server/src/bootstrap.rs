//! What the web app needs to know before it shows anything, in one request.

use axum::Json;
use crm::custom_fields::CustomField;
use crm::pipelines::Pipeline;
use crm::products::ProductRef;
use crm::segments::SegmentRef;
use crm::tags::Tag;
use crm::views::{SavedView, ViewChoice};
use platform::Result;
use platform::accounts::{self, Me, Member, Organisation};
use platform::filter::catalogue::FieldInfo;
use platform::http::{App, Ctx, Problems};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(bootstrap))
}

/// Reference data of the workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Bootstrap {
    me: Me,
    org: Organisation,
    members: Vec<Member>,
    tags: Vec<Tag>,
    /// Those that are not archived, by name.
    segments: Vec<SegmentRef>,
    /// With their stages, in their order, archived ones too; none before somebody has opened a board or made a deal.
    pipelines: Vec<Pipeline>,
    /// Those that are not archived, by name; at most 1,000.
    products: Vec<ProductRef>,
    /// Everybody's and one's own, by name.
    views: Vec<SavedView>,
    /// How one keeps them: the order, and the one that a list opens with.
    view_choices: Vec<ViewChoice>,
    /// What can be filtered and sorted by.
    fields: Vec<FieldInfo>,
    /// Fields that the organisation has added to its records, in their order; archived ones too.
    custom_fields: Vec<CustomField>,
    /// The types of events that `activity` conditions may name.
    activity_types: Vec<&'static str>,
    /// The server's build, as in `X-Entente-Build`.
    version: String,
}

/// Who asks, their organisation, its members, tags, segments, pipelines, products and views, the catalogue of fields and the custom ones. For people.
#[utoipa::path(get, path = "/bootstrap", tag = "account", operation_id = "getBootstrap",
    responses((status = 200, body = Bootstrap), Problems))]
async fn bootstrap(ctx: Ctx) -> Result<Json<Bootstrap>> {
    let version = ctx.app.settings.build_id.clone();
    let work = move |c: &db::Conn<'_>, actor: &platform::Actor| {
        Ok(Bootstrap {
            me: accounts::me(c, actor)?,
            org: accounts::organisation(c, actor)?,
            members: accounts::all_members(c, actor)?,
            tags: crm::tags::list(c, actor)?,
            segments: crm::segments::living(c, actor)?,
            pipelines: crm::pipelines::all(c, &actor.scope())?,
            products: crm::products::living(c, &actor.scope())?,
            views: crm::views::all(c, actor)?,
            view_choices: crm::views::choices(c, actor)?,
            fields: crm::catalogue().collect(),
            custom_fields: crm::custom_fields::list(c, actor)?,
            activity_types: crm::activity::model::TYPES.to_vec(),
            version: version.clone(),
        })
    };
    ctx.read(work).await.map(Json)
}
