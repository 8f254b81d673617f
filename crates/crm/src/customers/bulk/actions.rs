//! Bulk actions on customers: what each does to a chunk, and how it is taken back.
//!
//! A new action is a variant of [`CustomerAction`] and of [`Order`], a line in each of [`CustomerAction::needs`],
//! [`decide`] and [`act`], and a function beside the others below. Every rule is the one of the operation on one
//! customer; here it is asked of rows that were read in the same transaction.

use super::store::{self, Standing};
use crate::activity::{self, About, Event};
use crate::contacts::{self, Channel, ParsedContact};
use crate::customers::merging::{self, MergeCustomers};
use crate::customers::{self, model, ownership, selected};
use crate::merging::LOSERS_MAX;
use crate::segment_members;
use crate::tags::{self, TagName};
use db::Tx;
use platform::bulk::{self, Batch, BulkAccepted, Chunk, Item, Outcome, Select, Selection, Skip};
use platform::clock::Timestamp;
use platform::filter::Schema;
use platform::http::IfMatch;
use platform::ids::{CustomerId, SegmentId, TagId, UserId};
use platform::organisations::FORMER_MEMBER;
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, organisations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use utoipa::ToSchema;
use uuid::Uuid;

/// The name under which the work is registered.
pub const RECORD: &str = "customer";

/// The body of `POST /customers/bulk`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerBulk {
    pub select: Select,
    pub action: CustomerAction,
}

/// One thing done to many customers.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CustomerAction {
    /// Become the owner of those that nobody owns.
    Claim {},
    /// Take them away from whoever owns them.
    Release {},
    /// Give them to a member.
    Reassign {
        #[serde(rename = "userId")]
        user_id: UserId,
    },
    /// Put tags on; unknown names become new tags.
    AddTags {
        tags: Vec<String>,
    },
    RemoveTags {
        tags: Vec<String>,
    },
    /// Put them into a static segment.
    AddToSegment {
        #[serde(rename = "segmentId")]
        segment_id: SegmentId,
    },
    /// Take them out of a static segment.
    RemoveFromSegment {
        #[serde(rename = "segmentId")]
        segment_id: SegmentId,
    },
    /// Score them anew for all products.
    Rescore {},
    Archive {},
    Restore {},
    /// Fold them into one of them or somebody else: at most 100, in one merge. Taking it back undoes that for each.
    Merge {
        /// Who stays.
        #[serde(rename = "primaryId")]
        primary_id: CustomerId,
    },
}

/// A body that makes sense.
#[derive(Clone, Debug)]
pub struct ParsedBulk {
    selection: Selection,
    action: ParsedAction,
}

#[derive(Clone, Debug)]
enum ParsedAction {
    AsIs(CustomerAction),
    AddTags(Vec<TagName>),
    RemoveTags(Vec<TagName>),
}

impl CustomerBulk {
    /// # Errors
    /// What is wrong with the selection or the action, with its path.
    pub fn parse(&self, schema: impl Into<Schema>) -> Result<ParsedBulk> {
        let action = match &self.action {
            CustomerAction::AddTags { tags } => ParsedAction::AddTags(tag_names(tags)?),
            CustomerAction::RemoveTags { tags } => ParsedAction::RemoveTags(tag_names(tags)?),
            other => ParsedAction::AsIs(other.clone()),
        };
        Ok(ParsedBulk { selection: self.select.read(schema)?, action })
    }
}

fn tag_names(names: &[String]) -> Result<Vec<TagName>> {
    if names.is_empty() || names.len() > model::TAGS_MAX {
        return Err(Error::invalid("/action/tags", "invalid", format!("give 1 to {} tags", model::TAGS_MAX)));
    }
    let mut parsed: Vec<TagName> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let name = TagName::parse(name, &format!("/action/tags/{index}"))?;
        if !parsed.iter().any(|other| other.key() == name.key()) {
            parsed.push(name);
        }
    }
    Ok(parsed)
}

impl CustomerAction {
    /// What the role must allow for the action to be asked for at all.
    pub fn needs(&self) -> Action {
        match self {
            CustomerAction::Release {} | CustomerAction::Reassign { .. } => Action::ReleaseAndReassign,
            CustomerAction::Merge { .. } => Action::MergeRecords,
            _ => Action::CreateRecords,
        }
    }
}

/// A tag as it was when the action was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct TagRef {
    id: TagId,
    name: String,
}

/// An action with all that it names looked up: what the job keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Order {
    Claim {},
    Release {},
    Reassign {
        #[serde(rename = "userId")]
        user_id: UserId,
    },
    AddTags {
        tags: Vec<TagRef>,
    },
    RemoveTags {
        tags: Vec<TagRef>,
    },
    AddToSegment {
        #[serde(rename = "segmentId")]
        segment_id: SegmentId,
    },
    RemoveFromSegment {
        #[serde(rename = "segmentId")]
        segment_id: SegmentId,
    },
    /// Done by `scoring`. What is computed cannot be taken back.
    Rescore {
        undoable: bool,
    },
    Archive {},
    Restore {},
    Merge {
        #[serde(rename = "primaryId")]
        primary_id: CustomerId,
    },
}

/// Freezes the selection and starts the work.
///
/// # Errors
/// [`Error::Forbidden`] when the role allows it on no customer, [`Error::Invalid`] for an unknown member.
pub fn ask(tx: &Tx<'_>, actor: &Actor, asked: &ParsedBulk) -> Result<BulkAccepted> {
    let order = decide(tx, actor, &asked.action)?;
    let from = selected(tx, actor, &asked.selection)?;
    let action = serde_json::to_value(&order).map_err(|error| Error::Bug(error.to_string()))?;
    if let Order::Merge { primary_id } = order
        && store::has_more(tx, &from, primary_id, LOSERS_MAX)?
    {
        let message =
            format!("more than {LOSERS_MAX} are selected besides who stays; merge at most {LOSERS_MAX} at once");
        return Err(Error::invalid("/select", "too_many", message));
    }
    bulk::ask(tx, actor, RECORD, &action, &from)
}

fn decide(tx: &Tx<'_>, actor: &Actor, action: &ParsedAction) -> Result<Order> {
    let needs = match action {
        ParsedAction::AsIs(action) => action.needs(),
        ParsedAction::AddTags(_) | ParsedAction::RemoveTags(_) => Action::CreateRecords,
    };
    policy::require(actor, needs)?;
    let refs = |found: Vec<(TagId, String)>| found.into_iter().map(|(id, name)| TagRef { id, name }).collect();
    Ok(match action {
        ParsedAction::AddTags(names) => Order::AddTags { tags: refs(tags::resolve(tx, actor, names)?) },
        ParsedAction::RemoveTags(names) => {
            // A tag that does not exist is on nobody.
            let found: Result<Vec<Option<_>>> = names.iter().map(|name| tags::find(tx, actor, name.as_str())).collect();
            Order::RemoveTags { tags: refs(found?.into_iter().flatten().collect()) }
        }
        ParsedAction::AsIs(CustomerAction::Claim {}) => {
            ownership::person(actor)?;
            Order::Claim {}
        }
        ParsedAction::AsIs(CustomerAction::Reassign { user_id }) => {
            organisations::require_member(tx, &actor.scope(), *user_id, "/action/userId")?;
            Order::Reassign { user_id: *user_id }
        }
        ParsedAction::AsIs(CustomerAction::Release {}) => Order::Release {},
        ParsedAction::AsIs(CustomerAction::Rescore {}) => Order::Rescore { undoable: false },
        ParsedAction::AsIs(CustomerAction::Archive {}) => Order::Archive {},
        ParsedAction::AsIs(CustomerAction::Restore {}) => Order::Restore {},
        ParsedAction::AsIs(CustomerAction::AddToSegment { segment_id }) => {
            Order::AddToSegment { segment_id: named_segment(tx, actor, *segment_id)? }
        }
        ParsedAction::AsIs(CustomerAction::RemoveFromSegment { segment_id }) => {
            Order::RemoveFromSegment { segment_id: named_segment(tx, actor, *segment_id)? }
        }
        ParsedAction::AsIs(CustomerAction::Merge { primary_id }) => {
            let primary = match customers::get(tx, actor, *primary_id) {
                Err(Error::NotFound(_)) => {
                    return Err(Error::invalid("/action/primaryId", "unknown_customer", "there is no such customer"));
                }
                found => found?,
            };
            if let Some(into) = primary.merged_into_id {
                return Err(merging::merged(tx, &actor.scope(), into, Some("/action/primaryId".into()))?);
            }
            if primary.archived_at.is_some() {
                return Err(Error::conflict("archived", "who stays is archived; restore that customer first"));
            }
            Order::Merge { primary_id: *primary_id }
        }
        ParsedAction::AsIs(CustomerAction::AddTags { .. } | CustomerAction::RemoveTags { .. }) => {
            return Err(Error::Bug("tags without names".into()));
        }
    })
}

fn named_segment(tx: &Tx<'_>, actor: &Actor, id: SegmentId) -> Result<SegmentId> {
    match segment_members::require_static(tx, &actor.scope(), id) {
        Ok(segment) => Ok(segment.id),
        Err(Error::NotFound(_)) => {
            Err(Error::invalid("/action/segmentId", "unknown_segment", "there is no such segment"))
        }
        Err(error) => Err(error),
    }
}

/// Does a chunk: a [`bulk::Act`].
pub fn act(tx: &Tx<'_>, actor: &Actor, chunk: &Chunk) -> Result<Vec<(Uuid, Outcome)>> {
    let order: Order = serde_json::from_value(chunk.action.clone()).map_err(|error| Error::Bug(error.to_string()))?;
    let mut work = Work::load(tx, actor, &chunk.items)?;
    let is_undo = chunk.is_undo;
    if is_undo {
        work.batch.skip(Skip::ChangedSince, |one| one.is_changed_since(one.at.version));
    } else if !matches!(order, Order::Archive {} | Order::Restore {} | Order::Merge { .. }) {
        work.batch.skip(Skip::Archived, |one| one.at.archived_at.is_some() && !one.item.was_archived);
    }
    let may = |one: &One<'_>| match order {
        // Whose it is tells the claim itself.
        Order::Claim {} if !is_undo => true,
        Order::Release {} | Order::Reassign { .. } => policy::allows(actor, Action::ReleaseAndReassign),
        _ => policy::may_write(actor, one.at.claimed_by_id),
    };
    work.batch.skip(Skip::Forbidden, |one| !may(one));
    match (order, is_undo) {
        (Order::Claim {} | Order::Release {} | Order::Reassign { .. }, true) => give_back(work),
        (Order::Claim {}, false) => claim(work),
        (Order::Release {}, false) => release(work),
        (Order::Reassign { user_id }, false) => reassign(work, user_id),
        (Order::AddTags { tags }, false) => add_tags(work, &tags),
        (Order::RemoveTags { tags }, false) => remove_tags(work, &tags),
        (Order::AddTags { .. }, true) => remove_again(work),
        (Order::RemoveTags { .. }, true) => add_again(work),
        (Order::AddToSegment { segment_id }, false) | (Order::RemoveFromSegment { segment_id }, true) => {
            put_in(work, segment_id)
        }
        (Order::RemoveFromSegment { segment_id }, false) | (Order::AddToSegment { segment_id }, true) => {
            take_out(work, segment_id)
        }
        (Order::Merge { primary_id }, false) => merge(work, primary_id),
        (Order::Merge { .. }, true) => unmerge(work),
        (Order::Archive {}, false) | (Order::Restore {}, true) => archive(work),
        (Order::Restore {}, false) | (Order::Archive {}, true) => restore(work),
        (Order::Rescore { .. }, _) => Err(Error::Bug("scoring does this".into())),
    }
}

/// A chunk at work.
struct Work<'a> {
    tx: &'a Tx<'a>,
    actor: &'a Actor,
    batch: Batch<'a, Standing>,
}

type One<'a> = bulk::One<'a, Standing>;

type Outcomes = Result<Vec<(Uuid, Outcome)>>;

impl<'a> Work<'a> {
    fn load(tx: &'a Tx<'a>, actor: &'a Actor, items: &'a [Item]) -> Result<Work<'a>> {
        let ids: Vec<CustomerId> = items.iter().map(|item| CustomerId(item.record_id)).collect();
        let mut found = store::standing(tx, &actor.scope(), &ids)?;
        Ok(Work { tx, actor, batch: Batch::new(items, |id| found.remove(&CustomerId(id))) })
    }

    fn ids(&self) -> Vec<CustomerId> {
        self.batch.left.iter().map(|one| one.at.id).collect()
    }

    /// After those that are left were written: moves the times of their tags, logs, and keeps what was before.
    fn written(self, before: impl Fn(&One<'_>) -> Value, events: impl Fn(&One<'_>) -> Vec<Event>) -> Outcomes {
        store::touch_tags(self.tx, &self.actor.scope(), &self.ids(), self.actor.now())?;
        let mut logged: Vec<(About, Event)> = Vec::with_capacity(self.batch.left.len());
        for one in &self.batch.left {
            let about = About { customer_id: Some(one.at.id), company_id: one.at.company_id, deal_id: None };
            logged.extend(events(one).into_iter().map(|event| (about, event)));
        }
        activity::record_many(self.tx, self.actor, &logged)?;
        Ok(self.batch.changed(|one| (before(one), one.at.version + 1)))
    }
}

// Owners

/// Whom a customer belonged to, and since when.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owned {
    claimed_by_id: Option<UserId>,
    claimed_at: Option<Timestamp>,
}

fn owned(one: &One<'_>) -> Value {
    json!({"claimedById": one.at.claimed_by_id, "claimedAt": one.at.claimed_at})
}

/// Names of members, also of those who have left.
struct Names(HashMap<UserId, (String, bool)>);

impl Names {
    fn load(work: &Work<'_>) -> Result<Names> {
        let members = organisations::members(work.tx, &work.actor.scope())?;
        Ok(Names(members.into_iter().map(|member| (member.id, (member.name, !member.disabled))).collect()))
    }

    fn of(&self, id: UserId) -> String {
        self.0.get(&id).map_or_else(|| FORMER_MEMBER.to_owned(), |(name, _)| name.clone())
    }

    fn is_active(&self, id: UserId) -> bool {
        self.0.get(&id).is_some_and(|(_, is_active)| *is_active)
    }

    fn moved(&self, from: Option<UserId>, to: Option<UserId>) -> Vec<Event> {
        match (from, to) {
            (Some(user_id), None) => vec![Event::OwnerReleased { user_id, name: self.of(user_id) }],
            (from_user_id, Some(to_user_id)) => vec![Event::OwnerReassigned {
                from_user_id,
                from_name: from_user_id.map(|id| self.of(id)),
                to_user_id,
                to_name: self.of(to_user_id),
            }],
            (None, None) => Vec::new(),
        }
    }
}

fn claim(mut work: Work<'_>) -> Outcomes {
    let user_id = ownership::person(work.actor)?;
    work.batch.skip(Skip::Unchanged, |one| one.at.claimed_by_id == Some(user_id));
    work.batch.skip(Skip::AlreadyClaimed, |one| one.at.claimed_by_id.is_some());
    set_owner(&work, Some(user_id))?;
    let name = work.actor.name.clone();
    work.written(owned, |_| vec![Event::OwnerClaimed { user_id, name: name.clone() }])
}

fn release(mut work: Work<'_>) -> Outcomes {
    work.batch.skip(Skip::Unchanged, |one| one.at.claimed_by_id.is_none());
    let names = Names::load(&work)?;
    set_owner(&work, None)?;
    work.written(owned, |one| names.moved(one.at.claimed_by_id, None))
}

fn reassign(mut work: Work<'_>, to: UserId) -> Outcomes {
    organisations::require_member(work.tx, &work.actor.scope(), to, "/action/userId")?;
    work.batch.skip(Skip::Unchanged, |one| one.at.claimed_by_id == Some(to));
    let names = Names::load(&work)?;
    set_owner(&work, Some(to))?;
    work.written(owned, |one| names.moved(one.at.claimed_by_id, Some(to)))
}

fn set_owner(work: &Work<'_>, to: Option<UserId>) -> Result<()> {
    let now = work.actor.now();
    Ok(store::set_owner(work.tx, &work.actor.scope(), &work.ids(), to.map(|id| (id, now)), now)?)
}

/// Takes back any change of owners.
fn give_back(mut work: Work<'_>) -> Outcomes {
    let names = Names::load(&work)?;
    let mut former: HashMap<CustomerId, Option<(UserId, Timestamp)>> = HashMap::new();
    for one in &work.batch.left {
        let owned: Owned = one.before()?;
        former.insert(one.at.id, owned.claimed_by_id.zip(owned.claimed_at));
    }
    let owner = |one: &One<'_>| former.get(&one.at.id).copied().flatten().map(|(id, _)| id);
    work.batch.skip(Skip::OwnerLeft, |one| owner(one).is_some_and(|id| !names.is_active(id)));
    let owners: Vec<_> =
        work.batch.left.iter().map(|one| (one.at.id, former.get(&one.at.id).copied().flatten())).collect();
    store::set_owners(work.tx, &work.actor.scope(), &owners, work.actor.now())?;
    work.written(owned, |one| names.moved(one.at.claimed_by_id, owner(one)))
}

// Tags

/// Tags that were put on or taken off.
#[derive(Debug, Serialize, Deserialize)]
struct Tagged {
    tags: Vec<TagId>,
}

/// Which tags each customer gets or loses.
type Moves = HashMap<CustomerId, Vec<TagId>>;

fn add_tags(mut work: Work<'_>, wanted: &[TagRef]) -> Outcomes {
    let ids: Vec<TagId> = wanted.iter().map(|tag| tag.id).collect();
    let names = tags::names(work.tx, &work.actor.scope(), &ids)?;
    if let Some(gone) = wanted.iter().find(|tag| !names.contains_key(&tag.id)) {
        let detail = format!("the tag {} was deleted; ask for the rest again with other tags", gone.name);
        return Err(Error::conflict("unknown_tag", detail));
    }
    put_on(&mut work, |_| ids.clone()).and_then(|moves| tagged(work, moves, &names, true))
}

fn remove_tags(mut work: Work<'_>, unwanted: &[TagRef]) -> Outcomes {
    let ids: Vec<TagId> = unwanted.iter().map(|tag| tag.id).collect();
    let names = tags::names(work.tx, &work.actor.scope(), &ids)?;
    take_off(&mut work, |_| ids.clone()).and_then(|moves| tagged(work, moves, &names, false))
}

/// Takes off what an action has put on.
fn remove_again(mut work: Work<'_>) -> Outcomes {
    let (kept, names) = kept_tags(&work)?;
    let of = |id| kept.get(&id).cloned().unwrap_or_default();
    take_off(&mut work, of).and_then(|moves| tagged(work, moves, &names, false))
}

/// Puts on what an action has taken off, but for tags that were deleted.
fn add_again(mut work: Work<'_>) -> Outcomes {
    let (kept, names) = kept_tags(&work)?;
    work.batch.settle(|one| {
        let is_left = kept.get(&one.at.id).is_some_and(|tags| tags.iter().any(|tag| names.contains_key(tag)));
        (!is_left).then(|| Outcome::Failed("unknown_tag", "the tag was deleted since".into()))
    });
    let of = |id| -> Vec<TagId> {
        kept.get(&id).into_iter().flatten().filter(|tag| names.contains_key(tag)).copied().collect()
    };
    put_on(&mut work, of).and_then(|moves| tagged(work, moves, &names, true))
}

fn kept_tags(work: &Work<'_>) -> Result<(Moves, BTreeMap<TagId, String>)> {
    let mut kept = Moves::new();
    for one in &work.batch.left {
        kept.insert(one.at.id, one.before::<Tagged>()?.tags);
    }
    let ids: HashSet<TagId> = kept.values().flatten().copied().collect();
    let names = tags::names(work.tx, &work.actor.scope(), &ids.into_iter().collect::<Vec<_>>())?;
    Ok((kept, names))
}

/// Leaves those that lack some of the tags and have room for them.
fn put_on(work: &mut Work<'_>, wanted: impl Fn(CustomerId) -> Vec<TagId>) -> Result<Moves> {
    let own = store::tag_ids(work.tx, &work.actor.scope(), &work.ids())?;
    let count = |id: CustomerId| own.get(&id).map_or(0, HashSet::len);
    let has = |id: CustomerId, tag: TagId| own.get(&id).is_some_and(|tags| tags.contains(&tag));
    let lacking = |id: CustomerId| -> Vec<TagId> { wanted(id).into_iter().filter(|tag| !has(id, *tag)).collect() };
    let moves: Moves = work.batch.left.iter().map(|one| (one.at.id, lacking(one.at.id))).collect();
    work.batch.skip(Skip::Unchanged, |one| moves[&one.at.id].is_empty());
    work.batch.settle(|one| {
        let is_too_many = count(one.at.id) + moves[&one.at.id].len() > model::TAGS_MAX;
        let message = || format!("a customer has at most {} tags; take some off first", model::TAGS_MAX);
        is_too_many.then(|| Outcome::Failed("too_many", message()))
    });
    Ok(moves)
}

/// Leaves those that have some of the tags.
fn take_off(work: &mut Work<'_>, unwanted: impl Fn(CustomerId) -> Vec<TagId>) -> Result<Moves> {
    let own = store::tag_ids(work.tx, &work.actor.scope(), &work.ids())?;
    let has = |id: CustomerId, tag: TagId| own.get(&id).is_some_and(|tags| tags.contains(&tag));
    let moves: Moves = work
        .batch
        .left
        .iter()
        .map(|one| (one.at.id, unwanted(one.at.id).into_iter().filter(|tag| has(one.at.id, *tag)).collect()))
        .collect();
    work.batch.skip(Skip::Unchanged, |one| moves[&one.at.id].is_empty());
    Ok(moves)
}

/// Writes moves of tags.
fn tagged(work: Work<'_>, moves: Moves, names: &BTreeMap<TagId, String>, is_added: bool) -> Outcomes {
    let (tx, scope, now) = (work.tx, work.actor.scope(), work.actor.now());
    store::bump(tx, &scope, &work.ids(), now)?;
    let mut by_tag: BTreeMap<TagId, Vec<CustomerId>> = BTreeMap::new();
    for one in &work.batch.left {
        for tag in &moves[&one.at.id] {
            by_tag.entry(*tag).or_default().push(one.at.id);
        }
    }
    for (tag, ids) in by_tag {
        if is_added {
            store::add_tag(tx, &scope, &ids, tag, now)?;
        } else {
            store::remove_tag(tx, &scope, &ids, tag)?;
        }
    }
    let event = |tag_id: TagId| {
        let name = names.get(&tag_id).cloned().unwrap_or_default();
        if is_added { Event::TagAdded { tag_id, name } } else { Event::TagRemoved { tag_id, name } }
    };
    work.written(
        |one| json!({"tags": moves[&one.at.id]}),
        |one| moves[&one.at.id].iter().map(|tag| event(*tag)).collect(),
    )
}

// Segments

fn put_in(work: Work<'_>, id: SegmentId) -> Outcomes {
    move_members(work, id, true)
}

fn take_out(work: Work<'_>, id: SegmentId) -> Outcomes {
    move_members(work, id, false)
}

fn move_members(mut work: Work<'_>, id: SegmentId, joining: bool) -> Outcomes {
    let (tx, scope) = (work.tx, work.actor.scope());
    let segment = segment_members::require_static(tx, &scope, id)?;
    let listed = segment_members::listed(tx, &scope, id, &work.ids())?;
    work.batch.skip(Skip::Unchanged, |one| listed.contains(&one.at.id) == joining);
    let ids = work.ids();
    if joining {
        segment_members::put_in(tx, work.actor, id, &ids)?;
    } else {
        segment_members::take_out(tx, work.actor, id, &ids)?;
    }
    store::bump(tx, &scope, &ids, work.actor.now())?;
    work.written(|_| json!({}), |_| vec![segment.moved(joining)])
}

// Archive

fn archive(mut work: Work<'_>) -> Outcomes {
    work.batch.skip(Skip::Unchanged, |one| one.at.archived_at.is_some());
    let (scope, ids) = (work.actor.scope(), work.ids());
    store::archive(work.tx, &scope, &ids, work.actor.now())?;
    contacts::retire_many(work.tx, &scope, &ids)?;
    work.written(|_| json!({}), |_| vec![Event::CustomerArchived {}])
}

fn restore(mut work: Work<'_>) -> Outcomes {
    work.batch.skip(Skip::Unchanged, |one| one.at.archived_at.is_none());
    work.batch.settle(|one| {
        let message = "this customer was merged into another one; undo the merge instead";
        one.at.merged_into_id.is_some().then(|| Outcome::Failed("merged", message.into()))
    });
    refuse_taken(&mut work)?;
    let (scope, ids) = (work.actor.scope(), work.ids());
    store::restore(work.tx, &scope, &ids, work.actor.now())?;
    contacts::revive_many(work.tx, &scope, &ids)?;
    work.written(|_| json!({}), |_| vec![Event::CustomerRestored {}])
}

/// Fails those of whom a living customer has an address, or another one of the chunk that comes back before them.
fn refuse_taken(work: &mut Work<'_>) -> Result<()> {
    let scope = work.actor.scope();
    let own = contacts::by_customer(work.tx, &scope, &work.ids())?;
    let asked: Vec<ParsedContact> = own.values().flatten().map(super::as_parsed).collect();
    let mut taken: HashMap<(Channel, String), String> = contacts::holders(work.tx, &scope, &asked)?
        .into_iter()
        .filter(|holder| !holder.archived)
        .map(|holder| ((holder.channel, holder.canonical), holder.name))
        .collect();
    work.batch.settle(|one| {
        let addresses = || own.get(&one.at.id).into_iter().flatten().filter(|contact| contact.channel.is_unique());
        let key = |contact: &contacts::Contact| (contact.channel, contact.canonical.clone());
        let clash = addresses().find_map(|contact| Some((contact.value.clone(), taken.get(&key(contact))?.clone())));
        match clash {
            Some((value, name)) => {
                let message = format!("{value} belongs to {name} now; change one of the two first");
                Some(Outcome::Failed("contact_taken", message))
            }
            None => {
                taken.extend(addresses().map(|contact| (key(contact), "another customer of this selection".into())));
                None
            }
        }
    });
    Ok(())
}

// Merging

/// All at once, as one merge of them; one that cannot be merged keeps all of them from it.
fn merge(mut work: Work<'_>, primary_id: CustomerId) -> Outcomes {
    let (tx, scope) = (work.tx, work.actor.scope());
    let primary = store::standing(tx, &scope, &[primary_id])?.remove(&primary_id);
    if let Some(into) = primary.and_then(|primary| primary.merged_into_id) {
        let name = customers::get(tx, work.actor, into)?.full_name;
        let detail =
            format!("who was to stay was merged into {name} meanwhile; ask again with {name} as the one who stays");
        return Err(Error::conflict("merged", detail));
    }
    work.batch.skip(Skip::Unchanged, |one| one.at.id == primary_id || one.at.merged_into_id == Some(primary_id));
    let others: Vec<CustomerId> = work.batch.left.iter().filter_map(|one| one.at.merged_into_id).collect();
    let names: HashMap<CustomerId, String> =
        super::load(tx, &scope, &others)?.into_iter().map(|customer| (customer.id, customer.full_name)).collect();
    work.batch.settle(|one| {
        let name = names.get(&one.at.merged_into_id?)?;
        let message = format!("this customer was merged into {name}; merge that one, or undo the merge first");
        Some(Outcome::Failed("merged", message))
    });
    work.batch.skip(Skip::Archived, |one| one.at.archived_at.is_some() && !one.item.was_archived);
    let ids = work.ids();
    if !ids.is_empty() {
        let asked = MergeCustomers { primary_id, ids: ids.clone(), fields: BTreeMap::new() };
        merging::merge(work.tx, work.actor, &asked)?;
    }
    merged(work)
}

fn unmerge(work: Work<'_>) -> Outcomes {
    for id in work.ids() {
        merging::unmerge(work.tx, work.actor, id, IfMatch(None))?;
    }
    merged(work)
}

/// Keeps the versions that merging has given to those that are left.
fn merged(work: Work<'_>) -> Outcomes {
    let versions: HashMap<CustomerId, i64> = store::standing(work.tx, &work.actor.scope(), &work.ids())?
        .into_iter()
        .map(|(id, at)| (id, at.version))
        .collect();
    Ok(work.batch.changed(|one| (json!({}), versions.get(&one.at.id).copied().unwrap_or(one.at.version))))
}
