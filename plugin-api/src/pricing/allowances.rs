//! What a cycle is not charged for.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::cycles::Extent;
use super::proration::Share;
use crate::charge::Charge;
use crate::interval::ArithmeticError;
use crate::requirement::profile::QUANTITY_SCALE;

/// What a cycle is given of its allowance: a part of a cycle has a part of it, where its quantity is one
/// that adds up and the sheet does not say otherwise.
pub(crate) fn given(
    charge: &Charge,
    extent: Extent,
    adds_up: bool,
    currency: Currency,
    allowed: Decimal,
) -> Result<Decimal, ArithmeticError> {
    let proration = charge.proration.filter(|proration| adds_up && proration.parts.allowance);
    let (Some(proration), Some(part)) = (proration, extent.part()) else { return Ok(allowed) };
    match Share::of(&proration, part, currency)? {
        Some(share) => Ok(share.quantity(allowed)?.round_dp(QUANTITY_SCALE).normalize()),
        None => Ok(allowed),
    }
}
