//! What must hold where single events are priced, and where something is committed to.

use rust_decimal::Decimal;

use super::Violations;
use crate::charge::{
    Charge, Committed, Cycle, Percentage, Positive, PriceModel, Priced, Scope, SpendCommitment, Tier,
};

pub(super) fn check(charge: &Charge, place: &str, found: &mut Violations) {
    let each = charge.priced == Priced::EachEvent;
    let by_event = match &charge.model {
        PriceModel::Percentage(price) => {
            percentage(price, &format!("{place}.percentage"), found);
            price.needs_events()
        }
        _ => false,
    };
    if each || by_event {
        if charge.cycle != Cycle::Month {
            found.add(
                place,
                format!("found a cycle of a {:?} with prices of events, expected a month", charge.cycle),
            );
        }
        if charge.allowance.is_some() {
            found.add(&format!("{place}.allowance"), "found an allowance beside prices of events");
        }
        if charge.metering.steps.iter().any(|step| step.scope > Scope::Contact) {
            found.add(place, "found a step on a day's or a month's sum beside prices of events");
        }
        if charge.metering.factor != Positive::ONE {
            found.add(place, "found a factor beside prices of events");
        }
    }
    if let Some(SpendCommitment { committed, overage_factor, .. }) = charge.spend_commitment {
        let place = format!("{place}.spend_commitment");
        let (Committed::Amount(value) | Committed::Quantity(value)) = committed;
        if value < Decimal::ZERO {
            found.add(&place, format!("found a commitment of {value}, expected 0 or more"));
        }
        if overage_factor < Decimal::ZERO {
            found.add(&place, format!("found the overage factor {overage_factor}, expected 0 or more"));
        }
        if matches!(committed, Committed::Quantity(_)) && matches!(charge.model, PriceModel::Percentage(_)) {
            found.add(&place, "found a committed quantity of a percentage, expected an amount");
        }
    }
}

fn percentage(price: &Percentage, place: &str, found: &mut Violations) {
    let packaged = |tier: &Tier| {
        tier.package_size.is_some() || tier.minimum_amount.is_some() || tier.maximum_amount.is_some()
    };
    if price.tiers.as_slice().iter().any(packaged) {
        found.add(
            place,
            "found packages or limits in a tier of a percentage, expected fractions and flat amounts",
        );
    }
    let (least, most) = (price.minimum_per_event, price.maximum_per_event);
    for (name, limit) in [("minimum_per_event", least), ("maximum_per_event", most)] {
        if let Some(limit) = limit.filter(|limit| *limit < Decimal::ZERO) {
            found.add(place, format!("found the {name} {limit}, expected 0 or more"));
        }
    }
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        found
            .add(place, format!("found {least} as the least amount of an event, above the greatest, {most}"));
    }
    let Some(free) = price.free else { return };
    if free.events.is_none() && free.amount.is_none() {
        found.add(place, "found free events without a limit, expected a number or an amount");
    }
    if free.events == Some(0) || free.amount.is_some_and(|amount| amount <= Decimal::ZERO) {
        found.add(place, "found nothing free, expected a number or an amount above 0");
    }
}
