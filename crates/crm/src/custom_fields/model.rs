//! Custom fields, the bodies that write them, and what a value of each kind is.

use crate::contacts::model::canonical_email;
use crate::fields;
use platform::clock::Timestamp;
use platform::error::FieldError;
use platform::filter::catalogue::{Catalogue, Children, Field, FieldInfo, FieldRef, Kind as FilterKind, Members};
use platform::filter::{date_of, day_of};
use platform::http::Record as HttpRecord;
use platform::ids::CustomFieldId;
use platform::text::{fold, lower};
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use utoipa::ToSchema;
use uuid::Uuid;

/// Fields of one record that are not archived.
pub const FIELDS_MAX: usize = 100;
/// With the archived ones.
pub const FIELDS_EVER_MAX: usize = 200;
/// Options of one field, with the archived ones.
pub const OPTIONS_MAX: usize = 200;
const LABEL_CHARS_MAX: usize = 80;
const KEY_CHARS_MAX: usize = 40;
const TEXT_CHARS_MAX: usize = 500;
const URL_CHARS_MAX: usize = 1_000;
/// An index holds no longer texts.
const KEY_BYTES_MAX: usize = 2_000;
/// Up to here every whole number is a double of its own.
const NUMBER_MAX: f64 = 1e15;

/// The values of a record, by the keys of its fields: what is not there has no value.
pub type Values = BTreeMap<String, Value>;

/// The records that may have custom fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CustomFieldRecord)]
pub enum Record {
    Customer,
    Company,
    Deal,
}

/// Where the values of a record's fields are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub table: &'static str,
    pub owner: &'static str,
}

impl Record {
    pub const ALL: [Record; 3] = [Record::Customer, Record::Company, Record::Deal];

    /// As stored and transported.
    pub fn as_str(self) -> &'static str {
        match self {
            Record::Customer => "customer",
            Record::Company => "company",
            Record::Deal => "deal",
        }
    }

    pub fn parse(text: &str) -> Option<Record> {
        Record::ALL.into_iter().find(|record| record.as_str() == text)
    }

    pub(super) fn place(self) -> Place {
        match self {
            Record::Customer => Place { table: "customer_custom_values", owner: "customer_id" },
            Record::Company => Place { table: "company_custom_values", owner: "company_id" },
            Record::Deal => Place { table: "deal_custom_values", owner: "deal_id" },
        }
    }

    fn templates(self) -> &'static [Field; 7] {
        static CUSTOMER: [Field; 7] = templates("customer_custom_values", "customer_id");
        static COMPANY: [Field; 7] = templates("company_custom_values", "company_id");
        static DEAL: [Field; 7] = templates("deal_custom_values", "deal_id");
        match self {
            Record::Customer => &CUSTOMER,
            Record::Company => &COMPANY,
            Record::Deal => &DEAL,
        }
    }
}

/// How the values of each kind are found, compared and sorted.
const fn templates(table: &'static str, owner: &'static str) -> [Field; 7] {
    let values = Children { key: "c.id", table, owner, only: None };
    let set = Members { key: "c.id", table, owner, value: "ref_id", named: None, current: None };
    [
        Field::template(FilterKind::Text, values.any("text_key")).sorted_by("text_key"),
        Field::template(FilterKind::Decimal, values.any("number")).sorted_by("number"),
        Field::template(FilterKind::Date, values.any("day")).sorted_by("day"),
        Field::template(FilterKind::Boolean, values.any("flag")).sorted_by("flag"),
        Field::template(FilterKind::Id, values.any("ref_id")).sorted_by("ref_id"),
        Field::template(FilterKind::Ids, set.set()),
        Field::template(FilterKind::User, values.any("ref_id")),
    ]
}

/// What a field holds; it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CustomFieldKind)]
pub enum Kind {
    /// One line.
    Text,
    Number,
    /// A day, `2026-01-31`.
    Date,
    Boolean,
    /// The id of an option.
    Select,
    /// Ids of options.
    MultiSelect,
    Url,
    Email,
    /// The id of a member.
    User,
}

impl Kind {
    const ALL: [Kind; 9] = [
        Kind::Text,
        Kind::Number,
        Kind::Date,
        Kind::Boolean,
        Kind::Select,
        Kind::MultiSelect,
        Kind::Url,
        Kind::Email,
        Kind::User,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Date => "date",
            Kind::Boolean => "boolean",
            Kind::Select => "select",
            Kind::MultiSelect => "multi_select",
            Kind::Url => "url",
            Kind::Email => "email",
            Kind::User => "user",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn has_options(self) -> bool {
        matches!(self, Kind::Select | Kind::MultiSelect)
    }
}

/// A choice of a `select` or `multi_select`. Values name its id, so it can be renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CustomFieldOption)]
pub struct FieldOption {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub label: String,
    /// Not offered any more; values that name it stay.
    pub archived: bool,
}

/// A field that the organisation has added to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomField {
    pub id: CustomFieldId,
    pub record: Record,
    /// In bodies `custom.<key>`, and so in filters, sorts, columns and imports. Never changes.
    #[schema(example = "contract_end")]
    pub key: String,
    pub label: String,
    /// Never changes.
    pub kind: Kind,
    /// In their order.
    pub options: Vec<FieldOption>,
    /// Who makes a record by form or API has to give a value. Imports, merges and older records may lack one.
    pub required: bool,
    /// Among the fields of the record, from 0.
    pub position: i64,
    /// Hidden; the values are kept and come back with it.
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    /// How it is filtered and sorted by.
    pub info: FieldInfo,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl HttpRecord for CustomField {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/custom-fields/{}", self.id))
    }
}

/// An option of `POST /custom-fields`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCustomFieldOption)]
pub struct NewOption {
    pub label: String,
}

/// The body of `POST /custom-fields`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCustomField {
    pub record: Record,
    /// Lower-case letters, digits and `_`, a letter first, at most 40. Left out, it is made of the label.
    pub key: Option<String>,
    pub label: String,
    pub kind: Kind,
    /// Of `select` and `multi_select` alone.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub options: Vec<NewOption>,
    #[serde(default)]
    pub required: bool,
}

/// An option of `PATCH /custom-fields/{id}`: with the id of one that is there, or a new one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomFieldOptionPatch)]
pub struct OptionPatch {
    #[schema(value_type = Option<String>, format = "uuid")]
    pub id: Option<Uuid>,
    pub label: String,
    #[serde(default)]
    pub archived: bool,
}

/// The body of `PATCH /custom-fields/{id}`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomFieldPatch {
    pub label: Option<String>,
    /// All of them, in their new order. One that is left out is archived.
    #[schema(max_items = 200)]
    pub options: Option<Vec<OptionPatch>>,
    pub required: Option<bool>,
    /// Where it goes among the fields of its record, from 0.
    #[schema(minimum = 0)]
    pub position: Option<i64>,
}

/// A value in its row: one of the columns is filled.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub text: Option<String>,
    pub number: Option<f64>,
    pub day: Option<i64>,
    pub flag: Option<bool>,
    pub reference: Option<Uuid>,
}

impl CustomField {
    /// As filters, sorts, columns and imports name it.
    pub fn name(&self) -> String {
        format!("{PREFIX}{}", self.key)
    }

    pub(super) fn field_ref(&self) -> FieldRef {
        let field = field_ref(self.record, self.kind, &self.key, self.id);
        match self.kind {
            Kind::Select => field.ordered(self.options.iter().map(|option| option.id)),
            _ => field,
        }
    }

    /// The option of this id, or of this label without regard to case and accents; a living one before an archived one.
    pub fn option_named(&self, text: &str) -> Option<&FieldOption> {
        let id = Uuid::try_parse(text.trim()).ok();
        if let Some(option) = self.options.iter().find(|option| Some(option.id) == id) {
            return Some(option);
        }
        let key = fold(text.trim());
        let mut found: Vec<&FieldOption> = self.options.iter().filter(|option| fold(&option.label) == key).collect();
        found.sort_by_key(|option| option.archived);
        found.first().copied()
    }

    /// What names each option in a file: its label, or its id where [`CustomField::option_named`] finds another one by it.
    pub fn option_texts(&self) -> impl Iterator<Item = (Uuid, String)> {
        let ids: HashSet<Uuid> = self.options.iter().map(|option| option.id).collect();
        let mut meant: HashMap<String, &FieldOption> = HashMap::new();
        for option in &self.options {
            let first = meant.entry(fold(option.label.trim())).or_insert(option);
            if first.archived && !option.archived {
                *first = option;
            }
        }
        self.options.iter().map(move |option| {
            let label = option.label.trim();
            let by_id = Uuid::try_parse(label).ok().filter(|id| ids.contains(id));
            let found = by_id.or_else(|| meant.get(&fold(label)).map(|found| found.id));
            let is_clear = found == Some(option.id);
            (option.id, if is_clear { option.label.clone() } else { option.id.to_string() })
        })
    }

    /// The value as it is stored and answered; none for an empty text or list. `current` may keep archived options.
    ///
    /// # Errors
    /// What is wrong with it, at `path`. Whether a user is a member is not looked up.
    pub fn parse(&self, value: &Value, current: Option<&Value>, path: &str) -> Result<Option<Value>, FieldError> {
        let wrong = |message: &str| Err(FieldError::new(path, "invalid_value", message));
        let is_long = |text: &str| fold(text).len() > KEY_BYTES_MAX;
        match (self.kind, value) {
            (_, Value::Null) => Ok(None),
            (Kind::Text, Value::String(text)) => match fields::text(text, path, TEXT_CHARS_MAX)? {
                Some(text) if is_long(&text) => Err(FieldError::new(path, "too_long", "use fewer characters")),
                text => Ok(text.map(Value::from)),
            },
            (Kind::Url, Value::String(text)) => {
                if text.chars().count() > URL_CHARS_MAX || is_long(text) {
                    let message = format!("use at most {URL_CHARS_MAX} characters");
                    return Err(FieldError::new(path, "too_long", message));
                }
                Ok(fields::web_address(text, path)?.map(Value::from))
            }
            (Kind::Email, Value::String(text)) if text.trim().is_empty() => Ok(None),
            (Kind::Email, Value::String(text)) => {
                let message = "use an e-mail address, such as anna@example.com";
                let wrong = |_| FieldError::new(path, "invalid_value", message);
                canonical_email(text).map(|address| Some(address.into())).map_err(wrong)
            }
            (Kind::Number, Value::Number(number)) => match number.as_f64() {
                Some(number) if number.abs() <= NUMBER_MAX => Ok(Some(number_json(number))),
                _ => Err(FieldError::new(path, "out_of_range", "use a number from -10^15 to 10^15")),
            },
            (Kind::Number, _) => wrong("send a number"),
            (Kind::Date, Value::String(text)) => match text.trim().parse::<jiff::civil::Date>() {
                Ok(date) if date.year() > 0 && text.trim().len() == 10 => Ok(Some(date.to_string().into())),
                _ => wrong("use a date, such as 2026-01-31"),
            },
            (Kind::Boolean, Value::Bool(_)) => Ok(Some(value.clone())),
            (Kind::Boolean, _) => wrong("send true or false"),
            (Kind::Select, Value::String(_)) => {
                let id = self.option(value, current, path)?;
                Ok(Some(id.to_string().into()))
            }
            (Kind::MultiSelect, Value::Array(list)) => {
                let mut chosen = Vec::new();
                for (index, value) in list.iter().enumerate() {
                    chosen.push(self.option(value, current, &format!("{path}/{index}"))?);
                }
                let ids = self.options.iter().filter(|option| chosen.contains(&option.id));
                let ids: Vec<String> = ids.map(|option| option.id.to_string()).collect();
                Ok((!ids.is_empty()).then(|| ids.into()))
            }
            (Kind::User, Value::String(text)) => match Uuid::try_parse(text) {
                Ok(id) => Ok(Some(id.to_string().into())),
                Err(_) => wrong("send the id of a member"),
            },
            (Kind::Text | Kind::Url | Kind::Email, _) => wrong("send a text"),
            (Kind::Date, _) => wrong("send a date as a text, such as \"2026-01-31\""),
            (Kind::Select, _) => wrong("send the id of an option"),
            (Kind::MultiSelect, _) => wrong("send a list of ids of options"),
            (Kind::User, _) => wrong("send the id of a member"),
        }
    }

    fn option(&self, value: &Value, current: Option<&Value>, path: &str) -> Result<Uuid, FieldError> {
        let id = value.as_str().and_then(|id| Uuid::try_parse(id).ok());
        let Some(option) = self.options.iter().find(|option| Some(option.id) == id) else {
            let message = format!("this is no option of {}; send the id of one", self.label);
            return Err(FieldError::new(path, "unknown_option", message));
        };
        if option.archived && !current.is_some_and(|current| has(current, &Value::from(option.id.to_string()))) {
            let message = format!("{} is archived; choose another option of {}", option.label, self.label);
            return Err(FieldError::new(path, "archived_option", message));
        }
        Ok(option.id)
    }

    /// The rows of a stored value.
    pub(super) fn cells(&self, value: &Value) -> Vec<Cell> {
        let text = || value.as_str().map(str::to_owned);
        let id = |value: &Value| value.as_str().and_then(|id| Uuid::try_parse(id).ok());
        let cell = match self.kind {
            Kind::Text | Kind::Url | Kind::Email => Cell { text: text(), ..Cell::default() },
            Kind::Number => Cell { number: value.as_f64(), ..Cell::default() },
            Kind::Date => Cell { day: day(value), ..Cell::default() },
            Kind::Boolean => Cell { flag: value.as_bool(), ..Cell::default() },
            Kind::Select | Kind::User => Cell { reference: id(value), ..Cell::default() },
            Kind::MultiSelect => {
                let ids = value.as_array().into_iter().flatten();
                return ids.map(|value| Cell { reference: id(value), ..Cell::default() }).collect();
            }
        };
        vec![cell]
    }
}

/// Whether a stored value is this id, or has it among others.
pub fn has(value: &Value, id: &Value) -> bool {
    value == id || value.as_array().is_some_and(|list| list.contains(id))
}

/// Days since 1970-01-01 of a stored date.
pub fn day(value: &Value) -> Option<i64> {
    value.as_str()?.parse().ok().map(day_of)
}

impl Cell {
    /// The value, or the part of it that the row has.
    pub(super) fn value(self, kind: Kind) -> Option<Value> {
        match kind {
            Kind::Text | Kind::Url | Kind::Email => self.text.map(Value::from),
            Kind::Number => self.number.map(number_json),
            Kind::Date => self.day.and_then(date_of).map(|date| date.to_string().into()),
            Kind::Boolean => self.flag.map(Value::from),
            Kind::Select | Kind::MultiSelect | Kind::User => self.reference.map(|id| id.to_string().into()),
        }
    }
}

/// A whole number without a fraction.
fn number_json(number: f64) -> Value {
    #[allow(clippy::cast_possible_truncation)]
    if number.fract() == 0.0 && number.abs() <= NUMBER_MAX { Value::from(number as i64) } else { Value::from(number) }
}

/// What the names of custom fields begin with.
pub const PREFIX: &str = "custom.";

fn field_ref(record: Record, kind: Kind, key: &str, id: CustomFieldId) -> FieldRef {
    let template = match kind {
        Kind::Text | Kind::Url | Kind::Email => 0,
        Kind::Number => 1,
        Kind::Date => 2,
        Kind::Boolean => 3,
        Kind::Select => 4,
        Kind::MultiSelect => 5,
        Kind::User => 6,
    };
    FieldRef::own(format!("{PREFIX}{key}"), id.0, &record.templates()[template])
}

/// How a field is filtered and sorted by.
pub(crate) fn info(record: Record, kind: Kind, key: &str, id: CustomFieldId, label: &str) -> FieldInfo {
    let catalogue = Catalogue { record: record.as_str(), id: "c.id", activities: None, deals: None, fields: &[] };
    catalogue.info(&field_ref(record, kind, key, id), label.to_owned())
}

/// # Errors
/// [`Error::Invalid`] at `path` for an empty, overlong or unprintable label.
pub(super) fn valid_label(text: &str, path: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let label = fields::text(&text, path, LABEL_CHARS_MAX).map_err(|fault| Error::Invalid(vec![fault]))?;
    label.ok_or_else(|| Error::invalid(path, "required", "write a name"))
}

pub(super) fn valid_key(key: &str) -> Result<String> {
    let is_sound = key.len() <= KEY_CHARS_MAX
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_sound {
        return Ok(key.to_owned());
    }
    let message = format!("use lower-case letters, digits and _, a letter first, at most {KEY_CHARS_MAX}");
    Err(Error::invalid("/key", "invalid_value", message))
}

/// A key made of a label, with room for a number that tells it from others; `field` where nothing of it can be one.
pub(super) fn key_of(label: &str) -> String {
    let mut key = String::new();
    for c in lower(&fold(label)).chars() {
        if c.is_ascii_lowercase() || (c.is_ascii_digit() && !key.is_empty()) {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    }
    key.truncate(KEY_CHARS_MAX - 4);
    let key = key.trim_end_matches('_');
    if key.is_empty() { "field".to_owned() } else { key.to_owned() }
}

/// Refuses options without a label, of the same label, or too many of them.
pub(super) fn check_options(kind: Kind, options: &[FieldOption]) -> Result<()> {
    if !kind.has_options() {
        if options.is_empty() {
            return Ok(());
        }
        return Err(Error::invalid("/options", "not_allowed", "only select and multi_select have options"));
    }
    if !options.iter().any(|option| !option.archived) {
        return Err(Error::invalid("/options", "required", "give at least one option"));
    }
    if options.len() > OPTIONS_MAX {
        let message = format!("a field has at most {OPTIONS_MAX} options, with the archived ones");
        return Err(Error::invalid("/options", "too_many", message));
    }
    for (index, option) in options.iter().enumerate().filter(|(_, option)| !option.archived) {
        let is_same = |other: &FieldOption| !other.archived && fold(&other.label) == fold(&option.label);
        if options[..index].iter().any(is_same) {
            let message = format!("there is an option {} already", option.label);
            return Err(Error::invalid(format!("/options/{index}/label"), "repeated", message));
        }
    }
    Ok(())
}

/// The fields in which two states differ, as the log has them.
pub fn changes(before: &Values, after: &Values) -> Vec<crate::activity::Change> {
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let value = |of: &Values, key: &String| of.get(key).cloned().unwrap_or_default();
    keys.into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| crate::activity::Change {
            field: format!("{PREFIX}{key}"),
            old: value(before, key),
            new: value(after, key),
        })
        .collect()
}
