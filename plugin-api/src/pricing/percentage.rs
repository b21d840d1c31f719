//! A part of an amount of money, with what each event costs beside it.

use rust_decimal::Decimal;

use super::graduated;
use super::model::{ModelError, Quantity};
use super::recording::{Changes, Rows};
use crate::charge::{Crossing, FreeEvents, Percentage, Positive, Tiers};
use crate::interval::{ArithmeticError, Interval, add, sub};
use crate::quote::TierRow;

/// The rows of a month's events, the changes by their least and greatest amounts, and the sum.
pub(crate) fn price(
    price: &Percentage,
    quantity: &Quantity<'_>,
    rows: &mut Rows<'_>,
    changes: &mut Changes<'_>,
) -> Result<Interval, ModelError> {
    // Without prices of single events only their sum counts.
    if !price.needs_events() {
        graduated::rows(&price.tiers, Positive::ONE, &Quantity::of(quantity.net), rows)?;
        return Ok(rows.sum());
    }
    let events = match quantity.events {
        Some(events) => events,
        None if quantity.net.is_zero() => &[],
        None => return Err(ModelError::NeedsEvents),
    };
    if let Some(event) = events.iter().copied().find(|event| *event < Decimal::ZERO) {
        return Err(ModelError::NegativeEvent { event });
    }
    let mut sum = Sum::new(price);
    for event in events {
        sum.add(*event)?;
    }
    sum.finish(rows, changes)
}

/// The events so far.
struct Sum<'a> {
    price: &'a Percentage,
    /// How many there were, and what they add up to, free ones among them.
    seen: (u32, Decimal),
    /// What was charged for of them.
    charged: Decimal,
    /// How many paid the fixed part.
    fixed: u32,
    /// Before the least and greatest amounts, after the least, and after both.
    plain: Interval,
    raised: Interval,
    limited: Interval,
}

impl<'a> Sum<'a> {
    fn new(price: &'a Percentage) -> Self {
        let (zero, none) = (Interval::ZERO, Decimal::ZERO);
        Self { price, seen: (0, none), charged: none, fixed: 0, plain: zero, raised: zero, limited: zero }
    }

    fn add(&mut self, event: Decimal) -> Result<(), ModelError> {
        let Some(part) = self.charged_part(event)? else { return Ok(()) };
        let share = share(&self.price.tiers, self.charged, part)?;
        self.charged = add(self.charged, part)?;
        self.fixed = self.fixed.checked_add(1).ok_or(ArithmeticError)?;
        let plain = share.plus(self.price.fixed_per_event.unwrap_or(Interval::ZERO))?;
        let raised = self.price.minimum_per_event.map_or(plain, |least| plain.at_least_value(least));
        let limited = self.price.maximum_per_event.map_or(raised, |most| raised.at_most_value(most));
        self.plain = self.plain.plus(plain)?;
        self.raised = self.raised.plus(raised)?;
        self.limited = self.limited.plus(limited)?;
        Ok(())
    }

    /// What is charged of an event; `None` where it is free.
    fn charged_part(&mut self, event: Decimal) -> Result<Option<Decimal>, ArithmeticError> {
        let (count, before) = self.seen;
        let after = add(before, event)?;
        let count = count.checked_add(1).ok_or(ArithmeticError)?;
        self.seen = (count, after);
        let Some(FreeEvents { events, amount, crossing }) = self.price.free else { return Ok(Some(event)) };
        if events.is_some_and(|free| count > free) {
            return Ok(Some(event));
        }
        match amount {
            Some(free) if before >= free && !event.is_zero() => Ok(Some(event)),
            Some(free) if after > free => match crossing {
                Crossing::Excess => Ok(Some(sub(after, free)?)),
                Crossing::Whole => Ok(Some(event)),
                Crossing::Free => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn finish(self, rows: &mut Rows<'_>, changes: &mut Changes<'_>) -> Result<Interval, ModelError> {
        let all = Quantity::of(self.charged);
        graduated::rows(&self.price.tiers, Positive::ONE, &all, rows)?;
        if let Some(fixed) = self.price.fixed_per_event.filter(|_| self.fixed > 0) {
            let quantity = Decimal::from(self.fixed);
            let amount = fixed.times(self.fixed)?;
            let (unit_price, per) = (fixed, Decimal::ONE);
            rows.push(TierRow { tier: 0, quantity, unit_price, per, flat_amount: None, amount })?;
        }
        let reason = || "the least amount of each event".to_owned();
        changes.record("event_minimum", reason, self.plain, self.raised)?;
        let reason = || "the greatest amount of each event".to_owned();
        changes.record("event_maximum", reason, self.raised, self.limited)?;
        Ok(self.limited)
    }
}

/// What the next part of the amount costs after what was charged before it.
fn share(tiers: &Tiers, before: Decimal, part: Decimal) -> Result<Interval, ModelError> {
    let (from, to) = (cost(tiers, before)?, cost(tiers, add(before, part)?)?);
    let step = from.step_to(to)?;
    Interval::new(step.low, step.high).map_err(|_| ArithmeticError.into())
}

fn cost(tiers: &Tiers, quantity: Decimal) -> Result<Interval, ModelError> {
    let mut rows = Rows::unseen();
    graduated::rows(tiers, Positive::ONE, &Quantity::of(quantity), &mut rows)?;
    Ok(rows.sum())
}
