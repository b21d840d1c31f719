//! By how much an uncertain quantity differs from its mean, at a rank among all that it may be.
//!
//! A log-normal quantity of the mean 1 and the coefficient of variation `c` has, at the rank `p`, the value
//! `e^(s z − s²/2)`, where `s² = ln(1 + c²)` and `z` has the share `p` of a normal distribution below it. `z` is found
//! by halving, to 10⁻¹⁵.

use rust_decimal::Decimal;

use super::lognormal::upper;
use super::{to_decimal, to_float};
use crate::interval::ArithmeticError;

/// Standard deviations beyond which nothing is looked for.
const RANGE: f64 = 9.0;
/// Halvings of the range: 18 × 2⁻⁵⁵ is below 10⁻¹⁵.
const HALVINGS: u32 = 55;

/// The factor at a rank above 0 and below 1 for a coefficient of variation from 0 on, to
/// nine decimal places.
///
/// # Errors
/// [`ArithmeticError`] for a rank or a coefficient out of range.
pub fn spread_factor(rank: Decimal, cv: Decimal) -> Result<Decimal, ArithmeticError> {
    if rank <= Decimal::ZERO || rank >= Decimal::ONE || cv < Decimal::ZERO || cv > Decimal::TEN {
        return Err(ArithmeticError);
    }
    let (above, cv) = (1.0 - to_float(rank), to_float(cv));
    let (mut low, mut high) = (-RANGE, RANGE);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if upper(middle) > above {
            low = middle;
        } else {
            high = middle;
        }
    }
    let variance = libm::log1p(cv * cv);
    to_decimal(libm::exp(libm::sqrt(variance) * 0.5 * (low + high) - 0.5 * variance))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    // z of 0.5, 0.9 and 0.1 is 0 and ± 1.2815515655; for c = 0.3, s² = ln 1.09 = 0.0861776962, s = 0.2935603791:
    // e^-0.0430888481, e^(0.3762127642 - 0.0430888481), e^(-0.3762127642 - 0.0430888481).
    #[test]
    fn factors_at_ranks_meet_the_formula() {
        for (rank, expected) in [("0.5", "0.957826"), ("0.9", "1.395320"), ("0.1", "0.657506")] {
            let found = spread_factor(d(rank), d("0.3")).unwrap();
            assert_eq!(found.round_dp(6), d(expected), "{rank}");
        }
        assert_eq!(spread_factor(d("0.2"), Decimal::ZERO), Ok(Decimal::ONE));
        assert!(spread_factor(Decimal::ONE, d("0.3")).is_err());
    }
}
