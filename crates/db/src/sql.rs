//! Statement text and its parameters. Text comes from `&'static str` alone, so a value can never
//! become SQL by accident.

use crate::Value;
use std::borrow::Cow;

/// A statement built from parts, with `$n` placeholders numbered in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &'static str) -> Sql {
        Sql { text: text.to_string(), values: Vec::new() }
    }

    /// Appends fixed text.
    pub fn push(&mut self, text: &'static str) -> &mut Sql {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder bound to `value`.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Sql {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Appends `($n, $n+1, …)`; an empty list becomes `(NULL)`, which no value is in.
    pub fn bind_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Sql {
        self.push("(");
        let mut empty = true;
        for value in values {
            if !empty {
                self.push(", ");
            }
            empty = false;
            self.bind(value);
        }
        if empty {
            self.push("NULL");
        }
        self.push(")")
    }

    /// Appends another statement, renumbering its placeholders.
    pub fn append(&mut self, other: &Sql) -> &mut Sql {
        let offset = self.values.len();
        let mut rest = other.text.as_str();
        while let Some(at) = rest.find('$') {
            let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            self.text.push_str(&rest[..=at]);
            let number = &rest[at + 1..at + 1 + digits];
            match number.parse::<usize>() {
                Ok(number) => self.text.push_str(&(number + offset).to_string()),
                Err(_) => self.text.push_str(number),
            }
            rest = &rest[at + 1 + digits..];
        }
        self.text.push_str(rest);
        self.values.extend(other.values.iter().cloned());
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn values(&self) -> &[Value] {
        &self.values
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// A statement ready to run: fixed text with parameters, or a built [`Sql`].
pub struct Query<'a> {
    pub(crate) text: &'a str,
    pub(crate) values: Cow<'a, [Value]>,
    /// Fixed text is prepared once per connection and kept.
    pub(crate) fixed: bool,
}

impl From<&'static str> for Query<'_> {
    fn from(text: &'static str) -> Self {
        Query { text, values: Cow::Borrowed(&[]), fixed: true }
    }
}

impl<const N: usize> From<(&'static str, [Value; N])> for Query<'_> {
    fn from((text, values): (&'static str, [Value; N])) -> Self {
        Query { text, values: Cow::Owned(values.into()), fixed: true }
    }
}

impl<'a> From<(&'static str, &'a [Value])> for Query<'a> {
    fn from((text, values): (&'static str, &'a [Value])) -> Self {
        Query { text, values: Cow::Borrowed(values), fixed: true }
    }
}

impl<'a> From<&'a Sql> for Query<'a> {
    fn from(sql: &'a Sql) -> Self {
        Query { text: &sql.text, values: Cow::Borrowed(&sql.values), fixed: false }
    }
}

impl<'a> From<&'a mut Sql> for Query<'a> {
    fn from(sql: &'a mut Sql) -> Self {
        Query::from(&*sql)
    }
}

/// `$1` → `?1`: SQLite numbers `$1` by first appearance, `?1` by its number.
pub(crate) fn sqlite_placeholders(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut start = 0;
    for at in 0..bytes.len() {
        if bytes[at] == b'$' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
            out.push_str(&text[start..at]);
            out.push('?');
            start = at + 1;
        }
    }
    out.push_str(&text[start..]);
    out
}
