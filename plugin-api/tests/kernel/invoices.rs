//! What the vendor sends, and when.

use jiff::civil::date;
use quotient_plugin_api::charge::{Category, Charge, Cycle};
use quotient_plugin_api::offer::Terms;
use quotient_plugin_api::requirement::Requirement;

use crate::support::*;

type Sent<'a> = &'a [(&'a str, u32, u32, &'a str)];

fn check(asked: &Requirement, terms: Terms, charges: &[Charge], expected: Sent<'_>) {
    let own = |(day, count, interval, amount): &(&str, u32, u32, &str)| {
        ((*day).to_owned(), *count, *interval, exact(amount))
    };
    assert_eq!(sent(&quote(asked, terms, charges)), expected.iter().map(own).collect::<Vec<_>>());
}

fn arrears(terms: Terms) -> Terms {
    Terms { recurring_in_arrears: true, ..terms }
}

#[test]
fn a_monthly_fee_is_invoiced_in_advance() {
    let fee = [fee(Cycle::Month, "100")];
    check(&new(12, 12), billed(monthly(), 1), &fee, &[("2026-01-01", 12, 1, "100")]);
    check(&new(12, 12), billed(monthly(), 3), &fee, &[("2026-01-01", 4, 3, "300")]);
    check(&new(24, 24), billed(monthly(), 12), &fee, &[("2026-01-01", 2, 12, "1200")]);
    check(&new(24, 24), by(12), &fee, &[("2026-01-01", 1, 0, "2400")]);
    // 12 + 12 + 6 months.
    check(
        &new(30, 30),
        billed(monthly(), 12),
        &fee,
        &[("2026-01-01", 2, 12, "1200"), ("2028-01-01", 1, 0, "600")],
    );
}

#[test]
fn or_when_the_period_is_over() {
    let fee = [fee(Cycle::Month, "100")];
    check(&new(12, 12), arrears(monthly()), &fee, &[("2026-02-01", 12, 1, "100")]);
    check(&new(12, 12), arrears(billed(monthly(), 3)), &fee, &[("2026-04-01", 4, 3, "300")]);
    check(&new(12, 12), arrears(by(12)), &fee, &[("2027-01-01", 1, 0, "1200")]);
    // 3 + 1 months; the last period ends with the term.
    check(
        &new(4, 4),
        arrears(billed(monthly(), 3)),
        &fee,
        &[("2026-04-01", 1, 0, "300"), ("2026-05-01", 1, 0, "100")],
    );
}

#[test]
fn a_billing_period_that_is_longer_than_the_term_ends_with_it() {
    let fee = [fee(Cycle::Month, "100")];
    check(&new(3, 3), billed(monthly(), 12), &fee, &[("2026-01-01", 1, 0, "300")]);
    check(&new(3, 3), arrears(billed(monthly(), 12)), &fee, &[("2026-04-01", 1, 0, "300")]);
}

#[test]
fn a_cycle_that_is_longer_than_the_billing_period_is_invoiced_whole() {
    let fee = [fee(Cycle::Year, "1200")];
    check(&new(24, 24), billed(monthly(), 1), &fee, &[("2026-01-01", 2, 12, "1200")]);
    check(&new(24, 24), arrears(billed(monthly(), 1)), &fee, &[("2027-01-01", 2, 12, "1200")]);
}

#[test]
fn usage_is_invoiced_after_the_month_and_once_at_the_start() {
    let charges = [
        item("setup", Category::OneTime, Cycle::Once, exact("500")),
        fee(Cycle::Month, "100"),
        usage("emails", per_unit(exact("0.1"))),
    ];
    let asked = stated(new(12, 12), "emails", &["100"]);
    // 500 + 100; 100 + 10 eleven times; 10 after the last month.
    let expected: Sent<'_> =
        &[("2026-01-01", 1, 0, "600"), ("2026-02-01", 11, 1, "110"), ("2027-01-01", 1, 0, "10")];
    check(&asked, monthly(), &charges, expected);
}

#[test]
fn each_invoice_is_rounded_by_itself() {
    let quote = quote(&new(12, 12), monthly(), &[fee(Cycle::Month, "33.335")]);
    // 12 × 33.34 = 400.08, where 12 × 33.335 is 400.02.
    assert_eq!(quote.totals.term, exact("400.08"));
    assert_eq!((quote.totals.recurring, quote.invoices[0].rounding.low), (exact("400.02"), d("0.005")));
    // One invoice for all of it.
    let quote = crate::support::quote(&new(12, 12), by(12), &[fee(Cycle::Month, "33.335")]);
    assert_eq!(quote.totals.term, exact("400.02"));
}

#[test]
fn equal_invoices_at_equal_intervals_are_one() {
    let emails = [usage("emails", per_unit(exact("1")))];
    let used = |quantities| stated(new(6, 6), "emails", quantities);
    // Every other month: after the second, fourth and sixth.
    check(&used(&["0", "7"]), monthly(), &emails, &[("2026-03-01", 3, 2, "7")]);
    let expected: Sent<'_> = &[
        ("2026-02-01", 2, 1, "7"),
        ("2026-04-01", 1, 0, "8"),
        ("2026-05-01", 2, 1, "7"),
        ("2026-07-01", 1, 0, "8"),
    ];
    check(&used(&["7", "7", "8"]), monthly(), &emails, expected);
}

#[test]
fn dates_of_a_run_are_those_of_its_invoices() {
    let late = |requirement| Requirement { start_date: date(2026, 1, 31), ..requirement };
    // 31 January, 28 February, 31 March: each is so many months after the first.
    check(&late(new(3, 3)), monthly(), &[fee(Cycle::Month, "1")], &[("2026-01-31", 3, 1, "1")]);
    // 31 March is not a month after 28 February.
    let asked = late(stated(new(3, 3), "emails", &["1"]));
    let expected: Sent<'_> = &[("2026-02-28", 1, 0, "1"), ("2026-03-31", 2, 1, "1")];
    check(&asked, monthly(), &[usage("emails", per_unit(exact("1")))], expected);
}
