//! A file as a tree that can be changed, and written again as TOML or JSON.

use std::fmt::Write as _;

use quotient_plugin_api::document::{Document, Node, Value};

/// A value of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// What stands without quotes: a number, true or false, a date.
    Bare(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// A table.
    Table(Vec<(String, Tree)>),
}

impl Tree {
    /// The tree of a file in TOML or JSON, unless it is neither.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let document = Document::parse_bytes(name_of(bytes, "seed"), bytes).ok()?;
        Some(Self::of(document.root()))
    }

    fn of(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::Bare("null".to_owned()),
            Value::Bool(value) => Self::Bare(value.to_string()),
            Value::Number(digits) => Self::Bare(digits.clone()),
            Value::Date(date) => Self::Bare(date.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(nodes) => Self::List(nodes.iter().map(Self::of).collect()),
            Value::Table(entries) => {
                Self::Table(entries.iter().map(|(key, node)| (key.name.clone(), Self::of(node))).collect())
            }
        }
    }

    /// Number of values in it.
    #[must_use]
    pub fn size(&self) -> usize {
        let below: usize = match self {
            Self::Bare(_) | Self::Text(_) => 0,
            Self::List(items) => items.iter().map(Self::size).sum(),
            Self::Table(entries) => entries.iter().map(|(_, value)| value.size()).sum(),
        };
        below.saturating_add(1)
    }

    /// As JSON; a date is a text there.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, ':', false);
        out
    }

    /// As TOML: one line for each key of the whole.
    #[must_use]
    pub fn toml(&self) -> String {
        let Self::Table(entries) = self else { return self.json() };
        let mut out = String::new();
        for (key, value) in entries {
            out.push_str(&quoted(key));
            out.push_str(" = ");
            value.write(&mut out, '=', true);
            out.push('\n');
        }
        out
    }

    fn write(&self, out: &mut String, between: char, dates: bool) {
        match self {
            Self::Bare(text) if !dates && text.len() == 10 && text.get(4..5) == Some("-") => {
                out.push_str(&quoted(text));
            }
            Self::Bare(text) => out.push_str(text),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    item.write(out, between, dates);
                }
                out.push(']');
            }
            Self::Table(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    out.push_str(&quoted(key));
                    out.push(between);
                    value.write(out, between, dates);
                }
                out.push('}');
            }
        }
    }
}

/// A name with the ending that fits what the bytes look like.
#[must_use]
pub fn name_of(bytes: &[u8], stem: &str) -> &'static str {
    let json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match (stem, json) {
        ("seed", true) => "seed.json",
        ("seed", false) => "seed.toml",
        (_, true) => "input.json",
        (_, false) => "input.toml",
    }
}

/// What JSON and TOML both read as this text.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            character if character.is_control() => {
                let _infallible = write!(out, "\\u{:04x}", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    out
}
