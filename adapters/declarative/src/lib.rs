//! Products whose price sheet needs no code: one adapter over the sheet language of `plugin-api`.
//!
//! To add a product, add its sheet to `sheets/` and to the list in [`Declarative::library`].

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

macro_rules! bundled {
    ($($id:literal),* $(,)?) => {
        vec![$(ProductTimeline {
            product_id: $id.to_owned(),
            sheets: vec![SheetFile {
                name: concat!($id, ".toml").to_owned(),
                content: include_bytes!(concat!("../sheets/", $id, ".toml")).to_vec(),
            }],
        }),*]
    };
}

impl VendorAdapter for Declarative {
    fn library() -> Library {
        Library {
            id: "declarative".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            products: bundled![
                "aihecong",
                "article-custom",
                "article-inquiries",
                "article-modules",
                "article-seats",
                "article-subscription",
            ],
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
