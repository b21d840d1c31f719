//! Which of two values is the larger one.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::short;

/// How two values compare.
#[inline]
pub(crate) fn compare(a: Decimal, b: Decimal) -> Ordering {
    short::compare(a, b).unwrap_or_else(|| a.cmp(&b))
}

/// The larger of two values.
#[inline]
pub(crate) fn larger(a: Decimal, b: Decimal) -> Decimal {
    if compare(a, b).is_lt() { b } else { a }
}

/// The smaller of two values.
#[inline]
pub(crate) fn smaller(a: Decimal, b: Decimal) -> Decimal {
    if compare(a, b).is_gt() { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_values_the_first_is_taken_with_its_zeros() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        // The second pair is too long for a machine word.
        for (a, b) in [("1.50", "1.5"), ("20000000000000000000.0", "20000000000000000000")] {
            assert_eq!(compare(d(a), d(b)), Ordering::Equal);
            assert_eq!(larger(d(a), d(b)).to_string(), a);
            assert_eq!(smaller(d(b), d(a)).to_string(), b);
        }
        assert_eq!((larger(d("-1"), d("0.5")), smaller(d("-1"), d("0.5"))), (d("0.5"), d("-1")));
    }
}
