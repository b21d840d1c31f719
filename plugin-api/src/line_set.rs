//! What lines of an offer mean to each other: only the dearest is charged, together they cost no more than
//! an amount, or together they have a discount.
//!
//! The meaning, unit and range of every field stand in `quotient/v1/line_set.proto`.

use rust_decimal::Decimal;

use crate::charge::{AdjustmentBase, Cycle, DateWindow, LineChoice, MonthWindow};
use crate::money::Rounding;

/// Most line sets of an offer.
pub const MAX_LINE_SETS: usize = 64;

/// Lines that have a price together.
#[derive(Debug, Clone, PartialEq)]
pub struct LineSet {
    /// Unique in its offer.
    pub id: String,
    /// Why, for a person.
    pub reason: String,
    /// The lines: ordinary ones only.
    pub charges: LineChoice,
    /// Cycles of the lines that start within the same month, quarter, year or term count together.
    pub cycle: Cycle,
    /// What becomes of them.
    pub rule: SetRule,
    /// Only in cycles that start in these months.
    pub months: Option<MonthWindow>,
    /// Only while the date lies in this window.
    pub dates: Option<DateWindow>,
    /// Indices into the offer's sources.
    pub sources: Vec<u32>,
}

/// What becomes of lines that count together.
#[derive(Debug, Clone, PartialEq)]
pub enum SetRule {
    /// Only the dearest is charged; of equal ones, the first.
    Dearest,
    /// Together they cost no more.
    Maximum {
        /// In a cycle, from 0.
        amount: Decimal,
        /// How what is above it is taken off the lines.
        spread: Spread,
    },
    /// A discount.
    Discount(SetDiscount),
}

/// A discount on lines together; never more than they cost.
#[derive(Debug, Clone, PartialEq)]
pub struct SetDiscount {
    /// What is taken off.
    pub off: Off,
    /// Which amount of the lines a fraction is taken of, and the bounds are for.
    pub base: AdjustmentBase,
    /// Only when the lines come to this at least; inclusive.
    pub at_least: Option<Decimal>,
    /// Only when they come to this at most; inclusive.
    pub at_most: Option<Decimal>,
    /// Only when they come to less than this.
    pub below: Option<Decimal>,
}

/// What a discount takes off.
#[derive(Debug, Clone, PartialEq)]
pub enum Off {
    /// Of each line: above 0, up to 1; 0.1 is 10 % off.
    Fraction {
        /// The fraction.
        fraction: Decimal,
        /// How what is taken off a cycle of a line is rounded; `None`: not at all.
        rounding: Option<Rounding>,
    },
    /// Of the lines together, in each cycle.
    Amount {
        /// Above 0.
        amount: Decimal,
        /// How it is taken off the lines.
        spread: Spread,
    },
}

/// How an amount is taken off several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// In proportion to what they cost.
    Proportional {
        /// Decimal places of each part, 0 to 12; `None`: as exact as amounts are.
        scale: Option<u32>,
        /// Who takes what rounding leaves.
        remainder: Remainder,
    },
    /// Off the first until nothing of it is left, then off the next.
    InOrder,
}

impl Spread {
    /// In proportion, unrounded.
    pub const EXACT: Self = Self::Proportional { scale: None, remainder: Remainder::Last };
}

/// Who takes what rounding leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remainder {
    /// Parts are rounded half up, and the last line takes the rest.
    Last,
    /// Parts are rounded down, and a unit goes to each line by its remainder, the largest first; of equal
    /// ones, the first.
    Largest,
}
