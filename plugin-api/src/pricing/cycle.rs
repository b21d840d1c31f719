//! One cycle of one line, in the order of pricing.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::adjust::{self, Facts};
use super::cycles::{CycleSpec, Extent};
use super::limits::{self, record};
use super::model::{self, ModelError, Quantity};
use super::quantities::{Basis, Quantities};
use crate::charge::{AllowanceTier, Charge, ProrationUnit};
use crate::interval::{ArithmeticError, Interval, mul, sub};
use crate::metering::Metered;
use crate::money::Rounding;
use crate::offer::OfferParts;
use crate::quote::{AdjustmentRow, DerivationStep, Period, TierRow};

/// What all cycles of a charge have in common.
pub(crate) struct Context<'a> {
    pub(crate) charge: &'a Charge,
    pub(crate) offer: &'a OfferParts,
    pub(crate) metered: &'a Metered,
    pub(crate) quantities: &'a Quantities<'a>,
    /// Months of the sold term.
    pub(crate) sold_months: u32,
}

/// A run of equal cycles, priced once.
pub(crate) fn price(context: &Context<'_>, cycle: &CycleSpec) -> Result<Period, ModelError> {
    let charge = context.charge;
    // 1. What the allowance leaves.
    let billed = sub(cycle.quantity, cycle.allowed)?.max(Decimal::ZERO);
    let level = sub(cycle.level, cycle.allowed)?.max(Decimal::ZERO);
    // 2. The tier, and the amount.
    let gross = charge.allowance.as_ref().is_some_and(|allowance| allowance.tier == AllowanceTier::Gross);
    let tier = if gross { cycle.level } else { level };
    let tiers = model::rows(charge, &Quantity { net: billed, tier, days: cycle.days })?;
    settle(context, cycle, billed, level, tiers)
}

/// What comes after the model's rows.
pub(crate) fn settle(
    context: &Context<'_>,
    cycle: &CycleSpec,
    billed: Decimal,
    level: Decimal,
    tiers: Vec<TierRow>,
) -> Result<Period, ModelError> {
    let charge = context.charge;
    let mut adjustments = Vec::new();
    let amount = tiers.iter().map(|row| row.amount).try_fold(Interval::ZERO, Interval::plus)?;
    let currency = context.offer.currency;
    let amount = round_tiers(charge, currency, &tiers, amount, &mut adjustments)?;
    // 3. The line's own minimum and maximum.
    let list = limits::apply(charge, amount, &mut adjustments)?;
    // 4. Discounts and surcharges.
    let facts = Facts { billed: level, term_months: context.sold_months, currency };
    let amount = adjust::apply(charge, cycle, &facts, list, &mut adjustments)?;
    // 5. The part of the cycle that there is: of all that a whole one costs, its minimum included.
    let exact = part(charge, cycle.extent, amount, &mut adjustments)?;
    // 6. Rounding, where the sheet rounds its lines.
    let round = |rounding: Rounding, amount: Interval| amount.map(|bound| rounding.round(bound, currency));
    let rounded = charge.line_rounding.map(|rounding| round(rounding, exact));
    let list = part(charge, cycle.extent, list, &mut Vec::new())?;
    Ok(Period {
        first_month: cycle.first_month,
        cycle_months: cycle.months,
        cycles: cycle.cycles,
        phase: cycle.phase,
        demanded: cycle.demanded,
        derivation: derivation(context, cycle, billed)?,
        billed,
        tiers,
        adjustments,
        exact,
        rounded,
        before_adjustments: charge.line_rounding.map_or(list, |rounding| round(rounding, list)),
    })
}

/// The sum of tiers, each rounded, where the sheet rounds its tiers.
fn round_tiers(
    charge: &Charge,
    currency: Currency,
    tiers: &[TierRow],
    exact: Interval,
    rows: &mut Vec<AdjustmentRow>,
) -> Result<Interval, ArithmeticError> {
    let Some(rounding) = charge.tier_rounding else { return Ok(exact) };
    let rounded = tiers.iter().map(|row| row.amount.map(|bound| rounding.round(bound, currency)));
    let rounded = rounded.into_iter().try_fold(Interval::ZERO, Interval::plus)?;
    record(rows, "tier_rounding", "each tier is rounded by itself".to_owned(), exact, rounded)?;
    Ok(rounded)
}

pub(crate) fn part(
    charge: &Charge,
    extent: Extent,
    amount: Interval,
    rows: &mut Vec<AdjustmentRow>,
) -> Result<Interval, ArithmeticError> {
    let (Extent::Part { started_months, days }, Some(proration)) = (extent, charge.proration) else {
        return Ok(amount);
    };
    let (units, unit) = match proration.unit {
        ProrationUnit::StartedMonth => (started_months, "started months"),
        ProrationUnit::Day => (days, "days"),
    };
    let (units, divisor) = (Decimal::from(units), proration.divisor.get());
    if proration.capped && units >= divisor {
        return Ok(amount);
    }
    let after = amount.scale(units, divisor)?;
    record(rows, "part", format!("{units} {unit}, {divisor} for a cycle"), amount, after)?;
    Ok(after)
}

/// How what is asked for in a cycle became what is charged for it.
fn derivation(
    context: &Context<'_>,
    cycle: &CycleSpec,
    billed: Decimal,
) -> Result<Vec<DerivationStep>, ArithmeticError> {
    let mut steps = Vec::with_capacity(context.metered.derivation.len() + 1);
    let mut push = |text: String, quantity| steps.push(DerivationStep { text, quantity });
    if cycle.basis != Basis::Added {
        for step in &context.metered.derivation {
            push(step.text.clone(), context.quantities.over(&step.quantity, &cycle.range())?);
        }
    }
    match cycle.basis {
        Basis::Own => {}
        Basis::Minimum => push("at least what must be bought".to_owned(), cycle.quantity),
        Basis::Peak => push("the peak of the commitment".to_owned(), cycle.quantity),
        Basis::Reached => push("as reached by the cycle's first month".to_owned(), cycle.quantity),
        Basis::Added => push(format!("added in month {}", cycle.first_month), cycle.quantity),
    }
    if !cycle.allowed.is_zero() {
        push(format!("less the allowance of {}", cycle.allowed), billed);
    }
    if let Some(days) = cycle.days {
        let count = days.count.checked_div(days.divisor).ok_or(ArithmeticError)?.round_dp(6).normalize();
        push(format!("on each of {count} days"), mul(billed, count)?);
    }
    Ok(steps)
}
