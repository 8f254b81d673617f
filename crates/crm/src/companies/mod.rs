//! Companies: legal entities that customers belong to, found by their internet domains.

pub mod api;
pub mod bulk;
pub(crate) mod export;
pub mod fields;
pub mod merging;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use crate::domains as domain;
pub(crate) use export::answer as export;
pub use fields::FIELDS;
pub use model::{Company, CompanyPatch, CompanyRef, NewCompany, SizeBand};
pub(crate) use store::named_like;

use crate::activity::{self, About, Activity, ActivityQuery, Event, Timeline, changes};
use crate::contacts::model::email_domain;
use crate::custom_fields::{self, Record, Values};
use db::{Conn, Query, Row, Sql, Tx};
use platform::bulk::Selection;
use platform::error::{Existing, FieldError, on_unique};
use platform::facets::{self, Facets};
use platform::http::{IfMatch, Page};
use platform::ids::{CompanyId, CustomerId};
use platform::paging::{Count, List};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, Scope, organisations};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A company tree deeper than this is a mistake.
pub(crate) const DEPTH_MAX: usize = 20;

/// Customers of one domain that are linked to a new company at once.
const LINKED_MAX: i64 = 5_000;

/// What has a domain already, asked before a company is made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainMatch {
    /// The domain as it would be stored.
    pub domain: String,
    /// A provider of mailboxes for everybody: sharing it says nothing about an employer.
    pub free_mail: bool,
    #[schema(required)]
    pub company: Option<Company>,
    /// Customers without a company whose address has the domain, at most twenty.
    pub unlinked_customers: Vec<UnlinkedCustomer>,
}

/// A customer that could be linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnlinkedCustomer {
    pub id: CustomerId,
    pub full_name: String,
    pub email: String,
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: CompanyId) -> Result<Company> {
    store::get(c, &actor.scope(), id)?.ok_or(Error::NotFound("company"))
}

/// The company, if `actor` may write it and it has not been merged into another one.
fn get_to_write(c: &Conn<'_>, actor: &Actor, id: CompanyId) -> Result<Company> {
    let company = get(c, actor, id)?;
    policy::require_write(actor, company.owner_id)?;
    match company.merged_into_id {
        Some(survivor) => Err(merging::merged(c, actor, survivor, None)?),
        None => Ok(company),
    }
}

pub fn page(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Page<Company>> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::page(c, &actor.scope(), list, &context)?)
}

/// Which are in a list at this moment, in its order.
fn ids(c: &Conn<'_>, actor: &Actor, list: &List) -> Result<Vec<CompanyId>> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::ids(c, &actor.scope(), list, &context)?)
}

/// The companies of a selection: what comes after the columns of a statement over `companies c`.
pub(crate) fn selected(c: &Conn<'_>, actor: &Actor, selection: &Selection) -> Result<Sql> {
    let mut sql = match selection {
        Selection::Ids(_) => store::all(&actor.scope()),
        Selection::Matching { tree, q, .. } => {
            let context = organisations::filter_context(c, actor)?;
            store::matching(c, &actor.scope(), tree, q.as_deref(), &context)?
        }
    };
    sql.append(&selection.named("c.id"));
    Ok(sql)
}

/// How many there are; exact up to `limit`.
pub fn count(
    c: &Conn<'_>,
    actor: &Actor,
    tree: &platform::filter::Tree,
    q: Option<&str>,
    exact: bool,
) -> Result<Count> {
    let context = organisations::filter_context(c, actor)?;
    Ok(store::count(c, &actor.scope(), tree, q, &context, exact)?)
}

/// How many of those that match have each value of the fields asked for.
pub fn facets(c: &Conn<'_>, actor: &Actor, asked: &facets::Asked) -> Result<Facets> {
    let context = organisations::filter_context(c, actor)?;
    let scope = actor.scope();
    asked.count(c, scope.org_id(), store::LATEST, |tree| {
        Ok(store::matching(c, &scope, tree, asked.q.as_deref(), &context)?)
    })
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewCompany) -> Result<Company> {
    policy::require(actor, Action::CreateRecords)?;
    let mut company = new.parse(CompanyId(actor.new_id()), actor.now())?;
    check_references(tx, actor, None, &mut company)?;
    if let Some(owner) = company.owner_id {
        policy::require_write(actor, Some(owner))?;
    }
    refuse_taken_domains(tx, &actor.scope(), &company)?;
    company.custom = custom_fields::first_values(tx, actor, Record::Company, &new.custom)?;
    insert(tx, actor, &company)?;
    write_custom(tx, &actor.scope(), &[(&company, None)])?;
    let about = About { customer_id: None, company_id: Some(company.id), deal_id: None };
    activity::record(tx, actor, about, &[Event::CompanyCreated { source: source(actor).into() }])?;
    let mut is_more = false;
    if new.link_customers == Some(true) {
        is_more = link_customers(tx, actor, &company)?;
    }
    let made = get(tx, actor, company.id)?;
    Ok(Company { more_to_link: is_more, ..made })
}

/// Links the customers that have one of the domains and no company, as far as the actor may write them and as many as
/// are done while a person waits; says whether there are more.
fn link_customers(tx: &Tx<'_>, actor: &Actor, company: &Company) -> Result<bool> {
    let scope = actor.scope();
    let mut is_more = false;
    for host in company.domains.iter().filter(|host| !domain::is_free_mail(host)) {
        let found = store::unlinked_customers(tx, &scope, host, Some(actor), LINKED_MAX)?;
        let found: Vec<CustomerId> = found.into_iter().map(|customer| customer.id).collect();
        store::link_customers(tx, actor, company.id, &found)?;
        is_more |= !store::unlinked_customers(tx, &scope, host, None, 1)?.is_empty();
    }
    Ok(is_more)
}

fn source(actor: &Actor) -> &'static str {
    use platform::actor::ActorKind;
    match actor.kind {
        ActorKind::Import => "import",
        ActorKind::ApiKey => "api",
        _ => "manual",
    }
}

/// Puts finished companies in as they are, without a log. The caller has made sure that nobody has their domains.
pub fn insert_past(tx: &Tx<'_>, scope: &Scope, companies: &[Company]) -> Result<()> {
    on_unique(store::insert_past(tx, scope, companies), "company_domains_live", || tx.conflict().into())?;
    write_custom(tx, scope, &companies.iter().map(|company| (company, None)).collect::<Vec<_>>())
}

/// Writes what has changed of the custom fields: what a company has now, and what was before.
fn write_custom(tx: &Tx<'_>, scope: &Scope, of: &[(&Company, Option<&Company>)]) -> Result<()> {
    let nothing = Values::new();
    let changed: Vec<_> = of
        .iter()
        .map(|(now, before)| (now.id.0, before.map_or(&nothing, |before| &before.custom), &now.custom))
        .collect();
    custom_fields::write_values(tx, scope, Record::Company, &changed)
}

fn insert(tx: &Tx<'_>, actor: &Actor, company: &Company) -> Result<()> {
    on_unique(store::insert(tx, &actor.scope(), company), "company_domains_live", || tx.conflict().into())
}

pub fn update(tx: &Tx<'_>, actor: &Actor, id: CompanyId, patch: &CompanyPatch, expected: IfMatch) -> Result<Company> {
    let before = get_to_write(tx, actor, id)?;
    expected.check(&before)?;
    let mut after = before.clone();
    patch.apply(&mut after)?;
    after.custom = custom_fields::changed_values(tx, actor, Record::Company, &before.custom, &patch.custom)?;
    if after == before {
        return Ok(before);
    }
    if after.owner_id != before.owner_id && after.owner_id.is_some() {
        // A member may take an unowned company, not give it away.
        policy::require_write(actor, after.owner_id)?;
    }
    check_references(tx, actor, Some(&before), &mut after)?;
    if after.domains != before.domains {
        refuse_taken_domains(tx, &actor.scope(), &after)?;
    }
    after.updated_at = actor.now();
    after.version += 1;
    write(tx, actor, &before, &after)?;
    Ok(after)
}

/// Writes a changed company and logs the changes.
pub(crate) fn write(tx: &Tx<'_>, actor: &Actor, before: &Company, after: &Company) -> Result<()> {
    let written = store::update(tx, &actor.scope(), after, before.domains != after.domains);
    on_unique(written, "company_domains_live", || tx.conflict().into())?;
    write_custom(tx, &actor.scope(), &[(after, Some(before))])?;
    let mut changes = changes(before, after, &model::LOGGED_FIELDS);
    changes.extend(custom_fields::changes(&before.custom, &after.custom));
    let about = About { customer_id: None, company_id: Some(after.id), deal_id: None };
    activity::record(tx, actor, about, &[Event::CompanyUpdated { changes }])
}

pub fn archive(tx: &Tx<'_>, actor: &Actor, id: CompanyId, expected: IfMatch) -> Result<Company> {
    let before = get_to_write(tx, actor, id)?;
    expected.check(&before)?;
    if before.archived_at.is_some() {
        return Ok(before);
    }
    let after =
        Company { archived_at: Some(actor.now()), updated_at: actor.now(), version: before.version + 1, ..before };
    store::update(tx, &actor.scope(), &after, true)?;
    let about = About { customer_id: None, company_id: Some(id), deal_id: None };
    activity::record(tx, actor, about, &[Event::CompanyArchived {}])?;
    Ok(after)
}

pub fn restore(tx: &Tx<'_>, actor: &Actor, id: CompanyId, expected: IfMatch) -> Result<Company> {
    let before = get_to_write(tx, actor, id)?;
    expected.check(&before)?;
    if before.archived_at.is_none() {
        return Ok(before);
    }
    let after = Company { archived_at: None, updated_at: actor.now(), version: before.version + 1, ..before };
    refuse_taken_domains(tx, &actor.scope(), &after)?;
    let written = store::update(tx, &actor.scope(), &after, true);
    on_unique(written, "company_domains_live", || tx.conflict().into())?;
    let about = About { customer_id: None, company_id: Some(id), deal_id: None };
    activity::record(tx, actor, about, &[Event::CompanyRestored {}])?;
    Ok(after)
}

/// What has a domain already.
///
/// # Errors
/// [`Error::Malformed`] when the text is no domain.
pub fn match_domain(c: &Conn<'_>, actor: &Actor, typed: &str) -> Result<DomainMatch> {
    let host = domain::host_of(typed).filter(|host| domain::registrable_domain(host).is_some());
    let Some(host) = host else {
        return Err(Error::malformed("domain", "invalid_domain", "use an internet domain, such as example.com"));
    };
    let free_mail = domain::is_free_mail(&host);
    let owner = match of_host(&actor.scope(), &host) {
        Some(question) => c.query_opt(question, read_ref)?,
        None => None,
    };
    let company = owner.map(|owner| get(c, actor, owner.id)).transpose()?;
    let unlinked_customers =
        if free_mail { Vec::new() } else { store::unlinked_customers(c, &actor.scope(), &host, None, 20)? };
    Ok(DomainMatch { domain: host, free_mail, company, unlinked_customers })
}

/// A page of what happened to a company, newest first.
pub fn timeline(
    c: &Conn<'_>,
    actor: &Actor,
    id: CompanyId,
    asked: &ActivityQuery,
    limit: usize,
) -> Result<Page<Activity>> {
    let standing = store::standing(c, &actor.scope(), id)?.ok_or(Error::NotFound("company"))?;
    activity::page(c, actor, Timeline::Company(standing), asked.group, limit, asked.cursor.as_deref())
}

/// Asks for the living company that owns the host, or the domain it is registered under; [`read_ref`] reads the answer.
fn of_host(scope: &Scope, host: &str) -> Option<Query<'static>> {
    Some(store::of_domain(scope, host, &domain::registrable_domain(host)?))
}

/// Asks for the company that an address belongs to; nothing for a free-mail address.
pub fn of_email(scope: &Scope, canonical_email: &str) -> Option<Query<'static>> {
    let host = email_domain(canonical_email);
    if domain::is_free_mail(host) { None } else { of_host(scope, host) }
}

/// A row of [`of_email`].
pub fn read_ref(row: &Row<'_>) -> db::Result<CompanyRef> {
    store::read_ref(row)
}

/// The name of a company that a customer is to be linked to.
///
/// # Errors
/// [`Error::Invalid`] at `path` when there is no such living company.
pub fn require_living(c: &Conn<'_>, scope: &Scope, id: CompanyId, path: &str) -> Result<CompanyRef> {
    match store::name(c, scope, id)? {
        Some((name, false)) => Ok(CompanyRef { id, name }),
        Some((_, true)) => Err(Error::invalid(path, "company_archived", "this company is archived; restore it first")),
        None => Err(Error::invalid(path, "unknown_company", "there is no such company")),
    }
}

/// Keeps companies as they are until the commit: of two who lead a record to one and merge it at one time, the second runs
/// again.
pub(crate) fn hold(tx: &Tx<'_>, scope: &Scope, ids: impl IntoIterator<Item = CompanyId>) -> Result<()> {
    // In one order, so that two writers never wait for each other.
    for id in ids.into_iter().collect::<BTreeSet<_>>() {
        store::hold(tx, scope, id)?;
    }
    Ok(())
}

/// The company, or the one that it was merged into since; nothing if there is no such company.
pub fn standing(c: &Conn<'_>, scope: &Scope, id: CompanyId) -> Result<Option<CompanyId>> {
    Ok(store::standing(c, scope, id)?)
}

fn refuse_taken_domains(c: &Conn<'_>, scope: &Scope, company: &Company) -> Result<()> {
    for (index, domain) in company.domains.iter().enumerate() {
        let Some((id, name)) = store::holder(c, scope, domain)? else { continue };
        if id != company.id {
            return Err(Error::conflict_with(
                "domain_taken",
                Some(format!("/domains/{index}")),
                format!("{domain} already belongs to {name}; open that company instead"),
                Existing { record: "company".into(), id: id.to_string(), name, archived: false },
            ));
        }
    }
    Ok(())
}

/// A new owner is a member; a new parent is there, living, and not below the company itself. What stays as it
/// was is not asked for again: an owner who has left or an archived parent must not stop other changes.
fn check_references(tx: &Tx<'_>, actor: &Actor, before: Option<&Company>, company: &mut Company) -> Result<()> {
    let scope = actor.scope();
    if let Some(owner) = company.owner_id.filter(|owner| before.and_then(|before| before.owner_id) != Some(*owner)) {
        organisations::require_member(tx, &scope, owner, "/ownerId")?;
    }
    let Some(parent_id) = company.parent_id else {
        company.parent = None;
        return Ok(());
    };
    if before.and_then(|before| before.parent_id) == Some(parent_id) {
        return Ok(());
    }
    company.parent = Some(require_living(tx, &scope, parent_id, "/parentId")?);
    let mut levels = match before {
        Some(_) => store::levels_below(tx, &scope, company.id, DEPTH_MAX)?,
        None => 0,
    };
    let mut above = Some(parent_id);
    while let Some(id) = above.filter(|id| *id != company.id && levels < DEPTH_MAX) {
        levels += 1;
        above = store::held_parent(tx, &scope, id)?;
    }
    if above.is_none() {
        return Ok(());
    }
    Err(Error::Invalid(vec![FieldError::new(
        "/parentId",
        "circle",
        format!("the parent would be below the company itself, or the tree deeper than {DEPTH_MAX}"),
    )]))
}
