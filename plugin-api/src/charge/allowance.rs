//! What is not charged: a quantity or an amount, for each cycle or for a longer time.

use rust_decimal::Decimal;

use super::SeatFilter;

/// What is not charged.
#[derive(Debug, Clone, PartialEq)]
pub struct Allowance {
    /// Base units, from 0; 0 beside an amount.
    pub quantity: Decimal,
    /// What is given is multiplied by these seats, pooled.
    pub per_seat: Option<SeatFilter>,
    /// Which quantity picks the tier.
    pub tier: AllowanceTier,
    /// An amount that is not charged, from 0, in place of a quantity.
    pub amount: Option<Decimal>,
    /// When it is given again, and what becomes of what is left.
    pub reset: AllowanceReset,
    /// What is charged of more than the allowance.
    pub excess: AllowanceExcess,
}

impl Allowance {
    /// So many base units in each cycle.
    #[must_use]
    pub const fn of(quantity: Decimal) -> Self {
        Self {
            quantity,
            per_seat: None,
            tier: AllowanceTier::Net,
            amount: None,
            reset: AllowanceReset::EachCycle,
            excess: AllowanceExcess::Excess,
        }
    }
}

/// Which quantity picks the tier of a tiered price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowanceTier {
    /// What is left after the allowance.
    Net,
    /// The whole quantity; only for volume prices.
    Gross,
}

/// When an allowance is given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowanceReset {
    /// In each cycle; what is left lapses.
    EachCycle,
    /// In each cycle; what is left can be used in so many cycles after it, renewals among them, the oldest
    /// first.
    CarryOver {
        /// 1 to 120.
        cycles: u32,
    },
    /// Once for each commitment, used up from its first cycle on.
    OncePerTerm,
    /// Once for ever, used up from the first cycle on.
    OnceForEver,
}

/// What is charged of more than the allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowanceExcess {
    /// What is above it.
    Excess,
    /// Everything; only with an allowance for each cycle.
    Whole,
}
