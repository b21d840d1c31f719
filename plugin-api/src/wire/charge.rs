//! A charge both ways. What can be said in two ways is written the short way: a factor or a `per` of
//! one, and a commitment that commits to nothing, stay unset.

use quotient_proto::convert::{date_to_wire, decimal_to_wire};
use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::adjustment::{adjustment_from_wire, adjustment_to_wire};
use super::allowance::{allowance_from_wire, allowance_to_wire};
use super::enums::{WireEnum, optional_to_wire};
use super::found::Found;
use super::metering::{metering_from_wire, metering_to_wire};
use super::model::{model_from_wire, model_to_wire};
use super::reading::{reading_from_wire, reading_to_wire};
use super::spend::{spend_from_wire, spend_to_wire};
use super::time::{proration_from_wire, proration_to_wire};
use crate::charge::{
    Charge, Commitment, CommitmentKind, DateWindow, LimitsPeriod, MAX_READINGS, MonthWindow, Positive,
    Priced, TierPeriod,
};
use crate::document::path::Path;
use crate::interval::Interval;
use crate::money::{Rounding, RoundingMode};

/// A charge as a message.
#[must_use]
pub fn charge_to_wire(charge: &Charge) -> v1::Charge {
    v1::Charge {
        id: charge.id.clone(),
        display_name: charge.name.clone(),
        category: charge.category.to_wire(),
        metering: Some(metering_to_wire(&charge.metering)),
        model: Some(model_to_wire(&charge.model)),
        cycle: charge.cycle.to_wire(),
        allowance: charge.allowance.as_ref().map(allowance_to_wire),
        minimum_amount: charge.minimum_amount.map(decimal_to_wire),
        maximum_amount: charge.maximum_amount.map(decimal_to_wire),
        adjustments: charge.adjustments.iter().map(adjustment_to_wire).collect(),
        commitment: commitment_to_wire(&charge.commitment),
        months: charge.months.map(months_to_wire),
        dates: charge.dates.map(dates_to_wire),
        proration: charge.proration.as_ref().map(proration_to_wire),
        line_rounding: charge.line_rounding.map(rounding_to_wire),
        confidence: charge.confidence.to_wire(),
        source_indexes: charge.sources.clone(),
        pass_through: charge.pass_through,
        module_id: charge.module_id.clone().unwrap_or_default(),
        zero_quantity: optional_to_wire(charge.zero_quantity),
        tier_rounding: charge.tier_rounding.map(rounding_to_wire),
        without_uplift: charge.without_uplift,
        tier_period: unless(charge.tier_period, TierPeriod::Cycle),
        limits_period: unless(charge.limits_period, LimitsPeriod::Cycle),
        negative_quantity: optional_to_wire(charge.negative_quantity),
        each_event: charge.priced == Priced::EachEvent,
        unit_price_rounding: charge.unit_price_rounding.map(rounding_to_wire),
        spend_commitment: charge.spend_commitment.map(spend_to_wire),
        limits_compared: optional_to_wire(charge.limits_compared),
        readings: charge.readings.iter().map(reading_to_wire).collect(),
        minimum_only_when_used: charge.minimum_only_when_used,
        over_months: optional_to_wire(charge.over_months),
        cycle_days: charge.cycle_days.map(|days| i32::try_from(days).unwrap_or(i32::MAX)),
    }
}

pub(super) fn charge_from_wire(wire: &v1::Charge, at: &Path<'_>, found: &mut Found) -> Option<Charge> {
    let category = found.kind(&at.key("category"), wire.category);
    let metering = metering_from_wire(wire.metering.as_ref(), &at.key("metering"), found);
    let model = model_from_wire(wire.model.as_ref(), at, found);
    let cycle = found.kind(&at.key("cycle"), wire.cycle);
    let allowance = wire.allowance.as_ref().and_then(|a| allowance_from_wire(a, &at.key("allowance"), found));
    let minimum_amount = found.optional_decimal(&at.key("minimum_amount"), wire.minimum_amount.as_ref());
    let maximum_amount = found.optional_decimal(&at.key("maximum_amount"), wire.maximum_amount.as_ref());
    let adjustments_at = at.key("adjustments");
    let adjustments: Vec<_> = wire
        .adjustments
        .iter()
        .enumerate()
        .map(|(index, wire)| adjustment_from_wire(wire, &adjustments_at.index(index), found))
        .collect();
    let commitment = commitment_from_wire(wire.commitment.as_ref(), &at.key("commitment"), found);
    let months = wire.months.as_ref().and_then(|m| months_from_wire(m, &at.key("months"), found));
    let dates = wire.dates.as_ref().and_then(|d| dates_from_wire(d, &at.key("dates"), found));
    let proration = wire.proration.as_ref().and_then(|p| proration_from_wire(p, &at.key("proration"), found));
    let line_rounding =
        wire.line_rounding.as_ref().and_then(|r| rounding_from_wire(r, &at.key("line_rounding"), found));
    let tier_rounding =
        wire.tier_rounding.as_ref().and_then(|r| rounding_from_wire(r, &at.key("tier_rounding"), found));
    let zero_quantity = found.optional_kind(&at.key("zero_quantity"), wire.zero_quantity);
    let confidence = found.kind(&at.key("confidence"), wire.confidence);
    let negative_quantity = found.optional_kind(&at.key("negative_quantity"), wire.negative_quantity);
    let unit_rounding_at = at.key("unit_price_rounding");
    let unit_price_rounding =
        wire.unit_price_rounding.as_ref().and_then(|r| rounding_from_wire(r, &unit_rounding_at, found));
    let spend_at = at.key("spend_commitment");
    let spend_commitment =
        wire.spend_commitment.as_ref().map(|spend| spend_from_wire(spend, &spend_at, found));
    let over_months = found.optional_kind(&at.key("over_months"), wire.over_months);
    let cycle_days = found.whole_up_to(&at.key("cycle_days"), wire.cycle_days, 366);
    let limits_compared = found.optional_kind(&at.key("limits_compared"), wire.limits_compared);
    let readings_at = at.key("readings");
    let readings: Vec<_> = found
        .limited(&readings_at, &wire.readings, MAX_READINGS)
        .iter()
        .enumerate()
        .map(|(index, wire)| reading_from_wire(wire, &readings_at.index(index), found))
        .collect();
    Some(Charge {
        id: wire.id.clone(),
        name: wire.display_name.clone(),
        category: category?,
        metering: metering?,
        model: model?,
        cycle: cycle?,
        allowance,
        minimum_amount,
        maximum_amount,
        adjustments: adjustments.into_iter().collect::<Option<_>>()?,
        commitment: commitment?,
        months,
        dates,
        proration,
        line_rounding,
        confidence: confidence?,
        sources: wire.source_indexes.clone(),
        pass_through: wire.pass_through,
        module_id: Some(wire.module_id.clone()).filter(|id| !id.is_empty()),
        zero_quantity,
        tier_rounding,
        without_uplift: wire.without_uplift,
        tier_period: found
            .optional_kind(&at.key("tier_period"), wire.tier_period)
            .unwrap_or(TierPeriod::Cycle),
        limits_period: found
            .optional_kind(&at.key("limits_period"), wire.limits_period)
            .unwrap_or(LimitsPeriod::Cycle),
        negative_quantity,
        priced: if wire.each_event { Priced::EachEvent } else { Priced::Together },
        unit_price_rounding,
        // A commitment that cannot be read is not none.
        spend_commitment: match spend_commitment {
            None => None,
            Some(spend) => Some(spend?),
        },
        limits_compared,
        readings: readings.into_iter().collect::<Option<_>>()?,
        minimum_only_when_used: wire.minimum_only_when_used,
        over_months,
        cycle_days,
    })
}

pub(super) fn interval_to_wire(interval: Interval) -> v1::DecimalRange {
    v1::DecimalRange {
        low: Some(decimal_to_wire(interval.low())),
        high: interval.high().map(decimal_to_wire),
    }
}

/// Unspecified stands for the usual kind.
pub(super) fn unless<E: WireEnum + PartialEq>(kind: E, usual: E) -> i32 {
    if kind == usual { 0 } else { kind.to_wire() }
}

/// Unset stands for one.
pub(super) fn unless_one(value: Positive) -> Option<google::Decimal> {
    (value != Positive::ONE).then(|| decimal_to_wire(value.get()))
}

/// A number of months or rows; all are far below the limit of the wire.
pub(super) fn count_to_wire(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn commitment_to_wire(commitment: &Commitment) -> Option<v1::Commitment> {
    (*commitment != Commitment::default()).then(|| v1::Commitment {
        kind: commitment.kind.to_wire(),
        minimum_quantity: (!commitment.minimum_quantity.is_zero())
            .then(|| decimal_to_wire(commitment.minimum_quantity)),
        minimum_counts_held: commitment.minimum_counts_held,
    })
}

fn commitment_from_wire(
    wire: Option<&v1::Commitment>,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<Commitment> {
    let Some(wire) = wire else { return Some(Commitment::default()) };
    let kind = found.optional_kind(&at.key("kind"), wire.kind).unwrap_or(CommitmentKind::Flex);
    let minimum_at = at.key("minimum_quantity");
    let minimum = found.optional_decimal(&minimum_at, wire.minimum_quantity.as_ref()).unwrap_or_default();
    if minimum < Decimal::ZERO || !minimum.is_integer() {
        found.add(&minimum_at, format!("found {minimum}, expected a whole number from 0"));
        return None;
    }
    Some(Commitment { kind, minimum_quantity: minimum, minimum_counts_held: wire.minimum_counts_held })
}

pub(super) fn months_to_wire(window: MonthWindow) -> v1::MonthWindow {
    v1::MonthWindow {
        first_month: count_to_wire(window.first_month),
        months: window.months.map(count_to_wire),
    }
}

pub(super) fn months_from_wire(
    wire: &v1::MonthWindow,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<MonthWindow> {
    let first_month = found.whole(&at.key("first_month"), Some(wire.first_month), 1);
    let months = found.whole(&at.key("months"), wire.months, 1);
    Some(MonthWindow { first_month: first_month?, months })
}

pub(super) fn dates_to_wire(window: DateWindow) -> v1::DateWindow {
    v1::DateWindow {
        from: window.from.map(date_to_wire),
        to: window.to.map(date_to_wire),
        basis: window.basis.to_wire(),
    }
}

pub(super) fn dates_from_wire(wire: &v1::DateWindow, at: &Path<'_>, found: &mut Found) -> Option<DateWindow> {
    let from = found.optional_date(&at.key("from"), wire.from.as_ref());
    let to = found.optional_date(&at.key("to"), wire.to.as_ref());
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        found.add(&at.key("to"), format!("found {to}, expected a day not before {from}"));
    }
    let basis = found.kind(&at.key("basis"), wire.basis);
    Some(DateWindow { from, to, basis: basis? })
}

pub(super) fn rounding_to_wire(rounding: Rounding) -> v1::Rounding {
    v1::Rounding { mode: rounding.mode.to_wire(), scale: rounding.scale.map(count_to_wire) }
}

pub(super) fn rounding_from_wire(wire: &v1::Rounding, at: &Path<'_>, found: &mut Found) -> Option<Rounding> {
    let mode = found.optional_kind(&at.key("mode"), wire.mode).unwrap_or(RoundingMode::HalfUp);
    let scale = found.whole(&at.key("scale"), wire.scale, 0);
    Some(Rounding { mode, scale })
}
