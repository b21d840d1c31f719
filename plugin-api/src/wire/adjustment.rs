//! Discounts and surcharges, both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use v1::adjustment::Effect as WireEffect;

use super::charge::{
    dates_from_wire, dates_to_wire, interval_to_wire, months_from_wire, months_to_wire, rounding_from_wire,
    rounding_to_wire,
};
use super::enums::WireEnum as _;
use super::found::Found;
use crate::charge::{Adjustment, AdjustmentBase, Condition, Effect};
use crate::document::path::Path;

pub(super) fn adjustment_to_wire(adjustment: &Adjustment) -> v1::Adjustment {
    let (effect, base) = match &adjustment.effect {
        Effect::Fraction { fraction, base } => {
            (WireEffect::Fraction(interval_to_wire(*fraction)), base.to_wire())
        }
        Effect::Amount(amount) => (WireEffect::Amount(interval_to_wire(*amount)), 0),
        Effect::UnitFraction(fraction) => (WireEffect::UnitFraction(interval_to_wire(*fraction)), 0),
        Effect::UnitAmount(amount) => (WireEffect::UnitAmount(interval_to_wire(*amount)), 0),
    };
    v1::Adjustment {
        id: adjustment.id.to_string(),
        reason: adjustment.reason.to_string(),
        effect: Some(effect),
        base,
        conditions: adjustment.conditions.iter().map(condition_to_wire).collect(),
        dates: adjustment.dates.map(dates_to_wire),
        months: adjustment.months.map(months_to_wire),
        source_indexes: adjustment.sources.clone(),
        rounding: adjustment.rounding.map(rounding_to_wire),
    }
}

pub(super) fn adjustment_from_wire(
    wire: &v1::Adjustment,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<Adjustment> {
    let effect = effect_from_wire(wire, at, found);
    let conditions_at = at.key("conditions");
    let conditions: Vec<_> = wire
        .conditions
        .iter()
        .enumerate()
        .map(|(index, wire)| condition_from_wire(wire, &conditions_at.index(index), found))
        .collect();
    let dates = wire.dates.as_ref().and_then(|d| dates_from_wire(d, &at.key("dates"), found));
    let months = wire.months.as_ref().and_then(|m| months_from_wire(m, &at.key("months"), found));
    let rounding = wire.rounding.as_ref().and_then(|r| rounding_from_wire(r, &at.key("rounding"), found));
    Some(Adjustment {
        id: wire.id.as_str().into(),
        reason: wire.reason.as_str().into(),
        effect: effect?,
        conditions: conditions.into_iter().collect::<Option<_>>()?,
        dates,
        months,
        sources: wire.source_indexes.clone(),
        rounding,
    })
}

fn effect_from_wire(wire: &v1::Adjustment, at: &Path<'_>, found: &mut Found) -> Option<Effect> {
    let base_at = at.key("base");
    if wire.base != 0 && !matches!(wire.effect, Some(WireEffect::Fraction(_)) | None) {
        found.add(&base_at, "found a base beside another effect, expected one only with a fraction");
    }
    match &wire.effect {
        None => {
            found.add(
                &at.key("effect"),
                "found nothing, expected a fraction, an amount, a unit_fraction or a unit_amount",
            );
            None
        }
        Some(WireEffect::Fraction(fraction)) => {
            let fraction = found.interval(&at.key("fraction"), Some(fraction));
            let base = found.optional_kind(&base_at, wire.base).unwrap_or(AdjustmentBase::Running);
            Some(Effect::Fraction { fraction: fraction?, base })
        }
        Some(WireEffect::Amount(amount)) => {
            found.interval(&at.key("amount"), Some(amount)).map(Effect::Amount)
        }
        Some(WireEffect::UnitFraction(fraction)) => {
            found.interval(&at.key("unit_fraction"), Some(fraction)).map(Effect::UnitFraction)
        }
        Some(WireEffect::UnitAmount(amount)) => {
            found.interval(&at.key("unit_amount"), Some(amount)).map(Effect::UnitAmount)
        }
    }
}

fn condition_to_wire(condition: &Condition) -> v1::Condition {
    v1::Condition {
        subject: condition.subject.to_wire(),
        at_least: condition.at_least.map(decimal_to_wire),
        at_most: condition.at_most.map(decimal_to_wire),
    }
}

fn condition_from_wire(wire: &v1::Condition, at: &Path<'_>, found: &mut Found) -> Option<Condition> {
    let subject = found.kind(&at.key("subject"), wire.subject);
    let at_least = found.optional_decimal(&at.key("at_least"), wire.at_least.as_ref());
    let at_most = found.optional_decimal(&at.key("at_most"), wire.at_most.as_ref());
    if let (Some(least), Some(most)) = (at_least, at_most)
        && least > most
    {
        found.add(at, format!("found a least value of {least} above the greatest, {most}"));
    }
    Some(Condition { subject: subject?, at_least, at_most })
}
