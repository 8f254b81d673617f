//! What the demo workspace has besides: segments, and some who are in it twice, entered as people do.

use super::load::EMAIL;
use anyhow::Result;
use crm::companies::{self, NewCompany};
use crm::customers::{self, Customer, NewCustomer};
use crm::segments::{self, NewSegment};
use db::{Db, Tx};
use platform::clock::Clock;
use platform::filter::Me;
use platform::ids::OrgId;
use platform::paging::ListQuery;
use platform::{Actor, Error, accounts};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// People, and companies, that are in the workspace twice.
const TWICE: usize = 3;

/// Adds them, all or none.
pub(super) async fn add(db: &Db, org_id: OrgId) -> Result<()> {
    let clock = Clock::system();
    db.write(move |tx| {
        let actor = accounts::member_at_work(tx, org_id, EMAIL, &clock)?;
        for (name, description, rule) in segments() {
            let body = json!({"name": name, "description": description, "kind": "dynamic", "rule": rule});
            segments::create(tx, &actor.at_one_moment(), &body_of::<NewSegment>(body)?)?;
        }
        for customer in phoned(tx, &actor)?.iter().take(TWICE) {
            let body = body_of::<NewCustomer>(again(customer))?;
            customers::create(tx, &actor.at_one_moment(), &body.parse()?)?;
        }
        let list = ListQuery { limit: Some(TWICE.to_string()), ..ListQuery::default() };
        let list = list.read(&companies::FIELDS, "name", Me::Allowed)?;
        for company in companies::page(tx, &actor, &list)?.items {
            let body = json!({"name": format!("{} Ltd.", company.name), "country": company.country});
            companies::create(tx, &actor.at_one_moment(), &body_of::<NewCompany>(body)?)?;
        }
        Ok::<_, Error>(())
    })
    .await?;
    Ok(())
}

fn segments() -> [(&'static str, &'static str, Value); 3] {
    [
        (
            "Gone quiet",
            "Customers with a company whom nobody has talked to for three months",
            json!({"and": [
                {"field": "companyId", "op": "not_empty"},
                {"not": {"activity": ["call.logged", "meeting.logged"], "op": "at_least", "count": 1, "since": "-90d"}},
            ]}),
        ),
        (
            "In negotiation",
            "Somebody is about to buy",
            json!({"deals": "any", "where": {"field": "stage", "op": "eq", "value": "negotiating"}}),
        ),
        (
            "Decision makers in large companies",
            "Directors and heads of something, where 200 people or more work",
            json!({"and": [
                {"or": [
                    {"field": "jobTitle", "op": "contains", "value": "director"},
                    {"field": "jobTitle", "op": "contains", "value": "head"},
                ]},
                {"field": "company.employeeCount", "op": "gte", "value": 200},
            ]}),
        ),
    ]
}

fn body_of<T: DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|error| Error::Bug(error.to_string()))
}

/// Customers of a company who have a phone number, by name.
fn phoned(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<Customer>, Error> {
    let filter = json!({"and": [
        {"field": "phone", "op": "not_empty"},
        {"field": "companyId", "op": "not_empty"},
    ]});
    let list = ListQuery { filter: Some(filter.to_string()), ..ListQuery::default() };
    Ok(customers::page(tx, actor, &list.read(&customers::FIELDS, "fullName", Me::Allowed)?)?.items)
}

/// The customer as somebody enters them who did not look first: the same name and number, nothing else.
fn again(customer: &Customer) -> Value {
    let phone = customer.contacts.iter().find(|contact| contact.channel.as_str() == "phone");
    let contacts: Vec<Value> = phone.iter().map(|phone| json!({"channel": "phone", "value": phone.value})).collect();
    json!({"fullName": customer.full_name, "companyId": customer.company_id, "contacts": contacts})
}
