//! What holds for every offer whose lines mean something to each other.

use proptest::prelude::*;
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::pricing::price;

use crate::any::{Size, requirement};
use crate::any_sets::offer_of_sets;
use crate::invariants;
use crate::properties::{bounds_hold, each_profile, level, priced, repeat};

proptest! {
    #[test]
    fn lines_together_add_up(requirement in requirement(), parts in offer_of_sets(Size::Usual, false)) {
        let quote = priced(&requirement, &parts)?;
        invariants::check(&quote, &requirement);
        prop_assert_eq!(&quote, &priced(&requirement, &parts)?);
    }

    #[test]
    fn no_number_makes_lines_together_panic(
        requirement in requirement(),
        parts in offer_of_sets(Size::Any, false),
    ) {
        if let Ok(quote) = price(&requirement, &Offer::new(parts).unwrap()) {
            invariants::check(&quote, &requirement);
        }
    }

    #[test]
    fn the_order_of_ordinary_charges_changes_no_amount(
        requirement in requirement(),
        mut parts in offer_of_sets(Size::Usual, true),
    ) {
        let before = priced(&requirement, &parts)?;
        let ordinary = parts.charges.iter().filter(|charge| charge.model.over_lines().is_none()).count();
        parts.charges[..ordinary].reverse();
        let after = priced(&requirement, &parts)?;
        prop_assert_eq!(before.totals, after.totals);
        prop_assert!(before.lines.iter().all(|line| after.lines.contains(line)));
    }

    #[test]
    fn runs_of_lines_together_are_as_month_by_month(
        mut requirement in requirement(),
        parts in offer_of_sets(Size::Usual, false),
    ) {
        each_profile(&mut requirement, level);
        let once = priced(&requirement, &parts)?;
        each_profile(&mut requirement, |profile| *profile = repeat(profile));
        prop_assert_eq!(once, priced(&requirement, &parts)?);
    }

    #[test]
    fn bounds_hold_what_any_value_within_them_costs_together(
        requirement in requirement(),
        parts in offer_of_sets(Size::Usual, false),
        percent in prop_oneof![Just(0_i64), Just(100), 0..=100_i64],
    ) {
        bounds_hold(&requirement, parts, percent)?;
    }
}
