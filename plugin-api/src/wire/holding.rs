//! Quantities that are paid for already.

use quotient_proto::v1;
use rust_decimal::Decimal;

use super::found::Found;
use crate::document::path::Path;
use crate::document::suggest::shown;
use crate::interval::mul;
use crate::meters::Meter;
use crate::requirement::Holding;

/// Most base units that are held.
const MAX_HELD: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

pub(super) fn holding(wire: &v1::Holding, at: &Path<'_>, found: &mut Found) -> Option<Holding> {
    let meter_at = at.key("meter_id");
    let meter = found.meter(&meter_at, &wire.meter_id);
    if meter.is_some_and(Meter::is_level) {
        let expected =
            "expected one that adds up over months: say seats that are held in expansion.held_seats";
        let rule = format!("found the meter {}, which holds over time, {expected}", shown(&wire.meter_id));
        found.add(&meter_at, rule);
    }
    let remaining_at = at.key("remaining");
    let remaining = found.decimal(&remaining_at, wire.remaining.as_ref());
    let expires = found.optional_date(&at.key("expires"), wire.expires.as_ref());
    let (meter, remaining) = (meter?, remaining?);
    let units = meter.base_units(&wire.unit);
    if units.is_none() {
        let rule = format!("found the unit {}, expected one of the meter's", shown(&wire.unit));
        found.add(&at.key("unit"), rule);
    }
    let held = mul(remaining, units?).ok().filter(|held| (Decimal::ZERO..=MAX_HELD).contains(held));
    if held.is_none() {
        let rule = format!("found {remaining}, expected 0 to {MAX_HELD} in the meter's base unit");
        found.add(&remaining_at, rule);
    }
    Some(Holding { meter_id: meter.id.to_owned(), remaining: held?, expires })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_a_million_million() {
        assert_eq!(MAX_HELD.to_string(), "1000000000000");
    }
}
