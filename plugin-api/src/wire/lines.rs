//! Choices of lines and prices over them, both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::charge::interval_to_wire;
use super::enums::{WireEnum as _, optional_to_wire};
use super::found::Found;
use crate::charge::{CountedAmount, LineChoice, PriceModel};
use crate::document::path::Path;
use crate::interval::Interval;

/// Unset stands for all.
pub(super) fn choice_to_wire(choice: &LineChoice) -> Option<v1::LineChoice> {
    match choice {
        LineChoice::All => None,
        LineChoice::Ids(ids) => Some(v1::LineChoice { charge_ids: ids.clone(), category: 0 }),
        LineChoice::Category(category) => {
            Some(v1::LineChoice { charge_ids: Vec::new(), category: optional_to_wire(Some(*category)) })
        }
    }
}

pub(super) fn choice_from_wire(
    wire: Option<&v1::LineChoice>,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<LineChoice> {
    let Some(wire) = wire else { return Some(LineChoice::All) };
    if wire.category == 0 {
        let ids = wire.charge_ids.clone();
        return Some(if ids.is_empty() { LineChoice::All } else { LineChoice::Ids(ids) });
    }
    let category = found.kind(&at.key("category"), wire.category)?;
    if !wire.charge_ids.is_empty() {
        found.add(at, "found lines chosen by id and by category, expected one of them");
        return None;
    }
    Some(LineChoice::Category(category))
}

pub(super) fn share_to_wire(lines: &LineChoice, fraction: Interval) -> v1::ShareOfLinesPrice {
    v1::ShareOfLinesPrice { lines: choice_to_wire(lines), fraction: Some(interval_to_wire(fraction)) }
}

pub(super) fn share_from_wire(
    wire: &v1::ShareOfLinesPrice,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<PriceModel> {
    let lines = choice_from_wire(wire.lines.as_ref(), &at.key("lines"), found);
    let fraction = found.interval(&at.key("fraction"), wire.fraction.as_ref());
    Some(PriceModel::ShareOfLines { lines: lines?, fraction: fraction? })
}

pub(super) fn shortfall_to_wire(
    lines: &LineChoice,
    minimum: Decimal,
    counted: CountedAmount,
) -> v1::ShortfallPrice {
    v1::ShortfallPrice {
        lines: choice_to_wire(lines),
        minimum: Some(decimal_to_wire(minimum)),
        counted: counted.to_wire(),
    }
}

pub(super) fn shortfall_from_wire(
    wire: &v1::ShortfallPrice,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<PriceModel> {
    let lines = choice_from_wire(wire.lines.as_ref(), &at.key("lines"), found);
    let minimum = found.decimal(&at.key("minimum"), wire.minimum.as_ref());
    let counted = found.kind(&at.key("counted"), wire.counted);
    Some(PriceModel::Shortfall { lines: lines?, minimum: minimum?, counted: counted? })
}
