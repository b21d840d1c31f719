//! A decimal above zero.

use rust_decimal::Decimal;

/// A decimal above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positive(Decimal);

/// A value is not above zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {0}, expected a value above 0")]
pub struct NotPositive(pub Decimal);

impl Positive {
    /// One.
    pub const ONE: Self = Self(Decimal::ONE);
    /// The seconds of a minute, for a price per minute of a quantity in seconds.
    pub const MINUTE: Self = Self(Decimal::from_parts(60, 0, 0, false, 0));

    /// A value above zero.
    ///
    /// # Errors
    /// [`NotPositive`] otherwise.
    pub fn new(value: Decimal) -> Result<Self, NotPositive> {
        if value > Decimal::ZERO { Ok(Self(value)) } else { Err(NotPositive(value)) }
    }

    /// The value.
    #[must_use]
    pub const fn get(self) -> Decimal {
        self.0
    }
}
