//! The price sheets of one product over time: the pricing date picks one.

use jiff::civil::Date;

use super::compile::PriceSheet;
use crate::adapter::{
    AdapterError, Answer, Catalog, Decline, DeclineKind, OpenError, ProductTimeline, Revision,
};
use crate::requirement::Requirement;

/// The checked sheets of a product, ordered by the day that they begin on; no two overlap.
#[derive(Debug, Clone)]
pub struct SheetTimeline {
    sheets: Vec<PriceSheet>,
    catalog: Catalog,
}

impl SheetTimeline {
    /// Reads and checks all sheets of a product. A sheet that names no last day is valid until the next one
    /// begins.
    ///
    /// # Errors
    /// [`OpenError`] with all that is wrong with the sheets, and where two of them overlap.
    pub fn open(product: &ProductTimeline) -> Result<Self, OpenError> {
        let mut sheets = Vec::new();
        let mut faults = Vec::new();
        for file in &product.sheets {
            let read = std::str::from_utf8(&file.content).map_err(|error| error.to_string());
            match read.and_then(|text| PriceSheet::parse(&file.name, text).map_err(|e| e.to_string())) {
                Ok(sheet) => sheets.push((file.name.as_str(), sheet)),
                Err(fault) if fault.starts_with(&file.name) => faults.push(fault),
                Err(fault) => faults.push(format!("{}: {fault}", file.name)),
            }
        }
        let refused = |text| OpenError { place: product.product_id.clone(), text };
        if !faults.is_empty() {
            return Err(refused(faults.join("\n")));
        }
        sheets.sort_by_key(|(name, sheet)| (sheet.revision().valid_from, (*name).to_owned()));
        let named: Vec<_> = sheets.iter().map(|(name, sheet)| (*name, sheet)).collect();
        let faults: Vec<_> = overlaps(&product.product_id, &named)
            .into_iter()
            .map(|(name, text)| format!("{name}: {text}"))
            .collect();
        let sheets: Vec<_> = sheets.into_iter().map(|(_, sheet)| sheet).collect();
        match catalog(&sheets) {
            Some(catalog) if faults.is_empty() => Ok(Self { sheets, catalog }),
            Some(_) => Err(refused(faults.join("\n"))),
            None => Err(refused("found no sheet, expected at least one".to_owned())),
        }
    }

    /// What is sold: as the latest sheet says, with what only earlier ones sell after it.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The sheet that is valid on a day.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&PriceSheet> {
        let begun = |sheet: &&PriceSheet| sheet.revision().valid_from.is_none_or(|from| from <= day);
        let sheet = self.sheets.iter().rfind(begun)?;
        Some(sheet).filter(|sheet| sheet.revision().valid_to.is_none_or(|to| day <= to))
    }

    /// The offers of the sheet that is valid on the pricing date.
    ///
    /// # Errors
    /// As [`PriceSheet::offers`].
    pub fn offers(&self, requirement: &Requirement) -> Result<Answer, AdapterError> {
        match self.on(requirement.pricing_date) {
            Some(sheet) => sheet.offers(requirement),
            None => Ok(Answer::Decline(Decline {
                kind: DeclineKind::NoMatchingOffer,
                text: format!("no price sheet is valid on {}", requirement.pricing_date),
                fields: vec!["pricing_date".to_owned()],
            })),
        }
    }
}

/// What does not fit together, of sheets ordered by their first days: the sheet's name, and what is wrong.
pub(super) fn overlaps<'a>(product_id: &str, sheets: &[(&'a str, &PriceSheet)]) -> Vec<(&'a str, String)> {
    let mut faults = Vec::new();
    for (name, sheet) in sheets {
        let found = &sheet.catalog().product.id;
        if found != product_id {
            faults.push((*name, format!("found the product {found:?}, expected {product_id:?}")));
        }
    }
    for pair in sheets.windows(2) {
        let [(name, sheet), (next_name, next)] = pair else { continue };
        if sheet.catalog().vendor.id != next.catalog().vendor.id {
            let (found, expected) = (&next.catalog().vendor.id, &sheet.catalog().vendor.id);
            faults.push((*next_name, format!("found the vendor {found:?}, expected {expected:?}")));
        }
        let (one, other) = (sheet.revision(), next.revision());
        let begins = match other.valid_from {
            Some(begins) if one.valid_from < Some(begins) => begins,
            _ => {
                let told = other.valid_from.map_or("the beginning".to_owned(), |day| day.to_string());
                let text =
                    format!("found it valid from {told}, as {name}, expected a later product.valid_from");
                faults.push((*next_name, text));
                continue;
            }
        };
        if let Some(ends) = one.valid_to.filter(|ends| *ends >= begins) {
            let text =
                format!("found it valid to {ends}, expected an end before {begins}, when {next_name} begins");
            faults.push((*name, text));
        }
    }
    faults
}

fn catalog(sheets: &[PriceSheet]) -> Option<Catalog> {
    let (latest, earlier) = sheets.split_last()?;
    let mut catalog = latest.catalog().clone();
    for sheet in earlier.iter().rev() {
        let other = sheet.catalog();
        let labels = [
            (&mut catalog.editions, &other.editions),
            (&mut catalog.purchase_options, &other.purchase_options),
        ];
        for (ours, theirs) in labels {
            for label in theirs {
                if ours.iter().all(|own| own.id != label.id) {
                    ours.push(label.clone());
                }
            }
        }
        for (ours, theirs) in [
            (&mut catalog.currencies, &other.currencies),
            (&mut catalog.charging_models, &other.charging_models),
        ] {
            ours.extend(theirs.clone());
            ours.sort();
            ours.dedup();
        }
        // What all of them promise.
        catalog.monotone_in.retain(|one| other.monotone_in.contains(one));
    }
    catalog.revisions = sheets.iter().map(|sheet| sheet.revision().clone()).collect::<Vec<Revision>>();
    Some(catalog)
}
