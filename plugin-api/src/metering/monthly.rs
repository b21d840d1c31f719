//! A quantity for each month that was asked for, kept once while all months are equal.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::interval::{ArithmeticError, add};
use crate::requirement::MonthlyProfile;

/// A quantity for each month. Months are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Monthly {
    /// The same in every month.
    Constant(Decimal),
    /// One value for each month that was asked for.
    Varying(Arc<[Decimal]>),
}

impl Monthly {
    /// Nothing in any month.
    pub const ZERO: Self = Self::Constant(Decimal::ZERO);

    /// The first `months` months of a profile.
    ///
    /// # Errors
    /// [`ArithmeticError`] when growth leads out of range.
    pub fn of(profile: &MonthlyProfile, months: usize) -> Result<Self, ArithmeticError> {
        match profile.as_constant() {
            Some(value) => Ok(Self::Constant(value)),
            None => Ok(Self::Varying(profile.months(months)?.into())),
        }
    }

    /// The first `months` months of a profile, each by a function.
    ///
    /// # Errors
    /// [`ArithmeticError`] when growth leads out of range, and the function's first error.
    pub fn of_each(
        profile: &MonthlyProfile,
        months: usize,
        change: impl Fn(Decimal) -> Result<Decimal, ArithmeticError>,
    ) -> Result<Self, ArithmeticError> {
        match profile.as_constant() {
            Some(value) => Ok(Self::Constant(change(value)?)),
            None => {
                let values: Result<Vec<_>, _> = profile.months(months)?.into_iter().map(change).collect();
                Ok(Self::Varying(values?.into()))
            }
        }
    }

    /// Whether something holds for a month.
    pub(crate) fn any(&self, is: impl Fn(Decimal) -> bool) -> bool {
        match self {
            Self::Constant(value) => is(*value),
            Self::Varying(values) => values.iter().any(|value| is(*value)),
        }
    }

    /// The quantity of a month, which must be one of those that were asked for.
    #[must_use]
    pub fn get(&self, month: usize) -> Decimal {
        match self {
            Self::Constant(value) => *value,
            Self::Varying(values) => {
                debug_assert!(month < values.len(), "month {month} of {}", values.len());
                values.get(month).copied().unwrap_or_default()
            }
        }
    }

    /// The quantity of every month, when it is kept once.
    #[must_use]
    pub const fn as_constant(&self) -> Option<Decimal> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::Varying(_) => None,
        }
    }

    /// Each month's quantity by a function, which runs once while all months are equal.
    ///
    /// # Errors
    /// The function's first error.
    pub fn try_map<E>(&self, change: impl Fn(Decimal) -> Result<Decimal, E>) -> Result<Self, E> {
        match self {
            Self::Constant(value) => Ok(Self::Constant(change(*value)?)),
            Self::Varying(values) => {
                let values: Result<Vec<_>, _> = values.iter().map(|value| change(*value)).collect();
                Ok(Self::Varying(values?.into()))
            }
        }
    }

    /// The sum, month by month.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a month's sum does not fit.
    pub fn plus(&self, other: &Self) -> Result<Self, ArithmeticError> {
        match (self, other) {
            (Self::Constant(nothing), sum) | (sum, Self::Constant(nothing))
                // A zero keeps no decimal places.
                if nothing.is_zero() && !sum.any(|value| value.is_zero() && value.scale() > 0) =>
            {
                Ok(sum.clone())
            }
            (Self::Constant(value), _) => other.try_map(|summand| add(*value, summand)),
            (_, Self::Constant(value)) => self.try_map(|summand| add(summand, *value)),
            (Self::Varying(left), Self::Varying(right)) => {
                let sums: Result<Vec<_>, _> =
                    left.iter().zip(right.iter()).map(|(a, b)| add(*a, *b)).collect();
                Ok(Self::Varying(sums?.into()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::d;
    use super::*;

    #[test]
    fn constants_stay_constant_and_seasons_keep_their_months() {
        let three = Monthly::Constant(d("3"));
        let season = Monthly::Varying([d("1"), d("2")].into());
        assert_eq!(three.plus(&three).unwrap(), Monthly::Constant(d("6")));
        assert_eq!(three.plus(&season).unwrap(), Monthly::Varying([d("4"), d("5")].into()));
        assert_eq!(season.plus(&three).unwrap(), Monthly::Varying([d("4"), d("5")].into()));
        assert_eq!(season.plus(&season).unwrap(), Monthly::Varying([d("2"), d("4")].into()));
        assert_eq!((three.get(9), season.get(1)), (d("3"), d("2")));
        assert_eq!((three.as_constant(), season.as_constant()), (Some(d("3")), None));
    }

    #[test]
    fn a_profile_is_unrolled_only_when_its_months_differ() {
        let flat = MonthlyProfile::constant(d("7")).unwrap();
        assert_eq!(Monthly::of(&flat, 12).unwrap(), Monthly::Constant(d("7")));
        // 100, 100 × 1.02, 102 × 1.02
        let grown = MonthlyProfile::new(vec![d("100")], d("0.02")).unwrap();
        assert_eq!(
            Monthly::of(&grown, 3).unwrap(),
            Monthly::Varying([d("100"), d("102"), d("104.04")].into())
        );
    }
}
