//! How a quantity may move within a commitment.

use CommitmentKind::{Flex, PeakOfTerm, Ratchet};
use quotient_plugin_api::charge::{Charge, CommitmentKind, Cycle, Positive, PriceModel, ProrationUnit};
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::quote::Quote;

use crate::support::*;

/// Two seats, five in the second month, three from then on.
const SEASON: [&str; 12] = ["2", "5", "3", "3", "3", "3", "3", "3", "3", "3", "3", "3"];

fn year(kind: CommitmentKind, charge: Charge) -> Quote {
    quote(&seats(new(12, 12), &SEASON), by(12), &[committed(charge, kind)])
}

fn texts(quote: &Quote, period: usize) -> Vec<String> {
    let steps = &line(quote).periods[period].derivation;
    steps.iter().map(|step| format!("{}: {}", step.text, step.quantity)).collect()
}

#[test]
fn a_monthly_price_follows_the_month_the_peak_or_the_highest_so_far() {
    let paid = |kind| year(kind, seat(Cycle::Month, per_unit(exact("10")))).totals.term;
    // (2 + 5 + 10 × 3) × 10; 12 × 5 × 10; (2 + 11 × 5) × 10
    assert_eq!(paid(Flex), exact("370"));
    assert_eq!(paid(PeakOfTerm), exact("600"));
    assert_eq!(paid(Ratchet), exact("570"));
    let third = |kind| texts(&year(kind, seat(Cycle::Month, per_unit(exact("10")))), 2);
    assert_eq!(third(Ratchet), ["named seats: 3", "as reached by the cycle's first month: 5"]);
    assert_eq!(third(PeakOfTerm), ["named seats: 3", "the peak of the commitment: 5"]);
}

#[test]
fn a_yearly_price_is_paid_for_its_peak_or_from_when_seats_are_added() {
    let yearly = seat(Cycle::Year, per_unit(exact("120")));
    // 5 × 120, whatever the month.
    assert_eq!(year(Flex, yearly.clone()).totals.term, exact("600"));
    assert_eq!(year(PeakOfTerm, yearly.clone()).totals.term, exact("600"));
    // 2 × 120; 3 more for 11 months: 3 × 120 × 11 ÷ 12 = 330.
    let quote = year(Ratchet, prorated(yearly.clone(), ProrationUnit::StartedMonth, "12", true));
    assert_eq!(runs(line(&quote)), [(1, 12, 1, exact("240")), (2, 11, 1, exact("330"))]);
    assert_eq!(texts(&quote, 1), ["added in month 2: 3"]);
    // What is added is invoiced when it is.
    let one = |day: &str, amount| (day.to_owned(), 1, 0, exact(amount));
    assert_eq!(sent(&quote), [one("2026-01-01", "240"), one("2026-02-01", "330")]);
    // By the day, from 1 February: 3 × 120 × 334 ÷ 365 = 329.424657…
    let quote = year(Ratchet, prorated(yearly.clone(), ProrationUnit::Day, "365", false));
    assert_eq!(quote.totals.term, exact("569.42"));
    // Without a rule for parts, 3 × 120, and that is said.
    let quote = year(Ratchet, yearly);
    assert_eq!(quote.totals.term, exact("600"));
    assert_eq!(assumed(&quote), ["part_of_cycle_whole"]);
}

#[test]
fn a_ratchet_holds_over_cycles_and_is_let_go_by_a_renewal() {
    let charge = prorated(seat(Cycle::Year, per_unit(exact("120"))), ProrationUnit::StartedMonth, "12", true);
    let asked = seats(new(24, 36), &SEASON);
    let quote = quote(&asked, by(12), &[committed(charge, Ratchet)]);
    // The second year starts with the five that the first one reached; the renewal starts with its own two.
    let expected = [
        (1, 12, 1, exact("240")),
        (2, 11, 1, exact("330")),
        (13, 12, 1, exact("600")),
        (25, 12, 1, exact("240")),
        (26, 11, 1, exact("330")),
    ];
    assert_eq!(runs(line(&quote)), expected);
    assert_eq!(texts(&quote, 2), ["named seats: 5"]);
}

#[test]
fn what_is_added_is_priced_at_the_tier_of_all() {
    let rungs = tiers(&[(Some("10"), "120"), (None, "96")]);
    let charge = seat(Cycle::Year, PriceModel::Volume { tiers: rungs, per: Positive::ONE, lookup: None });
    let charge = prorated(charge, ProrationUnit::StartedMonth, "12", true);
    let counts = ["10", "10", "10", "10", "10", "10", "15", "15", "15", "15", "15", "15"];
    let quote = quote(&seats(new(12, 12), &counts), by(12), &[committed(charge, Ratchet)]);
    // 10 × 120; with 5 more there are 15, in the second tier: 5 × 96 × 6 ÷ 12.
    assert_eq!(runs(line(&quote)), [(1, 12, 1, exact("1200")), (7, 6, 1, exact("240"))]);
}

#[test]
fn what_counts_once_in_a_cycle_has_no_additions() {
    let yearly = || committed(seat(Cycle::Year, per_unit(exact("1"))), Ratchet);
    let refused = |charge| Offer::new(parts(by(12), &[charge])).is_err();
    assert!(!refused(yearly()));
    assert!(refused(Charge { model: flat(exact("1")), ..yearly() }));
    assert!(refused(Charge { minimum_amount: Some(d("1")), ..yearly() }));
    assert!(!refused(Charge { minimum_amount: Some(d("1")), cycle: Cycle::Month, ..yearly() }));
}

#[test]
fn a_minimum_holds_for_who_buys_any() {
    let charge = |kind| {
        let mut charge = committed(seat(Cycle::Month, per_unit(exact("10"))), kind);
        charge.commitment.minimum_quantity = d("3");
        charge
    };
    let paid = |kind, counts: &[&str]| {
        let quote = quote(&seats(new(2, 2), counts), monthly(), &[charge(kind)]);
        total(quote.totals.term).to_string()
    };
    // 3 × 10 in each month; none for who buys none; 3 × 10 + 4 × 10.
    for kind in [Flex, PeakOfTerm, Ratchet] {
        assert_eq!(paid(kind, &["2"]), "60", "{kind:?}");
        assert_eq!(paid(kind, &["0"]), "0", "{kind:?}");
    }
    assert_eq!(paid(Flex, &["0", "4"]), "70");
    assert_eq!(paid(PeakOfTerm, &["0", "4"]), "80");
    assert_eq!(paid(Ratchet, &["0", "4"]), "70");
    let quote = quote(&seats(new(2, 2), &["2"]), monthly(), &[charge(Flex)]);
    assert_eq!(texts(&quote, 0), ["named seats: 2", "at least what must be bought: 3"]);
}

#[test]
fn a_derivation_speaks_of_the_whole_cycle() {
    let quote = year(Flex, seat(Cycle::Year, per_unit(exact("120"))));
    // The year's peak.
    assert_eq!(texts(&quote, 0), ["named seats: 5"]);
    let mut emails = usage("emails", per_unit(exact("1")));
    emails.cycle = Cycle::Quarter;
    let quote = crate::support::quote(&stated(new(3, 3), "emails", &["1", "2", "3"]), monthly(), &[emails]);
    // 1 + 2 + 3
    assert_eq!(texts(&quote, 0), ["emails as stated: 6"]);
}
