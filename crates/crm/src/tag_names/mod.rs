//! What tags are called: renaming and merging them, with the rules of segments and the filters of views, which call
//! them by their names and follow.

pub mod api;
pub mod model;
#[cfg(test)]
mod tests;

pub use model::{MergeTags, TagMergePreview};

use crate::tags::{self, Tag, TagPatch};
use crate::{dashboards, scoring, segments, views};
use db::{Conn, Tx};
use platform::http::IfMatch;
use platform::ids::TagId;
use platform::policy::{self, Action};
use platform::text::fold;
use platform::{Actor, Error, Result};
use std::collections::BTreeSet;

/// Changes the given fields of a tag. What names it by its old name follows.
pub fn update(tx: &Tx<'_>, actor: &Actor, id: TagId, patch: &TagPatch, expected: IfMatch) -> Result<Tag> {
    let before = tags::get(tx, actor, id);
    let after = tags::update(tx, actor, id, patch, expected)?;
    let old = fold(&before?.name);
    if old != fold(&after.name) {
        let old = BTreeSet::from([old]);
        segments::rename_tags(tx, actor, &old, &after.name, false)?;
        views::rename_tags(tx, actor, &old, &after.name)?;
        dashboards::rename_tags(tx, actor, &old, &after.name)?;
        scoring::rename_tags(tx, actor, &old, &after.name, false)?;
    }
    Ok(after)
}

/// Folds tags into one: their customers carry that one, each once, and what names them names it.
///
/// # Errors
/// [`Error::Conflict`] `system_tag` for a tag of the product.
pub fn merge(tx: &Tx<'_>, actor: &Actor, asked: &MergeTags) -> Result<Tag> {
    policy::require(actor, Action::MergeRecords)?;
    let (primary, losers) = participants(tx, actor, asked)?;
    for loser in &losers {
        tags::fold(tx, actor, loser, &primary)?;
    }
    let old = keys(&losers);
    segments::rename_tags(tx, actor, &old, &primary.name, true)?;
    views::rename_tags(tx, actor, &old, &primary.name)?;
    dashboards::rename_tags(tx, actor, &old, &primary.name)?;
    scoring::rename_tags(tx, actor, &old, &primary.name, true)?;
    tags::touch(tx, actor, &primary)?;
    tags::get(tx, actor, primary.id)
}

/// What a merge would do.
pub fn preview(c: &Conn<'_>, actor: &Actor, asked: &MergeTags) -> Result<TagMergePreview> {
    policy::require(actor, Action::MergeRecords)?;
    let (primary, losers) = participants(c, actor, asked)?;
    let (customers, already) = tags::carriers(c, actor, &asked.ids, primary.id)?;
    let old = keys(&losers);
    let segments = segments::naming_tags(c, actor, &old)?.into_iter().map(|segment| segment.name).collect();
    Ok(TagMergePreview { customers, already, segments, views: views::naming_tags(c, actor, &old)? })
}

fn keys(tags: &[Tag]) -> BTreeSet<String> {
    tags.iter().map(|tag| fold(&tag.name)).collect()
}

/// The tag that stays, and those that go.
fn participants(c: &Conn<'_>, actor: &Actor, asked: &MergeTags) -> Result<(Tag, Vec<Tag>)> {
    asked.check()?;
    let take = |id: TagId, path: String| {
        let tag = tags::get(c, actor, id).map_err(|error| match error {
            Error::NotFound(_) => Error::invalid(path, "unknown_tag", "there is no such tag"),
            other => other,
        })?;
        tags::refuse_system(&tag)?;
        Ok(tag)
    };
    let primary = take(asked.primary_id, "/primaryId".into())?;
    let losers = asked.ids.iter().enumerate().map(|(index, id)| take(*id, format!("/ids/{index}")));
    Ok((primary, losers.collect::<Result<_>>()?))
}
