//! Readings of a charge's rule, both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;

use super::allowance::{allowance_from_wire, allowance_to_wire};
use super::charge::{rounding_from_wire, rounding_to_wire};
use super::enums::optional_to_wire;
use super::found::Found;
use super::metering::{step_from_wire, step_to_wire};
use super::model::{model_from_wire, model_to_wire};
use crate::charge::Reading;
use crate::document::path::Path;

pub(super) fn reading_to_wire(reading: &Reading) -> v1::Reading {
    let steps = |steps: &Vec<_>| v1::MeteringRule {
        steps: steps.iter().map(step_to_wire).collect(),
        ..v1::MeteringRule::default()
    };
    let instead = v1::Charge {
        model: reading.model.as_ref().map(model_to_wire),
        metering: reading.steps.as_ref().map(steps),
        allowance: reading.allowance.as_ref().map(allowance_to_wire),
        zero_quantity: optional_to_wire(reading.zero_quantity),
        minimum_amount: reading.minimum_amount.map(decimal_to_wire),
        maximum_amount: reading.maximum_amount.map(decimal_to_wire),
        line_rounding: reading.line_rounding.map(rounding_to_wire),
        tier_rounding: reading.tier_rounding.map(rounding_to_wire),
        ..v1::Charge::default()
    };
    v1::Reading { id: reading.id.clone(), meaning: reading.meaning.clone(), instead: Some(instead) }
}

pub(super) fn reading_from_wire(wire: &v1::Reading, at: &Path<'_>, found: &mut Found) -> Option<Reading> {
    let at = at.key("instead");
    let nothing = v1::Charge::default();
    let instead = wire.instead.as_ref().unwrap_or(&nothing);
    if !says_only_what_it_may(instead) {
        let rule = "found a field that no reading replaces, expected a price, steps of metering, an allowance, \
                    a price of no quantity, limits and roundings only";
        found.add(&at, rule);
    }
    let before = found.count();
    let model = instead.model.as_ref().and_then(|model| model_from_wire(Some(model), &at, found));
    let metering_at = at.key("metering");
    let steps_at = metering_at.key("steps");
    let steps = instead.metering.as_ref().map(|rule| {
        let steps = rule.steps.iter().enumerate();
        let steps = steps.map(|(index, step)| step_from_wire(step, &steps_at.index(index), found));
        steps.collect::<Vec<_>>()
    });
    let allowance =
        instead.allowance.as_ref().and_then(|a| allowance_from_wire(a, &at.key("allowance"), found));
    let zero_quantity = found.optional_kind(&at.key("zero_quantity"), instead.zero_quantity);
    let minimum_amount = found.optional_decimal(&at.key("minimum_amount"), instead.minimum_amount.as_ref());
    let maximum_amount = found.optional_decimal(&at.key("maximum_amount"), instead.maximum_amount.as_ref());
    let line_rounding =
        instead.line_rounding.as_ref().and_then(|r| rounding_from_wire(r, &at.key("line_rounding"), found));
    let tier_rounding =
        instead.tier_rounding.as_ref().and_then(|r| rounding_from_wire(r, &at.key("tier_rounding"), found));
    // What cannot be read is not left unsaid.
    if found.count() > before {
        return None;
    }
    let steps = match steps {
        Some(steps) => Some(steps.into_iter().collect::<Option<_>>()?),
        None => None,
    };
    Some(Reading {
        id: wire.id.clone(),
        meaning: wire.meaning.clone(),
        model,
        steps,
        allowance,
        zero_quantity,
        minimum_amount,
        maximum_amount,
        line_rounding,
        tier_rounding,
    })
}

fn says_only_what_it_may(instead: &v1::Charge) -> bool {
    let metering = instead.metering.clone().unwrap_or_default();
    let rest = v1::Charge {
        model: None,
        metering: None,
        allowance: None,
        zero_quantity: 0,
        minimum_amount: None,
        maximum_amount: None,
        line_rounding: None,
        tier_rounding: None,
        ..instead.clone()
    };
    rest == v1::Charge::default()
        && v1::MeteringRule { steps: Vec::new(), ..metering } == v1::MeteringRule::default()
}
