//! TOML as a tree.

use std::ops::Range;

use jiff::civil::Date;
use toml_edit::{Datetime, InlineTable, Item, Table};

use super::path::Path;
use super::suggest::shown;
use super::{Fault, Key, MAX_DEPTH, Node, Value};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let document = toml_edit::Document::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        Fault::new(broken(error.message(), text.get(span.clone())), span.start, &Path::Root)
    })?;
    let reader = Reader { text };
    reader.table(document.as_table(), 0..0, &Path::Root, MAX_DEPTH)
}

/// What the parser says of text that is no TOML; of a key that stands twice it does not say which one.
fn broken(message: &str, found: Option<&str>) -> String {
    let key = found.map(|found| found.trim_matches(['[', ']', ' ', '"', '\''])).unwrap_or_default();
    if message == "duplicate key" && !key.is_empty() {
        return format!("found the key {} twice, expected each once", shown(key));
    }
    message.replace('\n', ", ")
}

struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    fn item(&self, item: &Item, key: Range<usize>, path: &Path<'_>, depth: usize) -> Result<Node, Fault> {
        match item {
            Item::None => Ok(Node { value: Value::Null, span: key }),
            Item::Value(value) => self.value(value, key, path, depth),
            Item::Table(table) => self.table(table, key, path, depth),
            Item::ArrayOfTables(tables) => {
                let depth = deeper(depth, &key, path)?;
                let nodes = tables
                    .iter()
                    .enumerate()
                    .map(|(index, table)| self.table(table, key.clone(), &path.index(index), depth))
                    .collect::<Result<_, _>>()?;
                Ok(Node { value: Value::Array(nodes), span: key })
            }
        }
    }

    fn table(&self, table: &Table, key: Range<usize>, path: &Path<'_>, depth: usize) -> Result<Node, Fault> {
        let span = table.span().unwrap_or(key);
        let depth = deeper(depth, &span, path)?;
        let mut entries = Vec::new();
        for (name, item) in table.iter() {
            let key = table.key(name).and_then(toml_edit::Key::span).unwrap_or_else(|| span.clone());
            let node = self.item(item, key.clone(), &path.key(name), depth)?;
            entries.push((Key { name: name.to_owned(), span: key }, node));
        }
        Ok(Node { value: Value::Table(entries), span })
    }

    fn inline(
        &self,
        table: &InlineTable,
        span: Range<usize>,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<Node, Fault> {
        let depth = deeper(depth, &span, path)?;
        let mut entries = Vec::new();
        for (name, value) in table.iter() {
            let key = table.key(name).and_then(toml_edit::Key::span).unwrap_or_else(|| span.clone());
            let node = self.value(value, key.clone(), &path.key(name), depth)?;
            entries.push((Key { name: name.to_owned(), span: key }, node));
        }
        Ok(Node { value: Value::Table(entries), span })
    }

    fn value(
        &self,
        value: &toml_edit::Value,
        key: Range<usize>,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<Node, Fault> {
        let span = value.span().unwrap_or(key);
        let value = match value {
            toml_edit::Value::String(text) => Value::String(text.value().clone()),
            toml_edit::Value::Boolean(value) => Value::Bool(*value.value()),
            // The parsed number is not looked at: only the digits in the file are exact.
            toml_edit::Value::Integer(_) | toml_edit::Value::Float(_) => {
                Value::Number(self.number(&span, path)?)
            }
            toml_edit::Value::Datetime(date) => Value::Date(day(date.value(), &span, path)?),
            toml_edit::Value::Array(values) => {
                let depth = deeper(depth, &span, path)?;
                let nodes = values
                    .iter()
                    .enumerate()
                    .map(|(index, value)| self.value(value, span.clone(), &path.index(index), depth))
                    .collect::<Result<_, _>>()?;
                Value::Array(nodes)
            }
            toml_edit::Value::InlineTable(table) => return self.inline(table, span, path, depth),
        };
        Ok(Node { value, span })
    }

    fn number(&self, span: &Range<usize>, path: &Path<'_>) -> Result<String, Fault> {
        let found = self.text.get(span.clone()).unwrap_or_default();
        let digits = found.replace('_', "");
        let digits = digits.strip_prefix('+').unwrap_or(&digits);
        let decimal = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        // A base other than ten, infinity and not-a-number are all told by a letter.
        if digits.is_empty() || !digits.chars().all(decimal) {
            let text = format!("found {found}, expected a decimal number");
            return Err(Fault::new(text, span.start, path));
        }
        Ok(digits.to_owned())
    }
}

fn day(found: &Datetime, span: &Range<usize>, path: &Path<'_>) -> Result<Date, Fault> {
    let date = match found {
        Datetime { date: Some(date), time: None, offset: None } => {
            let year = i16::try_from(date.year).ok();
            let (month, day) = (i8::try_from(date.month).ok(), i8::try_from(date.day).ok());
            year.zip(month).zip(day).and_then(|((year, month), day)| Date::new(year, month, day).ok())
        }
        _ => None,
    };
    date.ok_or_else(|| {
        Fault::new(format!("found {found}, expected a date such as 2026-03-01"), span.start, path)
    })
}

fn deeper(depth: usize, span: &Range<usize>, path: &Path<'_>) -> Result<usize, Fault> {
    depth.checked_sub(1).ok_or_else(|| {
        Fault::new(format!("found deeper nesting, expected at most {MAX_DEPTH} levels"), span.start, path)
    })
}
