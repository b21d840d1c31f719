//! Products whose price sheet needs no code: one adapter over the sheet language of `plugin-api`.
//!
//! To add a product, add its sheet to `sheets/`, named by the id of the product.

use std::collections::BTreeMap;

use quotient_plugin_api::adapter::{
    AdapterError, Answer, Call, Catalog, Library, OpenError, ProductTimeline, SheetFile, VendorAdapter,
};
use quotient_plugin_api::export_adapter;
use quotient_plugin_api::language::timeline::SheetTimeline;
use quotient_plugin_api::requirement::Requirement;

export_adapter!(Declarative);

/// One product, by its sheets.
pub struct Declarative {
    sheets: SheetTimeline,
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
        Ok(Self { sheets: SheetTimeline::open(product)? })
    }

    fn catalog(&self) -> Catalog {
        self.sheets.catalog().clone()
    }

    fn offers(&self, requirement: &Requirement, _call: &Call<'_>) -> Result<Answer, AdapterError> {
        self.sheets.offers(requirement)
    }
}

#[cfg(test)]
quotient_plugin_api::conformance!(Declarative);
