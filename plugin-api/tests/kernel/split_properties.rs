//! A contract that is cut by day into two adds up to the whole one, where parts cost by the day.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use quotient_plugin_api::charge::{
    AllowanceReset, Category, Charge, Cycle, DayCount, LimitsPeriod, MeteringRule, MeteringSource, Positive,
    PriceModel, Priced, Proration, ProrationDivisor, ProrationUnit, Subject, TierPeriod,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::offer::{Offer, OfferParts};
use quotient_plugin_api::quote::Quote;
use rust_decimal::Decimal;

use crate::any::{Size, select};
use crate::any_time::offer_over_time;
use crate::properties::priced;
use crate::support::{expand, named};

/// No year within these days has a 29 February, so that all of them are equally long.
const FIRST: Date = date(2025, 3, 1);

/// By the day, with nothing that is more or less for a shorter time.
fn proration() -> impl Strategy<Value = Proration> {
    let divisor = select(&[ProrationDivisor::Cycle, ProrationDivisor::CycleFromPart]);
    let fixed = (1_u32..1_000).prop_map(|days| ProrationDivisor::Fixed(Positive::new(days.into()).unwrap()));
    let count = select(&[DayCount::Actual, DayCount::Thirty]);
    (prop_oneof![divisor, fixed], count).prop_map(|(divisor, day_count)| Proration {
        divisor,
        day_count,
        ..Proration::new(ProrationUnit::Day, Positive::ONE, false)
    })
}

/// The same charge for a year of seats, without what looks at when a contract starts or how long it is.
fn by_day(charge: &Charge, proration: Proration) -> Charge {
    let mut charge = charge.clone();
    charge.metering = MeteringRule::new("seats_named", MeteringSource::Seats(named()));
    (charge.cycle, charge.category) = (Cycle::Year, Category::Recurring);
    (charge.proration, charge.line_rounding) = (Some(proration), None);
    (charge.months, charge.dates, charge.over_months, charge.cycle_days) = (None, None, None, None);
    (charge.tier_period, charge.limits_period) = (TierPeriod::Cycle, LimitsPeriod::Cycle);
    charge.priced = Priced::Together;
    charge.adjustments.retain(|adjustment| (adjustment.dates, adjustment.months) == (None, None));
    for adjustment in &mut charge.adjustments {
        adjustment.conditions.retain(|condition| condition.subject != Subject::TermMonths);
    }
    if let Some(allowance) = &mut charge.allowance {
        allowance.reset = AllowanceReset::EachCycle;
    }
    if let PriceModel::Packs(packs) = &mut charge.model {
        (packs.validity_months, packs.recharge_below) = (None, None);
    }
    charge
}

fn offer() -> impl Strategy<Value = OfferParts> {
    let charges = (offer_over_time(Size::Usual), proration());
    charges.prop_filter_map("fits together", |(mut parts, proration)| {
        parts.charges = parts.charges.iter().map(|charge| Arc::new(by_day(charge, proration))).collect();
        Offer::new(parts.clone()).is_ok().then_some(parts)
    })
}

/// What a charge costs, and how many amounts of it were rounded to their last digit.
fn cost(quote: &Quote, charge: &str) -> (Interval, usize) {
    let line = quote.lines.iter().find(|line| line.charge.id == charge);
    line.map_or((Interval::ZERO, 0), |line| (line.amount, line.periods.len()))
}

proptest! {
    #[test]
    fn two_parts_of_a_contract_cost_as_much_as_it(
        parts in offer(),
        seats in 0_u32..60,
        start in 0_i64..300,
        first in 1_i64..182,
        second in 1_i64..182,
    ) {
        let day = |days: i64| FIRST.checked_add(days.days()).unwrap();
        let (from, between, to) = (day(start), day(start + first), day(start + first + second));
        let bought = |from: Date, to: Date| {
            let mut requirement = expand(to, "7", &[&seats.to_string()]);
            (requirement.start_date, requirement.pricing_date) = (from, FIRST);
            priced(&requirement, &parts)
        };
        let (whole, one, other) = (bought(from, to)?, bought(from, between)?, bought(between, to)?);
        for charge in &parts.charges {
            let [(whole, a), (one, b), (other, c)] = [&whole, &one, &other].map(|quote| cost(quote, &charge.id));
            let sum = one.plus(other).unwrap();
            // Each amount is rounded by half a unit of the 15th place at most.
            let slack = Decimal::new(5, 16) * Decimal::from(a + b + c);
            prop_assert!((whole.low() - sum.low()).abs() <= slack, "{}: {whole:?} {sum:?}", charge.id);
            prop_assert_eq!(whole.high().is_some(), sum.high().is_some());
            let gap = whole.high().zip(sum.high()).map(|(whole, sum)| (whole - sum).abs());
            prop_assert!(gap.is_none_or(|gap| gap <= slack), "{}: {whole:?} {sum:?}", charge.id);
        }
    }
}

#[test]
fn a_year_of_seats_costs_the_same_in_two_contracts() {
    use crate::support::{by, exact, per_unit, prorated, quote, seat};

    let yearly = prorated(seat(Cycle::Year, per_unit(exact("730"))), ProrationUnit::Day, "365", false);
    let cost = |from: Date, to: Date| {
        let mut requirement = expand(to, "7", &["3"]);
        requirement.start_date = from;
        quote(&requirement, by(12), std::slice::from_ref(&yearly)).totals.term
    };
    // 3 × 730 × 100 ÷ 365, of which 31 days and 69 days: 600 = 186 + 414.
    let (from, between, to) = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 11));
    let costs = [cost(from, to), cost(from, between), cost(between, to)];
    assert_eq!(costs, [exact("600"), exact("186"), exact("414")]);
}
