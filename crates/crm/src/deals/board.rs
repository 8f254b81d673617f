//! The board of a pipeline: for each stage how many deals it has, what they come to, and its first cards.

use super::{Deal, store};
use crate::pipelines::{self, DealStage, Pipeline, Stage};
use db::Conn;
use platform::filter::{Context, Tree};
use platform::ids::{DealId, PipelineId, StageId};
use platform::{Actor, Error, Result, organisations};
use serde::Serialize;
use utoipa::ToSchema;

/// What deals come to in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Amount {
    /// ISO 4217.
    pub currency: String,
    /// In minor units.
    pub amount: i64,
}

/// One column of a board.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BoardStage {
    pub stage_id: StageId,
    pub name: String,
    pub stage: DealStage,
    /// All deals of the filter in this stage.
    pub count: i64,
    /// What they come to, by currency.
    pub totals: Vec<Amount>,
    /// The first of them, in the order that people have given them.
    pub cards: Vec<Deal>,
    /// Asks for the next cards of this stage.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Board {
    pub pipeline_id: PipelineId,
    pub stages: Vec<BoardStage>,
}

/// Which cards of a board are shown.
pub(super) struct Part {
    /// Of one stage alone.
    pub stage_id: Option<StageId>,
    /// Those after a page of that stage.
    pub cursor: Option<String>,
    /// Cards of each stage.
    pub limit: usize,
}

/// The board of a pipeline, or a part of it.
pub(super) fn shown(
    c: &Conn<'_>,
    actor: &Actor,
    pipeline: &Pipeline,
    tree: &Tree,
    q: Option<&str>,
    part: &Part,
) -> Result<Board> {
    match part.stage_id {
        None => board(c, actor, pipeline, tree, q, part.limit),
        Some(stage) => next_cards(c, actor, pipeline, stage, tree, q, part.cursor.as_deref(), part.limit),
    }
}

/// The board of a pipeline, narrowed by a filter.
pub fn board(
    c: &Conn<'_>,
    actor: &Actor,
    pipeline: &Pipeline,
    tree: &Tree,
    q: Option<&str>,
    limit: usize,
) -> Result<Board> {
    let scope = actor.scope();
    let context = organisations::filter_context(c, actor)?;
    let totals = if q.is_none() && tree.is_all() {
        store::totals(c, &scope, &pipeline.stages)?
    } else {
        store::totals_of(c, &scope, pipeline.id, tree, q, &context)?
    };
    let ids: Vec<StageId> = pipeline.stages.iter().map(|stage| stage.id).collect();
    let mut cards = store::cards(c, &scope, &ids, tree, q, &context, None, limit + 1)?;
    cards.sort_by(|a, b| (&a.rank, a.id).cmp(&(&b.rank, b.id)));
    let mut columns = Vec::with_capacity(ids.len());
    for stage in &pipeline.stages {
        let (own, others) = cards.into_iter().partition(|card| card.stage_id == stage.id);
        cards = others;
        columns.push(column(stage, &totals, own, limit));
    }
    Ok(Board { pipeline_id: pipeline.id, stages: columns })
}

fn column(stage: &Stage, totals: &[store::Total], mut cards: Vec<Deal>, limit: usize) -> BoardStage {
    let own = totals.iter().filter(|total| total.0 == stage.id);
    let mut amounts: Vec<Amount> = own
        .clone()
        .filter(|total| !total.1.is_empty() && total.2 > 0)
        .map(|(_, currency, _, amount)| Amount { currency: currency.clone(), amount: *amount })
        .collect();
    amounts.sort_by(|a, b| a.currency.cmp(&b.currency));
    let next_cursor = cut(&mut cards, limit);
    BoardStage {
        stage_id: stage.id,
        name: stage.name.clone(),
        stage: stage.stage,
        count: own.filter(|total| total.1.is_empty()).map(|total| total.2).sum(),
        totals: amounts,
        cards,
        next_cursor,
    }
}

/// Leaves `limit` cards; asks for those after them if there were more.
fn cut(cards: &mut Vec<Deal>, limit: usize) -> Option<String> {
    let more = cards.len() > limit;
    cards.truncate(limit);
    cards.last().filter(|_| more).map(|last| format!("{}.{}", last.rank, last.id))
}

/// The next cards of one stage, as a board of that stage alone; what it has is told anew.
#[allow(clippy::too_many_arguments)]
pub fn next_cards(
    c: &Conn<'_>,
    actor: &Actor,
    pipeline: &Pipeline,
    stage_id: StageId,
    tree: &Tree,
    q: Option<&str>,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Board> {
    let stage = pipeline.stages.iter().find(|stage| stage.id == stage_id);
    let stage =
        stage.ok_or_else(|| Error::malformed("stageId", "unknown_stage", "the pipeline has no such stage"))?.clone();
    let after = cursor.map(parse_cursor).transpose()?;
    let only = Pipeline { stages: vec![stage], ..pipeline.clone() };
    let Some((rank, id)) = after else { return board(c, actor, &only, tree, q, limit) };
    let scope = actor.scope();
    let context: Context = organisations::filter_context(c, actor)?;
    let mut board = board(c, actor, &only, tree, q, 0)?;
    let mut cards = store::cards(c, &scope, &[stage_id], tree, q, &context, Some((&rank, id)), limit + 1)?;
    if let Some(column) = board.stages.first_mut() {
        column.next_cursor = cut(&mut cards, limit);
        column.cards = cards;
    }
    Ok(board)
}

fn parse_cursor(text: &str) -> Result<(String, DealId)> {
    text.split_once('.')
        .and_then(|(rank, id)| Some((rank.to_string(), id.parse().ok()?)))
        .ok_or_else(|| Error::malformed("cursor", "invalid_cursor", "use nextCursor of the page before, unchanged"))
}

/// The pipeline whose board is asked for: the default one unless said. `None` while that has not been made.
pub(super) fn asked_pipeline(c: &Conn<'_>, actor: &Actor, id: Option<PipelineId>) -> Result<Option<Pipeline>> {
    match id {
        Some(id) => pipelines::get(c, &actor.scope(), id).map(Some),
        None => pipelines::default(c, &actor.scope()),
    }
}
