//! What deals can be filtered and sorted by, and customers by their deals.

use crate::activity::model::TYPES;
use crate::companies;
use crate::pipelines::DealStage;
use platform::filter::catalogue::{
    Activities, Catalogue, Deals, Members, Related, boolean, choice, code, column, date, decimal, id, ids, integer,
    present, text, time, user,
};

/// The fields of the deals that have this alias.
macro_rules! fields {
    ($alias:literal) => {
        &[
            text("name", "deal.name", column(concat!($alias, ".name_key"))).sortable().required(),
            id("customerId", "deal.customerId", column(concat!($alias, ".customer_id"))),
            text("customer.name", "deal.customerName", customer(concat!($alias, ".customer_id")).column("name_key")),
            id("companyId", "deal.companyId", column(concat!($alias, ".company_id"))),
            text("company.name", "company.name", company(concat!($alias, ".company_id")).column("name_key"))
                .searched_by(companies::named_like),
            user("ownerId", "deal.ownerId", column(concat!($alias, ".owner_id"))),
            id("pipelineId", "deal.pipelineId", column(concat!($alias, ".pipeline_id"))).required(),
            id("stageId", "deal.stageId", column(concat!($alias, ".stage_id"))).required(),
            choice("stage", "deal.stage", column(concat!($alias, ".stage")), &DealStage::NAMES).required(),
            integer("amount", "deal.amount", column(concat!($alias, ".amount"))).sortable(),
            code("currency", "deal.currency", column(concat!($alias, ".currency"))),
            decimal("probability", "deal.probability", column(concat!($alias, ".probability"))).required(),
            date("expectedCloseDate", "deal.expectedCloseDate", column(concat!($alias, ".expected_close_date")))
                .sortable(),
            time("closedAt", "deal.closedAt", column(concat!($alias, ".closed_at"))).sortable(),
            text("lostReason", "deal.lostReason", column(concat!($alias, ".lost_reason_key"))),
            code("source", "deal.source", column(concat!($alias, ".source"))).required(),
            ids("products", "deal.products", products(concat!($alias, ".id"))),
            boolean("archived", "deal.archived", present(concat!($alias, ".archived_at"))),
            time("stageEnteredAt", "deal.stageEnteredAt", column(concat!($alias, ".stage_entered_at"))).required(),
            time("lastActivityAt", "deal.lastActivityAt", column(concat!($alias, ".last_activity_at"))).required(),
            time("createdAt", "deal.createdAt", column(concat!($alias, ".created_at"))).sortable().required(),
            time("updatedAt", "deal.updatedAt", column(concat!($alias, ".updated_at"))).sortable().required(),
        ]
    };
}

const fn customer(key: &'static str) -> Related {
    Related { key, table: "customers" }
}

const fn company(key: &'static str) -> Related {
    Related { key, table: "companies" }
}

const fn products(key: &'static str) -> Members {
    Members { key, table: "deal_products", owner: "deal_id", value: "product_id", named: None, current: None }
}

static LOG: Activities = Activities { key: "c.id", table: "activities", owner: "deal_id", types: &TYPES };

pub static FIELDS: Catalogue =
    Catalogue { record: "deal", id: "c.id", activities: Some(&LOG), deals: None, fields: fields!("c") };

static LOG_BESIDE: Activities = Activities { key: "d.id", table: "activities", owner: "deal_id", types: &TYPES };

/// The same for the deals of a record, which has the alias `c` itself.
static FIELDS_BESIDE: Catalogue =
    Catalogue { record: "deal", id: "d.id", activities: Some(&LOG_BESIDE), deals: None, fields: fields!("d") };

pub static OF_CUSTOMER: Deals = Deals { key: "c.id", table: "deals", owner: "customer_id", catalogue: &FIELDS_BESIDE };
