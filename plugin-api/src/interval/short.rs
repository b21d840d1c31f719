//! Sums and products of numbers whose digits fit into a machine word, as most do: the same digits and the same
//! decimal places as the library gives, or nothing where it must be asked.

use std::cmp::Ordering;

use rust_decimal::Decimal;

const POWERS: [i64; 16] = {
    let mut powers = [1; 16];
    let mut index = 1;
    while index < powers.len() {
        #[allow(
            clippy::indexing_slicing,
            clippy::arithmetic_side_effects,
            reason = "reckoned by the compiler"
        )]
        (powers[index] = powers[index - 1] * 10);
        index += 1;
    }
    powers
};

/// All digits with their sign, and how many of them stand behind the point.
#[inline]
fn digits(value: Decimal) -> Option<(i64, u32)> {
    let parts = value.unpack();
    let digits = i64::try_from(u64::from(parts.mid) << u32::BITS | u64::from(parts.lo)).ok()?;
    let digits = if parts.negative { digits.checked_neg()? } else { digits };
    (parts.hi == 0).then_some((digits, parts.scale))
}

/// With more digits behind the point.
fn widened(digits: i64, by: u32) -> Option<i64> {
    digits.checked_mul(*POWERS.get(by as usize)?)
}

/// All digits with their sign, with so many of them behind the point.
#[inline]
pub(crate) fn fixed(value: Decimal, scale: u32) -> Option<i64> {
    let (digits, own) = digits(value)?;
    widened(digits, scale.checked_sub(own)?)
}

/// The same in a long word, for at most 15 more decimal places.
#[inline]
pub(crate) fn wide(value: Decimal, scale: u32) -> Option<i128> {
    let (digits, own) = digits(value)?;
    let by = *POWERS.get(scale.checked_sub(own)? as usize)?;
    // Two words have room in a long one.
    Some(i128::from(digits).wrapping_mul(by.into()))
}

/// What is left of digits with some decimal places when they have fewer, and the rest is zeros.
pub(crate) fn narrowed(digits: i128, by: u32) -> Option<i128> {
    let by = *POWERS.get(by as usize)?;
    match i64::try_from(digits) {
        Ok(short) => short.checked_div(by).map(i128::from),
        Err(_) => digits.checked_div(by.into()),
    }
}

/// How two numbers compare.
#[inline]
pub(super) fn compare(a: Decimal, b: Decimal) -> Option<Ordering> {
    let ((a, a_scale), (b, b_scale)) = (digits(a)?, digits(b)?);
    if a_scale == b_scale {
        return Some(a.cmp(&b));
    }
    let scale = a_scale.max(b_scale);
    Some(widened(a, scale.checked_sub(a_scale)?)?.cmp(&widened(b, scale.checked_sub(b_scale)?)?))
}

/// `a + b`, with the decimal places of the one that has more.
#[inline]
pub(super) fn sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    let ((a, a_scale), (b, b_scale)) = (digits(a)?, digits(b)?);
    let scale = a_scale.max(b_scale);
    let (a, b) = match (scale.checked_sub(a_scale)?, scale.checked_sub(b_scale)?) {
        (0, 0) => (a, b),
        (0, by) => (a, widened(b, by)?),
        (by, _) => (widened(a, by)?, b),
    };
    Decimal::try_new(a.checked_add(b)?, scale).ok()
}

/// `a × b` without zeros at its end, where it has no more decimal places than `most`.
#[inline]
pub(super) fn product(a: Decimal, b: Decimal, most: u32) -> Option<Decimal> {
    let ((a, a_scale), (b, b_scale)) = (digits(a)?, digits(b)?);
    let scale = a_scale.checked_add(b_scale).filter(|scale| *scale <= most)?;
    without_zeros(a.checked_mul(b)?, scale)
}

/// Decimal places that a quotient is looked for in.
const QUOTIENT_SCALE: u32 = 6;

/// `a × b ÷ c` without zeros at its end, where it needs no rounding to `most` decimal places and `c` is above
/// zero.
pub(super) fn quotient(a: Decimal, b: Decimal, c: Decimal, most: u32) -> Option<Decimal> {
    let ((a, a_scale), (b, b_scale), (c, c_scale)) = (digits(a)?, digits(b)?, digits(c)?);
    let scale = a_scale.checked_add(b_scale)?.checked_add(QUOTIENT_SCALE)?.checked_sub(c_scale)?;
    let product = widened(a.checked_mul(b)?, QUOTIENT_SCALE).filter(|_| c > 0)?;
    let quotient = product.checked_div(c)?;
    let found = without_zeros(quotient, scale).filter(|found| found.scale() <= most)?;
    (quotient.checked_mul(c)? == product).then_some(found)
}

/// How often one number above zero is contained in one from zero, and whether something is left.
pub(crate) fn contained(small: Decimal, in_large: Decimal) -> Option<(i64, bool)> {
    let ((small, small_scale), (large, large_scale)) = (digits(small)?, digits(in_large)?);
    let scale = small_scale.max(large_scale);
    let small = widened(small, scale.checked_sub(small_scale)?).filter(|small| *small > 0)?;
    let large = widened(large, scale.checked_sub(large_scale)?).filter(|large| *large >= 0)?;
    let count = large.checked_div(small)?;
    Some((count, count.checked_mul(small)? != large))
}

/// The same number without zeros at its end.
#[inline]
pub(super) fn normal(value: Decimal) -> Option<Decimal> {
    let (digits, scale) = digits(value)?;
    without_zeros(digits, scale)
}

fn without_zeros(mut digits: i64, mut scale: u32) -> Option<Decimal> {
    // What ends with a zero is even.
    while scale > 0 && digits & 1 == 0 && digits % 10 == 0 {
        (digits, scale) = (digits / 10, scale.checked_sub(1)?);
    }
    Decimal::try_new(digits, scale).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers of all sizes, most of them short.
    fn numbers() -> impl Strategy<Value = Decimal> {
        let short = (-2_000_000_i64..2_000_000, 0_u32..8);
        let word = (any::<i64>(), 0_u32..=28);
        let short = short.prop_map(|(digits, scale)| Decimal::new(digits, scale));
        let word = word.prop_map(|(digits, scale)| Decimal::new(digits, scale));
        let long = (any::<u32>(), any::<u32>(), any::<u32>(), any::<bool>(), 0_u32..=28).prop_map(
            |(low, mid, high, negative, scale)| Decimal::from_parts(low, mid, high, negative, scale),
        );
        prop_oneof![4 => short, 2 => word, 1 => long]
    }

    fn same(found: Option<Decimal>, library: Option<Decimal>) -> Result<(), TestCaseError> {
        if let Some(found) = found {
            let library = library.map(|library| (library.serialize(), library.to_string()));
            prop_assert_eq!(Some((found.serialize(), found.to_string())), library);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn they_are_the_librarys(a in numbers(), b in numbers()) {
            if !a.is_zero() && !b.is_zero() {
                same(sum(a, b), a.checked_add(b))?;
            }
            let most = crate::interval::AMOUNT_SCALE;
            let product = product(a, b, most);
            prop_assert!(product.is_none_or(|product| product.scale() <= most));
            same(product, a.checked_mul(b).map(|product| product.normalize()))?;
            same(normal(a), Some(a.normalize()))?;
            prop_assert!(compare(a, b).is_none_or(|found| found == a.cmp(&b)));
        }

        #[test]
        fn quotients_are_the_librarys(a in numbers(), b in numbers(), c in numbers()) {
            if let Some(found) = quotient(a, b, c, crate::interval::AMOUNT_SCALE) {
                let library = a.checked_mul(b).and_then(|product| product.checked_div(c));
                same(Some(found), library.map(crate::interval::rounded))?;
            }
            if let Some((count, is_more)) = contained(c, a) {
                let rest = a.checked_rem(c).unwrap();
                prop_assert_eq!(is_more, !rest.is_zero());
                prop_assert_eq!(Some(Decimal::from(count)), a.checked_sub(rest).and_then(|all| all.checked_div(c)));
            }
        }

        #[test]
        fn short_numbers_never_need_it(a in -2_000_000_i64..2_000_000, b in -2_000_000_i64..2_000_000, scale in 0_u32..7) {
            let (a, b) = (Decimal::new(a, scale), Decimal::new(b, 2));
            prop_assert!(sum(a, b).is_some() && product(a, b, 15).is_some() && normal(a).is_some());
            prop_assert!(compare(a, b).is_some());
        }
    }

    #[test]
    fn prices_of_minutes_and_packages_are_found_without_the_library() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        // 150 s at 0.018 a minute; 851 of 300 for 18.
        assert_eq!(quotient(d("0.018"), d("150"), d("60"), 15), Some(d("0.045")));
        assert_eq!(quotient(d("851"), d("18"), d("300"), 15), Some(d("51.06")));
        assert_eq!(quotient(d("1"), d("1"), d("3"), 15), None);
        assert_eq!(
            (contained(d("0.5"), d("3.2")), contained(d("100"), d("300"))),
            (Some((6, true)), Some((3, false)))
        );
    }

    #[test]
    fn a_sum_has_the_decimal_places_of_the_longer_one() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        for (a, b, expected) in [("1.50", "2", "3.50"), ("-0.5", "0.50", "0.00"), ("0.1", "-1", "-0.9")] {
            assert_eq!(sum(d(a), d(b)).unwrap().to_string(), expected);
        }
        assert_eq!(product(d("2.50"), d("-4"), 15).unwrap().to_string(), "-10");
        // 10^18 and 10 have 20 digits together.
        assert_eq!(sum(d("1000000000000000000"), d("0.01")), None);
    }
}
