//! A discount or a surcharge of a charge, and when it applies.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{DateWindow, MonthWindow};
use crate::interval::Interval;
use crate::money::Rounding;

/// A discount or a surcharge.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    /// Unique in its charge. Each row that it makes refers to this text, as to the next.
    pub id: Arc<str>,
    /// Why, for a person.
    pub reason: Arc<str>,
    /// How much.
    pub effect: Effect,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// Only while the date lies in this window.
    pub dates: Option<DateWindow>,
    /// Only in these months.
    pub months: Option<MonthWindow>,
    /// Indices into the offer's sources.
    pub sources: Vec<u32>,
    /// How the change itself is rounded; `None`: not at all.
    pub rounding: Option<Rounding>,
}

/// How much an adjustment changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A fraction of the base, negative for a discount, from -1; both bounds known.
    Fraction {
        /// The fraction.
        fraction: Interval,
        /// What it is taken of.
        base: AdjustmentBase,
    },
    /// An amount in each cycle, negative for a discount; both bounds known. Never takes the line below zero.
    Amount(Interval),
    /// A fraction of each unit price, before it meets the quantity; from -1, both bounds known.
    UnitFraction(Interval),
    /// An amount on each unit price, before it meets the quantity; both bounds known. Never takes a unit
    /// price below zero.
    UnitAmount(Interval),
}

impl Effect {
    /// Whether it changes unit prices, and not the amount that they make.
    #[must_use]
    pub const fn is_on_unit_prices(&self) -> bool {
        matches!(self, Self::UnitFraction(_) | Self::UnitAmount(_))
    }
}

/// What an adjustment's fraction is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdjustmentBase {
    /// The amount before all adjustments.
    List,
    /// The amount after the adjustments before this one.
    Running,
}

/// A condition that the kernel evaluates; bounds are inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What is looked at.
    pub subject: Subject,
    /// Least value.
    pub at_least: Option<Decimal>,
    /// Greatest value.
    pub at_most: Option<Decimal>,
}

impl Condition {
    /// Whether a value satisfies it.
    #[must_use]
    pub fn holds(&self, value: Decimal) -> bool {
        self.at_least.is_none_or(|least| value >= least) && self.at_most.is_none_or(|most| value <= most)
    }
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The quantity that the order commits to; not what is held already.
    CommittedQuantity,
    /// The billed quantity of the cycle.
    BilledQuantity,
    /// Months of the sold term.
    TermMonths,
    /// The line's amount in the cycle before adjustments, within its own limits.
    ListAmount,
}
