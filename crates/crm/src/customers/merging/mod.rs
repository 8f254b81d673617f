//! Folding customers into one, and taking them out again.
//!
//! Whatever belongs to a loser goes over, by the list of [`REFERENCES`]; the loser is archived and names who stays. Its
//! own row keeps its values, and what the survivor had already stays with it, so an un-merge gives back rows and takes
//! back the values that the merge wrote over, unless somebody has written over them since. Consent takes the strictest.

pub mod model;
mod store;
#[cfg(test)]
mod tests;
mod unmerge;

pub use model::{MergeCustomers, MergePreview, NotRestored, Unmerged};
pub use unmerge::unmerge;

use super::{Customer, about, bulk::as_parsed};
use crate::activity::{self, Change, Event};
use crate::contacts::{self, Contact};
use crate::custom_fields;
use crate::duplicates;
use crate::fits;
use crate::merging::{self, Cells, How, Merge, Record, Reference};
use db::{Conn, Tx};
use model::{ContactImage, DO_NOT_CONTACT, FIELDS, Fold, Image, Person, shown};
use platform::error::Existing;
use platform::ids::{ContactId, CustomerId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// More addresses than this make a customer that no screen shows.
const CONTACTS_MAX: usize = 1_000;

/// Every column that names a customer. A test reads the schema and fails when one is missing.
pub const REFERENCES: &[Reference] = &[
    Reference { table: "contacts", column: "customer_id", how: How::Own },
    Reference { table: "customer_tags", column: "customer_id", how: How::Joins { key: "tag_id", name: Some("tags") } },
    // A segment that the survivor has left does not keep the loser's place in it from going over: see `store::join_as`.
    Reference { table: "segment_members", column: "customer_id", how: How::Joins { key: "segment_id", name: None } },
    Reference { table: "activities", column: "customer_id", how: How::Moves { key: "id", name: Some("activities") } },
    Reference { table: "deals", column: "customer_id", how: How::Moves { key: "id", name: Some("deals") } },
    Reference { table: "tasks", column: "customer_id", how: How::Moves { key: "id", name: Some("tasks") } },
    Reference {
        table: "notes",
        column: "customer_id",
        how: How::MovesAll { key: "id", name: "notes", shown: "r.visibility = 'org' AND r.deleted_at IS NULL" },
    },
    Reference { table: "private_activities", column: "customer_id", how: How::Moves { key: "id", name: None } },
    // As values of the customer's own: what a merge writes over is remembered, and the loser keeps its rows.
    Reference { table: "customer_custom_values", column: "customer_id", how: How::Own },
    Reference { table: "fit_assessments", column: "customer_id", how: How::Moves { key: "id", name: None } },
    Reference { table: "fit_reviews", column: "customer_id", how: How::Moves { key: "id", name: None } },
    Reference { table: "intent_signals", column: "customer_id", how: How::Moves { key: "id", name: None } },
    // What follows from those: the loser's is forgotten, and the survivor is scored again.
    Reference { table: "fit_scores", column: "customer_id", how: How::Own },
    Reference { table: "fit_readings", column: "customer_id", how: How::Own },
    Reference { table: "fits", column: "customer_id", how: How::Own },
    Reference { table: "customers", column: "merged_into_id", how: How::Own },
    Reference {
        table: "customer_search",
        column: "customer_id",
        how: How::Stays("the survivor's own line is written anew"),
    },
    Reference { table: "merges", column: "loser_id", how: How::Stays("the memory of merges") },
    Reference { table: "merges", column: "survivor_id", how: How::Stays("the memory of merges") },
    Reference { table: "merged_rows", column: "loser_id", how: How::Stays("the memory of merges") },
    Reference { table: "merged_rows", column: "row_id", how: How::Stays("the memory of merges") },
    Reference { table: "duplicate_pairs", column: "first_customer_id", how: How::Own },
    Reference { table: "duplicate_pairs", column: "second_customer_id", how: How::Own },
    Reference {
        table: "duplicate_checks",
        column: "customer_id",
        how: How::Stays("everybody who is written is looked at again"),
    },
    Reference { table: "import_results", column: "record_id", how: How::Stays("what a row of a file became") },
    Reference { table: "bulk_items", column: "record_id", how: How::Stays("what a bulk action did to a record") },
];

/// Folds customers into one.
///
/// # Errors
/// [`Error::Conflict`] when one of them has been merged already, or the one who stays is archived.
pub fn merge(tx: &Tx<'_>, actor: &Actor, asked: &MergeCustomers) -> Result<Customer> {
    policy::require(actor, Action::MergeRecords)?;
    asked.check()?;
    let scope = actor.scope();
    let everybody: Vec<CustomerId> = std::iter::once(asked.primary_id).chain(asked.ids.iter().copied()).collect();
    store::hold(tx, &scope, &everybody, actor.now())?;
    let (mut survivor, losers) = participants(tx, &scope, asked)?;
    custom_fields::require_known(tx, &scope, custom_fields::Record::Customer, asked.fields.keys())?;
    let into = merging::into(tx, &scope, Record::Customer, asked.primary_id.0)?;
    let next = into.last().map_or(1, |last| last.position + 1);
    let mut events = Vec::new();
    for (position, loser) in (next..).zip(&losers) {
        let (cells, moved) = fold(tx, actor, &mut survivor, loser, &asked.fields, position)?;
        if cells.contains_key(DO_NOT_CONTACT) {
            events.push(Event::ConsentChanged { do_not_contact: true });
        }
        events.push(Event::CustomerMerged {
            customer_id: loser.customer.id,
            name: loser.customer.full_name.clone(),
            changes: changes(&cells),
            moved,
        });
    }
    let contacts = survivor.customer.contacts.len();
    if contacts > CONTACTS_MAX {
        let message = format!("together they have {contacts} contacts, at most {CONTACTS_MAX} fit one customer");
        return Err(Error::invalid("/ids", "too_many", message));
    }
    write(tx, actor, &mut survivor)?;
    let about = about(&survivor.customer);
    activity::record_all(tx, actor, &events.into_iter().map(|event| (about, event)).collect::<Vec<_>>())?;
    super::get(tx, actor, asked.primary_id)
}

/// What a merge would do.
pub fn preview(c: &Conn<'_>, actor: &Actor, asked: &MergeCustomers) -> Result<MergePreview> {
    policy::require(actor, Action::MergeRecords)?;
    asked.check()?;
    let scope = actor.scope();
    let (mut survivor, losers) = participants(c, &scope, asked)?;
    custom_fields::require_known(c, &scope, custom_fields::Record::Customer, asked.fields.keys())?;
    let everybody = std::iter::once(&survivor).chain(&losers);
    let custom = custom_fields::names(everybody.map(|person| &person.customer.custom));
    let names = FIELDS.into_iter().map(String::from).chain(custom);
    let fields = names
        .map(|name| {
            let winner = winner(&name, &survivor, &losers, asked);
            (name, winner)
        })
        .collect();
    let mut contacts = 0;
    let mut tags: BTreeSet<String> = survivor.customer.tags.iter().cloned().collect();
    for loser in &losers {
        let taken = taken(c, &scope, loser, asked.primary_id)?;
        let fold = model::fold(&mut survivor, loser, &asked.fields, &taken);
        contacts += fold.moving.len() as i64;
        tags.extend(loser.customer.tags.iter().cloned());
    }
    let losers: Vec<Uuid> = asked.ids.iter().map(|id| id.0).collect();
    let counts = merging::counts(c, &scope, REFERENCES, &losers, asked.primary_id.0)?;
    let mut counts: BTreeMap<String, i64> = counts.into_iter().map(|(name, count)| (name.to_string(), count)).collect();
    counts.insert("contacts".into(), contacts);
    survivor.customer.tags = tags.into_iter().collect();
    survivor.customer.contacts.sort_by_key(contacts::order);
    Ok(MergePreview { counts, fields, result: survivor.customer })
}

/// Whose value of a field stands.
fn winner(name: &str, survivor: &Person, losers: &[Person], asked: &MergeCustomers) -> CustomerId {
    let has_value = |person: &&Person| person.value(name).is_some_and(|value| !shown(name, &value).is_null());
    let first = || std::iter::once(survivor).chain(losers).find(has_value).map(|person| person.customer.id);
    asked.fields.get(name).copied().or_else(first).unwrap_or(asked.primary_id)
}

/// Who stays, and who are folded into that one.
fn participants(c: &Conn<'_>, scope: &Scope, asked: &MergeCustomers) -> Result<(Person, Vec<Person>)> {
    let everybody: Vec<CustomerId> = std::iter::once(asked.primary_id).chain(asked.ids.iter().copied()).collect();
    let mut found: BTreeMap<CustomerId, Person> =
        store::people(c, scope, &everybody)?.into_iter().map(|person| (person.customer.id, person)).collect();
    let survivor = take(c, scope, &mut found, asked.primary_id, "/primaryId")?;
    if survivor.customer.archived_at.is_some() {
        let detail = "the customer who stays is archived; restore it first, or let another one stay";
        return Err(Error::conflict_with("archived", Some("/primaryId".into()), detail, existing(&survivor.customer)));
    }
    let losers = asked.ids.iter().enumerate();
    let losers = losers.map(|(index, id)| take(c, scope, &mut found, *id, &format!("/ids/{index}")));
    Ok((survivor, losers.collect::<Result<_>>()?))
}

fn take(
    c: &Conn<'_>,
    scope: &Scope,
    found: &mut BTreeMap<CustomerId, Person>,
    id: CustomerId,
    path: &str,
) -> Result<Person> {
    let person =
        found.remove(&id).ok_or_else(|| Error::invalid(path, "unknown_customer", "there is no such customer"))?;
    match person.customer.merged_into_id {
        Some(survivor) => Err(merged(c, scope, survivor, Some(path.into()))?),
        None => Ok(person),
    }
}

fn existing(customer: &Customer) -> Existing {
    Existing {
        record: "customer".into(),
        id: customer.id.to_string(),
        name: customer.full_name.clone(),
        archived: customer.archived_at.is_some(),
    }
}

/// The refusal to write a customer who was merged into `survivor`.
pub(super) fn merged(c: &Conn<'_>, scope: &Scope, survivor: CustomerId, path: Option<String>) -> Result<Error> {
    let survivor = super::store::get(c, scope, survivor)?.ok_or(Error::NotFound("customer"))?;
    let detail =
        format!("this customer was merged into {}; open that one, or undo the merge first", survivor.full_name);
    Ok(Error::conflict_with("merged", path, detail, existing(&survivor)))
}

/// Addresses of an archived loser that a third customer has taken since. Nobody has those of a living one.
fn taken(c: &Conn<'_>, scope: &Scope, loser: &Person, survivor: CustomerId) -> Result<BTreeSet<ContactId>> {
    if loser.customer.archived_at.is_none() {
        return Ok(BTreeSet::new());
    }
    let held = held(c, scope, &loser.customer.contacts, &[survivor, loser.customer.id])?;
    Ok(held.into_iter().map(|(contact, _)| contact.id).collect())
}

/// Those of `contacts` that a living customer other than `except` has, with that one.
fn held<'a>(
    c: &Conn<'_>,
    scope: &Scope,
    contacts: &'a [Contact],
    except: &[CustomerId],
) -> Result<Vec<(&'a Contact, Existing)>> {
    let asked: Vec<_> = contacts.iter().map(as_parsed).collect();
    let holders = contacts::holders(c, scope, &asked)?;
    let holder = |contact: &Contact| {
        holders.iter().find(|holder| {
            !holder.archived
                && !except.contains(&holder.customer_id)
                && holder.channel == contact.channel
                && holder.canonical == contact.canonical
        })
    };
    Ok(contacts.iter().filter_map(|contact| Some((contact, holder(contact)?.existing()))).collect())
}

/// Folds one loser into the survivor, whose own row is written later; what was written over, and how many rows went over.
fn fold(
    tx: &Tx<'_>,
    actor: &Actor,
    survivor: &mut Person,
    loser: &Person,
    fields: &BTreeMap<String, CustomerId>,
    position: i64,
) -> Result<(Cells, BTreeMap<String, i64>)> {
    let (scope, now) = (actor.scope(), actor.now());
    let (survivor_id, loser_id) = (survivor.customer.id, loser.customer.id);
    let taken = taken(tx, &scope, loser, survivor_id)?;
    let Fold { cells, moving, raised } = model::fold(survivor, loser, fields, &taken);
    contacts::retire(tx, &scope, loser_id)?;
    let going: BTreeSet<ContactId> = moving.iter().map(|contact| contact.id).collect();
    for contact in &mut survivor.customer.contacts {
        let is_moving = going.contains(&contact.id);
        if is_moving || raised.contains(&contact.id) {
            (contact.updated_at, contact.version) = (now, contact.version + 1);
            contacts::put(tx, &scope, contact, if is_moving { loser_id } else { survivor_id }, true)?;
        }
    }
    let segments = store::join_as(tx, &scope, loser_id, survivor_id)?;
    let moved = merging::move_rows(tx, &scope, Record::Customer, REFERENCES, loser_id.0, survivor_id.0)?;
    let mut moved: BTreeMap<String, i64> = moved.into_iter().map(|(name, count)| (name.to_string(), count)).collect();
    moved.insert("contacts".into(), moving.len() as i64);
    let image = Image {
        archived_at: loser.customer.archived_at.map(|at| at.micros()),
        contacts: moving.iter().map(ContactImage::of).collect(),
        segments,
    };
    let merge = Merge {
        loser: loser_id.0,
        survivor: survivor_id.0,
        position,
        cells: cells.clone(),
        image: serde_json::to_value(&image).map_err(|error| Error::Bug(error.to_string()))?,
    };
    let below = merging::below(tx, &scope, Record::Customer, loser_id.0)?;
    merging::remember(tx, &scope, Record::Customer, &merge, now.micros())?;
    duplicates::merged(tx, actor, Record::Customer, survivor_id.0, loser_id.0)?;
    fits::merged(tx, &scope, survivor_id, loser_id)?;
    let below: Vec<CustomerId> = below.into_iter().map(CustomerId).collect();
    store::hold(tx, &scope, &below, now)?;
    store::lead_to(tx, &scope, &below, survivor_id)?;
    let mut hidden = loser.clone();
    hidden.customer.contacts.retain(|contact| !going.contains(&contact.id));
    hidden.customer.archived_at = Some(loser.customer.archived_at.unwrap_or(now));
    hidden.customer.merged_into_id = Some(survivor_id);
    write(tx, actor, &mut hidden)?;
    Ok((cells, moved))
}

/// Writes a customer whose version has been moved on already.
fn write(tx: &Tx<'_>, actor: &Actor, person: &mut Person) -> Result<()> {
    let scope = actor.scope();
    person.customer.updated_at = actor.now();
    super::store::update(tx, &scope, &person.customer)?;
    store::update_rest(tx, &scope, person)?;
    let (id, custom) = (person.customer.id.0, &person.customer.custom);
    custom_fields::replace_values(tx, &scope, custom_fields::Record::Customer, id, custom)?;
    super::store::reindex(tx, &scope, &person.customer)?;
    duplicates::mark(tx, actor, Record::Customer, &[person.customer.id.0])
}

/// What was written over, as the log shows it.
fn changes(cells: &Cells) -> Vec<Change> {
    let change = |name: &str| {
        let cell = cells.get(name)?;
        Some(Change { field: name.into(), old: shown(name, &cell.before), new: shown(name, &cell.after) })
    };
    let custom = cells.keys().map(String::as_str).filter(|name| name.starts_with(custom_fields::PREFIX));
    FIELDS.into_iter().chain(custom).filter_map(change).collect()
}
