//! A part of an amount of money, both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;

use super::charge::{count_to_wire, interval_to_wire};
use super::enums::WireEnum as _;
use super::found::Found;
use super::model::ladder_from_wire;
use crate::charge::{FreeEvents, Percentage};
use crate::document::path::Path;

pub(super) fn percentage_to_wire(price: &Percentage, tiers: v1::TieredPrice) -> v1::PercentagePrice {
    v1::PercentagePrice {
        tiers: Some(tiers),
        fixed_per_event: price.fixed_per_event.map(interval_to_wire),
        minimum_per_event: price.minimum_per_event.map(decimal_to_wire),
        maximum_per_event: price.maximum_per_event.map(decimal_to_wire),
        free: price.free.map(|free| v1::FreeEvents {
            events: free.events.map(count_to_wire),
            amount: free.amount.map(decimal_to_wire),
            crossing: free.crossing.to_wire(),
        }),
    }
}

pub(super) fn percentage_from_wire(
    wire: &v1::PercentagePrice,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<Percentage> {
    let tiers_at = at.key("tiers");
    let Some(tiers) = &wire.tiers else {
        found.add(&tiers_at, "found nothing, expected at least one tier");
        return None;
    };
    let before = found.count();
    if tiers.per.is_some() || tiers.lookup != 0 {
        found.add(&tiers_at, "found a per or a lookup, expected fractions of the amount alone");
    }
    let ladder = ladder_from_wire(tiers, &tiers_at, found);
    let fixed_at = at.key("fixed_per_event");
    let fixed = wire.fixed_per_event.as_ref().and_then(|fixed| found.interval(&fixed_at, Some(fixed)));
    let minimum = found.optional_decimal(&at.key("minimum_per_event"), wire.minimum_per_event.as_ref());
    let maximum = found.optional_decimal(&at.key("maximum_per_event"), wire.maximum_per_event.as_ref());
    let free = wire.free.as_ref().and_then(|free| free_from_wire(free, &at.key("free"), found));
    // What cannot be read is not nothing.
    if found.count() > before {
        return None;
    }
    Some(Percentage {
        tiers: ladder?.0,
        fixed_per_event: fixed,
        minimum_per_event: minimum,
        maximum_per_event: maximum,
        free,
    })
}

fn free_from_wire(wire: &v1::FreeEvents, at: &Path<'_>, found: &mut Found) -> Option<FreeEvents> {
    let events = found.whole(&at.key("events"), wire.events, 1);
    let amount = found.optional_decimal(&at.key("amount"), wire.amount.as_ref());
    let crossing = found.kind(&at.key("crossing"), wire.crossing);
    Some(FreeEvents { events, amount, crossing: crossing? })
}
