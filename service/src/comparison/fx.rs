//! Exchange rates: a dated table with its source. No rate is ever guessed or fetched.

use std::collections::BTreeMap;

use iso_currency::Currency;
use jiff::civil::Date;
use quotient_plugin_api::document::{Day, Document, DocumentError, Figure};
use quotient_plugin_api::money;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;

use super::ecb;

/// Decimal places of a rate between two currencies of a table.
pub const RATE_SCALE: u32 = 12;

/// Units of each currency for one unit of a base currency, on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FxTable {
    source: String,
    date: Date,
    rates: BTreeMap<String, Decimal>,
}

/// A rate from one currency to another, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// Units of the target for one unit of the origin, 12 places, half to even.
    pub value: Decimal,
    /// Who published it.
    pub source: String,
    /// The day that it holds for.
    pub date: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FxFile {
    source: String,
    date: Day,
    base: String,
    rates: BTreeMap<String, Figure>,
}

impl FxTable {
    /// Reads a table: `source`, `date`, `base`, and `[rates]` with the units of each currency for one
    /// unit of the base; or, where the name ends in `.xml`, the European Central Bank's own daily file.
    ///
    /// # Errors
    /// [`DocumentError`] with file, line, what was found and what was expected.
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        if name.ends_with(".xml") {
            return Self::of_the_ecb(name, text);
        }
        let document = Document::parse_toml(name, text)?;
        let file: FxFile = document.read()?;
        let mut rates = BTreeMap::from([(file.base.clone(), Decimal::ONE)]);
        money::currency(&file.base).map_err(|error| document.error_at("base", error.to_string()))?;
        for (code, figure) in file.rates {
            let place = format!("rates.{code}");
            money::currency(&code).map_err(|error| document.error_at(&place, error.to_string()))?;
            if code == file.base && figure.0 != Decimal::ONE {
                let found = format!("found the rate {} of the base to itself, expected 1", figure.0);
                return Err(document.error_at(&place, found));
            }
            if figure.0 <= Decimal::ZERO {
                let found = format!("found the rate {}, expected one above 0", figure.0);
                return Err(document.error_at(&place, found));
            }
            rates.insert(code, figure.0);
        }
        Ok(Self { source: file.source, date: file.date.0, rates })
    }

    fn of_the_ecb(name: &str, text: &str) -> Result<Self, DocumentError> {
        let refuse = |(offset, told): (u64, String)| {
            let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
            let before = text.get(..offset).unwrap_or_default();
            let line = before.bytes().filter(|byte| *byte == b'\n').count().saturating_add(1);
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
            DocumentError { file: name.to_owned(), line, column, path: String::new(), text: told }
        };
        let (date, rates) = ecb::read(text).map_err(refuse)?;
        let bad = rates.iter().find(|(code, rate)| money::currency(code).is_err() || **rate <= Decimal::ZERO);
        if let Some((code, rate)) = bad {
            return Err(refuse((0, format!("found {rate} {code}, expected a currency's rate above 0"))));
        }
        let rates = rates.into_iter().chain([("EUR".to_owned(), Decimal::ONE)]).collect();
        Ok(Self { source: ecb::SOURCE.to_owned(), date, rates })
    }

    /// How many days older than a day it is, from 0.
    #[must_use]
    pub fn days_before(&self, day: Date) -> i32 {
        self.date.until(day).map_or(0, |span| span.get_days()).max(0)
    }

    /// The rate between two currencies; `None` when the table lacks one of them.
    #[must_use]
    pub fn rate(&self, from: Currency, to: Currency) -> Option<Rate> {
        let from = self.rates.get(from.code())?;
        let to = self.rates.get(to.code())?;
        let value = to.checked_div(*from)?;
        let value =
            value.round_dp_with_strategy(RATE_SCALE, RoundingStrategy::MidpointNearestEven).normalize();
        Some(Rate { value, source: self.source.clone(), date: self.date })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "source = \"a bank\"\ndate = 2026-07-31\nbase = \"EUR\"\n[rates]\nUSD = 1.25\nCNY = 7.5\n";

    #[test]
    fn a_cross_rate_divides_two_rates_of_the_base() {
        let table = FxTable::parse("fx.toml", TABLE).unwrap();
        let rate = |from, to| table.rate(from, to).map(|rate| rate.value.to_string());
        // 7.5 ÷ 1.25 and 1.25 ÷ 7.5
        assert_eq!(rate(Currency::USD, Currency::CNY), Some("6".to_owned()));
        assert_eq!(rate(Currency::CNY, Currency::USD), Some("0.166666666667".to_owned()));
        assert_eq!(rate(Currency::EUR, Currency::EUR), Some("1".to_owned()));
        assert_eq!(rate(Currency::USD, Currency::JPY), None);
    }

    // In the form of the bank's daily file.
    const DAILY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <gesmes:Envelope xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">\n\
        <gesmes:subject>Reference rates</gesmes:subject>\n<Cube>\n<Cube time='2026-07-31'>\n\
        <Cube currency='USD' rate='1.25'/>\n<Cube currency='CNY' rate='7.5'/>\n</Cube>\n</Cube>\n</gesmes:Envelope>\n";

    #[test]
    fn the_banks_own_daily_file_is_read() {
        let table = FxTable::parse("eurofxref-daily.xml", DAILY).unwrap();
        let rate = table.rate(Currency::USD, Currency::CNY).unwrap();
        // 7.5 ÷ 1.25
        assert_eq!(
            (rate.value.to_string(), rate.date.to_string()),
            ("6".to_owned(), "2026-07-31".to_owned())
        );
        assert_eq!(table.rate(Currency::EUR, Currency::USD).unwrap().value.to_string(), "1.25");
        let told = |text: &str| FxTable::parse("rates.xml", text).unwrap_err().to_string();
        assert!(
            told(&DAILY.replace("1.25", "x")).starts_with("rates.xml:6:"),
            "{}",
            told(&DAILY.replace("1.25", "x"))
        );
        assert!(told(&DAILY.replace("USD", "USX")).contains("1.25 USX"));
        assert!(told("<a/>").contains("found no rates of a day"));
        let twice = DAILY.replace("</Cube>\n</Cube>", "</Cube>\n<Cube time='2026-07-30'/></Cube>");
        assert!(told(&twice).contains("found a second day"));
    }

    #[test]
    fn a_bad_rate_is_refused_at_its_place() {
        let told = |text: &str| FxTable::parse("fx.toml", text).unwrap_err().to_string();
        assert!(
            told(&TABLE.replace("1.25", "0")).starts_with("fx.toml:5:"),
            "{}",
            told(&TABLE.replace("1.25", "0"))
        );
        assert!(told(&format!("{TABLE}EUR = 3\n")).starts_with("fx.toml:7:"));
        assert!(told(&TABLE.replace("USD", "USX")).contains("found the currency \"USX\""));
    }
}
