//! Which of a product's offers is the quote, and how much its figures bind.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::line::PricedLine;
use crate::charge::Confidence;
use crate::interval::Interval;
use crate::quote::Quote;

/// Orders quotes best first: the most demand and must-haves covered, then the lowest horizon total, then the ids. A
/// total with bounds counts by its high end, and one without an upper bound comes after all others: among those the
/// ones whose figures bind more come first, so that what nobody publishes does not win by a low end of nothing.
pub fn rank_offers(quotes: &mut [Quote]) {
    quotes.sort_by(|a, b| {
        let gaps = |quote: &Quote| quote.uncovered().saturating_add(quote.missing_musts());
        gaps(a)
            .cmp(&gaps(b))
            .then_with(|| by_bounds(a, b))
            .then_with(|| a.edition.id.cmp(&b.edition.id))
            .then_with(|| a.purchase_option.id.cmp(&b.purchase_option.id))
    });
}

fn by_bounds(a: &Quote, b: &Quote) -> Ordering {
    let open = |quote: &Quote| quote.totals.horizon.high().is_none();
    let binding = if open(a) && open(b) { a.confidence.cmp(&b.confidence) } else { Ordering::Equal };
    binding.then_with(|| by_high_end(a.totals.horizon, b.totals.horizon))
}

fn by_high_end(a: Interval, b: Interval) -> Ordering {
    let unknown_last =
        |total: Interval| (total.high().is_none(), total.high().unwrap_or(Decimal::ZERO), total.low());
    unknown_last(a).cmp(&unknown_last(b))
}

/// The weakest confidence of the lines that cost anything, or of all lines where none does.
pub(crate) fn weakest_confidence(lines: &[PricedLine]) -> Confidence {
    let priced = lines.iter().filter(|line| !line.item.horizon_amount.is_zero());
    let all = || lines.iter().map(|line| line.item.charge.confidence).max();
    priced.map(|line| line.item.charge.confidence).max().or_else(all).unwrap_or(Confidence::Estimate)
}
