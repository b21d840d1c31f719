//! What holds for every requirement and every offer.

use std::sync::Arc;

use proptest::prelude::*;
use quotient_plugin_api::charge::{Effect, PriceModel, Tier, Tiers};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::offer::{Offer, OfferParts};
use quotient_plugin_api::pricing::{price, price_offers};
use quotient_plugin_api::quote::{Quote, Totals};
use quotient_plugin_api::requirement::{MonthlyProfile, Requirement};
use rust_decimal::Decimal;

use crate::any::{Size, offer, requirement};
use crate::invariants;

/// The quote; a requirement without the events that an offer prices has none.
pub fn priced(requirement: &Requirement, parts: &OfferParts) -> Result<Quote, TestCaseError> {
    match price(requirement, &Offer::new(parts.clone()).unwrap()) {
        Err(error) if error.is_not_sold() => Err(TestCaseError::reject(error.to_string())),
        other => Ok(other.unwrap()),
    }
}

/// Every amount of the totals that is always there.
pub fn amounts(totals: &Totals) -> [(&'static str, Interval); 9] {
    [
        ("one_time", totals.one_time),
        ("recurring", totals.recurring),
        ("usage", totals.usage),
        ("term", totals.term),
        ("asked_term", totals.asked_term),
        ("horizon", totals.horizon),
        ("first_year", totals.first_year),
        ("effective_monthly", totals.effective_monthly),
        ("per_seat_month", totals.per_seat_month.unwrap_or(Interval::ZERO)),
    ]
}

/// Every interval of an offer by a function.
pub fn map_bounds(parts: &mut OfferParts, change: &impl Fn(Interval) -> Interval) {
    for charge in parts.charges.iter_mut().map(Arc::make_mut) {
        match &mut charge.model {
            PriceModel::Flat { amount, .. } => *amount = change(*amount),
            PriceModel::PerUnit { price, .. } | PriceModel::Package { price, .. } => *price = change(*price),
            PriceModel::Graduated { tiers, .. }
            | PriceModel::Volume { tiers, .. }
            | PriceModel::StairStep { steps: tiers, .. } => {
                let tier = |tier: &Tier| Tier {
                    unit_price: change(tier.unit_price),
                    flat_amount: tier.flat_amount.map(change),
                    ..tier.clone()
                };
                *tiers = Tiers::new(tiers.as_slice().iter().map(tier).collect())
                    .unwrap()
                    .with_bound(tiers.bound());
            }
            // They have exact prices.
            PriceModel::Packs(_) => {}
            PriceModel::Percentage(price) => {
                let tier = |tier: &Tier| Tier {
                    unit_price: change(tier.unit_price),
                    flat_amount: tier.flat_amount.map(change),
                    ..tier.clone()
                };
                let tiers = price.tiers.as_slice().iter().map(tier).collect();
                price.tiers = Tiers::new(tiers).unwrap().with_bound(price.tiers.bound());
                price.fixed_per_event = price.fixed_per_event.map(change);
            }
            PriceModel::ShareOfLines { fraction, .. } => *fraction = change(*fraction),
            PriceModel::Shortfall { .. } => {}
            PriceModel::Computed { amounts, .. } => {
                amounts.iter_mut().for_each(|amount| *amount = change(*amount));
            }
        }
        for adjustment in &mut charge.adjustments {
            match &mut adjustment.effect {
                Effect::Fraction { fraction, .. } => *fraction = change(*fraction),
                Effect::UnitFraction(fraction) => *fraction = change(*fraction),
                Effect::Amount(amount) | Effect::UnitAmount(amount) => *amount = change(*amount),
            }
        }
    }
}

pub fn repeat(profile: &MonthlyProfile) -> MonthlyProfile {
    match profile.as_constant() {
        Some(value) => MonthlyProfile::new(vec![value; 12], Decimal::ZERO).unwrap(),
        None => profile.clone(),
    }
}

pub fn level(profile: &mut MonthlyProfile) {
    *profile = MonthlyProfile::new(vec![profile.months(1).unwrap()[0]], Decimal::ZERO).unwrap();
}

pub fn each_profile(requirement: &mut Requirement, change: impl Fn(&mut MonthlyProfile)) {
    requirement.seats.iter_mut().for_each(|group| change(&mut group.named));
    // Events are one month's, so their sum stays.
    let sums = requirement.meters.iter_mut().filter(|reading| reading.events.is_empty());
    sums.for_each(|reading| change(&mut reading.quantity));
    requirement.demand.iter_mut().for_each(|demand| change(&mut demand.contacts));
}

/// Totals with bounds hold the totals at any prices within the bounds of the offer.
pub fn bounds_hold(requirement: &Requirement, parts: OfferParts, percent: i64) -> Result<(), TestCaseError> {
    let bounds = priced(requirement, &parts)?;
    let mut within = parts;
    map_bounds(&mut within, &|bounds| {
        // A part of other lines may have an open bound too, and parts of parts must stay below 10^13.
        let most = bounds.high().unwrap_or(bounds.low() * Decimal::TWO + Decimal::ONE);
        Interval::exact(bounds.low() + (most - bounds.low()) * Decimal::new(percent, 2))
    });
    let point = priced(requirement, &within)?;
    for ((name, bounds), (_, point)) in amounts(&bounds.totals).into_iter().zip(amounts(&point.totals)) {
        let point = point.point().unwrap();
        prop_assert!(bounds.low() <= point, "{name}: {point} below {bounds:?}");
        prop_assert!(bounds.high().is_none_or(|high| high >= point), "{name}: {point} above {bounds:?}");
    }
    Ok(())
}

/// Charges in another order cost the same, in that order.
pub fn order_changes_no_total(requirement: &Requirement, mut parts: OfferParts) -> Result<(), TestCaseError> {
    let before = priced(requirement, &parts)?;
    parts.charges.reverse();
    let after = priced(requirement, &parts)?;
    prop_assert_eq!(before.totals, after.totals);
    prop_assert!(before.lines.iter().eq(after.lines.iter().rev()));
    Ok(())
}

proptest! {
    #[test]
    fn everything_adds_up(requirement in requirement(), parts in offer(Size::Usual)) {
        let quote = priced(&requirement, &parts)?;
        invariants::check(&quote, &requirement);
        prop_assert_eq!(&quote, &priced(&requirement, &parts)?);
    }

    #[test]
    fn no_number_makes_it_panic(requirement in requirement(), parts in offer(Size::Any)) {
        if let Ok(quote) = price(&requirement, &Offer::new(parts).unwrap()) {
            invariants::check(&quote, &requirement);
        }
    }

    #[test]
    fn the_order_of_charges_changes_no_total(requirement in requirement(), parts in offer(Size::Usual)) {
        order_changes_no_total(&requirement, parts)?;
    }

    #[test]
    fn a_value_said_twelve_times_is_the_value_said_once(
        mut requirement in requirement(),
        parts in offer(Size::Usual),
    ) {
        each_profile(&mut requirement, level);
        let once = priced(&requirement, &parts)?;
        each_profile(&mut requirement, |profile| *profile = repeat(profile));
        prop_assert_eq!(once, priced(&requirement, &parts)?);
    }

    #[test]
    fn bounds_hold_what_any_value_within_them_costs(
        requirement in requirement(),
        parts in offer(Size::Usual),
        percent in prop_oneof![Just(0_i64), Just(100), 0..=100_i64],
    ) {
        bounds_hold(&requirement, parts, percent)?;
    }

    #[test]
    fn the_best_offer_does_not_depend_on_the_order(
        requirement in requirement(),
        mut offers in proptest::collection::vec(offer(Size::Usual), 1..4),
    ) {
        for (index, parts) in offers.iter_mut().enumerate() {
            parts.edition.id = format!("e{index}");
            parts.currency = quotient_plugin_api::money::currency("CNY").unwrap();
        }
        let mut offers: Vec<_> = offers.into_iter().map(|parts| Offer::new(parts).unwrap()).collect();
        let before = price_offers(&requirement, &offers).unwrap();
        offers.reverse();
        prop_assert_eq!(before, price_offers(&requirement, &offers).unwrap());
    }
}
