use super::model::{Address, Candidate};
use crate::contacts::Channel;
use db::{Conn, Error, Result, Sql};
use platform::Scope;
use platform::ids::{CompanyId, CustomerId};
use std::collections::HashMap;

/// Holders of the same addresses that are looked at: more share a switchboard, not a person.
const HOLDERS_MAX: i64 = 200;
/// Colleagues that are looked at, the most recently active first.
const COLLEAGUES_MAX: i64 = 1_000;

/// The living ones of these customers, with their addresses.
pub(super) fn candidates(c: &Conn<'_>, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<Candidate>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT id, full_name, name_key, company_id FROM customers WHERE org_id = ");
        sql.bind(scope).push(" AND archived_at IS NULL AND id IN ").bind_list(part.iter().copied());
        sql
    };
    let mut found = c.query_parts(ids, statement, |row| {
        Ok(Candidate {
            id: row.get(0)?,
            full_name: row.get(1)?,
            name_key: row.get(2)?,
            company_id: row.get(3)?,
            addresses: Vec::new(),
        })
    })?;
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT customer_id, channel, canonical, match_key FROM contacts WHERE org_id = ");
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql
    };
    let addresses = c.query_parts(ids, statement, |row| {
        let channel: String = row.get(1)?;
        let channel = Channel::parse(&channel).ok_or_else(|| Error::Bug(format!("unknown channel {channel:?}")))?;
        Ok((row.get::<CustomerId>(0)?, Address { channel, value: row.get(2)?, match_key: row.get(3)? }))
    })?;
    let mut of: HashMap<CustomerId, Vec<Address>> = HashMap::new();
    for (id, address) in addresses {
        of.entry(id).or_default().push(address);
    }
    for candidate in &mut found {
        candidate.addresses = of.remove(&candidate.id).unwrap_or_default();
        candidate.addresses.sort_by(|one, other| (one.channel, &one.value).cmp(&(other.channel, &other.value)));
    }
    Ok(found)
}

pub(super) fn holders_sql(scope: &Scope, person: &Candidate) -> Sql {
    let mut sql = Sql::default();
    for channel in Channel::ALL {
        let keys: Vec<&String> = person
            .addresses
            .iter()
            .filter(|address| address.channel == channel)
            .map(|address| &address.match_key)
            .collect();
        if keys.is_empty() {
            continue;
        }
        // Not OR: then the planner would rather read all addresses of the organisation.
        sql.push(if sql.is_empty() { "" } else { " UNION " });
        sql.push("SELECT k.customer_id FROM contacts k WHERE k.org_id = ").bind(scope);
        sql.push(" AND k.channel = ").bind(channel.as_str()).push(" AND k.match_key IN ").bind_list(keys);
        sql.push(" AND k.customer_id <> ").bind(person.id);
    }
    sql.push(" LIMIT ").bind(HOLDERS_MAX);
    sql
}

/// Who has an address that reaches where one of the person's does.
pub(super) fn holders(c: &Conn<'_>, scope: &Scope, person: &Candidate) -> Result<Vec<CustomerId>> {
    if person.addresses.is_empty() {
        return Ok(Vec::new());
    }
    c.query(&holders_sql(scope, person), |row| row.get(0))
}

pub(super) fn colleagues_sql(scope: &Scope, company: CompanyId) -> Sql {
    let mut sql = Sql::new("SELECT id, name_key FROM customers WHERE org_id = ");
    sql.bind(scope).push(" AND company_id = ").bind(company).push(" AND archived_at IS NULL");
    sql.push(" ORDER BY last_activity_at DESC, id DESC LIMIT ").bind(COLLEAGUES_MAX);
    sql
}

/// The living customers of a company with their folded names.
pub(super) fn colleagues(c: &Conn<'_>, scope: &Scope, company: CompanyId) -> Result<Vec<(CustomerId, String)>> {
    c.query(&colleagues_sql(scope, company), |row| Ok((row.get(0)?, row.get(1)?)))
}
