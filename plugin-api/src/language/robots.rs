//! Who serves: what a robot does in a contact is part of an offer where the sheet says so, by a charge that counts
//! what robots do or by its coverage, and nowhere else; what people do is no part of one that sells robots only.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::coverage::Said;
use crate::charge::metering_rule::MatchValues;
use crate::charge::{Charge, DateBasis, MeteringRule, MeteringSource};
use crate::metering::meter;
use crate::offer::{CoverageStatement, CoverageStatus};
use crate::pricing::timeline::month_start;
use crate::requirement::serving::{ROBOT, is_robot, of_people, of_robots};
use crate::requirement::{Demand, Requirement, SegmentKind};

/// Meters that only what robots do moves.
const METERS: [&str; 10] = [
    "ai_actions",
    "ai_credits",
    "ai_resolutions",
    "ai_sessions",
    "bot_messages",
    "bot_voice",
    "copilot_credits",
    "robot_answers",
    "robots",
    "voice_bot_leg",
];

/// What the sheet says, and what follows for the work of robots, or of people where it sells `robots_only`.
pub(super) fn complete(
    said: Vec<Said>,
    charges: &[Arc<Charge>],
    robots_only: bool,
    requirement: &Requirement,
) -> Vec<CoverageStatement> {
    let mut own = Vec::new();
    for (index, demand) in requirement.demand.iter().enumerate() {
        let place = format!("demand[{index}]");
        let word = said.iter().rev().find(|said| said.statement.path == place);
        if word.is_some_and(|word| word.statement.status.is_gap()) {
            continue;
        }
        let mut state = |parts: Vec<String>, status, note: &str| {
            own.extend(parts.into_iter().map(|path| CoverageStatement {
                path,
                status,
                note: note.to_owned(),
            }));
        };
        let mut parts = of_robots(demand, &place);
        if robots_only {
            let people = of_people(demand, &place);
            parts.retain(|part| !people.contains(part));
            state(people, CoverageStatus::NotOffered, "robots only");
        }
        if parts.is_empty() || word.is_some_and(|word| word.robots) {
            continue;
        }
        match counted(charges, robots_only, demand, &place, requirement) {
            Counted::Some if word.is_some() => {}
            Counted::Some => {
                let note = "the robot is charged by another part of the contact";
                state(parts, CoverageStatus::Included, note);
            }
            Counted::None(meter) => {
                let note =
                    format!("the robot is charged by {meter}, and the requirement does not say how many");
                state(parts, CoverageStatus::NotOffered, &note);
            }
            Counted::Other => {
                let note = "robots are priced for other facts than the demand has";
                state(parts, CoverageStatus::NotOffered, note);
            }
            Counted::Never => state(parts, CoverageStatus::NotOffered, "no robot is priced"),
        }
    }
    said.into_iter().map(|said| said.statement).chain(own).collect()
}

/// Whether the charges count what a robot does in a demand.
enum Counted {
    Some,
    /// They would by this meter, were its quantity known.
    None(String),
    /// They count robots of other demand.
    Other,
    Never,
}

fn counted(
    charges: &[Arc<Charge>],
    robots_only: bool,
    demand: &Demand,
    place: &str,
    requirement: &Requirement,
) -> Counted {
    let mut known = Counted::Never;
    let in_force = charges.iter().filter(|charge| is_in_force(charge, requirement));
    let rules = in_force.map(|charge| &charge.metering);
    for rule in rules.filter(|rule| robots_only || counts_robots(rule)) {
        if !rule.accepts(&demand.attributes) {
            if matches!(known, Counted::Never) {
                known = Counted::Other;
            }
            continue;
        }
        let covered = meter(requirement, rule, 1).map(|metered| metered.covered).unwrap_or_default();
        // Stated quantities and seats are of no demand: they are of all that the rule accepts.
        if covered.iter().any(|path| path.starts_with(place) || !path.starts_with("demand[")) {
            return Counted::Some;
        }
        if !matches!(known, Counted::None(_)) {
            known = Counted::None(rule.meter_id.clone());
        }
    }
    known
}

/// Whether a charge holds on some day of what is bought.
fn is_in_force(charge: &Charge, requirement: &Requirement) -> bool {
    let Some(window) = charge.dates else { return true };
    let order = requirement.pricing_date;
    // A day that lies beyond the calendar is after every window.
    let end = month_start(requirement.start_date, requirement.horizon_months).unwrap_or(Date::MAX);
    let (first, last) = match window.basis {
        DateBasis::Order => (order, order),
        DateBasis::Service => (requirement.start_date, end),
    };
    window.from.is_none_or(|from| from <= last) && window.to.is_none_or(|to| to >= first)
}

/// Whether only the work of robots moves what a rule counts.
fn counts_robots(rule: &MeteringRule) -> bool {
    METERS.contains(&rule.meter_id.as_str())
        || asks_for_robots(&rule.matches)
        || match &rule.source {
            MeteringSource::Segments(kinds) => {
                kinds.contains(&SegmentKind::Bot)
                    && kinds.iter().all(|kind| matches!(kind, SegmentKind::Bot | SegmentKind::Ivr))
            }
            MeteringSource::Events(kinds) => kinds.iter().all(|kind| kind.is_of_robots()),
            MeteringSource::Seats(filter) => filter.roles.iter().any(|role| role == ROBOT),
            MeteringSource::Combined { parts, .. } => parts.iter().any(|part| counts_robots(&part.rule)),
            MeteringSource::Stated
            | MeteringSource::Contacts
            | MeteringSource::Numbers
            | MeteringSource::Constant(_)
            | MeteringSource::Staffing(_) => false,
        }
}

fn asks_for_robots(matches: &BTreeMap<String, MatchValues>) -> bool {
    match matches.get(ROBOT) {
        Some(MatchValues::AnyOf(values)) => values.iter().all(|value| is_robot(value)),
        Some(MatchValues::Absent) | None => false,
    }
}
