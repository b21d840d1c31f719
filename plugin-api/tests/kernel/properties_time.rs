//! What holds for every offer with everything that charges and terms can do over time.

use proptest::prelude::*;
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::pricing::price;
use rust_decimal::Decimal;

use crate::any::{Size, requirement};
use crate::any_time::offer_over_time;
use crate::invariants;
use crate::properties::{amounts, each_profile, level, map_bounds, priced, repeat};

proptest! {
    #[test]
    fn everything_adds_up(requirement in requirement(), parts in offer_over_time(Size::Usual)) {
        let quote = priced(&requirement, &parts)?;
        invariants::check(&quote, &requirement);
        prop_assert_eq!(&quote, &priced(&requirement, &parts)?);
    }

    #[test]
    fn no_number_makes_it_panic(requirement in requirement(), parts in offer_over_time(Size::Any)) {
        let _ = price(&requirement, &Offer::new(parts).unwrap());
    }

    #[test]
    fn the_order_of_charges_changes_no_total(
        requirement in requirement(),
        mut parts in offer_over_time(Size::Usual),
    ) {
        let before = priced(&requirement, &parts)?;
        parts.charges.reverse();
        let after = priced(&requirement, &parts)?;
        prop_assert_eq!(before.totals, after.totals);
        prop_assert!(before.lines.iter().eq(after.lines.iter().rev()));
    }

    #[test]
    fn equal_months_are_priced_as_each_month_by_itself(
        mut requirement in requirement(),
        parts in offer_over_time(Size::Usual),
    ) {
        each_profile(&mut requirement, level);
        let once = priced(&requirement, &parts)?;
        each_profile(&mut requirement, |profile| *profile = repeat(profile));
        prop_assert_eq!(once, priced(&requirement, &parts)?);
    }

    #[test]
    fn bounds_hold_what_any_value_within_them_costs(
        requirement in requirement(),
        parts in offer_over_time(Size::Usual),
        percent in prop_oneof![Just(0_i64), Just(100), 0..=100_i64],
    ) {
        let bounds = priced(&requirement, &parts)?;
        let mut within = parts;
        map_bounds(&mut within, &|bounds| {
            let most = bounds.high().unwrap_or(bounds.low() + Decimal::from(1_000));
            Interval::exact(bounds.low() + (most - bounds.low()) * Decimal::new(percent, 2))
        });
        let point = priced(&requirement, &within)?;
        for ((name, bounds), (_, point)) in amounts(&bounds.totals).into_iter().zip(amounts(&point.totals)) {
            let point = point.point().unwrap();
            prop_assert!(bounds.low() <= point, "{name}: {point} below {bounds:?}");
            prop_assert!(bounds.high().is_none_or(|high| high >= point), "{name}: {point} above {bounds:?}");
        }
    }
}
