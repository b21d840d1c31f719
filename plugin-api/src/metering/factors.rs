//! What a step bills on average for a sum of exponential durations. This file and those below it are the
//! one room that computes with floats: exact quantities meet its results only after they are decimals
//! again.
//!
//! The sum passes through phases, one for each duration, and leaves phase `i` at the rate 1/meanᵢ.
//! With `P(t)` the probabilities of being in phase `j` at `t` after starting in phase `i`, the sum is
//! still running at `t` with the probability `Σⱼ P(t)₁ⱼ`, and a flight of equal rises `d` that starts
//! at `t` adds `d · P(t) (I − P(d))⁻¹ 1` on average. Nothing here subtracts but `1 − e^(−d/mean)`, which
//! `expm1` gives to the last digit, so equal and nearly equal means need no special case.
//!
//! Error: at most 10⁻¹² of the result by the floats, and half of the last of [`FACTOR_SCALE`] decimal
//! places by the rounding. `exp` and `expm1` are `libm`'s, so every platform gives the same digits.
#![allow(clippy::float_arithmetic, reason = "the one room that computes with floats; no money")]

use rust_decimal::Decimal;

pub(super) use self::erlang::people;
pub(super) use self::lognormal::Lognormal;
pub use self::quantile::spread_factor;
use super::steps::Climb;
use crate::interval::{ArithmeticError, add};

mod erlang;
mod lognormal;
mod quantile;

/// Most exponential durations in one contact.
pub(super) const MAX_PHASES: usize = 8;
/// Decimal places of an expected quantity of one contact.
pub(super) const FACTOR_SCALE: u32 = 9;

/// Terms of a series whose n-th term is at most 1/n!; the seventh is the first that matters to the
/// last of [`MAX_PHASES`] phases, and 21 more leave less than 10⁻²⁰ of it.
const SERIES_TERMS: u32 = 28;

type Vector = [f64; MAX_PHASES];
type Matrix = [Vector; MAX_PHASES];

/// The expectation of one step for sums of the same exponential durations, from any offset.
#[derive(Debug, Clone)]
pub(super) struct Expectation {
    phases: Phases,
    /// What the rest of a climb adds on average when it starts in a phase.
    rest: Vector,
}

impl Expectation {
    /// For 1 to [`MAX_PHASES`] means above zero, and the increment of the step if it rounds.
    pub(super) fn new(means: &[Decimal], increment: Option<Decimal>) -> Self {
        let phases = Phases::new(means);
        let rest = match increment {
            Some(increment) => phases.flight(to_float(increment)),
            None => phases.slope(),
        };
        Self { phases, rest }
    }

    /// The expected value at the top of a climb that goes on as long as the sum runs.
    pub(super) fn of(&self, climb: &Climb) -> Result<Decimal, ArithmeticError> {
        let mut above = self.phases.average(to_float(climb.rest), &self.rest);
        if let Some((at, size)) = climb.first {
            above += to_float(size) * self.phases.average(to_float(at), &[1.0; MAX_PHASES]);
        }
        add(climb.base, to_decimal(above)?)
    }
}

/// Phases that follow each other, the fastest first: the order of a sum does not matter.
#[derive(Debug, Clone)]
struct Phases {
    count: usize,
    rates: Vector,
}

// === impl Phases ===

impl Phases {
    fn new(means: &[Decimal]) -> Self {
        let mut sorted = means.to_vec();
        sorted.sort_unstable();
        let mut rates = [0.0; MAX_PHASES];
        for (rate, mean) in rates.iter_mut().zip(&sorted) {
            *rate = 1.0 / to_float(*mean);
        }
        Self { count: sorted.len().min(MAX_PHASES), rates }
    }

    fn rates(&self) -> impl DoubleEndedIterator<Item = f64> + ExactSizeIterator {
        self.rates.iter().copied().take(self.count)
    }

    /// The average of `values`, one for each phase, over the phases at `time`; 0 once the sum is over.
    fn average(&self, time: f64, values: &Vector) -> f64 {
        let [start, ..] = self.probabilities(time);
        start.iter().zip(values).take(self.count).map(|(probability, value)| probability * value).sum()
    }

    /// `(−A)⁻¹ 1`: the mean time that is left from each phase on.
    fn slope(&self) -> Vector {
        let mut left = [0.0; MAX_PHASES];
        let mut sum = 0.0;
        for (left, rate) in left.iter_mut().zip(self.rates()).rev() {
            sum += 1.0 / rate;
            *left = sum;
        }
        left
    }

    /// `d (I − P(d))⁻¹ 1` by back-substitution, whose terms are all positive.
    fn flight(&self, increment: f64) -> Vector {
        let steps = self.probabilities(increment);
        let mut flight = [0.0; MAX_PHASES];
        for (phase, (row, rate)) in steps.iter().zip(self.rates()).enumerate().rev() {
            // Later phases are solved; this one and those before it are still 0.
            let later: f64 = row.iter().zip(&flight).map(|(probability, value)| probability * value).sum();
            let leaves = -libm::expm1(-rate * increment);
            if let Some(value) = flight.get_mut(phase) {
                *value = (increment + later) / leaves;
            }
        }
        flight
    }

    /// `P(time)`: by a series over a short time, then doubled until the time is reached.
    fn probabilities(&self, time: f64) -> Matrix {
        let mut matrix = [[0.0; MAX_PHASES]; MAX_PHASES];
        let Some(fastest) = self.rates().next().filter(|_| self.count > 1) else {
            self.set_diagonal(&mut matrix, time);
            return matrix;
        };
        let mut short = time;
        let mut doublings = 0_u32;
        while short * fastest > 1.0 {
            short *= 0.5;
            doublings += 1;
        }
        matrix = self.series(short, fastest);
        self.set_diagonal(&mut matrix, short);
        for _ in 0..doublings {
            short *= 2.0;
            matrix = self.square(&matrix);
            self.set_diagonal(&mut matrix, short);
        }
        matrix
    }

    /// Staying in a phase is known in closed form; putting it in keeps errors from doubling with the time.
    fn set_diagonal(&self, matrix: &mut Matrix, time: f64) {
        for (phase, (row, rate)) in matrix.iter_mut().zip(self.rates()).enumerate() {
            if let Some(stays) = row.get_mut(phase) {
                *stays = libm::exp(-rate * time);
            }
        }
    }

    /// Uniformization: `Σ e^(−x) xⁿ/n! Bⁿ` with `x = fastest × time` and `B` the moves at the fastest rate.
    fn series(&self, time: f64, fastest: f64) -> Matrix {
        let x = fastest * time;
        let mut term = [[0.0; MAX_PHASES]; MAX_PHASES];
        for (phase, row) in term.iter_mut().enumerate().take(self.count) {
            if let Some(stays) = row.get_mut(phase) {
                *stays = libm::exp(-x);
            }
        }
        let mut sum = term;
        for n in 1..=SERIES_TERMS {
            let weight = x / f64::from(n);
            for (row, total) in term.iter_mut().zip(&mut sum).take(self.count) {
                let mut arriving = 0.0;
                for ((entry, total), rate) in row.iter_mut().zip(total).zip(self.rates()) {
                    let moves = rate / fastest;
                    let here = *entry;
                    *entry = (here * ((fastest - rate) / fastest) + arriving) * weight;
                    arriving = here * moves;
                    *total += *entry;
                }
            }
        }
        sum
    }

    fn square(&self, matrix: &Matrix) -> Matrix {
        let mut square = [[0.0; MAX_PHASES]; MAX_PHASES];
        for (row, out) in matrix.iter().zip(&mut square).take(self.count) {
            for (left, right) in row.iter().zip(matrix).take(self.count) {
                for (out, right) in out.iter_mut().zip(right).take(self.count) {
                    *out += left * right;
                }
            }
        }
        square
    }
}

/// The nearest float, or one of its two neighbours.
#[allow(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
fn to_float(value: Decimal) -> f64 {
    let value = value.normalize();
    // Powers of ten up to 22 are exact floats, so that most values are rounded once.
    let (first, second) = (value.scale().min(22), value.scale().saturating_sub(22));
    value.mantissa() as f64 / power_of_ten(first) / power_of_ten(second)
}

fn power_of_ten(exponent: u32) -> f64 {
    (0..exponent).fold(1.0, |power, _| power * 10.0)
}

/// Rounded to [`FACTOR_SCALE`] places, half to even.
#[allow(clippy::cast_possible_truncation, reason = "the value is whole and checked to fit")]
fn to_decimal(value: f64) -> Result<Decimal, ArithmeticError> {
    let scaled = libm::rint(value * power_of_ten(FACTOR_SCALE));
    if !(scaled.is_finite() && scaled < 7.9e28) {
        return Err(ArithmeticError);
    }
    let decimal =
        Decimal::try_from_i128_with_scale(scaled as i128, FACTOR_SCALE).map_err(|_| ArithmeticError)?;
    Ok(decimal.normalize())
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a test may panic, so its decimals may use plain operators"
)]
mod tests {
    use super::super::fixtures::{self, d};
    use super::*;
    use crate::charge::{MeteringStep, Positive, Scope};

    fn expected(step: &MeteringStep, means: &[&str], offset: &str) -> Decimal {
        let means: Vec<Decimal> = means.iter().map(|mean| d(mean)).collect();
        let expectation = Expectation::new(&means, step.increment.map(Positive::get));
        expectation.of(&Climb::of(step, d(offset)).unwrap()).unwrap()
    }

    fn up(increment: &str) -> MeteringStep {
        fixtures::up(Scope::Contact, increment)
    }

    fn at_least(minimum: &str) -> MeteringStep {
        fixtures::at_least(Scope::Contact, minimum)
    }

    /// Within the bound that this file states: 10⁻¹² of the value, and half of the ninth place.
    fn check(found: Decimal, exact: &str) {
        let exact = d(exact);
        let bound = exact * d("0.000000000001") + d("0.0000000005");
        assert!((found - exact).abs() <= bound, "found {found}, expected {exact} within {bound}");
        assert_eq!(found, found.round_dp(FACTOR_SCALE));
    }

    #[test]
    fn one_exponential_meets_its_closed_form() {
        for (mean, increment) in [(180.0, 60.0), (180.0, 1.0), (90.0, 6.0), (5.0, 600.0), (86_400.0, 0.5)] {
            // d ÷ (1 − e^(−d/μ))
            let closed: f64 = increment / -libm::expm1(-increment / mean);
            let found = expected(&up(&increment.to_string()), &[&mean.to_string()], "0");
            check(found, &format!("{closed:.9}"));
        }
        // The same to 25 digits, by arithmetic of 120 digits.
        check(expected(&up("60"), &["180"], "0"), "211.6635883894277414707188");
        check(expected(&up("1"), &["180"], "0"), "180.5004629627248134656639");
        check(expected(&up("0.001"), &["86400"], "0"), "86400.00050000000096450617");
    }

    #[test]
    fn a_fixed_part_before_an_exponential_shifts_its_bounds() {
        // 40 s and a mean of 180 s by started minutes: 60 at once, 60 more at 20 s, 80 s …:
        // 60 + 60 e^(−20/180) ÷ (1 − e^(−60/180)) = 60 + 60 × 0.894839317 ÷ 0.283468689 = 249.404901
        check(expected(&up("60"), &["180"], "40"), "249.4049008288734905728798");
        // 100 s lies in the second minute: 120 + 60 e^(−20/μ) ÷ …, one minute more.
        check(expected(&up("60"), &["180"], "100"), "309.4049008288734905728798");
    }

    #[test]
    fn two_equal_means_meet_the_erlang_formula() {
        // P(S > t) = e^(−λt)(1 + λt), and with q = e^(−λd): Σ P(S > kd) = 1/(1−q) + λd q/(1−q)².
        // μ 100, d 60: q = 0.548811636, 1−q = 0.451188364:
        // 60 × (2.216369182 + 0.6 × 0.548811636 ÷ 0.203570940) = 60 × 3.833923 = 230.0354
        check(expected(&up("60"), &["100", "100"], "0"), "230.0353910887222167205657");
    }

    #[test]
    fn nearly_equal_and_very_different_means_stay_within_the_bound() {
        check(expected(&up("60"), &["100", "100.0000001"], "0"), "230.0353911886697308659735");
        check(expected(&up("60"), &["240", "30"], "0"), "300.085505749309046246237");
        check(expected(&up("60"), &["30", "240"], "100"), "400.1228932591349125501367");
        check(expected(&up("60"), &["0.001", "3600"], "0"), "3630.084324637623592901108");
        check(expected(&up("1"), &["0.001", "3600"], "0"), "3600.501023009543398808161");
        check(expected(&up("0.5"), &["86400", "86399", "1"], "0"), "172800.2499999999999884403");
    }

    #[test]
    fn eight_phases_stay_within_the_bound() {
        let eight = ["10", "20", "30", "40", "50", "60", "70", "80"];
        check(expected(&up("6"), &eight, "0"), "362.9999999999999165509347");
        check(expected(&up("60"), &["45"; MAX_PHASES], "0"), "389.9999343807063309865495");
    }

    #[test]
    fn a_minimum_alone_needs_the_mean_excess() {
        // E max(60, T) = 60 + 90 e^(−60/90) = 60 + 90 × 0.513417119 = 106.207541
        check(expected(&at_least("60"), &["90"], "0"), "106.2075407129332824184788");
        check(expected(&at_least("60"), &["30", "240"], "0"), "273.0339207142855666105581");
        // Nothing is below the minimum: 100 + 90.
        check(expected(&at_least("60"), &["90"], "100"), "190");
    }

    #[test]
    fn extreme_means_and_increments_neither_fail_nor_lose_the_exact_part() {
        check(expected(&up("100000000000000000"), &["1"], "0"), "100000000000000000");
        check(expected(&up("60"), &["0.0000000000000000000000000001"], "0"), "60");
        check(expected(&up("60"), &["0.0000000000000000000000000001", "1"], "0"), "60");
    }

    #[test]
    fn decimals_become_the_float_that_is_written() {
        for text in ["0.1", "86400", "123.456789", "0.3333333333", "100.0000001"] {
            assert_eq!(to_float(d(text)), text.parse::<f64>().unwrap());
        }
        assert!(to_decimal(f64::NAN).is_err());
        assert!(to_decimal(1e30).is_err());
    }
}
