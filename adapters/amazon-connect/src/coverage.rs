//! What becomes of the parts of a requirement that no charge of a price list meters.

use quotient_plugin_api::offer::{CoverageStatement, CoverageStatus, Note};
use quotient_plugin_api::requirement::{Channel, Demand, EventKind, Requirement, SegmentKind};

use crate::input::{has_messages, states};
use crate::lines::{PriceList, ROBOT_MODULE, TEXT_MODULE};
use crate::sheet::Part;

const ROBOT_GAP: &str = "the robot itself is a module of its own that is not chosen: q-in-connect or lex";

/// The statements about one price list.
pub(crate) fn statements(list: &PriceList<'_>) -> Vec<CoverageStatement> {
    let mut told = Told(Vec::new());
    let requirement = list.requirement;
    for index in 0..requirement.seats.len() {
        told.included(format!("seats[{index}]"), "people cost nothing by themselves: use is charged");
    }
    for (index, demand) in requirement.demand.iter().enumerate() {
        let at = format!("demand[{index}]");
        match demand.channel {
            Channel::Voice | Channel::WebVoice => call(list, demand, &at, &mut told),
            Channel::Chat => text(list, demand, &at, &mut told),
            Channel::Email => part(list, &list.edition.email, demand, &at, &mut told),
            Channel::Sms | Channel::Messaging => part(list, &list.edition.message, demand, &at, &mut told),
        }
    }
    for (index, reading) in requirement.meters.iter().enumerate() {
        let included = match reading.meter_id.as_str() {
            "seats_named" | "seats_concurrent" | "voice_recording" => true,
            "voice_analytics" => list.edition.analytics_minute.is_included(),
            "bot_messages" => list.edition.robot_message.is_included(),
            "bot_voice" => list.edition.robot_minute.is_included(),
            "text_requests" => list.edition.text_request.is_included(),
            _ => false,
        };
        if included {
            told.included(format!("meters[{index}]"), "part of the channel's price");
        }
    }
    told.0
}

fn call(list: &PriceList<'_>, demand: &Demand, at: &str, told: &mut Told) {
    told.included(at.to_owned(), "its quantities are stated as meters, or cost nothing by themselves");
    for (index, segment) in demand.segments.iter().enumerate() {
        let path = format!("{at}.segments[{index}]");
        match segment.kind {
            SegmentKind::Recording => told.included(path, "recording; what stores it is another service"),
            SegmentKind::Supervisor => told.included(path, "the customer's connected time is charged, once"),
            SegmentKind::Analytics if list.edition.analytics_minute.is_included() => {
                told.included(path, "part of the channel's price");
            }
            SegmentKind::Transfer
                if demand.channel == Channel::Voice && !states(list.requirement, "voice_outbound") =>
            {
                told.gap(path, "the leg to an outside number is a call made: state it as voice_outbound");
            }
            SegmentKind::Bot
                if list.edition.robot_minute.published().is_some() && !list.chosen(ROBOT_MODULE) =>
            {
                told.gap(path, "the robot itself is a module of its own that is not chosen: q-in-connect");
            }
            _ => {}
        }
    }
    for (index, event) in demand.events.iter().enumerate() {
        if matches!(event.kind, EventKind::MessageIn | EventKind::MessageOut | EventKind::BotMessage) {
            told.gap(format!("{at}.events[{index}]"), "messages in a call have no figure");
        }
    }
}

fn part(list: &PriceList<'_>, part: &Part, demand: &Demand, at: &str, told: &mut Told) {
    if part.published().is_some() {
        return text(list, demand, at, told);
    }
    told.gap(at.to_owned(), &format!("this list has no figure for the channel {}", demand.channel.id()));
}

fn text(list: &PriceList<'_>, demand: &Demand, at: &str, told: &mut Told) {
    told.included(at.to_owned(), "messages are charged, and nothing else of a contact");
    for (index, segment) in demand.segments.iter().enumerate() {
        if segment.kind == SegmentKind::Analytics && !list.edition.analytics_minute.is_included() {
            told.gap(format!("{at}.segments[{index}]"), "analytics of written contacts has no figure");
        }
    }
    let robots_are_charged = list.edition.robot_message.published().is_some();
    let no_robot = robots_are_charged && !list.chosen(ROBOT_MODULE) && !list.chosen(TEXT_MODULE);
    for (index, event) in demand.events.iter().enumerate() {
        let path = format!("{at}.events[{index}]");
        match event.kind {
            EventKind::BotMessage if no_robot => told.gap(path, ROBOT_GAP),
            EventKind::Turn if !has_messages(demand) => {
                told.gap(path, "messages are charged: say how many a turn has");
            }
            _ => {}
        }
    }
}

struct Told(Vec<CoverageStatement>);

impl Told {
    fn included(&mut self, path: String, note: &str) {
        self.0.push(CoverageStatement { path, status: CoverageStatus::Included, note: note.to_owned() });
    }

    fn gap(&mut self, path: String, note: &str) {
        self.0.push(CoverageStatement { path, status: CoverageStatus::NotOffered, note: note.to_owned() });
    }
}

/// What the charges of a price list take for granted.
pub(crate) fn assumptions(list: &PriceList<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let requirement = list.requirement;
    let demanded = |channel| requirement.demand.iter().any(|demand| demand.channel == channel);
    if demanded(Channel::WebVoice) {
        let text = "no rounding of web calls is published: they are counted like the service's minutes";
        notes.push(Note::new("web_calling_by_the_second", text, "web-calling"));
    }
    if list.edition.analytics_minute.published().is_some() && segments(requirement, SegmentKind::Analytics) {
        let text = "no rounding of analysed minutes is published: each second counts by its part";
        notes.push(Note::new("analytics_by_part", text, "contact-lens"));
    }
    if list.edition.robot_message.published().is_some() && list.chosen(ROBOT_MODULE) {
        let text = "all messages of a chat's customer are taken as received by the robot; where people \
                    answer some of them, state the meter bot_messages";
        notes.push(Note::new("customer_messages_reach_robot", text, "q-chat"));
    }
    for (index, reading) in requirement.meters.iter().enumerate() {
        if reading.meter_id == "channel_messages" && !reading.attributes.contains_key("channel") {
            let text = "messages of no named channel are priced as chat messages";
            notes.push(Note::new("messages_as_chat", text, format!("meters[{index}]")));
        }
    }
    notes
}

/// What the amounts of every offer leave out.
pub(crate) fn exclusions(requirement: &Requirement) -> Vec<Note> {
    let mut notes = vec![
        Note::new(
            "free_tier",
            "the free quantities of a new account's first 12 months are not taken off",
            "",
        ),
        Note::new("telecom_taxes", "telecommunication taxes and surcharges are added by country", ""),
    ];
    if segments(requirement, SegmentKind::Recording) || states(requirement, "voice_recording") {
        let text = "recordings are stored by another service, which bills for it";
        notes.push(Note::new("recording_storage", text, ""));
    }
    let carried = |demand: &Demand| matches!(demand.channel, Channel::Sms | Channel::Messaging);
    if requirement.demand.iter().any(carried) {
        let text = "what a carrier or a messaging platform asks for a message is not on the list";
        notes.push(Note::new("message_carriers", text, ""));
    }
    notes
}

/// What a buyer should know.
pub(crate) fn warnings(list: &PriceList<'_>) -> Vec<Note> {
    let text = "what is credited for a month below the promised availability is not priced";
    let mut notes = vec![Note::new("service_credits", text, "")];
    let speaks = segments(list.requirement, SegmentKind::Bot) || states(list.requirement, "bot_voice");
    if speaks && list.edition.robot_minute.published().is_some() && list.chosen(ROBOT_MODULE) {
        let text = "speech requests of Amazon Lex are billed beside the robot's minutes; their price is not \
                    on the page";
        notes.push(Note::new("speech_requests", text, "q-voice"));
    }
    notes
}

fn segments(requirement: &Requirement, kind: SegmentKind) -> bool {
    requirement.demand.iter().flat_map(|demand| &demand.segments).any(|segment| segment.kind == kind)
}
