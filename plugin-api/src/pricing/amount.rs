//! Amounts of cycles on their way into sums: in one machine word where they are exact and short, so that no sum
//! has to line up decimal points.

use rust_decimal::Decimal;

use crate::interval::{AMOUNT_SCALE, ArithmeticError, Interval, short};

/// 10^8 units: as many cycles as an offer can have add up to what an amount can be.
const MOST: i128 = 10_i128.pow(AMOUNT_SCALE + 8);

/// An amount of a cycle.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Amount {
    Short(Short),
    Bounds(Interval),
}

/// An exact amount, not beyond [`MOST`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Short {
    /// With [`AMOUNT_SCALE`] decimal places.
    digits: i128,
    /// How many of those are shown; the others are zeros.
    scale: u32,
}

impl Amount {
    #[inline]
    pub(crate) fn of(amount: Interval) -> Self {
        let short = amount.point().and_then(|value| Self::short(digits(value)?, value.scale()));
        short.unwrap_or(Self::Bounds(amount))
    }

    /// Digits with [`AMOUNT_SCALE`] decimal places, so many of them shown; none where there are too many.
    #[inline]
    pub(crate) fn short(digits: i128, scale: u32) -> Option<Self> {
        (-MOST..=MOST).contains(&digits).then_some(Self::Short(Short { digits, scale }))
    }

    #[inline]
    pub(crate) fn is_zero(self) -> bool {
        match self {
            Self::Short(short) => short.digits == 0,
            Self::Bounds(amount) => amount.is_zero(),
        }
    }

    pub(crate) fn interval(self) -> Result<Interval, ArithmeticError> {
        match self {
            Self::Short(short) => short.interval(),
            Self::Bounds(amount) => Ok(amount),
        }
    }
}

/// The digits of a number with [`AMOUNT_SCALE`] decimal places; none where it has more.
#[inline]
pub(crate) fn digits(value: Decimal) -> Option<i128> {
    short::wide(value, AMOUNT_SCALE)
}

impl Short {
    const ZERO: Self = Self { digits: 0, scale: 0 };

    fn interval(self) -> Result<Interval, ArithmeticError> {
        let zeros = AMOUNT_SCALE.checked_sub(self.scale);
        let shown = zeros.and_then(|zeros| short::narrowed(self.digits, zeros)).ok_or(ArithmeticError)?;
        let value = Decimal::try_from_i128_with_scale(shown, self.scale);
        value.map(Interval::exact).map_err(|_| ArithmeticError)
    }

    /// With the decimal places of the one that has more; nothing has none.
    #[inline]
    fn plus(self, other: Self) -> Result<Self, ArithmeticError> {
        if other.digits == 0 {
            return Ok(self);
        }
        let digits = self.digits.checked_add(other.digits).ok_or(ArithmeticError)?;
        let scale = if self.digits == 0 { other.scale } else { self.scale.max(other.scale) };
        Ok(Self { digits, scale })
    }

    fn times(self, count: u32) -> Result<Self, ArithmeticError> {
        let digits = self.digits.checked_mul(count.into()).ok_or(ArithmeticError)?;
        Ok(Self { digits, ..self })
    }
}

/// A sum of amounts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sum {
    /// Of the short ones.
    short: Short,
    /// Of the others.
    bounds: Interval,
}

impl Sum {
    pub(crate) const ZERO: Self = Self { short: Short::ZERO, bounds: Interval::ZERO };

    /// Adds an amount so many times.
    #[inline]
    pub(crate) fn add(&mut self, amount: Amount, count: u32) -> Result<(), ArithmeticError> {
        match amount {
            Amount::Short(short) if count == 1 => self.short = self.short.plus(short)?,
            Amount::Short(short) => self.short = self.short.plus(short.times(count)?)?,
            Amount::Bounds(amount) => self.bounds = self.bounds.plus(amount.times(count)?)?,
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn add_sum(&mut self, other: &Self) -> Result<(), ArithmeticError> {
        self.short = self.short.plus(other.short)?;
        if !other.bounds.is_zero() {
            self.bounds = self.bounds.plus(other.bounds)?;
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn is_zero(&self) -> Result<bool, ArithmeticError> {
        // Short amounts may take back what bounds ask for.
        match (self.short.digits == 0, self.bounds.is_zero()) {
            (true, is_zero) => Ok(is_zero),
            (false, true) => Ok(false),
            (false, false) => Ok(self.total()?.is_zero()),
        }
    }

    pub(crate) fn total(&self) -> Result<Interval, ArithmeticError> {
        if self.short.digits == 0 { Ok(self.bounds) } else { self.bounds.plus(self.short.interval()?) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn sum(amounts: &[(&str, u32)]) -> Sum {
        let mut sum = Sum::ZERO;
        amounts.iter().for_each(|(text, n)| sum.add(Amount::of(Interval::exact(d(text))), *n).unwrap());
        sum
    }

    #[test]
    fn short_and_long_amounts_add_up_to_the_last_digit() {
        // 0.1 + 3 × 2.000000000000001
        assert_eq!(
            sum(&[("0.10", 1), ("2.000000000000001", 3)]).total(),
            Ok(Interval::exact(d("6.100000000000003")))
        );
        // 2 × (10^8 + 1) are no short ones.
        let long = sum(&[("100000001", 2), ("-0.5", 2)]);
        assert_eq!(
            (long.short.digits, long.total()),
            (-digits(d("1")).unwrap(), Ok(Interval::exact(d("200000001"))))
        );
    }

    #[test]
    fn what_is_given_back_is_nothing_with_what_it_takes_back() {
        assert_eq!(sum(&[("200000000", 1), ("-100000000", 2)]).is_zero(), Ok(true));
        assert_eq!(sum(&[("5", 1), ("-5", 1)]).is_zero(), Ok(true));
        assert_eq!(sum(&[("5", 1)]).is_zero(), Ok(false));
    }

    #[test]
    fn bounds_stay_bounds() {
        let mut sum = sum(&[("1.5", 2)]);
        sum.add(Amount::of(Interval::at_least(d("4"))), 1).unwrap();
        assert_eq!(sum.total(), Ok(Interval::at_least(d("7"))));
    }
}
