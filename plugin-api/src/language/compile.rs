//! From a sheet's form to offers: everything that can be wrong is found when the sheet is opened.

use std::collections::BTreeSet;
use std::sync::Arc;

use iso_currency::Currency;

use super::capability::{faults as capability_faults, of_edition, statements as capability_statements};
use super::charge::ChargeForm;
use super::line_set::{self, LineSetForm};
use super::meant;
use super::meant::Meant;
use super::over_lines::{Parts, among, name_parts, name_parts_of};
pub use super::price_sheet::{InvalidSheet, PriceSheet};
use super::sheet::{EditionForm, NoteForm, PurchaseOptionForm, SheetForm, SourceForm};
use crate::adapter::{Catalog, Revision};
use crate::charge::{Charge, Confidence};
use crate::document::suggest::{any_of, nearest, shown};
use crate::document::{Document, DocumentError};
use crate::line_set::LineSet;
use crate::money;
use crate::offer::{Label, MAX_CHARGES, Note, Offer, OfferParts, OfferRange, SourceRef};
use crate::wire::catalog_violations;

/// Most faults of a sheet that are told at once.
pub const MAX_TOLD: usize = 200;
/// Most pairs of an edition and a purchase option.
pub const MAX_PAIRS: usize = 1_000;

pub(super) struct Compiler<'a> {
    document: &'a Document,
    form: &'a SheetForm,
    sha256: String,
    errors: Vec<DocumentError>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(document: &'a Document, form: &'a SheetForm, sha256: String) -> Self {
        Self { document, form, sha256, errors: Vec::new() }
    }

    fn refuse(&mut self, path: &str, text: impl ToString) {
        if self.errors.len() < MAX_TOLD {
            self.errors.push(self.document.error_at(path, text.to_string()));
        }
    }

    pub(super) fn compile(mut self) -> Result<PriceSheet, InvalidSheet> {
        let form = self.form;
        let currency = money::currency(&form.product.currency).unwrap_or_else(|error| {
            self.refuse("product.currency", error);
            Currency::XXX
        });
        if form.editions.is_empty() {
            self.refuse("editions", "found none, expected at least one");
        }
        if form.purchase_options.is_empty() {
            self.refuse("purchase_options", "found none, expected at least one");
        }
        let pairs = form.editions.len().saturating_mul(form.purchase_options.len());
        if pairs > MAX_PAIRS {
            let rule =
                format!("found {pairs} pairs of an edition and an option, expected at most {MAX_PAIRS}");
            self.refuse("purchase_options", rule);
        }
        if form.charges.len() > MAX_CHARGES {
            let rule = format!("found {} charges, expected at most {MAX_CHARGES}", form.charges.len());
            self.refuse("charges", rule);
        }
        self.check_references();
        let mut charges = self.charges();
        let mut line_sets = self.line_sets();
        let mut parts = Parts::new();
        for (form, charge) in charges.iter().filter(|(form, charge)| form.id != charge.id) {
            parts.entry(form.id.clone()).or_default().push(charge.id.clone());
        }
        charges.iter_mut().for_each(|(_, charge)| name_parts_of(charge, &parts));
        line_sets.iter_mut().for_each(|(_, set)| name_parts(&mut set.charges, &parts));
        let catalog = self.catalog(&charges);
        self.check_catalog(&catalog);
        let mut offers = Vec::new();
        if self.errors.is_empty() {
            for edition in &form.editions {
                for option in &form.purchase_options {
                    let offer = self.offer(edition, option, currency, &charges, &line_sets);
                    let meant = || Meant::new(edition, option, &charges);
                    offers.extend(offer.map(|offer| (offer, meant())));
                }
            }
        }
        if self.errors.is_empty() && offers.is_empty() {
            self.refuse("charges", "found no edition and purchase option with a charge");
        }
        if !self.errors.is_empty() {
            return Err(InvalidSheet(self.errors));
        }
        Ok(PriceSheet {
            revision: self.revision(),
            catalog,
            modules: form.modules.clone(),
            coverage: form.coverage.clone(),
            robots_only: self.robots_only(),
            offers,
        })
    }

    /// What is sold passes to the host, which has rules of its own.
    fn check_catalog(&mut self, catalog: &Catalog) {
        for violation in catalog_violations(catalog) {
            let place = match violation.path.as_str() {
                "vendor_id" => "product.vendor.id",
                "vendor_name" => "product.vendor.name",
                "product_id" => "product.id",
                "product_name" => "product.name",
                path if path.starts_with("monotone_in") => "product.monotone",
                // Told above already.
                path if path.starts_with("currency_codes") => continue,
                path => path,
            };
            self.refuse(place, &violation.rule);
        }
    }

    fn check_references(&mut self) {
        let form = self.form;
        for (path, text) in capability_faults(form).into_iter().chain(meant::faults(form)) {
            self.refuse(&path, text);
        }
        if let (Some(from), Some(to)) = (form.product.valid_from, form.product.valid_to)
            && from.0 > to.0
        {
            self.refuse("product.valid_to", format!("found {}, expected {} or later", to.0, from.0));
        }
        let editions: BTreeSet<_> = form.editions.iter().map(|edition| edition.id.as_str()).collect();
        let options: BTreeSet<_> = form.purchase_options.iter().map(|option| option.id.as_str()).collect();
        let modules: BTreeSet<_> = form.modules.iter().map(|module| module.id.as_str()).collect();
        let sources: BTreeSet<_> = form.sources.keys().map(String::as_str).collect();
        let charges: BTreeSet<_> = form.charges.iter().map(|charge| charge.id.as_str()).collect();
        for (key, page) in &form.sources {
            if let Some(text) = page.fault() {
                self.refuse(&format!("sources.{key}.uri"), text);
            }
        }
        for (index, charge) in form.charges.iter().enumerate() {
            let at = |field: &str| format!("charges[{index}].{field}");
            self.check_ids(&at("editions"), &charge.editions, &editions);
            self.check_ids(&at("purchase_options"), &charge.purchase_options, &options);
            self.check_ids(&at("module"), charge.module.as_slice(), &modules);
            self.check_ids(&at("sources"), &charge.sources, &sources);
            let model = if charge.shortfall.is_some() { "shortfall.of" } else { "share_of_lines.of" };
            self.check_ids(&at(model), charge.named_lines(), &charges);
            if charge.sources.is_empty() {
                self.refuse(&at("sources"), "found none, expected the page that the figures are from");
            }
        }
        for (index, set) in form.line_sets.iter().enumerate() {
            let at = |field: &str| format!("line_sets[{index}].{field}");
            self.check_ids(&at("editions"), &set.editions, &editions);
            self.check_ids(&at("purchase_options"), &set.purchase_options, &options);
            self.check_ids(&at("of"), set.of.as_deref().unwrap_or_default(), &charges);
            self.check_ids(&at("sources"), &set.sources, &sources);
            if set.sources.is_empty() {
                self.refuse(&at("sources"), "found none, expected the page that the rule is from");
            }
        }
        for (index, capability) in form.capabilities.iter().enumerate() {
            let at = |field: &str| format!("capabilities[{index}].{field}");
            self.check_ids(&at("editions"), &capability.editions, &editions);
            self.check_ids(&at("module"), capability.module.as_slice(), &modules);
            self.check_ids(&at("source"), std::slice::from_ref(&capability.source), &sources);
        }
        for (index, coverage) in form.coverage.iter().enumerate() {
            let at = |field: &str| format!("coverage[{index}].{field}");
            self.check_ids(&at("editions"), &coverage.editions, &editions);
            self.check_ids(&at("purchase_options"), &coverage.purchase_options, &options);
            self.check_ids(&at("modules"), &coverage.modules, &modules);
            let kinds = [&coverage.seats, &coverage.channels, &coverage.meters, &coverage.numbers];
            if kinds.iter().filter(|kind| kind.is_some()).count() != 1 {
                let text = "expected exactly one of seats, channels, meters, numbers";
                self.refuse(&format!("coverage[{index}]"), text);
            }
            if coverage.seats.is_some() && !coverage.matches.is_empty() {
                let text = "found facts beside seats, which have none, expected roles alone";
                self.refuse(&format!("coverage[{index}].matches"), text);
            }
        }
    }

    fn check_ids(&mut self, path: &str, ids: &[String], known: &BTreeSet<&str>) {
        for id in ids.iter().filter(|id| !known.contains(id.as_str())) {
            let near = nearest(id, known.iter().copied());
            let meant =
                if near.is_empty() { String::new() } else { format!("; did you mean {}?", any_of(&near)) };
            let known = known.iter().copied().collect::<Vec<_>>().join(", ");
            self.refuse(path, format!("found {}, expected one of: {known}{meant}", shown(id)));
        }
    }

    fn charges(&mut self) -> Vec<(&'a ChargeForm, Charge)> {
        let mut charges = Vec::new();
        for (index, form) in self.form.charges.iter().enumerate() {
            match form.compile_all() {
                Ok(all) => charges.extend(all.into_iter().map(|charge| (form, charge))),
                Err(error) if error.field.is_empty() => self.refuse(&format!("charges[{index}]"), error.rule),
                Err(error) => self.refuse(&format!("charges[{index}].{}", error.field), error.rule),
            }
        }
        charges
    }

    fn line_sets(&mut self) -> Vec<(&'a LineSetForm, LineSet)> {
        let mut sets = Vec::new();
        for (index, form) in self.form.line_sets.iter().enumerate() {
            match form.compile() {
                Ok(set) => sets.push((form, set)),
                Err(error) => {
                    let place = format!("line_sets[{index}].{}", error.field);
                    self.refuse(place.trim_end_matches('.'), error.rule);
                }
            }
        }
        sets
    }

    fn offer(
        &mut self,
        edition: &EditionForm,
        option: &PurchaseOptionForm,
        currency: Currency,
        charges: &[(&ChargeForm, Charge)],
        line_sets: &[(&LineSetForm, LineSet)],
    ) -> Option<Offer> {
        let lists = |ids: &[String], id: &String| ids.is_empty() || ids.contains(id);
        let mut sources = Vec::new();
        let mut own = Vec::new();
        for (form, charge) in charges {
            if !lists(&form.editions, &edition.id) || !lists(&form.purchase_options, &option.id) {
                continue;
            }
            let mut charge = charge.clone();
            let mut confidence = form.confidence.map_or(Confidence::Binding, Into::into);
            for key in &form.sources {
                let Some(page) = self.form.sources.get(key) else { continue };
                confidence = confidence.max(page.confidence.into());
                charge.sources.push(u32::try_from(sources.len()).unwrap_or(u32::MAX));
                sources.push(self.source(page, format!("charges.{}", form.id)));
            }
            charge.confidence = confidence;
            own.push(Arc::new(charge));
        }
        let own = among(own);
        if own.is_empty() {
            return None;
        }
        let mut own_sets = Vec::new();
        for (form, set) in line_sets {
            if !lists(&form.editions, &edition.id) || !lists(&form.purchase_options, &option.id) {
                continue;
            }
            let mut set = set.clone();
            for key in &form.sources {
                let Some(page) = self.form.sources.get(key) else { continue };
                set.sources.push(u32::try_from(sources.len()).unwrap_or(u32::MAX));
                sources.push(self.source(page, format!("line_sets.{}", form.id)));
            }
            own_sets.push(set);
        }
        let line_sets = line_set::among(&own_sets, &own);
        let parts = OfferParts {
            edition: Label::new(&edition.id, &edition.name),
            purchase_option: Label::new(&option.id, &option.name),
            currency,
            charges: own,
            terms: option.terms(),
            conventions: self.form.conventions.of_the_offer(),
            coverage: Vec::new(),
            assumptions: notes(&self.form.assumptions),
            exclusions: notes(&self.form.exclusions),
            warnings: notes(&self.form.warnings),
            sources,
            line_sets,
            capabilities: of_edition(&capability_statements(self.form), &edition.id),
            holds_for: OfferRange::default(),
        };
        match Offer::new(parts) {
            Ok(offer) => Some(offer),
            Err(invalid) => {
                for violation in invalid.0 {
                    let text = format!("edition {}, option {}: {violation}", edition.id, option.id);
                    self.refuse("charges", text);
                }
                None
            }
        }
    }

    fn robots_only(&self) -> BTreeSet<String> {
        let only = self.form.editions.iter().filter(|one| one.robots_only || self.form.product.robots_only);
        only.map(|edition| edition.id.clone()).collect()
    }

    fn source(&self, page: &SourceForm, path: String) -> SourceRef {
        SourceRef {
            sheet_id: self.document.name().to_owned(),
            as_of: page.as_of.as_ref().unwrap_or(&self.form.product.as_of).clone(),
            sha256: self.sha256.clone(),
            path,
            uri: page.uri.clone(),
            confidence: page.confidence.into(),
        }
    }

    fn revision(&self) -> Revision {
        let form = self.form;
        Revision {
            sheet_id: self.document.name().to_owned(),
            as_of: form.product.as_of.clone(),
            sha256: self.sha256.clone(),
            uris: form.sources.values().map(|source| source.uri.clone()).collect(),
            valid_from: form.product.valid_from.map(|day| day.0),
            valid_to: form.product.valid_to.map(|day| day.0),
        }
    }

    fn catalog(&self, charges: &[(&ChargeForm, Charge)]) -> Catalog {
        let form = self.form;
        let of_readings = |charge: &Charge| {
            let models = charge.readings.iter().filter_map(|reading| reading.model.as_ref());
            let ids = models.chain([&charge.model]).map(|model| model.id().to_owned());
            ids.collect::<Vec<_>>()
        };
        let models: BTreeSet<_> = charges.iter().flat_map(|(_, charge)| of_readings(charge)).collect();
        Catalog {
            vendor: Label::new(&form.product.vendor.id, &form.product.vendor.name),
            product: Label::new(&form.product.id, &form.product.name),
            component: form.product.component,
            illustrative: form.product.illustrative,
            editions: form.editions.iter().map(|edition| Label::new(&edition.id, &edition.name)).collect(),
            purchase_options: form.purchase_options.iter().map(|o| Label::new(&o.id, &o.name)).collect(),
            currencies: vec![form.product.currency.clone()],
            revisions: vec![self.revision()],
            charging_models: models.into_iter().collect(),
            capabilities: capability_statements(form),
            monotone_in: form.product.monotone.iter().map(|one| (*one).into()).collect(),
        }
    }
}

fn notes(forms: &[NoteForm]) -> Vec<Note> {
    let note = |form: &NoteForm| Note::new(&form.code, &form.text, form.charge.clone().unwrap_or_default());
    forms.iter().map(note).collect()
}
