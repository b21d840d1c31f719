//! Products whose price sheet needs no code: one adapter over the sheet language of `plugin-api`.
//!
//! To add a product, add its sheet to `sheets/`, named by the id of the product.

use std::collections::BTreeMap;

use quotient_plugin_api::adapter::{
    AdapterError, Answer, Call, Catalog, Library, OpenError, ProductTimeline, SheetFile, VendorAdapter,
};
use quotient_plugin_api::export_adapter;
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::requirement::Requirement;

export_adapter!(Declarative);

/// One product, by its sheet.
pub struct Declarative {
    sheet: PriceSheet,
}

/// File names and contents of `sheets/`, ordered by name.
const SHEETS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sheets.rs"));

/// The id of the product that a sheet is of: its file's name up to `.toml`, or up to an `@` and the name of a
/// revision.
fn product_id(file_name: &str) -> &str {
    let stem = file_name.strip_suffix(".toml").unwrap_or(file_name);
    stem.split_once('@').map_or(stem, |(product, _revision)| product)
}

fn bundled() -> Vec<ProductTimeline> {
    let mut products = BTreeMap::<&str, Vec<SheetFile>>::new();
    for (name, content) in SHEETS {
        let sheet = SheetFile { name: (*name).to_owned(), content: content.to_vec() };
        products.entry(product_id(name)).or_default().push(sheet);
    }
    let timeline = |(id, sheets): (&str, _)| ProductTimeline { product_id: id.to_owned(), sheets };
    products.into_iter().map(timeline).collect()
}

impl VendorAdapter for Declarative {
    fn library() -> Library {
        Library {
            id: "declarative".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            products: bundled(),
        }
    }

    fn open(product: &ProductTimeline) -> Result<Self, OpenError> {
        let [file] = product.sheets.as_slice() else {
            let text = format!("found {} sheets, expected one", product.sheets.len());
            return Err(OpenError { place: product.product_id.clone(), text });
        };
        let refused = |text: String| OpenError { place: file.name.clone(), text };
        let text = std::str::from_utf8(&file.content).map_err(|error| refused(error.to_string()))?;
        let sheet = PriceSheet::parse(&file.name, text).map_err(|error| refused(error.to_string()))?;
        if sheet.catalog().product.id != product.product_id {
            let (found, expected) = (&sheet.catalog().product.id, &product.product_id);
            return Err(refused(format!("found the product {found:?}, expected {expected:?}")));
        }
        Ok(Self { sheet })
    }

    fn catalog(&self) -> Catalog {
        self.sheet.catalog().clone()
    }

    fn offers(&self, requirement: &Requirement, _call: &Call<'_>) -> Result<Answer, AdapterError> {
        self.sheet.offers(requirement)
    }
}
