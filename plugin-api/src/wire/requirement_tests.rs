//! What a requirement from the wire must keep to.

use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::prelude::*;
use prost::Message as _;
use quotient_proto::convert::date_to_wire;
use quotient_proto::google::r#type::{Date, Decimal};
use quotient_proto::v1;

use super::{InvalidRequirement, requirement_from_wire, resolve};

fn decimal(value: &str) -> Option<Decimal> {
    Some(Decimal { value: value.to_owned() })
}

fn monthly(values: &[&str]) -> Option<v1::MonthlyProfile> {
    let values = values.iter().map(|value| Decimal { value: (*value).to_owned() }).collect();
    Some(v1::MonthlyProfile { values, monthly_growth: None })
}

fn growing(value: &str, growth: &str) -> Option<v1::MonthlyProfile> {
    monthly(&[value]).map(|profile| v1::MonthlyProfile { monthly_growth: decimal(growth), ..profile })
}

fn seats(role: &str, named: &[&str]) -> v1::SeatGroup {
    v1::SeatGroup { role: role.to_owned(), named: monthly(named), peak_concurrent: None }
}

fn valid() -> v1::Requirement {
    let mut wire = v1::Requirement { seats: vec![seats("agent", &["10"])], ..Default::default() };
    resolve(&mut wire, date(2026, 3, 1));
    wire
}

/// The violations as `path: rule`, after the defaults are filled.
fn refused(mut wire: v1::Requirement) -> Vec<String> {
    resolve(&mut wire, date(2026, 3, 1));
    let InvalidRequirement(violations) = requirement_from_wire(&wire).unwrap_err();
    violations.iter().map(ToString::to_string).collect()
}

fn broken_demand() -> v1::Demand {
    let segment = |duration| v1::Segment {
        kind: v1::SegmentKind::Agent.into(),
        share: decimal("1.5"),
        duration: Some(duration),
    };
    let sample = v1::DurationSample { seconds: decimal("90000"), weight: decimal("0") };
    v1::Demand {
        id: "calls".to_owned(),
        channel: 77,
        contacts: growing("-5", "2"),
        mean_seconds: decimal("0"),
        segments: vec![
            segment(v1::segment::Duration::Fixed(v1::FixedDuration { seconds: decimal("1e5") })),
            v1::Segment { share: decimal("1"), ..Default::default() },
            segment(v1::segment::Duration::Samples(v1::SampledDuration { samples: vec![sample] })),
        ],
        events: vec![v1::Event { per_contact: decimal("many"), ..Default::default() }],
        attributes: BTreeMap::from([("channel".to_owned(), "voice".to_owned())]),
        ..Default::default()
    }
}

#[test]
fn every_broken_rule_is_listed_by_its_path() {
    let told = refused(v1::Requirement {
        pricing_date: Some(Date { year: 2026, month: 2, day: 30 }),
        start_date: Some(Date { year: 2026, month: 3, day: 1 }),
        term_months: Some(12),
        horizon_months: Some(121),
        hosting_region: "x".repeat(201),
        billing_period: 9,
        currency_code: "EURO".to_owned(),
        expansion: Some(v1::Expansion {
            co_term_date: Some(Date { year: 2026, month: 3, day: 1 }),
            held_seats: vec![v1::HeldSeats { role: "agent".to_owned(), count: decimal("2.5") }],
        }),
        seats: vec![
            v1::SeatGroup { peak_concurrent: monthly(&["8", "12"]), ..seats("agent", &["10"]) },
            seats("agent", &["1.5"]),
        ],
        demand: vec![broken_demand()],
        meters: vec![
            v1::MeterReading { meter_id: "voice_inbuond".to_owned(), ..Default::default() },
            v1::MeterReading {
                meter_id: "emails".to_owned(),
                unit: "minute".to_owned(),
                quantity: monthly(&["1"]),
                ..Default::default()
            },
        ],
        holdings: vec![],
        numbers: vec![v1::NumberGroup {
            country: "us".to_owned(),
            count: monthly(&["3"]),
            ..Default::default()
        }],
        selection: Some(v1::Selection {
            edition_id: "pro plan".to_owned(),
            module_ids: vec!["bot".to_owned(), "bot".to_owned()],
            ..Default::default()
        }),
        ..Default::default()
    });
    assert_eq!(
        told,
        [
            "pricing_date: found 2026-02-30, expected a date",
            "term_months: found 12 beside an expansion, expected none: its end decides",
            "expansion.held_seats[0].count: found 2.5, expected a whole number",
            "expansion.co_term_date: found 2026-03-01, expected a day after the start, at most 120 months later",
            "horizon_months: found 121, expected 1 to 120 months",
            "seats[1].role: found the role \"agent\" twice, expected each once",
            "seats[0].peak_concurrent: found 12 in month 2, expected at most the 10 named",
            "seats[1].named.values[0]: found 1.5, expected a whole number",
            "demand[0].channel: found the number 77, expected one of CHANNEL_VOICE, CHANNEL_WEB_VOICE, \
             CHANNEL_CHAT, CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_MESSAGING",
            "demand[0].contacts.values[0]: found -5, expected a quantity from 0 to 1000000000000",
            "demand[0].contacts.monthly_growth: found a monthly growth of 2, expected a fraction above -1 and up to 1",
            "demand[0].mean_seconds: found 0, expected a number above 0 and up to 86400",
            "demand[0].mean_seconds: found it beside segments, expected one of the two",
            "demand[0].segments[0].share: found 1.5, expected a number above 0 and up to 1",
            "demand[0].segments[0].fixed.seconds: found 100000, expected a number from 0 to 86400",
            "demand[0].segments[1].kind: found nothing, expected one of SEGMENT_KIND_IVR, SEGMENT_KIND_QUEUE, \
             SEGMENT_KIND_AGENT, SEGMENT_KIND_BOT, SEGMENT_KIND_SUPERVISOR, SEGMENT_KIND_TRANSFER, \
             SEGMENT_KIND_RECORDING, SEGMENT_KIND_ANALYTICS",
            "demand[0].segments[1].duration: found nothing, expected fixed, exponential, lognormal or samples",
            "demand[0].segments[2].share: found 1.5, expected a number above 0 and up to 1",
            "demand[0].segments[2].samples.samples[0].seconds: found 90000, expected a number from 0 to 86400",
            "demand[0].segments[2].samples.samples[0].weight: found 0, expected a value above 0",
            "demand[0].events[0].kind: found nothing, expected one of EVENT_KIND_MESSAGE_IN, \
             EVENT_KIND_MESSAGE_OUT, EVENT_KIND_BOT_MESSAGE, EVENT_KIND_TURN, EVENT_KIND_ACTION, \
             EVENT_KIND_RESOLUTION",
            "demand[0].events[0].per_contact: found \"many\", expected a decimal number of at most 28 digits",
            "demand[0].attributes: found the key \"channel\", expected it in the field of that name",
            "meters[0].meter_id: found the meter \"voice_inbuond\", expected \"voice_inbound\" or \"voice_outbound\"",
            "meters[0].quantity: found nothing, expected a value for each month or one for all",
            "meters[1].unit: found the unit \"minute\", expected \"message\"",
            "numbers[0].country: found \"us\", expected two upper-case letters such as \"US\"",
            "numbers[0].type: found nothing, expected a text",
            "hosting_region: found 201 characters, expected at most 200",
            "billing_period: found the number 9, expected one of BILLING_PERIOD_MONTHLY, \
             BILLING_PERIOD_QUARTERLY, BILLING_PERIOD_ANNUAL, BILLING_PERIOD_WHOLE_TERM",
            "currency_code: found the currency \"EURO\", expected an ISO 4217 code such as \"USD\" or \"CNY\"",
            "selection.edition_id: found the id \"pro plan\", expected 1 to 80 letters, digits, '-', '_' or '.'",
            "selection.module_ids[1]: found the module \"bot\" twice, expected each once",
        ]
    );
}

#[test]
fn an_empty_requirement_asks_for_something() {
    assert_eq!(
        refused(v1::Requirement::default()),
        ["requirement: found nothing to price, expected seats, demand, meters or numbers"]
    );
    let InvalidRequirement(unresolved) = requirement_from_wire(&v1::Requirement::default()).unwrap_err();
    let paths: Vec<_> = unresolved.iter().map(|violation| violation.path.as_str()).collect();
    assert_eq!(paths, ["requirement", "pricing_date", "start_date", "term_months", "horizon_months"]);
}

#[test]
fn what_is_too_long_is_counted_and_not_read() {
    let group = |count: usize| vec![v1::NumberGroup::default(); count];
    let told = refused(v1::Requirement { numbers: group(201), ..valid() });
    assert_eq!(told[0], "numbers: found 201 entries, expected at most 200");
    let many: Vec<_> = (0..65).map(|role| seats(&format!("role-{role}"), &["1"])).collect();
    assert_eq!(
        refused(v1::Requirement { seats: many, ..valid() }),
        ["seats: found 65 entries, expected at most 64"]
    );
    let long = seats("agent", &["1"; 121]);
    assert_eq!(
        refused(v1::Requirement { seats: vec![long], ..valid() }),
        ["seats[0].named.values: found 121 entries, expected at most 120"]
    );
}

#[test]
fn a_horizon_covers_the_term_and_growth_stays_countable() {
    let short = v1::Requirement { term_months: Some(24), horizon_months: Some(12), ..valid() };
    assert_eq!(refused(short), ["horizon_months: found 12, expected at least the 24 months of the term"]);
    let doubling = v1::SeatGroup { named: growing("1000", "1"), ..seats("agent", &["1"]) };
    let wire = v1::Requirement { seats: vec![doubling], horizon_months: Some(120), ..valid() };
    assert_eq!(
        refused(wire),
        ["seats[0].named.monthly_growth: found 1, expected growth that stays countable over 120 months"]
    );
    let early = v1::Requirement { start_date: Some(Date { year: 1999, month: 12, day: 31 }), ..valid() };
    assert_eq!(refused(early), ["start_date: found 1999-12-31, expected a date in the years 2000 to 2999"]);
    let before_pricing = v1::Requirement { start_date: Some(date_to_wire(date(2025, 1, 1))), ..valid() };
    assert!(requirement_from_wire(&before_pricing).is_ok());
}

#[test]
fn a_stated_quantity_is_counted_in_base_units() {
    let reading = v1::MeterReading {
        meter_id: "voice_inbound".to_owned(),
        unit: "minute".to_owned(),
        quantity: monthly(&["200"]),
        ..Default::default()
    };
    let read = requirement_from_wire(&v1::Requirement { meters: vec![reading], ..valid() }).unwrap();
    assert_eq!(read.meters[0].base_units, rust_decimal::Decimal::from(60));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(mut wire) = v1::Requirement::decode(bytes.as_slice()) {
            let _ = requirement_from_wire(&wire);
            resolve(&mut wire, date(2026, 3, 1));
            let _ = requirement_from_wire(&wire);
        }
        let _ = super::request_from_wire(&bytes);
        let _ = super::config_from_wire(&bytes);
    }

    #[test]
    fn a_changed_byte_does_not_make_it_panic(at in 0_usize..400, byte in any::<u8>()) {
        let wire = v1::Requirement { demand: vec![broken_demand()], ..valid() };
        let mut bytes = wire.encode_to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(mut wire) = v1::Requirement::decode(bytes.as_slice()) {
            resolve(&mut wire, date(2026, 3, 1));
            let _ = requirement_from_wire(&wire);
        }
    }
}

#[test]
fn what_is_held_is_in_the_meters_base_unit_and_no_seat() {
    let holding = |meter_id: &str, remaining: &str, unit: &str| v1::Holding {
        meter_id: meter_id.to_owned(),
        remaining: decimal(remaining),
        unit: unit.to_owned(),
        expires: None,
    };
    let mut wire = valid();
    wire.holdings = vec![holding("voice_inbound", "10", "minute")];
    let held = requirement_from_wire(&wire).unwrap().holdings;
    assert_eq!(
        (held[0].meter_id.as_str(), held[0].remaining.to_string()),
        ("voice_inbound", "600".to_owned())
    );
    wire.holdings =
        vec![holding("seats_named", "10", ""), holding("emails", "-1", ""), holding("emails", "1", "hour")];
    let told = refused(wire);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0].starts_with("holdings[0].meter_id: found the meter") && told[0].contains("held_seats"),
        "{told:?}"
    );
    assert!(told[1].starts_with("holdings[1].remaining: found -1"), "{told:?}");
    assert!(told[2].starts_with("holdings[2].unit: found the unit"), "{told:?}");
}
