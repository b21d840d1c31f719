//! Values as TOML writes them.

use crate::document::{Node, Value};

/// A text in quotes.
pub(super) fn text(text: &str) -> String {
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            letter if letter.is_control() => written.push_str(&format!("\\u{:04X}", u32::from(letter))),
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}

/// A key, in quotes where it needs them.
pub(super) fn key(name: &str) -> String {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { text(name) }
}

/// A value on one line.
pub(super) fn value(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(digits) => digits.clone(),
        Value::String(words) => text(words),
        Value::Date(date) => date.to_string(),
        Value::Array(nodes) => {
            let nodes: Vec<_> = nodes.iter().map(value).collect();
            format!("[{}]", nodes.join(", "))
        }
        Value::Table(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(name, node)| format!("{} = {}", key(&name.name), value(node))).collect();
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
    }
}
