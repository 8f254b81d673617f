//! Tasks: what is to be done, by somebody or by whoever takes it from the pool first.
//!
//! A task is written by whoever it belongs to, made it, or may write the record it is about. One of the pool is taken by
//! one person even when many want it: of claims at the same time one wins, and the others hear who has it.

pub mod api;
pub mod fields;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use fields::FIELDS;
pub use model::{NewTask, Recurrence, Series, Task, TaskPatch, TaskStatus};

use crate::activity::{self, About, Event};
use crate::anchors::{self, Anchor, AnchorRef, Anchored};
use db::{Conn, Sql, Tx};
use jiff::tz::TimeZone;
use platform::actor::ActorKind;
use platform::clock::Timestamp;
use platform::error::Existing;
use platform::filter::{Context, Me, Moment, Span, Tree};
use platform::http::{IfMatch, Page};
use platform::ids::TaskId;
use platform::organisations::FORMER_MEMBER;
use platform::paging::{Count, List};
use platform::patch::Patch;
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, organisations};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// The usual choices of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The caller's own that are not closed.
    My,
    /// Those of nobody that are not closed.
    Pool,
    All,
    /// The caller's own that should be done by now.
    Overdue,
    /// The caller's own that are due until the end of today, in the organisation's time zone.
    Today,
}

impl View {
    fn tree(self, context: &Context) -> Result<Tree> {
        let open = json!({"field": "completedAt", "op": "empty"});
        let mine = json!({"field": "assigneeId", "op": "eq", "value": "me"});
        let tree = match self {
            View::All => return Ok(Tree::all(&FIELDS)),
            View::My => json!({"and": [open, mine]}),
            View::Pool => json!({"and": [open, {"field": "assigneeId", "op": "empty"}]}),
            View::Overdue => json!({"and": [open, mine, {"field": "dueAt", "op": "before", "value": "+0d"}]}),
            View::Today => {
                let end = end_of_today(context.now, &context.zone).to_string();
                json!({"and": [open, mine, {"field": "dueAt", "op": "before", "value": end}]})
            }
        };
        Tree::parse(&tree, &FIELDS, Me::Allowed)
    }
}

fn end_of_today(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let begin = Moment::Today.resolve(now, zone);
    Span::parse("1d").map_or(begin, |day| day.after(begin, zone))
}

/// How many tasks wait in each view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TaskCounts {
    pub my: i64,
    pub pool: i64,
    pub overdue: i64,
    pub today: i64,
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: TaskId) -> Result<Task> {
    let task = store::get(c, &actor.scope(), id)?.ok_or(Error::NotFound("task"))?;
    let mut found = [task];
    store::named(c, &actor.scope(), &mut found)?;
    let [task] = found;
    Ok(task)
}

pub fn page(c: &Conn<'_>, actor: &Actor, list: &List, view: View, anchor: Option<Anchor>) -> Result<Page<Task>> {
    let context = organisations::filter_context(c, actor)?;
    let mut list = list.clone();
    list.tree = narrowed(&list.tree, view, anchor, &context)?;
    let mut page = store::page(c, &actor.scope(), &list, &context)?;
    store::named(c, &actor.scope(), &mut page.items)?;
    Ok(page)
}

fn narrowed(tree: &Tree, view: View, anchor: Option<Anchor>, context: &Context) -> Result<Tree> {
    let tree = tree.and(&view.tree(context)?);
    let Some(anchor) = anchor else { return Ok(tree) };
    let field = format!("{}Id", anchor.kind.as_str());
    let about = json!({"field": field, "op": "eq", "value": anchor.id});
    Ok(tree.and(&Tree::parse(&about, &FIELDS, Me::Refused)?))
}

/// How many there are; exact up to `limit`.
pub fn count(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>, exact: bool) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::count(c, &actor.scope(), tree, q, &context, exact)?)
}

/// The tasks that match: what comes after the columns of a statement over `tasks c`.
pub(crate) fn matching(c: &Conn<'_>, actor: &Actor, tree: &Tree) -> Result<Sql> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::filtered(c, &actor.scope(), tree, None, &context)?)
}

pub fn counts(c: &Conn<'_>, actor: &Actor) -> Result<TaskCounts> {
    let me = actor.user_id.ok_or_else(|| Error::forbidden("only a person has tasks"))?;
    let zone = organisations::zone(c, &actor.scope())?;
    let tomorrow = end_of_today(actor.now(), &zone);
    let [my, pool, overdue, today] = store::waiting(c, &actor.scope(), me, actor.now().micros(), tomorrow.micros())?;
    Ok(TaskCounts { my, pool, overdue, today })
}

/// The record that a task is about, as it is now.
fn anchored(c: &Conn<'_>, actor: &Actor, task: &Task) -> Result<Option<Anchored>> {
    let Some(anchor) = task.anchor() else { return Ok(None) };
    Ok(anchors::all(c, &actor.scope(), &[anchor])?.remove(&anchor))
}

fn about(anchored: Option<&Anchored>) -> About {
    anchored.map_or_else(About::default, |anchored| anchored.about)
}

/// Logs what happened to a task, on the timelines of what it is about.
fn record(tx: &Tx<'_>, actor: &Actor, about: About, events: &[Event]) -> Result<()> {
    if about == About::default() {
        return Ok(());
    }
    anchors::touch(tx, actor, about)?;
    activity::record_all(tx, actor, &events.iter().map(|event| (about, event.clone())).collect::<Vec<_>>())
}

/// Puts tasks in without a log, for whoever writes that by themselves.
pub fn insert_past(tx: &Tx<'_>, scope: &Scope, tasks: &[Task]) -> Result<()> {
    Ok(store::insert_many(tx, scope, tasks)?)
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewTask) -> Result<Task> {
    policy::require(actor, Action::CreateRecords)?;
    let origin = match actor.kind {
        ActorKind::Bot => "bot",
        ActorKind::Automation => "automation",
        _ => "user",
    };
    let mut task = new.parse(TaskId(actor.new_id()), actor.user_id, origin, actor.now())?;
    let anchored = match new.anchor {
        Some(anchor) => Some(anchors::require(tx, &actor.scope(), anchor, "/anchor")?),
        None => None,
    };
    if !anchors::may_write(actor, anchored.as_ref()) {
        return Err(Error::forbidden("what this task is about belongs to someone else; ask its owner or an admin"));
    }
    task.anchor = anchored.as_ref().map(reference);
    if let Some(assignee) = task.assignee_id {
        organisations::require_member(tx, &actor.scope(), assignee, "/assigneeId")?;
    }
    hold(tx, actor, anchored.as_ref())?;
    insert(tx, actor, &task, anchored.as_ref())?;
    Ok(task)
}

/// Of a task that gets to a record and a merge of that at one time, the second runs again.
fn hold(tx: &Tx<'_>, actor: &Actor, anchored: Option<&Anchored>) -> Result<()> {
    match anchored {
        Some(anchored) => anchors::hold(tx, &actor.scope(), anchored.anchor),
        None => Ok(()),
    }
}

fn reference(anchored: &Anchored) -> AnchorRef {
    AnchorRef { kind: anchored.anchor.kind, id: anchored.anchor.id, name: anchored.name.clone() }
}

fn insert(tx: &Tx<'_>, actor: &Actor, task: &Task, anchored: Option<&Anchored>) -> Result<()> {
    store::insert(tx, &actor.scope(), task)?;
    let mut events = vec![Event::TaskCreated {
        task_id: task.id,
        subject: task.subject.clone(),
        assignee_id: task.assignee_id,
        due_at: task.due_at,
    }];
    events.extend(closing(task));
    record(tx, actor, about(anchored), &events)
}

/// What is said of a task that is closed.
fn closing(task: &Task) -> Option<Event> {
    let (task_id, subject) = (task.id, task.subject.clone());
    match task.status {
        TaskStatus::Done => Some(Event::TaskCompleted { task_id, subject }),
        TaskStatus::Canceled => Some(Event::TaskCanceled { task_id, subject }),
        TaskStatus::Pending | TaskStatus::InProgress => None,
    }
}

fn may_write(actor: &Actor, task: &Task, anchored: Option<&Anchored>) -> bool {
    let own = actor.user_id.is_some() && (task.assignee_id == actor.user_id || task.created_by_id == actor.user_id);
    own || anchors::may_write(actor, anchored) && (task.assignee_id.is_none() || anchored.is_some() || actor.is_admin())
}

pub fn update(tx: &Tx<'_>, actor: &Actor, id: TaskId, patch: &TaskPatch, expected: IfMatch) -> Result<Task> {
    let before = get(tx, actor, id)?;
    let anchored_before = anchored(tx, actor, &before)?;
    if !may_write(actor, &before, anchored_before.as_ref()) {
        return Err(Error::forbidden("this task belongs to someone else; ask them or an admin"));
    }
    expected.check(&before)?;
    let mut after = before.clone();
    patch.apply(&mut after, actor.now())?;
    let anchored = match &patch.anchor {
        Patch::Absent => anchored_before,
        Patch::Null => None,
        Patch::Set(anchor) => {
            let found = anchors::require(tx, &actor.scope(), *anchor, "/anchor")?;
            if !anchors::may_write(actor, Some(&found)) {
                return Err(Error::forbidden("that record belongs to someone else; ask its owner or an admin"));
            }
            Some(found)
        }
    };
    if !matches!(patch.anchor, Patch::Absent) {
        after.anchor = anchored.as_ref().map(reference);
    }
    if let Some(assignee) = after.assignee_id.filter(|assignee| before.assignee_id != Some(*assignee)) {
        organisations::require_member(tx, &actor.scope(), assignee, "/assigneeId")?;
    }
    if after == before {
        return Ok(before);
    }
    if after.anchor() != before.anchor() {
        hold(tx, actor, anchored.as_ref())?;
    }
    write(tx, actor, &before, after, anchored.as_ref())
}

fn write(tx: &Tx<'_>, actor: &Actor, before: &Task, mut after: Task, anchored: Option<&Anchored>) -> Result<Task> {
    after.updated_at = actor.now();
    after.version = before.version + 1;
    let is_done = after.status == TaskStatus::Done && before.status != TaskStatus::Done;
    let next = if is_done { following(tx, actor, &after)? } else { None };
    after.series.next = next.as_ref().map(|next| next.id).or(after.series.next);
    if !store::update(tx, &actor.scope(), &after)? {
        return Err(tx.conflict().into());
    }
    let mut events = Vec::new();
    if after.assignee_id != before.assignee_id {
        let name = match after.assignee_id {
            Some(id) => Some(member_name(tx, actor, id)?),
            None => None,
        };
        let (task_id, subject) = (after.id, after.subject.clone());
        events.push(Event::TaskAssigned { task_id, subject, assignee_id: after.assignee_id, name });
    }
    if after.status != before.status {
        match closing(&after) {
            Some(event) => events.push(event),
            None if before.status.is_closed() => {
                events.push(Event::TaskReopened { task_id: after.id, subject: after.subject.clone() });
            }
            None => {}
        }
    }
    record(tx, actor, about(anchored), &events)?;
    if let Some(next) = next {
        insert(tx, actor, &next, anchored)?;
        after.next_task_id = Some(next.id);
    }
    Ok(after)
}

/// The next one of a task that comes again, unless it is there or there is no such time.
fn following(c: &Conn<'_>, actor: &Actor, done: &Task) -> Result<Option<Task>> {
    let (Some(recurrence), Some(due), None) = (done.recurrence, done.due_at, done.series.next) else { return Ok(None) };
    let zone = organisations::zone(c, &actor.scope())?;
    let from = done.series.from.unwrap_or(due);
    let Some(next) = recurrence.next(from, due, actor.now(), &zone) else { return Ok(None) };
    Ok(Some(Task {
        id: TaskId(actor.new_id()),
        due_at: Some(next),
        status: TaskStatus::Pending,
        completed_at: None,
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
        next_task_id: None,
        series: Series { from: Some(from), next: None },
        ..done.clone()
    }))
}

fn member_name(c: &Conn<'_>, actor: &Actor, id: platform::ids::UserId) -> Result<String> {
    let member = organisations::member(c, &actor.scope(), id)?;
    Ok(member.map_or_else(|| FORMER_MEMBER.into(), |member| member.name))
}

/// Takes a task from the pool. Taking one's own succeeds and changes nothing.
///
/// # Errors
/// [`Error::Conflict`] `already_claimed`, naming who has it; `task_closed` for one that is done or canceled.
pub fn claim(tx: &Tx<'_>, actor: &Actor, id: TaskId, expected: IfMatch) -> Result<Task> {
    let user_id = actor.user_id.ok_or_else(|| Error::forbidden("only a person can take a task"))?;
    let before = get(tx, actor, id)?;
    expected.check(&before)?;
    match before.assignee_id {
        Some(owner) if owner == user_id => return Ok(before),
        Some(owner) => {
            let name = member_name(tx, actor, owner)?;
            return Err(Error::conflict_with(
                "already_claimed",
                None,
                format!("{name} has this task already"),
                Existing { record: "user".into(), id: owner.to_string(), name, archived: false },
            ));
        }
        None if before.status.is_closed() => {
            return Err(Error::conflict("task_closed", "this task is closed; reopen it first"));
        }
        None => {}
    }
    let anchored = anchored(tx, actor, &before)?;
    let after = Task { assignee_id: Some(user_id), ..before.clone() };
    write(tx, actor, &before, after, anchored.as_ref())
}
