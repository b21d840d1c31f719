//! All ways that a contact can go, with their weights.

use rust_decimal::Decimal;

use super::factors::{Expectation, Lognormal, MAX_PHASES};
use super::lengths::{
    LengthsError, MAX_EXPONENTIAL_POINTS, MAX_LOGNORMAL_POINTS, MAX_POINTS, Mean, Piece, plus, times,
};
use super::steps::{self, Climb};
use crate::charge::{MeteringStep, Positive};
use crate::interval::{ArithmeticError, sub};
use crate::requirement::Duration;

/// One way that a contact can go: a certain length, and the distributed durations beside it as bits,
/// in the order of the pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    tails: u8,
    length: Decimal,
    weight: Decimal,
}

/// All ways that a contact can go.
#[derive(Debug)]
pub(super) struct Mixture {
    points: Vec<Point>,
    weight: Decimal,
    /// The distributed durations that the bits stand for.
    tails: Vec<Tail>,
}

/// A distributed duration.
#[derive(Debug, Clone, Copy)]
enum Tail {
    Exponential(Decimal),
    Lognormal { mean: Decimal, cv: Decimal },
}

// === impl Mixture ===

impl Mixture {
    /// Of pieces on each of which steps have worked.
    pub(super) fn of(pieces: &[Piece<'_>], each: &[MeteringStep]) -> Result<Self, LengthsError> {
        let nothing = Point { tails: 0, length: Decimal::ZERO, weight: Decimal::ONE };
        let mut mixture = Self { points: vec![nothing], weight: Decimal::ONE, tails: Vec::new() };
        for piece in pieces {
            mixture.join(piece, each)?;
        }
        Ok(mixture)
    }

    /// Every point so far with every outcome of the next piece.
    fn join(&mut self, piece: &Piece<'_>, each: &[MeteringStep]) -> Result<(), LengthsError> {
        let (outcomes, weight) = self.outcomes(piece, each)?;
        let lognormal = self.tails.iter().any(|tail| matches!(tail, Tail::Lognormal { .. }));
        let most = match self.tails.as_slice() {
            [] => MAX_POINTS,
            _ if lognormal => MAX_LOGNORMAL_POINTS,
            _ => MAX_EXPONENTIAL_POINTS,
        };
        let found = self.points.len().saturating_mul(outcomes.len());
        if found > most {
            return Err(LengthsError::Points { found, most });
        }
        let mut points = Vec::with_capacity(found);
        for point in &self.points {
            for outcome in &outcomes {
                points.push(Point {
                    tails: point.tails | outcome.tails,
                    length: plus(point.length, outcome.length)?,
                    weight: times(point.weight, outcome.weight)?,
                });
            }
        }
        self.points = merge(points)?;
        self.weight = times(self.weight, weight)?;
        Ok(())
    }

    /// What a piece can be, and the weight of all of it.
    fn outcomes(
        &mut self,
        piece: &Piece<'_>,
        each: &[MeteringStep],
    ) -> Result<(Vec<Point>, Decimal), LengthsError> {
        let reached = |length, weight| {
            let (length, weight) = (steps::apply_all(each, length)?, times(piece.share, weight)?);
            Ok::<_, ArithmeticError>(Point { tails: 0, length, weight })
        };
        let mut weight = Decimal::ONE;
        let mut outcomes = match &*piece.duration {
            Duration::Fixed(seconds) => vec![reached(*seconds, Decimal::ONE)?],
            Duration::Exponential { mean } => vec![self.tail(Tail::Exponential(*mean), piece, each)?],
            Duration::Lognormal { mean, cv } => {
                vec![self.tail(Tail::Lognormal { mean: *mean, cv: *cv }, piece, each)?]
            }
            Duration::Samples(samples) => {
                weight = samples.iter().try_fold(Decimal::ZERO, |sum, (_, weight)| plus(sum, *weight))?;
                samples
                    .iter()
                    .map(|(seconds, weight)| reached(*seconds, *weight))
                    .collect::<Result<_, _>>()?
            }
        };
        if piece.share != Decimal::ONE {
            let missed = times(sub(Decimal::ONE, piece.share)?, weight)?;
            outcomes.push(Point { tails: 0, length: Decimal::ZERO, weight: missed });
        }
        Ok((merge(outcomes)?, weight))
    }

    fn tail(&mut self, tail: Tail, piece: &Piece<'_>, each: &[MeteringStep]) -> Result<Point, LengthsError> {
        // A step of its own would bend the distribution before the sum is made.
        if !each.is_empty() {
            return Err(LengthsError::Chain);
        }
        if self.tails.len() >= MAX_PHASES {
            return Err(LengthsError::Phases(self.tails.len().saturating_add(1)));
        }
        let tails = 1 << self.tails.len();
        self.tails.push(tail);
        Ok(Point { tails, length: Decimal::ZERO, weight: piece.share })
    }

    /// The mean of what steps make of the contact's length.
    pub(super) fn mean(&self, steps: &[MeteringStep]) -> Result<Mean, LengthsError> {
        let mut sum = Decimal::ZERO;
        // Points are ordered by their tails, so each set of them is prepared once.
        for same in self.points.chunk_by(|a, b| a.tails == b.tails) {
            let Some(bits) = same.first().map(|point| point.tails) else { continue };
            if bits == 0 {
                for point in same {
                    sum = plus(sum, times(point.weight, steps::apply_all(steps, point.length)?)?)?;
                }
                continue;
            }
            let Some(step) = steps::compose(steps)? else { return Err(LengthsError::Chain) };
            let sum_of_tails = SumOfTails::new(&self.set(bits), &step)?;
            for point in same {
                let expected = sum_of_tails.of(&Climb::of(&step, point.length)?)?;
                sum = plus(sum, times(point.weight, expected)?)?;
            }
        }
        let mut mean = Mean::default();
        mean.add(sum, self.weight)?;
        Ok(mean)
    }

    fn set(&self, bits: u8) -> Vec<Tail> {
        let tails = self.tails.iter().enumerate();
        tails.filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, tail)| *tail).collect()
    }
}

/// What is known of a sum of distributed durations.
enum SumOfTails {
    Exponential(Expectation),
    Lognormal(Lognormal, Option<Decimal>),
}

// === impl SumOfTails ===

impl SumOfTails {
    fn new(tails: &[Tail], step: &MeteringStep) -> Result<Self, LengthsError> {
        let increment = step.increment.map(Positive::get);
        if let [Tail::Lognormal { mean, cv }] = tails {
            return Ok(Self::Lognormal(Lognormal::new(*mean, *cv), increment));
        }
        let means = tails.iter().map(|tail| match tail {
            Tail::Exponential(mean) => Ok(*mean),
            Tail::Lognormal { .. } => Err(LengthsError::Lognormal),
        });
        let means = means.collect::<Result<Vec<_>, _>>()?;
        Ok(Self::Exponential(Expectation::new(&means, increment)))
    }

    fn of(&self, climb: &Climb) -> Result<Decimal, ArithmeticError> {
        match self {
            Self::Exponential(expectation) => expectation.of(climb),
            Self::Lognormal(lognormal, increment) => lognormal.of(climb, *increment),
        }
    }
}

/// Equal points as one, in order.
fn merge(mut points: Vec<Point>) -> Result<Vec<Point>, ArithmeticError> {
    points.sort_unstable();
    let mut merged: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        match merged.last_mut().filter(|last| (last.tails, last.length) == (point.tails, point.length)) {
            Some(last) => last.weight = plus(last.weight, point.weight)?,
            None => merged.push(point),
        }
    }
    Ok(merged)
}
