//! One charge, or a few, tried with a quantity: the way in for an analyst with a tier table.
//!
//! The file is a charge of the sheet language, or a list of them under `charges`, with a `currency`. What
//! only a sheet needs may be left out: `id`, `name`, `category` (usage), `meter` (units), `cycle` (month) and
//! `sources`.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::charge::ChargeForm;
use super::compile::MAX_TOLD;
use super::conventions::ConventionsForm;
use super::line_set::LineSetForm;
use super::over_lines::{Parts, name_parts, name_parts_of};
use super::sheet::PurchaseOptionForm;
pub use super::trial_input::{MAX_READINGS, TrialInput, TrialReading};
use crate::charge::Charge;
use crate::document::{Document, DocumentError, Node, Value};
use crate::line_set::MAX_LINE_SETS;
use crate::money;
use crate::offer::{Label, MAX_CHARGES, Offer, OfferParts, OfferRange};
use crate::pricing::{PriceError, price};
use crate::quote::Quote;
use crate::requirement::MAX_EVENTS;
use crate::requirement::profile::{MAX_ENTRIES, ProfileError};

/// Currency of a file that names none.
pub const DEFAULT_CURRENCY: &str = "USD";

/// Why a trial has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrialError {
    /// The file is no charge.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Document(Vec<DocumentError>),
    /// The quantities are none.
    #[error("the quantities: {0}")]
    Quantities(#[from] ProfileError),
    /// Too many readings.
    #[error("found {0} readings, expected at most {MAX_READINGS}")]
    Readings(usize),
    /// Not in the catalogue.
    #[error("found the meter {0:?}, expected one of the meter catalogue")]
    Meter(String),
    /// Events beside quantities, or too many.
    #[error(
        "found {events} events and {quantities} quantities, expected one of both, and at most {MAX_EVENTS}"
    )]
    Events {
        /// How many events.
        events: usize,
        /// How many quantities.
        quantities: usize,
    },
    /// The end is not after the start.
    #[error("found an end on {end}, expected a day after the start on {start}")]
    Days {
        /// First day.
        start: Date,
        /// As found.
        end: Date,
    },
    /// More quantities than months.
    #[error("found quantities of {given} months, expected at most the {months} from start to end")]
    Quantity {
        /// How many quantities.
        given: u32,
        /// Months that there are.
        months: u32,
    },
    /// Too many months.
    #[error("found {0} months from start to end, expected at most {MAX_ENTRIES}")]
    Months(u32),
    /// A holding that nothing can draw on.
    #[error(
        "found {remaining} held of the meter {meter:?}, expected 0 or more of one that adds up over months"
    )]
    Holding {
        /// The meter.
        meter: String,
        /// What is held.
        remaining: Decimal,
    },
    /// No charge prices a reading.
    #[error("found no charge that prices {}: its meter or its attributes fit none", .0.join(", "))]
    Unpriced(Vec<String>),
    /// The charge has no price for a quantity.
    #[error(transparent)]
    Price(#[from] PriceError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrialForm {
    currency: Option<String>,
    #[serde(default)]
    conventions: ConventionsForm,
    terms: Option<PurchaseOptionForm>,
    charges: Vec<ChargeForm>,
    #[serde(default)]
    line_sets: Vec<LineSetForm>,
}

/// Prices the charges of a file for an input.
///
/// # Errors
/// [`TrialError`] names the place in the file, the quantity, or what has no price.
pub fn price_trial(document: Document, input: &TrialInput) -> Result<Quote, TrialError> {
    let offer = offer(document).map_err(TrialError::Document)?;
    let quote = price(&input.requirement(&offer)?, &offer)?;
    let unpriced = quote.coverage.iter().filter(|part| part.status.is_gap()).map(|part| part.path.clone());
    match unpriced.collect::<Vec<_>>() {
        none if none.is_empty() => Ok(quote),
        unpriced => Err(TrialError::Unpriced(unpriced)),
    }
}

fn offer(document: Document) -> Result<Offer, Vec<DocumentError>> {
    let document = with_defaults(document);
    let mut form: TrialForm = document.read().map_err(|error| vec![error])?;
    form.charges.iter_mut().for_each(|charge| form.conventions.fill(charge));
    let mut errors = Vec::new();
    let code = form.currency.as_deref().unwrap_or(DEFAULT_CURRENCY);
    let currency =
        money::currency(code).map_err(|error| vec![document.error_at("currency", error.to_string())])?;
    for (place, found, most) in
        [("charges", form.charges.len(), MAX_CHARGES), ("line_sets", form.line_sets.len(), MAX_LINE_SETS)]
    {
        if found > most {
            let text = format!("found {found} entries, expected at most {most}");
            return Err(vec![document.error_at(place, text)]);
        }
    }
    let mut charges = Vec::new();
    // The charge of the file that each charge comes from.
    let mut owners: Vec<usize> = Vec::new();
    let mut named = Parts::new();
    for (index, charge) in form.charges.iter().enumerate() {
        match charge.compile_all() {
            Ok(all) => {
                owners.extend(all.iter().map(|_| index));
                let segments = all.iter().filter(|part: &&Charge| part.id != charge.id);
                for segment in segments {
                    named.entry(charge.id.clone()).or_default().push(segment.id.clone());
                }
                charges.extend(all);
            }
            Err(error) => {
                let place = format!("charges[{index}].{}", error.field);
                errors.push(document.error_at(place.trim_end_matches('.'), error.rule));
            }
        }
    }
    charges.iter_mut().for_each(|charge| name_parts_of(charge, &named));
    let mut line_sets = Vec::new();
    for (index, set) in form.line_sets.iter().enumerate() {
        match set.compile() {
            Ok(mut set) => {
                name_parts(&mut set.charges, &named);
                line_sets.push(set);
            }
            Err(error) => {
                let place = format!("line_sets[{index}].{}", error.field);
                errors.push(document.error_at(place.trim_end_matches('.'), error.rule));
            }
        }
        if !set.sources.is_empty() {
            let text = "found sources, expected none: a file of charges has no pages";
            errors.push(document.error_at(&format!("line_sets[{index}].sources"), text));
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let parts = OfferParts {
        edition: Label::new("trial", "Trial"),
        purchase_option: Label::new("trial", "Trial"),
        currency,
        charges: charges.into_iter().map(Arc::new).collect(),
        terms: form.terms.as_ref().map(PurchaseOptionForm::terms).unwrap_or_default(),
        conventions: form.conventions.of_the_offer(),
        coverage: Vec::new(),
        assumptions: Vec::new(),
        exclusions: Vec::new(),
        warnings: Vec::new(),
        sources: Vec::new(),
        line_sets,
        capabilities: Vec::new(),
        holds_for: OfferRange::default(),
    };
    Offer::new(parts).map_err(|invalid| {
        let violations = invalid.0.into_iter();
        let place = |place: &str| {
            let (index, rest) = place.strip_prefix("charges[")?.split_once(']')?;
            let owner = owners.get(index.parse::<usize>().ok()?)?;
            Some(format!("charges[{owner}]{rest}"))
        };
        let told = |violation: crate::offer::OfferViolation| {
            let place = place(&violation.place).unwrap_or(violation.place);
            document.error_at(&place, violation.rule)
        };
        violations.take(MAX_TOLD).map(told).collect()
    })
}

/// Which charges have a price over other lines, and count nothing.
fn over_lines(document: &Document) -> Vec<bool> {
    let names = |node: &Node| {
        matches!(&node.value, Value::Table(entries)
            if entries.iter().any(|(key, _)| matches!(key.name.as_str(), "share_of_lines" | "shortfall")))
    };
    let Value::Table(entries) = &document.root().value else { return Vec::new() };
    match entries.iter().find(|(key, _)| key.name == "charges") {
        Some((_, Node { value: Value::Array(charges), .. })) => charges.iter().map(names).collect(),
        _ => Vec::new(),
    }
}

/// A list of charges, each with what only a sheet needs.
fn with_defaults(document: Document) -> Document {
    let single = !matches!(&document.root().value, Value::Table(entries)
        if entries.iter().any(|(key, _)| key.name == "charges"));
    let mut document =
        if single { document.wrapped("charges", &["currency", "conventions", "terms"]) } else { document };
    let text = |text: &str| Value::String(text.to_owned());
    let option = [
        ("id", text("trial")),
        ("name", text("Trial")),
        ("billing_period_months", Value::Number("1".to_owned())),
    ];
    document = document.with_defaults("terms", &option);
    let over_lines = over_lines(&document);
    for (index, over_lines) in over_lines.into_iter().enumerate() {
        let number = index + 1;
        let defaults = [
            ("id", text(&format!("charge-{number}"))),
            ("name", text(&format!("Charge {number}"))),
            ("category", text("usage")),
            ("meter", text(if over_lines { "flat" } else { "units" })),
            ("cycle", text("month")),
            ("sources", Value::Array(Vec::new())),
        ];
        document = document.with_defaults(&format!("charges[{index}]"), &defaults);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn tried(toml: &str, quantities: &[&str]) -> Result<Quote, TrialError> {
        let quantities: Vec<_> = quantities.iter().map(|quantity| d(quantity)).collect();
        price_trial(Document::parse_toml("charge.toml", toml).unwrap(), &TrialInput::of(&quantities))
    }

    #[test]
    fn a_charge_alone_needs_only_its_price() {
        let quote = tried("package = { size = 100, price = 100, partial = \"up\" }", &["5001", "0"]).unwrap();
        // 51 packages in the first month and none in the second.
        assert_eq!(quote.lines[0].amount, crate::interval::Interval::exact(d("5100")));
    }

    #[test]
    fn several_charges_are_added_up() {
        let toml = "currency = \"CNY\"\n[[charges]]\nflat = { amount = 30 }\n[[charges]]\nper_unit = { price = 1.5 }\n";
        // 30 + 400 × 1.5
        let quote = tried(toml, &["400"]).unwrap();
        assert_eq!(quote.totals.term.point(), Some(d("630")));
        assert_eq!(quote.currency.code(), "CNY");
    }

    #[test]
    fn support_and_a_minimum_look_at_the_other_lines() {
        let toml = "[[charges]]\nid = \"use\"\nper_unit = { price = 2 }\n\
                    [[charges]]\nid = \"support\"\nshare_of_lines = { of = [\"use\"], fraction = 0.2 }\n\
                    [[charges]]\nshortfall = { minimum = 1000, counted = \"after_adjustments\" }\n";
        // 400 × 2 = 800, 20 % of it are 160, and 1000 - 960 are missing.
        let quote = tried(toml, &["400"]).unwrap();
        let amounts: Vec<_> = quote.lines.iter().map(|line| line.amount.point().unwrap()).collect();
        assert_eq!(amounts, [d("800"), d("160"), d("40")]);
        assert!(quote.coverage.iter().all(|part| part.lines == [0]));
        let told = tried(&toml.replace("[\"use\"]", "[\"usage\"]"), &["1"]).unwrap_err().to_string();
        assert!(told.contains("found \"usage\", expected the id of a charge"), "{told}");
    }

    #[test]
    fn a_ramp_is_named_as_a_whole() {
        let toml = "[[charges]]\nid = \"use\"\nramp = [{ months = 1, flat = { amount = 10 } }, { flat = { amount = 20 } }]\n\
                    [[charges]]\nshare_of_lines = { of = [\"use\"], fraction = 0.5 }\n\
                    [[line_sets]]\nid = \"off\"\nreason = \"Coupon\"\nof = [\"use\"]\ncycle = \"month\"\n\
                    discount = { amount = 4 }\n";
        // 10 - 4 and 20 - 4, and half of each.
        let quote = tried(toml, &["1", "1"]).unwrap();
        let amounts: Vec<_> = quote.lines.iter().map(|line| line.amount.point().unwrap()).collect();
        assert_eq!(amounts, [d("6"), d("16"), d("11")]);
    }

    #[test]
    fn an_open_rule_is_priced_as_it_can_be_read() {
        let toml = "readings = [\n\
                    { id = \"each\", meaning = \"each unit at its own tier\", \
                    graduated = { tiers = [{ up_to = 10, price = 10 }, { price = 8 }] } },\n\
                    { id = \"all\", meaning = \"all units at one price\", \
                    volume = { tiers = [{ up_to = 10, price = 10 }, { price = 8 }] } }]\n";
        // 10 × 10 + 5 × 8, or 15 × 8.
        let quote = tried(toml, &["15"]).unwrap();
        assert_eq!((quote.lines[0].amount.low(), quote.lines[0].amount.high()), (d("120"), Some(d("140"))));
        let told = tried(&toml.replace("\"all\", meaning", "\"each\", meaning"), &["1"]).unwrap_err();
        assert!(told.to_string().contains("found the id \"each\" twice"), "{told}");
        // Computed amounts, month by month.
        let own = "computed = { formula = \"index\", amounts = [10, 12] }";
        assert_eq!(tried(own, &["1", "1", "1"]).unwrap().totals.term.point(), Some(d("32")));
    }

    #[test]
    fn several_resources_cost_what_the_dearest_costs() {
        let toml = "[[charges]]\nid = \"a\"\nper_unit = { price = 2 }\n[[charges]]\nid = \"b\"\nflat = { amount = 50 }\n\
                    [[line_sets]]\nid = \"max\"\nreason = \"One resource is paid\"\ncycle = \"month\"\ndearest = true\n";
        // 10 × 2 = 20 is less than 50; 30 × 2 = 60 is more.
        let quote = tried(toml, &["10", "30"]).unwrap();
        let amounts: Vec<_> = quote.lines.iter().map(|line| line.amount.point().unwrap()).collect();
        assert_eq!(amounts, [d("60"), d("50")]);
        let told =
            tried(&toml.replace("dearest = true", "of = [\"c\"]\ndearest = true"), &["1"]).unwrap_err();
        assert!(told.to_string().contains("found \"c\", expected the id of a charge"), "{told}");
        let told = tried(&toml.replace("dearest = true", ""), &["1"]).unwrap_err().to_string();
        assert!(told.contains("expected one of dearest, maximum, discount"), "{told}");
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        let told = tried("per_unit = { prize = 1 }", &["1"]).unwrap_err().to_string();
        assert!(told.contains("charge.toml:1:") && told.contains("price"), "{told}");
        let told = tried("flat = { amount = 1 }\nper_unit = { price = 1 }", &["1"]).unwrap_err().to_string();
        assert!(told.contains("more than one price"), "{told}");
        let ladder = "volume = { tiers = [{ up_to = 10, price = 5 }], beyond = \"not_sold\" }";
        let told = tried(ladder, &["11"]).unwrap_err().to_string();
        assert!(told.contains("the last tier ends at 10"), "{told}");
    }
}
