//! Taxes on sales by region, for sheets that do not say theirs.

use std::collections::BTreeMap;

use quotient_plugin_api::document::{Document, DocumentError, Figure};
use rust_decimal::Decimal;
use serde::Deserialize;

/// A tax of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionTax {
    /// Its name.
    pub name: String,
    /// As a fraction of the amount without it.
    pub rate: Decimal,
    /// Who says so.
    pub source: String,
}

/// Taxes by the country that a buyer buys in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaxTable(BTreeMap<String, RegionTax>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxForm {
    name: String,
    rate: Figure,
    source: String,
}

impl TaxTable {
    /// Reads a table: a country code with `name`, `rate` and `source` for each region.
    ///
    /// # Errors
    /// [`DocumentError`] with file, line, what was found and what was expected.
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        let document = Document::parse_toml(name, text)?;
        let forms: BTreeMap<String, TaxForm> = document.read()?;
        let mut taxes = BTreeMap::new();
        for (region, form) in forms {
            let rate = form.rate.0;
            if !(Decimal::ZERO..=Decimal::ONE).contains(&rate) {
                let place = format!("{region}.rate");
                return Err(
                    document.error_at(&place, format!("found {rate}, expected a fraction from 0 to 1"))
                );
            }
            taxes.insert(region, RegionTax { name: form.name, rate, source: form.source });
        }
        Ok(Self(taxes))
    }

    /// The tax of a region; `None` where the table has none.
    #[must_use]
    pub fn of(&self, region: &str) -> Option<&RegionTax> {
        self.0.get(region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_fraction() {
        let text = "[CN]\nname = \"VAT\"\nrate = 0.06\nsource = \"a law\"\n";
        let table = TaxTable::parse("tax.toml", text).unwrap();
        assert_eq!(table.of("CN").map(|tax| tax.rate.to_string()), Some("0.06".to_owned()));
        assert_eq!(table.of("US"), None);
        let told = TaxTable::parse("tax.toml", &text.replace("0.06", "6")).unwrap_err().to_string();
        assert!(told.starts_with("tax.toml:3:") && told.contains("found 6, expected a fraction"), "{told}");
    }
}
