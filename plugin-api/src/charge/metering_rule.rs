//! What a charge counts, and how: a meter, its source, and an ordered list of steps.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Positive;
use crate::requirement::{EventKind, SegmentKind};

/// A meter, its source, and an ordered list of steps.
#[derive(Debug, Clone, PartialEq)]
pub struct MeteringRule {
    /// Id in the meter catalogue. A stated quantity of this meter wins over the source.
    pub meter_id: String,
    /// Where the quantity comes from when it is not stated.
    pub source: MeteringSource,
    /// Facts that a demand, a stated quantity or a number must have, by key.
    pub matches: BTreeMap<String, MatchValues>,
    /// Rounding and minimums, in order.
    pub steps: Vec<MeteringStep>,
    /// Billed units for each unit of the source.
    pub factor: Positive,
}

impl MeteringRule {
    /// A rule without matches, steps or factor.
    #[must_use]
    pub fn new(meter_id: impl Into<String>, source: MeteringSource) -> Self {
        Self {
            meter_id: meter_id.into(),
            source,
            matches: BTreeMap::new(),
            steps: Vec::new(),
            factor: Positive::ONE,
        }
    }

    /// Counts only what has one of these values for this key.
    #[must_use]
    pub fn matching(mut self, key: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.matches.insert(key.to_owned(), MatchValues::AnyOf(values));
        self
    }

    /// Adds a step.
    #[must_use]
    pub fn step(mut self, step: MeteringStep) -> Self {
        self.steps.push(step);
        self
    }

    /// Whether facts satisfy all matches.
    #[must_use]
    pub fn accepts(&self, facts: &BTreeMap<String, String>) -> bool {
        self.matches.iter().all(|(key, values)| match values {
            MatchValues::Absent => !facts.contains_key(key),
            MatchValues::AnyOf(values) => facts.get(key).is_some_and(|fact| values.contains(fact)),
        })
    }
}

/// What a fact must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchValues {
    /// Not said at all.
    Absent,
    /// One of these; never empty.
    AnyOf(Vec<String>),
}

/// Where a quantity comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum MeteringSource {
    /// Only what the requirement states for the meter.
    Stated,
    /// Lengths of segments in seconds, added up within a contact. No kinds: the contact's length,
    /// which is all kinds that do not run beside the others.
    Segments(Vec<SegmentKind>),
    /// Events in contacts; at least one kind.
    Events(Vec<EventKind>),
    /// Contacts.
    Contacts,
    /// Seats.
    Seats(SeatFilter),
    /// Telephone numbers; the keys `country` and `number_type` read the group's own fields.
    Numbers,
    /// A fixed quantity in each cycle, from 0.
    Constant(Decimal),
}

/// Which seats count, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatFilter {
    /// How a seat is measured.
    pub basis: SeatBasis,
    /// Roles that count; none: all.
    pub roles: Vec<String>,
}

/// How a seat is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatBasis {
    /// People with an account.
    Named,
    /// The most people who work at one time.
    Concurrent,
}

/// One rounding of a measured quantity. A quantity of 0 stays 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeteringStep {
    /// What is rounded.
    pub scope: Scope,
    /// Least quantity in base units, where there is any.
    pub minimum: Option<Decimal>,
    /// First increment in base units; `None`: the same as `increment`.
    pub first_increment: Option<Positive>,
    /// Increment in base units; `None`: no rounding, only the minimum.
    pub increment: Option<Positive>,
    /// Where a part of an increment goes.
    pub direction: StepDirection,
}

/// What a metering step works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Each segment by itself.
    Segment,
    /// The contact's sum.
    Contact,
    /// The month's sum.
    Month,
}

/// Where a part of an increment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepDirection {
    /// A part counts as a whole.
    Up,
    /// A part does not count.
    Down,
    /// Half and more count as a whole.
    Nearest,
}
