use super::model::{Cell, CustomField, FieldOption, Kind, Record, Values, info};
use db::{Conn, Error, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::ids::CustomFieldId;
use std::collections::HashMap;
use uuid::Uuid;

const SELECT: &str = "SELECT id, record, key, label, kind, options, required, position, archived_at, created_at,
    updated_at, version FROM custom_fields WHERE org_id = ";

fn unknown(what: &str, text: &str) -> Error {
    Error::Bug(format!("unknown {what} {text:?}"))
}

fn kind(text: &str) -> Result<Kind> {
    Kind::parse(text).ok_or_else(|| unknown("kind", text))
}

fn read(row: &Row<'_>) -> Result<CustomField> {
    let (id, key, label): (CustomFieldId, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
    let record: String = row.get(1)?;
    let record = Record::parse(&record).ok_or_else(|| unknown("record", &record))?;
    let kind = kind(&row.get::<String>(4)?)?;
    let options: serde_json::Value = row.get(5)?;
    let options: Vec<FieldOption> =
        serde_json::from_value(options).map_err(|error| Error::Bug(format!("options: {error}")))?;
    Ok(CustomField {
        id,
        record,
        info: info(record, kind, &key, id, &label),
        key,
        label,
        kind,
        options,
        required: row.get(6)?,
        position: row.get(7)?,
        archived_at: row.get(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
        version: row.get(11)?,
    })
}

/// In their order, archived ones too.
pub(super) fn all(c: &Conn<'_>, scope: &Scope, record: Option<Record>) -> Result<Vec<CustomField>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope);
    if let Some(record) = record {
        sql.push(" AND record = ").bind(record.as_str());
    }
    c.query(sql.push(" ORDER BY record DESC, position, id"), read)
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: CustomFieldId) -> Result<Option<CustomField>> {
    c.query_opt(Sql::new(SELECT).bind(scope).push(" AND id = ").bind(id), read)
}

fn options(field: &CustomField) -> Result<serde_json::Value> {
    serde_json::to_value(&field.options).map_err(|error| Error::Bug(error.to_string()))
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, field: &CustomField) -> Result<()> {
    tx.execute((
        "INSERT INTO custom_fields (org_id, id, record, key, label, kind, options, required, position, archived_at,
           created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            scope,
            field.id,
            field.record.as_str(),
            &field.key,
            &field.label,
            field.kind.as_str(),
            options(field)?,
            field.required,
            field.position,
            field.archived_at,
            field.created_at,
            field.updated_at,
            field.version
        ],
    ))?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, field: &CustomField) -> Result<()> {
    tx.execute((
        "UPDATE custom_fields SET label = $3, options = $4, required = $5, position = $6, archived_at = $7,
           updated_at = $8, version = $9
         WHERE org_id = $1 AND id = $2",
        params![
            scope,
            field.id,
            &field.label,
            options(field)?,
            field.required,
            field.position,
            field.archived_at,
            field.updated_at,
            field.version
        ],
    ))?;
    Ok(())
}

/// The values of these records; [`read_value`] reads the answer.
pub(super) fn values_of(scope: &Scope, record: Record, archived_too: bool, ids: &[Uuid]) -> Sql {
    let place = record.place();
    let mut sql = Sql::new("SELECT v.");
    // SQLite joins in this order: beginning with the fields it might read everybody that has a value.
    sql.push(place.owner).push(", f.key, f.kind, v.text_value, v.number, v.day, v.flag, v.ref_id FROM ");
    sql.push(place.table).push(" v CROSS JOIN custom_fields f WHERE f.org_id = v.org_id AND f.id = v.field_id");
    sql.push(if archived_too { "" } else { " AND f.archived_at IS NULL" });
    sql.push(" AND v.org_id = ").bind(scope).push(" AND v.").push(place.owner).push(" IN ");
    sql.bind_list(ids.iter().copied()).push(" ORDER BY v.item");
    sql
}

pub(super) fn read_value(row: &Row<'_>, found: &mut HashMap<Uuid, Values>) -> Result<()> {
    let kind = kind(&row.get::<String>(2)?)?;
    let cell =
        Cell { text: row.get(3)?, number: row.get(4)?, day: row.get(5)?, flag: row.get(6)?, reference: row.get(7)? };
    let Some(value) = cell.value(kind) else { return Ok(()) };
    let values = found.entry(row.get(0)?).or_default();
    let key: String = row.get(1)?;
    if kind == Kind::MultiSelect {
        let list = values.entry(key).or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let Some(list) = list.as_array_mut() {
            list.push(value);
        }
    } else {
        values.insert(key, value);
    }
    Ok(())
}

/// Takes the values of these fields off the records.
pub(super) fn clear(tx: &Tx<'_>, scope: &Scope, record: Record, of: &[(Uuid, CustomFieldId)]) -> Result<()> {
    let sets: Vec<Vec<Value>> = of.iter().map(|(id, field)| params![scope, *id, *field].to_vec()).collect();
    if sets.is_empty() {
        return Ok(());
    }
    let text = match record {
        Record::Customer => {
            "DELETE FROM customer_custom_values WHERE org_id = $1 AND customer_id = $2 AND field_id = $3"
        }
        Record::Company => "DELETE FROM company_custom_values WHERE org_id = $1 AND company_id = $2 AND field_id = $3",
        Record::Deal => "DELETE FROM deal_custom_values WHERE org_id = $1 AND deal_id = $2 AND field_id = $3",
    };
    tx.execute_many(text, &sets)?;
    Ok(())
}

/// Writes values of fields that have none in their records.
pub(super) fn fill(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    of: &[(Uuid, &CustomField, &serde_json::Value)],
) -> Result<()> {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (id, field, value) in of {
        for (item, cell) in (0_i64..).zip(field.cells(value)) {
            let text_key = cell.text.as_deref().map(platform::text::fold);
            let row = params![
                scope,
                *id,
                field.id,
                item,
                cell.text,
                text_key,
                cell.number,
                cell.day,
                cell.flag,
                cell.reference
            ];
            rows.push(row.to_vec());
        }
    }
    let place = record.place();
    let columns =
        ["org_id", place.owner, "field_id", "item", "text_value", "text_key", "number", "day", "flag", "ref_id"];
    tx.bulk(place.table, &columns, &rows)?;
    Ok(())
}
