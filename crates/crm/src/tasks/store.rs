use super::model::{Series, Task, TaskStatus};
use crate::anchors::{self, Anchor, AnchorRef};
use db::{Conn, Error, Result, Row, Sql, Tx, Value, params};
use platform::filter::{Context, Tree};
use platform::http::Page;
use platform::ids::{TaskId, UserId};
use platform::paging::{self, Count, List};
use platform::text::fold;
use platform::{Scope, text_index};

const SELECT: &str = "SELECT c.id, c.subject, c.description, c.customer_id, c.company_id, c.deal_id, c.assignee_id,
    c.created_by_id, c.due_at, c.status, c.completed_at, c.origin, c.recurrence, c.created_at, c.updated_at, c.version,
    c.next_task_id, c.recurs_from";

/// Without the name of its anchor.
fn read(row: &Row<'_>) -> Result<Task> {
    let status: String = row.get(9)?;
    let recurrence: Option<serde_json::Value> = row.get(12)?;
    let anchor = Anchor::of(row.get(3)?, row.get(4)?, row.get(5)?);
    Ok(Task {
        id: row.get(0)?,
        subject: row.get(1)?,
        description: row.get(2)?,
        anchor: anchor.map(|anchor| AnchorRef { kind: anchor.kind, id: anchor.id, name: String::new() }),
        assignee_id: row.get(6)?,
        created_by_id: row.get(7)?,
        due_at: row.get(8)?,
        status: TaskStatus::parse(&status).ok_or_else(|| Error::Bug(format!("a task cannot be {status:?}")))?,
        completed_at: row.get(10)?,
        origin: row.get(11)?,
        recurrence: recurrence
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| Error::Bug(format!("the recurrence of a task: {error}")))?,
        next_task_id: None,
        series: Series { next: row.get(16)?, from: row.get(17)? },
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
        version: row.get(15)?,
    })
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: TaskId) -> Result<Option<Task>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" FROM tasks c WHERE c.org_id = ").bind(scope).push(" AND c.id = ").bind(id);
    c.query_opt(&sql, read)
}

/// What comes after the columns of a statement over the tasks that match.
pub(super) fn filtered(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Sql> {
    let mut sql = Sql::new(" FROM tasks c WHERE c.org_id = ");
    sql.bind(scope).push(" AND ").append(&tree.planned(c, context, &[])?);
    for word in q.map(fold).unwrap_or_default().split_whitespace() {
        sql.push(" AND c.subject_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
    }
    Ok(sql)
}

pub(super) fn page(c: &Conn<'_>, scope: &Scope, list: &List, context: &Context) -> Result<Page<Task>> {
    let from = filtered(c, scope, &list.tree, list.q.as_deref(), context)?;
    list.page(
        c,
        |leg| {
            let mut sql = Sql::new(SELECT);
            sql.append(&leg.columns()).append(&from).append(&leg.rest());
            sql
        },
        read,
    )
}

pub(super) fn count(
    c: &Conn<'_>,
    scope: &Scope,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    exact: bool,
) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&filtered(c, scope, tree, q, context)?);
    paging::count(c, &sql, exact)
}

fn values(scope: &Scope, task: &Task) -> Result<Vec<Value>> {
    let anchor = task.anchor();
    let recurrence = task.recurrence.map(serde_json::to_value).transpose();
    Ok(params![
        scope,
        task.id,
        &task.subject,
        fold(&task.subject),
        task.description.clone(),
        anchor.and_then(Anchor::customer_id),
        anchor.and_then(Anchor::company_id),
        anchor.and_then(Anchor::deal_id),
        task.assignee_id,
        task.created_by_id,
        task.due_at,
        task.status.as_str(),
        task.completed_at,
        &task.origin,
        recurrence.map_err(|error| Error::Bug(error.to_string()))?,
        task.created_at,
        task.updated_at,
        task.version,
        task.series.next,
        task.series.from
    ]
    .to_vec())
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, task: &Task) -> Result<()> {
    tx.execute((
        "INSERT INTO tasks (org_id, id, subject, subject_key, description, customer_id, company_id, deal_id, assignee_id,
           created_by_id, due_at, status, completed_at, origin, recurrence, created_at, updated_at, version, next_task_id,
           recurs_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        values(scope, task)?.as_slice(),
    ))?;
    Ok(())
}

const INSERT_COLUMNS: [&str; 20] = [
    "org_id",
    "id",
    "subject",
    "subject_key",
    "description",
    "customer_id",
    "company_id",
    "deal_id",
    "assignee_id",
    "created_by_id",
    "due_at",
    "status",
    "completed_at",
    "origin",
    "recurrence",
    "created_at",
    "updated_at",
    "version",
    "next_task_id",
    "recurs_from",
];

pub(super) fn insert_many(tx: &Tx<'_>, scope: &Scope, tasks: &[Task]) -> Result<()> {
    let rows = tasks.iter().map(|task| values(scope, task)).collect::<Result<Vec<_>>>()?;
    tx.bulk("tasks", &INSERT_COLUMNS, &rows)?;
    Ok(())
}

/// Writes a task that still is as it was read; says whether it was.
pub(super) fn update(tx: &Tx<'_>, scope: &Scope, task: &Task) -> Result<bool> {
    let changed = tx.execute((
        "UPDATE tasks SET subject = $3, subject_key = $4, description = $5, customer_id = $6, company_id = $7, deal_id = $8,
           assignee_id = $9, created_by_id = $10, due_at = $11, status = $12, completed_at = $13, origin = $14,
           recurrence = $15, created_at = $16, updated_at = $17, version = $18, next_task_id = $19, recurs_from = $20
         WHERE org_id = $1 AND id = $2 AND version = $18 - 1",
        values(scope, task)?.as_slice(),
    ))?;
    Ok(changed == 1)
}

/// Fills in the names of the anchors.
pub(super) fn named(c: &Conn<'_>, scope: &Scope, tasks: &mut [Task]) -> platform::Result<()> {
    let all: Vec<Anchor> = tasks.iter().filter_map(Task::anchor).collect();
    let found = anchors::all(c, scope, &all)?;
    for task in tasks {
        if let Some(anchored) = task.anchor().and_then(|anchor| found.get(&anchor))
            && let Some(anchor) = &mut task.anchor
        {
            anchor.name.clone_from(&anchored.name);
        }
    }
    Ok(())
}

/// How many open tasks: of this person, of nobody, overdue and due until the end of today, of this person.
pub(super) fn waiting(c: &Conn<'_>, scope: &Scope, me: UserId, now: i64, tomorrow: i64) -> Result<[i64; 4]> {
    let count = |assignee: Option<UserId>, before: Option<i64>| {
        c.query_one(&waiting_sql(scope, assignee, before), |row| row.get::<i64>(0))
    };
    Ok([count(Some(me), None)?, count(None, None)?, count(Some(me), Some(now))?, count(Some(me), Some(tomorrow))?])
}

pub(super) fn waiting_sql(scope: &Scope, assignee: Option<UserId>, before: Option<i64>) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM tasks WHERE org_id = ");
    sql.bind(scope).push(" AND completed_at IS NULL AND assignee_id ");
    match assignee {
        Some(id) => sql.push("= ").bind(id),
        None => sql.push("IS NULL"),
    };
    if let Some(before) = before {
        sql.push(" AND due_at < ").bind(before);
    }
    sql
}
