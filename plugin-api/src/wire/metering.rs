//! What a charge counts, both ways.

use std::collections::BTreeMap;

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use v1::metering_rule::Source;

use super::charge::unless_one;
use super::demand::service_level;
use super::enums::WireEnum;
use super::found::Found;
use crate::charge::{
    MatchValues, MeteringRule, MeteringSource, MeteringStep, Part, SeatFilter, StepDirection,
};
use crate::document::path::Path;
use crate::document::suggest::shown;

/// Most parts of a combined quantity.
const MAX_PARTS: usize = 16;

/// What a rule belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Charge,
    /// Has no parts of its own, and its meter may be empty.
    Part,
}

pub(super) fn metering_to_wire(rule: &MeteringRule) -> v1::MeteringRule {
    v1::MeteringRule {
        meter_id: rule.meter_id.clone(),
        source: Some(source_to_wire(&rule.source)),
        matches: matches_to_wire(&rule.matches),
        steps: rule.steps.iter().map(step_to_wire).collect(),
        factor: unless_one(rule.factor),
        except: rule
            .except
            .iter()
            .map(|matches| v1::AttributeException { matches: matches_to_wire(matches) })
            .collect(),
        legs: unless_usual(rule.legs),
        attempts: unless_usual(rule.attempts),
        unanswered_length: rule.unanswered_length.map(decimal_to_wire),
        daily_cap: rule.daily_cap.map(|cap| decimal_to_wire(cap.get())),
        monthly_cap: rule.monthly_cap.map(|cap| decimal_to_wire(cap.get())),
    }
}

/// The number of a kind, or 0 for the one that is read from 0.
fn unless_usual<E: WireEnum + Default + PartialEq>(kind: E) -> i32 {
    if kind == E::default() { 0 } else { kind.to_wire() }
}

pub(super) fn metering_from_wire(
    wire: Option<&v1::MeteringRule>,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<MeteringRule> {
    rule_from_wire(wire, at, Owner::Charge, found)
}

fn rule_from_wire(
    wire: Option<&v1::MeteringRule>,
    at: &Path<'_>,
    owner: Owner,
    found: &mut Found,
) -> Option<MeteringRule> {
    let Some(wire) = wire else {
        found.add(at, "found nothing, expected what is counted");
        return None;
    };
    let meter_id = match owner {
        Owner::Part if wire.meter_id.is_empty() => Some(""),
        _ => found.meter(&at.key("meter_id"), &wire.meter_id).map(|meter| meter.id),
    };
    let source = source_from_wire(wire.source.as_ref(), at, owner, found);
    let matches = matches_from_wire(&wire.matches, &at.key("matches"), found);
    let steps_at = at.key("steps");
    let steps: Vec<_> = wire
        .steps
        .iter()
        .enumerate()
        .map(|(index, wire)| step_from_wire(wire, &steps_at.index(index), found))
        .collect();
    let factor = found.positive_or_one(&at.key("factor"), wire.factor.as_ref());
    let except_at = at.key("except");
    let except = wire.except.iter().enumerate();
    let except = except.map(|(index, except)| {
        matches_from_wire(&except.matches, &except_at.index(index).key("matches"), found)
    });
    let except = except.collect();
    let legs = found.optional_kind(&at.key("legs"), wire.legs).unwrap_or_default();
    let attempts = found.optional_kind(&at.key("attempts"), wire.attempts).unwrap_or_default();
    let length_at = at.key("unanswered_length");
    let unanswered_length = found.optional_decimal(&length_at, wire.unanswered_length.as_ref());
    let mut cap = |name: &str, wire: Option<&quotient_proto::google::r#type::Decimal>| {
        wire.and_then(|wire| found.positive(&at.key(name), Some(wire)))
    };
    let daily_cap = cap("daily_cap", wire.daily_cap.as_ref());
    let monthly_cap = cap("monthly_cap", wire.monthly_cap.as_ref());
    Some(MeteringRule {
        meter_id: meter_id?.to_owned(),
        source: source?,
        matches,
        steps: steps.into_iter().collect::<Option<_>>()?,
        factor: factor?,
        except,
        legs,
        attempts,
        unanswered_length,
        daily_cap,
        monthly_cap,
    })
}

fn matches_to_wire(matches: &BTreeMap<String, MatchValues>) -> Vec<v1::AttributeMatch> {
    matches.iter().map(|(key, values)| match_to_wire(key, values)).collect()
}

fn matches_from_wire(
    wire: &[v1::AttributeMatch],
    at: &Path<'_>,
    found: &mut Found,
) -> BTreeMap<String, MatchValues> {
    let mut matches = BTreeMap::new();
    for (index, wire) in wire.iter().enumerate() {
        let values = match wire.values.as_slice() {
            [] => MatchValues::Absent,
            values => MatchValues::AnyOf(values.to_vec()),
        };
        if matches.insert(wire.key.clone(), values).is_some() {
            let rule = format!("found the key {} twice, expected each once", shown(&wire.key));
            found.add(&at.index(index), rule);
        }
    }
    matches
}

fn source_to_wire(source: &MeteringSource) -> Source {
    match source {
        MeteringSource::Stated => Source::Stated(v1::StatedSource {}),
        MeteringSource::Segments(kinds) => {
            Source::Segments(v1::SegmentSource { kinds: kinds.iter().map(|kind| kind.to_wire()).collect() })
        }
        MeteringSource::Events(kinds) => {
            Source::Events(v1::EventSource { kinds: kinds.iter().map(|kind| kind.to_wire()).collect() })
        }
        MeteringSource::Contacts => Source::Contacts(v1::ContactSource {}),
        MeteringSource::Seats(filter) => Source::Seats(seats_to_wire(filter)),
        MeteringSource::Numbers => Source::Numbers(v1::NumberSource {}),
        MeteringSource::Constant(quantity) => {
            Source::Constant(v1::ConstantSource { quantity: Some(decimal_to_wire(*quantity)) })
        }
        MeteringSource::Combined { parts, how } => Source::Combined(v1::CombinedSource {
            parts: parts.iter().map(part_to_wire).collect(),
            how: how.to_wire(),
        }),
        MeteringSource::Staffing(level) => Source::Staffing(v1::StaffingSource {
            service_level: level.map(|level| v1::ServiceLevel {
                answered_share: Some(decimal_to_wire(level.answered_share())),
                within_seconds: Some(decimal_to_wire(level.within_seconds())),
            }),
        }),
    }
}

fn part_to_wire(part: &Part) -> v1::MeteringPart {
    v1::MeteringPart { name: part.name.clone(), rule: Some(metering_to_wire(&part.rule)) }
}

fn part_from_wire(wire: &v1::MeteringPart, at: &Path<'_>, found: &mut Found) -> Option<Part> {
    let rule = rule_from_wire(wire.rule.as_ref(), &at.key("rule"), Owner::Part, found)?;
    Some(Part { name: wire.name.clone(), rule })
}

fn source_from_wire(
    wire: Option<&Source>,
    at: &Path<'_>,
    owner: Owner,
    found: &mut Found,
) -> Option<MeteringSource> {
    let Some(wire) = wire else {
        let expected = "stated, segments, events, contacts, seats, numbers, constant, combined or staffing";
        found.add(&at.key("source"), format!("found nothing, expected {expected}"));
        return None;
    };
    Some(match wire {
        Source::Stated(_) => MeteringSource::Stated,
        Source::Segments(wire) => {
            MeteringSource::Segments(kinds(&wire.kinds, &at.key("segments").key("kinds"), found)?)
        }
        Source::Events(wire) => {
            MeteringSource::Events(kinds(&wire.kinds, &at.key("events").key("kinds"), found)?)
        }
        Source::Contacts(_) => MeteringSource::Contacts,
        Source::Seats(wire) => MeteringSource::Seats(seats_from_wire(wire, &at.key("seats"), found)?),
        Source::Numbers(_) => MeteringSource::Numbers,
        Source::Constant(wire) => {
            let at = at.key("constant");
            MeteringSource::Constant(found.decimal(&at.key("quantity"), wire.quantity.as_ref())?)
        }
        // Not read further: parts of parts could go on without end.
        Source::Combined(_) if owner == Owner::Part => {
            found.add(&at.key("combined"), "found parts of a part, expected one level of parts");
            return None;
        }
        Source::Combined(wire) => {
            let at = at.key("combined");
            let how = found.kind(&at.key("how"), wire.how);
            let parts_at = at.key("parts");
            let parts: Vec<_> = found
                .limited(&parts_at, &wire.parts, MAX_PARTS)
                .iter()
                .enumerate()
                .map(|(index, wire)| part_from_wire(wire, &parts_at.index(index), found))
                .collect();
            MeteringSource::Combined { parts: parts.into_iter().collect::<Option<_>>()?, how: how? }
        }
        Source::Staffing(wire) => MeteringSource::Staffing(match &wire.service_level {
            Some(wire) => Some(service_level(wire, &at.key("staffing").key("service_level"), found)?),
            None => None,
        }),
    })
}

fn kinds<E: WireEnum>(wire: &[i32], at: &Path<'_>, found: &mut Found) -> Option<Vec<E>> {
    let kinds: Vec<_> =
        wire.iter().enumerate().map(|(index, kind)| found.kind(&at.index(index), *kind)).collect();
    kinds.into_iter().collect()
}

pub(super) fn seats_to_wire(filter: &SeatFilter) -> v1::SeatSource {
    v1::SeatSource { basis: filter.basis.to_wire(), roles: filter.roles.clone() }
}

pub(super) fn seats_from_wire(wire: &v1::SeatSource, at: &Path<'_>, found: &mut Found) -> Option<SeatFilter> {
    let basis = found.kind(&at.key("basis"), wire.basis)?;
    Some(SeatFilter { basis, roles: wire.roles.clone() })
}

fn match_to_wire(key: &str, values: &MatchValues) -> v1::AttributeMatch {
    let values = match values {
        MatchValues::Absent => Vec::new(),
        MatchValues::AnyOf(values) => values.clone(),
    };
    v1::AttributeMatch { key: key.to_owned(), values }
}

pub(super) fn step_to_wire(step: &MeteringStep) -> v1::MeteringStep {
    v1::MeteringStep {
        scope: step.scope.to_wire(),
        minimum: step.minimum.map(decimal_to_wire),
        first_increment: step.first_increment.map(|first| decimal_to_wire(first.get())),
        increment: step.increment.map(|increment| decimal_to_wire(increment.get())),
        direction: step.direction.to_wire(),
    }
}

pub(super) fn step_from_wire(
    wire: &v1::MeteringStep,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<MeteringStep> {
    let scope = found.kind(&at.key("scope"), wire.scope);
    let minimum = found.optional_decimal(&at.key("minimum"), wire.minimum.as_ref());
    let mut optional = |name: &str, wire: Option<&quotient_proto::google::r#type::Decimal>| {
        wire.and_then(|wire| found.positive(&at.key(name), Some(wire)))
    };
    let first_increment = optional("first_increment", wire.first_increment.as_ref());
    let increment = optional("increment", wire.increment.as_ref());
    let direction = found.optional_kind(&at.key("direction"), wire.direction).unwrap_or(StepDirection::Up);
    Some(MeteringStep { scope: scope?, minimum, first_increment, increment, direction })
}
