//! Exact numbers and dates in a file.

use std::fmt;

use jiff::civil::Date;
use quotient_proto::convert::decimal_from_text;
use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::suggest::shown;

/// A decimal, exactly as its digits say: a number, or a text that holds one. More digits than fit are
/// refused, never rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure(pub Decimal);

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FigureVisitor)
    }
}

struct FigureVisitor;

// Binary fractions have no method here, so they are refused.
impl Visitor<'_> for FigureVisitor {
    type Value = Figure;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number of at most 28 digits")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Figure, E> {
        Ok(Figure(Decimal::from(value)))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Figure, E> {
        Ok(Figure(Decimal::from(value)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Figure, E> {
        decimal_from_text(text).map(Figure).map_err(E::custom)
    }
}

/// A day: a date of TOML, or a text such as `2026-03-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DayVisitor)
    }
}

struct DayVisitor;

impl Visitor<'_> for DayVisitor {
    type Value = Day;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date such as 2026-03-01")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Day, E> {
        let dashes = |(at, byte): (usize, u8)| (byte == b'-') == matches!(at, 4 | 7);
        // The library reads other forms as well; a file has one.
        let form = text.len() == 10 && text.bytes().enumerate().all(dashes);
        let date = form.then(|| text.parse::<Date>().ok()).flatten();
        date.map(Day)
            .ok_or_else(|| E::custom(format!("found {}, expected a date such as 2026-03-01", shown(text))))
    }
}
