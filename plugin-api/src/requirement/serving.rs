//! Who serves a contact: people, or a robot.

use super::{Demand, EventKind, SegmentKind};

/// The role of seats that are no people's, and the fact of a demand that says that a robot serves it, and which one.
pub const ROBOT: &str = "robot";

/// Whether a fact says that a robot serves.
#[must_use]
pub fn is_robot(fact: &str) -> bool {
    !matches!(fact, "" | "no")
}

impl EventKind {
    /// Whether only robots do this.
    #[must_use]
    pub const fn is_of_robots(self) -> bool {
        match self {
            Self::BotMessage | Self::Turn | Self::Action | Self::Resolution => true,
            Self::MessageIn | Self::MessageOut => false,
        }
    }
}

/// The parts of the demand at `place` that a robot serves: all of a demand that says so, and of others what only robots
/// do.
#[must_use]
pub fn of_robots(demand: &Demand, place: &str) -> Vec<String> {
    let all = demand.attributes.get(ROBOT).is_some_and(|fact| is_robot(fact));
    if all && demand.segments.is_empty() && demand.events.is_empty() {
        return vec![place.to_owned()];
    }
    parts(demand, place, |kind| all || kind == SegmentKind::Bot, |kind| all || kind.is_of_robots())
}

/// The parts of the demand at `place` that people serve.
#[must_use]
pub fn of_people(demand: &Demand, place: &str) -> Vec<String> {
    let with_people = |kind| matches!(kind, SegmentKind::Agent | SegmentKind::Supervisor);
    parts(demand, place, with_people, |kind| kind == EventKind::MessageOut)
}

fn parts(
    demand: &Demand,
    place: &str,
    segment: impl Fn(SegmentKind) -> bool,
    event: impl Fn(EventKind) -> bool,
) -> Vec<String> {
    let segments = demand.segments.iter().enumerate().filter(|(_, of)| segment(of.kind));
    let segments = segments.map(|(index, _)| format!("{place}.segments[{index}]"));
    let events = demand.events.iter().enumerate().filter(|(_, of)| event(of.kind));
    segments.chain(events.map(|(index, _)| format!("{place}.events[{index}]"))).collect()
}
