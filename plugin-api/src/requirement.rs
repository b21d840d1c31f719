//! What a buyer needs, in business terms, with dates and term resolved.
//!
//! The field-by-field meaning, units and ranges stand in `quotient/v1/requirement.proto`; a value of
//! these types has passed all of them, because [`crate::wire::requirement_from_wire`] is the way in.

use std::collections::BTreeMap;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use self::buyer::{Buyer, Wishes};
pub use self::profile::MonthlyProfile;
pub use self::service_level::{ServiceLevel, ServiceLevelError};

use crate::interval::add;
use crate::pricing::started_months;

pub mod buyer;
pub mod profile;
pub mod service_level;
pub mod serving;

/// Most single events of a stated quantity.
pub const MAX_EVENTS: usize = 1_000;

/// What a buyer needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// The day that prices are read for and the order is placed on.
    pub pricing_date: Date,
    /// First day of the service.
    pub start_date: Date,
    /// A new contract, or seats added to a running one.
    pub purchase: Purchase,
    /// Months over which costs are added up.
    pub horizon_months: u32,
    /// Where the service must be hosted; `None`: anywhere.
    pub hosting_region: Option<String>,
    /// How the buyer wants to be billed; `None`: however the vendor does.
    pub billing_period: Option<BillingPeriod>,
    /// The currency that totals are also shown in.
    pub currency: Option<Currency>,
    /// People who work in the system; with [`Purchase::Expand`], the added ones.
    pub seats: Vec<SeatGroup>,
    /// Contacts with customers.
    pub demand: Vec<Demand>,
    /// Quantities said directly.
    pub meters: Vec<MeterReading>,
    /// Telephone numbers to hold.
    pub numbers: Vec<NumberGroup>,
    /// Pins.
    pub selection: Selection,
    /// Quantities that are paid for already.
    pub holdings: Vec<Holding>,
    /// The company that buys.
    pub buyer: Buyer,
    /// What is wished for beside quantities.
    pub wishes: Wishes,
}

impl Requirement {
    /// Months that are asked for, from 1: those of a new contract, or the started ones of a running one.
    #[must_use]
    pub fn asked_months(&self) -> u32 {
        match &self.purchase {
            Purchase::New { term_months } => *term_months,
            Purchase::Expand { co_term_date, .. } => started_months(self.start_date, *co_term_date),
        }
    }

    /// The most named seats of a month of the asked term, held ones included; `None` where none are named.
    #[must_use]
    pub fn peak_seats(&self) -> Option<Decimal> {
        let months = usize::try_from(self.asked_months()).ok()?;
        let mut sums = vec![Decimal::ZERO; months];
        for group in &self.seats {
            for (sum, named) in sums.iter_mut().zip(group.named.months(months).ok()?) {
                *sum = add(*sum, named).ok()?;
            }
        }
        let held = match &self.purchase {
            Purchase::New { .. } => Decimal::ZERO,
            Purchase::Expand { held_seats, .. } => {
                held_seats.values().copied().try_fold(Decimal::ZERO, add).ok()?
            }
        };
        let most = sums.into_iter().max().and_then(|most| add(most, held).ok());
        most.filter(|_| !self.seats.is_empty())
    }

    /// Whether an edition and a purchase option are what the buyer pinned, or nothing is pinned.
    #[must_use]
    pub fn selects(&self, edition_id: &str, purchase_option_id: &str) -> bool {
        let matches = |pin: &Option<String>, id: &str| pin.as_deref().is_none_or(|pin| pin == id);
        matches(&self.selection.edition_id, edition_id)
            && matches(&self.selection.purchase_option_id, purchase_option_id)
    }
}

/// A new contract, or seats added to a running one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purchase {
    /// A new contract.
    New {
        /// Months that the buyer wants to commit to, 1 to 120.
        term_months: u32,
    },
    /// Seats added to a contract that runs until a date.
    Expand {
        /// Day after the last day of the running contract; after the start date.
        co_term_date: Date,
        /// Seats held already, by role.
        held_seats: BTreeMap<String, Decimal>,
    },
}

/// How often a fixed price is invoiced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillingPeriod {
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every twelve months.
    Annual,
    /// Once for the whole term.
    WholeTerm,
}

impl BillingPeriod {
    /// Months from one invoice to the next; `None` for once.
    #[must_use]
    pub const fn months(self) -> Option<u32> {
        match self {
            Self::Monthly => Some(1),
            Self::Quarterly => Some(3),
            Self::Annual => Some(12),
            Self::WholeTerm => None,
        }
    }
}

/// People of one role.
#[derive(Debug, Clone, PartialEq)]
pub struct SeatGroup {
    /// The role, never empty.
    pub role: String,
    /// People with an account.
    pub named: MonthlyProfile,
    /// The most people who work at one time; `None`: not said.
    pub peak_concurrent: Option<MonthlyProfile>,
}

/// Contacts of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Unique in the requirement.
    pub id: String,
    /// How a contact reaches the buyer.
    pub channel: Channel,
    /// Who starts it.
    pub direction: Direction,
    /// Contacts in each month.
    pub contacts: MonthlyProfile,
    /// Timed parts.
    pub segments: Vec<Segment>,
    /// Counted parts.
    pub events: Vec<Event>,
    /// Further facts, `channel` and `direction` among them.
    pub attributes: BTreeMap<String, String>,
    /// Legs of a contact, equally long, 1 to 8; `None`: not said, one.
    pub legs: Option<u32>,
    /// Attempts until a contact is answered, from 1 to 1,000; `None`: not said, one.
    pub attempts_per_contact: Option<Decimal>,
    /// Days of a month on which contacts happen, 1 to 31; `None`: not said.
    pub active_days_per_month: Option<u32>,
    /// Fraction of a day's contacts that its busiest hour has, above 0 and up to 1; `None`: not said.
    pub busy_hour_share: Option<Decimal>,
    /// How soon contacts are to be answered; `None`: not said.
    pub service_level: Option<ServiceLevel>,
}

impl Demand {
    /// Contacts without parts or further facts.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        channel: Channel,
        direction: Direction,
        contacts: MonthlyProfile,
    ) -> Self {
        let facts = [("channel", channel.id()), ("direction", direction.id())];
        Self {
            id: id.into(),
            channel,
            direction,
            contacts,
            segments: Vec::new(),
            events: Vec::new(),
            attributes: facts.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            legs: None,
            attempts_per_contact: None,
            active_days_per_month: None,
            busy_hour_share: None,
            service_level: None,
        }
    }
}

/// How a contact reaches the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// Telephone call.
    Voice,
    /// Call from an app or a web page.
    WebVoice,
    /// Chat on a web page or in an app.
    Chat,
    /// Electronic mail.
    Email,
    /// Text message.
    Sms,
    /// Third-party messaging.
    Messaging,
}

impl Channel {
    /// The value of the attribute `channel`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::WebVoice => "web_voice",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Messaging => "messaging",
        }
    }
}

/// Who starts a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The customer.
    Inbound,
    /// The buyer.
    Outbound,
}

impl Direction {
    /// The value of the attribute `direction`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// A timed part of a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// What happens in it.
    pub kind: SegmentKind,
    /// Fraction of contacts that reach it, above 0 and up to 1.
    pub share: Decimal,
    /// How long it lasts.
    pub duration: Duration,
}

/// What happens in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SegmentKind {
    /// The menu.
    Ivr,
    /// Waiting.
    Queue,
    /// With a person.
    Agent,
    /// With a robot.
    Bot,
    /// A supervisor listens or joins.
    Supervisor,
    /// Handed on to an outside number.
    Transfer,
    /// Being recorded.
    Recording,
    /// Being analysed.
    Analytics,
}

impl SegmentKind {
    /// Whether this runs beside the other segments and is no part of the contact's length.
    #[must_use]
    pub const fn runs_beside(self) -> bool {
        matches!(self, Self::Supervisor | Self::Recording | Self::Analytics)
    }
}

/// How long a segment lasts, in seconds from 0 to 86,400.
#[derive(Debug, Clone, PartialEq)]
pub enum Duration {
    /// Every time the same.
    Fixed(Decimal),
    /// Exponentially distributed with this mean, above 0.
    Exponential {
        /// The mean.
        mean: Decimal,
    },
    /// As recorded: seconds and weights above 0; at least one.
    Samples(Vec<(Decimal, Decimal)>),
    /// Log-normally distributed: most are short and a few very long.
    Lognormal {
        /// The mean, above 0.
        mean: Decimal,
        /// Standard deviation over mean, from 0.01 to 10.
        cv: Decimal,
    },
}

/// A counted part of a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What is counted.
    pub kind: EventKind,
    /// How many there are in a contact.
    pub per_contact: PerContact,
}

/// How many events there are in a contact, each count from 0 to 1,000,000.
#[derive(Debug, Clone, PartialEq)]
pub enum PerContact {
    /// So many on average.
    Mean(Decimal),
    /// As recorded: whole counts and weights above 0; at least one.
    Samples(Vec<(Decimal, Decimal)>),
}

/// What is counted in a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// A message of the customer.
    MessageIn,
    /// A message of a person who serves.
    MessageOut,
    /// A message of a robot.
    BotMessage,
    /// A question and its answer with a robot.
    Turn,
    /// An action of a robot.
    Action,
    /// A contact that a robot resolved.
    Resolution,
}

/// A quantity said directly.
#[derive(Debug, Clone, PartialEq)]
pub struct MeterReading {
    /// Id in the meter catalogue.
    pub meter_id: String,
    /// Quantity in the meter's base unit, each month; below 0 for a correction of what was counted before.
    pub quantity: MonthlyProfile,
    /// Base units in one unit of `quantity`: 60 when minutes are said of a meter in seconds.
    pub base_units: Decimal,
    /// Facts that the price depends on.
    pub attributes: BTreeMap<String, String>,
    /// Quantities of the single events of a month, in their order, which add up to `quantity`; none: only
    /// the sum is known.
    pub events: Vec<Decimal>,
}

/// A quantity that is paid for already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Id in the meter catalogue, of a meter that adds up over months.
    pub meter_id: String,
    /// What is left in the meter's base unit, from 0.
    pub remaining: Decimal,
    /// The last day that it can be used on: a month that starts by then draws on it; `None`: for ever.
    pub expires: Option<Date>,
}

/// Telephone numbers of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberGroup {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Kind of number.
    pub number_type: String,
    /// Numbers held in each month.
    pub count: MonthlyProfile,
}

/// Pins; an empty one leaves the choice open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only offers of this edition.
    pub edition_id: Option<String>,
    /// Only offers with this purchase option.
    pub purchase_option_id: Option<String>,
    /// Modules that must be part of the offer, and no other optional ones.
    pub module_ids: Vec<String>,
}
