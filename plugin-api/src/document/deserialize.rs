//! A tree read into any type that serde can fill, with the place of what does not fit.

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::path::Path;
use super::read_error::ReadError;
use super::suggest::any_of;
use super::{Fault, Key, Node, Value};

pub(super) fn read<'de, T: Deserialize<'de>>(root: &'de Node) -> Result<T, Fault> {
    let reader = NodeReader { node: root, path: &Path::Root };
    reader.placed(T::deserialize(reader)).map_err(Fault::from)
}

/// A value and where it stands.
#[derive(Clone, Copy)]
struct NodeReader<'de, 'p> {
    node: &'de Node,
    path: &'p Path<'p>,
}

impl<'de> NodeReader<'de, '_> {
    fn placed<T>(self, result: Result<T, ReadError>) -> Result<T, ReadError> {
        result.map_err(|error| error.at(self.node.span.start, self.path))
    }

    fn refuse<T>(self, visitor: &impl Visitor<'de>) -> Result<T, ReadError> {
        let found = match &self.node.value {
            Value::Number(text) => Unexpected::Other(text),
            Value::String(text) => Unexpected::Str(text),
            Value::Bool(value) => Unexpected::Bool(*value),
            other => Unexpected::Other(other.kind()),
        };
        self.placed(Err(ReadError::invalid_type(found, visitor)))
    }

    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let Value::Number(text) = &self.node.value else { return self.refuse(&visitor) };
        if let Ok(value) = text.parse::<u64>() {
            self.placed(visitor.visit_u64(value))
        } else if let Ok(value) = text.parse::<i64>() {
            self.placed(visitor.visit_i64(value))
        } else {
            self.refuse(&visitor)
        }
    }

    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.value {
            Value::Number(text) | Value::String(text) => self.placed(visitor.visit_borrowed_str(text)),
            Value::Date(date) => self.placed(visitor.visit_string(date.to_string())),
            _ => self.refuse(&visitor),
        }
    }

    fn list<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, ReadError> {
        if let Value::Array(nodes) = &self.node.value
            && nodes.len() != length
        {
            return self.placed(Err(ReadError::invalid_length(nodes.len(), &visitor)));
        }
        self.deserialize_any(visitor)
    }
}

macro_rules! all_as {
    ($way:ident: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            self.$way(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for NodeReader<'de, '_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let path = self.path;
        self.placed(match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            // Whole numbers as such, all others as their digits: never a binary fraction.
            Value::Number(text) => match (text.parse::<u64>(), text.parse::<i64>()) {
                (Ok(value), _) => visitor.visit_u64(value),
                (_, Ok(value)) => visitor.visit_i64(value),
                _ => visitor.visit_borrowed_str(text),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Date(date) => visitor.visit_string(date.to_string()),
            Value::Array(nodes) => visitor.visit_seq(Elements { nodes, next: 0, path }),
            Value::Table(entries) => visitor.visit_map(Entries { entries, value: None, path }),
        })
    }

    all_as! { integer:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    all_as! { text: deserialize_str deserialize_string deserialize_char deserialize_identifier }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ReadError> {
        let text = "found a field of binary fractions, expected one of figures: digits would be lost";
        self.placed(Err(ReadError::custom(text)))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.value {
            Value::Null => self.placed(visitor.visit_none()),
            _ => self.placed(visitor.visit_some(self)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.placed(visitor.visit_newtype_struct(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let Value::Table(entries) = &self.node.value else { return self.refuse(&visitor) };
        if let Some((key, _)) = entries.iter().find(|(key, _)| !fields.contains(&key.name.as_str())) {
            return Err(ReadError::unknown_field(&key.name, fields).at(key.span.start, self.path));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.list(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.list(length, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match &self.node.value {
            Value::String(name) => self.placed(visitor.visit_enum(StrDeserializer::new(name))),
            Value::Table(entries) => match entries.as_slice() {
                [(key, node)] => self.placed(visitor.visit_enum(Variant { key, node, path: self.path })),
                entries => {
                    let found = format!("found a table of {} keys", entries.len());
                    let text = format!("{found}, expected one key: {}", any_of(variants));
                    self.placed(Err(ReadError::custom(text)))
                }
            },
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool bytes byte_buf unit unit_struct seq map
    }
}

/// The elements of a list.
struct Elements<'de, 'p> {
    nodes: &'de [Node],
    next: usize,
    path: &'p Path<'p>,
}

impl<'de> SeqAccess<'de> for Elements<'de, '_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let Some(node) = self.nodes.get(self.next) else { return Ok(None) };
        let path = self.path.index(self.next);
        self.next += 1;
        let reader = NodeReader { node, path: &path };
        reader.placed(seed.deserialize(reader)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        self.nodes.len().checked_sub(self.next)
    }
}

/// The entries of a table.
struct Entries<'de, 'p> {
    entries: &'de [(Key, Node)],
    value: Option<&'de (Key, Node)>,
    path: &'p Path<'p>,
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Some((entry, rest)) = self.entries.split_first() else { return Ok(None) };
        (self.entries, self.value) = (rest, Some(entry));
        let key = &entry.0;
        let read = seed.deserialize(KeyReader { name: &key.name });
        read.map(Some).map_err(|error| error.at(key.span.start, self.path))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let Some((key, node)) = self.value.take() else {
            return Err(ReadError::custom("a value was asked for before its key"));
        };
        let path = self.path.key(&key.name);
        let reader = NodeReader { node, path: &path };
        reader.placed(seed.deserialize(reader))
    }
}

/// The key of a table: a text, or a type that wraps or enumerates texts.
struct KeyReader<'de> {
    name: &'de str,
}

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_borrowed_str(self.name)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_enum(StrDeserializer::new(self.name))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A variant named by the only key of a table, with its value.
struct Variant<'de, 'p> {
    key: &'de Key,
    node: &'de Node,
    path: &'p Path<'p>,
}

impl<'de> EnumAccess<'de> for Variant<'de, '_> {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), ReadError> {
        let read = seed.deserialize(KeyReader { name: &self.key.name });
        match read {
            Ok(variant) => Ok((variant, self)),
            Err(error) => Err(error.at(self.key.span.start, self.path)),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        match &self.node.value {
            Value::Null => Ok(()),
            Value::Table(entries) if entries.is_empty() => Ok(()),
            other => {
                let text = format!("found {}, expected the name alone or an empty table", other.kind());
                Err(ReadError::custom(text).at(self.node.span.start, &self.path.key(&self.key.name)))
            }
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ReadError> {
        let path = self.path.key(&self.key.name);
        let reader = NodeReader { node: self.node, path: &path };
        reader.placed(seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, ReadError> {
        let path = self.path.key(&self.key.name);
        NodeReader { node: self.node, path: &path }.list(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let path = self.path.key(&self.key.name);
        NodeReader { node: self.node, path: &path }.deserialize_struct("", fields, visitor)
    }
}
