//! How long the matched segments of a contact are, or how many its events, and what steps make of that
//! on average.
//!
//! Fixed and recorded lengths are counted out exactly: every way that a contact can go is a point with
//! a weight. A point may also hold exponential durations, whose expectation is in closed form, or one
//! log-normal duration, whose expectation has a stated error. Weights and their products keep 28 digits,
//! far beyond the sixth decimal place that is billed.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::factors::{Expectation, Lognormal, MAX_PHASES};
use super::mixture::Mixture;
use super::steps::{self, Climb};
use crate::charge::{MeteringStep, Positive, Scope};
use crate::interval::{ArithmeticError, add, mul_div};
use crate::requirement::{Duration, PerContact, Segment};

/// Most ways that a contact can go: combinations of reached segments and recorded lengths.
pub const MAX_POINTS: usize = 200_000;
/// Most ways that a contact can go when exponential durations are in some of them.
pub const MAX_EXPONENTIAL_POINTS: usize = 20_000;
/// Most ways that a contact can go when a log-normal duration is in some of them.
pub const MAX_LOGNORMAL_POINTS: usize = 2_000;

/// Why the lengths of a contact have no expectation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LengthsError {
    /// A value is out of range.
    #[error(transparent)]
    Arithmetic(#[from] ArithmeticError),
    /// Too many combinations.
    #[error(
        "found {found} combinations of lengths or counts in a contact, expected at most {most}: \
         say fewer samples, or the whole contact as one segment of samples"
    )]
    Points {
        /// As counted so far.
        found: usize,
        /// The limit that applies.
        most: usize,
    },
    /// Too many exponential durations in one contact.
    #[error(
        "found {0} exponential durations in one contact, expected at most {MAX_PHASES}: \
         say the whole contact as one segment of samples"
    )]
    Phases(usize),
    /// Steps in a row that have no closed form.
    #[error(
        "found several metering steps in a row on an exponential or log-normal duration, which have no \
         closed form: say the durations as samples"
    )]
    Chain,
    /// A log-normal duration beside another one that is not fixed or recorded.
    #[error(
        "found a log-normal duration beside another distributed one in one contact, whose sum has no closed \
         form: say one of them as samples"
    )]
    Lognormal,
    /// Parts that are compared contact by contact.
    #[error(
        "found a distributed duration in parts that are compared contact by contact, expected fixed lengths \
         or samples"
    )]
    Compared,
}

/// A part of a contact: a length that it has, or a count, where it is reached.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    /// Fraction of contacts that reach it.
    pub(super) share: Decimal,
    pub(super) duration: Cow<'a, Duration>,
}

impl<'a> From<&'a Segment> for Piece<'a> {
    fn from(segment: &'a Segment) -> Self {
        Self { share: segment.share, duration: Cow::Borrowed(&segment.duration) }
    }
}

impl From<&PerContact> for Piece<'_> {
    fn from(counts: &PerContact) -> Self {
        let duration = match counts {
            PerContact::Mean(mean) => Duration::Fixed(*mean),
            PerContact::Samples(samples) => Duration::Samples(samples.clone()),
        };
        Self { share: Decimal::ONE, duration: Cow::Owned(duration) }
    }
}

/// The mean of a quantity of one contact, kept as a sum of fractions so that contacts are multiplied
/// before anything is divided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mean(Vec<(Decimal, Decimal)>);

// === impl Mean ===

impl Mean {
    /// A quantity that every contact has.
    pub(super) fn of(quantity: Decimal) -> Result<Self, ArithmeticError> {
        let mut mean = Self::default();
        mean.add(quantity, Decimal::ONE)?;
        Ok(mean)
    }

    pub(super) fn add(&mut self, numerator: Decimal, denominator: Decimal) -> Result<(), ArithmeticError> {
        match self.0.iter_mut().find(|(_, known)| *known == denominator) {
            Some((sum, _)) => *sum = plus(*sum, numerator)?,
            None => self.0.push((numerator, denominator)),
        }
        Ok(())
    }

    /// The same quantity of each contact, so many times.
    pub(super) fn scaled(mut self, factor: Decimal) -> Result<Self, ArithmeticError> {
        for (numerator, _) in &mut self.0 {
            *numerator = times(*numerator, factor)?;
        }
        Ok(self)
    }

    /// The quantity of this many contacts.
    pub(super) fn times(&self, contacts: Decimal) -> Result<Decimal, ArithmeticError> {
        self.0.iter().try_fold(Decimal::ZERO, |sum, (numerator, denominator)| {
            add(sum, mul_div(contacts, *numerator, *denominator)?)
        })
    }
}

/// Whether every contact has the same.
pub(super) fn are_certain(pieces: &[Piece<'_>]) -> bool {
    pieces.iter().all(|piece| piece.share == Decimal::ONE && matches!(*piece.duration, Duration::Fixed(_)))
}

/// What a contact's pieces are on average: before all steps, then after each. The steps are those of
/// segment scope, followed by those of contact scope.
pub(super) fn means(pieces: &[Piece<'_>], steps: &[MeteringStep]) -> Result<Vec<Mean>, LengthsError> {
    let alone = steps.iter().take_while(|step| step.scope == Scope::Segment).count();
    // A single piece is the contact.
    let each = if pieces.len() <= 1 { steps.len() } else { alone };
    let (each, together) = steps.split_at_checked(each).unwrap_or((steps, &[]));
    let mut means = Vec::with_capacity(steps.len().saturating_add(1));
    for done in prefixes(each) {
        means.push(piece_by_piece(pieces, done)?);
    }
    if !together.is_empty() {
        let mixture = Mixture::of(pieces, each)?;
        for done in prefixes(together).skip(1) {
            means.push(mixture.mean(done)?);
        }
    }
    Ok(means)
}

/// No step, the first, the first two, up to all.
fn prefixes(steps: &[MeteringStep]) -> impl Iterator<Item = &[MeteringStep]> {
    (0..=steps.len()).filter_map(|count| steps.get(..count))
}

fn piece_by_piece(pieces: &[Piece<'_>], steps: &[MeteringStep]) -> Result<Mean, LengthsError> {
    let mut mean = Mean::default();
    for piece in pieces {
        let (sum, weight) = match &*piece.duration {
            Duration::Fixed(seconds) => (steps::apply_all(steps, *seconds)?, Decimal::ONE),
            Duration::Exponential { mean } => {
                let expected = distributed(*mean, steps, |step, climb| {
                    Expectation::new(&[*mean], step.increment.map(Positive::get)).of(climb)
                });
                (expected?, Decimal::ONE)
            }
            Duration::Lognormal { mean, cv } => {
                let expected = distributed(*mean, steps, |step, climb| {
                    Lognormal::new(*mean, *cv).of(climb, step.increment.map(Positive::get))
                });
                (expected?, Decimal::ONE)
            }
            Duration::Samples(samples) => {
                let (mut sum, mut weights) = (Decimal::ZERO, Decimal::ZERO);
                for (seconds, weight) in samples {
                    sum = plus(sum, times(*weight, steps::apply_all(steps, *seconds)?)?)?;
                    weights = plus(weights, *weight)?;
                }
                (sum, weights)
            }
        };
        mean.add(times(piece.share, sum)?, weight)?;
    }
    Ok(mean)
}

/// What steps make of a distributed duration on average.
fn distributed(
    mean: Decimal,
    steps: &[MeteringStep],
    expected: impl Fn(&MeteringStep, &Climb) -> Result<Decimal, ArithmeticError>,
) -> Result<Decimal, LengthsError> {
    if steps.is_empty() {
        return Ok(mean);
    }
    let step = steps::compose(steps)?.ok_or(LengthsError::Chain)?;
    Ok(expected(&step, &Climb::of(&step, Decimal::ZERO)?)?)
}

pub(super) fn plus(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    a.checked_add(b).ok_or(ArithmeticError)
}

pub(super) fn times(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    a.checked_mul(b).ok_or(ArithmeticError)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{at_least, d, segment, up};
    use super::*;
    use crate::requirement::SegmentKind::Agent;

    fn fixed(share: &str, seconds: &str) -> Segment {
        segment(Agent, share, Duration::Fixed(d(seconds)))
    }

    fn exponential(share: &str, mean: &str) -> Segment {
        segment(Agent, share, Duration::Exponential { mean: d(mean) })
    }

    fn samples(seconds: &[(&str, &str)]) -> Segment {
        segment(Agent, "1", Duration::Samples(seconds.iter().map(|(s, w)| (d(s), d(w))).collect()))
    }

    fn found(segments: &[Segment], steps: &[MeteringStep]) -> Result<Vec<Mean>, LengthsError> {
        means(&segments.iter().map(Piece::from).collect::<Vec<_>>(), steps)
    }

    /// The means for a number of contacts, before all steps and after each.
    fn check(segments: &[Segment], steps: &[MeteringStep], contacts: &str, expected: &[&str]) {
        let found: Vec<Decimal> = found(segments, steps)
            .unwrap()
            .iter()
            .map(|mean| mean.times(d(contacts)).unwrap().round_dp(6).normalize())
            .collect();
        let expected: Vec<Decimal> = expected.iter().map(|text| d(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn recorded_lengths_are_counted_out_by_weight() {
        // 3 of 4 last 45 s and 1 lasts 70 s: 205 of 4; by started minutes 3 × 60 + 120 = 300 of 4.
        let recorded = [samples(&[("45", "3"), ("70", "1")])];
        check(&recorded, &[up(Scope::Contact, "60")], "100", &["5125", "7500"]);
    }

    #[test]
    fn a_step_of_a_contact_works_on_the_sum_and_one_of_a_segment_on_each() {
        let two = [fixed("1", "50"), fixed("1", "80")];
        check(&two, &[up(Scope::Segment, "60")], "1", &["130", "180"]);
        check(&two, &[up(Scope::Contact, "60")], "1", &["130", "180"]);
        // 61 and 62: two minutes each, or 123 s and so three minutes together.
        let two = [fixed("1", "61"), fixed("1", "62")];
        check(&two, &[up(Scope::Segment, "60")], "1", &["123", "240"]);
        check(&two, &[up(Scope::Contact, "60")], "1", &["123", "180"]);
        // 61 → 70, 62 → 70, 140 → 180.
        check(&two, &[up(Scope::Segment, "10"), up(Scope::Contact, "60")], "1", &["123", "140", "180"]);
    }

    #[test]
    fn segments_are_reached_independently() {
        // 50 s in 40 %, 80 s in 50 %: both 20 % 130 s → 180; first only 20 % → 60; second only 30 % → 120;
        // neither 30 % stays 0. 0.2 × 180 + 0.2 × 60 + 0.3 × 120 = 84; demanded 0.4 × 50 + 0.5 × 80 = 60.
        let two = [fixed("0.4", "50"), fixed("0.5", "80")];
        check(&two, &[up(Scope::Contact, "60")], "1000", &["60000", "84000"]);
        // Each by itself: 0.4 × 60 + 0.5 × 120 = 84 as well, but of 100 at least: 0.4 × 100 + 0.5 × 100.
        check(&two, &[at_least(Scope::Segment, "100")], "1000", &["60000", "90000"]);
    }

    #[test]
    fn exponential_parts_join_fixed_ones() {
        // 40 s, then a mean of 180 s: 249.404901 as worked in factors.rs.
        let two = [fixed("1", "40"), exponential("1", "180")];
        check(&two, &[up(Scope::Contact, "60")], "1", &["220", "249.404901"]);
        // The exponential in half of the contacts: 0.5 × 249.404901 + 0.5 × 60.
        let half = [fixed("1", "40"), exponential("0.5", "180")];
        check(&half, &[up(Scope::Contact, "60")], "2", &["260", "309.404901"]);
        // A single segment is the contact, whichever scope its steps have: 0.25 × 211.663588.
        let one = [exponential("0.25", "180")];
        for steps in [[up(Scope::Segment, "60")], [up(Scope::Contact, "60")]] {
            check(&one, &steps, "4", &["180", "211.663588"]);
        }
        // A minimum and a rounding make one step: E max(60, 60 ⌈T/60⌉) is E 60 ⌈T/60⌉.
        let steps = [at_least(Scope::Segment, "60"), up(Scope::Contact, "60")];
        let means = found(&[exponential("1", "180")], &steps).unwrap();
        assert_eq!(means[2].times(d("1")).unwrap(), d("211.663588389"));
    }

    #[test]
    fn what_has_no_closed_form_says_what_to_say_instead() {
        let (one, other) = (exponential("1", "180"), fixed("1", "5"));
        let twice = [up(Scope::Contact, "6"), up(Scope::Contact, "60")];
        assert_eq!(found(std::slice::from_ref(&one), &twice), Err(LengthsError::Chain));
        let both = [up(Scope::Segment, "6"), up(Scope::Contact, "60")];
        assert_eq!(found(&[one.clone(), other], &both), Err(LengthsError::Chain));
        let step = [up(Scope::Contact, "6")];
        assert_eq!(found(&vec![one.clone(); 9], &step), Err(LengthsError::Phases(9)));
        let lognormal = segment(Agent, "1", Duration::Lognormal { mean: d("180"), cv: d("1") });
        assert_eq!(found(&[one, lognormal.clone()], &step), Err(LengthsError::Lognormal));
        assert_eq!(found(&[lognormal.clone(), lognormal], &step), Err(LengthsError::Lognormal));
    }

    #[test]
    fn combinations_are_limited_and_equal_ones_are_one() {
        let spread = |step: i64| {
            let samples = (1..=600).map(|n| (Decimal::from(n * step), Decimal::ONE)).collect();
            segment(Agent, "1", Duration::Samples(samples))
        };
        let steps = [up(Scope::Contact, "60")];
        let refused = found(&[spread(1), spread(1_000)], &steps);
        assert_eq!(refused, Err(LengthsError::Points { found: 360_000, most: MAX_POINTS }));
        // Ten thousand equal records are one point. Of 8 contacts, each with three such segments in half
        // of the cases, 1 has none, 3 have 70 s → 120, 3 have 140 s → 180, 1 has 210 s → 240.
        let same = segment(Agent, "0.5", Duration::Samples(vec![(d("70"), Decimal::ONE); 10_000]));
        check(&[same.clone(), same.clone(), same], &steps, "8", &["840", "1140"]);
    }
}
