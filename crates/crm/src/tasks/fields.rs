//! What tasks can be filtered and sorted by.

use super::TaskStatus;
use platform::filter::catalogue::{Catalogue, choice, code, column, id, text, time, user};

pub static FIELDS: Catalogue = Catalogue {
    record: "task",
    id: "c.id",
    activities: None,
    deals: None,
    fields: &[
        text("subject", "task.subject", column("c.subject_key")).sortable().required(),
        choice("status", "task.status", column("c.status"), &TaskStatus::NAMES).required(),
        user("assigneeId", "task.assigneeId", column("c.assignee_id")),
        user("createdById", "task.createdById", column("c.created_by_id")),
        id("customerId", "task.customerId", column("c.customer_id")),
        id("companyId", "task.companyId", column("c.company_id")),
        id("dealId", "task.dealId", column("c.deal_id")),
        code("origin", "task.origin", column("c.origin")).required(),
        time("dueAt", "task.dueAt", column("c.due_at")).sortable(),
        time("completedAt", "task.completedAt", column("c.completed_at")).sortable(),
        time("createdAt", "task.createdAt", column("c.created_at")).sortable().required(),
        time("updatedAt", "task.updatedAt", column("c.updated_at")).sortable().required(),
    ],
};
