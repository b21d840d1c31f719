//! The amount of a quantity before discounts and surcharges: unit prices, tiers, spend commitment, limits.

use rust_decimal::Decimal;

use super::adjust::Facts;
use super::cycle::Context;
use super::cycles::CycleSpec;
use super::model::{ModelError, Quantity};
use super::recording::Changes;
use super::{allowances, period_limits, spend, unit_prices};
use crate::charge::LimitsCompared;
use crate::interval::{ArithmeticError, Interval, Step, add};
use crate::quote::{AdjustmentRow, TierRow, TierRows};

/// One quantity, in the order of pricing, with the rows that make its amount.
pub(crate) fn price(
    context: &Context<'_>,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
    quantity: &Quantity<'_>,
    (tiers, rows): (&mut TierRows, &mut Changes<'_>),
) -> Result<Interval, ModelError> {
    let charge = context.charge;
    // 1. Tiers at their unit prices, and the adjustments of unit prices.
    let priced = unit_prices::price(context, cycle, facts, quantity, (tiers, rows))?;
    // 2. Each tier rounded, where the sheet rounds its tiers.
    let amount = match charge.tier_rounding {
        None => priced.amount,
        Some(rounding) => {
            let round = |row: &TierRow| row.amount.map(|bound| rounding.round(bound, context.offer.currency));
            let rounded = priced.adjusted.as_ref().unwrap_or(tiers).iter().map(round);
            let rounded = rounded.into_iter().try_fold(Interval::ZERO, Interval::plus)?;
            let reason = || "each tier is rounded by itself".to_owned();
            rows.record("tier_rounding", reason, priced.amount, rounded)?;
            rounded
        }
    };
    // 3. What a part of a cycle has of them, where its parts are prorated by themselves.
    let round = |amount: Interval| match charge.tier_rounding {
        None => amount,
        Some(rounding) => amount.map(|bound| rounding.round(bound, context.offer.currency)),
    };
    let at_prices = priced.adjusted.as_ref().unwrap_or(tiers);
    let amount = facts.part.tiers(at_prices, amount, round, rows)?;
    // 4. An amount that is not charged.
    let amount = allowances::credit(context, cycle, amount, rows)?;
    // 5. What is paid at least, and what a surplus costs.
    let amount = spend::apply(context, cycle, facts, amount, rows)?;
    // 6. The line's own minimum and maximum.
    let after = charge.limits_compared == Some(LimitsCompared::AfterAdjustments);
    if after {
        return Ok(amount);
    }
    Ok(period_limits::apply(context, cycle, &context.carried.limits, facts, amount, rows)?)
}

/// Each event of a month by itself, and their sum.
pub(crate) fn price_each(
    context: &Context<'_>,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
    quantity: &Quantity<'_>,
    (tiers, rows): (&mut TierRows, &mut Changes<'_>),
) -> Result<Interval, ModelError> {
    let Some(events) = quantity.events else {
        return match quantity.net.is_zero() {
            true => Ok(Interval::ZERO),
            false => Err(ModelError::NeedsEvents),
        };
    };
    let mut sum = Interval::ZERO;
    if let Some(event) = events.iter().copied().find(|event| *event < Decimal::ZERO) {
        return Err(ModelError::NegativeEvent { event });
    }
    for event in events {
        let mut changes = rows.another();
        let one = [*event];
        let quantity = Quantity { events: Some(&one), ..Quantity::of(*event) };
        let mut own = TierRows::new();
        sum = sum.plus(price(context, cycle, facts, &quantity, (&mut own, &mut changes))?)?;
        for row in own {
            add_tier(tiers, row)?;
        }
        rows.merge(changes, add_change)?;
    }
    Ok(sum)
}

/// Adds a row to the one of the same tier and price; a flat amount stays with its event.
fn add_tier(rows: &mut TierRows, row: TierRow) -> Result<(), ArithmeticError> {
    let same = |other: &&mut TierRow| {
        other.flat_amount.is_none()
            && row.flat_amount.is_none()
            && (other.tier, other.unit_price, other.per) == (row.tier, row.unit_price, row.per)
    };
    match rows.iter_mut().find(same) {
        None => rows.push(row),
        Some(other) => {
            other.quantity = add(other.quantity, row.quantity)?;
            other.amount = other.amount.plus(row.amount)?;
        }
    }
    Ok(())
}

/// Adds a change to another.
fn add_change(other: &mut AdjustmentRow, row: &AdjustmentRow) -> Result<(), ArithmeticError> {
    other.base = other.base.plus(row.base)?;
    let high = match (other.change.high, row.change.high) {
        (Some(a), Some(b)) => Some(add(a, b)?),
        _ => None,
    };
    other.change = Step { low: add(other.change.low, row.change.low)?, high };
    Ok(())
}
