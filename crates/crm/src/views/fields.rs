//! What saved views can be filtered and sorted by.

use super::model::{Layout, ViewRecord, Visibility};
use platform::filter::catalogue::{Catalogue, choice, column, text, time, user};

pub static FIELDS: Catalogue = Catalogue {
    record: "view",
    id: "c.id",
    activities: None,
    deals: None,
    fields: &[
        text("name", "view.name", column("c.name_key")).sortable().required(),
        choice("record", "view.record", column("c.record"), &ViewRecord::NAMES).required(),
        choice("visibility", "view.visibility", column("c.visibility"), &Visibility::NAMES).required(),
        choice("layout", "view.layout", column("c.layout"), &Layout::NAMES).required(),
        user("authorId", "view.authorId", column("c.author_id")),
        time("createdAt", "view.createdAt", column("c.created_at")).sortable().required(),
        time("updatedAt", "view.updatedAt", column("c.updated_at")).sortable().required(),
    ],
};
