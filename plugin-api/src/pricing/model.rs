//! From a cycle's quantity to the rows that price it: one function for each line model.

use rust_decimal::Decimal;

use super::cycles::Days;
use super::{flat, graduated, package, per_unit, stair_step, volume};
use crate::charge::{Charge, PartialPackage, PriceModel, Tier, Tiers, ZeroQuantity};
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

/// Why a quantity has no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is too large.
    #[error(transparent)]
    Arithmetic(#[from] ArithmeticError),
    /// Nothing is sold above the last tier.
    #[error("found the quantity {quantity}, which has no price: the last tier ends at {limit}")]
    BeyondLastTier {
        /// What is asked for.
        quantity: Decimal,
        /// Where the last tier ends.
        limit: Decimal,
    },
}

/// The rows of a cycle; their sum is its amount before limits and adjustments.
pub(crate) fn rows(charge: &Charge, quantity: &Quantity) -> Result<Vec<TierRow>, ModelError> {
    let model = &charge.model;
    if quantity.net.is_zero() && charge.zero_quantity == Some(ZeroQuantity::FirstTier) {
        return Ok(first_tier(model));
    }
    Ok(match model {
        PriceModel::Flat { amount, only_when_used } => flat::rows(*amount, *only_when_used, quantity)?,
        PriceModel::PerUnit { price, per } => per_unit::rows(*price, *per, quantity)?,
        PriceModel::Graduated { tiers, per } => graduated::rows(tiers, *per, quantity)?,
        PriceModel::Volume { tiers, per, lookup } => volume::rows(tiers, *per, *lookup, quantity)?,
        PriceModel::StairStep { steps, accumulation } => stair_step::rows(steps, *accumulation, quantity)?,
        PriceModel::Package { size, price, partial, minimum_packages } => {
            let partial = partial.unwrap_or(PartialPackage::Up);
            package::rows(*size, *price, partial, *minimum_packages, quantity)?
        }
        // Priced when the lines that they look at are.
        PriceModel::ShareOfLines { .. } | PriceModel::Shortfall { .. } => Vec::new(),
    })
}

/// What the first tier or step charges once, where there are tiers or steps.
fn first_tier(model: &PriceModel) -> Vec<TierRow> {
    let tiers = match model {
        PriceModel::Graduated { tiers, .. } | PriceModel::Volume { tiers, .. } => tiers,
        PriceModel::StairStep { steps, .. } => steps,
        _ => return Vec::new(),
    };
    let flat = tiers.as_slice().first().and_then(|tier| Some((tier.unit_price, tier.flat_amount?)));
    let row = |(unit_price, amount): (Interval, Interval)| TierRow {
        tier: 0,
        quantity: Decimal::ZERO,
        unit_price,
        per: Decimal::ONE,
        flat_amount: Some(amount),
        amount,
    };
    flat.map(row).into_iter().collect()
}

/// Refuses a quantity above the last tier of a ladder that ends.
pub(crate) fn beyond(tiers: &Tiers, quantity: Decimal) -> Result<(), ModelError> {
    match tiers.limit() {
        Some(limit) if quantity > limit => Err(ModelError::BeyondLastTier { quantity, limit }),
        _ => Ok(()),
    }
}

/// The tier that holds a quantity, with its index.
pub(crate) fn tier_at(tiers: &Tiers, quantity: Decimal) -> Result<(usize, &Tier), ModelError> {
    beyond(tiers, quantity)?;
    let index = tiers.reached(quantity);
    tiers.as_slice().get(index).map(|tier| (index, tier)).ok_or(ArithmeticError.into())
}

/// The row of one tier for its share of the quantity.
pub(crate) fn tier_row(
    index: usize,
    tier: &Tier,
    quantity: Decimal,
    per: Decimal,
) -> Result<TierRow, ArithmeticError> {
    let quantity = match tier.package_size {
        Some(size) => package::started(quantity, size)?,
        None => quantity,
    };
    let units = tier.unit_price.scale(quantity, per)?;
    Ok(TierRow {
        tier: u32::try_from(index).map_err(|_| ArithmeticError)?,
        quantity,
        unit_price: tier.unit_price,
        per,
        flat_amount: tier.flat_amount,
        amount: tier.flat_amount.map_or(Ok(units), |flat| units.plus(flat))?,
    })
}
