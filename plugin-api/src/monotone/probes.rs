//! Small requirements of which each makes one charge count.

use std::collections::BTreeMap;
use std::sync::Arc;

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use rust_decimal::Decimal;

use crate::adapter::MonotoneIn;
use crate::charge::metering_rule::MatchValues;
use crate::charge::{Charge, MeteringRule, MeteringSource};
use crate::language::review::falls::bounds;
use crate::requirement::{Channel, Direction, SegmentKind};
use crate::wire::WireEnum as _;

/// Most requirements that are made for the charges of a product.
const MAX_PROBES: usize = 64;

/// A requirement that is asked for multiples of itself.
pub(super) struct Probe {
    pub(super) requirement: v1::Requirement,
    pub(super) multiples: Vec<Decimal>,
    /// The charge whose billed quantity is brought to its bounds, and these.
    pub(super) per_unit: Option<(String, Vec<Decimal>)>,
}

/// What makes each charge count one unit or a little more, by what grows.
pub(super) fn of(growing: MonotoneIn, charges: &[Arc<Charge>], ladder: &[Decimal]) -> Vec<Probe> {
    let mut probes: BTreeMap<String, Probe> = BTreeMap::new();
    for charge in charges {
        let mut rules = vec![&charge.metering];
        if let MeteringSource::Combined { parts, .. } = &charge.metering.source {
            rules.extend(parts.iter().map(|part| &part.rule));
        }
        for rule in rules {
            let Some(requirement) = asking(growing, rule) else { continue };
            let bounds = all_bounds(charge);
            // Charges that differ in their price alone share a requirement, and add their bounds to it.
            let key = format!("{requirement:?} {}", if bounds.is_empty() { "" } else { &charge.id });
            if probes.len() < MAX_PROBES {
                let per_unit = (!bounds.is_empty()).then(|| (charge.id.clone(), bounds));
                probes.entry(key).or_insert(Probe { requirement, multiples: ladder.to_vec(), per_unit });
            }
        }
    }
    probes.into_values().collect()
}

/// Where the price changes, also by conditions on what is committed to.
fn all_bounds(charge: &Charge) -> Vec<Decimal> {
    let conditions = charge.adjustments.iter().flat_map(|adjustment| &adjustment.conditions);
    let ends = conditions.flat_map(|condition| condition.at_least.into_iter().chain(condition.at_most));
    let mut all = bounds(charge);
    all.extend(ends);
    all.sort_unstable();
    all.dedup();
    all
}

/// One of what the rule counts, or `None` where nothing that grows moves it.
fn asking(growing: MonotoneIn, rule: &MeteringRule) -> Option<v1::Requirement> {
    let mut requirement = bare();
    match (growing, &rule.source) {
        (MonotoneIn::Seats, MeteringSource::Seats(filter)) => {
            requirement.seats = vec![seats(filter.roles.first().map_or("agent", String::as_str), 1)];
        }
        (MonotoneIn::Demand, _) => {
            requirement.seats = vec![seats("agent", 10)];
            requirement.demand = vec![demand(rule)?];
        }
        (MonotoneIn::Numbers, MeteringSource::Numbers) => {
            requirement.seats = vec![seats("agent", 10)];
            let country = fact(rule, "country").unwrap_or_else(|| "US".to_owned());
            let r#type = fact(rule, "number_type").unwrap_or_else(|| "did".to_owned());
            requirement.numbers = vec![v1::NumberGroup { country, r#type, count: Some(monthly(1)) }];
        }
        // The meters of parts may be empty.
        (MonotoneIn::Meters, _) if !rule.meter_id.is_empty() && rule.meter_id != "flat" => {
            requirement.seats = vec![seats("agent", 10)];
            requirement.meters = vec![v1::MeterReading {
                meter_id: rule.meter_id.clone(),
                quantity: Some(monthly(1)),
                attributes: facts(rule),
                ..v1::MeterReading::default()
            }];
        }
        _ => return None,
    }
    Some(requirement)
}

/// A year for a buyer whose facts are all known, so that no condition is open.
fn bare() -> v1::Requirement {
    let buyer = v1::Buyer {
        region_code: "CN".to_owned(),
        industry_code: "retail".to_owned(),
        employee_count: Some(100),
        new_customer: Some(false),
        ..v1::Buyer::default()
    };
    v1::Requirement { term_months: Some(12), buyer: Some(buyer), ..v1::Requirement::default() }
}

fn monthly(number: u32) -> v1::MonthlyProfile {
    v1::MonthlyProfile { values: vec![decimal_to_wire(Decimal::from(number))], monthly_growth: None }
}

fn seats(role: &str, number: u32) -> v1::SeatGroup {
    v1::SeatGroup { role: role.to_owned(), named: Some(monthly(number)), peak_concurrent: None }
}

fn demand(rule: &MeteringRule) -> Option<v1::Demand> {
    let (kinds, events) = match &rule.source {
        MeteringSource::Segments(kinds) if kinds.is_empty() => (vec![SegmentKind::Agent], Vec::new()),
        MeteringSource::Segments(kinds) => (kinds.clone(), Vec::new()),
        MeteringSource::Events(kinds) => (Vec::new(), kinds.clone()),
        MeteringSource::Contacts => (Vec::new(), Vec::new()),
        MeteringSource::Staffing(_) => (vec![SegmentKind::Agent], Vec::new()),
        MeteringSource::Stated
        | MeteringSource::Seats(_)
        | MeteringSource::Numbers
        | MeteringSource::Constant(_)
        | MeteringSource::Combined { .. } => return None,
    };
    let spoken = !kinds.is_empty();
    let channels =
        [Channel::Voice, Channel::WebVoice, Channel::Chat, Channel::Email, Channel::Sms, Channel::Messaging];
    let said = fact(rule, "channel").and_then(|id| channels.into_iter().find(|channel| channel.id() == id));
    let outbound = fact(rule, "direction").is_some_and(|id| id == Direction::Outbound.id());
    let mut attributes = facts(rule);
    attributes.retain(|key, _| !matches!(key.as_str(), "channel" | "direction"));
    let segment = |kind: &SegmentKind| v1::Segment {
        kind: kind.to_wire(),
        share: None,
        duration: Some(v1::segment::Duration::Fixed(v1::FixedDuration {
            seconds: Some(decimal_to_wire(Decimal::from(61))),
        })),
    };
    let event = |kind: &crate::requirement::EventKind| v1::Event {
        kind: kind.to_wire(),
        per_contact: Some(decimal_to_wire(Decimal::ONE)),
        ..v1::Event::default()
    };
    Some(v1::Demand {
        id: "growing".to_owned(),
        channel: said.unwrap_or(if spoken { Channel::Voice } else { Channel::Chat }).to_wire(),
        direction: if outbound { Direction::Outbound } else { Direction::Inbound }.to_wire(),
        contacts: Some(monthly(1)),
        segments: kinds.iter().map(segment).collect(),
        events: events.iter().map(event).collect(),
        attributes,
        ..v1::Demand::default()
    })
}

/// A value that the rule accepts for a fact.
fn fact(rule: &MeteringRule, key: &str) -> Option<String> {
    match rule.matches.get(key)? {
        MatchValues::AnyOf(values) => values.iter().find(|value| !value.is_empty()).cloned(),
        MatchValues::Absent => None,
    }
}

/// Facts that the rule accepts.
fn facts(rule: &MeteringRule) -> BTreeMap<String, String> {
    rule.matches.keys().filter_map(|key| Some((key.clone(), fact(rule, key)?))).collect()
}
