//! Seats added to a contract that runs already.

use jiff::civil::{Date, date};
use quotient_plugin_api::charge::{Category, Charge, CommitmentKind, Cycle, ProrationUnit};
use quotient_plugin_api::offer::{Conventions, MonthDays};
use quotient_plugin_api::requirement::Requirement;

use crate::support::*;

/// 999 per user and year, at least 3 users with those held; an odd month costs a tenth of the year.
fn user() -> Charge {
    let mut user = committed(seat(Cycle::Year, per_unit(exact("999"))), CommitmentKind::Ratchet);
    user.commitment.minimum_quantity = d("3");
    user.commitment.minimum_counts_held = true;
    prorated(user, ProrationUnit::StartedMonth, "10", true)
}

fn cost(until: Date, held: &str, added: &str) -> String {
    let quote = quote(&expand(until, held, &[added]), by(12), &[user()]);
    total(quote.totals.term).to_string()
}

#[test]
fn a_whole_year_and_then_a_tenth_for_each_odd_month() {
    let quote = quote(&expand(date(2027, 7, 1), "3", &["3"]), by(12), &[user()]);
    // 3 × 999 = 2997; 3 × 999 × 6 ÷ 10 = 1798.2; together 4795.2.
    assert_eq!(runs(line(&quote)), [(1, 12, 1, exact("2997")), (13, 6, 1, exact("1798.2"))]);
    assert_eq!(quote.totals.term, exact("4795.2"));
    assert_eq!((quote.contract.sold_term_months, quote.contract.end_date), (18, date(2027, 7, 1)));
    let rows = &line(&quote).periods[1].adjustments;
    assert_eq!(rows.iter().map(|row| &*row.reason).collect::<Vec<_>>(), ["6 started months, 10 for a cycle"]);
}

#[test]
fn odd_months_never_cost_more_than_the_year() {
    // 11 ÷ 10 of the year would be 3296.7.
    assert_eq!(cost(date(2026, 12, 1), "3", "3"), "2997");
    assert_eq!(cost(date(2026, 11, 1), "3", "3"), "2997");
    // 3 × 999 × 9 ÷ 10
    assert_eq!(cost(date(2026, 10, 1), "3", "3"), "2697.3");
}

#[test]
fn a_started_month_counts() {
    // 999 × 6 ÷ 10 and 999 × 7 ÷ 10
    assert_eq!(cost(date(2026, 7, 1), "3", "1"), "599.4");
    assert_eq!(cost(date(2026, 7, 2), "3", "1"), "699.3");
}

#[test]
fn held_seats_count_towards_the_minimum_where_the_sheet_says_so() {
    let year = date(2027, 1, 1);
    // 3 - 1 = 2 users at least; 3 - 3 = 0.
    assert_eq!(cost(year, "1", "1"), "1998");
    assert_eq!(cost(year, "3", "1"), "999");
    assert_eq!(cost(year, "9", "2"), "1998");
    let mut alone = user();
    alone.commitment.minimum_counts_held = false;
    let quote = quote(&expand(year, "9", &["1"]), by(12), &[alone]);
    assert_eq!(quote.totals.term, exact("2997"));
}

#[test]
fn a_part_of_a_year_by_the_day() {
    let seats = prorated(seat(Cycle::Year, per_unit(exact("599"))), ProrationUnit::Day, "365", false);
    // 1 January to 11 April: 31 + 28 + 31 + 10 = 100 days.
    let quote = quote(&expand(date(2026, 4, 11), "5", &["2"]), by(12), &[seats]);
    // 2 × 599 × 100 ÷ 365 = 119800 ÷ 365 = 328.219178082191780|82…
    assert_eq!(line(&quote).amount, exact("328.219178082191781"));
    assert_eq!(quote.invoices[0].total, exact("328.22"));
}

#[test]
fn without_a_rule_for_parts_the_whole_cycle_is_charged_and_said() {
    let quote =
        quote(&expand(date(2026, 2, 11), "5", &["2"]), by(12), &[seat(Cycle::Month, per_unit(exact("10")))]);
    // January, and February although it ends on the 10th: 2 × 2 × 10.
    assert_eq!(quote.totals.term, exact("40"));
    assert_eq!(assumed(&quote), ["part_of_cycle_whole"]);
}

#[test]
fn once_has_no_parts() {
    let setup = prorated(
        item("setup", Category::OneTime, Cycle::Once, exact("500")),
        ProrationUnit::Day,
        "365",
        false,
    );
    let quote = quote(&expand(date(2026, 2, 11), "5", &["2"]), by(12), &[setup]);
    assert_eq!(quote.totals.term, exact("500"));
    assert_eq!(assumed(&quote), [""; 0]);
}

#[test]
fn a_daily_price_counts_the_days_of_a_month_that_is_cut_short() {
    let daily = seat(Cycle::Day, per_unit(exact("1")));
    for (month_days, expected) in [
        // 31 + 10
        (MonthDays::Calendar, "41"),
        // 30 + 10
        (MonthDays::Thirty, "40"),
        // 30.5 + 10
        (MonthDays::ThirtyAndHalf, "40.5"),
    ] {
        let mut parts = parts(monthly(), std::slice::from_ref(&daily));
        parts.conventions = Conventions { month_days: Some(month_days), ..Conventions::default() };
        let quote = quote_parts(&expand(date(2026, 2, 11), "5", &["1"]), parts);
        assert_eq!(quote.totals.term, exact(expected), "{month_days:?}");
        assert_eq!(assumed(&quote), [""; 0]);
    }
}

#[test]
fn renewals_follow_the_end_of_the_running_contract() {
    let asked = Requirement { horizon_months: 12, ..expand(date(2026, 4, 11), "5", &["1"]) };
    let quote = quote(&asked, by(12), &[user()]);
    // Four started months, then a whole year: 999 × 4 ÷ 10 = 399.6; 999.
    assert_eq!(runs(line(&quote)), [(1, 4, 1, exact("399.6")), (5, 12, 1, exact("999"))]);
    assert_eq!(quote.totals.horizon, exact("1398.6"));
}

#[test]
fn the_last_invoice_of_a_contract_that_is_cut_short_comes_at_its_end() {
    let asked = Requirement { start_date: date(2026, 1, 15), ..expand(date(2026, 3, 1), "0", &["1"]) };
    let emails = usage("emails", per_unit(exact("0.01")));
    let quote = quote(&stated(asked, "emails", &["100"]), monthly(), &[emails]);
    let one = |day: &str| (day.to_owned(), 1, 0, exact("1"));
    assert_eq!(sent(&quote), [one("2026-02-15"), one("2026-03-01")]);
}
