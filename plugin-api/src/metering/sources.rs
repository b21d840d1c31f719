//! Where the quantity of a rule comes from, before the steps of days and months.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::days::DaysSaid;
use super::{MeterError, Monthly, Step, combined, contacts, staffing, steps};
use crate::charge::{MeteringRule, MeteringSource, MeteringStep, SeatBasis, SeatFilter};
use crate::interval::{add, mul};
use crate::offer::Note;
use crate::requirement::serving::ROBOT;
use crate::requirement::{Demand, MeterReading, MonthlyProfile, NumberGroup, Requirement};

/// A rule, and the rule that it is a part of: what counts has the facts of both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filter<'a> {
    pub(super) rule: &'a MeteringRule,
    whole: Option<&'a MeteringRule>,
}

// === impl Filter ===

impl<'a> Filter<'a> {
    pub(super) const fn of(rule: &'a MeteringRule) -> Self {
        Self { rule, whole: None }
    }

    /// A part of this rule.
    pub(super) const fn part(self, rule: &'a MeteringRule) -> Self {
        Self { rule, whole: Some(self.rule) }
    }

    pub(super) fn accepts(self, facts: &BTreeMap<String, String>) -> bool {
        self.rule.accepts(facts) && self.whole.is_none_or(|whole| whole.accepts(facts))
    }

    /// Demands that count, with their places.
    pub(super) fn demands(self, requirement: &'a Requirement) -> impl Iterator<Item = (usize, &'a Demand)> {
        let demands = requirement.demand.iter().enumerate();
        demands.filter(move |(_, demand)| self.accepts(&demand.attributes))
    }
}

/// A quantity and how it was found.
#[derive(Debug)]
pub(super) struct Counted {
    /// What was demanded and from where, in plain English.
    pub(super) origin: String,
    /// Before all steps.
    pub(super) demanded: Monthly,
    /// What was done to it since.
    pub(super) rows: Vec<Step>,
    /// Whether this is a mean of what may happen.
    pub(super) expected: bool,
    pub(super) covered: Vec<String>,
    pub(super) assumptions: Vec<Note>,
    /// Quantities of the single events of a month after all steps of segment and contact scope.
    pub(super) events: Option<Vec<Decimal>>,
    /// What each counted demand says of its days.
    pub(super) days: Vec<DaysSaid>,
}

// === impl Counted ===

impl Counted {
    pub(super) fn of(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            demanded: Monthly::ZERO,
            rows: Vec::new(),
            expected: false,
            covered: Vec::new(),
            assumptions: Vec::new(),
            events: None,
            days: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, quantity: &Monthly) -> Result<(), MeterError> {
        self.demanded = self.demanded.plus(quantity)?;
        Ok(())
    }

    pub(super) fn push(&mut self, text: impl Into<Arc<str>>, quantity: Monthly) {
        self.rows.push(Step { text: text.into(), quantity });
    }

    pub(super) fn says_days(&mut self, demand: &Demand, path: String) {
        self.days.push(DaysSaid { path, days: demand.active_days_per_month });
    }

    /// After all rows.
    pub(super) fn last(&self) -> &Monthly {
        self.rows.last().map_or(&self.demanded, |row| &row.quantity)
    }

    pub(super) fn or_nothing(mut self) -> Self {
        if self.covered.is_empty() && self.days.is_empty() {
            self.origin = format!("{}: none in the requirement", self.origin);
        }
        self
    }
}

/// What the requirement states for the meter; `None` when it states nothing that the rule accepts.
pub(super) fn stated(
    requirement: &Requirement,
    filter: Filter<'_>,
    narrow: &[MeteringStep],
    months: usize,
) -> Result<Option<Counted>, MeterError> {
    let meter_id = &filter.rule.meter_id;
    let accepted = requirement.meters.iter().enumerate();
    let accepted = accepted.filter(|(_, r)| r.meter_id == *meter_id && filter.accepts(&r.attributes));
    if accepted.clone().next().is_none() {
        return Ok(None);
    }
    let mut counted = Counted::of([meter_id.as_str(), " as stated"].concat());
    for (index, reading) in accepted.clone() {
        let in_base_units = |quantity| mul(quantity, reading.base_units);
        counted.add(&Monthly::of_each(&reading.quantity, months, in_base_units)?)?;
        let path = format!("meters[{index}]");
        counted.days.push(DaysSaid { path: path.clone(), days: None });
        counted.covered.push(path);
    }
    let Some(subject) = counted.covered.first() else { return Ok(None) };
    let accepted = accepted.map(|(_, reading)| reading);
    if accepted.clone().all(|reading| !reading.events.is_empty()) {
        each_event(&mut counted, accepted, narrow)?;
    } else if !narrow.is_empty() {
        let text =
            format!("the stated quantity of {meter_id} is taken as already counted contact by contact");
        counted.assumptions.push(Note::new("stated_quantity_metered", text, subject));
    }
    Ok(Some(counted))
}

/// Steps of segment and contact scope on each stated event.
fn each_event<'a>(
    counted: &mut Counted,
    readings: impl Iterator<Item = &'a MeterReading>,
    narrow: &[MeteringStep],
) -> Result<(), MeterError> {
    let mut events = Vec::new();
    for reading in readings {
        for event in &reading.events {
            events.push(mul(*event, reading.base_units)?);
        }
    }
    for step in narrow {
        for event in &mut events {
            *event = steps::apply(step, *event)?;
        }
        let sum = events.iter().copied().try_fold(Decimal::ZERO, add)?;
        counted.push(steps::describe(step, false), Monthly::Constant(sum));
    }
    counted.events = Some(events);
    Ok(())
}

/// What the rule's source gives, and what the steps of segment and contact scope make of it.
pub(super) fn derived(
    requirement: &Requirement,
    filter: Filter<'_>,
    narrow: &[MeteringStep],
    months: usize,
) -> Result<Counted, MeterError> {
    match &filter.rule.source {
        MeteringSource::Segments(kinds) => contacts::segments(requirement, filter, kinds, narrow, months),
        MeteringSource::Events(kinds) => contacts::events(requirement, filter, kinds, narrow, months),
        // Nothing is stated, so that there is nothing to step.
        MeteringSource::Stated => whole(requirement, filter, &MeteringSource::Stated, months),
        // Only these have steps of these scopes; what cannot be honoured is refused.
        source => match narrow.first() {
            Some(step) => Err(MeterError::Scope(step.scope)),
            None => whole(requirement, filter, source, months),
        },
    }
}

fn whole(
    requirement: &Requirement,
    filter: Filter<'_>,
    source: &MeteringSource,
    months: usize,
) -> Result<Counted, MeterError> {
    match source {
        MeteringSource::Stated | MeteringSource::Segments(_) | MeteringSource::Events(_) => {
            Ok(Counted::of(format!("{} as stated", filter.rule.meter_id)).or_nothing())
        }
        MeteringSource::Contacts => contacts::contacts(requirement, filter, months),
        MeteringSource::Seats(filter) => {
            let (demanded, assumptions, covered) = seats(requirement, filter, months)?;
            let origin = format!("{} seats", seat_basis(filter.basis));
            Ok(Counted { demanded, assumptions, covered, ..Counted::of(origin) }.or_nothing())
        }
        MeteringSource::Numbers => numbers(requirement, filter, months),
        MeteringSource::Constant(quantity) => {
            Ok(Counted { demanded: Monthly::Constant(*quantity), ..Counted::of("a fixed quantity") })
        }
        MeteringSource::Combined { parts, how } => {
            combined::combined(requirement, filter, parts, *how, months)
        }
        MeteringSource::Staffing(level) => staffing::people(requirement, filter, *level, months),
    }
}

fn numbers(requirement: &Requirement, filter: Filter<'_>, months: usize) -> Result<Counted, MeterError> {
    let mut counted = Counted::of("telephone numbers");
    for (index, group) in requirement.numbers.iter().enumerate() {
        if filter.accepts(&number_facts(group)) {
            counted.add(&Monthly::of(&group.count, months)?)?;
            counted.covered.push(format!("numbers[{index}]"));
        }
    }
    Ok(counted.or_nothing())
}

/// Seats month by month, what was assumed, and the requirement paths that were counted.
///
/// # Errors
/// [`MeterError`] when a quantity is out of range.
pub fn seats(
    requirement: &Requirement,
    filter: &SeatFilter,
    months: usize,
) -> Result<(Monthly, Vec<Note>, Vec<String>), MeterError> {
    let (mut sum, mut assumptions, mut covered) = (Monthly::ZERO, Vec::new(), Vec::new());
    for (index, group) in requirement.seats.iter().enumerate() {
        let counts = match filter.roles.as_slice() {
            [] => group.role != ROBOT,
            roles => roles.contains(&group.role),
        };
        if !counts {
            continue;
        }
        let path = format!("seats[{index}]");
        let measured: &MonthlyProfile = match (filter.basis, &group.peak_concurrent) {
            (SeatBasis::Named, _) => &group.named,
            (SeatBasis::Concurrent, Some(peak)) => peak,
            (SeatBasis::Concurrent, None) => {
                let text = format!("all named {} seats are taken to work at one time", group.role);
                assumptions.push(Note::new("concurrent_as_named", text, &path));
                &group.named
            }
        };
        sum = sum.plus(&Monthly::of(measured, months)?)?;
        covered.push(path);
    }
    Ok((sum, assumptions, covered))
}

/// What a charge or a coverage can ask of numbers.
pub(crate) fn number_facts(group: &NumberGroup) -> BTreeMap<String, String> {
    [("country", &group.country), ("number_type", &group.number_type)]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect()
}

const fn seat_basis(basis: SeatBasis) -> &'static str {
    match basis {
        SeatBasis::Named => "named",
        SeatBasis::Concurrent => "concurrent",
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{agent, calls, constant, d, facts, requirement, segment};
    use super::*;
    use crate::requirement::{Duration, Event, EventKind, MeterReading, PerContact, SeatGroup, SegmentKind};

    fn group(role: &str, named: &str, peak: Option<&str>) -> SeatGroup {
        let profile = |count: &str| MonthlyProfile::whole(vec![d(count)], d("0")).unwrap();
        SeatGroup { role: role.to_owned(), named: profile(named), peak_concurrent: peak.map(profile) }
    }

    /// What a rule without steps finds, and where.
    fn check(requirement: &Requirement, rule: &MeteringRule, demanded: &str, covered: &[&str]) -> Counted {
        let counted = derived(requirement, Filter::of(rule), &[], 12).unwrap();
        assert_eq!(counted.demanded, Monthly::Constant(d(demanded)));
        assert_eq!(counted.covered, covered);
        counted
    }

    #[test]
    fn seats_are_counted_by_basis_and_role() {
        let seats = vec![group("agent", "30", Some("20")), group("supervisor", "4", None)];
        let requirement = Requirement { seats, ..requirement() };
        let rule = |basis, roles: &[&str]| {
            let roles = roles.iter().map(|role| (*role).to_owned()).collect();
            MeteringRule::new("seats_named", MeteringSource::Seats(SeatFilter { basis, roles }))
        };
        check(&requirement, &rule(SeatBasis::Named, &[]), "34", &["seats[0]", "seats[1]"]);
        check(&requirement, &rule(SeatBasis::Named, &["supervisor"]), "4", &["seats[1]"]);
        let counted = check(&requirement, &rule(SeatBasis::Concurrent, &[]), "24", &["seats[0]", "seats[1]"]);
        let [note] = counted.assumptions.as_slice() else { panic!("{:?}", counted.assumptions) };
        assert_eq!((note.code.as_str(), note.subject.as_str()), ("concurrent_as_named", "seats[1]"));
        let none = check(&requirement, &rule(SeatBasis::Named, &["robot"]), "0", &[]);
        assert_eq!(none.origin, "named seats: none in the requirement");
    }

    #[test]
    fn the_contacts_length_leaves_out_what_runs_beside_it() {
        let beside = segment(SegmentKind::Recording, "1", Duration::Fixed(d("70")));
        let menu = segment(SegmentKind::Ivr, "1", Duration::Fixed(d("10")));
        let demand =
            vec![calls(constant("5"), vec![menu, beside, agent("60")]), calls(constant("3"), vec![])];
        let requirement = Requirement { demand, ..requirement() };
        let rule = |kinds: &[SegmentKind]| {
            MeteringRule::new("voice_inbound", MeteringSource::Segments(kinds.to_vec()))
        };
        check(&requirement, &rule(&[]), "350", &["demand[0].segments[0]", "demand[0].segments[2]"]);
        check(&requirement, &rule(&[SegmentKind::Recording]), "350", &["demand[0].segments[1]"]);
        check(&requirement, &rule(&[SegmentKind::Bot]), "0", &[]);
        check(&requirement, &rule(&[]).matching("direction", &["outbound"]), "0", &[]);
    }

    #[test]
    fn events_and_contacts_count_where_the_facts_match() {
        let event = |kind, per_contact| Event { kind, per_contact: PerContact::Mean(d(per_contact)) };
        let mut inbound = calls(constant("100"), vec![]);
        inbound.events = vec![event(EventKind::MessageIn, "2.5"), event(EventKind::MessageOut, "4")];
        let mut chat = calls(constant("10"), vec![]);
        chat.attributes = facts(&[("channel", "chat"), ("direction", "inbound")]);
        chat.events = vec![event(EventKind::MessageIn, "1")];
        let requirement = Requirement { demand: vec![inbound, chat], ..requirement() };
        let kinds = vec![EventKind::MessageIn, EventKind::MessageOut];
        let rule = MeteringRule::new("channel_messages", MeteringSource::Events(kinds));
        let paths = ["demand[0].events[0]", "demand[0].events[1]", "demand[1].events[0]"];
        // 100 × 2.5 + 100 × 4 + 10 × 1
        check(&requirement, &rule, "660", &paths);
        check(&requirement, &rule.matching("channel", &["chat"]), "10", &["demand[1].events[0]"]);
        let contacts = MeteringRule::new("contacts", MeteringSource::Contacts);
        check(&requirement, &contacts, "110", &["demand[0]", "demand[1]"]);
    }

    #[test]
    fn numbers_match_by_country_and_kind() {
        let group = |country: &str, number_type: &str, count| NumberGroup {
            country: country.to_owned(),
            number_type: number_type.to_owned(),
            count: constant(count),
        };
        let numbers = vec![group("US", "did", "3"), group("US", "toll_free", "2"), group("GB", "did", "1")];
        let requirement = Requirement { numbers, ..requirement() };
        let rule = MeteringRule::new("numbers", MeteringSource::Numbers).matching("country", &["US"]);
        check(&requirement, &rule, "5", &["numbers[0]", "numbers[1]"]);
        check(&requirement, &rule.matching("number_type", &["did"]), "3", &["numbers[0]"]);
    }

    #[test]
    fn stated_quantities_of_the_meter_are_added_up_in_base_units() {
        let reading = |meter_id: &str, quantity, base_units, country| MeterReading {
            meter_id: meter_id.to_owned(),
            quantity: constant(quantity),
            base_units: d(base_units),
            attributes: facts(&[("destination_country", country)]),
            events: Vec::new(),
        };
        let meters = vec![
            reading("voice_inbound", "10", "60", "US"),
            reading("voice_outbound", "9", "60", "US"),
            reading("voice_inbound", "5", "1", "GB"),
        ];
        let requirement = Requirement { meters, ..requirement() };
        let rule = MeteringRule::new("voice_inbound", MeteringSource::Stated);
        let all = stated(&requirement, Filter::of(&rule), &[], 12).unwrap().unwrap();
        assert_eq!((all.demanded, all.covered.len()), (Monthly::Constant(d("605")), 2));
        let abroad = rule.matching("destination_country", &["GB"]);
        let abroad = stated(&requirement, Filter::of(&abroad), &[], 12).unwrap().unwrap();
        assert_eq!(
            (abroad.demanded, abroad.covered),
            (Monthly::Constant(d("5")), vec!["meters[2]".to_owned()])
        );
        let other = MeteringRule::new("emails", MeteringSource::Stated);
        assert!(stated(&requirement, Filter::of(&other), &[], 12).unwrap().is_none());
        check(&requirement, &other, "0", &[]);
    }
}
