//! Business terms to billed quantity.

use rust_decimal::{Decimal, RoundingStrategy};

pub use self::lengths::{LengthsError, MAX_EXPONENTIAL_POINTS, MAX_POINTS};
pub use self::monthly::Monthly;
pub use self::sources::seats;
use crate::charge::{MeteringRule, MeteringStep, Positive, Scope};
use crate::interval::{ArithmeticError, mul};
use crate::meters;
use crate::offer::Note;
use crate::requirement::Requirement;
use crate::requirement::profile::QUANTITY_SCALE;

mod factors;
#[cfg(test)]
mod fixtures;
mod lengths;
mod monthly;
#[cfg(test)]
mod properties;
mod sources;
mod steps;

/// What one charge counts, month by month.
#[derive(Debug, Clone, PartialEq)]
pub struct Metered {
    /// The meter's base unit.
    pub unit: String,
    /// Before all steps and the factor.
    pub demanded: Monthly,
    /// After all steps and the factor.
    pub billed: Monthly,
    /// How the one became the other, in order; the first says where `demanded` comes from.
    pub derivation: Vec<Step>,
    /// Requirement paths that were counted.
    pub covered: Vec<String>,
    /// What was assumed.
    pub assumptions: Vec<Note>,
    /// Billed quantities of the single events of a month, where the requirement states them and no step works
    /// on the month's sum.
    pub events: Option<Vec<Decimal>>,
}

/// One thing that was done to a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What, in plain English.
    pub text: String,
    /// The quantity after it.
    pub quantity: Monthly,
}

/// Why a charge has no billed quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeterError {
    /// Not in the catalogue.
    #[error("found the meter {0:?}, expected one of the meter catalogue")]
    UnknownMeter(String),
    /// A step on what has no segments, or after a wider one.
    #[error(
        "found a metering step of {0:?} scope, expected steps of segment and contact scope on segments \
         only, and narrower scopes first"
    )]
    Scope(Scope),
    /// The lengths of a demand's contacts.
    #[error("{place}: {cause}")]
    Lengths {
        /// Path in the requirement.
        place: String,
        /// What is wrong with them.
        cause: LengthsError,
    },
    /// A value is out of range.
    #[error(transparent)]
    Arithmetic(#[from] ArithmeticError),
}

/// What a rule counts in the first `months` months of a requirement.
///
/// # Errors
/// [`MeterError`] when a step cannot be honoured or a quantity is out of range.
pub fn meter(requirement: &Requirement, rule: &MeteringRule, months: usize) -> Result<Metered, MeterError> {
    let unit =
        meters::meter(&rule.meter_id).ok_or_else(|| MeterError::UnknownMeter(rule.meter_id.clone()))?.unit;
    let (narrow, wide) = by_scope(&rule.steps)?;
    // A stated quantity is in the meter's own unit: only the month's steps are left to do.
    let stated = sources::stated(requirement, rule, narrow, months)?;
    let factor = if stated.is_some() { Positive::ONE } else { rule.factor };
    let counted = match stated {
        Some(counted) => counted,
        None => sources::derived(requirement, rule, narrow, months)?,
    };

    let mut trail = Trail::start(&counted);
    for (step, quantity) in narrow.iter().zip(counted.stepped) {
        trail.push(steps::describe(step, counted.expected), quantity);
    }
    if !wide.is_empty() {
        // The last digits of a mean must not start another increment.
        trail.round()?;
    }
    let events = counted.events.filter(|_| wide.is_empty());
    for step in wide {
        let quantity = trail.last.try_map(|quantity| steps::apply(step, quantity))?;
        trail.push(steps::describe(step, counted.expected), quantity);
    }
    if factor != Positive::ONE {
        let quantity = trail.last.try_map(|quantity| mul(quantity, factor.get()))?;
        trail.push(format!("times {}", factor.get()), quantity);
    }
    trail.round()?;

    Ok(Metered {
        unit: unit.to_owned(),
        demanded: counted.demanded,
        billed: trail.last,
        derivation: trail.steps,
        covered: counted.covered,
        assumptions: counted.assumptions,
        events,
    })
}

/// Steps of segment and contact scope, and those of month scope after them.
fn by_scope(steps: &[MeteringStep]) -> Result<(&[MeteringStep], &[MeteringStep]), MeterError> {
    if let Some([_, late]) = steps.windows(2).find(|pair| matches!(pair, [a, b] if a.scope > b.scope)) {
        return Err(MeterError::Scope(late.scope));
    }
    Ok(steps.split_at(steps.partition_point(|step| step.scope < Scope::Month)))
}

/// A quantity on its way from demanded to billed.
struct Trail {
    steps: Vec<Step>,
    last: Monthly,
}

// === impl Trail ===

impl Trail {
    fn start(counted: &sources::Counted) -> Self {
        let expected = if counted.expected { ", on average" } else { "" };
        let mut trail = Self { steps: Vec::new(), last: Monthly::ZERO };
        trail.push(format!("{}{expected}", counted.origin), counted.demanded.clone());
        trail
    }

    fn push(&mut self, text: String, quantity: Monthly) {
        self.last = quantity.clone();
        self.steps.push(Step { text, quantity });
    }

    /// Rounds to what is billed at most; says so only when that changes something.
    fn round(&mut self) -> Result<(), MeterError> {
        let rounded = self.last.try_map(|quantity| Ok::<_, MeterError>(round_quantity(quantity)))?;
        if rounded != self.last {
            self.push(format!("rounded to {QUANTITY_SCALE} decimal places"), rounded);
        }
        Ok(())
    }
}

fn round_quantity(quantity: Decimal) -> Decimal {
    quantity.round_dp_with_strategy(QUANTITY_SCALE, RoundingStrategy::MidpointNearestEven)
}

#[cfg(test)]
mod tests {
    use super::fixtures::{agent, asks, calls, constant, d, segment, talk, up};
    use super::*;
    use crate::charge::{MeteringSource, StepDirection};
    use crate::requirement::SegmentKind::Agent;
    use crate::requirement::{Duration, Event, EventKind, MeterReading, MonthlyProfile};

    /// Demanded and billed, the same in every month.
    fn check(requirement: &Requirement, rule: &MeteringRule, demanded: &str, billed: &str) -> Metered {
        let metered = meter(requirement, rule, 12).unwrap();
        let found = (metered.demanded.as_constant(), metered.billed.as_constant());
        assert_eq!(found, (Some(d(demanded)), Some(d(billed))), "{:?}", metered.derivation);
        metered
    }

    fn texts(metered: &Metered) -> Vec<&str> {
        metered.derivation.iter().map(|step| step.text.as_str()).collect()
    }

    #[test]
    fn three_recorded_calls_pay_their_minimum_each() {
        // 40 + 50 + 26 = 116 s; 60 + 60 + 60 = 180 s.
        let samples = ["40", "50", "26"].map(|seconds| (d(seconds), Decimal::ONE)).to_vec();
        let asked = asks(vec![calls(constant("3"), vec![segment(Agent, "1", Duration::Samples(samples))])]);
        let step = MeteringStep { minimum: Some(d("60")), ..up(Scope::Contact, "1") };
        let metered = check(&asked, &talk().step(step), "116", "180");
        let steps = ["lengths of contacts, on average", "each contact: up to a multiple of 1, at least 60"];
        assert_eq!(texts(&metered), steps);
        assert_eq!((metered.unit.as_str(), metered.covered.len()), ("second", 1));
    }

    #[test]
    fn the_same_call_bills_by_second_minute_or_thirty_and_six() {
        let asked = asks(vec![calls(constant("1"), vec![agent("150")])]);
        check(&asked, &talk().step(up(Scope::Contact, "1")), "150", "150");
        check(&asked, &talk().step(up(Scope::Contact, "60")), "150", "180");
        // 30 + 20 × 6 = 150, and 151 s is one more 6.
        let odd = MeteringStep {
            first_increment: Some(Positive::new(d("30")).unwrap()),
            ..up(Scope::Contact, "6")
        };
        check(&asked, &talk().step(odd), "150", "150");
        check(&asks(vec![calls(constant("1"), vec![agent("151")])]), &talk().step(odd), "151", "156");
    }

    #[test]
    fn the_months_sum_goes_down_to_ten_minutes() {
        // 69 calls of one minute: 4140 s → 3600 s.
        let asked = asks(vec![calls(constant("69"), vec![agent("60")])]);
        let down = MeteringStep { direction: StepDirection::Down, ..up(Scope::Month, "600") };
        let metered = check(&asked, &talk().step(down), "4140", "3600");
        assert_eq!(texts(&metered), ["lengths of contacts", "the month's sum: down to a multiple of 600"]);
        // Two demands of 50 and 19 calls make the same month.
        let two = [50, 19].map(|n| calls(constant(&n.to_string()), vec![agent("60")]));
        check(&asks(two.to_vec()), &talk().step(down), "4140", "3600");
        // A contact's step comes first: 69 × 90 s = 6210 s, 69 × 120 s = 8280 s → 7800 s.
        let asked = asks(vec![calls(constant("69"), vec![agent("90")])]);
        let metered = check(&asked, &talk().step(up(Scope::Contact, "60")).step(down), "6210", "7800");
        assert_eq!(metered.derivation[1].quantity, Monthly::Constant(d("8280")));
    }

    #[test]
    fn a_third_of_a_second_never_costs_an_increment() {
        // Of 3 equal records one lasts 1 s: 3 demands of 1/3 s make 1 s, not 0.999999999999999.
        let thirds = vec![(d("1"), Decimal::ONE), (d("0"), Decimal::TWO)];
        let third = calls(constant("1"), vec![segment(Agent, "1", Duration::Samples(thirds))]);
        let down = MeteringStep { direction: StepDirection::Down, ..up(Scope::Month, "1") };
        let metered =
            meter(&asks(vec![third.clone(), third.clone(), third.clone()]), &talk().step(down), 1).unwrap();
        assert_eq!(metered.billed, Monthly::Constant(d("1")));
        let metered = check(&asks(vec![third]), &talk(), "0.333333333333333", "0.333333");
        assert_eq!(texts(&metered)[1], "rounded to 6 decimal places");
    }

    #[test]
    fn a_stated_quantity_wins_and_only_the_months_steps_apply() {
        let mut asked = asks(vec![calls(constant("100"), vec![agent("150")])]);
        asked.meters = vec![MeterReading {
            meter_id: "voice_inbound".to_owned(),
            quantity: constant("69"),
            base_units: d("60"),
            attributes: std::collections::BTreeMap::new(),
            events: Vec::new(),
        }];
        let down = MeteringStep { direction: StepDirection::Down, ..up(Scope::Month, "600") };
        let mut rule = talk().step(up(Scope::Contact, "60")).step(down);
        rule.factor = Positive::new(d("2")).unwrap();
        let metered = check(&asked, &rule, "4140", "3600");
        assert_eq!(metered.covered, ["meters[0]"]);
        assert_eq!(metered.assumptions.len(), 1);
        assert_eq!(metered.assumptions[0].code, "stated_quantity_metered");
        // Nothing is assumed where nothing was skipped.
        assert_eq!(check(&asked, &talk().step(down), "4140", "3600").assumptions, []);
    }

    #[test]
    fn a_factor_turns_events_into_credits() {
        // 31,500 conversations of 3 turns of 2 credits.
        let mut chats = calls(constant("31500"), vec![]);
        chats.events = vec![Event { kind: EventKind::Turn, per_contact: d("3") }];
        let mut rule = MeteringRule::new("copilot_credits", MeteringSource::Events(vec![EventKind::Turn]));
        rule.factor = Positive::new(d("2")).unwrap();
        let metered = check(&asks(vec![chats]), &rule, "94500", "189000");
        assert_eq!(texts(&metered), ["turns", "times 2"]);
    }

    #[test]
    fn growth_is_metered_month_by_month() {
        // 100, 110, 121 calls of 150 s by started minutes: 180 s each.
        let grown = MonthlyProfile::new(vec![d("100")], d("0.1")).unwrap();
        let asked = asks(vec![calls(grown, vec![agent("150")])]);
        let metered = meter(&asked, &talk().step(up(Scope::Contact, "60")), 3).unwrap();
        assert_eq!(metered.demanded, Monthly::Varying(vec![d("15000"), d("16500"), d("18150")]));
        assert_eq!(metered.billed, Monthly::Varying(vec![d("18000"), d("19800"), d("21780")]));
    }

    #[test]
    fn what_cannot_be_honoured_is_refused() {
        let asked = asks(vec![calls(constant("1"), vec![agent("1")])]);
        let unknown = MeteringRule::new("seat", MeteringSource::Stated);
        assert_eq!(meter(&asked, &unknown, 1), Err(MeterError::UnknownMeter("seat".to_owned())));
        let contacts = MeteringRule::new("contacts", MeteringSource::Contacts).step(up(Scope::Contact, "2"));
        assert_eq!(meter(&asked, &contacts, 1), Err(MeterError::Scope(Scope::Contact)));
        let backwards = talk().step(up(Scope::Month, "60")).step(up(Scope::Contact, "60"));
        assert_eq!(meter(&asked, &backwards, 1), Err(MeterError::Scope(Scope::Contact)));
        let huge = MeteringRule::new("flat", MeteringSource::Constant(Decimal::MAX));
        let huge = MeteringRule { factor: Positive::new(d("2")).unwrap(), ..huge };
        assert_eq!(meter(&asked, &huge, 1), Err(MeterError::Arithmetic(ArithmeticError)));
        let exponential = segment(Agent, "1", Duration::Exponential { mean: d("9") });
        let twice = talk().step(up(Scope::Contact, "6")).step(up(Scope::Contact, "60"));
        let error = meter(&asks(vec![calls(constant("1"), vec![exponential])]), &twice, 1).unwrap_err();
        assert!(error.to_string().starts_with("demand[0].segments: found several metering steps"), "{error}");
    }
}
