//! Quantities of several parts, and people, metered from end to end.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::fixtures::{agent, asks, calls, constant, d, facts, requirement, segment, up};
use super::{LengthsError, MeterError, Metered, Monthly, meter};
use crate::charge::{Combine, Legs, MeteringRule, MeteringSource, Part, Positive, Scope};
use crate::requirement::SegmentKind::{Agent, Bot, Ivr};
use crate::requirement::{
    Demand, Duration, Event, EventKind, MeterReading, MonthlyProfile, PerContact, Requirement, SegmentKind,
    ServiceLevel,
};

fn part(name: &str, source: MeteringSource, factor: &str) -> Part {
    let factor = Positive::new(d(factor)).unwrap();
    Part { name: name.to_owned(), rule: MeteringRule { factor, ..MeteringRule::new("", source) } }
}

fn events(kind: EventKind) -> MeteringSource {
    MeteringSource::Events(vec![kind])
}

fn lengths(kind: SegmentKind) -> MeteringSource {
    MeteringSource::Segments(vec![kind])
}

fn combined(meter_id: &str, how: Combine, parts: &[Part]) -> MeteringRule {
    MeteringRule::new(meter_id, MeteringSource::Combined { parts: parts.to_vec(), how })
}

fn check(asked: &Requirement, rule: &MeteringRule, demanded: &str, billed: &str) -> Metered {
    let metered = meter(asked, rule, 1).unwrap();
    let found = (metered.demanded.as_constant(), metered.billed.as_constant());
    assert_eq!(found, (Some(d(demanded)), Some(d(billed))), "{:?}", metered.derivation);
    metered
}

fn robot(contacts: &str, counts: &[(EventKind, PerContact)]) -> Demand {
    let events = counts.iter().cloned().map(|(kind, per_contact)| Event { kind, per_contact });
    Demand { events: events.collect(), ..calls(constant(contacts), vec![]) }
}

fn mean(count: &str) -> PerContact {
    PerContact::Mean(d(count))
}

#[test]
fn events_become_credits() {
    // 1,000 contacts with 2.5 robot messages of 1 credit and 0.4 actions of 5: 2,500 + 2,000.
    let rule = combined(
        "copilot_credits",
        Combine::Sum,
        &[
            part("messages", events(EventKind::BotMessage), "1"),
            part("actions", events(EventKind::Action), "5"),
        ],
    );
    let asked =
        asks(vec![robot("1000", &[(EventKind::BotMessage, mean("2.5")), (EventKind::Action, mean("0.4"))])]);
    let credits = check(&asked, &rule, "4500", "4500");
    assert_eq!(credits.unit, "credit");
    assert_eq!(credits.covered, ["demand[0].events[0]", "demand[0].events[1]"]);
    let rows: Vec<_> = credits.derivation.iter().map(|row| (&*row.text, row.quantity.get(0))).collect();
    assert_eq!(
        rows,
        [
            ("the sum of messages, actions times 5, on average", d("4500")),
            ("messages: robot messages", d("2500")),
            ("actions: actions", d("400")),
            ("actions: times 5", d("2000")),
            ("the sum of the parts", d("4500")),
        ]
    );
    // Packs of a month come after the sum; a factor of the whole after them: 5,000 × 2.
    let packs = MeteringRule {
        factor: Positive::new(d("2")).unwrap(),
        ..rule.clone().step(up(Scope::Month, "1000"))
    };
    check(&asked, &packs, "4500", "10000");
    // What the buyer states of the whole wins, as it is.
    let stated = Requirement { meters: vec![reading("copilot_credits", "70", &[])], ..asked };
    check(&stated, &rule, "70", "70");
}

fn reading(meter_id: &str, quantity: &str, attributes: &[(&str, &str)]) -> MeterReading {
    MeterReading {
        meter_id: meter_id.to_owned(),
        quantity: constant(quantity),
        base_units: Decimal::ONE,
        attributes: facts(attributes),
        events: Vec::new(),
    }
}

#[test]
fn hours_of_each_size_count_by_their_size() {
    // 100 hours of the small warehouse at 1 credit, 30 of the large one at 8: 100 + 240. What has another
    // size is left alone.
    let size = |name: &str, factor| {
        let mut part = part(name, MeteringSource::Stated, factor);
        part.rule.meter_id = "units".to_owned();
        part.rule = part.rule.matching("size", &[name]);
        part
    };
    let meters = vec![
        reading("units", "100", &[("size", "small")]),
        reading("units", "30", &[("size", "large")]),
        reading("units", "999", &[("size", "giant")]),
    ];
    let asked = Requirement { meters, ..requirement() };
    let rule = combined("copilot_credits", Combine::Sum, &[size("small", "1"), size("large", "8")]);
    let credits = check(&asked, &rule, "340", "340");
    assert_eq!(credits.covered, ["meters[0]", "meters[1]"]);
    // What the whole leaves out, its parts leave out.
    check(&asked, &rule.except("size", &["large"]), "100", "100");
}

#[test]
fn each_part_has_its_own_steps() {
    // 10 calls of 61 s with a robot and 30 s in the menu: by started minutes 120 s, and 30 s at half.
    let call = calls(
        constant("10"),
        vec![segment(Bot, "1", Duration::Fixed(d("61"))), segment(Ivr, "1", Duration::Fixed(d("30")))],
    );
    let mut robot = part("robot", lengths(Bot), "1");
    robot.rule = robot.rule.step(up(Scope::Contact, "60"));
    let rule = combined("voice_bot_leg", Combine::Sum, &[robot, part("menu", lengths(Ivr), "0.5")]);
    let metered = check(&asks(vec![call.clone(), call]), &rule, "1520", "2700");
    assert_eq!(&*metered.derivation[2].text, "robot: each contact: up to a multiple of 60");
}

#[test]
fn of_each_contact_only_the_dearest_part_counts() {
    // One contact in four has 10 messages and no action, the others 2 messages and an action of 5 credits:
    // but messages and actions are recorded apart, so all ways count: messages 10 in 1 of 4, else 2;
    // actions 1 in 3 of 4, else 0. The dearest: 10 and 5 or 0 → 10 in 1/4; 2 and 5 → 5 in 9/16; 2 and 0 →
    // 2 in 3/16. 1,600 × (10/4 + 45/16 + 6/16) = 4,000 + 4,500 + 600.
    let samples = |counts: &[(&str, &str)]| {
        PerContact::Samples(counts.iter().map(|(count, weight)| (d(count), d(weight))).collect())
    };
    let counts = [
        (EventKind::BotMessage, samples(&[("10", "1"), ("2", "3")])),
        (EventKind::Action, samples(&[("1", "3"), ("0", "1")])),
    ];
    let parts = [
        part("messages", events(EventKind::BotMessage), "1"),
        part("actions", events(EventKind::Action), "5"),
    ];
    let rule = combined("copilot_credits", Combine::Dearest, &parts);
    let metered = check(&asks(vec![robot("1600", &counts)]), &rule, "9100", "9100");
    assert_eq!(metered.derivation.len(), 1);
    assert_eq!(metered.covered.len(), 2);
    // Whole numbers are the same in every contact: max(3, 5) and max(3, 10).
    let fixed =
        |actions| robot("10", &[(EventKind::BotMessage, mean("3")), (EventKind::Action, mean(actions))]);
    let told = check(&asks(vec![fixed("1"), fixed("2")]), &rule, "150", "150");
    assert_eq!(told.assumptions.len(), 4);
    let part = asks(vec![fixed("0.5")]);
    assert!(matches!(meter(&part, &rule, 1), Err(MeterError::EventMean { .. })));
    // Alone in a contact, a part needs no more than its mean.
    let alone = asks(vec![robot("10", &[(EventKind::Action, mean("0.5"))])]);
    check(&alone, &rule, "25", "25");
}

#[test]
fn parts_that_share_a_segment_are_compared_on_the_same_length() {
    // The robot's 90 s by started minutes are 120 s; the whole contact of 90 s or, in half of them, 90 + 100 s
    // at half: 95 at most. So 120 always; before steps 90 or 95: 10 × (45 + 47.5).
    let call = calls(
        constant("10"),
        vec![segment(Bot, "1", Duration::Fixed(d("90"))), segment(Agent, "0.5", Duration::Fixed(d("100")))],
    );
    let mut robot = part("robot", lengths(Bot), "1");
    robot.rule = robot.rule.step(up(Scope::Contact, "60"));
    let parts = [robot.clone(), part("call", MeteringSource::Segments(vec![]), "0.5")];
    let rule = combined("voice_bot_leg", Combine::Dearest, &parts);
    let metered = check(&asks(vec![call.clone()]), &rule, "925", "1200");
    assert_eq!(&*metered.derivation[1].text, "each part after its own steps");
    assert_eq!(metered.covered, ["demand[0].segments[0]", "demand[0].segments[1]"]);
    // Two legs of the whole call at half: 90 or 190, so 120 or 190: 10 × 155.
    let bridged = Demand { legs: Some(2), ..call };
    robot.rule.legs = Legs::One;
    let parts = [robot, part("call", MeteringSource::Segments(vec![]), "0.5")];
    check(&asks(vec![bridged]), &combined("voice_bot_leg", Combine::Dearest, &parts), "1400", "1550");
}

#[test]
fn what_cannot_be_compared_contact_by_contact_is_refused() {
    let exponential = segment(Bot, "1", Duration::Exponential { mean: d("90") });
    let parts = [part("robot", lengths(Bot), "1"), part("contact", MeteringSource::Contacts, "60")];
    let rule = combined("voice_bot_leg", Combine::Dearest, &parts);
    let refused = meter(&asks(vec![calls(constant("1"), vec![exponential])]), &rule, 1).unwrap_err();
    assert_eq!(refused, MeterError::Lengths { place: "demand[0]".to_owned(), cause: LengthsError::Compared });
    // 150 × 150 lengths are 22,500 ways, and two parts are compared in 20,000 at most.
    let spread = |kind, step: i64| {
        let samples = (1..=150).map(|n| (Decimal::from(n * step), Decimal::ONE)).collect();
        segment(kind, "1", Duration::Samples(samples))
    };
    let many = vec![calls(constant("1"), vec![spread(Bot, 1), spread(Agent, 1_000)])];
    let refused = meter(
        &asks(many),
        &combined(
            "voice_bot_leg",
            Combine::Dearest,
            &[part("robot", lengths(Bot), "2"), part("agent", lengths(Agent), "1")],
        ),
        1,
    )
    .unwrap_err();
    let cause = LengthsError::Points { found: 22_500, most: 20_000 };
    assert_eq!(refused, MeterError::Lengths { place: "demand[0]".to_owned(), cause });
    let mut stated = part("robot", lengths(Bot), "1");
    stated.rule.meter_id = "voice_bot_leg".to_owned();
    let rule = combined("copilot_credits", Combine::Dearest, &[stated]);
    assert!(matches!(meter(&requirement(), &rule, 1), Err(MeterError::Rule(_))));
    let seats = part("flat", MeteringSource::Constant(d("1")), "1");
    let rule = combined("copilot_credits", Combine::Sum, &[seats]);
    assert!(matches!(meter(&requirement(), &rule, 1), Err(MeterError::Rule(_))));
    let inner = combined("", Combine::Sum, &[]);
    let rule = combined("units", Combine::Sum, &[Part { name: "inner".to_owned(), rule: inner }]);
    assert!(matches!(meter(&requirement(), &rule, 1), Err(MeterError::Rule(_))));
    let mut wide = part("contacts", MeteringSource::Contacts, "1");
    wide.rule = wide.rule.step(up(Scope::Month, "10"));
    let rule = combined("units", Combine::Sum, &[wide]);
    assert_eq!(meter(&requirement(), &rule, 1), Err(MeterError::Scope(Scope::Month)));
}

/// Calls with a person whose busiest hour has a load of `load` Erlangs: 20 days, a tenth of each day's
/// contacts, 180 s; 20 contacts an hour are one Erlang, so 4,000 a month.
fn busy(contacts: MonthlyProfile) -> Demand {
    Demand {
        active_days_per_month: Some(20),
        busy_hour_share: Some(d("0.1")),
        service_level: Some(ServiceLevel::new(d("0.8"), d("20")).unwrap()),
        ..calls(contacts, vec![agent("180")])
    }
}

#[test]
fn people_are_found_for_the_busiest_hour() {
    let rule = |level| MeteringRule::new("seats_concurrent", MeteringSource::Staffing(level));
    // 40,000 a month: 200 in the busiest hour, 10 Erlangs, 14 people as in factors/erlang.rs.
    let metered = check(&asks(vec![busy(constant("40000"))]), &rule(None), "14", "14");
    let [note] = metered.assumptions.as_slice() else { panic!("{:?}", metered.assumptions) };
    assert_eq!((note.code.as_str(), note.subject.as_str()), ("staffing_erlang_c", "demand[0]"));
    for said in ["14 people", "0.8 within 20 seconds", "0.1 of its day's", "Erlang C"] {
        assert!(note.text.contains(said), "{said}: {}", note.text);
    }
    // 2 Erlangs take 4 people, each demand by itself; nobody for nothing.
    let two = || busy(constant("8000"));
    check(&asks(vec![two(), two(), busy(constant("0"))]), &rule(None), "8", "8");
    // The rule's level where the demand has none: 60 % in time takes 3.
    let open = || Demand { service_level: None, ..two() };
    let sixty = ServiceLevel::new(d("0.6"), d("20")).unwrap();
    check(&asks(vec![open()]), &rule(Some(sixty)), "3", "3");
    check(&asks(vec![two()]), &rule(Some(sixty)), "4", "4");
    let told = check(&asks(vec![open()]), &rule(None), "4", "4");
    let codes: Vec<_> = told.assumptions.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(codes, ["service_level_assumed", "staffing_erlang_c"]);
    // Month by month: 8,000 and 40,000.
    let season = MonthlyProfile::new(vec![d("8000"), d("40000")], Decimal::ZERO).unwrap();
    let metered = meter(&asks(vec![busy(season)]), &rule(None), 2).unwrap();
    assert_eq!(metered.billed, Monthly::Varying([d("4"), d("14")].into()));
    let huge = asks(vec![busy(constant("1000000000"))]);
    assert!(matches!(meter(&huge, &rule(None), 1), Err(MeterError::Staffing { .. })));
}

#[test]
fn only_those_who_reach_a_person_load_one() {
    // Half of 16,000 contacts reach a person: 2 Erlangs; the menu takes nobody. What is not said of the day
    // is assumed: 24,000 contacts on 30 days, 0.15 of 800 in the busiest hour, 120 × 180 s are 6 Erlangs.
    let menu = segment(Ivr, "1", Duration::Fixed(d("600")));
    let half = segment(Agent, "0.5", Duration::Fixed(d("180")));
    let half = Demand { segments: vec![menu, half], ..busy(constant("16000")) };
    let rule = MeteringRule::new("seats_concurrent", MeteringSource::Staffing(None));
    let metered = check(&asks(vec![half]), &rule, "4", "4");
    assert_eq!(metered.covered, ["demand[0].segments[1]"]);
    // 6 Erlangs: 8 people answer 71.4 % in time, 9 people 86.0 %.
    let unsaid = asks(vec![calls(constant("24000"), vec![agent("180")])]);
    let metered = check(&unsaid, &rule, "9", "9");
    let codes: Vec<_> = metered.assumptions.iter().map(|note| note.code.as_str()).collect();
    let all = ["active_days_assumed", "busy_hour_assumed", "service_level_assumed", "staffing_erlang_c"];
    assert_eq!(codes, all);
    let none: BTreeMap<String, String> = BTreeMap::new();
    let unmatched = Demand { attributes: none, ..busy(constant("1")) };
    check(&asks(vec![unmatched]), &rule.matching("channel", &["voice"]), "0", "0");
}
