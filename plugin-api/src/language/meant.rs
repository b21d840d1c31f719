//! Which parts of a sheet are meant for a requirement, by the `when` of its editions, purchase options, charges
//! and adjustments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::charge::ChargeForm;
use super::sheet::{EditionForm, PurchaseOptionForm, SheetForm};
use super::when::{Verdict, WhenForm};
use crate::adapter::{Decline, DeclineKind};
use crate::capability::CapabilityStatement;
use crate::charge::Charge;
use crate::offer::{InvalidOffer, Note, Offer, OfferRange};
use crate::requirement::Requirement;
use crate::requirement::buyer::{CapabilityGrade, CapabilityNeed};

/// The conditions of one edition and purchase option.
#[derive(Debug, Clone)]
pub(super) struct Meant {
    offer: Vec<WhenForm>,
    /// By the id of the charge; the parts of a ramp or a matrix are charges of their own.
    charges: BTreeMap<String, ChargeMeant>,
}

#[derive(Debug, Clone)]
struct ChargeMeant {
    whole: Option<WhenForm>,
    /// By the index of the adjustment.
    adjustments: Vec<(usize, WhenForm)>,
}

/// Conditions that the requirement does not decide: the fields, each once.
pub(super) type Unknown = Vec<String>;

impl Meant {
    pub(super) fn new(
        edition: &EditionForm,
        option: &PurchaseOptionForm,
        charges: &[(&ChargeForm, Charge)],
    ) -> Self {
        let belongs = |(form, _): &&(&ChargeForm, Charge)| {
            (form.editions.is_empty() || form.editions.contains(&edition.id))
                && (form.purchase_options.is_empty() || form.purchase_options.contains(&option.id))
        };
        let of_charge = |(form, charge): &(&ChargeForm, Charge)| {
            let adjustments = form.adjustments.iter().enumerate();
            let adjustments: Vec<_> =
                adjustments.filter_map(|(index, one)| Some((index, one.when.clone()?))).collect();
            let any = form.when.is_some() || !adjustments.is_empty();
            any.then(|| (charge.id.clone(), ChargeMeant { whole: form.when.clone(), adjustments }))
        };
        Self {
            offer: edition.when.iter().chain(&option.when).cloned().collect(),
            charges: charges.iter().filter(belongs).filter_map(of_charge).collect(),
        }
    }

    /// For how many seats the same would be meant.
    pub(super) fn holds_for(&self, requirement: &Requirement) -> OfferRange {
        let of_charges = self.charges.values();
        let charges = of_charges.clone().filter_map(|charge| charge.whole.as_ref());
        let adjustments = of_charges.flat_map(|charge| charge.adjustments.iter().map(|(_, when)| when));
        let all = self.offer.iter().chain(charges).chain(adjustments);
        all.map(|when| when.same_verdict(requirement)).fold(OfferRange::default(), OfferRange::and)
    }

    /// Whether the edition and the purchase option are meant.
    pub(super) fn offer(&self, requirement: &Requirement) -> Verdict {
        let mut unknown = Unknown::new();
        for when in &self.offer {
            match when.verdict(requirement) {
                Verdict::Holds => {}
                Verdict::Fails(reason) => return Verdict::Fails(reason),
                Verdict::Unknown(fields) => unknown.extend(fields),
            }
        }
        if unknown.is_empty() { Verdict::Holds } else { Verdict::Unknown(unknown) }
    }

    /// The charges that are meant, with the adjustments that are.
    pub(super) fn charges(
        &self,
        charges: impl Iterator<Item = Arc<Charge>>,
        requirement: &Requirement,
    ) -> Result<Vec<Arc<Charge>>, Unknown> {
        let mut unknown = Unknown::new();
        let mut meant = Vec::new();
        for charge in charges {
            let Some(conditions) = self.charges.get(&charge.id) else {
                meant.push(charge);
                continue;
            };
            match conditions.whole.as_ref().map_or(Verdict::Holds, |when| when.verdict(requirement)) {
                Verdict::Fails(_) => continue,
                Verdict::Unknown(fields) => unknown.extend(fields),
                Verdict::Holds => {}
            }
            let mut left_out = Vec::new();
            for (index, when) in &conditions.adjustments {
                match when.verdict(requirement) {
                    Verdict::Holds => {}
                    Verdict::Fails(_) => left_out.push(*index),
                    Verdict::Unknown(fields) => unknown.extend(fields),
                }
            }
            meant.push(without(charge, &left_out));
        }
        unknown.sort();
        unknown.dedup();
        if unknown.is_empty() { Ok(meant) } else { Err(unknown) }
    }
}

/// Offers that are not meant for a requirement, and why.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    pub(super) not_meant: Vec<String>,
    /// Name of the offer, and the fields that would decide.
    pub(super) unknown: Vec<(String, Vec<String>)>,
}

impl LeftOut {
    /// Why nothing is offered.
    pub(super) fn decline(&self) -> Option<Decline> {
        let fields: BTreeSet<String> = self.unknown.iter().flat_map(|(_, fields)| fields.clone()).collect();
        if !fields.is_empty() {
            let fields: Vec<_> = fields.into_iter().collect();
            let text = format!("what is sold depends on {}", fields.join(", "));
            return Some(Decline::needs_input(text, fields));
        }
        let text = format!("nothing is meant for this requirement: {}", self.not_meant.join("; "));
        let kind = DeclineKind::NoMatchingOffer;
        (!self.not_meant.is_empty()).then(|| Decline { kind, text, fields: Vec::new() })
    }

    /// Tells with each offer which others might be sold as well.
    pub(super) fn warn(&self, offers: &mut [Offer]) -> Result<(), InvalidOffer> {
        if self.unknown.is_empty() {
            return Ok(());
        }
        for offer in offers {
            let mut parts = offer.parts().clone();
            parts.warnings.extend(self.unknown.iter().map(|(name, fields)| {
                let text = format!("{name} is left out: it depends on {}", fields.join(", "));
                Note::new("offer_left_out", text, fields.first().cloned().unwrap_or_default())
            }));
            *offer = Offer::new(parts)?;
        }
        Ok(())
    }
}

/// The modules that a requirement chooses, and those that bring its must-haves.
pub(super) fn chosen_modules(requirement: &Requirement, statements: &[CapabilityStatement]) -> Vec<String> {
    let must = |statement: &&CapabilityStatement| {
        let of = |need: &&CapabilityNeed| need.capability_id == statement.capability_id;
        let need = requirement.wishes.capabilities.iter().find(of);
        need.is_some_and(|need| need.grade == CapabilityGrade::Must)
    };
    let brought = statements.iter().filter(must).filter_map(|statement| statement.module_id.clone());
    let modules: BTreeSet<_> = requirement.selection.module_ids.iter().cloned().chain(brought).collect();
    modules.into_iter().collect()
}

fn without(charge: Arc<Charge>, left_out: &[usize]) -> Arc<Charge> {
    if left_out.is_empty() {
        return charge;
    }
    let mut charge = Arc::unwrap_or_clone(charge);
    let mut index = 0_usize;
    charge.adjustments.retain(|_| {
        let kept = !left_out.contains(&index);
        index = index.saturating_add(1);
        kept
    });
    Arc::new(charge)
}

/// What is wrong with the conditions of a sheet: path, and what was found and expected.
pub(super) fn faults(form: &SheetForm) -> Vec<(String, String)> {
    let editions = form.editions.iter().enumerate();
    let mut whens: Vec<(String, &WhenForm)> = Vec::new();
    whens.extend(editions.filter_map(|(i, one)| Some((format!("editions[{i}]"), one.when.as_ref()?))));
    let options = form.purchase_options.iter().enumerate();
    whens.extend(options.filter_map(|(i, one)| Some((format!("purchase_options[{i}]"), one.when.as_ref()?))));
    for (i, charge) in form.charges.iter().enumerate() {
        whens.extend(charge.when.iter().map(|when| (format!("charges[{i}]"), when)));
        for (j, one) in charge.adjustments.iter().enumerate() {
            whens.extend(one.when.iter().map(|when| (format!("charges[{i}].adjustments[{j}]"), when)));
        }
    }
    let faults = whens.iter().flat_map(|(place, when)| {
        when.faults().into_iter().map(move |(field, text)| (format!("{place}.when.{field}"), text))
    });
    faults.collect()
}
