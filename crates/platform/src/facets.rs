//! How many records of a list have each value of a field: what its filter would leave, were another value chosen.
//!
//! A field's own conditions are left out where its values are counted, else the one value that is chosen would be all
//! that is offered; whoever groups a list asks for them to be kept. Work is bounded: of a longer list [`ROWS_MAX`]
//! records are counted, the latest by an order that the record has an index for, and the answer says so.

use crate::error::{Error, Result};
use crate::filter::catalogue::{FieldRef, Kind, Schema, Source};
use crate::filter::{Me, Tree};
use crate::ids::OrgId;
use crate::paging::search_text;
use db::{Conn, Row, Sql};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;
use uuid::Uuid;

/// Records that are looked at.
pub const ROWS_MAX: i64 = 100_000;
/// Fields of one request.
pub const FIELDS_MAX: usize = 8;
/// Values of one field.
pub const VALUES_MAX: u32 = 200;
const VALUES_DEFAULT: u32 = 50;

/// The body of `POST /x/facets`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FacetsBody {
    /// A filter tree.
    #[serde(default, deserialize_with = "crate::filter::filter_of_body")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Json>,
    /// Text to search for.
    #[schema(max_length = 200)]
    pub q: Option<String>,
    /// Fields whose values are counted: those of fixed or few values.
    #[schema(min_items = 1, max_items = 8, example = json!(["claimedById", "tags"]))]
    pub fields: Vec<String>,
    /// Values of each field, 50 unless said.
    #[schema(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// Count exactly the records that the filter finds, as the groups of a list do. Without it the counts of a field leave
    /// out the conditions that are about that field alone, so that its other values stay on offer.
    #[serde(default)]
    pub keep_own: bool,
}

/// The values of the fields that were asked for, in that order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facets {
    pub facets: Vec<Facet>,
}

/// How many records have each value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facet {
    pub field: String,
    /// The most frequent ones, after the records without any.
    pub values: Vec<FacetValue>,
    /// There are further values.
    pub more: bool,
    /// Without it each count is of 100,000 of the records that match, customers by their latest activity and companies by
    /// when they were made, so there are at least so many.
    pub exact: bool,
}

/// A value as filters write it; none for records without any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetValue {
    #[schema(required)]
    pub value: Option<String>,
    pub count: i64,
}

/// A request that has been checked.
#[derive(Clone, Debug)]
pub struct Asked {
    tree: Tree,
    pub q: Option<String>,
    fields: Vec<FieldRef>,
    limit: u32,
    keep_own: bool,
}

impl FacetsBody {
    /// Whether filter or fields name one that begins so.
    pub fn names(&self, prefix: &str) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.to_string().contains(prefix))
            || self.fields.iter().any(|field| field.starts_with(prefix))
    }

    /// # Errors
    /// [`Error::Malformed`] with the path of each fault; those in the filter are pointers into the tree.
    pub fn read(&self, schema: impl Into<Schema>, me: Me) -> Result<Asked> {
        let schema = schema.into();
        let tree = match &self.filter {
            None => Tree::all(schema.clone()),
            Some(json) => Tree::parse(json, schema.clone(), me)?,
        };
        let limit = match self.limit {
            None => VALUES_DEFAULT,
            Some(limit) => {
                u32::try_from(limit).ok().filter(|limit| (1..=VALUES_MAX).contains(limit)).ok_or_else(|| {
                    Error::malformed("/limit", "invalid_value", format!("limit is a number from 1 to {VALUES_MAX}"))
                })?
            }
        };
        if self.fields.is_empty() || self.fields.len() > FIELDS_MAX {
            let message = format!("name 1 to {FIELDS_MAX} fields");
            return Err(Error::malformed("/fields", "invalid_value", message));
        }
        let mut fields: Vec<FieldRef> = Vec::new();
        for (index, name) in self.fields.iter().enumerate() {
            let path = format!("/fields/{index}");
            let Some(field) = schema.field(name).filter(is_enumerable) else {
                let names: Vec<_> = schema.fields().filter(is_enumerable).map(|field| field.name).collect();
                let name: String = name.chars().take(40).collect();
                let record = schema.catalogue().record;
                let message = format!("{name:?} has no values to count; a {record} has {}", names.join(", "));
                return Err(Error::malformed(path, "unknown_field", message));
            };
            if fields.iter().any(|other| other.name == field.name) {
                let message = format!("{name} is there twice; name it once");
                return Err(Error::malformed(path, "invalid_value", message));
            }
            fields.push(field);
        }
        Ok(Asked { tree, q: search_text(self.q.as_deref(), "/")?, fields, limit, keep_own: self.keep_own })
    }
}

/// Whether records fall into groups by the field: its values are codes, members, names or choices, not texts and times.
pub fn is_enumerable(field: &FieldRef) -> bool {
    match field.kind {
        Kind::User | Kind::Code | Kind::Choice(_) | Kind::Names => true,
        // The choices of an added field.
        Kind::Id | Kind::Ids => field.own.is_some(),
        _ => false,
    }
}

impl Asked {
    /// Counts the values of each field. `matching` makes what comes after the columns of a statement over the records
    /// `c` that match a tree; `latest` is their order, which an index has: `c.created_at DESC, c.id DESC`.
    ///
    /// # Errors
    /// What the statements fail with.
    pub fn count(
        &self,
        c: &Conn<'_>,
        org: OrgId,
        latest: &'static str,
        matching: impl Fn(&Tree) -> Result<Sql>,
    ) -> Result<Facets> {
        let facets = self.fields.iter().map(|field| {
            let from = matching(&self.tree_for(field))?;
            self.facet(c, field, &statement(field, org, latest, &from, self.limit))
        });
        Ok(Facets { facets: facets.collect::<Result<_>>()? })
    }

    /// The statement of the first field, for tests of its plan.
    ///
    /// # Errors
    /// What `matching` fails with.
    pub fn first_statement(
        &self,
        org: OrgId,
        latest: &'static str,
        matching: impl Fn(&Tree) -> Result<Sql>,
    ) -> Result<Option<Sql>> {
        let Some(field) = self.fields.first() else { return Ok(None) };
        let from = matching(&self.tree_for(field))?;
        Ok(Some(statement(field, org, latest, &from, self.limit)))
    }

    /// What the records match whose values are counted.
    fn tree_for(&self, field: &FieldRef) -> Tree {
        if self.keep_own { self.tree.clone() } else { self.tree.without_field(&field.name) }
    }

    fn facet(&self, c: &Conn<'_>, field: &FieldRef, sql: &Sql) -> Result<Facet> {
        let mut facet = Facet { field: field.name.to_string(), values: Vec::new(), more: false, exact: true };
        for (value, count, rows) in c.query(sql, |row| Ok((text(row, field)?, row.get(1)?, row.get::<i64>(2)?)))? {
            facet.exact = rows <= ROWS_MAX;
            if facet.values.len() == self.limit as usize {
                facet.more = true;
            } else {
                facet.values.push(FacetValue { value, count });
            }
        }
        Ok(facet)
    }
}

/// The value of a row, as filters write it.
fn text(row: &Row<'_>, field: &FieldRef) -> db::Result<Option<String>> {
    match field.kind {
        Kind::User | Kind::Id | Kind::Ids => Ok(row.get::<Option<Uuid>>(0)?.map(|id| id.to_string())),
        _ => row.get(0),
    }
}

/// A row per value: the value, how many have it, and of how many records.
fn statement(field: &FieldRef, org: OrgId, latest: &'static str, from: &Sql, limit: u32) -> Sql {
    let mut sql = Sql::new("WITH m AS MATERIALIZED (SELECT ");
    one_value(&mut sql, field);
    sql.push(" AS k").append(from).push(" ORDER BY ").push(latest).push(" LIMIT ").bind(ROWS_MAX + 1);
    sql.push("), f AS (SELECT ");
    match field.source {
        Source::Members(members) => {
            sql.push("x.").push(members.value).push(" AS k, count(*) AS n FROM m LEFT JOIN ").push(members.table);
            sql.push(" x ON x.org_id = ").bind(org).push(" AND x.").push(members.owner).push(" = m.k");
            if let Some(own) = field.own {
                sql.push(" AND x.").push(own.column).push(" = ").bind(own.id);
            }
            if let Some(current) = members.current {
                sql.push(" AND x.").push(current);
            }
            sql.push(" GROUP BY x.").push(members.value);
        }
        _ => {
            sql.push("m.k AS k, count(*) AS n FROM m GROUP BY m.k");
        }
    }
    sql.push(") SELECT ");
    match field.source {
        Source::Members(members) if members.named.is_some() => {
            if let Some(named) = members.named {
                sql.push("(SELECT y.").push(named.shown).push(" FROM ").push(named.table);
                sql.push(" y WHERE y.org_id = ").bind(org).push(" AND y.id = f.k)");
            }
        }
        _ => {
            sql.push("f.k");
        }
    }
    // Those without a value first: they are never among the many that are left out.
    sql.push(", f.n, (SELECT count(*) FROM m) FROM f ORDER BY f.k IS NOT NULL, f.n DESC, f.k LIMIT ");
    sql.bind(i64::from(limit) + 1);
    sql
}

/// The value of one record; of a set the key that owns it.
fn one_value(sql: &mut Sql, field: &FieldRef) {
    // An empty text counts as missing.
    let textual = field.kind.is_textual();
    sql.push(if textual { "nullif(" } else { "" });
    match field.source {
        Source::Column(column) | Source::Present(column) => {
            sql.push(column);
        }
        Source::Related(related, column) => {
            sql.push("(SELECT x.").push(column).push(" FROM ").push(related.table);
            sql.push(" x WHERE x.org_id = c.org_id AND x.id = ").push(related.key).push(")");
        }
        Source::Any(children, column) => {
            sql.push("(SELECT x.").push(column).push(" FROM ").push(children.table);
            sql.push(" x WHERE x.org_id = c.org_id AND x.").push(children.owner).push(" = ").push(children.key);
            if let Some(own) = field.own {
                sql.push(" AND x.").push(own.column).push(" = ").bind(own.id);
            }
            sql.push(")");
        }
        Source::Members(members) => {
            sql.push(members.key);
        }
    }
    sql.push(if textual { ", '')" } else { "" });
}
