//! Line sets, both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use v1::line_set::Rule;
use v1::set_discount::Off as WireOff;

use super::charge::{
    count_to_wire, dates_from_wire, dates_to_wire, months_from_wire, months_to_wire, rounding_from_wire,
    rounding_to_wire,
};
use super::enums::{SpreadMethod, WireEnum as _};
use super::found::Found;
use super::lines::{choice_from_wire, choice_to_wire};
use crate::charge::AdjustmentBase;
use crate::document::path::Path;
use crate::line_set::{LineSet, Off, Remainder, SetDiscount, SetRule, Spread};

pub(super) fn set_to_wire(set: &LineSet) -> v1::LineSet {
    let rule = match &set.rule {
        SetRule::Dearest => Rule::Dearest(v1::DearestLine {}),
        SetRule::Maximum { amount, spread } => Rule::Maximum(v1::SetMaximum {
            amount: Some(decimal_to_wire(*amount)),
            spread: spread_to_wire(*spread),
        }),
        SetRule::Discount(discount) => Rule::Discount(discount_to_wire(discount)),
    };
    v1::LineSet {
        id: set.id.clone(),
        reason: set.reason.clone(),
        charges: choice_to_wire(&set.charges),
        cycle: set.cycle.to_wire(),
        rule: Some(rule),
        months: set.months.map(months_to_wire),
        dates: set.dates.map(dates_to_wire),
        source_indexes: set.sources.clone(),
    }
}

pub(super) fn set_from_wire(wire: &v1::LineSet, at: &Path<'_>, found: &mut Found) -> Option<LineSet> {
    let charges = choice_from_wire(wire.charges.as_ref(), &at.key("charges"), found);
    let cycle = found.kind(&at.key("cycle"), wire.cycle);
    let rule = match &wire.rule {
        None => {
            found.add(&at.key("rule"), "found nothing, expected dearest, maximum or discount");
            None
        }
        Some(Rule::Dearest(_)) => Some(SetRule::Dearest),
        Some(Rule::Maximum(maximum)) => {
            let at = at.key("maximum");
            let amount = found.decimal(&at.key("amount"), maximum.amount.as_ref());
            let spread = spread_from_wire(maximum.spread.as_ref(), &at.key("spread"), found);
            amount.zip(spread).map(|(amount, spread)| SetRule::Maximum { amount, spread })
        }
        Some(Rule::Discount(discount)) => {
            discount_from_wire(discount, &at.key("discount"), found).map(SetRule::Discount)
        }
    };
    let months = wire.months.as_ref().and_then(|m| months_from_wire(m, &at.key("months"), found));
    let dates = wire.dates.as_ref().and_then(|d| dates_from_wire(d, &at.key("dates"), found));
    Some(LineSet {
        id: wire.id.clone(),
        reason: wire.reason.clone(),
        charges: charges?,
        cycle: cycle?,
        rule: rule?,
        months,
        dates,
        sources: wire.source_indexes.clone(),
    })
}

fn discount_to_wire(discount: &SetDiscount) -> v1::SetDiscount {
    let (off, rounding, spread) = match &discount.off {
        Off::Fraction { fraction, rounding } => {
            (WireOff::Fraction(decimal_to_wire(*fraction)), rounding.map(rounding_to_wire), None)
        }
        Off::Amount { amount, spread } => {
            (WireOff::Amount(decimal_to_wire(*amount)), None, spread_to_wire(*spread))
        }
    };
    v1::SetDiscount {
        off: Some(off),
        base: discount.base.to_wire(),
        at_least: discount.at_least.map(decimal_to_wire),
        at_most: discount.at_most.map(decimal_to_wire),
        below: discount.below.map(decimal_to_wire),
        rounding,
        spread,
    }
}

fn discount_from_wire(wire: &v1::SetDiscount, at: &Path<'_>, found: &mut Found) -> Option<SetDiscount> {
    let off = match &wire.off {
        None => {
            found.add(at, "found nothing, expected a fraction or an amount");
            None
        }
        Some(WireOff::Fraction(fraction)) => {
            if wire.spread.is_some() {
                found.add(&at.key("spread"), "found a spread, expected one only with an amount");
            }
            let fraction = found.decimal(&at.key("fraction"), Some(fraction));
            let rounding =
                wire.rounding.as_ref().and_then(|r| rounding_from_wire(r, &at.key("rounding"), found));
            fraction.map(|fraction| Off::Fraction { fraction, rounding })
        }
        Some(WireOff::Amount(amount)) => {
            if wire.rounding.is_some() {
                found.add(&at.key("rounding"), "found a rounding, expected one only with a fraction");
            }
            let amount = found.decimal(&at.key("amount"), Some(amount));
            let spread = spread_from_wire(wire.spread.as_ref(), &at.key("spread"), found);
            amount.zip(spread).map(|(amount, spread)| Off::Amount { amount, spread })
        }
    };
    let base = found.optional_kind(&at.key("base"), wire.base).unwrap_or(AdjustmentBase::Running);
    let at_least = found.optional_decimal(&at.key("at_least"), wire.at_least.as_ref());
    let at_most = found.optional_decimal(&at.key("at_most"), wire.at_most.as_ref());
    let below = found.optional_decimal(&at.key("below"), wire.below.as_ref());
    Some(SetDiscount { off: off?, base, at_least, at_most, below })
}

/// Unset stands for an exact one.
fn spread_to_wire(spread: Spread) -> Option<v1::Spread> {
    match spread {
        Spread::EXACT => None,
        Spread::Proportional { scale, remainder } => Some(v1::Spread {
            method: SpreadMethod::Proportional.to_wire(),
            scale: scale.map(count_to_wire),
            remainder: remainder.to_wire(),
        }),
        Spread::InOrder => {
            Some(v1::Spread { method: SpreadMethod::InOrder.to_wire(), ..v1::Spread::default() })
        }
    }
}

fn spread_from_wire(wire: Option<&v1::Spread>, at: &Path<'_>, found: &mut Found) -> Option<Spread> {
    let Some(wire) = wire else { return Some(Spread::EXACT) };
    let method = found.optional_kind(&at.key("method"), wire.method).unwrap_or(SpreadMethod::Proportional);
    if method == SpreadMethod::InOrder {
        if wire.scale.is_some() || wire.remainder != 0 {
            found.add(at, "found decimal places or a remainder, expected them only in proportion");
        }
        return Some(Spread::InOrder);
    }
    let scale = found.whole(&at.key("scale"), wire.scale, 0);
    let remainder = found.optional_kind(&at.key("remainder"), wire.remainder).unwrap_or(Remainder::Last);
    Some(Spread::Proportional { scale, remainder })
}
