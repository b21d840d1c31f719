//! Proto3 JSON of any message of ours, by its descriptor.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};

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

/// A message as proto3 JSON, two spaces deep.
///
/// # Errors
/// [`JsonError`] when `name` is not the message's own.
pub fn write<M: Message>(name: &str, message: &M) -> Result<String, JsonError> {
    let encoded = message.encode_to_vec();
    let message = DynamicMessage::decode(descriptor(name)?, encoded.as_slice())
        .map_err(|e| JsonError(e.to_string()))?;
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::pretty(&mut out);
    message
        .serialize_with_options(&mut serializer, &SerializeOptions::new().skip_default_fields(true))
        .map_err(|error| JsonError(error.to_string()))?;
    String::from_utf8(out).map_err(|error| JsonError(error.to_string()))
}

/// A message from proto3 JSON; unknown fields are refused.
///
/// # Errors
/// [`JsonError`] says what was found.
pub fn read<M: Message + Default>(name: &str, value: &serde_json::Value) -> Result<M, JsonError> {
    let message = DynamicMessage::deserialize(descriptor(name)?, value)
        .map_err(|error| JsonError(error.to_string()))?;
    M::decode(message.encode_to_vec().as_slice()).map_err(|error| JsonError(error.to_string()))
}
