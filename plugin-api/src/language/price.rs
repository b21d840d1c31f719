//! A price in a sheet: a number, or bounds where the vendor does not say.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use crate::document::Figure;
use crate::interval::Interval;

/// `500`, `{ from = 150000 }` where only a lower bound is known, or `{ from = 80, to = 500 }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price(pub Interval);

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PriceVisitor)
    }
}

struct PriceVisitor;

impl<'de> Visitor<'de> for PriceVisitor {
    type Value = Price;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, { from = … } or { from = …, to = … }")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Price, E> {
        Ok(Price(Interval::exact(Decimal::from(value))))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Price, E> {
        Ok(Price(Interval::exact(Decimal::from(value))))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Price, E> {
        let figure = Figure::deserialize(de::value::StrDeserializer::new(value))?;
        Ok(Price(Interval::exact(figure.0)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Price, A::Error> {
        let (mut from, mut to) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            let slot = match key.as_str() {
                "from" => &mut from,
                "to" => &mut to,
                other => return Err(de::Error::unknown_field(other, &["from", "to"])),
            };
            *slot = Some(map.next_value::<Figure>()?.0);
        }
        let from = from.ok_or_else(|| de::Error::missing_field("from"))?;
        Interval::new(from, to).map(Price).map_err(de::Error::custom)
    }
}
