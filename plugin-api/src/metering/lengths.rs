//! How long the matched segments of a contact are, and what steps make of that on average.
//!
//! Fixed and recorded lengths are counted out exactly: every way that a contact can go is a point with
//! a weight. A point may also hold exponential durations, whose expectation is in closed form. Weights
//! and their products keep 28 digits, far beyond the sixth decimal place that is billed.

use rust_decimal::Decimal;

use super::factors::{Expectation, MAX_PHASES};
use super::steps::{self, Climb};
use crate::charge::{MeteringStep, Positive, Scope};
use crate::interval::{ArithmeticError, add, mul_div, sub};
use crate::requirement::{Duration, Segment};

/// Most ways that a contact can go: combinations of reached segments and recorded lengths.
pub const MAX_POINTS: usize = 200_000;
/// Most ways that a contact can go when exponential durations are in some of them.
pub const MAX_EXPONENTIAL_POINTS: usize = 20_000;

/// Why the lengths of a contact have no expectation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LengthsError {
    /// A value is out of range.
    #[error(transparent)]
    Arithmetic(#[from] ArithmeticError),
    /// Too many combinations.
    #[error(
        "found {found} combinations of segment lengths, expected at most {most}: \
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
        "found several metering steps in a row on an exponential duration, which have no closed form: \
         say the durations as samples"
    )]
    Chain,
}

/// The mean of a quantity of one contact, kept as a sum of fractions so that contacts are multiplied
/// before anything is divided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mean(Vec<(Decimal, Decimal)>);

// === impl Mean ===

impl Mean {
    fn add(&mut self, numerator: Decimal, denominator: Decimal) -> Result<(), ArithmeticError> {
        match self.0.iter_mut().find(|(_, known)| *known == denominator) {
            Some((sum, _)) => *sum = plus(*sum, numerator)?,
            None => self.0.push((numerator, denominator)),
        }
        Ok(())
    }

    /// The quantity of this many contacts.
    pub(super) fn times(&self, contacts: Decimal) -> Result<Decimal, ArithmeticError> {
        self.0.iter().try_fold(Decimal::ZERO, |sum, (numerator, denominator)| {
            add(sum, mul_div(contacts, *numerator, *denominator)?)
        })
    }
}

/// Whether a contact has always the same length.
pub(super) fn are_certain(segments: &[&Segment]) -> bool {
    segments
        .iter()
        .all(|segment| segment.share == Decimal::ONE && matches!(segment.duration, Duration::Fixed(_)))
}

/// What a contact's segments are on average: before all steps, then after each. The steps are those of
/// segment scope, followed by those of contact scope.
pub(super) fn means(segments: &[&Segment], steps: &[MeteringStep]) -> Result<Vec<Mean>, LengthsError> {
    let alone = steps.iter().take_while(|step| step.scope == Scope::Segment).count();
    // A single segment is the contact.
    let each = if segments.len() <= 1 { steps.len() } else { alone };
    let (each, together) = steps.split_at_checked(each).unwrap_or((steps, &[]));
    let mut means = Vec::with_capacity(steps.len().saturating_add(1));
    for done in prefixes(each) {
        means.push(segment_by_segment(segments, done)?);
    }
    if !together.is_empty() {
        let mixture = Mixture::of(segments, each)?;
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

fn segment_by_segment(segments: &[&Segment], steps: &[MeteringStep]) -> Result<Mean, LengthsError> {
    let mut mean = Mean::default();
    for segment in segments {
        let (sum, weight) = match &segment.duration {
            Duration::Fixed(seconds) => (steps::apply_all(steps, *seconds)?, Decimal::ONE),
            Duration::Exponential { mean } => (exponential(*mean, steps)?, Decimal::ONE),
            Duration::Samples(samples) => {
                let (mut sum, mut weights) = (Decimal::ZERO, Decimal::ZERO);
                for (seconds, weight) in samples {
                    sum = plus(sum, times(*weight, steps::apply_all(steps, *seconds)?)?)?;
                    weights = plus(weights, *weight)?;
                }
                (sum, weights)
            }
        };
        mean.add(times(segment.share, sum)?, weight)?;
    }
    Ok(mean)
}

/// What steps make of an exponential duration on average.
fn exponential(mean: Decimal, steps: &[MeteringStep]) -> Result<Decimal, LengthsError> {
    if steps.is_empty() {
        return Ok(mean);
    }
    let step = steps::compose(steps)?.ok_or(LengthsError::Chain)?;
    let climb = Climb::of(&step, Decimal::ZERO)?;
    Ok(Expectation::new(&[mean], step.increment.map(Positive::get)).of(&climb)?)
}

/// One way that a contact can go: a certain length, and the exponential durations beside it as bits,
/// in the order of the segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    phases: u8,
    length: Decimal,
    weight: Decimal,
}

/// All ways that a contact can go.
#[derive(Debug)]
struct Mixture {
    points: Vec<Point>,
    weight: Decimal,
    /// Means of the exponential durations that the bits stand for.
    means: Vec<Decimal>,
}

// === impl Mixture ===

impl Mixture {
    fn of(segments: &[&Segment], each: &[MeteringStep]) -> Result<Self, LengthsError> {
        let nothing = Point { phases: 0, length: Decimal::ZERO, weight: Decimal::ONE };
        let mut mixture = Self { points: vec![nothing], weight: Decimal::ONE, means: Vec::new() };
        for segment in segments {
            mixture.join(segment, each)?;
        }
        Ok(mixture)
    }

    /// Every point so far with every outcome of the next segment.
    fn join(&mut self, segment: &Segment, each: &[MeteringStep]) -> Result<(), LengthsError> {
        let (outcomes, weight) = self.outcomes(segment, each)?;
        let most = if self.means.is_empty() { MAX_POINTS } else { MAX_EXPONENTIAL_POINTS };
        let found = self.points.len().saturating_mul(outcomes.len());
        if found > most {
            return Err(LengthsError::Points { found, most });
        }
        let mut points = Vec::with_capacity(found);
        for point in &self.points {
            for outcome in &outcomes {
                points.push(Point {
                    phases: point.phases | outcome.phases,
                    length: plus(point.length, outcome.length)?,
                    weight: times(point.weight, outcome.weight)?,
                });
            }
        }
        self.points = merge(points)?;
        self.weight = times(self.weight, weight)?;
        Ok(())
    }

    /// What a segment can be, and the weight of all of it.
    fn outcomes(
        &mut self,
        segment: &Segment,
        each: &[MeteringStep],
    ) -> Result<(Vec<Point>, Decimal), LengthsError> {
        let reached = |length, weight| {
            let (length, weight) = (steps::apply_all(each, length)?, times(segment.share, weight)?);
            Ok::<_, ArithmeticError>(Point { phases: 0, length, weight })
        };
        let mut weight = Decimal::ONE;
        let mut outcomes = match &segment.duration {
            Duration::Fixed(seconds) => vec![reached(*seconds, Decimal::ONE)?],
            Duration::Exponential { mean } => {
                // A step of its own would bend the exponential before the sum is made.
                if !each.is_empty() {
                    return Err(LengthsError::Chain);
                }
                if self.means.len() >= MAX_PHASES {
                    return Err(LengthsError::Phases(self.means.len().saturating_add(1)));
                }
                let phases = 1 << self.means.len();
                self.means.push(*mean);
                vec![Point { phases, ..reached(Decimal::ZERO, Decimal::ONE)? }]
            }
            Duration::Samples(samples) => {
                weight = samples.iter().try_fold(Decimal::ZERO, |sum, (_, weight)| plus(sum, *weight))?;
                samples
                    .iter()
                    .map(|(seconds, weight)| reached(*seconds, *weight))
                    .collect::<Result<_, _>>()?
            }
        };
        if segment.share != Decimal::ONE {
            let missed = times(sub(Decimal::ONE, segment.share)?, weight)?;
            outcomes.push(Point { phases: 0, length: Decimal::ZERO, weight: missed });
        }
        Ok((merge(outcomes)?, weight))
    }

    /// The mean of what steps make of the contact's length.
    fn mean(&self, steps: &[MeteringStep]) -> Result<Mean, LengthsError> {
        let mut sum = Decimal::ZERO;
        // Points are ordered by their phases, so each set of means is prepared once.
        for same in self.points.chunk_by(|a, b| a.phases == b.phases) {
            let Some(phases) = same.first().map(|point| point.phases) else { continue };
            if phases == 0 {
                for point in same {
                    sum = plus(sum, times(point.weight, steps::apply_all(steps, point.length)?)?)?;
                }
                continue;
            }
            let Some(step) = steps::compose(steps)? else { return Err(LengthsError::Chain) };
            let bits = self.means.iter().enumerate().filter(|(bit, _)| phases >> bit & 1 == 1);
            let means: Vec<Decimal> = bits.map(|(_, mean)| *mean).collect();
            let expectation = Expectation::new(&means, step.increment.map(Positive::get));
            for point in same {
                let expected = expectation.of(&Climb::of(&step, point.length)?)?;
                sum = plus(sum, times(point.weight, expected)?)?;
            }
        }
        let mut mean = Mean::default();
        mean.add(sum, self.weight)?;
        Ok(mean)
    }
}

/// Equal points as one, in order.
fn merge(mut points: Vec<Point>) -> Result<Vec<Point>, ArithmeticError> {
    points.sort_unstable();
    let mut merged: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        match merged.last_mut().filter(|last| (last.phases, last.length) == (point.phases, point.length)) {
            Some(last) => last.weight = plus(last.weight, point.weight)?,
            None => merged.push(point),
        }
    }
    Ok(merged)
}

fn plus(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    a.checked_add(b).ok_or(ArithmeticError)
}

fn times(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
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

    /// The means for a number of contacts, before all steps and after each.
    fn check(segments: &[Segment], steps: &[MeteringStep], contacts: &str, expected: &[&str]) {
        let segments: Vec<&Segment> = segments.iter().collect();
        let found: Vec<Decimal> = means(&segments, steps)
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
        let found = means(&[&exponential("1", "180")], &steps).unwrap();
        assert_eq!(found[2].times(d("1")).unwrap(), d("211.663588389"));
    }

    #[test]
    fn what_has_no_closed_form_says_what_to_say_instead() {
        let (one, other) = (exponential("1", "180"), fixed("1", "5"));
        let twice = [up(Scope::Contact, "6"), up(Scope::Contact, "60")];
        assert_eq!(means(&[&one], &twice), Err(LengthsError::Chain));
        let both = [up(Scope::Segment, "6"), up(Scope::Contact, "60")];
        assert_eq!(means(&[&one, &other], &both), Err(LengthsError::Chain));
        let nine = vec![&one; 9];
        assert_eq!(means(&nine, &[up(Scope::Contact, "6")]), Err(LengthsError::Phases(9)));
    }

    #[test]
    fn combinations_are_limited_and_equal_ones_are_one() {
        let spread = |step: i64| {
            let samples = (1..=600).map(|n| (Decimal::from(n * step), Decimal::ONE)).collect();
            segment(Agent, "1", Duration::Samples(samples))
        };
        let steps = [up(Scope::Contact, "60")];
        let found = means(&[&spread(1), &spread(1_000)], &steps);
        assert_eq!(found, Err(LengthsError::Points { found: 360_000, most: MAX_POINTS }));
        // Ten thousand equal records are one point. Of 8 contacts, each with three such segments in half
        // of the cases, 1 has none, 3 have 70 s → 120, 3 have 140 s → 180, 1 has 210 s → 240.
        let same = segment(Agent, "0.5", Duration::Samples(vec![(d("70"), Decimal::ONE); 10_000]));
        check(&[same.clone(), same.clone(), same], &steps, "8", &["840", "1140"]);
    }
}
