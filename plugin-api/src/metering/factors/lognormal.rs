//! What a step bills on average for a log-normal duration.
//!
//! A flight of equal rises `d` that starts at `t` adds `d · Σ P(T > t + k d)`. Rises that all but 10⁻¹⁸
//! of contacts pass are counted whole, rises that fewer than that reach are left out. Between them rises are
//! added up one by one until an increment is a small part of what the density changes over, which at a time
//! `x` is `x` times the standard deviation of the logarithm, or `x` where that is above 1. There the
//! Euler–Maclaurin formula with its terms of `d`, `d²` and `d⁴` replaces the sum:
//! `∫ P(T > x) dx + d/2 P(T > x) + d²/12 f(x) − d⁴/720 f″(x)`, `f` being the density and the integral being in
//! closed form. The first term that is left out is `d⁶/30240 f⁗(x)`; with [`RESOLUTION`] increments it is
//! below 10⁻¹² `d`.
//!
//! Error: at most 10⁻¹¹ of the larger of the mean and the increment, and half of the last of
//! [`super::FACTOR_SCALE`] decimal places by the rounding.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use rust_decimal::Decimal;

use super::super::steps::Climb;
use super::{to_decimal, to_float};
use crate::interval::{ArithmeticError, add};

/// Increments that fit into what the density changes over where the formula begins.
const RESOLUTION: f64 = 64.0;
/// Most rises that are added up one by one.
const MAX_TERMS: u32 = 4_096;
/// Standard deviations of the logarithm beyond which fewer than 10⁻¹⁸ are found.
const RANGE: f64 = 9.0;

/// A log-normal duration.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Lognormal {
    mean: f64,
    /// Mean and standard deviation of the logarithm.
    location: f64,
    spread: f64,
}

// === impl Lognormal ===

impl Lognormal {
    /// For a mean and a coefficient of variation above zero.
    pub(in super::super) fn new(mean: Decimal, cv: Decimal) -> Self {
        let (mean, cv) = (to_float(mean), to_float(cv));
        let variance = libm::log1p(cv * cv);
        Self { mean, location: libm::log(mean) - 0.5 * variance, spread: libm::sqrt(variance) }
    }

    /// The expected value at the top of a climb that goes on as long as the duration runs.
    pub(in super::super) fn of(
        &self,
        climb: &Climb,
        increment: Option<Decimal>,
    ) -> Result<Decimal, ArithmeticError> {
        let rest = to_float(climb.rest);
        let mut above = match increment {
            Some(increment) => self.flight(rest, to_float(increment)),
            None => self.excess(rest),
        };
        if let Some((at, size)) = climb.first {
            above += to_float(size) * self.runs(to_float(at));
        }
        add(climb.base, to_decimal(above)?)
    }

    /// How far a time is from the middle, in standard deviations of the logarithm.
    fn deviations(&self, time: f64) -> f64 {
        (libm::log(time) - self.location) / self.spread
    }

    /// `P(T > time)`.
    fn runs(&self, time: f64) -> f64 {
        if time > 0.0 { upper(self.deviations(time)) } else { 1.0 }
    }

    /// `E max(T − time, 0)`, the integral of [`Self::runs`] from there on.
    fn excess(&self, time: f64) -> f64 {
        if time > 0.0 {
            let deviations = self.deviations(time);
            (self.mean * upper(deviations - self.spread) - time * upper(deviations)).max(0.0)
        } else {
            self.mean
        }
    }

    fn flight(&self, start: f64, increment: f64) -> f64 {
        let bound = |deviations: f64| libm::exp(self.location + deviations * self.spread);
        let (sure, none) = (bound(-RANGE), bound(RANGE + self.spread));
        let whole = libm::floor(((sure - start) / increment).max(0.0));
        let first = start + whole * increment;
        let mut sum = whole;
        let mut at = first;
        let smooth = RESOLUTION * increment / self.spread.min(1.0);
        for term in 1..=MAX_TERMS {
            if at > none {
                return sum * increment;
            }
            if at >= smooth {
                break;
            }
            sum += self.runs(at);
            at = first + f64::from(term) * increment;
        }
        sum * increment + self.tail(at, increment)
    }

    /// The flight from a time that is many increments above zero.
    fn tail(&self, time: f64, increment: f64) -> f64 {
        let deviations = self.deviations(time);
        let scale = self.spread * time;
        let density = libm::exp(-0.5 * deviations * deviations) / (scale * libm::sqrt(2.0 * PI));
        let slope = 1.0 + deviations / self.spread;
        let bend = slope * slope + slope - 1.0 / (self.spread * self.spread);
        let square = increment * increment;
        let part = increment / time;
        self.excess(time) + 0.5 * increment * self.runs(time) + square * density / 12.0
            - square * part * part * density * bend / 720.0
    }
}

/// The share of a normal distribution above so many standard deviations.
pub(super) fn upper(deviations: f64) -> f64 {
    0.5 * libm::erfc(deviations * FRAC_1_SQRT_2)
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a test may panic, so its decimals may use plain operators"
)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::fixtures::{self, d};
    use super::super::super::steps;
    use super::super::FACTOR_SCALE;
    use super::*;
    use crate::charge::{MeteringStep, Positive, Scope};

    /// Within the bound that this file states.
    fn check(step: &MeteringStep, (mean, cv): (&str, &str), offset: &str, exact: &str) {
        let climb = Climb::of(step, d(offset)).unwrap();
        let increment = step.increment.map(Positive::get);
        let found = Lognormal::new(d(mean), d(cv)).of(&climb, increment).unwrap();
        let largest = d(mean).max(increment.unwrap_or_default());
        let bound = largest * d("0.00000000001") + d("0.0000000005");
        assert!((found - d(exact)).abs() <= bound, "found {found}, expected {exact} within {bound}");
        assert_eq!(found, found.round_dp(FACTOR_SCALE));
    }

    fn up(increment: &str) -> MeteringStep {
        fixtures::up(Scope::Contact, increment)
    }

    #[test]
    fn flights_meet_sums_of_forty_digits() {
        // `d Σ P(T > k d)` term by term in arithmetic of 40 digits.
        check(&up("60"), ("180", "1.2"), "0", "209.8465647491632763826667");
        check(&up("1"), ("180", "1.2"), "0", "180.5000000017864757918326");
        check(&up("60"), ("180", "10"), "0", "222.0037850964204048158761");
        // Nearly always 3 minutes, so nearly half of the time a fourth one is started: 180 + 60 × 0.498.
        check(&up("60"), ("180", "0.01"), "0", "209.8803208064231966347273");
        check(&up("600"), ("5", "0.5"), "0", "600.0000000000000000000001");
        // Rises that are small where the formula takes over, for a wide and for narrow spreads.
        check(&up("1"), ("210", "0.9"), "0", "210.5000000000001873136810");
        check(&up("1"), ("180", "0.1"), "0", "180.4999999999999999999999");
        check(&up("0.1"), ("30", "0.3"), "0", "30.0499999999999999999999");
    }

    #[test]
    fn very_small_increments_add_half_of_one() {
        // The whole flight does not fit into single rises: half an increment more than the mean, as the
        // trapezium rule says of a smooth density.
        check(&up("0.01"), ("180", "0.01"), "0", "180.005");
        check(&up("0.1"), ("3600", "0.05"), "0", "3600.05");
        check(&up("0.5"), ("86400", "2"), "0", "86400.25");
        check(&up("0.001"), ("180", "10"), "0", "180.0004999999741638842534");
    }

    #[test]
    fn a_fixed_part_before_it_shifts_its_bounds() {
        // 60 at once, 60 more at 20 s, 80 s …
        check(&up("60"), ("180", "1.2"), "40", "250.5479463711801918992394");
    }

    #[test]
    fn a_minimum_alone_needs_the_mean_excess() {
        // 60 + E max(T − 60, 0) in closed form.
        check(&fixtures::at_least(Scope::Contact, "60"), ("180", "1.2"), "0", "185.5111610339175177875706");
    }

    #[test]
    fn extreme_increments_neither_fail_nor_lose_the_exact_part() {
        check(&up("100000000000000000"), ("1", "1"), "0", "100000000000000000");
        check(&up("0.000000001"), ("1", "0.01"), "0", "1.0000000005");
        check(&up("60"), ("0.0000000000000000000000000001", "10"), "0", "60");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn an_expectation_lies_between_two_sums_over_cells(
            mean in 1_i64..3_000,
            cv in 5_i64..200,
            minimum in proptest::option::of(1_i64..1_000),
            increment in 10_i64..2_000,
        ) {
            let tenths = |value: i64| Decimal::new(value, 1);
            let increment = tenths(increment);
            let step = MeteringStep { minimum: minimum.map(tenths), ..up(&increment.to_string()) };
            let lognormal = Lognormal::new(tenths(mean), Decimal::new(cv, 2));
            let found = lognormal.of(&Climb::of(&step, Decimal::ZERO).unwrap(), Some(increment)).unwrap();
            // A step never falls, so that a cell bills no less than at its start and no more than at its end.
            let (cell, cells) = (increment * d("0.13"), 3_000);
            let (mut low, mut high) = (0.0, 0.0);
            for index in 0..cells {
                let (start, end) = (cell * Decimal::from(index), cell * Decimal::from(index + 1));
                let weight = lognormal.runs(to_float(start)) - lognormal.runs(to_float(end));
                low += weight * to_float(steps::apply(&step, start).unwrap());
                high += weight * to_float(steps::apply(&step, end).unwrap());
            }
            // Beyond the cells, at least the duration and at most an increment or the minimum more.
            let last = to_float(cell * Decimal::from(cells));
            let beyond = lognormal.excess(last) + last * lognormal.runs(last);
            let most = to_float(increment + step.minimum.unwrap_or_default()) * lognormal.runs(last);
            let (found, slack) = (to_float(found), 1e-6);
            prop_assert!(found >= low + beyond - slack, "{found} below {low} + {beyond}");
            prop_assert!(found <= high + beyond + most + slack, "{found} above {high} + {beyond} + {most}");
        }
    }
}
