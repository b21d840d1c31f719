//! Months that begin on the first of the calendar's, and parts of cycles by the vendor's convention.

use jiff::civil::{Date, date};
use quotient_plugin_api::charge::{
    AllowanceTier, Charge, Cycle, DayCount, MonthWindow, Positive, PriceModel, Proration, ProrationDivisor,
    ProrationParts, ProrationUnit, Tier, Tiers,
};
use quotient_plugin_api::money::{Rounding, RoundingMode};
use quotient_plugin_api::offer::{Alignment, Terms};
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::Requirement;

use crate::support::*;

fn by_calendar(terms: Terms) -> Terms {
    Terms { aligned_to: Alignment::CalendarMonth, ..terms }
}

fn from(start: Date, term: u32) -> Requirement {
    Requirement { start_date: start, pricing_date: start, ..new(term, term) }
}

fn by_days() -> Proration {
    let mut proration = Proration::new(ProrationUnit::Day, Positive::ONE, false);
    proration.divisor = ProrationDivisor::Cycle;
    proration
}

fn with(mut charge: Charge, proration: Proration) -> Charge {
    charge.proration = Some(proration);
    charge
}

fn asked(requirement: &Requirement, terms: Terms, charge: Charge) -> Quote {
    quote(requirement, terms, &[charge])
}

#[test]
fn a_term_from_the_15th_has_a_part_at_each_end() {
    let start = date(2026, 1, 15);
    let charge = with(fee(Cycle::Month, "310"), by_days());
    let quote = asked(&from(start, 3), by_calendar(billed(by(3), 1)), charge);
    // 17 of 31 days of January: 170; February and March whole; 14 of 30 days of April: 144.666….
    let april = exact("144.666666666666667");
    let expected = [(1, 1, 1, exact("170")), (2, 1, 2, exact("310")), (4, 1, 1, april)];
    assert_eq!(runs(line(&quote)), expected);
    let dates = ["2026-01-15", "2026-02-01", "2026-04-01"].map(str::to_owned);
    assert_eq!(sent(&quote).into_iter().map(|(day, ..)| day).collect::<Vec<_>>(), dates);
    assert_eq!(sent(&quote)[1], ("2026-02-01".to_owned(), 2, 1, exact("310")));
    // 170 + 310 × 2 + 144.67, over three contract months.
    assert_eq!(quote.totals.term, exact("934.67"));
    assert_eq!((quote.contract.sold_term_months, quote.contract.end_date), (3, date(2026, 4, 15)));
    assert_eq!(quote.contract.aligned_to, Alignment::CalendarMonth);
    let reason = |period: usize| line(&quote).periods[period].adjustments[0].reason.to_string();
    assert_eq!([reason(0), reason(2)], ["17 days, 31 for a cycle", "14 days, 30 for a cycle"]);
}

#[test]
fn a_term_from_the_first_has_none() {
    let start = date(2026, 2, 1);
    let charge = || with(fee(Cycle::Month, "310"), by_days());
    let plain = asked(&from(start, 12), monthly(), charge());
    let aligned = asked(&from(start, 12), by_calendar(monthly()), charge());
    assert_eq!((plain.lines, plain.totals), (aligned.lines, aligned.totals));
}

#[test]
fn longer_cycles_follow_the_part_at_the_start() {
    let start = date(2026, 1, 15);
    let charge = with(fee(Cycle::Quarter, "900"), by_days());
    let quote = asked(&from(start, 12), by_calendar(billed(by(12), 3)), charge);
    // 17 days of November to January, 92 days; three quarters from February on; November to 15 January are
    // 75 days of 92.
    let ends = [exact("166.304347826086957"), exact("733.695652173913043")];
    let expected = [(1, 1, 1, ends[0]), (2, 3, 3, exact("900")), (11, 3, 1, ends[1])];
    assert_eq!(runs(line(&quote)), expected);
    // Parts of 17 and 75 days make one quarter of 92.
    assert_eq!(quote.totals.term, exact("3600"));
    let dates: Vec<_> = quote.invoices.iter().map(|invoice| invoice.first_date.to_string()).collect();
    assert_eq!(dates, ["2026-01-15", "2026-02-01", "2026-11-01"]);
}

#[test]
fn what_lasts_for_the_term_is_not_cut_by_the_calendar() {
    let charge = with(fee(Cycle::Term, "900"), by_days());
    let quote = asked(&from(date(2026, 1, 15), 12), by_calendar(by(12)), charge);
    assert_eq!(runs(line(&quote)), [(1, 13, 1, exact("900"))]);
    assert_eq!(quote.totals.first_year, exact("900"));
}

#[test]
fn usage_of_a_contract_month_is_spread_over_its_days() {
    let asked_for = stated(from(date(2026, 1, 15), 2), "emails", &["310", "280"]);
    let quote = asked(&asked_for, by_calendar(by(2)), usage("emails", per_unit(exact("1"))));
    // Of 310 in 31 days 17 are in January and 14 in February; of 280 in 28 days 14 and 14.
    let parts = [("1", "170"), ("2", "280"), ("3", "140")];
    let found: Vec<_> = line(&quote).periods.iter().map(|p| (p.first_month, p.billed)).collect();
    assert_eq!(found, parts.map(|(month, billed)| (month.parse().unwrap(), d(billed))));
    assert_eq!(assumed(&quote), ["calendar_quantity_by_day"]);
}

#[test]
fn windows_of_months_are_months_of_the_contract() {
    let mut charge = fee(Cycle::Month, "10");
    charge.months = Some(MonthWindow { first_month: 2, months: None });
    let quote = asked(&from(date(2026, 1, 15), 3), by_calendar(by(3)), charge);
    // Contract month 2 starts on 15 February: March is the first month that starts in it.
    assert_eq!(runs(line(&quote)), [(3, 1, 1, exact("10")), (4, 1, 1, exact("10"))]);
    assert_eq!(assumed(&quote), ["part_of_cycle_whole"]);
}

#[test]
fn what_accrues_in_asked_months_is_counted_in_days() {
    let charge = with(fee(Cycle::Month, "310"), by_days());
    let quote = asked(&from(date(2026, 1, 15), 1), by_calendar(by(3)), charge);
    // Sold for 3 months, asked for one, to 15 February: 170 + 310 × 14 ÷ 28.
    assert_eq!(quote.totals.asked_term, exact("325"));
}

/// What `price` a month costs from a day to the end of the month, or for `days` of an expansion.
fn part(start: Date, until: Date, price: &str, proration: Proration) -> String {
    let requirement = expand(until, "1", &["1"]);
    let requirement = Requirement { start_date: start, pricing_date: start, ..requirement };
    let charge = with(fee(Cycle::Month, price), proration);
    total(line(&asked(&requirement, monthly(), charge)).amount).normalize().to_string()
}

fn count(day_count: DayCount, divisor: ProrationDivisor) -> Proration {
    Proration { day_count, divisor, ..by_days() }
}

fn thirty() -> ProrationDivisor {
    ProrationDivisor::Fixed(Positive::new(d("30")).unwrap())
}

#[test]
fn days_of_the_cycle_are_its_own() {
    let day = |month, day| date(2021, month, day);
    // 24.95 × 9 ÷ 30 = 7.485 from the 16th to the 25th, of the cycle to 16 October.
    assert_eq!(part(day(9, 16), day(9, 25), "24.95", by_days()), "7.485");
    // 20 of 31 days: 31 × 20 ÷ 31.
    assert_eq!(part(day(1, 1), day(1, 21), "31", by_days()), "20");
    // 14 of the 28 days of February.
    assert_eq!(part(day(2, 1), day(2, 15), "56", by_days()), "28");
}

#[test]
fn strict_thirty_days_and_actual_days_over_thirty() {
    let ratio = Rounding { mode: RoundingMode::HalfUp, scale: Some(9) };
    let of = |proration, from, until| {
        let proration = Proration { ratio_rounding: Some(ratio), ..proration };
        part(from, until, "1", proration)
    };
    let strict = count(DayCount::Thirty, ProrationDivisor::Cycle);
    let actual = count(DayCount::Actual, thirty());
    // 21 to 29 April, the 29th included: 9 ÷ 30 by both counts.
    let (from, until) = (date(2021, 4, 21), date(2021, 4, 30));
    assert_eq!(of(strict, from, until), "0.3");
    assert_eq!(of(actual, from, until), "0.3");
    // 27 and 28 February: 4 ÷ 30 and 2 ÷ 30, the ratio rounded to 9 digits.
    let (from, until) = (date(2021, 2, 27), date(2021, 3, 1));
    assert_eq!(of(strict, from, until), "0.133333333");
    assert_eq!(of(actual, from, until), "0.066666667");
    // 27 to 31 January: 5 ÷ 30.
    assert_eq!(of(actual, date(2021, 1, 27), date(2021, 2, 1)), "0.166666667");
    // 1 to 28 February 2020 and the day after it: 29 ÷ 30.
    let both = |proration| Proration { both_ends: true, ..proration };
    let (from, until) = (date(2020, 2, 1), date(2020, 2, 29));
    assert_eq!(of(both(actual), from, until), "0.966666667");
}

#[test]
fn a_february_of_thirty_days_is_a_whole_month() {
    // From 1 to 29 February 2020 within a quarter: 30 of 90 days, and 29 of 30 by the calendar.
    let strict = Proration { ..count(DayCount::Thirty, ProrationDivisor::Cycle) };
    let of = |proration: Proration| {
        let requirement = expand(date(2020, 3, 1), "1", &["1"]);
        let start = date(2020, 2, 1);
        let requirement = Requirement { start_date: start, pricing_date: start, ..requirement };
        total(line(&asked(&requirement, monthly(), with(fee(Cycle::Quarter, "90"), proration))).amount)
    };
    assert_eq!(of(strict), d("30"));
    // 90 × 29 ÷ 90 days from February to May: 29 + 31 + 30.
    assert_eq!(of(by_days()), d("29"));
}

#[test]
fn a_days_price_can_be_rounded_first() {
    let day_price_rounding = Some(Rounding { mode: RoundingMode::HalfUp, scale: None });
    let cents = Proration { day_price_rounding, ..count(DayCount::Actual, thirty()) };
    let (from, until) = (date(2026, 4, 1), date(2026, 4, 16));
    // 10.00 ÷ 30 = 0.33; × 15 = 4.95, not 5.00. 99 ÷ 30 = 3.30; × 15 = 49.50.
    assert_eq!(part(from, until, "10", cents), "4.95");
    assert_eq!(part(from, until, "99", cents), "49.5");
    assert_eq!(part(from, until, "10", count(DayCount::Actual, thirty())), "5");
    // 19.95 × 8 ÷ 30
    assert_eq!(part(from, date(2026, 4, 9), "19.95", count(DayCount::Actual, thirty())), "5.32");
}

#[test]
fn a_part_can_be_measured_by_a_cycle_that_starts_with_it() {
    let from_part = count(DayCount::Actual, ProrationDivisor::CycleFromPart);
    let rounding = Some(Rounding::DEFAULT);
    let quote = |proration| {
        let charge = Charge { line_rounding: rounding, ..with(fee(Cycle::Month, "649"), proration) };
        asked(&from(date(2026, 1, 31), 1), by_calendar(monthly()), charge)
    };
    let first = |proration| line(&quote(proration)).periods[0].rounded.unwrap();
    // One day before 1 February: 649 ÷ 28, the days from 31 January to 28 February; not 649 ÷ 31.
    assert_eq!(first(from_part), exact("23.18"));
    assert_eq!(first(by_days()), exact("20.94"));
}

#[test]
fn both_ends_can_count() {
    // From 15 to 31 January: 16 days to the 31st, 17 with it.
    let (from, until) = (date(2026, 1, 15), date(2026, 1, 31));
    assert_eq!(part(from, until, "31", by_days()), "16");
    assert_eq!(part(from, until, "31", Proration { both_ends: true, ..by_days() }), "17");
}

/// A usage charge in the last 17 days of January, of 60 already.
fn usage_part(charge: Charge) -> Quote {
    let asked_for = stated(from(date(2026, 1, 15), 1), "emails", &["31"]);
    asked(&asked_for, by_calendar(monthly()), charge)
}

#[test]
fn a_minimum_is_prorated_though_the_units_are_not() {
    let mut charge = with(usage("emails", per_unit(exact("1"))), by_days());
    charge.minimum_amount = Some(d("310"));
    let quote = usage_part(charge.clone());
    // 17 e-mails in January: 17, not below 310 × 17 ÷ 31 = 170; 14 in February: 310 × 14 ÷ 28 = 155.
    assert_eq!(runs(line(&quote)), [(1, 1, 1, exact("170")), (2, 1, 1, exact("155"))]);
    let row = &line(&quote).periods[0].adjustments[0];
    assert_eq!((&*row.id, &*row.reason), ("minimum", "not below 170 in a cycle"));
    // Unless the sheet prorates everything else only.
    charge.proration.as_mut().unwrap().parts.limits = false;
    let whole = [(1, 1, 1, exact("310")), (2, 1, 1, exact("310"))];
    assert_eq!(runs(line(&usage_part(charge.clone()))), whole);
    // Without a convention it is charged whole, and that is said.
    charge.proration = None;
    assert!(assumed(&usage_part(charge)).contains(&"part_of_cycle_whole"));
}

#[test]
fn a_minimum_of_200_for_17_days_of_31() {
    let mut charge = with(usage("emails", per_unit(exact("1"))), by_days());
    charge.minimum_amount = Some(d("200"));
    charge.line_rounding = Some(Rounding::DEFAULT);
    // 60 of usage in 17 days: 200 × 17 ÷ 31 = 109.677…, a shortfall of 49.68 in cents.
    let requirement = stated(from(date(2026, 1, 15), 1), "emails", &["109.411765"]);
    let quote = asked(&requirement, by_calendar(monthly()), charge);
    let january = &line(&quote).periods[0];
    assert_eq!((january.billed, january.rounded), (d("60"), Some(exact("109.68"))));
    assert_eq!(january.adjustments[0].change.low, d("49.67741935483871"));
}

#[test]
fn an_allowance_and_flat_amounts_are_prorated_by_themselves() {
    let mut charge = with(usage("emails", per_unit(exact("1"))), by_days());
    charge.allowance = allowance("15.5", None, AllowanceTier::Net);
    // 17 less 15.5 × 17 ÷ 31 = 8.5; 14 less 15.5 × 14 ÷ 28 = 7.75.
    let billed = |charge: Charge| -> Vec<_> {
        line(&usage_part(charge)).periods.iter().map(|p| p.billed.normalize().to_string()).collect()
    };
    assert_eq!(billed(charge.clone()), ["8.5", "6.25"]);
    charge.proration.as_mut().unwrap().parts.allowance = false;
    assert_eq!(billed(charge), ["1.5", "0"]);

    let tier = Tier { flat_amount: Some(exact("62")), ..Tier::new(None, exact("1")) };
    let model = PriceModel::Graduated { tiers: Tiers::new(vec![tier]).unwrap(), per: Positive::ONE };
    let mut charge = with(usage("emails", model), by_days());
    // 17 × 1 + 62 × 17 ÷ 31; 14 × 1 + 62 × 14 ÷ 28.
    assert_eq!(runs(line(&usage_part(charge.clone()))), [(1, 1, 1, exact("51")), (2, 1, 1, exact("45"))]);
    charge.proration.as_mut().unwrap().parts.flat_amounts = false;
    assert_eq!(runs(line(&usage_part(charge))), [(1, 1, 1, exact("79")), (2, 1, 1, exact("76"))]);
}

#[test]
fn seats_can_be_prorated_without_their_flat_amount() {
    let tier = Tier { flat_amount: Some(exact("50")), ..Tier::new(None, exact("31")) };
    let model = PriceModel::Graduated { tiers: Tiers::new(vec![tier]).unwrap(), per: Positive::ONE };
    let proration =
        Proration { parts: ProrationParts { flat_amounts: false, ..ProrationParts::ALL }, ..by_days() };
    let charge = with(seat(Cycle::Month, model), proration);
    let requirement = seats(from(date(2026, 1, 15), 1), &["2"]);
    let quote = asked(&requirement, by_calendar(monthly()), charge);
    // 2 × 31 × 17 ÷ 31 + 50 = 84 of 112; 2 × 31 × 14 ÷ 28 + 50 = 81.
    assert_eq!(runs(line(&quote)), [(1, 1, 1, exact("84")), (2, 1, 1, exact("81"))]);
}
