//! Sums. The formula of each stands at its field in `quotient/v1/quote.proto`.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::PriceError;
use super::amount::Sum;
use super::invoices::Billing;
use super::line::PricedLine;
use super::timeline::{Commitment, Timeline, days_between, month_start};
use crate::charge::Category;
use crate::interval::{ArithmeticError, Interval, add, mul};
use crate::money::Rounding;
use crate::quote::{Phase, Totals};
use crate::requirement::{MonthlyProfile, Requirement};

/// Decimal places of a price per seat or contact.
const RATE_SCALE: u32 = 6;

pub(crate) fn add_up(
    requirement: &Requirement,
    currency: Currency,
    timeline: &Timeline,
    lines: &[PricedLine],
    billing: &Billing,
) -> Result<Totals, PriceError> {
    let round = |amount: Interval| amount.map(|bound| Rounding::DEFAULT.round(bound, currency));
    let of = |category| {
        let lines = lines.iter().filter(|line| line.item.category() == category);
        lines.map(|line| line.item.amount).try_fold(Interval::ZERO, Interval::plus).map(round)
    };
    let term = billing.term_total;
    let asked = Decimal::from(timeline.asked_months);
    let asked_term =
        if timeline.asked_months == timeline.sold_months() { term } else { round(accrued(timeline, lines)?) };
    let seats = sum(requirement.seats.iter().map(|group| &group.named), timeline.asked_months)?;
    let contacts = sum(requirement.demand.iter().map(|demand| &demand.contacts), timeline.asked_months)?;
    let over = |count: Decimal| -> Result<Option<Interval>, ArithmeticError> {
        if count.is_zero() {
            return Ok(None);
        }
        let rate = term.scale(Decimal::ONE, count)?;
        Ok(Some(rate.map(|bound| bound.round_dp(RATE_SCALE).normalize())))
    };
    Ok(Totals {
        one_time: of(Category::OneTime)?,
        recurring: of(Category::Recurring)?,
        usage: of(Category::Usage)?,
        term,
        asked_term,
        horizon: billing.horizon_total,
        first_invoice: billing.first,
        first_year: round(starting_within(lines, months_starting_within(timeline, 12)?)?),
        effective_monthly: round(term.scale(Decimal::ONE, asked.max(Decimal::ONE))?),
        per_seat_month: over(seats)?,
        per_contact: over(contacts)?,
    })
}

/// The part of the sold term's cycles that lies within the first `asked` months.
fn accrued(timeline: &Timeline, lines: &[PricedLine]) -> Result<Interval, PriceError> {
    let asked = timeline.asked_months;
    let term = timeline.commitments.first().filter(|term| term.lead() > 0);
    if let Some(term) = term {
        return accrued_by_day(term, asked, lines);
    }
    let runs = lines.iter().flat_map(|line| &line.runs);
    runs.filter(|run| run.phase == Phase::Term).try_fold(Interval::ZERO, |sum, run| {
        let within = (asked + 1).saturating_sub(run.first_month).min(run.cycles * run.cycle_months);
        let (whole, rest) = (within / run.cycle_months, within % run.cycle_months);
        let amount = run.amount.interval()?;
        Ok(sum.plus(amount.times(whole)?)?.plus(amount.scale(rest.into(), run.cycle_months.into())?)?)
    })
}

/// The same where months are the calendar's: by the days of each cycle.
fn accrued_by_day(term: &Commitment, asked: u32, lines: &[PricedLine]) -> Result<Interval, PriceError> {
    let end = term.contract_day(asked)?;
    let mut sum = Interval::ZERO;
    for run in lines.iter().flat_map(|line| &line.runs).filter(|run| run.phase == Phase::Term) {
        for cycle in 0..run.cycles {
            let first = run.first_month - term.first_month + cycle * run.cycle_months;
            let (from, to) = (term.day(first)?, term.day(first + run.cycle_months)?);
            let days = days_between(from, to).max(1);
            let within = days_between(from, to.min(end)).min(days);
            sum = sum.plus(run.amount.interval()?.scale(within.into(), days.into())?)?;
        }
    }
    Ok(sum)
}

/// The last month whose first day lies in the first contract months.
fn months_starting_within(timeline: &Timeline, months: u32) -> Result<u32, PriceError> {
    if !timeline.is_by_calendar() {
        return Ok(months);
    }
    let end = month_start(timeline.start, months)?;
    let mut last = 0;
    for commitment in &timeline.commitments {
        for offset in 0..commitment.months {
            if commitment.day(offset)? < end {
                last = commitment.first_month + offset;
            }
        }
    }
    Ok(last)
}

/// The cycles that start within the first months.
fn starting_within(lines: &[PricedLine], months: u32) -> Result<Interval, ArithmeticError> {
    let mut sum = Sum::ZERO;
    for run in lines.iter().flat_map(|line| line.runs.iter().take_while(|run| run.first_month <= months)) {
        let starting = (months + 1).saturating_sub(run.first_month).div_ceil(run.cycle_months);
        sum.add(run.amount, starting.min(run.cycles))?;
    }
    sum.total()
}

/// Σ of profiles over the first months.
fn sum<'a>(
    profiles: impl Iterator<Item = &'a MonthlyProfile>,
    months: u32,
) -> Result<Decimal, ArithmeticError> {
    let mut total = Decimal::ZERO;
    for profile in profiles {
        let of_profile = match profile.as_constant() {
            Some(value) => mul(value, months.into())?,
            None => profile.months(months as usize)?.into_iter().try_fold(Decimal::ZERO, add)?,
        };
        total = add(total, of_profile)?;
    }
    Ok(total)
}
