//! Bulk actions on companies: what each does to a chunk, and how it is taken back.
//!
//! Every rule is the one of the operation on one company; here it is asked of rows that were read in the same
//! transaction.

use super::Changed;
use crate::activity::{Event, changes};
use crate::companies::{Company, model, selected};
use db::Tx;
use platform::bulk::{self, Batch, BulkAccepted, Chunk, Item, Outcome, Select, Selection, Skip};
use platform::filter::Schema;
use platform::ids::{CompanyId, UserId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, organisations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// The name under which the work is registered.
pub const RECORD: &str = "company";

/// The body of `POST /companies/bulk`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyBulk {
    pub select: Select,
    pub action: CompanyAction,
}

/// One thing done to many companies.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CompanyAction {
    /// Give them to a member; one who is no admin may take unowned ones.
    Reassign {
        #[serde(rename = "userId")]
        user_id: UserId,
    },
    Archive {},
    Restore {},
}

/// A body that makes sense.
#[derive(Clone, Debug)]
pub struct ParsedBulk {
    selection: Selection,
    action: CompanyAction,
}

impl CompanyBulk {
    /// # Errors
    /// What is wrong with the selection, with its path.
    pub fn parse(&self, schema: impl Into<Schema>) -> Result<ParsedBulk> {
        Ok(ParsedBulk { selection: self.select.read(schema)?, action: self.action.clone() })
    }
}

/// Freezes the selection and starts the work.
///
/// # Errors
/// [`Error::Forbidden`] when the role allows it on no company, [`Error::Invalid`] for an unknown member.
pub fn ask(tx: &Tx<'_>, actor: &Actor, asked: &ParsedBulk) -> Result<BulkAccepted> {
    policy::require(actor, Action::CreateRecords)?;
    if let CompanyAction::Reassign { user_id } = &asked.action {
        // A member may take an unowned company, not give it away.
        policy::require_write(actor, Some(*user_id))?;
        organisations::require_member(tx, &actor.scope(), *user_id, "/action/userId")?;
    }
    let from = selected(tx, actor, &asked.selection)?;
    let action = serde_json::to_value(&asked.action).map_err(|error| Error::Bug(error.to_string()))?;
    bulk::ask(tx, actor, RECORD, &action, &from)
}

type Companies<'a> = Batch<'a, Company>;
type Outcomes = Result<Vec<(Uuid, Outcome)>>;

/// Does a chunk: a [`bulk::Act`].
pub fn act(tx: &Tx<'_>, actor: &Actor, chunk: &Chunk) -> Outcomes {
    let action: CompanyAction =
        serde_json::from_value(chunk.action.clone()).map_err(|error| Error::Bug(error.to_string()))?;
    let mut batch = load(tx, actor, &chunk.items)?;
    if chunk.is_undo {
        batch.skip(Skip::ChangedSince, |one| one.is_changed_since(one.at.version));
    } else if matches!(action, CompanyAction::Reassign { .. }) {
        batch.skip(Skip::Archived, |one| one.at.archived_at.is_some() && !one.item.was_archived);
    }
    batch.skip(Skip::Forbidden, |one| !policy::may_write(actor, one.at.owner_id));
    match (action, chunk.is_undo) {
        (CompanyAction::Reassign { user_id }, false) => reassign(tx, actor, batch, user_id),
        (CompanyAction::Reassign { .. }, true) => give_back(tx, actor, batch),
        (CompanyAction::Archive {}, false) | (CompanyAction::Restore {}, true) => archive(tx, actor, batch),
        (CompanyAction::Restore {}, false) | (CompanyAction::Archive {}, true) => restore(tx, actor, batch),
    }
}

fn load<'a>(tx: &Tx<'_>, actor: &Actor, items: &'a [Item]) -> Result<Companies<'a>> {
    let ids: Vec<CompanyId> = items.iter().map(|item| CompanyId(item.record_id)).collect();
    let mut found: HashMap<CompanyId, Company> =
        super::load(tx, &actor.scope(), &ids)?.into_iter().map(|company| (company.id, company)).collect();
    Ok(Batch::new(items, |id| found.remove(&CompanyId(id))))
}

/// Whom a company belonged to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owned {
    owner_id: Option<UserId>,
}

fn reassign(tx: &Tx<'_>, actor: &Actor, mut batch: Companies<'_>, to: UserId) -> Outcomes {
    organisations::require_member(tx, &actor.scope(), to, "/action/userId")?;
    // The role may have been lowered since.
    batch.skip(Skip::Forbidden, |_| !policy::may_write(actor, Some(to)));
    batch.skip(Skip::Unchanged, |one| one.at.owner_id == Some(to));
    set_owners(tx, actor, batch, |_| Some(to))
}

fn give_back(tx: &Tx<'_>, actor: &Actor, mut batch: Companies<'_>) -> Outcomes {
    let members = organisations::members(tx, &actor.scope())?;
    let is_active = |id: UserId| members.iter().any(|member| member.id == id && !member.disabled);
    let mut former: HashMap<CompanyId, Option<UserId>> = HashMap::new();
    for one in &batch.left {
        former.insert(one.at.id, one.before::<Owned>()?.owner_id);
    }
    let owner = |company: &Company| former.get(&company.id).copied().flatten();
    batch.skip(Skip::OwnerLeft, |one| owner(&one.at).is_some_and(|id| !is_active(id)));
    set_owners(tx, actor, batch, owner)
}

fn set_owners(
    tx: &Tx<'_>,
    actor: &Actor,
    batch: Companies<'_>,
    owner: impl Fn(&Company) -> Option<UserId>,
) -> Outcomes {
    let changed: Vec<Changed> = batch
        .left
        .iter()
        .map(|one| {
            let before = one.at.clone();
            let after = Company {
                owner_id: owner(&before),
                updated_at: actor.now(),
                version: before.version + 1,
                ..before.clone()
            };
            let events = vec![Event::CompanyUpdated { changes: changes(&before, &after, &model::LOGGED_FIELDS) }];
            Changed { before, after, events }
        })
        .collect();
    super::update(tx, actor, &changed)?;
    Ok(batch.changed(|one| (json!({"ownerId": one.at.owner_id}), one.at.version + 1)))
}

fn archive(tx: &Tx<'_>, actor: &Actor, mut batch: Companies<'_>) -> Outcomes {
    batch.skip(Skip::Unchanged, |one| one.at.archived_at.is_some());
    super::archive(tx, actor, &batch.left.iter().map(|one| &one.at).collect::<Vec<_>>())?;
    Ok(batch.changed(|one| (Value::Object(serde_json::Map::new()), one.at.version + 1)))
}

fn restore(tx: &Tx<'_>, actor: &Actor, mut batch: Companies<'_>) -> Outcomes {
    batch.skip(Skip::Unchanged, |one| one.at.archived_at.is_none());
    batch.settle(|one| {
        let message = "this company was merged into another one; undo the merge instead";
        one.at.merged_into_id.is_some().then(|| Outcome::Failed("merged", message.into()))
    });
    refuse_taken(tx, actor, &mut batch)?;
    super::restore(tx, actor, &batch.left.iter().map(|one| &one.at).collect::<Vec<_>>())?;
    Ok(batch.changed(|one| (Value::Object(serde_json::Map::new()), one.at.version + 1)))
}

/// Fails those of whom a living company has a domain, or another one of the chunk that comes back before them.
fn refuse_taken(tx: &Tx<'_>, actor: &Actor, batch: &mut Companies<'_>) -> Result<()> {
    let domains: Vec<String> = batch.left.iter().flat_map(|one| one.at.domains.iter().cloned()).collect();
    let asked: Vec<&str> = domains.iter().map(String::as_str).collect();
    let mut taken: HashMap<String, String> = super::by_domains(tx, &actor.scope(), &asked)?
        .into_iter()
        .map(|(domain, company)| (domain, company.name))
        .collect();
    batch.settle(|one| {
        if let Some((domain, name)) = one.at.domains.iter().find_map(|domain| taken.get_key_value(domain)) {
            let message = format!("{domain} belongs to {name} now; change one of the two first");
            return Some(Outcome::Failed("domain_taken", message));
        }
        taken.extend(one.at.domains.iter().map(|domain| (domain.clone(), one.at.name.clone())));
        None
    });
    Ok(())
}
