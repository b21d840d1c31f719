//! A rule that a page leaves open: all its readings are priced, and a cycle has the bounds of all of them.

use std::sync::Arc;

use super::PriceError;
use super::line::{self, Counted, PricedLine};
use super::model::ModelError;
use super::over_lines::shown;
use super::recording::{Changes, Detail};
use super::runs;
use super::timeline::Timeline;
use crate::charge::{Charge, PriceModel, Reading};
use crate::interval::{ArithmeticError, Interval};
use crate::offer::{Note, OfferParts};
use crate::quote::Period;
use crate::requirement::Requirement;

/// The line of a charge with readings; `measure` counts for one of them.
pub(crate) fn price_line(
    requirement: &Requirement,
    offer: &OfferParts,
    charge: &Arc<Charge>,
    timeline: &Timeline,
    measure: &impl Fn(&Charge) -> Result<Counted, PriceError>,
    detail: Detail,
) -> Result<PricedLine, PriceError> {
    let too_large = PriceError::of::<ModelError>(charge);
    // The cycles of all readings are compared.
    let detail = if detail.is_whole() { detail } else { Detail::Cycles };
    let mut priced = Vec::with_capacity(charge.readings.len());
    for reading in &charge.readings {
        let own = Arc::new(reading.of(charge));
        let (measured, level) = measure(&own)?;
        let line = line::price_line(requirement, offer, &own, timeline, (measured, level), detail)?;
        priced.push((reading, line));
    }
    let unrolled: Vec<Vec<Period>> =
        priced.iter().map(|(_, line)| line.item.periods.iter().flat_map(runs::unroll).collect()).collect();
    let mut periods = Vec::new();
    let cycles = unrolled.iter().map(Vec::len).max().unwrap_or(0);
    for cycle in 0..cycles {
        // All readings have the same cycles: nothing that they replace moves one.
        let read: Option<Vec<&Period>> = unrolled.iter().map(|line| line.get(cycle)).collect();
        let read = read.ok_or_else(|| too_large(ArithmeticError.into()))?;
        let period = together(&priced, &read, detail).map_err(|cause| too_large(cause.into()))?;
        runs::push(&mut periods, period);
    }
    let line = PricedLine::of_periods(charge, periods).map_err(|cause| too_large(cause.into()))?;
    let said: Vec<_> = priced
        .iter()
        .map(|(reading, read)| {
            format!("as {} ({}): {}", reading.id, reading.meaning, shown(read.item.amount))
        })
        .collect();
    let text = format!("the rule can be read in several ways, over the term {}", said.join("; "));
    let mut assumptions = vec![Note::new("rule_read_in_several_ways", text, &charge.id)];
    for (reading, read) in &priced {
        assumptions.extend(read.assumptions().cloned());
        if matches!(reading.model, Some(PriceModel::Package { partial: None, .. })) {
            let text = "the sheet does not say what a started package costs: it is charged whole";
            assumptions.push(Note::new("partial_package_up", text, &charge.id));
        }
    }
    let whole_part = priced.iter().any(|(_, read)| read.whole_part);
    Ok(line.read(priced.first().map(|(_, read)| read), assumptions, whole_part))
}

/// One cycle as the first reading has it, with the bounds of all.
fn together(
    priced: &[(&Reading, PricedLine)],
    read: &[&Period],
    detail: Detail,
) -> Result<Period, ArithmeticError> {
    let first = *read.first().ok_or(ArithmeticError)?;
    let aligned = |other: &&&Period| {
        (other.first_month, other.cycle_months, other.phase)
            == (first.first_month, first.cycle_months, first.phase)
    };
    if !read.iter().all(|other| aligned(&other)) {
        return Err(ArithmeticError);
    }
    let mut roundings = priced.iter().map(|(_, line)| line.item.charge.line_rounding);
    let rounding = roundings.next().flatten();
    // Bounds of what is rounded in different ways are not rounded again.
    let same = roundings.all(|other| other == rounding);
    let mut period = first.clone();
    let exact = |other: &&Period| if same { other.exact } else { other.cycle_amount() };
    let bounds = hull(read.iter().map(exact))?;
    let reason = || {
        let said = priced
            .iter()
            .zip(read)
            .map(|((reading, _), other)| format!("{} {}", reading.id, shown(other.cycle_amount())));
        format!("the rule can be read in several ways: {}", said.collect::<Vec<_>>().join(", "))
    };
    let mut changes = Changes::after(detail, period.adjustments);
    changes.record("readings", reason, first.exact, bounds)?;
    period.adjustments = changes.into_rows();
    period.exact = bounds;
    period.rounded = match first.rounded {
        Some(_) if same => Some(hull(read.iter().map(|other| other.cycle_amount()))?),
        _ => None,
    };
    period.before_adjustments = hull(read.iter().map(|other| other.before_adjustments))?;
    Ok(period)
}

/// From the least to the greatest.
fn hull(amounts: impl Iterator<Item = Interval>) -> Result<Interval, ArithmeticError> {
    let either = |a: Interval, b: Interval| {
        let high = a.high().zip(b.high()).map(|(a, b)| a.max(b));
        Interval::new(a.low().min(b.low()), high).map_err(|_| ArithmeticError)
    };
    let mut all: Option<Interval> = None;
    for amount in amounts {
        all = Some(all.map_or(Ok(amount), |all| either(all, amount))?);
    }
    all.ok_or(ArithmeticError)
}
