//! What tags can be filtered and sorted by.

use super::model::COLORS;
use platform::filter::catalogue::{Catalogue, boolean, choice, column, text, time};

pub static FIELDS: Catalogue = Catalogue {
    record: "tag",
    id: "t.id",
    activities: None,
    deals: None,
    fields: &[
        text("name", "tag.name", column("t.name_key")).sortable().required(),
        text("description", "tag.description", column("t.description")),
        choice("color", "tag.color", column("t.color"), &COLORS).required(),
        boolean("isSystem", "tag.isSystem", column("t.is_system")),
        time("createdAt", "tag.createdAt", column("t.created_at")).sortable().required(),
        time("updatedAt", "tag.updatedAt", column("t.updated_at")).sortable().required(),
    ],
};
