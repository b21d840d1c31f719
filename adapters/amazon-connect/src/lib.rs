//! Amazon Connect: no seats and no commitment; what is used is charged.
//!
//! What a sheet cannot say is that a call is two charges with different rounding, that telephone lines
//! are priced by hosting region, country and kind of number, and that the vendor's second price list
//! puts the robots and the analytics into the channel's price.

use std::sync::Arc;

use quotient_plugin_api::adapter::{
    AdapterError, Answer, Call, Catalog, Decline, DeclineKind, Library, OpenError, ProductTimeline,
    SheetFile, VendorAdapter,
};
use quotient_plugin_api::export_adapter;
use quotient_plugin_api::money;
use quotient_plugin_api::offer::{Conventions, Label, MonthDays, Note, Offer, OfferParts, OfferRange, Terms};
use quotient_plugin_api::provenance::{CitedCharges, Provenance, only_sheet};
use quotient_plugin_api::requirement::Requirement;

use crate::lines::{MODULES, PriceList};
use crate::sheet::Sheet;

mod coverage;
mod input;
mod lines;
mod sheet;
mod telephony;
#[cfg(test)]
mod tests;

export_adapter!(AmazonConnect);

const PRODUCT: &str = "amazon-connect";
const SHEET: &str = include_str!("../sheets/amazon-connect.toml");

/// The product with its sheet.
pub struct AmazonConnect {
    sheet: Sheet,
    provenance: Provenance,
}

impl VendorAdapter for AmazonConnect {
    fn library() -> Library {
        let sheet = SheetFile { name: "amazon-connect.toml".to_owned(), content: SHEET.into() };
        Library {
            id: "amazon-connect".to_owned(),
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
        let editions = self.sheet.editions.iter();
        Catalog {
            vendor: Label::new("aws", "Amazon Web Services"),
            product: Label::new(PRODUCT, "Amazon Connect"),
            component: false,
            illustrative: false,
            editions: editions.map(|edition| Label::new(&edition.id, &edition.name)).collect(),
            purchase_options: vec![pay_as_you_go()],
            currencies: vec!["USD".to_owned()],
            revisions: vec![self.provenance.revision()],
            charging_models: vec!["per_unit".to_owned()],
            capabilities: Vec::new(),
            monotone_in: Vec::new(),
        }
    }

    fn offers(&self, requirement: &Requirement, _call: &Call<'_>) -> Result<Answer, AdapterError> {
        if let Some(decline) = self.decline(requirement) {
            return Ok(Answer::Decline(decline));
        }
        let editions = self.sheet.editions.iter().enumerate();
        let selected = editions.filter(|(_, edition)| requirement.selects(&edition.id, &pay_as_you_go().id));
        let offers = selected.map(|(index, edition)| {
            let minimum = &self.sheet.minimum;
            self.offer(&PriceList { edition, index, minimum, requirement })
        });
        Ok(Answer::from_offers(offers.collect::<Result<_, _>>()?))
    }
}

fn pay_as_you_go() -> Label {
    Label::new("pay-as-you-go", "by use, billed every month")
}

impl AmazonConnect {
    fn decline(&self, requirement: &Requirement) -> Option<Decline> {
        if let Some(decline) = Decline::unknown_module(requirement, MODULES.into_iter()) {
            return Some(decline);
        }
        let regions = self.sheet.regions();
        if let Some(region) = requirement.hosting_region.as_deref().filter(|asked| !regions.contains(asked)) {
            return Some(Decline {
                kind: DeclineKind::NoMatchingOffer,
                text: format!("there are no figures for {region:?}; there are for: {}", regions.join(", ")),
                fields: vec!["hosting_region".to_owned()],
            });
        }
        input::missing(requirement)
    }

    fn offer(&self, list: &PriceList<'_>) -> Result<Offer, AdapterError> {
        let requirement = list.requirement;
        let region = requirement.hosting_region.as_deref().unwrap_or(&self.sheet.default_region);
        let mut cited = CitedCharges::new(&self.provenance);
        list.add_to(&mut cited);
        let telephony = telephony::add(&self.sheet, region, requirement, &mut cited);
        let mut assumptions = coverage::assumptions(list);
        if requirement.hosting_region.is_none() {
            let text = format!("hosted in {region}: the line prices depend on it");
            assumptions.push(Note::new("default_hosting_region", text, "hosting_region"));
        }
        assumptions.extend(telephony.assumptions);
        let mut warnings = coverage::warnings(list);
        warnings.extend(telephony.warnings);
        let mut statements = coverage::statements(list);
        statements.retain(|statement| telephony.gaps.iter().all(|gap| gap.path != statement.path));
        statements.extend(telephony.gaps);
        let parts = OfferParts {
            edition: Label::new(&list.edition.id, &list.edition.name),
            purchase_option: pay_as_you_go(),
            currency: money::currency("USD").map_err(|error| AdapterError::new(error.to_string()))?,
            charges: cited.charges.into_iter().map(Arc::new).collect(),
            terms: Terms::default(),
            conventions: Conventions { month_days: Some(MonthDays::ThirtyAndHalf), ..Conventions::default() },
            coverage: statements,
            assumptions,
            exclusions: coverage::exclusions(requirement),
            warnings,
            sources: cited.sources,
            line_sets: Vec::new(),
            capabilities: Vec::new(),
            holds_for: OfferRange::default(),
        };
        Ok(Offer::new(parts)?)
    }
}

#[cfg(test)]
quotient_plugin_api::conformance!(AmazonConnect);
