//! One charge over time: its cycles, priced once for each run of equal ones.

use rust_decimal::Decimal;

use super::adjust::{self, Facts};
use super::cycles::{self, CycleSpec, Extent};
use super::limits::{self, record};
use super::model::{self, Quantity};
use super::timeline::Timeline;
use super::{PriceError, choose};
use crate::charge::{AllowanceTier, Charge, Confidence, ProrationUnit};
use crate::interval::{ArithmeticError, Interval, mul, sub};
use crate::metering::{self, Metered, Monthly};
use crate::offer::{MonthDays, Note, OfferParts};
use crate::quote::{AdjustmentRow, DerivationStep, LineItem, Period, Phase};
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

/// All lines of an offer. A charge that nothing in the requirement meets makes no line.
pub(crate) fn price_lines(
    requirement: &Requirement,
    offer: &OfferParts,
    timeline: &Timeline,
) -> Result<Vec<PricedLine>, PriceError> {
    let mut lines = Vec::with_capacity(offer.charges.len());
    for charge in &offer.charges {
        let line = price_line(requirement, offer, charge, timeline)?;
        let idle = line.covered.is_empty()
            && line.item.horizon_amount.is_zero()
            && line.item.periods.iter().all(|period| period.demanded.is_zero());
        if !idle {
            lines.push(line);
        }
    }
    Ok(lines)
}

fn price_line(
    requirement: &Requirement,
    offer: &OfferParts,
    charge: &Charge,
    timeline: &Timeline,
) -> Result<PricedLine, PriceError> {
    let at_charge = PriceError::of(charge);
    let metered = |cause| PriceError::Meter { charge: charge.id.clone(), cause };
    let months = timeline.months() as usize;
    let measured = metering::meter(requirement, &charge.metering, months).map_err(metered)?;
    let mut assumptions = measured.assumptions.clone();

    let allowance_seats = match charge.allowance.as_ref().and_then(|allowance| allowance.per_seat.as_ref()) {
        None => None,
        Some(filter) => {
            let (seats, notes, _) = metering::seats(requirement, filter, months).map_err(metered)?;
            assumptions.extend(notes);
            Some(seats)
        }
    };

    let month_days = offer.conventions.month_days.unwrap_or(MonthDays::Calendar);
    let specs = cycles::lay_out(requirement, charge, &measured, timeline, month_days)?;
    let mut periods: Vec<Period> = Vec::new();
    let mut previous: Option<(&CycleSpec, Decimal)> = None;
    let mut whole_part = false;
    for spec in &specs {
        let allowed = allowance(charge, allowance_seats.as_ref(), spec).map_err(&at_charge)?;
        whole_part |= spec.extent != Extent::Whole && charge.proration.is_none();
        if let (Some((before, allowed_before)), Some(run)) = (previous, periods.last_mut())
            && allowed == allowed_before
            && continues(before, spec)
        {
            run.cycles += 1;
        } else {
            let context = Context { charge, offer, metered: &measured, timeline };
            periods.push(context.price_cycle(spec, allowed).map_err(&at_charge)?);
        }
        previous = Some((spec, allowed));
    }
    let sum = |all: bool| {
        periods
            .iter()
            .filter(|period| all || period.phase == Phase::Term)
            .try_fold(Interval::ZERO, |sum, period| {
                sum.plus(period.cycle_amount().scale(Decimal::from(period.cycles), Decimal::ONE)?)
            })
    };
    let (amount, horizon_amount) = (sum(false).map_err(&at_charge)?, sum(true).map_err(&at_charge)?);
    let mut item = LineItem { charge: charge.clone(), periods, amount, horizon_amount };
    if item.horizon_amount.point().is_none() {
        item.charge.confidence = item.charge.confidence.max(Confidence::Range);
    }
    let covered = measured.covered;
    Ok(PricedLine { item, covered, assumptions, whole_part })
}

/// Whether a cycle follows another one and costs the same.
fn continues(before: &CycleSpec, spec: &CycleSpec) -> bool {
    // Parts with different day counts differ in `extent`.
    spec.first_month == before.first_month + before.months
        && *spec == CycleSpec { first_month: spec.first_month, ..before.clone() }
}

fn allowance(charge: &Charge, seats: Option<&Monthly>, spec: &CycleSpec) -> Result<Decimal, ArithmeticError> {
    let Some(allowance) = &charge.allowance else { return Ok(Decimal::ZERO) };
    match seats {
        None => Ok(allowance.quantity),
        Some(seats) => {
            let first = spec.first_month as usize - 1;
            let peak = (first..first + spec.months as usize).map(|month| seats.get(month)).max();
            mul(allowance.quantity, peak.unwrap_or_default())
        }
    }
}

struct Context<'a> {
    charge: &'a Charge,
    offer: &'a OfferParts,
    metered: &'a Metered,
    timeline: &'a Timeline,
}

impl Context<'_> {
    /// One cycle, in the order of pricing.
    fn price_cycle(&self, spec: &CycleSpec, allowed: Decimal) -> Result<Period, ArithmeticError> {
        let charge = self.charge;
        let mut adjustments = Vec::new();
        // 1. What the allowance leaves.
        let billed = sub(spec.quantity, allowed)?.max(Decimal::ZERO);
        let derivation = self.derivation(spec, allowed, billed)?;
        // 2. The tier, and the amount.
        let gross = charge.allowance.as_ref().is_some_and(|allowance| allowance.tier == AllowanceTier::Gross);
        let tier = if gross { spec.quantity } else { billed };
        let tiers = model::rows(&charge.model, &Quantity { net: billed, tier, days: spec.days })?;
        let amount = tiers.iter().map(|row| row.amount).try_fold(Interval::ZERO, Interval::plus)?;
        // 3. The part of the cycle that there is.
        let amount = self.part(spec.extent, amount, &mut adjustments)?;
        // 4. The line's own minimum and maximum.
        let amount = limits::apply(charge, amount, &mut adjustments)?;
        // 5. Discounts and surcharges.
        let facts = Facts { billed, term_months: self.timeline.sold_months() };
        let exact = adjust::apply(charge, spec, &facts, amount, &mut adjustments)?;
        // 6. Rounding, where the sheet rounds its lines.
        let rounded =
            charge.line_rounding.map(|rounding| exact.map(|a| rounding.round(a, self.offer.currency)));
        Ok(Period {
            first_month: spec.first_month,
            cycle_months: spec.months,
            cycles: 1,
            phase: spec.phase,
            demanded: spec.demanded,
            derivation,
            billed,
            tiers,
            adjustments,
            exact,
            rounded,
        })
    }

    fn derivation(
        &self,
        spec: &CycleSpec,
        allowed: Decimal,
        billed: Decimal,
    ) -> Result<Vec<DerivationStep>, ArithmeticError> {
        let month = spec.first_month as usize - 1;
        let metered = self.metered.derivation.iter();
        let mut steps: Vec<_> = metered
            .map(|step| DerivationStep { text: step.text.clone(), quantity: step.quantity.get(month) })
            .collect();
        let measured = self.metered.billed.get(month);
        if spec.quantity != measured {
            let text = match spec.months {
                1 => "as committed to, with the minimum".to_owned(),
                months => format!("over the {months} months of the cycle, as committed to"),
            };
            steps.push(DerivationStep { text, quantity: spec.quantity });
        }
        if !allowed.is_zero() {
            steps.push(DerivationStep { text: format!("less the allowance of {allowed}"), quantity: billed });
        }
        if let Some(days) = spec.days {
            let count = days.count.checked_div(days.divisor).ok_or(ArithmeticError)?.round_dp(6).normalize();
            let quantity = mul(billed, count)?;
            steps.push(DerivationStep { text: format!("on each of {count} days"), quantity });
        }
        Ok(steps)
    }

    fn part(
        &self,
        extent: Extent,
        amount: Interval,
        rows: &mut Vec<AdjustmentRow>,
    ) -> Result<Interval, ArithmeticError> {
        let (Extent::Part { started_months, days }, Some(proration)) = (extent, self.charge.proration) else {
            return Ok(amount);
        };
        let (units, unit) = match proration.unit {
            ProrationUnit::StartedMonth => (started_months, "started months"),
            ProrationUnit::Day => (days, "days"),
        };
        let divisor = proration.divisor.get();
        let part = amount.scale(Decimal::from(units), divisor)?;
        let (after, cap) = if proration.capped && choose::exceeds(part, amount) {
            (amount, ", at most the whole cycle")
        } else {
            (part, "")
        };
        record(rows, "part", format!("{units} {unit}, {divisor} for a cycle{cap}"), amount, after)?;
        Ok(after)
    }
}
