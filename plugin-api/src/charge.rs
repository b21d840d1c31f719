//! One priced thing of an offer, as data that the kernel evaluates.
//!
//! The meaning, unit and range of every field stand in `quotient/v1/charge.proto` and the files that it
//! imports. Fields where any value is right are public; the types with an invariant keep it in their
//! constructor, and [`crate::offer::Offer::new`] checks what holds between fields.

use rust_decimal::Decimal;

pub use self::adjustment::{Adjustment, AdjustmentBase, Condition, Effect, Subject};
pub use self::allowance::{Allowance, AllowanceExcess, AllowanceReset, AllowanceTier};
pub use self::commitment::{Commitment, CommitmentKind};
pub use self::lines::{CountedAmount, LineChoice};
pub use self::metering_rule::{
    Attempts, Legs, MatchValues, MeteringRule, MeteringStep, Scope, StepDirection,
};
pub use self::metering_source::{Combine, MeteringSource, Part, SeatBasis, SeatFilter};
pub use self::model::{PartialPackage, PriceModel, StepAccumulation, TierLookup, ZeroQuantity};
pub use self::packs::{BeyondPacks, MAX_PACKS, Pack, Packs};
pub use self::percentage::{Crossing, FreeEvents, Percentage};
pub use self::periods::{LimitsPeriod, TierPeriod};
pub use self::positive::{NotPositive, Positive};
pub use self::proration::{DayCount, Proration, ProrationDivisor, ProrationParts, ProrationUnit};
pub use self::reading::{MAX_READINGS, Reading};
pub use self::spend::{Committed, LimitsCompared, SpendCommitment};
pub use self::tiers::{Tier, TierBound, Tiers, TiersError};
pub use self::window::{DateBasis, DateWindow, MonthWindow};
use crate::money::Rounding;

pub mod adjustment;
pub mod allowance;
pub mod commitment;
pub mod lines;
pub mod metering_rule;
pub mod metering_source;
pub mod model;
pub mod packs;
pub mod percentage;
pub mod periods;
pub mod positive;
pub mod proration;
pub mod reading;
pub mod spend;
pub mod tiers;
pub mod window;

/// One priced thing of an offer.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// Unique in its offer.
    pub id: String,
    /// Name for a person.
    pub name: String,
    /// What kind of cost it is.
    pub category: Category,
    /// What is counted, and how.
    pub metering: MeteringRule,
    /// How the quantity becomes money.
    pub model: PriceModel,
    /// How long one price lasts.
    pub cycle: Cycle,
    /// Quantity in each cycle that is not charged.
    pub allowance: Option<Allowance>,
    /// Least amount in a cycle.
    pub minimum_amount: Option<Decimal>,
    /// Greatest amount in a cycle.
    pub maximum_amount: Option<Decimal>,
    /// Discounts and surcharges, in order.
    pub adjustments: Vec<Adjustment>,
    /// How the quantity is committed over a term.
    pub commitment: Commitment,
    /// Only in these months.
    pub months: Option<MonthWindow>,
    /// Only while the date lies in this window.
    pub dates: Option<DateWindow>,
    /// What part of a cycle costs; `None`: the whole cycle.
    pub proration: Option<Proration>,
    /// How the amount of a cycle is rounded; `None`: not at all.
    pub line_rounding: Option<Rounding>,
    /// How much the figures bind.
    pub confidence: Confidence,
    /// Indices into the offer's sources.
    pub sources: Vec<u32>,
    /// Paid to somebody else than the vendor.
    pub pass_through: bool,
    /// The module that this belongs to; `None`: the edition itself.
    pub module_id: Option<String>,
    /// What a tiered, stair-step or package price charges in a cycle without quantity; `None`: nothing.
    pub zero_quantity: Option<ZeroQuantity>,
    /// How each tier's amount is rounded before tiers are added up; `None`: not at all.
    pub tier_rounding: Option<Rounding>,
    /// A renewal uplift of the terms does not raise it.
    pub without_uplift: bool,
    /// Which quantity meets the ladder of tiers.
    pub tier_period: TierPeriod,
    /// Over which time the minimum and the maximum amount count.
    pub limits_period: LimitsPeriod,
    /// What a quantity below zero costs; `None`: it is refused.
    pub negative_quantity: Option<NegativeQuantity>,
    /// Whether each event, or all of a cycle together, meets the price, the spend commitment and the limits.
    pub priced: Priced,
    /// How a unit price is rounded after the adjustments of the unit price; `None`: not at all.
    pub unit_price_rounding: Option<Rounding>,
    /// What is paid at least, and what a surplus costs.
    pub spend_commitment: Option<SpendCommitment>,
    /// Whether limits meet the amount before adjustments or after; `None`: before.
    pub limits_compared: Option<LimitsCompared>,
    /// Ways to read a rule that the page leaves open: none, or at least two, all of which are priced.
    pub readings: Vec<Reading>,
    /// A cycle without quantity is held to no minimum amount.
    pub minimum_only_when_used: bool,
    /// How months make the quantity of a longer cycle; `None`: a level has its peak, all else adds up.
    pub over_months: Option<OverMonths>,
    /// Days that one price of a daily cycle lasts, from the first day of the service on; `None`: one.
    pub cycle_days: Option<u32>,
}

impl Charge {
    /// A charge with nothing but a price: no allowance, limits, adjustments, commitment or windows.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        category: Category,
        metering: MeteringRule,
        model: PriceModel,
        cycle: Cycle,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            category,
            metering,
            model,
            cycle,
            allowance: None,
            minimum_amount: None,
            maximum_amount: None,
            adjustments: Vec::new(),
            commitment: Commitment::default(),
            months: None,
            dates: None,
            proration: None,
            line_rounding: None,
            confidence: Confidence::List,
            sources: Vec::new(),
            pass_through: false,
            module_id: None,
            zero_quantity: None,
            tier_rounding: None,
            without_uplift: false,
            tier_period: TierPeriod::Cycle,
            limits_period: LimitsPeriod::Cycle,
            negative_quantity: None,
            priced: Priced::Together,
            unit_price_rounding: None,
            spend_commitment: None,
            limits_compared: None,
            readings: Vec::new(),
            minimum_only_when_used: false,
            over_months: None,
            cycle_days: None,
        }
    }
}

/// How months make the quantity of a longer cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverMonths {
    /// The greatest month: it holds over time.
    Peak,
    /// The mean of the months: it holds over time.
    Mean,
    /// The sum of the months.
    Sum,
}

/// What a quantity below zero costs: a correction of what was counted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NegativeQuantity {
    /// Nothing.
    Zero,
    /// The price of the same quantity above zero is given back.
    Mirrored,
}

/// What meets the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priced {
    /// The quantity of a cycle.
    Together,
    /// Each event by itself: a transaction, a window of time, a group. Only in a monthly cycle, and only where
    /// the requirement states the events.
    EachEvent,
}

/// What kind of cost a charge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Committed for a period, whatever is used.
    Recurring,
    /// By what was used.
    Usage,
    /// Once.
    OneTime,
}

/// How long one price of a charge lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// A day: the amount is multiplied by the days of the month.
    Day,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
    /// The whole commitment.
    Term,
    /// Once, at the start.
    Once,
}

/// How much a published figure binds its vendor, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A binding quotation to this buyer.
    Binding,
    /// Agreed in a contract of this buyer.
    Contract,
    /// The vendor's own published price list.
    List,
    /// A reseller, a consultant, a transcription, a derived figure.
    Estimate,
    /// Only bounds are published.
    Range,
    /// The vendor wants to be asked.
    ContactSales,
}
