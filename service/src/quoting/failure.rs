//! Why there is no quote: one list, which the edges map to codes.

use quotient_plugin_api::adapter::{Decline, DeclineKind};
use quotient_plugin_api::wire::InvalidRequirement;

use crate::plugins::CallError;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failure {
    /// The requirement breaks rules; all of them are listed.
    #[error(transparent)]
    InvalidRequirement(#[from] InvalidRequirement),
    /// There is no such product.
    #[error("there is no product {product_id:?}")]
    UnknownProduct {
        /// The id that was asked for.
        product_id: String,
    },
    /// There is no such vendor.
    #[error("there is no vendor {vendor_id:?}")]
    UnknownVendor {
        /// The id that was asked for.
        vendor_id: String,
    },
    /// The product has no quote.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A fault of ours; the details are in the log, and are not shown.
    #[error("internal error")]
    Internal,
}

/// Why one product has no quote.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The vendor offers nothing.
    #[error("{}", .0.text)]
    Declined(Decline),
    /// No answer within the time.
    #[error("no answer within the time")]
    TimedOut,
    /// Too many calls of this plugin at once.
    #[error("the plugin has too many calls under way")]
    Overloaded,
    /// The plugin failed; the details are in the log, and are not shown.
    #[error("the adapter failed")]
    AdapterFailed,
}

impl Refused {
    pub(crate) fn no_matching_offer(text: impl Into<String>, fields: Vec<String>) -> Self {
        Self::Declined(Decline { kind: DeclineKind::NoMatchingOffer, text: text.into(), fields })
    }
}

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        match error {
            CallError::TimedOut => Self::TimedOut,
            CallError::Overloaded => Self::Overloaded,
            _ => Self::AdapterFailed,
        }
    }
}
