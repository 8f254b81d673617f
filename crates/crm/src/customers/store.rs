use super::{Customer, PastCustomer, Source};
use crate::companies::CompanyRef;
use crate::contacts::{self, Contact};
use crate::custom_fields::{self, Record};
use db::{Conn, Engine, Error, KEYS_MAX, Result, Row, Sql, Tx, Value, params};
use platform::clock::Timestamp;
use platform::filter::{Context, Renames, Tree};
use platform::http::Page;
use platform::ids::{CompanyId, CustomerId, OrgId, TagId, UserId};
use platform::paging::{self, Count, List};
use platform::text::fold;
use platform::{Actor, Scope, text_index};
use std::collections::HashMap;
use uuid::Uuid;

const COLUMNS: &str = "c.id, c.first_name, c.last_name, c.full_name, c.job_title, c.avatar_url, c.language, c.timezone,
    c.country, c.company_id,
    (SELECT p.name FROM companies p WHERE p.org_id = c.org_id AND p.id = c.company_id),
    c.claimed_by_id, c.claimed_at, c.source, c.do_not_contact, c.archived_at, c.merged_into_id, c.last_activity_at,
    c.last_inbound_at, c.last_outbound_at, c.created_at, c.updated_at, c.version";

/// The order in which those of a list that is too long to be counted are looked at.
pub(super) const LATEST: &str = "c.last_activity_at DESC, c.id DESC";

/// All but contacts and tags.
pub(super) fn read(row: &Row<'_>) -> Result<Customer> {
    let company_id: Option<CompanyId> = row.get(9)?;
    let company_name: Option<String> = row.get(10)?;
    let source: String = row.get(13)?;
    Ok(Customer {
        id: row.get(0)?,
        first_name: row.get(1)?,
        last_name: row.get(2)?,
        full_name: row.get(3)?,
        job_title: row.get(4)?,
        avatar_url: row.get(5)?,
        language: row.get(6)?,
        timezone: row.get(7)?,
        country: row.get(8)?,
        company_id,
        company: company_id.zip(company_name).map(|(id, name)| CompanyRef { id, name }),
        claimed_by_id: row.get(11)?,
        claimed_at: row.get(12)?,
        source: Source::parse(&source).ok_or_else(|| Error::Bug(format!("unknown source {source:?}")))?,
        do_not_contact: row.get(14)?,
        archived_at: row.get(15)?,
        merged_into_id: row.get(16)?,
        last_activity_at: row.get(17)?,
        last_inbound_at: row.get(18)?,
        last_outbound_at: row.get(19)?,
        contacts: Vec::new(),
        tags: Vec::new(),
        custom: custom_fields::Values::new(),
        created_at: row.get(20)?,
        updated_at: row.get(21)?,
        version: row.get(22)?,
        archived_duplicates: Vec::new(),
    })
}

/// The tags of these customers: who, and the name.
fn tags_of(scope: &Scope, customers: &[CustomerId]) -> Sql {
    // SQLite joins in this order: beginning with the tags it might read everybody that carries one.
    let mut sql = Sql::new(
        "SELECT x.customer_id, t.name FROM customer_tags x CROSS JOIN tags t
         WHERE t.org_id = x.org_id AND t.id = x.tag_id AND x.org_id = ",
    );
    sql.bind(scope).push(" AND x.customer_id IN ").bind_list(customers.iter().copied());
    sql
}

/// What belongs to customers and is read beside them.
#[derive(Default)]
struct Children {
    contacts: HashMap<CustomerId, Vec<Contact>>,
    tags: HashMap<CustomerId, Vec<String>>,
    custom: custom_fields::Found,
}

impl Children {
    fn add_contact(&mut self, row: &Row<'_>) -> Result<()> {
        let contact = contacts::read(row)?;
        self.contacts.entry(contact.customer_id).or_default().push(contact);
        Ok(())
    }

    fn add_tag(&mut self, row: &Row<'_>) -> Result<()> {
        self.tags.entry(row.get(0)?).or_default().push(row.get(1)?);
        Ok(())
    }

    fn give_to(&mut self, customer: &mut Customer) {
        customer.contacts = self.contacts.remove(&customer.id).unwrap_or_default();
        contacts::sort(&mut customer.contacts);
        customer.tags = self.tags.remove(&customer.id).unwrap_or_default();
        customer.tags.sort();
        customer.custom = self.custom.take(customer.id.0);
    }
}

/// The values of the custom fields of these customers.
fn custom_of(scope: &Scope, customers: &[CustomerId]) -> Sql {
    let ids: Vec<Uuid> = customers.iter().map(|id| id.0).collect();
    custom_fields::of(scope, Record::Customer, &ids)
}

/// Contacts, tags and custom fields, for all customers of a page in three statements and one round trip.
pub(super) fn add_children(c: &Conn<'_>, scope: &Scope, customers: &mut [Customer]) -> Result<()> {
    for part in customers.chunks_mut(KEYS_MAX) {
        let ids: Vec<CustomerId> = part.iter().map(|customer| customer.id).collect();
        let (contacts, tags, custom) =
            (contacts::of_customers(scope, &ids), tags_of(scope, &ids), custom_of(scope, &ids));
        let mut children = Children::default();
        c.query_together([(&contacts).into(), (&tags).into(), (&custom).into()], |which, row| match which {
            0 => children.add_contact(row),
            1 => children.add_tag(row),
            _ => children.custom.add(row),
        })?;
        part.iter_mut().for_each(|customer| children.give_to(customer));
    }
    Ok(())
}

pub(super) fn select() -> Sql {
    Sql::new("SELECT ").push(COLUMNS).clone()
}

/// Who the customer is now: itself, or whoever it was merged into.
pub(super) fn standing(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<Option<CustomerId>> {
    c.query_opt(
        ("SELECT coalesce(merged_into_id, id) FROM customers WHERE org_id = $1 AND id = $2", params![scope, id]),
        |row| row.get(0),
    )
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<Option<Customer>> {
    let mut sql = select();
    sql.push(" FROM customers c WHERE c.org_id = ").bind(scope).push(" AND c.id = ").bind(id);
    let (contacts, tags, custom) =
        (contacts::of_customers(scope, &[id]), tags_of(scope, &[id]), custom_of(scope, &[id]));
    let (mut found, mut children) = (None, Children::default());
    let together = [(&sql).into(), (&contacts).into(), (&tags).into(), (&custom).into()];
    c.query_together(together, |which, row| match which {
        0 => read(row).map(|customer| found = Some(customer)),
        1 => children.add_contact(row),
        2 => children.add_tag(row),
        _ => children.custom.add(row),
    })?;
    if let Some(customer) = &mut found {
        children.give_to(customer);
    }
    Ok(found)
}

/// Where a list starts from: what comes after FROM, and columns that are then read elsewhere.
pub(super) struct Start {
    from: Sql,
    renames: Renames<'static>,
    /// What is left of the filter.
    tree: Tree,
    /// All of the organisation: values of a custom field may be walked along instead.
    is_plain: bool,
}

/// The columns of a tag's own index, in the order of its page.
const BY_TAG: Renames<'static> =
    &[("c.id", "g.customer_id"), ("c.last_activity_at", "g.last_activity_at"), ("c.company_id", "g.company_id")];

/// Chooses the walk. The planner cannot be trusted with this: it guesses how many rows match, and a
/// wrong guess costs a hundred times as much as the right one.
fn start(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, by_last_activity: bool) -> Result<Start> {
    let mut from = Sql::default();
    if let Some(q) = q {
        let words = Words::of(q);
        if !words.indexed.is_empty() {
            match c.engine() {
                Engine::Sqlite => {
                    from.push(" FROM customer_search s CROSS JOIN customers c ON c.seq = s.rowid WHERE customer_search MATCH ");
                    from.bind(words.match_expression());
                }
                Engine::Postgres => {
                    from.push(" FROM customer_search s JOIN customers c ON c.org_id = s.org_id AND c.id = s.customer_id WHERE s.org_id = ");
                    from.bind(scope);
                    for alternatives in &words.indexed {
                        from.push(" AND (");
                        for (index, word) in alternatives.iter().enumerate() {
                            from.push(if index > 0 { " OR " } else { "" });
                            from.push("s.text LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
                        }
                        from.push(")");
                    }
                }
            }
        } else {
            from.push(" FROM customers c WHERE TRUE");
        }
        for (index, word) in words.short.iter().enumerate() {
            // A lone short word is a beginning; beside longer ones it may stand anywhere in the name.
            let beginning = words.indexed.is_empty() && index == 0;
            if beginning {
                from.push(" AND c.name_key >= ").bind(word.as_str()).push(" AND c.name_key < ");
                from.bind(format!("{word}\u{10ffff}"));
            } else {
                from.push(" AND c.name_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
            }
        }
        from.push(" AND c.org_id = ").bind(scope);
        return Ok(Start { from, renames: &[], tree: tree.clone(), is_plain: false });
    }
    let wanted = tree.required_members("tags");
    if by_last_activity && let Some(key) = wanted.first() {
        let tag: Option<TagId> = c
            .query_opt(("SELECT id FROM tags WHERE org_id = $1 AND name_key = $2", params![scope, key]), |row| {
                row.get(0)
            })?;
        from.push(" FROM customer_tags g CROSS JOIN customers c WHERE g.org_id = ").bind(scope);
        // An unknown tag is on nobody.
        from.push(" AND g.tag_id = ").bind(tag).push(" AND c.org_id = g.org_id AND c.id = g.customer_id");
        return Ok(Start { from, renames: BY_TAG, tree: tree.without_member("tags", key), is_plain: false });
    }
    from.push(" FROM customers c WHERE c.org_id = ").bind(scope);
    Ok(Start { from, renames: &[], tree: tree.clone(), is_plain: true })
}

/// A text search, split into words that must all be found.
struct Words {
    /// Each with its alternatives: as typed, and as the digits of a phone number.
    indexed: Vec<Vec<String>>,
    short: Vec<String>,
}

impl Words {
    fn of(q: &str) -> Words {
        let folded = fold(q);
        let mut words = Words { indexed: Vec::new(), short: Vec::new() };
        if let Some(digits) = contacts::model::dialled_digits(&folded) {
            words.indexed.push(vec![digits, folded]);
            return words;
        }
        for word in folded.split_whitespace() {
            if word.chars().count() >= text_index::CHARS_MIN {
                words.indexed.push(vec![word.to_string()]);
            } else {
                words.short.push(word.to_string());
            }
        }
        words
    }

    /// As FTS5 reads it.
    fn match_expression(&self) -> String {
        let groups: Vec<String> = self
            .indexed
            .iter()
            .map(|alternatives| {
                let strings: Vec<String> = alternatives.iter().map(|word| text_index::phrase(word)).collect();
                format!("({})", strings.join(" OR "))
            })
            .collect();
        groups.join(" AND ")
    }
}

/// The customers whose name or addresses contain `text`, for filters: see
/// [`platform::filter::catalogue::Search`].
pub(super) fn with_text(c: &Conn<'_>, org: OrgId, text: &str, limit: usize) -> Result<Option<Vec<Uuid>>> {
    let text = fold(text);
    if text.chars().count() < text_index::CHARS_MIN {
        return Ok(None);
    }
    let mut sql = Sql::default();
    match c.engine() {
        Engine::Sqlite => {
            sql.push(
                "SELECT c.id FROM customer_search s CROSS JOIN customers c ON c.seq = s.rowid WHERE customer_search MATCH ",
            );
            sql.bind(text_index::phrase(&text)).push(" AND c.org_id = ").bind(org);
        }
        Engine::Postgres => {
            sql.push("SELECT s.customer_id FROM customer_search s WHERE s.org_id = ").bind(org);
            sql.push(" AND s.text LIKE ").bind(text_index::like(&text)).push(" ESCAPE '\\'");
        }
    }
    text_index::ids_up_to(c, sql, limit)
}

/// The start of a page with the condition.
fn filtered(c: &Conn<'_>, start: &Start, context: &Context) -> Result<Sql> {
    let mut sql = start.from.clone();
    sql.push(" AND ").append(&start.tree.planned(c, context, start.renames)?);
    Ok(sql)
}

fn is_by_last_activity(list: &List) -> bool {
    let mut keys = list.sorted_by();
    keys.next().is_some_and(|(name, _)| name == "lastActivityAt") && keys.next().is_none()
}

pub(super) fn page(c: &Conn<'_>, actor: &Actor, list: &List, context: &Context) -> platform::Result<Page<Customer>> {
    let scope = actor.scope();
    let start = start(c, &scope, &list.tree, list.q.as_deref(), is_by_last_activity(list))?;
    finish_page(c, &scope, list, &start, context)
}

fn finish_page(
    c: &Conn<'_>,
    scope: &Scope,
    list: &List,
    start: &Start,
    context: &Context,
) -> platform::Result<Page<Customer>> {
    let condition = start.tree.planned(c, context, start.renames)?;
    let list = list.clone().renamed(start.renames);
    let list = if start.is_plain { list.walking() } else { list };
    let mut page = list.page(
        c,
        |leg| {
            let mut sql = select();
            sql.append(&leg.columns());
            if start.is_plain {
                sql.append(&leg.from("customers", scope.org_id()));
            } else {
                sql.append(&start.from);
            }
            sql.push(" AND ").append(&condition).append(&leg.rest());
            sql
        },
        read,
    )?;
    add_children(c, scope, &mut page.items)?;
    Ok(page)
}

/// Who is in the whole list, in its order.
pub(super) fn ids(c: &Conn<'_>, actor: &Actor, list: &List, context: &Context) -> Result<Vec<CustomerId>> {
    let start = start(c, &actor.scope(), &list.tree, list.q.as_deref(), is_by_last_activity(list))?;
    let from = filtered(c, &start, context)?;
    list.clone().renamed(start.renames).whole(
        c,
        |leg| {
            let mut sql = Sql::new("SELECT c.id");
            sql.append(&leg.columns()).append(&from).append(&leg.rest());
            sql
        },
        |row| row.get(0),
    )
}

pub(super) fn page_of_company(
    c: &Conn<'_>,
    actor: &Actor,
    company: CompanyId,
    list: &List,
    context: &Context,
) -> platform::Result<Page<Customer>> {
    let scope = actor.scope();
    let mut from = Sql::new(" FROM customers c WHERE c.org_id = ");
    from.bind(scope).push(" AND c.company_id = ").bind(company);
    let start = Start { from, renames: &[], tree: list.tree.clone(), is_plain: false };
    finish_page(c, &scope, list, &start, context)
}

/// Those of these ids that there are, in the order of the list.
pub(super) fn chosen(c: &Conn<'_>, scope: &Scope, list: &List, ids: &[Uuid]) -> Result<Vec<CustomerId>> {
    list.whole(
        c,
        |leg| {
            let mut sql = Sql::new("SELECT c.id");
            sql.append(&leg.columns()).append(&all(scope));
            sql.push(" AND c.id IN ").bind_list(ids.iter().copied()).append(&leg.rest());
            sql
        },
        |row| row.get(0),
    )
}

/// All that match, in no order: what comes after the columns of a statement.
pub(super) fn matching(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Sql> {
    let start = start(c, scope, tree, q, false)?;
    let mut sql = start.from.clone();
    sql.push(" AND ").append(&start.tree.planned_count(c, context)?);
    Ok(sql)
}

/// All of the organisation, archived ones too: what comes after the columns of a statement.
pub(super) fn all(scope: &Scope) -> Sql {
    let mut sql = Sql::new(" FROM customers c WHERE c.org_id = ");
    sql.bind(scope);
    sql
}

pub(super) fn count(
    c: &Conn<'_>,
    actor: &Actor,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    exact: bool,
) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&matching(c, &actor.scope(), tree, q, context)?);
    paging::count(c, &sql, exact)
}

/// What the substring index holds of a customer: the folded name and the canonical addresses, a line each.
pub(super) fn search_text<'a>(full_name: &str, addresses: impl Iterator<Item = &'a String>) -> String {
    let mut text = fold(full_name);
    for address in addresses {
        text.push('\n');
        text.push_str(&fold(address));
    }
    text
}

/// Writes the customer's line of the substring index anew.
pub(super) fn reindex(tx: &Tx<'_>, scope: &Scope, customer: &Customer) -> Result<()> {
    let text = search_text(&customer.full_name, customer.contacts.iter().map(|contact| &contact.canonical));
    match tx.engine() {
        Engine::Sqlite => {
            let seq: i64 = tx.query_one(
                ("SELECT seq FROM customers WHERE org_id = $1 AND id = $2", params![scope, customer.id]),
                |row| row.get(0),
            )?;
            tx.execute(("INSERT OR REPLACE INTO customer_search (rowid, text) VALUES ($1, $2)", params![seq, text]))?;
        }
        Engine::Postgres => {
            tx.execute((
                "UPDATE customer_search SET text = $3 WHERE org_id = $1 AND customer_id = $2",
                params![scope, customer.id, text],
            ))?;
        }
    }
    Ok(())
}

/// In the order of [`values`].
const INSERT_COLUMNS: [&str; 28] = [
    "org_id",
    "id",
    "first_name",
    "first_name_key",
    "last_name",
    "last_name_key",
    "full_name",
    "name_key",
    "job_title",
    "job_title_key",
    "avatar_url",
    "language",
    "timezone",
    "country",
    "company_id",
    "company_by_domain",
    "claimed_by_id",
    "claimed_at",
    "source",
    "do_not_contact",
    "archived_at",
    "merged_into_id",
    "last_activity_at",
    "last_inbound_at",
    "last_outbound_at",
    "created_at",
    "updated_at",
    "version",
];

fn values(scope: &Scope, customer: &Customer, by_domain: bool) -> Vec<Value> {
    params![
        scope,
        customer.id,
        customer.first_name.clone(),
        customer.first_name.as_deref().map(fold),
        customer.last_name.clone(),
        customer.last_name.as_deref().map(fold),
        &customer.full_name,
        fold(&customer.full_name),
        customer.job_title.clone(),
        customer.job_title.as_deref().map(fold),
        customer.avatar_url.clone(),
        customer.language.clone(),
        customer.timezone.clone(),
        customer.country.clone(),
        customer.company_id,
        by_domain,
        customer.claimed_by_id,
        customer.claimed_at,
        customer.source.as_str(),
        customer.do_not_contact,
        customer.archived_at,
        customer.merged_into_id,
        customer.last_activity_at,
        customer.last_inbound_at,
        customer.last_outbound_at,
        customer.created_at,
        customer.updated_at,
        customer.version
    ]
    .to_vec()
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, customer: &Customer, by_domain: bool, search: &str) -> Result<()> {
    tx.later(
        "INSERT INTO customers (org_id, id, first_name, first_name_key, last_name, last_name_key, full_name, name_key,
           job_title, job_title_key, avatar_url, language, timezone, country, company_id, company_by_domain,
           claimed_by_id, claimed_at, source, do_not_contact, archived_at, merged_into_id, last_activity_at,
           last_inbound_at, last_outbound_at, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
           $24, $25, $26, $27, $28)",
        values(scope, customer, by_domain),
    )?;
    match tx.last_row_key() {
        Some(seq) => tx.later("INSERT INTO customer_search (rowid, text) VALUES ($1, $2)", params![seq, search]),
        None => tx.later(
            "INSERT INTO customer_search (org_id, customer_id, text) VALUES ($1, $2, $3)",
            params![scope, customer.id, search],
        ),
    }
}

/// All but the contacts.
pub(super) fn insert_past(tx: &Tx<'_>, scope: &Scope, customers: &[PastCustomer]) -> Result<()> {
    if customers.is_empty() {
        return Ok(());
    }
    let rows: Vec<Vec<Value>> =
        customers.iter().map(|past| values(scope, &past.customer, past.company_by_domain)).collect();
    tx.bulk("customers", &INSERT_COLUMNS, &rows)?;
    let text = |past: &PastCustomer| {
        let customer = &past.customer;
        search_text(&customer.full_name, customer.contacts.iter().map(|contact| &contact.canonical))
    };
    match tx.last_row_key() {
        // Row keys are given in sequence, so the first of them follows from the last.
        Some(last) => {
            let first = last + 1 - customers.len() as i64;
            let texts: Vec<Vec<Value>> =
                (first..).zip(customers).map(|(row_key, past)| params![row_key, text(past)].to_vec()).collect();
            tx.bulk("customer_search", &["rowid", "text"], &texts)?;
        }
        None => {
            let texts: Vec<Vec<Value>> =
                customers.iter().map(|past| params![scope, past.customer.id, text(past)].to_vec()).collect();
            tx.bulk("customer_search", &["org_id", "customer_id", "text"], &texts)?;
        }
    }
    let tags: Vec<Vec<Value>> = customers
        .iter()
        .flat_map(|past| past.tags.iter().map(move |(tag, at)| (&past.customer, *tag, *at)))
        .map(|(customer, tag, at)| {
            params![scope, customer.id, tag, customer.company_id, customer.last_activity_at, at].to_vec()
        })
        .collect();
    tx.bulk(
        "customer_tags",
        &["org_id", "customer_id", "tag_id", "company_id", "last_activity_at", "created_at"],
        &tags,
    )?;
    Ok(())
}

/// Writes all fields but the owner, who changes by [`set_owner`] alone, and the link to the company's domain.
pub(super) fn update(tx: &Tx<'_>, scope: &Scope, customer: &Customer) -> Result<()> {
    tx.later(
        "UPDATE customers SET first_name = $3, first_name_key = $4, last_name = $5, last_name_key = $6, full_name = $7,
           name_key = $8, job_title = $9, job_title_key = $10, avatar_url = $11, language = $12, timezone = $13,
           country = $14, company_id = $15, do_not_contact = $16, archived_at = $17, last_activity_at = $18,
           last_inbound_at = $19, last_outbound_at = $20, updated_at = $21, version = $22
         WHERE org_id = $1 AND id = $2",
        params![
            scope,
            customer.id,
            customer.first_name.clone(),
            customer.first_name.as_deref().map(fold),
            customer.last_name.clone(),
            customer.last_name.as_deref().map(fold),
            &customer.full_name,
            fold(&customer.full_name),
            customer.job_title.clone(),
            customer.job_title.as_deref().map(fold),
            customer.avatar_url.clone(),
            customer.language.clone(),
            customer.timezone.clone(),
            customer.country.clone(),
            customer.company_id,
            customer.do_not_contact,
            customer.archived_at,
            customer.last_activity_at,
            customer.last_inbound_at,
            customer.last_outbound_at,
            customer.updated_at,
            customer.version
        ],
    )
}

/// After the company changed: the copies that order the tags' pages.
fn copy_company(tx: &Tx<'_>, scope: &Scope, customer: &Customer, by_domain: bool) -> Result<()> {
    tx.execute((
        "UPDATE customers SET company_by_domain = $3 WHERE org_id = $1 AND id = $2",
        params![scope, customer.id, by_domain],
    ))?;
    tx.execute((
        "UPDATE customer_tags SET company_id = $3 WHERE org_id = $1 AND customer_id = $2",
        params![scope, customer.id, customer.company_id],
    ))?;
    Ok(())
}

/// Whether no person has decided about the company, so that an address may.
pub(super) fn may_be_linked(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<bool> {
    c.query_one(("SELECT company_by_domain FROM customers WHERE org_id = $1 AND id = $2", params![scope, id]), |row| {
        row.get(0)
    })
}

/// A person chose the company, or that there is none: no machine changes it again.
pub(super) fn company_was_set(tx: &Tx<'_>, scope: &Scope, customer: &Customer) -> Result<()> {
    copy_company(tx, scope, customer, false)
}

/// The company was found by an address's domain.
pub(super) fn company_was_found(tx: &Tx<'_>, scope: &Scope, customer: &Customer) -> Result<()> {
    copy_company(tx, scope, customer, true)
}

/// Writes the owner if it still is `before`; says whether it was.
pub(super) fn set_owner(tx: &Tx<'_>, scope: &Scope, customer: &Customer, before: Option<UserId>) -> Result<bool> {
    let mut sql = Sql::new("UPDATE customers SET claimed_by_id = ");
    sql.bind(customer.claimed_by_id).push(", claimed_at = ").bind(customer.claimed_at);
    sql.push(", last_activity_at = ").bind(customer.last_activity_at);
    sql.push(", updated_at = ").bind(customer.updated_at).push(", version = version + 1 WHERE org_id = ").bind(scope);
    sql.push(" AND id = ").bind(customer.id);
    match before {
        None => sql.push(" AND claimed_by_id IS NULL"),
        Some(owner) => sql.push(" AND claimed_by_id = ").bind(owner),
    };
    Ok(tx.execute(&sql)? == 1)
}

pub(super) fn add_tag(tx: &Tx<'_>, scope: &Scope, customer: &Customer, tag: TagId, now: Timestamp) -> Result<()> {
    tx.later(
        "INSERT INTO customer_tags (org_id, customer_id, tag_id, company_id, last_activity_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        params![scope, customer.id, tag, customer.company_id, customer.last_activity_at, now],
    )
}

pub(super) fn remove_tag(tx: &Tx<'_>, scope: &Scope, id: CustomerId, tag: TagId) -> Result<()> {
    tx.execute((
        "DELETE FROM customer_tags WHERE org_id = $1 AND customer_id = $2 AND tag_id = $3",
        params![scope, id, tag],
    ))?;
    Ok(())
}

#[cfg(test)]
pub(super) fn first_statement(c: &Conn<'_>, actor: &Actor, list: &List, context: &Context) -> Sql {
    let start = start(c, &actor.scope(), &list.tree, list.q.as_deref(), is_by_last_activity(list)).expect("a start");
    let condition = start.tree.planned(c, context, start.renames).expect("a condition");
    let list = list.clone().renamed(start.renames);
    let list = if start.is_plain { list.walking() } else { list };
    let statement = std::cell::RefCell::new(None);
    let _ = list.page(
        c,
        |leg| {
            let mut sql = select();
            sql.append(&leg.columns());
            if start.is_plain {
                sql.append(&leg.from("customers", actor.scope().org_id()));
            } else {
                sql.append(&start.from);
            }
            sql.push(" AND ").append(&condition).append(&leg.rest());
            statement.borrow_mut().get_or_insert_with(|| sql.clone());
            sql
        },
        read,
    );
    statement.into_inner().expect("a statement")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_a_search_mean_nothing() {
        let words = Words::of("O\"Neill AND x");
        assert_eq!(words.match_expression(), "(\"o\"\"neill\") AND (\"and\")");
        assert_eq!(words.short, ["x"]);
    }
}
