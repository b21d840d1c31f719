//! What holds for a day: its sum, spread evenly over the active days of a month, and caps.

use rust_decimal::Decimal;

use super::sources::Counted;
use super::{MeterError, Monthly, round_quantity, steps};
use crate::charge::{MeteringRule, MeteringStep};
use crate::interval::{ArithmeticError, mul, mul_div};
use crate::offer::Note;
use crate::requirement::Demand;

/// Active days of a month where nobody says them.
const USUAL_DAYS: u32 = 30;

/// What a demand says of its days.
#[derive(Debug, Clone)]
pub(super) struct DaysSaid {
    pub(super) path: String,
    pub(super) days: Option<u32>,
}

/// Active days of one demand, and the assumption where it does not say them.
pub(super) fn of_demand(demand: &Demand, path: &str) -> (u32, Option<Note>) {
    match demand.active_days_per_month {
        Some(days) => (days, None),
        None => (USUAL_DAYS, Some(assumed(path, USUAL_DAYS))),
    }
}

fn assumed(path: &str, days: u32) -> Note {
    let text = format!("contacts are taken to happen on {days} days of each month");
    Note::new("active_days_assumed", text, path)
}

/// Refuses more than the caps of a rule, and returns the active days of a month where they matter.
pub(super) fn check(
    rule: &MeteringRule,
    daily: &[MeteringStep],
    counted: &mut Counted,
) -> Result<u32, MeterError> {
    if let Some(cap) = rule.monthly_cap {
        refuse_over(&counted.demanded, cap.get(), cap.get(), 1, "month")?;
    }
    // Nothing happens on no day, and nothing is assumed of it.
    if daily.is_empty() && rule.daily_cap.is_none() || counted.days.is_empty() {
        return Ok(USUAL_DAYS);
    }
    let days = shared(counted)?;
    if let Some(cap) = rule.daily_cap {
        refuse_over(&counted.demanded, mul(cap.get(), days.into())?, cap.get(), days, "day")?;
    }
    Ok(days)
}

fn refuse_over(
    demanded: &Monthly,
    most: Decimal,
    cap: Decimal,
    days: u32,
    period: &'static str,
) -> Result<(), MeterError> {
    let over = match demanded {
        Monthly::Constant(found) => (*found > most).then_some((0, *found)),
        Monthly::Varying(months) => months.iter().copied().enumerate().find(|(_, found)| *found > most),
    };
    let Some((month, found)) = over else { return Ok(()) };
    let found = round_quantity(mul_div(found, Decimal::ONE, days.into())?).normalize();
    Err(MeterError::OverCap { found, cap, period, month: month.saturating_add(1) })
}

/// The days that all that is counted together has. What does not say its days has those of the others.
fn shared(counted: &mut Counted) -> Result<u32, MeterError> {
    let mut said = counted.days.iter().filter_map(|said| Some((said.days?, &said.path)));
    let days = said.next().map(|(days, _)| days);
    if let (Some(expected), Some((found, place))) = (days, said.find(|(found, _)| Some(*found) != days)) {
        return Err(MeterError::ActiveDays { place: place.clone(), found, expected });
    }
    let days = days.unwrap_or(USUAL_DAYS);
    let unsaid = counted.days.iter().filter(|said| said.days.is_none());
    let notes: Vec<_> = unsaid.map(|said| assumed(&said.path, days)).collect();
    counted.assumptions.extend(notes);
    let text = format!("each month is spread evenly over its {days} active days");
    let subject = counted.days.first().map_or("", |said| said.path.as_str());
    counted.assumptions.push(Note::new("days_spread_evenly", text, subject));
    Ok(days)
}

/// What a step on each day's sum makes of a month's quantity.
pub(super) fn apply(step: &MeteringStep, quantity: Decimal, days: u32) -> Result<Decimal, ArithmeticError> {
    // The last digits of a part of a month must not start another increment.
    let day = round_quantity(mul_div(quantity, Decimal::ONE, days.into())?);
    let billed = steps::apply(step, day)?;
    // A day that stays as it is must not lose what its own rounding took.
    if billed == day { Ok(quantity) } else { mul(billed, days.into()) }
}
