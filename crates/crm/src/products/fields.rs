//! What products can be filtered and sorted by.

use super::ProductStatus;
use platform::filter::catalogue::{Catalogue, boolean, choice, code, column, integer, present, text, time, user};

pub static FIELDS: Catalogue = Catalogue {
    record: "product",
    id: "c.id",
    activities: None,
    deals: None,
    fields: &[
        text("name", "product.name", column("c.name_key")).sortable().required(),
        choice("status", "product.status", column("c.status"), &ProductStatus::NAMES).required(),
        user("ownerId", "product.ownerId", column("c.owner_id")),
        integer("price", "product.price", column("c.price")).sortable(),
        code("currency", "product.currency", column("c.currency")),
        boolean("archived", "product.archived", present("c.archived_at")),
        time("createdAt", "product.createdAt", column("c.created_at")).sortable().required(),
        time("updatedAt", "product.updatedAt", column("c.updated_at")).sortable().required(),
    ],
};
