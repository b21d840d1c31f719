//! Quantities below zero: corrections of what was counted before, such as a reversed outcome.

use rust_decimal::Decimal;

use super::cycle::{self, Context};
use super::cycles::CycleSpec;
use super::model::ModelError;
use super::recording::Detail;
use crate::charge::NegativeQuantity;
use crate::interval::{ArithmeticError, Interval, Step, sub};
use crate::quote::{DerivationStep, Period};

/// A cycle whose quantity is below zero, as the charge says.
pub(crate) fn price(context: &Context<'_>, cycle: &CycleSpec, period: &mut Period) -> Result<(), ModelError> {
    let quantity = cycle.quantity;
    match context.charge.negative_quantity {
        None => Err(ModelError::Negative { quantity }),
        Some(NegativeQuantity::Zero) => {
            let nothing = CycleSpec { quantity: Decimal::ZERO, level: Decimal::ZERO, ..*cycle };
            cycle::price(context, &nothing, period)?;
            if context.detail.is_whole() {
                let text = "below zero, which costs nothing".into();
                period.derivation.push(DerivationStep { text, quantity: Decimal::ZERO });
            }
            Ok(())
        }
        Some(NegativeQuantity::Mirrored) => {
            let above = CycleSpec { quantity: quantity.abs(), level: cycle.level.abs(), ..*cycle };
            // A row without an upper bound cannot be given back, whether it is kept or not.
            cycle::not_negative(context, &above, Detail::Whole, period)?;
            mirror(period)?;
            if !context.detail.is_whole() {
                (period.derivation, period.tiers, period.adjustments) = Default::default();
                return Ok(());
            }
            let text = "below zero: the price of as much is given back".into();
            period.derivation.push(DerivationStep { text, quantity: period.billed });
            Ok(())
        }
    }
}

fn mirror(period: &mut Period) -> Result<(), ModelError> {
    period.billed = minus(period.billed)?;
    for row in &mut period.tiers {
        row.quantity = minus(row.quantity)?;
        row.amount = negated(row.amount)?;
        row.flat_amount = row.flat_amount.map(negated).transpose()?;
    }
    for row in &mut period.adjustments {
        let Step { low, high } = row.change;
        // The bounds change places, and so do their changes.
        let high = high.ok_or(ModelError::OpenBelow)?;
        row.base = negated(row.base)?;
        row.change = Step { low: minus(high)?, high: Some(minus(low)?) };
    }
    period.exact = negated(period.exact)?;
    period.rounded = period.rounded.map(negated).transpose()?;
    period.before_adjustments = negated(period.before_adjustments)?;
    Ok(())
}

fn minus(value: Decimal) -> Result<Decimal, ArithmeticError> {
    sub(Decimal::ZERO, value)
}

fn negated(amount: Interval) -> Result<Interval, ModelError> {
    let high = amount.high().ok_or(ModelError::OpenBelow)?;
    Interval::new(minus(high)?, Some(minus(amount.low())?)).map_err(|_| ArithmeticError.into())
}
