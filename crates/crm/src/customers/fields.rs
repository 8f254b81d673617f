//! What customers can be filtered and sorted by.

use super::model::Source;
use super::store::with_text;
use crate::companies::{self, SizeBand};
use crate::deals;
use platform::filter::catalogue::{
    Activities, Catalogue, Children, Members, Named, Referent, Related, boolean, choice, code, column, groups, id,
    integer, names, present, text, time, user,
};
use platform::text::{fold, lower};

const CONTACTS: Children = Children { key: "c.id", table: "contacts", owner: "customer_id", only: None };
const COMPANY: Related = Related { key: "c.company_id", table: "companies" };
const COMPANY_DOMAINS: Children =
    Children { key: "c.company_id", table: "company_domains", owner: "company_id", only: None };
const TAGS: Members = Members {
    key: "c.id",
    table: "customer_tags",
    owner: "customer_id",
    value: "tag_id",
    named: Some(Named { table: "tags", name: "name_key", shown: "name" }),
    current: None,
};

/// As rows tell it, that is of static segments; the rules of dynamic ones are put in its place before a list is read.
const SEGMENTS: Members = Members {
    key: "c.id",
    table: "segment_members",
    owner: "customer_id",
    value: "segment_id",
    named: None,
    current: Some("listed"),
};
static LOG: Activities =
    Activities { key: "c.id", table: "activities", owner: "customer_id", types: &crate::activity::model::TYPES };

pub static FIELDS: Catalogue = Catalogue {
    record: "customer",
    id: "c.id",
    activities: Some(&LOG),
    deals: Some(&deals::fields::OF_CUSTOMER),
    fields: &[
        text("fullName", "customer.fullName", column("c.name_key")).sortable().required().searched_by(with_text),
        text("firstName", "customer.firstName", column("c.first_name_key")).sortable(),
        text("lastName", "customer.lastName", column("c.last_name_key")).sortable(),
        text("jobTitle", "customer.jobTitle", column("c.job_title_key")).sortable(),
        code("language", "customer.language", column("c.language")).sortable().refers_to(Referent::Language),
        code("timezone", "customer.timezone", column("c.timezone")).sortable().refers_to(Referent::Timezone),
        code("country", "customer.country", column("c.country")).sortable().refers_to(Referent::Country),
        choice("source", "customer.source", column("c.source"), &Source::NAMES).required(),
        boolean("doNotContact", "customer.doNotContact", column("c.do_not_contact")).required(),
        boolean("archived", "customer.archived", present("c.archived_at")),
        time("createdAt", "customer.createdAt", column("c.created_at")).sortable().required(),
        time("updatedAt", "customer.updatedAt", column("c.updated_at")).sortable().required(),
        time("lastActivityAt", "customer.lastActivityAt", column("c.last_activity_at")).sortable().required(),
        time("lastInboundAt", "customer.lastInboundAt", column("c.last_inbound_at")).sortable(),
        time("lastOutboundAt", "customer.lastOutboundAt", column("c.last_outbound_at")).sortable(),
        id("companyId", "customer.companyId", column("c.company_id")).refers_to(Referent::Company),
        user("claimedById", "customer.claimedById", column("c.claimed_by_id")),
        names("tags", "customer.tags", TAGS).normalised_by(fold).refers_to(Referent::Tag),
        groups("segments", "customer.segments", SEGMENTS).refers_to(Referent::Segment),
        text("email", "customer.email", CONTACTS.only("channel", "email").any("canonical"))
            .normalised_by(lower)
            .searched_by(with_text),
        text("phone", "customer.phone", CONTACTS.only("channel", "phone").any("canonical"))
            .normalised_by(lower)
            .searched_by(with_text),
        text("linkedin", "customer.linkedin", CONTACTS.only("channel", "linkedin").any("canonical"))
            .normalised_by(lower)
            .searched_by(with_text),
        text("telegram", "customer.telegram", CONTACTS.only("channel", "telegram").any("canonical"))
            .normalised_by(lower)
            .searched_by(with_text),
        text("company.name", "company.name", COMPANY.column("name_key")).searched_by(companies::named_like),
        text("company.industry", "company.industry", COMPANY.column("industry_key")),
        code("company.country", "company.country", COMPANY.column("country")).refers_to(Referent::Country),
        choice("company.sizeBand", "company.sizeBand", COMPANY.column("size_band"), &SizeBand::NAMES),
        integer("company.employeeCount", "company.employeeCount", COMPANY.column("employee_count")),
        text("company.domains", "company.domains", COMPANY_DOMAINS.any("domain")).normalised_by(lower),
    ],
};

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogues_are_sound() {
        assert_eq!(super::FIELDS.faults(), Vec::<String>::new());
        assert_eq!(crate::companies::FIELDS.faults(), Vec::<String>::new());
    }

    /// Whoever shows a rule shows names, not ids.
    #[test]
    fn every_id_says_what_it_stands_for() {
        for field in super::FIELDS.describe().chain(crate::companies::FIELDS.describe()) {
            let stands_for_something = matches!(field.kind, "id" | "set");
            assert_eq!(field.refers_to.is_some(), stands_for_something, "{}", field.field);
        }
        let tags = super::FIELDS.describe().find(|field| field.field == "tags");
        assert_eq!(serde_json::to_value(tags).unwrap()["ref"], "tag");
    }
}
