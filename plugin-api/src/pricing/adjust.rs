//! Discounts and surcharges of a line, in the order of the sheet.

use rust_decimal::Decimal;

use super::cycles::CycleSpec;
use crate::charge::{Adjustment, AdjustmentBase, Charge, Effect, Subject};
use crate::interval::{ArithmeticError, Interval, add};
use crate::quote::AdjustmentRow;

/// What conditions look at.
pub(crate) struct Facts {
    /// Billed quantity of the cycle.
    pub(crate) billed: Decimal,
    /// Months of the sold term.
    pub(crate) term_months: u32,
}

/// The amount after all adjustments that are in force, with a row for each.
pub(crate) fn apply(
    charge: &Charge,
    cycle: &CycleSpec,
    facts: &Facts,
    list: Interval,
    rows: &mut Vec<AdjustmentRow>,
) -> Result<Interval, ArithmeticError> {
    let mut running = list;
    for (index, adjustment) in charge.adjustments.iter().enumerate() {
        if cycle.in_force & 1 << index == 0 || !holds(adjustment, cycle, facts) {
            continue;
        }
        let (base, after) = match &adjustment.effect {
            Effect::Fraction { fraction, base } => {
                let base = match base {
                    AdjustmentBase::List => list,
                    AdjustmentBase::Running => running,
                };
                (base, running.plus_fraction_of(base, *fraction)?)
            }
            Effect::Amount(amount) => (running, plus_not_below_zero(running, *amount)?),
        };
        let change = running.step_to(after)?;
        rows.push(AdjustmentRow {
            id: adjustment.id.clone(),
            reason: adjustment.reason.clone(),
            base,
            change,
        });
        running = after;
    }
    Ok(running)
}

fn holds(adjustment: &Adjustment, cycle: &CycleSpec, facts: &Facts) -> bool {
    adjustment.conditions.iter().all(|condition| {
        condition.holds(match condition.subject {
            Subject::CommittedQuantity => cycle.committed,
            Subject::BilledQuantity => facts.billed,
            Subject::TermMonths => Decimal::from(facts.term_months),
        })
    })
}

fn plus_not_below_zero(running: Interval, amount: Interval) -> Result<Interval, ArithmeticError> {
    let low = add(running.low(), amount.low())?.max(Decimal::ZERO);
    let high = match (running.high(), amount.high()) {
        (Some(running), Some(amount)) => Some(add(running, amount)?.max(Decimal::ZERO)),
        _ => None,
    };
    Interval::new(low, high).map_err(|_| ArithmeticError)
}
