//! Quantities that the users' price includes, and whether a requirement goes beyond them: what that
//! costs is not published, so it must not be free.

use quotient_plugin_api::adapter::{AdapterError, of_demand};
use quotient_plugin_api::charge::{MeteringRule, MeteringSource};
use quotient_plugin_api::interval::mul;
use quotient_plugin_api::metering::{Monthly, meter};
use quotient_plugin_api::requirement::{Channel, Requirement, SegmentKind};
use rust_decimal::Decimal;

use crate::seats::named_users;
use crate::sheet;

/// Which pools are too small in some month; each with the words for it.
#[derive(Default)]
pub(crate) struct Exceeded {
    pub(crate) conversations: Option<String>,
    pub(crate) records: Option<String>,
    pub(crate) robots: Option<String>,
}

/// Contacts that the pool of conversations holds.
pub(crate) const CONVERSATIONS: [Channel; 3] = [Channel::Chat, Channel::Sms, Channel::Messaging];

impl Exceeded {
    pub(crate) fn of(pools: &sheet::Pools, requirement: &Requirement) -> Result<Self, AdapterError> {
        let months = usize::try_from(requirement.horizon_months).unwrap_or(usize::MAX);
        let count = |rule: &MeteringRule| {
            let metered = meter(requirement, rule, months);
            metered.map(|metered| metered.demanded).map_err(|error| AdapterError::new(error.to_string()))
        };
        let contacts = |channels: &[&str]| {
            count(&MeteringRule::new("contacts", MeteringSource::Contacts).matching("channel", channels))
        };
        let users = count(&named_users())?;
        let of_users = |each: Decimal| {
            let pool = users.try_map(|users| mul(users, each));
            pool.map_err(|error| AdapterError::new(error.to_string()))
        };
        let robots = MeteringSource::Segments(vec![SegmentKind::Bot, SegmentKind::Ivr]);
        let robots = MeteringRule::new("voice_bot_leg", robots);
        let robots = count(&of_demand(robots, requirement, &[("channel", &["voice"])]))?;
        let seconds = mul(pools.robot_minutes.0, Decimal::from(60));
        let seconds = Monthly::Constant(seconds.map_err(|error| AdapterError::new(error.to_string()))?);
        let conversations = contacts(&CONVERSATIONS.map(Channel::id))?;
        let each = pools.conversations_per_user.0;
        let records = pools.records_per_user.0;
        Ok(Self {
            conversations: beyond(&conversations, &of_users(each)?, months)
                .then(|| format!("more than the {each} conversations of each user in some month")),
            records: beyond(&contacts(&[Channel::Email.id()])?, &of_users(records)?, months)
                .then(|| format!("more than the {records} routed records of each user in some month")),
            robots: beyond(&robots, &seconds, months).then(|| {
                format!("more than the company's {} robot minutes in some month", pools.robot_minutes.0)
            }),
        })
    }
}

fn beyond(demanded: &Monthly, pool: &Monthly, months: usize) -> bool {
    (0..months).any(|month| demanded.get(month) > pool.get(month))
}
