//! What a metering step makes of a quantity, exactly.
//!
//! A step with increment `d` and first increment `f` (`d` when it has none) rounds to the grid 0, `f`,
//! `f + d`, `f + 2d` …, then applies its minimum. Zero stays zero.

use rust_decimal::Decimal;

use crate::charge::{MeteringStep, Scope, StepDirection};
use crate::interval::{ArithmeticError, add, sub};

/// What a step makes of a quantity that is not negative.
pub(super) fn apply(step: &MeteringStep, quantity: Decimal) -> Result<Decimal, ArithmeticError> {
    if quantity <= Decimal::ZERO {
        return Ok(Decimal::ZERO);
    }
    let rounded = match Grid::of(step) {
        Some(grid) => grid.round(quantity, step.direction)?,
        None => quantity,
    };
    Ok(step.minimum.map_or(rounded, |minimum| rounded.max(minimum)))
}

/// What all steps make of a quantity, one after the other.
pub(super) fn apply_all(steps: &[MeteringStep], quantity: Decimal) -> Result<Decimal, ArithmeticError> {
    steps.iter().try_fold(quantity, |quantity, step| apply(step, quantity))
}

/// One step that does what all of these do one after the other; `None` when there is no such step.
pub(super) fn compose(steps: &[MeteringStep]) -> Result<Option<MeteringStep>, ArithmeticError> {
    let Some((first, rest)) = steps.split_first() else { return Ok(None) };
    let mut whole = *first;
    for step in rest {
        let never_zero = whole.direction == StepDirection::Up || whole.minimum.is_some_and(|m| !m.is_zero());
        whole = match (whole.increment, step.increment) {
            // A step never falls, so the step of a maximum is the maximum of the steps.
            (None, _) => {
                let least = whole.minimum.map(|minimum| apply(step, minimum)).transpose()?;
                MeteringStep { minimum: least.max(step.minimum), ..*step }
            }
            (Some(_), None) if never_zero => {
                MeteringStep { minimum: whole.minimum.max(step.minimum), ..whole }
            }
            (Some(_), _) => return Ok(None),
        };
    }
    Ok(Some(whole))
}

/// What a step does, in plain English.
pub(super) fn describe(step: &MeteringStep, expected: bool) -> String {
    let subject = match step.scope {
        Scope::Segment => "each segment",
        Scope::Contact => "each contact",
        Scope::Day if expected => "each day's expected sum",
        Scope::Day => "each day's sum",
        Scope::Month if expected => "the month's expected sum",
        Scope::Month => "the month's sum",
    };
    let first =
        step.first_increment.map_or_else(String::new, |first| format!("first {}, then ", first.get()));
    let rounding = step.increment.map(|increment| {
        let increment = increment.get();
        match step.direction {
            StepDirection::Up => format!("{first}up to a multiple of {increment}"),
            StepDirection::Down => format!("{first}down to a multiple of {increment}"),
            StepDirection::Nearest => format!("{first}to the nearest multiple of {increment}, half up"),
        }
    });
    let minimum = step.minimum.map(|minimum| format!("at least {minimum}"));
    let parts: Vec<String> = rounding.into_iter().chain(minimum).collect();
    format!("{subject}: {}", if parts.is_empty() { "as it is".to_owned() } else { parts.join(", ") })
}

/// What a step makes of a quantity that starts at an offset and grows without end: `base` at once,
/// then one rise of its own size, then a flight of equal ones, or a slope where nothing is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Climb {
    /// The value just above the offset.
    pub(super) base: Decimal,
    /// How far above the offset the first rise is, and its size; `None`: there is none of its own.
    pub(super) first: Option<(Decimal, Decimal)>,
    /// How far above the offset the flight or slope starts.
    pub(super) rest: Decimal,
}

impl Climb {
    /// The climb of a step from an offset.
    pub(super) fn of(step: &MeteringStep, offset: Decimal) -> Result<Self, ArithmeticError> {
        let minimum = step.minimum.unwrap_or_default();
        let Some(grid) = Grid::of(step) else {
            let base = offset.max(minimum);
            return Ok(Self { base, first: None, rest: sub(base, offset)? });
        };
        let base = grid.just_above(offset, step.direction)?.max(minimum);
        // Rises that the minimum swallows are passed over; the one that ends above it is cut.
        let next = grid.next(base)?;
        let from_zero = next == grid.first;
        let (at, rest) = match step.direction {
            StepDirection::Up if from_zero => (Decimal::ZERO, next),
            StepDirection::Up => (sub(next, grid.increment)?, next),
            StepDirection::Down => (next, add(next, grid.increment)?),
            StepDirection::Nearest => {
                let below = half(if from_zero { grid.first } else { grid.increment })?;
                (sub(next, below)?, add(next, half(grid.increment)?)?)
            }
        };
        Ok(Self { base, first: Some((sub(at, offset)?, sub(next, base)?)), rest: sub(rest, offset)? })
    }
}

#[derive(Debug, Clone, Copy)]
struct Grid {
    first: Decimal,
    increment: Decimal,
}

// === impl Grid ===

impl Grid {
    fn of(step: &MeteringStep) -> Option<Self> {
        let increment = step.increment?.get();
        Some(Self { first: step.first_increment.map_or(increment, |first| first.get()), increment })
    }

    /// The grid value at or below a quantity of at least `first`, and how far below.
    fn below(self, quantity: Decimal) -> Result<(Decimal, Decimal), ArithmeticError> {
        // A remainder is exact where a quotient may be rounded.
        let over = sub(quantity, self.first)?.checked_rem(self.increment).ok_or(ArithmeticError)?;
        Ok((sub(quantity, over)?, over))
    }

    fn round(self, quantity: Decimal, direction: StepDirection) -> Result<Decimal, ArithmeticError> {
        let (low, over, width) = if quantity < self.first {
            (Decimal::ZERO, quantity, self.first)
        } else {
            let (low, over) = self.below(quantity)?;
            (low, over, self.increment)
        };
        let up = match direction {
            StepDirection::Up => !over.is_zero(),
            StepDirection::Down => false,
            StepDirection::Nearest => over >= half(width)?,
        };
        if up { add(low, width) } else { Ok(low) }
    }

    /// The value just above a quantity. Only rounding up differs there: its values start after a grid
    /// value, those of the other directions start at their bound.
    fn just_above(self, quantity: Decimal, direction: StepDirection) -> Result<Decimal, ArithmeticError> {
        match direction {
            StepDirection::Up => self.next(quantity),
            StepDirection::Down | StepDirection::Nearest => self.round(quantity, direction),
        }
    }

    /// The smallest grid value above a quantity.
    fn next(self, quantity: Decimal) -> Result<Decimal, ArithmeticError> {
        if quantity < self.first {
            return Ok(self.first);
        }
        add(self.below(quantity)?.0, self.increment)
    }
}

fn half(value: Decimal) -> Result<Decimal, ArithmeticError> {
    value.checked_mul(Decimal::new(5, 1)).ok_or(ArithmeticError)
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a test may panic, so its decimals may use plain operators"
)]
mod tests {
    use proptest::prelude::*;

    use super::super::fixtures::d;
    use super::*;
    use crate::charge::Positive;

    fn positive(text: &str) -> Option<Positive> {
        (!text.is_empty()).then(|| Positive::new(d(text)).unwrap())
    }

    /// A contact's step; empty text: not set.
    fn step(direction: StepDirection, minimum: &str, first: &str, increment: &str) -> MeteringStep {
        MeteringStep {
            scope: Scope::Contact,
            minimum: (!minimum.is_empty()).then(|| d(minimum)),
            first_increment: positive(first),
            increment: positive(increment),
            direction,
        }
    }

    fn check(step: MeteringStep, expected: &[(&str, &str)]) {
        for (quantity, billed) in expected {
            assert_eq!(apply(&step, d(quantity)).unwrap(), d(billed), "{quantity} by {step:?}");
        }
    }

    #[test]
    fn a_started_increment_counts_whole() {
        check(
            step(StepDirection::Up, "", "", "60"),
            &[("0", "0"), ("0.1", "60"), ("60", "60"), ("150", "180")],
        );
        check(
            step(StepDirection::Up, "60", "", "1"),
            &[("0", "0"), ("26", "60"), ("150", "150"), ("61.5", "62")],
        );
        // First 30, then by 6: 31 is 30 + 6, 42 is 30 + 2 × 6, 42.5 is 30 + 3 × 6.
        let odd = step(StepDirection::Up, "", "30", "6");
        check(odd, &[("1", "30"), ("30", "30"), ("31", "36"), ("42", "42"), ("42.5", "48")]);
    }

    #[test]
    fn a_part_is_dropped_or_goes_to_the_nearer_side() {
        // 69 minutes by ten minutes.
        check(step(StepDirection::Down, "", "", "600"), &[("4140", "3600"), ("599", "0"), ("600", "600")]);
        check(step(StepDirection::Down, "10", "30", "6"), &[("29", "10"), ("35.9", "30"), ("36", "36")]);
        let nearest = step(StepDirection::Nearest, "", "", "60");
        check(nearest, &[("29.9", "0"), ("30", "60"), ("89", "60"), ("90", "120")]);
        check(
            step(StepDirection::Nearest, "", "30", "6"),
            &[("14", "0"), ("15", "30"), ("32", "30"), ("33", "36")],
        );
    }

    #[test]
    fn only_a_minimum_leaves_the_rest_alone() {
        check(step(StepDirection::Up, "60", "", ""), &[("0", "0"), ("26", "60"), ("61.25", "61.25")]);
    }

    #[test]
    fn texts_say_what_is_done() {
        assert_eq!(
            describe(&step(StepDirection::Up, "60", "", "1"), true),
            "each contact: up to a multiple of 1, at least 60"
        );
        let month = MeteringStep { scope: Scope::Month, ..step(StepDirection::Down, "", "30", "6") };
        assert_eq!(
            describe(&month, true),
            "the month's expected sum: first 30, then down to a multiple of 6"
        );
        assert_eq!(
            describe(&step(StepDirection::Nearest, "", "", "60"), false),
            "each contact: to the nearest multiple of 60, half up"
        );
    }

    #[test]
    fn a_climb_names_every_rise() {
        let climb = |step, offset: &str| Climb::of(&step, d(offset)).unwrap();
        let rises = |base: &str, first: (&str, &str), rest: &str| Climb {
            base: d(base),
            first: Some((d(first.0), d(first.1))),
            rest: d(rest),
        };
        // From 0: 60 at once, 60 more after 60, and so on.
        assert_eq!(climb(step(StepDirection::Up, "", "", "60"), "0"), rises("60", ("60", "60"), "120"));
        // From 40: 60 at once, 60 more after another 20.
        assert_eq!(climb(step(StepDirection::Up, "", "", "60"), "40"), rises("60", ("20", "60"), "80"));
        // A minimum of 100 swallows the rise at 60 and cuts 120 to 20, which is reached above 60.
        assert_eq!(climb(step(StepDirection::Up, "100", "", "60"), "0"), rises("100", ("60", "20"), "120"));
        assert_eq!(climb(step(StepDirection::Down, "", "30", "6"), "0"), rises("0", ("30", "30"), "36"));
        assert_eq!(climb(step(StepDirection::Nearest, "", "30", "6"), "0"), rises("0", ("15", "30"), "33"));
        let slope = climb(step(StepDirection::Up, "60", "", ""), "10");
        assert_eq!(slope, Climb { base: d("60"), first: None, rest: d("50") });
    }

    fn any_step() -> impl Strategy<Value = MeteringStep> {
        let direction =
            prop_oneof![Just(StepDirection::Up), Just(StepDirection::Down), Just(StepDirection::Nearest)];
        let tenths = |most: i64| (1..most).prop_map(|tenths| Decimal::new(tenths, 1));
        let positive = |most| tenths(most).prop_map(|value| Positive::new(value).unwrap());
        let minimum = proptest::option::of(tenths(900));
        (direction, minimum, proptest::option::of(positive(900)), proptest::option::of(positive(700)))
            .prop_map(|(direction, minimum, first, increment)| MeteringStep {
                scope: Scope::Contact,
                minimum,
                first_increment: increment.and(first),
                increment,
                direction,
            })
    }

    proptest! {
        #[test]
        fn one_step_stands_for_several_where_it_can(
            steps in proptest::collection::vec(any_step(), 1..4),
            tenths in 0_i64..9_000,
        ) {
            let quantity = Decimal::new(tenths, 1);
            if let Some(whole) = compose(&steps).unwrap() {
                prop_assert_eq!(apply(&whole, quantity).unwrap(), apply_all(&steps, quantity).unwrap());
            }
        }

        #[test]
        fn a_climb_passes_through_the_steps_values(
            step in any_step(),
            offset in 0_i64..3_000,
            grown in 1_i64..3_000,
        ) {
            let (offset, grown) = (Decimal::new(offset, 1), Decimal::new(grown, 1));
            let climb = Climb::of(&step, offset).unwrap();
            // A rise counts when the quantity has passed it; thirds of a tenth never meet a bound.
            let grown = grown - Decimal::new(333, 4);
            let first = climb.first.map_or(Decimal::ZERO, |(at, size)| if grown > at { size } else { Decimal::ZERO });
            let over = grown - climb.rest;
            let rest = match step.increment {
                _ if over <= Decimal::ZERO => Decimal::ZERO,
                Some(increment) => ((over / increment.get()).floor() + Decimal::ONE) * increment.get(),
                None => over,
            };
            prop_assert!(climb.first.is_none_or(|(at, size)| at >= Decimal::ZERO && size > Decimal::ZERO));
            prop_assert!(climb.rest >= Decimal::ZERO);
            prop_assert_eq!(climb.base + first + rest, apply(&step, offset + grown).unwrap());
        }
    }
}
