//! JSON as a tree.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::path::Path;
use super::suggest::shown;
use super::{Fault, Key, MAX_DEPTH, Node, Value};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let reader = Reader { text };
    let root: &RawValue = reader.raw(text, &Path::Root)?;
    reader.node(root, &Path::Root, MAX_DEPTH)
}

struct Reader<'t> {
    text: &'t str,
}

impl<'t> Reader<'t> {
    /// Parses one level; what lies below it stays text.
    fn raw<T: Deserialize<'t>>(&self, part: &'t str, path: &Path<'_>) -> Result<T, Fault> {
        serde_json::from_str(part).map_err(|error| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let told = error.to_string();
            let line_start: usize =
                part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let within = line_start + error.column().saturating_sub(1);
            Fault::new(told.strip_suffix(&place).unwrap_or(&told), self.offset(part) + within, path)
        })
    }

    /// Where a part of the text begins.
    fn offset(&self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }

    fn node(&self, raw: &'t RawValue, path: &Path<'_>, depth: usize) -> Result<Node, Fault> {
        let part = raw.get();
        let start = self.offset(part);
        let span = start..start + part.len();
        let deeper = || {
            let text = format!("found deeper nesting, expected at most {MAX_DEPTH} levels");
            depth.checked_sub(1).ok_or_else(|| Fault::new(text, start, path))
        };
        let value = match part.as_bytes().first() {
            Some(b'{') => self.table(part, path, deeper()?)?,
            Some(b'[') => {
                let depth = deeper()?;
                let nodes = self
                    .raw::<Vec<&RawValue>>(part, path)?
                    .into_iter()
                    .enumerate()
                    .map(|(index, raw)| self.node(raw, &path.index(index), depth))
                    .collect::<Result<_, _>>()?;
                Value::Array(nodes)
            }
            Some(b'"') => Value::String(self.raw(part, path)?),
            Some(b't' | b'f') => Value::Bool(self.raw(part, path)?),
            Some(b'n') => Value::Null,
            _ => Value::Number(part.to_owned()),
        };
        Ok(Node { value, span })
    }

    fn table(&self, part: &'t str, path: &Path<'_>, depth: usize) -> Result<Value, Fault> {
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        for (key, value) in self.raw::<Entries<'t>>(part, path)?.0 {
            let start = self.offset(key.get());
            let name: String = self.raw(key.get(), path)?;
            if !seen.insert(name.clone()) {
                let text = format!("found the key {} twice, expected each once", shown(&name));
                return Err(Fault::new(text, start, path));
            }
            let node = self.node(value, &path.key(&name), depth)?;
            entries.push((Key { name, span: start..start + key.get().len() }, node));
        }
        Ok(Value::Table(entries))
    }
}

/// The keys and values of one object, unread and in order.
struct Entries<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
