//! Discounts and surcharges of a line, in the order of the sheet.

use rust_decimal::Decimal;

use super::cycles::CycleSpec;
use super::proration::Prorated;
use crate::charge::{Adjustment, AdjustmentBase, Charge, Effect, Subject};
use crate::interval::{ArithmeticError, Interval, add, mul};
use crate::quote::AdjustmentRow;

/// What conditions look at.
pub(crate) struct Facts<'a> {
    /// Billed quantity of the cycle.
    pub(crate) billed: Decimal,
    /// Months of the sold term.
    pub(crate) term_months: u32,
    /// What a part of a cycle has of a fixed amount.
    pub(crate) part: &'a Prorated<'a>,
}

/// The amount after all adjustments that are in force, with a row for each.
pub(crate) fn apply(
    charge: &Charge,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
    list: Interval,
    rows: &mut Vec<AdjustmentRow>,
) -> Result<Interval, ArithmeticError> {
    // What comes from one exact amount moves with nothing.
    let slope = list.point().is_none().then_some(Decimal::ONE);
    let mut running = Running { amount: list, slope };
    for (index, adjustment) in charge.adjustments.iter().enumerate() {
        if adjustment.effect.is_on_unit_prices() || !is_in_force(adjustment, index, cycle, facts) {
            continue;
        }
        let before = running.amount;
        let base = match adjustment.effect {
            Effect::Fraction { base: AdjustmentBase::List, .. } => list,
            _ => before,
        };
        running = match &adjustment.effect {
            Effect::Fraction { fraction, base: AdjustmentBase::List } => {
                running.plus_of_list(list, *fraction)?
            }
            Effect::Fraction { fraction, base: AdjustmentBase::Running } => running.times(*fraction)?,
            Effect::Amount(amount) => running.plus(facts.part.adjustment(*amount)?)?,
            // They have met the unit prices already.
            Effect::UnitFraction(_) | Effect::UnitAmount(_) => running,
        };
        rows.push(AdjustmentRow {
            id: adjustment.id.clone(),
            reason: adjustment.reason.clone(),
            base,
            change: before.step_to(running.amount)?,
        });
    }
    Ok(running.amount)
}

/// An amount on its way, and how it moves with the list amount that it comes from.
struct Running {
    amount: Interval,
    /// What it rises by at least when the list amount rises by 1; `None`: it may fall.
    slope: Option<Decimal>,
}

impl Running {
    fn times(self, fraction: Interval) -> Result<Self, ArithmeticError> {
        let amount = self.amount.plus_fraction_of(self.amount, fraction)?;
        let slope = self.slope.map(|slope| add(slope, mul(slope, fraction.low())?)).transpose()?;
        Ok(Self { amount, slope })
    }

    fn plus(self, change: Interval) -> Result<Self, ArithmeticError> {
        let sum = self.amount.plus(change)?;
        // Held at zero, it no longer moves.
        let slope = if sum.low() < Decimal::ZERO { self.slope.map(|_| Decimal::ZERO) } else { self.slope };
        Ok(Self { amount: sum.at_least_value(Decimal::ZERO), slope })
    }

    fn plus_of_list(self, list: Interval, fraction: Interval) -> Result<Self, ArithmeticError> {
        let slope = self.slope.map(|slope| add(slope, fraction.low())).transpose()?;
        let slope = slope.filter(|slope| *slope >= Decimal::ZERO);
        if slope.is_some() || fraction.low() >= Decimal::ZERO || list.point().is_some() {
            let held = add(self.amount.low(), mul(list.low(), fraction.low())?)? < Decimal::ZERO;
            let slope = slope.map(|slope| if held { Decimal::ZERO } else { slope });
            let amount = self.amount.plus_fraction_of(list, fraction)?;
            // Where the slope is next to nothing, the last digits of the two products may cross.
            let most = amount.high().map(|most| most.max(amount.low()));
            return Ok(Self { amount: ordered(amount.low(), most)?, slope });
        }
        // A higher list amount may give a lower one here, so every end may meet every other.
        let least = match list.high() {
            Some(high) => add(self.amount.low(), mul(high, fraction.low())?)?.max(Decimal::ZERO),
            None => Decimal::ZERO,
        };
        let change = fraction.high().and_then(|most| {
            if most < Decimal::ZERO { Some((list.low(), most)) } else { Some((list.high()?, most)) }
        });
        let most = match (self.amount.high(), change) {
            (Some(high), Some((list, fraction))) => Some(add(high, mul(list, fraction)?)?.max(least)),
            _ => None,
        };
        Ok(Self { amount: ordered(least, most)?, slope: None })
    }
}

fn ordered(least: Decimal, most: Option<Decimal>) -> Result<Interval, ArithmeticError> {
    Interval::new(least, most).map_err(|_| ArithmeticError)
}

/// Whether an adjustment's windows and conditions hold.
pub(crate) fn is_in_force(
    adjustment: &Adjustment,
    index: usize,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
) -> bool {
    cycle.in_force & 1 << index != 0 && holds(adjustment, cycle, facts)
}

fn holds(adjustment: &Adjustment, cycle: &CycleSpec, facts: &Facts<'_>) -> bool {
    adjustment.conditions.iter().all(|condition| {
        condition.holds(match condition.subject {
            Subject::CommittedQuantity => cycle.committed,
            Subject::BilledQuantity => facts.billed,
            Subject::TermMonths => Decimal::from(facts.term_months),
        })
    })
}
