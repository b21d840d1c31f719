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
use quotient_plugin_api::interval::{Interval, add};
use quotient_plugin_api::language::trial::price_trial;
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
    Priced { file: serde_json::Value, quantity: String, amount: String },
    Excluded { excluded: String },
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
    let (file, quantity, amount) = match &case.what {
        What::Excluded { excluded } => return Verdict::Excluded(excluded),
        What::Priced { file, quantity, amount } => (file, quantity, amount),
    };
    let expected: Decimal = amount.parse().expect("an amount is a decimal");
    match answer(&case.id, file, quantity) {
        Ok(found) if found == expected => Verdict::Passed,
        Ok(found) => Verdict::Failed(format!("expected {expected}, found {found}")),
        Err(error) => Verdict::Failed(format!("expected {expected}, found {error}")),
    }
}

/// What the charges cost: the sum of their lines, each rounded only where the case rounds it.
fn answer(id: &str, file: &serde_json::Value, quantity: &str) -> Result<Decimal, String> {
    let document = Document::parse_json(id, &file.to_string()).map_err(|error| error.to_string())?;
    let quantity = quantity.parse().map_err(|error| format!("{quantity}: {error}"))?;
    let quote = price_trial(document, &[quantity]).map_err(|error| error.to_string())?;
    let amounts = quote.lines.iter().map(|line| line.amount);
    amounts
        .map(|amount: Interval| amount.point().ok_or_else(|| "an amount with bounds".to_owned()))
        .try_fold(Decimal::ZERO, |sum, amount| add(sum, amount?).map_err(|error| error.to_string()))
}
