//! Exact values that may be unknown within bounds, and the only arithmetic that money meets.
//!
//! Every operation is checked. A product or quotient keeps [`AMOUNT_SCALE`] decimal places, half to
//! even; up to 10^13 units, sums of such values are exact to the last digit, and what is larger is an
//! [`ArithmeticError`] instead of a lost digit.

use rust_decimal::{Decimal, RoundingStrategy};

pub(crate) use self::order::{compare, larger, smaller};

mod order;
pub(crate) mod short;

/// Decimal places that a product or quotient keeps.
pub const AMOUNT_SCALE: u32 = 15;

/// A value is too large to be exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value is too large to be exact to {AMOUNT_SCALE} decimal places")]
pub struct ArithmeticError;

/// The bounds are the wrong way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("found bounds from {low} to {high}, expected the low one first")]
pub struct BoundsError {
    /// As found.
    pub low: Decimal,
    /// As found.
    pub high: Decimal,
}

/// The sum, or an error where a digit would be lost.
///
/// # Errors
/// [`ArithmeticError`] when the sum does not fit.
#[inline]
pub fn add(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    if b.is_zero() {
        return Ok(a);
    }
    if a.is_zero() {
        return Ok(b);
    }
    if let Some(sum) = short::sum(a, b) {
        return Ok(sum);
    }
    long_sum(a, b)
}

#[cold]
fn long_sum(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    let sum = a.checked_add(b).ok_or(ArithmeticError)?;
    // The library drops decimal places when the digits do not fit; only zeros may go.
    if sum.scale() < a.scale().max(b.scale()) {
        let (a, b) = (a.normalize(), b.normalize());
        let sum = a.checked_add(b).ok_or(ArithmeticError)?;
        return if sum.scale() < a.scale().max(b.scale()) { Err(ArithmeticError) } else { Ok(sum) };
    }
    Ok(sum)
}

/// The difference, or an error where a digit would be lost.
///
/// # Errors
/// [`ArithmeticError`] when the difference does not fit.
pub fn sub(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    let mut negated = b;
    negated.set_sign_negative(b.is_sign_positive() && !b.is_zero());
    add(a, negated)
}

/// `a × b ÷ c`, multiplied before it is divided; `c` must not be zero.
///
/// # Errors
/// [`ArithmeticError`] when the result does not fit or `c` is zero.
#[inline]
pub fn mul_div(a: Decimal, b: Decimal, c: Decimal) -> Result<Decimal, ArithmeticError> {
    if is_one(c) {
        return mul(a, b);
    }
    if let Some(quotient) = short::quotient(a, b, c, AMOUNT_SCALE) {
        return Ok(quotient);
    }
    let product = a.checked_mul(b).ok_or(ArithmeticError)?;
    Ok(rounded(product.checked_div(c).ok_or(ArithmeticError)?))
}

fn rounded(value: Decimal) -> Decimal {
    normal(value.round_dp_with_strategy(AMOUNT_SCALE, RoundingStrategy::MidpointNearestEven))
}

/// Without zeros at its end.
pub(crate) fn normal(value: Decimal) -> Decimal {
    short::normal(value).unwrap_or_else(|| value.normalize())
}

/// Whether a divisor is one, as it is written.
#[inline]
fn is_one(value: Decimal) -> bool {
    value.serialize() == Decimal::ONE.serialize()
}

/// `a × b`.
///
/// # Errors
/// [`ArithmeticError`] when the product does not fit.
#[inline]
pub fn mul(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    match short::product(a, b, AMOUNT_SCALE) {
        Some(product) => Ok(product),
        None => Ok(rounded(a.checked_mul(b).ok_or(ArithmeticError)?)),
    }
}

/// A value known exactly, within bounds, or only from below.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    low: Decimal,
    high: High,
}

impl PartialEq for Interval {
    /// As numbers: `1.0` is `1`.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        compare(self.low, other.low).is_eq() && self.high == other.high
    }
}

impl Eq for Interval {}

/// The upper bound. What is known exactly has its value once, so that it is reckoned once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum High {
    /// Equal to the lower one, in all its digits or as a number.
    Same,
    /// Above the lower one.
    At(Decimal),
    /// None is known.
    Open,
}

impl Interval {
    /// Exactly zero.
    pub const ZERO: Self = Self::exact(Decimal::ZERO);

    /// A known value.
    #[must_use]
    pub const fn exact(value: Decimal) -> Self {
        Self { low: value, high: High::Same }
    }

    /// A value of at least `low`, and nothing else is known.
    #[must_use]
    pub const fn at_least(low: Decimal) -> Self {
        Self { low, high: High::Open }
    }

    /// Two bounds that are in order, or that the caller leaves out of order.
    fn of(low: Decimal, high: Option<Decimal>) -> Self {
        let high = match high {
            Some(high) if high == low => High::Same,
            Some(high) => High::At(high),
            None => High::Open,
        };
        Self { low, high }
    }

    /// Each bound by a function, which runs once where they are equal.
    fn try_each<E>(self, change: impl Fn(Decimal) -> Result<Decimal, E>) -> Result<Self, E> {
        match self.high {
            High::Same => Ok(Self::exact(change(self.low)?)),
            High::At(high) => Ok(Self::of(change(self.low)?, Some(change(high)?))),
            High::Open => Ok(Self::at_least(change(self.low)?)),
        }
    }

    /// A value between two bounds, inclusive; no `high` means that none is known.
    ///
    /// # Errors
    /// [`BoundsError`] when `high` is below `low`.
    pub fn new(low: Decimal, high: Option<Decimal>) -> Result<Self, BoundsError> {
        match high {
            Some(high) if high < low => Err(BoundsError { low, high }),
            _ => Ok(Self::of(low, high)),
        }
    }

    /// The smallest possible value.
    #[must_use]
    pub const fn low(&self) -> Decimal {
        self.low
    }

    /// The largest possible value; `None` when no upper bound is known.
    #[must_use]
    pub const fn high(&self) -> Option<Decimal> {
        match self.high {
            High::Same => Some(self.low),
            High::At(high) => Some(high),
            High::Open => None,
        }
    }

    /// The value when it is known exactly.
    #[must_use]
    pub const fn point(&self) -> Option<Decimal> {
        match self.high {
            High::Same => Some(self.low),
            High::At(_) | High::Open => None,
        }
    }

    /// Whether this is exactly zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.point().is_some_and(|value| value.is_zero())
    }

    /// The sum.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a bound does not fit.
    #[inline]
    pub fn plus(self, other: Self) -> Result<Self, ArithmeticError> {
        let low = add(self.low, other.low)?;
        if let (High::Same, High::Same) = (self.high, other.high) {
            return Ok(Self::exact(low));
        }
        let high = match (self.high(), other.high()) {
            (Some(a), Some(b)) => Some(add(a, b)?),
            _ => None,
        };
        Ok(Self::of(low, high))
    }

    /// The sum of so many equal values, exact to the last digit.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a bound does not fit.
    #[inline]
    pub fn times(self, count: u32) -> Result<Self, ArithmeticError> {
        if count == 1 {
            return Ok(self);
        }
        // Nothing of an unknown price is nothing.
        if count == 0 {
            return Ok(Self::ZERO);
        }
        let times = |bound: Decimal| {
            let bound = normal(bound);
            let product = bound.checked_mul(count.into()).ok_or(ArithmeticError)?;
            // The library drops decimal places when the digits do not fit.
            if !product.is_zero() && product.scale() < bound.scale() {
                Err(ArithmeticError)
            } else {
                Ok(product)
            }
        };
        self.try_each(times)
    }

    /// `self × factor ÷ divisor` for a factor that is not negative and a divisor above zero.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a bound does not fit, the factor is negative or the divisor is not positive.
    #[inline]
    pub fn scale(self, factor: Decimal, divisor: Decimal) -> Result<Self, ArithmeticError> {
        if let High::Same = self.high
            && is_one(divisor)
            && !factor.is_sign_negative()
            && !factor.is_zero()
        {
            return Ok(Self::exact(mul(self.low, factor)?));
        }
        if divisor.is_sign_negative() || divisor.is_zero() {
            return Err(ArithmeticError);
        }
        // Nothing of an unknown price is nothing.
        if factor.is_zero() {
            return Ok(Self::ZERO);
        }
        if factor.is_sign_negative() {
            return Err(ArithmeticError);
        }
        if let High::Same = self.high {
            return Ok(Self::exact(mul_div(self.low, factor, divisor)?));
        }
        self.try_each(|bound| mul_div(bound, factor, divisor))
    }

    /// `self + base × fraction`, bound by bound, never below zero: an amount after a discount or a
    /// surcharge. `self` and `base` move together (they come from the same price), so low meets low and
    /// high meets high.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a bound does not fit.
    pub fn plus_fraction_of(self, base: Self, fraction: Self) -> Result<Self, ArithmeticError> {
        let low = larger(add(self.low, mul(base.low, fraction.low)?)?, Decimal::ZERO);
        if let (High::Same, High::Same, High::Same) = (self.high, base.high, fraction.high) {
            return Ok(Self::exact(low));
        }
        let high = match (self.high(), base.high(), fraction.high()) {
            (Some(high), Some(base), Some(most)) => Some(add(high, mul(base, most)?)?.max(Decimal::ZERO)),
            _ => None,
        };
        Ok(Self::of(low, high))
    }

    /// Each bound by a monotone function.
    #[must_use]
    pub fn map(self, monotone: impl Fn(Decimal) -> Decimal) -> Self {
        match self.high {
            High::Same => Self::exact(monotone(self.low)),
            High::At(high) => Self::of(monotone(self.low), Some(monotone(high))),
            High::Open => Self::at_least(monotone(self.low)),
        }
    }

    /// The larger of the value and `floor`, bound by bound.
    #[must_use]
    pub fn at_least_value(self, floor: Decimal) -> Self {
        self.map(|bound| larger(bound, floor))
    }

    /// The smaller of the value and `cap`, bound by bound.
    #[must_use]
    pub fn at_most_value(self, cap: Decimal) -> Self {
        Self::of(smaller(self.low, cap), Some(self.high().map_or(cap, |high| smaller(high, cap))))
    }

    /// What must be added to `self` to make `other`, bound by bound; where one has no upper bound, the
    /// lower bounds decide and the upper one stays open.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a bound does not fit.
    pub fn step_to(self, other: Self) -> Result<Step, ArithmeticError> {
        let low = sub(other.low, self.low)?;
        let high = match (self.high, other.high) {
            (High::Same, High::Same) => Some(low),
            _ => match (self.high(), other.high()) {
                (Some(from), Some(to)) => Some(sub(to, from)?),
                _ => None,
            },
        };
        Ok(Step { low, high })
    }
}

/// The difference of two intervals, bound by bound: what turns the low bound into the low bound and
/// the high bound into the high bound. Its `low` may lie above its `high`, so it is no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What the low bound changes by.
    pub low: Decimal,
    /// What the high bound changes by; `None` where either has none.
    pub high: Option<Decimal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_sum_that_would_lose_a_digit_is_an_error() {
        assert_eq!(add(d("0.1"), d("0.20")).unwrap(), d("0.3"));
        assert_eq!(add(d("90000000000000"), d("0.000000000000001")), Err(ArithmeticError));
        assert_eq!(add(Decimal::MAX, Decimal::ONE), Err(ArithmeticError));
    }

    #[test]
    fn zeros_at_the_end_go_whatever_the_size() {
        for text in ["0", "-0.00", "1.50", "-120", "-12.0300", "0.0000000000000000000000000010"] {
            assert_eq!(normal(d(text)).to_string(), d(text).normalize().to_string());
        }
        let large = d("7922816251426433759354395.0330");
        assert_eq!(normal(large).to_string(), large.normalize().to_string());
        assert_eq!(sub(d("0"), d("0")).unwrap().to_string(), "0");
    }

    #[test]
    fn equal_values_add_up_to_the_last_digit() {
        // 12 × 0.00000000000000000001
        let tiny = Interval::exact(Decimal::new(1, 20));
        assert_eq!(tiny.times(12).unwrap(), Interval::exact(Decimal::new(12, 20)));
        assert_eq!(Interval::at_least(d("1.50")).times(2).unwrap(), Interval::at_least(d("3")));
        assert_eq!(tiny.times(0).unwrap(), Interval::ZERO);
        assert_eq!(Interval::at_least(d("150")).times(0).unwrap(), Interval::ZERO);
        let most = Interval::exact(d("7922816251426433.7593543950335"));
        assert_eq!((most.times(1).unwrap(), most.times(2)), (most, Err(ArithmeticError)));
    }

    #[test]
    fn a_quotient_is_multiplied_before_it_is_divided() {
        // 3 × 10 ÷ 30 × 25: dividing first would give 24.99…
        assert_eq!(mul_div(d("750"), d("10"), d("300")).unwrap(), d("25"));
        assert_eq!(mul_div(d("0.018"), d("150"), d("60")).unwrap(), d("0.045"));
        assert_eq!(mul_div(d("1"), d("1"), d("3")).unwrap(), d("0.333333333333333"));
        assert_eq!(mul_div(d("1"), d("1"), d("0")), Err(ArithmeticError));
    }

    #[test]
    fn an_open_bound_stays_open_and_nothing_of_it_is_nothing() {
        let from = Interval::at_least(d("150000"));
        assert_eq!(from.scale(d("2"), d("1")).unwrap(), Interval::at_least(d("300000")));
        assert_eq!(from.scale(d("0"), d("1")).unwrap(), Interval::ZERO);
        let off = Interval::exact(d("-0.2"));
        assert_eq!(from.plus_fraction_of(from, off).unwrap(), Interval::at_least(d("120000")));
        assert_eq!(from.at_most_value(d("200000")).high(), Some(d("200000")));
    }

    #[test]
    fn a_discount_of_unknown_size_takes_the_widest_bounds() {
        let amount = Interval::new(d("100"), Some(d("200"))).unwrap();
        let off = Interval::new(d("-0.2"), Some(d("-0.1"))).unwrap();
        // From 100 × 0.8 to 200 × 0.9.
        let after = amount.plus_fraction_of(amount, off).unwrap();
        assert_eq!(after, Interval::new(d("80"), Some(d("180"))).unwrap());
        assert_eq!(amount.step_to(after).unwrap(), Step { low: d("-20"), high: Some(d("-20")) });
    }
}
