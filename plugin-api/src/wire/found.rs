//! What is wrong with a message, collected by path, and the values that are read in every message.

use std::fmt::Display;

use jiff::civil::Date;
use quotient_proto::convert::{date_from_wire, decimal_from_wire};
use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::enums::WireEnum;
use super::{MAX_MONTHS, MAX_TEXT};
use crate::charge::Positive;
use crate::document::path::Path;
use crate::document::suggest::{any_of, nearest, shown};
use crate::interval::Interval;
use crate::meters::{METERS, Meter, meter};
use crate::offer::{InvalidOffer, OfferViolation};

/// One rule that a message breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {rule}")]
pub struct Violation {
    /// Where, by the names of the proto file, such as `demand[2].segments[0].share`.
    pub path: String,
    /// What was found and what was expected.
    pub rule: String,
}

/// Where a range of numbers begins.
#[derive(Clone, Copy)]
pub(super) enum Least {
    /// At this number.
    From(u32),
    /// Just above it.
    Above(u32),
}

/// The violations so far. A reader returns `None` for what it cannot read, and has said why here.
#[derive(Default)]
pub(super) struct Found(Vec<Violation>);

impl Found {
    pub(super) fn add(&mut self, at: &Path<'_>, rule: impl Into<String>) {
        self.0.push(Violation { path: at.to_string(), rule: rule.into() });
    }

    pub(super) fn check<T, E: Display>(&mut self, at: &Path<'_>, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(at, error.to_string())).ok()
    }

    /// The value when nothing is wrong with the whole message.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Violation>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }

    pub(super) const fn count(&self) -> usize {
        self.0.len()
    }

    /// Says so when a list is too long, and cuts it: what follows is not read.
    pub(super) fn limited<'a, T>(&mut self, at: &Path<'_>, list: &'a [T], most: usize) -> &'a [T] {
        if list.len() > most {
            self.add(at, format!("found {} entries, expected at most {most}", list.len()));
        }
        list.get(..most).unwrap_or(list)
    }

    pub(super) fn text(&mut self, at: &Path<'_>, text: &str) -> String {
        let length = text.chars().count();
        if length > MAX_TEXT {
            self.add(at, format!("found {length} characters, expected at most {MAX_TEXT}"));
        }
        text.to_owned()
    }

    /// A text that must not be empty.
    pub(super) fn name(&mut self, at: &Path<'_>, text: &str) -> String {
        if text.is_empty() {
            self.add(at, "found nothing, expected a text");
        }
        self.text(at, text)
    }

    /// A text where empty means that nothing is said.
    pub(super) fn optional_text(&mut self, at: &Path<'_>, text: &str) -> Option<String> {
        Some(self.text(at, text)).filter(|text| !text.is_empty())
    }

    pub(super) fn date(&mut self, at: &Path<'_>, wire: Option<&google::Date>) -> Option<Date> {
        let Some(wire) = wire else {
            self.add(at, "found nothing, expected a date");
            return None;
        };
        self.check(at, date_from_wire(wire))
    }

    pub(super) fn optional_date(&mut self, at: &Path<'_>, wire: Option<&google::Date>) -> Option<Date> {
        self.check(at, date_from_wire(wire?))
    }

    pub(super) fn optional_decimal(
        &mut self,
        at: &Path<'_>,
        wire: Option<&google::Decimal>,
    ) -> Option<Decimal> {
        self.check(at, decimal_from_wire(wire?))
    }

    pub(super) fn decimal(&mut self, at: &Path<'_>, wire: Option<&google::Decimal>) -> Option<Decimal> {
        if wire.is_none() {
            self.add(at, "found nothing, expected a decimal number");
        }
        self.optional_decimal(at, wire)
    }

    /// A decimal within bounds; the upper one is inclusive.
    pub(super) fn number(
        &mut self,
        at: &Path<'_>,
        wire: Option<&google::Decimal>,
        least: Least,
        most: u32,
    ) -> Option<Decimal> {
        let value = self.decimal(at, wire)?;
        let (expected, low) = match least {
            Least::From(least) => (format!("from {least} to {most}"), value >= Decimal::from(least)),
            Least::Above(least) => (format!("above {least} and up to {most}"), value > Decimal::from(least)),
        };
        if low && value <= Decimal::from(most) {
            return Some(value);
        }
        self.add(at, format!("found {value}, expected a number {expected}"));
        None
    }

    /// A decimal above zero; unset is one.
    pub(super) fn positive_or_one(
        &mut self,
        at: &Path<'_>,
        wire: Option<&google::Decimal>,
    ) -> Option<Positive> {
        match wire {
            Some(wire) => self.positive(at, Some(wire)),
            None => Some(Positive::ONE),
        }
    }

    pub(super) fn positive(&mut self, at: &Path<'_>, wire: Option<&google::Decimal>) -> Option<Positive> {
        let value = self.decimal(at, wire)?;
        self.check(at, Positive::new(value))
    }

    pub(super) fn interval(&mut self, at: &Path<'_>, wire: Option<&v1::DecimalRange>) -> Option<Interval> {
        let Some(wire) = wire else {
            self.add(at, "found nothing, expected an amount or a range");
            return None;
        };
        let low = self.decimal(&at.key("low"), wire.low.as_ref());
        let bad = self.count();
        let high = self.optional_decimal(&at.key("high"), wire.high.as_ref());
        if self.count() > bad {
            return None;
        }
        self.check(at, Interval::new(low?, high))
    }

    /// A whole number from `least`; unset is `None`.
    pub(super) fn whole(&mut self, at: &Path<'_>, wire: Option<i32>, least: u32) -> Option<u32> {
        let found = wire?;
        let value = u32::try_from(found).ok().filter(|value| *value >= least);
        if value.is_none() {
            self.add(at, format!("found {found}, expected {least} or more"));
        }
        value
    }

    /// A whole number from 1; unset is `None`.
    pub(super) fn whole_up_to(&mut self, at: &Path<'_>, wire: Option<i32>, most: u32) -> Option<u32> {
        let found = wire?;
        let value = u32::try_from(found).ok().filter(|value| (1..=most).contains(value));
        if value.is_none() {
            self.add(at, format!("found {found}, expected 1 to {most}"));
        }
        value
    }

    /// Months of a term or a horizon.
    pub(super) fn months(&mut self, at: &Path<'_>, wire: Option<i32>) -> Option<u32> {
        let months = wire.and_then(|months| u32::try_from(months).ok());
        let legal = months.filter(|months| (1..=MAX_MONTHS).contains(months));
        if legal.is_none() {
            let found = wire.map_or_else(|| "nothing".to_owned(), |found| found.to_string());
            self.add(at, format!("found {found}, expected 1 to {MAX_MONTHS} months"));
        }
        legal
    }

    /// A kind that must be said.
    pub(super) fn kind<E: WireEnum>(&mut self, at: &Path<'_>, number: i32) -> Option<E> {
        let kind = E::from_wire(number);
        if kind.is_none() {
            let found = if number == 0 { "nothing".to_owned() } else { format!("the number {number}") };
            let names = E::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
            self.add(at, format!("found {found}, expected one of {names}"));
        }
        kind
    }

    /// A kind that may be left open; a number that is not known is still refused.
    pub(super) fn optional_kind<E: WireEnum>(&mut self, at: &Path<'_>, number: i32) -> Option<E> {
        if number == 0 { None } else { self.kind(at, number) }
    }

    pub(super) fn meter(&mut self, at: &Path<'_>, id: &str) -> Option<&'static Meter> {
        let known = meter(id);
        if known.is_none() {
            let near = nearest(id, METERS.iter().map(|meter| meter.id));
            let expected = match near.as_slice() {
                [] => "an id of the meter catalogue".to_owned(),
                near => any_of(near),
            };
            self.add(at, format!("found the meter {}, expected {expected}", shown(id)));
        }
        known
    }
}

/// The violations of an offer under their own name.
pub(super) fn invalid_offer(violations: Vec<Violation>) -> InvalidOffer {
    let renamed = violations.into_iter().map(|v| OfferViolation { place: v.path, rule: v.rule });
    InvalidOffer(renamed.collect())
}
