//! Any line sets, and any charges over other lines.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use quotient_plugin_api::charge::{
    AdjustmentBase, Category, Charge, CountedAmount, Cycle, LineChoice, MeteringRule, MeteringSource,
    PriceModel, Proration, ProrationUnit,
};
use quotient_plugin_api::line_set::{LineSet, Off, Remainder, SetDiscount, SetRule, Spread};
use quotient_plugin_api::offer::OfferParts;
use rust_decimal::Decimal;

use crate::any::{Size, date_window, month_window, offer, rounding, select};

fn cycle() -> impl Strategy<Value = Cycle> {
    select(&[Cycle::Month, Cycle::Month, Cycle::Quarter, Cycle::Year, Cycle::Term])
}

/// Some of the charges `c0` to `c2`, in any order.
fn ids() -> impl Strategy<Value = LineChoice> {
    let orders = [&[0, 1, 2][..], &[2, 0], &[1, 0], &[1], &[2, 1, 0]];
    let named = |order: &[u32]| LineChoice::Ids(order.iter().map(|index| format!("c{index}")).collect());
    select(&orders.map(named))
}

fn choice() -> impl Strategy<Value = LineChoice> {
    let category = select(&[Category::Recurring, Category::Usage, Category::OneTime]);
    prop_oneof![3 => Just(LineChoice::All), 3 => ids(), 1 => category.prop_map(LineChoice::Category)]
}

fn spread() -> impl Strategy<Value = Spread> {
    let remainder = select(&[Remainder::Last, Remainder::Largest]);
    prop_oneof![
        3 => (of(0_u32..6), remainder)
            .prop_map(|(scale, remainder)| Spread::Proportional { scale, remainder }),
        1 => Just(Spread::InOrder),
    ]
}

fn rule(size: Size) -> impl Strategy<Value = SetRule> {
    let positive = || size.decimal().prop_map(|amount| amount.max(Decimal::new(1, 3)));
    let fraction = (1_i64..=100, weighted(0.3, rounding()))
        .prop_map(|(percent, rounding)| Off::Fraction { fraction: Decimal::new(percent, 2), rounding });
    let amount = (positive(), spread()).prop_map(|(amount, spread)| Off::Amount { amount, spread });
    let base = select(&[AdjustmentBase::List, AdjustmentBase::Running]);
    let bounds = (weighted(0.3, size.decimal()), weighted(0.3, positive()), any::<bool>());
    let discount = (prop_oneof![fraction, amount], base, bounds).prop_map(
        |(off, base, (at_least, upper, inclusive))| {
            let at_least = at_least.filter(|least| upper.is_none_or(|upper| *least < upper));
            let (at_most, below) = if inclusive { (upper, None) } else { (None, upper) };
            SetRule::Discount(SetDiscount { off, base, at_least, at_most, below })
        },
    );
    prop_oneof![
        1 => Just(SetRule::Dearest),
        2 => (size.decimal(), spread()).prop_map(|(amount, spread)| SetRule::Maximum { amount, spread }),
        2 => discount,
    ]
}

fn set(size: Size, charges: BoxedStrategy<LineChoice>) -> impl Strategy<Value = LineSet> {
    let windows = (weighted(0.2, month_window()), weighted(0.2, date_window()));
    (charges, cycle(), rule(size), windows).prop_map(|(charges, cycle, rule, (months, dates))| LineSet {
        id: String::new(),
        reason: String::new(),
        charges,
        cycle,
        rule,
        months,
        dates,
        sources: Vec::new(),
    })
}

fn over_lines(size: Size) -> impl Strategy<Value = Charge> {
    let fraction = prop_oneof![
        2 => (0_i64..200).prop_map(|percent| crate::support::exact(&Decimal::new(percent, 2).to_string())),
        1 => Just(crate::support::range("0.1", Some("0.3"))),
        1 => Just(crate::support::range("0.1", None)),
    ];
    let counted = select(&[CountedAmount::BeforeAdjustments, CountedAmount::AfterAdjustments]);
    let share =
        (choice(), fraction).prop_map(|(lines, fraction)| PriceModel::ShareOfLines { lines, fraction });
    let shortfall = (choice(), size.decimal(), counted)
        .prop_map(|(lines, minimum, counted)| PriceModel::Shortfall { lines, minimum, counted });
    let part = (select(&[ProrationUnit::StartedMonth, ProrationUnit::Day]), any::<bool>());
    let rest = (
        weighted(0.2, month_window()),
        weighted(0.2, date_window()),
        weighted(0.3, rounding()),
        weighted(0.3, part),
    );
    let category = select(&[Category::Recurring, Category::Usage]);
    (prop_oneof![share, shortfall], cycle(), category, rest).prop_map(
        |(model, cycle, category, (months, dates, line_rounding, part))| {
            let rule = MeteringRule::new("flat", MeteringSource::Constant(Decimal::ONE));
            let part = part.filter(|_| matches!(model, PriceModel::Shortfall { .. }));
            let divisor = quotient_plugin_api::charge::Positive::new(Decimal::from(12)).unwrap();
            let proration = part.map(|(unit, capped)| Proration::new(unit, divisor, capped));
            let charge = Charge::new("", "", category, rule, model, cycle);
            Charge { months, dates, line_rounding, proration, ..charge }
        },
    )
}

/// The named charges that are there.
fn among(lines: &mut LineChoice, there: &[Arc<Charge>]) {
    *lines = lines.among(|id| there.iter().any(|charge| charge.id == id)).unwrap_or(LineChoice::All);
}

/// Any offer whose lines mean something to each other; `named`: sets name their lines.
pub fn offer_of_sets(size: Size, named: bool) -> impl Strategy<Value = OfferParts> {
    let charges = if named { ids().boxed() } else { choice().boxed() };
    (offer(size), vec(set(size, charges), 0..3), vec(over_lines(size), 0..3)).prop_map(
        move |(mut parts, mut sets, over)| {
            for (index, set) in sets.iter_mut().enumerate() {
                set.id = format!("s{index}");
                among(&mut set.charges, &parts.charges);
                if named && set.charges == LineChoice::All {
                    set.charges = LineChoice::Ids(vec!["c0".to_owned()]);
                }
            }
            for (index, mut charge) in over.into_iter().enumerate() {
                charge.id = format!("o{index}");
                if let PriceModel::ShareOfLines { lines, .. } | PriceModel::Shortfall { lines, .. } =
                    &mut charge.model
                {
                    among(lines, &parts.charges);
                }
                parts.charges.push(Arc::new(charge));
            }
            parts.line_sets = sets;
            parts
        },
    )
}
