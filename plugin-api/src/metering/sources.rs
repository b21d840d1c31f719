//! Where the quantity of a rule comes from, before the month's steps.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::lengths::{self, Mean};
use super::{MeterError, Monthly, steps};
use crate::charge::{MeteringRule, MeteringSource, MeteringStep, SeatBasis, SeatFilter};
use crate::interval::{add, mul};
use crate::offer::Note;
use crate::requirement::{
    Demand, EventKind, MeterReading, MonthlyProfile, NumberGroup, Requirement, Segment, SegmentKind,
};

/// A quantity and how it was found.
#[derive(Debug)]
pub(super) struct Counted {
    /// What was demanded and from where, in plain English.
    pub(super) origin: String,
    /// Before all steps.
    pub(super) demanded: Monthly,
    /// After each step of segment or contact scope.
    pub(super) stepped: Vec<Monthly>,
    /// Whether this is a mean of what may happen.
    pub(super) expected: bool,
    pub(super) covered: Vec<String>,
    pub(super) assumptions: Vec<Note>,
    /// Quantities of the single events of a month after all steps of segment and contact scope.
    pub(super) events: Option<Vec<Decimal>>,
}

// === impl Counted ===

impl Counted {
    fn of(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            demanded: Monthly::ZERO,
            stepped: Vec::new(),
            expected: false,
            covered: Vec::new(),
            assumptions: Vec::new(),
            events: None,
        }
    }

    fn add(&mut self, quantity: &Monthly) -> Result<(), MeterError> {
        self.demanded = self.demanded.plus(quantity)?;
        Ok(())
    }

    fn or_nothing(mut self) -> Self {
        if self.covered.is_empty() {
            self.origin = format!("{}: none in the requirement", self.origin);
        }
        self
    }
}

/// What the requirement states for the meter; `None` when it states nothing that the rule accepts.
pub(super) fn stated(
    requirement: &Requirement,
    rule: &MeteringRule,
    narrow: &[MeteringStep],
    months: usize,
) -> Result<Option<Counted>, MeterError> {
    let mut counted = Counted::of(format!("{} as stated", rule.meter_id));
    for (index, reading) in requirement.meters.iter().enumerate() {
        if reading.meter_id == rule.meter_id && rule.accepts(&reading.attributes) {
            let stated = Monthly::of(&reading.quantity, months)?;
            counted.add(&stated.try_map(|quantity| mul(quantity, reading.base_units))?)?;
            counted.covered.push(format!("meters[{index}]"));
        }
    }
    let Some(subject) = counted.covered.first() else { return Ok(None) };
    let accepted = requirement.meters.iter();
    let accepted = accepted.filter(|r| r.meter_id == rule.meter_id && rule.accepts(&r.attributes));
    if accepted.clone().all(|reading| !reading.events.is_empty()) {
        each_event(&mut counted, accepted, narrow)?;
    } else if !narrow.is_empty() {
        let text = format!(
            "the stated quantity of {} is taken as already counted contact by contact",
            rule.meter_id
        );
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
        counted.stepped.push(Monthly::Constant(sum));
    }
    counted.events = Some(events);
    Ok(())
}

/// What the rule's source gives, and what the steps of segment and contact scope make of it.
pub(super) fn derived(
    requirement: &Requirement,
    rule: &MeteringRule,
    narrow: &[MeteringStep],
    months: usize,
) -> Result<Counted, MeterError> {
    match &rule.source {
        MeteringSource::Segments(kinds) => segments(requirement, rule, kinds, narrow, months),
        // Only segments have steps of these scopes; what cannot be honoured is refused.
        source => match narrow.first() {
            Some(step) => Err(MeterError::Scope(step.scope)),
            None => whole(requirement, rule, source, months),
        },
    }
}

fn whole(
    requirement: &Requirement,
    rule: &MeteringRule,
    source: &MeteringSource,
    months: usize,
) -> Result<Counted, MeterError> {
    match source {
        MeteringSource::Stated | MeteringSource::Segments(_) => {
            Ok(Counted::of(format!("{} as stated", rule.meter_id)).or_nothing())
        }
        MeteringSource::Events(kinds) => events(requirement, rule, kinds, months),
        MeteringSource::Contacts => contacts(requirement, rule, months),
        MeteringSource::Seats(filter) => {
            let (demanded, assumptions, covered) = seats(requirement, filter, months)?;
            let origin = format!("{} seats", seat_basis(filter.basis));
            Ok(Counted { demanded, assumptions, covered, ..Counted::of(origin) }.or_nothing())
        }
        MeteringSource::Numbers => numbers(requirement, rule, months),
        MeteringSource::Constant(quantity) => {
            Ok(Counted { demanded: Monthly::Constant(*quantity), ..Counted::of("a fixed quantity") })
        }
    }
}

fn segments(
    requirement: &Requirement,
    rule: &MeteringRule,
    kinds: &[SegmentKind],
    narrow: &[MeteringStep],
    months: usize,
) -> Result<Counted, MeterError> {
    let mut counted = Counted::of(segment_names(kinds));
    counted.stepped = vec![Monthly::ZERO; narrow.len()];
    for (index, demand) in matching(requirement, rule) {
        let mut matched: Vec<&Segment> = Vec::with_capacity(demand.segments.len());
        for (part, segment) in demand.segments.iter().enumerate() {
            let counts =
                if kinds.is_empty() { !segment.kind.runs_beside() } else { kinds.contains(&segment.kind) };
            if counts {
                matched.push(segment);
                counted.covered.push(format!("demand[{index}].segments[{part}]"));
            }
        }
        if matched.is_empty() {
            continue;
        }
        let means = lengths::means(&matched, narrow)
            .map_err(|cause| MeterError::Lengths { place: format!("demand[{index}].segments"), cause })?;
        counted.expected |= !lengths::are_certain(&matched);
        let contacts = Monthly::of(&demand.contacts, months)?;
        let of_month = |mean: &Mean| contacts.try_map(|contacts| mean.times(contacts));
        let sums = std::iter::once(&mut counted.demanded).chain(&mut counted.stepped);
        for (sum, mean) in sums.zip(&means) {
            *sum = sum.plus(&of_month(mean)?)?;
        }
    }
    Ok(counted.or_nothing())
}

fn events(
    requirement: &Requirement,
    rule: &MeteringRule,
    kinds: &[EventKind],
    months: usize,
) -> Result<Counted, MeterError> {
    let names: Vec<&str> = kinds.iter().copied().map(event_name).collect();
    let mut counted = Counted::of(names.join(" and "));
    for (index, demand) in matching(requirement, rule) {
        for (part, event) in demand.events.iter().enumerate() {
            if kinds.contains(&event.kind) {
                let contacts = Monthly::of(&demand.contacts, months)?;
                counted.add(&contacts.try_map(|contacts| mul(contacts, event.per_contact))?)?;
                counted.expected |= !event.per_contact.is_integer();
                counted.covered.push(format!("demand[{index}].events[{part}]"));
            }
        }
    }
    Ok(counted.or_nothing())
}

fn contacts(requirement: &Requirement, rule: &MeteringRule, months: usize) -> Result<Counted, MeterError> {
    let mut counted = Counted::of("contacts");
    for (index, demand) in matching(requirement, rule) {
        counted.add(&Monthly::of(&demand.contacts, months)?)?;
        counted.covered.push(format!("demand[{index}]"));
    }
    Ok(counted.or_nothing())
}

fn numbers(requirement: &Requirement, rule: &MeteringRule, months: usize) -> Result<Counted, MeterError> {
    let mut counted = Counted::of("telephone numbers");
    for (index, group) in requirement.numbers.iter().enumerate() {
        if rule.accepts(&number_facts(group)) {
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
        if !filter.roles.is_empty() && !filter.roles.contains(&group.role) {
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

fn matching<'a>(
    requirement: &'a Requirement,
    rule: &'a MeteringRule,
) -> impl Iterator<Item = (usize, &'a Demand)> {
    requirement.demand.iter().enumerate().filter(|(_, demand)| rule.accepts(&demand.attributes))
}

fn number_facts(group: &NumberGroup) -> BTreeMap<String, String> {
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

fn segment_names(kinds: &[SegmentKind]) -> String {
    if kinds.is_empty() {
        return "lengths of contacts".to_owned();
    }
    let names: Vec<&str> = kinds.iter().copied().map(segment_name).collect();
    format!("lengths of {} segments", names.join(" and "))
}

const fn segment_name(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Ivr => "menu",
        SegmentKind::Queue => "queue",
        SegmentKind::Agent => "agent",
        SegmentKind::Bot => "robot",
        SegmentKind::Supervisor => "supervisor",
        SegmentKind::Transfer => "transfer",
        SegmentKind::Recording => "recording",
        SegmentKind::Analytics => "analytics",
    }
}

const fn event_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::MessageIn => "customer messages",
        EventKind::MessageOut => "agent messages",
        EventKind::BotMessage => "robot messages",
        EventKind::Turn => "turns",
        EventKind::Action => "actions",
        EventKind::Resolution => "resolutions",
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{agent, calls, constant, d, facts, requirement, segment};
    use super::*;
    use crate::requirement::{Duration, Event, MeterReading, SeatGroup};

    fn group(role: &str, named: &str, peak: Option<&str>) -> SeatGroup {
        let profile = |count: &str| MonthlyProfile::whole(vec![d(count)], d("0")).unwrap();
        SeatGroup { role: role.to_owned(), named: profile(named), peak_concurrent: peak.map(profile) }
    }

    /// What a rule without steps finds, and where.
    fn check(requirement: &Requirement, rule: &MeteringRule, demanded: &str, covered: &[&str]) -> Counted {
        let counted = derived(requirement, rule, &[], 12).unwrap();
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
        let event = |kind, per_contact| Event { kind, per_contact: d(per_contact) };
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
        let all = stated(&requirement, &rule, &[], 12).unwrap().unwrap();
        assert_eq!((all.demanded, all.covered.len()), (Monthly::Constant(d("605")), 2));
        let abroad = rule.matching("destination_country", &["GB"]);
        let abroad = stated(&requirement, &abroad, &[], 12).unwrap().unwrap();
        assert_eq!(
            (abroad.demanded, abroad.covered),
            (Monthly::Constant(d("5")), vec!["meters[2]".to_owned()])
        );
        let other = MeteringRule::new("emails", MeteringSource::Stated);
        assert!(stated(&requirement, &other, &[], 12).unwrap().is_none());
        check(&requirement, &other, "0", &[]);
    }
}
