//! Requirements metered from end to end.

use super::fixtures::{agent, asks, calls, constant, d, segment, talk, up};
use super::*;
use crate::charge::{MeteringSource, StepDirection};
use crate::interval::ArithmeticError;
use crate::requirement::SegmentKind::Agent;
use crate::requirement::{Duration, Event, EventKind, MeterReading, MonthlyProfile, PerContact};

/// Demanded and billed, the same in every month.
fn check(requirement: &Requirement, rule: &MeteringRule, demanded: &str, billed: &str) -> Metered {
    let metered = meter(requirement, rule, 12).unwrap();
    let found = (metered.demanded.as_constant(), metered.billed.as_constant());
    assert_eq!(found, (Some(d(demanded)), Some(d(billed))), "{:?}", metered.derivation);
    metered
}

fn texts(metered: &Metered) -> Vec<&str> {
    metered.derivation.iter().map(|step| &*step.text).collect()
}

#[test]
fn three_recorded_calls_pay_their_minimum_each() {
    // 40 + 50 + 26 = 116 s; 60 + 60 + 60 = 180 s.
    let samples = ["40", "50", "26"].map(|seconds| (d(seconds), Decimal::ONE)).to_vec();
    let asked = asks(vec![calls(constant("3"), vec![segment(Agent, "1", Duration::Samples(samples))])]);
    let step = MeteringStep { minimum: Some(d("60")), ..up(Scope::Contact, "1") };
    let metered = check(&asked, &talk().step(step), "116", "180");
    let steps = ["lengths of contacts, on average", "each contact: up to a multiple of 1, at least 60"];
    assert_eq!(texts(&metered), steps);
    assert_eq!((metered.unit, metered.covered.len()), ("second", 1));
}

#[test]
fn the_same_call_bills_by_second_minute_or_thirty_and_six() {
    let asked = asks(vec![calls(constant("1"), vec![agent("150")])]);
    check(&asked, &talk().step(up(Scope::Contact, "1")), "150", "150");
    check(&asked, &talk().step(up(Scope::Contact, "60")), "150", "180");
    // 30 + 20 × 6 = 150, and 151 s is one more 6.
    let odd =
        MeteringStep { first_increment: Some(Positive::new(d("30")).unwrap()), ..up(Scope::Contact, "6") };
    check(&asked, &talk().step(odd), "150", "150");
    check(&asks(vec![calls(constant("1"), vec![agent("151")])]), &talk().step(odd), "151", "156");
}

#[test]
fn the_months_sum_goes_down_to_ten_minutes() {
    // 69 calls of one minute: 4140 s → 3600 s.
    let asked = asks(vec![calls(constant("69"), vec![agent("60")])]);
    let down = MeteringStep { direction: StepDirection::Down, ..up(Scope::Month, "600") };
    let metered = check(&asked, &talk().step(down), "4140", "3600");
    assert_eq!(texts(&metered), ["lengths of contacts", "the month's sum: down to a multiple of 600"]);
    // Two demands of 50 and 19 calls make the same month.
    let two = [50, 19].map(|n| calls(constant(&n.to_string()), vec![agent("60")]));
    check(&asks(two.to_vec()), &talk().step(down), "4140", "3600");
    // A contact's step comes first: 69 × 90 s = 6210 s, 69 × 120 s = 8280 s → 7800 s.
    let asked = asks(vec![calls(constant("69"), vec![agent("90")])]);
    let metered = check(&asked, &talk().step(up(Scope::Contact, "60")).step(down), "6210", "7800");
    assert_eq!(metered.derivation[1].quantity, Monthly::Constant(d("8280")));
}

#[test]
fn a_third_of_a_second_never_costs_an_increment() {
    // Of 3 equal records one lasts 1 s: 3 demands of 1/3 s make 1 s, not 0.999999999999999.
    let thirds = vec![(d("1"), Decimal::ONE), (d("0"), Decimal::TWO)];
    let third = calls(constant("1"), vec![segment(Agent, "1", Duration::Samples(thirds))]);
    let down = MeteringStep { direction: StepDirection::Down, ..up(Scope::Month, "1") };
    let metered =
        meter(&asks(vec![third.clone(), third.clone(), third.clone()]), &talk().step(down), 1).unwrap();
    assert_eq!(metered.billed, Monthly::Constant(d("1")));
    let metered = check(&asks(vec![third]), &talk(), "0.333333333333333", "0.333333");
    assert_eq!(texts(&metered)[1], "rounded to 6 decimal places");
}

#[test]
fn a_stated_quantity_wins_and_only_the_months_steps_apply() {
    let mut asked = asks(vec![calls(constant("100"), vec![agent("150")])]);
    asked.meters = vec![MeterReading {
        meter_id: "voice_inbound".to_owned(),
        quantity: constant("69"),
        base_units: d("60"),
        attributes: std::collections::BTreeMap::new(),
        events: Vec::new(),
    }];
    let down = MeteringStep { direction: StepDirection::Down, ..up(Scope::Month, "600") };
    let mut rule = talk().step(up(Scope::Contact, "60")).step(down);
    rule.factor = Positive::new(d("2")).unwrap();
    let metered = check(&asked, &rule, "4140", "3600");
    assert_eq!(metered.covered, ["meters[0]"]);
    assert_eq!(metered.assumptions.len(), 1);
    assert_eq!(metered.assumptions[0].code, "stated_quantity_metered");
    // Nothing is assumed where nothing was skipped.
    assert_eq!(check(&asked, &talk().step(down), "4140", "3600").assumptions, []);
}

#[test]
fn a_factor_turns_events_into_credits() {
    // 31,500 conversations of 3 turns of 2 credits.
    let mut chats = calls(constant("31500"), vec![]);
    chats.events = vec![Event { kind: EventKind::Turn, per_contact: PerContact::Mean(d("3")) }];
    let mut rule = MeteringRule::new("copilot_credits", MeteringSource::Events(vec![EventKind::Turn]));
    rule.factor = Positive::new(d("2")).unwrap();
    let metered = check(&asks(vec![chats]), &rule, "94500", "189000");
    assert_eq!(texts(&metered), ["turns", "times 2"]);
}

#[test]
fn growth_is_metered_month_by_month() {
    // 100, 110, 121 calls of 150 s by started minutes: 180 s each.
    let grown = MonthlyProfile::new(vec![d("100")], d("0.1")).unwrap();
    let asked = asks(vec![calls(grown, vec![agent("150")])]);
    let metered = meter(&asked, &talk().step(up(Scope::Contact, "60")), 3).unwrap();
    assert_eq!(metered.demanded, Monthly::Varying([d("15000"), d("16500"), d("18150")].into()));
    assert_eq!(metered.billed, Monthly::Varying([d("18000"), d("19800"), d("21780")].into()));
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    let asked = asks(vec![calls(constant("1"), vec![agent("1")])]);
    let unknown = MeteringRule::new("seat", MeteringSource::Stated);
    assert_eq!(meter(&asked, &unknown, 1), Err(MeterError::UnknownMeter("seat".to_owned())));
    let contacts = MeteringRule::new("contacts", MeteringSource::Contacts).step(up(Scope::Contact, "2"));
    assert_eq!(meter(&asked, &contacts, 1), Err(MeterError::Scope(Scope::Contact)));
    let backwards = talk().step(up(Scope::Month, "60")).step(up(Scope::Contact, "60"));
    assert_eq!(meter(&asked, &backwards, 1), Err(MeterError::Scope(Scope::Contact)));
    let huge = MeteringRule::new("flat", MeteringSource::Constant(Decimal::MAX));
    let huge = MeteringRule { factor: Positive::new(d("2")).unwrap(), ..huge };
    assert_eq!(meter(&asked, &huge, 1), Err(MeterError::Arithmetic(ArithmeticError)));
    let exponential = segment(Agent, "1", Duration::Exponential { mean: d("9") });
    let twice = talk().step(up(Scope::Contact, "6")).step(up(Scope::Contact, "60"));
    let error = meter(&asks(vec![calls(constant("1"), vec![exponential])]), &twice, 1).unwrap_err();
    assert!(error.to_string().starts_with("demand[0].segments: found several metering steps"), "{error}");
}
