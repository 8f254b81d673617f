//! The way back: what an import made is archived, what it changed gets its former values back.
//!
//! Nothing that somebody did since is undone: a record that the import made and somebody else touched stays; a field
//! stays when it no longer holds what the import wrote; a record that by now belongs to somebody else stays as it is.
//! Each row gets a result that says so.

use std::collections::{HashMap, HashSet};

use db::{Conn, Tx};
use platform::clock::Timestamp;
use platform::ids::{
    CompanyId, CustomerId, DealId, ImportId, PipelineId, ProductId, SegmentId, StageId, TagId, UserId,
};
use platform::organisations::{self, FORMER_MEMBER};
use platform::{Actor, Result, Scope, policy};
use serde_json::Value;

use super::firms::{ancestors, is_circle};
use super::store::{self, Undoable, Undone};
use crate::activity::{Change, Event, changes};
use crate::anchors::{self, Anchor, AnchorKind};
use crate::companies::{self, Company, CompanyRef, SizeBand};
use crate::contacts::Contact;
use crate::custom_fields::{self, PREFIX, Values};
use crate::customers::{self, Customer};
use crate::deals::{self, Deal};
use crate::pipelines::{self, Stage};
use crate::products::{self, Product, ProductStatus};
use crate::segment_members::{self, Listed};

/// Names of members.
type Names = HashMap<UserId, String>;

const ARCHIVED: &str = "archived";
const RESTORED: &str = "restored";
const KEPT: &str = "kept";

/// A record as the undo of a chunk leaves it.
struct Working<T> {
    before: T,
    now: T,
    removed: Vec<Contact>,
    /// What it carries still, and what it loses.
    tags: HashMap<TagId, String>,
    untagged: Vec<(TagId, String)>,
    /// The static segments it is in still, and those it leaves.
    segments: HashMap<SegmentId, Listed>,
    left: Vec<Listed>,
}

impl<T: Clone> Working<T> {
    fn new(record: T) -> Working<T> {
        Working {
            before: record.clone(),
            now: record,
            removed: Vec::new(),
            tags: HashMap::new(),
            untagged: Vec::new(),
            segments: HashMap::new(),
            left: Vec::new(),
        }
    }
}

/// Undoes rows about people, given the last ones first.
pub(super) fn people(tx: &Tx<'_>, actor: &Actor, rows: &[Undoable], names: &Names) -> Result<Vec<Undone>> {
    let scope = actor.scope();
    let ids: Vec<CustomerId> = distinct(rows).into_iter().map(CustomerId).collect();
    let touched: HashSet<CustomerId> = customers::bulk::touched_by_others(tx, actor, &ids)?.into_iter().collect();
    let mut loaded = customers::bulk::load(tx, &scope, &ids)?;
    let values = loaded.iter_mut().map(|customer| (customer.id.0, &mut customer.custom));
    custom_fields::with_archived(tx, &scope, custom_fields::Record::Customer, values)?;
    let mut found: HashMap<CustomerId, Working<Customer>> =
        loaded.into_iter().map(|customer| (customer.id, Working::new(customer))).collect();
    for (customer_id, tag_id, name) in customers::bulk::tags(tx, &scope, &ids)? {
        if let Some(working) = found.get_mut(&customer_id) {
            working.tags.insert(tag_id, name);
        }
    }
    if rows.iter().any(|row| !row.before.segments_joined.is_empty()) {
        for listed in segment_members::lists_of(tx, &scope, &ids)? {
            if let Some(working) = found.get_mut(&listed.customer_id) {
                working.segments.insert(listed.segment.id, listed);
            }
        }
    }
    let mut archived: Vec<Customer> = Vec::new();
    let mut undone = Vec::with_capacity(rows.len());
    for row in rows {
        let customer_id = CustomerId(row.record_id);
        let outcome = match found.get_mut(&customer_id) {
            None => (KEPT, "the customer is not there any more".to_owned()),
            Some(working) if foreign(actor, working.before.archived_at, working.before.claimed_by_id) => {
                (KEPT, whose(working.before.claimed_by_id, names))
            }
            Some(working) if row.is_made => {
                let is_living = working.before.archived_at.is_none();
                let outcome = made_outcome(is_living, touched.contains(&customer_id));
                if outcome.0 == ARCHIVED && is_living && row.is_first {
                    archived.push(working.before.clone());
                }
                outcome
            }
            Some(working) if working.before.archived_at.is_some() => {
                (KEPT, "the customer was archived since".to_owned())
            }
            Some(working) => restored_outcome(&restore_person(working, row)),
        };
        undone.push(Undone { position: row.position, result: outcome.0, record_id: row.record_id, reason: outcome.1 });
    }
    customers::bulk::archive(tx, actor, &archived)?;
    let (mut changed, mut left) = (Vec::new(), Vec::new());
    for working in found.into_values() {
        left.extend(working.left.iter().map(|listed| (listed.customer_id, listed.segment.id)));
        changed.extend(changed_person(actor, working, names));
    }
    customers::bulk::update(tx, actor, &changed)?;
    segment_members::take_out_each(tx, actor, &left)?;
    Ok(undone)
}

/// Undoes rows about companies, given the last ones first.
pub(super) fn firms(tx: &Tx<'_>, actor: &Actor, rows: &[Undoable], names: &Names) -> Result<Vec<Undone>> {
    let scope = actor.scope();
    let ids: Vec<CompanyId> = distinct(rows).into_iter().map(CompanyId).collect();
    let touched: HashSet<CompanyId> = companies::bulk::touched_by_others(tx, actor, &ids)?.into_iter().collect();
    let mut loaded = companies::bulk::load(tx, &scope, &ids)?;
    let values = loaded.iter_mut().map(|company| (company.id.0, &mut company.custom));
    custom_fields::with_archived(tx, &scope, custom_fields::Record::Company, values)?;
    let mut found: HashMap<CompanyId, Working<Company>> =
        loaded.into_iter().map(|company| (company.id, Working::new(company))).collect();
    // What stands above the parents that come back, and above what gets one back here.
    let parents: Vec<CompanyId> = rows
        .iter()
        .flat_map(|row| &row.before.changes)
        .filter(|change| change.field == "parentId")
        .filter_map(|change| id_of(&change.old).map(CompanyId))
        .collect();
    let mut above = ancestors(&parents, |level| companies::bulk::held_parents(tx, &scope, level))?;
    let mut archived: Vec<Company> = Vec::new();
    let mut undone = Vec::with_capacity(rows.len());
    for row in rows {
        let company_id = CompanyId(row.record_id);
        let outcome = match found.get_mut(&company_id) {
            None => (KEPT, "the company is not there any more".to_owned()),
            Some(working) if foreign(actor, working.before.archived_at, working.before.owner_id) => {
                (KEPT, whose(working.before.owner_id, names))
            }
            Some(working) if row.is_made => {
                let is_living = working.before.archived_at.is_none();
                let outcome = made_outcome(is_living, touched.contains(&company_id));
                if outcome.0 == ARCHIVED && is_living && row.is_first {
                    archived.push(working.before.clone());
                }
                outcome
            }
            Some(working) if working.before.archived_at.is_some() => {
                (KEPT, "the company was archived since".to_owned())
            }
            Some(working) => restored_outcome(&restore_firm(working, row, &mut above)),
        };
        undone.push(Undone { position: row.position, result: outcome.0, record_id: row.record_id, reason: outcome.1 });
    }
    companies::bulk::archive(tx, actor, &archived.iter().collect::<Vec<_>>())?;
    let changed: Vec<companies::bulk::Changed> =
        found.into_values().filter_map(|one| changed_firm(actor, one)).collect();
    companies::bulk::update(tx, actor, &changed)?;
    Ok(undone)
}

/// Undoes rows about products, given the last ones first.
pub(super) fn wares(tx: &Tx<'_>, actor: &Actor, id: ImportId, rows: &[Undoable], names: &Names) -> Result<Vec<Undone>> {
    let ids: Vec<ProductId> = distinct(rows).into_iter().map(ProductId).collect();
    let used = store::used_products(tx, &actor.scope(), &ids)?;
    let changes = store::changes_by(tx, &actor.scope(), id, &ids)?;
    let mut found: HashMap<ProductId, Working<Product>> = products::load(tx, &actor.scope(), &ids)?
        .into_iter()
        .map(|product| (product.id, Working::new(product)))
        .collect();
    let mut undone = Vec::with_capacity(rows.len());
    for row in rows {
        let outcome = match found.get_mut(&ProductId(row.record_id)) {
            None => (KEPT, "the product is not there any more".to_owned()),
            Some(working) if foreign(actor, working.before.archived_at, working.before.owner_id) => {
                (KEPT, whose(working.before.owner_id, names))
            }
            Some(working) if row.is_made => {
                // Products have no log: each row has given it a version, others were somebody else's.
                let product = &working.before;
                let own = 1 + changes.get(&product.id).copied().unwrap_or_default();
                let is_touched = product.version > own || used.contains(&product.id);
                let outcome = made_outcome(product.archived_at.is_none(), is_touched);
                if outcome.0 == ARCHIVED && row.is_first {
                    working.now.status = ProductStatus::Archived;
                    working.now.archived_at = working.before.archived_at.or(Some(actor.now()));
                }
                outcome
            }
            Some(working) if working.before.archived_at.is_some() => {
                (KEPT, "the product was archived since".to_owned())
            }
            Some(working) => restored_outcome(&restore_ware(&mut working.now, row)),
        };
        undone.push(Undone { position: row.position, result: outcome.0, record_id: row.record_id, reason: outcome.1 });
    }
    for Working { before, mut now, .. } in found.into_values() {
        if now != before {
            (now.version, now.updated_at) = (before.version + 1, actor.now());
            products::put(tx, actor, true, &now)?;
        }
    }
    Ok(undone)
}

fn restore_ware(product: &mut Product, row: &Undoable) -> Vec<String> {
    let mut kept = Vec::new();
    for change in &row.before.changes {
        let is_restored = match change.field.as_str() {
            "name" => restore_name(&mut product.name, change),
            "description" => restore_text(&mut product.description, change),
            "currency" => restore_text(&mut product.currency, change),
            "price" => restore_number(&mut product.price, change),
            "ownerId" => restore_id(&mut product.owner_id, UserId, change),
            _ => false,
        };
        if !is_restored {
            kept.push(change.field.clone());
        }
    }
    kept
}

/// Undoes rows about deals, given the last ones first.
pub(super) fn sales(tx: &Tx<'_>, actor: &Actor, rows: &[Undoable], names: &Names) -> Result<Vec<Undone>> {
    let scope = actor.scope();
    let ids: Vec<DealId> = distinct(rows).into_iter().map(DealId).collect();
    let touched: HashSet<DealId> = deals::bulk::touched_by_others(tx, actor, &ids)?.into_iter().collect();
    let mut loaded = deals::bulk::load(tx, actor, &ids)?;
    let values = loaded.iter_mut().map(|deal| (deal.id.0, &mut deal.custom));
    custom_fields::with_archived(tx, &scope, custom_fields::Record::Deal, values)?;
    let mut found: HashMap<DealId, Working<Deal>> =
        loaded.into_iter().map(|deal| (deal.id, Working::new(deal))).collect();
    let ground = Ground::read(tx, &scope, rows)?;
    let mut undone = Vec::with_capacity(rows.len());
    for row in rows {
        let deal_id = DealId(row.record_id);
        let outcome = match found.get_mut(&deal_id) {
            None => (KEPT, "the deal is not there any more".to_owned()),
            Some(working) if foreign(actor, working.before.archived_at, working.before.owner_id) => {
                (KEPT, whose(working.before.owner_id, names))
            }
            Some(working) if row.is_made => {
                let outcome = made_outcome(working.before.archived_at.is_none(), touched.contains(&deal_id));
                if outcome.0 == ARCHIVED && row.is_first {
                    working.now.archived_at = working.before.archived_at.or(Some(actor.now()));
                }
                outcome
            }
            Some(working) if working.before.archived_at.is_some() => (KEPT, "the deal was archived since".to_owned()),
            Some(working) => restored_outcome(&restore_sale(&mut working.now, row, &ground)),
        };
        undone.push(Undone { position: row.position, result: outcome.0, record_id: row.record_id, reason: outcome.1 });
    }
    let changed: Vec<deals::bulk::Changed> =
        found.into_values().filter_map(|one| changed_sale(actor, one, &ground.stages)).collect();
    deals::bulk::update(tx, actor, &changed)?;
    Ok(undone)
}

type Stages = HashMap<StageId, (PipelineId, Stage)>;

/// What deals can go back to.
struct Ground {
    /// Of living pipelines.
    stages: Stages,
    /// Customers and companies that were not merged into others.
    standing: HashSet<uuid::Uuid>,
    /// Members who can own something.
    owners: HashSet<UserId>,
}

impl Ground {
    fn read(c: &Conn<'_>, scope: &Scope, rows: &[Undoable]) -> Result<Ground> {
        let mut stages = Stages::new();
        for pipeline in pipelines::all(c, scope)?.into_iter().filter(|pipeline| pipeline.archived_at.is_none()) {
            stages.extend(pipeline.stages.into_iter().map(|stage| (stage.id, (pipeline.id, stage))));
        }
        let kind = |field: &str| match field {
            "customerId" => Some(AnchorKind::Customer),
            "companyId" => Some(AnchorKind::Company),
            _ => None,
        };
        let former = rows.iter().flat_map(|row| &row.before.changes);
        let former: Vec<Anchor> =
            former.filter_map(|change| Some(Anchor { kind: kind(&change.field)?, id: id_of(&change.old)? })).collect();
        let found = anchors::all(c, scope, &former)?.into_values();
        let members = organisations::members(c, scope)?.into_iter();
        Ok(Ground {
            stages,
            standing: found.filter(|found| !found.is_merged).map(|found| found.anchor.id).collect(),
            owners: members.filter(|member| !member.disabled).map(|member| member.id).collect(),
        })
    }

    /// Whether what a change has left is there still; nothing always is.
    fn has(&self, change: &Change) -> bool {
        id_of(&change.old).is_none_or(|id| match change.field.as_str() {
            "ownerId" => self.owners.contains(&UserId(id)),
            _ => self.standing.contains(&id),
        })
    }

    /// Whether a deal can go back where these changes have taken it from: nobody has moved it since, and its stage is there
    /// and as open or closed as it was.
    fn takes_back(&self, deal: &Deal, changes: &[Change]) -> bool {
        let of = |field: &str| changes.iter().find(|change| change.field == field);
        let Some(change) = of("stageId") else { return true };
        let was_closed = of("closedAt").map_or(deal.closed_at.is_some(), |change| !change.old.is_null());
        let former = id_of(&change.old).and_then(|id| self.stages.get(&StageId(id)));
        id_of(&change.new) == Some(deal.stage_id.0)
            && former.is_some_and(|(_, stage)| stage.stage.is_closed() == was_closed)
    }
}

/// Puts former values back into a deal; answers what was changed since and stays.
fn restore_sale(deal: &mut Deal, row: &Undoable, ground: &Ground) -> Vec<String> {
    let mut kept = Vec::new();
    // What follows from a stage stays with it.
    let is_elsewhere = !ground.takes_back(deal, &row.before.changes);
    for change in &row.before.changes {
        let follows = matches!(change.field.as_str(), "stageId" | "closedAt" | "lostReason" | "probability");
        let is_restored = match change.field.as_str() {
            _ if follows && is_elsewhere => false,
            "name" => restore_name(&mut deal.name, change),
            "ownerName" => restore_text(&mut deal.owner_name, change),
            "currency" => restore_text(&mut deal.currency, change),
            "lostReason" => restore_text(&mut deal.lost_reason, change),
            "amount" => restore_number(&mut deal.amount, change),
            "source" => restore_name(&mut deal.source, change),
            "ownerId" => ground.has(change) && restore_id(&mut deal.owner_id, UserId, change),
            "customerId" => ground.has(change) && restore_id(&mut deal.customer_id, CustomerId, change),
            "companyId" => ground.has(change) && restore_id(&mut deal.company_id, CompanyId, change),
            "probability" => restore_value(&mut deal.probability, change),
            "lines" => restore_value(&mut deal.lines, change),
            "expectedCloseDate" => restore_value(&mut deal.expected_close_date, change),
            "closedAt" => restore_value(&mut deal.closed_at, change),
            "stageId" => match id_of(&change.old).and_then(|id| ground.stages.get(&StageId(id))) {
                Some((pipeline_id, stage)) => {
                    (deal.pipeline_id, deal.stage_id, deal.stage) = (*pipeline_id, stage.id, stage.stage);
                    true
                }
                None => false,
            },
            _ => restore_custom(&mut deal.custom, change),
        };
        if !is_restored {
            kept.push(change.field.clone());
        }
    }
    kept
}

fn changed_sale(actor: &Actor, working: Working<Deal>, stages: &Stages) -> Option<deals::bulk::Changed> {
    let Working { before, mut now, .. } = working;
    if now == before {
        return None;
    }
    (now.version, now.updated_at, now.last_activity_at) = (before.version + 1, actor.now(), actor.now());
    let mut events = Vec::new();
    if now.archived_at != before.archived_at {
        events.push(Event::DealArchived { name: now.name.clone() });
    }
    let mut changes = changes(&before, &now, &deals::model::LOGGED_FIELDS);
    changes.extend(custom_fields::changes(&before.custom, &now.custom));
    if now.stage_id != before.stage_id {
        now.stage_entered_at = actor.now().max(before.stage_entered_at);
        changes.retain(|change| change.field != "lostReason" && change.field != "probability");
        if let (Some((_, from)), Some((_, to))) = (stages.get(&before.stage_id), stages.get(&now.stage_id)) {
            events.push(deals::stage_event(&before, from, &now, to));
        }
    }
    if !changes.is_empty() {
        events.insert(0, deals::updated(&now, changes));
    }
    Some(deals::bulk::Changed { before, after: now, events })
}

/// Archives companies that were made beside the rows; answers how many, and how many stay.
pub(super) fn beside(tx: &Tx<'_>, actor: &Actor, ids: &[CompanyId]) -> Result<(i64, i64)> {
    let touched: HashSet<CompanyId> = companies::bulk::touched_by_others(tx, actor, ids)?.into_iter().collect();
    let found = companies::bulk::load(tx, &actor.scope(), ids)?;
    let living = found.into_iter().filter(|company| company.archived_at.is_none());
    let (kept, archived): (Vec<Company>, Vec<Company>) =
        living.partition(|company| touched.contains(&company.id) || !policy::may_write(actor, company.owner_id));
    companies::bulk::archive(tx, actor, &archived.iter().collect::<Vec<_>>())?;
    Ok((archived.len() as i64, kept.len() as i64))
}

fn distinct(rows: &[Undoable]) -> Vec<uuid::Uuid> {
    let mut ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.record_id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A living record that the actor may not write any more.
fn foreign(actor: &Actor, archived_at: Option<Timestamp>, owner: Option<UserId>) -> bool {
    archived_at.is_none() && !policy::may_write(actor, owner)
}

fn whose(owner: Option<UserId>, names: &Names) -> String {
    format!("belongs to {}; ask them or an admin", owner.map(|id| name(id, names)).unwrap_or_default())
}

fn name(id: UserId, names: &Names) -> String {
    names.get(&id).cloned().unwrap_or_else(|| FORMER_MEMBER.to_owned())
}

fn made_outcome(is_living: bool, is_touched: bool) -> (&'static str, String) {
    match (is_living, is_touched) {
        (true, true) => (KEPT, "somebody worked on it since the import".to_owned()),
        _ => (ARCHIVED, "archived by the undo".to_owned()),
    }
}

/// From the names of what could not be restored.
fn restored_outcome(kept: &[String]) -> (&'static str, String) {
    if kept.is_empty() {
        (RESTORED, "former values restored by the undo".to_owned())
    } else {
        (KEPT, format!("changed since the import, or what was there is no more, and kept: {}", kept.join(", ")))
    }
}

/// Puts former values back into a customer; answers what was changed since and stays.
fn restore_person(working: &mut Working<Customer>, row: &Undoable) -> Vec<String> {
    let mut kept = Vec::new();
    for change in &row.before.changes {
        if !restore_person_field(&mut working.now, change) {
            kept.push(change.field.clone());
        }
    }
    for id in &row.before.contacts_added {
        let contacts = &mut working.now.contacts;
        let Some(place) = contacts.iter().position(|contact| contact.id.0 == *id) else { continue };
        let (channel, is_primary) = (contacts[place].channel, contacts[place].is_primary);
        // One that became the first of several since is in use.
        let has_followers = is_primary && contacts.iter().filter(|other| other.channel == channel).count() > 1;
        if contacts[place].version == 1 && !has_followers {
            working.removed.push(contacts.remove(place));
        } else {
            kept.push(format!("the address {}", contacts[place].value));
        }
    }
    for tag_id in &row.before.tags_added {
        if let Some(name) = working.tags.remove(tag_id) {
            working.now.tags.retain(|tag| *tag != name);
            working.untagged.push((*tag_id, name));
        }
    }
    for segment_id in &row.before.segments_joined {
        working.left.extend(working.segments.remove(segment_id));
    }
    kept
}

fn restore_person_field(customer: &mut Customer, change: &Change) -> bool {
    match change.field.as_str() {
        "firstName" => restore_text(&mut customer.first_name, change),
        "lastName" => restore_text(&mut customer.last_name, change),
        "jobTitle" => restore_text(&mut customer.job_title, change),
        "language" => restore_text(&mut customer.language, change),
        "timezone" => restore_text(&mut customer.timezone, change),
        "country" => restore_text(&mut customer.country, change),
        "fullName" => match (change.new.as_str(), change.old.as_str()) {
            (Some(new), Some(old)) if customer.full_name == new => {
                customer.full_name = old.to_owned();
                true
            }
            _ => false,
        },
        "companyId" => {
            let is_ours = id_of(&change.new).map(CompanyId) == customer.company_id;
            if is_ours {
                customer.company_id = id_of(&change.old).map(CompanyId);
                customer.company = customer.company_id.map(|id| CompanyRef { id, name: String::new() });
            }
            is_ours
        }
        "claimedById" => {
            let is_ours = id_of(&change.new).map(UserId) == customer.claimed_by_id;
            if is_ours {
                customer.claimed_by_id = id_of(&change.old).map(UserId);
            }
            is_ours
        }
        _ => restore_custom(&mut customer.custom, change),
    }
}

fn changed_person(actor: &Actor, working: Working<Customer>, names: &Names) -> Option<customers::bulk::Changed> {
    let Working { before, mut now, removed, untagged, left, .. } = working;
    if now == before && left.is_empty() {
        return None;
    }
    let mut events = Vec::new();
    let mut logged = changes(&before, &now, &customers::model::LOGGED_FIELDS);
    logged.extend(custom_fields::changes(&before.custom, &now.custom));
    if !logged.is_empty() {
        events.push(Event::CustomerUpdated { changes: logged });
    }
    for contact in &removed {
        events.push(Event::ContactRemoved {
            contact_id: contact.id,
            channel: contact.channel.as_str().into(),
            value: contact.value.clone(),
        });
    }
    let mut tags_removed = Vec::new();
    for (tag_id, name) in untagged {
        tags_removed.push(tag_id);
        events.push(Event::TagRemoved { tag_id, name });
    }
    // Of one that was put aside it has been told already that they left.
    events.extend(left.iter().filter(|listed| listed.told).map(|listed| listed.segment.moved(false)));
    if before.claimed_by_id != now.claimed_by_id {
        now.claimed_at = now.claimed_by_id.map(|_| actor.now());
        match (before.claimed_by_id, now.claimed_by_id) {
            (Some(user_id), None) => events.push(Event::OwnerReleased { user_id, name: name(user_id, names) }),
            (from_user_id, Some(to_user_id)) => events.push(Event::OwnerReassigned {
                from_user_id,
                from_name: from_user_id.map(|id| name(id, names)),
                to_user_id,
                to_name: name(to_user_id, names),
            }),
            (None, None) => {}
        }
    }
    now.version = before.version + 1;
    now.updated_at = actor.now();
    now.last_activity_at = actor.now().max(before.last_activity_at);
    Some(customers::bulk::Changed {
        company_by_domain: (before.company_id != now.company_id).then_some(false),
        before,
        after: now,
        contacts_added: Vec::new(),
        contacts_removed: removed,
        tags_added: Vec::new(),
        tags_removed,
        events,
    })
}

/// Puts former values back into a company; answers what was changed since and stays.
fn restore_firm(
    working: &mut Working<Company>,
    row: &Undoable,
    above: &mut HashMap<CompanyId, CompanyId>,
) -> Vec<String> {
    let company = &mut working.now;
    let mut kept = Vec::new();
    for change in &row.before.changes {
        let is_restored = match change.field.as_str() {
            "name" => match (change.new.as_str(), change.old.as_str()) {
                (Some(new), Some(old)) if company.name == new => {
                    company.name = old.to_owned();
                    true
                }
                _ => false,
            },
            "legalName" => restore_text(&mut company.legal_name, change),
            "website" => restore_text(&mut company.website, change),
            "linkedinUrl" => restore_text(&mut company.linkedin_url, change),
            "industry" => restore_text(&mut company.industry, change),
            "country" => restore_text(&mut company.country, change),
            "city" => restore_text(&mut company.city, change),
            "employeeCount" => restore_number(&mut company.employee_count, change),
            "annualRevenue" => restore_number(&mut company.annual_revenue, change),
            "sizeBand" => {
                let band = |value: &Value| value.as_str().and_then(SizeBand::parse);
                let is_ours = company.size_band == band(&change.new);
                if is_ours {
                    company.size_band = band(&change.old);
                }
                is_ours
            }
            "domains" => {
                let list = |value: &Value| serde_json::from_value::<Vec<String>>(value.clone()).unwrap_or_default();
                let is_ours = company.domains == list(&change.new);
                if is_ours {
                    company.domains = list(&change.old);
                }
                is_ours
            }
            "ownerId" => {
                let is_ours = id_of(&change.new).map(UserId) == company.owner_id;
                if is_ours {
                    company.owner_id = id_of(&change.old).map(UserId);
                }
                is_ours
            }
            "parentId" => {
                let old = id_of(&change.old).map(CompanyId);
                let is_ours = id_of(&change.new).map(CompanyId) == company.parent_id
                    && old.is_none_or(|old| !is_circle(company.id, old, above));
                if is_ours {
                    company.parent_id = old;
                    match old {
                        Some(old) => above.insert(company.id, old),
                        None => above.remove(&company.id),
                    };
                }
                is_ours
            }
            _ => restore_custom(&mut company.custom, change),
        };
        if !is_restored {
            kept.push(change.field.clone());
        }
    }
    kept
}

fn changed_firm(actor: &Actor, working: Working<Company>) -> Option<companies::bulk::Changed> {
    let Working { before, mut now, .. } = working;
    if now == before {
        return None;
    }
    let mut changes = changes(&before, &now, &companies::model::LOGGED_FIELDS);
    changes.extend(custom_fields::changes(&before.custom, &now.custom));
    now.version = before.version + 1;
    now.updated_at = actor.now();
    Some(companies::bulk::Changed { before, after: now, events: vec![Event::CompanyUpdated { changes }] })
}

fn restore_text(field: &mut Option<String>, change: &Change) -> bool {
    let is_ours = field.as_deref() == change.new.as_str();
    if is_ours {
        *field = change.old.as_str().map(str::to_owned);
    }
    is_ours
}

fn restore_name(field: &mut String, change: &Change) -> bool {
    match (change.new.as_str(), change.old.as_str()) {
        (Some(new), Some(old)) if field == new => {
            *field = old.to_owned();
            true
        }
        _ => false,
    }
}

fn restore_id<I: Copy + PartialEq>(field: &mut Option<I>, id: fn(uuid::Uuid) -> I, change: &Change) -> bool {
    let is_ours = *field == id_of(&change.new).map(id);
    if is_ours {
        *field = id_of(&change.old).map(id);
    }
    is_ours
}

/// A field of any type, as the log writes it.
fn restore_value<T: serde::Serialize + serde::de::DeserializeOwned>(field: &mut T, change: &Change) -> bool {
    let is_ours = serde_json::to_value(&*field).is_ok_and(|value| value == change.new);
    match serde_json::from_value(change.old.clone()) {
        Ok(old) if is_ours => {
            *field = old;
            true
        }
        _ => false,
    }
}

fn restore_custom(custom: &mut Values, change: &Change) -> bool {
    let Some(key) = change.field.strip_prefix(PREFIX) else { return false };
    let is_ours = custom.get(key).unwrap_or(&Value::Null) == &change.new;
    if is_ours {
        custom_fields::set(custom, &change.field, &change.old);
    }
    is_ours
}

fn restore_number(field: &mut Option<i64>, change: &Change) -> bool {
    let is_ours = *field == change.new.as_i64();
    if is_ours {
        *field = change.old.as_i64();
    }
    is_ours
}

fn id_of(value: &Value) -> Option<uuid::Uuid> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// How many records of each result. A record that several rows are about counts once, by its first row: the last one
/// that is undone, however many chunks lie between.
pub(super) fn counted(rows: &[Undoable], undone: &[Undone]) -> (i64, i64, i64) {
    let count = |result: &str| {
        rows.iter().zip(undone).filter(|(row, undone)| row.is_first && undone.result == result).count() as i64
    };
    (count(ARCHIVED), count(RESTORED), count(KEPT))
}
