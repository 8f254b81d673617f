//! Deals as CSV and XLSX.

use super::api::DEFAULT_SORT;
use super::{Deal, FIELDS, bulk, ids, store};
use crate::custom_fields::{self, CustomField, PREFIX, Record};
use crate::export::{Cell, Export, ExportBody, ExportFormat, ExportQuery, OptionTexts, in_body, option_texts};
use crate::{pipelines, products};
use axum::response::Response;
use db::Conn;
use platform::bulk::{Select, Selection};
use platform::filter::Me;
use platform::http::Ctx;
use platform::ids::{DealId, ProductId, StageId};
use platform::organisations::{self, Member};
use platform::{Actor, Result};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The columns that a file has unless others are asked for, as the API and the importer name them.
const USUAL: [&str; 19] = [
    "id",
    "name",
    "company.name",
    "customer.name",
    "pipeline.name",
    "stage",
    "amount",
    "currency",
    "probability",
    "product.name",
    "quantity",
    "expectedCloseDate",
    "closedAt",
    "lostReason",
    "source",
    "owner.name",
    "owner.email",
    "createdAt",
    "lastActivityAt",
];

/// What else the catalogue of fields has, and lists show.
const FURTHER: [&str; 10] = [
    "customerId",
    "companyId",
    "ownerId",
    "pipelineId",
    "stageId",
    "products",
    "stageEnteredAt",
    "updatedAt",
    "archived",
    "rotting",
];

/// All of them.
pub(crate) fn columns() -> impl Iterator<Item = &'static str> {
    USUAL.into_iter().chain(FURTHER)
}

/// Answers the whole list as a file.
///
/// # Errors
/// [`platform::Error::Malformed`] for an unknown column or a faulty filter.
pub(crate) async fn answer(ctx: Ctx, asked: &ExportQuery, kind: ExportFormat) -> Result<Response> {
    file(ctx, asked, None, kind).await
}

/// Answers the chosen records as a file, also archived ones that are named.
///
/// # Errors
/// As [`answer`], and for a choice that makes no sense.
pub(super) async fn answer_chosen(ctx: Ctx, asked: &ExportBody) -> Result<Response> {
    file(ctx, &asked.query()?, Some(&asked.select), asked.format).await.map_err(in_body)
}

async fn file(ctx: Ctx, asked: &ExportQuery, select: Option<&Select>, kind: ExportFormat) -> Result<Response> {
    let fields = match asked.concerns_custom_fields() {
        true => ctx.read(|c, actor| custom_fields::living(c, &actor.scope(), Record::Deal)).await?,
        false => Vec::new(),
    };
    let columns = asked.columns(&USUAL, &FURTHER, &fields)?;
    let named = asked.list().names(PREFIX);
    let schema = custom_fields::schema_for(&ctx, Record::Deal, &FIELDS, named).await?;
    let list = asked.list().read(schema.clone(), DEFAULT_SORT, Me::Allowed)?;
    let selection = select.map(|select| select.read(schema)).transpose()?;
    let ids = ctx.read(move |c, actor| match &selection {
        None => ids(c, actor, &list),
        Some(Selection::Ids(chosen)) => Ok(store::chosen(c, &actor.scope(), &list, chosen)?),
        Some(Selection::Matching { except, .. }) => {
            let except: HashSet<Uuid> = except.iter().copied().collect();
            Ok(ids(c, actor, &list)?.into_iter().filter(|id| !except.contains(&id.0)).collect())
        }
    });
    Export { kind, name: "deals", columns, ids: ids.await?, rows }.answer(ctx)
}

/// What rows refer to.
struct Around {
    members: Vec<Member>,
    fields: Vec<CustomField>,
    options: OptionTexts,
    /// What stages are called, and their pipelines.
    stages: HashMap<StageId, (String, String)>,
    products: HashMap<ProductId, String>,
}

fn rows(c: &Conn<'_>, actor: &Actor, part: &[DealId], columns: &[String]) -> Result<Vec<Vec<Cell>>> {
    let scope = actor.scope();
    let found = bulk::load(c, actor, part)?;
    let mut stages = HashMap::new();
    for pipeline in pipelines::all(c, &scope)? {
        for stage in pipeline.stages {
            stages.insert(stage.id, (stage.name, pipeline.name.clone()));
        }
    }
    let lines = found.iter().flat_map(|deal| deal.lines.iter().map(|line| line.product_id)).collect::<HashSet<_>>();
    let fields = custom_fields::living(c, &scope, Record::Deal)?;
    let around = Around {
        members: organisations::members(c, &scope)?,
        options: option_texts(&fields),
        fields,
        stages,
        products: products::names(c, &scope, &lines.into_iter().collect::<Vec<_>>())?,
    };
    let found: HashMap<DealId, Deal> = found.into_iter().map(|deal| (deal.id, deal)).collect();
    let row = |deal: &Deal| columns.iter().map(|column| cell(deal, column, &around)).collect();
    Ok(part.iter().filter_map(|id| found.get(id)).map(row).collect())
}

fn cell(deal: &Deal, column: &str, around: &Around) -> Cell {
    let owner = || around.members.iter().find(|member| Some(member.id) == deal.owner_id);
    let stage = around.stages.get(&deal.stage_id);
    // Several lines are no single product; the importer would take the first for all.
    let line = || deal.lines.first().filter(|_| deal.lines.len() == 1);
    match column {
        "id" => Cell::text(deal.id.to_string()),
        "name" => Cell::text(&deal.name),
        "company.name" => Cell::maybe(deal.company.as_ref().map(|company| &company.name)),
        "companyId" => Cell::maybe(deal.company_id),
        "customer.name" => Cell::maybe(deal.customer.as_ref().map(|customer| &customer.name)),
        "customerId" => Cell::maybe(deal.customer_id),
        "pipeline.name" => Cell::maybe(stage.map(|(_, pipeline)| pipeline)),
        "pipelineId" => Cell::text(deal.pipeline_id.to_string()),
        "stage" => Cell::text(stage.map_or(deal.stage.as_str(), |(stage, _)| stage)),
        "stageId" => Cell::text(deal.stage_id.to_string()),
        "stageEnteredAt" => Cell::text(deal.stage_entered_at.to_string()),
        "amount" => Cell::amount(deal.amount, deal.currency.as_deref().unwrap_or_default()),
        "currency" => Cell::maybe(deal.currency.as_ref()),
        "probability" => Cell::Number(deal.probability.to_string()),
        "product.name" => Cell::maybe(line().and_then(|line| around.products.get(&line.product_id))),
        "quantity" => Cell::whole(line().map(|line| line.quantity)),
        "products" => {
            let names = deal.lines.iter().filter_map(|line| around.products.get(&line.product_id));
            Cell::text(names.map(String::as_str).collect::<Vec<_>>().join(", "))
        }
        "expectedCloseDate" => Cell::maybe(deal.expected_close_date),
        "closedAt" => Cell::maybe(deal.closed_at),
        "lostReason" => Cell::maybe(deal.lost_reason.as_ref()),
        "source" => Cell::text(&deal.source),
        "owner.name" => Cell::maybe(owner().map(|owner| &owner.name).or(deal.owner_name.as_ref())),
        "owner.email" => Cell::maybe(owner().map(|owner| &owner.email)),
        "ownerId" => Cell::maybe(deal.owner_id),
        "archived" => Cell::text(deal.archived_at.is_some().to_string()),
        "rotting" => Cell::text(deal.rotting.to_string()),
        "createdAt" => Cell::text(deal.created_at.to_string()),
        "updatedAt" => Cell::text(deal.updated_at.to_string()),
        "lastActivityAt" => Cell::text(deal.last_activity_at.to_string()),
        name => match around.fields.iter().find(|field| field.name() == name) {
            Some(field) => Cell::custom(field, deal.custom.get(&field.key), &around.options, &around.members),
            None => Cell::text(""),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_catalogue_is_a_column() {
        for field in FIELDS.describe() {
            assert!(columns().any(|column| column == field.field), "{}", field.field);
        }
    }
}
