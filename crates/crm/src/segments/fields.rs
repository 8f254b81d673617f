//! What segments can be filtered and sorted by.

use super::model::SegmentKind;
use platform::filter::catalogue::{Catalogue, boolean, choice, column, present, text, time, user};

pub static FIELDS: Catalogue = Catalogue {
    record: "segment",
    id: "c.id",
    activities: None,
    deals: None,
    fields: &[
        text("name", "segment.name", column("c.name_key")).sortable().required(),
        choice("kind", "segment.kind", column("c.kind"), &SegmentKind::NAMES).required(),
        user("createdById", "segment.createdById", column("c.created_by_id")),
        boolean("archived", "segment.archived", present("c.archived_at")),
        time("createdAt", "segment.createdAt", column("c.created_at")).sortable().required(),
        time("updatedAt", "segment.updatedAt", column("c.updated_at")).sortable().required(),
    ],
};
