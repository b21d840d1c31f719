//! What the requirement says, and what it must say before anything can be priced.

use std::collections::BTreeMap;

use quotient_plugin_api::adapter::Decline;
use quotient_plugin_api::requirement::{Channel, Demand, Direction, EventKind, Requirement, SegmentKind};

const VOICE_METERS: [&str; 6] =
    ["voice_inbound", "voice_outbound", "voice_agent_leg", "voice_bot_leg", "voice_recording", "numbers"];

/// Whether the requirement states a quantity of this meter.
pub(crate) fn states(requirement: &Requirement, meter_id: &str) -> bool {
    requirement.meters.iter().any(|reading| reading.meter_id == meter_id)
}

/// Whether there are people to buy for.
pub(crate) fn has_people(requirement: &Requirement) -> bool {
    !requirement.seats.is_empty() || states(requirement, "seats_named")
}

/// Whether a meter belongs to the voice channel.
pub(crate) fn is_voice(meter_id: &str) -> bool {
    VOICE_METERS.contains(&meter_id)
}

/// Whether anything of the requirement needs the voice channel.
pub(crate) fn wants_voice(requirement: &Requirement) -> bool {
    requirement.demand.iter().any(|demand| demand.channel == Channel::Voice)
        || requirement.meters.iter().any(|reading| is_voice(&reading.meter_id))
        || !requirement.numbers.is_empty()
}

/// Whether the requirement asks for a channel.
pub(crate) fn wants(requirement: &Requirement, channel: Channel) -> bool {
    match channel {
        Channel::Voice => wants_voice(requirement),
        _ => requirement.demand.iter().any(|demand| demand.channel == channel),
    }
}

/// Whether robots consume credits.
pub(crate) fn wants_credits(requirement: &Requirement) -> bool {
    requirement.demand.iter().any(has_turns) || states(requirement, "copilot_credits")
}

/// Whether a contact's turns with a robot are counted.
pub(crate) fn has_turns(demand: &Demand) -> bool {
    demand.events.iter().any(|event| event.kind == EventKind::Turn)
}

/// Whether a segment of this kind is part of any demand.
pub(crate) fn has_segment(requirement: &Requirement, kind: SegmentKind) -> bool {
    requirement.demand.iter().flat_map(|demand| &demand.segments).any(|segment| segment.kind == kind)
}

/// Whether a call's minutes on the telephone network are stated.
pub(crate) fn states_telephony(requirement: &Requirement, direction: Direction) -> bool {
    states(
        requirement,
        match direction {
            Direction::Inbound => "voice_inbound",
            Direction::Outbound => "voice_outbound",
        },
    )
}

/// The decline for everything that is missing, at once.
pub(crate) fn missing(requirement: &Requirement) -> Option<Decline> {
    let mut fields = Vec::new();
    for (index, demand) in requirement.demand.iter().enumerate() {
        if demand.channel != Channel::Voice || states_telephony(requirement, demand.direction) {
            continue;
        }
        let at = format!("demand[{index}]");
        if demand.segments.iter().all(|segment| segment.kind.runs_beside()) {
            fields.push(format!("{at}.segments"));
        }
        let keys: &[&str] = match demand.direction {
            Direction::Inbound => &["destination_country", "number_type"],
            Direction::Outbound => &["destination_country"],
        };
        absent(&demand.attributes, keys, &at, &mut fields);
    }
    for (index, reading) in requirement.meters.iter().enumerate() {
        let keys: &[&str] = match reading.meter_id.as_str() {
            "voice_inbound" => &["destination_country", "number_type"],
            "voice_outbound" => &["destination_country"],
            "numbers" => &["country", "number_type"],
            _ => &[],
        };
        absent(&reading.attributes, keys, &format!("meters[{index}]"), &mut fields);
    }
    let text = "a call is priced by country, kind of number and length, and has a price in one country only";
    (!fields.is_empty()).then(|| Decline::needs_input(text, fields))
}

fn absent(facts: &BTreeMap<String, String>, keys: &[&str], at: &str, fields: &mut Vec<String>) {
    let absent = keys.iter().filter(|key| !facts.contains_key(**key));
    fields.extend(absent.map(|key| format!("{at}.attributes.{key}")));
}
