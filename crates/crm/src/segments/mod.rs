//! Segments: named parts of the customers. Static ones have members that people and automations put in; dynamic ones
//! have a rule, a filter tree.
//!
//! Who is in a segment is read exactly at the moment of asking: a dynamic segment is its rule ([`crate::segment_rules`]).
//! Beside that it is kept who was told to be in it, so that joining and leaving are events, once each and with their
//! cause ([`membership`]): after every event about a customer, by the clock where rules look at it, and when a segment
//! itself changes. These events follow from others, so they neither count as activity of the customer nor can rules ask
//! for them.

pub mod api;
mod explain;
pub mod fields;
pub mod jobs;
pub mod membership;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use explain::explain;
pub use fields::FIELDS;
pub use model::{
    CustomerSegment, ExplainedCondition, Explanation, MembersChange, MembersChanged, NewSegment, Preview, SamplePerson,
    Segment, SegmentJob, SegmentKind, SegmentPatch, SegmentRef,
};

use crate::activity::{self, About, Event};
use crate::customers::{self, Customer};
use crate::segment_members;
use crate::segment_rules::{self, Definition, Library, SEGMENTS_MAX};
use db::{Conn, Tx};
use platform::error::{Existing, FieldError, on_unique};
use platform::filter::{Catalogue, Me, Raw, Schema, Tree};
use platform::http::{IfMatch, Page};
use platform::ids::{CustomerId, SegmentId};
use platform::paging::{Count, List, ListQuery};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, organisations};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What rules are about.
fn catalogue() -> &'static Catalogue {
    &customers::FIELDS
}

/// The fields that a rule may name.
fn schema(c: &Conn<'_>, scope: &Scope, rule: &Value) -> Result<Schema> {
    segment_rules::schema(c, scope, catalogue(), std::iter::once(rule))
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: SegmentId) -> Result<Segment> {
    let segment = store::get(c, &actor.scope(), id)?.ok_or(Error::NotFound("segment"))?;
    Ok(described(c, &actor.scope(), vec![segment])?.remove(0))
}

pub fn page(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Page<Segment>> {
    let context = organisations::filter_context(c, actor)?;
    let page = store::page(c, &actor.scope(), list, &context)?;
    Ok(Page { items: described(c, &actor.scope(), page.items)?, next_cursor: page.next_cursor })
}

pub fn count(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::count(c, &actor.scope(), tree, q, &context)?)
}

/// All that are not archived, by name.
pub fn living(c: &Conn<'_>, actor: &Actor) -> Result<Vec<SegmentRef>> {
    Ok(store::living(c, &actor.scope())?)
}

/// The segments whose rules name this one.
pub fn naming(c: &Conn<'_>, actor: &Actor, id: SegmentId) -> Result<Vec<SegmentRef>> {
    get(c, actor, id)?;
    let library = Library::whole(c, &actor.scope(), catalogue())?;
    let names = |definition: &Definition| {
        library.rule(definition).is_some_and(|rule| rule.groups().iter().any(|(_, named)| *named == id.0))
    };
    let found = library.iter().filter(|definition| names(definition));
    Ok(found.map(|of| SegmentRef { id: of.id, name: of.name.clone(), kind: SegmentKind::Dynamic }).collect())
}

/// The segments, with what their rules name that is gone.
fn described(c: &Conn<'_>, scope: &Scope, mut segments: Vec<Segment>) -> Result<Vec<Segment>> {
    let mut trees = Vec::new();
    let mut readable = Vec::new();
    let rules = segments.iter().filter_map(|segment| segment.rule.as_ref());
    let schema = segment_rules::schema(c, scope, catalogue(), rules)?;
    for segment in &mut segments {
        let Some(rule) = &segment.rule else { continue };
        match segment_rules::parse(rule, schema.clone()) {
            Ok(tree) => {
                trees.push(tree);
                readable.push(segment);
            }
            Err(Error::Malformed(faults)) => segment.problems = faults,
            Err(error) => return Err(error),
        }
    }
    for (segment, problems) in readable.into_iter().zip(segment_rules::problems(c, scope, &trees)?) {
        segment.problems = problems;
    }
    Ok(segments)
}

/// A rule of a body, checked.
struct Rule {
    tree: Tree,
    library: Library,
    json: Value,
}

/// Reads a rule for the segment `own`, or for a new one.
fn read_rule(c: &Conn<'_>, scope: &Scope, raw: &Raw, own: Option<&Segment>) -> Result<Rule> {
    let tree = segment_rules::parse(&raw.0, schema(c, scope, &raw.0)?).map_err(in_rule)?;
    let library = Library::of(c, scope, &tree)?;
    let own = own.map(|segment| Definition {
        id: segment.id,
        name: segment.name.clone(),
        archived: segment.archived_at.is_some(),
        rule: segment.rule.clone(),
    });
    library.refuse_circle(own.as_ref(), &tree, "/rule")?;
    library.expand(&tree).map_err(in_rule)?;
    let json = serde_json::to_value(&tree).map_err(|error| Error::Bug(error.to_string()))?;
    Ok(Rule { tree, library, json })
}

/// Faults of a rule, with their places in the body.
fn in_rule(error: Error) -> Error {
    let moved = |faults: Vec<FieldError>| {
        faults.into_iter().map(|fault| FieldError { path: format!("/rule{}", fault.path), ..fault }).collect()
    };
    match error {
        Error::Malformed(faults) => Error::Malformed(moved(faults)),
        Error::Invalid(faults) => Error::Invalid(moved(faults)),
        other => other,
    }
}

/// # Errors
/// [`Error::Conflict`] naming the living segment that has the name.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewSegment) -> Result<Segment> {
    policy::require(actor, Action::CreateRecords)?;
    let scope = actor.scope();
    let name = model::valid_name(&new.name, "/name")?;
    let description = new.description.as_deref().map(model::valid_description).transpose()?.flatten();
    let rule = match (new.kind, &new.rule) {
        (SegmentKind::Dynamic, Some(raw)) => {
            let rule = read_rule(tx, &scope, raw, None)?;
            segment_rules::hold(tx, &scope, &rule.library)?;
            Some(rule.json)
        }
        (SegmentKind::Static, None) => None,
        (SegmentKind::Dynamic, None) => {
            return Err(Error::invalid(
                "/rule",
                "required",
                "a dynamic segment needs the rule that decides who is in it",
            ));
        }
        (SegmentKind::Static, Some(_)) => return Err(static_rule()),
    };
    refuse_taken(tx, &scope, &name, None)?;
    insert(tx, actor, name, description, rule)
}

fn static_rule() -> Error {
    Error::invalid("/rule", "static_segment", "a static segment has no rule; make a dynamic one instead")
}

fn insert(
    tx: &Tx<'_>,
    actor: &Actor,
    name: String,
    description: Option<String>,
    rule: Option<Value>,
) -> Result<Segment> {
    if store::total(tx, &actor.scope())? >= SEGMENTS_MAX {
        let message = format!("there are {SEGMENTS_MAX} segments already, with the archived ones");
        return Err(Error::conflict("too_many_segments", message));
    }
    let segment = Segment {
        id: SegmentId(actor.new_id()),
        name,
        description,
        kind: if rule.is_some() { SegmentKind::Dynamic } else { SegmentKind::Static },
        rule,
        problems: Vec::new(),
        created_by_id: actor.user_id,
        archived_at: None,
        computed_at: None,
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
    };
    on_unique(store::insert(tx, &actor.scope(), &segment), "segments_live", || tx.conflict().into())?;
    if segment.kind == SegmentKind::Dynamic {
        jobs::settle_later(tx, actor, &segment, "created")?;
    }
    get(tx, actor, segment.id)
}

/// The living segments of these names, in their order; missing ones are made, as static ones.
pub fn by_names(tx: &Tx<'_>, actor: &Actor, names: &[String]) -> Result<Vec<Segment>> {
    policy::require(actor, Action::CreateRecords)?;
    if names.len() > model::NAMES_AT_ONCE_MAX {
        let message = format!("send at most {} names at once", model::NAMES_AT_ONCE_MAX);
        return Err(Error::invalid("/names", "too_many", message));
    }
    let mut valid = Vec::new();
    for (index, name) in names.iter().enumerate() {
        valid.push(model::valid_name(name, &format!("/names/{index}"))?);
    }
    let keys: Vec<String> = valid.iter().map(|name| platform::text::fold(name)).collect();
    let mut known: BTreeMap<String, Segment> = store::by_keys(tx, &actor.scope(), &keys)?;
    for (key, name) in keys.iter().zip(valid) {
        if !known.contains_key(key) {
            known.insert(key.clone(), insert(tx, actor, name, None, None)?);
        }
    }
    described(tx, &actor.scope(), keys.iter().filter_map(|key| known.get(key).cloned()).collect())
}

fn refuse_taken(c: &Conn<'_>, scope: &Scope, name: &str, except: Option<SegmentId>) -> Result<()> {
    let key = platform::text::fold(name);
    let taken = store::by_keys(c, scope, std::slice::from_ref(&key))?.remove(&key);
    match taken.filter(|segment| Some(segment.id) != except) {
        Some(segment) => Err(Error::conflict_with(
            "segment_exists",
            Some("/name".into()),
            format!("there is a segment {} already; choose another name", segment.name),
            Existing { record: "segment".into(), id: segment.id.to_string(), name: segment.name, archived: false },
        )),
        None => Ok(()),
    }
}

/// The segment, if `actor` may change it: those who made it, and admins.
fn get_to_edit(c: &Conn<'_>, actor: &Actor, id: SegmentId) -> Result<Segment> {
    let segment = get(c, actor, id)?;
    let made = actor.user_id.is_some() && segment.created_by_id == actor.user_id;
    if made || actor.is_admin() {
        return Ok(segment);
    }
    Err(Error::forbidden("only who made this segment, an admin or an owner may change it"))
}

/// Changes the given fields. A new rule takes effect at once; a job tells who joined and left by it.
pub fn update(tx: &Tx<'_>, actor: &Actor, id: SegmentId, patch: &SegmentPatch, expected: IfMatch) -> Result<Segment> {
    let before = get_to_edit(tx, actor, id)?;
    expected.check(&before)?;
    let scope = actor.scope();
    let mut after = before.clone();
    match patch.name.as_change() {
        Some(Some(name)) => {
            after.name = model::valid_name(name, "/name")?;
            if after.archived_at.is_none() {
                refuse_taken(tx, &scope, &after.name, Some(id))?;
            }
        }
        Some(None) => return Err(Error::invalid("/name", "required", "a segment keeps its name; send another one")),
        None => {}
    }
    if let Some(description) = patch.description.as_change() {
        after.description = description.map(|text| model::valid_description(text)).transpose()?.flatten();
    }
    match (patch.rule.as_change(), before.kind) {
        (None, _) | (Some(None), SegmentKind::Static) => {}
        (Some(Some(_)), SegmentKind::Static) => return Err(static_rule()),
        (Some(None), SegmentKind::Dynamic) => {
            return Err(Error::invalid("/rule", "required", "a dynamic segment keeps its rule; send another one"));
        }
        (Some(Some(raw)), SegmentKind::Dynamic) => {
            let rule = read_rule(tx, &scope, raw, Some(&before))?;
            segment_rules::hold(tx, &scope, &rule.library)?;
            after.rule = Some(rule.json);
        }
    }
    if after == before {
        return Ok(before);
    }
    write(tx, actor, &mut after)?;
    if after.rule != before.rule {
        jobs::settle_later(tx, actor, &after, "rule_edited")?;
    }
    get(tx, actor, id)
}

fn write(tx: &Tx<'_>, actor: &Actor, segment: &mut Segment) -> Result<()> {
    segment.updated_at = actor.now();
    segment.version += 1;
    on_unique(store::update(tx, &actor.scope(), segment), "segments_live", || tx.conflict().into())
}

/// Lets the rules that name tags of the folded names `old` name `new` instead, and says whose; where tags became one,
/// a job tells who joined and left by it.
pub(crate) fn rename_tags(tx: &Tx<'_>, actor: &Actor, old: &BTreeSet<String>, new: &str, is_merge: bool) -> Result<()> {
    for mut segment in store::with_rules(tx, &actor.scope())? {
        let rule = segment.rule.as_ref().and_then(|rule| segment_rules::with_tags_renamed(rule, old, new));
        if rule.is_none() {
            continue;
        }
        segment.rule = rule;
        write(tx, actor, &mut segment)?;
        if is_merge {
            jobs::settle_later(tx, actor, &segment, "rule_edited")?;
        }
    }
    Ok(())
}

/// The segments whose rules name one of these tags, by their folded names.
pub(crate) fn naming_tags(c: &Conn<'_>, actor: &Actor, keys: &BTreeSet<String>) -> Result<Vec<SegmentRef>> {
    let all = store::with_rules(c, &actor.scope())?.into_iter();
    let naming = all.filter(|segment| {
        segment.rule.as_ref().is_some_and(|rule| segment_rules::with_tags_renamed(rule, keys, "").is_some())
    });
    Ok(naming.map(|of| SegmentRef { id: of.id, name: of.name, kind: of.kind }).collect())
}

/// Puts a segment aside: from now on nobody is in it. Who was listed is kept.
pub fn archive(tx: &Tx<'_>, actor: &Actor, id: SegmentId, expected: IfMatch) -> Result<Segment> {
    let mut segment = get_to_edit(tx, actor, id)?;
    expected.check(&segment)?;
    if segment.archived_at.is_none() {
        segment.archived_at = Some(actor.now());
        write(tx, actor, &mut segment)?;
        jobs::settle_later(tx, actor, &segment, "archived")?;
    }
    get(tx, actor, id)
}

/// Brings an archived segment back, with those who were listed or whom its rule selects now.
///
/// # Errors
/// [`Error::Conflict`] naming the living segment that has taken the name since.
pub fn restore(tx: &Tx<'_>, actor: &Actor, id: SegmentId, expected: IfMatch) -> Result<Segment> {
    let mut segment = get_to_edit(tx, actor, id)?;
    expected.check(&segment)?;
    if segment.archived_at.is_some() {
        refuse_taken(tx, &actor.scope(), &segment.name, Some(id))?;
        segment.archived_at = None;
        write(tx, actor, &mut segment)?;
        jobs::settle_later(tx, actor, &segment, "restored")?;
    }
    get(tx, actor, id)
}

/// A page of those who are in the segment, with the filters and sorts of the customers table.
pub fn members(c: &Conn<'_>, actor: &Actor, id: SegmentId, list: &List) -> Result<Page<Customer>> {
    get(c, actor, id)?;
    let mut list = list.clone();
    list.tree = list.tree.and(&within(id)?);
    customers::page(c, actor, &list)
}

/// Those who are in the segment and not archived.
fn within(id: SegmentId) -> Result<Tree> {
    let field = catalogue().field("segments").ok_or_else(|| Error::Bug("customers have no segments".into()))?;
    Ok(Tree::members(field, id.0, catalogue()))
}

/// Puts customers into a static segment and takes others out, all or none.
///
/// # Errors
/// [`Error::Conflict`] for a dynamic or an archived segment; [`Error::Forbidden`] when `actor` may not write one of the
/// customers.
pub fn change_members(tx: &Tx<'_>, actor: &Actor, id: SegmentId, change: &MembersChange) -> Result<MembersChanged> {
    let scope = actor.scope();
    let segment = segment_members::require_static(tx, &scope, id)?;
    refuse_unfit(change)?;
    let ids: Vec<CustomerId> = change.add.iter().chain(&change.remove).copied().collect();
    let found: BTreeMap<CustomerId, Customer> =
        customers::bulk::load(tx, &scope, &ids)?.into_iter().map(|customer| (customer.id, customer)).collect();
    for (list, ids) in [("add", &change.add), ("remove", &change.remove)] {
        for (index, id) in ids.iter().enumerate() {
            let Some(customer) = found.get(id) else {
                return Err(Error::invalid(
                    format!("/{list}/{index}"),
                    "unknown_customer",
                    "there is no such customer",
                ));
            };
            policy::require_write(actor, customer.claimed_by_id)?;
        }
    }
    let listed = segment_members::listed(tx, &scope, id, &ids)?;
    let pick = |ids: &[CustomerId], inside: bool| -> Vec<CustomerId> {
        let ids: BTreeSet<CustomerId> = ids.iter().copied().collect();
        ids.into_iter().filter(|id| listed.contains(id) == inside).collect()
    };
    let (joining, leaving) = (pick(&change.add, false), pick(&change.remove, true));
    segment_members::put_in(tx, actor, id, &joining)?;
    segment_members::take_out(tx, actor, id, &leaving)?;
    let about = |id: &CustomerId| About {
        customer_id: Some(*id),
        company_id: found.get(id).and_then(|of| of.company_id),
        deal_id: None,
    };
    let events: Vec<(About, Event)> = [(&joining, true), (&leaving, false)]
        .into_iter()
        .flat_map(|(ids, joined)| ids.iter().map(move |id| (id, joined)))
        .map(|(id, joined)| (about(id), segment.moved(joined)))
        .collect();
    let changed: Vec<CustomerId> = joining.iter().chain(&leaving).copied().collect();
    if !changed.is_empty() {
        store::bump_customers(tx, &scope, &changed, actor.now())?;
        activity::record_all(tx, actor, &events)?;
    }
    let number = |ids: &[CustomerId]| i64::try_from(ids.len()).unwrap_or(i64::MAX);
    Ok(MembersChanged { added: number(&joining), removed: number(&leaving) })
}

fn refuse_unfit(change: &MembersChange) -> Result<()> {
    for (list, ids) in [("add", &change.add), ("remove", &change.remove)] {
        if ids.len() > model::MEMBERS_AT_ONCE_MAX {
            let message = format!("send at most {} customers at once", model::MEMBERS_AT_ONCE_MAX);
            return Err(Error::invalid(format!("/{list}"), "too_many", message));
        }
    }
    if let Some(index) = change.remove.iter().position(|id| change.add.contains(id)) {
        let message = "a customer cannot be added and removed at once; name them in one of the lists";
        return Err(Error::invalid(format!("/remove/{index}"), "invalid_value", message));
    }
    Ok(())
}

/// Looks anew who is in a dynamic segment, and tells of each difference.
pub fn recompute(tx: &Tx<'_>, actor: &Actor, id: SegmentId) -> Result<SegmentJob> {
    let segment = get_to_edit(tx, actor, id)?;
    if segment.kind == SegmentKind::Static {
        let message = format!("{} has no rule: its members are those who were put in", segment.name);
        return Err(Error::conflict("static_segment", message));
    }
    Ok(SegmentJob { job_id: jobs::settle_later(tx, actor, &segment, "recomputed")? })
}

/// What a rule would do, in a segment or as a new one; with some of the people if they are asked for.
pub fn preview(c: &Conn<'_>, actor: &Actor, raw: &Raw, id: Option<SegmentId>, sample: bool) -> Result<Preview> {
    let own = id.map(|id| get(c, actor, id)).transpose()?;
    if own.as_ref().is_some_and(|segment| segment.kind == SegmentKind::Static) {
        return Err(static_rule());
    }
    let rule = read_rule(c, &actor.scope(), raw, own.as_ref())?.tree;
    let count = |tree: &Tree| Ok::<_, Error>(customers::count(c, actor, tree, None, true).map_err(in_rule)?.count);
    let all = count(&rule)?;
    let (joins, leaves) = match id {
        None => (all, 0),
        Some(id) => {
            let now = within(id)?;
            (count(&rule.without(&now))?, count(&now.without(&rule))?)
        }
    };
    let sample = if sample { Some(some_of(c, actor, rule)?) } else { None };
    Ok(Preview { count: all, joins, leaves, sample })
}

/// A few of those whom a rule selects.
fn some_of(c: &Conn<'_>, actor: &Actor, rule: Tree) -> Result<Vec<SamplePerson>> {
    let first = ListQuery { limit: Some(model::SAMPLE.to_string()), ..ListQuery::default() };
    let mut list = first.read(catalogue(), "-lastActivityAt", Me::Refused)?;
    list.tree = rule;
    let people = customers::page(c, actor, &list).map_err(in_rule)?.items;
    let person = |of: Customer| SamplePerson {
        id: of.id,
        full_name: of.full_name,
        job_title: of.job_title,
        company_name: of.company.map(|company| company.name),
    };
    Ok(people.into_iter().map(person).collect())
}

/// The living segments that a customer is in at this moment, by name.
///
/// # Errors
/// `NotFound` for the customer.
pub fn of_customer(c: &Conn<'_>, actor: &Actor, id: CustomerId) -> Result<Vec<CustomerSegment>> {
    customers::get(c, actor, id)?;
    let scope = actor.scope();
    let rows: BTreeMap<SegmentId, store::SegmentRow> =
        store::of_customer(c, &scope, id)?.into_iter().map(|row| (row.segment_id, row)).collect();
    let rules: BTreeMap<SegmentId, membership::Present> =
        membership::dynamic(c, &scope)?.into_iter().map(|segment| (segment.id, segment)).collect();
    let context = organisations::filter_context(c, actor)?;
    let asked: Vec<(SegmentId, &Tree)> = rules
        .values()
        .filter_map(|segment| match &segment.decides {
            membership::Decides::Rule(rule) => Some((segment.id, rule)),
            _ => None,
        })
        .collect();
    let selecting = store::selecting(c, &context, &asked, id)?;
    let mut found = Vec::new();
    for SegmentRef { id: segment, name, kind } in store::living(c, &scope)? {
        let row = rows.get(&segment);
        let is_in = match kind {
            SegmentKind::Static => row.is_some_and(|row| row.listed),
            SegmentKind::Dynamic => selecting.contains(&segment),
        };
        if is_in {
            found.push(CustomerSegment { id: segment, name, kind, since: row.and_then(|row| row.since) });
        }
    }
    Ok(found)
}
