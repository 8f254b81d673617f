//! What deals can be filtered and sorted by.

use crate::companies;
use crate::pipelines::DealStage;
use platform::filter::catalogue::{
    Activities, Catalogue, Members, Related, boolean, choice, code, column, date, decimal, id, ids, integer,
    present, text, time, user,
};

const COMPANY: Related = Related { key: "c.company_id", table: "companies" };
const CUSTOMER: Related = Related { key: "c.customer_id", table: "customers" };
const PRODUCTS: Members = Members {
    key: "c.id",
    table: "deal_products",
    owner: "deal_id",
    value: "product_id",
    named: None,
    current: None,
};
static LOG: Activities =
    Activities { key: "c.id", table: "activities", owner: "deal_id", types: &crate::activity::model::TYPES };

pub static FIELDS: Catalogue = Catalogue {
    record: "deal",
    id: "c.id",
    activities: Some(&LOG),
    fields: &[
        text("name", "deal.name", column("c.name_key")).sortable().required(),
        id("customerId", "deal.customerId", column("c.customer_id")),
        text("customer.name", "deal.customerName", CUSTOMER.column("name_key")),
        id("companyId", "deal.companyId", column("c.company_id")),
        text("company.name", "company.name", COMPANY.column("name_key")).searched_by(companies::named_like),
        user("ownerId", "deal.ownerId", column("c.owner_id")),
        id("pipelineId", "deal.pipelineId", column("c.pipeline_id")).required(),
        id("stageId", "deal.stageId", column("c.stage_id")).required(),
        choice("stage", "deal.stage", column("c.stage"), &DealStage::NAMES).required(),
        integer("amount", "deal.amount", column("c.amount")).sortable(),
        code("currency", "deal.currency", column("c.currency")),
        decimal("probability", "deal.probability", column("c.probability")).required(),
        date("expectedCloseDate", "deal.expectedCloseDate", column("c.expected_close_date")).sortable(),
        time("closedAt", "deal.closedAt", column("c.closed_at")).sortable(),
        text("lostReason", "deal.lostReason", column("c.lost_reason_key")),
        code("source", "deal.source", column("c.source")).required(),
        ids("products", "deal.products", PRODUCTS),
        boolean("archived", "deal.archived", present("c.archived_at")),
        time("stageEnteredAt", "deal.stageEnteredAt", column("c.stage_entered_at")).required(),
        time("lastActivityAt", "deal.lastActivityAt", column("c.last_activity_at")).required(),
        time("createdAt", "deal.createdAt", column("c.created_at")).sortable().required(),
        time("updatedAt", "deal.updatedAt", column("c.updated_at")).sortable().required(),
    ],
};
