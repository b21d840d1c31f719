//! Requirements and offers that the tests of the kernel start from.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use quotient_plugin_api::charge::{
    Adjustment, AdjustmentBase, Allowance, AllowanceTier, Category, Charge, CommitmentKind, Condition, Cycle,
    Effect, MeteringRule, MeteringSource, Positive, PriceModel, Proration, ProrationUnit, SeatBasis,
    SeatFilter, Subject, Tier, Tiers,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::money::currency;
use quotient_plugin_api::offer::{Conventions, Label, Offer, OfferParts, Terms};
use quotient_plugin_api::pricing::price;
use quotient_plugin_api::quote::{LineItem, Quote};
use quotient_plugin_api::requirement::{
    MeterReading, MonthlyProfile, Purchase, Requirement, SeatGroup, Selection,
};
use rust_decimal::Decimal;

pub fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn exact(text: &str) -> Interval {
    Interval::exact(d(text))
}

/// From a low to a high value; no high one for "and up".
pub fn range(low: &str, high: Option<&str>) -> Interval {
    Interval::new(d(low), high.map(d)).unwrap()
}

pub fn profile(values: &[&str]) -> MonthlyProfile {
    MonthlyProfile::new(values.iter().map(|value| d(value)).collect(), Decimal::ZERO).unwrap()
}

/// A new contract from 1 January 2026 that asks for nothing yet.
pub fn new(term_months: u32, horizon_months: u32) -> Requirement {
    Requirement {
        pricing_date: date(2026, 1, 1),
        start_date: date(2026, 1, 1),
        purchase: Purchase::New { term_months },
        horizon_months,
        hosting_region: None,
        billing_period: None,
        currency: None,
        seats: Vec::new(),
        demand: Vec::new(),
        meters: Vec::new(),
        numbers: Vec::new(),
        holdings: Vec::new(),
        buyer: quotient_plugin_api::requirement::buyer::Buyer::default(),
        wishes: quotient_plugin_api::requirement::buyer::Wishes::default(),
        selection: Selection::default(),
    }
}

/// Seats that are added from 1 January 2026 to a contract that ends with `co_term_date`.
pub fn expand(co_term_date: Date, held: &str, added: &[&str]) -> Requirement {
    let held_seats = BTreeMap::from([("agent".to_owned(), d(held))]);
    let purchase = Purchase::Expand { co_term_date, held_seats };
    seats(Requirement { purchase, ..new(12, 1) }, added)
}

pub fn seats(requirement: Requirement, counts: &[&str]) -> Requirement {
    let group = SeatGroup { role: "agent".to_owned(), named: profile(counts), peak_concurrent: None };
    Requirement { seats: vec![group], ..requirement }
}

pub fn stated(mut requirement: Requirement, meter_id: &str, quantities: &[&str]) -> Requirement {
    requirement.meters.push(MeterReading {
        meter_id: meter_id.to_owned(),
        quantity: profile(quantities),
        base_units: Decimal::ONE,
        attributes: BTreeMap::new(),
        events: Vec::new(),
    });
    requirement
}

pub fn per_unit(price: Interval) -> PriceModel {
    PriceModel::PerUnit { price, per: Positive::ONE }
}

pub fn flat(amount: Interval) -> PriceModel {
    PriceModel::Flat { amount, only_when_used: false }
}

/// Tiers by their bounds and unit prices; the last has none.
pub fn tiers(rungs: &[(Option<&str>, &str)]) -> Tiers {
    let tier = |(up_to, price): &(Option<&str>, &str)| Tier::new(up_to.map(d), exact(price));
    Tiers::new(rungs.iter().map(tier).collect()).unwrap()
}

pub fn named() -> SeatFilter {
    SeatFilter { basis: SeatBasis::Named, roles: Vec::new() }
}

/// A price for named seats.
pub fn seat(cycle: Cycle, model: PriceModel) -> Charge {
    let rule = MeteringRule::new("seats_named", MeteringSource::Seats(named()));
    Charge::new("seat", "Seat", Category::Recurring, rule, model, cycle)
}

/// A price for a stated quantity, used month by month.
pub fn usage(meter_id: &str, model: PriceModel) -> Charge {
    let rule = MeteringRule::new(meter_id, MeteringSource::Stated);
    Charge::new(meter_id, meter_id, Category::Usage, rule, model, Cycle::Month)
}

/// One of something, whatever is asked for.
pub fn item(id: &str, category: Category, cycle: Cycle, amount: Interval) -> Charge {
    let rule = MeteringRule::new("flat", MeteringSource::Constant(Decimal::ONE));
    Charge::new(id, id, category, rule, flat(amount), cycle)
}

pub fn fee(cycle: Cycle, amount: &str) -> Charge {
    item("fee", Category::Recurring, cycle, exact(amount))
}

pub fn committed(mut charge: Charge, kind: CommitmentKind) -> Charge {
    charge.commitment.kind = kind;
    charge
}

pub fn prorated(mut charge: Charge, unit: ProrationUnit, divisor: &str, capped: bool) -> Charge {
    let divisor = Positive::new(d(divisor)).unwrap();
    charge.proration = Some(Proration::new(unit, divisor, capped));
    charge
}

pub fn allowance(quantity: &str, per_seat: Option<SeatFilter>, tier: AllowanceTier) -> Option<Allowance> {
    Some(Allowance { per_seat, tier, ..Allowance::of(d(quantity)) })
}

/// A discount of, or a surcharge on, what comes before it or the list amount.
pub fn fraction(id: &str, fraction: &str, base: AdjustmentBase) -> Adjustment {
    adjustment(id, Effect::Fraction { fraction: exact(fraction), base })
}

pub fn adjustment(id: &str, effect: Effect) -> Adjustment {
    Adjustment {
        id: id.into(),
        reason: id.into(),
        effect,
        conditions: Vec::new(),
        dates: None,
        months: None,
        sources: Vec::new(),
        rounding: None,
    }
}

pub fn at_least(subject: Subject, least: &str) -> Condition {
    Condition { subject, at_least: Some(d(least)), at_most: None }
}

pub fn adjusted(mut charge: Charge, adjustments: &[Adjustment]) -> Charge {
    charge.adjustments.extend_from_slice(adjustments);
    charge
}

pub fn parts(terms: Terms, charges: &[Charge]) -> OfferParts {
    OfferParts {
        edition: Label::new("edition", "Edition"),
        purchase_option: Label::new("option", "Option"),
        currency: currency("CNY").unwrap(),
        charges: charges.iter().cloned().map(Arc::new).collect(),
        terms,
        conventions: Conventions::default(),
        coverage: Vec::new(),
        assumptions: Vec::new(),
        exclusions: Vec::new(),
        warnings: Vec::new(),
        sources: Vec::new(),
        line_sets: Vec::new(),
        capabilities: Vec::new(),
        holds_for: quotient_plugin_api::offer::OfferRange::default(),
    }
}

/// Sold by the month.
pub fn monthly() -> Terms {
    Terms::default()
}

/// Sold in multiples of some months, the whole invoiced at once.
pub fn by(months: u32) -> Terms {
    let (minimum_months, multiple_of_months) = (months, months);
    Terms { minimum_months, multiple_of_months, billing_period_months: None, ..Terms::default() }
}

/// Invoiced every so many months.
pub fn billed(terms: Terms, months: u32) -> Terms {
    Terms { billing_period_months: Some(months), ..terms }
}

pub fn quote(requirement: &Requirement, terms: Terms, charges: &[Charge]) -> Quote {
    quote_parts(requirement, parts(terms, charges))
}

pub fn quote_parts(requirement: &Requirement, parts: OfferParts) -> Quote {
    let quote = price(requirement, &Offer::new(parts).unwrap()).unwrap();
    super::invariants::check(&quote, requirement);
    quote
}

/// The only line.
pub fn line(quote: &Quote) -> &LineItem {
    assert_eq!(quote.lines.len(), 1);
    &quote.lines[0]
}

/// First month, months, number of cycles and amount of each run.
pub fn runs(line: &LineItem) -> Vec<(u32, u32, u32, Interval)> {
    line.periods.iter().map(|p| (p.first_month, p.cycle_months, p.cycles, p.cycle_amount())).collect()
}

/// Day, number, months between, and amount of each invoice.
pub fn sent(quote: &Quote) -> Vec<(String, u32, u32, Interval)> {
    quote.invoices.iter().map(|i| (i.first_date.to_string(), i.count, i.interval_months, i.total)).collect()
}

/// Codes of assumptions that are not about rounding.
pub fn assumed(quote: &Quote) -> Vec<&str> {
    let codes = quote.assumptions.iter().map(|note| note.code.as_str());
    codes.filter(|code| *code != "invoice_rounding_half_up").collect()
}

pub fn total(interval: Interval) -> Decimal {
    interval.point().unwrap()
}
