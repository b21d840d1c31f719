//! Requirements and rules that the tests of metering share.

use std::collections::BTreeMap;

use jiff::civil::date;
use rust_decimal::Decimal;

use crate::charge::{MeteringRule, MeteringSource, MeteringStep, Positive, Scope, StepDirection};
use crate::requirement::{
    Channel, Demand, Direction, Duration, MonthlyProfile, Purchase, Requirement, Segment, SegmentKind,
    Selection,
};

pub(super) fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn constant(value: &str) -> MonthlyProfile {
    MonthlyProfile::constant(d(value)).unwrap()
}

/// A year's contract that asks for nothing.
pub(super) fn requirement() -> Requirement {
    Requirement {
        pricing_date: date(2026, 1, 1),
        start_date: date(2026, 1, 1),
        purchase: Purchase::New { term_months: 12 },
        horizon_months: 36,
        hosting_region: None,
        billing_period: None,
        currency: None,
        seats: Vec::new(),
        demand: Vec::new(),
        meters: Vec::new(),
        numbers: Vec::new(),
        holdings: Vec::new(),
        buyer: crate::requirement::buyer::Buyer::default(),
        wishes: crate::requirement::buyer::Wishes::default(),
        selection: Selection::default(),
    }
}

/// A year's contract for these contacts.
pub(super) fn asks(demand: Vec<Demand>) -> Requirement {
    Requirement { demand, ..requirement() }
}

/// Meters the whole length of contacts.
pub(super) fn talk() -> MeteringRule {
    MeteringRule::new("voice_inbound", MeteringSource::Segments(vec![]))
}

/// Inbound calls with these segments.
pub(super) fn calls(contacts: MonthlyProfile, segments: Vec<Segment>) -> Demand {
    Demand { segments, ..Demand::new("calls", Channel::Voice, Direction::Inbound, contacts) }
}

pub(super) fn facts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn segment(kind: SegmentKind, share: &str, duration: Duration) -> Segment {
    Segment { kind, share: d(share), duration }
}

/// Every contact talks this long with a person.
pub(super) fn agent(seconds: &str) -> Segment {
    segment(SegmentKind::Agent, "1", Duration::Fixed(d(seconds)))
}

pub(super) fn up(scope: Scope, increment: &str) -> MeteringStep {
    MeteringStep {
        scope,
        minimum: None,
        first_increment: None,
        increment: Some(Positive::new(d(increment)).unwrap()),
        direction: StepDirection::Up,
    }
}

pub(super) fn at_least(scope: Scope, minimum: &str) -> MeteringStep {
    MeteringStep { minimum: Some(d(minimum)), increment: None, ..up(scope, "1") }
}
