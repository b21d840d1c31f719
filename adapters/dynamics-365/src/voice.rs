//! Calls by the leg, and the numbers that they come in on: billed by the vendor's communication service
//! and passed through.
//!
//! The leg to the telephone network lasts as long as the contact, waiting and a transfer among it. Who
//! is connected beside it (a person, a supervisor, a robot, the recorder) is a leg of its own, and a
//! transfer to an outside number is one more call over the network.

use quotient_plugin_api::adapter::of_demand;
use quotient_plugin_api::charge::{
    Category, Charge, Cycle, MeteringRule, MeteringSource, Positive, PriceModel,
};
use quotient_plugin_api::offer::{CoverageStatement, CoverageStatus, Note};
use quotient_plugin_api::provenance::{CitedCharges, Published};
use quotient_plugin_api::requirement::{Channel, Direction, Requirement, SegmentKind};

use crate::input::{has_segment, states, states_telephony, wants_voice};
use crate::sheet::Voice;

/// Adds the legs and the numbers.
pub(crate) fn add(voice: &Voice, requirement: &Requirement, cited: &mut CitedCharges<'_>) {
    let country = [voice.country.as_str()];
    let number_type = [voice.number_type.as_str()];
    let lengths = |kinds: &[SegmentKind]| MeteringSource::Segments(kinds.to_vec());
    let calls = |rule, direction: Direction| {
        of_demand(rule, requirement, &[("channel", &["voice"]), ("direction", &[direction.id()])])
    };
    let legs = |rule| of_demand(rule, requirement, &[("channel", &["voice"])]);

    let rule = MeteringRule::new("voice_inbound", lengths(&[])).matching("destination_country", &country);
    let rule = calls(rule.matching("number_type", &number_type), Direction::Inbound);
    minutes(cited, "pstn-inbound", "Calls received", rule, &voice.inbound_minute, "inbound_minute");

    let price = &voice.outbound_minute;
    let rule = MeteringRule::new("voice_outbound", lengths(&[])).matching("destination_country", &country);
    minutes(cited, "pstn-outbound", "Calls made", calls(rule, Direction::Outbound), price, "outbound_minute");
    // What is stated of calls made holds the transferred ones.
    if !states(requirement, "voice_outbound") {
        let rule = MeteringRule::new("voice_outbound", lengths(&[SegmentKind::Transfer]))
            .matching("destination_country", &country);
        minutes(cited, "pstn-transfer", "Calls handed on", legs(rule), price, "outbound_minute");
    }

    let price = &voice.leg_minute;
    let people = lengths(&[SegmentKind::Agent, SegmentKind::Supervisor]);
    let rule = legs(MeteringRule::new("voice_agent_leg", people));
    minutes(cited, "agent-leg", "Legs of agents and supervisors", rule, price, "leg_minute");
    let robots = lengths(&[SegmentKind::Bot, SegmentKind::Ivr]);
    let rule = legs(MeteringRule::new("voice_bot_leg", robots));
    minutes(cited, "robot-leg", "Legs of robots and menus", rule, price, "leg_minute");
    let rule = legs(MeteringRule::new("voice_recording", lengths(&[SegmentKind::Recording])));
    minutes(cited, "recording", "Recording", rule, &voice.recording_minute, "recording_minute");

    let rule = MeteringRule::new("numbers", MeteringSource::Numbers)
        .matching("country", &country)
        .matching("number_type", &number_type);
    let name = format!("{} numbers of {}", voice.number_type, voice.country);
    add_one(cited, "numbers", &name, rule, &voice.number_month, Positive::ONE, "number_month");
}

fn minutes(
    cited: &mut CitedCharges<'_>,
    id: &str,
    name: &str,
    rule: MeteringRule,
    published: &Published,
    field: &str,
) {
    add_one(cited, id, name, rule, published, Positive::MINUTE, field);
}

fn add_one(
    cited: &mut CitedCharges<'_>,
    id: &str,
    name: &str,
    rule: MeteringRule,
    published: &Published,
    per: Positive,
    field: &str,
) {
    let price = PriceModel::PerUnit { price: published.price.0, per };
    let mut charge = Charge::new(id, name, Category::Usage, rule, price, Cycle::Month);
    charge.pass_through = true;
    cited.add(charge, &[(&published.page, format!("voice.{field}"))]);
}

/// Calls and numbers that have no price: of another country or another kind of number.
pub(crate) fn gaps(voice: &Voice, requirement: &Requirement) -> Vec<CoverageStatement> {
    let mut gaps = Vec::new();
    let mut check = |path: String, country: Option<&String>, number_type: Option<&String>| {
        let other = |said: Option<&String>, priced: &String| said.is_some_and(|said| said != priced);
        if other(country, &voice.country) || other(number_type, &voice.number_type) {
            let note =
                format!("only {} numbers of {} have a published price", voice.number_type, voice.country);
            gaps.push(CoverageStatement { path, status: CoverageStatus::NotOffered, note });
        }
    };
    for (index, demand) in requirement.demand.iter().enumerate() {
        if demand.channel == Channel::Voice && !states_telephony(requirement, demand.direction) {
            // A call made costs the same from any number.
            let number_type = demand.attributes.get("number_type");
            let number_type = number_type.filter(|_| demand.direction == Direction::Inbound);
            let country = demand.attributes.get("destination_country");
            check(format!("demand[{index}]"), country, number_type);
        }
    }
    for (index, reading) in requirement.meters.iter().enumerate() {
        let (country, number_type) = match reading.meter_id.as_str() {
            "voice_inbound" => ("destination_country", Some("number_type")),
            "voice_outbound" => ("destination_country", None),
            "numbers" => ("country", Some("number_type")),
            _ => continue,
        };
        let fact = |key| reading.attributes.get(key);
        check(format!("meters[{index}]"), fact(country), number_type.and_then(fact));
    }
    for (index, group) in requirement.numbers.iter().enumerate() {
        check(format!("numbers[{index}]"), Some(&group.country), Some(&group.number_type));
    }
    gaps
}

/// What the legs take for granted.
pub(crate) fn assumptions(requirement: &Requirement) -> Vec<Note> {
    let mut notes = Vec::new();
    if wants_voice(requirement) {
        let text = "no rounding of call minutes is published: each second costs its part of a minute";
        notes.push(Note::new("voice_by_part", text, ""));
    }
    if has_segment(requirement, SegmentKind::Transfer) && !states(requirement, "voice_outbound") {
        let text = "a call is handed on to a number in the country that it is in";
        notes.push(Note::new("transfer_within_country", text, "pstn-transfer"));
    }
    notes
}

/// What a buyer should know of them.
pub(crate) fn warnings(requirement: &Requirement) -> Vec<Note> {
    let recorded = has_segment(requirement, SegmentKind::Recording) || states(requirement, "voice_recording");
    let text = "the page's examples take 0.002 for a recorded minute, its table prints 0.004";
    Vec::from_iter(recorded.then(|| Note::new("recording_price_disputed", text, "recording")))
}
