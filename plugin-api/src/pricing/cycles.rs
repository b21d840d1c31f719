//! The cycles of a charge: when one price starts and ends, and which quantity it is for.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::PriceError;
use super::timeline::{Commitment, Timeline, days_between, month_start};
use crate::charge::{Charge, CommitmentKind, Cycle, DateWindow, MeteringSource, MonthWindow};
use crate::interval::{ArithmeticError, add, sub};
use crate::metering::{Metered, Monthly};
use crate::meters;
use crate::offer::{MAX_ADJUSTMENTS, MonthDays};
use crate::quote::Phase;
use crate::requirement::{Purchase, Requirement};

/// One cycle of a charge. Two cycles that are equal but for `first_month` cost the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CycleSpec {
    pub(crate) first_month: u32,
    pub(crate) months: u32,
    pub(crate) phase: Phase,
    pub(crate) extent: Extent,
    /// What is asked for, before metering.
    pub(crate) demanded: Decimal,
    /// What is charged, before the allowance.
    pub(crate) quantity: Decimal,
    /// Days of the cycle, for daily prices.
    pub(crate) days: Option<Days>,
    /// What the commitment that it belongs to commits to.
    pub(crate) committed: Decimal,
    /// Which adjustments are in force: bit i for adjustment i.
    pub(crate) in_force: u64,
}

/// Days of a cycle: `count ÷ divisor`, kept apart because 365 ÷ 12 has no last digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) count: Decimal,
    pub(crate) divisor: Decimal,
}

/// How much of a cycle there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    Part { started_months: u32, days: u32 },
}

/// All cycles of a charge, in order.
pub(crate) fn lay_out(
    requirement: &Requirement,
    charge: &Charge,
    metered: &Metered,
    timeline: &Timeline,
    month_days: MonthDays,
) -> Result<Vec<CycleSpec>, PriceError> {
    let minimum = minimum_quantity(requirement, charge).map_err(PriceError::of(charge))?;
    let mut cycles = Vec::new();
    for commitment in &timeline.commitments {
        if charge.cycle == Cycle::Once && commitment.phase != Phase::Term {
            continue;
        }
        let quantities = Quantities { charge, metered, minimum, commitment };
        let committed = quantities.committed().map_err(PriceError::of(charge))?;
        for slot in slots(charge, commitment) {
            let Some(in_force) = in_force(charge, commitment, slot)? else { continue };
            let extent = extent(commitment, slot)?;
            let days = days(charge, month_days, commitment, slot)?;
            let (quantity, additions) = quantities.of(slot).map_err(PriceError::of(charge))?;
            let demanded = quantities.demanded(slot).map_err(PriceError::of(charge))?;
            let phase = commitment.phase;
            let Slot { first_month, months, .. } = slot;
            cycles.push(CycleSpec {
                first_month,
                months,
                phase,
                extent,
                demanded,
                quantity,
                days,
                committed,
                in_force,
            });
            for (first_month, added) in additions {
                let months = slot.first_month + slot.months - first_month;
                let part = Slot { first_month, months, whole_months: slot.whole_months };
                let extent = part_extent(commitment, part)?;
                let (demanded, quantity) = (added, added);
                cycles.push(CycleSpec {
                    first_month,
                    months,
                    phase,
                    extent,
                    demanded,
                    quantity,
                    days,
                    committed,
                    in_force,
                });
            }
        }
    }
    Ok(cycles)
}

#[derive(Clone, Copy)]
struct Slot {
    first_month: u32,
    months: u32,
    /// Months of a whole cycle.
    whole_months: u32,
}

fn slots(charge: &Charge, commitment: &Commitment) -> impl Iterator<Item = Slot> {
    let whole_months = match charge.cycle {
        Cycle::Day | Cycle::Month => 1,
        Cycle::Quarter => 3,
        Cycle::Year => 12,
        Cycle::Term | Cycle::Once => commitment.months.max(1),
    };
    let (first, months) = (commitment.first_month, commitment.months);
    (0..months.div_ceil(whole_months)).map(move |index| {
        let offset = index * whole_months;
        Slot { first_month: first + offset, months: whole_months.min(months - offset), whole_months }
    })
}

/// The first day of a slot, and the day after its last.
fn slot_days(commitment: &Commitment, slot: Slot) -> Result<(Date, Date), PriceError> {
    // Months are counted from the commitment's own first day.
    let offset = slot.first_month - commitment.first_month;
    let last = month_start(commitment.first_day, offset + slot.months)?;
    Ok((month_start(commitment.first_day, offset)?, last.min(commitment.end)))
}

fn extent(commitment: &Commitment, slot: Slot) -> Result<Extent, PriceError> {
    let ends_with_slot = slot.first_month + slot.months < commitment.first_month + commitment.months;
    let full = slot.first_month - commitment.first_month + slot.months;
    if slot.months == slot.whole_months
        && (ends_with_slot || commitment.end == month_start(commitment.first_day, full)?)
    {
        return Ok(Extent::Whole);
    }
    part_extent(commitment, slot)
}

fn part_extent(commitment: &Commitment, slot: Slot) -> Result<Extent, PriceError> {
    let (first, end) = slot_days(commitment, slot)?;
    Ok(Extent::Part { started_months: slot.months, days: days_between(first, end) })
}

fn days(
    charge: &Charge,
    month_days: MonthDays,
    commitment: &Commitment,
    slot: Slot,
) -> Result<Option<Days>, PriceError> {
    if charge.cycle != Cycle::Day {
        return Ok(None);
    }
    let days = |count, divisor| Some(Days { count, divisor });
    Ok(match month_days {
        MonthDays::Calendar => {
            let (first, end) = slot_days(commitment, slot)?;
            days(Decimal::from(days_between(first, end)), Decimal::ONE)
        }
        MonthDays::Thirty => days(Decimal::from(30), Decimal::ONE),
        MonthDays::ThirtyAndHalf => days(Decimal::from(61), Decimal::TWO),
        MonthDays::YearTwelfth => days(Decimal::from(365), Decimal::from(12)),
    })
}

/// Which adjustments are in force in a slot; `None` when the charge itself is not.
fn in_force(charge: &Charge, commitment: &Commitment, slot: Slot) -> Result<Option<u64>, PriceError> {
    let dated = charge.dates.is_some() || charge.adjustments.iter().any(|a| a.dates.is_some());
    let service = if dated { slot_days(commitment, slot)?.0 } else { commitment.first_day };
    let order = commitment.order_date;
    let active = |dates: Option<DateWindow>, months: Option<MonthWindow>| {
        dates.is_none_or(|window| window.contains(order, service))
            && months.is_none_or(|window| window.contains(slot.first_month))
    };
    if !active(charge.dates, charge.months) {
        return Ok(None);
    }
    let bits = charge.adjustments.iter().take(MAX_ADJUSTMENTS).enumerate();
    let bits = bits.filter(|(_, adjustment)| active(adjustment.dates, adjustment.months));
    Ok(Some(bits.fold(0, |bits, (index, _)| bits | 1 << index)))
}

fn minimum_quantity(requirement: &Requirement, charge: &Charge) -> Result<Decimal, ArithmeticError> {
    let minimum = charge.commitment.minimum_quantity;
    let (Purchase::Expand { held_seats, .. }, true) =
        (&requirement.purchase, charge.commitment.minimum_counts_held)
    else {
        return Ok(minimum);
    };
    let counts = |role: &String| match &charge.metering.source {
        MeteringSource::Seats(filter) => filter.roles.is_empty() || filter.roles.contains(role),
        _ => false,
    };
    let held = held_seats.iter().filter(|(role, _)| counts(role));
    let held = held.map(|(_, count)| *count).try_fold(Decimal::ZERO, add)?;
    Ok(sub(minimum, held)?.max(Decimal::ZERO))
}

/// Quantities of a charge within one commitment.
struct Quantities<'a> {
    charge: &'a Charge,
    metered: &'a Metered,
    minimum: Decimal,
    commitment: &'a Commitment,
}

/// Seats added in the middle of a cycle: the month, and how many.
type Additions = Vec<(u32, Decimal)>;

impl Quantities<'_> {
    /// Seats, numbers and items are a level that holds; everything else adds up over months.
    fn is_level(&self) -> bool {
        meters::meter(&self.charge.metering.meter_id).is_some_and(meters::Meter::is_level)
    }

    fn months(&self, first_month: u32, months: u32) -> impl Iterator<Item = usize> {
        let first = first_month as usize - 1;
        first..first + months as usize
    }

    fn peak(&self, monthly: &Monthly, first_month: u32, months: u32) -> Decimal {
        self.months(first_month, months).map(|month| monthly.get(month)).max().unwrap_or_default()
    }

    fn sum(&self, monthly: &Monthly, first_month: u32, months: u32) -> Result<Decimal, ArithmeticError> {
        self.months(first_month, months).map(|month| monthly.get(month)).try_fold(Decimal::ZERO, add)
    }

    fn demanded(&self, slot: Slot) -> Result<Decimal, ArithmeticError> {
        if self.is_level() {
            return Ok(self.peak(&self.metered.demanded, slot.first_month, slot.months));
        }
        self.sum(&self.metered.demanded, slot.first_month, slot.months)
    }

    fn with_minimum(&self, quantity: Decimal) -> Decimal {
        let term = self.commitment;
        // Who buys nothing of it is held to no minimum.
        if self.minimum.is_zero() || self.peak(&self.metered.billed, term.first_month, term.months).is_zero()
        {
            return quantity;
        }
        quantity.max(self.minimum)
    }

    fn of(&self, slot: Slot) -> Result<(Decimal, Additions), ArithmeticError> {
        let billed = &self.metered.billed;
        if !self.is_level() {
            return Ok((self.sum(billed, slot.first_month, slot.months)?, Vec::new()));
        }
        let term = self.commitment;
        Ok(match self.charge.commitment.kind {
            CommitmentKind::Flex => {
                (self.with_minimum(self.peak(billed, slot.first_month, slot.months)), Vec::new())
            }
            CommitmentKind::PeakOfTerm => {
                (self.with_minimum(self.peak(billed, term.first_month, term.months)), Vec::new())
            }
            CommitmentKind::Ratchet => self.ratchet(slot)?,
        })
    }

    fn ratchet(&self, slot: Slot) -> Result<(Decimal, Additions), ArithmeticError> {
        let billed = &self.metered.billed;
        let reached = slot.first_month - self.commitment.first_month + 1;
        let first = self.with_minimum(self.peak(billed, self.commitment.first_month, reached));
        let mut level = first;
        let mut additions = Vec::new();
        for month in slot.first_month + 1..slot.first_month + slot.months {
            let wanted = billed.get(month as usize - 1);
            if wanted > level {
                additions.push((month, sub(wanted, level)?));
                level = wanted;
            }
        }
        Ok((first, additions))
    }

    /// What the order of this commitment commits to: the first cycle's quantity.
    fn committed(&self) -> Result<Decimal, ArithmeticError> {
        match slots(self.charge, self.commitment).next() {
            Some(first) if self.is_level() => Ok(self.of(first)?.0),
            _ => Ok(Decimal::ZERO),
        }
    }
}
