//! What becomes of the parts of a requirement that no charge meters.

use quotient_plugin_api::offer::{CoverageStatement, CoverageStatus, Note};
use quotient_plugin_api::requirement::{Channel, Demand, EventKind, Requirement, SegmentKind};

use crate::input::{has_turns, is_voice, states, states_telephony};
use crate::pools::Exceeded;
use crate::seats::Licence;
use crate::voice;

const UNPUBLISHED: &str = "; what is beyond costs is not published";

/// The statements about an edition with its add-ins.
pub(crate) fn of_licence(
    licence: &Licence<'_>,
    exceeded: &Exceeded,
    requirement: &Requirement,
) -> Vec<CoverageStatement> {
    let mut told = Told(Vec::new());
    for (index, demand) in requirement.demand.iter().enumerate() {
        let at = format!("demand[{index}]");
        if !licence.serves(demand.channel) {
            told.gap(at, format!("this edition does not serve the channel {}", demand.channel.id()));
            continue;
        }
        let pool = match demand.channel {
            Channel::Voice | Channel::WebVoice => {
                call(requirement, demand, &at, exceeded.robots.as_ref(), &mut told);
                continue;
            }
            Channel::Email => exceeded.records.as_ref(),
            Channel::Chat | Channel::Sms | Channel::Messaging => exceeded.conversations.as_ref(),
        };
        match pool {
            None => told.included(at.clone(), "within the contacts that the users' price includes"),
            Some(why) => told.gap(at.clone(), format!("{why}{UNPUBLISHED}")),
        }
        beside(requirement, demand, &at, &mut told);
    }
    if !licence.serves(Channel::Voice) {
        let text = "this edition does not serve the channel voice";
        for (index, reading) in requirement.meters.iter().enumerate() {
            if is_voice(&reading.meter_id) {
                told.gap(format!("meters[{index}]"), text.to_owned());
            }
        }
        for index in 0..requirement.numbers.len() {
            told.gap(format!("numbers[{index}]"), text.to_owned());
        }
    }
    told.0
}

/// The statements about the voice channel alone.
pub(crate) fn of_voice(requirement: &Requirement) -> Vec<CoverageStatement> {
    let mut told = Told(Vec::new());
    for (index, demand) in requirement.demand.iter().enumerate() {
        if demand.channel == Channel::Voice {
            call(requirement, demand, &format!("demand[{index}]"), None, &mut told);
        }
    }
    told.0
}

/// Gaps of the lines win over what is said of the same path.
pub(crate) fn with_line_gaps(
    mut statements: Vec<CoverageStatement>,
    sheet: &crate::sheet::Voice,
    requirement: &Requirement,
) -> Vec<CoverageStatement> {
    let gaps = voice::gaps(sheet, requirement);
    statements.retain(|statement| gaps.iter().all(|gap| gap.path != statement.path));
    statements.extend(gaps);
    statements
}

fn call(requirement: &Requirement, demand: &Demand, at: &str, pool: Option<&String>, told: &mut Told) {
    if states_telephony(requirement, demand.direction) {
        told.included(at.to_owned(), "its minutes are stated as meters");
    }
    for (index, segment) in demand.segments.iter().enumerate() {
        let path = format!("{at}.segments[{index}]");
        match (segment.kind, pool) {
            (SegmentKind::Bot | SegmentKind::Ivr, Some(why)) => {
                told.gap(path, format!("{why}{UNPUBLISHED}"));
            }
            (SegmentKind::Transfer, _)
                if !demand.attributes.contains_key("destination_country")
                    && !states(requirement, "voice_outbound") =>
            {
                told.gap(path, "a call handed on is priced by its destination_country".to_owned());
            }
            _ => {}
        }
    }
    beside(requirement, demand, at, told);
}

/// What there is in a contact beside its minutes, its messages and the turns that cost credits.
fn beside(requirement: &Requirement, demand: &Demand, at: &str, told: &mut Told) {
    for (index, segment) in demand.segments.iter().enumerate() {
        if segment.kind == SegmentKind::Analytics {
            let note = "what the analysis of contacts costs is not published".to_owned();
            told.gap(format!("{at}.segments[{index}]"), note);
        }
    }
    let credits_stated = states(requirement, "copilot_credits");
    for (index, event) in demand.events.iter().enumerate() {
        let path = format!("{at}.events[{index}]");
        match event.kind {
            EventKind::Turn | EventKind::BotMessage | EventKind::Action if credits_stated => {
                told.included(path, "its credits are stated as a meter");
            }
            EventKind::BotMessage if !has_turns(demand) => {
                let note = "a robot's answers cost credits by the turn: say the turns of a contact";
                told.gap(path, note.to_owned());
            }
            EventKind::Action => {
                told.gap(path, "the sheet does not say how many credits an action costs".to_owned());
            }
            EventKind::Resolution => told.included(path, "turns are charged, not what comes of them"),
            _ => {}
        }
    }
}

struct Told(Vec<CoverageStatement>);

impl Told {
    fn included(&mut self, path: String, note: &str) {
        self.0.push(CoverageStatement { path, status: CoverageStatus::Included, note: note.to_owned() });
    }

    fn gap(&mut self, path: String, note: String) {
        self.0.push(CoverageStatement { path, status: CoverageStatus::NotOffered, note });
    }
}

/// Warnings for the pools that are too small.
pub(crate) fn pool_warnings(exceeded: &Exceeded) -> Vec<Note> {
    let pools = [&exceeded.conversations, &exceeded.records, &exceeded.robots];
    let warn = |why: &String| Note::new("pool_exceeded", format!("{why}{UNPUBLISHED}"), "");
    pools.into_iter().flatten().map(warn).collect()
}
