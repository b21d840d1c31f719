//! What products are asked: small requirements of every kind, and the means to write others.

use jiff::civil::{Date, date};
use quotient_proto::convert::{date_to_wire, decimal_to_wire};
use quotient_proto::v1;
use rust_decimal::Decimal;

use crate::wire;

/// A requirement with a name.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What a report calls it.
    pub name: String,
    /// What is asked.
    pub requirement: v1::Requirement,
}

/// The day that prices are read for where a requirement does not say.
#[must_use]
pub const fn today() -> Date {
    date(2026, 11, 22)
}

/// The same number each month.
#[must_use]
pub fn monthly(number: u32) -> v1::MonthlyProfile {
    v1::MonthlyProfile { values: vec![decimal_to_wire(Decimal::from(number))], monthly_growth: None }
}

/// So many named seats for twelve months.
#[must_use]
pub fn seats(number: u32) -> v1::Requirement {
    let group =
        v1::SeatGroup { role: "agent".to_owned(), named: Some(monthly(number)), peak_concurrent: None };
    v1::Requirement {
        pricing_date: Some(date_to_wire(today())),
        start_date: Some(date_to_wire(date(2026, 12, 1))),
        term_months: Some(12),
        seats: vec![group],
        ..Default::default()
    }
}

/// The same with contacts on a channel, so many a month of so many seconds on average.
#[must_use]
pub fn contacts(
    mut requirement: v1::Requirement,
    channel: v1::Channel,
    number: u32,
    seconds: u32,
) -> v1::Requirement {
    requirement.demand.push(v1::Demand {
        id: format!("demand-{}", requirement.demand.len()),
        channel: channel.into(),
        direction: v1::Direction::Inbound.into(),
        contacts: Some(monthly(number)),
        mean_seconds: Some(decimal_to_wire(Decimal::from(seconds))),
        attributes: [("destination_country", "US"), ("number_type", "did")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        ..Default::default()
    });
    requirement
}

/// The same with a quantity of a meter each month.
#[must_use]
pub fn metered(mut requirement: v1::Requirement, meter_id: &str, number: u32) -> v1::Requirement {
    requirement.meters.push(v1::MeterReading {
        meter_id: meter_id.to_owned(),
        quantity: Some(monthly(number)),
        ..Default::default()
    });
    requirement
}

/// One seat and many, calls, chats, a stated meter, a module and an edition that nobody has.
#[must_use]
pub fn standard() -> Vec<Asked> {
    let named = |name: &str, requirement| Asked { name: name.to_owned(), requirement };
    let without_seats = || v1::Requirement { seats: Vec::new(), ..seats(1) };
    let chosen = |selection| v1::Requirement { selection: Some(selection), ..seats(5) };
    let nowhere = "no-such-thing".to_owned();
    vec![
        named("one seat", seats(1)),
        named("ten seats", seats(10)),
        named("a hundred thousand seats", seats(100_000)),
        named("a month", v1::Requirement { term_months: Some(1), ..seats(10) }),
        named("five years", v1::Requirement { term_months: Some(60), ..seats(10) }),
        named("calls", contacts(without_seats(), v1::Channel::Voice, 1000, 180)),
        named("seats and calls", contacts(seats(10), v1::Channel::Voice, 1000, 180)),
        named("seats and chats", contacts(seats(10), v1::Channel::Chat, 1000, 600)),
        named("inquiries", metered(without_seats(), "inquiries", 5000)),
        named(
            "an unknown edition",
            chosen(v1::Selection { edition_id: nowhere.clone(), ..Default::default() }),
        ),
        named("an unknown module", chosen(v1::Selection { module_ids: vec![nowhere], ..Default::default() })),
    ]
}

/// The request for a requirement, with its defaults filled as a host fills them.
pub(super) fn request(requirement: &v1::Requirement) -> quotient_proto::plugin_v1::OffersRequest {
    wire::request_to_wire(resolved(requirement))
}

pub(super) fn resolved(requirement: &v1::Requirement) -> v1::Requirement {
    let mut requirement = requirement.clone();
    // What was left to a default does not matter here.
    let _assumptions = wire::resolve(&mut requirement, today());
    requirement
}
