//! An offer: one edition and purchase option that answers a requirement, as data.

use std::collections::BTreeSet;
use std::sync::Arc;

use iso_currency::Currency;
use rust_decimal::Decimal;

use self::checks::{Violations, check_charge, check_frame};
use self::line_checks::{check_over_lines, check_sets};
use crate::capability::CapabilityStatement;
use crate::charge::{Charge, Confidence};
use crate::line_set::LineSet;
use crate::money::Rounding;

mod checks;
mod line_checks;

/// Most charges of an offer.
pub const MAX_CHARGES: usize = 500;
/// Most adjustments of a charge.
pub const MAX_ADJUSTMENTS: usize = 64;
/// Most amounts that an adapter computes itself.
pub const MAX_COMPUTED: usize = 120;
/// Longest formula, in characters.
pub const MAX_FORMULA: usize = 500;
/// Longest id.
pub const MAX_ID: usize = 80;

/// An id with a name for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

impl Label {
    /// A label.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }
}

/// A sentence for a person, with a stable code for a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind of statement this is, in `lower_snake_case`.
    pub code: String,
    /// The statement.
    pub text: String,
    /// The requirement path or charge id that it is about; empty for the whole.
    pub subject: String,
}

impl Note {
    /// A note.
    #[must_use]
    pub fn new(code: impl Into<String>, text: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { code: code.into(), text: text.into(), subject: subject.into() }
    }
}

/// One edition and purchase option that answers a requirement. Made by [`Offer::new`], which checks it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    parts: OfferParts,
}

/// The parts of an offer, before they are checked together.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferParts {
    /// The edition.
    pub edition: Label,
    /// The purchase option.
    pub purchase_option: Label,
    /// Currency of all prices.
    pub currency: Currency,
    /// What is charged.
    pub charges: Vec<Arc<Charge>>,
    /// What is agreed.
    pub terms: Terms,
    /// How amounts are counted and rounded.
    pub conventions: Conventions,
    /// What the adapter says of parts of the requirement that no charge meters.
    pub coverage: Vec<CoverageStatement>,
    /// What was assumed.
    pub assumptions: Vec<Note>,
    /// What the charges do not contain.
    pub exclusions: Vec<Note>,
    /// What a buyer should know.
    pub warnings: Vec<Note>,
    /// Where the figures come from.
    pub sources: Vec<SourceRef>,
    /// What lines mean to each other, in order.
    pub line_sets: Vec<LineSet>,
    /// What comes with the offer; each capability once.
    pub capabilities: Vec<CapabilityStatement>,
    /// For which other quantities of the same requirement the same offer would be made.
    pub holds_for: OfferRange,
}

/// Quantities that an offer holds for; what is `None` is any. Outside of them the product must be asked again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfferRange {
    /// Least named seats of the busiest month of the asked term, held ones included.
    pub seats_from: Option<Decimal>,
    /// Most of them.
    pub seats_to: Option<Decimal>,
    /// Most demand, as a multiple of what is asked for.
    pub demand_to: Option<Decimal>,
}

impl OfferRange {
    /// The quantities that both hold for.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let least = |a: Option<Decimal>, b: Option<Decimal>| a.into_iter().chain(b).min();
        let most = |a: Option<Decimal>, b: Option<Decimal>| a.into_iter().chain(b).max();
        Self {
            seats_from: most(self.seats_from, other.seats_from),
            seats_to: least(self.seats_to, other.seats_to),
            demand_to: least(self.demand_to, other.demand_to),
        }
    }

    /// Whether it holds for so many seats and so many times the demand.
    #[must_use]
    pub fn holds(&self, seats: Decimal, demand: Decimal) -> bool {
        self.seats_from.is_none_or(|from| seats >= from)
            && self.seats_to.is_none_or(|to| seats <= to)
            && self.demand_to.is_none_or(|to| demand <= to)
    }
}

/// What is agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Least months that are sold, from 1.
    pub minimum_months: u32,
    /// Months are sold in multiples of this, from 1.
    pub multiple_of_months: u32,
    /// Months of each renewal, from 1; `None`: `multiple_of_months`.
    pub renewal_months: Option<u32>,
    /// Months between two invoices of recurring charges; `None`: the whole commitment at once.
    pub billing_period_months: Option<u32>,
    /// Recurring charges are invoiced at the end of the billing period.
    pub recurring_in_arrears: bool,
    /// Least number of seats, for information.
    pub minimum_seats: Option<Decimal>,
    /// Days of free trial.
    pub trial_days: Option<u32>,
    /// Whether modules can be added within a term.
    pub modules_addable: Option<bool>,
    /// Whether modules can be removed within a term.
    pub modules_removable: Option<bool>,
    /// Where the months of a commitment begin.
    pub aligned_to: Alignment,
    /// How prices rise with renewals; `None`: not at all.
    pub renewal_uplift: Option<RenewalUplift>,
    /// How the vendor serves.
    pub service: ServiceTerms,
}

/// How the vendor serves; what is `None` is not said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServiceTerms {
    /// Availability that the service agreement promises, as a fraction.
    pub availability: Option<Decimal>,
    /// Days before a renewal by which it must be cancelled.
    pub notice_days: Option<u32>,
    /// Months for which prices cannot rise.
    pub price_lock_months: Option<u32>,
    /// Hours in a week that support is there, 1 to 168.
    pub support_weekly_hours: Option<u32>,
}

/// Where the months of a commitment begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// On the day of the month that the service starts on.
    Start,
    /// On the first of the calendar's months: a commitment that starts on another day starts with a part of
    /// a month and ends with one.
    CalendarMonth,
}

/// How the prices of recurring charges rise with renewals, unless they are passed through or opt out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewalUplift {
    /// By which fraction a price rises in each step, above 0 and up to 1.
    pub fraction: Decimal,
    /// What a later step is taken of.
    pub compounding: Compounding,
    /// When there is a step.
    pub every: UpliftStep,
}

/// What a later step of an uplift is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compounding {
    /// The price of the sold term: two steps of 10 % are 20 %.
    Simple,
    /// The price before the step: two steps of 10 % are 21 %.
    Compound,
}

/// When a price rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpliftStep {
    /// With each renewal.
    Renewal,
    /// With each year that starts after the sold term, from its end on: a cycle has as many steps as years
    /// have started by its first month.
    Year,
}

impl Default for Terms {
    /// Sold by the month, invoiced every month in advance, nothing else said.
    fn default() -> Self {
        Self {
            minimum_months: 1,
            multiple_of_months: 1,
            renewal_months: None,
            billing_period_months: Some(1),
            recurring_in_arrears: false,
            minimum_seats: None,
            trial_days: None,
            modules_addable: None,
            modules_removable: None,
            aligned_to: Alignment::Start,
            renewal_uplift: None,
            service: ServiceTerms::default(),
        }
    }
}

/// How amounts are counted and rounded. What is `None` is left to a default and comes back as an
/// assumption.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conventions {
    /// How an invoice is rounded.
    pub invoice_rounding: Option<Rounding>,
    /// Days of a month for daily prices.
    pub month_days: Option<MonthDays>,
    /// The tax on sales; `None`: the sheet says nothing of it.
    pub tax: Option<Tax>,
}

/// A tax on sales, and whether amounts hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tax {
    /// Its name.
    pub name: String,
    /// As a fraction of the amount without it, from 0 to 1.
    pub rate: Decimal,
    /// Whether the amounts hold it.
    pub included: bool,
}

/// Days of a month for daily prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthDays {
    /// As in the calendar.
    Calendar,
    /// 30.
    Thirty,
    /// 30.5.
    ThirtyAndHalf,
    /// 365 ÷ 12.
    YearTwelfth,
}

/// What an adapter says of a part of the requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageStatement {
    /// Path in the requirement; it covers all below it.
    pub path: String,
    /// What became of it.
    pub status: CoverageStatus,
    /// Why.
    pub note: String,
}

/// What became of a part of the requirement, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoverageStatus {
    /// Priced by a line.
    Priced,
    /// Part of what is paid for anyway.
    Included,
    /// Needed, and billed by somebody else.
    BilledByOthers,
    /// Not sold by this offer.
    NotOffered,
}

impl CoverageStatus {
    /// Whether the offer's amounts leave this part of the demand out.
    #[must_use]
    pub const fn is_gap(self) -> bool {
        matches!(self, Self::BilledByOthers | Self::NotOffered)
    }
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRef {
    /// File name of the price sheet.
    pub sheet_id: String,
    /// The day that the sheet describes, as its page dates it.
    pub as_of: String,
    /// SHA-256 of the sheet, lower-case hexadecimal.
    pub sha256: String,
    /// Place in the sheet.
    pub path: String,
    /// The public page.
    pub uri: String,
    /// How much the page binds.
    pub confidence: Confidence,
}

/// One rule that an offer breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {rule}")]
pub struct OfferViolation {
    /// Where, such as `charges[2].allowance`.
    pub place: String,
    /// What was found and what was expected.
    pub rule: String,
}

/// All rules that an offer breaks; at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the offer breaks {} rule(s): {}", .0.len(), join(.0))]
pub struct InvalidOffer(pub Vec<OfferViolation>);

fn join(violations: &[OfferViolation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Offer {
    /// An offer whose parts fit together.
    ///
    /// # Errors
    /// [`InvalidOffer`] lists every rule that is broken.
    pub fn new(parts: OfferParts) -> Result<Self, InvalidOffer> {
        let mut found = Violations::default();
        check_frame(&parts, &mut found);
        let mut ids = BTreeSet::new();
        for (index, charge) in parts.charges.iter().enumerate() {
            let place = format!("charges[{index}]");
            if !ids.insert(charge.id.as_str()) {
                found.add(&place, format!("found the id {:?} twice, expected unique ids", charge.id));
            }
            check_charge(charge, &place, parts.sources.len(), &mut found);
        }
        check_over_lines(&parts, &mut found);
        check_sets(&parts, &mut found);
        if found.0.is_empty() { Ok(Self { parts }) } else { Err(InvalidOffer(found.0)) }
    }

    /// The checked parts.
    #[must_use]
    pub const fn parts(&self) -> &OfferParts {
        &self.parts
    }
}
