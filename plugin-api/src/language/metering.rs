//! What a sheet counts, and how it rounds what is counted.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::charge::{ChargeError, positive, refuse};
use super::forms::{
    AttemptsForm, CombineForm, DirectionForm, EventForm, LegsForm, ScopeForm, SeatBasisForm, SegmentForm,
};
use crate::charge::{
    MatchValues, MeteringRule, MeteringSource, MeteringStep, Part, SeatFilter, StepDirection,
};
use crate::document::Figure;
use crate::meters;
use crate::requirement::ServiceLevel;

/// Where a quantity comes from: one of these.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Several parts, each counted by itself.
    Combined(CombinedForm),
    /// People who must work at one time, by Erlang C.
    Staffing(StaffingForm),
}

/// A quantity from several parts.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CombinedForm {
    /// How they become one.
    pub how: CombineForm,
    /// The parts.
    pub parts: Vec<PartForm>,
}

/// One part of a quantity: the fields of a charge that say what is counted.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PartForm {
    /// Name for a person.
    pub name: String,
    /// A meter whose stated quantity wins over the source; unset: none.
    pub meter: Option<String>,
    /// Where the quantity comes from.
    #[serde(default)]
    pub count: CountForm,
    /// Facts that are needed.
    #[serde(default)]
    pub matches: BTreeMap<String, Vec<String>>,
    /// What has all facts of one of these is not counted.
    #[serde(default)]
    pub except: Vec<BTreeMap<String, Vec<String>>>,
    /// Rounding and minimums of a segment or contact.
    #[serde(default)]
    pub steps: Vec<StepForm>,
    /// Billed units for each unit of the part.
    pub factor: Option<Figure>,
    /// How the legs of a call count.
    pub legs: Option<LegsForm>,
    /// Which attempts to reach a customer count.
    pub attempts: Option<AttemptsForm>,
    /// Seconds of an unanswered attempt.
    pub unanswered_length: Option<Figure>,
}

/// The service level of a demand that has none.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StaffingForm {
    /// The share that is answered in time; unset: 0.8 within 20 seconds is assumed.
    pub answered_share: Option<Figure>,
    /// What is in time, in seconds.
    pub within_seconds: Option<Figure>,
}

/// Which seats count.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SeatsForm {
    /// How a seat is measured.
    pub basis: SeatBasisForm,
    /// Roles that count; none: all but `robot`.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// One rounding of a quantity.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    pub(super) fn compile(&self) -> Result<MeteringSource, ChargeError> {
        Ok(match self {
            Self::Stated => MeteringSource::Stated,
            Self::Contacts => MeteringSource::Contacts,
            Self::Numbers => MeteringSource::Numbers,
            Self::Segments(kinds) => {
                MeteringSource::Segments(kinds.iter().map(|kind| (*kind).into()).collect())
            }
            Self::Events(kinds) => MeteringSource::Events(kinds.iter().map(|kind| (*kind).into()).collect()),
            Self::Seats(seats) => MeteringSource::Seats(seats.into()),
            Self::Constant(quantity) => MeteringSource::Constant(quantity.0),
            Self::Combined(combined) => MeteringSource::Combined {
                parts: combined.parts.iter().map(PartForm::compile).collect::<Result<_, _>>()?,
                how: combined.how.into(),
            },
            Self::Staffing(staffing) => MeteringSource::Staffing(staffing.compile()?),
        })
    }
}

impl PartForm {
    fn compile(&self) -> Result<Part, ChargeError> {
        // Parts of parts could go on without end.
        if matches!(self.count, CountForm::Combined(_)) {
            return Err(refuse("count", "found parts of a part, expected one level of parts"));
        }
        let rule = MeteringRule {
            matches: match_all(&self.matches),
            steps: self.steps.iter().map(StepForm::compile).collect::<Result<_, _>>()?,
            factor: positive("count.combined.parts.factor", self.factor)?,
            except: self.except.iter().map(match_all).collect(),
            legs: self.legs.map(Into::into).unwrap_or_default(),
            attempts: self.attempts.map(Into::into).unwrap_or_default(),
            unanswered_length: self.unanswered_length.map(|figure| figure.0),
            ..MeteringRule::new(self.meter.clone().unwrap_or_default(), self.count.compile()?)
        };
        Ok(Part { name: self.name.clone(), rule })
    }
}

impl StaffingForm {
    fn compile(&self) -> Result<Option<ServiceLevel>, ChargeError> {
        let place = "count.staffing";
        match (self.answered_share, self.within_seconds) {
            (None, None) => Ok(None),
            (Some(share), Some(seconds)) => {
                ServiceLevel::new(share.0, seconds.0).map(Some).map_err(|error| refuse(place, error))
            }
            _ => Err(refuse(place, "found one of answered_share and within_seconds, expected both or none")),
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

fn match_values(values: &[String]) -> MatchValues {
    if values.is_empty() { MatchValues::Absent } else { MatchValues::AnyOf(values.to_vec()) }
}

pub(super) fn match_all(matches: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, MatchValues> {
    matches.iter().map(|(key, values)| (key.clone(), match_values(values))).collect()
}

pub(super) fn nearest_meter(id: &str) -> &'static str {
    // The comparison takes quadratic time, and no id is longer.
    let id: String = id.chars().take(64).collect();
    let distance = |meter: &&meters::Meter| strsim::damerau_levenshtein(meter.id, &id);
    meters::METERS.iter().min_by_key(distance).map_or("", |meter| meter.id)
}
