//! A checked sheet, and the offers that it answers a requirement with.

use std::collections::BTreeSet;

use super::compile::Compiler;
use super::coverage;
use super::line_set;
use super::meant::{LeftOut, Meant, chosen_modules};
use super::over_lines::among;
use super::robots;
use super::sheet::{CoverageForm, ModuleClassForm, ModuleForm, SheetForm};
use super::when::Verdict;
use crate::adapter::{AdapterError, Answer, Catalog, Decline, DeclineKind, Revision};
use crate::charge::Charge;
use crate::digest::sha256_hex;
use crate::document::{Document, DocumentError};
use crate::offer::{Note, Offer, OfferParts};
use crate::requirement::Requirement;

/// A sheet that has been checked, ready to answer.
#[derive(Debug, Clone)]
pub struct PriceSheet {
    pub(super) catalog: Catalog,
    pub(super) modules: Vec<ModuleForm>,
    pub(super) coverage: Vec<CoverageForm>,
    /// Editions that sell robots only.
    pub(super) robots_only: BTreeSet<String>,
    pub(super) revision: Revision,
    /// One for each edition and purchase option, with the charges of all modules, and for whom it is meant.
    pub(super) offers: Vec<(Offer, Meant)>,
}

/// What is wrong with a sheet, the first [`super::compile::MAX_TOLD`] faults; at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct InvalidSheet(pub Vec<DocumentError>);

impl PriceSheet {
    /// Reads and checks a sheet.
    ///
    /// # Errors
    /// [`InvalidSheet`] lists what is wrong, with file, line and column.
    pub fn parse(name: &str, text: &str) -> Result<Self, InvalidSheet> {
        let document = Document::parse_toml(name, text).map_err(|error| InvalidSheet(vec![error]))?;
        Self::read(&document).map(|(_, sheet)| sheet)
    }

    /// Checks a sheet that has been read; its form, with what its conventions say of each charge, and the sheet.
    pub(super) fn read(document: &Document) -> Result<(SheetForm, Self), InvalidSheet> {
        let mut form: SheetForm = document.read().map_err(|error| InvalidSheet(vec![error]))?;
        let conventions = form.conventions.clone();
        form.charges.iter_mut().for_each(|charge| conventions.fill(charge));
        let sha256 = sha256_hex(document.text().as_bytes());
        let sheet = Compiler::new(document, &form, sha256).compile()?;
        Ok((form, sheet))
    }

    /// What the sheet sells.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The sheet as a revision of its product.
    #[must_use]
    pub(super) const fn revision(&self) -> &Revision {
        &self.revision
    }

    /// The offers that answer a requirement. A module that brings a must-have is part of an offer, whatever
    /// the requirement chooses besides.
    ///
    /// # Errors
    /// [`AdapterError`] when an offer breaks a rule of the kernel, which [`PriceSheet::parse`] prevents.
    pub fn offers(&self, requirement: &Requirement) -> Result<Answer, AdapterError> {
        let modules = self.modules.iter().map(|module| module.id.as_str());
        if let Some(decline) = Decline::unknown_module(requirement, modules) {
            return Ok(Answer::Decline(decline));
        }
        let mut offers = Vec::new();
        let mut left_out = LeftOut::default();
        for (offer, meant) in &self.offers {
            let parts = offer.parts();
            let (edition, option) = (&parts.edition.id, &parts.purchase_option.id);
            if !requirement.selects(edition, option) {
                continue;
            }
            match meant.offer(requirement) {
                Verdict::Holds => {}
                Verdict::Fails(reason) => {
                    left_out.not_meant.push(format!("{edition} {option}: {reason}"));
                    continue;
                }
                Verdict::Unknown(fields) => {
                    left_out.unknown.push((format!("{edition} {option}"), fields));
                    continue;
                }
            }
            let chosen = chosen_modules(requirement, &parts.capabilities);
            let own = parts.charges.iter().filter(|charge| self.belongs(charge, &chosen)).cloned();
            let charges = match meant.charges(own, requirement) {
                Ok(charges) => among(charges),
                Err(fields) => {
                    left_out.unknown.push((format!("{edition} {option}"), fields));
                    continue;
                }
            };
            if charges.is_empty() {
                continue;
            }
            let basic = self.modules.iter().filter(|module| module.class == ModuleClassForm::Basic);
            let modules: Vec<_> = chosen.iter().chain(basic.map(|module| &module.id)).collect();
            let of = coverage::Of { edition, purchase_option: option, modules: &modules };
            let said = coverage::statements(&self.coverage, &of, requirement);
            let coverage = robots::complete(said, &charges, self.robots_only.contains(edition), requirement);
            let line_sets = line_set::among(&parts.line_sets, &charges);
            let holds_for = meant.holds_for(requirement);
            let mut parts = OfferParts { charges, coverage, line_sets, holds_for, ..parts.clone() };
            let pinned = &requirement.selection.module_ids;
            parts.assumptions.extend(chosen.iter().filter(|module| !pinned.contains(module)).map(|module| {
                let text = format!("the module {module:?} is part of the offer, for a must-have");
                Note::new("module_for_capability", text, "capabilities")
            }));
            offers.push(Offer::new(parts)?);
        }
        self.keep_billing_period(requirement, &mut offers);
        if offers.is_empty() {
            let decline = left_out.decline().or_else(|| self.needs_modules());
            if let Some(decline) = decline {
                return Ok(Answer::Decline(decline));
            }
        }
        left_out.warn(&mut offers)?;
        Ok(Answer::from_offers(offers))
    }

    fn belongs(&self, charge: &Charge, chosen: &[String]) -> bool {
        charge.module_id.as_ref().is_none_or(|id| {
            chosen.contains(id)
                || self
                    .modules
                    .iter()
                    .any(|module| module.id == *id && module.class == ModuleClassForm::Basic)
        })
    }

    /// Where an option bills as often as the buyer asks, the others are left out.
    fn keep_billing_period(&self, requirement: &Requirement, offers: &mut Vec<Offer>) {
        let Some(wanted) = requirement.billing_period else { return };
        let fits = |offer: &Offer| offer.parts().terms.billing_period_months == wanted.months();
        if offers.iter().any(fits) {
            offers.retain(fits);
        }
    }

    fn needs_modules(&self) -> Option<Decline> {
        let by_module =
            self.offers.iter().any(|(offer, _)| offer.parts().charges.iter().any(|c| c.module_id.is_some()));
        let modules = self.modules.iter().map(|module| module.id.as_str()).collect::<Vec<_>>().join(", ");
        by_module.then(|| Decline {
            kind: DeclineKind::NeedsInput,
            text: format!("sold by module; choose from: {modules}"),
            fields: vec!["selection.module_ids".to_owned()],
        })
    }
}
