//! What holds for every offer of which a rule can be read in several ways.

use std::sync::Arc;

use proptest::option::weighted;
use proptest::prelude::*;
use quotient_plugin_api::charge::{Charge, Reading, ZeroQuantity};
use quotient_plugin_api::offer::{Offer, OfferParts};

use crate::any::{Size, offer, requirement, rounding};
use crate::invariants;
use crate::properties::{amounts, map_bounds, priced};

/// A reading that leaves the price as it is.
fn reading() -> impl Strategy<Value = Reading> {
    let limits = (weighted(0.5, Size::Usual.decimal()), weighted(0.3, Size::Usual.decimal()));
    let rest = (weighted(0.3, Just(ZeroQuantity::FirstTier)), weighted(0.3, rounding()));
    (limits, rest).prop_map(|((minimum_amount, maximum_amount), (zero_quantity, line_rounding))| Reading {
        id: String::new(),
        meaning: "so".to_owned(),
        model: None,
        steps: None,
        allowance: None,
        zero_quantity,
        minimum_amount,
        maximum_amount,
        line_rounding,
        tier_rounding: None,
    })
}

/// Any offer whose first charge can be read in several ways.
fn offer_of_readings() -> impl Strategy<Value = OfferParts> {
    (offer(Size::Usual), proptest::collection::vec(reading(), 2..4)).prop_filter_map(
        "fits together",
        |(mut parts, mut readings)| {
            for (index, reading) in readings.iter_mut().enumerate() {
                reading.id = format!("r{index}");
            }
            Arc::make_mut(parts.charges.first_mut()?).readings = readings;
            // Exact prices, so that the bounds are those of the readings.
            map_bounds(&mut parts, &|bounds| quotient_plugin_api::interval::Interval::exact(bounds.low()));
            Offer::new(parts.clone()).is_ok().then_some(parts)
        },
    )
}

/// The same offer, with its first charge as one of its readings has it.
fn read_as(parts: &OfferParts, index: usize) -> OfferParts {
    let mut parts = parts.clone();
    let charge: &Charge = &parts.charges[0];
    parts.charges[0] = Arc::new(charge.readings[index].of(charge));
    parts
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn bounds_hold_what_any_reading_costs(requirement in requirement(), parts in offer_of_readings()) {
        let open = priced(&requirement, &parts)?;
        invariants::check(&open, &requirement);
        for index in 0..parts.charges[0].readings.len() {
            let read = priced(&requirement, &read_as(&parts, index))?;
            for ((name, bounds), (_, point)) in amounts(&open.totals).into_iter().zip(amounts(&read.totals)) {
                let point = point.point().unwrap();
                prop_assert!(bounds.low() <= point, "{name}: {point} below {bounds:?}");
                prop_assert!(bounds.high().is_none_or(|high| high >= point), "{name}: {point} above {bounds:?}");
            }
        }
    }
}
