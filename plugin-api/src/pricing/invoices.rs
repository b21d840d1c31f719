//! What the vendor sends: each invoice rounded once, commitment by commitment.

use super::PriceError;
use super::amount::{Amount, Sum};
use super::invoice_shares::{Column, Share, share_out};
use super::line::PricedLine;
use super::recording::Detail;
use super::timeline::{Commitment, Timeline, is_months_after};
use crate::interval::{ArithmeticError, Interval};
use crate::money::Rounding;
use crate::offer::OfferParts;
use crate::quote::Invoice;

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

/// What an invoice asks for, line by line where that is kept, and in all.
struct Invoiced {
    detail: Detail,
    parts: Vec<(usize, Interval)>,
    /// Some line has a part.
    is_asked: bool,
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
    let mut sum = Invoiced { detail, parts: Vec::new(), is_asked: false, exact: zero, total: zero };
    let (mut of_term, mut of_horizon) = (Sum::ZERO, Sum::ZERO);
    let mut passed = vec![0; lines.len()];
    for (index, commitment) in timeline.commitments.iter().enumerate() {
        let (mut last_offset, mut is_first) = (0, true);
        let shares = share_out(&offer.terms, commitment, lines, &mut passed);
        let (mut last, mut amount) = (None, Amount::of(zero));
        for offset in 0..=commitment.months {
            let Some(own) = shares.of(offset).filter(|own| !own.is_empty()) else { continue };
            // Invoices of equal months are added up once.
            let is_same = last == Some(own) && own.more.is_empty();
            if !is_same {
                add_up(offer, lines, own, &mut sum)?;
                (last, amount) = (Some(own), Amount::of(sum.total));
            }
            of_horizon.add(amount, 1)?;
            if index == 0 && sum.is_asked {
                of_term.add(amount, 1)?;
                if is_first {
                    (billing.first, is_first) = (sum.total, false);
                }
                if detail.is_whole() {
                    send(&mut billing.term, commitment, offset, offset - last_offset, &sum, is_same)?;
                }
                last_offset = offset;
            }
        }
    }
    (billing.term_total, billing.horizon_total) = (of_term.total()?, of_horizon.total()?);
    Ok(billing)
}

fn add_up(
    offer: &OfferParts,
    lines: &[PricedLine],
    shares: Column<'_>,
    sum: &mut Invoiced,
) -> Result<(), ArithmeticError> {
    let add = |part: &mut Sum, line: &PricedLine, share: Share| {
        let run = line.runs.get(share.run as usize);
        run.map_or(Ok(()), |run| part.add(run.amount, share.cycles))
    };
    sum.parts.clear();
    sum.is_asked = false;
    let mut exact = Sum::ZERO;
    let asked = lines.iter().zip(shares.first).enumerate().filter(|(_, (_, share))| **share != 0);
    for (index, (line, share)) in asked {
        let share = Share::unpacked(*share);
        let place = share.run as usize;
        // Most often it is one cycle, whose amount is known as it is.
        if share.cycles == 1
            && shares.more.is_empty()
            && let Some(cycle) = line.runs.get(place)
        {
            if cycle.amount.is_zero() {
                continue;
            }
            sum.is_asked = true;
            exact.add(cycle.amount, 1)?;
            let period = line.item.periods.get(place).filter(|_| sum.detail.is_whole());
            sum.parts.extend(period.map(|period| (index, period.cycle_amount())));
            continue;
        }
        let mut part = Sum::ZERO;
        add(&mut part, line, share)?;
        for (_, _, share) in shares.more.iter().filter(|(_, other, _)| *other == index) {
            add(&mut part, line, *share)?;
        }
        if !part.is_zero()? {
            sum.is_asked = true;
            exact.add_sum(&part)?;
            if sum.detail.is_whole() {
                sum.parts.push((index, part.total()?));
            }
        }
    }
    sum.exact = exact.total()?;
    let rounding = offer.conventions.invoice_rounding.unwrap_or(Rounding::DEFAULT);
    sum.total = sum.exact.map(|bound| rounding.round(bound, offer.currency));
    Ok(())
}

/// Adds an invoice, or one more to the last: equal ones that follow each other at equal intervals are one.
fn send(
    invoices: &mut Vec<Invoice>,
    commitment: &Commitment,
    offset: u32,
    gap: u32,
    sum: &Invoiced,
    is_same: bool,
) -> Result<(), PriceError> {
    if let Some(run) =
        invoices.last_mut().filter(|run| is_same && (run.count == 1 || run.interval_months == gap))
        && commitment.is_regular()
    {
        run.count += 1;
        run.interval_months = gap;
        return Ok(());
    }
    let date = commitment.day(offset)?;
    if let Some(run) = invoices.last_mut().filter(|run| is_same || run.parts == sum.parts)
        && (run.count == 1 || run.interval_months == gap)
        // In a commitment that is cut short the last one comes early.
        && is_months_after(run.first_date, gap * run.count, date)
    {
        run.count += 1;
        run.interval_months = gap;
        return Ok(());
    }
    let Invoiced { parts, exact, total, .. } = sum;
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
