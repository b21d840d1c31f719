//! From a cycle's quantity to the rows that price it: one function for each line model.

use rust_decimal::Decimal;

use super::cycles::Days;
use super::{flat, graduated, package, per_unit, volume};
use crate::charge::{PartialPackage, PriceModel, Tier};
use crate::interval::{ArithmeticError, Interval, mul};
use crate::quote::TierRow;

/// What a model prices.
pub(crate) struct Quantity {
    /// What is charged, after the allowance.
    pub(crate) net: Decimal,
    /// What picks the tier.
    pub(crate) tier: Decimal,
    /// Days of the cycle, for daily prices.
    pub(crate) days: Option<Days>,
}

impl Quantity {
    /// A quantity that picks its own tier.
    #[cfg(test)]
    pub(crate) fn of(net: Decimal) -> Self {
        Self { net, tier: net, days: None }
    }

    /// `count ÷ per` times the days of the cycle.
    pub(crate) fn over_days(
        &self,
        count: Decimal,
        per: Decimal,
    ) -> Result<(Decimal, Decimal), ArithmeticError> {
        match self.days {
            None => Ok((count, per)),
            Some(days) => Ok((mul(count, days.count)?, mul(per, days.divisor)?)),
        }
    }
}

/// The rows of a cycle; their sum is its amount before limits and adjustments.
pub(crate) fn rows(model: &PriceModel, quantity: &Quantity) -> Result<Vec<TierRow>, ArithmeticError> {
    match model {
        PriceModel::Flat { amount, only_when_used } => flat::rows(*amount, *only_when_used, quantity),
        PriceModel::PerUnit { price, per } => per_unit::rows(*price, *per, quantity),
        PriceModel::Graduated { tiers, per } => graduated::rows(tiers, *per, quantity),
        PriceModel::Volume { tiers, per } => volume::rows(tiers, *per, quantity),
        PriceModel::Package { size, price, partial } => {
            package::rows(*size, *price, partial.unwrap_or(PartialPackage::Up), quantity)
        }
    }
}

/// The row of one tier for its share of the quantity.
pub(crate) fn tier_row(
    index: usize,
    tier: &Tier,
    quantity: Decimal,
    per: Decimal,
) -> Result<TierRow, ArithmeticError> {
    let units = tier.unit_price.scale(quantity, per)?;
    Ok(TierRow {
        tier: u32::try_from(index).map_err(|_| ArithmeticError)?,
        quantity,
        unit_price: tier.unit_price,
        per,
        flat_amount: tier.flat_amount,
        amount: units.plus(tier.flat_amount.unwrap_or(Interval::ZERO))?,
    })
}
