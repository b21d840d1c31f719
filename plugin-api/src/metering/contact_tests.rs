//! Legs, attempts, blocks of events, days and caps, metered from end to end.

use rust_decimal::Decimal;

use super::fixtures::{agent, asks, at_least, calls, constant, d, segment, talk, up};
use super::{MeterError, Metered, Monthly, meter};
use crate::charge::{Attempts, Legs, MeteringRule, MeteringSource, MeteringStep, Positive, Scope};
use crate::requirement::SegmentKind::Agent;
use crate::requirement::{Demand, Duration, Event, EventKind, MeterReading, MonthlyProfile, PerContact};

fn metered(demand: Vec<Demand>, rule: &MeteringRule) -> Result<Metered, MeterError> {
    meter(&asks(demand), rule, 1)
}

/// What one month demands and is billed.
fn check(demand: Vec<Demand>, rule: &MeteringRule, demanded: &str, billed: &str) -> Metered {
    let metered = metered(demand, rule).unwrap();
    let found = (metered.demanded.as_constant(), metered.billed.as_constant());
    assert_eq!(found, (Some(d(demanded)), Some(d(billed))), "{:?}", metered.derivation);
    metered
}

fn codes(metered: &Metered) -> Vec<&str> {
    metered.assumptions.iter().map(|note| note.code.as_str()).collect()
}

fn texts(metered: &Metered) -> Vec<&str> {
    metered.derivation.iter().map(|step| &*step.text).collect()
}

fn positive(text: &str) -> Option<Positive> {
    Some(Positive::new(d(text)).unwrap())
}

fn with_events(contacts: &str, events: &[(EventKind, PerContact)]) -> Demand {
    let events = events.iter().cloned().map(|(kind, per_contact)| Event { kind, per_contact });
    Demand { events: events.collect(), ..calls(constant(contacts), vec![]) }
}

fn mean(count: &str) -> PerContact {
    PerContact::Mean(d(count))
}

#[test]
fn legs_count_each_once_or_as_their_mean() {
    // 10 calls of 61 s with two legs: each leg is 120 s by started minutes, 10 × 2 × 120.
    let bridged = || vec![Demand { legs: Some(2), ..calls(constant("10"), vec![agent("61")]) }];
    let rule = |legs| MeteringRule { legs, ..talk().step(up(Scope::Contact, "60")) };
    let each = check(bridged(), &rule(Legs::Each), "610", "2400");
    assert_eq!(texts(&each)[2], "each leg of a call");
    assert_eq!(each.derivation[1].quantity, Monthly::Constant(d("1200")));
    check(bridged(), &rule(Legs::One), "610", "1200");
    let mean = check(bridged(), &rule(Legs::Mean), "610", "1200");
    assert_eq!(codes(&mean), ["legs_equally_long"]);
    // One leg is one leg, however legs count.
    for legs in [Legs::Each, Legs::One, Legs::Mean] {
        let one = check(vec![calls(constant("10"), vec![agent("61")])], &rule(legs), "610", "1200");
        assert_eq!((one.derivation.len(), codes(&one)), (2, vec![]));
    }
}

#[test]
fn attempts_are_the_contacts_and_those_that_nobody_answers() {
    // 1,000 contacts of 2.5 attempts each: 2,500 attempts, 1,500 of them unanswered.
    let tried = || {
        let tried = calls(constant("1000"), vec![agent("150")]);
        vec![Demand { attempts_per_contact: Some(d("2.5")), ..tried }]
    };
    let rule =
        |attempts| MeteringRule { attempts, ..MeteringRule::new("contacts", MeteringSource::Contacts) };
    check(tried(), &rule(Attempts::Answered), "1000", "1000");
    check(tried(), &rule(Attempts::All), "2500", "2500");
    let missed = check(tried(), &rule(Attempts::Unanswered), "1500", "1500");
    assert_eq!((missed.covered.len(), codes(&missed)), (0, vec![]));
    let unsaid = vec![calls(constant("1000"), vec![])];
    let told = check(unsaid, &rule(Attempts::All), "1000", "1000");
    assert_eq!(codes(&told), ["attempts_per_contact_one"]);
}

#[test]
fn unanswered_attempts_ring_for_a_fixed_length() {
    // 1,000 × 150 s by started 6 s is 150,000 s; 1,500 rings of 20 s are 24 s each, 36,000 s.
    let tried = || {
        let tried = calls(constant("1000"), vec![agent("150")]);
        vec![Demand { attempts_per_contact: Some(d("2.5")), legs: Some(2), ..tried }]
    };
    let ring = |attempts| MeteringRule {
        attempts,
        unanswered_length: Some(d("20")),
        legs: Legs::One,
        ..talk().step(up(Scope::Contact, "6"))
    };
    check(tried(), &ring(Attempts::All), "180000", "186000");
    let alone = check(tried(), &ring(Attempts::Unanswered), "30000", "36000");
    assert_eq!(texts(&alone)[0], "lengths of unanswered attempts, on average");
    // Only an answered call has a second leg: 2 × 150,000 + 36,000.
    let each = MeteringRule { legs: Legs::Each, ..ring(Attempts::All) };
    check(tried(), &each, "180000", "336000");
    // Steps of segments have no segment of an unanswered attempt to work on.
    let narrow = talk().step(at_least(Scope::Segment, "200")).step(up(Scope::Contact, "6"));
    let narrow = MeteringRule { attempts: Attempts::Unanswered, unanswered_length: Some(d("20")), ..narrow };
    check(tried(), &narrow, "30000", "36000");
}

#[test]
fn events_are_rounded_up_to_blocks_contact_by_contact() {
    let rule = MeteringRule::new(
        "channel_messages",
        MeteringSource::Events(vec![EventKind::MessageIn, EventKind::MessageOut]),
    );
    let blocks = rule.clone().step(up(Scope::Contact, "5"));
    // 3 and 4 messages in each of 100 contacts: 7 are two blocks of 5.
    let fixed = with_events("100", &[(EventKind::MessageIn, mean("3")), (EventKind::MessageOut, mean("4"))]);
    let told = check(vec![fixed.clone()], &blocks, "700", "1000");
    assert_eq!(codes(&told), ["events_per_contact_fixed"; 2]);
    assert_eq!(codes(&check(vec![fixed], &rule, "700", "700")), [""; 0]);
    // One of 4 has 1 message and 3 have 6: (1 + 18) ÷ 4 × 100; 5 and 10: (5 + 30) ÷ 4 × 100.
    let samples = PerContact::Samples(vec![(d("1"), Decimal::ONE), (d("6"), d("3"))]);
    let recorded = with_events("100", &[(EventKind::MessageIn, samples)]);
    let told = check(vec![recorded], &blocks, "475", "875");
    assert!(codes(&told).is_empty() && texts(&told)[0].ends_with(", on average"));
    // A mean of two and a half says nothing of each contact.
    let part = with_events("100", &[(EventKind::MessageIn, mean("2.5"))]);
    let refused = metered(vec![part.clone()], &blocks).unwrap_err();
    let place = "demand[0].events[0]".to_owned();
    assert_eq!(refused, MeterError::EventMean { place, mean: d("2.5") });
    check(vec![part], &rule, "250", "250");
}

#[test]
fn a_days_sum_is_rounded_on_each_active_day() {
    // 1,050 contacts on 21 days are 50 a day, three blocks of 20: 60 × 21.
    let on =
        |days, contacts: &str| Demand { active_days_per_month: days, ..calls(constant(contacts), vec![]) };
    let rule = MeteringRule::new("contacts", MeteringSource::Contacts);
    let blocks = rule.clone().step(up(Scope::Day, "20"));
    let told = check(vec![on(Some(21), "1050")], &blocks, "1050", "1260");
    assert_eq!(codes(&told), ["days_spread_evenly"]);
    assert_eq!(texts(&told)[1], "each day's sum: up to a multiple of 20, 21 days");
    // Two demands make one day: 1,050 + 210 are 60 a day.
    check(vec![on(Some(21), "1050"), on(Some(21), "210")], &blocks, "1260", "1260");
    // 1,000 on 30 days that nobody said: 33.333 a day, 40 × 30.
    let told = check(vec![on(None, "1000")], &blocks, "1000", "1200");
    assert_eq!(codes(&told), ["active_days_assumed", "days_spread_evenly"]);
    // A minimum leaves a day above it as it is: nothing is lost of 1,000 ÷ 30.
    check(vec![on(None, "1000")], &rule.clone().step(at_least(Scope::Day, "10")), "1000", "1000");
    check(vec![on(None, "1000")], &rule.clone().step(at_least(Scope::Day, "50")), "1000", "1500");
    let refused = metered(vec![on(Some(21), "1"), on(None, "1"), on(Some(30), "1")], &blocks).unwrap_err();
    let place = "demand[2]".to_owned();
    assert_eq!(refused, MeterError::ActiveDays { place, found: 30, expected: 21 });
    // Nothing happens on no day.
    assert!(codes(&check(vec![], &blocks, "0", "0")).is_empty());
}

#[test]
fn the_day_comes_between_the_contact_and_the_month() {
    // 300 calls of 61 s: 120 s each, 36,000 s in the month, 1,200 s on each of 30 days → 2 × 1,000 s →
    // 60,000 s → a multiple of 50,000 s.
    let rule = talk().step(up(Scope::Contact, "60")).step(up(Scope::Day, "1000"));
    let calls = || vec![calls(constant("300"), vec![agent("61")])];
    let rule = rule.step(up(Scope::Month, "50000"));
    let told = check(calls(), &rule, "18300", "100000");
    let quantities: Vec<_> = told.derivation.iter().map(|step| step.quantity.get(0)).collect();
    assert_eq!(quantities, [d("18300"), d("36000"), d("60000"), d("100000")]);
    let late = talk().step(up(Scope::Month, "60")).step(up(Scope::Day, "60"));
    assert_eq!(metered(calls(), &late), Err(MeterError::Scope(Scope::Day)));
}

#[test]
fn more_than_a_cap_is_refused_and_never_cut() {
    let contacts = |count: &str| Demand { active_days_per_month: Some(20), ..calls(constant(count), vec![]) };
    let rule = MeteringRule::new("contacts", MeteringSource::Contacts);
    // 10,000 on 20 days are 500 a day.
    let daily = |cap| MeteringRule { daily_cap: positive(cap), ..rule.clone() };
    check(vec![contacts("10000")], &daily("500"), "10000", "10000");
    let refused = metered(vec![contacts("10000")], &daily("499")).unwrap_err();
    let told = "found 500 a day in month 1, expected at most the 499 a day that are sold";
    assert_eq!(refused.to_string(), told);
    // What is rounded up is not demanded: 10,000 contacts billed as 12,000.
    let monthly = MeteringRule { monthly_cap: positive("10000"), ..rule }.step(up(Scope::Month, "6000"));
    check(vec![contacts("10000")], &monthly, "10000", "12000");
    // The third month of 9,000, 9,900, 10,890.
    let grown = MonthlyProfile::new(vec![d("9000")], d("0.1")).unwrap();
    let refused = meter(&asks(vec![calls(grown, vec![])]), &monthly, 12).unwrap_err();
    let (found, cap) = (d("10890"), d("10000"));
    assert_eq!(refused, MeterError::OverCap { found, cap, period: "month", month: 3 });
}

#[test]
fn what_is_stated_has_days_and_caps_too() {
    let stated = || {
        let mut asked = asks(vec![]);
        asked.meters = vec![MeterReading {
            meter_id: "contacts".to_owned(),
            quantity: constant("1000"),
            base_units: Decimal::ONE,
            attributes: std::collections::BTreeMap::new(),
            events: Vec::new(),
        }];
        asked
    };
    let rule = MeteringRule::new("contacts", MeteringSource::Stated);
    let blocks = rule.clone().step(up(Scope::Day, "20"));
    // 1,000 on 30 days: 33.3 → 40.
    let told = meter(&stated(), &blocks, 1).unwrap();
    assert_eq!((told.billed.get(0), told.assumptions.len()), (d("1200"), 2));
    let capped = MeteringRule { daily_cap: positive("33"), ..rule };
    assert!(matches!(meter(&stated(), &capped, 1), Err(MeterError::OverCap { .. })));
}

#[test]
fn a_log_normal_call_is_billed_on_average() {
    let lognormal = Duration::Lognormal { mean: d("180"), cv: d("1.2") };
    let calls = |segments| vec![calls(constant("1000"), segments)];
    let minutes: MeteringStep = up(Scope::Contact, "60");
    // 1,000 × 209.846564749 and, after 40 fixed seconds, 1,000 × 250.547946371: see factors/lognormal.rs.
    let alone = calls(vec![segment(Agent, "1", lognormal.clone())]);
    check(alone.clone(), &talk().step(minutes), "180000", "209846.564749");
    check(alone, &talk(), "180000", "180000");
    let after = calls(vec![agent("40"), segment(Agent, "1", lognormal)]);
    check(after, &talk().step(minutes), "220000", "250547.946371");
}
