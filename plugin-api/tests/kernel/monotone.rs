//! How an amount moves with the quantity, whatever the prices: up with it where the model is so, and without
//! a jump where it has none.

use proptest::collection::vec;
use proptest::prelude::*;
use quotient_plugin_api::charge::{
    PartialPackage, Percentage, Positive, PriceModel, StepAccumulation, Tier, TierBound, Tiers,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::quote::Quote;
use rust_decimal::Decimal;

use crate::support::*;

fn price() -> impl Strategy<Value = Decimal> {
    (0_i64..10_000, 0_u32..4).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn quantity() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        (0_i64..3_000).prop_map(|tenths| Decimal::new(tenths, 1)),
        (0_i64..300).prop_map(Decimal::from)
    ]
}

/// Tiers whose amounts, with `rising`, rise from one to the next.
fn tiers(flats: bool, rising: bool) -> impl Strategy<Value = Tiers> {
    let rung = (1_i64..400, price(), price());
    let bound = prop_oneof![Just(TierBound::Inclusive), Just(TierBound::Exclusive)];
    (vec(rung, 1..5), bound).prop_filter_map("ascending", move |(rungs, bound)| {
        let mut bounds: Vec<_> = rungs.iter().map(|(bound, ..)| Decimal::new(*bound, 1)).collect();
        bounds.sort();
        let mut prices: Vec<_> = rungs.iter().map(|(_, price, _)| *price).collect();
        if rising {
            prices.sort();
        }
        let last = rungs.len() - 1;
        let tier = |(index, (_, _, flat)): (usize, &(i64, Decimal, Decimal))| Tier {
            up_to: (index < last).then(|| bounds[index]),
            unit_price: Interval::exact(prices[index]),
            flat_amount: flats.then_some(Interval::exact(*flat)),
            package_size: None,
            minimum_amount: None,
            maximum_amount: None,
        };
        Some(Tiers::new(rungs.iter().enumerate().map(tier).collect()).ok()?.with_bound(bound))
    })
}

fn per() -> impl Strategy<Value = Positive> {
    prop_oneof![Just(Positive::ONE), (2_i64..70).prop_map(|per| Positive::new(per.into()).unwrap())]
}

fn percentage(tiers: Tiers) -> PriceModel {
    PriceModel::Percentage(Percentage {
        tiers,
        fixed_per_event: None,
        minimum_per_event: None,
        maximum_per_event: None,
        free: None,
    })
}

fn exact_price() -> impl Strategy<Value = Interval> {
    price().prop_map(Interval::exact)
}

/// Models without a jump.
fn continuous() -> impl Strategy<Value = PriceModel> {
    prop_oneof![
        (exact_price(), per()).prop_map(|(price, per)| PriceModel::PerUnit { price, per }),
        (tiers(false, false), per()).prop_map(|(tiers, per)| PriceModel::Graduated { tiers, per }),
        tiers(false, false).prop_map(percentage),
        (per(), exact_price()).prop_map(|(size, price)| {
            let partial = Some(PartialPackage::Prorated);
            PriceModel::Package { size, price, partial, minimum_packages: Decimal::ZERO }
        }),
    ]
}

/// Models of which more never costs less.
fn rising() -> impl Strategy<Value = PriceModel> {
    let partial = prop_oneof![Just(PartialPackage::Up), Just(PartialPackage::Down)];
    prop_oneof![
        2 => continuous(),
        1 => (exact_price(), any::<bool>())
            .prop_map(|(amount, only_when_used)| PriceModel::Flat { amount, only_when_used }),
        1 => (tiers(true, false), per()).prop_map(|(tiers, per)| PriceModel::Graduated { tiers, per }),
        1 => tiers(false, true)
            .prop_map(|steps| PriceModel::StairStep { steps, accumulation: StepAccumulation::Reached }),
        1 => tiers(false, false)
            .prop_map(|steps| PriceModel::StairStep { steps, accumulation: StepAccumulation::Sum }),
        1 => (per(), exact_price(), partial, 0_u32..3).prop_map(|(size, price, partial, least)| {
            let minimum_packages = Decimal::from(least);
            PriceModel::Package { size, price, partial: Some(partial), minimum_packages }
        }),
    ]
}

fn asked(model: &PriceModel, quantity: Decimal) -> Quote {
    let requirement = stated(new(1, 1), "emails", &[&quantity.to_string()]);
    quote(&requirement, monthly(), &[usage("emails", model.clone())])
}

fn amount(model: &PriceModel, quantity: Decimal) -> Decimal {
    asked(model, quantity).lines[0].amount.point().unwrap()
}

proptest! {
    #[test]
    fn more_never_costs_less(model in rising(), a in quantity(), b in quantity()) {
        let (less, more) = (amount(&model, a.min(b)), amount(&model, a.max(b)));
        prop_assert!(less <= more, "{less} of {} and {more} of {}", a.min(b), a.max(b));
    }

    #[test]
    fn a_little_more_costs_little_more(model in continuous(), a in quantity()) {
        let step = Decimal::new(1, 9);
        let change = amount(&model, a + step) - amount(&model, a);
        // The dearest unit costs 9,999, and one step of it 9,999 × 10⁻⁹.
        prop_assert!(change >= Decimal::ZERO && change <= Decimal::new(1, 5), "{change} more at {a}");
    }

    #[test]
    fn an_unknown_price_has_no_end(price in exact_price(), quantity in quantity(), cap in price()) {
        let open = Interval::at_least(price.low());
        let of = |maximum: Option<Decimal>| {
            let mut charge = usage("emails", per_unit(open));
            charge.maximum_amount = maximum;
            let requirement = stated(new(1, 1), "emails", &[&quantity.to_string()]);
            quote(&requirement, monthly(), &[charge]).lines[0].amount
        };
        let end = if quantity.is_zero() { Some(Decimal::ZERO) } else { None };
        prop_assert_eq!(of(None).high(), end);
        let capped = of(Some(cap)).high();
        prop_assert_eq!(capped, end.or(Some(cap)));
    }
}

#[test]
fn a_volume_price_may_fall() {
    let model = PriceModel::Volume {
        tiers: crate::support::tiers(&[(Some("10"), "3"), (None, "2")]),
        per: Positive::ONE,
        lookup: None,
    };
    // 10 × 3 and 11 × 2
    assert_eq!((amount(&model, d("10")), amount(&model, d("11"))), (d("30"), d("22")));
}
