//! Allowances that outlast a cycle, allowances in money, ladders and limits over another time than a cycle.

use jiff::civil::date;
use quotient_plugin_api::charge::{
    Allowance, AllowanceExcess, AllowanceReset, Charge, Cycle, LimitsPeriod, Positive, PriceModel,
    StepAccumulation, Tier, TierPeriod, Tiers,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::offer::{Conventions, MonthDays, Offer};
use quotient_plugin_api::quote::Quote;

use crate::support::*;

/// One a message, with an allowance.
fn messages(allowance: Allowance) -> Charge {
    Charge { allowance: Some(allowance), ..usage("emails", per_unit(exact("1"))) }
}

fn sent_in(months: &[&str], charge: Charge) -> Quote {
    let term = u32::try_from(months.len()).unwrap();
    quote(&stated(new(term, term), "emails", months), monthly(), &[charge])
}

/// The amount of each cycle.
fn paid(quote: &Quote) -> Vec<String> {
    let periods = quote.lines.iter().flat_map(|line| &line.periods);
    let cycles = periods.flat_map(|p| (0..p.cycles).map(|_| total(p.cycle_amount()).normalize().to_string()));
    cycles.collect()
}

fn paid_in(months: &[&str], charge: Charge) -> Vec<String> {
    paid(&sent_in(months, charge))
}

fn with_reset(reset: AllowanceReset) -> Allowance {
    Allowance { reset, ..Allowance::of(d("100")) }
}

#[test]
fn what_is_left_is_carried_over() {
    let months = ["60", "130", "0", "250"];
    let paid = |reset| paid_in(&months, messages(with_reset(reset)));
    // Less 100 each month.
    assert_eq!(paid(AllowanceReset::EachCycle), ["0", "30", "0", "150"]);
    // 100 and 40 left of the first month cover 130; the fourth has 100 of its own and 100 of the third.
    assert_eq!(paid(AllowanceReset::CarryOver { cycles: 1 }), ["0", "0", "0", "50"]);
    // And with two cycles 10 of the second.
    assert_eq!(paid(AllowanceReset::CarryOver { cycles: 2 }), ["0", "0", "0", "40"]);
}

#[test]
fn one_allowance_is_used_up_from_the_first_cycle_on() {
    let asked = stated(new(3, 6), "emails", &["60"]);
    let paid = |reset| paid(&quote(&asked, by(3), &[messages(with_reset(reset))]));
    // 60 of 100, then 40, then none; a renewal has 100 again.
    assert_eq!(paid(AllowanceReset::OncePerTerm), ["0", "20", "60", "0", "20", "60"]);
    assert_eq!(paid(AllowanceReset::OnceForEver), ["0", "20", "60", "60", "60", "60"]);
}

#[test]
fn once_exceeded_all_can_be_charged() {
    let whole = Allowance { excess: AllowanceExcess::Whole, ..Allowance::of(d("50")) };
    let priced = sent_in(&["50", "51"], messages(whole));
    assert_eq!(paid(&priced), ["0", "51"]);
    let steps = &line(&priced).periods[1].derivation;
    assert_eq!(&*steps[1].text, "above the allowance of 50, so that all of it is charged");
}

#[test]
fn an_amount_is_not_charged() {
    let amount = |reset| Allowance { amount: Some(d("50")), reset, ..Allowance::of(d("0")) };
    let months = ["30", "90", "20"];
    let quote = sent_in(&months, messages(amount(AllowanceReset::EachCycle)));
    assert_eq!(paid(&quote), ["0", "40", "0"]);
    let row = &line(&quote).periods[1].adjustments[0];
    assert_eq!((&*row.id, row.change.low), ("allowance", d("-50")));
    // 20 are left of the first month.
    let carried = amount(AllowanceReset::CarryOver { cycles: 1 });
    assert_eq!(paid_in(&months, messages(carried)), ["0", "20", "0"]);
    assert_eq!(paid_in(&months, messages(amount(AllowanceReset::OncePerTerm))), ["0", "70", "20"]);
}

#[test]
fn an_allowance_in_money_keeps_the_bounds_of_a_price() {
    let allowance = Allowance {
        amount: Some(d("50")),
        reset: AllowanceReset::CarryOver { cycles: 1 },
        ..Allowance::of(d("0"))
    };
    let charge = Charge { allowance: Some(allowance), ..usage("emails", per_unit(range("1", Some("2")))) };
    let quote = sent_in(&["30", "60"], charge);
    // 30 to 60 less 50; the second month 60 less 50 and 20 left, or 120 less 50.
    let found: Vec<_> = line(&quote).periods.iter().map(|period| period.exact).collect();
    assert_eq!(found, [range("0", Some("10")), range("0", Some("70"))]);
}

#[test]
fn seats_are_not_carried_over() {
    let mut charge = seat(Cycle::Month, per_unit(exact("1")));
    charge.allowance = Some(with_reset(AllowanceReset::CarryOver { cycles: 1 }));
    let told = Offer::new(parts(monthly(), &[charge])).unwrap_err().to_string();
    assert!(told.contains("found an allowance that outlasts its cycle"), "{told}");
}

/// 10 at 5 each, 20 at 4, more at 3.
fn rungs() -> Tiers {
    tiers(&[(Some("10"), "5"), (Some("30"), "4"), (None, "3")])
}

fn volume(tier_period: TierPeriod) -> Charge {
    let model = PriceModel::Volume { tiers: rungs(), per: Positive::ONE, lookup: None };
    Charge { tier_period, ..usage("emails", model) }
}

#[test]
fn a_volume_can_be_that_of_the_commitment_the_order_or_the_highest_cycle() {
    let months = ["8", "20", "6"];
    let paid = |period| paid_in(&months, volume(period));
    // 8 × 5, 20 × 4, 6 × 5.
    assert_eq!(paid(TierPeriod::Cycle), ["40", "80", "30"]);
    // 34 in all, at 3.
    assert_eq!(paid(TierPeriod::Term), ["24", "60", "18"]);
    // The 8 of the first cycle, at 5.
    assert_eq!(paid(TierPeriod::Order), ["40", "100", "30"]);
    // 8 at 5, then 20 and 6 at 4.
    assert_eq!(paid(TierPeriod::Highest), ["40", "80", "24"]);
    let quote = sent_in(&months, volume(TierPeriod::Term));
    let steps = &line(&quote).periods[0].derivation;
    assert_eq!(&*steps[1].text, "at the tier of the commitment, with 34");
}

#[test]
fn a_graduated_price_goes_up_its_ladder_over_the_commitment() {
    let mut steps: Vec<Tier> = rungs().as_slice().to_vec();
    steps[1].flat_amount = Some(exact("7"));
    let model = PriceModel::Graduated { tiers: Tiers::new(steps).unwrap(), per: Positive::ONE };
    let charge = Charge { tier_period: TierPeriod::Term, ..usage("emails", model) };
    let quote = sent_in(&["8", "20", "6"], charge);
    // 8 × 5; 2 × 5 + 18 × 4 + 7 for the tier; 2 × 4 without it and 4 × 3.
    assert_eq!(paid(&quote), ["40", "89", "20"]);
    let rows = |period: usize| line(&quote).periods[period].tiers.iter().map(|row| row.amount);
    assert_eq!(rows(2).collect::<Vec<_>>(), [exact("8"), exact("12")]);
}

#[test]
fn a_plan_once_reached_is_kept() {
    let step = |up_to: Option<&str>, amount: &str| Tier {
        flat_amount: Some(exact(amount)),
        ..Tier::new(up_to.map(d), Interval::ZERO)
    };
    let steps = Tiers::new(vec![step(Some("10"), "50"), step(Some("30"), "90"), step(None, "200")]).unwrap();
    let model = PriceModel::StairStep { steps, accumulation: StepAccumulation::Reached };
    let paid = |tier_period| {
        let charge = Charge { tier_period, ..usage("emails", model.clone()) };
        paid_in(&["8", "20", "0", "40", "5"], charge)
    };
    assert_eq!(paid(TierPeriod::Cycle), ["50", "90", "0", "200", "50"]);
    assert_eq!(paid(TierPeriod::Highest), ["50", "90", "90", "200", "200"]);
}

#[test]
fn each_day_can_meet_the_ladder_by_itself() {
    let model = PriceModel::Graduated { tiers: rungs(), per: Positive::ONE };
    let charge = Charge { tier_period: TierPeriod::Day, ..usage("emails", model) };
    let quote = sent_in(&["620", "620"], charge.clone());
    // 20 a day in January: (10 × 5 + 10 × 4) × 31. In February 310 more than 10 a day: 280 × 5 + 340 × 4.
    assert_eq!(paid(&quote), ["2790", "2760"]);
    assert_eq!(assumed(&quote), ["tier_period_even_days", "month_days_calendar"]);
    let conventions = Conventions { month_days: Some(MonthDays::Thirty), ..Conventions::default() };
    let offer = quotient_plugin_api::offer::OfferParts { conventions, ..parts(monthly(), &[charge]) };
    let quote = quote_parts(&stated(new(2, 2), "emails", &["600"]), offer);
    // 20 a day on 30 days.
    assert_eq!(runs(line(&quote)), [(1, 1, 2, exact("2700"))]);
    assert_eq!(assumed(&quote), ["tier_period_even_days"]);
}

#[test]
fn a_ladder_over_time_needs_tiers_that_allow_it() {
    let refused = |charge: Charge| Offer::new(parts(monthly(), &[charge])).unwrap_err().to_string();
    let flat = Charge { tier_period: TierPeriod::Term, ..usage("emails", per_unit(exact("1"))) };
    assert!(refused(flat).contains("found it without tiers"));
    let graduated = PriceModel::Graduated { tiers: rungs(), per: Positive::ONE };
    let order = Charge { tier_period: TierPeriod::Order, ..usage("emails", graduated.clone()) };
    assert!(refused(order).contains("found one quantity for all cycles"));
    let seats = Charge { tier_period: TierPeriod::Day, ..seat(Cycle::Month, graduated) };
    assert!(refused(seats).contains("found a ladder for each day"));
}

fn limited(minimum: Option<&str>, maximum: Option<&str>, limits_period: LimitsPeriod) -> Charge {
    let charge = usage("emails", per_unit(exact("1")));
    Charge { minimum_amount: minimum.map(d), maximum_amount: maximum.map(d), limits_period, ..charge }
}

#[test]
fn what_is_missing_of_a_minimum_is_charged_in_the_last_cycle() {
    let quote =
        sent_in(&["60", "10", "20", "10", "200", "0"], limited(Some("100"), None, LimitsPeriod::Quarter));
    // 60 + 10 + 20 = 90: 10 are missing. 10 + 200 are enough.
    assert_eq!(paid(&quote), ["60", "10", "30", "10", "200", "0"]);
    let row = &line(&quote).periods[2].adjustments[0];
    let told = (&*row.id, &*row.reason, row.change.low);
    assert_eq!(told, ("minimum", "not below 100 in a quarter", d("10")));
    // 300 over the commitment, which has 300; 400 less 300.
    assert_eq!(paid_in(&["60", "10"], limited(Some("400"), None, LimitsPeriod::Term)), ["60", "340"]);
}

#[test]
fn what_is_above_a_maximum_is_not_charged() {
    let charge = limited(None, Some("100"), LimitsPeriod::Quarter);
    assert_eq!(paid_in(&["60", "60", "60", "60"], charge), ["60", "40", "0", "60"]);
}

#[test]
fn a_year_that_is_cut_short_has_a_part_of_its_minimum_by_the_convention() {
    let requirement = stated(expand(date(2026, 7, 1), "1", &["1"]), "emails", &["10"]);
    let charge = limited(Some("365"), None, LimitsPeriod::Year);
    let whole = quote(&requirement, monthly(), std::slice::from_ref(&charge));
    // 6 × 10, and 365 - 60 = 305 more, which is said.
    assert_eq!(whole.totals.term, exact("365"));
    assert!(assumed(&whole).contains(&"part_of_cycle_whole"));
    let days = prorated(charge, quotient_plugin_api::charge::ProrationUnit::Day, "30", false);
    // 181 of the 365 days of the year, whatever a month is divided by: 181.
    assert_eq!(quote(&requirement, monthly(), &[days]).totals.term, exact("181"));
}

#[test]
fn limits_over_time_keep_the_bounds_of_a_price() {
    let charge = limited(Some("100"), None, LimitsPeriod::Term);
    let charge = Charge { model: per_unit(range("1", Some("2"))), ..charge };
    let quote = sent_in(&["30", "30"], charge);
    // 30 to 60 in the first month; the second 30 to 60, and at least 100 less 60, at most 100 less 30.
    let found: Vec<_> = line(&quote).periods.iter().map(|period| period.exact).collect();
    assert_eq!(found, [range("30", Some("60")), range("40", Some("70"))]);
}
