//! How a quantity is committed over a term.

use rust_decimal::Decimal;

/// How a quantity is committed over a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// How it may move.
    pub kind: CommitmentKind,
    /// Least quantity; none when zero.
    pub minimum_quantity: Decimal,
    /// What is held already counts towards the minimum.
    pub minimum_counts_held: bool,
}

impl Default for Commitment {
    fn default() -> Self {
        Self { kind: CommitmentKind::Flex, minimum_quantity: Decimal::ZERO, minimum_counts_held: false }
    }
}

/// How a committed quantity may move within a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitmentKind {
    /// Up and down from cycle to cycle; a cycle bills its own peak.
    Flex,
    /// The term's peak in every cycle.
    PeakOfTerm,
    /// Up only; what is added within a cycle is charged to the cycle's end.
    Ratchet,
}
