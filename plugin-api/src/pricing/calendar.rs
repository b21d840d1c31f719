//! Quantities of contract months as quantities of the months that are billed, where those are the
//! calendar's.

use super::PriceError;
use super::timeline::{Commitment, Timeline, days_between};
use crate::charge::Charge;
use crate::interval::{add, mul_div, sub};
use crate::metering::{Metered, Monthly, Step};
use crate::requirement::profile::QUANTITY_SCALE;

/// What is counted in each billed month. A level has the highest value of the contract months that a month
/// overlaps; everything else is spread evenly over the days of its contract month.
pub(crate) fn bill(
    charge: &Charge,
    timeline: &Timeline,
    metered: Metered,
    level: bool,
) -> Result<Metered, PriceError> {
    if !timeline.is_by_calendar() {
        return Ok(metered);
    }
    let spread = |monthly: &Monthly| spread(charge, timeline, monthly, level);
    let step = |step: &Step| Ok(Step { text: step.text.clone(), quantity: spread(&step.quantity)? });
    Ok(Metered {
        demanded: spread(&metered.demanded)?,
        billed: spread(&metered.billed)?,
        derivation: metered.derivation.iter().map(step).collect::<Result<_, PriceError>>()?,
        // Which of a month's single events belong to which part of it is not known.
        events: None,
        ..metered
    })
}

/// The quantities of contract months by billed months.
pub(crate) fn spread(
    charge: &Charge,
    timeline: &Timeline,
    monthly: &Monthly,
    level: bool,
) -> Result<Monthly, PriceError> {
    if !timeline.is_by_calendar() || level && monthly.as_constant().is_some() {
        return Ok(monthly.clone());
    }
    let mut billed = Vec::with_capacity(timeline.months() as usize);
    for commitment in &timeline.commitments {
        let first = billed.len();
        billed.resize(first + commitment.months as usize, rust_decimal::Decimal::ZERO);
        let own = billed.get_mut(first..).unwrap_or_default();
        for offset in 0..commitment.contract_months {
            let quantity = monthly.get((commitment.first_contract_month + offset) as usize - 1);
            let mut put = |month: u32, part| -> Result<(), PriceError> {
                let Some(sum) = own.get_mut(month as usize) else { return Ok(()) };
                *sum = if level {
                    quantity.max(*sum)
                } else {
                    add(*sum, part).map_err(PriceError::of(charge))?
                };
                Ok(())
            };
            let (within, days) = within_first(commitment, offset)?;
            let of_month = |count: u32| mul_div(quantity, count.into(), days.into());
            let part = if within == days {
                quantity
            } else {
                of_month(within).map_err(PriceError::of(charge))?.round_dp(QUANTITY_SCALE)
            };
            put(offset, part)?;
            if within < days {
                put(offset + 1, sub(quantity, part).map_err(PriceError::of(charge))?)?;
            }
        }
    }
    Ok(Monthly::Varying(billed.into()))
}

/// Days of a contract month that lie in the billed month that it starts in, and all of them.
fn within_first(commitment: &Commitment, offset: u32) -> Result<(u32, u32), PriceError> {
    let (from, to) = (commitment.contract_day(offset)?, commitment.contract_day(offset + 1)?);
    let next = commitment.day(offset + 1)?.min(to);
    Ok((days_between(from, next), days_between(from, to)))
}
