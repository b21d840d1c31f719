//! Totals alone are the totals of the whole quote, to the last digit.

use std::sync::Arc;

use proptest::prelude::*;
use quotient_plugin_api::charge::{
    AdjustmentBase, Allowance, Charge, Effect, NegativeQuantity, Positive, PriceModel, Priced,
};
use quotient_plugin_api::offer::{Offer, OfferParts};
use quotient_plugin_api::pricing::{price, price_totals};
use quotient_plugin_api::requirement::{MeterReading, MonthlyProfile, Requirement};
use rust_decimal::Decimal;

use crate::any::{Size, offer, requirement};
use crate::any_sets::offer_of_sets;
use crate::any_time::offer_over_time;
use crate::support::{d, exact, fraction, monthly, new, parts, per_unit, stated, tiers, usage};

/// The same totals, or the same refusal.
fn check(requirement: &Requirement, parts: OfferParts) {
    let Ok(offer) = Offer::new(parts) else { return };
    let (whole, alone) = (price(requirement, &offer), price_totals(requirement, &offer));
    assert_eq!(alone, whole.map(|quote| quote.totals));
}

/// The same offer with charges that are a quantity at its price, within limits and times a factor.
fn plain(mut parts: OfferParts) -> OfferParts {
    for charge in &mut parts.charges {
        let mut adjustments = charge.adjustments.clone();
        adjustments.retain(|adjustment| matches!(adjustment.effect, Effect::Fraction { .. }));
        for adjustment in &mut adjustments {
            adjustment.conditions.clear();
            (adjustment.dates, adjustment.months, adjustment.rounding) = (None, None, None);
        }
        *charge = Arc::new(Charge {
            adjustments,
            proration: None,
            line_rounding: None,
            tier_rounding: None,
            unit_price_rounding: None,
            spend_commitment: None,
            priced: Priced::Together,
            ..charge.as_ref().clone()
        });
    }
    parts
}

proptest! {
    #[test]
    fn so_are_those_of_plain_charges(requirement in requirement(), parts in offer(Size::Usual)) {
        check(&requirement, plain(parts));
    }

    #[test]
    fn totals_alone_are_those_of_the_quote(requirement in requirement(), parts in offer(Size::Usual)) {
        check(&requirement, parts);
    }

    #[test]
    fn so_are_those_of_lines_over_lines(requirement in requirement(), parts in offer_of_sets(Size::Usual, false)) {
        check(&requirement, parts);
    }

    #[test]
    fn so_are_those_over_time(requirement in requirement(), parts in offer_over_time(Size::Usual)) {
        check(&requirement, parts);
    }

    #[test]
    fn what_totals_alone_refuse_the_quote_refuses(requirement in requirement(), parts in offer(Size::Any)) {
        let offer = Offer::new(parts).unwrap();
        match (price(&requirement, &offer), price_totals(&requirement, &offer)) {
            (Ok(quote), alone) => prop_assert_eq!(alone, Ok(quote.totals)),
            (Err(_), _) => {}
        }
    }
}

#[test]
fn months_of_different_quantities_meet_their_tiers_allowance_limits_and_discounts() {
    // After 5 free units 10, 10.5 and 25: 10 × 5 = 50; 50 + 0.5 × 4 = 52; 50 + 10 × 4 + 5 × 3 = 105, and no
    // more than 100. A fifth and then a tenth off: 50 × 0.8 × 0.9 = 36; 37.44; 72.
    let ladder = tiers(&[(Some("10"), "5"), (Some("20"), "4"), (None, "3")]);
    let mut charge = usage("emails", PriceModel::Graduated { tiers: ladder, per: Positive::ONE });
    charge.allowance = Some(Allowance::of(d("5")));
    charge.maximum_amount = Some(d("100"));
    charge.adjustments = vec![
        fraction("fifth", "-0.2", AdjustmentBase::List),
        fraction("tenth", "-0.1", AdjustmentBase::Running),
    ];
    let asked = stated(new(3, 3), "emails", &["15", "15.5", "30"]);
    check(&asked, parts(monthly(), &[charge.clone()]));
    let offer = Offer::new(parts(monthly(), &[charge])).unwrap();
    assert_eq!(price_totals(&asked, &offer).unwrap().term, exact("145.44"));
}

#[test]
fn what_is_given_back_without_a_lower_bound_is_refused_by_both() {
    let mut charge = usage("emails", per_unit(exact("2")));
    charge.negative_quantity = Some(NegativeQuantity::Mirrored);
    let mut asked = stated(new(1, 1), "emails", &["3"]);
    let reading: &mut MeterReading = &mut asked.meters[0];
    reading.quantity = MonthlyProfile::signed(vec![d("-3")], Decimal::ZERO).unwrap();
    check(&asked, parts(monthly(), &[charge.clone()]));
    // 3 × 2 given back.
    let offer = Offer::new(parts(monthly(), &[charge.clone()])).unwrap();
    assert_eq!(price_totals(&asked, &offer).unwrap().term, exact("-6"));
    charge.model = per_unit(quotient_plugin_api::interval::Interval::at_least(d("2")));
    charge.maximum_amount = Some(d("5"));
    let offer = Offer::new(parts(monthly(), &[charge])).unwrap();
    assert!(price(&asked, &offer).is_err());
    assert_eq!(price_totals(&asked, &offer).err(), price(&asked, &offer).err());
}
