//! Line models, allowances, limits, days and rounding.

use jiff::civil::date;
use quotient_plugin_api::charge::{
    AllowanceTier, Charge, Cycle, MeteringRule, MeteringSource, PartialPackage, Positive, PriceModel,
    ProrationUnit,
};
use quotient_plugin_api::money::{Rounding, RoundingMode, currency};
use quotient_plugin_api::offer::{Conventions, MonthDays};
use quotient_plugin_api::requirement::Requirement;

use crate::support::*;

/// One month of a stated number of e-mails.
fn emails(quantity: &str, model: PriceModel) -> String {
    month(quantity, &usage("emails", model))
}

fn month(quantity: &str, charge: &Charge) -> String {
    let asked = stated(new(1, 1), "emails", &[quantity]);
    let quote = quote(&asked, monthly(), std::slice::from_ref(charge));
    total(line(&quote).amount).to_string()
}

fn ladder() -> [(Option<&'static str>, &'static str); 3] {
    [(Some("10"), "5"), (Some("20"), "4"), (None, "3")]
}

#[test]
fn each_model_prices_the_same_quantity_its_own_way() {
    let per = Positive::ONE;
    let graduated = |quantity| emails(quantity, PriceModel::Graduated { tiers: tiers(&ladder()), per });
    let volume =
        |quantity| emails(quantity, PriceModel::Volume { tiers: tiers(&ladder()), per, lookup: None });
    // 10 × 5 + 10 × 4 + 5 × 3; 25 × 3
    assert_eq!((graduated("25").as_str(), volume("25").as_str()), ("105", "75"));
    // 20 × 4; 21 × 3
    assert_eq!((volume("20").as_str(), volume("21").as_str()), ("80", "63"));
    assert_eq!((graduated("0").as_str(), volume("0").as_str()), ("0", "0"));
    let packages = |partial| {
        let size = Positive::new(d("100")).unwrap();
        emails("250", PriceModel::Package { size, price: exact("7"), partial, minimum_packages: d("0") })
    };
    // 3 × 7; 2 × 7; 2.5 × 7
    assert_eq!(packages(Some(PartialPackage::Up)), "21");
    assert_eq!(packages(Some(PartialPackage::Down)), "14");
    assert_eq!(packages(Some(PartialPackage::Prorated)), "17.5");
    assert_eq!(packages(None), "21");
    assert_eq!(emails("250", flat(exact("50"))), "50");
    // 250 s at 0.018 a minute: 0.0003 × 250
    let per = Positive::new(d("60")).unwrap();
    assert_eq!(emails("250", PriceModel::PerUnit { price: exact("0.018"), per }), "0.075");
}

#[test]
fn an_allowance_is_taken_off_before_or_after_the_tier_is_picked() {
    let tiers = tiers(&[(Some("10000"), "0.10"), (None, "0.08")]);
    let charge = |tier| {
        let mut charge =
            usage("emails", PriceModel::Volume { tiers: tiers.clone(), per: Positive::ONE, lookup: None });
        charge.allowance = allowance("2000", None, tier);
        charge
    };
    // 12000 - 2000 = 10000, still in the first tier: × 0.10. The whole 12000 is in the second: × 0.08.
    assert_eq!(month("12000", &charge(AllowanceTier::Net)), "1000");
    assert_eq!(month("12000", &charge(AllowanceTier::Gross)), "800");
    assert_eq!(month("2000", &charge(AllowanceTier::Gross)), "0");
}

#[test]
fn an_allowance_of_each_seat_is_pooled() {
    let mut charge = usage("emails", per_unit(exact("0.5")));
    charge.allowance = allowance("100", Some(named()), AllowanceTier::Net);
    let asked = stated(seats(new(2, 2), &["3", "4"]), "emails", &["350"]);
    let quote = quote(&asked, monthly(), &[charge]);
    // (350 - 3 × 100) × 0.5; 350 is less than 4 × 100.
    assert_eq!(runs(line(&quote)), [(1, 1, 1, exact("25")), (2, 1, 1, exact("0"))]);
}

#[test]
fn a_line_stays_within_its_limits_in_each_cycle() {
    let mut charge = usage("emails", per_unit(exact("1")));
    (charge.minimum_amount, charge.maximum_amount) = (Some(d("50")), Some(d("80")));
    for (quantity, expected) in [("0", "50"), ("10", "50"), ("60", "60"), ("90", "80")] {
        assert_eq!(month(quantity, &charge), expected, "{quantity}");
    }
    let quote = quote(&stated(new(1, 1), "emails", &["10"]), monthly(), &[charge]);
    let row = &line(&quote).periods[0].adjustments[0];
    // 50 - 10
    assert_eq!((&*row.id, row.base, row.change.low), ("minimum", exact("10"), d("40")));
}

#[test]
fn a_part_of_a_cycle_has_its_part_of_the_minimum() {
    let mut charge = seat(Cycle::Year, per_unit(exact("600")));
    charge.minimum_amount = Some(d("1000"));
    let charge = prorated(charge, ProrationUnit::StartedMonth, "12", true);
    let quote = quote(&expand(date(2026, 7, 1), "0", &["1"]), by(12), &[charge]);
    // 1000 × 6 ÷ 12
    assert_eq!(quote.totals.term, exact("500"));
}

#[test]
fn what_adds_up_has_less_in_a_shorter_cycle_by_itself() {
    let mut charge = usage("emails", per_unit(exact("1")));
    charge.cycle = Cycle::Quarter;
    let quote = quote(&stated(new(4, 4), "emails", &["10"]), monthly(), &[charge]);
    // 3 × 10, and one month of the next quarter.
    assert_eq!(runs(line(&quote)), [(1, 3, 1, exact("30")), (4, 1, 1, exact("10"))]);
    assert_eq!(assumed(&quote), [""; 0]);
}

#[test]
fn a_constant_quantity_is_one_for_the_cycle() {
    let rule = MeteringRule::new("emails", MeteringSource::Constant(d("100")));
    let charge = Charge { metering: rule, cycle: Cycle::Quarter, ..usage("emails", per_unit(exact("1"))) };
    let paid = |asked: &Requirement| {
        total(quote(asked, monthly(), std::slice::from_ref(&charge)).totals.term).to_string()
    };
    assert_eq!(paid(&new(6, 6)), "200");
    // What is stated in its place adds up: 6 × 40.
    assert_eq!(paid(&stated(new(6, 6), "emails", &["40"])), "240");
}

#[test]
fn a_flat_price_for_what_is_used_is_not_paid_without_use() {
    let charge = usage("emails", PriceModel::Flat { amount: exact("9"), only_when_used: true });
    let quote = quote(&stated(new(3, 3), "emails", &["0", "1", "0"]), monthly(), &[charge]);
    assert_eq!(runs(line(&quote)), [(1, 1, 1, exact("0")), (2, 1, 1, exact("9")), (3, 1, 1, exact("0"))]);
}

#[test]
fn a_daily_price_follows_the_convention() {
    let number = |price| seat(Cycle::Day, per_unit(exact(price)));
    let months = |month_days, price, start| {
        let mut parts = parts(monthly(), &[number(price)]);
        parts.conventions.month_days = month_days;
        let asked = Requirement { start_date: start, ..seats(new(2, 2), &["1"]) };
        let quote = quote_parts(&asked, parts);
        let months = line(&quote).periods.iter().map(|run| (run.cycles, total(run.exact).to_string()));
        (months.collect::<Vec<_>>(), assumed(&quote).len())
    };
    let leap = date(2028, 2, 1);
    // 0.06 × 30.5; 12 × 365 ÷ 12; 0.06 × 30
    assert_eq!(months(Some(MonthDays::ThirtyAndHalf), "0.06", leap), (vec![(2, "1.83".to_owned())], 0));
    assert_eq!(months(Some(MonthDays::YearTwelfth), "12", leap), (vec![(2, "365".to_owned())], 0));
    assert_eq!(months(Some(MonthDays::Thirty), "0.06", leap), (vec![(2, "1.8".to_owned())], 0));
    // February 2028 has 29 days, March 31: 0.06 × 29, 0.06 × 31. That this is the calendar is assumed.
    let calendar = vec![(1, "1.74".to_owned()), (1, "1.86".to_owned())];
    assert_eq!(months(None, "0.06", leap), (calendar, 1));
    // 28 days in another year.
    assert_eq!(months(None, "0.06", date(2026, 2, 1)).0[0], (1, "1.68".to_owned()));
}

fn rounded(code: &str, invoice: Option<Rounding>, line: Option<Rounding>, prices: &[&str]) -> String {
    let charge = |(index, price): (usize, &&str)| {
        let mut charge = usage("emails", per_unit(exact(price)));
        charge.id = format!("emails-{index}");
        charge.line_rounding = line;
        charge
    };
    let charges: Vec<_> = prices.iter().enumerate().map(charge).collect();
    let mut parts = parts(monthly(), &charges);
    parts.currency = currency(code).unwrap();
    parts.conventions = Conventions { invoice_rounding: invoice, ..Conventions::default() };
    let quote = quote_parts(&stated(new(1, 1), "emails", &["1"]), parts);
    total(quote.totals.term).to_string()
}

#[test]
fn a_rounded_line_is_another_sum_than_a_rounded_invoice() {
    let cents = Some(Rounding::DEFAULT);
    // 0.125 + 0.125 = 0.25; 0.13 + 0.13
    assert_eq!(rounded("CNY", cents, None, &["0.125", "0.125"]), "0.25");
    assert_eq!(rounded("CNY", cents, cents, &["0.125", "0.125"]), "0.26");
}

#[test]
fn an_invoice_is_rounded_as_the_sheet_says_in_its_currency() {
    let mode = |mode| Some(Rounding { mode, scale: None });
    assert_eq!(rounded("CNY", None, None, &["0.125"]), "0.13");
    assert_eq!(rounded("CNY", mode(RoundingMode::HalfEven), None, &["0.125"]), "0.12");
    assert_eq!(rounded("CNY", mode(RoundingMode::HalfEven), None, &["0.135"]), "0.14");
    assert_eq!(rounded("CNY", mode(RoundingMode::Up), None, &["0.121"]), "0.13");
    assert_eq!(rounded("CNY", mode(RoundingMode::Down), None, &["0.129"]), "0.12");
    assert_eq!(rounded("JPY", None, None, &["1.2345"]), "1");
    assert_eq!(rounded("KWD", None, None, &["1.2345"]), "1.235");
}
