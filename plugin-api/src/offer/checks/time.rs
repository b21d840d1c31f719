//! What must hold for what a charge does over time: parts of cycles, allowances, ladders and limits.

use rust_decimal::Decimal;

use super::{Violations, check_scale};
use crate::charge::{
    AllowanceExcess, AllowanceReset, AllowanceTier, Charge, CommitmentKind, Committed, Cycle, DayCount,
    LimitsPeriod, MeteringSource, NegativeQuantity, OverMonths, PriceModel, Priced, ProrationUnit,
    SpendCommitment, Tier, TierPeriod, ZeroQuantity,
};
use crate::meters::{self, Meter};

/// Most days that one price of a daily cycle lasts.
const MAX_CYCLE_DAYS: u32 = 366;

pub(super) fn check(charge: &Charge, place: &str, found: &mut Violations) {
    check_proration(charge, place, found);
    check_allowance(charge, &format!("{place}.allowance"), found);
    check_ladder(charge, &format!("{place}.tier_period"), found);
    if charge.over_months == Some(OverMonths::Mean) && charge.commitment.kind != CommitmentKind::Flex {
        found.add(&format!("{place}.over_months"), "found the mean of months beside a commitment to a peak");
    }
    check_limits(charge, &format!("{place}.limits_period"), found);
    check_cycle_days(charge, &format!("{place}.cycle_days"), found);
}

/// Days of a cycle are of a daily price.
fn check_cycle_days(charge: &Charge, place: &str, found: &mut Violations) {
    let Some(days) = charge.cycle_days else { return };
    if !(1..=MAX_CYCLE_DAYS).contains(&days) {
        found.add(place, format!("found {days}, expected 1 to {MAX_CYCLE_DAYS}"));
    }
    if charge.cycle != Cycle::Day {
        found.add(place, format!("found days of a {:?} cycle, expected a daily one", charge.cycle));
    }
}

/// Whether its quantity holds over time, whatever is stated.
fn is_level(charge: &Charge) -> bool {
    if let Some(over) = charge.over_months {
        return over != OverMonths::Sum;
    }
    matches!(charge.metering.source, MeteringSource::Constant(_))
        || meters::meter(&charge.metering.meter_id).is_some_and(Meter::is_level)
}

fn check_proration(charge: &Charge, place: &str, found: &mut Violations) {
    let Some(proration) = &charge.proration else { return };
    let place = &format!("{place}.proration");
    if proration.ratio_rounding.is_some() && proration.day_price_rounding.is_some() {
        found.add(place, "found a ratio and a day's price that are rounded, expected one of them");
    }
    let by_day = proration.unit == ProrationUnit::Day;
    if !by_day && (proration.both_ends || proration.day_count != DayCount::Actual) {
        found.add(place, "found a count of days beside months, expected it only with days");
    }
    if !by_day && proration.day_price_rounding.is_some() {
        found.add(place, "found a day's price that is rounded beside months, expected it only with days");
    }
    for rounding in [proration.ratio_rounding, proration.day_price_rounding].into_iter().flatten() {
        check_scale(place, rounding.scale.unwrap_or(0), found);
    }
    if proration.ratio_rounding.is_some_and(|rounding| rounding.scale.is_none()) {
        found.add(place, "found a rounded ratio without decimal places, expected how many");
    }
}

fn check_allowance(charge: &Charge, place: &str, found: &mut Violations) {
    let Some(allowance) = &charge.allowance else { return };
    if allowance.quantity < Decimal::ZERO {
        found.add(place, format!("found the allowance {}, expected 0 or more", allowance.quantity));
    }
    if allowance.tier == AllowanceTier::Gross && !matches!(charge.model, PriceModel::Volume { .. }) {
        found.add(place, "found a tier picked by gross quantity, expected that only with a volume price");
    }
    if let Some(amount) = allowance.amount {
        if amount < Decimal::ZERO {
            found.add(place, format!("found the amount {amount}, expected 0 or more"));
        }
        if !allowance.quantity.is_zero() || allowance.tier == AllowanceTier::Gross {
            found.add(place, "found an amount beside a quantity or its tier, expected one of them");
        }
        if charge.negative_quantity == Some(NegativeQuantity::Mirrored) {
            found.add(place, "found an amount that is not charged beside corrections that are given back");
        }
    }
    let each_cycle = allowance.reset == AllowanceReset::EachCycle;
    if !each_cycle && charge.negative_quantity == Some(NegativeQuantity::Mirrored) {
        let rule = "found an allowance that outlasts its cycle beside mirrored corrections, which would give \
                    back what was never charged";
        found.add(place, rule);
    }
    if allowance.excess == AllowanceExcess::Whole && !each_cycle {
        found.add(
            place,
            "found a quantity that is charged whole, expected that only with an allowance for each cycle",
        );
    }
    if let AllowanceReset::CarryOver { cycles } = allowance.reset
        && !(1..=120).contains(&cycles)
    {
        found.add(place, format!("found {cycles} cycles to carry over, expected 1 to 120"));
    }
    if !each_cycle && (charge.cycle == Cycle::Day || allowance.amount.is_none() && is_level(charge)) {
        let expected = "expected quantities that add up over months, without a daily price";
        found.add(place, format!("found an allowance that outlasts its cycle, {expected}"));
    }
}

fn check_ladder(charge: &Charge, place: &str, found: &mut Violations) {
    let period = charge.tier_period;
    if period == TierPeriod::Cycle {
        return;
    }
    let is_any = |broken: fn(&Tier) -> bool| match &charge.model {
        PriceModel::Graduated { tiers, .. } | PriceModel::Volume { tiers, .. } => {
            tiers.as_slice().iter().any(broken)
        }
        _ => false,
    };
    let by_package = is_any(|tier| tier.package_size.is_some());
    match &charge.model {
        PriceModel::Graduated { .. } => {
            if matches!(period, TierPeriod::Order | TierPeriod::Highest) {
                found.add(
                    place,
                    "found one quantity for all cycles, expected that only with volume or stair-step prices",
                );
            }
            let first = charge.zero_quantity == Some(ZeroQuantity::FirstTier);
            let limited = is_any(|tier| tier.minimum_amount.is_some() || tier.maximum_amount.is_some());
            if period == TierPeriod::Term && (is_level(charge) || by_package || limited || first) {
                let expected = "expected quantities that add up over months, without packages, limits of tiers and a price of no quantity";
                found.add(place, format!("found a ladder over the commitment, {expected}"));
            }
        }
        PriceModel::Volume { lookup, .. } => {
            if period == TierPeriod::Day && lookup.is_some() {
                found.add(place, "found a lookup of days, expected none");
            }
        }
        PriceModel::StairStep { .. } => {}
        PriceModel::Flat { .. }
        | PriceModel::PerUnit { .. }
        | PriceModel::Package { .. }
        | PriceModel::Percentage(_)
        | PriceModel::Packs(_)
        | PriceModel::ShareOfLines { .. }
        | PriceModel::Shortfall { .. }
        | PriceModel::Computed { .. } => {
            found.add(
                place,
                "found it without tiers, expected it with graduated, volume or stair-step prices",
            );
        }
    }
    if period == TierPeriod::Day && (is_level(charge) || by_package) {
        found.add(
            place,
            "found a ladder for each day, expected quantities that add up over months, without packages",
        );
    }
    let grows = charge.commitment.kind == CommitmentKind::Ratchet;
    let by_quantity =
        matches!(charge.spend_commitment, Some(SpendCommitment { committed: Committed::Quantity(_), .. }));
    let corrected = charge.negative_quantity.is_some();
    if grows || by_quantity || corrected || charge.priced == Priced::EachEvent {
        let expected = "expected no ratchet, committed quantity, corrections or prices of events beside it";
        found.add(place, format!("found a ladder over another time than a cycle, {expected}"));
    }
}

fn check_limits(charge: &Charge, place: &str, found: &mut Violations) {
    let longer = match charge.limits_period {
        LimitsPeriod::Cycle => return,
        LimitsPeriod::Quarter => matches!(charge.cycle, Cycle::Day | Cycle::Month),
        LimitsPeriod::Year => matches!(charge.cycle, Cycle::Day | Cycle::Month | Cycle::Quarter),
        LimitsPeriod::Term => !matches!(charge.cycle, Cycle::Term | Cycle::Once),
    };
    if !longer {
        found.add(place, format!("found it beside a cycle of a {:?}, expected a shorter one", charge.cycle));
    }
    if charge.model.over_lines().is_some() {
        found.add(place, "found limits over several cycles of a charge over other lines");
    }
    if charge.minimum_only_when_used {
        found.add(place, "found limits over several cycles beside a minimum only in cycles with quantity");
    }
    if charge.minimum_amount.is_none() && charge.maximum_amount.is_none() {
        found.add(place, "found it without a minimum or a maximum amount");
    }
    let corrected = charge.negative_quantity == Some(NegativeQuantity::Mirrored);
    if corrected || charge.priced == Priced::EachEvent {
        found.add(
            place,
            "found limits over several cycles beside corrections that are given back or prices of events",
        );
    }
}
