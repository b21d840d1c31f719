//! One charge over time: its cycles, priced once for each run of equal ones.

use std::sync::Arc;

use super::PriceError;
use super::amount::{Amount, Sum};
use super::calendar;
use super::computed;
use super::curve::Curve;
use super::cycle::{self, Carried, Context, Cost};
use super::cycles::{self, CycleSpec, Extent};
use super::holdings;
use super::model::ModelError;
use super::over_lines;
use super::pack_plan::PackPlan;
use super::pack_search::Kinds;
use super::quantities::{self, Quantities};
use super::readings;
use super::recording::Detail;
use super::runs::{self, Run};
use super::sets;
use super::texts::Kept;
use super::timeline::Timeline;
use crate::charge::{Charge, Confidence, Cycle, TierPeriod};
use crate::interval::{ArithmeticError, Interval};
use crate::metering::{self, Metered};
use crate::offer::{Note, OfferParts};
use crate::quote::{LineItem, Period, Phase};
use crate::requirement::Requirement;

/// A line, and what the rest of the kernel needs to know about how it was made.
pub(crate) struct PricedLine {
    /// Without its periods where totals are all that is asked for.
    pub(crate) item: LineItem,
    /// Its runs of equal cycles: one for each period, where there are periods.
    pub(crate) runs: Vec<Run>,
    /// The requirement asks for some of it.
    is_asked: bool,
    /// It costs nothing, whatever its discounts.
    is_free: bool,
    /// What it counts of the requirement.
    metered: Option<Arc<Metered>>,
    /// What was assumed when it was priced.
    pub(crate) assumptions: Vec<Note>,
    /// A part of a cycle is charged whole because the sheet does not say otherwise.
    pub(crate) whole_part: bool,
}

impl PricedLine {
    /// A line of its cycles, with nothing else that is known of it.
    pub(crate) fn of_periods(charge: &Arc<Charge>, periods: Vec<Period>) -> Result<Self, ArithmeticError> {
        let is_asked = periods.iter().any(|period| !period.demanded.is_zero());
        let is_free = periods.iter().all(|period| period.before_adjustments.is_zero());
        let (charge, amount, horizon_amount) = (charge.clone(), Interval::ZERO, Interval::ZERO);
        let item = LineItem { charge, periods: Vec::new(), amount, horizon_amount };
        let (runs, assumptions) = (Vec::new(), Vec::new());
        let mut line = Self { item, runs, is_asked, is_free, metered: None, assumptions, whole_part: false };
        line.set_periods(periods)?;
        Ok(line)
    }

    /// Makes it a line of other cycles.
    pub(crate) fn set_periods(&mut self, periods: Vec<Period>) -> Result<(), ArithmeticError> {
        self.set_runs(periods.iter().map(Run::of).collect())?;
        self.item.periods = periods;
        if self.item.horizon_amount.point().is_none() {
            weaken(&mut self.item.charge, Confidence::Range);
        }
        Ok(())
    }

    /// The same without what is known of the cycles but their amounts.
    fn set_runs(&mut self, runs: Vec<Run>) -> Result<(), ArithmeticError> {
        let (mut term, mut later) = (Sum::ZERO, Sum::ZERO);
        for run in &runs {
            let sum = match run.phase {
                Phase::Term => &mut term,
                Phase::Renewal => &mut later,
            };
            sum.add(run.amount, run.cycles)?;
        }
        self.item.amount = term.total()?;
        self.item.horizon_amount = self.item.amount.plus(later.total()?)?;
        self.runs = runs;
        Ok(())
    }

    /// The same with what it counts.
    pub(crate) fn metering(self, metered: Option<Arc<Metered>>) -> Self {
        Self { metered, ..self }
    }

    /// Requirement paths that it meters.
    pub(crate) fn covered(&self) -> &[String] {
        self.metered.as_ref().map_or(&[], |metered| &metered.covered)
    }

    /// All that was assumed, when it was metered first.
    pub(crate) fn assumptions(&self) -> impl Iterator<Item = &Note> {
        self.metered.iter().flat_map(|metered| &metered.assumptions).chain(&self.assumptions)
    }

    /// The same as readings of one rule leave it: with what one of them meters, and all that was assumed.
    pub(crate) fn read(self, first: Option<&Self>, assumptions: Vec<Note>, whole_part: bool) -> Self {
        let covered = first.map_or_else(Vec::new, |first| first.covered().to_vec());
        let metered = first.and_then(|first| first.metered.as_deref());
        let metered =
            metered.map(|metered| Arc::new(Metered { covered, assumptions: Vec::new(), ..metered.clone() }));
        Self { metered, assumptions, whole_part, ..self }
    }

    /// Whether it says nothing: it is never in force, so that it has no price, or the requirement asks for
    /// nothing of it and it costs nothing, whatever its discounts.
    fn is_idle(&self) -> bool {
        let Self { item, runs, is_asked, is_free, .. } = self;
        let asked = *is_asked || !self.covered().is_empty();
        runs.is_empty() || !asked && *is_free && item.horizon_amount.is_zero()
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
    let is_over_lines = |charge: &Arc<Charge>| charge.model.over_lines().is_some();
    let detail = match detail {
        Detail::Totals if !offer.line_sets.is_empty() || offer.charges.iter().any(is_over_lines) => {
            Detail::Cycles
        }
        detail => detail,
    };
    let measure = |charge: &Charge| measure(requirement, charge, timeline);
    let mut counted: Vec<Counted> = Vec::with_capacity(offer.charges.len());
    let mut before: Option<&Charge> = None;
    for charge in &offer.charges {
        // Charges that count the same follow each other.
        let same =
            |other: &&Charge| (&other.metering, other.over_months) == (&charge.metering, charge.over_months);
        let known = before.filter(same).and_then(|_| counted.last().cloned());
        counted.push(known.map_or_else(|| measure(charge), Ok)?);
        before = Some(charge);
    }
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
    let mut lines: Vec<PricedLine> = Vec::with_capacity(offer.charges.len());
    // Which charge each line is of.
    let mut places = Vec::with_capacity(offer.charges.len());
    for (index, (charge, measured)) in offer.charges.iter().zip(counted).enumerate() {
        if is_over_lines(charge) {
            continue;
        }
        lines.push(if charge.readings.is_empty() {
            price_line(requirement, offer, charge, timeline, measured, detail)?
        } else {
            let read = |reading: &Charge| read(index, reading);
            readings::price_line(requirement, offer, charge, timeline, &read, detail)?
        });
        match lines.last().is_some_and(PricedLine::is_idle) {
            true => drop(lines.pop()),
            false => places.push(index),
        }
    }
    if !offer.line_sets.is_empty() {
        let mut ordinary: Vec<_> = lines.iter_mut().collect();
        sets::apply(offer, timeline, &mut ordinary, detail)?;
    }
    for (index, charge) in offer.charges.iter().enumerate() {
        if is_over_lines(charge) {
            let so_far: Vec<_> = lines.iter().collect();
            let line = over_lines::price_line(requirement, offer, charge, timeline, &so_far, detail)?;
            if !line.is_idle() {
                let place = places.partition_point(|place| *place < index);
                places.insert(place, index);
                lines.insert(place, line);
            }
        }
    }
    Ok(lines)
}

/// Says of a line that its figures bind no more than this; the offer's own charge stays as it is.
pub(crate) fn weaken(charge: &mut Arc<Charge>, confidence: Confidence) {
    if charge.confidence < confidence {
        Arc::make_mut(charge).confidence = confidence;
    }
}

/// What a charge counts in each month, and whether that holds over time.
pub(crate) type Counted = (Arc<Metered>, bool);

pub(crate) fn measure(
    requirement: &Requirement,
    charge: &Charge,
    timeline: &Timeline,
) -> Result<Counted, PriceError> {
    let metered = |cause| PriceError::Meter { charge: charge.id.clone(), cause };
    let months = timeline.contract_months() as usize;
    let measured = metering::meter(requirement, &charge.metering, months).map_err(metered)?;
    let level = quantities::is_level(charge, &measured);
    Ok((Arc::new(calendar::bill(charge, timeline, measured, level)?), level))
}

/// The line of an ordinary charge, without its readings.
pub(crate) fn price_line(
    requirement: &Requirement,
    offer: &OfferParts,
    charge: &Arc<Charge>,
    timeline: &Timeline,
    (measured, level): Counted,
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

    let quantities =
        Quantities::new(requirement, charge, &measured, allowance_seats, level).map_err(&at_charge)?;
    let plan = PackPlan::of(charge, &measured.billed, timeline).map_err(PriceError::of(charge))?;
    let is_part = |run: &CycleSpec| {
        run.extent != Extent::Whole || run.limits.is_some_and(|limits| limits.part.is_some())
    };
    let sold_months = timeline.sold_months();
    let context = Context {
        charge,
        offer,
        metered: &measured,
        quantities: &quantities,
        sold_months,
        plan: plan.as_ref(),
        // What is too large is an error where it is asked for.
        kinds: charge.model.packs().and_then(|packs| Kinds::of(packs).ok()),
        carried: Carried::default(),
        detail,
        is_bare: cycle::is_bare(offer, charge),
        texts: Kept::default(),
    };
    let in_order = cycles::are_priced_in_order(charge);
    let differ = !quantities.are_steady() || computed::varies(&charge.model);
    let months = if charge.cycle == Cycle::Month && differ { timeline.months() } else { 1 };
    let (room_for_periods, room_for_runs) = match detail {
        Detail::Totals => (0, months),
        Detail::Whole | Detail::Cycles => (months, 0),
    };
    let mut periods = Vec::with_capacity(room_for_periods as usize);
    let mut runs = Vec::with_capacity(room_for_runs as usize);
    let (mut whole_part, mut is_asked, mut is_free) = (false, false, true);
    // It pays for itself where it prices many cycles.
    let curved = detail == Detail::Totals && !quantities.are_steady();
    let curve = if curved { Curve::of(offer, charge, &quantities) } else { None };
    let mut add = |run: &CycleSpec| {
        if detail != Detail::Totals {
            whole_part |= charge.proration.is_none() && is_part(run);
            periods.push(run.unpriced());
            if let Some(period) = periods.last_mut() {
                cycle::price(&context, run, period)?;
            }
            if in_order {
                runs::join_last(&mut periods);
            }
            return Ok(());
        }
        let short = curve.as_ref().and_then(|curve| curve.at(run.quantity, run.allowed));
        let (amount, free) = match short {
            // What it is adjusted by leaves something of it.
            Some(amount) => (amount, amount.is_zero()),
            None => {
                let Cost { amount, before_adjustments } = cycle::cost(&context, run)?;
                (Amount::of(amount), before_adjustments.is_zero())
            }
        };
        is_asked |= !run.demanded.is_zero();
        is_free &= free;
        let CycleSpec { first_month, months: cycle_months, cycles, phase, .. } = *run;
        runs.push(Run { first_month, cycle_months, cycles, phase, amount });
        Ok::<_, ModelError>(())
    };
    let add = |run: &CycleSpec| add(run).map_err(PriceError::of(charge));
    cycles::each(charge, &quantities, timeline, offer, plan.as_ref(), add)?;
    if charge.tier_period == TierPeriod::Day && !(periods.is_empty() && runs.is_empty()) {
        let text = "each day is priced by itself: quantities are spread evenly over the days of a cycle";
        notes.push(Note::new("tier_period_even_days", text, &charge.id));
    }
    let line = PricedLine::of_periods(charge, periods).map_err(&at_charge)?;
    let mut line = PricedLine { metered: Some(measured), assumptions: notes, whole_part, ..line };
    if detail == Detail::Totals {
        line.set_runs(runs).map_err(&at_charge)?;
        (line.is_asked, line.is_free) = (is_asked, is_free);
    }
    Ok(line)
}
