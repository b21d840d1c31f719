//! Quantities that are paid for already: they are drawn before anything is charged.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::line::Counted;
use super::timeline::Timeline;
use super::{PriceError, cycles};
use crate::charge::Charge;
use crate::interval::sub;
use crate::metering::{Monthly, Step};
use crate::requirement::{Holding, Requirement};

/// Draws what is held, month by month and by charges in the order of the offer: what expires first, then
/// what there is less of. `measured` has an entry for each charge, and whether its quantity is a level.
pub(crate) fn draw(
    requirement: &Requirement,
    charges: &[Arc<Charge>],
    timeline: &Timeline,
    measured: &mut [Counted],
) -> Result<(), PriceError> {
    let mut holdings = requirement.holdings.clone();
    holdings.sort_by_key(|holding| {
        (holding.expires.is_none(), holding.expires, holding.remaining, holding.meter_id.clone())
    });
    let mut drawing = Vec::new();
    for (index, (charge, (metered, level))) in charges.iter().zip(measured.iter()).enumerate() {
        let held = |holding: &Holding| holding.meter_id == charge.metering.meter_id;
        if !level && holdings.iter().any(held) {
            let months = 0..timeline.months() as usize;
            let billed: Vec<_> = months.map(|month| metered.billed.get(month)).collect();
            drawing.push((index, charge, cycles::months_in_force(charge, timeline)?, billed));
        }
    }
    for (month, day) in first_days(timeline)?.into_iter().enumerate() {
        for (_, charge, in_force, billed) in &mut drawing {
            let Some(quantity) = billed.get_mut(month) else { continue };
            if in_force.get(month) == Some(&true) {
                *quantity = drawn(charge, &mut holdings, day, *quantity)?;
            }
        }
    }
    for (index, _, _, billed) in drawing {
        let Some((metered, _)) = measured.get_mut(index) else { continue };
        let before = |month: usize| metered.billed.get(month);
        if billed.iter().enumerate().any(|(month, after)| *after != before(month)) {
            let quantity = Monthly::Varying(billed.into());
            let metered = Arc::make_mut(metered);
            let text = "less what is paid for already".into();
            metered.derivation.push(Step { text, quantity: quantity.clone() });
            metered.billed = quantity;
            // Which of the single events are left is not known.
            metered.events = None;
        }
    }
    Ok(())
}

/// What is left of a month's quantity.
fn drawn(
    charge: &Charge,
    holdings: &mut [Holding],
    day: Date,
    quantity: Decimal,
) -> Result<Decimal, PriceError> {
    let mut left = quantity;
    let usable = |holding: &&mut Holding| {
        holding.meter_id == charge.metering.meter_id && holding.expires.is_none_or(|expires| day <= expires)
    };
    for holding in holdings.iter_mut().filter(usable) {
        let part = holding.remaining.min(left).max(Decimal::ZERO);
        holding.remaining = sub(holding.remaining, part).map_err(PriceError::of(charge))?;
        left = sub(left, part).map_err(PriceError::of(charge))?;
    }
    Ok(left)
}

/// The first day of each month.
fn first_days(timeline: &Timeline) -> Result<Vec<Date>, PriceError> {
    let mut days = Vec::with_capacity(timeline.months() as usize);
    for commitment in &timeline.commitments {
        for offset in 0..commitment.months {
            days.push(commitment.day(offset)?);
        }
    }
    Ok(days)
}
