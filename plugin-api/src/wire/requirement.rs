//! A requirement from the wire, with every rule of its proto file checked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use quotient_proto::{convert::decimal_from_wire, v1};
use rust_decimal::Decimal;

use super::buyer::{buyer, wishes};
use super::demand::{attributes, demand};
use super::found::{Found, Violation};
use super::holding::holding;
use super::resolve::months_until;
use super::{MAX_MONTHS, MAX_TEXT};
use crate::document::path::Path;
use crate::document::suggest::shown;
use crate::interval::add;
use crate::money::currency;
use crate::offer::MAX_ID;
use crate::requirement::profile::{MAX_ENTRIES, ProfileError};
use crate::requirement::{
    MAX_EVENTS, MeterReading, MonthlyProfile, NumberGroup, Purchase, Requirement, SeatGroup, Selection,
};

/// Most groups of seats, and of held seats.
const MAX_SEAT_GROUPS: usize = 64;
/// Most demands, stated quantities or groups of numbers.
const MAX_PARTS: usize = 200;
/// Most modules that are pinned.
const MAX_MODULES: usize = 64;
/// Years that a pricing or start date lies in: no date of a term leaves the calendar.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2999;

/// All rules that a requirement breaks; at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the requirement breaks {} rule(s): {}", .0.len(), join(.0))]
pub struct InvalidRequirement(pub Vec<Violation>);

fn join(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// A requirement whose defaults are filled already, by [`super::resolve()`].
///
/// # Errors
/// [`InvalidRequirement`] lists every rule that is broken.
pub fn requirement_from_wire(wire: &v1::Requirement) -> Result<Requirement, InvalidRequirement> {
    let mut found = Found::default();
    let requirement = read(wire, &mut found);
    found.finish(requirement).map_err(InvalidRequirement)
}

fn read(wire: &v1::Requirement, found: &mut Found) -> Option<Requirement> {
    let at = &Path::Root;
    if wire.seats.is_empty() && wire.demand.is_empty() && wire.meters.is_empty() && wire.numbers.is_empty() {
        found
            .add(&at.key("requirement"), "found nothing to price, expected seats, demand, meters or numbers");
    }
    let pricing_date = date(found, &at.key("pricing_date"), wire.pricing_date.as_ref());
    let start_date = date(found, &at.key("start_date"), wire.start_date.as_ref());
    let purchase = purchase(wire, start_date, found);
    let horizon_months = found.months(&at.key("horizon_months"), wire.horizon_months);
    if let (Some(horizon), Some((_, asked))) = (horizon_months, &purchase)
        && horizon < *asked
    {
        let rule = format!("found {horizon}, expected at least the {asked} months of the term");
        found.add(&at.key("horizon_months"), rule);
    }
    // What grows is checked as far as it is priced.
    let months = usize::try_from(horizon_months.unwrap_or(1)).unwrap_or(1);
    let seats = seats(&wire.seats, months, found);
    let demand = demands(&wire.demand, months, found);
    let meters_at = at.key("meters");
    let meters = list(found, &meters_at, &wire.meters, |found, at, wire| reading(wire, at, months, found));
    let numbers_at = at.key("numbers");
    let numbers = list(found, &numbers_at, &wire.numbers, |found, at, wire| number(wire, at, months, found));
    let holdings_at = at.key("holdings");
    let holdings = list(found, &holdings_at, &wire.holdings, |found, at, wire| holding(wire, at, found));
    let hosting_region = found.optional_text(&at.key("hosting_region"), &wire.hosting_region);
    let billing_period = found.optional_kind(&at.key("billing_period"), wire.billing_period);
    let currency = Some(wire.currency_code.as_str())
        .filter(|code| !code.is_empty())
        .and_then(|code| found.check(&at.key("currency_code"), currency(code)));
    let (buyer, wishes) = (buyer(wire, found), wishes(wire, found));
    Some(Requirement {
        selection: selection(wire.selection.as_ref(), found),
        pricing_date: pricing_date?,
        start_date: start_date?,
        purchase: purchase?.0,
        horizon_months: horizon_months?,
        hosting_region,
        billing_period,
        currency,
        seats: seats?,
        demand: demand?,
        meters: meters?,
        numbers: numbers?,
        holdings: holdings?,
        buyer,
        wishes,
    })
}

fn date(
    found: &mut Found,
    at: &Path<'_>,
    wire: Option<&quotient_proto::google::r#type::Date>,
) -> Option<Date> {
    let date = found.date(at, wire)?;
    if !YEARS.contains(&date.year()) {
        let (first, last) = (YEARS.start(), YEARS.end());
        found.add(at, format!("found {date}, expected a date in the years {first} to {last}"));
        return None;
    }
    Some(date)
}

/// The purchase, and the months that are asked for.
fn purchase(wire: &v1::Requirement, start: Option<Date>, found: &mut Found) -> Option<(Purchase, u32)> {
    let term_at = Path::Root.key("term_months");
    let Some(expansion) = &wire.expansion else {
        let term_months = found.months(&term_at, wire.term_months)?;
        return Some((Purchase::New { term_months }, term_months));
    };
    if let Some(term) = wire.term_months {
        found.add(&term_at, format!("found {term} beside an expansion, expected none: its end decides"));
    }
    let at = Path::Root.key("expansion");
    let held_seats = held_seats(expansion, &at, found);
    let at = at.key("co_term_date");
    let co_term_date = found.date(&at, expansion.co_term_date.as_ref())?;
    let months = months_until(start?, co_term_date);
    if months.is_none() {
        let rule = format!(
            "found {co_term_date}, expected a day after the start, at most {MAX_MONTHS} months later"
        );
        found.add(&at, rule);
    }
    Some((Purchase::Expand { co_term_date, held_seats }, months?))
}

fn held_seats(wire: &v1::Expansion, at: &Path<'_>, found: &mut Found) -> BTreeMap<String, Decimal> {
    let mut held = BTreeMap::new();
    let at = at.key("held_seats");
    for (index, seats) in found.limited(&at, &wire.held_seats, MAX_SEAT_GROUPS).iter().enumerate() {
        let at = at.index(index);
        let role = found.name(&at.key("role"), &seats.role);
        let count_at = at.key("count");
        let count = found.decimal(&count_at, seats.count.as_ref());
        // The rules of a month's seats: whole, from 0, up to the largest quantity.
        let count = count.filter(|count| {
            found.check(&count_at, MonthlyProfile::whole(vec![*count], Decimal::ZERO)).is_some()
        });
        if held.insert(role, count.unwrap_or_default()).is_some() {
            twice(found, &at.key("role"), "role", &seats.role);
        }
    }
    held
}

fn twice(found: &mut Found, at: &Path<'_>, what: &str, value: &str) {
    found.add(at, format!("found the {what} {} twice, expected each once", shown(value)));
}

/// Every entry of a list of parts, or `None` when one of them cannot be read.
fn list<T, R>(
    found: &mut Found,
    at: &Path<'_>,
    wire: &[T],
    read: impl Fn(&mut Found, &Path<'_>, &T) -> Option<R>,
) -> Option<Vec<R>> {
    let wire = found.limited(at, wire, MAX_PARTS);
    let read: Vec<_> =
        wire.iter().enumerate().map(|(index, part)| read(found, &at.index(index), part)).collect();
    read.into_iter().collect()
}

fn seats(wire: &[v1::SeatGroup], months: usize, found: &mut Found) -> Option<Vec<SeatGroup>> {
    let at = &Path::Root.key("seats");
    let mut roles = BTreeSet::new();
    let groups = found.limited(at, wire, MAX_SEAT_GROUPS);
    for (index, group) in groups.iter().enumerate() {
        if !group.role.is_empty() && !roles.insert(&group.role) {
            twice(found, &at.index(index).key("role"), "role", &group.role);
        }
    }
    list(found, at, groups, |found, at, wire| {
        let role = found.name(&at.key("role"), &wire.role);
        let named_at = at.key("named");
        let named = profile(found, &named_at, wire.named.as_ref(), MonthlyProfile::whole, months);
        let peak_at = at.key("peak_concurrent");
        let peak = wire
            .peak_concurrent
            .as_ref()
            .and_then(|peak| profile(found, &peak_at, Some(peak), MonthlyProfile::whole, months));
        let named = named?;
        if let Some(peak) = &peak {
            check_peak(&named, peak, &peak_at, months, found);
        }
        Some(SeatGroup { role, named, peak_concurrent: peak })
    })
}

/// Compares over the longest term, or over the horizon where growth leads out of range after it.
fn check_peak(
    named: &MonthlyProfile,
    peak: &MonthlyProfile,
    at: &Path<'_>,
    months: usize,
    found: &mut Found,
) {
    let both = [MAX_ENTRIES, months].into_iter();
    let Some((named, peak)) =
        both.filter_map(|months| Some((named.months(months).ok()?, peak.months(months).ok()?))).next()
    else {
        return;
    };
    let over = named.iter().zip(&peak).enumerate().find(|(_, (named, peak))| peak > named);
    if let Some((month, (named, peak))) = over {
        let month = month.saturating_add(1);
        found.add(at, format!("found {peak} in month {month}, expected at most the {named} named"));
    }
}

fn demands(wire: &[v1::Demand], months: usize, found: &mut Found) -> Option<Vec<crate::requirement::Demand>> {
    let at = &Path::Root.key("demand");
    let mut ids = BTreeSet::new();
    for (index, part) in wire.iter().take(MAX_PARTS).enumerate() {
        if !part.id.is_empty() && !ids.insert(&part.id) {
            twice(found, &at.index(index).key("id"), "id", &part.id);
        }
    }
    list(found, at, wire, |found, at, wire| demand(wire, at, months, found))
}

fn reading(wire: &v1::MeterReading, at: &Path<'_>, months: usize, found: &mut Found) -> Option<MeterReading> {
    let meter = found.meter(&at.key("meter_id"), &wire.meter_id);
    let events = events(wire, at, found);
    let quantity_at = at.key("quantity");
    let quantity = match &events {
        Some(events) if !events.is_empty() && wire.quantity.is_none() => {
            let events_at = at.key("events");
            let sum = events.iter().copied().try_fold(Decimal::ZERO, add);
            let sum = found.check(&events_at, sum);
            sum.and_then(|sum| found.check(&events_at, MonthlyProfile::signed(vec![sum], Decimal::ZERO)))
        }
        _ => profile(found, &quantity_at, wire.quantity.as_ref(), MonthlyProfile::signed, months),
    };
    let attributes = attributes(&wire.attributes, &[], &at.key("attributes"), found);
    let meter = meter?;
    let base_units = meter.base_units(&wire.unit);
    if base_units.is_none() {
        let expected = if meter.unit == "second" {
            r#""second", "minute" or "hour""#.to_owned()
        } else {
            format!("{:?}", meter.unit)
        };
        found.add(&at.key("unit"), format!("found the unit {}, expected {expected}", shown(&wire.unit)));
    }
    Some(MeterReading {
        meter_id: meter.id.to_owned(),
        quantity: quantity?,
        base_units: base_units?,
        attributes,
        events: events?,
    })
}

/// The single events of a month; they are the quantity, so none is said beside them.
fn events(wire: &v1::MeterReading, at: &Path<'_>, found: &mut Found) -> Option<Vec<Decimal>> {
    if !wire.events.is_empty() && wire.quantity.is_some() {
        found.add(&at.key("quantity"), "found a quantity beside events, expected only the events");
    }
    let at = at.key("events");
    let events = found.limited(&at, &wire.events, MAX_EVENTS).iter().enumerate();
    let events: Vec<_> = events.map(|(index, wire)| found.decimal(&at.index(index), Some(wire))).collect();
    events.into_iter().collect()
}

fn number(wire: &v1::NumberGroup, at: &Path<'_>, months: usize, found: &mut Found) -> Option<NumberGroup> {
    if wire.country.len() != 2 || !wire.country.bytes().all(|letter| letter.is_ascii_uppercase()) {
        let rule = format!("found {}, expected two upper-case letters such as \"US\"", shown(&wire.country));
        found.add(&at.key("country"), rule);
    }
    let number_type = found.name(&at.key("type"), &wire.r#type);
    let count_at = at.key("count");
    let count = profile(found, &count_at, wire.count.as_ref(), MonthlyProfile::whole, months);
    Some(NumberGroup { country: wire.country.clone(), number_type, count: count? })
}

fn selection(wire: Option<&v1::Selection>, found: &mut Found) -> Selection {
    let Some(wire) = wire else { return Selection::default() };
    let at = &Path::Root.key("selection");
    let mut pin = |name: &str, id: &str| {
        if id.is_empty() {
            return None;
        }
        check_id(found, &at.key(name), id);
        Some(id.to_owned())
    };
    let edition_id = pin("edition_id", &wire.edition_id);
    let purchase_option_id = pin("purchase_option_id", &wire.purchase_option_id);
    let at = at.key("module_ids");
    let mut seen = BTreeSet::new();
    for (index, id) in found.limited(&at, &wire.module_ids, MAX_MODULES).iter().enumerate() {
        check_id(found, &at.index(index), id);
        if !seen.insert(id) {
            twice(found, &at.index(index), "module", id);
        }
    }
    Selection { edition_id, purchase_option_id, module_ids: wire.module_ids.clone() }
}

fn check_id(found: &mut Found, at: &Path<'_>, id: &str) {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if id.is_empty() || id.len() > MAX_ID || !id.chars().all(legal) {
        let expected = format!("expected 1 to {MAX_ID} letters, digits, '-', '_' or '.'");
        found.add(at, format!("found the id {}, {expected}", shown(id)));
    }
}

/// A profile made by `make`, which also says what is wrong with each value by itself.
pub(super) fn profile(
    found: &mut Found,
    at: &Path<'_>,
    wire: Option<&v1::MonthlyProfile>,
    make: fn(Vec<Decimal>, Decimal) -> Result<MonthlyProfile, ProfileError>,
    months: usize,
) -> Option<MonthlyProfile> {
    let Some(wire) = wire.filter(|wire| !wire.values.is_empty()) else {
        found.add(at, "found nothing, expected a value for each month or one for all");
        return None;
    };
    let before = found.count();
    let values_at = at.key("values");
    let mut values = Vec::new();
    for (index, value) in found.limited(&values_at, &wire.values, MAX_ENTRIES).iter().enumerate() {
        let at = values_at.index(index);
        if let Some(value) = found.check(&at, decimal_from_wire(value))
            && found.check(&at, make(vec![value], Decimal::ZERO)).is_some()
        {
            values.push(value);
        }
    }
    let growth_at = at.key("monthly_growth");
    let growth = found.optional_decimal(&growth_at, wire.monthly_growth.as_ref()).unwrap_or_default();
    found.check(&growth_at, make(vec![Decimal::ZERO], growth));
    if found.count() > before {
        return None;
    }
    let profile = found.check(at, make(values, growth))?;
    if profile.months(months).is_err() {
        found.add(
            &growth_at,
            format!("found {growth}, expected growth that stays countable over {months} months"),
        );
        return None;
    }
    Some(profile)
}

const _: () = assert!(MAX_TEXT >= MAX_ID, "a pinned id is a text as well");
