//! What a part of a cycle costs: of its prices for units, its flat amounts, its limits and its fixed
//! adjustments, each by itself, or of the whole amount where all of them cost less.

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::allowances;
use super::recording::Changes;
use super::timeline::days_between;
use crate::charge::{
    Charge, DayCount, Effect, LimitsPeriod, PriceModel, Proration, ProrationDivisor, ProrationParts,
    ProrationUnit,
};
use crate::interval::{ArithmeticError, Interval, mul_div};
use crate::money::Rounding;
use crate::quote::TierRow;

/// A part of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its first day, and the day after its last.
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) started_months: u32,
    /// The whole cycle that it belongs to.
    pub(crate) whole_from: Date,
    pub(crate) whole_to: Date,
    pub(crate) whole_months: u32,
    /// The day after a whole cycle that starts with it.
    pub(crate) own_to: Date,
}

/// Whether a part of a cycle can cost less of a quantity that adds up over months.
pub(crate) fn has_fixed_parts(charge: &Charge) -> bool {
    let flat = match &charge.model {
        PriceModel::Flat { .. } | PriceModel::StairStep { .. } | PriceModel::Computed { .. } => true,
        PriceModel::Graduated { tiers, .. } | PriceModel::Volume { tiers, .. } => {
            tiers.as_slice().iter().any(|tier| tier.flat_amount.is_some())
        }
        PriceModel::PerUnit { .. }
        | PriceModel::Package { .. }
        | PriceModel::Percentage(_)
        | PriceModel::Packs(_)
        | PriceModel::ShareOfLines { .. } => false,
        PriceModel::Shortfall { .. } => true,
    };
    flat || charge.allowance.is_some()
        || charge.minimum_amount.is_some()
        || charge.maximum_amount.is_some()
        || charge.spend_commitment.is_some()
        || charge.adjustments.iter().any(|adjustment| matches!(adjustment.effect, Effect::Amount(_)))
}

/// Whether a part of a cycle costs a part of all that a whole one costs, taken once at the end.
pub(crate) fn is_at_end(charge: &Charge, adds_up: bool) -> bool {
    let parts = charge.proration.map_or(ProrationParts::ALL, |proration| proration.parts);
    let by_cycle = charge.limits_period == LimitsPeriod::Cycle && !allowances::is_carried_in_money(charge);
    parts == ProrationParts::ALL && !adds_up && by_cycle
}

/// How much of a whole cycle's price a part costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    units: Decimal,
    divisor: Decimal,
    ratio: Option<Decimal>,
    day_price: Option<Rounding>,
    unit: ProrationUnit,
    currency: Currency,
}

impl Share {
    /// The share by a convention; `None` for all of it.
    pub(crate) fn of(
        proration: &Proration,
        part: &Part,
        currency: Currency,
    ) -> Result<Option<Self>, ArithmeticError> {
        let unit = proration.unit;
        let extra = u32::from(proration.both_ends);
        let units = match unit {
            ProrationUnit::StartedMonth => part.started_months,
            ProrationUnit::Day => days(proration.day_count, part.from, part.to) + extra,
        };
        let divisor = match (proration.divisor, unit) {
            (ProrationDivisor::Fixed(divisor), _) => divisor.get(),
            (_, ProrationUnit::StartedMonth) => part.whole_months.max(1).into(),
            (ProrationDivisor::Cycle, _) => {
                days(proration.day_count, part.whole_from, part.whole_to).max(1).into()
            }
            (ProrationDivisor::CycleFromPart, _) => {
                days(proration.day_count, part.from, part.own_to).max(1).into()
            }
        };
        let units = Decimal::from(units);
        if proration.capped && units >= divisor {
            return Ok(None);
        }
        let ratio = match proration.ratio_rounding {
            Some(rounding) => Some(rounding.round(mul_div(units, Decimal::ONE, divisor)?, currency)),
            None => None,
        };
        let day_price = proration.day_price_rounding;
        Ok(Some(Self { units, divisor, ratio, day_price, unit, currency }))
    }

    pub(crate) fn amount(&self, amount: Interval) -> Result<Interval, ArithmeticError> {
        match (self.ratio, self.day_price) {
            (Some(ratio), _) => amount.scale(ratio, Decimal::ONE),
            (None, Some(rounding)) => {
                let day = amount.scale(Decimal::ONE, self.divisor)?;
                day.map(|bound| rounding.round(bound, self.currency)).scale(self.units, Decimal::ONE)
            }
            (None, None) => amount.scale(self.units, self.divisor),
        }
    }

    /// The same of a quantity, which has no price of a day.
    pub(crate) fn quantity(&self, quantity: Decimal) -> Result<Decimal, ArithmeticError> {
        match self.ratio {
            Some(ratio) => mul_div(quantity, ratio, Decimal::ONE),
            None => mul_div(quantity, self.units, self.divisor),
        }
    }

    pub(crate) fn limit(&self, limit: Decimal) -> Result<Decimal, ArithmeticError> {
        Ok(self.amount(Interval::exact(limit))?.low())
    }

    fn text(&self) -> String {
        let unit = match self.unit {
            ProrationUnit::StartedMonth => "started months",
            ProrationUnit::Day => "days",
        };
        let how = match (self.ratio, self.day_price) {
            (Some(ratio), _) => format!(", as {ratio} of it"),
            (None, Some(_)) => ", the price of a day rounded".to_owned(),
            (None, None) => String::new(),
        };
        format!("{} {unit}, {} for a cycle{how}", self.units, self.divisor)
    }
}

/// Days from one date to a later one.
fn days(count: DayCount, from: Date, to: Date) -> u32 {
    match count {
        DayCount::Actual => days_between(from, to),
        DayCount::Thirty => {
            let serial = |date: Date| {
                i32::from(date.year()) * 360 + i32::from(date.month()) * 30 + i32::from(date.day()).min(30)
            };
            u32::try_from(serial(to) - serial(from)).unwrap_or(0)
        }
    }
}

/// What is left to do to the amount of a part, step by step.
pub(crate) struct Prorated<'a> {
    charge: &'a Charge,
    share: Option<Share>,
    parts: ProrationParts,
    /// All parts cost less: it is done once, at the end.
    at_end: bool,
}

impl<'a> Prorated<'a> {
    /// For a cycle that is a part, or none.
    pub(crate) fn new(
        charge: &'a Charge,
        part: Option<&Part>,
        adds_up: bool,
        currency: Currency,
    ) -> Result<Self, ArithmeticError> {
        let share = match (&charge.proration, part) {
            (Some(proration), Some(part)) => Share::of(proration, part, currency)?,
            _ => None,
        };
        let mut parts = charge.proration.map_or(ProrationParts::ALL, |proration| proration.parts);
        let at_end = is_at_end(charge, adds_up);
        // A shorter time has fewer units by itself.
        parts.units &= !adds_up;
        Ok(Self { charge, share, parts, at_end })
    }

    /// Whether each row of an amount has a part of its own.
    pub(crate) fn needs_rows(&self) -> bool {
        self.share.is_some() && !self.at_end
    }

    /// The share of one of the parts.
    fn share(&self, of: impl Fn(&ProrationParts) -> bool) -> Option<&Share> {
        self.share.as_ref().filter(|_| !self.at_end && of(&self.parts))
    }

    /// What the tiers make, each rounded by `round`.
    pub(crate) fn tiers(
        &self,
        tiers: &[TierRow],
        amount: Interval,
        round: impl Fn(Interval) -> Interval,
        rows: &mut Changes<'_>,
    ) -> Result<Interval, ArithmeticError> {
        let (units, flat) = (self.share(|parts| parts.units), self.share(|parts| parts.flat_amounts));
        // The fixed part of an event is no flat amount of a cycle.
        let is_percentage = matches!(self.charge.model, PriceModel::Percentage(_));
        let Some(share) = units.or(flat).filter(|_| !is_percentage) else { return Ok(amount) };
        let of = |share: Option<&Share>, amount: Interval| match share {
            Some(share) => share.amount(amount),
            None => Ok(amount),
        };
        let is_flat = matches!(self.charge.model, PriceModel::Flat { .. } | PriceModel::Computed { .. });
        let after = tiers.iter().try_fold(Interval::ZERO, |sum, row| {
            let (prices, once) = (row.unit_price.scale(row.quantity, row.per)?, row.flat_amount);
            let once = once.unwrap_or(Interval::ZERO);
            if units.is_some() && flat.is_some() || prices.plus(once)? != row.amount {
                // A tier that is held at its own limits has no parts.
                return sum.plus(round(of(units, row.amount)?));
            }
            let prices = of(if is_flat { flat } else { units }, prices)?;
            sum.plus(round(prices.plus(of(flat, once)?)?))
        })?;
        rows.record("part", || share.text(), amount, after)?;
        Ok(after)
    }

    /// A minimum or maximum amount.
    pub(crate) fn limit(&self, limit: Option<Decimal>) -> Result<Option<Decimal>, ArithmeticError> {
        match self.share(|parts| parts.limits) {
            Some(share) => limit.map(|limit| share.limit(limit)).transpose(),
            None => Ok(limit),
        }
    }

    /// The minimum of a set of lines, which is cut with the limits or with all.
    pub(crate) fn minimum(&self, minimum: Decimal) -> Result<Decimal, ArithmeticError> {
        let share = self.share.as_ref().filter(|_| self.parts.limits);
        share.map_or(Ok(minimum), |share| share.limit(minimum))
    }

    /// The amount of a discount or a surcharge.
    pub(crate) fn adjustment(&self, amount: Interval) -> Result<Interval, ArithmeticError> {
        self.share(|parts| parts.fixed_adjustments).map_or(Ok(amount), |share| share.amount(amount))
    }

    /// All that the cycle costs, its limits and adjustments included.
    pub(crate) fn whole(
        &self,
        amount: Interval,
        rows: &mut Changes<'_>,
    ) -> Result<Interval, ArithmeticError> {
        let Some(share) = self.share.as_ref().filter(|_| self.at_end) else { return Ok(amount) };
        let after = share.amount(amount)?;
        rows.record("part", || share.text(), amount, after)?;
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::charge::Positive;

    fn share(proration: &Proration, from: Date, to: Date) -> Share {
        let part = Part {
            from,
            to,
            started_months: 1,
            whole_from: date(2024, 1, 1),
            whole_to: date(2025, 1, 1),
            whole_months: 12,
            own_to: date(2025, 1, 1),
        };
        Share::of(proration, &part, Currency::USD).unwrap().unwrap()
    }

    #[test]
    fn a_month_of_thirty_days_has_thirty_whatever_the_calendar_says() {
        let days = |from, to| days(DayCount::Thirty, from, to);
        // 1 to 29 February 2024, 27 to 28 February 2021, 31 January, and a year.
        assert_eq!(days(date(2024, 2, 1), date(2024, 3, 1)), 30);
        assert_eq!(days(date(2021, 2, 27), date(2021, 3, 1)), 4);
        assert_eq!(days(date(2021, 1, 31), date(2021, 2, 1)), 1);
        assert_eq!(days(date(2021, 1, 15), date(2022, 1, 15)), 360);
    }

    proptest! {
        #[test]
        fn parts_of_a_part_cost_as_much_as_it(
            start in 0_i64..300,
            first in 0_i64..60,
            second in 0_i64..60,
            thirty in any::<bool>(),
            price in 0_i64..1_000_000,
        ) {
            let day = |days: i64| date(2024, 1, 1).checked_add(days.days()).unwrap();
            let (from, between, to) = (day(start), day(start + first), day(start + first + second));
            let divisor = Positive::new(Decimal::from(32)).unwrap();
            let mut proration = Proration::new(ProrationUnit::Day, divisor, false);
            proration.day_count = if thirty { DayCount::Thirty } else { DayCount::Actual };
            // A 32nd of a whole number has a last digit, so that nothing is rounded.
            let amount = Interval::exact(Decimal::from(price));
            let cost = |from, to| share(&proration, from, to).amount(amount).unwrap();
            prop_assert_eq!(cost(from, between).plus(cost(between, to)).unwrap(), cost(from, to));
        }
    }
}
