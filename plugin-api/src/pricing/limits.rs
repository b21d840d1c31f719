//! The least and the greatest amount of a line in one cycle.

use super::adjust::Facts;
use super::recording::Changes;
use crate::charge::Charge;
use crate::interval::{ArithmeticError, Interval};

/// The amount within the charge's limits, with a row for each that changed it.
pub(crate) fn apply(
    charge: &Charge,
    facts: &Facts<'_>,
    amount: Interval,
    rows: &mut Changes<'_>,
) -> Result<Interval, ArithmeticError> {
    let mut running = amount;
    let part = facts.part;
    let least = charge.minimum_amount.filter(|_| !charge.minimum_only_when_used || !facts.billed.is_zero());
    if let Some(minimum) = part.limit(least)? {
        let raised = running.at_least_value(minimum);
        let texts = rows.texts();
        let reason = || texts.said("minimum", minimum, |minimum| format!("not below {minimum} in a cycle"));
        rows.record("minimum", reason, running, raised)?;
        running = raised;
    }
    if let Some(maximum) = part.limit(charge.maximum_amount)? {
        let capped = running.at_most_value(maximum);
        let texts = rows.texts();
        let reason = || texts.said("maximum", maximum, |maximum| format!("not above {maximum} in a cycle"));
        rows.record("maximum", reason, running, capped)?;
        running = capped;
    }
    Ok(running)
}
