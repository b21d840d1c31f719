//! Exchange rates as the European Central Bank publishes them each day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quotient_proto::convert::decimal_from_text;
use rust_decimal::Decimal;

/// Who publishes them.
pub(super) const SOURCE: &str = "European Central Bank, euro foreign exchange reference rates";

/// The day and the rates of a file, units of each currency for one euro.
///
/// # Errors
/// What was found and what was expected, and at which byte.
pub(super) fn read(text: &str) -> Result<(Date, BTreeMap<String, Decimal>), (u64, String)> {
    let mut reader = Reader::from_str(text);
    let (mut date, mut rates) = (None, BTreeMap::new());
    loop {
        let at = reader.buffer_position();
        let refuse = |text: String| (at, text);
        match reader.read_event().map_err(|error| refuse(error.to_string()))? {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == b"Cube" => {
                let [time, currency, rate] = attributes(&tag).map_err(refuse)?;
                if let Some(time) = time {
                    let expected =
                        |_| refuse(format!("found the time {time:?}, expected a day such as 2026-07-31"));
                    if date.replace(time.parse::<Date>().map_err(expected)?).is_some() {
                        return Err(refuse("found a second day, expected the rates of one".to_owned()));
                    }
                }
                if let (Some(currency), Some(rate)) = (currency, rate) {
                    let rate = decimal_from_text(&rate).map_err(|error| refuse(error.to_string()))?;
                    rates.insert(currency, rate);
                }
            }
            _ => {}
        }
    }
    match date {
        Some(date) if !rates.is_empty() => Ok((date, rates)),
        _ => Err((
            0,
            "found no rates of a day, expected Cube elements with time, currency and rate".to_owned(),
        )),
    }
}

/// The values of `time`, `currency` and `rate`.
fn attributes(tag: &BytesStart<'_>) -> Result<[Option<String>; 3], String> {
    let mut values = [None, None, None];
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let names: [&[u8]; 3] = [b"time", b"currency", b"rate"];
        for (name, value) in names.iter().zip(&mut values) {
            if attribute.key.as_ref() == *name {
                *value = Some(attribute.unescape_value().map_err(|error| error.to_string())?.into_owned());
            }
        }
    }
    Ok(values)
}
