//! Line sets: the dearest of several lines, a maximum of their sum, discounts on them together.

use quotient_plugin_api::charge::{
    AdjustmentBase, Category, Charge, Confidence, CountedAmount, Cycle, LineChoice, MeteringRule,
    MeteringSource, MonthWindow, PriceModel, StepAccumulation, Tier, Tiers,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::line_set::{LineSet, Off, Remainder, SetDiscount, SetRule, Spread};
use quotient_plugin_api::money::Rounding;
use quotient_plugin_api::offer::{Offer, OfferParts};
use quotient_plugin_api::quote::Quote;
use rust_decimal::Decimal;

use crate::support::*;

const CENTS: Spread = Spread::Proportional { scale: Some(2), remainder: Remainder::Last };

fn set(id: &str, rule: SetRule) -> LineSet {
    LineSet {
        id: id.to_owned(),
        reason: id.to_owned(),
        charges: LineChoice::All,
        cycle: Cycle::Month,
        rule,
        months: None,
        dates: None,
        sources: Vec::new(),
    }
}

fn on(ids: &[&str], set: LineSet) -> LineSet {
    LineSet { charges: LineChoice::Ids(ids.iter().map(|id| (*id).to_owned()).collect()), ..set }
}

fn discount(off: Off) -> SetDiscount {
    SetDiscount { off, base: AdjustmentBase::Running, at_least: None, at_most: None, below: None }
}

fn off(amount: &str, spread: Spread) -> LineSet {
    set("off", SetRule::Discount(discount(Off::Amount { amount: d(amount), spread })))
}

fn part_off(fraction: &str, rounding: Option<Rounding>) -> SetDiscount {
    discount(Off::Fraction { fraction: d(fraction), rounding })
}

fn maximum(amount: &str, spread: Spread) -> LineSet {
    set("maximum", SetRule::Maximum { amount: d(amount), spread })
}

fn lines(amounts: &[&str]) -> Vec<Charge> {
    let line = |(index, amount): (usize, &&str)| {
        item(&format!("l{index}"), Category::Recurring, Cycle::Month, exact(amount))
    };
    amounts.iter().enumerate().map(line).collect()
}

fn month(charges: &[Charge], sets: &[LineSet]) -> Quote {
    quote_parts(&new(1, 1), OfferParts { line_sets: sets.to_vec(), ..parts(monthly(), charges) })
}

/// What is left of each line.
fn left(amounts: &[&str], sets: &[LineSet]) -> Vec<String> {
    let quote = month(&lines(amounts), sets);
    quote.lines.iter().map(|line| total(line.amount).normalize().to_string()).collect()
}

#[test]
fn an_amount_is_taken_off_lines_in_proportion() {
    // 10 × 60 ÷ 100 and 10 × 40 ÷ 100
    assert_eq!(left(&["60.00", "40.00"], &[off("10.00", CENTS)]), ["54", "36"]);
    // 0.33, 0.33, and 0.34 for the last.
    assert_eq!(left(&["3.33", "3.33", "3.34"], &[off("1.00", CENTS)]), ["3", "3", "3"]);
    assert_eq!(left(&["50", "50", "50"], &[off("15", CENTS)]), ["45", "45", "45"]);
    // Never more than they cost.
    assert_eq!(left(&["10", "20"], &[off("40", CENTS)]), ["0", "0"]);
    assert_eq!(left(&["10"], &[off("15", CENTS)]), ["0"]);
}

#[test]
fn a_cent_goes_by_remainder_or_amounts_go_in_order() {
    let largest = Spread::Proportional { scale: Some(2), remainder: Remainder::Largest };
    // 0.01666… each: 0.02, 0.02 and 0.01.
    assert_eq!(left(&["1", "1", "1"], &[off("0.05", largest)]), ["0.98", "0.98", "0.99"]);
    assert_eq!(left(&["10", "5"], &[off("6", largest)]), ["6", "3"]);
    // All of the first, and 5 of the second.
    assert_eq!(left(&["10", "20", "30"], &[off("15", Spread::InOrder)]), ["0", "15", "30"]);
    // The order of the names, where lines are named.
    let named = on(&["l2", "l1", "l0"], off("15", Spread::InOrder));
    assert_eq!(left(&["10", "20", "30"], &[named]), ["10", "20", "15"]);
}

#[test]
fn sets_apply_one_after_the_other() {
    // 200 in lines of 10, 20 and 170: 20 off the first two (6.67 and 13.33), 10 off the third, and 5 off what
    // is left in all: 200 - 20 - 10 - 5.
    let off =
        |id: &str, amount, lines: &[&str]| LineSet { id: id.to_owned(), ..on(lines, off(amount, CENTS)) };
    let sets = [off("a", "20", &["l0", "l1"]), off("b", "10", &["l2"]), off("c", "5", &["l0", "l1", "l2"])];
    let quote = month(&lines(&["10", "20", "170"]), &sets);
    assert_eq!(quote.totals.term, exact("165"));
    let rows = &quote.lines[0].periods[0].adjustments;
    assert_eq!(rows.iter().map(|row| &*row.id).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!((rows[0].change.low, rows[0].base), (d("-6.67"), exact("10")));
    assert_eq!(&*rows[0].reason, "off: lines come to 30, 20 off together");
    // 80 with 25 % off and 20 make 80; 10 off make 70; 8.25 % tax on 70 make 75.775, and 75.78 are sent.
    let mut charges = lines(&["80", "20"]);
    charges[0] = adjusted(charges[0].clone(), &[fraction("quarter", "-0.25", AdjustmentBase::Running)]);
    let rule = MeteringRule::new("flat", MeteringSource::Constant(Decimal::ONE));
    let tax = PriceModel::ShareOfLines { lines: LineChoice::All, fraction: exact("0.0825") };
    charges.push(Charge::new("tax", "Tax", Category::Recurring, rule, tax, Cycle::Month));
    assert_eq!(month(&charges, &[super::line_sets::off("10", CENTS)]).totals.term, exact("75.78"));
}

#[test]
fn a_discount_grows_with_what_lines_come_to() {
    // 10 % below 20, 15 % from 20 on, 20 % from 30 on.
    let step = |id: &str, fraction, at_least: Option<&str>, below: Option<&str>| {
        let (at_least, below) = (at_least.map(d), below.map(d));
        let base = AdjustmentBase::List;
        set(
            id,
            SetRule::Discount(SetDiscount {
                base,
                at_least,
                below,
                ..part_off(fraction, Some(Rounding::DEFAULT))
            }),
        )
    };
    let steps = [
        step("a", "0.1", None, Some("20")),
        step("b", "0.15", Some("20"), Some("30")),
        step("c", "0.2", Some("30"), None),
    ];
    assert_eq!(left(&["10"], &steps), ["9"]);
    assert_eq!(left(&["20"], &steps), ["17"]);
    // The sum decides, and each line has its part: 10 - 2, 20 - 4.
    assert_eq!(left(&["10", "20"], &steps), ["8", "16"]);
    // 15 × 0.1 = 1.5 is 2 in yen.
    let yen = quotient_plugin_api::money::currency("JPY").unwrap();
    let offer = OfferParts { currency: yen, line_sets: steps.to_vec(), ..parts(monthly(), &lines(&["15"])) };
    assert_eq!(quote_parts(&new(1, 1), offer).totals.term, exact("13"));
}

/// A flat price by the greatest of several units: a stair for each, and only the dearest is charged.
fn capacity(quantities: &[(&str, &str, &str)]) -> Decimal {
    let mut asked = new(1, 1);
    let mut charges = Vec::new();
    for (meter, quantity, first) in quantities {
        asked = stated(asked, meter, &[quantity]);
        let step = |up_to: Option<Decimal>, amount| Tier {
            flat_amount: Some(exact(amount)),
            ..Tier::new(up_to, Interval::ZERO)
        };
        let steps = [step(Some(d(first)), "10"), step(Some(d(first) * Decimal::TWO), "20"), step(None, "30")];
        let steps = Tiers::new(steps.to_vec()).unwrap();
        charges.push(usage(meter, PriceModel::StairStep { steps, accumulation: StepAccumulation::Reached }));
    }
    let offer =
        OfferParts { line_sets: vec![set("dearest", SetRule::Dearest)], ..parts(monthly(), &charges) };
    total(quote_parts(&asked, offer).totals.term)
}

#[test]
fn the_greatest_of_several_units_picks_one_flat_price() {
    // Steps end at 100 and 200, at 1000 and 2000, at 50 and 100.
    let of = |a, b| capacity(&[("emails", a, "100"), ("contacts", b, "1000"), ("units", "0", "50")]);
    assert_eq!(of("100", "1001"), d("20"));
    assert_eq!(of("10", "2001"), d("30"));
    assert_eq!(of("50", "350"), d("10"));
}

#[test]
fn of_equal_lines_the_first_is_charged() {
    let dearest = set("dearest", SetRule::Dearest);
    assert_eq!(left(&["5", "7", "7"], std::slice::from_ref(&dearest)), ["0", "7", "0"]);
    assert_eq!(left(&["5", "7", "7"], &[on(&["l2", "l1"], dearest)]), ["5", "0", "7"]);
}

#[test]
fn lines_together_cost_no_more_than_a_maximum() {
    assert_eq!(left(&["60", "40"], &[maximum("100", CENTS)]), ["60", "40"]);
    // 20 too much: 20 × 90 ÷ 120 = 15 and 20 × 30 ÷ 120 = 5.
    assert_eq!(left(&["90", "30"], &[maximum("100", CENTS)]), ["75", "25"]);
    assert_eq!(left(&["90", "30"], &[maximum("100", Spread::InOrder)]), ["70", "30"]);
}

#[test]
fn runs_are_split_where_a_set_is_in_force_and_joined_again() {
    let months = Some(MonthWindow { first_month: 3, months: Some(2) });
    let sets = vec![LineSet { months, ..off("10", CENTS) }];
    let quote =
        quote_parts(&new(6, 6), OfferParts { line_sets: sets, ..parts(monthly(), &lines(&["60", "40"])) });
    let found: Vec<_> = quote.lines.iter().map(runs).collect();
    let expected = |whole: &str, less: &str| {
        vec![(1, 1, 2, exact(whole)), (3, 1, 2, exact(less)), (5, 1, 2, exact(whole))]
    };
    assert_eq!(found, [expected("60", "54"), expected("40", "36")]);
}

#[test]
fn a_yearly_maximum_is_taken_off_the_months() {
    let sets = vec![LineSet { cycle: Cycle::Year, ..maximum("100", Spread::InOrder) }];
    let quote =
        quote_parts(&new(12, 12), OfferParts { line_sets: sets, ..parts(monthly(), &lines(&["10"])) });
    // 12 × 10 = 120: the first two months are taken off.
    assert_eq!(runs(line(&quote)), [(1, 1, 2, exact("0")), (3, 1, 10, exact("10"))]);
    let sets = vec![LineSet { cycle: Cycle::Year, ..maximum("100", CENTS) }];
    let quote =
        quote_parts(&new(12, 12), OfferParts { line_sets: sets, ..parts(monthly(), &lines(&["10"])) });
    // 20 ÷ 12 = 1.67, and 20 - 11 × 1.67 = 1.63 for the last.
    assert_eq!(runs(line(&quote)), [(1, 1, 11, exact("8.33")), (12, 1, 1, exact("8.37"))]);
}

#[test]
fn a_coupon_on_the_whole_changes_no_minimum_of_what_comes_before_it() {
    let rule = || MeteringRule::new("flat", MeteringSource::Constant(Decimal::ONE));
    let lacks = |counted| {
        let model = PriceModel::Shortfall { lines: LineChoice::All, minimum: d("10000"), counted };
        let mut charges = lines(&["100", "10"]);
        charges.push(Charge::new("minimum", "Minimum", Category::Recurring, rule(), model, Cycle::Month));
        total(month(&charges, &[off("11", CENTS)]).lines[2].amount)
    };
    // 10000 - 110; 10000 - 99
    assert_eq!(lacks(CountedAmount::BeforeAdjustments), d("9890"));
    assert_eq!(lacks(CountedAmount::AfterAdjustments), d("9901"));
}

#[test]
fn a_rounded_line_is_taken_off_as_it_is_asked_for() {
    let mut charges = lines(&["9.996"]);
    charges[0].line_rounding = Some(Rounding::DEFAULT);
    let quote = month(&charges, &[off("10", CENTS)]);
    let period = &quote.lines[0].periods[0];
    // 9.996 + 0.004 - 10
    assert_eq!(period.exact, exact("0"));
    assert_eq!(period.adjustments.iter().map(|row| &*row.id).collect::<Vec<_>>(), ["rounding", "off"]);
}

#[test]
fn bounds_hold_what_can_be_left() {
    let of = |amounts: &[Interval], set: LineSet| {
        let line = |(index, amount): (usize, &Interval)| {
            item(&format!("l{index}"), Category::Recurring, Cycle::Month, *amount)
        };
        let charges: Vec<_> = amounts.iter().enumerate().map(line).collect();
        month(&charges, &[set]).lines.iter().map(|line| line.amount).collect::<Vec<_>>()
    };
    let dearest = || set("dearest", SetRule::Dearest);
    // Certainly the second; either of them.
    assert_eq!(of(&[range("5", Some("9")), range("10", None)], dearest()), [exact("0"), range("10", None)]);
    assert_eq!(
        of(&[exact("10"), range("5", Some("15"))], dearest()),
        [range("0", Some("10")), range("0", Some("15"))]
    );
    // Off the first first: at least 40 - 30, and what is above 30 of 60 and more.
    let open = of(&[range("40", None), exact("20")], off("30", Spread::InOrder));
    assert_eq!(open, [range("10", None), exact("20")]);
    // 100 in all: the first may be down to 0 when the second is large, the second is 100 at most.
    let most = of(&[exact("60"), range("40", None)], maximum("100", Spread::InOrder));
    assert_eq!(most, [range("0", Some("60")), range("40", Some("100"))]);
    // It may come to 100 or not: 10 % off, or nothing.
    let ten = SetDiscount { at_least: Some(d("100")), ..part_off("0.1", None) };
    let perhaps = of(&[range("80", Some("120"))], set("ten", SetRule::Discount(ten)));
    assert_eq!(perhaps, [range("72", Some("120"))]);
}

#[test]
fn a_line_binds_no_more_than_what_its_set_looks_at() {
    let mut charges = lines(&["90", "30"]);
    charges[1].confidence = Confidence::Estimate;
    let quote = month(&charges, &[maximum("100", CENTS)]);
    assert_eq!(quote.lines[0].charge.confidence, Confidence::Estimate);
}

#[test]
fn what_a_set_cannot_be_is_refused() {
    let told = |set: LineSet| {
        let rule = MeteringRule::new("flat", MeteringSource::Constant(Decimal::ONE));
        let tax = PriceModel::ShareOfLines { lines: LineChoice::All, fraction: exact("0.1") };
        let mut charges = lines(&["1"]);
        charges.push(Charge::new("tax", "Tax", Category::Recurring, rule, tax, Cycle::Month));
        let parts = OfferParts { line_sets: vec![set], ..parts(monthly(), &charges) };
        Offer::new(parts).unwrap_err().to_string()
    };
    assert!(told(on(&["tax"], off("1", CENTS))).contains("those over other lines come after line sets"));
    assert!(told(on(&["none"], off("1", CENTS))).contains("found \"none\", expected the id of a charge"));
    assert!(told(off("0", CENTS)).contains("expected what is taken off: above 0"));
    assert!(told(maximum("-1", CENTS)).contains("found the maximum -1, expected 0 or more"));
    assert!(
        told(LineSet { cycle: Cycle::Day, ..off("1", CENTS) })
            .contains("expected month, quarter, year or term")
    );
    assert!(told(set("a", SetRule::Discount(part_off("-0.1", None)))).contains("above 0, up to 1"));
    let both = SetDiscount { at_most: Some(d("1")), below: Some(d("1")), ..part_off("0.1", None) };
    assert!(told(set("a", SetRule::Discount(both))).contains("found two upper bounds"));
}
