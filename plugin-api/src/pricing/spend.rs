//! What is paid at least in a cycle, and what a surplus costs.

use rust_decimal::Decimal;

use super::adjust::Facts;
use super::cycle::Context;
use super::cycles::CycleSpec;
use super::model::{ModelError, Quantity};
use super::recording::Changes;
use super::unit_prices;
use crate::charge::{Committed, SpendCommitment};
use crate::interval::{ArithmeticError, Interval, add, mul, sub};
use crate::quote::TierRows;

/// The amount with its overage and its shortfall, and a row for each that changed it.
pub(crate) fn apply(
    context: &Context<'_>,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
    amount: Interval,
    rows: &mut Changes<'_>,
) -> Result<Interval, ModelError> {
    let Some(SpendCommitment { committed, overage_factor, charges_shortfall }) =
        context.charge.spend_commitment
    else {
        return Ok(amount);
    };
    let committed = match committed {
        Committed::Amount(committed) => {
            Interval::exact(facts.part.limit(Some(committed))?.unwrap_or(committed))
        }
        Committed::Quantity(quantity) => {
            let quantity = Quantity { days: cycle.days, ..Quantity::of(quantity) };
            let unseen = (&mut TierRows::new(), &mut Changes::unseen());
            unit_prices::price(context, cycle, facts, &quantity, unseen)?.amount
        }
    };
    let over = surcharged(amount, committed, overage_factor)?;
    let reason = || format!("above the commitment at {overage_factor} times the price");
    rows.record("overage", reason, amount, over)?;
    if !charges_shortfall {
        return Ok(over);
    }
    let raised = larger(over, committed);
    rows.record("shortfall", || "not below the commitment".to_owned(), over, raised)?;
    Ok(raised)
}

/// Rises with the amount; with the commitment it falls where a surplus is dearer, and rises where it is
/// cheaper. Both may come from other tiers, so every end may meet every other.
fn surcharged(amount: Interval, committed: Interval, factor: Decimal) -> Result<Interval, ArithmeticError> {
    let bound = |amount: Decimal, committed: Option<Decimal>| {
        let over = match committed {
            Some(committed) => sub(amount, committed)?.max(Decimal::ZERO),
            None => Decimal::ZERO,
        };
        add(sub(amount, over)?, mul(over, factor)?)
    };
    let ends = (Some(committed.low()), committed.high());
    let (for_low, for_high) = if factor > Decimal::ONE { (ends.1, ends.0) } else { ends };
    let high = amount.high().map(|amount| bound(amount, for_high)).transpose()?;
    Interval::new(bound(amount.low(), for_low)?, high).map_err(|_| ArithmeticError)
}

fn larger(a: Interval, b: Interval) -> Interval {
    let high = match (a.high(), b.high()) {
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    };
    let raised = a.at_least_value(b.low());
    // Both ends were in order, so their maxima are.
    Interval::new(raised.low(), high).unwrap_or(raised)
}
