//! What the requirement must say before anything can be priced.

use std::collections::BTreeMap;

use quotient_plugin_api::adapter::Decline;
use quotient_plugin_api::requirement::{Channel, Demand, Direction, EventKind, Requirement};

/// Whether the requirement states a quantity of this meter.
pub(crate) fn states(requirement: &Requirement, meter_id: &str) -> bool {
    requirement.meters.iter().any(|reading| reading.meter_id == meter_id)
}

/// The meter of a call over the telephone network.
pub(crate) const fn telephony_meter(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "voice_inbound",
        Direction::Outbound => "voice_outbound",
    }
}

/// The decline for everything that is missing, at once.
pub(crate) fn missing(requirement: &Requirement) -> Option<Decline> {
    if requirement.demand.is_empty() && requirement.meters.is_empty() && requirement.numbers.is_empty() {
        let text = "charged by use only: demand or quantities are needed";
        return Some(Decline::needs_input(text, vec!["demand".to_owned()]));
    }
    let mut fields = Vec::new();
    for (index, demand) in requirement.demand.iter().enumerate() {
        missing_of(requirement, demand, &format!("demand[{index}]"), &mut fields);
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
    let text = "a call is priced by country, kind of number and length, a text channel by its messages";
    (!fields.is_empty()).then(|| Decline::needs_input(text, fields))
}

fn missing_of(requirement: &Requirement, demand: &Demand, at: &str, fields: &mut Vec<String>) {
    let voice = matches!(demand.channel, Channel::Voice | Channel::WebVoice);
    let timed = demand.segments.iter().any(|segment| !segment.kind.runs_beside());
    if voice && !timed && !states(requirement, "voice_connected") {
        fields.push(format!("{at}.segments"));
    }
    if demand.channel == Channel::Voice && !states(requirement, telephony_meter(demand.direction)) {
        let keys: &[&str] = match demand.direction {
            Direction::Inbound => &["destination_country", "number_type"],
            Direction::Outbound => &["destination_country"],
        };
        absent(&demand.attributes, keys, at, fields);
    }
    if !voice && !has_messages(demand) && !states_messages(requirement, demand.channel) {
        fields.push(format!("{at}.events"));
    }
}

fn states_messages(requirement: &Requirement, channel: Channel) -> bool {
    if channel == Channel::Email {
        return states(requirement, "emails");
    }
    let mut readings = requirement.meters.iter().filter(|reading| reading.meter_id == "channel_messages");
    readings.any(|reading| match reading.attributes.get("channel") {
        Some(said) => said == channel.id(),
        None => channel == Channel::Chat,
    })
}

/// Whether a contact's messages are counted.
pub(crate) fn has_messages(demand: &Demand) -> bool {
    let message = |kind| matches!(kind, EventKind::MessageIn | EventKind::MessageOut | EventKind::BotMessage);
    demand.events.iter().any(|event| message(event.kind))
}

fn absent(facts: &BTreeMap<String, String>, keys: &[&str], at: &str, fields: &mut Vec<String>) {
    let absent = keys.iter().filter(|key| !facts.contains_key(**key));
    fields.extend(absent.map(|key| format!("{at}.attributes.{key}")));
}
