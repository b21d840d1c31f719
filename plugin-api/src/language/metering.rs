//! What a sheet counts, and how it rounds what is counted.

use serde::Deserialize;

use super::charge::{ChargeError, positive};
use super::forms::{DirectionForm, EventForm, ScopeForm, SeatBasisForm, SegmentForm};
use crate::charge::{MatchValues, MeteringSource, MeteringStep, SeatFilter, StepDirection};
use crate::document::Figure;
use crate::meters;

/// Where a quantity comes from: one of these.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountForm {
    /// Only what the requirement states for the meter.
    #[default]
    Stated,
    /// Contacts.
    Contacts,
    /// Telephone numbers.
    Numbers,
    /// Lengths of segments; none named: the contact's length.
    Segments(Vec<SegmentForm>),
    /// Events in contacts.
    Events(Vec<EventForm>),
    /// Seats.
    Seats(SeatsForm),
    /// A fixed quantity.
    Constant(Figure),
}

/// Which seats count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatsForm {
    /// How a seat is measured.
    pub basis: SeatBasisForm,
    /// Roles that count; none: all.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// One rounding of a quantity.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepForm {
    /// What is rounded.
    pub scope: ScopeForm,
    /// Least quantity, where there is any.
    pub minimum: Option<Figure>,
    /// First increment.
    pub first: Option<Figure>,
    /// Increment.
    pub increment: Option<Figure>,
    /// Where a part goes; up where not said.
    pub direction: Option<DirectionForm>,
}

impl From<&SeatsForm> for SeatFilter {
    fn from(form: &SeatsForm) -> Self {
        Self { basis: form.basis.into(), roles: form.roles.clone() }
    }
}

impl CountForm {
    pub(super) fn compile(&self) -> MeteringSource {
        match self {
            Self::Stated => MeteringSource::Stated,
            Self::Contacts => MeteringSource::Contacts,
            Self::Numbers => MeteringSource::Numbers,
            Self::Segments(kinds) => {
                MeteringSource::Segments(kinds.iter().map(|kind| (*kind).into()).collect())
            }
            Self::Events(kinds) => MeteringSource::Events(kinds.iter().map(|kind| (*kind).into()).collect()),
            Self::Seats(seats) => MeteringSource::Seats(seats.into()),
            Self::Constant(quantity) => MeteringSource::Constant(quantity.0),
        }
    }
}

impl StepForm {
    pub(super) fn compile(&self) -> Result<MeteringStep, ChargeError> {
        let increment =
            |figure: Option<Figure>| figure.map(|_| positive("steps.increment", figure)).transpose();
        Ok(MeteringStep {
            scope: self.scope.into(),
            minimum: self.minimum.map(|figure| figure.0),
            first_increment: increment(self.first)?,
            increment: increment(self.increment)?,
            direction: self.direction.map_or(StepDirection::Up, Into::into),
        })
    }
}

pub(super) fn match_values(values: &[String]) -> MatchValues {
    if values.is_empty() { MatchValues::Absent } else { MatchValues::AnyOf(values.to_vec()) }
}

pub(super) fn nearest_meter(id: &str) -> &'static str {
    let distance = |meter: &&meters::Meter| strsim::damerau_levenshtein(meter.id, id);
    meters::METERS.iter().min_by_key(distance).map_or("", |meter| meter.id)
}
