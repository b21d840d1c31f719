//! Quantities below zero: corrections of what was counted before, such as a reversed outcome.

use rust_decimal::Decimal;

use super::cycle::{self, Context};
use super::cycles::CycleSpec;
use super::model::ModelError;
use super::recording::Detail;
use crate::charge::NegativeQuantity;
use crate::interval::{ArithmeticError, Interval, Step, sub};
use crate::quote::{AdjustmentRow, DerivationStep, Period, TierRow};

/// A cycle whose quantity is below zero, as the charge says.
pub(crate) fn price(context: &Context<'_>, cycle: &CycleSpec) -> Result<Period, ModelError> {
    let quantity = cycle.quantity;
    match context.charge.negative_quantity {
        None => Err(ModelError::Negative { quantity }),
        Some(NegativeQuantity::Zero) => {
            let nothing = CycleSpec { quantity: Decimal::ZERO, level: Decimal::ZERO, ..*cycle };
            let mut period = cycle::price(context, &nothing)?;
            if context.detail.is_whole() {
                let text = "below zero, which costs nothing".into();
                period.derivation.push(DerivationStep { text, quantity: Decimal::ZERO });
            }
            Ok(period)
        }
        Some(NegativeQuantity::Mirrored) => {
            let above = CycleSpec { quantity: quantity.abs(), level: cycle.level.abs(), ..*cycle };
            // A row without an upper bound cannot be given back, whether it is kept or not.
            let mut period = mirrored(cycle::not_negative(context, &above, Detail::Whole)?)?;
            if !context.detail.is_whole() {
                let (derivation, tiers, adjustments) = (Vec::new(), Vec::new(), Vec::new());
                return Ok(Period { derivation, tiers, adjustments, ..period });
            }
            let text = "below zero: the price of as much is given back".into();
            period.derivation.push(DerivationStep { text, quantity: period.billed });
            Ok(period)
        }
    }
}

fn mirrored(period: Period) -> Result<Period, ModelError> {
    let tier = |row: TierRow| {
        let (amount, flat_amount) = (negated(row.amount)?, row.flat_amount.map(negated).transpose()?);
        Ok(TierRow { quantity: minus(row.quantity)?, amount, flat_amount, ..row })
    };
    let adjustment = |row: AdjustmentRow| {
        let Step { low, high } = row.change;
        // The bounds change places, and so do their changes.
        let high = high.ok_or(ModelError::OpenBelow)?;
        Ok(AdjustmentRow {
            base: negated(row.base)?,
            change: Step { low: minus(high)?, high: Some(minus(low)?) },
            ..row
        })
    };
    Ok(Period {
        billed: minus(period.billed)?,
        tiers: period.tiers.into_iter().map(tier).collect::<Result<_, ModelError>>()?,
        adjustments: period.adjustments.into_iter().map(adjustment).collect::<Result<_, ModelError>>()?,
        exact: negated(period.exact)?,
        rounded: period.rounded.map(negated).transpose()?,
        before_adjustments: negated(period.before_adjustments)?,
        ..period
    })
}

fn minus(value: Decimal) -> Result<Decimal, ArithmeticError> {
    sub(Decimal::ZERO, value)
}

fn negated(amount: Interval) -> Result<Interval, ModelError> {
    let high = amount.high().ok_or(ModelError::OpenBelow)?;
    Interval::new(minus(high)?, Some(minus(amount.low())?)).map_err(|_| ArithmeticError.into())
}
