//! What a price list charges for: minutes, messages, and the features that are billed beside them.

use quotient_plugin_api::adapter::of_demand;
use quotient_plugin_api::charge::{
    Category, Charge, Confidence, Cycle, MatchValues, MeteringRule, MeteringSource, MeteringStep, Positive,
    PriceModel, Scope, StepDirection,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::provenance::{CitedCharges, Published};
use quotient_plugin_api::requirement::{EventKind, Requirement, SegmentKind};
use rust_decimal::Decimal;

use crate::sheet::{Edition, Minimum, Minimums, Part};

/// The module of the robots that talk and write.
pub(crate) const ROBOT_MODULE: &str = "q-in-connect";
/// The module of the engine that reads customers' text.
pub(crate) const TEXT_MODULE: &str = "lex";
/// All modules.
pub(crate) const MODULES: [&str; 2] = [ROBOT_MODULE, TEXT_MODULE];

const CALLS: &[&str] = &["voice", "web_voice"];
const MESSAGES: [EventKind; 3] = [EventKind::MessageIn, EventKind::MessageOut, EventKind::BotMessage];

/// A charge by use, by the month.
pub(crate) fn usage(id: &str, name: &str, rule: MeteringRule, price: Interval, per: Positive) -> Charge {
    Charge::new(id, name, Category::Usage, rule, PriceModel::PerUnit { price, per }, Cycle::Month)
}

/// Each contact in whole seconds, at least so many.
pub(crate) const fn by_the_second(minimum: &Minimum) -> MeteringStep {
    MeteringStep {
        scope: Scope::Contact,
        minimum: Some(minimum.seconds.0),
        first_increment: None,
        increment: Some(Positive::ONE),
        direction: StepDirection::Up,
    }
}

/// Adds the charges of one price list to an offer.
pub(crate) struct PriceList<'a> {
    pub(crate) edition: &'a Edition,
    /// Place of the edition in the sheet.
    pub(crate) index: usize,
    pub(crate) minimum: &'a Minimums,
    pub(crate) requirement: &'a Requirement,
}

impl PriceList<'_> {
    pub(crate) fn add_to(&self, cited: &mut CitedCharges<'_>) {
        self.calls(cited);
        self.texts(cited);
        self.robots(cited);
        self.passed_through(cited);
    }

    /// Whether a module's charges belong to the offer.
    pub(crate) fn chosen(&self, module: &str) -> bool {
        self.requirement.selection.module_ids.iter().any(|id| id == module)
    }

    /// A figure of this list, as a page and a place in the sheet.
    fn figure<'p>(&self, published: &'p Published, field: &str) -> (&'p str, String) {
        (&published.page, format!("editions[{}].{field}", self.index))
    }

    fn calls(&self, cited: &mut CitedCharges<'_>) {
        let length = || MeteringSource::Segments(Vec::new());
        let service = || by_the_second(&self.minimum.service);

        let price = &self.edition.voice_minute;
        let rule = self.on(CALLS, MeteringRule::new("voice_connected", length())).step(service());
        let charge = per_minute("voice-service", "Voice service", rule, price);
        let minimum = (self.minimum.service.page.as_str(), "minimum.service".to_owned());
        cited.add(charge, &[self.figure(price, "voice_minute"), minimum]);

        let price = &self.edition.web_calling_minute;
        let rule = self.on(&["web_voice"], MeteringRule::new("web_voice", length())).step(service());
        let charge = per_minute("web-calling", "Web calling", rule, price);
        cited.add(charge, &[self.figure(price, "web_calling_minute")]);

        if let Some(price) = self.edition.analytics_minute.published() {
            let source = MeteringSource::Segments(vec![SegmentKind::Analytics]);
            let rule = self.on(CALLS, MeteringRule::new("voice_analytics", source));
            let charge = per_minute("contact-lens", "Contact Lens voice analytics", rule, price);
            cited.add(charge, &[self.figure(price, "analytics_minute.charged")]);
        }
    }

    fn texts(&self, cited: &mut CitedCharges<'_>) {
        let messages = || MeteringSource::Events(MESSAGES.to_vec());
        let rule = || MeteringRule::new("channel_messages", messages());
        let stated = || self.requirement.meters.iter().filter(|r| r.meter_id == "channel_messages");
        let unnamed = stated().any(|reading| !reading.attributes.contains_key("channel"));
        let of_chat = stated().any(|reading| reading.attributes.get("channel").is_some_and(|c| c == "chat"));

        let price = &self.edition.chat_message;
        // Stated messages of no named channel are chat, and win over the demand's.
        if of_chat || !unnamed {
            let rule = rule().matching("channel", &["chat"]);
            let charge = per_message("chat-messages", "Chat messages", rule, price);
            cited.add(charge, &[self.figure(price, "chat_message")]);
        }
        if unnamed {
            let rule = absent("channel", MeteringRule::new("channel_messages", MeteringSource::Stated));
            let charge = per_message("messages", "Messages of no named channel, as chat", rule, price);
            cited.add(charge, &[self.figure(price, "chat_message")]);
        }
        if let Some(price) = self.edition.message.published() {
            let rule = rule().matching("channel", &["sms", "messaging"]);
            let charge = per_message("text-messages", "SMS and third-party messages", rule, price);
            cited.add(charge, &[self.figure(price, "message.charged")]);
        }
        if let Some(price) = self.edition.email.published() {
            let rule = self.on(&["email"], MeteringRule::new("emails", messages()));
            let charge = per_message("emails", "E-mails", rule, price);
            cited.add(charge, &[self.figure(price, "email.charged")]);
        }
    }

    /// The modules that are chosen, where the list charges for them.
    fn robots(&self, cited: &mut CitedCharges<'_>) {
        let charged = |part: &Part, module| part.published().filter(|_| self.chosen(module)).cloned();
        if let Some(price) = charged(&self.edition.robot_message, ROBOT_MODULE) {
            let source = MeteringSource::Events(vec![EventKind::MessageIn, EventKind::BotMessage]);
            let rule = self.on(&["chat"], MeteringRule::new("bot_messages", source));
            let charge = per_message("q-chat", "Amazon Q in Connect, chat messages", rule, &price);
            cited.add(in_module(ROBOT_MODULE, charge), &[self.figure(&price, "robot_message.charged")]);
        }
        if let Some(price) = charged(&self.edition.robot_minute, ROBOT_MODULE) {
            let source = MeteringSource::Segments(vec![SegmentKind::Bot]);
            let rule = self.on(CALLS, MeteringRule::new("bot_voice", source));
            let rule = rule.step(by_the_second(&self.minimum.robot));
            let charge = per_minute("q-voice", "Amazon Q in Connect, voice", rule, &price);
            let minimum = (self.minimum.robot.page.as_str(), "minimum.robot".to_owned());
            let figures = [self.figure(&price, "robot_minute.charged"), minimum];
            cited.add(in_module(ROBOT_MODULE, charge), &figures);
        }
        if let Some(price) = charged(&self.edition.text_request, TEXT_MODULE) {
            let source = MeteringSource::Events(vec![EventKind::MessageIn]);
            let rule = self.on(&["chat"], MeteringRule::new("text_requests", source));
            let charge = per_message("lex", "Amazon Lex text requests", rule, &price);
            cited.add(in_module(TEXT_MODULE, charge), &[self.figure(&price, "text_request.charged")]);
        }
    }

    /// Counts only demand of these channels.
    fn on(&self, channels: &[&str], rule: MeteringRule) -> MeteringRule {
        of_demand(rule, self.requirement, &[("channel", channels)])
    }

    /// Amounts that the buyer knows of the vendor's other services; they have no page here.
    fn passed_through(&self, cited: &mut CitedCharges<'_>) {
        let mut services = Vec::new();
        for reading in self.requirement.meters.iter().filter(|r| r.meter_id == "pass_through") {
            let service = reading.attributes.get("service");
            if !services.contains(&service) {
                services.push(service);
            }
        }
        for (index, service) in services.into_iter().enumerate() {
            let rule = MeteringRule::new("pass_through", MeteringSource::Stated);
            let (name, rule) = match service {
                Some(service) => (service.as_str(), rule.matching("service", &[service.as_str()])),
                None => ("not named", absent("service", rule)),
            };
            let id = format!("pass-through-{}", index.saturating_add(1));
            let price = Interval::exact(Decimal::ONE);
            let mut charge = usage(&id, &format!("Other service: {name}"), rule, price, Positive::ONE);
            charge.pass_through = true;
            charge.confidence = Confidence::Estimate;
            cited.charges.push(charge);
        }
    }
}

fn per_minute(id: &str, name: &str, rule: MeteringRule, published: &Published) -> Charge {
    usage(id, name, rule, published.price.0, Positive::MINUTE)
}

fn per_message(id: &str, name: &str, rule: MeteringRule, published: &Published) -> Charge {
    usage(id, name, rule, published.price.0, Positive::ONE)
}

fn in_module(module: &str, mut charge: Charge) -> Charge {
    charge.module_id = Some(module.to_owned());
    charge
}

/// Counts only what does not say this fact.
fn absent(key: &str, mut rule: MeteringRule) -> MeteringRule {
    rule.matches.insert(key.to_owned(), MatchValues::Absent);
    rule
}
