//! What a charge counts, and how: a meter, its source, and an ordered list of steps.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Positive;
use super::metering_source::MeteringSource;

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
    /// What has all the facts of one of these is not counted; none of them is empty.
    pub except: Vec<BTreeMap<String, MatchValues>>,
    /// How the legs of a call count; only on lengths.
    pub legs: Legs,
    /// Which attempts to reach a customer count; only on contacts and lengths.
    pub attempts: Attempts,
    /// Seconds of each unanswered attempt, which steps of contact scope work on; exactly where lengths
    /// of unanswered attempts count.
    pub unanswered_length: Option<Decimal>,
    /// The most that is sold for a day, before all steps and the factor.
    pub daily_cap: Option<Positive>,
    /// The most that is sold for a month, before all steps and the factor.
    pub monthly_cap: Option<Positive>,
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
            except: Vec::new(),
            legs: Legs::Each,
            attempts: Attempts::Answered,
            unanswered_length: None,
            daily_cap: None,
            monthly_cap: None,
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

    /// Does not count what has one of these values for this key.
    #[must_use]
    pub fn except(mut self, key: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.except.push(BTreeMap::from([(key.to_owned(), MatchValues::AnyOf(values))]));
        self
    }

    /// Whether facts satisfy all matches and no exception.
    #[must_use]
    pub fn accepts(&self, facts: &BTreeMap<String, String>) -> bool {
        satisfies(&self.matches, facts) && !self.except.iter().any(|except| satisfies(except, facts))
    }

    /// Whether it counts unanswered attempts, alone or with the answered ones.
    #[must_use]
    pub fn counts_unanswered(&self) -> bool {
        self.attempts != Attempts::Answered
    }
}

/// Whether facts are as they must be.
pub(crate) fn satisfies(matches: &BTreeMap<String, MatchValues>, facts: &BTreeMap<String, String>) -> bool {
    matches.iter().all(|(key, values)| match values {
        MatchValues::Absent => !facts.contains_key(key),
        // No fact is an empty text: that stands for one that is not said.
        MatchValues::AnyOf(values) => values.contains(facts.get(key).unwrap_or(&String::new())),
    })
}

/// What a fact must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchValues {
    /// Not said at all.
    Absent,
    /// One of these, where an empty text means not said; never without any.
    AnyOf(Vec<String>),
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
    /// The sum of each day that contacts happen on; the month is spread evenly over them.
    Day,
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

/// How the legs of a call count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legs {
    /// Every leg by itself, rounded by itself.
    #[default]
    Each,
    /// One of them.
    One,
    /// The mean of what each would count.
    Mean,
}

/// Which attempts to reach a customer count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Attempts {
    /// The answered ones, which are the contacts.
    #[default]
    Answered,
    /// All.
    All,
    /// The unanswered ones only.
    Unanswered,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_specific_cell_is_left_out_of_the_general_one() {
        let facts = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let base = || MeteringRule::new("voice_outbound", MeteringSource::Contacts);
        let mut general = base().matching("region", &["usa", "eu"]).except("region", &["usa"]);
        general.except.push(BTreeMap::from([
            ("region".to_owned(), MatchValues::AnyOf(vec!["eu".to_owned()])),
            ("number_type".to_owned(), MatchValues::Absent),
        ]));
        assert!(!general.accepts(&facts(&[("region", "usa")])));
        // Only what has all facts of an exception is left out.
        assert!(!general.accepts(&facts(&[("region", "eu")])));
        assert!(general.accepts(&facts(&[("region", "eu"), ("number_type", "did")])));
        assert!(!general.accepts(&facts(&[("region", "asia")])));
    }

    #[test]
    fn a_fact_may_be_one_of_several_or_not_said() {
        let rule = MeteringRule::new("voice_outbound", MeteringSource::Contacts)
            .matching("destination_country", &["CN", ""]);
        let country = |code: &str| BTreeMap::from([("destination_country".to_owned(), code.to_owned())]);
        assert!(rule.accepts(&country("CN")) && rule.accepts(&BTreeMap::new()));
        assert!(!rule.accepts(&country("US")));
    }
}
