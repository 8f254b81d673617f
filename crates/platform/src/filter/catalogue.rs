//! What can be filtered and sorted by: one line per field, declared by the concept that owns the record.
//!
//! ```ignore
//! const COMPANY: Related = Related { key: "c.company_id", table: "companies" };
//! pub static FIELDS: Catalogue = Catalogue {
//!     record: "customer",
//!     id: "c.id",
//!     fields: &[
//!         text("fullName", "customer.fullName", column("c.full_name_key")).sortable().required(),
//!         time("lastActivityAt", "customer.lastActivityAt", column("c.last_activity_at")).sortable(),
//!         text("company.name", "company.name", COMPANY.column("name_key")),
//!         boolean("archived", "customer.archived", present("c.archived_at")),
//!     ],
//! };
//! ```
//!
//! Names of tables and columns are `&'static str` and reach SQL from here alone. Inside sub-queries
//! the other table is `x`, so the record's own alias is anything else.

use super::model::Op;
use crate::ids::OrgId;
use crate::text;
use db::Conn;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The fields of one record type.
#[derive(Debug)]
pub struct Catalogue {
    /// `customer`, `company`, …
    pub record: &'static str,
    /// The record's id column, which settles ties in sorting.
    pub id: &'static str,
    /// The log that `activity` nodes ask; without one they are refused.
    pub activities: Option<&'static Activities>,
    /// The deals that `deals` nodes ask about; without them they are refused.
    pub deals: Option<&'static Deals>,
    pub fields: &'static [Field],
}

/// The log of what happened to the records: a table with columns `org_id`, `type` and `occurred_at`.
#[derive(Debug, PartialEq, Eq)]
pub struct Activities {
    /// The record's key: `c.id`.
    pub key: &'static str,
    /// `activities`
    pub table: &'static str,
    /// The column that holds the record's key, and may be empty: `customer_id`.
    pub owner: &'static str,
    /// The types that there are.
    pub types: &'static [&'static str],
}

/// The deals that name a record: a table with a column `org_id`.
#[derive(Debug)]
pub struct Deals {
    /// The record's key: `c.id`.
    pub key: &'static str,
    /// `deals`
    pub table: &'static str,
    /// The column that holds the record's key, and may be empty: `customer_id`.
    pub owner: &'static str,
    /// Their fields. Columns are those of the alias `d`, so that they stand beside the record's own.
    pub catalogue: &'static Catalogue,
}

/// A field of a [`Catalogue`].
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As the API writes it: `lastActivityAt`, `company.name`.
    pub name: &'static str,
    /// The key of its translated name.
    pub label: &'static str,
    pub kind: Kind,
    pub source: Source,
    /// The expression to sort by, if sorting is offered.
    pub sort: Option<&'static str>,
    /// Whether a record may lack a value.
    pub nullable: bool,
    /// How text is brought into the stored form before it is compared. Idempotent.
    pub normal: fn(&str) -> String,
    /// A text index that narrows conditions on the field down.
    pub search: Option<Search>,
    /// What its values stand for.
    pub refers_to: Option<Referent>,
}

/// What the values of an id or a set stand for: where names for them are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Referent {
    /// Companies by id.
    Company,
    /// Members of the organisation by id.
    User,
    /// Tags by name.
    Tag,
    /// Segments by id.
    Segment,
    /// ISO 3166-1 alpha-2.
    Country,
    /// BCP 47.
    Language,
    /// IANA time zone.
    Timezone,
}

/// Ids of the records whose texts contain `text`, which is in normal form: more than those that the
/// condition will find, perhaps, but never fewer. Of a related record's field, ids of those records.
/// `None` when there are more than `limit`, or when the index cannot tell (a text too short for it).
pub type Search = fn(c: &Conn<'_>, org: OrgId, text: &str, limit: usize) -> db::Result<Option<Vec<Uuid>>>;

/// What a field holds, and how it is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Text stored in its normal form; the empty text counts as missing.
    Text,
    /// 64-bit integer.
    Integer,
    /// Double.
    Decimal,
    /// Integer, microseconds UTC.
    Time,
    /// Integer, days since 1970-01-01; compared as the first instant of the day in the organisation's time zone.
    Date,
    Boolean,
    /// Uuid.
    Id,
    /// The uuid of a user, where `"me"` stands for the caller.
    User,
    /// A code compared as it is (country, language); the empty text counts as missing.
    Code,
    /// One of a fixed list of codes.
    Choice(&'static [&'static str]),
    /// Names, compared in their normal form.
    Names,
    /// Uuids.
    Ids,
    /// Uuids of groups that a record joins and leaves.
    Groups,
}

/// Where the value of a field is found.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// A column of the record itself.
    Column(&'static str),
    /// True where the column is not null.
    Present(&'static str),
    /// A column of the record that a key points to; missing when there is none.
    Related(Related, &'static str),
    /// A text column of any of the record's child rows.
    Any(Children, &'static str),
    /// The values of a join table.
    Members(Members),
}

/// A key of the record and the table it points to, by `id`.
#[derive(Clone, Copy, Debug)]
pub struct Related {
    /// `c.company_id`
    pub key: &'static str,
    /// `companies`
    pub table: &'static str,
}

/// Rows that belong to the record.
#[derive(Clone, Copy, Debug)]
pub struct Children {
    /// The record's key: `c.id`.
    pub key: &'static str,
    /// `contacts`
    pub table: &'static str,
    /// The column that holds the record's key: `customer_id`.
    pub owner: &'static str,
    /// A column and the text it must hold: `("channel", "email")`.
    pub only: Option<(&'static str, &'static str)>,
}

/// A join table: one row per owner and value.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    /// The key that owns the set: `c.id`.
    pub key: &'static str,
    /// `customer_tags`
    pub table: &'static str,
    /// The column that holds the key: `customer_id`.
    pub owner: &'static str,
    /// The column that holds the value: `tag_id`.
    pub value: &'static str,
    /// Where the value is an id that is filtered by name.
    pub named: Option<Named>,
    /// A boolean column: true in the rows that count now, false in those that did once. Without one all count.
    pub current: Option<&'static str>,
}

/// A table of named things whose normalised name is unique in the organisation.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// `tags`
    pub table: &'static str,
    /// The column of the normalised name: `name_key`.
    pub name: &'static str,
    /// The column of the name as people read it: `name`.
    pub shown: &'static str,
}

/// A column of the record itself.
pub const fn column(name: &'static str) -> Source {
    Source::Column(name)
}

/// True where the column is not null.
pub const fn present(name: &'static str) -> Source {
    Source::Present(name)
}

impl Related {
    /// A column of the related record.
    pub const fn column(self, name: &'static str) -> Source {
        Source::Related(self, name)
    }
}

impl Field {
    /// What an organisation adds is like: see [`FieldRef::own`].
    pub const fn template(kind: Kind, source: Source) -> Field {
        field("", "", kind, source)
    }
}

/// What tells the rows of one added field apart where those of all are in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// `field_id`
    pub column: &'static str,
    pub id: Uuid,
}

/// How well a record fits a product, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    Hot,
    Warm,
    Cold,
}

impl Bucket {
    pub const ALL: [Bucket; 3] = [Bucket::Hot, Bucket::Warm, Bucket::Cold];

    pub const fn name(self) -> &'static str {
        match self {
            Bucket::Hot => "hot",
            Bucket::Warm => "warm",
            Bucket::Cold => "cold",
        }
    }

    pub fn parse(name: &str) -> Option<Bucket> {
        Bucket::ALL.into_iter().find(|bucket| bucket.name() == name)
    }
}

/// From which fit on a record is in a bucket; what is in none of these is cold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    pub hot_at: f64,
    /// At most `hot_at`.
    pub warm_at: f64,
}

impl Thresholds {
    pub fn bucket(self, fit: f64) -> Bucket {
        if fit >= self.hot_at {
            Bucket::Hot
        } else if fit >= self.warm_at {
            Bucket::Warm
        } else {
            Bucket::Cold
        }
    }

    /// What a fit in the bucket is at least, and below.
    pub fn range(self, bucket: Bucket) -> (Option<f64>, Option<f64>) {
        match bucket {
            Bucket::Hot => (Some(self.hot_at), None),
            Bucket::Warm => (Some(self.warm_at), Some(self.hot_at)),
            Bucket::Cold => (None, Some(self.warm_at)),
        }
    }
}

/// A field as conditions and sorts name it: one of the catalogue, or one that an organisation has added.
#[derive(Clone, Debug)]
pub struct FieldRef {
    /// As the API writes it.
    pub name: Cow<'static, str>,
    /// Of an added field.
    pub own: Option<Own>,
    /// Of the fit to a product, which conditions name by a node of its own: its buckets.
    pub fit: Option<Thresholds>,
    /// Of an added field whose values are ids: those that there are, in the order in which lists have them.
    pub order: Option<Arc<[Uuid]>>,
    base: &'static Field,
}

impl std::ops::Deref for FieldRef {
    type Target = Field;

    fn deref(&self) -> &Field {
        self.base
    }
}

impl From<&'static Field> for FieldRef {
    fn from(base: &'static Field) -> FieldRef {
        FieldRef { name: Cow::Borrowed(base.name), own: None, fit: None, order: None, base }
    }
}

impl FieldRef {
    /// A field of one organisation, whose values are rows with `field_id`. `template` says where and of which kind.
    pub fn own(name: String, field_id: Uuid, template: &'static Field) -> FieldRef {
        let own = Own { column: "field_id", id: field_id };
        FieldRef { name: Cow::Owned(name), own: Some(own), fit: None, order: None, base: template }
    }

    /// The fit to a product, whose values are rows with `product_id`; lists are sorted by `fit.<product id>`.
    pub fn fit(product_id: Uuid, thresholds: Thresholds, template: &'static Field) -> FieldRef {
        let own = Own { column: "product_id", id: product_id };
        let name = Cow::Owned(format!("{FIT_PREFIX}{product_id}"));
        FieldRef { name, own: Some(own), fit: Some(thresholds), order: None, base: template }
    }

    /// Sorted as these ids stand, not as they compare.
    #[must_use]
    pub fn ordered(mut self, ids: impl Iterator<Item = Uuid>) -> FieldRef {
        self.order = Some(ids.collect());
        self
    }

    /// Whether lists can be sorted by it.
    pub fn is_sortable(&self) -> bool {
        self.sort.is_some()
    }
}

/// What the names of fits begin with where lists are sorted by them.
pub const FIT_PREFIX: &str = "fit.";

/// The fields of one record type for one organisation: those of the catalogue, and those that it has added.
#[derive(Clone, Debug)]
pub struct Schema {
    catalogue: &'static Catalogue,
    own: Arc<[FieldRef]>,
    /// Records have fits, and `fit` nodes ask for them.
    has_fits: bool,
}

impl From<&'static Catalogue> for Schema {
    fn from(catalogue: &'static Catalogue) -> Schema {
        Schema { catalogue, own: Arc::default(), has_fits: false }
    }
}

impl Schema {
    pub fn with(catalogue: &'static Catalogue, own: Vec<FieldRef>) -> Schema {
        Schema { catalogue, own: own.into(), has_fits: false }
    }

    /// With further fields; one that is known already stays as it is.
    #[must_use]
    pub fn extended(self, more: Vec<FieldRef>) -> Schema {
        let mut own = self.own.to_vec();
        own.extend(more.into_iter().filter(|field| self.field(&field.name).is_none()));
        Schema { own: own.into(), ..self }
    }

    /// With the fits to all products, so that `fit` nodes may ask for them.
    #[must_use]
    pub fn with_fits(self, fits: Vec<FieldRef>) -> Schema {
        Schema { has_fits: true, ..self.extended(fits) }
    }

    pub fn has_fits(&self) -> bool {
        self.has_fits
    }

    /// The fit to a product.
    pub fn fit(&self, product_id: Uuid) -> Option<FieldRef> {
        let is_it = |field: &&FieldRef| field.fit.is_some() && field.own.is_some_and(|own| own.id == product_id);
        self.own.iter().find(is_it).cloned()
    }

    pub fn catalogue(&self) -> &'static Catalogue {
        self.catalogue
    }

    pub fn field(&self, name: &str) -> Option<FieldRef> {
        let own = || self.own.iter().find(|field| field.name == name).cloned();
        self.catalogue.field(name).map(FieldRef::from).or_else(own)
    }

    pub fn fields(&self) -> impl Iterator<Item = FieldRef> {
        self.catalogue.fields.iter().map(FieldRef::from).chain(self.own.iter().cloned())
    }
}

impl Children {
    /// A text column of any child row.
    pub const fn any(self, name: &'static str) -> Source {
        Source::Any(self, name)
    }

    /// Only rows with this text in this column.
    pub const fn only(self, column: &'static str, value: &'static str) -> Children {
        Children { only: Some((column, value)), ..self }
    }
}

impl Members {
    /// As a field's source.
    pub const fn set(self) -> Source {
        Source::Members(self)
    }
}

const fn field(name: &'static str, label: &'static str, kind: Kind, source: Source) -> Field {
    Field { name, label, kind, source, sort: None, nullable: true, normal: text::fold, search: None, refers_to: None }
}

/// Text, stored folded.
pub const fn text(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::Text, source)
}

/// A whole number.
pub const fn integer(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::Integer, source)
}

/// A number with a fraction.
pub const fn decimal(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::Decimal, source)
}

pub const fn time(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::Time, source)
}

/// A day of the calendar.
pub const fn date(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::Date, source)
}

pub const fn boolean(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::Boolean, source)
}

/// The id of another record.
pub const fn id(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::Id, source)
}

/// The id of a user; `"me"` is the caller.
pub const fn user(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::User, source).refers_to(Referent::User)
}

/// A code of an open list: country, language, time zone.
pub const fn code(name: &'static str, label: &'static str, source: Source) -> Field {
    field(name, label, Kind::Code, source)
}

/// A code of a fixed list.
pub const fn choice(name: &'static str, label: &'static str, source: Source, values: &'static [&'static str]) -> Field {
    field(name, label, Kind::Choice(values), source)
}

/// A set of names, compared lower-cased.
pub const fn names(name: &'static str, label: &'static str, source: Members) -> Field {
    Field { normal: text::lower, nullable: false, ..field(name, label, Kind::Names, Source::Members(source)) }
}

/// A set of ids.
pub const fn ids(name: &'static str, label: &'static str, source: Members) -> Field {
    Field { nullable: false, ..field(name, label, Kind::Ids, Source::Members(source)) }
}

/// The groups that a record is in or has been in.
pub const fn groups(name: &'static str, label: &'static str, source: Members) -> Field {
    Field { nullable: false, ..field(name, label, Kind::Groups, Source::Members(source)) }
}

impl Field {
    /// Offers sorting by the field's own column.
    pub const fn sortable(self) -> Field {
        match self.source {
            Source::Column(column) => self.sorted_by(column),
            // tidy: allow(panics) because fields are constants: the compiler reports it
            _ => panic!("only a column of the record sorts by itself; use sorted_by"),
        }
    }

    /// Offers sorting by an expression of the list query, which has to join what it needs.
    pub const fn sorted_by(mut self, expression: &'static str) -> Field {
        self.sort = Some(expression);
        self
    }

    /// Every record has a value. Needed for the fastest paging.
    pub const fn required(mut self) -> Field {
        self.nullable = false;
        self
    }

    /// Narrows text conditions that must hold down by a text index, when a list is planned.
    pub const fn searched_by(mut self, search: Search) -> Field {
        self.search = Some(search);
        self
    }

    /// Says what the values stand for.
    pub const fn refers_to(mut self, referent: Referent) -> Field {
        self.refers_to = Some(referent);
        self
    }

    /// Another normal form than [`text::fold`]: both what is stored and what is asked pass through it.
    pub const fn normalised_by(mut self, normal: fn(&str) -> String) -> Field {
        self.normal = normal;
        self
    }
}

impl Kind {
    /// As the API calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer | Kind::Decimal => "number",
            Kind::Time | Kind::Date => "time",
            Kind::Boolean => "boolean",
            Kind::Id | Kind::User | Kind::Code => "id",
            Kind::Choice(_) => "enum",
            Kind::Names | Kind::Ids | Kind::Groups => "set",
        }
    }

    pub const fn operators(self) -> &'static [Op] {
        use Op::*;
        match self {
            Kind::Text => &[Eq, Ne, Contains, NotContains, StartsWith, EndsWith, In, NotIn, Empty, NotEmpty],
            Kind::Integer | Kind::Decimal => &[Eq, Ne, Gt, Gte, Lt, Lte, Between, Empty, NotEmpty],
            Kind::Time | Kind::Date => &[Before, After, Between, Last, Next, OlderThan, Empty, NotEmpty],
            Kind::Boolean => &[Is],
            Kind::Id | Kind::User | Kind::Code | Kind::Choice(_) => &[Eq, Ne, In, NotIn, Empty, NotEmpty],
            Kind::Names | Kind::Ids => &[HasAny, HasAll, HasNone, Empty, NotEmpty],
            Kind::Groups => &[HasAny, HasAll, HasNone, Empty, NotEmpty, EverAny, NeverAny],
        }
    }

    /// Whether a record has several values at once.
    /// Whether a record has any number of values.
    pub const fn is_set(self) -> bool {
        matches!(self, Kind::Names | Kind::Ids | Kind::Groups)
    }

    /// Whether the empty text counts as missing.
    pub(crate) const fn is_textual(self) -> bool {
        matches!(self, Kind::Text | Kind::Code | Kind::Choice(_))
    }
}

impl Catalogue {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What makes the catalogue unusable; a concept's test asserts that there is nothing.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (index, field) in self.fields.iter().enumerate() {
            let name = field.name;
            if self.fields[..index].iter().any(|other| other.name == name) {
                faults.push(format!("{name} twice"));
            }
            let fits = match field.source {
                Source::Column(_) | Source::Related(..) => !field.kind.is_set(),
                Source::Present(_) => field.kind == Kind::Boolean,
                Source::Any(..) => field.kind == Kind::Text,
                Source::Members(members) => match field.kind {
                    Kind::Names => true,
                    Kind::Ids => members.named.is_none(),
                    Kind::Groups => members.named.is_none() && members.current.is_some(),
                    _ => false,
                },
            };
            if !fits {
                faults.push(format!("{name} cannot be {:?} from {:?}", field.kind, field.source));
            }
            let set = field.kind.is_set();
            if !set && !field.nullable && matches!(field.source, Source::Related(..) | Source::Any(..)) {
                faults.push(format!("{name} may be missing: the other record may be"));
            }
            if set && field.sort.is_some() {
                faults.push(format!("{name} cannot be sorted by: it is a set"));
            }
            if field.refers_to.is_some() && !matches!(field.kind.name(), "id" | "set") {
                faults.push(format!("{name} stands for nothing: it is neither an id nor a set"));
            }
            if field.search.is_some() && field.kind != Kind::Text {
                faults.push(format!("{name} cannot be narrowed down by a text index: it is no text"));
            }
            if name == "archived" && !matches!(field.source, Source::Present(_)) {
                faults.push("archived cannot be left out by default: its source is not a time that is present".into());
            }
            let outer = match field.source {
                Source::Column(column) | Source::Present(column) => column,
                Source::Related(Related { key, .. }, _)
                | Source::Any(Children { key, .. }, _)
                | Source::Members(Members { key, .. }) => key,
            };
            if outer.starts_with("x.") || outer.starts_with("y.") || (self.deals.is_some() && outer.starts_with("d.")) {
                faults.push(format!("{name}: alias x and y, and d beside deals, are for sub-queries"));
            }
        }
        faults
    }

    /// The fields as the API documents them.
    pub fn describe(&self) -> impl Iterator<Item = FieldInfo> {
        self.fields.iter().map(|field| self.info(&field.into(), field.label))
    }

    /// A field as the API documents it, with the key of its name, or the name itself where people gave one.
    pub fn info(&self, field: &FieldRef, label: impl Into<Cow<'static, str>>) -> FieldInfo {
        FieldInfo {
            record: self.record,
            field: field.name.clone(),
            kind: field.kind.name(),
            label: label.into(),
            operators: field.kind.operators(),
            sortable: field.is_sortable(),
            refers_to: field.refers_to,
            values: match field.kind {
                Kind::Choice(values) => Some(values),
                _ => None,
            },
        }
    }
}

/// A field as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldInfo {
    pub record: &'static str,
    #[schema(value_type = String)]
    pub field: Cow<'static, str>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The key of the field's translated name; of a custom field the name itself.
    #[schema(value_type = String)]
    pub label: Cow<'static, str>,
    #[schema(value_type = Vec<String>)]
    pub operators: &'static [Op],
    pub sortable: bool,
    /// What the values of an id or a set stand for; missing where they are written as they are.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<Referent>,
    /// The values of an enum.
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub values: Option<&'static [&'static str]>,
}
