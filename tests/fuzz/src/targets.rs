//! What is fuzzed: each reads any bytes, and what passes must be priced, add up and come back as it went.

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use prost::Message as _;
use quotient_plugin_api::adapter::Answer;
use quotient_plugin_api::document::Document;
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::language::trial::{TrialInput, TrialReading, price_trial};
use quotient_plugin_api::meters::METERS;
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::pricing::{price, price_offers};
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::wire;
use quotient_proto::{plugin_v1, v1};
use quotient_service::requirement_file;
use rust_decimal::Decimal;

use crate::invariants;
use crate::seeds;
use crate::tree::name_of;

/// How inputs of a target are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// TOML or JSON.
    Text,
    /// An encoded message of this full name.
    Message(&'static str),
}

/// One reader.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which its folder in the corpus has too.
    pub name: &'static str,
    /// How its inputs are changed.
    pub shape: Shape,
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Reads an input and says what became of it; it must not panic. Inputs of which the same is said, but
    /// for names and numbers, are taken for the same.
    pub read: fn(&[u8]) -> String,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "charge", shape: Shape::Text, seeds: seeds::charges, read: charge },
    Target { name: "sheet", shape: Shape::Text, seeds: seeds::sheets, read: sheet },
    Target {
        name: "requirement_file",
        shape: Shape::Text,
        seeds: seeds::requirement_files,
        read: requirement_file,
    },
    Target {
        name: "requirement",
        shape: Shape::Message("quotient.v1.Requirement"),
        seeds: seeds::requirements,
        read: requirement,
    },
    Target {
        name: "offers",
        shape: Shape::Message("quotient.plugin.v1.OffersResponse"),
        seeds: seeds::offers,
        read: offers,
    },
    Target {
        name: "config",
        shape: Shape::Message("quotient.plugin.v1.InstanceConfig"),
        seeds: seeds::configs,
        read: config,
    },
    Target {
        name: "library",
        shape: Shape::Message("quotient.plugin.v1.Description"),
        seeds: seeds::libraries,
        read: library,
    },
];

const TODAY: Date = date(2026, 11, 22);

fn charge(bytes: &[u8]) -> String {
    let document = match Document::parse_bytes(name_of(bytes, "input"), bytes) {
        Ok(document) => document,
        Err(error) => return error.text,
    };
    let mut told = Vec::new();
    for input in trial_inputs() {
        told.push(match price_trial(document.clone(), &input) {
            Ok(quote) => shape_of(&quote),
            Err(error) => error.to_string(),
        });
    }
    told.dedup();
    told.join("; ")
}

/// Quantities, a correction below zero, events, and a term of broken months.
fn trial_inputs() -> [TrialInput; 4] {
    let quantities = [Decimal::ZERO, Decimal::from(37), Decimal::new(10_005, 1)];
    let mut broken = TrialInput::of(&quantities);
    broken.start = Some(quotient_plugin_api::document::Day(date(2026, 1, 31)));
    broken.end = Some(quotient_plugin_api::document::Day(date(2027, 3, 15)));
    broken.horizon_months = Some(30);
    let figures = quantities.iter().copied().map(quotient_plugin_api::document::Figure).collect();
    let events = TrialReading { events: figures, ..TrialReading::default() };
    let events = TrialInput { readings: vec![events], ..TrialInput::default() };
    [TrialInput::of(&quantities), TrialInput::of(&[Decimal::from(-5)]), events, broken]
}

fn sheet(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else { return "no text".to_owned() };
    let sheet = match PriceSheet::parse("input.toml", text) {
        Ok(sheet) => sheet,
        Err(invalid) => {
            return invalid.0.into_iter().map(|error| error.text).collect::<Vec<_>>().join("; ");
        }
    };
    let catalog = wire::catalog_to_wire(sheet.catalog());
    assert_eq!(&wire::catalog_from_wire(&catalog).unwrap(), sheet.catalog());
    let mut told = Vec::new();
    for requirement in REQUIREMENTS.iter() {
        let answer = sheet.offers(requirement).unwrap();
        told.push(priced(requirement, &answer));
    }
    told.join("; ")
}

fn requirement_file(bytes: &[u8]) -> String {
    match requirement_file::parse(name_of(bytes, "input"), bytes) {
        Err(error) => error.to_string(),
        Ok(wire) => resolved(wire),
    }
}

fn requirement(bytes: &[u8]) -> String {
    match v1::Requirement::decode(bytes) {
        Err(error) => error.to_string(),
        Ok(wire) => resolved(wire),
    }
}

/// With its defaults, as the service takes it, priced by all bundled sheets.
fn resolved(mut wire: v1::Requirement) -> String {
    let notes = wire::resolve(&mut wire, TODAY);
    let once = wire.clone();
    assert!(wire::resolve(&mut wire, TODAY).is_empty() || wire != once, "a default is filled once");
    let requirement = match wire::requirement_from_wire(&once) {
        Ok(requirement) => requirement,
        Err(invalid) => return invalid.0.into_iter().map(|v| v.rule).collect::<Vec<_>>().join("; "),
    };
    let mut told: Vec<_> = notes.into_iter().map(|note| note.code).collect();
    for answer in seeds::answers(&requirement) {
        told.push(priced(&requirement, &answer));
    }
    told.dedup();
    told.join("; ")
}

fn offers(bytes: &[u8]) -> String {
    let decoded = match plugin_v1::OffersResponse::decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => return error.to_string(),
    };
    let answer = match wire::answer_from_wire(decoded) {
        Ok(answer) => answer,
        Err(error) => return error.to_string(),
    };
    let again = wire::answer_from_wire(wire::answer_to_wire(&answer)).unwrap();
    assert_eq!(again, answer, "an answer comes back as it went");
    REQUIREMENTS.iter().map(|requirement| priced(requirement, &answer)).collect::<Vec<_>>().join("; ")
}

fn config(bytes: &[u8]) -> String {
    let product = match wire::config_from_wire(bytes) {
        Ok(product) => product,
        Err(error) => return error.to_string(),
    };
    let again = wire::config_from_wire(&wire::config_to_wire(&product).encode_to_vec()).unwrap();
    assert_eq!(again, product, "a product comes back as it went");
    seeds::open(&product)
}

fn library(bytes: &[u8]) -> String {
    let decoded = match plugin_v1::Description::decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => return error.to_string(),
    };
    match wire::library_from_wire(&decoded) {
        Err(error) => error.to_string(),
        Ok(library) => {
            let again = wire::library_from_wire(&wire::library_to_wire(&library)).unwrap();
            assert_eq!(again, library, "a library comes back as it went");
            "read".to_owned()
        }
    }
}

/// Prices every offer by itself, so that one that cannot be priced hides no other, and all together.
fn priced(requirement: &Requirement, answer: &Answer) -> String {
    let offers: &[Offer] = match answer {
        Answer::Decline(decline) => return format!("declined: {:?}", decline.kind),
        Answer::Offers(offers) => offers,
    };
    let mut told = Vec::new();
    for offer in offers.iter().take(4) {
        told.push(match price(requirement, offer) {
            Err(error) => error.to_string(),
            Ok(quote) => {
                invariants::check(&quote, requirement);
                // An amount that no message can hold is told, too.
                match wire::quote_to_wire(&quote) {
                    Err(error) => error.to_string(),
                    Ok(wire) => {
                        let decoded = v1::QuoteBody::decode(wire.encode_to_vec().as_slice()).unwrap();
                        assert_eq!(decoded, wire);
                        shape_of(&quote)
                    }
                }
            }
        });
    }
    if offers.len() <= 4
        && let Ok(ranked) = price_offers(requirement, offers)
    {
        assert!(ranked.quotes.len() <= offers.len());
    }
    told.dedup();
    told.join(", ")
}

/// What a quote is made of, without its numbers.
fn shape_of(quote: &Quote) -> String {
    let mut shape: Vec<String> = quote.assumptions.iter().map(|note| note.code.clone()).collect();
    for line in &quote.lines {
        let rows = line.periods.iter().flat_map(|period| &period.adjustments);
        let mut reasons: Vec<_> = rows.map(|row| &*row.id).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let tiers = line.periods.iter().map(|period| period.tiers.len()).max().unwrap_or(0);
        let open = if line.amount.high().is_none() { "open" } else { "known" };
        let phases = line.periods.iter().map(|period| format!("{:?}", period.phase));
        let mut phases: Vec<_> = phases.collect();
        phases.dedup();
        shape.push(format!("{} {open} {} {}", reasons.join(" "), "|".repeat(tiers.min(6)), phases.concat()));
    }
    shape.push("-".repeat(quote.invoices.len().min(4)));
    shape.join(" ")
}

/// Small requirements that state every meter: whole months, and broken ones with seats held already.
static REQUIREMENTS: LazyLock<Vec<Requirement>> = LazyLock::new(|| {
    let mut meters = Vec::new();
    for (index, meter) in METERS.iter().enumerate() {
        let events = if index % 2 == 0 { "" } else { "events = [3.5, 0, 20], " };
        let quantity = if events.is_empty() { "quantity = [0, 37, 1000.5], " } else { events };
        meters.push(format!("{{ meter_id = \"{}\", {} }}", meter.id, quantity.trim_end_matches(", ")));
    }
    let meters = meters.join(",\n");
    let common = format!(
        "seats = [{{ role = \"agent\", named = [8, 12], peak_concurrent = 6 }}, {{ role = \"lead\", named = 1 }}]\n\
         demand = [{{ id = \"calls\", channel = \"voice\", contacts = 500, segments = [{{ kind = \"agent\", exponential = 240 }}] }}]\n\
         meters = [{meters}]\n"
    );
    let new = "start_date = 2026-12-01\nterm_months = 5\nhorizon_months = 17\n";
    let expand = "start_date = 2026-12-31\nhorizon_months = 20\n\
                  holdings = [{ meter_id = \"emails\", remaining = 50, expires = 2027-01-31 }]\n\
                  expansion = { co_term_date = 2027-03-15, held_seats = [{ role = \"agent\", count = 3 }] }\n";
    let read = |head: &str| {
        let mut wire = requirement_file::parse("small.toml", format!("{head}{common}").as_bytes())
            .unwrap_or_else(|error| panic!("{error}"));
        wire::resolve(&mut wire, TODAY);
        wire::requirement_from_wire(&wire).unwrap_or_else(|error| panic!("{error}"))
    };
    vec![read(new), read(expand)]
});
