//! What Quotient's host and its vendor adapters agree on.
//!
//! - [`requirement`]: what a buyer needs.
//! - [`offer`] and [`charge`]: what a vendor sells, as data.
//! - [`metering`] and [`pricing`]: the kernel, which turns both into a [`quote`].
//! - [`language`]: the sheet language, for products that need no code.
//! - [`adapter`]: the one trait that an author implements.
//! - [`wire`]: the same types as protobuf messages.
//! - [`abi`]: the C table between host and plugin; [`export_adapter!`] fills it from the trait.
//! - `conformance`, with the feature of that name: the suite that every adapter must pass.

pub mod abi;
pub mod adapter;
pub mod capability;
pub mod charge;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod digest;
pub mod document;
pub mod export;
pub mod interval;
pub mod language;
pub mod line_set;
#[cfg(feature = "conformance")]
pub mod message_json;
pub mod metering;
pub mod meters;
pub mod money;
mod monotone;
pub mod offer;
pub mod pricing;
pub mod provenance;
pub mod quote;
pub mod requirement;
#[cfg(feature = "conformance")]
pub mod requirement_file;
pub mod wire;
