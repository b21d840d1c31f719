//! What a charge counts, both ways.

use std::collections::BTreeMap;

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use v1::metering_rule::Source;

use super::charge::unless_one;
use super::enums::WireEnum;
use super::found::Found;
use crate::charge::{MatchValues, MeteringRule, MeteringSource, MeteringStep, SeatFilter, StepDirection};
use crate::document::path::Path;
use crate::document::suggest::shown;

pub(super) fn metering_to_wire(rule: &MeteringRule) -> v1::MeteringRule {
    v1::MeteringRule {
        meter_id: rule.meter_id.clone(),
        source: Some(source_to_wire(&rule.source)),
        matches: rule.matches.iter().map(|(key, values)| match_to_wire(key, values)).collect(),
        steps: rule.steps.iter().map(step_to_wire).collect(),
        factor: unless_one(rule.factor),
    }
}

pub(super) fn metering_from_wire(
    wire: Option<&v1::MeteringRule>,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<MeteringRule> {
    let Some(wire) = wire else {
        found.add(at, "found nothing, expected what is counted");
        return None;
    };
    let meter = found.meter(&at.key("meter_id"), &wire.meter_id);
    let source = source_from_wire(wire.source.as_ref(), at, found);
    let mut matches = BTreeMap::new();
    for (index, wire) in wire.matches.iter().enumerate() {
        let values = match wire.values.as_slice() {
            [] => MatchValues::Absent,
            values => MatchValues::AnyOf(values.to_vec()),
        };
        if matches.insert(wire.key.clone(), values).is_some() {
            let rule = format!("found the key {} twice, expected each once", shown(&wire.key));
            found.add(&at.key("matches").index(index), rule);
        }
    }
    let steps_at = at.key("steps");
    let steps: Vec<_> = wire
        .steps
        .iter()
        .enumerate()
        .map(|(index, wire)| step_from_wire(wire, &steps_at.index(index), found))
        .collect();
    let factor = found.positive_or_one(&at.key("factor"), wire.factor.as_ref());
    Some(MeteringRule {
        meter_id: meter?.id.to_owned(),
        source: source?,
        matches,
        steps: steps.into_iter().collect::<Option<_>>()?,
        factor: factor?,
    })
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
    }
}

fn source_from_wire(wire: Option<&Source>, at: &Path<'_>, found: &mut Found) -> Option<MeteringSource> {
    let Some(wire) = wire else {
        let expected = "stated, segments, events, contacts, seats, numbers or constant";
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

fn step_to_wire(step: &MeteringStep) -> v1::MeteringStep {
    v1::MeteringStep {
        scope: step.scope.to_wire(),
        minimum: step.minimum.map(decimal_to_wire),
        first_increment: step.first_increment.map(|first| decimal_to_wire(first.get())),
        increment: step.increment.map(|increment| decimal_to_wire(increment.get())),
        direction: step.direction.to_wire(),
    }
}

fn step_from_wire(wire: &v1::MeteringStep, at: &Path<'_>, found: &mut Found) -> Option<MeteringStep> {
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
