//! Prices that are known within bounds, or only from below.

use AdjustmentBase::{List, Running};
use quotient_plugin_api::charge::{AdjustmentBase, Charge, Confidence, Cycle, Effect};
use quotient_plugin_api::interval::Interval;

use crate::support::*;

fn license(amount: Interval) -> Charge {
    item("license", quotient_plugin_api::charge::Category::Recurring, Cycle::Year, amount)
}

fn from_150_000() -> Charge {
    license(range("150000", None))
}

#[test]
fn a_price_from_a_sum_on_has_an_open_end_everywhere() {
    let quote = quote(&new(12, 24), by(12), &[from_150_000(), fee(Cycle::Month, "100")]);
    let totals = &quote.totals;
    // 150000 + 12 × 100; twice that; 151200 ÷ 12
    assert_eq!(totals.term, range("151200", None));
    assert_eq!(totals.horizon, range("302400", None));
    assert_eq!((totals.first_year, totals.first_invoice), (totals.term, totals.term));
    assert_eq!(totals.effective_monthly, range("12600", None));
    assert_eq!(quote.invoices[0].total.high(), None);
    assert_eq!(quote.confidence, Confidence::Range);
    // What is known of the one line is not lost by the other.
    assert_eq!(quote.invoices[0].parts[1].1, exact("1200"));
}

#[test]
fn a_discount_keeps_an_end_open_and_a_maximum_closes_it() {
    let discounted = adjusted(from_150_000(), &[fraction("d", "-0.2", Running)]);
    let mut capped = discounted.clone();
    capped.maximum_amount = Some(d("200000"));
    // 150000 × 0.8; 200000 × 0.8
    assert_eq!(quote(&new(12, 12), by(12), &[discounted]).totals.term, range("120000", None));
    assert_eq!(quote(&new(12, 12), by(12), &[capped]).totals.term, range("120000", Some("160000")));
}

#[test]
fn a_range_is_multiplied_bound_by_bound() {
    let quote = quote(
        &seats(new(1, 1), &["10"]),
        monthly(),
        &[seat(Cycle::Month, per_unit(range("80", Some("500"))))],
    );
    // 10 × 80; 10 × 500
    assert_eq!(quote.totals.term, range("800", Some("5000")));
    assert_eq!(quote.totals.per_seat_month, Some(range("80", Some("500"))));
}

#[test]
fn nothing_of_an_unknown_price_is_nothing() {
    let emails = usage("emails", per_unit(range("1", None)));
    let quote = quote(&stated(new(3, 3), "emails", &["0"]), monthly(), &[emails]);
    assert_eq!(quote.totals.term, exact("0"));
    assert_eq!((quote.confidence, quote.invoices.len()), (Confidence::List, 0));
}

#[test]
fn a_discount_of_an_unknown_size_widens_the_bounds() {
    let off = Effect::Fraction { fraction: range("-0.3", Some("-0.1")), base: List };
    let quote = quote(&new(12, 12), by(12), &[adjusted(license(exact("1000")), &[adjustment("d", off)])]);
    // 1000 × 0.7; 1000 × 0.9
    assert_eq!(quote.totals.term, range("700", Some("900")));
}

#[test]
fn list_discounts_of_one_price_move_with_it() {
    let discounts = [fraction("a", "-0.3", List), fraction("b", "-0.2", List)];
    let paid = |amount| quote(&new(12, 12), by(12), &[adjusted(license(amount), &discounts)]).totals.term;
    // Half, whatever the price is.
    assert_eq!(paid(range("100", Some("200"))), range("50", Some("100")));
    assert_eq!(paid(range("100", None)), range("50", None));
}

#[test]
fn an_amount_that_may_fall_as_its_list_price_rises_has_bounds_that_hold_it() {
    let changes = [
        fraction("half", "-0.5", Running),
        adjustment("fee", Effect::Amount(exact("50"))),
        fraction("off", "-0.8", List),
    ];
    let paid = |amount| quote(&new(12, 12), by(12), &[adjusted(license(amount), &changes)]).totals.term;
    // 50 × 0.5 + 50 - 50 × 0.8 = 35; 100 × 0.5 + 50 - 100 × 0.8 = 20; at 166.67 nothing is left.
    assert_eq!((paid(exact("50")), paid(exact("100"))), (exact("35"), exact("20")));
    // Between the least of one with the most of the other: 75 - 80 is below 0; 100 - 40.
    assert_eq!(paid(range("50", Some("100"))), range("0", Some("60")));
    assert_eq!(paid(range("50", None)), range("0", None));
}
