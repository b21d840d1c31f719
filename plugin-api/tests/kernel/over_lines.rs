//! Charges over other lines: shares and shortfalls.

use CountedAmount::{AfterAdjustments, BeforeAdjustments};
use quotient_plugin_api::charge::{
    AdjustmentBase, Category, Charge, Confidence, CountedAmount, Cycle, LineChoice, MeteringRule,
    MeteringSource, PriceModel, ProrationUnit,
};
use quotient_plugin_api::money::Rounding;
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::quote::Quote;
use rust_decimal::Decimal;

use crate::support::*;

fn over(id: &str, cycle: Cycle, model: PriceModel) -> Charge {
    let rule = MeteringRule::new("flat", MeteringSource::Constant(Decimal::ONE));
    Charge::new(id, id, Category::Recurring, rule, model, cycle)
}

fn ids(ids: &[&str]) -> LineChoice {
    LineChoice::Ids(ids.iter().map(|id| (*id).to_owned()).collect())
}

fn share(cycle: Cycle, lines: LineChoice, fraction: &str) -> Charge {
    over("share", cycle, PriceModel::ShareOfLines { lines, fraction: exact(fraction) })
}

fn shortfall(cycle: Cycle, lines: LineChoice, minimum: &str, counted: CountedAmount) -> Charge {
    over("shortfall", cycle, PriceModel::Shortfall { lines, minimum: d(minimum), counted })
}

fn amount(quote: &Quote, id: &str) -> String {
    let line = quote.lines.iter().find(|line| line.charge.id == id).unwrap();
    total(line.amount).normalize().to_string()
}

fn rounded(mut charge: Charge) -> Charge {
    charge.line_rounding = Some(Rounding::DEFAULT);
    charge
}

#[test]
fn support_costs_a_share_of_the_subscription() {
    let subscription = seat(Cycle::Month, per_unit(exact("50")));
    let use_of_it = usage("emails", per_unit(exact("1")));
    let support = share(Cycle::Month, ids(&["seat"]), "0.2");
    let asked = stated(seats(new(12, 12), &["10"]), "emails", &["100"]);
    let quote = quote(&asked, monthly(), &[subscription, use_of_it, support]);
    // 12 × 10 × 50 = 6000, and 20 % of it; the emails are none of it.
    assert_eq!((amount(&quote, "seat"), amount(&quote, "share")), ("6000".into(), "1200".into()));
    let line = &quote.lines[2];
    assert_eq!(runs(line), [(1, 1, 12, exact("100"))]);
    // 500 × 0.2
    let row = &line.periods[0].tiers[0];
    assert_eq!((row.quantity, row.unit_price), (d("500"), exact("0.2")));
    assert_eq!(&*line.periods[0].derivation[1].text, "0.2 of lines that come to 500");
}

#[test]
fn a_cycle_takes_the_cycles_that_start_within_it() {
    let year = fee(Cycle::Year, "1200");
    let mail = usage("emails", per_unit(exact("1")));
    let asked =
        stated(new(12, 12), "emails", &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]);
    let monthly_share =
        quote(&asked, monthly(), &[year.clone(), share(Cycle::Month, LineChoice::All, "0.1")]);
    // The year starts in the first month.
    assert_eq!(runs(&monthly_share.lines[1]), [(1, 1, 1, exact("120")), (2, 1, 11, exact("0"))]);
    let by_quarter = quote(&asked, monthly(), &[mail, share(Cycle::Quarter, LineChoice::All, "0.5")]);
    // (1 + 2 + 3) ÷ 2, (4 + 5 + 6) ÷ 2, (7 + 8 + 9) ÷ 2, (10 + 11 + 12) ÷ 2
    let expected = [(1, "3"), (4, "7.5"), (7, "12"), (10, "16.5")];
    assert_eq!(runs(&by_quarter.lines[1]), expected.map(|(first, amount)| (first, 3, 1, exact(amount))));
}

#[test]
fn taxes_on_the_same_base_do_not_compound_and_one_may_look_at_another() {
    let line = fee(Cycle::Month, "100");
    let tax = |id: &str, lines, fraction: &str| Charge {
        id: id.to_owned(),
        ..share(Cycle::Month, lines, fraction)
    };
    // 6 and 2, 108 in all.
    let both = [line.clone(), tax("a", ids(&["fee"]), "0.06"), tax("b", ids(&["fee"]), "0.02")];
    assert_eq!(quote(&new(1, 1), monthly(), &both).totals.term, exact("108"));
    // 6, and 2 % of 106: 108.12.
    let stacked = [line, tax("a", ids(&["fee"]), "0.06"), tax("b", LineChoice::All, "0.02")];
    assert_eq!(quote(&new(1, 1), monthly(), &stacked).totals.term, exact("108.12"));
}

#[test]
fn a_tax_is_taken_of_rounded_lines_where_lines_are_rounded() {
    // 348.35 × 16 = 5573.6, 4 % off: 5350.656.
    let sold = |charge| adjusted(charge, &[fraction("off", "-0.04", AdjustmentBase::Running)]);
    let sold = sold(seat(Cycle::Month, per_unit(exact("348.35"))));
    let term = |charges: &[Charge]| total(quote(&seats(new(1, 1), &["16"]), monthly(), charges).totals.term);
    let tax = rounded(share(Cycle::Month, LineChoice::All, "0.22"));
    // 5350.66 × 0.22 = 1177.1452; 5350.66 + 1177.15 = 6527.81.
    assert_eq!(term(&[rounded(sold.clone()), tax.clone()]), d("6527.81"));
    // 5350.656 × 0.22 = 1177.14432; 5350.656 + 1177.14 = 6527.796, sent as 6527.80.
    assert_eq!(term(&[sold, tax]), d("6527.8"));
    // 0.17 + 4.46 = 4.63, 20 %: 0.926, in all 5.556.
    let [a, b] = ["0.17", "4.46"].map(|price| item(price, Category::Recurring, Cycle::Month, exact(price)));
    assert_eq!(term(&[rounded(a), rounded(b), share(Cycle::Month, LineChoice::All, "0.2")]), d("5.56"));
    // (55.55 + 11.11) × 0.23 = 15.3318
    let [a, b] = ["55.55", "11.11"].map(|price| item(price, Category::Recurring, Cycle::Month, exact(price)));
    let quote = quote(&new(1, 1), monthly(), &[a, b, rounded(share(Cycle::Month, LineChoice::All, "0.23"))]);
    assert_eq!(amount(&quote, "share"), "15.33");
}

#[test]
fn what_lacks_of_a_minimum_is_a_line_of_its_own() {
    let lacks = |used: &str, minimum: &str| {
        let lines = [
            rounded(fee(Cycle::Month, used)),
            shortfall(Cycle::Month, LineChoice::All, minimum, AfterAdjustments),
        ];
        amount(&quote(&new(1, 1), monthly(), &lines), "shortfall")
    };
    // 10 - 7; 10 - 10; 1000 - 600; 1000 - 750
    assert_eq!(
        [lacks("7", "10"), lacks("10", "10"), lacks("600", "1000"), lacks("750", "1000")],
        ["3", "0", "400", "250"]
    );
    // 749.996 is rounded to 750 first, and 9.997 to 10.
    assert_eq!([lacks("749.996", "1000"), lacks("9.997", "10")], ["250", "0"]);
    assert_eq!(lacks("1500", "1000"), "0");
}

#[test]
fn a_minimum_counts_lines_before_or_after_their_discounts() {
    let off = [fraction("off", "-0.5", AdjustmentBase::Running)];
    let used = item("use", Category::Usage, Cycle::Month, exact("10"));
    let term = |counted| {
        let lines = [
            adjusted(fee(Cycle::Month, "100"), &off),
            used.clone(),
            shortfall(Cycle::Month, LineChoice::All, "10000", counted),
        ];
        amount(&quote(&new(1, 1), monthly(), &lines), "shortfall")
    };
    // 10000 - 100 - 10; 10000 - 50 - 10
    assert_eq!((term(BeforeAdjustments), term(AfterAdjustments)), ("9890".into(), "9940".into()));
}

#[test]
fn limits_of_lines_come_before_a_minimum_of_their_sum() {
    // 10 within 5 and 20, 15 within 10 and 100: 25, and 5 more make 30.
    let line = |id: &str, amount: &str, least: &str, most: &str| Charge {
        minimum_amount: Some(d(least)),
        maximum_amount: Some(d(most)),
        ..item(id, Category::Recurring, Cycle::Month, exact(amount))
    };
    let lines = [
        line("a", "10", "5", "20"),
        line("b", "15", "10", "100"),
        shortfall(Cycle::Month, LineChoice::All, "30", AfterAdjustments),
    ];
    assert_eq!(quote(&new(1, 1), monthly(), &lines).totals.term, exact("30"));
}

#[test]
fn a_yearly_minimum_adds_up_the_months() {
    let mail = usage("emails", per_unit(exact("1")));
    let asked = stated(new(12, 24), "emails", &["70"]);
    let quote =
        quote(&asked, by(12), &[mail, shortfall(Cycle::Year, LineChoice::All, "1000", AfterAdjustments)]);
    // 1000 - 12 × 70, in the term and in its renewal.
    let line = quote.lines.iter().find(|line| line.charge.id == "shortfall").unwrap();
    assert_eq!((line.amount, line.horizon_amount), (exact("160"), exact("320")));
}

#[test]
fn a_part_of_a_cycle_has_its_part_of_the_minimum() {
    use jiff::civil::date;
    // Seven months are left of the year: 1200 × 7 ÷ 12 = 700, of which 7 × 10 are paid.
    let minimum = prorated(
        shortfall(Cycle::Year, LineChoice::All, "1200", AfterAdjustments),
        ProrationUnit::StartedMonth,
        "12",
        true,
    );
    let asked = expand(date(2026, 8, 1), "0", &["1"]);
    let quote = quote(&asked, by(12), &[seat(Cycle::Month, per_unit(exact("10"))), minimum]);
    assert_eq!(amount(&quote, "shortfall"), "630");
}

#[test]
fn bounds_go_through() {
    let lines = |amount, over| [item("base", Category::Recurring, Cycle::Month, amount), over];
    let of = |amount, over| quote(&new(1, 1), monthly(), &lines(amount, over));
    let minimum = || shortfall(Cycle::Month, LineChoice::All, "100", AfterAdjustments);
    // 20 % of what has no upper bound; 100 less 40 and more.
    let open = of(range("40", None), share(Cycle::Month, LineChoice::All, "0.2"));
    assert_eq!(open.lines[1].amount, range("8", None));
    assert_eq!(open.lines[1].charge.confidence, Confidence::Range);
    assert_eq!(of(range("40", None), minimum()).lines[1].amount, range("0", Some("60")));
    assert_eq!(of(range("40", Some("70")), minimum()).lines[1].amount, range("30", Some("60")));
    // 0.1 × 40 to 0.3 × 70
    let both = PriceModel::ShareOfLines { lines: LineChoice::All, fraction: range("0.1", Some("0.3")) };
    let both = of(range("40", Some("70")), over("share", Cycle::Month, both));
    assert_eq!(both.lines[1].amount, range("4", Some("21")));
}

#[test]
fn a_figure_is_as_weak_as_what_it_is_taken_of() {
    let weak = Charge { confidence: Confidence::Estimate, ..fee(Cycle::Month, "10") };
    let quote = quote(&new(1, 1), monthly(), &[weak, share(Cycle::Month, LineChoice::All, "0.2")]);
    assert_eq!(quote.lines[1].charge.confidence, Confidence::Estimate);
}

#[test]
fn what_a_charge_over_lines_may_not_look_at_is_refused() {
    let told = |charges: &[Charge]| Offer::new(parts(monthly(), charges)).unwrap_err().to_string();
    let later = Charge { id: "later".to_owned(), ..share(Cycle::Month, LineChoice::All, "0.1") };
    let first = share(Cycle::Month, ids(&["later"]), "0.1");
    assert!(told(&[fee(Cycle::Month, "1"), first, later]).contains("stand before this one"));
    assert!(told(&[share(Cycle::Month, ids(&["share"]), "0.1")]).contains("stand before this one"));
    assert!(
        told(&[share(Cycle::Month, ids(&["nothing"]), "0.1")]).contains("found \"nothing\", expected the id")
    );
    assert!(
        told(&[share(Cycle::Day, LineChoice::All, "0.1")]).contains("expected month, quarter, year or term")
    );
    assert!(told(&[share(Cycle::Month, LineChoice::All, "-0.1")]).contains("expected 0 or more"));
    let counted = Charge {
        metering: MeteringRule::new("emails", MeteringSource::Stated),
        ..share(Cycle::Month, LineChoice::All, "0.1")
    };
    assert!(told(&[counted]).contains("charges[0].metering: found a quantity under other lines"));
}
