//! One priced thing of an offer, as data that the kernel evaluates.
//!
//! The meaning, unit and range of every field stand in `quotient/v1/charge.proto`. Fields where any
//! value is right are public; the types with an invariant keep it in their constructor, and
//! [`crate::offer::Offer::new`] checks what holds between fields.

use jiff::civil::Date;
use rust_decimal::Decimal;

pub use self::allowance::{Allowance, AllowanceExcess, AllowanceReset, AllowanceTier};
pub use self::lines::{CountedAmount, LineChoice};
pub use self::metering_rule::{
    Attempts, Legs, MatchValues, MeteringRule, MeteringStep, Scope, StepDirection,
};
pub use self::metering_source::{Combine, MeteringSource, Part, SeatBasis, SeatFilter};
pub use self::packs::{BeyondPacks, MAX_PACKS, Pack, Packs};
pub use self::percentage::{Crossing, FreeEvents, Percentage};
pub use self::periods::{LimitsPeriod, TierPeriod};
pub use self::proration::{DayCount, Proration, ProrationDivisor, ProrationParts, ProrationUnit};
pub use self::reading::{MAX_READINGS, Reading};
pub use self::tiers::{Tier, TierBound, Tiers, TiersError};
use crate::interval::Interval;
use crate::money::Rounding;

pub mod allowance;
pub mod lines;
pub mod metering_rule;
pub mod metering_source;
pub mod packs;
pub mod percentage;
pub mod periods;
pub mod proration;
pub mod reading;
pub mod tiers;

/// A decimal above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positive(Decimal);

/// A value is not above zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {0}, expected a value above 0")]
pub struct NotPositive(pub Decimal);

impl Positive {
    /// One.
    pub const ONE: Self = Self(Decimal::ONE);
    /// The seconds of a minute, for a price per minute of a quantity in seconds.
    pub const MINUTE: Self = Self(Decimal::from_parts(60, 0, 0, false, 0));

    /// A value above zero.
    ///
    /// # Errors
    /// [`NotPositive`] otherwise.
    pub fn new(value: Decimal) -> Result<Self, NotPositive> {
        if value > Decimal::ZERO { Ok(Self(value)) } else { Err(NotPositive(value)) }
    }

    /// The value.
    #[must_use]
    pub const fn get(self) -> Decimal {
        self.0
    }
}

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

/// Whether limits meet the amount before adjustments or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitsCompared {
    /// Before: a discount is taken of the limited amount.
    BeforeAdjustments,
    /// After: a discount counts towards the limit.
    AfterAdjustments,
}

/// What is paid at least in a cycle, and what a surplus costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpendCommitment {
    /// What is committed to.
    pub committed: Committed,
    /// The amount above the commitment is multiplied by this; from 0.
    pub overage_factor: Decimal,
    /// Whether the amount below the commitment is charged as well.
    pub charges_shortfall: bool,
}

/// What a spend commitment commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// An amount, from 0.
    Amount(Decimal),
    /// The price of a quantity, from 0.
    Quantity(Decimal),
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

/// How a quantity becomes money.
#[derive(Debug, Clone, PartialEq)]
pub enum PriceModel {
    /// The same amount in each cycle, whatever the quantity.
    Flat {
        /// The amount.
        amount: Interval,
        /// Nothing in a cycle whose quantity is 0.
        only_when_used: bool,
    },
    /// A price for each unit.
    PerUnit {
        /// Price of `per` base units.
        price: Interval,
        /// Base units that the price buys.
        per: Positive,
    },
    /// Each unit at the price of the tier that it falls in.
    Graduated {
        /// The tiers.
        tiers: Tiers,
        /// Base units that a unit price buys.
        per: Positive,
    },
    /// All units at the price of the tier that the whole quantity reaches.
    Volume {
        /// The tiers.
        tiers: Tiers,
        /// Base units that a unit price buys.
        per: Positive,
        /// How a quantity is made whole before it picks a tier; `None`: not at all.
        lookup: Option<TierLookup>,
    },
    /// An amount for the step that the quantity reaches.
    StairStep {
        /// The steps: tiers whose `flat_amount` is the step's, without a unit price.
        steps: Tiers,
        /// Which steps are charged.
        accumulation: StepAccumulation,
    },
    /// A price for each package.
    Package {
        /// Base units in a package.
        size: Positive,
        /// Price of a package.
        price: Interval,
        /// What happens to a part; `None`: a started package is charged whole, stated as an assumption.
        partial: Option<PartialPackage>,
        /// Least number of packages in a cycle; none when zero.
        minimum_packages: Decimal,
    },
    /// A fraction of what other lines cost.
    ShareOfLines {
        /// The lines: ordinary ones, and those over other lines whose charges stand before this one.
        lines: LineChoice,
        /// From 0; 0.2 is 20 %.
        fraction: Interval,
    },
    /// What other lines lack of a minimum; nothing when they reach it.
    Shortfall {
        /// The lines: ordinary ones, and those over other lines whose charges stand before this one.
        lines: LineChoice,
        /// What they must come to in a cycle, from 0.
        minimum: Decimal,
        /// Which of their amounts count towards it.
        counted: CountedAmount,
    },
    /// Amounts that the adapter has computed itself, for a rule that no other price expresses.
    Computed {
        /// How, for a person.
        formula: String,
        /// One for each month from the first on; after the last they repeat.
        amounts: Vec<Interval>,
    },
    /// A part of an amount of money, with what each event costs beside it.
    Percentage(Percentage),
    /// Prepaid packs that the quantity is drawn from.
    Packs(Packs),
}

impl PriceModel {
    /// The lines that it looks at; `None` for an ordinary price, which looks at none.
    #[must_use]
    pub const fn over_lines(&self) -> Option<&LineChoice> {
        match self {
            Self::ShareOfLines { lines, .. } | Self::Shortfall { lines, .. } => Some(lines),
            _ => None,
        }
    }

    /// The name in the catalogue of charging models.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Flat { .. } => "flat",
            Self::PerUnit { .. } => "per_unit",
            Self::Graduated { .. } => "graduated",
            Self::Volume { .. } => "volume",
            Self::StairStep { .. } => "stair_step",
            Self::Package { .. } => "package",
            Self::ShareOfLines { .. } => "share_of_lines",
            Self::Shortfall { .. } => "shortfall",
            Self::Computed { .. } => "computed",
            Self::Percentage(_) => "percentage",
            Self::Packs(_) => "packs",
        }
    }
}

/// How a quantity is made whole before it picks a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierLookup {
    /// Rounded up.
    Ceiling,
    /// Rounded down.
    Floor,
}

/// Which steps of a stair are charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepAccumulation {
    /// The one that the quantity reaches.
    Reached,
    /// That one and all before it.
    Sum,
}

/// What is charged in a cycle without quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroQuantity {
    /// Nothing.
    NoCharge,
    /// The amount that the first tier or step charges once.
    FirstTier,
}

/// What happens to a part of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartialPackage {
    /// A started package is charged whole.
    Up,
    /// A started package is not charged.
    Down,
    /// A started package is charged by its part.
    Prorated,
    /// A package that is half full or more is charged whole, and less of it is not.
    Nearest,
}

/// A discount or a surcharge.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    /// Unique in its charge.
    pub id: String,
    /// Why, for a person.
    pub reason: String,
    /// How much.
    pub effect: Effect,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// Only while the date lies in this window.
    pub dates: Option<DateWindow>,
    /// Only in these months.
    pub months: Option<MonthWindow>,
    /// Indices into the offer's sources.
    pub sources: Vec<u32>,
    /// How the change itself is rounded; `None`: not at all.
    pub rounding: Option<Rounding>,
}

/// How much an adjustment changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A fraction of the base, negative for a discount, from -1; both bounds known.
    Fraction {
        /// The fraction.
        fraction: Interval,
        /// What it is taken of.
        base: AdjustmentBase,
    },
    /// An amount in each cycle, negative for a discount; both bounds known. Never takes the line below zero.
    Amount(Interval),
    /// A fraction of each unit price, before it meets the quantity; from -1, both bounds known.
    UnitFraction(Interval),
    /// An amount on each unit price, before it meets the quantity; both bounds known. Never takes a unit
    /// price below zero.
    UnitAmount(Interval),
}

impl Effect {
    /// Whether it changes unit prices, and not the amount that they make.
    #[must_use]
    pub const fn is_on_unit_prices(&self) -> bool {
        matches!(self, Self::UnitFraction(_) | Self::UnitAmount(_))
    }
}

/// What an adjustment's fraction is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdjustmentBase {
    /// The amount before all adjustments.
    List,
    /// The amount after the adjustments before this one.
    Running,
}

/// A condition that the kernel evaluates; bounds are inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What is looked at.
    pub subject: Subject,
    /// Least value.
    pub at_least: Option<Decimal>,
    /// Greatest value.
    pub at_most: Option<Decimal>,
}

impl Condition {
    /// Whether a value satisfies it.
    #[must_use]
    pub fn holds(&self, value: Decimal) -> bool {
        self.at_least.is_none_or(|least| value >= least) && self.at_most.is_none_or(|most| value <= most)
    }
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The quantity that the order commits to; not what is held already.
    CommittedQuantity,
    /// The billed quantity of the cycle.
    BilledQuantity,
    /// Months of the sold term.
    TermMonths,
    /// The line's amount in the cycle before adjustments, within its own limits.
    ListAmount,
}

/// How a quantity is committed over a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// How it may move.
    pub kind: CommitmentKind,
    /// Least quantity; none when zero.
    pub minimum_quantity: Decimal,
    /// What is held already counts towards the minimum.
    pub minimum_counts_held: bool,
}

impl Default for Commitment {
    fn default() -> Self {
        Self { kind: CommitmentKind::Flex, minimum_quantity: Decimal::ZERO, minimum_counts_held: false }
    }
}

/// How a committed quantity may move within a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitmentKind {
    /// Up and down from cycle to cycle; a cycle bills its own peak.
    Flex,
    /// The term's peak in every cycle.
    PeakOfTerm,
    /// Up only; what is added within a cycle is charged to the cycle's end.
    Ratchet,
}

/// Months, counted from 1 at the start date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthWindow {
    /// First month, from 1.
    pub first_month: u32,
    /// Number of months; `None`: without end.
    pub months: Option<u32>,
}

impl MonthWindow {
    /// Whether a month lies in it.
    #[must_use]
    pub fn contains(&self, month: u32) -> bool {
        month >= self.first_month
            && self.months.is_none_or(|months| month < self.first_month.saturating_add(months))
    }
}

/// A window of dates, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateWindow {
    /// First day; `None`: open.
    pub from: Option<Date>,
    /// Last day; `None`: open.
    pub to: Option<Date>,
    /// Which date must lie in it.
    pub basis: DateBasis,
}

impl DateWindow {
    /// Whether the date that counts lies in it.
    #[must_use]
    pub fn contains(&self, order: Date, service: Date) -> bool {
        let date = match self.basis {
            DateBasis::Order => order,
            DateBasis::Service => service,
        };
        self.from.is_none_or(|from| date >= from) && self.to.is_none_or(|to| date <= to)
    }
}

/// Which date counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateBasis {
    /// The pricing date for the sold term, a renewal's first day for a renewal.
    Order,
    /// The first day of the cycle.
    Service,
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
