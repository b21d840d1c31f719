//! Which quantity a cycle of a charge is for.

use std::cell::Cell;
use std::ops::Range;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::charge::{Allowance, Charge, CommitmentKind, MeteringSource, OverMonths};
use crate::interval::{ArithmeticError, add, compare, mul, mul_div, sub};
use crate::metering::{Metered, Monthly};
use crate::meters::{self, Meter};
use crate::requirement::profile::QUANTITY_SCALE;
use crate::requirement::{Purchase, Requirement};

/// Quantities of a charge. Months are counted from 1.
pub(crate) struct Quantities<'a> {
    metered: &'a Metered,
    kind: CommitmentKind,
    /// Least quantity; none when zero.
    minimum: Decimal,
    /// A level holds over time, and a cycle has its peak; everything else adds up over months.
    level: bool,
    /// A cycle has the mean of its months.
    mean: bool,
    allowance: Option<&'a Allowance>,
    /// Seats that the allowance is multiplied by.
    allowance_seats: Monthly,
    /// The peak of a commitment, and what it had reached by the last cycle.
    of_term: Peak,
    reached: Peak,
}

/// The highest of some months, kept for when more of them follow.
#[derive(Default)]
struct Peak {
    known: Cell<Option<(u32, u32, Decimal)>>,
}

impl Peak {
    fn of(&self, monthly: &Monthly, cycle: Range<u32>) -> Decimal {
        if let Some(same) = monthly.as_constant() {
            return same;
        }
        let known = self.known.get();
        let known = known.filter(|(start, end, _)| *start == cycle.start && *end <= cycle.end);
        let (next, most) = known.map_or((cycle.start, None), |(_, end, most)| (end, Some(most)));
        let most = most.into_iter().chain(months(monthly, next..cycle.end)).max().unwrap_or_default();
        self.known.set(Some((cycle.start, cycle.end, most)));
        most
    }
}

/// Why a cycle is charged for another quantity than it has itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// It is not.
    Own,
    /// The charge's minimum.
    Minimum,
    /// The commitment's peak.
    Peak,
    /// What the commitment had reached by the cycle's first month.
    Reached,
    /// What was added within the cycle.
    Added,
}

/// What was added within a cycle, and what it had before.
pub(crate) struct Addition {
    pub(crate) month: u32,
    pub(crate) added: Decimal,
    pub(crate) level: Decimal,
}

/// Whether what a charge counts holds over time.
pub(crate) fn is_level(charge: &Charge, metered: &Metered) -> bool {
    if let Some(over) = charge.over_months {
        return over != OverMonths::Sum;
    }
    // A constant is fixed for the cycle; a stated quantity in its place is like any other.
    let constant =
        matches!(charge.metering.source, MeteringSource::Constant(_)) && metered.covered.is_empty();
    constant || meters::meter(&charge.metering.meter_id).is_some_and(Meter::is_level)
}

impl<'a> Quantities<'a> {
    pub(crate) fn new(
        requirement: &Requirement,
        charge: &'a Charge,
        metered: &'a Metered,
        allowance_seats: Option<Monthly>,
        level: bool,
    ) -> Result<Self, ArithmeticError> {
        let minimum = minimum(requirement, charge)?;
        let allowance = charge.allowance.as_ref();
        let allowance_seats = allowance_seats.unwrap_or(Monthly::Constant(Decimal::ONE));
        let mean = charge.over_months == Some(OverMonths::Mean);
        let (of_term, reached) = Default::default();
        let kind = charge.commitment.kind;
        Ok(Self { metered, kind, minimum, level, mean, allowance, allowance_seats, of_term, reached })
    }

    /// Whether all months are equal.
    pub(crate) fn are_steady(&self) -> bool {
        let Metered { demanded, billed, .. } = self.metered;
        [demanded, billed, &self.allowance_seats].iter().all(|monthly| monthly.as_constant().is_some())
    }

    /// Whether all cycles of equal months have the same allowance.
    pub(crate) fn allow_the_same(&self) -> bool {
        self.allowance_seats.as_constant().is_some()
    }

    /// Whether something may be added within a cycle.
    pub(crate) fn have_additions(&self) -> bool {
        self.level && self.kind == CommitmentKind::Ratchet && self.metered.billed.as_constant().is_none()
    }

    /// Whether they add up over months, so that a shorter cycle has less by itself.
    pub(crate) fn add_up(&self) -> bool {
        !self.level
    }

    /// One quantity for a cycle: its peak month, or the mean or the sum of its months.
    pub(crate) fn over(&self, monthly: &Monthly, cycle: &Range<u32>) -> Result<Decimal, ArithmeticError> {
        if cycle.len() == 1 || self.level && !self.mean {
            return Ok(peak(monthly, cycle.clone()));
        }
        if let Some(same) = monthly.as_constant().filter(|_| self.mean) {
            return Ok(same);
        }
        let sum = months(monthly, cycle.clone()).try_fold(Decimal::ZERO, add)?;
        if !self.mean {
            return Ok(sum);
        }
        let mean = mul_div(sum, Decimal::ONE, Decimal::from(cycle.len()))?;
        Ok(mean.round_dp_with_strategy(QUANTITY_SCALE, RoundingStrategy::MidpointNearestEven))
    }

    /// What a cycle asks for.
    pub(crate) fn demanded(&self, cycle: &Range<u32>) -> Result<Decimal, ArithmeticError> {
        self.over(&self.metered.demanded, cycle)
    }

    /// What a cycle is charged for from its first month on, and why.
    pub(crate) fn charged(
        &self,
        cycle: &Range<u32>,
        commitment: &Range<u32>,
    ) -> Result<(Decimal, Basis), ArithmeticError> {
        let billed = &self.metered.billed;
        let own = self.over(billed, cycle)?;
        if !self.level {
            return Ok((own, Basis::Own));
        }
        let (held, basis) = match self.kind {
            CommitmentKind::Flex => (own, Basis::Own),
            CommitmentKind::PeakOfTerm => (self.of_term.of(billed, commitment.clone()), Basis::Peak),
            CommitmentKind::Ratchet => {
                (self.reached.of(billed, commitment.start..cycle.start + 1), Basis::Reached)
            }
        };
        // Who buys nothing of it is held to no minimum.
        if compare(held, self.minimum).is_lt() && !self.of_term.of(billed, commitment.clone()).is_zero() {
            return Ok((self.minimum, Basis::Minimum));
        }
        Ok((held, if held == own { Basis::Own } else { basis }))
    }

    /// What a cycle is not charged for, a quantity or an amount.
    pub(crate) fn allowed(&self, cycle: &Range<u32>) -> Result<Decimal, ArithmeticError> {
        let seats = || peak(&self.allowance_seats, cycle.clone());
        self.allowance.map_or(Ok(Decimal::ZERO), |allowance| {
            mul(allowance.amount.unwrap_or(allowance.quantity), seats())
        })
    }

    /// What is added within a cycle that started at a level.
    pub(crate) fn additions(
        &self,
        cycle: &Range<u32>,
        mut level: Decimal,
    ) -> Result<Vec<Addition>, ArithmeticError> {
        let mut additions = Vec::new();
        if !self.have_additions() {
            return Ok(additions);
        }
        for (month, wanted) in cycle.clone().zip(months(&self.metered.billed, cycle.clone())) {
            if wanted > level {
                additions.push(Addition { month, added: sub(wanted, level)?, level: wanted });
                level = wanted;
            }
        }
        Ok(additions)
    }
}

fn months(monthly: &Monthly, cycle: Range<u32>) -> impl Iterator<Item = Decimal> + '_ {
    cycle.map(|month| monthly.get(month as usize - 1))
}

fn peak(monthly: &Monthly, cycle: Range<u32>) -> Decimal {
    if cycle.len() == 1 {
        return monthly.get((cycle.start as usize).saturating_sub(1));
    }
    monthly.as_constant().or_else(|| months(monthly, cycle).max()).unwrap_or_default()
}

/// The charge's minimum, less the held seats that count towards it.
fn minimum(requirement: &Requirement, charge: &Charge) -> Result<Decimal, ArithmeticError> {
    let minimum = charge.commitment.minimum_quantity;
    match (&requirement.purchase, &charge.metering.source) {
        (Purchase::Expand { held_seats, .. }, MeteringSource::Seats(filter))
            if charge.commitment.minimum_counts_held =>
        {
            let counts = |role: &String| filter.roles.is_empty() || filter.roles.contains(role);
            let mut held = held_seats.iter().filter(|(role, _)| counts(role)).map(|(_, count)| *count);
            Ok(sub(minimum, held.try_fold(Decimal::ZERO, add)?)?.max(Decimal::ZERO))
        }
        _ => Ok(minimum),
    }
}
