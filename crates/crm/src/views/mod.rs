//! Saved views: a list of one record as somebody has arranged it, with columns, filter, order, grouping and layout.
//!
//! A private view is its author's alone: to everybody else, whatever their role, it is not there. A view for the
//! organisation is seen by all, changed by its author and admins, and its filter cannot say "me".

pub mod api;
pub mod fields;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use fields::FIELDS;
pub use model::{
    Layout, NewView, NewViewChoice, SavedView, SegmentUse, ViewChoice, ViewColumn, ViewPatch, ViewRecord, Visibility,
};

use crate::custom_fields::{self, CustomField};
use crate::{customers, fits, segment_rules, segments};
use db::{Conn, Tx};
use platform::filter::{Schema, Tree};
use platform::http::{IfMatch, Page};
use platform::ids::{SegmentId, UserId, ViewId};
use platform::paging::{Count, List};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, organisations};
use std::collections::{BTreeSet, HashSet};

/// Views of an organisation that everybody sees.
const ORG_VIEWS_MAX: i64 = 500;
/// Private views of one person.
const PRIVATE_VIEWS_MAX: i64 = 200;
/// Views that somebody can put in order: all that they can see.
const ORDERED_MAX: usize = 700;

pub fn get(c: &Conn<'_>, actor: &Actor, id: ViewId) -> Result<SavedView> {
    let view = store::get(c, actor, id)?.ok_or(Error::NotFound("view"))?;
    Ok(described(c, actor, vec![view])?.remove(0))
}

pub fn page(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Page<SavedView>> {
    let context = organisations::filter_context(c, actor)?;
    let page = store::page(c, actor, list, &context)?;
    Ok(Page { items: described(c, actor, page.items)?, next_cursor: page.next_cursor })
}

pub fn count(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::count(c, actor, tree, q, &context)?)
}

/// All that `actor` may see, by name.
pub fn all(c: &Conn<'_>, actor: &Actor) -> Result<Vec<SavedView>> {
    let views = store::all(c, actor)?;
    described(c, actor, views)
}

/// What views may name, by their record.
struct Schemas {
    customers: Schema,
    companies: Schema,
    deals: Schema,
}

impl Schemas {
    fn of(&self, view: &SavedView) -> &Schema {
        match view.record {
            ViewRecord::Customer => &self.customers,
            ViewRecord::Company => &self.companies,
            ViewRecord::Deal => &self.deals,
        }
    }
}

/// What these views may name: with the custom fields of a record where one of them is named.
fn schemas(c: &Conn<'_>, actor: &Actor, views: &[SavedView]) -> Result<Schemas> {
    let schema = |record: ViewRecord| {
        if views.iter().any(|view| view.record == record && view.names(custom_fields::PREFIX)) {
            custom_fields::schema(c, &actor.scope(), record.with_custom_fields(), record.catalogue())
        } else {
            Ok(record.catalogue().into())
        }
    };
    let of_customers = |text: &str| views.iter().any(|view| view.record == ViewRecord::Customer && view.names(text));
    let (custom, fit) = (of_customers(custom_fields::PREFIX), fits::are_named(of_customers));
    Ok(Schemas {
        customers: customers::schema(c, &actor.scope(), custom, fit)?,
        companies: schema(ViewRecord::Company)?,
        deals: schema(ViewRecord::Deal)?,
    })
}

/// The custom fields of the record that are not archived, where one of these columns may be one.
fn own_columns<'a>(
    c: &Conn<'_>,
    actor: &Actor,
    record: ViewRecord,
    mut columns: impl Iterator<Item = &'a ViewColumn>,
) -> Result<Vec<CustomField>> {
    if columns.any(|column| column.field.starts_with(custom_fields::PREFIX)) {
        return custom_fields::living(c, &actor.scope(), record.with_custom_fields());
    }
    Ok(Vec::new())
}

/// Refuses columns that the record does not have.
fn check_columns(c: &Conn<'_>, actor: &Actor, record: ViewRecord, columns: &[ViewColumn]) -> Result<()> {
    let own = own_columns(c, actor, record, columns.iter())?;
    model::valid_columns(columns, |name| record.has_column(name, &own))
}

/// The views, without columns that are gone, and with what their filters name that is gone.
fn described(c: &Conn<'_>, actor: &Actor, mut views: Vec<SavedView>) -> Result<Vec<SavedView>> {
    for record in [ViewRecord::Customer, ViewRecord::Company, ViewRecord::Deal] {
        let of_record = views.iter().filter(|view| view.record == record);
        let own = own_columns(c, actor, record, of_record.flat_map(|view| &view.columns))?;
        for view in views.iter_mut().filter(|view| view.record == record) {
            view.columns.retain(|column| record.has_column(&column.field, &own));
        }
    }
    let mut trees = Vec::new();
    let mut readable = Vec::new();
    let schemas = schemas(c, actor, &views)?;
    for view in &mut views {
        match view.tree(schemas.of(view)) {
            Ok(None) => {}
            Ok(Some(tree)) => {
                trees.push(tree);
                readable.push(view);
            }
            Err(Error::Malformed(faults)) => view.problems = faults,
            Err(error) => return Err(error),
        }
    }
    for (view, problems) in readable.into_iter().zip(segment_rules::problems(c, &actor.scope(), &trees)?) {
        view.problems = problems;
    }
    Ok(views)
}

/// The segments and views that name a segment, as far as `actor` may see them.
pub fn uses_of_segment(c: &Conn<'_>, actor: &Actor, id: SegmentId) -> Result<Vec<SegmentUse>> {
    let segments = segments::naming(c, actor, id)?;
    let mut uses: Vec<SegmentUse> =
        segments.into_iter().map(|of| SegmentUse { record: "segment", id: of.id.0, name: of.name }).collect();
    let views = store::all(c, actor)?;
    let schemas = schemas(c, actor, &views)?;
    for view in views {
        let names = |tree: Tree| tree.groups().iter().any(|(_, named)| *named == id.0);
        if view.tree(schemas.of(&view)).ok().flatten().is_some_and(names) {
            uses.push(SegmentUse { record: "view", id: view.id.0, name: view.name });
        }
    }
    Ok(uses)
}

/// Lets the filters of all views, private ones too, that name tags of the folded names `old` name `new` instead.
pub(crate) fn rename_tags(tx: &Tx<'_>, actor: &Actor, old: &BTreeSet<String>, new: &str) -> Result<()> {
    for (id, filter) in store::filters(tx, &actor.scope())? {
        if let Some(filter) = segment_rules::with_tags_renamed(&filter, old, new) {
            store::set_filter(tx, &actor.scope(), id, filter, actor.now())?;
        }
    }
    Ok(())
}

/// How many views, private ones too, name one of these tags, by their folded names.
pub(crate) fn naming_tags(c: &Conn<'_>, actor: &Actor, keys: &BTreeSet<String>) -> Result<i64> {
    let filters = store::filters(c, &actor.scope())?.into_iter();
    Ok(filters.filter(|(_, filter)| segment_rules::with_tags_renamed(filter, keys, "").is_some()).count() as i64)
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewView) -> Result<SavedView> {
    policy::require(actor, Action::CreateRecords)?;
    check_columns(tx, actor, new.record, &new.columns)?;
    let mut view = SavedView {
        id: ViewId(actor.new_id()),
        record: new.record,
        name: model::valid_name(&new.name)?,
        visibility: new.visibility,
        author_id: actor.user_id,
        columns: new.columns.clone(),
        filter: new.filter.as_ref().map(|filter| filter.0.clone()),
        sort: new.sort.clone().filter(|sort| !sort.trim().is_empty()),
        group_by: new.group_by.clone(),
        layout: new.layout.unwrap_or(Layout::Table),
        problems: Vec::new(),
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
    };
    let known = schemas(tx, actor, std::slice::from_ref(&view))?;
    let schema = known.of(&view).clone();
    view.check(&schema)?;
    room_for(tx, actor, &view)?;
    store::insert(tx, &actor.scope(), &view)?;
    get(tx, actor, view.id)
}

/// Refuses one more view where there are too many, and a private one of nobody.
fn room_for(c: &Conn<'_>, actor: &Actor, view: &SavedView) -> Result<()> {
    let (private_of, most) = match (view.visibility, view.author_id) {
        (Visibility::Org, _) => (None, ORG_VIEWS_MAX),
        (Visibility::Private, Some(author)) => (Some(author), PRIVATE_VIEWS_MAX),
        (Visibility::Private, None) => {
            let message = "a program has no private views; make it one for the organisation";
            return Err(Error::invalid("/visibility", "not_allowed", message));
        }
    };
    if store::total(c, &actor.scope(), private_of)? >= most {
        let message = format!("there are {most} such views already; delete some that nobody uses");
        return Err(Error::conflict("too_many_views", message));
    }
    Ok(())
}

/// The view, if `actor` may change it: its author, and admins where it is for everybody.
fn get_to_edit(c: &Conn<'_>, actor: &Actor, id: ViewId) -> Result<SavedView> {
    let view = get(c, actor, id)?;
    if actor.is_admin() || (actor.user_id.is_some() && view.author_id == actor.user_id) {
        return Ok(view);
    }
    Err(Error::forbidden("only who made this view, an admin or an owner may change it; save one of your own instead"))
}

/// Changes the given fields.
pub fn update(tx: &Tx<'_>, actor: &Actor, id: ViewId, patch: &ViewPatch, expected: IfMatch) -> Result<SavedView> {
    let mut before = get_to_edit(tx, actor, id)?;
    expected.check(&before)?;
    // A column that is gone may come back, as an archived field does.
    before.columns = store::get(tx, actor, id)?.ok_or(Error::NotFound("view"))?.columns;
    let mut after = before.clone();
    match patch.name.as_change() {
        Some(Some(name)) => after.name = model::valid_name(name)?,
        Some(None) => return Err(Error::invalid("/name", "required", "a view keeps its name; send another one")),
        None => {}
    }
    if let Some(columns) = &patch.columns {
        check_columns(tx, actor, before.record, columns)?;
        after.columns.clone_from(columns);
    }
    if let Some(filter) = patch.filter.as_change() {
        after.filter = filter.map(|filter| filter.0.clone());
    }
    if let Some(sort) = patch.sort.as_change() {
        after.sort = sort.filter(|sort| !sort.trim().is_empty()).cloned();
    }
    if let Some(group_by) = patch.group_by.as_change() {
        after.group_by = group_by.cloned();
    }
    after.layout = patch.layout.unwrap_or(after.layout);
    after.visibility = patch.visibility.unwrap_or(after.visibility);
    if after.visibility == Visibility::Private
        && before.visibility == Visibility::Org
        && after.author_id != actor.user_id
    {
        // It would be gone for whoever does this.
        return Err(Error::forbidden("only its author may make a view private"));
    }
    let known = schemas(tx, actor, std::slice::from_ref(&after))?;
    after.check(known.of(&before))?;
    if after == before {
        return get(tx, actor, id);
    }
    if after.visibility != before.visibility {
        room_for(tx, actor, &after)?;
    }
    after.updated_at = actor.now();
    after.version += 1;
    store::update(tx, &actor.scope(), &after)?;
    get(tx, actor, id)
}

pub fn delete(tx: &Tx<'_>, actor: &Actor, id: ViewId, expected: IfMatch) -> Result<()> {
    let view = get_to_edit(tx, actor, id)?;
    expected.check(&view)?;
    Ok(store::delete(tx, &actor.scope(), id)?)
}

/// How `actor` keeps their views, of each record where they have said so. Views that are gone are left out.
pub fn choices(c: &Conn<'_>, actor: &Actor) -> Result<Vec<ViewChoice>> {
    let user_id = person(actor)?;
    let mut choices = store::choices(c, &actor.scope(), user_id)?;
    if choices.is_empty() {
        return Ok(choices);
    }
    let seen: HashSet<ViewId> = store::all(c, actor)?.iter().map(|view| view.id).collect();
    for choice in &mut choices {
        choice.default_view_id = choice.default_view_id.filter(|id| seen.contains(id));
        choice.order.retain(|id| seen.contains(id));
    }
    Ok(choices)
}

fn person(actor: &Actor) -> Result<UserId> {
    actor.user_id.ok_or_else(|| Error::forbidden("a program has no views to keep in order; sign in to do so"))
}

/// Keeps the order of somebody's views and the one that a list opens with, for themselves alone.
pub fn choose(tx: &Tx<'_>, actor: &Actor, record: ViewRecord, new: &NewViewChoice) -> Result<ViewChoice> {
    let user_id = person(actor)?;
    if new.order.len() > ORDERED_MAX {
        return Err(Error::invalid("/order", "too_many", format!("at most {ORDERED_MAX} views have an order")));
    }
    let mut named = HashSet::new();
    if let Some(at) = new.order.iter().position(|id| !named.insert(*id)) {
        return Err(Error::invalid(format!("/order/{at}"), "invalid_value", "a view has one place; name it once"));
    }
    if let Some(id) = new.default_view_id
        && store::get(tx, actor, id)?.is_none_or(|view| view.record != record)
    {
        let message = format!("there is no such view of a {}; choose one that you see", record.as_str());
        return Err(Error::invalid("/defaultViewId", "not_found", message));
    }
    let choice = ViewChoice { record, default_view_id: new.default_view_id, order: new.order.clone() };
    store::choose(tx, &actor.scope(), user_id, &choice, actor.now())?;
    Ok(choice)
}
