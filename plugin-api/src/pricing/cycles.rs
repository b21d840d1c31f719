//! The cycles of a charge: when one price starts and ends, and what it is for.

use std::ops::Range;

use rust_decimal::Decimal;

use super::PriceError;
use super::quantities::{Basis, Quantities};
use super::timeline::{Commitment, Timeline, days_between};
use crate::charge::{Charge, Cycle, DateWindow, MonthWindow, PriceModel};
use crate::offer::{MAX_ADJUSTMENTS, MonthDays};
use crate::quote::Phase;

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
    /// What picks the tier: `quantity`, and what was charged before where this is an addition to it.
    pub(crate) level: Decimal,
    pub(crate) basis: Basis,
    /// Days of the cycle, for daily prices.
    pub(crate) days: Option<Days>,
    /// What the commitment that it belongs to commits to.
    pub(crate) committed: Decimal,
    /// Which adjustments are in force: bit i for adjustment i.
    pub(crate) in_force: u64,
}

impl CycleSpec {
    /// Its months.
    pub(crate) fn range(&self) -> Range<u32> {
        self.first_month..self.first_month + self.months
    }

    /// Whether it follows another one and costs the same.
    pub(crate) fn repeats(&self, before: &Self) -> bool {
        self.first_month == before.range().end
            && *self == Self { first_month: self.first_month, ..before.clone() }
    }
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

/// All cycles of a charge, in order; what is added within a cycle follows it.
pub(crate) fn lay_out(
    charge: &Charge,
    quantities: &Quantities<'_>,
    timeline: &Timeline,
    month_days: MonthDays,
) -> Result<Vec<CycleSpec>, PriceError> {
    let mut cycles = Vec::new();
    for commitment in &timeline.commitments {
        if charge.cycle == Cycle::Once && commitment.phase != Phase::Term {
            continue;
        }
        let whole_months = whole_months(charge.cycle, commitment);
        let term = commitment.first_month..commitment.end_month();
        let mut committed = None;
        for first_month in term.clone().step_by(whole_months as usize) {
            let cycle = first_month..(first_month + whole_months).min(term.end);
            let (quantity, basis) = quantities.charged(&cycle, &term).map_err(PriceError::of(charge))?;
            // The order commits to what its first cycle is charged for.
            let committed = *committed.get_or_insert(quantity);
            let Some(in_force) = in_force(charge, commitment, first_month)? else { continue };
            let spec = CycleSpec {
                first_month,
                months: cycle.end - cycle.start,
                phase: commitment.phase,
                extent: extent(charge, quantities, commitment, &cycle, whole_months)?,
                demanded: quantities.demanded(&cycle).map_err(PriceError::of(charge))?,
                quantity,
                level: quantity,
                basis,
                days: days(charge, month_days, commitment, first_month)?,
                committed,
                in_force,
            };
            let additions = quantities.additions(&cycle, quantity).map_err(PriceError::of(charge))?;
            let mut added = Vec::with_capacity(additions.len());
            for addition in additions {
                let rest = addition.month..cycle.end;
                added.push(CycleSpec {
                    first_month: rest.start,
                    months: rest.end - rest.start,
                    extent: extent(charge, quantities, commitment, &rest, whole_months)?,
                    demanded: addition.added,
                    quantity: addition.added,
                    level: addition.level,
                    basis: Basis::Added,
                    ..spec.clone()
                });
            }
            cycles.push(spec);
            cycles.append(&mut added);
        }
    }
    Ok(cycles)
}

/// Months of a cycle that is not cut short.
pub(crate) fn whole_months(cycle: Cycle, commitment: &Commitment) -> u32 {
    match cycle {
        Cycle::Day | Cycle::Month => 1,
        Cycle::Quarter => 3,
        Cycle::Year => 12,
        Cycle::Term | Cycle::Once => commitment.months.max(1),
    }
}

fn extent(
    charge: &Charge,
    quantities: &Quantities<'_>,
    commitment: &Commitment,
    cycle: &Range<u32>,
    whole_months: u32,
) -> Result<Extent, PriceError> {
    let started_months = cycle.end - cycle.start;
    let short = started_months < whole_months || commitment.cuts(cycle.end - 1);
    // A daily price counts its days, and what adds up has less in fewer months; nothing of once is left.
    let by_itself = matches!(charge.cycle, Cycle::Day | Cycle::Once)
        || quantities.adds_up() && !matches!(charge.model, PriceModel::Flat { .. });
    if !short || by_itself {
        return Ok(Extent::Whole);
    }
    let offset = cycle.start - commitment.first_month;
    let days = days_between(commitment.day(offset)?, commitment.day(offset + started_months)?);
    Ok(Extent::Part { started_months, days })
}

fn days(
    charge: &Charge,
    month_days: MonthDays,
    commitment: &Commitment,
    month: u32,
) -> Result<Option<Days>, PriceError> {
    if charge.cycle != Cycle::Day {
        return Ok(None);
    }
    let (count, divisor) = match month_days {
        MonthDays::Calendar => (None, 1),
        MonthDays::Thirty => (Some(30), 1),
        MonthDays::ThirtyAndHalf => (Some(61), 2),
        MonthDays::YearTwelfth => (Some(365), 12),
    };
    // A part of a month has the days that it has, but no more than a whole one.
    let count = match count {
        Some(count) if !commitment.cuts(month) => count,
        count => {
            let offset = month - commitment.first_month;
            let days = days_between(commitment.day(offset)?, commitment.day(offset + 1)?) * divisor;
            count.map_or(days, |count| count.min(days))
        }
    };
    Ok(Some(Days { count: count.into(), divisor: divisor.into() }))
}

/// Which adjustments are in force in a cycle; `None` when the charge itself is not.
fn in_force(charge: &Charge, commitment: &Commitment, first_month: u32) -> Result<Option<u64>, PriceError> {
    let dated = charge.dates.is_some() || charge.adjustments.iter().any(|a| a.dates.is_some());
    let service =
        if dated { commitment.day(first_month - commitment.first_month)? } else { commitment.order_date };
    let active = |dates: Option<DateWindow>, months: Option<MonthWindow>| {
        dates.is_none_or(|window| window.contains(commitment.order_date, service))
            && months.is_none_or(|window| window.contains(first_month))
    };
    if !active(charge.dates, charge.months) {
        return Ok(None);
    }
    let bits = charge.adjustments.iter().take(MAX_ADJUSTMENTS).enumerate();
    let bits = bits.filter(|(_, adjustment)| active(adjustment.dates, adjustment.months));
    Ok(Some(bits.fold(0, |bits, (index, _)| bits | 1 << index)))
}
