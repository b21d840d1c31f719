//! What contacts make: lengths of segments, counts of events, and contacts and attempts themselves.

use rust_decimal::Decimal;

use super::lengths::{self, Mean, Piece};
use super::sources::{Counted, Filter};
use super::{MeterError, Monthly, steps};
use crate::charge::{Attempts, Legs, MeteringRule, MeteringStep, Scope};
use crate::interval::{ArithmeticError, mul, sub};
use crate::offer::Note;
use crate::requirement::{Demand, EventKind, PerContact, Requirement, SegmentKind};

/// Lengths of segments, and of unanswered attempts where the rule counts them.
pub(super) fn segments(
    requirement: &Requirement,
    filter: Filter<'_>,
    kinds: &[SegmentKind],
    narrow: &[MeteringStep],
    months: usize,
) -> Result<Counted, MeterError> {
    let rule = filter.rule;
    let mut counted = Counted::of(segment_names(kinds, rule.attempts));
    let mut sums = Sums::new(narrow.len());
    for (index, demand) in filter.demands(requirement) {
        let contacts = Monthly::of(&demand.contacts, months)?;
        let path = format!("demand[{index}]");
        let mut touched = false;
        if rule.attempts != Attempts::Unanswered {
            let (pieces, places): (Vec<Piece<'_>>, Vec<usize>) =
                pieces_of(demand, kinds).map(|(part, piece)| (piece, part)).unzip();
            if !pieces.is_empty() {
                let means = lengths::means(&pieces, narrow)
                    .map_err(|cause| MeterError::Lengths { place: format!("{path}.segments"), cause })?;
                let legs = legs(rule, demand, &path, &mut counted);
                sums.add(&contacts, &means, legs)?;
                counted.expected |= !lengths::are_certain(&pieces);
                counted.covered.extend(places.iter().map(|part| format!("{path}.segments[{part}]")));
                touched = true;
            }
        }
        if let Some(length) = rule.unanswered_length.filter(|_| rule.counts_unanswered()) {
            let unanswered = unanswered(&contacts, demand, &path, &mut counted)?;
            sums.add(&unanswered, &attempt(length, narrow)?, Decimal::ONE)?;
            touched = true;
        }
        if touched {
            counted.says_days(demand, path);
        }
    }
    let mut rows = sums.rows.into_iter();
    counted.demanded = rows.next().unwrap_or(Monthly::ZERO);
    for (step, quantity) in narrow.iter().zip(rows) {
        counted.push(steps::describe(step, counted.expected), quantity);
    }
    if sums.legs != *counted.last() {
        counted.push("each leg of a call", sums.legs);
    }
    Ok(counted.or_nothing())
}

/// Sums before all steps and after each, and after the legs.
struct Sums {
    rows: Vec<Monthly>,
    legs: Monthly,
}

// === impl Sums ===

impl Sums {
    fn new(steps: usize) -> Self {
        Self { rows: vec![Monthly::ZERO; steps.saturating_add(1)], legs: Monthly::ZERO }
    }

    fn add(&mut self, contacts: &Monthly, means: &[Mean], legs: Decimal) -> Result<(), MeterError> {
        let mut last = Monthly::ZERO;
        for (sum, mean) in self.rows.iter_mut().zip(means) {
            last = contacts.try_map(|contacts| mean.times(contacts))?;
            *sum = sum.plus(&last)?;
        }
        self.legs = self.legs.plus(&last.try_map(|quantity| mul(quantity, legs))?)?;
        Ok(())
    }
}

/// Segments that count, each with its place.
pub(super) fn pieces_of<'a>(
    demand: &'a Demand,
    kinds: &'a [SegmentKind],
) -> impl Iterator<Item = (usize, Piece<'a>)> {
    let counts = |kind: &SegmentKind| {
        if kinds.is_empty() { !kind.runs_beside() } else { kinds.contains(kind) }
    };
    let segments = demand.segments.iter().enumerate();
    segments.filter(move |(_, segment)| counts(&segment.kind)).map(|(part, segment)| (part, segment.into()))
}

/// How often the length of one leg counts.
pub(super) fn legs(rule: &MeteringRule, demand: &Demand, path: &str, counted: &mut Counted) -> Decimal {
    let legs = demand.legs.unwrap_or(1);
    if rule.legs == Legs::Mean && legs > 1 {
        let text = format!("the {legs} legs of a call are taken to be equally long");
        counted.assumptions.push(Note::new("legs_equally_long", text, path));
    }
    match rule.legs {
        Legs::Each => legs.into(),
        Legs::One | Legs::Mean => Decimal::ONE,
    }
}

/// What an unanswered attempt is before all steps and after each: steps of segments have none to work on.
fn attempt(length: Decimal, narrow: &[MeteringStep]) -> Result<Vec<Mean>, ArithmeticError> {
    let mut length = length;
    let mut means = vec![Mean::of(length)?];
    for step in narrow {
        if step.scope == Scope::Contact {
            length = steps::apply(step, length)?;
        }
        means.push(Mean::of(length)?);
    }
    Ok(means)
}

/// Attempts that nobody answers.
fn unanswered(
    contacts: &Monthly,
    demand: &Demand,
    path: &str,
    counted: &mut Counted,
) -> Result<Monthly, MeterError> {
    let attempts = demand.attempts_per_contact.unwrap_or_else(|| {
        let text = "each contact is taken to be answered at the first attempt";
        counted.assumptions.push(Note::new("attempts_per_contact_one", text, path));
        Decimal::ONE
    });
    let missed = sub(attempts, Decimal::ONE)?;
    counted.expected |= !missed.is_zero();
    contacts.try_map(|contacts| Ok(mul(contacts, missed)?))
}

/// Events, each contact's sum by itself where steps work on it.
pub(super) fn events(
    requirement: &Requirement,
    filter: Filter<'_>,
    kinds: &[EventKind],
    narrow: &[MeteringStep],
    months: usize,
) -> Result<Counted, MeterError> {
    if let Some(step) = narrow.iter().find(|step| step.scope != Scope::Contact) {
        return Err(MeterError::Scope(step.scope));
    }
    let names: Vec<&str> = kinds.iter().copied().map(event_name).collect();
    let mut counted = Counted::of(names.join(" and "));
    let mut sums = Sums::new(narrow.len());
    for (index, demand) in filter.demands(requirement) {
        let path = format!("demand[{index}]");
        let rounded = !narrow.is_empty();
        let pieces = counts_of(demand, kinds, rounded, &path, &mut counted)?;
        if pieces.is_empty() {
            continue;
        }
        let pieces: Vec<Piece<'_>> = pieces.into_iter().map(|(_, piece)| piece).collect();
        let means = lengths::means(&pieces, narrow)
            .map_err(|cause| MeterError::Lengths { place: format!("{path}.events"), cause })?;
        sums.add(&Monthly::of(&demand.contacts, months)?, &means, Decimal::ONE)?;
        counted.says_days(demand, path);
    }
    let mut rows = sums.rows.into_iter();
    counted.demanded = rows.next().unwrap_or(Monthly::ZERO);
    for (step, quantity) in narrow.iter().zip(rows) {
        counted.push(steps::describe(step, counted.expected), quantity);
    }
    Ok(counted.or_nothing())
}

/// Events that count, each with its place. What is rounded contact by contact must be known for each.
pub(super) fn counts_of<'a>(
    demand: &'a Demand,
    kinds: &[EventKind],
    rounded: bool,
    path: &str,
    counted: &mut Counted,
) -> Result<Vec<(usize, Piece<'a>)>, MeterError> {
    let mut pieces = Vec::new();
    for (part, event) in demand.events.iter().enumerate() {
        if !kinds.contains(&event.kind) {
            continue;
        }
        let place = format!("{path}.events[{part}]");
        match &event.per_contact {
            PerContact::Mean(mean) if rounded && !mean.is_integer() => {
                return Err(MeterError::EventMean { place, mean: *mean });
            }
            PerContact::Mean(mean) => {
                counted.expected |= !mean.is_integer();
                if rounded {
                    let text =
                        format!("every contact is taken to have exactly {mean} {}", event_name(event.kind));
                    counted.assumptions.push(Note::new("events_per_contact_fixed", text, &place));
                }
            }
            PerContact::Samples(_) => counted.expected = true,
        }
        pieces.push((part, Piece::from(&event.per_contact)));
        counted.covered.push(place);
    }
    Ok(pieces)
}

/// Contacts, or the attempts that they took.
pub(super) fn contacts(
    requirement: &Requirement,
    filter: Filter<'_>,
    months: usize,
) -> Result<Counted, MeterError> {
    let attempts = filter.rule.attempts;
    let mut counted = Counted::of(match attempts {
        Attempts::Answered => "contacts",
        Attempts::All => "attempts to reach a customer",
        Attempts::Unanswered => "unanswered attempts to reach a customer",
    });
    for (index, demand) in filter.demands(requirement) {
        let path = format!("demand[{index}]");
        let answered = Monthly::of(&demand.contacts, months)?;
        if attempts != Attempts::Unanswered {
            counted.add(&answered)?;
            counted.covered.push(path.clone());
        }
        if filter.rule.counts_unanswered() {
            let unanswered = unanswered(&answered, demand, &path, &mut counted)?;
            counted.add(&unanswered)?;
        }
        counted.says_days(demand, path);
    }
    Ok(counted.or_nothing())
}

fn segment_names(kinds: &[SegmentKind], attempts: Attempts) -> String {
    let names: Vec<&str> = kinds.iter().copied().map(segment_name).collect();
    let lengths = match names.as_slice() {
        [] => "lengths of contacts".to_owned(),
        names => format!("lengths of {} segments", names.join(" and ")),
    };
    match attempts {
        Attempts::Answered => lengths,
        Attempts::All => format!("{lengths} and of unanswered attempts"),
        Attempts::Unanswered => "lengths of unanswered attempts".to_owned(),
    }
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
