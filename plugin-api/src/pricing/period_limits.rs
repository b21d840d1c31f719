//! The least and the greatest amount of a line over several cycles: what is too much is not charged, and
//! what is missing is charged in the last one.

use std::cell::Cell;

use rust_decimal::Decimal;

use super::PriceError;
use super::adjust::Facts;
use super::cycle::Context;
use super::cycles::CycleSpec;
use super::limits;
use super::proration::{Part, Share};
use super::recording::Changes;
use super::timeline::{Commitment, month_start};
use crate::charge::{Charge, LimitsPeriod, Proration, ProrationDivisor};
use crate::interval::{ArithmeticError, Interval, sub};

/// The time that limits count over, as one of its cycles sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The commitment, and the number of the time within it.
    group: (u32, u32),
    /// The cycle is the last one that is in force.
    last: bool,
    /// The time is shorter than it would be.
    pub(crate) part: Option<Part>,
}

/// What the cycles of a span have cost so far.
#[derive(Default)]
pub(crate) struct Sums {
    sums: Cell<Option<((u32, u32), Interval)>>,
}

/// Says of each cycle of a commitment which span it belongs to.
pub(crate) fn settle(
    charge: &Charge,
    commitment: &Commitment,
    index: u32,
    runs: &mut [CycleSpec],
) -> Result<(), PriceError> {
    let months = match charge.limits_period {
        LimitsPeriod::Cycle => return Ok(()),
        LimitsPeriod::Quarter => Some(3),
        LimitsPeriod::Year => Some(12),
        LimitsPeriod::Term => None,
    };
    let lead = commitment.lead();
    for run in runs.iter_mut() {
        let offset = run.first_month - commitment.first_month;
        let number = match months {
            None => 0,
            Some(_) if offset < lead => 0,
            Some(months) => 1 + (offset - lead) / months,
        };
        let part = months.map(|months| part(commitment, number, months)).transpose()?.flatten();
        run.limits = Some(Span { group: (index, number), last: false, part });
    }
    let mut next = None;
    for span in runs.iter_mut().rev().filter_map(|run| run.limits.as_mut()) {
        span.last = next != Some(span.group);
        next = Some(span.group);
    }
    Ok(())
}

/// A span that is shorter than its months, because the commitment starts or ends within them.
fn part(commitment: &Commitment, number: u32, months: u32) -> Result<Option<Part>, PriceError> {
    let lead = commitment.lead();
    let first = if number == 0 { 0 } else { lead + (number - 1) * months };
    let nominal = if number == 0 { lead } else { first + months };
    let end = nominal.min(commitment.months);
    let is_cut = commitment.first_month + end > commitment.whole_until();
    if number > 0 && end == nominal && !is_cut {
        return Ok(None);
    }
    let (from, to) = (commitment.day(first)?, commitment.day(end)?);
    let (whole_from, whole_to) = if number == 0 {
        let to = commitment.whole_day(1)?;
        (to.saturating_sub(jiff::Span::new().months(months)), to)
    } else {
        (from, commitment.whole_day(first + months)?)
    };
    Ok(Some(Part {
        from,
        to,
        started_months: end - first,
        whole_from,
        whole_to,
        whole_months: months,
        own_to: month_start(from, months)?,
    }))
}

/// The amount within the charge's limits, with a row for each that changed it.
pub(crate) fn apply(
    context: &Context<'_>,
    cycle: &CycleSpec,
    sums: &Sums,
    facts: &Facts<'_>,
    amount: Interval,
    rows: &mut Changes<'_>,
) -> Result<Interval, ArithmeticError> {
    let charge = context.charge;
    let Some(span) = cycle.limits else { return limits::apply(charge, facts, amount, rows) };
    let sums = &sums.sums;
    let before = sums.get().filter(|(group, _)| *group == span.group);
    let before = before.map_or(Interval::ZERO, |(_, sum)| sum);
    let share = share(context, &span)?;
    let limit = |limit: Option<Decimal>| match (&share, limit) {
        (Some(share), Some(limit)) => share.limit(limit).map(Some),
        (_, limit) => Ok(limit),
    };
    let name = match charge.limits_period {
        LimitsPeriod::Cycle => "cycle",
        LimitsPeriod::Quarter => "quarter",
        LimitsPeriod::Year => "year",
        LimitsPeriod::Term => "commitment",
    };
    let mut running = amount;
    if let Some(maximum) = limit(charge.maximum_amount)? {
        // Other cycles move by themselves, so that each end meets the other one of theirs.
        let room = |spent: Decimal| Ok::<_, ArithmeticError>(sub(maximum, spent)?.max(Decimal::ZERO));
        let least = before.high().map_or(Ok(Decimal::ZERO), room)?;
        let most = room(before.low())?;
        let capped = bounds(running.low().min(least), Some(running.high().map_or(most, |h| h.min(most))))?;
        rows.record("maximum", || format!("not above {maximum} in a {name}"), running, capped)?;
        running = capped;
    }
    if let Some(minimum) = limit(charge.minimum_amount)?.filter(|_| span.last) {
        let missing = |spent: Decimal| sub(minimum, spent);
        let least = before.high().map(missing).transpose()?;
        let low = least.map_or(running.low(), |least| running.low().max(least));
        let most = missing(before.low())?;
        let raised = bounds(low, running.high().map(|high| high.max(most)))?;
        rows.record("minimum", || format!("not below {minimum} in a {name}"), running, raised)?;
        running = raised;
    }
    sums.set(Some((span.group, before.plus(running)?)));
    Ok(running)
}

fn bounds(low: Decimal, high: Option<Decimal>) -> Result<Interval, ArithmeticError> {
    Interval::new(low, high).map_err(|_| ArithmeticError)
}

/// What a shorter span has of the limits: its own share, whatever a cycle is divided by.
fn share(context: &Context<'_>, span: &Span) -> Result<Option<Share>, ArithmeticError> {
    let proration = context.charge.proration.filter(|proration| proration.parts.limits);
    match (proration, &span.part) {
        (Some(proration), Some(part)) => {
            let divisor = match proration.divisor {
                ProrationDivisor::Fixed(_) => ProrationDivisor::Cycle,
                own => own,
            };
            Share::of(&Proration { divisor, ..proration }, part, context.offer.currency)
        }
        _ => Ok(None),
    }
}
