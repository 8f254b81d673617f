//! Dashboards: widgets on a grid, each showing a report or what happened last.
//!
//! Every organisation has a standard one, which is computed until an admin changes it; its id is the organisation's. A
//! private dashboard is its author's alone: to everybody else, whatever their role, it is not there. One for the
//! organisation is seen by all and changed by its author and admins; its filters cannot say "me", though a widget may be
//! about whoever looks at it.

pub mod api;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::{Dashboard, DashboardChoice, DashboardPatch, FeedItem, NewDashboard, Widget, WidgetKind};

use crate::anchors::{self, Anchor, AnchorKind, AnchorRef};
use crate::views::Visibility;
use crate::{activity, reports, segment_rules};
use db::{Conn, Tx};
use platform::error::FieldError;
use platform::filter::{Me, Raw};
use platform::http::IfMatch;
use platform::ids::{DashboardId, UserId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result};
use std::collections::BTreeSet;

/// Dashboards of an organisation that everybody sees.
const ORG_DASHBOARDS_MAX: i64 = 500;
/// Private dashboards of one person.
const PRIVATE_DASHBOARDS_MAX: i64 = 50;
/// Events that a feed is made of.
const FEED_EVENTS: usize = 400;
/// More events of one kind and actor in a row are shown as one.
const RUN_MAX: usize = 3;

/// All that `actor` may see: the standard one, then by name.
pub fn all(c: &Conn<'_>, actor: &Actor) -> Result<Vec<Dashboard>> {
    let mut dashboards = store::all(c, actor)?;
    let standard = match dashboards.iter().position(|one| one.is_standard) {
        Some(at) => dashboards.remove(at),
        None => Dashboard::standard(actor.org_id)?,
    };
    dashboards.insert(0, standard);
    mark_default(c, actor, &mut dashboards)?;
    Ok(dashboards)
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: DashboardId) -> Result<Dashboard> {
    let found = match store::get(c, actor, id)? {
        Some(found) => found,
        None if id.0 == actor.org_id.0 => Dashboard::standard(actor.org_id)?,
        None => return Err(Error::NotFound("dashboard")),
    };
    let mut found = [found];
    mark_default(c, actor, &mut found)?;
    let [found] = found;
    Ok(found)
}

/// Marks the one that the caller's home opens with: their choice while they see it, else the standard one.
fn mark_default(c: &Conn<'_>, actor: &Actor, dashboards: &mut [Dashboard]) -> Result<()> {
    let standard = DashboardId(actor.org_id.0);
    let chosen = match actor.user_id {
        Some(user) => store::choice(c, &actor.scope(), user)?,
        None => None,
    };
    let chosen = match chosen {
        Some(id) if id == standard || store::get(c, actor, id)?.is_some() => id,
        _ => standard,
    };
    for dashboard in dashboards {
        dashboard.is_default = dashboard.id == chosen;
    }
    Ok(())
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewDashboard) -> Result<Dashboard> {
    policy::require(actor, Action::CreateRecords)?;
    let mut dashboard = Dashboard {
        id: DashboardId(actor.new_id()),
        name: model::valid_name(&new.name)?,
        visibility: new.visibility,
        author_id: actor.user_id,
        widgets: new.widgets.clone(),
        is_standard: false,
        is_default: false,
        updated_at: Some(actor.now()),
        version: 1,
    };
    check(tx, actor, &mut dashboard)?;
    room_for(tx, actor, &dashboard)?;
    store::insert(tx, &actor.scope(), &dashboard, actor.now())?;
    get(tx, actor, dashboard.id)
}

/// Checks the widgets and the reports that they ask.
fn check(c: &Conn<'_>, actor: &Actor, dashboard: &mut Dashboard) -> Result<()> {
    model::check_widgets(&mut dashboard.widgets)?;
    let me = if dashboard.visibility == Visibility::Org { Me::Refused } else { Me::Allowed };
    let mut faults: Vec<FieldError> = Vec::new();
    for (index, widget) in dashboard.widgets.iter().enumerate() {
        let Some(query) = &widget.query else { continue };
        match reports::check(c, actor, query, me, &format!("/widgets/{index}/query")) {
            Ok(()) => {}
            Err(Error::Malformed(found)) => faults.extend(found),
            Err(error) => return Err(error),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Malformed(faults)) }
}

/// Refuses one more dashboard where there are too many, and a private one of nobody.
fn room_for(c: &Conn<'_>, actor: &Actor, dashboard: &Dashboard) -> Result<()> {
    let (private_of, most) = match (dashboard.visibility, dashboard.author_id) {
        (Visibility::Org, _) => (None, ORG_DASHBOARDS_MAX),
        (Visibility::Private, Some(author)) => (Some(author), PRIVATE_DASHBOARDS_MAX),
        (Visibility::Private, None) => {
            let message = "a program has no private dashboards; make it one for the organisation";
            return Err(Error::invalid("/visibility", "not_allowed", message));
        }
    };
    if store::total(c, &actor.scope(), private_of)? >= most {
        let message = format!("there are {most} such dashboards already; delete some that nobody uses");
        return Err(Error::conflict("too_many_dashboards", message));
    }
    Ok(())
}

/// The dashboard, if `actor` may change it: its author, and admins where it is for everybody.
fn get_to_edit(c: &Conn<'_>, actor: &Actor, id: DashboardId) -> Result<Dashboard> {
    let dashboard = get(c, actor, id)?;
    if actor.is_admin() || (actor.user_id.is_some() && dashboard.author_id == actor.user_id) {
        return Ok(dashboard);
    }
    Err(Error::forbidden(
        "only who made this dashboard, an admin or an owner may change it; copy it to one of your own",
    ))
}

/// Changes the given fields. The standard one is stored when it is changed first.
pub fn update(
    tx: &Tx<'_>,
    actor: &Actor,
    id: DashboardId,
    patch: &DashboardPatch,
    expected: IfMatch,
) -> Result<Dashboard> {
    let before = get_to_edit(tx, actor, id)?;
    expected.check(&before)?;
    let mut after = before.clone();
    if let Some(name) = &patch.name {
        after.name = model::valid_name(name)?;
    }
    after.visibility = patch.visibility.unwrap_or(after.visibility);
    if let Some(widgets) = &patch.widgets {
        after.widgets.clone_from(widgets);
    }
    if after.visibility == Visibility::Private && before.visibility == Visibility::Org {
        if after.is_standard {
            let message = "the standard dashboard is everybody's; copy it to a private one";
            return Err(Error::invalid("/visibility", "not_allowed", message));
        }
        if after.author_id != actor.user_id {
            // It would be gone for whoever does this.
            return Err(Error::forbidden("only its author may make a dashboard private"));
        }
    }
    check(tx, actor, &mut after)?;
    if after == before {
        return Ok(before);
    }
    if after.visibility != before.visibility {
        room_for(tx, actor, &after)?;
    }
    after.updated_at = Some(actor.now());
    after.version += 1;
    let written = if before.version == 0 {
        store::insert(tx, &actor.scope(), &after, actor.now())?
    } else {
        store::update(tx, &actor.scope(), &after, actor.now())?
    };
    if !written {
        return Err(tx.conflict().into());
    }
    Ok(after)
}

/// Deletes a dashboard; the standard one is then as the program makes it.
pub fn delete(tx: &Tx<'_>, actor: &Actor, id: DashboardId, expected: IfMatch) -> Result<()> {
    let dashboard = get_to_edit(tx, actor, id)?;
    expected.check(&dashboard)?;
    Ok(store::delete(tx, &actor.scope(), id)?)
}

/// Has the caller's home open with a dashboard.
pub fn choose(tx: &Tx<'_>, actor: &Actor, choice: &DashboardChoice) -> Result<Dashboard> {
    let user = person(actor)?;
    let id = choice.dashboard_id.unwrap_or(DashboardId(actor.org_id.0));
    match get(tx, actor, id) {
        Ok(_) => {}
        Err(Error::NotFound(_)) => {
            let message = "there is no such dashboard; choose one that you see";
            return Err(Error::invalid("/dashboardId", "not_found", message));
        }
        Err(error) => return Err(error),
    }
    store::choose(tx, &actor.scope(), user, id, actor.now())?;
    get(tx, actor, id)
}

fn person(actor: &Actor) -> Result<UserId> {
    actor.user_id.ok_or_else(|| Error::forbidden("a program has no home; sign in to choose a dashboard"))
}

/// What has happened last, with what it is about; long runs of one kind by one actor are one item.
pub fn feed(c: &Conn<'_>, actor: &Actor, by: Option<UserId>, limit: usize) -> Result<Vec<FeedItem>> {
    let mut items: Vec<FeedItem> = Vec::new();
    let events = activity::latest(c, &actor.scope(), by, FEED_EVENTS)?;
    for run in events.chunk_by(|a, b| a.kind == b.kind && a.actor == b.actor) {
        let shown = if run.len() > RUN_MAX { 1 } else { run.len() };
        let more = i64::try_from(run.len() - shown).unwrap_or_default();
        items.extend(run[..shown].iter().map(|activity| FeedItem { activity: activity.clone(), about: None, more }));
        if items.len() >= limit {
            break;
        }
    }
    items.truncate(limit);
    let anchors: Vec<Anchor> = items.iter().filter_map(|item| anchor(&item.activity)).collect();
    let found = anchors::all(c, &actor.scope(), &anchors)?;
    for item in &mut items {
        let anchored = anchor(&item.activity).and_then(|anchor| found.get(&anchor));
        item.about = anchored.map(|one| AnchorRef { kind: one.anchor.kind, id: one.anchor.id, name: one.name.clone() });
    }
    Ok(items)
}

/// What an event is about first of all.
fn anchor(activity: &activity::Activity) -> Option<Anchor> {
    let deal = activity.deal_id.map(|id| Anchor { kind: AnchorKind::Deal, id: id.0 });
    let deal = deal.filter(|_| activity.kind.starts_with("deal."));
    deal.or(activity.customer_id.map(|id| Anchor { kind: AnchorKind::Customer, id: id.0 }))
        .or(activity.deal_id.map(|id| Anchor { kind: AnchorKind::Deal, id: id.0 }))
        .or(activity.company_id.map(|id| Anchor { kind: AnchorKind::Company, id: id.0 }))
}

/// Lets the filters of all dashboards, private ones too, that name tags of the folded names `old` name `new` instead.
pub(crate) fn rename_tags(tx: &Tx<'_>, actor: &Actor, old: &BTreeSet<String>, new: &str) -> Result<()> {
    for mut dashboard in store::everybodys(tx, &actor.scope())? {
        let mut changed = false;
        for query in dashboard.widgets.iter_mut().filter_map(|widget| widget.query.as_mut()) {
            let renamed =
                query.filter.as_ref().and_then(|filter| segment_rules::with_tags_renamed(&filter.0, old, new));
            if let Some(filter) = renamed {
                query.filter = Some(Raw(filter));
                changed = true;
            }
        }
        if changed {
            dashboard.version += 1;
            store::update(tx, &actor.scope(), &dashboard, actor.now())?;
        }
    }
    Ok(())
}
