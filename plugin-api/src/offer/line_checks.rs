//! What must hold of rules that look at several lines of an offer.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::OfferParts;
use super::checks::{Violations, check_scale};
use crate::charge::{
    Charge, Commitment, Cycle, LineChoice, MeteringRule, MeteringSource, PriceModel, Priced,
};
use crate::line_set::{MAX_LINE_SETS, Off, SetDiscount, SetRule, Spread};

/// Charges over other lines: what they look at stands before them.
pub(super) fn check_over_lines(parts: &OfferParts, found: &mut Violations) {
    let mut later: BTreeSet<&str> = BTreeSet::new();
    for (index, charge) in parts.charges.iter().enumerate().rev() {
        let Some(lines) = charge.model.over_lines() else { continue };
        let place = format!("charges[{index}]");
        later.insert(&charge.id);
        check_choice(parts, lines, &format!("{place}.{}", charge.model.id()), found);
        if let LineChoice::Ids(ids) = lines {
            for id in ids.iter().filter(|id| later.contains(id.as_str())) {
                let expected = "expected ordinary charges, or charges over lines that stand before this one";
                found.add(&place, format!("found the charge {id:?}, {expected}"));
            }
        }
        check_shape(charge, &place, found);
    }
}

/// What a charge over other lines cannot have: it counts nothing but what a minimum is for each of.
fn check_shape(charge: &Charge, place: &str, found: &mut Violations) {
    let source = &charge.metering.source;
    let each = matches!(charge.model, PriceModel::Shortfall { .. })
        && matches!(
            source,
            MeteringSource::Numbers | MeteringSource::Seats(_) | MeteringSource::Combined { .. }
        );
    if !each && charge.metering != MeteringRule::new("flat", MeteringSource::Constant(Decimal::ONE)) {
        let expected = "expected a constant 1 of the meter \"flat\", without steps, matches and factor; or, \
                        under a shortfall, numbers, seats or several parts";
        found.add(&format!("{place}.metering"), format!("found a quantity under other lines, {expected}"));
    }
    if !matches!(charge.cycle, Cycle::Month | Cycle::Quarter | Cycle::Year | Cycle::Term) {
        let expected = "expected month, quarter, year or term for a charge over other lines";
        found.add(&format!("{place}.cycle"), format!("found {:?}, {expected}", charge.cycle));
    }
    let quantity = charge.allowance.is_some()
        || charge.zero_quantity.is_some()
        || charge.negative_quantity.is_some()
        || charge.spend_commitment.is_some()
        || charge.priced != Priced::Together
        || charge.commitment != Commitment::default();
    if quantity {
        let rule = "found what is about quantities on a charge over other lines, expected no allowance, \
                    commitment, price of no quantity or of each event";
        found.add(place, rule);
    }
    if charge.tier_rounding.is_some() || charge.unit_price_rounding.is_some() {
        found.add(place, "found a rounding of tiers or unit prices on a charge over other lines");
    }
    if matches!(charge.model, PriceModel::ShareOfLines { .. }) && charge.proration.is_some() {
        let rule = "found a part of a cycle of a share, expected none: of less it is less by itself";
        found.add(&format!("{place}.proration"), rule);
    }
}

/// Named charges are there, each once.
pub(super) fn check_choice(parts: &OfferParts, lines: &LineChoice, place: &str, found: &mut Violations) {
    let LineChoice::Ids(ids) = lines else { return };
    if ids.is_empty() {
        found.add(place, "found no line, expected at least one");
    }
    let mut named = BTreeSet::new();
    for id in ids {
        if !named.insert(id) {
            found.add(place, format!("found the charge {id:?} twice, expected each once"));
        }
        if parts.charges.iter().all(|charge| charge.id != *id) {
            found.add(place, format!("found {id:?}, expected the id of a charge of the offer"));
        }
    }
}

/// Line sets: of ordinary lines, with amounts that can be taken off.
pub(super) fn check_sets(parts: &OfferParts, found: &mut Violations) {
    let count = parts.line_sets.len();
    if count > MAX_LINE_SETS {
        found.add("line_sets", format!("found {count} line sets, expected at most {MAX_LINE_SETS}"));
    }
    let mut named = BTreeSet::new();
    for (index, set) in parts.line_sets.iter().enumerate() {
        let place = format!("line_sets[{index}]");
        found.id(&place, &set.id);
        if !named.insert(&set.id) {
            found.add(&place, format!("found the id {:?} twice, expected unique ids", set.id));
        }
        check_choice(parts, &set.charges, &format!("{place}.charges"), found);
        if let LineChoice::Ids(ids) = &set.charges {
            let over =
                |charge: &&Arc<Charge>| charge.model.over_lines().is_some() && ids.contains(&charge.id);
            for charge in parts.charges.iter().filter(over) {
                let expected = "expected ordinary charges: those over other lines come after line sets";
                found.add(&format!("{place}.charges"), format!("found {:?}, {expected}", charge.id));
            }
        }
        if !matches!(set.cycle, Cycle::Month | Cycle::Quarter | Cycle::Year | Cycle::Term) {
            let expected = "expected month, quarter, year or term";
            found.add(&format!("{place}.cycle"), format!("found {:?}, {expected}", set.cycle));
        }
        if set.sources.iter().any(|source| *source as usize >= parts.sources.len()) {
            found.add(&place, format!("found a source index that is not below {}", parts.sources.len()));
        }
        match &set.rule {
            SetRule::Dearest => {}
            SetRule::Maximum { amount, spread } => {
                if *amount < Decimal::ZERO {
                    found.add(&place, format!("found the maximum {amount}, expected 0 or more"));
                }
                check_spread(*spread, &place, found);
            }
            SetRule::Discount(discount) => check_discount(discount, &place, found),
        }
    }
}

fn check_discount(discount: &SetDiscount, place: &str, found: &mut Violations) {
    match &discount.off {
        Off::Fraction { fraction, rounding } => {
            if *fraction <= Decimal::ZERO || *fraction > Decimal::ONE {
                let expected = "expected what is taken off: above 0, up to 1";
                found.add(place, format!("found the fraction {fraction}, {expected}"));
            }
            if let Some(scale) = rounding.and_then(|rounding| rounding.scale) {
                check_scale(place, scale, found);
            }
        }
        Off::Amount { amount, spread } => {
            if *amount <= Decimal::ZERO {
                let expected = "expected what is taken off: above 0";
                found.add(place, format!("found the amount {amount}, {expected}"));
            }
            check_spread(*spread, place, found);
        }
    }
    let SetDiscount { at_least, at_most, below, .. } = discount;
    if at_most.is_some() && below.is_some() {
        found.add(place, "found two upper bounds, expected at_most or below");
    }
    let least = at_least.unwrap_or(Decimal::ZERO);
    if at_most.is_some_and(|most| most < least) || below.is_some_and(|below| below <= least) {
        found.add(place, "found bounds that no amount meets");
    }
}

fn check_spread(spread: Spread, place: &str, found: &mut Violations) {
    if let Spread::Proportional { scale: Some(scale), .. } = spread {
        check_scale(place, scale, found);
    }
}
