//! How soon contacts are to be answered.

use rust_decimal::Decimal;

/// A share of contacts that is to be answered within a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceLevel {
    answered_share: Decimal,
    within_seconds: Decimal,
}

/// A value is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "found {share} within {seconds} seconds, expected a share above 0 and below 1 within 0 to 86400 seconds"
)]
pub struct ServiceLevelError {
    /// As found.
    pub share: Decimal,
    /// As found.
    pub seconds: Decimal,
}

impl ServiceLevel {
    /// Four of five within 20 seconds, which is taken where nobody says anything else.
    pub const USUAL: Self = Self {
        answered_share: Decimal::from_parts(8, 0, 0, false, 1),
        within_seconds: Decimal::from_parts(20, 0, 0, false, 0),
    };

    /// A level.
    ///
    /// # Errors
    /// [`ServiceLevelError`] unless the share is above 0 and below 1, and the time from 0 to 86,400 seconds.
    pub fn new(share: Decimal, seconds: Decimal) -> Result<Self, ServiceLevelError> {
        let shares = share > Decimal::ZERO && share < Decimal::ONE;
        if !shares || seconds < Decimal::ZERO || seconds > Decimal::from(86_400) {
            return Err(ServiceLevelError { share, seconds });
        }
        Ok(Self { answered_share: share, within_seconds: seconds })
    }

    /// The share that is answered in time, above 0 and below 1.
    #[must_use]
    pub const fn answered_share(&self) -> Decimal {
        self.answered_share
    }

    /// What is in time, in seconds.
    #[must_use]
    pub const fn within_seconds(&self) -> Decimal {
        self.within_seconds
    }
}
