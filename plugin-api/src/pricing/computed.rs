//! Amounts that an adapter has computed itself, month by month.

use rust_decimal::Decimal;

use crate::charge::PriceModel;
use crate::interval::Interval;
use crate::quote::TierRow;

/// Which of a price's amounts each month has: the first one that is equal, so that equal months are one run.
pub(crate) struct Numbers(Vec<usize>);

impl Numbers {
    pub(crate) fn of(model: &PriceModel) -> Self {
        let PriceModel::Computed { amounts, .. } = model else { return Self(Vec::new()) };
        let first = |(index, amount)| amounts.iter().position(|other| other == amount).unwrap_or(index);
        Self(amounts.iter().enumerate().map(first).collect())
    }

    /// That of a month; none where the price is not computed.
    pub(crate) fn of_month(&self, month: u32) -> Option<usize> {
        self.0.get(place(month, self.0.len())?).copied()
    }
}

/// Where a month's amount stands among so many.
fn place(month: u32, amounts: usize) -> Option<usize> {
    usize::try_from(month).ok()?.checked_sub(1)?.checked_rem(amounts)
}

/// Whether months may have different amounts.
pub(crate) fn varies(model: &PriceModel) -> bool {
    matches!(model, PriceModel::Computed { amounts, .. }
        if amounts.iter().any(|amount| Some(amount) != amounts.first()))
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
    amounts.get(place(month, amounts.len())?).copied().map(row)
}
