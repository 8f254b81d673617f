//! Custom fields: what an organisation wants to know of its records beyond what they have by themselves.
//!
//! Key and kind of a field never change, its options have ids, and it is archived instead of deleted: no edit of a
//! field loses a value. The values of a record are rows beside it, read with it, and part of it in everything else:
//! bodies, versions, the log, filters, sorts, exports and imports name them `custom.<key>`.

pub mod api;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub use model::{CustomField, CustomFieldPatch, FieldOption, Kind, NewCustomField, PREFIX, Record, Values, changes};

use db::{Conn, Query, Row, Sql, Tx};
use model::{FIELDS_EVER_MAX, FIELDS_MAX};
use platform::error::{Existing, FieldError, on_unique};
use platform::filter::{Catalogue, FieldRef, Schema};
use platform::http::{Ctx, IfMatch};
use platform::ids::{CustomFieldId, UserId};
use platform::policy::{self, Action};
use platform::text::fold;
use platform::{Actor, Error, Result, Scope, audit, organisations, pointer};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// All fields by record and order, archived ones too.
pub fn list(c: &Conn<'_>, actor: &Actor) -> Result<Vec<CustomField>> {
    Ok(store::all(c, &actor.scope(), None)?)
}

/// The fields of a record in their order, archived ones too.
pub fn of_record(c: &Conn<'_>, scope: &Scope, record: Record) -> Result<Vec<CustomField>> {
    Ok(store::all(c, scope, Some(record))?)
}

/// The fields of a record that are not archived, in their order.
pub fn living(c: &Conn<'_>, scope: &Scope, record: Record) -> Result<Vec<CustomField>> {
    let mut fields = of_record(c, scope, record)?;
    fields.retain(|field| field.archived_at.is_none());
    Ok(fields)
}

pub fn get(c: &Conn<'_>, actor: &Actor, id: CustomFieldId) -> Result<CustomField> {
    store::get(c, &actor.scope(), id)?.ok_or(Error::NotFound("custom field"))
}

/// Adds a field to a record, as the last one.
///
/// # Errors
/// [`Error::Conflict`] naming the field that has the key or the label.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewCustomField) -> Result<CustomField> {
    policy::require(actor, Action::EditCustomFields)?;
    let scope = actor.scope();
    let label = model::valid_label(&new.label, "/label")?;
    let fields = of_record(tx, &scope, new.record)?;
    refuse_label(&fields, &label, None)?;
    let key = match &new.key {
        Some(key) => model::valid_key(key)?,
        None => free_key(&fields, &model::key_of(&label)),
    };
    if let Some(taken) = fields.iter().find(|field| field.key == key) {
        let message = match taken.archived_at {
            Some(_) => format!("{} has this key and is archived; restore it, or choose another key", taken.label),
            None => format!("{} has this key already; choose another one", taken.label),
        };
        return Err(Error::conflict_with("custom_field_exists", Some("/key".into()), message, existing(taken)));
    }
    room_for(&fields)?;
    if fields.len() >= FIELDS_EVER_MAX {
        let message =
            format!("there are {FIELDS_EVER_MAX} fields with the archived ones; restore one of those instead");
        return Err(Error::conflict("too_many_fields", message));
    }
    let mut options = Vec::with_capacity(new.options.len());
    for (index, option) in new.options.iter().enumerate() {
        let label = model::valid_label(&option.label, &format!("/options/{index}/label"))?;
        options.push(FieldOption { id: actor.new_id(), label, archived: false });
    }
    model::check_options(new.kind, &options)?;
    let id = CustomFieldId(actor.new_id());
    let field = CustomField {
        id,
        record: new.record,
        info: model::info(new.record, new.kind, &key, id, &label),
        key,
        label,
        kind: new.kind,
        options,
        required: new.required,
        position: fields.last().map_or(0, |last| last.position + 1),
        archived_at: None,
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
    };
    on_unique(store::insert(tx, &scope, &field), "custom_fields_key", || tx.conflict().into())?;
    told(tx, actor, "custom_field.created", &field)?;
    Ok(field)
}

fn told(tx: &Tx<'_>, actor: &Actor, action: &'static str, field: &CustomField) -> Result<()> {
    let detail = json!({"id": field.id, "record": field.record, "key": field.key, "label": field.label});
    audit::record(tx, actor, action, detail)
}

fn existing(field: &CustomField) -> Existing {
    Existing {
        record: "custom_field".into(),
        id: field.id.to_string(),
        name: field.label.clone(),
        archived: field.archived_at.is_some(),
    }
}

fn free_key(fields: &[CustomField], key: &str) -> String {
    let is_taken = |key: &str| fields.iter().any(|field| field.key == key);
    let numbered = (2..).map(|number| format!("{key}_{number}"));
    std::iter::once(key.to_owned()).chain(numbered).find(|key| !is_taken(key)).unwrap_or_default()
}

/// Two fields that look the same would be mixed up by people and by imports.
fn refuse_label(fields: &[CustomField], label: &str, except: Option<CustomFieldId>) -> Result<()> {
    let is_same = |field: &&CustomField| {
        field.archived_at.is_none() && Some(field.id) != except && fold(&field.label) == fold(label)
    };
    match fields.iter().find(is_same) {
        Some(taken) => Err(Error::conflict_with(
            "custom_field_exists",
            Some("/label".into()),
            format!("there is a field {} already; choose another name", taken.label),
            existing(taken),
        )),
        None => Ok(()),
    }
}

fn room_for(fields: &[CustomField]) -> Result<()> {
    if fields.iter().filter(|field| field.archived_at.is_none()).count() < FIELDS_MAX {
        return Ok(());
    }
    let message = format!("there are {FIELDS_MAX} fields already; archive some that nobody uses");
    Err(Error::conflict("too_many_fields", message))
}

/// Changes the given parts.
pub fn update(
    tx: &Tx<'_>,
    actor: &Actor,
    id: CustomFieldId,
    patch: &CustomFieldPatch,
    expected: IfMatch,
) -> Result<CustomField> {
    policy::require(actor, Action::EditCustomFields)?;
    let scope = actor.scope();
    let before = get(tx, actor, id)?;
    expected.check(&before)?;
    let mut after = before.clone();
    let fields = of_record(tx, &scope, before.record)?;
    if let Some(label) = &patch.label {
        after.label = model::valid_label(label, "/label")?;
        refuse_label(&fields, &after.label, Some(id))?;
        after.info.label = after.label.clone().into();
    }
    if let Some(options) = &patch.options {
        after.options = merged_options(actor, &before, options)?;
        model::check_options(before.kind, &after.options)?;
    }
    after.required = patch.required.unwrap_or(after.required);
    if let Some(position) = patch.position {
        reorder(tx, actor, fields, &mut after, position)?;
    }
    if after == before {
        return Ok(before);
    }
    write(tx, actor, &mut after, "custom_field.updated")?;
    Ok(after)
}

fn write(tx: &Tx<'_>, actor: &Actor, field: &mut CustomField, action: &'static str) -> Result<()> {
    field.updated_at = actor.now();
    field.version += 1;
    store::update(tx, &actor.scope(), field)?;
    told(tx, actor, action, field)
}

/// The options as they become: those that are left out are archived.
fn merged_options(actor: &Actor, field: &CustomField, asked: &[model::OptionPatch]) -> Result<Vec<FieldOption>> {
    let mut options: Vec<FieldOption> = Vec::with_capacity(asked.len());
    for (index, option) in asked.iter().enumerate() {
        let label = model::valid_label(&option.label, &format!("/options/{index}/label"))?;
        let id = match option.id {
            None => actor.new_id(),
            Some(id) if options.iter().any(|other| other.id == id) => {
                return Err(Error::invalid(format!("/options/{index}/id"), "repeated", "name each option once"));
            }
            Some(id) if field.options.iter().any(|known| known.id == id) => id,
            Some(_) => {
                let message = "the field has no option of this id; leave the id out for a new one";
                return Err(Error::invalid(format!("/options/{index}/id"), "unknown_option", message));
            }
        };
        options.push(FieldOption { id, label, archived: option.archived });
    }
    let left_out: Vec<FieldOption> = field
        .options
        .iter()
        .filter(|known| !options.iter().any(|option| option.id == known.id))
        .map(|known| FieldOption { archived: true, ..known.clone() })
        .collect();
    options.extend(left_out);
    Ok(options)
}

/// Numbers the fields of the record anew, with `field` at `position`.
fn reorder(
    tx: &Tx<'_>,
    actor: &Actor,
    mut fields: Vec<CustomField>,
    field: &mut CustomField,
    position: i64,
) -> Result<()> {
    let Ok(place) = usize::try_from(position) else {
        return Err(Error::invalid("/position", "out_of_range", "use zero or more"));
    };
    fields.retain(|other| other.id != field.id);
    let place = place.min(fields.len());
    for (index, other) in fields.iter_mut().enumerate() {
        let position = i64::try_from(index + usize::from(index >= place)).unwrap_or(i64::MAX);
        if other.position != position {
            other.position = position;
            other.updated_at = actor.now();
            other.version += 1;
            store::update(tx, &actor.scope(), other)?;
        }
    }
    field.position = i64::try_from(place).unwrap_or(i64::MAX);
    Ok(())
}

/// Hides a field; its values are kept, and filters that name it go on.
pub fn archive(tx: &Tx<'_>, actor: &Actor, id: CustomFieldId, expected: IfMatch) -> Result<CustomField> {
    policy::require(actor, Action::EditCustomFields)?;
    let mut field = get(tx, actor, id)?;
    expected.check(&field)?;
    if field.archived_at.is_none() {
        field.archived_at = Some(actor.now());
        write(tx, actor, &mut field, "custom_field.archived")?;
    }
    Ok(field)
}

/// Brings an archived field back with its values.
///
/// # Errors
/// [`Error::Conflict`] naming the field that has its label by now.
pub fn restore(tx: &Tx<'_>, actor: &Actor, id: CustomFieldId, expected: IfMatch) -> Result<CustomField> {
    policy::require(actor, Action::EditCustomFields)?;
    let mut field = get(tx, actor, id)?;
    expected.check(&field)?;
    if field.archived_at.is_some() {
        let fields = of_record(tx, &actor.scope(), field.record)?;
        refuse_label(&fields, &field.label, Some(id))?;
        room_for(&fields)?;
        field.archived_at = None;
        write(tx, actor, &mut field, "custom_field.restored")?;
    }
    Ok(field)
}

// ---- Values --------------------------------------------------------------------------------------

/// The values of a new record.
///
/// # Errors
/// [`Error::Invalid`] naming every fault below `/custom`, also for a required field without a value.
pub fn first_values(c: &Conn<'_>, actor: &Actor, record: Record, given: &Values) -> Result<Values> {
    let fields = of_record(c, &actor.scope(), record)?;
    if fields.is_empty() && given.is_empty() {
        return Ok(Values::new());
    }
    let (values, mut faults) = read(c, actor, &fields, &Values::new(), given)?;
    for field in fields.iter().filter(|field| field.required && field.archived_at.is_none()) {
        let path = pointer::field("/custom", &field.key);
        if !values.contains_key(&field.key) && !faults.iter().any(|fault| fault.path == path) {
            faults.push(FieldError::new(path, "required", format!("{} is required", field.label)));
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(Error::Invalid(faults)) }
}

/// The values of a record after a change: `null` clears one, those that are not named stay.
///
/// # Errors
/// [`Error::Invalid`] naming every fault below `/custom`.
pub fn changed_values(c: &Conn<'_>, actor: &Actor, record: Record, current: &Values, given: &Values) -> Result<Values> {
    if given.is_empty() {
        return Ok(current.clone());
    }
    let fields = of_record(c, &actor.scope(), record)?;
    let (values, mut faults) = read(c, actor, &fields, current, given)?;
    for field in fields.iter().filter(|field| field.required && given.contains_key(&field.key)) {
        let path = pointer::field("/custom", &field.key);
        if !values.contains_key(&field.key) && !faults.iter().any(|fault| fault.path == path) {
            let message = format!("{} is required; send another value", field.label);
            faults.push(FieldError::new(path, "required", message));
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(Error::Invalid(faults)) }
}

/// Unknown keys of one record that are told one by one.
const UNKNOWN_TOLD: usize = 20;

fn read(
    c: &Conn<'_>,
    actor: &Actor,
    fields: &[CustomField],
    current: &Values,
    given: &Values,
) -> Result<(Values, Vec<FieldError>)> {
    let (mut values, mut faults) = (current.clone(), Vec::new());
    let mut unknown = 0;
    for (key, value) in given {
        let path = pointer::field("/custom", key);
        let Some(field) = fields.iter().find(|field| field.key == *key) else {
            unknown += 1;
            if unknown == 1 {
                let living = fields.iter().filter(|field| field.archived_at.is_none());
                let keys: Vec<&str> = living.map(|field| field.key.as_str()).collect();
                let known =
                    if keys.is_empty() { "there are none yet".into() } else { format!("use {}", keys.join(", ")) };
                faults.push(FieldError::new(path, "unknown_field", format!("there is no such custom field; {known}")));
            } else if unknown <= UNKNOWN_TOLD {
                faults.push(FieldError::new(path, "unknown_field", "there is no such custom field"));
            }
            continue;
        };
        if field.archived_at.is_some() {
            let message = format!("{} is archived; leave it out, or restore it first", field.label);
            faults.push(FieldError::new(path, "archived_field", message));
            continue;
        }
        match field.parse(value, current.get(key), &path) {
            Ok(None) => drop(values.remove(key)),
            Ok(Some(value)) => {
                if field.kind == Kind::User
                    && current.get(key) != Some(&value)
                    && let Some(id) = value.as_str().and_then(|id| id.parse().ok())
                {
                    match organisations::require_member(c, &actor.scope(), UserId(id), &path) {
                        Err(Error::Invalid(mut found)) => faults.append(&mut found),
                        outcome => drop(outcome?),
                    }
                }
                values.insert(key.clone(), value);
            }
            Err(fault) => faults.push(fault),
        }
    }
    Ok((values, faults))
}

/// Asks for the values of these records; [`Found::add`] takes the rows of the answer.
pub(crate) fn of(scope: &Scope, record: Record, ids: &[Uuid]) -> Sql {
    store::values_of(scope, record, false, ids)
}

/// Values by the ids of their records.
#[derive(Debug, Default)]
pub(crate) struct Found(HashMap<Uuid, Values>);

impl Found {
    pub fn add(&mut self, row: &Row<'_>) -> db::Result<()> {
        store::read_value(row, &mut self.0)
    }

    pub fn take(&mut self, id: Uuid) -> Values {
        self.0.remove(&id).unwrap_or_default()
    }
}

/// The values of a record, also those of archived fields.
pub(crate) fn all_values(c: &Conn<'_>, scope: &Scope, record: Record, id: Uuid) -> Result<Values> {
    let mut found = Found::default();
    let sql = store::values_of(scope, record, true, &[id]);
    c.for_each(Query::from(&sql), |row| found.add(row))?;
    Ok(found.take(id))
}

/// Gives records also their values of archived fields: who puts values back has to know whether they are still there.
pub(crate) fn with_archived<'a>(
    c: &Conn<'_>,
    scope: &Scope,
    record: Record,
    records: impl Iterator<Item = (Uuid, &'a mut Values)>,
) -> Result<()> {
    let mut records: Vec<(Uuid, &mut Values)> = records.collect();
    let ids: Vec<Uuid> = records.iter().map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut found = Found::default();
    let sql = store::values_of(scope, record, true, &ids);
    c.for_each(Query::from(&sql), |row| found.add(row))?;
    for (id, values) in &mut records {
        **values = found.take(*id);
    }
    Ok(())
}

/// Writes what has changed of the values of records: id, before, after.
pub(crate) fn write_values(
    tx: &Tx<'_>,
    scope: &Scope,
    record: Record,
    changed: &[(Uuid, &Values, &Values)],
) -> Result<()> {
    if changed.iter().all(|(_, before, after)| before == after) {
        return Ok(());
    }
    let fields = of_record(tx, scope, record)?;
    let fields: HashMap<&str, &CustomField> = fields.iter().map(|field| (field.key.as_str(), field)).collect();
    let (mut cleared, mut filled) = (Vec::new(), Vec::new());
    for (id, before, after) in changed {
        let gone = before.iter().filter(|(key, value)| after.get(*key) != Some(*value));
        cleared.extend(gone.filter_map(|(key, _)| Some((*id, fields.get(key.as_str())?.id))));
        let come = after.iter().filter(|(key, value)| before.get(*key) != Some(*value));
        filled.extend(come.filter_map(|(key, value)| Some((*id, *fields.get(key.as_str())?, value))));
    }
    store::clear(tx, scope, record, &cleared)?;
    Ok(store::fill(tx, scope, record, &filled)?)
}

/// Writes the values of a record over those that are stored, also those of archived fields.
pub(crate) fn replace_values(tx: &Tx<'_>, scope: &Scope, record: Record, id: Uuid, values: &Values) -> Result<()> {
    let stored = all_values(tx, scope, record, id)?;
    write_values(tx, scope, record, &[(id, &stored, values)])
}

// ---- Merging -------------------------------------------------------------------------------------

/// The names of the fields that any of these records has a value of.
pub(crate) fn names<'a>(of: impl Iterator<Item = &'a Values>) -> Vec<String> {
    let keys: std::collections::BTreeSet<&String> = of.flat_map(BTreeMap::keys).collect();
    keys.into_iter().map(|key| format!("{PREFIX}{key}")).collect()
}

/// Writes the value of `custom.<key>`; null takes it away.
pub(crate) fn set(values: &mut Values, name: &str, value: &Value) {
    let Some(key) = name.strip_prefix(PREFIX) else { return };
    if value.is_null() {
        values.remove(key);
    } else {
        values.insert(key.to_owned(), value.clone());
    }
}

/// # Errors
/// [`Error::Invalid`] at `/fields/…` for a name of a custom field that there is not.
pub(crate) fn require_known<'a>(
    c: &Conn<'_>,
    scope: &Scope,
    record: Record,
    names: impl Iterator<Item = &'a String>,
) -> Result<()> {
    let asked: Vec<&String> = names.filter(|name| name.starts_with(PREFIX)).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let known = living(c, scope, record)?;
    match asked.into_iter().find(|name| !known.iter().any(|field| field.name() == **name)) {
        Some(name) => {
            let path = pointer::field("/fields", name);
            Err(Error::invalid(path, "unknown_field", "there is no such custom field"))
        }
        None => Ok(()),
    }
}

// ---- Filters -------------------------------------------------------------------------------------

/// The catalogue with the fields of the organisation, archived ones too: a filter that names one can still be read.
pub(crate) fn schema(c: &Conn<'_>, scope: &Scope, record: Record, catalogue: &'static Catalogue) -> Result<Schema> {
    Ok(Schema::with(catalogue, field_refs(c, scope, record)?))
}

/// The fields of the organisation as filters know them, archived ones too.
pub(crate) fn field_refs(c: &Conn<'_>, scope: &Scope, record: Record) -> Result<Vec<FieldRef>> {
    Ok(of_record(c, scope, record)?.iter().map(CustomField::field_ref).collect())
}

/// The catalogue for a request, with the fields of the organisation if one of them is named.
pub(crate) async fn schema_for(
    ctx: &Ctx,
    record: Record,
    catalogue: &'static Catalogue,
    is_named: bool,
) -> Result<Schema> {
    if !is_named {
        return Ok(catalogue.into());
    }
    ctx.read(move |c, actor| schema(c, &actor.scope(), record, catalogue)).await
}

/// The value as filters see it.
pub(crate) fn fact<'a>(
    kind: platform::filter::catalogue::Kind,
    value: Option<&'a Value>,
) -> platform::filter::Fact<'a> {
    use platform::filter::Fact;
    use platform::filter::catalogue::Kind as As;
    let id = |value: &Value| value.as_str().and_then(|id| Uuid::try_parse(id).ok());
    let ids = |value: Option<&Value>| value.and_then(Value::as_array).into_iter().flatten().filter_map(id).collect();
    let fact = |value: &'a Value| match kind {
        As::Text => value.as_str().map(|text| Fact::Text(text.into())),
        As::Decimal => value.as_f64().map(Fact::Float),
        As::Date => model::day(value).map(Fact::Day),
        As::Boolean => value.as_bool().map(Fact::Flag),
        As::Id | As::User => id(value).map(Fact::Id),
        _ => None,
    };
    match kind {
        As::Ids => Fact::Ids(ids(value)),
        _ => value.and_then(fact).unwrap_or(Fact::Missing),
    }
}
