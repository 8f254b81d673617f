//! Lists page by page: sorting, and cursors that continue where a page ended.
//!
//! A page starts after the sort values and the id of the last row of the page before it, so the
//! 1,000th page costs what the first one costs and rows that come or go do not shift it. Records
//! without a value come last, whichever way the list is sorted. A list whose first sort field can be
//! missing is read in two legs, first the rows with a value, then those without, because each of the
//! two is a range of an index on both engines. Ids that have an order of their own are a leg each.
//!
//! ```ignore
//! let list = query.read(&FIELDS, "-lastActivityAt", Me::Allowed)?;
//! let filter = list.tree.sql(&context);
//! let page = list.page(c, |leg| {
//!     let mut sql = Sql::new("SELECT c.id, c.full_name");
//!     sql.append(&leg.columns()).push(" FROM customers c WHERE c.org_id = ").bind(context.org);
//!     sql.push(" AND ").append(&filter).append(&leg.rest());
//!     sql
//! }, |row| Ok(Item { id: row.get(0)?, full_name: row.get(1)? }))?;
//! ```

use crate::error::{Error, FieldError, Result};
use crate::filter::catalogue::{Catalogue, FieldRef, Kind, Own, Schema, Source};
use crate::filter::{Me, Renames, Tree};
use crate::http::Page;
use crate::ids::OrgId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Conn, Row, Sql, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub const LIMIT_DEFAULT: u32 = 50;
pub const LIMIT_MAX: u32 = 200;
/// Fields of one sort.
pub const SORT_MAX: usize = 4;
/// Characters of a text search.
pub const SEARCH_MAX: usize = 200;
/// Bytes of a cursor: the longest texts, several times over.
const CURSOR_MAX: usize = 32 * 1024;
/// A list sorted by an added field of so many ids is read id by id; of more it is sorted.
const RANGES_MAX: usize = 32;
/// Counts are exact up to here unless more is asked for.
pub const COUNT_MAX: i64 = 10_000;

/// The parameters of `GET /x`.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// A filter tree as JSON.
    pub filter: Option<String>,
    /// Fields to sort by, `-` for descending: `-lastActivityAt,fullName`.
    pub sort: Option<String>,
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// Text to search for.
    #[param(max_length = 200)]
    pub q: Option<String>,
}

/// The body of `POST /x/query`: the same, for filters too long for an address.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListBody {
    /// A filter tree.
    #[serde(default, deserialize_with = "crate::filter::filter_of_body")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Json>,
    /// Fields to sort by, `-` for descending: `-lastActivityAt,fullName`.
    pub sort: Option<String>,
    /// Items of a page, 50 unless said.
    #[schema(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// Text to search for.
    #[schema(max_length = 200)]
    pub q: Option<String>,
}

/// The body of `POST /x/count`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CountBody {
    /// A filter tree.
    #[serde(default, deserialize_with = "crate::filter::filter_of_body")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Json>,
    /// Text to search for.
    #[schema(max_length = 200)]
    pub q: Option<String>,
    /// Count on past 10,000.
    #[serde(default)]
    pub exact: bool,
}

/// How many there are; more than `count` when not `exact`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Count {
    pub count: i64,
    pub exact: bool,
}

/// What a list is to show: checked, ready to be read.
#[derive(Clone, Debug)]
pub struct List {
    pub tree: Tree,
    /// Text to search for: trimmed, not empty.
    pub q: Option<String>,
    sort: Vec<SortKey>,
    limit: u32,
    after: Option<Position>,
    query: [u8; QUERY],
    renames: Renames<'static>,
    walking: bool,
}

#[derive(Clone, Debug)]
struct SortKey {
    field: FieldRef,
    expression: &'static str,
    descending: bool,
}

impl SortKey {
    /// Of the values that are compared: ids in an order of their own by their place in it.
    fn kind(&self) -> Kind {
        if self.field.order.is_some() { Kind::Integer } else { self.field.kind }
    }
}

/// The last row of a page: a value for each sort key, and the id.
#[derive(Clone, Debug, PartialEq)]
struct Position {
    values: Vec<Value>,
    id: Uuid,
}

/// What came with a request, wherever it stood.
struct Asked<'a> {
    sort: Option<&'a str>,
    cursor: Option<&'a str>,
    q: Option<&'a str>,
    /// `/` before the names of body fields, nothing before those of query parameters.
    at: &'static str,
}

impl ListQuery {
    /// Whether filter or sort name a field that begins so.
    pub fn names(&self, prefix: &str) -> bool {
        // Read first: JSON may write any character in another way.
        let read = |text: &String| serde_json::from_str::<serde_json::Value>(text).ok();
        let filter = self.filter.as_ref().and_then(read);
        filter.is_some_and(|filter| filter.to_string().contains(prefix))
            || self.sort.as_ref().is_some_and(|sort| sort.contains(prefix))
    }

    /// # Errors
    /// [`Error::Malformed`] with the path of each fault.
    pub fn read(&self, schema: impl Into<Schema>, default_sort: &str, me: Me) -> Result<List> {
        self.read_within(schema, default_sort, me, "")
    }

    /// As [`ListQuery::read`], for a list inside something else: its cursors do not fit elsewhere.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the path of each fault.
    pub fn read_within(&self, schema: impl Into<Schema>, default_sort: &str, me: Me, within: &str) -> Result<List> {
        let tree = match self.filter.as_deref() {
            None | Some("") => Tree::all(schema),
            Some(text) => Tree::parse_str(text, schema, me)?,
        };
        let limit = match self.limit.as_deref() {
            None | Some("") => None,
            Some(text) => Some(text.parse().unwrap_or(-1)),
        };
        let asked = Asked { sort: self.sort.as_deref(), cursor: self.cursor.as_deref(), q: self.q.as_deref(), at: "" };
        List::new(tree, default_sort, limit, &asked, within)
    }
}

impl ListBody {
    /// Whether filter or sort name a field that begins so.
    pub fn names(&self, prefix: &str) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.to_string().contains(prefix))
            || self.sort.as_ref().is_some_and(|sort| sort.contains(prefix))
    }

    /// # Errors
    /// [`Error::Malformed`] with the path of each fault; those in the filter are pointers into the tree.
    pub fn read(&self, schema: impl Into<Schema>, default_sort: &str, me: Me) -> Result<List> {
        let tree = match &self.filter {
            None => Tree::all(schema),
            Some(json) => Tree::parse(json, schema, me)?,
        };
        let asked = Asked { sort: self.sort.as_deref(), cursor: self.cursor.as_deref(), q: self.q.as_deref(), at: "/" };
        List::new(tree, default_sort, self.limit, &asked, "")
    }
}

impl CountBody {
    /// Whether the filter names a field that begins so.
    pub fn names(&self, prefix: &str) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.to_string().contains(prefix))
    }

    /// The filter and the text to search for.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the path of each fault.
    pub fn read(&self, schema: impl Into<Schema>, me: Me) -> Result<(Tree, Option<String>)> {
        let tree = match &self.filter {
            None => Tree::all(schema),
            Some(json) => Tree::parse(json, schema, me)?,
        };
        Ok((tree, search_text(self.q.as_deref(), "/")?))
    }
}

impl List {
    /// A list without filter, search or choice of sort, such as a timeline. `within` names what it is
    /// a list of, so that its cursors do not fit elsewhere.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a faulty limit or cursor.
    pub fn plain(
        catalogue: &'static Catalogue,
        sort: &str,
        limit: Option<&str>,
        cursor: Option<&str>,
        within: &str,
    ) -> Result<List> {
        let query =
            ListQuery { limit: limit.map(str::to_string), cursor: cursor.map(str::to_string), ..ListQuery::default() };
        query.read_within(catalogue, sort, Me::Refused, within)
    }

    fn new(tree: Tree, default_sort: &str, limit: Option<i64>, asked: &Asked<'_>, within: &str) -> Result<List> {
        let at = asked.at;
        let limit = match limit {
            None => LIMIT_DEFAULT,
            Some(limit) => {
                u32::try_from(limit).ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)).ok_or_else(|| {
                    let message = format!("limit is a number from 1 to {LIMIT_MAX}");
                    Error::malformed(format!("{at}limit"), "invalid_value", message)
                })?
            }
        };
        let q = search_text(asked.q, at)?;
        let schema = tree.schema();
        let sort = match asked.sort.map(str::trim) {
            None | Some("") => parse_sort(default_sort, schema, at)
                .map_err(|error| Error::Bug(format!("the default sort of {}: {error}", schema.catalogue().record)))?,
            Some(text) => parse_sort(text, schema, at)?,
        };
        let query = query_digest(&tree, &sort, q.as_deref(), within);
        let after = match asked.cursor {
            None | Some("") => None,
            Some(text) => Some(
                Position::decode(text, &query, &sort)
                    .map_err(|(code, message)| Error::malformed(format!("{at}cursor"), code, message))?,
            ),
        };
        Ok(List { tree, q, sort, limit, after, query, renames: &[], walking: false })
    }

    /// Reads sort columns elsewhere, as [`Tree::sql_renamed`] does.
    #[must_use]
    pub fn renamed(mut self, renames: Renames<'static>) -> List {
        self.renames = renames;
        self
    }

    /// The names of the fields that are sorted by, `true` for descending. For list queries with a plan
    /// of their own for some orders.
    pub fn sorted_by(&self) -> impl Iterator<Item = (&str, bool)> {
        self.sort.iter().map(|key| (key.field.name.as_ref(), key.descending))
    }

    /// Walks along the values of an added field where that is sorted by first: the statements begin with [`Leg::from`].
    #[must_use]
    pub fn walking(mut self) -> List {
        self.walking = true;
        self
    }

    /// Reads a page. `select` makes the statement of a leg: own columns, [`Leg::columns`], tables and
    /// conditions, [`Leg::rest`]. `read` turns a row into an item, from the own columns.
    ///
    /// # Errors
    /// What the statements or `read` fail with.
    pub fn page<T>(
        &self,
        c: &Conn<'_>,
        select: impl Fn(&Leg<'_>) -> Sql,
        mut read: impl FnMut(&Row<'_>) -> db::Result<T>,
    ) -> db::Result<Page<T>> {
        let wanted = self.limit as usize;
        let mut items = Vec::with_capacity(wanted);
        let mut last = None;
        let mut more = false;
        for part in self.parts() {
            // One row past the page tells whether there is another.
            let leg = Leg { list: self, part, limit: wanted + 1 - items.len() };
            c.for_each(&select(&leg), |row| {
                if items.len() == wanted {
                    more = true;
                    return Ok(());
                }
                items.push(read(row)?);
                if items.len() == wanted {
                    last = Some(self.position(row)?);
                }
                Ok(())
            })?;
            if more {
                break;
            }
        }
        let next_cursor = if more { last.map(|last| last.encode(&self.query)) } else { None };
        Ok(Page { items, next_cursor })
    }

    /// All rows of the list from its beginning, in its order, by one statement and so as they are at one moment.
    /// `select` and `read` are those of [`List::page`].
    ///
    /// # Errors
    /// What the statement or `read` fail with.
    pub fn whole<T>(
        &self,
        c: &Conn<'_>,
        select: impl Fn(&Leg<'_>) -> Sql,
        read: impl FnMut(&Row<'_>) -> db::Result<T>,
    ) -> db::Result<Vec<T>> {
        c.query(&select(&Leg { list: self, part: Part::Whole, limit: usize::MAX }), read)
    }

    /// The legs that are left to read.
    fn parts(&self) -> Vec<Part> {
        let Some(first) = self.sort.first().filter(|first| first.field.nullable) else { return vec![Part::Whole] };
        let after = self.after.as_ref().and_then(|after| after.values.first());
        if after.is_some_and(is_null) {
            return vec![Part::Missing];
        }
        let mut parts = match &first.field.order {
            Some(ids) if self.walking && ids.len() <= RANGES_MAX => {
                let ranks = 0..ids.len();
                let after = match after {
                    Some(Value::Int(Some(rank))) => usize::try_from(*rank).ok(),
                    _ => None,
                };
                let left = |rank: &usize| {
                    after.is_none_or(|after| if first.descending { *rank <= after } else { *rank >= after })
                };
                let mut parts: Vec<Part> = ranks.filter(left).map(Part::Rank).collect();
                if first.descending {
                    parts.reverse();
                }
                parts
            }
            _ => vec![Part::Present],
        };
        parts.push(Part::Missing);
        parts
    }

    fn position(&self, row: &Row<'_>) -> db::Result<Position> {
        let start = row.columns().saturating_sub(self.sort.len() + 1);
        let values = (start..)
            .zip(&self.sort)
            .map(|(index, key)| read_value(row, index, key.kind()))
            .collect::<Result<_, _>>()?;
        Ok(Position { values, id: row.get(start + self.sort.len())? })
    }

    fn column(&self, name: &'static str) -> &'static str {
        self.renames.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to)
    }

    fn id(&self) -> &'static str {
        self.column(self.tree.catalogue().id)
    }

    /// Ties are settled by id in the direction of the last sort key, so that one index serves both ways.
    fn id_descending(&self) -> bool {
        self.sort.last().is_some_and(|key| key.descending)
    }
}

/// One of the statements of a page.
pub struct Leg<'a> {
    list: &'a List,
    part: Part,
    limit: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// Rows that have a value of the first sort field.
    Present,
    /// Rows whose value of it is the id of this place in its order.
    Rank(usize),
    /// Rows that have none.
    Missing,
}

impl Leg<'_> {
    /// `, a, b, id`: the columns that the next cursor is made of, after the statement's own.
    pub fn columns(&self) -> Sql {
        let mut sql = Sql::new("");
        for index in 0..self.list.sort.len() {
            self.expression(sql.push(", "), index);
        }
        sql.push(", ").push(self.list.id());
        sql
    }

    /// ` FROM … WHERE …`: the records of the organisation with the alias `c`, found along the values of an added field
    /// in the leg that is sorted by it.
    pub fn from(&self, table: &'static str, org: OrgId) -> Sql {
        let mut sql = Sql::new(" FROM ");
        match self.walk() {
            Some((own, Source::Any(values, column))) => {
                sql.push(values.table).push(" w CROSS JOIN ").push(table).push(" c WHERE w.org_id = ").bind(org);
                sql.push(" AND w.").push(own.column).push(" = ").bind(own.id).push(" AND w.").push(column);
                match self.ranked() {
                    Some((_, id)) => sql.push(" = ").bind(id),
                    None => sql.push(" IS NOT NULL"),
                };
                sql.push(" AND c.org_id = w.org_id AND ").push(values.key).push(" = w.").push(values.owner);
            }
            _ => {
                sql.push(table).push(" c WHERE c.org_id = ").bind(org);
            }
        }
        sql
    }

    /// The added field whose values are walked along.
    fn walk(&self) -> Option<(Own, Source)> {
        let walks = self.list.walking && matches!(self.part, Part::Present | Part::Rank(_));
        let first = self.list.sort.first().filter(|_| walks)?;
        Some((first.field.own?, first.field.source))
    }

    /// The place and the id that all rows of the leg have.
    fn ranked(&self) -> Option<(usize, Uuid)> {
        let Part::Rank(rank) = self.part else { return None };
        let order = self.list.sort.first()?.field.order.as_deref()?;
        Some((rank, *order.get(rank)?))
    }

    /// What a key sorts by.
    fn expression(&self, sql: &mut Sql, index: usize) {
        let Some(key) = self.list.sort.get(index) else { return };
        let Some(order) = &key.field.order else { return self.value(sql, index, key) };
        self.value(sql.push("(CASE "), index, key);
        for (rank, id) in (0_i64..).zip(order.iter()) {
            sql.push(" WHEN ").bind(*id).push(" THEN ").bind(rank);
        }
        sql.push(" END)");
    }

    /// The value that a key sorts by, or by the place of.
    fn value(&self, sql: &mut Sql, index: usize, key: &SortKey) {
        match (key.field.own, key.field.source) {
            (Some(_), Source::Any(_, column)) if index == 0 && self.walk().is_some() => {
                sql.push("w.").push(column);
            }
            (Some(own), Source::Any(values, column)) => {
                sql.push("(SELECT v.").push(column).push(" FROM ").push(values.table);
                sql.push(" v WHERE v.org_id = c.org_id AND v.").push(values.owner).push(" = ").push(values.key);
                sql.push(" AND v.").push(own.column).push(" = ").bind(own.id).push(")");
            }
            _ => {
                sql.push(self.list.column(key.expression));
            }
        }
    }

    /// What settles ties; where values are walked along, as their index has it.
    fn id(&self, sql: &mut Sql) {
        match self.walk() {
            Some((_, Source::Any(values, _))) => sql.push("w.").push(values.owner),
            _ => sql.push(self.list.id()),
        };
    }

    /// ` AND … ORDER BY … LIMIT n`, the end of the statement, whose WHERE has conditions already.
    pub fn rest(&self) -> Sql {
        let mut sql = Sql::new("");
        self.after(&mut sql);
        sql.push(" ORDER BY ");
        // Where all rows have one value of the first key there is nothing to order by it.
        let first = usize::from(self.ranked().is_some());
        for (index, key) in self.list.sort.iter().enumerate().skip(first) {
            self.expression(&mut sql, index);
            sql.push(if key.descending { " DESC" } else { "" });
            // In the legs of the first key there is nothing to put last, and indexes know no such clause.
            let is_mixed = key.field.nullable && (index > 0 || self.part == Part::Whole);
            sql.push(if is_mixed { " NULLS LAST, " } else { ", " });
        }
        self.id(&mut sql);
        sql.push(if self.list.id_descending() { " DESC" } else { "" });
        sql.push(" LIMIT ").bind(i64::try_from(self.limit).unwrap_or(i64::MAX));
        sql
    }

    fn after(&self, sql: &mut Sql) {
        let list = self.list;
        let position = list.after.as_ref();
        match (self.part, list.sort.first(), position) {
            (Part::Missing, Some(_), position) => {
                self.expression(sql.push(" AND "), 0);
                sql.push(" IS NULL");
                if let Some(position) = position.filter(|position| position.values.first().is_some_and(is_null)) {
                    sql.push(" AND ");
                    self.beyond(sql, 1, position);
                }
            }
            (Part::Rank(rank), _, position) => {
                let starts_here = |position: &&Position| {
                    let rank = i64::try_from(rank).unwrap_or(i64::MAX);
                    matches!(position.values.first(), Some(Value::Int(Some(last))) if *last == rank)
                };
                if let Some(position) = position.filter(starts_here) {
                    sql.push(" AND ");
                    self.beyond(sql, 1, position);
                }
            }
            (_, _, Some(position)) => {
                sql.push(" AND ");
                self.beyond(sql, 0, position);
            }
            (Part::Present, Some(_), None) => {
                self.expression(sql.push(" AND "), 0);
                sql.push(" IS NOT NULL");
            }
            (_, _, None) => {}
        }
    }

    /// Whether a row comes after `position` in the order of the keys from `from` on.
    fn beyond(&self, sql: &mut Sql, from: usize, position: &Position) {
        let list = self.list;
        let keys = &list.sort[from..];
        let descending = list.id_descending();
        // A row comparison is a range of an index; it knows one direction and no nulls.
        let plain = keys.iter().enumerate().all(|(index, key)| {
            let present = !key.field.nullable || (from + index == 0 && self.part == Part::Present);
            key.descending == descending && present
        });
        if plain {
            sql.push("(");
            for index in from..list.sort.len() {
                self.expression(sql, index);
                sql.push(", ");
            }
            self.id(sql);
            sql.push(if descending { ") < (" } else { ") > (" });
            for value in &position.values[from..] {
                sql.bind(value.clone()).push(", ");
            }
            sql.bind(position.id).push(")");
            return;
        }
        let Some(key) = keys.first() else {
            self.id(sql);
            sql.push(if descending { " < " } else { " > " }).bind(position.id);
            return;
        };
        let mut column = Sql::new("");
        self.expression(&mut column, from);
        let value = &position.values[from];
        if is_null(value) {
            sql.push("(").append(&column).push(" IS NULL AND ");
            self.beyond(sql, from + 1, position);
            sql.push(")");
            return;
        }
        let nulls_follow = key.field.nullable && !(from == 0 && self.part == Part::Present);
        if !nulls_follow {
            // Says nothing new, but is the range that an index can start from.
            sql.push("(").append(&column).push(if key.descending { " <= " } else { " >= " }).bind(value.clone());
            sql.push(" AND ");
        }
        sql.push("(").append(&column).push(if key.descending { " < " } else { " > " }).bind(value.clone());
        sql.push(" OR (").append(&column).push(" = ").bind(value.clone()).push(" AND ");
        self.beyond(sql, from + 1, position);
        sql.push(")");
        if nulls_follow {
            sql.push(" OR ").append(&column).push(" IS NULL)");
        } else {
            sql.push("))");
        }
    }
}

/// Counts the rows of `select`, a whole statement (`SELECT 1 FROM … WHERE …`), up to [`COUNT_MAX`] unless
/// `exact`.
///
/// # Errors
/// What the statement fails with.
pub fn count(c: &Conn<'_>, select: &Sql, exact: bool) -> db::Result<Count> {
    let mut sql = Sql::new("SELECT count(*) FROM (");
    sql.append(select);
    if !exact {
        sql.push(" LIMIT ").bind(COUNT_MAX + 1);
    }
    sql.push(") counted");
    let count: i64 = c.query_one(&sql, |row| row.get(0))?;
    Ok(if exact || count <= COUNT_MAX {
        Count { count, exact: true }
    } else {
        Count { count: COUNT_MAX, exact: false }
    })
}

pub(crate) fn search_text(q: Option<&str>, at: &str) -> Result<Option<String>> {
    let Some(text) = q.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().take(SEARCH_MAX + 1).count() > SEARCH_MAX {
        let message = format!("a text to search for has at most {SEARCH_MAX} characters");
        return Err(Error::malformed(format!("{at}q"), "too_long", message));
    }
    if text.contains('\0') {
        return Err(Error::malformed(format!("{at}q"), "invalid_value", "a text cannot hold the character U+0000"));
    }
    Ok(Some(text.to_string()))
}

/// Whether a list of the catalogue can be sorted so.
///
/// # Errors
/// [`Error::Malformed`] at `sort` below `at`.
pub fn check_sort(text: &str, schema: &Schema, at: &str) -> Result<()> {
    parse_sort(text, schema, at).map(drop)
}

fn parse_sort(text: &str, schema: &Schema, at: &str) -> Result<Vec<SortKey>> {
    let mut keys: Vec<SortKey> = Vec::new();
    let fault =
        |code: &str, message: String| Err(Error::Malformed(vec![FieldError::new(format!("{at}sort"), code, message)]));
    for part in text.split(',') {
        let part = part.trim();
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        let field = schema.field(name);
        let is_known = field.is_some();
        let sorted = field.and_then(|field| field.sort.map(|expression| (field, expression)));
        let Some((field, expression)) = sorted else {
            let names: Vec<_> = schema.fields().filter(FieldRef::is_sortable).map(|field| field.name).collect();
            let what = if is_known { "cannot be sorted by" } else { "is no field" };
            let name: String = name.chars().take(40).collect();
            return fault(
                "unknown_field",
                format!("{name:?} {what}; a {} sorts by {}", schema.catalogue().record, names.join(", ")),
            );
        };
        if keys.iter().any(|key| key.field.name == field.name) {
            return fault("invalid_value", format!("{} is there twice; name it once", field.name));
        }
        if keys.len() == SORT_MAX {
            return fault("too_many", format!("a list sorts by at most {SORT_MAX} fields"));
        }
        keys.push(SortKey { field, expression, descending });
    }
    Ok(keys)
}

// ---- Cursors -------------------------------------------------------------------------------------

/// Changes when cursors do: those of before are refused, not misread.
const VERSION: u8 = 1;
/// Bytes that tell queries apart.
const QUERY: usize = 8;
/// Bytes that tell damage. No secret: whoever forges a cursor gets another place in the same list.
const CHECK: usize = 4;

fn query_digest(tree: &Tree, sort: &[SortKey], q: Option<&str>, within: &str) -> [u8; QUERY] {
    let mut hash = Sha256::new();
    hash.update(tree.fingerprint());
    for key in sort {
        hash.update([if key.descending { b'-' } else { b'+' }]);
        hash.update(key.field.name.as_bytes());
    }
    for text in [q.unwrap_or_default(), within] {
        hash.update([0]);
        hash.update(text);
    }
    first(&hash.finalize())
}

fn check(query: &[u8], payload: &[u8]) -> [u8; CHECK] {
    first(&Sha256::new().chain_update([VERSION]).chain_update(query).chain_update(payload).finalize())
}

fn first<const N: usize>(hash: &[u8]) -> [u8; N] {
    std::array::from_fn(|index| hash.get(index).copied().unwrap_or_default())
}

impl Position {
    fn encode(&self, query: &[u8; QUERY]) -> String {
        let mut parts: Vec<Json> = self.values.iter().map(value_to_json).collect();
        parts.push(self.id.to_string().into());
        let payload = serde_json::to_vec(&parts).unwrap_or_default();
        let mut bytes = vec![VERSION];
        bytes.extend(query);
        bytes.extend(check(query, &payload));
        bytes.extend(payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The code and text of what is wrong, otherwise.
    fn decode(text: &str, query: &[u8; QUERY], sort: &[SortKey]) -> Result<Position, (&'static str, &'static str)> {
        const DAMAGED: (&str, &str) =
            ("invalid_cursor", "this is no cursor of this list; send nextCursor as it was answered, or leave it out");
        const FOREIGN: (&str, &str) = (
            "foreign_cursor",
            "this cursor belongs to a list with another filter, sort or search; leave it out to start from the top",
        );
        if text.len() > CURSOR_MAX {
            return Err(DAMAGED);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| DAMAGED)?;
        let (&version, rest) = bytes.split_first().ok_or(DAMAGED)?;
        let (its_query, rest) = rest.split_at_checked(QUERY).ok_or(DAMAGED)?;
        let (its_check, payload) = rest.split_at_checked(CHECK).ok_or(DAMAGED)?;
        if version != VERSION || its_check != check(its_query, payload) {
            return Err(DAMAGED);
        }
        if its_query != query {
            return Err(FOREIGN);
        }
        let parts: Vec<Json> = serde_json::from_slice(payload).map_err(|_| DAMAGED)?;
        let (id, parts) = parts.split_last().ok_or(DAMAGED)?;
        let id = id.as_str().and_then(|id| Uuid::try_parse(id).ok()).ok_or(DAMAGED)?;
        if parts.len() != sort.len() {
            return Err(DAMAGED);
        }
        let values = parts.iter().zip(sort).map(|(part, key)| value_from_json(part, key.kind(), key.field.nullable));
        Ok(Position { values: values.collect::<Option<_>>().ok_or(DAMAGED)?, id })
    }
}

fn is_null(value: &Value) -> bool {
    match value {
        Value::Bool(value) => value.is_none(),
        Value::Int(value) => value.is_none(),
        Value::Float(value) => value.is_none(),
        Value::Text(value) => value.is_none(),
        Value::Uuid(value) => value.is_none(),
        Value::Bytes(value) => value.is_none(),
        Value::Json(value) => value.is_none(),
    }
}

fn read_value(row: &Row<'_>, index: usize, kind: Kind) -> db::Result<Value> {
    Ok(match kind {
        Kind::Text | Kind::Code | Kind::Choice(_) | Kind::Names => Value::Text(row.get(index)?),
        Kind::Integer | Kind::Time | Kind::Date => Value::Int(row.get(index)?),
        Kind::Decimal => Value::Float(row.get(index)?),
        Kind::Boolean => Value::Bool(row.get(index)?),
        Kind::Id | Kind::User | Kind::Ids | Kind::Groups => Value::Uuid(row.get(index)?),
    })
}

fn value_to_json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        // As its bits: no digit is lost.
        Value::Float(value) => value.map(f64::to_bits).into(),
        Value::Text(value) => value.clone().into(),
        Value::Uuid(value) => value.map(|id| id.to_string()).into(),
        // Nothing is sorted by these.
        Value::Bytes(_) | Value::Json(_) => Json::Null,
    }
}

fn value_from_json(json: &Json, kind: Kind, nullable: bool) -> Option<Value> {
    let null = json.is_null();
    if null && !nullable {
        return None;
    }
    Some(match kind {
        Kind::Text | Kind::Code | Kind::Choice(_) | Kind::Names => {
            let text = json.as_str().filter(|text| !text.contains('\0'));
            Value::Text(if null { None } else { Some(text?.to_string()) })
        }
        Kind::Integer | Kind::Time | Kind::Date => Value::Int(if null { None } else { Some(json.as_i64()?) }),
        Kind::Decimal => {
            let float = json.as_u64().map(f64::from_bits).filter(|float| float.is_finite());
            Value::Float(if null { None } else { Some(float?) })
        }
        Kind::Boolean => Value::Bool(if null { None } else { Some(json.as_bool()?) }),
        Kind::Id | Kind::User | Kind::Ids | Kind::Groups => {
            let id = json.as_str().and_then(|id| Uuid::try_parse(id).ok());
            Value::Uuid(if null { None } else { Some(id?) })
        }
    })
}

#[cfg(test)]
mod tests;
