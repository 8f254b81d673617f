//! Folding companies into one, and taking them out again.
//!
//! Domains, customers, the companies below and the log go over, by the list of [`REFERENCES`]; the loser is archived and
//! names which one stays. Its own row keeps its values and domains. The tree stays a tree: a survivor that was below a
//! loser takes that one's place.

pub mod model;
mod store;
#[cfg(test)]
mod tests;
mod unmerge;

pub use model::{CompanyMergePreview, LostDomain, MergeCompanies, UnmergedCompany};
pub use unmerge::unmerge;

use super::{Company, DEPTH_MAX};
use crate::activity::{self, About, Change, Event};
use crate::custom_fields;
use crate::duplicates;
use crate::merging::{self, Cells, How, Merge, Record, Reference};
use db::{Conn, Tx};
use model::{FIELDS, PARENT, domain_name, value};
use platform::error::{Existing, on_unique};
use platform::ids::CompanyId;
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// More domains than this make a company that no screen shows.
const DOMAINS_MAX: usize = 1_000;

/// Every column that names a company. A test reads the schema and fails when one is missing.
pub const REFERENCES: &[Reference] = &[
    Reference { table: "companies", column: "parent_id", how: How::Moves { key: "id", name: Some("children") } },
    Reference { table: "companies", column: "merged_into_id", how: How::Own },
    Reference { table: "company_domains", column: "company_id", how: How::Own },
    // As values of the company's own: what a merge writes over is remembered, and the loser keeps its rows.
    Reference { table: "company_custom_values", column: "company_id", how: How::Own },
    Reference { table: "customers", column: "company_id", how: How::Moves { key: "id", name: Some("customers") } },
    Reference { table: "customer_tags", column: "company_id", how: How::Own },
    Reference { table: "deals", column: "company_id", how: How::Moves { key: "id", name: Some("deals") } },
    Reference { table: "tasks", column: "company_id", how: How::Moves { key: "id", name: Some("tasks") } },
    Reference {
        table: "notes",
        column: "company_id",
        how: How::MovesAll { key: "id", name: "notes", shown: "r.visibility = 'org' AND r.deleted_at IS NULL" },
    },
    Reference { table: "private_activities", column: "company_id", how: How::Moves { key: "id", name: None } },
    Reference { table: "activities", column: "company_id", how: How::Moves { key: "id", name: Some("activities") } },
    Reference { table: "company_duplicate_pairs", column: "first_company_id", how: How::Own },
    Reference { table: "company_duplicate_pairs", column: "second_company_id", how: How::Own },
    Reference {
        table: "company_duplicate_checks",
        column: "company_id",
        how: How::Stays("whatever is written is looked at again"),
    },
    Reference {
        table: "company_match_keys",
        column: "company_id",
        how: How::Stays("they are found anew when it is looked at again"),
    },
    Reference { table: "import_companies", column: "company_id", how: How::Stays("what an import made") },
    Reference { table: "import_results", column: "record_id", how: How::Stays("what a row of a file became") },
    Reference { table: "bulk_items", column: "record_id", how: How::Stays("what a bulk action did to a record") },
    Reference { table: "merges", column: "loser_id", how: How::Stays("the memory of merges") },
    Reference { table: "merges", column: "survivor_id", how: How::Stays("the memory of merges") },
    Reference { table: "merged_rows", column: "loser_id", how: How::Stays("the memory of merges") },
    Reference { table: "merged_rows", column: "row_id", how: How::Stays("the memory of merges") },
];

/// Folds companies into one.
///
/// # Errors
/// [`Error::Conflict`] when one of them has been merged already, or the one that stays is archived.
pub fn merge(tx: &Tx<'_>, actor: &Actor, asked: &MergeCompanies) -> Result<Company> {
    policy::require(actor, Action::MergeRecords)?;
    asked.check()?;
    let scope = actor.scope();
    store::hold(tx, &scope, &everybody(asked), actor.now())?;
    let (mut survivor, losers) = participants(tx, actor, asked)?;
    custom_fields::require_known(tx, &scope, custom_fields::Record::Company, asked.fields.keys())?;
    let into = merging::into(tx, &scope, Record::Company, survivor.id.0)?;
    let next = into.last().map_or(1, |last| last.position + 1);
    let mut folded = BTreeSet::from([survivor.id]);
    let mut events = Vec::new();
    for (position, loser) in (next..).zip(&losers) {
        let cells = values(tx, actor, &mut survivor, loser, asked, &mut folded)?;
        let moved = fold(tx, actor, &survivor, loser, &cells, position)?;
        let changes = changes(&cells);
        events.push(Event::CompanyMerged { company_id: loser.id, name: loser.name.clone(), changes, moved });
    }
    refuse_too_many(&survivor)?;
    write(tx, actor, &mut survivor)?;
    activity::record(tx, actor, about(survivor.id), &events)?;
    super::get(tx, actor, survivor.id)
}

/// What a merge would do.
pub fn preview(c: &Conn<'_>, actor: &Actor, asked: &MergeCompanies) -> Result<CompanyMergePreview> {
    policy::require(actor, Action::MergeRecords)?;
    asked.check()?;
    let (mut survivor, losers) = participants(c, actor, asked)?;
    custom_fields::require_known(c, &actor.scope(), custom_fields::Record::Company, asked.fields.keys())?;
    let custom = custom_fields::names(std::iter::once(&survivor).chain(&losers).map(|company| &company.custom));
    let names = FIELDS.into_iter().map(String::from).chain(custom);
    let fields = names
        .map(|name| {
            let winner = winner(&name, &survivor, &losers, asked);
            (name, winner)
        })
        .collect();
    let domains_before = survivor.domains.len();
    let mut folded = BTreeSet::from([survivor.id]);
    for loser in &losers {
        values(c, actor, &mut survivor, loser, asked, &mut folded)?;
        survivor.customer_count += loser.customer_count;
    }
    refuse_too_many(&survivor)?;
    survivor.parent = match survivor.parent_id {
        Some(id) => super::store::name(c, &actor.scope(), id)?.map(|(name, _)| super::CompanyRef { id, name }),
        None => None,
    };
    let losers: Vec<Uuid> = asked.ids.iter().map(|id| id.0).collect();
    let counts = merging::counts(c, &actor.scope(), REFERENCES, &losers, asked.primary_id.0)?;
    let mut counts: BTreeMap<String, i64> = counts.into_iter().map(|(name, count)| (name.to_string(), count)).collect();
    counts.insert("domains".into(), (survivor.domains.len() - domains_before) as i64);
    Ok(CompanyMergePreview { counts, fields, result: survivor })
}

fn everybody(asked: &MergeCompanies) -> Vec<CompanyId> {
    std::iter::once(asked.primary_id).chain(asked.ids.iter().copied()).collect()
}

fn about(id: CompanyId) -> About {
    About { customer_id: None, company_id: Some(id), deal_id: None }
}

fn refuse_too_many(survivor: &Company) -> Result<()> {
    let domains = survivor.domains.len();
    if domains > DOMAINS_MAX {
        let message = format!("together they have {domains} domains, at most {DOMAINS_MAX} fit one company");
        return Err(Error::invalid("/ids", "too_many", message));
    }
    Ok(())
}

/// Whose value of a field stands.
fn winner(name: &str, survivor: &Company, losers: &[Company], asked: &MergeCompanies) -> CompanyId {
    let has_value = |company: &&Company| value(company, name).is_some_and(|value| !value.is_null());
    let first = || std::iter::once(survivor).chain(losers).find(has_value).map(|company| company.id);
    asked.fields.get(name).copied().or_else(first).unwrap_or(asked.primary_id)
}

/// Which one stays, and which are folded into it.
fn participants(c: &Conn<'_>, actor: &Actor, asked: &MergeCompanies) -> Result<(Company, Vec<Company>)> {
    let survivor = participant(c, actor, asked.primary_id, "/primaryId")?;
    if survivor.archived_at.is_some() {
        let detail = "the company that stays is archived; restore it first, or let another one stay";
        return Err(Error::conflict_with("archived", Some("/primaryId".into()), detail, existing(&survivor)));
    }
    let losers = asked.ids.iter().enumerate();
    let losers = losers.map(|(index, id)| participant(c, actor, *id, &format!("/ids/{index}")));
    Ok((survivor, losers.collect::<Result<_>>()?))
}

fn participant(c: &Conn<'_>, actor: &Actor, id: CompanyId, path: &str) -> Result<Company> {
    let mut company = super::store::get(c, &actor.scope(), id)?
        .ok_or_else(|| Error::invalid(path, "unknown_company", "there is no such company"))?;
    match company.merged_into_id {
        Some(survivor) => Err(merged(c, actor, survivor, Some(path.into()))?),
        None => {
            company.custom = custom_fields::all_values(c, &actor.scope(), custom_fields::Record::Company, id.0)?;
            Ok(company)
        }
    }
}

fn existing(company: &Company) -> Existing {
    Existing {
        record: "company".into(),
        id: company.id.to_string(),
        name: company.name.clone(),
        archived: company.archived_at.is_some(),
    }
}

/// The refusal to write a company that was merged into `survivor`.
pub(super) fn merged(c: &Conn<'_>, actor: &Actor, survivor: CompanyId, path: Option<String>) -> Result<Error> {
    let survivor = super::get(c, actor, survivor)?;
    let detail = format!("this company was merged into {}; open that one, or undo the merge first", survivor.name);
    Ok(Error::conflict_with("merged", path, detail, existing(&survivor)))
}

/// Folds the values of a loser into the survivor; `folded`: the survivor and who was folded into it before.
fn values(
    c: &Conn<'_>,
    actor: &Actor,
    survivor: &mut Company,
    loser: &Company,
    asked: &MergeCompanies,
    folded: &mut BTreeSet<CompanyId>,
) -> Result<Cells> {
    let scope = actor.scope();
    let mut taken = BTreeSet::new();
    for domain in loser.domains.iter().filter(|_| loser.archived_at.is_some()) {
        let holder = super::store::holder(c, &scope, domain)?;
        taken.extend(holder.filter(|(id, _)| *id != survivor.id).map(|_| domain.clone()));
    }
    let mut cells = model::fold(survivor, loser, &asked.fields, &taken);
    let is_below = leads_to(c, &scope, survivor.parent_id, &BTreeSet::from([loser.id]))?;
    folded.insert(loser.id);
    let is_circle = leads_to(c, &scope, loser.parent_id, folded)?;
    let is_chosen = match asked.fields.get(PARENT) {
        Some(winner) if *winner == loser.id && is_circle => {
            let message =
                "that parent would be below the company itself; choose another one, or name the parent afterwards";
            return Err(Error::invalid("/fields/parentId", "circle", message));
        }
        Some(winner) => *winner == loser.id,
        None => survivor.parent_id.is_none() && !is_circle,
    };
    if is_chosen || is_below {
        let parent = loser.parent_id.filter(|_| !is_circle);
        model::write(survivor, &mut cells, PARENT, json!(parent));
    }
    Ok(cells)
}

/// Whether one of `ids` is `from` or above it.
fn leads_to(c: &Conn<'_>, scope: &Scope, from: Option<CompanyId>, ids: &BTreeSet<CompanyId>) -> Result<bool> {
    let mut above = from;
    // Merges make trees deeper than people may; twice the depth is more than enough for two of them.
    for _ in 0..=2 * DEPTH_MAX {
        match above {
            None => return Ok(false),
            Some(id) if ids.contains(&id) => return Ok(true),
            Some(id) => above = store::parent(c, scope, id)?,
        }
    }
    Ok(true)
}

/// Lets what belongs to one loser go over, and archives it; the survivor's own row is written later.
fn fold(
    tx: &Tx<'_>,
    actor: &Actor,
    survivor: &Company,
    loser: &Company,
    cells: &Cells,
    position: i64,
) -> Result<BTreeMap<String, i64>> {
    let (scope, now) = (actor.scope(), actor.now());
    // The survivor is not to become its own parent, and a domain has one living company.
    let place = Company { domains: super::get(tx, actor, survivor.id)?.domains, ..survivor.clone() };
    super::store::update(tx, &scope, &place, false)?;
    let mut hidden = loser.clone();
    hidden.archived_at = Some(loser.archived_at.unwrap_or(now));
    hidden.merged_into_id = Some(survivor.id);
    write(tx, actor, &mut hidden)?;
    let children = store::touch_children(tx, &scope, loser.id, now)?;
    let customers = store::customers(tx, &scope, loser.id)?;
    let moved = merging::move_rows(tx, &scope, Record::Company, REFERENCES, loser.id.0, survivor.id.0)?;
    store::customers_came(tx, actor, loser.id, survivor.id, &customers)?;
    let mut moved: BTreeMap<String, i64> = moved.into_iter().map(|(name, count)| (name.to_string(), count)).collect();
    let domains = cells.keys().filter(|name| loser.domains.iter().any(|domain| **name == domain_name(domain)));
    moved.insert("domains".into(), domains.count() as i64);
    let merge = Merge {
        loser: loser.id.0,
        survivor: survivor.id.0,
        position,
        cells: cells.clone(),
        image: json!({"archivedAt": loser.archived_at.map(|at| at.micros())}),
    };
    let below = merging::below(tx, &scope, Record::Company, loser.id.0)?;
    let below: Vec<CompanyId> = below.into_iter().map(CompanyId).collect();
    merging::remember(tx, &scope, Record::Company, &merge, now.micros())?;
    duplicates::merged(tx, actor, Record::Company, survivor.id.0, loser.id.0)?;
    // Below one parent a domain that they share says nothing.
    duplicates::mark(tx, actor, Record::Company, &children)?;
    store::hold(tx, &scope, &below, now)?;
    store::lead_to(tx, &scope, &below, survivor.id)?;
    Ok(moved)
}

/// Writes a company whose version has been moved on already, with its domains.
fn write(tx: &Tx<'_>, actor: &Actor, company: &mut Company) -> Result<()> {
    company.updated_at = actor.now();
    let (id, custom) = (company.id.0, &company.custom);
    custom_fields::replace_values(tx, &actor.scope(), custom_fields::Record::Company, id, custom)?;
    let written = super::store::update(tx, &actor.scope(), company, true);
    on_unique(written, "company_domains_live", || tx.conflict().into())?;
    duplicates::mark(tx, actor, Record::Company, &[id])
}

/// What was written over, as the log shows it.
fn changes(cells: &Cells) -> Vec<Change> {
    let change = |name: &str| {
        let cell = cells.get(name)?;
        Some(Change { field: name.into(), old: cell.before.clone(), new: cell.after.clone() })
    };
    let custom = cells.keys().map(String::as_str).filter(|name| name.starts_with(custom_fields::PREFIX));
    FIELDS.into_iter().chain(custom).filter_map(change).collect()
}
