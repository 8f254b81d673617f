//! What companies can be filtered and sorted by.

use super::SizeBand;
use super::store::named_like;
use platform::filter::catalogue::{
    Activities, Catalogue, Children, Referent, Related, choice, code, column, id, integer, present, text, time, user,
};

const DOMAINS: Children = Children { key: "c.id", table: "company_domains", owner: "company_id", only: None };
const PARENT: Related = Related { key: "c.parent_id", table: "companies" };

/// A company's timeline has the events of its customers too.
static LOG: Activities =
    Activities { key: "c.id", table: "activities", owner: "company_id", types: &crate::activity::model::TYPES };

pub static FIELDS: Catalogue = Catalogue {
    record: "company",
    id: "c.id",
    activities: Some(&LOG),
    deals: None,
    fields: &[
        text("name", "company.name", column("c.name_key")).sortable().required().searched_by(named_like),
        text("legalName", "company.legalName", column("c.legal_name_key")).sortable(),
        text("domains", "company.domains", DOMAINS.any("domain")).normalised_by(platform::text::lower),
        text("industry", "company.industry", column("c.industry_key")).sortable(),
        choice("sizeBand", "company.sizeBand", column("c.size_band"), &SizeBand::NAMES),
        integer("employeeCount", "company.employeeCount", column("c.employee_count")).sortable(),
        integer("annualRevenue", "company.annualRevenue", column("c.annual_revenue")).sortable(),
        code("country", "company.country", column("c.country")).sortable().refers_to(Referent::Country),
        text("city", "company.city", column("c.city_key")).sortable(),
        id("parentId", "company.parentId", column("c.parent_id")).refers_to(Referent::Company),
        text("parent.name", "company.parentName", PARENT.column("name_key")).searched_by(named_like),
        user("ownerId", "company.ownerId", column("c.owner_id")),
        platform::filter::catalogue::boolean("archived", "company.archived", present("c.archived_at")),
        time("createdAt", "company.createdAt", column("c.created_at")).sortable().required(),
        time("updatedAt", "company.updatedAt", column("c.updated_at")).sortable().required(),
    ],
};
