//! A product that is compared: its quote, and the offers that it can be asked again by.

use std::sync::Arc;

use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::quote::Quote;

/// A product with a quote.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Id of the product.
    pub product_id: String,
    /// Its name.
    pub product_name: String,
    /// Covers a part of a system.
    pub component: bool,
    /// Its best offer, priced.
    pub quote: Quote,
    /// Its other offers, priced, best first.
    pub others: Vec<Quote>,
    /// All offers, for other quantities of the same requirement.
    pub offers: Arc<[Offer]>,
}
