//! Bulk actions on deals: what each does to a chunk, and how it is taken back.
//!
//! Every rule is the one of the operation on one deal; here it is asked of rows that were read in the same transaction.

use super::Changed;
use crate::activity::{Event, changes};
use crate::deals::{Deal, STAGE_GONE, change_stage, model, rank, selected, settle_closing, stage_event, updated};
use crate::pipelines;
use db::Tx;
use platform::bulk::{self, Batch, BulkAccepted, Chunk, Item, Outcome, Select, Selection, Skip};
use platform::clock::Timestamp;
use platform::filter::Schema;
use platform::ids::{DealId, StageId, UserId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, organisations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// The name under which the work is registered.
pub const RECORD: &str = "deal";

/// The body of `POST /deals/bulk`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DealBulk {
    pub select: Select,
    pub action: DealAction,
}

/// One thing done to many deals.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DealAction {
    /// Give them to a member; one who is no admin may take unowned ones.
    Reassign {
        #[serde(rename = "userId")]
        user_id: UserId,
    },
    /// Bring them to the top of a stage.
    Move {
        #[serde(rename = "stageId")]
        stage_id: StageId,
        /// Needed where the stage is lost.
        #[serde(rename = "lostReason")]
        lost_reason: Option<String>,
    },
    Archive {},
    Restore {},
}

/// A body that makes sense.
#[derive(Clone, Debug)]
pub struct ParsedBulk {
    selection: Selection,
    action: DealAction,
}

impl DealBulk {
    /// # Errors
    /// What is wrong with the selection, with its path.
    pub fn parse(&self, schema: impl Into<Schema>) -> Result<ParsedBulk> {
        Ok(ParsedBulk { selection: self.select.read(schema)?, action: self.action.clone() })
    }
}

/// Freezes the selection and starts the work.
///
/// # Errors
/// [`Error::Forbidden`] when the role allows it on no deal, [`Error::Invalid`] for an unknown member or stage, and for a
/// lost stage without a reason.
pub fn ask(tx: &Tx<'_>, actor: &Actor, asked: &ParsedBulk) -> Result<BulkAccepted> {
    policy::require(actor, Action::CreateRecords)?;
    match &asked.action {
        DealAction::Reassign { user_id } => {
            // A member may take an unowned deal, not give it away.
            policy::require_write(actor, Some(*user_id))?;
            organisations::require_member(tx, &actor.scope(), *user_id, "/action/userId")?;
        }
        DealAction::Move { stage_id, lost_reason } => {
            let (_, stage) = pipelines::require_stage(tx, &actor.scope(), *stage_id, "/action/stageId")?;
            model::required_reason(stage.stage, lost_reason.as_deref(), "/action/lostReason")?;
        }
        DealAction::Archive {} | DealAction::Restore {} => {}
    }
    let from = selected(tx, actor, &asked.selection)?;
    let action = serde_json::to_value(&asked.action).map_err(|error| Error::Bug(error.to_string()))?;
    bulk::ask(tx, actor, RECORD, &action, &from)
}

type Deals<'a> = Batch<'a, Deal>;
type Outcomes = Result<Vec<(Uuid, Outcome)>>;

/// Does a chunk: a [`bulk::Act`].
pub fn act(tx: &Tx<'_>, actor: &Actor, chunk: &Chunk) -> Outcomes {
    let action: DealAction =
        serde_json::from_value(chunk.action.clone()).map_err(|error| Error::Bug(error.to_string()))?;
    let mut batch = load(tx, actor, &chunk.items)?;
    if chunk.is_undo {
        batch.skip(Skip::ChangedSince, |one| one.is_changed_since(one.at.version));
    } else if matches!(action, DealAction::Reassign { .. } | DealAction::Move { .. }) {
        batch.skip(Skip::Archived, |one| one.at.archived_at.is_some());
    }
    batch.skip(Skip::Forbidden, |one| !policy::may_write(actor, one.at.owner_id));
    match (action, chunk.is_undo) {
        (DealAction::Reassign { user_id }, false) => reassign(tx, actor, batch, user_id),
        (DealAction::Reassign { .. }, true) => give_back(tx, actor, batch),
        (DealAction::Move { stage_id, lost_reason }, false) => move_to(tx, actor, batch, stage_id, lost_reason),
        (DealAction::Move { .. }, true) => move_back(tx, actor, batch),
        (DealAction::Archive {}, false) | (DealAction::Restore {}, true) => archive(tx, actor, batch),
        (DealAction::Restore {}, false) | (DealAction::Archive {}, true) => restore(tx, actor, batch),
    }
}

fn load<'a>(tx: &Tx<'_>, actor: &Actor, items: &'a [Item]) -> Result<Deals<'a>> {
    let ids: Vec<DealId> = items.iter().map(|item| DealId(item.record_id)).collect();
    let mut found: HashMap<DealId, Deal> =
        super::load(tx, actor, &ids)?.into_iter().map(|deal| (deal.id, deal)).collect();
    Ok(Batch::new(items, |id| found.remove(&DealId(id))))
}

/// The deal a version later, as of this moment.
fn next(actor: &Actor, before: &Deal) -> Deal {
    let now = actor.now();
    Deal { updated_at: now, last_activity_at: now, version: before.version + 1, ..before.clone() }
}

/// Whom a deal belonged to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owned {
    owner_id: Option<UserId>,
    owner_name: Option<String>,
}

fn reassign(tx: &Tx<'_>, actor: &Actor, mut batch: Deals<'_>, to: UserId) -> Outcomes {
    organisations::require_member(tx, &actor.scope(), to, "/action/userId")?;
    // The role may have been lowered since.
    batch.skip(Skip::Forbidden, |_| !policy::may_write(actor, Some(to)));
    batch.skip(Skip::Unchanged, |one| one.at.owner_id == Some(to));
    set_owners(tx, actor, batch, |_| (Some(to), None))
}

fn give_back(tx: &Tx<'_>, actor: &Actor, mut batch: Deals<'_>) -> Outcomes {
    let members = organisations::members(tx, &actor.scope())?;
    let is_active = |id: UserId| members.iter().any(|member| member.id == id && !member.disabled);
    let mut former: HashMap<DealId, Owned> = HashMap::new();
    for one in &batch.left {
        former.insert(one.at.id, one.before::<Owned>()?);
    }
    batch.skip(Skip::OwnerLeft, |one| {
        former.get(&one.at.id).and_then(|owned| owned.owner_id).is_some_and(|id| !is_active(id))
    });
    set_owners(tx, actor, batch, |deal| {
        former.get(&deal.id).map(|owned| (owned.owner_id, owned.owner_name.clone())).unwrap_or_default()
    })
}

fn set_owners(
    tx: &Tx<'_>,
    actor: &Actor,
    batch: Deals<'_>,
    owner: impl Fn(&Deal) -> (Option<UserId>, Option<String>),
) -> Outcomes {
    let changed: Vec<Changed> = batch
        .left
        .iter()
        .map(|one| {
            let before = one.at.clone();
            let (owner_id, owner_name) = owner(&before);
            let after = Deal { owner_id, owner_name, ..next(actor, &before) };
            let changes = changes(&before, &after, &model::LOGGED_FIELDS);
            let events = vec![updated(&after, changes)];
            Changed { before, after, events }
        })
        .collect();
    super::update(tx, actor, &changed)?;
    Ok(batch.changed(|one| (json!({"ownerId": one.at.owner_id, "ownerName": one.at.owner_name}), one.at.version + 1)))
}

/// Where a deal was.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Placed {
    stage_id: StageId,
    rank: String,
    probability: f64,
    closed_at: Option<Timestamp>,
    lost_reason: Option<String>,
}

fn move_to(tx: &Tx<'_>, actor: &Actor, mut batch: Deals<'_>, to: StageId, reason: Option<String>) -> Outcomes {
    batch.skip(Skip::Unchanged, |one| one.at.stage_id == to);
    let (_, stage) = pipelines::require_stage(tx, &actor.scope(), to, "/action/stageId")?;
    let reason = model::required_reason(stage.stage, reason.as_deref(), "/action/lostReason")?;
    // Each comes under the one that was above it.
    let mut places: Vec<(&str, DealId)> = batch.left.iter().map(|one| (&*one.at.rank, one.at.id)).collect();
    places.sort_unstable();
    let places: HashMap<DealId, i64> = places.into_iter().map(|(_, id)| id).zip(0..).collect();
    let mut changed = Vec::with_capacity(batch.left.len());
    for one in &batch.left {
        let mut after = next(actor, &one.at);
        let (from, to) = change_stage(tx, actor, &one.at, &mut after, to)?;
        settle_closing(actor, Some(&one.at), &mut after, reason.clone())?;
        let place = places.get(&after.id).copied().unwrap_or_default();
        after.rank = rank::top(Timestamp(actor.now().micros() - place), after.id);
        let events = vec![stage_event(&one.at, &from, &after, &to)];
        changed.push(Changed { before: one.at.clone(), after, events });
    }
    super::update(tx, actor, &changed)?;
    let kept = |deal: &Deal| {
        json!({"stageId": deal.stage_id, "rank": deal.rank, "probability": deal.probability,
            "closedAt": deal.closed_at, "lostReason": deal.lost_reason})
    };
    Ok(batch.changed(|one| (kept(&one.at), one.at.version + 1)))
}

fn move_back(tx: &Tx<'_>, actor: &Actor, mut batch: Deals<'_>) -> Outcomes {
    let mut changed: HashMap<DealId, Changed> = HashMap::new();
    for one in &batch.left {
        let placed: Placed = one.before()?;
        let mut after = next(actor, &one.at);
        // A stage that has gone since, or whose pipeline is archived, takes nothing back.
        let Ok((from, to)) = change_stage(tx, actor, &one.at, &mut after, placed.stage_id) else { continue };
        after.rank = placed.rank;
        after.probability = placed.probability;
        after.closed_at = placed.closed_at;
        after.lost_reason = placed.lost_reason;
        let events = vec![stage_event(&one.at, &from, &after, &to)];
        changed.insert(one.at.id, Changed { before: one.at.clone(), after, events });
    }
    batch.settle(|one| {
        let message = "its former stage is no more; move it by hand";
        (!changed.contains_key(&one.at.id)).then(|| Outcome::Failed("stage_gone", message.into()))
    });
    super::update(tx, actor, &changed.into_values().collect::<Vec<_>>())?;
    Ok(batch.changed(|one| (Value::Object(serde_json::Map::new()), one.at.version + 1)))
}

fn archive(tx: &Tx<'_>, actor: &Actor, mut batch: Deals<'_>) -> Outcomes {
    batch.skip(Skip::Unchanged, |one| one.at.archived_at.is_some());
    put_away(tx, actor, batch, Some(actor.now()), |name| Event::DealArchived { name })
}

fn restore(tx: &Tx<'_>, actor: &Actor, mut batch: Deals<'_>) -> Outcomes {
    batch.skip(Skip::Unchanged, |one| one.at.archived_at.is_none());
    let living = pipelines::living_stages(tx, &actor.scope())?;
    batch.settle(|one| (!living.contains(&one.at.stage_id)).then(|| Outcome::Failed("stage_gone", STAGE_GONE.into())));
    put_away(tx, actor, batch, None, |name| Event::DealRestored { name })
}

fn put_away(
    tx: &Tx<'_>,
    actor: &Actor,
    batch: Deals<'_>,
    archived_at: Option<Timestamp>,
    event: impl Fn(String) -> Event,
) -> Outcomes {
    let changed = |one: &bulk::One<'_, Deal>| {
        let after = Deal { archived_at, ..next(actor, &one.at) };
        Changed { before: one.at.clone(), events: vec![event(after.name.clone())], after }
    };
    super::update(tx, actor, &batch.left.iter().map(changed).collect::<Vec<_>>())?;
    Ok(batch.changed(|one| (Value::Object(serde_json::Map::new()), one.at.version + 1)))
}
