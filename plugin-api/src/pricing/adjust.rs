//! Discounts and surcharges of a line, in the order of the sheet.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::cycles::CycleSpec;
use super::proration::Prorated;
use super::recording::Changes;
use crate::charge::{Adjustment, AdjustmentBase, Charge, Condition, Effect, Subject};
use crate::interval::{ArithmeticError, Interval, add, mul, sub};
use crate::money::{Rounding, minor_unit_scale};
use crate::quote::AdjustmentRow;

/// What conditions and roundings look at.
pub(crate) struct Facts<'a> {
    /// Billed quantity of the cycle.
    pub(crate) billed: Decimal,
    /// Months of the sold term.
    pub(crate) term_months: u32,
    /// What a part of a cycle has of a fixed amount.
    pub(crate) part: &'a Prorated<'a>,
    /// Currency of the amounts.
    pub(crate) currency: Currency,
}

/// The amount after all adjustments that are in force, with a row for each.
pub(crate) fn apply(
    charge: &Charge,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
    list: Interval,
    rows: &mut Changes<'_>,
) -> Result<Interval, ArithmeticError> {
    // What comes from one exact amount moves with nothing.
    let slope = list.point().is_none().then_some(Decimal::ONE);
    let mut running = Running { amount: list, slope };
    for (index, adjustment) in charge.adjustments.iter().enumerate() {
        let holds = holds(adjustment, cycle, facts, list);
        if adjustment.effect.is_on_unit_prices() || cycle.in_force & 1 << index == 0 || holds == Some(false) {
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
        if let Some(rounding) = adjustment.rounding {
            running = running.rounded(before, base, rounding, facts.currency)?;
        }
        if holds.is_none() {
            running = running.or(before)?;
        }
        let after = running.amount;
        rows.push(|| {
            let (id, reason) = (adjustment.id.clone(), adjustment.reason.clone());
            Ok(AdjustmentRow { id, reason, base, change: before.step_to(after)? })
        })?;
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

    /// With its change since `before` rounded.
    fn rounded(
        self,
        before: Interval,
        base: Interval,
        rounding: Rounding,
        currency: Currency,
    ) -> Result<Self, ArithmeticError> {
        let Self { amount, slope } = self;
        if let (Some(before), Some(_)) = (before.point(), base.point()) {
            let bound = |bound: Decimal| {
                let change = rounding.round(sub(bound, before)?, currency);
                Ok(add(before, change)?.max(Decimal::ZERO))
            };
            let amount = ordered(bound(amount.low())?, amount.high().map(bound).transpose()?)?;
            return Ok(Self { amount, slope });
        }
        // A rounded change is less than a unit away, but an amount after it may fall where it rose.
        let scale = rounding.scale.unwrap_or_else(|| minor_unit_scale(currency));
        let unit = Decimal::try_new(1, scale).map_err(|_| ArithmeticError)?;
        let high = amount.high().map(|high| add(high, unit)).transpose()?;
        let amount = ordered(sub(amount.low(), unit)?.max(Decimal::ZERO), high)?;
        Ok(Self { amount, slope: None })
    }

    /// This or another amount.
    fn or(self, other: Interval) -> Result<Self, ArithmeticError> {
        let high = self.amount.high().zip(other.high()).map(|(a, b)| a.max(b));
        Ok(Self { amount: ordered(self.amount.low().min(other.low()), high)?, slope: None })
    }

    fn plus_of_list(self, list: Interval, fraction: Interval) -> Result<Self, ArithmeticError> {
        let slope = self.slope.map(|slope| add(slope, fraction.low())).transpose()?;
        let slope = slope.filter(|slope| *slope >= Decimal::ZERO);
        if slope.is_some() || fraction.low() >= Decimal::ZERO || list.point().is_some() {
            let amount = self.amount.plus_fraction_of(list, fraction)?;
            if slope.is_none() && amount.point().is_some() {
                return Ok(Self { amount, slope });
            }
            let held = add(self.amount.low(), mul(list.low(), fraction.low())?)? < Decimal::ZERO;
            let slope = slope.map(|slope| if held { Decimal::ZERO } else { slope });
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

/// Whether the windows and conditions of an adjustment of unit prices hold; none looks at the amount.
pub(crate) fn is_in_force(
    adjustment: &Adjustment,
    index: usize,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
) -> bool {
    cycle.in_force & 1 << index != 0 && holds(adjustment, cycle, facts, Interval::ZERO) == Some(true)
}

/// Whether all conditions hold; `None` when the bounds of an amount leave it open.
fn holds(adjustment: &Adjustment, cycle: &CycleSpec, facts: &Facts<'_>, list: Interval) -> Option<bool> {
    let exact = |condition: &Condition, value| Some(condition.holds(value));
    let each = adjustment.conditions.iter().map(|condition| match condition.subject {
        Subject::CommittedQuantity => exact(condition, cycle.committed),
        Subject::BilledQuantity => exact(condition, facts.billed),
        Subject::TermMonths => exact(condition, Decimal::from(facts.term_months)),
        Subject::ListAmount => holds_of(condition, list),
    });
    let mut all = Some(true);
    for one in each {
        match one {
            Some(false) => return one,
            None => all = None,
            Some(true) => {}
        }
    }
    all
}

fn holds_of(condition: &Condition, amount: Interval) -> Option<bool> {
    let (low, high) = (amount.low(), amount.high());
    let below = condition.at_least.is_some_and(|least| high.is_some_and(|high| high < least));
    let above = condition.at_most.is_some_and(|most| low > most);
    if below || above {
        return Some(false);
    }
    let reached = condition.at_least.is_none_or(|least| low >= least);
    let within = condition.at_most.is_none_or(|most| high.is_some_and(|high| high <= most));
    (reached && within).then_some(true)
}
