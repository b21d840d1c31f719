//! Amounts that an adapter has computed itself, month by month.

use rust_decimal::Decimal;

use crate::charge::PriceModel;
use crate::interval::Interval;
use crate::quote::TierRow;

/// Which of a price's amounts a month has: the first one that is equal, so that equal months are one run.
pub(crate) fn number(model: &PriceModel, month: u32) -> Option<usize> {
    let PriceModel::Computed { amounts, .. } = model else { return None };
    let amount = amount(amounts, month)?;
    amounts.iter().position(|other| *other == amount)
}

/// Whether months may have different amounts.
pub(crate) fn varies(model: &PriceModel) -> bool {
    matches!(model, PriceModel::Computed { amounts, .. }
        if amounts.iter().any(|amount| Some(amount) != amounts.first()))
}

fn amount(amounts: &[Interval], month: u32) -> Option<Interval> {
    let index = usize::try_from(month).ok()?.checked_sub(1)?.checked_rem(amounts.len())?;
    amounts.get(index).copied()
}

pub(crate) fn row(amounts: &[Interval], month: u32) -> Option<TierRow> {
    let row = |amount| TierRow {
        tier: 0,
        quantity: Decimal::ONE,
        unit_price: amount,
        per: Decimal::ONE,
        flat_amount: None,
        amount,
    };
    amount(amounts, month).map(row)
}
