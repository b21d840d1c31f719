//! Computed amounts, both ways.

use quotient_proto::v1;

use super::charge::interval_to_wire;
use super::found::Found;
use crate::charge::PriceModel;
use crate::document::path::Path;
use crate::interval::Interval;
use crate::offer::MAX_COMPUTED;

pub(super) fn computed_to_wire(formula: &str, amounts: &[Interval]) -> v1::ComputedPrice {
    let amounts = amounts.iter().copied().map(interval_to_wire).collect();
    v1::ComputedPrice { formula: formula.to_owned(), amounts }
}

pub(super) fn computed_from_wire(
    wire: &v1::ComputedPrice,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<PriceModel> {
    let amounts_at = at.key("amounts");
    let amounts: Vec<_> = found
        .limited(&amounts_at, &wire.amounts, MAX_COMPUTED)
        .iter()
        .enumerate()
        .map(|(index, amount)| found.interval(&amounts_at.index(index), Some(amount)))
        .collect();
    let amounts = amounts.into_iter().collect::<Option<_>>()?;
    Some(PriceModel::Computed { formula: wire.formula.clone(), amounts })
}
