//! From a tree to SQL: one condition of bound parameters, the same text for both engines.
//!
//! SQL knows a third truth value, the language does not. Negations are therefore carried down to the
//! conditions, where each is written so that it is true exactly where its test is not true. What is
//! left above them is AND and OR alone, for which unknown counts as false.
//!
//! Sub-queries come in two forms. Where a condition must hold and is likely to select few rows (a
//! company's name, an address in full), its keys are looked up first: `key IN (SELECT ...)`.
//! Everywhere else the row is asked: `EXISTS (SELECT ...)`, which stays quick inside OR and NOT on
//! both engines.

use super::Context;
use super::catalogue::{Children, Field, Kind, Members, Related, Source};
use super::model::{Compare, Condition, Key, Node, Number, Part, TWO_63, Test, TimeTest, Tree, normal_key};
use db::{Sql, Value};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Other names for columns of a catalogue, for a list query that reads them elsewhere, such as from
/// the index of a join table: `&[("c.last_activity_at", "t.last_activity_at")]`.
pub type Renames<'a> = &'a [(&'static str, &'static str)];

impl Tree {
    /// The condition, in parentheses, with no alias but those of the catalogue. It says nothing about
    /// the organisation of the record itself: the list query does.
    pub fn sql(&self, context: &Context) -> Sql {
        self.sql_renamed(context, &[])
    }

    /// As [`Tree::sql`], with some columns read elsewhere.
    pub fn sql_renamed(&self, context: &Context, renames: Renames<'_>) -> Sql {
        let mut compiler = Compiler { context, renames, sql: Sql::new("(") };
        compiler.node(&self.root, false, true);
        let hidden = if self.names_archived { None } else { self.catalogue.field("archived") };
        if let Some(Field { source: Source::Present(column), .. }) = hidden {
            compiler.sql.push(" AND ");
            compiler.column(column);
            compiler.sql.push(" IS NULL");
        }
        compiler.sql.push(")");
        compiler.sql
    }
}

/// A test with everything resolved: what the stored value must satisfy.
enum Ask {
    Never,
    /// Whether there is a value or not.
    Always,
    Present,
    In(Vec<Value>),
    Like(String),
    /// All of these.
    Compare(Vec<(&'static str, Value)>),
    /// All of these values, of a set.
    All(Vec<Value>),
}

struct Compiler<'a> {
    context: &'a Context,
    renames: Renames<'a>,
    sql: Sql,
}

impl Compiler<'_> {
    /// `required`: nothing is selected unless this node holds.
    fn node(&mut self, node: &Node, negated: bool, required: bool) {
        match node {
            Node::And(nodes) => self.group(nodes, negated, !negated, required),
            Node::Or(nodes) => self.group(nodes, negated, negated, required),
            Node::Not(node) => self.node(node, !negated, required),
            Node::Field(condition) => self.condition(condition, negated, required),
        }
    }

    fn group(&mut self, nodes: &[Node], negated: bool, all: bool, required: bool) {
        match nodes {
            [] => {
                self.sql.push(if all { "TRUE" } else { "FALSE" });
            }
            [node] => self.node(node, negated, required),
            nodes => {
                for (index, node) in nodes.iter().enumerate() {
                    self.sql.push(match (index, all) {
                        (0, _) => "(",
                        (_, true) => " AND ",
                        (_, false) => " OR ",
                    });
                    self.node(node, negated, required && all);
                }
                self.sql.push(")");
            }
        }
    }

    fn condition(&mut self, condition: &Condition, negated: bool, required: bool) {
        let field = condition.field;
        let negated = negated != condition.op.is_negative();
        if let (Source::Present(column), Test::Flag(wanted)) = (field.source, &condition.test) {
            self.column(column);
            self.sql.push(if *wanted == negated { " IS NULL" } else { " IS NOT NULL" });
            return;
        }
        let ask = ask(condition, self.context);
        let set_first = required && !negated;
        match (field.source, ask) {
            (_, Ask::Never) => {
                self.sql.push(if negated { "TRUE" } else { "FALSE" });
            }
            (_, Ask::Always) => {
                self.sql.push(if negated { "FALSE" } else { "TRUE" });
            }
            (Source::Column(column), Ask::Present) => {
                let textual = field.kind.is_textual();
                self.sql.push(if textual && negated { "(" } else { "" });
                self.column(column);
                self.sql.push(match (textual, negated) {
                    (true, false) => " <> ''",
                    (false, false) => " IS NOT NULL",
                    (_, true) => " IS NULL",
                });
                if textual && negated {
                    self.sql.push(" OR ");
                    self.column(column);
                    self.sql.push(" = '')");
                }
            }
            (Source::Column(column), ask) => {
                self.sql.push(if negated { "((" } else { "(" });
                self.holds("", column, field, ask);
                self.sql.push(if negated { ") IS NOT TRUE)" } else { ")" });
            }
            (Source::Related(related, column), ask) => {
                self.related(related, column, field, ask, negated, set_first);
            }
            (Source::Any(children, column), ask) => {
                let few = matches!(&ask, Ask::In(_) | Ask::Compare(_));
                self.children(children, column, field, ask, negated, set_first && few);
            }
            (Source::Members(members), ask) => self.members(members, ask, negated, set_first),
            // A field of this source is a boolean, which is asked above.
            (Source::Present(_), _) => {
                self.sql.push(if negated { "TRUE" } else { "FALSE" });
            }
        }
    }

    fn column(&mut self, name: &'static str) {
        let name = self.renames.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to);
        self.sql.push(name);
    }

    /// `FROM table x WHERE x.org_id = $n`
    fn other_table(&mut self, table: &'static str) {
        self.sql.push(" FROM ").push(table).push(" x WHERE x.org_id = ").bind(self.context.org);
    }

    /// `key IN (SELECT x.column FROM table x WHERE ...` or `EXISTS (SELECT 1 FROM table x WHERE ...`, open
    /// for further conditions.
    fn open(&mut self, key: &'static str, table: &'static str, column: &'static str, negated: bool, set_first: bool) {
        if set_first {
            self.column(key);
            self.sql.push(" IN (SELECT x.").push(column);
            self.other_table(table);
        } else {
            self.sql.push(if negated { "NOT EXISTS (SELECT 1" } else { "EXISTS (SELECT 1" });
            self.other_table(table);
            self.sql.push(" AND x.").push(column).push(" = ");
            self.column(key);
        }
    }

    fn related(
        &mut self,
        related: Related,
        column: &'static str,
        field: &Field,
        ask: Ask,
        negated: bool,
        set_first: bool,
    ) {
        self.open(related.key, related.table, "id", negated, set_first);
        self.sql.push(" AND ");
        self.holds("x.", column, field, ask);
        self.sql.push(")");
    }

    fn children(
        &mut self,
        children: Children,
        column: &'static str,
        field: &Field,
        ask: Ask,
        negated: bool,
        set_first: bool,
    ) {
        self.open(children.key, children.table, children.owner, negated, set_first);
        if let Some((name, value)) = children.only {
            self.sql.push(" AND x.").push(name).push(" = ").bind(value);
        }
        self.sql.push(" AND ");
        self.holds("x.", column, field, ask);
        self.sql.push(")");
    }

    fn members(&mut self, members: Members, ask: Ask, negated: bool, set_first: bool) {
        match ask {
            Ask::All(values) => {
                let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
                if set_first {
                    self.open(members.key, members.table, members.owner, false, true);
                    self.value_in(members, values);
                    self.sql.push(" GROUP BY x.").push(members.owner);
                    self.sql.push(" HAVING count(DISTINCT x.").push(members.value).push(") = ").bind(count);
                    self.sql.push(")");
                } else {
                    self.sql.push("(SELECT count(DISTINCT x.").push(members.value).push(")");
                    self.other_table(members.table);
                    self.sql.push(" AND x.").push(members.owner).push(" = ");
                    self.column(members.key);
                    self.value_in(members, values);
                    self.sql.push(if negated { ") <> " } else { ") = " }).bind(count);
                }
            }
            Ask::In(values) => {
                self.open(members.key, members.table, members.owner, negated, set_first);
                self.value_in(members, values);
                self.sql.push(")");
            }
            _ => {
                self.open(members.key, members.table, members.owner, negated, false);
                self.sql.push(")");
            }
        }
    }

    /// ` AND x.value IN (...)`, by way of the names' table where there is one.
    fn value_in(&mut self, members: Members, values: Vec<Value>) {
        self.sql.push(" AND x.").push(members.value);
        let Some(named) = members.named else {
            self.sql.push(" IN ").bind_list(values);
            return;
        };
        self.sql.push(" IN (SELECT y.id FROM ").push(named.table).push(" y WHERE y.org_id = ");
        self.sql.bind(self.context.org).push(" AND y.").push(named.name).push(" IN ").bind_list(values).push(")");
    }

    /// The test on a column, not in parentheses; unknown where the column is null.
    fn holds(&mut self, alias: &'static str, column: &'static str, field: &Field, ask: Ask) {
        match ask {
            Ask::Never | Ask::Always | Ask::All(_) => {
                self.sql.push("FALSE");
            }
            Ask::Present => {
                self.sql.push(alias);
                self.column(column);
                self.sql.push(if field.kind.is_textual() { " <> ''" } else { " IS NOT NULL" });
            }
            Ask::In(mut values) => {
                self.sql.push(alias);
                self.column(column);
                match values.pop() {
                    Some(value) if values.is_empty() => {
                        self.sql.push(" = ").bind(value);
                    }
                    last => {
                        self.sql.push(" IN ").bind_list(values.into_iter().chain(last));
                    }
                }
            }
            Ask::Like(pattern) => {
                self.sql.push(alias);
                self.column(column);
                self.sql.push(" LIKE ").bind(pattern).push(" ESCAPE '\\'");
            }
            Ask::Compare(bounds) => {
                for (index, (operator, value)) in bounds.into_iter().enumerate() {
                    self.sql.push(if index == 0 { "" } else { " AND " }).push(alias);
                    self.column(column);
                    self.sql.push(operator).bind(value);
                }
            }
        }
    }
}

fn ask(condition: &Condition, context: &Context) -> Ask {
    let field = condition.field;
    match &condition.test {
        Test::Present => Ask::Present,
        Test::Flag(flag) => Ask::In(vec![(*flag).into()]),
        Test::TextIn(texts) => {
            // A set, because two spellings may fold to one text. The empty text counts as missing.
            let texts: BTreeSet<String> = texts.iter().map(|text| (field.normal)(text)).collect();
            any_of(texts.into_iter().filter(|text| !text.is_empty()).map(Value::from))
        }
        Test::TextPart(part, text) => part_of(*part, &(field.normal)(text)),
        Test::Number(compare, number) => match field.kind {
            Kind::Integer => whole(*compare, *number),
            _ => Ask::Compare(vec![(compare.sql(), float(*number))]),
        },
        Test::NumberBetween(low, high) => match field.kind {
            Kind::Integer => both(whole(Compare::Gte, *low), whole(Compare::Lte, *high)),
            _ => Ask::Compare(vec![(" >= ", float(*low)), (" <= ", float(*high))]),
        },
        Test::Time(test) => {
            let (now, zone) = (context.now, &context.zone);
            Ask::Compare(match test {
                TimeTest::Before(moment) => vec![(" < ", moment.resolve(now, zone).into())],
                TimeTest::After(moment) => vec![(" > ", moment.resolve(now, zone).into())],
                TimeTest::Between(from, to) => {
                    vec![(" >= ", from.resolve(now, zone).into()), (" <= ", to.resolve(now, zone).into())]
                }
                TimeTest::Last(span) => vec![(" >= ", span.before(now, zone).into()), (" <= ", now.into())],
                TimeTest::Next(span) => vec![(" >= ", now.into()), (" <= ", span.after(now, zone).into())],
                TimeTest::OlderThan(span) => vec![(" < ", span.before(now, zone).into())],
            })
        }
        Test::KeyIn(list) | Test::HasAny(list) => any_of(keys(field, list, context).into_iter()),
        Test::HasAll(list) => {
            let values = keys(field, list, context);
            match values.len() {
                0 => Ask::Always,
                1 => Ask::In(values),
                _ => Ask::All(values),
            }
        }
    }
}

fn any_of(values: impl Iterator<Item = Value>) -> Ask {
    let values: Vec<Value> = values.collect();
    if values.is_empty() { Ask::Never } else { Ask::In(values) }
}

/// The keys as stored, each once.
fn keys(field: &Field, keys: &[Key], context: &Context) -> Vec<Value> {
    if matches!(field.kind, Kind::Id | Kind::User | Kind::Ids) {
        let ids: BTreeSet<Uuid> = keys
            .iter()
            .filter_map(|key| match key {
                Key::Me => context.me.map(|user| user.0),
                Key::Id(id) => Some(*id),
                Key::Text(_) => None,
            })
            .collect();
        return ids.into_iter().map(Value::from).collect();
    }
    let codes: BTreeSet<String> = keys
        .iter()
        .filter_map(|key| match (key, field.kind) {
            (key, Kind::Names) => Some(normal_key(field, key)),
            (Key::Text(code), _) => Some(code.clone()).filter(|code| !code.is_empty()),
            _ => None,
        })
        .collect();
    codes.into_iter().map(Value::from).collect()
}

/// `part` is in normal form.
fn part_of(part: Part, text: &str) -> Ask {
    if text.is_empty() {
        return Ask::Present;
    }
    if part == Part::Start {
        // A range, because both engines find it in an index; text is stored in byte order.
        let mut bounds = vec![(" >= ", text.into())];
        bounds.extend(after_prefix(text).map(|end| (" < ", end.into())));
        return Ask::Compare(bounds);
    }
    let mut pattern = String::with_capacity(text.len() + 8);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    if part == Part::Inside {
        pattern.push('%');
    }
    Ask::Like(pattern)
}

/// The least text above all that start with `prefix`.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut text = prefix.to_string();
    while let Some(last) = text.pop() {
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

impl Compare {
    const fn sql(self) -> &'static str {
        match self {
            Compare::Eq => " = ",
            Compare::Gt => " > ",
            Compare::Gte => " >= ",
            Compare::Lt => " < ",
            Compare::Lte => " <= ",
        }
    }
}

fn float(number: Number) -> Value {
    #[allow(clippy::cast_precision_loss)]
    match number {
        Number::Int(whole) => Value::from(whole as f64),
        Number::Float(float) => Value::from(float),
    }
}

/// A comparison of a 64-bit column, without leaving 64-bit numbers: engines differ in how they compare
/// those with doubles.
fn whole(compare: Compare, number: Number) -> Ask {
    let number = match number {
        Number::Int(whole) => return Ask::Compare(vec![(compare.sql(), whole.into())]),
        Number::Float(float) => float,
    };
    let above = number >= TWO_63;
    let below = number < -TWO_63;
    #[allow(clippy::cast_possible_truncation)]
    match compare {
        Compare::Eq if above || below || number.fract() != 0.0 => Ask::Never,
        Compare::Eq => Ask::Compare(vec![(" = ", (number as i64).into())]),
        Compare::Gt | Compare::Gte if above => Ask::Never,
        Compare::Gt | Compare::Gte if below => Ask::Present,
        Compare::Gt => Ask::Compare(vec![(" > ", (number.floor() as i64).into())]),
        Compare::Gte => Ask::Compare(vec![(" >= ", (number.ceil() as i64).into())]),
        Compare::Lt | Compare::Lte if above => Ask::Present,
        Compare::Lt | Compare::Lte if below => Ask::Never,
        Compare::Lt => Ask::Compare(vec![(" < ", (number.ceil() as i64).into())]),
        Compare::Lte => Ask::Compare(vec![(" <= ", (number.floor() as i64).into())]),
    }
}

fn both(low: Ask, high: Ask) -> Ask {
    match (low, high) {
        (Ask::Never, _) | (_, Ask::Never) => Ask::Never,
        (Ask::Compare(mut low), Ask::Compare(high)) => {
            low.extend(high);
            Ask::Compare(low)
        }
        (Ask::Present, other) | (other, _) => other,
    }
}
