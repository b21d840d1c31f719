//! What a cycle is not charged for: a quantity that is settled when cycles are laid out, or an amount that
//! is taken of what the tiers make.

use std::cell::Cell;

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::cycle::Context;
use super::cycles::{CycleSpec, Extent};
use super::proration::{self, Share};
use super::quantities::Basis;
use super::recording::Changes;
use crate::charge::{AllowanceExcess, AllowanceReset, Charge};
use crate::interval::{ArithmeticError, Interval, add, sub};
use crate::requirement::profile::QUANTITY_SCALE;

/// What a cycle is given of its allowance: a part of a cycle has a part of it, where the sheet does not say
/// otherwise. The quantity of a level goes with its units.
pub(crate) fn given(
    charge: &Charge,
    extent: Extent,
    adds_up: bool,
    currency: Currency,
    allowed: Decimal,
) -> Result<Decimal, ArithmeticError> {
    let Some(allowance) = &charge.allowance else { return Ok(allowed) };
    let once = matches!(allowance.reset, AllowanceReset::OncePerTerm | AllowanceReset::OnceForEver);
    let by_itself = if allowance.amount.is_some() { !proration::is_at_end(charge, adds_up) } else { adds_up };
    let proration = charge.proration.filter(|proration| by_itself && !once && proration.parts.allowance);
    let (Some(proration), Some(part)) = (proration, extent.part()) else { return Ok(allowed) };
    match Share::of(&proration, part, currency)? {
        Some(share) => Ok(share.quantity(allowed)?.round_dp(QUANTITY_SCALE).normalize()),
        None => Ok(allowed),
    }
}

/// Whether what a cycle leaves can be used by another.
pub(crate) fn outlasts_cycles(charge: &Charge) -> bool {
    charge.allowance.as_ref().is_some_and(|allowance| allowance.reset != AllowanceReset::EachCycle)
}

/// Whether cycles must be priced one by one, because an amount is left from one to the next.
pub(crate) fn is_carried_in_money(charge: &Charge) -> bool {
    outlasts_cycles(charge) && charge.allowance.as_ref().is_some_and(|allowance| allowance.amount.is_some())
}

/// What is left of an allowance from cycle to cycle.
#[derive(Default)]
pub(crate) struct Ledger {
    /// What is left of each grant, the oldest first, and the last cycle that can use it.
    grants: Vec<(Decimal, u32)>,
    cycle: u32,
    commitment: Option<u32>,
}

impl Ledger {
    /// Gives a cycle what it has, and takes as much of all that is left as it wants.
    fn draw(
        &mut self,
        reset: AllowanceReset,
        commitment: u32,
        given: Decimal,
        wanted: Decimal,
    ) -> Result<Decimal, ArithmeticError> {
        self.cycle += 1;
        let cycle = self.cycle;
        let is_first = self.commitment.is_none();
        let is_new = self.commitment != Some(commitment);
        self.commitment = Some(commitment);
        match reset {
            AllowanceReset::EachCycle => self.grants = vec![(given, cycle)],
            AllowanceReset::CarryOver { cycles } => {
                self.grants.retain(|(left, last)| *last >= cycle && !left.is_zero());
                self.grants.push((given, cycle.saturating_add(cycles)));
            }
            AllowanceReset::OncePerTerm if is_new => self.grants = vec![(given, u32::MAX)],
            AllowanceReset::OnceForEver if is_first => self.grants = vec![(given, u32::MAX)],
            AllowanceReset::OncePerTerm | AllowanceReset::OnceForEver => {}
        }
        let mut drawn = Decimal::ZERO;
        for (left, _) in &mut self.grants {
            let rest = if wanted == Decimal::MAX { wanted } else { sub(wanted, drawn)? };
            let part = rest.min(*left).max(Decimal::ZERO);
            *left = sub(*left, part)?;
            drawn = add(drawn, part)?;
        }
        Ok(drawn)
    }
}

/// Settles the allowances of a commitment's cycles, in order.
pub(crate) fn settle(
    charge: &Charge,
    ledger: &mut Ledger,
    commitment: u32,
    runs: &mut [CycleSpec],
) -> Result<(), ArithmeticError> {
    let Some(allowance) = &charge.allowance else { return Ok(()) };
    for run in runs.iter_mut().filter(|run| run.basis != Basis::Added) {
        if allowance.amount.is_some() {
            (run.credit, run.allowed) = (run.allowed, Decimal::ZERO);
        } else if allowance.reset != AllowanceReset::EachCycle {
            let wanted = run.quantity.max(Decimal::ZERO);
            run.allowed = ledger.draw(allowance.reset, commitment, run.allowed, wanted)?;
        } else if allowance.excess == AllowanceExcess::Whole && run.quantity > run.allowed {
            (run.forfeited, run.allowed) = (run.allowed, Decimal::ZERO);
        }
    }
    Ok(())
}

/// Amounts that are left of an allowance, for the low and the high bound: a lower amount leaves more.
#[derive(Default)]
pub(crate) struct Credits {
    low: Cell<Ledger>,
    high: Cell<Ledger>,
}

/// What the tiers make, less the amount that is not charged.
pub(crate) fn credit(
    context: &Context<'_>,
    cycle: &CycleSpec,
    amount: Interval,
    rows: &mut Changes<'_>,
) -> Result<Interval, ArithmeticError> {
    let Some(allowance) = context.charge.allowance.as_ref().filter(|a| a.amount.is_some()) else {
        return Ok(amount);
    };
    let whole = allowance.excess == AllowanceExcess::Whole;
    let left = |ledger: &Cell<Ledger>, bound: Decimal| {
        if whole && bound > cycle.credit {
            return Ok(bound);
        }
        let mut own = ledger.take();
        let wanted = bound.max(Decimal::ZERO);
        let drawn = own.draw(allowance.reset, cycle.commitment, cycle.credit, wanted);
        ledger.set(own);
        let drawn = drawn?;
        if bound == Decimal::MAX { Ok(bound) } else { sub(bound, drawn) }
    };
    let credits = &context.carried.credits;
    let low = left(&credits.low, amount.low())?;
    // What has no upper bound may use all that is left.
    let most = left(&credits.high, amount.high().unwrap_or(Decimal::MAX))?;
    let high = amount.high().map(|_| most);
    let after = Interval::new(low, high).map_err(|_| ArithmeticError)?;
    rows.record("allowance", || "an amount that is not charged".to_owned(), amount, after)?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// What each cycle draws of 100 that it is given.
    fn drawn(reset: AllowanceReset, wanted: &[&str], commitments: &[u32]) -> Vec<String> {
        let mut ledger = Ledger::default();
        let cycles = wanted.iter().zip(commitments);
        let draw = cycles.map(|(wanted, commitment)| ledger.draw(reset, *commitment, d("100"), d(wanted)));
        draw.map(|drawn| drawn.unwrap().to_string()).collect()
    }

    #[test]
    fn what_is_left_is_used_as_long_as_it_lasts_oldest_first() {
        let carry = |cycles| AllowanceReset::CarryOver { cycles };
        let wanted = ["60", "130", "0", "250", "300"];
        let same = [0; 5];
        assert_eq!(drawn(AllowanceReset::EachCycle, &wanted, &same), ["60", "100", "0", "100", "100"]);
        // 40 are left, then 10 of the second; those lapse after the third, which leaves its own 100.
        assert_eq!(drawn(carry(1), &wanted, &same), ["60", "130", "0", "200", "100"]);
        // With two cycles the 10 of the second can be used in the fourth: 10 + 100 + 100.
        assert_eq!(drawn(carry(2), &wanted, &same), ["60", "130", "0", "210", "100"]);
        let commitments = [0, 0, 0, 1, 1];
        assert_eq!(drawn(AllowanceReset::OncePerTerm, &wanted, &commitments), ["60", "40", "0", "100", "0"]);
        assert_eq!(drawn(AllowanceReset::OnceForEver, &wanted, &commitments), ["60", "40", "0", "0", "0"]);
    }
}
