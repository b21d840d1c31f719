//! Sold terms, asked terms, renewals and horizons.

use jiff::civil::date;
use quotient_plugin_api::charge::{Category, Charge, Cycle, DateBasis, DateWindow};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::offer::{CoverageStatus, Terms};
use quotient_plugin_api::quote::Phase;
use quotient_plugin_api::requirement::Requirement;

use crate::support::*;

fn seat_at(cycle: Cycle, price: &str) -> Charge {
    seat(cycle, per_unit(exact(price)))
}

#[test]
fn a_monthly_price_over_a_year() {
    let quote = quote(&seats(new(12, 12), &["5"]), monthly(), &[seat_at(Cycle::Month, "99")]);
    // 5 × 99 = 495; a contract by the month that is asked for 12 is sold for 12: 495 × 12 = 5940.
    assert_eq!(runs(line(&quote)), [(1, 1, 12, exact("495"))]);
    assert_eq!(sent(&quote), [("2026-01-01".to_owned(), 12, 1, exact("495"))]);
    let totals = &quote.totals;
    assert_eq!(totals.term, exact("5940"));
    assert_eq!(
        (totals.asked_term, totals.horizon, totals.first_year),
        (totals.term, totals.term, totals.term)
    );
    assert_eq!((totals.first_invoice, totals.effective_monthly), (exact("495"), exact("495")));
    // 5940 ÷ (5 × 12)
    assert_eq!((totals.per_seat_month, totals.per_contact), (Some(exact("99")), None));
    assert_eq!(assumed(&quote), [""; 0]);
}

#[test]
fn a_yearly_price_over_two_years() {
    let quote = quote(&seats(new(24, 24), &["10"]), by(12), &[seat_at(Cycle::Year, "1200")]);
    // 10 × 1200 = 12000 a year.
    assert_eq!(runs(line(&quote)), [(1, 12, 2, exact("12000"))]);
    assert_eq!((quote.totals.term, quote.totals.first_year), (exact("24000"), exact("12000")));
    // 24000 ÷ 24; 24000 ÷ (10 × 24)
    assert_eq!(quote.totals.effective_monthly, exact("1000"));
    assert_eq!(quote.totals.per_seat_month, Some(exact("100")));
}

#[test]
fn a_sheet_sold_by_the_year_sells_24_months_to_who_asks_for_18() {
    let quote = quote(&seats(new(18, 18), &["1"]), by(12), &[seat_at(Cycle::Year, "1200")]);
    let contract = &quote.contract;
    assert_eq!((contract.sold_term_months, contract.asked_term_months), (24, 18));
    assert_eq!(contract.end_date, date(2028, 1, 1));
    // 2 × 1200; 1200 + 1200 × 6 ÷ 12; 2400 ÷ 18 = 133.333…
    assert_eq!((quote.totals.term, quote.totals.asked_term), (exact("2400"), exact("1800")));
    assert_eq!(quote.totals.effective_monthly, exact("133.33"));
    assert_eq!(assumed(&quote), ["sold_term_longer"]);
}

#[test]
fn what_accrues_is_taken_cycle_by_cycle() {
    let charges = [
        fee(Cycle::Quarter, "90"),
        item("setup", Category::OneTime, Cycle::Once, exact("1200")),
        item("term", Category::Recurring, Cycle::Term, exact("600")),
    ];
    let quote = quote(&new(5, 12), by(12), &charges);
    // Of 12 months 5 are asked for: 90 + 90 × 2 ÷ 3 = 150; 1200 × 5 ÷ 12 = 500; 600 × 5 ÷ 12 = 250.
    assert_eq!(quote.totals.asked_term, exact("900"));
    // 4 × 90 + 1200 + 600
    assert_eq!(quote.totals.term, exact("2160"));
}

#[test]
fn a_commitment_that_starts_within_the_horizon_counts_whole() {
    let sold = |months, horizon| {
        let quote = quote(&seats(new(months, horizon), &["1"]), by(months), &[seat_at(Cycle::Month, "100")]);
        let covered = quote.lines[0].periods.iter().map(|run| run.cycles * run.cycle_months).sum::<u32>();
        (covered, quote.totals.term, quote.totals.horizon)
    };
    assert_eq!(sold(12, 36), (36, exact("1200"), exact("3600")));
    // 24 months, and 24 more that start in month 25.
    assert_eq!(sold(24, 36), (48, exact("2400"), exact("4800")));
    assert_eq!(sold(36, 36), (36, exact("3600"), exact("3600")));
    assert_eq!(sold(1, 1), (1, exact("100"), exact("100")));
    assert_eq!(sold(1, 36), (36, exact("100"), exact("3600")));
    assert_eq!(sold(120, 120), (120, exact("12000"), exact("12000")));
}

#[test]
fn renewals_have_their_own_length() {
    let terms = Terms { renewal_months: Some(1), ..by(12) };
    let quote = quote(&seats(new(12, 15), &["1"]), terms, &[seat_at(Cycle::Month, "100")]);
    // 12 months, then 3 times one.
    assert_eq!(quote.totals.horizon, exact("1500"));
    let phases: Vec<_> = line(&quote).periods.iter().map(|run| (run.phase, run.cycles)).collect();
    assert_eq!(phases, [(Phase::Term, 12), (Phase::Renewal, 3)]);
}

#[test]
fn a_one_time_charge_is_paid_in_the_sold_term_only() {
    let setup = item("setup", Category::OneTime, Cycle::Once, exact("500"));
    let quote = quote(&seats(new(12, 36), &["1"]), by(12), &[setup, seat_at(Cycle::Month, "10")]);
    // 500 + 12 × 10; 500 + 36 × 10
    assert_eq!((quote.totals.one_time, quote.totals.recurring), (exact("500"), exact("120")));
    assert_eq!((quote.totals.term, quote.totals.horizon), (exact("620"), exact("860")));
}

#[test]
fn a_contract_from_the_31st_stays_with_the_31st() {
    let daily = seat_at(Cycle::Day, "1");
    let start = date(2026, 1, 31);
    let asked = |term, horizon| Requirement { start_date: start, ..seats(new(term, horizon), &["1"]) };
    // 31 January to 28 February, to 31 March, to 30 April, to 31 May.
    let days = [28, 31, 30, 31].map(|days| Interval::exact(days.into()));
    for term in [1, 2, 4] {
        let quote = quote(&asked(term, 4), monthly(), std::slice::from_ref(&daily));
        let months = line(&quote).periods.iter().map(|run| run.exact).collect::<Vec<_>>();
        assert_eq!(months, days, "a term of {term}");
    }
}

#[test]
fn a_price_that_is_no_longer_in_force_prices_nothing() {
    let mut expired = seat_at(Cycle::Month, "10");
    expired.dates = Some(DateWindow { from: None, to: Some(date(2025, 12, 31)), basis: DateBasis::Order });
    let quote = quote(&seats(new(12, 12), &["1"]), monthly(), &[expired]);
    assert!(quote.lines.is_empty());
    assert_eq!(quote.coverage[0].status, CoverageStatus::NotOffered);
}

#[test]
fn a_term_beyond_the_calendar_is_an_error() {
    use quotient_plugin_api::offer::Offer;
    use quotient_plugin_api::pricing::{PriceError, price};
    let offer = Offer::new(parts(by(12), &[fee(Cycle::Year, "1")])).unwrap();
    for asked in [new(u32::MAX, 36), new(u32::MAX - 7, 36), new(100_000, 36), new(12, u32::MAX)] {
        let error = price(&asked, &offer).unwrap_err();
        assert!(matches!(error, PriceError::Calendar { .. }), "{error}");
    }
}
