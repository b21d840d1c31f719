//! Files that people write, in TOML or JSON, read with exact numbers and with the place of everything.
//!
//! A number stays the text that stands in the file until a [`Figure`] or a whole number is asked for,
//! so no price passes through binary fractions. [`Document::read`] fills any type that serde can fill
//! and says `file:line:column: path: what was found and what was expected` where it cannot; a key that
//! a struct does not have is refused, with the nearest one that it has. What is checked after that
//! finds its place again by path, through [`Document::error_at`].
//!
//! Places inside an internally tagged or untagged enum, or beside a flattened field, are lost: serde
//! copies their content first, and the error is then the enclosing table's. Prefer externally tagged
//! enums, as in `price = { flat = … }`.

use std::ops::Range;

use jiff::civil::Date;
use serde::Deserialize;

pub use self::figure::{Day, Figure};
use self::path::Path;
use crate::adapter::OpenError;

mod deserialize;
mod figure;
mod json;
pub(crate) mod path;
mod read_error;
pub(crate) mod suggest;
#[cfg(test)]
mod tests;
mod toml;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Deepest nesting of tables and lists.
pub const MAX_DEPTH: usize = 64;

/// A value and the bytes of the file that say it; a table's are those of its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its bytes.
    pub span: Range<usize>,
}

/// A value of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// JSON's `null`.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, in the digits that stand in the file, without underscores and leading plus.
    Number(String),
    /// A text.
    String(String),
    /// A date, which only TOML has.
    Date(Date),
    /// A list.
    Array(Vec<Node>),
    /// A table, in the order of the file; no key stands twice.
    Table(Vec<(Key, Node)>),
}

impl Value {
    /// What this is, for a message.
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::String(_) => "a text",
            Self::Date(_) => "a date",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// A key of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key, without quotes.
    pub name: String,
    /// Its bytes.
    pub span: Range<usize>,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Path of the value, such as `charges[2].tiers[0]`; empty for the whole file.
    pub path: String,
    /// What was found and what was expected.
    pub text: String,
}

impl DocumentError {
    fn place(&self) -> String {
        let dots = if self.path.is_empty() { "" } else { ": " };
        format!("{}:{}:{}{dots}{}", self.file, self.line, self.column, self.path)
    }
}

impl std::fmt::Display for DocumentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place(), self.text)
    }
}

impl std::error::Error for DocumentError {}

impl From<DocumentError> for OpenError {
    fn from(error: DocumentError) -> Self {
        Self { place: error.place(), text: error.text }
    }
}

/// What is wrong, before its place is told in lines.
struct Fault {
    text: String,
    offset: usize,
    path: String,
}

impl Fault {
    fn new(text: impl Into<String>, offset: usize, path: &Path<'_>) -> Self {
        Self { text: text.into(), offset, path: path.to_string() }
    }

    fn in_file(self, file: &str, source: &str) -> DocumentError {
        // A file may have many faults, so each is placed without a look at every character.
        let within = (0..=self.offset.min(source.len())).rev().find_map(|end| source.get(..end));
        let before = within.unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        DocumentError { file: file.to_owned(), line, column, path: self.path, text: self.text }
    }
}

/// A file that has been read.
#[derive(Debug, Clone)]
pub struct Document {
    name: String,
    text: String,
    root: Node,
}

impl Document {
    /// Reads a file by the ending of its name.
    ///
    /// # Errors
    /// [`DocumentError`] for another ending than `.toml` and `.json`, and for a file that breaks a rule
    /// of its language.
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("toml") => Self::parse_toml(name, text),
            Some("json") => Self::parse_json(name, text),
            _ => {
                let text = "found a file of another kind, expected a name that ends in .toml or .json";
                Err(Fault::new(text, 0, &Path::Root).in_file(name, ""))
            }
        }
    }

    /// Reads a file of bytes by the ending of its name.
    ///
    /// # Errors
    /// As [`Self::parse`], and for bytes that are no UTF-8.
    pub fn parse_bytes(name: &str, bytes: &[u8]) -> Result<Self, DocumentError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(name, text),
            Err(error) => {
                let offset = error.valid_up_to();
                let before = bytes.get(..offset).and_then(|bytes| std::str::from_utf8(bytes).ok());
                let fault = Fault::new("found a byte that is no UTF-8", offset, &Path::Root);
                Err(fault.in_file(name, before.unwrap_or_default()))
            }
        }
    }

    /// Reads TOML.
    ///
    /// # Errors
    /// [`DocumentError`] for what is no TOML, for a number that is no decimal, and for a time of day.
    pub fn parse_toml(name: &str, text: &str) -> Result<Self, DocumentError> {
        Self::parse_with(name, text, toml::parse)
    }

    /// Reads JSON.
    ///
    /// # Errors
    /// [`DocumentError`] for what is no JSON, and for a key that stands twice in an object.
    pub fn parse_json(name: &str, text: &str) -> Result<Self, DocumentError> {
        Self::parse_with(name, text, json::parse)
    }

    fn parse_with(
        name: &str,
        text: &str,
        parse: fn(&str) -> Result<Node, Fault>,
    ) -> Result<Self, DocumentError> {
        if text.len() > MAX_BYTES {
            let rule = format!("found {} bytes, expected at most {MAX_BYTES}", text.len());
            return Err(Fault::new(rule, 0, &Path::Root).in_file(name, text));
        }
        let root = parse(text).map_err(|fault| fault.in_file(name, text))?;
        Ok(Self { name: name.to_owned(), text: text.to_owned(), root })
    }

    /// The name that the file was read by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text that was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole file, as a tree.
    #[must_use]
    pub const fn root(&self) -> &Node {
        &self.root
    }

    /// The same file with another tree, whose nodes keep the places that they had.
    #[must_use]
    pub(crate) fn map_root(mut self, map: impl FnOnce(&Node) -> Node) -> Self {
        self.root = map(&self.root);
        self
    }

    /// The same file, with values for keys that one of its tables leaves out; the path is of the table.
    #[must_use]
    pub fn with_defaults(mut self, path: &str, defaults: &[(&str, Value)]) -> Self {
        if let Some(Node { value: Value::Table(entries), span }) = self.root.walk_mut(path) {
            for (name, value) in defaults {
                if entries.iter().all(|(key, _)| key.name != *name) {
                    let key = Key { name: (*name).to_owned(), span: span.clone() };
                    entries.push((key, Node { value: value.clone(), span: span.clone() }));
                }
            }
        }
        self
    }

    /// The same file, with all its keys but some in a list of one table under a new key.
    #[must_use]
    pub fn wrapped(mut self, name: &str, outside: &[&str]) -> Self {
        if let Value::Table(entries) = &mut self.root.value {
            let span = self.root.span.clone();
            let (kept, inner) = std::mem::take(entries)
                .into_iter()
                .partition(|(key, _)| outside.contains(&key.name.as_str()));
            *entries = kept;
            let table = Node { value: Value::Table(inner), span: span.clone() };
            let list = Node { value: Value::Array(vec![table]), span: span.clone() };
            entries.push((Key { name: name.to_owned(), span }, list));
        }
        self
    }

    /// Fills a type from the whole file.
    ///
    /// # Errors
    /// [`DocumentError`] for the first value that does not fit.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DocumentError> {
        deserialize::read(&self.root).map_err(|fault| fault.in_file(&self.name, &self.text))
    }

    /// An error about the value at a path such as `charges[2].tiers[0]`, at the place of the value or of
    /// the nearest one around it that is there.
    #[must_use]
    pub fn error_at(&self, path: &str, text: impl Into<String>) -> DocumentError {
        let offset = self.root.walk(path).span.start;
        Fault { text: text.into(), offset, path: path.to_owned() }.in_file(&self.name, &self.text)
    }
}

impl Node {
    /// The value at a path of one key and one index, such as `charges[2]`; the whole for an empty path.
    fn walk_mut(&mut self, path: &str) -> Option<&mut Self> {
        if path.is_empty() {
            return Some(self);
        }
        let Value::Table(entries) = &mut self.value else { return None };
        let Some((name, index)) = path.trim_end_matches(']').split_once('[') else {
            return entries.iter_mut().find(|(key, _)| key.name == path).map(|(_, node)| node);
        };
        let (_, list) = entries.iter_mut().find(|(key, _)| key.name == name)?;
        let Value::Array(nodes) = &mut list.value else { return None };
        nodes.get_mut(index.parse::<usize>().ok()?)
    }

    /// The deepest value on a path.
    fn walk(&self, path: &str) -> &Self {
        let path = path.strip_prefix('.').unwrap_or(path);
        let step = match &self.value {
            Value::Table(entries) => entries
                .iter()
                .filter_map(|(key, node)| Some((node, path.strip_prefix(key.name.as_str())?)))
                .filter(|(_, rest)| rest.is_empty() || rest.starts_with(['.', '[']))
                // A key may hold a dot itself: the longest one is meant.
                .min_by_key(|(_, rest)| rest.len()),
            Value::Array(nodes) => path
                .strip_prefix('[')
                .and_then(|path| path.split_once(']'))
                .and_then(|(index, rest)| Some((nodes.get(index.parse::<usize>().ok()?)?, rest))),
            _ => None,
        };
        step.map_or(self, |(node, rest)| node.walk(rest))
    }
}
