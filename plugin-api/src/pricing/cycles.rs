//! The cycles of a charge: when one price starts and ends, and what it is for.

use std::ops::Range;

use iso_currency::Currency;
use jiff::{Span, civil::Date};
use rust_decimal::Decimal;

use super::allowances::{self, Ledger};
use super::computed;
pub(crate) use super::cycle_spec::{CycleSpec, Days, Extent};
use super::pack_plan::PackPlan;
use super::period_limits;
use super::proration::{self, Part};
use super::quantities::{Basis, Quantities};
use super::timeline::{Commitment, Timeline, days_between, month_start};
use super::uplift;
use super::{PriceError, tier_period};
use crate::charge::{
    Allowance, AllowanceExcess, AllowanceReset, Charge, Cycle, DateWindow, LimitsPeriod, MonthWindow,
    PriceModel, TierPeriod,
};
use crate::interval::{ArithmeticError, add, compare};
use crate::offer::{MAX_ADJUSTMENTS, MonthDays, OfferParts, UpliftStep};
use crate::quote::Phase;

/// All cycles of a charge to a function, in order; what is added within a cycle follows it.
pub(crate) fn each(
    charge: &Charge,
    quantities: &Quantities<'_>,
    timeline: &Timeline,
    offer: &OfferParts,
    plan: Option<&PackPlan>,
    cycle: impl FnMut(&CycleSpec) -> Result<(), PriceError>,
) -> Result<(), PriceError> {
    let month_days = offer.conventions.month_days.unwrap_or(MonthDays::Calendar);
    let uplift = uplift::of(offer, charge);
    let is_even = plan.is_none() && is_even(charge, quantities, month_days);
    let all_steady = is_even && quantities.are_steady() && !computed::varies(&charge.model);
    let computed = computed::Numbers::of(&charge.model);
    let mut ledger = Ledger::default();
    let in_order = are_priced_in_order(charge);
    let settled = is_settled_together(charge);
    let mut runs = Runs { last: None, in_order, each: cycle };
    for (index, commitment) in timeline.commitments.iter().enumerate() {
        if charge.cycle == Cycle::Once && commitment.phase != Phase::Term {
            break;
        }
        let uplift_steps = |month| uplift::steps(uplift, timeline, index, commitment, month);
        let (currency, start) = (offer.currency, timeline.start);
        let computed = &computed;
        let layout = Layout { charge, quantities, month_days, commitment, plan, currency, start, computed };
        let whole_months = whole_months(charge.cycle, commitment);
        let is_renewal = commitment.phase == Phase::Renewal;
        let same_price = !(is_renewal && uplift.is_some_and(|u| u.every == UpliftStep::Year));
        let steady = all_steady && same_price;
        // Its whole cycles differ in nothing but their quantities and computed amounts.
        let even = is_even && same_price && !settled && !quantities.have_additions();
        // All renewals are as long as the first one.
        let stands_for_all = steady
            && is_renewal
            && uplift.is_none()
            && commitment.lead() == 0
            && commitment.months.is_multiple_of(whole_months);
        let copies = if stands_for_all { timeline.commitments.len() - index } else { 1 };
        let mut committed = None;
        let mut next_month = commitment.first_month;
        let mut own: Vec<CycleSpec> = Vec::new();
        while next_month < commitment.end_month() {
            let lead = next_month < commitment.whole_from() && is_by_month(charge.cycle);
            let cycle = cycle_from(charge, commitment, next_month);
            let whole = commitment.whole_until().saturating_sub(next_month) / whole_months;
            let cycles = if steady && !lead { whole.max(1) } else { 1 };
            next_month += cycles * (cycle.end - cycle.start);
            let cycles = cycles * copies as u32;
            layout.add_runs(&cycle, cycles, uplift_steps(cycle.start), &mut committed, |run| {
                if settled {
                    own.push(run);
                    return Ok(());
                }
                runs.push(run)
            })?;
            if even && !steady && !lead && next_month <= commitment.whole_until() {
                while next_month + whole_months <= commitment.whole_until() {
                    let cycle = next_month..next_month + whole_months;
                    runs.next(layout.charged(&cycle)?, &cycle, layout.computed.of_month(cycle.start))?;
                    next_month = cycle.end;
                }
            }
        }
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        allowances::settle(charge, &mut ledger, number, &mut own).map_err(PriceError::of(charge))?;
        tier_period::settle(charge, !quantities.add_up(), &mut own).map_err(PriceError::of(charge))?;
        period_limits::settle(charge, commitment, number, &mut own)?;
        if in_order {
            own.iter_mut().for_each(|run| run.commitment = number);
        }
        own.into_iter().try_for_each(|run| runs.push(run))?;
        if stands_for_all {
            break;
        }
    }
    runs.finish()
}

/// Runs on their way to a function, equal ones that follow each other as one.
struct Runs<F> {
    last: Option<CycleSpec>,
    /// None is like another.
    in_order: bool,
    each: F,
}

impl<F: FnMut(&CycleSpec) -> Result<(), PriceError>> Runs<F> {
    fn push(&mut self, run: CycleSpec) -> Result<(), PriceError> {
        if self.in_order {
            return (self.each)(&run);
        }
        if let Some(last) = &mut self.last {
            if last.extend(&run) {
                return Ok(());
            }
            (self.each)(last)?;
        }
        self.last = Some(run);
        Ok(())
    }

    /// A cycle after the last one that differs from it in nothing but its quantities and its computed amount.
    fn next(
        &mut self,
        charged: Charged,
        cycle: &Range<u32>,
        computed: Option<usize>,
    ) -> Result<(), PriceError> {
        let Some(last) = &mut self.last else { return Ok(()) };
        let is_same = |a, b| compare(a, b).is_eq();
        if last.basis == charged.basis
            && last.computed == computed
            && is_same(last.quantity, charged.quantity)
            && is_same(last.demanded, charged.demanded)
        {
            last.cycles += 1;
            return Ok(());
        }
        (self.each)(last)?;
        let Charged { demanded, quantity, basis } = charged;
        (last.first_month, last.cycles, last.computed) = (cycle.start, 1, computed);
        (last.demanded, last.quantity, last.level, last.basis) = (demanded, quantity, quantity, basis);
        Ok(())
    }

    fn finish(mut self) -> Result<(), PriceError> {
        self.last.as_ref().map_or(Ok(()), |last| (self.each)(last))
    }
}

/// Whether the cycles of a commitment are looked at together before one is priced.
fn is_settled_together(charge: &Charge) -> bool {
    let each_by_itself = |allowance: &Allowance| {
        allowance.amount.is_none()
            && allowance.reset == AllowanceReset::EachCycle
            && allowance.excess != AllowanceExcess::Whole
    };
    !charge.allowance.as_ref().is_none_or(each_by_itself)
        || !matches!(charge.tier_period, TierPeriod::Cycle | TierPeriod::Day)
        || charge.limits_period != LimitsPeriod::Cycle
}

/// The cycle of a commitment that starts with a month.
fn cycle_from(charge: &Charge, commitment: &Commitment, month: u32) -> Range<u32> {
    let lead = month < commitment.whole_from() && is_by_month(charge.cycle);
    let months = if lead { 1 } else { whole_months(charge.cycle, commitment) };
    month..(month + months).min(commitment.end_month())
}

/// Whether a charge is in force, month by month: a cycle is where its first month is.
pub(crate) fn months_in_force(charge: &Charge, timeline: &Timeline) -> Result<Vec<bool>, PriceError> {
    let mut months = Vec::with_capacity(timeline.months() as usize);
    for commitment in &timeline.commitments {
        let mut next_month = commitment.first_month;
        while next_month < commitment.end_month() {
            let cycle = cycle_from(charge, commitment, next_month);
            let lapsed = charge.cycle == Cycle::Once && commitment.phase != Phase::Term;
            let active = !lapsed && in_force(charge, commitment, cycle.start)?.is_some();
            months.extend(cycle.clone().map(|_| active));
            next_month = cycle.end;
        }
    }
    Ok(months)
}

/// Whether all whole cycles of a commitment are equal but for their quantities and computed amounts.
fn is_even(charge: &Charge, quantities: &Quantities<'_>, month_days: MonthDays) -> bool {
    let windows = charge.adjustments.iter().map(|a| (a.dates, a.months));
    let in_a_window = windows.chain([(charge.dates, charge.months)]).any(|window| window != (None, None));
    let by_days = charge.cycle == Cycle::Day || charge.tier_period == TierPeriod::Day;
    let by_calendar = by_days && month_days == MonthDays::Calendar || charge.cycle_days.is_some();
    let one_by_one = are_priced_in_order(charge)
        || allowances::outlasts_cycles(charge)
        || tier_period::needs_cycles(charge);
    quantities.allow_the_same() && !in_a_window && !by_calendar && !one_by_one
}

/// Whether the price of a cycle depends on what the ones before it cost.
pub(crate) fn are_priced_in_order(charge: &Charge) -> bool {
    charge.limits_period != LimitsPeriod::Cycle || allowances::is_carried_in_money(charge)
}

/// Whether a cycle lasts for months, so that it begins with one.
const fn is_by_month(cycle: Cycle) -> bool {
    !matches!(cycle, Cycle::Term | Cycle::Once)
}

/// Months of a cycle that is not cut short.
pub(crate) fn whole_months(cycle: Cycle, commitment: &Commitment) -> u32 {
    match cycle {
        Cycle::Day | Cycle::Month => 1,
        Cycle::Quarter => 3,
        Cycle::Year => 12,
        Cycle::Term | Cycle::Once => commitment.months.max(1),
    }
}

/// What the cycles of a commitment are made from.
struct Layout<'a> {
    charge: &'a Charge,
    quantities: &'a Quantities<'a>,
    month_days: MonthDays,
    commitment: &'a Commitment,
    plan: Option<&'a PackPlan>,
    currency: Currency,
    /// The first day of the service.
    start: Date,
    computed: &'a computed::Numbers,
}

/// What a cycle asks for and is charged for.
struct Charged {
    demanded: Decimal,
    quantity: Decimal,
    basis: Basis,
}

impl Layout<'_> {
    fn charged(&self, cycle: &Range<u32>) -> Result<Charged, PriceError> {
        let at_charge = PriceError::of(self.charge);
        let term = self.commitment.first_month..self.commitment.end_month();
        let (quantity, basis) = self.quantities.charged(cycle, &term).map_err(&at_charge)?;
        let demanded = self.quantities.demanded(cycle).map_err(&at_charge)?;
        Ok(Charged { demanded, quantity, basis })
    }

    /// Adds so many equal cycles, and what is added within the first; none when the charge is not in force.
    fn add_runs(
        &self,
        cycle: &Range<u32>,
        cycles: u32,
        uplift_steps: u32,
        committed: &mut Option<Decimal>,
        mut run: impl FnMut(CycleSpec) -> Result<(), PriceError>,
    ) -> Result<(), PriceError> {
        let at_charge = PriceError::of(self.charge);
        let Charged { demanded, quantity, basis } = self.charged(cycle)?;
        // The order commits to what its first cycle is charged for.
        let committed = *committed.get_or_insert(quantity);
        let Some(in_force) = in_force(self.charge, self.commitment, cycle.start)? else {
            return Ok(());
        };
        let extent = self.extent(cycle, cycle)?;
        let spec = CycleSpec {
            first_month: cycle.start,
            months: cycle.end - cycle.start,
            cycles,
            phase: self.commitment.phase,
            extent,
            demanded,
            quantity,
            level: quantity,
            basis,
            allowed: self.allowed(cycle, extent).map_err(&at_charge)?,
            days: (self.charge.cycle == Cycle::Day).then(|| self.daily(cycle.start)).transpose()?,
            committed,
            in_force,
            purchase: self.plan.map(|plan| plan.number(cycle.start)),
            computed: self.computed.of_month(cycle.start),
            uplift_steps,
            credit: Decimal::ZERO,
            forfeited: Decimal::ZERO,
            tier: None,
            before: Decimal::ZERO,
            spread: self.spread(cycle)?,
            limits: None,
            commitment: 0,
        };
        run(spec)?;
        for addition in self.quantities.additions(cycle, quantity).map_err(&at_charge)? {
            let rest = addition.month..cycle.end;
            run(CycleSpec {
                first_month: rest.start,
                months: rest.end - rest.start,
                extent: self.extent(&rest, cycle)?,
                demanded: addition.added,
                quantity: addition.added,
                level: addition.level,
                basis: Basis::Added,
                ..spec
            })?;
        }
        Ok(())
    }

    /// What a cycle is not charged for.
    fn allowed(&self, cycle: &Range<u32>, extent: Extent) -> Result<Decimal, ArithmeticError> {
        let allowed = self.quantities.allowed(cycle)?;
        allowances::given(self.charge, extent, self.quantities.add_up(), self.currency, allowed)
    }

    /// The first day of a month.
    fn day(&self, month: u32) -> Result<Date, PriceError> {
        self.commitment.day(month - self.commitment.first_month)
    }

    /// How much there is of the whole cycle that some months belong to.
    fn extent(&self, months: &Range<u32>, cycle: &Range<u32>) -> Result<Extent, PriceError> {
        let commitment = self.commitment;
        let whole_months = whole_months(self.charge.cycle, commitment);
        let started_months = months.end - months.start;
        let lead = months.start < commitment.whole_from();
        let cut = if is_by_month(self.charge.cycle) {
            lead || months.end > commitment.whole_until()
        } else {
            commitment.cut
        };
        // A daily price counts its days, what adds up has less in fewer months, a share has less of less,
        // and once has no parts.
        let by_itself = matches!(self.charge.cycle, Cycle::Day | Cycle::Once)
            || matches!(self.charge.model, PriceModel::ShareOfLines { .. })
            || self.quantities.add_up() && !proration::has_fixed_parts(self.charge);
        if !cut && started_months >= whole_months || by_itself {
            return Ok(Extent::Whole);
        }
        let day = |month: u32| commitment.whole_day(month - commitment.first_month);
        let (from, to) = (self.day(months.start)?, self.day(months.end)?);
        // A whole cycle that ends with a part at the start would have begun before it.
        let (whole_from, whole_to) = if lead && is_by_month(self.charge.cycle) {
            let to = day(months.start + 1)?;
            (month_start(to, 0)?.saturating_sub(Span::new().months(whole_months)), to)
        } else {
            (self.day(cycle.start)?, day(cycle.start + whole_months)?)
        };
        Ok(Extent::Part(Part {
            from,
            to,
            started_months,
            whole_from,
            whole_to,
            whole_months,
            own_to: month_start(from, whole_months)?,
        }))
    }

    /// Days of a cycle, where each day meets the ladder by itself.
    fn spread(&self, cycle: &Range<u32>) -> Result<Option<Days>, PriceError> {
        if self.charge.tier_period != TierPeriod::Day {
            return Ok(None);
        }
        let mut days = self.days(cycle.start)?;
        for month in cycle.start + 1..cycle.end {
            days.count = add(days.count, self.days(month)?.count).map_err(PriceError::of(self.charge))?;
        }
        Ok(Some(days))
    }

    /// How often a daily price is charged in a month: each day, or as often as its cycle starts.
    fn daily(&self, month: u32) -> Result<Days, PriceError> {
        let Some(each) = self.charge.cycle_days.filter(|days| *days > 0) else { return self.days(month) };
        let started = |day: Date| days_between(self.start, day).div_ceil(each);
        let (from, to) = (started(self.day(month)?), started(self.day(month + 1)?));
        Ok(Days { count: to.saturating_sub(from).into(), divisor: Decimal::ONE })
    }

    /// Days of a month.
    fn days(&self, month: u32) -> Result<Days, PriceError> {
        let (count, divisor) = match self.month_days {
            MonthDays::Calendar => (u32::MAX, 1),
            MonthDays::Thirty => (30, 1),
            MonthDays::ThirtyAndHalf => (61, 2),
            MonthDays::YearTwelfth => (365, 12),
        };
        // A part of a month has the days that it has, but no more than a whole one.
        let commitment = self.commitment;
        let is_whole = (commitment.whole_from()..commitment.whole_until()).contains(&month);
        let count = if is_whole && self.month_days != MonthDays::Calendar {
            count
        } else {
            count.min(days_between(self.day(month)?, self.day(month + 1)?) * divisor)
        };
        Ok(Days { count: count.into(), divisor: divisor.into() })
    }
}

/// Which adjustments are in force in a cycle; `None` when the charge itself is not.
fn in_force(charge: &Charge, commitment: &Commitment, first_month: u32) -> Result<Option<u64>, PriceError> {
    let Charge { adjustments, dates, months, .. } = charge;
    let order = commitment.order_date;
    let dated = dates.is_some() || adjustments.iter().any(|adjustment| adjustment.dates.is_some());
    let service = if dated { commitment.day(first_month - commitment.first_month)? } else { order };
    let active = |dates: Option<DateWindow>, months: Option<MonthWindow>| {
        dates.is_none_or(|window| window.contains(order, service))
            && months.is_none_or(|window| window.contains(commitment.contract_month(first_month)))
    };
    if !active(*dates, *months) {
        return Ok(None);
    }
    let bits = adjustments.iter().take(MAX_ADJUSTMENTS).enumerate();
    let bits = bits.filter(|(_, adjustment)| active(adjustment.dates, adjustment.months));
    Ok(Some(bits.fold(0, |bits, (index, _)| bits | 1 << index)))
}
