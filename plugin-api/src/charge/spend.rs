//! What is paid at least in a cycle, and which amount meets the limits.

use rust_decimal::Decimal;

/// Whether limits meet the amount before adjustments or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitsCompared {
    /// Before: a discount is taken of the limited amount.
    BeforeAdjustments,
    /// After: a discount counts towards the limit.
    AfterAdjustments,
}

/// What is paid at least in a cycle, and what a surplus costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpendCommitment {
    /// What is committed to.
    pub committed: Committed,
    /// The amount above the commitment is multiplied by this; from 0.
    pub overage_factor: Decimal,
    /// Whether the amount below the commitment is charged as well.
    pub charges_shortfall: bool,
}

/// What a spend commitment commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// An amount, from 0.
    Amount(Decimal),
    /// The price of a quantity, from 0.
    Quantity(Decimal),
}
