//! A part of an amount of money that passes through, such as a payment fee.

use rust_decimal::Decimal;

use super::Tiers;
use crate::interval::Interval;

/// A part of the amount that a meter counts in the currency of the offer. What names a single event needs
/// events that the requirement states.
#[derive(Debug, Clone, PartialEq)]
pub struct Percentage {
    /// Tiers of the amount; a unit price is the fraction that is charged of it: 0.013 for 1.3 %.
    pub tiers: Tiers,
    /// Charged for each event that is not free.
    pub fixed_per_event: Option<Interval>,
    /// Least amount for each event that is not free, its fixed part included.
    pub minimum_per_event: Option<Decimal>,
    /// Greatest amount for each event, its fixed part included.
    pub maximum_per_event: Option<Decimal>,
    /// The first events of a cycle that are free; `None`: none is.
    pub free: Option<FreeEvents>,
}

impl Percentage {
    /// Whether single events must be known.
    #[must_use]
    pub const fn needs_events(&self) -> bool {
        self.fixed_per_event.is_some()
            || self.minimum_per_event.is_some()
            || self.maximum_per_event.is_some()
            || self.free.is_some()
    }
}

/// Which events of a cycle are free: those that are within every limit that is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeEvents {
    /// An event is free up to this number of events.
    pub events: Option<u32>,
    /// An event is free up to this sum of events; from 0.
    pub amount: Option<Decimal>,
    /// What the event pays that crosses `amount`.
    pub crossing: Crossing,
}

/// What the event pays that crosses the free amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// What is above the free amount is charged.
    Excess,
    /// It is charged whole.
    Whole,
    /// It is free, and the next one is not.
    Free,
}
