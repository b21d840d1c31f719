//! The domain types as protobuf messages.
