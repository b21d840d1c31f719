//! The meter catalogue: one published list of what can be counted, shared by requirements, sheets
//! and coverage.

use rust_decimal::Decimal;

/// One thing that can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// The id, stable.
    pub id: &'static str,
    /// The base unit that quantities are counted in.
    pub unit: &'static str,
    /// Name in English.
    pub english: &'static str,
    /// Name in Chinese.
    pub chinese: &'static str,
    /// What is counted.
    pub meaning: &'static str,
}

macro_rules! meters {
    ($($id:literal, $unit:literal, $english:literal, $chinese:literal, $meaning:literal;)*) => {
        /// All meters, ordered by id.
        pub const METERS: &[Meter] = &[$(Meter {
            id: $id, unit: $unit, english: $english, chinese: $chinese, meaning: $meaning,
        }),*];
    };
}

meters! {
    "active_users", "user", "Active users", "活跃用户", "People who use a service at least once in a month";
    "agent_days", "day", "Agent days", "坐席天数", "Days on which people without a seat of their own work";
    "agent_time", "second", "Logged-in time", "坐席登录时长", "Time that people are logged in, whatever they do";
    "ai_actions", "action", "Robot actions", "机器人动作", "Actions that a robot performs";
    "ai_credits", "credit", "AI credits", "AI 积分", "Credits or tokens of the vendor's own that robots and AI features consume";
    "ai_resolutions", "resolution", "Robot resolutions", "机器人解决量", "Contacts that a robot brings to an outcome";
    "ai_sessions", "session", "Robot sessions", "机器人会话", "Sessions of a customer with a robot, as the vendor bounds them";
    "api_requests", "request", "API requests", "接口请求", "Requests of programs";
    "bot_messages", "message", "Robot messages", "机器人消息", "Messages that a robot receives or sends";
    "bot_voice", "second", "Robot voice time", "机器人语音时长", "Time that a caller talks with a robot";
    "call_attempts", "attempt", "Call attempts", "拨打次数", "Calls that are dialled, answered or not";
    "channel_messages", "message", "Channel messages", "渠道消息", "Messages received or sent in a channel, robot messages among them";
    "contacts", "contact", "Contacts", "会话量", "Contacts with customers";
    "copilot_credits", "credit", "Copilot credits", "Copilot 积分", "Credits that robot events consume";
    "data_volume", "megabyte", "Data volume", "数据量", "Data transferred";
    "document_pages", "page", "Document pages", "文档页数", "Pages that are faxed or processed";
    "emails", "message", "E-mails", "邮件", "E-mails received or sent";
    "flat", "item", "Fixed item", "固定项", "Something that is bought once in each cycle";
    "inquiries", "inquiry", "Inquiries", "咨询量", "Questions of customers, whatever the channel";
    "lines_concurrent", "line", "Concurrent lines", "并发线路", "The most calls at one time";
    "numbers", "number", "Telephone numbers", "电话号码", "Telephone numbers held";
    "pass_through", "amount", "Pass-through amount", "代收代付金额", "An amount in the vendor's currency that another service of the vendor bills";
    "people_served", "person", "People served", "服务人数", "Different people with whom there is contact in a month";
    "recording_storage", "gigabyte", "Recording storage", "录音存储", "Recordings kept over a month";
    "robot_answers", "answer", "Robot answers", "机器人问答", "Questions that a robot answers";
    "robots", "robot", "Robots", "机器人", "Robot accounts";
    "seats_concurrent", "seat", "Concurrent seats", "并发坐席", "The most people who work at one time";
    "seats_named", "seat", "Named seats", "坐席", "People with an account";
    "sip_trunks", "trunk", "SIP trunks", "SIP 中继", "Trunks that carry calls of other telephone companies";
    "sms_received", "segment", "Text messages received", "短信接收量", "Segments of text messages received";
    "sms_sent", "segment", "Text messages sent", "短信发送量", "Segments of text messages sent";
    "speech_recognition", "second", "Speech recognition", "语音识别时长", "Length of speech that is turned into text while it is spoken";
    "speech_recognition_files", "second", "Speech recognition of files", "录音文件识别时长", "Length of recordings that are turned into text";
    "speech_sentences", "call", "Sentence recognition", "一句话识别", "Short utterances that are turned into text";
    "text_requests", "request", "Text requests", "文本请求", "Requests of a customer's text to a language engine";
    "tickets", "ticket", "Tickets", "工单", "Questions of customers that are answered at least once";
    "units", "unit", "Units", "单位", "Something that no other meter names";
    "visitors", "visitor", "Visitors", "访客数", "Visitors of a web page who are spoken to first";
    "voice_agent_leg", "second", "Agent voice leg", "坐席通话腿", "Time that an agent or supervisor is connected to a call";
    "voice_analytics", "second", "Voice analytics", "语音分析", "Call time that is analysed";
    "voice_bot_leg", "second", "Robot voice leg", "机器人通话腿", "Time that a robot or menu is connected to a call";
    "voice_connected", "second", "Connected voice", "通话时长", "Length of calls, whatever the line";
    "voice_inbound", "second", "Inbound telephony", "呼入时长", "Length of calls received over the telephone network";
    "voice_outbound", "second", "Outbound telephony", "呼出时长", "Length of calls made over the telephone network";
    "voice_recording", "second", "Recording", "录音时长", "Call time that is recorded";
    "voice_stored", "second", "Stored recordings", "录音存储量", "Recorded call time that is kept, on average over a month";
    "web_voice", "second", "Web calling", "网页通话时长", "Length of calls from an app or a web page";
    "work_time", "second", "Work of the vendor", "服务工时", "Time that people of the vendor work for the buyer";
}

/// The meter with this id.
#[must_use]
pub fn meter(id: &str) -> Option<&'static Meter> {
    METERS.binary_search_by(|meter| meter.id.cmp(id)).ok().and_then(|index| METERS.get(index))
}

impl Meter {
    /// Whether the quantity is a level that holds over time, such as seats, whose cycle bills its peak;
    /// the others add up over time.
    #[must_use]
    pub fn is_level(&self) -> bool {
        matches!(self.unit, "gigabyte" | "item" | "line" | "number" | "robot" | "seat" | "trunk")
    }

    /// Base units in one of a unit that a quantity may be said in; `None` for a unit that does not fit.
    /// The empty unit is the base unit.
    #[must_use]
    pub fn base_units(&self, unit: &str) -> Option<Decimal> {
        match (self.unit, unit) {
            (_, "") => Some(Decimal::ONE),
            (base, unit) if base == unit => Some(Decimal::ONE),
            ("second", "minute") => Some(Decimal::from(60)),
            ("second", "hour") => Some(Decimal::from(3_600)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meter_is_found_by_its_id() {
        for expected in METERS {
            assert_eq!(meter(expected.id), Some(expected), "is the list ordered by id?");
        }
        assert_eq!(meter("seat"), None);
    }

    #[test]
    fn a_duration_can_be_said_in_minutes_and_a_message_cannot() {
        assert_eq!(meter("voice_inbound").unwrap().base_units("minute"), Some(Decimal::from(60)));
        assert_eq!(meter("emails").unwrap().base_units("minute"), None);
    }
}
