//! Which quantity meets the ladder of tiers, where it is not that of the cycle.

use rust_decimal::Decimal;

use super::cycles::{CycleSpec, Days};
use crate::charge::{AllowanceTier, Charge, PriceModel, TierPeriod};
use crate::interval::{ArithmeticError, Interval, add, mul_div, sub};

/// Whether a cycle's price depends on the cycles before it.
pub(crate) fn needs_cycles(charge: &Charge) -> bool {
    matches!(charge.tier_period, TierPeriod::Term | TierPeriod::Highest)
}

/// Says of each cycle of a commitment which quantity meets the ladder.
pub(crate) fn settle(charge: &Charge, level: bool, runs: &mut [CycleSpec]) -> Result<(), ArithmeticError> {
    let gross = charge.allowance.as_ref().is_some_and(|allowance| allowance.tier == AllowanceTier::Gross);
    let of = |quantity: Decimal, run: &CycleSpec| {
        if gross { Ok(quantity) } else { Ok(sub(quantity, run.allowed)?.max(Decimal::ZERO)) }
    };
    match charge.tier_period {
        TierPeriod::Cycle | TierPeriod::Day => {}
        TierPeriod::Order => {
            for run in runs {
                run.tier = Some(of(run.committed, run)?);
            }
        }
        TierPeriod::Highest => {
            let mut highest = Decimal::ZERO;
            for run in runs {
                highest = highest.max(of(run.quantity, run)?);
                run.tier = Some(highest);
            }
        }
        TierPeriod::Term if matches!(charge.model, PriceModel::Graduated { .. }) => {
            let mut before = Decimal::ZERO;
            for run in runs {
                run.before = before;
                before = add(before, of(run.quantity, run)?)?;
            }
        }
        TierPeriod::Term => {
            let mut all = Decimal::ZERO;
            for run in runs.iter() {
                let own = of(run.quantity, run)?;
                all = if level { all.max(own) } else { add(all, own)? };
            }
            runs.iter_mut().for_each(|run| run.tier = Some(all));
        }
    }
    Ok(())
}

/// A ladder for a day as one for all days of a cycle: its bounds and its flat amounts times the days.
pub(crate) fn stretched(model: &PriceModel, days: Days) -> Result<PriceModel, ArithmeticError> {
    let bound = |bound: Decimal| mul_div(bound, days.count, days.divisor);
    let amount = |amount: Interval| amount.scale(days.count, days.divisor);
    let mut model = model.clone();
    match &mut model {
        PriceModel::Graduated { tiers, .. }
        | PriceModel::Volume { tiers, .. }
        | PriceModel::StairStep { steps: tiers, .. } => *tiers = tiers.stretched(bound, amount)?,
        PriceModel::Flat { .. }
        | PriceModel::PerUnit { .. }
        | PriceModel::Package { .. }
        | PriceModel::Percentage(_)
        | PriceModel::Packs(_)
        | PriceModel::ShareOfLines { .. }
        | PriceModel::Shortfall { .. }
        | PriceModel::Computed { .. } => {}
    }
    Ok(model)
}
