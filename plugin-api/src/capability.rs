//! The capability list: one published list of what products can do, shared by requirements, sheets and
//! coverage.

use crate::requirement::buyer::CapabilityGrade;

/// One thing that a product can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capability {
    /// The id, stable.
    pub id: &'static str,
    /// Name in English.
    pub english: &'static str,
    /// Name in Chinese.
    pub chinese: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

macro_rules! capabilities {
    ($($id:literal, $english:literal, $chinese:literal, $meaning:literal;)*) => {
        /// All capabilities, ordered by id.
        pub const CAPABILITIES: &[Capability] =
            &[$(Capability { id: $id, english: $english, chinese: $chinese, meaning: $meaning }),*];
    };
}

capabilities! {
    "agent_assist", "Agent assistance", "坐席辅助", "Suggestions to a person while she serves a customer";
    "audit_log", "Audit log", "操作日志", "Who did what in the system, kept for inspection";
    "callback", "Callback", "回呼", "Customers leave a number and are called back";
    "chatbot", "Chat robot", "文本机器人", "A robot answers customers in writing";
    "cobrowsing", "Co-browsing", "协同浏览", "A person sees and guides what a customer sees";
    "crm_integration", "CRM integration", "CRM 集成", "Ready connection to customer relationship systems";
    "custom_development", "Custom development", "定制开发", "The vendor builds functions to order";
    "customer_profile", "Customer profile", "客户画像", "What is known of a customer, on one page";
    "data_residency", "Data residency", "数据驻留", "Data stay in a chosen region";
    "email", "E-mail", "邮件", "Customers are served by e-mail";
    "in_app_chat", "In-app chat", "应用内聊天", "Customers chat from the buyer's own app";
    "ivr", "Voice menu", "语音导航", "Callers choose in a menu before they reach a person";
    "knowledge_base", "Knowledge base", "知识库", "Answers that customers or staff look up";
    "mobile_app", "Mobile workplace", "移动坐席", "Staff serve customers from a telephone";
    "multilingual", "Several languages", "多语言", "Customers are served in more than one language";
    "open_api", "Open interface", "开放接口", "Functions and data by a documented interface";
    "outbound_robot", "Outbound robot", "外呼机器人", "A robot calls people and talks with them";
    "predictive_dialing", "Predictive dialling", "预测外呼", "Calls are placed ahead of free staff";
    "private_deployment", "Private deployment", "私有化部署", "Runs on the buyer's own premises";
    "quality_management", "Quality management", "质检", "Contacts are scored against rules";
    "real_time_dashboard", "Live dashboard", "实时监控", "What happens now, at a glance";
    "recording", "Recording", "录音", "Calls are recorded and kept";
    "reports", "Reports", "报表", "Figures of past contacts";
    "routing", "Routing", "路由分配", "Contacts go to who can serve them";
    "satisfaction_survey", "Satisfaction survey", "满意度调查", "Customers are asked how it went";
    "single_sign_on", "Single sign-on", "单点登录", "Staff sign in with the buyer's accounts";
    "sms", "Text messages", "短信", "Customers are served by text message";
    "social_messaging", "Social messaging", "社交渠道", "Customers are served in WeChat, WhatsApp and the like";
    "speech_analytics", "Speech analytics", "语音分析", "Calls are transcribed and analysed";
    "speech_recognition", "Speech recognition", "语音识别", "Speech becomes text";
    "supervisor_monitoring", "Supervision", "班长监控", "A supervisor listens, whispers or joins";
    "ticketing", "Tickets", "工单", "Requests are kept and followed until they are done";
    "video", "Video", "视频", "Customers are served face to face";
    "voice_inbound", "Inbound calls", "呼入", "Customers call";
    "voice_outbound", "Outbound calls", "呼出", "Staff call customers";
    "voicebot", "Voice robot", "语音机器人", "A robot answers callers by voice";
    "voicemail", "Voicemail", "语音信箱", "Callers leave a message";
    "web_chat", "Web chat", "网页聊天", "Customers chat on a web page";
    "workforce_management", "Workforce management", "排班管理", "Staff are planned by forecast";
}

/// The capability with this id.
#[must_use]
pub fn capability(id: &str) -> Option<&'static Capability> {
    CAPABILITIES
        .binary_search_by(|capability| capability.id.cmp(id))
        .ok()
        .and_then(|index| CAPABILITIES.get(index))
}

/// How a capability comes with an offer, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CapabilityStatus {
    /// Part of what is paid for anyway.
    Included,
    /// With a module that is chosen and paid for.
    AddOn,
    /// Sold by a partner, at a price that is not in the quote.
    Partner,
    /// Not sold.
    NotOffered,
}

/// What a vendor says of a capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapabilityStatement {
    /// Id in the capability list.
    pub capability_id: String,
    /// How it comes.
    pub status: CapabilityStatus,
    /// The module that brings it.
    pub module_id: Option<String>,
    /// In the vendor's words or ours.
    pub note: String,
    /// The public page that says so.
    pub uri: String,
    /// Editions that this holds for; none: all. Only in a catalogue.
    pub edition_ids: Vec<String>,
}

/// What became of a capability that the requirement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapabilityCoverage {
    /// Id in the capability list.
    pub capability_id: String,
    /// How much it counts to the buyer.
    pub grade: CapabilityGrade,
    /// How it comes; `None`: the pages do not say, or its module was not chosen.
    pub status: Option<CapabilityStatus>,
    /// Indices of the lines of the module that brings it.
    pub lines: Vec<usize>,
    /// In the vendor's words or ours.
    pub note: String,
    /// The public page that says so.
    pub uri: String,
}

impl CapabilityCoverage {
    /// Whether the buyer must have it and the offer does not bring it.
    #[must_use]
    pub fn is_missing_must(&self) -> bool {
        let brought = matches!(self.status, Some(CapabilityStatus::Included | CapabilityStatus::AddOn));
        self.grade == CapabilityGrade::Must && !brought
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_ordered_and_found_by_id() {
        assert!(CAPABILITIES.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert!(CAPABILITIES.iter().all(|one| capability(one.id) == Some(one)));
        assert_eq!(capability("teleportation"), None);
    }
}
