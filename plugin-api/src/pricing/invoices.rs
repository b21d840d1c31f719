//! What the vendor sends: each invoice rounded once, commitment by commitment.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::PriceError;
use super::line::PricedLine;
use super::timeline::{Commitment, Timeline, month_start};
use crate::charge::Category;
use crate::interval::{ArithmeticError, Interval};
use crate::money::Rounding;
use crate::offer::OfferParts;
use crate::quote::{Invoice, Phase};

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
        let shares = share_out(offer, commitment, lines)?;
        let invoices = write(offer, commitment, shares)?;
        let total = invoices.iter().try_fold(Interval::ZERO, |sum, invoice| sum.plus(invoice.total))?;
        billing.horizon_total = billing.horizon_total.plus(total)?;
        if commitment.phase == Phase::Term {
            billing.term = merge(invoices)?;
            billing.term_total = total;
        }
    }
    Ok(billing)
}

fn share_out(
    offer: &OfferParts,
    commitment: &Commitment,
    lines: &[PricedLine],
) -> Result<Shares, ArithmeticError> {
    let interval = offer.terms.billing_period_months.unwrap_or(commitment.months).max(1);
    let mut shares = Shares::new();
    for (index, line) in lines.iter().enumerate() {
        for period in line.item.periods.iter().filter(|period| period.phase == commitment.phase) {
            for cycle in 0..period.cycles {
                let first_month = period.first_month + cycle * period.cycle_months;
                if !commitment.contains(first_month) {
                    continue;
                }
                let first = first_month - commitment.first_month;
                let end = first + period.cycle_months;
                let offset = match line.item.category() {
                    Category::OneTime => 0,
                    // What was used is invoiced when the month, or the cycle, is over.
                    Category::Usage => end,
                    Category::Recurring if offer.terms.recurring_in_arrears => {
                        end.next_multiple_of(interval).min(commitment.months)
                    }
                    Category::Recurring => first / interval * interval,
                };
                let parts = shares.entry(offset).or_default();
                let amount = period.cycle_amount();
                match parts.last_mut().filter(|(line, _)| *line == index) {
                    Some((_, share)) => *share = share.plus(amount)?,
                    None => parts.push((index, amount)),
                }
            }
        }
    }
    Ok(shares)
}

fn write(offer: &OfferParts, commitment: &Commitment, shares: Shares) -> Result<Vec<Invoice>, PriceError> {
    let rounding = offer.conventions.invoice_rounding.unwrap_or(Rounding::DEFAULT);
    let mut invoices = Vec::with_capacity(shares.len());
    for (offset, mut parts) in shares {
        parts.retain(|(_, amount)| !amount.is_zero());
        if parts.is_empty() {
            continue;
        }
        let exact = parts.iter().map(|(_, amount)| *amount).try_fold(Interval::ZERO, Interval::plus)?;
        let total = exact.map(|bound| rounding.round(bound, offer.currency));
        invoices.push(Invoice {
            first_date: date(commitment, offset)?,
            count: 1,
            interval_months: offset,
            parts,
            rounding: exact.step_to(total)?,
            total,
        });
    }
    Ok(invoices)
}

fn date(commitment: &Commitment, offset: u32) -> Result<Date, PriceError> {
    Ok(month_start(commitment.first_day, offset)?.min(commitment.end))
}

/// Joins equal invoices that follow each other at equal intervals. On the way in, `interval_months`
/// holds an invoice's own offset.
fn merge(invoices: Vec<Invoice>) -> Result<Vec<Invoice>, PriceError> {
    let mut merged: Vec<Invoice> = Vec::new();
    let mut last_offset = 0;
    for invoice in invoices {
        let offset = invoice.interval_months;
        let gap = offset - last_offset;
        last_offset = offset;
        match merged.last_mut() {
            Some(run) if run.parts == invoice.parts && (run.count == 1 || run.interval_months == gap) => {
                run.count += 1;
                run.interval_months = gap;
            }
            _ => merged.push(Invoice { interval_months: 0, ..invoice }),
        }
    }
    Ok(merged)
}
