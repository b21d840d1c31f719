//! The same amount in each cycle, whatever the quantity.

use rust_decimal::Decimal;

use super::model::Quantity;
use crate::interval::{ArithmeticError, Interval};
use crate::quote::TierRow;

pub(crate) fn row(
    amount: Interval,
    only_when_used: bool,
    quantity: &Quantity<'_>,
) -> Result<Option<TierRow>, ArithmeticError> {
    if only_when_used && quantity.net.is_zero() {
        return Ok(None);
    }
    let (count, per) = quantity.over_days(Decimal::ONE, Decimal::ONE)?;
    Ok(Some(TierRow {
        tier: 0,
        quantity: count,
        unit_price: amount,
        per,
        flat_amount: None,
        amount: amount.scale(count, per)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_price_ignores_the_quantity_unless_it_asks_for_use() {
        let amount = Interval::exact(Decimal::from(50_000));
        for (net, only_when_used, expected) in [(0, false, 1), (7, false, 1), (0, true, 0), (7, true, 1)] {
            let quantity = Quantity::of(Decimal::from(net));
            let rows: Vec<_> = row(amount, only_when_used, &quantity).unwrap().into_iter().collect();
            assert_eq!(rows.len(), expected);
            assert!(rows.iter().all(|row| row.amount == amount));
        }
    }
}
