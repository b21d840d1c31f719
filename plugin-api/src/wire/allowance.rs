//! An allowance both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::charge::{count_to_wire, unless};
use super::enums::WireEnum as _;
use super::found::Found;
use super::metering::{seats_from_wire, seats_to_wire};
use crate::charge::{Allowance, AllowanceExcess, AllowanceReset, AllowanceTier};
use crate::document::path::Path;

pub(super) fn allowance_to_wire(allowance: &Allowance) -> v1::Allowance {
    let (reset, cycles) = match allowance.reset {
        AllowanceReset::EachCycle => (v1::AllowanceReset::Unspecified, None),
        AllowanceReset::CarryOver { cycles } => (v1::AllowanceReset::CarryOver, Some(count_to_wire(cycles))),
        AllowanceReset::OncePerTerm => (v1::AllowanceReset::OncePerTerm, None),
        AllowanceReset::OnceForEver => (v1::AllowanceReset::OnceForEver, None),
    };
    let is_quantity = allowance.amount.is_none() || !allowance.quantity.is_zero();
    v1::Allowance {
        quantity: is_quantity.then(|| decimal_to_wire(allowance.quantity)),
        per_seat: allowance.per_seat.as_ref().map(seats_to_wire),
        tier: allowance.tier.to_wire(),
        amount: allowance.amount.map(decimal_to_wire),
        reset: reset.into(),
        carry_over_cycles: cycles,
        excess: unless(allowance.excess, AllowanceExcess::Excess),
    }
}

pub(super) fn allowance_from_wire(
    wire: &v1::Allowance,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<Allowance> {
    let amount = found.optional_decimal(&at.key("amount"), wire.amount.as_ref());
    let quantity = match (&wire.quantity, &wire.amount) {
        (None, Some(_)) => Some(Decimal::ZERO),
        (quantity, _) => found.decimal(&at.key("quantity"), quantity.as_ref()),
    };
    let per_seat = wire.per_seat.as_ref().and_then(|s| seats_from_wire(s, &at.key("per_seat"), found));
    let tier = found.optional_kind(&at.key("tier"), wire.tier).unwrap_or(AllowanceTier::Net);
    let excess = found.optional_kind(&at.key("excess"), wire.excess).unwrap_or(AllowanceExcess::Excess);
    let reset = reset_from_wire(wire, at, found)?;
    Some(Allowance { quantity: quantity?, per_seat, tier, amount, reset, excess })
}

fn reset_from_wire(wire: &v1::Allowance, at: &Path<'_>, found: &mut Found) -> Option<AllowanceReset> {
    use v1::AllowanceReset as Wire;

    let cycles_at = at.key("carry_over_cycles");
    let cycles = found.whole(&cycles_at, wire.carry_over_cycles, 1);
    let reset = match Wire::try_from(wire.reset) {
        Ok(Wire::CarryOver) if wire.carry_over_cycles.is_none() => {
            found.add(&cycles_at, "found nothing, expected how many cycles what is left can be used in");
            None
        }
        Ok(Wire::CarryOver) => cycles.map(|cycles| AllowanceReset::CarryOver { cycles }),
        Ok(Wire::Unspecified | Wire::EachCycle) => Some(AllowanceReset::EachCycle),
        Ok(Wire::OncePerTerm) => Some(AllowanceReset::OncePerTerm),
        Ok(Wire::OnceForEver) => Some(AllowanceReset::OnceForEver),
        Err(_) => {
            found.add(&at.key("reset"), format!("found the number {}, expected 0 to 4", wire.reset));
            None
        }
    };
    if wire.carry_over_cycles.is_some() && wire.reset != i32::from(Wire::CarryOver) {
        found.add(&cycles_at, "found cycles to carry over, expected them only with a reset that does");
    }
    reset
}
