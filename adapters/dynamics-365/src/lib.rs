//! Dynamics 365 Contact Center and Customer Service: named users by the year, with calls passed through
//! by the leg and robots by the credit.
//!
//! What a sheet cannot say is which add-ins a demand needs, that a call has several legs with a price
//! each, and what is beyond the pools that the users' price includes. Without people the voice channel
//! and the credits are quoted by themselves, for what they cover.

use std::sync::Arc;

use quotient_plugin_api::adapter::{
    AdapterError, Answer, Call, Catalog, Decline, Library, OpenError, ProductTimeline, SheetFile,
    VendorAdapter,
};
use quotient_plugin_api::charge::PartialPackage;
use quotient_plugin_api::export_adapter;
use quotient_plugin_api::money;
use quotient_plugin_api::offer::{
    Conventions, CoverageStatement, Label, Note, Offer, OfferParts, OfferRange, Terms,
};
use quotient_plugin_api::provenance::{CitedCharges, Provenance, only_sheet};
use quotient_plugin_api::requirement::{Channel, Requirement};
use rust_decimal::Decimal;

use crate::input::{has_people, wants_credits, wants_voice};
use crate::pools::Exceeded;
use crate::seats::Licence;
use crate::sheet::Sheet;

mod coverage;
mod credits;
mod input;
mod pools;
mod seats;
mod sheet;
#[cfg(test)]
mod tests;
mod voice;

export_adapter!(Dynamics365);

const PRODUCT: &str = "dynamics-365-contact-center";
const SHEET: &str = include_str!("../sheets/dynamics-365.toml");
/// Sold and billed by the year.
const YEAR: u32 = 12;
/// The voice channel alone.
const VOICE_CHANNEL: &str = "voice-channel";
/// The credits alone.
const COPILOT_CREDITS: &str = "copilot-credits";

/// The product with its sheet.
pub struct Dynamics365 {
    sheet: Sheet,
    provenance: Provenance,
}

impl VendorAdapter for Dynamics365 {
    fn library() -> Library {
        let sheet = SheetFile { name: "dynamics-365.toml".to_owned(), content: SHEET.into() };
        Library {
            id: "dynamics-365".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            products: vec![ProductTimeline { product_id: PRODUCT.to_owned(), sheets: vec![sheet] }],
        }
    }

    fn open(product: &ProductTimeline) -> Result<Self, OpenError> {
        let document = only_sheet(product)?;
        let sheet: Sheet = document.read()?;
        let provenance = Provenance::new(&document, &sheet.as_of, sheet.pages.clone());
        sheet.check(&provenance, &document)?;
        Ok(Self { sheet, provenance })
    }

    fn catalog(&self) -> Catalog {
        let editions = self.sheet.editions.iter().map(|edition| Label::new(&edition.id, &edition.name));
        Catalog {
            vendor: Label::new("microsoft", "Microsoft"),
            product: Label::new(PRODUCT, "Dynamics 365 Contact Center"),
            component: false,
            illustrative: false,
            editions: editions.chain([voice_channel(), copilot_credits()]).collect(),
            purchase_options: vec![annual(), pay_as_you_go(), whole_packs(), pack_rate()],
            currencies: vec!["USD".to_owned()],
            revisions: vec![self.provenance.revision()],
            charging_models: vec!["package".to_owned(), "per_unit".to_owned()],
            capabilities: Vec::new(),
            monotone_in: Vec::new(),
        }
    }

    fn offers(&self, requirement: &Requirement, _call: &Call<'_>) -> Result<Answer, AdapterError> {
        let add_ins = self.sheet.add_ins.iter().map(|add_in| add_in.id.as_str());
        let missing = || input::missing(requirement);
        if let Some(decline) = Decline::unknown_module(requirement, add_ins).or_else(missing) {
            return Ok(Answer::Decline(decline));
        }
        let mut offers = Vec::new();
        if has_people(requirement) {
            let exceeded = Exceeded::of(&self.sheet.pools, requirement)?;
            for (index, edition) in self.sheet.editions.iter().enumerate() {
                // A pinned add-in can only be put on the editions that take them.
                let pinned = requirement.selection.module_ids.is_empty() || edition.add_ins;
                if pinned && requirement.selects(&edition.id, &annual().id) {
                    let licence = Licence::of(&self.sheet, index, edition, requirement);
                    offers.push(self.users(&licence, &exceeded, requirement)?);
                }
            }
        }
        offers.extend(self.components(requirement)?);
        if offers.is_empty() && !has_people(requirement) {
            let text = "sold by named users: how many people work in the system is needed";
            return Ok(Answer::Decline(Decline::needs_input(text, vec!["seats".to_owned()])));
        }
        Ok(Answer::from_offers(offers))
    }
}

fn annual() -> Label {
    Label::new("annual", "by the month for a year, billed by the year")
}

fn pay_as_you_go() -> Label {
    Label::new("pay-as-you-go", "by use, billed every month")
}

fn whole_packs() -> Label {
    Label::new("whole-packs", "whole packs for each month")
}

fn pack_rate() -> Label {
    Label::new("pack-rate", "credits at a pack's rate, as an estimate")
}

fn voice_channel() -> Label {
    Label::new(VOICE_CHANNEL, "Voice channel alone, without users")
}

fn copilot_credits() -> Label {
    Label::new(COPILOT_CREDITS, "Copilot credits alone, without users")
}

/// What offers differ in.
struct Draft<'a> {
    edition: Label,
    purchase_option: Label,
    cited: CitedCharges<'a>,
    terms: Terms,
    holds_for: OfferRange,
    coverage: Vec<CoverageStatement>,
    assumptions: Vec<Note>,
    exclusions: Vec<Note>,
    warnings: Vec<Note>,
}

impl<'a> Draft<'a> {
    fn new(edition: Label, purchase_option: Label, provenance: &'a Provenance) -> Self {
        Self {
            edition,
            purchase_option,
            cited: CitedCharges::new(provenance),
            terms: Terms::default(),
            holds_for: OfferRange::default(),
            coverage: Vec::new(),
            assumptions: Vec::new(),
            exclusions: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn add_voice(&mut self, sheet: &Sheet, requirement: &Requirement) {
        voice::add(&sheet.voice, requirement, &mut self.cited);
        self.assumptions.extend(voice::assumptions(requirement));
        self.warnings.extend(voice::warnings(requirement));
        let coverage = std::mem::take(&mut self.coverage);
        self.coverage = coverage::with_line_gaps(coverage, &sheet.voice, requirement);
        if wants_voice(requirement) {
            let text = "what calls with Microsoft Teams cost is not on the page";
            self.exclusions.push(Note::new("teams_charges", text, ""));
        }
    }

    fn add_credits(&mut self, sheet: &Sheet, partial: PartialPackage) -> Result<(), AdapterError> {
        credits::add(&sheet.credits, partial, &mut self.cited)?;
        self.assumptions.extend(credits::assumptions());
        Ok(())
    }

    fn finish(self) -> Result<Offer, AdapterError> {
        let currency = money::currency("USD").map_err(|error| AdapterError::new(error.to_string()))?;
        Ok(Offer::new(OfferParts {
            edition: self.edition,
            purchase_option: self.purchase_option,
            currency,
            charges: self.cited.charges.into_iter().map(Arc::new).collect(),
            terms: self.terms,
            conventions: Conventions::default(),
            coverage: self.coverage,
            assumptions: self.assumptions,
            exclusions: self.exclusions,
            warnings: self.warnings,
            sources: self.cited.sources,
            line_sets: Vec::new(),
            capabilities: Vec::new(),
            holds_for: self.holds_for,
        })?)
    }
}

impl Dynamics365 {
    fn users(
        &self,
        licence: &Licence<'_>,
        exceeded: &Exceeded,
        requirement: &Requirement,
    ) -> Result<Offer, AdapterError> {
        let sheet = &self.sheet;
        let edition = Label::new(&licence.edition.id, &licence.edition.name);
        let mut draft = Draft::new(edition, annual(), &self.provenance);
        draft.terms = Terms {
            minimum_months: YEAR,
            multiple_of_months: YEAR,
            billing_period_months: Some(YEAR),
            ..Terms::default()
        };
        // The pools grow with the users, and what is beyond them has no price.
        draft.holds_for = OfferRange {
            seats_from: requirement.peak_seats(),
            seats_to: None,
            demand_to: Some(Decimal::ONE),
        };
        licence.add_to(&sheet.promotion, &mut draft.cited);
        draft.assumptions = licence.assumptions(&sheet.promotion, requirement);
        draft.warnings = licence.warnings(sheet, requirement);
        draft.warnings.extend(coverage::pool_warnings(exceeded));
        draft.coverage = coverage::of_licence(licence, exceeded, requirement);
        if licence.serves(Channel::Voice) {
            draft.add_voice(sheet, requirement);
        }
        if wants_credits(requirement) {
            draft.add_credits(sheet, PartialPackage::Up)?;
            if licence.edition.has_unstated_credits {
                let text = "the edition holds some credits, how many is not published: all are charged";
                draft.warnings.push(Note::new("unstated_credits", text, "credits"));
            }
        }
        draft.finish()
    }

    /// What can be quoted without people, or is asked for by name.
    fn components(&self, requirement: &Requirement) -> Result<Vec<Offer>, AdapterError> {
        let named = requirement.selection.edition_id.as_deref();
        let asked = |id: &str| !has_people(requirement) || named == Some(id);
        let mut offers = Vec::new();
        if !requirement.selection.module_ids.is_empty() {
            return Ok(offers);
        }
        let selected =
            |edition: &str, option: Label| asked(edition) && requirement.selects(edition, &option.id);
        let without_users = || Note::new("users", "people's licences are not part of it", "");
        if wants_voice(requirement) && selected(VOICE_CHANNEL, pay_as_you_go()) {
            let mut draft = Draft::new(voice_channel(), pay_as_you_go(), &self.provenance);
            draft.coverage = coverage::of_voice(requirement);
            draft.add_voice(&self.sheet, requirement);
            let text = "what a robot costs beside its leg is not part of it";
            draft.exclusions.extend([without_users(), Note::new("robots", text, "")]);
            offers.push(draft.finish()?);
        }
        if !wants_credits(requirement) {
            return Ok(offers);
        }
        if selected(COPILOT_CREDITS, whole_packs()) {
            let mut draft = Draft::new(copilot_credits(), whole_packs(), &self.provenance);
            draft.add_credits(&self.sheet, PartialPackage::Up)?;
            draft.exclusions.push(without_users());
            offers.push(draft.finish()?);
        }
        let by_name = requirement.selection.purchase_option_id.as_deref() == Some(pack_rate().id.as_str());
        if by_name && selected(COPILOT_CREDITS, pack_rate()) {
            let mut draft = Draft::new(copilot_credits(), pack_rate(), &self.provenance);
            draft.add_credits(&self.sheet, PartialPackage::Prorated)?;
            draft.warnings.push(credits::rate_warning());
            draft.exclusions.push(without_users());
            offers.push(draft.finish()?);
        }
        Ok(offers)
    }
}

#[cfg(test)]
quotient_plugin_api::conformance!(Dynamics365);
