//! Line sets: what lines of an offer mean to each other.

use std::sync::Arc;

use super::PriceError;
use super::cycles::whole_months;
use super::line::{self, PricedLine};
use super::model::ModelError;
use super::over_lines::shown;
use super::recording::{Changes, Detail};
use super::reduce::{self, Cell};
use super::runs;
use super::timeline::{Commitment, Timeline};
use crate::charge::Confidence;
use crate::interval::{ArithmeticError, Interval};
use crate::line_set::{LineSet, Off, SetRule};
use crate::offer::OfferParts;
use crate::quote::{AdjustmentRow, Period};

/// Applies all sets of an offer to its ordinary lines, in order.
pub(crate) fn apply(
    offer: &OfferParts,
    timeline: &Timeline,
    lines: &mut [&mut PricedLine],
    detail: Detail,
) -> Result<(), PriceError> {
    for set in &offer.line_sets {
        let members = members(set, lines);
        if !members.is_empty() {
            apply_one(offer, set, timeline, lines, &members, detail)?;
        }
    }
    Ok(())
}

/// Its lines, in the order of their names where they are named.
fn members(set: &LineSet, lines: &[&mut PricedLine]) -> Vec<usize> {
    let chosen = |index: &usize| lines.get(*index).is_some_and(|line| set.charges.holds(&line.item.charge));
    let mut members: Vec<_> = (0..lines.len()).filter(chosen).collect();
    if let crate::charge::LineChoice::Ids(ids) = &set.charges {
        let place = |index: &usize| {
            let id = lines.get(*index).map(|line| &line.item.charge.id);
            ids.iter().position(|named| Some(named) == id)
        };
        members.sort_by_key(place);
    }
    members
}

fn apply_one(
    offer: &OfferParts,
    set: &LineSet,
    timeline: &Timeline,
    lines: &mut [&mut PricedLine],
    members: &[usize],
    detail: Detail,
) -> Result<(), PriceError> {
    let too_large = |cause: ArithmeticError| PriceError::Set { set: set.id.clone(), cause };
    let periods = |line: &PricedLine| line.item.periods.iter().flat_map(runs::unroll).collect();
    let mut cycles: Vec<Vec<Period>> =
        members.iter().map(|index| lines.get(*index).map_or_else(Vec::new, |line| periods(line))).collect();
    let mut changed = vec![false; members.len()];
    for commitment in &timeline.commitments {
        let months = whole_months(set.cycle, commitment);
        let mut first = commitment.first_month;
        while first < commitment.end_month() {
            let end = (first + months).min(commitment.end_month());
            if in_force(set, commitment, first)? {
                let cells = cells(&cycles, first, end);
                for (cell, after) in reduce::reduce(set, offer.currency, &cells).map_err(too_large)? {
                    let Some(period) = cycles.get_mut(cell.line).and_then(|line| line.get_mut(cell.cycle))
                    else {
                        continue;
                    };
                    let rounding = members.get(cell.line).and_then(|index| lines.get(*index));
                    let rounding = rounding.and_then(|line| line.item.charge.line_rounding);
                    change(set, &cells, period, after, detail).map_err(too_large)?;
                    period.rounded =
                        rounding.map(|rounding| after.map(|bound| rounding.round(bound, offer.currency)));
                    if let Some(changed) = changed.get_mut(cell.line) {
                        *changed = true;
                    }
                }
            }
            first = end;
        }
    }
    let weakest = weakest(offer, set, lines, members);
    for ((index, cycles), _) in members.iter().zip(cycles).zip(changed).filter(|(_, changed)| *changed) {
        let Some(line) = lines.get_mut(*index) else { continue };
        let charge = &mut line.item.charge;
        line::weaken(charge, weakest);
        for source in &set.sources {
            if !charge.sources.contains(source) {
                Arc::make_mut(charge).sources.push(*source);
            }
        }
        let mut periods = Vec::new();
        cycles.into_iter().for_each(|cycle| runs::push(&mut periods, cycle));
        line.set_periods(periods).map_err(|cause| PriceError::Charge {
            charge: line.item.charge.id.clone(),
            cause: ModelError::from(cause),
        })?;
    }
    Ok(())
}

fn in_force(set: &LineSet, commitment: &Commitment, first_month: u32) -> Result<bool, PriceError> {
    let service = commitment.day(first_month - commitment.first_month)?;
    Ok(set.dates.is_none_or(|window| window.contains(commitment.order_date, service))
        && set.months.is_none_or(|window| window.contains(commitment.contract_month(first_month))))
}

/// What counts together: the cycles that start within some months, line by line.
fn cells(lines: &[Vec<Period>], first: u32, end: u32) -> Vec<Cell> {
    let of_line = |(line, cycles): (usize, &Vec<Period>)| {
        let from = cycles.partition_point(|cycle| cycle.first_month < first);
        let within =
            cycles.iter().enumerate().skip(from).take_while(move |(_, cycle)| cycle.first_month < end);
        let cell = |(cycle, period): (usize, &Period)| Cell {
            line,
            cycle,
            amount: period.cycle_amount(),
            list: period.before_adjustments,
        };
        within.map(cell).collect::<Vec<_>>()
    };
    lines.iter().enumerate().flat_map(of_line).collect()
}

/// Writes an amount after a set into its cycle, with a row that says why.
fn change(
    set: &LineSet,
    cells: &[Cell],
    period: &mut Period,
    after: Interval,
    detail: Detail,
) -> Result<(), ArithmeticError> {
    let before = period.cycle_amount();
    // A set takes off what the line asks for, which is rounded where the line is.
    let mut changes = Changes::after(detail, std::mem::take(&mut period.adjustments));
    changes.record("rounding", || "the line is rounded".to_owned(), period.exact, before)?;
    changes.push(|| row(set, cells, before, after))?;
    period.adjustments = changes.into_rows();
    period.exact = after;
    Ok(())
}

/// What a set did to a cycle.
fn row(
    set: &LineSet,
    cells: &[Cell],
    before: Interval,
    after: Interval,
) -> Result<AdjustmentRow, ArithmeticError> {
    let sum = cells.iter().map(|cell| cell.amount).try_fold(Interval::ZERO, Interval::plus)?;
    let what = match &set.rule {
        SetRule::Dearest => "only the dearest is charged".to_owned(),
        SetRule::Maximum { amount, .. } => format!("not above {amount} together"),
        SetRule::Discount(discount) => match &discount.off {
            Off::Fraction { fraction, .. } => format!("{fraction} of each off"),
            Off::Amount { amount, .. } => format!("{amount} off together"),
        },
    };
    let reason = format!("{}: lines come to {}, {what}", set.reason, shown(sum));
    let change = before.step_to(after)?;
    Ok(AdjustmentRow { id: set.id.as_str().into(), reason: reason.into(), base: before, change })
}

/// How much a figure binds that comes from all lines of a set, and from its own source.
fn weakest(offer: &OfferParts, set: &LineSet, lines: &[&mut PricedLine], members: &[usize]) -> Confidence {
    let sources = set.sources.iter().filter_map(|source| offer.sources.get(*source as usize));
    let sources = sources.map(|source| source.confidence);
    let lines = members.iter().filter_map(|index| lines.get(*index));
    let lines = lines.filter(|line| !line.item.horizon_amount.is_zero());
    let lines = lines.map(|line| line.item.charge.confidence);
    sources.chain(lines).max().unwrap_or(Confidence::Binding)
}
