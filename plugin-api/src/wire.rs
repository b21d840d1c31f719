//! The domain types as protobuf messages: the only place that knows both.
//!
//! A domain type has passed all rules of its proto file; whatever comes in is refused with every rule
//! that it breaks, by path. [`resolve()`] is the one place that fills a requirement's defaults.

pub(crate) use self::catalog::catalog_violations;
pub use self::catalog::{
    catalog_from_wire, catalog_to_wire, config_from_wire, config_to_wire, library_from_wire, library_to_wire,
};
pub use self::charge::charge_to_wire;
pub(crate) use self::enums::WireEnum;
pub use self::found::Violation;
pub use self::offer::{answer_from_wire, answer_to_wire, offer_from_wire, offer_to_wire};
pub use self::quote::{money_range, quote_to_wire, trim_to_basic};
pub use self::request::{request_from_wire, request_to_wire};
pub use self::requirement::{InvalidRequirement, requirement_from_wire};
pub use self::resolve::resolve;
use crate::offer::InvalidOffer;

mod adjustment;
mod allowance;
mod buyer;
mod capability;
mod catalog;
mod charge;
mod computed;
mod demand;
mod enums;
mod found;
mod holding;
mod line_set;
mod lines;
mod metering;
#[cfg(test)]
mod metering_tests;
mod model;
mod offer;
mod packs;
mod percentage;
mod quote;
mod reading;
mod request;
mod requirement;
#[cfg(test)]
mod requirement_tests;
mod resolve;
#[cfg(test)]
mod round_trip_tests;
mod spend;
mod time;

/// Longest text of a requirement or a catalogue, in characters.
pub const MAX_TEXT: usize = 200;
/// Most months of a term or a horizon.
pub const MAX_MONTHS: u32 = 120;

/// Why a message of the other side cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WireError {
    /// The bytes are no message of the type.
    #[error("found bytes that are no such message: {0}")]
    Decode(#[from] prost::DecodeError),
    /// The requirement breaks its rules.
    #[error(transparent)]
    Requirement(#[from] InvalidRequirement),
    /// An offer breaks its rules.
    #[error(transparent)]
    Offer(#[from] InvalidOffer),
    /// The message is well formed and breaks a rule of its own.
    #[error("{0}")]
    Malformed(String),
}
