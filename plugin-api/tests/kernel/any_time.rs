//! Any offer with everything that charges and terms can do over time.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use quotient_plugin_api::charge::{
    Allowance, AllowanceExcess, AllowanceReset, Charge, Committed, DayCount, LimitsPeriod, ProrationDivisor,
    ProrationParts, ProrationUnit, TierPeriod,
};
use quotient_plugin_api::money::{Rounding, RoundingMode};
use quotient_plugin_api::offer::{
    Alignment, Compounding, Offer, OfferParts, RenewalUplift, Terms, UpliftStep,
};
use rust_decimal::Decimal;

use crate::any::{Size, offer, select};
use crate::support::parts;

/// What one charge does over time.
#[derive(Debug, Clone)]
struct OverTime {
    reset: AllowanceReset,
    excess: AllowanceExcess,
    amount: Option<Decimal>,
    tier_period: TierPeriod,
    limits_period: LimitsPeriod,
    without_uplift: bool,
    divisor: Option<ProrationDivisor>,
    day_count: DayCount,
    both_ends: bool,
    ratio: Option<u32>,
    day_price: Option<u32>,
    parts: ProrationParts,
}

fn over_time() -> impl Strategy<Value = OverTime> {
    use TierPeriod::{Cycle, Day, Highest, Order, Term};
    let reset = select(&[
        AllowanceReset::EachCycle,
        AllowanceReset::CarryOver { cycles: 1 },
        AllowanceReset::CarryOver { cycles: 3 },
        AllowanceReset::OncePerTerm,
        AllowanceReset::OnceForEver,
    ]);
    let excess = select(&[AllowanceExcess::Excess, AllowanceExcess::Excess, AllowanceExcess::Whole]);
    let allowance = (reset, excess, weighted(0.4, (0_i64..10_000).prop_map(|cents| Decimal::new(cents, 2))));
    let limits = [LimitsPeriod::Cycle, LimitsPeriod::Quarter, LimitsPeriod::Year, LimitsPeriod::Term];
    let periods = (select(&[Cycle, Day, Term, Order, Highest]), select(&limits), any::<bool>());
    let divisor = weighted(0.5, select(&[ProrationDivisor::Cycle, ProrationDivisor::CycleFromPart]));
    let count = (divisor, select(&[DayCount::Actual, DayCount::Thirty]), any::<bool>());
    let roundings = (weighted(0.3, 0_u32..10), weighted(0.3, 0_u32..4));
    let prorated = [any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()];
    let prorated = weighted(0.5, prorated).prop_map(|prorated| {
        let [units, flat_amounts, allowance, limits, fixed_adjustments] = prorated.unwrap_or([true; 5]);
        ProrationParts { units, flat_amounts, allowance, limits, fixed_adjustments }
    });
    (allowance, periods, count, roundings, prorated).prop_map(
        |(allowance, periods, count, roundings, parts)| OverTime {
            reset: allowance.0,
            excess: allowance.1,
            amount: allowance.2,
            tier_period: periods.0,
            limits_period: periods.1,
            without_uplift: periods.2,
            divisor: count.0,
            day_count: count.1,
            both_ends: count.2,
            ratio: roundings.0,
            day_price: roundings.1,
            parts,
        },
    )
}

/// The change, where the charge still fits together with it.
fn changed(charge: &mut Charge, change: impl FnOnce(&mut Charge)) {
    let mut after = charge.clone();
    change(&mut after);
    let alone = Charge { id: "id".to_owned(), ..after.clone() };
    if Offer::new(parts(Terms::default(), &[alone])).is_ok() {
        *charge = after;
    }
}

fn change_charge(charge: &mut Charge, time: &OverTime) {
    // The price of a quantity with bounds moves by itself; it has tests of its own.
    if let Some(spend) = &mut charge.spend_commitment
        && let Committed::Quantity(value) = spend.committed
    {
        spend.committed = Committed::Amount(value);
    }
    changed(charge, |charge| charge.without_uplift = time.without_uplift);
    changed(charge, |charge| charge.tier_period = time.tier_period);
    changed(charge, |charge| charge.limits_period = time.limits_period);
    let allow = |charge: &mut Charge, change: &dyn Fn(&mut Allowance)| {
        changed(charge, |charge| charge.allowance.iter_mut().for_each(change));
    };
    allow(charge, &|allowance| {
        if time.amount.is_some() {
            (allowance.quantity, allowance.amount) = (Decimal::ZERO, time.amount);
        }
    });
    allow(charge, &|allowance| allowance.excess = time.excess);
    allow(charge, &|allowance| allowance.reset = time.reset);
    let prorate = |charge: &mut Charge, change: &dyn Fn(&mut quotient_plugin_api::charge::Proration)| {
        changed(charge, |charge| charge.proration.iter_mut().for_each(change));
    };
    let rounding = |scale: u32| Rounding { mode: RoundingMode::HalfUp, scale: Some(scale) };
    prorate(charge, &|proration| proration.divisor = time.divisor.unwrap_or(proration.divisor));
    prorate(charge, &|proration| proration.day_count = time.day_count);
    prorate(charge, &|proration| proration.both_ends = time.both_ends);
    prorate(charge, &|proration| proration.parts = time.parts);
    prorate(charge, &|proration| proration.ratio_rounding = time.ratio.map(rounding));
    prorate(charge, &|proration| {
        if proration.unit == ProrationUnit::Day {
            proration.day_price_rounding = time.day_price.map(rounding);
        }
    });
}

fn uplift() -> impl Strategy<Value = RenewalUplift> {
    let compounding = select(&[Compounding::Simple, Compounding::Compound]);
    (1_i64..6, compounding, select(&[UpliftStep::Renewal, UpliftStep::Year])).prop_map(
        |(percent, compounding, every)| RenewalUplift {
            fraction: Decimal::new(percent, 2),
            compounding,
            every,
        },
    )
}

/// Any offer that fits together.
pub fn offer_over_time(size: Size) -> impl Strategy<Value = OfferParts> {
    let aligned = select(&[Alignment::Start, Alignment::CalendarMonth, Alignment::CalendarMonth]);
    (offer(size), vec(over_time(), 4), aligned, weighted(0.5, uplift())).prop_map(
        |(mut parts, times, aligned_to, renewal_uplift)| {
            for (charge, time) in parts.charges.iter_mut().zip(&times) {
                change_charge(Arc::make_mut(charge), time);
            }
            parts.terms = Terms { aligned_to, renewal_uplift, ..parts.terms };
            parts
        },
    )
}
