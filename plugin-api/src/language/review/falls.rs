//! Where more costs less: each price that looks at a quantity, priced around each of its bounds.
//!
//! All units at the price of a tier do fall by their nature, and a page often means it; a buyer should know
//! where, and an analyst whether a bound or a price is a slip.

use std::sync::Arc;

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::Findings;
use crate::charge::{
    AllowanceReset, Category, Charge, Commitment, Cycle, LimitsPeriod, MeteringRule, MeteringSource,
    PriceModel, Priced, Subject, TierPeriod,
};
use crate::interval::Interval;
use crate::language::sheet::SheetForm;
use crate::language::trial::TrialInput;
use crate::money;
use crate::offer::{Label, Offer, OfferParts, OfferRange, Terms};
use crate::pricing::price;

pub(super) fn look(form: &SheetForm, findings: &mut Findings<'_>) {
    let Ok(currency) = money::currency(&form.product.currency) else { return };
    for (index, charge) in form.charges.iter().enumerate() {
        let Ok(parts) = charge.compile_all() else { continue };
        for (number, part) in parts.into_iter().enumerate() {
            let within = match (&charge.matrix, charge.ramp.is_empty()) {
                (Some(_), _) => format!(".matrix.cells[{number}]"),
                (None, false) => format!(".ramp[{number}]"),
                (None, true) => String::new(),
            };
            let path = format!("charges[{index}]{within}.{}", part.model.id());
            let (id, bounds) = (part.id.clone(), bounds(&part));
            let Some(offer) = (!bounds.is_empty()).then(|| alone(part, form, currency)).flatten() else {
                continue;
            };
            for fall in falls(&offer, &bounds) {
                let Fall { from, to, before, after } = fall;
                let code = currency.code();
                let text = format!(
                    "found that {id:?} costs less for more: {from} cost {code} {before}, and {to} cost {code} {after}"
                );
                findings.warn("total_falls", &path, text);
            }
        }
    }
}

/// More that costs less.
#[derive(Debug, PartialEq, Eq)]
struct Fall {
    from: Decimal,
    to: Decimal,
    before: Decimal,
    after: Decimal,
}

/// Quantities at which a price changes how it goes on.
pub(crate) fn bounds(charge: &Charge) -> Vec<Decimal> {
    let readings = charge.readings.iter().filter_map(|reading| reading.model.as_ref());
    let mut bounds = Vec::new();
    for model in readings.chain([&charge.model]) {
        match model {
            PriceModel::Graduated { tiers, .. }
            | PriceModel::Volume { tiers, .. }
            | PriceModel::StairStep { steps: tiers, .. } => {
                bounds.extend(tiers.as_slice().iter().filter_map(|tier| tier.up_to));
            }
            PriceModel::Percentage(percentage) => {
                bounds.extend(percentage.tiers.as_slice().iter().filter_map(|tier| tier.up_to));
            }
            PriceModel::Packs(packs) => bounds.extend(packs.packs.iter().map(|pack| pack.size.get())),
            _ => {}
        }
    }
    let conditions = charge.adjustments.iter().flat_map(|adjustment| &adjustment.conditions);
    let on_quantity = conditions.filter(|condition| condition.subject == Subject::BilledQuantity);
    bounds.extend(on_quantity.flat_map(|condition| condition.at_least.into_iter().chain(condition.at_most)));
    let allowed = charge.allowance.as_ref().map(|allowance| allowance.quantity);
    if let Some(free) = allowed.filter(|free| *free > Decimal::ZERO && !bounds.is_empty()) {
        let shifted: Vec<_> = bounds.iter().filter_map(|bound| bound.checked_add(free)).collect();
        bounds.extend(shifted);
        bounds.push(free);
    }
    bounds
}

/// An offer of the charge alone, for a month of a quantity that is counted already.
fn alone(mut charge: Charge, form: &SheetForm, currency: Currency) -> Option<Offer> {
    charge.metering = MeteringRule::new(charge.metering.meter_id, MeteringSource::Stated);
    charge.category = Category::Usage;
    charge.cycle = Cycle::Month;
    charge.cycle_days = None;
    charge.over_months = None;
    charge.proration = None;
    charge.months = None;
    charge.dates = None;
    charge.commitment = Commitment::default();
    charge.module_id = None;
    charge.tier_period = TierPeriod::Cycle;
    charge.limits_period = LimitsPeriod::Cycle;
    charge.priced = Priced::Together;
    charge.spend_commitment = None;
    charge.sources = Vec::new();
    charge.adjustments.retain(|adjustment| adjustment.dates.is_none() && adjustment.months.is_none());
    if let Some(allowance) = &mut charge.allowance {
        allowance.reset = AllowanceReset::EachCycle;
        // There are no seats that it could be counted by.
        if allowance.per_seat.is_some() {
            charge.allowance = None;
        }
    }
    let parts = OfferParts {
        edition: Label::new("alone", "Alone"),
        purchase_option: Label::new("alone", "Alone"),
        currency,
        charges: vec![Arc::new(charge)],
        terms: Terms::default(),
        conventions: form.conventions.of_the_offer(),
        coverage: Vec::new(),
        assumptions: Vec::new(),
        exclusions: Vec::new(),
        warnings: Vec::new(),
        sources: Vec::new(),
        line_sets: Vec::new(),
        capabilities: Vec::new(),
        holds_for: OfferRange::default(),
    };
    Offer::new(parts).ok()
}

/// A quantity without a price ends a run: nothing falls across it.
fn falls(offer: &Offer, bounds: &[Decimal]) -> Vec<Fall> {
    let mut falls = Vec::new();
    let mut before: Option<(Decimal, Interval)> = None;
    for quantity in around(bounds) {
        let total = total(offer, quantity);
        if let (Some((from, one)), Some(other)) = (before, total) {
            falls.extend(fall(one, other).map(|(before, after)| Fall { from, to: quantity, before, after }));
        }
        before = total.map(|total| (quantity, total));
    }
    for fall in &mut falls {
        (fall.before, fall.after) = (fall.before.normalize(), fall.after.normalize());
    }
    falls
}

/// What falls: the least that it costs, or else the most. What has no known end is not known to fall.
fn fall(one: Interval, other: Interval) -> Option<(Decimal, Decimal)> {
    let highest = other.high()?;
    if other.low() < one.low() {
        return Some((one.low(), other.low()));
    }
    one.high().filter(|most| highest < *most).map(|most| (most, highest))
}

/// Each bound with its neighbours, a unit of the finest bound away.
fn around(bounds: &[Decimal]) -> Vec<Decimal> {
    let scale = bounds.iter().map(|bound| bound.normalize().scale()).max().unwrap_or_default();
    let step = Decimal::new(1, scale);
    let mut quantities: Vec<_> = bounds
        .iter()
        .flat_map(|bound| [bound.checked_sub(step), Some(*bound), bound.checked_add(step)])
        .flatten()
        .filter(|quantity| *quantity >= Decimal::ZERO)
        .map(|quantity| quantity.normalize())
        .collect();
    quantities.sort_unstable();
    quantities.dedup();
    quantities
}

fn total(offer: &Offer, quantity: Decimal) -> Option<Interval> {
    let requirement = TrialInput::of(&[quantity]).requirement(offer).ok()?;
    Some(price(&requirement, offer).ok()?.totals.term)
}
