//! Rules and demands with all that can be counted, both ways.

use std::collections::BTreeMap;

use quotient_proto::google::r#type::Decimal as WireDecimal;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::demand::demand;
use super::found::Found;
use super::metering::{metering_from_wire, metering_to_wire};
use crate::charge::{
    Attempts, Combine, Legs, MatchValues, MeteringRule, MeteringSource, MeteringStep, Part, Positive, Scope,
    StepDirection,
};
use crate::document::path::Path;
use crate::requirement::{Duration, PerContact, SegmentKind, ServiceLevel};

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Option<WireDecimal> {
    Some(WireDecimal { value: text.to_owned() })
}

fn read(wire: &v1::MeteringRule) -> Result<MeteringRule, Vec<String>> {
    let mut found = Found::default();
    let rule = metering_from_wire(Some(wire), &Path::Root.key("metering"), &mut found);
    found.finish(rule).map_err(|violations| violations.iter().map(ToString::to_string).collect())
}

fn rich(meter_id: &str) -> MeteringRule {
    let mut rule = MeteringRule::new(meter_id, MeteringSource::Segments(vec![SegmentKind::Agent]));
    rule.except = vec![
        BTreeMap::from([("region".to_owned(), MatchValues::AnyOf(vec!["usa".to_owned()]))]),
        BTreeMap::from([("number_type".to_owned(), MatchValues::Absent)]),
    ];
    (rule.legs, rule.attempts, rule.unanswered_length) = (Legs::Mean, Attempts::Unanswered, Some(d("20.5")));
    rule.step(MeteringStep {
        scope: Scope::Contact,
        minimum: None,
        first_increment: None,
        increment: Some(Positive::ONE),
        direction: StepDirection::Up,
    })
}

#[test]
fn every_rule_comes_back_as_it_was() {
    let level = ServiceLevel::new(d("0.9"), d("30")).unwrap();
    let part = |name: &str, rule| Part { name: name.to_owned(), rule };
    let combined = |how| MeteringSource::Combined {
        parts: vec![part("calls", rich("")), part("stated", rich("voice_inbound"))],
        how,
    };
    let mut capped = rich("voice_inbound");
    capped.daily_cap = Some(Positive::new(d("0.5")).unwrap());
    capped.monthly_cap = Some(Positive::new(d("1000")).unwrap());
    let one = MeteringRule { legs: Legs::One, attempts: Attempts::All, ..rich("voice_inbound") };
    let day = MeteringStep { scope: Scope::Day, ..one.steps[0] };
    let rules = [
        capped,
        one.step(day),
        MeteringRule::new("copilot_credits", combined(Combine::Sum)),
        MeteringRule::new("copilot_credits", combined(Combine::Dearest)),
        MeteringRule::new("seats_concurrent", MeteringSource::Staffing(None)),
        MeteringRule::new("seats_concurrent", MeteringSource::Staffing(Some(level))),
    ];
    for rule in rules {
        assert_eq!(read(&metering_to_wire(&rule)).unwrap(), rule);
    }
}

#[test]
fn what_is_broken_in_a_rule_is_named() {
    let source = |source| v1::MeteringRule {
        meter_id: "units".to_owned(),
        source: Some(source),
        ..Default::default()
    };
    let part = |rule: Option<v1::MeteringRule>| v1::MeteringPart { name: "part".to_owned(), rule };
    let combined = |parts| v1::metering_rule::Source::Combined(v1::CombinedSource { parts, how: 1 });
    let inner = source(combined(vec![]));
    let unknown = v1::MeteringRule { meter_id: "unit".to_owned(), legs: 9, ..metering_to_wire(&rich("")) };
    let told = read(&source(combined(vec![part(Some(inner)), part(None), part(Some(unknown))]))).unwrap_err();
    let at = "metering.combined.parts";
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(told[0], format!("{at}[0].rule.combined: found parts of a part, expected one level of parts"));
    assert_eq!(told[1], format!("{at}[1].rule: found nothing, expected what is counted"));
    assert!(told[2].starts_with(&format!("{at}[2].rule.meter_id: found the meter")), "{}", told[2]);
    assert!(told[3].starts_with(&format!("{at}[2].rule.legs: found the number 9")), "{}", told[3]);

    let level = v1::ServiceLevel { answered_share: decimal("1"), within_seconds: decimal("20") };
    let staffing = v1::StaffingSource { service_level: Some(level) };
    let staffing = source(v1::metering_rule::Source::Staffing(staffing));
    let expected =
        "found 1 within 20 seconds, expected a share above 0 and below 1 within 0 to 86400 seconds";
    assert_eq!(read(&staffing).unwrap_err(), [format!("metering.staffing.service_level: {expected}")]);

    let exception = |key: &str| v1::AttributeMatch { key: key.to_owned(), values: vec![] };
    let except = vec![v1::AttributeException { matches: vec![exception("a"), exception("a")] }];
    let twice = v1::MeteringRule { except, daily_cap: decimal("0"), ..metering_to_wire(&rich("units")) };
    let told = read(&twice).unwrap_err();
    assert_eq!(
        told,
        [
            "metering.except[0].matches[1]: found the key \"a\" twice, expected each once",
            "metering.daily_cap: found 0, expected a value above 0",
        ]
    );
}

fn contacts() -> v1::Demand {
    v1::Demand {
        id: "calls".to_owned(),
        channel: v1::Channel::Voice.into(),
        direction: v1::Direction::Outbound.into(),
        contacts: Some(v1::MonthlyProfile {
            values: decimal("10").into_iter().collect(),
            monthly_growth: None,
        }),
        ..Default::default()
    }
}

fn read_demand(wire: &v1::Demand) -> Result<crate::requirement::Demand, Vec<String>> {
    let mut found = Found::default();
    let demand = demand(wire, &Path::Root.key("demand"), 1, &mut found);
    found.finish(demand).map_err(|violations| violations.iter().map(ToString::to_string).collect())
}

#[test]
fn a_demand_says_legs_attempts_days_and_its_busiest_hour() {
    let plain = read_demand(&contacts()).unwrap();
    let unsaid = (plain.legs, plain.attempts_per_contact, plain.active_days_per_month);
    assert_eq!(unsaid, (None, None, None));
    assert_eq!((plain.busy_hour_share, plain.service_level), (None, None));
    let count = |count, weight| v1::EventSample { count: decimal(count), weight: decimal(weight) };
    let lognormal = v1::LognormalDuration { mean: decimal("180"), cv: decimal("1.2") };
    let said = read_demand(&v1::Demand {
        legs: Some(2),
        attempts_per_contact: decimal("2.5"),
        active_days_per_month: Some(21),
        busy_hour_share: decimal("0.2"),
        service_level: Some(v1::ServiceLevel {
            answered_share: decimal("0.9"),
            within_seconds: decimal("10"),
        }),
        segments: vec![v1::Segment {
            kind: v1::SegmentKind::Agent.into(),
            share: decimal("1"),
            duration: Some(v1::segment::Duration::Lognormal(lognormal)),
        }],
        events: vec![v1::Event {
            kind: v1::EventKind::Turn.into(),
            per_contact: None,
            samples: vec![count("3", "2"), count("0", "1")],
        }],
        ..contacts()
    })
    .unwrap();
    let found = (said.legs, said.attempts_per_contact, said.active_days_per_month);
    assert_eq!(found, (Some(2), Some(d("2.5")), Some(21)));
    let level = ServiceLevel::new(d("0.9"), d("10")).unwrap();
    assert_eq!((said.busy_hour_share, said.service_level), (Some(d("0.2")), Some(level)));
    assert_eq!(said.segments[0].duration, Duration::Lognormal { mean: d("180"), cv: d("1.2") });
    let samples = vec![(d("3"), d("2")), (d("0"), d("1"))];
    assert_eq!(said.events[0].per_contact, PerContact::Samples(samples));
}

#[test]
fn what_is_out_of_range_in_a_demand_is_named() {
    let lognormal = v1::LognormalDuration { mean: decimal("0"), cv: decimal("0.001") };
    let sample = v1::EventSample { count: decimal("2.5"), weight: decimal("0") };
    let told = read_demand(&v1::Demand {
        legs: Some(9),
        attempts_per_contact: decimal("0.5"),
        active_days_per_month: Some(32),
        busy_hour_share: decimal("0"),
        service_level: Some(v1::ServiceLevel::default()),
        segments: vec![v1::Segment {
            kind: v1::SegmentKind::Agent.into(),
            share: decimal("1"),
            duration: Some(v1::segment::Duration::Lognormal(lognormal)),
        }],
        events: vec![v1::Event {
            kind: v1::EventKind::Turn.into(),
            per_contact: decimal("1"),
            samples: vec![sample],
        }],
        ..contacts()
    })
    .unwrap_err();
    assert_eq!(
        told,
        [
            "demand.segments[0].lognormal.mean: found 0, expected a number above 0 and up to 86400",
            "demand.segments[0].lognormal.cv: found 0.001, expected a number from 0.01 to 10",
            "demand.events[0].per_contact: found it beside samples, expected one of the two",
            "demand.events[0].samples[0].count: found 2.5, expected a whole number",
            "demand.events[0].samples[0].weight: found 0, expected a value above 0",
            "demand.legs: found 9, expected 1 to 8",
            "demand.active_days_per_month: found 32, expected 1 to 31",
            "demand.attempts_per_contact: found 0.5, expected a number from 1 to 1000",
            "demand.busy_hour_share: found 0, expected a number above 0 and up to 1",
            "demand.service_level.answered_share: found nothing, expected a decimal number",
            "demand.service_level.within_seconds: found nothing, expected a decimal number",
        ]
    );
}

#[test]
fn a_coefficient_of_variation_has_one_range_in_every_error() {
    let cv = |cv| {
        let lognormal = v1::LognormalDuration { mean: decimal("180"), cv: decimal(cv) };
        let segment = v1::Segment {
            kind: v1::SegmentKind::Agent.into(),
            share: decimal("1"),
            duration: Some(v1::segment::Duration::Lognormal(lognormal)),
        };
        read_demand(&v1::Demand { segments: vec![segment], ..contacts() })
    };
    assert!(cv("0.01").is_ok() && cv("10").is_ok());
    for wrong in ["-1", "0", "0.0000001", "0.0099", "10.1"] {
        let told =
            format!("demand.segments[0].lognormal.cv: found {wrong}, expected a number from 0.01 to 10");
        assert_eq!(cv(wrong).unwrap_err(), [told]);
    }
}
