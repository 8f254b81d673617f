use super::{Channel, Contact, ContactLabel, ContactStatus, Holder, ParsedContact};
use db::{Conn, Engine, Error, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::{ContactId, CustomerId};

const SELECT: &str = "SELECT id, customer_id, channel, value, canonical, label, is_primary, status, verified_at,
    created_at, updated_at, version FROM contacts WHERE org_id = ";

fn unknown(what: &str, text: &str) -> Error {
    Error::Bug(format!("unknown {what} {text:?}"))
}

fn channel(text: &str) -> Result<Channel> {
    Channel::parse(text).ok_or_else(|| unknown("channel", text))
}

pub(super) fn read(row: &Row<'_>) -> Result<Contact> {
    let label: String = row.get(5)?;
    let status: String = row.get(7)?;
    Ok(Contact {
        id: row.get(0)?,
        customer_id: row.get(1)?,
        channel: channel(&row.get::<String>(2)?)?,
        value: row.get(3)?,
        canonical: row.get(4)?,
        label: ContactLabel::parse(&label).ok_or_else(|| unknown("label", &label))?,
        is_primary: row.get(6)?,
        status: ContactStatus::parse(&status).ok_or_else(|| unknown("status", &status))?,
        verified_at: row.get(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
        version: row.get(11)?,
    })
}

/// The value that excludes others while the customer lives.
fn live(contact: &Contact) -> Option<String> {
    contact.channel.is_unique().then(|| contact.canonical.clone())
}

const INSERT_COLUMNS: [&str; 15] = [
    "org_id",
    "customer_id",
    "id",
    "channel",
    "value",
    "canonical",
    "match_key",
    "live_canonical",
    "label",
    "is_primary",
    "status",
    "verified_at",
    "created_at",
    "updated_at",
    "version",
];

fn insert_values(scope: &Scope, contact: &Contact) -> [Value; 15] {
    params![
        scope,
        contact.customer_id,
        contact.id,
        contact.channel.as_str(),
        &contact.value,
        &contact.canonical,
        super::model::match_key(contact.channel, &contact.canonical),
        live(contact),
        contact.label.as_str(),
        contact.is_primary,
        contact.status.as_str(),
        contact.verified_at,
        contact.created_at,
        contact.updated_at,
        contact.version
    ]
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, contact: &Contact) -> Result<()> {
    tx.later_guarded(
        "INSERT INTO contacts (org_id, customer_id, id, channel, value, canonical, match_key, live_canonical, label,
           is_primary, status, verified_at, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        insert_values(scope, contact),
        "contacts_live",
    )
}

pub(super) fn insert_many(tx: &Tx<'_>, scope: &Scope, contacts: &[Contact]) -> Result<()> {
    let rows: Vec<Vec<Value>> = contacts.iter().map(|contact| insert_values(scope, contact).to_vec()).collect();
    tx.bulk("contacts", &INSERT_COLUMNS, &rows)?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, contact: &Contact) -> Result<()> {
    tx.execute((
        "UPDATE contacts SET value = $4, canonical = $5, match_key = $6, live_canonical = $7, label = $8,
           is_primary = $9, status = $10, verified_at = $11, updated_at = $12, version = $13
         WHERE org_id = $1 AND customer_id = $2 AND id = $3",
        params![
            scope,
            contact.customer_id,
            contact.id,
            &contact.value,
            &contact.canonical,
            super::model::match_key(contact.channel, &contact.canonical),
            live(contact),
            contact.label.as_str(),
            contact.is_primary,
            contact.status.as_str(),
            contact.verified_at,
            contact.updated_at,
            contact.version
        ],
    ))?;
    Ok(())
}

pub(super) fn put(tx: &Tx<'_>, scope: &Scope, contact: &Contact, from: CustomerId, is_living: bool) -> Result<()> {
    tx.execute((
        "UPDATE contacts SET customer_id = $4, live_canonical = $5, is_primary = $6, status = $7, updated_at = $8,
           version = $9
         WHERE org_id = $1 AND customer_id = $2 AND id = $3",
        params![
            scope,
            from,
            contact.id,
            contact.customer_id,
            live(contact).filter(|_| is_living),
            contact.is_primary,
            contact.status.as_str(),
            contact.updated_at,
            contact.version
        ],
    ))?;
    Ok(())
}

pub(super) fn demote_others(tx: &Tx<'_>, scope: &Scope, contact: &Contact, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE contacts SET is_primary = $5, updated_at = $6, version = version + 1
         WHERE org_id = $1 AND customer_id = $2 AND id <> $3 AND channel = $4 AND is_primary = $7",
        params![scope, contact.customer_id, contact.id, contact.channel.as_str(), false, now, true],
    ))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, contact: &Contact) -> Result<()> {
    tx.execute((
        "DELETE FROM contacts WHERE org_id = $1 AND customer_id = $2 AND id = $3",
        params![scope, contact.customer_id, contact.id],
    ))?;
    Ok(())
}

pub(super) fn delete_many(tx: &Tx<'_>, scope: &Scope, contacts: &[&Contact]) -> Result<()> {
    let sets: Vec<Vec<Value>> =
        contacts.iter().map(|contact| params![scope, contact.customer_id, contact.id].to_vec()).collect();
    tx.execute_many("DELETE FROM contacts WHERE org_id = $1 AND customer_id = $2 AND id = $3", &sets)?;
    Ok(())
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: ContactId) -> Result<Option<Contact>> {
    c.query_opt(Sql::new(SELECT).bind(scope).push(" AND id = ").bind(id), read)
}

pub(super) fn of_customers(scope: &Scope, customers: &[CustomerId]) -> Sql {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope).push(" AND customer_id IN ").bind_list(customers.iter().copied());
    sql
}

pub(super) fn read_holder(row: &Row<'_>) -> Result<Holder> {
    let status: String = row.get(5)?;
    Ok(Holder {
        customer_id: row.get(0)?,
        name: row.get(1)?,
        archived: row.get(2)?,
        channel: channel(&row.get::<String>(3)?)?,
        canonical: row.get(4)?,
        status: ContactStatus::parse(&status).ok_or_else(|| unknown("status", &status))?,
        do_not_contact: row.get(6)?,
    })
}

pub(super) fn holders(engine: Engine, scope: &Scope, contacts: &[&ParsedContact]) -> Sql {
    let mut sql = Sql::new(
        "SELECT k.customer_id, c.full_name, c.archived_at IS NOT NULL, k.channel, k.canonical, k.status, c.do_not_contact FROM ",
    );
    sql.push(match engine {
        // While an import fills an empty database, its statistics still speak for reading all of it.
        Engine::Sqlite => "contacts k INDEXED BY contacts_match CROSS JOIN customers c",
        Engine::Postgres => "contacts k JOIN customers c",
    });
    sql.push(" ON c.org_id = k.org_id AND c.id = k.customer_id WHERE k.org_id = ");
    sql.bind(scope).push(" AND c.merged_into_id IS NULL AND (");
    let mut asked = false;
    for channel in Channel::ALL {
        let of_channel = || contacts.iter().filter(move |contact| contact.channel == channel);
        if of_channel().next().is_none() {
            continue;
        }
        sql.push(if asked { " OR " } else { "" });
        asked = true;
        sql.push("(k.channel = ").bind(channel.as_str()).push(" AND k.match_key IN ");
        sql.bind_list(of_channel().map(|contact| &contact.match_key)).push(" AND k.canonical IN ");
        sql.bind_list(of_channel().map(|contact| &contact.canonical)).push(")");
    }
    sql.push(")");
    sql
}

pub(super) fn retire(tx: &Tx<'_>, scope: &Scope, customer_id: CustomerId) -> Result<()> {
    tx.execute((
        "UPDATE contacts SET live_canonical = NULL WHERE org_id = $1 AND customer_id = $2",
        params![scope, customer_id],
    ))?;
    Ok(())
}

pub(super) fn retire_many(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<()> {
    let mut sql = Sql::new("UPDATE contacts SET live_canonical = NULL WHERE org_id = ");
    sql.bind(scope).push(" AND customer_id IN ").bind_list(customers.iter().copied());
    tx.execute(&sql)?;
    Ok(())
}

pub(super) fn revive(tx: &Tx<'_>, scope: &Scope, customer_id: CustomerId) -> Result<()> {
    revive_many(tx, scope, &[customer_id])
}

pub(super) fn revive_many(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<()> {
    let mut sql = Sql::new("UPDATE contacts SET live_canonical = canonical WHERE org_id = ");
    sql.bind(scope).push(" AND customer_id IN ").bind_list(customers.iter().copied()).push(" AND channel IN ");
    sql.bind_list(Channel::ALL.into_iter().filter(|channel| channel.is_unique()).map(Channel::as_str));
    tx.execute(&sql)?;
    Ok(())
}
