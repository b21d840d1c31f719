//! How prices of recurring charges rise with renewals.

use rust_decimal::Decimal;

use super::cycles::CycleSpec;
use super::recording::Changes;
use super::timeline::{Commitment, Timeline};
use crate::charge::{Category, Charge};
use crate::interval::{ArithmeticError, Interval, mul, sub};
use crate::offer::{Compounding, OfferParts, RenewalUplift, UpliftStep};
use crate::quote::Phase;

/// The uplift that a charge has.
pub(crate) fn of(offer: &OfferParts, charge: &Charge) -> Option<RenewalUplift> {
    let rises = charge.category == Category::Recurring && !charge.pass_through && !charge.without_uplift;
    // What is taken of other lines rises with them.
    let rises = rises && charge.model.over_lines().is_none();
    offer.terms.renewal_uplift.filter(|_| rises)
}

/// How often a price has risen by the first month of a cycle.
pub(crate) fn steps(
    uplift: Option<RenewalUplift>,
    timeline: &Timeline,
    index: usize,
    commitment: &Commitment,
    month: u32,
) -> u32 {
    match uplift {
        None => 0,
        Some(_) if commitment.phase == Phase::Term => 0,
        Some(RenewalUplift { every: UpliftStep::Renewal, .. }) => u32::try_from(index).unwrap_or(u32::MAX),
        Some(RenewalUplift { every: UpliftStep::Year, .. }) => {
            let after = commitment.contract_month(month).saturating_sub(timeline.sold_months() + 1);
            after / 12 + 1
        }
    }
}

/// The amount of a cycle after all its steps, with a row.
pub(crate) fn apply(
    uplift: Option<RenewalUplift>,
    cycle: &CycleSpec,
    amount: Interval,
    rows: &mut Changes<'_>,
) -> Result<Interval, ArithmeticError> {
    let Some(uplift) = uplift.filter(|_| cycle.uplift_steps > 0) else { return Ok(amount) };
    let steps = cycle.uplift_steps;
    let (fraction, how) = match uplift.compounding {
        Compounding::Simple => (mul(uplift.fraction, steps.into())?, "of the sold term's price"),
        Compounding::Compound => (compound(uplift.fraction, steps)?, "of the price before"),
    };
    let after = amount.plus_fraction_of(amount, Interval::exact(fraction))?;
    let texts = rows.texts();
    let said = |steps: Decimal| format!("{steps} times {} {how}", uplift.fraction);
    let reason = || texts.said("renewal_uplift", steps.into(), said);
    rows.record("renewal_uplift", reason, amount, after)?;
    Ok(after)
}

/// (1 + fraction) to the power of the steps, less 1.
fn compound(fraction: Decimal, steps: u32) -> Result<Decimal, ArithmeticError> {
    let once = fraction.checked_add(Decimal::ONE).ok_or(ArithmeticError)?;
    let power = (0..steps).try_fold(Decimal::ONE, |power, _| mul(power, once))?;
    sub(power, Decimal::ONE)
}
