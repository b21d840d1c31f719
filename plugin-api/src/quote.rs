//! The normalized quote, as the kernel makes it.
//!
//! The meaning of every field and the formula of every total stand in `quotient/v1/quote.proto`.

use std::ops::Range;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smallvec::SmallVec;

use crate::capability::CapabilityCoverage;
use crate::charge::{Category, Charge, Confidence};
use crate::interval::{Interval, Step};
use crate::offer::{Alignment, CoverageStatus, Label, Note, RenewalUplift, ServiceTerms, SourceRef, Tax};

/// An offer priced for a requirement.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// The edition.
    pub edition: Label,
    /// The purchase option.
    pub purchase_option: Label,
    /// Currency of all amounts.
    pub currency: Currency,
    /// What is charged.
    pub lines: Vec<LineItem>,
    /// Sums.
    pub totals: Totals,
    /// What the vendor sends for the sold term.
    pub invoices: Vec<Invoice>,
    /// What is agreed.
    pub contract: Contract,
    /// What became of each part of the requirement.
    pub coverage: Vec<DemandCoverage>,
    /// What was assumed.
    pub assumptions: Vec<Note>,
    /// What the amounts do not contain.
    pub exclusions: Vec<Note>,
    /// What a buyer should know.
    pub warnings: Vec<Note>,
    /// The weakest confidence of all priced lines.
    pub confidence: Confidence,
    /// Where the figures come from.
    pub sources: Vec<SourceRef>,
    /// What became of each capability that the requirement names, in its order.
    pub capabilities: Vec<CapabilityCoverage>,
    /// The tax on sales, which all amounts hold or do not hold; `None`: the sheet says nothing of it.
    pub tax: Option<Tax>,
}

impl Quote {
    /// Parts of the requirement that the amounts leave out.
    #[must_use]
    pub fn uncovered(&self) -> usize {
        self.coverage.iter().filter(|part| part.status.is_gap()).count()
    }

    /// Capabilities that the buyer must have and the offer does not bring.
    #[must_use]
    pub fn missing_musts(&self) -> usize {
        self.capabilities.iter().filter(|part| part.is_missing_must()).count()
    }
}

/// One charge over time.
#[derive(Debug, Clone, PartialEq)]
pub struct LineItem {
    /// The charge that was priced.
    pub charge: Arc<Charge>,
    /// Runs of equal cycles.
    pub periods: Vec<Period>,
    /// Over the sold term.
    pub amount: Interval,
    /// Over the horizon.
    pub horizon_amount: Interval,
}

impl LineItem {
    /// What kind of cost it is.
    #[must_use]
    pub fn category(&self) -> Category {
        self.charge.category
    }
}

/// A run of equal cycles of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// First month of the first cycle, counted from 1.
    pub first_month: u32,
    /// Months in each cycle.
    pub cycle_months: u32,
    /// Number of equal cycles.
    pub cycles: u32,
    /// Sold term or renewal.
    pub phase: Phase,
    /// What the requirement asks for in a cycle, before metering.
    pub demanded: Decimal,
    /// How `demanded` became `billed`.
    pub derivation: DerivationSteps,
    /// Quantity that is charged in a cycle.
    pub billed: Decimal,
    /// How `billed` became money.
    pub tiers: TierRows,
    /// What was taken off or put on.
    pub adjustments: Vec<AdjustmentRow>,
    /// Amount of one cycle.
    pub exact: Interval,
    /// `exact` rounded, where the charge rounds its line.
    pub rounded: Option<Interval>,
    /// What one cycle would cost without discounts and surcharges, rounded where the line is rounded; not
    /// part of the answer.
    pub before_adjustments: Interval,
}

impl Period {
    /// The amount of one cycle that counts: rounded where the line is rounded.
    #[must_use]
    pub fn cycle_amount(&self) -> Interval {
        self.rounded.unwrap_or(self.exact)
    }

    /// How many of its cycles start within some months.
    #[must_use]
    pub fn cycles_within(&self, months: &Range<u32>) -> u32 {
        let before = |month: u32| {
            month.saturating_sub(self.first_month).div_ceil(self.cycle_months.max(1)).min(self.cycles)
        };
        before(months.end).saturating_sub(before(months.start))
    }
}

/// Sold term or renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The term that is sold now.
    Term,
    /// What follows it up to the horizon.
    Renewal,
}

/// Steps of a cycle, most often one or two, which need no memory of their own.
pub type DerivationSteps = SmallVec<[DerivationStep; 2]>;

/// Rows of a cycle, most often one, which needs no memory of its own.
pub type TierRows = SmallVec<[TierRow; 1]>;

/// One step from the demanded to the billed quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivationStep {
    /// What was done; the same for all cycles of a line, where it is said of all.
    pub text: Arc<str>,
    /// The quantity after it.
    pub quantity: Decimal,
}

/// A quantity priced at one tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierRow {
    /// Number of the tier, from 0.
    pub tier: u32,
    /// Quantity in base units, or in packages.
    pub quantity: Decimal,
    /// Price of `per` of them.
    pub unit_price: Interval,
    /// Units that `unit_price` buys.
    pub per: Decimal,
    /// Charged once for the tier.
    pub flat_amount: Option<Interval>,
    /// What it makes.
    pub amount: Interval,
}

/// One change to a line's amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustmentRow {
    /// Id of the adjustment; `minimum` or `maximum` for those, `part` for the part of a cycle that is not
    /// charged.
    pub id: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// What it was taken of.
    pub base: Interval,
    /// What was added.
    pub change: Step,
}

/// Sums, rounded to the minor unit; the formulas stand in the proto file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// One-time lines over the sold term.
    pub one_time: Interval,
    /// Recurring lines over the sold term.
    pub recurring: Interval,
    /// Usage lines over the sold term.
    pub usage: Interval,
    /// The sold commitment.
    pub term: Interval,
    /// Its part that accrues in the asked months.
    pub asked_term: Interval,
    /// All commitments that start within the horizon.
    pub horizon: Interval,
    /// The first invoice.
    pub first_invoice: Interval,
    /// Cycles that start in the first twelve months.
    pub first_year: Interval,
    /// `term` over the asked months.
    pub effective_monthly: Interval,
    /// `term` over the seats of the asked months.
    pub per_seat_month: Option<Interval>,
    /// `term` over the contacts of the asked months.
    pub per_contact: Option<Interval>,
}

/// One invoice, or several equal ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// The day of the first one.
    pub first_date: Date,
    /// How many equal ones follow each other.
    pub count: u32,
    /// Months from one to the next.
    pub interval_months: u32,
    /// Index of a line, and its share.
    pub parts: Vec<(usize, Interval)>,
    /// `total` less the parts.
    pub rounding: Step,
    /// What one invoice asks for.
    pub total: Interval,
}

/// What is agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Months that are sold.
    pub sold_term_months: u32,
    /// Months that were asked for.
    pub asked_term_months: u32,
    /// Months of each renewal.
    pub renewal_term_months: u32,
    /// First day.
    pub start_date: Date,
    /// Day after the last day of the sold term.
    pub end_date: Date,
    /// Months between two invoices of recurring lines.
    pub billing_period_months: u32,
    /// Least number of seats.
    pub minimum_seats: Option<Decimal>,
    /// Days of free trial.
    pub trial_days: Option<u32>,
    /// Whether modules can be added within a term.
    pub modules_addable: Option<bool>,
    /// Whether modules can be removed within a term.
    pub modules_removable: Option<bool>,
    /// Where the months of a commitment begin.
    pub aligned_to: Alignment,
    /// How recurring prices rise with renewals.
    pub renewal_uplift: Option<RenewalUplift>,
    /// How the vendor serves.
    pub service: ServiceTerms,
}

/// What became of a part of the requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandCoverage {
    /// Path in the requirement.
    pub path: String,
    /// What became of it.
    pub status: CoverageStatus,
    /// Indices of the lines that price it.
    pub lines: Vec<usize>,
    /// Why.
    pub note: String,
}
