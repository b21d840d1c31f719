//! What the cycles of a run have in common: how much there is of each, what it is for, and what is in force.

use std::ops::Range;

use rust_decimal::Decimal;

use super::period_limits::Span as LimitsSpan;
use super::proration::Part;
use super::quantities::Basis;
use crate::interval::Interval;
use crate::quote::{Period, Phase};

/// A run of equal cycles of a charge.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct CycleSpec {
    pub(crate) first_month: u32,
    /// Months of each.
    pub(crate) months: u32,
    pub(crate) cycles: u32,
    pub(crate) phase: Phase,
    pub(crate) extent: Extent,
    /// What is asked for, before metering.
    pub(crate) demanded: Decimal,
    /// What is charged, before the allowance.
    pub(crate) quantity: Decimal,
    /// What picks the tier: `quantity`, and what was charged before where this is an addition to it.
    pub(crate) level: Decimal,
    pub(crate) basis: Basis,
    /// What is not charged.
    pub(crate) allowed: Decimal,
    /// Days of the cycle, for daily prices.
    pub(crate) days: Option<Days>,
    /// What the commitment that it belongs to commits to.
    pub(crate) committed: Decimal,
    /// Which adjustments are in force: bit i for adjustment i.
    pub(crate) in_force: u64,
    /// The number of its purchase of packs, where they last longer than a cycle.
    pub(crate) purchase: Option<u32>,
    /// Which of the amounts it has that an adapter computed.
    pub(crate) computed: Option<usize>,
    /// How often renewals have raised its price.
    pub(crate) uplift_steps: u32,
    /// The amount that it is given and that is not charged.
    pub(crate) credit: Decimal,
    /// The allowance that it has lost by exceeding it.
    pub(crate) forfeited: Decimal,
    /// What picks the tier in place of `level`.
    pub(crate) tier: Option<Decimal>,
    /// What has gone up the ladder before.
    pub(crate) before: Decimal,
    /// Days that its quantity is spread over before it meets the ladder.
    pub(crate) spread: Option<Days>,
    /// The time that its limits count over, where it is more than a cycle.
    pub(crate) limits: Option<LimitsSpan>,
    /// Index of its commitment, where cycles are priced in order.
    pub(crate) commitment: u32,
}

impl CycleSpec {
    /// Months of the first cycle.
    pub(crate) fn range(&self) -> Range<u32> {
        self.first_month..self.first_month + self.months
    }

    /// What it costs, of which nothing is known yet.
    pub(crate) fn unpriced(&self) -> Period {
        Period {
            first_month: self.first_month,
            cycle_months: self.months,
            cycles: self.cycles,
            phase: self.phase,
            demanded: self.demanded,
            derivation: Default::default(),
            billed: Decimal::ZERO,
            tiers: Default::default(),
            adjustments: Vec::new(),
            exact: Interval::ZERO,
            rounded: None,
            before_adjustments: Interval::ZERO,
        }
    }

    /// Adds a run after this one, if it only has more of the same cycles.
    pub(crate) fn extend(&mut self, next: &Self) -> bool {
        let Self { first_month, cycles, .. } = *self;
        // Most runs that differ do so here.
        let alike = (next.quantity, next.demanded) == (self.quantity, self.demanded);
        let follows = alike && next.first_month == first_month + cycles * self.months;
        let same = follows && *next == Self { first_month: next.first_month, cycles: next.cycles, ..*self };
        self.cycles += if same { next.cycles } else { 0 };
        same
    }
}

/// Days of a cycle: `count ÷ divisor`, kept apart because 365 ÷ 12 has no last digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) count: Decimal,
    pub(crate) divisor: Decimal,
}

/// How much of a cycle there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    Part(Part),
}

impl Extent {
    pub(crate) const fn part(&self) -> Option<&Part> {
        match self {
            Self::Whole => None,
            Self::Part(part) => Some(part),
        }
    }
}
