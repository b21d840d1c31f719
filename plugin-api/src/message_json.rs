//! Proto3 JSON of any message of ours, by its descriptor.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, Kind, MessageDescriptor, SerializeOptions};
use serde_json::Value;

/// Descriptors of all messages; `None` only if the build embedded broken ones.
static POOL: LazyLock<Option<DescriptorPool>> =
    LazyLock::new(|| DescriptorPool::decode(quotient_proto::DESCRIPTORS).ok());

/// A message cannot be written or read as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

/// The descriptor of a message, by its full name.
///
/// # Errors
/// [`JsonError`] when there is no such message.
pub fn descriptor(name: &str) -> Result<MessageDescriptor, JsonError> {
    POOL.as_ref()
        .and_then(|pool| pool.get_message_by_name(name))
        .ok_or_else(|| JsonError(format!("there is no message {name:?}")))
}

/// A message as proto3 JSON, two spaces deep: the same text for the same message.
///
/// # Errors
/// [`JsonError`] when `name` is not the message's own.
pub fn write<M: Message>(name: &str, message: &M) -> Result<String, JsonError> {
    let refused = |error: serde_json::Error| JsonError(error.to_string());
    let descriptor = descriptor(name)?;
    let encoded = message.encode_to_vec();
    let dynamic = DynamicMessage::decode(descriptor.clone(), encoded.as_slice())
        .map_err(|error| JsonError(error.to_string()))?;
    let options = SerializeOptions::new().skip_default_fields(true);
    let mut value =
        dynamic.serialize_with_options(serde_json::value::Serializer, &options).map_err(refused)?;
    sort_maps(&mut value, &descriptor);
    serde_json::to_string_pretty(&value).map_err(refused)
}

/// Orders the entries of map fields, which come in the order of a hash; fields stay where they are.
fn sort_maps(value: &mut Value, descriptor: &MessageDescriptor) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        let Some(field) = descriptor.get_field_by_json_name(name) else { continue };
        match (field.kind(), value) {
            (_, Value::Object(entries)) if field.is_map() => entries.sort_keys(),
            (Kind::Message(inner), Value::Array(items)) => {
                items.iter_mut().for_each(|item| sort_maps(item, &inner));
            }
            (Kind::Message(inner), value) => sort_maps(value, &inner),
            _ => {}
        }
    }
}

/// A message from proto3 JSON; unknown fields are refused.
///
/// # Errors
/// [`JsonError`] says what was found.
pub fn read<M: Message + Default>(name: &str, value: &Value) -> Result<M, JsonError> {
    let message = DynamicMessage::deserialize(descriptor(name)?, value)
        .map_err(|error| JsonError(error.to_string()))?;
    M::decode(message.encode_to_vec().as_slice()).map_err(|error| JsonError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use quotient_proto::v1;

    use super::*;

    #[test]
    fn the_same_message_is_the_same_text_whatever_its_maps_hold() {
        let attributes = ["zeta", "alpha", "mu", "beta"].map(|name| (name.to_owned(), "1".to_owned()));
        let demand = v1::Demand { attributes: attributes.into(), ..v1::Demand::default() };
        let requirement = v1::Requirement { demand: vec![demand], ..v1::Requirement::default() };
        let text = write("quotient.v1.Requirement", &requirement).unwrap();
        let names: Vec<_> = text.lines().filter_map(|line| line.split('"').nth(1)).collect();
        assert_eq!(names, ["demand", "attributes", "alpha", "beta", "mu", "zeta"]);
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(read::<v1::Requirement>("quotient.v1.Requirement", &value).unwrap(), requirement);
    }
}
