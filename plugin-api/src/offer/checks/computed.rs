//! What must hold of amounts that an adapter has computed.

use rust_decimal::Decimal;

use super::Violations;
use crate::charge::{Charge, Cycle, PriceModel, Priced};
use crate::offer::{MAX_COMPUTED, MAX_FORMULA};

pub(super) fn check(charge: &Charge, place: &str, found: &mut Violations) {
    let PriceModel::Computed { formula, amounts } = &charge.model else { return };
    let at = format!("{place}.computed");
    if formula.trim().is_empty() || formula.chars().count() > MAX_FORMULA {
        found.add(&at, format!("found no formula, or a long one, expected 1 to {MAX_FORMULA} characters"));
    }
    if amounts.is_empty() || amounts.len() > MAX_COMPUTED {
        found.add(&at, format!("found {} amounts, expected 1 to {MAX_COMPUTED}", amounts.len()));
    }
    for amount in amounts.iter().filter(|amount| amount.low() < Decimal::ZERO) {
        found.add(&at, format!("found the amount {}, expected 0 or more", amount.low()));
    }
    if !matches!(charge.cycle, Cycle::Month | Cycle::Once) {
        found.add(&at, format!("found a cycle of {:?}, expected month or once", charge.cycle));
    }
    // The amounts are what they are, whatever the quantity.
    let by_quantity = charge.allowance.is_some()
        || charge.zero_quantity.is_some()
        || charge.spend_commitment.is_some()
        || charge.unit_price_rounding.is_some()
        || charge.priced != Priced::Together;
    if by_quantity {
        let rule = "found what changes a quantity or its price, expected none: the amounts are computed";
        found.add(&at, rule);
    }
}
