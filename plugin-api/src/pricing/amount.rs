//! Amounts of cycles on their way into sums: in one machine word where they are exact and short, so that no sum
//! has to line up decimal points.

use rust_decimal::Decimal;

use crate::interval::{AMOUNT_SCALE, ArithmeticError, Interval};

/// 10^8 units: as many cycles as an offer can have add up to what an amount can be.
const MOST: i128 = 10_i128.pow(AMOUNT_SCALE + 8);

/// An amount of a cycle.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Amount {
    /// With [`AMOUNT_SCALE`] decimal places, not beyond [`MOST`].
    Short(i128),
    Bounds(Interval),
}

impl Amount {
    /// The same value, of which it is not known how many zeros it had at its end.
    pub(crate) fn of(amount: Interval) -> Self {
        let short = amount.point().and_then(digits).and_then(Self::short);
        short.unwrap_or(Self::Bounds(amount))
    }

    /// Digits with [`AMOUNT_SCALE`] decimal places; none where there are too many.
    #[inline]
    pub(crate) fn short(digits: i128) -> Option<Self> {
        (-MOST..=MOST).contains(&digits).then_some(Self::Short(digits))
    }

    #[inline]
    pub(crate) fn is_zero(self) -> bool {
        match self {
            Self::Short(digits) => digits == 0,
            Self::Bounds(amount) => amount.is_zero(),
        }
    }

    pub(crate) fn interval(self) -> Result<Interval, ArithmeticError> {
        match self {
            Self::Short(digits) => interval(digits),
            Self::Bounds(amount) => Ok(amount),
        }
    }
}

/// The digits of a number with [`AMOUNT_SCALE`] decimal places; none where it has more.
pub(crate) fn digits(value: Decimal) -> Option<i128> {
    let widened = 10_i128.checked_pow(AMOUNT_SCALE.checked_sub(value.scale())?)?;
    value.mantissa().checked_mul(widened)
}

fn interval(digits: i128) -> Result<Interval, ArithmeticError> {
    let value = Decimal::try_from_i128_with_scale(digits, AMOUNT_SCALE);
    value.map(Interval::exact).map_err(|_| ArithmeticError)
}

/// A sum of amounts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sum {
    /// Of the short ones.
    short: i128,
    /// Of the others.
    bounds: Interval,
}

impl Sum {
    pub(crate) const ZERO: Self = Self { short: 0, bounds: Interval::ZERO };

    /// Adds an amount so many times.
    #[inline]
    pub(crate) fn add(&mut self, amount: Amount, count: u32) -> Result<(), ArithmeticError> {
        match amount {
            Amount::Short(digits) => {
                let product = if count == 1 { Some(digits) } else { digits.checked_mul(count.into()) };
                let sum = product.and_then(|product| self.short.checked_add(product));
                self.short = sum.ok_or(ArithmeticError)?;
            }
            Amount::Bounds(amount) => self.bounds = self.bounds.plus(amount.times(count)?)?,
        }
        Ok(())
    }

    pub(crate) fn add_sum(&mut self, other: Self) -> Result<(), ArithmeticError> {
        self.short = self.short.checked_add(other.short).ok_or(ArithmeticError)?;
        if !other.bounds.is_zero() {
            self.bounds = self.bounds.plus(other.bounds)?;
        }
        Ok(())
    }

    pub(crate) fn is_zero(&self) -> Result<bool, ArithmeticError> {
        // Short amounts may take back what bounds ask for.
        if self.short == 0 { Ok(self.bounds.is_zero()) } else { Ok(self.total()?.is_zero()) }
    }

    pub(crate) fn total(&self) -> Result<Interval, ArithmeticError> {
        if self.short == 0 { Ok(self.bounds) } else { self.bounds.plus(interval(self.short)?) }
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
            (long.short, long.total()),
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
