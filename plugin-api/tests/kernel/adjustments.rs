//! Discounts and surcharges.

use AdjustmentBase::{List, Running};
use jiff::civil::{Date, date};
use quotient_plugin_api::charge::{
    Adjustment, AdjustmentBase, Charge, Cycle, DateBasis, DateWindow, Effect, MonthWindow, ProrationUnit,
    Subject,
};
use quotient_plugin_api::requirement::Requirement;

use crate::support::*;

fn hundred() -> Charge {
    seat(Cycle::Month, per_unit(exact("100")))
}

/// The amount of one month of one seat at 100.
fn month(adjustments: &[Adjustment]) -> String {
    let quote = quote(&seats(new(1, 1), &["1"]), monthly(), &[adjusted(hundred(), adjustments)]);
    total(line(&quote).amount).to_string()
}

fn until(last: Date, basis: DateBasis) -> Option<DateWindow> {
    Some(DateWindow { from: None, to: Some(last), basis })
}

#[test]
fn a_discount_of_the_order_looks_at_what_the_order_commits_to() {
    let mut discount = fraction("two-seats", "-0.2", Running);
    discount.conditions = vec![at_least(Subject::CommittedQuantity, "2")];
    let charge = adjusted(seat(Cycle::Year, per_unit(exact("799"))), &[discount]);
    // 799; 2 × 799 × 0.8; 3 × 799 × 0.8
    for (count, expected) in [("1", "799"), ("2", "1278.4"), ("3", "1917.6")] {
        let quote = quote(&seats(new(12, 12), &[count]), by(12), std::slice::from_ref(&charge));
        assert_eq!(quote.totals.term, exact(expected), "{count}");
    }
    // The order is for one seat; the five that are held are none of it.
    let quote = quote(&expand(date(2027, 1, 1), "5", &["1"]), by(12), &[charge]);
    assert_eq!(quote.totals.term, exact("799"));
}

#[test]
fn list_and_running_discounts_stack_differently() {
    // 100 - 30 - 20; 100 × 0.7 × 0.8; 100 × 0.7 - 20.
    assert_eq!(month(&[fraction("a", "-0.3", List), fraction("b", "-0.2", List)]), "50");
    assert_eq!(month(&[fraction("a", "-0.3", Running), fraction("b", "-0.2", Running)]), "56");
    assert_eq!(month(&[fraction("a", "-0.3", Running), fraction("b", "-0.2", List)]), "50");
    // 100 × 0.5 × 1.1
    assert_eq!(month(&[fraction("a", "-0.5", Running), fraction("b", "0.1", Running)]), "55");
}

#[test]
fn no_discount_takes_a_line_below_zero() {
    let off = adjustment("coupon", Effect::Amount(exact("-150")));
    let on = adjustment("fee", Effect::Amount(exact("20")));
    assert_eq!(month(std::slice::from_ref(&off)), "0");
    // 100 - 150 is 0, and 20 more.
    assert_eq!(month(&[off, on]), "20");
    assert_eq!(month(&[fraction("a", "-0.6", List), fraction("b", "-0.6", List)]), "0");
}

#[test]
fn a_promotion_by_the_day_of_the_order_ends_with_the_term() {
    let mut promotion = fraction("january", "-0.5", Running);
    promotion.dates = until(date(2026, 1, 31), DateBasis::Order);
    let charge = adjusted(hundred(), &[promotion]);
    let quote = quote(&seats(new(12, 24), &["1"]), by(12), std::slice::from_ref(&charge));
    // Ordered on 1 January: 12 × 50; renewed on 1 January 2027: 12 × 100.
    assert_eq!(runs(line(&quote)), [(1, 1, 12, exact("50")), (13, 1, 12, exact("100"))]);
    assert_eq!((quote.totals.term, quote.totals.horizon), (exact("600"), exact("1800")));
    // Ordered on 1 February for 1 January.
    let late = Requirement { pricing_date: date(2026, 2, 1), ..seats(new(12, 12), &["1"]) };
    assert_eq!(crate::support::quote(&late, by(12), &[charge]).totals.term, exact("1200"));
}

#[test]
fn a_promotion_by_the_day_of_service_ends_with_its_last_month() {
    let mut promotion = fraction("spring", "-0.5", Running);
    promotion.dates = until(date(2026, 3, 31), DateBasis::Service);
    // Ordered long before: 3 × 50 + 9 × 100 = 1050.
    let early = Requirement { pricing_date: date(2025, 1, 1), ..seats(new(12, 12), &["1"]) };
    let quote = quote(&early, by(12), &[adjusted(hundred(), &[promotion.clone()])]);
    assert_eq!(runs(line(&quote)), [(1, 1, 3, exact("50")), (4, 1, 9, exact("100"))]);
    assert_eq!(quote.totals.term, exact("1050"));
    // A yearly cycle starts in the window: 1200 × 0.5.
    let yearly = adjusted(seat(Cycle::Year, per_unit(exact("1200"))), &[promotion]);
    assert_eq!(crate::support::quote(&early, by(12), &[yearly]).totals.term, exact("600"));
}

#[test]
fn the_first_months_can_have_another_price() {
    let (mut first, mut then) = (hundred(), hundred());
    (first.id, first.model) = ("first".to_owned(), per_unit(exact("10")));
    first.months = Some(MonthWindow { first_month: 1, months: Some(3) });
    then.months = Some(MonthWindow { first_month: 4, months: None });
    let quote = quote(&seats(new(12, 24), &["1"]), by(12), &[first, then]);
    // 3 × 10 + 9 × 100 = 930; the renewal is past the first months: 930 + 12 × 100.
    assert_eq!((quote.totals.term, quote.totals.horizon), (exact("930"), exact("2130")));
    let mut gift = fraction("gift", "-1", Running);
    gift.months = Some(MonthWindow { first_month: 2, months: Some(1) });
    let quote = crate::support::quote(&seats(new(3, 3), &["1"]), monthly(), &[adjusted(hundred(), &[gift])]);
    assert_eq!(runs(line(&quote)), [(1, 1, 1, exact("100")), (2, 1, 1, exact("0")), (3, 1, 1, exact("100"))]);
}

#[test]
fn conditions_look_at_the_sold_term_and_at_what_is_billed() {
    let mut long = fraction("two-years", "-0.1", Running);
    long.conditions = vec![at_least(Subject::TermMonths, "24")];
    // 13 months are asked for, 24 are sold: 24 × 100 × 0.9.
    for (asked, expected) in [(12, "1200"), (13, "2160")] {
        let charge = adjusted(hundred(), std::slice::from_ref(&long));
        let quote = quote(&seats(new(asked, asked), &["1"]), by(12), &[charge]);
        assert_eq!(quote.totals.term, exact(expected));
    }
    let mut many = fraction("many", "-0.5", Running);
    many.conditions = vec![at_least(Subject::BilledQuantity, "10")];
    let emails = adjusted(usage("emails", per_unit(exact("1"))), &[many]);
    let quote = quote(&stated(new(2, 2), "emails", &["9", "10"]), monthly(), &[emails]);
    // 9; 10 × 0.5
    assert_eq!(runs(line(&quote)), [(1, 1, 1, exact("9")), (2, 1, 1, exact("5"))]);
}

#[test]
fn a_part_of_a_cycle_has_its_part_of_a_fixed_discount() {
    let charge = seat(Cycle::Year, per_unit(exact("1200")));
    let charge = adjusted(charge, &[adjustment("coupon", Effect::Amount(exact("-200")))]);
    let charge = prorated(charge, ProrationUnit::StartedMonth, "12", true);
    let quote = quote(&expand(date(2026, 7, 1), "0", &["1"]), by(12), &[charge]);
    // (1200 - 200) × 6 ÷ 12
    assert_eq!(quote.totals.term, exact("500"));
}
