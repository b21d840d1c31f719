//! From a cycle's quantity to the rows that price it: one function for each line model.

use rust_decimal::Decimal;

use super::cycles::Days;
use super::pack_search::Kinds;
use super::recording::{Changes, Rows};
use super::{
    computed, flat, graduated, package, packs, per_unit, percentage, stair_step, tier_period, volume,
};
use crate::charge::{Charge, PartialPackage, PriceModel, Tier, Tiers, ZeroQuantity};
use crate::interval::{ArithmeticError, Interval, mul};
use crate::quote::TierRow;

/// What a model prices.
pub(crate) struct Quantity<'a> {
    /// What is charged, after the allowance.
    pub(crate) net: Decimal,
    /// What picks the tier.
    pub(crate) tier: Decimal,
    /// Days of the cycle, for daily prices.
    pub(crate) days: Option<Days>,
    /// The single events of a month, where they are known.
    pub(crate) events: Option<&'a [Decimal]>,
    /// What has gone up a graduated ladder before.
    pub(crate) before: Decimal,
    /// Days that `net` is spread over before it meets the ladder.
    pub(crate) spread: Option<Days>,
    /// Packs that are bought in the cycle, by kind, where earlier ones are drawn too.
    pub(crate) bought: Option<&'a [u32]>,
    /// The kinds of packs, where they are laid out already.
    pub(crate) kinds: Option<&'a Kinds>,
    /// First month of the cycle.
    pub(crate) month: u32,
}

impl Quantity<'_> {
    /// A quantity that picks its own tier.
    pub(crate) fn of(net: Decimal) -> Self {
        Self {
            net,
            tier: net,
            days: None,
            events: None,
            before: Decimal::ZERO,
            spread: None,
            bought: None,
            kinds: None,
            month: 1,
        }
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
    /// No more packs are sold in a cycle: the service stops.
    #[error("found the quantity {quantity}, for which too few packs are sold: they hold {limit} at most")]
    BeyondPacks {
        /// What is asked for.
        quantity: Decimal,
        /// What all packs hold together.
        limit: Decimal,
    },
    /// The cheapest packs cannot be found in reasonable time.
    #[error("found more combinations of packs than are looked at, expected fewer or simpler sizes")]
    TooManyPacks,
    /// The price of single events is asked for, and only their sum is known.
    #[error("found only the sum of a month, expected its single events: state them as the meter's events")]
    NeedsEvents,
    /// A correction among single events, which have prices of their own.
    #[error("found an event of {event}, expected events from 0: prices of single events take nothing back")]
    NegativeEvent {
        /// The event.
        event: Decimal,
    },
    /// A correction, where the charge does not say what it costs.
    #[error("found the quantity {quantity} and no word on what a quantity below 0 costs")]
    Negative {
        /// The quantity.
        quantity: Decimal,
    },
    /// A correction of what has no upper bound.
    #[error("found a quantity below 0 at a price without an upper bound, which has no lower one")]
    OpenBelow,
}

/// A quantity at a model's prices: the rows, the changes beside them, and what both add up to.
pub(crate) fn price(
    charge: &Charge,
    model: &PriceModel,
    quantity: &Quantity<'_>,
    tiers: &mut Rows<'_>,
    changes: &mut Changes<'_>,
) -> Result<Interval, ModelError> {
    if let PriceModel::Percentage(price) = model {
        return percentage::price(price, quantity, tiers, changes);
    }
    match quantity.spread {
        None => rows(charge, model, quantity, tiers)?,
        Some(days) => rows(charge, &tier_period::stretched(model, days)?, quantity, tiers)?,
    }
    Ok(tiers.sum())
}

fn rows(
    charge: &Charge,
    model: &PriceModel,
    quantity: &Quantity<'_>,
    rows: &mut Rows<'_>,
) -> Result<(), ModelError> {
    // A step that was reached before is charged without any quantity.
    let none = if matches!(model, PriceModel::StairStep { .. }) { quantity.tier } else { quantity.net };
    if none.is_zero() && charge.zero_quantity == Some(ZeroQuantity::FirstTier) {
        return Ok(first_tier(model).map_or(Ok(()), |row| rows.push(row))?);
    }
    match model {
        PriceModel::Flat { amount, only_when_used } => {
            if let Some(row) = flat::row(*amount, *only_when_used, quantity)? {
                rows.push(row)?;
            }
        }
        PriceModel::PerUnit { price, per } => per_unit::rows(*price, *per, quantity, rows)?,
        PriceModel::Graduated { tiers, per } => graduated::rows(tiers, *per, quantity, rows)?,
        PriceModel::Volume { tiers, per, lookup } => {
            volume::rows(tiers, *per, *lookup, quantity, rows)?;
        }
        PriceModel::StairStep { steps, accumulation } => {
            stair_step::rows(steps, *accumulation, quantity, rows)?;
        }
        PriceModel::Package { size, price, partial, minimum_packages } => {
            let partial = partial.unwrap_or(PartialPackage::Up);
            rows.push(package::row(*size, *price, partial, *minimum_packages, quantity)?)?;
        }
        PriceModel::Percentage(price) => {
            percentage::price(price, quantity, rows, &mut Changes::unseen())?;
        }
        PriceModel::Packs(packs) => packs::rows(packs, quantity, rows)?,
        PriceModel::Computed { amounts, .. } => {
            if let Some(row) = computed::row(amounts, quantity.month) {
                rows.push(row)?;
            }
        }
        // Priced when the lines that they look at are.
        PriceModel::ShareOfLines { .. } | PriceModel::Shortfall { .. } => {}
    }
    Ok(())
}

/// What the first tier or step charges once, where there are tiers or steps.
fn first_tier(model: &PriceModel) -> Option<TierRow> {
    let tiers = match model {
        PriceModel::Graduated { tiers, .. } | PriceModel::Volume { tiers, .. } => tiers,
        PriceModel::StairStep { steps, .. } => steps,
        PriceModel::Flat { .. }
        | PriceModel::PerUnit { .. }
        | PriceModel::Package { .. }
        | PriceModel::Percentage(_)
        | PriceModel::Packs(_)
        | PriceModel::ShareOfLines { .. }
        | PriceModel::Shortfall { .. }
        | PriceModel::Computed { .. } => return None,
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
    flat.map(row)
}

/// Refuses a quantity above the last tier of a ladder that ends.
pub(crate) fn beyond(tiers: &Tiers, quantity: Decimal) -> Result<(), ModelError> {
    match tiers.limit() {
        Some(limit) if tiers.ends_before(quantity) => Err(ModelError::BeyondLastTier { quantity, limit }),
        _ => Ok(()),
    }
}

/// The tier that holds a quantity, with its index.
pub(crate) fn tier_at(tiers: &Tiers, quantity: Decimal) -> Result<(usize, &Tier), ModelError> {
    beyond(tiers, quantity)?;
    let index = tiers.reached(quantity);
    tiers.as_slice().get(index).map(|tier| (index, tier)).ok_or(ArithmeticError.into())
}

/// The row of one tier for its share of the quantity. What is charged once for it is charged when it is entered.
#[inline]
pub(crate) fn tier_row(
    index: usize,
    (tier, entered): (&Tier, bool),
    quantity: Decimal,
    per: Decimal,
    rows: &mut Rows<'_>,
) -> Result<(), ArithmeticError> {
    let quantity = match tier.package_size {
        Some(size) => package::started(quantity, size)?,
        None => quantity,
    };
    let mut amount = tier.unit_price.scale(quantity, per)?;
    if let Some(flat) = tier.flat_amount.filter(|_| entered) {
        amount = amount.plus(flat)?;
    }
    if let Some(least) = tier.minimum_amount {
        amount = amount.at_least_value(least);
    }
    if let Some(most) = tier.maximum_amount {
        amount = amount.at_most_value(most);
    }
    rows.add(amount, || {
        let (unit_price, flat_amount) = (tier.unit_price, tier.flat_amount.filter(|_| entered));
        let tier = u32::try_from(index).map_err(|_| ArithmeticError)?;
        Ok(TierRow { tier, quantity, unit_price, per, flat_amount, amount })
    })
}
