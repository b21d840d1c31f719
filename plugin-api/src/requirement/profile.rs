//! A quantity for each month of a term: a list that repeats, with growth.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::interval::{ArithmeticError, add, mul, mul_div, sub};

/// Most entries of a profile.
pub const MAX_ENTRIES: usize = 120;
/// Decimal places that a grown quantity keeps.
pub const QUANTITY_SCALE: u32 = 6;

/// Why a list is no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// None, or too many.
    #[error("found {0} values, expected 1 to {MAX_ENTRIES}")]
    Length(usize),
    /// Negative or too large.
    #[error("found {0}, expected a quantity from 0 to 1000000000000")]
    Value(Decimal),
    /// Too large, whatever its sign.
    #[error("found a quantity of the size {0}, expected one from -1000000000000 to 1000000000000")]
    Size(Decimal),
    /// Out of range.
    #[error("found a monthly growth of {0}, expected a fraction above -1 and up to 1")]
    Growth(Decimal),
    /// A part of a person or number.
    #[error("found {0}, expected a whole number")]
    Whole(Decimal),
}

/// A quantity for each month. Months are counted from 0 here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyProfile {
    values: Vec<Decimal>,
    growth: Decimal,
    whole: bool,
}

impl MonthlyProfile {
    /// A profile of any quantities.
    ///
    /// # Errors
    /// [`ProfileError`] for a list or a growth out of range.
    pub fn new(values: Vec<Decimal>, growth: Decimal) -> Result<Self, ProfileError> {
        if values.is_empty() || values.len() > MAX_ENTRIES {
            return Err(ProfileError::Length(values.len()));
        }
        let most = Decimal::from(1_000_000_000_000_u64);
        if let Some(value) = values.iter().find(|value| **value < Decimal::ZERO || **value > most) {
            return Err(ProfileError::Value(*value));
        }
        if growth <= Decimal::NEGATIVE_ONE || growth > Decimal::ONE {
            return Err(ProfileError::Growth(growth));
        }
        Ok(Self { values, growth, whole: false })
    }

    /// A profile of quantities that may be corrections of what was counted before: below zero.
    ///
    /// # Errors
    /// [`ProfileError`] for a list or a growth out of range.
    pub fn signed(values: Vec<Decimal>, growth: Decimal) -> Result<Self, ProfileError> {
        let sizes = values.iter().map(Decimal::abs).collect();
        let checked = Self::new(sizes, growth).map_err(|error| match error {
            ProfileError::Value(size) => ProfileError::Size(size),
            other => other,
        })?;
        Ok(Self { values, ..checked })
    }

    /// A profile of whole things, such as seats: grown quantities are rounded up.
    ///
    /// # Errors
    /// [`ProfileError`] for a list or a growth out of range, or a value that is not whole.
    pub fn whole(values: Vec<Decimal>, growth: Decimal) -> Result<Self, ProfileError> {
        if let Some(value) = values.iter().find(|value| !value.is_integer()) {
            return Err(ProfileError::Whole(*value));
        }
        Ok(Self { whole: true, ..Self::new(values, growth)? })
    }

    /// The same quantity in every month, for tests and constants.
    ///
    /// # Errors
    /// [`ProfileError::Value`] when it is out of range.
    pub fn constant(value: Decimal) -> Result<Self, ProfileError> {
        Self::new(vec![value], Decimal::ZERO)
    }

    /// The quantity of every month, when all months are equal.
    #[must_use]
    pub fn as_constant(&self) -> Option<Decimal> {
        match self.values.as_slice() {
            [value] if self.growth.is_zero() => Some(*value),
            _ => None,
        }
    }

    /// The quantities of the first `months` months.
    ///
    /// # Errors
    /// [`ArithmeticError`] when growth leads out of range.
    pub fn months(&self, months: usize) -> Result<Vec<Decimal>, ArithmeticError> {
        let step = Decimal::ONE.checked_add(self.growth).ok_or(ArithmeticError)?;
        let mut factor = Decimal::ONE;
        let mut quantities = Vec::with_capacity(months);
        for value in self.values.iter().cycle().take(months) {
            if self.growth.is_zero() {
                quantities.push(*value);
            } else {
                quantities.push(self.round(mul(*value, factor)?));
                factor = mul(factor, step)?;
            }
        }
        Ok(quantities)
    }

    /// The same profile with every quantity multiplied and then divided; whole things are rounded up.
    ///
    /// # Errors
    /// [`ArithmeticError`] where a quantity does not fit, or the divisor is zero.
    pub fn scaled(&self, multiplier: Decimal, divisor: Decimal) -> Result<Self, ArithmeticError> {
        if divisor.is_zero() {
            return Err(ArithmeticError);
        }
        let scale = |value: &Decimal| mul_div(*value, multiplier, divisor).map(|scaled| self.round(scaled));
        let values: Vec<_> = self.values.iter().map(scale).collect::<Result<_, _>>()?;
        Self::signed(values, self.growth)
            .map(|scaled| Self { whole: self.whole, ..scaled })
            .map_err(|_| ArithmeticError)
    }

    /// Profiles of parts of one whole, such as roles, scaled so that the whole is rounded up once and not each part:
    /// what the first parts are together, rounded up, less what those before them are. Parts that grow, or whose
    /// lists have different lengths, are scaled each by itself.
    ///
    /// # Errors
    /// As [`MonthlyProfile::scaled`].
    pub fn scaled_together(
        parts: &[&Self],
        multiplier: Decimal,
        divisor: Decimal,
    ) -> Result<Vec<Self>, ArithmeticError> {
        let entries = parts.iter().map(|part| part.values.len()).max().unwrap_or_default();
        let fits = |part: &&Self| matches!(part.values.len(), 1) || part.values.len() == entries;
        if !parts.iter().all(|part| part.growth.is_zero() && part.whole && fits(part)) {
            return parts.iter().map(|part| part.scaled(multiplier, divisor)).collect();
        }
        let mut before = vec![Decimal::ZERO; entries];
        let mut placed = vec![Decimal::ZERO; entries];
        let mut scaled = Vec::with_capacity(parts.len());
        for part in parts {
            let mut values = Vec::with_capacity(entries);
            for ((value, before), placed) in part.values.iter().cycle().zip(&mut before).zip(&mut placed) {
                *before = add(*before, *value)?;
                let all = part.round(mul_div(*before, multiplier, divisor)?);
                values.push(sub(all, *placed)?);
                *placed = all;
            }
            scaled.push(Self::whole(values, Decimal::ZERO).map_err(|_| ArithmeticError)?);
        }
        Ok(scaled)
    }

    fn round(&self, quantity: Decimal) -> Decimal {
        if self.whole {
            // A growth factor is rounded itself, so its last digits must not add a person.
            return quantity.round_dp(QUANTITY_SCALE).ceil();
        }
        quantity.round_dp_with_strategy(QUANTITY_SCALE, RoundingStrategy::MidpointNearestEven)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_profile_scales_and_whole_things_are_rounded_up() {
        let season = MonthlyProfile::new(vec![d("10"), d("25")], Decimal::ZERO).unwrap();
        assert_eq!(season.scaled(d("3"), d("2")).unwrap().months(2).unwrap(), [d("15"), d("37.5")]);
        let people = MonthlyProfile::whole(vec![d("10"), d("25")], Decimal::ZERO).unwrap();
        assert_eq!(people.scaled(d("3"), d("2")).unwrap().months(2).unwrap(), [d("15"), d("38")]);
        assert!(people.scaled(d("3"), Decimal::ZERO).is_err());
    }

    #[test]
    fn a_list_repeats_over_the_term() {
        let season = MonthlyProfile::new(vec![d("10"), d("20"), d("30")], Decimal::ZERO).unwrap();
        assert_eq!(season.months(5).unwrap(), [d("10"), d("20"), d("30"), d("10"), d("20")]);
        assert_eq!(season.as_constant(), None);
    }

    #[test]
    fn grown_seats_round_up_and_grown_contacts_keep_six_places() {
        // 10, 10 × 1.05 = 10.5, 10 × 1.1025 = 11.025, 10 × 1.157625
        let seats = MonthlyProfile::whole(vec![d("10")], d("0.05")).unwrap();
        assert_eq!(seats.months(4).unwrap(), [d("10"), d("11"), d("12"), d("12")]);
        let contacts = MonthlyProfile::new(vec![d("1")], d("0.0333")).unwrap();
        // 1.0333² = 1.06770889
        assert_eq!(contacts.months(3).unwrap()[2], d("1.067709"));
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        assert_eq!(MonthlyProfile::new(vec![], Decimal::ZERO), Err(ProfileError::Length(0)));
        assert_eq!(MonthlyProfile::new(vec![d("-1")], Decimal::ZERO), Err(ProfileError::Value(d("-1"))));
        assert_eq!(MonthlyProfile::new(vec![d("1")], d("-1")), Err(ProfileError::Growth(d("-1"))));
        assert_eq!(MonthlyProfile::whole(vec![d("1.5")], d("0")), Err(ProfileError::Whole(d("1.5"))));
    }

    #[test]
    fn parts_of_a_whole_are_rounded_up_together() {
        let profile = |values: &[i64]| {
            let values = values.iter().map(|value| Decimal::from(*value)).collect();
            MonthlyProfile::whole(values, Decimal::ZERO).unwrap()
        };
        let (agents, supervisors) = (profile(&[7, 14]), profile(&[3]));
        let parts = [&agents, &supervisors];
        let scaled = MonthlyProfile::scaled_together(&parts, d("8"), d("10")).unwrap();
        // 7 × 0.8 = 5.6, up to 6, and 10 × 0.8 = 8, less 6; 14 × 0.8 = 11.2, up to 12, and 17 × 0.8 = 13.6, up to 14.
        assert_eq!(scaled, [profile(&[6, 12]), profile(&[2, 2])]);
    }
}
