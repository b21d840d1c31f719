//! What must hold between the parts of an offer; every rule that is broken is named.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use self::metering::{Owner, check_rule};
use super::{MAX_ADJUSTMENTS, MAX_CHARGES, MAX_ID, OfferParts, OfferViolation};
use crate::charge::{
    Category, Charge, Commitment, CommitmentKind, Condition, Cycle, Effect, PriceModel, Subject, Tier,
};
use crate::interval::Interval;
use crate::money::MAX_ROUNDING_SCALE;

mod computed;
mod events;
mod metering;
mod packs;
mod readings;
mod time;

#[derive(Default)]
pub(super) struct Violations(pub(super) Vec<OfferViolation>);

impl Violations {
    pub(super) fn add(&mut self, place: &str, rule: impl Into<String>) {
        self.0.push(OfferViolation { place: place.to_owned(), rule: rule.into() });
    }

    pub(super) fn id(&mut self, place: &str, id: &str) {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if id.is_empty() || id.len() > MAX_ID || !id.chars().all(legal) {
            let expected = format!("expected 1 to {MAX_ID} letters, digits, '-', '_' or '.'");
            self.add(place, format!("found the id {id:?}, {expected}"));
        }
    }
}

pub(super) fn check_frame(parts: &OfferParts, found: &mut Violations) {
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
    if let Some(uplift) = terms.renewal_uplift
        && (uplift.fraction <= Decimal::ZERO || uplift.fraction > Decimal::ONE)
    {
        let rule = format!("found {}, expected a fraction above 0 and up to 1", uplift.fraction);
        found.add("terms.renewal_uplift", rule);
    }
    let fraction = Decimal::ZERO..=Decimal::ONE;
    if let Some(tax) = parts.conventions.tax.as_ref().filter(|tax| !fraction.contains(&tax.rate)) {
        found.add("conventions.tax.rate", format!("found {}, expected a fraction from 0 to 1", tax.rate));
    }
    let service = &terms.service;
    if let Some(fraction) = service.availability.filter(|a| *a <= Decimal::ZERO || *a > Decimal::ONE) {
        let rule = format!("found {fraction}, expected a fraction above 0 and up to 1");
        found.add("terms.availability", rule);
    }
    if let Some(hours) = service.support_weekly_hours.filter(|hours| !(1..=168).contains(hours)) {
        let rule = format!("found {hours} hours in a week, expected 1 to 168");
        found.add("terms.support_weekly_hours", rule);
    }
    if let Some(scale) = parts.conventions.invoice_rounding.and_then(|rounding| rounding.scale) {
        check_scale("conventions.invoice_rounding", scale, found);
    }
}

pub(super) fn check_scale(place: &str, scale: u32, found: &mut Violations) {
    if scale > MAX_ROUNDING_SCALE {
        found.add(place, format!("found {scale} places, expected 0 to {MAX_ROUNDING_SCALE}"));
    }
}

pub(super) fn check_charge(charge: &Charge, place: &str, sources: usize, found: &mut Violations) {
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
    check_rule(&charge.metering, place, Owner::Charge, found);
    if !charge.metering.source.is_committed() && charge.commitment != Commitment::default() {
        found.add(&format!("{place}.commitment"), "found a commitment on what is no seat");
    }
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
    for (name, rounding) in [
        ("line_rounding", charge.line_rounding),
        ("tier_rounding", charge.tier_rounding),
        ("unit_price_rounding", charge.unit_price_rounding),
    ] {
        if let Some(scale) = rounding.and_then(|rounding| rounding.scale) {
            check_scale(&format!("{place}.{name}"), scale, found);
        }
    }
    time::check(charge, place, found);
    check_unit_prices(charge, place, found);
    check_adjustments(charge, place, found);
    check_ratchet(charge, place, found);
    events::check(charge, place, found);
    packs::check(charge, place, found);
    computed::check(charge, place, found);
    readings::check(charge, place, sources, found);
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
        | PriceModel::Package { .. }
        | PriceModel::Percentage(_)
        | PriceModel::Packs(_)
        | PriceModel::ShareOfLines { .. }
        | PriceModel::Shortfall { .. }
        | PriceModel::Computed { .. } => false,
    };
    let once = charge.allowance.is_some()
        || charge.minimum_amount.is_some()
        || charge.maximum_amount.is_some()
        || charge.adjustments.iter().any(|adjustment| {
            let by_amount = |condition: &Condition| condition.subject == Subject::ListAmount;
            matches!(adjustment.effect, Effect::Amount(_)) || adjustment.conditions.iter().any(by_amount)
        });
    if grows_within && (!by_unit || once) {
        let expected = "expected a price or volume tiers for each unit, without allowance, limits or amounts";
        found.add(place, format!("found a ratchet that grows within a cycle, {expected}"));
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
        PriceModel::Percentage(percentage) => percentage.fixed_per_event.unwrap_or(Interval::ZERO),
        // Checked with their other rules.
        PriceModel::Packs(_) | PriceModel::Computed { .. } => Interval::ZERO,
        PriceModel::ShareOfLines { fraction, .. } => *fraction,
        PriceModel::Shortfall { minimum, .. } => Interval::exact(*minimum),
    };
    if price.low() < Decimal::ZERO {
        found.add(place, format!("found the price {}, expected 0 or more", price.low()));
    }
}

fn has_unit_prices(charge: &Charge) -> bool {
    matches!(
        charge.model,
        PriceModel::PerUnit { .. }
            | PriceModel::Package { .. }
            | PriceModel::Graduated { .. }
            | PriceModel::Volume { .. }
    )
}

fn check_unit_prices(charge: &Charge, place: &str, found: &mut Violations) {
    if charge.unit_price_rounding.is_some() && !has_unit_prices(charge) {
        let model = charge.model.id();
        let rule = format!("found a rounding of the unit price of a {model} price, which has none");
        found.add(&format!("{place}.unit_price_rounding"), rule);
    }
}

fn check_adjustments(charge: &Charge, place: &str, found: &mut Violations) {
    let mut ids = BTreeSet::new();
    for (index, adjustment) in charge.adjustments.iter().enumerate() {
        let place = format!("{place}.adjustments[{index}]");
        found.id(&place, &adjustment.id);
        if !ids.insert(&*adjustment.id) {
            found.add(&place, format!("found the id {:?} twice, expected unique ids", adjustment.id));
        }
        let effect = match &adjustment.effect {
            Effect::Fraction { fraction, .. } => {
                if fraction.low() < Decimal::NEGATIVE_ONE {
                    found.add(&place, format!("found the fraction {}, expected -1 or more", fraction.low()));
                }
                fraction
            }
            Effect::UnitFraction(fraction) => {
                if fraction.low() < Decimal::NEGATIVE_ONE {
                    found.add(&place, format!("found the fraction {}, expected -1 or more", fraction.low()));
                }
                fraction
            }
            Effect::Amount(amount) | Effect::UnitAmount(amount) => amount,
        };
        if adjustment.effect.is_on_unit_prices() && !has_unit_prices(charge) {
            let model = charge.model.id();
            found.add(&place, format!("found a change of the unit price of a {model} price, which has none"));
        }
        let by_amount = adjustment.conditions.iter().any(|c| c.subject == Subject::ListAmount);
        if adjustment.effect.is_on_unit_prices() && (by_amount || adjustment.rounding.is_some()) {
            let rule = "found a condition on the list amount or a rounding of a change of unit prices";
            found.add(&place, rule);
        }
        if effect.high().is_none() {
            found.add(&place, "found an adjustment without an upper bound, expected both bounds");
        }
        if let Some(scale) = adjustment.rounding.and_then(|rounding| rounding.scale) {
            check_scale(&format!("{place}.rounding"), scale, found);
        }
        let committed = charge.metering.source.is_committed();
        if !committed && adjustment.conditions.iter().any(|c| c.subject == Subject::CommittedQuantity) {
            found.add(&place, "found a condition on the committed quantity of what is no seat");
        }
    }
}
