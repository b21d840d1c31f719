//! A plugin that misbehaves as its products say: each id, up to a hyphen, is what `offers` does.
#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use quotient_plugin_api::adapter::{
    AdapterError, Answer, Call, Catalog, Decline, DeclineKind, Library, OpenError, ProductTimeline,
    SheetFile, VendorAdapter,
};
use quotient_plugin_api::export_adapter;
use quotient_plugin_api::language::price_sheet::PriceSheet;
use quotient_plugin_api::offer::Label;
use quotient_plugin_api::requirement::Requirement;

/// Instances that were opened since the library was loaded.
static OPENED: AtomicUsize = AtomicUsize::new(0);

/// A seat that costs 10 each up to ten of them, and 8 each of all above: eleven cost less than ten, which the sheet denies.
const FALLS: &str = r#"
editions = [{ id = "all", name = "All" }]
purchase_options = [{ id = "monthly", name = "Monthly" }]
[product]
id = "falls"
name = "Falls"
vendor = { id = "rogue", name = "Rogue" }
currency = "USD"
as_of = "2026-01"
monotone = ["seats"]
[sources.page]
uri = "https://example.com/pricing"
confidence = "list"
[[charges]]
id = "seat"
name = "Seat"
category = "recurring"
meter = "seats_named"
count = { seats = { basis = "named" } }
cycle = "month"
volume = { tiers = [{ up_to = 10, price = 10 }, { price = 8 }] }
sources = ["page"]
"#;

/// One product.
pub struct Rogue {
    product_id: String,
    turn: usize,
    sheet: Option<PriceSheet>,
}

impl VendorAdapter for Rogue {
    fn library() -> Library {
        let product = |id: &str| ProductTimeline {
            product_id: id.into(),
            sheets: vec![SheetFile { name: "sheet.toml".into(), content: b"as_of = 2026-01-01".to_vec() }],
        };
        let mut products = ["declines", "fails", "logs", "panics", "waits"].map(product).to_vec();
        let falls = SheetFile { name: "falls.toml".into(), content: FALLS.into() };
        products.push(ProductTimeline { product_id: "falls".into(), sheets: vec![falls] });
        Library { id: "rogue".into(), version: "1.0.0".into(), products }
    }

    fn open(product: &ProductTimeline) -> Result<Self, OpenError> {
        let turn = OPENED.fetch_add(1, Ordering::Relaxed);
        let sheet = (product.product_id == "falls").then(|| PriceSheet::parse("falls.toml", FALLS).ok());
        Ok(Self { product_id: product.product_id.clone(), turn, sheet: sheet.flatten() })
    }

    fn catalog(&self) -> Catalog {
        if let Some(sheet) = &self.sheet {
            return sheet.catalog().clone();
        }
        Catalog {
            vendor: Label::new("rogue", "Rogue"),
            product: Label::new(&self.product_id, "Rogue product"),
            component: false,
            illustrative: false,
            editions: Vec::new(),
            purchase_options: Vec::new(),
            currencies: Vec::new(),
            revisions: Vec::new(),
            charging_models: Vec::new(),
            capabilities: Vec::new(),
            monotone_in: Vec::new(),
        }
    }

    #[allow(clippy::panic, reason = "what this plugin is for")]
    fn offers(&self, requirement: &Requirement, call: &Call<'_>) -> Result<Answer, AdapterError> {
        if let Some(sheet) = &self.sheet {
            return sheet.offers(requirement);
        }
        match self.product_id.split('-').next().unwrap_or_default() {
            "panics" => panic!("instance {} has no tier", self.turn),
            "fails" => return Err(AdapterError::new("the table is empty")),
            "logs" => tracing::warn!(seats = 3, "rounded\nup"),
            // Until the host says stop.
            "waits" => {
                while call.remaining().is_none_or(|left| !left.is_zero()) {
                    std::thread::park_timeout(Duration::from_millis(1));
                }
            }
            _ => {}
        }
        let text = format!("instance {}", self.turn);
        Ok(Answer::Decline(Decline { kind: DeclineKind::ContactSales, text, fields: Vec::new() }))
    }
}

export_adapter!(Rogue);
