//! What the vendor sends: each invoice rounded once, commitment by commitment.

use super::PriceError;
use super::cycles::whole_months;
use super::line::PricedLine;
use super::recording::Detail;
use super::timeline::{Commitment, Timeline, is_months_after};
use crate::charge::{Category, Charge, Cycle};
use crate::interval::{ArithmeticError, Interval};
use crate::money::Rounding;
use crate::offer::{OfferParts, Terms};
use crate::quote::{Invoice, Period};

/// Invoices, and what they sum up to.
pub(crate) struct Billing {
    /// Invoices of the sold term, by date.
    pub(crate) term: Vec<Invoice>,
    /// Σ invoices of the sold term.
    pub(crate) term_total: Interval,
    /// Σ invoices of all commitments.
    pub(crate) horizon_total: Interval,
    /// The first invoice of the sold term.
    pub(crate) first: Interval,
}

/// What an invoice has of a line: so many equal cycles of one of its periods.
#[derive(Clone, Copy, Default, PartialEq)]
struct Share {
    line: usize,
    period: usize,
    cycles: u32,
}

/// What an invoice asks for, line by line and in all.
struct Sum {
    parts: Vec<(usize, Interval)>,
    exact: Interval,
    total: Interval,
}

pub(crate) fn bill(
    offer: &OfferParts,
    timeline: &Timeline,
    lines: &[PricedLine],
    detail: Detail,
) -> Result<Billing, PriceError> {
    let zero = Interval::ZERO;
    let mut billing = Billing { term: Vec::new(), term_total: zero, horizon_total: zero, first: zero };
    let mut sum = Sum { parts: Vec::new(), exact: zero, total: zero };
    for (index, commitment) in timeline.commitments.iter().enumerate() {
        let (mut last_offset, mut is_first) = (0, true);
        let (shares, counts) = share_out(&offer.terms, commitment, lines);
        let (mut rest, mut last) = (shares.as_slice(), &[][..]);
        for (offset, count) in (0..).zip(counts) {
            let Some((shares, later)) = rest.split_at_checked(count).filter(|_| count > 0) else { continue };
            rest = later;
            // Invoices of equal months are added up once.
            if shares != last {
                add_up(offer, lines, shares, &mut sum)?;
                last = shares;
            }
            billing.horizon_total = billing.horizon_total.plus(sum.total)?;
            if index == 0 && !sum.parts.is_empty() {
                billing.term_total = billing.term_total.plus(sum.total)?;
                if is_first {
                    (billing.first, is_first) = (sum.total, false);
                }
                if detail.is_whole() {
                    send(&mut billing.term, commitment, offset, offset - last_offset, &sum)?;
                }
                last_offset = offset;
            }
        }
    }
    Ok(billing)
}

/// What is invoiced so many months after a commitment's first day, by these months: all shares in that order,
/// and how many each month has.
fn share_out(terms: &Terms, commitment: &Commitment, lines: &[PricedLine]) -> (Vec<Share>, Vec<usize>) {
    let mut counts = vec![0; commitment.months as usize + 1];
    let mut found: Vec<(usize, Share)> = Vec::with_capacity(counts.len() * lines.len());
    for (line, priced) in lines.iter().enumerate() {
        for (period, run) in priced.item.periods.iter().enumerate() {
            for first_month in starts_within(run, commitment) {
                let first = first_month - commitment.first_month;
                let end = first + run.cycle_months;
                let offset = offset(terms, commitment, &priced.item.charge, first, end) as usize;
                let Some(count) = counts.get_mut(offset) else { continue };
                let share = Share { line, period, cycles: 1 };
                match found.last_mut() {
                    Some((at, last)) if (*at, last.line, last.period) == (offset, line, period) => {
                        last.cycles += 1;
                    }
                    _ => {
                        *count += 1;
                        found.push((offset, share));
                    }
                }
            }
        }
    }
    // By counting, each month's in the order of lines.
    let mut places = Vec::with_capacity(counts.len());
    let mut next = 0;
    for count in &counts {
        places.push(next);
        next += count;
    }
    let mut shares = vec![Share::default(); found.len()];
    for (offset, share) in found {
        if let Some(place) = places.get_mut(offset)
            && let Some(empty) = shares.get_mut(*place)
        {
            *empty = share;
            *place += 1;
        }
    }
    (shares, counts)
}

/// First months of a run's cycles that start within a commitment.
fn starts_within(run: &Period, commitment: &Commitment) -> impl Iterator<Item = u32> + use<> {
    let Period { first_month, cycle_months, cycles, .. } = *run;
    // Cycles that start before a month.
    let before = move |month: u32| month.saturating_sub(first_month).div_ceil(cycle_months).min(cycles);
    (before(commitment.first_month)..before(commitment.end_month()))
        .map(move |cycle| first_month + cycle * cycle_months)
}

/// When a cycle is invoiced that starts and ends so many months after the commitment's first day.
fn offset(terms: &Terms, commitment: &Commitment, charge: &Charge, first: u32, end: u32) -> u32 {
    let lead = commitment.lead();
    // Where months are the calendar's, a part at the start has an invoice of its own.
    let (interval, lead) = match terms.billing_period_months {
        Some(months) => (months.max(1), lead),
        None => (commitment.months.max(1), 0),
    };
    let (first_whole, end_whole) = (first.saturating_sub(lead), end.saturating_sub(lead));
    let within = |first: u32| match charge.cycle {
        Cycle::Term | Cycle::Once => first > 0,
        _ => !first.saturating_sub(commitment.lead()).is_multiple_of(whole_months(charge.cycle, commitment)),
    };
    match charge.category {
        // What was used is invoiced when the month, or the cycle, is over.
        Category::Usage => end,
        Category::Recurring if terms.recurring_in_arrears => {
            (end_whole.next_multiple_of(interval) + lead).min(commitment.months)
        }
        // What is added within a cycle is invoiced when it is.
        _ if within(first) => first,
        Category::OneTime | Category::Recurring if first < lead => 0,
        Category::OneTime | Category::Recurring => first_whole / interval * interval + lead,
    }
}

fn add_up(
    offer: &OfferParts,
    lines: &[PricedLine],
    shares: &[Share],
    sum: &mut Sum,
) -> Result<(), ArithmeticError> {
    let Sum { parts, exact, total } = sum;
    parts.clear();
    for share in shares {
        let period = lines.get(share.line).and_then(|line| line.item.periods.get(share.period));
        let amount = period.map_or(Ok(Interval::ZERO), |period| period.cycle_amount().times(share.cycles))?;
        match parts.last_mut().filter(|(line, _)| *line == share.line) {
            Some((_, part)) => *part = part.plus(amount)?,
            None => parts.push((share.line, amount)),
        }
    }
    parts.retain(|(_, amount)| !amount.is_zero());
    let rounding = offer.conventions.invoice_rounding.unwrap_or(Rounding::DEFAULT);
    *exact = parts.iter().map(|(_, amount)| *amount).try_fold(Interval::ZERO, Interval::plus)?;
    *total = exact.map(|bound| rounding.round(bound, offer.currency));
    Ok(())
}

/// Adds an invoice, or one more to the last: equal ones that follow each other at equal intervals are one.
fn send(
    invoices: &mut Vec<Invoice>,
    commitment: &Commitment,
    offset: u32,
    gap: u32,
    sum: &Sum,
) -> Result<(), PriceError> {
    let date = commitment.day(offset)?;
    if let Some(run) = invoices.last_mut().filter(|run| run.parts == sum.parts)
        && (run.count == 1 || run.interval_months == gap)
        // In a commitment that is cut short the last one comes early.
        && is_months_after(run.first_date, gap * run.count, date)
    {
        run.count += 1;
        run.interval_months = gap;
        return Ok(());
    }
    let Sum { parts, exact, total } = sum;
    let rounding = exact.step_to(*total)?;
    invoices.push(Invoice {
        first_date: date,
        count: 1,
        interval_months: 0,
        parts: parts.clone(),
        rounding,
        total: *total,
    });
    Ok(())
}
