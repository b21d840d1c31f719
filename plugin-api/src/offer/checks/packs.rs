//! What must hold of prepaid packs.

use rust_decimal::Decimal;

use super::Violations;
use crate::charge::{
    Allowance, AllowanceExcess, AllowanceReset, BeyondPacks, Charge, Cycle, MAX_PACKS, PriceModel, Priced,
};

pub(super) fn check(charge: &Charge, place: &str, found: &mut Violations) {
    let PriceModel::Packs(packs) = &charge.model else { return };
    let place = format!("{place}.packs");
    let count = packs.packs.len();
    if count == 0 || count > MAX_PACKS {
        found.add(&place, format!("found {count} kinds of packs, expected 1 to {MAX_PACKS}"));
    }
    let overage = match &packs.beyond {
        BeyondPacks::Overage { price, .. } => Some(*price),
        BeyondPacks::Renewal => None,
        BeyondPacks::Stop { most } => {
            if *most == 0 {
                found.add(&place, "found no packs that are sold, expected at least 1");
            }
            None
        }
    };
    let prices = || packs.packs.iter().map(|pack| pack.price).chain(overage);
    for price in prices().filter(|price| price.low() < Decimal::ZERO) {
        found.add(&place, format!("found the price {}, expected 0 or more", price.low()));
    }
    // Which packs are cheapest is known only where their prices are.
    if prices().count() > 1 && prices().any(|price| price.point().is_none()) {
        found.add(&place, "found bounds for a price beside others, expected exact prices to choose by");
    }
    if packs.recharge_below.is_some_and(|level| level < Decimal::ZERO) {
        found.add(&place, "found a recharge level below 0");
    }
    match packs.validity_months {
        None if packs.recharge_below.is_some() => {
            found.add(
                &place,
                "found a recharge level without a validity, expected the months that packs last",
            );
        }
        None => {}
        Some(months) => {
            if !(1..=120).contains(&months) {
                found.add(&place, format!("found a validity of {months}, expected 1 to 120 months"));
            }
            if packs.beyond != BeyondPacks::Renewal {
                found.add(&place, "found packs with a validity and an overage or a stop, expected renewal");
            }
            if charge.cycle != Cycle::Month {
                found.add(&place, "found packs with a validity in another cycle than a month");
            }
            let plain = |allowance: &Allowance| {
                let each = allowance.reset == AllowanceReset::EachCycle;
                let excess = allowance.excess == AllowanceExcess::Excess;
                each && excess && allowance.per_seat.is_none() && allowance.amount.is_none()
            };
            if !charge.allowance.as_ref().is_none_or(plain)
                || charge.months.is_some()
                || charge.dates.is_some()
            {
                let rule = "found packs with a validity beside a window, or an allowance that is not a quantity of \
                            each month";
                found.add(&place, rule);
            }
            if charge.spend_commitment.is_some() || charge.priced == Priced::EachEvent {
                found.add(&place, "found packs with a validity beside a commitment or prices of events");
            }
        }
    }
}
