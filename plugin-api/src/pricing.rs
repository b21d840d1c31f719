//! The pricing kernel.

use crate::offer::Offer;
use crate::quote::Quote;
use crate::requirement::Requirement;

/// Why an offer cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {}

/// Prices an offer for a requirement.
///
/// # Errors
/// [`PriceError`].
pub fn price(_requirement: &Requirement, _offer: &Offer) -> Result<Quote, PriceError> {
    loop {}
}

/// Best first.
pub fn rank_offers(_quotes: &mut [Quote]) {}
