//! Proration and renewal uplift both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;

use super::charge::{rounding_from_wire, rounding_to_wire};
use super::enums::WireEnum as _;
use super::found::Found;
use crate::charge::{DayCount, Proration, ProrationDivisor, ProrationParts};
use crate::document::path::Path;
use crate::offer::RenewalUplift;

/// Each part of a charge with its number.
fn parts(parts: &mut ProrationParts) -> [(v1::ProrationPart, &mut bool); 5] {
    [
        (v1::ProrationPart::Units, &mut parts.units),
        (v1::ProrationPart::FlatAmounts, &mut parts.flat_amounts),
        (v1::ProrationPart::Allowance, &mut parts.allowance),
        (v1::ProrationPart::Limits, &mut parts.limits),
        (v1::ProrationPart::FixedAdjustments, &mut parts.fixed_adjustments),
    ]
}

pub(super) fn proration_to_wire(proration: &Proration) -> v1::Proration {
    let (divisor, cycle) = match proration.divisor {
        ProrationDivisor::Fixed(divisor) => {
            (Some(decimal_to_wire(divisor.get())), v1::CycleDivisor::Unspecified)
        }
        ProrationDivisor::Cycle => (None, v1::CycleDivisor::Cycle),
        ProrationDivisor::CycleFromPart => (None, v1::CycleDivisor::CycleFromPart),
    };
    let mut copy = proration.parts;
    let whole = parts(&mut copy).into_iter().filter(|(_, prorated)| !**prorated);
    let actual = proration.day_count == DayCount::Actual;
    v1::Proration {
        unit: proration.unit.to_wire(),
        divisor,
        capped: proration.capped,
        day_count: if actual { 0 } else { proration.day_count.to_wire() },
        cycle_divisor: cycle.into(),
        both_ends: proration.both_ends,
        ratio_rounding: proration.ratio_rounding.map(rounding_to_wire),
        day_price_rounding: proration.day_price_rounding.map(rounding_to_wire),
        whole_parts: whole.map(|(part, _)| part.into()).collect(),
    }
}

pub(super) fn proration_from_wire(
    wire: &v1::Proration,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<Proration> {
    let unit = found.kind(&at.key("unit"), wire.unit);
    let divisor_at = at.key("divisor");
    let cycle_at = at.key("cycle_divisor");
    let divisor = match v1::CycleDivisor::try_from(wire.cycle_divisor) {
        Ok(v1::CycleDivisor::Unspecified) => {
            found.positive(&divisor_at, wire.divisor.as_ref()).map(ProrationDivisor::Fixed)
        }
        Ok(v1::CycleDivisor::Cycle) => Some(ProrationDivisor::Cycle),
        Ok(v1::CycleDivisor::CycleFromPart) => Some(ProrationDivisor::CycleFromPart),
        Err(_) => {
            found.add(&cycle_at, format!("found the number {}, expected 0 to 2", wire.cycle_divisor));
            None
        }
    };
    if wire.divisor.is_some() && wire.cycle_divisor != 0 {
        found.add(&divisor_at, "found a number beside the units of a cycle, expected one of them");
    }
    let mut prorated = ProrationParts::ALL;
    let parts_at = at.key("whole_parts");
    for (index, number) in wire.whole_parts.iter().enumerate() {
        let part = parts(&mut prorated).into_iter().find(|(part, _)| i32::from(*part) == *number);
        match part {
            Some((_, prorated)) if *prorated => *prorated = false,
            _ => {
                let rule = format!("found the number {number}, expected each of 1 to 5 at most once");
                found.add(&parts_at.index(index), rule);
            }
        }
    }
    let mut rounding = |key, wire: Option<&v1::Rounding>| {
        wire.and_then(|wire| rounding_from_wire(wire, &at.key(key), found))
    };
    let ratio_rounding = rounding("ratio_rounding", wire.ratio_rounding.as_ref());
    let day_price_rounding = rounding("day_price_rounding", wire.day_price_rounding.as_ref());
    Some(Proration {
        unit: unit?,
        day_count: found.optional_kind(&at.key("day_count"), wire.day_count).unwrap_or(DayCount::Actual),
        divisor: divisor?,
        capped: wire.capped,
        both_ends: wire.both_ends,
        ratio_rounding,
        day_price_rounding,
        parts: prorated,
    })
}

pub(super) fn uplift_to_wire(uplift: RenewalUplift) -> v1::RenewalUplift {
    v1::RenewalUplift {
        fraction: Some(decimal_to_wire(uplift.fraction)),
        compounding: uplift.compounding.to_wire(),
        every: uplift.every.to_wire(),
    }
}

pub(super) fn uplift_from_wire(
    wire: &v1::RenewalUplift,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<RenewalUplift> {
    let fraction = found.decimal(&at.key("fraction"), wire.fraction.as_ref());
    let compounding = found.kind(&at.key("compounding"), wire.compounding);
    let every = found.kind(&at.key("every"), wire.every);
    Some(RenewalUplift { fraction: fraction?, compounding: compounding?, every: every? })
}
