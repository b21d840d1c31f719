//! An offer: one edition and purchase option that answers a requirement, as data.

use std::collections::BTreeSet;

use iso_currency::Currency;
use rust_decimal::Decimal;

use crate::charge::{
    AllowanceTier, Category, Charge, CommitmentKind, Confidence, Cycle, Effect, MatchValues, MeteringSource,
    PriceModel, Scope, Subject, Tier,
};
use crate::interval::Interval;
use crate::money::{MAX_ROUNDING_SCALE, Rounding};

/// Most charges of an offer.
pub const MAX_CHARGES: usize = 500;
/// Most adjustments of a charge.
pub const MAX_ADJUSTMENTS: usize = 64;
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
    pub charges: Vec<Charge>,
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
        }
    }
}

/// How amounts are counted and rounded. What is `None` is left to a default and comes back as an
/// assumption.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Conventions {
    /// How an invoice is rounded.
    pub invoice_rounding: Option<Rounding>,
    /// Days of a month for daily prices.
    pub month_days: Option<MonthDays>,
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
        if found.0.is_empty() { Ok(Self { parts }) } else { Err(InvalidOffer(found.0)) }
    }

    /// The checked parts.
    #[must_use]
    pub const fn parts(&self) -> &OfferParts {
        &self.parts
    }
}

#[derive(Default)]
struct Violations(Vec<OfferViolation>);

impl Violations {
    fn add(&mut self, place: &str, rule: impl Into<String>) {
        self.0.push(OfferViolation { place: place.to_owned(), rule: rule.into() });
    }

    fn id(&mut self, place: &str, id: &str) {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if id.is_empty() || id.len() > MAX_ID || !id.chars().all(legal) {
            let expected = format!("expected 1 to {MAX_ID} letters, digits, '-', '_' or '.'");
            self.add(place, format!("found the id {id:?}, {expected}"));
        }
    }
}

fn check_frame(parts: &OfferParts, found: &mut Violations) {
    found.id("edition.id", &parts.edition.id);
    found.id("purchase_option.id", &parts.purchase_option.id);
    if parts.charges.is_empty() || parts.charges.len() > MAX_CHARGES {
        found.add("charges", format!("found {} charges, expected 1 to {MAX_CHARGES}", parts.charges.len()));
    }
    let terms = &parts.terms;
    for (name, months) in [
        ("minimum_months", Some(terms.minimum_months)),
        ("multiple_of_months", Some(terms.multiple_of_months)),
        ("renewal_months", terms.renewal_months),
        ("billing_period_months", terms.billing_period_months),
    ] {
        if let Some(months) = months.filter(|months| !(1..=120).contains(months)) {
            found.add(&format!("terms.{name}"), format!("found {months}, expected 1 to 120 months"));
        }
    }
    if let Some(scale) = parts.conventions.invoice_rounding.and_then(|rounding| rounding.scale) {
        check_scale("conventions.invoice_rounding", scale, found);
    }
}

fn check_scale(place: &str, scale: u32, found: &mut Violations) {
    if scale > MAX_ROUNDING_SCALE {
        found.add(place, format!("found {scale} places, expected 0 to {MAX_ROUNDING_SCALE}"));
    }
}

fn check_charge(charge: &Charge, place: &str, sources: usize, found: &mut Violations) {
    found.id(place, &charge.id);
    if (charge.category == Category::OneTime) != (charge.cycle == Cycle::Once) {
        found.add(place, "found a one-time charge or a cycle of once without the other");
    }
    if charge
        .sources
        .iter()
        .chain(charge.adjustments.iter().flat_map(|a| &a.sources))
        .any(|index| usize::try_from(*index).map_or(true, |index| index >= sources))
    {
        found.add(place, format!("found a source index that is not below {sources}"));
    }
    if charge.cycle == Cycle::Day
        && !matches!(charge.model, PriceModel::Flat { .. } | PriceModel::PerUnit { .. })
    {
        found.add(place, "found a daily cycle with tiers or packages, expected a flat price or one per unit");
    }
    if charge.adjustments.len() > MAX_ADJUSTMENTS {
        let count = charge.adjustments.len();
        found.add(place, format!("found {count} adjustments, expected at most {MAX_ADJUSTMENTS}"));
    }
    check_metering(charge, place, found);
    check_price(charge, place, found);
    let limits = [("minimum_amount", charge.minimum_amount), ("maximum_amount", charge.maximum_amount)];
    for (name, limit) in limits {
        if let Some(limit) = limit.filter(|limit| *limit < Decimal::ZERO) {
            found.add(&format!("{place}.{name}"), format!("found {limit}, expected 0 or more"));
        }
    }
    if let (Some(minimum), Some(maximum)) = (charge.minimum_amount, charge.maximum_amount)
        && minimum > maximum
    {
        found.add(place, format!("found the minimum {minimum} above the maximum {maximum}"));
    }
    for (name, rounding) in [("line_rounding", charge.line_rounding), ("tier_rounding", charge.tier_rounding)]
    {
        if let Some(scale) = rounding.and_then(|rounding| rounding.scale) {
            check_scale(&format!("{place}.{name}"), scale, found);
        }
    }
    check_adjustments(charge, place, found);
    check_ratchet(charge, place, found);
}

/// What is added within a cycle is priced by itself: nothing may count once for the whole cycle.
fn check_ratchet(charge: &Charge, place: &str, found: &mut Violations) {
    let grows_within = charge.commitment.kind == CommitmentKind::Ratchet
        && !matches!(charge.cycle, Cycle::Day | Cycle::Month);
    let by_unit = match &charge.model {
        PriceModel::PerUnit { .. } => true,
        PriceModel::Volume { tiers, lookup, .. } => {
            let whole = |tier: &Tier| tier.flat_amount.is_none() && tier.package_size.is_none();
            lookup.is_none() && tiers.as_slice().iter().all(whole)
        }
        PriceModel::Flat { .. }
        | PriceModel::Graduated { .. }
        | PriceModel::StairStep { .. }
        | PriceModel::Package { .. } => false,
    };
    let once = charge.allowance.is_some()
        || charge.minimum_amount.is_some()
        || charge.maximum_amount.is_some()
        || charge.adjustments.iter().any(|adjustment| matches!(adjustment.effect, Effect::Amount(_)));
    if grows_within && (!by_unit || once) {
        let expected = "expected a price or volume tiers for each unit, without allowance, limits or amounts";
        found.add(place, format!("found a ratchet that grows within a cycle, {expected}"));
    }
}

fn check_metering(charge: &Charge, place: &str, found: &mut Violations) {
    let rule = &charge.metering;
    let segments = matches!(rule.source, MeteringSource::Segments(_));
    for step in &rule.steps {
        if step.minimum.is_none() && step.increment.is_none() {
            found.add(place, "found a metering step without minimum and increment, expected one of them");
        }
        if step.first_increment.is_some() && step.increment.is_none() {
            found.add(place, "found a first increment without an increment");
        }
        if step.scope != Scope::Month && !segments {
            found.add(place, format!("found a step of {:?} scope, expected one on segments", step.scope));
        }
    }
    if rule.steps.windows(2).any(|pair| matches!(pair, [a, b] if a.scope > b.scope)) {
        found.add(place, "found a metering step of a narrower scope after a wider one");
    }
    if let MeteringSource::Constant(quantity) = rule.source
        && quantity < Decimal::ZERO
    {
        found.add(place, format!("found the constant quantity {quantity}, expected 0 or more"));
    }
    if matches!(&rule.source, MeteringSource::Events(kinds) if kinds.is_empty()) {
        found.add(place, "found no event kind, expected at least one");
    }
    if rule.matches.values().any(|values| matches!(values, MatchValues::AnyOf(values) if values.is_empty())) {
        found.add(place, "found a match without values");
    }
    let committed = matches!(rule.source, MeteringSource::Seats(_) | MeteringSource::Constant(_));
    if !committed && charge.commitment != crate::charge::Commitment::default() {
        found.add(&format!("{place}.commitment"), "found a commitment on what is no seat");
    }
}

fn check_price(charge: &Charge, place: &str, found: &mut Violations) {
    let price = match &charge.model {
        PriceModel::Flat { amount, .. } => *amount,
        PriceModel::PerUnit { price, .. } | PriceModel::Package { price, .. } => *price,
        // Tiers check their own prices.
        PriceModel::Graduated { .. } | PriceModel::Volume { .. } | PriceModel::StairStep { .. } => {
            Interval::ZERO
        }
    };
    if price.low() < Decimal::ZERO {
        found.add(place, format!("found the price {}, expected 0 or more", price.low()));
    }
    let Some(allowance) = &charge.allowance else { return };
    if allowance.quantity < Decimal::ZERO {
        found.add(place, format!("found the allowance {}, expected 0 or more", allowance.quantity));
    }
    if allowance.tier == AllowanceTier::Gross && !matches!(charge.model, PriceModel::Volume { .. }) {
        found.add(place, "found a tier picked by gross quantity, expected that only with a volume price");
    }
}

fn check_adjustments(charge: &Charge, place: &str, found: &mut Violations) {
    let mut ids = BTreeSet::new();
    for (index, adjustment) in charge.adjustments.iter().enumerate() {
        let place = format!("{place}.adjustments[{index}]");
        found.id(&place, &adjustment.id);
        if !ids.insert(adjustment.id.as_str()) {
            found.add(&place, format!("found the id {:?} twice, expected unique ids", adjustment.id));
        }
        let effect = match &adjustment.effect {
            Effect::Fraction { fraction, .. } => {
                if fraction.low() < Decimal::NEGATIVE_ONE {
                    found.add(&place, format!("found the fraction {}, expected -1 or more", fraction.low()));
                }
                fraction
            }
            Effect::Amount(amount) => amount,
        };
        if effect.high().is_none() {
            found.add(&place, "found an adjustment without an upper bound, expected both bounds");
        }
        let seats = matches!(charge.metering.source, MeteringSource::Seats(_) | MeteringSource::Constant(_));
        if !seats && adjustment.conditions.iter().any(|c| c.subject == Subject::CommittedQuantity) {
            found.add(&place, "found a condition on the committed quantity of what is no seat");
        }
    }
}
