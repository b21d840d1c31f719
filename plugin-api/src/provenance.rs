//! Where an adapter's figures come from: the pages of its own sheet, turned into an offer's sources.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::adapter::{OpenError, ProductTimeline, Revision};
use crate::charge::{Charge, Confidence};
use crate::digest::sha256_hex;
use crate::document::{Document, DocumentError};
use crate::language::forms::ConfidenceForm;
use crate::language::price::Price;
use crate::offer::SourceRef;

/// A public page in an adapter's sheet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its address.
    pub uri: String,
    /// How much it binds.
    pub confidence: ConfidenceForm,
}

/// A published price and the page that it stands on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The price, or its bounds.
    pub price: Price,
    /// Key of its page.
    pub page: String,
}

/// One sheet with its pages.
#[derive(Debug, Clone)]
pub struct Provenance {
    sheet_id: String,
    as_of: String,
    sha256: String,
    pages: BTreeMap<String, Page>,
}

/// The only sheet of a product, parsed.
///
/// # Errors
/// [`OpenError`] when there is no sheet, more than one, or it is no TOML.
pub fn only_sheet(product: &ProductTimeline) -> Result<Document, OpenError> {
    let [sheet] = product.sheets.as_slice() else {
        let text = format!("found {} sheets, expected one", product.sheets.len());
        return Err(OpenError { place: product.product_id.clone(), text });
    };
    let text = std::str::from_utf8(&sheet.content)
        .map_err(|error| OpenError { place: sheet.name.clone(), text: error.to_string() })?;
    Ok(Document::parse_toml(&sheet.name, text)?)
}

impl Provenance {
    /// The pages of a sheet.
    #[must_use]
    pub fn new(document: &Document, as_of: &str, pages: BTreeMap<String, Page>) -> Self {
        let sha256 = sha256_hex(document.text().as_bytes());
        Self { sheet_id: document.name().to_owned(), as_of: as_of.to_owned(), sha256, pages }
    }

    /// The sheet as a revision of the catalog.
    #[must_use]
    pub fn revision(&self) -> Revision {
        Revision {
            sheet_id: self.sheet_id.clone(),
            as_of: self.as_of.clone(),
            sha256: self.sha256.clone(),
            uris: self.pages.values().map(|page| page.uri.clone()).collect(),
            valid_from: None,
            valid_to: None,
        }
    }

    /// Checks that the sheet has a page that its figures name.
    ///
    /// # Errors
    /// [`DocumentError`] at the sheet's pages.
    pub fn require(&self, page: &str, document: &Document) -> Result<(), DocumentError> {
        if self.pages.contains_key(page) {
            return Ok(());
        }
        let known = self.pages.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        Err(document
            .error_at("pages", format!("found {known}, expected also {page:?}, which a figure names")))
    }

    /// Checks a price that stands at `path`: it is not below zero, and the sheet has its page.
    ///
    /// # Errors
    /// [`DocumentError`] at the price, or at the sheet's pages.
    pub fn check(
        &self,
        price: &Price,
        page: &str,
        path: &str,
        document: &Document,
    ) -> Result<(), DocumentError> {
        let low = price.0.low();
        if low < Decimal::ZERO {
            return Err(document.error_at(path, format!("found the price {low}, expected 0 or more")));
        }
        self.require(page, document)
    }

    /// Notes that a charge's figure stands at `path` of the sheet and is from `page`: adds the source, and
    /// gives the charge the page's confidence.
    pub fn cite(
        &self,
        charge: &mut Charge,
        page: &str,
        path: impl Into<String>,
        sources: &mut Vec<SourceRef>,
    ) {
        let Some(found) = self.pages.get(page) else { return };
        let confidence = Confidence::from(found.confidence);
        charge.confidence =
            if charge.sources.is_empty() { confidence } else { charge.confidence.max(confidence) };
        charge.sources.push(u32::try_from(sources.len()).unwrap_or(u32::MAX));
        sources.push(SourceRef {
            sheet_id: self.sheet_id.clone(),
            as_of: self.as_of.clone(),
            sha256: self.sha256.clone(),
            path: path.into(),
            uri: found.uri.clone(),
            confidence,
        });
    }
}

/// The charges of one offer and their sources, as they are added.
#[derive(Debug)]
pub struct CitedCharges<'a> {
    provenance: &'a Provenance,
    /// The charges.
    pub charges: Vec<Charge>,
    /// Their sources.
    pub sources: Vec<SourceRef>,
}

impl<'a> CitedCharges<'a> {
    /// No charges yet.
    #[must_use]
    pub const fn new(provenance: &'a Provenance) -> Self {
        Self { provenance, charges: Vec::new(), sources: Vec::new() }
    }

    /// Adds a charge, with the page and the place in the sheet of each of its figures.
    pub fn add(&mut self, mut charge: Charge, figures: &[(&str, String)]) {
        for (page, path) in figures {
            self.provenance.cite(&mut charge, page, path, &mut self.sources);
        }
        self.charges.push(charge);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_below_zero_and_an_unknown_page_are_told_at_their_place() {
        let text = "price = -1\n[pages.list]\nuri = \"https://example.org\"\nconfidence = \"list\"\n";
        let document = Document::parse_toml("sheet.toml", text).unwrap();
        let page = Page { uri: "https://example.org".to_owned(), confidence: ConfidenceForm::List };
        let pages = BTreeMap::from([("list".to_owned(), page)]);
        let provenance = Provenance::new(&document, "2026", pages);
        let told = |price: i64, page| {
            let price = Price(crate::interval::Interval::exact(price.into()));
            provenance.check(&price, page, "price", &document).map_err(|error| error.to_string())
        };
        assert_eq!(told(0, "list"), Ok(()));
        let negative = "sheet.toml:1:9: price: found the price -1, expected 0 or more";
        assert_eq!(told(-1, "list"), Err(negative.to_owned()));
        let unknown = "sheet.toml:2:2: pages: found list, expected also \"news\", which a figure names";
        assert_eq!(told(0, "news"), Err(unknown.to_owned()));
    }
}
