//! When packs are bought that last longer than a month.
//!
//! Months are walked in order: what is left of earlier packs is drawn first, by earliest end, then smaller
//! first. Where it is not enough, the cheapest cover is bought of all that is needed until the new packs end,
//! but not past the commitment; or, with a recharge level, the first kind as often as the level asks.

use rust_decimal::Decimal;

use super::model::ModelError;
use super::pack_search::Kinds;
use super::packs;
use super::timeline::Timeline;
use crate::charge::{Charge, Packs, PriceModel};
use crate::interval::{add, mul, sub};
use crate::metering::Monthly;

/// Most packs that a month is recharged with.
const MAX_RECHARGES: u32 = 10_000;

/// What is bought in each month.
pub(crate) struct PackPlan {
    /// Different purchases: how many of each kind of pack.
    purchases: Vec<Vec<u32>>,
    /// Index of each month's purchase.
    by_month: Vec<u32>,
}

impl PackPlan {
    /// The plan of a charge whose packs last longer than a cycle.
    pub(crate) fn of(
        charge: &Charge,
        billed: &Monthly,
        timeline: &Timeline,
    ) -> Result<Option<Self>, ModelError> {
        let PriceModel::Packs(packs) = &charge.model else { return Ok(None) };
        let Some(validity) = packs.validity_months else { return Ok(None) };
        let mut plan = Self { purchases: Vec::new(), by_month: Vec::new() };
        // What a month is given for itself is used up before any pack is.
        let free = charge.allowance.as_ref().map_or(Decimal::ZERO, |allowance| allowance.quantity);
        // What is too large is an error where it is asked for.
        let mut stock = Stock { packs, kinds: Kinds::of(packs).ok(), validity, lots: Vec::new() };
        for commitment in &timeline.commitments {
            for month in commitment.first_month..commitment.end_month() {
                let until = (month + validity).min(commitment.end_month());
                let quantity = |month: u32| {
                    let billed = billed.get(month as usize - 1);
                    billed.checked_sub(free).unwrap_or(billed).max(Decimal::ZERO)
                };
                let bought = stock.month(month, until, &quantity)?;
                plan.push(bought)?;
            }
        }
        Ok(Some(plan))
    }

    fn push(&mut self, bought: Vec<u32>) -> Result<(), ModelError> {
        let known = self.purchases.iter().position(|purchase| *purchase == bought);
        let index = known.unwrap_or(self.purchases.len());
        if known.is_none() {
            self.purchases.push(bought);
        }
        self.by_month.push(u32::try_from(index).map_err(|_| crate::interval::ArithmeticError)?);
        Ok(())
    }

    /// The number of a month's purchase; equal purchases have equal numbers.
    pub(crate) fn number(&self, month: u32) -> u32 {
        let index = (month as usize).saturating_sub(1);
        self.by_month.get(index).copied().unwrap_or_default()
    }

    /// How many of each kind are bought in a month.
    pub(crate) fn bought(&self, month: u32) -> &[u32] {
        self.purchases.get(self.number(month) as usize).map_or(&[], Vec::as_slice)
    }
}

/// What is left of packs.
struct Stock<'a> {
    packs: &'a Packs,
    kinds: Option<Kinds>,
    validity: u32,
    /// Month after the last one that a lot is good for, and what is left of it.
    lots: Vec<(u32, Decimal)>,
}

impl Stock<'_> {
    /// Draws a month's quantity, and says what had to be bought for it.
    fn month(
        &mut self,
        month: u32,
        until: u32,
        quantity: &impl Fn(u32) -> Decimal,
    ) -> Result<Vec<u32>, ModelError> {
        self.lots.retain(|(end, left)| *end > month && !left.is_zero());
        let mut bought = vec![0; self.packs.packs.len()];
        let mut short = self.draw(quantity(month))?;
        match self.packs.recharge_below {
            None if short > Decimal::ZERO => {
                // All lots are empty, so that the new packs are for all that follows.
                let later = (month + 1..until).map(quantity);
                let needed = later.into_iter().try_fold(short, add)?;
                self.buy(month, &packs::cover(self.packs, self.kinds.as_ref(), needed)?, &mut bought)?;
                self.draw(short)?;
            }
            None => {}
            Some(level) => {
                let first: Vec<u32> = (0..bought.len()).map(|kind| u32::from(kind == 0)).collect();
                for recharges in 0.. {
                    if recharges > MAX_RECHARGES {
                        return Err(ModelError::TooManyPacks);
                    }
                    if short.is_zero() && self.left()? >= level {
                        break;
                    }
                    self.buy(month, &first, &mut bought)?;
                    short = self.draw(short)?;
                }
            }
        }
        Ok(bought)
    }

    /// Takes from the lots, and says what they did not have.
    fn draw(&mut self, quantity: Decimal) -> Result<Decimal, ModelError> {
        self.lots.sort();
        let mut short = quantity;
        for (_, left) in &mut self.lots {
            let drawn = short.min(*left);
            *left = sub(*left, drawn)?;
            short = sub(short, drawn)?;
        }
        Ok(short)
    }

    fn left(&self) -> Result<Decimal, ModelError> {
        Ok(self.lots.iter().map(|(_, left)| *left).try_fold(Decimal::ZERO, add)?)
    }

    fn buy(&mut self, month: u32, packs: &[u32], bought: &mut [u32]) -> Result<(), ModelError> {
        for ((pack, count), total) in self.packs.packs.iter().zip(packs).zip(bought) {
            *total = total.saturating_add(*count);
            if *count > 0 {
                // Equal packs that end together are drawn one after the other: one lot.
                self.lots.push((month + self.validity, mul(pack.size.get(), (*count).into())?));
            }
        }
        Ok(())
    }
}
