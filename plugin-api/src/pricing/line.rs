//! One charge over time: its cycles, priced once for each run of equal ones.

use std::cell::Cell;
use std::sync::Arc;

use super::PriceError;
use super::calendar;
use super::cycle::{self, Carried, Context};
use super::cycles::{self, CycleSpec, Extent};
use super::holdings;
use super::over_lines;
use super::pack_plan::PackPlan;
use super::quantities::{self, Quantities};
use super::readings;
use super::recording::Detail;
use super::runs;
use super::sets;
use super::timeline::Timeline;
use crate::charge::{Charge, Confidence, TierPeriod};
use crate::interval::{ArithmeticError, Interval};
use crate::metering::{self, Metered};
use crate::offer::{Note, OfferParts};
use crate::quote::{LineItem, Period, Phase};
use crate::requirement::Requirement;

/// A line, and what the rest of the kernel needs to know about how it was made.
pub(crate) struct PricedLine {
    pub(crate) item: LineItem,
    /// Requirement paths that it meters.
    pub(crate) covered: Vec<String>,
    pub(crate) assumptions: Vec<Note>,
    /// A part of a cycle is charged whole because the sheet does not say otherwise.
    pub(crate) whole_part: bool,
}

impl PricedLine {
    /// Whether it says nothing: it is never in force, so that it has no price, or the requirement asks for
    /// nothing of it and it costs nothing, whatever its discounts.
    fn is_idle(&self) -> bool {
        let item = &self.item;
        let asked = !self.covered.is_empty() || item.periods.iter().any(|period| !period.demanded.is_zero());
        let free = item.periods.iter().all(|period| period.before_adjustments.is_zero());
        item.periods.is_empty() || !asked && free && item.horizon_amount.is_zero()
    }
}

/// All lines of an offer: ordinary ones first, then its line sets, then the lines over other lines, in order.
/// A charge that nothing in the requirement meets makes no line.
pub(crate) fn price_lines(
    requirement: &Requirement,
    offer: &OfferParts,
    timeline: &Timeline,
    detail: Detail,
) -> Result<Vec<PricedLine>, PriceError> {
    let measure = |charge: &Charge| measure(requirement, charge, timeline);
    let mut counted = offer.charges.iter().map(|charge| measure(charge)).collect::<Result<Vec<_>, _>>()?;
    let (mut undrawn, holds) = (Vec::new(), !requirement.holdings.is_empty());
    if holds {
        undrawn.clone_from(&counted);
        holdings::draw(requirement, &offer.charges, timeline, &mut counted)?;
    }
    // What is held is drawn once for each reading that counts in its own way.
    let read = |index: usize, charge: &Charge| {
        if !holds {
            return measure(charge);
        }
        let mut counted = undrawn.clone();
        if let Some(own) = counted.get_mut(index) {
            *own = measure(charge)?;
        }
        holdings::draw(requirement, &offer.charges, timeline, &mut counted)?;
        let own = counted.into_iter().nth(index);
        own.ok_or_else(|| PriceError::of::<ArithmeticError>(charge)(ArithmeticError))
    };
    let mut lines: Vec<Option<PricedLine>> = Vec::with_capacity(offer.charges.len());
    for (index, (charge, measured)) in offer.charges.iter().zip(counted).enumerate() {
        let line = match (charge.model.over_lines().is_some(), charge.readings.is_empty()) {
            (true, _) => None,
            (false, true) => Some(price_line(requirement, offer, charge, timeline, measured, detail)?),
            (false, false) => {
                let read = |reading: &Charge| read(index, reading);
                Some(readings::price_line(requirement, offer, charge, timeline, &read, detail)?)
            }
        };
        lines.push(line.filter(|line| !line.is_idle()));
    }
    let mut ordinary: Vec<_> = lines.iter_mut().flatten().collect();
    sets::apply(offer, timeline, &mut ordinary, detail)?;
    for (index, charge) in offer.charges.iter().enumerate() {
        if charge.model.over_lines().is_some() {
            let so_far: Vec<_> = lines.iter().flatten().collect();
            let line = over_lines::price_line(requirement, offer, charge, timeline, &so_far, detail)?;
            if let Some(place) = lines.get_mut(index) {
                *place = Some(line).filter(|line| !line.is_idle());
            }
        }
    }
    Ok(lines.into_iter().flatten().collect())
}

/// A line of its cycles.
pub(crate) fn add_up(charge: &Arc<Charge>, periods: Vec<Period>) -> Result<LineItem, ArithmeticError> {
    let (mut amount, mut later) = (Interval::ZERO, Interval::ZERO);
    for run in &periods {
        let sum = match run.phase {
            Phase::Term => &mut amount,
            Phase::Renewal => &mut later,
        };
        *sum = sum.plus(run.cycle_amount().times(run.cycles)?)?;
    }
    let mut item = LineItem { charge: charge.clone(), periods, amount, horizon_amount: amount.plus(later)? };
    if item.horizon_amount.point().is_none() {
        weaken(&mut item.charge, Confidence::Range);
    }
    Ok(item)
}

/// Says of a line that its figures bind no more than this; the offer's own charge stays as it is.
pub(crate) fn weaken(charge: &mut Arc<Charge>, confidence: Confidence) {
    if charge.confidence < confidence {
        Arc::make_mut(charge).confidence = confidence;
    }
}

/// What a charge counts in each month, and whether that holds over time.
pub(crate) fn measure(
    requirement: &Requirement,
    charge: &Charge,
    timeline: &Timeline,
) -> Result<(Metered, bool), PriceError> {
    let metered = |cause| PriceError::Meter { charge: charge.id.clone(), cause };
    let months = timeline.contract_months() as usize;
    let measured = metering::meter(requirement, &charge.metering, months).map_err(metered)?;
    let level = quantities::is_level(charge, &measured);
    Ok((calendar::bill(charge, timeline, measured, level)?, level))
}

/// The line of an ordinary charge, without its readings.
pub(crate) fn price_line(
    requirement: &Requirement,
    offer: &OfferParts,
    charge: &Arc<Charge>,
    timeline: &Timeline,
    (measured, level): (Metered, bool),
    detail: Detail,
) -> Result<PricedLine, PriceError> {
    let at_charge = PriceError::of(charge);
    let metered = |cause| PriceError::Meter { charge: charge.id.clone(), cause };
    let months = timeline.contract_months() as usize;
    let mut notes = Vec::new();
    if timeline.is_by_calendar() && !level && !measured.covered.is_empty() {
        let text = "quantities of a contract month are spread evenly over its days: months are billed by the \
                    calendar";
        notes.push(Note::new("calendar_quantity_by_day", text, &charge.id));
    }

    let allowance_seats = match charge.allowance.as_ref().and_then(|allowance| allowance.per_seat.as_ref()) {
        None => None,
        Some(filter) => {
            let (seats, assumed, _) = metering::seats(requirement, filter, months).map_err(metered)?;
            notes.extend(assumed);
            Some(calendar::spread(charge, timeline, &seats, true)?)
        }
    };

    let quantities = Quantities::new(requirement, charge, &measured, allowance_seats).map_err(&at_charge)?;
    let plan = PackPlan::of(charge, &measured.billed, timeline).map_err(PriceError::of(charge))?;
    let laid_out = cycles::lay_out(charge, &quantities, timeline, offer, plan.as_ref())?;
    let is_part = |run: &CycleSpec| {
        run.extent != Extent::Whole || run.limits.is_some_and(|limits| limits.part.is_some())
    };
    let whole_part = charge.proration.is_none() && laid_out.iter().any(is_part);
    let sold_months = timeline.sold_months();
    let context = Context {
        charge,
        offer,
        metered: &measured,
        quantities: &quantities,
        sold_months,
        plan: plan.as_ref(),
        carried: Carried::default(),
        detail,
        scratch: Cell::default(),
    };
    let periods = laid_out.iter().map(|run| cycle::price(&context, run)).collect::<Result<Vec<_>, _>>();
    let mut periods = periods.map_err(PriceError::of(charge))?;
    if cycles::are_priced_in_order(charge) {
        let mut merged = Vec::with_capacity(periods.len());
        periods.into_iter().for_each(|period| runs::push(&mut merged, period));
        periods = merged;
    }
    if charge.tier_period == TierPeriod::Day && !periods.is_empty() {
        let text = "each day is priced by itself: quantities are spread evenly over the days of a cycle";
        notes.push(Note::new("tier_period_even_days", text, &charge.id));
    }
    let item = add_up(charge, periods).map_err(&at_charge)?;
    let Metered { covered, mut assumptions, .. } = measured;
    assumptions.extend(notes);
    Ok(PricedLine { item, covered, assumptions, whole_part })
}
