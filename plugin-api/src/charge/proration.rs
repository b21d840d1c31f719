//! What a part of a cycle costs, by the vendor's convention.

use super::Positive;
use crate::money::Rounding;

/// What a part of a cycle costs: price × units ÷ divisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proration {
    /// The unit that a part is counted in.
    pub unit: ProrationUnit,
    /// How days are counted.
    pub day_count: DayCount,
    /// Units that cost as much as a whole cycle.
    pub divisor: ProrationDivisor,
    /// A part never costs more than the whole cycle.
    pub capped: bool,
    /// The day after the end is counted too; only with days.
    pub both_ends: bool,
    /// Units ÷ divisor is rounded before it multiplies; `None`: multiplied before it is divided.
    pub ratio_rounding: Option<Rounding>,
    /// The price of one unit is rounded before it is multiplied by the units; not with `ratio_rounding`.
    pub day_price_rounding: Option<Rounding>,
    /// Which parts of a charge cost less in a part of a cycle.
    pub parts: ProrationParts,
}

impl Proration {
    /// So many units for a whole cycle, for all parts of a charge.
    #[must_use]
    pub const fn new(unit: ProrationUnit, divisor: Positive, capped: bool) -> Self {
        Self {
            unit,
            day_count: DayCount::Actual,
            divisor: ProrationDivisor::Fixed(divisor),
            capped,
            both_ends: false,
            ratio_rounding: None,
            day_price_rounding: None,
            parts: ProrationParts::ALL,
        }
    }
}

/// The unit that a part of a cycle is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProrationUnit {
    /// Started months.
    StartedMonth,
    /// Days.
    Day,
}

/// How days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayCount {
    /// As in the calendar.
    Actual,
    /// Every month has 30 days, whatever the calendar says: strict 30/360.
    Thirty,
}

/// Units that cost as much as a whole cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProrationDivisor {
    /// Always as many.
    Fixed(Positive),
    /// Those of the whole cycle that the part belongs to, by the same count.
    Cycle,
    /// Those of a whole cycle that starts with the part, by the same count.
    CycleFromPart,
}

/// Which parts of a charge cost less in a part of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProrationParts {
    /// Prices for units. What adds up over months has fewer units by itself.
    pub units: bool,
    /// Flat prices, steps of a stair and flat amounts of tiers.
    pub flat_amounts: bool,
    /// The allowance of what adds up over months; that of a level goes with its units.
    pub allowance: bool,
    /// The minimum and the maximum amount, and an amount that is committed to.
    pub limits: bool,
    /// Adjustments by an amount.
    pub fixed_adjustments: bool,
}

impl ProrationParts {
    /// All of them.
    pub const ALL: Self =
        Self { units: true, flat_amounts: true, allowance: true, limits: true, fixed_adjustments: true };
}
