//! What every quote must hold, whatever was asked and offered.

use quotient_plugin_api::charge::Category;
use quotient_plugin_api::interval::{Interval, Step};
use quotient_plugin_api::money::Rounding;
use quotient_plugin_api::quote::{Invoice, LineItem, Period, Phase, Quote};
use quotient_plugin_api::requirement::Requirement;
use rust_decimal::Decimal;

/// Checks all of them.
pub fn check(quote: &Quote, requirement: &Requirement) {
    for line in &quote.lines {
        line.periods.iter().for_each(rows_add_up);
        months_follow_each_other(line);
        assert_eq!(sum(line, |phase| phase == Phase::Term), line.amount, "{}", line.charge.id);
        assert_eq!(sum(line, |_| true), line.horizon_amount, "{}", line.charge.id);
    }
    quote.invoices.iter().for_each(invoice_adds_up);
    let invoiced = quote.invoices.iter().map(|invoice| times(invoice.total, invoice.count));
    assert_eq!(plus_all(invoiced), quote.totals.term, "Σ invoices");
    let dates: Vec<_> = quote.invoices.iter().map(|invoice| invoice.first_date).collect();
    assert!(dates.is_sorted(), "{dates:?}");
    every_line_is_invoiced_whole(quote);
    totals_follow_their_formulas(quote);
    let contract = &quote.contract;
    assert!(contract.sold_term_months >= contract.asked_term_months);
    assert_eq!(contract.start_date, requirement.start_date);
    in_order(quote);
}

/// Σ tiers + Σ adjustments = exact, bound by bound.
fn rows_add_up(period: &Period) {
    let tiers = plus_all(period.tiers.iter().map(|row| row.amount));
    let low = period.adjustments.iter().fold(tiers.low(), |sum, row| sum + row.change.low);
    assert_eq!(low, period.exact.low(), "{period:?}");
    let changes: Option<Vec<_>> = period.adjustments.iter().map(|row| row.change.high).collect();
    if let (Some(high), Some(changes)) = (tiers.high(), changes) {
        assert_eq!(Some(changes.iter().fold(high, |sum, change| sum + change)), period.exact.high());
    }
    assert!(period.exact.low() >= Decimal::ZERO);
    if let (Some(first), Some(last)) = (period.derivation.first(), period.derivation.last()) {
        assert_eq!(first.quantity, period.demanded, "{period:?}");
        // A daily price has a last step of its own: each day, or each cycle of days.
        let by_days = ["on each of", "for each of"].iter().any(|text| last.text.starts_with(text));
        let billed = period.derivation.iter().rev().nth(usize::from(by_days)).map_or(first, |step| step);
        assert_eq!(billed.quantity, period.billed, "{period:?}");
    }
}

/// Cycles are in order, and none is longer than what is left of its phase.
fn months_follow_each_other(line: &LineItem) {
    let starts: Vec<_> = line.periods.iter().map(|period| (period.phase, period.first_month)).collect();
    assert!(starts.is_sorted(), "{starts:?}");
    assert!(line.periods.iter().all(|period| period.cycles > 0 && period.cycle_months > 0));
}

fn invoice_adds_up(invoice: &Invoice) {
    let parts = plus_all(invoice.parts.iter().map(|(_, amount)| *amount));
    let Step { low, high } = invoice.rounding;
    assert_eq!(parts.low() + low, invoice.total.low());
    assert_eq!(parts.high().zip(high).map(|(parts, step)| parts + step), invoice.total.high());
    assert!(invoice.count > 0 && (invoice.count == 1) == (invoice.interval_months == 0));
}

fn every_line_is_invoiced_whole(quote: &Quote) {
    for (index, line) in quote.lines.iter().enumerate() {
        let shares = quote.invoices.iter().flat_map(|invoice| {
            let own = invoice.parts.iter().filter(move |(line, _)| *line == index);
            own.map(|(_, amount)| times(*amount, invoice.count))
        });
        assert_eq!(plus_all(shares), line.amount, "{}", line.charge.id);
    }
}

fn totals_follow_their_formulas(quote: &Quote) {
    let round = |amount: Interval| amount.map(|bound| Rounding::DEFAULT.round(bound, quote.currency));
    let totals = &quote.totals;
    for (category, found) in [
        (Category::OneTime, totals.one_time),
        (Category::Recurring, totals.recurring),
        (Category::Usage, totals.usage),
    ] {
        let lines = quote.lines.iter().filter(|line| line.category() == category);
        assert_eq!(round(plus_all(lines.map(|line| line.amount))), found, "{category:?}");
    }
    let first = quote.invoices.first().map_or(Interval::ZERO, |invoice| invoice.total);
    assert_eq!(first, totals.first_invoice);
    let asked = Decimal::from(quote.contract.asked_term_months);
    assert_eq!(round(totals.term.scale(Decimal::ONE, asked).unwrap()), totals.effective_monthly);
    assert!(totals.horizon.low() >= totals.term.low());
    // An end is known where all its lines have one.
    let open = quote.lines.iter().any(|line| line.amount.high().is_none());
    assert_eq!(totals.term.high().is_none(), open);
}

/// No bound is on the wrong side.
fn in_order(quote: &Quote) {
    let t = &quote.totals;
    let totals = [t.one_time, t.recurring, t.usage, t.term, t.asked_term, t.horizon, t.first_year];
    let lines = quote.lines.iter().flat_map(|line| line.periods.iter().map(Period::cycle_amount));
    for amount in totals.into_iter().chain(lines) {
        assert!(amount.high().is_none_or(|high| high >= amount.low()), "{amount:?}");
    }
}

fn sum(line: &LineItem, counts: impl Fn(Phase) -> bool) -> Interval {
    let counted = line.periods.iter().filter(|period| counts(period.phase));
    plus_all(counted.map(|period| times(period.cycle_amount(), period.cycles)))
}

pub fn plus_all(amounts: impl Iterator<Item = Interval>) -> Interval {
    amounts.fold(Interval::ZERO, |sum, amount| sum.plus(amount).unwrap())
}

fn times(amount: Interval, count: u32) -> Interval {
    plus_all((0..count).map(|_| amount))
}
