//! What the vendor sends: each invoice rounded once, commitment by commitment.

use std::collections::BTreeMap;

use super::PriceError;
use super::cycles::whole_months;
use super::line::PricedLine;
use super::timeline::{Commitment, Timeline, month_start};
use crate::charge::{Category, Charge};
use crate::interval::{ArithmeticError, Interval, Step};
use crate::money::Rounding;
use crate::offer::{OfferParts, Terms};
use crate::quote::{Invoice, Period, Phase};

/// Invoices, and what they sum up to.
pub(crate) struct Billing {
    /// Invoices of the sold term, by date.
    pub(crate) term: Vec<Invoice>,
    /// Σ invoices of the sold term.
    pub(crate) term_total: Interval,
    /// Σ invoices of all commitments.
    pub(crate) horizon_total: Interval,
}

/// Lines' shares by months after the commitment's first day.
type Shares = BTreeMap<u32, Vec<(usize, Interval)>>;

pub(crate) fn bill(
    offer: &OfferParts,
    timeline: &Timeline,
    lines: &[PricedLine],
) -> Result<Billing, PriceError> {
    let mut billing = Billing { term: Vec::new(), term_total: Interval::ZERO, horizon_total: Interval::ZERO };
    for commitment in &timeline.commitments {
        let shares = share_out(&offer.terms, commitment, lines)?;
        let total =
            shares.values().try_fold(Interval::ZERO, |sum, parts| sum.plus(total(offer, parts)?.0))?;
        billing.horizon_total = billing.horizon_total.plus(total)?;
        if commitment.phase == Phase::Term {
            billing.term = write(offer, commitment, shares)?;
            billing.term_total = total;
        }
    }
    Ok(billing)
}

fn share_out(
    terms: &Terms,
    commitment: &Commitment,
    lines: &[PricedLine],
) -> Result<Shares, ArithmeticError> {
    let mut shares = Shares::new();
    for (index, line) in lines.iter().enumerate() {
        for period in &line.item.periods {
            for first_month in starts_within(period, commitment) {
                let first = first_month - commitment.first_month;
                let offset = offset(terms, commitment, &line.item.charge, first, first + period.cycle_months);
                let parts = shares.entry(offset).or_default();
                let amount = period.cycle_amount();
                match parts.last_mut().filter(|(line, _)| *line == index) {
                    Some((_, share)) => *share = share.plus(amount)?,
                    None => parts.push((index, amount)),
                }
            }
        }
    }
    for parts in shares.values_mut() {
        parts.retain(|(_, amount)| !amount.is_zero());
    }
    shares.retain(|_, parts| !parts.is_empty());
    Ok(shares)
}

/// First months of a period's cycles that start within a commitment.
fn starts_within(period: &Period, commitment: &Commitment) -> impl Iterator<Item = u32> {
    let Period { first_month, cycle_months, cycles, .. } = *period;
    // Cycles before a month.
    let before = move |month: u32| month.saturating_sub(first_month).div_ceil(cycle_months).min(cycles);
    (before(commitment.first_month)..before(commitment.end_month()))
        .map(move |cycle| first_month + cycle * cycle_months)
}

/// When a cycle is invoiced that starts and ends so many months after the commitment's first day.
fn offset(terms: &Terms, commitment: &Commitment, charge: &Charge, first: u32, end: u32) -> u32 {
    let interval = terms.billing_period_months.unwrap_or(commitment.months).max(1);
    match charge.category {
        // What was used is invoiced when the month, or the cycle, is over.
        Category::Usage => end,
        Category::Recurring if terms.recurring_in_arrears => {
            end.next_multiple_of(interval).min(commitment.months)
        }
        // What is added within a cycle is invoiced when it is.
        _ if !first.is_multiple_of(whole_months(charge.cycle, commitment)) => first,
        Category::OneTime | Category::Recurring => first / interval * interval,
    }
}

/// The total of an invoice: its parts, rounded.
fn total(offer: &OfferParts, parts: &[(usize, Interval)]) -> Result<(Interval, Step), ArithmeticError> {
    let rounding = offer.conventions.invoice_rounding.unwrap_or(Rounding::DEFAULT);
    let exact = parts.iter().map(|(_, amount)| *amount).try_fold(Interval::ZERO, Interval::plus)?;
    let total = exact.map(|bound| rounding.round(bound, offer.currency));
    Ok((total, exact.step_to(total)?))
}

/// Invoices by date; equal ones that follow each other at equal intervals are one.
fn write(offer: &OfferParts, commitment: &Commitment, shares: Shares) -> Result<Vec<Invoice>, PriceError> {
    let mut invoices: Vec<Invoice> = Vec::new();
    let mut last_offset = 0;
    for (offset, parts) in shares {
        let date = commitment.day(offset)?;
        if let Some(run) = invoices.last_mut().filter(|run| run.parts == parts) {
            let gap = offset - last_offset;
            // In a commitment that is cut short the last one comes early.
            if (run.count == 1 || run.interval_months == gap)
                && date == month_start(run.first_date, gap * run.count)?
            {
                run.count += 1;
                run.interval_months = gap;
                last_offset = offset;
                continue;
            }
        }
        let (total, rounding) = total(offer, &parts)?;
        invoices.push(Invoice { first_date: date, count: 1, interval_months: 0, parts, rounding, total });
        last_offset = offset;
    }
    Ok(invoices)
}
