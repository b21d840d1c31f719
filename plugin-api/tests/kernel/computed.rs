//! Amounts that an adapter has computed itself.

use quotient_plugin_api::charge::{Category, Charge, Cycle, PriceModel};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::offer::Offer;

use crate::support::*;

fn computed(category: Category, cycle: Cycle, amounts: &[Interval]) -> Charge {
    let model = PriceModel::Computed { formula: "index of the month".to_owned(), amounts: amounts.to_vec() };
    Charge { model, ..item("computed", category, cycle, exact("0")) }
}

fn monthly_of(amounts: &[Interval]) -> Charge {
    computed(Category::Recurring, Cycle::Month, amounts)
}

#[test]
fn each_month_has_its_amount_and_the_list_repeats() {
    let quote = quote(&new(5, 8), monthly(), &[monthly_of(&[exact("10"), exact("10"), exact("12")])]);
    let line = line(&quote);
    // 10 + 10 + 12 + 10 + 10 in the term; its renewals go on with 12, 10 and 10.
    let expected = [(1, 2, "10"), (3, 1, "12"), (4, 2, "10"), (6, 1, "12"), (7, 2, "10")];
    assert_eq!(runs(line), expected.map(|(first, cycles, amount)| (first, 1, cycles, exact(amount))));
    assert_eq!((line.amount, line.horizon_amount), (exact("52"), exact("84")));
    let derivation = &line.periods[0].derivation;
    assert_eq!(&*derivation.last().unwrap().text, "computed by the adapter: index of the month");
    // All equal: one run, of the term and one of the renewals.
    let same = crate::support::quote(&new(5, 8), monthly(), &[monthly_of(&[exact("3"), exact("3")])]);
    assert_eq!(runs(&same.lines[0]), [(1, 1, 5, exact("3")), (6, 1, 3, exact("3"))]);
}

#[test]
fn it_is_paid_once_and_has_bounds() {
    let once = computed(Category::OneTime, Cycle::Once, &[range("5", Some("7"))]);
    assert_eq!(quote(&new(12, 24), monthly(), &[once]).totals.horizon, range("5", Some("7")));
    let mut limited = monthly_of(&[range("5", None)]);
    limited.maximum_amount = Some(d("9"));
    assert_eq!(quote(&new(2, 2), monthly(), &[limited]).totals.term, range("10", Some("18")));
}

#[test]
fn other_cycles_and_what_changes_a_quantity_are_refused() {
    let told = |charge: Charge| Offer::new(parts(monthly(), &[charge])).unwrap_err().to_string();
    let year = computed(Category::Recurring, Cycle::Year, &[exact("1")]);
    assert!(told(year).contains("charges[0].computed: found a cycle of Year, expected month or once"));
    assert!(told(monthly_of(&[])).contains("found 0 amounts, expected 1 to 120"));
    assert!(told(monthly_of(&[exact("-1")])).contains("found the amount -1, expected 0 or more"));
    let mut free = monthly_of(&[exact("1")]);
    free.allowance = allowance("1", None, quotient_plugin_api::charge::AllowanceTier::Net);
    assert!(told(free).contains("the amounts are computed"));
}
