//! What holds for every offer with everything that charges and terms can do over time.

use proptest::prelude::*;
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::pricing::price;

use crate::any::{Size, requirement};
use crate::any_time::offer_over_time;
use crate::invariants;
use crate::properties::{bounds_hold, each_profile, level, order_changes_no_total, priced, repeat};

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
        parts in offer_over_time(Size::Usual),
    ) {
        order_changes_no_total(&requirement, parts)?;
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
        bounds_hold(&requirement, parts, percent)?;
    }
}
