//! Changes an encoded message: a field of it that its descriptor knows, its bytes now and then.

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;
use prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, ReflectMessage as _,
    Value,
};

use crate::numbers::{decimal, pick, text, times};
use crate::text::{MOST, scramble};

/// The values that stand in the seeds, by field and by the full name of a message.
pub(crate) struct Parts {
    descriptor: MessageDescriptor,
    values: BTreeMap<String, Vec<Value>>,
}

impl Parts {
    pub(crate) fn of(name: &str, seeds: &[Vec<u8>]) -> Option<Self> {
        let pool = DescriptorPool::decode(quotient_proto::DESCRIPTORS).ok()?;
        let descriptor = pool.get_message_by_name(name)?;
        let mut parts = Self { descriptor, values: BTreeMap::new() };
        for seed in seeds {
            if let Ok(message) = DynamicMessage::decode(parts.descriptor.clone(), seed.as_slice()) {
                parts.learn(&message);
            }
        }
        Some(parts)
    }

    fn learn(&mut self, message: &DynamicMessage) {
        for (field, value) in message.fields() {
            for item in value.as_list().unwrap_or(std::slice::from_ref(value)) {
                let known = match item {
                    Value::Message(inner) => {
                        self.learn(inner);
                        inner.descriptor().full_name().to_owned()
                    }
                    _ => field.full_name().to_owned(),
                };
                let values = self.values.entry(known).or_default();
                if values.len() < 300 && !values.contains(item) {
                    values.push(item.clone());
                }
            }
        }
    }

    /// A value of a field, known or made.
    fn value(&self, field: &FieldDescriptor, depth: u8, rng: &mut Rng) -> Value {
        let name = match field.kind() {
            Kind::Message(inner) => inner.full_name().to_owned(),
            _ => field.full_name().to_owned(),
        };
        let known = self.values.get(&name).and_then(|values| pick(rng, values));
        match known {
            Some(known) if rng.u8(..4) != 0 => known.clone(),
            _ => self.made(&field.kind(), field.name(), depth, rng),
        }
    }

    fn made(&self, kind: &Kind, name: &str, depth: u8, rng: &mut Rng) -> Value {
        match kind {
            Kind::Bool => Value::Bool(rng.bool()),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(whole(rng) as i32),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(whole(rng)),
            Kind::Uint32 | Kind::Fixed32 => Value::U32(whole(rng) as u32),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(whole(rng) as u64),
            Kind::Float => Value::F32(f32::from_bits(rng.u32(..))),
            Kind::Double => Value::F64(f64::from_bits(rng.u64(..))),
            Kind::String if name == "value" => Value::String(decimal(rng)),
            Kind::String => Value::String(text(rng)),
            Kind::Bytes => Value::Bytes(text(rng).into_bytes().into()),
            Kind::Enum(kind) => Value::EnumNumber(match rng.u8(..8) {
                0 => whole(rng) as i32,
                _ => rng.i32(..=i32::try_from(kind.values().len()).unwrap_or(0)),
            }),
            Kind::Message(descriptor) => {
                let mut message = DynamicMessage::new(descriptor.clone());
                if let Some(depth) = depth.checked_sub(1) {
                    for _ in 0..rng.u8(..4) {
                        self.set(&mut message, depth, rng);
                    }
                }
                Value::Message(message)
            }
        }
    }

    /// Changes one field of a message.
    fn set(&self, message: &mut DynamicMessage, depth: u8, rng: &mut Rng) {
        let fields: Vec<_> = message.descriptor().fields().collect();
        let Some(field) = pick(rng, &fields) else { return };
        if message.has_field(field) && rng.u8(..6) == 0 {
            return message.clear_field(field);
        }
        if field.is_map() {
            let key = MapKey::String(text(rng));
            return message.set_field(field, Value::Map(HashMap::from([(key, Value::String(text(rng)))])));
        }
        if !field.is_list() {
            let value = self.value(field, depth, rng);
            return message.set_field(field, value);
        }
        let new = self.value(field, depth, rng);
        let Value::List(items) = message.get_field_mut(field) else { return };
        match rng.u8(..5) {
            0 if !items.is_empty() => drop(items.remove(rng.usize(..items.len()))),
            1 => rng.shuffle(items),
            2 => {
                let item = pick(rng, items).cloned().unwrap_or(new);
                items.extend(std::iter::repeat_n(item, times(rng)));
            }
            _ => items.push(new),
        }
    }

    /// Changes a field of the message or of one within it.
    fn change(&self, message: &mut DynamicMessage, rng: &mut Rng) {
        let mut inner: Vec<&mut DynamicMessage> = Vec::new();
        for (_, value) in message.fields_mut() {
            match value {
                Value::Message(message) => inner.push(message),
                Value::List(items) => inner.extend(items.iter_mut().filter_map(Value::as_message_mut)),
                _ => {}
            }
        }
        let at = rng.usize(..=inner.len());
        match inner.get_mut(at) {
            Some(inner) => self.change(inner, rng),
            None => self.set(message, 3, rng),
        }
    }
}

/// Another input made of one.
pub(crate) fn mutate(input: &[u8], parts: &Parts, rng: &mut Rng) -> Vec<u8> {
    let mut bytes = match DynamicMessage::decode(parts.descriptor.clone(), input) {
        Ok(mut message) => {
            for _ in 0..=rng.u8(..4) {
                parts.change(&mut message, rng);
            }
            message.encode_to_vec()
        }
        Err(_) => input.to_vec(),
    };
    if bytes == input || rng.u8(..20) == 0 {
        scramble(&mut bytes, rng);
    }
    bytes.truncate(MOST);
    bytes
}

/// A whole number, mostly small.
fn whole(rng: &mut Rng) -> i64 {
    match rng.u8(..8) {
        0 => rng.i64(..),
        1 => i64::from(i32::MAX),
        2 => -1,
        3 => rng.i64(100..1_100),
        _ => rng.i64(..40),
    }
}
