//! Small requirements of which each makes one charge count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::{Facts, turns};
use crate::adapter::MonotoneIn;
use crate::charge::metering_rule::MatchValues;
use crate::charge::{Charge, MeteringRule, MeteringSource};
use crate::requirement::{Channel, Direction, SegmentKind};
use crate::wire::{MAX_MONTHS, WireEnum as _};

/// Most requirements that are made for the charges of a product, and most again for what conditions name.
const MAX_PROBES: usize = 64;
/// Months that are asked for first.
const TERM: i32 = 12;
/// Named seats beside what grows.
const SEATS: u32 = 10;

/// What makes each charge count one unit or a little more, by what grows: for a year and ten seats first, and then for
/// what conditions name.
pub(super) fn of(growing: MonotoneIn, charges: &[Arc<Charge>], when: &Facts) -> [Vec<v1::Requirement>; 2] {
    let mut asked: Vec<v1::Requirement> = Vec::new();
    for charge in charges {
        let mut rules = vec![&charge.metering];
        if let MeteringSource::Combined { parts, .. } = &charge.metering.source {
            rules.extend(parts.iter().map(|part| &part.rule));
        }
        for requirement in rules.into_iter().filter_map(|rule| asking(growing, rule)) {
            if asked.len() < MAX_PROBES && !asked.contains(&requirement) {
                asked.push(requirement);
            }
        }
    }
    let conditions = charges.iter().flat_map(|charge| turns::terms(charge));
    let mut terms: BTreeSet<_> = conditions.filter_map(|term| term.to_i32()).collect();
    terms.extend(when.terms.iter().filter_map(|term| i32::try_from(*term).ok()));
    terms.retain(|term| *term > 0 && term.unsigned_abs() <= MAX_MONTHS && *term != TERM);
    let seats = when.seats.iter().filter(|seats| **seats > 0 && growing != MonotoneIn::Seats);
    let seats: Vec<_> = [SEATS].into_iter().chain(seats.copied()).collect();
    let mut others = Vec::new();
    for term in [TERM].into_iter().chain(terms) {
        for seats in &seats {
            for base in asked.iter().filter(|_| (term, *seats) != (TERM, SEATS)) {
                let mut requirement = base.clone();
                requirement.term_months = Some(term);
                if growing != MonotoneIn::Seats {
                    requirement.seats = vec![self::seats("agent", *seats)];
                }
                others.push(requirement);
            }
        }
    }
    others.truncate(MAX_PROBES);
    [asked, others]
}

/// One of what the rule counts, or `None` where nothing that grows moves it.
fn asking(growing: MonotoneIn, rule: &MeteringRule) -> Option<v1::Requirement> {
    let mut requirement = bare();
    match (growing, &rule.source) {
        (MonotoneIn::Seats, MeteringSource::Seats(filter)) => {
            requirement.seats = vec![seats(filter.roles.first().map_or("agent", String::as_str), 1)];
        }
        (MonotoneIn::Demand, _) => {
            requirement.seats = vec![seats("agent", SEATS)];
            requirement.demand = vec![demand(rule)?];
        }
        (MonotoneIn::Numbers, MeteringSource::Numbers) => {
            requirement.seats = vec![seats("agent", SEATS)];
            let country = fact(rule, "country").unwrap_or_else(|| "US".to_owned());
            let r#type = fact(rule, "number_type").unwrap_or_else(|| "did".to_owned());
            requirement.numbers = vec![v1::NumberGroup { country, r#type, count: Some(monthly(1)) }];
        }
        // The meters of parts may be empty.
        (MonotoneIn::Meters, _) if !rule.meter_id.is_empty() && rule.meter_id != "flat" => {
            requirement.seats = vec![seats("agent", SEATS)];
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
    v1::Requirement { term_months: Some(TERM), buyer: Some(buyer), ..v1::Requirement::default() }
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
