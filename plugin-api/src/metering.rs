//! Business terms to billed quantity.

use std::sync::Arc;

use rust_decimal::{Decimal, RoundingStrategy};

pub use self::error::MeterError;
pub use self::factors::spread_factor;
pub use self::lengths::{LengthsError, MAX_EXPONENTIAL_POINTS, MAX_LOGNORMAL_POINTS, MAX_POINTS};
pub use self::monthly::Monthly;
use self::sources::Filter;
pub(crate) use self::sources::number_facts;
pub use self::sources::seats;
use crate::charge::{MeteringRule, MeteringStep, Positive, Scope};
use crate::interval::mul;
use crate::meters;
use crate::offer::Note;
use crate::requirement::Requirement;
use crate::requirement::profile::QUANTITY_SCALE;

mod combined;
#[cfg(test)]
mod combined_tests;
#[cfg(test)]
mod contact_tests;
mod contacts;
mod days;
mod dearest;
mod error;
mod factors;
#[cfg(test)]
mod fixtures;
mod lengths;
mod mixture;
mod monthly;
#[cfg(test)]
mod properties;
mod sources;
mod staffing;
mod steps;

/// What one charge counts, month by month.
#[derive(Debug, Clone, PartialEq)]
pub struct Metered {
    /// The meter's base unit.
    pub unit: &'static str,
    /// Before all steps and the factor.
    pub demanded: Monthly,
    /// After all steps and the factor.
    pub billed: Monthly,
    /// How the one became the other, in order; the first says where `demanded` comes from.
    pub derivation: Vec<Step>,
    /// Requirement paths that were counted.
    pub covered: Vec<String>,
    /// What was assumed.
    pub assumptions: Vec<Note>,
    /// Billed quantities of the single events of a month, where the requirement states them and no step works
    /// on the month's sum.
    pub events: Option<Vec<Decimal>>,
}

/// One thing that was done to a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What, in plain English.
    pub text: Arc<str>,
    /// The quantity after it.
    pub quantity: Monthly,
}

/// What a rule counts in the first `months` months of a requirement.
///
/// # Errors
/// [`MeterError`] when a step cannot be honoured, more than a cap is demanded, or a quantity is out of
/// range.
pub fn meter(requirement: &Requirement, rule: &MeteringRule, months: usize) -> Result<Metered, MeterError> {
    let unit =
        meters::meter(&rule.meter_id).ok_or_else(|| MeterError::UnknownMeter(rule.meter_id.clone()))?.unit;
    let steps = Steps::of(&rule.steps)?;
    let filter = Filter::of(rule);
    // A stated quantity is in the meter's own unit: only the steps of days and months are left to do.
    let stated = sources::stated(requirement, filter, steps.narrow, months)?;
    let factor = if stated.is_some() { Positive::ONE } else { rule.factor };
    let mut counted = match stated {
        Some(counted) => counted,
        None => sources::derived(requirement, filter, steps.narrow, months)?,
    };
    let days = days::check(rule, steps.daily, &mut counted)?;

    let mut trail = Trail::start(&counted);
    for step in counted.rows {
        trail.push(step.text, step.quantity);
    }
    if !steps.daily.is_empty() || !steps.wide.is_empty() {
        // The last digits of a mean must not start another increment.
        trail.round()?;
    }
    let events = counted.events.filter(|_| steps.daily.is_empty() && steps.wide.is_empty());
    for step in steps.daily {
        let quantity = trail.last.try_map(|quantity| days::apply(step, quantity, days))?;
        trail.push(format!("{}, {days} days", steps::describe(step, counted.expected)), quantity);
    }
    for step in steps.wide {
        let quantity = trail.last.try_map(|quantity| steps::apply(step, quantity))?;
        trail.push(steps::describe(step, counted.expected), quantity);
    }
    if factor != Positive::ONE {
        let quantity = trail.last.try_map(|quantity| mul(quantity, factor.get()))?;
        trail.push(format!("times {}", factor.get()), quantity);
    }
    trail.round()?;

    Ok(Metered {
        unit,
        demanded: counted.demanded,
        billed: trail.last,
        derivation: trail.steps,
        covered: counted.covered,
        assumptions: counted.assumptions,
        events,
    })
}

/// The steps of a rule by how far they reach.
struct Steps<'a> {
    /// Of segment and contact scope.
    narrow: &'a [MeteringStep],
    /// Of day scope.
    daily: &'a [MeteringStep],
    /// Of month scope.
    wide: &'a [MeteringStep],
}

// === impl Steps ===

impl<'a> Steps<'a> {
    fn of(steps: &'a [MeteringStep]) -> Result<Self, MeterError> {
        if let Some([_, late]) = steps.windows(2).find(|pair| matches!(pair, [a, b] if a.scope > b.scope)) {
            return Err(MeterError::Scope(late.scope));
        }
        let (narrow, rest) = steps.split_at(steps.partition_point(|step| step.scope < Scope::Day));
        let (daily, wide) = rest.split_at(rest.partition_point(|step| step.scope < Scope::Month));
        Ok(Self { narrow, daily, wide })
    }
}

/// A quantity on its way from demanded to billed.
struct Trail {
    steps: Vec<Step>,
    last: Monthly,
}

// === impl Trail ===

impl Trail {
    fn start(counted: &sources::Counted) -> Self {
        let mut trail = Self { steps: Vec::new(), last: Monthly::ZERO };
        let origin = counted.origin.as_str();
        let text = if counted.expected { format!("{origin}, on average").into() } else { origin.into() };
        trail.push::<Arc<str>>(text, counted.demanded.clone());
        trail
    }

    fn push<T: Into<Arc<str>>>(&mut self, text: T, quantity: Monthly) {
        self.last = quantity.clone();
        self.steps.push(Step { text: text.into(), quantity });
    }

    /// Rounds to what is billed at most; says so only when that changes something.
    fn round(&mut self) -> Result<(), MeterError> {
        if !self.last.any(|quantity| quantity.scale() > QUANTITY_SCALE) {
            return Ok(());
        }
        let rounded = self.last.try_map(|quantity| Ok::<_, MeterError>(round_quantity(quantity)))?;
        if rounded != self.last {
            self.push(format!("rounded to {QUANTITY_SCALE} decimal places"), rounded);
        }
        Ok(())
    }
}

fn round_quantity(quantity: Decimal) -> Decimal {
    quantity.round_dp_with_strategy(QUANTITY_SCALE, RoundingStrategy::MidpointNearestEven)
}

#[cfg(test)]
mod tests;
