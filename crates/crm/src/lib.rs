//! The records of the product: people, companies, tags and what happened to them.
//!
//! A folder may use only the folders listed above it.

pub mod fields;

pub mod domains;

pub mod news;

pub mod activity;

pub mod merging;

pub mod tags;

pub mod contacts;

pub mod custom_fields;

mod export;

mod fits;

pub mod segment_rules;

mod segment_members;

pub mod duplicates;

pub mod companies;

pub mod products;

pub mod pipelines;

pub mod deals;

pub mod anchors;

pub mod tasks;

pub mod notifications;

pub mod attachments;

pub mod notes;

pub mod customers;

pub mod segments;

pub mod views;

pub mod reports;

pub mod dashboards;

pub mod scoring;

pub mod tag_names;

pub mod search;

pub mod imports;

pub mod checks;

#[cfg(test)]
mod testing;

pub use export::{ExportFormat, ExportQuery};

/// The routes of all records.
pub fn routes() -> utoipa_axum::router::OpenApiRouter<platform::http::App> {
    tags::api::routes()
        .merge(custom_fields::api::routes())
        .merge(companies::api::routes())
        .merge(products::api::routes())
        .merge(pipelines::api::routes())
        .merge(deals::api::routes())
        .merge(tasks::api::routes())
        .merge(notifications::api::routes())
        .merge(attachments::api::routes())
        .merge(notes::api::routes())
        .merge(customers::api::routes())
        .merge(segments::api::routes())
        .merge(duplicates::api::routes())
        .merge(views::api::routes())
        .merge(reports::api::routes())
        .merge(dashboards::api::routes())
        .merge(scoring::api::routes())
        .merge(tag_names::api::routes())
        .merge(search::api::routes())
        .merge(imports::api::routes())
}

/// The fields of all records, for clients that build filters and columns.
pub fn catalogue() -> impl Iterator<Item = platform::filter::catalogue::FieldInfo> {
    [&customers::FIELDS, &companies::FIELDS, &deals::FIELDS, &products::FIELDS, &tasks::FIELDS, &notes::FIELDS]
        .into_iter()
        .flat_map(platform::filter::Catalogue::describe)
}

/// A whole list of records as a file.
///
/// # Errors
/// [`platform::Error::Malformed`] for an unknown column or a faulty filter.
pub async fn export(
    ctx: platform::http::Ctx,
    record: imports::field::RecordKind,
    asked: &ExportQuery,
    kind: ExportFormat,
) -> platform::Result<axum::response::Response> {
    match record {
        imports::field::RecordKind::Customer => customers::export(ctx, asked, kind).await,
        imports::field::RecordKind::Company => companies::export(ctx, asked, kind).await,
        imports::field::RecordKind::Deal => deals::export::answer(ctx, asked, kind).await,
        imports::field::RecordKind::Product => {
            Err(platform::Error::malformed("record", "invalid_value", "products are few: read them by the API"))
        }
    }
}

/// What does the bulk actions on each record.
pub const BULK_ACTS: [(&str, platform::bulk::Act); 3] = [
    (customers::bulk::actions::RECORD, scoring::bulk::act),
    (companies::bulk::actions::RECORD, companies::bulk::actions::act),
    (deals::bulk::actions::RECORD, deals::bulk::actions::act),
];
