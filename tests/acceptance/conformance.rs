//! Other engines' own test cases, priced by `quotient charge`'s road: what each of them expects, by options
//! that the case states, never by who the peer is.
//!
//! `tests/conformance/cases.json` holds a case a line: its public source, the charges in the sheet language,
//! the quantity, and the amount that the peer's own test or page expects.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a case that cannot be read is a failure of this program"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;

use quotient_plugin_api::document::Document;
use quotient_plugin_api::interval::{Interval, add, sub};
use quotient_plugin_api::language::trial::{TrialInput, price_trial};
use quotient_plugin_api::quote::Quote;
use rust_decimal::Decimal;
use serde::Deserialize;

const CASES: &str = include_str!("../conformance/cases.json");

#[derive(Deserialize)]
struct Case {
    id: String,
    peer: String,
    model: String,
    source: String,
    #[serde(flatten)]
    what: What,
}

/// What is asked and expected, or why it is not.
#[derive(Deserialize)]
#[serde(untagged)]
enum What {
    Priced {
        /// Charges in the sheet language.
        file: serde_json::Value,
        /// What they are tried with.
        #[serde(flatten)]
        tried: Tried,
        /// The charge whose line is meant; unset: the sum of all lines.
        line: Option<String>,
        #[serde(flatten)]
        expected: Expected,
    },
    Excluded {
        excluded: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tried {
    Quantity(String),
    Quantities(Vec<String>),
    Events(Vec<String>),
    /// As `quotient charge --input` reads it.
    Input(serde_json::Value),
}

/// What the peer expects.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    /// An amount of money.
    Amount(String),
    /// The amount over the quantity.
    UnitPrice(String),
    /// What adjustments take off.
    Discount(String),
    /// What they take off each line.
    Discounts(BTreeMap<String, String>),
    /// The invoices, rounded as the case says.
    Total(String),
    /// What the renewals within the horizon cost.
    Renewal(String),
}

#[derive(Default)]
struct Count {
    passed: usize,
    excluded: usize,
    failed: usize,
}

fn main() -> ExitCode {
    let cases: Vec<Case> = serde_json::from_str(CASES).expect("the cases are JSON");
    let (mut peers, mut models) = (BTreeMap::<&str, Count>::new(), BTreeMap::<&str, Count>::new());
    let mut all = Count::default();
    for case in &cases {
        let verdict = verdict(case);
        for count in [peers.entry(&case.peer).or_default(), models.entry(&case.model).or_default(), &mut all]
        {
            match verdict {
                Verdict::Passed => count.passed += 1,
                Verdict::Excluded(_) => count.excluded += 1,
                Verdict::Failed(_) => count.failed += 1,
            }
        }
        match verdict {
            Verdict::Passed => {}
            Verdict::Excluded(why) => println!("excluded {}: {why}", case.id),
            Verdict::Failed(how) => println!("FAILED {}: {how} ({})", case.id, case.source),
        }
    }
    for (title, counts) in [("peer", &peers), ("model", &models)] {
        println!("\n{title:<24}{:>8}{:>10}{:>8}", "passed", "excluded", "failed");
        for (name, count) in counts {
            println!("{name:<24}{:>8}{:>10}{:>8}", count.passed, count.excluded, count.failed);
        }
    }
    println!("\n{} passed, {} failed", all.passed, all.failed);
    if all.failed == 0 && !cases.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

enum Verdict<'a> {
    Passed,
    Excluded(&'a str),
    Failed(String),
}

fn verdict(case: &Case) -> Verdict<'_> {
    let (file, tried, line, expected) = match &case.what {
        What::Excluded { excluded } => return Verdict::Excluded(excluded),
        What::Priced { file, tried, line, expected } => (file, tried, line.as_deref(), expected),
    };
    let quote = match answer(&case.id, file, tried) {
        Ok(quote) => quote,
        Err(error) => return Verdict::Failed(error),
    };
    let checks = match expected {
        Expected::Amount(text) => vec![(text, sum(&quote, line))],
        Expected::UnitPrice(text) => vec![(text, unit_price(&quote, line))],
        Expected::Discount(text) => vec![(text, discount(&quote, line))],
        Expected::Discounts(parts) => {
            parts.iter().map(|(line, text)| (text, discount(&quote, Some(line)))).collect()
        }
        Expected::Total(text) => vec![(text, point(quote.totals.term))],
        Expected::Renewal(text) => vec![(text, renewal(&quote))],
    };
    for (text, found) in checks {
        let expected: Decimal = text.parse().expect("an amount is a decimal");
        match found {
            Ok(found) if found == expected => {}
            Ok(found) => return Verdict::Failed(format!("expected {expected}, found {found}")),
            Err(error) => return Verdict::Failed(format!("expected {expected}, found {error}")),
        }
    }
    Verdict::Passed
}

fn answer(id: &str, file: &serde_json::Value, tried: &Tried) -> Result<Quote, String> {
    let decimals =
        |texts: &[String]| texts.iter().map(|text| text.parse()).collect::<Result<Vec<Decimal>, _>>();
    let input = match tried {
        Tried::Quantity(text) => {
            TrialInput::of(&[text.parse().map_err(|error| format!("{text}: {error}"))?])
        }
        Tried::Quantities(texts) => TrialInput::of(&decimals(texts).map_err(|error| error.to_string())?),
        Tried::Events(texts) => TrialInput::of_events(&decimals(texts).map_err(|error| error.to_string())?),
        Tried::Input(input) => {
            let document = Document::parse_json("input", &input.to_string());
            TrialInput::read(&document.map_err(|error| error.to_string())?)
                .map_err(|error| error.to_string())?
        }
    };
    let document = Document::parse_json(id, &file.to_string()).map_err(|error| error.to_string())?;
    price_trial(document, &input).map_err(|error| error.to_string())
}

/// What the charges cost: the sum of their lines, each rounded only where the case rounds it.
fn sum(quote: &Quote, line: Option<&str>) -> Result<Decimal, String> {
    let lines = quote.lines.iter().filter(|item| line.is_none_or(|line| item.charge.id == line));
    lines
        .map(|item| point(item.amount))
        .try_fold(Decimal::ZERO, |sum, amount| add(sum, amount?).map_err(|error| error.to_string()))
}

/// What one unit costs of what is billed.
fn unit_price(quote: &Quote, line: Option<&str>) -> Result<Decimal, String> {
    let periods = quote.lines.iter().flat_map(|item| &item.periods);
    let billed = periods.map(|period| period.billed).try_fold(Decimal::ZERO, add);
    let billed = billed.map_err(|error| error.to_string())?;
    sum(quote, line)?.checked_div(billed).ok_or_else(|| "nothing billed".to_owned())
}

/// What adjustments take off a line, or all lines.
fn discount(quote: &Quote, line: Option<&str>) -> Result<Decimal, String> {
    let lines = quote.lines.iter().filter(|item| line.is_none_or(|line| item.charge.id == line));
    let periods = lines.flat_map(|item| &item.periods);
    let changes = periods.flat_map(|period| &period.adjustments).map(|row| row.change.low);
    let sum = changes.into_iter().try_fold(Decimal::ZERO, sub);
    sum.map_err(|error| error.to_string())
}

fn renewal(quote: &Quote) -> Result<Decimal, String> {
    let (horizon, term) = (point(quote.totals.horizon)?, point(quote.totals.term)?);
    sub(horizon, term).map_err(|error| error.to_string())
}

fn point(amount: Interval) -> Result<Decimal, String> {
    amount.point().ok_or_else(|| "an amount with bounds".to_owned())
}
