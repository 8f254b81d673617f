//! Many companies in one transaction, for imports and bulk actions: the same rows, logs and indexes as the operations on one company
//! leave behind, by a fixed number of statements however many companies there are.
//!
//! The caller has decided: rights, duplicates and values are checked. What is checked here is that nobody changed a
//! company since it was read; then the whole transaction runs again.

pub mod actions;
mod store;
#[cfg(test)]
mod tests;

use super::domain::registrable_domain;
use super::{Company, CompanyRef};
use crate::activity::{self, About, Event};
use db::{Conn, Tx};
use platform::error::on_unique;
use platform::ids::CompanyId;
use platform::{Actor, Result, Scope};
use std::collections::{HashMap, HashSet};

/// A company to be made.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub company: Company,
    pub events: Vec<Event>,
}

/// A company to be changed; archiving has its own operation.
#[derive(Clone, Debug)]
pub struct Changed {
    pub before: Company,
    /// With the version that it gets.
    pub after: Company,
    pub events: Vec<Event>,
}

/// The companies with these ids, in no order; missing ones are left out. Their customers are not counted.
pub fn load(c: &Conn<'_>, scope: &Scope, ids: &[CompanyId]) -> Result<Vec<Company>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = store::load(c, scope, ids)?;
    super::store::add_domains(c, scope, &mut found)?;
    Ok(found)
}

/// Which of the living companies of one name is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namesakes {
    Oldest,
    Newest,
}

/// The living company of each folded name.
pub fn by_names(
    c: &Conn<'_>,
    scope: &Scope,
    keys: &[&str],
    namesakes: Namesakes,
) -> Result<HashMap<String, CompanyRef>> {
    Ok(store::by_names(c, scope, keys, namesakes)?)
}

/// The living company with exactly each domain.
pub fn by_domains(c: &Conn<'_>, scope: &Scope, domains: &[&str]) -> Result<HashMap<String, CompanyRef>> {
    Ok(store::by_domains(c, scope, domains)?)
}

/// The living company that each host belongs to: by itself, else by the domain it is registered under.
pub fn by_hosts(c: &Conn<'_>, scope: &Scope, hosts: &[&str]) -> Result<HashMap<String, CompanyRef>> {
    let registrable: HashMap<&str, String> =
        hosts.iter().filter_map(|host| Some((*host, registrable_domain(host)?))).collect();
    let asked: HashSet<&str> = registrable.values().map(String::as_str).collect();
    let asked: Vec<&str> = asked.into_iter().collect();
    let mut by_registrable: HashMap<String, Vec<(String, CompanyRef)>> = HashMap::new();
    for (registrable, domain, company) in store::by_registrable(c, scope, &asked)? {
        by_registrable.entry(registrable).or_default().push((domain, company));
    }
    let mut found = HashMap::new();
    for (host, registrable) in registrable {
        let known = by_registrable.get(&registrable).and_then(|companies| {
            // As for one address: the host itself, the registered domain, then the oldest below it.
            companies
                .iter()
                .min_by_key(|(domain, company)| (domain != host, *domain != registrable, company.id))
                .map(|(_, company)| company.clone())
        });
        if let Some(company) = known {
            found.insert(host.to_owned(), company);
        }
    }
    Ok(found)
}

/// Makes the companies, with domains and log. Parents are set as given.
///
/// # Errors
/// Runs the transaction again when somebody took one of the domains meanwhile.
pub fn insert(tx: &Tx<'_>, actor: &Actor, fresh: &[Fresh]) -> Result<()> {
    let companies: Vec<Company> = fresh.iter().map(|one| one.company.clone()).collect();
    super::insert_past(tx, &actor.scope(), &companies)?;
    activity::record_many(tx, actor, &logged(fresh.iter().map(|one| (&one.company, &one.events))))
}

/// Writes the changes, with domains and log.
///
/// # Errors
/// Runs the transaction again when somebody changed one of the companies, or took a domain, meanwhile.
pub fn update(tx: &Tx<'_>, actor: &Actor, changed: &[Changed]) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let scope = actor.scope();
    let pairs: Vec<(&Company, &Company)> = changed.iter().map(|one| (&one.before, &one.after)).collect();
    if store::update(tx, &scope, &pairs)? != changed.len() as u64 {
        return Err(tx.conflict().into());
    }
    let moved: Vec<&Company> =
        changed.iter().filter(|one| one.before.domains != one.after.domains).map(|one| &one.after).collect();
    on_unique(store::replace_domains(tx, &scope, &moved), "company_domains_live", || tx.conflict().into())?;
    super::write_custom(tx, &scope, &changed.iter().map(|one| (&one.after, Some(&one.before))).collect::<Vec<_>>())?;
    let renamed: Vec<&Company> =
        changed.iter().filter(|one| one.before.name != one.after.name).map(|one| &one.after).collect();
    store::reindex(tx, &scope, &renamed)?;
    activity::record_many(tx, actor, &logged(changed.iter().map(|one| (&one.after, &one.events))))
}

/// Hides the companies and frees their domains; all of them are living.
pub fn archive(tx: &Tx<'_>, actor: &Actor, companies: &[&Company]) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let ids: Vec<CompanyId> = companies.iter().map(|company| company.id).collect();
    store::archive(tx, &actor.scope(), &ids, actor.now())?;
    let event = [Event::CompanyArchived {}].to_vec();
    activity::record_many(tx, actor, &logged(companies.iter().map(|company| (*company, &event))))
}

/// Brings the companies back with their domains; all of them are archived.
///
/// # Errors
/// Runs the transaction again when somebody took one of the domains meanwhile.
pub fn restore(tx: &Tx<'_>, actor: &Actor, companies: &[&Company]) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let ids: Vec<CompanyId> = companies.iter().map(|company| company.id).collect();
    let restored = store::restore(tx, &actor.scope(), &ids, actor.now());
    on_unique(restored, "company_domains_live", || tx.conflict().into())?;
    let event = [Event::CompanyRestored {}].to_vec();
    activity::record_many(tx, actor, &logged(companies.iter().map(|company| (*company, &event))))
}

/// The parent of each of these companies that has one.
pub fn parents(c: &Conn<'_>, scope: &Scope, ids: &[CompanyId]) -> Result<HashMap<CompanyId, CompanyId>> {
    Ok(store::parents(c, scope, ids)?)
}

/// As [`parents`]; they stay what they are until the commit: two writers who each read the chain that the other one
/// changes would make a circle.
pub fn held_parents(tx: &Tx<'_>, scope: &Scope, ids: &[CompanyId]) -> Result<HashMap<CompanyId, CompanyId>> {
    Ok(store::held_parents(tx, scope, ids)?)
}

/// Companies that somebody else than `actor` has done anything to, or to their customers.
pub fn touched_by_others(c: &Conn<'_>, actor: &Actor, ids: &[CompanyId]) -> Result<Vec<CompanyId>> {
    activity::companies_of_others(c, actor, ids)
}

fn logged<'a>(of: impl Iterator<Item = (&'a Company, &'a Vec<Event>)>) -> Vec<(About, Event)> {
    of.flat_map(|(company, events)| {
        let about = About { customer_id: None, company_id: Some(company.id), deal_id: None };
        events.iter().map(move |event| (about, event.clone()))
    })
    .collect()
}
