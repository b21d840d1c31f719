//! Requirements in a few words, and what is asked of their quotes.

use std::collections::BTreeMap;

use jiff::civil::date;
use quotient_plugin_api::adapter::{Decline, QuoteError, VendorAdapter};
use quotient_plugin_api::offer::{CoverageStatus, Note};
use quotient_plugin_api::quote::{LineItem, Quote};
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::wire::{requirement_from_wire, resolve};
use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use quotient_proto::v1::{Channel, Direction, EventKind, SegmentKind};
use rust_decimal::Decimal;

use crate::AmazonConnect;

pub(super) fn decimal(value: &str) -> google::Decimal {
    google::Decimal { value: value.to_owned() }
}

pub(super) fn monthly(value: &str) -> Option<v1::MonthlyProfile> {
    Some(v1::MonthlyProfile { values: vec![decimal(value)], monthly_growth: None })
}

pub(super) fn facts(facts: &[(&str, &str)]) -> BTreeMap<String, String> {
    facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn reading(
    meter_id: &str,
    unit: &str,
    quantity: &str,
    attributes: &[(&str, &str)],
) -> v1::MeterReading {
    v1::MeterReading {
        meter_id: meter_id.to_owned(),
        unit: unit.to_owned(),
        quantity: monthly(quantity),
        attributes: facts(attributes),
        ..Default::default()
    }
}

pub(super) fn fixed(kind: SegmentKind, seconds: &str) -> v1::Segment {
    let fixed = v1::FixedDuration { seconds: Some(decimal(seconds)) };
    v1::Segment { kind: kind.into(), share: None, duration: Some(v1::segment::Duration::Fixed(fixed)) }
}

pub(super) fn event(kind: EventKind, per_contact: &str) -> v1::Event {
    v1::Event { kind: kind.into(), per_contact: Some(decimal(per_contact)), ..Default::default() }
}

pub(super) fn demand(channel: Channel, contacts: &str) -> v1::Demand {
    let direction = Direction::Inbound.into();
    v1::Demand { channel: channel.into(), direction, contacts: monthly(contacts), ..Default::default() }
}

pub(super) fn inbound(
    contacts: &str,
    segments: Vec<v1::Segment>,
    country: &str,
    number_type: &str,
) -> v1::Demand {
    let attributes = facts(&[("destination_country", country), ("number_type", number_type)]);
    v1::Demand { segments, attributes, ..demand(Channel::Voice, contacts) }
}

pub(super) fn number(country: &str, number_type: &str, count: &str) -> v1::NumberGroup {
    v1::NumberGroup { country: country.to_owned(), r#type: number_type.to_owned(), count: monthly(count) }
}

pub(super) fn seats(count: &str) -> v1::SeatGroup {
    v1::SeatGroup { role: "agent".to_owned(), named: monthly(count), peak_concurrent: None }
}

pub(super) fn pins(edition: &str, modules: &[&str]) -> Option<v1::Selection> {
    Some(v1::Selection {
        edition_id: edition.to_owned(),
        module_ids: modules.iter().map(|id| (*id).to_owned()).collect(),
        ..Default::default()
    })
}

/// For one month, in the vendor's own region.
pub(super) fn month() -> v1::Requirement {
    v1::Requirement {
        term_months: Some(1),
        horizon_months: Some(1),
        hosting_region: "us-east-1".to_owned(),
        ..Default::default()
    }
}

// === pricing them ===

pub(super) fn adapter() -> AmazonConnect {
    let library = AmazonConnect::library();
    AmazonConnect::open(&library.products[0]).unwrap()
}

pub(super) fn requirement(mut wire: v1::Requirement) -> Requirement {
    resolve(&mut wire, date(2026, 3, 1));
    requirement_from_wire(&wire).unwrap()
}

pub(super) fn quotes(wire: v1::Requirement) -> Vec<Quote> {
    adapter().quote(&requirement(wire)).unwrap()
}

pub(super) fn best(wire: v1::Requirement) -> Quote {
    quotes(wire).remove(0)
}

pub(super) fn declined(wire: v1::Requirement) -> Decline {
    match adapter().quote(&requirement(wire)) {
        Err(QuoteError::Declined(decline)) => decline,
        other => panic!("found {other:?}, expected a decline"),
    }
}

/// Lines with their exact amounts over the term.
pub(super) fn lines(quote: &Quote) -> Vec<(&str, String)> {
    let amount = |line: &LineItem| line.amount.point().unwrap().to_string();
    quote.lines.iter().map(|line| (line.charge.id.as_str(), amount(line))).collect()
}

pub(super) fn check(quote: &Quote, expected: &[(&str, &str)], total: &str) {
    let expected: Vec<_> = expected.iter().map(|(id, amount)| (*id, (*amount).to_owned())).collect();
    assert_eq!(lines(quote), expected);
    let sum: Decimal = quote.lines.iter().map(|line| line.amount.point().unwrap()).sum();
    assert_eq!(sum, total.parse().unwrap(), "before the invoice is rounded");
}

pub(super) fn status(quote: &Quote, path: &str) -> CoverageStatus {
    quote.coverage.iter().find(|part| part.path == path).unwrap().status
}

pub(super) fn codes(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.code.as_str()).collect()
}
