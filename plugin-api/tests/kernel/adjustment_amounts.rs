//! Adjustments that look at amounts, and changes that are rounded.

use AdjustmentBase::{List, Running};
use quotient_plugin_api::charge::{
    Adjustment, AdjustmentBase, Category, Charge, Condition, Cycle, Effect, Subject,
};
use quotient_plugin_api::interval::{Interval, Step};
use quotient_plugin_api::money::{Rounding, RoundingMode};
use quotient_plugin_api::quote::LineItem;

use crate::support::*;

fn month(amount: Interval, adjustments: &[Adjustment]) -> LineItem {
    let charge = adjusted(item("line", Category::Recurring, Cycle::Month, amount), adjustments);
    quote(&new(1, 1), monthly(), &[charge]).lines.remove(0)
}

fn rounded(id: &str, part: &str, base: AdjustmentBase) -> Adjustment {
    Adjustment { rounding: Some(Rounding::DEFAULT), ..fraction(id, part, base) }
}

#[test]
fn a_change_is_rounded_by_itself() {
    // 33.33 % of 1.00 are 0.3333: 0.33.
    assert_eq!(month(exact("1"), &[rounded("a", "-0.3333", Running)]).amount, exact("0.67"));
    // 10 % of 10.24 are 1.024: 1.02, and 10 % of 9.22 are 0.922: 0.92.
    let twice = month(exact("10.24"), &[rounded("a", "-0.1", Running), rounded("b", "-0.1", Running)]);
    let changes: Vec<_> = twice.periods[0].adjustments.iter().map(|row| row.change.low).collect();
    assert_eq!((twice.amount, changes), (exact("8.3"), vec![d("-1.02"), d("-0.92")]));
    // Off what is no whole cent, it takes no more than there is: 9.996 - 10.
    assert_eq!(month(exact("9.996"), &[rounded("a", "-1", List)]).amount, exact("0"));
    let up = Rounding { mode: RoundingMode::Up, scale: Some(0) };
    let fee = Adjustment { rounding: Some(up), ..fraction("fee", "0.015", Running) };
    // 1.5 % of 70 are 1.05: 2.
    assert_eq!(month(exact("70"), &[fee]).amount, exact("72"));
}

#[test]
fn a_rounded_change_of_bounds_may_be_a_cent_off() {
    // 90 to 180, a cent wider on both sides.
    let found = month(range("100", Some("200")), &[rounded("a", "-0.1", Running)]);
    assert_eq!(found.amount, range("89.99", Some("180.01")));
    // 1.00 less 33.33 % to 12.34 %: 0.33 and 0.12.
    let part = Effect::Fraction { fraction: range("-0.3333", Some("-0.1234")), base: Running };
    let part = Adjustment { rounding: Some(Rounding::DEFAULT), ..adjustment("a", part) };
    assert_eq!(month(exact("1"), &[part]).amount, range("0.67", Some("0.88")));
}

#[test]
fn a_discount_can_look_at_the_amount_before_discounts() {
    let when = |at_least: Option<&str>, at_most: Option<&str>| Adjustment {
        conditions: vec![Condition {
            subject: Subject::ListAmount,
            at_least: at_least.map(d),
            at_most: at_most.map(d),
        }],
        ..fraction("big", "-0.1", Running)
    };
    let first = fraction("first", "-0.5", Running);
    let least = |amount| month(exact(amount), &[first.clone(), when(Some("100"), None)]).amount;
    // The bound is inclusive, and looks at 100, not at the 50 that are left.
    assert_eq!((least("100"), least("99.99")), (exact("45"), exact("49.995")));
    let most = |amount| month(exact(amount), &[when(None, Some("100"))]).amount;
    assert_eq!((most("100"), most("100.01")), (exact("90"), exact("100.01")));
    // From 80 to 120 it may hold or not: 72 to 120.
    let perhaps = month(range("80", Some("120")), &[when(Some("100"), None)]);
    assert_eq!(perhaps.amount, range("72", Some("120")));
    assert_eq!(perhaps.periods[0].adjustments[0].change, Step { low: d("-8"), high: Some(d("0")) });
    assert_eq!(month(range("100", None), &[when(Some("100"), None)]).amount, range("90", None));
    assert_eq!(month(range("80", Some("99")), &[when(Some("100"), None)]).amount, range("80", Some("99")));
}

#[test]
fn what_a_ratchet_adds_has_no_amount_of_the_whole_cycle() {
    use quotient_plugin_api::charge::CommitmentKind;
    let mut by_amount = fraction("a", "-0.1", List);
    by_amount.conditions = vec![at_least(Subject::ListAmount, "100")];
    let charge: Charge = committed(seat(Cycle::Year, per_unit(exact("10"))), CommitmentKind::Ratchet);
    let offer = parts(monthly(), &[adjusted(charge, &[by_amount])]);
    let told = quotient_plugin_api::offer::Offer::new(offer).unwrap_err().to_string();
    assert!(told.contains("a ratchet that grows within a cycle"), "{told}");
}
