//! Messages of the packages `quotient.v1` and `quotient.plugin.v1`, generated from the `.proto`
//! files beside this crate, and the conversions between Google's value types and ours.
//!
//! There is no logic here: plugins and the service share this crate, and only the service adds
//! the gRPC stubs, from [`DESCRIPTORS`].

pub mod convert;

/// The encoded `FileDescriptorSet` of all messages and services, with comments.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.binpb"));

#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::unwrap_used,
    rustdoc::all,
    reason = "generated code: its style and its docs are the generator's"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/quotient.rs"));
}

pub use generated::{google, quotient};

/// The public API, package `quotient.v1`.
pub use generated::quotient::v1;

/// What crosses to a plugin, package `quotient.plugin.v1`.
pub use generated::quotient::plugin::v1 as plugin_v1;
