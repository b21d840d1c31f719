//! A first sheet for a product: sound, commented, and with figures that only hold a place.

use super::written::text;

/// What a product is mainly charged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StarterModel {
    /// Seats, by the month or the year.
    Seat,
    /// What is used, in tiers.
    Usage,
    /// Modules that are chosen.
    Modules,
}

/// What is known of a product.
#[derive(Debug, Clone)]
pub struct Starter {
    /// Id of the product.
    pub product_id: String,
    /// Name of the vendor.
    pub vendor: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What it is charged by.
    pub model: StarterModel,
    /// The day that the sheet is begun on.
    pub as_of: jiff::civil::Date,
}

impl Starter {
    /// The sheet, as TOML. It is read and checked like any other, which tells whether the product's id is one.
    #[must_use]
    pub fn sheet(&self) -> String {
        let charges = match self.model {
            StarterModel::Seat => SEAT,
            StarterModel::Usage => USAGE,
            StarterModel::Modules => MODULES,
        };
        format!("{}{charges}{REST}", self.head())
    }

    fn head(&self) -> String {
        let Self { product_id, vendor, currency, as_of, .. } = self;
        format!(
            "# What {product_id} costs. Every figure here only holds a place: replace each by one of a public page.\n\
             \n\
             [product]\n\
             id = {id}\n\
             name = {name}\n\
             vendor = {{ id = {vendor_id}, name = {vendor} }}\n\
             currency = {currency}\n\
             # The day that the page dates its prices, or \"unknown\".\n\
             as_of = \"{as_of}\"\n\
             \n\
             # The pages that the figures are from. list: the vendor's own; estimate, range and contact_sales bind less.\n\
             [sources.pricing]\n\
             uri = \"https://example.com/pricing\"\n\
             confidence = \"list\"\n",
            id = text(product_id),
            name = text(&titled(product_id)),
            vendor_id = text(&id_of(vendor)),
            vendor = text(vendor),
            currency = text(currency),
        )
    }
}

/// `acme-desk` is `Acme Desk`.
fn titled(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    id.split('-').map(word).collect::<Vec<_>>().join(" ")
}

/// An id that a name makes: letters and digits, and hyphens between them.
fn id_of(name: &str) -> String {
    let letters = name.to_lowercase();
    let words = letters.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let id = words.collect::<Vec<_>>().join("-");
    if id.is_empty() { "vendor".to_owned() } else { id }
}

const SEAT: &str = r#"
[[editions]]
id = "standard"
name = "Standard"

# Each pair of an edition and a purchase option that has a charge is an offer.
[[purchase_options]]
id = "monthly"
name = "by the month"
billing_period_months = 1

[[purchase_options]]
id = "annual"
name = "by the year"
minimum_months = 12
multiple_of_months = 12

[[charges]]
id = "seat-month"
name = "Seat"
purchase_options = ["monthly"]
category = "recurring"
meter = "seats_named"
count = { seats = { basis = "named" } }
cycle = "month"
per_unit = { price = 100 }
sources = ["pricing"]

[[charges]]
id = "seat-year"
name = "Seat, by the year"
purchase_options = ["annual"]
category = "recurring"
meter = "seats_named"
count = { seats = { basis = "named" } }
cycle = "year"
per_unit = { price = 960 }
sources = ["pricing"]
"#;

const USAGE: &str = r#"
[[editions]]
id = "standard"
name = "Standard"

[[purchase_options]]
id = "monthly"
name = "by the month"
billing_period_months = 1

[[charges]]
id = "platform"
name = "Platform"
category = "recurring"
meter = "flat"
cycle = "month"
flat = { amount = 500 }
sources = ["pricing"]

# Each unit at the price of its own tier; with `volume` in place of `graduated`, all units at the tier reached.
[[charges]]
id = "contacts"
name = "Contacts"
category = "usage"
meter = "contacts"
count = "contacts"
cycle = "month"
graduated = { bounds = "upper_inclusive", tiers = [
    { up_to = 1000, price = 1 },
    { price = 0.8 },
] }
sources = ["pricing"]
"#;

const MODULES: &str = r#"
[[editions]]
id = "standard"
name = "Standard"

[[purchase_options]]
id = "monthly"
name = "by the month"
billing_period_months = 1

# basic: part of every offer; value_added: when it is chosen, or brings what is needed.
[[modules]]
id = "desk"
name = "Desk"
class = "basic"

[[modules]]
id = "recorder"
name = "Recording"
class = "value_added"

[[charges]]
id = "desk"
name = "Desk"
module = "desk"
category = "recurring"
meter = "seats_named"
count = { seats = { basis = "named" } }
cycle = "month"
per_unit = { price = 100 }
sources = ["pricing"]

[[charges]]
id = "recorder"
name = "Recording"
module = "recorder"
category = "recurring"
meter = "flat"
cycle = "month"
flat = { amount = 200 }
sources = ["pricing"]

[[capabilities]]
ids = ["recording"]
status = "add_on"
module = "recorder"
source = "pricing"
"#;

const REST: &str = r#"
# What no charge counts: included in what is paid anyway, billed_by_others, or not_offered.
[[coverage]]
numbers = []
status = "billed_by_others"
note = "the telephone company bills numbers"
"#;

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::language::review::{Ages, review};

    #[test]
    fn every_starter_is_a_sheet_in_which_nothing_is_found() {
        let as_of = date(2026, 11, 22);
        for model in [StarterModel::Seat, StarterModel::Usage, StarterModel::Modules] {
            let starter = Starter {
                product_id: "acme-desk".to_owned(),
                vendor: "Acme \"A\" Ltd.".to_owned(),
                currency: "CNY".to_owned(),
                model,
                as_of,
            };
            let files = [("acme-desk.toml".to_owned(), starter.sheet())];
            let reviewed = review(&files, Ages { today: as_of, old_after_months: 1 }).remove(0);
            assert_eq!(reviewed.findings, [], "{model:?}");
            let sheet = reviewed.sheet.unwrap();
            let catalog = sheet.catalog();
            assert_eq!(
                (catalog.product.name.as_str(), catalog.vendor.id.as_str(), catalog.vendor.name.as_str()),
                ("Acme Desk", "acme-a-ltd", "Acme \"A\" Ltd.")
            );
        }
    }
}
