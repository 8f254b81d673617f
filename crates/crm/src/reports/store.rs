use super::model::Measure;
use db::{Conn, Result, Row, Sql};
use platform::filter::FieldRef;
use platform::filter::catalogue::{Kind, Source};
use platform::ids::OrgId;
use uuid::Uuid;

/// Records of one group and currency.
pub(super) struct Part {
    pub key: Option<String>,
    /// As it was written, where the key is a folded text.
    pub label: Option<String>,
    pub currency: Option<String>,
    pub count: i64,
    pub amount: i64,
}

/// The currency and the amount of a record, as columns.
fn worth(sql: &mut Sql, measure: Measure) {
    sql.push(match measure {
        Measure::Count => ", CAST(NULL AS TEXT) AS currency, CAST(NULL AS BIGINT) AS amount",
        Measure::Amount => ", CASE WHEN c.amount IS NULL THEN NULL ELSE c.currency END AS currency, c.amount AS amount",
    });
}

/// The number and the sum of the rows of a group.
const SUMS: &str = ", count(*), CAST(coalesce(sum(m.amount), 0) AS BIGINT) FROM (SELECT ";

fn read(row: &Row<'_>, key: Option<String>) -> Result<Part> {
    Ok(Part { key, label: row.get(1)?, currency: row.get(2)?, count: row.get(3)?, amount: row.get(4)? })
}

/// All together, by currency.
pub(super) fn total(c: &Conn<'_>, from: &Sql, measure: Measure) -> Result<Vec<Part>> {
    c.query(&total_sql(from, measure), |row| read(row, None))
}

pub(super) fn total_sql(from: &Sql, measure: Measure) -> Sql {
    if measure == Measure::Count {
        // Without a sub-query, so that an index may answer alone.
        let mut sql = Sql::new("SELECT NULL, CAST(NULL AS TEXT), CAST(NULL AS TEXT), count(*), CAST(0 AS BIGINT)");
        sql.append(from);
        return sql;
    }
    let mut sql = Sql::new("SELECT NULL, CAST(NULL AS TEXT), m.currency");
    sql.push(SUMS).push("c.id");
    worth(&mut sql, measure);
    sql.append(from).push(") m GROUP BY m.currency");
    sql
}

/// By the values of a field.
pub(super) fn by_field(c: &Conn<'_>, org: OrgId, from: &Sql, field: &FieldRef, measure: Measure) -> Result<Vec<Part>> {
    c.query(&by_field_sql(org, from, field, measure), |row| {
        let key = match field.kind {
            Kind::User | Kind::Id | Kind::Ids => row.get::<Option<Uuid>>(0)?.map(|id| id.to_string()),
            _ => row.get(0)?,
        };
        read(row, key)
    })
}

pub(super) fn by_field_sql(org: OrgId, from: &Sql, field: &FieldRef, measure: Measure) -> Sql {
    let mut sql = Sql::new("SELECT ");
    let Source::Members(members) = field.source else {
        sql.push("m.k, max(m.l), m.currency").push(SUMS);
        one_value(&mut sql, field);
        sql.push(" AS k, ").push(written(field)).push(" AS l");
        worth(&mut sql, measure);
        sql.append(from).push(") m GROUP BY m.k, m.currency");
        return sql;
    };
    let shown = members.named.map(|named| named.shown);
    match shown {
        Some(column) => sql.push("y.").push(column),
        None => sql.push("m.v"),
    };
    sql.push(", CAST(NULL AS TEXT), m.currency").push(", count(*), CAST(coalesce(sum(m.amount), 0) AS BIGINT) FROM (");
    // A deal may have several lines of one product, and is one deal of it.
    sql.push("SELECT DISTINCT r.id, x.")
        .push(members.value)
        .push(" AS v, r.currency, r.amount FROM (SELECT c.id AS id, ");
    sql.push(members.key).push(" AS k");
    worth(&mut sql, measure);
    sql.append(from).push(") r LEFT JOIN ").push(members.table).push(" x ON x.org_id = ").bind(org);
    sql.push(" AND x.").push(members.owner).push(" = r.k");
    if let Some(own) = field.own {
        sql.push(" AND x.").push(own.column).push(" = ").bind(own.id);
    }
    if let Some(current) = members.current {
        sql.push(" AND x.").push(current);
    }
    sql.push(") m");
    match members.named {
        Some(named) => {
            sql.push(" LEFT JOIN ").push(named.table).push(" y ON y.org_id = ").bind(org).push(" AND y.id = m.v");
            sql.push(" GROUP BY y.").push(named.shown);
        }
        None => {
            sql.push(" GROUP BY m.v");
        }
    }
    sql.push(", m.currency");
    sql
}

/// The value of one record.
fn one_value(sql: &mut Sql, field: &FieldRef) {
    // An empty text counts as missing.
    let textual = matches!(field.kind, Kind::Text | Kind::Code | Kind::Choice(_));
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

/// How the value was written, where what is compared is folded.
fn written(field: &FieldRef) -> &'static str {
    match field.name.as_ref() {
        "lostReason" => "c.lost_reason",
        "industry" => "c.industry",
        _ => "CAST(NULL AS TEXT)",
    }
}

/// By the parts of a period: `starts` are the beginnings of all parts but the first, ascending. The key is the index.
pub(super) fn by_time(
    c: &Conn<'_>,
    from: &Sql,
    column: &'static str,
    starts: &[i64],
    measure: Measure,
) -> Result<Vec<Part>> {
    let sql = by_time_sql(from, column, starts, measure);
    c.query(&sql, |row| read(row, Some(row.get::<i64>(0)?.to_string())))
}

pub(super) fn by_time_sql(from: &Sql, column: &'static str, starts: &[i64], measure: Measure) -> Sql {
    let mut sql = Sql::new("SELECT m.k, CAST(NULL AS TEXT), m.currency");
    sql.push(SUMS).push("CAST(");
    part(&mut sql, column, starts, 0);
    sql.push(" AS BIGINT) AS k");
    worth(&mut sql, measure);
    sql.append(from).push(") m GROUP BY m.k, m.currency");
    sql
}

/// The index of the part that the time lies in, found by halves.
fn part(sql: &mut Sql, column: &'static str, starts: &[i64], first: i64) {
    if starts.is_empty() {
        sql.bind(first);
        return;
    }
    let middle = starts.len() / 2;
    sql.push("CASE WHEN ").push(column).push(" < ").bind(starts[middle]).push(" THEN ");
    part(sql, column, &starts[..middle], first);
    sql.push(" ELSE ");
    part(sql, column, &starts[middle + 1..], first + i64::try_from(middle).unwrap_or_default() + 1);
    sql.push(" END");
}
