//! Tags: free-form labels on customers, one library per organisation.
//!
//! Names are unique without regard to case and accents. Adding an unknown tag by name creates it; names
//! beginning with `bot:` are the product's own. What carries which tag is kept by `customers`.

pub mod api;
pub mod fields;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use fields::FIELDS;
pub use model::{NewTag, Tag, TagName, TagPatch};

use db::{Conn, Tx};
use platform::error::{Existing, on_unique};
use platform::filter::Tree;
use platform::http::{IfMatch, Page};
use platform::ids::{CustomerId, TagId};
use platform::paging::{Count, List};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, organisations};
use std::collections::{BTreeMap, BTreeSet};

/// More tags than this make a library that nobody finds anything in.
pub const TAGS_MAX: i64 = 5_000;

/// All tags, by name.
pub fn list(c: &Conn<'_>, actor: &Actor) -> Result<Vec<Tag>> {
    Ok(store::list(c, &actor.scope())?)
}

pub fn page(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Page<Tag>> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::page(c, &actor.scope(), list, &context)?)
}

pub fn count_of(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::count_of(c, &actor.scope(), tree, q, &context)?)
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: TagId) -> Result<Tag> {
    store::get(c, &actor.scope(), id)?.ok_or(Error::NotFound("tag"))
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewTag) -> Result<Tag> {
    policy::require(actor, Action::CreateRecords)?;
    let name = TagName::parse(&new.name, "/name")?;
    let key = name.key();
    let color = match &new.color {
        Some(color) => model::valid_color(color)?,
        None => model::default_color(&key),
    };
    let description = new.description.as_deref().map(model::valid_description).transpose()?;
    refuse_taken(tx, &actor.scope(), &key, None)?;
    room_for(tx, &actor.scope(), 1)?;
    let id = TagId(actor.new_id());
    let inserted = store::insert(tx, &actor.scope(), id, &name, color, description, actor.now());
    on_unique(inserted, "tags_name", || tx.conflict().into())?;
    get(tx, actor, id)
}

/// Puts finished tags into the library as they are. The caller has made sure of their names.
pub fn insert_past(tx: &Tx<'_>, scope: &Scope, tags: &[Tag]) -> Result<()> {
    Ok(store::insert_past(tx, scope, tags)?)
}

pub fn update(tx: &Tx<'_>, actor: &Actor, id: TagId, patch: &TagPatch, expected: IfMatch) -> Result<Tag> {
    policy::require(actor, Action::CreateRecords)?;
    let mut tag = get(tx, actor, id)?;
    refuse_system(&tag)?;
    expected.check(&tag)?;
    let before = tag.clone();
    match patch.name.as_change() {
        Some(Some(name)) => {
            let name = TagName::parse(name, "/name")?;
            refuse_taken(tx, &actor.scope(), &name.key(), Some(id))?;
            tag.name = name.as_str().to_string();
        }
        Some(None) => return Err(Error::invalid("/name", "required", "a tag keeps its name; send another one")),
        None => {}
    }
    match patch.color.as_change() {
        Some(Some(color)) => tag.color = model::valid_color(color)?.to_string(),
        Some(None) => return Err(Error::invalid("/color", "required", "a tag keeps its colour; send another one")),
        None => {}
    }
    if let Some(description) = patch.description.as_change() {
        tag.description = description.map(|text| model::valid_description(text)).transpose()?.map(str::to_string);
    }
    if tag == before {
        return Ok(tag);
    }
    tag.updated_at = actor.now();
    tag.version += 1;
    let key = platform::text::fold(&tag.name);
    on_unique(store::update(tx, &actor.scope(), &tag, &key), "tags_name", || tx.conflict().into())?;
    Ok(tag)
}

/// Deletes the tag and takes it off all customers.
pub fn delete(tx: &Tx<'_>, actor: &Actor, id: TagId, expected: IfMatch) -> Result<()> {
    policy::require(actor, Action::DeleteTags)?;
    let tag = get(tx, actor, id)?;
    expected.check(&tag)?;
    refuse_system(&tag)?;
    store::delete(tx, actor, &tag, None)
}

/// Puts `into` on all who carry `tag`, each logged as if by hand, and deletes `tag`. The caller has asked the policy.
pub(crate) fn fold(tx: &Tx<'_>, actor: &Actor, tag: &Tag, into: &Tag) -> Result<()> {
    store::delete(tx, actor, tag, Some(into))
}

/// Counts a write of the tag, of which nothing but who carries it has changed.
pub(crate) fn touch(tx: &Tx<'_>, actor: &Actor, tag: &Tag) -> Result<()> {
    let touched = Tag { updated_at: actor.now(), version: tag.version + 1, ..tag.clone() };
    Ok(store::update(tx, &actor.scope(), &touched, &platform::text::fold(&tag.name))?)
}

/// Customers who are not archived and carry one of `tags`, and how many of those carry `other` too.
pub(crate) fn carriers(c: &Conn<'_>, actor: &Actor, tags: &[TagId], other: TagId) -> Result<(i64, i64)> {
    Ok(store::carriers(c, &actor.scope(), tags, other)?)
}

/// One step of removing a tag whose maker takes it back: off these customers or, when there are none left, out of the
/// library; says whether there may be more to do. A tag that somebody has changed, or put on somebody else, stays there.
pub fn withdraw(tx: &Tx<'_>, actor: &Actor, id: TagId, customers: &[CustomerId]) -> Result<bool> {
    let Some(tag) = store::get(tx, &actor.scope(), id)?.filter(|tag| tag.version == 1) else { return Ok(false) };
    if customers.is_empty() {
        if !store::is_carried(tx, &actor.scope(), id)? {
            store::delete(tx, actor, &tag, None)?;
        }
        return Ok(false);
    }
    store::take_off(tx, actor, &tag, None, Some(customers))
}

/// The ids of the named tags, in the order of `names`; unknown ones are created.
pub fn resolve(tx: &Tx<'_>, actor: &Actor, names: &[TagName]) -> Result<Vec<(TagId, String)>> {
    let keys: Vec<String> = names.iter().map(TagName::key).collect();
    let mut known: BTreeMap<String, (TagId, String)> = store::by_keys(tx, &actor.scope(), &keys)?;
    let missing = keys.iter().filter(|key| !known.contains_key(*key)).count();
    if missing > 0 {
        room_for(tx, &actor.scope(), i64::try_from(missing).unwrap_or(i64::MAX))?;
    }
    for (key, name) in keys.iter().zip(names) {
        if known.contains_key(key) {
            continue;
        }
        let id = TagId(actor.new_id());
        let inserted = store::insert(tx, &actor.scope(), id, name, model::default_color(key), None, actor.now());
        on_unique(inserted, "tags_name", || tx.conflict().into())?;
        known.insert(key.clone(), (id, name.as_str().to_string()));
    }
    Ok(keys.iter().filter_map(|key| known.get(key).cloned()).collect())
}

/// The tag of that name, if there is one.
pub fn find(c: &Conn<'_>, actor: &Actor, name: &str) -> Result<Option<(TagId, String)>> {
    let key = platform::text::fold(name.trim());
    Ok(store::by_keys(c, &actor.scope(), std::slice::from_ref(&key))?.remove(&key))
}

/// Those of these names that are tags, in the form in which names are compared.
pub fn known(c: &Conn<'_>, scope: &Scope, names: &[String]) -> Result<BTreeSet<String>> {
    let keys: Vec<String> = names.iter().map(|name| platform::text::fold(name)).collect();
    Ok(store::by_keys(c, scope, &keys)?.into_keys().collect())
}

/// The names of these tags; those that are no more are left out.
pub fn names(c: &Conn<'_>, scope: &Scope, ids: &[TagId]) -> Result<BTreeMap<TagId, String>> {
    Ok(store::names(c, scope, ids)?)
}

pub(crate) fn refuse_system(tag: &Tag) -> Result<()> {
    if tag.is_system {
        return Err(Error::conflict(
            "system_tag",
            format!("{} is kept by the product and cannot be changed", tag.name),
        ));
    }
    Ok(())
}

fn refuse_taken(c: &Conn<'_>, scope: &Scope, key: &str, except: Option<TagId>) -> Result<()> {
    let taken = store::by_keys(c, scope, &[key.to_string()])?.remove(key);
    match taken.filter(|(id, _)| Some(*id) != except) {
        Some((id, name)) => Err(Error::conflict_with(
            "tag_exists",
            Some("/name".into()),
            format!("there is a tag {name} already; use it, or choose another name"),
            Existing { record: "tag".into(), id: id.to_string(), name, archived: false },
        )),
        None => Ok(()),
    }
}

fn room_for(c: &Conn<'_>, scope: &Scope, more: i64) -> Result<()> {
    if store::count(c, scope)? + more > TAGS_MAX {
        return Err(Error::conflict(
            "too_many_tags",
            format!("there are {TAGS_MAX} tags already; delete some that nobody uses"),
        ));
    }
    Ok(())
}
