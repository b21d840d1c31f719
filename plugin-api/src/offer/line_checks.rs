//! What must hold of rules that look at several lines of an offer.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::OfferParts;
use super::checks::Violations;
use crate::charge::{Charge, Commitment, Cycle, LineChoice, MeteringRule, MeteringSource, PriceModel};

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

/// What a charge over other lines cannot have: it counts nothing.
fn check_shape(charge: &Charge, place: &str, found: &mut Violations) {
    if charge.metering != MeteringRule::new("flat", MeteringSource::Constant(Decimal::ONE)) {
        let expected = "expected a constant 1 of the meter \"flat\", without steps, matches and factor";
        found.add(&format!("{place}.metering"), format!("found a quantity under other lines, {expected}"));
    }
    if !matches!(charge.cycle, Cycle::Month | Cycle::Quarter | Cycle::Year | Cycle::Term) {
        let expected = "expected month, quarter, year or term for a charge over other lines";
        found.add(&format!("{place}.cycle"), format!("found {:?}, {expected}", charge.cycle));
    }
    let quantity = charge.allowance.is_some()
        || charge.zero_quantity.is_some()
        || charge.commitment != Commitment::default();
    if quantity {
        let rule = "found an allowance, a commitment or a price of no quantity on a charge over other lines";
        found.add(place, rule);
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
