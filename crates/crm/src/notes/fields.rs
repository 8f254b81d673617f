//! What notes can be filtered and sorted by.

use super::NoteVisibility;
use super::store;
use platform::filter::catalogue::{Catalogue, Members, boolean, choice, column, id, ids, text, time, user};

/// Only members whom the text names now.
const MENTIONED: Members = Members {
    key: "c.id",
    table: "note_mentions",
    owner: "note_id",
    value: "user_id",
    named: None,
    current: Some("is_current"),
};

pub static FIELDS: Catalogue = Catalogue {
    record: "note",
    id: "c.id",
    activities: None,
    deals: None,
    fields: &[
        id("id", "note.id", column("c.id")).required(),
        text("body", "note.body", column("c.text")).required().searched_by(store::text_search),
        user("authorId", "note.authorId", column("c.author_id")),
        id("customerId", "note.customerId", column("c.customer_id")),
        id("companyId", "note.companyId", column("c.company_id")),
        id("dealId", "note.dealId", column("c.deal_id")),
        choice("visibility", "note.visibility", column("c.visibility"), &NoteVisibility::NAMES).required(),
        boolean("pinned", "note.pinned", column("c.pinned")).sortable().required(),
        ids("mentions", "note.mentions", MENTIONED).refers_to(platform::filter::catalogue::Referent::User),
        time("createdAt", "note.createdAt", column("c.created_at")).sortable().required(),
        time("updatedAt", "note.updatedAt", column("c.updated_at")).sortable().required(),
    ],
};
